"""The words, tables and figures of how much online services are really used."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels, quarterly, results
from analysis.display.output import Chart, Header, Listing, Prose, Table
from analysis.display.text import Text, joined, number, percent, period, same, text
from analysis.indicators import names
from analysis.methods.decompose import Decomposition
from analysis.methods.growth import Growth
from analysis.methods.rates import wilson
from analysis.methods.reach import FEWEST_MONTHS, Reach
from analysis.methods.result import Estimate, Result

FIELDS_SHOWN = 8
SERVICES_SHOWN = 8


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Are online services really used more?"),
        subtitle=text("The definitions side by side, who submits, what moved, and where it is going"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame, moved_: Decomposition, quarter: str) -> Prose:
    """Answer the question: in how many ways of counting use rose, by how much, and what of it is other dossiers."""
    shares = found.set_index("indicator_id")["share_pct"].astype(float)
    # of bounds the middle, as a year before
    known = found.assign(now_pct=found["share_pct"].fillna((found["low_pct"] + found["high_pct"]) / 2))
    known = known.dropna(subset=["now_pct", "before_pct"])
    first = found.iloc[0]
    within, mix = (moved_.estimate(name) for name in ("within", "mix"))
    words = text(
        "In {quarter}, {rose} of {all} ways of counting show more online use than a year before. Filed online: {now} "
        "of the dossiers, {before} before; {within} percentage points of that (between {low} and {high}) come from the "
        "same fields, {mix} from other dossiers. By what is counted, between {least} and {most} of the dossiers are "
        "online.",
        quarter=period(quarter),
        rose=int((known["now_pct"] > known["before_pct"]).sum()),
        all=len(known),
        now=percent(first["share_pct"]),
        before=percent(first["before_pct"]),
        within=number(within.value, 1),
        low=number(within.low, 1),
        high=number(within.high, 1),
        mix=number(mix.value, 1),
        least=percent(shares["full_online_share"]),
        most=percent(shares["online_share_channel"]),
    )
    return Prose(joined([_answer(within), words]), style="statement")


def _answer(within: Estimate) -> Text:
    """Answer by what the same fields show: other dossiers are no more use, and neither is chance."""
    if within.low > 0:
        return text("Yes: in the same fields a larger share of the dossiers is filed online than a year before.")
    if within.high < 0:
        return text("No: in the same fields a smaller share of the dossiers is filed online than a year before.")
    return text("It cannot be told: in the same fields the change within a year is no larger than chance.")


def definitions(found: pd.DataFrame, quarter: str) -> Table:
    """Give the shares with their counts and intervals, and a year before."""
    ends = [_interval(row) for row in found.itertuples(index=False)]
    frame = pd.DataFrame(
        {
            "headline_name": found["indicator_id"].map(quarterly.name_of),
            "share_words": [_share(row) for row in found.itertuples(index=False)],
            "low_pct": [low for low, _ in ends],
            "high_pct": [high for _, high in ends],
            "before_pct": found["before_pct"],
            "numerator_count": found["hits"],
            "denominator_count": found["total"],
        }
    )
    caption = text(
        "What is called online use, {quarter}: the share, a year before, and what is counted of what; services are "
        "counted in services, all else in dossiers",
        quarter=period(quarter),
    )
    merged: dict[tuple[str, ...], Text] = {("share_words", "low_pct", "high_pct"): text("Share, interval of 95%")}
    return Table(frame, "definitions", caption, merged=merged | quarterly.counted())


def channels(found: pd.DataFrame, quarter: str) -> Table:
    """Give how dossiers came in, with intervals, and a year before."""
    words = {**labels.codes("channel"), "missing": text("not written down")}
    shares = wilson(found["hits"], found["total"])
    frame = pd.DataFrame(
        {
            "channel_name": [words[name] for name in found["channel"]],
            "dossiers_count": found["hits"],
            **{name: shares[name] for name in ("share_pct", "low_pct", "high_pct")},
            "before_pct": found["before_pct"],
        }
    )
    caption = text("How dossiers came in, {quarter}; a year before beside it", quarter=period(quarter))
    return Table(frame, "channels", caption, merged=quarterly.with_interval())


def on_paper(found: pd.DataFrame, quarter: str, source_id: str) -> Table:
    """Give the services offered online with most dossiers that did not come online."""
    top = found.head(SERVICES_SHOWN)
    frame = pd.DataFrame(
        {
            "procedure_name": top["procedure_code"].replace(names.procedure_names(source_id)),
            "on_paper_count": top["on_paper_count"],
            "dossiers_count": top["dossiers_count"],
            "filed_online_pct": 100 * top["online_count"] / top["dossiers_count"],
        }
    )
    caption = text("Services offered online with most dossiers still on paper, in the year to {quarter}",
                   quarter=period(quarter))  # fmt: skip
    return Table(frame, "on_paper", caption)


def unused(found: pd.DataFrame) -> Prose:
    """Say how many services are offered online and used by nobody online, and what cannot be seen."""
    never = int((found["online_count"] == 0).sum())
    about = {"all": len(found), "fewest": policy.FEWEST_CASES}
    if never:
        words = text(
            "Of {all} services that are offered online and had {fewest} dossiers or more in the year, {never} had none "
            "online.",
            never=never,
            **about,
        )
    else:
        words = text(
            "Each of the {all} services that are offered online and had {fewest} dossiers or more in the year had some "
            "online.",
            **about,
        )
    unseen = text("A service that nobody filed at all does not show in dossiers.")
    return Prose(joined([words, unseen]), style="note")


def months(found: pd.DataFrame) -> Table:
    """Give the three shares of dossiers by month."""
    caption = text("Shares of dossiers by month of receipt; of the latest months some results are still to come")
    return quarterly.months(found, caption)


def moved(found: Decomposition, source_id: str) -> Table:
    """Give the fields that moved the share most, by name where the source gives one."""
    top = found.groups.head(FIELDS_SHOWN)
    frame = pd.DataFrame(
        {
            "field_name": top["group"].replace(names.field_names(source_id)),
            "share_before_pct": top["share_before_pct"],
            "share_after_pct": top["share_after_pct"],
            "moved_points": top["points"],
        }
    )
    caption = text("The fields that moved the share most, in percentage points of the whole")
    return Table(frame, "moved", caption)


def says(*found: Result) -> Listing:
    """Give the sentences of results, with what was checked of each."""
    items = [results.sentence(each) for each in found]
    items += [results.said(check.says) for each in found for check in each.checks]
    return Listing(items)


def enough_months(since: pd.DataFrame) -> Prose:
    """Say whether a chance of reaching a target can be given yet."""
    if len(since) >= FEWEST_MONTHS:
        words = text(
            "Since the merger there are {months} months: enough to try a chance of reaching a target on the past, with "
            "`methods.reach`.",
            months=len(since),
        )
    else:
        words = text(
            "No chance of reaching a target is given: since the merger there are {months} months, and {needed} are "
            "needed to try such a statement on the past first.",
            months=len(since),
            needed=FEWEST_MONTHS,
        )
    return Prose(words, style="note")


def real_series(months_: pd.DataFrame) -> Table:
    """Give the real series: Italy's changes of residence filed online."""
    frame = pd.DataFrame({"month": months_["month"], "headline_pct": months_["share_pct"]})
    return Table(frame, "italy", text("Italy: changes of residence declared online, share of all, by month"))


