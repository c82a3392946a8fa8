"""Every gate with every other: what `keystead policy test` answers for whole tables of cases.

Pages: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow.html (one account),
reference_policies_evaluation-logic-cross-account.html, access_policies.html#policies_session,
access_policies_boundaries.html, reference_policies_elements_principal.html; KMS Developer Guide, key-policy-default.html.
"""

# ruff: noqa: FBT001 - the columns of tables are booleans

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from keystead.cli.policy_cases import answer
from policy.build import A, B, allow, deny, doc

USER = f"arn:aws:iam::{A}:user/team/alice"
ROLE = f"arn:aws:iam::{A}:role/team/Dev"
SESSION = f"arn:aws:sts::{A}:assumed-role/Dev/s1"
NAMESAKE = f"arn:aws:iam::{A}:user/alice"
FEDERATED = f"arn:aws:sts::{A}:federated-user/alice"
ROOT = f"arn:aws:iam::{A}:root"
YES, NO, ELSEWHERE = [doc(allow())], [doc(deny())], [doc(allow("sns:*"))]


def decided(principal: str, action: str = "s3:GetObject", resource: str = "arn:aws:s3:::b/k", **case: Any) -> str:
    """Decide one case as the command does; keys of the request and of the case may be mixed."""
    request = {"principal": principal, "action": action, "resource": resource}
    request |= {key: case.pop(key) for key in ("context", "resource_account") if key in case}
    names = {
        "identity": "identity_policies",
        "boundary": "permissions_boundary",
        "session": "session_policies",
        "policy": "resource_policy",
        "scps": "service_control_policies",
        "rcps": "resource_control_policies",
    }
    made = {"id": "x", "request": request, "expect": "allowed", **{names[key]: value for key, value in case.items()}}
    found = answer(made, "x", Path())
    assert found.error == ""
    assert found.decision is not None
    return found.decision.outcome


def grants(*names: str, action: str = "*", **more: Any) -> dict[str, Any]:
    return doc(allow(action, Principal="*" if names == ("*",) else {"AWS": list(names)}, **more))


# Who asks, whom the resource policy names, and then what still limits the caller: identity, boundary, session policy.
WORTH: list[tuple[str, tuple[str, ...], bool, bool, bool]] = [
    (USER, (USER,), False, False, False),
    (SESSION, (ROLE,), False, True, True),
    (ROLE, (ROLE,), False, True, True),
    (SESSION, (SESSION,), False, False, False),
    (FEDERATED, (FEDERATED,), False, False, False),
    (FEDERATED, (NAMESAKE,), False, True, True),
    (USER, ("*",), False, False, False),
    (SESSION, ("*",), False, False, False),
    (FEDERATED, ("*",), False, False, False),
    (USER, (A,), True, True, True),
    (SESSION, (ROOT,), True, True, True),
    (FEDERATED, (A,), True, True, True),
]
IDENTITY = {"none": [], "allow": YES, "deny": NO}


@pytest.mark.parametrize(("principal", "names", "identity", "boundary", "session"), WORTH)
@pytest.mark.parametrize(
    ("own", "bounded", "limited"), list(product(IDENTITY, (None, "no-allow", "allow"), (None, "no-allow", "allow")))
)
def test_an_allow_in_the_resources_account_is_worth_what_its_principal_says(  # noqa: PLR0917 - the columns of a table
    principal: str,
    names: tuple[str, ...],
    identity: bool,
    boundary: bool,
    session: bool,
    own: str,
    bounded: str | None,
    limited: str | None,
) -> None:
    gates = {None: None, "no-allow": ELSEWHERE, "allow": YES}
    case = {"identity": IDENTITY[own], "boundary": gates[bounded], "session": gates[limited], "policy": grants(*names)}
    within = limited == "allow" or (limited is None and principal is not FEDERATED)
    allowed = (own == "allow" or not identity) and (bounded != "no-allow" or not boundary) and (within or not session)
    expected = "explicitDeny" if own == "deny" else "allowed" if allowed else "implicitDeny"
    assert decided(principal, **case) == expected
    for gate, kind in (("boundary", bounded), ("session", limited)):
        if kind is not None:  # An explicit Deny is never bypassed.
            assert decided(principal, **{**case, gate: NO}) == "explicitDeny"
    assert decided(principal, **case, scps=[ELSEWHERE]) == ("explicitDeny" if own == "deny" else "implicitDeny")
    assert decided(principal, **case, rcps=[[doc(deny(Principal="*"))]]) == "explicitDeny"


