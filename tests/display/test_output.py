"""What a cell shows: the same figures in both languages, drawn and listed, and always the same bytes."""

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pandas as pd
import pytest

from analysis import facts, methods
from analysis.display import findings as sentences
from analysis.display import national_context, output, quality, scorecard, service_index, use_language
from analysis.display.national_context import words
from analysis.display.output import MIME, Chart, Header, Indicators, Listing, Output, Prose, Table
from analysis.display.text import Text, same
from analysis.errors import UsageError
from analysis.indicators import (
    Scorecard,
    ServiceIndex,
    counted_twice,
    findings,
    gains,
    points_between,
    points_by_origin,
    scorecard_of,
    separation,
)

UNIT = "H44.108"


def of_the_province(index: ServiceIndex) -> list[Output]:
    groups, lost, spread = service_index.groups(index), service_index.lost(index), service_index.spread(index)
    return [
        service_index.header(index),
        service_index.lead(index),
        service_index.provisional(index),
        service_index.agreement(index),
        service_index.indicators(index, "H44"),
        groups,
        service_index.groups_chart(groups),
        lost,
        service_index.lost_chart(lost),
        service_index.actions(gains(index), "H44"),
        spread,
        service_index.spread_chart(spread),
        service_index.behaviour(separation(index), counted_twice(index), points_by_origin(index)),
        sentences.listing(findings(index), index),
        quality.set_aside(facts.load("rejected"), index.sources),
    ]


def of_a_unit(index: ServiceIndex) -> list[Output]:
    card, shares, between = judged(index, UNIT)
    comparison, split = scorecard.comparison(shares), scorecard.origins(card)
    return [
        scorecard.header(card),
        scorecard.lead(card, between),
        scorecard.first_step(card),
        scorecard.certainty(card, shares, between),
        comparison,
        scorecard.comparison_chart(card, comparison, shares),
        split,
        scorecard.origins_chart(split),
        scorecard.actions(card),
        scorecard.rows(card),
        sentences.about(card),
    ]


def judged(index: ServiceIndex, unit: str) -> tuple[Scorecard, pd.DataFrame, pd.Series]:
    """Give a unit's scorecard, its shares against its peers, and the ends between which its own part lies."""
    card = scorecard_of(index, unit)
    ends = methods.wilson(card.cases["hits"], card.cases["total"])
    return card, methods.against_peers(card.shares), points_between(card.cases, ends)


def of_the_country(_: ServiceIndex) -> list[Output]:
    series, surveys = facts.load("index_series"), facts.load("egdi")
    decisions = facts.load("cost_decisions")
    points, egdi = national_context.index_points(series), national_context.egdi(surveys)
    return [
        national_context.header(facts.provenance([series, surveys]), "2026"),
        national_context.indicators(series, surveys),
        points,
        national_context.index_chart(points),
        egdi,
        national_context.egdi_chart(egdi),
        national_context.cost_decisions(decisions),
        national_context.cost_flaw(decisions),
    ]


PAGES: dict[str, Callable[[ServiceIndex], list[Output]]] = {
    "province": of_the_province,
    "unit": of_a_unit,
    "country": of_the_country,
}


@pytest.fixture(scope="module")
def made(at_phu_tho: Callable[[], AbstractContextManager[None]], year: ServiceIndex) -> dict[str, list[Output]]:
    with at_phu_tho():
        return {name: make(year) for name, make in PAGES.items()}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, made: dict[str, list[Output]]) -> list[Output]:
    return made[request.param]


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    yield
    use_language("vi")


def tables(page: list[Output]) -> list[Table]:
    return [each for each in page if isinstance(each, Table)]


def charts(page: list[Output]) -> list[Chart]:
    return [each for each in page if isinstance(each, Chart)]


def bundle(shown: Output) -> dict[str, object]:
    return shown._repr_mimebundle_()


def cells(table: Table, language: str) -> list[str]:
    found = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", table.html(language).split("<tbody>")[1])
    return [html.unescape(cell).replace("\u00a0", " ") for cell in found]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("phu_tho")
def test_the_same_figures_give_the_same_bytes(name: str, made: dict[str, list[Output]], year: ServiceIndex) -> None:
    again = PAGES[name](year)
    assert [json.dumps(bundle(one)) for one in made[name]] == [json.dumps(bundle(other)) for other in again]


def test_every_output_is_whole_in_both_languages(page: list[Output]) -> None:
    for shown in page:
        whole = bundle(shown)[MIME]
        assert set(whole["html"]) == {"vi", "en"}
        if not isinstance(shown, Indicators):
            assert all(whole["html"].values())
            assert shown.plain("vi") != shown.plain("en")


