"""What operations authorize, held against AWS's service authorization reference."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from in_process import InProcess
from keystead import data
from keystead.gateway.authenticate import _long_term_caller
from keystead.services.call import Call, Target
from keystead.services.registry import Operation, all_operations, anything
from keystead.storage import Transaction
from keystead.wire import model

OPERATIONS = all_operations()
AUTHORIZED = [operation for operation in OPERATIONS if operation.authorizes is not None]
# Every operation may be asked about these; AWS lists them apart from the services.
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL_KEYS = {"aws:multifactorauthpresent", "aws:multifactorauthage"}


def _name(operation: Operation) -> str:
    return f"{operation.service}:{operation.name}"


def test_every_operation_is_an_action_of_the_reference() -> None:
    missing = [_name(each) for each in OPERATIONS if each.name not in data.load(each.service).actions]
    assert missing == []


def test_only_the_caller_s_own_identity_needs_no_authorization() -> None:
    assert [_name(each) for each in OPERATIONS if each.authorizes is None] == ["sts:GetCallerIdentity"]


def test_an_action_with_a_required_resource_is_never_authorized_on_everything() -> None:
    careless = [
        _name(each)
        for each in OPERATIONS
        if each.authorizes is anything and data.load(each.service).actions[each.name].required
    ]
    assert careless == []


class World:
    """An organization with one of everything, and sample requests that name it."""

    def __init__(self, house: InProcess) -> None:
        self.house = house
        self.values: dict[str, Any] = {}
        self._people()
        self._organization()
        inside = house.keystead.house
        key = inside.authorities.access_key(house.admin["aws_access_key_id"])
        assert key is not None
        self.caller = _long_term_caller(inside.authorities, key)

    def _people(self) -> None:
        iam = self.house.client("iam")
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        trust = {"Effect": "Allow", "Principal": {"AWS": self.house.account_id}, "Action": "sts:AssumeRole"}
        tags = [{"Key": "Team", "Value": "blue"}]
        iam.create_user(UserName="sample", Tags=tags)
        iam.create_group(GroupName="sample")
        role = iam.create_role(RoleName="sample", AssumeRolePolicyDocument=_document(trust), Tags=tags)["Role"]
        policy = iam.create_policy(PolicyName="sample", PolicyDocument=_document(allow), Tags=tags)["Policy"]
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="sample", Tags=tags)["VirtualMFADevice"]
        self.values |= {
            "AWSServiceName": "organizations.amazonaws.com",
            "AccessKeyId": iam.create_access_key(UserName="sample")["AccessKey"]["AccessKeyId"],
            "AssumeRolePolicyDocument": _document(trust),
            "DeletionTaskId": "task/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations/x",
            "GroupName": "sample",
            "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
            "PolicyArn": policy["Arn"],
            "PolicyDocument": _document(allow),
            "PolicyName": "sample",
            "PolicySourceArn": role["Arn"],
            "RoleArn": role["Arn"],
            "RoleName": "sample",
            "RoleSessionName": "sample",
            "SerialNumber": device["SerialNumber"],
            "TagKeys": ["Team"],
            "Tags": tags,
            "UserName": "sample",
        }

    def _organization(self) -> None:
        organizations = self.house.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        unit = organizations.create_organizational_unit(ParentId=root, Name="Unit")["OrganizationalUnit"]["Id"]
        asked = organizations.create_account(Email="member@example.com", AccountName="Member")["CreateAccountStatus"]
        policy = organizations.create_policy(
            Type="SERVICE_CONTROL_POLICY",
            Name="sample",
            Description="",
            Content=_document({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}),
        )
        self.house.clock.advance(60)
        self.house.tick()
        status = organizations.describe_create_account_status(CreateAccountRequestId=asked["Id"])
        account = status["CreateAccountStatus"]["AccountId"]
        guest = self.house.standalone("guest@example.com", "Guest")
        invited = organizations.invite_account_to_organization(
            Target={"Type": "ACCOUNT", "Id": self.house.client("sts", guest).get_caller_identity()["Account"]}
        )
        self.values |= {
            "AccountId": account,
            "ChildId": account,
            "ChildType": "ACCOUNT",
            "DestinationParentId": unit,
            "Filter": "SERVICE_CONTROL_POLICY",
            "HandshakeId": invited["Handshake"]["Id"],
            "OrganizationalUnitId": unit,
            "ParentId": unit,
            "PolicyId": policy["Policy"]["PolicySummary"]["Id"],
            "PolicyType": "SERVICE_CONTROL_POLICY",
            "ResourceId": unit,
            "RootId": root,
            "SourceParentId": root,
            "Target": {"Type": "EMAIL", "Id": "guest@example.com"},
            "TargetId": unit,
            "Type": "SERVICE_CONTROL_POLICY",
        }

    def sample(self, operation: Operation) -> dict[str, Any]:
        """Return a request that names something wherever it can; an MFA code is not among the samples."""
        known = model.load(operation.service).operations[operation.name]
        skipped = {"SerialNumber"} if operation.service == "sts" else set()
        wanted = [name for name in known.input_members if name not in skipped]
        return {name: self.values.get(name, "sample") for name in wanted if self._useful(known, name)}

    def _useful(self, known: Any, name: str) -> bool:
        return name in self.values or name in known.required_members

    def targets(self, operation: Operation, tx: Transaction) -> Sequence[Target]:
        """Return what the operation authorizes for its sample request."""
        assert operation.authorizes is not None
        call = Call(
            house=self.house.keystead.house,
            caller=self.caller,
            service=operation.service,
            operation=operation.name,
            request_id="sample",
            now=self.house.clock.now,
            region="us-east-1",
            source_ip="127.0.0.1",
            user_agent="sample",
            secure=False,
            transaction=tx,
        )
        found = operation.authorizes(call, self.sample(operation))
        return (found,) if isinstance(found, Target) else found


def _document(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    opened = InProcess(tmp_path_factory.mktemp("world"))
    yield World(opened)
    opened.close()


def _pattern(arn: str) -> str:
    """Return the regular expression of an ARN with placeholders; AWS's own policies have no account."""
    parts = re.split(r"\$\{\w+\}", arn.replace("o-${OrganizationId}", "${x}").replace("p-${PolicyId}", "${x}"))
    return ".+".join(re.escape(part) for part in parts)


