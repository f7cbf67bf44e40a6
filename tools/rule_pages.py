"""A page for each rule and an index of them, from the rule files: `docs/rules/`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from readiness import app
from readiness.model import Area, Pillar, Severity
from readiness.ruleset import Rule

FOLDER: Final = Path("docs/rules")
MEASURED: Final = ("environments", "where", "require", "check", "attest", "parameters")
_SECTION: Final = re.compile(r"^(?=(?:#.*\n)*([a-z_]+):)", re.MULTILINE)


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
        f"{len(rules)} rules ship with this version. Each page says what is judged, why, how it is measured and how",
        "to fix it; `readiness rules show ID` says the same in a terminal. Made from the rule files by `make docs`.",
    ]
    for pillar in Pillar:
        of_pillar = [r for r in rules if r.pillar is pillar]
        if of_pillar:
            lines += ["", f"## {str(pillar).capitalize()}"]
            lines += [line for group in _by_area(of_pillar) for line in group]
    return "\n".join(lines) + "\n"


def _by_area(rules: list[Rule]) -> Iterator[list[str]]:
    areas, severities = list(Area), list(Severity)
    ordered = sorted(rules, key=lambda r: (areas.index(r.area), severities.index(r.severity), r.id))
    for area, found in groupby(ordered, key=lambda r: r.area):
        rows = [f"| [{r.id}]({r.id}.md) | {r.title} | {r.severity} |" for r in found]
        yield ["", f"### {str(area).capitalize()}", "", "| Rule | Desired state | Severity |", "|---|---|---|", *rows]


# --- a page -----------------------------------------------------------------------------------------------------


def page(rule: Rule) -> str:
    """One rule for a person who reads it in a browser."""
    parts = [
        f"# {rule.id}: {rule.title}",
        _facts(rule),
        f"## Why\n\n{rule.rationale}",
        f"## How it is measured\n\n{_measured(rule)}",
        f"## How to fix it\n\n{_fix(rule)}",
        _list("## References", [f"<{link}>" for link in rule.references]),
        _served(rule),
        "[All rules](README.md)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(rule: Rule) -> str:
    where = " and ".join(map(str, rule.environments)) if rule.environments else "every environment"
    also = f" (also {', '.join(rule.also)})" if rule.also else ""
    rows = {
        "Severity": str(rule.severity),
        "Pillar": str(rule.pillar),
        "Area": f"{rule.area}{also}",
        "Judges": ", ".join(f"`{t}`" for t in rule.resource),
        "Applies in": f"{where} (undecided counts as production)" if rule.environments else where,
        "Status": f"{rule.status}, since {rule.since}",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _measured(rule: Rule) -> str:
    """The rule's own words: the parts of its file that decide, with their comments."""
    judged = Path(rule.file).read_text(encoding="utf-8").partition("\ntests:")[0] + "\n"
    starts = list(_SECTION.finditer(judged))
    ends = [match.start() for match in starts[1:]] + [len(judged)]
    parts = {match[1]: judged[match.start() : end] for match, end in zip(starts, ends, strict=True)}
    text = "".join(parts[key] for key in MEASURED if key in parts).strip("\n")
    return f"```yaml\n{text}\n```\n\n{len(rule.tests)} cases in the rule's own file prove it."


def _fix(rule: Rule) -> str:
    remedy = rule.remediation
    if remedy is None:
        return "Nothing is on record."
    patch = (
        f"\n\nAs a patch of the resource:\n\n```json\n{json.dumps(remedy.fix, indent=2)}\n```" if remedy.fix else ""
    )
    return f"{remedy.summary}\n\nEffort: {remedy.effort}.{patch}"


def _list(heading: str, items: list[str]) -> str:
    return "\n".join([heading, "", *(f"- {item}" for item in items)]) if items else ""


def _served(rule: Rule) -> str:
    rows = {
        "Requirements": ", ".join(rule.requirements),
        "Azure Policy": ", ".join(f"`{p}`" for p in rule.azure_policy),
        "Elsewhere": ", ".join(f"`{a}`" for a in rule.aliases),
    }
    return _list("## What it serves", [f"{name}: {value}" for name, value in rows.items() if value])
