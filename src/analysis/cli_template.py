"""`analysis template`: the empty form of a table that a province fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def template(
    table: Annotated[str | None, typer.Argument(help="Name of the table; none: list them.")] = None,
    out: Annotated[Path | None, typer.Option(help="TABLE.xlsx by default; .csv works too.")] = None,
) -> None:
    """Write the empty form of a table, or list the tables there are."""
    from analysis.errors import UsageError
    from analysis.facts import held
    from analysis.facts import template as forms

    if table is None:
        for each in held.described().values():
            print(f"{each.name:<20} {each.title.vi} – {each.title.en}")
        print("Next: `analysis template TABLE`")
        return
    form = held.table(table)
    target = out or Path(f"{table}.xlsx")
    content = forms.template(form, target.suffix.lower())
    if target.exists():
        raise UsageError(f"{target} is there already", next_step="choose another name with --out, or move it away")
    target.write_bytes(content)
    print(f"{target}: {form.title.vi} – {form.title.en}. One row: {form.row.en[0].lower()}{form.row.en[1:]}.")
    print(
        f"Next: fill it in, put it into data/raw/SOURCE/, name it in source.yml (tables: {{{table}: {target.name}}}),"
    )
    print("`analysis lock SOURCE`, `analysis build`; docs/tables.md explains every column.")
