"""The other regions of a workload: whether each model could be served there, by what is offered and what is left.

A model that is deployed there already is served. Else the region must list the version for the account's kind, in a
type that is paid alike or by use and processes prompts no farther away, and must have something left of it: by its
capacity where that was read, else by the quota of the pool. Capacities are asked for the models that a region has
deployed; that one is missing says nothing.
https://learn.microsoft.com/azure/ai-services/openai/concepts/models
https://learn.microsoft.com/rest/api/aiservices/accountmanagement/location-based-model-capacities/list
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from readiness.arm import name_of
from readiness.checks.deployed_models import absence_proved, joined, not_listed, tuned
from readiness.checks.deployment_types import DeploymentType, Family, deployment_type
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, lists_lost, placed
from readiness.checks.quota_headroom import usages_in
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import Decision, Environment, Evidence, Json, Outcome, Resource
from readiness.models import MODELS, SKU, Deployed, Model, ModelSku, offered, region_id
from readiness.paths import Path, reader

CAPACITIES: Final = f"{MODELS}/skuCapacities"
CAPACITY: Final = reader(Path.parse("sku.capacity"))
STATE: Final = reader(Path.parse("properties.provisioningState"))
AVAILABLE: Final = reader(Path.parse("properties.availableCapacity"))
SERVING: Final = (Family.STANDARD, Family.PROVISIONED)
EXPECTED: Final = "offered, with capacity, in another region of the workload"
TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class SecondaryRegion:
    """What the other region must have left, in percent of the deployment's own capacity, where units compare."""

    min_capacity_percent: int = 50


Version: TypeAlias = tuple[str, str, str]
"""A model's format, name and version, folded."""


@dataclass(slots=True)
class _Need:
    """A model that a region serves in production, in one type.

    `capacity` by path, as several subscriptions may share a region; None where a deployment's is not known.
    """

    found: Deployed
    type: DeploymentType
    capacities: dict[str, float | None] = field(default_factory=dict)

    def add(self, path: str, capacity: float | None) -> None:
        before = self.capacities.get(path, 0)
        self.capacities[path] = None if before is None or capacity is None else before + capacity

    @property
    def capacity(self) -> float | None:
        """That of the subscription that has most."""
        known = [capacity for capacity in self.capacities.values() if capacity is not None]
        return max(known) if len(known) == len(self.capacities) else None

    def fits(self, other: DeploymentType | None) -> bool:
        """Whether a type can stand in for its own: paid alike or by use, with prompts processed no farther away."""
        if other is None:
            return False
        return other.family in (Family.STANDARD, self.type.family) and other.reach <= self.type.reach

    @property
    def title(self) -> str:
        """For a person: the model, its type, where it is."""
        return f"{self.found.title} ({self.type.name}, {name_of(self.found.region.id)})"

    def units(self, other: DeploymentType, percent: float) -> float | None:
        """What must be left of a type that stands in; one unit where it counts something else."""
        if other.family is not self.type.family:
            return 1
        return None if self.capacity is None else max(1, math.ceil(self.capacity * percent / 100))


@dataclass(slots=True)
class _Workload:
    """The production accounts by region, what they serve, and what may change that."""

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    needs: dict[tuple[str, Version, str], _Need] = field(default_factory=dict)
    served: dict[tuple[str, Version], set[DeploymentType]] = field(default_factory=lambda: defaultdict(set))
    judged: list[Judged] = field(default_factory=list)

    @property
    def regions(self) -> set[str]:
        """Their names: two subscriptions may share one."""
        return {name_of(path) for path in self.kinds}


