"""Operations on the event history."""

from dataclasses import replace

from keystead.services import paging
from keystead.services.call import Call
from keystead.services.cloudtrail import errors, rules, store, views
from keystead.services.registry import anything, operation
from keystead.wire.shapes import cloudtrail

_DEFAULT_PAGE = 50


# It takes a snapshot of its own, after what waits has been written.
@operation("cloudtrail", authorizes=anything, access="memory")
def lookup_events(call: Call, request: cloudtrail.LookupEventsInput) -> cloudtrail.LookupEventsOutput:
    """Return the account's events of the last 90 days, newest first, from every region.

    Errors: InvalidLookupAttributesException, InvalidTimeRangeException, InvalidNextTokenException.
    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """
    wanted = rules.filter_of(call.account_id, request)
    query, token = rules.fingerprint(wanted), request.get("NextToken")
    if token is not None:
        wanted = replace(wanted, before_id=_place(call, token, query))
    if request.get("EventCategory") == "insight":
        # There are no Insights events: nothing here computes them.
        return {"Events": []}
    limit = request.get("MaxResults", _DEFAULT_PAGE)
    call.house.audit.flush()
    with call.house.store.read() as tx:
        found = store.newest(tx, wanted, limit)
    answer: cloudtrail.LookupEventsResponse = {"Events": [views.event(row) for row in found.rows]}
    if found.rest is not None:
        answer["NextToken"] = paging.seal(call, found.rest, query)
    return answer


def _place(call: Call, token: str, query: str) -> str:
    try:
        return paging.unseal(call, token, query)
    except paging.InvalidPageToken as error:
        raise errors.next_token() from error
