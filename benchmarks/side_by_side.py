"""What every benchmark shares: a measured process of its own, the record `bench/results.json`, and its page.

Run: `python benchmarks/side_by_side.py` to write `docs/benchmarks.md` anew from what was recorded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
MEASURED = """
import json, resource, time
{before}
start = time.perf_counter()
answer = {work}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, answer]))
"""
HEAD = """\
# What was measured

Each table was made in one run of the command above it, our way beside the usual one; `bench/results.json` holds the
same. Wall times belong to the machine and to what else it did: read the ratios. No test fails on a time.
"""


class Measured(NamedTuple):
    """One process: wall seconds of the work (imports not counted), its peak memory, and what it answered."""

    seconds: float
    peak_mb: float
    answer: Any


def measured(*, before: str, work: str, root: Path) -> Measured:
    """Run `work` in a process of its own, with the repository's data folders below `root`."""
    environment = os.environ | {"ANALYSIS_ROOT": str(root), "PYTHONPATH": str(ROOT / "benchmarks")}
    code = MEASURED.format(before=before, work=work)
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def record(name: str, *, title: str, command: str, rows: list[dict[str, str]]) -> None:
    """Keep a benchmark's table, print it, and write the page anew; what was recorded before under the name goes."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept = dict(sorted({**kept, name: {"title": title, "command": command, "rows": rows}}.items()))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    print(_section(kept[name]))


def page(results: dict[str, Any]) -> str:
    """Give the text of `docs/benchmarks.md`."""
    return HEAD + "".join(f"\n{_section(results[name])}" for name in results)


def _section(result: dict[str, Any]) -> str:
    names = list(result["rows"][0])
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(row[name] for name in names) for row in result["rows"]]
    table = "\n".join(f"| {line} |" for line in lines)
    return f"## {result['title']}\n`{result['command']}`\n\n{table}\n"


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(RESULTS.read_text(encoding="utf-8"))), encoding="utf-8")
