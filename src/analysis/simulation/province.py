"""The made-up province: units with their successors, procedures with their limits, and who was planted to do what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.simulation.law import NEVER_FULL, enacted
from analysis.simulation.scenario import (
    DIRECTIVE_MONTH,
    FIRST_MONTH,
    LAST_MONTH,
    MERGER_MONTH,
    PROVINCE,
    PROVINCE_AFTER,
    Scenario,
)

Floats = npt.NDArray[np.float64]
MONTHS = pd.period_range(FIRST_MONTH, LAST_MONTH, freq="M")
DEPARTMENTS, DISTRICTS, COMMUNES, NEW_COMMUNES = 20, 11, 111, 40
PROCEDURES, FIELDS, ESSENTIAL = 1800, 60, 76
LEVELS = ("department", "district", "commune")
PROCEDURE_LEVELS = (0.62, 0.18, 0.20)  # of procedures; of dossiers the communes have most
DOSSIER_LEVELS = (0.30, 0.22, 0.48)
LIMITS = (1, 2, 3, 5, 7, 10, 15, 20, 30)
LIMIT_SHARES = (0.14, 0.06, 0.15, 0.18, 0.10, 0.14, 0.12, 0.07, 0.04)
# of 346 district procedures 278 went to communes, 18 to the province, 50 were abolished (domain notes §3.2)
DISTRICT_FATE = {"commune": 278 / 346, "department": 18 / 346, "abolished": 50 / 346}
LINKED = {
    "birth": ("SIM.1.00001", "SIM.1.00002", "SIM.1.00003"),
    "death": ("SIM.1.00004", "SIM.1.00005", "SIM.1.00006"),
}
LINKED_LIMITS = (1, 5, 5)  # working days of each step


@dataclass(frozen=True)
class Province:
    """Units and procedures, with the truth about each.

    Attributes
    ----------
    units
        One row per unit: unit_code, unit_name, unit_level, province_code, valid_from (INCLUSIVE), valid_to (EXCLUSIVE),
        successor_code, weight (of dossiers within its level), online_logit, time_log, back_dates, has_proxies,
        full_delay_months.
    procedures
        One row per procedure: procedure_code, field_code, unit_level before and level_after the merger (empty:
        abolished), limit_days, fee_vnd, weight, online_logit, full_from_month (index; 10,000: never), essential,
        linked_group, and what `law.enacted` adds.
    """

    units: pd.DataFrame
    procedures: pd.DataFrame

    def units_of(self, month: pd.Period, level: str) -> pd.DataFrame:
        """Give the units of a level that exist in a month."""
        start = month.start_time.date().isoformat()
        there = (self.units["valid_from"] <= start) & (self.units["valid_to"] > start)
        return self.units[there & (self.units["unit_level"] == level)]

    def procedures_of(self, month: pd.Period, level: str) -> pd.DataFrame:
        """Give the procedures that units of a level handle in a month, in force on all its days."""
        column = "unit_level" if month < pd.Period(MERGER_MONTH, "M") else "level_after"
        first, after = (day.start_time.date().isoformat() for day in (month, month + 1))
        in_force = (self.procedures["valid_from"] <= first) & (self.procedures["valid_to"] >= after)
        return self.procedures[in_force & (self.procedures[column] == level)]


def make(scenario: Scenario, rng: np.random.Generator, *, law: np.random.Generator) -> Province:
    """Make the province; the same generators, of which `law` draws what happens to procedures, give the same one."""
    return Province(_units(scenario, rng), enacted(_procedures(scenario, rng), law))


def _units(scenario: Scenario, rng: np.random.Generator) -> pd.DataFrame:
    start, merged, end = f"{FIRST_MONTH}-01", f"{MERGER_MONTH}-01", "9999-12-31"
    departments = _rows("S", "Sở Mô phỏng", "department", DEPARTMENTS, start, end)
    districts = _rows("H", "Huyện Mô phỏng", "district", DISTRICTS, start, merged)
    communes = _rows("X", "Xã Mô phỏng", "commune", COMMUNES, start, merged)
    after = _rows("P", "Xã, phường Mô phỏng (mới)", "commune", NEW_COMMUNES, merged, end)
    # neighbouring communes are joined: 111 into 40
    into = after["unit_code"].to_numpy()[np.arange(COMMUNES) * NEW_COMMUNES // COMMUNES]
    communes["successor_code"] = into
    units = pd.concat([departments, districts, communes, after], ignore_index=True)
    units["weight"] = rng.lognormal(0.0, 0.7, len(units))
    units["online_logit"] = rng.normal(0.0, scenario.unit_online_spread_logit, len(units))
    units["time_log"] = rng.normal(0.0, scenario.unit_time_spread_log, len(units))
    units["full_delay_months"] = rng.integers(0, 5, len(units))
    _inherit(units)
    units["back_dates"] = _planted(units, scenario.back_dating_units_count, rng)
    units["has_proxies"] = _planted(units, scenario.proxy_units_count, rng)
    units["province_code"] = np.where(units["valid_from"] < merged, PROVINCE, PROVINCE_AFTER)
    return units


def _rows(letter: str, name: str, level: str, count: int, start: str, end: str) -> pd.DataFrame:
    number = [f"{n:03d}" for n in range(1, count + 1)]
    return pd.DataFrame(
        {
            "unit_code": [f"SIM.{letter}{n}" for n in number],
            "unit_name": [f"{name} {n}" for n in number],
            "unit_level": level,
            "valid_from": start,
            "valid_to": end,
            "successor_code": "",
        }
    )


def _inherit(units: pd.DataFrame) -> None:
    """Give a new commune the work and, by weight, the ways of those it was joined from."""
    old = units[units["successor_code"] != ""]
    for code, parts in old.groupby("successor_code"):
        here = units["unit_code"] == code
        units.loc[here, "weight"] = parts["weight"].sum()
        for column in ("online_logit", "time_log"):
            units.loc[here, column] = np.average(parts[column], weights=parts["weight"])


def _planted(units: pd.DataFrame, count: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Plant a conduct in the larger units that exist before the directive, and in what becomes of them."""
    large = units[(units["unit_level"] != "department") & (units["valid_from"] < f"{DIRECTIVE_MONTH}-01")]
    chosen = rng.choice(large.nlargest(60, "weight")["unit_code"].to_numpy(), size=count, replace=False)
    heirs = units.loc[units["unit_code"].isin(chosen), "successor_code"]
    return units["unit_code"].isin([*chosen, *heirs[heirs != ""]]).to_numpy()


