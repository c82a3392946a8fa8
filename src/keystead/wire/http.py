"""Hold one HTTP request and one HTTP response as plain frozen values.

Owns no parsing of a protocol and no I/O: the gateway fills a request in from its server, everything else reads it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as it arrived: nothing decoded, nothing merged, nothing re-ordered.

    Invariant: `path` and `query` are the bytes on the wire, because the signature covers them; header names are
    lower-case, in order of arrival, with duplicates kept so that a duplicate can be refused.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    secure: bool

    def header(self, name: str) -> str | None:
        """Return the first value of a header (lower-case name), or None if it is absent."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def all(self, name: str) -> list[str]:
        """Return every value of a header (lower-case name), in order of arrival."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer, ready to be written."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
