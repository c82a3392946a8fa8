"""A stand-in application, and raw bytes to and from the edge in front of it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from keystead.gateway.connection import Edge
from keystead.wire.http import HttpRequest, HttpResponse


@dataclass
class StandIn:
    """An application that remembers what it was asked and does what a test tells it to."""

    requests: list[HttpRequest] = field(default_factory=list)
    journal: list[str] = field(default_factory=list)
    answer: Callable[[HttpRequest], HttpResponse] = lambda _: HttpResponse(
        200, (("content-type", "text/plain"),), b"ok"
    )
    flush_fails: bool = False

    def handle(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        self.journal.append("handle")
        return self.answer(request)

    def flush(self) -> None:
        self.journal.append("flush")
        if self.flush_fails:
            message = "disk full"
            raise OSError(message)

    def tick(self) -> None:
        """Do nothing in the background."""

    def close(self) -> None:
        self.journal.append("close")


@dataclass
class Running:
    """A running edge, how to talk to it, and what it was asked."""

    port: int
    application: StandIn
    edge: Edge
    loop: asyncio.AbstractEventLoop

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def exchange(self, data: bytes) -> tuple[bytes, bool]:
        """Send bytes; return what comes back until it closes or is quiet, and whether it closed."""
        with self.connect() as client:
            client.sendall(data)
            return read_all(client)

    def call(self, function: Callable[[], None]) -> None:
        """Run something on the edge's own thread and wait for it."""
        done = threading.Event()

        def run() -> None:
            function()
            done.set()

        self.loop.call_soon_threadsafe(run)
        assert done.wait(5)


def read_all(client: socket.socket, quiet: float = 0.3) -> tuple[bytes, bool]:
    """Read until the other side closes (True) or says nothing for a while (False)."""
    client.settimeout(quiet)
    received = b""
    while True:
        try:
            data = client.recv(65536)
        except TimeoutError:
            return received, False
        except ConnectionResetError:
            return received, True
        if not data:
            return received, True
        received += data