def _procedures(scenario: Scenario, rng: np.random.Generator) -> pd.DataFrame:
    codes = [f"SIM.1.{n:05d}" for n in range(1, PROCEDURES + 1)]
    frame = pd.DataFrame({"procedure_code": codes})
    frame["field_code"] = [f"SIM.L{n:02d}" for n in rng.integers(1, FIELDS + 1, PROCEDURES)]
    frame["unit_level"] = rng.choice(LEVELS, PROCEDURES, p=PROCEDURE_LEVELS)
    frame["limit_days"] = rng.choice(LIMITS, PROCEDURES, p=LIMIT_SHARES)
    fees = rng.choice([5_000, 8_000, 15_000, 25_000, 50_000, 100_000, 300_000], PROCEDURES)
    frame["fee_vnd"] = np.where(rng.random(PROCEDURES) < 0.4, fees, 0)
    frame["weight"] = 1.0 / (1.0 + rng.permutation(PROCEDURES)) ** 0.9
    frame["online_logit"] = rng.normal(0.0, scenario.procedure_online_spread_logit, PROCEDURES)
    wave = rng.integers(2, len(MONTHS) - 8, PROCEDURES)
    frame["full_from_month"] = np.where(rng.random(PROCEDURES) < scenario.never_full_share, NEVER_FULL, wave)
    frame["linked_group"] = ""
    for group, steps in LINKED.items():
        inside = frame["procedure_code"].isin(steps)
        frame.loc[inside, "linked_group"] = group
        # filed as a group, not one by one
        frame.loc[inside, ["weight", "full_from_month", "fee_vnd"]] = [0.0, 0, 0]
        frame.loc[inside, "limit_days"] = LINKED_LIMITS
        frame.loc[inside, "unit_level"] = "commune"
    linked = frame["linked_group"] != ""
    others = frame["weight"].rank(ascending=False) <= ESSENTIAL - linked.sum()
    frame["essential"] = linked | others
    fate = rng.choice(list(DISTRICT_FATE), PROCEDURES, p=list(DISTRICT_FATE.values()))
    district = frame["unit_level"] == "district"
    frame["level_after"] = frame["unit_level"].where(~district, np.where(fate == "abolished", "", fate))
    return frame
