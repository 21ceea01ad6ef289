"""Planted back-daters and proxies are found and nobody else; where nobody bends the records, nobody is asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import made_up
from analysis import display, indicators, methods
from analysis.errors import DataContractError
from analysis.methods.patterns import Patterns
from analysis.simulation.scenario import Scenario

Door = Callable[[], AbstractContextManager[None]]


def asked(at_phu_tho: Door, root: Path, scenario: Scenario, seed: int) -> tuple[Patterns, dict[str, list[str]]]:
    with at_phu_tho():
        built = made_up.built_root()
    with made_up.province(built, root, scenario, dossiers=300_000, seed=seed) as made:
        found = methods.patterns(indicators.conduct.finished("simulated", last="2026-Q3"))
        return found, made.truth


def test_planted_units_are_found_and_no_other(at_phu_tho: Door, tmp_path: Path) -> None:
    found, truth = asked(at_phu_tho, tmp_path / "lab", Scenario(), 4550)
    units = found.units.set_index("unit")
    planted = units.index.isin(truth["back_dating_units"])
    assert units.loc[planted, "at_limit"].sum() >= planted.sum() - 2
    assert units.loc[~planted, "at_limit"].sum() <= 1
    proxies = units.index.isin(truth["proxy_units"])
    assert proxies.sum() >= 3
    assert (units["one_account"] == proxies).all()
    assert "SIM.P008" in display.integrity.at_limit(found, "nobody").plain("en")


def test_where_nobody_bends_the_records_nobody_is_asked_though_some_units_are_quicker(
    at_phu_tho: Door, tmp_path: Path
) -> None:
    honest = replace(Scenario(), back_dating_units_count=0, proxy_units_count=0)
    found, _ = asked(at_phu_tho, tmp_path / "lab", honest, 7)
    assert found.units["at_limit"].sum() == 0
    assert not found.units["one_account"].any()
    assert "No unit is to be asked" in display.integrity.at_limit(found, "nobody").plain("en")
    # the broken twin: an interval for each unit by itself calls quick units suspicious
    assert (found.units["low_points"] > 0).sum() >= 3


def test_batches_are_counted_and_too_few_units_are_refused() -> None:
    rng = np.random.default_rng(2)
    cases = pd.DataFrame({"unit": np.repeat([f"u{number}" for number in range(9)], 300), "limit_days": 10})
    cases["elapsed_days"] = rng.poisson(10, len(cases))
    cases["finished_at"] = pd.date_range("2025-01-01", periods=len(cases), freq="h")
    cases["account"] = np.arange(len(cases)).astype(str)
    cases.loc[:11, "finished_at"] = pd.Timestamp("2025-03-01 09:00:20")
    found = methods.patterns(cases).units
    assert found.loc[found["batches"], "unit"].tolist() == ["u0"]
    with pytest.raises(DataContractError, match="cases enough"):
        methods.patterns(cases[cases["unit"] < "u5"])


def test_few_filings_online_or_none_are_no_question_about_one_account() -> None:
    rng = np.random.default_rng(3)
    cases = pd.DataFrame({"unit": np.repeat([f"u{number}" for number in range(9)], 300), "limit_days": 10})
    cases = cases.assign(elapsed_days=rng.poisson(10, len(cases)), finished_at=pd.NaT, account=None)
    # u0 has nothing filed online, u1 two of eight filings by one family, u2 thirty of a hundred by one account
    cases.loc[300:307, "account"] = [*"aabcdefg"]
    cases.loc[600:699, "account"] = ["bank"] * 30 + [f"a{number}" for number in range(70)]
    found = methods.patterns(cases).units.set_index("unit")
    assert found.index[found["one_account"]].tolist() == ["u2"]
    assert np.isnan(found.loc["u0", "top_account_pct"])
    assert found.loc["u1", "top_account_pct"] == 25


def test_a_share_that_rises_alone_is_a_question() -> None:
    pairs = pd.DataFrame(
        {
            "indicator_id": ["digitised_share", "e_result_share"],
            "before_pct": [50.0, 50.0],
            "now_pct": [80.0, 60.0],
            "sibling_id": ["reuse_share", "paperless_share"],
            "sibling_before_pct": [20.0, 20.0],
            "sibling_now_pct": [21.0, 29.0],
        }
    )
    said = [item["en"] for item in display.integrity.siblings_say(pairs).items]
    assert len(said) == 1
    assert "rose by 30.0 percentage points" in said[0]
    assert said[0].endswith("?")
