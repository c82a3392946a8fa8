"""Settings: flags before environment before defaults, every value checked, every unknown name refused.

Owns the names and their rules, and where things lie on disk. Opens no database and makes no key.
"""

from __future__ import annotations

import base64
import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

DEFAULT_PORT: Final = 5397
DEFAULT_REGION: Final = "us-east-1"
MASTER_KEY_BYTES: Final = 32
_PREFIX: Final = "KEYSTEAD_"

_ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_ACCESS_KEY_ID: Final = re.compile(r"AKIA[A-Z0-9]{16}")
_SECRET_ACCESS_KEY: Final = re.compile(r"[A-Za-z0-9/+=]{40}")


class SettingsError(Exception):
    """A setting that is unknown, wrong, or does not go with another; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be chosen about a server.

    Invariant: exactly one of `data_dir` and an explicit database is in use; `database_url` always says which.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    data_dir: Path | None = None
    database_url: str = ""
    ephemeral: bool = False
    workers: int = 1
    public_url: str = ""
    insecure_http: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    management_account_id: str | None = None
    root_email: str | None = None
    admin_access_key_id: str | None = None
    admin_secret_access_key: str | None = None
    master_key: bytes = b""

    @classmethod
    def for_tests(cls, directory: Path, *, database_url: str | None = None, **changes: Any) -> Settings:
        """Return settings that keep everything in a test's own directory, or in a database of its own."""
        url = database_url or f"sqlite:///{directory}/keystead.db"
        return cls(data_dir=directory, database_url=url, master_key=b"k" * MASTER_KEY_BYTES, **changes)

    @property
    def storage(self) -> str:
        """Return the kind of the database: "sqlite" or "postgresql"."""
        return "sqlite" if self.database_url.startswith("sqlite") else "postgresql"

    @property
    def endpoint_url(self) -> str:
        """Return the URL that clients use."""
        if self.public_url:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"

    def __repr__(self) -> str:
        """Show everything but secrets."""
        hidden = {"admin_secret_access_key", "master_key", "database_url"}
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.name not in hidden)
        return f"Settings({', '.join(shown)})"


def load(flags: Mapping[str, Any], environ: Mapping[str, str], *, default_data_dir: str = "keystead-data") -> Settings:
    """Merge flags (None or False: not given) over the environment and check the result.

    Errors: SettingsError for the first thing that is wrong.
    """
    _refuse_unknown(environ)
    values = {name: value for name, value in flags.items() if value is not None and value is not False}
    _drop_weaker_storage(values, given := _from_environment(environ))
    for name, text in given.items():
        if name not in values:
            values[name] = _read(name, text)
    for name, value in values.items():
        _CHECKS.get(name, _accept)(value)
    return _complete(values, default_data_dir)


def _environment_name(field: str) -> str:
    return _PREFIX + field.upper()


KNOWN_NAMES: Final = frozenset(_environment_name(field.name) for field in fields(Settings))


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """Refuse a name that would be ignored, because a mistyped security setting must not pass for set."""
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in KNOWN_NAMES:
            near = difflib.get_close_matches(name, sorted(KNOWN_NAMES), n=1, cutoff=0.0)
            message = f"{name} is in the environment, but there is no such setting. Did you mean {near[0]}?"
            raise SettingsError(message)


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the environment gives; an empty value counts as not given."""
    return {
        field.name: environ[name] for field in fields(Settings) if environ.get(name := _environment_name(field.name))
    }


def _drop_weaker_storage(flags: Mapping[str, Any], environment: dict[str, str]) -> None:
    """Let a flag that says where data is kept outdo whatever the environment says about it."""
    storage = {"data_dir", "database_url", "ephemeral"}
    if storage & flags.keys():
        for name in storage:
            environment.pop(name, None)


def _read(name: str, text: str) -> object:
    """Turn the text of an environment variable into the setting's type."""
    kind = _KINDS.get(name)
    if kind is None:
        return text
    try:
        return kind(text)
    except ValueError:
        message = f"{_environment_name(name)} cannot be {text!r}."
        raise SettingsError(message) from None


