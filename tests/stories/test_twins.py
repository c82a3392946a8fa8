from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_story_in_docs_has_its_test_and_every_test_its_story() -> None:
    told = {path.stem for path in (ROOT / "docs/stories").glob("*.md")}
    tested = {
        path.stem.removeprefix("test_").replace("_", "-")
        for path in (ROOT / "tests/stories").glob("test_*.py")
        if path.stem != "test_twins"
    }
    assert told == tested
