"""Property paths: `a.b[*].c`, `['x.y']`, `^.path`; what they yield is a value, null or unknown (semantics 6, 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from readiness.model import UNKNOWN, Gap, Item, Json, Resource, Unknown

_STEP: Final = re.compile(r"""\.?(?:([^.\[\]'"\s]+)|\[\*\]|\[\s*(?:'([^']*)'|"([^"]*)")\s*\])""")
_MISSING: Final = object()
Reader: TypeAlias = Callable[[Item, Item], Any]


class PathError(ValueError):
    """A path that can't be read."""


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path; a step is a key, or None for `[*]`. `outer` starts at the judged subject (`^.`)."""

    text: str
    steps: tuple[str | None, ...]
    outer: bool = False

    @staticmethod
    def parse(text: str) -> Path:
        """Reads a path; raises PathError saying where it goes wrong."""
        rest, outer = (text[2:], True) if text.startswith("^.") else (text, False)
        if rest == ".":
            return Path(text, (), outer)
        steps, at = _steps(rest)
        if at != len(rest) or not steps or steps[0] is None:
            raise PathError(f"'{text[:80]}' is no path (at '{rest[at : at + 20]}')")
        return Path(text, tuple(steps), outer)

    @property
    def many(self) -> bool:
        """Whether it yields a list."""
        return None in self.steps

    @property
    def words(self) -> tuple[str, ...]:
        """Its keys without case and without `[*]`, to compare with a gap's path."""
        return tuple(step.casefold() for step in self.steps if step is not None)


def _steps(text: str) -> tuple[list[str | None], int]:
    steps: list[str | None] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if not found or (at == 0 and text[0] == "."):
            break
        if found[1] and at and text[at] != ".":
            break
        steps.append(next((g for g in found.groups() if g is not None), None))
        at = found.end()
    return steps, at


@lru_cache(maxsize=8192)
def _folded(keys: tuple[str, ...]) -> dict[str, str]:
    """Keys by their casefold; records of one kind share a handful of shapes, so this is asked often."""
    return {key.casefold(): key for key in reversed(keys)}


def member(value: dict[str, Any], key: str, folded: str) -> Any:
    """The value under a key, matched exactly, else without case; _MISSING if there is none."""
    found = value.get(key, _MISSING)
    if found is not _MISSING:
        return found
    actual = _folded(tuple(value)).get(folded)
    return _MISSING if actual is None else value[actual]


def has_key(value: dict[str, Any], key: str) -> bool:
    """Whether an object has a key, without case."""
    return member(value, key, key.casefold()) is not _MISSING


@lru_cache(maxsize=4096)
def reader(path: Path, since_api: str | None = None) -> Reader:
    """Compiles a path to a function (item, subject) -> value, None or UNKNOWN; a list of those if `path.many`."""
    walk = _walker_many(path, since_api) if path.many else _walker_one(path, since_api)
    if path.outer:
        return lambda item, subject: walk(subject)
    return lambda item, subject: walk(item)


def _walker_one(path: Path, since_api: str | None) -> Callable[[Item], Any]:
    steps = tuple((step, step.casefold()) for step in path.steps if step is not None)
    under_properties = steps[:1] and steps[0][1] == "properties"
    whole = under_properties and len(steps) == 1

    def walk(item: Item) -> Any:
        if item.gaps and covered(item.gaps, path, item):
            return UNKNOWN
        value = item.body
        for key, folded in steps:
            if type(value) is not dict:
                break
            value = member(value, key, folded)
        else:
            if value is not _MISSING and not (whole and type(value) is not dict):
                return value
        if under_properties and lacks_properties(item):
            return UNKNOWN
        if since_api and is_older(item.api_version, since_api):
            return UNKNOWN
        return computed(item, path)

    return walk


def computed(item: Item, path: Path) -> Json:
    """What an id says where the body leaves it out: a resource's type, name and id; else null."""
    if isinstance(item, Resource) and len(path.steps) == 1:
        return {"type": item.type, "id": item.id, "name": item.id.rpartition("/")[2]}.get(path.words[0])
    return None


def lacks_properties(item: Item) -> bool:
    """Whether an ARM record has no object `properties`, so that nothing can be said of what lies under it."""
    body = item.body
    if type(body) is not dict:
        return isinstance(item, Resource)
    if not isinstance(item, Resource) and "id" not in body:
        return False
    return type(member(body, "properties", "properties")) is not dict


def is_older(api_version: str | None, since: str) -> bool:
    """Whether an answer in this api-version could not have had a property that came with `since`."""
    if not api_version:
        return True
    return _api_order(api_version) < _api_order(since)


def _api_order(version: str) -> tuple[str, bool]:
    return version[:10], "-" not in version[10:]


def covered(gaps: tuple[Gap, ...], path: Path, item: Item) -> bool:
    """Whether a gap covers what a path asks for: it lies at or above it, or below it and nothing is there."""
    words = path.words
    for gap in gaps:
        cover = gap_words(gap.path or "")
        if words[: len(cover)] == cover:
            return True
        if cover[: len(words)] == words and _value_at(item.body, words) in (None, _MISSING):
            return True
    return False


@lru_cache(maxsize=8192)
def gap_words(path: str) -> tuple[str, ...]:
    """The words of a gap's path; one that can't be parsed covers everything."""
    try:
        return Path.parse(path).words if path else ()
    except PathError:
        return ()


def _value_at(value: Json, words: tuple[str, ...]) -> Any:
    for word in words:
        value = member(value, word, word) if type(value) is dict else _MISSING
    return value


def _walker_many(path: Path, since_api: str | None) -> Callable[[Item], Any]:
    """For a path with `[*]`: a list of values, or UNKNOWN where the list itself is."""
    split = path.steps.index(None)
    head = _walker_one(Path(path.text, path.steps[:split]), since_api)
    tail = path.steps[split + 1 :]
    if not tail:
        return lambda item: _listed(head(item))
    rest = reader(Path(path.text, tail), since_api)
    many = None in tail

    def walk(item: Item) -> Any:
        elements = _listed(head(item))
        if isinstance(elements, Unknown):
            return UNKNOWN
        values: list[Any] = []
        for element in elements_of(item, Path(path.text, path.steps[:split]), elements):
            value = rest(element, element)
            values.extend(value if many and isinstance(value, list) else [value])
        return values

    return walk


def _listed(value: Any) -> Any:
    """The members of an array; null is an empty one, any other value is a list of itself."""
    if value is UNKNOWN:
        return UNKNOWN
    if value is None:
        return []
    return value if type(value) is list else [value]


def elements_of(item: Item, path: Path, elements: list[Json]) -> list[Item]:
    """The members of an array as items of their own, with the gaps that reach into them."""
    gaps = inner_gaps(item.gaps, path) if item.gaps else ()
    return [Item(element, gaps, item.api_version) for element in elements]


def inner_gaps(gaps: tuple[Gap, ...], path: Path) -> tuple[Gap, ...]:
    """Gaps of a record as its array's members see them: their paths with the array's taken off."""
    words, found = path.words, []
    for gap in gaps:
        cover = gap_words(gap.path or "")
        if len(cover) > len(words) and cover[: len(words)] == words:
            rest = "".join(f"['{word}']" if "'" not in word else f'["{word}"]' for word in cover[len(words) :])
            found.append(Gap(gap.scope, gap.type, rest, gap.reason, gap.operation, permission=gap.permission))
    return tuple(found)
