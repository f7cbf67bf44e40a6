"""Alerts on the activity log: whether they would go off at an event, and tell somebody.

A condition is a list of which all must hold: `field` and `equals` or `containsAny`, or one `anyOf` such.
https://learn.microsoft.com/azure/templates/microsoft.insights/activitylogalerts
Fields of Service Health: https://learn.microsoft.com/azure/service-health/alerts-activity-log-service-notifications-arm
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from readiness.arm import group_of, name_of, region_of, subscription_of
from readiness.checks.alert_rules import TOLD, squeezed, tells
from readiness.checks.llm_accounts import ACCOUNTS, is_llm, lists_lost
from readiness.conditions import World
from readiness.conditions.base import kleene_all, kleene_any
from readiness.conditions.value import counted
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Json, Outcome, Related, Resource, Truth
from readiness.paths import Path, reader

CONDITION: Final = Path.parse("properties.condition.allOf")
LOCATION: Final = Path.parse("location")
LOCAL_AUTH: Final = Path.parse("properties.disableLocalAuth")
INCIDENT: Final = "properties.incidenttype"
SERVICE: Final = "properties.impactedservices[*].servicename"
REGION: Final = "properties.impactedservices[*].impactedregions[*].regionname"
Event: TypeAlias = Mapping[str, frozenset[str]]
"""The fields of an event, with the values that it may have, without spaces and case; others are not known."""


@dataclass(frozen=True, slots=True)
class ServiceHealthWatched:
    """`services` are the names under which Azure reports on models.

    Somebody must be told of an event of one of the types `incidents`, and of one of the types `retirements`.
    """

    services: tuple[str, ...]
    incidents: tuple[str, ...] = ("Incident",)
    retirements: tuple[str, ...] = ("ActionRequired", "Informational")


@dataclass(frozen=True, slots=True)
class OperationsWatched:
    """Somebody must be told of one of `keys`, while an account has keys, or in production of one of `changes`."""

    keys: tuple[str, ...]
    changes: tuple[str, ...]


def service_health_watched(subject: Resource, params: ServiceHealthWatched, world: World) -> Decision:
    """Fails with each kind of event of which no alert tells, in each region that holds models."""
    alerts = world.related(subject, "activityLogAlerts", None)
    accounts = world.related(subject, "resources", ACCOUNTS)
    judged = []
    for region in _regions(accounts):
        for what, types in (("incidents", params.incidents), ("retirements", params.retirements)):
            events = [_health(t, params.services, region) for t in types]
            where = f"{what} in {region}" if region else what
            judged.append(_told(where, alerts, events, world))
    return _decided(judged, "nobody is told of")


def _regions(accounts: Related) -> list[str | None]:
    """The regions of language-model accounts; None for one that is not known."""
    models = [a for a in accounts.items if isinstance(a, Resource) and is_llm(a) is not False]
    found = {region_of(reader(LOCATION)(a, a)) for a in models} | ({None} if accounts.lost else set())
    return sorted(found, key=str)


def _health(type_: str, services: tuple[str, ...], region: str | None) -> Event:
    event = {"category": frozenset({"servicehealth"}), INCIDENT: frozenset({squeezed(type_)})}
    event[SERVICE] = frozenset(squeezed(s) for s in services)
    return event | ({REGION: frozenset({region})} if region else {})


def operations_watched(subject: Resource, params: OperationsWatched, world: World) -> Decision:
    """Fails with each account whose keys can be read or renewed, or deployments changed, without a word."""
    accounts = world.related(subject, "resources", ACCOUNTS)
    models = [a for a in accounts.items if isinstance(a, Resource) and is_llm(a) is not False]
    judged = [_of_account(account, params, world) for account in models]
    judged += [(Outcome.UNKNOWN, e) for e in lists_lost(accounts)]
    decided = _decided(judged, "nobody is told of operations on keys or deployments of")
    if decided.outcome is not Outcome.PASS:
        return decided
    told: dict[str, list[str]] = {}
    for seen in decided.evidence:
        told.setdefault(str(seen.observed), []).append(seen.path)
    return replace(decided, message="; ".join(f"{a} tells of operations on {', '.join(n)}" for a, n in told.items()))


def _of_account(account: Resource, params: OperationsWatched, world: World) -> tuple[Outcome, Evidence]:
    """What would be told of an account, for each state that its keys and its environment may be in."""
    off = reader(LOCAL_AUTH)(account, account)
    environment, _ = world.environment(account)
    alerts = world.related(account, "activityLogAlerts", None)
    keys_on = (True, False) if off is UNKNOWN else (off is not True,)
    unsure = environment is Environment.UNKNOWN
    production = (True, False) if unsure else (counted(environment) is Environment.PRODUCTION,)
    found = dict(_told_of(account, alerts, params, k, p, world) for k in keys_on for p in production)
    if is_llm(account) is None or len(found) > 1:
        note = "its kind, keys or environment could not be read"
        return Outcome.UNKNOWN, Evidence(name_of(account.id), None, None, note, account.id)
    return found.popitem()


def _told_of(
    account: Resource, alerts: Related, params: OperationsWatched, keys_on: bool, production: bool, world: World
) -> tuple[Outcome, Evidence]:
    wanted = (*(params.keys if keys_on else ()), *(params.changes if production else ()))
    name = name_of(account.id)
    if not wanted:
        return Outcome.NOT_APPLICABLE, Evidence(name, None, None, "it has no keys, and is not production")
    outcome, seen = _told(name, alerts, [_operation(account, each) for each in wanted], world)
    return outcome, Evidence(name, seen.observed, f"an alert on one of {', '.join(wanted)}", seen.note)


def _operation(account: Resource, name: str) -> Event:
    """The event of an operation on an account, or on something below it."""
    # `TYPE/write` is done to a type, `TYPE/NAME/action` too.
    type_ = name.rsplit("/", 2 if name.casefold().endswith("/action") else 1)[0]
    event = {
        "category": {"administrative"},
        "operationname": {name},
        "resourceprovider": {name.partition("/")[0]},
        "resourcetype": {type_},
        "resourcegroup": {name_of(group_of(account.key) or "")},
        "subscriptionid": {name_of(subscription_of(account.key) or "")},
        "status": {"started", "accepted", "succeeded"},
        "level": {"informational", "information"},
    }
    if type_.casefold() == ACCOUNTS.casefold():
        event["resourceid"] = {account.key}
    return {field: frozenset(map(squeezed, values)) for field, values in event.items()}


def _told(what: str, alerts: Related, events: list[Event], world: World) -> tuple[Outcome, Evidence]:
    """Whether somebody is told of one of some events."""
    found = [(a, kleene_any(_fires(a, e) for e in events)) for a in alerts.items if isinstance(a, Resource)]
    may = [(a, fires, tells(a, world)) for a, fires in found if fires is not False]
    telling = [a for a, fires, (told, _) in may if fires and told]
    if telling:
        return Outcome.PASS, Evidence(what, name_of(telling[0].id), None, None, telling[0].id)
    doubtful = [(a, why) for a, _, (told, why) in may if told is not False]
    if doubtful:
        alert, why = doubtful[0]
        note = f"{name_of(alert.id)}: {why or 'what it fires on could not be read, or is narrowed further'}"
        return Outcome.UNKNOWN, Evidence(what, None, None, note, alert.id)
    if alerts.lost:
        return Outcome.UNKNOWN, lists_lost(alerts)[0]
    near = "; ".join(f"{name_of(a.id)} {why}" for a, _, (_, why) in may[:TOLD])
    return Outcome.FAIL, Evidence(what, "nobody is told", "an enabled alert with an action group", near or None)


def _fires(alert: Resource, event: Event) -> Truth:
    """Whether an alert goes off at an event."""
    parts = reader(CONDITION)(alert, alert)
    if not isinstance(parts, list) or not parts:
        return None
    return kleene_all(_holds(part, event) for part in parts)


def _holds(part: Json, event: Event) -> Truth:
    if not isinstance(part, dict):
        return None
    several = _value(part, "anyOf")
    leaves: Iterable[Json] = several if isinstance(several, list) and several else [part]
    return kleene_any(_leaf(leaf, event) for leaf in leaves)


def _leaf(leaf: Json, event: Event) -> Truth:
    """Whether a field has a value that is asked for; a field that is not of the event may narrow it."""
    if not isinstance(leaf, dict):
        return None
    field, equals, several = (_value(leaf, key) for key in ("field", "equals", "containsAny"))
    wanted = [equals] if isinstance(equals, str) else several if isinstance(several, list) else []
    texts = {squeezed(text) for text in wanted if isinstance(text, str)}
    values = event.get(squeezed(field)) if isinstance(field, str) else None
    return None if values is None or not texts else bool(values & texts)


def _value(part: dict[str, Json], key: str) -> Json:
    """A member of an object, its key without case."""
    return next((v for k, v in part.items() if k.casefold() == key.casefold()), None)


def _decided(judged: list[tuple[Outcome, Evidence]], lead: str) -> Decision:
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE):
        found = tuple(e for o, e in judged if o is outcome)
        if found:
            message = _in_words(found, lead) if outcome is Outcome.FAIL else None
            return Decision(outcome, found, message)
    return Decision(Outcome.NOT_APPLICABLE, (Evidence("accounts", 0, None, "no account holds language models"),))


def _in_words(missing: tuple[Evidence, ...], lead: str) -> str:
    what = ", ".join(e.path for e in missing[:TOLD])
    more = f" and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
    near = "; ".join(dict.fromkeys(e.note for e in missing if e.note)) or "no alert goes off at it"
    return f"{lead} {what}{more}: {near}"
