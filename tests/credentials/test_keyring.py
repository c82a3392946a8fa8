"""The master key stays outside, data keys rotate, and a wrong key is told from a damaged one."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keystead.credentials import keyring, secrets
from keystead.credentials.keyring import DataKey, Keyring, KeyringError, MasterKey, SealError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = b"access-key:AKIAIOSFODNN7EXAMPLE"


def master() -> MasterKey:
    return MasterKey(os.urandom(32))


def first_key(key: MasterKey) -> tuple[DataKey, ...]:
    return (keyring.create(key, 1, NOW, os.urandom),)


def test_the_master_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    made = MasterKey.load_or_create(path, os.urandom)
    assert path.stat().st_mode & 0o777 == 0o600
    assert MasterKey.load_or_create(path, os.urandom).fingerprint == made.fingerprint
    assert MasterKey.load(path).fingerprint == made.fingerprint
    assert [entry.name for entry in tmp_path.iterdir()] == ["master.key"]


def test_a_master_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    MasterKey.load_or_create(path, os.urandom)
    for mode in (0o640, 0o604, 0o660):
        path.chmod(mode)
        with pytest.raises(KeyringError, match="chmod 600"):
            MasterKey.load_or_create(path, os.urandom)


def test_t62_a_missing_master_key_is_not_made_anew_where_one_must_be(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="no master key at"):
        MasterKey.load(tmp_path / "master.key")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "zz" * 32, "A" * 43, "A" * 44 + "!", "\x00" * 64])
def test_a_master_key_of_another_form_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyringError):
        MasterKey.from_text(text)
    path = tmp_path / "master.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyringError, match="master key"):
        MasterKey.load(path)


def test_a_master_key_is_read_from_hexadecimal_and_base64() -> None:
    assert MasterKey.from_text("00" * 32).fingerprint == MasterKey.from_text(" " + "A" * 43 + "=\n").fingerprint


def test_t62_a_wrong_master_key_is_named() -> None:
    right, wrong = master(), master()
    with pytest.raises(KeyringError, match="wrong master key") as caught:
        Keyring.open(wrong, first_key(right))
    assert right.fingerprint in str(caught.value)
    assert wrong.fingerprint in str(caught.value)


def test_t62_a_damaged_data_key_is_refused_at_every_byte() -> None:
    key = master()
    (data_key,) = first_key(key)
    for at in range(len(data_key.wrapped)):
        wrapped = bytearray(data_key.wrapped)
        wrapped[at] ^= 1
        with pytest.raises(KeyringError):
            Keyring.open(key, [replace(data_key, wrapped=bytes(wrapped))])
        with pytest.raises(KeyringError):
            Keyring.open(key, [replace(data_key, wrapped=data_key.wrapped[:at])])
    with pytest.raises(KeyringError, match="damaged"):
        Keyring.open(key, [replace(data_key, id=2)])


def test_exactly_one_key_is_active() -> None:
    key = master()
    (data_key,) = first_key(key)
    for keys in (
        [],
        [replace(data_key, state="retired")],
        [data_key, keyring.create(key, 2, NOW, os.urandom)],
        [data_key] * 2,
    ):
        with pytest.raises(KeyringError, match="exactly one"):
            Keyring.open(key, keys)


def test_t13_a_secret_survives_rotation_and_dies_with_its_key() -> None:
    key = master()
    keys = first_key(key)
    sealed = secrets.encrypt(Keyring.open(key, keys), OWNER, b"secret", os.urandom)
    keys = keyring.rotate(key, keys, NOW, os.urandom)
    assert [(each.id, each.state) for each in keys] == [(1, "retired"), (2, "active")]
    ring = Keyring.open(key, keys)
    assert secrets.decrypt(ring, OWNER, sealed) == b"secret"
    assert secrets.key_id_of(sealed) == 1
    assert secrets.key_id_of(secrets.encrypt(ring, OWNER, b"secret", os.urandom)) == 2
    keys = keyring.delete(keys, 1)
    assert keys[0].wrapped == b""
    with pytest.raises(secrets.SecretError, match="data key 1"):
        secrets.decrypt(Keyring.open(key, keys), OWNER, sealed)
    assert keyring.rotate(key, keys, NOW, os.urandom)[-1].id == 3


def test_only_a_retired_key_can_be_deleted() -> None:
    key = master()
    keys = first_key(key)
    for key_id in (1, 2):
        with pytest.raises(KeyringError, match="not retired"):
            keyring.delete(keys, key_id)


def test_a_new_master_key_takes_the_data_keys_over() -> None:
    old, new = master(), master()
    keys = keyring.delete(keyring.rotate(old, first_key(old), NOW, os.urandom), 1)
    sealed = secrets.encrypt(Keyring.open(old, keys), OWNER, b"secret", os.urandom)
    moved = keyring.rewrap(old, new, keys, os.urandom)
    assert secrets.decrypt(Keyring.open(new, moved), OWNER, sealed) == b"secret"
    with pytest.raises(KeyringError, match="wrong master key"):
        Keyring.open(old, moved)


def test_a_secret_opens_for_its_owner_only_and_undamaged() -> None:
    key = master()
    ring = Keyring.open(key, first_key(key))
    sealed = secrets.encrypt(ring, OWNER, b"secret", os.urandom)
    assert secrets.decrypt(ring, OWNER, sealed) == b"secret"
    assert b"secret" not in sealed
    with pytest.raises(SealError):
        secrets.decrypt(ring, b"access-key:AKIAI44QH8DHBEXAMPLE", sealed)
    for at in range(len(sealed)):
        with pytest.raises(SealError):
            secrets.decrypt(ring, OWNER, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        with pytest.raises(SealError):
            secrets.decrypt(ring, OWNER, sealed[:at])


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    key = master()
    ring = Keyring.open(key, first_key(key))
    sealed = ring.seal("secret", b"owner", b"content", os.urandom)
    for purpose in ("session-token", "authorization-message"):
        with pytest.raises(SealError):
            ring.unseal(purpose, b"owner", sealed)  # type: ignore[arg-type]  # a literal of the list


def test_t13_what_another_installation_sealed_does_not_open() -> None:
    ours, theirs = master(), master()
    sealed = secrets.encrypt(Keyring.open(theirs, first_key(theirs)), OWNER, b"secret", os.urandom)
    with pytest.raises(SealError):
        secrets.decrypt(Keyring.open(ours, first_key(ours)), OWNER, sealed)
