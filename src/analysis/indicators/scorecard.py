"""What one unit's scorecard shows, read a unit at a time.

A page that reads its own unit's rows, with what its peers have in common already counted in them, is made again only
when one of these rows changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from analysis import facts, paths
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import reads
from analysis.indicators.scorecard_tables import folder_of, tables_of
from analysis.indicators.service_index import ServiceIndex, service_index

# gives a unit's rows of a table; without a unit all rows
Own = Callable[[str, str | None], pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """One unit's part of the service index of its province, and what its peers are like.

    Attributes
    ----------
    unit
        Its code.
    index
        The index, with the province and this unit alone in `units`, and this unit's rows and groups.
    peers
        Of the other units of its level that had 30 dossiers or more: `points_low`, `points_high` (the middle half of
        their totals), `own_low_pct`, `own_high_pct` (the same of the part that their own cases decide, in percent of
        its maximum; all missing with fewer than 8 of them), `peers_count`.
    shares
        Its `comparable_shares`.
    origins
        Its points by where they come from, see `points_by_origin`.
    cases
        The rows that its own cases decide, see `own_cases`.
    gains
        What each action would gain it, up to what a quarter of its peers have reached, see `gains`.
    like
        Its shares and those of the communes most like it, see `like_peers`.
    within
        Its shares within the year, see `within_year`.
    findings
        Oddities of the figures that concern it, or all units alike, see `findings`.
    """

    unit: str
    index: ServiceIndex
    peers: pd.Series
    shares: pd.DataFrame
    origins: pd.DataFrame
    cases: pd.DataFrame
    gains: pd.DataFrame
    like: pd.DataFrame
    within: pd.DataFrame
    findings: pd.DataFrame

    @property
    def name(self) -> str:
        """Give the unit's name."""
        return str(self.index.units["unit_name"].iloc[-1])

    @property
    def level(self) -> str:
        """Give the unit's level: department or commune."""
        return str(self.index.units["unit_level"].iloc[-1])

    @property
    def points(self) -> float:
        """Give its total."""
        return float(self.index.totals()["points"].iloc[-1])

    @property
    def dossiers_count(self) -> int:
        """Give the dossiers that it handled in the period."""
        return self.index.dossiers_count(self.unit)


def scorecard(province: str, unit: str, period: str) -> Scorecard:
    """Read the scorecard of a department or commune.

    Parameters
    ----------
    province
        The portal's province code, such as `H44`.
    unit
        The unit's code.
    period
        `2026`, `2026-Q3` or `2026-08`.

    Raises
    ------
    UsageError
        If the facts have no such province, period or unit (the error lists some that they have), or the unit's figures
        lack whole groups of the index.
    SourceUnavailableError
        If nothing has been counted yet.
    """
    folder = folder_of(province, period)
    if not folder.is_dir():
        service_index(province, period)  # says what is wrong with the province or period, if anything is
        raise SourceUnavailableError(
            "The scorecards have not been counted", where=paths.relative(folder), next_step="run `analysis build`"
        )
    return _put_together(province, unit, period, partial(_read, folder))


def scorecard_of(index: ServiceIndex, unit: str) -> Scorecard:
    """Count the scorecard of a unit from the index of its province, as `scorecard` reads it; raises the same."""
    counted = tables_of(index)
    return _put_together(index.province_code, unit, index.period, lambda name, of: _rows_of(counted[name], of))


def _put_together(province: str, unit: str, period: str, own: Own) -> Scorecard:
    """Put a unit's rows of every table together."""
    about = own("units", unit)
    if about.empty or unit == province:
        known = own("units", None)
        raise UsageError(
            f"{province} has no department or commune {unit!r} in {period}",
            allowed=", ".join(known.loc[known["unit_code"] != province, "unit_code"].head(12)) + " …",
        )
    if not about["whole"].iloc[0]:
        raise UsageError(
            f"The portal's figures for {unit} in {period} lack some groups of the index",
            allowed="a period for which all six groups are published for units",
            next_step="choose the whole year, or fetch the period with `analysis fetch portal`",
        )
    names = ["unit_code", "unit_name", "unit_level"]
    index = ServiceIndex(
        province_code=province,
        period=period,
        as_of_date=str(about["as_of_date"].iloc[0]),
        provisional=bool(about["provisional"].iloc[0]),
        units=pd.concat([own("units", province)[names], about[names]], ignore_index=True),
        rows=own("rows", unit),
        groups=own("groups", unit),
        sources=facts.provenance([own("files", province)]),
    )
    found = own("findings", unit)
    return Scorecard(
        unit=unit,
        index=index,
        peers=about[["points_low", "points_high", "own_low_pct", "own_high_pct", "peers_count"]].iloc[0],
        findings=found.assign(figures=found["figures"].map(json.loads)),
        **{name: own(name, unit) for name in ("shares", "origins", "cases", "gains", "like", "within")},
    )


def _rows_of(frame: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    return frame if unit is None else frame[frame["unit_code"] == unit].reset_index(drop=True)


def _read(folder: Path, table: str, unit: str | None) -> pd.DataFrame:
    """Read a unit's rows; those of the others never become a frame, which would cost more than all else here."""
    name = (folder / table).relative_to(paths.PROCESSED).as_posix()
    frame: pd.DataFrame = reads.take("counted", name, {} if unit is None else {"unit_code": unit}).to_pandas()
    return frame
