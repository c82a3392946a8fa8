"""Hold the options that several commands share, and turn them into settings."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from keystead.settings import Settings, SettingsError, load


class Output(StrEnum):
    """How to print: for people, or one JSON document for scripts."""

    TEXT = "text"
    JSON = "json"


DataDir = Annotated[
    Path | None,
    typer.Option(
        help="The directory that holds everything. Made when it is missing. [default: ./keystead-data]",
        metavar="DIRECTORY",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="A database instead of a directory: postgresql://user@host/name. Needs KEYSTEAD_MASTER_KEY.",
        metavar="URL",
    ),
]
OutputOption = Annotated[Output, typer.Option("--output", help="Print text for people or json for scripts.")]


def settings_of(flags: dict[str, Any]) -> Settings:
    """Return the settings of this command line and this environment."""
    return load(flags, os.environ)


def existing(settings: Settings) -> Settings:
    """Refuse a data directory in which nothing has been started yet."""
    if settings.data_dir is not None and not (settings.data_dir / "keystead.db").exists():
        message = f"There is no Keystead in {settings.data_dir}. Make one with: keystead init"
        raise SettingsError(message)
    return settings
