"""Tags on everything that can have them."""

from collections.abc import Callable

import pytest

from asking import refused
from organizing import Organization, reason

TARGETS: dict[str, Callable[[Organization], str]] = {
    "root": lambda org: org.root,
    "unit": lambda org: org.ou("Finance"),
    "account": lambda org: org.account("Payments"),
    "policy": lambda org: org.policy(),
}


def tags(**values: str) -> list[dict[str, str]]:
    """Return tags as the API takes and gives them, in order."""
    return [{"Key": key, "Value": value} for key, value in sorted(values.items())]


@pytest.mark.parametrize("kind", TARGETS)
def test_tags_are_added_replaced_and_removed(org: Organization, kind: str) -> None:
    target = TARGETS[kind](org)
    assert org.api.list_tags_for_resource(ResourceId=target)["Tags"] == []
    org.api.tag_resource(ResourceId=target, Tags=tags(team="money", stage="test"))
    org.api.tag_resource(ResourceId=target, Tags=tags(stage="live", empty=""))
    assert org.api.list_tags_for_resource(ResourceId=target)["Tags"] == tags(team="money", stage="live", empty="")
    org.api.untag_resource(ResourceId=target, TagKeys=["stage", "never"])
    assert org.api.list_tags_for_resource(ResourceId=target)["Tags"] == tags(team="money", empty="")


def test_tags_come_with_creation(org: Organization) -> None:
    unit = org.api.create_organizational_unit(ParentId=org.root, Name="Finance", Tags=tags(team="money"))
    assert org.api.list_tags_for_resource(ResourceId=unit["OrganizationalUnit"]["Id"])["Tags"] == tags(team="money")


def test_unacceptable_tags_are_refused(org: Organization) -> None:
    twice = [{"Key": "team", "Value": "a"}, {"Key": "team", "Value": "b"}]
    assert reason(org.api.tag_resource, ResourceId=org.root, Tags=twice) == (
        "InvalidInputException",
        "DUPLICATE_TAG_KEY",
    )
    system = ("InvalidInputException", "INVALID_SYSTEM_TAGS_PARAMETER")
    assert reason(org.api.tag_resource, ResourceId=org.root, Tags=tags(**{"AWS:mine": "x"})) == system
    assert reason(org.api.untag_resource, ResourceId=org.root, TagKeys=["aws:theirs"]) == system
    full = tags(**{f"key{number}": "" for number in range(50)})
    org.api.tag_resource(ResourceId=org.root, Tags=full)
    too_many = ("ConstraintViolationException", "MAX_TAG_LIMIT_EXCEEDED")
    assert reason(org.api.tag_resource, ResourceId=org.root, Tags=tags(more="")) == too_many
    assert len(org.api.list_tags_for_resource(ResourceId=org.root)["Tags"]) == 50


def test_what_is_not_there_or_not_ours_has_no_tags(org: Organization) -> None:
    for target in ("999999999999", "p-00000000", "r-0000"):
        assert refused(org.api.tag_resource, ResourceId=target, Tags=tags(a="b"))[0] == "TargetNotFoundException"
    immutable = ("InvalidInputException", "IMMUTABLE_POLICY")
    assert reason(org.api.tag_resource, ResourceId="p-FullAWSAccess", Tags=tags(a="b")) == immutable
    assert org.api.list_tags_for_resource(ResourceId="p-FullAWSAccess")["Tags"] == []
