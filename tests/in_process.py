"""A whole Keystead inside the test's own process: real database, real boto3, no socket, a clock that the test moves."""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import auth, compat
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from keystead.gateway.app import Keystead
from keystead.settings import Settings
from keystead.wire.http import HttpRequest

Credentials = Mapping[str, str]
ENDPOINT = "http://127.0.0.1:5397"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        """Start at a fixed moment."""
        self.now = dt.datetime(2026, 11, 23, 12, 0, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """Return the present moment."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(seconds=seconds)


class _Raw:
    """The little of a urllib3 response that botocore reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        return [self._body]


class InProcess:
    """Keystead on a temporary SQLite or a given database, with boto3 clients wired straight into `handle`."""

    def __init__(self, directory: Path, database_url: str | None = None) -> None:
        """Open it and remember the administrator of the management account."""
        self.clock = Clock()
        self._closed = False
        self._real_clock = auth.get_current_datetime
        # boto3 signs by the clock that the test moves.
        auth.get_current_datetime = self._signing_time
        self.settings = Settings.for_tests(directory, database_url=database_url)
        self.keystead = Keystead.open(self.settings, clock=self.clock, random=os.urandom)
        created = self.keystead.created
        if created is None:
            msg = "the database of this test is not new"
            raise RuntimeError(msg)
        self.account_id = created.account_id
        self.admin: Credentials = {
            "aws_access_key_id": created.access_key_id,
            "aws_secret_access_key": created.secret_access_key,
        }
        self.source_ip = "127.0.0.1"

    def _signing_time(self) -> dt.datetime:
        # Whoever kept this function after the house was closed gets the machine's clock.
        return compat.get_current_datetime() if self._closed else self.clock().replace(tzinfo=None)

    def client(self, service: str, credentials: Credentials | None = None, region: str = "us-east-1") -> Any:
        """Return a real boto3 client of a service; the administrator's unless other credentials are given.

        `credentials` are boto3's arguments, or a `Credentials` structure as STS returns it.
        """
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=ENDPOINT,
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
            **as_arguments(credentials or self.admin),
        )
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        url = urlsplit(request.url)
        headers = [(name.lower(), _text(value)) for name, value in request.headers.items()]
        headers.append(("host", url.netloc))
        body = request.body or b""
        response = self.keystead.handle(
            HttpRequest(
                method=request.method,
                path=url.path or "/",
                query=url.query,
                headers=tuple(headers),
                body=body.encode() if isinstance(body, str) else bytes(body),
                source_ip=self.source_ip,
                secure=False,
            )
        )
        return AWSResponse(request.url, response.status, dict(response.headers), _Raw(response.body))

    def tick(self) -> None:
        """Let the process do what is due."""
        self.keystead.tick()

    def standalone(self, email: str, name: str) -> Credentials:
        """Create an account outside any organization and return its administrator's credentials."""
        created = self.keystead.create_account(email, name, admin=True)
        if created.access_key_id is None or created.secret_access_key is None:
            msg = "an administrator was asked for"
            raise RuntimeError(msg)
        return {
            "aws_access_key_id": created.access_key_id,
            "aws_secret_access_key": created.secret_access_key,
        }

    def neighbour(self) -> "InProcess":
        """Return a second node over the same database, with the same clock."""
        node = object.__new__(InProcess)
        node._closed = False
        node.clock, node.settings, node.admin = self.clock, self.settings, self.admin
        node._real_clock = auth.get_current_datetime
        node.account_id, node.source_ip = self.account_id, self.source_ip
        node.keystead = Keystead.open(self.settings, clock=self.clock, random=os.urandom)
        return node

    def close(self) -> None:
        """Close the database, and give boto3 the clock back that it had before."""
        self._closed = True
        auth.get_current_datetime = self._real_clock
        self.keystead.close()


def as_arguments(credentials: Credentials) -> dict[str, str]:
    """Return credentials as boto3's keyword arguments, from whichever form they have."""
    if "AccessKeyId" not in credentials:
        return dict(credentials)
    names = {
        "AccessKeyId": "aws_access_key_id",
        "SecretAccessKey": "aws_secret_access_key",
        "SessionToken": "aws_session_token",
    }
    return {argument: credentials[name] for name, argument in names.items() if name in credentials}


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
