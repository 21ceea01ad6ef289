"""The 34 provinces as the portal knows them."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass

from analysis import paths
from analysis.errors import UsageError

FILE = "portal_provinces.csv"


@dataclass(frozen=True, slots=True)
class Province:
    """One province of the portal.

    Attributes
    ----------
    code
        The portal's code, such as `H44`.
    name
        As published.
    department_id
        The id that requests name as `rootDepartmentId`.
    department_count, commune_count
        Units seen below it in year 2026, captured 28 September to 1 October 2026.
    """

    code: str
    name: str
    department_id: str
    department_count: int
    commune_count: int

    @property
    def unit_count(self) -> int:
        """Give how many units a response is expected to list."""
        return self.department_count + self.commune_count


def portal_provinces() -> tuple[Province, ...]:
    """Give the 34 provinces by code; what `analysis fetch portal --list` prints."""
    with (paths.REFERENCE / FILE).open(encoding="utf-8", newline="") as lines:
        provinces = [
            Province(
                code=line["code"],
                name=line["name"],
                department_id=line["department_id"],
                department_count=int(line["department_count"]),
                commune_count=int(line["commune_count"]),
            )
            for line in csv.DictReader(lines)
        ]
    return tuple(sorted(provinces, key=lambda province: province.code))


def find_province(code: str) -> Province:
    """Give the province of a code.

    Raises
    ------
    UsageError
        No such code; the error lists those there are.
    """
    known = {province.code: province for province in portal_provinces()}
    if code not in known:
        near = difflib.get_close_matches(code, known, n=1)
        raise UsageError(
            f"there is no province {code!r}" + (f"; did you mean {near[0]}?" if near else ""),
            allowed=", ".join(known),
            next_step="`analysis fetch portal --list` prints codes and names",
        )
    return known[code]
