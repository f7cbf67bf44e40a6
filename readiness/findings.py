"""From verdicts to findings: messages and evidence, built only when they are shown.

The rule is asked again on the one subject, this time explaining itself. Knows no format and no score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from readiness.arm import name_of
from readiness.case import Case
from readiness.conditions import Bound, Explanation
from readiness.evidence import alternatives, evidence_of, facts_of, seen_in, shortened
from readiness.model import Decision, Environment, Evidence, Finding, Lost, Outcome, Reason, Resource, Waiver
from readiness.ruleset import Rule
from readiness.verdicts import Verdicts
from readiness.waivers import Waivers
from readiness.wording import LIMIT, SHOWN, Telling, cut, decided_by, in_words, shown, told, without_arm

__all__ = ["OPEN", "SHOWN", "Findings", "Telling", "evidence_of", "fingerprint", "in_words", "lost_finding", "shown"]

OPEN: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.MANUAL, Outcome.ERROR)
LISTED: Final = 3
"""How many types and permissions of lost lists a message names."""
NOT_HERE: Final = "does not apply: "
NOT_TOLD: Final = "could not tell if it applies: "
ONE_OF: Final = " (one of these would do)"


def fingerprint(rule: Rule, resource_id: str) -> str:
    """32 hex digits that stay the same while rule and subject do (semantics 5)."""
    subject = resource_id.rstrip("/").lower()
    return hashlib.sha256(f"readiness/1\n{rule.first_id}\n{subject}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class Findings:
    """Builds findings of one run."""

    case: Case
    waivers: Waivers
    _bounds: dict[str, Bound] = field(default_factory=dict)

    def of(self, verdicts: Verdicts, outcomes: tuple[Outcome, ...]) -> Iterator[Finding]:
        """The findings of one rule, by subject."""
        rule = verdicts.rule
        found = [(s, o) for o in outcomes for s in verdicts.subjects.get(o, ())]
        found.sort(key=lambda pair: pair[0].key)
        for subject, outcome in found:
            yield self.finding(rule, subject, outcome)
        if Outcome.UNKNOWN in outcomes:
            for subscription, lists in sorted(verdicts.lost.items()):
                yield lost_finding(rule, subscription, lists)

    def finding(self, rule: Rule, subject: Resource, outcome: Outcome) -> Finding:
        """The finding of one outcome."""
        waiver = self.waivers.of(rule.id, subject) if outcome is Outcome.FAIL else None
        notes = self._notes(rule, subject, outcome, waiver)
        message, evidence = self._seen(rule, subject, outcome, LIMIT - len(notes))
        return Finding(
            rule.id, subject.id, outcome, rule.severity, rule.pillar, rule.area, message + notes, evidence,
            fingerprint(rule, subject.id), waiver,
        )  # fmt: skip

    def _notes(self, rule: Rule, subject: Resource, outcome: Outcome, waiver: Waiver | None) -> str:
        notes = ""
        if rule.environments and outcome is not Outcome.NOT_APPLICABLE:
            notes += self._environment(rule, subject)
        if outcome is Outcome.FAIL and waiver is None and self.waivers.concerns(rule.id):
            lapsed = self.waivers.lapsed(rule.id, subject)
            notes += f"; its waiver expired on {lapsed.expires} ({lapsed.owner})" if lapsed else ""
        return notes if len(notes) <= LIMIT // 2 else cut(notes, LIMIT // 2)

    def _environment(self, rule: Rule, subject: Resource) -> str:
        """By what a subject is of the rule's environment; a check of a workload asks that of what it holds."""
        environment, why = self.case.environments.of(subject)
        if environment is Environment.UNDECIDED:
            told = "; its environment is undecided and counts as production"
            return "" if rule.check and subject.type == "workload" else told
        known = environment is not Environment.UNKNOWN
        return f"; it is {environment} by {decided_by(why, name_of(subject.id))}" if known else ""

    def _seen(self, rule: Rule, subject: Resource, outcome: Outcome, room: int) -> tuple[str, tuple[Evidence, ...]]:
        """The message, at most so long, and the evidence."""
        if outcome is Outcome.ERROR:
            return cut(f"the rule crashed: {self._crash(rule, subject)}", room - 18) + "; please report it", ()
        if rule.attest:
            message, evidence = self._attested(rule, subject)
            return cut(message, room), evidence
        if outcome in (Outcome.NOT_APPLICABLE, Outcome.UNKNOWN):
            without = self._not_applied(rule, subject, outcome, room)
            if without:
                return without
        if rule.check:
            return _decided(self.decision(rule, subject), subject, room)
        explained = self.explain(rule, subject)
        ending = ONE_OF if outcome is Outcome.FAIL and alternatives(explained) else ""
        facts = facts_of(explained)
        return told(facts, Telling(outcome, True, room, ending), subject.id), seen_in(facts)

    def _not_applied(
        self, rule: Rule, subject: Resource, outcome: Outcome, room: int
    ) -> tuple[str, tuple[Evidence, ...]] | None:
        """Why a rule does not apply, or may not; None where it does."""
        lead = NOT_HERE if outcome is Outcome.NOT_APPLICABLE else NOT_TOLD
        applies = self.explain_where(rule, subject)
        if applies is not None and applies.truth is not True:
            facts = facts_of(applies)
            said = told(facts, Telling(outcome, outcome is Outcome.NOT_APPLICABLE, room - len(lead)), subject.id)
            return lead + said, seen_in(facts)
        if rule.environments and not self.case.admits(rule, subject):
            environment, why = self.case.environments.of(subject)
            known = environment is not Environment.UNKNOWN
            return cut(
                f"{lead}it is {environment} by {decided_by(why, name_of(subject.id))}" if known else lead + why, room
            ), ()
        return None

    def _crash(self, rule: Rule, subject: Resource) -> str:
        try:
            self.decision(rule, subject) if rule.check else self.explain(rule, subject)
        except Exception as error:  # the crash itself is what is to be told
            return f"{type(error).__name__}: {str(error)[:200]}"
        return "it did not do so again"

    def _attested(self, rule: Rule, subject: Resource) -> tuple[str, tuple[Evidence, ...]]:
        answer = self.case.attestations.answer(rule, subject)
        question = rule.attest.question if rule.attest else ""
        if answer.attestation is None:
            return f"needs an answer: {question}", ()
        given = answer.attestation
        seen = Evidence("attestation", str(given.answer), "pass")
        said = f"{given.author} answered '{given.answer}' on {given.date}"
        if answer.outcome is Outcome.MANUAL:
            return f"needs an answer again, {answer.note}: {question}", (seen,)
        return f"{said} ({given.evidence})" if given.evidence else said, (seen,)

    def _bound(self, rule: Rule) -> Bound:
        if rule.id not in self._bounds:
            self._bounds[rule.id] = Bound(self.case, rule.values)
        return self._bounds[rule.id]

    def explain_where(self, rule: Rule, subject: Resource) -> Explanation | None:
        """Why the rule applies, or not; None if it applies to all of its type."""
        return rule.where.explain(self._bound(rule), subject, subject) if rule.where else None

    def explain(self, rule: Rule, subject: Resource) -> Explanation:
        """What the rule's condition saw."""
        assert rule.require  # noqa: S101 - only rules with a condition are explained so
        return rule.require.explain(self._bound(rule), subject, subject)

    def decision(self, rule: Rule, subject: Resource) -> Decision:
        """What the rule's check measured."""
        assert rule.check  # noqa: S101 - only rules with a check are asked so
        return rule.check.check.measure(subject, rule.check.params(rule.values), self.case)


