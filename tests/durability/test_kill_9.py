"""T60 in small: the server is killed while it works; what it acknowledged is there, everything else wholly absent."""

import base64
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from live import make_client, start_server

ROUNDS = 4
KEY = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def client(service: str, url: str) -> Any:
    return make_client(url, service, KEY, connect_timeout=2, read_timeout=5)


@pytest.fixture
def storage(database_url: str, tmp_path: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    environment = {
        "KEYSTEAD_ADMIN_ACCESS_KEY_ID": KEY["aws_access_key_id"],
        "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY": KEY["aws_secret_access_key"],
    }
    if database_url.startswith("sqlite"):
        yield ["--data-dir", str(tmp_path / "data")], environment
    else:
        environment["KEYSTEAD_MASTER_KEY"] = base64.b64encode(b"k" * 32).decode()
        yield ["--database", database_url], environment


def test_t60_acknowledged_writes_survive_kill_9_and_others_leave_no_trace(
    storage: tuple[list[str], dict[str, str]],
) -> None:
    arguments, environment = storage
    acknowledged: list[str] = []
    tried: list[str] = []

    def create_users(prefix: str, url: str) -> None:
        iam = client("iam", url)
        for number in range(10_000):
            name = f"{prefix}-{number}"
            tried.append(name)
            try:
                iam.create_user(UserName=name, Tags=[{"Key": "made", "Value": name}])
            except (BotoCoreError, ClientError):
                return
            acknowledged.append(name)

    for round_number in range(ROUNDS):
        server = start_server(*arguments, env=environment)
        workers = [
            threading.Thread(target=create_users, args=(f"r{round_number}w{worker}", server.url)) for worker in range(3)
        ]
        for worker in workers:
            worker.start()
        time.sleep(random.uniform(0.2, 0.8))
        server.process.send_signal(signal.SIGKILL)
        server.wait()
        for worker in workers:
            worker.join()

    server = start_server(*arguments, env=environment)
    try:
        iam = client("iam", server.url)
        pages = iam.get_paginator("list_users").paginate()
        there = {user["UserName"] for page in pages for user in page["Users"]} - {"admin"}
        assert acknowledged, "no write was acknowledged: the test shows nothing"
        assert set(acknowledged) <= there <= set(tried)
        for name in sorted(there - set(acknowledged)):
            # Committed but not yet answered when the server died: whole, with its tags and its event.
            assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "made", "Value": name}]
        assert created_by_audit(server.url) == there
    finally:
        server.stop()


def created_by_audit(url: str) -> set[str]:
    """Return the users whose creation the audit log holds: it must agree with the users there are."""
    trail = client("cloudtrail", url)
    pages = trail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    )
    return {
        resource["ResourceName"]
        for page in pages
        for event in page["Events"]
        for resource in event["Resources"]
        if resource["ResourceType"] == "AWS::IAM::User" and resource["ResourceName"].startswith("r")
    }
