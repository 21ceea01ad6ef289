"""Units of very different size, compared by shares, ranks and spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.methods.composite import composite
from analysis.methods.difference import difference
from analysis.methods.funnel import funnel
from analysis.methods.multiple import multiple
from analysis.methods.ranks import most_improved, ranks
from analysis.methods.rates import clopper_pearson, wilson
from analysis.methods.safe import attack, safe
from analysis.methods.shrinkage import shrink
from analysis.methods.spread import gini, spread
from analysis.methods.standardise import standardise
from calibration.harness import Found, Study, once

UNITS = 34
YES, NO = (0.5, 1.5), (2.0, 2.0)  # intervals that hold and do not hold the truth 1: what is asked is true of the whole


def names(count: int = UNITS) -> list[str]:
    return [f"u{number:02}" for number in range(count)]


def sizes(rng: np.random.Generator, least: int = 30, most: int = 2000) -> np.ndarray:
    return np.exp(rng.uniform(np.log(least), np.log(most), UNITS)).astype(int)


def one_share(rng: np.random.Generator) -> tuple[tuple[int, int], float]:
    chance, total = rng.uniform(0.9, 0.99), int(rng.integers(20, 80))
    return (int(rng.binomial(total, chance)), total), 100 * chance


def by_wilson(data: tuple[int, int], rng: np.random.Generator) -> Found:
    row = wilson(pd.Series([data[0]]), pd.Series([data[1]])).iloc[0]
    return row["low_pct"], row["high_pct"]


def by_normal(data: tuple[int, int], rng: np.random.Generator) -> Found:
    share = data[0] / data[1]
    half = 1.96 * np.sqrt(share * (1 - share) / data[1])
    return 100 * (share - half), 100 * (share + half)


def rare(rng: np.random.Generator) -> tuple[tuple[int, int], float]:
    """Draw 10 cases of which hardly any is a hit, at a chance where one hit is already too many for Wilson."""
    return (int(rng.binomial(10, 0.017)), 10), 1.7


def by_clopper_pearson(data: tuple[int, int], rng: np.random.Generator) -> Found:
    row = clopper_pearson(pd.Series([data[0]]), pd.Series([data[1]])).iloc[0]
    return row["low_pct"], row["high_pct"]


def two_shares(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    chance, total = rng.uniform(0.93, 0.995, 2), rng.integers(15, 40, 2)
    hits = rng.binomial(total, chance)
    counted = np.array([hits, total]).T.reshape(1, 4)
    pair = pd.DataFrame(counted, columns=["hits", "total", "other_hits", "other_total"])
    return pair, float(100 * (chance[0] - chance[1]))


def by_newcombe(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = difference(data).iloc[0]
    return row["low_points"], row["high_points"]


def by_normal_difference(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    a, n, b, m = data.iloc[0]
    half = 1.96 * np.sqrt(a / n * (1 - a / n) / n + b / m * (1 - b / m) / m)
    return 100 * (a / n - b / m - half), 100 * (a / n - b / m + half)


def alike(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Shares that differ by a standard deviation of about 1.6 points; the first unit is asked about."""
    chance, total = rng.beta(400, 100, UNITS), sizes(rng)
    table = pd.DataFrame({"unit": names(), "hits": rng.binomial(total, chance), "total": total})
    return table, float(100 * chance[0])


