"""Reservations of provisioned units: how much of what is deployed they cover, and whether they are used.

A reservation counts for deployments of its type (regional, data zone, global), in its region and scope, whatever the
model; those for global deployments count in every region. What exceeds it is billed by the hour. The record names the
type in `sku.name`, of which no list is published: it is told by its words.
https://learn.microsoft.com/azure/ai-services/openai/how-to/provisioned-throughput-onboarding
https://azure.microsoft.com/updates?id=562657 (global reservations without a region)
https://learn.microsoft.com/azure/templates/microsoft.capacity/reservationorders (OpenAIPTU, applied scopes)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

from readiness import dates
from readiness.arm import group_of, key_of, region_of, subscription_of, with_slash
from readiness.checks.deployment_types import DeploymentType, Family, Reach, deployment_type
from readiness.checks.llm_accounts import DEPLOYMENTS, lists_lost
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.models import LOCATION, READERS, SKU
from readiness.paths import Path, reader

RESERVATIONS: Final = "Microsoft.Capacity/reservationOrders/reservations"
SUBSCRIPTIONS: Final = "Microsoft.Resources/subscriptions"
MANAGEMENT_GROUP: Final = "/providers/microsoft.management/managementgroups/"
TENANT: Final = ""
ESTATE: Final = Resource({}, id="estate", key="estate", type="estate")
PROVIDER: Final = Resource(
    {}, id="/providers/Microsoft.Capacity", key="/providers/microsoft.capacity", type="provider"
)
"""Reservations lie in no subscription: a list of them is read below their provider."""
CAPACITY: Final = Path.parse("sku.capacity")
_CAPACITY: Final = reader(CAPACITY)
_PROPERTIES: Final = reader(Path.parse("properties"))
ANCESTORS: Final = reader(Path.parse("properties.managementGroupAncestorsChain"))
WORDS: Final = {Reach.REGION: "regional", Reach.DATA_ZONE: "data zone", Reach.GLOBAL: "global"}
ENDED: Final = ("expired", "cancelled", "failed", "merged", "split", "billingfailed")
WEEK: Final = 7
TOLD: Final = 3

Pool: TypeAlias = tuple[Reach, str | None]
"""What a reservation is bought for: how far prompts may go, and the region, None for global ones."""
Chain: TypeAlias = tuple[str, ...]
"""The scopes above a deployment whose reservations count for it, as keys, the nearest first; the tenant is last."""


@dataclass(frozen=True, slots=True)
class ReservedUnits:
    """`reserved_type` is the kind of reservation; `all_visible` says that the identity may see all there are."""

    reserved_type: str = "OpenAIPTU"
    min_used_percent: int = 90
    all_visible: bool = False


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation of units in force; what is None could not be told. `used` is in percent, of the last week."""

    record: Resource
    title: str
    reach: Reach | None
    region: str | None
    scope: str | None
    units: float | None
    used: float | None

    @property
    def is_clear(self) -> bool:
        """Whether it is known what it covers."""
        known = None not in (self.reach, self.scope, self.units)
        return known and (self.reach is Reach.GLOBAL or self.region is not None)

    def is_for(self, pool: Pool) -> bool:
        """Whether it was bought for a type and region, as far as is known."""
        reach, region = pool
        place = self.reach is Reach.GLOBAL or self.region in (None, region)
        return self.reach in (None, reach) and place


@dataclass(slots=True)
class Units:
    """The units of one type in one region: what is deployed by chain of scopes, and deployments of unknown size."""

    deployed: dict[Chain, float] = field(default_factory=lambda: defaultdict(float))
    unclear: list[Resource] = field(default_factory=list)

    @property
    def total(self) -> float:
        """All that is deployed."""
        return sum(self.deployed.values())


def reserved_units(subject: Resource, params: ReservedUnits, world: World) -> Decision:
    """Fails where units are not covered, or a reservation for them lies idle; unknown where more may be reserved."""
    type_, sku = deployment_type(READERS[SKU](subject, subject)), READERS[SKU](subject, subject)
    if type_ is None:
        note = world.why_unknown(subject, SKU, None) if sku is UNKNOWN else "no deployment type that is known here"
        return Decision(Outcome.UNKNOWN, (Evidence(SKU.text, None if sku is UNKNOWN else sku, note=note),))
    if type_.family is not Family.PROVISIONED:
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(SKU.text, type_.name, note="not provisioned"),))
    pool = _pool(subject, type_, world)
    if pool is None:
        return Decision(Outcome.UNKNOWN, (Evidence("location", note="the account's region was not read"),))
    if _units(subject) is None:
        return Decision(Outcome.UNKNOWN, (Evidence(CAPACITY.text, note="how many units it has was not read"),))
    return _judged(subject, pool, params, world)


