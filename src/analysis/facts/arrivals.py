"""How whole a source's figures are: of how many units they speak, and which months they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.facts import reads
from analysis.facts.dossiers import building, folder

MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units with figures in a source's newest delivery, and the months missing between its first and its last."""

    units_count: int
    missing_months: tuple[str, ...]


def arrivals(portal_groups: pd.DataFrame) -> dict[str, Arrival]:
    """Say how whole each source is that has figures by unit: the portal's, and those that brought dossiers.

    Parameters
    ----------
    portal_groups
        The facts table.

    Returns
    -------
    dict
        Source id → what came. Units are counted among the portal's figures of the newest day, or among the dossiers
        received in the last month.
    """
    found = {str(source_id): _of_portal(rows) for source_id, rows in portal_groups.groupby("source_id")}
    return found | {each.source_id: _of_dossiers(each) for each in building.last_built() if each.months}


def _of_portal(rows: pd.DataFrame) -> Arrival:
    newest = rows[rows["as_of_date"] == rows["as_of_date"].max()]
    months = [period for period in rows["period"].unique() if MONTH.fullmatch(period)]
    return Arrival(int(newest["unit_code"].nunique()), _holes(months))


def _of_dossiers(built: building.Built) -> Arrival:
    reads.note("dossiers", built.source_id)
    last = pd.read_parquet(folder(built.source_id, max(built.months)), columns=["unit_code"])
    return Arrival(int(last["unit_code"].nunique()), _holes(built.months))


def _holes(months: Iterable[str]) -> tuple[str, ...]:
    there = pd.PeriodIndex(sorted(months), freq="M")
    whole = pd.period_range(there.min(), there.max(), freq="M") if len(there) else there
    return tuple(str(month) for month in whole.difference(there))
