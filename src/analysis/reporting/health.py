"""What is published against what should be: the standing of every page, for a person and for a monitor."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from analysis import paths
from analysis.reporting import banner, publish, standing
from analysis.reporting.failure import Failure
from analysis.reporting.manifest import Page
from analysis.reporting.standing import Expected, Standing

HEALTH = "health.json"


def look(pages: Iterable[Page], fingerprints: Mapping[str, str], expected: Expected) -> dict[str, Standing]:
    """Compare every page of the manifest with what lies in its folder.

    Parameters
    ----------
    pages, fingerprints
        The manifest's pages, and the fingerprint of each one's inputs as they are now.
    expected
        What should have come by which day.

    Returns
    -------
    dict
        Page id → how it stands, in the manifest's order.
    """
    return {
        page.id: standing.of(publish.read(paths.REPORTS / page.id), fingerprints[page.id], expected) for page in pages
    }


def counts(found: Mapping[str, Standing]) -> dict[str, int]:
    """Count the pages of each state."""
    return dict(sorted(Counter(page.state for page in found.values()).items()))


def show(found: Mapping[str, Standing], *, staging: Path) -> None:
    """Bring the banner of every page in step with how it stands; a page that says so already is left alone."""
    for page, stands in found.items():
        folder = paths.REPORTS / page
        published = publish.read(folder)
        shown = {} if stands.state == "fresh" else stands.as_shown()
        if not published.good or banner.says(published.shown) == shown:
            continue
        files = publish.files_in(folder)
        failure = Failure.of(published.failure) if published.failure else None
        made = banner.files(files, published.record, stands, failure=failure, notebook=_notebook(published.record))
        with tempfile.TemporaryDirectory(dir=staging) as aside:
            publish.put({**files, **made}, folder, staging=Path(aside))


def _notebook(record: Mapping[str, Any]) -> str:
    """Name the notebook a page was made of."""
    files = [PurePosixPath(entry["file"]) for entry in record["inputs"]]
    return next((file.name for file in files if file.suffix == ".ipynb"), "")


def write(found: Mapping[str, Standing], *, staging: Path) -> None:
    """Write `reports/health.json`: counts of states, and the pages that are not fresh, with their reasons."""
    troubled = [
        {
            "id": page,
            "state": stands.state,
            "as_of": publish.read(paths.REPORTS / page).record.get("as_of", ""),
            "reason": stands.says("en"),
        }
        for page, stands in found.items()
        if stands.state != "fresh"
    ]
    content = publish.dump_json({"counts": counts(found), "not_fresh": troubled})
    path = paths.REPORTS / HEALTH
    if not path.exists() or path.read_bytes() != content:
        publish.write_atomically(path, content, staging=staging)
