"""Policy as data: every rule dated and cited, and a wrong file is one clear error."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from analysis import paths, policy
from analysis.errors import DataContractError
from analysis.indicators import codebook

SHIPPED = paths.POLICY


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[[dict], None]], None]]:
    """Put a changed copy of a policy file in the place of the real one."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "POLICY", tmp_path)
    cached = (policy.index_766, policy.events)

    def change(name: str, edit: Callable[[dict], None]) -> None:
        described = yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8"))
        edit(described)
        (tmp_path / name).write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
        for read in cached:
            read.cache_clear()

    yield change
    for read in cached:
        read.cache_clear()


def test_every_scored_row_is_dated_and_cited() -> None:
    index = policy.index_766()
    for row in index.rows:
        assert row.valid_from == index.valid_from == datetime.date(2022, 6, 23)
        assert row.valid_until is None
        assert row.checked_on == datetime.date(2026, 9, 26)
        assert set(row.citation) <= set(index.citations)
    assert set(index.citations) == {name for row in index.rows for name in row.citation}


def test_a_row_that_cites_nothing_listed_is_one_clear_error(spoil) -> None:
    def edit(described: dict) -> None:
        described["groups"][0]["rows"][1]["citation"] = ["decision", "hearsay"]

    spoil("index_766.yml", edit)
    with pytest.raises(DataContractError) as error:
        policy.index_766()
    assert "index_766.yml" in str(error.value)
    assert "updated_on_time: hearsay" in str(error.value)
    assert "decision, formula_document, portal_answers" in str(error.value)
    assert "  next: " in str(error.value)


@pytest.mark.parametrize("key", ["valid_from", "checked_on", "citation", "certainty"])
def test_a_row_without_its_dates_or_sources_is_refused(spoil, key: str) -> None:
    spoil("index_766.yml", lambda described: described["groups"][1]["rows"][0].pop(key))
    with pytest.raises(DataContractError, match=rf"groups\.1\.rows\.0\.{key}: Field required"):
        policy.index_766()


def test_events_are_dated_and_say_how_sure_the_date_is() -> None:
    events = policy.events()
    assert {name: event.date.isoformat() for name, event in events.items()} == {
        "directive_4550": "2024-11-04",
        "merger_2025": "2025-07-01",
        "dong_nai_2026": "2026-04-30",
    }
    assert "202/2025/QH15" in events["merger_2025"].citation.title
    assert events["merger_2025"].certainty == "read"
    assert events["directive_4550"].certainty == "memory"  # its text was not found
    assert [event.breaks for event in events.values()] == [None, "counts", "names"]
    assert [event.provinces for event in events.values()] == [("70",), (), ("75", "H19")]


def test_an_event_that_is_not_a_date_is_one_clear_error(spoil) -> None:
    spoil("events.yml", lambda described: described["merger_2025"].update(date="next year"))
    with pytest.raises(DataContractError, match=r"events\.yml: merger_2025\.date: "):
        policy.events()


def test_every_task_of_the_directive_has_an_indicator_or_a_stated_reason() -> None:
    entries = codebook.indicators()
    tasks = {task.id: task for task in policy.directive_4550().tasks}
    assert len(tasks) == len(policy.directive_4550().tasks)
    for task in tasks.values():
        serving = {each.id for each in entries.values() if task.id in each.serves}
        if task.headline is None:
            assert not serving
            assert task.not_measured
            continue
        assert task.headline in serving, task.id
        assert {target.indicator for target in task.targets} <= serving, task.id
    assert {task.id for task in tasks.values() if task.headline is None} == {"judge_heads", "rate_officials"}


def test_a_task_with_neither_an_indicator_nor_a_reason_is_refused() -> None:
    task = policy.directive_4550().tasks[0].model_dump() | {"not_measured": None}
    with pytest.raises(ValidationError, match="judge_heads needs either"):
        policy.Task.model_validate(task)
