"""`readiness doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from readiness.cli import options as o


def doctor(
    subscription: o.Subscriptions = None,
    management_group: o.ManagementGroups = None,
    role: Annotated[
        bool, o.option("--role", help="Print the custom role that has exactly the read actions needed, as JSON.")
    ] = False,
    auth: o.Auth = "default",
    tenant: o.Tenant = None,
    cloud: o.CloudName = None,
    arm_endpoint: o.ArmEndpoint = None,
    arm_audience: o.ArmAudience = None,
    concurrency: o.Concurrency = 32,
    request_timeout: o.RequestTimeout = 60,
    time_limit: o.TimeLimit = None,
) -> None:
    """Say who is signed in, what that reaches, which permissions are missing and what that costs.

    Exit codes: 0 something can be read, permissions missing or not, 2 usage error, 3 no sign-in, or nothing to read.
    """
    with o.told():
        from readiness import app
        from readiness.collect import doctor as doctors
        from readiness.collect import role as roles
        from readiness.collect.asked import Live
        from readiness.render import checkup

        asked = Live(
            subscriptions=tuple(subscription or ()),
            management_groups=tuple(management_group or ()),
            auth=auth,
            tenant=tenant,
            cloud=cloud,
            arm_endpoint=arm_endpoint,
            arm_audience=arm_audience,
            concurrency=concurrency,
            request_seconds=request_timeout,
            run_seconds=time_limit,
        )
        found = doctors.diagnose(asked, lambda line: typer.echo(line, err=True), permissions=not role)
        if role and found.readable:
            typer.echo(roles.as_json([one.id for one in found.readable]), nl=False)
        else:
            known = {rule.id for rule in app.all_rules(tested=False).rules}
            typer.echo(checkup.as_text(found, known), nl=False, err=role)
        raise typer.Exit(0 if found.readable else 3)
