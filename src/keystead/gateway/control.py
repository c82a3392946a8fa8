"""Keystead's own endpoints under `/_keystead/` that need the house: putting everything back to the first start."""

import logging
from collections.abc import Callable

import orjson

from keystead.gateway import first_start
from keystead.policy import Request, decide
from keystead.services.call import Caller, House
from keystead.storage import StaleError
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest, HttpResponse

logger = logging.getLogger("keystead")

PREFIX = "/_keystead/"
SIGNING_NAME = "keystead"
_RESET = "/_keystead/reset"


def answer(house: House, http: HttpRequest, authenticate: Callable[[HttpRequest], Caller]) -> HttpResponse:
    """Answer a request to one of Keystead's own endpoints."""
    try:
        if http.path != _RESET:
            raise AwsError("NotFound", f"There is nothing at {http.path}.", status=404)
        if http.method != "POST":
            raise AwsError("MethodNotAllowed", "Reset is a POST.", status=405)
        _reset(house, authenticate(http))
    except AwsError as error:
        return _json(error.status, {"code": error.code, "message": error.message})
    except StaleError:
        logger.exception("refused %s: memory may be stale", http.path)
        return _json(503, {"code": "ServiceUnavailable", "message": "The request has failed for now."})
    except Exception:
        logger.exception("%s failed", http.path)
        return _json(500, {"code": "InternalFailure", "message": "The request has failed because of an error of ours."})
    return _json(200, {"status": "reset"})


def _reset(house: House, caller: Caller) -> None:
    if not house.settings.ephemeral:
        raise AwsError("NotEphemeral", "Reset needs a server that was started with --ephemeral.", status=403)
    if caller.account_id != first_start.management_account_id(house.store):
        raise _refused()
    request = Request(
        principal=caller.principal,
        action="keystead:Reset",
        resource="*",
        resource_account=caller.account_id,
        context=caller.context,
    )
    if not decide(request, caller.authority).allowed:
        raise _refused()
    house.audit.discard()
    house.mfa_attempts.forget()
    first_start.restore(house.store)


def _refused() -> AwsError:
    return AwsError("AccessDenied", "Only an administrator of the management account may reset.", status=403)


def _json(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, (("content-type", "application/json"),), orjson.dumps(body))
