"""Trusted services."""

from asking import allow, refused
from in_process import InProcess
from organizing import Organization, reason

SSO = "sso.amazonaws.com"


def test_services_are_trusted_and_no_more(org: Organization) -> None:
    def trusted() -> list[str]:
        listed = org.api.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
        return [service["ServicePrincipal"] for service in listed]

    assert trusted() == []
    for principal in (SSO, "member.org.stacksets.cloudformation.amazonaws.com", SSO):
        org.api.enable_aws_service_access(ServicePrincipal=principal)
    assert trusted() == ["member.org.stacksets.cloudformation.amazonaws.com", SSO]
    org.api.disable_aws_service_access(ServicePrincipal=SSO)
    org.api.disable_aws_service_access(ServicePrincipal=SSO)
    assert trusted() == ["member.org.stacksets.cloudformation.amazonaws.com"]


def test_what_is_no_service_is_not_trusted(org: Organization) -> None:
    refusal = ("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL")
    assert reason(org.api.enable_aws_service_access, ServicePrincipal="sso.example.com") == refusal


def test_the_service_is_a_condition(org: Organization) -> None:
    iam = org.house.client("iam")
    iam.create_user(UserName="operator")
    document = allow("organizations:EnableAWSServiceAccess", StringEquals={"organizations:ServicePrincipal": SSO})
    iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    operator = org.house.client("organizations", credentials)
    operator.enable_aws_service_access(ServicePrincipal=SSO)
    denied = refused(operator.enable_aws_service_access, ServicePrincipal="ram.amazonaws.com")
    assert denied[0] == "AccessDeniedException"


def test_consolidated_billing_trusts_no_service(house: InProcess) -> None:
    org = Organization(house, FeatureSet="CONSOLIDATED_BILLING")
    refusal = ("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    assert reason(org.api.enable_aws_service_access, ServicePrincipal=SSO) == refusal
