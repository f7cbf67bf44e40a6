"""allOf, anyOf and not: Kleene's."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from readiness.conditions.base import Bound, Condition, Explanation, Holds, kleene_all, kleene_any, negated
from readiness.conditions.comparison import word
from readiness.model import Item, Json, Resource, Truth


@dataclass(frozen=True, slots=True)
class Combined:
    """`allOf`: false if any is false, true if all are; `anyOf`: true if any is, false if all are; else unknown."""

    word: str
    parts: tuple[Condition, ...]

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compiled, settles = tuple(bound.holds(part) for part in self.parts), self.word == "anyOf"

        def holds(item: Item, subject: Resource) -> Truth:
            truth: Truth = not settles
            for part in compiled:
                found = part(item, subject)
                if found is settles:
                    return settles
                if found is None:
                    truth = None
            return truth

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        parts = tuple(part.explain(bound, item, subject) for part in self.parts)
        kleene = kleene_any if self.word == "anyOf" else kleene_all
        return Explanation(self.word, kleene(p.truth for p in parts), children=parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Condition

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        part = bound.holds(self.part)
        return lambda item, subject: negated(part(item, subject))

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        part = self.part.explain(bound, item, subject)
        if part.path is not None:
            part = dataclasses.replace(part, expected=_opposite(part.expected))
        return Explanation("not", negated(part.truth), children=(part,))


def _opposite(expected: Json) -> Json:
    """What a leaf expects where it stands under `not`, in words."""
    many = isinstance(expected, list | tuple)
    return f"none of {', '.join(map(word, expected))}" if many else f"not {word(expected)}"
