"""What a page must be before it replaces the published one."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence

from analysis.errors import GateFailedError
from analysis.reporting.markup import parsed
from analysis.reporting.outputs import LANGUAGES, Block, Chart, Content, Prose, Table

MONTHS = [datetime.date(2000, number, 1).strftime("%B") for number in range(1, 13)]
QUARTERS = {"I": "1", "II": "2", "III": "3", "IV": "4"}
# English may spell a month out and Vietnamese may number a quarter in Roman figures
MONTH = re.compile(rf"(?:(?<=\d )({'|'.join(MONTHS)})\b|\b({'|'.join(MONTHS)})(?= \d))")
QUARTER = re.compile(r"\b([Qq]uý )(IV|I{1,3})\b")
SEPARATOR = re.compile(r"(?<=\d)[.,\u00a0\u202f](?=\d)")
OWN_LINKS = re.compile(
    r"a href=(?:(?:\.\./)*index\.(?:vi\.|en\.)?html(?:#[a-z_]+)?|tables\.xlsx|indicators\.json|manifest\.json)"
)


def check_content(content: Content) -> None:
    """Check charts, tables and both languages of every output.

    Raises
    ------
    GateFailedError
        Naming the cell and what is wrong.
    """
    twice = [name for name, n in Counter(table.id for table in content.tables()).items() if n > 1]
    if twice:
        raise GateFailedError("Two tables have the same id", where=", ".join(twice))
    plotted: list[Block] = []
    for block in content.blocks:
        item = block.content
        if isinstance(item, Table):
            _check_shape(block.cell, item)
            if block.data:
                plotted = [*(other for other in plotted if other.cell == block.cell), block]
        if isinstance(item, Chart):
            _check_chart(block.cell, item, [other.content for other in plotted])
        if isinstance(item, Table | Chart | Prose):
            same_numbers(item.html.vi, item.html.en, where=f"cell {block.cell}")
    for name, words in (("title", content.header.title), ("subtitle", content.header.subtitle)):
        same_numbers(words.vi, words.en, where=f"the header's {name}")
    made_up = [source.id for source in content.header.sources if source.simulated]
    if bool(made_up) != content.header.simulated:
        raise GateFailedError(
            "The header does not say truly whether the figures are simulated",
            where=f"simulated sources: {', '.join(made_up) or 'none'}",
            allowed="`simulated` in the header exactly when one of its sources is",
        )
    for source in content.header.sources:
        for caveat in source.caveats:
            same_numbers(caveat.vi, caveat.en, where=f"a caveat of the source {source.id}")


def check_page(html: str) -> None:
    """Check a finished page: nothing remote, no script, headings in order, every image described.

    Raises
    ------
    GateFailedError
        Listing what was found.
    """
    page = parsed(html)
    remote = [reference for reference in page.references if not OWN_LINKS.fullmatch(reference)]
    if remote or page.forbidden:
        raise GateFailedError(
            "The page refers to something outside itself",
            where="; ".join([*remote, *page.forbidden][:5]),
            allowed="text, inline SVG, data: images and links within the page",
        )
    if page.images_without_alt:
        raise GateFailedError("An image has no alternative text", where=f"{page.images_without_alt} <img>")
    if page.headings.count(1) != 1:
        raise GateFailedError(
            f"The page has {page.headings.count(1)} first-level headings",
            allowed="one, the header's title; sections in markdown start at ##",
        )
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        if after > before + 1:
            raise GateFailedError(f"A heading of level {after} follows one of level {before}")


def same_numbers(vi: str, en: str, *, where: str) -> None:
    """Check that both languages of a fragment of HTML carry the same digits.

    Raises
    ------
    GateFailedError
        Naming the numbers that only one language has.
    """
    vietnamese, english = _digits(vi), _digits(en)
    if vietnamese != english:
        only = [f"only in {name}: {', '.join(sorted(extra)[:5])}" for name, extra in (
            ("vi", vietnamese - english), ("en", english - vietnamese)) if extra]  # fmt: skip
        raise GateFailedError("The two languages carry different numbers", where=f"{where}: {'; '.join(only)}")


def _digits(html: str) -> Counter[str]:
    text = parsed(html).words
    text = MONTH.sub(lambda match: str(MONTHS.index(match[1] or match[2]) + 1), text)
    text = QUARTER.sub(lambda match: match[1] + QUARTERS[match[2]], text)
    found = re.findall(r"\d+", SEPARATOR.sub("", text))
    return Counter(digits[1:] if re.fullmatch(r"0\d", digits) else digits for digits in found)


def _check_shape(cell: int, table: Table) -> None:
    wrong = [number for number, row in enumerate(table.rows, 1) if len(row) != len(table.columns)]
    if wrong:
        raise GateFailedError(
            f"A row of table {table.id} has not {len(table.columns)} cells",
            where=f"cell {cell}, row {wrong[0]}",
        )


def _check_chart(cell: int, chart: Chart, plotted: Sequence[object]) -> None:
    where = f"cell {cell}, chart {chart.id}"
    tables = {table.id: table for table in plotted if isinstance(table, Table)}
    if chart.table not in tables:
        raise GateFailedError(
            f"The cell tagged `data` before the chart does not show the table {chart.table}",
            where=where,
            allowed=", ".join(tables) or "a cell tagged `data` with the plotted table, before the chart",
        )
    table = tables[chart.table]
    for language in LANGUAGES:
        checked, behind = (parsed(part.html[language]).tables for part in (table, chart))
        if len(behind) != 1 or checked != behind or len(behind[0]) != len(table.rows):
            raise GateFailedError(
                f"The table behind the chart is not the checked table {chart.table} ({language})",
                where=where,
                allowed=f"one table with the same {len(table.rows)} rows",
            )
