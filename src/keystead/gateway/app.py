"""One request, stage by stage: `handle` is the order, and nothing passes without it.

route -> authenticate -> parse -> authorize -> invoke (one transaction) -> audit -> serialize
"""

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from keystead import wire
from keystead.credentials import messages, sigv4
from keystead.credentials.sigv4 import SignedRequest
from keystead.gateway import control, first_start
from keystead.gateway.authenticate import secret_and_caller
from keystead.gateway.authorize import AccessDenied, authorize
from keystead.services import cloudtrail, iam, organizations, registry, sts
from keystead.services.call import Call, Caller, House
from keystead.services.registry import Operation
from keystead.settings import Settings
from keystead.storage import StaleError, Transaction
from keystead.wire import Routed
from keystead.wire.errors import AwsError
from keystead.wire.http import HttpRequest, HttpResponse

Clock = Callable[[], dt.datetime]
Random = Callable[[int], bytes]

logger = logging.getLogger("keystead")

# Carries what DecodeAuthorizationMessage decodes; the message itself stays word for word AWS's.
EXPLANATION_HEADER = "x-keystead-authorization-message"

# Nobody waits for the last use of a key to the second; a transaction in every tick would hold up requests.
_KEEP_USES_EVERY = dt.timedelta(seconds=1)


def utc_now() -> dt.datetime:
    """Return the present time, aware."""
    return dt.datetime.now(dt.UTC)


class Authenticated(NamedTuple):
    """A request whose signature holds, and who signed it."""

    http: HttpRequest
    signed: SignedRequest
    routed: Routed
    caller: Caller
    request_id: str
    now: dt.datetime


class Parsed(NamedTuple):
    """An authenticated request whose input satisfies every constraint of the model, and the operation it asks for."""

    call: Call
    routed: Routed
    operation: Operation
    params: Mapping[str, Any]


