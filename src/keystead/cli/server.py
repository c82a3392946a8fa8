"""The commands that start, initialise and reach a server: serve, init, env."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystead.cli.options import Database, DataDir, Output, OutputOption, existing, open_house, settings_of
from keystead.cli.shown import (
    CREDENTIALS_FILE,
    created_record,
    created_text,
    export_lines,
    exports,
    keep_credentials,
    kept_credentials,
)
from keystead.settings import DEFAULT_PORT, Settings, SettingsError

if TYPE_CHECKING:
    from keystead.gateway.app import Keystead


def serve(  # noqa: PLR0913 -- one argument per flag
    host: Annotated[str | None, typer.Option(help="The address to serve at. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help=f"The port; 0 takes a free one. [default: {DEFAULT_PORT}]")] = None,
    data_dir: DataDir = None,
    database: Database = None,
    ephemeral: Annotated[
        bool, typer.Option("--ephemeral", help="Keep everything in a temporary directory and remove it at the end.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="How many processes serve. [default: 1]")] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", help="The URL that clients use, if it is not this address.", metavar="URL"),
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="A TLS certificate chain, PEM.", metavar="FILE")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of the certificate, PEM.", metavar="FILE")] = None,
    insecure_http: Annotated[
        bool,
        typer.Option("--insecure-http", help="Serve other machines without TLS, because something in front does it."),
    ] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Serve an organization.

    The first start makes the management account and an administrator, and prints the administrator's key once.
    SIGTERM or Ctrl-C finishes the requests that are under way, then stops.

    Examples:

        keystead serve
        keystead serve --ephemeral --port 0
        keystead serve --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem --workers 4
    """
    flags = {
        "host": host, "port": port, "data_dir": data_dir, "database_url": database, "ephemeral": ephemeral,
        "workers": workers, "public_url": public_url, "tls_cert": tls_cert, "tls_key": tls_key,
        "insecure_http": insecure_http,
    }  # fmt: skip
    log_to_stderr()
    settings = settings_of(flags)
    from keystead.gateway import server
    from keystead.gateway.data_directory import prepare, temporary

    def on_ready(settings: Settings, application: Keystead) -> None:
        announce(settings, application, output)

    # Until the server takes the signals over, a stop must still remove what is temporary.
    signal.signal(signal.SIGTERM, _stop_early)
    with temporary(settings) as placed:
        status = server.serve(prepare(placed, os.urandom), server.Service(open_house, on_ready))
    raise typer.Exit(status)


def init(data_dir: DataDir = None, database: Database = None, output: OutputOption = Output.TEXT) -> None:
    """Make the management account and its administrator without serving.

    Does what the first start of serve does, once. KEYSTEAD_MANAGEMENT_ACCOUNT_ID, KEYSTEAD_ROOT_EMAIL,
    KEYSTEAD_ADMIN_ACCESS_KEY_ID and KEYSTEAD_ADMIN_SECRET_ACCESS_KEY choose what it would otherwise make up.

    Example:

        keystead init --data-dir ./keystead-data
    """
    settings = settings_of({"data_dir": data_dir, "database_url": database})
    if settings.ephemeral:
        message = "There is nothing to initialise with KEYSTEAD_EPHEMERAL: an ephemeral server starts empty."
        raise SettingsError(message)
    from keystead.gateway.data_directory import prepare, server_lock

    settings = prepare(settings, os.urandom)
    with server_lock(settings):
        application = open_house(settings)
        created = application.created
        application.close()
    if created is None:
        message = "It is initialised already; nothing was changed. `keystead env` prints how to reach it."
        raise SettingsError(message)
    keep_credentials(created, settings)
    if output is Output.JSON:
        typer.echo(json.dumps(created_record(created)))
    else:
        typer.echo(created_text(created, settings))


def env(data_dir: DataDir = None, output: OutputOption = Output.TEXT) -> None:
    """Print the export lines that point an AWS client at the server, as its administrator.

    The key comes from the file admin-credentials, which the first start wrote into the data directory for its owner
    alone. Once that file is deleted, only whoever kept the key has it.

    Example:

        eval "$(keystead env)" && aws sts get-caller-identity
    """
    from keystead.gateway.data_directory import last_endpoint

    settings = existing(settings_of({"data_dir": data_dir}))
    found = kept_credentials(settings)
    if found is None:
        where = settings.data_dir / CREDENTIALS_FILE if settings.data_dir else "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY"
        message = f"The administrator's key is not in {where}. Make another in IAM with any key that may."
        raise SettingsError(message)
    endpoint = settings.public_url or last_endpoint(settings.data_dir) or settings.endpoint_url
    variables = exports(endpoint, *found)
    typer.echo(json.dumps(variables) if output is Output.JSON else export_lines(variables))


def announce(settings: Settings, application: Keystead, output: Output) -> None:
    """Say that the server is ready and, the first time, what it made."""
    created = application.created
    if created is not None and not settings.ephemeral:
        keep_credentials(created, settings)
    if output is Output.JSON:
        first = created_record(created) if created else None
        typer.echo(json.dumps({"event": "ready", "endpoint_url": settings.endpoint_url, "created": first}))
    else:
        if created is not None:
            typer.echo(created_text(created, settings) + "\n")
        typer.echo(f"Keystead serves at {settings.endpoint_url}. Ctrl-C stops it.")
    sys.stdout.flush()


def _stop_early(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def log_to_stderr() -> None:
    """Send the log to stderr, in lines that begin with the time."""
    logging.Formatter.default_msec_format = "%s.%03d"
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for name in ("alembic", "asyncio", "botocore"):
        logging.getLogger(name).setLevel(logging.WARNING)
