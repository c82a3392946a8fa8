"""The commands for accounts as a sign-up makes them: outside any organization."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from keystead.cli.options import Database, DataDir, Output, OutputOption, existing, help_of, open_house, settings_of
from keystead.cli.shown import export_lines, exports

if TYPE_CHECKING:
    from keystead.gateway.first_start import CreatedAccount
    from keystead.settings import Settings

# Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
NAME_CHARACTERS: Final = 50

app = typer.Typer(
    no_args_is_help=True, help="Make accounts outside any organization, as a sign-up does.", rich_markup_mode=None
)


@app.callback()
def _group() -> None:
    """Group the commands."""


def create(
    email: Annotated[str, typer.Option(help="The e-mail address of its root user; no other account has it.")],
    name: Annotated[str, typer.Option(help="The account's name.")],
    admin: Annotated[
        bool, typer.Option("--admin", help="Make an IAM administrator too and print its access key, once.")
    ] = False,
    data_dir: DataDir = None,
    database: Database = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Make a standalone account, which an organization can then invite.

    It may run beside a running server of the same data directory.

    Example:

        keystead account create --email ops@example.com --name "Old shop" --admin
    """
    from keystead.gateway.data_directory import prepare
    from keystead.services.account import EmailInUse
    from keystead.settings import SettingsError, check_email

    check_email(email)
    if not 1 <= len(name) <= NAME_CHARACTERS:
        message = f"An account's name has 1 to {NAME_CHARACTERS} characters."
        raise SettingsError(message)
    settings = prepare(existing(settings_of({"data_dir": data_dir, "database_url": database})), os.urandom)
    application = open_house(settings)
    try:
        made = application.create_account(email=email, name=name, admin=admin)
    except EmailInUse as error:
        message = f"Another account has the e-mail address {email}."
        raise SettingsError(message) from error
    finally:
        application.close()
    said = f"Account {made.account_id} ({name}) is made; its root user is {email}."
    _show(made, {"email": email, "name": name}, said, "Its administrator's access key", settings, output)


def root_key(
    account_id: Annotated[str, typer.Argument(help="The account's 12 digits.")],
    data_dir: DataDir = None,
    database: Database = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Give an account's root user an access key and print it, once.

    A member account's root user has no credential of its own. Whoever can read the data directory can make one.

    Example:

        keystead account root-key 123456789012
    """
    from keystead.gateway.data_directory import prepare
    from keystead.settings import SettingsError
    from keystead.wire.errors import AwsError

    settings = prepare(existing(settings_of({"data_dir": data_dir, "database_url": database})), os.urandom)
    application = open_house(settings)
    try:
        made = application.create_root_key(account_id)
    except AwsError as error:
        raise SettingsError(error.message) from error
    finally:
        application.close()
    _show(made, {}, f"The root user of {account_id} has a new access key.", "The key", settings, output)


def _show(
    made: CreatedAccount, more: Mapping[str, str], said: str, key: str, settings: Settings, output: Output
) -> None:
    """Print what was made, and the lines that use its key."""
    record = {"account_id": made.account_id, **more}
    if made.access_key_id and made.secret_access_key:
        record |= {"access_key_id": made.access_key_id, "secret_access_key": made.secret_access_key}
    if output is Output.JSON:
        typer.echo(json.dumps(record))
        return
    typer.echo(said)
    if made.access_key_id and made.secret_access_key:
        from keystead.gateway.data_directory import last_endpoint

        endpoint = settings.public_url or last_endpoint(settings.data_dir) or settings.endpoint_url
        variables = exports(endpoint, made.access_key_id, made.secret_access_key)
        typer.echo(f"{key} is shown only this once:\n\n" + export_lines(variables))


app.command("create", help=help_of(create))(create)
app.command("root-key", help=help_of(root_key))(root_key)
