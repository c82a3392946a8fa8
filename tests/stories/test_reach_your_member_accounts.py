"""docs/stories/reach-your-member-accounts.md, played: the same steps that `make demo` shows."""

import os
import subprocess
import sys


def test_every_step_of_the_story_behaves() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KEYSTEAD_", "AWS_"))}
    played = subprocess.run(
        [sys.executable, "-m", "keystead.demo", "--exit"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=100,
        check=False,
    )
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-4000:]
    assert "Every step behaved." in played.stdout
    for chapter in range(1, 8):
        assert f"== {chapter}. " in played.stdout


def test_a_step_that_misbehaves_ends_the_demo_with_status_1() -> None:
    """The demo is a test only if it can fail: with a step that must be refused and is not."""
    program = (
        "import sys; from keystead.demo import story, __main__ as demo\n"
        "story.CHAPTERS = (lambda stage, cast: stage.refuse(cast.admin, 'sts', 'GetCallerIdentity', code='AccessDenied'),)\n"
        "sys.argv = ['demo', '--exit']; sys.exit(demo.main())"
    )
    played = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert played.returncode == 1
    assert "was allowed, and must not be" in played.stdout
