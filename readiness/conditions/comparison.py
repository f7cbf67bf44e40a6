"""An operator with its right-hand side: a literal, a parameter of the rule, or another field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from readiness import dates
from readiness.conditions.base import Bound
from readiness.conditions.operators import Literal, OperandError, Operator, Test
from readiness.model import UNKNOWN, Item, Json, Resource, Truth
from readiness.paths import Path, reader


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
        test, on_null = self.test(self.right, bound), self._on_null()
        return lambda value, item, subject: on_null if value is None else test(value)

    def _on_null(self) -> Truth:
        if self.operator.name == "exists" and isinstance(self.right, Given):
            return getattr(self.right.value, "value", None) is False
        return self.operator.on_null

    def test(self, right: Given | Parameterised, bound: Bound) -> Test:
        """The test of a value that is not null; right-hand side known beforehand."""
        literals = right.literals(bound)
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
        if self.operator.name == "exists":
            return "a value" if shown is True else "no value"
        if self.operator.takes == "date" and (when := dates.When.parse(shown)):
            shown = dates.shown(when.at(bound.world.as_of))
        if self.operator.name in ("equals", "in"):
            return shown
        words = ", ".join(word(v) for v in shown) if isinstance(shown, list) else word(shown)
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


def word(value: Json) -> str:
    """A value as a sentence has it: JSON's own words for true and false, and a word for what can't be seen."""
    if value == "":
        return "an empty text"
    return "true" if value is True else "false" if value is False else str(value)
