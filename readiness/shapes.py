"""Shapes of our YAML files: each reads a node, notes every problem with its place, and goes on.

A shape is a function (node, problems) -> value or INVALID. Strict: unknown keys, wrong types and words outside a
choice are problems with the nearest valid word (design 8). Knows no rule, no configuration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from readiness import dates
from readiness.yamlfile import Mapping, Node, Problems, Scalar, Sequence, nearest, plain_value

INVALID: Final = object()
Shape: TypeAlias = Callable[[Node, Problems], Any]


def kind_of(node: Node) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing (it is empty)" if node.is_null else f"'{node.text[:60]}'"


def _expected(node: Node, problems: Problems, what: str) -> Any:
    problems.at(node, f"expected {what}, found {kind_of(node)}")
    return INVALID


def text(node: Node, problems: Problems) -> Any:
    """Text, as written: `NO` and `2024-10-21` stay text."""
    if isinstance(node, Scalar) and not node.is_null and (node.text.strip()):
        return node.text
    return _expected(node, problems, "text")


def number(node: Node, problems: Problems) -> Any:
    """A number."""
    found = node.number if isinstance(node, Scalar) else None
    return _expected(node, problems, "a number") if found is None else found


def boolean(node: Node, problems: Problems) -> Any:
    """true or false; `NO` and `yes` are neither."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    return _expected(node, problems, "true or false")


def anything(node: Node, problems: Problems) -> Any:
    """Any JSON value."""
    return plain_value(node)


def timestamp(node: Node, problems: Problems) -> Any:
    """An RFC 3339 date or date-time, as a datetime."""
    found = dates.parse(node.text) if isinstance(node, Scalar) else None
    return _expected(node, problems, "a date such as 2026-10-01") if found is None else found


def day(node: Node, problems: Problems) -> Any:
    """An RFC 3339 date or date-time, as it stands."""
    return INVALID if timestamp(node, problems) is INVALID or not isinstance(node, Scalar) else node.text


def period(node: Node, problems: Problems) -> Any:
    """An ISO 8601 duration, as it stands."""
    if isinstance(node, Scalar) and dates.Duration.parse(node.text):
        return node.text
    return _expected(node, problems, "a duration such as P90D")


def choice(words: type[StrEnum] | tuple[str, ...]) -> Shape:
    """One of some words, to the letter."""
    valid = [str(w) for w in words]

    def read(node: Node, problems: Problems) -> Any:
        if isinstance(node, Scalar) and node.text in valid:
            return words(node.text) if isinstance(words, type) else node.text
        problems.at(node, f"{kind_of(node)} is not valid here; {nearest(getattr(node, 'text', ''), valid)}")
        return INVALID

    return read


def list_of(shape: Shape, *, one_is_a_list: bool = False) -> Shape:
    """A list of things of one shape, as a tuple."""

    def read(node: Node, problems: Problems) -> Any:
        if one_is_a_list and isinstance(node, Scalar):
            value = shape(node, problems)
            return INVALID if value is INVALID else (value,)
        if not isinstance(node, Sequence):
            return _expected(node, problems, "a list")
        return tuple(v for v in [shape(item, problems) for item in node.items] if v is not INVALID)

    return read


def map_of(shape: Shape) -> Shape:
    """A mapping from free words to things of one shape."""

    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node, Mapping):
            return _expected(node, problems, "a mapping")
        values = {key.text: shape(item, problems) for key, item in node.entries}
        return {key: value for key, value in values.items() if value is not INVALID}

    return read


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record."""

    shape: Shape
    required: bool = False
    default: Any = None


def record(keys: dict[str, Key], name: str) -> Shape:
    """A mapping with known keys, as a dict with a value (or the default) for each.

    INVALID if a key is missing or unknown or a value is; every such problem is noted.
    """

    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node, Mapping):
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


def _note_missing(node: Mapping, keys: dict[str, Key], name: str, problems: Problems) -> None:
    for key, spec in keys.items():
        if spec.required and node.get(key) is None:
            problems.at(node, f"{name} has no '{key}'")


def as_datetime(value: str) -> datetime:
    """The datetime of a text that `day` let through."""
    found = dates.parse(value)
    if found is None:
        raise ValueError(value)
    return found
