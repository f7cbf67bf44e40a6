"""What stands between resources: what a scope inherits, what watches it, what leads to it (semantics 10).

Each index is built once a snapshot, when it is first asked for. A relation says which lists it rests on, and with
that whether absence can be proved. Knows no rule and no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from readiness.arm import key_of, prefixes, region_of, subscription_of, with_slash
from readiness.hosts import host_of, hosts_of
from readiness.model import UNKNOWN, Inherited, Json, Lost, Reason, Related, Resource
from readiness.paths import Path, reader

ACCOUNTS: Final = "microsoft.cognitiveservices/accounts"
ACTION_GROUPS: Final = "Microsoft.Insights/actionGroups"
BACKENDS: Final = "Microsoft.ApiManagement/service/backends"
CONNECTIONS: Final = "privateEndpointConnections"
ENDPOINTS: Final = "Microsoft.Network/privateEndpoints"
GATEWAYS: Final = "microsoft.apimanagement/service"
MANAGEMENT_GROUP: Final = "/providers/microsoft.management/managementgroups/"
SUBSCRIBED: Final = "/providers/microsoft.subscription"
"""What schedules of roles write before a subscription's id:
https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope
"""
SETTINGS: Final = "Microsoft.Insights/diagnosticSettings"
ALERTS: Final = ("Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules",
                 "Microsoft.Insights/activityLogAlerts")  # fmt: skip

SCOPE: Final = reader(Path.parse("properties.scope"))
SCOPES: Final = reader(Path.parse("properties.scopes"))
ANCESTORS: Final = reader(Path.parse("properties.managementGroupAncestorsChain"))
TARGETS: Final = tuple(
    reader(Path.parse(f"properties.{array}[*].properties.privateLinkServiceId"))
    for array in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
)
OWN_ENDPOINTS: Final = reader(Path.parse("properties.privateEndpointConnections[*].properties.privateEndpoint.id"))
ENDPOINT: Final = reader(Path.parse("properties.privateEndpoint.id"))
URL: Final = reader(Path.parse("properties.url"))
GROUPS_NAMED: Final = tuple(
    reader(Path.parse(f"properties.{path}"))
    for path in ("actions[*].actionGroupId", "actions.actionGroups[*].actionGroupId", "actions.actionGroups[*]")
)
"""Of metric alerts; of activity-log alerts; of alerts on logs.

https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts (activitylogalerts, scheduledqueryrules)
"""


class Estate(Protocol):
    """What the relations ask of the graph that they are part of."""

    @property
    def records(self) -> Mapping[str, Resource]:
        """Everything read, by key."""

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, judged or not."""

    def lost_list(self, scope: str, type_: str) -> tuple[Lost, ...]:
        """Why the list of a type under a scope (a key) is not complete; empty if it is."""

    def lost_in(self, subscription: str, type_: str, *, proves: bool = False) -> tuple[Lost, ...]:
        """The lists that must be whole for all resources of a type in a subscription (a key) to be known."""

    def children(self, subject: Resource, type_: str) -> Related:
        """The children of a type."""

    def known_subscriptions(self) -> Iterable[str]:
        """The keys of all subscriptions that anything read, or not read, lies in."""


Walk: TypeAlias = "Callable[[Relations, Resource, str], Related]"
Index: TypeAlias = dict[str, list[Resource]]


