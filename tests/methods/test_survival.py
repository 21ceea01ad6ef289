"""Curves, competing ends and restricted means against published figures and against other ways to count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from analysis.errors import DataContractError, UsageError
from analysis.methods.rates import wilson
from analysis.methods.survival import incidence, restricted_mean, restricted_mean_difference, share_by, shares_over

# Freireich et al. (1963), Blood 21:699: weeks in remission on 6-MP, + is still in remission
FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
# life spans of fruit flies (waltons, as shipped with lifelines): days → flies, dead and lost
MIR_137 = {6: 1, 9: 3, 13: 3, 15: 2, 19: 3, 22: 4, 26: 5, 29: 5, 33: 2, 36: 2, 43: 1, 47: 1, 62: 2}
CONTROL = {7: 1, 17: 1, 32: 1, 33: 1, 38: 2, 41: 7, 45: 9, 48: 8, 51: 3, 53: 7, 54: 2, 56: 18, 58: 4, 60: 15, 61: 9}
CONTROL |= {63: 9, 66: 3, 68: 9, 69: 12, 75: 1}
CONTROL_LOST = {7: 1, 45: 1, 60: 1, 61: 2, 68: 1, 69: 1}
# 228 patients with lung cancer (Loprinzi et al. 1994, as in R's survival): days to death, + alive when last seen
LUNG = (
    "5 11 11 11 12 13 13 15 26 30 31 53 53 54 59 60 60 61 62 65 65 71 79 81 81 88 88 92 92+ 93 95 95 105 "
    "105+ 107 107 110 116 118 122 131 132 132 135 142 144 145 145 147 153 156 156 163 163 163 166 166 167 "
    "170 173+ 174+ 175 175+ 176 177 177+ 179 179 180 181 181 182 183 185+ 186 188+ 189 191+ 192+ 194 196+ "
    "197 197+ 199 201 201 202 202+ 203+ 207 208 210 211+ 212 218 221+ 222 222+ 223 224+ 225+ 225+ 226 229 "
    "230 235+ 237+ 239 239 240+ 243+ 245 246 252+ 259+ 266+ 267 268 269 269+ 270 272+ 276+ 279+ 283 284 "
    "284+ 285 285 286 288 291 292+ 292+ 293 296+ 300+ 301 301+ 303 303+ 305 306 310 310 315+ 320 329 332+ "
    "337 340 345 348 350 351 353 353 356+ 361 363 363 364 364+ 371 371 376+ 382+ 384+ 387 390 394 404+ "
    "413+ 426 428 429 433 442 444 444+ 450 455 457 458+ 460 473 477 511+ 511+ 519 520 524 524 529+ 533 "
    "543+ 550 551+ 558 559+ 567 574 583 588+ 613 624 641 643 654 655 687 689 705 707 728 731 735 740+ 765 "
    "791 806+ 814 821+ 840+ 883 965+ 1010+ 1022+ "
)
# three competing ends and censoring (0): R's cmprsk and Stata's stcompet, as in the tests of statsmodels
COMPETING = [(1, "1")] * 2 + [(2, "1")] + [(4, "2")] * 3 + [(6, "3")] * 2 + [(7, "3"), (8, "0")] + [(9, "0")] * 3
COMPETING += [(1, "0")] + [(2, "0")] * 2 + [(4, "0")] * 2


def flies(dead: dict[int, int], lost: dict[int, int]) -> pd.DataFrame:
    rows = [(day, "dead") for day, n in dead.items() for _ in range(n)]
    return table(rows + [(day, "lost") for day, n in lost.items() for _ in range(n)])


def table(rows: list[tuple[float, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["time", "end"])


def test_freireichs_remissions() -> None:
    rows = [(float(week.rstrip("+")), "open" if "+" in week else "relapse") for week in FREIREICH.split()]
    curve = incidence(table(rows), ["relapse"]).set_index("time")
    assert curve.loc[[6, 7, 10, 13, 16, 22, 23], "open"].tolist() == pytest.approx(
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4
    )
    assert curve.loc[6, "open_se"] == pytest.approx(0.0764, abs=5e-5)
    assert curve["at_risk"].tolist() == [21, 21, 17, 15, 12, 11, 7, 6]
    # with a single end the variance of the incidence is Greenwood's
    assert curve["se_relapse"].tolist() == pytest.approx(curve["open_se"].tolist())


def test_a_year_with_lung_cancer() -> None:
    """R's survfit: 0.409 live for more than 365 days."""
    rows = [(float(day.rstrip("+")), "alive" if "+" in day else "dead") for day in LUNG.split()]
    assert share_by(table(rows), ["dead"], 365)[1].value == pytest.approx(0.409, abs=5e-4)


def test_withdrawn_cases_are_not_taken_for_waiting_ones() -> None:
    """One minus Kaplan and Meier's curve, with the other ends as open cases, says more than there is."""
    last = incidence(table(COMPETING), ["1", "2", "3"]).iloc[-1]
    for end in "123":
        alone = 1 - incidence(table(COMPETING), [end])["open"].iloc[-1]
        assert alone > last[f"share_{end}"] or end == "1"
    assert sum(1 - incidence(table(COMPETING), [end])["open"].iloc[-1] for end in "123") > 1 - last["open"]


