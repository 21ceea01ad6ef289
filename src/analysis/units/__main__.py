"""Print what the crosswalk holds: `python -m analysis.units`."""

from __future__ import annotations

import sys

from analysis.errors import AnalysisError
from analysis.units.tables import load


def main() -> int:
    """Print the units on both sides of the merger and what the weights rest on."""
    links = load("unit_crosswalk")
    for name, level in (("provinces", "province"), ("wards and districts without wards", "ward")):
        before, after = (links[f"{side}_{level}_code"].nunique() for side in ("old", "new"))
        sys.stdout.write(f"{name}: {before:,} before 1-7-2025, {after:,} since\n")
    by_basis = links.groupby("weight_basis").agg(rows=("weight", "size"), wards=("old_ward_code", "nunique"))
    for basis, counted in by_basis.iterrows():
        sys.stdout.write(f"weight {basis}: {counted['wards']:,} old wards in {counted['rows']:,} rows\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AnalysisError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
