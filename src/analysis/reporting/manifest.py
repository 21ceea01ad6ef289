"""`reports.yml`: which notebook, with which parameters, for whom; site → report → page inherit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
)

from analysis import paths
from analysis.errors import UsageError
from analysis.reporting import schedule
from analysis.reporting.choices import closest
from analysis.reporting.expected import Expectation
from analysis.reporting.places import Places
from analysis.yaml_files import keys_given_twice, load_yaml

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr
Names = Annotated[list[StrictStr], Field(min_length=1)]
FOLDER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
NATION = "VN"


class Strict(BaseModel):
    """A part of the manifest: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """The same words in both languages of the site."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class PageEntry(Strict):
    """One entry of `pages:`."""

    parameters: dict[str, Scalar] = {}


class Report(Strict):
    """One notebook and the pages made from it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    notebook: str = Field(pattern=r"^[\w-]+\.ipynb$")
    title: Bilingual
    audience: Bilingual
    schedule: str
    place: Literal["VN"] | None = None
    cell_timeout_seconds: int = Field(default=300, ge=1, strict=True)
    page_timeout_seconds: int = Field(default=900, ge=1, strict=True)
    needs: list[StrictStr] = []
    parameters: dict[str, Scalar] = {}
    for_each: dict[str, Names | Literal["portal_units", "dossier_sources", "province_sources"]] = {}
    pages: list[PageEntry] = Field(default=[PageEntry()], min_length=1)

    @field_validator("schedule")
    @classmethod
    def _known_schedule(cls, value: str) -> str:
        return schedule.check(value)


class Site(Strict):
    """The whole manifest."""

    title: Bilingual
    parameters: dict[str, Scalar] = {}
    for_each: dict[str, Names] = {}
    expected: dict[str, Expectation] = {}
    reports: list[Report] = Field(min_length=1)

    @field_validator("reports")
    @classmethod
    def _unique_ids(cls, reports: list[Report]) -> list[Report]:
        ids = [report.id for report in reports]
        if twice := sorted({report_id for report_id in ids if ids.count(report_id) > 1}):
            raise ValueError(f"the same id twice: {', '.join(twice)}")
        return reports

    def expectations(self, sources: Sequence[str]) -> dict[str, Expectation]:
        """Give what is expected of each source.

        Raises
        ------
        UsageError
            If it is expected of a source that nobody described.
        """
        for source in self.expected:
            if source not in sources:
                raise UsageError(
                    f"{source} is no source", where="reports.yml: expected", allowed=closest(source, sources)
                )
        return self.expected


@dataclass(frozen=True, slots=True)
class Page:
    """One page to publish; `id` is `<report>/<place>/<period>`, also its folder under `reports/`.

    `province_name` is that of the province its place lies in, empty where it lies in none.
    """

    id: str
    report: Report
    parameters: dict[str, Scalar]
    place: str
    place_name: str
    level: str
    province_name: str = ""


def load(path: Path) -> Site:
    """Read and check the manifest.

    Raises
    ------
    UsageError
        Listing everything that is wrong, each with its key.
    """
    where = paths.relative(path)
    try:
        text = path.read_text(encoding="utf-8")
        twice = keys_given_twice(text)
        if not twice:
            return Site.model_validate(load_yaml(text))
        raise UsageError("The manifest has errors", where="; ".join(f"{where}: {each}" for each in twice))
    except FileNotFoundError:
        raise UsageError("There is no manifest of reports", where=where) from None
    except UnicodeDecodeError:
        raise UsageError("The manifest is not UTF-8", where=where, next_step="save it as UTF-8") from None
    except yaml.YAMLError as error:
        raise UsageError("The manifest is not YAML", where=f"{where}: {error}") from None
    except ValidationError as error:
        # pydantic reports each branch of a union; the key is the part of `loc` before the branch's name
        wrong = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise UsageError("The manifest has errors", where="; ".join(f"{where}: {line}" for line in wrong)) from None


