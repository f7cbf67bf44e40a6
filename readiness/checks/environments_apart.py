"""Development and production apart: no account is of both, and no resource group holds accounts of both.

An account is of both by tags that say so, or by deployments whose names say another environment than its own.
https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-naming
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from readiness.arm import group_of, name_of, subscription_of
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, Placed, lists_lost, placed
from readiness.conditions import World
from readiness.model import Decision, Environment, Evidence, Outcome, Resource
from readiness.paths import Path, reader

BOTH: Final = (Environment.DEVELOPMENT, Environment.PRODUCTION)
TOLD: Final = 10
"""How many accounts evidence names of those that something is not known of."""
_WORDS: Final = re.compile(r"[\W_\d]+")


@dataclass(frozen=True, slots=True)
class EnvironmentsApart:
    """`tags` are the names of tags that say an environment."""

    tags: tuple[str, ...] = ("env", "environment")


def environments_apart(subject: Resource, params: EnvironmentsApart, world: World) -> Decision:
    """Fails with each account or group of both environments; not applicable with accounts of one alone."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    known = list(placed(accounts, world))
    shared = [e for each in known for e in _shared(each, params, world)] + list(_crowded(known))
    if shared:
        return Decision(Outcome.FAIL, tuple(shared))
    unclear = lists_lost(accounts) + list(_unclear(known, world))
    if unclear:
        return Decision(Outcome.UNKNOWN, tuple(unclear[:TOLD]))
    seen = {env: [e.account for e in known if e.environment is env] for env in BOTH}
    counts = {str(env): len(held) for env, held in seen.items()}
    evidence = Evidence("accounts of each environment", [f"{name}: {number}" for name, number in counts.items()])
    if not all(seen.values()):
        return Decision(Outcome.NOT_APPLICABLE, (evidence,), "there are not two environments to keep apart")
    return Decision(Outcome.PASS, (evidence, *_subscriptions(seen)))


def _subscriptions(seen: dict[Environment, list[Resource]]) -> Iterator[Evidence]:
    """That a subscription holds both, which is allowed, and not the best."""
    held = [{subscription_of(a.key) for a in accounts} for accounts in seen.values()]
    for subscription in sorted(s for s in held[0] & held[1] if s):
        yield Evidence("subscription", subscription, note="holds both, in groups of their own")


# --- of both ------------------------------------------------------------------------------------------------------


def _shared(each: Placed, params: EnvironmentsApart, world: World) -> Iterator[Evidence]:
    """What says that an account is of both environments."""
    account = each.account
    tags = {name: _tagged(account, name, world) for name in params.tags}
    if set(BOTH) <= set().union(*tags.values()):
        said = sorted(name for name, found in tags.items() if found)
        yield Evidence("tags", said, "one environment", "its tags say both", account.id)
    names = list(_named(account, world))
    own = {each.environment} & set(BOTH)
    if set(BOTH) <= own | {environment for _, environment in names}:
        others = sorted(name for name, environment in names if environment not in own)
        note = f"it is {each.environment} by {each.why}" if own else "its deployments are of both"
        yield Evidence("deployments", others[:TOLD], "one environment", note, account.id)


def _tagged(account: Resource, tag: str, world: World) -> set[Environment]:
    """The environments that a tag's value names, be it `prod` or `dev, prod`."""
    value = reader(Path(f"tags['{tag}']", ("tags", tag)))(account, account)
    words = _WORDS.split(value) if isinstance(value, str) and len(value) <= 256 else ()
    return {world.environment_in_name(word) for word in words if word} & set(BOTH)


def _named(account: Resource, world: World) -> Iterator[tuple[str, Environment]]:
    """The deployments whose names say an environment."""
    for deployment in world.related(account, "children", DEPLOYMENTS).items:
        if isinstance(deployment, Resource):
            environment = world.environment_in_name(name_of(deployment.id))
            if environment in BOTH:
                yield name_of(deployment.id), environment


def _crowded(known: Iterable[Placed]) -> Iterator[Evidence]:
    """The resource groups that hold accounts of both."""
    groups: dict[str, dict[Environment, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in known:
        group = group_of(each.account.key)
        if group and each.environment in BOTH:
            groups[group][each.environment].append(name_of(each.account.id))
    for group, held in groups.items():
        if len(held) > 1:
            said = [f"{name} ({environment})" for environment in BOTH for name in sorted(held[environment])[:TOLD]]
            yield Evidence("accounts", said, "accounts of one environment", resource=group)


# --- what is not known --------------------------------------------------------------------------------------------


def _unclear(known: list[Placed], world: World) -> Iterator[Evidence]:
    """Accounts whose environment nothing tells, unless there is one alone, and deployments that were not read."""
    for each in known:
        undecided = each.environment is Environment.UNDECIDED and len(known) > 1
        if each.environment is Environment.UNKNOWN or undecided:
            yield Evidence(
                "environment", str(each.environment), "a tag or a name that says it", each.why, each.account.id
            )
        yield from lists_lost(world.related(each.account, "children", DEPLOYMENTS))
