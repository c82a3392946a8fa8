"""docs/security.md promises nothing that no test holds it to, and forgets no test."""

import ast
from pathlib import Path

import keystead
from security import page

TEXT = page.PAGE.read_text()
PROMISED = [*(f"T{number}" for number in range(1, 38)), "T51b"]
AGAIN = "run: python tests/security/page.py"


def test_every_promise_has_a_row_with_a_test_that_carries_its_number() -> None:
    rows, numbered = page.rows(TEXT), page.numbered()
    for number in PROMISED:
        assert rows.get(number), f"{number} has no test; {AGAIN}"
        assert numbered.get(number), f"no test is named for {number}"


def test_every_test_that_the_page_names_exists() -> None:
    named = {test for row in page.rows(TEXT).values() for test in row}
    assert named <= set(page.tests()), AGAIN


def test_every_test_that_carries_a_number_is_on_the_page() -> None:
    rows = page.rows(TEXT)
    for number, tests in page.numbered().items():
        assert number in rows, f"{number} has no row"
        assert set(tests) <= set(rows[number]), f"{number}: {AGAIN}"


def test_c37_no_check_of_the_server_is_an_assert() -> None:
    """`python -O` drops every assert, so that none may stand between a caller and a secret."""
    for source in Path(keystead.__file__).parent.rglob("*.py"):
        tree = ast.parse(source.read_text())
        found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        assert not found, f"{source}: {found}"
