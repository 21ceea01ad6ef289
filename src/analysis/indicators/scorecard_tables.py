"""What all scorecards of a province show, counted once a build.

data/processed/scorecards/<province>/<period>/<table>.parquet     rows of every unit, see `tables_of`
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis import facts, paths, policy
from analysis.facts import reads
from analysis.indicators.actions import gains
from analysis.indicators.findings import findings
from analysis.indicators.middle_half import middle_half
from analysis.indicators.origins import own_cases, points_by_origin
from analysis.indicators.peers import like_peers
from analysis.indicators.service_index import ServiceIndex, service_index
from analysis.indicators.shares import comparable_shares
from analysis.indicators.within_year import within_year
from analysis.whole_files import write_atomically

FOLDER = "scorecards"
# what concerns adding up units, or the province alone, is for the province's page
PROVINCE_ONLY = (
    "petitions_shrink", "services_offered_differ", "procedures_do_not_add_up", "dossiers_do_not_add_up",
    "petitions_do_not_add_up",
)  # fmt: skip
MEANS_FOR_ALL = "on_time_exceeds_completed"


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
    state.unlink(missing_ok=True)
    tables = tables_of(service_index(province, period))
    for left in {path.stem for path in folder.glob("*.parquet")} - tables.keys():
        (folder / f"{left}.parquet").unlink(missing_ok=True)
    for name, frame in tables.items():
        write_atomically(folder / f"{name}.parquet", frame.to_parquet(index=False))
    write_atomically(state, json.dumps(key).encode())
    return True


def _made_of(province: str, period: str) -> Iterator[str]:
    """Hash the facts of a province's year: checks of a part and what moved within the year look at all of it."""
    for table in (name for name in facts.TABLES if name.startswith("portal_")):
        year = "" if table == "portal_units" else period[:4]
        yield reads.sha256(reads.Read("table", table, (("province_code", province),), year))


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
