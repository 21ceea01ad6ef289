"""How a built file gets to its place: at once, so that a reader sees the old or the new, and never half of one."""

from __future__ import annotations

import os
from pathlib import Path


def put(content: bytes, path: Path) -> None:
    """Write a file aside and rename it into place; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_bytes(content)
    aside.replace(path)
