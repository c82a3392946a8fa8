"""What a newcomer reads and tries first works as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from live import environment


def test_the_help_shows_its_example_as_lines_to_paste() -> None:
    command = [sys.executable, "-m", "keystead", "--help"]
    shown = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=True).stdout
    assert '\n      keystead serve\n      eval "$(keystead env)" && aws sts get-caller-identity\n' in shown


def test_an_account_can_be_made_beside_an_ephemeral_server_too() -> None:
    command = [sys.executable, "-m", "keystead", "serve", "--ephemeral", "--port", "0"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "Ctrl-C stops it" in line:
                break
        try:
            told = re.search(r"keystead account create .*--data-dir (\S+)", said)
            assert told, said
            assert Path(told[1]).is_dir()
            create = [sys.executable, "-m", "keystead", "account", "create", "--data-dir", told[1]]
            made = subprocess.run(
                [*create, "--email", "old@example.com", "--name", "Old"],
                env=environment(), capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert made.returncode == 0, made.stderr
            assert "(Old) is made" in made.stdout
        finally:
            server.terminate()
    assert not Path(told[1]).exists()
