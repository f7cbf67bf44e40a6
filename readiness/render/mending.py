"""What mends one finding, and what it is worth: the same for every format."""

from __future__ import annotations

from readiness.arm import key_of
from readiness.model import Finding, Json, Outcome
from readiness.report import Report
from readiness.ruleset import Rule
from readiness.snippets import Snippets, snippets


def points(report: Report) -> dict[str, float]:
    """What the score gains for each open fail mended, by rule; rules without any are left out."""
    return {step.rule.id: float(step.gain / step.count) for stage in report.plan for step in stage.steps}


def body_of(report: Report, resource_id: str) -> Json:
    """The JSON of a resource as it was read; None where there is no record."""
    found = report.case.graph.snapshot.resources.get(key_of(resource_id))
    return found.body if found else None


def snippets_of(report: Report, rule: Rule, finding: Finding) -> Snippets | None:
    """Commands that bring the rule's fix home to the resource of a fail; None where there is none."""
    fix = rule.remediation.fix if rule.remediation and finding.outcome is Outcome.FAIL else None
    judged = report.case.graph.snapshot.resources.get(key_of(finding.resource))
    return snippets(judged, fix) if judged and fix is not None else None
