"""The private path of an account: endpoint, zones, links, networks. Each part says whether it holds.

https://learn.microsoft.com/azure/private-link/private-endpoint-dns
https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from readiness.arm import key_of, name_of, with_slash
from readiness.model import UNKNOWN, Json, Related, Resource, Truth
from readiness.paths import Path, elements_of
from readiness.private_path.callers import callers_of
from readiness.private_path.parts import Caller, Endpoint, Origin, Part, PrivatePath, World, Zone, best, some
from readiness.private_path.routes import reaches
from readiness.private_path.wiring import (
    SERVERS,
    Network,
    Wiring,
    ZoneLinks,
    in_words,
    one,
    reading,
    resources,
    value,
    why_lost,
    wiring_of,
)

ENDPOINTS: Final = "Microsoft.Network/privateEndpoints"
GROUPS: Final = f"{ENDPOINTS}/privateDnsZoneGroups"
REQUIRED: Final = "Microsoft.CognitiveServices/accounts/privateLinkResources"
CONNECTIONS: Final = Path.parse("properties.privateEndpointConnections")
STATUS: Final = Path.parse("properties.privateLinkServiceConnectionState.status")
ENDPOINT: Final = Path.parse("properties.privateEndpoint.id")
SUBNET: Final = Path.parse("properties.subnet.id")
CONFIGS: Final = Path.parse("properties.privateDnsZoneConfigs")
ZONE: Final = Path.parse("properties.privateDnsZoneId")
GROUP: Final = Path.parse("properties.groupId")
NAMES: Final = Path.parse("properties.requiredZoneNames")
ZONE_GROUPS: Final = "privateDnsZoneGroups"
ACCOUNT_GROUP: Final = "account"


@lru_cache(maxsize=16)
def path_of(account: Resource, world: World) -> PrivatePath:
    """The private path of an account; the rules that read its parts ask for the same one after each other."""
    wiring = wiring_of(world)
    approved, ids = _approved(account, world)
    if not ids:
        return PrivatePath(name_of(account.id), account.id, approved, (), None, (), ())
    required, why = required_zones(account, world)
    shared = list(wiring.shared_links(account))
    endpoints = tuple(_endpoint(i, (required, why), shared, wiring) for i in ids)
    callers, unseen = callers_of(account, wiring)
    own = [e for e in endpoints if not e.managed]
    blind = next((f"{e.name} was not read" for e in own if e.network is None), "")
    blind = blind or (approved.said if approved.truth is None else "")
    origins = tuple(_origins(callers, own, required, blind, wiring))
    lost = [f"{c.name}: {c.why}" for c in callers if c.subnet is None]
    return PrivatePath(name_of(account.id), account.id, approved, endpoints, required, origins, (*unseen, *lost), why)


# --- endpoints --------------------------------------------------------------------------------------------------


def _approved(account: Resource, world: World) -> tuple[Part, list[str]]:
    """Whether an account has an approved endpoint, and the ids of those; its own list is the truth."""
    listed = value(account, CONNECTIONS)
    if listed is UNKNOWN:
        said = world.why_unknown(account, CONNECTIONS, None)
        return _connections(account, None, said), []
    found, unclear = [], ""
    for item in elements_of(account, CONNECTIONS, listed if isinstance(listed, list) else []):
        status, endpoint = reading(STATUS)(item, account), reading(ENDPOINT)(item, account)
        if status is UNKNOWN:
            unclear = f"the state of a connection of {name_of(account.id)} could not be read"
        elif isinstance(status, str) and status.casefold() == "approved":
            found.append(endpoint if isinstance(endpoint, str) else "")
    if found:
        said = unclear or f"{name_of(account.id)} has an approved private endpoint"
        return _connections(account, None if unclear else True, said), list(dict.fromkeys(found))
    said = unclear or f"{name_of(account.id)} has no approved private endpoint"
    return _connections(account, None if unclear else False, said), []


def _connections(account: Resource, truth: Truth, said: str) -> Part:
    return Part(name_of(account.id), truth, said, CONNECTIONS.text, None, "an approved endpoint", account.id)


def _endpoint(
    endpoint_id: str, required: tuple[tuple[str, ...] | None, str], shared: list[str], wiring: Wiring
) -> Endpoint:
    name = name_of(endpoint_id) or "an endpoint without a name"
    found = wiring.world.find(endpoint_id, ENDPOINTS) if endpoint_id else Related(())
    record = one(found)
    if record is None:
        managed = next((link for link in shared if link in name.casefold()), None)
        if managed:
            shared.remove(managed)
        why = why_lost(found) or "no such endpoint was found"
        part = _registered(name, endpoint_id, None, f"{name} was not read: {why}")
        return Endpoint(endpoint_id, name, None, None, (), part, managed is not None)
    subnet = value(record, SUBNET)
    subnet = subnet if isinstance(subnet, str) and subnet else None
    zones, lost = _zones(record, wiring.world)
    part = _compared(name_of(record.id), record, zones, lost, required)
    return Endpoint(record.id, name_of(record.id), subnet, network_of(subnet), tuple(zones), part)


def network_of(subnet_id: str | None) -> str | None:
    """The id of the network that a subnet's id names."""
    if not subnet_id:
        return None
    at = subnet_id.lower().rfind("/subnets/")
    return subnet_id[:at] if at > 0 else None


