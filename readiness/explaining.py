"""The whole reasoning of one rule about one subject."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import app
from readiness.arm import name_of
from readiness.case import Case
from readiness.conditions import Explanation
from readiness.engine import judged
from readiness.errors import UsageError
from readiness.findings import Findings, lost_finding
from readiness.model import Decision, Finding, Outcome, Resource
from readiness.ruleset import Rule
from readiness.waivers import Waivers
from readiness.yamlfile import nearest


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What decided: the environment, whether the rule applies, and what it saw."""

    rule: Rule
    subject: Resource
    finding: Finding
    environment: str | None
    where: Explanation | None
    require: Explanation | None
    decision: Decision | None
    lost: bool = False


def explain(options: app.Options, rule_id: str, subject: str) -> Reasoning:
    """The reasoning; raises UsageError for a rule or subject that is not there."""
    every = app.all_rules(options.rules, tested=False)
    settings = app.configuration(options, every)
    rule = app.one_rule(app.chosen_rules(options, every, settings), rule_id)
    read = app.read_input(options)
    clock = app.clock_of(options, read)
    case = app.case_of(options, settings, read, clock, every)
    builder = Findings(case, Waivers(clock, app.waivers_of(options, settings, every)))
    lost = _lost(rule, subject, case)
    return lost or _reasoning(rule, _subject(rule, subject, case), case, builder)


def _lost(rule: Rule, text: str, case: Case) -> Reasoning | None:
    """The reasoning about a subscription that keeps subjects from us."""
    folded = text.rstrip("/").lower()
    for subscription, lists in case.lost_subjects(rule).items():
        if folded in (subscription.lower(), name_of(subscription).lower()):
            finding = lost_finding(rule, subscription, lists)
            resource = case.graph.subscriptions[subscription.rstrip("/").lower()]
            return Reasoning(
                rule, resource, finding, None, None, None, Decision(finding.outcome, finding.evidence), True
            )
    return None


def _reasoning(rule: Rule, subject: Resource, case: Case, builder: Findings) -> Reasoning:
    [verdicts] = judged([rule], case)
    outcome = next(o for o, found in verdicts.subjects.items() if any(s.key == subject.key for s in found))
    environment, why = case.environments.of(subject)
    crashed = outcome is Outcome.ERROR
    return Reasoning(
        rule,
        subject,
        builder.finding(rule, subject, outcome),
        f"{environment}: {why}" if rule.environments else None,
        builder.explain_where(rule, subject),
        builder.explain(rule, subject) if rule.require and not crashed else None,
        builder.decision(rule, subject) if rule.check and not crashed else None,
    )


def _subject(rule: Rule, text: str, case: Case) -> Resource:
    subjects = [s for t in rule.types for s in case.graph.subjects(t)]
    folded = text.rstrip("/").lower()
    exact = [s for s in subjects if s.key == folded]
    found = exact or [s for s in subjects if s.key.endswith(f"/{folded}")]
    if len(found) == 1:
        return found[0]
    kinds = ", ".join(rule.resource)
    if found:
        raise UsageError(f"{len(found)} subjects of {rule.id} end in '{text[:80]}'", f"For example {found[0].id}")
    names = [s.key.rpartition("/")[2] for s in subjects]
    hint = nearest(text.rpartition("/")[2], names) if names else f"The input holds no {kinds}."
    raise UsageError(f"{rule.id} judges {kinds}; none is called '{text[:80]}'", hint)
