"""Check a parsed input against every constraint of the model, and word what is wrong as AWS does.

Each input shape is compiled once into closures. A value is only described when it is wrong.

Source: recorded answers of AWS STS. A member's pattern is reported before its length, lengths count characters (an
emoji is one), a missing member is `Value null`, scalars inside a list are reported with the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from keystead.wire.patterns import matcher

# A pattern is not tried on a value that is this long and too long anyway: the answer is a refusal either way.
_PATTERN_LIMIT: Final = 16_384
# The answer to a long list of nonsense must not be many times as long.
_MOST_DESCRIBED: Final = 100
_MASK: Final = "***"

Path = tuple[str, Any]  # (name, the path it hangs on or None): cheap to pass on, written out only when reported


class Violation(NamedTuple):
    """One broken constraint: where, by which value, of which kind, and AWS's sentence about it."""

    path: str
    value: str
    kind: str
    rule: str

    def sentence(self) -> str:
        """Return what AWS says about this member."""
        value = f" {self.value}" if self.value else ""
        return f"Value{value} at '{self.path}' failed to satisfy constraint: {self.rule}"


Check = Callable[[Any, Path | None, list[Violation]], None]
# For scalars: the kinds and rules that a value breaks.
Rules = Callable[[Any], list[tuple[str, str]]]


def checker(shape: Any) -> Check | None:
    """Compile the check of an input shape; None if there is nothing to check in it. No input shape is recursive."""
    match shape.type_name:
        case "structure":
            return None if getattr(shape, "is_document_type", False) else _structure(shape)
        case "list":
            return _list(shape)
        case "map":
            return _map(shape)
        case _:
            return _scalar(shape)


def describe(violations: list[Violation]) -> str:
    """Return the message of the validation error: how many, and each in AWS's sentence."""
    count = len(violations)
    head = f"{count} validation error{'' if count == 1 else 's'} detected: "
    return head + "; ".join(violation.sentence() for violation in violations[:_MOST_DESCRIBED])


def _written(path: Path | None) -> str:
    names: list[str] = []
    while path is not None:
        names.append(path[0])
        path = path[1]
    return ".".join(reversed(names))


def _member_name(name: str) -> str:
    return name[:1].lower() + name[1:]


def _structure(shape: Any) -> Check:
    required = frozenset(shape.required_members)
    members = [(name, _member_name(name), name in required, checker(member)) for name, member in shape.members.items()]
    inner = [member for member in members if member[2] or member[3]]
    union = bool(getattr(shape, "is_tagged_union", False))

    def check(value: Mapping[str, Any], path: Path | None, found: list[Violation]) -> None:
        for name, spelled, needed, check_member in inner:
            item = value.get(name)
            if item is None:
                if needed:
                    where = _written((spelled, path))
                    found.append(Violation(where, "null", "required", "Member must not be null"))
            elif check_member is not None:
                check_member(item, (spelled, path), found)
        if union and len(value) != 1:
            found.append(_violation(value, path, shape, ("union", "Member must have exactly one member set")))

    return check


def _list(shape: Any) -> Check | None:
    check_length = _lengths(shape)
    scalar = _rules(shape.member) if _is_scalar(shape.member) else None
    check_item = None if scalar else checker(shape.member)
    every_rule = ", ".join(_stated(shape.member))
    if check_length is None and scalar is None and check_item is None:
        return None

    def check(value: list[Any], path: Path | None, found: list[Violation]) -> None:
        if check_length is not None:
            found.extend(_violation(value, path, shape, broken) for broken in check_length(value))
        if scalar is not None:
            broken = next((rules for item in value if (rules := scalar(item))), None)
            if broken:
                rule = ("element", f"Member must satisfy constraint: [{every_rule}]")
                found.append(_violation(value, path, shape, rule))
        elif check_item is not None:
            for number, item in enumerate(value, 1):
                check_item(item, ("member", (str(number), path)), found)

    return check


def _map(shape: Any) -> Check | None:
    check_length = _lengths(shape)
    check_key = _rules(shape.key)
    scalar = _rules(shape.value) if _is_scalar(shape.value) else None
    check_value = None if scalar else checker(shape.value)
    key_rules, value_rules = ", ".join(_stated(shape.key)), ", ".join(_stated(shape.value))

    def check(value: dict[str, Any], path: Path | None, found: list[Violation]) -> None:
        if check_length is not None:
            found.extend(_violation(value, path, shape, broken) for broken in check_length(value))
        if check_key is not None and (broken := next((rules for key in value if (rules := check_key(key))), None)):
            rule = ("element", f"Map keys must satisfy constraint: [{key_rules}]")
            found.append(_violation(value, path, shape, rule))
        if scalar is not None:
            broken = next((rules for item in value.values() if (rules := scalar(item))), None)
            if broken:
                rule = ("element", f"Map value must satisfy constraint: [{value_rules}]")
                found.append(_violation(value, path, shape, rule))
        elif check_value is not None:
            for key, item in value.items():
                check_value(item, ("member", (key, path)), found)

    return check if check_length or check_key or scalar or check_value else None


