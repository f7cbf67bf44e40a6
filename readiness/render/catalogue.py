"""The rules as a list, a page, JSON, and the report of their tests."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

import orjson

from readiness.model import Json
from readiness.render.plain import plain
from readiness.ruleset import Rule, RuleSet
from readiness.ruletests import Result

WIDTH: Final = 96


def as_list(ruleset: RuleSet) -> str:
    """One line a rule: id, severity, pillar, title."""
    rules = ruleset.rules
    wide = max((len(r.id) for r in rules), default=0)
    lines = [f"{r.id:<{wide}}  {r.severity:<8}  {r.pillar:<11}  {plain(r.title)}" for r in rules]
    noun = "rule" if len(rules) == 1 else "rules"
    return "\n".join([*lines, f"{len(rules)} {noun}"]) + "\n"


def as_json(ruleset: RuleSet) -> str:
    """The rules as a JSON list."""
    return _dumped([_wire(rule) for rule in ruleset.rules])


def rule_json(rule: Rule) -> str:
    """One rule as JSON."""
    return _dumped(_wire(rule))


def _dumped(value: Json) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"


def _wire(rule: Rule) -> dict[str, Json]:
    plain_keys = (
        "id", "title", "severity", "pillar", "area", "also", "status", "since", "environments", "resource",
        "rationale", "references", "requirements", "azure_policy", "aliases", "formerly",
    )  # fmt: skip
    wire: dict[str, Json] = {key: getattr(rule, key) for key in plain_keys}
    described = {n: p.description for n, p in rule.parameters.items()}
    wire["parameters"] = {n: {"value": v, "description": described[n]} for n, v in rule.values.items()}
    wire["question"] = rule.attest.question if rule.attest else None
    wire["remediation"] = rule.remediation.summary if rule.remediation else None
    wire["tests"] = len(rule.tests)
    return wire


def as_page(rule: Rule) -> str:
    """One rule, readable."""
    rows = [
        f"{rule.id}  {rule.title}",
        "",
        f"  severity      {rule.severity}" + ("" if rule.status == "stable" else f" ({rule.status}, not scored)"),
        f"  pillar, area  {rule.pillar}, {', '.join(rule.areas)}",
        f"  judges        {', '.join(rule.resource)}",
        *([f"  environments  {', '.join(rule.environments)}"] if rule.environments else []),
        *_section("Why", rule.rationale),
        *_section("Question", rule.attest.question if rule.attest else ""),
        *_section("How to answer", rule.attest.guidance if rule.attest else ""),
        *_section("How to fix", _fix(rule)),
        *_listed("Parameters", [f"{n} = {v}: {rule.parameters[n].description}" for n, v in rule.values.items()]),
        *_listed("References", rule.references),
        *_listed("Requirements", rule.requirements),
        *_listed("Azure Policy", rule.azure_policy),
        *_listed("Aliases", rule.aliases),
    ]
    return "\n".join(plain(row) for row in rows) + "\n"


def _fix(rule: Rule) -> str:
    return f"{rule.remediation.summary} (effort: {rule.remediation.effort})" if rule.remediation else ""


def _section(heading: str, body: str) -> list[str]:
    lines = [line for part in body.strip().splitlines() for line in textwrap.wrap(plain(part), WIDTH)]
    return ["", heading, *(f"  {line}" for line in lines)] if lines else []


def _listed(heading: str, entries: Iterable[str]) -> list[str]:
    found = [f"  {entry}" for entry in entries]
    return ["", heading, *found] if found else []


def as_test_report(rules: list[Rule], results: list[Result]) -> str:
    """The cases that failed, with what was expected, got and why; then the totals."""
    lines = [line for result in results if not result.passed for line in _failure(result)]
    failed = sum(not r.passed for r in results)
    fixes = sum(r.proves_fix for r in results)
    total = f"{len(rules)} rules, {len(results) - fixes} cases, {fixes} proofs of a fix: "
    return "\n".join([*lines, total + ("all passed" if not failed else f"{failed} failed")]) + "\n"


def _failure(result: Result) -> list[str]:
    rule, test = result.rule, result.test
    expected = "pass, with the fix applied" if result.proves_fix else test.expect
    return [
        plain(f"{rule.file}:{test.line}: {rule.id}: {test.name}"),
        plain(f"  expected {expected}, got {result.got}: {result.why}"),
    ]
