"""Tags: what makes a list of them acceptable."""

from collections.abc import Iterable, Sequence

from keystead.services.organizations import errors, rules
from keystead.wire.shapes import organizations as shapes


def checked(tags: Sequence[shapes.Tag]) -> dict[str, str]:
    """Return tags as a mapping, if a resource may have exactly these.

    Errors: InvalidInputException (DUPLICATE_TAG_KEY, INVALID_SYSTEM_TAGS_PARAMETER), ConstraintViolationException
    (MAX_TAG_LIMIT_EXCEEDED).
    """
    keys = [tag["Key"] for tag in tags]
    check_keys(keys)
    if len(set(keys)) != len(keys):
        raise errors.invalid_input(
            "DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags attached to the same entity."
        )
    found = {tag["Key"]: tag["Value"] for tag in tags}
    check_count(found)
    return found


def check_keys(keys: Iterable[str]) -> None:
    """Refuse keys that only AWS itself may set or remove."""
    if any(key.lower().startswith("aws:") for key in keys):
        raise errors.invalid_input(
            "INVALID_SYSTEM_TAGS_PARAMETER",
            "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because "
            "they're reserved for AWS use.",
        )


def check_count(tags: dict[str, str]) -> None:
    """Refuse more tags than one resource can have."""
    if len(tags) > rules.MAX_TAGS:
        raise errors.constraint(
            "MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource."
        )
