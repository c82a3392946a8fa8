"""How soon what was taken away is gone, under an attacker who asks all the time; and that nothing slips through."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from asking import allow
from in_process import InProcess
from live import Server
from security.knocking import signed

ATTACK_HERTZ = 100
LONGEST_SECONDS = 1.0


@pytest.fixture
def nodes(tmp_path: Path, database_url: str) -> Iterator[tuple[InProcess, InProcess]]:
    """Two nodes over one database of each kind."""
    first = InProcess(tmp_path, database_url)
    second = first.neighbour()
    yield first, second
    second.close()
    first.close()


def test_t16_revoked_on_one_node_is_refused_by_the_other_within_a_second_a_thousand_times(
    nodes: tuple[InProcess, InProcess],
) -> None:
    """SQLite: with the very next request. PostgreSQL: within the bound, however often the attacker asks."""
    here, there = nodes
    iam = here.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    attack = signed(here, "sts", key)
    switches = {state: signed(here, "iam", body=_update(key["AccessKeyId"], state)) for state in ("Inactive", "Active")}
    longest = 0.0
    for _ in range(1000 if here.settings.storage == "sqlite" else 100):
        wait_until(lambda: there.keystead.handle(attack).status == 200)
        assert here.keystead.handle(switches["Inactive"]).status == 200
        longest = max(longest, wait_until(lambda: there.keystead.handle(attack).status == 403))
        assert here.keystead.handle(attack).status == 403
        assert here.keystead.handle(switches["Active"]).status == 200
    assert longest < LONGEST_SECONDS
    if here.settings.storage == "sqlite":
        assert longest == 0


def _update(key_id: str, state: str) -> str:
    return urlencode(
        {
            "Action": "UpdateAccessKey",
            "Version": "2010-05-08",
            "UserName": "alice",
            "AccessKeyId": key_id,
            "Status": state,
        }
    )


def wait_until(true: Callable[[], bool]) -> float:
    """Ask at the attacker's rate until it is so; return the seconds it took, zero if it was so at once."""
    if true():
        return 0.0
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < LONGEST_SECONDS
        time.sleep(1 / ATTACK_HERTZ)
    return time.monotonic() - begun


def test_t17_fifty_threads_with_a_key_change_nothing_once_its_deletion_was_answered(
    server: Server, client: Callable[..., Any]
) -> None:
    iam = client("iam")
    iam.create_user(UserName="busy")
    iam.put_user_policy(UserName="busy", PolicyName="own", PolicyDocument=allow("iam:*"))
    key = iam.create_access_key(UserName="busy")["AccessKey"]
    made: list[int] = []
    refusals: set[str] = set()

    def create(number: int) -> None:
        attacker = client("iam", key)
        for attempt in range(1000):
            try:
                attacker.create_group(GroupName=f"made-{number}-{attempt}")
            except ClientError as refused:
                refusals.add(refused.response["Error"]["Code"])
                return
            made.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    while len(made) < 60:
        time.sleep(0.005)
    iam.delete_access_key(UserName="busy", AccessKeyId=key["AccessKeyId"])
    after = groups(iam)
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert groups(iam) == after
    assert len(after) == len(made)
    assert refusals == {"InvalidClientTokenId"}
    for name in after:
        iam.delete_group(GroupName=name)


def groups(iam: Any) -> set[str]:
    pages = iam.get_paginator("list_groups").paginate()
    return {group["GroupName"] for page in pages for group in page["Groups"] if group["GroupName"].startswith("made-")}
