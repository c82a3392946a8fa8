"""AWS's own worked examples, each with its page, and the command that runs such files."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from keystead.cli.policy import app
from keystead.cli.policy_cases import answer

FOLDER = Path(__file__).parent / "cases"
CASES = [case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text())]
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
RUN = CliRunner()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_awss_own_example_is_decided_as_its_page_says(case: dict[str, Any]) -> None:
    assert case["source"].startswith("https://docs.aws.amazon.com/")
    found = answer({key: value for key, value in case.items() if key not in ("determining", "blocked_by")}, "", FOLDER)
    assert found.error == ""
    # RCPFullAWSAccess, which allows, is AWS's alone to write.
    assert [text for text in found.warnings if "resource_control" not in text] == []
    assert found.decision is not None
    assert found.decision.outcome == case["expect"]
    if "determining" in case:
        assert [item.sid for item in found.decision.statements] == case["determining"]
    if "blocked_by" in case:
        assert found.decision.blocked_by == case["blocked_by"]


def request(**more: Any) -> dict[str, Any]:
    return {
        "principal": "arn:aws:iam::111111111111:user/a",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
        **more,
    }


def run(path: Path, text: str, *flags: str) -> tuple[int, list[dict[str, Any]]]:
    code, lines, _ = run_loudly(path, text, *flags)
    return code, lines


def run_loudly(path: Path, text: str, *flags: str) -> tuple[int, list[dict[str, Any]], str]:
    path.write_text(text)
    result = RUN.invoke(app, ["test", str(path), "--output", "json", *flags])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(list(line) == ["id", "decision", "expect", "pass", "determining"] for line in lines)
    return result.exit_code, lines, result.stderr


def test_a_file_is_json_json_lines_or_yaml(tmp_path: Path) -> None:
    case = {"id": "one", "request": request(), "identity_policies": [OPEN], "expect": "allowed"}
    lines = json.dumps(case) + "\n\n" + json.dumps({**case, "id": "two"}) + "\n"
    assert run(tmp_path / "a.json", json.dumps([case]))[0] == 0
    assert [item["id"] for item in run(tmp_path / "a.jsonl", lines)[1]] == ["one", "two"]
    assert [item["id"] for item in run(tmp_path / "b.json", lines)[1]] == ["one", "two"]
    text = """
- id: zeros
  request: {principal: "arn:aws:iam::012345678901:user/a", action: s3:GetObject, resource: "arn:aws:s3:::b/k", resource_account: 012345678901, context: {aws:X: no}}
  identity_policies:
    - Version: 2012-10-17
      Statement: {Effect: Allow, Action: "*", Resource: "*", Condition: {StringEquals: {aws:x: "no"}, Bool: {aws:x: false}}}
  expect: allowed
