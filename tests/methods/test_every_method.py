"""What all methods promise: one form, words in both languages with the same figures, an honest word about cause."""

from __future__ import annotations

import calendar
import doctest
import re
import sys
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis import display, methods
from analysis.methods.result import Result

MONTHS = list(calendar.month_name)
CAUSAL = ("changed it", "changed the unit", "làm thay đổi", "làm đơn vị thay đổi")


def rng() -> np.random.Generator:
    return np.random.default_rng(12)


def months(count: int) -> list[str]:
    return list(pd.period_range("2022-01", periods=count, freq="M").astype(str))


def units(count: int = 12) -> pd.DataFrame:
    total = rng().integers(50, 400, count)
    names = [f"Sở {number}" for number in range(count)]
    return pd.DataFrame({"unit": names, "total": total, "hits": rng().binomial(total, 0.8)})


def values() -> pd.DataFrame:
    return pd.DataFrame({"unit": units()["unit"], "value": rng().normal(80, 5, 12), "se": 1.5})


def series(count: int = 48) -> pd.DataFrame:
    value = 40 + 0.3 * np.arange(count) + 4 * (np.arange(count) >= 34) + rng().normal(size=count)
    return pd.DataFrame({"month": months(count), "value": value, "share_pct": np.clip(value, 1, 99)})


def panel() -> pd.DataFrame:
    draw = rng()
    rows = [(f"u{unit:02}", period, draw.normal() + unit + 3.0 * (unit < 4 and period >= 6), 6 if unit < 4 else np.nan)
            for unit in range(14) for period in range(12)]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "period", "value", "start"])


def cases() -> pd.DataFrame:
    elapsed = rng().poisson(9, 400)
    return pd.DataFrame(
        {
            "elapsed_days": elapsed,
            "limit_days": 10,
            "end": np.where(rng().uniform(size=400) < 0.9, "finished", "open"),
            "account": rng().integers(0, 50, 400).astype(str),
        }
    )


def activities() -> tuple[pd.DataFrame, pd.DataFrame]:
    table = pd.DataFrame({"procedure": "p", "state": ["before", "after"], "activity": "fill in", "hours": [3.0, 2.0]})
    volumes = pd.DataFrame({"procedure": ["p"], "annual_count": [900], "filed_count": [12]})
    return table.assign(spread=1.5, wage_vnd=45_000.0), volumes


def cells() -> pd.DataFrame:
    return pd.DataFrame({"group": list("abab"), "period": ["1", "1", "2", "2"], "hits": [40, 10, 45, 30],
                         "total": [50, 50, 50, 150]})  # fmt: skip


def records() -> pd.DataFrame:
    elapsed = rng().poisson(9, 4000)
    names = np.repeat([f"Sở {number}" for number in range(10)], 400)
    table = pd.DataFrame({"unit": names, "elapsed_days": elapsed, "limit_days": 10, "account": elapsed.astype(str)})
    return table.assign(finished_at=pd.date_range("2025-01-01", periods=4000, freq="h"))


def strata() -> pd.DataFrame:
    return pd.concat([units().assign(kind=kind) for kind in ("a", "b")], ignore_index=True)


METHODS: dict[str, Callable[[], Result]] = {
    "breaks": lambda: methods.breaks(series(), "2024-11", rng()),
    "burden": lambda: methods.burden(*activities(), rng(), claimed_vnd=30_000_000),
    "composite": lambda: methods.composite(
        pd.DataFrame({"unit": list("abcd"), "x": [0.2, 0.4, 0.6, 0.9], "y": [0.9, 0.5, 0.4, 0.1]}),
        pd.Series({"x": 2.0, "y": 1.0}),
        rng=rng(),
    ),
    "decompose": lambda: methods.decompose(cells(), rng()),
    "forecast": lambda: methods.forecast(series(), 3),
    "funnel": lambda: methods.funnel(units()),
    "growth": lambda: methods.growth(
        pd.DataFrame(
            {"time": np.arange(40), "value": 60 / (1 + np.exp(6 - np.arange(40) / 4)) + rng().uniform(size=40)}
        ),
        12,
    ),
    "improvement": lambda: methods.improvement(
        values().rename(columns={"value": "before", "se": "before_se"}).assign(after=82.0, after_se=1.0)
    ),
    "integrity": lambda: methods.integrity(cases()),
    "interrupted": lambda: methods.interrupted(series(), "2024-11", scale="value"),
    "most_improved": lambda: methods.most_improved(
        values().rename(columns={"value": "before", "se": "before_se"}).assign(after=82.0, after_se=1.0), rng()
    ),
    "multiple": lambda: methods.multiple(pd.DataFrame({"name": ["a", "b"], "p": [0.01, 0.4]}), ["a", "b"]),
    "patterns": lambda: methods.patterns(records()),
    "ranks": lambda: methods.ranks(values(), rng()),
    "reach": lambda: methods.reach(series(), 80, "2026-06", rng=rng()),
    "safe": lambda: methods.safe({"a": cells().rename(columns={"hits": "count"}).drop(columns="total")}),
    "shrink": lambda: methods.shrink(units()),
    "spread": lambda: methods.spread(values().drop(columns="se"), rng()),
    "staggered": lambda: methods.staggered(panel(), rng()),
    "stand_out": lambda: methods.stand_out(units().assign(measure="on time")),
    "standardise": lambda: methods.standardise(strata(), strata=["kind"]),
    "synthetic": lambda: methods.synthetic(panel().drop(columns="start"), "u00", 6),
    "turnaround": lambda: methods.turnaround(cases()),
}


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: make() for name, make in METHODS.items()}


