"""Who improved: planted rises are named, luck is drawn off, and initiatives stand beside what they aimed at."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import display, facts, indicators, methods
from analysis.indicators import Standing
from analysis.methods.improvement import Improvement

UNITS = [f"u{number}" for number in range(20)]


def standing() -> Standing:
    empty = pd.DataFrame()
    return Standing(
        place="own", period="2026-Q3", before="2025-Q3", headline="on_time_cohort_share",
        cells=cells(80), cells_before=cells(80), levels=empty, remarks=empty, mix_known=True, as_of="2026-09-30",
        provisional=False, sources=[], names={"u3": "Xã Ba"},
    )  # fmt: skip


def cells(hits: int, **moved: int) -> pd.DataFrame:
    table = pd.DataFrame({"measure": "online_share_channel", "unit": UNITS, "kind": "P1", "total": 400})
    table["hits"] = [4 * hits + 8 * (number % 5) + moved.get(unit, 0) for number, unit in enumerate(UNITS)]
    return table


def improved(now: pd.DataFrame) -> Improvement:
    both = [methods.stand_out(each, strata=["kind"]) for each in (cells(60), now)]
    return methods.improvement(methods.changes(*both))


def test_a_unit_that_rose_is_named_and_what_all_rose_by_is_nobodys_merit() -> None:
    found = improved(cells(70, u3=60))
    assert found.units.loc[found.units["verdict"] == "above", "unit"].tolist() == ["u3"]
    assert "Xã Ba" in display.emulation.named(standing(), found).plain("vi")
    assert "1 of 20 units rose by more than noise" in display.emulation.lead(standing(), found).words["en"]
    assert "No unit is named" in display.emulation.named(standing(), improved(cells(70))).plain("en")


def test_a_change_of_mix_alone_is_no_change() -> None:
    """Hard cases instead of easy ones: the share falls, the work is the same."""
    rows = []
    for unit in UNITS:
        for kind, share in (("easy", 90), ("hard", 50)):
            rows.append((unit, kind, 200, 2 * share))
    before = pd.DataFrame(rows, columns=["unit", "kind", "total", "hits"]).assign(measure="online_share_channel")
    after = before.copy()
    own = after["unit"] == "u3"
    after.loc[own, "total"] = [40, 360]
    after.loc[own, "hits"] = [36, 180]
    known, bare = (
        methods.improvement(methods.changes(*(methods.stand_out(each, strata=strata) for each in (before, after))))
        for strata in (["kind"], [])
    )
    assert set(known.units["verdict"]) == {"inside"}
    # the broken twin: the mix left in
    assert bare.units.loc[bare.units["verdict"] == "below", "unit"].tolist() == ["u3"]


def test_initiatives_of_the_time_between_stand_beside_their_aim(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame(
        [
            ("own", "Sáng kiến A", "u3", "2025-09-30", "online_share_channel"),
            ("own", "Sáng kiến B", "u3", "2025-10-01", "online_share_channel"),
            ("own", "Sáng kiến C", "u4", "2026-09-30", None),
            ("own", "Sáng kiến D", "u4", "2026-10-01", None),
            ("other", "Sáng kiến E", "u3", "2026-01-01", "online_share_channel"),
        ],
        columns=["source_id", "initiative_name", "unit_code", "started_date", "indicator_id"],
    )
    monkeypatch.setattr(facts, "load", lambda _: rows)
    begun = indicators.begun_initiatives(standing())
    assert begun["initiative_name"].tolist() == ["Sáng kiến B", "Sáng kiến C"]
    found = improved(cells(70, u3=60))
    shown = display.emulation.initiatives(standing(), begun, found).plain("en")
    assert "no aim named" in shown
    assert "not known" in shown
    assert "did it" in display.emulation.method(found).plain("en")
