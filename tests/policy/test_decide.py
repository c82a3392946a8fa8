"""Who is subject to what, and how the kinds of policy come together."""

# ruff: noqa: FBT001 - the columns of tables are booleans; the reference is plain, not pretty

from dataclasses import replace
from typing import Any

import pytest

from keystead.policy import Authority, PolicyKind, PolicySet, Principal, Request, decide
from policy.build import (
    ALICE,
    ANYBODY,
    FEDERATED,
    FULL,
    LINKED,
    RCP_FULL,
    ROOT,
    ROOT_TOKEN,
    SERVICE,
    SESSION,
    TOKEN,
    A,
    B,
    allow,
    ask,
    decision,
    deny,
    doc,
    identity,
    outcome,
    policies,
    resource_policy,
    scp,
    trust,
)

EMPTY = PolicySet.EMPTY
ROLE = f"arn:aws:iam::{A}:role/R"
AWAY = f"arn:aws:iam::{B}:role/R"


def aws(*names: str) -> dict[str, Any]:
    return {"AWS": list(names)}


# §3: what the Allow of a resource policy is worth in the same account: principal, entry,
# then allowed without identity policy, with a boundary that does not allow, with a session policy that does not.
WORTH: list[tuple[Principal, Any, bool, bool, bool]] = [
    (ALICE, aws(ALICE.arn), True, True, True),
    (TOKEN, aws(ALICE.arn), True, True, True),
    (ALICE, aws("AIDAALICE"), True, True, True),
    (SESSION, aws(f"arn:aws:iam::{A}:role/team/Dev"), True, False, False),
    (SESSION, aws(f"arn:aws:iam::{A}:role/Dev"), True, False, False),
    (SESSION, aws("AROADEV"), True, False, False),
    (SESSION, aws(SESSION.arn), True, True, True),
    (FEDERATED, aws(FEDERATED.arn), True, True, True),
    (FEDERATED, aws(ALICE.arn), True, False, False),
    (ALICE, "*", True, True, True),
    (SESSION, aws("*"), True, True, True),
    (FEDERATED, "*", True, True, True),
    (ALICE, aws(A), False, False, False),
    (SESSION, aws(f"arn:aws:iam::{A}:root"), False, False, False),
    # The root user's ARN means the whole account, even to the root user.
    (ROOT, aws(f"arn:aws:iam::{A}:root"), False, False, False),
    (ROOT_TOKEN, aws(f"arn:aws:iam::{A}:root"), False, False, False),
    (ALICE, aws(f"arn:aws:iam::{A}:user/Alice"), False, False, False),
    (ALICE, aws(f"arn:aws:iam::{A}:user/*"), False, False, False),
    (ALICE, aws(f"arn:aws:iam::{A}:group/admins"), False, False, False),
    (ALICE, aws(f"arn:aws:iam::{A}:group/alice"), False, False, False),
    (ALICE, aws(B, ALICE.arn), True, True, True),
    (ALICE, {"Service": "ec2.amazonaws.com", "AWS": ALICE.arn}, True, True, True),
    (SESSION, aws(f"arn:aws:iam::{A}:role/dev"), False, False, False),
    (SESSION, aws(f"arn:aws:iam::{A}:role/*"), False, False, False),
    (SESSION, aws(f"arn:aws:sts::{A}:assumed-role/Dev/s2"), False, False, False),
    (SESSION, aws(f"arn:aws:sts::{A}:assumed-role/Dev"), False, False, False),
    (SESSION, aws(f"arn:aws:iam::{B}:role/Dev"), False, False, False),
    (SESSION, aws(f"arn:aws-cn:iam::{A}:role/Dev"), False, False, False),
    (SESSION, aws("AROAOTHER"), False, False, False),
    (ALICE, {"Service": "ec2.amazonaws.com"}, False, False, False),
]


