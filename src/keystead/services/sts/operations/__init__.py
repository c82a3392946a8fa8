"""The operations of STS; importing them registers them."""

from keystead.services.sts.operations import identities, role_sessions, user_sessions

__all__ = ["identities", "role_sessions", "user_sessions"]
