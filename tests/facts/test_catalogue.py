"""The real catalogue of procedures: what was read of it, what was not and why, and what changed from 2021 to 2026."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.facts import build, catalogue_channels, catalogue_procedures, procedure_pairs
from analysis.facts.catalogue_cells import fee, limit
from analysis.fields import FIELDS
from analysis.sources.catalogue import portal_2026
from analysis.sources.fetch import fetch
from checkout import CHECKOUT, copy_shipped, standing_in

MIRROR = Path(os.environ.get("ANALYSIS_MIRROR") or CHECKOUT / "data/raw")
SOURCES = ["procedures-2021", "procedures-2025-defence", "procedures-2026"]
TABLES = ("catalogue_procedures", "catalogue_channels", "procedure_pairs")
needs_catalogue = pytest.mark.skipif(
    not (MIRROR / "procedures-2021" / "data.json").exists(), reason="the catalogue is not fetched"
)


@pytest.mark.usefixtures("clone")
def test_without_the_sources_the_tables_are_empty_and_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TABLES", TABLES)
    made = build.build()
    assert dict(made.rows_count) == dict.fromkeys(TABLES, 0)
    assert made.rejected_count == 0


class TestCells:
    @pytest.mark.parametrize(
        ("text", "amount", "unit"),
        [
            ("07 Ngày làm việc", 7, "working_days"),
            ("15 ngày", 15, "days"),
            ("0.5 Giờ", 0.5, "hours"),
            ("0,5 Giờ", 0.5, "hours"),
            ("1 Tháng", 1, "months"),
            ("Tối đa 6 ngày làm việc kể từ ngày cơ quan BHXH nhận đủ hồ sơ theo quy định.", 6, "working_days"),
        ],
    )
    def test_a_limit(self, text: str, amount: float, unit: str) -> None:
        assert limit(text) == (amount, unit, None)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "not_given"),
            ("Chưa quy định cụ thể.", "not_given"),
            ("Không có thông tin", "not_given"),
            ("1", "no_unit"),
            ("0", "zero"),
            ("0 Giờ", "zero"),
            ("120 VNĐ", "runs_together"),
            ("03 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc.", "several"),
            # 15 giờ is three o'clock here, no time limit
            ("Ngay trong ngày; trường hợp nhận hồ sơ sau 15 giờ thì trả kết quả ngày làm việc tiếp theo", "prose"),
            ("10-25", "prose"),
        ],
    )
    def test_a_limit_that_is_no_number_says_why(self, text: str, problem: str) -> None:
        assert limit(text) == (None, None, problem)

    @pytest.mark.parametrize(
        ("text", "vnd"),
        [
            ("Miễn phí", 0),
            ("Miễn phí(Không quy định.)", 0),
            ("Phí : Không Đồng", 0),
            ("Phí : 0 Đồng", 0),
            ("50,000 Việt Nam Đồng(/giấy)", 50_000),
            ("Lệ phí: 200000 ĐồngXem chi tiết", 200_000),
            ("Phí : 2.000.000 Đồng (Thẩm định cấp phép)", 2_000_000),
        ],
    )
    def test_a_fee(self, text: str, vnd: float) -> None:
        assert fee(text) == (vnd, None)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "not_given"),
            ("Không có thông tin", "not_given"),
            ("Miễn phí(do Ủy ban nhân dân cấp tỉnh quy định.)", "free_with_note"),
            ("Lệ phí: ĐồngXem chi tiết", "no_amount"),
            ("20 VNĐ", "too_small"),
            ("10 USD(/bản)", "foreign_money"),
            ("Phí: 150.000 ĐồngXem chi tiết Phí: 500.000 ĐồngXem chi tiết", "several"),
            ("Phí : o Đồng", "prose"),
        ],
    )
    def test_a_fee_that_is_no_amount_says_why(self, text: str, problem: str) -> None:
        assert fee(text) == (None, problem)

    def test_a_fee_into_which_the_limit_runs_is_not_read(self) -> None:
        assert fee("1100,000 VNĐ", runs_together=True) == (None, "runs_together")

    @given(st.text(alphabet="0123456789., ngàylmviệctháờiưđồPíHNĐVKchkôóu()-:\n", max_size=40))
    def test_whatever_is_written_there_is_a_number_or_an_allowed_reason(self, text: str) -> None:
        time, cost = limit(text), fee(text)
        assert (time.amount is None) == (time.unit is None) == (time.problem is not None)
        assert time.problem is None or time.problem in FIELDS["limit_problem"].allowed
        assert (cost.vnd is None) == (cost.problem is not None)
        assert cost.problem is None or cost.problem in FIELDS["fee_problem"].allowed

    @given(st.integers(1, 999), st.sampled_from(["Ngày làm việc", "ngày", "GIỜ", "tháng"]))
    def test_a_plain_limit_is_read_whatever_its_number(self, amount: int, unit: str) -> None:
        assert limit(f"{amount:02} {unit}").amount == amount

    @given(st.integers(1, 10**9).map(lambda thousand: thousand * 1000), st.sampled_from([",", "."]))
    def test_an_amount_is_read_whatever_parts_its_thousands(self, vnd: int, mark: str) -> None:
        assert fee(f"{vnd:,} VNĐ".replace(",", mark)).vnd == vnd


def test_rows_of_a_flattened_table_are_told_apart() -> None:
    text = (
        "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tuyến7 Ngày làm việc10,000 Việt Nam Đồng(/lần)Nộp Trực tiếp 3 Ngày "
        "thì khác.Trực tiếp120 VNĐDịch vụ bưu chínhKhông có thông tinMiễn phí(1) theo mẫu"
    )
    unread, channels = portal_2026._channels(text)
    assert unread == ""
    assert channels == (
        ("Trực tuyến", "7 Ngày làm việc", "10,000 Việt Nam Đồng(/lần)", "Nộp Trực tiếp 3 Ngày thì khác."),
        ("Trực tiếp", "120 VNĐ", "120 VNĐ", ""),
        ("Dịch vụ bưu chính", "Không có thông tin", "Miễn phí", "(1) theo mẫu"),
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Read the three editions once for all tests."""
    with standing_in(copy_shipped(tmp_path_factory.mktemp("catalogue"))):
        fetch(SOURCES, mirror=MIRROR, report=lambda _: None)
        made = {module.NAME: module.build() for module in (catalogue_procedures, catalogue_channels, procedure_pairs)}
    assert not any(len(table.rejected) for table in made.values())
    return {name: table.good for name, table in made.items()}


