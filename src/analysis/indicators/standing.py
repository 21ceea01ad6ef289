"""What units can be compared on, from the portal's figures of a province or from a source's own dossiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis import facts, policy
from analysis.errors import UsageError
from analysis.facts.dossiers import reading
from analysis.indicators import names
from analysis.indicators.counting import ENDED
from analysis.indicators.origins import origins
from analysis.indicators.service_index import service_index
from analysis.indicators.usage import a_year_before, last_quarter

COLUMNS = ["measure", "unit", "kind", "hits", "total"]
READ = ["unit_code", "unit_level", "procedure_code", "channel", "status_code", "e_result", "components_count",
        "digitised_components_count", "finished_at", "due_at"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The counts on which the units of one place can be compared in a period.

    Attributes
    ----------
    period, before
        The period compared, and the same a year before (None: no figures of it).
    headline
        The measure that ranks are given of, declared beforehand: dossiers settled in time.
    cells, cells_before
        One row per measure, unit and kind of case: `measure` (a row of the index or an indicator), `unit`, `kind`
        (procedure; `all` where the mix is not known), `hits`, `total`.
    levels
        One row per level: `unit_level`, `units_count`, `enough_count` (with 30 dossiers or more), `compared`.
    remarks
        What units said of these figures: `unit_code`, `period`, `remark_vi`, `remark_en`.
    names
        Unit code → name.
    mix_known
        Whether the kinds of cases are known.
    """

    place: str
    period: str
    before: str | None
    headline: str
    cells: pd.DataFrame
    cells_before: pd.DataFrame
    levels: pd.DataFrame
    remarks: pd.DataFrame
    mix_known: bool
    as_of: str
    provisional: bool
    sources: list[dict[str, Any]]
    names: dict[str, str] = field(repr=False)


def standing(*, province: str, source: str, period: str) -> Standing:
    """Give what the units of a province, by the portal's figures, or of a source of dossiers can be compared on.

    Parameters
    ----------
    province, source
        One of the two; the other is an empty text.
    period
        Of the portal: 2026 or 2026-Q3. Of dossiers: the last period, INCLUSIVE; its last whole quarter is taken.

    Raises
    ------
    UsageError
        If both or neither are given; as `service_index` and `facts.dossiers.reading.read`.
    """
    if bool(province) == bool(source):
        raise UsageError(
            "The units are those of a province or of a source of dossiers",
            where=f"province={province!r}, source={source!r}",
            allowed='one of the two, the other ""',
        )
    return _of_province(province, period) if province else _of_source(source, period)


def begun_initiatives(standing: Standing) -> pd.DataFrame:
    """Give the initiatives of the place begun after the end of the period before, up to that of the period INCLUSIVE.

    Returns
    -------
    pandas.DataFrame
        Rows of `initiatives`, those first that aim at a share compared here.
    """
    rows = facts.load("initiatives")
    first, last = (
        pd.Period(str(each).replace("-", ""), freq="Q").end_time.date().isoformat()
        for each in (standing.before, standing.period)
    )
    own = rows[(rows["source_id"] == standing.place) & (rows["started_date"] > first) & (rows["started_date"] <= last)]
    aimed = own["indicator_id"].isin(standing.cells["measure"].unique())
    found = own.assign(aimed=aimed).sort_values(["aimed", "started_date"], ascending=[False, True], ignore_index=True)
    return found.drop(columns="aimed")


def _of_province(province: str, period: str) -> Standing:
    """Take the rows that a commune's own dossiers decide; departments handle different procedures."""
    index = service_index(province, period)
    rules = {row.id: row for row in policy.index_766().rows}
    rows = origins(index).merge(index.children, on="unit_code")
    own = rows[(rows["origin"] == "own") & (rows["unit_level"] == "commune")]
    own = own[own["row_id"].map(lambda name: rules[name].counted == "dossier")]
    cells = own.rename(
        columns={"row_id": "measure", "unit_code": "unit", "numerator_count": "hits", "denominator_count": "total"}
    ).assign(kind="all")
    dossiers = index.children.assign(dossiers=index.children["unit_code"].map(index.dossiers_counts()))
    remarks = _remarks(set(index.children["unit_code"]), period)
    return Standing(
        place=province,
        period=period,
        before=None,
        headline="settled_on_time",
        cells=cells.dropna(subset=["hits", "total"])[COLUMNS].reset_index(drop=True),
        cells_before=pd.DataFrame(columns=COLUMNS),
        levels=_levels(dossiers, {"commune"}),
        remarks=remarks,
        mix_known=False,
        as_of=index.as_of_date,
        provisional=index.provisional,
        sources=index.sources + _sources_of(remarks),
        names=dict(zip(index.units["unit_code"], index.units["unit_name"], strict=True)),
    )


