"""The words for why a row of an export was set aside."""

from __future__ import annotations

import re

from analysis.display.text import Text, joined, same, text
from analysis.fields import FIELDS

CELLS = re.compile(r"the line has (\d+) cells where the header has (\d+)")


def reason(said: str) -> Text:
    """Give the words of a reason as the facts keep it: faults joined by `; `, each after its column, if it has one."""
    return joined([_fault(each) for each in said.split("; ")], "; ")


def _fault(said: str) -> Text:
    column, apart, what = said.partition(": ")
    if apart and column in FIELDS:
        field = FIELDS[column]
        return Text(f"“{field.vi}”: ", f"“{field.en}”: ") + _what(what)
    return _what(said)


def _what(said: str) -> Text:
    if found := CELLS.fullmatch(said):
        return text("the line has {n} cells where the header has {all}", n=int(found[1]), all=int(found[2]))
    known = (
        text("the line's quotation marks do not close"),
        text("the line is not text in the encoding that the mapping names"),
        text("the line is no JSON object"),
        text("not a list as the mapping says"),
        text("does not follow the mapping's pattern"),
        text("a value that the mapping does not name"),
        text("not a time in the forms that the mapping names"),
        text("not a whole number from 0"),
        text("empty"),
        text("looks like an identity number, a telephone number or an e-mail address"),
        text("the code has stood on an earlier row"),
    )
    return next((each for each in known if each.en == said), same(said))
