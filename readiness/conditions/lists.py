"""Counting elements and walking relations: what a list proves, whole or not (semantics 10, 11)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from readiness.conditions.base import Bound, Condition, Explanation, Holds, other_id, rests_on_subject
from readiness.conditions.comparison import Comparison, FieldOf
from readiness.conditions.logic import Combined, Not
from readiness.model import UNKNOWN, Item, Json, Lost, Reason, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

T = TypeVar("T")
SHARED: Final = "resources"
"""The relation whose lists are the same for many subjects."""
EXPLAINED: Final = 5
"""How many members evidence names of a list in which none is what was looked for."""


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
        counted = self._counted(bound)
        compare, marks = self.comparison.compile(bound), self._marks(bound)

        def holds(item: Item, subject: Resource) -> Truth:
            low, high = counted(item, subject)
            if low == high:
                return compare(low, item, subject)
            return over_interval(low, high, marks(item, subject), lambda n: compare(n, item, subject))

        return holds

    def _counted(self, bound: Bound) -> Callable[[Item, Resource], tuple[int, float]]:
        """How many satisfy `where`, at least and at most."""
        where = bound.holds(self.where) if self.where else None
        return _once_a_list(self.members, self.where, bound, lambda found, subject: interval(found, where, subject))

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
        low, high = bound.once(self, lambda: self._counted(bound), self.members)(item, subject)
        observed: Json = low if low == high else f"{low} or more" if math.isinf(high) else f"{low} to {high}"
        expected = self.comparison.expected(bound, item, subject)
        too_many = bound.once(self.comparison, lambda: self.comparison.compile(bound))(0, item, subject) is True
        return Explanation(
            f"count of {self.members.named()}",
            bound.holds(self)(item, subject),
            f"count({self.members.named()})",
            observed,
            expected,
            _why_incomplete(found, self.members, bound, item, subject),
            other_id(item, subject),
            detail=self._detail(bound, found, subject, too_many),
            offending=too_many,
        )

    def _detail(
        self, bound: Bound, found: Related | None, subject: Resource, too_many: bool
    ) -> tuple[Explanation, ...]:
        if not self.where or not found:
            return ()
        every = too_many or isinstance(self.members, Elements)
        members = list(enumerate(found.items)) if every else _worth_naming(found, self.where, bound, subject)
        return tuple(
            _element_explained(self.members, index, element, self.where.explain(bound, element, subject))
            for index, element in members
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
    what = f"the list of {lost.type or 'all types'}"
    if lost.reason == Reason.NOT_ASKED:
        return f"{what} was not asked for"
    return f"{what} could not be read: {lost.reason.replace('_', ' ')}{permission}"


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
        where = bound.holds(self.where) if self.where else None

        def decide(found: Related | None, subject: Resource) -> Truth:
            found = found or Related(())
            truth: Truth = False if found.complete else None
            for element in found.items:
                one = True if where is None else where(element, subject)
                if one:
                    return True
                truth = None if one is None else truth
            return truth

        return _once_a_list(self.members, self.where, bound, decide)

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
        implied = bound.holds(self.implied)

        def decide(found: Related | None, subject: Resource) -> Truth:
            found = found or Related(())
            truth: Truth = True if found.complete else None
            for element in found.items:
                one = implied(element, subject)
                if one is False:
                    return False
                truth = None if one is None else truth
            return truth

        return _once_a_list(self.members, self.implied, bound, decide)

    @property
    def implied(self) -> Condition:
        """What every item must satisfy: not `where`, or `require`."""
        return Combined("anyOf", (Not(self.where), self.require)) if self.where else self.require

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        return _related_explained(self, "all", self.implied, bound, item, subject)


def _worth_naming(found: Related, where: Condition | None, bound: Bound, subject: Resource) -> list[tuple[int, Item]]:
    """The first members of a list in which none was found, those in doubt before all others."""
    if where is None:
        return []
    holds = bound.holds(where)

    def chosen() -> list[tuple[int, Item]]:
        doubtful = (pair for pair in enumerate(found.items) if holds(pair[1], subject) is None)
        return list(islice(doubtful, EXPLAINED)) or list(islice(enumerate(found.items), EXPLAINED))

    return chosen() if rests_on_subject(where) else bound.once(where, chosen, found)


def _once_a_list(
    members: Elements | Relation,
    condition: Condition | None,
    bound: Bound,
    decide: Callable[[Related | None, Resource], T],
) -> Callable[[Item, Resource], T]:
    """What is decided of a list: once, where many subjects share the list and nothing is asked of the subject."""
    listed = members.compile(bound)
    known: dict[Related | None, T] = {}
    if not isinstance(members, Relation) or members.name != SHARED or rests_on_subject(condition):
        return lambda item, subject: decide(listed(item, subject), subject)

    def decided(item: Item, subject: Resource) -> T:
        found = listed(item, subject)
        if found not in known:
            known[found] = decide(found, subject)
        return known[found]

    return decided


def _related_explained(
    node: AnyRelated | AllRelated,
    word: str,
    inner: Condition | None,
    bound: Bound,
    item: Item,
    subject: Resource,
) -> Explanation:
    found = bound.once(node.members, lambda: node.members.compile(bound))(item, subject) or Related(())
    members = _worth_naming(found, inner, bound, subject) if word == "any" else list(enumerate(found.items))
    detail = tuple(
        _element_explained(node.members, i, e, inner.explain(bound, e, subject)) for i, e in members if inner
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
