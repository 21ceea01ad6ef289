"""What one unit's scorecard shows, counted for all units of a province once a build and read a unit at a time.

A page that reads its own unit's rows, with what its peers have in common already counted in them, is made again only
when one of these rows changes.

    data/processed/scorecards/<province>/<period>/<table>.parquet     one row or more a unit, see `tables_of`
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pandas as pd

from analysis import facts, paths, policy
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import reads
from analysis.indicators.actions import gains
from analysis.indicators.findings import findings
from analysis.indicators.middle_half import middle_half
from analysis.indicators.origins import own_cases, points_by_origin
from analysis.indicators.peers import like_peers
from analysis.indicators.service_index import ServiceIndex, service_index
from analysis.indicators.shares import comparable_shares
from analysis.indicators.within_year import within_year

FOLDER = "scorecards"
# what concerns adding up units, or the province alone, is for the province's page
PROVINCE_ONLY = (
    "petitions_shrink", "services_offered_differ", "procedures_do_not_add_up", "dossiers_do_not_add_up",
    "petitions_do_not_add_up",
)  # fmt: skip
MEANS_FOR_ALL = "on_time_exceeds_completed"
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


def tables_of(index: ServiceIndex) -> dict[str, pd.DataFrame]:
    """Count what the scorecards of a province and period show.

    Returns
    -------
    dict
        Table → rows, each with a `unit_code`: `units` (a row a unit, the province among them: name, level, as-of date,
        whether it is provisional and whole (has every group of the index), and what its peers are like); `files` (of
        the province: those that the figures come from); and as `Scorecard` describes them `rows`, `groups`, `shares`,
        `origins`, `cases`, `gains`, `like`, `within` and `findings` (with `figures` as JSON). Where no unit is whole
        there is no scorecard, and `units` alone.
    """
    origins = points_by_origin(index)
    own = origins[origins["origin"] == "own"].set_index("unit_code")
    units = _units(index, 100 * own["points"] / own["maximum_points"])
    if not (units["whole"] & (units["unit_level"] != "province")).any():
        return {"units": units}
    shares = comparable_shares(index)
    files = [
        {"unit_code": index.province_code, "source_id": source["id"], "file": each["file"]}
        for source in index.sources
        for each in source["sha256"]
    ]
    return {
        "units": units,
        "files": pd.DataFrame(files),
        "rows": index.rows,
        "groups": index.groups,
        "shares": shares,
        "origins": origins,
        "cases": own_cases(index),
        "gains": gains(index, toward=shares),
        "like": like_peers(index, shares),
        "within": within_year(index),
        "findings": _concerning(findings(index), index),
    }


def folder_of(province: str, period: str) -> Path:
    """Say where the tables of a province and period are kept."""
    return paths.PROCESSED / FOLDER / province / period


def _units(index: ServiceIndex, own_pct: pd.Series) -> pd.DataFrame:
    """Describe the units and their peers: those of the same level with enough dossiers."""
    units = index.totals()
    present = index.groups.dropna(subset=["points"]).groupby("unit_code")["group_id"].nunique()
    enough = units["unit_code"].map(index.dossiers_counts()) >= policy.FEWEST_CASES
    level = [units["unit_level"]]
    points = middle_half(units["points"].where(enough), level)
    own = middle_half(units["unit_code"].map(own_pct).where(enough), level)
    return pd.DataFrame(
        {
            **{name: units[name] for name in ("unit_code", "unit_name", "unit_level")},
            "as_of_date": index.as_of_date,
            "provisional": index.provisional,
            "whole": units["unit_code"].map(present).fillna(0) == len(policy.index_766().groups),
            # what the peers are like
            "points_low": points["low"],
            "points_high": points["high"],
            "own_low_pct": own["low"],
            "own_high_pct": own["high"],
            "peers_count": points["peers_count"],
        }
    )


def _concerning(found: pd.DataFrame, index: ServiceIndex) -> pd.DataFrame:
    """Give every unit the findings that its page needs: about the unit, or about rows that all units share."""
    told = found.assign(figures=found["figures"].map(json.dumps), order=range(len(found)))
    shared = ~found["place"].isin(index.units["unit_code"]) & ~found["finding_id"].isin(PROVINCE_ONLY)
    meaning = (found["finding_id"] == MEANS_FOR_ALL) & (found["place"] == index.province_code)
    for_all = index.children[["unit_code"]].merge(told[shared | meaning], how="cross")
    own = told[told["place"].isin(index.children["unit_code"])].assign(unit_code=lambda rows: rows["place"])
    return pd.concat([for_all, own]).sort_values(["unit_code", "order"], ignore_index=True).drop(columns="order")


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
    name = (folder / table).relative_to(paths.PROCESSED).as_posix()
    reads.note("table", name, {} if unit is None else {"unit_code": unit})
    path = folder / f"{table}.parquet"
    return _rows_of(_whole(path, path.stat().st_mtime_ns), unit)


@cache
def _whole(path: Path, modified: int) -> pd.DataFrame:
    return pd.read_parquet(path)


def ensure(definitions: str) -> int:
    """Count the scorecards of every province and period that are new or have changed, and drop those that are gone.

    Parameters
    ----------
    definitions
        Hash of the code and the policy tables that they are counted by.

    Returns
    -------
    int
        Of how many provinces and periods they were counted.
    """
    there = facts.load("portal_groups")[["province_code", "period"]].drop_duplicates()
    wanted = {folder_of(str(province), str(period)) for province, period in there.itertuples(index=False)}
    for left in set((paths.PROCESSED / FOLDER).glob("*/*")) - wanted:
        shutil.rmtree(left)
    return sum(_ensure(folder, definitions) for folder in sorted(wanted))


def _ensure(folder: Path, definitions: str) -> bool:
    """Count one province and period, unless the state that is written last says that nothing has changed."""
    province, period = folder.parent.name, folder.name
    key = hashlib.sha256("".join([definitions, *_made_of(province, period)]).encode()).hexdigest()
    state = folder / "state.json"
    if state.exists() and json.loads(state.read_text()) == key:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, frame in tables_of(service_index(province, period)).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    aside = folder / "state.part"
    aside.write_text(json.dumps(key))
    aside.replace(state)
    return True


def _made_of(province: str, period: str) -> Iterator[str]:
    """Hash the facts of a province's year: checks of a part and what moved within the year look at all of it."""
    for table in (name for name in facts.TABLES if name.startswith("portal_")):
        year = "" if table == "portal_units" else period[:4]
        yield reads.sha256(reads.Read("table", table, (("province_code", province),), year))
