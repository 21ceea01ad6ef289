"""The words, tables and figures of the report on what came in and what is amiss with it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table, instead
from analysis.display.reasons import reason as words_of
from analysis.display.text import Text, count, day, joined, percent, period, text
from analysis.fields import Field
from analysis.indicators import names

UNITS_SHOWN = 12
FAR = 2  # times what is usual, from which on a month is named
# drawn over time: the checks of which a row itself says that it is odd
DRAWN = ("due_missing", "finished_before_received", "finished_at_midnight", "channel_missing")


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period, sources, and the last day that any of them speaks of."""
    title = sources[0]["title"]
    return Header(
        title=text("Quality of the data: {source}", source=Text(title["vi"], title["en"])),
        subtitle=text("Dossiers that came in: taken, set aside with the reason, and odd in themselves"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(brought: pd.DataFrame, found: pd.DataFrame) -> Prose:
    """Say how much came in, how much of it was set aside, and what is most often odd in it."""
    own = brought.iloc[0]
    said = [
        text(
            "{total} dossiers were taken, received from {first} to {last}; {aside} rows were set aside.",
            total=int(own["dossiers_count"]),
            first=period(own["first_month"]),
            last=period(own["last_month"]),
            aside=int(own["rejected_count"]),
        ),
        *_main_oddities(found),
    ]
    return Prose(joined(said), style="statement")


def _main_oddities(found: pd.DataFrame) -> list[Text]:
    """Name what is most often odd beyond doubt, and the pattern that is most often seen."""
    ordered = _by_weight(found)
    ordered = ordered[ordered["rows_count"] > 0]
    if ordered.empty:
        return [text("Nothing odd was found in them.")]
    said = []
    for row in ordered.drop_duplicates("certainty").to_dict("records"):
        check = Text(row["name_vi"], row["name_en"])
        counted = {"rows": count(row["rows_count"]), "all": count(row["of_count"]), "share": percent(row["share_pct"])}
        said.append(
            text("Most often odd beyond doubt: “{check}”, {share} ({rows} of {all}).", check=check, **counted)
            if row["certainty"] == "read"
            else text(
                "The pattern most often seen, which may be innocent: “{check}”, {share} ({rows} of {all}).",
                check=check,
                **counted,
            )
        )
    return said


def _by_weight(found: pd.DataFrame) -> pd.DataFrame:
    """Order the checks: what a row itself shows first, then by the share of rows; what was found in none comes last."""
    weighed = found.assign(none=found["rows_count"] == 0, pattern=found["certainty"] != "read")
    return weighed.sort_values(["none", "pattern", "share_pct"], ascending=[True, True, False], ignore_index=True)


def set_aside(rejected: pd.DataFrame, source: str) -> Table | Prose:
    """Give the reasons for which rows of the source were set aside, most frequent first."""
    own = rejected[rejected["source_id"] == source]
    if own.empty:
        return Prose(text("No row of the export was set aside."), style="note")
    reasons = own.groupby("reason", as_index=False).size().rename(columns={"size": "rows_count"})
    reasons = reasons.sort_values(["rows_count", "reason"], ascending=[False, True], ignore_index=True)
    reasons = reasons.assign(reason=reasons["reason"].map(words_of))
    caption = text("Rows set aside, by reason; file and line of each stand in the table of rejected rows")
    return Table(reasons, "set_aside", caption)


def odd(found: pd.DataFrame) -> Table:
    """Give what each check found, with how sure it is that something is wrong; what matters most first."""
    found = _by_weight(found)
    frame = pd.DataFrame(
        {
            "check_name": _names(found),
            "rows_count": found["rows_count"],
            "of_count": found["of_count"],
            "share_pct": instead(found["share_pct"], text("applies to no row")),
            "certainty": found["certainty"].map(_sureness),
        }
    )
    return Table(frame, "odd", text("What is odd in the dossiers: found and counted, never repaired"))


def odd_words() -> Listing:
    """Say what is done with odd dossiers, and what a finding does not mean."""
    return Listing(
        [
            text("An odd dossier stays as it came; each page that it could sway says how."),
            text(
                "A dossier without a due date counts as on time in the portal's own figure; the share by month of "
                "receipt leaves it out."
            ),
            text(
                "Beyond doubt: the row itself shows it. A pattern only: chance or a system that fills in a field by "
                "itself may leave it too. Ask before you judge."
            ),
        ],
        style="note",
    )


def odd_by_month(found: pd.DataFrame) -> Table:
    """Give the monthly shares that are drawn."""
    seen = found.groupby("check_id")["rows_count"].transform("sum") > 0
    known = found[found["check_id"].isin(DRAWN) & seen].sort_values(["check_id", "month"], ignore_index=True)
    frame = pd.DataFrame(
        {
            "check_name": _names(known),
            "month": known["month"],
            "rows_count": known["rows_count"],
            "of_count": known["of_count"],
            "share_pct": known["share_pct"],
        }
    )
    return Table(frame, "odd_by_month", text("Odd dossiers by month of receipt"))


def jumps(table: Table) -> Listing:
    """Name the months in which a check found far more than it usually does."""
    items = []
    for _, own in table.frame.groupby(table.frame["check_name"].map(str), sort=False):
        usual, top = float(own["share_pct"].median()), own.nlargest(1, "share_pct").iloc[0]
        if top["rows_count"] >= policy.FEWEST_CASES and top["share_pct"] > FAR * usual:
            items.append(
                text(
                    "{check}: {share} in {month}, where {usual} is usual.",
                    check=top["check_name"],
                    share=percent(top["share_pct"]),
                    month=period(top["month"]),
                    usual=percent(usual),
                )
            )
    return Listing(items or [text("No month stands out: no check found twice what is usual.")])


def odd_chart(table: Table) -> Chart | Prose:
    """Draw the monthly shares, with the break of the merger; say so where there is nothing to draw."""
    if table.frame.empty:
        return Prose(text("No check that is followed by month found anything odd."), style="note")
    merger = policy.events()["merger_2025"].date
    highest = table.frame.nlargest(1, "share_pct").iloc[0]
    alt = text(
        "Shares of odd dossiers by month of receipt. The highest is {share}: {check}, in {month}.",
        share=percent(highest["share_pct"]),
        check=highest["check_name"],
        month=period(highest["month"]),
    )
    broken = [(merger.isoformat(), text("merger"))]
    return figures.monthly(table, columns=("month", "share_pct", "check_name"), breaks=broken, alt=alt)


def reach(found: pd.DataFrame) -> Table:
    """Give from when to when there are dossiers of the units, level by level."""
    frame = found.assign(level=found["unit_level"].map(labels.level_name))
    columns = ["level", "units_count", "first_month", "last_month", "gap_months_count"]
    return Table(frame[columns], "reach", text("From when to when units have dossiers"))


def reach_words(found: pd.DataFrame, last_month: str) -> Prose:
    """Say how many units have fallen silent, and that a merger ends units without any fault of theirs."""
    merger = policy.events()["merger_2025"].date
    last_before = f"{merger.year}-{merger.month - 1:02d}"
    silent = found[(found["last_month"] < last_month) & (found["last_month"] != last_before)]
    ended = found[found["last_month"] == last_before]
    gaps, quiet = int(found["gap_months_count"].sum()), int(silent["units_count"].sum())
    said = [
        text("Every other unit has dossiers in the last month, and no month in between is without any.")
        if not gaps and not quiet
        else text(
            "{silent} units have no dossier in the last month; {gaps} months in between are without any.",
            silent=quiet,
            gaps=gaps,
        ),
        text(
            "{ended} units end with {month}, the last month before the merger of {day}: that is no fault of theirs.",
            ended=count(ended["units_count"].sum()),
            month=period(last_before),
            day=day(merger),
        ),
    ]
    return Prose(joined(said if gaps or quiet else said[::-1]))


def whole(found: pd.DataFrame) -> Prose:
    """Say how many units' months are missing or thin by more than chance, and of how many nothing can be said."""
    n = found["state"].value_counts()
    gaps = found[found["state"].isin(["missing", "thin"])]
    if gaps.empty and not n.get("few", 0):
        return Prose(
            text(
                "All {all} months of {units} units, {first} to {last}, came in whole as far as can be told: none is "
                "missing, none is thin by more than chance.",
                all=len(found),
                units=found["unit_code"].nunique(),
                first=period(found["month"].min()),
                last=period(found["month"].max()),
            )
        )
    words = text(
        "Of {all} months of {units} units, {first} to {last}, {missing} are missing and {thin} are thin by more than "
        "chance, in {gaps} units; for {few} so few dossiers are expected that nothing can be said.",
        all=len(found),
        units=found["unit_code"].nunique(),
        first=period(found["month"].min()),
        last=period(found["month"].max()),
        missing=int(n.get("missing", 0)),
        thin=int(n.get("thin", 0)),
        gaps=gaps["unit_code"].nunique(),
        few=int(n.get("few", 0)),
    )
    return Prose(words)


def units_by_month(found: pd.DataFrame, source_id: str) -> Table | Prose:
    """Give what came of each unit and month in percent of what was expected; the least whole units first."""
    judged = found[found["state"] != "few"]
    if judged.empty:
        return Prose(text("No unit has enough dossiers a month to tell a gap from chance."), style="note")
    part = 100 * judged["dossiers_count"] / judged["expected_count"]
    wide = judged.assign(part=part).pivot_table(index="unit_code", columns="month", values="part", dropna=False)
    gaps = judged["state"].isin(["missing", "thin"]).groupby(judged["unit_code"]).sum()
    order = pd.DataFrame({"gaps": -gaps, "low": wide.min(axis=1)}).sort_values(["gaps", "low"]).index[:UNITS_SHOWN]
    shown = wide.loc[order].reset_index()
    fields = {month: Field("pct", _month(month), _month(month)) for month in wide.columns}
    frame = shown.assign(unit_code=shown["unit_code"].replace(names.unit_names(source_id)))
    frame = frame.rename(columns={"unit_code": "unit_name"})
    caption = text("Dossiers of the least whole units by month of receipt, in percent of what the unit's other months "
                   "and the other units lead to expect")  # fmt: skip
    return Table(frame, "units_by_month", caption, fields)


def units_charts(table: Table | Prose) -> list[Chart]:
    """Draw the months of these units; a hole is a month without a dossier. Nothing where there is no table."""
    if isinstance(table, Prose):
        return []
    alt = text("A row of cells for each unit, a cell a month: the lighter, the fewer of the expected dossiers came.")
    return [figures.heat(table, label="unit_name", columns=list(table.frame.columns[1:]), alt=alt)]


def late_and_revised(brought: pd.DataFrame, sources: list[dict[str, Any]]) -> Listing:
    """Say how far the newest delivery reaches, and what of revisions can be known."""
    own = brought.iloc[0]
    return Listing(
        [
            text(
                "The source was taken on {taken}; its newest dossiers were received in {last}.",
                taken=day(max(source["as_of"] for source in sources)),
                last=period(own["last_month"]),
            ),
            text(
                "What a delivery changed of earlier ones is not known: the newest takes the place of the one before, "
                "and only its hash in the page's manifest tells them apart."
            ),
        ]
    )


def indicators(brought: pd.DataFrame, found: pd.DataFrame, until: str) -> Indicators:
    """Give the figures for machines: dossiers, rows set aside, and each check's counts."""
    about = {"period": until, "place": brought["source_id"].iloc[0]}
    totals = {
        "dossiers_count": text("Dossiers taken"),
        "rejected_count": text("Rows set aside"),
    }
    rows = [
        {"id": f"data_quality.{name}", "label": label, "unit": "count", "value": brought[name].sum(), **about}
        for name, label in totals.items()
    ]
    rows += [
        {
            "id": f"data_quality.{row['check_id']}",
            "label": Text(row["name_vi"], row["name_en"]),
            "unit": "pct",
            "value": row["share_pct"],
            "numerator": row["rows_count"],
            "denominator": row["of_count"],
            **about,
        }
        for row in found.to_dict("records")
    ]
    return Indicators(rows)


def _names(found: pd.DataFrame) -> list[Text]:
    return [Text(*both) for both in zip(found["name_vi"], found["name_en"], strict=True)]


def _sureness(name: str) -> Text:
    return {
        "read": text("beyond doubt"),
        "derived": text("a pattern only"),
    }[name]


def _month(name: str) -> str:
    return f"{int(name[5:])}/{name[2:4]}"
