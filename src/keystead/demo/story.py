"""The story: an organization is made, its member accounts are reached, and everything else is refused.

Each chapter is a function that plays its steps on a `Stage`. What must be refused is played as much as what must work.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp

from keystead.demo.stage import Misbehaved, Person, Stage

DEFAULT_ROLE = "OrganizationAccountAccessRole"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
DENIED = "AccessDenied"
_TOTP_STEP_SECONDS = 30


@dataclass
class Cast:
    """Who and what the story has so far."""

    admin: Person
    # Makes a standalone account with an administrator, as a sign-up does: (email, name) -> account id, administrator.
    sign_up: Callable[[str, str], tuple[str, Person]]
    # Gives an account's root user an access key, which only the operator of the server can.
    root_of: Callable[[str], Person]
    management: str = ""
    alice: Person | None = None
    accounts: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, Person] = field(default_factory=dict)
    alice_key: str = ""

    @property
    def the_alice(self) -> Person:
        """Return alice, who must have entered by now."""
        if self.alice is None:
            msg = "alice has not entered yet"
            raise Misbehaved(msg)
        return self.alice

    def role(self, account: str, name: str = DEFAULT_ROLE) -> str:
        """Return the ARN of a role in a named account."""
        return f"arn:aws:iam::{self.accounts[account]}:role/{name}"


def play(stage: Stage, cast: Cast) -> None:
    """Play the whole story.

    Errors: Misbehaved at the first step that does not end as it must.
    """
    stage.explain = lambda message: _statement(stage, cast.admin, message)
    for chapter in CHAPTERS:
        chapter(stage, cast)


def create_the_organization(stage: Stage, cast: Cast) -> None:
    """Create the organization and two member accounts, and look at the roles that came with them."""
    stage.chapter("1. An organization and two member accounts")
    cast.management = stage.run(cast.admin, "sts", "GetCallerIdentity")["Account"]
    stage.run(cast.admin, "organizations", "CreateOrganization", FeatureSet="ALL")
    _create_account(stage, cast, "Payments")
    _create_account(stage, cast, "Research", RoleName="BreakGlass")
    stage.tell("The role in Payments, seen from inside: path /, trusted by the management account, administrator.")
    inside = assume(stage, cast.admin, cast.role("Payments"), "inspection")
    role = stage.run(inside, "iam", "GetRole", RoleName=DEFAULT_ROLE)["Role"]
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]
    stage.check(
        f"it has path / and trusts arn:aws:iam::{cast.management}:root, nobody else",
        holds=role["Path"] == "/"
        and trust["Principal"] == {"AWS": f"arn:aws:iam::{cast.management}:root"}
        and trust["Action"] == "sts:AssumeRole",
    )
    attached = stage.run(inside, "iam", "ListAttachedRolePolicies", RoleName=DEFAULT_ROLE)["AttachedPolicies"]
    stage.check("AdministratorAccess is attached to it", holds=[p["PolicyArn"] for p in attached] == [ADMINISTRATOR])
    stage.tell("The management account has no such role.")
    stage.refuse(cast.admin, "iam", "GetRole", code="NoSuchEntity", RoleName=DEFAULT_ROLE)


def delegate_to_a_group(stage: Stage, cast: Cast) -> None:
    """Let alice in through a group, exactly as far as its policy says."""
    stage.chapter("2. alice may not, then may, then may everywhere")
    stage.run(cast.admin, "iam", "CreateUser", UserName="alice")
    key = stage.run(cast.admin, "iam", "CreateAccessKey", UserName="alice")["AccessKey"]
    cast.alice, cast.alice_key = Person("alice", key), key["AccessKeyId"]
    refuse_role(stage, cast.alice, cast.role("Payments"), says="no identity-based policy allows")
    stage.tell("A group with a policy on exactly that role; alice joins it.")
    _put_group_policy(stage, cast, cast.role("Payments"))
    stage.run(cast.admin, "iam", "AddUserToGroup", GroupName="PaymentsAdministrators", UserName="alice")
    cast.sessions["Payments"] = assume(stage, cast.alice, cast.role("Payments"), "alice")
    refuse_role(stage, cast.alice, cast.role("Research", "BreakGlass"))
    stage.tell('With Resource "*" she reaches both.')
    _put_group_policy(stage, cast, "*")
    assume(stage, cast.alice, cast.role("Payments"), "alice")
    cast.sessions["Research"] = assume(stage, cast.alice, cast.role("Research", "BreakGlass"), "alice")
    stage.tell("The root user assumes no role, whatever it may do otherwise.")
    root = cast.root_of(cast.management)
    stage.run(root, "sts", "GetCallerIdentity")
    refuse_role(stage, root, cast.role("Payments"), says="Roles may not be assumed by root accounts.")


def work_in_payments(stage: Stage, cast: Cast) -> None:
    """Use the role: its account only, its permissions only, and no way on to a sibling."""
    stage.chapter("3. Inside Payments, and only there")
    payments = cast.sessions["Payments"]
    stage.run(payments, "sts", "GetCallerIdentity")
    trust = _trust({"AWS": f"arn:aws:iam::{cast.accounts['Payments']}:root"})
    stage.run(payments, "iam", "CreateRole", RoleName="Deployer", AssumeRolePolicyDocument=trust)
    users = stage.run(payments, "iam", "ListUsers")["Users"]
    stage.check("the session sees Payments, where there are no users", holds=users == [])
    stage.tell("alice's own permissions are gone while she is the role.")
    stage.refuse(payments, "organizations", "ListAccounts", code="AccessDeniedException")
    stage.tell("From Payments into Research, with the role's own name there: refused, whatever Payments writes.")
    target = cast.role("Research", "BreakGlass")
    refuse_role(stage, payments, target)
    policy = _document("Allow", "sts:AssumeRole", target)
    stage.run(payments, "iam", "PutRolePolicy", RoleName=DEFAULT_ROLE, PolicyName="Sideways", PolicyDocument=policy)
    refuse_role(stage, payments, target)


def invite_an_account(stage: Stage, cast: Cast) -> None:
    """Invite an account that stood alone: it comes without the role until its own administrator makes it."""
    stage.chapter("4. An invited account gets no role; its administrator makes it")
    account_id, owner = cast.sign_up("acquired@example.com", "Acquired")
    cast.accounts["Acquired"] = account_id
    handshake = stage.run(
        cast.admin, "organizations", "InviteAccountToOrganization", Target={"Id": account_id, "Type": "ACCOUNT"}
    )["Handshake"]
    stage.run(owner, "organizations", "AcceptHandshake", HandshakeId=handshake["Id"])
    refuse_role(stage, cast.the_alice, cast.role("Acquired"))
    refuse_role(stage, cast.the_alice, cast.role("Acquired", "NeverExisted"))
    stage.tell("By hand, as the page says: create the role, attach AdministratorAccess.")
    trust = _trust({"AWS": f"arn:aws:iam::{cast.management}:root"})
    stage.run(owner, "iam", "CreateRole", RoleName=DEFAULT_ROLE, AssumeRolePolicyDocument=trust)
    stage.run(owner, "iam", "AttachRolePolicy", RoleName=DEFAULT_ROLE, PolicyArn=ADMINISTRATOR)
    acquired = assume(stage, cast.the_alice, cast.role("Acquired"), "alice")
    made = stage.run(acquired, "iam", "GetRole", RoleName=DEFAULT_ROLE)["Role"]
    automatic = stage.run(cast.sessions["Payments"], "iam", "GetRole", RoleName=DEFAULT_ROLE)["Role"]
    stage.check("it equals the automatic one", holds=_comparable(made) == _comparable(automatic))


def require_more(stage: Stage, cast: Cast) -> None:
    """Play the page's variants: MFA, a source address range, an external ID."""
    stage.chapter("5. Trust with conditions: MFA, source address, external ID")
    payments = cast.sessions["Payments"]
    _require_mfa(stage, cast, payments)
    stage.tell("Only from an address range that this machine is not in, then from one that it is in.")
    elsewhere = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    here = {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1/128"]}}
    _create_conditional(stage, cast, payments, "FromTheOffice", elsewhere)
    refuse_role(stage, cast.the_alice, cast.role("Payments", "FromTheOffice"))
    trust = _trust({"AWS": f"arn:aws:iam::{cast.management}:root"}, here)
    stage.run(payments, "iam", "UpdateAssumeRolePolicy", RoleName="FromTheOffice", PolicyDocument=trust)
    assume(stage, cast.the_alice, cast.role("Payments", "FromTheOffice"), "alice")
    stage.tell("An external ID: none, a wrong one, the right one.")
    _create_conditional(stage, cast, payments, "Vendor", {"StringEquals": {"sts:ExternalId": "agreed-7f3a"}})
    vendor = cast.role("Payments", "Vendor")
    refuse_role(stage, cast.the_alice, vendor)
    refuse_role(stage, cast.the_alice, vendor, ExternalId="guessed")
    assume(stage, cast.the_alice, vendor, "alice", ExternalId="agreed-7f3a")


def bind_with_a_policy(stage: Stage, cast: Cast) -> None:
    """Put a service control policy on an OU: it binds the members under it and nobody else."""
    stage.chapter("6. A service control policy on an organizational unit")
    admin, payments = cast.admin, cast.sessions["Payments"]
    root = stage.run(admin, "organizations", "ListRoots")["Roots"][0]["Id"]
    stage.run(admin, "organizations", "EnablePolicyType", RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = stage.run(admin, "organizations", "CreateOrganizationalUnit", ParentId=root, Name="Regulated")
    unit_id = unit["OrganizationalUnit"]["Id"]
    policy = stage.run(
        admin,
        "organizations",
        "CreatePolicy",
        Name="NoUsers",
        Description="People come from the directory",
        Type="SERVICE_CONTROL_POLICY",
        Content=_document("Deny", "iam:CreateUser", "*"),
    )["Policy"]["PolicySummary"]
    stage.run(admin, "organizations", "AttachPolicy", PolicyId=policy["Id"], TargetId=unit_id)
    account = cast.accounts["Payments"]
    stage.run(
        admin, "organizations", "MoveAccount", AccountId=account, SourceParentId=root, DestinationParentId=unit_id
    )
    stage.refuse(
        payments, "iam", "CreateUser", code=DENIED, says="explicit deny in a service control policy", UserName="bob"
    )
    stage.tell("The management account is bound by no service control policy.")
    stage.run(admin, "iam", "CreateUser", UserName="bob")
    stage.run(
        admin, "organizations", "MoveAccount", AccountId=account, SourceParentId=unit_id, DestinationParentId=root
    )
    stage.run(payments, "iam", "CreateUser", UserName="bob")


def take_the_key_away(stage: Stage, cast: Cast) -> None:
    """Deactivate alice's key: the key is dead, her sessions live on as on AWS, and the log has it all."""
    stage.chapter("7. alice's key is deactivated")
    live = stage.run(cast.the_alice, "sts", "GetSessionToken")["Credentials"]
    session = Person("alice-session", live)
    stage.run(cast.admin, "iam", "UpdateAccessKey", UserName="alice", AccessKeyId=cast.alice_key, Status="Inactive")
    stage.refuse(cast.the_alice, "sts", "GetCallerIdentity", code="InvalidClientTokenId")
    stage.tell("Her own session token and her role session still work until they expire, as on AWS …")
    stage.run(session, "sts", "GetCallerIdentity")
    stage.run(cast.sessions["Payments"], "sts", "GetCallerIdentity")
    stage.tell("… a permission that is taken away is gone from both at once.")
    stage.run(cast.admin, "iam", "RemoveUserFromGroup", GroupName="PaymentsAdministrators", UserName="alice")
    refuse_role(stage, session, cast.role("Payments"))
    stage.tell("CloudTrail in the management account, newest first.")
    events = stage.run(
        cast.admin,
        "cloudtrail",
        "LookupEvents",
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}],
    )["Events"]
    told = [json.loads(event["CloudTrailEvent"]) for event in events]
    stage.check("refused calls are in it, with the reason", holds=any(event.get("errorCode") for event in told))
    stage.check("allowed calls are in it", holds=any(not event.get("errorCode") for event in told))


