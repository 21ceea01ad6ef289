"""A page that could not be made: which cell, which error, for its own page and the summary."""

from __future__ import annotations

import re
import sys
import textwrap
import traceback as tracebacks
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analysis.errors import AnalysisError

REASON_WIDTH = 240
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ABSOLUTE = re.compile(r"(?:/[\w.+@-]+)+/([\w.+-]+/[\w.+-]+\.(?:py|so|zip|ipynb))")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong; `cell` counts from 1 as in the notebook file, None if no cell is to blame."""

    error: str
    message: str
    cell: int | None = None
    traceback: str = ""

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Failure:
        """Take it from JSON; what is not there is left empty."""
        return cls(
            str(written.get("error", "")),
            str(written.get("message", "")),
            written.get("cell"),
            str(written.get("traceback", "")),
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as data."""
        return asdict(self)

    @property
    def reason(self) -> str:
        """Give one line for the summary and the index."""
        cell = f"cell {self.cell}: " if self.cell else ""
        message = textwrap.shorten("; ".join(self.message.splitlines()), REASON_WIDTH, placeholder=" …")
        return f"{cell}{self.error}: {message}".removesuffix(": ")


class PageFailedError(Exception):
    """Raised while one page is made; carries its `Failure` and ends nothing but that page."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def from_exception(error: BaseException, root: str) -> Failure:
    """Describe any exception, without a machine's paths."""
    if isinstance(error, PageFailedError):
        found = error.failure
    else:
        # a gate's message says all; of anything unforeseen the traceback is wanted
        lines = [] if isinstance(error, AnalysisError) else tracebacks.format_exception(error)
        found = Failure(type(error).__name__, str(error), traceback="".join(lines))
    return Failure(found.error, anonymous(found.message, root), found.cell, anonymous(found.traceback, root))


def anonymous(text: str, root: str) -> str:
    """Strip terminal colours, and the folders of this machine from every path."""
    text = ANSI.sub("", text)
    for folder in (root, sys.prefix, sys.base_prefix):
        text = text.replace(f"{folder}/", "")
    return ABSOLUTE.sub(r"\1", text)
