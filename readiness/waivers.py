"""Waivers: dated, owned acceptances of findings (semantics 25). One decision, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from readiness.attestations import ends
from readiness.model import Resource, Waiver


@dataclass(slots=True)
class Waivers:
    """Waivers by rule, and the clock that they expire against; `used` are those that met a finding."""

    now: datetime
    given: Iterable[Waiver] = ()
    used: set[Waiver] = field(default_factory=set)
    _by_rule: dict[str, list[Waiver]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for waiver in self.given:
            self._by_rule.setdefault(waiver.rule, []).append(waiver)

    def concerns(self, rule_id: str) -> bool:
        """Whether any waiver names the rule."""
        return rule_id in self._by_rule

    def of(self, rule_id: str, subject: Resource) -> Waiver | None:
        """The waiver in force for a finding; None if there is none, or it expired."""
        return next((w for w in self._matching(rule_id, subject) if not self.expired(w)), None)

    def lapsed(self, rule_id: str, subject: Resource) -> Waiver | None:
        """An expired waiver of a finding that has no other."""
        found = self._matching(rule_id, subject)
        return found[0] if found and all(map(self.expired, found)) else None

    def _matching(self, rule_id: str, subject: Resource) -> list[Waiver]:
        found = [
            w for w in self._by_rule.get(rule_id, ()) if fnmatchcase(subject.key, w.resource.lower().rstrip("/"))
        ]
        self.used.update(found)
        return found

    def expired(self, waiver: Waiver) -> bool:
        """Whether its last day is over."""
        return ends(waiver.expires) < self.now
