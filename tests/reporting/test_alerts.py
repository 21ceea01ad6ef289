"""People are told once when something breaks and once when it is mended; the messages go to a server of this test."""

import errno
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import factory
import pytest
import toy
from factory import command, events

from analysis import paths
from analysis.reporting import alerts, health, publish

EXPECTED = toy.MANIFEST + "\nexpected:\n  portal: {every: quarterly, within_days: 20, units_count: 4}\n"


class Received(HTTPServer):
    """Keeps what it is sent; answers with `answer`."""

    answer = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.messages: list[dict] = []

    def take(self) -> list[dict]:
        taken, self.messages = self.messages, []
        return taken


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append(json.loads(content))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def post(monkeypatch):
    with Received() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("ANALYSIS_ALERTS", f"json://127.0.0.1:{server.server_port}/")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def world(checkout, monkeypatch):
    (checkout / "reports.yml").write_text(EXPECTED, encoding="utf-8")
    return factory.world(monkeypatch)


def test_a_failure_is_told_once_and_so_is_its_end(world, post):
    command("report", "--at", "2026-10-01")
    assert post.take() == []
    world.failing = {"H44.02"}
    world.arrive("2026-09-27")
    command("report", "--at", "2026-10-01")
    (told,) = post.take()
    assert told["title"] == (
        "Báo cáo dịch vụ công: 1 sự cố mới, 0 đã khắc phục / Public services reports: 1 new problems, 0 mended"
    )
    assert "- scorecard/H44.02/2026: the latest attempt failed, the last good page is kept" in told["message"]
    assert "bản tốt gần nhất được giữ lại (cell 3: ValueError: no figures)" in told["message"]
    command("report", "--at", "2026-10-01")
    assert post.take() == []
    world.failing = set()
    command("report", "--at", "2026-10-01")
    (told,) = post.take()
    assert "0 sự cố mới, 1 đã khắc phục" in told["title"]
    assert [event["delivered"] for event in events("alert")] == [True, True]


def test_a_late_source_is_one_trouble_however_many_pages_it_has(world, post):
    command("report", "--at", "2026-10-20")
    assert post.take() == []
    command("report", "--at", "2026-10-21")
    (told,) = post.take()
    assert told["message"].count("were expected by 20 October 2026") == 1
    assert told["message"].count("phải có chậm nhất ngày 20/10/2026") == 1
    command("report", "--at", "2026-10-22")
    # a quarter later it is still the same source that is late
    command("report", "--at", "2027-01-21")
    assert post.take() == []


def test_a_page_that_waits_for_its_turn_is_no_trouble(world, post):
    command("report", "--due", "--at", "2026-10-01T07:00")
    world.arrive("2026-09-28")
    command("report", "--due", "--at", "2026-10-02T07:00")
    assert post.take() == []


def test_a_message_nobody_received_is_sent_again(world, post):
    post.answer = 500
    world.failing = {"H44.02"}
    command("report", "--at", "2026-10-01")
    assert len(post.take()) >= 1
    assert [event["delivered"] for event in events("alert")] == [False]
    post.answer = 200
    command("report", "--at", "2026-10-01")
    assert len(post.take()) == 1
    command("report", "--at", "2026-10-01")
    assert post.take() == []


def test_a_missed_run_is_told_by_status_and_mended_by_the_run(world, post):
    command("report", "--due", "--at", "2026-10-01T07:00")
    command("status", "--alert", "--at", "2026-11-01T08:00")
    (told,) = [message for message in post.take() if "has not happened" in message["message"]]
    assert "scorecard: the run of 06:00 1 November 2026 has not happened" in told["message"]
    command("status", "--alert", "--at", "2026-11-01T09:00")
    assert post.take() == []
    command("report", "--due", "--at", "2026-11-01T09:30")
    (told,) = post.take()
    assert "scorecard: lần chạy 06:00 1/11/2026 chưa được thực hiện" in told["message"]
    assert "1 mended" in told["title"]


def test_a_run_that_the_machine_stops_is_told_and_the_next_is_its_end(world, post, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "put", full)
        assert command("report", "--at", "2026-10-01") == 5
    (told,) = post.take()
    assert "the run was stopped, the earlier pages stay: No space left on device" in told["message"]
    assert command("report", "--at", "2026-10-01") == 0
    (told,) = post.take()
    assert "1 mended" in told["title"]


