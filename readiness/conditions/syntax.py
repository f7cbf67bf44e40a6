"""From a YAML node to a condition; every problem is noted with its place and the nearest valid word."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from readiness import dates
from readiness.conditions.base import Condition
from readiness.conditions.comparison import Comparison, FieldOf, Given, Parameterised, Right
from readiness.conditions.field import Field
from readiness.conditions.lists import AllRelated, AnyRelated, Count, Elements, Relation
from readiness.conditions.logic import Combined, Not
from readiness.conditions.metric import MetricOf, Whole
from readiness.conditions.operators import OPERATORS, Literal, Operator
from readiness.conditions.samples import LEVELLED, RATIO, STATISTICS
from readiness.conditions.value import ENVIRONMENT, EnvironmentValue, ParameterValue
from readiness.model import Json
from readiness.paths import Path, PathError
from readiness.shapes import INVALID, kind_of
from readiness.yamlfile import Mapping, Node, Problems, Scalar, Sequence, nearest

API_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d(-[a-z]+)?\Z", re.ASCII)
COMBINING: Final = ("allOf", "anyOf", "not")
OPERANDS: Final = ("field", "count", "any", "all", "metric", "value")
NUMERIC: Final = (
    "equals", "notEquals", "in", "notIn", "less", "lessOrEquals", "greater", "greaterOrEquals",
)  # fmt: skip
TYPED: Final = ("children", "parent", "resources")
"""Relations that hold resources of any type: a rule says which."""
RELATIONS: Final = (
    *TYPED,
    *("actionGroups", "activityLogAlerts", "alerts", "budgets", "denyAssignments", "diagnosticSettings"),
    *("gatewayBackends", "locks", "metricAlerts", "policyAssignments", "privateEndpoints", "roleAssignments"),
    "scheduledQueryRules",
)
SETTLED: Final = ("window", "level", "min_samples", "min_total")
"""Keys of a metric that take a literal or a parameter."""
METRIC_KEYS: Final = ("name", "aggregation", "statistic", "dimension", "of", "combine", *SETTLED)
OF_DIMENSION: Final = ("equals", "notEquals", "in", "notIn", "like", "match")
T = TypeVar("T")
_BESIDE: Final = {"field": ("default", "since_api", "empty", "known")}


class PartError(Exception):
    """A part that can't be made; caught where the next part can go on, so that all problems are found at once."""

    def __init__(self, node: Node, message: str) -> None:
        self.node, self.message = node, message


