"""The words and tables of one unit's scorecard: where it stands, how sure that is, what to do first."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures, labels, quarterly
from analysis.display.output import Chart, Header, Listing, Prose, Table, instead
from analysis.display.service_index import gains_table, policy_title
from analysis.display.text import Text, count, joined, percent, period, plural, points, same, text
from analysis.indicators import Scorecard

ORIGINS = ("own", "repeated", "not_split", "petitions", "no_cases", "province", "same", "nothing")


def header(card: Scorecard) -> Header:
    """Give the unit's name, the period, as-of date and sources."""
    return Header(
        title=same(card.name),
        subtitle=joined([policy_title(), same("–"), period(card.index.period)]),
        period=period(card.index.period),
        as_of=card.index.as_of_date,
        sources=card.index.sources,
        provisional=card.index.provisional,
    )


def _compares(card: Scorecard) -> bool:
    """Tell whether the unit's level does the same work: communes do, departments handle different procedures."""
    return card.level == "commune"


def _judged(card: Scorecard) -> bool:
    """Tell whether the unit had enough dossiers to say anything of it."""
    return card.dossiers_count >= policy.FEWEST_CASES


def lead(card: Scorecard, between: pd.Series) -> Prose:
    """Say the total, where the middle half of the peers lies, how much is the unit's own, and where that lies.

    A unit with fewer than 30 dossiers is not judged at all.
    """
    if not _judged(card):
        return Prose(_not_judged(card), style="statement")
    total = text(
        "In the {period} {unit} has {total} of 100 points, band {band}.",
        period=period(card.index.period),
        unit=card.name,
        total=points(card.points),
        band=labels.band_name(card.points),
    )
    return Prose(joined([total, *_peers(card), *_own_part(card, between)]), style="statement")


def _peers(card: Scorecard) -> list[Text]:
    """Say where the peers lie, if there are enough of them to say it."""
    named: dict[str, Text | int] = {"n": int(card.peers["peers_count"]), "level": labels.level_name(card.level)}
    if card.peers.isna().any():
        return [text("The other {level} with enough dossiers are too few to compare with: {n}.", **named)]
    return [
        text(
            "The middle half of the other {n} {level} has {low} to {high}.",
            low=points(card.peers["points_low"]),
            high=points(card.peers["points_high"]),
            **named,
        )
    ]


def _own_part(card: Scorecard, between: pd.Series) -> list[Text]:
    """Say how many points come from the unit's own cases, and for communes where that lies among the peers."""
    own = card.origins[card.origins["origin"] == "own"]
    has, whole = (float(own[name].iloc[0]) for name in ("points", "maximum_points"))
    said = text(
        "{own} of {whole} points come from its own dossiers and procedures, {part}. Look at this part rather than at "
        "the total.",
        own=points(has),
        whole=count(whole),
        part=percent(100 * has / whole),
    )
    low, high = card.peers["own_low_pct"], card.peers["own_high_pct"]
    if card.peers.isna().any():
        return [said]
    others = text("Here the middle half of the others has {low} to {high}.", low=percent(low), high=percent(high))
    if not _compares(card):
        return [said, others]
    place = "above" if 100 * between["low_points"] / whole > high else "alike"
    place = "below" if 100 * between["high_points"] / whole < low else place
    return [said, others, text("With this part the unit is {place}.", place=labels.verdict(place))]


def _not_judged(card: Scorecard) -> Text:
    if card.dossiers_count == 0:
        return text(
            "{unit} had no dossiers in the {period}: nothing can be said of its work. The {total} points that the "
            "portal gives it come from figures of the province, from having no petitions, and from rows without a "
            "count.",
            unit=card.name,
            period=period(card.index.period),
            total=points(card.points),
        )
    return plural(
        "{unit} handled only {n} dossier in the {period}: too few to judge it by. The portal gives it {total} of 100 "
        "points.",
        "{unit} handled only {n} dossiers in the {period}: too few to judge it by. The portal gives it {total} of 100 "
        "points.",
        card.dossiers_count,
        unit=card.name,
        period=period(card.index.period),
        total=points(card.points),
    )


def certainty(card: Scorecard, shares: pd.DataFrame, between: pd.Series) -> Listing:
    """Say where in the spread of the peers each share lies, and on how many cases that rests."""
    own = _drawn(shares)
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
    if not _compares(card):
        said = [
            text(
                "Departments handle different procedures, so none is placed above or below another; the grey bars "
                "only show how far departments lie apart."
            )
        ]
    if not _judged(card):
        return Listing([text("No share rests on enough cases to be compared with the peers.")])
    return Listing([*said, *_how_sure(own, between), *_petitions(card), _bands()])


def _drawn(shares: pd.DataFrame) -> pd.DataFrame:
    """Give the shares of dossiers and petitions: a share of procedures has no sampling error."""
    return shares[shares["least"] > 1]


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


def _petitions(card: Scorecard) -> list[Text]:
    """Warn of points that stand only as long as no petition arrives."""
    rows = card.index.rows[card.index.rows["denominator_count"] == 0]
    free = rows[rows["points"] == rows["maximum_points"]]["points"].sum()
    warning = text(
        "{points} points stand only as long as no petition arrives: a single one handled late would cost all of them.",
        points=points(free),
    )
    return [warning] if free else []


def origins(card: Scorecard) -> Table:
    """Give the unit's points by where they come from."""
    own = card.origins.set_index("origin").reindex(ORIGINS).dropna()
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


def comparison(shares: pd.DataFrame) -> Table:
    """Give the unit's shares with their intervals, beside the middle half of the peers."""
    own = _drawn(shares).dropna(subset=["share_pct"])
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


def comparison_chart(card: Scorecard, table: Table, shares: pd.DataFrame) -> Chart | Prose:
    """Draw each share and its interval over the middle half of the peers; say so where there is no share."""
    if table.frame.empty:
        return Prose(text("There is no share to draw: the unit had no cases."), style="note")
    own = _drawn(shares).dropna(subset=["share_pct"])
    verdicts = own["verdict"].where(own["verdict"].eq("few") | _compares(card), "alike")
    alt = text(
        "For each share: a grey bar for the middle half of the peers, a mark with its interval for the unit. In the "
        "upper quarter: {above}, in the lower quarter: {below}.",
        above=int((verdicts == "above").sum()),
        below=int((verdicts == "below").sum()),
    )
    return figures.intervals(table, label="row_name", verdicts=verdicts.tolist(), alt=alt)


def first_step(card: Scorecard) -> Prose:
    """Say what to do first: the largest gain within reach, up to what a quarter of the peers have reached."""
    return Prose(_first_step(card), style="statement")


def _first_step(card: Scorecard) -> Text:
    if not _judged(card):
        return text("With so few dossiers there is no first step to propose.")
    own = card.gains
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


def actions(card: Scorecard) -> Table | Prose:
    """Give what each action would gain the unit up to what a quarter of its peers have reached, the largest first."""
    if not _judged(card):
        return Prose(text("The unit had too few dossiers; nothing is counted here."), style="note")
    return gains_table(
        card.gains,
        card.unit,
        caption=text(
            "Points to gain, up to what a quarter of the peers have reached; whether the portal counts past cases that "
            "are mended is not known"
        ),
    )


def rows(card: Scorecard) -> Table:
    """Give every row of the index for the unit, in the order of the index."""
    own = card.index.rows.dropna(subset=["points"])
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
