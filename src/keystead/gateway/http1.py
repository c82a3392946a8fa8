"""Read the head of an HTTP/1.1 request with llhttp, Node's parser, and refuse what is not plain enough; write answers.

Owns the limits and the refusals that llhttp leaves to its user. Knows no socket, no service and no signature. Strict on
purpose: whatever two programs could read differently (two hosts, a transfer coding, bytes beyond ASCII) is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from keystead.wire.http import HttpResponse

MAX_HEAD_BYTES: Final = 64 * 1024
MAX_TARGET_BYTES: Final = 16 * 1024
MAX_HEADERS: Final = 100
MAX_BODY_BYTES: Final = 1024 * 1024
MAX_PARAMETERS: Final = 4000

_HEAD_END: Final = b"\r\n\r\n"
# The request line, the headers, the empty line.
_MAX_LINES: Final = 1 + MAX_HEADERS + 1
_OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "expect"}
)
_WITHOUT_BODY: Final = frozenset({204, 304})

REASONS: Final[Mapping[int, str]] = MappingProxyType({status.value: status.phrase for status in HTTPStatus})


class Refused(Exception):
    """A request that HTTP itself refuses, before any service is asked."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
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


class HeadReader:
    """Read one head as it arrives."""

    __slots__ = ("_fed", "_headers", "_lines", "_llhttp", "_method", "_target", "_whole")

    def __init__(self) -> None:
        self._fed = 0
        self._lines = 0
        self._method = b""
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._whole = False
        self._llhttp = HttpRequestParser(self)

    def on_url(self, part: bytes) -> None:
        """Take a part of the target from llhttp, which knows the method by then."""
        self._method = self._llhttp.get_method()
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header from llhttp, which leaves the blanks after a value on it."""
        self._headers.append((name.lower().decode(), value.rstrip(b" \t").decode()))

    def on_headers_complete(self) -> None:
        """Part with llhttp, so that the garbage collector need not part the two."""
        self._whole = True
        del self._llhttp

    def read(self, buffer: bytearray) -> Head | None:
        """Take the head out of the buffer once all of it is there; refuse it as soon as it cannot become a good one."""
        end = buffer.find(_HEAD_END, max(self._fed - 3, 0))
        size = len(buffer) if end < 0 else end + len(_HEAD_END)
        self._feed(buffer[self._fed : size], size)
        # llhttp takes several spaces, other versions and other protocols too: what it understood, written out again,
        # must be what was sent.
        line = b"%b %b HTTP/1." % (self._method, self._target)
        minor = bytes(buffer[len(line) : len(line) + 3])
        if self._lines and (not buffer.startswith(line) or minor not in (b"0\r\n", b"1\r\n")):
            raise malformed("The request line is not that of HTTP/1.1.")
        if end < 0 or not self._whole:
            return None
        del buffer[:size]
        return self._complete(version_1_1=minor == b"1\r\n")

    def _feed(self, data: bytearray, size: int) -> None:
        self._lines += data.count(b"\n")
        if size > MAX_HEAD_BYTES or self._lines > MAX_HEADERS + 2:
            words = "Your request header section exceeds the maximum allowed metadata size."
            raise Refused(431, "RequestHeaderSectionTooLarge", words)
        # llhttp skips empty lines before a request, and takes bytes beyond ASCII in values.
        if (self._fed == 0 and data.startswith((b"\r", b"\n"))) or not data.isascii():
            raise malformed("A request begins with its request line and is ASCII up to its body.")
        self._fed = size
        try:
            self._llhttp.feed_data(data)
        except HttpParserUpgrade:
            pass  # A wish to speak another protocol need not be granted.
        except HttpParserError as error:
            raise malformed(f"This is not HTTP/1.1: {error}.") from error

    def _complete(self, *, version_1_1: bool) -> Head:
        """Read the headers that HTTP itself has a use for; each may be there once."""
        own = dict(self._headers)
        if len(own) < len(self._headers):
            names = [name for name, _ in self._headers]
            if any(names.count(name) > 1 for name in _OWN_HEADERS):
                raise malformed("A header that may be there once is there twice.")
        if version_1_1 and not own.get("host"):
            raise malformed("The header host is missing.")
        path, query = _origin_form(self._target.decode())
        return Head(
            method=self._method.decode(),
            path=path,
            query=query,
            headers=tuple(self._headers),
            length=_body_length(own),
            keep_alive=version_1_1 and "close" not in own.get("connection", "").lower(),
            expects_continue=version_1_1 and own.get("expect", "").lower() == "100-continue",
            content_type=own.get("content-type", ""),
        )


def malformed(message: str) -> Refused:
    """Return the refusal of a request that is not HTTP/1.1 as one would write it."""
    return Refused(400, "MalformedInput", message)


def _origin_form(target: str) -> tuple[str, str]:
    """Return path and query; nothing here is a proxy, which would be asked in another form."""
    if not target.startswith("/") or "#" in target:
        raise malformed("The target of a request must be a path.")
    if len(target) > MAX_TARGET_BYTES:
        raise Refused(414, "RequestURITooLong", "The request URI is too long.")
    path, _, query = target.partition("?")
    if query.count("&") > MAX_PARAMETERS:
        raise too_many_parameters()
    return path, query


def _body_length(own: Mapping[str, str]) -> int:
    """Return Content-Length, which llhttp has checked; no AWS client sends a transfer coding here."""
    if "transfer-encoding" in own:
        raise Refused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    if own.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "UnsupportedMediaType", "Content-Encoding is not supported.")
    length = int(own.get("content-length", "0"))
    if length > MAX_BODY_BYTES:
        raise Refused(413, "RequestEntityTooLarge", f"Request size exceeded the limit of {MAX_BODY_BYTES} bytes.")
    return length


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
