"""`readiness collect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readiness.cli import options as o


def collect(
    output: Annotated[
        Path | None, o.option("--output", "-o", metavar="FILE", help="The snapshot to write (.gz is gzip).")
    ] = None,
    plan: Annotated[
        bool, o.option("--plan", help="Print what would be asked, the permissions and the rules; read nothing.")
    ] = False,
    json: Annotated[bool, o.option("--json", help="With --plan: as JSON.")] = False,
    sample: o.Sample = False,
    subscription: o.Subscriptions = None,
    management_group: o.ManagementGroups = None,
    resource_group: o.Groups = None,
    tag: o.Tags = None,
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
    resume: Annotated[
        Path | None,
        o.option("--resume", metavar="FILE.partial", help="Go on with what a stopped run left; asks nothing twice."),
    ] = None,
    quiet: Annotated[bool, o.option("--quiet", "-q", help="No lines on how far it is.")] = False,
) -> None:
    """Read live Azure into a snapshot, to be judged later; what can't be read is a gap in it.

    Exit codes: 0 written, gaps or not, 2 usage error, 3 no sign-in, or stopped before the end.
    """
    with o.told():
        from readiness import app, snapshot
        from readiness.collect.asked import Live
        from readiness.errors import UsageError
        from readiness.render import asking

        if plan:
            typer.echo(asking.as_json() if json else asking.as_text(), nl=False)
            return
        if json:
            raise UsageError("--json goes with --plan", "A snapshot is JSON, one record a line.")
        output = o.target_of(output, resume)
        if output is None:
            raise UsageError("collect needs -o FILE", "Such as -o estate.jsonl.gz; or --plan, which reads nothing.")
        if sample:
            _write_sample(output)
            return
        asked = Live(
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
            resume=str(resume) if resume else None,
            quiet=quiet,
            timings=timings,
        )
        app.collect(asked, output)
        if not quiet:
            read = snapshot.read(str(output))
            typer.echo(f"{output}: {len(read.resources)} resources, {len(read.gaps)} gaps", err=True)


def _write_sample(output: Path) -> None:
    from readiness import app, snapshot
    from readiness.errors import UsageError

    read = app.read_input(app.Options(sample=True))
    try:
        snapshot.write(read, output)
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror or error}") from error
    typer.echo(f"{output}: {len(read.resources)} resources", err=True)
