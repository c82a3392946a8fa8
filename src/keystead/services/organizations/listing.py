"""Pages of lists: a token and a size in, a token out."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict, TypeVar

from keystead.services.call import Call
from keystead.services.organizations import errors, rules
from keystead.services.paging import InvalidPageToken, page

T = TypeVar("T")


class Paged(TypedDict):
    """What every list operation takes."""

    NextToken: NotRequired[str]
    MaxResults: NotRequired[int]


class Next(TypedDict):
    """What every list operation gives back beside its list."""

    NextToken: NotRequired[str]


def paged(call: Call, request: Paged, items: Sequence[T], key: Callable[[T], str]) -> tuple[list[T], Next]:
    """Return one page of items, which are in ascending order of `key`, and the token of the next.

    Errors: InvalidInputException (INVALID_NEXT_TOKEN).
    """
    limit = request.get("MaxResults", rules.PAGE_SIZE)
    try:
        found, token = page(call, items, key, request.get("NextToken"), limit)
    except InvalidPageToken as error:
        raise errors.invalid_next_token() from error
    return found, {"NextToken": token} if token else {}
