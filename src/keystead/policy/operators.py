"""What each condition operator compares.

A test takes one value of the request and the context (for variables) and tells whether it is one of the policy's
values; None says that the value is not what the operator compares (not a number, not an ARN): then neither the
operator nor its negation matches.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from .instants import instant, number
from .matching import Chunks, Token, Wild, ascii_lower, chunks_of, matches
from .variables import BrokenPolicyError, Part, parts_of, plain, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

Test: TypeAlias = "Callable[[str, Mapping[str, object]], bool | None]"
Prepare: TypeAlias = "Callable[[tuple[str, ...], bool], Test]"
ARN_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class Family:
    """An operator: how its values are prepared, and whether it is a negation."""

    prepare: Prepare
    negated: bool = False


def _split(values: tuple[str, ...], variables: bool) -> tuple[list[str], list[tuple[Part, ...]]]:  # noqa: FBT001
    """Separate the values without variables from those with."""
    fixed: list[str] = []
    varying: list[tuple[Part, ...]] = []
    for value in values:
        if variables and "${" in value:
            varying.append(parts_of(value, variables=True))
        else:
            fixed.append(value)
    return fixed, varying


def _equal(values: tuple[str, ...], variables: bool) -> Test:  # noqa: FBT001 - the document's version
    fixed, varying = _split(values, variables)
    known = frozenset(fixed)
    if not varying:
        return lambda value, _context: value in known

    def test(value: str, context: Mapping[str, object]) -> bool:
        return value in known or any(plain(parts, context) == value for parts in varying)

    return test


def _equal_ignoring_case(values: tuple[str, ...], variables: bool) -> Test:  # noqa: FBT001 - the document's version
    fixed, varying = _split(values, variables)
    known = frozenset(_fold(value) for value in fixed)

    def test(value: str, context: Mapping[str, object]) -> bool:
        folded = _fold(value)
        if folded in known:
            return True
        found = (plain(parts, context) for parts in varying)
        return any(text is not None and _fold(text) == folded for text in found)

    return test


def _fold(text: str) -> str:
    """Lower-case letters, each for itself; no sign of another script becomes a letter from A to Z."""
    if text.isascii():
        return text.lower()
    lowered = ((char, char.lower()) for char in text)
    return "".join(char if lower.isascii() and not char.isascii() else lower for char, lower in lowered)


def _like(values: tuple[str, ...], variables: bool) -> Test:  # noqa: FBT001 - the document's version
    fixed, varying = _split(values, variables)
    known = tuple(chunks_of(_tokens(value)) for value in fixed)

    def test(value: str, context: Mapping[str, object]) -> bool:
        for chunks in known:
            if matches(chunks, value):
                return True
        if not varying:
            return False
        found = (tokens(parts, context) for parts in varying)
        return any(pattern is not None and matches(chunks_of(pattern), value) for pattern in found)

    return test


def _arn(values: tuple[str, ...], variables: bool) -> Test:  # noqa: FBT001 - the document's version
    fixed, varying = _split(values, variables)
    known: list[tuple[Chunks, ...]] = []
    for value in fixed:
        pattern = _arn_pattern(_tokens(value))
        if pattern is None:
            message = f"not an ARN: `{value[:80]}`"
            raise BrokenPolicyError(message)
        known.append(pattern)

    def test(value: str, context: Mapping[str, object]) -> bool | None:
        segments = value.split(":", 5)
        if len(segments) != ARN_PARTS or segments[0] != "arn":
            return None
        if any(_arn_matches(pattern, segments) for pattern in known):
            return True
        for parts in varying:
            found = tokens(parts, context)
            pattern = None if found is None else _arn_pattern(found)
            if pattern is not None and _arn_matches(pattern, segments):
                return True
        return False

    return test


def _tokens(text: str) -> list[Token]:
    return tokens((text,), {}) or []


def _arn_pattern(pattern: list[Token]) -> tuple[Chunks, ...] | None:
    """Cut a pattern into the six parts of an ARN; a lone star is any ARN."""
    if pattern == [Wild.ANY]:
        return (chunks_of(pattern),) * ARN_PARTS
    parts: list[list[Token]] = [[]]
    for mark in pattern:
        if mark == ":" and len(parts) < ARN_PARTS:
            parts.append([])
        else:
            parts[-1].append(mark)
    return tuple(chunks_of(part) for part in parts) if len(parts) == ARN_PARTS else None


def _arn_matches(pattern: tuple[Chunks, ...], segments: list[str]) -> bool:
    return all(matches(chunks, segment) for chunks, segment in zip(pattern, segments, strict=True))


def _compared(read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]) -> Prepare:
    def prepare(values: tuple[str, ...], _variables: bool) -> Test:  # noqa: FBT001 - the document's version
        known: list[Decimal] = []
        for value in values:
            limit = read(value)
            if limit is None:
                message = f"not a number or a date: `{value[:80]}`"
                raise BrokenPolicyError(message)
            known.append(limit)

        def test(value: str, _context: Mapping[str, object]) -> bool | None:
            found = read(value)
            return None if found is None else any(compare(found, limit) for limit in known)

        return test

    return prepare


def _bool(values: tuple[str, ...], _variables: bool) -> Test:  # noqa: FBT001 - the document's version
    known = frozenset(ascii_lower(value) == "true" for value in values)

    def test(value: str, _context: Mapping[str, object]) -> bool:
        return (value == "true" or ascii_lower(value) == "true") in known

    return test


def _binary(values: tuple[str, ...], _variables: bool) -> Test:  # noqa: FBT001 - the document's version
    known: set[bytes] = set()
    for value in values:
        decoded = _base64(value)
        if decoded is None:
            message = f"not base64: `{value[:80]}`"
            raise BrokenPolicyError(message)
        known.add(decoded)

    def test(value: str, _context: Mapping[str, object]) -> bool:
        # A context value is text: the bytes themselves, or their base64 as the simulator's API takes them.
        return value.encode("utf-8", "surrogatepass") in known or _base64(value) in known

    return test


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(values: tuple[str, ...], _variables: bool) -> Test:  # noqa: FBT001 - the document's version
    known: list[tuple[int, int, int]] = []
    for value in values:
        network = _network(value)
        if network is None:
            message = f"not an address or a CIDR block: `{value[:80]}`"
            raise BrokenPolicyError(message)
        known.append(network)

    def test(value: str, _context: Mapping[str, object]) -> bool | None:
        found = _ip(value)
        if found is None:
            return None
        version, address = found
        return any(version == of and address & mask == base for of, base, mask in known)

    return test


def _network(text: str) -> tuple[int, int, int] | None:
    """Read `address/length`, or an address alone, as (version, base, mask)."""
    address, slash, length = text.partition("/")
    found = _ip(address)
    if found is None or (slash and not (length.isascii() and length.isdigit() and len(length) <= 3)):  # noqa: PLR2004
        return None
    bits = 32 if found[0] == 4 else 128  # noqa: PLR2004 - IP versions
    prefix = int(length) if slash else bits
    if prefix > bits:
        return None
    mask = ((1 << prefix) - 1) << (bits - prefix)
    return found[0], found[1] & mask, mask


@lru_cache(maxsize=4096)
def _ip(text: str) -> tuple[int, int] | None:
    if "%" in text or not text.isascii():
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


_COMPARISONS: Final[tuple[tuple[str, Callable[[Decimal, Decimal], bool], bool], ...]] = (
    ("equals", lambda found, limit: found == limit, False),
    ("notequals", lambda found, limit: found == limit, True),
    ("lessthan", lambda found, limit: found < limit, False),
    ("lessthanequals", lambda found, limit: found <= limit, False),
    ("greaterthan", lambda found, limit: found > limit, False),
    ("greaterthanequals", lambda found, limit: found >= limit, False),
)

FAMILIES: Final[Mapping[str, Family]] = {
    "stringequals": Family(_equal),
    "stringnotequals": Family(_equal, negated=True),
    "stringequalsignorecase": Family(_equal_ignoring_case),
    "stringnotequalsignorecase": Family(_equal_ignoring_case, negated=True),
    "stringlike": Family(_like),
    "stringnotlike": Family(_like, negated=True),
    "arnequals": Family(_arn),
    "arnlike": Family(_arn),
    "arnnotequals": Family(_arn, negated=True),
    "arnnotlike": Family(_arn, negated=True),
    "bool": Family(_bool),
    "binaryequals": Family(_binary),
    "ipaddress": Family(_address),
    "notipaddress": Family(_address, negated=True),
    **{
        f"{kind}{name}": Family(_compared(read, compare), negated=negated)
        for kind, read in (("numeric", number), ("date", instant))
        for name, compare, negated in _COMPARISONS
    },
}
