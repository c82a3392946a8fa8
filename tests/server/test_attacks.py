"""What anyone can send without a key costs nothing and gets nothing, on a real server."""

from __future__ import annotations

import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from live import Server, start_server
from server.raw import read_all

GROWTH_KIB = 32 * 1024
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
JSON = b"Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSOrganizationsV20161128.CreateOrganization\r\n"
SIGNED = (
    b"X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/"
    b"iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + b"a" * 64 + b"\r\n"
)


@pytest.fixture
def attacked() -> Iterator[Server]:
    running = start_server("--ephemeral")
    yield running
    assert running.stop() == 0


def send(server: Server, data: bytes) -> int:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(data)
        answer, _ = read_all(client, quiet=0.5)
    return int(answer.split(b" ", 2)[1])


def post(headers: bytes, body: bytes, path: bytes = b"/") -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %d\r\n\r\n%s" % (path, headers, len(body), body)


def resident_kib(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1])


def test_t68_what_is_too_much_is_refused_before_it_costs_anything(attacked: Server) -> None:
    deep = b"[" * 500_000 + b"]" * 500_000
    multipart = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" * 15_000
    requests = {
        "a body over 1 MiB": post(FORM + SIGNED, b"a" * 1_100_000),
        "10,000 parameters in a body": post(FORM + SIGNED, b"a=1&" * 10_000),
        "10,000 parameters in a query": post(SIGNED, b"", b"/?" + b"a&" * 5_000),
        "10,000 headers": post(b"x: y\r\n" * 10_000, b""),
        "a multipart form": post(b"Content-Type: multipart/form-data; boundary=b\r\n" + SIGNED, multipart),
        "a compressed body": post(FORM + SIGNED + b"Content-Encoding: gzip\r\n", gzip.compress(b"a" * 10_000_000)),
        "deep JSON": post(JSON + SIGNED, deep),
        "deep JSON, unsigned": post(JSON, deep),
        "a long header": post(b"x: " + b"a" * 100_000 + b"\r\n", b""),
        "a long target": post(b"", b"", b"/" + b"a" * 20_000),
    }
    for data in requests.values():
        send(attacked, data)
    before = resident_kib(attacked)
    for _ in range(5):
        for name, data in requests.items():
            assert 400 <= send(attacked, data) < 500, name
    assert resident_kib(attacked) - before < GROWTH_KIB
    assert attacked.get("/_keystead/health") == {"status": "ok"}


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 5\nX-A: b\r\n",
    ],
)
def test_t11_a_real_server_refuses_what_could_be_smuggled(server: Server, head: bytes) -> None:
    assert send(server, b"POST / HTTP/1.1\r\nHost: h\r\n" + head + b"\r\nhello") == 400


def test_t70_a_thousand_slow_connections_do_not_hold_up_a_normal_client(attacked: Server) -> None:
    host, port = attacked.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port)), timeout=10) for _ in range(1000)]
    try:
        for number, client in enumerate(slow):
            client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\na" if number % 2 else b"GET /")
        for _ in range(20):
            assert attacked.get("/_keystead/health") == {"status": "ok"}
    finally:
        for client in slow:
            client.close()
