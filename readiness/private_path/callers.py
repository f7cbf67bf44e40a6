"""Who calls an account out of a virtual network: gateways that lead to it, apps beside it, its own agents.

An app counts for the accounts of its workload that lie in its subscription: nothing that may be read says which
account an app calls. A gateway counts wherever it lies, if one of its backends leads to the account.
https://learn.microsoft.com/azure/api-management/virtual-network-concepts
https://learn.microsoft.com/azure/app-service/overview-vnet-integration
https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from readiness.arm import key_of, name_of, parent_of, subscription_of, with_slash
from readiness.model import UNKNOWN, Item, Related, Resource
from readiness.paths import Path, elements_of
from readiness.private_path.parts import Caller
from readiness.private_path.wiring import EVERYTHING, Wiring, in_words, one, reading, resources, texts, value

GATEWAYS: Final = "Microsoft.ApiManagement/service"
ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
SITES: Final = "Microsoft.Web/sites"
KIND: Final = Path.parse("kind")
MODE: Final = Path.parse("properties.virtualNetworkType")
SUBNET: Final = Path.parse("properties.virtualNetworkConfiguration.subnetResourceId")
LOCATIONS: Final = Path.parse("properties.additionalLocations")
LOCATION_SUBNET: Final = Path.parse("virtualNetworkConfiguration.subnetResourceId")
LOCATION: Final = Path.parse("location")
APP_SUBNET: Final = Path.parse("properties.virtualNetworkSubnetId")
APP_SERVERS: Final = Path.parse("properties.dnsConfiguration.dnsServers")
ENVIRONMENT: Final = Path.parse("properties.hostingEnvironmentProfile.id")
INJECTIONS: Final = Path.parse("properties.networkInjections")
SCENARIO: Final = Path.parse("scenario")
AGENT_SUBNET: Final = Path.parse("subnetArmId")
TOLD: Final = 3
"""How many lists that were lost are named."""
ALIKE: Final = 4
"""How many apps of one subnet are kept."""
SINCE: Final = "2025-04-01-preview"
"""The api-version that networkInjections came with."""


def callers_of(account: Resource, wiring: Wiring) -> tuple[list[Caller], list[str]]:
    """What calls an account, and why there may be more."""
    backends = wiring.world.related(account, "gatewayBackends", None)
    unseen = [in_words(lost) for lost in backends.lost[:TOLD]]
    found = list(agents_of(account, wiring))
    for service in dict.fromkeys(parent_of(backend.key) for backend in resources(backends)):
        found += _gateway(service or "", wiring)
    apps = wiring.world.related(account, "resources", SITES)
    own = subscription_of(account.key) or ""
    found += apps_by_subscription(apps, wiring).get(own, ())
    unseen += [*_lost(apps, wiring).get(own, ()), *_lost(apps, wiring).get("", ())]
    return found, list(dict.fromkeys(unseen))


def gateways_of(account: Resource, wiring: Wiring) -> tuple[list[str], list[str]]:
    """The keys of the gateways that lead to an account, and why there may be more."""
    backends = wiring.world.related(account, "gatewayBackends", None)
    services = dict.fromkeys(parent_of(backend.key) or "" for backend in resources(backends))
    return list(services), list(dict.fromkeys(in_words(lost) for lost in backends.lost[:TOLD]))


def _lost(listed: Related, wiring: Wiring) -> dict[str, list[str]]:
    """Why a list is not whole, by the subscription that it misses something of ("": anywhere); worked out once."""
    if ("lost", listed) not in wiring.kept:
        found: dict[str, list[str]] = {}
        for lost in listed.lost:
            said = found.setdefault(subscription_of(lost.scope.lower()) or "", [])
            if len(said) < TOLD:
                said.append(in_words(lost))
        wiring.kept["lost", listed] = found
    known: dict[str, list[str]] = wiring.kept["lost", listed]
    return known


def _gateway(service: str, wiring: Wiring) -> list[Caller]:
    if ("gateway", service) not in wiring.kept:
        found = wiring.world.find(service, GATEWAYS)
        record = one(found)
        lost = in_words(found.lost[0]) if found.lost else "it was not read"
        unread = [Caller(name_of(service), "gateway", service, None, why=lost)]
        wiring.kept["gateway", service] = list(gateway(record, wiring)) if record else unread
    known: list[Caller] = wiring.kept["gateway", service]
    return known


def gateway(service: Resource, wiring: Wiring) -> Iterator[Caller]:
    """A gateway's locations that lie in a network, or may."""
    name, mode = name_of(service.id), value(service, MODE)
    outside = isinstance(mode, str) and mode.casefold() == "none"
    subnet = None if outside else value(service, SUBNET)
    if subnet is UNKNOWN:
        yield Caller(name, "gateway", service.id, None, why=wiring.world.why_unknown(service, SUBNET, None))
    elif isinstance(subnet, str) and subnet:
        yield Caller(name, "gateway", service.id, subnet)
    more = value(service, LOCATIONS)
    if more is UNKNOWN:
        yield Caller(name, "gateway", service.id, None, why=wiring.world.why_unknown(service, LOCATIONS, None))
    for item in elements_of(service, LOCATIONS, more if isinstance(more, list) else []):
        yield from _location(item, service)


