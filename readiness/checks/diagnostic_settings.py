"""Diagnostic settings: which logs of a resource go where, and whether anything is still there.

A resource may have several settings: what they collect adds up. Entries that are switched off stay in a setting, a
destination that is not used may be an empty text, and a setting outlives the workspace that it sends to. A category
group is a set of categories that the service decides on: `audit` is not `allLogs`.
https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from readiness.arm import key_of, name_of
from readiness.conditions import World
from readiness.conditions.base import kleene_all, kleene_any
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Evidence, Lost, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

CATEGORIES: Final = "Microsoft.Insights/diagnosticSettingsCategories"
WORKSPACES: Final = "Microsoft.OperationalInsights/workspaces"
WORKSPACE: Final = "workspaceId"
EVERYTHING: Final = "alllogs"
AUDIT: Final = "audit"
DESTINATIONS: Final[Mapping[str, str]] = {
    WORKSPACE: WORKSPACES,
    "storageAccountId": "Microsoft.Storage/storageAccounts",
    "eventHubAuthorizationRuleId": "Microsoft.EventHub/namespaces",
    "marketplacePartnerId": "",
}
"""Each property that names a destination, with the type that is looked for; partners' types are not read."""
WORDS: Final[Mapping[str, str]] = {
    WORKSPACE: "workspace",
    "storageAccountId": "storage account",
    "eventHubAuthorizationRuleId": "event hub namespace",
    "marketplacePartnerId": "partner solution",
}
GROUPS: Final = reader(Path.parse("properties.categoryGroups"))
_ID: Final = {name: Path.parse(f"properties.{name}") for name in DESTINATIONS}
_READ_ID: Final = {name: reader(path) for name, path in _ID.items()}
_FIELDS: Final = {name: reader(Path.parse(name)) for name in ("category", "categoryGroup", "enabled")}
_ARRAYS: Final = {name: Path.parse(f"properties.{name}") for name in ("logs", "metrics")}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a setting sends to, and whether that is still there; None where it may be, unread."""

    property: str
    id: str
    exists: Truth
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A category, or a group of categories, and whether it is collected; `name` is its `text` without case."""

    text: str
    name: str
    group: bool
    enabled: Truth


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; `logs` and `metrics` are None where they could not be read."""

    record: Resource
    logs: tuple[Entry, ...] | None
    metrics: tuple[Entry, ...] | None
    destinations: tuple[Destination, ...]
    unread: tuple[str, ...]

    def is_live(self, wanted: tuple[str, ...] = ()) -> Truth:
        """Whether it sends to something that exists; of the properties wanted, if any are named."""
        truths = [d.exists for d in self.destinations if not wanted or d.property in wanted]
        unread = [None for name in self.unread if not wanted or name in wanted]
        return kleene_any([*truths, *unread])

    def collects_logs(self) -> Truth:
        """Whether any log is switched on."""
        return None if self.logs is None else kleene_any(e.enabled for e in self.logs)

    def on(self) -> list[str]:
        """What is switched on, logs first."""
        return [e.text for e in (*(self.logs or ()), *(self.metrics or ())) if e.enabled]

    def sent(self) -> str:
        """Where it sends to, in words."""
        to = "; ".join(d.note for d in self.destinations)
        return to or ("its destinations could not be read" if self.unread else "names no destination")

    def seen(self) -> Evidence:
        """What it collects, and where to."""
        observed = self.on() or ("not read" if self.logs is None else "nothing is switched on")
        return Evidence("properties.logs", observed, None, self.sent(), self.record.id)

    def told(self) -> str:
        """The same in a sentence."""
        return f"{name_of(self.record.id)} has {', '.join(self.on()) or 'nothing'} switched on and {self.sent()}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a resource, and what its categories are."""

    settings: tuple[Setting, ...]
    lost: tuple[Lost, ...]
    categories: Related

    @staticmethod
    def of(subject: Resource, world: World) -> Settings:
        """What was read below a resource."""
        found = world.related(subject, "diagnosticSettings", None)
        records = [r for r in found.items if isinstance(r, Resource)]
        categories = world.related(subject, "children", CATEGORIES)
        return Settings(tuple(_setting(r, world) for r in records), found.lost, categories)

    def collects(self, category: str, wanted: tuple[str, ...], *, metric: bool = False) -> Truth:
        """Whether some setting sends a category to something that exists."""
        truths = [
            kleene_all((s.is_live(wanted), self._covers(s.metrics if metric else s.logs, category)))
            for s in self.settings
        ]
        return kleene_any([*truths, *(None for _ in self.lost)])

    def collects_any(self, wanted: tuple[str, ...]) -> Truth:
        """Whether some setting sends any log to something that exists."""
        truths = [kleene_all((s.is_live(wanted), s.collects_logs())) for s in self.settings]
        return kleene_any([*truths, *(None for _ in self.lost)])

    def _covers(self, entries: tuple[Entry, ...] | None, category: str) -> Truth:
        if entries is None:
            return None
        return kleene_any(kleene_all((e.enabled, self._is_of(category.casefold(), e))) for e in entries)

    def _is_of(self, category: str, entry: Entry) -> Truth:
        """Whether an entry is a category, or a group that holds it."""
        if not entry.group or entry.name == EVERYTHING:
            return entry.group or entry.name == category
        if not self.categories.items:
            # No resource is without categories: an empty list says nothing, and the documented group is taken.
            return None if self.categories.lost else entry.name == category == AUDIT
        record = self._category(category)
        if record is None:
            return None if self.categories.lost else False
        groups = GROUPS(record, record)
        return None if groups is UNKNOWN else entry.name in [t.casefold() for t in _texts(groups)]

    def offers(self, category: str) -> Truth:
        """Whether the resource has a category at all."""
        if self._category(category.casefold()) or not (self.categories.items or self.categories.lost):
            return True
        return None if self.categories.lost else False

    def _category(self, folded: str) -> Resource | None:
        records = (r for r in self.categories.items if isinstance(r, Resource))
        return next((r for r in records if name_of(r.id).casefold() == folded), None)

    def seen(self) -> tuple[Evidence, ...]:
        """Every setting, and what keeps the list from being whole."""
        lost = [
            Evidence("diagnosticSettings", note=lost_in_words(one), resource=one.scope or None) for one in self.lost
        ]
        return (*(s.seen() for s in self.settings), *lost)


