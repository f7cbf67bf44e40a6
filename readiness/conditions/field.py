"""The field leaf: what a path yields, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from readiness.conditions.base import Bound, Explanation, Holds, kleene_all, other_id
from readiness.conditions.comparison import Comparison, FieldOf, word
from readiness.conditions.operators import Literal, Test
from readiness.model import UNKNOWN, Item, Json, Resource, Truth
from readiness.paths import Path, reader

_MISSING: Final = object()
_MEMO: Final = 4096
Rest: TypeAlias = Callable[[Item, Resource, dict[str, Any], Any], Truth]


@dataclass(frozen=True, slots=True)
class Field:
    """`{field: path, OPERATOR: right}`; with `[*]` it holds if every element satisfies it.

    `known` are the values that can be judged, if not all can: of any other, null among them, the leaf is unknown.
    """

    path: Path
    comparison: Comparison
    default: Json = None
    since_api: str | None = None
    empty: str | None = None
    known: tuple[Literal, ...] = ()

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        read, default = reader(self.path, self.since_api), self.default
        compare = self._compare(bound)
        if self.path.many:
            return self._compile_many(read, compare)

        def holds(item: Item, subject: Resource) -> Truth:
            value = read(item, subject)
            if value is UNKNOWN:
                return None
            return compare(default if value is None else value, item, subject)

        right = self.comparison.right
        if isinstance(right, FieldOf) or self.known or self.path.outer or self.path.words in ((), ("properties",)):
            return holds
        settled = compare(default, Item(None), Resource(None)) if self.since_api is None else _MISSING
        return _quick(self.path, self.comparison.test(right, bound), settled, holds)

    def _compare(self, bound: Bound) -> Callable[[Any, Item, Resource], Truth]:
        """The comparison, unknown for a value that is none of the known ones."""
        compare, known = self.comparison.compile(bound), self.known
        if not known:
            return compare

        def compared(value: Any, item: Item, subject: Resource) -> Truth:
            return compare(value, item, subject) if self._can_judge(value) else None

        return compared

    def _can_judge(self, value: Any) -> bool:
        return not self.known or (value is not None and any(literal.equals(value) for literal in self.known))

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
            return Explanation(text, truth, self.path.text, observed, expected, note, other_id(item, subject))
        note = f"the array is empty, which {'fails' if self.empty == 'fail' else 'passes'}" if not value else None
        detail = self._elements(bound, item, subject, value, expected)
        shown = [None if v is UNKNOWN else v for v in value]
        return Explanation(text, truth, self.path.text, shown, expected, note, other_id(item, subject), detail=detail)

    def _elements(
        self, bound: Bound, item: Item, subject: Resource, values: list[Any], expected: Json
    ) -> tuple[Explanation, ...]:
        compare, found = bound.once(self.comparison, lambda: self._compare(bound)), []
        for index, value in enumerate(values):
            path = self.path.text.replace("[*]", f"[{index}]", 1)
            truth = None if value is UNKNOWN else compare(self.default if value is None else value, item, subject)
            note = self._note(bound, item, subject, value, truth)
            observed = None if value is UNKNOWN else value
            found.append(Explanation(path, truth, path, observed, expected, note, other_id(item, subject)))
        return tuple(found)

    def _note(self, bound: Bound, item: Item, subject: Resource, value: Any, truth: Truth) -> str | None:
        if value is UNKNOWN:
            return bound.world.why_unknown(subject if self.path.outer else item, self.path, self.since_api)
        if value is None and self.default is not None:
            return f"not set, which means {word(self.default)}"
        if not self._can_judge(value):
            return (
                "not set, which tells nothing" if value is None else "which is none of the values that can be judged"
            )
        if truth is None and value is not None:
            return f"{type(value).__name__} can't be compared so"
        if truth is None:
            return "not set, and null can't be compared so"
        return "not set" if value is None else None


def _quick(path: Path, test: Test, on_null: Any, slow: Holds) -> Holds:
    """The same leaf where nothing is in doubt: no gap, objects on the way, at the end text, true, false or null.

    What a text means is remembered: a property of fifty thousand accounts has a handful of values.
    """
    *way, last = [str(step) for step in path.steps]
    rest = _rest(last, test, on_null, slow, nested=bool(way))
    if way == ["properties"]:
        return _under_properties(last, test, rest, slow)
    return _anywhere(way, last, test, rest, slow)


def _under_properties(last: str, test: Test, rest: Rest, slow: Holds) -> Holds:
    """Nearly every leaf; written out apart from `_anywhere`, which would make it a fifth slower."""
    truths: dict[str, Any] = {}

    def holds(item: Item, subject: Resource) -> Truth:
        value = item.properties
        if type(value) is not dict or item.gaps:
            return slow(item, subject)
        found = value.get(last, _MISSING)
        if type(found) is not str:
            return rest(item, subject, value, found)
        truth: Truth = truths.get(found, _MISSING)
        return truth if truth is not _MISSING else _learn(truths, found, test)

    return holds


def _anywhere(way: list[str], last: str, test: Test, rest: Rest, slow: Holds) -> Holds:
    truths: dict[str, Any] = {}

    def holds(item: Item, subject: Resource) -> Truth:
        value = item.body
        for key in way:
            value = value.get(key) if type(value) is dict else None
        if type(value) is not dict or item.gaps:
            return slow(item, subject)
        found = value.get(last, _MISSING)
        if type(found) is not str:
            return rest(item, subject, value, found)
        truth: Truth = truths.get(found, _MISSING)
        return truth if truth is not _MISSING else _learn(truths, found, test)

    return holds


def _learn(truths: dict[str, Any], found: str, test: Test) -> Truth:
    truth = test(found)
    if len(truths) < _MEMO:
        truths[found] = truth
    return truth


def _rest(last: str, test: Test, on_null: Any, slow: Holds, *, nested: bool) -> Rest:
    """What is no text: true, false, null, or no such key in any case; everything else goes the long way."""
    settled = {True: test(True), False: test(False)}
    lacks = _lacks(last.casefold())

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
