"""What leads callers to several gateways: origin groups of Front Door, profiles of Traffic Manager.

https://learn.microsoft.com/azure/frontdoor/origin
https://learn.microsoft.com/azure/traffic-manager/traffic-manager-endpoint-types
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from readiness.arm import parent_of
from readiness.conditions import World
from readiness.hosts import host_of
from readiness.model import Json, Resource
from readiness.paths import Path, elements_of, reader

ORIGINS: Final = "Microsoft.Cdn/profiles/originGroups/origins"
PROFILES: Final = "Microsoft.Network/trafficManagerProfiles"
ORIGIN: Final = Path.parse("properties.hostName")
ENDPOINTS: Final = Path.parse("properties.endpoints")
TARGET: Final = Path.parse("properties.target")
URL: Final = Path.parse("properties.gatewayUrl")
HOSTS: Final = Path.parse("properties.hostnameConfigurations")
HOST: Final = Path.parse("hostName")


def share_a_front(service: Resource, others: Iterable[Resource], world: World) -> bool:
    """Whether one origin group or profile is seen that leads to a gateway and to another one."""
    fronts: dict[str, set[str]] = {}
    for type_ in (ORIGINS, PROFILES):
        for item in world.related(service, "resources", type_).items:
            if isinstance(item, Resource):
                place = parent_of(item.key) if type_ == ORIGINS else item.key
                fronts.setdefault(place or item.key, set()).update(_targets(item))
    own, found = _hosts(service), [_hosts(other) for other in others]
    return any(own & front and any(hosts & front for hosts in found) for front in fronts.values())


def _targets(item: Resource) -> set[str]:
    """The hosts that an origin, or a profile's endpoints, lead to."""
    return _texts([reader(ORIGIN)(item, item), *_each(item, ENDPOINTS, TARGET)])


def _hosts(service: Resource) -> set[str]:
    """The hosts at which a gateway takes calls."""
    return _texts([host_of(reader(URL)(service, service)), *_each(service, HOSTS, HOST)])


def _each(resource: Resource, array: Path, path: Path) -> Iterator[Json]:
    listed = reader(array)(resource, resource)
    for item in elements_of(resource, array, listed if isinstance(listed, list) else []):
        yield reader(path)(item, resource)


def _texts(values: list[Json]) -> set[str]:
    return {value.casefold() for value in values if isinstance(value, str)}
