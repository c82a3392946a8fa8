"""Beginning a session: sealed credentials, and how much of a token's room they take."""

import base64
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from keystead.credentials.tokens import SessionClaims, SessionCredentials
from keystead.services.call import Call
from keystead.services.sts import errors, rules
from keystead.wire.errors import AwsError
from keystead.wire.shapes import sts

# Policies, tags and all the rest share the token.
# Source: https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/
_LARGEST_TOKEN: Final = 4096
# Two are enough for every size but the very largest, where one length alone will do.
_TRIES: Final = 64


class Issued(NamedTuple):
    """A session's credentials, as every operation that begins one returns them."""

    credentials: sts.Credentials
    token_size: int
    # The part of the largest token that this one is.
    percent: int


def issue(call: Call, claims: SessionClaims, minimum_size: int = 0) -> Issued:
    """Seal a session into a token of at least `minimum_size` characters.

    Errors: PackedPolicyTooLarge.
    """
    sealed = call.house.sealer.seal(claims)
    if len(sealed.session_token) < minimum_size:
        sealed = _padded(call, claims, minimum_size - len(sealed.session_token), minimum_size)
    size = len(sealed.session_token)
    percent = -(-size * 100 // _LARGEST_TOKEN)
    if percent > 100:  # noqa: PLR2004 -- per cent
        by_policy = bool(claims.session_policy or claims.session_policy_arns)
        raise errors.packed_too_large(percent, by_policy=by_policy)
    return Issued(_shown(sealed), size, percent)


def _padded(call: Call, claims: SessionClaims, characters: int, minimum_size: int) -> SessionCredentials:
    """Seal a session into a token of the size wanted; random padding, which compression cannot quite foretell."""
    for _ in range(_TRIES):
        padding = base64.b64encode(call.house.random(characters)).decode()[:characters]
        sealed = call.house.sealer.seal(claims._replace(padding=padding))
        size = len(sealed.session_token)
        if minimum_size <= size <= _LARGEST_TOKEN:
            return sealed
        characters = max(1, characters + minimum_size - size)
    raise AwsError("ServiceUnavailable", "No session token of this size could be made.", status=503)


def policies(call: Call, account_id: str, request: Any) -> tuple[str, tuple[str, ...]]:
    """Return the inline and the managed policies that a request limits its session by, checked.

    Errors: ValidationError, MalformedPolicyDocument.
    """
    text: str = request.get("Policy", "")
    found = tuple(_arns(request.get("PolicyArns", [])))
    if text or found:
        rules.session_policy(text, found)
        for arn in found:
            if call.house.authorities.policy_document(account_id, arn) is None:
                raise errors.no_such_policy(arn)
    return text, found


def _arns(descriptors: Sequence[sts.PolicyDescriptorType]) -> list[str]:
    return [descriptor["arn"] for descriptor in descriptors if "arn" in descriptor]


def _shown(sealed: SessionCredentials) -> sts.Credentials:
    return {
        "AccessKeyId": sealed.access_key_id,
        "SecretAccessKey": sealed.secret_access_key,
        "SessionToken": sealed.session_token,
        "Expiration": sealed.expiration,
    }
