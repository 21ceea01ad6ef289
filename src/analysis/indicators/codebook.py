"""The codebook `indicators.yml`, read and checked."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.policy import Label
from analysis.yaml_files import load_yaml

Kind = Literal[
    "ratio", "quantile", "official", "cohort", "backlog", "backlog_age", "services", "bounds", "gap", "register"
]


class Indicator(BaseModel):
    """One definition; see the head of `indicators.yml` for what each entry says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    theme: str
    label: Label
    of: str
    kind: Kind
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    probability: float | None = Field(default=None, gt=0, lt=1)
    unit: Literal["pct", "per_hundred", "days", "count", "number", "points"]
    direction: Literal["higher", "lower", "none"]
    threshold_pct: float | None = None
    serves: tuple[str, ...] = Field(min_length=1)
    definition: Label
    source: Label
    certainty: Literal["read", "read_in_code", "derived", "memory", "disputed"]


@cache
def indicators() -> dict[str, Indicator]:
    """Give every indicator by its id, in the order of the codebook.

    Raises
    ------
    DataContractError
        Naming the entry and what is wrong with it.
    """
    path = paths.PACKAGE / "indicators" / "indicators.yml"
    try:
        entries = TypeAdapter(tuple[Indicator, ...]).validate_python(load_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:5])
        raise DataContractError("The codebook breaks its form", where=f"{paths.relative(path)}: {wrong}") from None
    return {entry.id: entry for entry in entries}


def indicator(name: str) -> Indicator:
    """Give one indicator.

    Raises
    ------
    UsageError
        If there is none of that id; the error lists those there are.
    """
    if name not in indicators():
        raise UsageError(f"There is no indicator {name!r}", allowed=", ".join(indicators()))
    return indicators()[name]
