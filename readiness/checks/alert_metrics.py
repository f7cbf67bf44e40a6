"""Metrics that alerts on language-model accounts should not rest on: one that was replaced, and the legacy ones.

https://learn.microsoft.com/azure/ai-services/openai/monitor-openai-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.arm import GROUP_TYPE, SUBSCRIPTION_TYPE, key_of, region_of, subscription_of, type_of, with_slash
from readiness.checks.alert_rules import CRITERIA, WATCHED, Criterion, criteria
from readiness.checks.llm_accounts import ACCOUNTS, DEPLOYMENTS, KIND, is_llm, lists_lost
from readiness.conditions import World
from readiness.conditions.base import kleene_any
from readiness.model import UNKNOWN, Decision, Evidence, Lost, Outcome, Reason, Related, Resource, Truth
from readiness.paths import Path, reader

SCOPES: Final = Path.parse("properties.scopes")
TARGET: Final = reader(Path.parse("properties.targetResourceType"))
REGION: Final = reader(Path.parse("properties.targetResourceRegion"))
LOCATION: Final = reader(Path.parse("location"))
METRIC: Final = "properties.criteria.allOf[*].metricName"
MULTI_PURPOSE: Final = "aiservices"


@dataclass(frozen=True, slots=True)
class AlertMetrics:
    """`deprecated` metrics serve nobody; `legacy` ones are for accounts that serve no models.

    `multi_purpose` says that accounts of kind AIServices serve Speech, Vision or others as well, which those tell of.
    """

    deprecated: tuple[str, ...]
    legacy: tuple[str, ...]
    multi_purpose: bool = False


def alert_metrics(subject: Resource, params: AlertMetrics, world: World) -> Decision:
    """Fails with each such metric of an alert on a language-model account; not applicable to all other alerts."""
    accounts = _accounts(subject, world)
    models = kleene_any([*(is_llm(a) for a in _records(accounts)), *(None for _ in accounts.lost)])
    if models is False:
        note = "it watches no account that holds language models"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(SCOPES.text, note=note),))
    found = criteria(subject)
    if found is None or any(c.value("metricName") is UNKNOWN for c in found):
        note = world.why_unknown(subject, CRITERIA, None)
        return Decision(Outcome.UNKNOWN, (Evidence(WATCHED.text, None, None, note),))
    bad, doubtful, spared = _sorted(list(_named(found, params)), accounts, params, world)
    if models and bad:
        return Decision(Outcome.FAIL, tuple(bad))
    if models is None or bad or doubtful:
        return Decision(Outcome.UNKNOWN, (*bad, *doubtful, *lists_lost(accounts), *_unread(accounts, world)))
    if spared:
        return Decision(Outcome.NOT_APPLICABLE, tuple(spared))
    return Decision(Outcome.PASS, tuple(Evidence(METRIC, c.value("metricName")) for c in found))


def _named(found: tuple[Criterion, ...], params: AlertMetrics) -> Iterator[tuple[Criterion, bool]]:
    """The criteria that rest on such metrics, and whether the metric is a legacy one."""
    deprecated = {name.casefold() for name in params.deprecated}
    legacy = {name.casefold() for name in params.legacy}
    for criterion in found:
        if criterion.text("metricNamespace") in ("", ACCOUNTS.casefold()):
            name = criterion.text("metricName")
            if name in deprecated or name in legacy:
                yield criterion, name in legacy


def _sorted(
    named: list[tuple[Criterion, bool]], accounts: Related, params: AlertMetrics, world: World
) -> tuple[list[Evidence], list[Evidence], list[Evidence]]:
    """What is wrong, what may be, and what is left to accounts that serve more than models."""
    bad: list[Evidence] = []
    doubtful: list[Evidence] = []
    spared: list[Evidence] = []
    models = not any(legacy for _, legacy in named) or kleene_any(
        _only_models(a, params, world) for a in _records(accounts)
    )
    for criterion, legacy in named:
        note = "a legacy metric, not meant for models" if legacy else "a metric that was replaced"
        seen = Evidence(METRIC, criterion.value("metricName"), "a current metric", note)
        into = spared if legacy and models is False else doubtful if legacy and models is None else bad
        into.append(seen)
    return bad, doubtful, spared


def _only_models(account: Resource, params: AlertMetrics, world: World) -> Truth:
    """Whether an account holds models, and is not said or seen to serve something else."""
    llm = is_llm(account)
    if not llm or str(reader(KIND)(account, account)).casefold() != MULTI_PURPOSE:
        return llm
    if params.multi_purpose:
        return False
    deployments = world.related(account, "children", DEPLOYMENTS)
    return True if deployments.items else None if deployments.lost else False


def _accounts(alert: Resource, world: World) -> Related:
    """The accounts, of any kind, that an alert watches."""
    scopes = reader(SCOPES)(alert, alert)
    if scopes is UNKNOWN:
        return Related((), (Lost(alert.id, ACCOUNTS, Reason.NO_PROPERTIES),))
    found = [_at(text, alert, world) for text in scopes if isinstance(text, str)] if isinstance(scopes, list) else []
    items = dict.fromkeys(item for related in found for item in related.items)
    return Related(list(items), tuple(dict.fromkeys(lost for related in found for lost in related.lost)))


def _at(scope: str, alert: Resource, world: World) -> Related:
    key = key_of(with_slash(scope))
    type_ = type_of(key) or ""
    if type_ == ACCOUNTS.casefold():
        return world.find(key, ACCOUNTS)
    target, region = TARGET(alert, alert), REGION(alert, alert)
    if type_ not in (GROUP_TYPE, SUBSCRIPTION_TYPE) or str(target or ACCOUNTS).casefold() != ACCOUNTS.casefold():
        return Related(())
    subscription = subscription_of(key) or key
    holder = Resource({}, id=subscription, key=subscription, type=SUBSCRIPTION_TYPE)
    held = world.related(holder, "resources", ACCOUNTS)
    return Related(_below(held, key, region_of(region)), held.lost)


@lru_cache(maxsize=4096)
def _below(held: Related, scope: str, region: str | None) -> tuple[Resource, ...]:
    """The accounts of a list below a scope and in a region; many alerts ask for the same."""
    found = (a for a in _records(held) if a.key.startswith(f"{scope}/"))
    return tuple(a for a in found if region in (None, "global") or region_of(LOCATION(a, a)) in (None, region))


def _records(found: Related) -> Iterator[Resource]:
    return (r for r in found.items if isinstance(r, Resource))


def _unread(accounts: Related, world: World) -> Iterator[Evidence]:
    for account in _records(accounts):
        if is_llm(account) is None:
            yield Evidence(KIND.text, None, None, world.why_unknown(account, KIND, None), account.id)
