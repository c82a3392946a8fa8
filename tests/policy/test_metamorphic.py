"""T32: what may be changed in policies without changing a decision, and what may change it in one direction only."""

import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from random import Random
from typing import Any

import pytest

from policy.gate_cases import ASKED, case, statement
from policy.test_against_reference import EXAMPLES, engine, every

Json = dict[str, Any]
NUMBER = EXAMPLES * 8
GATES = ("identity", "boundary", "session", "resource")
LEVELS = ("scps", "rcps")
# A fixed list of all the actions there are; wildcards are replaced by those of it that they cover.
ACTIONS = sorted(
    {action for action, _ in ASKED} | {"s3:PutObject", "iam:GetRole", "ec2:RunInstances", "sqs:SendMessage"}
)


def copies(seed: int) -> Iterator[tuple[Random, Json, Json]]:
    """Give cases, each with a copy to change."""
    random = Random(seed)
    for _ in range(NUMBER):
        made = case(random)
        yield random, made, json.loads(json.dumps(made))


def sets_of(made: Json) -> list[list[Json]]:
    """List the sets of policies of a case, each a list that may be changed."""
    found = [made[gate] for gate in GATES if made[gate]]
    return found + [level for gate in LEVELS for level in made[gate] or []]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def reorder(random: Random, made: Json) -> None:
    for policies in sets_of(made):
        random.shuffle(policies)
    for document in every(made):
        random.shuffle(document["Statement"])
        for one in document["Statement"]:
            for element in ("Action", "NotAction", "Resource", "NotResource"):
                if isinstance(one.get(element), list):
                    random.shuffle(one[element])


def duplicate(random: Random, made: Json) -> None:
    for policies in sets_of(made):
        if policies:
            policies.append(json.loads(json.dumps(random.choice(policies))))
    for document in every(made):
        document["Statement"].append(json.loads(json.dumps(random.choice(document["Statement"]))))


def split(_random: Random, made: Json) -> None:
    for policies in sets_of(made):
        policies[:] = [{**document, "Statement": [one]} for document in policies for one in document["Statement"]]


def split_lists(_random: Random, made: Json) -> None:
    """Make a statement of each action and of each resource."""
    for document in every(made):
        for element in ("Action", "Resource"):
            document["Statement"] = [
                {**one, element: value} if element in one else one
                for one in document["Statement"]
                for value in (listed(one[element]) if element in one else [None])
            ]


def merge(_random: Random, made: Json) -> None:
    for policies in sets_of(made):
        versions = sorted({document["Version"] for document in policies})
        policies[:] = [
            {
                "Version": version,
                "Statement": [one for each in policies if each["Version"] == version for one in each["Statement"]],
            }
            for version in versions
        ]


def wrap(_random: Random, made: Json) -> None:
    for document in every(made):
        for one in document["Statement"]:
            for element in ("Action", "NotAction", "Resource", "NotResource"):
                if element in one:
                    one[element] = listed(one[element])
            for keys in one.get("Condition", {}).values():
                keys.update({key: listed(value) for key, value in keys.items()})


def add_sids(_random: Random, made: Json) -> None:
    for document in every(made):
        document["Id"] = "x"
        for number, one in enumerate(document["Statement"]):
            one["Sid"] = f"S{number}"


def expand_wildcards(_random: Random, made: Json) -> None:
    for document in every(made):
        for one in document["Statement"]:
            for element in ("Action", "NotAction"):
                if element in one:
                    patterns = [pattern.lower() for pattern in listed(one[element])]
                    covered = [
                        action for action in ACTIONS if any(fnmatchcase(action.lower(), each) for each in patterns)
                    ]
                    one[element] = covered or ["zz:Nothing"]


def change_case(_random: Random, made: Json) -> None:
    """Change the case of actions and of condition keys, where it means nothing."""
    made["request"]["action"] = made["request"]["action"].swapcase()
    for document in every(made):
        for one in document["Statement"]:
            for element in ("Action", "NotAction"):
                if element in one:
                    one[element] = [action.swapcase() for action in listed(one[element])]
            for keys in one.get("Condition", {}).values():
                swapped = {key.swapcase(): value for key, value in keys.items()}
                keys.clear()
                keys.update(swapped)


