"""A decision as a value: what was decided, by which statements, and in which words AWS says so.

Source of the sentences: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html and, for the
ARN at the end, https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from .kinds import PolicyKind
from .request import PrincipalType

if TYPE_CHECKING:
    from collections.abc import Callable

    from .determining import Determining
    from .request import Request

Outcome: TypeAlias = Literal["allowed", "implicitDeny", "explicitDeny"]
ROOT_ASSUMES: Final = "Roles may not be assumed by root accounts."
_EXPLICIT: Final = {
    PolicyKind.IDENTITY: "an identity-based policy",
    PolicyKind.BOUNDARY: "a permissions boundary",
    PolicyKind.SESSION: "a session policy",
    PolicyKind.SCP: "a service control policy",
    PolicyKind.RCP: "a resource control policy",
    PolicyKind.RESOURCE: "a resource-based policy",
    PolicyKind.TRUST: "the role trust policy",
}
_IMPLICIT: Final = {
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "resource": "resource-based policy",
    "trust": "role trust policy",
}
_RESOURCE_SIDE: Final = frozenset({"resource", "trust", "rcp"})


@dataclass(frozen=True, init=False)
class Decision:
    """What was decided about a request, and why.

    `statements` are all the denying ones, or one allowing one for each gate that was passed; `blocked_by` names the
    kind of policy that denied, or `service` for a rule that no policy can change, worded in `reason`.
    """

    request: Request
    outcome: Outcome
    statements: tuple[Determining, ...] = ()
    blocked_by: str = ""
    level: str = ""
    reason: str = ""
    missing: Callable[[], frozenset[str]] = field(default=frozenset, repr=False, compare=False)

    def __init__(  # noqa: PLR0913, PLR0917 - the fields, in their order
        self,
        request: Request,
        outcome: Outcome,
        statements: tuple[Determining, ...] = (),
        blocked_by: str = "",
        level: str = "",
        reason: str = "",
        missing: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """Keep the facts.  Written out because a frozen dataclass sets each field the slow way, on every request."""
        fields = self.__dict__
        fields["request"] = request
        fields["outcome"] = outcome
        fields["statements"] = statements
        fields["blocked_by"] = blocked_by
        fields["level"] = level
        fields["reason"] = reason
        fields["missing"] = missing

    @property
    def allowed(self) -> bool:
        """Tell whether the request may go on."""
        return self.outcome == "allowed"

    @cached_property
    def missing_keys(self) -> frozenset[str]:
        """Name the context keys, lower-case, that the policies about this request read and it does not have."""
        return self.missing()

    def denial_message(self) -> str:
        """Say why not, in AWS's words; empty when allowed.

        Across accounts the resource's side is not explained: whether a role exists is nobody's business.
        """
        if self.allowed:
            return ""
        if self.reason == ROOT_ASSUMES:
            return self.reason
        request = self.request
        user = "anonymous" if request.principal.type is PrincipalType.ANONYMOUS else request.principal.arn
        on = f" on resource: {request.resource}" if request.resource else ""
        because = self._because()
        return f"User: {user} is not authorized to perform: {request.action}{on}{because and ' ' + because}"

    def explain(self) -> str:
        """Explain the decision to a person, over a few lines."""
        request = self.request
        head = f"{request.principal.arn}: {request.action} on {request.resource}: {self.outcome}"
        lines = [head]
        if not self.allowed:
            lines.append(f"  {self.denial_message()}")
        if self.blocked_by:
            lines.append(f"  blocked by: {self.blocked_by}{f' at {self.level}' if self.level else ''}")
        if self.reason and self.reason not in lines[-1]:
            lines.append(f"  rule: {self.reason}")
        lines += [f"  {statement}" for statement in self.statements]
        if self.missing_keys:
            lines.append(f"  context keys that the request does not have: {', '.join(sorted(self.missing_keys))}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """Give the decision as JSON-ready data."""
        return {
            "decision": self.outcome,
            "determining": [statement.to_json() for statement in self.statements],
            "missing_context_keys": sorted(self.missing_keys),
            "blocked_by": self.blocked_by,
            "level": self.level,
            "reason": self.reason,
            "message": self.denial_message(),
        }

    def _because(self) -> str:
        request = self.request
        abroad = request.principal.account_id != request.resource_account
        if (abroad and self.blocked_by in _RESOURCE_SIDE) or self.blocked_by not in _IMPLICIT:
            return ""
        if self.outcome == "implicitDeny":
            return f"because no {_IMPLICIT[self.blocked_by]} allows the {request.action} action"
        source = self.statements[0].source
        arn = f": {source.name}" if source.name.startswith("arn:") else ""
        return f"with an explicit deny in {_EXPLICIT[source.kind]}{arn}"
