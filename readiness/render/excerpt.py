"""What matters of a resource's own JSON: what it is, and the way down to each property that evidence names.

All else is elided as `…`, so the lines are no JSON to paste: `—` stands where a property is not set. However large
or deep the resource is, an excerpt stays within LINES lines; texts pass `plain`, markup is the template's to escape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from readiness.findings import OPEN
from readiness.model import Evidence, Finding, Json, Outcome
from readiness.paths import has_key
from readiness.render.json_line import ELIDED, INLINE, KEY, TEXT, folded_up, in_line, is_masked, is_scalar, quoted
from readiness.render.places import Step, by_resource, is_count, steps_of
from readiness.render.plain import cut
from readiness.wording import shown

LINES: Final = 40
"""The most lines of an excerpt, and of all excerpts of a finding."""
LEAST: Final = 4
"""The fewest lines in which a resource shows anything."""
VALUE: Final = 12
"""The most lines of one object or list that evidence names."""
NOTE: Final = 240
DEEPEST: Final = 9
CONTEXT: Final = 8
"""Lines that say which resource or element it is: so few that a property DEEPEST levels down still has room."""
NODES: Final = 400
ENTRIES: Final = 40
CHOICES: Final = 6
SEARCHED: Final = 300

ABSENT: Final = "—"
IDENTITY: Final = ("name", "type", "kind", "location", "sku")
NAMES: Final = ("name", "id")
ENVELOPE: Final = frozenset(
    (
        *("id", "name", "type", "kind", "location", "extendedlocation", "sku", "plan", "identity", "managedby"),
        *("tags", "zones", "etag", "properties"),
    )
)
"""What any resource may have beside `properties`, in lower case; zones and etag are top-level where a type has them.