def test_tables_list_their_rows_alike_in_both_languages_and_for_machines(page: list[Output]) -> None:
    assert tables(page)
    for table in tables(page):
        payload = table.payload()
        assert len(payload["rows"]) == len(table.frame) > 0
        apart = replace(table, merged={})  # what shares a cell on the page has its own in the workbook
        vi, en = cells(apart, "vi"), cells(apart, "en")
        assert len(vi) == len(en) == table.frame.size
        kinds = [column["kind"] for column in payload["columns"]] * len(table.frame)
        raw = [value for row in payload["rows"] for value in row]
        for kind, value, one, other in zip(kinds, raw, vi, en, strict=True):
            if value is None:
                assert (one, other) == ("không rõ", "not known")
            elif isinstance(value, dict):
                assert (one, other) == (value["vi"], value["en"])
            elif kind in output.NUMERIC:
                assert one.translate(str.maketrans(",.", ".,")) == other
                assert float(other.replace(",", "")) == pytest.approx(value, abs=0.51)


def test_a_chart_carries_the_table_it_draws(page: list[Output]) -> None:
    assert charts(page)
    for chart in charts(page):
        assert chart.payload()["table"] == chart.table.payload()["id"]
        for language in ("vi", "en"):
            assert chart.table.html(language) in chart.html(language)


def test_charts_are_drawn_in_both_languages_without_anything_from_elsewhere(page: list[Output]) -> None:
    for chart in charts(page):
        assert chart.svg.vi.startswith("<svg")
        assert chart.svg.en.startswith("<svg")
        for drawn in (chart.svg.vi, chart.svg.en):
            assert re.findall(r"https?://[^\"'<]*", drawn) == ["http://www.w3.org/2000/svg"]
            assert re.findall(r"(?:href|src)=\"(?!#)|url\((?!#)|@import|<script|<image|<metadata", drawn) == []
        assert len(chart.alt.vi) > 20 < len(chart.alt.en)


def test_words_in_a_chart_are_those_of_its_language(page: list[Output]) -> None:
    for chart in charts(page):
        first = chart.table.frame.iloc[0, 0]
        if isinstance(first, Text) and first.vi != first.en:
            assert html.escape(first.vi, quote=False) in chart.svg.vi
            assert html.escape(first.en, quote=False) in chart.svg.en
            assert html.escape(first.vi, quote=False) not in chart.svg.en


def test_every_kind_of_finding_has_its_sentence(year: ServiceIndex) -> None:
    made_up = {
        "period": "2026", "row_id": "settled_on_time", "difference": 1.0, "cases": 5.0, "covered": 1.0, "received": 2.0,
        "answers": 2, "departments": 1, "maximum_points": 6.0, "full_marks_at_pct": 50.0, "filed": 6.0, "used": 4.0,
        "offered": 1.46, "least": 7.46, "below": 3, "share_pct": 50.0, "lowest_pct": 1.0, "highest_pct": 2.0,
        "on_time": 3.0, "completed": 2.0, "units_sum": 4.0, "province": 5.0, "units": 6, "points": 7.0,
        "part": "2026-08", "part_count": 1968.0, "whole_count": 1884.0, "gap_points": 0.0137, "lowest": 1.0,
        "highest": 2.0,
    }  # fmt: skip
    card = scorecard_of(year, UNIT)
    for kind in sentences.SENTENCES:
        found = pd.DataFrame([{"finding_id": kind, "place": UNIT, "figures": made_up}])
        (sentence,) = sentences.about(replace(card, findings=found)).items
        assert sentence.vi != sentence.en
        assert "{" not in sentence.vi + sentence.en
    stock = sentences.listing(found.assign(finding_id="services_offered_differ"), year).items[0]
    assert "1.968" in stock.vi
    assert "shrink" not in stock.en


@pytest.mark.usefixtures("phu_tho")
def test_a_sentence_never_gives_one_places_figures_to_another(year: ServiceIndex) -> None:
    shrunk = findings(year).query("finding_id == 'petitions_shrink'")
    words = [item.en for item in sentences.listing(shrunk, year).items]
    assert len(words) == len(shrunk) == 2
    assert "5.2" in words[0]
    assert "300 in" in words[0]
    assert "5.3" in words[1]
    assert "238 in" in words[1]


@pytest.mark.usefixtures("phu_tho")
def test_a_units_page_leaves_out_what_is_about_other_units(year: ServiceIndex) -> None:
    own, other = (sentences.about(scorecard_of(year, unit)).plain("en") for unit in ("H44.23", UNIT))
    assert "had no dossiers" in own
    assert "had no dossiers" not in other
    assert "repeat the province's own figures" in other
    assert "0 of 6 points" in own
    assert "0 of 6 points" not in other
    for page in (own, other):
        assert "528,684 dossiers on time" in page
        assert "counts again the cases of 2.1" in page
        assert "shrink" not in page
        assert "add up" not in page


