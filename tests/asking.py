"""How tests of operations ask for permissions, and how they read a refusal."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def allow(actions: str | list[str], resource: str | list[str] = "*", **condition: Any) -> str:
    """Return a policy document that allows actions, under a condition if operators are given."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refused(function: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Make a call that must fail, and return the error's code and message."""
    with pytest.raises(ClientError) as caught:
        function(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def trust(principal: Any, **condition: Any) -> str:
    """Return a trust policy for a principal, under a condition if operators are given; a text stands for AWS."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal} if isinstance(principal, str | list) else principal,
        "Action": "sts:AssumeRole",
    }
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
