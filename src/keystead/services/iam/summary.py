"""How much an account has of what, beside its quotas, under the names that GetAccountSummary gives them."""

from keystead.policy import QUOTAS
from keystead.services import account
from keystead.services.call import Call
from keystead.services.iam import rules
from keystead.services.iam.store.access_keys import access_keys_of
from keystead.services.iam.store.accounts import count_policy_versions
from keystead.services.iam.store.groups import count_groups
from keystead.services.iam.store.mfa_devices import list_mfa_devices
from keystead.services.iam.store.policies import count_policies
from keystead.services.iam.store.roles import count_roles
from keystead.services.iam.store.users import count_users
from keystead.storage import Transaction
from keystead.wire.shapes import iam

_QUOTAS: iam.summaryMapType = {
    "AccessKeysPerUserQuota": rules.ACCESS_KEYS_PER_USER,
    "AssumeRolePolicySizeQuota": QUOTAS["trust_policy"],
    "AttachedPoliciesPerGroupQuota": QUOTAS["attached_group"],
    "AttachedPoliciesPerRoleQuota": QUOTAS["attached_role"],
    "AttachedPoliciesPerUserQuota": QUOTAS["attached_user"],
    "GroupPolicySizeQuota": QUOTAS["inline_group"],
    "GroupsPerUserQuota": rules.GROUPS_PER_USER,
    "GroupsQuota": rules.GROUPS_PER_ACCOUNT,
    "InstanceProfilesQuota": 1000,
    "PoliciesQuota": rules.POLICIES_PER_ACCOUNT,
    "PolicySizeQuota": QUOTAS["managed_policy"],
    "PolicyVersionsInUseQuota": 10000,
    "RolePolicySizeQuota": QUOTAS["inline_role"],
    "RolesQuota": rules.ROLES_PER_ACCOUNT,
    "ServerCertificatesQuota": 20,
    "SigningCertificatesPerUserQuota": 2,
    "UserPolicySizeQuota": QUOTAS["inline_user"],
    "UsersQuota": rules.USERS_PER_ACCOUNT,
    "VersionsPerPolicyQuota": QUOTAS["managed_policy_versions"],
}

# Kinds of things that nobody can have here yet, so that their number is known.
_NONE_YET: iam.summaryMapType = {
    "AccountSigningCertificatesPresent": 0,
    "InstanceProfiles": 0,
    "Providers": 0,
    "ServerCertificates": 0,
}


def summary(call: Call) -> iam.summaryMapType:
    """Return every number of an account's summary."""
    tx, account_id = call.tx, call.account_id
    devices = list_mfa_devices(tx, account_id)
    in_use = [device for device in devices if device.user_id is not None]
    return {
        **_QUOTAS,
        **_NONE_YET,
        **_root(tx, account_id),
        "AccountMFAEnabled": int(any(device.user_id == account_id for device in in_use)),
        "GlobalEndpointTokenVersion": 1,
        "Groups": count_groups(tx, account_id),
        "MFADevices": len(devices),
        "MFADevicesInUse": len(in_use),
        "Policies": count_policies(tx, account_id),
        "PolicyVersionsInUse": count_policy_versions(tx, account_id),
        "Roles": count_roles(tx, account_id),
        "Users": count_users(tx, account_id),
    }


def _root(tx: Transaction, account_id: str) -> iam.summaryMapType:
    return {
        "AccountAccessKeysPresent": int(bool(access_keys_of(tx, account_id))),
        "AccountPasswordPresent": int(account.root_has_password(tx, account_id)),
    }
