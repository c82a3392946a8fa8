"""IAM: users, groups, roles, policies, access keys and MFA devices of every account.

Others may call only what is exported here.
"""

from keystead.services.iam.facts import AccessKeyFacts, PolicyText, RoleFacts, UserFacts
from keystead.services.iam.keys import create_root_key
from keystead.services.iam.mfa_codes import accept_mfa_code
from keystead.services.iam.store.access_keys import access_key_facts, note_access_key_use
from keystead.services.iam.store.accounts import forget_account

__all__ = [
    "AccessKeyFacts",
    "PolicyText",
    "RoleFacts",
    "UserFacts",
    "accept_mfa_code",
    "access_key_facts",
    "create_root_key",
    "forget_account",
    "note_access_key_use",
]
