"""A real socket in front of a stand-in application, so that the edge is tested alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from keystead.gateway.connection import Edge
from keystead.wire.http import HttpResponse
from server.raw import Running, StandIn


@pytest.fixture
def edge() -> Iterator[Running]:
    """Serve a stand-in application on a free port of this machine."""
    application = StandIn()
    started = threading.Event()
    made: list[Running] = []
    stop: list[Callable[[], None]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        edge = Edge(application, {"/_keystead/health": HttpResponse(200, (), b"{}")})
        server = await loop.create_server(edge, "127.0.0.1", 0)
        edge.start()
        stopped = asyncio.Event()
        stop.append(lambda: loop.call_soon_threadsafe(stopped.set))
        made.append(Running(server.sockets[0].getsockname()[1], application, edge, loop))
        started.set()
        await stopped.wait()
        server.close()
        for connection in list(edge.connections):
            connection.abort()
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert started.wait(5)
    try:
        yield made[0]
    finally:
        stop[0]()
        thread.join(5)