@pytest.mark.usefixtures("phu_tho")
def test_the_provinces_page_names_every_unit_and_does_not_repeat_itself(year: ServiceIndex) -> None:
    words = [item.en for item in sentences.listing(findings(year), year).items]
    assert not [each for each in words if "counts again" in each]
    (unpaid,) = [each for each in words if "0 of 6 points" in each]
    assert unpaid.count(";") == 5
    (late,) = [each for each in words if "None was on time" in each]
    assert "(none of 89)" in late
    assert "(none of 70)" in late
    assert [each for each in words if "161 of 162" in each and "8.12 of 12)" in each]


@pytest.mark.usefixtures("phu_tho")
def test_a_quarter_without_figures_for_units_is_no_ground_for_words_about_all(quarter: ServiceIndex) -> None:
    words = sentences.listing(findings(quarter), quarter).plain("en")
    assert "Transparency; Digitisation; Satisfaction" in words
    assert "about 33% filed online" in words
    for claim in ("Departments have them", "answers", "lowest share of a unit", "not known)"):
        assert claim not in words


@pytest.mark.parametrize(("units", "words"), [(284.0, "Most petitions"), (286.0, "Petitions do not add up")])
def test_most_petitions_are_unassigned_only_below_half(year: ServiceIndex, units: float, words: str) -> None:
    figures = {"units_sum": units, "province": 570.0}
    row = {"finding_id": "petitions_do_not_add_up", "place": "petitions_on_time", "figures": figures}
    (sentence,) = sentences.listing(pd.DataFrame([row]), year).items
    assert sentence.en.startswith(words)


@pytest.mark.usefixtures("phu_tho")
def test_the_lead_says_the_published_total_and_band(year: ServiceIndex) -> None:
    lead = service_index.lead(year)
    assert "61.89 of 100 points (Average) for the year 2026" in lead.plain("en")
    assert "61,89" in lead.plain("vi")
    card, _, between = judged(year, UNIT)
    unit = scorecard.lead(card, between).plain("en")
    assert "68.77 of 100" in unit
    assert "34.49 of 46 points" in unit


@pytest.mark.parametrize(("unit", "says"), [("H44.23", "had no dossiers"), ("H44.13", "handled only 5 dossiers")])
def test_a_unit_with_too_few_dossiers_is_not_judged(year: ServiceIndex, unit: str, says: str) -> None:
    card, _, between = judged(year, unit)
    said = scorecard.lead(card, between).plain("en")
    assert says in said
    assert "band" not in said
    assert "no first step" in scorecard.first_step(card).plain("en")
    assert isinstance(scorecard.actions(card), Prose)


def test_departments_are_not_placed_above_or_below_each_other(year: ServiceIndex) -> None:
    card, shares, between = judged(year, "H44.45")
    said = scorecard.lead(card, between).plain("en") + scorecard.certainty(card, shares, between).plain("en")
    assert "different procedures" in said
    assert "lower quarter of its peers" not in said


def test_too_few_peers_are_no_ruler(year: ServiceIndex) -> None:
    few = year.units.groupby("unit_level").head(8)
    parts = {
        name: frame[frame["unit_code"].isin(few["unit_code"])]
        for name, frame in (("rows", year.rows), ("groups", year.groups))
    }
    card, _, between = judged(replace(year, units=few, **parts), few["unit_code"].iloc[-1])
    said = scorecard.lead(card, between).plain("en")
    assert "too few to compare with: 7." in said
    assert "middle half" not in said


def test_the_language_shown_is_the_one_chosen() -> None:
    shown = Prose(Text("xin chào", "hello"))
    assert bundle(shown)["text/plain"] == "xin chào"
    use_language("en")
    assert bundle(shown)["text/plain"] == "hello"
    with pytest.raises(UsageError, match="vi, en"):
        use_language("fr")


def test_what_is_missing_is_written_so_and_null_for_machines() -> None:
    frame = pd.DataFrame({"unit_name": ["A & B"], "received_count": [float("nan")], "share_pct": [0.0]})
    table = Table(frame, "made_up", same("<caption>"))
    assert cells(table, "vi") == ["A & B", "không rõ", "0,0"]
    assert table.payload()["rows"] == [["A & B", None, 0.0]]
    assert Indicators([{"value": float("nan")}]).payload() == {"rows": [{"value": None}]}
    assert "<caption>&lt;caption&gt;</caption>" in table.html("vi")


