"""What a source calls its units and fields, for pages that would otherwise show codes."""

from __future__ import annotations

import pandas as pd

from analysis import facts


def unit_names(source_id: str) -> dict[str, str]:
    """Give unit code → name: from the source's own list of units, else as the portal names them.

    A code that neither knows is not in the answer; a page then shows the code itself.
    """
    portal = facts.load("portal_units").drop_duplicates("unit_code", keep="last")
    return _pairs(portal, "unit_code", "unit_name") | _pairs(_own("unit_list", source_id), "unit_code", "unit_name")


def unit_levels(source_id: str) -> dict[str, str]:
    """Give unit code → level: from the source's own list of units, else as the portal has them."""
    portal = facts.load("portal_units").drop_duplicates("unit_code", keep="last")
    return _pairs(portal, "unit_code", "unit_level") | _pairs(_own("unit_list", source_id), "unit_code", "unit_level")


def field_names(source_id: str) -> dict[str, str]:
    """Give field code → name, from the source's register of procedures; the latest where names differ."""
    return _pairs(_own("procedures", source_id).sort_values("valid_from"), "field_code", "field_name")


def procedure_names(source_id: str) -> dict[str, str]:
    """Give procedure code → name, from the source's register of procedures; the latest where names differ."""
    return _pairs(_own("procedures", source_id).sort_values("valid_from"), "procedure_code", "procedure_name")


def _own(table: str, source_id: str) -> pd.DataFrame:
    return facts.having(table, source_id=source_id)


def _pairs(frame: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    known = frame.dropna(subset=[code, name])
    return dict(zip(known[code].astype(str).tolist(), known[name].astype(str).tolist(), strict=True))
