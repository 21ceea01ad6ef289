"""Two days of a factory under a fake clock: on time, failing, missed, recovering, late, incomplete, whole again."""

from typing import NamedTuple

import factory
import pytest
import toy
from factory import command
from test_alerts import post  # noqa: F401  # the fixture

from analysis import paths

EVERY_UNIT = ["H44.01", "H44.02", "H44.108"]
MANIFEST = toy.MANIFEST.replace("schedule: monthly", 'schedule: "0 6,12,18 * * *"') + (
    "\nexpected:\n  portal: {every: daily, within_days: 0, units_count: 4}\n"
)
FAILING = "scorecard/H44.02/2026"


class Hour(NamedTuple):
    """What the timer finds at one moment: the run's end, the pages made, how all stand, what people are told."""

    at: str
    code: int
    made: list[str]
    counts: dict[str, int]
    told: str = ""


@pytest.fixture
def live(checkout, monkeypatch, post):  # noqa: F811
    (checkout / "reports.yml").write_text(MANIFEST, encoding="utf-8")
    world = factory.world(monkeypatch)

    def timer(hour: Hour) -> None:
        assert command("report", "--due", "--at", hour.at) == hour.code, hour
        assert world.run() == hour.made, hour
        assert factory.health()["counts"] == hour.counts, hour
        told = post.take()
        assert len(told) == bool(hour.told), (hour, told)
        if hour.told:
            assert hour.told in told[0]["message"], told
        assert command("verify") == 0

    return world, timer


def said_on(page: str, words: str) -> bool:
    return words in (paths.REPORTS / page / "index.vi.html").read_text(encoding="utf-8")


def test_two_days_under_a_fake_clock(live, post):  # noqa: F811
    world, timer = live
    # on time
    world.arrive("2026-10-01")
    timer(Hour("2026-10-02T06:00", 0, EVERY_UNIT, {"fresh": 3}))
    timer(Hour("2026-10-02T06:15", 0, [], {"fresh": 3}))
    # one page fails: its last good version stays, people are told once, the timer goes on trying
    world.failing = {"H44.02"}
    world.arrive("2026-10-02")
    timer(Hour("2026-10-02T11:45", 0, [], {"stale": 3}))
    timer(
        Hour("2026-10-02T12:00", 5, EVERY_UNIT, {"fresh": 2, "stale": 1}, told=f"{FAILING}: the latest attempt failed")
    )
    assert said_on(FAILING, "Lần lập trang gần nhất gặp lỗi.")
    timer(Hour("2026-10-02T12:15", 5, ["H44.02"], {"fresh": 2, "stale": 1}))
    # the machine sleeps through 18:00; whoever looks is told once
    assert command("status", "--alert", "--at", "2026-10-02T19:30") == 8
    (told,) = post.take()
    assert "the run of 18:00 2 October 2026 has not happened" in told["message"]
    assert command("status", "--alert", "--at", "2026-10-02T19:45") == 8
    assert post.take() == []
    # it wakes, the page is mended: both troubles end in one message
    world.failing = set()
    timer(Hour("2026-10-02T21:00", 0, ["H44.02"], {"fresh": 3}, told="Mended:\n- scorecard: the run of 18:00"))
    assert not said_on(FAILING, 'role="alert"')
    # two days later the figures of the third have not come: late is a state, not an error
    timer(Hour("2026-10-03T06:00", 0, [], {"fresh": 3}))
    timer(
        Hour("2026-10-04T06:00", 0, [], {"late": 3}, told="figures to 3 October 2026 were expected by 3 October 2026")
    )
    assert said_on("scorecard/H44.01/2026", "Số liệu về chậm.")
    assert command("status", "--at", "2026-10-04T06:30") == 4
    timer(Hour("2026-10-04T12:00", 0, [], {"late": 3}))
    # they come with a unit left out, and a run later they are whole
    world.arrive("2026-10-03", units=3)
    timer(Hour("2026-10-04T18:00", 0, EVERY_UNIT, {"partial": 3}, told="figures of 3 of 4 units have come"))
    assert said_on("scorecard/H44.01/2026", "Số liệu chưa đủ.")
    world.arrive("2026-10-04")
    timer(Hour("2026-10-05T06:00", 0, EVERY_UNIT, {"fresh": 3}, told="Mended:"))
    assert not said_on("scorecard/H44.01/2026", 'role="alert"')
    assert [event["new"] for event in factory.events("alert")] == [1, 1, 0, 1, 1, 0]
