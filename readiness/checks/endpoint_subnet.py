"""Whom the subnet of an account's private endpoint admits: its gateways and apps alone, or everybody in the network.

A security group counts for endpoints only where the subnet's network policies say so.
https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from readiness.arm import name_of
from readiness.checks.private_access import without_endpoint
from readiness.checks.security_rules import RULES, Rule, incoming
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource, Truth
from readiness.paths import Path
from readiness.private_path import Endpoint, PrivatePath, gateways_of, path_of, some, wiring_of
from readiness.private_path.addresses import Prefix, holds, prefix_of
from readiness.private_path.wiring import SUBNETS, one, texts, value, why_lost

GROUPS: Final = "Microsoft.Network/networkSecurityGroups"
POLICIES: Final = Path.parse("properties.privateEndpointNetworkPolicies")
GROUP: Final = Path.parse("properties.networkSecurityGroup.id")
PREFIX: Final = Path.parse("properties.addressPrefix")
PREFIXES: Final = Path.parse("properties.addressPrefixes")
NO_GATEWAY: Final = "no gateway was read that leads to the account"
NOT_TOLD: Final = ", of which no caller was read"
ALONE: Final = "admits the gateways and apps alone"


@dataclass(frozen=True, slots=True)
class EndpointSubnet:
    """`policies` are the privateEndpointNetworkPolicies with which a group counts; `port` is that of the calls."""

    policies: tuple[str, ...] = ("Enabled", "NetworkSecurityGroupEnabled")
    port: int = 443


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is asked of a group: to which subnet, in which network; who may come in, and who must."""

    subnet: tuple[Prefix, ...]
    space: tuple[Prefix, ...]
    callers: tuple[Prefix, ...]
    gateways: tuple[Prefix, ...]
    port: int


def endpoint_subnet(subject: Resource, params: EndpointSubnet, world: World) -> Decision:
    """Fails with each endpoint that others than the callers reach past the gateway; not applicable without one."""
    path = path_of(subject, world)
    gateways, unseen = gateways_of(subject, wiring_of(world))
    if not gateways:
        outcome = Outcome.UNKNOWN if unseen and path.own else Outcome.NOT_APPLICABLE
        said = unseen[0] if outcome is Outcome.UNKNOWN else NO_GATEWAY
        return Decision(outcome, (Evidence("gatewayBackends", note=said),), said)
    without = without_endpoint(path)
    if without:
        return without
    found = summed([_endpoint(e, path, params, world) for e in path.own])
    return Decision(found.outcome, found.evidence, "; ".join(dict.fromkeys(e.note or "" for e in found.evidence)))


def _endpoint(endpoint: Endpoint, path: PrivatePath, params: EndpointSubnet, world: World) -> Judged:
    if endpoint.subnet is None:
        return _judged(None, POLICIES.text, endpoint.registered.said or endpoint.name, endpoint.id)
    found = world.find(endpoint.subnet, SUBNETS)
    subnet, name = one(found), name_of(endpoint.subnet)
    if subnet is None:
        why = why_lost(found) or "it was not found"
        return _judged(
            None, POLICIES.text, f"the subnet {name} of {endpoint.name} was not read: {why}", endpoint.subnet
        )
    return _policies(subnet, params, world) or _group(subnet, path, params, world)


def _policies(subnet: Resource, params: EndpointSubnet, world: World) -> Judged | None:
    """Why a subnet's security group does not count for endpoints, or may not; None where it does."""
    policies, name = value(subnet, POLICIES), name_of(subnet.id)
    if policies is UNKNOWN:
        said = f"whether {name}'s security group counts for endpoints is not known: "
        return _judged(None, POLICIES.text, said + world.why_unknown(subnet, POLICIES, None), subnet.id)
    if isinstance(policies, str) and policies.casefold() in {p.casefold() for p in params.policies}:
        return None
    state = f"are {policies}" if isinstance(policies, str) and policies else "are not set, which means Disabled"
    said = f"the network policies of {name} {state}: no security group counts for its endpoints"
    return _judged(False, POLICIES.text, said, subnet.id)


