"""When an account's keys were last regenerated, as the activity log says, which keeps 90 days.

The id of an event lies below the account that it is about (`.../accounts/x/events/E/ticks/T`).
https://learn.microsoft.com/azure/azure-monitor/essentials/activity-log-schema
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from readiness.access import keys_work
from readiness.arm import key_of, with_slash
from readiness.checks.grants import unread
from readiness.conditions import World
from readiness.dates import parse, shown
from readiness.model import UNKNOWN, Decision, Evidence, Item, Json, Lost, Outcome, Reason, Resource
from readiness.paths import Path, reader

LOG: Final = "Microsoft.Insights/eventtypes/values"
EVENTS: Final = ("Microsoft.CognitiveServices/accounts/events/ticks", LOG)
"""The types that events have by their ids, and by the list that they come in."""
REGENERATED: Final = "microsoft.cognitiveservices/accounts/regeneratekey/action"
LOCAL_AUTH: Final = Path.parse("properties.disableLocalAuth")
CREATED: Final = (reader(Path.parse("systemData.createdAt")), reader(Path.parse("properties.dateCreated")))
WHAT: Final = (reader(Path.parse("operationName.value")), reader(Path.parse("operationName")))
STATUS: Final = (reader(Path.parse("status.value")), reader(Path.parse("status")))
ABOUT, WHEN = reader(Path.parse("resourceId")), reader(Path.parse("eventTimestamp"))
REGENERATIONS: Final = "key regenerations in the activity log"


@dataclass(frozen=True, slots=True)
class KeysRotated:
    """A key must have been regenerated in the last `window_days` days."""

    window_days: int = 90


def keys_rotated(subject: Resource, params: KeysRotated, world: World) -> Decision:
    """Fails where an account older than the window accepts keys, and none was regenerated in it."""
    works = keys_work(subject)
    if works is False:
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(LOCAL_AUTH.text, True, note="keys are refused"),))
    begin = world.as_of - timedelta(days=params.window_days)
    last = _last(subject, world)
    if last and last >= begin:
        seen = Evidence("last key regeneration", shown(last), f"since {shown(begin)}")
        return Decision(Outcome.PASS if works else Outcome.UNKNOWN, (seen, *_unclear(subject, world)))
    created = _created(subject)
    if created and created > begin:
        seen = Evidence("systemData.createdAt", shown(created), note=f"younger than {params.window_days} days")
        return Decision(Outcome.NOT_APPLICABLE if works else Outcome.UNKNOWN, (seen, *_unclear(subject, world)))
    return _none_in_window(subject, params, world, created)


def _none_in_window(subject: Resource, params: KeysRotated, world: World, created: datetime | None) -> Decision:
    """What it comes to where no regeneration was seen."""
    lost, seen = _lost(subject, world), Evidence(REGENERATIONS, 0, f"at least 1 in {params.window_days} days")
    age = () if created else (Evidence("systemData.createdAt", None, note="when the account was made is not known"),)
    if lost or age or keys_work(subject) is None:
        return Decision(Outcome.UNKNOWN, (seen, *age, *_unclear(subject, world), *unread(lost)))
    return Decision(Outcome.FAIL, (seen,))


def _unclear(subject: Resource, world: World) -> tuple[Evidence, ...]:
    if keys_work(subject) is not None:
        return ()
    return (Evidence(LOCAL_AUTH.text, note=world.why_unknown(subject, LOCAL_AUTH, None)),)


def _created(subject: Resource) -> datetime | None:
    found = [parse(value) for read in CREATED if (value := read(subject, subject)) is not UNKNOWN]
    return next((moment for moment in found if moment), None)


def _last(subject: Resource, world: World) -> datetime | None:
    """When a key of the account was last regenerated up to the moment that is judged."""
    moments = [moment for moment in _regenerations(world).get(subject.key, ()) if moment <= world.as_of]
    return max(moments, default=None)


@lru_cache(maxsize=2)
def _regenerations(world: World) -> dict[str, list[datetime]]:
    """The moments at which keys were regenerated, by account (a key)."""
    everything = Resource({}, id="estate", key="estate", type="estate")
    found: dict[str, list[datetime]] = {}
    for type_ in EVENTS:
        for event in world.related(everything, "resources", type_).items:
            about, moment = ABOUT(event, event), parse(WHEN(event, event))
            if moment and isinstance(about, str) and _is_regeneration(event):
                found.setdefault(key_of(with_slash(about)), []).append(moment)
    return found


def _is_regeneration(event: Item) -> bool:
    return _says(event, WHAT) == REGENERATED and _says(event, STATUS) == "succeeded"


def _says(event: Item, readers: tuple[Json, ...]) -> str | None:
    """A localised text's value, or the text itself."""
    texts = (read(event, event) for read in readers)
    return next((text.casefold() for text in texts if isinstance(text, str)), None)


def _lost(subject: Resource, world: World) -> tuple[Lost, ...]:
    """Why the log is not whole for an account; that events have a list of their own below it nobody says."""
    own = world.inherited(subject, EVENTS[0]).lost
    refused = (lost for lost in own if lost.reason not in (Reason.NOT_ASKED, Reason.INTERRUPTED))
    return tuple(dict.fromkeys((*world.inherited(subject, LOG).lost, *refused)))
