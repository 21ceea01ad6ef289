"""What a notebook cell shows: prose, table, chart, header, indicators, each in both languages at once.

Every object gives Jupyter plain text and HTML in the chosen language, and under `MIME` the whole of it in
both, from which the report is made. The same object always gives the same bytes.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.catalogue import LANGUAGES
from analysis.display.text import Text, day, not_known, number, same, text
from analysis.errors import UsageError
from analysis.fields import Field
from analysis.fields import field as entry

NUMERIC = {"count", "pct", "points", "days", "number", "vnd", "rank"}
KEPT_DIGITS = 12
MIME = "application/vnd.analysis.display+json"
_shown = {"language": "vi"}


def use_language(language: str) -> None:
    """Choose the language that JupyterLab shows (`vi` or `en`); the report has both."""
    if language not in LANGUAGES:
        raise UsageError(f"There is no language {language!r}", allowed=", ".join(LANGUAGES))
    _shown["language"] = language


class Output:
    """The base of all outputs."""

    kind = ""

    def html(self, language: str) -> str:
        """Give the HTML of one language."""
        raise NotImplementedError

    def plain(self, language: str) -> str:
        """Give plain text, for the notebook's checked outputs."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        """Give what else the report needs."""
        return {}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        language = _shown["language"]
        shown = {each: self.html(each) for each in LANGUAGES}
        whole = {"kind": self.kind, **self.payload(), "html": shown}
        return {"text/plain": self.plain(language), "text/html": shown[language], MIME: whole}


@dataclass(frozen=True, slots=True)
class Prose(Output):
    """A paragraph; `style` is a CSS class of the report: note, warning, statement."""

    words: Text
    style: str = ""
    kind = "prose"

    def html(self, language: str) -> str:
        """Give a paragraph."""
        attribute = f' class="{self.style}"' if self.style else ""
        return f"<p{attribute}>{_marked(self.words[language])}</p>"

    def plain(self, language: str) -> str:
        """Give the words."""
        return self.words[language]


@dataclass(frozen=True, slots=True)
class Listing(Output):
    """A list of short paragraphs."""

    items: Sequence[Text]
    style: str = ""
    kind = "prose"

    def html(self, language: str) -> str:
        """Give an unordered list."""
        items = "".join(f"<li>{_marked(item[language])}</li>" for item in self.items)
        return f'<ul class="{self.style}">{items}</ul>' if self.style else f"<ul>{items}</ul>"

    def plain(self, language: str) -> str:
        """Give a line an item."""
        return "\n".join(f"- {item[language]}" for item in self.items)


def write(value: Any, column: Field) -> Text:
    """Write one cell as its field's kind asks; what is missing is `not known`."""
    if isinstance(value, Text):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return not_known()
    if column.kind == "date":
        return day(value)
    if column.kind == "month":
        year, month = str(value).split("-")
        return same(f"{int(month)}/{year}")
    if column.kind == "flag":
        return text("yes") if value else text("no")
    # a column's unit stands in its label, not in every cell
    return number(value, column.digits) if column.kind in NUMERIC else same(str(value))


def instead(column: pd.Series, words: Text, *, where: pd.Series | None = None) -> pd.Series:
    """Give a column with `words` where it is missing, or where `where` says so: why a number is not there."""
    absent = column.isna() if where is None else where
    cells = [words if gone else value for value, gone in zip(column, absent, strict=True)]
    return pd.Series(cells, index=column.index, dtype=object)


