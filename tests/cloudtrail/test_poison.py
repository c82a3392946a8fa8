"""An event that cannot be told whole must not keep the others from being told."""

import json

import pytest

from in_process import InProcess


def test_an_event_that_cannot_be_built_is_recorded_without_its_parameters(
    house: InProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from keystead.services.cloudtrail import records

    whole = records.request_parameters

    def fails_over_some(service: str, operation: str, request: dict[str, object]) -> object:
        if "PathPrefix" in request:
            message = "a value that nobody thought of"
            raise ValueError(message)
        return whole(service, operation, request)

    monkeypatch.setattr(records, "request_parameters", fails_over_some)
    house.client("iam").list_users(PathPrefix="/odd/")
    house.client("iam").list_groups()
    events = house.client("cloudtrail").lookup_events()["Events"]
    told = {event["EventName"]: json.loads(event["CloudTrailEvent"]) for event in events}
    assert {"ListUsers", "ListGroups"} <= told.keys()
    assert not told["ListUsers"]["requestParameters"]
    assert "recorded without its parameters" in caplog.text
