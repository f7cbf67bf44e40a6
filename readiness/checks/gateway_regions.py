"""API Management and the outage of a region: where its gateways are, where the models behind them are.

Another production gateway of the same workload in another region counts if callers are led there. Models that are
all in one region are lost with it whatever the gateway does.
https://learn.microsoft.com/azure/architecture/ai-ml/guide/azure-openai-gateway-multi-backend
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from readiness.arm import region_of
from readiness.checks.fronts import share_a_front
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Item, Json, Outcome, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

SERVICES: Final = "Microsoft.ApiManagement/service"
ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS: Final = "Microsoft.CognitiveServices/accounts/deployments"
KIND: Final = Path.parse("kind")
LOCATION: Final = Path.parse("location")
ADDITIONAL: Final = Path.parse("properties.additionalLocations")
DISABLED: Final = Path.parse("properties.disableGateway")
DISABLED_THERE: Final = Path.parse("disableGateway")


@dataclass(frozen=True, slots=True)
class GatewayRegions:
    """`kinds` are the account kinds that hold models.

    `routed` says that something leads callers from one service to another. Without it that is seen only where an
    origin group of Front Door or a profile of Traffic Manager names the hosts of both, else it is unknown.
    """

    kinds: tuple[str, ...] = ("OpenAI", "AIServices")
    routed: bool = False


@dataclass(slots=True)
class _Regions:
    """Regions known, each with a place as it was read; and what keeps there from being no others."""

    known: dict[str, str] = field(default_factory=dict)
    unclear: list[Evidence] = field(default_factory=list)

    def add(self, value: Json, unclear: Evidence) -> None:
        region = region_of(value)
        if region:
            self.known.setdefault(region, str(value))
        else:
            self.unclear.append(unclear)

    def shown(self) -> list[str]:
        return sorted(self.known.values())


def gateway_regions(subject: Resource, params: GatewayRegions, world: World) -> Decision:
    """Fails with models in several regions behind gateways in one; not applicable where models are in one."""
    gateways = _Regions()
    _gateway(subject, gateways, world)
    if len(gateways.known) > 1:
        return Decision(Outcome.PASS, (_of_gateways(gateways, "this service's own gateways"),))
    models = _models(world.related(subject, "resources", ACCOUNTS), params, world)
    if len(models.known) < 2 and not models.unclear:
        seen = Evidence("regions of the models", models.shown())
        said = "no models found"
        if models.known:
            said = f"all models are in {models.shown()[0]}, and an outage of the region takes them too"
        return Decision(Outcome.NOT_APPLICABLE, (seen,), said)
    others = list(_in_production(world.related(subject, "resources", SERVICES), subject.key, gateways, world))
    for other in others:
        _gateway(other, gateways, world)
    return _decided(gateways, models, params.routed or share_a_front(subject, others, world))


def _decided(gateways: _Regions, models: _Regions, routed: bool) -> Decision:
    if len(gateways.known) > 1:
        note = "gateways of several services" + ("" if routed else ", and nothing was seen that leads callers across")
        return Decision(Outcome.PASS if routed else Outcome.UNKNOWN, (_of_gateways(gateways, note),))
    if gateways.unclear:
        return Decision(Outcome.UNKNOWN, tuple(gateways.unclear))
    if len(models.known) < 2:
        return Decision(Outcome.UNKNOWN, tuple(models.unclear))
    note = f"the models are in {' and '.join(models.shown())}"
    return Decision(Outcome.FAIL, (_of_gateways(gateways, note),))


def _of_gateways(gateways: _Regions, note: str) -> Evidence:
    return Evidence("regions of the gateways", gateways.shown(), "at least 2 regions", note)


@lru_cache(maxsize=64)
def _models(accounts: Related, params: GatewayRegions, world: World) -> _Regions:
    """The regions of a workload's models: the same for each of its gateways, and worked out once."""
    models = _Regions()
    for account in _in_production(accounts, "", models, world):
        _account(account, models, params, world)
    return models


def _in_production(found: Related, but: str, regions: _Regions, world: World) -> Iterator[Resource]:
    """Those of a list, but for one, that are not known to be for development."""
    regions.unclear += _lost(found)
    for item in found.items:
        if not isinstance(item, Resource) or item.key == but:
            continue
        environment, why = world.environment(item)
        if environment is Environment.UNKNOWN:
            regions.unclear.append(Evidence("environment", note=why, resource=item.id))
        elif environment is not Environment.DEVELOPMENT:
            yield item


def _lost(found: Related) -> list[Evidence]:
    return [Evidence("regions", note=lost_in_words(lost), resource=lost.scope) for lost in found.lost]


def _gateway(service: Resource, regions: _Regions, world: World) -> None:
    """The regions in which a service's gateway takes calls."""
    _place(service, DISABLED, service, LOCATION.text, regions, world)
    more = reader(ADDITIONAL)(service, service)
    if more is UNKNOWN:
        note = world.why_unknown(service, ADDITIONAL, None)
        regions.unclear.append(Evidence(ADDITIONAL.text, note=note, resource=service.id))
    for index, item in enumerate(elements_of(service, ADDITIONAL, more if isinstance(more, list) else [])):
        _place(item, DISABLED_THERE, service, f"{ADDITIONAL.text}[{index}].{LOCATION.text}", regions, world)


def _place(item: Item, switch: Path, service: Resource, path: str, regions: _Regions, world: World) -> None:
    off, value = reader(switch)(item, service), reader(LOCATION)(item, service)
    if off is UNKNOWN:
        note = world.why_unknown(item, switch, None)
        regions.unclear.append(Evidence(switch.text, note=note, resource=service.id))
    elif str(off).casefold() != "true":
        note = world.why_unknown(item, LOCATION, None) if value is UNKNOWN else "names no region"
        regions.add(value, Evidence(path, note=note, resource=service.id))


def _account(account: Resource, regions: _Regions, params: GatewayRegions, world: World) -> None:
    kind = reader(KIND)(account, account)
    if kind is UNKNOWN:
        regions.unclear.append(Evidence("kind", note=world.why_unknown(account, KIND, None), resource=account.id))
    elif str(kind).casefold() in {str(name).casefold() for name in params.kinds}:
        has_models = _has_models(account, world)
        value = reader(LOCATION)(account, account)
        if has_models:
            regions.add(value, Evidence(LOCATION.text, note="names no region", resource=account.id))
        elif has_models is None:
            regions.unclear += _lost(world.related(account, "children", DEPLOYMENTS))


def _has_models(account: Resource, world: World) -> Truth:
    """Whether an account has a deployment; None if the list of them is not whole and none is known."""
    found = world.related(account, "children", DEPLOYMENTS)
    return True if found.items else False if found.complete else None
