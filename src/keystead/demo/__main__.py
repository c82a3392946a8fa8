"""`python -m keystead.demo [--exit]`: start a server of its own, play the story, then leave the stage to the reader."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keystead.demo.stage import Misbehaved, Person, Stage
from keystead.demo.story import Cast, play
from keystead.settings import DEFAULT_PORT

_READY_SECONDS = 15


def main() -> int:
    """Play the story and return 0 when every step behaved."""
    parser = argparse.ArgumentParser(prog="python -m keystead.demo", description=main.__doc__)
    parser.add_argument("--exit", action="store_true", help="end after the story instead of serving on")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keystead-demo-") as directory, _served(Path(directory)) as (url, admin):
        stage = Stage(url)
        _play(stage, Path(directory), admin)
        behaved = not stage.failures
        print(f"\n{'Every step behaved.' if behaved else 'MISBEHAVED: ' + '; '.join(stage.failures)}")
        if not arguments.exit:
            _your_turn(url, admin)
    return 0 if behaved else 1


def _play(stage: Stage, directory: Path, admin: Person) -> None:
    def sign_up(email: str, name: str) -> tuple[str, Person]:
        made = _keystead(directory, "account", "create", "--email", email, "--name", name, "--admin")
        return made["account_id"], _person(name.lower(), made)

    def root_of(account_id: str) -> Person:
        return _person("root", _keystead(directory, "account", "root-key", account_id))

    try:
        play(stage, Cast(admin=admin, sign_up=sign_up, root_of=root_of))
    except Misbehaved as end:
        print(f"\nThe story ended early: {end}")


def _keystead(directory: Path, *command: str) -> dict[str, Any]:
    """Run one of Keystead's own commands beside the running server and return what it answers."""
    print(f"$ keystead {' '.join(command)}")
    answer = subprocess.run(  # noqa: S603  our own program, our own arguments
        [sys.executable, "-m", "keystead.cli", *command, "--data-dir", str(directory), "--output", "json"],
        check=True,
        capture_output=True,
        text=True,
    )
    print("  made; its key was shown once\n")
    made: dict[str, Any] = json.loads(answer.stdout)
    return made


def _person(profile: str, made: dict[str, Any]) -> Person:
    return Person(profile, {"AccessKeyId": made["access_key_id"], "SecretAccessKey": made["secret_access_key"]})


@contextmanager
def _served(directory: Path) -> Iterator[tuple[str, Person]]:
    """Run a server over a temporary directory; give its URL and its administrator."""
    port = _free_port()
    made = _keystead(directory, "init")
    server = subprocess.Popen(  # noqa: S603  our own program, our own arguments
        [sys.executable, "-m", "keystead.cli", "serve", "--data-dir", str(directory), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("KEYSTEAD_")},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(server, url)
        yield url, _person("admin", made)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=10)


def _free_port() -> int:
    """Return the usual port, or any free one when it is taken."""
    for port in (DEFAULT_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no port is free on 127.0.0.1"
    raise OSError(message)


def _wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_keystead/health", timeout=1):  # noqa: S310  loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    message = "the server did not become ready"
    raise RuntimeError(message)


def _your_turn(url: str, admin: Person) -> None:
    print(f"""
Your turn. The organization is still there, at {url}:

  . {Path(sys.executable).with_name("activate")}   # an aws that is new enough to know AWS_ENDPOINT_URL
  export AWS_ENDPOINT_URL={url}
  export AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID={admin.credentials["AccessKeyId"]}
  export AWS_SECRET_ACCESS_KEY={admin.credentials["SecretAccessKey"]}

  aws sts get-caller-identity
  aws organizations list-accounts
  aws organizations create-account --email me@example.com --account-name Mine

Ctrl-C ends it and removes everything.
""")
    try:
        signal.pause()
    except KeyboardInterrupt:
        print("\nEnded.")


if __name__ == "__main__":
    sys.exit(main())