def _location(item: Item, service: Resource) -> Iterator[Caller]:
    subnet, region = reading(LOCATION_SUBNET)(item, service), reading(LOCATION)(item, service)
    if isinstance(subnet, str) and subnet:
        place = f" in {region}" if isinstance(region, str) and region else ""
        yield Caller(f"{name_of(service.id)}{place}", "gateway", service.id, subnet)


def apps_by_subscription(apps: Related, wiring: Wiring) -> dict[str, list[Caller]]:
    """The apps of a list that call out of a network, or may, by subscription: worked out once a list.

    Of those in one subnet that resolve alike the first few stand for all.
    """
    if apps not in wiring.kept:
        found: dict[str, list[Caller]] = {}
        seen: Counter[tuple[object, ...]] = Counter()
        for site in resources(apps):
            own = subscription_of(site.key) or ""
            for caller in app(site, wiring):
                place = (own, caller.subnet and caller.subnet.lower(), caller.servers)
                seen[place] += 1
                if seen[place] <= ALIKE:
                    found.setdefault(own, []).append(caller)
        wiring.kept[apps] = found
    known: dict[str, list[Caller]] = wiring.kept[apps]
    return known


def hosts_of(subnet: Resource, wiring: Wiring) -> tuple[list[str], list[str]]:
    """What is known to run in a subnet, and why there may be more: what its subscription has that was not read."""
    if "hosts" not in wiring.kept:
        wiring.kept["hosts"] = _hosts(wiring)
    found, unseen = wiring.kept["hosts"]
    own = subscription_of(subnet.key) or ""
    return found.get(subnet.key, []), [*unseen.get(own, ()), *unseen.get("", ())]


def _hosts(wiring: Wiring) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Names by the key of the subnet they run in; why some are missing, by subscription ("": anywhere)."""
    found: dict[str, list[str]] = {}
    unseen: dict[str, list[str]] = {}
    for type_, callers in ((GATEWAYS, gateway), (SITES, app), (ACCOUNTS, agents_of)):
        listed = wiring.world.related(EVERYTHING, "resources", type_)
        for own, said in _lost(listed, wiring).items():
            unseen.setdefault(own, []).extend(said)
        for caller in (c for record in resources(listed) for c in callers(record, wiring)):
            if caller.subnet:
                found.setdefault(key_of(with_slash(caller.subnet)), []).append(caller.name)
            else:
                own = subscription_of(caller.id.lower()) or ""
                unseen.setdefault(own, []).append(f"where {caller.name} runs is not known: {caller.why}")
    return found, unseen


def app(site: Resource, wiring: Wiring) -> Iterator[Caller]:
    """An app, if it calls out of a network, or may; what an App Service Environment lies in is not read."""
    subnet, inside = value(site, APP_SUBNET), value(site, ENVIRONMENT)
    name = name_of(site.id)
    if isinstance(subnet, str) and subnet:
        yield Caller(name, "app", site.id, subnet, texts(site, APP_SERVERS) or ())
    elif isinstance(inside, str) and inside:
        why = f"it runs in {name_of(inside)}, whose network was not read"
        yield Caller(name, "app", site.id, None, why=why)
    elif subnet is UNKNOWN:
        yield Caller(name, "app", site.id, None, why=wiring.world.why_unknown(site, APP_SUBNET, None))


def agents_of(account: Resource, wiring: Wiring) -> Iterator[Caller]:
    """The agents of an AI Foundry account that call out of a subnet, or may; an OpenAI account has none."""
    kind, name = value(account, KIND), f"agents of {name_of(account.id)}"
    if not isinstance(kind, str) or kind.casefold() != "aiservices":
        return
    listed = reading(INJECTIONS, SINCE)(account, account)
    if listed is UNKNOWN:
        why = wiring.world.why_unknown(account, INJECTIONS, SINCE)
        yield Caller(name, "agent", account.id, None, why=why)
        return
    every = listed if isinstance(listed, list) else [listed]
    for item in elements_of(account, INJECTIONS, every):
        scenario, subnet = reading(SCENARIO)(item, account), reading(AGENT_SUBNET)(item, account)
        if isinstance(subnet, str) and subnet and scenario != "none":
            yield Caller(name, "agent", account.id, subnet)
