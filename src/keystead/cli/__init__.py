"""The command line: `keystead …`. It reads flags, calls the house, and prints; it decides nothing.

Owns words for people and `--output json` for scripts. Each command imports what it needs when it runs, so that
`keystead --help` and the start of a server stay quick.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import typer

from keystead.cli import account, server
from keystead.cli.options import help_of

_HELP: Final = """Run your own AWS organization: accounts, people and roles, with AWS's own APIs, everything enforced.

An unmodified AWS CLI, SDK or Terraform points at it. Start one, and use it from another terminal:

\b
    keystead serve
    eval "$(keystead env)" && aws sts get-caller-identity

Every flag of serve is also an environment variable: --data-dir is KEYSTEAD_DATA_DIR. A flag wins.
"""

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (server.serve, server.init, server.env):
    app.command(_command.__name__, help=help_of(_command))(_command)
app.add_typer(account.app, name="account")


# What needs no policy engine to be imported, so that a server starts quickly.
_OWN: Final = frozenset({"serve", "init", "env", "account", "--version"})


def _print_version(wanted: bool) -> None:
    if wanted:
        from keystead import __version__

        typer.echo(f"keystead {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Say which version."),
) -> None:
    """Hold the options that come before a command."""


def main(arguments: list[str] | None = None) -> Any:
    """Run one command and exit: 0 done, 1 failed, 2 not understood."""
    from keystead.settings import SettingsError

    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] not in _OWN:
        from keystead.cli import policy

        app.add_typer(policy.app, name="policy")
    try:
        return app(arguments)
    except SettingsError as error:
        typer.echo(f"keystead: {error}", err=True)
        sys.exit(2)