def _of_source(source: str, period: str) -> Standing:
    """Take the shares of a quarter and of the same a year before, by procedure, so that the mix can be taken out."""
    quarter = last_quarter(source, until=period)
    before = a_year_before(quarter)
    about = facts.provenance_of(source)
    now, then = (_rows(source, each) for each in (quarter, before))
    dossiers = now.groupby(["unit_code", "unit_level"], as_index=False).size().rename(columns={"size": "dossiers"})
    remarks = _remarks(set(dossiers["unit_code"]), quarter)
    there = then[then["unit_code"].isin(dossiers["unit_code"])]
    taken = pd.Timestamp(about[0]["as_of"])
    return Standing(
        place=source,
        period=quarter,
        before=before if len(there) else None,
        headline="on_time_cohort_share",
        cells=_cells(now, taken),
        cells_before=_cells(there, taken),
        levels=_levels(dossiers, set(dossiers["unit_level"])),
        remarks=remarks,
        mix_known=True,
        as_of=str(about[0]["as_of"]),
        provisional=False,
        sources=about,
        names=names.unit_names(source),
    )


def _rows(source: str, quarter: str) -> pd.DataFrame:
    whole = pd.Period(quarter.replace("-", ""), freq="Q")
    first, last = str(whole.asfreq("M", "start")), str(whole.asfreq("M", "end"))
    return reading.read(source, READ, first=first, last=last)


def _cells(rows: pd.DataFrame, taken: pd.Timestamp) -> pd.DataFrame:
    """Count every measure by unit and procedure; of time only dossiers that were due by the day of the export."""
    day = taken.normalize() + pd.Timedelta(days=1)
    ended = rows["status_code"].isin(ENDED)
    papers = rows["components_count"] > 0
    measures = {
        "on_time_cohort_share": (
            rows["due_at"] < day,
            rows["finished_at"].dt.normalize() <= rows["due_at"].dt.normalize(),
        ),
        "online_share_channel": (pd.Series(data=True, index=rows.index), rows["channel"] == "online"),
        "e_result_share": (ended, ended & rows["e_result"].fillna(value=False).astype(bool)),
        "digitised_share": (papers, papers & (rows["digitised_components_count"] >= rows["components_count"])),
    }
    parts = []
    for measure, (counted, hit) in measures.items():
        own = pd.DataFrame({"unit": rows["unit_code"], "kind": rows["procedure_code"], "hits": hit, "total": 1})
        sums = own[counted].groupby(["unit", "kind"], as_index=False)[["hits", "total"]].sum()
        parts.append(sums.assign(measure=measure))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _levels(dossiers: pd.DataFrame, compared: set[str]) -> pd.DataFrame:
    enough = dossiers["dossiers"] >= policy.FEWEST_CASES
    counted = dossiers.assign(enough=enough).groupby("unit_level", as_index=False)
    found: pd.DataFrame = counted.agg(units_count=("unit_code", "size"), enough_count=("enough", "sum"))
    return found.assign(compared=found["unit_level"].isin(compared))


def _remarks(units: set[str], period: str) -> pd.DataFrame:
    """Give the remarks of these units on the period or on a part or the whole of it."""
    rows = facts.load("unit_remarks")
    about = [period.startswith(each) or each.startswith(period) for each in rows["period"].astype(str)]
    return rows[rows["unit_code"].isin(units) & pd.Series(about, index=rows.index, dtype=bool)].reset_index(drop=True)


def _sources_of(remarks: pd.DataFrame) -> list[dict[str, Any]]:
    return facts.provenance([remarks]) if len(remarks) else []
