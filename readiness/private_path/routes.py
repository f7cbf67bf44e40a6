"""Whether traffic from one virtual network reaches an address in another: peerings, and hubs between them.

A peering carries traffic when both sides say Connected. It is not transitive: through a hub it goes only where a
route sends it to an appliance there, and the far side takes forwarded traffic. A virtual hub of Virtual WAN shows as
a peering with a network that nobody can read.
https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from readiness.arm import key_of, name_of, with_slash
from readiness.model import UNKNOWN, Json, Resource, Truth
from readiness.paths import Path, elements_of
from readiness.private_path.addresses import Prefix, holds, prefix_of
from readiness.private_path.parts import Part, best
from readiness.private_path.wiring import (
    PEERINGS,
    SUBNETS,
    Network,
    Peering,
    Wiring,
    one,
    reading,
    value,
)

TABLES: Final = "Microsoft.Network/routeTables"
TABLE: Final = Path.parse("properties.routeTable.id")
ROUTES: Final = Path.parse("properties.routes")
PREFIX: Final = Path.parse("properties.addressPrefix")
HOP: Final = Path.parse("properties.nextHopType")
APPLIANCE: Final = "virtualappliance"
GATEWAY: Final = "virtualnetworkgateway"
NONE: Final = "no peering"


def reaches(start: Network, subnets: Iterable[str], ends: Iterable[Network], wiring: Wiring) -> Part:
    """The way from a network, out of some of its subnets, to one of those where the endpoints are."""
    out = tuple(subnets)
    found = best([_reaches(start, out, end, wiring) for end in ends])
    return found or _part(start, None, f"where the endpoints of {start.name}'s callers lie was not read", None)


def _reaches(start: Network, subnets: tuple[str, ...], end: Network, wiring: Wiring) -> Part:
    if _key(start) == _key(end):
        return _part(start, True, f"the endpoint is in {end.name} too", "in the same network")
    for network in (start, end):
        if network.why:
            return _part(start, None, f"{network.name} was not read: {network.why}", None)
    direct = peered(start, end)
    if direct.truth is True:
        return direct
    through = best([*_through_hubs(start, subnets, end, wiring), *_far(start, subnets, end, wiring)])
    return (best([direct, through]) if through and through.truth is not False else None) or (
        through if through and direct.observed == NONE else direct
    )


def peered(start: Network, end: Network) -> Part:
    """Whether two networks are peered: what either side says against it, or that it was not read."""
    sides = [_side(start, end), _side(end, start)]
    against = sorted((s for s in sides if s.truth is False), key=lambda s: s.observed == NONE)
    if len(against) > 1 and against[0].observed != NONE:
        return replace(against[0], said=" and ".join(side.said for side in against))
    return next(iter(against), None) or next((s for s in sides if s.truth is None), sides[0])


def _side(here: Network, there: Network) -> Part:
    if here.peerings is None:
        return _part(here, None, f"the peerings of {here.name} could not be read", None)
    found = here.peerings.get(_key(there))
    if found is None:
        return _part(here, False, f"{here.name} is not peered with {there.name}", NONE)
    if found.state is None:
        return _part(here, None, f"the state of {here.name}'s peering {found.name} could not be read", None)
    if found.state.casefold() != "connected":
        return _part(here, False, f"{here.name}'s peering {found.name} is {found.state}", found.state)
    if not found.access:
        said = f"{here.name}'s peering {found.name} lets no traffic through (allowVirtualNetworkAccess is false)"
        return _part(here, False, said, "no access")
    return _part(here, True, f"{here.name} and {there.name} are peered", "Connected")


def _through_hubs(start: Network, subnets: tuple[str, ...], end: Network, wiring: Wiring) -> Iterator[Part]:
    """The ways over one network that both are peered with."""
    ours, theirs = start.peerings or {}, end.peerings or {}
    smaller, larger = sorted((ours, theirs), key=len)
    for key in (k for k in smaller if k in larger):
        hub = wiring.network(ours[key].remote)
        if not (_is_open(ours[key]) and _is_open(theirs[key])):
            continue
        if hub.why:
            yield _part(
                start, None, f"{start.name} may reach {end.name} through {hub.name}, which was not read", None
            )
        else:
            yield _through(start, subnets, end, hub, theirs[key], wiring)


def _through(
    start: Network, subnets: tuple[str, ...], end: Network, hub: Network, far: Peering, wiring: Wiring
) -> Part:
    for side in (peered(start, hub), peered(end, hub)):
        if side.truth is not True:
            return side
    routed, why = _sent_on(subnets, end, wiring)
    way = f"{start.name} reaches {end.name} through {hub.name}"
    if routed is False:
        said = f"{start.name} and {end.name} are peered with {hub.name} only, and {why}"
        return _part(start, False, said, "no route")
    if routed is None:
        return _part(start, None, f"whether {way} could not be told: {why}", None)
    if far.forwarded is not True:
        said = f"whether {way} could not be told: {end.name}'s peering {far.name} takes no forwarded traffic"
        return _part(start, None, said, None)
    return _part(start, True, way, "through a hub")


def _far(start: Network, subnets: tuple[str, ...], end: Network, wiring: Wiring) -> Iterator[Part]:
    """Longer ways: over networks that were not read (a virtual hub, another's subscription), or over several hubs."""
    ours = [wiring.network(p.remote) for p in (start.peerings or {}).values() if _is_open(p)]
    theirs = [wiring.network(p.remote) for p in (end.peerings or {}).values() if _is_open(p)]
    apart = any(n.why for n in ours) and (any(n.why for n in theirs) or bool(theirs))
    if apart or (ours and any(n.why for n in theirs)):
        hidden = next(n for n in (*ours, *theirs) if n.why)
        said = f"{start.name} may reach {end.name} through {hidden.name}, whose routes were not read"
        yield _part(start, None, said, None)
    elif ours and theirs and _sent_on(subnets, end, wiring)[0] is not False:
        said = f"{start.name} may reach {end.name} over several networks, whose routes were not followed"
        yield _part(start, None, said, None)
    elif any(p.gateways for p in (start.peerings or {}).values()) and any(
        p.gateways for p in (end.peerings or {}).values()
    ):
        said = f"{start.name} may reach {end.name} through gateways outside Azure, whose routes were not read"
        yield _part(start, None, said, None)


def _is_open(peering: Peering) -> bool:
    """Whether a side of a peering may carry traffic."""
    return peering.access is True and (peering.state is None or peering.state.casefold() == "connected")


def _sent_on(subnets: tuple[str, ...], end: Network, wiring: Wiring) -> tuple[Truth, str]:
    """Whether every subnet sends what is meant for a network to an appliance; why not."""
    space = [p for text in end.space or () if (p := prefix_of(text))]
    if not subnets or not space:
        return None, f"the address space of {end.name} could not be read"
    found = [_hop(subnet, space[0], wiring) for subnet in subnets]
    return next((f for f in found if f[0] is False), None) or next((f for f in found if f[0] is None), found[0])


def _hop(subnet_id: str, to: Prefix, wiring: Wiring) -> tuple[Truth, str]:
    """Whether a subnet's routes send an address on: the longest prefix that holds it decides."""
    name = name_of(subnet_id)
    subnet = one(wiring.world.find(subnet_id, SUBNETS))
    if subnet is None:
        return None, f"{name} was not read"
    table_id = value(subnet, TABLE)
    if table_id is UNKNOWN:
        return None, f"the route table of {name} was not read"
    if not isinstance(table_id, str) or not table_id:
        return False, f"{name} has no route table"
    table = one(wiring.world.find(table_id, TABLES))
    if table is None:
        return None, f"the route table {name_of(table_id)} was not read"
    return _hop_of(table, to)


def _hop_of(table: Resource, to: Prefix) -> tuple[Truth, str]:
    listed = value(table, ROUTES)
    if listed is UNKNOWN:
        return None, f"the routes of {name_of(table.id)} were not read"
    hops = [(prefix, hop) for prefix, hop in routes_of(table, listed) if prefix and holds(prefix, to)]
    if not hops:
        return False, f"no route of {name_of(table.id)} leads there"
    hop = max(hops, key=lambda pair: pair[0].prefixlen)[1]
    if hop == GATEWAY or hop is None:
        return None, f"{name_of(table.id)} sends it to a gateway"
    return hop == APPLIANCE, f"{name_of(table.id)} sends it to no appliance"


def routes_of(table: Resource, listed: Json) -> Iterator[tuple[Prefix | None, str | None]]:
    """The routes of a table: the prefix and the kind of hop, in lower case."""
    for item in elements_of(table, ROUTES, listed if isinstance(listed, list) else []):
        hop = reading(HOP)(item, table)
        yield prefix_of(reading(PREFIX)(item, table)), hop.casefold() if isinstance(hop, str) else None


def _key(network: Network) -> str:
    return key_of(with_slash(network.id))


def _part(network: Network, truth: Truth, said: str, observed: Json) -> Part:
    return Part(network.name, truth, said, PEERINGS.text, observed, "Connected, on both sides", network.id)
