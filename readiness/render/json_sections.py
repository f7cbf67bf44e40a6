"""What `--full` adds to the JSON report: the sections that the other formats have (design 6).

Keys stand behind those of the contract and are only ever added. Numbers are finite, in four decimals as the score is.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from readiness import dates
from readiness.arm import name_of
from readiness.inventory import Deployment, Kind
from readiness.model import Finding, Json
from readiness.plan import Stage, Step
from readiness.render.excerpt import Excerpt, excerpts
from readiness.render.json_reached import access, path
from readiness.render.mending import body_of, snippets_of
from readiness.render.shown import subscription_names
from readiness.report import Accepted, Answered, Report
from readiness.ruleset import Rule
from readiness.scoring import Score
from readiness.trends import Trend

DECIMALS: Final = 4


def sections(report: Report) -> dict[str, Json]:
    """All sections by name."""
    return {
        "subscriptions": _subscriptions(report),
        "plan": [_stage(stage) for stage in report.plan],
        "catalogue": [_rule(rule) for rule, _ in report.counted],
        "inventory": {
            "kinds": [_kind(kind) for kind in report.kinds],
            "deployments": [_deployment(d, report.open_by_subject[d.resource.key]) for d in report.deployments],
        },
        "private_paths": [path(one) for one in report.reached],
        "access": [access(one.account, report.access(one.account)) for one in report.reached],
        "trends": [_trend(trend) for trend in report.trends],
        "waivers": [_accepted(one) for one in report.waivers],
        "attestations": [_answered(one) for one in report.attestations],
    }


def detail(report: Report, rule: Rule, finding: Finding) -> dict[str, Json]:
    """What is added to a finding: commands that mend it, and the JSON that its evidence stands in."""
    made = snippets_of(report, rule, finding)
    seen = excerpts(finding, lambda resource_id: body_of(report, resource_id))
    return {
        "snippets": {"az": made.az, "bicep": made.bicep} if made else None,
        "excerpt": [_excerpt(excerpt) for excerpt in seen.shown],
    }


def _excerpt(excerpt: Excerpt) -> dict[str, Json]:
    lines = [{"text": line.text, "mark": line.mark, "note": line.note} for line in excerpt.lines]
    return {"resource": excerpt.resource, "lines": lines}


def number(value: float | Fraction | None) -> int | float | None:
    """A figure in four decimals; None for what is none, or no finite number."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else round(float(value), DECIMALS)


def _subscriptions(report: Report) -> list[Json]:
    names = subscription_names(report)
    found = report.case.graph.subscriptions.values()
    return [{"id": name_of(s.id), "name": names.get(s.key)} for s in found]


def _stage(stage: Stage) -> dict[str, Json]:
    return {"horizon": stage.horizon, "steps": [_step(s) for s in stage.steps], "after": _after(stage.after)}


def _step(step: Step) -> dict[str, Json]:
    return {
        "rule": step.rule.id,
        "count": step.count,
        "points": number(step.gain),
        "floor_points": number(step.floor_gain),
        "effort": step.effort,
    }


def _after(score: Score) -> dict[str, Json]:
    return {"value": score.total.value, "floor": score.total.floor, "grade": score.grade}


def _rule(rule: Rule) -> dict[str, Json]:
    mends, asks = rule.remediation, rule.attest
    return {
        "id": rule.id,
        "areas": rule.areas,
        "environments": rule.environments,
        "rationale": rule.rationale,
        "remediation": {"summary": mends.summary, "effort": mends.effort, "fix": mends.fix} if mends else None,
        "references": rule.references,
        "requirements": rule.requirements,
        "attest": {"question": asks.question, "guidance": asks.guidance, "valid_for": asks.valid_for}
        if asks
        else None,
    }


def _kind(kind: Kind) -> dict[str, Json]:
    regions = [{"name": name, "count": count} for name, count in kind.regions]
    return {"type": kind.type, "count": kind.count, "regions": regions}


def _deployment(found: Deployment, open_fails: int) -> dict[str, Json]:
    return {
        "resource": found.resource.id,
        "account": found.account,
        "region": found.region,
        "model": found.model,
        "version": found.version,
        "sku": found.sku,
        "capacity": number(found.capacity),
        "upgrade": found.upgrade,
        "filter": found.filter,
        "open": open_fails,
    }


def _trend(trend: Trend) -> dict[str, Json]:
    return {
        "chart": trend.chart,
        "resource": trend.deployment.resource.id,
        "limit": number(trend.limit),
        "peak": number(trend.peak),
        "start": dates.shown(trend.start) if trend.start else None,
        "step_seconds": number(trend.step.total_seconds()),
        "points": [number(point) for point in trend.points],
        "note": trend.note,
    }


def _accepted(one: Accepted) -> dict[str, Json]:
    given = one.waiver
    return {
        "rule": given.rule,
        "resource": given.resource,
        "reason": given.reason,
        "owner": given.owner,
        "expires": given.expires,
        "ticket": given.ticket,
        "state": one.state,
        "count": one.count,
    }


def _answered(one: Answered) -> dict[str, Json]:
    given = one.attestation
    return {
        "rule": given.rule,
        "for": given.subject,
        "answer": given.answer,
        "author": given.author,
        "date": given.date,
        "expires": given.expires,
        "evidence": given.evidence,
        "state": one.state,
        "count": one.count,
    }
