"""What the documentation says is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def keystead(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keystead", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT / "docs",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src")},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_example_of_policy_tests_is_the_file_and_passes() -> None:
    page = (ROOT / "docs/policy-tests.md").read_text()
    example = ROOT / "docs/examples/deploy.yaml"
    assert re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1] == example.read_text()  # type: ignore[index]  # it is there
    played = keystead("policy", "test", str(example))
    assert played.returncode == 0, played.stdout + played.stderr


def test_every_command_that_the_pages_name_exists() -> None:
    named = {
        match
        for page in PAGES
        for match in re.findall(r"`?keystead ((?:account |policy )?[a-z][a-z-]+)\b", page.read_text())
    }
    known = {
        "serve",
        "init",
        "env",
        "account",
        "policy",
        "account create",
        "account root-key",
        "policy test",
        "policy explain",
    }
    commands = {name for name in named if name.split()[0] in {"serve", "init", "env", "account", "policy"}}
    assert commands <= known
    for command in sorted(known):
        assert keystead(*command.split(), "--help").returncode == 0, command


def test_every_setting_that_the_operations_page_names_is_one() -> None:
    from keystead.settings import KNOWN_NAMES

    named = set(re.findall(r"KEYSTEAD_[A-Z_]+[A-Z]", (ROOT / "docs/operations.md").read_text()))
    assert named <= set(KNOWN_NAMES)