https://learn.microsoft.com/javascript/api/@azure/arm-resources/genericresource
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an excerpt, indented by two blanks a level; `mark` if evidence names it, and what is said of it."""

    text: str
    mark: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What matters of one resource, by its id."""

    resource: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The excerpts of a finding, and the evidence that stands in none of them, as it came."""

    shown: tuple[Excerpt, ...]
    beside: tuple[Evidence, ...]


def excerpts(finding: Finding, body_of: Callable[[str], Json]) -> Excerpts:
    """The excerpts of the resources in which a finding's evidence stands, as many as fit LINES lines.

    `body_of` gives the JSON of an id, None where there is no record. The first that has any lines is always shown.
    """
    found: list[Excerpt] = []
    told: list[Evidence] = []
    room = LINES
    for where, evidence in by_resource(finding).items():
        lines, own = _made(body_of(where), evidence, finding.outcome) if where and room > LEAST else ((), ())
        if lines and len(lines) <= room:
            found.append(Excerpt(where, lines))
            told += own
            room -= len(lines)
    seen = set(map(id, told))
    return Excerpts(tuple(found), tuple(e for e in finding.evidence if id(e) not in seen))


def excerpt(body: Json, evidence: Sequence[Evidence], outcome: Outcome = Outcome.FAIL) -> tuple[Line, ...]:
    """The lines of a resource's JSON that some evidence is about; none where none of it stands there.

    The evidence is what `by_resource` gives of the resource. A last line says how much of it found no room.
    """
    return _made(body, evidence, outcome)[0]


def _made(body: Json, evidence: Sequence[Evidence], outcome: Outcome) -> tuple[tuple[Line, ...], list[Evidence]]:
    """An excerpt, and the evidence that it shows."""
    if not isinstance(body, dict):
        return (), []
    tree = _Tree(_Node(body), outcome in OPEN)
    hidden = tree.lay_all(evidence)
    if not tree.entries:
        return (), []
    sheet = _Sheet()
    sheet.node(tree.root, 0, "", "")
    hidden += tree.entries - len(sheet.told)
    more = [Line(f"{ELIDED} {_some(hidden, 'more observation')}", False)] if hidden else []
    return (*sheet.lines, *more), [evidence[at] for at in sorted(sheet.told)]


# --- which parts ------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Said:
    """What evidence says of a line: its notes, and which entries they come from."""

    notes: list[str] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)

    def add(self, note: str, entry: int) -> None:
        self.entries.append(entry)
        if note and note not in self.notes:
            self.notes.append(note)

    @property
    def note(self) -> str:
        return cut("; ".join(self.notes), NOTE) if self.notes else ""


@dataclass(slots=True, eq=False)
class _Node:
    """A part of the JSON: what is shown below it, what would stand below it, and what is said of itself."""

    value: Json
    below: dict[Any, _Node] = field(default_factory=dict)
    absent: dict[str, _Said] = field(default_factory=dict)
    said: _Said = field(default_factory=_Said)

    @property
    def is_way(self) -> bool:
        """Whether it only leads to something below it."""
        return bool(self.below or self.absent)


@dataclass(slots=True, eq=False)
class _Entry:
    """An entry of the evidence by its place, and whether what was expected is to be said; its note stands once."""

    place: int
    evidence: Evidence
    asks: bool
    noted: bool = False

    def note(self, rest: tuple[Step, ...] = (), *, absent: bool = False) -> str:
        """What was seen beside what the line shows (`rest`: how far below it), and what was expected."""
        if self.noted:
            return ""
        self.noted = True
        lead = f"{_label(rest)}: " if rest else ""
        wanted = _wanted(self.evidence) if self.asks else ""
        seen = _seen(self.evidence, absent=absent or bool(rest))
        return lead + "; ".join(part for part in (seen, wanted) if part)


@dataclass(slots=True, eq=False)
class _Tree:
    """The parts of a resource that evidence names; at most NODES of them."""

    root: _Node
    asks: bool
    entries: int = 0
    nodes: int = 0

    def lay_all(self, evidence: Sequence[Evidence]) -> int:
        """Lays the entries that are about properties, up to ENTRIES; how many were left."""
        for at, one in enumerate(evidence):
            if self.entries == ENTRIES:
                return len(evidence) - at
            steps = steps_of(one.path)
            if steps is not None and _may_stand(self.root.value, steps):
                self._lay(self.root, _told_apart(steps, one.observed), _Entry(at, one, self.asks), 0)
                self.entries += 1
        return 0

    def _lay(self, node: _Node, steps: tuple[Step, ...], entry: _Entry, depth: int) -> None:
        for at, step in enumerate(steps):
            if is_masked(node.value):
                break
            if depth == DEEPEST:
                return node.said.add(entry.note(steps[at:]), entry.place)
            keys = _keys(node.value, step)
            if keys is None:
                continue
            if not keys:
                return _missing(node, steps[at:], entry)
            if step is None:
                return self._lay_each(node, keys, steps[at + 1 :], entry, depth + 1)
            node, depth = self._child(node, keys[0]), depth + 1
        return node.said.add(entry.note(), entry.place)

    def _lay_each(self, node: _Node, keys: Sequence[Any], rest: tuple[Step, ...], entry: _Entry, depth: int) -> None:
        for key in islice(keys, LINES):
            if self.nodes < NODES:
                self._lay(self._child(node, key), rest, entry, depth)

    def _child(self, node: _Node, key: Any) -> _Node:
        found = node.below.get(key)
        if found is None:
            self.nodes += 1
            found = node.below[key] = _Node(node.value[key])
        return found


def _may_stand(body: dict[str, Json], steps: tuple[Step, ...]) -> bool:
    """Whether steps can lead to a property: a lone word that no resource has is something else (`references`)."""
    return len(steps) != 1 or str(steps[0]).casefold() in ENVELOPE or has_key(body, str(steps[0]))


def _told_apart(steps: tuple[Step, ...], observed: Json) -> tuple[Step, ...]:
    """Steps without those after a place that can't be told: `a[3].b[*]` with one value is the fourth of all b."""
    at = next((i for i, step in enumerate(steps) if type(step) is int), len(steps))
    return steps[:at] if None in steps[at:] and not isinstance(observed, tuple | list) else steps


def _keys(value: Json, step: Step) -> Sequence[Any] | None:
    """The keys that a step leads to; None where it leads nowhere, as into what is a list of itself alone."""
    if type(step) is str:
        return _spelled(value, step) if isinstance(value, dict) else ()
    if not isinstance(value, list):
        return () if value is None or isinstance(step, tuple) else None
    if step is None:
        return range(len(value))
    if isinstance(step, tuple):
        return [i for i, element in enumerate(islice(value, SEARCHED)) if _is_called(element, step)][:1]
    return (step,) if isinstance(step, int) and step < len(value) else ()


def _spelled(value: dict[str, Json], key: str) -> tuple[str, ...]:
    """The key as the record spells it: matched exactly, else without case."""
    if key in value:
        return (key,)
    folded = key.casefold()
    return next(((own,) for own in value if own.casefold() == folded), ())