def test_a_run_by_itself_that_ends_before_any_page_is_told_once_and_so_is_its_end(world, post, checkout):
    """A manifest nobody can read, or data that break their contract: without this a site would grow old in silence."""
    assert command("report", "--due", "--at", "2026-10-01T07:00") == 0
    (checkout / "reports.yml").write_text(EXPECTED + "colour: red\n", encoding="utf-8")
    assert command("report") == 2
    assert post.take() == []  # whoever typed it has read it
    for _ in range(3):
        assert command("report", "--due", "--at", "2026-10-02T07:00") == 2
    (told,) = post.take()
    assert "the run was stopped, the earlier pages stay: The manifest has errors" in told["message"]
    assert "colour" in told["message"]
    assert command("status", "--alert", "--at", "2026-10-02T08:00") == 2
    (checkout / "reports.yml").write_text(EXPECTED, encoding="utf-8")
    assert command("status", "--alert", "--at", "2026-10-02T08:00") == 0
    assert post.take() == []  # only a run can mend it
    assert command("report", "--due", "--at", "2026-10-02T09:00") == 0
    (told,) = post.take()
    assert "0 new problems, 1 mended" in told["title"]


def test_a_bug_in_a_run_by_itself_is_told_too(world, post, monkeypatch):
    command("report", "--due", "--at", "2026-10-01T07:00")
    monkeypatch.setattr(health, "counts", lambda _: {}["gone"])
    with pytest.raises(KeyError):
        command("report", "--due", "--at", "2026-10-01T08:00")
    (told,) = post.take()
    assert "KeyError: 'gone'" in told["message"]


def test_a_full_disk_is_told_once_though_nothing_more_can_be_written(world, post, monkeypatch):
    command("report", "--at", "2026-10-01")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        for write in ("write_bytes", "write_text", "mkdir"):
            patch.setattr(Path, write, full)
        for _ in range(3):
            assert command("report", "--force", "--at", "2026-10-01") == 5
    (told,) = post.take()
    assert "No space left on device" in told["message"]
    assert command("report", "--at", "2026-10-01") == 0
    (told,) = post.take()
    assert "1 mended" in told["title"]


def test_many_troubles_are_counted_not_listed():
    some = {f"page{number}": {"vi": "hỏng", "en": "broken"} for number in range(14)}

    class Mailbox:
        said = ""

        def notify(self, *, title, body):
            self.said = body
            return False

    class Nowhere:
        def add(self, *_, **__):
            pass

    box = Mailbox()
    alerts.tell(some, box, Nowhere())
    assert box.said.count("- broken") == 10
    assert "… and 4 more" in box.said
    assert "và 4 sự cố khác" in box.said


@pytest.mark.parametrize("wrong", ["carrier-pigeon://x", "no-such-file.yml"])
def test_a_wrong_address_stops_the_run_before_anything_is_made(world, monkeypatch, capsys, wrong):
    monkeypatch.setenv("ANALYSIS_ALERTS", wrong)
    assert command("report") == 2
    assert "ANALYSIS_ALERTS" in capsys.readouterr().err
    assert world.made == []


def test_the_addresses_may_stand_in_a_file_of_apprise(world, post, monkeypatch, tmp_path):
    file = tmp_path / "alerts.yml"
    file.write_text(f"urls:\n  - {os.environ['ANALYSIS_ALERTS']}\n")
    monkeypatch.setenv("ANALYSIS_ALERTS", str(file))
    world.failing = {"H44.02"}
    command("report", "--at", "2026-10-01")
    assert len(post.take()) == 1


def test_without_the_extra_one_line_says_what_to_install(world, monkeypatch, capsys):
    monkeypatch.setenv("ANALYSIS_ALERTS", "json://127.0.0.1/")
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert command("report") == 2
    assert "[alerts]" in capsys.readouterr().err


def test_nobody_is_told_where_nobody_is_named(world, monkeypatch):
    monkeypatch.delenv("ANALYSIS_ALERTS", raising=False)
    world.failing = {"H44.02"}
    assert command("report") == 5
    assert not (paths.RUNS / "alerts.json").exists()
