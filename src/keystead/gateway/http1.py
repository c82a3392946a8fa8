"""Read the head of an HTTP/1.1 request in exactly one way, or refuse it; write the head of an answer.

Owns the syntax and the size limits. Knows no socket, no service and no signature. Strict on purpose: whatever two
programs could read differently (bare LF, folded lines, Transfer-Encoding, two lengths, bytes beyond ASCII) is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from keystead.wire.http import HttpResponse

MAX_HEAD_BYTES: Final = 64 * 1024
MAX_TARGET_BYTES: Final = 16 * 1024
MAX_HEADERS: Final = 100
MAX_BODY_BYTES: Final = 1024 * 1024
MAX_PARAMETERS: Final = 4000

# Source: RFC 9112 section 3 (only the origin form of a target: nothing here is a proxy) and RFC 9110 section 5.5.
_REQUEST_LINE: Final = re.compile(rb"([A-Z]{1,20}) (/[!\"$-~]*) HTTP/1\.([01])")
_HEADER_LINE: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~](?:[\t -~]*[!-~])?)?)[ \t]*")
_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_LONE_LINE_FEED: Final = re.compile(rb"(?<!\r)\n")

REASONS: Final[Mapping[int, str]] = MappingProxyType({status.value: status.phrase for status in HTTPStatus})


class Refused(Exception):
    """A request that HTTP itself refuses, before any service is asked."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a request but its body."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    length: int
    keep_alive: bool
    expects_continue: bool
    content_type: str


def malformed(message: str) -> Refused:
    """Return the refusal of a request that is not HTTP/1.1 as one would write it."""
    return Refused(400, "MalformedInput", message)


def check_unfinished(data: bytes | bytearray, since: int) -> None:
    """Refuse a head that is not whole yet as soon as it cannot become a good one."""
    if _LONE_LINE_FEED.search(data, max(since - 1, 0)):
        raise malformed("Lines of a request must end with CR LF.")
    if len(data) > MAX_HEAD_BYTES:
        raise too_large_head()


def too_large_head() -> Refused:
    """Return the refusal of a head beyond the limits."""
    return Refused(
        431, "RequestHeaderSectionTooLarge", "Your request header section exceeds the maximum allowed metadata size."
    )


def too_large_body() -> Refused:
    """Return the refusal of a body beyond the limit."""
    return Refused(413, "RequestEntityTooLarge", f"Request size exceeded the limit of {MAX_BODY_BYTES} bytes.")


def parse_head(block: bytes | bytearray) -> Head:
    """Parse the lines before the empty line, which is not part of `block`."""
    if len(block) > MAX_HEAD_BYTES:
        raise too_large_head()
    lines = bytes(block).split(b"\r\n")
    method, target, version_1_1 = _parse_request_line(lines[0])
    headers = _parse_headers(lines)
    path, _, query = target.partition("?")
    if query.count("&") > MAX_PARAMETERS:
        raise too_many_parameters()
    return _complete(method, path, query, headers, version_1_1=version_1_1)


def _parse_request_line(line: bytes) -> tuple[str, str, bool]:
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise malformed("The request line is not that of HTTP/1.1.")
    if len(match[2]) > MAX_TARGET_BYTES:
        raise Refused(414, "RequestURITooLong", "The request URI is too long.")
    return match[1].decode("ascii"), match[2].decode("ascii"), match[3] == b"1"


def _parse_headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    if len(lines) - 1 > MAX_HEADERS:
        raise too_large_head()
    match_line = _HEADER_LINE.fullmatch
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        match = match_line(line)
        if match is None:
            raise malformed("A header line is malformed.")
        headers.append((match[1].lower().decode("ascii"), match[2].decode("ascii")))
    return tuple(headers)


def _complete(method: str, path: str, query: str, headers: tuple[tuple[str, str], ...], *, version_1_1: bool) -> Head:
    """Read the headers that HTTP itself has a use for; each may be there once."""
    own: dict[str, str] = {}
    for name, value in headers:
        if name in _OWN_HEADERS:
            if name in own:
                raise malformed(f"The header {name} is there twice.")
            own[name] = value
    if "transfer-encoding" in own:
        raise _refuse_transfer_encoding(own)
    if version_1_1 and not own.get("host"):
        raise malformed("The header host is missing.")
    if own.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "UnsupportedMediaType", "Content-Encoding is not supported.")
    length = own.get("content-length", "0")
    if not _LENGTH.fullmatch(length):
        raise malformed("Content-Length is not a number.")
    if int(length) > MAX_BODY_BYTES:
        raise too_large_body()
    options = own.get("connection", "").lower()
    return Head(
        method=method,
        path=path,
        query=query,
        headers=headers,
        length=int(length),
        keep_alive=version_1_1 and "close" not in options,
        expects_continue=version_1_1 and own.get("expect", "").lower() == "100-continue",
        content_type=own.get("content-type", ""),
    )


_OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "expect"}
)


def _refuse_transfer_encoding(own: Mapping[str, str]) -> Refused:
    """Refuse every transfer coding: no AWS client sends one here, and two ways to tell a length are one too many."""
    if "content-length" in own or own["transfer-encoding"].lower() != "chunked":
        return malformed("Transfer-Encoding is not supported.")
    return Refused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")


def too_many_parameters() -> Refused:
    """Return the refusal of a query or a form with more parameters than any operation has."""
    return Refused(400, "MalformedQueryString", f"A request may have at most {MAX_PARAMETERS} parameters.")


def check_body(head: Head, body: bytes) -> None:
    """Refuse a form with more parameters than any operation has, before anything is made of them."""
    if body.count(b"&") > MAX_PARAMETERS and head.content_type.startswith("application/x-www-form-urlencoded"):
        raise too_many_parameters()


def write(response: HttpResponse, *, date: str, keep_alive: bool, head_only: bool = False) -> bytes:
    """Return an answer as bytes, with the headers that are HTTP's own business.

    Errors: ValueError when a header of the answer holds a line break, which would start another header.
    """
    status = response.status
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if status not in _WITHOUT_BODY:
        lines.append(f"content-length: {len(response.body)}")
    lines.append(f"date: {date}")
    lines.append("connection: keep-alive" if keep_alive else "connection: close")
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        message = "a header of the answer holds a line break"
        raise ValueError(message)
    head = text.encode("latin-1") + b"\r\n\r\n"
    return head if head_only or status in _WITHOUT_BODY else head + response.body


_WITHOUT_BODY: Final = frozenset({204, 304})
