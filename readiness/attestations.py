"""Attestations: dated, owned answers to `attest:` rules (semantics 24). One decision, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from readiness import dates
from readiness.arm import key_of
from readiness.model import Attestation, Outcome, Resource
from readiness.ruleset import Rule


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of an `attest:` rule for a subject, the attestation behind it, and what is to be said of it."""

    outcome: Outcome
    attestation: Attestation | None = None
    note: str | None = None


@dataclass(slots=True)
class Attestations:
    """Answers by rule and subject, and the clock that they expire against."""

    now: datetime
    given: Iterable[Attestation] = ()
    _by_subject: dict[tuple[str, str], Attestation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for attestation in self.given:
            self._by_subject[attestation.rule, key_of(attestation.subject)] = attestation

    def answer(self, rule: Rule, subject: Resource) -> Answer:
        """The subject's own answer, else the estate's; expired or not yet dated is manual again."""
        attestation = self._by_subject.get((rule.id, subject.key)) or self._by_subject.get((rule.id, "estate"))
        if attestation is None:
            return Answer(Outcome.MANUAL)
        if begins(attestation.date) > self.now:
            return Answer(Outcome.MANUAL, attestation, f"the answer is dated in the future ({attestation.date})")
        end = last_moment(attestation, rule)
        if end and end < self.now:
            return Answer(Outcome.MANUAL, attestation, f"the answer expired on {end.date().isoformat()}")
        return Answer(attestation.answer, attestation)


def begins(day: str) -> datetime:
    """The first moment of a day, or the moment given."""
    return dates.parse(day) or datetime.max.replace(tzinfo=UTC)


def ends(day: str) -> datetime:
    """The last moment of a day (it counts in full), or the moment given."""
    moment = begins(day)
    return datetime.combine(moment.date(), time.max, UTC) if len(day) == len("2026-10-01") else moment


def last_moment(attestation: Attestation, rule: Rule) -> datetime | None:
    """When an answer ends: as it says itself, else after the rule's `valid_for`."""
    if attestation.expires:
        return ends(attestation.expires)
    length = dates.Duration.parse(rule.attest.valid_for) if rule.attest and rule.attest.valid_for else None
    return length.added_to(ends(attestation.date)) + timedelta(0) if length else None
