"""Steady latency: whether a deployment, or one beside it that takes its load, has hardware of its own.

Provisioned units have; priority processing buys a latency target without them, on global and data zone deployments.
A pay-as-you-go deployment beside a provisioned one of the same model in its workload is taken for its overflow.
https://learn.microsoft.com/azure/ai-services/openai/concepts/provisioned-throughput
https://learn.microsoft.com/azure/foundry/openai/concepts/priority-processing
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from readiness.arm import name_of
from readiness.checks.deployment_types import DeploymentType, Family, Reach, deployment_type
from readiness.conditions import World
from readiness.conditions.base import kleene_any
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Item, Outcome, Related, Resource, Truth
from readiness.paths import Path, reader

SKU: Final = Path.parse("sku.name")
MODEL: Final = Path.parse("properties.model.name")
TIER: Final = Path.parse("properties.serviceTier")
TIER_SINCE: Final = "2025-10-01-preview"
_SKU, _MODEL, _TIER = reader(SKU), reader(MODEL), reader(TIER, TIER_SINCE)


@dataclass(frozen=True, slots=True)
class SteadyLatency:
    """`priority_counts` says whether priority processing is as good as provisioned units."""

    priority_counts: bool = True


def steady_latency(subject: Resource, params: SteadyLatency, world: World) -> Decision:
    """Passes with provisioned units of its own or beside it, or with priority; fails with none of them."""
    type_ = deployment_type(_SKU(subject, subject))
    if type_ is None:
        return Decision(Outcome.UNKNOWN, (_seen(subject, SKU, world, "no deployment type that is known here"),))
    own = Evidence(SKU.text, type_.name, "a provisioned type")
    if type_.family is not Family.STANDARD:
        provisioned = type_.family is Family.PROVISIONED
        return Decision(Outcome.PASS if provisioned else Outcome.NOT_APPLICABLE, (own,))
    found = [_priority(subject, type_, world)] if params.priority_counts else []
    found.append(_beside(subject, world))
    for outcome, truth in ((Outcome.PASS, True), (Outcome.UNKNOWN, None)):
        evidence = tuple(e for t, e in found if t is truth)
        if evidence:
            return Decision(outcome, evidence)
    return Decision(Outcome.FAIL, (own, *(e for _, e in found)))


def _seen(item: Item, path: Path, world: World, note: str, since: str | None = None) -> Evidence:
    value = reader(path, since)(item, item)
    if value is UNKNOWN:
        return Evidence(path.text, note=world.why_unknown(item, path, since))
    return Evidence(path.text, value, note=note if value is not None else f"not set: {note}")


def _priority(subject: Resource, type_: DeploymentType, world: World) -> tuple[Truth, Evidence]:
    if type_.reach is Reach.REGION:
        return False, Evidence(TIER.text, note="regional deployments have no tier")
    tier = _TIER(subject, subject)
    if tier is None:
        return False, Evidence(TIER.text, None, "Priority", "not set, which means Default")
    known = {"priority": True, "default": False}
    truth = known.get(tier.casefold()) if isinstance(tier, str) else None
    if truth is None:
        return None, _seen(subject, TIER, world, "no tier that is known here", TIER_SINCE)
    return truth, Evidence(TIER.text, tier, "Priority")


def _beside(subject: Resource, world: World) -> tuple[Truth, Evidence]:
    """Whether the workload has a provisioned deployment of the same model."""
    model = _MODEL(subject, subject)
    if not isinstance(model, str):
        return None, _seen(subject, MODEL, world, "no name of a model")
    listed = world.related(subject, "resources", subject.type)
    truth, names = _provisioned(listed, model.casefold(), world)
    path, expected = f"provisioned deployments of {model} in the workload", "one"
    if truth is True:
        return True, Evidence(path, names, expected)
    if truth is None:
        return None, Evidence(path, note="there may be one: a type, a model or an environment could not be told")
    if not listed.complete:
        lost = listed.lost[0]
        note = f"the list of {lost.type} could not be read in full: {lost.reason.replace('_', ' ')}"
        return None, Evidence(path, note=f"{note} ({name_of(lost.scope)})" if lost.scope else note)
    return False, Evidence(path, 0, expected)


@lru_cache(maxsize=256)
def _provisioned(listed: Related, model: str, world: World) -> tuple[Truth, list[str]]:
    """Whether a list has a provisioned deployment of a model, and the names of three of them."""
    candidates = _candidates(listed)
    alike = [*candidates.get(model, ()), *candidates.get(None, ())]
    truths = [(_is_provisioned(item, world), item) for item in alike]
    names = sorted(name_of(i.id) for t, i in truths if t is True and isinstance(i, Resource))
    return kleene_any(t for t, _ in truths), names[:3]


@lru_cache(maxsize=4)
def _candidates(listed: Related) -> dict[str | None, list[Item]]:
    """What may be provisioned in a list, by its model, None if that is not known.

    Every deployment of a workload asks for the same list: it is sorted once.
    """
    found: dict[str | None, list[Item]] = {}
    for item in listed.items:
        type_ = deployment_type(_SKU(item, item))
        if type_ is None or type_.family is Family.PROVISIONED:
            model: Any = _MODEL(item, item)
            found.setdefault(model.casefold() if isinstance(model, str) else None, []).append(item)
    return found


def _is_provisioned(item: Item, world: World) -> Truth:
    """Provisioned, and not for development alone; unknown of one whose type or model is."""
    if not isinstance(item, Resource) or not isinstance(_MODEL(item, item), str):
        return None
    if deployment_type(_SKU(item, item)) is None:
        return None
    environment, _ = world.environment(item)
    return None if environment is Environment.UNKNOWN else environment is not Environment.DEVELOPMENT