def by_shrinkage(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = shrink(data).units.iloc[0]
    return row["low_pct"], row["high_pct"]


def plug_in(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the moments' estimate of the common distribution for known."""
    share = data["hits"] / data["total"]
    mean = data["hits"].sum() / data["total"].sum()
    between = max(share.var() - (mean * (1 - mean) / data["total"]).mean(), 1e-6)
    strength = mean * (1 - mean) / between - 1
    hits, total = data.loc[0, ["hits", "total"]]
    low, high = stats.beta.ppf([0.025, 0.975], mean * strength + hits, (1 - mean) * strength + total - hits)
    return 100 * low, 100 * high


def usual(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Units that differ as units usually do, none of them amiss."""
    total = sizes(rng)
    chance = np.sin(np.arcsin(np.sqrt(0.8)) + 0.1 * rng.normal(size=UNITS)) ** 2
    return pd.DataFrame({"unit": names(), "hits": rng.binomial(total, chance), "total": total}), 1.0


def by_funnel(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if funnel(data).units["verdict"].iloc[0] == "inside" else NO


def by_chance_alone(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    mean = data["hits"].sum() / data["total"].sum()
    row = data.iloc[0]
    z = (row["hits"] / row["total"] - mean) / np.sqrt(mean * (1 - mean) / row["total"])
    return YES if abs(z) < stats.norm.ppf(0.999) else NO


def other_mix(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """All units work alike; the first has mostly hard cases."""
    rows = []
    for number, unit in enumerate(names()):
        total = int(rng.integers(150, 800))
        hard = int(total * (0.8 if number == 0 else rng.uniform(0.1, 0.4)))
        for kind, count, chance in (("easy", total - hard, 0.95), ("hard", hard, 0.7)):
            rows.append((unit, kind, int(rng.binomial(count, chance)), count))
    return pd.DataFrame(rows, columns=["unit", "kind", "hits", "total"]), 0.0


def by_standardising(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = standardise(data, strata=["kind"]).units.set_index("unit").loc[names()[0]]
    return row["low_points"], row["high_points"]


def raw_difference(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    sums = data.groupby(data["unit"] == names()[0])[["hits", "total"]].sum()
    share = sums["hits"] / sums["total"]
    other, own = share
    half = 1.96 * np.sqrt((share * (1 - share) / sums["total"]).sum())
    return 100 * (own - other - half), 100 * (own - other + half)


def unequal(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw 34 units of a wide distribution, whose own index of Gini is known."""
    width = 1.0
    values = np.exp(width * rng.normal(size=UNITS))
    return pd.DataFrame({"unit": names(), "value": values}), float(2 * stats.norm.cdf(width / np.sqrt(2)) - 1)


def by_jackknife(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = spread(data, rng).estimate("gini")
    return found.low, found.high


def percentile_bootstrap(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    values = data["value"].to_numpy()
    drawn = values[rng.integers(0, len(values), (500, len(values)))]
    return tuple(np.quantile(gini(drawn, np.ones_like(drawn)), [0.025, 0.975]))


def ties(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw 20 units that are all equal: each holds every rank."""
    error = rng.uniform(0.5, 2, 20)
    return pd.DataFrame({"unit": names(20), "value": 80 + error * rng.normal(size=20), "se": error}), 1.0


def clustered(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    table, _ = ties(rng)
    return table.assign(value=table["value"] + 4 * (np.arange(20) // 5)), 1.0


def holds_all_ranks(low: pd.Series, high: pd.Series, clusters: int) -> Found:
    """Say whether every unit's set holds every rank that its cluster shares; units are in the order of their names."""
    size = 20 // clusters
    cluster = clusters - 1 - np.arange(20) // size
    first, last = cluster * size + 1, (cluster + 1) * size
    return YES if ((low.to_numpy() <= first) & (high.to_numpy() >= last)).all() else NO


def by_sets(clusters: int):
    def run(data: pd.DataFrame, rng: np.random.Generator) -> Found:
        sets = ranks(data, rng).sets.sort_values("unit")
        return holds_all_ranks(sets["all_low"], sets["all_high"], clusters)

    return run


def ranks_drawn(clusters: int):
    """Take the middle 95% of the ranks of redrawn values, unit by unit."""

    def run(data: pd.DataFrame, rng: np.random.Generator) -> Found:
        drawn = data["value"].to_numpy() + data["se"].to_numpy() * rng.normal(size=(400, len(data)))
        order = stats.rankdata(-drawn, axis=1)
        low, high = (pd.Series(each) for each in np.quantile(order, [0.025, 0.975], axis=0))
        return holds_all_ranks(low, high, clusters)

    return run


def unimproved(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw 20 units none of which improved; what was seen before is as noisy as what is seen after."""
    level, error = rng.normal(80, 5, 20), rng.uniform(0.5, 2, 20)
    before, after = level + error * rng.normal(size=(2, 20))
    table = {"unit": names(20), "before": before, "before_se": error, "after": after, "after_se": error}
    return pd.DataFrame(table), 1.0


def by_improvement(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    sets = most_improved(data, rng).sets.sort_values("unit")
    return holds_all_ranks(sets["all_low"], sets["all_high"], 1)


def before_as_known(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the level before for known, as a table of rises does."""
    rise = data["after"] - data["before"]
    sets = ranks(data[["unit"]].assign(value=rise, se=data["after_se"]), rng).sets.sort_values("unit")
    return holds_all_ranks(sets["all_low"], sets["all_high"], 1)


@dataclass(frozen=True)
class Index:
    scores: pd.DataFrame
    weights: pd.Series


def another_makers_index(rng: np.random.Generator) -> tuple[Index, float]:
    """Draw 12 units in 5 rows, and the rank of the first in an index that somebody else might have made of them."""
    values, weights = rng.beta(4, 2, (12, 5)), np.array([30.0, 25, 20, 15, 10])
    other = rng.dirichlet(50 * weights / 100)
    dropped = int(rng.integers(-1, 5))
    if dropped >= 0:
        other[dropped] = 0
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values, (values - low) / (high - low), stats.rankdata(values, axis=0))[rng.integers(3)]
    rows = list("abcde")
    scores = pd.DataFrame(values, columns=rows).assign(unit=names(12))
    return Index(scores, pd.Series(weights, index=rows)), float(stats.rankdata(-scaled @ other)[0])


@once
def made(data: Index, rng: np.random.Generator) -> pd.Series:
    return composite(data.scores, data.weights, rng=rng).units.set_index("unit").loc[names()[0]]


def under_other_weights(data: Index, rng: np.random.Generator) -> Found:
    row = made(data, rng)
    return row["rank_low"], row["rank_high"]


def as_given(data: Index, rng: np.random.Generator) -> Found:
    row = made(data, rng)
    return row["rank"], row["rank"]


def small_counts(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw a table of four by four with a few small counts."""
    counts = np.where(rng.uniform(size=16) < 0.25, rng.integers(1, 5, 16), rng.integers(5, 30, 16))
    cells = [(row, column) for row in "ABCD" for column in "wxyz"]
    return pd.DataFrame(cells, columns=["row", "column"]).assign(count=counts), 1.0


def far_enough(cells: pd.DataFrame) -> Found:
    """Say whether every small count may be three more and three less than it is, or as much less as it can be."""
    small = cells[cells["count"].between(1, 4)]
    above, below = small["high"] >= small["count"] + 3 - 1e-6, small["low"] <= np.maximum(small["count"] - 3, 0) + 1e-6
    return YES if (above & below).all() else NO


def by_program(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    cells = safe({"a": data}).tables["a"]
    return far_enough(cells[(cells["row"] != "*") & (cells["column"] != "*")])


def two_in_every_line(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Withhold small counts, and the next smallest until no row or column has a single withheld cell."""
    hidden = data["count"].between(1, 4)
    for _ in range(16):
        lines = [line for by in ("row", "column") for line in data.groupby(by).groups.values()]
        single = [line for line in lines if hidden[line].sum() == 1]
        # one line's second cell may be another's as well
        for line in (each for each in single if hidden[each].sum() == 1):
            hidden[data.loc[line, "count"].where(~hidden[line]).idxmin()] = True
        if not single:
            break
    return far_enough(attack({"a": data}, {"a": hidden})["a"])


def no_findings(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return pd.DataFrame({"name": names(), "p": rng.uniform(size=UNITS)}), 1.0


def by_family(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = multiple(data, names())
    return NO if any(each.value <= 0.05 for each in found.estimates) else YES


def one_by_one(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return NO if (data["p"] <= 0.05).any() else YES


STUDIES = [
    Study(
        name="wilson",
        says="Share of a small unit near the top of the scale",
        says_vi="Tỷ lệ của đơn vị ít hồ sơ, gần mức cao nhất",
        draw=one_share,
        run=by_wilson,
        twin=by_normal,
        twin_name="normal approximation",
    ),
    Study(
        name="clopper_pearson",
        says="Share of 10 cases where a hit is rare, never held less often than said",
        says_vi="Tỷ lệ trong 10 hồ sơ khi kết quả hiếm gặp: khoảng không bao giờ giữ ít hơn mức đã nêu",
        draw=rare,
        run=by_clopper_pearson,
        twin=by_wilson,
        twin_name="Wilson's interval",
        band=(95.0, 100.0),
        reason="exact: it may hold more than it promises",
    ),
    Study(
        name="difference",
        says="Difference of the shares of two small units near the top of the scale",
        says_vi="Chênh lệch tỷ lệ giữa hai đơn vị ít hồ sơ, gần mức cao nhất",
        draw=two_shares,
        run=by_newcombe,
        twin=by_normal_difference,
        twin_name="normal approximation",
        band=(93.0, 100.0),
        reason="near the top it may hold more than it promises",
    ),
    Study(
        name="shrinkage",
        says="Share of one of 34 units that are nearly alike",
        says_vi="Tỷ lệ của một trong 34 đơn vị gần giống nhau",
        draw=alike,
        run=by_shrinkage,
        twin=plug_in,
        twin_name="plug-in empirical Bayes",
    ),
    Study(
        name="funnel",
        says="A unit that is not amiss lies inside the 99.8% limits",
        says_vi="Đơn vị bình thường nằm trong giới hạn 99,8%",
        draw=usual,
        run=by_funnel,
        twin=by_chance_alone,
        twin_name="limits of chance alone",
        band=(99.0, 100.0),
        reason="limits of 99.8%",
    ),
    Study(
        name="standardise",
        says="A unit with harder cases is compared with its own mix",
        says_vi="Đơn vị có hồ sơ khó hơn được so theo cơ cấu của chính mình",
        draw=other_mix,
        run=by_standardising,
        twin=raw_difference,
        twin_name="raw shares",
    ),
    Study(
        name="gini",
        says="Inequality between 34 units",
        says_vi="Mức bất bình đẳng giữa 34 đơn vị",
        draw=unequal,
        run=by_jackknife,
        twin=percentile_bootstrap,
        twin_name="percentile bootstrap",
        band=(90.0, 97.0),
        reason="34 units of a skewed distribution",
    ),
    Study(
        name="ranks_ties",
        says="Ranks of 20 units that are all equal, all sets at once",
        says_vi="Thứ hạng của 20 đơn vị bằng nhau, mọi khoảng hạng cùng lúc",
        draw=ties,
        run=by_sets(1),
        twin=ranks_drawn(1),
        twin_name="percentile ranks",
        band=(93.0, 100.0),
        reason="simultaneous sets may hold more than they promise",
    ),
    Study(
        name="ranks_clustered",
        says="Ranks of 20 units in four groups of equals, all sets at once",
        says_vi="Thứ hạng của 20 đơn vị thuộc bốn nhóm bằng nhau, mọi khoảng hạng cùng lúc",
        draw=clustered,
        run=by_sets(4),
        twin=ranks_drawn(4),
        twin_name="percentile ranks",
        band=(93.0, 100.0),
        reason="simultaneous sets may hold more than they promise",
    ),
    Study(
        name="multiple",
        says="34 questions with nothing to find: no finding",
        says_vi="34 câu hỏi không có gì để phát hiện: không báo phát hiện nào",
        draw=no_findings,
        run=by_family,
        twin=one_by_one,
        twin_name="each p-value by itself",
        band=(93.0, 97.0),
    ),
    Study(
        name="most_improved",
        says="20 units none of which improved: every one may hold every rank",
        says_vi="20 đơn vị không đơn vị nào tiến bộ: đơn vị nào cũng có thể ở mọi thứ hạng",
        draw=unimproved,
        run=by_improvement,
        twin=before_as_known,
        twin_name="the level before taken for known",
        band=(93.0, 100.0),
        reason="simultaneous sets may hold more than they promise",
    ),
    Study(
        name="composite",
        says="Rank of a unit in an index that somebody else might have made of the same rows",
        says_vi="Thứ hạng của một đơn vị trong chỉ số mà người khác có thể lập từ cùng các thành phần",
        draw=another_makers_index,
        run=under_other_weights,
        twin=as_given,
        twin_name="the rank by the given weights alone",
        band=(93.0, 100.0),
        reason="ranks are whole numbers",
        few=200,
    ),
    Study(
        name="safe",
        says="No small count of a table can be reckoned to less than three on either side",
        says_vi="Không suy ra được ô nhỏ nào của bảng với sai số dưới ba về mỗi phía",
        draw=small_counts,
        run=by_program,
        twin=two_in_every_line,
        twin_name="two withheld in every row and column",
        band=(99.9, 100.0),
        reason="a rule without chance",
        few=60,
    ),
]
