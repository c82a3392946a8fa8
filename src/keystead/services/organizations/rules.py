"""What the room allows: quotas, forms, and the two policies that AWS manages. Pure.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keystead.policy import QUOTAS, PolicyKind
from keystead.services.organizations.records import Policy

# AWS starts at 10 and raises it on request up to this. There is nobody to ask here, so it starts at the top.
MAX_ACCOUNTS: Final = 50_000
MAX_CREATIONS_AT_ONCE: Final = 5
MAX_CLOSURES_AT_ONCE: Final = 3
MAX_ORGANIZATIONAL_UNITS: Final = 2_000
MAX_OU_DEPTH: Final = 5
MAX_TAGS: Final = 50
PAGE_SIZE: Final = 20

INVITATION_LIFE: Final = dt.timedelta(days=15)
# How long an ended handshake can still be seen.
HANDSHAKE_MEMORY: Final = dt.timedelta(days=30)
INVITATION_WINDOW: Final = dt.timedelta(hours=24)
CLOSURE_WINDOW: Final = dt.timedelta(days=30)
POST_CLOSURE_PERIOD: Final = dt.timedelta(days=90)
# A created account must be this old to leave. Source: API reference of LeaveOrganization.
WAIT_PERIOD: Final = dt.timedelta(days=4)
# Long enough for a caller to see what is under way, short enough not to wait for it.
ASYNCHRONOUS_DELAY: Final = dt.timedelta(seconds=0.2)

DEFAULT_ROLE_NAME: Final = "OrganizationAccountAccessRole"
SERVICE_PRINCIPAL: Final = "organizations.amazonaws.com"
SERVICE_LINKED_ROLE_NAME: Final = "AWSServiceRoleForOrganizations"


@dataclass(frozen=True, slots=True)
class PolicyTypeRules:
    """What one type of policy may be."""

    kind: PolicyKind
    default: Policy
    max_characters: int
    max_policies: int
    max_per_target: int


_FULL_ACCESS = Policy(
    id="p-FullAWSAccess",
    type="SERVICE_CONTROL_POLICY",
    name="FullAWSAccess",
    description="Allows access to every operation",
    content='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    tags={},
    aws_managed=True,
)
_RCP_FULL_ACCESS = Policy(
    id="p-RCPFullAWSAccess",
    type="RESOURCE_CONTROL_POLICY",
    name="RCPFullAWSAccess",
    description="Allows all access to every resource",
    content='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    tags={},
    aws_managed=True,
)

# The types that are built; the others of the model answer NotImplemented.
POLICY_TYPES: Final[Mapping[str, PolicyTypeRules]] = {
    "SERVICE_CONTROL_POLICY": PolicyTypeRules(
        PolicyKind.SCP,
        _FULL_ACCESS,
        max_characters=QUOTAS["scp"],
        max_policies=10_000,
        max_per_target=QUOTAS["scp_per_target"],
    ),
    "RESOURCE_CONTROL_POLICY": PolicyTypeRules(
        PolicyKind.RCP,
        _RCP_FULL_ACCESS,
        max_characters=QUOTAS["rcp"],
        max_policies=1_000,
        max_per_target=QUOTAS["rcp_per_target"],
    ),
}
AWS_POLICIES: Final[Mapping[str, Policy]] = {rules.default.id: rules.default for rules in POLICY_TYPES.values()}

# Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html (Email)
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+(?<!\.)"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
)
# No list of the services that know organizations can stay true; whatever has a service's name may be trusted.
_SERVICE_PRINCIPAL = re.compile(r"(?:[a-z0-9-]+\.)+amazonaws\.com")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")


def is_email(text: str) -> bool:
    """Say whether an address is one that an account can have."""
    return _EMAIL.fullmatch(text) is not None


def is_account_id(text: str) -> bool:
    """Say whether a text has the form of an account id."""
    return _ACCOUNT_ID.fullmatch(text) is not None


def is_service_principal(text: str) -> bool:
    """Say whether a text is the name of a service."""
    return _SERVICE_PRINCIPAL.fullmatch(text) is not None


def closures_allowed(member_accounts: int) -> int:
    """Return how many accounts may be closed within 30 days: 250 or a fifth, whichever is more, and at most 1,000.

    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
    """
    return min(1_000, max(250, member_accounts // 5))


def invitations_allowed() -> int:
    """Return how many invitations may be sent within 24 hours, not counting those that were accepted."""
    return max(20, MAX_ACCOUNTS)
