"""`readiness rules`: the catalogue and custom packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readiness.cli import options as o

app = typer.Typer(help="The rules: list, show, lint, test.", no_args_is_help=True, rich_markup_mode=None)
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
        found = root.searched(root.chosen_rules(options, root.all_rules(options.rules, tested=False), Config()), search)
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
    """Check rule files: every problem of every file at once. Exit code 2 if there is any."""
    with o.told():
        from readiness import app as root
        from readiness.yamlfile import LoadError

        found = root.all_rules(tuple(paths or ()))
        if found.lint:
            raise LoadError(found.lint)
        typer.echo(f"{len(found.rules)} rules, no problem")


@app.command()
def test(paths: Paths = None) -> None:
    """Run the tests that rules carry. Exit code 1 if a case fails."""
    with o.told():
        from readiness import app as root
        from readiness import ruletests
        from readiness.render import catalogue

        wanted = root.rules_of(tuple(paths or ()))
        results = [result for rule in wanted for result in ruletests.run(rule)]
        typer.echo(catalogue.as_test_report(wanted, results), nl=False)
        raise typer.Exit(0 if all(result.passed for result in results) else 1)
