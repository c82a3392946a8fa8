"""What a service does by itself is in the history too: CreateAccountResult tells how a CreateAccount ended."""

from __future__ import annotations

import json
from typing import Any

from in_process import InProcess


def results(house: InProcess) -> list[Any]:
    attribute = {"AttributeKey": "EventName", "AttributeValue": "CreateAccountResult"}
    found: list[Any] = house.client("cloudtrail").lookup_events(LookupAttributes=[attribute])["Events"]
    return found


def create_account(house: InProcess, email: str) -> str:
    api = house.client("organizations")
    created: str = api.create_account(Email=email, AccountName="Payments")["CreateAccountStatus"]["Id"]
    house.clock.advance(30)
    house.tick()
    return created


def test_the_end_of_a_create_account_is_an_event_of_the_service(house: InProcess) -> None:
    api = house.client("organizations")
    api.create_organization()
    begun = create_account(house, "payments@example.com")
    status = api.describe_create_account_status(CreateAccountRequestId=begun)["CreateAccountStatus"]
    (event,) = results(house)
    assert (event["EventSource"], event["ReadOnly"]) == ("organizations.amazonaws.com", "false")
    assert event.keys().isdisjoint({"Username", "AccessKeyId"})
    assert json.loads(event["CloudTrailEvent"]) == {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": house.account_id, "invokedBy": "AWS Internal"},
        "eventTime": "2026-11-23T12:00:30Z",
        "eventSource": "organizations.amazonaws.com",
        "eventName": "CreateAccountResult",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": None,
        "responseElements": None,
        "eventID": event["EventId"],
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "eventCategory": "Management",
        "recipientAccountId": house.account_id,
        "serviceEventDetails": {
            "createAccountStatus": {
                "id": begun,
                "accountName": "****",
                "state": "SUCCEEDED",
                "requestedTimestamp": "Nov 23, 2026, 12:00:00 PM",
                "completedTimestamp": "Nov 23, 2026, 12:00:30 PM",
                "accountId": status["AccountId"],
            }
        },
    }


def test_a_create_account_that_failed_says_why_in_the_history(house: InProcess) -> None:
    house.client("organizations").create_organization()
    create_account(house, "payments@example.com")
    create_account(house, "PAYMENTS@example.com")
    details = [json.loads(event["CloudTrailEvent"])["serviceEventDetails"] for event in results(house)]
    assert [found["createAccountStatus"]["state"] for found in details] == ["FAILED", "SUCCEEDED"]
    assert details[0]["createAccountStatus"]["failureReason"] == "EMAIL_ALREADY_EXISTS"
    assert "accountId" not in details[0]["createAccountStatus"]
