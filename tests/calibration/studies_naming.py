"""Many units on several measures: who is named, whose change is more than luck, and how sure one may be of either."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.indicators.shares import ruler
from analysis.methods.funnel import funnel
from analysis.methods.improvement import Improvement, improvement
from analysis.methods.multiple import multiple
from analysis.methods.rates import against_peers
from analysis.methods.stand_out import StandOut, stand_out
from calibration.harness import Found, Study, once
from calibration.studies_units import NO, UNITS, YES, names, sizes

MEASURES = ("on time", "online")
FARTHEST = 0.18  # on the arcsine scale: 16 points below 80%


def measured(rng: np.random.Generator, spread: float) -> pd.DataFrame:
    """Draw units whose shares lie around 80%, with a spread on the arcsine scale."""
    rows = []
    for measure in MEASURES:
        total = sizes(rng)
        chance = np.sin(np.arcsin(np.sqrt(0.8)) + spread * rng.normal(size=UNITS)) ** 2
        table = {"measure": measure, "unit": names(), "hits": rng.binomial(total, chance), "total": total}
        rows.append(pd.DataFrame(table))
    return pd.concat(rows, ignore_index=True)


def nobody_amiss(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return measured(rng, 0.1), 1.0


def near_the_top(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw 60 units with few cases that all work alike."""
    total = rng.integers(30, 150, 60)
    return pd.DataFrame({"measure": "a", "unit": names(60), "hits": rng.binomial(total, 0.9), "total": total}), 1.0


