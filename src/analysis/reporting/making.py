"""`run.json`: when a page was made, by which run, from which commit, and who signed it off.

It lies beside `manifest.json` and apart from it: what a page is made of decides the manifest to the last byte, when it
was made does not. So a page made again from the same inputs has the same manifest and another `run.json`.
"""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Mapping
from typing import Any

from analysis import paths
from analysis.reporting.clock import local
from analysis.reporting.fingerprint import sha256


def commit() -> dict[str, Any]:
    """Give the commit of the checkout, and whether its files differ from it; None where there is no git."""
    try:
        head, changes = (_git("rev-parse", "HEAD"), _git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "changed_since": None}
    return {"commit": head, "changed_since": bool(changes)}


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(paths.ROOT), *arguments], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


def record(run: Mapping[str, Any], manifest: bytes, started: datetime.datetime) -> dict[str, Any]:
    """Give what `run.json` says of a page that has just been made.

    Parameters
    ----------
    run
        `run`, the run's id, and the `commit`.
    manifest
        The page's manifest, which this belongs to.
    """
    return {
        **run,
        "started": started.isoformat(timespec="seconds"),
        "ended": local().isoformat(timespec="seconds"),
        "manifest_sha256": sha256(manifest),
        "sign_offs": [],
    }