@dataclass(slots=True)
class Relations:
    """The relations of one snapshot, each index built when it is first asked for."""

    estate: Estate
    _at: dict[str, Index] = field(default_factory=dict)
    _watching: dict[str, tuple[Index, tuple[Lost, ...]]] = field(default_factory=dict)
    _leading: tuple[Index, tuple[Lost, ...]] | None = None
    _fronting: Index | None = None
    _notified: Index | None = None
    _above: dict[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)

    def of(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a named relation to one."""
        own, walk = RELATIONS[relation]
        found = walk(self, subject, own)
        return _of_type(found, type_) if type_ else found

    def find(self, resource_id: str, type_: str) -> Related:
        """The resource that an id names, as a list of one or none; not complete where it may be there, unread."""
        key = key_of(with_slash(resource_id))
        found = self.estate.records.get(key)
        if found:
            return Related((found,))
        lost = self.estate.lost_list(key, type_)
        if lost and (subscription_of(key) or key) not in self.estate.known_subscriptions():
            lost = (Lost(with_slash(resource_id), type_, Reason.NOT_ASKED),)
        return Related((), lost)

    # --- what holds for a scope, and all below it -------------------------------------------------------------

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        """What of a type lies at a resource, or above it: in its parents, group, subscription, management groups."""
        index = self._by_scope(type_)
        above, known = self._scopes_above(subject.key)
        *own, tenant = prefixes(subject.key)
        held = tuple((scope, index[scope]) for scope in (*own, *above, tenant) if scope in index)
        lost = self.estate.lost_list(subject.key, type_)
        if not known and any(scope.startswith(MANAGEMENT_GROUP) for scope in index):
            why = "the management groups above the subscription are not known"
            lost = (*lost, Lost(subscription_of(subject.id) or subject.id, type_, Reason.NOT_ASKED, message=why))
        return Inherited(held, lost)

    def _by_scope(self, type_: str) -> Index:
        """The resources of an extension type by the scope that they hold for (a key; "" is the tenant)."""
        folded = type_.lower()
        if folded not in self._at:
            found: Index = defaultdict(list)
            for resource in self.estate.of_type(folded):
                found[scope_of(resource)].append(resource)
            self._at[folded] = dict(found)
        return self._at[folded]

    def _scopes_above(self, key: str) -> tuple[tuple[str, ...], bool]:
        """The management groups above the subscription of a key, and whether they are known."""
        subscription = subscription_of(key) or ""
        if subscription not in self._above:
            record = self.estate.records.get(subscription)
            chain = ANCESTORS(record, record) if record else None
            named = [m.get("name") for m in chain if isinstance(m, dict)] if isinstance(chain, list) else []
            above = tuple(f"{MANAGEMENT_GROUP}{name.lower()}" for name in named if isinstance(name, str))
            self._above[subscription] = (above, isinstance(chain, list) or not subscription)
        return self._above[subscription]

    # --- what watches a scope ---------------------------------------------------------------------------------

    def watching(self, subject: Resource, type_: str) -> Related:
        """The alerts of a type whose scopes hold a resource, its group or its subscription."""
        index, unclear = self._watched(type_)
        found = [a for scope in prefixes(subject.key) for a in index.get(scope, ()) if _watches(a, scope, subject)]
        lost = self.estate.lost_list(subscription_of(subject.key) or "", type_)
        return Related(list(dict.fromkeys(found)), (*lost, *unclear))

    def _watched(self, type_: str) -> tuple[Index, tuple[Lost, ...]]:
        """Alerts by scope, and those whose scopes could not be read."""
        if type_ not in self._watching:
            self._watching[type_] = _indexed(self.estate.of_type(type_), type_, SCOPES)
        return self._watching[type_]

    def notifying(self, subject: Resource, type_: str) -> Related:
        """The alerts, of all types, that an action group is named by."""
        if self._notified is None:
            alerts = [alert for t in ALERTS for alert in self.estate.of_type(t)]
            self._notified = _indexed(alerts, "", *GROUPS_NAMED)[0]
        lost = [
            lost for s in self.estate.known_subscriptions() for t in ALERTS
            for lost in self.estate.lost_in(s, t, proves=True)
        ]  # fmt: skip
        return Related(self._notified.get(subject.key, ()), tuple(dict.fromkeys(lost)))

    def notified(self, subject: Resource, type_: str) -> Related:
        """The action groups that an alert names; one that was deleted is not among them."""
        values = [read(subject, subject) for read in GROUPS_NAMED]
        found = [self.find(text, type_) for text in dict.fromkeys(t for value in values for t in _strings(value))]
        if any(_is_unclear(value) for value in values):
            found.append(Related((), (Lost(subject.id, type_, Reason.NO_PROPERTIES),)))
        return _joined(found)

    # --- what leads to a resource -----------------------------------------------------------------------------

    def endpoints(self, subject: Resource, type_: str) -> Related:
        """The private endpoints of a resource: those that it names as its own, and those that lead to it."""
        index, unclear = self._led()
        connections = self.estate.children(subject, f"{subject.type}/{CONNECTIONS}")
        named = [*_texts(subject, (OWN_ENDPOINTS,)), *(t for c in connections.items for t in _endpoint(c))]
        own = _joined(self.find(text, type_) for text in dict.fromkeys(named))
        found = dict.fromkeys((*own.items, *index.get(subject.key, ())))
        # The resource's own record names every endpoint; only without it do the lists of endpoints matter.
        lost = own.lost if connections.complete else (*own.lost, *connections.lost, *unclear)
        return Related(list(found), tuple(dict.fromkeys(lost)))

    def _led(self) -> tuple[Index, tuple[Lost, ...]]:
        if self._leading is None:
            self._leading = _indexed(self.estate.of_type(ENDPOINTS), ENDPOINTS, *TARGETS)
        return self._leading

    def backends(self, subject: Resource, type_: str) -> Related:
        """The backends of a gateway; of an account, the backends of all gateways that lead to one of its hosts."""
        if subject.type.lower() == GATEWAYS:
            return self.estate.children(subject, type_)
        if self._fronting is None:
            self._fronting = _by_host(self.estate.of_type(type_))
        own = hosts_of(subject)
        found = [b for host in sorted(own or ()) for b in self._fronting.get(host, ())]
        lost = [m for s in self.estate.known_subscriptions() for m in self.estate.lost_in(s, type_, proves=True)]
        if own is None:
            lost.append(Lost(subject.id, "properties.endpoints", Reason.NO_PROPERTIES))
        return Related(list(dict.fromkeys(found)), tuple(dict.fromkeys(lost)))

    def settings(self, subject: Resource, type_: str) -> Related:
        """The children of an extension type."""
        return self.estate.children(subject, type_)

    def at_or_above(self, subject: Resource, type_: str) -> Related:
        """What `inherited` holds, in one list."""
        found = self.inherited(subject, type_)
        return Related([r for _, held in found.by_scope for r in held], found.lost)


RELATIONS: Final[dict[str, tuple[str, Walk]]] = {
    "diagnosticSettings": (SETTINGS, Relations.settings),
    "privateEndpoints": (ENDPOINTS, Relations.endpoints),
    "gatewayBackends": (BACKENDS, Relations.backends),
    "roleAssignments": ("Microsoft.Authorization/roleAssignments", Relations.at_or_above),
    "denyAssignments": ("Microsoft.Authorization/denyAssignments", Relations.at_or_above),
    "policyAssignments": ("Microsoft.Authorization/policyAssignments", Relations.at_or_above),
    "locks": ("Microsoft.Authorization/locks", Relations.at_or_above),
    "budgets": ("Microsoft.Consumption/budgets", Relations.at_or_above),
    "metricAlerts": (ALERTS[0], Relations.watching),
    "scheduledQueryRules": (ALERTS[1], Relations.watching),
    "activityLogAlerts": (ALERTS[2], Relations.watching),
    "alerts": ("", Relations.notifying),
    "actionGroups": (ACTION_GROUPS, Relations.notified),
}
"""Each relation with the type of what it holds ("": several) and how it is walked."""


def scope_of(resource: Resource) -> str:
    """The key of the scope that an extension resource holds for, as it says, else by its id; "" is the tenant."""
    found = SCOPE(resource, resource)
    text = found if isinstance(found, str) else resource.id.lower().rpartition("/providers/")[0]
    key = key_of(with_slash(text))
    return key.removeprefix(SUBSCRIBED) if key.startswith(f"{SUBSCRIBED}/subscriptions/") else key


def _indexed(
    resources: Iterable[Resource], type_: str, *readers: Callable[[Resource, Resource], Json]
) -> tuple[Index, tuple[Lost, ...]]:
    """Resources by the keys that they name at some paths, and those whose naming could not be read."""
    index: Index = defaultdict(list)
    unclear: list[Lost] = []
    for resource in resources:
        values = [read(resource, resource) for read in readers]
        if any(_is_unclear(value) for value in values):
            unclear.append(Lost(resource.id, type_, Reason.NO_PROPERTIES))
        for key in dict.fromkeys(key_of(with_slash(text)) for value in values for text in _strings(value)):
            index[key].append(resource)
    return dict(index), tuple(unclear)


def _is_unclear(value: Json) -> bool:
    """Whether a value, or a part of it, was not read."""
    return value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value)


def _by_host(backends: Iterable[Resource]) -> Index:
    index: Index = defaultdict(list)
    for backend in backends:
        host = host_of(URL(backend, backend))
        if host:
            index[host].append(backend)
    return dict(index)


def _watches(alert: Resource, scope: str, subject: Resource) -> bool:
    """Whether an alert whose scopes hold something at or above a resource is about resources of its type and region.

    Those of groups and subscriptions name both: https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts
    """
    if scope == subject.key:
        return True
    properties = alert.properties if isinstance(alert.properties, dict) else {}
    target, region = properties.get("targetResourceType"), region_of(properties.get("targetResourceRegion"))
    if isinstance(target, str) and target and target.lower() != subject.type.lower():
        return False
    own = region_of(subject.body.get("location"))
    return not region or region == "global" or own is None or region == own


def _endpoint(connection: object) -> Iterator[str]:
    if isinstance(connection, Resource):
        yield from _strings(ENDPOINT(connection, connection))


def _texts(resource: Resource, readers: Sequence[Callable[[Resource, Resource], Json]]) -> list[str]:
    return [text for read in readers for text in _strings(read(resource, resource))]


def _strings(value: Json) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str) and text]


def _of_type(found: Related, type_: str) -> Related:
    folded = type_.lower()
    return Related([r for r in found.items if isinstance(r, Resource) and r.type.lower() == folded], found.lost)


def _joined(found: Iterable[Related]) -> Related:
    every = list(found)
    items = [item for related in every for item in related.items]
    return Related(items, tuple(dict.fromkeys(lost for related in every for lost in related.lost)))