def real_chart(table: Table) -> Chart:
    """Draw the real series."""
    first, last = table.frame.iloc[0], table.frame.iloc[-1]
    alt = text("The share goes from {first} to {last}.", first=percent(first["headline_pct"]),
               last=percent(last["headline_pct"]))  # fmt: skip
    return figures.over_time(table, columns=("month", "headline_pct", None), alt=alt)


def after_the_step(months_: pd.DataFrame, first: str) -> Prose:
    """Say why what comes before a month is left out of the curves: the share stepped up in it."""
    place = months_["month"].tolist().index(first)
    words = text(
        "In {month} the share went from {before} to {after} within the month: a step, not a habit that spreads. What "
        "follows is asked of the months from then on.",
        month=period(first),
        before=percent(months_["share_pct"].iloc[place - 1]),
        after=percent(months_["share_pct"].iloc[place]),
    )
    return Prose(words)


def curves(fitted: Growth, weighed: Reach) -> Table:
    """Give the ceiling by each fitted curve, and last by all possible ceilings weighed together."""
    whole = weighed.estimate("ceiling_pct")
    own = fitted.curves.dropna(subset="ceiling")
    frame = pd.DataFrame(
        {
            "model_name": [*(results.named(name) for name in own["curve"]), text("all S-curves, weighed")],
            "ceiling_pct": [*own["ceiling"], whole.value],
            "low_pct": [*own["low"], whole.low],
            "high_pct": [*own["high"], whole.high],
            "year_on_pct": [*own["ahead"], weighed.estimate("share_pct").value],
        }
    )
    caption = text("Where growth would end: the same months, other curves; limits of a fitted curve are too narrow")
    return Table(frame, "curves", caption)


def fitted(found: Growth) -> Listing:
    """Say in percent where the fitted curves end and stand, and what was checked of them."""
    ceiling, ahead = found.curves["ceiling"], found.curves["ahead"]
    words = text(
        "Curves fitted to these months end at ceilings from {least} to {most} and stand at {low} to {high} 12 months "
        "on: a fitted curve is no probability of reaching anything.",
        least=percent(ceiling.min()),
        most=percent(ceiling.max()),
        low=percent(ahead.min()),
        high=percent(ahead.max()),
    )
    return Listing([words, *(results.said(check.says) for check in found.checks)], style="note")


def models(found: Any) -> Table:
    """Give every model with its record on the past."""
    frame = pd.DataFrame(
        {
            "model_name": [results.named(name) for name in found.scores["model"]],
            "scaled_error": found.scores["scaled_error"],
            "covered_pct": found.scores["covered_pct"],
            "chosen_name": [text("chosen") if chosen else text("not chosen") for chosen in found.scores["chosen"]],
        }
    )
    caption = text("How the models did on the past; an error below 1 beats taking the same month of last year")
    return Table(frame, "models", caption)


def _interval(row: Any) -> tuple[float, float]:
    """Give the interval of 95%; of bounds, from the interval of the low one to that of the high one."""
    total = float(row.total)
    low, high = (row.share_pct, row.share_pct) if pd.notna(row.share_pct) else (row.low_pct, row.high_pct)
    hits = pd.Series([low, high], dtype=float) * total / 100
    ends = wilson(hits, pd.Series([total, total]))
    return float(ends["low_pct"].iloc[0]), float(ends["high_pct"].iloc[1])


def _share(row: Any) -> Text:
    """Write a share, or both its bounds where some submitters are not known."""
    if pd.notna(row.share_pct):
        return percent(float(row.share_pct))
    return number(float(row.low_pct), 1) + same("\u2060–\u2060") + percent(float(row.high_pct))
