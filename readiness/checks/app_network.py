"""How an App Service app calls out, and how it is called: subnet, routing, HTTPS alone, lowest TLS version.

A list of apps leaves most of `siteConfig` null: null there says nothing, and the app's own child record
`config/web` decides, where it was read. Routing has had three names: `siteConfig.vnetRouteAllEnabled`, the same on
the app, and `outboundVnetRouting` since 2024-11-01.
https://learn.microsoft.com/azure/app-service/overview-vnet-integration
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from readiness.arm import name_of
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

Judged: TypeAlias = tuple[Outcome, Evidence]

ENVIRONMENT: Final = Path.parse("properties.hostingEnvironmentProfile.id")
FLEX: Final = Path.parse("properties.functionAppConfig")
SUBNET: Final = Path.parse("properties.virtualNetworkSubnetId")
ROUTES: Final = (
    Path.parse("properties.outboundVnetRouting.allTraffic"),
    Path.parse("properties.outboundVnetRouting.applicationTraffic"),
    Path.parse("properties.vnetRouteAllEnabled"),
    Path.parse("properties.siteConfig.vnetRouteAllEnabled"),
)
WEB_ROUTES: Final = Path.parse("properties.vnetRouteAllEnabled")
HTTPS: Final = Path.parse("properties.httpsOnly")
TLS: Final = Path.parse("properties.siteConfig.minTlsVersion")
WEB_TLS: Final = Path.parse("properties.minTlsVersion")
VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3")
"""Oldest first; another version is none that can be judged."""


@dataclass(frozen=True, slots=True)
class AppNetwork:
    """`min_tls` is the lowest version that callers may use; `route_all` asks for all outbound traffic."""

    min_tls: str = "1.2"
    route_all: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """A value with the place it was found at: true, false, a text, null or UNKNOWN; `note` says why it is unknown."""

    value: Json
    path: str
    note: str | None = None


def app_network(subject: Resource, params: AppNetwork, world: World) -> Decision:
    """Fails with each setting that is wrong; unknown with one that was not read; passes otherwise."""
    judged = list(_judged(subject, params, world))
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        found = tuple(evidence for own, evidence in judged if own is outcome)
        if found:
            return Decision(outcome, found)
    return Decision(Outcome.PASS, tuple(evidence for _, evidence in judged))


def _judged(subject: Resource, params: AppNetwork, world: World) -> Iterator[Judged]:
    outcome, evidence = _integrated(subject, world)
    yield outcome, evidence
    if params.route_all and outcome is Outcome.PASS and evidence.path == SUBNET.text:
        yield _routed(subject, world)
    yield _https(subject, world)
    yield _tls(subject, params.min_tls, world)


def _integrated(subject: Resource, world: World) -> Judged:
    """An app in an App Service Environment lies in the network already."""
    expected = "a subnet of a virtual network"
    inside, subnet = _seen(subject, ENVIRONMENT, world), _seen(subject, SUBNET, world)
    for seen in (inside, subnet):
        if isinstance(seen.value, str) and seen.value:
            return Outcome.PASS, Evidence(seen.path, seen.value, expected)
    unread = next((seen for seen in (subnet, inside) if seen.value is UNKNOWN), None)
    if unread:
        return Outcome.UNKNOWN, Evidence(unread.path, None, expected, unread.note)
    return Outcome.FAIL, Evidence(subnet.path, None, expected, "not set")


def _routed(subject: Resource, world: World) -> Judged:
    """A Flex Consumption app sends everything through its subnet and has no switch for it."""
    flex = _seen(subject, FLEX, world)
    if isinstance(flex.value, dict):
        return Outcome.PASS, Evidence(FLEX.text, "Flex Consumption", None, "which routes all traffic")
    seen = [_seen(subject, path, world) for path in ROUTES]
    known = [s for s in seen if s.value is not None]
    return _decided(_first(known, world, subject, WEB_ROUTES), True)


def _first(known: list[Seen], world: World, subject: Resource, below: Path) -> Seen:
    """What settles a switch: where it is on, else where it was not read, else where it is off, else `config/web`."""
    on = next((s for s in known if _switch(s.value) is True), None)
    unread = next((s for s in known if s.value is UNKNOWN), None)
    return on or unread or (known[0] if known else _from_web(subject, below, world))


def _https(subject: Resource, world: World) -> Judged:
    seen = _seen(subject, HTTPS, world)
    if seen.value is None:
        return Outcome.FAIL, Evidence(seen.path, None, True, "not set, which means false")
    return _decided(seen, True)


def _tls(subject: Resource, lowest: str, world: World) -> Judged:
    seen = _seen(subject, TLS, world)
    if seen.value is None:
        seen = _from_web(subject, WEB_TLS, world)
    expected = f"{lowest} or later"
    if seen.value is UNKNOWN or seen.value is None:
        return Outcome.UNKNOWN, Evidence(
            seen.path, None, expected, seen.note or "not set, and its list leaves it out"
        )
    version = str(seen.value)
    if version not in VERSIONS or lowest not in VERSIONS:
        return Outcome.UNKNOWN, Evidence(seen.path, seen.value, expected, "is no version that can be judged")
    met = VERSIONS.index(version) >= VERSIONS.index(lowest)
    return (Outcome.PASS if met else Outcome.FAIL), Evidence(seen.path, seen.value, expected)


def _decided(seen: Seen, expected: bool) -> Judged:
    if seen.value is UNKNOWN or seen.value is None:
        return Outcome.UNKNOWN, Evidence(
            seen.path, None, expected, seen.note or "not set, and its list leaves it out"
        )
    switch = _switch(seen.value)
    if switch is None:
        return Outcome.UNKNOWN, Evidence(seen.path, seen.value, expected, "is neither true nor false")
    return (Outcome.PASS if switch is expected else Outcome.FAIL), Evidence(seen.path, seen.value, expected)


def _switch(value: Json) -> bool | None:
    """True or false, also as text; None for anything else."""
    text = str(value).casefold() if isinstance(value, bool | str) else ""
    return {"true": True, "false": False}.get(text)


def _seen(subject: Resource, path: Path, world: World) -> Seen:
    value = reader(path)(subject, subject)
    return Seen(value, path.text, world.why_unknown(subject, path, None) if value is UNKNOWN else None)


def _from_web(subject: Resource, path: Path, world: World) -> Seen:
    """What the child `config/web` says, named by the app's own part of the path."""
    found = world.related(subject, "children", f"{subject.type}/config")
    shown = f"config/web#{path.text}"
    for item in found.items:
        if isinstance(item, Resource) and name_of(item.id).casefold() == "web":
            seen = _seen(item, path, world)
            return Seen(seen.value, shown, seen.note)
    return Seen(UNKNOWN, shown, lost_in_words(found.lost[0]) if found.lost else "its record was not read")
