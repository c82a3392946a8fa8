"""Who may ask: one small check per case, made when the caller's own policies have allowed the action."""

from keystead.services.call import Call
from keystead.services.organizations import errors
from keystead.services.organizations.records import Organization
from keystead.services.organizations.store import tree


def organization_of_caller(call: Call) -> Organization:
    """Return the organization of the caller's account: any member may ask.

    Errors: AWSOrganizationsNotInUseException.
    """
    organization = tree.organization_of(call.tx, call.account_id)
    if organization is None:
        raise errors.not_in_use()
    return organization


def managed_by_caller(call: Call) -> Organization:
    """Return the organization that the caller's account manages: members may not ask.

    Errors: AWSOrganizationsNotInUseException, AccessDeniedException.
    """
    organization = organization_of_caller(call)
    if organization.management_account_id != call.account_id:
        raise errors.access_denied()
    return organization


def require_all_features(organization: Organization) -> None:
    """Refuse what an organization for consolidated billing cannot do.

    Errors: ConstraintViolationException (ORGANIZATION_NOT_IN_ALL_FEATURES_MODE).
    """
    if not organization.has_all_features:
        raise errors.constraint(
            "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
            "This operation requires the organization to be configured to support all features.",
        )