"""
    assert run(tmp_path / "a.yaml", text)[0] == 0


def test_a_document_may_be_a_path_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "open.json").write_text(json.dumps(OPEN))
    code, (line,) = run(
        tmp_path / "a.json",
        json.dumps([{"id": 1, "request": request(), "identity_policies": ["open.json"], "expect": "allowed"}]),
    )
    assert (code, line["determining"][0]["policy"], line["determining"][0]["line"]) == (0, "open.json", 1)


def test_a_line_says_id_decision_expectation_and_what_decided(tmp_path: Path) -> None:
    code, (line,) = run(tmp_path / "a.json", json.dumps([{"id": "x", "request": request(), "expect": "allowed"}]))
    assert code == 1
    assert (line["id"], line["decision"], line["expect"], line["pass"], line["determining"]) == (
        "x",
        "implicitDeny",
        "allowed",
        False,
        [],
    )


BAD: list[Any] = [
    5,
    {},
    {"id": "b", "request": 5, "expect": "allowed"},
    {"id": "b", "request": {}, "expect": "allowed"},
    {"id": "b", "request": request(principal="alice"), "expect": "allowed"},
    {"id": "b", "request": request(principal="arn:aws:iam::111111111111:group/g"), "expect": "implicitDeny"},
    {"id": "b", "request": request(action="GetObject"), "expect": "implicitDeny"},
    {"id": "b", "request": request(action="s3:*"), "expect": "implicitDeny"},
    {"id": "b", "request": request(action="s3:a:b"), "expect": "implicitDeny"},
    {"id": "b", "request": request(principal="arn:aws:iam:::user/a"), "expect": "implicitDeny"},
    {"id": "b", "request": request(resource=["a"]), "expect": "implicitDeny"},
    {"id": "b", "request": request(context=[1]), "expect": "implicitDeny"},
    {"id": "b", "request": request(context={"a": {"b": 1}}), "expect": "implicitDeny"},
    {"id": "b", "request": request(context={"a": "1", "A": "2"}), "expect": "implicitDeny"},
    {"id": "b", "request": request()},
    {"id": "b", "request": request(), "expect": "denied"},
    {"id": "b", "request": request(), "identity_policies": [5], "expect": "implicitDeny"},
    {"id": "b", "request": request(), "identity_policies": [{}], "expect": "implicitDeny"},
    {"id": "b", "request": request(), "identity_policies": ["missing.json"], "expect": "implicitDeny"},
    {"id": "b", "request": request(), "identity_policies": ["{"], "expect": "implicitDeny"},
    {"id": "b", "request": request(), "service_control_policies": [OPEN], "expect": "implicitDeny"},
    {"id": "b", "request": request(), "permission_boundary": OPEN, "expect": "implicitDeny"},
    {"id": "b", "request": {**request(), "ressource_account": "1"}, "expect": "implicitDeny"},
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_case_is_an_error_of_its_own_and_never_a_traceback(tmp_path: Path, bad: Any) -> None:
    good = {"id": "good", "request": request(), "expect": "implicitDeny"}
    code, lines, errors = run_loudly(tmp_path / "a.json", json.dumps([bad, good]))
    assert code == 1
    assert (lines[0]["pass"], lines[0]["decision"]) == (False, "error")
    assert errors.startswith(f"{lines[0]['id']}: error: ")
    assert lines[0]["id"] == ("b" if isinstance(bad, dict) and "id" in bad else f"{tmp_path / 'a.json'}#1")
    assert lines[1]["pass"] is True


@pytest.mark.parametrize("text", ["", "[", "[]", "{", "null", "[" * 100_000, "\ufeff[]", '{"a":1}\n{"b"'])
def test_a_bad_file_is_an_error_and_never_a_traceback(tmp_path: Path, text: str) -> None:
    for name in ("a.json", "a.jsonl", "a.yaml", "a.txt"):
        code, lines = run(tmp_path / name, text)
        assert code == 1
        assert not any(line["pass"] for line in lines)
    assert RUN.invoke(app, ["test", str(tmp_path / "nowhere.json")]).exit_code == 1


def test_t23_a_duplicate_key_in_a_policy_of_a_case_is_an_error(tmp_path: Path) -> None:
    text = (
        '[{"id":"d","request":'
        + json.dumps(request())
        + ',"identity_policies":[{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}],"expect":"allowed"}]'
    )
    code, (line,), errors = run_loudly(tmp_path / "a.json", text)
    assert (code, line["id"], line["pass"], line["decision"]) == (1, "d", False, "error")
    assert "duplicate key `Effect`" in errors


def test_notes_of_any_name_may_stand_in_a_case(tmp_path: Path) -> None:
    notes = {"section": "3", "expected_reason": "x", "sources": [], "tags": {"a": 1}}
    case = {"id": "n", "request": request(), "identity_policies": [OPEN], "expect": "allowed", **notes}
    assert run(tmp_path / "a.json", json.dumps([case]))[0] == 0


def test_a_path_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "open.yaml").write_text(json.dumps(OPEN))
    (tmp_path / "open.json").write_text(json.dumps(OPEN))
    case = {
        "id": 7,
        "request": request(),
        "identity_policies": ["policies/open.yaml"],
        "permissions_boundary": "open.json",
        "session_policies": ["open.json"],
        "service_control_policies": [["open.json"]],
        "expect": "allowed",
    }
    code, (line,) = run(tmp_path / "a.json", json.dumps([case]))
    assert (code, line["id"], line["pass"]) == (0, 7, True)


@pytest.mark.parametrize(
    ("principal", "expect"),
    [
        ("arn:aws:iam::111111111111:root", "allowed"),
        ("111111111111", "allowed"),
        ("arn:aws:iam::111111111111:user/p/a", "implicitDeny"),
        ("arn:aws:iam::111111111111:role/p/R", "implicitDeny"),
        ("arn:aws:sts::111111111111:assumed-role/R/s", "implicitDeny"),
        ("arn:aws:sts::111111111111:federated-user/f", "implicitDeny"),
        ("ec2.amazonaws.com", "implicitDeny"),
        ("*", "implicitDeny"),
    ],
)
def test_every_kind_of_principal_is_understood(tmp_path: Path, principal: str, expect: str) -> None:
    assert (
        run(tmp_path / "a.json", json.dumps([{"id": "p", "request": request(principal=principal), "expect": expect}]))[
            0
        ]
        == 0
    )


def test_what_aws_always_supplies_is_supplied(tmp_path: Path) -> None:
    keys = {
        "aws:PrincipalArn": "arn:aws:iam::111111111111:user/p/a",
        "aws:PrincipalAccount": "111111111111",
        "aws:username": "a",
        "aws:PrincipalType": "User",
    }
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": keys}}],
    }
    case = {
        "id": "k",
        "request": request(principal=keys["aws:PrincipalArn"]),
        "identity_policies": [policy],
        "expect": "allowed",
    }
    assert run(tmp_path / "a.json", json.dumps([case]))[0] == 0


def test_explain_says_who_decided(tmp_path: Path) -> None:
    (tmp_path / "open.json").write_text(json.dumps(OPEN))
    flags = [
        "--principal",
        "arn:aws:iam::111111111111:user/a",
        "--action",
        "s3:GetObject",
        "--resource",
        "arn:aws:s3:::b/k",
        "--context",
        "aws:x=1",
    ]
    allowed = RUN.invoke(app, ["explain", *flags, "--identity", str(tmp_path / "open.json")])
    assert (allowed.exit_code, "Allow by identity policy" in allowed.stdout) == (0, True)
    denied = RUN.invoke(app, ["explain", *flags])
    assert (denied.exit_code, "because no identity-based policy allows" in denied.stdout) == (1, True)
    assert RUN.invoke(app, ["explain"]).exit_code == 2
