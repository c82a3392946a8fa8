"""Word what a first start made and how to reach it; keep the administrator's key for `keystead env`.

The key is printed once. It is also written to `admin-credentials` in the data directory, readable by its owner alone,
which may be deleted at any time: the server never reads it.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from keystead.settings import DEFAULT_REGION, Settings

if TYPE_CHECKING:
    from keystead.gateway.first_start import FirstStart

CREDENTIALS_FILE: Final = "admin-credentials"


def exports(endpoint_url: str, access_key_id: str, secret_access_key: str) -> dict[str, str]:
    """Return the variables that point an AWS client at a server."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": access_key_id,
        "AWS_SECRET_ACCESS_KEY": secret_access_key,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
    }


def export_lines(variables: Mapping[str, str]) -> str:
    """Return variables as lines that a shell can evaluate."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def created_record(created: FirstStart) -> dict[str, Any]:
    """Return what a first start made, for scripts."""
    return {
        "account_id": created.account_id,
        "root_email": created.root_email,
        "user_name": created.user_name,
        "access_key_id": created.access_key_id,
        "secret_access_key": created.secret_access_key,
    }


def created_text(created: FirstStart, settings: Settings) -> str:
    """Return what a first start made, for people, with the key in lines to copy."""
    lines = [
        "This is the first start. Keystead made:",
        "",
        f"  management account  {created.account_id}",
        f"  root user           {created.root_email}  (no password until one is set)",
        f"  administrator       {created.user_name}  (IAM user, group Administrators)",
        "",
    ]
    if settings.admin_secret_access_key:
        lines.append("The administrator's access key is the one that you gave in the environment.")
        return "\n".join(lines)
    variables = exports(settings.endpoint_url, created.access_key_id, created.secret_access_key)
    lines += ["The administrator's access key is shown only this once:", "", export_lines(variables)]
    if settings.data_dir is not None and not settings.ephemeral:
        lines += ["", f"`keystead env` prints these lines too, from {settings.data_dir / CREDENTIALS_FILE}.",
                  "Delete that file when you keep the key elsewhere."]  # fmt: skip
    elif settings.data_dir is not None:
        lines += ["", "Accounts of others, to invite, while it runs (everything goes when it stops):", "",
                  f"keystead account create --admin --email … --name … --data-dir {settings.data_dir}"]  # fmt: skip
    return "\n".join(lines)


def keep_credentials(created: FirstStart, settings: Settings) -> None:
    """Write the administrator's key where only its owner reads it, unless the owner gave it in the environment."""
    if settings.data_dir is None or settings.admin_secret_access_key:
        return
    path = settings.data_dir / CREDENTIALS_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(created_record(created), file, indent=2)


def kept_credentials(settings: Settings) -> tuple[str, str] | None:
    """Return the administrator's key from the environment or the file; None when it is in neither."""
    if settings.admin_access_key_id and settings.admin_secret_access_key:
        return settings.admin_access_key_id, settings.admin_secret_access_key
    if settings.data_dir is None:
        return None
    try:
        record = json.loads((settings.data_dir / CREDENTIALS_FILE).read_text())
    except FileNotFoundError:
        return None
    return record["access_key_id"], record["secret_access_key"]