@dataclass(slots=True)
class Syntax:
    """Reads the conditions of one rule. `parameters` are the rule's own; `lint` collects what only lint says."""

    problems: Problems
    parameters: MappingType[str, Json]
    lint: Problems = field(default_factory=lambda: Problems(""))
    require: bool = False
    used: dict[str, list[Operator]] = field(default_factory=dict)
    counted: frozenset[tuple[str | None, ...]] = frozenset()

    def condition(self, node: Node) -> Condition | None:
        """The condition of a node; None, with problems noted, if it is none."""
        before = len(self.problems.found)
        found = self._noted(lambda: self._condition(node))
        if found is None and len(self.problems.found) == before:
            self.problems.at(node, "this is no condition")
        return found

    def _condition(self, node: Node) -> Condition | None:
        if not isinstance(node, Mapping):
            raise PartError(node, f"expected a condition (a mapping), found {kind_of(node)}")
        heads = [k for k, _ in node.entries if k.text in COMBINING or k.text in OPERANDS]
        if len(heads) != 1:
            self._headless(node, heads)
            return None
        head = heads[0].text
        if head in COMBINING:
            return self._combined(node, head)
        return self._leaf(node, head)

    def _noted(self, make: Callable[[], T]) -> T | None:
        """What `make` makes; None, with the problem noted, where it can't."""
        try:
            return make()
        except PartError as error:
            self.problems.at(error.node, error.message)
            return None

    def _headless(self, node: Mapping, heads: list[Scalar]) -> None:
        valid = (*COMBINING, *OPERANDS)
        if heads:
            names = ", ".join(h.text for h in heads)
            raise PartError(node, f"a condition has one of {', '.join(valid)}; this one has {names}")
        unknown = [k for k, _ in node.entries if k.text not in OPERATORS]
        for key in unknown:
            self.problems.at(key, f"unknown key '{key.text[:60]}' in a condition; {nearest(key.text, valid)}")
        if not unknown:
            raise PartError(node, f"a condition needs one of {', '.join(valid)}")

    def _combined(self, node: Mapping, head: str) -> Condition | None:
        for key, _ in node.entries:
            if key.text != head:
                self.problems.at(key, f"'{key.text[:60]}' can't stand beside {head}")
        inner = node.entries[0][1] if len(node.entries) == 1 else node.get(head)
        assert inner is not None  # noqa: S101 - the head is among the entries
        if head == "not":
            part = self.condition(inner)
            return Not(part) if part else None
        if not isinstance(inner, Sequence) or not inner.items:
            raise PartError(inner, f"{head} takes a list of at least one condition")
        outer = self.counted
        if head == "allOf":
            self.counted = outer | {c for item in inner.items if (c := self._counted(item))}
        parts = tuple(p for p in [self.condition(i) for i in inner.items] if p)
        self.counted = outer
        return Combined(head, parts) if parts else None

    @staticmethod
    def _counted(node: Node) -> tuple[str | None, ...] | None:
        """The array that a condition counts, as the steps that lead to it."""
        count = node.get("count") if isinstance(node, Mapping) else None
        field_ = count.get("field") if isinstance(count, Mapping) else None
        try:
            steps = Path.parse(field_.text).steps if isinstance(field_, Scalar) else None
        except PathError:
            return None
        return steps[:-1] if steps and steps[-1] is None else steps

    def _leaf(self, node: Mapping, head: str) -> Condition | None:
        comparison = self._comparison(node, head)
        inner = node.get(head)
        assert inner is not None  # noqa: S101 - the head is among the entries
        if head in ("any", "all"):
            return self._quantified(inner, head, comparison)
        if comparison is None:
            self._needs_operator(node, head)
            return None
        if head == "field":
            return self._field(node, inner, comparison)
        if head == "value":
            return self._value(inner, comparison)
        if comparison.operator.name not in NUMERIC:
            raise PartError(node, f"a {head} is a number: {comparison.operator.name} can't compare it")
        return self._count(inner, comparison) if head == "count" else self._metric(inner, comparison)

    def _needs_operator(self, node: Mapping, head: str) -> None:
        known = (head, *_BESIDE.get(head, ()), *OPERATORS)
        if all(k.text in known for k, _ in node.entries) and not any(k.text in OPERATORS for k, _ in node.entries):
            self.problems.at(node, f"{head} needs an operator; {nearest('', OPERATORS)}")

    def _comparison(self, node: Mapping, head: str) -> Comparison | None:
        """The one operator beside an operand; unknown keys are noted."""
        known = (head, *_BESIDE.get(head, ()))
        found: list[tuple[Scalar, Node]] = []
        for key, value in node.entries:
            if key.text in OPERATORS:
                found.append((key, value))
            elif key.text not in known:
                hint = nearest(key.text, (*OPERATORS, *known))
                self.problems.at(key, f"unknown operator or key '{key.text[:60]}'; {hint}")
        for key, _ in found[1:]:
            self.problems.at(key, f"one operator a condition; '{found[0][0].text}' stands here already")
        return self._bound(OPERATORS[found[0][0].text], found[0][1]) if found else None

    # --- right-hand sides -----------------------------------------------------------------------------------

    def _bound(self, operator: Operator, node: Node) -> Comparison | None:
        right = self.right(operator, node)
        return Comparison(operator, right) if right else None

    def right(self, operator: Operator, node: Node) -> Right | None:
        """A literal, `{parameter: name}` or `{field: path}`, as the operator takes it."""
        return self._noted(lambda: self._right(operator, node))

    def _right(self, operator: Operator, node: Node) -> Right | None:
        if isinstance(node, Mapping) and operator.takes not in ("bool", "key"):
            return self._reference(operator, node)
        if operator.takes == "list":
            return self._list(operator, node)
        if not isinstance(node, Scalar):
            raise PartError(node, f"{operator.name} takes one value, found {kind_of(node)}")
        return self._literal(operator, node)

    def _reference(self, operator: Operator, node: Mapping) -> Right | None:
        if len(node.entries) == 1 and isinstance(node.entries[0][1], Scalar):
            key, value = node.entries[0][0].text, node.entries[0][1]
            if key == "parameter":
                return self._parameter(operator, value)
            if key == "field":
                path = self.path(value)
                return FieldOf(path) if path else None
        raise PartError(node, f"{operator.name} takes a value, {{parameter: name}} or {{field: path}}")

    def _parameter(self, operator: Operator, node: Scalar) -> Right | None:
        self._declared(node)
        self.used[node.text].append(operator)
        wrong = misfit(operator, self.parameters[node.text])
        if wrong:
            raise PartError(node, f"the parameter '{node.text}' does not fit {operator.name}: {wrong}")
        return Parameterised(node.text)

    def _list(self, operator: Operator, node: Node) -> Right | None:
        if not isinstance(node, Sequence):
            raise PartError(node, f"{operator.name} takes a list, found {kind_of(node)}")
        literals = []
        for item in node.items:
            if not isinstance(item, Scalar) or item.is_null:
                self.problems.at(item, f"{operator.name} takes a list of values, found {kind_of(item)} in it")
                continue
            literals.append(Literal.written(item))
        return Given(tuple(literals))

    def _literal(self, operator: Operator, node: Scalar) -> Right | None:
        if node.text.startswith("[parameters("):
            raise PartError(node, "a parameter of the rule is written {parameter: name}")
        if node.is_null:
            raise PartError(node, "null can't be compared with; `exists: false` is the test of null")
        literal = Literal.written(node)
        if operator.takes == "order" and literal.number is not None:
            literal = Literal(literal.number, literal.texts, literal.number)
        if operator.takes in ("key", "pattern", "date", "period"):
            literal = Literal(node.text, frozenset({node.text.casefold()}), None)
        wrong = misfit(operator, literal.value)
        if wrong:
            raise PartError(node, f"{operator.name} {wrong}")
        return Given(literal)

    def path(self, node: Node) -> Path | None:
        """A path; None, with what is wrong with it noted."""
        return self._noted(lambda: self._path(node))

    @staticmethod
    def _path(node: Node) -> Path:
        if not isinstance(node, Scalar) or node.is_null:
            raise PartError(node, f"expected a path, found {kind_of(node)}")
        try:
            return Path.parse(node.text)
        except PathError as error:
            raise PartError(node, str(error)) from error

    # --- leaves ---------------------------------------------------------------------------------------------

    def _field(self, node: Mapping, inner: Node, comparison: Comparison) -> Condition | None:
        path = self.path(inner)
        default, since, empty = (node.get(k) for k in ("default", "since_api", "empty"))
        if since and not (isinstance(since, Scalar) and API_VERSION.match(since.text)):
            self.problems.at(since, f"since_api takes an api-version such as 2025-06-01, found {kind_of(since)}")
        if empty and not (isinstance(empty, Scalar) and empty.text in ("pass", "fail")):
            self.problems.at(empty, f"empty is pass or fail, found {kind_of(empty)}")
        if default and (not isinstance(default, Scalar) or default.is_null):
            self.problems.at(default, f"default takes a value that is not null, found {kind_of(default)}")
        counted = path and path.many and path.steps[: path.steps.index(None)] in self.counted
        if path and self.require and path.many and not empty and not counted:
            self.lint.at(node, f"'{path.text}' holds for an empty array: say `empty: pass` or `empty: fail`")
        if path and empty and not path.many:
            self.problems.at(empty, f"empty is for paths with [*]; '{path.text}' has none")
        if not path:
            return None
        value = default.value if isinstance(default, Scalar) else None
        return Field(path, comparison, value, _text(since), _text(empty), self._known(node.get("known")))

    def _known(self, node: Node | None) -> tuple[Literal, ...]:
        """The values that can be judged; none if all can."""
        right = self.right(OPERATORS["in"], node) if isinstance(node, Sequence) and node.items else None
        if node and not isinstance(right, Given):
            self.problems.at(node, f"known takes a list of values, found {kind_of(node)}")
        found = right.value if isinstance(right, Given) else ()
        return found if isinstance(found, tuple) else ()

    def _value(self, node: Node, comparison: Comparison) -> Condition | None:
        """`value: environment` or `value: {parameter: name}`."""
        if isinstance(node, Scalar) and node.text == ENVIRONMENT:
            return EnvironmentValue(comparison)
        name = node.get("parameter") if isinstance(node, Mapping) and len(node.entries) == 1 else None
        if not isinstance(name, Scalar):
            raise PartError(node, f"value takes {ENVIRONMENT} or {{parameter: name}}, found {kind_of(node)}")
        self._declared(name)
        return ParameterValue(name.text, comparison)

    def _declared(self, name: Scalar) -> None:
        self.used.setdefault(name.text, [])
        if name.text not in self.parameters:
            hint = nearest(name.text, self.parameters) if self.parameters else "the rule has no parameters"
            raise PartError(name, f"unknown parameter '{name.text[:60]}'; {hint}")

    def _keys(self, node: Node, what: str, valid: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            self.problems.at(node, f"{what} takes a mapping, found {kind_of(node)}")
            return {}
        for key, _ in node.entries:
            if key.text not in valid:
                self.problems.at(key, f"unknown key '{key.text[:60]}' in {what}; {nearest(key.text, valid)}")
        for name in required:
            if node.get(name) is None:
                self.problems.at(node, f"{what} has no '{name}'")
        return {key.text: value for key, value in node.entries if key.text in valid}

    def _count(self, node: Node, comparison: Comparison) -> Condition | None:
        keys = self._keys(node, "count", ("field", "related", "type", "where"), ())
        if ("field" in keys) == ("related" in keys):
            raise PartError(node, "count takes either 'field' or 'related'")
        where = self._nested(keys.get("where"))
        if "field" in keys:
            path = self.path(keys["field"])
            members: Elements | Relation | None = Elements(path) if path else None
        else:
            members = self._relation(keys)
        return Count(members, where, comparison) if members else None

    def _nested(self, node: Node | None) -> Condition | None:
        require, self.require = self.require, False
        found = self.condition(node) if node else None
        self.require = require
        return found

    def _relation(self, keys: dict[str, Node]) -> Relation | None:
        return self._noted(lambda: self._related(keys))

    @staticmethod
    def _related(keys: dict[str, Node]) -> Relation | None:
        name, type_ = keys.get("related"), keys.get("type")
        if not isinstance(name, Scalar):
            if name is None:
                return None
            raise PartError(name, f"related takes a relation, found {kind_of(name)}")
        if name.text not in RELATIONS:
            raise PartError(name, f"unknown relation '{name.text[:60]}'; {nearest(name.text, RELATIONS)}")
        if type_ is None and name.text in TYPED:
            type_ = _named_type(keys.get("where"))
        if type_ is not None and not (isinstance(type_, Scalar) and "/" in type_.text):
            raise PartError(
                type_,
                f"expected a resource type such as Microsoft.Search/searchServices, found {kind_of(type_)}",
            )
        return Relation(name.text, _text(type_))

    def _quantified(self, node: Node, head: str, comparison: Comparison | None) -> Condition | None:
        valid = ("related", "type", "where", "require", "field")
        keys = self._keys(node, head, valid, ("related",))
        if not keys:
            return None
        members, where = self._relation(keys), self._nested(keys.get("where"))
        require = self._required(node, keys, comparison)
        if head == "any":
            parts = tuple(p for p in (where, require) if p)
            whole = Combined("allOf", parts) if len(parts) == 2 else parts[0] if parts else None
            return AnyRelated(members, whole) if members else None
        if not require:
            missing = "require" not in keys and "field" not in keys
            if missing:
                raise PartError(node, "all needs a 'require'")
            return None
        return AllRelated(members, where, require) if members else None

    def _required(self, node: Node, keys: dict[str, Node], comparison: Comparison | None) -> Condition | None:
        """`require`, or `field` inside with the operator beside the operand."""
        if "field" in keys:
            path = self.path(keys["field"])
            if comparison is None or "require" in keys:
                raise PartError(node, "'field' here takes an operator beside the operand, and no 'require'")
            return Field(path, comparison) if path else None
        if comparison is not None:
            raise PartError(node, "an operator here needs a 'field' inside the operand")
        return self._nested(keys.get("require"))

    def _metric(self, node: Node, comparison: Comparison) -> Condition | None:
        keys = self._keys(node, "metric", METRIC_KEYS, ("name", "aggregation", "statistic"))
        words = {k: v.text for k, v in keys.items() if isinstance(v, Scalar)}
        self._statistic(node, keys, words.get("statistic", "mean"))
        if not {"name", "aggregation", "statistic"} <= words.keys():
            return None
        settled = {name: self._settled(name, keys.get(name)) for name in SETTLED}
        whole = self._whole(keys["of"], words) if "of" in keys else None
        dimension = self._dimension(keys.get("dimension"))
        name, aggregation, statistic = (words[key] for key in ("name", "aggregation", "statistic"))
        combine = words.get("combine")
        return MetricOf(
            name, aggregation, statistic, comparison, dimension=dimension, of=whole, combine=combine, **settled
        )

    def _statistic(self, node: Node, keys: dict[str, Node], statistic: str) -> None:
        """Notes a statistic that is none, and keys that it needs or can't have."""
        if statistic not in STATISTICS:
            self.problems.at(
                keys["statistic"], f"unknown statistic '{statistic[:60]}'; {nearest(statistic, STATISTICS)}"
            )
        for needing, key in ((LEVELLED, "level"), (RATIO, "of")):
            if statistic == needing and key not in keys:
                self.problems.at(node, f"the statistic {needing} needs '{key}'")
            if statistic != needing and key in keys:
                self.problems.at(keys[key], f"'{key}' is for the statistic {needing}")
        combine = keys.get("combine")
        if combine and not (isinstance(combine, Scalar) and combine.text == "sum"):
            self.problems.at(combine, f"combine takes sum, found {kind_of(combine)}")
        if combine and statistic == RATIO:
            self.problems.at(combine, "a ratio adds its series up already")

    def _whole(self, node: Node, words: dict[str, str]) -> Whole:
        """What a ratio is of: by default the same metric in the same aggregation."""
        keys = self._keys(node, "of", ("name", "aggregation", "dimension"), ())
        own = words | {k: v.text for k, v in keys.items() if isinstance(v, Scalar)}
        return Whole(own["name"], own["aggregation"], self._dimension(keys.get("dimension")))

    def _settled(self, name: str, node: Node | None) -> Right | None:
        """What a metric takes as `window`, `level` or a floor: a literal or a parameter; all but a window numbers."""
        operator = OPERATORS["within" if name == "window" else "less"]
        right = self.right(operator, node) if node else None
        if node and isinstance(right, FieldOf):
            self.problems.at(node, f"{name} takes a value or {{parameter: name}}")
        value = self.parameters.get(right.name) if isinstance(right, Parameterised) else None
        value = right.value.number if isinstance(right, Given) and isinstance(right.value, Literal) else value
        if node and name != "window" and right and not isinstance(value, int | float):
            self.problems.at(node, f"{name} takes a number")
        return right

    def _dimension(self, node: Node | None) -> dict[str, Comparison]:
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.problems.at(node, f"dimension takes a mapping, found {kind_of(node)}")
            return {}
        found = {key.text: self._of_dimension(value) for key, value in node.entries}
        return {name: comparison for name, comparison in found.items() if comparison}

    def _of_dimension(self, node: Node) -> Comparison | None:
        """A value, a parameter or a field to equal; or one operator, such as `{like: 5*}`."""
        operator, right = "equals", node
        if isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0][0].text in OF_DIMENSION:
            operator, right = node.entries[0][0].text, node.entries[0][1]
        return self._bound(OPERATORS[operator], right)


