"""Run Keystead as a server: one process that serves, or several workers under one that watches them.

Owns sockets, processes and signals. `connection` speaks HTTP; the application is opened in each process that serves.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import resource
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from types import FrameType
from typing import Final, Generic, TypeVar

from keystead import __version__
from keystead.gateway.connection import Application, Edge, on_loop_error
from keystead.gateway.data_directory import server_lock
from keystead.settings import Settings, SettingsError
from keystead.wire.http import HttpResponse

LOG: Final = logging.getLogger("keystead.server")

BACKLOG: Final = 1024
# What SIGTERM leaves to requests that have begun to arrive.
DRAIN_SECONDS: Final = 10.0
# What it leaves to bytes that are already in the kernel's hands.
LAST_CALL_SECONDS: Final = 0.05
RESPAWN_SECONDS: Final = 1.0
# A TLS handshake takes milliseconds; a client that does not finish it is closed.
HANDSHAKE_SECONDS: Final = 5.0
QUICK_DEATH_SECONDS: Final = 5.0
QUICK_DEATHS: Final = 3
_OPEN_FILES: Final = 65_536

A = TypeVar("A", bound=Application)


@dataclass(frozen=True, slots=True)
class Service(Generic[A]):
    """What to serve, and whom to tell when it is ready: the final settings and, with one worker, the application."""

    open: Callable[[Settings], A]
    on_ready: Callable[[Settings, A], None]


def serve(settings: Settings, service: Service[A]) -> int:
    """Serve until SIGTERM or SIGINT and return the exit status.

    Errors: SettingsError when the address is taken, the data is in use by another server, or the certificate is bad.
    """
    context = tls_context(settings)
    _raise_open_files()
    with bound_socket(settings) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        with server_lock(settings):
            if settings.workers == 1:
                application = service.open(settings)
                ready = partial(service.on_ready, settings, application)
                return asyncio.run(_run(settings, application, listener, context, ready))
            return _Supervisor(settings, service, context).run()


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the given certificate, or None without one."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        message = f"The certificate {settings.tls_cert} and key {settings.tls_key} cannot be used: {error}"
        raise SettingsError(message) from error
    return context


@contextmanager
def bound_socket(settings: Settings, *, shared: bool = False) -> Iterator[socket.socket]:
    """Take the address, without listening on it yet: nobody is let in before the application is there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared or settings.workers > 1:
            if not shared:
                _refuse_taken(settings, family)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(listener, settings)
        yield listener


def _refuse_taken(settings: Settings, family: int) -> None:
    """Refuse an address in use, which SO_REUSEPORT would silently share with another server of the same user."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, settings)


def _bind(listener: socket.socket, settings: Settings) -> None:
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        message = f"Cannot serve at {settings.host} port {settings.port}: {error.strerror}."
        raise SettingsError(message) from error


def _raise_open_files() -> None:
    """Allow as many connections as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def public_pages(settings: Settings) -> dict[str, HttpResponse]:
    """Return what anyone may ask without a signature: that the server lives, and what it is. No secrets."""
    info = {
        "version": __version__,
        "enforcement": "enforce",
        "storage": settings.storage,
        "ephemeral": settings.ephemeral,
    }
    return {
        "/_keystead/health": _json_page({"status": "ok"}),
        "/_keystead/info": _json_page(info),
    }


def _json_page(content: dict[str, object]) -> HttpResponse:
    return HttpResponse(200, (("content-type", "application/json"),), json.dumps(content).encode())


async def _run(
    settings: Settings,
    application: Application,
    listener: socket.socket,
    context: ssl.SSLContext | None,
    on_ready: Callable[[], None],
    parent: int | None = None,
) -> int:
    """Serve until told to stop; the end of the pipe `parent` tells that the watching process is gone."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(on_loop_error)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent is not None:
        loop.add_reader(parent, stop.set)
    edge = Edge(application, public_pages(settings))
    handshake = HANDSHAKE_SECONDS if context else None
    server = await loop.create_server(
        edge, sock=listener, backlog=BACKLOG, ssl=context, ssl_handshake_timeout=handshake
    )
    edge.start()
    # What start-up made is here to stay: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    on_ready()
    await stop.wait()
    if parent is not None:
        loop.remove_reader(parent)
    await asyncio.sleep(LAST_CALL_SECONDS)
    server.close()
    edge.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(edge.drained.wait(), DRAIN_SECONDS)
    for connection in list(edge.connections):
        connection.abort()
    application.close()
    return 0


class _Supervisor(Generic[A]):
    """Start the workers, replace one that dies, and stop them all."""

    def __init__(self, settings: Settings, service: Service[A], context: ssl.SSLContext | None) -> None:
        self.settings = settings
        self.service = service
        self.context = context
        self.born: dict[int, float] = {}
        self.quick_deaths = 0
        self.stopping = False
        # Workers serve as long as this pipe is open: its end reaches all of them, also when this process is killed.
        self.alive, self.keep = os.pipe()

    def run(self) -> int:
        """Initialise once, alone, then let every worker open the application for itself."""
        application = self.service.open(self.settings)
        application.close()
        ready, tell = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for _ in range(self.settings.workers):
            self._spawn(ready, tell)
        os.close(tell)
        if self._all_ready(ready):
            self.service.on_ready(self.settings, application)
        return self._watch(ready)

    def _all_ready(self, ready: int) -> bool:
        count = 0
        while count < self.settings.workers and not self.stopping:
            heard = os.read(ready, self.settings.workers)
            if not heard:
                return False
            count += len(heard)
        return not self.stopping

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            os.close(self.keep)

    def _spawn(self, ready: int, tell: int | None) -> None:
        child = os.fork()
        if child:
            self.born[child] = time.monotonic()
            return
        status = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(ready)
            with suppress(OSError):
                os.close(self.keep)
            status = self._work(tell)
        except BaseException:
            LOG.exception("a worker failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _work(self, tell: int | None) -> int:
        application = self.service.open(self.settings)

        def on_ready() -> None:
            if tell is not None:
                os.write(tell, b"r")
                os.close(tell)

        with bound_socket(self.settings, shared=True) as listener:
            return asyncio.run(_run(self.settings, application, listener, self.context, on_ready, self.alive))

    def _watch(self, ready: int) -> int:
        """Wait for workers to end; return 0 if they were asked to."""
        failed = 0
        while self.born:
            child, status = os.wait()
            born = self.born.pop(child, None)
            if born is None:
                continue
            if self.stopping:
                failed = failed or int(status != 0)
                continue
            LOG.error("worker %s ended unexpectedly (status %s)", child, os.waitstatus_to_exitcode(status))
            self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - born < QUICK_DEATH_SECONDS else 0
            if self.quick_deaths >= QUICK_DEATHS:
                LOG.error("workers keep dying: giving up")
                failed = 1
                self._on_signal(signal.SIGTERM, None)
                continue
            time.sleep(RESPAWN_SECONDS)
            if not self.stopping:
                self._spawn(ready, None)
        return failed