@pytest.mark.parametrize(("principal", "entry", "alone", "past_boundary", "past_session"), WORTH)
def test_resource_policy_allow_is_worth_what_its_principal_says(
    principal: Principal, entry: Any, alone: bool, past_boundary: bool, past_session: bool
) -> None:
    own = resource_policy(allow(Principal=entry))
    yes = identity(allow())
    request = ask(principal)
    # A federated user always has a session policy, or no permission of its own.
    session = yes if principal is FEDERATED else None
    assert decision(request, EMPTY, of_resource=own, session=session).allowed is alone
    assert decision(request, yes, of_resource=own, boundary=EMPTY, session=session).allowed is past_boundary
    assert decision(request, yes, of_resource=own, session=EMPTY).allowed is past_session


@pytest.mark.parametrize(("principal", "entry", "alone", "past_boundary", "past_session"), WORTH)
def test_an_account_entry_or_none_leaves_identity_policies_in_force(
    principal: Principal, entry: Any, alone: bool, past_boundary: bool, past_session: bool
) -> None:
    own = resource_policy(allow(Principal=entry))
    yes = identity(allow())
    assert decision(ask(principal), yes, of_resource=own, boundary=yes, session=yes).allowed


@pytest.mark.parametrize("gate", ["boundary", "session"])
@pytest.mark.parametrize("entry", [aws(ALICE.arn), "*"])
def test_an_explicit_deny_of_boundary_or_session_is_never_bypassed(gate: str, entry: Any) -> None:
    result = decision(ask(), EMPTY, of_resource=resource_policy(allow(Principal=entry)), **{gate: identity(deny())})
    assert result.outcome == "explicitDeny"


def test_scps_always_apply_even_to_what_a_resource_policy_allows() -> None:
    own = resource_policy(allow(Principal=aws(ALICE.arn)))
    assert outcome(ask(), EMPTY, of_resource=own, scps=(FULL, EMPTY)) == "implicitDeny"
    assert outcome(ask(), EMPTY, of_resource=own, scps=(FULL, scp(allow(), deny()))) == "explicitDeny"
    assert outcome(ask(), EMPTY, of_resource=own, rcps=(RCP_FULL, EMPTY)) == "implicitDeny"


# §1, §2.


def test_explicit_deny_wins_in_every_kind_of_policy() -> None:
    yes, no = identity(allow()), identity(allow(), deny("s3:Get*"))
    open_ = resource_policy(allow(Principal="*"))
    shut = resource_policy(allow(Principal="*"), deny("s3:GetObject", Principal=aws(A)))
    assert outcome(ask(), no, of_resource=open_) == "explicitDeny"
    assert outcome(ask(), yes, of_resource=open_, boundary=no) == "explicitDeny"
    assert outcome(ask(), yes, of_resource=open_, session=no) == "explicitDeny"
    assert outcome(ask(), yes, of_resource=shut) == "explicitDeny"
    assert outcome(ask(), yes, scps=(scp(allow(), deny("s3:*")), FULL)) == "explicitDeny"
    rcp = policies(PolicyKind.RCP, doc(allow(Principal="*"), deny("s3:*", Principal="*")))
    assert outcome(ask(), yes, rcps=(RCP_FULL, rcp)) == "explicitDeny"
    assert outcome(ask(), yes, of_resource=open_) == "allowed"


def test_scp_deny_beats_identity_allow_and_names_the_policy_and_level() -> None:
    guard = policies(
        PolicyKind.SCP, doc(allow(), deny("s3:*", Sid="NoS3")), name="arn:aws:organizations::1:policy/p-1", level="ou-1"
    )
    result = decision(ask(), identity(allow()), scps=(FULL, guard, FULL))
    (statement,) = result.statements
    assert (statement.sid, statement.source.level, statement.index, result.blocked_by) == ("NoS3", "ou-1", 1, "scp")
    assert result.denial_message() == (
        f"User: {ALICE.arn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k "
        "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1"
    )


