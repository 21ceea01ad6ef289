"""A site as an RO-Crate 1.1: a folder that an archive takes, with what each page was made of in its metadata.

The metadata are written by hand: they are a list of linked things in JSON, and need no library.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import GateFailedError, UsageError
from analysis.reporting import proof, publish
from analysis.reporting.fingerprint import sha256
from analysis.reporting.manifest import Page

METADATA = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/crate/1.1"
TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SOFTWARE = "#software"
Thing = dict[str, Any]


def export(pages: Iterable[Page], into: Path, *, title: str) -> int:
    """Copy the good pages and describe them.

    Parameters
    ----------
    pages
        Those without a good version are left out.
    into
        A folder that does not exist yet.
    title
        Of the site.

    Returns
    -------
    int
        How many pages were copied.

    Raises
    ------
    UsageError
        If the folder exists, or no page is good.
    GateFailedError
        If a page is not what its manifest says.
    """
    if into.exists():
        raise UsageError("The folder exists", where=into.name, allowed="a folder that does not exist yet")
    found = {page.id: publish.read(paths.REPORTS / page.id).record for page in pages}
    good = {page: record for page, record in found.items() if record.get("outcome") == "published"}
    if not good:
        raise UsageError("No page is published", next_step="`analysis report`")
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}-") as folder:
        aside = Path(folder) / into.name
        for page in good:
            shutil.copytree(paths.REPORTS / page, aside / page)
        # of the copy: a page may have been replaced while it was copied
        if wrong := [f"{each.page}: {each.file}: {each.says}" for each in proof.verify(good, aside)]:
            raise GateFailedError(
                "What would be copied is not what its manifests say",
                where="; ".join(wrong[:5]),
                next_step="`analysis verify`; `analysis report --force --only ID` makes a page again",
            )
        graph = _graph(good, aside, title)
        (aside / METADATA).write_bytes(publish.dump_json({"@context": f"{PROFILE}/context", "@graph": graph}))
        aside.rename(into)
    return len(good)


def _graph(records: dict[str, Thing], into: Path, title: str) -> list[Thing]:
    runs = {page: json.loads((into / page / publish.RUN).read_bytes()) for page in records}
    things: dict[str, Thing] = {}
    for page, record in records.items():
        for thing in (*_of_page(page, record, into / page), *_of_making(page, record, runs[page]), *_inputs(record)):
            things[thing["@id"]] = thing
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": "Report pages with the manifests that say what each was made of.",
        "datePublished": max(run["ended"] for run in runs.values()),
        "license": {"@id": "#licence"},
        "hasPart": [{"@id": f"{page}/"} for page in records],
        "mentions": [{"@id": f"#making-{page}"} for page in records],
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }
    licence = {
        "@id": "#licence",
        "@type": "CreativeWork",
        "name": "Code: MIT. Data: the terms of each publisher, named in every manifest.",
    }
    version = next(iter(records.values()))["versions"]["analysis"]
    software = {"@id": SOFTWARE, "@type": "SoftwareApplication", "name": "public-services-lab", "version": version}
    return [descriptor, root, licence, software, *things.values()]


def _of_page(page: str, record: Thing, folder: Path) -> Iterator[Thing]:
    names = sorted(path.name for path in folder.iterdir())
    yield {
        "@id": f"{page}/",
        "@type": "Dataset",
        "name": record["title"]["en"],
        "alternateName": record["title"]["vi"],
        "temporalCoverage": str(record["parameters"]["period"]),
        "hasPart": [{"@id": f"{page}/{name}"} for name in names],
    }
    for name in names:
        content = (folder / name).read_bytes()
        yield {
            "@id": f"{page}/{name}",
            "@type": "File",
            "name": name,
            "encodingFormat": TYPES[Path(name).suffix],
            "contentSize": str(len(content)),
            "sha256": sha256(content),
        }


def _of_making(page: str, record: Thing, run: Thing) -> Iterator[Thing]:
    yield {
        "@id": f"#making-{page}",
        "@type": "CreateAction",
        "name": f"Making of {page}, run {run['run']}",
        "instrument": {"@id": SOFTWARE},
        "object": [{"@id": f"#{entry['sha256']}"} for entry in record["inputs"]],
        "result": {"@id": f"{page}/"},
        "startTime": run["started"],
        "endTime": run["ended"],
        "actionStatus": "http://schema.org/CompletedActionStatus",
        **({"description": f"commit {run['commit']}"} if run["commit"] else {}),
    }


def _inputs(record: Thing) -> Iterator[Thing]:
    """Give what a page was made of: named by hash, and not part of the crate."""
    for entry in record["inputs"]:
        yield {
            "@id": f"#{entry['sha256']}",
            "@type": "CreativeWork",
            "name": entry["file"],
            "sha256": entry["sha256"],
        }
