"""What the law says, as dated and cited data: the files under data/policy."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from analysis import paths
from analysis.errors import DataContractError
from analysis.yaml_files import load_yaml

# on fewer cases a share is not judged: its interval would span most of the scale
FEWEST_CASES = 30
Certainty = Literal["read", "read_in_code", "derived", "fitted", "memory", "disputed", "assumed"]
T = TypeVar("T")


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Policy):
    """Words in both languages."""

    vi: str
    en: str


class Reference(_Policy):
    """A text to look up; `href` is None where its number and date are known but the text was not found."""

    title: str
    href: str | None = None


class Citation(Reference):
    """Where a rule was read."""

    certainty: Certainty


class Counts(_Policy):
    """Where a row's numerator and denominator stand: a metric of the portal, or columns of a facts table."""

    table: str
    metric: str | None = None
    numerator: tuple[str, ...] = ("numerator_count",)
    denominator: str = "denominator_count"


class ScoredRow(_Policy):
    """One scored row of the index.

    Points = `maximum_points` x min(1, share / `full_marks_at_pct`).

    Attributes
    ----------
    valid_from, valid_until
        First and last day (both INCLUSIVE) of the row; None while it is in force.
    checked_on
        Day of the portal's figures that the rule reproduces.
    citation
        Ids of the index's citations that the row rests on.
    """

    id: str
    number: str
    label: Label
    maximum_points: float = Field(gt=0)
    full_marks_at_pct: float = Field(default=100, gt=0, le=100)
    counts: Counts
    counted: Literal["dossier", "procedure", "service", "petition"]
    rounding: Literal["points", "percentage_first"] = "points"
    zero_denominator: Literal["missing", "zero", "full"]
    decided_by: Literal["unit", "province", "nobody"]
    valid_from: datetime.date
    valid_until: datetime.date | None = None
    checked_on: datetime.date
    citation: tuple[str, ...] = Field(min_length=1)
    certainty: Certainty


