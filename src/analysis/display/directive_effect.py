"""The words, tables and the figure of the question whether the directive did it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, results
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, Value, day, joined, period, same, text
from analysis.indicators.codebook import indicator
from analysis.methods.breaks import Breaks
from analysis.methods.interrupted import Interrupted


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Did the directive change anything?"),
        subtitle=text("What could have been seen, what was seen, and what forbids calling it an effect"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def verdict(found: dict[str, Interrupted], time: Interrupted) -> Prose:
    """Say first whether anything moved by more than chance, and whether it may be called an effect."""
    named = {**{_name(name): each for name, each in found.items()}, _time(): time}
    moved = [name for name, each in named.items() if _seen(each)]
    seeming = [name for name, each in named.items() if _apart(each) and not _seen(each)]
    caused = [name for name, each in named.items() if each.verdict == "cause"]
    about: dict[str, Value] = {"n": len(moved), "all": len(named), "names": joined(moved, ", ")}
    if caused:
        words = text(
            "Of {all} things measured {n} moved at the directive by more than chance ({names}), and no check speaks "
            "against an effect on: {caused}.",
            caused=joined(caused, ", "),
            **about,
        )
    elif moved:
        words = text(
            "Of {all} things measured {n} moved at the directive by more than chance ({names}); that it was the "
            "directive cannot be said.",
            **about,
        )
    elif seeming:
        words = text(
            "Of {all} things measured none surely moved at the directive. {names}: seems to have moved, by an interval "
            "too narrow to be sure of; that it was the directive cannot be said.",
            all=len(named),
            names=joined(seeming, ", "),
        )
    else:
        words = text(
            'Of {all} things measured none moved at the directive by more than chance; that is not "no effect", for '
            "small ones could not be seen.",
            all=len(named),
        )
    return Prose(words, style="statement")


def detail(found: dict[str, Interrupted], time: Interrupted) -> Listing:
    """Say of the first share and of the time what could have been seen, what was, and what forbids more."""
    first = next(iter(found))
    named = [(_name(first), found[first]), (_time(), time)]
    return Listing([name + same(": ") + results.sentence(each) for name, each in named])


def outcomes(found: dict[str, Interrupted]) -> Table:
    """Give, for every share that was asked about, what could have been seen and what was."""
    rows = []
    for name, each in found.items():
        effect = each.estimate("effect")
        rows.append(
            {
                "headline_name": _name(name),
                "detectable_points": each.estimate("detectable").value,
                "effect_points": effect.value,
                "low_points": effect.low,
                "high_points": effect.high,
                "verdict_name": _verdict(each.verdict),
            }
        )
    caption = text(
        "Mean difference after the directive from where the share was going, November 2024 to June 2025, in percentage "
        "points"
    )
    return Table(pd.DataFrame(rows), "outcomes", caption, merged=_with_interval())


def path(found: Interrupted, name: str) -> Table:
    """Give the share month by month beside its own continuation."""
    named = _name(name)
    without = text("where it was going without the directive")
    after = found.path[found.path["after"]]
    rows = [(row.month, named, row.observed) for row in found.path.itertuples(index=False)]
    rows += [(row.month, without, row.counterfactual) for row in after.itertuples(index=False)]
    frame = pd.DataFrame(rows, columns=["month", "series_name", "headline_pct"]).astype({"month": str})
    return Table(frame, "path", text("The share by month, and its own continuation from before the directive"))


def path_chart(table: Table) -> Chart:
    """Draw both lines and the date."""
    # a month stands at its first day, and the month of the directive counts as after
    mark = (policy.events()["directive_4550"].date.replace(day=1).isoformat(), text("directive"))
    alt = text("The share by month and the line it was on; the gap between them is the difference reported.")
    return figures.monthly(table, columns=("month", "headline_pct", "series_name"), breaks=[mark], alt=alt)


def comparison(found: Interrupted) -> Table:
    """Give the same difference by common ways whose intervals are known to be too narrow."""
    effect = found.estimate("effect")
    ours = {"way_name": text("this page"), "effect_points": effect.value, "low_points": effect.low,
            "high_points": effect.high}  # fmt: skip
    rows = [ours] + [
        {"way_name": _way(str(row.way)), "effect_points": row.value, "low_points": row.low, "high_points": row.high}
        for row in found.comparison.itertuples(index=False)
    ]
    caption = text("The same difference by other common ways, for comparison only: their intervals are too narrow")
    return Table(pd.DataFrame(rows), "comparison", caption, merged=_with_interval())


def unprompted(found: Breaks) -> Listing:
    """Say when the share changed if nobody names a date."""
    return Listing([results.sentence(found), *(results.said(check.says) for check in found.checks)])


def cannot_say(found: Interrupted) -> Listing:
    """Say what this page cannot say, whatever the figures are."""
    limits = [
        text(
            "One series cannot tell the directive from anything else of the same months: the drive at the end of the "
            "year, new decrees, a new portal."
        ),
        text("All units were told on the same day, so no unit shows what would have been without it."),
        text(
            "Only {months} months lie between the directive and the merger of {day}; after it units, tiers and tasks "
            "are others.",
            months=int(found.path["after"].sum()),
            day=day(policy.events()["merger_2025"].date),
        ),
        text("That no effect is found is not that there was none: read what could have been seen first."),
    ]
    return Listing(limits)


def figures_for_machines(found: dict[str, Interrupted], source_id: str, until: str) -> Indicators:
    """Give the effects as data."""
    rows = []
    for name, each in found.items():
        effect = each.estimate("effect")
        about = {"unit": "points", "period": until, "place": source_id}
        rows.append({"id": f"directive_effect.{name}", "label": _name(name), "value": effect.value,
                     "low": effect.low, "high": effect.high, **about})  # fmt: skip
    return Indicators(rows)


def _with_interval() -> dict[tuple[str, ...], Text]:
    return {("effect_points", "low_points", "high_points"): text("Difference, interval of 95%")}


def _apart(found: Interrupted) -> bool:
    effect = found.estimate("effect")
    return effect.low > 0 or effect.high < 0


def _seen(found: Interrupted) -> bool:
    """Say whether the interval may be believed as well."""
    return next(check.passed for check in found.checks if check.name == "more than nothing") is True


def _name(indicator_id: str) -> Text:
    label = indicator(indicator_id).label
    return Text(label.vi, label.en)


def _time() -> Text:
    return text("Working days a dossier takes")


def _verdict(name: str) -> Text:
    return {
        "cause": text("an effect, as far as one series can show"),
        "no cause": text("a check speaks against it"),
        "cannot tell": text("cannot tell"),
        "describes": text("describes only"),
    }[name]


def _way(name: str) -> Text:
    known = {
        "least squares": text("least squares, months independent"),
        "Newey and West, 3 lags": text("Newey and West, 3 months"),
        "quasi-binomial": text("over-dispersed binomial, months independent"),
    }
    return known.get(name, same(name))
