"""The words and tables of one unit's scorecard: where it stands, how sure that is, what to do first."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures, labels, quarterly
from analysis.display.output import Chart, Header, Listing, Prose, Table, instead
from analysis.display.service_index import gains_table, policy_title
from analysis.display.text import Text, count, joined, percent, period, plural, points, same, text
from analysis.indicators import ServiceIndex

ORIGINS = ("own", "repeated", "not_split", "petitions", "no_cases", "province", "same", "nothing")


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
    """Give the name of the unit's level and the totals of the other units of that level that can be judged."""
    totals = index.totals().set_index("unit_code")
    same_level = totals[totals["unit_level"] == totals.loc[unit, "unit_level"]].drop(unit)
    judged = same_level[index.dossiers_counts().reindex(same_level.index) >= policy.FEWEST_CASES]
    return labels.level_name(str(totals.loc[unit, "unit_level"])), judged["points"].dropna()


def _compares(index: ServiceIndex, unit: str) -> bool:
    """Tell whether the unit's level does the same work: communes do, departments handle different procedures."""
    return bool((index.units.set_index("unit_code")["unit_level"] == "commune")[unit])


def lead(index: ServiceIndex, unit: str, origins: pd.DataFrame, between: pd.Series) -> Prose:
    """Say the total, where the middle half of the peers lies, how much is the unit's own, and where that lies.

    A unit with fewer than 30 dossiers is not judged at all.
    """
    total = index.totals().set_index("unit_code")["points"][unit]
    dossiers = index.dossiers_count(unit)
    if dossiers < policy.FEWEST_CASES:
        return Prose(_not_judged(_name(index, unit), dossiers, period(index.period), total), style="statement")
    level, peers = _peers(index, unit)
    total_words = text(
        "In the {period} {unit} has {total} of 100 points, band {band}. The middle half of the other {n} {level} has "
        "{low} to {high}.",
        period=period(index.period),
        unit=_name(index, unit),
        total=points(total),
        band=labels.band_name(total),
        n=len(peers),
        level=level,
        low=points(float(peers.quantile(0.25))),
        high=points(float(peers.quantile(0.75))),
    )
    return Prose(joined([total_words, *_own_part(index, unit, origins, between)]), style="statement")


def _own_part(index: ServiceIndex, unit: str, origins: pd.DataFrame, between: pd.Series) -> list[Text]:
    """Say how many points come from the unit's own cases, and for communes where that lies among the peers."""
    own = origins[origins["origin"] == "own"].set_index("unit_code")
    whole = own["maximum_points"][unit]
    part = 100 * own["points"] / own["maximum_points"]
    _, peers = _peers(index, unit)
    low, high = (float(part.reindex(peers.index).quantile(quarter)) for quarter in (0.25, 0.75))
    said = text(
        "{own} of {whole} points come from its own dossiers and procedures, {part}; the middle half of the others has "
        "{low} to {high}. Look at this part rather than at the total.",
        own=points(own["points"][unit]),
        whole=count(whole),
        part=percent(part[unit]),
        low=percent(low),
        high=percent(high),
    )
    if not _compares(index, unit):
        return [said]
    place = "above" if 100 * between["low_points"] / whole > high else "alike"
    place = "below" if 100 * between["high_points"] / whole < low else place
    return [said, text("With this part the unit is {place}.", place=labels.verdict(place))]


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
    """Say where in the spread of the peers each share lies, and on how many cases that rests."""
    own = _drawn(shares, unit)
    said_of = own["verdict"].mask(own["total"] == 0, "none")
    names = {
        verdict: joined([labels.row_name(row) for row in own.loc[said_of == verdict, "row_id"]], "; ")
        for verdict in ("above", "below", "alike", "few", "none")
    }
    items = [
        text("In the upper quarter of its peers: {rows}.", rows=names["above"]),
        text("In the lower quarter of its peers: {rows}.", rows=names["below"]),
        text("Inside the middle half, or not to be told apart from it: {rows}.", rows=names["alike"]),
        text("Too few cases to say anything (fewer than 30): {rows}.", rows=names["few"]),
        text("No cases in the period: {rows}.", rows=names["none"]),
    ]
    said = [item for item, rows in zip(items, names.values(), strict=True) if rows.en]
    if not _compares(index, unit):
        said = [
            text(
                "Departments handle different procedures, so none is placed above or below another; the grey bars "
                "only show how far departments lie apart."
            )
        ]
    if index.dossiers_count(unit) < policy.FEWEST_CASES:
        return Listing([text("No share rests on enough cases to be compared with the peers.")])
    return Listing([*said, *_how_sure(own, between), *_petitions(index, unit), _bands()])


