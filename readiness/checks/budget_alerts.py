"""Budgets over a subscription's models: in time, over all of their cost, and heard by somebody.

An alert on what was spent comes when it is spent; one on the forecast comes before. Both are asked for, of one budget
or of several, at the subscription, above it, or at each resource group that holds models.
https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets
https://learn.microsoft.com/rest/api/consumption/budgets/list
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from readiness.arm import group_of, name_of
from readiness.checks.llm_accounts import ACCOUNTS, is_llm, lists_lost
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.dates import parse
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, reader

BUDGETS: Final = ("Microsoft.Consumption/budgets", "Microsoft.CostManagement/budgets")
"""Those of Cost Management are counted where they were read; nobody asks for their list."""
ACTION_GROUPS: Final = "Microsoft.Insights/actionGroups"
PROPERTIES: Final = Path.parse("properties")
END: Final = reader(Path.parse("properties.timePeriod.endDate"))
START: Final = reader(Path.parse("properties.timePeriod.startDate"))
CATEGORY: Final = reader(Path.parse("properties.category"))
FILTER: Final = reader(Path.parse("properties.filter"))
NOTIFICATIONS: Final = reader(Path.parse("properties.notifications"))
KINDS: Final = ("Actual", "Forecasted")
MODEL_WORDS: Final = ("cognitive", "openai", "foundry", "ai services")
"""What the names of services, meters and types hold under which models are billed."""
BY_WORD: Final = ("servicename", "servicefamily", "metercategory", "resourcetype", "consumedservice")


@dataclass(frozen=True, slots=True)
class BudgetAlerts:
    """An alert on what was spent counts up to `max_actual_percent` of the budget."""

    max_actual_percent: int = 100


@dataclass(slots=True)
class _Group:
    """A resource group with models: its key, and the models in it."""

    key: str
    accounts: list[Resource] = field(default_factory=list)


@dataclass(slots=True)
class _Heard:
    """The kinds of alerts that are heard, those that may be, and what is wrong with budgets that do not count."""

    sure: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    wrong: list[Evidence] = field(default_factory=list)
    doubts: list[Evidence] = field(default_factory=list)


def budget_alerts(subject: Resource, params: BudgetAlerts, world: World) -> Decision:
    """Fails with each resource group whose models no budget watches in both ways; unknown where one may."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    groups: dict[str, _Group] = {}
    for account in accounts.items:
        if isinstance(account, Resource) and is_llm(account):
            key = group_of(account.key) or subject.key
            groups.setdefault(key, _Group(key)).accounts.append(account)
    judged = [_judged(group, params, world) for group in groups.values()]
    judged += [(Outcome.UNKNOWN, why) for why in lists_lost(accounts) if not groups]
    return summed(judged)


def _judged(group: _Group, params: BudgetAlerts, world: World) -> Judged:
    lists = [world.inherited(group.accounts[0], type_) for type_ in BUDGETS]
    heard = _Heard()
    for budget in (b for found in lists for _, held in found.by_scope for b in held):
        _count(budget, group, params, heard, world)
    missing = [kind for kind in KINDS if kind not in heard.sure]
    path, expected, where = "budget alerts", " and ".join(KINDS), group_of(group.accounts[0].id)
    if not missing:
        return Outcome.PASS, Evidence(path, sorted(heard.sure), expected, None, where)
    if not all(kind in heard.maybe for kind in missing) and not lists[0].lost:
        note = "; ".join(dict.fromkeys(str(e.note) for e in heard.wrong)) or None
        return Outcome.FAIL, Evidence(path, sorted(heard.sure) or "none", expected, note, where)
    doubts = [e.note for e in heard.doubts] + [lost.message or lost_in_words(lost) for lost in lists[0].lost]
    return Outcome.UNKNOWN, Evidence(path, None, expected, doubts[0] if doubts else None, where)


