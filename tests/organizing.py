"""An organization for tests, with helpers that read as sentences, and how its refusals are read."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from in_process import InProcess

Credentials = Mapping[str, str]

DENY_CREATE_USER = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}]}
)


class Organization:
    """An organization of the management account's administrator, and ways to fill it."""

    def __init__(self, house: InProcess, **arguments: Any) -> None:
        self.house = house
        self.api = house.client("organizations")
        self.id: str = self.api.create_organization(**arguments)["Organization"]["Id"]
        self.root: str = self.api.list_roots()["Roots"][0]["Id"]

    def begin(self, name: str, **arguments: Any) -> str:
        """Ask for an account and return the id of the request."""
        email = arguments.pop("Email", f"{name.lower()}@example.com")
        status = self.api.create_account(Email=email, AccountName=name, **arguments)["CreateAccountStatus"]
        return str(status["Id"])

    def finish(self) -> None:
        """Let asynchronous work come to its end."""
        self.house.clock.advance(1)
        self.house.tick()

    def status(self, request_id: str) -> Any:
        """Return what became of a request for an account."""
        return self.api.describe_create_account_status(CreateAccountRequestId=request_id)["CreateAccountStatus"]

    def account(self, name: str, **arguments: Any) -> str:
        """Create an account and return its id."""
        request_id = self.begin(name, **arguments)
        self.finish()
        return str(self.status(request_id)["AccountId"])

    def assume(
        self, account_id: str, role_name: str = "OrganizationAccountAccessRole", by: Credentials | None = None
    ) -> Credentials:
        """Take a role in an account and return the session's credentials."""
        sts = self.house.client("sts", by)
        arn = f"arn:aws:iam::{account_id}:role/{role_name}"
        found: Credentials = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return found

    def member(self, service: str, account_id: str) -> Any:
        """Return a client that acts in a member account as its administrator."""
        return self.house.client(service, self.assume(account_id))

    def outsider(self, name: str = "Outsider") -> tuple[str, Any, Any]:
        """Create an account outside of the organization: its id, its Organizations client and its IAM client."""
        credentials = self.house.standalone(f"{name.lower()}@example.org", name)
        account_id = self.house.client("sts", credentials).get_caller_identity()["Account"]
        return account_id, self.house.client("organizations", credentials), self.house.client("iam", credentials)

    def join(self, name: str = "Outsider") -> tuple[str, Any, Any]:
        """Invite an outside account and let it accept."""
        account_id, api, iam = self.outsider(name)
        api.accept_handshake(HandshakeId=self.invite(account_id)["Id"])
        return account_id, api, iam

    def invite(self, target: str, **arguments: Any) -> Any:
        """Invite an account by its id or its e-mail address."""
        party = {"Type": "EMAIL" if "@" in target else "ACCOUNT", "Id": target}
        return self.api.invite_account_to_organization(Target=party, **arguments)["Handshake"]

    def ou(self, name: str, parent: str | None = None) -> str:
        """Create an OU and return its id."""
        made = self.api.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return str(made["OrganizationalUnit"]["Id"])

    def enable(self, policy_type: str = "SERVICE_CONTROL_POLICY") -> None:
        """Enable a policy type in the root."""
        self.api.enable_policy_type(RootId=self.root, PolicyType=policy_type)

    def policy(self, name: str = "Guard", content: str = DENY_CREATE_USER, kind: str = "SERVICE_CONTROL_POLICY") -> str:
        """Create a policy and return its id."""
        made = self.api.create_policy(Name=name, Description="", Content=content, Type=kind)
        return str(made["Policy"]["PolicySummary"]["Id"])

    def attached(self, target: str, kind: str = "SERVICE_CONTROL_POLICY") -> list[str]:
        """Return the names of the policies that are attached to a target."""
        listed = self.api.list_policies_for_target(TargetId=target, Filter=kind)["Policies"]
        return sorted(policy["Name"] for policy in listed)


def reason(function: Any, **arguments: Any) -> tuple[str, str]:
    """Make a call that must fail, and return the error's code and its Reason."""
    with pytest.raises(ClientError) as caught:
        function(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response.get("Reason", "")
