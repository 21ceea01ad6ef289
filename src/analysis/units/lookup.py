"""Which unit a code named on a day, and what became of it.

A code alone says little: 3,316 wards of today bear the code of an old one, and few of them have only its land.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pandas as pd

from analysis import policy
from analysis.errors import UsageError
from analysis.units.tables import load


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stood from `valid_from` (INCLUSIVE; None: not known) to `valid_to` (EXCLUSIVE; None: still)."""

    official_code: str
    unit_level: str
    unit_name: str
    official_province_code: str
    official_district_code: str | None
    valid_from: datetime.date | None
    valid_to: datetime.date | None


def unit_at(code: str, on: datetime.date) -> Unit:
    """Give the unit that an official code named on a day.

    Raises
    ------
    UsageError
        If no unit had that code on that day; the error says when one had.
    SourceUnavailableError
        If the list of units is not there.
    """
    had = _having(code)
    now = had[_valid(had, on)]
    if now.empty:
        raise UsageError(
            f"No unit had the code {code!r} on {on}",
            allowed="; ".join(
                f"{unit.unit_name}, {_day(unit.valid_from) or '…'} to {_day(unit.valid_to) or '…'} (EXCLUSIVE)"
                for unit in had.itertuples()
            ),
            next_step="ask `successor_of` what became of a unit that ended",
        )
    found = now.iloc[0]
    return Unit(
        official_code=code,
        unit_level=found["unit_level"],
        unit_name=found["unit_name"],
        official_province_code=found["official_province_code"],
        official_district_code=found["official_district_code"] if pd.notna(found["official_district_code"]) else None,
        valid_from=_day(found["valid_from"]),
        valid_to=_day(found["valid_to"]),
    )


def province_of(code: str, on: datetime.date) -> str:
    """Give the official code of the province in which a unit's land lay on a day.

    A unit that had ended by then is looked up in its successor province; where a code named two units, the one of that
    day counts.

    Raises
    ------
    UsageError
        If there was no such unit by that day.
    SourceUnavailableError
        If the list of units is not there.
    """
    had = _having(code)
    ended = had[had["valid_to"].notna() & (had["valid_to"] <= on.isoformat())]
    if _valid(had, on).any() or ended.empty:
        return unit_at(code, on).official_province_code
    return str(ended["successor_province_code"].dropna().iloc[0])


def successor_of(code: str, on: datetime.date) -> pd.DataFrame:
    """Give the units that hold on a day what a unit held before the merger.

    Parameters
    ----------
    code
        Official code of a province or ward. A code that also names a unit of today means the old one.
    on
        The day; before the merger a unit is its own successor.

    Returns
    -------
    pandas.DataFrame
        One row per successor: `official_code`, `unit_name` (of that day), `weight` (share of the old unit's counts,
        adding up to 1) and `weight_basis` (`whole` or `equal`).

    Raises
    ------
    UsageError
        If there was no such unit, or it is a district: districts ended and their work went to two tiers.
    SourceUnavailableError
        If the tables are not there.
    """
    itself = pd.DataFrame({"official_code": [code], "weight": [1.0], "weight_basis": ["whole"]})
    into = itself.iloc[:0] if on < policy.events()["merger_2025"].date else _into(code)
    if into.empty:
        unit_at(code, on)
        into = itself
    units = load("units")
    names = units[_valid(units, on)].set_index("official_code")["unit_name"]
    into.insert(1, "unit_name", into["official_code"].map(names))
    return into


def _into(code: str) -> pd.DataFrame:
    """Give what an old province or ward went into; no row where no old one had the code."""
    links = load("unit_crosswalk")
    provinces = links.assign(weight=1.0, weight_basis="whole")[links["old_province_code"] == code]
    wards = links[links["old_ward_code"] == code]
    if provinces.empty and wards.empty and (links["old_district_code"] == code).any():
        raise UsageError(
            f"The district {code} ended on 1 July 2025 and has no successor",
            next_step="ask for its wards, or `province_of` for the province",
        )
    found = pd.concat(
        [
            provinces.drop_duplicates("new_province_code").assign(official_code=provinces["new_province_code"]),
            wards.assign(official_code=wards["new_ward_code"]),
        ],
        ignore_index=True,
    )
    return found[["official_code", "weight", "weight_basis"]]


def _having(code: str) -> pd.DataFrame:
    units = load("units")
    had = units[units["official_code"] == code]
    if had.empty:
        raise UsageError(
            f"There is no unit {code!r}",
            allowed="an official code as text with its zeros: 2 digits a province, 3 a district, 5 a ward or commune",
        )
    return had


def _valid(units: pd.DataFrame, on: datetime.date) -> pd.Series[bool]:
    day = on.isoformat()
    begun = units["valid_from"].isna() | (units["valid_from"] <= day)
    return begun & (units["valid_to"].isna() | (units["valid_to"] > day))


def _day(text: object) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if isinstance(text, str) else None
