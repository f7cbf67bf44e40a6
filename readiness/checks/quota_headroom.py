"""Quota: how much of each pool that a subscription uses is left to allocate.

A pool belongs to a subscription, a region and a usage name: one model and deployment type (`OpenAI.Standard.gpt-4o`),
or a type alone for provisioned units (`OpenAI.ProvisionedManaged`). What counts is what deployments were given, not
what they consume. The list holds other things too, such as numbers of accounts.
https://learn.microsoft.com/azure/ai-services/openai/how-to/quota
https://learn.microsoft.com/rest/api/aiservices/accountmanagement/usages/list
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.arm import name_of
from readiness.checks.deployment_types import deployment_type
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, KIND, is_llm, lists_lost
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import Decision, Evidence, Json, Lost, Outcome, Related, Resource
from readiness.models import LOCATIONS, deployed, offered, region_id, region_resource
from readiness.paths import Path, reader

USAGES: Final = f"{LOCATIONS}/usages"
NAME: Final = reader(Path.parse("name.value"))
CURRENT: Final = reader(Path.parse("currentValue"))
LIMIT: Final = reader(Path.parse("limit"))
STATUS: Final = reader(Path.parse("status"))
STOPPED: Final = ("blocked", "inoverage")
TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class QuotaHeadroom:
    """`min_percent` of a pool's limit must not be allocated yet."""

    min_percent: int = 20


@dataclass(frozen=True, slots=True)
class Usage:
    """A quota pool of a region; `current` and `limit` are None where they are no numbers, a limit below 0 is none."""

    record: Resource
    name: str
    current: float | None
    limit: float | None
    status: str

    @property
    def left(self) -> float | None:
        """What can still be allocated, in the pool's own unit; infinite without a limit, None where unclear."""
        if self.current is None or self.limit is None:
            return None
        return math.inf if self.limit < 0 else max(self.limit - self.current, 0)


def quota_headroom(subject: Resource, params: QuotaHeadroom, world: World) -> Decision:
    """Fails with each pool in use that is nearly allocated or blocked; unknown where a region's list is not whole."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    regions, judged = _regions(accounts, world)
    for path, held in sorted(regions.items()):
        judged += _region(path, held, params, world)
    if not judged:
        seen = Evidence(f"count({ACCOUNTS})", len(accounts.items))
        return Decision(Outcome.NOT_APPLICABLE, (seen,), "no quota for models is in use")
    decision = summed(judged)
    if decision.outcome is not Outcome.FAIL:
        return decision
    return Decision(decision.outcome, decision.evidence, _told(decision.evidence))


def _regions(accounts: Related, world: World) -> tuple[dict[str, list[Resource]], list[Judged]]:
    """The regions with accounts for language models, and what keeps them from being all."""
    found: dict[str, list[Resource]] = defaultdict(list)
    doubts = [(Outcome.UNKNOWN, lost) for lost in lists_lost(accounts)]
    for account in (a for a in accounts.items if isinstance(a, Resource)):
        truth, path = is_llm(account), region_id(account)
        if truth and path:
            found[path].append(account)
        elif truth is not False:
            note = "names no region" if truth else world.why_unknown(account, KIND, None)
            doubts.append((Outcome.UNKNOWN, Evidence(KIND.text, note=note, resource=account.id)))
    return found, doubts


def _region(path: str, accounts: list[Resource], params: QuotaHeadroom, world: World) -> list[Judged]:
    held, lost = usages_in(world, path)
    used = _pools_in_use(accounts, world)
    pools = offered(world, path).usage_names()
    known = {key: usage for key, usage in held.items() if key in pools or is_pool(usage.name)}
    judged = [
        _judged(known[key], used.get(key, []), params)
        for key in sorted(known)
        if key in used or known[key].current is None or known[key].current
    ]
    if lost:
        note = lost_in_words(lost[0])
        return [*judged, (Outcome.UNKNOWN, Evidence(USAGES, note=note, resource=path))]
    missing = (key for key in sorted(used) if key not in held)
    return [*judged, *((Outcome.UNKNOWN, _missing(pools.get(key, key), used[key], path)) for key in missing)]


@lru_cache(maxsize=2048)
def usages_in(world: World, path: str) -> tuple[dict[str, Usage], tuple[Lost, ...]]:
    """The pools of a region, by its path, by folded name, and what keeps the list from being whole; read once."""
    listed = world.related(region_resource(path), "children", USAGES)
    return usages(listed), listed.lost


def usages(listed: Related) -> dict[str, Usage]:
    """The pools of a region's list by folded name."""
    found = (_usage(r) for r in listed.items if isinstance(r, Resource))
    return {usage.name.casefold(): usage for usage in found if usage}


