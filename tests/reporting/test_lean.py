"""What a run does not load, and what it loads before it is asked."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import sys
from analysis.reporting import worker
import papermill.execute, nbformat
assert not [name for name in sys.modules if name.startswith("rfc3987_syntax")]
import jsonschema
assert jsonschema.FormatChecker().conforms("2024-11-04", "date")
assert not jsonschema.FormatChecker().conforms("4/11/2024", "date")
import rfc3987_syntax
"""
PLAIN = "import sys, nbformat; assert 'rfc3987_syntax' in sys.modules"
# what a kernel of a run forks from
LOADED = """
import sys
import analysis.display.rehearsal
from analysis import policy
wanted = {"numpy", "pandas", "matplotlib.figure", "scipy.stats", "statsmodels", "holidays", "babel"}
assert not wanted - sys.modules.keys()
assert "ibis" not in sys.modules
assert policy.index_766.cache_info().currsize == 1
"""


def in_a_process_of_its_own(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_run_compiles_no_grammar_that_no_schema_asks_for_and_leaves_it_to_whoever_does() -> None:
    in_a_process_of_its_own(WITHOUT)
    in_a_process_of_its_own(PLAIN)  # once this fails, nothing is left to spare


def test_the_rehearsal_loads_what_pages_need_and_not_what_only_a_build_needs() -> None:
    in_a_process_of_its_own(LOADED)