class Keystead:
    """One process of the server. Its methods are called from one thread."""

    def __init__(self, house: House, created: first_start.FirstStart | None) -> None:
        """Use `open`."""
        self.house = house
        # What the first start made, when this process made it.
        self.created = created
        self._key_uses: dict[str, tuple[dt.datetime, str, str]] = {}
        self._refusals_wait = False
        self._role_uses: dict[str, tuple[dt.datetime, str]] = {}
        self._uses_kept = dt.datetime.min.replace(tzinfo=dt.UTC)

    @classmethod
    def open(cls, settings: Settings, clock: Clock = utc_now, random: Random = os.urandom) -> "Keystead":
        """Open the database, bring its schema up to date, and initialise it on the first start.

        Errors: KeyringError (wrong master key), storage errors: the process must not serve.
        """
        house, created = first_start.open_house(settings, clock, random)
        return cls(house, created)

    def handle(self, http: HttpRequest) -> HttpResponse:
        """Answer one request. Whatever goes wrong is an AWS error; nothing is ever allowed by accident."""
        request_id = _new_request_id()
        if http.path.startswith(control.PREFIX):
            return control.answer(self.house, http, self._authenticate_control)
        scope: str | None = None
        try:
            now = self.house.clock()
            self.house.store.feed.ensure_fresh()
            signed = sigv4.read(http)
            scope = signed.service
            routed = wire.route(http, scope)
            caller = self._authenticate(http, signed, routed.service.signing_name, now)
            known = Authenticated(http, signed, routed, caller, request_id, now)
            return wire.serialize(routed, self._perform(known), request_id, as_json=wire.wants_json(http))
        except AwsError as error:
            refused = error
        except StaleError:
            logger.exception("refused %s: memory may be stale", request_id)
            refused = _unavailable()
        except Exception:
            logger.exception("request %s failed", request_id)
            refused = _internal_failure()
        service = wire.service_of(http, scope)
        response = wire.serialize_error(service, refused, request_id, as_json=wire.wants_json(http))
        return self._explained(response, refused) if isinstance(refused, AccessDenied) else response

    def _authenticate(self, http: HttpRequest, signed: SignedRequest, service: str, now: dt.datetime) -> Caller:
        secret, caller = secret_and_caller(self.house, signed, now)
        sigv4.verify(signed, http, secret, now, service)
        return caller

    def _authenticate_control(self, http: HttpRequest) -> Caller:
        self.house.store.feed.ensure_fresh()
        return self._authenticate(http, sigv4.read(http), control.SIGNING_NAME, self.house.clock())

    def _perform(self, known: Authenticated) -> Mapping[str, Any]:
        """Parse, authorize, invoke and audit; whatever is refused from here on is in the audit log."""
        call = _call(self.house, known)
        params: Mapping[str, Any] = {}
        try:
            operation = registry.find(known.routed.service.room, known.routed.operation.name)
            if operation is None:
                raise _not_implemented(known.routed)
            params = wire.parse(known.routed, known.http)
            self._note_use(call)
            return self._invoke(Parsed(call, known.routed, operation, params), known)
        except AwsError as error:
            self._note_refusal(call, params, error)
            raise
        except StaleError:
            raise
        except Exception:
            # Without parameters: whatever failed may fail over them again.
            self._note_refusal(call, {}, _internal_failure())
            raise

    def _note_refusal(self, call: Call, params: Mapping[str, Any], error: AwsError) -> None:
        self.house.audit.record(cloudtrail.event_of(call, params, error=error))
        self._refusals_wait = True

    def _invoke(self, parsed: Parsed, known: Authenticated) -> Mapping[str, Any]:
        if parsed.operation.before is not None:
            parsed.operation.before(parsed.call, parsed.params)
        access = parsed.operation.access_for(parsed.params)
        if access == "write":
            return self.house.store.write(lambda tx: self._write(tx, parsed, known))
        if access == "read":
            with self.house.store.read() as tx:
                result = _run(parsed.call._replace(transaction=tx), parsed)
        else:
            result = _run(parsed.call, parsed)
        self.house.audit.record(cloudtrail.event_of(parsed.call, parsed.params, result=result))
        return result

    def _write(self, tx: Transaction, parsed: Parsed, known: Authenticated) -> Mapping[str, Any]:
        # The credential may have died while this request waited for the lock: whoever acts, acts as of now.
        _, caller = secret_and_caller(self.house, known.signed, known.now)
        call = parsed.call._replace(caller=caller, transaction=tx)
        result = _run(call, parsed)
        self.house.audit.write(tx, cloudtrail.event_of(call, parsed.params, result=result))
        return result

    def _note_use(self, call: Call) -> None:
        claims = call.caller.claims
        if claims is None:
            self._key_uses[call.caller.access_key_id] = (call.now, call.service, call.region)
        elif claims.kind == "assumed-role":
            self._role_uses[claims.issuer_id] = (call.now, call.region)

    def _explained(self, response: HttpResponse, error: AccessDenied) -> HttpResponse:
        sealed = messages.seal(
            self.house.keyring,
            error.call.account_id,
            sts.explanation_of(error.call, error.decision).encode(),
            self.house.random,
        )
        return replace(response, headers=(*response.headers, (EXPLANATION_HEADER, sealed)))

    def flush(self) -> None:
        """Put refusals on disk before anyone hears of them, all of a turn in one transaction.

        The server calls this before it lets the answers of a turn go. A change is on disk with its own transaction;
        events of reads wait for the next tick, because a disk is slower than everything else a read needs.
        """
        if self._refusals_wait:
            self.house.audit.flush()
            self._refusals_wait = False

    def tick(self) -> None:
        """Do what is due: keep when keys and roles were last used, finish asynchronous operations, drop old events."""
        now = self.house.clock()
        if now - self._uses_kept >= _KEEP_USES_EVERY:
            self._uses_kept = now
            self._keep_uses()
        organizations.run_due_work(self.house)
        self.house.audit.tick(now)

    def _keep_uses(self) -> None:
        if not self._key_uses and not self._role_uses:
            return
        keys, self._key_uses = self._key_uses, {}
        roles, self._role_uses = self._role_uses, {}

        def work(tx: Transaction) -> None:
            iam.note_access_key_use(tx, keys)
            iam.note_role_use(tx, roles)

        self.house.store.append(work)

    def create_account(self, email: str, name: str, *, admin: bool) -> first_start.CreatedAccount:
        """Create a standalone account, as a sign-up makes one, with an IAM administrator if asked.

        Errors: EmailInUse.
        """
        return first_start.create_account(self.house, email, name, admin=admin)

    def create_root_key(self, account_id: str) -> first_start.CreatedAccount:
        """Give an account's root user an access key, for an operator who has no other way in.

        Errors: NoSuchEntity, LimitExceeded.
        """
        return first_start.create_root_key(self.house, account_id)

    def close(self) -> None:
        """Keep what is still only remembered, and let go of the database."""
        with contextlib.suppress(StaleError):
            self._keep_uses()
            self.house.audit.close()
        self.house.store.close()


def _new_request_id() -> str:
    """Return a random UUID (version 4, RFC 9562), written without the detour of Python's object for it."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _call(house: House, known: Authenticated) -> Call:
    return Call(
        house=house,
        caller=known.caller,
        service=known.routed.service.room,
        operation=known.routed.operation.name,
        request_id=known.request_id,
        now=known.now,
        region=known.signed.region,
        source_ip=known.http.source_ip,
        user_agent=known.http.header("user-agent") or "",
        secure=known.http.secure,
    )


def _run(call: Call, parsed: Parsed) -> Mapping[str, Any]:
    authorize(call, parsed.operation, parsed.params)
    return parsed.operation.run(call, parsed.params)


def _not_implemented(routed: Routed) -> AwsError:
    return AwsError(
        "NotImplemented",
        f"{routed.service.room}:{routed.operation.name} is not implemented by Keystead yet.",
        status=501,
        fault="Receiver",
    )


def _unavailable() -> AwsError:
    message = "The request has failed due to a temporary failure of the server."
    return AwsError("ServiceUnavailable", message, status=503)


def _internal_failure() -> AwsError:
    return AwsError(
        "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure.",
        status=500,
    )
