"""One Report: every figure that any format shows comes from here. Knows no format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from readiness.case import Case
from readiness.config import ReportWords
from readiness.findings import OPEN, Findings
from readiness.gate import GateResult
from readiness.model import Finding, Gap, Json, Outcome
from readiness.ruleset import Rule, RuleSet
from readiness.scoring import Counts, Score
from readiness.verdicts import Verdicts

ALL: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.MANUAL, Outcome.PASS, Outcome.NOT_APPLICABLE)


@dataclass(slots=True)
class Report:
    """What a run found. Findings are built as they are asked for."""

    version: str
    ruleset: RuleSet
    assessed_at: datetime
    collected_at: datetime | None
    scope: dict[str, Json]
    score: Score
    gate: GateResult
    counted: list[tuple[Rule, Counts]]
    verdicts: list[Verdicts]
    gaps: list[Gap]
    case: Case
    builder: Findings
    words: ReportWords = field(default_factory=ReportWords)
    notices: tuple[str, ...] = ()

    def findings(self, outcomes: tuple[Outcome, ...] = OPEN) -> Iterator[Finding]:
        """The findings with some outcomes, by rule and subject."""
        for verdicts in self.verdicts:
            yield from self.builder.of(verdicts, outcomes)

    def summary(self) -> dict[str, int]:
        """Subjects by outcome, waived ones apart from fail."""
        total: dict[str, int] = {}
        for _, counts in self.counted:
            for name, number in counts.wire().items():
                total[name] = total.get(name, 0) + number
        return total or Counts().wire()

    def gravest(self, *outcomes: Outcome) -> Iterator[Finding]:
        """The findings with some outcomes, the gravest rules first, those in no number last."""
        found = [v for v in self.verdicts if any(v.count(o) for o in outcomes)]
        found.sort(key=lambda v: (not v.rule.scored, v.rule.severity.rank, v.rule.id))
        for verdicts in found:
            yield from self.builder.of(verdicts, outcomes)

    def title_of(self, rule_id: str) -> str:
        """A rule's title."""
        rule = self.ruleset.find(rule_id)
        return rule.title if rule else ""

    def unanswered(self) -> Iterator[tuple[Rule, int]]:
        """Rules that ask people, with how many subjects have no valid answer."""
        return ((rule, counts.manual) for rule, counts in self.counted if rule.attest and counts.manual)

    @property
    def crashed(self) -> bool:
        """Whether any rule crashed."""
        return any(counts.error for _, counts in self.counted)
