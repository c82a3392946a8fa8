"""T60 in small: the server is killed while it works; what it acknowledged is there, everything else wholly absent."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROUNDS = 4
KEY = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def start(arguments: list[str], port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "keystead.cli", "serve", "--port", str(port), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_keystead/health", timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    pytest.fail("the server did not become ready")


def client(service: str, port: int) -> object:
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5),
        **KEY,
    )


@pytest.fixture
def storage(database_url: str, tmp_path: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KEYSTEAD_", "AWS_"))}
    environment |= {
        "KEYSTEAD_ADMIN_ACCESS_KEY_ID": KEY["aws_access_key_id"],
        "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY": KEY["aws_secret_access_key"],
    }
    if database_url.startswith("sqlite"):
        yield ["--data-dir", str(tmp_path / "data")], environment
    else:
        environment["KEYSTEAD_MASTER_KEY"] = "ab" * 32
        yield ["--database", database_url], environment


def test_t60_acknowledged_writes_survive_kill_9_and_others_leave_no_trace(
    storage: tuple[list[str], dict[str, str]], free_port: int
) -> None:
    arguments, environment = storage
    acknowledged: list[str] = []
    tried: list[str] = []

    def create_users(prefix: str) -> None:
        iam = client("iam", free_port)
        for number in range(10_000):
            name = f"{prefix}-{number}"
            tried.append(name)
            try:
                iam.create_user(UserName=name, Tags=[{"Key": "made", "Value": name}])  # type: ignore[attr-defined]
            except (BotoCoreError, ClientError):
                return
            acknowledged.append(name)

    for round_number in range(ROUNDS):
        process = start(arguments, free_port, environment)
        workers = [threading.Thread(target=create_users, args=(f"r{round_number}w{worker}",)) for worker in range(3)]
        for worker in workers:
            worker.start()
        time.sleep(random.uniform(0.2, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for worker in workers:
            worker.join()

    process = start(arguments, free_port, environment)
    try:
        iam = client("iam", free_port)
        pages = iam.get_paginator("list_users").paginate()  # type: ignore[attr-defined]
        there = {user["UserName"] for page in pages for user in page["Users"]} - {"admin"}
        assert acknowledged, "no write was acknowledged: the test shows nothing"
        assert set(acknowledged) <= there <= set(tried)
        for name in sorted(there - set(acknowledged)):
            # Committed but not yet answered when the server died: whole, with its tags and its event.
            assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "made", "Value": name}]  # type: ignore[attr-defined]
        assert created_by_audit(free_port) == there
    finally:
        process.terminate()
        process.wait(timeout=10)


def created_by_audit(port: int) -> set[str]:
    """Return the users whose creation the audit log holds: it must agree with the users there are."""
    trail = client("cloudtrail", port)
    pages = trail.get_paginator("lookup_events").paginate(  # type: ignore[attr-defined]
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    )
    return {
        resource["ResourceName"]
        for page in pages
        for event in page["Events"]
        for resource in event["Resources"]
        if resource["ResourceType"] == "AWS::IAM::User" and not resource["ResourceName"].startswith("arn:")
    }
