"""What there is to do: the chosen pages, those that are out of date, and how every page stands now."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis import paths
from analysis.reporting import choosing, fingerprint, health, publish, standing, turn
from analysis.reporting.choosing import Choice
from analysis.reporting.due import Turn, turns
from analysis.reporting.manifest import Page, Site
from analysis.reporting.standing import Expected, Standing

# making a page again mends these; late and partial data it cannot mend
MADE_AGAIN = {"missing", "failed", "stale"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen pages, those of them that are out of date, and what is expected of the data.

    Attributes
    ----------
    fingerprints
        Page id → hash of all it depends on as that is now; empty for a page of which nothing is published, because
        what it reads is known once it has been made.
    made_of
        Page id → the parts that are hashed, all but the facts.
    reads
        Page id → what the published page read of the facts, with the hash each read would have now.
    build
        The facts as they are now.
    waiting
        Pages of a period such as `last quarter` whose figures have not come: their turn is not done until they have.
    unnamed
        Ids of published pages that no report makes any more: of a unit that is gone, or of a report that was taken out.
    seen
        The run that had last made the site when this was planned.
    """

    site: Site
    pages: list[Page]
    chosen: list[Page]
    due: list[Page]
    fingerprints: dict[str, str]
    made_of: dict[str, dict[str, str]]
    reads: dict[str, list[dict[str, Any]]]
    build: str
    moment: datetime.datetime
    expected: Expected
    turns: list[Turn]
    waiting: list[Page]
    unnamed: list[str]
    seen: str

    def missed(self) -> list[Turn]:
        """List the turns that have not been taken an hour after their time; one may wait for figures not yet due."""
        waits = {page.report.id for page in self.waiting if not self.expected.over(str(page.parameters["period"]))}
        found = turns(self.site.reports, self.moment)
        return [turn for turn in found if turn.missed(self.moment) and turn.report.id not in waits]

    def look(self) -> dict[str, Standing]:
        """Say how every page stands now."""
        gone = {page: standing.unnamed() for page in self.unnamed}
        return health.look(self.pages, self.fingerprints, self.expected) | gone


def plan(
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    force: bool = False,
    due: bool = False,
    at: datetime.datetime | None = None,
) -> Plan:
    """Decide what there is to do; nothing heavy is imported for that.

    Parameters
    ----------
    only, limit
        The pages to choose, as `manifest.select` does; all of them by default.
    force
        Make pages again whose inputs have not changed.
    due
        Choose only pages of reports whose scheduled time has come.
    at
        The moment from which one looks; now if None. What is due and the state of the data depend on it.

    Raises
    ------
    UsageError
        If the manifest is wrong or `only` names no page.
    """
    return weigh(choosing.pages(only=only, limit=limit, due=due, at=at), force=force)


def weigh(choice: Choice, *, force: bool = False) -> Plan:
    """Find out which of the chosen pages are out of date; with `force`, all of them are made."""
    seen = turn.last(paths.REPORTS)
    pages, chosen = choice.pages, choice.chosen
    made_of = fingerprint.of_pages(pages)
    records = {page.id: publish.read(paths.REPORTS / page.id).record for page in pages}
    reads = {name: fingerprint.read_now(record.get("reads", [])) for name, record in records.items()}
    prints = {
        name: fingerprint.of(fingerprint.with_facts(made_of[name], reads[name])) if record else ""
        for name, record in records.items()
    }
    known = choice.places
    expected = Expected(choice.site.expectations(known.described), choice.moment.date(), known.arrived)
    found = health.look(chosen, prints, expected)
    there = {page.id for page in [*pages, *choice.waiting]}
    to_make = [page for page in chosen if force or found[page.id].state in MADE_AGAIN]
    return Plan(
        site=choice.site,
        pages=pages,
        chosen=chosen,
        due=to_make,
        fingerprints=prints,
        made_of=made_of,
        reads=reads,
        build=fingerprint.build(),
        moment=choice.moment,
        expected=expected,
        turns=choice.turns,
        waiting=choice.waiting,
        unnamed=[page for page in publish.pages_in(paths.REPORTS) if page not in there],
        seen=seen,
    )


def why(work: Plan, page: Page) -> str:
    """Say whether a page is up to date, and if not, which of its inputs changed since it was made."""
    published = publish.read(paths.REPORTS / page.id)
    state = standing.of(published, work.fingerprints[page.id], work.expected).state
    if not published.record:
        return "its record is damaged" if published.damaged else "never made"
    moved = fingerprint.words(published.record, work.made_of[page.id], work.reads[page.id])
    if state not in MADE_AGAIN or not moved:
        return state
    return f"{state}, changed: {'; '.join(moved)}"
