"""What rules said: subjects by outcome. A million verdicts are a million references, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from readiness.model import Lost, Outcome, Resource, Truth
from readiness.ruleset import Rule

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


def by_answer(subjects: Subjects) -> dict[Answer, Callable[[Resource], None]]:
    """How a subject is put where an answer says; of a condition's, true passes, false fails, neither is unknown."""
    put: dict[Answer, Callable[[Resource], None]] = {outcome: found.append for outcome, found in subjects.items()}
    return put | {True: put[Outcome.PASS], False: put[Outcome.FAIL], None: put[Outcome.UNKNOWN]}
