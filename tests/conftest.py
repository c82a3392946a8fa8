"""Fixtures for every test: a real server in a process of its own, and a whole Keystead inside the test's process.

`server` and `client` are for what must be seen over a socket; `house` is quick and its clock can be moved.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from in_process import InProcess

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
        return self.process.wait(30)


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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Serve an ephemeral organization for the whole session of tests."""
    running = start_server("--ephemeral")
    yield running
    assert running.stop() == 0


@pytest.fixture
def client(server: Server) -> Callable[..., Any]:
    """Make boto3 clients of `server`: client("iam"), client("iam", credentials)."""

    def make(service: str, credentials: Mapping[str, str] | None = None, **config: Any) -> Any:
        return make_client(server.url, service, credentials or server.admin, **config)

    return make


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A whole Keystead inside this process, on a new SQLite, with a clock that the test moves."""
    from in_process import InProcess

    opened = InProcess(tmp_path)
    # Clients sign by the same clock, or every signature would be from another time.
    monkeypatch.setattr("botocore.auth.get_current_datetime", opened.clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a real PostgreSQL for the whole session of tests; its URL."""
    # pgserver's own dependency warns about an environment without a desktop session.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    try:
        import pgserver

        server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    except Exception as error:  # noqa: BLE001  whatever keeps it from running, the tests that need it are skipped aloud
        pytest.skip(f"PostgreSQL does not run here: {error}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a new, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/keystead.db"
    import psycopg

    url: str = request.getfixturevalue("postgresql")
    name = f"keystead_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
