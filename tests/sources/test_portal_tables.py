"""The reading side: answers become exactly the shipped tables, and every row says where it comes from."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from portal_server import HTML, SHIPPED, Run, body, columns_of, department_id, move_root, read_table, running

from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.sources import registry
from analysis.sources.lockfile import LockedFile
from analysis.sources.portal import (
    endpoint_frame,
    fetch_portal,
    monthly_frame,
    parse_period,
    portal_provinces,
    rejected_frame,
)

EVALUATION = [
    "transparency",
    "handling-satisfaction",
    "dossier-digitized",
    "dvc-progress-tree",
    "provide-online-tree",
    "formality-online-payment-tree",
]
OURS = [
    "province_code", "unit_code", "unit_name", "unit_level",
    "period", "as_of_date", "provisional", "source_id", "file", "row",
]  # fmt: skip


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return move_root(monkeypatch, tmp_path)


@pytest.fixture
def run(archive: Path) -> Iterator[Run]:
    with running() as portal:
        yield Run(portal)


def fetch(run: Run, period: str) -> None:
    fetch_portal(["H44"], [parse_period(period)], settings=run.settings)


@pytest.mark.parametrize("endpoint", EVALUATION)
def test_columns_are_the_shipped_header_then_ours(archive: Path, endpoint: str) -> None:
    header = (SHIPPED / f"{endpoint}_year.csv").read_text("utf-8").splitlines()[0].split(",")
    frame = endpoint_frame(endpoint)
    assert list(frame.columns) == header + OURS
    texts = {name for name in frame if frame[name].dtype == "str"}
    assert {"departmentCode", "unit_code", "period", "as_of_date"} <= texts
    assert {str(frame[name].dtype) for name in header if name not in texts} == {"float64"}


@pytest.mark.parametrize("endpoint", EVALUATION)
def test_an_answer_flattens_to_exactly_the_shipped_table(run: Run, endpoint: str) -> None:
    shipped = endpoint_frame(endpoint).query("period == '2026'").reset_index(drop=True)
    fetch(run, "2026")
    answered = endpoint_frame(endpoint).query("period == '2026'").reset_index(drop=True)
    assert set(answered["source_id"]) == {"portal"}
    same = [*columns_of(endpoint), "province_code", "unit_code", "unit_name", "unit_level", "provisional"]
    pd.testing.assert_frame_equal(answered[same], shipped[same], check_exact=True)
    assert set(answered["file"]) == {f"portal/H44/2026/{endpoint}-1.json"}
    assert list(answered["row"]) == list(range(164))
    assert set(answered["as_of_date"]) == {"2026-10-20"}


@pytest.mark.parametrize("endpoint", EVALUATION)
def test_every_row_can_be_traced_to_its_line(archive: Path, endpoint: str) -> None:
    frame = endpoint_frame(endpoint)
    for row in frame.itertuples():
        lines = (archive.parent / row.file).read_text("utf-8").splitlines()
        assert lines[row.row - 1].startswith(f"{row.unit_code},")
    assert set(frame["as_of_date"]) == {"2026-09-26"}
    assert frame["provisional"].all()


def test_levels_and_figures_are_those_published(archive: Path) -> None:
    for endpoint in EVALUATION:
        year = endpoint_frame(endpoint).query("period == '2026'")
        assert year["unit_level"].value_counts().to_dict() == {
            "commune": 148,
            "department": 15,
            "province": 1,
        }
    progress = endpoint_frame("dvc-progress-tree").set_index(["period", "unit_level"])
    children = progress.drop("province", level="unit_level")["totalReceived"].groupby("period").sum()
    assert children.to_dict() == {"2026": 597_918.0, "2026-Q3": 464_494.0}
    assert progress.loc[("2026", "province"), "totalScore"].item() == 17.68


def test_null_is_never_zero_and_zero_never_null(run: Run) -> None:
    fetch(run, "2026-08")
    for period in ("2026", "2026-08"):

        def inspectorate(endpoint: str, period: str = period) -> pd.Series:
            frame = endpoint_frame(endpoint).query("period == @period")
            return frame.set_index("unit_code").loc["H44.23"]

        digitised, satisfaction = inspectorate("dossier-digitized"), inspectorate("handling-satisfaction")
        assert math.isnan(digitised["ORIGINAL_RESULT_AVAILABLE.ratio"])
        assert math.isnan(digitised["ORIGINAL_RESULT_AVAILABLE.score"])
        assert digitised["ORIGINAL_RESULT_AVAILABLE.denominator"] == 0
        assert math.isnan(digitised["ELECTRONIC_CERTIFIED_COPY.numerator"])
        assert digitised["ELECTRONIC_CERTIFIED_COPY.score"] == 2
        assert satisfaction["PETITION_PROCESSING_ON_TIME.ratio"] == 0
        assert satisfaction["PETITION_PROCESSING_ON_TIME.score"] == 6
        assert math.isnan(satisfaction["PETITION_CLASSIFICATION_STAFF.score"])
        assert inspectorate("dvc-progress-tree")["score"] == 0
        assert math.isnan(inspectorate("dvc-progress-tree")["totalScore"])
        assert math.isnan(inspectorate("transparency")["DOSSIER_SYNC.score"])


def test_the_later_of_a_shipped_table_and_an_answer_counts(run: Run) -> None:
    def sources(moment: datetime) -> set[str]:
        run.moment = moment
        fetch(run, "2026")
        return set(endpoint_frame("dvc-progress-tree").query("period == '2026'")["source_id"])

    assert sources(datetime(2026, 9, 25, 3, tzinfo=UTC)) == {"portal-phu-tho-2026"}
    assert sources(datetime(2026, 9, 26, 3, tzinfo=UTC)) == {"portal"}
    assert sources(datetime(2027, 1, 2, 3, tzinfo=UTC)) == {"portal"}
    assert not endpoint_frame("dvc-progress-tree").query("period == '2026'")["provisional"].any()


def test_pages_of_one_answer_become_one_table(run: Run) -> None:
    run.portal.largest_page = 60
    fetch(run, "2026-08")
    frame = endpoint_frame("transparency").query("period == '2026-08'")
    assert len(frame) == 164
    assert frame.groupby("file").size().to_dict() == {
        "portal/H44/2026-08/transparency-1.json": 61,
        "portal/H44/2026-08/transparency-2.json": 60,
        "portal/H44/2026-08/transparency-3.json": 43,
    }
    assert list(frame["unit_code"]) == [row["departmentCode"] for row in read_table("transparency_year.csv")]


def test_half_an_answer_is_left_out_and_says_so(run: Run) -> None:
    run.portal.largest_page = 100
    run.portal.script = [None, HTML]
    with pytest.raises(SourceUnavailableError):
        fetch(run, "2026-08")
    assert "2026-08" not in set(endpoint_frame("dossier-digitized")["period"])
    (left_out,) = rejected_frame("dossier-digitized").to_dict("records")
    assert left_out["reason"] == "page 2 is missing: the run was interrupted"
    assert left_out["file"] == "portal/H44/2026-08/dossier-digitized-1.json"


def test_a_unit_without_a_code_is_left_out_and_says_so(run: Run) -> None:
    run.portal.bodies["transparency"] = whole = body("transparency")
    new = {
        **whole["data"]["evaluation"][0],
        "departmentId": department_id("new"),
        "departmentName": "Ban Mới",
    }
    whole["data"]["evaluation"].append(new)
    fetch(run, "2026-08")
    assert len(endpoint_frame("transparency").query("period == '2026-08'")) == 164
    (left_out,) = rejected_frame("transparency").to_dict("records")
    assert left_out == {
        "province_code": "H44",
        "period": "2026-08",
        "department_id": department_id("new"),
        "unit_name": "Ban Mới",
        "reason": "no endpoint of the same period gives this unit a code",
        "source_id": "portal",
        "file": "portal/H44/2026-08/transparency-1.json",
        "row": 164,
    }
    assert rejected_frame("handling-satisfaction").empty


def test_a_code_that_changes_between_endpoints_is_an_error(run: Run) -> None:
    run.portal.bodies["provide-online-tree"] = whole = body("provide-online-tree")
    whole["data"]["children"][0]["departmentCode"] = "H44.999"
    fetch(run, "2026-08")
    with pytest.raises(DataContractError, match=r"two codes: H44\.01 and H44\.999"):
        endpoint_frame("transparency")


def test_one_code_for_two_units_is_an_error(run: Run) -> None:
    run.portal.bodies["provide-online-tree"] = whole = body("provide-online-tree")
    whole["data"]["children"][1]["departmentCode"] = "H44.01"
    fetch(run, "2026-08")
    with pytest.raises(DataContractError, match=r"H44\.01 .* stands twice in 2026-08"):
        endpoint_frame("provide-online-tree")


def test_a_damaged_table_or_answer_is_not_read(run: Run, archive: Path) -> None:
    fetch(run, "2026-08")
    answer = archive / "H44/2026-08/dvc-progress-tree-1.json"
    whole = json.loads(answer.read_bytes())
    whole["data"]["parent"]["totalOnTime"] += 1
    answer.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(DataContractError, match="not the one that was published"):
        endpoint_frame("dvc-progress-tree")


def test_a_shipped_table_with_other_columns_is_refused(archive: Path) -> None:
    file = archive.parent / SHIPPED.name / "provide-online-tree_year.csv"
    file.write_text(file.read_text("utf-8").replace("fullCount", "full_count"), "utf-8")
    registry.lock(SHIPPED.name)
    with pytest.raises(DataContractError, match="columns are not") as caught:
        endpoint_frame("provide-online-tree")
    assert caught.value.where.endswith("provide-online-tree_year.csv")


def test_monthly_charts_have_only_the_months_they_speak_of(run: Run) -> None:
    shipped = monthly_frame("provide-online-tree")
    assert list(shipped["month"]) == [f"2026-{month:02}" for month in range(1, 10)]
    assert shipped["onlineDossierPct"].iloc[[5, 8]].to_list() == [17.09, 17.89]
    assert list(shipped["row"]) == list(range(2, 11))
    fetch(run, "2026-Q3")
    quarter = monthly_frame("dvc-progress-tree").query("period == '2026-Q3'")
    assert list(quarter["month"]) == ["2026-07", "2026-08", "2026-09"]
    assert quarter["onTimePct"].to_list() == [79.31, 78.38, 82.87]
    assert set(quarter["unit_code"]) == {"H44"}
    assert list(quarter["row"]) == [7, 8, 9]
    with pytest.raises(UsageError, match="transparency"):
        monthly_frame("transparency")


def test_the_national_table_has_one_row_a_province(run: Run) -> None:
    assert endpoint_frame("service-results").empty
    fetch_portal([], [parse_period("2026-08")], national=True, settings=run.settings)
    frame = endpoint_frame("service-results")
    assert list(frame["unit_code"]) == [province.code for province in portal_provinces()]
    assert (frame["province_code"] == frame["unit_code"]).all()
    assert set(frame["unit_level"]) == {"province"}
    assert frame["groupScores.MDSH"].to_list() == [12.5] * 34


def test_an_unknown_endpoint_is_refused(archive: Path) -> None:
    with pytest.raises(UsageError, match="formalities") as caught:
        endpoint_frame("formalities")
    assert "service-results" in caught.value.allowed


def test_the_shipped_tables_are_locked_as_they_are() -> None:
    for path, entry in registry.read_lock("portal-phu-tho-2026").items():
        assert isinstance(entry, LockedFile)
        assert registry.open_bytes("portal-phu-tho-2026", path)


def test_the_34_provinces_add_up_to_what_was_counted() -> None:
    provinces = portal_provinces()
    assert len(provinces) == len({each.department_id for each in provinces}) == 34
    assert sum(each.department_count for each in provinces) == 521
    assert sum(each.commune_count for each in provinces) == 3322
    assert next(each for each in provinces if each.code == "H44").unit_count == 163
