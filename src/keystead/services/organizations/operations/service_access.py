"""Which services are trusted to act in the organization. The rooms of those services ask; nothing else follows here."""

from keystead.services.call import Call
from keystead.services.organizations import errors, guards, rules
from keystead.services.organizations.listing import paged
from keystead.services.organizations.store import services
from keystead.services.organizations.targets import of_service
from keystead.services.registry import anything, operation
from keystead.wire.shapes import organizations as shapes


@operation("organizations", authorizes=of_service)
def enable_aws_service_access(
    call: Call, request: shapes.EnableAWSServiceAccessInput
) -> shapes.EnableAWSServiceAccessOutput:
    """Trust a service; to trust it again changes nothing.

    Errors: InvalidInputException (UNRECOGNIZED_SERVICE_PRINCIPAL), ConstraintViolationException
    (ORGANIZATION_NOT_IN_ALL_FEATURES_MODE).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
    """
    organization = guards.managed_by_caller(call)
    guards.require_all_features(organization)
    principal = _recognized(request["ServicePrincipal"])
    if principal not in dict(services.trusted(call.tx, organization.id)):
        services.trust(call.tx, organization.id, principal, call.now)
    return {}


@operation("organizations", authorizes=of_service)
def disable_aws_service_access(
    call: Call, request: shapes.DisableAWSServiceAccessInput
) -> shapes.DisableAWSServiceAccessOutput:
    """Trust a service no more.

    Errors: InvalidInputException (UNRECOGNIZED_SERVICE_PRINCIPAL), ConstraintViolationException
    (ORGANIZATION_NOT_IN_ALL_FEATURES_MODE).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
    """
    organization = guards.managed_by_caller(call)
    guards.require_all_features(organization)
    services.distrust(call.tx, organization.id, _recognized(request["ServicePrincipal"]))
    return {}


@operation("organizations", authorizes=anything)
def list_aws_service_access_for_organization(
    call: Call, request: shapes.ListAWSServiceAccessForOrganizationInput
) -> shapes.ListAWSServiceAccessForOrganizationOutput:
    """List the services that are trusted.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN).
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
    """
    organization = guards.managed_by_caller(call)
    trusted = services.trusted(call.tx, organization.id)
    found, following = paged(call, request, trusted, key=lambda service: service[0])
    return {
        "EnabledServicePrincipals": [{"ServicePrincipal": name, "DateEnabled": since} for name, since in found],
        **following,
    }


def _recognized(principal: str) -> str:
    if not rules.is_service_principal(principal):
        raise errors.invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")
    return principal