def _named_type(node: Node | None) -> Scalar | None:
    """The type that a `where` asks for, itself or as a part of an allOf: the list of that type is then meant."""
    if not isinstance(node, Mapping):
        return None
    all_of = node.get("allOf")
    for part in all_of.items if isinstance(all_of, Sequence) else (node,):
        field_ = part.get("field") if isinstance(part, Mapping) else None
        wanted = part.get("equals") if isinstance(part, Mapping) else None
        if isinstance(field_, Scalar) and field_.text == "type" and isinstance(wanted, Scalar) and "/" in wanted.text:
            return wanted
    return None


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None


def misfit(operator: Operator, value: Any) -> str | None:
    """Why an operator can't take a value; None if it can."""
    many = isinstance(value, list | tuple)
    if value is INVALID or value is None or isinstance(value, dict):
        return "takes a value"
    if many != (operator.takes == "list"):
        return "takes a list" if operator.takes == "list" else "takes one value"
    if operator.takes == "bool" and not isinstance(value, bool):
        return f"takes true or false, found '{value}'"
    if operator.takes == "order" and isinstance(value, bool):
        return "takes a number or a text"
    if operator.takes == "date" and dates.When.parse(value) is None:
        return f"takes a date, `as_of` or `as_of+P90D`, found '{value}'"
    length = dates.Duration.parse(value) if operator.takes == "period" else None
    if operator.takes == "period" and (length is None or not length.seconds):
        return f"takes a duration such as P90D, found '{value}'"
    return None