def _judged(subject: Resource, pool: Pool, params: ReservedUnits, world: World) -> Decision:
    units = _deployed(world)[0][pool]
    found, chain = _reservations(world, params.reserved_type), _chain(subject, world)
    for_it, left = _left(pool, params.reserved_type, world)
    evidence = _seen(pool, units, for_it, left[TENANT])
    if all(left[scope] > 0 for scope in chain):
        return _short(evidence, pool, found, params, world)
    idle = [r for r in for_it if r.scope in chain and r.used is not None and r.used < params.min_used_percent]
    if idle:
        return _idle(idle, params)
    doubts = [*_deployed(world)[1], *(_unclear_size(item) for item in units.unclear)]
    return Decision(Outcome.UNKNOWN if doubts else Outcome.PASS, (evidence, *doubts))


def _short(evidence: Evidence, pool: Pool, found: list[Reservation], params: ReservedUnits, world: World) -> Decision:
    """A failure, unless a reservation that was not read, or not understood, may make up for it."""
    doubts = [_unclear(r) for r in found if not r.is_clear and r.is_for(pool)]
    read = world.inherited(PROVIDER, RESERVATIONS)
    doubts += [Evidence(RESERVATIONS, note=lost_in_words(lost)) for lost in read.lost]
    if not any(scope == TENANT for scope, _ in read.by_scope) and not params.all_visible and not doubts:
        note = "no reservation is visible: there is none, or the identity may not see it (Reservations Reader)"
        doubts.append(Evidence(RESERVATIONS, note=note))
    if any(r.scope and r.scope.startswith(MANAGEMENT_GROUP) for r in found) and not _groups_known(world):
        note = "a reservation counts for a management group, and which subscriptions lie in it was not read"
        doubts.append(Evidence(RESERVATIONS, note=note))
    if doubts:
        return Decision(Outcome.UNKNOWN, (evidence, *doubts[:TOLD]))
    return Decision(Outcome.FAIL, (evidence,), f"{evidence.path}: {evidence.observed}; {evidence.note}")


def _idle(idle: list[Reservation], params: ReservedUnits) -> Decision:
    path, expected = "properties.utilization", f"at least {params.min_used_percent} %"
    evidence = tuple(Evidence(path, f"{r.used:g} %", expected, r.title, r.record.id) for r in idle)
    told = ", ".join(f"{r.title} was used for {r.used:g} % in the last week" for r in idle[:TOLD])
    return Decision(Outcome.FAIL, evidence, f"a reservation for these units lies idle: {told}; expected {expected}")


def _seen(pool: Pool, units: Units, for_it: list[Reservation], left: float) -> Evidence:
    reach, region = pool
    where = f" in {region}" if region else ""
    held = sum(r.units or 0 for r in for_it)
    note = f"{left:g} of them are billed by the hour" if left else None
    path = f"{WORDS[reach]} provisioned units{where}"
    return Evidence(path, f"{units.total:g} deployed, {held:g} reserved", "all of them reserved", note)


def _unclear(reservation: Reservation) -> Evidence:
    note = f"{reservation.title} may count for them: what it is for could not be told"
    return Evidence(RESERVATIONS, note=note, resource=reservation.record.id)


def _unclear_size(deployment: Resource) -> Evidence:
    return Evidence(CAPACITY.text, note="how many units it has was not read", resource=deployment.id)


# --- what reservations leave uncovered ---------------------------------------------------------------------------


def uncovered(deployed: dict[Chain, float], reserved: dict[str, float]) -> dict[str, float]:
    """The units that are left in each scope once its reservations, and those of all scopes in it, are used up.

    Reservations of a narrow scope are used first: whatever they leave may still be covered from above.
    """
    above = {scope: chain[i + 1] for chain in deployed for i, scope in enumerate(chain[:-1])}
    depth = {scope: len(chain) - i for chain in deployed for i, scope in enumerate(chain)}
    left: dict[str, float] = defaultdict(float)
    for chain, units in deployed.items():
        left[chain[0]] += units
    for scope in sorted(depth, key=lambda s: (-depth[s], s)):
        left[scope] = max(0.0, left[scope] - reserved.get(scope, 0))
        if scope in above:
            left[above[scope]] += left[scope]
    return left


@lru_cache(maxsize=256)
def _left(pool: Pool, reserved_type: str, world: World) -> tuple[list[Reservation], dict[str, float]]:
    """The reservations for a pool, and what they leave uncovered of it, once for all of its deployments."""
    for_it = [r for r in _reservations(world, reserved_type) if r.is_clear and r.is_for(pool)]
    return for_it, uncovered(_deployed(world)[0][pool].deployed, _by_scope(for_it))