def test_every_scp_level_must_allow_and_policies_of_a_level_are_ored() -> None:
    yes, some = identity(allow()), scp(allow("s3:*"))
    either = PolicySet.of([*scp(allow("iam:*")).policies, *scp(allow("s3:*")).policies])
    assert outcome(ask(), yes, scps=(FULL, some, either)) == "allowed"
    assert outcome(ask(), yes, scps=(FULL, scp(allow("iam:*")), FULL)) == "implicitDeny"
    assert outcome(ask(), yes, scps=(FULL, EMPTY, FULL)) == "implicitDeny"
    assert outcome(ask(), yes, scps=()) == "implicitDeny"
    assert decision(ask(), yes, scps=(FULL, EMPTY)).blocked_by == "scp"


def test_scps_never_grant() -> None:
    assert outcome(ask(), EMPTY, scps=(FULL, FULL)) == "implicitDeny"


def test_root_is_allowed_by_default_but_bound_by_scps() -> None:
    assert outcome(ask(ROOT), None) == "allowed"
    assert outcome(ask(ROOT), None, scps=(FULL, FULL)) == "allowed"
    assert outcome(ask(ROOT), None, scps=(FULL, EMPTY)) == "implicitDeny"
    assert outcome(ask(ROOT), None, scps=(scp(allow(), deny()),)) == "explicitDeny"
    assert outcome(ask(ROOT), None, of_resource=resource_policy(deny(Principal="*"))) == "explicitDeny"


def test_a_root_session_of_assume_root_has_only_its_task_policy() -> None:
    task = identity(allow("s3:DeleteBucketPolicy"))
    assert outcome(ask(ROOT, "s3:DeleteBucketPolicy"), None, session=task) == "allowed"
    assert outcome(ask(ROOT), None, session=task) == "implicitDeny"


@pytest.mark.parametrize("principal", [ALICE, SESSION, TOKEN, LINKED])
def test_nobody_but_root_is_allowed_without_identity_policies(principal: Principal) -> None:
    assert outcome(ask(principal), None) == "implicitDeny"
    assert outcome(ask(principal), EMPTY) == "implicitDeny"


def test_boundary_and_session_policy_limit_and_never_grant() -> None:
    s3, iam = identity(allow("s3:*")), identity(allow("iam:*"))
    assert outcome(ask(), s3, boundary=s3, session=s3) == "allowed"
    assert outcome(ask(), s3, boundary=iam) == "implicitDeny"
    assert outcome(ask(), s3, session=iam) == "implicitDeny"
    assert outcome(ask(), iam, boundary=s3) == "implicitDeny"
    assert outcome(ask(), EMPTY, boundary=s3, session=s3) == "implicitDeny"
    assert decision(ask(), s3, boundary=EMPTY).blocked_by == "boundary"
    assert decision(ask(), s3, session=EMPTY).blocked_by == "session"


def test_session_policies_are_ored_among_themselves() -> None:
    both = policies(PolicyKind.SESSION, doc(allow("iam:*")), doc(allow("s3:*")))
    assert outcome(ask(SESSION), identity(allow()), session=both) == "allowed"


def test_federation_token_without_session_policy_has_no_permission_of_its_own() -> None:
    yes = identity(allow())
    assert decision(ask(FEDERATED), yes).blocked_by == "session"
    assert outcome(ask(FEDERATED), yes, session=yes) == "allowed"
    assert outcome(ask(FEDERATED), EMPTY, session=yes) == "implicitDeny"
    named = resource_policy(allow(Principal=aws(FEDERATED.arn)))
    assert outcome(ask(FEDERATED), EMPTY, of_resource=named) == "allowed"


def test_service_linked_roles_and_services_are_outside_scps() -> None:
    yes, none = identity(allow()), (scp(allow(), deny()), EMPTY)
    assert outcome(ask(LINKED), yes, scps=none) == "allowed"
    named = resource_policy(allow(Principal={"Service": "ec2.amazonaws.com"}))
    assert outcome(ask(SERVICE), yes, of_resource=named, scps=none) == "allowed"
    assert outcome(ask(ANYBODY), yes, of_resource=resource_policy(allow(Principal="*")), scps=none) == "allowed"


