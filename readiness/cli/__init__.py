"""The command line: typer alone. Options in, a Report to stdout and files, the outcome to the exit code.

Nothing heavier than typer is imported until a command runs.
"""

from __future__ import annotations

from typing import Annotated

import typer

from readiness import __version__
from readiness.cli import rules
from readiness.cli.collect import collect
from readiness.cli.doctor import doctor
from readiness.cli.explain import explain
from readiness.cli.scan import scan

app = typer.Typer(
    name="readiness",
    help="Is this GenAI workload on Azure ready for production, and what do we fix first?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(rules.app, name="rules")
app.command(context_settings={"auto_envvar_prefix": "READINESS"})(scan)
app.command(context_settings={"auto_envvar_prefix": "READINESS"})(collect)
app.command(context_settings={"auto_envvar_prefix": "READINESS"})(doctor)
app.command()(explain)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"readiness {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Is this GenAI workload on Azure ready for production, and what do we fix first?"""
