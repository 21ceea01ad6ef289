"""How near the office that decides is: the areas of districts and communes before the merger of 1-7-2025 and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import facts


def communes(old_province_code: str) -> pd.DataFrame:
    """Give the communes and wards that took over those of an old province.

    Parameters
    ----------
    old_province_code
        The official code of a province of before 1-7-2025, two digits.

    Returns
    -------
    pandas.DataFrame
        One row a new commune or ward, the largest first: `new_ward_name`, `new_ward_area_km2`,
        `new_ward_latitude_degrees`, `new_ward_longitude_degrees` (of its middle), `joined_count` (old ones of which it
        has all or a part). Empty until `admin-units` has been fetched; `attrs` tells how many `districts` and
        `communes` the old province had, and its name as `province`.
    """
    links = facts.having("unit_crosswalk", old_province_code=old_province_code)
    names = ["new_ward_name", "new_ward_area_km2", "new_ward_latitude_degrees", "new_ward_longitude_degrees"]
    found = links.groupby("new_ward_code").agg(**{name: (name, "first") for name in names},
                                               joined_count=("old_ward_code", "nunique"))  # fmt: skip
    found = found.dropna().sort_values("new_ward_area_km2", ascending=False, ignore_index=True)
    found.attrs = {
        "province": links["old_province_name"].iloc[0] if len(links) else "",
        "districts": links["old_district_code"].nunique(),
        "communes": links["old_ward_code"].nunique(),
    }
    return found


def tiers(found: pd.DataFrame) -> pd.DataFrame:
    """Give how large the area of an office is, tier by tier, from `communes`.

    Returns
    -------
    pandas.DataFrame
        One row a tier (`district`, `old_commune`, `new_commune`): `tier`, `tier_units_count`, `mean_area_km2`, and
        `edge_km`, from the edge to the middle if the area were round: a yardstick, no road.
    """
    counts = {
        "district": found.attrs["districts"],
        "old_commune": found.attrs["communes"],
        "new_commune": len(found),
    }
    frame = pd.DataFrame({"tier": list(counts), "tier_units_count": [float(n) for n in counts.values()]})
    mean = found["new_ward_area_km2"].sum() / frame["tier_units_count"].where(frame["tier_units_count"] > 0)
    return frame.assign(mean_area_km2=mean, edge_km=np.sqrt(mean / np.pi))
