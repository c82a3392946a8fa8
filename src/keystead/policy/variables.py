"""Policy variables: `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.

A value that is put in is literal: a star in a user's name is no wildcard.  There is one pass and no recursion.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from .matching import Token, ascii_lower, tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPES: Final = frozenset("*?$")


class BrokenPolicyError(Exception):
    """A part of a statement that cannot be evaluated: an Allow with it never applies, a Deny with it always does."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A context key, lower-case, and what stands for it when the request has none."""

    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Literal:
    """Text in which a star is a star."""

    text: str


Part: TypeAlias = str | Variable | Literal


def parts_of(text: str, *, variables: bool) -> tuple[Part, ...]:
    """Split text at its variables; without them (Version 2008-10-17) it is one part as it stands.

    Errors: BrokenPolicyError for a variable without its end or without a name.
    """
    if not variables or "${" not in text:
        return (text,)
    parts: list[Part] = []
    here = 0
    while (start := text.find("${", here)) >= 0:
        if start > here:
            parts.append(text[here:start])
        end = _end(text, start + 2)
        parts.append(_part(text[start + 2 : end]))
        here = end + 1
    if here < len(text):
        parts.append(text[here:])
    return tuple(parts)


def resolve(part: Variable, context: Mapping[str, object]) -> str | None:
    """Give the value of a variable, or None: a multivalued key has no single value."""
    value = context.get(part.key)
    if value is None:
        return part.default
    return value if isinstance(value, str) else None


def tokens(parts: tuple[Part, ...], context: Mapping[str, object]) -> list[Token] | None:
    """Put the values in; None when a variable has none.  Wildcards are those of the policy alone."""
    result: list[Token] = []
    for part in parts:
        if isinstance(part, str):
            result.extend(tokens_of(part))
        elif isinstance(part, Literal):
            result.extend(part.text)
        else:
            value = resolve(part, context)
            if value is None:
                return None
            result.extend(value)
    return result


def plain(parts: tuple[Part, ...], context: Mapping[str, object]) -> str | None:
    """Put the values in where wildcards mean nothing; None when a variable has no value."""
    result: list[str] = []
    for part in parts:
        value = part if isinstance(part, str) else part.text if isinstance(part, Literal) else resolve(part, context)
        if value is None:
            return None
        result.append(value)
    return "".join(result)


def keys_in(parts: tuple[Part, ...]) -> set[str]:
    """Name the context keys that the text needs."""
    return {part.key for part in parts if isinstance(part, Variable)}


def _end(text: str, start: int) -> int:
    quoted = False
    for index in range(start, len(text)):
        if text[index] == "'":
            quoted = not quoted
        elif text[index] == "}" and not quoted:
            return index
    message = f"a variable without its end: `{text[:80]}`"
    raise BrokenPolicyError(message)


def _part(inner: str) -> Part:
    if inner in _ESCAPES:
        return Literal(inner)
    key, comma, rest = inner.partition(",")
    key, rest = key.strip(), rest.strip()
    if not key or any(char in key for char in "*?${'"):
        message = f"not a variable: `${{{inner[:80]}}}`"
        raise BrokenPolicyError(message)
    if not comma:
        return Variable(ascii_lower(key), None)
    if len(rest) < 2 or rest[0] != "'" or rest[-1] != "'":  # noqa: PLR2004 - two quotation marks
        message = f"a default value stands in single quotation marks: `${{{inner[:80]}}}`"
        raise BrokenPolicyError(message)
    return Variable(ascii_lower(key), rest[1:-1])