def test_services_and_anonymous_have_the_resource_policy_alone() -> None:
    yes = identity(allow())
    for principal in (SERVICE, ANYBODY):
        assert outcome(ask(principal), yes) == "implicitDeny"
        assert outcome(ask(principal), None) == "implicitDeny"
        assert outcome(ask(principal), yes, of_resource=resource_policy(allow(Principal=aws(A)))) == "implicitDeny"
    other = resource_policy(allow(Principal={"Service": "lambda.amazonaws.com"}))
    assert outcome(ask(SERVICE), yes, of_resource=other) == "implicitDeny"
    assert outcome(ask(ANYBODY), yes, of_resource=other) == "implicitDeny"


def test_rcps_bind_root_services_and_strangers_but_only_governed_services() -> None:
    guard = policies(PolicyKind.RCP, doc(allow(Principal="*"), deny(Principal="*")))
    open_ = resource_policy(allow(Principal="*"))
    for principal in (ROOT, SERVICE, ANYBODY, ALICE):
        assert outcome(ask(principal), identity(allow()), of_resource=open_, rcps=(RCP_FULL, guard)) == "explicitDeny"
    assert outcome(ask(ALICE, "iam:GetUser"), identity(allow()), rcps=(guard,)) == "allowed"
    assert outcome(ask(ALICE, "kms:RetireGrant"), identity(allow()), rcps=(guard,)) == "allowed"
    linked = ask(SERVICE, "sts:AssumeRole", f"arn:aws:iam::{A}:role/aws-service-role/ec2.amazonaws.com/X")
    assert (
        outcome(linked, None, of_resource=trust({**allow("sts:AssumeRole"), "Principal": "*"}), rcps=(guard,))
        == "allowed"
    )


def test_every_rcp_level_must_allow() -> None:
    assert outcome(ask(), identity(allow()), rcps=(RCP_FULL, RCP_FULL)) == "allowed"
    assert decision(ask(), identity(allow()), rcps=(RCP_FULL, EMPTY)).blocked_by == "rcp"


# §3: principals and their negation.


def test_a_statement_without_principal_in_a_resource_policy_means_nobody() -> None:
    assert outcome(ask(), EMPTY, of_resource=resource_policy(allow())) == "implicitDeny"
    assert outcome(ask(), identity(allow()), of_resource=resource_policy(deny())) == "allowed"


NOT_ALICE = f"arn:aws:iam::{A}:root", ALICE.arn
NOT_SESSION = f"arn:aws:iam::{A}:root", f"arn:aws:iam::{A}:role/Dev", SESSION.arn


def not_principal(*names: str) -> PolicySet:
    return resource_policy({"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": aws(*names)})


@pytest.mark.parametrize(
    ("principal", "names", "denied"),
    [
        (ALICE, NOT_ALICE, False),
        (replace(ALICE, arn=f"arn:aws:iam::{A}:user/bob", unique_id="AIDABOB"), NOT_ALICE, True),
        (ROOT, NOT_ALICE, False),
        (ROOT_TOKEN, NOT_ALICE, False),
        (ROOT_TOKEN, NOT_ALICE[1:], True),
        (SESSION, NOT_SESSION, False),
        (SESSION, NOT_SESSION[:2], True),
        (SESSION, (NOT_SESSION[0], NOT_SESSION[2]), True),
        (SESSION, NOT_SESSION[1:], True),
        (SESSION, NOT_ALICE, True),
        (ALICE, (f"arn:aws:iam::{B}:root",), True),
        (ANYBODY, NOT_ALICE, True),
        (SERVICE, NOT_ALICE, True),
    ],
)
def test_t25_not_principal_spares_only_who_is_listed_from_the_account_down(
    principal: Principal, names: tuple[str, ...], denied: bool
) -> None:
    own = None if principal in (ROOT, ROOT_TOKEN) else identity(allow())
    assert (outcome(ask(principal), own, of_resource=not_principal(*names)) == "explicitDeny") is denied


