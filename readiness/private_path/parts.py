"""What a private path is made of: plain values, each with whether it holds and one sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from readiness.model import Item, Json, Related, Resource, Truth
from readiness.paths import Path

NAMED: Final = 3
"""How many names a sentence lists before it counts the rest."""


class World(Protocol):
    """What is asked of what was read; one world is the same as itself alone."""

    def __hash__(self) -> int:
        """By identity: what was worked out for one world is kept by it."""

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""

    def find(self, resource_id: str, type_: str) -> Related:
        """The resource that an id names, as a list of one or none; not complete where it may be there, unread."""

    def why_unknown(self, item: Item, path: Path, since_api: str | None) -> str:
        """In words, why a path yields nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """One link of a path: whether it holds (None: not known), and in one sentence what is seen.

    `path` is the property that decides, of the resource `id`; `name` is what a drawing writes on it.
    """

    name: str
    truth: Truth
    said: str
    path: str
    observed: Json = None
    expected: Json = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A private DNS zone in which an endpoint keeps its names."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An approved private endpoint. `subnet` and `network` are ids; None where it was not read.

    `zones` are those of its zone groups, `registered` says whether they are all that the account requires. `managed`
    is one that a service of Azure keeps for itself (a shared private link of AI Search): no caller resolves it.
    """

    id: str
    name: str
    subnet: str | None
    network: str | None
    zones: tuple[Zone, ...]
    registered: Part
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """What calls an account out of a subnet. `kind` is gateway, app or agent.

    `subnet` is an id, None where it was not read, and `why` says why; `servers` are DNS servers of its own.
    """

    name: str
    kind: str
    id: str
    subnet: str | None
    servers: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """A network out of which an account is called: whether it resolves each zone, and reaches an endpoint."""

    id: str
    name: str
    callers: tuple[Caller, ...]
    links: tuple[Part, ...]
    route: Part


@dataclass(frozen=True, slots=True)
class PrivatePath:
    """How an account is reached over private addresses; `approved` says whether it has an endpoint at all.

    `required` are the zones that the account asks for, None where that was not read, and `unasked` says why. `unseen`
    says why there may be callers that are not among `origins`, a sentence each.
    """

    account: str
    id: str
    approved: Part
    endpoints: tuple[Endpoint, ...]
    required: tuple[str, ...] | None
    origins: tuple[Origin, ...]
    unseen: tuple[str, ...]
    unasked: str = ""

    @property
    def own(self) -> tuple[Endpoint, ...]:
        """The endpoints that callers use."""
        return tuple(e for e in self.endpoints if not e.managed)

    @property
    def broken(self) -> Part | None:
        """The first link that does not hold, from the account outwards; None where none is known to be broken."""
        inner = [self.approved, *(e.registered for e in self.own)]
        outer = [part for o in self.origins for part in (*o.links, o.route)]
        return next((part for part in (*inner, *outer) if part.truth is False), None)


def some(names: tuple[str, ...] | list[str]) -> str:
    """The first of some names, and how many more there are."""
    left = len(names) - NAMED
    if left > 0:
        return f"{', '.join(names[:NAMED])} and {left} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def best(parts: list[Part]) -> Part | None:
    """Of several ways one that holds, else one that may, else the first; None of none."""
    order = (True, None, False)
    return min(parts, key=lambda part: order.index(part.truth)) if parts else None
