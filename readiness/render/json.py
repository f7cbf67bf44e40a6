"""The JSON report, schema readiness/report/1: a wire type of its own, apart from our inner ones (design 6).

Deterministic: keys in the order of the contract, rules by id, findings by rule and subject, one a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from readiness import dates
from readiness.findings import OPEN
from readiness.groups import ScoreGroup
from readiness.model import Evidence, Finding, Json, Outcome, Waiver
from readiness.profiles import Profile
from readiness.render.json_sections import detail, sections
from readiness.report import ALL, Report
from readiness.ruleset import Rule
from readiness.scoring import Counts, Figures, Score
from readiness.snapshot import gap_record

SCHEMA: Final = "readiness/report/1"


def render(report: Report, *, every: bool = False, full: bool = False) -> Iterator[bytes]:
    """The report in pieces; `every` adds the findings that pass or do not apply, `full` what other formats show."""
    yield orjson.dumps(_head(report))[:-1] + b',\n"findings":['
    joint = b"\n"
    for finding in _findings(report, ALL if every else OPEN, full=full):
        yield joint + orjson.dumps(finding)
        joint = b",\n"
    yield b'],\n"gaps":' + orjson.dumps([gap_record(g) for g in report.gaps])
    for name, section in sections(report).items() if full else ():
        yield f',\n"{name}":'.encode() + orjson.dumps(section)
    yield b"}\n"


def _findings(report: Report, outcomes: tuple[Outcome, ...], *, full: bool) -> Iterator[dict[str, Json]]:
    rules = {rule.id: rule for rule, _ in report.counted}
    for finding in report.findings(outcomes):
        more = detail(report, rules[finding.rule], finding) if full else {}
        yield finding_wire(finding) | _placed(report, finding) | more


def _placed(report: Report, finding: Finding) -> dict[str, Json]:
    """The groups that a finding counts in, where some were asked for."""
    return {"groups": {str(by): report.group_names(by, finding) for by in report.group_by}} if report.group_by else {}


def _head(report: Report) -> dict[str, Json]:
    return {
        "schema": SCHEMA,
        "tool": {"name": "readiness", "version": report.version, "ruleset": report.ruleset.version},
        "assessed_at": dates.shown(report.assessed_at),
        "collected_at": dates.shown(report.collected_at) if report.collected_at else None,
        "scope": report.scope,
        "notices": report.notices,
        **({} if report.profile.is_default else {"profile": _profile(report)}),
        "score": _score(report.score),
        "gate": {"asked": report.gate.asked, "met": report.gate.met, "reasons": report.gate.reasons},
        "summary": report.summary(),
        **({"groups": [_group(g) for of in report.groups.values() for g in of]} if report.group_by else {}),
        "rules": [_rule(rule, counts) for rule, counts in report.counted],
    }


def _profile(report: Report) -> dict[str, Json]:
    """What the profile changes of the rules that take part, as far as the configuration leaves it."""
    profile, there = report.profile, {rule.id for rule, _ in report.counted}
    return {
        "name": profile.name,
        "title": profile.title,
        "file": profile.file,
        "off": [{"rule": i, "reason": o.reason} for i, o in sorted(profile.overrides.items()) if o.off],
        "changed": [_changed(i, profile) for i in sorted(profile.overrides) if i in there],
    }


def _changed(rule_id: str, profile: Profile) -> dict[str, Json]:
    override = profile.overrides[rule_id]
    return {
        "rule": rule_id,
        "severity": override.severity,
        "parameters": override.parameters,
        "reason": override.reason,
    }


def _group(group: ScoreGroup) -> dict[str, Json]:
    score = group.score
    return {
        "by": group.by,
        "name": group.name,
        **_figures(score.total),
        "grade": score.grade,
        "attested": {"answered": score.answered, "asked": score.asked},
        "summary": group.summary(),
        "pillars": {name: _figures(f) for name, f in score.pillars.items()},
        "worst": [{"rule": rule.id, "severity": rule.severity, "count": count} for rule, count in group.worst()],
    }


def _score(score: Score) -> dict[str, Json]:
    return {
        "value": score.total.value,
        "floor": score.total.floor,
        "grade": score.grade,
        "coverage": score.total.coverage,
        "attested": {"answered": score.answered, "asked": score.asked},
        "pillars": {name: _figures(f) for name, f in score.pillars.items()},
        "areas": {name: _figures(f) for name, f in score.areas.items()},
    }


def _figures(figures: Figures) -> dict[str, float | None]:
    return {"value": figures.value, "floor": figures.floor, "coverage": figures.coverage}


def _rule(rule: Rule, counts: Counts) -> dict[str, Json]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "pillar": rule.pillar,
        "area": rule.area,
        "status": rule.status,
        "counts": counts.wire(),
    }


def finding_wire(finding: Finding) -> dict[str, Json]:
    """A finding as the report writes it."""
    return {
        "rule": finding.rule,
        "resource": finding.resource,
        "outcome": finding.outcome,
        "severity": finding.severity,
        "pillar": finding.pillar,
        "area": finding.area,
        "message": finding.message,
        "evidence": [_evidence(e) for e in finding.evidence],
        "waiver": _waiver(finding.waiver),
        "fingerprint": finding.fingerprint,
    }


def _evidence(evidence: Evidence) -> dict[str, Json]:
    return {"path": evidence.path, "observed": evidence.observed, "expected": evidence.expected}


def _waiver(waiver: Waiver | None) -> dict[str, str | None] | None:
    if waiver is None:
        return None
    return {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires, "ticket": waiver.ticket}
