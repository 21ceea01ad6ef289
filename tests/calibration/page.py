"""The pages docs/calibration.md and .vi.md: every promise with 1,000 replications, and the usual way beside it.

Run: `make calibrate`, or with `ARGS="safe forecast"` for some studies alone: the seeds are fixed, so those of which
neither the study nor its method has changed come out as they are in the record. It prints the table, writes
`bench/calibration.json` and both pages, and fails if a promise is not kept or a usual way keeps it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from calibration.harness import WIDEST, Coverage, Study, replicate
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
            "holds the truth (for a yes or no: how often the answer is right); its width is the middle one. Beside it "
            "stands the usual way on the same data: each of them fails its promise, so the test can tell. All draws "
            "are simulated. Made by `make calibrate`; seeds are fixed, so the numbers come again."
        ),
        "head": "| What is promised | Held, % | Band, % | Width | The usual way | It holds, % | Its width |",
        "wider": "Why a band is not 93–97:",
        "width": "The widest that an interval may be: 1.3 times one that knows what the method has to estimate.",
    },
    "vi": {
        "title": "Các khoảng tin cậy đáng tin đến đâu?",
        "intro": (
            "Số liệu được mô phỏng với giá trị thật biết trước, {times} lần cho mỗi cam kết; đếm số lần khoảng tin cậy "
            "chứa giá trị thật (với câu hỏi có – không: số lần trả lời đúng); độ rộng là trung vị. Bên cạnh là cách "
            "thông thường trên cùng số liệu: cách nào cũng không giữ được cam kết, nên phép thử phân biệt được. Mọi "
            "số liệu đều là mô phỏng. Trang do `make calibrate` lập; hạt giống ngẫu nhiên cố định nên kết quả lặp "
            "lại được."
        ),
        "head": "| Cam kết | Giữ được, % | Biên, % | Độ rộng | Cách thông thường | Giữ được, % | Độ rộng |",
        "wider": "Vì sao biên không phải là 93–97:",
        "width": "Độ rộng lớn nhất được phép: 1,3 lần khoảng biết trước điều mà phương pháp phải ước lượng.",
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
    "season, but no calendar": "có mùa vụ nhưng không có lịch",
    "ten columns on 42 months: the notes measured 92.4–92.7": "mười cột trên 42 tháng: đã đo được 92,4–92,7",
    "near the top it may hold more than it promises": "gần mức cao nhất, khoảng có thể giữ nhiều hơn cam kết",
    "eight months after the event": "chỉ có tám tháng sau sự kiện",
    "counts, exposure left out": "số đếm, bỏ qua quy mô",
    "median times put in": "thay bằng thời gian trung vị",
    "a sum that is known, not an interval of chance": "tổng đã biết, không phải khoảng ngẫu nhiên",
    "a fifth of all days": "coi một phần năm là thông thường",
    "the rarest place among 21 units is 1 in 21": "vị trí hiếm nhất trong 21 đơn vị là 1 trên 21",
    "withdrawn cases as if they waited on": "coi hồ sơ được rút như vẫn đang chờ",
    "the level before taken for known": "coi mức trước là đã biết chính xác",
    "the rank by the given weights alone": "chỉ thứ hạng theo trọng số đã cho",
    "ranks are whole numbers": "thứ hạng là số nguyên",
    "two withheld in every row and column": "mỗi hàng, mỗi cột che hai ô",
    "the noise of the share is taken not to die off, so it may hold more than it promises": (
        "phương pháp coi dao động của tỷ lệ không nhỏ dần, nên khoảng có thể giữ nhiều hơn cam kết"
    ),
    "a rule without chance": "quy tắc không phụ thuộc ngẫu nhiên",
    "99.8% limits for each comparison by itself": "giới hạn 99,8% cho từng phép so sánh riêng lẻ",
    "the funnel's scale alone": "chỉ theo thang của biểu đồ phễu",
    "three standard deviations of the raw shares": "ba độ lệch chuẩn của các tỷ lệ thô",
    "the change as it is seen": "mức thay đổi như quan sát được",
    "a change beyond twice its error": "thay đổi vượt hai lần sai số",
    "the share without its interval": "tỷ lệ không kèm khoảng tin cậy",
    "an interval for each unit": "khoảng riêng cho từng đơn vị",
    "spread of the times for the error of their mean": "lấy độ phân tán của thời gian làm sai số của trung bình",
    "the last six months taken for the ceiling": "coi sáu tháng cuối là mức trần",
    "the bend without its error": "điểm uốn không kèm sai số",
    "Wilson's interval": "khoảng Wilson",
    "many comparisons at once: it may hold more than it promises": (
        "nhiều phép so sánh cùng lúc: có thể giữ nhiều hơn cam kết"
    ),
    "the peers' shares as they are seen lie wider apart than the true ones": (
        "tỷ lệ quan sát được của các đơn vị cùng loại phân tán hơn tỷ lệ thật"
    ),
    "every curve has to be past its bend, on one side": "đường cong nào cũng phải qua điểm uốn, xét một phía",
    "every check has to pass before the word is used": "chỉ dùng từ này khi mọi kiểm tra đều đạt",
    "exact: it may hold more than it promises": "khoảng chính xác: có thể giữ nhiều hơn cam kết",
}


def page(record: dict[str, Any], language: str) -> str:
    """Give the table as Markdown in one language (`vi` or `en`)."""
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"].format(times=f"{TIMES:,}" if language == "en" else "1.000")]
    lines += ["", words["head"], "|---|---:|---:|---:|---|---:|---:|"]
    for study in STUDIES:
        counted = {way: Coverage(**each) for way, each in record[study.name].items()}
        ours, twin = counted["run"], counted["twin"]
        low, high = study.band
        figures = [f"{ours.pct:.1f}", f"{low:g}–{high:g}", _width(ours), f"{twin.pct:.1f}", _width(twin)]
        if language == "vi":
            figures = [each.translate(str.maketrans(",.", ".,")) for each in figures]
        name = study.twin_name if language == "en" else VIETNAMESE[study.twin_name]
        lines.append(f"| {' | '.join([_says(study, language), *figures[:3], name, *figures[3:]])} |")
    lines += ["", words["wider"]]
    for reason in dict.fromkeys(study.reason for study in STUDIES if study.reason):
        named = [_says(study, language) for study in STUDIES if study.reason == reason]
        lines.append(f"- {'; '.join(named)}: {reason if language == 'en' else VIETNAMESE[reason]}.")
    lines += ["", words["width"]]
    for study in (each for each in STUDIES if each.reference):
        widest = f"{WIDEST * record[study.name]['reference']['width']:.3g}"
        lines.append(f"- {_says(study, language)}: {widest if language == 'en' else widest.replace('.', ',')}.")
    return "\n".join(lines) + "\n"


def _says(study: Study, language: str) -> str:
    return study.says if language == "en" else study.says_vi


def _width(found: Coverage) -> str:
    """Write a median width; nothing for a yes or no, whose widths are those of a sign."""
    if found.width in (0.0, 1.0, 2.0):
        return ""
    return f"{found.width:,.0f}" if found.width >= 1000 else f"{found.width:.3g}"


def main() -> None:
    began, broken = time.monotonic(), []
    named = set(sys.argv[1:]) or {study.name for study in STUDIES}
    old = json.loads(RECORD.read_text(encoding="utf-8"))
    record = {study.name: old.get(study.name) for study in STUDIES}
    for study in (each for each in STUDIES if each.name in named):
        counted = replicate(study, TIMES)
        ours, twin = counted["run"], counted["twin"]
        told = f"{ours.pct:5.1f}%, {ours.width:.3g} wide  {study.band}"
        print(f"{study.name:24} {told}  {study.twin_name}: {twin.pct:.1f}%, {twin.width:.3g} wide", flush=True)
        broken += [] if study.keeps("run", counted) and not study.keeps("twin", counted) else [study.name]
        record[study.name] = {
            way: {"held": found.held, "tried": found.tried, "width": float(f"{found.width:.3g}")}
            for way, found in counted.items()
        }
    print(f"{len(named)} promises, {TIMES:,} draws each, {(time.monotonic() - began) / 60:.1f} minutes")
    if broken:
        sys.exit(f"not kept, or kept by the usual way: {', '.join(broken)}")
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for language, path in PAGES.items():
        path.write_text(page(record, language), encoding="utf-8")


if __name__ == "__main__":
    main()
