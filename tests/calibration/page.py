"""The pages docs/calibration.md and .vi.md: every promise with 1,000 replications, and the usual way beside it.

Run: `make calibrate`. It prints the table, writes `bench/calibration.json` and both pages, and fails if a promise is
not kept or a usual way keeps it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from calibration.harness import Coverage, Study, replicate
from calibration.test_calibration import STUDIES

TIMES = 1000
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "bench" / "calibration.json"
PAGES = {"en": ROOT / "docs" / "calibration.md", "vi": ROOT / "docs" / "calibration.vi.md"}
WORDS = {
    "en": {
        "title": "How honest are the intervals?",
        "intro": (
            "Data are drawn with a known truth, {times} times for each promise; counted is how often the interval "
            "holds the truth (for a yes or no: how often the answer is right). Beside it stands the usual way on the "
            "same data: each of them fails its promise, so the test can tell. All draws are simulated. Made by "
            "`make calibrate`; seeds are fixed, so the numbers come again."
        ),
        "head": "| What is promised | Held, % | Band, % | Width | The usual way | It holds, % |",
        "wider": "Why a band is not 93–97:",
    },
    "vi": {
        "title": "Các khoảng tin cậy đáng tin đến đâu?",
        "intro": (
            "Số liệu được mô phỏng với giá trị thật biết trước, {times} lần cho mỗi cam kết; đếm số lần khoảng tin cậy "
            "chứa giá trị thật (với câu hỏi có – không: số lần trả lời đúng). Bên cạnh là cách thông thường trên "
            "cùng số liệu: cách nào cũng không giữ được cam kết, nên phép thử phân biệt được. Mọi số liệu đều là mô "
            "phỏng. Trang do `make calibrate` lập; hạt giống ngẫu nhiên cố định nên kết quả lặp lại được."
        ),
        "head": "| Cam kết | Giữ được, % | Biên, % | Độ rộng | Cách thông thường | Giữ được, % |",
        "wider": "Vì sao biên không phải là 93–97:",
    },
}
VIETNAMESE = {
    "Newey–West": "Newey–West",
    "binomial": "nhị thức",
    "two columns, scale X2": "hai cột, thang X2",
    "least squares": "bình phương nhỏ nhất",
    "normal approximation": "xấp xỉ chuẩn",
    "plug-in empirical Bayes": "Bayes thực nghiệm thay thẳng ước lượng",
    "limits of chance alone": "giới hạn chỉ tính ngẫu nhiên",
    "raw shares": "tỷ lệ thô",
    "percentile bootstrap": "bootstrap phân vị",
    "percentile ranks": "hạng phân vị",
    "each p-value by itself": "từng giá trị p riêng lẻ",
    "finished cases only": "chỉ hồ sơ đã xong",
    "change of the whole": "thay đổi chung",
    "line on the logit, ceiling 100%": "đường thẳng trên thang logit, trần 100%",
    "line and season, months independent": "đường thẳng và mùa vụ, các tháng độc lập",
    "table for independent months": "bảng cho các tháng độc lập",
    "the likeliest date alone": "chỉ thời điểm có khả năng nhất",
    "independent errors": "sai số độc lập",
    "months of units as independent cases": "coi mỗi tháng của mỗi đơn vị là độc lập",
    "months after as independent": "coi các tháng sau là độc lập",
    "polynomial through all days": "đa thức qua mọi ngày",
    "share on time": "tỷ lệ đúng hạn",
    "short series with memory: the notes measured 93.4–94.6": "chuỗi ngắn có trí nhớ: đã đo được 93,4–94,6",
    "the effect of a share bends with its level: the notes measured 92.7–94.4": (
        "tác động lên tỷ lệ thay đổi theo mức của tỷ lệ: đã đo được 92,7–94,4"
    ),
    "power, 80% is said; the size of the noise is itself estimated from 54 months": (
        "lực kiểm định, cam kết 80%; độ lớn của nhiễu cũng phải ước lượng từ 54 tháng"
    ),
    "limits of 99.8%": "giới hạn 99,8%",
    "34 units of a skewed distribution": "34 đơn vị có phân bố lệch",
    "simultaneous sets may hold more than they promise": "các khoảng đồng thời có thể giữ nhiều hơn cam kết",
    "the ceiling is hardly seen early on: the notes measured 92.7–95.3": (
        "giai đoạn đầu hầu như chưa thấy mức trần: đã đo được 92,7–95,3"
    ),
    "the model is chosen on the same 36 months, and its parameters count as known": (
        "mô hình được chọn trên chính 36 tháng đó và tham số được coi là đã biết"
    ),
    "the memory is estimated from 60 months": "trí nhớ của chuỗi được ước lượng từ 60 tháng",
    "a set of whole months": "tập gồm các tháng tròn",
    "few units begin: the notes measured 94–96": "ít đơn vị bắt đầu: đã đo được 94–96",
    "the spread is that of 20 placebos, which are no more alike than units are": (
        "độ phân tán lấy từ 20 đơn vị giả định, vốn khác nhau như các đơn vị"
    ),
    "an alarm is asked for at p = 0.01 and one side": "báo động một phía ở p = 0,01",
    "power": "lực kiểm định",
    "few units begin, and they differ in how much they swing": "ít đơn vị bắt đầu, và mức dao động khác nhau",
    "units differ in how much they swing": "mức dao động của các đơn vị khác nhau",
    "all limits pooled": "gộp mọi mức thời hạn",
    "an interval for each month": "khoảng riêng cho từng tháng",
    "each month before on its own": "xét riêng từng tháng trước đó",
    "influence functions, each group its own spread": "hàm ảnh hưởng, mỗi nhóm một độ phân tán riêng",
}


def measured(study: Study, way: str) -> dict[str, Any]:
    found = replicate(study, way, TIMES)
    return {"held": found.held, "tried": found.tried, "width": float(f"{found.width:.3g}"),
            "kept": found.may_lie_in(study.band)}  # fmt: skip


def page(record: dict[str, Any], language: str) -> str:
    """Give the table as Markdown in one language (`vi` or `en`)."""
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"].format(times=f"{TIMES:,}" if language == "en" else "1.000")]
    lines += ["", words["head"], "|---|---:|---:|---:|---|---:|"]
    for study in STUDIES:
        ours, twin = (Coverage(each["held"], each["tried"], each["width"]) for each in record[study.name].values())
        low, high = study.band
        yes_or_no = ours.width in (0.0, 1.0, 2.0)
        cells = [
            study.says if language == "en" else study.says_vi,
            f"{ours.pct:.1f}",
            f"{low:g}–{high:g}",
            "" if yes_or_no else f"{ours.width:,.0f}" if ours.width >= 1000 else f"{ours.width:.3g}",
            study.twin_name if language == "en" else VIETNAMESE[study.twin_name],
            f"{twin.pct:.1f}",
        ]
        if language == "vi":
            figures = str.maketrans(",.", ".,")
            cells[1:4] = [each.translate(figures) for each in cells[1:4]]
            cells[5] = cells[5].translate(figures)
        lines.append(f"| {' | '.join(cells)} |")
    reasons = {study.reason: study for study in STUDIES if study.reason}
    lines += ["", words["wider"]]
    for reason in reasons:
        named = [study.says if language == "en" else study.says_vi for study in STUDIES if study.reason == reason]
        lines.append(f"- {'; '.join(named)}: {reason if language == 'en' else VIETNAMESE[reason]}.")
    return "\n".join(lines) + "\n"


def main() -> None:
    began, record, broken = time.monotonic(), {}, []
    for study in STUDIES:
        found = {way: measured(study, way) for way in ("run", "twin")}
        ours, twin = found["run"], found["twin"]
        told = (
            f"{study.name:22} {ours['held'] / TIMES:7.1%}  {study.band}  {study.twin_name}: {twin['held'] / TIMES:.1%}"
        )
        print(told, flush=True)
        broken += [study.name] if not ours["kept"] or twin["kept"] else []
        record[study.name] = {
            way: {key: each[key] for key in ("held", "tried", "width")} for way, each in found.items()
        }
    print(f"{len(STUDIES)} promises, {TIMES:,} draws each, {(time.monotonic() - began) / 60:.1f} minutes")
    if broken:
        sys.exit(f"not kept, or kept by the usual way: {', '.join(broken)}")
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for language, path in PAGES.items():
        path.write_text(page(record, language), encoding="utf-8")


if __name__ == "__main__":
    main()
