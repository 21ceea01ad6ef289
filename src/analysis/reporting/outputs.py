"""What an executed notebook says: the outputs that `analysis.display` made, checked and in order.

Only these outputs are published. The page starts at the header: cells before it speak to the reader of
the notebook. Cells tagged `data` hold the table that the next chart plots; it goes to the workbook, and
on the page the chart carries it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from analysis.errors import GateFailedError

MIME = "application/vnd.analysis.display+json"
DATA_TAG = "data"
LANGUAGES = ("vi", "en")
State = Literal["fresh", "late", "partial", "stale", "provisional"]
Kind = Literal["text", "code", "flag", "date", "month", "count", "pct", "points", "days", "number", "vnd", "rank"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Part(BaseModel):
    """A part of the contract with `analysis.display`."""

    model_config = ConfigDict(frozen=True)


class Bilingual(Part):
    """Text or HTML in both languages, neither empty."""

    vi: Words
    en: Words

    def __getitem__(self, language: str) -> str:
        """Give one language."""
        return self.vi if language == "vi" else self.en


class SourceFile(Part):
    """A raw file and its hash."""

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Source(Part):
    """Where numbers of the page come from."""

    id: str
    title: Bilingual
    citation: Bilingual
    url: str
    licence: Bilingual
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    simulated: bool = False
    caveats: list[Bilingual] = []
    sha256: list[SourceFile]


class Header(Part):
    """The top of a page; exactly one."""

    kind: Literal["header"]
    title: Bilingual
    subtitle: Bilingual
    period: Bilingual
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    state: State | None = None
    simulated: bool = False
    sources: list[Source] = Field(min_length=1)


class Prose(Part):
    """Sentences made from results."""

    kind: Literal["prose"]
    html: Bilingual


class Column(Part):
    """A column of a table."""

    name: str
    label: Bilingual
    kind: Kind
    digits: int | None = None


class Table(Part):
    """A table and its rows as values."""

    kind: Literal["table"]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    caption: Bilingual
    columns: list[Column] = Field(min_length=1)
    rows: list[list[Any]]
    html: Bilingual


class Chart(Part):
    """A figure with the table behind it."""

    kind: Literal["chart"]
    id: str
    table: str
    alt: Bilingual
    caption: Bilingual
    html: Bilingual


class Indicators(Part):
    """Rows of `indicators.json`; not shown."""

    kind: Literal["indicators"]
    rows: list[dict[str, Any]]


class Markdown(NamedTuple):
    """A markdown cell: an English message."""

    source: str


Payload = Header | Prose | Table | Chart | Indicators
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Annotated[Payload, Field(discriminator="kind")])


class Block(NamedTuple):
    """One thing on the page, with the number of its cell in the notebook."""

    cell: int
    content: Payload | Markdown
    data: bool = False


class Content(NamedTuple):
    """Everything that a page says."""

    header: Header
    blocks: list[Block]

    def tables(self) -> list[Table]:
        """List the tables, those behind charts too."""
        return [block.content for block in self.blocks if isinstance(block.content, Table)]

    def indicators(self) -> list[dict[str, Any]]:
        """List the rows of every `indicators` output."""
        return [row for block in self.blocks if isinstance(block.content, Indicators) for row in block.content.rows]


def collect(notebook: Any) -> Content:
    """Read an executed notebook.

    Raises
    ------
    GateFailedError
        If an output breaks the contract, or there is not exactly one header, the first output.
    """
    blocks = [block for number, cell in numbered(notebook) for block in _cell_blocks(number, cell)]
    shown = [block for block in blocks if not isinstance(block.content, Markdown)]
    headers = [block for block in shown if isinstance(block.content, Header)]
    if len(headers) != 1 or shown[0] is not headers[0]:
        raise GateFailedError(
            f"The page has {len(headers)} headers" if len(headers) != 1 else "The header is not the first output",
            where=", ".join(f"cell {block.cell}" for block in headers),
            allowed="exactly one header, before any other output",
        )
    header = headers[0].content
    assert isinstance(header, Header)  # for the type checker: chosen by this very test
    return Content(header, blocks[blocks.index(headers[0]) + 1 :])


def numbered(notebook: Any) -> list[tuple[int, Any]]:
    """Give each cell the number it has in the notebook file, from 1; the injected cell has none."""
    cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    return list(enumerate(cells, start=1))


def _cell_blocks(number: int, cell: Any) -> list[Block]:
    if cell.cell_type == "markdown":
        return [Block(number, Markdown(cell.source.strip()))] if cell.source.strip() else []
    data = DATA_TAG in cell.metadata.get("tags", [])
    payloads = [output["data"][MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    return [Block(number, _payload(number, payload), data) for payload in payloads]


def _payload(number: int, payload: Any) -> Payload:
    try:
        return PAYLOAD.validate_python(payload)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:5])
        raise GateFailedError("An output breaks the display contract", where=f"cell {number}: {wrong}") from None
