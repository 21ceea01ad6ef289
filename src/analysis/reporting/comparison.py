"""Two runs number by number: what moved, and why as far as the manifests tell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.facts.reads import Read
from analysis.reporting import fingerprint, numbers
from analysis.reporting.expected import last_day
from analysis.reporting.snapshots import Snapshot, Version

Why = Literal["unexplained", "revision", "late", "withdrawn", "definition", "code", "mixed", "new"]
# what a reviewer must look at first
ORDER: tuple[Why, ...] = ("unexplained", "revision", "withdrawn", "mixed", "definition", "code", "late", "new")
DEFINITION = {"policy", "reference", "code: indicators", "code: policy", "code: units"}
# of every page its own, and no reason for a number to move
OWN = {"page", "parameters", fingerprint.FACTS}
NOT_NAMES = {"label", "unit"}
# of a figure, the first of these that moved is shown
PARTS = ("value", "low", "high", "numerator", "denominator")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Change:
    """A number that moved: None where there was or is none.

    `part` is `value`, or what else of the figure moved where its value stayed: an end of its interval, a count.
    """

    id: str
    label: Mapping[str, str]
    place: str
    period: str
    unit: str
    part: str
    before: float | None
    after: float | None
    why: Why


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages that says something else; None where it was or is not said."""

    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class PageChanges:
    """A page whose numbers or sentences moved.

    `reads` names the tables whose rows are others, `parts` what else of its inputs changed.
    """

    page: str
    title: Mapping[str, str]
    changes: tuple[Change, ...]
    sentences: tuple[Sentence, ...]
    reads: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared.

    Attributes
    ----------
    before, after
        Names of the runs.
    pages
        Pages with numbers or sentences that moved, those first that a reviewer must look at first.
    added, removed
        Pages that only one run has: id → title.
    same
        How many pages say the same in both.
    """

    before: str
    after: str
    pages: tuple[PageChanges, ...]
    added: dict[str, Mapping[str, str]]
    removed: dict[str, Mapping[str, str]]
    same: int

    def counts(self) -> dict[Why, int]:
        """Count the numbers that moved, by reason."""
        every = [change.why for page in self.pages for change in page.changes]
        return {why: every.count(why) for why in ORDER if why in every}


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """Compare what every page says that both runs have: indicators, the cells of its tables, its sentences."""
    common = [page for page in after.pages if page in before.pages]
    found = [_page(page, before.pages[page], after.pages[page]) for page in common]
    moved = sorted(
        (each for each in found if each.changes or each.sentences), key=lambda each: (_first(each), each.page)
    )
    return Comparison(
        before.name,
        after.name,
        tuple(moved),
        {page: each.record["title"] for page, each in after.pages.items() if page not in before.pages},
        {page: each.record["title"] for page, each in before.pages.items() if page not in after.pages},
        len(common) - len(moved),
    )


def _first(page: PageChanges) -> int:
    return min((ORDER.index(change.why) for change in page.changes), default=len(ORDER))


def _page(page: str, before: Version, after: Version) -> PageChanges:
    reads = _reads_that_moved(before.record, after.record)
    data = _new_data(reads, before.record, after.record)
    parts = tuple(
        part for part in fingerprint.changed(before.record["made_of"], after.record["made_of"]) if part not in OWN
    )
    old, new = (_by_name(_figures(each)) for each in (before, after))
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        row = new.get(name) or old[name]
        for part in PARTS:
            then, now = (rows.get(name, {}).get(part) for rows in (old, new))
            if then != now:
                why = _why(row, (then, now), (before.record, after.record), data, parts)
                changes.append(_change(row, part, (then, now), why))
                break
    changes.sort(key=lambda change: ORDER.index(change.why))
    sentences = tuple(_sentences(before.numbers, after.numbers))
    return PageChanges(
        page, after.record["title"], tuple(changes), sentences, tuple(read.words for read in reads), parts
    )


def _figures(version: Version) -> list[dict[str, Any]]:
    period = str(version.record.get("parameters", {}).get("period", ""))
    return [*version.indicators, *numbers.figures(version.numbers, period)]


def _sentences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Sentence]:
    """Pair the sentences that differ: those that are alike but for their numbers with each other."""
    old, new = (each.get("sentences", []) for each in (before, after))
    gone, come = ([said for said in some if said not in others] for some, others in ((old, new), (new, old)))
    for said in come:
        like = next((each for each in gone if NUMBER.sub("", each["en"]) == NUMBER.sub("", said["en"])), None)
        if like:
            gone.remove(like)
        yield Sentence(like, said)
    yield from (Sentence(said, None) for said in gone)


def _change(row: Mapping[str, Any], part: str, values: tuple[float | None, float | None], why: Why) -> Change:
    name = str(row["id"])
    return Change(
        id=name,
        label=row.get("label") or {"vi": name, "en": name},
        place=str(row.get("place", "")),
        period=str(row.get("period", "")),
        unit=str(row.get("unit", "")),
        part=part,
        before=values[0],
        after=values[1],
        why=why,
    )


def _why(
    row: Mapping[str, Any],
    values: tuple[float | None, float | None],
    records: tuple[Mapping[str, Any], Mapping[str, Any]],
    facts: bool,
    parts: tuple[str, ...],
) -> Why:
    """Tell why a number moved, by what of the page's inputs changed and whether its period was over before."""
    if facts and parts:
        return "mixed"
    if parts:
        return "definition" if DEFINITION.intersection(parts) else "code"
    if not facts:
        return "unexplained"
    then, now = values
    if now is None:
        return "withdrawn"
    seen, sees = (datetime.date.fromisoformat(record["as_of"]) for record in records)
    end = last_day(str(row.get("period", "")))
    over = end is not None and end <= seen
    if then is None:
        return "late" if over else "new"
    # a period that still ran has more cases now; one that was over was counted otherwise before
    return "revision" if over or sees <= seen else "new"


def _by_name(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Give each figure by all that names it: id, place, period and whatever else is text."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        texts = sorted((key, value) for key, value in row.items() if isinstance(value, str) and key not in NOT_NAMES)
        name: tuple[Any, ...] = tuple(texts)
        while name in found:
            name = (*name, "again")
        found[name] = row
    return found


def _reads_that_moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Read]:
    then, now = ({Read.of(each): each["sha256"] for each in record["reads"]} for record in (before, after))
    return [read for read in sorted({*then, *now}) if then.get(read) != now.get(read)]


def _new_data(moved: list[Read], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether facts moved: what is counted from them moves with the definitions alone, too."""
    if any(read.kind != "counted" for read in moved):
        return True
    then, now = (
        [each for each in record["inputs"] if not each["file"].startswith("notebooks/")] for record in (before, after)
    )
    return bool(moved) and then != now
