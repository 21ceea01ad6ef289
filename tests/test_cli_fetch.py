"""`analysis fetch` as it is typed: an option that cannot apply is refused, never ignored."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "analysis"
SET = {"ANALYSIS_MIRROR": "no/such/folder"}


def fetch(arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    unset = {name: value for name, value in os.environ.items() if name != "ANALYSIS_MIRROR"}
    return subprocess.run(
        [COMMAND, "fetch", *arguments.split()], env=unset | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--province H19", "Only for `portal`: --province"),
        ("papi --from 2026 --to 2026-08 --by month", "Only for `portal`: --from, --to, --by"),
        ("papi --national --catalogue --list", "Only for `portal`: --national, --catalogue, --list"),
        ("portal --province H19 --from 2026 --mirror data", "which is always asked itself: --mirror"),
        ("portal --list --province H19", "Not with --list, which asks the portal nothing: --province"),
        ("portal --catalogue --to 2026", "Not with --catalogue alone, which has no period: --to"),
        ("portal --from 2026", "There is nothing to ask the portal for"),
        ("portal", "There is nothing to ask the portal for"),
    ],
)
def test_what_cannot_apply_is_named_on_stderr_with_the_next_step(arguments: str, says: str) -> None:
    done = fetch(arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr.splitlines()[0]
    assert "  next: " in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_mirror_set_for_every_command_does_not_concern_the_portal() -> None:
    done = fetch("portal --list", **SET)
    assert done.returncode == 0, done.stderr
    assert "H19" in done.stdout


def test_a_mirror_set_for_every_command_is_used_for_public_sources() -> None:
    done = fetch("papi", **SET)
    assert done.returncode == 2
    assert "no/such/folder" in done.stderr