def test_no_method_is_left_out() -> None:
    helpers = {"against_peers", "attack", "changes", "clopper_pearson", "das_gupta", "difference", "incidence",
               "restricted_mean", "restricted_mean_difference", "sensitivity", "share_by", "shares_over",
               "wilson"}  # fmt: skip
    assert set(METHODS) == set(methods.__all__) - helpers


@pytest.mark.parametrize("name", METHODS)
def test_a_result_says_the_same_in_both_languages(results: dict[str, Result], name: str) -> None:
    found = results[name]
    said = [display.results.sentence(found)]
    said += [display.results.said(each) for each in (*(check.says for check in found.checks), *found.assumptions)]
    for words in said:
        assert words["vi"] != words["en"]
        assert "{" not in words["vi"] + words["en"]
        named = re.sub("|".join(calendar.month_name[1:]), lambda name: str(MONTHS.index(name[0])), words["en"])
        vi, en = (re.sub(r"[.,]", "", each) for each in (words["vi"], named))
        assert sorted(re.findall(r"\d+", vi)) == sorted(re.findall(r"\d+", en)), words


@pytest.mark.parametrize("name", METHODS)
def test_a_result_has_a_table_and_a_plot(results: dict[str, Result], name: str) -> None:
    table = results[name].table()
    assert list(table) == ["name", "value", "low", "high", "level", "method", "n"]
    assert len(table)
    known = table.dropna(subset=["low", "high", "value"])
    assert (known["low"] <= known["value"] + 1e-9).all()
    assert (known["value"] <= known["high"] + 1e-9).all()
    axes = plt.figure().add_subplot()
    assert results[name].plot(axes) is axes
    plt.close()


@pytest.mark.parametrize("name", METHODS)
def test_no_effect_is_claimed_unless_every_identifying_check_passed(results: dict[str, Result], name: str) -> None:
    found = results[name]
    if found.verdict != "cause":
        for language in ("vi", "en"):
            assert not any(word in found.sentence(language) for word in CAUSAL)


@pytest.mark.parametrize("name", METHODS)
def test_what_may_be_called_a_cause_has_first_to_be_more_than_nothing(results: dict[str, Result], name: str) -> None:
    found = results[name]
    asked = [check for check in found.checks if check.identifying and check.name == "more than nothing"]
    assert len(asked) == (found.causal_claim is not None)
    for check in asked:
        effect = found.estimate("effect")
        assert check.passed is None or effect.low > 0 or effect.high < 0


@pytest.mark.parametrize("name", methods.__all__)
def test_the_docstring_says_what_is_estimated_and_its_example_runs(name: str) -> None:
    function = getattr(methods, name)
    words = function.__doc__
    for part in ("Parameters", "Returns", "References", "Examples"):
        assert f"\n    {part}\n    ---" in words, part
    for part in ("estimand", "[Aa]ssum", r"[Oo]ne (row|place|value) (a|per) "):
        assert re.search(part, words), part
    module = sys.modules[function.__module__]
    examples = [each for each in doctest.DocTestFinder(recurse=False).find(function, name, module) if each.examples]
    assert examples
    for each in examples:
        assert doctest.DocTestRunner(verbose=False).run(each).failed == 0
