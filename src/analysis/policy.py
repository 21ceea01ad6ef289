"""What the law says, as dated and cited data: the files under data/policy."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis import paths
from analysis.errors import DataContractError

Certainty = Literal["read", "read_in_code", "derived", "fitted", "memory", "disputed"]


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Policy):
    """Words in both languages."""

    vi: str
    en: str


class Citation(_Policy):
    """Where a rule was read."""

    title: str
    href: str
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
    citation: tuple[Citation, ...]
    valid_from: datetime.date
    valid_until: datetime.date | None = None
    maximum_points: float
    bands: tuple[Band, ...]
    groups: tuple[Group, ...]

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


@cache
def index_766() -> Index:
    """Read data/policy/index_766.yml.

    Raises
    ------
    DataContractError
        If the file is not a valid description of the index; every fault is listed.
    """
    path = paths.POLICY / "index_766.yml"
    try:
        return Index.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise DataContractError(
            "The description of the index is not valid",
            where="; ".join(
                f"{paths.relative(path)}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                for fault in error.errors()
            ),
            next_step="mend the file; src/analysis/policy.py says what each key means",
        ) from None
