"""Rules on a case to verdicts. Knows no Azure, no formats, no scores; evidence is findings.py's."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.case import Case, question
from readiness.conditions import Bound
from readiness.model import Outcome, Resource
from readiness.ruleset import Rule, RuleSet
from readiness.verdicts import Decide, Subjects, Verdicts, by_answer


def evaluate(ruleset: RuleSet, case: Case) -> list[Verdicts]:
    """What each rule says of each of its subjects, in the order of the rules."""
    by_types: dict[tuple[str, ...], list[Rule]] = {}
    for rule in ruleset.rules:
        by_types.setdefault(tuple(t.lower() for t in rule.types), []).append(rule)
    found = {v.rule.id: v for rules in by_types.values() for v in judged(rules, case)}
    return [found[rule.id] for rule in ruleset.rules]


def judged(rules: list[Rule], case: Case) -> list[Verdicts]:
    """What rules of the same subjects say: each subject is touched once for all of them."""
    asked: dict[str, list[Rule]] = {}
    for rule in rules:
        asked.setdefault(question(rule), []).append(rule)
    groups = [Group(alike, case) for alike in asked.values()]
    for subject in case.subjects(rules[0]):
        for group in groups:
            group.judge(subject)
    return [verdicts for group in groups for verdicts in group.verdicts(case)]


class Group:
    """Rules that apply to the same subjects, which is asked once for all of them."""

    def __init__(self, rules: list[Rule], case: Case) -> None:
        self.rules, self.applies = rules, case.applies(rules[0])
        self.out: list[Resource] = []
        self.unclear: list[Resource] = []
        self.found: list[Subjects] = [{outcome: [] for outcome in Outcome} for _ in rules]
        self.decided = [
            (decider(rule, case), by_answer(subjects)) for rule, subjects in zip(rules, self.found, strict=True)
        ]

    def judge(self, subject: Resource) -> None:
        """Puts a subject where each rule says."""
        truth = self.applies(subject, subject) if self.applies else True
        if not truth:
            (self.unclear if truth is None else self.out).append(subject)
            return
        for decide, put in self.decided:
            try:
                put[decide(subject, subject)](subject)
            except Exception:  # a rule that crashes must not take the others with it; the finding says what happened
                put[Outcome.ERROR](subject)

    def verdicts(self, case: Case) -> Iterator[Verdicts]:
        """What each rule said."""
        for rule, subjects in zip(self.rules, self.found, strict=True):
            subjects[Outcome.NOT_APPLICABLE] += self.out
            subjects[Outcome.UNKNOWN] += self.unclear
            yield Verdicts(rule, subjects, case.lost_subjects(rule))


def decider(rule: Rule, case: Case) -> Decide:
    """How a rule decides of a subject that it applies to: by an answer, a check or a condition."""
    if rule.attest:
        return lambda subject, _: case.attestations.answer(rule, subject).outcome
    if rule.check:
        call, params = rule.check.check, rule.check.params(rule.values)
        return lambda subject, _: call.measure(subject, params, case).outcome
    assert rule.require  # noqa: S101 - the loader lets no rule through without a body
    return rule.require.compile(Bound(case, rule.values))
