"""What IAM's model cannot say: quotas, names that differ only in case, tags.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterable, Mapping, Sequence

from keystead.services.iam import errors
from keystead.wire.shapes import iam

USERS_PER_ACCOUNT = 5000
GROUPS_PER_ACCOUNT = 300
ROLES_PER_ACCOUNT = 1000
POLICIES_PER_ACCOUNT = 1500
GROUPS_PER_USER = 10
ACCESS_KEYS_PER_USER = 2
MFA_DEVICES_PER_USER = 8
TAGS_PER_RESOURCE = 50
# Virtual MFA devices, assigned or not: as many as users.
VIRTUAL_MFA_DEVICES_PER_ACCOUNT = USERS_PER_ACCOUNT
SERIAL_NUMBER_LENGTH = 256

# How long a role's sessions may last, in seconds, until its owner says otherwise.
DEFAULT_SESSION_SECONDS = 3600
# Roles under these paths are made by AWS services alone.
PATHS_OF_AWS = ("/aws-service-role/", "/aws-reserved/")

_RESERVED_PREFIX = "aws:"


def name_key(name: str) -> str:
    """Return what two names have in common when AWS holds them for the same: names are not distinguished by case.

    The model allows ASCII only, so this is not a question of languages.
    """
    return name.lower()


def under_path(path: str, prefix: str | None) -> bool:
    """Say whether a resource lies under a path prefix; the prefix `/div` covers `/division/`."""
    return prefix is None or path.startswith(prefix)


def with_tags(present: Mapping[str, str], tags: Sequence[iam.Tag], *, fold: bool = True) -> dict[str, str]:
    """Return the tags of a resource after new ones were put over them; a replaced key takes its new case.

    `fold` is how users and roles compare keys, without regard to case; other resources tell cases apart.

    Errors: InvalidInput, LimitExceeded.
    """
    new = {tag["Key"]: tag["Value"] for tag in tags}
    if any(key.lower().startswith(_RESERVED_PREFIX) for key in new):
        raise errors.reserved_tag_key()
    if len({_same(key, fold=fold) for key in new}) < len(tags):
        raise errors.duplicate_tag_keys()
    merged = without_tags(present, new, fold=fold) | new
    if len(merged) > TAGS_PER_RESOURCE:
        raise errors.quota_exceeded("TagsPerResource", TAGS_PER_RESOURCE)
    return merged


def without_tags(present: Mapping[str, str], keys: Iterable[str], *, fold: bool = True) -> dict[str, str]:
    """Return the tags of a resource without some keys; a key that is not there is no mistake."""
    gone = {_same(key, fold=fold) for key in keys}
    return {key: value for key, value in present.items() if _same(key, fold=fold) not in gone}


def _same(key: str, *, fold: bool) -> str:
    return key.lower() if fold else key