def test_t25_not_principal_always_denies_a_principal_with_a_boundary() -> None:
    yes = identity(allow())
    assert outcome(ask(), yes, of_resource=not_principal(*NOT_ALICE), boundary=yes) == "explicitDeny"
    assert outcome(ask(account=B), yes, of_resource=not_principal(*NOT_ALICE), boundary=yes) == "explicitDeny"


def test_t25_not_principal_with_allow_never_grants() -> None:
    own = resource_policy({"Effect": "Allow", "Action": "*", "Resource": "*", "NotPrincipal": aws(B)})
    assert outcome(ask(), EMPTY, of_resource=own) == "implicitDeny"


# §4.


@pytest.mark.parametrize(
    "entry", [aws(A), aws(f"arn:aws:iam::{A}:root"), aws(ALICE.arn), aws("AIDAALICE"), "*", aws("*")]
)
def test_t35_cross_account_needs_both_sides_and_knows_no_bypass(entry: Any) -> None:
    there, yes = resource_policy(allow(Principal=entry)), identity(allow())
    request = ask(account=B)
    assert outcome(request, yes, of_resource=there) == "allowed"
    assert outcome(request, EMPTY, of_resource=there) == "implicitDeny"
    assert outcome(request, yes) == "implicitDeny"
    assert outcome(request, yes, of_resource=EMPTY) == "implicitDeny"
    assert outcome(request, yes, of_resource=there, boundary=EMPTY) == "implicitDeny"
    assert outcome(request, yes, of_resource=there, session=EMPTY) == "implicitDeny"
    assert outcome(request, yes, of_resource=there, scps=(EMPTY,)) == "implicitDeny"
    assert outcome(request, yes, of_resource=there, rcps=(EMPTY,)) == "implicitDeny"


def test_t35_a_session_named_across_accounts_still_needs_its_own_side() -> None:
    there = resource_policy(allow(Principal=aws(SESSION.arn)))
    request = ask(SESSION, account=B)
    assert outcome(request, EMPTY, of_resource=there) == "implicitDeny"
    assert outcome(request, identity(allow()), of_resource=there) == "allowed"


def test_t35_nothing_crosses_partitions() -> None:
    request = ask(resource="arn:aws-cn:s3:::b/k", account=B)
    assert outcome(request, identity(allow()), of_resource=resource_policy(allow(Principal="*"))) == "implicitDeny"


# §5.


def assume(principal: Principal = ALICE, role: str = ROLE, account: str = A) -> Request:
    return ask(principal, "sts:AssumeRole", role, account)


def trusts(principal: Any, **more: Any) -> PolicySet:
    return trust({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})


def test_assume_role_in_the_same_account() -> None:
    yes = identity(allow("sts:AssumeRole"))
    assert outcome(assume(), EMPTY, of_resource=trusts(aws(ALICE.arn))) == "allowed"
    assert outcome(assume(), EMPTY, of_resource=trusts(aws(A))) == "implicitDeny"
    assert outcome(assume(), yes, of_resource=trusts(aws(A))) == "allowed"
    assert outcome(assume(), yes, of_resource=trusts(aws(B))) == "implicitDeny"
    assert outcome(assume(), yes, of_resource=EMPTY) == "implicitDeny"
    assert outcome(assume(), yes) == "implicitDeny"


def test_a_session_assumes_its_own_role_only_when_trusted() -> None:
    own = ask(SESSION, "sts:AssumeRole", f"arn:aws:iam::{A}:role/team/Dev")
    yes = identity(allow())
    assert outcome(own, yes, of_resource=trusts({"Service": "ec2.amazonaws.com"})) == "implicitDeny"
    assert outcome(own, EMPTY, of_resource=trusts(aws(f"arn:aws:iam::{A}:role/team/Dev"))) == "allowed"


