"""`readiness explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from readiness.cli import options as o


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id of a rule.")],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="An id, or a name that only one subject has.")],
    input_: o.Input = None,
    sample: o.Sample = False,
    rules: o.Rules = None,
    profile: o.Profile = None,
    config: o.Config = None,
    waivers: o.Waivers = None,
    attestations: o.Attestations = None,
    environment: o.Environment = None,
    as_of: o.AsOf = None,
    no_color: o.NoColor = False,
) -> None:
    """Show the whole reasoning of a rule about a subject, leaf by leaf, whatever the outcome."""
    with o.told():
        from readiness import app, explaining
        from readiness.errors import UsageError
        from readiness.model import Environment
        from readiness.render import explanation

        if input_ is None and not sample:
            hint = "Name a snapshot (readiness collect makes one) or an export, or try --sample."
            raise UsageError("explain needs an input", hint)
        options = app.Options(
            input=input_,
            sample=sample,
            rules=tuple(rules or ()),
            profile=profile,
            config=config,
            waivers=waivers,
            attestations=attestations,
            environment=Environment(environment) if environment else None,
            as_of=o.as_of(as_of),
        )
        explanation.show(explaining.explain(options, rule, subject), no_color=no_color)
