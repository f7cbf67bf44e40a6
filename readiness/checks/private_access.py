"""What the rules ask of an account's private path: zones registered, zones linked, networks that reach it.

https://learn.microsoft.com/azure/private-link/private-endpoint-dns
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.conditions import World
from readiness.model import Decision, Evidence, Outcome, Resource
from readiness.private_path import Part, PrivatePath, path_of

TOLD: Final = 3
OUTCOMES: Final = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}
NO_ENDPOINT: Final = "it has no approved private endpoint, and without one there is no path to judge"
NO_CALLER: Final = "nothing that was read calls it out of a virtual network"


@dataclass(frozen=True, slots=True)
class PrivateZones:
    """Asks every approved endpoint that is not a shared private link of AI Search."""


@dataclass(frozen=True, slots=True)
class ZoneLinks:
    """Asks of every zone required that exists, for every network out of which gateways, apps or agents call."""


@dataclass(frozen=True, slots=True)
class PrivateRoute:
    """Asks for every network out of which gateways, apps or agents call."""


def private_zones(subject: Resource, params: PrivateZones, world: World) -> Decision:
    """Fails with each endpoint that is not in every DNS zone its account requires."""
    path = path_of(subject, world)
    unclear = [path.approved] if path.approved.truth is None else []
    return without_endpoint(path) or _decided([*(e.registered for e in path.own), *unclear], ())


def zone_links(subject: Resource, params: ZoneLinks, world: World) -> Decision:
    """Fails with each zone that a calling network can't see; unknown where that network asks its own DNS servers."""
    path = path_of(subject, world)
    unread = [e.registered for e in path.own if e.registered.truth is None]
    parts = [part for origin in path.origins for part in origin.links]
    without = without_endpoint(path) or _without_caller(path)
    if without or parts or unread or path.unasked:
        unseen = (*path.unseen, path.unasked) if path.unasked else path.unseen
        return without or _decided([*parts, *unread], unseen)
    said = "none of its zones was read; that its endpoint must be in them is another rule's"
    return Decision(Outcome.NOT_APPLICABLE, (Evidence("privateDnsZones", note=said),), said)


def private_route(subject: Resource, params: PrivateRoute, world: World) -> Decision:
    """Fails with each calling network that reaches none of the account's endpoints."""
    path = path_of(subject, world)
    without = without_endpoint(path) or _without_caller(path)
    return without or _decided([origin.route for origin in path.origins], path.unseen)


def without_endpoint(path: PrivatePath) -> Decision | None:
    """Where there is no endpoint there is nothing to judge: whether there must be one is AOAI-NET-003's."""
    if path.own:
        return None
    if path.approved.truth is None:
        return _decided([path.approved], ())
    return Decision(Outcome.NOT_APPLICABLE, (_evidence(path.approved),), NO_ENDPOINT)


def _without_caller(path: PrivatePath) -> Decision | None:
    if path.origins:
        return None
    if path.unseen:
        return Decision(Outcome.UNKNOWN, _unseen(path.unseen), _joined(list(path.unseen)))
    return Decision(Outcome.NOT_APPLICABLE, (Evidence("callers", 0, note=NO_CALLER),), NO_CALLER)


def _decided(parts: list[Part], unseen: tuple[str, ...]) -> Decision:
    """The worst decides: what is broken, else what is not known, else all of it."""
    for truth in (False, None):
        found = [part for part in parts if part.truth is truth]
        hidden = unseen if truth is None else ()
        if found or hidden:
            said = _joined([*(part.said for part in found), *hidden])
            return Decision(OUTCOMES[truth], (*map(_evidence, found), *_unseen(hidden)), said)
    return Decision(Outcome.PASS, tuple(map(_evidence, parts)), _joined([part.said for part in parts]))


def _joined(said: list[str]) -> str:
    """The first sentences, each once, and how many more there are."""
    every = list(dict.fromkeys(said))
    left = len(every) - TOLD
    return "; ".join(every[:TOLD]) + (f"; and {left} more" if left > 0 else "")


def _evidence(part: Part) -> Evidence:
    return Evidence(part.path, part.observed, part.expected, part.said, part.id)


def _unseen(why: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(Evidence("callers", note=said) for said in why)
