"""Policies compiled for deciding: statements as closures, found by action.

Everything here is made when it is first needed and kept: an AWS managed policy has hundreds of statements' worth of
actions, of which a request touches a few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from .conditions import compile_condition, keys_of
from .determining import Determining, Source
from .kinds import PRINCIPAL_KINDS, PolicyKind
from .matching import Chunks, ascii_lower, glob, matches
from .principals import Grant, PrincipalMatcher
from .resources import compile_resources
from .variables import BrokenPolicyError, keys_in, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import Document, Statement
    from .request import Principal

Applies: TypeAlias = Callable[[str, Mapping[str, "str | Sequence[str]"]], bool]
# Actions come from requests: a bound keeps what is remembered from growing without end.
_REMEMBERED: Final = 1024


class CompiledStatement:
    """One statement of one policy, with what it says of resources, conditions and principals."""

    __slots__ = ("_document", "_matcher", "always", "applies", "denies", "determining", "source", "statement")

    def __init__(self, document: Document, statement: Statement, source: Source) -> None:
        """Keep the statement; compile it when it is first asked."""
        self._document = document
        self.applies: Applies = self._first
        self.determining = Determining.of(statement, source)
        self._matcher: PrincipalMatcher | None = None
        self.statement = statement
        self.source = source
        self.denies = statement.effect == "Deny"
        unrestricted = statement.resources is not None and "*" in statement.resources
        self.always = unrestricted and not statement.conditions and not statement.broken

    def grant(self, principal: Principal, *, bounded: bool) -> Grant:
        """Say how closely the statement means a caller.  A statement without principals means nobody.

        A Deny with NotPrincipal always denies a principal that has a permissions boundary.
        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        statement = self.statement
        if self.source.kind is PolicyKind.RCP:
            return Grant.DIRECT  # An RCP can mean only everybody; one that says otherwise is broken, and closes.
        if statement.principals is not None:
            if self.denies and statement.broken and not statement.principals:
                return Grant.DIRECT  # Nobody can tell whom it means.
            return self._entries().grant(principal, allows=not self.denies)
        if statement.not_principals is not None:
            if not self.denies:
                return Grant.NONE
            return Grant.DIRECT if bounded or not self._entries().exempts(principal) else Grant.NONE
        return Grant.NONE

    def keys(self) -> set[str]:
        """Name the context keys, lower-case, that the statement reads."""
        variables = self._document.variables
        keys: set[str] = set()
        for condition in self.statement.conditions:
            keys |= keys_of(condition, variables=variables)
        for entry in (*(self.statement.resources or ()), *(self.statement.not_resources or ())):
            try:
                keys |= keys_in(parts_of(entry, variables=variables))
            except BrokenPolicyError:
                continue
        return keys

    def resource_matches(self, resource: str, context: Mapping[str, str | Sequence[str]]) -> bool:
        """Tell whether the statement is about a resource, whatever its conditions say."""
        try:
            matcher = compile_resources(self.statement, self.source.kind, variables=self._document.variables)
            return matcher is None or matcher(resource, context)
        except Exception:  # noqa: BLE001 - data never stops an explanation
            return True

    def _first(self, resource: str, context: Mapping[str, str | Sequence[str]]) -> bool:
        """Compile the statement the first time it is asked, and answer."""
        self.applies = self._compile()
        return self.applies(resource, context)

    def _entries(self) -> PrincipalMatcher:
        if self._matcher is None:
            self._matcher = PrincipalMatcher(self.statement.principals or self.statement.not_principals or ())
        return self._matcher

    def _compile(self) -> Applies:
        """Compile the statement; what is broken never allows, and inside a Deny denies."""
        statement, kind = self.statement, self.source.kind
        variables = self._document.variables
        missing = statement.resources is None and statement.not_resources is None
        broken = statement.broken or (missing and kind not in PRINCIPAL_KINDS)
        try:
            resources = compile_resources(statement, kind, variables=variables)
        except BrokenPolicyError:
            return _constant(answer=self.denies)
        try:
            checks = tuple(compile_condition(condition, variables=variables) for condition in statement.conditions)
        except BrokenPolicyError:
            checks, broken = (), True
        if broken:
            if not self.denies:
                return _constant(answer=False)
            return _joined(resources if statement.resources or statement.not_resources else None, ())
        return _joined(resources, checks)


def _constant(*, answer: bool) -> Applies:
    return lambda _resource, _context: answer


def _joined(resources: Applies | None, checks: tuple[Callable[..., bool], ...]) -> Applies:
    """Join resource and conditions: all must hold.  The frequent shapes are written out for speed."""
    if not checks:
        return resources or _constant(answer=True)
    if len(checks) == 1:
        (only,) = checks
        if resources is None:
            return lambda _resource, context: only(context)
        return lambda resource, context: resources(resource, context) and only(context)
    if len(checks) == 2:  # noqa: PLR2004 - the second most frequent number
        first, second = checks
        if resources is None:
            return lambda _resource, context: first(context) and second(context)
        return lambda resource, context: resources(resource, context) and first(context) and second(context)

    def applies(resource: str, context: Mapping[str, str | Sequence[str]]) -> bool:
        if resources is not None and not resources(resource, context):
            return False
        for check in checks:  # noqa: SIM110 - a generator costs more than the checks
            if not check(context):
                return False
        return True

    return applies


