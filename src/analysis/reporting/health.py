"""What is published against what should be: the state of every page, for a person and for a monitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from analysis import paths
from analysis.reporting import publish, site
from analysis.reporting.failure import Failure
from analysis.reporting.manifest import Page

HEALTH = "health.json"
State = Literal["fresh", "stale", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class PageHealth:
    """One page as a reader finds it; `reason` is empty while it is fresh."""

    id: str
    state: State
    as_of: str
    reason: str


def look(pages: Iterable[Page], fingerprints: Mapping[str, str]) -> list[PageHealth]:
    """Compare every page of the manifest with what lies in its folder.

    Parameters
    ----------
    pages, fingerprints
        The manifest's pages, and the fingerprint of each one's inputs as they are now.

    Returns
    -------
    list of PageHealth
        In the manifest's order: `fresh`; `stale`, an older good version is shown; `failed`, the page shows an error;
        `missing`, never made.
    """
    return [_look(page, fingerprints[page.id]) for page in pages]


def _look(page: Page, fingerprint: str) -> PageHealth:
    published = publish.read(paths.REPORTS / page.id)
    if not published.record:
        return PageHealth(page.id, "missing", "", "never made")
    state: State = site.state(published, fingerprint)
    reason = ""
    if state == "failed":
        reason = str(published.record["reason"])
    elif state == "stale":
        reason = Failure(**published.failure).reason if published.failure else "its inputs have changed"
    return PageHealth(page.id, state, published.record.get("as_of", ""), reason)


def counts(found: Iterable[PageHealth]) -> dict[str, int]:
    """Count the pages of each state."""
    return dict(sorted(Counter(page.state for page in found).items()))


def write(found: list[PageHealth], *, staging: Path) -> None:
    """Write `reports/health.json`: counts of states, and the pages that are not fresh."""
    content = {
        "counts": counts(found),
        "not_fresh": [asdict(page) for page in found if page.state != "fresh"],
    }
    publish.write_atomically(paths.REPORTS / HEALTH, publish.dump_json(content), staging=staging)
