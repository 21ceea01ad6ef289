"""The words and tables of one unit's scorecard: where it stands, how sure that is, what to do first."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Listing, Prose, Table
from analysis.display.service_index import gains_table, policy_title
from analysis.display.text import Text, count, joined, percent, period, plural, points, same, text
from analysis.indicators import ServiceIndex

FEWEST_CASES = 30
ORIGINS = ("own", "not_split", "no_cases", "province", "granted")


def header(index: ServiceIndex, unit: str) -> Header:
    """Give the unit's name, the period, as-of date and sources."""
    return Header(
        title=same(_name(index, unit)),
        subtitle=joined([policy_title(), same("–"), period(index.period)]),
        period=period(index.period),
        as_of=index.as_of_date,
        sources=index.sources,
        provisional=index.provisional,
    )


def _name(index: ServiceIndex, unit: str) -> str:
    return str(index.units.set_index("unit_code").loc[unit, "unit_name"])


def _peers(index: ServiceIndex, unit: str) -> tuple[Text, pd.Series]:
    """Give the name of the unit's level and the totals of the other units of that level."""
    totals = index.totals().set_index("unit_code")
    same_level = totals[totals["unit_level"] == totals.loc[unit, "unit_level"]].drop(unit)
    return labels.level_name(str(totals.loc[unit, "unit_level"])), same_level["points"].dropna()


def lead(index: ServiceIndex, unit: str, origins: pd.DataFrame) -> Prose:
    """Say the total, its band, where the middle half of the peers lies, and how much of it is the unit's own.

    A unit with fewer than 30 dossiers is not judged at all.
    """
    total = index.totals().set_index("unit_code")["points"][unit]
    dossiers = index.dossiers_count(unit)
    if dossiers < FEWEST_CASES:
        return Prose(_not_judged(_name(index, unit), dossiers, period(index.period), total), style="statement")
    level, peers = _peers(index, unit)
    own = origins[origins["origin"] == "own"].set_index("unit_code")
    part = 100 * own["points"] / own["maximum_points"]
    others = part.reindex(peers.index)
    return Prose(
        text(
            "{unit} has {total} of 100 points ({band}) for the {period}; the middle half of the other {n} {level} lies "
            "between {low} and {high}. Only {own} of these points, out of {own_whole}, come from cases the unit itself "
            "handled: {own_part}, where the middle half of the others has {own_low} to {own_high}. Judge the unit by "
            "those, not by the total.",
            unit=_name(index, unit),
            total=points(total),
            band=labels.band_name(total),
            period=period(index.period),
            n=len(peers),
            level=level,
            low=points(float(peers.quantile(0.25))),
            high=points(float(peers.quantile(0.75))),
            own=points(own["points"][unit]),
            own_whole=count(own["maximum_points"][unit]),
            own_part=percent(part[unit]),
            own_low=percent(float(others.quantile(0.25))),
            own_high=percent(float(others.quantile(0.75))),
        ),
        style="statement",
    )


def _not_judged(name: str, dossiers: int, when: Text, total: float) -> Text:
    if dossiers == 0:
        return text(
            "{unit} had no dossiers in the {period}: nothing can be said of its work. The {total} points that the "
            "portal gives it come from figures of the province, from having no petitions, and from rows without a "
            "count.",
            unit=name,
            period=when,
            total=points(total),
        )
    return plural(
        "{unit} handled only {n} dossier in the {period}: too few to judge it by. The portal gives it {total} of 100 "
        "points.",
        "{unit} handled only {n} dossiers in the {period}: too few to judge it by. The portal gives it {total} of 100 "
        "points.",
        dossiers,
        unit=name,
        period=when,
        total=points(total),
    )


def certainty(index: ServiceIndex, unit: str, shares: pd.DataFrame, between: pd.Series) -> Listing:
    """Say which shares differ from the peers', which do not, and on how many cases that rests."""
    own = shares[shares["unit_code"] == unit]
    _, peers = _peers(index, unit)
    names = {
        verdict: joined([labels.row_name(row) for row in own.loc[own["verdict"] == verdict, "row_id"]], "; ")
        for verdict in ("above", "below", "alike", "few")
    }
    items = [
        text("Clearly above the middle half of its peers: {rows}.", rows=names["above"]),
        text("Clearly below the middle half of its peers: {rows}.", rows=names["below"]),
        text("Inside the middle half, or not to be told apart from it: {rows}.", rows=names["alike"]),
        text("Too few cases to say anything (fewer than 30): {rows}.", rows=names["few"]),
    ]
    said = [item for item, rows in zip(items, names.values(), strict=True) if rows.en]
    if (own["verdict"] == "few").all():
        return Listing([*said, text("No share rests on enough cases to be compared with the peers.")])
    bounds = text(
        "If every share of its own cases lay at the lower end of its interval, the unit would have {low} points from "
        "them, at the upper end {high}; it has {now}.",
        low=points(between["low_pct"]),
        high=points(between["high_pct"]),
        now=points(between["share_pct"]),
    )
    return Listing([*said, bounds, _how_sure(own, len(peers))])


def _how_sure(own: pd.DataFrame, peers: int) -> Text:
    compared = int((own["verdict"] != "few").sum())
    cases = own["total"].max()
    return text(
        "How sure: the largest share rests on {cases} cases; each interval is meant to hold the share 95 times in 100. "
        "With {n} comparisons against {peers} peers some difference appears by chance, cases that come in batches make "
        "intervals too narrow, and the portal's figures carry the oddities listed below. No rank is given: neighbours "
        "in a ranking cannot be told apart.",
        cases=count(cases),
        n=compared,
        peers=peers,
    )


