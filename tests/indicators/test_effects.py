"""Did the directive do it? What a simulated directive did comes back, and the usual shortcuts do not bring it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from analysis import methods, paths
from analysis.display import directive_effect, effect_designs
from analysis.indicators import counts, effects, monthly_share
from analysis.simulation.run import simulate
from analysis.simulation.scenario import Scenario

COUNT = 300_000  # as many as the shipped province has
TRUTH = Scenario()
NOTHING = replace(TRUTH, directive_on_online_logit=0.0, directive_on_time_log=0.0, full_service_on_online_logit=0.0)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two provinces from one seed: in one the directive and full services did something, in the other nothing."""
    made = {}
    for name, scenario in (("truth", TRUTH), ("nothing", NOTHING)):
        made[name] = tmp_path_factory.mktemp(name)
        simulate(dossiers_count=COUNT, seed=4550, into=made[name] / "dossiers", scenario=scenario)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paths, "PROCESSED", made[name])
            counts.ensure()
    return made


@pytest.fixture
def stand(worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch):
    return lambda name: monkeypatch.setattr(paths, "PROCESSED", worlds[name])


def step(series: pd.DataFrame, scale: str, **options: int):
    return methods.interrupted(series, effects.first_month(), scale=scale, **options)


def test_the_effect_on_the_share_filed_online_lies_in_its_interval(stand) -> None:
    stand("truth")
    series = monthly_share("online_share_channel", "simulated")
    found = step(series, "share", harmonics=1).estimate("step")
    assert found.low < TRUTH.directive_on_online_logit < found.high
    # the shortcut: the mean after against the mean before
    after = series["month"] >= effects.first_month()
    means = series.groupby(after)[["hits", "total"]].sum()
    shortcut = float(np.diff(logit(means["hits"] / means["total"])).item())
    assert shortcut > 4 * TRUTH.directive_on_online_logit


def test_the_effect_on_the_working_time_lies_in_its_interval_and_chance_does_not_explain_it(stand) -> None:
    stand("truth")
    found = step(effects.working_time("simulated"), "count").estimate("step")
    assert found.low < TRUTH.directive_on_time_log < found.high < 0


def test_where_nothing_was_done_nothing_is_found_and_the_truth_of_the_other_world_is_not(stand) -> None:
    stand("nothing")
    time = step(effects.working_time("simulated"), "count").estimate("step")
    assert time.low < 0 < time.high
    assert not time.low < TRUTH.directive_on_time_log * 2 < time.high
    lever = methods.staggered(effects.made_full_online("simulated"), np.random.default_rng(1))
    effect = lever.estimate("effect")
    assert effect.low < 0 < effect.high
    assert not effect.low < TRUTH.full_service_on_online_logit < effect.high
    assert lever.verdict != "cause"
    assert "cannot be said" in effect_designs.lever(lever, effects.made_full_online("simulated"), seed=1).items[0]["en"]


def test_what_a_full_service_does_comes_back_from_procedures_made_so_in_turn(stand) -> None:
    stand("truth")
    services = effects.made_full_online("simulated")
    lever = methods.staggered(services, np.random.default_rng(1))
    effect = lever.estimate("effect")
    assert effect.low < TRUTH.full_service_on_online_logit < effect.high
    assert lever.verdict == "cause"
    words = [item["en"] for item in effect_designs.lever(lever, services, seed=1).items]
    assert f"{100 * expit(effect.value):.1f}%" in words[0]
    # a reader knows no logits: whatever is said of the size is said as a share
    assert not any(f"{each:.2f}" in " ".join(words) for each in (effect.value, *lever.without["value"]))
    # the shortcut: full services against the others, which grow from quarter to quarter with the share itself
    begun = services["period"] >= services["start"].fillna("9999")
    assert services[begun]["value"].mean() - services[~begun]["value"].mean() > effect.high


def test_procedures_with_few_dossiers_in_any_quarter_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    months = ("2025-01", "2025-04", "2025-07")
    rows = [
        (code, month, 29 if (code, month) == ("few", "2025-04") else 30, 15, full)
        for code, full in (("much", 0), ("few", 0), ("full", 30))
        for month in months
    ]
    names = ["procedure_code", "month", "dossiers_count", "online_count", "full_service_count"]
    monkeypatch.setattr(counts, "load", lambda *_: pd.DataFrame(rows, columns=names))
    found = effects.made_full_online("own")
    assert found["unit"].tolist() == ["full", "full", "much", "much"]
    assert found["period"].max() == "2025-Q2"
    assert found["value"].tolist() == [0.0] * 4
    assert found["start"].tolist()[:2] == ["2025-Q1"] * 2
    assert found["start"].isna().tolist() == [False, False, True, True]


@pytest.mark.usefixtures("phu_tho")
def test_donors_are_counted_by_what_they_published_before_and_the_province_itself_is_none() -> None:
    found = effects.donors()
    assert "70" not in set(found["place_code"])
    assert (found["months_count"] < 6).all()
    services = pd.DataFrame({"unit": ["a", "a", "b", "b"], "period": ["1", "2"] * 2, "start": ["2", "2", None, None]})
    words = effect_designs.designs(services, found).frame["why_words"].iloc[-1]["en"]
    assert words == "Needed: 5 other provinces with the same figure for 6 months before; published: 0."
    many = pd.DataFrame({"place_code": list("abcde"), "months_count": 6})
    assert effect_designs.designs(services, many).frame["usable_name"].iloc[-1]["en"] == "yes, still to be done"


def test_the_verdict_says_what_moved_and_never_more(stand) -> None:
    stand("truth")
    online = step(monthly_share("online_share_channel", "simulated"), "share", harmonics=1)
    time = step(effects.working_time("simulated"), "count")
    words = directive_effect.verdict({"online_share_channel": online}, time).words["en"]
    assert "Working days a dossier takes: seems to have moved" in words
    assert "cannot be said" in words
    # the same interval, were it wide enough for the memory of the noise
    trusted = tuple(replace(each, passed=True) if each.name == "more than nothing" else each for each in time.checks)
    words = directive_effect.verdict({"online_share_channel": online}, replace(time, checks=trusted)).words["en"]
    assert "1 moved at the directive by more than chance (Working days a dossier takes)" in words
    stand("nothing")
    calm = step(effects.working_time("simulated"), "count")
    assert "none moved" in directive_effect.verdict({}, calm).words["en"]
