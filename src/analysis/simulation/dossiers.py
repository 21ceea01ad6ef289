"""The dossiers received in a month: who filed what where, how, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from analysis.calendar import add_working_days, day_index, due_at, working_days
from analysis.simulation import adoption
from analysis.simulation.province import DOSSIER_LEVELS, LEVELS, LINKED, LINKED_LIMITS, MONTHS, Floats, Province
from analysis.simulation.scenario import DIRECTIVE_MONTH, LAST_MONTH, Scenario

END = pd.Period(LAST_MONTH, "M").end_time.floor("s").to_datetime64().astype("datetime64[us]")
DAY = np.timedelta64(1, "D").astype("timedelta64[us]")
NEVER = np.datetime64("NaT", "us")
PROXIES_PER_UNIT = 3
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class World:
    """All that is the same for every month: the scenario, the province, the solved curves (logit by month)."""

    scenario: Scenario
    province: Province
    curves: dict[str, Floats]


def choose(province: Province, index: int, count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose unit and procedure of `count` dossiers of a month, by weight; two frames of `count` rows."""
    month = MONTHS[index]
    there = [level for level in LEVELS if len(province.units_of(month, level))]
    shares = np.array([DOSSIER_LEVELS[LEVELS.index(level)] for level in there])
    levels = rng.choice(len(there), count, p=shares / shares.sum())
    units, procedures = [], []
    for position, level in enumerate(there):
        number = int((levels == position).sum())
        units.append(_drawn(province.units_of(month, level), number, rng))
        procedures.append(_drawn(province.procedures_of(month, level), number, rng))
    return pd.concat(units, ignore_index=True), pd.concat(procedures, ignore_index=True)