CHAPTERS: tuple[Callable[[Stage, Cast], None], ...] = (
    create_the_organization,
    delegate_to_a_group,
    work_in_payments,
    invite_an_account,
    require_more,
    bind_with_a_policy,
    take_the_key_away,
)


def assume(stage: Stage, person: Person, role_arn: str, session_name: str, **more: str) -> Person:
    """Take a role and return the session as a person."""
    answer = stage.run(person, "sts", "AssumeRole", RoleArn=role_arn, RoleSessionName=session_name, **more)
    account = role_arn.split(":")[4]
    return Person(f"{session_name}@{account}", answer["Credentials"])


def refuse_role(stage: Stage, person: Person, role_arn: str, *, says: str = "", **more: str) -> None:
    """Try to take a role, which must be refused."""
    stage.refuse(person, "sts", "AssumeRole", code=DENIED, says=says, RoleArn=role_arn, RoleSessionName="alice", **more)


def _create_account(stage: Stage, cast: Cast, name: str, **more: str) -> None:
    status = stage.run(
        cast.admin, "organizations", "CreateAccount", Email=f"{name.lower()}@example.com", AccountName=name, **more
    )["CreateAccountStatus"]
    organizations = stage.client(cast.admin, "organizations")

    def done() -> bool:
        now = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])
        return bool(now["CreateAccountStatus"]["State"] != "IN_PROGRESS")

    stage.wait_until(f"the creation of {name}", done)
    final = stage.run(cast.admin, "organizations", "DescribeCreateAccountStatus", CreateAccountRequestId=status["Id"])[
        "CreateAccountStatus"
    ]
    stage.check(f"{name} is there", holds=final["State"] == "SUCCEEDED")
    cast.accounts[name] = final["AccountId"]


