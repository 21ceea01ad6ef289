"""The only module that knows folders.

`ANALYSIS_ROOT` moves the whole tree (tests use it); otherwise it is the checkout this package lies in.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT: Path
RAW: Path
POLICY: Path
CORRECTIONS: Path
REFERENCE: Path
PROCESSED: Path
NOTEBOOKS: Path
REPORTS: Path
RUNS: Path
MANIFEST: Path
LOCK: Path


def move(root: Path) -> None:
    """Let every folder but the package's lie below `root`."""
    global ROOT, RAW, POLICY, CORRECTIONS, REFERENCE, PROCESSED, NOTEBOOKS, REPORTS, RUNS, MANIFEST, LOCK
    ROOT = root.resolve()
    RAW = ROOT / "data" / "raw"
    POLICY = ROOT / "data" / "policy"
    CORRECTIONS = ROOT / "data" / "corrections"
    REFERENCE = ROOT / "data" / "reference"
    PROCESSED = ROOT / "data" / "processed"
    NOTEBOOKS = ROOT / "notebooks"
    REPORTS = ROOT / "reports"
    RUNS = ROOT / "runs"
    MANIFEST = ROOT / "reports.yml"
    LOCK = ROOT / "requirements.lock"


def relative(path: Path) -> str:
    """Give `path` relative to the root with forward slashes, so that no machine's path is ever printed."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return path.name


move(Path(os.environ.get("ANALYSIS_ROOT", Path(__file__).parents[2])))
