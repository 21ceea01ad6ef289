"""The words and tables of the report on a province's service index."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, count, day, joined, period, plural, points, same, text
from analysis.indicators import ServiceIndex

ROW_COLUMNS = (
    "row_name", "numerator_count", "denominator_count", "share_pct", "points", "maximum_points", "lost_points",
    "rule_certainty",
)  # fmt: skip


def header(index: ServiceIndex) -> Header:
    """Give title, period, as-of date and sources."""
    name = index.units["unit_name"].iloc[0]
    return Header(
        title=text("Service index of {unit}", unit=name),
        subtitle=joined([policy_title(), same("–"), period(index.period)]),
        period=period(index.period),
        as_of=index.as_of_date,
        sources=index.sources,
        provisional=index.provisional,
    )


def policy_title() -> Text:
    """Give the name of the index."""
    title = policy.index_766().title
    return Text(title.vi, title.en)


def lead(index: ServiceIndex) -> Prose:
    """Say in one paragraph what the province scores and where most of the missing points are."""
    own = _province_groups(index)
    total, whole = own["points"].sum(), own["maximum_points"].sum()
    worst = own.assign(lost=own["maximum_points"] - own["points"]).nlargest(2, "lost")
    return Prose(
        text(
            "{unit} has {total} of {whole} points ({band}) for the {period}. Most is lost in {first} "
            "({first_lost} points) and {second} ({second_lost} points).",
            unit=index.units["unit_name"].iloc[0],
            total=points(total),
            whole=count(whole),
            band=labels.band_name(total),
            period=period(index.period),
            first=labels.group_name(worst["group_id"].iloc[0]),
            first_lost=points(worst["lost"].iloc[0]),
            second=labels.group_name(worst["group_id"].iloc[1]),
            second_lost=points(worst["lost"].iloc[1]),
        ),
        style="statement",
    )


def provisional(index: ServiceIndex) -> Prose:
    """Say whether the period had ended when the portal was asked."""
    words = (
        text("The period had not ended on {day}, when the portal was asked: all figures are provisional.",
             day=day(index.as_of_date))
        if index.provisional
        else text("The period had ended when the portal was asked, on {day}.", day=day(index.as_of_date))
    )  # fmt: skip
    return Prose(words, style="note")


def agreement(index: ServiceIndex) -> Prose:
    """Say how closely the rules of the policy file reproduce the portal's own points."""
    compared = index.agreement()
    worst = compared["difference_points"].abs().max()
    return Prose(
        text(
            "Recomputed from the counts, {n} published group scores come out with a largest difference of {worst} "
            "points; the published points are the ones used here. The annex of the decision was not found: the rules "
            "were derived from the portal's own answers, and those of the rows {fitted} were fitted to these very "
            "figures, so that their agreement proves little.",
            n=len(compared),
            worst=points(worst),
            fitted=", ".join(row.number for row in policy.index_766().rows if row.certainty == "fitted"),
        ),
        style="note",
    )


def _province_groups(index: ServiceIndex) -> pd.DataFrame:
    order = {group.id: position for position, group in enumerate(policy.index_766().groups)}
    own = index.groups[index.groups["unit_code"] == index.province_code]
    return own.sort_values("group_id", key=lambda ids: ids.map(order), ignore_index=True)


def groups(index: ServiceIndex) -> Table:
    """Give the province's points by group, published beside recomputed."""
    own = _province_groups(index)
    frame = pd.DataFrame(
        {
            "group_name": own["group_id"].map(labels.group_name),
            "points": own["points"],
            "computed_points": own["computed_points"],
            "maximum_points": own["maximum_points"],
        }
    )
    return Table(frame, "groups", text("Points by group of the index"))


def groups_chart(table: Table) -> Chart:
    """Draw points against the maximum of each group."""
    best = table.frame.assign(part=table.frame["points"] / table.frame["maximum_points"]).sort_values("part")
    alt = text(
        "Bars of the points in each of {n} groups against the maximum; fullest: {best}, emptiest: {worst}.",
        n=len(best),
        best=best["group_name"].iloc[-1],
        worst=best["group_name"].iloc[0],
    )
    return figures.bars(table, label="group_name", value="points", maximum="maximum_points", alt=alt)


def lost(index: ServiceIndex) -> Table:
    """Give the province's rows, those that lose most first."""
    own = index.rows[index.rows["unit_code"] == index.province_code]
    own = own.assign(lost_points=own["maximum_points"] - own["points"])
    own = own.sort_values("lost_points", ascending=False, kind="stable")
    frame = own.assign(
        row_name=own["row_id"].map(labels.row_name), rule_certainty=own["row_id"].map(labels.rule_certainty)
    )
    return Table(frame[list(ROW_COLUMNS)], "lost", text("Every scored row, the largest loss first"))


def lost_chart(table: Table) -> Chart:
    """Draw the points lost in each row."""
    alt = text(
        "Bars of the points lost in each of {n} rows; the largest loss is {most} points in {row}.",
        n=len(table.frame),
        most=points(table.frame["lost_points"].iloc[0]),
        row=table.frame["row_name"].iloc[0],
    )
    return figures.bars(table, label="row_name", value="lost_points", alt=alt)


def actions(gains: pd.DataFrame, province: str) -> Table:
    """Give what each action would gain the province up to full marks, the largest first."""
    return gains_table(
        gains,
        province,
        caption=text(
            "Points to gain, up to full marks; whether the portal counts past cases that are mended is not known"
        ),
    )


