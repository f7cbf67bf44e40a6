"""From verdicts to findings: messages and evidence, built only when they are shown.

The rule is asked again on the one subject, this time explaining itself. Knows no format and no score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from readiness.case import Case
from readiness.conditions import Bound, Explanation
from readiness.model import Decision, Environment, Evidence, Finding, Json, Lost, Outcome, Reason, Resource, Waiver
from readiness.ruleset import Rule
from readiness.verdicts import Verdicts
from readiness.waivers import Waivers

SHOWN: Final = 3
LONGEST: Final = 2000
BESIDE: Final = ("environment",)
"""Paths of what is no property: nobody mends a resource by them."""
OPEN: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.MANUAL, Outcome.ERROR)
_BY_KEY: Final = attrgetter("key")


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
        message, evidence = self._seen(rule, subject, outcome)
        notes = self._notes(rule, subject, outcome, waiver)
        return Finding(
            rule.id, subject.id, outcome, rule.severity, rule.pillar, rule.area, message + notes, evidence,
            fingerprint(rule, subject.id), waiver,
        )  # fmt: skip

    def _notes(self, rule: Rule, subject: Resource, outcome: Outcome, waiver: Waiver | None) -> str:
        notes = ""
        if rule.environments and outcome is not Outcome.NOT_APPLICABLE:
            environment, why = self.case.environments.of(subject)
            if environment is Environment.UNDECIDED:
                notes += "; its environment is undecided and counts as production"
            elif environment is Environment.UNKNOWN:
                notes += f"; its environment could not be told: {why}"
            else:
                notes += f"; it is {environment} by {why}"
        if outcome is Outcome.FAIL and waiver is None and self.waivers.concerns(rule.id):
            lapsed = self.waivers.lapsed(rule.id, subject)
            notes += f"; its waiver expired on {lapsed.expires} ({lapsed.owner})" if lapsed else ""
        return notes

    def _seen(self, rule: Rule, subject: Resource, outcome: Outcome) -> tuple[str, tuple[Evidence, ...]]:
        if outcome is Outcome.ERROR:
            return f"the rule crashed: {self._crash(rule, subject)}; please report it", ()
        if rule.attest:
            return self._attested(rule, subject)
        if outcome in (Outcome.NOT_APPLICABLE, Outcome.UNKNOWN):
            applies = self.explain_where(rule, subject)
            if applies is not None and applies.truth is not True:
                evidence = evidence_of(applies)
                lead = "does not apply: " if outcome is Outcome.NOT_APPLICABLE else "could not tell if it applies: "
                return lead + in_words(evidence), evidence
            if rule.environments and not self.case.admits(rule, subject):
                environment, why = self.case.environments.of(subject)
                known = environment is not Environment.UNKNOWN
                return f"the environment is {environment} ({why})" if known else "could not tell if it applies", ()
        if rule.check:
            return _decided(self.decision(rule, subject))
        explained = self.explain(rule, subject)
        evidence = evidence_of(explained)
        if outcome is Outcome.FAIL and _alternatives(explained):
            return f"{in_words(evidence)} (one of these would do)", evidence
        return in_words(evidence), evidence

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


def _decided(decision: Decision) -> tuple[str, tuple[Evidence, ...]]:
    evidence = tuple(_shortened(e) for e in decision.evidence)
    return decision.message or in_words(evidence), evidence


def lost_finding(rule: Rule, subscription: str, lists: tuple[Lost, ...]) -> Finding:
    """The one unknown finding for the lists of subjects that a subscription keeps from us (semantics 4)."""
    evidence = tuple(Evidence(f"{lost.scope}: {lost.type}", lost.reason, "a complete list") for lost in lists)
    reasons = ", ".join(sorted({lost.reason.replace("_", " ") for lost in lists}))
    needs = sorted({lost.permission for lost in lists if lost.permission})
    types = ", ".join(sorted({lost.type for lost in lists}))
    what = "a list" if len(lists) == 1 else f"{len(lists)} lists"
    message = f"{what} of {types} could not be read in full: {reasons}"
    if all(lost.reason == Reason.NOT_ASKED for lost in lists):
        message = f"{what} of {types} {'was' if len(lists) == 1 else 'were'} not asked for"
    message += f" (needs {', '.join(needs[:3])})" if needs else ""
    return Finding(
        rule.id, subscription, Outcome.UNKNOWN, rule.severity, rule.pillar, rule.area, message, evidence,
        fingerprint(rule, subscription),
    )  # fmt: skip


# --- evidence -----------------------------------------------------------------------------------------------


def evidence_of(explanation: Explanation) -> tuple[Evidence, ...]:
    """The observations that decided: of a false whole the false parts, of an unknown one the unknown parts."""
    return tuple(dict.fromkeys(_evidence(leaf) for leaf in _deciding(explanation)))


def _alternatives(node: Explanation) -> bool:
    """Whether what is missing is one of several things rather than each of them."""
    failed = [c for c in node.children if c.truth is False]
    if node.text == "anyOf":
        return len([c for c in failed if c.path not in BESIDE and c.text != "not"]) > 1
    return node.text == "allOf" and len(failed) == 1 and _alternatives(failed[0])


def _deciding(node: Explanation) -> Iterator[Explanation]:
    if node.path is not None:
        yield from _offending(node)
        return
    alike = [c for c in node.children if c.truth is node.truth] if node.text in ("allOf", "anyOf") else []
    for child in _said(node, alike) or alike or node.children:
        yield from _deciding(child)


def _said(node: Explanation, alike: list[Explanation]) -> list[Explanation]:
    """Of a false `anyOf: [not: GUARD, ...]` what stands beside the guard: that the guard holds is no offence."""
    return [c for c in alike if c.text != "not"] if node.text == "anyOf" and node.truth is False else []


def _offending(leaf: Explanation) -> Iterator[Explanation]:
    """A leaf's own line, or one for each element that decided."""
    wanted = None if leaf.truth is None else leaf.offending
    elements = [d for d in leaf.detail if d.truth is wanted] if leaf.truth is not True else []
    if not elements or leaf.text.startswith(("count of", "any of")):
        yield leaf
    for element in elements:
        inner = [e for child in element.children for e in _deciding(child)]
        yield from (_named(e, element) for e in inner) if inner else (element,)


