"""The places and periods that the facts know: what a page may be about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from analysis.errors import UsageError
from analysis.reporting.choices import closest

LEVELS = ("department", "commune")


@dataclass(frozen=True, slots=True)
class Place:
    """A province, department or commune as the portal names it."""

    code: str
    name: str
    level: str
    province: str


@dataclass(frozen=True, slots=True)
class Places:
    """Every known place by its code, the periods each province has figures for, and the sources there are.

    `sources` brought dossiers, `province_sources` are those of them that are of a province; all files of `fetched` are
    on this machine; `described` are all sources there are. `arrived` says how whole a source's figures are: its
    `units_count` and `missing_months`; `months` are the first and the last month of a source's dossiers.
    """

    by_code: dict[str, Place]
    periods: dict[str, tuple[str, ...]]
    sources: tuple[str, ...] = ()
    province_sources: tuple[str, ...] = ()
    fetched: frozenset[str] = frozenset()
    described: tuple[str, ...] = ()
    arrived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    months: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def has(self, sources: list[str]) -> bool:
        """Say whether all of these sources are on this machine."""
        return self.fetched.issuperset(sources)

    def provinces(self) -> list[str]:
        """List the codes of the provinces."""
        return [place.code for place in self.by_code.values() if place.level == "province"]

    def units_of(self, province: str) -> list[Place]:
        """List the departments, then the communes, of a province.

        Raises
        ------
        UsageError
            If the facts do not know the province.
        """
        if province not in self.provinces():
            raise UsageError(
                f"{province or 'No province'} is no province in the facts",
                where="reports.yml: for_each.province",
                allowed=closest(province, self.provinces()),
                next_step=f"`analysis fetch portal --province {province or 'H44'}`, then `analysis build`",
            )
        units = [place for place in self.by_code.values() if place.province == province]
        return sorted(
            (unit for unit in units if unit.level in LEVELS),
            key=lambda unit: (LEVELS.index(unit.level), unit.code),
        )


def load() -> Places:
    """Read places, periods and sources of dossiers from the built facts.

    Raises
    ------
    SourceUnavailableError
        If the facts are not built.
    """
    from analysis import facts

    units = facts.load("portal_units")[["unit_code", "unit_name", "unit_level", "province_code"]]
    by_code = {place.code: place for place in (Place(*row) for row in units.itertuples(index=False))}
    groups = facts.load("portal_groups")
    periods = groups.groupby("province_code")["period"].unique()
    known = {str(province): tuple(sorted(found)) for province, found in periods.items()}
    brought = facts.dossiers_brought()
    spans = brought.loc[brought["dossiers_count"] > 0, ["first_month", "last_month"]].astype(str)
    own = tuple(brought.loc[brought["of_province"].astype(bool), "source_id"])
    return Places(
        by_code,
        known,
        tuple(brought["source_id"]),
        own,
        facts.fetched(),
        facts.described(),
        {source: asdict(arrival) for source, arrival in facts.arrivals(groups).items()},
        dict(zip(brought.loc[spans.index, "source_id"], spans.itertuples(index=False, name=None), strict=True)),
    )
