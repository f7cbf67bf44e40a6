"""Azure Policy's own conditions, as far as the built-in definitions in tests/data/azure-policy use them.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule

A definition says when a resource offends: its `if` holds and, for auditIfNotExists, its `existenceCondition` does
not. Fields are aliases: the type and a path below `properties`; members of an embedded array have `properties` too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "data/azure-policy"
TOP = ("type", "kind", "name", "location", "identity", "sku", "tags")


def definitions():
    """The definitions at hand, by id."""
    found = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {definition["name"]: definition["properties"] for definition in found}


def offends(definition, resource):
    """Whether a resource is not compliant; `resource` has a `type`."""
    policy = _Policy(definition, resource)
    rule = definition["policyRule"]
    if not policy.holds(rule["if"]):
        return False
    existence = rule["then"].get("details", {}).get("existenceCondition")
    return existence is None or not policy.holds(existence)


def concerns(definition, type_):
    """Whether a definition speaks of a type at all."""
    return f'"{type_}"'.lower() in json.dumps(definition["policyRule"]["if"]).lower()


class _Policy:
    def __init__(self, definition, resource):
        self.parameters = {k: v.get("defaultValue") for k, v in definition.get("parameters", {}).items()}
        self.resource = resource

    def holds(self, node, element=None):
        words = {key.lower(): value for key, value in node.items()}
        if "allof" in words:
            return all(self.holds(part, element) for part in words["allof"])
        if "anyof" in words:
            return any(self.holds(part, element) for part in words["anyof"])
        if "not" in words:
            return not self.holds(words["not"], element)
        operand = words.pop("field", None)
        counted = words.pop("count", None)
        [(operator, right)] = words.items()
        right = self._value(right)
        if counted:
            return _compare(operator, self._count(counted), right)
        return all(_compare(operator, value, right) for value in self._values(operand, element))

    def _value(self, right):
        named = re.fullmatch(r"\[parameters\('(\w+)'\)\]", right) if isinstance(right, str) else None
        return self.parameters[named[1]] if named else right

    def _count(self, counted):
        array = self._path(counted["field"])
        members = _walk(self.resource, array[:-1])
        members = members if isinstance(members, list) else []
        where = counted.get("where")
        return sum(where is None or self.holds(where, (array, member)) for member in members)

    def _values(self, alias, element):
        path = self._path(alias)
        if element and path[: len(element[0])] == element[0]:
            return [_walk(element[1], path[len(element[0]) :])]
        if "[*]" not in path:
            return [_walk(self.resource, path)]
        at = path.index("[*]")
        members = _walk(self.resource, path[:at])
        return [_walk(member, path[at + 1 :]) for member in (members if isinstance(members, list) else [])]

    def _path(self, alias):
        """The keys from the resource down; `[*]` is a step of its own."""
        type_ = self.resource["type"]
        own = alias.lower().startswith(f"{type_}/".lower())
        tail = alias[len(type_) + 1 :] if own else alias
        steps = tuple(s for part in tail.split(".") for s in re.split(r"(?=\[\*\])", part) if s)
        return ("properties", *steps) if own and steps[0] not in TOP else steps


def _walk(value, steps):
    """A value; the keys of an object are asked without case, also below a `properties` of its own."""
    for step in steps:
        if not isinstance(value, dict):
            return None
        folded = {key.lower(): inner for key, inner in value.items()}
        inner = folded.get("properties")
        below = {k.lower(): v for k, v in inner.items()} if isinstance(inner, dict) else {}
        value = folded.get(step.lower(), below.get(step.lower()))
    return value


def _compare(operator, value, right):
    if operator == "exists":
        return (value is not None) == (str(right).lower() == "true")
    if operator.startswith("not"):
        return not _compare(operator[3:], value, right)
    if value is None:
        return False
    if operator in ("less", "greaterorequals"):
        return value < right if operator == "less" else value >= right
    if operator == "in":
        return _text(value) in map(_text, right)
    if operator == "like":
        return re.fullmatch(re.escape(_text(right)).replace(r"\*", ".*"), _text(value), re.DOTALL) is not None
    assert operator == "equals", operator
    return _text(value) == _text(right)


def _text(value):
    return str(value).casefold()
