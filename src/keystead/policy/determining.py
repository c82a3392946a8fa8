"""Where a policy hangs, and which of its statements decided."""

from __future__ import annotations

from dataclasses import dataclass

from .document import Statement
from .kinds import PolicyKind


@dataclass(frozen=True, slots=True)
class Source:
    """Where a policy hangs: its ARN or name, the level of an SCP or RCP, and the user, group or role that has it."""

    kind: PolicyKind
    name: str = ""
    level: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Determining:
    """A statement that decided: of which policy, and where in it (index from 0, line and column from 1)."""

    source: Source
    sid: str | None
    effect: str
    index: int
    line: int
    column: int

    @classmethod
    def of(cls, statement: Statement, source: Source) -> Determining:
        """Describe a statement."""
        return cls(source, statement.sid, statement.effect, statement.index, statement.line, statement.column)

    def to_json(self) -> dict[str, object]:
        """Give the statement as JSON-ready data."""
        return {
            "kind": str(self.source.kind),
            "policy": self.source.name,
            "level": self.source.level,
            "owner": self.source.owner,
            "sid": self.sid,
            "effect": self.effect,
            "statement": self.index,
            "line": self.line,
            "column": self.column,
        }

    def __str__(self) -> str:
        """Say which statement of which policy, for a person."""
        name = f" {self.source.name}" if self.source.name else ""
        level = f" at {self.source.level}" if self.source.level else ""
        owner = f" of {self.source.owner}" if self.source.owner else ""
        sid = f" (Sid {self.sid})" if self.sid else ""
        return f"{self.effect} by {self.source.kind} policy{name}{level}{owner}, statement {self.index + 1}{sid}"
