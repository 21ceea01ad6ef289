"""The portal's client against a portal on this machine: what it asks, keeps, refuses and asks again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from portal_server import HTML, PHU_THO, Reply, Run, body, department_id, move_root, running

from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.sources import registry
from analysis.sources.portal import FetchResult, PortalSettings, fetch_portal, parse_period

AUGUST = "2026-08"
ORDER = [
    "dossier-digitized",
    "dvc-progress-tree",
    "provide-online-tree",
    "formality-online-payment-tree",
    "transparency",
    "handling-satisfaction",
]


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return move_root(monkeypatch, tmp_path)


@pytest.fixture
def run(archive: Path) -> Iterator[Run]:
    with running() as portal:
        yield Run(portal)


def fetch(run: Run, *periods: str, province: str = "H44") -> FetchResult:
    return fetch_portal([province], [parse_period(each) for each in periods or [AUGUST]], settings=run.settings)


def good(archive: Path) -> list[str]:
    return sorted(path.relative_to(archive).as_posix() for path in archive.glob("*/*/*.json"))


def refused(archive: Path) -> list[Path]:
    return sorted(archive.glob("*/*/refused/*"))


# what it asks


@pytest.mark.parametrize(
    ("period", "time", "dates"),
    [
        ("2026-08", {"timeType": "month", "year": 2026, "month": 8}, ("2026-08-01", "2026-08-31")),
        ("2026-Q3", {"timeType": "quarter", "year": 2026, "quarter": 3}, ("2026-07-01", "2026-09-30")),
        ("2026", {"timeType": "year", "year": 2026}, ("2026-01-01", "2026-12-31")),
    ],
)
def test_each_endpoint_is_asked_with_its_own_keys(
    run: Run, period: str, time: dict[str, Any], dates: tuple[str, str]
) -> None:
    fetch(run, period)
    root = {"rootDepartmentId": PHU_THO.department_id, "currentPage": 1}
    sizes = [200, 100, 200, 100, 200, 200]
    expected = [{**time, **root, "pageSize": size} for size in sizes]
    expected[-1] = {"fromDate": dates[0], "toDate": dates[1], **root, "pageSize": 200}
    assert [asked for _, asked, _ in run.portal.asked] == expected
    assert [path for path, _, _ in run.portal.asked] == [
        f"/api/v1/reporting/evaluation/{endpoint}" for endpoint in ORDER
    ]


def test_the_client_says_who_it_is(run: Run) -> None:
    fetch(run)
    for _, _, headers in run.portal.asked:
        assert headers["User-Agent"].startswith(f"public-services-lab/{version('public-services-lab')} ")
        assert "Mozilla" not in headers["User-Agent"]
        assert headers["Content-Type"] == "application/json"


def test_it_waits_politely_between_requests_but_not_before_the_first(run: Run) -> None:
    fetch(run)
    assert len(run.waits) == 5
    assert all(1.0 <= wait <= 1.25 for wait in run.waits)
    assert len(set(run.waits)) > 1


def test_the_address_may_be_overridden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYSIS_PORTAL_URL", run.portal.address + "/")
    settings = PortalSettings(sleep=run.waits.append, now=lambda: run.moment)
    fetch_portal(["H44"], [parse_period(AUGUST)], settings=settings)
    assert run.portal.asked[0][0] == "/api/v1/reporting/evaluation/dossier-digitized"
    monkeypatch.setenv("ANALYSIS_PORTAL_URL", "dichvucong.gov.vn")
    with pytest.raises(UsageError, match="no address"):
        fetch_portal(["H44"], [parse_period(AUGUST)])


# what it keeps


def test_every_response_is_kept_as_received_with_its_request(run: Run, archive: Path) -> None:
    result = fetch(run)
    assert (result.asked, result.kept, result.resumed, result.provisional) == (6, 6, 0, 0)
    assert result.warnings == ()
    assert "analysis build" in str(result)
    assert good(archive) == sorted(f"H44/2026-08/{endpoint}-1.json" for endpoint in ORDER)
    lock = yaml.safe_load((archive / "source.lock.yml").read_text("utf-8"))
    entry = next(each for each in lock["files"] if "satisfaction" in each["path"])
    content = (archive / entry["path"]).read_bytes()
    assert (
        content
        == json.dumps(
            run.portal.answer("handling-satisfaction", {"currentPage": 1, "pageSize": 200}),
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
    )
    assert entry == {
        "path": "H44/2026-08/handling-satisfaction-1.json",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "request": {"path": "/evaluation/handling-satisfaction", "body": run.portal.asked[-1][1]},
        "asked_at": "2026-10-20T03:00:00Z",
        "http_status": 201,
        "provisional": False,
    }
    assert not list(archive.rglob(".*"))


def test_status_200_is_success_too(run: Run, archive: Path) -> None:
    run.portal.status = 200
    assert fetch(run).kept == 6
    assert {entry.http_status for entry in registry.read_lock("portal").values()} == {200}  # type: ignore[attr-defined]


def test_a_province_with_two_pages_is_read_whole(run: Run, archive: Path) -> None:
    run.portal.largest_page = 100
    assert fetch(run).kept == 9
    pages = [json.loads((archive / f"H44/2026-08/transparency-{page}.json").read_bytes()) for page in (1, 2)]
    assert [len(page["data"]["evaluation"]) for page in pages] == [100, 63]
    assert [asked["currentPage"] for path, asked, _ in run.portal.asked if "transparency" in path] == [1, 2]


def test_the_national_table_is_asked_for_without_a_root(run: Run, archive: Path) -> None:
    result = fetch_portal([], [parse_period("2026-Q4")], national=True, settings=run.settings)
    assert run.portal.asked[0][:2] == (
        "/api/v1/reporting/evaluation/service-results",
        {"timeType": "quarter", "year": 2026, "quarter": 4, "departmentType": "ADMINISTRATIVE_UNIT"},
    )
    assert result.provisional == 1
    assert good(archive) == ["national/2026-Q4/service-results-1.json"]


def test_a_group_missing_from_the_national_table_is_named(run: Run) -> None:
    run.portal.bodies["service-results"] = whole = run.portal.answer("service-results", {})
    del whole["data"]["evaluation"][3]["groupScores"]["MDSH"]
    with pytest.raises(DataContractError, match=r"service-results: data\.evaluation\.3\.groupScores\.MDSH"):
        fetch_portal([], [parse_period(AUGUST)], national=True, settings=run.settings)


def test_the_catalogue_is_read_page_by_page_and_goes_on_after_a_stop(run: Run, archive: Path) -> None:
    run.portal.script = [None, HTML]
    with pytest.raises(SourceUnavailableError):
        fetch_portal(catalogue=True, settings=run.settings)
    result = fetch_portal(catalogue=True, settings=run.settings)
    assert (result.asked, result.resumed, result.provisional, result.warnings) == (2, 1, 0, ())
    assert [asked for _, asked, _ in run.portal.asked[2:]] == [
        {"currentPage": 2, "pageSize": 10},
        {"currentPage": 3, "pageSize": 10},
    ]
    assert good(archive) == [f"catalogue/2026-10/formalities-{page}.json" for page in (1, 2, 3)]


# when it is told no


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"message":"no"}', 401),
        Reply(b'{"message":"no"}', 403),
        Reply(b'{"message":"slow down"}', 429),
        HTML,
        Reply(b"\n <!-- x --><p>Maintenance</p>", 200),
        Reply(b"Request Rejected. Your support ID is 7", 200, "text/plain"),
        Reply(b'{"code":"ERROR","message":"Access Denied"}', 200),
        Reply(b"<html>Bad gateway</html>", 502, "text/html"),
    ],
    ids=lambda reply: f"{reply.status} {reply.content[:24]!r}",
)
def test_a_refusal_stops_the_run_at_once(run: Run, archive: Path, reply: Reply) -> None:
    run.portal.script = [None, None, reply]
    with pytest.raises(SourceUnavailableError, match=f"refused.*HTTP {reply.status}") as caught:
        fetch(run)
    assert run.portal.endpoints_asked == ORDER[:3]
    assert len(good(archive)) == len(registry.read_lock("portal")) == 2
    assert [file.read_bytes() for file in refused(archive)] == [reply.content]
    assert hashlib.sha256(reply.content).hexdigest() in caught.value.where
    assert "wait" in caught.value.next_step
    assert fetch(run).asked == 4


def test_a_server_error_is_asked_again_after_a_second(run: Run) -> None:
    run.portal.script = [Reply(b"{}", 500)]
    assert fetch(run).kept == 6
    assert run.portal.endpoints_asked[:3] == [ORDER[0], ORDER[0], ORDER[1]]
    assert run.waits[0] == 1


def test_a_server_error_for_ever_ends_the_run(run: Run, archive: Path) -> None:
    run.portal.script = [Reply(b"{}", 500)] * 9
    with pytest.raises(SourceUnavailableError, match="HTTP 500"):
        fetch(run)
    assert run.waits == [1, 2, 4]
    assert len(run.portal.asked) == 4
    assert good(archive) == []


def test_another_status_is_not_asked_again(run: Run) -> None:
    run.portal.script = [Reply(b"{}", 404)]
    with pytest.raises(SourceUnavailableError, match="HTTP 404"):
        fetch(run)
    assert len(run.portal.asked) == 1


def test_a_time_out_is_asked_again(run: Run) -> None:
    run.portal.script = [Reply(b"", is_delayed=True)]
    assert fetch(run).kept == 6
    assert run.waits[0] == 1


def test_no_connection_is_one_clear_error(run: Run) -> None:
    settings = replace(run.settings, base_url="http://127.0.0.1:9/api")
    with pytest.raises(SourceUnavailableError, match="cannot be reached: ConnectError") as caught:
        fetch_portal(["H44"], [parse_period(AUGUST)], settings=settings)
    assert run.waits == [1, 2, 4]
    assert caught.value.where == "POST http://127.0.0.1:9/api/evaluation/dossier-digitized"


def test_a_connection_cut_short_is_asked_again(run: Run, archive: Path) -> None:
    run.portal.script = [Reply(b'{"code":"OK",', missing_bytes=1000)]
    assert fetch(run).kept == 6
    assert refused(archive) == []


def test_json_cut_short_is_an_error_and_is_kept_aside(run: Run, archive: Path) -> None:
    content = json.dumps(body("dvc-progress-tree")).encode()[:-40]
    run.portal.script = [None, Reply(content)]
    with pytest.raises(DataContractError, match="no whole JSON") as caught:
        fetch(run)
    (file,) = refused(archive)
    assert file.read_bytes() == content
    assert file.relative_to(archive.parents[2]).as_posix() in caught.value.where
    assert hashlib.sha256(content).hexdigest() in caught.value.where
    assert list(registry.read_lock("portal")) == ["H44/2026-08/dossier-digitized-1.json"]


# when the shape drifts

Change = Callable[[dict[str, Any]], object]


def _drift(endpoint: str, change: Change, message: str) -> Any:
    return pytest.param(endpoint, change, message, id=f"{endpoint} {message}")


@pytest.mark.parametrize(
    ("endpoint", "change", "message"),
    [
        _drift(
            "transparency",
            lambda d: d["evaluation"][4].pop("totalScore"),
            r"data\.evaluation\.4\.totalScore: F",
        ),
        _drift(
            "transparency",
            lambda d: d["evaluation"][4].update(totalScore=None),
            r"data\.evaluation\.4\.totalScore: .*found null",
        ),
        _drift(
            "transparency",
            lambda d: d["evaluation"][4]["metrics"][2].update(score=None),
            r"data\.evaluation\.4\.metrics\.2\.score: .*null where a number was, with 89 cases",
        ),
        _drift(
            "dossier-digitized",
            lambda d: d["overview"]["metrics"][0].update(ratio=None),
            r"data\.overview\.metrics\.0\.ratio: .*null where a number was",
        ),
        _drift(
            "handling-satisfaction",
            lambda d: d["evaluation"][0]["metrics"][1].update(denominator=None),
            r"data\.evaluation\.0\.metrics\.1\.denominator: .*found null",
        ),
        _drift(
            "dvc-progress-tree",
            lambda d: d["children"][0].update(score="19.38"),
            r'children\.0\.score.*"19.38"',
        ),
        _drift("dvc-progress-tree", lambda d: d["children"][0].update(score=True), r"children\.0\.score.*true"),
        _drift("dvc-progress-tree", lambda d: d["parent"].update(ratio=float("nan")), "NaN is no JSON number"),
        _drift("dvc-progress-tree", lambda d: d["children"][0].pop("totalOverdue"), r"children\.0\.totalOverdue"),
        _drift("dvc-progress-tree", lambda d: d["parent"].pop("totalCompleted"), r"parent\.totalCompleted"),
        _drift("dvc-progress-tree", lambda d: d["monthlyChart"].pop(), "monthlyChart.*12 items"),
        _drift(
            "provide-online-tree",
            lambda d: d["children"][0].update(level="WARD"),
            r'children\.0\.level.*"WARD"',
        ),
        _drift(
            "formality-online-payment-tree",
            lambda d: d["children"][7].update(departmentCode=None),
            r"children\.7\.departmentCode",
        ),
        _drift(
            "transparency",
            lambda d: d["overview"]["metrics"][0].update(code="NEW"),
            r"overview\.metrics.*NEW",
        ),
        _drift("dossier-digitized", lambda d: d["overview"]["metrics"].pop(), "ELECTRONIC_CERTIFIED_COPY"),
        _drift("transparency", lambda d: d["overview"].pop("averageScore"), r"overview\.averageScore"),
        _drift("provide-online-tree", lambda d: d.pop("parent"), r"data\.parent"),
        _drift(
            "provide-online-tree",
            lambda d: d["parent"].update(departmentId=department_id("H19")),
            f"departmentId of the province.*{PHU_THO.department_id}",
        ),
        _drift(
            "provide-online-tree",
            lambda d: d["parent"].update(departmentCode="H19"),
            "departmentCode of the pro",
        ),
        _drift(
            "provide-online-tree",
            lambda d: d["children"].append(d["children"][0]),
            f"more than once: {department_id('H44.01')}",
        ),
        _drift("transparency", lambda d: d.update(pagination=_paging(total=164)), "pagination.total: found 164"),
        _drift("transparency", lambda d: d.update(pagination=_paging(currentPage=2)), "currentPage: found 2"),
        _drift("transparency", lambda d: d.update(pagination=_paging(totalPages=101)), "at most 100"),
    ],
)
def test_drift_is_named_and_nothing_is_repaired(
    run: Run, archive: Path, endpoint: str, change: Change, message: str
) -> None:
    run.portal.bodies[endpoint] = whole = body(endpoint)
    change(whole["data"])
    with pytest.raises(DataContractError, match=f"H44 2026-08 {endpoint}: .*{message}") as caught:
        fetch(run)
    (file,) = refused(archive)
    assert file.name in caught.value.where
    assert f"H44/2026-08/{endpoint}-1.json" not in registry.read_lock("portal")
    del run.portal.bodies[endpoint]
    assert fetch(run).kept == 6 - ORDER.index(endpoint)


def _paging(**changes: int) -> dict[str, int]:
    return {"total": 163, "currentPage": 1, "pageSize": 200, "totalPages": 1, **changes}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"code":"FAILED","message":"x","data":{}}', "code is not OK"),
        (b'{"code":"OK","data":[]}', "data is no object"),
        (b"[]", "code is not OK"),
        (b"", "no whole JSON"),
        (b'{"code":"OK","data":{"\xff":1}}', "no whole JSON"),
    ],
)
def test_an_envelope_without_success_is_no_answer(run: Run, content: bytes, message: str) -> None:
    run.portal.script = [Reply(content)]
    with pytest.raises(DataContractError, match=message):
        fetch(run)


def test_a_unit_on_two_pages_withdraws_the_call(run: Run, archive: Path) -> None:
    run.portal.largest_page = 100
    run.portal.bodies["transparency"] = whole = body("transparency")
    whole["data"]["evaluation"][120] = whole["data"]["evaluation"][3]
    twice = whole["data"]["evaluation"][3]["departmentId"]
    with pytest.raises(DataContractError, match=f"transparency: .*more than once: {twice}"):
        fetch(run)
    assert not [path for path in registry.read_lock("portal") if "transparency" in path]
    assert [file.name[:14] for file in refused(archive)] == ["transparency-1", "transparency-2"]
    run.portal.bodies.clear()
    assert fetch(run).asked == 4  # both pages of transparency and of satisfaction


def test_a_bad_page_leaves_the_pages_before_it(run: Run, archive: Path) -> None:
    run.portal.script = [None, Reply(b'{"code":"OK","data":{"items":')]
    with pytest.raises(DataContractError, match="formalities: the response is no whole JSON"):
        fetch_portal(catalogue=True, settings=run.settings)
    assert good(archive) == list(registry.read_lock("portal")) == ["catalogue/2026-10/formalities-1.json"]


def test_an_undocumented_field_is_a_warning(run: Run) -> None:
    run.portal.bodies["transparency"] = whole = body("transparency")
    for unit in whole["data"]["evaluation"]:
        unit["metrics"][0]["trend"] = "up"
    run.portal.bodies["service-results"] = run.portal.answer("service-results", {})
    run.portal.bodies["service-results"]["data"]["overview"]["rank"] = 1
    result = fetch_portal(["H44"], [parse_period(AUGUST)], national=True, settings=run.settings)
    assert [line.split(",")[0] for line in result.warnings] == [
        "transparency: undocumented field data.evaluation[].metrics[].trend",
        "service-results: undocumented field data.overview.rank",
    ]
    assert str(result).startswith("warning: transparency")


def test_a_unit_without_a_code_and_a_changed_count_are_warnings(run: Run) -> None:
    run.portal.bodies["transparency"] = whole = body("transparency")
    new = {
        **whole["data"]["evaluation"][0],
        "departmentId": department_id("new"),
        "departmentName": "Ban Mới",
    }
    whole["data"]["evaluation"].append(new)
    assert fetch(run).warnings == (
        "H44 2026-08 transparency: 164 units, 163 when last counted",
        "H44 2026-08 transparency: no other endpoint gives a code, left out: Ban Mới",
    )


# what it asks again


def test_what_is_locked_is_not_asked_for_again(run: Run, archive: Path) -> None:
    fetch(run)
    before = (archive / "source.lock.yml").read_bytes()
    result = fetch(run, AUGUST, "2026-09")
    assert (result.asked, result.resumed) == (6, 6)
    assert {asked["month"] for _, asked, _ in run.portal.asked[6:11]} == {9}
    assert fetch(run, AUGUST).asked == 0
    assert before != (archive / "source.lock.yml").read_bytes()


def test_an_interrupted_run_keeps_what_it_had(run: Run, archive: Path) -> None:
    def interrupt(_: float) -> None:
        if len(run.portal.asked) == 4:
            raise KeyboardInterrupt

    settings = replace(run.settings, sleep=interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch_portal(["H44"], [parse_period(AUGUST)], settings=settings)
    assert len(good(archive)) == len(registry.read_lock("portal")) == 4
    assert fetch(run).asked == 2
    assert run.portal.endpoints_asked == ORDER


def test_a_provisional_period_is_asked_for_once_a_day_and_once_after_its_end(run: Run) -> None:
    def on(day: str) -> tuple[int, int]:
        run.moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
        result = fetch(run)
        return result.asked, result.provisional

    assert on("2026-08-20T03:00") == (6, 6)
    assert on("2026-08-20T09:00") == (0, 6)
    assert on("2026-08-20T17:30") == (6, 6)  # past midnight in Vietnam
    assert on("2026-08-31T16:30") == (6, 6)  # the last half hour of August in Vietnam
    assert on("2026-08-31T17:30") == (6, 0)  # the first half hour of September
    assert on("2026-11-01T00:00") == (0, 0)


def test_a_refused_second_answer_leaves_the_first(run: Run, archive: Path) -> None:
    run.moment = datetime(2026, 8, 20, tzinfo=UTC)
    fetch(run)
    kept = (archive / "H44/2026-08/dossier-digitized-1.json").read_bytes()
    run.moment = datetime(2026, 9, 2, tzinfo=UTC)
    run.portal.script = [Reply(b'{"code":"OK","data":{}}')]
    with pytest.raises(DataContractError):
        fetch(run)
    assert registry.open_bytes("portal", "H44/2026-08/dossier-digitized-1.json") == kept


def test_a_damaged_file_is_an_error_and_a_deleted_one_is_asked_for_again(run: Run, archive: Path) -> None:
    fetch(run)
    file = archive / "H44/2026-08/transparency-1.json"
    file.write_bytes(file.read_bytes().replace(b"7.96", b"9.96", 1))
    with pytest.raises(DataContractError, match="not the one that was published"):
        fetch(run)
    file.unlink()
    assert fetch(run).asked == 1


# what it refuses before any call


@pytest.mark.parametrize("period", ["2026-11", "2027-Q1", "2027"])
def test_a_period_that_has_not_begun_is_refused(run: Run, period: str) -> None:
    with pytest.raises(UsageError, match=period):
        fetch(run, AUGUST, period)
    assert run.portal.asked == []


def test_today_is_vietnams_today(run: Run) -> None:
    run.moment = datetime(2026, 8, 31, 17, 30, tzinfo=UTC)
    assert fetch(run, "2026-09").provisional == 6


def test_unknown_provinces_and_empty_tasks_are_refused(run: Run) -> None:
    with pytest.raises(UsageError, match="'H99'") as caught:
        fetch(run, province="H99")
    assert "H19" in caught.value.allowed
    with pytest.raises(UsageError, match="nothing to ask"):
        fetch_portal(settings=run.settings)
    assert run.portal.asked == []


def test_another_provinces_answer_is_not_taken_for_the_one_asked(run: Run) -> None:
    with pytest.raises(DataContractError, match="departmentId of the province"):
        fetch(run, province="H19")
