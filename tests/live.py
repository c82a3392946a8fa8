"""A real `keystead serve` in a process of its own, and unmodified boto3 clients of it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
import pytest
from botocore.config import Config

START_SECONDS = 20
SOURCE = Path(__file__).parent.parent / "src"


@dataclass(frozen=True, slots=True)
class Server:
    """A running `keystead serve`, and its administrator's key as boto3's arguments."""

    url: str
    account_id: str
    admin: Mapping[str, str]
    process: subprocess.Popen[str]

    def get(self, path: str) -> Any:
        """Return the JSON that the server gives anyone at a path."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> int:
        """Stop it as an operator would and return its exit status."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended and return its exit status."""
        status = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment without anything that would configure Keystead or an AWS client."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KEYSTEAD_", "AWS_"))}
    return kept | {"PYTHONPATH": str(SOURCE)} | changes


def start_server(*flags: str, env: Mapping[str, str] | None = None, stderr: IO[str] | None = None) -> Server:
    """Start `keystead serve` on a free port and wait until it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "keystead", "serve", "--port", "0", "--output", "json", *flags],
        env=environment(**(env or {})),
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        process.stdout.close()
        pytest.fail(f"keystead serve {' '.join(flags)} did not start (status {process.returncode})")
    said = json.loads(line)
    created = said["created"] or {}
    admin = {
        "aws_access_key_id": created.get("access_key_id", ""),
        "aws_secret_access_key": created.get("secret_access_key", ""),
    }
    return Server(said["endpoint_url"], created.get("account_id", ""), admin, process)


def make_client(
    url: str, service: str, credentials: Mapping[str, str], region: str = "us-east-1", **config: Any
) -> Any:
    """Return a boto3 client of a server, unmodified but for not retrying."""
    options = Config(retries={"total_max_attempts": 1}, **config)
    from in_process import as_arguments

    arguments = as_arguments(credentials)
    return boto3.client(service, region_name=region, endpoint_url=url, config=options, **arguments)
