"""Hold the options that several commands share, and turn them into settings."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keystead.gateway.data_directory import DATABASE_FILE
from keystead.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from keystead.gateway.app import Keystead


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


def help_of(command: Callable[..., None]) -> str:
    """Return a command's docstring as its help, with the lines of its examples kept as they are."""
    text = inspect.cleandoc(command.__doc__ or "")
    before, word, examples = text.partition("\nExample")
    heading, _, lines = examples.partition("\n\n")
    # A backspace alone on a line keeps the paragraph that it begins from being wrapped.
    return f"{before}\n\b{word}{heading}\n{lines}" if word else text


def settings_of(flags: dict[str, Any]) -> Settings:
    """Return the settings of this command line and this environment."""
    return load(flags, os.environ)


def existing(settings: Settings) -> Settings:
    """Refuse a data directory in which nothing has been started yet."""
    if settings.data_dir is not None and not (settings.data_dir / DATABASE_FILE).exists():
        message = f"There is no Keystead in {settings.data_dir}. Make one with: keystead init"
        raise SettingsError(message)
    return settings


def open_house(settings: Settings) -> Keystead:
    """Open a Keystead; a wrong or damaged key is told in its own words, without a traceback."""
    from keystead.credentials.keyring import KeyringError
    from keystead.gateway.app import Keystead

    try:
        return Keystead.open(settings)
    except KeyringError as error:
        raise SettingsError(str(error)) from error
