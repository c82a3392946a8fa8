"""The stage that answers "who is calling": from a verified signature to a `Caller`, or an error in AWS's words."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from keystead.credentials import secrets
from keystead.credentials.sigv4 import SignedRequest, unknown_key
from keystead.credentials.tokens import SessionClaims
from keystead.policy import Principal, PrincipalType
from keystead.services.authority import NO_POLICY, Authorities
from keystead.services.call import Caller, ContextValue, House
from keystead.services.iam import AccessKeyFacts
from keystead.services.organizations import Membership


def secret_and_caller(house: House, signed: SignedRequest, now: dt.datetime) -> tuple[str, Caller]:
    """Return the secret that must have signed the request and the caller it belongs to.

    Errors: InvalidClientTokenId, ExpiredToken. Nothing may be done for the caller before the signature holds.
    """
    if signed.access_key_id.startswith("ASIA") or signed.token:
        opened = house.sealer.open(signed.access_key_id, signed.token, now)
        return opened.secret, _session_caller(house.authorities, signed.access_key_id, opened.claims)
    return _signer(house, signed.access_key_id)


def _signer(house: House, access_key_id: str) -> tuple[str, Caller]:
    """Return a long-term key's secret and its user; both are remembered until anything in the account changes."""
    key = house.authorities.access_key(access_key_id)
    if key is None or not key.active:
        raise unknown_key()

    def build(_tx: object) -> tuple[str, Caller]:
        secret = secrets.decrypt(house.keyring, b"access-key:" + key.id.encode(), key.secret)
        return secret.decode(), _long_term_caller(house.authorities, key)

    return house.authorities.remember(key.account_id, ("signer", key.id), build)


def _usable_account(authorities: Authorities, account_id: str) -> Membership | None:
    account = authorities.account(account_id)
    if account is None or not account.usable:
        raise unknown_key()
    return authorities.membership(account_id)


def _long_term_caller(authorities: Authorities, key: AccessKeyFacts) -> Caller:
    membership = _usable_account(authorities, key.account_id)
    if key.user_id == key.account_id:
        return _root(authorities, key, membership)
    return _user(authorities, key.account_id, key.user_id, key.id, membership, None)


def _root(authorities: Authorities, key: AccessKeyFacts, membership: Membership | None) -> Caller:
    arn = f"arn:aws:iam::{key.account_id}:root"
    principal = Principal(type=PrincipalType.ROOT, arn=arn, account_id=key.account_id, unique_id=key.account_id)
    facts = {"aws:principalarn": arn, "aws:principaltype": "Account", "aws:userid": key.account_id}
    return Caller(
        principal=principal,
        authority=authorities.of_root(key.account_id),
        account_id=key.account_id,
        access_key_id=key.id,
        membership=membership,
        context=_context(facts, key.account_id, membership, {}, None),
    )


def _user(
    authorities: Authorities,
    account_id: str,
    user_id: str,
    access_key_id: str,
    membership: Membership | None,
    claims: SessionClaims | None,
) -> Caller:
    user = authorities.user(account_id, user_id)
    if user is None:
        raise unknown_key()
    principal = Principal(
        type=PrincipalType.USER if claims is None else PrincipalType.USER_SESSION,
        arn=user.arn,
        account_id=account_id,
        unique_id=user.id,
        user_arn="" if claims is None else user.arn,
        issuer_id="" if claims is None else user.id,
    )
    facts = {
        "aws:principalarn": user.arn,
        "aws:principaltype": "User",
        "aws:userid": user.id,
        "aws:username": user.name,
    }
    return Caller(
        principal=principal,
        authority=authorities.of_user(user),
        account_id=account_id,
        access_key_id=access_key_id,
        name=user.name,
        tags=user.tags,
        claims=claims,
        membership=membership,
        context=_context(facts, account_id, membership, user.tags, claims),
    )


def _session_caller(authorities: Authorities, access_key_id: str, claims: SessionClaims) -> Caller:
    # The claims are part of the key: two sessions never share a caller, whatever their names.
    return authorities.remember(
        claims.account_id,
        ("session", access_key_id, claims),
        lambda _tx: _build_session(authorities, access_key_id, claims),
    )


def _build_session(authorities: Authorities, access_key_id: str, claims: SessionClaims) -> Caller:
    membership = _usable_account(authorities, claims.account_id)
    if claims.kind == "assumed-role":
        return _role_session(authorities, access_key_id, claims, membership)
    if claims.kind == "federated-user":
        return _federated_user(authorities, access_key_id, claims, membership)
    if claims.kind == "session":
        if claims.issuer_id == claims.account_id:
            return _root_session(authorities, access_key_id, claims, membership)
        return _user(authorities, claims.account_id, claims.issuer_id, access_key_id, membership, claims)
    raise unknown_key()