def test_assume_role_across_accounts_needs_both() -> None:
    yes = identity(allow("sts:AssumeRole", AWAY))
    there = assume(role=AWAY, account=B)
    assert outcome(there, yes, of_resource=trusts(aws(A))) == "allowed"
    assert outcome(there, EMPTY, of_resource=trusts(aws(ALICE.arn))) == "implicitDeny"
    assert outcome(there, yes, of_resource=trusts(aws(B))) == "implicitDeny"


def test_t34_a_role_that_does_not_trust_and_one_that_does_not_exist_sound_alike() -> None:
    there = assume(role=AWAY, account=B)
    yes = identity(allow())
    wrong = trusts(aws(A), Condition={"StringEquals": {"sts:ExternalId": "x"}})
    refusing = trust({"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": aws(A)})
    texts = {decision(there, yes, of_resource=found).denial_message() for found in (wrong, EMPTY, refusing, None)}
    assert texts == {f"User: {ALICE.arn} is not authorized to perform: sts:AssumeRole on resource: {AWAY}"}
    without = {decision(there, EMPTY, of_resource=found).denial_message() for found in (trusts(aws(A)), wrong, EMPTY)}
    assert without == {
        (
            f"User: {ALICE.arn} is not authorized to perform: sts:AssumeRole on resource: {AWAY} "
            "because no identity-based policy allows the sts:AssumeRole action"
        )
    }


def test_t34_external_id_is_compared_exactly() -> None:
    there, yes = assume(role=AWAY, account=B), identity(allow())
    own = trusts(aws(A), Condition={"StringEquals": {"sts:ExternalId": "Secret"}})
    for value, ok in (("Secret", True), ("secret", False), ("*", False), ("", False), (None, False)):
        context = {} if value is None else {"sts:externalid": value}
        assert decision(replace(there, context=context), yes, of_resource=own).allowed is ok


@pytest.mark.parametrize("root", [ROOT, ROOT_TOKEN])
def test_t20_root_never_assumes_a_role(root: Principal) -> None:
    result = decision(assume(root), None, of_resource=trusts(aws(A)))
    assert (result.outcome, result.blocked_by) == ("implicitDeny", "service")
    assert result.denial_message() == "Roles may not be assumed by root accounts."


def test_a_federated_provider_is_judged_by_trust_alone() -> None:
    from keystead.policy import PrincipalType

    provider = Principal(PrincipalType.FEDERATED_PROVIDER, f"arn:aws:iam::{A}:oidc-provider/idp.example", A)
    request = replace(assume(provider), action="sts:AssumeRoleWithWebIdentity", context={"idp.example:sub": "me"})
    own = trust(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider.arn},
            "Condition": {"StringEquals": {"idp.example:sub": "me"}},
        }
    )
    assert outcome(request, None, of_resource=own, scps=(EMPTY,)) == "allowed"
    assert outcome(replace(request, context={}), None, of_resource=own) == "implicitDeny"
    assert outcome(request, identity(allow())) == "implicitDeny"


KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"


def test_kms_needs_the_key_policy_even_for_root() -> None:
    yes = identity(allow())
    default = resource_policy(allow("kms:*", Principal=aws(f"arn:aws:iam::{A}:root")))
    assert outcome(ask(ALICE, "kms:Decrypt", KEY), yes) == "implicitDeny"
    assert outcome(ask(ALICE, "kms:Decrypt", KEY), yes, of_resource=default) == "allowed"
    assert outcome(ask(ALICE, "kms:Decrypt", KEY), EMPTY, of_resource=default) == "implicitDeny"
    assert outcome(ask(ROOT, "kms:Decrypt", KEY), None) == "implicitDeny"
    assert outcome(ask(ROOT, "kms:Decrypt", KEY), None, of_resource=default) == "allowed"
    denied = identity(allow(), deny("kms:Decrypt"))
    assert outcome(ask(ALICE, "kms:Decrypt", KEY), denied, of_resource=default) == "explicitDeny"
    assert outcome(ask(ALICE, "kms:ListKeys", "*"), yes) == "allowed"
    alias = f"arn:aws:kms:eu-west-1:{A}:alias/aws/s3"
    assert outcome(ask(ALICE, "kms:CreateAlias", alias), yes) == "implicitDeny"


