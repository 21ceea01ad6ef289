"""Keep locales/vi.po in step with the code and the notebooks: `python -m analysis.messages`."""

from __future__ import annotations

import io
import sys

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from analysis import paths

KEYWORDS: dict[str, tuple[int, ...] | None] = {"text": None, "plural": (2,), "said": None}
PO = paths.PACKAGE / "locales" / "vi.po"
# Babel's own header carries the moment it was written, and the same messages have to give the same bytes
HEADER = """\
# Vietnamese of the pages; `make messages` keeps it in step with the code and the notebooks.
msgid ""
msgstr ""
"Language: vi\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


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
    catalogue = Catalog(locale="vi", charset="utf-8")
    for message in used():
        catalogue.add(message, known.get(message, ""))
    entries = io.BytesIO()
    write_po(entries, catalogue, width=110, omit_header=True, sort_output=True)
    PO.write_bytes(HEADER.encode() + entries.getvalue())
    missing = [str(message.id) for message in catalogue if message.id and not message.string]
    sys.stdout.write(f"{len(used())} messages, {len(missing)} not translated\n" + "".join(f"  {m}\n" for m in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
