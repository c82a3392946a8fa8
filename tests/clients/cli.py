"""The AWS CLI as people run it: a process of its own, with environment and files of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command ended with."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Cli:
    """The AWS CLI, with the environment that `keystead serve` says to export and a home directory of its own."""

    home: Path
    env: Mapping[str, str] = field(repr=False)

    def __call__(self, *arguments: str) -> Answer:
        """Run `aws …`, whatever it ends with."""
        command = [sys.executable, "-m", "awscli", *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=SECONDS, check=False)
        return Answer(done.returncode, done.stdout, done.stderr.strip())

    def text(self, *arguments: str) -> str:
        """Run `aws …`, which must succeed, and return what it printed."""
        answer = self(*arguments)
        assert answer.status == 0, answer.err
        return answer.out

    def json(self, *arguments: str) -> Any:
        """Run `aws …`, which must succeed, and return the JSON that it printed."""
        return json.loads(self.text(*arguments, "--output", "json"))

    def refusal(self, *arguments: str) -> str:
        """Run `aws …`, which must fail as a refused request does, and return the message."""
        answer = self(*arguments)
        assert (answer.status, answer.out) == (255, "")
        return answer.err

    def with_env(self, **changes: str) -> Cli:
        """Return the same CLI with environment variables changed."""
        return replace(self, env={**self.env, **changes})

    def without_env(self, *names: str) -> Cli:
        """Return the same CLI without some environment variables."""
        return replace(self, env={name: value for name, value in self.env.items() if name not in names})

    def configure(self, config: str, credentials: str = "") -> None:
        """Write ~/.aws/config and ~/.aws/credentials."""
        (self.home / ".aws").mkdir(exist_ok=True)
        (self.home / ".aws" / "config").write_text(config)
        (self.home / ".aws" / "credentials").write_text(credentials)
