"""Fixtures for every test: a real server in a process of its own, and a whole Keystead inside the test's process.

`server` and `client` are for what must be seen over a socket; `house` is quick and its clock can be moved.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from live import Server, make_client, start_server

if TYPE_CHECKING:
    from in_process import InProcess


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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what `house` runs on")


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A whole Keystead inside this process, on a new database, with a clock that the test moves."""
    from in_process import InProcess

    on_postgresql = request.config.getoption("--database") == "postgresql"
    database = None
    if on_postgresql:
        database = new_database(request.getfixturevalue("postgresql"), request.getfixturevalue("prepared_postgresql"))
    opened = InProcess(tmp_path, database)
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
    # The tests kill Keystead, never PostgreSQL: what it would lose with the power does not matter here.
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql: str) -> str:
    """Name a database that has the schema and nothing else: copying it is quicker than making the schema."""
    from keystead.storage import migrate
    from keystead.storage.store import open_store

    url = new_database(postgresql)
    store = open_store(url)
    migrate.prepare(store)
    store.close()
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a new, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/keystead.db"
    return new_database(request.getfixturevalue("postgresql"))


def new_database(url: str, template: str = "template1") -> str:
    """Create a database on a PostgreSQL server, as a copy of another, and return its URL."""
    import psycopg

    name = f"keystead_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return url.replace("/postgres?", f"/{name}?")
