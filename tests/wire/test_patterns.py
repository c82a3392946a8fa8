"""Java's patterns mean the same here."""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from random import Random

import pytest
from botocore.loaders import Loader

from keystead.wire.model import SERVICES
from keystead.wire.patterns import _ASSIGNED, matcher, to_python
from wire.examples import string

ARN_TYPE = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"
LARGEST_BODY = 1_000_000
TAG = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"


def every_pattern() -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for service in SERVICES.values():
        for shape in Loader().load_service_model(service, "service-2")["shapes"].values():
            if "pattern" in shape:
                longest = min(shape.get("max", LARGEST_BODY), LARGEST_BODY)
                found[shape["pattern"]] = max(found.get(shape["pattern"], 0), longest)
    return sorted(found.items())


@pytest.mark.parametrize(("pattern", "longest"), every_pattern())
def test_every_pattern_compiles_and_accepts_an_example(pattern: str, longest: int) -> None:
    assert matcher(pattern)(string({"pattern": pattern}, Random(pattern)))


@pytest.mark.parametrize(("pattern", "longest"), every_pattern())
def test_no_pattern_takes_long_on_any_value_of_its_greatest_length(pattern: str, longest: int) -> None:
    rng = Random(pattern)
    start = string({"pattern": pattern}, rng)
    for piece in ("a", "-", "-a", "/", "/a", ":", "a.", "@", ".a", "0", "1.", "a:", "a-", start or "x"):
        for text in ((piece * longest)[:longest], (start + piece * longest)[: longest - 1] + "\x00"):
            began = time.process_time()
            matcher(pattern)(text)
            assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    ("pattern", "value", "accepted"),
    [
        (TAG, "Cost Center", True),
        (TAG, "Größe 大きさ٣", True),
        (TAG, "a&b", False),
        (TAG, "line\nend", False),
        (TAG, "\u2028", True),  # a separator, which is in \p{Z}
        (r"[\w+=,.@-]+", "user_Name-1@x", True),
        (r"[\w+=,.@-]+", "usér", False),  # Java's \w is ASCII
        (r"\d{12}", "٠١٢٣٤٥٦٧٨٩٠١", False),
        (r"\d{12}", "123456789012\n", False),
        (r"^\d{12}$", "123456789012\n", False),
        (r".*", "one\u2028two", False),
        (r".*", "one\rtwo", False),
        (r"(?s).*", "one\ntwo", True),
        (r"^o-[a-z0-9]{10,32}$", "xo-abcdefghij", False),
        (r"^arn:aws:organizations::.+:.+", "arn:aws:organizations::x:y", True),
        (ARN_TYPE, "arn:aws:iam::123456789012:role/é", True),
        (ARN_TYPE, "\x00", False),
        (ARN_TYPE, "\ufffe", False),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "plain 日本 😀\t", True),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "\x07", False),
    ],
)
def test_values_are_accepted_as_java_accepts_them(pattern: str, value: str, *, accepted: bool) -> None:
    assert bool(matcher(pattern)(value)) is accepted


def test_an_arn_with_an_emoji_is_refused_because_aws_refuses_it() -> None:
    # Recorded from AWS STS: `\u10000-\u10FFFF` is Java for U+1000, "0" to U+10FF, "F" and "F". So is U+007F accepted.
    assert not matcher(ARN_TYPE)("arn:aws:iam::123456789012:role/😀")
    assert matcher(ARN_TYPE)("arn:aws:iam::123456789012:role/\x7f")


def test_no_letter_mark_number_or_sign_is_beyond_the_ranges_that_are_searched() -> None:
    searched = set().union(*_ASSIGNED)
    beyond = [
        point
        for point in range(sys.maxunicode + 1)
        if point not in searched and unicodedata.category(chr(point))[0] in "LMNPSZ"
    ]
    assert beyond == []


def test_a_category_stands_inside_and_outside_a_class() -> None:
    assert re.compile(to_python(r"\p{L}+(?:\.\p{L}+)*")).fullmatch("é.日")
    assert not re.compile(to_python(r"\p{L}+(?:\.\p{L}+)*")).fullmatch("é.1")
