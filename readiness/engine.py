"""Rules on a case to verdicts. Knows no Azure, no formats, no scores; evidence is findings.py's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from readiness.case import Case, question
from readiness.conditions import Bound
from readiness.model import Lost, Outcome, Resource, Truth
from readiness.ruleset import Rule, RuleSet

Answer: TypeAlias = Outcome | Truth
Decide: TypeAlias = Callable[[Resource, Resource], Answer]
Subjects: TypeAlias = dict[Outcome, list[Resource]]


@dataclass(slots=True)
class Verdicts:
    """What a rule says: its subjects by outcome, and the lists of subjects lost, by subscription id."""

    rule: Rule
    subjects: Subjects
    lost: dict[str, tuple[Lost, ...]]

    def count(self, outcome: Outcome) -> int:
        """How many subjects have an outcome; a subscription with lost lists is one more unknown."""
        return len(self.subjects.get(outcome, ())) + (len(self.lost) if outcome is Outcome.UNKNOWN else 0)


def evaluate(ruleset: RuleSet, case: Case) -> list[Verdicts]:
    """What each rule says of each of its subjects, in the order of the rules."""
    together: dict[str, list[Rule]] = {}
    for rule in ruleset.rules:
        together.setdefault(question(rule), []).append(rule)
    found = {v.rule.id: v for rules in together.values() for v in judged(rules, case)}
    return [found[rule.id] for rule in ruleset.rules]


def judged(rules: list[Rule], case: Case) -> list[Verdicts]:
    """What rules that apply to the same subjects say: each subject is touched once for all of them."""
    applies = case.applicable(rules[0])
    found: list[Subjects] = [{outcome: [] for outcome in Outcome} for _ in rules]
    decided = [(decider(rule, case), by_answer(subjects)) for rule, subjects in zip(rules, found, strict=True)]
    for subject in applies[True]:
        for decide, answers in decided:
            try:
                answers[decide(subject, subject)].append(subject)
            except Exception:  # a rule that crashes must not take the others with it; the finding says what happened
                answers[Outcome.ERROR].append(subject)
    for subjects in found:
        subjects[Outcome.NOT_APPLICABLE] += applies[False]
        subjects[Outcome.UNKNOWN] += applies[None]
    lost = [case.lost_subjects(rule) for rule in rules]
    return [Verdicts(*each) for each in zip(rules, found, lost, strict=True)]


def by_answer(subjects: Subjects) -> dict[Answer, list[Resource]]:
    """The same lists, also by what a condition says: true passes, false fails, neither is unknown."""
    answers: dict[Answer, list[Resource]] = dict(subjects.items())
    return answers | {True: subjects[Outcome.PASS], False: subjects[Outcome.FAIL], None: subjects[Outcome.UNKNOWN]}


def decider(rule: Rule, case: Case) -> Decide:
    """How a rule decides of a subject that it applies to: by an answer, a check or a condition."""
    if rule.attest:
        return lambda subject, _: case.attestations.answer(rule, subject).outcome
    if rule.check:
        call, params = rule.check.check, rule.check.params(rule.values)
        return lambda subject, _: call.measure(subject, params, case.graph).outcome
    assert rule.require  # noqa: S101 - the loader lets no rule through without a body
    return rule.require.compile(Bound(case.graph, rule.values))
