"""Counting elements and walking relations: what a list proves, whole or not (semantics 10, 11)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from readiness.conditions.base import Bound, Condition, Explanation, Holds, other_id
from readiness.conditions.comparison import Comparison, FieldOf
from readiness.conditions.logic import Combined, Not
from readiness.model import UNKNOWN, Item, Json, Lost, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader


@dataclass(frozen=True, slots=True)
class Elements:
    """The members of an array of the item, as a list that is complete unless it is unknown."""

    path: Path

    def compile(self, bound: Bound) -> Callable[[Item, Resource], Related | None]:
        """A function to the items; None where the array itself is unknown."""
        path = Path(
            self.path.text,
            self.path.steps[:-1] if self.path.steps[-1:] == (None,) else self.path.steps,
            self.path.outer,
        )
        read = reader(path)

        def members(item: Item, subject: Resource) -> Related | None:
            value = read(item, subject)
            if value is UNKNOWN:
                return None
            listed = [] if value is None else value if isinstance(value, list) else [value]
            known = [v for v in listed if v is not UNKNOWN] if path.many else listed
            lost = (Lost("", path.text, "unknown"),) if len(known) < len(listed) else ()
            if path.many:
                known = [m for v in known if v is not None for m in (v if isinstance(v, list) else [v])]
            return Related(elements_of(subject if path.outer else item, path, known), lost)

        return members

    def named(self) -> str:
        """How evidence names it."""
        return self.path.text


@dataclass(frozen=True, slots=True)
class Relation:
    """The resources in a relation to the item."""

    name: str
    type: str | None

    def compile(self, bound: Bound) -> Callable[[Item, Resource], Related | None]:
        """A function to the items."""
        related = bound.world.related

        def members(item: Item, subject: Resource) -> Related | None:
            start = item if isinstance(item, Resource) else subject
            return related(start, self.name, self.type)

        return members

    def named(self) -> str:
        """How evidence names it."""
        return f"{self.name} {self.type}" if self.type else self.name


@dataclass(frozen=True, slots=True)
class Count:
    """`{count: {field | related, where}, OPERATOR: right}`: an interval where something is not known."""

    members: Elements | Relation
    where: Condition | None
    comparison: Comparison

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        members = self.members.compile(bound)
        where = bound.holds(self.where) if self.where else None
        compare, marks = self.comparison.compile(bound), self._marks(bound)

        def holds(item: Item, subject: Resource) -> Truth:
            low, high = interval(members(item, subject), where, subject)
            if low == high:
                return compare(low, item, subject)
            return over_interval(low, high, marks(item, subject), lambda n: compare(n, item, subject))

        return holds

    def _marks(self, bound: Bound) -> Callable[[Item, Resource], list[float]]:
        """The numbers on the right-hand side, where the comparison can change."""
        right = self.comparison.right
        if isinstance(right, FieldOf):
            read = reader(right.path)
            return lambda item, subject: _numbers(read(item, subject))
        literals = right.literals(bound)
        many = literals if isinstance(literals, list | tuple) else [literals]
        found = [n for literal in many for n in _numbers([literal.number, *literal.texts])]
        return lambda item, subject: found

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        found = bound.once(self.members, lambda: self.members.compile(bound))(item, subject)
        where = bound.holds(self.where) if self.where else None
        low, high = interval(found, where, subject)
        observed: Json = low if low == high else f"{low} or more" if math.isinf(high) else f"{low} to {high}"
        expected = self.comparison.expected(bound, item, subject)
        return Explanation(
            f"count of {self.members.named()}",
            bound.holds(self)(item, subject),
            f"count({self.members.named()})",
            observed,
            expected,
            _why_incomplete(found, self.members, bound, item, subject),
            other_id(item, subject),
            detail=self._detail(bound, found, subject),
            offending=bound.once(self.comparison, lambda: self.comparison.compile(bound))(0, item, subject) is True,
        )

    def _detail(self, bound: Bound, found: Related | None, subject: Resource) -> tuple[Explanation, ...]:
        if not self.where or not found:
            return ()
        return tuple(
            _element_explained(self.members, index, element, self.where.explain(bound, element, subject))
            for index, element in enumerate(found.items)
        )


def _element_explained(members: Elements | Relation, index: int, element: Item, inner: Explanation) -> Explanation:
    name = element.id if isinstance(element, Resource) else members.named().replace("[*]", f"[{index}]", 1)
    return Explanation(name, inner.truth, None, children=(inner,))


def _why_incomplete(
    found: Related | None, members: Elements | Relation, bound: Bound, item: Item, subject: Resource
) -> str | None:
    if found is None and isinstance(members, Elements):
        return bound.world.why_unknown(subject if members.path.outer else item, members.path, None)
    if not found or not found.lost:
        return None
    more = f", and {len(found.lost) - 1} more" if len(found.lost) > 1 else ""
    return lost_in_words(found.lost[0]) + more


def lost_in_words(lost: Any) -> str:
    """One list that could not be read, for a person."""
    permission = f" (needs {lost.permission})" if lost.permission else ""
    return f"the list of {lost.type or 'all types'} could not be read: {lost.reason.replace('_', ' ')}{permission}"


def interval(found: Related | None, where: Holds | None, subject: Resource) -> tuple[int, float]:
    """How many satisfy `where`: at least, at most."""
    if found is None:
        return 0, math.inf
    truths = [True if where is None else where(element, subject) for element in found.items]
    low = truths.count(True)
    return low, low + truths.count(None) if found.complete else math.inf


def _numbers(value: Any) -> list[float]:
    """The numbers in a value, in a list of them, or written as text."""
    found: list[float] = []
    for each in value if isinstance(value, list) else [value]:
        try:
            found.append(float(each) if isinstance(each, int | float | str) else math.nan)
        except (ValueError, OverflowError):
            continue
    return [n for n in found if math.isfinite(n)]


def over_interval(low: int, high: float, marks: list[float], compare: Callable[[Any], Truth]) -> Truth:
    """What a comparison says of every number in an interval; unknown if they disagree.

    A comparison changes only at its marks, so the ends and the whole numbers about each mark are enough.
    """
    near = {math.floor(mark) + step for mark in marks for step in (-1, 0, 1, 2)}
    truths = {compare(n) for n in (low, high, *(n for n in near if low < n < high))}
    return truths.pop() if len(truths) == 1 else None


@dataclass(frozen=True, slots=True)
class AnyRelated:
    """`any: {related, where}`: some item satisfies it."""

    members: Relation
    where: Condition | None

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        members = self.members.compile(bound)
        where = bound.holds(self.where) if self.where else None

        def holds(item: Item, subject: Resource) -> Truth:
            found = members(item, subject) or Related(())
            truths = [True if where is None else where(element, subject) for element in found.items]
            return True if True in truths else None if None in truths or not found.complete else False

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        return _related_explained(self, "any", self.where, bound, item, subject)


@dataclass(frozen=True, slots=True)
class AllRelated:
    """`all: {related, where, require}`: every item (that satisfies `where`) satisfies `require`."""

    members: Relation
    where: Condition | None
    require: Condition

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        members, implied = self.members.compile(bound), bound.holds(self.implied)

        def holds(item: Item, subject: Resource) -> Truth:
            found = members(item, subject) or Related(())
            truths = [implied(element, subject) for element in found.items]
            return False if False in truths else None if None in truths or not found.complete else True

        return holds

    @property
    def implied(self) -> Condition:
        """What every item must satisfy: not `where`, or `require`."""
        return Combined("anyOf", (Not(self.where), self.require)) if self.where else self.require

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        return _related_explained(self, "all", self.implied, bound, item, subject)


def _related_explained(
    node: AnyRelated | AllRelated,
    word: str,
    inner: Condition | None,
    bound: Bound,
    item: Item,
    subject: Resource,
) -> Explanation:
    found = bound.once(node.members, lambda: node.members.compile(bound))(item, subject) or Related(())
    detail = tuple(
        _element_explained(node.members, i, e, inner.explain(bound, e, subject))
        for i, e in enumerate(found.items)
        if inner
    )
    known: Json = f"{len(found.items)} known" if found.complete else None
    return Explanation(
        f"{word} of {node.members.named()}",
        bound.holds(node)(item, subject),
        f"{word}({node.members.named()})",
        known,
        None,
        _why_incomplete(found, node.members, bound, item, subject),
        other_id(item, subject),
        detail=detail,
    )