@pytest.mark.parametrize("principal", [USER, SESSION, ROLE, FEDERATED])
@pytest.mark.parametrize("name", ["itself", "role or user", A, ROOT, "*"])
def test_t35_across_accounts_every_form_of_principal_needs_both_sides(principal: str, name: str) -> None:
    behind = {SESSION: ROLE, FEDERATED: NAMESAKE}.get(principal, principal)
    policy = grants({"itself": principal, "role or user": behind}.get(name, name))
    case: dict[str, Any] = {"resource_account": B, "identity": YES, "session": YES, "policy": policy}
    assert decided(principal, **case) == "allowed"
    for less in (
        {"identity": []},
        {"identity": ELSEWHERE},
        {"boundary": ELSEWHERE},
        {"session": ELSEWHERE},
        {"policy": None},
        {"policy": grants(B)},
        {"policy": grants(f"arn:aws:iam::{B}:root")},
        {"scps": [YES, ELSEWHERE]},
    ):
        assert decided(principal, **{**case, **less}) == "implicitDeny", less
    denying = [{gate: NO} for gate in ("identity", "boundary", "session")]
    for less in (
        *denying,
        {"scps": [NO]},
        {"rcps": [[doc(deny(Principal="*"))]]},
        {"policy": doc(deny(Principal="*"))},
    ):
        assert decided(principal, **{**case, **less}) == "explicitDeny", less


def test_t35_root_of_another_account_needs_the_resource_policy_too() -> None:
    assert decided(ROOT, resource_account=B) == "implicitDeny"
    assert decided(ROOT, resource_account=B, policy=grants(A)) == "allowed"
    assert decided(ROOT, resource_account=B, policy=grants(A), scps=[ELSEWHERE]) == "implicitDeny"


# AssumeRole and KMS.

TARGET = f"arn:aws:iam::{A}:role/Target"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"


@pytest.mark.parametrize(("action", "resource"), [("sts:AssumeRole", TARGET), ("kms:Decrypt", KEY)])
@pytest.mark.parametrize(
    ("principal", "names", "without_identity", "with_identity"),
    [
        (USER, (USER,), True, True),
        (SESSION, (SESSION,), True, True),
        (SESSION, (ROLE,), True, True),
        (USER, (A,), False, True),
        (USER, (ROOT,), False, True),
        (SESSION, (ROOT,), False, True),
        (USER, (NAMESAKE,), False, False),
        (USER, (B,), False, False),
        (SESSION, (f"arn:aws:iam::{A}:role/Other",), False, False),
        (USER, (), False, False),
    ],
)
def test_identity_policies_alone_never_reach_a_role_or_a_key(
    action: str, resource: str, principal: str, names: tuple[str, ...], without_identity: bool, with_identity: bool
) -> None:
    statement = allow(action, Principal={"AWS": list(names)})
    if action.startswith("sts:"):
        del statement["Resource"]
    policy = doc(statement) if names else None
    assert (decided(principal, action, resource, policy=policy, identity=[]) == "allowed") is without_identity
    assert (decided(principal, action, resource, policy=policy, identity=YES) == "allowed") is with_identity
    assert decided(principal, action, resource, policy=policy, identity=NO) == "explicitDeny"


def test_identity_policies_alone_never_assume_a_role_however_the_request_names_it() -> None:
    for action in ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"):
        assert decided(USER, action, "*", identity=YES) == "implicitDeny"
    tagged = f"arn:aws:sts::{A}:federated-user/x"
    assert decided(USER, "sts:TagSession", tagged, identity=YES) == "allowed"


# Principals that have no policies of their own, and sessions that AWS limits.


