"""Keep locales/vi.po in step with the code and the notebooks: `python -m analysis.messages`."""

from __future__ import annotations

import sys

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from analysis import paths

KEYWORDS: dict[str, tuple[int, ...] | None] = {"text": None, "plural": (2,), "said": None}
PO = paths.PACKAGE / "locales" / "vi.po"


def used() -> list[str]:
    """Give every message the code and the notebooks' Markdown use, in English."""
    found = extract_from_dir(
        paths.PACKAGE, method_map=[("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
    )
    code = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    prose = {
        cell.source.strip()
        for path in (*paths.NOTEBOOKS.glob("*.ipynb"), *paths.PACKAGE.rglob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
        if cell.cell_type == "markdown"
    }
    return sorted(code | prose)


def main() -> int:
    """Add the messages that are new, drop those no longer used, and list what is not translated."""
    with PO.open("rb") as file:
        known = {str(message.id): message.string for message in read_po(file, locale="vi") if message.id}
    catalogue = Catalog(locale="vi", project="public-services-lab", version="1", charset="utf-8")
    for message in used():
        catalogue.add(message, known.get(message, ""))
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, omit_header=False, sort_output=True)
    missing = [str(message.id) for message in catalogue if message.id and not message.string]
    sys.stdout.write(f"{len(used())} messages, {len(missing)} not translated\n" + "".join(f"  {m}\n" for m in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