def test_a_value_and_its_interval_share_a_cell_on_the_page_and_stay_apart_in_the_workbook() -> None:
    frame = pd.DataFrame({"unit_name": ["A", "B"], "share_pct": [50.0, 20.0], "low_pct": [40.0, float("nan")],
                          "high_pct": [60.0, float("nan")], "received_count": [100, 3]})  # fmt: skip
    table = Table(frame, "made_up", same("c"), merged={("share_pct", "low_pct", "high_pct"): same("Share, interval")})
    assert [re.sub("\u2060", "", cell) for cell in cells(table, "vi")] == [
        "A", "50,0 (40,0–60,0)", "100", "B", "20,0", "3"]  # fmt: skip
    assert '<th scope="col" class="num">Share, interval</th>' in table.html("en")
    assert [column["name"] for column in table.payload()["columns"]] == list(frame)
    assert table.payload()["rows"][0] == ["A", 50.0, 40.0, 60.0, 100]
    ends = Table(frame, "made_up", same("c"), merged={("low_pct", "high_pct"): same("Ends")})
    assert re.sub("\u2060", "", cells(ends, "en")[2]) == "40.0–60.0"
    assert cells(ends, "en")[-2] == "not known"
    alike = Table(frame.assign(high_pct=frame["low_pct"]), "made_up", same("c"), merged=ends.merged)
    assert cells(alike, "en")[2] == "40.0"
    both = frame.assign(numerator_count=[50, 1], denominator_count=[100, 3])[["unit_name", "numerator_count",
                                                                             "denominator_count"]]  # fmt: skip
    counts = Table(both, "made_up", same("c"), merged={("numerator_count", "denominator_count"): same("Counted / of")})
    assert cells(counts, "en")[:2] == ["A", "50 / 100"]
    named = both.assign(denominator_count=["dossiers", "dossiers"]).rename(columns={"denominator_count": "cases_name"})
    short = Table(named, "made_up", same("c"), merged={("numerator_count", "cases_name"): same("Short by")})
    assert cells(short, "en")[1] == "50 dossiers"


def test_a_range_below_zero_is_spoken_for_a_dash_before_a_minus_cannot_be_read() -> None:
    frame = pd.DataFrame({"unit_name": ["A"], "change_points": [-2.0], "low_points": [-3.5], "high_points": [-0.5]})
    columns = ("change_points", "low_points", "high_points")
    table = Table(frame, "made_up", same("c"), merged={columns: same("Change")})
    assert cells(table, "en")[1] == "−2.0 (−3.5 to −0.5)"
    assert cells(table, "vi")[1] == "−2,0 (−3,5 đến −0,5)"


def test_a_command_in_a_sentence_is_set_as_code() -> None:
    assert Prose(same("run `analysis build` <now>")).html("en") == "<p>run <code>analysis build</code> &lt;now&gt;</p>"


def test_words_of_others_are_never_markup() -> None:
    evil = same('<script>"&')
    for shown in (Prose(evil), Listing([evil]), Header(evil, evil, evil, "2026-09-26", [])):
        assert "<script>" not in shown.html("en")
        assert "&lt;script&gt;&quot;&amp;" in shown.html("en")


def test_what_is_typed_looks_like_it_and_is_never_markup_either() -> None:
    assert "<code>analysis new</code>" in Prose(same("Type `analysis new`.")).html("vi")
    assert "<code>&lt;b&gt;</code>" in Listing([same("`<b>`")]).html("en")
    assert Prose(same("Type `analysis new`.")).plain("vi") == "Type `analysis new`."


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("2026", "2026-12-31"), ("2026-Q3", "2026-09-30"), ("2026-H1", "2026-06-30"), ("2024-02", "2024-02-29"),
        ("2025-08-21", "2025-08-21"), ("2024-01/2024-11", "2024-11-30"),
    ],
)  # fmt: skip
def test_the_last_day_of_a_period(code: str, last: str) -> None:
    assert words.last_day(code) == last


@pytest.mark.parametrize("code", ["soon", "2026-Q5", "2026-13", "2026-02-30"])
def test_what_is_no_period_has_no_last_day(code: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        words.last_day(code)


def test_a_small_step_within_reach_does_not_hide_the_larger_loss(year: ServiceIndex) -> None:
    said = scorecard.first_step(scorecard_of(year, "H44.42")).plain("en")
    assert "Do this first: Offer online payment" in said
    assert "The largest loss lies elsewhere: Handle dossiers on time (34.3% now" in said
    assert "elsewhere" not in scorecard.first_step(scorecard_of(year, UNIT)).plain("en")


def test_the_last_bits_of_a_sum_are_not_kept() -> None:
    exact, noisy = (Table(pd.DataFrame({"share_pct": [value]}), "t", same("t")) for value in (0.3, 0.1 + 0.2))
    assert 0.3 != 0.1 + 0.2
    assert exact.payload() == noisy.payload()
