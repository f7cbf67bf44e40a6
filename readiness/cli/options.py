"""The options that several commands share, and how what a user can mend is told: one line, a hint, exit code 2."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

option = partial(typer.Option, show_envvar=False)
"""An option whose help leaves out its environment variable: they all follow one rule, which the README says."""


class DecidedEnvironment(StrEnum):
    """What --environment takes."""

    production = "production"
    development = "development"


class GroupBy(StrEnum):
    """What --group-by takes."""

    workload = "workload"
    subscription = "subscription"


class SeverityName(StrEnum):
    """What --fail-on takes."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"
    info = "info"


Input: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="INPUT", help="A snapshot or an export (- is stdin).", show_default=False)
]
Sample: TypeAlias = Annotated[bool, option("--sample", help="Use the bundled sample estate.")]
Subscriptions: TypeAlias = Annotated[
    list[str] | None,
    option("--subscription", "-s", metavar="NAME|ID", help="Judge this subscription alone."),
]
ManagementGroups: TypeAlias = Annotated[
    list[str] | None,
    option("--management-group", metavar="NAME", help="Judge the subscriptions below this management group alone."),
]
Groups: TypeAlias = Annotated[
    list[str] | None, option("--resource-group", "-g", metavar="NAME", help="Judge this resource group alone.")
]
Tags: TypeAlias = Annotated[list[str] | None, option("--tag", metavar="NAME=VALUE", help="Judge what has this tag.")]
Rules: TypeAlias = Annotated[
    list[Path] | None, option("--rules", metavar="DIR", help="Rules of your own, beside the built-in ones.")
]
Select: TypeAlias = Annotated[
    list[str] | None,
    option("--select", metavar="WORD", help="Only these: ids, their beginnings, pillars, areas."),
]
Ignore: TypeAlias = Annotated[list[str] | None, option("--ignore", metavar="WORD", help="Not these rules.")]
Profile: TypeAlias = Annotated[
    str | None,
    option("--profile", metavar="NAME|PATH", help="production (the default), poc, regulated, or a file of yours."),
]
Config: TypeAlias = Annotated[
    Path | None, option("--config", metavar="FILE", help="The configuration; else ./readiness.yaml.")
]
Waivers: TypeAlias = Annotated[
    Path | None, option("--waivers", metavar="FILE", help="Accepted findings; else waivers.yaml.")
]
Attestations: TypeAlias = Annotated[
    Path | None, option("--attestations", metavar="FILE", help="Answers; else attestations.yaml.")
]
Environment: TypeAlias = Annotated[
    DecidedEnvironment | None, option("--environment", help="Judge everything as this environment.")
]
AsOf: TypeAlias = Annotated[
    str | None, option("--as-of", metavar="DATE", help="Judge dates as of this one; output is then repeatable.")
]
Auth: TypeAlias = Annotated[
    str,
    option(
        "--auth",
        metavar="WAY",
        help="How to sign in: default, cli, environment, managed-identity, workload-identity, device-code, browser.",
    ),
]
Tenant: TypeAlias = Annotated[str | None, option("--tenant", metavar="ID", help="The tenant to sign in to.")]
CloudName: TypeAlias = Annotated[
    str | None,
    option("--cloud", metavar="NAME", help="AzureCloud (the default), AzureUSGovernment or AzureChinaCloud."),
]
ArmEndpoint: TypeAlias = Annotated[
    str | None, option("--arm-endpoint", metavar="URL", help="Resource Manager elsewhere, with AZURE_AUTHORITY_HOST.")
]
ArmAudience: TypeAlias = Annotated[
    str | None, option("--arm-audience", metavar="URI", help="Whom tokens are for, if not --arm-endpoint.")
]
MetricsEndpoint: TypeAlias = Annotated[
    str | None, option("--metrics-endpoint", metavar="URL", help="Where metrics are read in batches.")
]
NoMetrics: TypeAlias = Annotated[bool, option("--no-metrics", help="Read no metrics; what needs them is unknown.")]
Concurrency: TypeAlias = Annotated[
    int, option("--concurrency", metavar="N", min=1, max=128, help="How many requests at once.")
]
RequestTimeout: TypeAlias = Annotated[
    float, option("--request-timeout", metavar="SECONDS", min=1, help="How long an answer may take.")
]
TimeLimit: TypeAlias = Annotated[
    float | None,
    option("--time-limit", metavar="SECONDS", min=1, help="How long reading may take; the rest is unknown."),
]
Timings: TypeAlias = Annotated[
    bool, option("--timings", help="Say at the end how many requests there were, by operation.")
]
NoColor: TypeAlias = Annotated[bool, option("--no-color", help="Plain text.")]


@contextmanager
def told() -> Iterator[None]:
    """Tells what a user can mend, and exits 2; 3 where nothing could be read."""
    from readiness.errors import CouldNotReadError, UsageError
    from readiness.render.plain import plain
    from readiness.yamlfile import LoadError

    try:
        yield
    except UsageError as error:
        typer.echo(f"readiness: {plain(error.message)}", err=True)
        if error.hint:
            typer.echo(f"  {plain(error.hint)}", err=True)
        raise typer.Exit(2) from None
    except CouldNotReadError as error:
        typer.echo(f"readiness: {plain(error.message)}", err=True)
        if error.hint:
            typer.echo(f"  {plain(error.hint)}", err=True)
        raise typer.Exit(3) from None
    except LoadError as error:
        for problem in error.problems:
            typer.echo(plain(str(problem)), err=True)
        count = len(error.problems)
        typer.echo(f"readiness: {count} {'problem' if count == 1 else 'problems'}, nothing was judged", err=True)
        raise typer.Exit(2) from None


def target_of(output: Path | None, resume: Path | None) -> Path | None:
    """The FILE of `-o`, or that of which `--resume` names FILE.partial.

    Raises UsageError where READINESS_OUTPUT names several: they are reports, which `scan` writes.
    """
    from readiness.errors import UsageError

    named = os.environ.get("READINESS_OUTPUT", "")
    if os.pathsep in named and str(output) == named:
        raise UsageError(
            f"READINESS_OUTPUT names {len(named.split(os.pathsep))} files, and collect writes one snapshot",
            "Name it with -o FILE.",
        )
    if resume is None:
        return output
    target = resume.with_name(resume.name.removesuffix(".partial"))
    if target.name == resume.name:
        raise UsageError(f"--resume takes the FILE.partial of a stopped run, found '{resume}'")
    if output not in (None, target):
        raise UsageError(f"--resume {resume} writes {target}", "Leave out -o.")
    return target


def as_of(text: str | None) -> datetime | None:
    """The moment of --as-of."""
    from readiness import dates
    from readiness.errors import UsageError

    found = dates.parse(text)
    if text is not None and found is None:
        raise UsageError(f"--as-of takes a date such as 2026-10-01, found '{text[:60]}'")
    return found
