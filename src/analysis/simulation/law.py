"""What the law does to each procedure of the made-up province: issued, amended, abolished, put online, or let be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.simulation.scenario import FIRST_MONTH, MERGER_MONTH

MERGED = f"{MERGER_MONTH}-01"
SETTLED = "2020-01-01"  # procedures from before the first month
NEVER = "9999-12-31"
NEVER_FULL = 10_000
RARE_SHARE = 0.25  # only procedures that hardly anybody files come and go by themselves, or stay without a service
LEFT_OF_THE_LIMIT = 0.7
FATES = {"stays": 0.70, "issued": 0.08, "abolished": 0.07, "amended": 0.15}


def drawn_days(rng: np.random.Generator, count: int, first: str, last: str) -> np.ndarray:
    """Draw days between two, both INCLUSIVE, as YYYY-MM-DD."""
    there = pd.date_range(first, last, freq="D").strftime("%Y-%m-%d").to_numpy()
    return rng.choice(there, count)


def enacted(procedures: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add to each procedure what the law says of it and when; the register and the dossiers both follow it.

    Returns
    -------
    pandas.DataFrame
        The procedures with valid_from (INCLUSIVE), valid_to (EXCLUSIVE), amended_from (never: 9999-12-31),
        amended_limit_days, documents_count, amended_documents_count, and first_level: the service before it became
        full, `partial` or `information`. What gives information only cannot be filed online.
    """
    count = len(procedures)
    rare = procedures["weight"].rank(pct=True) <= RARE_SHARE
    fate = rng.choice(list(FATES), count, p=list(FATES.values()))
    day = drawn_days(rng, count, f"{FIRST_MONTH}-15", "2025-05-31")
    documents = rng.integers(1, 9, count)
    level = rng.choice(["partial", "information"], count)
    linked = procedures["linked_group"] != ""
    rare, fate = rare & ~linked, np.where(linked, "stays", fate)
    issued, abolished = rare & (fate == "issued"), rare & (fate == "abolished")
    amended = (fate == "amended") & (procedures["limit_days"] >= 3)
    unserved = rare & (procedures["full_from_month"] == NEVER_FULL) & (level == "information")
    shorter = np.ceil(procedures["limit_days"] * LEFT_OF_THE_LIMIT).astype(int)
    return procedures.assign(
        valid_from=np.where(issued, day, SETTLED),
        valid_to=np.where(abolished, day, np.where(procedures["level_after"] == "", MERGED, NEVER)),
        amended_from=np.where(amended, day, NEVER),
        amended_limit_days=np.where(amended, shorter, procedures["limit_days"]),
        documents_count=documents,
        amended_documents_count=np.where(amended, np.maximum(1, documents - 1), documents),
        first_level=np.where(unserved, "information", "partial"),
    )
