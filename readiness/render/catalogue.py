"""The rules as a list, a page and JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable
from typing import Final

import orjson

from readiness.checks import Check
from readiness.model import Json, Parameter
from readiness.paths import Path
from readiness.render import yaml_text
from readiness.render.plain import plain
from readiness.render.words import some
from readiness.ruleset import Rule, RuleSet
from readiness.written import written

WIDTH: Final = 80


def as_list(ruleset: RuleSet) -> str:
    """One line a rule: id, severity, pillar, title."""
    rules = ruleset.rules
    wide = max((len(r.id) for r in rules), default=0)
    lines = [f"{r.id:<{wide}}  {r.severity:<8}  {r.pillar:<11}  {plain(r.title)}" for r in rules]
    noun = "rule" if len(rules) == 1 else "rules"
    return "\n".join([*lines, f"{len(rules)} {noun}"]) + "\n"


def as_checked(ruleset: RuleSet, own: list[Rule]) -> str:
    """How many rules were checked: those of the paths named, and the built-in ones beside them."""
    built_in = len(ruleset.rules) - len(own)
    rules = some(len(own), "rule")
    return f"{rules} of yours, {built_in} built in" if built_in else rules


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
    wire["parameters"] = {n: {"value": v, **_wire_parameter(rule.parameters[n])} for n, v in rule.values.items()}
    wire["question"] = rule.attest.question if rule.attest else None
    wire["remediation"] = rule.remediation.summary if rule.remediation else None
    wire["tests"] = len(rule.tests)
    return wire


def _wire_parameter(parameter: Parameter) -> dict[str, Json]:
    within = {key: getattr(parameter, key) for key in ("min_value", "max_value", "allowed_values")}
    return {"description": parameter.description, **{k: v for k, v in within.items() if v not in (None, ())}}


def as_page(rule: Rule) -> str:
    """One rule, readable."""
    rows = [
        *_wrapped(f"{rule.id}  {rule.title}", hanging=len(rule.id) + 2),
        "",
        *_facts(rule),
        *_section("Why", rule.rationale),
        *_measured(rule),
        *_parameters(rule),
        *_section("How to fix", rule.remediation.summary if rule.remediation else ""),
        *_fix(rule),
        *_listed("References", rule.references),
        *_section("Requirements", ", ".join(rule.requirements)),
        *_listed("Azure Policy", rule.azure_policy),
        *_section("Other names", ", ".join(rule.aliases)),
        *_section("Former ids", ", ".join(rule.formerly)),
    ]
    return "\n".join(plain(row).rstrip() for row in rows) + "\n"


def _facts(rule: Rule) -> list[str]:
    scored = "" if rule.scored else ", not scored"
    proofs = ", its fix proved on each that fails" if rule.remediation and rule.remediation.fix is not None else ""
    facts = {
        "severity": f"{rule.severity}{scored}",
        "pillar": str(rule.pillar),
        "area": ", ".join(rule.areas),
        "judges": ", ".join(rule.resource),
        "environments": ", ".join(rule.environments),
        "status": f"{rule.status}, since {rule.since}" if rule.since else str(rule.status),
        "tests": f"{some(len(rule.tests), 'case')}{proofs}" if rule.tests else "",
    }
    return [line for key, said in facts.items() if said for line in _wrapped(f"  {key:<12}  {said}", hanging=16)]


def _measured(rule: Rule) -> list[str]:
    """The conditions as the rule file has them; the check and its params, or the question."""
    where, require = (written(part) if part else None for part in (rule.where, rule.require))
    check = rule.check
    params = {**check.given, **{n: {"parameter": p} for n, p in check.from_parameters.items()}} if check else {}
    return [
        *_block("Applies where", where),
        *_block("Passes where", require),
        *_section("Measured by", _said(check.check) if check else ""),
        *_block("With", {k: _shown(v) for k, v in params.items()}),
        *_section("Question", rule.attest.question if rule.attest else ""),
        *_section("How to answer", rule.attest.guidance if rule.attest else ""),
    ]


def _said(check: Check) -> str:
    return f"{check.name}: {' '.join((check.measure.__doc__ or '').split())}"


def _shown(value: Json) -> Json:
    return value.text if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


def _parameters(rule: Rule) -> list[str]:
    lines = [
        line
        for name, value in rule.values.items()
        for line in (
            *_wrapped(f"  {name} = {_value(value)}{bounds(rule.parameters[name])}", hanging=4),
            *_wrapped(f"    {rule.parameters[name].description}", hanging=4),
        )
    ]
    return ["", "Parameters", *lines] if lines else []


def _value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def bounds(parameter: Parameter, shown: Callable[[Json], str] = _value) -> str:
    """Between what a parameter may lie, in words; nothing if anywhere. `shown` writes a value."""
    least, most = parameter.min_value, parameter.max_value
    if parameter.allowed_values:
        return f" (one of {', '.join(map(shown, parameter.allowed_values))})"
    if least is not None and most is not None:
        return f" ({least:g} to {most:g})"
    return f" (at least {least:g})" if least is not None else f" (at most {most:g})" if most is not None else ""


def _fix(rule: Rule) -> list[str]:
    if rule.remediation is None:
        return []
    fix = rule.remediation.fix
    effort = [f"  Effort: {rule.remediation.effort}"]
    return [*effort, *_block("Patch of the resource", fix)]


def _block(heading: str, value: Json) -> list[str]:
    return ["", heading, *(f"  {line}" for line in yaml_text.block(value, WIDTH - 2))] if value else []


def _wrapped(line: str, hanging: int) -> list[str]:
    indent = " " * hanging
    return textwrap.wrap(plain(line), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _section(heading: str, body: str) -> list[str]:
    lines = [line for part in body.strip().splitlines() for line in _wrapped(f"  {part.strip()}", hanging=2)]
    return ["", heading, *lines] if lines else []


def _listed(heading: str, entries: Iterable[str]) -> list[str]:
    found = [f"  {entry}" for entry in entries]
    return ["", heading, *found] if found else []
