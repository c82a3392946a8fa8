"""Identifiers in AWS's form: a prefix and lower-case letters and digits, from randomness that is handed in."""

from collections.abc import Callable

Random = Callable[[int], bytes]

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
# The greatest multiple of 36 in a byte: bytes from here on would make some characters likelier than others.
_FAIR = 252


def _characters(random: Random, count: int) -> str:
    found = ""
    while len(found) < count:
        found += "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in random(count) if byte < _FAIR)
    return found[:count]


def organization(random: Random) -> str:
    """Return a new organization id."""
    return f"o-{_characters(random, 10)}"


def root(random: Random) -> str:
    """Return a new root id. Four characters are few: the caller makes sure that it is not taken."""
    return f"r-{_characters(random, 4)}"


def organizational_unit(random: Random, root_id: str) -> str:
    """Return a new OU id, which carries the id of its root."""
    return f"ou-{root_id.removeprefix('r-')}-{_characters(random, 8)}"


def policy(random: Random) -> str:
    """Return a new policy id."""
    return f"p-{_characters(random, 8)}"


def account_creation(random: Random) -> str:
    """Return a new id of a CreateAccount request."""
    return f"car-{_characters(random, 32)}"


def handshake(random: Random) -> str:
    """Return a new handshake id."""
    return f"h-{_characters(random, 32)}"
