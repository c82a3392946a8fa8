"""Measure one decision, with its determining statement, here and in Cedar on an equivalent translation.

A role with 5 policies of 5 statements with 2 conditions each, 3 levels of SCPs, a permissions boundary and 12 context
keys.  Both sides have read and compiled their policies before; one thread.  Prints figures and judges nothing.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
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
ACTION = "s3:GetObject"
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


def keystead(action: str = ACTION, resource: str = RESOURCE, context: dict[str, str] = CONTEXT) -> Callable[[], bool]:
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
    request = Request(principal, action, resource, ACCOUNT, context)

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


def cedar_scope(item: dict[str, Any]) -> tuple[str, str]:
    """Translate a statement: an exact action goes into Cedar's scope, its fastest place, a pattern into `like`."""
    listed = item.get("Action", item.get("NotAction"))
    patterns: list[str] = listed if isinstance(listed, list) else [str(listed)]
    exact = "NotAction" not in item and len(patterns) == 1 and "*" not in patterns[0]
    actions = " || ".join(f"context.action like {json.dumps(pattern)}" for pattern in patterns)
    scope = f"action == Action::{json.dumps(patterns[0])}" if exact else "action"
    tests = [] if exact or patterns == ["*"] else [f"!({actions})" if "NotAction" in item else f"({actions})"]
    if item["Resource"] != "*":
        tests.append(f"context.resource like {json.dumps(item['Resource'])}")
    condition = cedar_condition(item)
    if condition:
        tests.append(condition)
    return scope, " && ".join(tests) or "true"


def cedar_policy(item: dict[str, Any]) -> str:
    scope, test = cedar_scope(item)
    effect = "permit" if item["Effect"] == "Allow" else "forbid"
    return f"{effect}(principal, {scope}, resource) when {{ {test} }};"


def cedar_limit(items: list[dict[str, Any]]) -> str:
    """Forbid what none of the Allows of a limit allows: a boundary, or a level of SCPs."""
    tests = [cedar_scope(item)[1] for item in items if item["Effect"] == "Allow"]
    return f"forbid(principal, action, resource) unless {{ {' || '.join(f'({test})' for test in tests)} }};"


def cedar_gates() -> list[list[str]]:
    """List the gates a request must pass, a set for each: each SCP level, the boundary, the identity policies."""
    levels = [[item for each in level for item in each["Statement"]] for level in SCPS]
    gates = [*levels, [BOUNDARY], [item for each in IDENTITY for item in each["Statement"]]]
    return [[cedar_policy(item) for item in gate] for gate in gates]


def cedar_set() -> list[str]:
    """List the policies of one set that decides as all the gates together do."""
    levels = [[item for each in level for item in each["Statement"]] for level in SCPS]
    own = [item for each in IDENTITY for item in each["Statement"]]
    denies = [item for level in levels for item in level if item["Effect"] == "Deny"]
    return [*(cedar_policy(item) for item in (*own, *denies)), *(cedar_limit(level) for level in (*levels, [BOUNDARY]))]


def cedar(
    sets: list[list[str]], action: str = ACTION, resource: str = RESOURCE, context: dict[str, str] = CONTEXT
) -> Callable[[], bool]:
    """Ask Cedar once for each set; every set must allow, and say by which policy."""
    parsed = [cedarpy.PolicySet.from_str("\n".join(policies)) for policies in sets]
    entities = cedarpy.Entities.from_json_str("[]")
    request = {
        "principal": 'User::"alice"',
        "action": f"Action::{json.dumps(action)}",
        "resource": 'Resource::"r"',
        "context": {**context, "action": action, "resource": resource},
    }

    def once() -> bool:
        for policies in parsed:
            result = cedarpy.is_authorized(request, policies, entities)
            if not result.allowed or not result.diagnostics.reasons:
                return False
        return True

    return once


def samples() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give requests that meet and miss each statement."""
    changes: list[dict[str, str]] = [
        {},
        {"aws:requestedregion": "us-east-1"},
        {"aws:requestedregion": "eu-west-1"},
        {"aws:securetransport": "false"},
        {"aws:multifactorauthpresent": "false"},
        {"aws:principaltag/team": "red"},
    ]
    asked = [f"{service}:{action}" for service in SERVICES for action in ACTIONS] + ["iam:GetUser", "s3:DeleteBucket"]
    for change in changes:
        for action in asked:
            service = action.partition(":")[0]
            for resource in (f"arn:aws:{service}:::payments-data/x", f"arn:aws:{service}:::other"):
                yield action, resource, CONTEXT | change


def check_equivalence() -> tuple[int, int]:
    """Compare the decisions on sample requests; count them, and those allowed.

    Errors: SystemExit when a translation decides otherwise.
    """
    gates, one_set = cedar_gates(), [cedar_set()]
    count = allowed = 0
    for sample in samples():
        answers = [keystead(*sample)(), cedar(one_set, *sample)(), cedar(gates, *sample)()]
        if len(set(answers)) != 1:
            raise SystemExit(f"not equivalent: {sample[0]} on {sample[1]}: {answers}")
        count, allowed = count + 1, allowed + answers[0]
    return count, allowed


def medians(contenders: list[tuple[Callable[[], bool], int]], rounds: int = 60) -> list[float]:
    """Measure calls, given with how many of them make a round, turn by turn, so that a busy machine is so for all.

    Units: microseconds, the median of the rounds.
    """
    found: list[list[float]] = [[] for _ in contenders]
    for once, _ in contenders:
        assert once(), "all must allow the request that is measured"
    for _ in range(rounds):
        for (once, inner), times in zip(contenders, found, strict=True):
            start = time.perf_counter_ns()
            for _ in range(inner):
                once()
            times.append((time.perf_counter_ns() - start) / inner / 1000)
    return [statistics.median(times) for times in found]


def main() -> None:
    count, allowed = check_equivalence()
    ours, one_set, gates = medians([(keystead(), 1000), (cedar([cedar_set()]), 40), (cedar(cedar_gates()), 10)])
    print(f"the same decisions on {count} sample requests, {allowed} of them allowed")
    print(f"keystead.policy  {ours:8.2f} µs a decision (median, one thread; target 10)")
    print(f"cedarpy          {one_set:8.2f} µs for one equivalent set, policies parsed once")
    print(f"ratio            {one_set / ours:8.1f} x (target 20)")
    print(f"cedarpy          {gates:8.2f} µs for one call for each of the {len(cedar_gates())} gates")
    print(f"ratio            {gates / ours:8.1f} x")


if __name__ == "__main__":
    main()
