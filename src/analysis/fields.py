"""The field dictionary: each column once, with its kind, labels and meaning.

The kind fixes the dtype, the unit and how a value is written:
`text`, `code`, `flag`, `date`, `month`, `time`, `count`, `pct` (0–100), `points`, `days`, `number`, `vnd`, `rank`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import Any

from analysis.errors import UsageError


@dataclass(frozen=True, slots=True)
class Field:
    """One column of any table of the project.

    A value is one of `allowed`, between `at_least` and `at_most` (both INCLUSIVE), and begins as the regular expression
    `pattern` says. A count or an amount of money adds up over units, unless it is of different things that two units
    may share (services, procedures) or a rate.
    """

    kind: str
    vi: str
    en: str
    meaning: str = ""
    digits: int = 0
    allowed: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    pattern: str = ""
    adds_up: bool = True

    @property
    def dtype(self) -> str:
        """Give the dtype in memory: counts may be missing, hence floats."""
        return {
            "text": "str",
            "code": "str",
            "flag": "bool",
            "date": "str",
            "month": "str",
            "time": "datetime64[us]",
        }.get(self.kind, "float64")


def _count(vi: str, en: str, meaning: str = "", *, adds_up: bool = True) -> Field:
    return Field("count", vi, en, meaning, at_least=0, adds_up=adds_up)


def _code(vi: str, en: str, pattern: str, meaning: str = "") -> Field:
    return Field("code", vi, en, meaning, pattern=pattern)


def _pct(vi: str, en: str, meaning: str = "") -> Field:
    return Field("pct", vi, en, meaning, digits=1, at_least=0, at_most=100)


def _points(vi: str, en: str, meaning: str = "") -> Field:
    return Field("points", vi, en, meaning, digits=2, at_least=0)


DECIDING_LEVELS = ("ministry", "province", "department", "district", "commune")
CHANGES = ("issued", "amended", "replaced", "abolished", "decentralised")
CERTAINTIES = ("read", "read_in_code", "derived", "memory", "disputed")

_PROVINCE, _DISTRICT, _WARD = r"\d{2}$", r"\d{3}$", r"\d{5}$"
_OFFICIAL = rf"({_PROVINCE}|{_DISTRICT}|{_WARD})"

# what an edition of the catalogue says of a procedure; a pair of editions says it twice
_CATALOGUE = {
    "offered": Field("flag", "Có kênh này", "Offered"),
    "limit_amount": Field("number", "Thời hạn", "Time limit", digits=1, at_least=0),
    "limit_unit": Field(
        "text", "Đơn vị thời hạn", "Unit of the limit", allowed=("working_days", "days", "hours", "months")
    ),
    "limit_problem": Field(
        "text",
        "Thời hạn chưa đọc được",
        "Limit not read",
        allowed=("not_given", "no_unit", "runs_together", "zero", "several", "prose"),
    ),
    "documents_listed_count": _count("Giấy tờ liệt kê", "Documents listed", "Of all cases, alternatives added up"),
}

FIELDS: dict[str, Field] = {
    # who, where, when
    "province_code": Field("code", "Mã tỉnh", "Province code", "The portal's code, such as H44"),
    "unit_code": Field("code", "Mã đơn vị", "Unit code", "The portal's code, such as H44.108"),
    "unit_name": Field("text", "Đơn vị", "Unit", "As published"),
    "unit_level": Field("text", "Cấp", "Level", allowed=("province", "department", "district", "commune")),
    "units_count": _count("Số đơn vị", "Units", adds_up=False),
    "period": Field("code", "Kỳ", "Period", "2026, 2026-Q3 or 2026-08"),
    "month": Field("month", "Tháng", "Month", "YYYY-MM"),
    "as_of_date": Field("date", "Tính đến", "As of", "The day the figure was asked for, ISO"),
    "provisional": Field("flag", "Tạm tính", "Provisional", "Asked before the period had ended"),
    # trace
    "source_id": Field("code", "Nguồn", "Source", "Folder under data/raw"),
    "file": Field("code", "Tệp", "File", "Relative to data/raw"),
    "row": Field("count", "Dòng", "Row", "Line of the file, header = 1", at_least=0),
    "source": Field("text", "Nguồn", "Source", "Where the figure was published"),
    "source_vi": Field("text", "Nguồn", "Source, Vietnamese", "Where the figure was published"),
    "source_en": Field("text", "Nguồn (tiếng Anh)", "Source, English", "Where the figure was published"),
    "source_date": Field("text", "Ngày công bố", "Published on"),
    "place_code": Field("code", "Mã địa phương", "Place code", "Official code before 1 July 2025, or VN"),
    "place_name": Field("text", "Địa phương", "Place"),
    "place_name_en": Field("text", "Địa phương (tiếng Anh)", "Place, English", "Proper names as they are"),
    "score_points": _points("Điểm", "Points"),
    "rank": Field("rank", "Hạng", "Rank", at_least=1),
    "rank_words": Field("text", "Hạng", "Rank"),
    "places_count": _count("Số địa phương", "Places", adds_up=False),
    "definition_id": Field("code", "Định nghĩa", "Definition"),
    "definition_name": Field("text", "Định nghĩa", "Definition"),
    "label_vi": Field("text", "Tên", "Name in Vietnamese"),
    "label_en": Field("text", "Tên tiếng Anh", "Name in English"),
    "numerator_vi": Field("text", "Tử số", "Numerator, Vietnamese"),
    "numerator_en": Field("text", "Tử số (tiếng Anh)", "Numerator, English"),
    "denominator_vi": Field("text", "Mẫu số", "Denominator, Vietnamese"),
    "denominator_en": Field("text", "Mẫu số (tiếng Anh)", "Denominator, English"),
    "numerator_name": Field("text", "Tử số", "Numerator"),
    "denominator_name": Field("text", "Mẫu số", "Denominator"),
    "level": Field("text", "Cấp", "Level"),
    "full_online_count": _count("Hồ sơ toàn trình", "Full online dossiers"),
    "dossiers_count": _count("Hồ sơ", "Dossiers"),
    "egdi_index": Field("number", "Chỉ số EGDI", "EGDI", digits=4, at_least=0, at_most=1),
    "programme": Field("text", "Chương trình", "Programme"),
    "programme_vi": Field("text", "Chương trình", "Programme, Vietnamese"),
    "programme_en": Field("text", "Chương trình (tiếng Anh)", "Programme, English"),
    "measure_id": Field("code", "Mã nội dung", "Measure id"),
    "measure_vi": Field("text", "Nội dung", "Measure, Vietnamese"),
    "measure_en": Field("text", "Nội dung (tiếng Anh)", "Measure, English"),
    "measure_name": Field("text", "Nội dung", "Measure"),
    "done_count": _count("Đã thực hiện", "Done"),
    "total_count": _count("Tổng số", "Of"),
    "done_words": Field("text", "Đã thực hiện", "Done"),
    "change_percentage_points": Field("number", "Thay đổi (điểm phần trăm)", "Change (percentage points)", digits=2),
    "decision": Field("text", "Quyết định", "Decision"),
    "decision_date": Field("text", "Ngày", "Date"),
    "issuer": Field("text", "Cơ quan ban hành", "Issued by"),
    "procedure_code": Field("code", "Mã TTHC", "Procedure code"),
    "before_days": Field("days", "Trước", "Before", "Working days", at_least=0),
    "after_days": Field("days", "Sau", "After", "Working days", at_least=0),
    "stated_cut_days": Field(
        "days", "Số ngày giảm theo lời văn", "Days less, by the text", "Where text and table differ", at_least=0
    ),
    "annual_dossiers_count": _count("Hồ sơ một năm", "Dossiers a year", "That the decision counts with"),
    "filed_dossiers_count": _count("Hồ sơ thực nộp một năm", "Dossiers really filed a year"),
    "hourly_wage_vnd": Field("vnd", "Tiền công một giờ", "Hourly wage", at_least=0, adds_up=False),
    "cost_before_vnd": Field("vnd", "Chi phí trước", "Cost before", at_least=0),
    "cost_after_vnd": Field("vnd", "Chi phí sau", "Cost after", at_least=0),
    "saved_vnd": Field("vnd", "Tiết kiệm", "Saved", at_least=0),
    "claimed_reduction_pct": _pct("Tỷ lệ cắt giảm", "Reduction claimed"),
    "all_count": _count("Tổng số", "All"),
    "date": Field("date", "Ngày", "Date", "Last day of the period, ISO"),
    "certainty": Field("text", "Độ chắc chắn", "Certainty", allowed=CERTAINTIES),
    "note": Field("text", "Ghi chú", "Note"),
    "note_vi": Field("text", "Ghi chú", "Note, Vietnamese"),
    "note_en": Field("text", "Ghi chú (tiếng Anh)", "Note, English"),
    # the portal's counts
    "metric_code": Field("code", "Mã chỉ số của Cổng", "Portal metric", "The API's own code"),
    "numerator_count": _count("Tử số", "Numerator"),
    "denominator_count": _count("Mẫu số", "Denominator"),
    "published_share_pct": _pct("Tỷ lệ Cổng công bố", "Share as published"),
    "published_points": _points("Điểm Cổng công bố", "Points as published"),
    "published_maximum_points": _points("Điểm tối đa Cổng công bố", "Maximum as published"),
    "quality_flag": Field("code", "Cờ chất lượng", "Quality flag", "The API's dataQualityStatus"),
    "received_count": _count("Hồ sơ tiếp nhận", "Dossiers received", "Received and handled in the period"),
    "on_time_count": _count("Đúng hạn", "On time", "Settled in time, or pending within their time"),
    "overdue_count": _count("Quá hạn", "Overdue"),
    "completed_count": _count("Đã giải quyết", "Completed"),
    "average_processing_days": Field(
        "days", "Thời gian giải quyết bình quân", "Mean processing time", digits=1, at_least=0
    ),
    "on_time_chart_pct": _pct("Đúng hạn (biểu đồ tháng)", "On time (monthly chart)"),
    "service_use_chart_pct": _pct("DVC có phát sinh hồ sơ (biểu đồ tháng)", "Services used (monthly chart)"),
    "authority_count": _count("TTHC thuộc thẩm quyền", "Procedures within authority", adds_up=False),
    "partial_service_count": _count("DVC trực tuyến một phần", "Partial online services", adds_up=False),
    "full_service_count": _count("DVC trực tuyến toàn trình", "Full online services", adds_up=False),
    "service_with_dossiers_count": _count(
        "DVC trực tuyến có phát sinh hồ sơ", "Online services with dossiers", adds_up=False
    ),
    "service_offered_count": _count("DVC trực tuyến cung cấp", "Online services offered", adds_up=False),
    "online_count": _count("Nộp trực tuyến", "Filed online"),
    "direct_count": _count("Nộp trực tiếp", "Filed in person"),
    "postal_count": _count("Nộp qua bưu chính", "Filed by post"),
    "all_channels_count": _count("Mọi kênh", "All channels"),
    "online_on_time_count": _count("Trực tuyến đúng hạn", "Online, on time"),
    "online_overdue_count": _count("Trực tuyến quá hạn", "Online, overdue"),
    "paid_online_count": _count("Hồ sơ thanh toán trực tuyến", "Dossiers paid online"),
    "fee_dossier_count": _count("Hồ sơ có nghĩa vụ tài chính", "Dossiers with a fee"),
    "fee_procedure_count": _count("TTHC có phí, lệ phí", "Procedures with a fee", adds_up=False),
    "payable_procedure_count": _count("TTHC có thanh toán trực tuyến", "Procedures with online payment", adds_up=False),
    "paid_procedure_count": _count(
        "TTHC phát sinh thanh toán trực tuyến",
        "Procedures paid online",
        "The API's totalFeeDossierFormality",
        adds_up=False,
    ),
    # dossiers: domain notes §5; a time is the local wall clock of the agency, without a zone
    "dossier_key": Field("code", "Khóa hồ sơ", "Dossier key", "Keyed hash of the dossier's code"),
    "field_code": Field("code", "Mã lĩnh vực", "Field code"),
    "channel": Field("text", "Kênh nộp", "Channel", allowed=("direct", "online", "post")),
    "service_level": Field("text", "Mức dịch vụ", "Service level", allowed=("full", "partial", "information")),
    "applicant_type": Field(
        "text", "Đối tượng", "Applicant", allowed=("citizen", "enterprise", "agency", "organisation")
    ),
    "submitted_at": Field("time", "Ngày nộp", "Submitted"),
    "received_at": Field("time", "Ngày tiếp nhận", "Received"),
    "due_at": Field("time", "Ngày hẹn trả", "Due"),
    "supplement_requested_at": Field("time", "Ngày yêu cầu bổ sung", "Supplement asked for", "The first request"),
    "supplement_answered_at": Field("time", "Ngày bổ sung xong", "Supplement answered", "The last answer"),
    "finished_at": Field("time", "Ngày kết thúc xử lý", "Finished"),
    "returned_at": Field("time", "Ngày trả kết quả", "Result returned"),
    "supplements_count": _count("Số lần yêu cầu bổ sung", "Supplement requests"),
    "status_code": Field(
        "code",
        "Trạng thái",
        "Status",
        "1 registered, 2 received, 3 not accepted, 4 in process, 5 supplement, 6 payment, 7 withdrawn, 8 stopped, "
        "9 finished, 10 result returned",
        allowed=("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
    ),
    "fee_vnd": Field("vnd", "Phí, lệ phí", "Fee", at_least=0),
    "fee_due": Field("flag", "Có nghĩa vụ tài chính", "Fee due"),
    "paid_online": Field("flag", "Thanh toán trực tuyến", "Paid online"),
    "components_count": _count("Thành phần hồ sơ", "Documents filed"),
    "digitised_components_count": _count("Thành phần được số hóa", "Documents digitised"),
    "reused_components_count": _count("Thành phần được tái sử dụng", "Documents re-used"),
    "e_result": Field("flag", "Kết quả điện tử", "Electronic result"),
    "citizen_store": Field("flag", "Lấy từ kho dữ liệu cá nhân", "From the citizen's document store"),
    "verified_identity": Field("flag", "Tài khoản được xác thực", "Verified identity"),
    "connected_database": Field("flag", "Có kết nối cơ sở dữ liệu", "Checked against a database"),
    "satisfied": Field("flag", "Hài lòng", "Satisfied", "Missing: not rated"),
    "submitter_key": Field("code", "Khóa tài khoản nộp", "Submitting account", "Keyed hash"),
    "proxy_account": Field("flag", "Tài khoản nộp thay", "Proxy account", "Known to belong to an agency or agent"),
    "linked_group": Field("text", "Nhóm liên thông", "Linked group", allowed=("birth", "death")),
    "linked_key": Field("code", "Khóa hồ sơ liên thông", "Linked case", "Shared by the dossiers of one linked case"),
    "processing_working_days": Field(
        "days",
        "Thời gian giải quyết (ngày làm việc)",
        "Processing time (working days)",
        "From received to finished, waiting for a supplement taken off; whole days",
        at_least=0,
    ),
    "allowed_working_days": Field(
        "days", "Thời hạn (ngày làm việc)", "Time limit (working days)", "From received to due", at_least=0
    ),
    "hazard_due_missing": Field("flag", "Thiếu ngày hẹn trả", "No due date"),
    "hazard_finished_before_received": Field("flag", "Kết thúc trước khi tiếp nhận", "Finished before received"),
    "hazard_midnight": Field("flag", "Giờ ghi là nửa đêm", "Stamped at midnight", "Finished at 00:00:00"),
    "hazard_status_rewritten": Field(
        "flag",
        "Trạng thái có thể bị ghi đè",
        "Status probably rewritten",
        "Finished by its status, while a supplement or a payment is open or no end is recorded",
    ),
    # the cost of complying
    "cut_name": Field("text", "Cách đếm", "Counted as cut"),
    "of_words": Field("text", "Trên tổng số", "Of"),
    "law_state_name": Field("text", "Mức 20% (QĐ 1085)", "20% (Decision 1085)"),
    "claimed_state_name": Field("text", "Mức 50% (chưa rõ căn cứ)", "50% (source unclear)"),
    "activity_name": Field("text", "Việc phải làm", "Activity"),
    "limit_words": Field("text", "Thời hạn (ngày)", "Limit (days)"),
    "before_million_vnd": Field("number", "Trước (triệu đồng)", "Before (VND million)", digits=1),
    "after_million_vnd": Field("number", "Sau (triệu đồng)", "After (VND million)", digits=1),
    "saved_million_vnd": Field("number", "Giảm (triệu đồng)", "Less (VND million)", digits=1),
    "low_million_vnd": Field("number", "Nếu việc này nhanh (triệu đồng)", "If quick (VND million)", digits=1),
    "high_million_vnd": Field("number", "Nếu việc này lâu (triệu đồng)", "If slow (VND million)", digits=1),
    "claimed_million_vnd": Field(
        "number", "Giảm, tính theo thời hạn (triệu đồng)", "Less, by time limits (VND million)", digits=1
    ),
    "decided_name": Field("text", "Thủ tục, quyết định: điều cần lưu ý", "Procedure, decision: what to note"),
    "published_million_vnd": Field("number", "Quyết định nêu (triệu đồng)", "As decided (VND million)", digits=1),
    "left_million_vnd": Field(
        "number", "Còn lại cho người nộp (triệu đồng)", "Left for applicants (VND million)", digits=1
    ),
    "assumption_name": Field("text", "Giả định", "Assumption"),
    "value_words": Field("text", "Mức dùng", "Value used"),
    "certainty_name": Field("text", "Căn cứ", "Standing"),
    # what cannot be told
    "months_before_count": _count("Số tháng trước", "Months before", adds_up=False),
    "months_after_count": _count("Số tháng sau", "Months after", adds_up=False),
    "why_not_words": Field("text", "Vì sao chưa đánh giá được", "Why it cannot be judged"),
    "policy_name": Field("text", "Quy định, văn bản", "Rules"),
    "statements_count": _count("Số nội dung", "Statements"),
    "statements_read_count": _count("Đã đọc", "Read"),
    "statements_derived_count": _count("Suy ra", "Derived"),
    "statements_unsure_count": _count("Chưa chắc chắn", "Not sure"),
    "statement_name": Field("text", "Nội dung", "Statement"),
    # how near the deciding office is
    "tier_name": Field("text", "Cấp", "Tier"),
    "tier_units_count": _count("Số đơn vị", "Units", adds_up=False),
    "mean_area_km2": Field("number", "Diện tích trung bình (km²)", "Mean area (km²)", at_least=0),
    "edge_km": Field("number", "Từ rìa vào giữa (km)", "Edge to middle (km)", "If it were round", 1, at_least=0),
    "joined_count": _count("Số xã, phường cũ gộp lại", "Old communes and wards joined", adds_up=False),
    # the essential services
    "services_step_name": Field("text", "Bước", "Step"),
    "services_count": _count("Số dịch vụ", "Services", adds_up=False),
    "services_of_count": _count("Trên tổng số", "Of", adds_up=False),
    "service_level_name": Field("text", "Mức dịch vụ", "Service level"),
    "not_online_count": _count("Không nộp trực tuyến", "Not filed online"),
    "linked_step_name": Field("text", "Nhóm liên thông: bước", "Linked group: step"),
    "cases_ended_count": _count("Hồ sơ liên thông đã xong", "Cases ended"),
    "quick_days": Field("number", "10% nhanh nhất", "Quickest 10%", digits=1, at_least=0),
    "median_days": Field("number", "Trung vị", "Median", digits=1, at_least=0),
    "slow_days": Field("number", "90% xong trong", "90% within", digits=1, at_least=0),
    "median_before_days": Field("number", "Trung vị một năm trước", "Median a year before", digits=1, at_least=0),
    "same_day_words": Field("text", "Xong trong ngày", "Done the same day"),
    # the use of online services
    "filed_online_pct": _pct("Tỷ lệ trực tuyến", "Filed online"),
    "on_paper_count": _count("Chưa nộp trực tuyến", "Not filed online"),
    "share_words": Field("text", "Tỷ lệ", "Share"),
    "before_pct": _pct("Một năm trước", "A year before"),
    "share_before_pct": _pct("Một năm trước", "A year before"),
    "share_after_pct": _pct("Hiện nay", "Now"),
    "moved_points": Field("points", "Đóng góp", "Contribution", digits=2),
    "model_name": Field("text", "Mô hình", "Model"),
    "ceiling_pct": _pct("Mức trần theo mô hình", "Ceiling by the model"),
    "year_on_pct": _pct("Sau 12 tháng nữa", "12 months on"),
    "scaled_error": Field("number", "Sai số tương đối", "Relative error", digits=2, at_least=0),
    "covered_pct": _pct("Khoảng chứa giá trị thật", "Held what came"),
    "chosen_name": Field("text", "Lựa chọn", "Choice"),
    # procedures in force, and the dossiers really filed
    "period_name": Field("text", "Kỳ", "Period"),
    "in_force_count": _count("Đang có hiệu lực", "In force", adds_up=False),
    "issued_count": _count("Ban hành mới", "Issued", adds_up=False),
    "amended_count": _count("Sửa đổi", "Amended", adds_up=False),
    "abolished_count": _count("Bãi bỏ", "Abolished", adds_up=False),
    "found_count": _count("Số trường hợp", "Found", adds_up=False),
    "examples_words": Field("text", "Ví dụ (mã TTHC)", "Examples, by code"),
    "limit_name": Field("text", "Thời hạn", "Time limit"),
    "part_pct": _pct("Phần thời hạn", "Part of the limit"),
    "never_filed_count": _count("Không có hồ sơ nào", "Never filed", adds_up=False),
    "rarely_filed_count": _count("Hiếm khi có hồ sơ", "Rarely filed", adds_up=False),
    "rare_dossiers_count": _count("Hồ sơ nhóm hiếm", "Dossiers of the rare"),
    "ranks_words": Field("text", "Thứ hạng có thể", "Possible ranks"),
    "documents_filed_count": _count("Giấy tờ đã nộp", "Documents handed in"),
    "mean_days": Field("days", "Thực tế bình quân", "Really taken, mean", digits=1, at_least=0),
    # what there is to open
    "holds_name": Field("text", "Nội dung", "What they hold"),
    "tables_listed": Field("text", "Bảng", "Tables"),
    "theme_name": Field("text", "Chủ đề", "Theme"),
    "measures_listed": Field("text", "Chỉ tiêu", "Indicators"),
    # processing
    "limit_used_pct": Field("pct", "Thời hạn đã qua", "Of the limit gone", "100: the limit", at_least=0),
    "at_risk_count": _count("Hồ sơ còn theo dõi", "Still followed"),
    "level_name": Field("text", "Cấp", "Level"),
    "mean_low_days": Field("days", "Cận dưới 95%", "Low, 95%", digits=1, at_least=0),
    "mean_high_days": Field("days", "Cận trên 95%", "High, 95%", digits=1, at_least=0),
    "limit_middle_days": Field("days", "Thời hạn (trung vị)", "Limit, median", at_least=0),
    "age_name": Field("text", "Tiếp nhận", "Received"),
    "pending_count": _count("Đang giải quyết", "Pending"),
    "undated_count": _count("Không ghi ngày hẹn trả", "Without a due date"),
    "window_name": Field("text", "Thời điểm tiếp nhận", "Received"),
    "tet_name": Field("text", "Tết", "Lunar new year"),
    "limit_more_points": Field(
        "points", "Sau Tết: dùng thêm (% thời hạn)", "After it: more used (% of the limit)", digits=1
    ),
    "wait_more_number": Field(
        "number", "Trước Tết: chờ thêm (ngày theo lịch)", "Before it: longer wait (calendar days)", digits=1
    ),
    "wait_low_number": Field("number", "Cận dưới 95%", "Low, 95%", digits=1),
    "wait_high_number": Field("number", "Cận trên 95%", "High, 95%", digits=1),
    # digitisation
    "not_reused_count": _count("Không tái sử dụng", "Without re-use"),
    "digitised_count": _count("Hồ sơ đã số hóa", "Digitised dossiers"),
    "database_state_name": Field("text", "Tình trạng", "State"),
    # who decides
    "outcome_after_name": Field("text", "Sau khi kết thúc cấp huyện", "After the district tier ended"),
    "published_procedures_count": _count("Cả nước", "Whole country", adds_up=False),
    "published_procedures_pct": _pct("Cả nước", "Whole country"),
    "own_procedures_count": _count("Danh mục của tỉnh", "Own register", adds_up=False),
    "own_procedures_pct": _pct("Danh mục của tỉnh", "Own register"),
    "before_count": _count("Trước khi kết thúc cấp huyện", "Before the districts ended", adds_up=False),
    "after_count": _count("Hiện nay", "Now", adds_up=False),
    "group_moved_name": Field("text", "Thủ tục", "Procedures"),
    "when_name": Field("text", "Giai đoạn", "When"),
    "from_name": Field("text", "Từ cấp", "From level"),
    "to_name": Field("text", "Đến cấp", "To level"),
    # the four nos
    "contrast_name": Field("text", "So sánh", "Compared"),
    "other_pct": _pct("Nhóm thứ hai", "Second group"),
    "gap_points": Field("points", "Chênh lệch (điểm phần trăm)", "Gap (points)", "Percentage points", digits=1),
    "ratio_number": Field("number", "Tỷ số (lần)", "Times", digits=2, at_least=0),
    "dossiers_part_pct": _pct("Phần trong tổng hồ sơ", "Part of all dossiers"),
    "within_pct": _pct("Phần chênh lệch trong nội bộ", "Inequality inside"),
    # what a method found and checked
    "check_words": Field("text", "Kiểm tra", "Check"),
    "outcome_name": Field("text", "Kết quả", "Outcome"),
    "identifying_name": Field("text", "Cần để nói nguyên nhân", "Needed to speak of a cause"),
    "verdict_name": Field("text", "Có thể nói", "May be said"),
    "design_name": Field("text", "Cách so sánh", "Comparison"),
    "usable_name": Field("text", "Dùng được không", "Usable here"),
    "why_words": Field("text", "Vì sao", "Why"),
    "since_name": Field("text", "Thời điểm", "When"),
    "way_name": Field("text", "Cách tính", "Way"),
    "series_name": Field("text", "Chuỗi", "Series"),
    "detectable_points": Field("points", "Nhỏ nhất thấy được", "Smallest seen", digits=1),
    "effect_points": Field("points", "Chênh lệch", "Difference", digits=1),
    "low_points": Field("points", "Cận dưới 95%", "Low, 95%", digits=1),
    "high_points": Field("points", "Cận trên 95%", "High, 95%", digits=1),
    # units against one another
    "enough_count": _count("Có từ 30 hồ sơ", "With 30 dossiers or more", adds_up=False),
    "compared_words": Field("text", "Đối tượng so sánh", "Compared with"),
    "beyond_chance_count": _count("Vượt mức ngẫu nhiên", "Beyond chance alone", adds_up=False),
    "above_count": _count("Khác biệt: cao hơn", "Stand out above", adds_up=False),
    "below_count": _count("Khác biệt: thấp hơn", "Stand out below", adds_up=False),
    "expected_pct": _pct("Các đơn vị khác", "The others", "On the unit's own mix of cases, where it is known"),
    "alarm_low_pct": _pct("Giới hạn dưới 99,8%", "Limit below, 99.8%"),
    "alarm_high_pct": _pct("Giới hạn trên 99,8%", "Limit above, 99.8%"),
    "remark_words": Field("text", "Ý kiến của đơn vị", "The unit's own remark"),
    "tier_number": Field("count", "Nhóm", "Tier", "1 is the highest", at_least=1, adds_up=False),
    "rank_low": Field("rank", "Hạng có thể, từ", "Rank can be, from", at_least=1),
    "rank_high": Field("rank", "Hạng có thể, đến", "Rank can be, to", at_least=1),
    "change_points": Field("points", "Thay đổi", "Change", "Percentage points", digits=1),
    "kept_points": Field("points", "Phần không do may rủi", "Probably no luck", digits=1),
    "kept_low_points": Field("points", "Cận dưới 95%", "Low, 95%", digits=1),
    "kept_high_points": Field("points", "Cận trên 95%", "High, 95%", digits=1),
    "before_now_words": Field("text", "Phần còn lại của năm → trong quý", "Rest of the year → quarter"),
    "in_quarter_count": _count("Hồ sơ trong quý", "Dossiers in the quarter"),
    "moved_name": Field("text", "So với trước", "Against before"),
    "at_limit_count": _count("Xong đúng ngày hết hạn", "Ended on the limit's day"),
    "near_limit_count": _count("Xong đúng ngày hết hạn hoặc quá hạn 1–2 ngày", "Ended on it or 1–2 days after"),
    "top_account_pct": _pct(
        "Qua tài khoản nộp nhiều nhất, trong hồ sơ trực tuyến", "Through one account, of those online"
    ),
    "batch_pct": _pct("Kết thúc hàng loạt", "Closed in batches"),
    "sibling_name": Field("text", "Chỉ tiêu đi kèm, không giao mục tiêu", "Its sibling, without a target"),
    # the tasks of the directive
    "task_name": Field("text", "Nhiệm vụ", "Task"),
    "headline_name": Field("text", "Chỉ tiêu", "Indicator"),
    "headline_words": Field("text", "Chỉ tiêu: một năm trước → nay", "Indicator: a year before → now"),
    "against_words": Field("text", "Chỉ tiêu: đơn vị này, các đơn vị khác", "Indicator: this unit, others"),
    "targeted_words": Field("text", "Một năm trước → nay", "A year before → now"),
    "sibling_words": Field("text", "Chỉ tiêu đi kèm: một năm trước → nay", "The one beside it: a year before → now"),
    "apart_points": Field("points", "Tăng hơn (điểm phần trăm)", "Rose more by (points)", digits=1),
    "both_words": Field("text", "Nhóm thứ nhất / nhóm thứ hai", "First group / second group"),
    "tasks_count": _count("Số nhiệm vụ", "Tasks"),
    "target_words": Field("text", "Mục tiêu, thời hạn", "Target, deadline"),
    "state_name": Field("text", "Kết quả", "State"),
    "change_words": Field("text", "Thay đổi trong một năm", "Change over a year"),
    "chance_words": Field("text", "Khả năng đạt đúng hạn", "Chance of meeting it in time"),
    "headline_pct": _pct("Tỷ lệ", "Share"),
    "headline_number": Field("number", "Giá trị", "Value"),
    # sources that tell of their own method
    "binh_phuoc_points": _points("Bình Phước", "Binh Phuoc"),
    "papi_code": _code("Tỉnh (PAPI)", "Province (PAPI)", r"P\d{2}$", "P01–P63, the 63 provinces before 1 July 2025"),
    "dimension": _code("Nội dung thành phần", "Sub-dimension", r"SC\d{2}$"),
    "provinces_count": _count("Số tỉnh", "Provinces"),
    "channel_name": Field("text", "Kênh nộp", "Channel"),
    "followed_count": _count("Hồ sơ theo dõi", "Cases followed"),
    "of_finished_pct": _pct("Đúng hạn, chỉ hồ sơ đã xong", "In time, finished cases only"),
    "on_time_pct": _pct("Đúng hạn, mọi hồ sơ", "In time, all cases"),
    "portal_on_time_pct": _pct("Đúng hạn, cách tính của Cổng", "On time as the portal counts"),
    "status_name": Field("text", "Trạng thái", "Status", "The register's own word"),
    "age_months": Field("number", "Tuổi (tháng)", "Age, months", at_least=0),
    "open_count": _count("Còn mở", "Still open"),
    "declarations_count": _count("Tờ khai", "Declarations"),
    "open_pct": _pct("Tỷ lệ còn mở", "Still open"),
    # the real catalogue of procedures
    **_CATALOGUE,
    "edition": Field("text", "Kỳ công bố", "Edition", allowed=("2021", "2025-defence", "2026")),
    "field_name": Field("text", "Lĩnh vực", "Field"),
    "agency_name": Field("text", "Cơ quan", "Agency"),
    "levels": Field("text", "Cấp thực hiện", "Levels", "ministry, province, district, commune, other"),
    "document_lists_count": _count("Danh sách giấy tờ", "Lists of documents", "One a case or a step"),
    "channel_rows_count": _count("Dòng cách nộp", "Rows of channels"),
    "channels_problem": Field("text", "Chưa đọc được", "Not read", allowed=("no_row", "first_row")),
    "channel_row": Field(
        "count", "Dòng cách nộp", "Row of the channel", "In the procedure's table, from 1", at_least=1
    ),
    "fee_problem": Field(
        "text",
        "Phí chưa đọc được",
        "Fee not read",
        allowed=(
            *("not_given", "free_with_note", "no_amount", "runs_together", "too_small", "foreign_money"),
            *("several", "prose"),
        ),
    ),
    **{
        f"{when}_{name}": replace(field, vi=f"{field.vi}, {vi}", en=f"{field.en}, {en}")
        for when, vi, en in (("before", "năm 2021", "2021"), ("after", "năm 2026", "2026"))
        for name, field in _CATALOGUE.items()
    },
    "procedures_count": _count("Số thủ tục", "Procedures", adds_up=False),
    "online_pct": _pct("Nộp trực tuyến được", "Can be filed online"),
    "online_only_pct": _pct("Chỉ nộp trực tuyến", "Online only"),
    "limit_known_count": _count("Đọc được thời hạn", "Limits read", adds_up=False),
    "limit_quarter_days": Field("days", "25% không quá", "25% within", digits=1, at_least=0),
    "limit_median_days": Field("days", "Thời hạn trung vị", "Median limit", digits=1, at_least=0),
    "limit_three_quarters_days": Field("days", "75% không quá", "75% within", digits=1, at_least=0),
    "documents_middle_number": Field("number", "Giấy tờ (trung vị)", "Documents, median", digits=1, at_least=0),
    "free_least_pct": _pct("Miễn phí, ít nhất", "Free, at least"),
    "free_most_pct": _pct("Miễn phí, nhiều nhất", "Free, at most"),
    "fee_middle_vnd": Field(
        "vnd", "Phí trung vị khi có thu", "Median fee where there is one", at_least=0, adds_up=False
    ),
    "both_count": _count("Thủ tục so sánh được", "Procedures compared", adds_up=False),
    "less_count": _count("Trực tuyến ít hơn", "Online less", adds_up=False),
    "same_count": _count("Như nhau", "Same", adds_up=False),
    "more_count": _count("Trực tuyến nhiều hơn", "Online more", adds_up=False),
    "edition_name": Field("text", "Kỳ công bố", "Edition"),
    "limit_pct": _pct("Đọc được thời hạn", "Limits read"),
    "fee_pct": _pct("Đọc được phí", "Fees read"),
    "reason_name": Field("text", "Vì sao không đọc được", "Why not read"),
    "before_limit_words": Field("text", "Thời hạn năm 2021", "Limit in 2021"),
    "after_limit_words": Field("text", "Thời hạn năm 2026", "Limit in 2026"),
    "before_online_words": Field("text", "Trực tuyến năm 2021", "Online in 2021"),
    "after_online_words": Field("text", "Trực tuyến năm 2026", "Online in 2026"),
    "limit_text": Field("text", "Thời hạn (nguyên văn)", "Limit as written"),
    "fee_text": Field("text", "Phí, lệ phí (nguyên văn)", "Fee as written"),
    "remark_text": Field("text", "Mô tả", "Remark"),
    # the tables that a province fills in itself
    "procedure_name": Field("text", "Tên thủ tục", "Procedure"),
    "decided_level": Field("text", "Cấp giải quyết", "Deciding level", allowed=DECIDING_LEVELS),
    "internal": Field("flag", "Thủ tục nội bộ", "Internal"),
    "essential": Field("flag", "Dịch vụ thiết yếu", "Essential service", "One of the 76"),
    "limit_days": Field("days", "Thời hạn", "Time limit", "By law", at_least=0),
    "documents_count": _count("Số giấy tờ", "Documents"),
    "change_date": Field("date", "Ngày thay đổi", "Changed on"),
    "change_kind": Field(
        "text",
        "Loại thay đổi",
        "Kind of change",
        allowed=("issued", "amended", "replaced", "abolished", "decentralised"),
    ),
    "from_level": Field("text", "Từ cấp", "From level", allowed=DECIDING_LEVELS),
    "to_level": Field("text", "Đến cấp", "To level", allowed=DECIDING_LEVELS),
    "before_documents_count": _count("Số giấy tờ trước", "Documents before"),
    "after_documents_count": _count("Số giấy tờ sau", "Documents after"),
    "petition_key": Field("code", "Số phản ánh, kiến nghị", "Petition"),
    "petition_kind": Field("text", "Nội dung phản ánh", "About", allowed=("conduct", "rules", "system", "other")),
    "received_date": Field("date", "Ngày nhận", "Received on"),
    "due_date": Field("date", "Ngày đến hạn", "Due on"),
    "answered_date": Field("date", "Ngày trả lời", "Answered on"),
    "review_result": Field(
        "text", "Kết quả rà soát TTHC", "Result", allowed=("kept", "simplified", "merged", "abolished")
    ),
    "decided_date": Field("date", "Ngày quyết định", "Decided on"),
    "work_files_count": _count("Hồ sơ công việc", "Work files"),
    "electronic_work_files_count": _count("Hồ sơ công việc điện tử", "Electronic work files"),
    "database_id": Field("code", "Mã cơ sở dữ liệu", "Database id"),
    "database_name": Field("text", "Tên cơ sở dữ liệu", "Database"),
    "operating_from": Field("date", "Vận hành từ", "In operation since", "INCLUSIVE"),
    "connected_from": Field("date", "Kết nối từ", "Connected since", "INCLUSIVE"),
    "opened_from": Field("date", "Mở dữ liệu từ", "Open since", "INCLUSIVE"),
    "uses_count": _count("Lượt khai thác", "Uses"),
    "rule_id": Field("code", "Số, ký hiệu văn bản", "Rule"),
    "reviewed_date": Field("date", "Ngày rà soát", "Reviewed on"),
    "rule_result": Field("text", "Kết quả rà soát văn bản", "Result", allowed=("kept", "amend", "abolish")),
    "handled_date": Field("date", "Ngày xử lý", "Handled on"),
    "initiative_id": Field("code", "Mã sáng kiến", "Initiative id"),
    "initiative_name": Field("text", "Tên sáng kiến", "Initiative"),
    "started_date": Field("date", "Ngày bắt đầu", "In use since"),
    "recognised": Field("flag", "Được công nhận", "Recognised"),
    "indicator_id": Field("code", "Mã chỉ tiêu", "Indicator"),
    "remark_vi": Field("text", "Ý kiến", "Remark, Vietnamese"),
    "remark_en": Field("text", "Ý kiến (tiếng Anh)", "Remark, English"),
    # what is odd in an export of dossiers
    "check_id": Field("code", "Mã kiểm tra", "Check"),
    "check_name": Field("text", "Điều bất thường", "What is odd"),
    "reason": Field("text", "Lý do", "Reason"),
    "rejected_count": _count("Số dòng bị loại", "Rows set aside"),
    "first_month": Field("month", "Từ tháng", "From", "INCLUSIVE"),
    "last_month": Field("month", "Đến tháng", "To", "INCLUSIVE"),
    "gap_months_count": _count("Số tháng không có hồ sơ ở giữa", "Months in between without a dossier"),
    "rows_count": _count("Số dòng", "Rows"),
    "of_count": _count("Trên tổng số dòng", "Of rows", "Rows that the check applies to"),
    # the index
    "group_id": Field("code", "Nhóm", "Group"),
    "group_name": Field("text", "Nhóm chỉ số", "Group"),
    "row_id": Field("code", "Mã tiêu chí", "Criterion id"),
    "row_number": Field("code", "Mã", "No."),
    "row_name": Field("text", "Tiêu chí", "Criterion"),
    "share_pct": _pct("Tỷ lệ", "Share"),
    "low_pct": _pct("Cận dưới 95%", "Low, 95%"),
    "high_pct": _pct("Cận trên 95%", "High, 95%"),
    "points": _points("Điểm", "Points"),
    "computed_points": _points("Điểm tính lại", "Points recomputed"),
    "maximum_points": _points("Điểm tối đa", "Maximum"),
    "lost_points": _points("Điểm mất", "Points lost"),
    "gain_points": _points("Điểm thêm", "Points to gain"),
    "lowest_pct": _pct("Thấp nhất", "Lowest"),
    "quarter_pct": _pct("Phân vị 25%", "25th percentile"),
    "middle_pct": _pct("Trung vị", "Median"),
    "three_quarters_pct": _pct("Phân vị 75%", "75th percentile"),
    "highest_pct": _pct("Cao nhất", "Highest"),
    "peer_low_pct": _pct("Mức phổ biến, từ", "Peers' middle half, from"),
    "peer_middle_pct": _pct("Trung vị đơn vị cùng cấp", "Peers' median"),
    "peer_high_pct": _pct("Mức phổ biến, đến", "Peers' middle half, to"),
    "peers_count": _count("Số đơn vị so sánh", "Peers", adds_up=False),
    "verdict": Field("text", "So với đơn vị cùng cấp", "Against the peers"),
    "origin": Field("text", "Điểm từ đâu", "Where the points come from"),
    "action_name": Field("text", "Việc cần làm", "Action"),
    "cases_count": _count("Còn thiếu", "Cases short"),
    "cases_name": Field("text", "Đơn vị tính", "Of"),
    "target_pct": _pct("Mục tiêu", "Target"),
    "full_marks_pct": _pct("Điểm tối đa từ", "Full marks from"),
    "cases_per_point_number": Field("number", "Số trường hợp cho 1 điểm", "Cases for 1 point", digits=1),
    "how": Field("text", "Cách đạt được", "How"),
    "rule_certainty": Field("text", "Quy tắc chấm", "Scoring rule"),
    "reference_pct": _pct("Mức tham chiếu", "Reference"),
    "lowest_points": _points("Thấp nhất", "Lowest"),
    "middle_points": _points("Trung vị", "Median"),
    "highest_points": _points("Cao nhất", "Highest"),
    "same_points_pct": _pct("Đơn vị cùng điểm", "Units with the same points"),
    "difference_points": Field("points", "Chênh lệch", "Difference", digits=2),
    # official administrative units (facts `units`, `unit_crosswalk`) and series over the merger of 1-7-2025
    "official_code": _code("Mã hành chính", "Official code", _OFFICIAL, "2 digits province, 3 district, 5 commune"),
    "official_province_code": _code("Mã tỉnh (hành chính)", "Official province code", _PROVINCE),
    "official_district_code": _code("Mã huyện (hành chính)", "Official district code", _DISTRICT),
    "successor_province_code": _code("Mã tỉnh sau sáp nhập", "Successor province", _PROVINCE, "Since 1 July 2025"),
    "valid_from": Field("date", "Có hiệu lực từ", "Valid from", "INCLUSIVE"),
    "valid_to": Field("date", "Có hiệu lực đến", "Valid to", "EXCLUSIVE; missing: still valid"),
    "old_province_code": _code("Mã tỉnh cũ", "Old province code", _PROVINCE),
    "old_province_name": Field("text", "Tỉnh cũ", "Old province"),
    "old_district_code": _code("Mã huyện cũ", "Old district code", _DISTRICT),
    "old_district_name": Field("text", "Huyện cũ", "Old district"),
    "old_ward_code": _code(
        "Mã xã, phường cũ", "Old ward code", rf"({_WARD}|{_DISTRICT})", "Of a district without wards the district's"
    ),
    "old_ward_name": Field("text", "Xã, phường cũ", "Old ward"),
    "new_province_code": _code("Mã tỉnh mới", "New province code", _PROVINCE),
    "new_province_name": Field("text", "Tỉnh mới", "New province"),
    "new_ward_code": _code("Mã xã, phường mới", "New ward code", _WARD),
    "new_ward_name": Field("text", "Xã, phường mới", "New ward"),
    "new_ward_area_km2": Field("number", "Diện tích (km²)", "Area (km²)", digits=1, at_least=0),
    "new_ward_latitude_degrees": Field(
        "number", "Vĩ độ", "Latitude", "Of the ward's middle", 3, at_least=-90, at_most=90
    ),
    "new_ward_longitude_degrees": Field(
        "number", "Kinh độ", "Longitude", "Of the ward's middle", 3, at_least=-180, at_most=180
    ),
    "weight": Field("number", "Trọng số", "Weight", "Share of the old ward's counts", 3, at_least=0, at_most=1),
    "weight_basis": Field("text", "Cơ sở trọng số", "Basis of the weight", allowed=("whole", "equal")),
    "segment": Field("count", "Đoạn của chuỗi", "Segment", "Breaks of the series so far", at_least=0),
    "break_before": Field("code", "Gián đoạn", "Break before", "The event of data/policy/events.yml"),
}


def field(name: str) -> Field:
    """Give the entry of a column.

    Raises
    ------
    UsageError
        If the dictionary has no such column; the error lists those with a name like it.
    """
    if name not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, n=8, cutoff=0.5)
        raise UsageError(
            f"The field dictionary has no column {name!r}",
            allowed=", ".join(near) or "a column of analysis.fields.FIELDS",
            next_step="`display.table` labels a column of your own; one that stays gets an entry in analysis/fields.py",
        )
    return FIELDS[name]


def dtypes(columns: list[str]) -> dict[str, Any]:
    """Give the dtypes of `columns`."""
    return {column: FIELDS[column].dtype for column in columns}
