"""The pages docs/indicators.md and .vi.md, made from the codebook: `python -m analysis.display.codebook`."""

from __future__ import annotations

from itertools import groupby

from analysis import paths
from analysis.display.labels import certainty
from analysis.display.text import Text, text
from analysis.indicators.codebook import Indicator, indicators

FILES = {"en": paths.ROOT / "docs" / "indicators.md", "vi": paths.ROOT / "docs" / "indicators.vi.md"}


def page(language: str) -> str:
    """Give the codebook as Markdown in one language (`vi` or `en`): a section a theme, an entry an indicator."""
    made = "python -m analysis.display.codebook"
    head = text(
        "Made from `src/analysis/indicators/indicators.yml` by `{command}`. Every value is made from counts that add "
        "up over units, fields and months; the ratio comes last. {n} indicators.",
        command=made,
        n=len(indicators()),
    )
    title = text("What each indicator counts")
    lines = [f"# {title[language]}", "", head[language]]
    for theme, entries in groupby(indicators().values(), key=lambda each: each.theme):
        lines += ["", f"## {themes()[theme][language]}"]
        for each in entries:
            lines += ["", *_entry(each, language)]
    return "\n".join(lines) + "\n"


def _entry(each: Indicator, language: str) -> list[str]:
    facts = [(text("Counted as"), _formula(each)), (text("Unit"), _units()[each.unit])]
    facts.append((text("Better"), _directions()[each.direction]))
    if each.threshold_pct is not None:
        facts.append((text("Full marks or target"), Text(*[f"{each.threshold_pct:g}%"] * 2)))
    facts.append((text("Serves"), Text(*[", ".join(f"`{name}`" for name in each.serves)] * 2)))
    source = Text(each.source.vi, each.source.en)
    facts.append((text("Definition from"), source + Text(" – ", " – ") + certainty(each.certainty)))
    label, definition = (getattr(words, language) for words in (each.label, each.definition))
    return [
        f"### {label}",
        f"`{each.id}` – {definition}",
        "",
        *(f"- {name[language]}: {value[language]}" for name, value in facts),
    ]


def _formula(each: Indicator) -> Text:
    if each.numerator:
        formula = f"`{' + '.join(each.numerator)}` / `{' + '.join(each.denominator)}` ({each.of})"
        return Text(formula, formula)
    if each.probability is not None:
        return text("{percent} quantile of whole working days", percent=f"{100 * each.probability:g}%")
    if each.kind == "register":
        return text("from the table {table}", table=f"`{each.of}`")
    return text("from the months of receipt, of the end and of the due date")


def themes() -> dict[str, Text]:
    """Give the words for the themes of the codebook."""
    return {
        "use": text("Use of online services"),
        "time": text("Time and backlog"),
        "four_nos": text("The four nos"),
        "digitisation": text("Digitisation and data"),
        "satisfaction": text("Satisfaction"),
        "linked": text("Linked procedures"),
        "gaps": text("No one left behind"),
        "simplification": text("Simplification"),
        "petitions": text("Petitions"),
        "internal": text("Internal procedures and work files"),
        "databases": text("Databases"),
        "rules": text("Reviews of rules"),
    }


def _units() -> dict[str, Text]:
    return {
        "pct": text("percent"),
        "per_hundred": text("per 100 dossiers"),
        "days": text("working days"),
        "count": text("number"),
        "number": text("months"),
        "points": text("percentage points"),
    }


def _directions() -> dict[str, Text]:
    return {"higher": text("higher"), "lower": text("lower"), "none": text("neither")}


def main() -> None:
    """Write both pages."""
    for language, path in FILES.items():
        path.write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