def _is_called(element: Json, names: tuple[str, ...]) -> bool:
    if not isinstance(element, dict):
        return False
    known = [_read(element, key) for key in NAMES]
    called = _folded(names[0]) in map(_folded, known)
    return called and (len(names) == 1 or _folded(names[1]) == _folded(_read(element, "source")))


def _read(value: dict[str, Json], key: str) -> str:
    """The text under a key, empty if it is none."""
    found = next((value[own] for own in _spelled(value, key)), "")
    return found[:TEXT] if isinstance(found, str) else ""


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _missing(node: _Node, rest: tuple[Step, ...], entry: _Entry) -> None:
    """Something that would stand below a part, or that can't since the part is a text or null, or a list is empty."""
    container = dict if type(rest[0]) is str else list
    if rest[0] is None:
        node.said.add(entry.note(), entry.place)
    elif isinstance(node.value, container):
        said = node.absent.setdefault(_absent(rest), _Said())
        said.add(entry.note(absent=True), entry.place)
    else:
        node.said.add(entry.note(rest), entry.place)


# --- what is said of them ---------------------------------------------------------------------------------------


def _seen(evidence: Evidence, *, absent: bool) -> str:
    """What was seen beside what the line shows."""
    note, observed = (evidence.note or "")[:NOTE], evidence.observed
    if is_count(evidence.path) and (type(observed) is int or (observed is not None and not note)):
        return f"{shown(observed)} counted" + (f"; {note}" if note else "")
    if not absent or is_count(evidence.path):
        return note or ("not set" if absent else "")
    return note or "not set" if observed in (None, ()) else shown(observed) + (f" ({note})" if note else "")


def _wanted(evidence: Evidence) -> str:
    """What was expected; of what could not be read nothing is."""
    expected, note = evidence.expected, evidence.note or ""
    in_doubt = evidence.observed is None or (is_count(evidence.path) and isinstance(evidence.observed, str))
    if expected is None or (note and in_doubt and "not set" not in note):
        return ""
    if not isinstance(expected, tuple | list):
        return f"expected {shown(expected)}"
    more = " or others" if len(expected) > CHOICES else ""
    return f"expected {' or '.join(map(shown, expected[:CHOICES]))}{more}"


def _absent(steps: tuple[Step, ...]) -> str:
    """What is not there, as it would stand: `"a": {"b": —}`."""
    text, inner = ABSENT, False
    for step in reversed(steps[: steps.index(None)] if None in steps else steps):
        part = f"{quoted(step, KEY) if isinstance(step, str) else _label((step,))}: {text}"
        text = f"{{{part}}}" if isinstance(step, str) else f"[{part}]"
        inner = True
    return cut(text[1:-1] if inner else text, INLINE)


def _label(steps: tuple[Step, ...]) -> str:
    """Steps as a message has them."""
    parts = (f".{s}" if isinstance(s, str) else f"[{_inside(s)}]" for s in steps)
    return cut("".join(parts).removeprefix("."), KEY) if isinstance(steps[0], str) else _inside(steps[0])


def _inside(step: Step) -> str:
    return cut(", ".join(step), KEY) if isinstance(step, tuple) else "*" if step is None else str(step)