def _put_group_policy(stage: Stage, cast: Cast, resource: str) -> None:
    group = "PaymentsAdministrators"
    if "group" not in cast.sessions:
        stage.run(cast.admin, "iam", "CreateGroup", GroupName=group)
        cast.sessions["group"] = cast.admin
    stage.run(
        cast.admin,
        "iam",
        "PutGroupPolicy",
        GroupName=group,
        PolicyName="GrantAccessToOrganizationAccountAccessRole",
        PolicyDocument=_document("Allow", "sts:AssumeRole", resource),
    )


def _require_mfa(stage: Stage, cast: Cast, payments: Person) -> None:
    stage.tell("A role that wants MFA: refused without a code, allowed with one from alice's own device.")
    _create_conditional(stage, cast, payments, "Careful", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    device = stage.run(cast.admin, "iam", "CreateVirtualMFADevice", VirtualMFADeviceName="alice")["VirtualMFADevice"]
    totp, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    stage.run(
        cast.admin,
        "iam",
        "EnableMFADevice",
        UserName="alice",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=totp.at(now - _TOTP_STEP_SECONDS),
        AuthenticationCode2=totp.at(now),
    )
    careful = cast.role("Payments", "Careful")
    refuse_role(stage, cast.the_alice, careful)
    code = totp.at(now + _TOTP_STEP_SECONDS)
    assume(stage, cast.the_alice, careful, "alice", SerialNumber=device["SerialNumber"], TokenCode=code)
    stage.tell("The same code again is worth nothing.")
    refuse_role(stage, cast.the_alice, careful, SerialNumber=device["SerialNumber"], TokenCode=code)


def _create_conditional(stage: Stage, cast: Cast, payments: Person, name: str, condition: Mapping[str, Any]) -> None:
    trust = _trust({"AWS": f"arn:aws:iam::{cast.management}:root"}, condition)
    stage.run(payments, "iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)


def _trust(principal: Mapping[str, str], condition: Mapping[str, Any] | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _document(effect: str, action: str, resource: str) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _comparable(role: Mapping[str, Any]) -> dict[str, Any]:
    names = ("RoleName", "Path", "AssumeRolePolicyDocument", "MaxSessionDuration")
    return {name: role[name] for name in names}


def _statement(stage: Stage, admin: Person, message: str) -> str:
    """Name the statement that denied, from what the denial carried; nothing if there is none for this account."""
    sts = stage.client(admin, "sts")
    try:
        decoded = json.loads(sts.decode_authorization_message(EncodedMessage=message)["DecodedMessage"])
    except sts.exceptions.InvalidAuthorizationMessageException:
        return ""
    matched = decoded["matchedStatements"]["items"]
    return ", ".join(f"{one['effect']} by {one['policy']['name']}" for one in matched)