def _root_session(
    authorities: Authorities, access_key_id: str, claims: SessionClaims, membership: Membership | None
) -> Caller:
    arn = f"arn:aws:iam::{claims.account_id}:root"
    facts = {"aws:principalarn": arn, "aws:principaltype": "Account", "aws:userid": claims.account_id}
    return Caller(
        # Not ROOT: a session may call less of IAM and STS than the user behind it, root user or not.
        principal=Principal(
            type=PrincipalType.USER_SESSION,
            arn=arn,
            account_id=claims.account_id,
            unique_id=claims.account_id,
            user_arn=arn,
            issuer_id=claims.account_id,
        ),
        authority=authorities.of_root(claims.account_id),
        account_id=claims.account_id,
        access_key_id=access_key_id,
        claims=claims,
        membership=membership,
        context=_context(facts, claims.account_id, membership, {}, claims),
    )


def _role_session(
    authorities: Authorities, access_key_id: str, claims: SessionClaims, membership: Membership | None
) -> Caller:
    role = authorities.role(claims.account_id, claims.issuer_id)
    if role is None:
        raise unknown_key()
    session = authorities.session_policies(role.account_id, claims.session_policy, claims.session_policy_arns)
    tags = _merged_tags(role.tags, dict(claims.session_tags))
    unique_id = f"{role.id}:{claims.session_name}"
    principal = Principal(
        type=PrincipalType.SERVICE_LINKED_ROLE_SESSION if role.service_linked else PrincipalType.ROLE_SESSION,
        arn=f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{claims.session_name}",
        account_id=role.account_id,
        unique_id=unique_id,
        role_arn=role.arn,
        issuer_id=role.id,
    )
    facts = {"aws:principalarn": role.arn, "aws:principaltype": "AssumedRole", "aws:userid": unique_id}
    return Caller(
        principal=principal,
        authority=authorities.of_role(role, session),
        account_id=role.account_id,
        access_key_id=access_key_id,
        name=role.name,
        session_name=claims.session_name,
        tags=tags,
        claims=claims,
        membership=membership,
        context=_context(facts, role.account_id, membership, tags, claims),
    )


def _federated_user(
    authorities: Authorities, access_key_id: str, claims: SessionClaims, membership: Membership | None
) -> Caller:
    account_id = claims.account_id
    arn = f"arn:aws:sts::{account_id}:federated-user/{claims.session_name}"
    unique_id = f"{account_id}:{claims.session_name}"
    session = authorities.session_policies(account_id, claims.session_policy, claims.session_policy_arns)
    user_arn, tags = f"arn:aws:iam::{account_id}:root", dict(claims.session_tags)
    if claims.issuer_id == account_id:
        authority = authorities.of_root(account_id)
    else:
        user = authorities.user(account_id, claims.issuer_id)
        if user is None:
            raise unknown_key()
        authority = authorities.of_user(user)
        user_arn, tags = user.arn, _merged_tags(user.tags, tags)
    facts = {"aws:principalarn": arn, "aws:principaltype": "FederatedUser", "aws:userid": unique_id}
    return Caller(
        principal=Principal(
            type=PrincipalType.FEDERATED_USER,
            arn=arn,
            account_id=account_id,
            unique_id=unique_id,
            user_arn=user_arn,
            issuer_id=claims.issuer_id,
        ),
        # Without a session policy nothing is granted: None would lift the limit.
        authority=replace(authority, session=session or NO_POLICY),
        account_id=account_id,
        access_key_id=access_key_id,
        session_name=claims.session_name,
        tags=tags,
        claims=claims,
        membership=membership,
        context=_context(facts, account_id, membership, tags, claims),
    )


def _merged_tags(inherited: Mapping[str, str], passed: Mapping[str, str]) -> dict[str, str]:
    """Return tags where those passed with the session replace inherited ones, whatever the case of the key."""
    replaced = {key.lower() for key in passed}
    return {key: value for key, value in inherited.items() if key.lower() not in replaced} | dict(passed)


def _context(
    facts: Mapping[str, str],
    account_id: str,
    membership: Membership | None,
    tags: Mapping[str, str],
    claims: SessionClaims | None,
) -> Mapping[str, ContextValue]:
    """Return the condition keys that depend on who is calling.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    context: dict[str, ContextValue] = {
        **facts,
        "aws:principalaccount": account_id,
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
    }
    if membership is not None:
        context["aws:principalorgid"] = membership.organization_id
        context["aws:principalorgpaths"] = [membership.path]
        context["aws:principalorgmasteraccountid"] = membership.management_account_id
    for key, value in tags.items():
        context[f"aws:principaltag/{key.lower()}"] = value
    if claims is not None:
        context["aws:tokenissuetime"] = dt.datetime.fromtimestamp(claims.issued_at, dt.UTC).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        context["aws:multifactorauthpresent"] = "true" if claims.mfa else "false"
        if claims.source_identity:
            context["aws:sourceidentity"] = claims.source_identity
    return context
