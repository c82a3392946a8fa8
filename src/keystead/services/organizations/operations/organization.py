"""The organization itself and its root."""

from keystead.services import iam
from keystead.services.call import Call
from keystead.services.organizations import changes, errors, guards, ids, rules, views
from keystead.services.organizations.listing import paged
from keystead.services.organizations.records import Container, Organization
from keystead.services.organizations.store import creations, tree
from keystead.services.organizations.targets import with_service_linked_role
from keystead.services.registry import anything, operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=with_service_linked_role)
def create_organization(call: Call, request: shapes.CreateOrganizationInput) -> shapes.CreateOrganizationOutput:
    """Make the caller's account the management account of a new organization.

    No policy type is enabled in the new root, whatever the API reference says: as on AWS, EnablePolicyType does that.
    Errors: AlreadyInOrganizationException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
    """
    if tree.organization_of(call.tx, call.account_id) is not None:
        raise errors.already_in_organization()
    organization = Organization(
        id=ids.organization(call.house.random),
        management_account_id=call.account_id,
        feature_set=request.get("FeatureSet", "ALL"),
        root_id=_new_root_id(call),
        created=call.now,
    )
    tree.add_organization(call.tx, organization)
    path = f"{organization.id}/{organization.root_id}/"
    root = Container(organization.root_id, organization.id, None, "Root", path, {})
    changes.add_container(call.tx, organization, root)
    changes.join(call.tx, organization, call.account_id, "INVITED", call.now, {})
    if organization.has_all_features:
        _create_service_linked_role(call)
    return {"Organization": views.organization_view(call.tx, organization)}


def _new_root_id(call: Call) -> str:
    """Return a root id that no organization here has: four characters are soon used twice."""
    for _ in range(100):
        found = ids.root(call.house.random)
        if not tree.container_exists(call.tx, found):
            return found
    msg = "no free root id was found in 100 random ones"
    raise RuntimeError(msg)


def _create_service_linked_role(call: Call) -> None:
    """Make the role of the service, unless an earlier organization of the account left it."""
    if iam.role_facts_by_name(call.tx, call.account_id, rules.SERVICE_LINKED_ROLE_NAME) is None:
        iam.create_service_linked_role(
            call.tx, call.account_id, service=rules.SERVICE_PRINCIPAL, now=call.now, random=call.house.random
        )


@operation("organizations", authorizes=anything)
def describe_organization(
    call: Call,
    request: shapes.DescribeOrganizationInput,  # noqa: ARG001  it has no members
) -> shapes.DescribeOrganizationOutput:
    """Show the organization that the caller's account belongs to; every member may ask.

    Errors: AWSOrganizationsNotInUseException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    """
    return {"Organization": views.organization_view(call.tx, guards.organization_of_caller(call))}


@operation("organizations", authorizes=anything)
def delete_organization(
    call: Call,
    request: shapes.DeleteOrganizationInput,  # noqa: ARG001  it has no members
) -> shapes.DeleteOrganizationOutput:
    """Delete an organization that has no accounts left but its management account, nor any on their way.

    Errors: AWSOrganizationsNotInUseException, AccessDeniedException, OrganizationNotEmptyException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
    """
    organization = guards.managed_by_caller(call)
    pending = creations.creations_in_progress(call.tx, organization.id)
    if pending or tree.member_count(call.tx, organization.id) > 1:
        raise errors.organization_not_empty()
    tree.delete_organization(call.tx, organization.id)
    call.tx.changed()
    return {}


@operation("organizations", authorizes=anything)
def list_roots(call: Call, request: shapes.ListRootsInput) -> shapes.ListRootsOutput:
    """List the organization's roots, of which there is one.

    Errors: AWSOrganizationsNotInUseException, AccessDeniedException, InvalidInputException.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
    """
    organization = guards.managed_by_caller(call)
    root = tree.container(call.tx, organization.id, organization.root_id)
    roots, following = paged(call, request, [root] if root else [], key=lambda found: found.id)
    return {"Roots": [views.root_view(call.tx, organization, found) for found in roots], **following}
