"""The values of a page before it is published: in their range, and none that names a person."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.errors import GateFailedError
from analysis.fields import FIELDS
from analysis.reporting.markup import parsed
from analysis.reporting.outputs import LANGUAGES, Content, Table

# one dossier, one account, one petition: a page speaks of counts
OF_ONE_PERSON = {"dossier_key", "submitter_key", "linked_key", "petition_key"}
# an identity number has 12 digits, a telephone number begins with 0 or 84; a number that is a figure has separators
PERSONAL = re.compile(
    r"(?<![\w.,/-])(?:0\d{11}|(?:0|\+?84)[35789]\d{8})(?![\w,/-]|\.\d)|[^@\s<>]+@[^@\s<>]+\.[a-z]{2,}", re.IGNORECASE
)
SHOWN = 5


def check(content: Content) -> None:
    """Check every value of every table and every indicator.

    Raises
    ------
    GateFailedError
        Listing the first values that cannot be.
    """
    wrong = [*_of_indicators(content), *_of_tables(content)]
    if wrong:
        raise GateFailedError(
            f"{len(wrong)} values cannot be", where="; ".join(wrong[:SHOWN]), allowed="the range of each column"
        )


def check_people(content: Content, pages: Mapping[str, str]) -> None:
    """Check that nothing on a page, in its workbook or its indicators names a person.

    Raises
    ------
    GateFailedError
        Saying where, and never what: the message itself may be published.
    """
    named = [
        f"table {table.id}, column {column.name}"
        for table in content.tables()
        for column in table.columns
        if column.name in OF_ONE_PERSON
    ]
    named += [f"table {table.id}" for table in content.tables() if any(map(_personal, _texts(table)))]
    named += [f"indicator {row.get('id')}" for row in content.indicators() if any(map(_personal, row.values()))]
    named += [f"index.{language}.html" for language in LANGUAGES if _personal(parsed(pages[language]).words)]
    if named:
        raise GateFailedError(
            "Something that names a person would be published",
            where="; ".join(named[:SHOWN]),
            allowed="counts, shares and the names of units",
        )


def _personal(value: Any) -> bool:
    words = " ".join(map(str, value.values())) if isinstance(value, dict) else value
    return isinstance(words, str) and PERSONAL.search(words) is not None


def _texts(table: Table) -> Iterator[Any]:
    for row in table.rows:
        yield from row


def _of_indicators(content: Content) -> Iterator[str]:
    for row in content.indicators():
        name = f"indicator {row.get('id')} of {row.get('place')}"
        low, value, high = (row.get(key) for key in ("low", "value", "high"))
        numbers = {key: each for key, each in row.items() if isinstance(each, int | float)}
        for key, each in numbers.items():
            if not math.isfinite(each):
                yield f"{name}: {key} is {each}"
        if value is None:
            continue
        if (low is not None and low > value) or (high is not None and value > high):
            yield f"{name}: {value} lies outside its interval {low} to {high}"
        if row.get("unit") == "pct":
            yield from (
                f"{name}: {key} is {numbers[key]} %"
                for key in ("low", "value", "high")
                if key in numbers and not 0 <= numbers[key] <= 100
            )
        most = row.get("maximum")
        if most is not None and not 0 <= value <= most:
            yield f"{name}: {value} of {most} points"


def _of_tables(content: Content) -> Iterator[str]:
    for table in content.tables():
        for index, column in enumerate(table.columns):
            field = FIELDS.get(column.name)
            least, most = (field.at_least, field.at_most) if field else (None, None)
            for number, row in enumerate(table.rows, 1):
                value = row[index]
                if isinstance(value, bool) or not isinstance(value, int | float):
                    continue
                low, high = -math.inf if least is None else least, math.inf if most is None else most
                if not math.isfinite(value) or not low <= value <= high:
                    yield f"table {table.id}, row {number}: {column.name} is {value}"
