"""The form of a mapping: how an agency's own export becomes dossiers, said in YAML.

It stands under `mapping:` in a source's `source.yml`; `use:` names one below `data/reference/mappings` to start from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.fields import FIELDS
from analysis.sources.cases.personal import is_personal
from analysis.sources.description import Source
from analysis.yaml_files import load_yaml

KEYS = ("dossier_key", "submitter_key", "linked_key")


def _text(value: Any) -> Any:
    """Take what YAML reads as a number or a flag for the text that it stands for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _impersonal(name: str) -> str:
    if is_personal(name):
        raise ValueError(f"{name} names or describes a person: it is dropped at the door and must not be mapped")
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ValueError(f"there is no time zone {name!r}; such as Asia/Ho_Chi_Minh") from error
    return name


Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_impersonal)]
Zone = Annotated[str, AfterValidator(_zone)]


class Column(BaseModel):
    """Where one column of the dossiers comes from.

    Attributes
    ----------
    column
        Column of the export, or key of a JSON line.
    constant
        The same value for every row, instead of a column.
    values
        Value of the export → value of ours; `""` stands for an empty cell.
    otherwise
        What any value that `values` does not name becomes; without it such a row is set aside.
    pattern
        Regular expression; its first group is the value.
    formats
        Forms of a time in strptime's letters, instead of the mapping's `dates`.
    count
        `all`: how many entries the nested list has; or those whose key has one of the values given.
    sum
        Key of the nested list whose numbers are added up.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Name | None = None
    constant: Text | None = None
    values: dict[Text, Text | None] = {}
    otherwise: Text | None = None
    pattern: str | None = None
    formats: list[str] = []
    count: Literal["all"] | dict[Name, list[Text]] | None = None
    sum: Name | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Column:
        if (self.column is None) == (self.constant is None):
            raise ValueError("either `column` or `constant` is needed")
        if self.pattern and re.compile(self.pattern).groups < 1:
            raise ValueError("`pattern` needs a group in parentheses: what it matches is the value")
        if isinstance(self.count, dict) and len(self.count) != 1:
            raise ValueError("`count` is `all` or names one key with the values that count")
        if sum(map(bool, (self.pattern, self.values, self.formats, self.count, self.sum))) > 1 + bool(
            self.pattern and self.values
        ):
            raise ValueError(
                "only one of `values`, `formats`, `count` and `sum` can apply; `pattern` goes with `values`"
            )
        return self


class Form(BaseModel):
    """How the file is written; an XLSX or Parquet file needs none of it but `sheet`.

    Attributes
    ----------
    sheet
        Name of the XLSX sheet; the first without it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    encoding: str = "utf-8"
    sheet: str | None = None


class Mapping(BaseModel):
    """What an export says, in the columns of `analysis.facts.dossiers`.

    Attributes
    ----------
    files
        Which locked files of the source are read (glob); all of a known suffix without it.
    one_row_is
        `event`: the rows of one dossier repeat its attributes and are made one.
    zone
        Where the agency's clock stands; times are kept as its wall clock.
    written_in
        Zone of stamps that carry no offset, where it is not `zone`.
    dates
        Forms of times in strptime's letters; `%z` reads an offset.
    missing
        What stands for an empty cell, besides nothing.
    country
        Whose working days count, two letters.
    columns
        Column of the dossiers → where it comes from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: list[str] = []
    form: Form = Form()
    one_row_is: Literal["dossier", "event"] = "dossier"
    zone: Zone = "Asia/Ho_Chi_Minh"
    written_in: Zone | None = None
    dates: list[str] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
    missing: list[Text] = ["NULL"]
    country: str = Field(default="VN", pattern=r"^[A-Z]{2}$")
    columns: dict[str, Column]

    @property
    def read(self) -> list[str]:
        """Give the columns of the export that are read, each once; no other ever is."""
        return list(dict.fromkeys(each.column for each in self.columns.values() if each.column is not None))


def parse(written: Dictionary[str, Any], *, where: str, known: tuple[str, ...], required: tuple[str, ...]) -> Mapping:
    """Read a mapping as written in YAML, with the one it starts from filled in.

    Parameters
    ----------
    where
        The file that it is written in, for the message.
    known, required
        The columns that dossiers have, and those that they must have.

    Raises
    ------
    DataContractError
        It is not of the form, names a personal column, leaves a required column out or names one there is not.
    """
    whole = _completed(written)
    columns = {
        name: {"column": each} if isinstance(each, str) else each
        for name, each in whole.get("columns", {}).items()
        if each is not None
    }
    next_step = "mend the mapping; docs/dossiers.md shows one, and `analysis fetch --check FILE` tries it"
    try:
        mapping = Mapping.model_validate(whole | {"columns": columns})
    except ValidationError as error:
        each = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise DataContractError("; ".join(each), where=where, next_step=next_step) from error
    faults = [f"{name}: there is no such column" for name in columns if name not in known]
    faults += [f"{name}: must be mapped" for name in required if name not in columns]
    faults += [fault for name, each in mapping.columns.items() if name in known for fault in _faults(name, each)]
    if faults:
        raise DataContractError(
            f"the mapping is not whole: {'; '.join(faults)}", where=where, allowed=", ".join(known), next_step=next_step
        )
    return mapping


def _completed(written: Dictionary[str, Any]) -> dict[str, Any]:
    """Lay what is written over the mapping that it uses, column by column."""
    own = dict(written)
    base = named(own.pop("use")) if "use" in own else {}
    return {**base, **own, "columns": {**base.get("columns", {}), **own.get("columns", {})}}


def named(name: str) -> dict[str, Any]:
    """Give a shipped mapping as written.

    Raises
    ------
    UsageError
        No such mapping; the error lists those there are.
    """
    shipped = {file.stem: file for file in sorted((paths.REFERENCE / "mappings").glob("*.yml"))}
    if name not in shipped:
        raise UsageError(f"there is no mapping {name!r}", where="data/reference/mappings", allowed=", ".join(shipped))
    try:
        written = load_yaml(shipped[name].read_bytes())
    except yaml.YAMLError as error:
        raise DataContractError(
            f"not YAML: {' '.join(str(error).split())}", where=paths.relative(shipped[name])
        ) from error
    return dict(written)


def of_source(source: Source, *, known: tuple[str, ...], required: tuple[str, ...]) -> Mapping:
    """Give the mapping of a source that has one."""
    where = f"data/raw/{source.id}/source.yml, mapping"
    return parse(source.mapping or {}, where=where, known=known, required=required)


def _faults(name: str, column: Column) -> list[str]:
    field = FIELDS[name]
    given = [value for value in (column.constant, column.otherwise, *column.values.values()) if value is not None]
    allowed = field.allowed or (("true", "false") if field.kind == "flag" else ())
    wrong = [value for value in given if allowed and value not in allowed]
    faults = [f"{name}: {value!r} is none of {', '.join(allowed)}" for value in wrong]
    if (column.count or column.sum) and field.kind not in ("count", "vnd", "flag"):
        faults.append(f"{name}: `count` and `sum` give numbers and flags only")
    if column.formats and field.kind != "time":
        faults.append(f"{name}: `formats` are of times")
    if name in KEYS and (column.constant or column.values):
        faults.append(f"{name}: only a column, with or without a pattern, can be made a key")
    return faults