@dataclass(frozen=True)
class Table(Output):
    """A table whose labels and number formats come from the field dictionary.

    The first column names the rows. Cells may be `Text`. `fields` describes columns that the dictionary has not.
    `merged` names neighbouring columns that share a cell on the page, with its label, so that a telephone shows them:
    a value and both ends of its interval, two ends alone, two counts, or a count and what is counted. The workbook
    keeps them apart.
    """

    frame: pd.DataFrame
    id: str
    caption: Text
    fields: Mapping[str, Field] = field(default_factory=dict)
    merged: Mapping[tuple[str, ...], Text] = field(default_factory=dict)
    kind = "table"
    _cells: list[list[Text]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = self.columns
        cells = [
            [write(value, column) for value, column in zip(row, columns, strict=True)]
            for row in self.frame.itertuples(index=False)
        ]
        object.__setattr__(self, "_cells", cells)

    @property
    def columns(self) -> list[Field]:
        """Give what is known of each column."""
        return [self.column(name) for name in self.frame.columns]

    def column(self, name: str) -> Field:
        """Give what is known of a column."""
        return self.fields[name] if name in self.fields else entry(name)

    def html(self, language: str) -> str:
        """Give a captioned table with scoped headers, inside a box that scrolls on a small screen."""
        labels, numeric, cells = self._shown(language)
        head = "".join(
            f'<th scope="col"{number_}>{_escape(label)}</th>' for label, number_ in zip(labels, numeric, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<th scope="row">{_marked(cell)}</th>' if place == 0 else f"<td{numeric[place]}>{_marked(cell)}</td>"
                for place, cell in enumerate(row)
            )
            + "</tr>"
            for row in cells
        )
        caption = _escape(self.caption[language])
        return (
            f'<div class="table-wrap" tabindex="0" role="region" aria-label="{caption}"><table>'
            f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _shown(self, language: str) -> tuple[list[str], list[str], list[list[str]]]:
        """Give the page's labels, the classes of its columns, and its cells: merged columns are one."""
        names = [str(name) for name in self.frame.columns]
        groups = {columns[0]: (columns, label) for columns, label in self.merged.items()}
        inner = {name for columns in self.merged for name in columns[1:]}
        kept = [name for name in names if name not in inner]
        own = {name: names.index(name) for name in names}
        labels = [groups[name][1] if name in groups else _label(self.column(name)) for name in kept]
        numeric = [' class="num"' if name in groups else _numeric(self.column(name)) for name in kept]
        cells = [
            [
                self._together(row, groups[name][0])[language]
                if name in groups else row[own[name]][language]
                for name in kept
            ]
            for row in self._cells
        ]  # fmt: skip
        return [label[language] for label in labels], numeric, cells

    def _together(self, row: Sequence[Text], names: Sequence[str]) -> Text:
        places = [list(self.frame.columns).index(name) for name in names]
        return _together([row[place] for place in places], [self.column(name).kind for name in names])

    def plain(self, language: str) -> str:
        """Give the table as aligned text."""
        labels = [_label(column)[language] for column in self.columns]
        frame = pd.DataFrame([[cell[language] for cell in row] for row in self._cells], columns=labels)
        return self.caption[language] + "\n" + frame.to_string(index=False)

    def payload(self) -> dict[str, Any]:
        """Give columns and raw values, for the workbook and for the check of every chart."""
        return {
            "id": self.id,
            "caption": self.caption.as_dict(),
            "columns": [
                {"name": name, "label": _label(column).as_dict(), "kind": column.kind, "digits": column.digits}
                for name, column in zip(self.frame.columns, self.columns, strict=True)
            ],
            "rows": [[_raw(value) for value in row] for row in self.frame.itertuples(index=False)],
        }  # fmt: skip


@dataclass(frozen=True)
class Chart(Output):
    """A figure in both languages, its words for those who cannot see it, the table behind it, and its key."""

    svg: Text
    alt: Text
    table: Table
    key: Text | None = None
    kind = "chart"

    def html(self, language: str) -> str:
        """Give the figure, its caption, and the table behind it folded away."""
        behind = text("The figures behind this chart")[language]
        key = f'<span class="key">{_escape(self.key[language])}</span>' if self.key else ""
        return (
            f'<figure class="chart"><div role="img" aria-label="{_escape(self.alt[language])}">'
            f"{self.svg[language]}</div><figcaption>{_escape(self.table.caption[language])}{key}</figcaption>"
            f"<details><summary>{behind}</summary>{self.table.html(language)}</details></figure>"
        )

    def plain(self, language: str) -> str:
        """Give the words for the figure."""
        return self.alt[language]

    def payload(self) -> dict[str, Any]:
        """Give alternative text and the table's id."""
        return {
            "id": f"{self.table.id}_chart",
            "table": self.table.id,
            "alt": self.alt.as_dict(),
            "caption": self.table.caption.as_dict(),
        }


@dataclass(frozen=True)
class Header(Output):
    """What stands on top of a report: title, as-of date, state of the figures, sources with their hashes."""

    title: Text
    subtitle: Text
    period: Text
    as_of: str
    sources: Sequence[dict[str, Any]]
    provisional: bool = False
    kind = "header"

    def html(self, language: str) -> str:
        """Give a heading for JupyterLab; the report lays the header out itself."""
        return f"<h1>{_escape(self.title[language])}</h1><p>{_escape(self.subtitle[language])}</p>"

    def plain(self, language: str) -> str:
        """Give title and subtitle."""
        return f"{self.title[language]}\n{self.subtitle[language]}"

    def payload(self) -> dict[str, Any]:
        """Give all of it as data."""
        return {
            "title": self.title.as_dict(),
            "subtitle": self.subtitle.as_dict(),
            "period": self.period.as_dict(),
            "as_of": self.as_of,
            "state": "provisional" if self.provisional else None,
            "simulated": any(source["simulated"] for source in self.sources),
            "sources": list(self.sources),
        }


@dataclass(frozen=True)
class Indicators(Output):
    """The figures that the report publishes for machines: one row per indicator."""

    rows: Sequence[dict[str, Any]]
    kind = "indicators"

    def html(self, language: str) -> str:
        """Give nothing: the figures go to indicators.json."""
        return ""

    def plain(self, language: str) -> str:
        """Say how many there are."""
        return {"vi": f"{len(self.rows)} chỉ số", "en": f"{len(self.rows)} indicators"}[language]

    def payload(self) -> dict[str, Any]:
        """Give the rows, missing values as null."""
        return {"rows": [{key: _raw(value) for key, value in row.items()} for row in self.rows]}


def _label(column: Field) -> Text:
    unit = {"pct": same(" (%)"), "days": Text(" (ngày làm việc)", " (working days)"), "vnd": Text(" (đồng)", " (VND)")}
    return Text(column.vi, column.en) + unit.get(column.kind, same(""))


def _together(cells: Sequence[Text], kinds: Sequence[str]) -> Text:
    """Write merged cells: a count of another or with what is counted; ends as a range, after their value if any."""
    *value, low, high = cells
    if kinds[0] == "count":
        if low == high == not_known():
            return low
        return low + same(" / " if kinds[1] == "count" else " ") + high
    if low == not_known() or high == not_known():
        return (value or [not_known()])[0]
    if not value and low == high:
        return low
    # a dash before a minus sign cannot be read
    ends = (
        text("{low} to {high}", low=low, high=high) if "−" in low.en + high.en else low + same("\u2060–\u2060") + high
    )
    return value[0] + same(" (") + ends + same(")") if value else ends


def _numeric(column: Field) -> str:
    return ' class="num"' if column.kind in NUMERIC else ""


def _escape(words: str) -> str:
    # a number and its unit stay on one line
    return re.sub(r"(?<=\d) (?=%|/)", "\u00a0", html.escape(words))


def _marked(words: str) -> str:
    """Escape a sentence; what stands between backticks, such as a command, is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _escape(words))


def _raw(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_dict()
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float):
        # the last bits of a sum differ from machine to machine, and nobody reads them
        return float(f"{value:.{KEPT_DIGITS}g}")
    return value.item() if hasattr(value, "item") else value
