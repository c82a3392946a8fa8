"""Short ways to write policies, principals and requests in tests."""

import json
from typing import Any

from keystead.policy import (
    Authority,
    Decision,
    PolicyKind,
    PolicySet,
    Principal,
    PrincipalType,
    Request,
    Source,
    compile_policy,
    decide,
    load,
)

A, B = "111111111111", "222222222222"
ALICE = Principal(PrincipalType.USER, f"arn:aws:iam::{A}:user/alice", A, "AIDAALICE")
ROOT = Principal(PrincipalType.ROOT, f"arn:aws:iam::{A}:root", A, A)
SESSION = Principal(
    PrincipalType.ROLE_SESSION,
    f"arn:aws:sts::{A}:assumed-role/Dev/s1",
    A,
    "AROADEV:s1",
    role_arn=f"arn:aws:iam::{A}:role/team/Dev",
    issuer_id="AROADEV",
)
FEDERATED = Principal(
    PrincipalType.FEDERATED_USER,
    f"arn:aws:sts::{A}:federated-user/Bob",
    A,
    f"{A}:Bob",
    user_arn=f"arn:aws:iam::{A}:user/alice",
    issuer_id="AIDAALICE",
)
TOKEN = Principal(PrincipalType.USER_SESSION, ALICE.arn, A, "AIDAALICE", user_arn=ALICE.arn, issuer_id="AIDAALICE")
ROOT_TOKEN = Principal(PrincipalType.USER_SESSION, ROOT.arn, A, A, user_arn=ROOT.arn, issuer_id=A)
SERVICE = Principal(PrincipalType.SERVICE, "ec2.amazonaws.com")
ANYBODY = Principal(PrincipalType.ANONYMOUS, "*")
LINKED = Principal(
    PrincipalType.SERVICE_LINKED_ROLE_SESSION,
    f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForX/s",
    A,
    role_arn=f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
)

Doc = dict[str, Any]


def doc(*statements: Doc, version: str | None = "2012-10-17") -> Doc:
    return {**({"Version": version} if version else {}), "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> Doc:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> Doc:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def policies(kind: PolicyKind, *documents: Doc, name: str = "p", level: str = "") -> PolicySet:
    return PolicySet.of(
        compile_policy(load(json.dumps(document), kind), Source(kind, name, level)) for document in documents
    )


def identity(*statements: Doc) -> PolicySet:
    return policies(PolicyKind.IDENTITY, doc(*statements)) if statements else PolicySet.EMPTY


def resource_policy(*statements: Doc) -> PolicySet:
    return policies(PolicyKind.RESOURCE, doc(*statements))


def trust(*statements: Doc) -> PolicySet:
    return policies(PolicyKind.TRUST, doc(*statements))


def scp(*statements: Doc, level: str = "") -> PolicySet:
    return policies(PolicyKind.SCP, doc(*statements), level=level) if statements else PolicySet.EMPTY


FULL = scp(allow())
RCP_FULL = policies(PolicyKind.RCP, doc(allow(Principal="*")))


def ask(
    principal: Principal = ALICE,
    action: str = "s3:GetObject",
    resource: str = "arn:aws:s3:::b/k",
    account: str = A,
    **context: Any,
) -> Request:
    keys = {key.replace("__", "/").replace("_", ":", 1): value for key, value in context.items()}
    return Request(principal, action, resource, account, keys)


def decision(request: Request, own: PolicySet | None, *, of_resource: PolicySet | None = None, **more: Any) -> Decision:
    rcps = more.pop("rcps", None)
    return decide(request, Authority(own, **more), of_resource, rcps)


def outcome(request: Request, own: PolicySet | None, **more: Any) -> str:
    return decision(request, own, **more).outcome
