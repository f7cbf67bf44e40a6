"""A condition as data again, the way a rule file writes it: for pages, and to name a leaf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.conditions import Condition
from readiness.conditions.comparison import Comparison, FieldOf, Given, Parameterised, Right
from readiness.conditions.field import Field
from readiness.conditions.lists import AllRelated, AnyRelated, Count, Elements, Relation
from readiness.conditions.logic import Combined, Not
from readiness.conditions.metric import MetricOf
from readiness.conditions.syntax import SETTLED
from readiness.conditions.value import ENVIRONMENT, EnvironmentValue, ParameterValue
from readiness.model import Json


def written(node: Condition) -> dict[str, Json]:
    """A condition as a mapping; raises TypeError for a kind of node that is not known here."""
    if isinstance(node, Combined):
        return {node.word: [written(part) for part in node.parts]}
    if isinstance(node, Not):
        return {"not": written(node.part)}
    if isinstance(node, AnyRelated):
        return {"any": _given({**_members(node.members), "where": node.where})}
    if isinstance(node, AllRelated):
        return {"all": _given({**_members(node.members), "where": node.where, "require": node.require})}
    return {**_operand(node), **_compared(node)}


def _operand(node: Condition) -> dict[str, Json]:
    if isinstance(node, Field):
        known = [literal.value for literal in node.known] or None
        beside = {"default": node.default, "since_api": node.since_api, "known": known, "empty": node.empty}
        return {"field": node.path.text, **_given(beside)}
    if isinstance(node, Count):
        return {"count": _given({**_members(node.members), "where": node.where})}
    if isinstance(node, MetricOf):
        return {"metric": _metric(node)}
    if isinstance(node, ParameterValue):
        return {"value": {"parameter": node.name}}
    if isinstance(node, EnvironmentValue):
        return {"value": ENVIRONMENT}
    raise TypeError(f"{type(node).__name__} is no node that can be written")


def _metric(node: MetricOf) -> dict[str, Json]:
    settled = {name: _right(right) for name in SETTLED if (right := getattr(node, name))}
    whole = {"name": node.name, "aggregation": node.aggregation, "statistic": node.statistic}
    return _given({**whole, **settled, **_dimension(node.dimension), "combine": node.combine, "of": _whole(node)})


def _dimension(dimension: Mapping[str, Comparison] | None) -> dict[str, Json]:
    found = {
        name: _right(c.right) if c.operator.name == "equals" else _compared_by(c) for name, c in _items(dimension)
    }
    return {"dimension": found} if found else {}


def _items(dimension: Mapping[str, Comparison] | None) -> list[tuple[str, Comparison]]:
    return list((dimension or {}).items())


def _whole(node: MetricOf) -> dict[str, Json] | None:
    """What a ratio is of, without what is the same there."""
    if node.of is None:
        return None
    same = (("name", node.name), ("aggregation", node.aggregation))
    return {k: getattr(node.of, k) for k, own in same if getattr(node.of, k) != own} | _dimension(node.of.dimension)


def _members(members: Elements | Relation) -> dict[str, Json]:
    if isinstance(members, Elements):
        return {"field": members.path.text}
    return {"related": members.name, "type": members.type}


def _given(keys: dict[str, Any]) -> dict[str, Json]:
    """The keys that are there, conditions among them written out."""
    return {k: written(v) if hasattr(v, "explain") else v for k, v in keys.items() if v is not None}


def _compared(node: Any) -> dict[str, Json]:
    return _compared_by(node.comparison)


def _compared_by(comparison: Comparison) -> dict[str, Json]:
    return {comparison.operator.name: _right(comparison.right)}


def _right(right: Right) -> Json:
    if isinstance(right, FieldOf):
        return {"field": right.path.text}
    if isinstance(right, Parameterised):
        return {"parameter": right.name}
    given: Given = right
    return [v.value for v in given.value] if isinstance(given.value, tuple) else given.value.value
