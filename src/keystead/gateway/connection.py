"""Serve HTTP/1.1 connections: read requests, hand them over in turns, write the answers.

Owns bytes in and out, time limits and memory limits; one thread does everything. Knows nothing about what a request
means: `http1` reads it, the application answers it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formatdate
from typing import Any, Final, Protocol, cast

from keystead.gateway import http1
from keystead.wire.http import HttpRequest, HttpResponse

LOG: Final = logging.getLogger("keystead.server")

# A request has to arrive whole within the first, a connection may be quiet for the second: both under the 30 s that
# T70 allows. A refused client gets the third to read why.
REQUEST_SECONDS: Final = 20.0
IDLE_SECONDS: Final = 25.0
LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 4 * 1024 * 1024
SWEEP_SECONDS: Final = 1.0
TICK_SECONDS: Final = 0.05
# Bodies that are still arriving may hold this much memory together; small ones are not counted.
BODY_BUDGET_BYTES: Final = 64 * 1024 * 1024
SMALL_BODY_BYTES: Final = 64 * 1024
MAX_CONNECTIONS: Final = 8192
TURN_REQUESTS: Final = 128


class Application(Protocol):
    """What the edge serves. Every call comes from one thread."""

    def handle(self, request: HttpRequest, /) -> HttpResponse:
        """Answer one request."""
        ...

    def flush(self) -> None:
        """Make what was answered since the last flush durable; the answers wait for it."""
        ...

    def tick(self) -> None:
        """Do a little of what is due in the background."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Edge:
    """All connections of one process, and the turns in which their requests are answered."""

    def __init__(
        self,
        application: Application,
        pages: Mapping[str, HttpResponse],
        *,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """Serve an application, and `pages` (path to answer) to every GET that asks for one, unsigned."""
        self.application = application
        self.pages = pages
        self.loop = asyncio.get_running_loop()
        self.connections: OrderedDict[Connection, None] = OrderedDict()
        self.max_connections = max_connections
        self.body_budget = BODY_BUDGET_BYTES
        self.stopping = False
        self.drained = asyncio.Event()
        self._ready: list[tuple[Connection, HttpRequest]] = []
        self._scheduled = False
        self._date = (0, "")

    def __call__(self) -> Connection:
        """Make the protocol of a new connection (the factory that asyncio asks for)."""
        return Connection(self)

    def start(self) -> None:
        """Begin sweeping away slow connections and ticking the application."""
        self.loop.call_later(SWEEP_SECONDS, self._sweep)
        self.loop.call_later(TICK_SECONDS, self._tick)

    def admit(self, connection: Connection) -> None:
        """Take a connection in; beyond the limit the one that has been quiet the longest goes."""
        if len(self.connections) >= self.max_connections:
            oldest, _ = self.connections.popitem(last=False)
            oldest.abort()
        self.connections[connection] = None

    def forget(self, connection: Connection) -> None:
        """Let a closed connection go."""
        self.connections.pop(connection, None)
        if self.stopping and not self.connections:
            self.drained.set()

    def submit(self, connection: Connection, request: HttpRequest) -> None:
        """Queue a whole request for the next turn."""
        self._ready.append((connection, request))
        self._schedule()

    def stop(self) -> None:
        """Finish the requests that have begun to arrive and close everything else."""
        self.stopping = True
        for connection in list(self.connections):
            connection.finish()
        if not self.connections:
            self.drained.set()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self.loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Answer what is ready, make it durable once, and only then tell anyone."""
        self._scheduled = False
        turn, self._ready = self._ready[:TURN_REQUESTS], self._ready[TURN_REQUESTS:]
        answers = [self._answer(request) for _, request in turn]
        try:
            self.application.flush()
        except Exception:
            LOG.exception("flush failed: no answer of this turn is given")
            answers = [failure(request) for _, request in turn]
        date = self.date()
        for (connection, request), answer in zip(turn, answers, strict=True):
            connection.send(answer, date, head_only=request.method == "HEAD")
        if self._ready:
            self._schedule()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.pages and request.method in {"GET", "HEAD"}:
            return self.pages[request.path]
        try:
            return self.application.handle(request)
        except Exception:
            LOG.exception("%s %s failed", request.method, request.path)
            return failure(request)

    def date(self) -> str:
        """Return the value of a Date header, made anew once a second."""
        now = int(self.loop.time())
        if now != self._date[0]:
            self._date = (now, formatdate(usegmt=True))
        return self._date[1]

    def _sweep(self) -> None:
        now = self.loop.time()
        for connection in [one for one in self.connections if one.deadline < now]:
            connection.abort()
        self.loop.call_later(SWEEP_SECONDS, self._sweep)

    def _tick(self) -> None:
        try:
            self.application.tick()
        except Exception:
            LOG.exception("background work failed")
        self.loop.call_later(TICK_SECONDS, self._tick)


class Connection(asyncio.Protocol):
    """One connection: at most one request of it is being answered at a time."""

    __slots__ = (
        "_body_reserved",
        "_buffer",
        "_busy",
        "_discarded",
        "_edge",
        "_head",
        "_keep_alive",
        "_last",
        "_lingering",
        "_paused",
        "_reader",
        "_secure",
        "_source_ip",
        "_transport",
        "_write_blocked",
        "deadline",
    )

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._reader: http1.HeadReader | None = None
        self._head: http1.Head | None = None
        self._busy = False
        self._keep_alive = True
        self._last = False
        self._paused = False
        self._write_blocked = False
        self._lingering = False
        self._discarded = 0
        self._body_reserved = 0
        self._source_ip = ""
        self._secure = False
        self.deadline = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._source_ip = str(peer[0]) if peer else ""
        self._secure = transport.get_extra_info("ssl_object") is not None
        self.deadline = self._edge.loop.time() + REQUEST_SECONDS
        self._edge.admit(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Let the connection go."""
        self._release_body()
        self._transport = None
        self._edge.forget(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes in, and go on reading the request they belong to."""
        if self._lingering:
            self._discarded += len(data)
            if self._discarded > LINGER_BYTES:
                self.abort()
            return
        if not self._buffer and not self._busy:
            self.deadline = self._edge.loop.time() + REQUEST_SECONDS
        self._buffer += data
        if self._busy:
            self._steer_reading()
        else:
            self._advance()

    def eof_received(self) -> bool:
        """Keep a half-closed connection open only while its answer is due."""
        self._last = True
        return self._busy and not self._secure

    def pause_writing(self) -> None:
        """Stop answering a client that does not read."""
        self._write_blocked = True

    def resume_writing(self) -> None:
        """Go on with a client that reads again."""
        self._write_blocked = False
        if not self._busy and not self._lingering:
            self._advance()

    def send(self, answer: HttpResponse, date: str, *, head_only: bool) -> None:
        """Write the answer of the request that was submitted, and go on with the next."""
        transport = self._transport
        self._busy = False
        if transport is None:
            return
        keep_alive = self._keep_alive and not self._last and not self._edge.stopping
        try:
            data = http1.write(answer, date=date, keep_alive=keep_alive, head_only=head_only)
        except ValueError:
            LOG.exception("an answer could not be written")
            self.abort()
            return
        transport.write(data)
        if not keep_alive:
            transport.close()
            return
        self.deadline = self._edge.loop.time() + IDLE_SECONDS
        self._edge.connections.move_to_end(self)
        if self._buffer:
            self.deadline = self._edge.loop.time() + REQUEST_SECONDS
            self._advance()

    def finish(self) -> None:
        """Close now if nothing of a request has arrived, otherwise after its answer."""
        self._last = True
        if self._transport and not self._busy and not self._buffer and self._head is None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once, with nothing more to say."""
        if self._transport:
            self._transport.abort()

    def _advance(self) -> None:
        """Read as much of the next request as has arrived."""
        try:
            if not self._write_blocked and (self._head is not None or self._read_head()):
                self._read_body()
        except http1.Refused as refused:
            self._refuse(refused)
        self._steer_reading()

    def _steer_reading(self) -> None:
        """Read on only while what has been read is of use, so that no client fills our memory."""
        if self._transport is None:
            return
        full = (self._busy or self._write_blocked) and len(self._buffer) > http1.MAX_HEAD_BYTES
        if full and not self._paused:
            self._transport.pause_reading()
        elif self._paused and not full:
            self._transport.resume_reading()
        self._paused = full

    def _read_head(self) -> bool:
        self._reader = self._reader or http1.HeadReader()
        head = self._reader.read(self._buffer)
        if head is None:
            return False
        self._reader = None
        self._reserve_body(head.length)
        self._head = head
        if head.expects_continue and len(self._buffer) < head.length and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _read_body(self) -> None:
        head = self._head
        if head is None or len(self._buffer) < head.length:
            return
        body = bytes(self._buffer[: head.length])
        del self._buffer[: head.length]
        self._head = None
        self._release_body()
        http1.check_body(head, body)
        self._keep_alive = head.keep_alive
        self._busy = True
        request = HttpRequest(head.method, head.path, head.query, head.headers, body, self._source_ip, self._secure)
        self._edge.submit(self, request)

    def _reserve_body(self, length: int) -> None:
        if length <= SMALL_BODY_BYTES:
            return
        if length > self._edge.body_budget:
            raise http1.Refused(503, "ServiceUnavailable", "Too many large requests are arriving. Try again.")
        self._edge.body_budget -= length
        self._body_reserved = length

    def _release_body(self) -> None:
        self._edge.body_budget += self._body_reserved
        self._body_reserved = 0

    def _refuse(self, refused: http1.Refused) -> None:
        """Say why, then close; what still arrives is thrown away so that the client gets to read it."""
        transport = self._transport
        if transport is None:
            return
        content_type = self._head.content_type if self._head else ""
        answer = refusal(refused, content_type)
        self._buffer.clear()
        self._reader = None
        self._head = None
        self._release_body()
        transport.write(http1.write(answer, date=self._edge.date(), keep_alive=False))
        self._lingering = True
        self.deadline = self._edge.loop.time() + LINGER_SECONDS
        if transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()


def refusal(refused: http1.Refused, content_type: str) -> HttpResponse:
    """Return a refusal in the form that the client's protocol can read, as far as it is known."""
    fault = "Receiver" if refused.status >= 500 else "Sender"  # noqa: PLR2004 -- 5xx is HTTP's own line
    if "json" in content_type:
        body = json.dumps({"__type": refused.code, "message": refused.message}).encode()
        return HttpResponse(refused.status, (("content-type", "application/x-amz-json-1.1"),), body)
    text = (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{refused.code}</Code>"
        f"<Message>{refused.message}</Message></Error></ErrorResponse>"
    )
    return HttpResponse(refused.status, (("content-type", "text/xml"),), text.encode())


def failure(request: HttpRequest) -> HttpResponse:
    """Return the answer to a request that we failed at, without a word of why."""
    message = "The request processing has failed because of an unknown error, exception or failure."
    return refusal(http1.Refused(500, "InternalFailure", message), request.header("content-type") or "")


def on_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong inside the loop itself, except for clients that went away."""
    error = context.get("exception")
    if isinstance(error, (ConnectionError, TimeoutError)):
        return
    with suppress(Exception):
        LOG.error("%s", context.get("message"), exc_info=error)
