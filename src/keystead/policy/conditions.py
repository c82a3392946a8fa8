"""Condition operators, compiled to closures over the request's context.

A check takes the context, whose keys are lower-case, and tells whether the condition holds.  What cannot be compiled
raises `BrokenPolicyError`; what cannot be evaluated raises anything: the caller closes.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from . import operators
from .matching import ascii_lower
from .variables import BrokenPolicyError, keys_in, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .document import Condition
    from .operators import Test

    Context: TypeAlias = Mapping[str, str | Sequence[str]]
    Check: TypeAlias = Callable[[Context], bool]

_SETS: Final = ("forallvalues:", "foranyvalue:")


class Operator(NamedTuple):
    """An operator taken apart: `name` lower-case without its prefix and suffix."""

    quantifier: str
    name: str
    if_exists: bool


def compile_condition(condition: Condition, *, variables: bool) -> Check:
    """Compile one operator on one key.

    Errors: BrokenPolicyError for an unknown operator or a value that the operator cannot read.
    """
    operator = _operator(condition.operator)
    key = ascii_lower(condition.key)
    if operator.name == "null":
        return _null(key, condition.values, operator)
    family = operators.FAMILIES.get(operator.name)
    if family is None:
        message = f"no such operator `{condition.operator[:80]}`"
        raise BrokenPolicyError(message)
    if operator.quantifier:
        test = family.prepare(condition.values, variables)
        wanted = not family.negated
        if operator.quantifier == "forallvalues:":
            return _for_all(key, test, wanted)
        return _for_any(key, test, wanted, operator.if_exists)
    if operator.name == "stringequals" and not operator.if_exists and not _has_variables(condition.values, variables):
        return _exactly(key, frozenset(condition.values))
    if operator.name == "bool" and not operator.if_exists and len(condition.values) == 1:
        return _flag(key, wanted=ascii_lower(condition.values[0]) == "true")
    return _single(key, family.prepare(condition.values, variables), not family.negated, operator.if_exists)


def mistake(condition: Condition, *, variables: bool) -> str:
    """Say what is wrong with a condition, or nothing."""
    try:
        compile_condition(condition, variables=variables)
    except BrokenPolicyError as error:
        return str(error)
    return ""


def keys_of(condition: Condition, *, variables: bool) -> set[str]:
    """Name the context keys, lower-case, that a condition reads."""
    keys = {ascii_lower(condition.key)}
    for value in condition.values:
        try:
            keys |= keys_in(parts_of(value, variables=variables))
        except BrokenPolicyError:
            continue
    return keys


def _operator(text: str) -> Operator:
    name = ascii_lower(text)
    quantifier = next((prefix for prefix in _SETS if name.startswith(prefix)), "")
    name = name.removeprefix(quantifier)
    if_exists = name.endswith("ifexists")
    return Operator(quantifier, name.removesuffix("ifexists"), if_exists)


def _has_variables(values: tuple[str, ...], variables: bool) -> bool:  # noqa: FBT001 - the document's version
    return variables and any("${" in value for value in values)


def _exactly(key: str, values: frozenset[str]) -> Check:
    def check(context: Context) -> bool:
        value = context.get(key)
        if isinstance(value, str):
            return value in values
        return _absent(value)

    return check


def _flag(key: str, *, wanted: bool) -> Check:
    def check(context: Context) -> bool:
        value = context.get(key)
        if isinstance(value, str):
            return (value == "true" or ascii_lower(value) == "true") is wanted
        return _absent(value)

    return check


def _absent(value: Sequence[str] | None) -> bool:
    """Say that a positive operator does not match a key that is absent or has many values."""
    if value is not None:
        _values(value)
    return False


def _single(key: str, test: Test, wanted: bool, if_exists: bool) -> Check:  # noqa: FBT001 - both are of the operator
    absent = if_exists or not wanted

    def check(context: Context) -> bool:
        value = context.get(key)
        if value is None:
            return absent
        if not isinstance(value, str):
            _values(value)
            return False  # A multivalued key needs a set operator.
        return test(value, context) is wanted

    return check


def _for_all(key: str, test: Test, wanted: bool) -> Check:  # noqa: FBT001 - of the operator
    def check(context: Context) -> bool:
        value = context.get(key)
        if value is None:
            return True
        return all(test(item, context) is wanted for item in _values(value))

    return check


def _for_any(key: str, test: Test, wanted: bool, if_exists: bool) -> Check:  # noqa: FBT001 - both are of the operator
    def check(context: Context) -> bool:
        value = context.get(key)
        if value is None:
            return if_exists
        return any(test(item, context) is wanted for item in _values(value))

    return check


def _null(key: str, values: tuple[str, ...], operator: Operator) -> Check:
    answers = {ascii_lower(value) for value in values}
    if operator.if_exists or not answers <= {"true", "false"}:
        message = "`Null` takes `true` or `false`, and no `IfExists`"
        raise BrokenPolicyError(message)

    def check(context: Context) -> bool:
        value = context.get(key)
        absent = value is None or not _values(value)
        return ("true" if absent else "false") in answers

    return check


def _values(value: str | Sequence[str]) -> Sequence[str]:
    """Give the values of a key; an empty string, alone, is the empty set (AWS: "a null data set")."""
    items: Sequence[str] = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        message = "a context value is a string or a list of strings"
        raise TypeError(message)
    return items if any(items) else ()
