import pytest
import toy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis import facts, paths
from analysis.collation import collation_key
from analysis.errors import UsageError
from analysis.reporting import manifest, parameters, places


def pages_of(text: str, root) -> list[manifest.Page]:
    path = root / "reports.yml"
    path.write_text(text, encoding="utf-8")
    return manifest.expand(manifest.load(path), places.load())


def test_site_report_and_page_inherit_and_units_fan_out(checkout):
    site = yaml.safe_load(toy.MANIFEST)
    site["parameters"] = {"period": "2025", "depth": 1}
    site["reports"][0]["pages"] = [{"parameters": {}}, {"parameters": {"period": "2026-Q3", "depth": 2}}]
    pages = pages_of(yaml.safe_dump(site, allow_unicode=True), checkout)
    assert [page.id for page in pages] == [
        f"scorecard/{unit}/{period}" for unit in ("H44.01", "H44.02", "H44.108") for period in ("2026", "2026-Q3")
    ]
    assert pages[1].parameters == {"period": "2026-Q3", "depth": 2, "province": "H44", "unit": "H44.01"}
    assert pages[0].parameters["depth"] == 1


def test_a_national_report_is_not_made_per_province(checkout):
    site = yaml.safe_load(toy.MANIFEST)
    site["reports"][0] |= {"place": "VN", "for_each": {}}
    (page,) = pages_of(yaml.safe_dump(site), checkout)
    assert page.id == "scorecard/VN/2026"
    assert page.parameters == {"period": "2026"}


@pytest.mark.parametrize("there", [True, False])
def test_a_report_has_pages_only_while_its_sources_are_there(checkout, monkeypatch, there):
    monkeypatch.setattr(facts, "fetched", lambda: frozenset({"papi"} if there else ()))
    monkeypatch.setattr(facts, "described", lambda: ("papi", "portal"))
    site = yaml.safe_load(toy.MANIFEST)
    site["reports"][0] |= {"needs": ["papi"]}
    assert bool(pages_of(yaml.safe_dump(site), checkout)) == there


def test_the_real_manifest_loads_and_names_its_reports():
    site = manifest.load(paths.PACKAGE.parents[1] / "reports.yml")
    ids = [report.id for report in site.reports]
    # the one with a page for every unit comes last, so that the others are seen; the walls hold that none is missing
    assert (ids[0], ids[-1]) == ("service_index", "unit_scorecard")


def test_every_error_of_the_manifest_is_listed_with_its_key(checkout):
    text = toy.MANIFEST.replace("monthly", "sometimes").replace(", en: Scorecard", "") + "    colour: red\n"
    with pytest.raises(UsageError) as error:
        pages_of(text, checkout)
    for expected in ("reports.yml", "reports.0.title.en", "reports.0.schedule", "cron", "reports.0.colour"):
        assert expected in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    schedule: monthly", "    schedule: daily\n    schedule: monthly", "line 10: schedule is given twice"),
        ("    schedule: monthly", "    needs: [portl]\n    schedule: monthly", "portl is no source"),
        ("province: [H44]", "province: []", "for_each.province: List should have at least 1 item"),
        ("unit: portal_units", "unot: portal_units", "pages that differ in their unit, province or source"),
        ('"2026"', '"last quater"', '"last quarter"'),
    ],
)
def test_a_slip_that_would_lose_pages_without_a_word_is_a_mistake(checkout, old, new, says):
    with pytest.raises(UsageError) as error:
        pages_of(toy.MANIFEST.replace(old, new), checkout)
    assert says in str(error.value)


def test_a_manifest_in_another_encoding_is_one_clear_error(checkout):
    paths.MANIFEST.write_bytes(toy.MANIFEST.replace("Trang thử", "Tr\xe4ng").encode("utf-16"))
    with pytest.raises(UsageError, match="not UTF-8"):
        manifest.load(paths.MANIFEST)


def test_an_unknown_province_names_those_there_are(checkout):
    with pytest.raises(UsageError, match="H99") as error:
        pages_of(toy.MANIFEST.replace("H44", "H99"), checkout)
    assert error.value.allowed == "H44"


