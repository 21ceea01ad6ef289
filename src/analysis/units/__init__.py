"""Administrative units through the merger of 1-7-2025: which was where on a day, and counts told by either side."""

from analysis.units.lookup import Unit, province_of, successor_of, unit_at
from analysis.units.rebasing import rebase
from analysis.units.series import breaks, with_break

__all__ = ["Unit", "breaks", "province_of", "rebase", "successor_of", "unit_at", "with_break"]