class Group(_Policy):
    """One group of rows; its rows' maxima add up to its own."""

    id: str
    portal_code: str
    maximum_points: float
    label: Label
    rows: tuple[ScoredRow, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(row.maximum_points for row in self.rows) != self.maximum_points:
            raise ValueError(f"the rows of {self.id} do not add up to {self.maximum_points}")
        return self


class Band(_Policy):
    """A named range of the total, from `at_least` (INCLUSIVE) up to the next band (EXCLUSIVE)."""

    id: str
    at_least: float
    label: Label
    certainty: Certainty


class Index(_Policy):
    """The whole index with its validity."""

    id: str
    title: Label
    citations: dict[str, Citation]
    valid_from: datetime.date
    valid_until: datetime.date | None = None
    maximum_points: float
    bands: tuple[Band, ...]
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def _cites_what_is_listed(self) -> Self:
        unknown = [f"{row.id}: {name}" for row in self.rows for name in row.citation if name not in self.citations]
        if unknown:
            raise ValueError(f"no such citation ({', '.join(unknown)}); there are {', '.join(self.citations)}")
        return self

    @property
    def rows(self) -> tuple[ScoredRow, ...]:
        """Give every scored row in the order of the index."""
        return tuple(row for group in self.groups for row in group.rows)

    def band(self, points: float) -> Band:
        """Give the band that a total falls into."""
        return next(band for band in self.bands if points >= band.at_least)

    def group_of(self, row_id: str) -> Group:
        """Give the group a row belongs to."""
        return next(group for group in self.groups if any(row.id == row_id for row in group.rows))


class Event(_Policy):
    """A dated act that a series is read against; `certainty` is that of its date.

    Attributes
    ----------
    breaks
        What does not go on from the day before to `date` (INCLUSIVE): `counts`, for units, tiers or tasks changed, or
        only the `names` of units; None where the act breaks no series.
    provinces
        Codes of the provinces that it concerns, the official one and the portal's; empty: the whole country.
    """

    date: datetime.date
    label: Label
    breaks: Literal["counts", "names"] | None = None
    provinces: tuple[str, ...] = ()
    citation: Reference
    certainty: Certainty


class DistrictProcedures(_Policy):
    """What became of the procedures that districts decided, in the whole country.

    Attributes
    ----------
    event
        Id of the act with which the district tier ended.
    became
        Of `procedures_count`, how many went to the commune, to the province, and were abolished.
    decided_since
        How many procedures the province and the commune decide since.
    """

    event: str
    procedures_count: int
    became: dict[Literal["commune", "province", "abolished"], int]
    decided_since: dict[Literal["commune", "province"], int]
    citation: Reference
    certainty: Certainty

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(self.became.values()) != self.procedures_count:
            raise ValueError(f"{self.became} does not add up to {self.procedures_count}")
        return self


class MethodChange(_Policy):
    """The period (INCLUSIVE) from which rows of a facts table are measured in another way."""

    id: str
    table: str
    column: str
    values: tuple[str, ...]
    since: str
    label: Label
    citation: Reference
    certainty: Certainty


class Target(_Policy):
    """A value that an indicator, or a row of the index, is to reach by a day (INCLUSIVE).

    Attributes
    ----------
    by
        None where the day is not known.
    remark
        Where the indicator does not count just what the target speaks of.
    """

    indicator: str
    value: float
    by: datetime.date | None
    citation: str
    certainty: Certainty
    remark: Label | None = None


class Act(Citation):
    """A citation with the short name it goes by on a page."""

    short: Label


class OfficialTargets(_Policy):
    """Targets of provinces and of the country for shares that rows of the index count too."""

    id: str
    citations: dict[str, Act]
    targets: tuple[Target, ...]

    @model_validator(mode="after")
    def _cites_what_is_listed(self) -> Self:
        if unknown := {target.citation for target in self.targets} - set(self.citations):
            raise ValueError(f"no such citation ({', '.join(sorted(unknown))}); there are {', '.join(self.citations)}")
        return self


class Task(_Policy):
    """One thing that the directive orders.

    Attributes
    ----------
    who
        Whom it is put to: `departments`, `communes`, or all `units`.
    headline
        Id of the indicator that stands for it; None where none can, and `not_measured` says why.
    remark
        What a reader has to know about how sure the order or its target is.
    """

    id: str
    order: Label
    who: Literal["departments", "communes", "units"]
    headline: str | None = None
    not_measured: Label | None = None
    targets: tuple[Target, ...] = ()
    remark: Label | None = None
    citation: tuple[str, ...] = Field(min_length=1)
    certainty: Certainty

    @model_validator(mode="after")
    def _measured_or_says_why(self) -> Self:
        if (self.headline is None) == (self.not_measured is None):
            raise ValueError(f"{self.id} needs either a headline indicator or the reason why it is not measured")
        return self


class Directive(_Policy):
    """The directive and its tasks, in its order."""

    id: str
    number: str
    issued_on: datetime.date
    issuer: Label
    citations: dict[str, Citation]
    tasks: tuple[Task, ...]

    @model_validator(mode="after")
    def _cites_what_is_listed(self) -> Self:
        cited = [(*task.citation, *(target.citation for target in task.targets)) for task in self.tasks]
        named = {each for citations in cited for each in citations}
        if unknown := named - set(self.citations):
            raise ValueError(f"no such citation ({', '.join(sorted(unknown))}); there are {', '.join(self.citations)}")
        return self


class WorkingHours(_Policy):
    """Hours of labour in a day and in a year."""

    a_day: float = Field(gt=0)
    a_year: float = Field(gt=0)
    citation: str
    certainty: Certainty


class GdpPerHead(_Policy):
    """GDP per head of a year, at current prices."""

    year: int
    amount_vnd: float = Field(gt=0)
    citation: str
    certainty: Certainty


class Spread(_Policy):
    """How far a declared amount may be off: a geometric standard deviation."""

    spread: float = Field(ge=1)
    citation: str
    certainty: Certainty


class ActivityTime(_Policy):
    """What one activity takes of an applicant, once a case, a paper or a visit; `travel_vnd` is spent each time."""

    id: str
    label: Label
    per: Literal["case", "paper", "visit"]
    median_hours: float = Field(gt=0)
    spread: float = Field(ge=1)
    travel_vnd: float = Field(ge=0)
    citation: str
    certainty: Certainty


class CostModel(_Policy):
    """What the standard cost model is reckoned with.

    Attributes
    ----------
    visits_in_person
        Visits of a case that is not filed online.
    """

    id: str
    citations: dict[str, Citation]
    working_hours: WorkingHours
    gdp_per_head: tuple[GdpPerHead, ...] = Field(min_length=1)
    times: tuple[ActivityTime, ...]
    visits_in_person: float = Field(ge=0)
    declared_cost: Spread

    @model_validator(mode="after")
    def _cites_what_is_listed(self) -> Self:
        cited = {self.working_hours.citation, self.declared_cost.citation}
        cited |= {each.citation for each in self.gdp_per_head} | {each.citation for each in self.times}
        if unknown := cited - set(self.citations):
            raise ValueError(f"no such citation ({', '.join(sorted(unknown))}); there are {', '.join(self.citations)}")
        return self

    @property
    def gdp(self) -> GdpPerHead:
        """Give the newest GDP per head that was read in a source."""
        return max((each for each in self.gdp_per_head if each.certainty == "read"), key=lambda each: each.year)

    @property
    def hourly_wage_vnd(self) -> float:
        """Give the wage of an hour: GDP per head by the working hours of a year."""
        return self.gdp.amount_vnd / self.working_hours.a_year

    def time(self, activity_id: str) -> ActivityTime:
        """Give one activity's time."""
        return next(each for each in self.times if each.id == activity_id)


INDEX: TypeAdapter[Index] = TypeAdapter(Index)
EVENTS: TypeAdapter[dict[str, Event]] = TypeAdapter(dict[str, Event])
DIRECTIVE: TypeAdapter[Directive] = TypeAdapter(Directive)
OFFICIAL_TARGETS: TypeAdapter[OfficialTargets] = TypeAdapter(OfficialTargets)
DISTRICT_PROCEDURES: TypeAdapter[DistrictProcedures] = TypeAdapter(DistrictProcedures)
METHOD_CHANGES: TypeAdapter[tuple[MethodChange, ...]] = TypeAdapter(tuple[MethodChange, ...])
COST_MODEL: TypeAdapter[CostModel] = TypeAdapter(CostModel)


@cache
def index_766() -> Index:
    """Read data/policy/index_766.yml.

    Raises
    ------
    DataContractError
        If the file is not a valid description of the index; every fault is listed.
    """
    return _read("index_766.yml", INDEX)


@cache
def events() -> dict[str, Event]:
    """Read data/policy/events.yml: event id → event.

    Raises
    ------
    DataContractError
        If an event is not described as `Event` says; every fault is listed.
    """
    return _read("events.yml", EVENTS)


@cache
def directive_4550() -> Directive:
    """Read data/policy/directive_4550.yml.

    Raises
    ------
    DataContractError
        If the file is not a valid description of the directive; every fault is listed.
    """
    return _read("directive_4550.yml", DIRECTIVE)


@cache
def official_targets() -> OfficialTargets:
    """Read data/policy/official_targets.yml.

    Raises
    ------
    DataContractError
        If the file is not a valid description of targets; every fault is listed.
    """
    return _read("official_targets.yml", OFFICIAL_TARGETS)


@cache
def district_procedures() -> DistrictProcedures:
    """Read data/policy/district_procedures_2025.yml.

    Raises
    ------
    DataContractError
        If it is not described as `DistrictProcedures` says; every fault is listed.
    """
    return _read("district_procedures_2025.yml", DISTRICT_PROCEDURES)


@cache
def method_changes() -> tuple[MethodChange, ...]:
    """Read data/policy/method_changes.yml.

    Raises
    ------
    DataContractError
        If a change is not described as `MethodChange` says; every fault is listed.
    """
    return _read("method_changes.yml", METHOD_CHANGES)


@cache
def cost_model() -> CostModel:
    """Read data/policy/compliance_cost.yml.

    Raises
    ------
    DataContractError
        If the file is not a valid description of the model; every fault is listed.
    """
    return _read("compliance_cost.yml", COST_MODEL)


def _read(name: str, kind: TypeAdapter[T]) -> T:
    path = paths.POLICY / name
    try:
        return kind.validate_python(load_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = (": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"]))) for fault in error.errors())
        raise DataContractError(
            "A policy file is not valid",
            where="; ".join(f"{paths.relative(path)}: {fault}" for fault in faults),
            next_step="mend the file; src/analysis/policy.py says what each key means",
        ) from None
