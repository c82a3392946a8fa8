"""What each operation acts on, for authorization: resources and condition keys of the service authorization reference.

A thing that is not there, or is another organization's, has the ARN it would have here: the answer to a caller without
permission is the same either way. Outside of any organization the resource is `*`.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from keystead.services.call import Authorizes, Call, Target
from keystead.services.organizations import arns, entities, rules
from keystead.services.organizations.records import Entity, Organization
from keystead.services.organizations.store import tree
from keystead.wire.shapes import organizations as shapes

Request = Mapping[str, Any]


def by(*members: str) -> Authorizes:
    """Authorize whatever the ids in some input members name: each of them must be allowed."""

    def authorizes(call: Call, request: Request) -> list[Target]:
        return [_of_id(call, request[member]) for member in members]

    return authorizes


def by_policy(*members: str) -> Authorizes:
    """Authorize as `by`, with the type of the policy, which is the first of the members, as a condition key."""

    def authorizes(call: Call, request: Request) -> list[Target]:
        organization = tree.organization_of(call.tx, call.account_id)
        policy = entities.find_policy(call.tx, organization, request[members[0]]) if organization else None
        context = _policy_type(policy.type) if policy else {}
        return [_of_id(call, request[member], context) for member in members]

    return authorizes


def by_resource(call: Call, request: Request) -> Target:
    """Authorize a tagging operation, with the tags or the keys that it names."""
    tags = tags_of(request.get("Tags", [])) or dict.fromkeys(request.get("TagKeys", []), "")
    entity = _entity(call, request["ResourceId"])
    context = _policy_type(entity.policy_type) if entity and entity.policy_type else {}
    if "TagKeys" in request:
        # Removing tags passes keys without values.
        return _of_id(call, request["ResourceId"], {**context, "aws:TagKeys": list(tags)})
    return _of_id(call, request["ResourceId"], context, tags)


def of_type(member: str, *also: str) -> Authorizes:
    """Authorize by the policy type in an input member, on what the ids in the other members name, or on `*`."""

    def authorizes(call: Call, request: Request) -> list[Target]:
        context = _policy_type(request[member])
        tags = tags_of(request.get("Tags", []))
        found = [_of_id(call, request[other], context, tags) for other in also]
        return _with_tagging(found or [Target(context=context, request_tags=tags or None)], tags)

    return authorizes


def of_service(call: Call, request: Request) -> Target:  # noqa: ARG001  every authorizer takes both
    """Authorize by the service principal that is to be trusted, or not any more."""
    return Target(context={"organizations:ServicePrincipal": request["ServicePrincipal"]})


def tagged(*members: str) -> Authorizes:
    """Authorize the creation of something that may be tagged: tags need organizations:TagResource as well."""

    def authorizes(call: Call, request: Request) -> list[Target]:
        tags = tags_of(request.get("Tags", []))
        found = [_of_id(call, request[member], {}, tags) for member in members]
        return _with_tagging(found or [Target(request_tags=tags or None)], tags)

    return authorizes


def invitation(call: Call, request: shapes.InviteAccountToOrganizationRequest) -> list[Target]:
    """Authorize an invitation: its resource is the account, where an account id is given."""
    party, tags = request["Target"], tags_of(request.get("Tags", []))
    organization = tree.organization_of(call.tx, call.account_id)
    resource = arns.account(organization, party["Id"]) if organization and party["Type"] == "ACCOUNT" else "*"
    return _with_tagging([Target(resource, request_tags=tags or None)], tags)


def with_service_linked_role(call: Call, _request: object) -> list[Target]:
    """Authorize making an organization, which makes a service-linked role in the caller's account."""
    path = f"aws-service-role/{rules.SERVICE_PRINCIPAL}/{rules.SERVICE_LINKED_ROLE_NAME}"
    role = Target(
        f"arn:aws:iam::{call.account_id}:role/{path}",
        action="iam:CreateServiceLinkedRole",
        context={"iam:AWSServiceName": rules.SERVICE_PRINCIPAL},
    )
    return [Target(), role]


def tags_of(tags: Iterable[shapes.Tag]) -> dict[str, str]:
    """Return a list of tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def _with_tagging(found: list[Target], tags: Mapping[str, str]) -> list[Target]:
    if not tags:
        return found
    return [*found, Target(action="organizations:TagResource", request_tags=tags)]


def _entity(call: Call, identifier: str) -> Entity | None:
    organization = tree.organization_of(call.tx, call.account_id)
    return entities.find(call.tx, organization, identifier) if organization else None


def _of_id(
    call: Call, identifier: str, context: Mapping[str, Any] | None = None, tags: Mapping[str, str] | None = None
) -> Target:
    organization = tree.organization_of(call.tx, call.account_id)
    entity = _entity(call, identifier)
    return Target(
        entity.arn if entity else _plain(organization, identifier),
        context=context or {},
        tags=entity.tags if entity else None,
        request_tags=tags or None,
    )


def _plain(organization: Organization | None, identifier: str) -> str:
    return arns.of_id(organization, identifier) if organization else "*"


def _policy_type(policy_type: str) -> Mapping[str, str]:
    return {"organizations:PolicyType": policy_type}
