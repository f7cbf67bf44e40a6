"""What many accounts share, worked out once a world: networks, the links of zones, who calls out of which subnet.

Shapes: https://learn.microsoft.com/azure/templates/microsoft.network/virtualnetworks and
https://learn.microsoft.com/azure/templates/microsoft.network/privatednszones/virtualnetworklinks
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from readiness.arm import key_of, name_of, with_slash
from readiness.model import UNKNOWN, Item, Json, Lost, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader
from readiness.private_path.parts import World

NETWORKS: Final = "Microsoft.Network/virtualNetworks"
SUBNETS: Final = f"{NETWORKS}/subnets"
ZONES: Final = "Microsoft.Network/privateDnsZones"
LINKS: Final = f"{ZONES}/virtualNetworkLinks"
SHARED_LINKS: Final = "Microsoft.Search/searchServices/sharedPrivateLinkResources"
AZURE_DNS: Final = "168.63.129.16"
"""Azure's own resolver: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"""
EVERYTHING: Final = Resource({}, id="estate", key="estate", type="estate")

SERVERS: Final = Path.parse("properties.dhcpOptions.dnsServers")
SPACE: Final = Path.parse("properties.addressSpace.addressPrefixes")
PEERINGS: Final = Path.parse("properties.virtualNetworkPeerings")
REMOTE: Final = Path.parse("properties.remoteVirtualNetwork.id")
STATE: Final = Path.parse("properties.peeringState")
ACCESS: Final = Path.parse("properties.allowVirtualNetworkAccess")
FORWARDED: Final = Path.parse("properties.allowForwardedTraffic")
REMOTE_GATEWAYS: Final = Path.parse("properties.useRemoteGateways")
LINKED: Final = Path.parse("properties.virtualNetwork.id")
LINK_STATE: Final = Path.parse("properties.virtualNetworkLinkState")
TARGET: Final = Path.parse("properties.privateLinkResourceId")


@dataclass(frozen=True, slots=True)
class Peering:
    """One side of a peering as its network has it; None where a part was not read."""

    name: str
    remote: str
    state: str | None
    access: Truth
    forwarded: Truth
    gateways: Truth


@dataclass(frozen=True, slots=True)
class Network:
    """A virtual network. `why` says why it was not read; then all else is None.

    `servers` are DNS servers of its own, none where Azure resolves; `peerings` are by the key of the other network.
    """

    id: str
    name: str
    why: str = ""
    servers: tuple[str, ...] | None = None
    space: tuple[str, ...] | None = None
    peerings: dict[str, Peering] | None = None


@dataclass(frozen=True, slots=True)
class ZoneLinks:
    """The networks that a zone is linked to: the state of each link by network; `why` says why some may be missing.

    `gone` is a zone that does not exist.
    """

    states: dict[str, str | None]
    why: str = ""
    gone: bool = False


@dataclass(slots=True, eq=False)
class Wiring:
    """Looks networks, zones and shared links up, each once."""

    world: World
    kept: dict[Any, Any] = field(default_factory=dict)
    _networks: dict[str, Network] = field(default_factory=dict)
    _zones: dict[str, ZoneLinks] = field(default_factory=dict)
    _named: dict[str, list[Resource]] | None = None
    _shared: dict[str, list[str]] | None = None

    def network(self, network_id: str) -> Network:
        """The network of an id."""
        key = key_of(with_slash(network_id))
        if key not in self._networks:
            found = self.world.find(network_id, NETWORKS)
            self._networks[key] = self._network(network_id, found)
        return self._networks[key]

    def _network(self, network_id: str, found: Related) -> Network:
        record = one(found)
        if record is None:
            return Network(network_id, name_of(network_id), why_lost(found) or "does not exist")
        servers = texts(record, SERVERS)
        custom = None if servers is None else tuple(s for s in servers if s != AZURE_DNS)
        return Network(record.id, name_of(record.id), "", custom, texts(record, SPACE), _peerings(record))

    def links(self, zone_id: str) -> ZoneLinks:
        """The links of the zone of an id."""
        key = key_of(with_slash(zone_id))
        if key not in self._zones:
            self._zones[key] = self._links(zone_id)
        return self._zones[key]

    def _links(self, zone_id: str) -> ZoneLinks:
        found = self.world.find(zone_id, ZONES)
        zone = one(found)
        if zone is None:
            return ZoneLinks({}, why_lost(found), gone=found.complete)
        listed = self.world.related(zone, "children", LINKS)
        states: dict[str, str | None] = {}
        why = why_lost(listed)
        for link in resources(listed):
            to, state = value(link, LINKED), value(link, LINK_STATE)
            if isinstance(to, str):
                states[key_of(with_slash(to))] = state if isinstance(state, str) else None
            else:
                why = why or f"where {name_of(link.id)} leads was not read"
        return ZoneLinks(states, why)

    def zones_named(self, name: str) -> list[Resource]:
        """The zones of a name that were read."""
        if self._named is None:
            self._named = {}
            for zone in resources(self._all_zones()):
                self._named.setdefault(name_of(zone.key), []).append(zone)
        return self._named.get(name.casefold(), [])

    def zones_lost(self) -> str:
        """In words, why there may be zones that were not read; "" if there are none."""
        return why_lost(self._all_zones())

    def _all_zones(self) -> Related:
        if ZONES not in self.kept:
            self.kept[ZONES] = self.world.related(EVERYTHING, "resources", ZONES)
        found: Related = self.kept[ZONES]
        return found

    def shared_links(self, account: Resource) -> list[str]:
        """The names of the shared private links that lead to an account."""
        if self._shared is None:
            self._shared = {}
            for link in resources(self.world.related(EVERYTHING, "resources", SHARED_LINKS)):
                to = value(link, TARGET)
                if isinstance(to, str):
                    self._shared.setdefault(key_of(with_slash(to)), []).append(name_of(link.key))
        return self._shared.get(account.key, [])


