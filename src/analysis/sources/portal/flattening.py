"""From the pages of one call to rows with exactly the columns of the shipped tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.errors import DataContractError
from analysis.sources import registry
from analysis.sources.portal.archive import SOURCE, Place, Response, locked_responses, place_of
from analysis.sources.portal.endpoints import EVALUATION, Endpoint
from analysis.sources.portal.validation import Page, parse_page

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """One call as it lies in the archive.

    Attributes
    ----------
    pages
        Page number → its response and content.
    codes
        Unit id → unit code from the other endpoints of the same period, where this one gives none.
    """

    place: Place
    pages: dict[int, tuple[Response, Page]]
    codes: dict[str, str]

    @property
    def first(self) -> Response:
        """Give the earliest of its responses, whose date the whole call is given."""
        return min((response for response, _ in self.pages.values()), key=lambda each: each.asked_at)

    @property
    def missing_pages(self) -> list[int]:
        """Give the pages that an interrupted run has not asked for yet."""
        announced = max((page.total_pages for _, page in self.pages.values()), default=1)
        return [number for number in range(1, announced + 1) if number not in self.pages]


def kept_calls(endpoint: Endpoint) -> Iterator[Kept]:
    """Give what the archive holds of an endpoint, by scope and period.

    Raises
    ------
    DataContractError
        A response is not the locked one, or two endpoints give one unit different codes.
    """
    by_place: dict[Place, list[Response]] = {}
    for path, response in sorted(locked_responses().items()):
        by_place.setdefault(place_of(path)[0], []).append(response)
    for place in sorted(by_place, key=lambda each: (each.scope, str(each.period))):
        if place.endpoint is endpoint:
            codes = {} if endpoint.has_department_codes else _codes(place, by_place)
            yield Kept(place, _pages(endpoint, by_place[place]), codes)


def flatten(kept: Kept) -> tuple[list[Row], list[Row]]:
    """Give the rows of one call and, apart, what had to be left out and why.

    A row has the API's keys plus `file` (relative to data/raw) and `row` (0 the province, then the place
    in the list of children, from 1). A unit that no endpoint of the same period gives a code is left out,
    and so is a whole call that was interrupted between two pages.
    """
    place, rejected = kept.place, []
    where = {"province_code": place.scope, "period": str(place.period), "source_id": SOURCE}
    if kept.missing_pages:
        reason = f"page {', '.join(map(str, kept.missing_pages))} is missing: the run was interrupted"
        return [], [where | {"file": f"{SOURCE}/{kept.first.path}", "row": 0, "reason": reason}]
    rows = []
    for number, (response, page) in kept.pages.items():
        roots = [page.root] if number == 1 and place.endpoint.kind != "national" else []
        for index, unit in [*enumerate(roots), *enumerate(page.rows, start=1)]:
            trace = {"file": f"{SOURCE}/{response.path}", "row": index}
            is_root = index == 0
            code = unit.get("departmentCode") or (place.scope if is_root else kept.codes.get(unit["departmentId"]))
            if code is None:
                unknown = {"department_id": unit["departmentId"], "unit_name": unit["departmentName"]}
                reason = "no endpoint of the same period gives this unit a code"
                rejected.append(where | unknown | trace | {"reason": reason})
            else:
                rows.append(_row(place.endpoint, unit, is_root=is_root) | {"departmentCode": code} | trace)
    return rows, rejected


def _row(endpoint: Endpoint, unit: Row, *, is_root: bool) -> Row:
    row = {key: value for key, value in unit.items() if not isinstance(value, (list, dict))}
    row["level"] = "PARENT" if is_root else unit[endpoint.level_key] if endpoint.level_key else "CHILD"
    for metric in unit.get("metrics", []):
        row |= {f"{metric['code']}.{key}": value for key, value in metric.items()}
    return row | {f"groupScores.{code}": score for code, score in unit.get("groupScores", {}).items()}


def _pages(endpoint: Endpoint, responses: list[Response]) -> dict[int, tuple[Response, Page]]:
    pages = {
        place_of(response.path)[1]: (
            response,
            parse_page(endpoint, registry.open_bytes(SOURCE, response.path)),
        )
        for response in responses
    }
    return dict(sorted(pages.items()))


def _codes(place: Place, by_place: dict[Place, list[Response]]) -> dict[str, str]:
    """Give the code of each unit by its id, from the other endpoints of the same period."""
    codes: dict[str, str] = {}
    for endpoint in EVALUATION:
        if not endpoint.has_department_codes:
            continue
        responses = by_place.get(Place(place.scope, place.period, endpoint), [])
        for response, page in _pages(endpoint, responses).values():
            for unit in page.rows:
                code = codes.setdefault(unit["departmentId"], unit["departmentCode"])
                if code != unit["departmentCode"]:
                    raise DataContractError(
                        f"unit {unit['departmentId']} ({unit['departmentName']}) has two codes: "
                        f"{code} and {unit['departmentCode']}",
                        where=f"{SOURCE}/{response.path}",
                        next_step="delete the period's files and fetch it again",
                    )
    return codes