# --- how they are written ---------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Sheet:
    """Lines as they are written; every open object keeps room for an elision and for its end."""

    lines: list[Line] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    open: int = 0
    context: int = CONTEXT

    def has_room(self, lines: int = 1) -> bool:
        """Whether so many more fit; the last line is that for what found none."""
        return len(self.lines) + 2 * self.open + lines < LINES

    def put(self, depth: int, text: str, said: _Said | None = None) -> None:
        """A line, and that what is said of it was told."""
        self.lines.append(Line("  " * depth + text, said is not None, said.note if said else ""))
        if said:
            self.told.update(said.entries)

    def node(self, node: _Node, depth: int, lead: str, comma: str) -> None:
        """A part: a way down, something that evidence names, or what says which resource it is."""
        alone = _alone(node, lead) if depth else None
        if alone:
            self.put(depth, f"{in_line(node.value)}{comma}", alone)
        elif node.is_way:
            self._way(node, depth, lead, comma)
        elif node.said.entries:
            self._named(node, depth, lead, comma)
        else:
            self.put(depth, f"{lead}{in_line(node.value) or folded_up(node.value)}{comma}")
            self.context -= 1

    def _way(self, node: _Node, depth: int, lead: str, comma: str) -> None:
        start, end = "{}" if isinstance(node.value, dict) else "[]"
        self.put(depth, f"{lead}{start}", node.said if node.said.entries else None)
        self.open += 1
        if start == "{":
            self._members(node, depth + 1, named=not lead)
        else:
            self._elements(node, depth + 1)
        self.open -= 1
        self.put(depth, f"{end}{comma}")

    def _members(self, node: _Node, depth: int, *, named: bool) -> None:
        members = _members(node, IDENTITY if depth == 1 else NAMES[:1], min(self.context, CONTEXT)) if named else None
        shown_ = members if members is not None else _in_order(node)
        hidden, last = len(node.value) > len(shown_), len(shown_) - 1
        for at, (key, child) in enumerate(shown_):
            if not self.has_room(_least(child)):
                hidden = True
                break
            self.node(child, depth, f"{quoted(key, KEY)}: ", "," if hidden or at < last else "")
        self._absent(node, depth)
        if hidden:
            self.put(depth, ELIDED)

    def _elements(self, node: _Node, depth: int) -> None:
        size, at = len(node.value), 0
        for key, child in sorted(node.below.items()):
            gap = key > at and self.context > 0
            if not self.has_room(_least(child) + gap):
                break
            if gap:
                self.put(depth, f"{ELIDED} {_some(key - at, 'element')}")
                self.context -= 1
            self.node(child, depth, "", "," if key < size - 1 else "")
            at = key + 1
        self._absent(node, depth)
        if at < size:
            self.put(depth, f"{ELIDED} {_some(size - at, 'element')}")

    def _absent(self, node: _Node, depth: int) -> None:
        for text, said in node.absent.items():
            if self.has_room():
                self.put(depth, text, said)

    def _named(self, node: _Node, depth: int, lead: str, comma: str) -> None:
        """What evidence names: on a line, or with its first members a line each, every line marked."""
        line = in_line(node.value)
        if line is None and not self.has_room(3):
            line = folded_up(node.value)
        if line is not None:
            self.put(depth, f"{lead}{line}{comma}", node.said)
            return
        start, end = "{}" if isinstance(node.value, dict) else "[]"
        self.put(depth, f"{lead}{start}", node.said)
        self._content(node.value, depth + 1)
        self.put(depth, f"{end}{comma}", _Said())

    def _content(self, value: Json, depth: int) -> None:
        self.open += 1
        size, told = len(value), 0
        for text in islice(_content(value), VALUE - 2 if size <= VALUE - 2 else VALUE - 3):
            if not self.has_room():
                break
            told += 1
            self.put(depth, f"{text}{',' if told < size else ''}", _Said())
        if told < size:
            self.put(depth, f"{ELIDED} {size - told} more", _Said())
        self.open -= 1


def _least(node: _Node) -> int:
    """The lines that a part takes at least: a way down has two ends, what it leads to, and what it leaves out."""
    return 4 if node.is_way else 1


def _alone(node: _Node, lead: str) -> _Said | None:
    """What is said of the only member of an element of a list, which stands on one line with it."""
    if lead or node.absent or not isinstance(node.value, dict) or len(node.value) != 1 or in_line(node.value) is None:
        return None
    said = next((child.said for child in node.below.values() if not child.is_way), None)
    return None if node.said.entries else said


def _members(node: _Node, context: tuple[str, ...], room: int) -> list[tuple[str, _Node]]:
    """An object's parts, before them what says which it is."""
    names = [key for key in context if _says(key, node.value)] or [key for key in NAMES if _says(key, node.value)]
    first = [(key, node.below.get(key) or _Node(node.value[key])) for key in names]
    told = [pair for at, pair in enumerate(first) if at < room or pair[1].is_way or pair[1].said.entries]
    return told + [pair for pair in _in_order(node) if pair[0] not in names]


def _says(key: str, value: dict[str, Json]) -> bool:
    """Whether a key tells anything of what an object is."""
    found = value.get(key)
    return found is not None and (key == "sku" or is_scalar(found))


def _in_order(node: _Node) -> list[tuple[str, _Node]]:
    """An object's parts as the record orders them."""
    if len(node.below) < 2:
        return list(node.below.items())
    return [(key, node.below[key]) for key in node.value if key in node.below]


def _content(value: Json) -> Iterator[str]:
    """The members of an object or a list, a line each."""
    if isinstance(value, dict):
        return (f"{quoted(k, KEY)}: {in_line(v) or folded_up(v)}" for k, v in value.items())
    return (in_line(v) or folded_up(v) for v in value)


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
