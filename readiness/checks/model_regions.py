"""The same model in two regions, with capacity that can stand in: what is left when a region fails.

A deployment that is global or spans a data zone is entered through its account's region, and fails with it: it counts
there alone. https://learn.microsoft.com/azure/ai-foundry/how-to/high-availability-resiliency
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from readiness.arm import name_of, region_of
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, lists_lost, model_of, placed
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

LOCATION: Final = reader(Path.parse("location"))
SKU: Final = reader(Path.parse("sku.name"))
CAPACITY: Final = reader(Path.parse("sku.capacity"))
STATE: Final = reader(Path.parse("properties.provisioningState"))
MODEL: Final = Path.parse("properties.model.name")
UNITS: Final = (("provisioned", "provisioned units"), ("standard", "thousand tokens a minute"))
"""What `sku.capacity` counts, by what the type's name holds; types that are neither can't be compared."""
NOT_SERVING: Final = ("batch", "developertier")
"""Deployments for batches and for trying fine-tuned models: no callers wait for them, and they stand in for none."""
NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class ModelRegions:
    """`min_capacity_percent` is what the other regions must have of the largest region's capacity, in all."""

    min_capacity_percent: int = 50


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something that may serve a model in a region; None where that is not known either."""

    region: str | None
    model: str | None
    why: Evidence

    def may_help(self, model: str, but: str | None) -> bool:
        """Whether it may serve a model, elsewhere than in a region."""
        return self.model in (None, model) and (self.region is None or self.region != but)


@dataclass(slots=True)
class _Served:
    """Where one model is served: the accounts by region, the capacity by unit and region (None: not known)."""

    name: str
    accounts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    capacity: dict[str, dict[str, float | None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, region: str, account: str, unit: str, capacity: Json) -> None:
        self.accounts[region].add(account)
        known = isinstance(capacity, int | float) and not isinstance(capacity, bool)
        before = self.capacity[unit].get(region, 0)
        self.capacity[unit][region] = before + capacity if known and before is not None else None

    def shown(self) -> list[str]:
        return [f"{region} ({_some(names)})" for region, names in sorted(self.accounts.items())]


@dataclass(slots=True)
class _Workload:
    """The models that a workload serves in production, and what may serve some and was not read."""

    models: dict[str, _Served] = field(default_factory=dict)
    doubts: list[_Doubt] = field(default_factory=list)


def model_regions(subject: Resource, params: ModelRegions, world: World) -> Decision:
    """Fails with each model that is in one region, or with too little elsewhere; unknown where it may be more."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    workload = _Workload(doubts=[_Doubt(None, None, why) for why in lists_lost(accounts)])
    for each in placed(accounts, world):
        if each.environment is Environment.UNKNOWN:
            why = Evidence("environment", note=each.why, resource=each.account.id)
            workload.doubts.append(_Doubt(_region(each.account), None, why))
        elif each.environment is not Environment.DEVELOPMENT:
            _add_account(each.account, workload, world)
    judged = [_judged(name, served, workload.doubts, params) for name, served in sorted(workload.models.items())]
    if not judged and workload.doubts:
        return Decision(Outcome.UNKNOWN, tuple(doubt.why for doubt in workload.doubts))
    if not judged:
        seen = Evidence(f"count({DEPLOYMENTS})", 0)
        return Decision(Outcome.NOT_APPLICABLE, (seen,), "no production deployment serves a model")
    return summed(judged)


def _add_account(account: Resource, workload: _Workload, world: World) -> None:
    region, deployments = _region(account), world.related(account, "children", DEPLOYMENTS)
    workload.doubts += [_Doubt(region, None, why) for why in lists_lost(deployments)]
    for deployment in deployments.items:
        if isinstance(deployment, Resource):
            _add_deployment(deployment, account, region, workload, world)


def _add_deployment(
    deployment: Resource, account: Resource, region: str | None, workload: _Workload, world: World
) -> None:
    model, state, sku = model_of(deployment), STATE(deployment, deployment), SKU(deployment, deployment)
    type_ = sku.casefold() if isinstance(sku, str) else ""
    if any(word in type_ for word in NOT_SERVING) or (isinstance(state, str) and state.casefold() != "succeeded"):
        return
    if region is None or model is UNKNOWN or not isinstance(state, str) or sku is UNKNOWN:
        why = Evidence(MODEL.text, note=world.why_unknown(deployment, MODEL, None), resource=deployment.id)
        workload.doubts.append(_Doubt(region, None if model is UNKNOWN else model.casefold(), why))
        return
    unit = next((unit for word, unit in UNITS if word in type_), "")
    capacity = CAPACITY(deployment, deployment)
    served = workload.models.setdefault(model.casefold(), _Served(model))
    served.add(region, name_of(account.id), unit, capacity)


def _region(account: Resource) -> str | None:
    value = LOCATION(account, account)
    return None if value is UNKNOWN else region_of(value)


def _judged(model: str, served: _Served, doubts: list[_Doubt], params: ModelRegions) -> Judged:
    if len(served.accounts) < 2:
        [region] = served.accounts
        note = "a single point of failure: it goes with its region, also where it is global or spans a data zone"
        offence = Evidence(served.name, served.shown(), "at least 2 regions", note)
        return _unless_doubtful(model, offence, region, doubts)
    shared = {unit: held for unit, held in served.capacity.items() if unit and len(held) > 1}
    if not shared:
        note = "the regions have capacity of different kinds, which can't be compared"
        return Outcome.UNKNOWN, Evidence(served.name, served.shown(), "comparable capacity", note)
    short = next(_short(shared, params.min_capacity_percent), None)
    if short:
        return _unless_doubtful(model, Evidence(served.name, served.shown(), *short[1:]), short[0], doubts)
    if any(amount is None for held in shared.values() for amount in held.values()):
        return Outcome.UNKNOWN, Evidence(
            served.name, served.shown(), "comparable capacity", "a capacity is not known"
        )
    return Outcome.PASS, Evidence(served.name, served.shown(), "at least 2 regions")


def _short(shared: dict[str, dict[str, float | None]], percent: float) -> Iterator[tuple[str, str, str]]:
    """Each unit of which too little is left without the region that has most: region, what is wanted and left."""
    for unit, held in shared.items():
        known = {region: amount for region, amount in held.items() if amount is not None}
        if len(known) < len(held):
            continue
        largest = max(known, key=lambda region: (known[region], region))
        left = sum(known.values()) - known[largest]
        if left * 100 < known[largest] * percent:
            wanted = f"at least {percent} % of the capacity of {largest} elsewhere"
            yield largest, wanted, f"elsewhere {left:g} of its {known[largest]:g} {unit}"


def _unless_doubtful(model: str, offence: Evidence, lost: str, doubts: list[_Doubt]) -> Judged:
    """A failure, unless something that was not read may make up for a region."""
    doubt = next((doubt.why for doubt in doubts if doubt.may_help(model, lost)), None)
    return (Outcome.UNKNOWN, doubt) if doubt else (Outcome.FAIL, offence)


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
