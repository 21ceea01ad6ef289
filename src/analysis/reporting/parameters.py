"""The parameter contract, checked before a kernel starts; papermill itself only warns."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import UsageError
from analysis.reporting import lean
from analysis.reporting.choices import closest
from analysis.reporting.manifest import Page
from analysis.reporting.places import Places

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
# the language shown in JupyterLab; a published page has both
OPTIONAL = {"language"}


def check(pages: Iterable[Page], places: Places) -> None:
    """Check every page's parameters against its notebook and the facts.

    Raises
    ------
    UsageError
        Naming the page, the parameter and what is allowed.
    """
    declared: dict[str, dict[str, type]] = {}
    for page in pages:
        notebook = page.report.notebook
        if notebook not in declared:
            declared[notebook] = declared_parameters(paths.NOTEBOOKS / notebook)
        _check_names(page, declared[notebook])
        _check_types(page, declared[notebook])
        _check_values(page, places)


def declared_parameters(notebook: Path) -> dict[str, type]:
    """Read the typed cell tagged `parameters`.

    Returns
    -------
    dict
        Parameter name → `str`, `int`, `float` or `bool`.

    Raises
    ------
    UsageError
        If there is no notebook or no such cell, or a line of it has no type or no comment.
    """
    lean.load_jsonschema()
    from papermill.inspection import inspect_notebook

    where = paths.relative(notebook)
    if not notebook.exists():
        known = sorted(path.name for path in notebook.parent.glob("*.ipynb"))
        raise UsageError(f"There is no notebook {notebook.name}", where=where, allowed=", ".join(known))
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        found: dict[str, dict[str, Any]] = inspect_notebook(str(notebook))  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise UsageError(f"The notebook cannot be inspected: {error}", where=where) from None
    if not found:
        raise UsageError(
            "The notebook has no typed cell tagged `parameters`",
            where=where,
            allowed='lines such as: period: str = "2026"  # a year or a quarter',
        )
    for name, parameter in found.items():
        if parameter["inferred_type_name"] not in TYPES or not parameter["help"].strip():
            raise UsageError(
                f"The parameter {name} needs a type and a comment",
                where=where,
                allowed=f"{name}: {' | '.join(TYPES)} = …  # what it means",
            )
    return {name: TYPES[parameter["inferred_type_name"]] for name, parameter in found.items()}


def _check_names(page: Page, declared: dict[str, type]) -> None:
    for name in page.parameters:
        if name not in declared:
            raise UsageError(
                f"The notebook {page.report.notebook} has no parameter {name}",
                where=_where(page),
                allowed=closest(name, list(declared)),
            )
    for name in declared:
        if name not in page.parameters and name not in OPTIONAL:
            raise UsageError(
                f"The parameter {name} of {page.report.notebook} is missing",
                where=_where(page),
                allowed=closest(name, list(declared)),
            )


def _check_types(page: Page, declared: dict[str, type]) -> None:
    for name, value in page.parameters.items():
        wanted = declared[name]
        fits = type(value) is wanted or (wanted is float and type(value) is int)
        if not fits:
            hint = f' (in quotes: {name}: "{value}")' if wanted is str else ""
            raise UsageError(
                f"The parameter {name} is {value!r}, a {type(value).__name__}",
                where=_where(page),
                allowed=f"a {wanted.__name__}{hint}",
            )


def _check_values(page: Page, places: Places) -> None:
    source = page.parameters.get("source")
    # an empty text: the page is not about one
    if source and source not in places.sources:
        raise UsageError(
            f"{source} is no source of dossiers in the facts",
            where=_where(page),
            allowed=closest(str(source), places.sources),
        )
    province = page.parameters.get("province")
    if not province:
        return
    units = [place.code for place in places.by_code.values() if place.province == province]
    allowed = {
        "province": places.provinces(),
        "unit": units,
        "period": list(places.periods.get(str(province), ())),
    }
    kinds = {"province": "province", "unit": f"unit of {province}", "period": f"period of {province}"}
    for name, values in allowed.items():
        value = page.parameters.get(name)
        if value is not None and value not in values:
            raise UsageError(
                f"{value} is no {kinds[name]} in the facts",
                where=_where(page),
                allowed=_named(closest(str(value), values), places),
            )


def _named(codes: str, places: Places) -> str:
    """Write the place's name behind each code that is a place."""
    listed = (f"{code} ({places.by_code[code].name})" if code in places.by_code else code for code in codes.split(", "))
    return ", ".join(listed)


def _where(page: Page) -> str:
    return f"reports.yml: {page.id}"
