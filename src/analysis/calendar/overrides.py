"""What governments decided for single days: data/reference/working_day_overrides.yml, checked on reading."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from analysis import paths
from analysis.errors import DataContractError
from analysis.policy import Citation, Label
from analysis.yaml_files import load_yaml

FILE = "working_day_overrides.yml"
DAY = datetime.timedelta(days=1)
# the years that the calendar covers, less the first: a break may begin in the year before
Year = Annotated[int, Field(ge=2001, le=2060)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DaysOff(_Entry):
    """A break as its notice words it: `first` to `last`, both INCLUSIVE, weekends included."""

    first: datetime.date
    last: datetime.date
    occasion: Label
    source: str

    @model_validator(mode="after")
    def _is_a_break(self) -> Self:
        if not datetime.timedelta() <= self.last - self.first < datetime.timedelta(days=30):
            raise ValueError(f"a break from {self.first} to {self.last} is not one of 1 to 30 days")
        return self

    @property
    def days(self) -> list[datetime.date]:
        """Give each day of the break."""
        return [self.first + number * DAY for number in range((self.last - self.first).days + 1)]


class DayWorked(_Entry):
    """A weekend day that was worked, and the working day that was given off for it."""

    date: datetime.date
    instead_of: datetime.date
    source: str

    @model_validator(mode="after")
    def _was_a_rest_day(self) -> Self:
        if self.date.isoweekday() < 6:
            raise ValueError(f"{self.date} is not a Saturday or Sunday")
        return self


class Overrides(_Entry):
    """One country's decisions; `announced` gives the notice of each year whose days the government has set."""

    sources: dict[str, Citation]
    announced: dict[Year, str]
    days_off: tuple[DaysOff, ...] = ()
    days_worked: tuple[DayWorked, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        off = [day for entry in self.days_off for day in entry.days]
        worked = [entry.date for entry in self.days_worked]
        used = {e.source for e in self.days_off} | {e.source for e in self.days_worked} | {*self.announced.values()}
        years = {*(entry.last.year for entry in self.days_off), *(day.year for day in worked)}
        faults: dict[str, set[Any]] = {
            "no such source": used - set(self.sources),
            "year without a notice": years - set(self.announced),
            "listed twice": {day for day in (*off, *worked) if off.count(day) + worked.count(day) > 1},
            "given off for a day worked, yet not a day off": {e.instead_of for e in self.days_worked} - set(off),
        }
        if any(faults.values()):
            raise ValueError("; ".join(f"{what}: {', '.join(sorted(map(str, e)))}" for what, e in faults.items() if e))
        return self


BY_COUNTRY: TypeAdapter[dict[str, Overrides]] = TypeAdapter(dict[str, Overrides])


def read(path: Path) -> dict[str, Overrides]:
    """Read the overrides: country code → its decisions.

    Raises
    ------
    DataContractError
        If the file cannot be read or an entry is not as described above; the error names the file and every entry.
    """
    where = paths.relative(path)
    try:
        return BY_COUNTRY.validate_python(load_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        faults = [" ".join(str(error).split())]
    except ValidationError as error:
        faults = [": ".join(filter(None, (".".join(map(str, e["loc"])), e["msg"]))) for e in error.errors()]
    raise DataContractError(
        "The working-day overrides are not valid",
        where="; ".join(f"{where}: {fault}" for fault in faults),
        allowed="the keys that the head of the file explains",
        next_step="mend the entry; its place is counted from 0",
    )
