"""The `Resource` element, compiled to closures over the resource and the context.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from .kinds import ORGANIZATION_KINDS, PolicyKind
from .matching import ARN_COLONS, ArnGlob, Chunks, Token, chunks_of, glob, matches, tokens_of
from .variables import BrokenPolicyError, Part, Variable, parts_of, tokens

if TYPE_CHECKING:
    from .document import Statement

Matcher: TypeAlias = Callable[[str, Mapping[str, object]], bool]
# Where an ARN with fewer than six segments stands for all that begins so; elsewhere it matches nothing.
_COMPLETES: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.BOUNDARY})


def compile_resources(statement: Statement, kind: PolicyKind, *, variables: bool) -> Matcher | None:
    """Compile what a statement says of resources; None when every resource is meant.

    Errors: BrokenPolicyError when an entry cannot be read and leaving it out would grant more.
    """
    denied = statement.not_resources is not None
    entries = statement.not_resources if denied else statement.resources
    if entries is None or ("*" in entries and not denied):
        return None
    grants = statement.effect == "Allow"
    patterns: list[Matcher] = []
    for entry in entries:
        if grants is not denied and kind not in ORGANIZATION_KINDS and _hides_service(entry):
            continue
        try:
            patterns.append(_pattern(entry, kind, variables=variables))
        except BrokenPolicyError:
            if grants is denied:
                raise
    if not patterns and not denied:
        return lambda _resource, _context: False
    exact = frozenset(entry for entry in entries if _is_exact(entry))
    return _none_of(patterns, exact) if denied else _any_of(patterns, exact)


def _hides_service(entry: str) -> bool:
    """Tell whether an ARN leaves its service to a wildcard, which AWS refuses outside organizations' policies."""
    if not entry.startswith("arn:"):
        return False
    segments = entry.split(":", 3)[1:3]
    runs_on = segments[0].endswith("*") and entry.count(":") < ARN_COLONS
    return runs_on or any(mark in segments[-1] for mark in "*?")


def _is_exact(entry: str) -> bool:
    return entry.startswith("arn:") and not any(mark in entry for mark in "*?$") and entry.count(":") >= ARN_COLONS


def _any_of(patterns: list[Matcher], exact: frozenset[str]) -> Matcher:
    if len(patterns) == 1:
        return patterns[0]

    def check(resource: str, context: Mapping[str, object]) -> bool:
        if resource in exact:
            return True
        for matches_ in patterns:  # noqa: SIM110 - a generator costs more than the checks
            if matches_(resource, context):
                return True
        return False

    return check


def _none_of(patterns: list[Matcher], exact: frozenset[str]) -> Matcher:
    any_of = _any_of(patterns, exact)
    return lambda resource, context: not any_of(resource, context)


def _pattern(entry: str, kind: PolicyKind, *, variables: bool) -> Matcher:
    if entry == "*":
        return lambda _resource, _context: True
    if not entry.startswith("arn:"):
        message = f"not an ARN: `{entry[:80]}`"
        raise BrokenPolicyError(message)
    segments = entry.split(":", ARN_COLONS)
    head, rest = segments[:ARN_COLONS], segments[ARN_COLONS] if len(segments) > ARN_COLONS else None
    runs_on = any(segment.endswith("*") for segment in head)
    if rest is None:
        if not runs_on:
            if kind not in _COMPLETES:
                return lambda _resource, _context: False
            head = (head + ["*"] * ARN_COLONS)[:ARN_COLONS]
            rest = "*"
        else:
            rest = head.pop()
    parts = parts_of(rest, variables=variables)
    if not any("?" in segment or "*" in segment[:-1] for segment in head):
        return _free(":".join(head) + ":", parts)
    return _segmented(ArnGlob(head), parts)


def _free(head: str, parts: tuple[Part, ...]) -> Matcher:
    """Match a pattern whose only wildcards before the resource part end their segments: one run over the text."""
    if any(isinstance(part, Variable) for part in parts):
        before: list[Token] = tokens_of(head)

        def check(resource: str, context: Mapping[str, object]) -> bool:
            found = tokens(parts, context)
            return found is not None and matches(chunks_of(before + found), resource)

        return check
    if all(isinstance(part, str) for part in parts):
        chunks = glob(head + "".join(part for part in parts if isinstance(part, str)))
    else:
        chunks = chunks_of(tokens_of(head) + (tokens(parts, {}) or []))
    return _fixed(chunks)


def _fixed(chunks: Chunks) -> Matcher:
    first = chunks[0]
    if len(chunks) == 2 and isinstance(first, str) and chunks[1] == "":  # noqa: PLR2004 - a prefix and a star
        return lambda resource, _context: resource.startswith(first)
    if len(chunks) == 1 and isinstance(first, str):
        return lambda resource, _context: resource == first
    return lambda resource, _context: matches(chunks, resource)


def _segmented(head: ArnGlob, parts: tuple[Part, ...]) -> Matcher:
    def check(resource: str, context: Mapping[str, object]) -> bool:
        found = tokens(parts, context)
        return found is not None and head.matches(resource, chunks_of(found))

    return check
