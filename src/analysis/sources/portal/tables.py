"""The reading side: the shipped tables and every good response, as one frame an endpoint."""

from __future__ import annotations

import pandas as pd

from analysis.errors import UsageError
from analysis.sources.portal.archive import SOURCE
from analysis.sources.portal.endpoints import CHART_COLUMNS, EVALUATION, NATIONAL, Endpoint, find_endpoint
from analysis.sources.portal.flattening import Kept, flatten, kept_calls
from analysis.sources.portal.frames import latest, shipped_tables, stamped
from analysis.sources.portal.periods import Period, parse_period
from analysis.sources.portal.provinces import portal_provinces

REJECTED_COLUMNS = (
    "province_code",
    "period",
    "department_id",
    "unit_name",
    "reason",
    "source_id",
    "file",
    "row",
)

_LEVELS = {
    "departmentType": {
        "PROVINCE": "province",
        "PROVINCIAL_DEPARTMENT": "department",
        "COMMUNE_PEOPLE_COMMITTEE": "commune",
    },
    "level": {"PARENT": "province", "PROVINCE": "department", "COMMUNE": "commune"},
}


def endpoint_frame(endpoint: str) -> pd.DataFrame:
    """Give everything known from one endpoint, one row per unit and period.

    Where a shipped table and the archive both have a unit's period, the one asked for later counts, and
    on the same day the archive. Zero and null stand as the portal gave them.

    Parameters
    ----------
    endpoint
        One of the six evaluation endpoints, or `service-results` (one row per province; the country's own
        row stays in the raw response).

    Returns
    -------
    pandas.DataFrame
        The API's own keys (`CODE.numerator` … where an indicator has a code; figures float64, null is NaN;
        `ratio` in percent), then `province_code, unit_code, unit_name, unit_level` (province, department,
        commune), `period` (2026, 2026-Q3, 2026-08), `as_of_date` (ISO, the day in Vietnam it was asked
        for), `provisional` (asked on or before the period's last day), `source_id`, `file` (relative to
        data/raw), `row` (line of a table, header 1; in a response 0 the province, children from 1).

    Raises
    ------
    UsageError
        No such endpoint.
    DataContractError
        A file that is not the locked one or lacks columns, or a unit twice in one period.
    SourceUnavailableError
        A locked file is not there.
    """
    known = _find(endpoint, [each.name for each in (*EVALUATION, NATIONAL)])
    tables = shipped_tables(known.name, known.dtypes, ending=".csv")
    frames = [_with_units(frame) for frame in (*tables, *map(_answered, kept_calls(known)))]
    return latest(frames, ["province_code", "unit_code", "period"], known.dtypes)


def rejected_frame(endpoint: str) -> pd.DataFrame:
    """Give what `endpoint_frame` had to leave out of the archive, with the reason.

    Returns
    -------
    pandas.DataFrame
        One row per unit without a code, or per call without all its pages; `REJECTED_COLUMNS`.
    """
    known = _find(endpoint, [each.name for each in (*EVALUATION, NATIONAL)])
    rows = [row for kept in kept_calls(known) for row in flatten(kept)[1]]
    return pd.DataFrame(rows, columns=list(REJECTED_COLUMNS))


def monthly_frame(endpoint: str) -> pd.DataFrame:
    """Give the monthly chart that comes with an answer, one row per province, period and month.

    A chart always lists twelve months; those outside the period asked for and those that had not begun
    when it was asked stand there as 0 and have no row here, for that 0 says nothing. Charts of different
    kinds of period are not comparable, nor is a chart with its period's own figure.

    Parameters
    ----------
    endpoint
        `dvc-progress-tree` (`onTimePct`, `overduePct`) or `provide-online-tree` (`onlineDossierPct`).

    Returns
    -------
    pandas.DataFrame
        The API's shares in percent (float64), `month` (2026-08) and the columns of `endpoint_frame` for
        the province's own row; `period` is the one asked for, `row` the month's line or place in the chart.

    Raises
    ------
    UsageError
        An endpoint without a chart.
    DataContractError, SourceUnavailableError
        As `endpoint_frame`.
    """
    known = _find(endpoint, list(CHART_COLUMNS))
    key, *shares = CHART_COLUMNS[endpoint]
    dtypes = {key: "str"} | dict.fromkeys(shares, "float64")
    tables = shipped_tables(endpoint, dtypes, ending="_monthlyChart.csv")
    charts = [_with_province(frame, key) for frame in (*tables, *(_chart(kept, dtypes) for kept in kept_calls(known)))]
    del dtypes[key]
    return latest(charts, ["province_code", "period", "month"], dtypes | {"month": "str"})


def _find(endpoint: str, known: list[str]) -> Endpoint:
    if endpoint not in known:
        raise UsageError(f"there is no such table of the portal: {endpoint!r}", allowed=", ".join(known))
    return find_endpoint(endpoint)


def _answered(kept: Kept) -> pd.DataFrame:
    """Turn one answer into the columns of a shipped table."""
    dtypes = kept.place.endpoint.dtypes
    frame = pd.DataFrame(flatten(kept)[0], columns=[*dtypes, "file", "row"]).astype(dtypes)
    is_national = kept.place.endpoint is NATIONAL
    province = frame["departmentCode"] if is_national else kept.place.scope
    frame = frame.assign(source_id=SOURCE, province_code=province)
    return stamped(frame, str(kept.place.period), kept.first.asked_on)


def _chart(kept: Kept, dtypes: dict[str, str]) -> pd.DataFrame:
    response, page = next(iter(kept.pages.values()))
    frame = pd.DataFrame(page.chart, columns=list(dtypes)).astype(dtypes)
    frame = frame.assign(
        source_id=SOURCE,
        file=f"{SOURCE}/{response.path}",
        row=range(1, len(frame) + 1),
        province_code=kept.place.scope,
    )
    return stamped(frame, str(kept.place.period), response.asked_on)


def _with_units(frame: pd.DataFrame) -> pd.DataFrame:
    key = next((key for key in _LEVELS if key in frame), None)
    return frame.assign(
        unit_code=frame["departmentCode"],
        unit_name=frame["departmentName"],
        unit_level=frame[key].map(_LEVELS[key]) if key else "province",
    )


def _with_province(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Add the province and the month, and leave out the months of which the chart says nothing."""
    names = {province.code: province.name for province in portal_provinces()}
    frame = frame.assign(
        unit_code=frame["province_code"],
        unit_name=frame["province_code"].map(names),
        unit_level="province",
        month=frame["period"].str[:4] + "-" + frame[key],
    )
    is_known = [
        _is_within(parse_period(month), parse_period(period)) and month <= as_of[:7]
        for month, period, as_of in zip(frame["month"], frame["period"], frame["as_of_date"], strict=True)
    ]
    return frame[is_known]


def _is_within(month: Period, period: Period) -> bool:
    return period.first_day <= month.first_day <= period.last_day
