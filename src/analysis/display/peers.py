"""The words of a commune beside those of like size and mix."""

from __future__ import annotations

from analysis.display import labels
from analysis.display.output import Listing
from analysis.display.text import joined, text
from analysis.methods.ranks import Ranking
from analysis.methods.stand_out import StandOut


def alike(unit: str, found: StandOut | None, ranking: Ranking | None) -> Listing:
    """Say which ranks and which tier a commune can have among those like it, and on which shares it stands out."""
    if found is None or ranking is None:
        return Listing([text("There are no peers of like size and mix: departments handle different procedures.")])
    own = ranking.sets[ranking.sets["unit"] == unit].iloc[0]
    out = found.units[(found.units["unit"] == unit) & (found.units["verdict"] != "inside")]
    stands = {side: [labels.measure(name) for name in out.loc[out["verdict"] == side, "measure"]]
              for side in ("above", "below")}  # fmt: skip
    items = [
        text(
            "Among the {count} communes nearest in number of dossiers and in the share that bears a fee, its rank for "
            "dossiers on time can be any from {low} to {high}; it is in tier {tier} of {tiers} that can be told apart.",
            count=len(ranking.sets) - 1,
            low=int(own["all_low"]),
            high=int(own["all_high"]),
            tier=int(own["tier"]),
            tiers=int(ranking.sets["tier"].max()),
        )
    ]
    if stands["above"]:
        items.append(text("It stands out above them on: {shares}.", shares=joined(stands["above"], "; ")))
    if stands["below"]:
        items.append(text("It stands out below them on: {shares}.", shares=joined(stands["below"], "; ")))
    if out.empty:
        items.append(text("On no share does it stand out from them: what differs is no more than is usual."))
    return Listing(items)
