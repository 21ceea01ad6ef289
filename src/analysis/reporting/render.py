"""HTML: an executed notebook through nbconvert with our own template; error pages and the index by Jinja."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jinja2

from analysis.reporting.failure import Failure
from analysis.reporting.manifest import Page
from analysis.reporting.outputs import LANGUAGES, MIME, Content
from analysis.reporting.words import TEMPLATES, in_language, long_date

ROOT_LINK = "../../../"
MARKDOWN_PLUGINS = ("strikethrough", "table", "def_list")


@cache
def environment() -> jinja2.Environment:
    """Give the environment of the pages that no notebook makes."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


@cache
def _exporter() -> Any:
    """Give the one nbconvert exporter of this process; making one costs more than using it."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    class ReportExporter(TemplateExporter):
        """Nothing of nbconvert's own templates, which load remote scripts."""

        def _create_environment(self) -> jinja2.Environment:
            made: jinja2.Environment = super()._create_environment()  # type: ignore[no-untyped-call]
            made.autoescape = True
            made.undefined = jinja2.StrictUndefined
            return made

        def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
            """Leave a notebook as it is: no step is asked for, and each would copy and validate it once more."""
            return nb, resources

    exporter: Any = ReportExporter(  # type: ignore[no-untyped-call]
        template_name="report",
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        extra_template_paths=[str(TEMPLATES)],
    )
    exporter.register_filter("strip", str.strip)
    exporter.register_filter("long_date", long_date)
    exporter.register_filter("markdown", markdown)
    return exporter


def markdown(source: str) -> Any:
    """Turn markdown into HTML; a bare address stays text, for a page links nowhere outside itself."""
    from markupsafe import Markup
    from mistune.plugins import import_plugin
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    plugins = [import_plugin(name) for name in MARKDOWN_PLUGINS]
    return Markup(MarkdownWithMath(renderer=renderer, plugins=plugins).render(source))


def report_pages(
    notebook: Any, content: Content, record: Mapping[str, Any], *, translate: Callable[[str, str], str]
) -> dict[str, str]:
    """Render both languages of a page.

    Parameters
    ----------
    notebook
        As executed.
    content
        The same notebook's checked outputs.
    record
        What `manifest.json` says of the page: id, parameters, fingerprint, versions, inputs.
    translate
        Message and language → words; raises if there is no Vietnamese.

    Returns
    -------
    dict
        Language → HTML.
    """
    exporter = _exporter()
    exporter.register_filter("translate", translate)
    shown = type(notebook)({**notebook, "cells": _from_header_on(notebook.cells)})
    rendered = {}
    for language in LANGUAGES:
        resources = {
            "language": language,
            "words": in_language(language),
            "mime": MIME,
            "header": content.header,
            "page": {
                **{name: record[name] for name in ("id", "parameters", "fingerprint", "versions")},
                "files": {entry["file"]: entry["sha256"] for entry in record["inputs"]},
                "root": ROOT_LINK,
                "other": _other(language),
            },
        }
        html, _ = exporter.from_notebook_node(shown, resources)
        rendered[language] = html.rstrip() + "\n"
    return rendered


def failure_pages(page: Page, failure: Failure) -> dict[str, str]:
    """Render both languages of the page that stands in for one that never worked."""
    template = environment().get_template("failure.html.j2")
    fields = {
        "id": page.id,
        "title": page.report.title.model_dump(),
        "place_name": page.place_name,
        "level": page.level,
        "period": page.parameters["period"],
        "parameters": page.parameters,
        "root": ROOT_LINK,
    }
    return {
        language: template.render(
            language=language,
            words=in_language(language),
            page={**fields, "other": _other(language)},
            failure=failure,
            notebook=page.report.notebook,
        )
        for language in LANGUAGES
    }


def _other(language: str) -> str:
    return "en" if language == "vi" else "vi"


def _from_header_on(cells: list[Any]) -> list[Any]:
    """Leave out what stands before the header: it speaks to the reader of the notebook."""
    first = next(
        index
        for index, cell in enumerate(cells)
        if any(MIME in output.get("data", {}) for output in cell.get("outputs", []))
    )
    return cells[first:]
