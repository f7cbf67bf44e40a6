"""The operators: what each says of one value (semantics 8). Azure Policy's words and meaning.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from readiness import dates
from readiness.model import Json, Truth
from readiness.paths import has_key
from readiness.yamlfile import Scalar

Test: TypeAlias = Callable[[Any], Truth]


class OperandError(ValueError):
    """A right-hand side that its operator can't take."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A right-hand value: what is shown, the texts it equals (without case), the number it equals."""

    value: Json
    texts: frozenset[str]
    number: float | int | None

    @staticmethod
    def of(value: Json) -> Literal:
        """The literal of a JSON scalar (a parameter, a field's value)."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Literal(value, frozenset(texts_of(value)), None)
        return Literal(value, frozenset(texts_of(value)), value)

    @staticmethod
    def written(node: Scalar) -> Literal:
        """The literal of a YAML scalar; `0613` equals the text 0613 and the number 613."""
        return Literal(node.value, frozenset({node.text.casefold()}), node.number)

    def equals(self, value: Json) -> bool:
        """Whether a value that is not null is the same: text without case, a number its own text."""
        kind = type(value)
        if kind is str:
            return value.casefold() in self.texts
        if kind is bool:
            return ("true" if value else "false") in self.texts
        if kind is int or kind is float:
            return value == self.number or (self.number is None and not self.texts.isdisjoint(texts_of(value)))
        return False


def texts_of(value: Json) -> tuple[str, ...]:
    """The texts, without case, that a scalar equals."""
    if isinstance(value, str):
        return (value.casefold(),)
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return (repr(value), str(int(value)))
    return (repr(value),) if isinstance(value, int | float) else ()


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: how it binds its right-hand side, what it says of null, how it reads in a sentence.

    `takes` is what stands on the right: scalar, list, bool, key, pattern, order, date or period.
    """

    name: str
    takes: str
    on_null: Truth
    words: str
    bind: Callable[[Any, datetime], Test]


def _equals(right: Literal, as_of: datetime) -> Test:
    return right.equals


def _is_in(right: list[Literal], as_of: datetime) -> Test:
    return lambda value: any(literal.equals(value) for literal in right)


def _contains(right: Literal, as_of: datetime) -> Test:
    def test(value: Json) -> Truth:
        if isinstance(value, str):
            return any(text in value.casefold() for text in right.texts)
        return isinstance(value, list) and any(right.equals(item) for item in value)

    return test


def _contains_key(right: Literal, as_of: datetime) -> Test:
    key = str(right.value)
    return lambda value: isinstance(value, dict) and has_key(value, key)


def _exists(right: Literal, as_of: datetime) -> Test:
    return lambda value: right.value is True


def _not(bind: Callable[[Any, datetime], Test]) -> Callable[[Any, datetime], Test]:
    def bound(right: Any, as_of: datetime) -> Test:
        test = bind(right, as_of)
        return lambda value: not test(value)

    return bound


def _like(right: Literal, as_of: datetime) -> Test:
    patterns = [text.split("*") for text in right.texts]
    return lambda value: any(is_like(text, parts) for parts in patterns for text in texts_of(value))


def is_like(text: str, parts: list[str]) -> bool:
    """Whether a text consists of parts with anything between them; each part is looked for once, left to right."""
    first, *middle, last = parts if len(parts) > 1 else (*parts, "")
    if len(parts) == 1:
        return text == first
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


@lru_cache(maxsize=1024)
def _match_pattern(pattern: str) -> re.Pattern[str]:
    signs = {"#": r"\d", "?": r"[^\W\d_]", ".": "."}
    return re.compile("".join(signs.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def _match(right: Literal, as_of: datetime) -> Test:
    patterns = [_match_pattern(text) for text in right.texts]
    return lambda value: any(p.fullmatch(text) for p in patterns for text in texts_of(value))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, datetime], Test]:
    """Numbers with numbers, texts with texts; anything else is unknown."""

    def bind(right: Literal, as_of: datetime) -> Test:
        number, words = right.number, right.value.casefold() if isinstance(right.value, str) else None

        def test(value: Json) -> Truth:
            if type(value) is int or type(value) is float:
                return None if number is None else compare(value, number)
            if isinstance(value, str) and words is not None:
                return compare(value.casefold(), words)
            return None

        return test

    return bind


def _dated(compare: Callable[[datetime, datetime], bool]) -> Callable[[Any, datetime], Test]:
    def bind(right: Literal, as_of: datetime) -> Test:
        when = dates.When.parse(right.value)
        if when is None:
            raise OperandError(f"expected a date, `as_of` or `as_of+P90D`, found '{right.value}'")
        moment = when.at(as_of)

        def test(value: Json) -> Truth:
            found = dates.parse(value)
            return None if found is None else compare(found, moment)

        return test

    return bind


def _within(right: Literal, as_of: datetime) -> Test:
    length = dates.Duration.parse(right.value)
    if length is None:
        raise OperandError(f"expected a duration such as P90D, found '{right.value}'")
    end = length.added_to(as_of)

    def test(value: Json) -> Truth:
        found = dates.parse(value)
        return None if found is None else as_of <= found <= end

    return test


OPERATORS: Final[dict[str, Operator]] = {
    o.name: o
    for o in (
        Operator("equals", "scalar", False, "", _equals),
        Operator("notEquals", "scalar", True, "not", _not(_equals)),
        Operator("in", "list", False, "one of", _is_in),
        Operator("notIn", "list", True, "none of", _not(_is_in)),
        Operator("contains", "scalar", False, "containing", _contains),
        Operator("notContains", "scalar", True, "not containing", _not(_contains)),
        Operator("containsKey", "key", False, "with the key", _contains_key),
        Operator("exists", "bool", False, "present:", _exists),
        Operator("like", "pattern", False, "like", _like),
        Operator("match", "pattern", False, "matching", _match),
        Operator("less", "order", None, "less than", _ordered(lambda a, b: a < b)),
        Operator("lessOrEquals", "order", None, "at most", _ordered(lambda a, b: a <= b)),
        Operator("greater", "order", None, "more than", _ordered(lambda a, b: a > b)),
        Operator("greaterOrEquals", "order", None, "at least", _ordered(lambda a, b: a >= b)),
        Operator("before", "date", None, "before", _dated(lambda a, b: a < b)),
        Operator("after", "date", None, "after", _dated(lambda a, b: a > b)),
        Operator("within", "period", None, "within", _within),
    )
}
