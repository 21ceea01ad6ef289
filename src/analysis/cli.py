"""The `analysis` command: a thin layer over the rooms."""

import typer

app = typer.Typer(no_args_is_help=True)


def main() -> None:
    """Run the command line."""
    app()
