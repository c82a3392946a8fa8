"""Identifiers have AWS's forms, and a key id carries its account."""

from __future__ import annotations

import os
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystead.credentials import ids

ACCOUNT_IDS = st.integers(0, 10**12 - 1).map(lambda number: f"{number:012d}")


@given(ACCOUNT_IDS)
def test_a_key_id_carries_its_account_id(account_id: str) -> None:
    for make, prefix in ((ids.access_key_id, "AKIA"), (ids.session_key_id, "ASIA")):
        key_id = make(account_id, os.urandom)
        assert re.fullmatch(prefix + "[A-Z2-7]{16}", key_id)
        assert ids.account_of(key_id) == account_id


def test_the_account_id_is_where_public_tools_look_for_it() -> None:
    # Source: the published example of this decoding, ASIAQNZGKIQY56JQ7WML is of account 029608264753.
    assert ids.account_of("ASIAQNZGKIQY56JQ7WML") == "029608264753"


@pytest.mark.parametrize(
    "key_id",
    [
        "",
        "AKIA",
        "AKIAIOSFODNN7EXAMPLE",
        "AROAQNZGKIQY56JQ7WML",
        "ASIAQNZGKIQY56JQ7WM1",
        "ASIAqnzgkiqy56jq7wml",
        "ASIA" + "7" * 16,
    ],
)
def test_a_key_id_that_carries_no_account_id_says_so(key_id: str) -> None:
    assert ids.account_of(key_id) is None


def test_a_key_id_is_made_for_an_account_id_only() -> None:
    for account_id in ("", "12345678901", "1234567890123", "12345678901x", "٠" * 12):
        with pytest.raises(ValueError, match="12 digits"):
            ids.access_key_id(account_id, os.urandom)


@pytest.mark.parametrize("prefix", sorted(ids.UNIQUE_ID_PREFIXES))
def test_a_unique_id_has_21_characters(prefix: str) -> None:
    assert re.fullmatch(prefix + "[A-Z2-7]{17}", ids.unique_id(prefix, os.urandom))


def test_an_unknown_prefix_is_refused() -> None:
    with pytest.raises(ValueError, match="AKIA"):
        ids.unique_id("AKIA", os.urandom)


def test_secrets_and_account_ids_have_their_forms() -> None:
    for _ in range(200):
        assert re.fullmatch("[A-Za-z0-9+/]{40}", ids.secret_access_key(os.urandom))
        assert re.fullmatch("[1-9][0-9]{11}", ids.account_id(os.urandom))
    assert ids.account_id(lambda count: b"\xff" * count)[0] != "0"
    assert ids.account_id(bytes) == "100000000000"


def test_identifiers_come_from_the_randomness_given() -> None:
    made = [ids.unique_id("AROA", os.urandom) for _ in range(1000)]
    assert all(first != second for first, second in pairwise(sorted(made)))
    assert ids.secret_access_key(bytes) == ids.secret_access_key(bytes)