# --- zones ------------------------------------------------------------------------------------------------------


def required_zones(account: Resource, world: World) -> tuple[tuple[str, ...] | None, str]:
    """The zones that the account's own record asks for, in lower case; None, and why, where it was not read."""
    listed = world.related(account, "children", REQUIRED)
    names: list[str] = []
    for record in resources(listed):
        group, zones = value(record, GROUP), value(record, NAMES)
        own = group if isinstance(group, str) else name_of(record.id)
        if own.casefold() == ACCOUNT_GROUP and isinstance(zones, list):
            names += [z.casefold() for z in zones if isinstance(z, str) and z]
    if names:
        return tuple(dict.fromkeys(names)), ""
    why = in_words(listed.lost[0]) if listed.lost else "its record privateLinkResources/account names none"
    return None, f"which zones {name_of(account.id)} requires is not known: {why}"


def _zones(endpoint: Resource, world: World) -> tuple[list[Zone], str]:
    """The zones of an endpoint's zone groups, and why there may be more."""
    listed = world.related(endpoint, "children", GROUPS)
    found, lost = [], why_lost(listed)
    for group in resources(listed):
        configs = value(group, CONFIGS)
        if configs is UNKNOWN:
            lost = lost or f"the zones of {name_of(group.id)} were not read"
            continue
        for item in elements_of(group, CONFIGS, configs if isinstance(configs, list) else []):
            zone = reading(ZONE)(item, group)
            if isinstance(zone, str) and zone:
                found.append(Zone(name_of(zone).casefold(), zone))
            elif zone is UNKNOWN:
                lost = lost or f"a zone of {name_of(group.id)} was not read"
    return list({key_of(with_slash(z.id)): z for z in found}.values()), lost


def _compared(
    name: str, record: Resource, zones: list[Zone], lost: str, required: tuple[tuple[str, ...] | None, str]
) -> Part:
    """Whether an endpoint is registered in every zone that is required."""
    wanted, why = required
    has = tuple(dict.fromkeys(z.name for z in zones))
    if not has and not lost and wanted is None:
        return _registered(name, record.id, False, f"{name} is in no private DNS zone")
    if wanted is None:
        return _registered(name, record.id, None, why, list(has))
    missing = [z for z in wanted if z not in has]
    if not missing:
        return _registered(name, record.id, True, f"{name} is in {some(has)}", list(has), list(wanted))
    if lost:
        said = f"whether {name} is in {some(missing)} could not be told: {lost}"
        return _registered(name, record.id, None, said, list(has), list(wanted))
    said = f"{name} is not in {some(missing)}, which the account requires" + (
        f"; it is in {some(has)}" if has else ""
    )
    if not has:
        said = f"{name} is in no private DNS zone; the account requires {some(missing)}"
    return _registered(name, record.id, False, said, list(has), list(wanted))


def _registered(
    name: str, endpoint_id: str, truth: Truth, said: str, has: Json = None, wanted: Json = "every zone required"
) -> Part:
    return Part(name, truth, said, ZONE_GROUPS, has, wanted, endpoint_id or None)


# --- callers' networks ------------------------------------------------------------------------------------------


