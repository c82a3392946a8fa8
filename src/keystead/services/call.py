"""What an operation is given, and what it says about itself: `Call`, `Caller`, `Target`."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from keystead.credentials.attempts import Attempts
from keystead.credentials.keyring import Keyring
from keystead.credentials.tokens import Sealer, SessionClaims
from keystead.policy import Authority, PolicySet, Principal
from keystead.settings import Settings
from keystead.storage import Store, Transaction

if TYPE_CHECKING:
    from keystead.services.authority import Authorities
    from keystead.services.cloudtrail import AuditLog
    from keystead.services.organizations import Membership

ContextValue = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class House:
    """Everything one process owns, put together once at start."""

    settings: Settings
    store: Store
    clock: Callable[[], dt.datetime]
    # Gives n random bytes; `secrets.token_bytes` outside of tests.
    random: Callable[[int], bytes]
    keyring: Keyring
    sealer: Sealer
    authorities: "Authorities"
    audit: "AuditLog"
    # Wrong MFA codes by the serial number of their device. Memory: a transaction that is undone does not undo it.
    mfa_attempts: Attempts = field(default_factory=Attempts)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed the request, with everything that limits them."""

    principal: Principal
    authority: Authority
    account_id: str
    access_key_id: str
    # The name of the IAM user (also behind its sessions), or of the role of a role session; "" for root.
    name: str = ""
    session_name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    claims: SessionClaims | None = None
    membership: "Membership | None" = None
    # The condition keys that say who the caller is, keys in lower case.
    context: Mapping[str, ContextValue] = field(default_factory=dict)

    @property
    def is_root(self) -> bool:
        """Say whether this is an account's root user, or a session of it."""
        return self.principal.is_root


# One of these is made for every request: a named tuple, which is as immutable as a frozen dataclass and made faster.
class Call(NamedTuple):
    """One authenticated, parsed request on its way through an operation."""

    house: House
    caller: Caller
    service: str
    operation: str
    request_id: str
    now: dt.datetime
    region: str
    source_ip: str
    user_agent: str
    secure: bool
    transaction: Transaction | None = None

    @property
    def account_id(self) -> str:
        """The caller's account."""
        return self.caller.account_id

    @property
    def tx(self) -> Transaction:
        """The transaction that the whole operation runs in."""
        if self.transaction is None:
            msg = f"{self.service}:{self.operation} is declared to use no database"
            raise RuntimeError(msg)
        return self.transaction


@dataclass(frozen=True, slots=True)
class Target:
    """One thing an operation acts on: what the gateway authorizes before the operation runs.

    `context` holds the operation's own condition keys (any case); `tags` become aws:ResourceTag/…, `request_tags`
    aws:RequestTag/… and aws:TagKeys. `resource_policy` is the resource's own policy; with `policy_required`
    (AssumeRole) an Allow in it is needed even in the same account, as for trust policies. `named` is what a denial
    calls the resource where AWS does not give its ARN, for instance `role Auditor`.
    """

    resource: str = "*"
    account_id: str = ""
    action: str = ""
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    request_tags: Mapping[str, str] | None = None
    resource_policy: PolicySet | None = None
    policy_required: bool = False
    named: str = ""


Authorizes = Callable[[Call, Any], Target | Sequence[Target]]
