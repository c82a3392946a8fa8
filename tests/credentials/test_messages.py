"""An encoded authorization message opens for its account, undamaged, and for nobody else."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from keystead.credentials import keyring, messages
from keystead.credentials.keyring import Keyring, MasterKey
from keystead.wire.errors import AwsError

MASTER = MasterKey(b"m" * 32)
RING = Keyring.open(MASTER, [keyring.create(MASTER, 1, datetime(2026, 1, 1, tzinfo=UTC), os.urandom)])
MESSAGE = '{"allowed":false,"reason":"zahlung€n"}'.encode()


def assert_invalid(account_id: str, text: str) -> None:
    with pytest.raises(AwsError) as caught:
        messages.open(RING, account_id, text)
    assert (caught.value.code, caught.value.status) == ("InvalidAuthorizationMessageException", 400)


def test_a_message_opens_for_its_account_only() -> None:
    text = messages.seal(RING, "210987654321", MESSAGE, os.urandom)
    assert messages.open(RING, "210987654321", text) == MESSAGE
    assert text.replace("-", "").replace("_", "").isalnum()
    assert_invalid("123456789012", text)


def test_a_damaged_message_is_invalid() -> None:
    text = messages.seal(RING, "210987654321", MESSAGE, os.urandom)
    for at in range(len(text)):
        assert_invalid("210987654321", text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :])
        assert_invalid("210987654321", text[:at])
    for other in (text + "=", text + "\n", "é", RING.seal("secret", b"210987654321", MESSAGE, os.urandom).hex()):
        assert_invalid("210987654321", other)


def test_a_message_that_could_not_be_decoded_again_is_not_sealed() -> None:
    messages.seal(RING, "210987654321", b"a" * 100_000, os.urandom)
    with pytest.raises(ValueError, match="too long"):
        messages.seal(RING, "210987654321", os.urandom(10_000), os.urandom)
    with pytest.raises(ValueError, match="too long"):
        messages.seal(RING, "210987654321", b"a" * 2_000_000, os.urandom)
