"""A page for each rule and an index of them, from the rule files: `docs/rules/`.

A paragraph is one line, as pages of prose that nobody edits by hand may be; what stands in a YAML block is the
rule file's own text, with its comments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from readiness import app
from readiness.model import Area, Json, Pillar, Severity
from readiness.render.catalogue import bounds
from readiness.ruleset import SUBJECTS, Rule

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = Path("docs/rules")
POLICY: Final = (
    "https://portal.azure.com/#view/Microsoft_Azure_Policy/PolicyDetailBlade/definitionId/"
    "%2Fproviders%2FMicrosoft.Authorization%2FpolicyDefinitions%2F"
)
_KEY: Final = re.compile(r"([a-z_]+):")
_CODE: Final = re.compile(r"(`[^`]*`)")
_SIGN: Final = re.compile(r"[\\*<\[|]|(?<!\w)_|_(?!\w)")


def pages() -> dict[Path, str]:
    """The text of each page by its path below the root of the repository."""
    rules = app.all_rules().rules
    return {FOLDER / "README.md": index(rules), **{FOLDER / f"{r.id}.md": page(r) for r in rules}}


# --- the index --------------------------------------------------------------------------------------------------


def index(rules: tuple[Rule, ...]) -> str:
    """All rules by pillar and area, the gravest first."""
    lines = [
        "# Rules",
        "",
        f"{len(rules)} rules ship with this version. Each page says what is judged, why, how it is measured and how "
        "to fix it; `readiness rules show ID` says the same in a terminal. What could not be read is *unknown*, in "
        "every rule ([what things mean](../semantics.md)).",
        "",
        "[Write your own](../writing-rules.md) · [the words of conditions](../conditions.md)",
        *_overview(rules),
    ]
    for pillar in Pillar:
        of_pillar = [r for r in rules if r.pillar is pillar]
        if of_pillar:
            lines += ["", f"## {str(pillar).capitalize()}"]
            lines += [line for group in _by_area(of_pillar) for line in group]
    return "\n".join([*lines, "", "These pages are made from the rule files by `make docs`."]) + "\n"


def _overview(rules: tuple[Rule, ...]) -> Iterator[str]:
    severities = [s for s in Severity if any(r.severity is s for r in rules)]
    yield from ("", f"| Pillar | {' | '.join(severities)} | all |", "|---|" + "---:|" * (len(severities) + 1))
    for pillar in Pillar:
        found = [r.severity for r in rules if r.pillar is pillar]
        counts = [found.count(s) or "" for s in severities]
        if found:
            link = f"[{str(pillar).capitalize()}](#{pillar})"
            yield f"| {' | '.join(map(str, (link, *counts, len(found))))} |"


def _by_area(rules: list[Rule]) -> Iterator[list[str]]:
    areas, severities = list(Area), list(Severity)
    ordered = sorted(rules, key=lambda r: (areas.index(r.area), severities.index(r.severity), r.id))
    for area, found in groupby(ordered, key=lambda r: r.area):
        heads = ["| Rule | Desired state | Severity | Judges |", "|---|---|---|---|"]
        yield ["", f"### {str(rules[0].pillar).capitalize()}: {area}", "", *heads, *map(_row, found)]


def _row(rule: Rule) -> str:
    judges = "<br>".join(t.removeprefix("Microsoft.") for t in rule.types)
    preview = "" if rule.scored else " (not scored)"
    return f"| [{rule.id}]({rule.id}.md) | {cell(rule.title)}{preview} | {rule.severity} | {judges} |"


# --- a page -----------------------------------------------------------------------------------------------------


def page(rule: Rule) -> str:
    """One rule for a person who reads it in a browser."""
    parts = [
        f"# {rule.id}: {prose(rule.title)}",
        _facts(rule),
        f"## Why\n\n{prose(rule.rationale)}",
        "## How it is measured",
        *_measured(rule),
        "## How to fix it",
        *_fix(rule),
        _list("## References", [f"<{link}>" for link in rule.references]),
        _served(rule),
        "[All rules](README.md)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def prose(said: str) -> str:
    """A text in which no sign but the backtick means anything to Markdown."""
    parts = _CODE.split(" ".join(said.split()))
    return "".join(part if part.startswith("`") else _SIGN.sub(r"\\\g<0>", part) for part in parts)


def cell(said: str) -> str:
    """The same for a cell of a table, which a bar would end even in code."""
    return re.sub(r"(?<!\\)\|", r"\|", prose(said))


def _facts(rule: Rule) -> str:
    row = {
        "Severity": str(rule.severity),
        "Pillar": str(rule.pillar),
        "Area": ", ".join(rule.areas),
        "Judges": "<br>".join(t if t in SUBJECTS else f"`{t}`" for t in rule.types),
        "Environments": ", ".join(rule.environments) or "all",
        "Status": f"{rule.status}, since {rule.since}" if rule.since else str(rule.status),
    }
    return "\n".join([_cells(row), "|" + "---|" * len(row), _cells(row.values())])


def _cells(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"


def _measured(rule: Rule) -> Iterator[str]:
    """The rule's own words: the parts of its file that decide, with their comments."""
    parts = sections(Path(rule.file).read_text(encoding="utf-8"))
    if rule.environments:
        only = " and ".join(rule.environments)
        undecided = "[counts as production](../semantics.md#30-environments)"
        yield f"It applies in {only} alone. A resource whose environment nothing tells {undecided}."
    if rule.where:
        there = "There it" if rule.environments else "It"
        yield f"{there} applies where\n\n```yaml\n{parts['where']}\n```"
    if rule.require:
        yield f"It passes where\n\n```yaml\n{parts['require']}\n```"
    if rule.check:
        said = " ".join((rule.check.check.measure.__doc__ or "").split())
        link = "[a measurement in code](../conditions.md#checks)"
        yield f"`{rule.check.check.name}` decides, {link}: {prose(said[:1].lower() + said[1:])}"
        yield f"```yaml\n{parts['check']}\n```"
    yield from _asked(rule)
    yield _list("Parameters, [to be set](../writing-rules.md#set-it-from-outside) in `readiness.yaml`:", _named(rule))
    if rule.tests:
        file = Path(rule.file).resolve().relative_to(ROOT).as_posix()
        cases = "1 case" if len(rule.tests) == 1 else f"{len(rule.tests)} cases"
        yield f"{cases} in [the rule's file](../../{file}) show what passes, what fails and what is unknown."