def _by_scope(reservations: Iterable[Reservation]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for each in reservations:
        found[each.scope or TENANT] += each.units or 0
    return found


def _pool(deployment: Resource, type_: DeploymentType, world: World) -> Pool | None:
    """The type and region whose reservations count for a deployment; None where the region is not known."""
    if type_.reach is Reach.GLOBAL:
        return type_.reach, None
    account = next((a for a in world.related(deployment, "parent", None).items), None)
    region = region_of(READERS[LOCATION](account, account)) if isinstance(account, Resource) else None
    return (type_.reach, region) if region else None


def _units(deployment: Resource) -> float | None:
    value = _CAPACITY(deployment, deployment)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _chain(deployment: Resource, world: World) -> Chain:
    subscription = subscription_of(deployment.key) or TENANT
    return (group_of(deployment.key) or subscription, subscription, *_groups_above(subscription, world), TENANT)


@lru_cache(maxsize=1024)
def _groups_above(subscription: str, world: World) -> tuple[str, ...]:
    """The management groups above a subscription, the nearest first; none where they were not read."""
    record = next(iter(world.find(subscription, SUBSCRIPTIONS).items), None)
    chain = ANCESTORS(record, record) if isinstance(record, Resource) else None
    names = [group.get("name") for group in chain if isinstance(group, dict)] if isinstance(chain, list) else []
    return tuple(f"{MANAGEMENT_GROUP}{name.lower()}" for name in names if isinstance(name, str))


def _groups_known(world: World) -> bool:
    """Whether the management groups above every subscription with provisioned deployments are known."""
    chains = (chain for units in _deployed(world)[0].values() for chain in units.deployed)
    return all(len(chain) > len((*chain[:2], TENANT)) for chain in chains)


@lru_cache(maxsize=4)
def _deployed(world: World) -> tuple[dict[Pool, Units], list[Evidence]]:
    """The provisioned units of the estate by type and region, and why there may be more; added up once."""
    listed = world.related(ESTATE, "resources", DEPLOYMENTS)
    found: dict[Pool, Units] = defaultdict(Units)
    for item in (i for i in listed.items if isinstance(i, Resource)):
        type_ = deployment_type(READERS[SKU](item, item))
        pool = _pool(item, type_, world) if type_ and type_.family is Family.PROVISIONED else None
        if pool is None:
            continue
        units = _units(item)
        if units is None:
            found[pool].unclear.append(item)
        else:
            found[pool].deployed[_chain(item, world)] += units
    return found, lists_lost(listed)


# --- reservations ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _reservations(world: World, type_: str) -> list[Reservation]:
    """The reservations of a kind that are in force."""
    held = (records for _, records in world.inherited(PROVIDER, RESERVATIONS).by_scope)
    return [found for records in held for record in records for found in _in_force(record, type_, world)]


def _in_force(record: Resource, type_: str, world: World) -> Iterator[Reservation]:
    properties = _PROPERTIES(record, record)
    if not isinstance(properties, dict):
        yield Reservation(record, record.id.rpartition("/")[2], None, None, None, None, None)
        return
    if str(properties.get("reservedResourceType")).casefold() != type_.casefold() or _has_ended(properties, world):
        return
    yield Reservation(
        record=record,
        title=str(properties.get("displayName") or record.id.rpartition("/")[2]),
        reach=reach_of(READERS[SKU](record, record)),
        region=region_of(READERS[LOCATION](record, record)),
        scope=_scope(properties),
        units=_quantity(properties.get("quantity")),
        used=_used(properties.get("utilization")),
    )


def _has_ended(properties: dict[str, Any], world: World) -> bool:
    if str(properties.get("provisioningState")).casefold() in ENDED:
        return True
    ends = (dates.parse(properties.get(key)) for key in ("expiryDateTime", "expiryDate"))
    begins = (dates.parse(properties.get(key)) for key in ("benefitStartTime", "effectiveDateTime"))
    return any(at and at <= world.as_of for at in ends) or any(at and at > world.as_of for at in begins)


def reach_of(sku: Json) -> Reach | None:
    """The deployment type that a reservation's `sku.name` speaks of; None where it names none, or several."""
    words = re.sub(r"[^a-z]", "", sku.casefold()) if isinstance(sku, str) else ""
    marks = {Reach.DATA_ZONE: "datazone", Reach.GLOBAL: "global", Reach.REGION: "regional"}
    found = [reach for reach, mark in marks.items() if mark in words]
    return found[0] if len(found) == 1 else None


def _scope(properties: dict[str, Any]) -> str | None:
    """The scope that a reservation counts for, as a key; None where that can't be told."""
    kind, given = str(properties.get("appliedScopeType")).casefold(), properties.get("appliedScopeProperties")
    named = given if isinstance(given, dict) else {}
    if kind == "shared":
        return TENANT
    if kind == "managementgroup":
        return _key(named.get("managementGroupId"))
    listed = properties.get("appliedScopes")
    single = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
    return _key(named.get("resourceGroupId") or named.get("subscriptionId") or single) if kind == "single" else None


def _key(value: Json) -> str | None:
    return key_of(with_slash(value)) if isinstance(value, str) and value else None


def _quantity(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _used(value: Json) -> float | None:
    """The utilisation of the last seven days, in percent; None where the record does not say."""
    listed = value.get("aggregates") if isinstance(value, dict) else None
    grains = [a for a in listed if isinstance(a, dict) and a.get("grain") == WEEK] if isinstance(listed, list) else []
    return _quantity(grains[0].get("value")) if grains else None