def _named(leaf: Explanation, element: Explanation) -> Explanation:
    """A leaf inside an element, its path begun with the element's; one that names a resource says enough."""
    if str(leaf.path).startswith("/"):
        return leaf
    joint = "#" if element.text.startswith("/") else "."
    leaf_path = leaf.path if leaf.path != "." else ""
    path = f"{element.text}{joint}{leaf_path}" if leaf_path else element.text
    return Explanation(leaf.text, leaf.truth, path, leaf.observed, leaf.expected, leaf.note)


def _evidence(leaf: Explanation) -> Evidence:
    path = f"{leaf.resource}#{leaf.path}" if leaf.resource else str(leaf.path)
    return Evidence(path, _Frozen.of(leaf.observed), _Frozen.of(leaf.expected), leaf.note)


class _Frozen:
    """Evidence is compared and kept: containers become text, enormous texts are cut."""

    @staticmethod
    def of(value: Json) -> Json:
        if isinstance(value, str) and len(value) > LONGEST:
            return value[:LONGEST] + "..."
        if isinstance(value, list) and len(value) <= 50 and all(_is_scalar(v) for v in value):
            return tuple(_Frozen.of(v) for v in value)
        if isinstance(value, dict) and "masked" in value:
            return "***masked***"
        if isinstance(value, dict | list):
            return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
        return value


def _is_scalar(value: Json) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _shortened(evidence: Evidence) -> Evidence:
    return Evidence(evidence.path, _Frozen.of(evidence.observed), _Frozen.of(evidence.expected), evidence.note)


def in_words(evidence: tuple[Evidence, ...]) -> str:
    """A sentence of the first observations."""
    sentences = list(dict.fromkeys(map(_sentence, evidence)))
    more = [f"and {len(sentences) - SHOWN} more"] if len(sentences) > SHOWN else []
    return "; ".join(sentences[:SHOWN] + more)


def _sentence(evidence: Evidence) -> str:
    path = _short_path(evidence.path)
    if evidence.note and evidence.observed is None:
        return f"{path}: {evidence.note}" + (
            f", expected {shown(evidence.expected)}" if "not set" in evidence.note else ""
        )
    said = f"{path} is {shown(evidence.observed)}" + (f" ({evidence.note})" if evidence.note else "")
    return said if evidence.expected is None else f"{said}, expected {shown(evidence.expected)}"


def _short_path(path: str) -> str:
    """A path as a sentence has it: a related resource by its name alone, without ARM's `properties.`."""
    resource, hash_, rest = path.partition("#")
    short = f"{resource.rpartition('/')[2]}: {rest}" if hash_ and resource.startswith("/") else path
    return short.replace("properties.", "").replace("[*]", "")


def shown(value: Json) -> str:
    """A value in a sentence."""
    if isinstance(value, tuple | list):
        return ", ".join(shown(v) for v in value) or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "null" if value is None else str(value) or "an empty text"
    if len(text) <= 120:
        return text
    return f"...{text[-117:]}" if text.startswith("/") else f"{text[:117]}..."
