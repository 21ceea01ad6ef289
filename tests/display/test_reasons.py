"""Why a row was set aside, in both languages; a reason that nobody has words for is never hidden."""

from analysis.display.reasons import reason
from analysis.facts.dossiers.staging import REPEATED
from analysis.sources.cases import lines, sql


def test_every_reason_of_an_export_has_words_of_its_own_in_vietnamese() -> None:
    known = [REPEATED, lines.NOT_CLOSED, lines.NOT_UTF8, f"channel: {sql.PERSONAL}"]
    known += [f"received_at: {what}" for what in sql._REASONS.values()]
    for said in known:
        assert reason(said)["vi"] != reason(said)["en"]
        assert not set(said.split(": ")[-1].split()) <= set(reason(said)["vi"].split())


def test_faults_of_one_row_stand_together_each_with_the_name_of_its_column() -> None:
    words = reason("received_at: empty; channel: a value that the mapping does not name")
    assert words["en"] == "“Received”: empty; “Channel”: a value that the mapping does not name"
    assert words["vi"].startswith("“Ngày tiếp nhận”: ")
    assert reason("the line has 3 cells where the header has 12")["en"] == (
        "the line has 3 cells where the header has 12"
    )
    assert "12" in reason("the line has 3 cells where the header has 12")["vi"]


def test_a_reason_without_words_stays_as_it_is() -> None:
    assert reason("something new")["vi"] == "something new"
