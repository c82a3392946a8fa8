"""Organizational units, and the tree that they and the accounts make."""

from keystead.services.call import Call
from keystead.services.organizations import changes, errors, guards, ids, rules, tagging, views
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import Container, Organization
from keystead.services.organizations.store import tree
from keystead.services.organizations.targets import by, tagged
from keystead.services.registry import operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=tagged("ParentId"))
def create_organizational_unit(
    call: Call, request: shapes.CreateOrganizationalUnitInput
) -> shapes.CreateOrganizationalUnitOutput:
    """Create an OU in the root or in another OU, at most five deep.

    Errors: ParentNotFoundException, DuplicateOrganizationalUnitException, ConstraintViolationException
    (OU_DEPTH_LIMIT_EXCEEDED, OU_NUMBER_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED), InvalidInputException (tags).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
    """
    organization = guards.managed_by_caller(call)
    parent = _parent(call, organization, request["ParentId"])
    tags = tagging.checked(request.get("Tags", []))
    _check_room(call, organization, parent)
    if tree.ou_named(call.tx, parent.id, request["Name"]) is not None:
        raise errors.duplicate_ou()
    new_id = ids.organizational_unit(call.house.random, organization.root_id)
    ou = Container(new_id, organization.id, parent.id, request["Name"], f"{parent.path}{new_id}/", tags)
    changes.add_container(call.tx, organization, ou)
    return {"OrganizationalUnit": views.ou_view(organization, ou)}


def _check_room(call: Call, organization: Organization, parent: Container) -> None:
    # The root is the first level of a container's path and no OU.
    if len(parent.levels) > rules.MAX_OU_DEPTH:
        raise errors.constraint(
            "OU_DEPTH_LIMIT_EXCEEDED", "You attempted to create an OU tree that is too many levels deep."
        )
    if tree.ou_count(call.tx, organization.id) >= rules.MAX_ORGANIZATIONAL_UNITS:
        raise errors.constraint(
            "OU_NUMBER_LIMIT_EXCEEDED",
            "You attempted to exceed the number of OUs that you can have in an organization.",
        )


@operation("organizations", authorizes=by("OrganizationalUnitId"))
def update_organizational_unit(
    call: Call, request: shapes.UpdateOrganizationalUnitInput
) -> shapes.UpdateOrganizationalUnitOutput:
    """Rename an OU; its id, its place and what is attached to it stay.

    Errors: OrganizationalUnitNotFoundException, DuplicateOrganizationalUnitException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
    """
    organization = guards.managed_by_caller(call)
    ou = _ou(call, organization, request["OrganizationalUnitId"])
    name = request.get("Name", ou.name)
    if tree.ou_named(call.tx, ou.parent_id or "", name) not in {None, ou.id}:
        raise errors.duplicate_ou()
    tree.rename_container(call.tx, ou.id, name)
    return {"OrganizationalUnit": views.ou_view(organization, _ou(call, organization, ou.id))}


@operation("organizations", authorizes=by("OrganizationalUnitId"))
def delete_organizational_unit(
    call: Call, request: shapes.DeleteOrganizationalUnitInput
) -> shapes.DeleteOrganizationalUnitOutput:
    """Delete an OU that holds no account and no OU.

    Errors: OrganizationalUnitNotFoundException, OrganizationalUnitNotEmptyException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
    """
    organization = guards.managed_by_caller(call)
    ou = _ou(call, organization, request["OrganizationalUnitId"])
    if tree.containers_of(call.tx, organization.id, ou.id) or tree.member_ids(call.tx, organization.id, ou.id):
        raise errors.ou_not_empty()
    tree.delete_container(call.tx, ou.id)
    return {}


@operation("organizations", authorizes=by("OrganizationalUnitId"))
def describe_organizational_unit(
    call: Call, request: shapes.DescribeOrganizationalUnitInput
) -> shapes.DescribeOrganizationalUnitOutput:
    """Show an OU.

    Errors: OrganizationalUnitNotFoundException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
    """
    organization = guards.managed_by_caller(call)
    return {"OrganizationalUnit": views.ou_view(organization, _ou(call, organization, request["OrganizationalUnitId"]))}


@operation("organizations", authorizes=by("ParentId"))
def list_organizational_units_for_parent(
    call: Call, request: shapes.ListOrganizationalUnitsForParentInput
) -> shapes.ListOrganizationalUnitsForParentOutput:
    """List the OUs directly in the root or in an OU.

    Errors: ParentNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
    """
    organization = guards.managed_by_caller(call)
    parent = _parent(call, organization, request["ParentId"])
    ous, following = paged(
        call, request, tree.containers_of(call.tx, organization.id, parent.id), key=lambda found: found.id
    )
    return {"OrganizationalUnits": [views.ou_view(organization, ou) for ou in ous], **following}


@operation("organizations", authorizes=by("ParentId"))
def list_accounts_for_parent(
    call: Call, request: shapes.ListAccountsForParentInput
) -> shapes.ListAccountsForParentOutput:
    """List the accounts directly in the root or in an OU.

    Errors: ParentNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
    """
    organization = guards.managed_by_caller(call)
    parent = _parent(call, organization, request["ParentId"])
    found, following = paged(call, request, tree.member_ids(call.tx, organization.id, parent.id), key=str)
    return {"Accounts": views.account_views(call.tx, organization, found), **following}


@operation("organizations", authorizes=by("ParentId"))
def list_children(call: Call, request: shapes.ListChildrenInput) -> shapes.ListChildrenOutput:
    """List the ids of the OUs, or of the accounts, directly in the root or in an OU.

    Errors: ParentNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
    """
    organization = guards.managed_by_caller(call)
    parent = _parent(call, organization, request["ParentId"])
    kind = request["ChildType"]
    if kind == "ACCOUNT":
        children = tree.member_ids(call.tx, organization.id, parent.id)
    else:
        children = [ou.id for ou in tree.containers_of(call.tx, organization.id, parent.id)]
    found, following = paged(call, request, children, key=str)
    return {"Children": [{"Id": child, "Type": kind} for child in found], **following}


@operation("organizations", authorizes=by("ChildId"))
def list_parents(call: Call, request: shapes.ListParentsInput) -> shapes.ListParentsOutput:
    """Show what an OU or an account is directly in: one root or OU.

    Errors: ChildNotFoundException, InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
    """
    organization = guards.managed_by_caller(call)
    parent = _parent_of(call, organization, request["ChildId"])
    if parent is None:
        raise errors.no_such_child()
    found, following = paged(call, request, [parent], key=lambda container: container.id)
    return {"Parents": [{"Id": container.id, "Type": container.kind} for container in found], **following}


def _parent_of(call: Call, organization: Organization, child_id: str) -> Container | None:
    member = tree.member_of(call.tx, organization.id, child_id)
    ou = tree.container(call.tx, organization.id, child_id)
    parent_id = member.parent_id if member else ou.parent_id if ou else None
    return tree.container(call.tx, organization.id, parent_id) if parent_id else None


def _parent(call: Call, organization: Organization, container_id: str) -> Container:
    found = tree.container(call.tx, organization.id, container_id)
    if found is None:
        raise errors.no_such_parent()
    return found


def _ou(call: Call, organization: Organization, ou_id: str) -> Container:
    found = tree.container(call.tx, organization.id, ou_id)
    if found is None:
        raise errors.no_such_ou()
    return found
