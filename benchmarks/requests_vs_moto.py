"""Measure requests per second of Keystead and of moto_server, in the same run, on the same pre-signed requests.

Keystead: one worker, SQLite on disk with every durability on, signatures checked, authorization decided, every call
audited. moto_server: as it comes, which is without authentication and authorization. wrk sends requests that the
unmodified boto3 has signed, a few thousand of each kind, in turns: Keystead, moto, Keystead, moto, ...

Run it with `make bench`. It takes about a minute and needs wrk.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

ROUNDS = 3
SECONDS = 4
WARM_UP_SECONDS = 1
CONNECTIONS = 32
REQUESTS = 2000
GOAL = 20
START_SECONDS = 30
ROLE = "benchmark"


@dataclass(frozen=True, slots=True)
class Target:
    """A running server and a key that may do everything there."""

    name: str
    url: str
    credentials: Mapping[str, str]

    def client(self, service: str) -> Any:
        """Return a boto3 client of this server."""
        config = Config(retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", config=config, **self.credentials)


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program and stop it at the end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KEYSTEAD_", "AWS_"))}
    process = subprocess.Popen(command, env=clean, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@contextmanager
def keystead(directory: Path) -> Iterator[Target]:
    """Serve from a directory on disk, as anyone would."""
    command = [
        sys.executable,
        "-m",
        "keystead",
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(directory),
        "--output",
        "json",
    ]
    with running(command, stdout=subprocess.PIPE) as process:
        said = json.loads(process.stdout.readline() if process.stdout else "")
        key = {
            "aws_access_key_id": said["created"]["access_key_id"],
            "aws_secret_access_key": said["created"]["secret_access_key"],
        }
        yield Target("keystead", said["endpoint_url"], key)


@contextmanager
def moto() -> Iterator[Target]:
    """Serve moto on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            if time.monotonic() > deadline:
                sys.exit("moto_server did not start")
            time.sleep(0.1)
        yield Target(
            "moto", f"http://127.0.0.1:{port}", {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "x"}
        )


def answers(port: int) -> bool:
    """Tell whether anyone listens at a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_role(target: Target) -> str:
    """Make the role to assume and return its ARN."""
    account = target.client("sts").get_caller_identity()["Account"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = target.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    return str(role["Arn"])


def signed(target: Target, call: Callable[[Any, int], object]) -> list[AWSPreparedRequest]:
    """Let boto3 sign requests without sending them."""
    taken: list[AWSPreparedRequest] = []

    def take(request: AWSPreparedRequest, **_: object) -> None:
        taken.append(request)
        raise NotSentError

    client = target.client("sts")
    client.meta.events.register("before-send", take)
    for number in range(REQUESTS):
        with suppress(NotSentError):
            call(client, number)
    return taken


class NotSentError(Exception):
    """A request was signed and kept instead of being sent."""


def lua(requests: list[AWSPreparedRequest]) -> str:
    """Return a wrk script that sends these requests in turn."""
    lines = ["local requests = {", ""]
    for request in requests:
        headers = ", ".join(f"[{quoted(name)}]={quoted(text(value))}" for name, value in request.headers.items())
        lines.append(f"  {{ {{ {headers} }}, {quoted(text(request.body or ''))} }},")
    lines += [
        "}",
        "local ready, turn = {}, 0",
        "function init() for i, r in ipairs(requests) do ready[i] = wrk.format('POST', '/', r[1], r[2]) end end",
        "function request() turn = turn % #ready + 1; return ready[turn] end",
    ]
    return "\n".join(lines)


def text(value: str | bytes) -> str:
    """Return a header's or a body's text."""
    return value.decode() if isinstance(value, bytes) else value


def quoted(value: str) -> str:
    """Return a Lua string."""
    return json.dumps(value)


def measure(target: Target, script: Path, seconds: int) -> float:
    """Return requests per second, all of them answered with success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), target.url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{target.name} did not answer every request with success:\n{said}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if found is None:
        sys.exit(f"wrk said nothing of use:\n{said}")
    return float(found[1])


def compare(targets: list[Target], operation: str, scripts: Mapping[str, Path]) -> None:
    """Measure both in turns and print the medians and their ratio."""
    rates: dict[str, list[float]] = {target.name: [] for target in targets}
    for target in targets:
        measure(target, scripts[target.name], WARM_UP_SECONDS)
    for _ in range(ROUNDS):
        for target in targets:
            rates[target.name].append(measure(target, scripts[target.name], SECONDS))
    ours, theirs = (statistics.median(rates[target.name]) for target in targets)
    verdict = "reached" if ours / theirs >= GOAL else "MISSED"
    print(
        f"{operation:<18} keystead {ours:8,.0f} req/s   moto {theirs:7,.0f} req/s   "
        f"{ours / theirs:5.1f} times (goal: {GOAL} times, {verdict})",
        flush=True,
    )


def main() -> None:
    """Start both, sign the requests, measure."""
    if shutil.which("wrk") is None:
        print("SKIPPED: wrk is not installed (Debian and Ubuntu: apt-get install wrk).")
        return
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keystead-bench-")))
        targets = [stack.enter_context(keystead(directory / "data")), stack.enter_context(moto())]
        roles = {target.name: make_role(target) for target in targets}
        operations: dict[str, Callable[[Target], Callable[[Any, int], object]]] = {
            "GetCallerIdentity": lambda _: lambda sts, _number: sts.get_caller_identity(),
            "AssumeRole": lambda target: (
                lambda sts, number: sts.assume_role(RoleArn=roles[target.name], RoleSessionName=f"session-{number}")
            ),
        }
        for operation, calls in operations.items():
            scripts = {}
            for target in targets:
                scripts[target.name] = directory / f"{operation}-{target.name}.lua"
                scripts[target.name].write_text(lua(signed(target, calls(target))))
            compare(targets, operation, scripts)


if __name__ == "__main__":
    main()
