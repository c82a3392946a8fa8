"""A policy document as data, and how it is read.  What AWS refuses on saving is in `grammar`.

Reading never stops at a mistake: it notes a `Problem` and goes on, so that `parse` can name the one AWS names and
`load` can still evaluate the rest, closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from . import errors
from .json_text import JsonArray, JsonNumber, JsonObject, place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .json_text import Json
    from .kinds import PolicyKind

CURRENT_VERSION: Final = "2012-10-17"
VERSIONS: Final = frozenset({"2008-10-17", CURRENT_VERSION})
DOCUMENT_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
PRINCIPAL_TYPES: Final = frozenset({"AWS", "Federated", "Service", "CanonicalUser"})
STATEMENT_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)


class Condition(NamedTuple):
    """One operator on one key, as written."""

    operator: str
    key: str
    values: tuple[str, ...]


class PrincipalEntry(NamedTuple):
    """One principal, as written; the type of a bare `*` is `*`."""

    type: str
    value: str


class Problem(NamedTuple):
    """A mistake: what AWS says, where, and whether the statement can still be trusted to mean what it says."""

    rank: int
    message: str
    offset: int
    breaks: bool
    detail: str = ""


@dataclass(slots=True)
class Statement:
    """One statement.  `broken` says that AWS would refuse it: it never allows, and a Deny denies."""

    index: int
    offset: int
    line: int = 1
    column: int = 1
    sid: str | None = None
    effect: str = ""
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principals: tuple[PrincipalEntry, ...] | None = None
    not_principals: tuple[PrincipalEntry, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    broken: bool = False


@dataclass(slots=True)
class Document:
    """A policy document.  INVARIANT: nothing changes it once it is read."""

    kind: PolicyKind
    version: str | None = None
    id: str | None = None
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    @property
    def variables(self) -> bool:
        """Tell whether `${…}` means a variable here."""
        return self.version == CURRENT_VERSION


class Reader:
    """Reads one document and notes what is wrong with it."""

    def __init__(self, text: str, kind: PolicyKind) -> None:
        """Begin with the text, for positions."""
        self._text = text
        self._kind = kind
        self.problems: list[Problem] = []

    def document(self, root: JsonObject) -> Document:
        """Read the top of the document and its statements."""
        broken = self._unknown(root, DOCUMENT_ELEMENTS)
        version = root.get("Version")
        if version is not None and version not in VERSIONS:
            self.syntax(root.offsets["Version"], f"no such version `{str(version)[:40]}`")
            broken = True
        identifier = root.get("Id")
        if identifier is not None and not isinstance(identifier, str):
            self.syntax(root.offsets["Id"], "`Id` is a string")
            broken = True
        statements = tuple(self._statement(node, index, broken) for index, node in enumerate(self._statements(root)))
        return Document(
            self._kind,
            version if isinstance(version, str) else None,
            identifier if isinstance(identifier, str) else None,
            statements,
            tuple(self.problems),
        )

    def syntax(self, offset: int, detail: str) -> None:
        """Note a mistake for which AWS says no more than that there is one."""
        self.problems.append(Problem(0, errors.SYNTAX, offset, True, detail))

    def _statements(self, root: JsonObject) -> list[JsonObject]:
        node = root.get("Statement")
        items: list[Json] = list(node) if isinstance(node, JsonArray) else [node]
        found = [item for item in items if isinstance(item, JsonObject)]
        if not found or len(found) != len(items):
            self.syntax(root.offsets.get("Statement", root.offset), "`Statement` is one or more objects")
        return found

    def _unknown(self, node: JsonObject, known: frozenset[str]) -> bool:
        unknown = [key for key in node if key not in known]
        for key in unknown:
            self.syntax(node.offsets[key], f"no such element `{key[:40]}`")
        return bool(unknown)

    def _statement(self, node: JsonObject, index: int, broken: bool) -> Statement:  # noqa: FBT001 - inherited state
        before = len(self.problems)
        line, column = place(self._text, node.offset)
        statement = Statement(index, node.offset, line, column)
        self._unknown(node, STATEMENT_ELEMENTS)
        statement.sid = self._sid(node)
        statement.effect = self._effect(node)
        for element in ("Action", "Resource"):
            if element in node and f"Not{element}" in node:
                self.syntax(node.offset, f"`{element}` and `Not{element}` exclude each other")
        if "Principal" in node and "NotPrincipal" in node:
            self.syntax(node.offset, "`Principal` and `NotPrincipal` exclude each other")
        statement.actions = self._strings(node, "Action")
        statement.not_actions = self._strings(node, "NotAction")
        statement.resources = self._strings(node, "Resource")
        statement.not_resources = self._strings(node, "NotResource")
        statement.principals = self._principals(node, "Principal")
        statement.not_principals = self._principals(node, "NotPrincipal")
        statement.conditions = self._conditions(node)
        statement.broken = broken or any(problem.breaks for problem in self.problems[before:])
        return statement

    def _sid(self, node: JsonObject) -> str | None:
        sid = node.get("Sid")
        if sid is None or isinstance(sid, JsonNumber) or not isinstance(sid, str):
            if "Sid" in node:
                self.problems.append(Problem(0, errors.SYNTAX, node.offsets["Sid"], False, "`Sid` is a string"))
            return None
        return sid

    def _effect(self, node: JsonObject) -> str:
        effect = node.get("Effect")
        if effect in ("Allow", "Deny"):
            return str(effect)
        self.syntax(node.offsets.get("Effect", node.offset), "`Effect` is `Allow` or `Deny`")
        return "Deny" if isinstance(effect, str) and effect.strip().lower() == "deny" else "Allow"

    def _strings(self, node: JsonObject, element: str) -> tuple[str, ...] | None:
        if element not in node:
            return None
        value = node[element]
        items: list[Json] = list(value) if isinstance(value, JsonArray) else [value]
        texts = tuple(item for item in items if isinstance(item, str) and not isinstance(item, JsonNumber))
        if len(texts) != len(items):
            self.syntax(node.offsets[element], f"`{element}` is a string or a list of strings")
        return texts

    def _principals(self, node: JsonObject, element: str) -> tuple[PrincipalEntry, ...] | None:
        if element not in node:
            return None
        value = node[element]
        if value == "*":
            return (PrincipalEntry("*", "*"),)
        if not isinstance(value, JsonObject) or not value:
            self.syntax(node.offsets[element], f"`{element}` is `*` or an object")
            return ()
        entries: list[PrincipalEntry] = []
        for type_ in value:
            if type_ not in PRINCIPAL_TYPES:
                self.syntax(value.offsets[type_], f"no such kind of principal `{type_[:40]}`")
                continue
            entries += [PrincipalEntry(type_, text) for text in self._strings(value, type_) or ()]
        return tuple(entries)

    def _conditions(self, node: JsonObject) -> tuple[Condition, ...]:
        if "Condition" not in node:
            return ()
        block = node["Condition"]
        if not isinstance(block, JsonObject):
            self.syntax(node.offsets["Condition"], "`Condition` is an object")
            return ()
        conditions: list[Condition] = []
        for operator, keys in block.items():
            if not isinstance(keys, JsonObject):
                self.syntax(block.offsets[operator], f"`{operator[:40]}` is an object of keys")
                continue
            conditions += [Condition(operator, key, self._values(keys, key)) for key in keys]
        return tuple(conditions)

    def _values(self, keys: JsonObject, key: str) -> tuple[str, ...]:
        value = keys[key]
        items: list[Json] = list(value) if isinstance(value, JsonArray) else [value]
        texts: list[str] = []
        for item in items:
            if isinstance(item, bool):
                texts.append("true" if item else "false")
            elif isinstance(item, str):
                texts.append(str(item))
            else:
                self.syntax(keys.offsets[key], "a condition's value is a string, a number or a boolean")
        return tuple(texts)


def as_json(value: Mapping[str, object] | object, depth: int = 0) -> Json:
    """Turn parsed data (from YAML, say) into what the reader reads; positions are then unknown."""
    if depth > 16:  # noqa: PLR2004 - as deep as text may be
        raise errors.PolicyError(errors.SYNTAX, None, "nested too deeply")
    if isinstance(value, dict):
        node = JsonObject(0)
        for key, item in value.items():
            node[str(key)] = as_json(item, depth + 1)
            node.offsets[str(key)] = 0
        return node
    if isinstance(value, list | tuple):
        array = JsonArray(0)
        array.extend(as_json(item, depth + 1) for item in value)
        array.offsets.extend(0 for _ in value)
        return array
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        if abs(value) >= 10**64 or value != value:  # noqa: PLR0124 - not a number is not itself
            raise errors.PolicyError(errors.SYNTAX, None, "a number too large")
        return JsonNumber(value)
    # YAML reads 2012-10-17 without quotation marks as a date, which writes itself the same way.
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
