"""Shapes of our YAML files: each reads a node, notes every problem with its place, and goes on.

A shape is a function (node, problems) -> value or INVALID, and tells in JSON Schema what it takes. Strict: unknown
keys, wrong types and words outside a choice are problems with the nearest valid word (design 8). Knows no rule, no
configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from readiness import dates
from readiness.yamlfile import Mapping as MappingNode
from readiness.yamlfile import Node, Problems, Scalar, Sequence, nearest, plain_value

INVALID: Final = object()
Shape: TypeAlias = Callable[[Node, Problems], Any]
Schema: TypeAlias = dict[str, Any]
"""A JSON Schema (draft 2020-12), of YAML as an editor reads it: 1.2 core."""


@dataclass(frozen=True, slots=True)
class Told:
    """A shape that tells what it takes."""

    read: Shape
    schema: Schema

    def __call__(self, node: Node, problems: Problems) -> Any:
        return self.read(node, problems)


def told(schema: Schema) -> Callable[[Shape], Told]:
    """Makes a function a shape that tells its schema."""
    return lambda read: Told(read, schema)


def schema_of(shape: Shape) -> Schema:
    """What a shape takes, as JSON Schema; of one that does not tell, anything."""
    return dict(shape.schema) if isinstance(shape, Told) else {}


def ecma(pattern: re.Pattern[str]) -> str:
    """An expression of ours that matches from the start as JSON Schema writes it: anchored."""
    bare = pattern.pattern.removesuffix(r"\Z")
    return f"^(?:{bare})$"


def kind_of(node: Node) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing (it is empty)" if node.is_null else f"'{node.text[:60]}'"


def _expected(node: Node, problems: Problems, what: str) -> Any:
    problems.at(node, f"expected {what}, found {kind_of(node)}")
    return INVALID


@told({"type": ["string", "number", "boolean"], "pattern": r"\S"})
def text(node: Node, problems: Problems) -> Any:
    """Text, as written: `NO` and `2024-10-21` stay text."""
    if isinstance(node, Scalar) and not node.is_null and (node.text.strip()):
        return node.text
    return _expected(node, problems, "text")


@told({"type": "number"})
def number(node: Node, problems: Problems) -> Any:
    """A number."""
    found = node.number if isinstance(node, Scalar) else None
    return _expected(node, problems, "a number") if found is None else found


@told({"type": "boolean"})
def boolean(node: Node, problems: Problems) -> Any:
    """true or false; `NO` and `yes` are neither."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    return _expected(node, problems, "true or false")


@told({})
def anything(node: Node, problems: Problems) -> Any:
    """Any JSON value."""
    return plain_value(node)


@told({"type": "string", "pattern": ecma(dates.DATE)})
def timestamp(node: Node, problems: Problems) -> Any:
    """An RFC 3339 date or date-time, as a datetime."""
    found = dates.parse(node.text) if isinstance(node, Scalar) else None
    return _expected(node, problems, "a date such as 2026-10-01") if found is None else found


@told({"type": "string", "pattern": ecma(dates.DATE)})
def day(node: Node, problems: Problems) -> Any:
    """An RFC 3339 date or date-time, as it stands."""
    return INVALID if timestamp(node, problems) is INVALID or not isinstance(node, Scalar) else node.text


@told({"type": "string", "pattern": ecma(dates.DURATION)})
def period(node: Node, problems: Problems) -> Any:
    """An ISO 8601 duration, as it stands."""
    if isinstance(node, Scalar) and dates.Duration.parse(node.text):
        return node.text
    return _expected(node, problems, "a duration such as P90D")


def choice(words: type[StrEnum] | tuple[str, ...]) -> Told:
    """One of some words, to the letter."""
    valid = [str(w) for w in words]

    @told({"enum": valid})
    def read(node: Node, problems: Problems) -> Any:
        if isinstance(node, Scalar) and node.text in valid:
            return words(node.text) if isinstance(words, type) else node.text
        problems.at(node, f"{kind_of(node)} is not valid here; {nearest(getattr(node, 'text', ''), valid)}")
        return INVALID

    return read


def list_of(shape: Shape, *, one_is_a_list: bool = False) -> Told:
    """A list of things of one shape, as a tuple."""
    listed = {"type": "array", "items": schema_of(shape)}

    @told({"anyOf": [schema_of(shape), listed]} if one_is_a_list else listed)
    def read(node: Node, problems: Problems) -> Any:
        if one_is_a_list and isinstance(node, Scalar):
            value = shape(node, problems)
            return INVALID if value is INVALID else (value,)
        if not isinstance(node, Sequence):
            return _expected(node, problems, "a list")
        return tuple(v for v in [shape(item, problems) for item in node.items] if v is not INVALID)

    return read


def map_of(shape: Shape) -> Told:
    """A mapping from free words to things of one shape."""

    @told({"type": "object", "additionalProperties": schema_of(shape)})
    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node, MappingNode):
            return _expected(node, problems, "a mapping")
        values = {key.text: shape(item, problems) for key, item in node.entries}
        return {key: value for key, value in values.items() if value is not INVALID}

    return read


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record; `description` is what an editor says of it."""

    shape: Shape
    required: bool = False
    default: Any = None
    description: str = ""

    @property
    def schema(self) -> Schema:
        """What stands under the key."""
        schema = schema_of(self.shape)
        if self.description:
            schema["description"] = self.description
        if isinstance(self.default, str | int | float) and self.default != "":
            schema["default"] = self.default
        return schema


def record_schema(keys: Mapping[str, Key], name: str) -> Schema:
    """The schema of a mapping with known keys."""
    required = [key for key, spec in keys.items() if spec.required]
    return {
        "title": name,
        "type": "object",
        "properties": {key: spec.schema for key, spec in keys.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def record(keys: dict[str, Key], name: str) -> Told:
    """A mapping with known keys, as a dict with a value (or the default) for each.

    INVALID if a key is missing or unknown or a value is; every such problem is noted.
    """

    @told(record_schema(keys, name))
    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node, MappingNode):
            return _expected(node, problems, f"{name} (a mapping)")
        before = len(problems.found)
        values = {key: spec.default for key, spec in keys.items()}
        for key, item in node.entries:
            if key.text in keys:
                values[key.text] = keys[key.text].shape(item, problems)
            else:
                problems.at(key, f"unknown key '{key.text[:60]}' in {name}; {nearest(key.text, keys)}")
        _note_missing(node, keys, name, problems)
        return values if len(problems.found) == before else INVALID

    return read


def _note_missing(node: MappingNode, keys: dict[str, Key], name: str, problems: Problems) -> None:
    for key, spec in keys.items():
        if spec.required and node.get(key) is None:
            problems.at(node, f"{name} has no '{key}'")


def as_datetime(value: str) -> datetime:
    """The datetime of a text that `day` let through."""
    found = dates.parse(value)
    if found is None:
        raise ValueError(value)
    return found