def test_the_root_user_is_bound_by_scps_and_denies_alone() -> None:
    assert decided(ROOT) == "allowed"
    assert decided(ROOT, identity=[]) == "allowed"
    assert decided(ROOT, scps=[YES, []]) == "implicitDeny"
    assert decided(ROOT, scps=[YES, NO]) == "explicitDeny"
    assert decided(ROOT, policy=doc(deny(Principal={"AWS": ROOT}))) == "explicitDeny"
    assert decided(ROOT, "kms:Decrypt", KEY) == "implicitDeny"
    assert (
        decided(ROOT, "sts:AssumeRole", TARGET, policy=doc(allow("sts:AssumeRole", Principal={"AWS": A}))) != "allowed"
    )


@pytest.mark.parametrize("place", ["session", "identity"])
def test_a_session_of_assume_root_can_do_what_its_task_policy_says_and_no_more(place: str) -> None:
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
    session = f"arn:aws:sts::{A}:assumed-root"
    task = [doc(allow("s3:DeleteBucketPolicy"))]
    assert decided(session, "s3:DeleteBucketPolicy", "arn:aws:s3:::b", **{place: task}) == "allowed"
    assert decided(session, **{place: task}) == "implicitDeny"
    assert decided(session) == "implicitDeny"
    assumed = [doc(allow(), deny(Condition={"Bool": {"aws:AssumedRoot": "true"}}))]
    denied = decided(
        session,
        "s3:DeleteBucketPolicy",
        "arn:aws:s3:::b",
        scps=[assumed],
        context={"aws:AssumedRoot": True},
        **{place: task},
    )
    assert denied == "explicitDeny"


