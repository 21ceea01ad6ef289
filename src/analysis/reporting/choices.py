"""Naming the values that would have been accepted, the likeliest first."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

SHOWN = 10


def closest(value: str, allowed: Sequence[str]) -> str:
    """List at most ten allowed values, those nearest to `value` first, and say how many there are."""
    near = difflib.get_close_matches(value, allowed, n=SHOWN, cutoff=0.5)
    shown = [*near, *(name for name in allowed if name not in near)][:SHOWN]
    more = f", … ({len(allowed)} in all)" if len(allowed) > len(shown) else ""
    return ", ".join(shown) + more
