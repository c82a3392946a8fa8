"""The managed policies of AWS itself: the catalogue, and what IAM tells of it."""

import json
import subprocess
import tarfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from asking import refused
from keystead import policy
from keystead.policy import PolicyKind
from keystead.services.iam.managed import PREFIX, Catalogue, build
from keystead.services.iam.managed.catalogue import BASE, FULL, open_base, open_full

WHOLE = pytest.mark.skipif(
    not FULL.exists(), reason="only the base of AWS's managed policies is tested: `make data` has not been run"
)
ALWAYS_THERE = (
    "AdministratorAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "AWSOrganizationsFullAccess",
    "AWSOrganizationsReadOnlyAccess",
    "IAMUserChangePassword",
    "SignInLocalDevelopmentAccess",
    "aws-service-role/AWSOrganizationsServiceTrustPolicy",
)
DOCUMENTS = [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": f"s3:{x}*"}]} for x in "abc"]
PACKAGE = {
    "Some": {
        "arn": PREFIX + "job-function/Some",
        "latestVersionId": "v10",
        "createdDate": "2020-01-01T00:00:00.000Z",
        "lastUpdatedDate": "2022-01-01T00:00:00.000Z",
        "versions": {
            "v9": {"createdDate": "2021-01-01T00:00:00.000Z", "document": DOCUMENTS[0]},
            "v10": {"createdDate": "2022-01-01T00:00:00.000Z", "document": DOCUMENTS[1]},
        },
    },
    "Linked": {
        "arn": PREFIX + "aws-service-role/Linked",
        "latestVersionId": "v1",
        "createdDate": "2020-01-01T00:00:00.000Z",
        "lastUpdatedDate": "2020-01-01T00:00:00.000Z",
        "versions": {"v1": {"createdDate": "2020-01-01T00:00:00.000Z", "document": DOCUMENTS[2]}},
    },
}


@pytest.fixture
def built(tmp_path: Path) -> Catalogue:
    """A catalogue built from a package as npm delivers it."""
    content = json.dumps(PACKAGE).encode()
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("package/dist/managedPolicies.json")
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
    build.write_full(build.read_package(tmp_path / "package.tgz"), tmp_path / "catalogue.zip")
    return open_full(tmp_path / "catalogue.zip")


def test_a_built_catalogue_knows_every_version(built: Catalogue) -> None:
    arn = PREFIX + "job-function/Some"
    found = built.find(arn)
    assert found is not None
    assert (found.name, found.path, found.default_version, found.attachable) == ("Some", "/job-function/", 10, True)
    assert list(found.versions) == [9, 10]
    assert found.created.isoformat() == "2020-01-01T00:00:00+00:00"
    texts = [built.document(arn, version) for version in (9, 10, None)]
    assert [json.loads(text or "") for text in texts] == [DOCUMENTS[0], DOCUMENTS[1], DOCUMENTS[1]]
    assert built.document(arn, 8) is None
    assert built.document(arn + "Other") is None
    linked = built.find(PREFIX + "aws-service-role/Linked")
    assert linked is not None
    assert not linked.attachable


def test_equal_packages_give_equal_files(tmp_path: Path) -> None:
    policies = {entry["arn"]: entry for entry in PACKAGE.values()}
    for name in ("one.zip", "two.zip"):
        build.write_full(policies, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_base_has_what_everyone_needs() -> None:
    base = open_base(BASE)
    for name in ALWAYS_THERE:
        assert base.document(PREFIX + name), name


def refusals(known: Catalogue) -> dict[str, str]:
    """Return what the policy engine says against any policy of a catalogue."""
    said = {}
    for found in known.all():
        try:
            policy.parse(known.document(found.arn) or "", PolicyKind.IDENTITY)
        except policy.PolicyError as error:
            said[found.arn] = error.message
    return said


def test_p4_every_policy_of_the_base_is_one_that_the_engine_reads() -> None:
    assert refusals(open_base(BASE)) == {}


@WHOLE
def test_p4_every_aws_managed_policy_is_one_that_the_engine_reads() -> None:
    whole = open_full(FULL)
    assert len(whole) > 1500
    assert refusals(whole) == {}


def test_one_lookup_takes_less_than_a_millisecond() -> None:
    known = open_full(FULL) if FULL.exists() else open_base(BASE)
    arns = [found.arn for found in known.all()][:200]
    started = time.perf_counter()
    for arn in arns:
        known.find(arn)
        known.document(arn)
    assert (time.perf_counter() - started) / len(arns) < 0.001


def test_without_npm_the_build_says_so_and_names_what_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build.shutil, "which", lambda _name: None)
    assert build.main([]) == 1
    said = capsys.readouterr().err
    assert "npm is not installed" in said
    assert f"Keystead works with {len(open_base(BASE))} of them" in said


def test_when_npm_fails_the_build_shows_what_npm_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="no network")

    monkeypatch.setattr(build.shutil, "which", lambda _name: "npm")
    monkeypatch.setattr(build.subprocess, "run", fail)
    assert build.main([]) == 1
    assert "no network" in capsys.readouterr().err


def test_iam_shows_a_policy_of_aws_as_the_same_in_every_account(house: Any, iam: Any) -> None:
    other = house.client("iam", house.standalone("other@example.com", "Other"))
    mine, theirs = (
        client.get_policy(PolicyArn=PREFIX + "job-function/ViewOnlyAccess")["Policy"] for client in (iam, other)
    )
    assert mine == theirs
    assert (mine["PolicyName"], mine["Path"], mine["IsAttachable"]) == ("ViewOnlyAccess", "/job-function/", True)
    assert mine["PolicyId"].startswith("ANPA")
    assert mine["CreateDate"].year == 2016


def test_iam_shows_the_document_in_force_of_a_policy_of_aws(iam: Any) -> None:
    arn = PREFIX + "AdministratorAccess"
    shown = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert shown["Document"]["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    assert shown["IsDefaultVersion"] is True
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v1"]
    assert refused(iam.get_policy_version, PolicyArn=arn, VersionId="v2")[0] == "NoSuchEntity"


@WHOLE
def test_iam_shows_earlier_versions_of_a_policy_of_aws(iam: Any) -> None:
    arn = PREFIX + "IAMUserChangePassword"
    versions = [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]]
    assert versions[-1] == "v1"
    assert versions == sorted(versions, key=lambda version: -int(version[1:]))
    first = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert first["Document"]["Statement"][0]["Resource"] == ["arn:aws:iam::*:user/${aws:userid}"]
    assert first["IsDefaultVersion"] is False


def test_a_policy_that_aws_does_not_have_cannot_be_found(iam: Any) -> None:
    arn = PREFIX + "NoSuchThing"
    assert refused(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.")
