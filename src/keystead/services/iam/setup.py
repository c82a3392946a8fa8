"""What other rooms have made in an account: its first administrator, the default role, service-linked roles."""

import datetime as dt
import json
from dataclasses import dataclass

from keystead.credentials import ids
from keystead.credentials.ids import Random
from keystead.credentials.keyring import Keyring
from keystead.services.iam import arns, errors, keys, rules, trust
from keystead.services.iam.facts import RoleFacts
from keystead.services.iam.managed import PREFIX
from keystead.services.iam.records import Attachment, Group, Role, User
from keystead.services.iam.store.attachments import add_attachment
from keystead.services.iam.store.facts import role_facts
from keystead.services.iam.store.groups import add_group, add_member
from keystead.services.iam.store.roles import add_role, find_role
from keystead.services.iam.store.users import add_user
from keystead.storage import Transaction

ORGANIZATIONS = "organizations.amazonaws.com"

_ADMINISTRATOR_ACCESS = PREFIX + "AdministratorAccess"


@dataclass(frozen=True, slots=True)
class LinkedService:
    """A service with a service-linked role: how AWS calls the role, and the policy it comes with."""

    service: str
    role_name: str
    policy_arn: str
    description: str

    @property
    def path(self) -> str:
        """The path of the role, which tells whose it is."""
        return f"/aws-service-role/{self.service}/"


LINKED_SERVICES = {
    linked.service: linked
    for linked in (
        LinkedService(
            ORGANIZATIONS,
            "AWSServiceRoleForOrganizations",
            PREFIX + "aws-service-role/AWSOrganizationsServiceTrustPolicy",
            "Service-linked role used by AWS Organizations to enable integration of other AWS services "
            "with Organizations.",
        ),
    )
}


def create_default_role(
    tx: Transaction,
    account_id: str,
    role_name: str,
    management_account_id: str,
    now: dt.datetime,
    random: Random,
) -> RoleFacts:
    """Create the role through which the management account administers a member that it made.

    Errors: MalformedPolicyDocument (the management account does not exist).
    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
    """
    document = _trusting({"AWS": arns.root(management_account_id)})
    role = _role(account_id, role_name, "/", trust.stored(tx, account_id, document), now, random)
    return _add(tx, role, _ADMINISTRATOR_ACCESS, now)


def create_service_linked_role(
    tx: Transaction, account_id: str, service: str, now: dt.datetime, random: Random, description: str | None = None
) -> RoleFacts:
    """Create the role that a service works through in an account.

    Errors: InvalidInput (no such service, or the role is there already).
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
    """
    linked = LINKED_SERVICES.get(service)
    if linked is None:
        raise errors.unknown_linked_service(service)
    if find_role(tx, account_id, linked.role_name) is not None:
        raise errors.service_role_name_taken(linked.role_name)
    role = _role(
        account_id,
        linked.role_name,
        linked.path,
        _trusting({"Service": service}),
        now,
        random,
        description=linked.description if description is None else description,
        linked_service=service,
    )
    return _add(tx, role, linked.policy_arn, now)


def bootstrap_admin(  # noqa: PLR0913, PLR0917  whom, into which group, with which key, and the three things that come in
    tx: Transaction,
    account_id: str,
    user_name: str,
    group_name: str,
    access_key: tuple[str, str] | None,
    keyring: Keyring,
    now: dt.datetime,
    random: Random,
) -> tuple[str, str]:
    """Give an account its first administrator, in a group with AdministratorAccess; return the id and secret of a key.

    `access_key` is id and secret where they are not to be random.
    """
    group = Group(id=ids.unique_id("AGPA", random), account_id=account_id, name=group_name, path="/", created=now)
    user = User(
        id=ids.unique_id("AIDA", random),
        account_id=account_id,
        name=user_name,
        path="/",
        created=now,
        tags={},
        boundary_arn=None,
        password_last_used=None,
    )
    add_group(tx, group)
    add_attachment(tx, Attachment(group.id, account_id, _ADMINISTRATOR_ACCESS, now))
    add_user(tx, user)
    add_member(tx, group, user, now)
    key, secret = keys.create(tx, account_id, user.id, access_key, keyring=keyring, now=now, random=random)
    tx.changed(account_id)
    return key.id, secret


def _trusting(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def _role(  # noqa: PLR0913  the columns in which such roles differ
    account_id: str,
    name: str,
    path: str,
    trust_document: str,
    now: dt.datetime,
    random: Random,
    *,
    description: str = "",
    linked_service: str | None = None,
) -> Role:
    return Role(
        id=ids.unique_id("AROA", random),
        account_id=account_id,
        name=name,
        path=path,
        created=now,
        description=description,
        trust_document=trust_document,
        max_session_duration=rules.DEFAULT_SESSION_SECONDS,
        tags={},
        boundary_arn=None,
        linked_service=linked_service,
        last_used=None,
        last_used_region=None,
    )


def _add(tx: Transaction, role: Role, policy_arn: str, now: dt.datetime) -> RoleFacts:
    add_role(tx, role)
    add_attachment(tx, Attachment(role.id, role.account_id, policy_arn, now))
    tx.changed(role.account_id)
    facts = role_facts(tx, role.account_id, role.id)
    if facts is None:
        raise LookupError(role.arn)
    return facts