def gains_table(gains: pd.DataFrame, unit: str, *, caption: Text) -> Table:
    """Give what a unit can gain: what this period still allows first, then the largest gain."""
    own = gains[gains["unit_code"] == unit]
    own = own.assign(beyond=~(own["mendable"] | own["within_reach"])).sort_values("beyond", kind="stable")
    frame = pd.DataFrame(
        {
            "action_name": own["action_id"].map(labels.action_name),
            "share_pct": own["share_pct"],
            "reference_pct": own["target_pct"],
            "cases_count": own["cases_count"],
            "cases_name": own["row_id"].map(labels.cases),
            "gain_points": own["gain_points"],
            "how": [
                labels.how_short(mendable, new_cases, within_reach)
                for mendable, new_cases, within_reach in zip(
                    own["mendable"], own["new_cases_count"], own["within_reach"], strict=True
                )
            ],
        }
    )
    merged: dict[tuple[str, ...], Text] = {
        ("share_pct", "reference_pct"): text("Now–reference (%)"),
        ("cases_count", "cases_name"): text("Short of it by"),
    }
    return Table(frame, "actions", caption, merged=merged)


def spread(index: ServiceIndex) -> Table:
    """Give how far departments and communes lie apart in each group, in percent of the group's maximum."""
    levels = index.children.set_index("unit_code")["unit_level"]
    children = index.groups[index.groups["unit_code"].isin(levels.index)]
    part = 100 * children["points"] / children["maximum_points"]
    rows = []
    kept = {group.id: part[children["group_id"] == group.id] for group in policy.index_766().groups}
    by_level = {group: own.groupby(children["unit_code"].map(levels)) for group, own in kept.items()}
    for group, level, values in ((g, level, own) for g, each in by_level.items() for level, own in each):
        name = joined([labels.group_name(group), same("–"), labels.level_name(str(level))])
        rows.append([name, len(values), *values.quantile([0, 0.25, 0.5, 0.75, 1])])
    columns = [
        "group_name", "units_count", "lowest_pct", "quarter_pct", "middle_pct", "three_quarters_pct", "highest_pct",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return Table(frame, "spread", text("Points of the units, in percent of each group's maximum"))


def spread_chart(table: Table) -> Chart:
    """Draw the spread over the units."""
    alt = text(
        "For each group, communes and departments apart: lowest to highest as a line, the middle half as a bar, the "
        "middle as a dot, in percent of the group's maximum."
    )
    return figures.spreads(table, label="group_name", alt=alt)


def behaviour(separation: pd.DataFrame, twice: pd.DataFrame, origins: pd.DataFrame) -> Listing:
    """Say what the index rewards: rows that no longer separate, rows that count twice, points for nothing."""
    if separation.empty:
        return Listing([text("The rows of the units are not published for this period, so this cannot be said.")])
    flat = separation[~separation["separates"]]
    maxima = {row.id: row.maximum_points for row in policy.index_766().rows}
    items = [
        text(
            "{n} rows worth {points} points together no longer separate units: at least 95% of them have the same "
            "number of points. They are: {rows}.",
            n=len(flat),
            points=count(sum(maxima[row] for row in flat["row_id"])),
            rows=joined(map(labels.row_name, flat["row_id"]), "; "),
        )
    ]
    items += [
        text(
            "{one} and {other} count the same cases twice: in the province their numerators differ by {difference} "
            "of {cases}. Being on time therefore carries up to {points} points.",
            one=labels.row_name(pair["row_id"]),
            other=labels.row_name(pair["other_row_id"]),
            difference=count(pair["difference_count"]),
            cases=count(pair["denominator_count"]),
            points=count(pair["maximum_points"]),
        )
        for pair in twice.to_dict("records")
    ]
    free = origins[origins["origin"] == "no_cases"]
    if len(free):
        items.append(
            plural(
                "{n} unit has {points} points because it received no petitions at all.",
                "{n} units have up to {points} points each because they received no petitions at all.",
                len(free),
                points=count(free["points"].max()),
            )
        )
    return Listing(items)


def place_name(index: ServiceIndex, place: str) -> Text:
    """Give the name of a unit, or of a row or group of the index."""
    units = index.units.set_index("unit_code")["unit_name"]
    if place in units.index:
        return same(units[place])
    rows = {row.id for row in policy.index_766().rows}
    return labels.row_name(place) if place in rows else labels.group_name(place)


def indicators(index: ServiceIndex, unit: str) -> Indicators:
    """Give every row and group of one unit for machines."""
    rows = index.rows[index.rows["unit_code"] == unit]
    published = [
        {
            "id": f"index_766.{row['row_id']}",
            "label": labels.row_name(row["row_id"]),
            "unit": "points",
            "value": row["points"],
            "numerator": row["numerator_count"],
            "denominator": row["denominator_count"],
            "share_pct": row["share_pct"],
            "maximum": row["maximum_points"],
            "period": index.period,
            "place": unit,
        }
        for row in rows.to_dict("records")
    ]
    own = index.groups[index.groups["unit_code"] == unit]
    published += [
        {
            "id": f"index_766.{row['group_id']}",
            "label": labels.group_name(row["group_id"]),
            "unit": "points",
            "value": row["points"],
            "maximum": row["maximum_points"],
            "period": index.period,
            "place": unit,
        }
        for row in own.to_dict("records")
    ]
    return Indicators(published)
