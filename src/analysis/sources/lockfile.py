"""The form of `source.lock.yml`: what all files share said once on top, then an entry a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analysis.yaml_files import load_yaml

# libyaml writes a lock of thousands of files in a fraction of a second; pure Python needs tens of seconds.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_HEADER = "# Generated, never edited by hand. Each file: its path in this folder, its sha256, its size.\n"


def _inside(path: str) -> str:
    """Refuse a path that leaves its folder or is not written the POSIX way."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\\" in path or ".." in parts or str(PurePosixPath(path)) != path:
        raise ValueError("a relative POSIX path inside the source's folder is needed")
    return path


FilePath = Annotated[str, AfterValidator(_inside)]


class Origin(BaseModel):
    """Where a file was published: a path in one commit of a public repository."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    path: FilePath


class LockedFile(BaseModel):
    """One pinned file; further keys (a portal response's request and time) are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True)

    path: FilePath
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    origin: Origin | None = None


def parse(content: bytes) -> dict[str, LockedFile]:
    """Give the locked files by path.

    A file's origin is the lock's shared `origin` (repository, commit, and the folder its path is
    appended to), overridden by the keys of its own `origin`.

    Raises
    ------
    yaml.YAMLError, pydantic.ValidationError, ValueError
        When the content is not a lock.
    """
    lock = load_yaml(content)
    if not isinstance(lock, dict) or not isinstance(lock.get("files"), list):
        raise ValueError("a mapping with a list under `files` is needed")
    files = [LockedFile.model_validate(_with_origin(entry, lock.get("origin"))) for entry in lock["files"]]
    repeated = [path for path, count in Counter(file.path for file in files).items() if count > 1]
    if repeated:
        raise ValueError(f"listed more than once: {', '.join(repeated)}")
    return {file.path: file for file in files}


def _with_origin(entry: dict[str, Any], shared: Mapping[str, str] | None) -> dict[str, Any]:
    if shared is None:
        return entry
    inherited = {
        "repository": shared["repository"],
        "commit": shared["commit"],
        "path": str(PurePosixPath(shared["folder"], entry["path"])),
    }
    return {**entry, "origin": inherited | entry.get("origin", {})}


def dump(files: Iterable[LockedFile]) -> bytes:
    """Write the lock of `files`, sorted by path; the same files give the same bytes."""
    ordered = sorted(files, key=lambda file: file.path)
    shared = _shared_origin(ordered)
    lock: dict[str, Any] = {"origin": shared} if shared else {}
    lock["files"] = [_without_origin(file, shared) for file in ordered]
    text = yaml.dump(lock, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=10**6)
    return (_HEADER + text).encode()


def _shared_origin(files: list[LockedFile]) -> dict[str, str] | None:
    """Choose the most frequent repository, commit and folder; none unless every file has an origin."""
    if not files or any(file.origin is None for file in files):
        return None
    counts = Counter(
        (file.origin.repository, file.origin.commit, _folder(file.origin.path, file.path))
        for file in files
        if file.origin
    )
    repository, commit, folder = min(counts, key=lambda key: (-counts[key], key))
    return {"repository": repository, "commit": commit, "folder": folder}


def _folder(origin_path: str, path: str) -> str:
    """Give the folder that `path` lies in at the origin, or the origin's root when it was renamed."""
    return origin_path.removesuffix(path).rstrip("/") if origin_path.endswith(f"/{path}") else ""


def _without_origin(file: LockedFile, shared: Mapping[str, str] | None) -> dict[str, Any]:
    entry = file.model_dump(mode="json", exclude_none=True)
    if shared is None or file.origin is None:
        return entry
    inherited = _with_origin({"path": file.path}, shared)["origin"]
    own = {key: value for key, value in entry.pop("origin").items() if value != inherited[key]}
    return entry | ({"origin": own} if own else {})
