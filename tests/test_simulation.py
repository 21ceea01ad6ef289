"""The simulated province is what it says: calibrated, deterministic, valid at every date, and with the truth in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.special import logit

from analysis.errors import UsageError
from analysis.facts.dossiers import SCHEMA
from analysis.simulation.run import simulate
from analysis.simulation.scenario import Scenario

COUNT = 120_000


def parquet(folder: Path) -> str:
    return f"read_parquet('{folder}/month=*/*.parquet', hive_partitioning = true)"


def shares(folder: Path, month: str, where: str = "true") -> pd.Series:
    return duckdb.sql(
        f"""SELECT avg((channel = 'online')::int) AS online,
                   avg(e_result::int) FILTER (status_code IN ('9', '10')) AS e_result,
                   avg((digitised_components_count >= components_count)::int) AS digitised,
                   avg(paid_online::int) AS paid_online, count(*) AS dossiers_count
            FROM {parquet(folder)} WHERE month = '{month}' AND {where}"""
    ).df().iloc[0]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return simulate(dossiers_count=COUNT, seed=7, into=tmp_path_factory.mktemp("simulated"))


def test_it_shows_the_published_figures_of_2024(made) -> None:
    published = {
        "2024-01": {"online": 11.35, "e_result": 11.98, "digitised": 10.33, "paid_online": 24.44},
        "2024-12": {"online": 57.6, "e_result": 77.94, "digitised": 75.62, "paid_online": 68.14},
    }
    for month, figures in published.items():
        found = 100 * shares(made.folder, month)
        for name, figure in figures.items():
            # two points, and what a month of this many dossiers varies by
            noise = 3 * np.sqrt(figure * (100 - figure) / (0.3 * found["dossiers_count"] / 100))
            assert abs(found[name] - figure) < 2 + noise, (month, name)


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(made, tmp_path) -> None:
    other = simulate(dossiers_count=COUNT, seed=7, into=tmp_path, workers=2)
    for path in sorted(made.folder.rglob("*.parquet")):
        assert path.read_bytes() == (other.folder / path.relative_to(made.folder)).read_bytes()
    assert made.truth_file.read_bytes() == other.truth_file.read_bytes()


def test_another_seed_gives_another_province(made, tmp_path) -> None:
    other = simulate(dossiers_count=10_000, seed=8, into=tmp_path)
    assert other.truth["back_dating_units"] != made.truth["back_dating_units"]


def test_dossiers_follow_the_contract_and_keys_are_unique(made) -> None:
    months = sorted(path.name for path in made.folder.glob("month=*"))
    assert (months[0], months[-1], len(months)) == ("month=2023-01", "month=2026-09", 45)
    for path in made.folder.glob("month=*/*.parquet"):
        assert pq.read_schema(path).equals(SCHEMA)
    total, keys = duckdb.sql(f"SELECT count(*), count(DISTINCT dossier_key) FROM {parquet(made.folder)}").fetchall()[0]
    assert total == keys == made.dossiers_count == sum(made.months.values())


def test_every_unit_exists_when_it_receives_a_dossier_and_districts_end_with_the_merger(made) -> None:
    outside, districts, provinces = duckdb.sql(
        f"""SELECT count(*) FILTER (CAST(received_at AS DATE) < u.valid_from::DATE OR
                                    CAST(received_at AS DATE) >= u.valid_to::DATE),
                   count(*) FILTER (d.unit_level = 'district' AND month >= '2025-07'),
                   list_sort(list(DISTINCT d.province_code))
            FROM {parquet(made.folder)} d JOIN '{made.folder}/_units.parquet' u USING (unit_code)"""
    ).fetchall()[0]
    assert (outside, districts) == (0, 0)
    assert provinces == ["SIM", "SIM2"]


def test_dossiers_are_received_on_working_days_in_office_hours(made) -> None:
    earliest, latest, tet, swapped = duckdb.sql(
        f"""SELECT min(CAST(received_at AS TIME)), max(CAST(received_at AS TIME)),
                   count(*) FILTER (CAST(received_at AS DATE) BETWEEN '2026-02-14' AND '2026-02-22'),
                   count(*) FILTER (CAST(received_at AS DATE) = '2026-01-10')
            FROM {parquet(made.folder)}"""
    ).fetchall()[0]
    assert earliest.hour >= 7
    assert latest.hour < 17
    assert tet == 0
    assert swapped > 0  # a Saturday worked instead of 2 January


def against_the_register(made, register: pd.DataFrame) -> dict[str, int]:
    """Count the dossiers that the register contradicts: not in force, promised another limit, filed where none can."""
    duckdb.register("register", register)
    names = ("outside_count", "limit_count", "service_count", "due_count")
    counts = duckdb.sql(
        f"""SELECT count(*) FILTER (r.procedure_code IS NULL),
                   count(*) FILTER (d.allowed_working_days <> r.limit_days),
                   count(*) FILTER (r.service_level = 'information'
                                    AND (d.channel = 'online' OR d.service_level <> 'information')),
                   count(*) FILTER ((d.due_at IS NULL) <> (d.allowed_working_days IS NULL))
            FROM {parquet(made.folder)} d LEFT JOIN register r
            ON d.procedure_code = r.procedure_code AND CAST(d.received_at AS DATE) >= r.valid_from::DATE
               AND CAST(d.received_at AS DATE) < coalesce(r.valid_to, '9999-12-31')::DATE"""
    ).fetchall()[0]
    return dict(zip(names, counts, strict=True))


def test_dossiers_follow_the_register_on_the_day_they_come_in(made) -> None:
    register = pd.read_csv(made.folder / "tables/procedures.csv", dtype={"valid_to": "str"})
    assert set(against_the_register(made, register).values()) == {0}
    shortened = register[register.duplicated("procedure_code")].query("limit_days != 1")["procedure_code"]
    assert set(made.truth["amended_procedures"]) <= set(shortened)
    nothing_online = duckdb.sql(
        f"""SELECT count(*) FILTER (channel <> 'online'), count(*) FILTER (channel = 'online')
            FROM {parquet(made.folder)} WHERE service_level = 'information'"""
    ).fetchall()[0]
    assert nothing_online[0] > 500
    assert nothing_online[1] == 0
    # a register that nobody kept: everything as on the first day
    unkept = register.drop_duplicates("procedure_code").assign(valid_to=None, service_level="information")
    slips = against_the_register(made, unkept)
    assert slips["limit_count"] > 1000
    assert slips["service_count"] > 10_000
    abolished = register.assign(valid_to=register["valid_to"].fillna("2025-07-01"))
    assert against_the_register(made, abolished)["outside_count"] > 10_000


def jump(folder: Path) -> float:
    """Compare the logit of filing online two months before and after November 2024, less the drift before it."""
    rates = [shares(folder, month)["online"] for month in ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11")]
    steps = np.diff(logit(rates))
    return float(steps[-1] - steps[:-1].mean())


def test_the_directive_s_effect_is_there_and_its_twin_without_one_shows_none(tmp_path) -> None:
    scenario = replace(Scenario(), directive_on_online_logit=0.8)
    with_effect = simulate(dossiers_count=COUNT, seed=3, into=tmp_path / "with", scenario=scenario)
    without = simulate(
        dossiers_count=COUNT,
        seed=3,
        into=tmp_path / "without",
        scenario=replace(scenario, directive_on_online_logit=0.0),
    )
    assert jump(with_effect.folder) > 0.45
    assert abs(jump(without.folder)) < 0.25


def test_units_that_back_date_finish_more_on_the_last_day_and_fewer_just_after(made) -> None:
    planted = ", ".join(f"'{code}'" for code in made.truth["back_dating_units"])
    ratio = duckdb.sql(
        f"""SELECT unit_code IN ({planted}) AS planted,
                   count(*) FILTER (processing_working_days = allowed_working_days)
                   / count(*) FILTER (processing_working_days = allowed_working_days + 1) AS ratio
            FROM {parquet(made.folder)} WHERE unit_level <> 'department' AND allowed_working_days >= 5
            GROUP BY 1 ORDER BY 1"""
    ).df()["ratio"].tolist()  # fmt: skip
    assert ratio[1] > 1.5 * ratio[0]


def test_few_accounts_file_for_many_where_proxies_were_planted(made) -> None:
    largest = duckdb.sql(
        f"""SELECT unit_code, max(n) / sum(n) AS share, sum(n) AS online FROM (
              SELECT unit_code, submitter_key, count(*) AS n FROM {parquet(made.folder)}
              WHERE channel = 'online' GROUP BY ALL) GROUP BY 1 HAVING online > 300"""
    ).df().set_index("unit_code")["share"]  # fmt: skip
    planted = largest.index.isin(made.truth["proxy_units"])
    assert largest[planted].min() > 0.08
    assert largest[~planted].max() < 0.03


def test_linked_cases_end_step_after_step_and_open_ones_are_not_forgotten(made) -> None:
    steps, still_open, open_recent = duckdb.sql(
        f"""SELECT (SELECT list_sort(list(DISTINCT n)) FROM (
                     SELECT count(*) AS n FROM {parquet(made.folder)} WHERE linked_key IS NOT NULL
                     GROUP BY linked_key)),
                   count(*) FILTER (finished_at IS NULL AND month < '2026-06'),
                   count(*) FILTER (finished_at IS NULL AND month = '2026-09')
            FROM {parquet(made.folder)}"""
    ).fetchall()[0]
    assert steps == [3]
    assert open_recent > 100
    assert still_open < 20


def test_careless_records_are_as_many_as_planted(made) -> None:
    missing, midnight, before = duckdb.sql(
        f"""SELECT avg(hazard_due_missing::int), avg(hazard_midnight::int) FILTER (finished_at IS NOT NULL),
                   avg(hazard_finished_before_received::int) FROM {parquet(made.folder)}"""
    ).fetchall()[0]
    scenario = made.truth["scenario"]
    assert missing == pytest.approx(scenario["due_missing_share"], rel=0.25)
    assert midnight == pytest.approx(scenario["midnight_share"], rel=0.15)
    assert before == pytest.approx(scenario["finished_before_received_share"], rel=0.6)


def test_the_truth_says_that_it_is_simulated_and_too_few_dossiers_are_refused(made, tmp_path) -> None:
    assert json.loads(made.truth_file.read_text("utf-8"))["simulated"] is True
    with pytest.raises(UsageError, match="too few"):
        simulate(dossiers_count=100, seed=1, into=tmp_path)
