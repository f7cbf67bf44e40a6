"""Retirement: how many days a deployment's model has left, and what will happen to the deployment on that day.

The service upgrades deployments of the standard family alone; provisioned ones are moved by hand, whatever their
`versionUpgradeOption` says. Not set means OnceCurrentVersionExpired.
https://learn.microsoft.com/azure/ai-services/openai/concepts/model-retirements
https://learn.microsoft.com/azure/ai-foundry/openai/how-to/working-with-models
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from readiness import dates
from readiness.checks.deployed_models import joined, not_listed, seen, tuned
from readiness.checks.deployment_types import Family, deployment_type
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource
from readiness.models import Deployed, Model
from readiness.models import Retirement as Date
from readiness.paths import Path, reader

OPTION: Final = Path.parse("properties.versionUpgradeOption")
_READ_OPTION: Final = reader(OPTION)
PINNED: Final = "noautoupgrade"
UPGRADED: Final = ("oncecurrentversionexpired", "oncenewdefaultversionavailable")
ANEW: Final = "; vectors of another model or version can't be compared: all that are stored must be computed anew"


@dataclass(frozen=True, slots=True)
class Retirement:
    """Calendar days that must be left, and those that are critical; whether an estimated date counts like a plan."""

    days: int = 90
    critical_days: int = 30
    tentative_counts: bool = True


def retirement(subject: Resource, params: Retirement, world: World) -> Decision:
    """Fails with at most `days` left by the earlier of the model's and the SKU's dates; unknown without a date."""
    found = joined(subject, world)
    if isinstance(found, Decision):
        return found
    if found.tuned:
        return Decision(Outcome.UNKNOWN, (tuned(found),))
    if found.model is None:
        return Decision(Outcome.UNKNOWN, (not_listed(found),))
    return _judged(subject, found, found.model, params, world)


def _judged(subject: Resource, found: Deployed, model: Model, params: Retirement, world: World) -> Decision:
    known, unreadable = model.retirements(found.sku)
    first = known[0] if known else None
    near = first is not None and first.days_left(world.as_of) <= params.days
    if first and near and (params.tentative_counts or not first.tentative):
        fate = what_happens(subject, found, world)
        evidence = (_date(model, first, params, world), _option(subject, fate, world))
        return Decision(Outcome.FAIL, evidence, _told(model, first, params, world, fate))
    unclear = _unclear(model, found, unreadable)
    if unclear or first is None:
        return Decision(Outcome.UNKNOWN, tuple(unclear) or (_no_date(model),))
    return Decision(Outcome.PASS, (_date(model, first, params, world),))


def _unclear(model: Model, found: Deployed, unreadable: list[str]) -> list[Evidence]:
    """What may hold an earlier date than those known."""
    told = [seen(model, path, None, "a date", "is no date that can be read") for path in unreadable]
    if model.skus is not None and model.sku(found.sku) is None:
        listed = ", ".join(sku.name for sku in model.skus.values()) or "none"
        wanted = str(found.sku or "its own type")
        told.append(seen(model, "model.skus", listed, wanted, "the type has no date: it is not listed"))
    return told


def _no_date(model: Model) -> Evidence:
    return seen(model, "model.deprecation.inference", None, "a date", "neither the model nor the type has one")


def _date(model: Model, first: Date, params: Retirement, world: World) -> Evidence:
    left = first.days_left(world.as_of)
    sure = "; tentative: an estimate that may change" if first.tentative else ""
    expected = f"more than {params.days} days left"
    return seen(model, first.path, dates.shown(first.at), expected, f"{_in_days(left)}{sure}")


def _day(moment: datetime) -> str:
    return dates.shown(moment)[:10]


def _in_days(left: int) -> str:
    days = "day" if abs(left) == 1 else "days"
    return "today" if left == 0 else f"in {left} {days}" if left > 0 else f"{-left} {days} ago"


def _told(model: Model, first: Date, params: Retirement, world: World, fate: str) -> str:
    left = first.days_left(world.as_of)
    verb = "should have retired" if left < 0 else "retires"
    sure = ", a tentative date" if first.tentative else ""
    nearness = f" (critical: {params.critical_days} days or fewer)" if left <= params.critical_days else ""
    return f"{model.title} {verb} on {_day(first.at)}{sure}, {_in_days(left)}{nearness}; {fate}"


# --- what will happen on that day --------------------------------------------------------------------------------


def _option(subject: Resource, fate: str, world: World) -> Evidence:
    value = _READ_OPTION(subject, subject)
    if value is UNKNOWN:
        return Evidence(OPTION.text, note=world.why_unknown(subject, OPTION, None))
    return Evidence(OPTION.text, value, note=fate)


def what_happens(subject: Resource, found: Deployed, world: World) -> str:
    """In words, what becomes of a deployment on the day its model retires; after "and"."""
    type_ = deployment_type(found.sku)
    option = _READ_OPTION(subject, subject)
    chosen = option.casefold() if isinstance(option, str) else UPGRADED[0] if option is None else ""
    ending = ANEW if found.embeds else ""
    if type_ is None:
        return f"whether a deployment of type {found.sku} is upgraded is not known{ending}"
    if type_.family is not Family.STANDARD:
        told = f"the service upgrades no {type_.name} deployment"
        return f"unless it is moved by hand it then stops answering: {told}{ending}"
    if chosen == PINNED:
        return f"it then stops answering, as NoAutoUpgrade asks for{ending}"
    if chosen not in UPGRADED:
        return f"what becomes of it is not known: versionUpgradeOption could not be told{ending}"
    return f"the service then upgrades it by itself, {_to(found)}, tested or not{ending}"


def _to(found: Deployed) -> str:
    model = found.model
    if model and model.replacement:
        lead = f", {model.lead_days} days before" if model.lead_days else ""
        return f"to {model.replacement}{lead}"
    if model and model.is_default:
        return "to the default version of that day (today that is this one)"
    default = next((m for m in found.versions.values() if m.is_default), None)
    return f"to the default version, today {default.version}" if default else "to the default version of that day"