def test_eighteen_cases_with_three_ends() -> None:
    last = incidence(table(COMPETING), ["1", "2", "3"]).iloc[-1]
    shares, errors = ([last[f"{kind}_{end}"] for end in "123"] for kind in ("share", "se"))
    assert shares == pytest.approx([0.17037037, 0.20740741, 0.26666667], abs=1e-8)
    assert errors == pytest.approx([0.08976251, 0.10610391, 0.12787781], abs=1e-8)


def test_restricted_means_of_the_fruit_flies() -> None:
    """R's survRM2 to day 10: 9.794 (.123); difference p = .145."""
    mutants, control = flies(MIR_137, {}), flies(CONTROL, CONTROL_LOST)
    mean = restricted_mean(mutants, ["dead"], 10)
    assert mean.value == pytest.approx(9.794, abs=5e-4)
    assert (mean.value - mean.low) / ndtri(0.975) == pytest.approx(0.123, abs=5e-4)
    assert mean.high == 10
    gap = restricted_mean_difference(mutants, control, ["dead"], 10)
    error = (gap.high - gap.low) / 2 / ndtri(0.975)
    assert 2 * ndtr(gap.value / error) == pytest.approx(0.145, abs=5e-4)


def test_without_open_cases_shares_and_means_are_those_of_a_plain_count() -> None:
    rows = table([(time, "done" if time % 3 else "left") for time in range(1, 41)])
    done, left, still = share_by(rows, ["done", "left"], 12)
    assert (done.value, left.value, still.value) == pytest.approx((8 / 40, 4 / 40, 28 / 40))
    wanted = wilson(pd.Series([8]), pd.Series([40]))[["low_pct", "high_pct"]].iloc[0] / 100
    assert [done.low, done.high] == pytest.approx(wanted.tolist())
    capped = np.minimum(np.arange(1, 41), 12)
    mean = restricted_mean(rows, ["done", "left"], 12)
    assert mean.value == pytest.approx(capped.mean())
    assert (mean.high - mean.low) / 2 == pytest.approx(ndtri(0.975) * capped.std() / np.sqrt(40))


def test_what_nobody_was_watched_for_is_missing() -> None:
    young = table([(1, "done"), (2, "open"), (3, "open")])
    assert all(np.isnan(each.value) and np.isnan(each.low) for each in share_by(young, ["done"], 4))
    assert np.isnan(restricted_mean(young, ["done"], 4).value)
    assert np.isnan(restricted_mean_difference(young, young, ["done"], 4).value)
    assert share_by(young, ["done"], 3)[0].value == pytest.approx(1 / 3)
    over = table([(1, "done"), (2, "done")])
    assert share_by(over, ["done"], 9)[0].value == 1
    assert 0 < share_by(over, ["done"], 9)[0].low < 1


def test_a_curve_to_draw_is_the_share_by_each_moment() -> None:
    rows = table([(1, "done"), (2, "left"), (4, "done"), (5, "open"), (6, "done"), (7, "open")])
    curve = shares_over(rows, ["done", "left"], [0.5, 1, 4, 6, 7, 8])
    assert curve["at_risk_count"].tolist() == [6, 6, 4, 2, 1, 0]
    for row in curve.itertuples():
        one = share_by(rows, ["done", "left"], row.time)[0]
        wanted = 100 * np.array([one.value, one.low, one.high])
        np.testing.assert_allclose([row.share_pct, row.low_pct, row.high_pct], wanted)
    assert np.isnan(curve["share_pct"].iloc[-1])


def test_a_case_watched_from_later_on_counts_only_from_then() -> None:
    """Of those there at 1: one of two; of those there at 5 (the late one too): one of two."""
    rows = table([(1, "done"), (5, "done"), (8, "open")]).assign(entry=[0, 0, 3])
    assert incidence(rows, ["done"])["at_risk"].tolist() == [2, 2, 2]
    assert incidence(rows, ["done"])["open"].tolist() == [1, 0.5, 0.25]


def test_cases_done_at_once_count() -> None:
    assert share_by(table([(0, "done"), (0, "open"), (4, "done"), (5, "done")]), ["done"], 1)[0].value == 0.25


spans = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["done", "left", "open"])), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(spans)
def test_shares_of_all_ends_and_open_add_up_and_never_turn_back(rows: list[tuple[int, str]]) -> None:
    curve = incidence(table(rows), ["done", "left"])
    ended = curve[["share_done", "share_left"]].sum(axis=1)
    assert (ended + curve["open"]).tolist() == pytest.approx([1] * len(curve))
    assert (np.diff(curve[["share_done", "share_left"]], axis=0) >= -1e-12).all()
    kept = [row for row in rows if row[1] != "left"] or [(1, "open")]
    for each in share_by(table(kept), ["done"], 6):
        assert np.isnan(each.value) or 0 <= each.low <= each.value + 1e-9 <= each.high + 2e-9 <= 1 + 3e-9


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (table([(-1, "done")]), "column 'time', row 0"),
        (table([(2, "done")]).assign(entry=2), "watched from 2 to 2"),
        (table([(2, "done")]).drop(columns="time"), "'time' is missing"),
        (table([]), "no rows"),
    ],
)
def test_impossible_times_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        incidence(frame, ["done"])


def test_a_horizon_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="horizon"):
        restricted_mean(table([(2, "done")]), ["done"], 0)
