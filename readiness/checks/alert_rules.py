"""Alert rules: which of them tell somebody, and which signals they watch.

A signal is written as its name and what shows it: `errors: Requests[StatusCode=5xx] | log Requests & 500`.
A metric may be narrowed by a dimension; `5xx` stands for every code that begins so. `log` is an alert on logs, taken
by the words of its query: all of them must stand in it, spaces and letter case aside.
The criteria of one metric alert are an "all of": it fires only where every one is met.
https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from readiness.arm import name_of
from readiness.checks.diagnostic_settings import WORKSPACE, WORKSPACES, Settings
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Evidence, Item, Json, Lost, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

LOG: Final = "log "
ENABLED: Final = Path.parse("properties.enabled")
CRITERIA: Final = Path.parse("properties.criteria.allOf")
WATCHED: Final = Path.parse("properties.criteria")
ACTIONS: Final = tuple(
    reader(Path.parse(f"properties.{path}"))
    for path in ("actions[*].actionGroupId", "actions.actionGroups[*].actionGroupId", "actions.actionGroups[*]")
)
_FIELDS: Final = {
    name: reader(Path.parse(name))
    for name in ("metricName", "metricNamespace", "dimensions", "operator", "threshold", "criterionType", "query")
}
TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """One way in which a signal shows: a metric, narrowed or not, or the words of a query."""

    metric: str = ""
    dimension: str = ""
    value: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """What an alert is wanted for."""

    name: str
    shown: tuple[Shown, ...]


@lru_cache(maxsize=256)
def signal_of(text: str) -> Signal:
    """A signal as it is written."""
    name, _, options = text.partition(":")
    return Signal(name.strip(), tuple(_shown(option.strip()) for option in options.split("|")))


def _shown(option: str) -> Shown:
    if option.casefold().startswith(LOG):
        return Shown(words=tuple(squeezed(w) for w in option[len(LOG) :].split("&")))
    metric, _, narrowed = option.partition("[")
    dimension, _, value = narrowed.rstrip("]").partition("=")
    return Shown(metric.strip().casefold(), dimension.strip().casefold(), value.strip().casefold())


def squeezed(text: str) -> str:
    """A text without spaces and letter case."""
    return "".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Watch:
    """The alerts over a resource, and what keeps the lists from being whole."""

    metric: tuple[Resource, ...]
    log: tuple[Resource, ...]
    lost: tuple[Lost, ...]

    @staticmethod
    def of(subject: Resource, world: World) -> Watch:
        """Those at it, its group and its subscription, and alerts on the logs of the workspaces it sends to."""
        metric = world.related(subject, "metricAlerts", None)
        log = [world.related(subject, "scheduledQueryRules", None), *_on_workspaces(subject, world)]
        lost = dict.fromkeys((*metric.lost, *(one for related in log for one in related.lost)))
        return Watch(_records(metric), tuple(dict.fromkeys(r for found in log for r in _records(found))), tuple(lost))


def _records(found: Related) -> tuple[Resource, ...]:
    return tuple(r for r in found.items if isinstance(r, Resource))


def _on_workspaces(subject: Resource, world: World) -> Iterator[Related]:
    settings = Settings.of(subject, world)
    yield Related((), settings.lost)
    named = [d.id for s in settings.settings for d in s.destinations if d.property == WORKSPACE]
    for text in dict.fromkeys(named):
        found = world.find(text, WORKSPACES)
        yield Related((), found.lost)
        yield from (world.related(w, "scheduledQueryRules", None) for w in _records(found))


@lru_cache(maxsize=65536)
def tells(alert: Resource, world: World) -> tuple[Truth, str]:
    """Whether an alert is switched on and names an action group that exists; in words, why not."""
    enabled = reader(ENABLED)(alert, alert)
    if enabled is False:
        return False, "is disabled"
    named = _named(alert)
    groups = world.related(alert, "actionGroups", None)
    if enabled is UNKNOWN or named is None:
        return None, world.why_unknown(
            alert, ENABLED, None
        ) if enabled is UNKNOWN else "its actions could not be read"
    if groups.items:
        return True, ""
    if groups.lost:
        return None, f"whether its action group exists is not known: {lost_in_words(groups.lost[0])}"
    if named:
        return False, f"names only action groups that do not exist: {', '.join(name_of(n) for n in named[:TOLD])}"
    return False, "names no action group"


def _named(alert: Resource) -> list[str] | None:
    """The ids of the action groups that it names; None where they could not be read."""
    values = [read(alert, alert) for read in ACTIONS]
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    return None if any(v is UNKNOWN for v in flat) else [v for v in flat if isinstance(v, str) and v]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of an alert; fields that could not be read are UNKNOWN."""

    item: Item

    def value(self, name: str) -> Any:
        """A field of it."""
        return _FIELDS[name](self.item, self.item)

    def text(self, name: str) -> str:
        """A field without case; "" where it is no text."""
        value = self.value(name)
        return value.strip().casefold() if isinstance(value, str) else ""

    def shows(self, shown: Shown, of_type: str) -> Truth:
        """Whether it watches a metric of a type of resource in this way."""
        if shown.words:
            return False
        if self.value("metricName") is UNKNOWN:
            return None
        if self.text("metricName") != shown.metric or self.text("metricNamespace") not in ("", of_type.casefold()):
            return False
        return True if not shown.dimension else self.keeps(shown.dimension, shown.value)

    def keeps(self, dimension: str, wanted: str, *, default: bool = False) -> Truth:
        """Whether its filter on a dimension lets a value through; `default` is what no filter, or `*`, means."""
        filters = self.value("dimensions")
        if filters is UNKNOWN:
            return None
        for found in filters if isinstance(filters, list) else []:
            if isinstance(found, dict) and str(found.get("name")).strip().casefold() == dimension:
                return _lets_through(found, wanted, default)
        return default


