"""What to fix first: for each failing rule what the score gains by it, against the effort, in three horizons.

Figures are in points of the score (0 to 100) and exact; whoever shows them cuts them. Knows no format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import Final

from readiness.model import Severity
from readiness.ruleset import Rule
from readiness.scoring import WEIGHTS, Counts, Score, score

EFFORT: Final = {"low": 1, "medium": 3, "high": 8}
"""How much more one effort is than another: hours, days, weeks. A rule that says none takes the middle one."""
UNSAID: Final = "medium"
NOW: Final = Fraction(1, 3)
NEXT: Final = Fraction(3, 4)


class Horizon(StrEnum):
    """When a step is to be taken."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule's open fails: how many, what mending all of them gains, and when it is due."""

    rule: Rule
    count: int
    gain: Fraction
    floor_gain: Fraction
    horizon: Horizon = Horizon.LATER

    @property
    def effort(self) -> str:
        """The effort that the rule's remediation names; the middle one without."""
        return self.rule.remediation.effort if self.rule.remediation else UNSAID

    @property
    def worth(self) -> Fraction:
        """Points gained for the effort."""
        return self.gain / EFFORT.get(self.effort, EFFORT[UNSAID])


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps of one horizon, and what the score is once these and all before are taken."""

    horizon: Horizon
    steps: tuple[Step, ...]
    after: Score


def steps(counted: Iterable[tuple[Rule, Counts]]) -> list[Step]:
    """The rules with open fails, most gained for the effort first, each with its horizon.

    Critical fails are due now, as they are outages or open doors and cap the grade. Where they bring less than a
    third of what can be gained, the best of the rest that reach it with them are due now too; those that reach three
    quarters are next. A rule in no number gains nothing and comes later.
    """
    found = sorted(_steps(list(counted)), key=lambda s: (not _is_due(s), -s.worth, s.rule.severity.rank, s.rule.id))
    whole = sum((s.gain for s in found), Fraction(0))
    before = accumulate((s.gain for s in found), initial=Fraction(0))
    return [replace(s, horizon=_horizon(s, done, whole)) for s, done in zip(found, before, strict=False)]


def stages(counted: list[tuple[Rule, Counts]]) -> tuple[Stage, ...]:
    """The plan by horizon, with the score after each; horizons without a step are left out."""
    every, found = steps(counted), []
    mended: set[str] = set()
    for horizon in Horizon:
        due = tuple(s for s in every if s.horizon is horizon)
        mended |= {s.rule.id for s in due}
        if due:
            found.append(Stage(horizon, due, score([(r, _mended(c) if r.id in mended else c) for r, c in counted])))
    return tuple(found)


def _steps(counted: list[tuple[Rule, Counts]]) -> Iterator[Step]:
    """Each formula is linear in what passes (semantics 21), so gains add up."""
    known = sum((_weight(r) for r, c in counted if c.passed + c.failed), Fraction(0))
    every = sum((_weight(r) for r, c in counted if c.passed + c.failed + c.undecided), Fraction(0))
    for rule, c in counted:
        count = c.failed - c.waived
        if count:
            share = 100 * _weight(rule) * count
            gain = share / (c.passed + c.failed) / known if known else Fraction(0)
            floor = share / (c.passed + c.failed + c.undecided) / every if every else Fraction(0)
            yield Step(rule, count, gain, floor)


def _weight(rule: Rule) -> Fraction:
    return WEIGHTS[rule.severity] if rule.scored else Fraction(0)


def _is_due(step: Step) -> bool:
    return step.rule.severity is Severity.CRITICAL and step.rule.scored


def _horizon(step: Step, before: Fraction, whole: Fraction) -> Horizon:
    if _is_due(step):
        return Horizon.NOW
    if not step.gain or before >= NEXT * whole:
        return Horizon.LATER
    return Horizon.NEXT if before >= NOW * whole else Horizon.NOW


def _mended(counts: Counts) -> Counts:
    """Counts once every open fail passes; waived ones stay."""
    return replace(counts, passed=counts.passed + counts.failed - counts.waived, failed=counts.waived)
