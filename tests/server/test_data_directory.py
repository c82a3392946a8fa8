"""The data directory is private, has its key, and one server."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from keystead.gateway import data_directory
from keystead.settings import Settings, SettingsError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    directory = tmp_path / "data"
    return Settings(data_dir=directory, database_url=f"sqlite:///{directory}/keystead.db")


def test_the_first_start_makes_a_private_directory_with_a_key(settings: Settings) -> None:
    prepared = data_directory.prepare(settings, os.urandom)
    assert settings.data_dir is not None
    assert len(prepared.master_key) == 32
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700
    assert (settings.data_dir / "master.key").stat().st_mode & 0o777 == 0o600
    assert data_directory.prepare(settings, os.urandom).master_key == prepared.master_key


def test_a_key_that_others_can_read_is_refused(settings: Settings) -> None:
    data_directory.prepare(settings, os.urandom)
    assert settings.data_dir is not None
    (settings.data_dir / "master.key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        data_directory.prepare(settings, os.urandom)


def test_a_database_without_its_key_gets_no_new_one(settings: Settings) -> None:
    data_directory.prepare(settings, os.urandom)
    assert settings.data_dir is not None
    (settings.data_dir / "keystead.db").touch()
    (settings.data_dir / "master.key").unlink()
    with pytest.raises(SettingsError, match="restore it from a backup"):
        data_directory.prepare(settings, os.urandom)


def test_a_key_from_the_environment_is_not_written_down(settings: Settings) -> None:
    given = replace(settings, master_key=b"g" * 32)
    assert data_directory.prepare(given, os.urandom) == given
    assert settings.data_dir is not None
    assert not (settings.data_dir / "master.key").exists()


def test_a_second_server_is_refused_until_the_first_is_gone(settings: Settings) -> None:
    data_directory.prepare(settings, os.urandom)
    with data_directory.server_lock(settings):
        assert data_directory.last_endpoint(settings.data_dir) == settings.endpoint_url
        with pytest.raises(SettingsError, match="Another server is using"), data_directory.server_lock(settings):
            pass
    with data_directory.server_lock(settings):
        pass


def test_an_ephemeral_directory_is_removed(settings: Settings) -> None:
    with data_directory.temporary(replace(settings, data_dir=None, ephemeral=True)) as placed:
        assert placed.data_dir is not None
        assert placed.data_dir.is_dir()
        assert str(placed.data_dir) in placed.database_url
    assert not placed.data_dir.exists()