def expand(site: Site, places: Places) -> list[Page]:
    """List every page of the manifest, in its order.

    Raises
    ------
    UsageError
        If a page has no period, two pages share an id, `needs` or a `for_each` names what there is not.
    """
    pages: dict[str, Page] = {}
    for report in site.reports:
        for source in report.needs:
            if source not in places.described:
                raise UsageError(
                    f"{source} is no source",
                    where=f"reports.yml: {report.id}: needs",
                    allowed=closest(source, places.described),
                )
        if not places.has(report.needs):
            continue
        for parameters in _combinations(site, report, places):
            page = _page(report, parameters, places)
            if page.id in pages:
                raise UsageError(
                    f"Two pages are called {page.id}",
                    where=f"reports.yml: {report.id}",
                    allowed="pages that differ in their unit, province or source, or in their period",
                )
            pages[page.id] = page
    return list(pages.values())


def _combinations(site: Site, report: Report, places: Places) -> Iterator[dict[str, Scalar]]:
    """Give the parameters of each page: site, report, each place, page entry; the later wins."""
    inherited = {} if report.place == NATION else site.for_each
    lists = {**inherited, **report.for_each}
    known = {"dossier_sources": list(places.sources), "province_sources": list(places.province_sources)}
    lists = {name: known.get(each, each) if isinstance(each, str) else each for name, each in lists.items()}
    fixed = {name: values for name, values in lists.items() if isinstance(values, list)}
    by_units = [name for name, values in lists.items() if values == "portal_units"]
    for chosen in itertools.product(*fixed.values()):
        outer = {**site.parameters, **report.parameters, **dict(zip(fixed, chosen, strict=True))}
        units: list[dict[str, Scalar]] = [{}]
        for name in by_units:
            units = [{name: unit.code} for unit in places.units_of(str(outer.get("province", "")))]
        for unit, entry in itertools.product(units, report.pages):
            yield {**outer, **unit, **entry.parameters}


def _page(report: Report, parameters: dict[str, Scalar], places: Places) -> Page:
    for name in ("unit", "province", "source", "period"):
        value = parameters.get(name, "")
        if not isinstance(value, str):
            raise UsageError(
                f"The parameter {name} of {report.id} is {value!r}, a {type(value).__name__}",
                where=f"reports.yml: {report.id}",
                allowed=f'text, in quotes: {name}: "{value}"',
            )
    place = str(next((parameters[name] for name in ("unit", "province", "source") if parameters.get(name)), NATION))
    period = str(parameters.get("period", ""))
    if not period:
        raise UsageError(
            f"A page of {report.id} has no parameter `period`, which names its folder",
            where=f"reports.yml: {report.id}, which has the parameters {', '.join(sorted(parameters))}",
            allowed='a period such as period: "2026" or period: "2026-Q3"',
        )
    for name, part in (("place", place), ("period", period)):
        if not FOLDER.fullmatch(part):
            raise UsageError(
                f"A page of {report.id} has no usable {name}: {part!r}",
                where=f"reports.yml: {report.id}",
                allowed='letters, digits, ".", "_", "-"; a period such as "2026", "2026-Q3", "last quarter", in quotes',
            )
    known = places.by_code.get(place)
    return Page(
        id=f"{report.id}/{place}/{period}",
        report=report,
        parameters=parameters,
        place=place,
        place_name=known.name if known else place,
        level=known.level if known else "source" if place == parameters.get("source") else "nation",
        province_name=places.by_code[known.province].name if known else "",
    )


def select(pages: list[Page], only: list[str], limit: int | None) -> list[Page]:
    """Choose pages by full id, report id or glob, at most `limit` of them.

    Raises
    ------
    UsageError
        If a pattern names no page.
    """
    chosen: dict[str, Page] = {}
    for pattern in only:
        found = [page for page in pages if _matches(page, pattern)]
        if not found:
            raise UsageError(
                f"No page is called {pattern}",
                where="--only",
                allowed=closest(pattern, [page.id for page in pages]),
                next_step="`analysis list` prints every id",
            )
        chosen.update((page.id, page) for page in found)
    ordered = [page for page in pages if page.id in chosen] if only else pages
    return ordered[:limit]


def _matches(page: Page, pattern: str) -> bool:
    return pattern in (page.id, page.report.id) or fnmatchcase(page.id, pattern)