def test_the_bucket_owners_root_reaches_the_bucket_policy_whatever_it_says() -> None:
    own = resource_policy(deny(Principal="*"))
    for action in ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"):
        assert outcome(ask(ROOT, action, "arn:aws:s3:::b"), None, of_resource=own) == "allowed"
        assert outcome(ask(ALICE, action, "arn:aws:s3:::b"), identity(allow()), of_resource=own) == "explicitDeny"
        assert outcome(ask(ROOT, action, "arn:aws:s3:::b", B), None, of_resource=own) == "explicitDeny"
    assert outcome(ask(ROOT, "s3:GetObject"), None, of_resource=own) == "explicitDeny"
    assert outcome(ask(ROOT_TOKEN, "s3:PutBucketPolicy", "arn:aws:s3:::b"), None, of_resource=own) == "allowed"


def test_t19_sessions_and_federated_users_may_not_call_what_aws_forbids() -> None:
    yes = identity(allow())
    for action in ("sts:GetFederationToken", "sts:GetSessionToken"):
        assert outcome(ask(SESSION, action, "*"), yes) == "implicitDeny"
        assert outcome(ask(TOKEN, action, "*"), yes) == "implicitDeny"
        assert outcome(ask(FEDERATED, action, "*"), yes, session=yes) == "implicitDeny"
    assert outcome(ask(FEDERATED, "iam:GetUser", "*"), yes, session=yes) == "implicitDeny"
    assert outcome(ask(FEDERATED, "sts:AssumeRole", ROLE), yes, session=yes, of_resource=trusts("*")) == "implicitDeny"
    assert outcome(ask(TOKEN, "iam:GetUser", "*"), yes) == "implicitDeny"
    assert outcome(ask(TOKEN, "iam:GetUser", "*", aws_multifactorauthpresent="true"), yes) == "allowed"
    assert outcome(ask(TOKEN, "sts:AssumeRole", ROLE), yes, of_resource=trusts(aws(A))) == "allowed"


def test_get_caller_identity_cannot_be_denied_and_get_session_token_needs_no_allow() -> None:
    for principal in (ALICE, SESSION, FEDERATED, TOKEN, ROOT):
        assert outcome(ask(principal, "sts:GetCallerIdentity", "*"), identity(deny()), scps=(EMPTY,)) == "allowed"
    assert outcome(ask(ANYBODY, "sts:GetCallerIdentity", "*"), None) == "implicitDeny"
    assert outcome(ask(ALICE, "sts:GetSessionToken", "*"), EMPTY) == "allowed"
    assert outcome(ask(ALICE, "sts:GetSessionToken", "*"), identity(deny())) == "explicitDeny"


def test_iam_never_changes_what_aws_manages() -> None:
    yes = identity(allow())
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert outcome(ask(ALICE, "iam:CreatePolicyVersion", managed), yes) == "implicitDeny"
    assert outcome(ask(ALICE, "iam:GetPolicy", managed), yes) == "allowed"
    reserved = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/X"
    assert outcome(ask(ALICE, "iam:DeleteRole", reserved), yes) == "implicitDeny"


# What a denial says.

