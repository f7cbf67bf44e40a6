"""The resource graph, built once a snapshot: subjects, relations, and which lists are complete (semantics 4, 10, 14).

By id without case. Knows no rule and no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from readiness import paths
from readiness.arm import SUBSCRIPTION_TYPE, group_of, parent_of, parent_type, prefixes, subscription_of, type_of
from readiness.model import Gap, Inherited, Item, Json, Kind, Lost, Metrics, Reason, Related, Resource
from readiness.paths import Path
from readiness.relations import Relations
from readiness.scope import Scope
from readiness.snapshot import Snapshot
from readiness.workloads import DEFAULT, Workloads

ESTATE = "estate"
EXTENSIONS = tuple(f"microsoft.{name}/" for name in ("authorization", "consumption", "costmanagement", "security"))
"""Types that extend what they stand below, whose ids look like those of resources where that is a resource group."""
METRICS_TYPE = "microsoft.insights/metrics"
"""The type by which gaps name metrics that could not be read."""


@dataclass(slots=True, eq=False)
class Graph:
    """What a condition may ask of a snapshot, at a date. `assume_complete` is for rule tests: lists are whole."""

    snapshot: Snapshot
    as_of: datetime
    scope: Scope = field(default_factory=Scope)
    workloads: Workloads = field(default_factory=Workloads)
    assume_complete: bool = False
    _judged: dict[str, list[Resource]] = field(default_factory=dict)
    _by_type: dict[str, list[Resource]] = field(default_factory=dict)
    _by_subscription: dict[str, dict[str, list[Resource]]] = field(default_factory=dict)
    _children: dict[tuple[str, str], list[Resource]] = field(default_factory=dict)
    _grouped: set[str] = field(default_factory=set)
    _reads: set[tuple[str, str]] = field(default_factory=set)
    _gaps_at: dict[str, list[Gap]] = field(default_factory=dict)
    _gaps_below: dict[str, list[Gap]] = field(default_factory=dict)
    _metrics: dict[tuple[str, str, str], Metrics] = field(default_factory=dict)
    _metrics_lost: bool = False
    _subscriptions: dict[str, Resource] | None = None
    _lost: dict[tuple[str, str], tuple[Lost, ...]] = field(default_factory=dict)
    _held: dict[tuple[tuple[str, ...], str | None, str], Related] = field(default_factory=dict)
    _relations: Relations | None = None
    _known: frozenset[str] | None = None

    def __post_init__(self) -> None:
        by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.snapshot.resources.values():
            by_type[resource.type.lower()].append(resource)
        self._by_type = {t: sorted(found, key=lambda r: r.key) for t, found in by_type.items()}
        self._reads = {(r.scope.lower(), r.type.lower()) for r in self.snapshot.reads if r.type and r.scope}
        self._index_gaps()
        for m in self.snapshot.metrics:
            self._metrics[m.resource, m.name.casefold(), m.aggregation.casefold()] = m

    def _index_gaps(self) -> None:
        with_path: dict[str, list[Gap]] = defaultdict(list)
        for gap in self.snapshot.gaps:
            key = gap.scope.lower()
            if gap.path is not None:
                with_path[key].append(gap)
                continue
            self._gaps_at.setdefault(key, []).append(gap)
            for above in prefixes(key):
                if above != key:
                    self._gaps_below.setdefault(above, []).append(gap)
        self._metrics_lost = any((gap.type or "").lower() == METRICS_TYPE for gap in self.snapshot.gaps)
        if with_path:
            for resource in self.snapshot.resources.values():
                found = (g for p in prefixes(resource.key) for g in with_path.get(p, ()))
                resource.gaps = tuple(g for g in found if not g.type or g.type.lower() == resource.type.lower())

    # --- subjects -------------------------------------------------------------------------------------------

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, by id, whether they are judged or only context."""
        return self._by_type.get(type_.lower(), [])

    def is_judged(self, resource: Resource) -> bool:
        """Whether a resource lies in the scope, or is only context."""
        return not self.scope.narrows or self.scope.holds(resource, self)

    def judged(self) -> Iterator[Resource]:
        """Everything read that lies in the scope."""
        return (resource for type_ in self._by_type for resource in self.subjects(type_))

    def in_subscription(self, subscription: str, type_: str) -> list[Resource]:
        """The resources of a type in a subscription (a key), judged or not."""
        folded = type_.lower()
        if folded not in self._by_subscription:
            found: dict[str, list[Resource]] = defaultdict(list)
            for resource in self.of_type(folded):
                found[subscription_of(resource.key) or ""].append(resource)
            self._by_subscription[folded] = found
        return self._by_subscription[folded].get(subscription, [])

    def subjects(self, type_: str) -> list[Resource]:
        """What is judged for a rule's `resource:`: a type, or one of subscription, workload, estate."""
        folded = type_.lower()
        if folded not in self._judged:
            self._judged[folded] = list(self._subjects(folded))
        return self._judged[folded]

    def _subjects(self, type_: str) -> Iterable[Resource]:
        if type_ == "subscription":
            return self.subscriptions.values()
        if type_ in ("workload", ESTATE):
            names = self.workload_names() if type_ == "workload" else [""]
            return [special(f"workload:{name}" if name else ESTATE) for name in names]
        found = self.of_type(type_)
        return (r for r in found if self.is_judged(r)) if self.scope.narrows else found

    def workload_names(self) -> list[str]:
        """The workloads that anything judged belongs to; the default one alone until some are configured."""
        if not self.workloads.configured:
            return [DEFAULT]
        judged = (r for r in self.snapshot.resources.values() if self.scope.holds(r, self))
        names = {self.workloads.of(r, self) for r in judged if not is_everybodys(r) and not self._is_orphan(r)}
        return sorted({name.lower(): name for name in sorted(names, reverse=True)}.values()) or [DEFAULT]

    def _is_orphan(self, resource: Resource) -> bool:
        """Whether the topmost of what a resource belongs to was not read: nobody can say then whose it is."""
        top = resource.key
        while above := parent_of(top):
            top = above
        return top != resource.key and top not in self.snapshot.resources

    @property
    def subscriptions(self) -> dict[str, Resource]:
        """The subscriptions judged, by key: those of the scope, else all that anything read lies in."""
        if self._subscriptions is None:
            seen = {k: i for k, i in self._subscription_ids() if self.scope.has_subscription(k)}
            self._subscriptions = {key: self._subscription(key, seen[key]) for key in sorted(seen)}
        return self._subscriptions

    def _subscription_ids(self) -> Iterator[tuple[str, str]]:
        if self.scope.subscriptions and not self.scope.groups:
            yield from ((s.lower(), s) for s in sorted(self.scope.subscriptions))
        texts = [r.id for r in self.snapshot.resources.values() if not self.scope.groups or self.is_judged(r)]
        if not self.scope.groups:
            texts += [r.scope for r in self.snapshot.reads] + [g.scope for g in self.snapshot.gaps]
        found: dict[str, str] = {}
        for text in texts:
            subscription = subscription_of(text)
            if subscription:
                found.setdefault(subscription.lower(), subscription)
        yield from found.items()

    def _subscription(self, key: str, spelled: str) -> Resource:
        record = self.snapshot.resources.get(key)
        if record:
            return record
        unread = Gap(scope=key, type=SUBSCRIPTION_TYPE, path="", reason=Reason.NOT_ASKED)
        body = {"id": spelled}
        return Resource(body, (unread,), None, spelled, key, SUBSCRIPTION_TYPE)

    def parent(self, resource: Resource) -> Resource | None:
        """The record of the resource that one belongs to; None at the top, or if it was not read."""
        above = parent_of(resource.key)
        return self.snapshot.resources.get(above) if above else None

    def nearest(self, resource: Resource) -> Resource | None:
        """The record of the nearest resource above one; some ids lie below paths that are no resources."""
        above = parent_of(resource.key)
        while above and above not in self.snapshot.resources:
            above = parent_of(above)
        return self.snapshot.resources[above] if above else None

    # --- relations ------------------------------------------------------------------------------------------

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one, and what keeps the list from being complete."""
        if relation == "parent":
            return self._parent_list(subject, type_)
        if relation == "resources":
            return self._resources(subject, type_ or "")
        if relation == "children":
            return self.children(subject, type_ or "")
        return self.relations.of(subject, relation, type_)

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        """What of a type lies at a resource or above it, by scope."""
        return self.relations.inherited(subject, type_)

    def find(self, resource_id: str, type_: str) -> Related:
        """The resource that an id names, as a list of one or none; not complete where it may be there, unread."""
        return self.relations.find(resource_id, type_)

    @property
    def relations(self) -> Relations:
        """What stands between resources."""
        if self._relations is None:
            self._relations = Relations(self)
        return self._relations

    @property
    def records(self) -> Mapping[str, Resource]:
        """Everything read, by key."""
        return self.snapshot.resources

    def known_subscriptions(self) -> frozenset[str]:
        """The keys of all subscriptions that anything read, or not read, lies in, judged or not."""
        if self._known is None:
            texts = (
                *self.snapshot.resources,
                *(r.scope for r in self.snapshot.reads),
                *(g.scope for g in self.snapshot.gaps),
            )
            self._known = frozenset(found.lower() for text in texts if (found := subscription_of(text)))
        return self._known

    def _parent_list(self, subject: Resource, type_: str | None) -> Related:
        above, found = parent_of(subject.key), self.parent(subject)
        if found:
            return Related((found,) if not type_ or type_.lower() == found.type.lower() else ())
        lost = Lost(above, type_ or "parent", Reason.NOT_ASKED) if above else None
        return Related((), (lost,) if lost else ())

    def children(self, subject: Resource, type_: str) -> Related:
        """The child resources of a type; of every type for ""."""
        folded = type_.lower()
        if folded not in self._grouped:
            self._grouped.add(folded)
            for child in self.of_type(type_) if type_ else self.snapshot.resources.values():
                self._children.setdefault((parent_of(child.key) or "", folded), []).append(child)
        return Related(self._children.get((subject.key, folded), ()), self.lost_list(subject.key, type_))

    def _resources(self, subject: Resource, type_: str) -> Related:
        """In a subscription, a workload or the estate; for any other resource, in the workload that it belongs to."""
        keys = [subject.key] if subject.type == SUBSCRIPTION_TYPE else list(self.subscriptions)
        workload = None if subject.type in (SUBSCRIPTION_TYPE, ESTATE) else self._workload(subject)
        asked = (tuple(keys), workload, type_.lower())
        if asked not in self._held:
            self._held[asked] = self._held_by(keys, workload, type_)
        return self._held[asked]

    def _workload(self, subject: Resource) -> str:
        own = subject.key.partition(":")[2] if subject.type == "workload" else ""
        return own or self.workloads.of(subject, self).lower()

    def _held_by(self, keys: list[str], workload: str | None, type_: str) -> Related:
        found = self.in_subscription if type_ else self._all_in
        items = [r for key in keys for r in found(key, type_)]
        if workload is not None and self.workloads.configured:
            items = [r for r in items if self._belongs(r, workload)]
        lost = tuple(lost for key in keys for lost in self.lost_in(key, type_, proves=True))
        return Related(items, lost if keys else self._lost_everywhere(type_))

    def _lost_everywhere(self, type_: str) -> tuple[Lost, ...]:
        """Where no subscription is known: why none could be listed."""
        gaps = (g for g in self._gaps_at.get("", ()) if g.type is None or g.type.lower() == type_.lower())
        return tuple(_lost(g, type_, g.scope) for g in gaps)

    def _all_in(self, subscription: str, _: str) -> list[Resource]:
        """Everything read that lies in a subscription, of whatever type."""
        return [r for type_ in self._by_type for r in self.in_subscription(subscription, type_)]

    def _belongs(self, resource: Resource, workload: str) -> bool:
        """Whether a resource is a workload's, or everybody's."""
        if is_everybodys(resource) and resource.key != group_of(resource.key):
            return True
        return self.workloads.of(resource, self).lower() == workload

    # --- which lists are complete ---------------------------------------------------------------------------

    def lost_list(self, scope: str, type_: str) -> tuple[Lost, ...]:
        """Why the list of a type under a scope (a key) is not complete; empty if it is."""
        gaps = list(self._gaps_on(scope, type_))
        if any(g.reason == Reason.NOT_REGISTERED and self._is_above(g, scope) for g in gaps):
            return ()
        lost = [
            _lost(g, type_, g.scope if g.path is None else self._spelled(scope))
            for g in gaps
            if g.reason != Reason.NOT_REGISTERED
        ]
        if lost or self.assume_complete or self._is_read(scope, type_) or self._is_embedded(scope, type_):
            return tuple(dict.fromkeys(lost))
        parent = self.snapshot.resources.get(scope)
        is_context = parent is not None and not self.is_judged(parent)
        asked = self.snapshot.kind is not Kind.EXPORT and not is_context
        reason = Reason.INTERRUPTED if asked else Reason.NOT_ASKED
        return (Lost(self._spelled(scope), type_, reason),)

    @staticmethod
    def _is_above(gap: Gap, scope: str) -> bool:
        return gap.scope.lower() in prefixes(scope)

    def _spelled(self, key: str) -> str:
        found = self.snapshot.resources.get(key) or (self._subscriptions or {}).get(key)
        return found.id if found else key

    def _gaps_on(self, scope: str, type_: str) -> Iterator[Gap]:
        """Gaps without a path that a list feels: at or above its scope, or below it where a record is missing."""
        folded = type_.lower()
        for above in prefixes(scope):
            for gap in self._gaps_at.get(above, ()):
                if gap.type is None or gap.type.lower() == folded:
                    yield gap
        yield from self._gaps_in_parent(scope, type_)
        for gap in self._gaps_below.get(scope, ()):
            if gap.scope.lower() not in self.snapshot.resources and _could_hold(gap, folded):
                yield gap

    def _gaps_in_parent(self, scope: str, type_: str) -> Iterator[Gap]:
        """Gaps with a path over the array in which the parent's record would embed the list."""
        parent = self.snapshot.resources.get(scope)
        if parent and parent.gaps and parent_type(type_.lower()) == parent.type.lower():
            array = Path(type_, ("properties", type_.rpartition("/")[2]))
            yield from (gap for gap in parent.gaps if paths.covered((gap,), array, parent))

    def _is_read(self, scope: str, type_: str) -> bool:
        folded = type_.lower()
        return any((above, folded) in self._reads for above in prefixes(scope))

    def _is_embedded(self, scope: str, type_: str) -> bool:
        """Whether the parent's own record embeds the list as an array."""
        parent, name = self.snapshot.resources.get(scope), type_.rpartition("/")[2]
        if parent is None or not isinstance(parent.body.get("properties"), dict):
            return False
        if parent_type(type_.lower()) != parent.type.lower():
            return False
        value = paths.member(parent.body["properties"], name, name.casefold())
        return type(value) is list

    def lost_in(self, subscription: str, type_: str, *, proves: bool = False) -> tuple[Lost, ...]:
        """The lists that must be whole for all resources of a type in a subscription (a key) to be known.

        An export never proves a list complete (`proves`); as lists of subjects, those not asked for are not named.
        """
        asked = (f"{subscription}{'!' if proves else ''}", type_.lower())
        if asked not in self._lost:
            self._lost[asked] = tuple(dict.fromkeys(self._lost_lists(subscription, type_, proves)))
        return self._lost[asked]

    def _lost_lists(self, subscription: str, type_: str, proves: bool) -> Iterator[Lost]:
        above = parent_type(type_)
        if above is None:
            for scope in self.scope.list_scopes(subscription):
                yield from self._lost_top(scope, type_, proves)
            return
        yield from self.lost_in(subscription, above, proves=proves)
        for parent in self.in_subscription(subscription, above):
            if proves or self.is_judged(parent):
                yield from self._lost_children(parent, type_, proves)

    def _lost_top(self, scope: str, type_: str, proves: bool) -> Iterable[Lost]:
        lost = self.lost_list(scope, type_)
        if self.snapshot.kind is Kind.EXPORT and not proves:
            return [found for found in lost if found.reason != Reason.NOT_ASKED]
        return lost

    def _lost_children(self, parent: Resource, type_: str, proves: bool) -> Iterable[Lost]:
        found = self.children(parent, type_)
        if self.snapshot.kind is Kind.EXPORT and not proves and found.items:
            return [lost for lost in found.lost if lost.reason != Reason.NOT_ASKED]
        return found.lost

    # --- metrics and reasons --------------------------------------------------------------------------------

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        """The series of a metric: the subject's own, else its nearest ancestor's; None if it was not read."""
        key: str | None = subject.key if self._metrics else None
        while key:
            found = self._metrics.get((key, name.casefold(), aggregation.casefold()))
            if found:
                return found
            key = parent_of(key)
        return None

    def why_no_metrics(self, subject: Resource, name: str) -> str:
        """In words, why a metric of a subject was not read: it may be lost alone, or with all of a resource."""
        for above in prefixes(subject.key) if self._metrics_lost else ():
            for scope in (above, f"{above}/providers/{METRICS_TYPE}/{name.casefold()}"):
                for gap in self._gaps_at.get(scope, ()):
                    if gap.type and gap.type.lower() == METRICS_TYPE:
                        permission = f" (needs {gap.permission})" if gap.permission else ""
                        return f"could not be read: {gap.reason.replace('_', ' ')}{permission}"
        return "not read"

    def why_unknown(self, item: Item, path: Path, since_api: str | None) -> str:
        """In words, why a path yields nothing."""
        for gap in item.gaps:
            if paths.covered((gap,), path, item):
                permission = f" (needs {gap.permission})" if gap.permission else ""
                return f"{gap.path or 'the record'} could not be read: {gap.reason.replace('_', ' ')}{permission}"
        if path.words[:1] == ("properties",) and paths.lacks_properties(item):
            return "the record has no properties: the list it comes from leaves them out"
        if since_api and paths.is_older(item.api_version, since_api):
            version = f"was read with api-version {item.api_version}" if item.api_version else "names no api-version"
            return f"the property came with api-version {since_api}, and the record {version}"
        return "it lies in a part that was not read"


def _lost(gap: Gap, type_: str, scope: str) -> Lost:
    return Lost(scope, type_, gap.reason, gap.permission, gap.message, gap.operation)


def _could_hold(gap: Gap, folded_type: str) -> bool:
    """Whether what a gap below a list's scope hides could be of the list's type."""
    if gap.type is not None:
        return gap.type.lower() == folded_type
    own = type_of(gap.scope.lower())
    container = own is None or own.lower().startswith("microsoft.resources/")
    return container or own == folded_type or folded_type.startswith(f"{own}/")


def is_everybodys(resource: Resource) -> bool:
    """Whether a resource makes no workload: a group, or what extends one or a subscription (plans, locks, roles)."""
    key = resource.key
    if group_of(key) in (None, key):
        return True
    return parent_of(key) is None and resource.type.lower().startswith(EXTENSIONS)


def special(name: str) -> Resource:
    """A subject that is no ARM resource: `workload:<name>` or `estate`."""
    body: Json = {"id": name, "name": name.partition(":")[2] or name}
    return Resource(body, (), None, name, name.lower(), name.partition(":")[0])