@pytest.mark.parametrize("operation", AUTHORIZED, ids=_name)
def test_what_an_operation_authorizes_is_what_the_reference_lists(world: World, operation: Operation) -> None:
    with world.house.keystead.house.store.read() as tx:
        targets = world.targets(operation, tx)
    assert targets
    own = data.load(operation.service)
    for target in targets:
        prefix, name = (target.action or _name(operation)).split(":")
        service = data.load(prefix)
        assert name in service.actions, "no such action"
        action = service.actions[name]
        # A further permission (TagSession) is for the resource of the operation that needs it.
        kinds = action.resources | own.actions[operation.name].resources
        patterns = [_pattern(service.resources[kind].arn) for kind in kinds if kind in service.resources]
        if target.resource == "*":
            assert not action.required, f"{name} needs one of {sorted(action.required)}"
        else:
            named = any(re.fullmatch(pattern, target.resource) for pattern in patterns)
            assert named or not patterns, f"{target.resource} is none of {sorted(kinds)}"
        allowed = {_family(key) for key in own.keys_of(operation.name) | service.keys_of(name)} | GLOBAL_KEYS
        assert _keys(target) <= allowed, f"undocumented: {_keys(target) - allowed}"


def _keys(target: Target) -> set[str]:
    found = {_family(key) for key in target.context}
    if target.tags:
        found.add("aws:resourcetag/")
    if target.request_tags:
        found |= {"aws:requesttag/", "aws:tagkeys"}
    return found


def _family(key: str) -> str:
    """Return a condition key in lower case, without what differs from tag to tag."""
    name, slash, _ = key.lower().partition("/")
    return name + slash