def test_service_linked_roles_are_outside_scps_and_rcps() -> None:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and ..._rcps.html
    linked = f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    none = {"scps": [NO], "rcps": [[doc(deny(Principal="*"))]]}
    assert decided(linked, identity=YES, **none) == "allowed"
    assert decided(f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForX/s", identity=YES, **none) == "allowed"
    assert decided(linked, identity=[], **none) == "implicitDeny"
    assert decided(f"arn:aws:iam::{A}:role/AWSServiceRoleForX", identity=YES, scps=[NO]) == "explicitDeny"
    mine = {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/AWSServiceRoleForX"}
    session = f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForX/s"
    assert decided(session, identity=YES, scps=[NO], context=mine) == "explicitDeny"


def test_a_service_has_the_resource_policy_alone() -> None:
    named = doc(allow(Principal={"Service": "sns.amazonaws.com"}))
    service: dict[str, Any] = {"resource_account": A, "identity": YES}
    assert decided("sns.amazonaws.com", **service) == "implicitDeny"
    assert decided("sns.amazonaws.com", policy=named, scps=[[]], **service) == "allowed"
    assert decided("sqs.amazonaws.com", policy=named, **service) == "implicitDeny"
    assert decided("sns.amazonaws.com", policy=named, rcps=[[doc(deny(Principal="*"))]], **service) == "explicitDeny"
    guard = {
        "Bool": {"aws:PrincipalIsAWSService": "true"},
        "StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"},
    }
    supplied = doc(allow(Principal="*", Condition=guard))
    assert decided("sns.amazonaws.com", policy=supplied) == "allowed"
    assert decided(USER, policy=supplied) == "implicitDeny"


def test_anybody_has_resource_policies_with_a_star_alone_and_no_signed_service() -> None:
    assert decided("*", resource_account=A, identity=YES) == "implicitDeny"
    assert decided("*", resource_account=A, policy=grants("*"), scps=[[]]) == "allowed"
    for names in ((A,), (ROOT,), (USER,), (f"arn:aws:iam::{A}:user/*",)):
        assert decided("*", resource_account=A, policy=grants(*names)) == "implicitDeny"
    trust = doc(allow("sts:AssumeRole", Principal={"AWS": "*"}))
    assert decided("*", "sts:AssumeRole", TARGET, policy=trust) == "implicitDeny"
    assert decided("*", "kms:Decrypt", KEY, policy=grants("*")) == "implicitDeny"


def test_a_provider_s_user_is_let_in_by_federated_and_conditions_alone() -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_assumerole.html
    provider = f"arn:aws:iam::{A}:saml-provider/idp"
    action = "sts:AssumeRoleWithSAML"

    def trust(principal: Any, name: str = action, **more: Any) -> dict[str, Any]:
        return doc({"Effect": "Allow", "Action": name, "Principal": principal, **more})

    guarded = trust({"Federated": provider}, Condition={"StringEquals": {"SAML:aud": "x"}})
    assert decided(provider, action, TARGET, policy=guarded, context={"SAML:aud": "x"}, identity=[]) == "allowed"
    assert decided(provider, action, TARGET, policy=guarded, context={"SAML:aud": "y"}) == "implicitDeny"
    assert decided(provider, action, TARGET, policy=trust({"AWS": "*"})) == "implicitDeny"
    assert decided(provider, action, TARGET, policy=trust({"Federated": f"{provider}2"})) == "implicitDeny"
    assert decided(provider, "sts:AssumeRole", TARGET, policy=trust({"Federated": provider}, "sts:*")) == "implicitDeny"
    shut = doc(*guarded["Statement"], {"Effect": "Deny", "Action": "*", "Principal": {"AWS": "*"}})
    assert decided(provider, action, TARGET, policy=shut, context={"SAML:aud": "x"}) == "explicitDeny"


@pytest.mark.parametrize(
    ("principal", "action", "context", "allowed"),
    [
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
        (FEDERATED, "iam:GetUser", {}, False),
        (FEDERATED, "sts:GetFederationToken", {}, False),
        (FEDERATED, "sts:GetCallerIdentity", {}, True),
        (FEDERATED, "s3:GetObject", {}, True),
        (SESSION, "sts:GetFederationToken", {}, False),
        (SESSION, "sts:GetSessionToken", {}, False),
        (SESSION, "iam:GetUser", {}, True),
        (USER, "iam:GetUser", {}, True),
        (USER, "iam:GetUser", {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}, False),
        (USER, "iam:GetUser", {"aws:TokenIssueTime": "1", "aws:MultiFactorAuthPresent": "false"}, False),
        (USER, "iam:GetUser", {"aws:TokenIssueTime": "1", "aws:MultiFactorAuthPresent": "true"}, True),
        (USER, "sts:GetFederationToken", {"aws:TokenIssueTime": "1"}, False),
        (USER, "sts:AssumeRoleWithSAML", {"aws:TokenIssueTime": "1"}, False),
        (USER, "sts:GetCallerIdentity", {"aws:TokenIssueTime": "1"}, True),
        (USER, "sts:GetFederationToken", {}, True),
    ],
)
def test_t19_sessions_call_what_aws_lets_them(
    principal: str, action: str, context: dict[str, str], allowed: bool
) -> None:
    found = decided(principal, action, "*", identity=YES, session=YES, context=context)
    assert (found == "allowed") is allowed


# Organizations.


def test_a_level_of_rcps_always_has_the_full_access_that_cannot_be_detached() -> None:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    reads = [doc(deny("s3:Get*", Principal="*"))]
    assert decided(USER, identity=YES, rcps=[[], []]) == "allowed"
    assert decided(USER, "s3:PutObject", identity=YES, rcps=[reads, []]) == "allowed"
    assert decided(USER, identity=YES, rcps=[[], reads]) == "explicitDeny"
    assert decided(USER, identity=[], rcps=[[]]) == "implicitDeny"
    assert decided(USER, "kms:RetireGrant", "*", identity=YES, rcps=[[doc(deny("kms:*", Principal="*"))]]) == "allowed"
    assert decided(USER, "iam:GetUser", "*", identity=YES, rcps=[[doc(deny("iam:*", Principal="*"))]]) == "allowed"


def test_levels_of_scps_are_taken_literally() -> None:
    assert decided(USER, identity=YES, scps=[[]]) == "implicitDeny"
    assert decided(USER, identity=YES, scps=[YES, [doc(deny("iam:*"))]]) == "implicitDeny"
    assert decided(USER, identity=YES, scps=[YES, [doc(deny("iam:*")), *YES]]) == "allowed"
    assert decided(USER, identity=YES, scps=None) == "allowed"


def test_scps_have_the_full_language() -> None:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
    shaped = doc(
        {
            "Effect": "Allow",
            "NotAction": "iam:*",
            "NotResource": "arn:aws:s3:::secret/*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        }
    )
    there = {"aws:RequestedRegion": "eu-west-1"}
    assert decided(USER, identity=YES, scps=[[shaped]], context=there) == "allowed"
    assert decided(USER, identity=YES, scps=[[shaped]]) == "implicitDeny"
    assert decided(USER, "iam:GetUser", identity=YES, scps=[[shaped]], context=there) == "implicitDeny"
    hidden = "arn:aws:s3:::secret/k"
    assert decided(USER, resource=hidden, identity=YES, scps=[[shaped]], context=there) == "implicitDeny"
    assert decided(USER, identity=YES, scps=[[doc(allow("s3:*Object"))]]) == "allowed"


# What AWS would refuse on saving never allows, and inside a Deny denies.

_UNREADABLE: list[tuple[str, dict[str, Any]]] = [
    ("identity", {"Effect": "Deny", "Resource": "*"}),
    ("identity", {"Effect": "Deny", "Action": [], "Resource": "*"}),
    ("identity", {"Effect": "Deny", "Action": 5, "Resource": "*"}),
    ("identity", {"Effect": "Deny", "Action": "*", "Resource": []}),
    ("identity", {"Effect": "Deny", "Action": "*", "Resource": "bucket"}),
    ("identity", {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": {"AWS": B}}),
    ("policy", {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": 5}),
    ("policy", {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": {}}),
    ("policy", {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": {"Group": "g"}}),
    ("rcps", {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": {"AWS": B}}),
    ("rcps", {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": {"AWS": [ROOT, USER]}}),
]


@pytest.mark.parametrize(("gate", "statement"), _UNREADABLE)
def test_t22_a_deny_that_cannot_be_read_denies_and_such_an_allow_never_allows(
    gate: str, statement: dict[str, Any]
) -> None:
    document = {"Version": "2012-10-17", "Statement": [statement]}
    placed = {"rcps": [[document]], "identity": [*YES, document], "policy": document}[gate]
    assert decided(USER, **{"identity": YES, gate: placed}) == "explicitDeny"
    opened = {"Version": "2012-10-17", "Statement": [{**statement, "Effect": "Allow"}]}
    if gate == "identity":
        assert decided(USER, identity=[opened]) == "implicitDeny"
    if gate == "policy":
        assert decided(USER, identity=[], policy=opened) == "implicitDeny"


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        ("arn:aws:*:::b/k", True),
        ("arn:aws:s?:::b/k", True),
        ("arn:aws:*", True),
        ("arn:*", True),
        ("arn:aws:s3*:::b/k", True),
        ("arn:*:s3:::b/k", False),
        ("arn:aws:s3:*", False),
    ],
)
def test_t24_no_wildcard_stands_for_a_service(pattern: str, refused: bool) -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    one, other = allow(resource=pattern), allow(resource=[pattern, "arn:aws:s3:::other"])
    for statement in (one, other):
        assert (decided(USER, identity=[doc(statement)]) == "implicitDeny") is refused
        assert (decided(USER, policy=doc({**statement, "Principal": {"AWS": USER}})) == "implicitDeny") is refused
    assert decided(USER, identity=[doc(allow(), deny(resource=pattern))]) == "explicitDeny"
    spared = {"Effect": "Deny", "Action": "*", "NotResource": pattern}
    assert (decided(USER, identity=[doc(allow(), spared)]) == "explicitDeny") is refused


def test_t24_the_service_of_an_allowed_action_is_literal_or_everything_is_meant() -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    assert decided(USER, identity=[doc(allow("*:Get*"))]) == "implicitDeny"
    assert decided(USER, identity=[doc(allow("*:*"))]) == "allowed"
    assert decided(USER, identity=[doc(allow(), deny("*:Get*"))]) == "explicitDeny"


def test_t28_no_sign_of_another_script_is_a_letter_ignoring_case() -> None:
    own = doc(allow(Condition={"StringEqualsIgnoreCase": {"aws:x": "kİ"}}))
    assert decided(USER, identity=[own], context={"aws:x": "Kİ"}) == "allowed"
    assert decided(USER, identity=[own], context={"aws:x": "\u212aİ"}) == "implicitDeny"
    small = doc(allow(Condition={"StringEqualsIgnoreCase": {"aws:x": "é"}}))
    assert decided(USER, identity=[small], context={"aws:x": "É"}) == "allowed"


# What the command supplies, and what it takes from the case.


def _needs(**keys: str) -> list[dict[str, Any]]:
    return [doc(allow(Condition={"StringEquals": {key.replace("_", ":", 1): value for key, value in keys.items()}}))]


@pytest.mark.parametrize(
    ("principal", "keys"),
    [
        (
            USER,
            {"aws_PrincipalArn": USER, "aws_PrincipalAccount": A, "aws_PrincipalType": "User", "aws_username": "alice"},
        ),
        (ROLE, {"aws_PrincipalArn": ROLE, "aws_PrincipalAccount": A, "aws_PrincipalType": "AssumedRole"}),
        (SESSION, {"aws_PrincipalArn": f"arn:aws:iam::{A}:role/Dev", "aws_PrincipalType": "AssumedRole"}),
        (FEDERATED, {"aws_PrincipalArn": FEDERATED, "aws_PrincipalType": "FederatedUser", "aws_userid": f"{A}:alice"}),
        (USER, {"aws_ResourceAccount": A, "aws_PrincipalIsAWSService": "false"}),
    ],
)
def test_what_follows_from_the_request_is_supplied_and_never_overwrites_the_case(
    principal: str, keys: dict[str, str]
) -> None:
    own = _needs(**keys)
    assert decided(principal, identity=own, session=YES) == "allowed"
    for key in keys:
        name = key.replace("_", ":", 1)
        for spelling in (name, name.upper(), name.lower()):
            assert decided(principal, identity=own, session=YES, context={spelling: "other"}) == "implicitDeny"
            assert decided(principal, identity=own, session=YES, context={spelling: None}) == "implicitDeny"


def test_root_has_no_user_name_and_its_account_is_its_userid() -> None:
    guard = {"Null": {"aws:username": "true"}, "StringEquals": {"aws:userid": A, "aws:PrincipalType": "Account"}}
    assert decided(ROOT, policy=doc(deny(Principal="*", Condition=guard))) == "explicitDeny"


def test_the_owner_of_a_resource_is_given_or_in_its_arn_or_the_caller() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{B}:q"
    assert decided(USER, "sqs:SendMessage", queue, identity=YES) == "implicitDeny"
    assert decided(USER, "sqs:SendMessage", queue, identity=YES, policy=grants(A)) == "allowed"
    assert decided(USER, "sqs:SendMessage", queue, identity=YES, resource_account=A) == "allowed"
    assert decided(USER, "s3:ListAllMyBuckets", "*", identity=YES) == "allowed"
    assert decided(USER, identity=YES, resource_account=B) == "implicitDeny"


def test_unique_ids_are_those_of_the_case() -> None:
    trust = doc({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ["AIDAALICE", "AROADEV"]}})
    assert decided(USER, "sts:AssumeRole", TARGET, policy=trust, context={"aws:userid": "AIDAALICE"}) == "allowed"
    assert decided(USER, "sts:AssumeRole", TARGET, policy=trust, context={"aws:userid": "AIDABOB"}) == "implicitDeny"
    assert decided(SESSION, "sts:AssumeRole", TARGET, policy=trust, context={"aws:userid": "AROADEV:s1"}) == "allowed"
    assert decided(SESSION, "sts:AssumeRole", TARGET, policy=trust) == "implicitDeny"


def test_no_policy_can_name_the_session_of_a_bare_role() -> None:
    for name in ("session", "s1", "Dev"):
        named = grants(f"arn:aws:sts::{A}:assumed-role/Dev/{name}")
        assert decided(ROLE, identity=[], policy=named) == "implicitDeny"
