"""YAML as data with positions: 1.2 core without timestamps; anchors, tags, merge and duplicate keys are errors.

A scalar keeps its own text beside its value, so that `0613`, `2024-10-21` and `NO` stay text wherever text is
expected (semantics 32). Knows no rule, no configuration.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 60

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {w: w.lower() == "true" for w in ("true", "True", "TRUE", "false", "False", "FALSE")}
_JSON_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?\Z")
_CORE_BASED: Final = re.compile(r"0x[0-9a-fA-F]{1,15}|0o[0-7]{1,20}")
_CORE_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, and where."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class LoadError(Exception):
    """All that is wrong with all the files read; one Problem each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.message))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar: `text` as written, `plain` if it stood without quotes."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def value(self) -> str | int | float | bool | None:
        """What it means where anything may stand: a plain JSON word or number is that, all else is text."""
        if not self.plain:
            return self.text
        if self.text in _NULLS:
            return None
        if self.text in _BOOLEANS:
            return _BOOLEANS[self.text]
        if _JSON_NUMBER.match(self.text):
            return float(self.text) if "." in self.text else int(self.text)
        return self.text

    @property
    def number(self) -> int | float | None:
        """What it means where a number is expected (YAML 1.2 core: `0613` is 613, `1e3` is 1000)."""
        if self.plain and _CORE_BASED.fullmatch(self.text):
            return int(self.text, 0)
        if not self.plain or not _CORE_NUMBER.match(self.text) or len(self.text) > 40:
            return None
        return int(self.text) if self.text.lstrip("+-").isdigit() else float(self.text)

    @property
    def is_null(self) -> bool:
        """Whether it is YAML's null."""
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their nodes, in the file's order."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The node under a key."""
        return next((node for name, node in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain_value(node: Node) -> Any:
    """The JSON value of a node."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.items]
    return {key.text: plain_value(item) for key, item in node.entries}


def nearest(word: str, valid: Iterable[str]) -> str:
    """A hint for a word that is not among the valid ones; never empty."""
    words = sorted(valid)
    lowered = {w.lower(): w for w in words}
    close = difflib.get_close_matches(word.lower()[:80], lowered, n=1, cutoff=0.55)
    if close:
        return f"did you mean '{lowered[close[0]]}'?"
    return "valid: " + ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def at(self, node: Node, message: str) -> None:
        """Note a problem where a node stands."""
        self.found.append(Problem(self.file, node.line, node.column, message))

    def at_line(self, line: int, column: int, message: str) -> None:
        """Note a problem at a line and column (1-based)."""
        self.found.append(Problem(self.file, line, column, message))


def read(path: Path, shown: str | None = None, *, until: str = "") -> tuple[Node | None, Problems]:
    """The one document of a file, and what is wrong with its YAML; never raises for what a file holds.

    `until` is a key at the margin: what stands from there on is not read.
    """
    problems = Problems(shown or str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problems.at_line(1, 1, f"can't be read: {error.strerror or error}")
        return None, problems
    if len(data) > MAX_BYTES:
        problems.at_line(1, 1, f"is larger than {MAX_BYTES // 1024 // 1024} MB")
        return None, problems
    if until:
        data = data.partition(f"\n{until}:".encode())[0]
    return parse(data, problems), problems


def parse(data: bytes, problems: Problems) -> Node | None:
    """The one document in `data`; None, with problems noted, where there is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.at_line(line, 1, "is not UTF-8")
        return None
    try:
        return _Composer(text, problems).document()
    except yaml.YAMLError as error:
        _note_syntax(error, problems)
    return None


def _note_syntax(error: yaml.YAMLError, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or "is no YAML"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problems.at_line(line, column, f"YAML: {words}")


class _TooDeep(yaml.YAMLError):
    """Raised where nesting passes MAX_DEPTH."""

    problem = f"nesting deeper than {MAX_DEPTH}"


class _Composer:
    """Builds nodes from the parser's events; a few lines, for anchors can be seen nowhere else."""

    def __init__(self, text: str, problems: Problems) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.problems = problems

    def document(self) -> Node | None:
        node: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                node = self._node(next(self.events), 0)
            if documents > 1:
                self._note(event, "a second document; one a file")
                break
        return node or Scalar("", True, 1, 1)

    def _note(self, event: Any, message: str) -> None:
        self.problems.at_line(event.start_mark.line + 1, event.start_mark.column + 1, message)

    def _node(self, event: Any, depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth > MAX_DEPTH:
            error = _TooDeep()
            error.problem_mark = event.start_mark  # type: ignore[attr-defined]  # as yaml's own errors carry it
            raise error
        self._refuse_sharing(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._until(yaml.SequenceEndEvent, depth)), line, column)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth, line, column)
        return Scalar(getattr(event, "value", ""), getattr(event, "style", "") in (None, ""), line, column)

    def _refuse_sharing(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._note(event, "anchors and aliases are not allowed: write the value out")
        if getattr(event, "tag", None) is not None:
            self._note(event, f"the tag {str(event.tag)[:60]} is not allowed: rules and configuration are data")

    def _until(self, end: type, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int, line: int, column: int) -> Mapping:
        nodes = list(self._until(yaml.MappingEndEvent, depth))
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.at(key, "a key must be a word")
            elif key.text in entries:
                first = entries[key.text][0].line
                self.problems.at(key, f"the key '{key.text[:60]}' stands twice (first in line {first})")
            elif key.plain and key.text == "<<":
                self.problems.at(key, "merge keys are not allowed: write the keys out")
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), line, column)
