"""The published series: like is compared with like, what was not read is hollow, and nothing is said twice or lost."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pandas as pd
import pytest

from analysis import facts, policy
from analysis.display import figures, labels, quality
from analysis.display import national_context as page
from analysis.display.national_context import words
from analysis.display.output import Chart, Output, Table
from analysis.display.text import same
from analysis.reporting.gate import same_numbers

TABLES = (
    "index_series", "online_shares", "online_share_definitions", "full_online_shares", "egdi", "programme_progress",
    "cost_decisions", "binh_phuoc_2024",
)  # fmt: skip


@pytest.fixture(scope="module")
def read(at_phu_tho: Callable[[], AbstractContextManager[None]]) -> dict[str, pd.DataFrame]:
    with at_phu_tho():
        return {name: facts.published(name, until="2026") for name in TABLES}


def shares_of(*rows: tuple[str, str, str | None, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["definition_id", "place_code", "period", "share_pct"])
    return frame.assign(place_name="Nơi " + frame["place_code"], place_name_en="Place " + frame["place_code"])


def definitions_of(**certainties: str) -> pd.DataFrame:
    frame = pd.DataFrame({"definition_id": list(certainties), "certainty": list(certainties.values())})
    return frame.assign(label_vi="tên " + frame["definition_id"], label_en="name " + frame["definition_id"])


def heights(chart: Chart, *, hollow: bool) -> list[float]:
    """Give how far from the top each hollow or filled mark of a series stands."""
    coloured = [(style, float(y)) for y, style in re.findall(r'<use [^>]*\by="([\d.]+)" style="([^"]*)"', chart.svg.en)]
    marks = [(style, y) for style, y in coloured if "#0072b2" in style or "#d55e00" in style or "#009e73" in style]
    return sorted(y for style, y in marks if ("fill: #ffffff" in style) == hollow)


def column(table: Table, name: str, language: str = "en") -> list[str]:
    at = list(table.frame.columns).index(name)
    return [row[at][language] for row in table._cells]


def test_the_lead_compares_the_latest_national_figures_of_one_year(read: dict[str, pd.DataFrame]) -> None:
    lead = page.many_shares(read["online_shares"], read["online_share_definitions"]).plain("en")
    assert lead.startswith("4 definitions")
    assert re.findall(r"[\d.]+%", lead) == ["45.8%", "51.5%"]
    assert (
        "The latest figures of 2024 for Viet Nam: 45.8% (Dossiers settled by full online services, year 2024)" in lead
    )
    assert lead.endswith("Without a published definition: Dossiers filed online in the Government's reports after "
                         "1 July 2025.")  # fmt: skip


def test_the_lead_leaves_out_other_places_other_years_and_figures_that_were_followed_by_later_ones() -> None:
    shares = shares_of(
        ("a", "VN", "2023", 30.0),
        ("b", "VN", "2023-03", 10.0),
        ("b", "VN", "2023-H1", 20.0),
        ("b", "70", "2023", 99.0),
        ("c", "70", "2023", 98.0),
        ("c", "VN", None, 97.0),
        ("c", "VN", "2025", 96.0),
        ("a", "VN", "2024", 95.0),
    )
    lead = page.many_shares(shares, definitions_of(a="read", b="read_in_code", c="memory")).plain("en")
    assert re.findall(r"[\d.]+%", lead) == ["20.0%", "30.0%"]
    assert "20.0% (name b, first half of 2023)" in lead
    assert "of 2023 for Place VN" in lead
    assert lead.endswith("Without a published definition: name c.")


def test_the_page_begins_with_how_the_country_stands_against_its_targets(read: dict[str, pd.DataFrame]) -> None:
    full = read["full_online_shares"]
    lead = page.lead(full).plain("en")
    assert lead.startswith("Dossiers settled by full online services, year 2024: Localities 18.5% (target 30%)")
    assert lead.endswith("0 of these 3 targets were reached.")
    better = full.assign(share_pct=full["share_pct"].where(full["period"] != "2024", 99.0))
    assert page.lead(better).plain("en").endswith("3 of these 3 targets were reached.")
    assert "No published share" in page.lead(full.assign(target_pct=float("nan"))).plain("en")


def test_the_short_tables_keep_the_newest_and_what_was_published(read: dict[str, pd.DataFrame]) -> None:
    country, places = page.full_online_short(read["full_online_shares"])
    assert column(country, "period")[:2] == ["year 2025", "year 2025"]
    assert not places.frame["share_pct"].isna().any()
    reported, targets = page.progress_short(read["programme_progress"])
    assert "3,085 of 4,888" in column(reported, "done_words")
    assert "3,071 of 4,888" not in column(reported, "done_words")  # an older figure of the same measure
    assert not targets.frame["target_pct"].isna().any()
    claims = page.cost_decisions_short(read["cost_decisions"]).frame["published_million_vnd"]
    assert claims.is_monotonic_decreasing
    assert claims.notna().all()


def test_where_figures_come_from_is_named_once_and_those_not_read_are_counted(read: dict[str, pd.DataFrame]) -> None:
    said = page.sources(read["binh_phuoc_2024"]).plain("en")
    assert said.count("nhandan.vn") == 1
    assert "1 of 8 figures were not read in a source" in said
    assert "EMC system of the Ministry" in page.sources(read["full_online_shares"]).plain("en")
    notes = page.notes(read["full_online_shares"], page.where_when(read["full_online_shares"])).plain("en")
    assert notes.count("At the end of the year") == 1


def test_of_years_with_as_many_definitions_the_latest_is_compared() -> None:
    shares = shares_of(*((name, "VN", year, 1.0) for name in "ab" for year in ("2022", "2024-05", "2023")))
    assert page.comparable(shares)["year"].tolist() == ["2024", "2024"]


def test_nothing_is_compared_where_no_year_has_two_definitions() -> None:
    shares = shares_of(("a", "VN", "2023", 30.0), ("a", "VN", "2023-H1", 20.0), ("b", "VN", "2024", 50.0))
    lead = page.many_shares(shares, definitions_of(a="read", b="read")).plain("en")
    assert page.comparable(shares).empty
    assert "%" not in lead
    assert "Without a published definition" not in lead


def test_the_months_to_the_break_are_counted_from_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "directive of 4 November 2024 and the break lie 8 months" in page.breaks().plain("en")
    events = policy.events()
    moved = {
        "directive_4550": events["directive_4550"].model_copy(
            update={"date": datetime.date(2024, 3, 20), "certainty": "read"}
        ),
        "merger_2025": events["merger_2025"].model_copy(update={"date": datetime.date(2025, 7, 1)}),
    }
    monkeypatch.setattr(policy, "events", lambda: moved)
    assert "directive of 20 March 2024 and the break lie 15 months" in page.breaks().plain("en")
    assert "not found in a source" not in page.breaks().plain("en")


def test_a_date_that_was_not_read_is_said_to_be_so() -> None:
    unsure = [event.label.en for event in policy.events().values() if event.certainty not in words.READ]
    said = [item.en for item in page.breaks().items if "(date: " in item.en]
    assert [item.split(" (date")[0] for item in said] == unsure


@pytest.mark.parametrize("name", ["index_series", "egdi"])
def test_a_hollow_mark_for_each_figure_that_was_not_read(name: str, read: dict[str, pd.DataFrame]) -> None:
    index = name == "index_series"
    table = page.index_points(read[name]) if index else page.egdi(read[name])
    chart = page.index_chart(table) if index else page.egdi_chart(table)
    dated = read[name].dropna(subset=["period"])
    unread = dated[~dated["certainty"].isin(["read", "read_in_code"])]
    assert len(heights(chart, hollow=True)) == len(unread) > 0
    assert len(heights(chart, hollow=False)) == len(dated) - len(unread)
    assert "Hollow" in chart.key.en
    certainties = column(table, "certainty")
    read_words = {labels.certainty(each).en for each in words.READ}
    assert sum(each not in read_words for each in certainties) == len(unread)


@pytest.mark.parametrize(
    ("certainty", "hollow"),
    [("read", 0), ("read_in_code", 0), ("derived", 1), ("memory", 1), ("disputed", 1)],
)
def test_only_what_was_read_is_filled(certainty: str, hollow: int, read: dict[str, pd.DataFrame]) -> None:
    surveys = read["egdi"].query("certainty == 'read'").copy()
    surveys.loc[surveys.index[2], "certainty"] = certainty
    chart = page.egdi_chart(page.egdi(surveys))
    assert len(heights(chart, hollow=True)) == hollow
    assert (chart.key is not None) == bool(hollow)


def test_the_hollow_mark_is_the_figure_that_is_not_sure_whatever_the_order_of_rows() -> None:
    frame = pd.DataFrame({"date": ["2025-03-01", "2025-01-01", "2025-02-01"], "score_points": [9.0, 1.0, 5.0]})
    table = Table(frame, "made_up", same("x"))
    columns = ("date", "score_points", None)
    chart = figures.over_time(table, columns=columns, sure=[False, True, True], alt=same("x"))
    (high,) = heights(chart, hollow=True)
    assert high < min(heights(chart, hollow=False))
    plain = figures.over_time(table, columns=columns, alt=same("x"))
    assert (len(heights(plain, hollow=True)), len(heights(plain, hollow=False))) == (0, 3)
    assert plain.key is None


def test_published_shares_and_definitions_carry_their_notes(read: dict[str, pd.DataFrame]) -> None:
    shares, definitions = read["online_shares"], read["online_share_definitions"]
    shown = column(page.online_shares(shares, definitions), "note")
    assert shown == shares["note_en"].fillna("–").tolist()
    assert "–" in shown
    assert any("No definition is published" in note for note in column(page.definitions(definitions), "note"))


def test_what_binh_phuoc_published_is_shown_whole(read: dict[str, pd.DataFrame]) -> None:
    own = read["binh_phuoc_2024"]
    table = page.binh_phuoc(own)
    assert column(table, "measure_name") == own["measure_en"].tolist()
    assert column(table, "numerator_count")[:3] == ["not known", "1,407", "1,072"]
    assert column(table, "change_percentage_points")[0] == "43.70"
    assert column(table, "rank")[0] == "14"
    assert all(column(table, "source"))


def test_shares_without_their_denominator_are_counted(read: dict[str, pd.DataFrame]) -> None:
    own = read["binh_phuoc_2024"].copy()
    assert "5 of the 5 shares" in page.binh_phuoc_words(page.binh_phuoc(own)).plain("en")
    own.loc[own["measure_id"] == "online_payment", "denominator_count"] = 1000.0
    assert "4 of the 5 shares" in page.binh_phuoc_words(page.binh_phuoc(own)).plain("en")


def test_costs_before_and_after_stand_in_the_table(read: dict[str, pd.DataFrame]) -> None:
    decisions = read["cost_decisions"]
    table = page.cost_decisions(decisions)
    row = column(table, "decision", "vi").index("Thành phố Hà Nội")
    assert column(table, "cost_before_vnd")[row] == "671,000,000,000"
    assert column(table, "cost_after_vnd")[row] == "263,000,000,000"
    assert column(table, "note") == decisions["note_en"].tolist()


def test_a_saving_without_dossiers_is_named_with_its_reason(read: dict[str, pd.DataFrame]) -> None:
    decisions = read["cost_decisions"]
    words = page.cost_without_dossiers(decisions)
    assert words.plain("en").count(" claims VND ") == 1
    assert "QĐ 2813/QĐ-UBND claims VND 18,509,608 a year for procedure 1.004082" in words.plain("en")
    assert decisions.set_index("procedure_code").loc["1.004082", "note_vi"] in words.plain("vi")


def test_a_saving_without_dossiers_or_reason_is_named_all_the_same(read: dict[str, pd.DataFrame]) -> None:
    decisions = read["cost_decisions"].assign(note_vi=None, note_en=None)
    assert page.cost_without_dossiers(decisions).plain("en").endswith("without dossiers of a year. No reason is given.")
    filed = decisions.assign(annual_dossiers_count=10.0)
    assert "claims" not in page.cost_without_dossiers(filed).plain("en")


def test_the_rows_set_aside_are_those_of_the_pages_own_sources() -> None:
    rejected = pd.DataFrame({"source_id": ["published", "portal", "portal", "other"]})
    sources = [{"id": "published"}, {"id": "portal"}]
    assert quality.set_aside(rejected, sources).plain("en").startswith("3 rows of the source were set aside")
    assert quality.set_aside(rejected, sources[:1]).plain("en").startswith("1 row of the source was set aside")
    assert "none was set aside" in quality.set_aside(rejected, [{"id": "anpr"}]).plain("en")
    assert "none was set aside" in quality.set_aside(rejected.iloc[:0], sources).plain("en")


def survey() -> pd.DataFrame:
    """PAPI as it is: SC81 and SC82 changed in 2019, SC83 in 2020; Bình Phước has no figure in 2018."""
    dimensions = ("SC81", "SC82", "SC83", "SC51")
    rows = [
        (str(year), code, dimension, float(year - 2017))
        for year in range(2018, 2022)
        for code in ("P01", "P45")
        for dimension in dimensions
    ]
    frame = pd.DataFrame(rows, columns=["period", "papi_code", "dimension", "score_points"])
    return frame[(frame["papi_code"] == "P01") | (frame["period"] > "2018")]


def test_a_redefined_measure_is_another_series_and_another_panel() -> None:
    table = page.papi(survey())
    assert isinstance(table, Table)
    assert list(dict.fromkeys(column(table, "series_name"))) == [
        "portals of the authorities, as measured in 2018",
        "portals of the authorities, as measured in 2019–2021",
        "access to the internet, as measured in 2018",
        "access to the internet, as measured in 2019–2021",
        "answers given online, as measured in 2018–2019",
        "answers given online, as measured in 2020–2021",
    ]
    assert table.frame["binh_phuoc_points"].isna().sum() == 3
    (said,) = page.papi_words(table)
    assert "Means of the provinces in 2021" in said.plain("en")
    assert said.plain("en").count("Bình Phước 4.00") == 3
    (chart,) = page.papi_charts(table)
    assert "phúc đáp" in chart.svg["vi"]


def test_where_the_survey_is_not_fetched_the_page_says_how() -> None:
    missing = page.papi(survey().iloc[:0])
    assert "analysis fetch papi" in missing.plain("vi")
    assert page.papi_charts(missing) == page.papi_words(missing) == []


def outputs(read: dict[str, pd.DataFrame]) -> list[Output]:
    points, surveys = page.index_points(read["index_series"]), page.egdi(read["egdi"])
    own, scores = page.binh_phuoc(read["binh_phuoc_2024"]), page.papi(survey())
    shares, names, costs = read["online_shares"], read["online_share_definitions"], read["cost_decisions"]
    return [
        page.lead(read["full_online_shares"]), page.many_shares(shares, names), page.breaks(),
        *page.full_online_short(read["full_online_shares"]), *page.progress_short(read["programme_progress"]),
        page.cost_decisions_short(costs), page.egdi_words(read["egdi"]), page.sources(shares),
        page.binh_phuoc_services(read["binh_phuoc_2024"]), page.index_series(read["index_series"]),
        page.index_chart(points),
        page.definitions(names), page.online_shares(shares, names), page.full_online(read["full_online_shares"]),
        own, page.binh_phuoc_words(own), page.egdi_chart(surveys), scores, *page.papi_charts(scores),
        page.papi(survey().iloc[:0]), page.progress(read["programme_progress"]), page.cost_decisions(costs),
        page.cost_flaw(costs), page.cost_without_dossiers(costs),
    ]  # fmt: skip


def test_both_languages_of_the_page_carry_the_same_numbers(read: dict[str, pd.DataFrame]) -> None:
    for position, output in enumerate(outputs(read)):
        same_numbers(output.html("vi"), output.html("en"), where=f"output {position}")
