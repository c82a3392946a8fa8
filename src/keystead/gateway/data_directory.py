"""Hold the data directory: private to its owner, used by one server, with the master key beside the database.

Owns `master.key` and `server.lock`. The database itself is the storage's.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from keystead.credentials.keyring import KeyringError, MasterKey
from keystead.settings import Settings, SettingsError

DATABASE_FILE: Final = "keystead.db"
_MASTER_KEY_FILE: Final = "master.key"
_LOCK_FILE: Final = "server.lock"


def prepare(settings: Settings, random: Callable[[int], bytes]) -> Settings:
    """Make the directory if it is missing and give the settings its master key, made on the first start.

    Errors: SettingsError when the directory cannot be made, or its key is missing, readable by others or no key.
    """
    if settings.data_dir is None:
        return settings
    _make_private(settings.data_dir)
    if settings.master_key:
        return settings
    path = settings.data_dir / _MASTER_KEY_FILE
    if not path.exists() and (settings.data_dir / DATABASE_FILE).exists():
        message = f"{path} is missing. Without it the secrets in the database cannot be read: restore it from a backup."
        raise SettingsError(message)
    try:
        MasterKey.load_or_create(path, random)
    except (KeyringError, OSError) as error:
        raise SettingsError(str(error)) from error
    return replace(settings, master_key=b64decode(path.read_text().strip()))


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"Cannot make the data directory {directory}: {error.strerror}."
        raise SettingsError(message) from error


@contextmanager
def server_lock(settings: Settings) -> Iterator[None]:
    """Keep a second server off the same data directory; a database server looks after itself.

    The lock ends with the process and its workers, however they end. The file says where the server is.
    """
    if settings.data_dir is None:
        yield
        return
    descriptor = os.open(settings.data_dir / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"Another server is using {settings.data_dir}. Stop it, or give another --data-dir."
            raise SettingsError(message) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "endpoint_url": settings.endpoint_url}).encode())
        yield
    finally:
        os.close(descriptor)


def last_endpoint(data_dir: Path | None) -> str | None:
    """Return the URL of the server that serves, or last served, a data directory."""
    if data_dir is None:
        return None
    try:
        return str(json.loads((data_dir / _LOCK_FILE).read_text())["endpoint_url"])
    except (OSError, ValueError, KeyError):
        return None


@contextmanager
def temporary(settings: Settings) -> Iterator[Settings]:
    """Give an ephemeral server a directory of its own, and remove it at the end."""
    if not settings.ephemeral:
        yield settings
        return
    directory = Path(tempfile.mkdtemp(prefix="keystead-"))
    try:
        yield replace(settings, data_dir=directory, database_url=f"sqlite:///{directory}/{DATABASE_FILE}")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
