"""What every method gives: estimates with their intervals, checks, assumptions, and a claim in words.

A method knows no language and draws nothing: it says its findings as `said("…", n_count=3)`, an English message and
its values, which the display room translates, formats by the ending of each name, and draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pandas as pd

from analysis.errors import UsageError

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Said:
    """A message in English and the values it names.

    The ending of a name is its unit, as in a column: `_count`, `_pct`, `_points`, `_days`, `_vnd`, `_months` and
    `_number` (two decimals), `_p` (three decimals), `_period` (a period code), `_name` (as it is).
    """

    message: str
    values: Mapping[str, float | int | str]


def said(message: str, /, **values: float | int | str) -> Said:
    """Say something in English; the catalogue holds the Vietnamese."""
    return Said(message, values)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; `low` and `high` are missing where no interval can be given."""

    name: str
    value: float
    low: float
    high: float
    level: float = LEVEL
    method: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Something that had to be looked at before the estimate is believed; `passed` None means it cannot tell.

    `identifying`: the causal reading stands on it.
    """

    name: str
    value: float
    passed: bool | None
    says: Said
    identifying: bool = False


def seen(effect: Estimate, *, believed: bool = True) -> Check:
    """Ask whether there is an effect at all: one whose interval holds 0 may be none, whatever else is in order.

    `believed`: nothing that was checked says that the interval is too narrow.
    """
    passed: bool | None = True
    says = said("The interval of the difference does not hold 0.")
    if not (effect.low > 0 or effect.high < 0):
        passed = None
        says = said(
            "The interval of the difference holds 0 or is not known: whether there is one at all cannot be told."
        )
    elif not believed:
        passed = None
        says = said(
            "The interval of the difference does not hold 0, but is too narrow: whether there is one at all cannot be "
            "told."
        )
    return Check("more than nothing", effect.value, passed, says, identifying=True)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A finding: what was estimated, what was checked, what has to be assumed, what may be said.

    Attributes
    ----------
    claim
        What the estimates show, in words that claim no cause.
    causal_claim
        The same as an effect; said only if every identifying check passed. None if the method cannot show a cause.
    """

    estimates: tuple[Estimate, ...]
    checks: tuple[Check, ...]
    assumptions: tuple[Said, ...]
    claim: Said
    causal_claim: Said | None = None

    # how the display room says and draws a result; it registers itself, as methods do not know it
    say: ClassVar[Callable[[Result, str], str]]
    draw: ClassVar[Callable[[Result, Any], Any]]

    @property
    def verdict(self) -> Literal["cause", "no cause", "cannot tell", "describes"]:
        """Say whether a causal reading stands: every identifying check passed, one failed, or one cannot tell."""
        if self.causal_claim is None:
            return "describes"
        outcomes = [check.passed for check in self.checks if check.identifying]
        if any(passed is False for passed in outcomes):
            return "no cause"
        return "cause" if outcomes and all(outcomes) else "cannot tell"

    def table(self) -> pd.DataFrame:
        """Give one row per estimate: name, value, low, high, level, method, n."""
        return pd.DataFrame(
            [{name: getattr(each, name) for name in Estimate.__slots__} for each in self.estimates],
            columns=list(Estimate.__slots__),
        )

    def estimate(self, name: str) -> Estimate:
        """Give one estimate by its name.

        Raises
        ------
        UsageError
            If there is none of that name; the error lists those there are.
        """
        for each in self.estimates:
            if each.name == name:
                return each
        raise UsageError(f"No estimate is called {name!r}", allowed=", ".join(each.name for each in self.estimates))

    def sentence(self, language: str) -> str:
        """Say the claim in `vi` or `en`; as an effect only if every identifying check passed, else why not."""
        return type(self).say(self, language)

    def plot(self, ax: Any) -> Any:
        """Draw the result on a matplotlib Axes and give it back."""
        return type(self).draw(self, ax)


def _unknown_display(*_: Any) -> Any:
    raise UsageError("Results are said and drawn by the display room", next_step="`from analysis import display`")


Result.say = Result.draw = staticmethod(_unknown_display)
