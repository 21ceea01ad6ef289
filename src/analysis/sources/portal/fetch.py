"""`analysis fetch portal`: ask what is not known yet, keep every answer, stop at the first that is wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis import paths
from analysis.errors import AnalysisError, DataContractError, SourceUnavailableError, UsageError
from analysis.sources import registry
from analysis.sources.portal.archive import SOURCE, Archive, Place, Request
from analysis.sources.portal.client import Answer, PortalClient, PortalSettings
from analysis.sources.portal.endpoints import CATALOGUE, EVALUATION, NATIONAL
from analysis.sources.portal.periods import Period, date_in_vietnam, refuse_future
from analysis.sources.portal.provinces import Province, find_province
from analysis.sources.portal.validation import (
    ContradictionError,
    DriftError,
    Page,
    check_whole,
    parse_page,
    validated_page,
)

_GO_ON = "run the same command again; what was kept is not asked for twice"


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a run did.

    Attributes
    ----------
    asked
        Questions put to the portal, tries of one question not counted.
    kept
        Answers found good and locked.
    resumed
        Answers that lay in the archive already and were not asked for.
    provisional
        Of those kept or resumed, how many were asked for before their period had ended.
    warnings
        Drift that loses nothing, unit counts that differ from those seen before, units without a code.
    """

    asked: int
    kept: int
    resumed: int
    provisional: int
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say what was done and what to do next."""
        done = f"asked {self.asked}, kept {self.kept}, already there {self.resumed}"
        if self.provisional:
            done += f", of these {self.provisional} provisional (asked for again once their period has ended)"
        return "\n".join([*(f"warning: {line}" for line in self.warnings), f"{done}. Next: `analysis build`."])


@dataclass(frozen=True, slots=True)
class _Call:
    place: Place
    province: Province | None = None


def fetch_portal(
    provinces: Sequence[str] = (),
    periods: Sequence[Period] = (),
    *,
    national: bool = False,
    catalogue: bool = False,
    settings: PortalSettings | None = None,
) -> FetchResult:
    """Fetch the portal's figures into `data/raw/portal`, one polite request at a time.

    Parameters
    ----------
    provinces
        Codes such as `H19`; each is asked for at the six evaluation endpoints.
    periods
        What `period_range` gives; a period still open counts as provisional.
    national
        Also ask for the 34 provinces' table of each period.
    catalogue
        Also ask for the procedure catalogue, kept under the current month.
    settings
        Address, time-outs, pace and clock; by default the public portal's, or `ANALYSIS_PORTAL_URL`.

    Raises
    ------
    UsageError
        Nothing to ask for, an unknown province, a period that has not begun.
    SourceUnavailableError
        The portal refused (401, 403, 429, a page for people), failed for good, or cannot be reached.
    DataContractError
        A response is not as documented; it names endpoint, field, value and the file it is kept in.
    """
    settings = settings or PortalSettings()
    today = date_in_vietnam(settings.now())
    refuse_future(tuple(periods), today)
    calls = _plan(provinces, periods, national=national)
    if catalogue:
        calls.append(_Call(Place("catalogue", Period(today.year, month=today.month), CATALOGUE)))
    if not calls:
        raise UsageError(
            "there is nothing to ask for",
            allowed="at least one province or the national table, with at least one period, or the catalogue",
        )
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with (
        PortalClient(settings) as client,
        Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress,
    ):
        run = _Run(client, settings, progress=progress)
        run.answer(calls)
    return run.result()


def _plan(provinces: Sequence[str], periods: Sequence[Period], *, national: bool) -> list[_Call]:
    known = [find_province(code) for code in dict.fromkeys(provinces)]
    calls = []
    for period in dict.fromkeys(periods):
        for province in known:
            calls += [_Call(Place(province.code, period, endpoint), province) for endpoint in EVALUATION]
        if national:
            calls.append(_Call(Place("national", period, NATIONAL)))
    return calls


class _Run:
    """One run: its counts, and what it noticed."""

    def __init__(self, client: PortalClient, settings: PortalSettings, *, progress: Progress) -> None:
        self._client = client
        self._settings = settings
        self._progress = progress
        self._archive = Archive()
        self._coded: dict[tuple[str, Period], set[str]] = {}
        self._warnings: dict[str, None] = {}
        self._asked = self._kept = self._resumed = self._provisional = 0

    def result(self) -> FetchResult:
        return FetchResult(self._asked, self._kept, self._resumed, self._provisional, warnings=tuple(self._warnings))

    def answer(self, calls: list[_Call]) -> None:
        task = self._progress.add_task("portal", total=len(calls))
        for call in calls:
            place = call.place
            self._progress.update(task, description=f"{place.scope} {place.period} {place.endpoint.name}")
            page = self._page(call, 1, [])
            pages = [page]
            total = self._progress.tasks[task].total or 0
            self._progress.update(task, advance=1, total=total + max(page.total_pages - 1, 0))
            while len(pages) < pages[-1].total_pages:
                pages.append(self._page(call, len(pages) + 1, pages))
                self._progress.advance(task)
            self._notice(call, pages)

    def _page(self, call: _Call, number: int, before: list[Page]) -> Page:
        place, path = call.place, call.place.page(number)
        settled = self._archive.settled(path, place.period, date_in_vietnam(self._settings.now()))
        if settled is None:
            return self._ask(call, number, before)
        self._resumed += 1
        self._provisional += settled.provisional
        return parse_page(place.endpoint, registry.open_bytes(SOURCE, path))

    def _ask(self, call: _Call, number: int, before: list[Page]) -> Page:
        endpoint, period, path = call.place.endpoint, call.place.period, call.place.page(number)
        province_id = call.province.department_id if call.province else None
        body = endpoint.body(period, province_id=province_id, page=number)
        answer = self._client.ask(endpoint.path, body)
        self._asked += 1
        self._archive.receive(path, answer)
        if answer.is_refusal or answer.status not in (200, 201):
            raise self._refusal(call, path, answer)
        try:
            page = validated_page(endpoint, answer.content, province=call.province, number=number)
            if endpoint.kind != "catalogue":
                check_whole([*before, page], endpoint)
        except DriftError as drift:
            file, sha256 = self._archive.refuse(path)
            if isinstance(drift, ContradictionError):
                self._archive.withdraw([call.place.page(earlier) for earlier in range(1, number)])
            raise DataContractError(
                f"{call.place.scope} {period} {endpoint.name}: {drift}",
                where=f"{paths.relative(file)} (sha256 {sha256})",
                allowed="the documented shape; see the package analysis.sources.portal",
                next_step=f"look at the file: if the portal has changed, shapes.py must follow; if not, {_GO_ON}",
            ) from drift
        asked_on = date_in_vietnam(answer.asked_at)
        provisional = endpoint.kind != "catalogue" and asked_on <= period.last_day
        self._archive.keep(path, answer, request=Request(path=endpoint.path, body=body), provisional=provisional)
        self._kept += 1
        self._provisional += provisional
        return page

    def _refusal(self, call: _Call, path: str, answer: Answer) -> AnalysisError:
        file, sha256 = self._archive.refuse(path, suffix=".html" if answer.is_page else ".json")
        kind = "a page for people instead of figures" if answer.is_page else answer.content_type or "no type"
        if answer.is_refusal:
            what = "the portal refused, and the run has stopped"
            next_step = f"nothing more was asked; wait some hours, then {_GO_ON}"
        else:
            what = "the portal failed, and the run has stopped"
            next_step = f"later, {_GO_ON}"
        return SourceUnavailableError(
            f"{what}: HTTP {answer.status}, {kind}, for {call.place.scope} {call.place.period} "
            f"{call.place.endpoint.name}",
            where=f"{paths.relative(file)} (sha256 {sha256})",
            next_step=next_step,
        )

    def _notice(self, call: _Call, pages: list[Page]) -> None:
        place, endpoint = call.place, call.place.endpoint
        about = f"{place.scope} {place.period} {endpoint.name}"
        lines = [
            f"{endpoint.name}: undocumented field {field}, kept in the raw response only"
            for page in pages
            for field in page.unknown
        ]
        ids = [each for page in pages for each in page.ids(endpoint)]
        if endpoint.kind == "catalogue" and len(set(ids)) != pages[-1].total:
            lines.append(f"{about}: {len(set(ids))} procedures on all pages, {pages[-1].total} announced")
        if call.province and len(ids) != call.province.unit_count:
            lines.append(f"{about}: {len(ids)} units, {call.province.unit_count} when last counted")
        if call.province:
            coded = self._coded.setdefault((place.scope, place.period), set())
            if endpoint.has_department_codes:
                coded.update(ids)
            names = [row["departmentName"] for page in pages for row in page.rows]
            uncoded = [name for each, name in zip(ids, names, strict=True) if each not in coded]
            if uncoded:
                lines.append(f"{about}: no other endpoint gives a code, left out: {', '.join(uncoded)}")
        self._warnings |= dict.fromkeys(lines)
