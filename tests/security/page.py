"""Write the tests of each promise into docs/security.md: python tests/security/page.py

A row of its tables is `| T1 | what is promised | tests |`. The promise is written by hand; the tests are those whose
names carry the number, and what else is in the row and exists.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "security.md"
# A test may stand for several: test_t22_t23_..., test_c7_t10_...
NUMBERS = re.compile(r"test_((?:[tc]\d+b?_)+)")
ROW = re.compile(r"^\| ([TC]\d+b?) \| ([^|]*) \|(.*)\|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py::\w+)`")


def tests() -> list[str]:
    """Return every test of the repository as `directory/file.py::name`."""
    return [
        f"{path.relative_to(ROOT / 'tests')}::{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def numbered() -> dict[str, list[str]]:
    """Return the tests whose names carry a number, by number."""
    found: dict[str, list[str]] = defaultdict(list)
    for test in tests():
        carried = NUMBERS.match(test.partition("::")[2])
        for number in carried[1].rstrip("_").split("_") if carried else ():
            found[number[0].upper() + number[1:]].append(test)
    return dict(found)


def rows(text: str) -> dict[str, list[str]]:
    """Return the tests that the page names, by number."""
    return {row[1]: TEST.findall(row[3]) for row in ROW.finditer(text)}


def written(text: str) -> str:
    """Return the page with the tests of every row brought up to date."""
    existing, by_number = set(tests()), numbered()

    def row(found: re.Match[str]) -> str:
        kept = [test for test in TEST.findall(found[3]) if test in existing]
        named = sorted({*kept, *by_number.get(found[1], ())})
        return f"| {found[1]} | {found[2]} | {'<br>'.join(f'`{test}`' for test in named)} |"

    return ROW.sub(row, text)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
    missing = sorted(numbered().keys() - rows(PAGE.read_text()).keys())
    sys.exit(f"no row in {PAGE.name} for {', '.join(missing)}" if missing else 0)
