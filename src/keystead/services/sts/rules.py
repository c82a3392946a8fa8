"""What a session may be: its duration, tags, policies and source identity. Pure but for looking policies up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keystead import policy
from keystead.policy import PolicyError, PolicyKind
from keystead.services.call import Caller
from keystead.services.iam import RoleFacts
from keystead.services.sts import errors
from keystead.wire.shapes import sts

DEFAULT_ROLE_SECONDS: Final = 3600
LONGEST_CHAINED_SECONDS: Final = 3600
DEFAULT_USER_SECONDS: Final = 43_200
LONGEST_ROOT_SECONDS: Final = 3600
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_LONGEST_POLICY: Final = 2048
_MOST_POLICY_ARNS: Final = 10

Pairs = tuple[tuple[str, str], ...]


def role_seconds(caller: Caller, role: RoleFacts, requested: int | None) -> int:
    """Return how long a role session lives.

    Errors: ValidationError (beyond the role's maximum, or beyond an hour for a caller that is a session).
    """
    seconds = DEFAULT_ROLE_SECONDS if requested is None else requested
    if caller.claims is not None and seconds > LONGEST_CHAINED_SECONDS:
        raise errors.longer_than_chaining_allows()
    if seconds > role.max_session_duration:
        raise errors.longer_than_role_allows()
    return seconds


def user_seconds(caller: Caller, requested: int | None) -> int:
    """Return how long a session of a user lives; the root user never gets more than an hour, whatever it asks for.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    seconds = DEFAULT_USER_SECONDS if requested is None else requested
    return min(seconds, LONGEST_ROOT_SECONDS) if caller.is_root else seconds


@dataclass(frozen=True, slots=True)
class SessionTags:
    """The tags of a new session: those passed, and those that the calling session must hand on."""

    tags: Pairs
    transitive_keys: tuple[str, ...]
    inherited_keys: tuple[str, ...]


_NO_TAGS: Final = SessionTags((), (), ())


def session_tags(caller: Caller, passed: Sequence[sts.Tag], transitive: Sequence[str]) -> SessionTags:
    """Return the tags of a session that a caller begins.

    Errors: InvalidParameterValue.
    """
    inherited = inherited_tags(caller)
    if not (passed or transitive or inherited):
        return _NO_TAGS
    keys = [tag["Key"].lower() for tag in passed]
    if len(set(keys)) != len(keys):
        raise errors.duplicate_tags()
    if any(key.startswith("aws:") for key in keys):
        raise errors.reserved_tag()
    if any(key.lower() not in keys for key in transitive):
        raise errors.transitive_tag_missing()
    if any(key.lower() in keys for key in inherited):
        raise errors.transitive_tag_inherited()
    return SessionTags(
        tags=(*inherited.items(), *((tag["Key"], tag["Value"]) for tag in passed)),
        transitive_keys=(*inherited, *transitive),
        inherited_keys=tuple(inherited),
    )


def inherited_tags(caller: Caller) -> Mapping[str, str]:
    """Return the tags that a calling session hands on to every session it begins."""
    if caller.claims is None or not caller.claims.transitive_tag_keys:
        return {}
    handed_on = {key.lower() for key in caller.claims.transitive_tag_keys}
    return {key: value for key, value in caller.claims.session_tags if key.lower() in handed_on}


def source_identity(caller: Caller, requested: str | None) -> str:
    """Return who is behind a session, once and for all of its chain.

    Errors: AccessDenied when it is to be changed.
    """
    present = "" if caller.claims is None else caller.claims.source_identity
    if present and requested is not None and requested != present:
        raise errors.source_identity_is_set()
    return present or requested or ""


def session_policy(text: str, arns: Sequence[str]) -> None:
    """Check the inline policy and the number of managed policies of a session.

    Errors: ValidationError, MalformedPolicyDocument.
    """
    if len(arns) > _MOST_POLICY_ARNS:
        raise errors.too_many_policy_arns(list(arns), _MOST_POLICY_ARNS)
    if len(text) + sum(map(len, arns)) > _LONGEST_POLICY:
        raise errors.session_policy_too_long(text, _LONGEST_POLICY)
    if not text:
        return
    try:
        policy.parse(text, PolicyKind.SESSION)
    except PolicyError as error:
        raise sts.MalformedPolicyDocumentException(error.message) from error
