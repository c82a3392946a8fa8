"""Keep the keys that seal secrets: one master key outside the database, and data keys wrapped by it.

Owns wrapping, rotation and the derivation of one key per purpose. Does not store anything but the master key's file:
data keys come in and go out as `DataKey` records, which another room keeps.
"""

from __future__ import annotations

import binascii
import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keystead.credentials.ids import Random

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
_TAG_BYTES: Final = 16
_ID_BYTES: Final = 4
_FINGERPRINT_BYTES: Final = 8
_HEX_LENGTH: Final = 2 * KEY_BYTES
_FORMAT: Final = b"\x01"

State = Literal["active", "retired", "deleted"]
Purpose = Literal["session-token", "secret", "authorization-message", "mac"]
_PURPOSES: Final[tuple[Purpose, ...]] = ("session-token", "secret", "authorization-message", "mac")


class KeyringError(Exception):
    """The keys of this installation cannot be used; the text says why and what to do, and holds no key material."""


class SealError(Exception):
    """A sealed value was not sealed by this installation, for this use, or its data key is deleted."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One data key as it is stored: wrapped, never in the clear.

    Invariant: exactly one key is active (it seals); retired keys still open what they sealed; a deleted key has no
    material left.
    """

    id: int
    wrapped: bytes
    state: State
    created: datetime


