"""`numbers.json`: what a page shows, as data, so that two runs can be compared number by number.

Every cell of every table, those behind the charts too, and every sentence as its reader has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.reporting.markup import parsed
from analysis.reporting.outputs import LANGUAGES, Content, Prose, Table

FILE = "numbers.json"
# what a row is called, besides its first column
NAMES = {"code", "month"}
ENDS = re.compile(r"</(?:p|li)>")
BETWEEN = " – "


def shown(content: Content) -> dict[str, Any]:
    """Give the tables of a page without their HTML, and its sentences in both languages."""
    blocks = [block.content for block in content.blocks]
    tables = [each.model_dump(exclude={"kind", "html"}) for each in blocks if isinstance(each, Table)]
    return {"tables": tables, "sentences": [said for each in blocks if isinstance(each, Prose) for said in _said(each)]}


def figures(numbers: Mapping[str, Any], period: str) -> Iterator[dict[str, Any]]:
    """Give every number of the tables in the form of `indicators.json`: id, row, label, unit, period, value.

    Parameters
    ----------
    numbers
        What `shown` gave.
    period
        The page's; a row of a month has its own.
    """
    for table in numbers.get("tables", []):
        columns = table["columns"]
        for cells in table["rows"]:
            row = dict(zip((column["name"] for column in columns), cells, strict=True))
            first, months = columns[0], [row[each["name"]] for each in columns if each["kind"] == "month"]
            naming = [row[each["name"]] for each in columns if each is first or each["kind"] in NAMES]
            for column in columns:
                value = row[column["name"]]
                if column is first or isinstance(value, bool) or not isinstance(value, int | float):
                    continue
                yield {
                    "id": f"{table['id']}.{column['name']}",
                    "row": BETWEEN.join(_words(each, "en") for each in naming),
                    "label": {
                        language: BETWEEN.join(
                            [
                                table["caption"][language],
                                *(_words(each, language) for each in naming),
                                column["label"][language],
                            ]
                        )
                        for language in LANGUAGES
                    },
                    "unit": column["kind"],
                    "period": str(months[0] if months else period),
                    "value": value,
                }


def _words(value: Any, language: str) -> str:
    return str(value[language] if isinstance(value, dict) else value)


def _said(prose: Prose) -> Iterator[dict[str, str]]:
    """Give each paragraph or item of a list."""
    both = [[" ".join(parsed(part).words.split()) for part in ENDS.split(prose.html[each])] for each in LANGUAGES]
    for pair in zip(*both, strict=True):
        if all(pair):
            yield dict(zip(LANGUAGES, pair, strict=True))
