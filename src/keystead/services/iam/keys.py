"""Making access keys: the only place where their secrets are sealed, and where their quota is kept."""

import datetime as dt

from keystead.credentials import ids, secrets
from keystead.credentials.ids import Random
from keystead.credentials.keyring import Keyring
from keystead.services.iam import errors, rules
from keystead.services.iam.records import AccessKey
from keystead.services.iam.store import access_keys
from keystead.storage import Transaction


def create(  # noqa: PLR0913 -- whose key, and what it is made from
    tx: Transaction,
    account_id: str,
    user_id: str,
    pair: tuple[str, str] | None = None,
    *,
    keyring: Keyring,
    now: dt.datetime,
    random: Random,
) -> tuple[AccessKey, str]:
    """Store a new, active access key of a user, or of the root user by its account id; return it and its secret.

    `pair` is id and secret where they are not to be random.
    Errors: LimitExceeded (keys per user).
    """
    if len(access_keys.access_keys_of(tx, user_id)) >= rules.ACCESS_KEYS_PER_USER:
        raise errors.quota_exceeded("AccessKeysPerUser", rules.ACCESS_KEYS_PER_USER)
    key_id, secret = pair or (ids.access_key_id(account_id, random), ids.secret_access_key(random))
    key = AccessKey(
        id=key_id,
        account_id=account_id,
        user_id=user_id,
        secret=secrets.encrypt(keyring, b"access-key:" + key_id.encode(), secret.encode(), random),
        status="Active",
        created=now,
        last_used=None,
        last_used_service=None,
        last_used_region=None,
    )
    access_keys.add_access_key(tx, key)
    return key, secret


def create_root_key(
    tx: Transaction, account_id: str, *, keyring: Keyring, now: dt.datetime, random: Random
) -> tuple[str, str]:
    """Give an account's root user an access key; return its id and secret.

    Errors: LimitExceeded (keys per user).
    """
    key, secret = create(tx, account_id, account_id, keyring=keyring, now=now, random=random)
    return key.id, secret
