"""The head of a request is read in exactly one way, or refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystead.gateway import http1
from keystead.wire.http import HttpResponse


def read(data: bytes) -> http1.Head | None:
    """Read a head that is whole, and whatever follows it as the next: nothing is left over."""
    buffer = bytearray(data)
    found = http1.HeadReader().read(buffer)
    while found is not None and buffer:
        http1.HeadReader().read(buffer)
    return found


def head(*lines: str) -> http1.Head:
    found = read("\r\n".join((*lines, "", "")).encode("latin-1"))
    assert found is not None
    return found


def status_of(*lines: str) -> int:
    with pytest.raises(http1.Refused) as caught:
        head(*lines)
    return caught.value.status


def test_t7_path_and_query_stay_as_they_were_sent() -> None:
    parsed = head("GET /a%2fb//c/./d/../e%2F?x=%2f+y&&a&x=%20?z HTTP/1.1", "Host: h")
    assert parsed.path == "/a%2fb//c/./d/../e%2F"
    assert parsed.query == "x=%2f+y&&a&x=%20?z"


def test_t5_duplicates_and_underscores_stay_apart() -> None:
    parsed = head(
        "GET / HTTP/1.1", "Host: h", "Authorization: A", "x_amz_date: u", "X-Amz-Date: h", "authorization:  B \t", "E:"
    )
    assert parsed.headers == (
        ("host", "h"),
        ("authorization", "A"),
        ("x_amz_date", "u"),
        ("x-amz-date", "h"),
        ("authorization", "B"),
        ("e", ""),
    )


@pytest.mark.parametrize(
    "line",
    [
        " folded: x",
        "\tfolded",
        "name : x",
        "no colon",
        ": no name",
        "nul: a\0b",
        "cr: a\rb",
        "lf: a\nb",
        "latin: \xe9",
        "ütf: x",
        "delete: \x7f",
        "na(me: x",
        "",
    ],
)
def test_t5_malformed_header_lines_are_refused(line: str) -> None:
    assert status_of("GET / HTTP/1.1", "Host: h", line) == 400


@pytest.mark.parametrize(
    "line",
    [
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET  / HTTP/1.1",
        "GET /",
        "get / HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET http://h/ HTTP/1.1",
        "GET * HTTP/1.1",
        "CONNECT h:1 HTTP/1.1",
        "GET /#f HTTP/1.1",
        "GET /\xe9 HTTP/1.1",
        "GET /\0 HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/0.9",
        "GET / RTSP/1.0",
        "SOURCE / ICE/1.0",
        "PRI * HTTP/2.0",
        "\r\nGET / HTTP/1.1",
        "\nGET / HTTP/1.1",
        "",
    ],
)
def test_t5_malformed_request_lines_are_refused(line: str) -> None:
    assert status_of(line, "Host: h") == 400


@pytest.mark.parametrize("length", ["-5", "+5", "0x5", "5,5", "5 5", "", "５", "1e1", "99999999999999999999"])
def test_t11_lengths_that_are_not_plain_digits_are_refused(length: str) -> None:
    with pytest.raises(http1.Refused) as caught:
        read(f"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode())
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: \tchunked\t,",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: 5", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
    ],
)
def test_t11_two_ways_to_tell_the_length_are_refused(lines: tuple[str, ...]) -> None:
    assert status_of("POST / HTTP/1.1", "Host: h", *lines) == 400


def test_t11_chunked_alone_is_told_to_give_a_length() -> None:
    assert status_of("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked") == 411


def test_t5_a_missing_or_second_host_is_refused() -> None:
    assert status_of("GET / HTTP/1.1") == 400
    assert status_of("GET / HTTP/1.1", "Host: ") == 400
    assert status_of("GET / HTTP/1.1", "Host: a", "Host: a") == 400


def test_t68_limits_are_checked_before_anything_else() -> None:
    assert status_of("POST / HTTP/1.1", "Host: h", f"Content-Length: {http1.MAX_BODY_BYTES + 1}") == 413
    assert status_of("GET / HTTP/1.1", "Host: h", *(f"x-{i}: a" for i in range(http1.MAX_HEADERS))) == 431
    assert status_of("GET / HTTP/1.1", "Host: h", "x: " + "a" * http1.MAX_HEAD_BYTES) == 431
    assert status_of("GET /" + "a" * http1.MAX_TARGET_BYTES + " HTTP/1.1", "Host: h") == 414
    assert status_of("GET /?" + "&" * (http1.MAX_PARAMETERS + 1) + " HTTP/1.1", "Host: h") == 400
    assert status_of("POST / HTTP/1.1", "Host: h", "Content-Encoding: gzip", "Content-Length: 5") == 415


def test_t68_a_form_with_too_many_parameters_is_refused() -> None:
    form = head("POST / HTTP/1.1", "Host: h", "Content-Type: application/x-www-form-urlencoded; charset=utf-8")
    other = head("POST / HTTP/1.1", "Host: h", "Content-Type: application/x-amz-json-1.1")
    with pytest.raises(http1.Refused, match="at most 4000 parameters"):
        http1.check_body(form, b"a&" * (http1.MAX_PARAMETERS + 1))
    http1.check_body(other, b"a&" * (http1.MAX_PARAMETERS + 1))
    http1.check_body(form, b"a&" * http1.MAX_PARAMETERS)


def test_connections_are_kept_unless_either_side_says_otherwise() -> None:
    assert head("GET / HTTP/1.1", "Host: h").keep_alive
    assert not head("GET / HTTP/1.1", "Host: h", "Connection: Close").keep_alive
    assert not head("GET / HTTP/1.0").keep_alive


@given(st.binary(max_size=200))
def test_t11_any_bytes_are_either_refused_or_a_head(data: bytes) -> None:
    try:
        parsed = http1.HeadReader().read(bytearray(data))
    except http1.Refused as refused:
        assert 400 <= refused.status < 500  # noqa: PT017 -- either outcome is right, a third is not
    else:
        assert parsed is None or parsed.path.startswith("/")


WHOLE = b"POST /a?b HTTP/1.1\r\nHost: h\r\nX-A:  v w \r\nx_a:\r\nContent-Length: 5\r\n\r\nhello"


@given(st.sets(st.integers(1, len(WHOLE) - 1)))
def test_t11_a_head_means_the_same_however_it_is_cut(cuts: set[int]) -> None:
    reader, buffer = http1.HeadReader(), bytearray()
    found: http1.Head | None = None
    for start, end in pairwise(sorted({0, *cuts, len(WHOLE)})):
        buffer += WHOLE[start:end]
        found = found or reader.read(buffer)
    assert buffer == b"hello"
    assert found == http1.HeadReader().read(bytearray(WHOLE))


def test_t11_a_wish_to_speak_another_protocol_changes_nothing() -> None:
    buffer = bytearray(
        b"POST / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"Content-Length: 5\r\n\r\nhello"
    )
    found = http1.HeadReader().read(buffer)
    assert found is not None
    assert (found.length, found.keep_alive, buffer) == (5, True, b"hello")


def test_an_answer_with_a_line_break_in_a_header_is_never_written() -> None:
    for value in ("a\r\nset-cookie: x", "a\nb", "a\rb"):
        with pytest.raises(ValueError, match="line break"):
            http1.write(HttpResponse(200, (("x", value),), b""), date="now", keep_alive=True)


def test_an_answer_says_its_length_and_whether_the_connection_stays() -> None:
    data = http1.write(HttpResponse(404, (("content-type", "text/xml"),), b"<a/>"), date="now", keep_alive=False)
    assert data == (
        b"HTTP/1.1 404 Not Found\r\ncontent-type: text/xml\r\ncontent-length: 4\r\ndate: now\r\nconnection: close\r\n\r\n<a/>"
    )
    assert http1.write(HttpResponse(204, (), b""), date="n", keep_alive=True).endswith(b"keep-alive\r\n\r\n")
    assert http1.write(HttpResponse(200, (), b"ab"), date="n", keep_alive=True, head_only=True).endswith(b"\r\n\r\n")
