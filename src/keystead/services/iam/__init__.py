"""IAM: users, groups, roles, policies, access keys and MFA devices of every account.

Others may call only what is exported here.
"""

from keystead.services.iam.facts import AccessKeyFacts, PolicyText, RoleFacts, UserFacts
from keystead.services.iam.keys import create_root_key
from keystead.services.iam.mfa_codes import accept_mfa_code
from keystead.services.iam.setup import bootstrap_admin, create_default_role, create_service_linked_role
from keystead.services.iam.store.access_keys import access_key_facts, note_access_key_use
from keystead.services.iam.store.accounts import forget_account
from keystead.services.iam.store.facts import managed_policy_document, role_facts, role_facts_by_name, user_facts
from keystead.services.iam.store.roles import note_role_use

__all__ = [
    "AccessKeyFacts",
    "PolicyText",
    "RoleFacts",
    "UserFacts",
    "accept_mfa_code",
    "access_key_facts",
    "bootstrap_admin",
    "create_default_role",
    "create_root_key",
    "create_service_linked_role",
    "forget_account",
    "managed_policy_document",
    "note_access_key_use",
    "note_role_use",
    "role_facts",
    "role_facts_by_name",
    "user_facts",
]