_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"own": EMPTY}, "because no identity-based policy allows the s3:GetObject action"),
    ({"boundary": EMPTY}, "because no permissions boundary allows the s3:GetObject action"),
    ({"session": EMPTY}, "because no session policy allows the s3:GetObject action"),
    ({"scps": (FULL, EMPTY)}, "because no service control policy allows the s3:GetObject action"),
    ({"rcps": (EMPTY,)}, "because no resource control policy allows the s3:GetObject action"),
    ({"own": identity(deny())}, "with an explicit deny in an identity-based policy"),
    ({"boundary": policies(PolicyKind.BOUNDARY, doc(deny()))}, "with an explicit deny in a permissions boundary"),
    ({"session": policies(PolicyKind.SESSION, doc(deny()))}, "with an explicit deny in a session policy"),
    ({"scps": (scp(deny()),)}, "with an explicit deny in a service control policy"),
    (
        {"rcps": (policies(PolicyKind.RCP, doc(deny(Principal="*"))),)},
        "with an explicit deny in a resource control policy",
    ),
    ({"of_resource": resource_policy(deny(Principal="*"))}, "with an explicit deny in a resource-based policy"),
]


@pytest.mark.parametrize(("gates", "reason"), _MESSAGES)
def test_a_denial_says_why_in_awss_words(gates: dict[str, Any], reason: str) -> None:
    own = gates.get("own", identity(allow()))
    result = decision(ask(), own, **{key: value for key, value in gates.items() if key != "own"})
    head = f"User: {ALICE.arn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k "
    assert result.denial_message() == head + reason
    assert reason in result.explain()
    assert result.to_json()["message"] == head + reason


def test_a_denial_of_the_role_trust_policy_and_the_key_policy_is_named() -> None:
    yes = identity(allow())
    implicit = decision(assume(), yes, of_resource=EMPTY).denial_message()
    assert implicit.endswith("because no role trust policy allows the sts:AssumeRole action")
    shut = trust({"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"})
    assert (
        decision(assume(), yes, of_resource=shut)
        .denial_message()
        .endswith("with an explicit deny in the role trust policy")
    )
    key = decision(ask(ALICE, "kms:Decrypt", KEY), yes).denial_message()
    assert key.endswith("because no resource-based policy allows the kms:Decrypt action")


def test_an_allowed_decision_names_a_statement_of_every_gate() -> None:
    yes = identity(allow("s3:*", Sid="Mine"))
    result = decision(ask(), yes, boundary=identity(allow()), scps=(FULL, FULL))
    assert [str(item.source.kind) for item in result.statements] == ["scp", "scp", "identity", "identity"]
    assert result.denial_message() == ""
    assert "Sid Mine" in result.explain()


def test_missing_context_keys_are_named() -> None:
    own = identity(
        allow(Condition={"StringEquals": {"aws:Absent": "x", "aws:Given": "y"}}),
        allow(resource="arn:aws:s3:::b/${aws:username}"),
        allow("iam:*", Condition={"StringEquals": {"aws:Elsewhere": "x"}}),
    )
    assert decision(ask(aws_given="y"), own).missing_keys == {"aws:absent"}
    named = identity(allow(Condition={"StringEquals": {"aws:Given": "${aws:username}"}}))
    assert decision(ask(aws_given="y"), named).missing_keys == {"aws:username"}


def test_a_decision_never_raises_for_strange_requests() -> None:
    own = identity(allow(resource="arn:aws:s3:::${aws:x}*", Condition={"StringLike": {"aws:y": "*"}}), deny("iam:*"))
    for action in ("", "s3", ":", "s3:", ":x", "s3:a:b", "\ud800:x"):
        for resource in ("", "*", "arn", ":::::", "\ud800", "arn:aws:s3:::" + "*" * 9):
            for context in ({}, {"aws:x": None}, {"aws:y": 5}, {"aws:x": object()}, {"aws:y": [1]}):
                request = Request(ALICE, action, resource, A, context)  # type: ignore[arg-type]  # wrong on purpose
                result = decide(request, Authority(own), resource_policy(allow(Principal=aws(""))))
                assert result.outcome in ("allowed", "implicitDeny", "explicitDeny")
                result.explain()
