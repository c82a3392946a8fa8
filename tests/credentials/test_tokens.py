"""A session token opens exactly as it was given: whole, with its own access key, in time, under a key that is here."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from keystead.credentials import ids, keyring, tokens
from keystead.credentials.keyring import Keyring, MasterKey
from keystead.credentials.tokens import Sealer, SessionClaims
from keystead.wire.errors import AwsError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MASTER = MasterKey(b"m" * 32)
KEYS = (keyring.create(MASTER, 1, NOW, os.urandom),)
CLAIMS = SessionClaims(
    kind="assumed-role",
    account_id="210987654321",
    issuer_id="AROAEXAMPLEEXAMPLEEXA",
    issuer_name="OrganizationAccountAccessRole",
    session_name="alice",
    issued_at=int(NOW.timestamp()),
    expires_at=int(NOW.timestamp()) + 3600,
)
FULL = CLAIMS._replace(
    kind="federated-user",
    issuer_path="/team/",
    parent_key_id="AKIAIOSFODNN7EXAMPLE",
    session_policy='{"Version":"2012-10-17","Statement":[]}' * 40,
    session_policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    session_tags=(("Team", "zahlung€n"), ("k", "")),
    transitive_tag_keys=("Team",),
    inherited_tag_keys=("k",),
    source_identity="alice@example.com",
    mfa=True,
    mfa_time=int(NOW.timestamp()) - 30,
    chained=True,
    region="eu-central-1",
    epoch=7,
    provider="arn:aws:iam::210987654321:saml-provider/corp",
    context=(("saml:sub", "x"),),
)


def sealer(keys: tuple[keyring.DataKey, ...] = KEYS, master: MasterKey = MASTER) -> Sealer:
    return Sealer(Keyring.open(master, keys), os.urandom)


def assert_invalid(opener: Sealer, access_key_id: str, token: str | None) -> None:
    with pytest.raises(AwsError) as caught:
        opener.open(access_key_id, token, NOW)
    assert (caught.value.code, caught.value.status) == ("InvalidClientTokenId", 403)
    assert caught.value.message == "The security token included in the request is invalid"


@pytest.mark.parametrize("claims", [CLAIMS, FULL])
def test_a_token_opens_to_the_claims_and_the_secret_it_was_sealed_with(claims: SessionClaims) -> None:
    one = sealer()
    given = one.seal(claims)
    assert given.access_key_id.startswith("ASIA")
    assert ids.account_of(given.access_key_id) == claims.account_id
    assert given.expiration == NOW + timedelta(hours=1)
    for opener in (one, one, sealer()):
        opened = opener.open(given.access_key_id, given.session_token, NOW)
        assert opened.claims == claims
        assert opened.secret == given.secret_access_key
        assert len(opened.secret) == 40
        assert hash(opened.claims) == hash(claims)


def test_no_two_sessions_are_alike() -> None:
    one = sealer()
    given = [one.seal(CLAIMS) for _ in range(100)]
    for name in ("access_key_id", "secret_access_key", "session_token"):
        assert len({getattr(each, name) for each in given}) == 100


def test_a_token_shows_nothing_of_what_it_holds() -> None:
    given = sealer().seal(CLAIMS)
    for text in (given.secret_access_key, "alice", CLAIMS.account_id):
        assert text not in given.session_token


def test_t12_a_token_with_any_byte_changed_or_missing_is_invalid() -> None:
    opener = sealer()
    given = opener.seal(CLAIMS)
    token = given.session_token
    opener.open(given.access_key_id, token, NOW)
    for at in range(len(token)):
        for bit in (0x01, 0x02, 0x04, 0x20):
            assert_invalid(opener, given.access_key_id, token[:at] + chr(ord(token[at]) ^ bit) + token[at + 1 :])
        assert_invalid(opener, given.access_key_id, token[:at])
        assert_invalid(opener, given.access_key_id, token[at + 1 :])


@pytest.mark.parametrize("extra", ["=", "==", "A", " ", "\n", "é", "AAAA", "\ud800"])
def test_t12_a_token_with_anything_added_is_invalid(extra: str) -> None:
    opener = sealer()
    given = opener.seal(CLAIMS)
    assert_invalid(opener, given.access_key_id, given.session_token + extra)
    assert_invalid(opener, given.access_key_id, extra + given.session_token)


def test_t12_a_missing_token_is_invalid() -> None:
    opener = sealer()
    given = opener.seal(CLAIMS)
    for token in (None, "", "A" * 20_000):
        assert_invalid(opener, given.access_key_id, token)


def test_t12_the_token_of_another_session_is_invalid_also_when_both_are_remembered() -> None:
    opener = sealer()
    one, other = opener.seal(CLAIMS), opener.seal(CLAIMS)
    for given in (one, other):
        opener.open(given.access_key_id, given.session_token, NOW)
    assert_invalid(opener, one.access_key_id, other.session_token)
    assert_invalid(opener, other.access_key_id, one.session_token)
    assert_invalid(opener, "AKIA" + one.access_key_id[4:], one.session_token)
    assert_invalid(opener, "", one.session_token)


def test_t12_a_token_expires_to_the_second_also_when_it_is_remembered() -> None:
    opener = sealer()
    given = opener.seal(CLAIMS)
    opener.open(given.access_key_id, given.session_token, NOW + timedelta(seconds=3599))
    for later in (3600, 3601, 10**8):
        with pytest.raises(AwsError) as caught:
            opener.open(given.access_key_id, given.session_token, NOW + timedelta(seconds=later))
        assert (caught.value.code, caught.value.status) == ("ExpiredToken", 403)
        assert caught.value.message == "The security token included in the request is expired"


def test_t13_a_token_survives_rotation_and_dies_with_its_key() -> None:
    opener = sealer()
    given = opener.seal(CLAIMS)
    keys = keyring.rotate(MASTER, KEYS, NOW, os.urandom)
    opener.use(Keyring.open(MASTER, keys))
    assert opener.open(given.access_key_id, given.session_token, NOW).claims == CLAIMS
    newer = opener.seal(CLAIMS)
    opener.use(Keyring.open(MASTER, keyring.delete(keys, 1)))
    assert_invalid(opener, given.access_key_id, given.session_token)
    assert opener.open(newer.access_key_id, newer.session_token, NOW).claims == CLAIMS


def test_t13_a_token_of_another_installation_is_invalid() -> None:
    # The same ids of keys, the same master key's name, another database.
    theirs = sealer((keyring.create(MASTER, 1, NOW, os.urandom),))
    given = theirs.seal(CLAIMS)
    assert_invalid(sealer(), given.access_key_id, given.session_token)


def test_an_older_token_without_the_newest_claims_still_opens() -> None:
    content = b'\x00["session","210987654321","AIDAEXAMPLEEXAMPLEEXA","alice",1,2]'
    claims = tokens._decode(content)
    assert (claims.kind, claims.issuer_name, claims.expires_at, claims.issuer_path) == ("session", "alice", 2, "/")


def test_the_memory_of_opened_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_CACHE_SIZE", 4)
    opener = sealer()
    given = [opener.seal(CLAIMS) for _ in range(10)]
    for _ in range(2):
        for each in given:
            assert opener.open(each.access_key_id, each.session_token, NOW).secret == each.secret_access_key
    assert len(opener._cache) == 4