class ActionIndex:
    """Finds the statements of one policy that are about an action: by service and name, by pattern, by exclusion."""

    __slots__ = ("_always", "_exact", "_excluding", "_patterns")

    def __init__(self, statements: Iterable[CompiledStatement]) -> None:
        """Sort every statement's actions."""
        self._always: list[CompiledStatement] = []
        self._exact: dict[str, list[CompiledStatement]] = {}
        self._patterns: dict[str, list[tuple[Chunks, CompiledStatement]]] = {}
        self._excluding: list[tuple[tuple[str, ...], CompiledStatement]] = []
        for statement in statements:
            if statement.statement.not_actions is not None:
                self._excluding.append((statement.statement.not_actions, statement))
            for action in statement.statement.actions or ():
                self._add(ascii_lower(action), statement)
            if statement.denies and not (statement.statement.actions or statement.statement.not_actions):
                self._always.append(statement)  # Nobody can tell what it denies.

    def find(self, action: str) -> list[CompiledStatement]:
        """Give the statements about a lower-case action, in the order of the policy."""
        service, _, name = action.partition(":")
        found = {id(statement): statement for statement in self._always}
        found |= {id(statement): statement for statement in self._exact.get(action, ())}
        for prefix in (service, "*"):
            for chunks, statement in self._patterns.get(prefix, ()):
                if matches(chunks, name):
                    found[id(statement)] = statement
        for excluded, statement in self._excluding:
            if not any(action_matches(pattern, action) for pattern in excluded):
                found[id(statement)] = statement
        return sorted(found.values(), key=lambda statement: statement.statement.index)

    def _add(self, action: str, statement: CompiledStatement) -> None:
        if action == "*":
            self._always.append(statement)
            return
        service, _, name = action.partition(":")
        if not _is_readable(service, name):
            return
        if service == "*" and name != "*" and not statement.denies:
            return  # A service is written out, unless everything is meant: nothing is granted by half a pattern.
        if "*" in name or "?" in name or service == "*":
            self._patterns.setdefault(service, []).append((glob(name), statement))
        else:
            self._exact.setdefault(action, []).append(statement)


def action_matches(pattern: str, action: str) -> bool:
    """Tell whether one `Action` entry means a lower-case action.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    pattern = ascii_lower(pattern)
    if pattern == "*":
        return True
    service, _, name = pattern.partition(":")
    asked, _, asked_name = action.partition(":")
    return _is_readable(service, name) and service in (asked, "*") and matches(glob(name), asked_name)


def _is_readable(service: str, name: str) -> bool:
    """Tell whether an entry can mean anything: the service is literal, and there is no blank or comma."""
    if not service or not name or ":" in name:
        return False
    if service != "*" and ("*" in service or "?" in service):
        return False
    return not any(char.isspace() or char == "," for char in service + name)


class CompiledPolicy:
    """One policy, ready to be put into sets.  Share it: what it learns about an action it keeps."""

    __slots__ = ("_found", "_index", "document", "source")

    def __init__(self, document: Document, source: Source) -> None:
        """Keep document and source; index when first asked."""
        self.document = document
        self.source = source
        self._index: ActionIndex | None = None
        self._found: dict[str, list[CompiledStatement]] = {}

    def find(self, action: str) -> list[CompiledStatement]:
        """Give the statements about a lower-case action."""
        found = self._found.get(action)
        if found is None:
            if self._index is None:
                statements = (CompiledStatement(self.document, item, self.source) for item in self.document.statements)
                self._index = ActionIndex(statements)
            found = self._index.find(action)
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[action] = found
        return found


def compile_policy(document: Document, source: Source) -> CompiledPolicy:
    """Compile a policy.  Cheap: the work is done when a decision first needs it."""
    return CompiledPolicy(document, source)


Found: TypeAlias = tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...], CompiledStatement | None]


class PolicySet:
    """Policies of which each may allow and each may deny.  Immutable, and safe to share among threads."""

    __slots__ = ("_found", "policies")
    EMPTY: ClassVar[PolicySet]

    def __init__(self, policies: tuple[CompiledPolicy, ...]) -> None:
        """Keep the policies; use `of`."""
        self.policies = policies
        self._found: dict[str, Found] = {}

    @classmethod
    def of(cls, policies: Iterable[CompiledPolicy]) -> PolicySet:
        """Make a set of policies."""
        return cls(tuple(policies))

    def __len__(self) -> int:
        """Count the policies."""
        return len(self.policies)

    def __bool__(self) -> bool:
        """Be true even when empty: an empty set is not an absent one."""
        return True

    def find(self, action: str) -> Found:
        """Give the denying and the allowing statements about a lower-case action, and one that always allows."""
        found = self._found.get(action)
        if found is None:
            statements = [statement for policy in self.policies for statement in policy.find(action)]
            allows = tuple(statement for statement in statements if not statement.denies)
            always = next((statement for statement in allows if statement.always), None)
            found = (tuple(statement for statement in statements if statement.denies), allows, always)
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[action] = found
        return found


PolicySet.EMPTY = PolicySet(())
