"""Measure one decision, with its determining statement, here and in Cedar on an equivalent translation.

A role with 5 policies of 5 statements with 2 conditions each, 3 levels of SCPs, a permissions boundary and 12 context
keys.  Both sides have read and compiled their policies before; one thread.  Prints figures and judges nothing.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import cedarpy

from keystead.policy import (
    Authority,
    PolicyKind,
    PolicySet,
    Principal,
    PrincipalType,
    Request,
    Source,
    compile_policy,
    decide,
    parse,
)

ACCOUNT = "111122223333"
ACTIONS = ("GetObject", "PutObject", "DeleteObject", "ListBucket", "GetBucketPolicy")
SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda")
CONTEXT: dict[str, str] = {
    "aws:principalarn": f"arn:aws:iam::{ACCOUNT}:role/Developer",
    "aws:principalaccount": ACCOUNT,
    "aws:principalorgid": "o-exampleorgid",
    "aws:principaltype": "AssumedRole",
    "aws:userid": "AROAEXAMPLEID:alice",
    "aws:sourceip": "203.0.113.7",
    "aws:securetransport": "true",
    "aws:requestedregion": "eu-central-1",
    "aws:multifactorauthpresent": "true",
    "aws:currenttime": "2026-11-23T20:00:00Z",
    "aws:principaltag/team": "payments",
    "aws:useragent": "aws-cli/2.30",
}
RESOURCE = "arn:aws:s3:::payments-data/2026/report.csv"


def statement(service: str, action: str) -> dict[str, Any]:
    return {
        "Sid": f"{service}{action}",
        "Effect": "Allow",
        "Action": f"{service}:{action}",
        "Resource": f"arn:aws:{service}:::payments-*",
        "Condition": {
            "StringEquals": {"aws:PrincipalTag/team": "payments"},
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
        },
    }


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
REGIONS = {
    "Sid": "Regions",
    "Effect": "Deny",
    "NotAction": ["iam:*", "sts:*", "organizations:*"],
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
}
TRANSPORT = {
    "Sid": "Transport",
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
BOUNDARY = {"Sid": "Boundary", "Effect": "Allow", "Action": ["s3:*", "sqs:*", "sns:*"], "Resource": "*"}
IDENTITY = [document(*(statement(service, action) for action in ACTIONS)) for service in SERVICES]
SCPS = [[document(EVERYTHING)], [document(EVERYTHING), document(REGIONS)], [document(EVERYTHING), document(TRANSPORT)]]


def compiled(kind: PolicyKind, documents: list[dict[str, Any]]) -> PolicySet:
    return PolicySet.of(
        compile_policy(parse(json.dumps(item), kind), Source(kind, f"policy-{number}"))
        for number, item in enumerate(documents)
    )


def keystead() -> Callable[[], bool]:
    principal = Principal(
        PrincipalType.ROLE_SESSION,
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Developer/alice",
        ACCOUNT,
        "AROAEXAMPLEID:alice",
    )
    authority = Authority(
        compiled(PolicyKind.IDENTITY, IDENTITY),
        compiled(PolicyKind.BOUNDARY, [document(BOUNDARY)]),
        None,
        tuple(compiled(PolicyKind.SCP, level) for level in SCPS),
    )
    request = Request(principal, "s3:GetObject", RESOURCE, ACCOUNT, CONTEXT)

    def once() -> bool:
        decision = decide(request, authority)
        return decision.allowed and bool(decision.statements)

    return once


def cedar_condition(item: dict[str, Any]) -> str:
    tests: list[str] = []
    for operator, keys in item.get("Condition", {}).items():
        for key, value in keys.items():
            values = value if isinstance(value, list) else [value]
            known = f"context has {json.dumps(key.lower())}"
            same = " || ".join(f"context[{json.dumps(key.lower())}] == {json.dumps(entry)}" for entry in values)
            tests.append(f"!({known} && ({same}))" if "Not" in operator else f"({known} && ({same}))")
    return " && ".join(tests)


def cedar_policy(item: dict[str, Any]) -> str:
    """Translate a statement: an exact action goes into Cedar's scope, its fastest place, a pattern into `like`."""
    effect = "permit" if item["Effect"] == "Allow" else "forbid"
    listed = item.get("Action", item.get("NotAction"))
    patterns: list[str] = listed if isinstance(listed, list) else [str(listed)]
    exact = "NotAction" not in item and len(patterns) == 1 and "*" not in patterns[0]
    actions = " || ".join(f"context.action like {json.dumps(pattern)}" for pattern in patterns)
    scope = f"action == Action::{json.dumps(patterns[0])}" if exact else "action"
    tests = [] if exact else [f"!({actions})" if "NotAction" in item else f"({actions})"]
    if item["Resource"] != "*":
        tests.append(f"context.resource like {json.dumps(item['Resource'])}")
    condition = cedar_condition(item)
    if condition:
        tests.append(condition)
    return f"{effect}(principal, {scope}, resource) when {{ {' && '.join(tests)} }};"


def cedar_gates() -> list[list[dict[str, Any]]]:
    """List the gates a request must pass: each SCP level, the boundary, the identity policies."""
    levels = [[item for each in level for item in each["Statement"]] for level in SCPS]
    return [*levels, [BOUNDARY], [item for each in IDENTITY for item in each["Statement"]]]


def cedar(gates: list[list[dict[str, Any]]]) -> Callable[[], bool]:
    """Ask Cedar once for each gate; every gate must allow, and say by which policy."""
    sets = [cedarpy.PolicySet.from_str("\n".join(cedar_policy(item) for item in gate)) for gate in gates]
    request = {
        "principal": 'User::"alice"',
        "action": 'Action::"s3:GetObject"',
        "resource": 'Resource::"r"',
        "context": {**CONTEXT, "action": "s3:GetObject", "resource": RESOURCE},
    }

    entities = cedarpy.Entities.from_json_str("[]")

    def once() -> bool:
        for policies in sets:
            result = cedarpy.is_authorized(request, policies, entities)
            if not result.allowed or not result.diagnostics.reasons:
                return False
        return True

    return once


def median_microseconds(once: Callable[[], bool], rounds: int, inner: int) -> float:
    assert once(), "both must allow the request that is measured"
    found = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        for _ in range(inner):
            once()
        found.append((time.perf_counter_ns() - start) / inner / 1000)
    return statistics.median(found)


def main() -> None:
    ours = median_microseconds(keystead(), 200, 500)
    gates = cedar_gates()
    theirs = median_microseconds(cedar(gates), 50, 40)
    denies = [item for gate in gates for item in gate if item["Effect"] == "Deny"]
    short = median_microseconds(cedar([[*gates[-1], *denies]]), 50, 40)
    print(f"keystead.policy  {ours:8.2f} µs a decision (median, one thread; target 10)")
    print(f"cedarpy          {theirs:8.2f} µs for the same answer: one set for each gate, policies parsed once")
    print(f"ratio            {theirs / ours:8.1f} x (target 20)")
    print(f"cedarpy, less    {short:8.2f} µs for one set that leaves out what SCPs and boundary must allow")
    print(f"ratio            {short / ours:8.1f} x")


if __name__ == "__main__":
    main()
