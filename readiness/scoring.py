"""Score, floor, coverage and grade (semantics 21 to 24). One decision, no I/O.

Sums are exact (fractions), so that they do not depend on the order of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from readiness.model import Area, Outcome, Pillar, Severity, Status
from readiness.ruleset import Rule
from readiness.verdicts import Verdicts

WEIGHTS: Final = {
    Severity.CRITICAL: Fraction(10),
    Severity.HIGH: Fraction(15, 2),
    Severity.MEDIUM: Fraction(5),
    Severity.LOW: Fraction(5, 2),
    Severity.INFO: Fraction(0),
}
_DOUBLED: Final = {severity: int(2 * weight) for severity, weight in WEIGHTS.items()}
"""The weights as integers; only their ratios matter."""
GRADES: Final = ((90, "A"), (80, "B"), (70, "C"), (60, "D"), (50, "E"))
CAP: Final = "D"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many subjects of a rule have each outcome; `waived` are among `failed`."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    manual: int = 0
    error: int = 0
    waived: int = 0

    @property
    def undecided(self) -> int:
        """Unknown or error: what could not be told."""
        return self.unknown + self.error

    def wire(self) -> dict[str, int]:
        """As reports write it: waived apart from fail."""
        return {
            "pass": self.passed,
            "fail": self.failed - self.waived,
            "unknown": self.unknown,
            "not_applicable": self.not_applicable,
            "manual": self.manual,
            "error": self.error,
            "waived": self.waived,
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """Score and floor from 0 to 100 in four decimals, None without weight; coverage from 0 to 1."""

    value: float | None
    floor: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """The total, the grade, and the same figures by pillar and area."""

    total: Figures
    grade: str | None
    answered: int
    asked: int
    pillars: dict[str, Figures] = field(default_factory=dict)
    areas: dict[str, Figures] = field(default_factory=dict)


def counts_of(verdicts: Verdicts, waived: int) -> Counts:
    """The counts of one rule."""
    count = verdicts.count
    return Counts(
        passed=count(Outcome.PASS),
        failed=count(Outcome.FAIL),
        unknown=count(Outcome.UNKNOWN),
        not_applicable=count(Outcome.NOT_APPLICABLE),
        manual=count(Outcome.MANUAL),
        error=count(Outcome.ERROR),
        waived=waived,
    )


def figures(counted: Iterable[tuple[Rule, Counts]]) -> Figures:
    """The formula over some rules; those without a decided or undecided subject weigh nothing."""
    score, floor, covered = _Sum(), _Sum(), _Sum()
    scored = all_ = 0
    for rule, c in counted:
        weight = _DOUBLED[rule.severity] if rule.scored else 0
        known, whole = c.passed + c.failed, c.passed + c.failed + c.undecided
        if weight and known:
            score.add(weight * c.passed, known)
            scored += weight
        if weight and whole:
            floor.add(weight * c.passed, whole)
            covered.add(weight * known, whole)
            all_ += weight
    return Figures(
        rounded(100 * score.total() / scored) if scored else None,
        rounded(100 * floor.total() / all_) if all_ else None,
        float(covered.total() / all_) if all_ else None,
    )


class _Sum:
    """An exact sum of shares. Those of one denominator are added as integers: there are few, and groups are many."""

    def __init__(self) -> None:
        self.parts: dict[int, int] = {}

    def add(self, numerator: int, denominator: int) -> None:
        self.parts[denominator] = self.parts.get(denominator, 0) + numerator

    def total(self) -> Fraction:
        return sum((Fraction(n, d) for d, n in self.parts.items()), Fraction(0))


def rounded(value: Fraction) -> float:
    """Four decimals."""
    return float(round(value, 4))


def score(counted: list[tuple[Rule, Counts]]) -> Score:
    """All figures of a run."""
    total = figures(counted)
    questions = [c for r, c in counted if r.attest and r.status is Status.STABLE]
    asked = sum(c.passed + c.failed + c.manual for c in questions)
    answered = sum(c.passed + c.failed for c in questions)
    return Score(
        total,
        grade(total.value, capped=any(is_cap(r, c) for r, c in counted)),
        answered,
        asked,
        _by(counted, Pillar, lambda r: (r.pillar,)),
        _by(counted, Area, lambda r: r.areas),
    )


def _by(
    counted: list[tuple[Rule, Counts]], names: Iterable[str], of: Callable[[Rule], Iterable[str]]
) -> dict[str, Figures]:
    have = {name for rule, _ in counted for name in of(rule)}
    return {str(n): figures((r, c) for r, c in counted if n in of(r)) for n in names if n in have}


def is_cap(rule: Rule, counts: Counts) -> bool:
    """Whether a rule has an open critical fail that counts."""
    return rule.scored and rule.severity is Severity.CRITICAL and counts.failed > counts.waived


def grade(value: float | None, *, capped: bool) -> str | None:
    """The letter of a score; None without one."""
    if value is None:
        return None
    letter = next((letter for least, letter in GRADES if value >= least), "F")
    return max(letter, CAP) if capped else letter