def _lets_through(found: dict[str, Json], wanted: str, default: bool) -> bool:
    listed = found.get("values")
    values = [str(v).strip().casefold() for v in listed] if isinstance(listed, list) else []
    operator = str(found.get("operator") or "Include").casefold()
    if operator == "exclude":
        return not any(_spells(v, wanted) for v in values)
    if "*" in values:
        return default
    if operator == "startswith":
        return any(v and wanted.startswith(v) for v in values)
    return any(_spells(v, wanted) for v in values)


def _spells(value: str, wanted: str) -> bool:
    """Whether a value is the one wanted, or one of those that `5xx` stands for."""
    if wanted.endswith("xx") and len(value) == len(wanted) and value[: -len("xx")] == wanted[: -len("xx")]:
        return value == wanted or value[-len("xx") :].isdigit()
    return value == wanted


@lru_cache(maxsize=65536)
def criteria(alert: Resource) -> tuple[Criterion, ...] | None:
    """The criteria of an alert, all of which must be met; None where they could not be read."""
    value = reader(CRITERIA)(alert, alert)
    if value is UNKNOWN:
        return None
    return tuple(Criterion(item) for item in elements_of(alert, CRITERIA, value if isinstance(value, list) else []))


def watches(
    alert: Resource, signals: Sequence[Signal], of_type: str
) -> tuple[dict[Signal, Truth], frozenset[Signal]]:
    """Which of some signals a metric alert watches, and those that it joins by its "all of", which it does not."""
    found = criteria(alert)
    if found is None:
        return dict.fromkeys(signals), frozenset()
    by_signal = {s: _matching(found, s, of_type) for s in signals}
    certain = {s: hit for s, (hit, _) in by_signal.items() if hit}
    together = len(certain) > 1 and not set.intersection(*certain.values())
    joined = frozenset(certain) if together else frozenset()
    return {
        s: None if unclear and not hit else bool(hit) and s not in joined for s, (hit, unclear) in by_signal.items()
    }, joined


def _matching(found: tuple[Criterion, ...], signal: Signal, of_type: str) -> tuple[set[int], bool]:
    """The numbers of the criteria that watch a signal, and whether one may that could not be read."""
    truths = [[c.shows(shown, of_type) for shown in signal.shown] for c in found]
    return {i for i, each in enumerate(truths) if True in each}, any(None in each for each in truths)


@lru_cache(maxsize=65536)
def queries(alert: Resource) -> str | None:
    """What an alert on logs asks, without spaces and case; None where it could not be read."""
    found = criteria(alert)
    values = [c.value("query") for c in found or ()]
    if found is None or any(v is UNKNOWN for v in values):
        return None
    return "\n".join(squeezed(v) for v in values if isinstance(v, str))


def asks(alert: Resource, signal: Signal) -> Truth:
    """Whether the words of an alert's query are those of a signal."""
    text = queries(alert)
    if text is None:
        return None
    return any(shown.words and all(word in text for word in shown.words) for shown in signal.shown)


def speaks_of(alert: Resource, words: Sequence[str], name: str) -> bool:
    """Whether a query has one of some words in it, or a name that stands by itself: it may be about the resource."""
    text = queries(alert) or ""
    alone = rf"(?<![\w-]){re.escape(squeezed(name))}(?![\w-])"
    return any(squeezed(word) in text for word in words) or re.search(alone, text) is not None


def seen(alert: Resource, why: str) -> Evidence:
    """An alert, with what it watches."""
    found = criteria(alert) or ()
    names = [v for c in found for v in (c.value("metricName"), c.value("query")) if isinstance(v, str)]
    return Evidence(WATCHED.text, names or None, None, why or None, alert.id)