def secondary_region(subject: Resource, params: SecondaryRegion, world: World) -> Decision:
    """Fails with each model that no other region of the workload could serve; not applicable in one region."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    workload = _Workload(judged=[(Outcome.UNKNOWN, lost) for lost in lists_lost(accounts)])
    for each in placed(accounts, world):
        if each.environment is Environment.UNKNOWN:
            workload.judged.append(
                (Outcome.UNKNOWN, Evidence("environment", note=each.why, resource=each.account.id))
            )
        elif each.environment is not Environment.DEVELOPMENT:
            _add(each.account, workload, world)
    if len(workload.regions) < 2:
        return _one_region(workload)
    open_ = any(outcome is Outcome.UNKNOWN for outcome, _ in workload.judged)
    judged = [_judged(need, workload, params, world, open_) for need in workload.needs.values()]
    if not workload.judged and not judged:
        seen = Evidence(f"count({DEPLOYMENTS})", 0)
        return Decision(Outcome.NOT_APPLICABLE, (seen,), "no production deployment serves a model")
    decision = summed([*workload.judged, *judged])
    return _told(decision) if decision.outcome is Outcome.FAIL else decision


def _one_region(workload: _Workload) -> Decision:
    unclear = tuple(e for outcome, e in workload.judged if outcome is Outcome.UNKNOWN)
    if unclear:
        return Decision(Outcome.UNKNOWN, unclear)
    told = "there is no second region with production accounts: AOAI-REL-001 judges that"
    return Decision(Outcome.NOT_APPLICABLE, (Evidence("regions", sorted(workload.regions)),), told)


def _told(decision: Decision) -> Decision:
    parts = [f"{e.path}: {e.note}" for e in decision.evidence[:TOLD]]
    more = f"; {len(decision.evidence) - TOLD} more" if len(decision.evidence) > TOLD else ""
    return Decision(decision.outcome, decision.evidence, f"{'; '.join(parts)}{more}; expected {EXPECTED}")


# --- what is served ----------------------------------------------------------------------------------------------


def _add(account: Resource, workload: _Workload, world: World) -> None:
    path = region_id(account)
    if path is None:
        note = "the account names no region"
        workload.judged.append((Outcome.UNKNOWN, Evidence("location", note=note, resource=account.id)))
        return
    workload.kinds[path].add(str(account.body.get("kind")))
    listed = world.related(account, "children", DEPLOYMENTS)
    workload.judged += [(Outcome.UNKNOWN, lost) for lost in lists_lost(listed)]
    for deployment in (d for d in listed.items if isinstance(d, Resource)):
        _add_deployment(deployment, workload, world)


def _add_deployment(deployment: Resource, workload: _Workload, world: World) -> None:
    state, found = STATE(deployment, deployment), joined(deployment, world)
    if isinstance(state, str) and state.casefold() != "succeeded":
        return
    if isinstance(found, Decision):
        workload.judged += [(found.outcome, evidence) for evidence in found.evidence]
        return
    type_ = deployment_type(found.sku)
    if found.tuned or type_ is None:
        note = "no deployment type that is known here"
        unclear = Evidence(SKU.text, found.sku, note=note, resource=deployment.id)
        workload.judged.append((Outcome.NOT_APPLICABLE, tuned(found)) if found.tuned else (Outcome.UNKNOWN, unclear))
    elif type_.family in SERVING:
        version, path = _version(found), found.region.id
        need = workload.needs.setdefault((name_of(path), version, type_.name), _Need(found, type_))
        need.add(path, _number(CAPACITY(deployment, deployment)))
        workload.served[path, version].add(type_)


def _version(found: Deployed) -> Version:
    return found.format.casefold(), found.name.casefold(), found.version.casefold()


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# --- what the others offer ---------------------------------------------------------------------------------------


def _judged(need: _Need, workload: _Workload, params: SecondaryRegion, world: World, open_: bool) -> Judged:
    home = name_of(need.found.region.id)
    others = (path for path in sorted(workload.kinds) if name_of(path) != home)
    ways = (
        _there(need, path, kind, workload, params, world) for path in others for kind in sorted(workload.kinds[path])
    )
    best, note = _best(ways, "; ")
    best = Outcome.UNKNOWN if best is Outcome.FAIL and open_ else best
    return best, Evidence(need.title, None, EXPECTED, note)


def _there(
    need: _Need, path: str, kind: str, workload: _Workload, params: SecondaryRegion, world: World
) -> tuple[Outcome, str]:
    """Whether a region could serve a model for accounts of a kind, in words."""
    where = name_of(path)
    if any(need.fits(other) for other in workload.served.get((path, _version(need.found)), ())):
        return Outcome.PASS, f"it is deployed in {where} too"
    region = offered(world, path)
    wanted = Deployed(kind, need.found.format, need.found.name, need.found.version, need.found.sku, region, False)
    model = wanted.model
    if model is None:
        if absence_proved(wanted):
            return Outcome.FAIL, f"{where} does not list it for {kind} accounts"
        return Outcome.UNKNOWN, f"{where}: {not_listed(wanted).note}"
    if model.skus is None:
        return Outcome.UNKNOWN, f"{where} does not say in which types"
    fitting = [(s, t) for s in model.skus.values() if (t := deployment_type(s.name)) and need.fits(t)]
    if not fitting:
        return (
            Outcome.FAIL,
            f"{where} lists it as {', '.join(s.name for s in model.skus.values()) or 'nothing'} alone",
        )
    return _best((_left(need, model, sku, type_, path, params, world) for sku, type_ in fitting), ", ")


def _best(ways: Iterable[tuple[Outcome, str]], between: str) -> tuple[Outcome, str]:
    """The first way that will do, else the words of some that are as good as any."""
    found: dict[Outcome, list[str]] = defaultdict(list)
    for outcome, words in ways:
        if outcome is Outcome.PASS:
            return outcome, words
        found[outcome].append(words)
    best = Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.FAIL
    told = list(dict.fromkeys(found[best]))
    more = [f"{len(told) - TOLD} more"] if len(told) > TOLD else []
    return best, between.join([*told[:TOLD], *more])


def _left(
    need: _Need,
    model: Model,
    sku: ModelSku,
    type_: DeploymentType,
    path: str,
    params: SecondaryRegion,
    world: World,
) -> tuple[Outcome, str]:
    """Whether enough of a type is left in a region."""
    where, wanted = f"{sku.name} in {name_of(path)}", need.units(type_, params.min_capacity_percent)
    left, what = _capacity(model, sku, path, world), "capacity"
    if left is None:
        left, what = _quota(sku, path, world), "quota"
    if left is None:
        return Outcome.UNKNOWN, f"what is left of {where} was not read"
    if wanted is None:
        return (Outcome.UNKNOWN if left else Outcome.FAIL), f"{where} has {what} for {left:g}, its own is not known"
    enough = left >= wanted
    return (Outcome.PASS if enough else Outcome.FAIL), f"{where} has {what} for {left:g}, of {wanted:g} needed"


def _capacity(model: Model, sku: ModelSku, path: str, world: World) -> float | None:
    """What the service could still deploy; None where it was not asked for this model and type."""
    above = f"{path}/models/{model.format}.{model.name}.{model.version}"
    listed = world.related(Resource({}, id=above, key=above.lower(), type=MODELS), "children", CAPACITIES)
    named = (i for i in listed.items if isinstance(i, Resource) and name_of(i.key) == sku.name.lower())
    return next((_number(AVAILABLE(item, item)) for item in named), None)


def _quota(sku: ModelSku, path: str, world: World) -> float | None:
    """What the subscription could still allocate; None where its pool was not read."""
    held, _ = usages_in(world, path)
    pool = held.get(sku.usage_name.casefold()) if sku.usage_name else None
    return pool.left if pool else None