def _drawn(frame: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    weights = frame["weight"].to_numpy()
    return frame.iloc[rng.choice(len(frame), count, p=weights / weights.sum())]


def received(world: World, index: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Make the dossiers received in a month.

    Parameters
    ----------
    world
        What is the same for every month.
    index
        Of the month in `MONTHS`.
    count
        Cases; a linked case is several dossiers.
    rng
        The month's own.

    Returns
    -------
    pandas.DataFrame
        One row a dossier with the columns of the dossiers' contract that a case decides; keys are given later.
    """
    units, procedures = choose(world.province, index, count, rng)
    frame = _filed(world, units, procedures, index, rng)
    frame = _with_linked(world, frame, index, rng)
    _handle(world, frame, index, rng)
    _papers(world, frame, index, rng)
    _spoil(world.scenario, frame, rng)
    return frame


def _filed(
    world: World, units: pd.DataFrame, procedures: pd.DataFrame, index: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Say when and through which channel each was filed."""
    scenario, count = world.scenario, len(units)
    frame = pd.DataFrame({name: units[name].to_numpy() for name in (
        "unit_code", "unit_level", "province_code", "time_log", "back_dates", "has_proxies")})  # fmt: skip
    for name in ("procedure_code", "field_code", "fee_vnd"):
        frame[name] = procedures[name].to_numpy()
    full = index >= procedures["full_from_month"].to_numpy() + units["full_delay_months"].to_numpy()
    logit = world.curves["online"][index] + adoption.online_logit(scenario, units, procedures, index)
    online = rng.random(count) < expit(logit)
    post = ~online & (rng.random(count) < 0.05)
    frame["channel"] = np.where(online, "online", np.where(post, "post", "direct"))
    frame["service_level"] = np.where(full, "full", procedures["first_level"])
    frame["applicant_type"] = rng.choice(
        ["citizen", "enterprise", "organisation", "agency"], count, p=[0.86, 0.11, 0.02, 0.01]
    )
    frame["linked_group"], frame["linked_number"] = "", -1
    day = _days(MONTHS[index], count, rng)
    amended = day >= procedures["amended_from"].to_numpy().astype("datetime64[D]")
    frame["limit_days"] = np.where(amended, procedures["amended_limit_days"], procedures["limit_days"])
    opened = day + _clock(7.0, 17.0, count, rng)
    # what is filed online in the evening or on a day off waits for the next morning
    early = np.where(online, (rng.random(count) < 0.35) * rng.uniform(1, 20, count), 0.0)
    frame["received_at"] = opened
    frame["submitted_at"] = opened - (early * 3_600_000_000).astype("timedelta64[us]")
    return frame


def _days(month: pd.Period, count: int, rng: np.random.Generator) -> npt.NDArray[np.datetime64]:
    """Choose working days of the month; the week before Tết is full, the one after it empty."""
    days = day_index(month.start_time.date(), month.end_time.date())
    open_days = days.loc[days["working"].astype(bool), "date"].to_numpy().astype("datetime64[D]")
    # the longest gap between working days from January to March is Tết
    weight = np.ones(len(open_days))
    gap = np.diff(open_days).astype(int) if len(open_days) > 1 else np.array([0])
    if month.month <= 3 and gap.max(initial=0) >= 6:
        before = int(gap.argmax()) + 1
        weight[max(0, before - 5) : before] = 1.3
        weight[before : before + 5] = 0.6
    chosen: npt.NDArray[np.datetime64] = rng.choice(open_days, count, p=weight / weight.sum())
    return chosen.astype("datetime64[us]")


def _clock(start: float, end: float, count: int, rng: np.random.Generator) -> npt.NDArray[np.timedelta64]:
    seconds = rng.integers(int(start * 3600), int(end * 3600), count)
    return (seconds * 1_000_000).astype("timedelta64[us]")


def _with_linked(world: World, frame: pd.DataFrame, index: int, rng: np.random.Generator) -> pd.DataFrame:
    """Add the steps of linked cases: one filing at the commune, three procedures that end one after another."""
    communes = np.flatnonzero(frame["unit_level"] == "commune")
    chosen = communes[rng.random(len(communes)) < world.scenario.linked_share]
    group = rng.choice(list(LINKED), len(chosen), p=[0.7, 0.3])
    steps = []
    for step in range(3):
        part = frame.iloc[chosen].copy()
        part["procedure_code"] = [LINKED[name][step] for name in group]
        part["linked_group"], part["linked_number"] = group, np.arange(len(chosen))
        part["limit_days"] = LINKED_LIMITS[step]
        part["fee_vnd"], part["service_level"] = 0, "full"
        steps.append(part)
    return pd.concat([frame.drop(index=frame.index[chosen]), *steps], ignore_index=True)


def _handle(world: World, frame: pd.DataFrame, index: int, rng: np.random.Generator) -> None:
    """Say how long each took, and where it stands when the story ends."""
    scenario, count = world.scenario, len(frame)
    limit = frame["limit_days"].to_numpy()
    got = frame["received_at"].to_numpy()
    month = MONTHS[index]
    slow = frame["time_log"].to_numpy() + scenario.tet_backlog_log * (month.month in (2, 3))
    slow = slow + scenario.directive_on_time_log * (month >= pd.Period(DIRECTIVE_MONTH, "M"))
    work = limit * scenario.median_of_limit * np.exp(slow + scenario.time_spread_log * rng.standard_normal(count))
    taken = np.floor(work + 0.15).astype(int)
    just_late = (taken > limit) & (taken <= limit + 3) & frame["back_dates"].to_numpy()
    taken = np.where(just_late & (rng.random(count) < scenario.back_dated_share), limit, taken)
    asked = rng.random(count) < scenario.supplement_share
    wait = 1 + rng.geometric(0.2, count)
    ask_day = np.minimum(rng.integers(0, 3, count), taken)
    frame["supplements_count"] = np.where(asked, 1 + (rng.random(count) < 0.08), 0)
    requested = np.where(asked, add_working_days(got, ask_day) + _clock(13.5, 17.0, count, rng), NEVER)
    requested = np.where(asked & (requested < got), got + DAY // 24, requested)
    answered = np.where(asked, add_working_days(got, ask_day + wait) + _clock(8.0, 11.0, count, rng), NEVER)
    finished = add_working_days(got, taken + np.where(asked, wait, 0)) + _clock(13.5, 17.0, count, rng)
    finished = np.where(finished <= got, got + DAY // 48, finished)
    answered, finished = (np.where(moment > END, NEVER, moment) for moment in (answered, finished))
    requested = np.where(requested > END, NEVER, requested)
    frame["supplement_requested_at"], frame["supplement_answered_at"] = requested, answered
    frame["due_at"] = due_at(got, limit, suspended=(requested, answered))
    end = rng.random(count)
    shares = np.cumsum([scenario.not_accepted_share, scenario.withdrawn_share, scenario.stopped_share])
    other = np.select([end < share for share in shares], ["3", "7", "8"], "")
    waiting = ~np.isnat(requested) & np.isnat(answered)
    open_now = np.isnat(finished)
    returned = np.where(open_now, NEVER, finished + (rng.geometric(0.6, count) - 1) * DAY + DAY // 24)
    returned = np.where((returned > END) | (other != ""), NEVER, returned)
    ended = np.where(other != "", other, np.where(np.isnat(returned), "9", "10"))
    frame["status_code"] = np.where(open_now, np.where(waiting, "5", "4"), ended)
    frame["finished_at"], frame["returned_at"] = finished, returned


def _papers(world: World, frame: pd.DataFrame, index: int, rng: np.random.Generator) -> None:
    """Say what was paid, digitised, re-used, verified, rated, and by whose account it was filed."""
    scenario, count = world.scenario, len(frame)
    shares = {name: expit(curve[index]) for name, curve in world.curves.items()}
    ended = frame["status_code"].isin(["9", "10"]).to_numpy()
    online = (frame["channel"] == "online").to_numpy()
    due = frame["fee_vnd"].to_numpy() > 0
    frame["fee_due"] = due
    # the whole share was published, and some of it is paid online by those who came to the desk
    frame["paid_online"] = _known(rng.random(count) < shares["paid_online"], due)
    components = 1 + rng.poisson(2.5, count)
    digitised = rng.random(count) < shares["digitised"]
    reused = digitised & (rng.random(count) < 0.3)
    frame["components_count"] = components
    frame["digitised_components_count"] = np.where(digitised, components, rng.integers(0, 2, count) * (components > 1))
    frame["reused_components_count"] = np.where(reused, 1 + rng.integers(0, 2, count), 0).clip(max=components)
    frame["e_result"] = ended & (rng.random(count) < shares["e_result"])
    frame["citizen_store"] = online & (rng.random(count) < 0.02)
    frame["verified_identity"] = online & (rng.random(count) < 0.9)
    frame["connected_database"] = rng.random(count) < 0.4 * online + 0.1
    late = (frame["finished_at"] > frame["due_at"]).to_numpy()
    rated = ended & (rng.random(count) < scenario.rated_share)
    happy = rng.random(count) < np.where(late, 0.60, 0.96)
    frame["satisfied"] = _known(happy, rated)
    proxy = online & frame["has_proxies"].to_numpy() & (rng.random(count) < scenario.proxy_share)
    own = rng.integers(0, 10**9, count).astype(str)
    agent = frame["unit_code"].to_numpy() + np.char.add("/", rng.integers(1, PROXIES_PER_UNIT + 1, count).astype(str))
    frame["submitter"] = pd.Series(np.where(proxy, agent, own)).where(pd.Series(online))
    # half of the planted accounts are registered as an agent's, the others look like a citizen's
    known = proxy & (agent.astype(str) != np.char.add(frame["unit_code"].to_numpy().astype(str), "/1"))
    frame["proxy_account"] = _known(known, online)


def _known(values: Flags, known: Flags) -> pd.arrays.BooleanArray:
    """Give flags that are missing where nobody knows."""
    return pd.arrays.BooleanArray(values, ~known)


def _spoil(scenario: Scenario, frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Write the records as careless systems do; working days are counted on what is written."""
    count = len(frame)
    got, finished = frame["received_at"].to_numpy(), frame["finished_at"].to_numpy().copy()
    ended = ~np.isnat(finished)
    midnight = ended & (rng.random(count) < scenario.midnight_share)
    finished = np.where(midnight, finished.astype("datetime64[D]").astype("datetime64[us]"), finished)
    before = ended & ~midnight & (rng.random(count) < scenario.finished_before_received_share)
    finished = np.where(before, got - 2 * DAY, finished)
    due = np.where(rng.random(count) < scenario.due_missing_share, NEVER, frame["due_at"].to_numpy())
    rewritten = (frame["status_code"] == "5").to_numpy() & (rng.random(count) < scenario.status_rewritten_share)
    frame["status_code"] = np.where(rewritten, "9", frame["status_code"])
    frame["finished_at"], frame["due_at"] = finished, due
    waited = (frame["supplement_requested_at"].to_numpy(), frame["supplement_answered_at"].to_numpy())
    taken = working_days(got, finished, suspended=waited)
    frame["processing_working_days"] = np.where(taken < 0, np.nan, taken)
    frame["allowed_working_days"] = np.where(np.isnat(due), np.nan, frame["limit_days"].to_numpy())
    frame["hazard_due_missing"] = np.isnat(due)
    frame["hazard_finished_before_received"] = finished.astype("datetime64[D]") < got.astype("datetime64[D]")
    frame["hazard_midnight"] = midnight
    frame["hazard_status_rewritten"] = rewritten