@pytest.mark.parametrize(
    ("only", "limit", "expected"),
    [
        ([], None, ["H44.01", "H44.02", "H44.108"]),
        (["scorecard"], 2, ["H44.01", "H44.02"]),
        (["scorecard/H44.108/2026"], None, ["H44.108"]),
        (["*/H44.0?/*", "scorecard/H44.01/2026"], None, ["H44.01", "H44.02"]),
    ],
)
def test_only_takes_ids_reports_and_globs(checkout, only, limit, expected):
    pages = pages_of(toy.MANIFEST, checkout)
    assert [page.place for page in manifest.select(pages, only, limit)] == expected


def test_only_with_an_unknown_id_shows_the_nearest_first(checkout):
    with pytest.raises(UsageError) as error:
        manifest.select(pages_of(toy.MANIFEST, checkout), ["scorecard/H44.18/2026"], None)
    assert error.value.allowed.startswith("scorecard/H44.108/2026")


@pytest.mark.parametrize(
    ("changed", "says", "allowed"),
    [
        ({"perod": "2026"}, "has no parameter perod", "period"),
        ({"period": 2026}, "period is 2026, a int", 'period: "2026"'),
        ({"unit": "H44.18"}, "H44.18 is no unit of H44", "H44.108 (Xã Bản Nguyên)"),
        ({"province": "H4"}, "H4 is no province", "H44 (UBND tỉnh Phú Thọ)"),
        ({"period": "2026-Q4"}, "2026-Q4 is no period of H44", "2026-Q3"),
        ({"unit": None}, "unit of scorecard.ipynb is missing", "unit"),
    ],
)
def test_parameters_are_checked_before_a_kernel_starts(checkout, changed, says, allowed):
    (page, *_) = pages_of(toy.MANIFEST, checkout)
    given_parameters = {**page.parameters, **changed}
    wrong = {name: value for name, value in given_parameters.items() if value is not None}
    page = manifest.Page(page.id, page.report, wrong, page.place, page.place_name, page.level)
    with pytest.raises(UsageError, match=says) as error:
        parameters.check([page], places.load())
    assert allowed in error.value.allowed
    assert page.id in error.value.where


@pytest.mark.parametrize("line", ['period = "2026"  # a year', 'period: str = "2026"', "period: list = []  # years"])
def test_a_parameter_needs_a_known_type_and_a_comment(checkout, line):
    path = checkout / "notebooks/scorecard.ipynb"
    toy.nbformat.write(toy.notebook([toy.code(line, "parameters")]), path)
    with pytest.raises(UsageError, match="period needs a type and a comment"):
        parameters.declared_parameters(path)


def test_vietnamese_order():
    names = [
        "Ý Yên",
        "Đà Nẵng",
        "Dung",
        "Ân",
        "An",
        "Ăn",
        "Bản Nguyên 10",
        "Bản Nguyên 9",
        "Đa",
        "Mã",
        "Mà",
        "Ma",
    ]
    assert sorted(names, key=collation_key) == [
        "An", "Ăn", "Ân", "Bản Nguyên 9", "Bản Nguyên 10", "Dung", "Đa", "Đà Nẵng", "Ma", "Mà", "Mã", "Ý Yên",
    ]  # fmt: skip


@given(st.lists(st.text(), min_size=2))
def test_any_names_can_be_sorted(names):
    ordered = sorted(names, key=collation_key)
    names.reverse()
    assert sorted(names, key=collation_key) == ordered


@pytest.mark.parametrize(
    ("parameters_", "says"),
    [({"perod": "2026"}, "which has the parameters perod, province"), ({"period": 2026}, "2026, a int")],
)
def test_a_page_needs_a_period_that_is_text(checkout, parameters_, says):
    site = yaml.safe_load(toy.MANIFEST)
    site["reports"][0]["parameters"] = parameters_
    with pytest.raises(UsageError) as caught:
        pages_of(yaml.safe_dump(site), checkout)
    assert says in str(caught.value)