def sections(text: str) -> dict[str, str]:
    """The parts of a rule file by their key at the margin, each with the comments that stand right above it."""
    found: dict[str, list[str]] = {}
    above: list[str] = []
    here = above
    for line in text.splitlines():
        key = _KEY.match(line)
        if key:
            here = found[key[1]] = [*above, line]
            above = []
        elif line.startswith("#"):
            above.append(line)
        elif line.strip():
            here += [*above, line]
            above = []
    return {key: "\n".join(lines) for key, lines in found.items()}


def _asked(rule: Rule) -> Iterator[str]:
    if rule.attest is None:
        return
    until = f" An answer stands for {rule.attest.valid_for}." if rule.attest.valid_for else ""
    answered = "[answer](../semantics.md#24-questions-for-people)"
    yield f"No API can tell, so people {answered} in `attestations.yaml`.{until}"
    yield f"> {prose(rule.attest.question)}"
    yield prose(rule.attest.guidance)


def _named(rule: Rule) -> list[str]:
    return [
        f"`{name}` = {_value(rule.values[name])}{bounds(parameter, _value)}: {prose(parameter.description)}".rstrip(
            ": "
        )
        for name, parameter in rule.parameters.items()
    ]


def _value(value: Json) -> str:
    listed = isinstance(value, list | tuple)
    if listed and value:
        return ", ".join(map(_value, value))
    shown = value if isinstance(value, str) and value else json.dumps(list(value) if listed else value)
    return f"`{shown}`"


def _fix(rule: Rule) -> Iterator[str]:
    remedy = rule.remediation
    if remedy is None:
        yield "Nothing is on record."
        return
    yield prose(remedy.summary)
    yield f"Effort: {remedy.effort}."
    if remedy.fix is not None:
        patch = json.dumps(remedy.fix, indent=2, ensure_ascii=False)
        yield f"As a merge patch (RFC 7396) of the resource, proved on each case that fails:\n\n```json\n{patch}\n```"


def _list(heading: str, items: list[str]) -> str:
    return "\n".join([heading, "", *(f"- {item}" for item in items)]) if items else ""


def _served(rule: Rule) -> str:
    rows = {
        "Requirements": ", ".join(rule.requirements),
        "Azure Policy": ", ".join(f"[`{p}`]({POLICY}{p})" for p in rule.azure_policy),
        "Other tools call it": ", ".join(f"`{a}`" for a in rule.aliases),
        "Former ids": ", ".join(rule.formerly),
    }
    return _list("## What it serves", [f"{name}: {value}" for name, value in rows.items() if value])
