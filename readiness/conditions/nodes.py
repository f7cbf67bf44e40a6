"""Conditions: compiled once to closures that say true, false or unknown (None); explained only when shown.

A closure is `holds(item, subject)`: paths start at the item, `^.` paths at the judged subject. `explain` follows
the same logic on the same data and keeps what it saw. Knows no Azure, no files, no scoring.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from readiness import dates
from readiness.conditions.operators import Literal, OperandError, Operator, Test
from readiness.model import UNKNOWN, Item, Json, Lost, Metrics, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

Holds: TypeAlias = Callable[[Item, Resource], Truth]
T = TypeVar("T")
_MISSING: Final = object()
_MEMO: Final = 4096


class World(Protocol):
    """What a condition may ask of what was read."""

    as_of: datetime

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        """The series of a metric, the subject's own or its nearest ancestor's; None if it was not read."""

    def why_no_metrics(self, subject: Resource) -> str:
        """In words, why no metric of a subject was read."""

    def why_unknown(self, item: Item, path: Path, since_api: str | None) -> str:
        """In words, why a path yields nothing."""


@dataclass(slots=True, eq=False)
class Bound:
    """What a condition is compiled for: the world, and the rule's parameters; keeps what was compiled."""

    world: World
    parameters: Mapping[str, Json]
    _compiled: dict[int, Any] = field(default_factory=dict)

    def holds(self, node: Condition) -> Holds:
        """The closure of a node, compiled once."""
        return self.once(node, lambda: node.compile(self))

    def once(self, node: object, make: Callable[[], T]) -> T:
        """What `make` makes for a node, made once; nodes live as long as their rule."""
        found = self._compiled.get(id(node))
        if found is None:
            found = self._compiled[id(node)] = (make(), node)
        made: T = found[0]
        return made


@dataclass(slots=True, eq=False)
class Explanation:
    """What a condition saw. Leaves have a path; `detail` holds their elements, `offending` the truth of bad ones."""

    text: str
    truth: Truth
    path: str | None = None
    observed: Json = None
    expected: Json = None
    note: str | None = None
    resource: str | None = None
    children: tuple[Explanation, ...] = ()
    detail: tuple[Explanation, ...] = ()
    offending: Truth = False


class Condition(Protocol):
    """A node of the language."""

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""


# --- right-hand sides ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """A literal, or a list of them."""

    value: Literal | tuple[Literal, ...]

    def literals(self, bound: Bound) -> Any:
        """What the operator binds."""
        return self.value


@dataclass(frozen=True, slots=True)
class Parameterised:
    """`{parameter: name}`."""

    name: str

    def literals(self, bound: Bound) -> Any:
        """What the operator binds."""
        value = bound.parameters[self.name]
        return [Literal.of(v) for v in value] if isinstance(value, list | tuple) else Literal.of(value)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """`{field: path}`: known only when judged."""

    path: Path


Right: TypeAlias = Given | Parameterised | FieldOf


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator with its right-hand side."""

    operator: Operator
    right: Right

    def compile(self, bound: Bound) -> Callable[[Any, Item, Resource], Truth]:
        """A function of a value (null among them, never UNKNOWN)."""
        if isinstance(self.right, FieldOf):
            return self._dynamic(self.right, bound)
        test, on_null = self.test(bound), self._on_null()
        return lambda value, item, subject: on_null if value is None else test(value)

    def _on_null(self) -> Truth:
        if self.operator.name == "exists" and isinstance(self.right, Given):
            return getattr(self.right.value, "value", None) is False
        return self.operator.on_null

    def test(self, bound: Bound) -> Test:
        """The test of a value that is not null; right-hand side known beforehand."""
        assert not isinstance(self.right, FieldOf)  # noqa: S101 - for the type checker
        literals = self.right.literals(bound)
        if (self.operator.takes == "list") != isinstance(literals, list | tuple):
            raise OperandError(
                f"{self.operator.name} takes {'a list' if self.operator.takes == 'list' else 'one value'}"
            )
        return self.operator.bind(literals, bound.world.as_of)

    def _dynamic(self, right: FieldOf, bound: Bound) -> Callable[[Any, Item, Resource], Truth]:
        read, operator = reader(right.path), self.operator

        def compare(value: Any, item: Item, subject: Resource) -> Truth:
            other = read(item, subject)
            if value is None or other is None:
                return operator.on_null
            return None if other is UNKNOWN else _bind_value(operator, other, bound)(value)

        return compare

    def expected(self, bound: Bound, item: Item, subject: Resource) -> Json:
        """What is expected, as evidence shows it: the value itself for `equals`, else words."""
        shown = self._right_shown(bound, item, subject)
        if self.operator.takes == "date" and (when := dates.When.parse(shown)):
            shown = dates.shown(when.at(bound.world.as_of))
        if self.operator.name in ("equals", "in"):
            return shown
        words = ", ".join(_word(v) for v in shown) if isinstance(shown, list) else _word(shown)
        return f"{self.operator.words} {words}"

    def _right_shown(self, bound: Bound, item: Item, subject: Resource) -> Json:
        if isinstance(self.right, FieldOf):
            value = reader(self.right.path)(item, subject)
            return None if value is UNKNOWN else value
        literals = self.right.literals(bound)
        return [v.value for v in literals] if isinstance(literals, list | tuple) else literals.value


def _bind_value(operator: Operator, other: Any, bound: Bound) -> Test:
    """Binds a right-hand side that was read; what can't be bound is unknown."""
    many = isinstance(other, list)
    if UNKNOWN in (other if many else ()) or many != (operator.takes == "list") or isinstance(other, dict):
        return lambda value: None
    try:
        right = [Literal.of(v) for v in other if v is not None] if many else Literal.of(other)
        return operator.bind(right, bound.world.as_of)
    except OperandError:
        return lambda value: None