def _origins(
    callers: list[Caller], endpoints: list[Endpoint], required: tuple[str, ...] | None, blind: str, wiring: Wiring
) -> Iterator[Origin]:
    """The callers by network; `blind` says why there may be an endpoint that was not seen."""
    by_network: dict[str, list[Caller]] = {}
    for caller in callers:
        place = network_of(caller.subnet)
        if place:
            by_network.setdefault(key_of(with_slash(place)), []).append(caller)
    ends = tuple(dict.fromkeys(e.network for e in endpoints if e.network))
    zones = tuple(_by_name(endpoints, required, wiring).items())
    for own in map(tuple, by_network.values()):
        network = wiring.network(network_of(own[0].subnet) or "")
        route = _way(own, network, ends, wiring)
        if blind and route.truth is False:
            said = f"whether {network.name} reaches an endpoint could not be told: {blind}"
            route = replace(route, truth=None, said=said, observed=None)
        if route.truth is False:
            route = replace(route, said=f"no way for {_names(own)}: {route.said}")
        yield Origin(network.id, network.name, own, _links(own, network, zones, wiring), route)


def _way(own: tuple[Caller, ...], network: Network, ends: tuple[str, ...], wiring: Wiring) -> Part:
    """The way out of a network, which many accounts share."""
    subnets = tuple(dict.fromkeys(c.subnet for c in own if c.subnet))
    asked = ("way", subnets, ends)
    if asked not in wiring.kept:
        wiring.kept[asked] = reaches(network, subnets, map(wiring.network, ends), wiring)
    found: Part = wiring.kept[asked]
    return found


def _links(
    own: tuple[Caller, ...], network: Network, zones: tuple[tuple[str, tuple[str, ...]], ...], wiring: Wiring
) -> tuple[Part, ...]:
    """The links of zones to a network, which many accounts share."""
    asked = ("links", own, zones)
    if asked not in wiring.kept:
        wiring.kept[asked] = tuple(_linked(network, own, name, ids, wiring) for name, ids in zones)
    found: tuple[Part, ...] = wiring.kept[asked]
    return found


def _names(callers: tuple[Caller, ...]) -> str:
    return some(list(dict.fromkeys(c.name for c in callers)))


def _by_name(
    endpoints: list[Endpoint], required: tuple[str, ...] | None, wiring: Wiring
) -> dict[str, tuple[str, ...]]:
    """The zones to be linked, by name: where the endpoints are registered, else all of that name that were read."""
    found: dict[str, dict[str, None]] = {}
    for zone in (z for e in endpoints for z in e.zones if required is None or z.name in required):
        found.setdefault(zone.name, {})[zone.id] = None
    for name in required or ():
        known = wiring.zones_named(name) if name not in found else []
        if known or (name not in found and wiring.zones_lost()):
            found[name] = {zone.id: None for zone in known}
    return {name: tuple(ids) for name, ids in found.items()}


def _linked(network: Network, callers: tuple[Caller, ...], name: str, ids: tuple[str, ...], wiring: Wiring) -> Part:
    """Whether a zone answers in a network: by a link of its own, unless the network asks other servers."""
    calls = f"{network.name}, the network of {_names(callers)}"
    own = next((c for c in callers if c.servers), None)
    if network.why:
        return _link(network, name, None, f"the DNS servers of {calls}, could not be read: {network.why}")
    if network.servers is None:
        return _link(network, name, None, f"the DNS servers of {calls}, could not be read")
    servers, who = (own.servers, own.name) if own and not network.servers else (network.servers, network.name)
    if servers:
        said = f"{who} asks its own DNS servers ({some(servers)}): whether they know {name} is not seen here"
        return _link(network, name, None, said, list(servers), path=SERVERS.text)
    found = best([_link_of(network, calls, name, wiring.links(i)) for i in ids])
    lost = f"whether {name} is linked to {network.name} could not be told: {wiring.zones_lost()}"
    return found or _link(network, name, None, lost)


def _link_of(network: Network, calls: str, name: str, links: ZoneLinks) -> Part:
    key = key_of(with_slash(network.id))
    if links.gone:
        return _link(network, name, False, f"{name} does not exist any more", "no zone")
    if key in links.states:
        state = links.states[key]
        if state is None:
            return _link(network, name, None, f"the state of the link of {name} to {network.name} was not read")
        if state.casefold() == "completed":
            return _link(network, name, True, f"{name} is linked to {network.name}", state)
        return _link(network, name, False, f"the link of {name} to {calls}, is {state}", state)
    if links.why:
        said = f"whether {name} is linked to {network.name} could not be told: {links.why}"
        return _link(network, name, None, said)
    return _link(network, name, False, f"{name} is not linked to {calls}", "no link")


def _link(
    network: Network, name: str, truth: Truth, said: str, observed: Json = None, path: str = "virtualNetworkLinks"
) -> Part:
    return Part(name, truth, said, path, observed, "a link in state Completed", network.id)