@pytest.mark.mirror
@needs_catalogue
class TestPublished:
    def test_every_procedure_is_there(self, published: dict[str, pd.DataFrame]) -> None:
        procedures = published["catalogue_procedures"]
        assert procedures["edition"].value_counts().to_dict() == {"2026": 2642, "2025-defence": 207, "2021": 87}
        assert procedures.loc[procedures["channels_problem"].notna(), "procedure_code"].tolist() == ["1.009824"]
        of_2026 = procedures[procedures["edition"] == "2026"]
        assert round(of_2026["documents_listed_count"].mean(), 2) == 5.75
        assert of_2026["documents_listed_count"].max() == 94
        assert of_2026["documents_listed_count"].isna().sum() == 51

    def test_the_rates_of_reading_are_these(self, published: dict[str, pd.DataFrame]) -> None:
        channels = published["catalogue_channels"]
        read = channels.groupby("edition").agg(
            rows=("row", "size"), limits=("limit_amount", "count"), fees=("fee_vnd", "count")
        )
        assert read.loc["2026"].tolist() == [7117, 5882, 4960]
        assert read.loc["2025-defence"].tolist() == [462, 400, 337]
        assert read.loc["2021"].tolist() == [161, 97, 15]

    def test_what_was_not_read_is_counted_by_reason(self, published: dict[str, pd.DataFrame]) -> None:
        channels = published["catalogue_channels"]
        of_2026 = channels[channels["edition"] == "2026"]
        assert of_2026["limit_problem"].value_counts().to_dict() == {
            "no_unit": 748,
            "not_given": 349,
            "runs_together": 104,
            "prose": 25,
            "zero": 9,
        }
        assert of_2026["fee_problem"].value_counts().to_dict() == {
            "not_given": 1086,
            "free_with_note": 830,
            "runs_together": 104,
            "too_small": 87,
            "foreign_money": 47,
            "several": 3,
        }

    @pytest.mark.parametrize(
        ("code", "rows"),
        [
            # read off the published pages by eye
            ("1.004222", [("online", 7, "working_days", 10_000), ("direct", 7, "working_days", 20_000)]),
            ("1.012545", [("post", 3, "working_days", 0), ("direct", 3, "working_days", 0)]),
            ("2.000986", [("direct", 20, "days", 0)]),
        ],
    )
    def test_a_procedure_says_what_its_page_says(
        self, published: dict[str, pd.DataFrame], code: str, rows: list[tuple[object, ...]]
    ) -> None:
        channels = published["catalogue_channels"]
        own = channels[(channels["edition"] == "2026") & (channels["procedure_code"] == code)]
        columns = ["channel", "limit_amount", "limit_unit", "fee_vnd"]
        assert list(own.sort_values("channel_row")[columns].itertuples(index=False, name=None)) == rows

    def test_twelve_titles_of_2021_stand_in_2026(self, published: dict[str, pd.DataFrame]) -> None:
        pairs = published["procedure_pairs"]
        assert len(pairs[["file", "row"]].drop_duplicates()) == 12
        # one title stands twice in 2021
        assert pairs["procedure_code"].nunique() == 11
        both = pairs.dropna(subset=["before_limit_amount", "after_limit_amount"])
        assert (both["before_limit_unit"] == both["after_limit_unit"]).all()
        shorter = both[both["after_limit_amount"] < both["before_limit_amount"]]
        assert shorter.groupby("procedure_code")[["before_limit_amount", "after_limit_amount"]].first().to_dict() == {
            "before_limit_amount": {"1.001692": 15, "1.001695": 15},
            "after_limit_amount": {"1.001692": 10, "1.001695": 10},
        }
        assert not (both["after_limit_amount"] > both["before_limit_amount"]).any()
        new = pairs[~pairs["before_offered"] & pairs["after_offered"]]
        assert new["channel"].value_counts().to_dict() == {"online": 3, "post": 1}

    @pytest.mark.parametrize(("page", "marks"), [("catalogue.md", ",."), ("catalogue.vi.md", ".,")])
    def test_the_pages_print_these_rates(self, published: dict[str, pd.DataFrame], page: str, marks: str) -> None:
        words = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
        written = str.maketrans(",.", marks)
        for _, rows in published["catalogue_channels"].groupby("edition"):
            for read in (rows["limit_amount"].count(), rows["fee_vnd"].count()):
                assert f"| {read:,} ({100 * read / len(rows):.1f}%) |".translate(written) in words