def _word(value: Json) -> str:
    return "true" if value is True else "false" if value is False else str(value)


# --- combining ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllOf:
    """True if all are, false if any is false, else unknown."""

    parts: tuple[Condition, ...]

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compiled = tuple(bound.holds(part) for part in self.parts)

        def holds(item: Item, subject: Resource) -> Truth:
            truth: Truth = True
            for part in compiled:
                found = part(item, subject)
                if found is False:
                    return False
                if found is None:
                    truth = None
            return truth

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        parts = tuple(part.explain(bound, item, subject) for part in self.parts)
        return Explanation("allOf", kleene_all(p.truth for p in parts), children=parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """False if all are, true if any is true, else unknown."""

    parts: tuple[Condition, ...]

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compiled = tuple(bound.holds(part) for part in self.parts)

        def holds(item: Item, subject: Resource) -> Truth:
            truth: Truth = False
            for part in compiled:
                found = part(item, subject)
                if found:
                    return True
                if found is None:
                    truth = None
            return truth

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        parts = tuple(part.explain(bound, item, subject) for part in self.parts)
        return Explanation("anyOf", kleene_any(p.truth for p in parts), children=parts)


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
        return Explanation("not", negated(part.truth), children=(part,))


def kleene_all(truths: Any) -> Truth:
    """Kleene's conjunction."""
    found = list(truths)
    return False if False in found else None if None in found else True


def kleene_any(truths: Any) -> Truth:
    """Kleene's disjunction."""
    found = list(truths)
    return True if True in found else None if None in found else False


def negated(truth: Truth) -> Truth:
    """Kleene's negation."""
    return None if truth is None else not truth


# --- leaves -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """`{field: path, OPERATOR: right}`; with `[*]` it holds if every element satisfies it."""

    path: Path
    comparison: Comparison
    default: Json = None
    since_api: str | None = None
    empty: str | None = None

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        read, default = reader(self.path, self.since_api), self.default
        compare = self.comparison.compile(bound)
        if self.path.many:
            return self._compile_many(read, compare)

        def holds(item: Item, subject: Resource) -> Truth:
            value = read(item, subject)
            if value is UNKNOWN:
                return None
            return compare(default if value is None else value, item, subject)

        if isinstance(self.comparison.right, FieldOf) or self.path.outer or self.path.words in ((), ("properties",)):
            return holds
        settled = compare(default, Item(None), Resource(None)) if self.since_api is None else _MISSING
        return _quick(self.path, self.comparison.test(bound), settled, holds)

    def _compile_many(self, read: Any, compare: Any) -> Holds:
        default, empty = self.default, self.empty != "fail"

        def holds(item: Item, subject: Resource) -> Truth:
            values = read(item, subject)
            if values is UNKNOWN:
                return None
            if not values:
                return empty
            return kleene_all(
                None if v is UNKNOWN else compare(default if v is None else v, item, subject) for v in values
            )

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        value = bound.once(self.path, lambda: reader(self.path, self.since_api))(item, subject)
        truth = bound.holds(self)(item, subject)
        expected = self.comparison.expected(bound, item, subject)
        text = f"{self.path.text} {self.comparison.operator.name}"
        if value is UNKNOWN or not self.path.many:
            note = self._note(bound, item, subject, value, truth)
            observed = None if value is UNKNOWN else value
            return Explanation(text, truth, self.path.text, observed, expected, note, _id_of(item, subject))
        note = f"the array is empty, which {'fails' if self.empty == 'fail' else 'passes'}" if not value else None
        detail = self._elements(bound, item, subject, value, expected)
        shown = [None if v is UNKNOWN else v for v in value]
        return Explanation(text, truth, self.path.text, shown, expected, note, _id_of(item, subject), detail=detail)

    def _elements(
        self, bound: Bound, item: Item, subject: Resource, values: list[Any], expected: Json
    ) -> tuple[Explanation, ...]:
        compare, found = bound.once(self.comparison, lambda: self.comparison.compile(bound)), []
        for index, value in enumerate(values):
            path = self.path.text.replace("[*]", f"[{index}]", 1)
            truth = None if value is UNKNOWN else compare(self.default if value is None else value, item, subject)
            note = self._note(bound, item, subject, value, truth)
            observed = None if value is UNKNOWN else value
            found.append(Explanation(path, truth, path, observed, expected, note, _id_of(item, subject)))
        return tuple(found)

    def _note(self, bound: Bound, item: Item, subject: Resource, value: Any, truth: Truth) -> str | None:
        if value is UNKNOWN:
            return bound.world.why_unknown(subject if self.path.outer else item, self.path, self.since_api)
        if value is None and self.default is not None:
            return f"not set, which means {_word(self.default)}"
        if truth is None and value is not None:
            return f"{type(value).__name__} can't be compared so"
        if truth is None:
            return "not set, and null can't be compared so"
        return "not set" if value is None else None


def _quick(path: Path, test: Test, on_null: Any, slow: Holds) -> Holds:
    """The same leaf where nothing is in doubt: no gap, objects on the way, at the end text, true, false or null.

    What a text means is remembered: a property of fifty thousand accounts has a handful of values.
    """
    steps = tuple(str(step) for step in path.steps)
    rest = _rest(steps, test, on_null, slow)
    if len(steps) == 2 and steps[0] == "properties":
        return _under_properties(steps[1], test, rest, slow)
    return _anywhere(steps, test, rest, slow)


def _under_properties(last: str, test: Test, rest: Any, slow: Holds) -> Holds:
    truths: dict[str, Any] = {}

    def holds(item: Item, subject: Resource) -> Truth:
        value = item.properties
        if type(value) is not dict or item.gaps:
            return slow(item, subject)
        found = value.get(last, _MISSING)
        if type(found) is not str:
            return rest(item, subject, value, found)  # type: ignore[no-any-return]  # a Truth
        truth: Truth = truths.get(found, _MISSING)
        return truth if truth is not _MISSING else _learn(truths, found, test)

    return holds


def _anywhere(steps: tuple[str, ...], test: Test, rest: Any, slow: Holds) -> Holds:
    *way, last = steps
    truths: dict[str, Any] = {}

    def holds(item: Item, subject: Resource) -> Truth:
        value = item.body
        for key in way:
            value = value.get(key) if type(value) is dict else None
        if type(value) is not dict or item.gaps:
            return slow(item, subject)
        found = value.get(last, _MISSING)
        if type(found) is not str:
            return rest(item, subject, value, found)  # type: ignore[no-any-return]  # a Truth
        truth: Truth = truths.get(found, _MISSING)
        return truth if truth is not _MISSING else _learn(truths, found, test)

    return holds


def _learn(truths: dict[str, Any], found: str, test: Test) -> Truth:
    truth = test(found)
    if len(truths) < _MEMO:
        truths[found] = truth
    return truth


def _rest(steps: tuple[str, ...], test: Test, on_null: Any, slow: Holds) -> Any:
    """What is no text: true, false, null, or no such key in any case; everything else goes the long way."""
    settled = {True: test(True), False: test(False)}
    lacks, nested = _lacks(steps[-1].casefold()), len(steps) > 1

    def rest(item: Item, subject: Resource, value: dict[str, Any], found: Any) -> Truth:
        if type(found) is bool:
            return settled[found]
        if on_null is _MISSING or not (found is None or (found is _MISSING and nested and lacks(value))):
            return slow(item, subject)
        null: Truth = on_null
        return null

    return rest


def _lacks(folded: str) -> Callable[[dict[str, Any]], bool]:
    """Whether an object has a key in no case at all, remembered by its keys: records of a kind share some shapes."""
    known: dict[tuple[str, ...], bool] = {}

    def lacks(value: dict[str, Any]) -> bool:
        keys = tuple(value)
        found = known.get(keys)
        if found is None:
            found = all(key.casefold() != folded for key in keys)
            if len(known) < _MEMO:
                known[keys] = found
        return found

    return lacks


def _id_of(item: Item, subject: Resource) -> str | None:
    """The id to name in evidence where the item is a resource other than the judged one."""
    return item.id if isinstance(item, Resource) and item is not subject else None


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
            _id_of(item, subject),
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
    return f"the list of {lost.type} could not be read: {lost.reason.replace('_', ' ')}{permission}"


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
        return AnyOf((Not(self.where), self.require)) if self.where else self.require

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
        _id_of(item, subject),
        detail=detail,
    )