@lru_cache(maxsize=2)
def wiring_of(world: World) -> Wiring:
    """The wiring of a world, the same one each time."""
    return Wiring(world)


def _peerings(record: Resource) -> dict[str, Peering] | None:
    listed = value(record, PEERINGS)
    if listed is UNKNOWN:
        return None
    found = [_peering(item) for item in elements_of(record, PEERINGS, listed if isinstance(listed, list) else [])]
    return {key_of(with_slash(p.remote)): p for p in found if p}


def _peering(item: Item) -> Peering | None:
    remote, state = reading(REMOTE)(item, item), reading(STATE)(item, item)
    if not isinstance(remote, str):
        return None
    name = item.body.get("name") if isinstance(item.body, dict) else None
    access, forwarded, gateways = (_switch(item, path) for path in (ACCESS, FORWARDED, REMOTE_GATEWAYS))
    return Peering(
        name if isinstance(name, str) else f"to {name_of(remote)}",
        remote,
        state if isinstance(state, str) else None,
        access is not False,
        forwarded,
        gateways,
    )


def _switch(item: Item, path: Path) -> Truth:
    found = reading(path)(item, item)
    return found if isinstance(found, bool) else None


def one(found: Related) -> Resource | None:
    """The one resource of a list; None of an empty one."""
    return next(resources(found), None)


def resources(found: Related) -> Iterator[Resource]:
    """The resources of a list."""
    return (item for item in found.items if isinstance(item, Resource))


def value(resource: Resource, path: Path) -> Json:
    """What stands at a path; UNKNOWN where it was not read."""
    return reading(path)(resource, resource)


def reading(path: Path, since_api: str | None = None) -> Callable[[Item, Item], Json]:
    """The reader of a path, compiled once."""
    return _compiled(path.text, since_api)


@lru_cache(maxsize=256)
def _compiled(text: str, since_api: str | None) -> Callable[[Item, Item], Json]:
    return reader(Path.parse(text), since_api)


def texts(resource: Resource, path: Path) -> tuple[str, ...] | None:
    """The texts of an array; None where it was not read."""
    found = value(resource, path)
    if found is UNKNOWN:
        return None
    return tuple(text for text in (found if isinstance(found, list) else [found]) if isinstance(text, str) and text)


def why_lost(found: Related) -> str:
    """In words, why a list is not complete; "" if it is."""
    return in_words(found.lost[0]) if found.lost else ""


def in_words(lost: Lost) -> str:
    """One list that was lost: what it is of, where, why, and what it needs."""
    kind = lost.type.rpartition("/")[2] or "records"
    place = name_of(lost.scope) or "the estate"
    needs = f" (needs {lost.permission})" if lost.permission else ""
    if lost.message:
        return f"{kind} of {place} are not known: {lost.message}"
    return f"{kind} of {place} could not be read: {lost.reason.replace('_', ' ')}{needs}"