def _decided(decision: Decision, subject: Resource, room: int) -> tuple[str, tuple[Evidence, ...]]:
    evidence = tuple(shortened(e) for e in decision.evidence)
    lead = NOT_HERE if decision.outcome is Outcome.NOT_APPLICABLE else ""
    left = room - len(lead)
    said = decision.message or in_words(evidence, Telling(decision.outcome, room=left), subject.id)
    return lead + cut(without_arm(said), left), evidence


def lost_finding(rule: Rule, subscription: str, lists: tuple[Lost, ...]) -> Finding:
    """The one unknown finding for the lists of subjects that a subscription keeps from us (semantics 4)."""
    evidence = tuple(Evidence(f"{lost.scope}: {lost.type}", lost.reason, "a complete list") for lost in lists)
    one = len(lists) == 1
    reasons = ", ".join(sorted({lost.reason.replace("_", " ") for lost in lists}))
    message = f"{'a list' if one else f'{len(lists)} lists'} of {_some({lost.type for lost in lists})}"
    if all(lost.reason == Reason.NOT_ASKED for lost in lists):
        message += f" {'was' if one else 'were'} not asked for"
    else:
        message += f" could not be read in full: {reasons}"
    needs = {lost.permission for lost in lists if lost.permission}
    message = cut(f"{message} (needs {_some(needs)})" if needs else message, LIMIT)
    return Finding(
        rule.id, subscription, Outcome.UNKNOWN, rule.severity, rule.pillar, rule.area, message, evidence,
        fingerprint(rule, subscription),
    )  # fmt: skip


def _some(words: set[str]) -> str:
    """The first of some words, and how many more there are."""
    left = len(words) - LISTED
    named = ", ".join(sorted(words)[: LISTED if left > 1 else LISTED + 1])
    return f"{named} and {left} more" if left > 1 else named
