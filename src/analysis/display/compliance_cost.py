"""The words of what complying costs: the answer, internal procedures against their target, and what is assumed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels, quarterly
from analysis.display.output import Chart, Header, Indicators, Prose, Table
from analysis.display.text import Text, count, joined, number, percent, period, rounded_money, same, text
from analysis.methods.burden import Burden
from analysis.methods.result import Estimate

LAW, CLAIMED = 20.0, 50.0


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Does complying really cost less?"),
        subtitle=text(
            "Internal procedures against their target, applicants' own time, and a real decision re-computed"
        ),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(whole: Burden, internal: pd.DataFrame) -> Prose:
    """Say what applicants bear now against before, from what the difference comes, and where internal cost stands."""
    share = whole.estimate("saved_pct")
    by_way = internal.set_index("way")["share_pct"]
    words = [
        text(
            "By this model complying costs {share} less (between {low} and {high}) than with the papers and channels "
            "of before the directive: the dossiers of the last four quarters cost applicants about {after} a year.",
            after=rounded_money(whole.estimate("after_vnd").value),
            share=percent(share.value, 0),
            low=percent(share.low, 0),
            high=percent(share.high, 0),
        ),
        text(
            "Of the {saved} less, {visits} are visits that filing online spares, and {papers} papers that were cut.",
            saved=rounded_money(whole.estimate("saved_vnd").value),
            visits=rounded_money(_saved(whole, "visits")),
            papers=rounded_money(_saved(whole, "papers")),
        ),
        text(
            "Internal procedures: {cut} cut or simplified, {gone} gone, their declared cost {cost} lower. None of this "
            "shows what brought it about.",
            cut=percent(by_way["cut"]),
            gone=percent(by_way["gone"]),
            cost=percent(by_way["cost"]),
        ),
    ]
    return Prose(joined(words), style="statement")


def internal(found: pd.DataFrame, declared: Burden) -> Table:
    """Give what has been cut of the internal procedures, by what counts as cut, against both targets."""
    between = declared.estimate("saved_pct")
    frame = pd.DataFrame([_internal_row(row, between) for row in found.itertuples(index=False)])
    spread = number(policy.cost_model().declared_cost.spread, 1)
    caption = text(
        "Internal procedures: what was cut; the interval of the cost assumes that a declared cost may be off by a "
        "factor of about {spread}",
        spread=spread,
    )
    return Table(frame, "internal", caption)


def internal_quarters(found: pd.DataFrame) -> Table:
    """Give both shares by quarter, and the two levels that are asked for."""
    frame = pd.DataFrame(
        {
            "as_of_date": _ends(found["period"]),
            "headline_name": found["indicator_id"].map(quarterly.name_of),
            "headline_pct": found["share_pct"],
        }
    )
    ends = [frame["as_of_date"].min(), frame["as_of_date"].max()]
    marks = [
        pd.DataFrame({"as_of_date": ends, "headline_name": [words] * 2, "headline_pct": level})
        for words, level in ((text("20%, Decision 1085"), LAW), (text("50%, source unclear"), CLAIMED))
    ]
    return Table(pd.concat([frame, *marks], ignore_index=True), "internal_quarters",
                 text("Internal procedures: share cut, by quarter"))  # fmt: skip


def internal_chart(table: Table) -> Chart:
    """Draw both shares against the two levels."""
    alt = text("The share of internal procedures cut and of their cost by quarter, against the levels of 20% and 50%.")
    return figures.monthly(table, columns=("as_of_date", "headline_pct", "headline_name"), alt=alt)


def assumptions() -> Table:
    """Give every number that the model is reckoned with, and how sure it is."""
    model = policy.cost_model()
    hours = [
        (
            _label(each.label),
            _per(each),
            each.certainty,
            each.citation,
        )
        for each in model.times
    ]
    wage = text("{wage} an hour: GDP per head of {year} ÷ {hours} hours", wage=rounded_money(model.hourly_wage_vnd),
                year=str(model.gdp.year), hours=count(model.working_hours.a_year))  # fmt: skip
    rows = [
        (text("Wage"), wage, model.working_hours.certainty, model.working_hours.citation),
        *hours,
        (
            text("Declared internal costs"),
            text("off by a factor of about {spread}", spread=number(model.declared_cost.spread, 1)),
            model.declared_cost.certainty,
            model.declared_cost.citation,
        ),
    ]
    frame = pd.DataFrame(
        [
            (name, value, _standing(certainty, model.citations[citation].title))
            for name, value, certainty, citation in rows
        ],
        columns=["assumption_name", "value_words", "certainty_name"],
    )
    return Table(frame, "assumptions", text("What the model is reckoned with"))


def _standing(certainty: str, title: str) -> Text:
    """Say how sure a number is, and where it was read if it was."""
    label = labels.certainty(certainty)
    return joined([label, same(title)], ": ") if certainty == "read" else label


def figures_for_machines(whole_: Burden, papers: Burden, internal_: pd.DataFrame, about: tuple[str, str]) -> Indicators:
    """Give the shares and amounts as data; `about` is the period and the source."""
    when = {"period": about[0], "place": about[1]}
    rows = []
    for name, result, label, unit in (
        ("saved_pct", whole_, text("Burden on applicants: less than before"), "pct"),
        ("saved_vnd", papers, text("Saved by papers that decisions cut"), "vnd"),
    ):
        each = result.estimate(name)
        rows.append({"id": f"compliance_cost.{name}", "label": label, "unit": unit, "value": each.value,
                     "low": each.low, "high": each.high, **when})  # fmt: skip
    for row in internal_.itertuples(index=False):
        rows.append({"id": f"compliance_cost.internal_{row.way}", "label": text("Internal procedures: share cut"),
                     "unit": "pct", "value": row.share_pct, "numerator": row.numerator_count,
                     "denominator": row.denominator_count, **when})  # fmt: skip
    return Indicators(rows)


def _saved(found: Burden, activity: str) -> float:
    return float(found.procedures.set_index("procedure")["saved_vnd"][activity])


def _internal_row(row: Any, between: Estimate) -> dict[str, Any]:
    names = {
        "cut": text("Simplified, merged or abolished"),
        "gone": text("Merged or abolished only"),
        "cost": text("Declared cost a year"),
    }
    return {
        "cut_name": names[row.way],
        "of_words": _of(row),
        # decided procedures are counted, not estimated: only what is declared has an interval
        "share_words": _between(row.share_pct, between) if row.way == "cost" else percent(row.share_pct),
        "law_state_name": _against(row.share_pct, LAW),
        "claimed_state_name": _against(row.share_pct, CLAIMED),
    }


def _between(share_pct: float, between: Estimate) -> Text:
    return text("{share} ({low} to {high})", share=percent(share_pct), low=number(between.low, 1),
                high=percent(between.high))  # fmt: skip


def _of(row: Any) -> Text:
    write = rounded_money if row.way == "cost" else count
    return text("{part} of {whole}", part=write(float(row.numerator_count)), whole=write(float(row.denominator_count)))


def _against(share: float, level: float) -> Text:
    return text("reached") if share >= level else text("not reached yet")


def _per(each: policy.ActivityTime) -> Text:
    hours, spread = number(each.median_hours, 2), number(each.spread, 1)
    once = {
        "case": text("{hours} hours a case, off by a factor of about {spread}", hours=hours, spread=spread),
        "paper": text("{hours} hours a paper, off by a factor of about {spread}", hours=hours, spread=spread),
        "visit": text("{hours} hours a visit, off by a factor of about {spread}", hours=hours, spread=spread),
    }[each.per]
    if not each.travel_vnd:
        return once
    return joined([once, text("travel {travel}", travel=rounded_money(each.travel_vnd))], "; ")


def _label(label: policy.Label) -> Text:
    return Text(label.vi, label.en)


def _ends(periods: pd.Series) -> pd.Series:
    ends = pd.PeriodIndex(periods.str.replace("-", ""), freq="Q").end_time.strftime("%Y-%m-%d")
    return pd.Series(ends, index=periods.index)
