"""The decision: which policies apply to a request, and what they come to.

An explicit Deny anywhere wins.  Then every gate must allow: RCPs, SCPs, and identity or resource policy within
boundary and session policy.  Anything that cannot be evaluated denies.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import service_rules
from .compiled import CompiledStatement, PolicySet
from .decision import Decision
from .kinds import PolicyKind
from .matching import ascii_lower
from .principals import Grant
from .request import PrincipalType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Authority, Principal, Request

_NO_POLICIES: Final = frozenset({PrincipalType.SERVICE, PrincipalType.ANONYMOUS, PrincipalType.FEDERATED_PROVIDER})


def decide(
    request: Request,
    authority: Authority,
    resource_policy: PolicySet | None = None,
    rcps: tuple[PolicySet, ...] | None = None,
    *,
    resource_policy_required: bool | None = None,
) -> Decision:
    """Decide a request.  Never raises for data: what cannot be evaluated denies.

    `resource_policy_required` says that identity policies alone are not enough; None leaves it to the action.
    """
    return _Evaluation(request, authority, resource_policy, rcps, resource_policy_required).decide()


class _Evaluation:
    """One request against all the policies that apply to it."""

    __slots__ = (
        "action",
        "allowing",
        "authority",
        "context",
        "planned",
        "principal",
        "rcps",
        "request",
        "required",
        "resource",
        "resource_policy",
        "ruled",
        "scps",
    )

    def __init__(
        self,
        request: Request,
        authority: Authority,
        resource_policy: PolicySet | None,
        rcps: tuple[PolicySet, ...] | None,
        required: bool | None,  # noqa: FBT001 - private, and named at its public origin
    ) -> None:
        self.request = request
        self.action = action = ascii_lower(request.action)
        self.resource = request.resource
        self.context = request.context
        self.principal = principal = request.principal
        self.authority = authority
        self.resource_policy = resource_policy
        self.rcps = rcps if rcps is not None and service_rules.governed_by_rcps(action, request) else None
        # Whoever is bound by SCPs is bound by everything an authority has.
        self.planned = service_rules.bound_by_scps(principal)
        self.scps = authority.scps if self.planned else None
        self.ruled = action[:4] in service_rules.RULED
        if required is None:
            required = self.ruled and service_rules.needs_resource_policy(action, request.resource)
        self.required = required
        self.allowing: list[CompiledStatement] = []

    def decide(self) -> Decision:
        action, principal = self.action, self.principal
        if self.ruled and service_rules.always_allowed(action, principal):
            return self._decision("allowed")
        try:
            denied = self._is_denied()
        except Exception:  # noqa: BLE001 - an error inside a Deny denies; the slow way finds which
            denied = True
        if denied:
            statements = self._denying()
            if statements:
                return self._explicit(statements)
        if self.ruled:
            reason = service_rules.refusal(action, self.request)
            if reason:
                return self._decision("implicitDeny", blocked_by="service", reason=reason)
            if service_rules.needs_no_allow(action, principal):
                return self._decision("allowed")
        blocked, level = self._blocked()
        if blocked:
            return self._decision("implicitDeny", blocked_by=blocked, level=level)
        return self._decision("allowed", self.allowing)

    # Explicit denies.

    def _is_denied(self) -> bool:
        """Tell, fast, whether any Deny applies; an error in one is raised."""
        action, resource, context = self.action, self.resource, self.context
        denying = self.authority.plan(action)[0] if self.planned else self._plainly_denying()
        for statement in denying:
            if statement.always or statement.applies(resource, context):
                return True
        if self.rcps is None and self.resource_policy is None:
            return False
        bounded = self.authority.boundary is not None
        for policies in self._principal_sets():
            for statement in policies.find(action)[0]:
                if statement.grant(self.principal, bounded=bounded) and statement.applies(resource, context):
                    return True
        return False

    def _plainly_denying(self) -> tuple[CompiledStatement, ...]:
        return tuple(statement for policies in self._plain_sets() for statement in policies.find(self.action)[0])

    def _denying(self) -> list[CompiledStatement]:
        """Find every Deny that applies, each on its own; one that cannot be evaluated applies."""
        found = []
        bounded = self.authority.boundary is not None
        principal_sets = self._principal_sets()
        rcps = [item for item in principal_sets if item is not self.resource_policy]
        for policies in (*rcps, *self._plain_sets(), *(item for item in principal_sets if item not in rcps)):
            for statement in policies.find(self.action)[0]:
                try:
                    meant = policies not in principal_sets or statement.grant(self.principal, bounded=bounded)
                    applies = meant and statement.applies(self.resource, self.context)
                except Exception:  # noqa: BLE001 - an error inside a Deny denies
                    applies = True
                if applies:
                    found.append(statement)
        return found

    def _plain_sets(self) -> list[PolicySet]:
        """List the sets whose policies name no principal."""
        sets = list(self.scps or ())
        if self.principal.type in _NO_POLICIES:
            return sets
        authority = self.authority
        if authority.identity is not None:
            sets.append(authority.identity)
        if authority.boundary is not None:
            sets.append(authority.boundary)
        if authority.session is not None:
            sets.append(authority.session)
        return sets

    def _principal_sets(self) -> list[PolicySet]:
        sets = list(self.rcps or ())
        if self.resource_policy is not None and not service_rules.ignores_resource_denies(self.action, self.request):
            sets.append(self.resource_policy)
        return sets

    # Implicit denies.

    def _blocked(self) -> tuple[str, str]:
        """Name the first gate that does not allow, and the level of an organization's policy."""
        request, principal = self.request, self.principal
        if principal.type in _NO_POLICIES:
            return self._rcp_gate() or self._resource_gate() or ("", "")
        if not _same_partition(principal.arn, request.resource):
            return "resource", ""
        if principal.account_id == request.resource_account and principal.account_id:
            return self._rcp_gate() or self._scp_gate() or self._own_gates(self._resource_grant()) or ("", "")
        # The caller's own side is named first: the answer then says nothing about the other account.
        caller = self._scp_gate() or self._caller_gates(Grant.NONE)
        return caller or self._rcp_gate() or self._resource_gate() or ("", "")

    def _own_gates(self, grant: Grant) -> tuple[str, str] | None:
        """Check the gates of one account, where a resource policy may stand in for other policies."""
        if grant is Grant.NONE and self.required:
            return self._identity_gate() or (self._resource_kind(), "")
        return self._caller_gates(grant)

    def _caller_gates(self, grant: Grant) -> tuple[str, str] | None:
        if grant < Grant.ISSUER:
            blocked = self._identity_gate()
            if blocked:
                return blocked
        if grant is Grant.DIRECT:
            return None
        authority = self.authority
        if authority.boundary is not None and not self._passes(authority.boundary):
            return "boundary", ""
        session = authority.session
        if session is None:
            # Without session policies a GetFederationToken session has no permission of its own.
            return ("session", "") if self.principal.type is PrincipalType.FEDERATED_USER else None
        return None if self._passes(session) else ("session", "")

    def _identity_gate(self) -> tuple[str, str] | None:
        identity = self.authority.identity
        if identity is None:
            return None if _is_root(self.principal) else ("identity", "")
        return None if self._passes(identity) else ("identity", "")

    def _scp_gate(self) -> tuple[str, str] | None:
        if self.scps is None:
            return None
        always = self.authority.plan(self.action)[1]
        if always is not None:
            self.allowing.extend(always)
            return None
        for number, policies in enumerate(self.scps):
            if not self._passes(policies):
                return "scp", _level(policies, number)
        return None if self.scps else ("scp", "")

    def _rcp_gate(self) -> tuple[str, str] | None:
        if self.rcps is None:
            return None
        for number, policies in enumerate(self.rcps):
            if self._best_grant(policies) is Grant.NONE:
                return "rcp", _level(policies, number)
        return None if self.rcps else ("rcp", "")

    def _resource_gate(self) -> tuple[str, str] | None:
        return None if self._resource_grant() else (self._resource_kind(), "")

    def _resource_grant(self) -> Grant:
        return Grant.NONE if self.resource_policy is None else self._best_grant(self.resource_policy)

    def _resource_kind(self) -> str:
        kinds = {policy.source.kind for policy in (self.resource_policy or PolicySet.EMPTY).policies}
        is_trust = PolicyKind.TRUST in kinds or (not kinds and self.action in service_rules.TRUST_ACTIONS)
        return "trust" if is_trust else "resource"

    def _passes(self, policies: PolicySet) -> bool:
        """Tell whether a set allows, and remember by which statement."""
        _, allows, always = policies.find(self.action)
        if always is not None:
            self.allowing.append(always)
            return True
        resource, context = self.resource, self.context
        for statement in allows:
            try:
                applies = statement.applies(resource, context)
            except Exception:  # noqa: BLE001, S112 - an Allow that cannot be evaluated does not apply
                continue
            if applies:
                self.allowing.append(statement)
                return True
        return False

    def _best_grant(self, policies: PolicySet) -> Grant:
        """Give the most that a set with principals allows the caller, and remember by which statement."""
        best, by = Grant.NONE, None
        for statement in policies.find(self.action)[1]:
            try:
                grant = statement.grant(self.principal, bounded=False)
                if grant > best and statement.applies(self.resource, self.context):
                    best, by = grant, statement
            except Exception:  # noqa: BLE001, S112 - an Allow that cannot be evaluated does not apply
                continue
        if by is not None:
            self.allowing.append(by)
        return best

    # Answers.

    def _explicit(self, statements: list[CompiledStatement]) -> Decision:
        first = statements[0].source
        return self._decision("explicitDeny", statements, blocked_by=str(first.kind), level=first.level)

    def _decision(
        self,
        outcome: str,
        statements: Sequence[CompiledStatement] = (),
        *,
        blocked_by: str = "",
        level: str = "",
        reason: str = "",
    ) -> Decision:
        determining = tuple([statement.determining for statement in statements])
        return Decision(self.request, outcome, determining, blocked_by, level, reason, self._missing)  # type: ignore[arg-type]  # one of three words, all above

    def _missing(self) -> frozenset[str]:
        """Name the keys that statements about this action and resource read and the request does not have."""
        sets = [*self._plain_sets(), *(self.rcps or ())]
        if self.resource_policy is not None:
            sets.append(self.resource_policy)
        keys: set[str] = set()
        for policies in sets:
            denies, allows, _ = policies.find(self.action)
            for statement in (*denies, *allows):
                if statement.resource_matches(self.resource, self.context):
                    keys |= statement.keys()
        return frozenset(keys.difference(self.context))


def _is_root(principal: Principal) -> bool:
    """Tell whether a principal without identity policies is the root user, or a session of the root user."""
    return principal.type is PrincipalType.ROOT or principal.user_arn.endswith(":root")


def _level(policies: PolicySet, number: int) -> str:
    return next((policy.source.level for policy in policies.policies if policy.source.level), f"level {number + 1}")


def _same_partition(arn: str, resource: str) -> bool:
    """Tell whether caller and resource are in one partition; nothing crosses."""
    if arn.startswith("arn:aws:") and resource.startswith("arn:aws:"):
        return True
    if not arn.startswith("arn:") or not resource.startswith("arn:"):
        return True
    return arn.split(":", 2)[1] == resource.split(":", 2)[1]