def _drawn(shares: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Give the unit's shares of dossiers and petitions: a share of procedures has no sampling error."""
    return shares[(shares["unit_code"] == unit) & (shares["least"] > 1)]


def _bands() -> Text:
    """Say which thresholds of the bands were not found in the decision."""
    unsure = [Text(band.label.vi, band.label.en) for band in policy.index_766().bands if band.certainty == "memory"]
    return text(
        "The thresholds of the bands {bands} were not found in the text of the decision.", bands=joined(unsure, ", ")
    )


def _how_sure(own: pd.DataFrame, between: pd.Series) -> list[Text]:
    judged = own[own["verdict"] != "few"]
    bounds = text(
        "Its own part is {now} points; if all its shares lay at the lower ends of their intervals at once it would be "
        "{low}, at the upper ends {high}.",
        now=points(between["points"]),
        low=points(between["low_points"]),
        high=points(between["high_points"]),
    )
    limits = text(
        "The share with most cases rests on {cases}; each interval is meant to hold the true share 95 times in 100. "
        "A quarter of the units always lies in the upper and a quarter in the lower quarter: that is a place, not a "
        "merit or a fault. The kinds of procedures a unit handles are not adjusted for, and cases that come in batches "
        "make intervals too narrow. No rank is given: neighbours in a ranking can often not be told apart.",
        cases=count(own["total"].max()),
    )
    compared = text(
        "Compared: {n} shares, each with {peers} peers.", n=len(judged), peers=count(judged["peers_count"].max())
    )
    return [bounds, *([compared] if len(judged) else []), limits]


def _petitions(index: ServiceIndex, unit: str) -> list[Text]:
    """Warn of points that stand only as long as no petition arrives."""
    rows = index.rows[(index.rows["unit_code"] == unit) & (index.rows["denominator_count"] == 0)]
    free = rows[rows["points"] == rows["maximum_points"]]["points"].sum()
    warning = text(
        "{points} points stand only as long as no petition arrives: a single one handled late would cost all of them.",
        points=points(free),
    )
    return [warning] if free else []


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
    own = _drawn(shares, unit).dropna(subset=["share_pct"])
    frame = pd.DataFrame(
        {
            "row_name": own["row_id"].map(labels.row_name),
            "share_pct": own["share_pct"],
            "low_pct": own["low_pct"],
            "high_pct": own["high_pct"],
            "peer_low_pct": own["peer_low_pct"],
            "peer_middle_pct": own["peer_middle_pct"],
            "peer_high_pct": own["peer_high_pct"],
            "peers_count": own["peers_count"],
        }
    )
    return Table(frame, "comparison", text("Shares of the unit against the middle half of its peers"))


def comparison_chart(index: ServiceIndex, table: Table, shares: pd.DataFrame, unit: str) -> Chart | Prose:
    """Draw each share and its interval over the middle half of the peers; say so where there is no share."""
    if table.frame.empty:
        return Prose(text("There is no share to draw: the unit had no cases."), style="note")
    own = _drawn(shares, unit).dropna(subset=["share_pct"])
    verdicts = own["verdict"].where(own["verdict"].eq("few") | _compares(index, unit), "alike")
    alt = text(
        "For each share: a grey bar for the middle half of the peers, a mark with its interval for the unit. In the "
        "upper quarter: {above}, in the lower quarter: {below}.",
        above=int((verdicts == "above").sum()),
        below=int((verdicts == "below").sum()),
    )
    return figures.intervals(table, label="row_name", verdicts=verdicts.tolist(), alt=alt)


def first_step(index: ServiceIndex, gains: pd.DataFrame, unit: str) -> Prose:
    """Say what to do first: the largest gain within reach, up to what a quarter of the peers have reached."""
    return Prose(_first_step(index, gains, unit), style="statement")


def _first_step(index: ServiceIndex, gains: pd.DataFrame, unit: str) -> Text:
    if index.dossiers_count(unit) < policy.FEWEST_CASES:
        return text("With so few dossiers there is no first step to propose.")
    own = gains[gains["unit_code"] == unit]
    if own.empty:
        return text(
            "In every action that can be counted the unit already does as well as the best quarter of its peers."
        )
    reachable = own[own["within_reach"]]
    if reachable.empty:
        return text("No action that can be counted is still within reach in this period; the table below says why.")
    best = reachable.iloc[0]
    step = text(
        "Do this first: {action}. {n} {cases} are short of what a quarter of the peers have reached ({now} now, "
        "{target} there), worth {gain} points;",
        **labels.gain(best),
    )
    step = joined([step, labels.how(best["mendable"], best["new_cases_count"], best["within_reach"]) + same(".")])
    largest = own.iloc[0]
    return step if largest["within_reach"] else joined([step, _beyond_reach(largest)])


def _beyond_reach(largest: pd.Series) -> Text:
    """Name the larger loss, so that a small step within reach does not hide what matters most."""
    return text(
        "The largest loss lies elsewhere: {action} ({now} now, {target} there). It cannot be made up within this "
        "period, as past cases stay as they are; only new cases raise the share, little by little.",
        action=labels.action_name(largest["action_id"]),
        now=percent(largest["share_pct"]),
        target=percent(largest["target_pct"]),
    )


def actions(index: ServiceIndex, gains: pd.DataFrame, unit: str) -> Table | Prose:
    """Give what each action would gain the unit up to what a quarter of its peers have reached, the largest first."""
    if index.dossiers_count(unit) < policy.FEWEST_CASES:
        return Prose(text("The unit had too few dossiers; nothing is counted here."), style="note")
    return gains_table(
        gains,
        unit,
        caption=text(
            "Points to gain, up to what a quarter of the peers have reached; whether the portal counts past cases that "
            "are mended is not known"
        ),
    )


def rows(index: ServiceIndex, unit: str) -> Table:
    """Give every row of the index for the unit, in the order of the index."""
    own = index.rows[(index.rows["unit_code"] == unit) & index.rows["points"].notna()]
    order = [row.id for row in policy.index_766().rows]
    own = own.sort_values("row_id", key=lambda ids: ids.map(order.index))
    counted = own["numerator_count"].notna()
    shares = instead(own["share_pct"], text("no cases"), where=own["denominator_count"] == 0)
    frame = pd.DataFrame(
        {
            "row_name": own["row_id"].map(labels.row_name),
            **{name: own[name] for name in ("numerator_count", "denominator_count")},
            "share_pct": instead(shares, text("no count"), where=~counted),
            **{name: own[name] for name in ("points", "maximum_points")},
        }
    )
    return Table(frame, "rows", text("Every scored row of the unit"), merged=quarterly.counted())
