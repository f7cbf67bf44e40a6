"""Waivers: dated, owned acceptances of findings (semantics 25). One decision, no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import translate
from typing import Final

from readiness.attestations import ends
from readiness.model import Resource, Waiver

_WILD: Final = re.compile(r"[*?]|\[!?\]?[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Glob:
    """A waiver's `resource`, compiled; `literal` is the longest text that a key must hold to match."""

    waiver: Waiver
    literal: str
    match: Callable[[str], object]

    @staticmethod
    def of(waiver: Waiver) -> Glob:
        """The glob of a waiver."""
        pattern = waiver.resource.lower().rstrip("/")
        literal = max(_WILD.split(pattern), key=len)
        return Glob(waiver, literal, re.compile(translate(pattern)).match)

    def holds(self, key: str) -> bool:
        """Whether a subject's key matches; most are told by the literal, at a tenth of the cost."""
        return self.literal in key and self.match(key) is not None


@dataclass(slots=True)
class Waivers:
    """Waivers by rule, and the clock that they expire against; `used` are those that met a finding."""

    now: datetime
    given: Iterable[Waiver] = ()
    used: set[Waiver] = field(default_factory=set)
    _by_rule: dict[str, list[Glob]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for waiver in self.given:
            self._by_rule.setdefault(waiver.rule, []).append(Glob.of(waiver))

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
        found = [glob.waiver for glob in self._by_rule.get(rule_id, ()) if glob.holds(subject.key)]
        self.used.update(found)
        return found

    def expired(self, waiver: Waiver) -> bool:
        """Whether its last day is over."""
        return ends(waiver.expires) < self.now
