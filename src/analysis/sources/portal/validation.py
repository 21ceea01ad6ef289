"""From bytes to a page that can be relied on, or the one thing that is wrong with them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from analysis.sources.portal.endpoints import Endpoint
from analysis.sources.portal.provinces import Province
from analysis.sources.portal.shapes import DATA, unknown_fields

_ROOT = {"metrics": "overview", "tree": "parent", "national": "overview"}
_ROWS = {"metrics": "evaluation", "tree": "children", "national": "evaluation", "catalogue": "items"}


class DriftError(Exception):
    """A response that is not as documented; the caller adds which file it was kept in."""


class ContradictionError(DriftError):
    """Pages of one call that do not go together, each of them well formed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One validated response, as parsed.

    Attributes
    ----------
    root
        The province's own row; of `service-results`, the country's; empty for the catalogue.
    rows
        Departments and communes, provinces, or procedures.
    total, total_pages
        As the paging says; an endpoint without paging is whole on one page.
    unknown
        Paths of fields that are not documented.
    """

    root: dict[str, Any]
    rows: list[dict[str, Any]]
    chart: list[dict[str, Any]]
    total: int
    total_pages: int
    unknown: tuple[str, ...] = ()

    def ids(self, endpoint: Endpoint) -> list[str]:
        """Give what identifies each row."""
        key = "id" if endpoint.kind == "catalogue" else "departmentId"
        return [row[key] for row in self.rows]


def parse_page(endpoint: Endpoint, content: bytes) -> Page:
    """Take a response apart without checking it; for bytes that were validated when they came."""
    return _page(endpoint, json.loads(content)["data"])


def validated_page(endpoint: Endpoint, content: bytes, *, province: Province | None = None, number: int = 1) -> Page:
    """Check one response against its documented shape and against its request.

    Raises
    ------
    DriftError
        No JSON, no success, another shape, another province or page than asked for.
    """
    try:
        envelope = json.loads(content, parse_constant=_refuse_constant)
    except ValueError as error:  # covers bytes that are no UTF-8
        raise DriftError(f"the response is no whole JSON ({len(content)} bytes): {error}") from error
    if not isinstance(envelope, dict) or envelope.get("code") != "OK":
        raise DriftError(f"code is not OK: {_shown(envelope)}")
    if not isinstance(envelope.get("data"), dict):
        raise DriftError(f"data is no object: {_shown(envelope.get('data'))}")
    try:
        data = DATA[endpoint.name].model_validate(envelope["data"])
    except ValidationError as error:
        raise DriftError(_first_violation(error)) from error
    page = _page(endpoint, envelope["data"], tuple(dict.fromkeys(unknown_fields(data, "data"))))
    _check_request(page, envelope["data"].get("pagination"), province, number)
    if page.total_pages > endpoint.max_pages:
        _differs("data.pagination.totalPages", page.total_pages, f"at most {endpoint.max_pages}")
    return page


def check_whole(pages: list[Page], endpoint: Endpoint) -> None:
    """Check the pages of one call against each other.

    Raises
    ------
    ContradictionError
        A unit on two pages or, once the last page is there, a total that the pages do not add up to.
    """
    counts = Counter(each for page in pages for each in page.ids(endpoint))
    if repeated := sorted(each for each, count in counts.items() if count > 1):
        raise ContradictionError(f"departmentId listed more than once: {', '.join(repeated)}")
    total, found = pages[-1].total, sum(len(page.rows) for page in pages)
    if len(pages) >= pages[-1].total_pages and found != total:
        raise ContradictionError(f"data.pagination.total: found {total}, but the pages list {found}")


def _page(endpoint: Endpoint, data: dict[str, Any], unknown: tuple[str, ...] = ()) -> Page:
    rows = data[_ROWS[endpoint.kind]]
    paging = data.get("pagination", {"total": len(rows), "totalPages": 1})
    root = data[_ROOT[endpoint.kind]] if endpoint.kind in _ROOT else {}
    chart = data.get("monthlyChart", [])
    return Page(root, rows, chart, paging["total"], paging["totalPages"], unknown)


def _check_request(page: Page, pagination: dict[str, Any] | None, province: Province | None, number: int) -> None:
    if pagination and pagination["currentPage"] != number:
        _differs("data.pagination.currentPage", pagination["currentPage"], number)
    if province is None:
        return
    if page.root["departmentId"] != province.department_id:
        _differs("departmentId of the province", page.root["departmentId"], province.department_id)
    if page.root.get("departmentCode", province.code) != province.code:
        _differs("departmentCode of the province", page.root["departmentCode"], province.code)


def _first_violation(error: ValidationError) -> str:
    first, *others = error.errors()
    field = ".".join(["data", *map(str, first["loc"])])
    value = "" if first["type"] == "missing" else f", found {_shown(first['input'])}"
    more = f" (and {len(others)} more)" if others else ""
    return f"{field}: {first['msg']}{value}{more}"


def _differs(field: str, found: object, asked: object) -> NoReturn:
    raise DriftError(f"{field}: found {_shown(found)}, asked for {asked}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."