def _setting(record: Resource, world: World) -> Setting:
    values = {name: read(record, record) for name, read in _READ_ID.items()}
    named = {n: v.strip() for n, v in values.items() if isinstance(v, str) and v.strip()}
    destinations = tuple(_destination(name, text, world) for name, text in named.items())
    unread = tuple(name for name, value in values.items() if value is UNKNOWN)
    return Setting(record, _entries(record, "logs"), _entries(record, "metrics"), destinations, unread)


def _entries(record: Resource, array: str) -> tuple[Entry, ...] | None:
    value = reader(_ARRAYS[array])(record, record)
    if value is UNKNOWN:
        return None
    listed = value if isinstance(value, list) else []
    return tuple(e for item in elements_of(record, _ARRAYS[array], listed) for e in _entry(item))


def _entry(item: Any) -> Iterator[Entry]:
    category, group, enabled = (read(item, item) for read in _FIELDS.values())
    on = None if enabled is UNKNOWN else enabled is True
    for value, is_group in ((category, False), (group, True)):
        if isinstance(value, str) and value:
            yield Entry(value, value.casefold(), is_group, on)


def _destination(name: str, text: str, world: World) -> Destination:
    type_ = DESTINATIONS[name]
    if not type_:
        return Destination(
            name, text, True, f"sends to the partner solution {name_of(text)}, which is not looked for"
        )
    found = world.find(_resource(text), type_)
    what = f"the {WORDS[name]} {name_of(_resource(text))}"
    if found.items:
        return Destination(name, text, True, f"sends to {what}")
    if found.lost:
        why = lost_in_words(found.lost[0])
        return Destination(name, text, None, f"sends to {what}; whether it exists is not known: {why}")
    return Destination(name, text, False, f"sends to {what}, which does not exist")


def _resource(text: str) -> str:
    """The resource that a destination belongs to: the namespace of an event hub's rule, else itself."""
    head, found, _ = key_of(text).partition("/authorizationrules/")
    return text[: len(head)] if found else text


def _texts(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
