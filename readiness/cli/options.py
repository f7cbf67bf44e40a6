"""The options that several commands share, and how what a user can mend is told: one line, a hint, exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class DecidedEnvironment(StrEnum):
    """What --environment takes."""

    production = "production"
    development = "development"


class SeverityName(StrEnum):
    """What --fail-on takes."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"
    info = "info"


Input: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="[INPUT]", help="A snapshot or an export (- is stdin).", show_default=False)
]
Sample: TypeAlias = Annotated[bool, typer.Option("--sample", help="Use the bundled sample estate.")]
Subscriptions: TypeAlias = Annotated[
    list[str] | None, typer.Option("--subscription", "-s", help="Judge this subscription alone, by name or id.")
]
Groups: TypeAlias = Annotated[
    list[str] | None, typer.Option("--resource-group", "-g", help="Judge this resource group alone.")
]
Tags: TypeAlias = Annotated[list[str] | None, typer.Option("--tag", help="Judge what has this tag (name=value).")]
Rules: TypeAlias = Annotated[
    list[Path] | None, typer.Option("--rules", metavar="DIR", help="Rules of your own, beside the built-in ones.")
]
Select: TypeAlias = Annotated[
    list[str] | None, typer.Option("--select", help="Only these rules: ids, their beginnings, pillars, areas.")
]
Ignore: TypeAlias = Annotated[list[str] | None, typer.Option("--ignore", help="Not these rules.")]
Config: TypeAlias = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The configuration; else ./readiness.yaml.")
]
Waivers: TypeAlias = Annotated[
    Path | None, typer.Option("--waivers", metavar="FILE", help="Accepted findings; else waivers.yaml.")
]
Attestations: TypeAlias = Annotated[
    Path | None, typer.Option("--attestations", metavar="FILE", help="Answers; else attestations.yaml.")
]
Environment: TypeAlias = Annotated[
    DecidedEnvironment | None, typer.Option("--environment", help="Judge everything as this environment.")
]
AsOf: TypeAlias = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Judge dates as of this one; output is then repeatable.")
]
NoColor: TypeAlias = Annotated[bool, typer.Option("--no-color", help="Plain text.")]


@contextmanager
def told() -> Iterator[None]:
    """Tells what a user can mend, and exits 2."""
    from readiness.errors import UsageError
    from readiness.render.plain import plain
    from readiness.yamlfile import LoadError

    try:
        yield
    except UsageError as error:
        typer.echo(f"readiness: {plain(error.message)}", err=True)
        if error.hint:
            typer.echo(f"  {plain(error.hint)}", err=True)
        raise typer.Exit(2) from None
    except LoadError as error:
        for problem in error.problems:
            typer.echo(plain(str(problem)), err=True)
        count = len(error.problems)
        typer.echo(f"readiness: {count} {'problem' if count == 1 else 'problems'}, nothing was judged", err=True)
        raise typer.Exit(2) from None


def as_of(text: str | None) -> datetime | None:
    """The moment of --as-of."""
    from readiness import dates
    from readiness.errors import UsageError

    found = dates.parse(text)
    if text is not None and found is None:
        raise UsageError(f"--as-of takes a date such as 2026-10-01, found '{text[:60]}'")
    return found
