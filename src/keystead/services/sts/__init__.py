"""STS: sessions of roles and users, sealed into tokens; nothing of them is stored.

Others may call only what is exported here.
"""

from keystead.services.sts.explanation import explanation_of

__all__ = ["explanation_of"]
