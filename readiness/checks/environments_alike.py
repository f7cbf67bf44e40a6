"""Whether what is tried in development is what runs in production: models, filters, network and keys.

Compared are normalised values, of each development account with all production accounts of its workload; it must have
what one of them has. Capacity may differ. https://learn.microsoft.com/azure/well-architected/ai/operations
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from readiness.arm import name_of
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, lists_lost, model_of, placed
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

POLICIES: Final = f"{ACCOUNTS}/raiPolicies"
LOCAL_AUTH: Final = reader(Path.parse("properties.disableLocalAuth"))
PUBLIC: Final = reader(Path.parse("properties.publicNetworkAccess"))
ACTION: Final = reader(Path.parse("properties.networkAcls.defaultAction"))
FILTER: Final = reader(Path.parse("properties.raiPolicyName"))
FILTERS: Final = reader(Path.parse("properties.contentFilters"))
MODE: Final = reader(Path.parse("properties.mode"))
MICROSOFTS: Final = "Microsoft's own filter"
PARTS: Final = ("name", "source", "enabled", "blocking", "severityThreshold")


@dataclass(frozen=True, slots=True)
class EnvironmentsAlike:
    """No params."""


@dataclass(slots=True)
class _Side:
    """One environment's accounts: each setting's values, and models with the filters that they are behind.

    A value may be UNKNOWN; `doubts` are lists that were not read in full.
    """

    accounts: list[Resource] = field(default_factory=list)
    models: dict[str, dict[Any, str]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[str, str] = field(default_factory=dict)
    doubts: list[Evidence] = field(default_factory=list)

    def values(self, read: Callable[[Resource], Any]) -> set[Any]:
        return {read(account) for account in self.accounts}


def environments_alike(subject: Resource, params: EnvironmentsAlike, world: World) -> Decision:
    """Fails with each way in which development differs; not applicable where there are not both environments."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    unclear, production, development = lists_lost(accounts), _Side(), _Side()
    for each in placed(accounts, world):
        if each.environment is Environment.UNKNOWN:
            unclear.append(Evidence("environment", note=each.why, resource=each.account.id))
        else:
            side = development if each.environment is Environment.DEVELOPMENT else production
            _add(each.account, side, world)
    if not production.accounts or not development.accounts:
        return _one_sided(production, development, unclear)
    judged = [*_settings(production, development), *_models(production, development)]
    return summed([_unless(each, unclear) for each in judged] + [(Outcome.UNKNOWN, why) for why in unclear])


def _one_sided(production: _Side, development: _Side, unclear: list[Evidence]) -> Decision:
    if unclear:
        return Decision(Outcome.UNKNOWN, tuple(unclear))
    seen = [f"production: {len(production.accounts)}", f"development: {len(development.accounts)}"]
    said = "there is no development environment" if production.accounts else "there is no production environment"
    return Decision(Outcome.NOT_APPLICABLE, (Evidence("accounts of each environment", seen),), said)


def _unless(judged: Judged, unclear: list[Evidence]) -> Judged:
    """A difference, unless an account that was not read or told may be the one it does not differ from."""
    return (Outcome.UNKNOWN, unclear[0]) if judged[0] is Outcome.FAIL and unclear else judged


# --- network and keys ---------------------------------------------------------------------------------------------


def _keys(account: Resource) -> Json:
    value = LOCAL_AUTH(account, account)
    return UNKNOWN if value is UNKNOWN else "off" if str(value).casefold() == "true" else "on"


def _network(account: Resource) -> Json:
    """`private`, `restricted` or `open`, as the two settings together say."""
    public, action = PUBLIC(account, account), ACTION(account, account)
    if public is not UNKNOWN and str(public).casefold() == "disabled":
        return "private"
    if UNKNOWN in (public, action):
        return UNKNOWN
    closed = str(action).casefold() == "deny" or str(public).casefold() == "securedbyperimeter"
    return "restricted" if closed else "open"


def _settings(production: _Side, development: _Side) -> Iterator[Judged]:
    for what, read in (("keys", _keys), ("network", _network)):
        wanted = production.values(read)
        for account in development.accounts:
            yield _compared(what, read(account), wanted, account.id)


def _compared(what: str, own: Json, wanted: set[Any], where: str) -> Judged:
    known = sorted(str(value) for value in wanted if value is not UNKNOWN)
    expected = f"{' or '.join(known)}, as in production" if known else None
    if own is UNKNOWN or (own not in wanted and UNKNOWN in wanted):
        return Outcome.UNKNOWN, Evidence(what, None, expected, "was not read on both sides", where)
    return Outcome.PASS if own in wanted else Outcome.FAIL, Evidence(what, own, expected, None, where)


# --- models and filters -------------------------------------------------------------------------------------------


def _add(account: Resource, side: _Side, world: World) -> None:
    side.accounts.append(account)
    deployments, policies = (world.related(account, "children", t) for t in (DEPLOYMENTS, POLICIES))
    side.doubts += lists_lost(deployments)
    named = {name_of(p.key): p for p in policies.items if isinstance(p, Resource)}
    for deployment in deployments.items:
        if isinstance(deployment, Resource):
            model = model_of(deployment)
            if model is UNKNOWN:
                side.doubts.append(Evidence("model", note="was not read", resource=deployment.id))
            else:
                side.names.setdefault(model.casefold(), model)
                side.models[model.casefold()].setdefault(_filter(deployment, named), deployment.id)


def _filter(deployment: Resource, policies: dict[str, Resource]) -> Any:
    """What a deployment's filter does, so that two of different names can be told to be the same."""
    name = FILTER(deployment, deployment)
    if name is UNKNOWN:
        return UNKNOWN
    if not isinstance(name, str) or name.casefold().startswith("microsoft."):
        return MICROSOFTS
    policy = policies.get(name.lower())
    filters = FILTERS(policy, policy) if policy else UNKNOWN
    if policy is None or filters is UNKNOWN:
        return UNKNOWN
    listed = [f for f in filters if isinstance(f, dict)] if isinstance(filters, list) else []
    return (
        str(MODE(policy, policy)).casefold(),
        frozenset(tuple(str(f.get(p)).casefold() for p in PARTS) for f in listed),
    )


def _models(production: _Side, development: _Side) -> Iterator[Judged]:
    for model, wanted in sorted(production.models.items()):
        own = development.models.get(model)
        if own is None:
            yield _missing(production.names[model], development)
        else:
            yield from (
                _filtered(production.names[model], one, wanted, where, production) for one, where in own.items()
            )
    yield from ((Outcome.UNKNOWN, why) for why in production.doubts)


def _missing(model: str, development: _Side) -> Judged:
    if development.doubts:
        return Outcome.UNKNOWN, development.doubts[0]
    return Outcome.FAIL, Evidence(model, "not deployed", "deployed, as in production")


def _filtered(model: str, own: Any, wanted: dict[Any, str], where: str, production: _Side) -> Judged:
    path, expected = f"filter of {model}", "as in production"
    if own is UNKNOWN or (own not in wanted and (UNKNOWN in wanted or production.doubts)):
        return Outcome.UNKNOWN, Evidence(path, None, expected, "was not read on both sides", where)
    if own in wanted:
        return Outcome.PASS, Evidence(path, "the same", expected, None, where)
    note = f"production: {name_of(next(iter(wanted.values())))}"
    return Outcome.FAIL, Evidence(path, "another", expected, note, where)
