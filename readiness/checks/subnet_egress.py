"""Whether what runs in a subnet leaves it on a way that somebody chose: a firewall's, or a NAT gateway's.

https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.arm import name_of
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, elements_of, reader
from readiness.private_path import hosts_of, some, wiring_of
from readiness.private_path.routes import ROUTES, TABLE, TABLES, routes_of
from readiness.private_path.wiring import one, value, why_lost

DELEGATIONS: Final = Path.parse("properties.delegations")
SERVICE: Final = Path.parse("properties.serviceName")
NAT: Final = Path.parse("properties.natGateway.id")
GROUP: Final = Path.parse("properties.networkSecurityGroup.id")
HOPS: Final = {
    h.casefold(): h for h in ("VirtualAppliance", "VirtualNetworkGateway", "VnetLocal", "Internet", "None")
}
DEFAULT: Final = Path.parse("properties.defaultOutboundAccess")
HALVES: Final = {"0.0.0.0/1", "128.0.0.0/1"}
WANTED: Final = "a default route to a firewall, or a NAT gateway and a security group"


@dataclass(frozen=True, slots=True)
class SubnetEgress:
    """`delegations` are services whose subnets host workload; `hops` next hops of a default route that control it.

    `private_subnet` asks for `defaultOutboundAccess: false` beside the chosen way.
    """

    delegations: tuple[str, ...]
    hops: tuple[str, ...] = ("VirtualAppliance", "VirtualNetworkGateway", "None")
    private_subnet: bool = True


def subnet_egress(subject: Resource, params: SubnetEgress, world: World) -> Decision:
    """Fails where workload leaves a subnet by no chosen way; not applicable to a subnet that hosts none."""
    hosts, unseen = _hosted(subject, params, world)
    if not hosts:
        outcome = Outcome.UNKNOWN if unseen else Outcome.NOT_APPLICABLE
        said = f"whether anything runs in it could not be told: {unseen[0]}" if unseen else "nothing read runs in it"
        return Decision(outcome, (Evidence(DELEGATIONS.text, note=said),), said)
    judged = [_way(subject, params, world)]
    if params.private_subnet:
        judged.append(_default(subject, world))
    found = summed(judged)
    said = "; ".join(e.note or "" for e in found.evidence)
    return Decision(found.outcome, found.evidence, f"{said}; it hosts {some(hosts)}")


def _hosted(subject: Resource, params: SubnetEgress, world: World) -> tuple[list[str], list[str]]:
    """What runs in a subnet, by those that point at it, else by what it is delegated to; why there may be more."""
    named, unseen = hosts_of(subject, wiring_of(world))
    if named:
        return list(dict.fromkeys(named)), []
    listed = value(subject, DELEGATIONS)
    if listed is UNKNOWN:
        return [], [world.why_unknown(subject, DELEGATIONS, None)]
    wanted = {d.casefold() for d in params.delegations}
    items = elements_of(subject, DELEGATIONS, listed if isinstance(listed, list) else [])
    services = [s for item in items if isinstance(s := reader(SERVICE)(item, subject), str)]
    return [s for s in services if s.casefold() in wanted], unseen


def _way(subject: Resource, params: SubnetEgress, world: World) -> Judged:
    routed, why = _routed(subject, params, world)
    if routed:
        return _judged(True, TABLE, why)
    nat, group = (_attached(subject, path) for path in (NAT, GROUP))
    if nat and group:
        return _judged(True, NAT, "it leaves by a NAT gateway, with a security group")
    if routed is None:
        return _judged(None, TABLE, why)
    if nat is not False and group is not False:
        return _judged(None, NAT, "whether it has a NAT gateway and a security group was not read")
    lacks = "no NAT gateway" if nat is False else "a NAT gateway without a security group"
    return _judged(False, TABLE, f"{why} and {lacks}" if why.endswith("table") else f"{why}; it has {lacks}")


def _routed(subject: Resource, params: SubnetEgress, world: World) -> tuple[Truth, str]:
    """Whether everything is routed to a hop that controls it; in words what decides."""
    table_id = value(subject, TABLE)
    if table_id is UNKNOWN:
        return None, f"its route table was not read: {world.why_unknown(subject, TABLE, None)}"
    if not isinstance(table_id, str) or not table_id:
        return False, f"{name_of(subject.id)} has no route table"
    found = world.find(table_id, TABLES)
    table = one(found)
    listed = value(table, ROUTES) if table else UNKNOWN
    if table is None or listed is UNKNOWN:
        return (
            None,
            f"the route table {name_of(table_id)} was not read: {why_lost(found) or 'its routes are missing'}",
        )
    return _default_route(table, listed, params)


def _default_route(table: Resource, listed: Json, params: SubnetEgress) -> tuple[Truth, str]:
    hops = {str(prefix): hop for prefix, hop in routes_of(table, listed) if prefix}
    whole = [hops["0.0.0.0/0"]] if "0.0.0.0/0" in hops else [hops[h] for h in HALVES if hops.keys() >= HALVES]
    if not whole:
        return False, f"{name_of(table.id)} has no default route"
    if None in whole:
        return None, f"the next hop of {name_of(table.id)}'s default route was not read"
    taken = {h.casefold() for h in params.hops}
    told = ", ".join(sorted({HOPS.get(str(hop), str(hop)) for hop in whole}))
    return all(hop in taken for hop in whole), f"{name_of(table.id)} sends everything to {told}"


def _default(subject: Resource, world: World) -> Judged:
    """Azure's own way out, which is open unless it is switched off."""
    found = value(subject, DEFAULT)
    if found is UNKNOWN:
        return _judged(None, DEFAULT, world.why_unknown(subject, DEFAULT, None))
    state = "is not set, which means true" if found is None else f"is {str(found).lower()}"
    closed = str(found).casefold() == "false"
    return _judged(closed, DEFAULT, f"defaultOutboundAccess of {name_of(subject.id)} {state}", found, False)


def _attached(subject: Resource, path: Path) -> Truth:
    found = value(subject, path)
    return None if found is UNKNOWN else isinstance(found, str) and bool(found)


def _judged(truth: Truth, path: Path, said: str, observed: Json = None, expected: Json = WANTED) -> Judged:
    outcome = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}[truth]
    return outcome, Evidence(path.text, observed, expected, said)
