"""Reading HTML for the gates: what it refers to, its headings, tables and text."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser

FETCHING = {
    "src", "srcset", "href", "xlink:href", "data", "poster", "action", "formaction", "background", "ping",
}  # fmt: skip
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "base", "form", "frame", "audio", "video"}
NOT_TEXT = {"style", "script", "metadata", "title", "desc"}
CSS_REMOTE = re.compile(r"@import|url\(\s*['\"]?(?!['\"]?(?:#|data:image/))[^)]*\)", re.IGNORECASE)
VOID = {"area", "br", "col", "hr", "img", "input", "meta", "source", "track", "wbr"}


class Markup(HTMLParser):
    """One parse of a page or a fragment.

    Attributes
    ----------
    references
        `tag attribute=value` of everything a browser could fetch or follow, outside the page itself.
    forbidden
        Elements and attributes that no page may have.
    headings
        Levels of h1–h6, in order.
    images_without_alt
        How many `<img>` have no text.
    tables
        Rows of cell texts, per table; rows of `<thead>` left out.
    words
        The visible text.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.references: list[str] = []
        self.forbidden: list[str] = []
        self.headings: list[int] = []
        self.images_without_alt = 0
        self.tables: list[list[list[str]]] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        """Give the visible text, pieces apart."""
        return " ".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element is and refers to."""
        if tag not in VOID:
            self._open.append(tag)
        values = {name: value or "" for name, value in attrs}
        self._references(tag, values)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        elif tag == "img" and not values.get("alt", "").strip():
            self.images_without_alt += 1
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and "thead" not in self._open and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and "thead" not in self._open and self.tables and self.tables[-1]:
            self._cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<x/>` as opened and closed at once."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those left open inside it."""
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep visible text; look for references in styles."""
        if "style" in self._open and CSS_REMOTE.search(data):
            self.references.append(f"style {CSS_REMOTE.search(data)[0]}")  # type: ignore[index]
        if not NOT_TEXT.intersection(self._open):
            self._text.append(data)
            if self._cell is not None:
                self._cell.append(data)

    def handle_decl(self, decl: str) -> None:
        """Refuse a document type that names an address."""
        if "://" in decl:
            self.references.append(f"<!{decl}>")

    def _references(self, tag: str, values: dict[str, str]) -> None:
        if tag in FORBIDDEN or (tag == "meta" and values.get("http-equiv", "").lower() == "refresh"):
            self.forbidden.append(f"<{tag}>")
        for name, value in values.items():
            if name.startswith("on"):
                self.forbidden.append(f"<{tag} {name}>")
            if name in FETCHING and not value.startswith(("#", "data:image/")):
                self.references.append(f"{tag} {name}={value}")
            if name not in FETCHING and CSS_REMOTE.search(value):
                self.references.append(f"{tag} {name}={value}")


@lru_cache(maxsize=64)
def parsed(html: str) -> Markup:
    """Parse a page or a fragment; each gate looks at the same few."""
    return Markup(html)