def _usage(record: Resource) -> Usage | None:
    name, status = NAME(record, record), STATUS(record, record)
    if not isinstance(name, str):
        return None
    words = status.casefold() if isinstance(status, str) else ""
    return Usage(record, name, _number(CURRENT(record, record)), _number(LIMIT(record, record)), words)


def _number(value: Json) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if known else None


def is_pool(name: str) -> bool:
    """Whether a usage name is that of a pool: its second part is a type of deployment."""
    parts = name.split(".")
    return len(parts) > 1 and deployment_type(parts[1]) is not None


def _pools_in_use(accounts: list[Resource], world: World) -> dict[str, list[str]]:
    """The pools that deployments draw from, by folded name, each with the deployments' names."""
    found: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        for deployment in world.related(account, "children", DEPLOYMENTS).items:
            name = pool_of(deployment, account, world) if isinstance(deployment, Resource) else None
            if name and isinstance(deployment, Resource):
                found[name.casefold()].append(name_of(deployment.id))
    return found


def pool_of(deployment: Resource, account: Resource, world: World) -> str | None:
    """The usage name of the pool that a deployment draws from, as its region's list says; None if it does not."""
    found = deployed(deployment, account, world)
    sku = found.model.sku(found.sku) if found and found.model and not found.tuned else None
    return sku.usage_name if sku else None


def _judged(usage: Usage, users: list[str], params: QuotaHeadroom) -> Judged:
    left, limit = usage.left, usage.limit
    evidence = _seen(usage, users, params)
    if usage.status in STOPPED:
        return Outcome.FAIL, evidence
    if left is None or limit is None:
        return Outcome.UNKNOWN, evidence
    if limit == 0:
        return (Outcome.FAIL if usage.current else Outcome.NOT_APPLICABLE), evidence
    enough = left == math.inf or left * 100 >= params.min_percent * limit
    return (Outcome.PASS if enough else Outcome.FAIL), evidence


def _seen(usage: Usage, users: list[str], params: QuotaHeadroom) -> Evidence:
    where = name_of(usage.record.id.rpartition("/usages/")[0])
    words = list(_words(usage))
    if users:
        more = f" and {len(users) - TOLD} more" if len(users) > TOLD else ""
        words.append(f"used by {', '.join(sorted(users)[:TOLD])}{more}")
    given = "no number" if usage.current is None or usage.limit is None else f"{usage.current:g} of {usage.limit:g}"
    expected = f"at least {params.min_percent} % left"
    return Evidence(f"{usage.name} in {where}", given, expected, "; ".join(words) or None, usage.record.id)


def _words(usage: Usage) -> Iterator[str]:
    if usage.left == math.inf:
        yield "no limit"
    elif usage.left is not None and usage.limit:
        yield f"{math.floor(usage.left * 1000 / usage.limit) / 10:g} % left"
    if usage.status in STOPPED:
        yield f"status {usage.status}"


def _missing(pool: str, users: list[str], path: str) -> Evidence:
    note = f"{pool} is not in the list, though {', '.join(sorted(users)[:TOLD])} draws from it"
    return Evidence(USAGES, note=note, resource=path)


def _told(evidence: tuple[Evidence, ...]) -> str:
    parts = [f"{e.path}: {e.observed} allocated ({e.note})" for e in evidence[:TOLD]]
    more = f"; {len(evidence) - TOLD} more" if len(evidence) > TOLD else ""
    expected = evidence[0].expected
    return f"{'; '.join(parts)}{more}; expected {expected}"