def _group(subnet: Resource, path: PrivatePath, params: EndpointSubnet, world: World) -> Judged:
    group_id, name = value(subnet, GROUP), name_of(subnet.id)
    if group_id is UNKNOWN:
        return _judged(None, GROUP.text, f"the security group of {name} was not read", subnet.id)
    if not isinstance(group_id, str) or not group_id:
        said = f"{name} has no security group: the whole network reaches its endpoints"
        return _judged(False, GROUP.text, said, subnet.id)
    found = world.find(group_id, GROUPS)
    group = one(found)
    rules = incoming(group) if group else None
    if group is None or rules is None:
        why = why_lost(found) or "not all its rules say what they do"
        return _judged(None, RULES.text, f"{name_of(group_id)}, of {name}, could not be read: {why}", group_id)
    truth, said = _admits(rules, _asked(subnet, path, params, world))
    return _judged(truth, RULES.text, f"{name_of(group.id)}, of {name}, {said}", group.id)


def _asked(subnet: Resource, path: PrivatePath, params: EndpointSubnet, world: World) -> Admitted:
    network = wiring_of(world).network(subnet.id.rpartition("/subnets/")[0])
    space = tuple(p for text in network.space or () if (p := prefix_of(text)))
    callers = [c for origin in path.origins for c in origin.callers]
    gateways = {c.subnet for c in callers if c.subnet and c.kind == "gateway"}
    return Admitted(
        tuple(_prefixes(subnet)),
        space,
        tuple(_of_subnets({c.subnet for c in callers if c.subnet}, world)),
        tuple(_of_subnets(gateways, world)),
        params.port,
    )


def _of_subnets(ids: Iterable[str], world: World) -> Iterator[Prefix]:
    for subnet_id in sorted(ids):
        subnet = one(world.find(subnet_id, SUBNETS))
        yield from _prefixes(subnet) if subnet else ()


def _prefixes(subnet: Resource) -> list[Prefix]:
    named = [*(texts(subnet, PREFIX) or ()), *(texts(subnet, PREFIXES) or ())]
    return [p for text in named if (p := prefix_of(text))]


def _admits(rules: list[Rule], asked: Admitted) -> tuple[Truth, str]:
    """Whether others than the callers are kept out, and a gateway is let in; in words what decides."""
    doubts: list[str] = []
    for rule in rules:
        concerns = rule.concerns(asked.subnet, asked.port)
        if concerns is False:
            continue
        if rule.allows and concerns and _opens(rule, asked):
            return False, f"admits {rule.spelled} by its rule {rule.name}"
        if rule.allows:
            doubts += (
                [] if _is_callers(rule, asked) else [f"admits {rule.spelled}{NOT_TOLD}, by its rule {rule.name}"]
            )
        elif concerns and rule.from_everybody:
            return _closed(rules, rule, doubts, asked)
        elif rule.from_everybody or rule.sources is None or _covers(rule, asked):
            doubts.append(
                f"denies {rule.spelled} by its rule {rule.name}: whether that is everybody else is not told"
            )
    if any(doubt.startswith("denies") for doubt in doubts):
        return None, doubts[-1]
    return False, "keeps nobody of the network out: AllowVnetInBound admits all of it"


def _closed(rules: list[Rule], closing: Rule, doubts: list[str], asked: Admitted) -> tuple[Truth, str]:
    """What a group says in which a rule keeps all others out."""
    if doubts:
        return None, some(doubts)
    if asked.gateways and not any(_lets_in(rules, gateway, asked) for gateway in asked.gateways):
        return False, f"admits no gateway: its rule {closing.name} denies everybody"
    return True, ALONE


def _opens(rule: Rule, asked: Admitted) -> bool:
    """Whether a rule lets everybody in, or all of the endpoint's network, which is no caller's subnet."""
    return rule.from_everybody or (_covers(rule, asked) and not _is_callers(rule, asked))


def _covers(rule: Rule, asked: Admitted) -> bool:
    return any(holds(prefix, space) for prefix in rule.prefixes for space in asked.space)


def _is_callers(rule: Rule, asked: Admitted) -> bool:
    """Whether each source of a rule lies in a caller's subnet, or outside every network (a service tag)."""
    if rule.sources is None or rule.from_everybody:
        return False
    return all(any(holds(caller, prefix) for caller in asked.callers) for prefix in rule.prefixes)


def _lets_in(rules: list[Rule], gateway: Prefix, asked: Admitted) -> bool:
    for rule in rules:
        if rule.concerns(asked.subnet, asked.port) is False:
            continue
        if rule.from_everybody or any(holds(prefix, gateway) for prefix in rule.prefixes):
            return rule.allows
    return True


def _judged(truth: Truth, path: str, said: str, about: str | None) -> Judged:
    outcome = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}[truth]
    return outcome, Evidence(path, None, ALONE, said, about)