def _boolean(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _master_key(text: str) -> bytes:
    """Read a master key; its text is in no message."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        message = f"KEYSTEAD_MASTER_KEY must be {MASTER_KEY_BYTES} bytes in base64."
        raise SettingsError(message)
    return key


_KINDS: Final[Mapping[str, Callable[[str], object]]] = {
    "port": int,
    "workers": int,
    "ephemeral": _boolean,
    "insecure_http": _boolean,
    "data_dir": Path,
    "tls_cert": Path,
    "tls_key": Path,
    "master_key": _master_key,
}


def _accept(_: object) -> None:
    return


def _matching(pattern: re.Pattern[str], name: str, what: str, *, secret: bool = False) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not pattern.fullmatch(value):
            got = "" if secret else f", not {value!r}"
            message = f"{_environment_name(name)} must be {what}{got}."
            raise SettingsError(message)

    return check


def check_email(address: str) -> None:
    """Refuse what cannot be an e-mail address.

    Errors: SettingsError.
    """
    if not _EMAIL.fullmatch(address):
        message = f"{address!r} is not an e-mail address."
        raise SettingsError(message)


def _between(low: int, high: int, what: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not low <= value <= high:
            message = f"{what} must be from {low} to {high}, not {value}."
            raise SettingsError(message)

    return check


def _check_public_url(value: Any) -> None:
    parts = urlsplit(value)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        message = f"The public URL must look like https://keystead.example.com, not {value!r}."
        raise SettingsError(message)


def _check_database_url(value: Any) -> None:
    if not value.startswith(("postgresql://", "postgres://", "sqlite:///")):
        # The value may hold a password, so it is not repeated.
        message = "The database must be postgresql://user@host/name or sqlite:///path."
        raise SettingsError(message)


def _check_file(value: Any) -> None:
    if not Path(value).is_file():
        message = f"There is no file {value}."
        raise SettingsError(message)


_CHECKS: Final[Mapping[str, Callable[[Any], None]]] = {
    "port": _between(0, 65535, "The port"),
    "workers": _between(1, 64, "The number of workers"),
    "public_url": _check_public_url,
    "database_url": _check_database_url,
    "tls_cert": _check_file,
    "tls_key": _check_file,
    "management_account_id": _matching(_ACCOUNT_ID, "management_account_id", "12 digits"),
    "root_email": _matching(_EMAIL, "root_email", "an e-mail address"),
    "admin_access_key_id": _matching(
        _ACCESS_KEY_ID, "admin_access_key_id", "AKIA followed by 16 capital letters or digits"
    ),
    "admin_secret_access_key": _matching(
        _SECRET_ACCESS_KEY, "admin_secret_access_key", "40 characters of A-Z, a-z, 0-9, / and +", secret=True
    ),
}


def _complete(values: dict[str, Any], default_data_dir: str) -> Settings:
    """Check what must go together and fill in where the data is."""
    if bool(values.get("admin_access_key_id")) != bool(values.get("admin_secret_access_key")):
        message = "KEYSTEAD_ADMIN_ACCESS_KEY_ID and KEYSTEAD_ADMIN_SECRET_ACCESS_KEY must be given together."
        raise SettingsError(message)
    if bool(values.get("tls_cert")) != bool(values.get("tls_key")):
        message = "--tls-cert and --tls-key must be given together."
        raise SettingsError(message)
    _complete_storage(values, default_data_dir)
    if "public_url" in values:
        values["public_url"] = values["public_url"].rstrip("/")
    settings = Settings(**values)
    _refuse_open_http(settings)
    return settings


def _complete_storage(values: dict[str, Any], default_data_dir: str) -> None:
    places = [name for name in ("data_dir", "database_url", "ephemeral") if values.get(name)]
    if len(places) > 1:
        message = "Only one of --data-dir, --database and --ephemeral can say where the data is kept."
        raise SettingsError(message)
    if values.get("database_url"):
        if not values.get("master_key"):
            message = (
                "With --database, KEYSTEAD_MASTER_KEY must hold the key that secrets are encrypted with: 32 bytes in "
                'base64. Make one with: python3 -c "import base64,os;print(base64.b64encode(os.urandom(32)).decode())"'
            )
            raise SettingsError(message)
        return
    if not values.get("ephemeral"):
        values["data_dir"] = Path(values.get("data_dir") or default_data_dir).absolute()
        values["database_url"] = f"sqlite:///{values['data_dir']}/keystead.db"


def _refuse_open_http(settings: Settings) -> None:
    """Refuse to let anyone but this machine send requests that can be read on their way."""
    if settings.tls_cert or settings.insecure_http or _is_loopback(settings.host):
        return
    message = (
        f"{settings.host} can be reached from other machines, and there is no TLS. Give --tls-cert and --tls-key, "
        "or say --insecure-http if something in front of Keystead does TLS."
    )
    raise SettingsError(message)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