def one_amiss(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Move a unit with 1,000 cases, on one measure, away from units that differ little."""
    table = measured(rng, 0.03)
    chance = np.sin(np.arcsin(np.sqrt(0.8)) - FARTHEST) ** 2
    table.loc[0, ["hits", "total"]] = [rng.binomial(1000, chance), 1000]
    return table, 1.0


@once
def compared(data: pd.DataFrame, rng: np.random.Generator) -> StandOut:
    return stand_out(data)


def nobody_named(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if (compared(data, rng).units["verdict"] == "inside").all() else NO


def none_outside(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Name whoever lies outside the 99.8% limits of a comparison."""
    table = compared(data, rng).units
    return YES if table["share_pct"].between(table["alarm_low_pct"], table["alarm_high_pct"]).all() else NO


def by_the_funnel_alone(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take all comparisons together, but the p-values from the arcsine scale, whatever the counts themselves say."""
    p = funnel(data.drop(columns="measure")).units["p"]
    family = multiple(pd.DataFrame({"name": data["unit"], "p": p}), data["unit"].tolist())
    return NO if family.tests["finding"].any() else YES


def first_named(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if compared(data, rng).units["verdict"].iloc[0] == "below" else NO


def three_deviations(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    own = data[data["measure"] == MEASURES[0]]
    share = own["hits"] / own["total"]
    return YES if share.iloc[0] < share.mean() - 3 * share.std() else NO


def changing(rng: np.random.Generator, spread: float) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw 24 units that rise by 5 points up to a spread, and what is seen of them in two periods."""
    error = rng.uniform(0.5, 4.0, 24)
    level, rise = rng.normal(70, 5, 24), rng.normal(5, spread, 24)
    before, after = level + rng.normal(0, error), level + rise + rng.normal(0, error)
    table = {"unit": names(24), "before": before, "before_se": error, "after": after, "after_se": error}
    return pd.DataFrame(table), rise


def seems_to_rise_most(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    table, rise = changing(rng, 1.5)
    return table, float(rise[(table["after"] - table["before"]).to_numpy().argmax()])


def all_rise_alike(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return changing(rng, 1.5)[0], 1.0


@once
def improved(data: pd.DataFrame, rng: np.random.Generator) -> Improvement:
    return improvement(data)


def kept(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    units = improved(data, rng).units
    row = units.loc[units["change_points"].idxmax()]
    return row["kept_low_points"], row["kept_high_points"]


def as_seen(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    units = improved(data, rng).units
    row = units.loc[units["change_points"].idxmax()]
    half = 1.96 * row["error_points"]
    return row["change_points"] - half, row["change_points"] + half


def nobody_praised(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if (improved(data, rng).units["verdict"] == "inside").all() else NO


def within_its_error(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Name whoever lies further from the mean change than twice the error of its own."""
    units = improved(data, rng).units
    far = (units["change_points"] - units["change_points"].mean()).abs() > 1.96 * units["error_points"]
    return NO if far.any() else YES


def at_the_edge(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw units of which the first truly lies where the middle half of the others ends."""
    chance, total = rng.beta(40, 10, UNITS), sizes(rng)
    chance[0] = stats.beta.ppf(0.75, 40, 10)
    return pd.DataFrame({"row": "a", "hits": rng.binomial(total, chance), "total": total, "least": 30}), 1.0


@once
def placed(data: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    return against_peers(data.join(ruler(data, by=[data["row"]]))).iloc[0]


def called_alike(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if placed(data, rng)["verdict"] == "alike" else NO


def by_the_share(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = placed(data, rng)
    return YES if row["share_pct"] <= row["peer_high_pct"] else NO


STUDIES = [
    Study(
        name="stand_out_nobody",
        says="34 units on two measures, none of them amiss: nobody is named",
        says_vi="34 đơn vị trên hai chỉ tiêu, không đơn vị nào bất thường: không nêu tên đơn vị nào",
        draw=nobody_amiss,
        run=nobody_named,
        twin=none_outside,
        twin_name="99.8% limits for each comparison by itself",
        band=(95.0, 100.0),
        reason="many comparisons at once: it may hold more than it promises",
        few=200,
    ),
    Study(
        name="stand_out_near_top",
        says="60 units with few cases near the top of the scale, none amiss: nobody is named",
        says_vi="60 đơn vị ít hồ sơ, gần mức cao nhất, không đơn vị nào bất thường: không nêu tên đơn vị nào",
        draw=near_the_top,
        run=nobody_named,
        twin=by_the_funnel_alone,
        twin_name="the funnel's scale alone",
        band=(95.0, 100.0),
        reason="many comparisons at once: it may hold more than it promises",
        few=200,
    ),
    Study(
        name="stand_out_planted",
        says="A large unit 16 points below others that differ little: it is named",
        says_vi="Đơn vị nhiều hồ sơ, thấp hơn 16 điểm phần trăm so với các đơn vị ít khác nhau: được nêu tên",
        draw=one_amiss,
        run=first_named,
        twin=three_deviations,
        twin_name="three standard deviations of the raw shares",
        band=(90.0, 100.0),
        reason="power",
        few=100,
    ),
    Study(
        name="improvement_kept",
        says="True change of the unit that seems to have improved most",
        says_vi="Mức thay đổi thật của đơn vị có vẻ tiến bộ nhiều nhất",
        draw=seems_to_rise_most,
        run=kept,
        twin=as_seen,
        twin_name="the change as it is seen",
    ),
    Study(
        name="improvement_nobody",
        says="24 units that rise alike up to a spread: nobody is named",
        says_vi="24 đơn vị cùng tăng, chỉ khác nhau ở mức thường thấy: không nêu tên đơn vị nào",
        draw=all_rise_alike,
        run=nobody_praised,
        twin=within_its_error,
        twin_name="a change beyond twice its error",
        band=(95.0, 100.0),
        reason="many comparisons at once: it may hold more than it promises",
        few=200,
    ),
    Study(
        name="against_peers",
        says="A unit at the edge of the middle half of its peers is not set apart from it",
        says_vi="Đơn vị ở rìa nhóm giữa của các đơn vị cùng loại không bị tách khỏi nhóm đó",
        draw=at_the_edge,
        run=called_alike,
        twin=by_the_share,
        twin_name="the share without its interval",
        band=(95.0, 100.0),
        reason="the peers' shares as they are seen lie wider apart than the true ones",
    ),
]
