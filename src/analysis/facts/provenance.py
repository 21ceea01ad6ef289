"""From a table's rows back to the published files and their hashes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.facts import reads
from analysis.facts.dossiers import building
from analysis.sources import registry


def provenance(frames: list[pd.DataFrame]) -> list[dict[str, Any]]:
    """Describe the sources that the given rows came from.

    Parameters
    ----------
    frames
        Rows of facts tables, with `source_id` and `file`.

    Returns
    -------
    list of dict
        One per source, by id: id, title, citation and licence (vi, en), url, as_of (ISO), simulated, caveats (vi, en)
        and `sha256`, the files with the hash their bytes were checked against.
    """
    rows = pd.concat([frame[["source_id", "file"]] for frame in frames]).drop_duplicates()
    return [
        _describe(str(source_id), sorted(group["file"])) for source_id, group in rows.groupby("source_id", sort=True)
    ]


def dossiers_brought(source_id: str | None = None) -> pd.DataFrame:
    """Say what each source of dossiers, or one of them, brought to the last build.

    Returns
    -------
    pandas.DataFrame
        One row a source: `source_id`, `simulated`, `of_province` (of a province, or stands in for one),
        `dossiers_count`, `rejected_count` (rows set aside), `first_month` and `last_month` of receipt (YYYY-MM, both
        INCLUSIVE; missing where nothing was taken).
    """
    brought = [each for each in building.last_built() if source_id in (None, each.source_id)]
    for each in brought:
        reads.note("dossiers", each.source_id)
        reads.note("source", each.source_id)
    rows = [
        {
            "source_id": each.source_id,
            "simulated": (simulated := registry.source(each.source_id).kind == "simulated"),
            "of_province": simulated or registry.source(each.source_id).province is not None,
            "dossiers_count": each.rows_count,
            "rejected_count": each.rejected_count,
            "first_month": min(each.months, default=None),
            "last_month": max(each.months, default=None),
        }
        for each in brought
    ]
    names = ["source_id", "simulated", "of_province", "dossiers_count", "rejected_count", "first_month", "last_month"]
    return pd.DataFrame(rows, columns=names)


def described() -> tuple[str, ...]:
    """Give the id of every source there is, fetched or not."""
    return tuple(source.id for source in registry.sources())


def fetched() -> frozenset[str]:
    """Give the ids of the sources whose locked files are all on this machine."""
    return frozenset(source.id for source in registry.sources() if registry.is_fetched(source.id))


def provenance_of(source_id: str) -> list[dict[str, Any]]:
    """Describe one source with all its files, in the form of `provenance`."""
    reads.note("files", source_id)
    return [_describe(source_id, [f"{source_id}/{path}" for path in sorted(registry.read_lock(source_id))])]


def _describe(source_id: str, files: list[str]) -> dict[str, Any]:
    reads.note("source", source_id)
    source, lock = registry.source(source_id), registry.read_lock(source_id)
    return {
        "id": source_id,
        "title": source.title.model_dump(),
        "citation": source.citation.model_dump(),
        "url": source.url,
        "licence": source.licence.model_dump(),
        "as_of": source.as_of.isoformat(),
        "simulated": source.kind == "simulated",
        "caveats": [caveat.model_dump() for caveat in source.caveats],
        "sha256": [{"file": file, "sha256": lock[file.removeprefix(f"{source_id}/")].sha256} for file in files],
    }
