"""`portal_groups`: the points that the portal publishes for each group of the index."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame, rejected_frame

GROUPS = {
    "transparency": "transparency",
    "progress": "dvc-progress-tree",
    "online_services": "provide-online-tree",
    "online_payment": "formality-online-payment-tree",
    "satisfaction": "handling-satisfaction",
    "digitisation": "dossier-digitized",
}
NAMES = {"points": "published_points", "maximum": "published_maximum_points"}
COLUMNS = (*WHO, "group_id", *NAMES.values(), *WHEN, *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=(*WHO, "group_id"))


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit, period and group. Columns: `COLUMNS`. What the portal's reader had to leave out (a unit
        without a code, a call without all its pages) is rejected here, with its reason.
    """
    frames = [_group(group, endpoint) for group, endpoint in GROUPS.items()]
    table = finish(pd.concat(frames, ignore_index=True)[list(COLUMNS)], SCHEMA, "portal_groups")
    left_out = [rejected_frame(endpoint).assign(table=endpoint) for endpoint in GROUPS.values()]
    aside = [frame[table.rejected.columns] for frame in left_out if len(frame)]
    return table._replace(rejected=pd.concat([table.rejected, *aside], ignore_index=True))


def _group(group: str, endpoint: str) -> pd.DataFrame:
    frame = endpoint_frame(endpoint)
    # a unit's progress is called score, everything else totalScore
    points, maximum = (
        frame.reindex(columns=[key, total])[key].fillna(frame[total])
        for key, total in (("score", "totalScore"), ("maxScore", "totalMaxScore"))
    )
    return tidy(frame.assign(points=points, maximum=maximum), NAMES).assign(group_id=group)
