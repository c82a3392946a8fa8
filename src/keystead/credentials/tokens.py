"""Seal what a session may do into its session token, so that beginning a session writes nothing to the database.

Owns the token's content and its sealing. Whether the issuer still exists, and what it may do, the gateway looks up with
every request: a sealed token proves that we issued it, not that it is still wanted.

The secret access key is random and travels inside the sealed token. Deriving it instead would save 30 bytes, but tie
every secret to the data key; this way a token needs one primitive, and its secret nothing but itself.
"""

from __future__ import annotations

import json
import threading
import zlib
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

import orjson

from keystead.credentials.ids import Random, session_key_id
from keystead.credentials.keyring import Keyring, SealError
from keystead.credentials.messages import decode_text
from keystead.credentials.refusals import expired_token, invalid_token

__all__ = [
    "OpenedSession",
    "Sealer",
    "SessionClaims",
    "SessionCredentials",
    "expired_token",
    "invalid_token",
]

SessionKind = Literal["assumed-role", "federated-user", "session"]
Pairs = tuple[tuple[str, str], ...]

_SECRET_BYTES: Final = 30
_CACHE_SIZE: Final = 8192
_MOST_TOKEN_TEXT: Final = 16_384
_MOST_CLAIMS_BYTES: Final = 1 << 18
_PLAIN: Final = b"\x00"
_DEFLATED: Final = b"\x01"
# Below this, compressing costs more time than its bytes are worth.
_DEFLATE_FROM: Final = 400


class SessionClaims(NamedTuple):
    """Everything that a session is, as it was when it began.

    Units: `issued_at`, `expires_at` and `mfa_time` in seconds since 1970. `epoch` is kept
    for revocation by epoch; nothing sets or reads it yet. `inherited_tag_keys` are those of `session_tags` that came
    from the session before in a chain.
    Invariant: fields are only ever added at the end, each with a default, so that older tokens still open.
    """

    kind: SessionKind
    account_id: str
    issuer_id: str
    issuer_name: str
    issued_at: int
    expires_at: int
    issuer_path: str = "/"
    session_name: str = ""
    parent_key_id: str = ""
    session_policy: str = ""
    session_policy_arns: tuple[str, ...] = ()
    session_tags: Pairs = ()
    transitive_tag_keys: tuple[str, ...] = ()
    inherited_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    mfa: bool = False
    mfa_time: int | None = None
    chained: bool = False
    region: str = ""
    epoch: int = 0
    provider: str = ""
    context: Pairs = ()
    # Says nothing: makes the token as long as its caller wants to see one (MinimumSessionTokenSize).
    padding: str = ""


class SessionCredentials(NamedTuple):
    """What a caller is given for a session."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: datetime


class OpenedSession(NamedTuple):
    """What a session token held."""

    secret: str
    claims: SessionClaims


class Sealer:
    """Seal sessions into tokens, and open tokens again, remembering those it opened."""

    def __init__(self, keyring: Keyring, random: Random) -> None:
        self._keyring = keyring
        self._random = random
        self._cache: dict[tuple[str, str], OpenedSession] = {}
        self._lock = threading.Lock()

    def use(self, keyring: Keyring) -> None:
        """Change to another keyring, after a rotation or the deletion of a key, and forget every opened token."""
        with self._lock:
            self._keyring = keyring
            self._cache = {}

    def seal(self, claims: SessionClaims) -> SessionCredentials:
        """Make the credentials of a session."""
        access_key_id = session_key_id(claims.account_id, self._random)
        secret = self._random(_SECRET_BYTES)
        sealed = self._keyring.seal("session-token", access_key_id.encode(), secret + _encode(claims), self._random)
        return SessionCredentials(
            access_key_id,
            b64encode(secret).decode(),
            urlsafe_b64encode(sealed).rstrip(b"=").decode(),
            datetime.fromtimestamp(claims.expires_at, UTC),
        )

    def open(self, access_key_id: str, token: str | None, now: datetime) -> OpenedSession:
        """Open the token of a session, exactly as it was given with exactly this access key.

        Errors: InvalidClientTokenId, ExpiredToken.
        """
        if token is None:
            raise invalid_token()
        opened = self._cache.get((access_key_id, token)) or self._open(access_key_id, token)
        if now.timestamp() >= opened.claims.expires_at:
            raise expired_token()
        return opened

    def _open(self, access_key_id: str, token: str) -> OpenedSession:
        cache, keyring = self._cache, self._keyring
        if len(token) > _MOST_TOKEN_TEXT:
            raise invalid_token()
        try:
            content = keyring.unseal("session-token", access_key_id.encode(), decode_text(token))
        except (SealError, ValueError):
            raise invalid_token() from None
        secret = b64encode(content[:_SECRET_BYTES]).decode()
        opened = OpenedSession(secret, _decode(content[_SECRET_BYTES:]))
        with self._lock:
            if len(cache) >= _CACHE_SIZE:
                cache.pop(next(iter(cache)))
            # INVARIANT: `use` replaces the dictionary, so a token opened with the keys of before lands in the old one.
            cache[access_key_id, token] = opened
        return opened


def _encode(claims: SessionClaims) -> bytes:
    text = orjson.dumps(list(claims))
    return _PLAIN + text if len(text) < _DEFLATE_FROM else _DEFLATED + zlib.compress(text, 6)


def _decode(content: bytes) -> SessionClaims:
    form, text = content[:1], content[1:]
    if form == _DEFLATED:
        text = zlib.decompressobj().decompress(text, _MOST_CLAIMS_BYTES)
    values = [_frozen(value) for value in json.loads(text)]
    return SessionClaims(*values[: len(SessionClaims._fields)])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
