"""A procedure as an edition of the catalogue writes it: words, not yet numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from analysis.errors import DataContractError
from analysis.sources import registry

DIRECT, ONLINE, POST = "Trực tiếp", "Trực tuyến", "Dịch vụ bưu chính"


class Channel(NamedTuple):
    """One row of a procedure's table of ways to file: the channel, the time limit, the fee, what else it says."""

    channel: str
    limit: str
    fee: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One procedure of one edition; an empty text is one that the edition does not give.

    Attributes
    ----------
    levels
        Who settles it, as written: `Cấp tỉnh, Cấp xã`.
    documents, document_lists
        Rows of its lists of documents, and how many lists there are; None where it has none that can be read.
    unread
        What stands in the table of channels before the first row that could be read; empty where all of it was.
    """

    edition: str
    code: str
    name: str
    field: str
    agency: str
    levels: str
    decision: str
    documents: int | None
    document_lists: int | None
    channels: tuple[Channel, ...]
    unread: str
    source_id: str
    path: str
    row: int


def files(source_id: str, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Give path and content of a source's locked files of a kind, by path; none before it is fetched."""
    if registry.is_fetched(source_id):
        for path in sorted(registry.read_lock(source_id)):
            if path.endswith(suffix):
                yield path, registry.open_bytes(source_id, path)


def key_missing(source_id: str, path: str, error: KeyError) -> DataContractError:
    """Say that a file of an edition is not of the form its reader knows."""
    return DataContractError(
        f"a procedure has no {error}",
        where=f"data/raw/{source_id}/{path}",
        next_step="compare the file with its publisher's; the edition's reader in sources/catalogue names every key",
    )
