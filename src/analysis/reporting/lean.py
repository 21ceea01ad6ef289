"""Loads jsonschema without its check of IRIs, before nbformat loads it with that."""

from __future__ import annotations

import importlib
import sys
from typing import Any

GRAMMAR = "rfc3987_syntax"


def load_jsonschema() -> None:
    """Load jsonschema as on a machine without the package that has the grammar of IRIs, which stays importable.

    jsonschema compiles that grammar as soon as it is imported, if the package is there (JupyterLab brings it): 0.8 s of
    CPU in every process that reads a notebook, for a format that no schema of notebooks or of ours asks for.
    """
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules[GRAMMAR] = None  # Python's own way to say: not there
    try:
        importlib.import_module("jsonschema")
    finally:
        del modules[GRAMMAR]