@pytest.mark.parametrize(
    "change", [reorder, duplicate, split, split_lists, merge, wrap, add_sids, expand_wildcards, change_case]
)
def test_t32_a_policy_said_in_other_words_decides_the_same(change: Callable[[Random, Json], None]) -> None:
    seen = set()
    for random, before, after in copies(32):
        change(random, after)
        expected = engine(before)
        assert engine(after) == expected, (json.dumps(before), json.dumps(after))
        seen.add(expected)
    assert seen == {"allowed", "implicitDeny", "explicitDeny"}


def test_t32_expansion_covers_what_the_wildcard_covered_and_nothing_else() -> None:
    """The same on the language of actions alone, where every pattern meets every action."""
    from policy.build import allow, ask, decision, deny, identity

    patterns = ["*", "*:*", "iam:*", "IAM:Get*", "iam:?et*", "s3:*Object", "s3:*t*", "sts:Get*Token", "sts:AssumeRole*"]
    for pattern in patterns:
        covered = [action for action in ACTIONS if fnmatchcase(action.lower(), pattern.lower())]
        assert covered
        for action in ACTIONS:
            if action == "sts:GetCallerIdentity":
                continue
            request = ask(action=action, resource="*")
            wild, listed_ = identity(allow(pattern)), identity(allow(covered))
            assert decision(request, wild).outcome == decision(request, listed_).outcome
            wild, listed_ = identity(allow(), deny(pattern)), identity(allow(), deny(covered))
            assert decision(request, wild).outcome == decision(request, listed_).outcome


def test_t32_adding_a_deny_anywhere_never_turns_a_denial_into_an_allow() -> None:
    denied = turned = 0
    for random, before, after in copies(33):
        outcome = engine(before)
        action, resource = before["request"]["action"], before["request"]["resource"]
        one = statement(random, action, resource, "Deny")
        where = random.choice([policies for policies in sets_of(after) if policies is not None] or [after["identity"]])
        principals = bool(after["resource"]) and where is after["resource"]
        in_rcp = any(where is level for level in after["rcps"] or [])
        if principals or in_rcp:
            one["Principal"] = "*"
        where.append({"Version": "2012-10-17", "Statement": [one]})
        now = engine(after)
        if outcome != "allowed":
            denied += 1
            assert now != "allowed", (json.dumps(before), json.dumps(after))
        turned += outcome == "allowed" != now
    assert min(denied, turned) > NUMBER / 20


def test_t32_taking_an_allow_away_never_turns_a_denial_into_an_allow() -> None:
    denied = turned = 0
    for random, before, after in copies(34):
        documents = [document for policies in sets_of(after) for document in policies]
        allowing = [item for item in documents if item["Statement"][0]["Effect"] == "Allow"]
        if not allowing:
            continue
        for one in random.choice(allowing)["Statement"]:
            one["Action"] = "zz:Nothing"
            one.pop("NotAction", None)
        outcome, now = engine(before), engine(after)
        if outcome != "allowed":
            denied += 1
            assert now != "allowed", (json.dumps(before), json.dumps(after))
        turned += outcome == "allowed" != now
    assert min(denied, turned) > NUMBER / 20


def test_t32_adding_a_limit_never_turns_a_denial_into_an_allow() -> None:
    for random, before, after in copies(35):
        gate = random.choice(["boundary", "scps", "rcps"])
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        full = {
            "Version": "2012-10-17",
            "Statement": [{**everything, "Principal": "*"} if gate == "rcps" else everything],
        }
        if after[gate] is not None:
            continue
        after[gate] = [full] if gate == "boundary" else [[full]]
        if engine(before) != "allowed":
            assert engine(after) != "allowed", (json.dumps(before), json.dumps(after))