def _derive(key: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(key)


def _expand(key: bytes, info: bytes) -> bytes:
    """Return HKDF-Expand's first block, which is a whole key: one HMAC.

    Source: https://www.rfc-editor.org/rfc/rfc5869#section-2.3
    """
    return hmac.digest(key, info + b"\x01", "sha256")


class MasterKey:
    """The key that wraps the data keys. It is never stored beside what it protects."""

    __slots__ = ("_cipher", "_print")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyringError(f"the master key must be {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(_derive(key, b"keystead wrap data keys v1"))
        self._print = _derive(key, b"keystead master key fingerprint v1", _FINGERPRINT_BYTES)

    @property
    def fingerprint(self) -> str:
        """Name this key without revealing it."""
        return self._print.hex()

    @classmethod
    def from_text(cls, text: str) -> MasterKey:
        """Read a master key of 32 bytes from hexadecimal or base64 text."""
        text = text.strip()
        try:
            key = bytes.fromhex(text) if len(text) == _HEX_LENGTH else b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise KeyringError("the master key must be 32 bytes in hexadecimal or base64") from None
        return cls(key)

    @classmethod
    def load_or_create(cls, path: Path, random: Random) -> MasterKey:
        """Read the master key's file; make it, readable by its owner alone, if it is not there.

        Errors: KeyringError if others may read it, or if it does not hold a key.
        """
        if not path.exists():
            _write_new(path, b64encode(random(KEY_BYTES)) + b"\n")
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> MasterKey:
        """Read the master key's file, which must be there: an installation that has data keys has one.

        Errors: KeyringError if it is missing, if others may read it, or if it does not hold a key.
        """
        if not path.is_file():
            raise KeyringError(f"there is no master key at {path}: restore it from where you keep it")
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            if mode & 0o077:
                raise KeyringError(f"{path} may be read by others (mode {mode:04o}); run: chmod 600 {path}")
            text = file.read(4096).decode("ascii", "replace")
        try:
            return cls.from_text(text)
        except KeyringError as error:
            raise KeyringError(f"{path}: {error}") from None

    def wrap(self, key_id: int, key: bytes, random: Random) -> bytes:
        """Wrap a data key, bound to its id."""
        nonce = random(_NONCE_BYTES)
        head = _FORMAT + self._print
        return head + nonce + self._cipher.encrypt(nonce, key, head + _id_bytes(key_id))

    def unwrap(self, key_id: int, wrapped: bytes) -> bytes:
        """Unwrap a data key.

        Errors: KeyringError, which tells another master key from a damaged record.
        """
        body = len(_FORMAT) + _FINGERPRINT_BYTES
        if len(wrapped) != body + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES or wrapped[:1] != _FORMAT:
            raise KeyringError(f"data key {key_id} is damaged: restore it from a backup")
        head = wrapped[:body]
        if head[1:] != self._print:
            raise KeyringError(
                f"wrong master key: data key {key_id} was wrapped by master key {head[1:].hex()}, this one is "
                f"{self.fingerprint}. Start with the master key that this database was made with."
            )
        nonce = wrapped[body : body + _NONCE_BYTES]
        try:
            return self._cipher.decrypt(nonce, wrapped[body + _NONCE_BYTES :], head + _id_bytes(key_id))
        except InvalidTag:
            raise KeyringError(f"data key {key_id} is damaged: restore it from a backup") from None


def _id_bytes(key_id: int) -> bytes:
    return key_id.to_bytes(_ID_BYTES, "big")


def _write_new(path: Path, content: bytes) -> None:
    """Make a file that appears whole or not at all, and that one of two racing processes makes."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create(master: MasterKey, key_id: int, now: datetime, random: Random) -> DataKey:
    """Make an active data key."""
    return DataKey(key_id, master.wrap(key_id, random(KEY_BYTES), random), "active", now)


def rotate(master: MasterKey, keys: Sequence[DataKey], now: datetime, random: Random) -> tuple[DataKey, ...]:
    """Return the keys with a new active one; the old active one is retired and still opens what it sealed."""
    Keyring.open(master, keys)
    retired = (replace(key, state="retired") if key.state == "active" else key for key in keys)
    return (*retired, create(master, max(key.id for key in keys) + 1, now, random))


def delete(keys: Sequence[DataKey], key_id: int) -> tuple[DataKey, ...]:
    """Return the keys with the material of a retired one gone: nothing that it sealed opens again."""
    if not any(key.id == key_id and key.state == "retired" for key in keys):
        raise KeyringError(f"data key {key_id} is not retired: only a retired key can be deleted")
    return tuple(replace(key, state="deleted", wrapped=b"") if key.id == key_id else key for key in keys)


def rewrap(old: MasterKey, new: MasterKey, keys: Sequence[DataKey], random: Random) -> tuple[DataKey, ...]:
    """Return the keys wrapped by another master key, with nothing else changed."""
    return tuple(
        key
        if key.state == "deleted"
        else replace(key, wrapped=new.wrap(key.id, old.unwrap(key.id, key.wrapped), random))
        for key in keys
    )


class Keyring:
    """The unwrapped data keys in memory, one derived key per purpose. Immutable, so threads share it.

    Every sealed value gets a key of its own, derived from its random salt: a data key may seal without a limit, where
    AES-GCM with random nonces under one key may not pass 2^32. Source: NIST SP 800-38D, section 8.3.
    """

    __slots__ = ("_keys", "active_id", "ids")

    active_id: int
    ids: frozenset[int]

    def __init__(self, active_id: int, keys: Iterable[tuple[int, bytes]]) -> None:
        """Take data keys in the clear; use `Keyring.open`, which unwraps and checks them."""
        self._keys = {
            (purpose, key_id): _derive(key, b"keystead " + purpose.encode() + b" v1")
            for key_id, key in keys
            for purpose in _PURPOSES
        }
        self.active_id = active_id
        self.ids = frozenset(key_id for _, key_id in self._keys)

    @classmethod
    def open(cls, master: MasterKey, keys: Sequence[DataKey]) -> Keyring:
        """Unwrap every key that is not deleted.

        Errors: KeyringError for another master key, a damaged record, or not exactly one active key.
        """
        active = [key.id for key in keys if key.state == "active"]
        if len(active) != 1 or len({key.id for key in keys}) != len(keys):
            raise KeyringError(f"exactly one data key must be active and ids unique; active: {active}")
        return cls(active[0], [(key.id, master.unwrap(key.id, key.wrapped)) for key in keys if key.state != "deleted"])

    def seal(self, purpose: Purpose, bound_to: bytes, content: bytes, random: Random) -> bytes:
        """Encrypt under the active key; only the same purpose and the same `bound_to` open it again."""
        chance = random(_SALT_BYTES + _NONCE_BYTES)
        head = _FORMAT + _id_bytes(self.active_id) + chance
        cipher = self._cipher(purpose, self.active_id, chance[:_SALT_BYTES])
        return head + cipher.encrypt(chance[_SALT_BYTES:], content, head + bound_to)

    def unseal(self, purpose: Purpose, bound_to: bytes, sealed: bytes) -> bytes:
        """Decrypt what `seal` made.

        Errors: SealError for anything else, and for a deleted data key.
        """
        key_id = sealing_key_id(sealed)
        if key_id not in self.ids:
            raise SealError(f"data key {key_id} is not here")
        head = sealed[:_HEAD_BYTES]
        salt, nonce = head[_SALT_AT:_NONCE_AT], head[_NONCE_AT:]
        try:
            return self._cipher(purpose, key_id, salt).decrypt(nonce, sealed[_HEAD_BYTES:], head + bound_to)
        except InvalidTag:
            raise SealError("sealed for another use, by another installation, or damaged") from None

    def derive(self, purpose: bytes) -> bytes:
        """Return a key for MACs of one kind: the same on every node, and for as long as the oldest data key lives."""
        return _expand(self._keys["mac", min(self.ids)], purpose)

    def _cipher(self, purpose: Purpose, key_id: int, salt: bytes) -> AESGCM:
        return AESGCM(_expand(self._keys[purpose, key_id], salt))


_SALT_AT: Final = len(_FORMAT) + _ID_BYTES
_NONCE_AT: Final = _SALT_AT + _SALT_BYTES
_HEAD_BYTES: Final = _NONCE_AT + _NONCE_BYTES


def sealing_key_id(sealed: bytes) -> int:
    """Return the id of the data key that a sealed value claims.

    Errors: SealError if it is not a sealed value at all.
    """
    if len(sealed) < _HEAD_BYTES + _TAG_BYTES or sealed[:1] != _FORMAT:
        raise SealError("not a sealed value")
    return int.from_bytes(sealed[len(_FORMAT) : _SALT_AT], "big")
