"""The gate: whether a run meets what was asked of it (semantics 26, 27). One decision, no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from readiness.baseline import Baseline, Comparison
from readiness.model import Json, Kind, Reason, Severity, Status
from readiness.ruleset import Rule
from readiness.scoring import Counts, Score
from readiness.verdicts import Verdicts

ROUNDING: Final = 1e-9
"""What a percentage may be off by for want of binary digits: 0.29 x 100 is 28.999999999999996."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The gates asked for. Scores and coverage are 0 to 100."""

    min_score: float | None = None
    min_pillar: dict[str, float] = field(default_factory=dict)
    fail_on: Severity | None = None
    min_coverage: float | None = None
    baseline: Baseline | None = None
    accept_unknown: bool = False

    @property
    def any(self) -> bool:
        """Whether there is any gate."""
        return bool(self.wire())

    def wire(self) -> dict[str, Json]:
        """As reports write it: the options given."""
        given: dict[str, Json] = {
            "min_score": self.min_score,
            "min_pillar": self.min_pillar or None,
            "fail_on": str(self.fail_on) if self.fail_on else None,
            "min_coverage": self.min_coverage,
            "no_regression": self.baseline.name if self.baseline else None,
        }
        found = {k: v for k, v in given.items() if v is not None}
        return {**found, "accept_unknown": True} if found and self.accept_unknown else found


@dataclass(frozen=True, slots=True)
class Judged:
    """What a gate looks at."""

    score: Score
    counted: list[tuple[Rule, Counts]]
    verdicts: list[Verdicts]
    kind: Kind
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class GateResult:
    """`met` is None where it could not be assessed, or nothing was asked."""

    asked: dict[str, Json]
    met: bool | None
    reasons: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 met or none asked, 1 not met, 3 could not assess."""
        if not self.asked or self.met:
            return 0
        return 1 if self.met is False else 3


def decide(asked: Asked, judged: Judged) -> GateResult:
    """Whether every gate is met; a missed one comes before one that could not be assessed."""
    if not asked.any:
        return GateResult({}, None)
    missed = list(_missed(asked, judged))
    unclear = list(_unclear(asked, judged))
    met = False if missed else None if unclear else True
    return GateResult(asked.wire(), met, (*missed, *(f"could not assess: {u}" for u in unclear)))


def _missed(asked: Asked, judged: Judged) -> Iterator[str]:
    floors: list[tuple[str, float | None, float | None]] = [
        ("the floor", judged.score.total.floor, asked.min_score),
        *((f"the floor of {n}", _pillar_floor(judged.score, n), least) for n, least in asked.min_pillar.items()),
    ]
    for what, floor, least in floors:
        if floor is not None and least is not None and floor < least:
            yield f"{what} is {_cut(floor)}, below {least:g}"
    if asked.fail_on:
        fails = sum(c.failed - c.waived for _, c in _of_severity(judged, asked.fail_on))
        if fails:
            yield f"{fails} open {_fails(fails)} of severity {asked.fail_on} or above"
    if judged.comparison:
        yield from judged.comparison.regressions


def _unclear(asked: Asked, judged: Judged) -> Iterator[str]:
    if asked.min_score is not None and judged.score.total.floor is None:
        yield "there is no score: no scored rule had a subject"
    for name in asked.min_pillar:
        if _pillar_floor(judged.score, name) is None:
            yield f"there is no score of {name}: no scored rule of it had a subject"
    yield from _uncovered(asked, judged)
    if judged.comparison:
        yield from judged.comparison.uncomparable
        yield from () if asked.accept_unknown else judged.comparison.unclear
    if asked.fail_on and not asked.accept_unknown:
        unknown = sum(c.undecided for _, c in _of_severity(judged, asked.fail_on))
        if unknown:
            noun = "verdict" if unknown == 1 else "verdicts"
            yield f"{unknown} {noun} of severity {asked.fail_on} or above unknown"
    if judged.kind is not Kind.EXPORT and not asked.accept_unknown:
        lost = lost_lists(judged.verdicts)
        if lost:
            yield f"{lost} {'list' if lost == 1 else 'lists'} of subjects could not be read in full"


def _uncovered(asked: Asked, judged: Judged) -> Iterator[str]:
    coverage = judged.score.total.coverage
    if asked.min_coverage is None:
        return
    if coverage is None:
        yield "there is no coverage: no scored rule had a subject"
    elif coverage * 100 < asked.min_coverage - ROUNDING:
        yield f"the coverage is {_cut(coverage * 100)} %, below {asked.min_coverage:g} %"


def lost_lists(verdicts: list[Verdicts]) -> int:
    """Lists of subjects that were lost for another reason than that nobody asked."""
    counting = (v for v in verdicts if v.rule.status is Status.STABLE)
    found = (lost for v in counting for lists in v.lost.values() for lost in lists)
    return len({(lost.scope.lower(), lost.type.lower()) for lost in found if lost.reason != Reason.NOT_ASKED})


def _of_severity(judged: Judged, least: Severity) -> Iterator[tuple[Rule, Counts]]:
    """Rules of a severity or above that count: preview rules are in no number."""
    for rule, counts in judged.counted:
        if rule.severity.rank <= least.rank and rule.status is Status.STABLE:
            yield rule, counts


def _pillar_floor(score: Score, name: str) -> float | None:
    found = score.pillars.get(name)
    return found.floor if found else None


def _fails(count: int) -> str:
    return "fail" if count == 1 else "fails"


def _cut(value: float) -> str:
    """One decimal, cut and never rounded up, so that 79.96 below 80 does not read as 80."""
    return f"{int(value * 10 + ROUNDING) / 10:g}"
