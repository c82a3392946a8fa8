"""The event history on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from in_process import InProcess


@pytest.fixture
def anywhere(tmp_path: Path, database_url: str) -> Iterator[InProcess]:
    opened = InProcess(tmp_path, database_url)
    yield opened
    opened.close()


def test_every_filter_and_page_works_on_every_database(anywhere: InProcess) -> None:
    anywhere.client("iam").create_user(UserName="alice")
    anywhere.client("iam").get_user(UserName="alice")
    created, read = "CreateUser", "GetUser"
    expected = {
        ("EventName", created): [created],
        ("ReadOnly", "false"): [created],
        ("ReadOnly", "true"): [read],
        ("ResourceName", "alice"): [read, created],
        ("ResourceType", "AWS::IAM::User"): [read, created],
        ("EventSource", "iam.amazonaws.com"): [read, created],
        ("Username", "admin"): [read, created],
        ("AccessKeyId", anywhere.admin["aws_access_key_id"]): [read, created],
    }
    pages = anywhere.client("cloudtrail").get_paginator("lookup_events")
    for (key, value), names in expected.items():
        attribute = [{"AttributeKey": key, "AttributeValue": value}]
        found = pages.paginate(LookupAttributes=attribute, PaginationConfig={"PageSize": 1})
        events = [event["EventName"] for page in found for event in page["Events"]]
        assert [name for name in events if name != "LookupEvents"] == names, key


def test_old_events_go_from_every_database(anywhere: InProcess) -> None:
    anywhere.client("iam").create_user(UserName="alice")
    anywhere.clock.advance(91 * 86_400)
    for _ in range(3):
        anywhere.tick()
    names = [event["EventName"] for event in anywhere.client("cloudtrail").lookup_events()["Events"]]
    assert "CreateUser" not in names
