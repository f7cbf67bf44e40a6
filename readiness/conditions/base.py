"""What every part of the language shares: what it may ask of the world, closures, explanations, Kleene's logic.

A condition is compiled once a run to a closure `holds(item, subject)` that says true, false or unknown (None):
paths start at the item, `^.` paths at the judged subject. `explain` follows the same logic on the same data and
keeps what it saw. Knows no Azure, no files, no scoring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from readiness.model import Environment, Inherited, Item, Json, Metrics, Related, Resource, Truth
from readiness.paths import Path

Holds: TypeAlias = Callable[[Item, Resource], Truth]
T = TypeVar("T")


class World(Protocol):
    """What a condition may ask of what was read; one world is the same as itself alone."""

    def __hash__(self) -> int:
        """By identity: what was worked out for one world is remembered by it."""

    @property
    def as_of(self) -> datetime:
        """The moment that rules see."""

    def environment(self, subject: Resource) -> tuple[Environment, str]:
        """Production, development, undecided or unknown, and in words what decided it."""

    def environment_in_name(self, name: str) -> Environment:
        """What a name says of the environment; undecided if it says nothing, or both."""

    def environment_in_tags(self, subject: Resource) -> tuple[Environment, str]:
        """What a resource's own tags say of it, and which; undecided if nothing, unknown if they were not read."""

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        """What of a type lies at a resource or above it, by scope: its group, subscription, management groups."""

    def find(self, resource_id: str, type_: str) -> Related:
        """The resource that an id names, as a list of one or none; not complete where it may be there, unread."""

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        """The series of a metric, the subject's own or its nearest ancestor's; None if it was not read."""

    def why_no_metrics(self, subject: Resource, name: str) -> str:
        """In words, why a metric of a subject was not read."""

    def why_unknown(self, item: Item, path: Path, since_api: str | None) -> str:
        """In words, why a path yields nothing."""


@dataclass(slots=True, eq=False)
class Bound:
    """What a condition is compiled for: the world, and the rule's parameters; keeps what was compiled."""

    world: World
    parameters: Mapping[str, Json]
    _compiled: dict[tuple[int, int], Any] = field(default_factory=dict)

    def holds(self, node: Condition) -> Holds:
        """The closure of a node, compiled once."""
        return self.once(node, lambda: node.compile(self))

    def once(self, node: object, make: Callable[[], T], of: object = None) -> T:
        """What `make` makes for a node (of some list), made once; both are kept, so that no other has their id."""
        found = self._compiled.get((id(node), id(of)))
        if found is None:
            found = self._compiled[id(node), id(of)] = (make(), node, of)
        made: T = found[0]
        return made


@dataclass(slots=True, eq=False)
class Explanation:
    """What a condition saw. Leaves have a path; `detail` holds their elements, `offending` the truth of bad ones."""

    text: str
    truth: Truth
    path: str | None = None
    observed: Json = None
    expected: Json = None
    note: str | None = None
    resource: str | None = None
    children: tuple[Explanation, ...] = ()
    detail: tuple[Explanation, ...] = ()
    offending: Truth = False


class Condition(Protocol):
    """A node of the language."""

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""


def kleene_all(truths: Any) -> Truth:
    """Kleene's conjunction."""
    found = list(truths)
    return False if False in found else None if None in found else True


def kleene_any(truths: Any) -> Truth:
    """Kleene's disjunction."""
    found = list(truths)
    return True if True in found else None if None in found else False


def negated(truth: Truth) -> Truth:
    """Kleene's negation."""
    return None if truth is None else not truth


def rests_on_subject(node: Any) -> bool:
    """Whether a condition asks anything of the judged subject, and not of the item alone."""
    if isinstance(node, Path):
        return node.outer
    if getattr(node, "of_subject", False):
        return True
    if isinstance(node, Mapping):
        return any(map(rests_on_subject, node.values()))
    if isinstance(node, tuple):
        return any(map(rests_on_subject, node))
    return is_dataclass(node) and any(rests_on_subject(getattr(node, f.name)) for f in fields(node))


def other_id(item: Item, subject: Resource) -> str | None:
    """The id to name in evidence where the item is a resource other than the judged one."""
    return item.id if isinstance(item, Resource) and item is not subject else None