def _count(budget: Resource, group: _Group, params: BudgetAlerts, heard: _Heard, world: World) -> None:
    """What one budget adds for a group."""
    covers, why = _covers(budget, group, world)
    kinds = _alerts(budget, params, world)
    sure = {kind for kind, truth in kinds if truth} if covers else set()
    maybe = {kind for kind, truth in kinds if truth is not False} if covers is not False else set()
    heard.sure |= sure
    heard.maybe |= maybe
    name = name_of(budget.id)
    if covers is False:
        heard.wrong.append(Evidence(name, note=f"{name} {why}"))
    elif covers is None or maybe - sure:
        heard.doubts.append(Evidence(name, note=f"{name}: {why or 'whether anybody hears it could not be told'}"))
    elif set(KINDS) - maybe:
        short = " and ".join(kind for kind in KINDS if kind not in maybe)
        heard.wrong.append(Evidence(name, note=f"{name} has no alert that counts on {short}"))


# --- what a budget is about ---------------------------------------------------------------------------------------


def _covers(budget: Resource, group: _Group, world: World) -> tuple[Truth, str]:
    """Whether a budget is in time and over the whole cost of a group's models."""
    if reader(PROPERTIES)(budget, budget) is UNKNOWN:
        return None, world.why_unknown(budget, PROPERTIES, None)
    category, begins, ends = (read(budget, budget) for read in (CATEGORY, START, END))
    if isinstance(category, str) and category.casefold() != "cost":
        return False, f"is about {category}, not about cost"
    end, start = parse(ends), parse(begins)
    if end is not None and end <= world.as_of:
        return False, f"ended on {end:%Y-%m-%d}"
    if start is not None and start > world.as_of:
        return False, f"begins on {start:%Y-%m-%d}"
    return _filtered(FILTER(budget, budget), group)


def _filtered(value: Json, group: _Group) -> tuple[Truth, str]:
    """Whether a filter leaves the group's models in; one on tags, or with `not`, can't be told."""
    if not value:
        return True, ""
    if not isinstance(value, dict):
        return None, "its filter could not be read"
    every = [value, *(part for part in value.get("and") or () if isinstance(part, dict))]
    parts = [part for part in every if {"dimensions", "tags", "not"} & part.keys()]
    truths = [_part(part, group) for part in parts] or [None]
    if False in truths:
        return False, "is filtered and leaves these models out"
    return (None, "is filtered by what can't be compared") if None in truths else (True, "")


def _part(part: dict[str, Json], group: _Group) -> Truth:
    dimensions = part.get("dimensions")
    if not isinstance(dimensions, dict) or "tags" in part or "not" in part:
        return None
    name = str(dimensions.get("name")).casefold()
    values = {str(v).casefold().rstrip("/") for v in dimensions.get("values") or ()}
    if name in ("resourcegroup", "resourcegroupname"):
        return name_of(group.key) in values or group.key in values
    if name == "resourceid":
        return all(account.key in values for account in group.accounts)
    if name in BY_WORD:
        return True if any(word in value for value in values for word in MODEL_WORDS) else None
    return None


# --- who hears it -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _alerts(budget: Resource, params: BudgetAlerts, world: World) -> tuple[tuple[str, Truth], ...]:
    """The alerts of a budget that are on and come in time: the kind of each, and whether anybody hears it."""
    value = NOTIFICATIONS(budget, budget)
    if value is UNKNOWN:
        return tuple((kind, None) for kind in KINDS)
    listed = value.values() if isinstance(value, dict) else ()
    return tuple(_read(listed, params, world))


def _read(notifications: Iterable[Json], params: BudgetAlerts, world: World) -> Iterator[tuple[str, Truth]]:
    for each in notifications:
        if not isinstance(each, dict) or str(each.get("enabled")).casefold() != "true":
            continue
        kind, threshold = str(each.get("thresholdType") or "Actual").casefold(), each.get("threshold")
        in_time = isinstance(threshold, int | float) and threshold <= params.max_actual_percent
        if kind == "forecasted":
            yield "Forecasted", _is_heard(each, world)
        elif kind == "actual" and in_time:
            yield "Actual", _is_heard(each, world)


def _is_heard(notification: dict[str, Json], world: World) -> Truth:
    """Whether a person, a role or an action group that exists is told."""
    if _texts(notification.get("contactEmails")) or _texts(notification.get("contactRoles")):
        return True
    found = [world.find(text, ACTION_GROUPS) for text in _texts(notification.get("contactGroups"))]
    if any(related.items for related in found):
        return True
    return None if any(related.lost for related in found) else False


def _texts(value: Json) -> list[str]:
    return [text for text in value if isinstance(text, str) and text] if isinstance(value, list) else []
