"""Say and draw the result of a method: the claim it may make, its checks, its estimates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.display import drawing
from analysis.display.output import Listing, Table
from analysis.display.text import (
    Text,
    Value,
    count,
    joined,
    likely,
    number,
    percent,
    period,
    points,
    rounded_money,
    same,
    text,
)
from analysis.methods.result import Result, Said


def named(name: str) -> Text:
    """Give the words for a name that a method uses itself; any other name, such as a unit's, stays as it is."""
    return {
        "seasonal naive": text("same month of last year"),
        "drift": text("drift"),
        "exponential smoothing": text("exponential smoothing"),
        "theta": text("theta"),
        "ARIMA(0,1,1)": text("moving average of changes"),
        "ARIMA(0,1,1)(0,1,1)12": text("moving average of changes with a season"),
        "logistic": text("logistic curve"),
        "Gompertz": text("Gompertz's curve"),
        "Bass": text("Bass's curve"),
    }.get(name, same(name))


_WRITE: dict[str, Callable[[Any], Value]] = {
    "count": count,
    "pct": percent,
    "chance": likely,
    "points": points,
    "days": lambda value: number(value, 1),
    "months": count,
    "vnd": rounded_money,
    "number": lambda value: number(value, 2),
    "p": lambda value: number(value, 3),
    "period": period,
    "name": lambda value: value if isinstance(value, Text) else named(str(value)),
}


def said(words: Said) -> Text:
    """Give what a method said in both languages, each value written by the ending of its name."""
    values = dict(words.values)
    return text(words.message, **{name: _WRITE[name.rsplit("_", 1)[-1]](value) for name, value in values.items()})


def sentence(result: Result) -> Text:
    """Say what a result shows: an effect if it may be called one, otherwise the plain finding and why no more."""
    if result.verdict == "cause" and result.causal_claim is not None:
        return said(result.causal_claim)
    claim = said(result.claim)
    if result.verdict == "describes":
        return claim
    doubts = [said(check.says) for check in result.checks if check.identifying and check.passed is not True]
    return joined([claim, text("This does not show a cause:"), *doubts])


def checks(result: Result, table_id: str) -> Table:
    """Give every check: what it says, how it ended, and whether the causal reading stands on it."""
    outcome = {True: text("passed"), False: text("failed"), None: text("cannot tell")}
    rows = [
        {
            "check_words": said(check.says),
            "outcome_name": outcome[check.passed],
            "identifying_name": text("yes") if check.identifying else text("no"),
        }
        for check in result.checks
    ]
    return Table(pd.DataFrame(rows), table_id, text("What was checked"))


def assumptions(result: Result) -> Listing:
    """Give what has to be assumed."""
    return Listing([said(each) for each in result.assumptions])


def draw(result: Result, ax: Any) -> Any:
    """Draw every estimate with its interval, one line each, the first on top."""
    table = result.table()
    place = np.arange(len(table))[::-1]
    known = table["low"].notna().to_numpy()
    ax.hlines(place[known], table["low"][known], table["high"][known], color=drawing.QUIET, linewidth=2)
    ax.plot(table["value"], place, "o", color=drawing.BLUE)
    ax.set_yticks(place, table["name"])
    return ax


Result.say = staticmethod(lambda result, language: sentence(result)[language])
Result.draw = staticmethod(draw)