def _scalar(shape: Any) -> Check | None:
    rules = _rules(shape)
    if rules is None:
        return None

    def check(value: Any, path: Path | None, found: list[Violation]) -> None:
        broken = rules(value)
        if broken:
            found.extend(_violation(value, path, shape, rule) for rule in broken)

    return check


def _is_scalar(shape: Any) -> bool:
    return shape.type_name not in {"structure", "list", "map"}


def _rules(shape: Any) -> Rules | None:
    """Return what a scalar value must satisfy, as a function that lists what it does not."""
    match shape.type_name:
        case "string" | "character":
            return _text_rules(shape)
        case "integer" | "long" | "float" | "double":
            return _range_rules(shape)
        case "blob":
            return _lengths(shape)
        case _:
            return None


def _text_rules(shape: Any) -> Rules | None:
    metadata = shape.metadata
    pattern, allowed = metadata.get("pattern"), frozenset(metadata.get("enum", ()))
    least, most = metadata.get("min", 0), metadata.get("max")
    if pattern is None and not allowed and not least and most is None:
        return None
    if allowed:
        stated = _enum_rule(shape)
        return lambda value: [] if value in allowed else [("enum", stated)]
    # Compiled at the first value: some patterns need the tables of Unicode, and many are never used.
    matches: Callable[[str], object | None] | None = None

    def broken(value: str) -> list[tuple[str, str]]:
        nonlocal matches
        size = len(value)
        rules: list[tuple[str, str]] = []
        if pattern is not None and (most is None or size <= most or size <= _PATTERN_LIMIT):
            matches = matches or matcher(pattern)
            if not matches(value):
                rules.append(("pattern", _pattern_rule(pattern)))
        if size < least:
            rules.append(("min length", _least_length(least)))
        elif most is not None and size > most:
            rules.append(("max length", _most_length(most)))
        return rules

    return broken


def _range_rules(shape: Any) -> Rules | None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return None

    def broken(value: float) -> list[tuple[str, str]]:
        if least is not None and value < least:
            return [("min value", _least_value(least))]
        if most is not None and value > most:
            return [("max value", _most_value(most))]
        return []

    return broken


def _lengths(shape: Any) -> Rules | None:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if not least and most is None:
        return None

    def broken(value: Any) -> list[tuple[str, str]]:
        size = len(value)
        if size < least:
            return [("min length", _least_length(least))]
        if most is not None and size > most:
            return [("max length", _most_length(most))]
        return []

    return broken


def _stated(shape: Any) -> list[str]:
    """Return every rule of a scalar: AWS repeats them all when an element of a list or map breaks one."""
    metadata = shape.metadata
    if "enum" in metadata:
        return [_enum_rule(shape)]
    numeric = shape.type_name in {"integer", "long", "float", "double"}
    stated = []
    if "max" in metadata:
        stated.append((_most_value if numeric else _most_length)(metadata["max"]))
    if "min" in metadata:
        stated.append((_least_value if numeric else _least_length)(metadata["min"]))
    if "pattern" in metadata:
        stated.append(_pattern_rule(metadata["pattern"]))
    return stated


def _enum_rule(shape: Any) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"


def _pattern_rule(pattern: str) -> str:
    return f"Member must satisfy regular expression pattern: {pattern}"


def _least_length(least: int) -> str:
    return f"Member must have length greater than or equal to {least}"


def _most_length(most: int) -> str:
    return f"Member must have length less than or equal to {most}"


def _least_value(least: float) -> str:
    return f"Member must have value greater than or equal to {least}"


def _most_value(most: float) -> str:
    return f"Member must have value less than or equal to {most}"


def _violation(value: Any, path: Path | None, shape: Any, rule: tuple[str, str]) -> Violation:
    shown = _shown(value, shape)
    return Violation(_written(path), "" if shown == _MASK else f"'{shown}'", *rule)


def _shown(value: Any, shape: Any) -> str:
    """Return a value as a message shows it; what the model calls sensitive is never shown, at any depth.

    Source: where a whole value is sensitive AWS leaves it out: "Value at 'password' failed to satisfy ...".
    """
    if shape.metadata.get("sensitive"):
        return _MASK
    match shape.type_name:
        case "structure":
            if getattr(shape, "is_document_type", False):
                return _MASK
            inside = ", ".join(
                f"{name}={_shown(value[name], member)}" for name, member in shape.members.items() if name in value
            )
            return f"{shape.name}({inside})"
        case "list":
            return f"[{', '.join(_shown(item, shape.member) for item in value)}]"
        case "map":
            return f"{{{', '.join(f'{_shown(k, shape.key)}={_shown(v, shape.value)}' for k, v in value.items())}}}"
        case "boolean":
            return str(value).lower()
        case "blob":
            return _MASK
        case _:
            return str(value)