def origins(index: ServiceIndex, unit: str, split: pd.DataFrame) -> Table:
    """Give the unit's points by where they come from."""
    own = split[split["unit_code"] == unit].set_index("origin").reindex(ORIGINS).dropna()
    frame = pd.DataFrame(
        {
            "origin": [labels.origin(str(name)) for name in own.index],
            "points": own["points"].to_numpy(),
            "maximum_points": own["maximum_points"].to_numpy(),
        }
    )
    return Table(frame, "origins", text("The total, split by where its points come from"))


def origins_chart(table: Table) -> Chart:
    """Draw the points by origin against their maxima."""
    alt = text(
        "Bars of points by origin against their maximum; the first is {points} of {whole} from: {origin}.",
        points=points(table.frame["points"].iloc[0]),
        whole=count(table.frame["maximum_points"].iloc[0]),
        origin=table.frame["origin"].iloc[0],
    )
    return figures.bars(table, label="origin", value="points", maximum="maximum_points", alt=alt)


def comparison(shares: pd.DataFrame, unit: str) -> Table:
    """Give the unit's shares with their intervals, beside the middle half of the peers."""
    own = shares[(shares["unit_code"] == unit) & shares["share_pct"].notna()]
    frame = pd.DataFrame(
        {
            "row_name": own["row_id"].map(labels.row_name),
            "share_pct": own["share_pct"],
            "low_pct": own["low_pct"],
            "high_pct": own["high_pct"],
            "peer_low_pct": own["peer_low_pct"],
            "peer_middle_pct": own["peer_middle_pct"],
            "peer_high_pct": own["peer_high_pct"],
            "verdict": own["verdict"].map(labels.verdict),
        }
    )
    return Table(frame, "comparison", text("Shares of the unit against the middle half of its peers"))


def comparison_chart(table: Table, shares: pd.DataFrame, unit: str) -> Chart | Prose:
    """Draw each share and its interval over the middle half of the peers; say so where there is no share."""
    if table.frame.empty:
        return Prose(text("There is no share to draw: the unit had no cases."), style="note")
    own = shares[(shares["unit_code"] == unit) & shares["share_pct"].notna()]
    alt = text(
        "For each share: a grey bar for the middle half of the peers, a mark with its interval for the unit; a "
        "triangle up is clearly above, a triangle down clearly below, a circle not to be told apart, a cross too few "
        "cases. "
        "Above: {above}, below: {below}.",
        above=int((own["verdict"] == "above").sum()),
        below=int((own["verdict"] == "below").sum()),
    )
    return figures.intervals(table, label="row_name", verdicts=own["verdict"].tolist(), alt=alt)


def first_step(index: ServiceIndex, gains: pd.DataFrame, unit: str) -> Prose:
    """Say what to do first: the largest gain within the reach of a quarter of the peers."""
    if index.dossiers_count(unit) == 0:
        return Prose(text("Without dossiers there is no first step to count."), style="statement")
    own = gains[gains["unit_code"] == unit]
    if own.empty:
        return Prose(
            text("In every action that can be counted the unit already does as well as the best quarter of its peers."),
            style="statement",
        )
    best = own.iloc[0]
    return Prose(
        text(
            "Do this first: {action}. It takes {n} more {cases} to go well ({now} now, {target} is what a quarter of "
            "the peers reach) and is worth {gain} points.",
            action=labels.action_name(best["action_id"]),
            n=count(best["cases_count"]),
            cases=labels.cases(best["row_id"]),
            now=percent(best["share_pct"]),
            target=percent(best["target_pct"]),
            gain=points(best["gain_points"]),
        ),
        style="statement",
    )


def actions(gains: pd.DataFrame, unit: str) -> Table:
    """Give what each action would gain the unit up to what a quarter of its peers reach, the largest first."""
    return gains_table(gains, unit, caption=text("Points to gain, up to what a quarter of the peers reach"))


def rows(index: ServiceIndex, unit: str) -> Table:
    """Give every row of the index for the unit, in the order of the index."""
    own = index.rows[index.rows["unit_code"] == unit]
    order = [row.id for row in policy.index_766().rows]
    own = own.sort_values("row_id", key=lambda ids: ids.map(order.index))
    own = own.assign(row_name=own["row_id"].map(labels.row_name), lost_points=own["maximum_points"] - own["points"])
    known = own[own["points"].notna()]
    return Table(
        known[
            ["row_name", "numerator_count", "denominator_count", "share_pct", "points", "maximum_points", "lost_points"]
        ],
        "rows",
        text("Every scored row of the unit"),
    )


def set_aside(rejected: pd.DataFrame) -> Prose:
    """Say how many rows were set aside while the facts were built."""
    if rejected.empty:
        return Prose(text("Every row of the sources was accepted; none was set aside."), style="note")
    return Prose(
        plural(
            "{n} row of the source was set aside because it breaks the data contract; it is listed with its reason in "
            "the table of rejected rows.",
            "{n} rows of the source were set aside because they break the data contract; each is listed with its "
            "reason in the table of rejected rows.",
            len(rejected),
        ),
        style="note",
    )
