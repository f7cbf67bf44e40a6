"""`readiness rules`: the catalogue and custom packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readiness.cli import options as o

app = typer.Typer(help="The rules: list, show, lint, test, new, schema.", no_args_is_help=True, rich_markup_mode=None)
Paths = Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="Rule files or folders.")]
Json = Annotated[bool, o.option("--json", help="As JSON.")]


@app.command("list")
def list_(
    rules: o.Rules = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    search: Annotated[
        str | None, o.option("--search", metavar="TEXT", help="With this text in id, title, alias or policy id.")
    ] = None,
    json: Json = False,
) -> None:
    """List the rules."""
    with o.told():
        from readiness import app as root
        from readiness.config import Config
        from readiness.render import catalogue

        options = root.Options(rules=tuple(rules or ()), select=tuple(select or ()), ignore=tuple(ignore or ()))
        found = root.searched(
            root.chosen_rules(options, root.all_rules(options.rules, tested=False), Config()), search
        )
        typer.echo(catalogue.as_json(found) if json else catalogue.as_list(found), nl=False)


@app.command()
def show(rule: Annotated[str, typer.Argument(metavar="ID")], rules: o.Rules = None, json: Json = False) -> None:
    """Show one rule as a page."""
    with o.told():
        from readiness import app as root
        from readiness.render import catalogue

        found = root.one_rule(root.all_rules(tuple(rules or ())), rule)
        typer.echo(catalogue.rule_json(found) if json else catalogue.as_page(found), nl=False)


@app.command()
def lint(paths: Paths = None) -> None:
    """Check rule files and profiles: every problem of every file at once. Exit code 2 if there is any."""
    with o.told():
        from readiness import app as root
        from readiness import profiles
        from readiness.render import catalogue
        from readiness.render.plain import plain
        from readiness.yamlfile import LoadError

        own = tuple(path for path in paths or () if profiles.is_one(path))
        given = tuple(path for path in paths or () if path not in own)
        found = root.all_rules(given)
        checked = root.checked_profiles(own, found)
        if found.lint:
            raise LoadError(found.lint)
        if given or not own:
            typer.echo(f"{catalogue.as_checked(found, root.rules_of(given, found))}, no problem")
        for profile in checked:
            typer.echo(f"the profile {plain(profile.name)}, no problem")


@app.command()
def test(
    paths: Paths = None,
    verbose: Annotated[bool, o.option("--verbose", "-v", help="Show the cases that pass, too.")] = False,
    strict: Annotated[bool, o.option("--strict", help="A leaf that lacks a case is a failure.")] = False,
) -> None:
    """Run the tests that rules carry. Exit code 1 if a case fails."""
    with o.told():
        from readiness import app as root
        from readiness import ruletests
        from readiness.render import cases

        tested = ruletests.tested(root.rules_of(tuple(paths or ())))
        typer.echo(cases.report(tested, verbose=verbose, strict=strict), nl=False)
        raise typer.Exit(0 if all(t.passed and not (strict and t.unseen) for t in tested) else 1)


@app.command()
def new(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The rule's id, such as CONTOSO-NET-001.")],
    title: Annotated[str | None, o.option("--title", metavar="TEXT", help="The desired state, in one line.")] = None,
    resource: Annotated[
        str | None, o.option("--resource", metavar="TYPE", help="What it judges: a type, or workload, estate ...")
    ] = None,
    pillar: Annotated[str | None, o.option("--pillar", metavar="NAME", help="Whose score it counts in.")] = None,
    output: Annotated[Path, o.option("--output", "-o", metavar="DIR", help="The folder to write it to.")] = Path(
        "rules"
    ),
) -> None:
    """Write a rule to begin with, with comments and tests, and the schema for editors beside it."""
    with o.told():
        import shlex

        from readiness import app as root
        from readiness import outputs
        from readiness.starter import Wanted

        files = root.new_rule(Wanted(id_, title, resource, pillar), output)
        outputs.create(files)
        path, folder = next(iter(files)), shlex.quote(str(output))
        typer.echo(str(path))
        for step in ("lint", "test -v"):
            typer.echo(f"  readiness rules {step} {shlex.quote(str(path))}", err=True)
        typer.echo(f"  readiness scan --sample --rules {folder} --select {id_}", err=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors."""
    with o.told():
        from readiness import schema as schemas

        typer.echo(schemas.as_text(), nl=False)
