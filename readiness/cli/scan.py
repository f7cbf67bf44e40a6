"""`readiness scan`."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from readiness.cli import options as o


def scan(
    input_: o.Input = None,
    sample: o.Sample = False,
    subscription: o.Subscriptions = None,
    management_group: o.ManagementGroups = None,
    resource_group: o.Groups = None,
    tag: o.Tags = None,
    rules: o.Rules = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    profile: o.Profile = None,
    config: o.Config = None,
    waivers: o.Waivers = None,
    attestations: o.Attestations = None,
    environment: o.Environment = None,
    as_of: o.AsOf = None,
    format: Annotated[  # noqa: A002 - the option's own word, and its environment variable's
        list[str] | None,
        o.option("--format", "-f", metavar="FORMAT", help="json, html, md or csv; to stdout without -o."),
    ] = None,
    output: Annotated[
        list[Path] | None,
        o.option("--output", "-o", metavar="FILE", help="Write a report; the suffix says which."),
    ] = None,
    all: Annotated[  # noqa: A002 - as above
        bool, o.option("--all", help="List what passes and what does not apply, too.")
    ] = False,
    group_by: Annotated[
        list[o.GroupBy] | None,
        o.option("--group-by", metavar="WHAT", help="Score each workload, or each subscription, too."),
    ] = None,
    full: Annotated[bool, o.option("--full", help="JSON: add the sections that the other formats have.")] = False,
    quiet: Annotated[bool, o.option("--quiet", "-q", help="No summary.")] = False,
    no_color: o.NoColor = False,
    min_score: Annotated[
        float | None, o.option("--min-score", metavar="N", min=0, max=100, help="Gate: the least floor of the score.")
    ] = None,
    min_pillar: Annotated[
        list[str] | None, o.option("--min-pillar", metavar="NAME=N", help="Gate: the least floor of a pillar.")
    ] = None,
    fail_on: Annotated[
        o.SeverityName | None, o.option("--fail-on", help="Gate: no open fail of this severity or above.")
    ] = None,
    min_coverage: Annotated[
        float | None,
        o.option("--min-coverage", metavar="N", min=0, max=100, help="Gate: the least coverage, in percent."),
    ] = None,
    no_regression: Annotated[
        Path | None,
        o.option("--no-regression", metavar="BASELINE.json", help="Gate: nothing worse than this report."),
    ] = None,
    accept_unknown: Annotated[
        bool, o.option("--accept-unknown", help="Gate: what could not be told does not stop it.")
    ] = False,
    auth: o.Auth = "default",
    tenant: o.Tenant = None,
    cloud: o.CloudName = None,
    arm_endpoint: o.ArmEndpoint = None,
    arm_audience: o.ArmAudience = None,
    metrics_endpoint: o.MetricsEndpoint = None,
    no_metrics: o.NoMetrics = False,
    concurrency: o.Concurrency = 32,
    request_timeout: o.RequestTimeout = 60,
    time_limit: o.TimeLimit = None,
    timings: o.Timings = False,
    exit_zero: Annotated[bool, o.option("--exit-zero", help="Exit 0 although the gate is not met.")] = False,
) -> None:
    """Assess live Azure, or INPUT: a snapshot or an export; or the sample.

    Exit codes: 0 assessed, 1 gate not met, 2 usage or input error, 3 could not assess, 4 internal error.
    """
    gc.disable()  # a run makes millions of objects and few cycles: collecting them costs more than reading
    with o.told():
        from readiness import app, outputs
        from readiness.collect.asked import Live
        from readiness.groups import By
        from readiness.model import Environment, Severity

        targets = outputs.targets(format or [], output or [])
        report = app.scan(
            app.Options(
                input=input_,
                sample=sample,
                subscriptions=tuple(subscription or ()),
                management_groups=tuple(management_group or ()),
                resource_groups=tuple(resource_group or ()),
                tags=tuple(tag or ()),
                rules=tuple(rules or ()),
                select=tuple(select or ()),
                ignore=tuple(ignore or ()),
                profile=profile,
                config=config,
                waivers=waivers,
                attestations=attestations,
                environment=Environment(environment) if environment else None,
                as_of=o.as_of(as_of),
                min_score=min_score,
                min_pillar=tuple(min_pillar or ()),
                fail_on=Severity(fail_on) if fail_on else None,
                min_coverage=min_coverage,
                no_regression=no_regression,
                accept_unknown=accept_unknown,
                group_by=tuple(map(By, group_by or ())),
                live=Live(
                    subscriptions=tuple(subscription or ()),
                    management_groups=tuple(management_group or ()),
                    resource_groups=tuple(resource_group or ()),
                    tags=tuple(tag or ()),
                    auth=auth,
                    tenant=tenant,
                    cloud=cloud,
                    arm_endpoint=arm_endpoint,
                    arm_audience=arm_audience,
                    metrics_endpoint=metrics_endpoint,
                    metrics=not no_metrics,
                    concurrency=concurrency,
                    request_seconds=request_timeout,
                    run_seconds=time_limit,
                    quiet=quiet,
                    timings=timings,
                ),
            )
        )
        outputs.write(report, targets, every=all, full=full, quiet=quiet, no_color=no_color)
        for line in outputs.unmet(report) if quiet else ():
            typer.echo(line, err=True)
        raise typer.Exit(app.exit_code(report, exit_zero=exit_zero))
