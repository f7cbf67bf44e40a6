"""Idle quota: whether the pool of a deployment that is throttled has quota that nobody was given.

A pool belongs to a subscription, a region and a usage name, which the region's list of models says for each model and
deployment type. What a deployment was given counts as used, whether it needs it or not.
https://learn.microsoft.com/azure/ai-services/openai/how-to/quota
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from readiness.arm import name_of
from readiness.checks.deployed_models import joined, not_listed
from readiness.checks.quota_headroom import USAGES, Usage, usages_in
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import Decision, Evidence, Outcome, Resource
from readiness.models import Deployed


@dataclass(frozen=True, slots=True)
class NoIdleQuota:
    """A pool with `min_left` units or more that are not allocated has quota to give, in the pool's own unit."""

    min_left: int = 1


def no_idle_quota(subject: Resource, params: NoIdleQuota, world: World) -> Decision:
    """Fails where the deployment's pool has quota to give; unknown where its pool or the quota is not known."""
    found = joined(subject, world)
    if isinstance(found, Decision):
        return found
    pool = _pool(found)
    if isinstance(pool, Evidence):
        return Decision(Outcome.UNKNOWN, (pool,))
    pools, lost = usages_in(world, found.region.id)
    usage = pools.get(pool.casefold())
    if usage is None:
        note = lost_in_words(lost[0]) if lost else f"{pool} is not in the list"
        return Decision(Outcome.UNKNOWN, (Evidence(USAGES, note=note, resource=found.region.id),))
    return _judged(usage, params)


def _pool(found: Deployed) -> str | Evidence:
    """The usage name that a deployment draws from; else what is missing."""
    if found.tuned:
        note = "a fine-tuned model: the region's list does not say which pool it draws from"
        return Evidence("properties.model.name", found.name, note=note)
    if found.model is None:
        return not_listed(found)
    sku = found.model.sku(found.sku)
    if sku is None or not sku.usage_name:
        note = f"the region's list names no quota for {found.title} as {found.sku}"
        return Evidence("model.skus", note=note, resource=found.model.id)
    return sku.usage_name


def _judged(usage: Usage, params: NoIdleQuota) -> Decision:
    where = name_of(usage.record.id.rpartition("/usages/")[0])
    expected = f"less than {params.min_left} left"
    if usage.left is None or usage.current is None or usage.limit is None:
        seen = Evidence(f"{usage.name} in {where}", "no number", expected, resource=usage.record.id)
        return Decision(Outcome.UNKNOWN, (seen,))
    note = "no limit" if usage.left == math.inf else f"{usage.left:g} left"
    given = f"{usage.current:g} of {usage.limit:g} allocated"
    seen = Evidence(f"{usage.name} in {where}", given, expected, note, usage.record.id)
    return Decision(Outcome.FAIL if usage.left >= params.min_left else Outcome.PASS, (seen,))
