"""API Management and availability zones: each location of a gateway.

A Premium gateway spreads over a region's zones by itself unless it is told which to use; one zone by name pins it
there. The v2 tiers say whether they spread, once and for all when they are made.
https://learn.microsoft.com/azure/reliability/reliability-api-management
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.arm import region_of
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Item, Json, Outcome, Resource
from readiness.paths import Path, elements_of, reader

TIER: Final = Path.parse("sku.name")
LOCATION: Final = Path.parse("location")
ZONES: Final = Path.parse("zones")
ADDITIONAL: Final = Path.parse("properties.additionalLocations")
DECLARED: Final = Path.parse("properties.zoneRedundant")
DECLARED_SINCE: Final = "2025-03-01-preview"
AUTOMATIC: Final = "no zones are chosen: Azure spreads the units over the region's zones by itself"
NO_ZONES: Final = "the region has no availability zones"
NOT_LISTED: Final = "is none of the regions of which the rule knows whether they have zones"


@dataclass(frozen=True, slots=True)
class GatewayZones:
    """Regions with and without zones, in any spelling; a region in neither list is unknown.

    In the `automatic` tiers a location without zones of its own choice is spread by Azure. In all other tiers
    `properties.zoneRedundant` tells.
    """

    with_zones: tuple[str, ...]
    without_zones: tuple[str, ...]
    automatic: tuple[str, ...] = ("Premium",)
    min_zones: int = 2


def gateway_zones(subject: Resource, params: GatewayZones, world: World) -> Decision:
    """Fails with each location that sits in too few zones; not applicable where no location's region has zones."""
    tier = reader(TIER)(subject, subject)
    if not isinstance(tier, str):
        note = world.why_unknown(subject, TIER, None) if tier is UNKNOWN else "not set"
        return Decision(Outcome.UNKNOWN, (Evidence(TIER.text, note=note),))
    if tier.casefold() in {str(name).casefold() for name in params.automatic}:
        return summed(list(_locations(subject, params, world)))
    return summed([_declared(subject, params, world)])


def _locations(subject: Resource, params: GatewayZones, world: World) -> Iterator[Judged]:
    yield _location("", subject, subject, params, world)
    more = reader(ADDITIONAL)(subject, subject)
    if more is UNKNOWN:
        yield Outcome.UNKNOWN, Evidence(ADDITIONAL.text, note=world.why_unknown(subject, ADDITIONAL, None))
    for index, item in enumerate(elements_of(subject, ADDITIONAL, more if isinstance(more, list) else [])):
        yield _location(f"{ADDITIONAL.text}[{index}].", item, subject, params, world)


def _location(prefix: str, item: Item, subject: Resource, params: GatewayZones, world: World) -> Judged:
    path, expected = f"{prefix}{ZONES.text}", f"at least {params.min_zones} zones"
    value = reader(ZONES)(item, subject)
    if value is UNKNOWN:
        return Outcome.UNKNOWN, Evidence(path, None, expected, world.why_unknown(item, ZONES, None))
    chosen = _zones(value)
    if chosen is None:
        return Outcome.UNKNOWN, Evidence(path, None, expected, "is no list of zones")
    if chosen:
        where = reader(LOCATION)(item, subject)
        note = f"in {where}" if isinstance(where, str) else None
        outcome = Outcome.PASS if len(chosen) >= params.min_zones else Outcome.FAIL
        return outcome, Evidence(path, chosen, expected, note)
    return _unchosen(f"{prefix}{LOCATION.text}", item, subject, params, world)


def _zones(value: Json) -> list[str] | None:
    """The zones chosen, each once; None if that is not what a value says."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(zone, str | int) and not isinstance(zone, bool) for zone in listed):
        return None
    return sorted({str(zone) for zone in listed})


def _unchosen(path: str, item: Item, subject: Resource, params: GatewayZones, world: World) -> Judged:
    has_zones, evidence = _region(path, item, subject, params, world)
    if has_zones is None:
        return Outcome.UNKNOWN, evidence
    if not has_zones:
        return Outcome.NOT_APPLICABLE, evidence
    return Outcome.PASS, Evidence(path, evidence.observed, note=AUTOMATIC)


def _region(
    path: str, item: Item, subject: Resource, params: GatewayZones, world: World
) -> tuple[bool | None, Evidence]:
    """Whether the region of a location has zones; None if that can't be told."""
    value = reader(LOCATION)(item, subject)
    if value is UNKNOWN:
        return None, Evidence(path, note=world.why_unknown(item, LOCATION, None))
    region = region_of(value)
    if region in {region_of(name) for name in params.with_zones}:
        return True, Evidence(path, value)
    if region in {region_of(name) for name in params.without_zones}:
        return False, Evidence(path, value, note=NO_ZONES)
    return None, Evidence(path, value, note="names no region" if region is None else NOT_LISTED)


def _declared(subject: Resource, params: GatewayZones, world: World) -> Judged:
    value = reader(DECLARED, DECLARED_SINCE)(subject, subject)
    if str(value).casefold() == "true":
        return Outcome.PASS, Evidence(DECLARED.text, value, True)
    has_zones, region = _region(LOCATION.text, subject, subject, params, world)
    if has_zones is False:
        return Outcome.NOT_APPLICABLE, region
    if value is UNKNOWN:
        why = world.why_unknown(subject, DECLARED, DECLARED_SINCE)
        return Outcome.UNKNOWN, Evidence(DECLARED.text, None, True, why)
    if has_zones is None:
        return Outcome.UNKNOWN, region
    note = "not set, which means false" if value is None else None
    return Outcome.FAIL, Evidence(DECLARED.text, value, True, note)
