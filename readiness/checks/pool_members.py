"""Backend pools: how many accounts really stand behind one.

https://learn.microsoft.com/azure/architecture/ai-ml/guide/azure-openai-gateway-multi-backend
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.checks.llm_backends import MEMBERS, TYPE, URL, Destination, Estate, is_pool
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import reader

COUNTED: Final = "accounts behind the pool"
ALONE: Final = "is in no pool; whether a policy spreads its calls over further backends is not seen here"


@dataclass(frozen=True, slots=True)
class PoolMembers:
    """`llm_hosts` are the domains of model endpoints; `standalone` is the outcome of a model backend in no pool."""

    llm_hosts: tuple[str, ...]
    min_members: int = 2
    standalone: str = "unknown"


def pool_members(subject: Resource, params: PoolMembers, world: World) -> Decision:
    """Fails with a pool of models that leads to fewer accounts than wanted; unknown where it may lead to more."""
    pooled = is_pool(subject)
    if pooled is None:
        return Decision(Outcome.UNKNOWN, (Evidence(TYPE.text, note=world.why_unknown(subject, TYPE, None)),))
    estate = Estate(subject, params.llm_hosts, world)
    return _pool(subject, estate, params) if pooled else _single(subject, estate, params)


def _pool(pool: Resource, estate: Estate, params: PoolMembers) -> Decision:
    listed = estate.members(pool)
    if listed is None:
        note = estate.world.why_unknown(pool, MEMBERS, None)
        return Decision(Outcome.UNKNOWN, (Evidence(MEMBERS.text, note=note),))
    found = {key or path: estate.member(key) for path, _, key in listed}
    seen = tuple(Evidence(path, own, note=found[key or path].note) for path, own, key in listed)
    destinations = list(found.values())
    if destinations and all(to.llm is False for to in destinations):
        return Decision(Outcome.NOT_APPLICABLE, seen)
    if destinations and not any(to.llm for to in destinations):
        return Decision(Outcome.UNKNOWN, seen)
    return _counted(destinations, seen, params.min_members)


def _counted(destinations: list[Destination], seen: tuple[Evidence, ...], least: int) -> Decision:
    low = len({to.identity for to in destinations if to.identity})
    high = low + sum(not to.identity for to in destinations)
    observed: Json = low if low == high else f"{low} to {high}"
    outcome = Outcome.PASS if low >= least else Outcome.FAIL if high < least else Outcome.UNKNOWN
    return Decision(outcome, (Evidence(COUNTED, observed, f"at least {least}"), *seen))


def _single(backend: Resource, estate: Estate, params: PoolMembers) -> Decision:
    to, url = estate.destination(backend), reader(URL)(backend, backend)
    evidence = Evidence(URL.text, None if url is UNKNOWN else url, note=to.note)
    pooled = _is_pooled(backend, estate)
    outcome = {str(o): o for o in Outcome}.get(params.standalone, Outcome.UNKNOWN)
    if to.llm is False or pooled or outcome is Outcome.NOT_APPLICABLE:
        note = "is judged as a member of its pool" if pooled else to.note
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(URL.text, evidence.observed, note=note),))
    if to.llm is None:
        return Decision(Outcome.UNKNOWN, (evidence,))
    if pooled is None:
        note = "whether a pool holds it can't be told: the service's backends could not all be read"
        return Decision(Outcome.UNKNOWN, (Evidence(URL.text, evidence.observed, note=note),))
    return Decision(outcome, (Evidence(URL.text, evidence.observed, note=ALONE),))


def _is_pooled(backend: Resource, estate: Estate) -> Truth:
    """Whether a pool of the service holds a backend; None if one that was not read may."""
    unclear = not estate.backends.complete
    for pool in estate.pools():
        members = estate.members(pool)
        if members is None:
            unclear = True
        elif any(key == backend.key for _, _, key in members):
            return True
    return None if unclear else False
