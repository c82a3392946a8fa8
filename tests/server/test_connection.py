"""Connections: raw bytes in, answers out, and nobody can hold up the others."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from keystead.gateway import connection as module
from keystead.wire.http import HttpRequest, HttpResponse
from server.raw import Running, read_all

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"


def answered(running: Running) -> int:
    return running.application.journal.count("handle")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\nX-A: b\r\n",
        b"X-A: a\r\n folded\r\n",
    ],
)
def test_t11_what_could_be_smuggled_is_refused_and_the_connection_closed(edge: Running, head: bytes) -> None:
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    received, closed = edge.exchange(b"POST / HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n" + smuggled)
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"connection: close" in received
    assert received.count(b"HTTP/1.1 ") == 1
    assert closed
    assert answered(edge) == 0


def test_t11_bare_line_feeds_are_refused_at_once(edge: Running) -> None:
    for data in (b"GET / HTTP/1.1\nHost: h\n\n", b"GET / HTTP/1.1\r\nHost: h\n", b"GET /\n", b"\n"):
        received, closed = edge.exchange(data)
        assert received.startswith(b"HTTP/1.1 400 ")
        assert closed
    assert answered(edge) == 0


def test_requests_follow_each_other_on_one_connection(edge: Running) -> None:
    with edge.connect() as client:
        for _ in range(3):
            client.sendall(GET)
            received, closed = read_all(client)
            assert received.startswith(b"HTTP/1.1 200 OK\r\n")
            assert not closed
    assert answered(edge) == 3


def test_pipelined_requests_are_answered_in_order(edge: Running) -> None:
    edge.application.answer = lambda request: HttpResponse(200, (), request.path.encode())
    received, closed = edge.exchange(b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % number for number in range(50)))
    assert [part[-2:].strip(b"\n/") for part in received.split(b"HTTP/1.1 200 OK")[1:]] == [
        b"%d" % number for number in range(50)
    ]
    assert not closed


def test_a_request_may_arrive_byte_by_byte(edge: Running) -> None:
    with edge.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"POST /p?q HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello":
            client.sendall(bytes([byte]))
        received, _ = read_all(client)
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert edge.application.requests == [
        HttpRequest("POST", "/p", "q", (("host", "h"), ("content-length", "5")), b"hello", "127.0.0.1", secure=False)
    ]


def test_t70_half_a_body_holds_nobody_up(edge: Running) -> None:
    with edge.connect() as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
        started = time.monotonic()
        received, _ = edge.exchange(GET)
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert time.monotonic() - started < 1
    assert answered(edge) == 1


def test_t70_a_thousand_slow_clients_are_closed_and_hold_nobody_up(
    edge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.REQUEST_SECONDS <= 30
    assert module.IDLE_SECONDS <= 30
    monkeypatch.setattr(module, "REQUEST_SECONDS", 2)
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.1)
    slow = [edge.connect() for _ in range(400)]
    try:
        for client in slow:
            client.sendall(b"GET / HTTP/1.1\r\nHost")
        received, _ = edge.exchange(GET)
        assert received.startswith(b"HTTP/1.1 200 OK")
        time.sleep(0.5)
        for client in slow[:50]:
            with contextlib.suppress(OSError):
                client.sendall(b":")  # another byte buys no more time
        deadline = time.monotonic() + 10
        while len(edge.edge.connections) > 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(edge.edge.connections) == 0
    finally:
        for client in slow:
            client.close()


def test_t70_a_quiet_connection_is_closed(edge: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.2)
    with edge.connect() as client:
        client.sendall(GET)
        _, closed = read_all(client, quiet=4)
        assert closed


def test_t70_beyond_the_limit_the_quietest_connection_goes(edge: Running) -> None:
    edge.edge.max_connections = 3
    clients = [edge.connect() for _ in range(3)]
    try:
        while len(edge.edge.connections) < 3:
            time.sleep(0.01)
        clients[0].sendall(GET)
        assert read_all(clients[0])[0]
        received, _ = edge.exchange(GET)
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert read_all(clients[1]) == (b"", True)
        clients[0].sendall(GET)
        assert read_all(clients[0])[0].startswith(b"HTTP/1.1 200 OK")
    finally:
        for client in clients:
            client.close()


def test_t68_a_body_over_the_limit_is_refused_before_it_is_sent(edge: Running) -> None:
    received, closed = edge.exchange(
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n" + b"a" * 2_000_000
    )
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"RequestEntityTooLarge" in received
    assert closed
    assert answered(edge) == 0


def test_t68_a_body_at_the_limit_is_served(edge: Running) -> None:
    with edge.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n" + b"a" * 1_048_576)
        assert read_all(client)[0].startswith(b"HTTP/1.1 200 OK")
    assert len(edge.application.requests[0].body) == 1_048_576


def test_t68_large_bodies_share_a_budget(edge: Running) -> None:
    edge.edge.body_budget = 1_500_000
    large = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"
    with edge.connect() as first:
        first.sendall(large + b"a")
        time.sleep(0.1)
        received, closed = edge.exchange(large)
        assert received.startswith(b"HTTP/1.1 503 ")
        assert closed
        first.sendall(b"a" * 999_999)
        assert read_all(first)[0].startswith(b"HTTP/1.1 200 OK")
    assert edge.edge.body_budget == 1_500_000


def test_t68_a_head_that_never_ends_is_refused(edge: Running) -> None:
    received, closed = edge.exchange(b"GET / HTTP/1.1\r\n" + b"x: " + b"a" * 70_000)
    assert received.startswith(b"HTTP/1.1 431 ")
    assert closed


def test_an_exception_is_answered_as_internal_failure_and_not_shown(
    edge: Running, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: HttpRequest) -> HttpResponse:
        message = "the secret is hunter2"
        raise RuntimeError(message)

    edge.application.answer = fail
    received, _ = edge.exchange(GET)
    assert received.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"<Code>InternalFailure</Code>" in received
    assert b"hunter2" not in received
    assert "RuntimeError" in caplog.text


def test_an_answer_waits_for_the_flush_of_its_turn(edge: Running) -> None:
    edge.exchange(GET)
    assert edge.application.journal == ["handle", "flush"]
    edge.application.flush_fails = True
    received, _ = edge.exchange(GET)
    assert received.startswith(b"HTTP/1.1 500 ")


def test_requests_that_are_ready_together_share_a_flush(edge: Running) -> None:
    clients = [edge.connect() for _ in range(20)]
    try:
        # The edge's thread is held up while all of them arrive.
        edge.loop.call_soon_threadsafe(time.sleep, 0.3)
        for client in clients:
            client.sendall(GET)
        for client in clients:
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")
    finally:
        for client in clients:
            client.close()
    assert edge.application.journal.count("handle") == 20
    assert edge.application.journal.count("flush") < 5


def test_a_client_that_closes_its_half_still_gets_its_answer(edge: Running) -> None:
    with edge.connect() as client:
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)
        received, closed = read_all(client)
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert closed


def test_expect_continue_is_answered(edge: Running) -> None:
    with edge.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert read_all(client)[0] == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hi")
        assert read_all(client)[0].startswith(b"HTTP/1.1 200 OK")


def test_stopping_finishes_what_has_begun_and_closes_the_rest(edge: Running) -> None:
    with edge.connect() as idle, edge.connect() as busy:
        busy.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
        time.sleep(0.1)
        edge.call(edge.edge.stop)
        assert read_all(idle) == (b"", True)
        busy.sendall(b"llo")
        received, closed = read_all(busy)
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert b"connection: close" in received
        assert closed
    edge.call(lambda: None)
    assert edge.edge.drained.is_set()


def test_health_needs_no_signature_and_no_application(edge: Running) -> None:
    received, _ = edge.exchange(b"GET /_keystead/health HTTP/1.1\r\nHost: h\r\n\r\n")
    assert received.endswith(b"{}")
    received, _ = edge.exchange(b"HEAD /_keystead/health HTTP/1.1\r\nHost: h\r\n\r\n")
    assert received.endswith(b"\r\n\r\n")
    assert answered(edge) == 0
    edge.exchange(b"POST /_keystead/health HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answered(edge) == 1


def test_a_client_that_does_not_read_is_not_answered_without_end(edge: Running) -> None:
    edge.application.answer = lambda _: HttpResponse(200, (), b"a" * 200_000)
    with edge.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(1)
        with pytest.raises(TimeoutError):
            client.sendall(GET * 1_000_000)
        assert answered(edge) < 200
        for connection in list(edge.edge.connections):
            assert len(connection._buffer) < 1_000_000
