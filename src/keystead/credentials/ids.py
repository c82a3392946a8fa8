"""Make the identifiers and secrets that AWS hands out, in AWS's own forms.

Owns their shape, not their uniqueness: whoever stores an identifier refuses a second one.
"""

from __future__ import annotations

from base64 import b32decode, b64encode
from collections.abc import Callable
from typing import Final

Random = Callable[[int], bytes]

# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
UNIQUE_ID_PREFIXES: Final = frozenset(
    {
        "AGPA",  # group
        "AIDA",  # user
        "AIPA",  # instance profile
        "ANPA",  # managed policy
        "ANVA",  # version of a managed policy
        "APKA",  # public key
        "AROA",  # role
        "ASCA",  # certificate
    }
)
ACCOUNT_ID_LENGTH: Final = 12
_KEY_ID_LENGTH: Final = 20
_UNIQUE_ID_TAIL: Final = 17
_PREFIX_LENGTH: Final = 4

# The first six bytes of a key id hold a set bit, the account id in 40 bits, and seven random bits. AWS documents no
# layout, but public tools have read account ids out of its keys this way since 2023; ours read the same.
_ACCOUNT_MASK: Final = 0x7FFFFFFFFF80
_ACCOUNT_SHIFT: Final = 7
_MARK: Final = 1 << 47
_ACCOUNT_LIMIT: Final = 10**ACCOUNT_ID_LENGTH


# Two base32 digits at a time: Python's own encoder is written for long texts.
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE32_PAIRS: Final = tuple(first + second for first in _BASE32 for second in _BASE32)


def _base32(content: bytes) -> str:
    """Return the base32 form of a number of bytes that needs no padding."""
    number = int.from_bytes(content, "big")
    return "".join([_BASE32_PAIRS[number >> shift & 1023] for shift in range(8 * len(content) - 10, -1, -10)])


def _key_id(prefix: str, account_id: str, random: Random) -> str:
    if len(account_id) != ACCOUNT_ID_LENGTH or not (account_id.isascii() and account_id.isdigit()):
        raise ValueError(f"an account id is 12 digits, not {account_id!r}")
    noise = random(5)
    head = _MARK | int(account_id) << _ACCOUNT_SHIFT | noise[0] & 0x7F
    return prefix + _base32(head.to_bytes(6, "big") + noise[1:])


def access_key_id(account_id: str, random: Random) -> str:
    """Make the id of a long-term access key ("AKIA…") that carries its account id, as on AWS."""
    return _key_id("AKIA", account_id, random)


def session_key_id(account_id: str, random: Random) -> str:
    """Make the access key id of a session ("ASIA…") that carries its account id, as on AWS."""
    return _key_id("ASIA", account_id, random)


def account_of(access_key_id: str) -> str | None:
    """Return the account id that an access key id carries, or None if it carries none.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html (which also answers for keys
    that do not exist any more).
    """
    if len(access_key_id) != _KEY_ID_LENGTH or access_key_id[:_PREFIX_LENGTH] not in {"AKIA", "ASIA"}:
        return None
    try:
        head = int.from_bytes(b32decode(access_key_id[_PREFIX_LENGTH:])[:6], "big")
    except ValueError:
        return None
    account = (head & _ACCOUNT_MASK) >> _ACCOUNT_SHIFT
    if not head & _MARK or account >= _ACCOUNT_LIMIT:
        return None
    return f"{account:012d}"


def secret_access_key(random: Random) -> str:
    """Make a secret access key: 240 random bits as 40 characters."""
    return b64encode(random(30)).decode()


def unique_id(prefix: str, random: Random) -> str:
    """Make the immutable id of an IAM entity: a prefix of `UNIQUE_ID_PREFIXES` and 17 characters (85 random bits)."""
    if prefix not in UNIQUE_ID_PREFIXES:
        raise ValueError(f"{prefix!r} is not a prefix of a unique id")
    return prefix + _base32(random(15))[:_UNIQUE_ID_TAIL]


def account_id(random: Random) -> str:
    """Make an account id: 12 digits, the first of them not 0."""
    # 128 bits make the remainder's bias smaller than 2^-88.
    lowest = _ACCOUNT_LIMIT // 10
    return str(lowest + int.from_bytes(random(16), "big") % (_ACCOUNT_LIMIT - lowest))
