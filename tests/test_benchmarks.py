"""The page of what was measured holds what the record holds."""

from __future__ import annotations

import json
import runpy

from analysis import paths

SHARED = runpy.run_path(str(paths.ROOT / "benchmarks" / "side_by_side.py"))


def test_the_page_is_in_step_with_the_record() -> None:
    results = json.loads(SHARED["RESULTS"].read_text(encoding="utf-8"))
    assert SHARED["PAGE"].read_text(encoding="utf-8") == SHARED["page"](results), "python benchmarks/side_by_side.py"


def test_every_recorded_command_can_be_run() -> None:
    results = json.loads(SHARED["RESULTS"].read_text(encoding="utf-8"))
    for result in results.values():
        assert (paths.ROOT / result["command"].split()[1]).exists()


def test_a_table_has_a_line_for_each_way() -> None:
    told = SHARED["page"]({"x": {"title": "X", "command": "python x.py", "rows": [{"way": "a", "wall s": "1.0"}]}})
    assert told.endswith("## X\n`python x.py`\n\n| way | wall s |\n| --- | --- |\n| a | 1.0 |\n")
