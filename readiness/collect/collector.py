"""Reads an estate: subscriptions, what Resource Graph lists, then each row of the table for each of its targets.

Each answer becomes records, each list a `read`, each failure a gap, and nothing that fails stops anything else. Rows
go in waves: a wave asks what the records of the waves before it make possible.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product, zip_longest
from typing import Final, TypeVar

from azure.core.rest import HttpRequest

from readiness.arm import key_of, subscription_of, type_of
from readiness.collect import crew, graphed, measured
from readiness.collect.answers import Answer, Failure, failure
from readiness.collect.clouds import Cloud
from readiness.collect.graphed import AT_ONCE, GRAPHED, Graphed
from readiness.collect.journal import Journal
from readiness.collect.listing import LISTED, Listed, guid_of, is_enabled
from readiness.collect.metrics import OPERATION as METRICS_OPERATION
from readiness.collect.metrics import TYPE as METRICS_TYPE
from readiness.collect.metrics import collect_metrics
from readiness.collect.narrowed import Narrowed
from readiness.collect.operations import DEPLOYMENTS, MODEL, OPERATIONS, SUBSCRIPTION, TENANT, WORKLOADS, Operation
from readiness.collect.progress import Progress
from readiness.collect.reader import Reader
from readiness.collect.requests import TargetError, graph_request, request_of, with_ids
from readiness.collect.targets import Records, left_out, targets
from readiness.dates import shown
from readiness.model import Json, Origin, Reason

FALLBACKS: Final = {o.yields.lower(): o for o in OPERATIONS if o.fallback}
ROWS: Final = tuple(o for o in OPERATIONS if o is not LISTED and not o.fallback)
PER_SUBSCRIPTION: Final = next(o for o in OPERATIONS if o.each == SUBSCRIPTION and not o.fallback)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the table, and the targets whose answers make one list of a scope: of most rows the target itself."""

    row: Operation
    scope: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query of Resource Graph over some subscriptions, by their GUIDs."""

    table: str
    text: str
    subscriptions: tuple[str, ...]

    @property
    def held(self) -> list[Graphed]:
        """The types that it lists."""
        return [g for g in GRAPHED if g.table == self.table]

    @property
    def scopes(self) -> list[str]:
        """The ids of its subscriptions."""
        return [f"/subscriptions/{guid}" for guid in self.subscriptions]

    def holds(self, type_: str | None) -> bool:
        """Whether it lists a type."""
        return any(g.type.lower() == (type_ or "").lower() for g in self.held)


def waves(rows: Iterable[Operation] = ROWS) -> list[list[Operation]]:
    """The rows in the order in which they can be asked, those of a wave independent of each other."""
    every = list(rows)
    depth = {id(row): _depth(row, every, ()) for row in every}
    return [[row for row in every if depth[id(row)] == n] for n in range(max(depth.values(), default=-1) + 1)]


def _depth(row: Operation, every: list[Operation], above: tuple[str, ...]) -> int:
    """How many lists have to be read before a row has its targets."""
    named = {n.type.lower() for n in row.named_by}
    wanted = (named | {DEPLOYMENTS.lower() if row.each == MODEL else row.each.lower()}) - set(above)
    makers = (
        o for o in every
        if o is not row and o.yields.lower() in wanted and (not o.single or o.yields.lower() in named)
    )  # fmt: skip
    return 1 + max((_depth(o, every, (*above, row.yields.lower())) for o in makers), default=-1)


@dataclass(slots=True)
class Collector:
    """One run. Threads share it; `records` are the bodies by type and by key, both in lower case."""

    reader: Reader
    cloud: Cloud
    journal: Journal
    at: datetime
    progress: Progress
    concurrency: int = 32
    metrics: bool = True
    narrowed: Narrowed = field(default_factory=Narrowed)
    records: dict[str, dict[str, dict[str, Json]]] = field(default_factory=dict)
    _refused: list[Task] = field(default_factory=list)
    _visible: set[str] = field(default_factory=set)
    _judged: set[str] = field(default_factory=set)
    _unsure: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, listed: Listed) -> None:
        """Read everything below some subscriptions."""
        self._visible, self._judged = {key_of(i) for i in listed.visible}, {key_of(i) for i in listed.judged}
        self._take_up()
        self._write_listed(listed)
        if listed.guids:
            self.progress.begun(len(listed.visible), len(self._visible & self._judged))
            self._read_graph(listed.guids)
            self._ask_all(self._refused)
            self.narrowed.check(key for held in self.records.values() for key in held)
            if listed.every:
                self._leave_out()
            for wave in waves():
                self._ask_wave(wave)
            self._read_metrics()

    @property
    def judged(self) -> list[str]:
        """The GUIDs of the subscriptions that are judged."""
        return sorted(map(guid_of, self._judged))

    def _leave_out(self) -> None:
        """Where no subscription was named, one that holds no workload is context: nothing in it is judged.

        Unless it may hold one, or holds a resource group that was asked for; or none holds one: then there is
        something to say of all.
        """
        lost = [g.scope for g in self.journal.before.gaps if g.type in WORKLOADS]
        busy = [*lost, *self._unsure, *(key for t in WORKLOADS for key in self.records.get(t.lower(), {}))]
        every = (key for held in self.records.values() for key in held)
        named = (key for key in every if self.narrowed.groups and self.narrowed.in_groups(key))
        kept = {key_of(subscription_of(key) or "") for key in (*busy, *named)}
        if kept & self._judged and (out := self._judged & self._visible - kept):
            self._judged -= out
            self.progress.left_out(len(out))

    def _read_metrics(self) -> None:
        """Metrics of what is judged; where nobody wants them, they were not asked for (semantics 16)."""
        own = {t.lower(): self._wanted(self._own(list(self.records.get(t.lower(), {}).values()))) for t in WORKLOADS}
        if self.metrics:
            collect_metrics(self.reader, self.cloud, self.journal, own, self.at, self.each)
            return
        why = failure(Reason.NOT_ASKED, "metrics were not to be read", None, None)
        for body in (b for bodies in own.values() for b in bodies):
            self.journal.gap(METRICS_OPERATION.name, body["id"], METRICS_TYPE, measured.PERMISSION, why)

    def each(self, act: Callable[[T], None], things: Iterable[T]) -> None:
        """Act on all, so many at once, and half as many waiting to be asked again; stops with the run."""
        some = list(things)
        crew.each(self.progress.counted(act, len(some)), some, self.concurrency + self.concurrency // 2, self._tick)

    def _tick(self) -> None:
        with self._lock:
            count = sum(map(len, self.records.values()))
        self.progress.tick(count, self.journal.gaps)

    def _take_up(self) -> None:
        """What an earlier run left."""
        for resource in self.journal.before.resources.values():
            if resource.origin is not Origin.EMBEDDED:
                self._remember(resource.body)

    # --- subscriptions ----------------------------------------------------------------------------------------

    def _write_listed(self, listed: Listed) -> None:
        """The subscriptions as they were listed; a disabled one is a gap. The tenant's own list comes last.

        These are rows of a list, no details: that of Resource Graph, which names the management groups, is to win.
        """
        if self.journal.is_done(LISTED.name, "", LISTED.yields):
            return
        self._keep(list(listed.bodies), LISTED.api_version, "graph")
        for body in listed.bodies:
            self.journal.read(LISTED, body["id"], 1, listed.at)
            if not is_enabled(body):
                why = f"the subscription is {body.get('state')}"
                gap = failure(Reason.NOT_ASKED, why, None, "SubscriptionNotEnabled")
                self.journal.gap(LISTED.name, body["id"], None, None, gap)
        if listed.failure:
            self.journal.gap(LISTED.name, "", None, LISTED.permission, _of_another(listed.failure))
        else:
            self.journal.read(LISTED, "", len(listed.bodies), listed.at)

    # --- Resource Graph ---------------------------------------------------------------------------------------

    def _read_graph(self, subscriptions: list[str]) -> None:
        some = [tuple(subscriptions[n : n + AT_ONCE]) for n in range(0, len(subscriptions), AT_ONCE)]
        asked = [Query(table, query, part) for table, query in graphed.queries() for part in some]
        self.each(self._query, [query for query in asked if not self._was_asked(query)])

    def _was_asked(self, query: Query) -> bool:
        """Whether an earlier run had the answer; after a refusal its lists are asked for one by one."""
        done = {(h, s): self._is_listed(h, s) for h in query.held for s in query.scopes}
        refused = any(g.operation == graphed.NAME and query.holds(g.type) for g in self.journal.before.gaps)
        if not refused:
            return all(done.values())
        self._fall_back([(held, scope) for (held, scope), known in done.items() if not known])
        return True

    def _is_listed(self, held: Graphed, scope: str) -> bool:
        other = FALLBACKS.get(held.type.lower())
        names = (graphed.NAME, other.name) if other else (graphed.NAME,)
        return any(self.journal.is_done(name, scope, held.type) for name in names)

    def _query(self, query: Query) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        request = graph_request(query.table, query.text, query.subscriptions, self.cloud)
        for last in self.reader.pages(request, operation=graphed.NAME):
            rows = [r for r in last.body["data"] if _has_id(r)] if last.body else []
            self._keep(rows, graphed.API_VERSION, "graph")
            counts.update((_type(r), key_of(subscription_of(r["id"]) or "")) for r in rows)
        for held, scope in product(query.held, query.scopes):
            self._listed(held, scope, counts[held.type.lower(), key_of(scope)], last)

    def _listed(self, held: Graphed, scope: str, count: int, last: Answer) -> None:
        if last.failure is None:
            self.journal.listed(graphed.NAME, scope, held.type, count, graphed.API_VERSION, last.at)
        elif held.type.lower() in FALLBACKS:
            self._fall_back([(held, scope)])
        else:
            self.journal.gap(graphed.NAME, scope, held.type, graphed.PERMISSION, _of_another(last.failure))

    def _fall_back(self, lists: Iterable[tuple[Graphed, str]]) -> None:
        with self._lock:
            for held, scope in lists:
                if held.type.lower() in FALLBACKS:
                    self._refused.append(Task(FALLBACKS[held.type.lower()], scope, (scope,)))

    # --- each row for each target -----------------------------------------------------------------------------

    def _ask_wave(self, wave: list[Operation]) -> None:
        records = {type_: list(held.values()) for type_, held in self.records.items()}
        own = {**records, **{t.lower(): self._own(records.get(t.lower(), [])) for t in WORKLOADS}}
        tasks = [task for row in wave for task in self._tasks(row, own)]
        self._ask_all(tasks)
        for row in wave:
            if row.rest == "none":
                self._write_none(row, own)

    def _own(self, bodies: list[Json]) -> list[Json]:
        return [body for body in bodies if key_of(subscription_of(body["id"]) or "") in self._judged]

    def _wanted(self, bodies: list[Json]) -> list[Json]:
        return [body for body in bodies if self._is_wanted(body["id"])]

    def _is_wanted(self, id_: str) -> bool:
        """Whether a resource is in the resource groups and has the tags that were asked for."""
        return not self.narrowed.narrows or self.narrowed.holds(id_, self._body_of)

    def _body_of(self, key: str) -> Json:
        return self.records.get((type_of(key) or "").lower(), {}).get(key)

    def _tasks(self, row: Operation, records: Records) -> list[Task]:
        """What is asked for one row: in the subscriptions that are judged, or where their records point to."""
        busy = {key_of(found) for found in targets(PER_SUBSCRIPTION, records)}
        found = targets(row, records)
        within = self._visible if row.named_by else busy
        self._write_idle(row, found, busy)
        scopes: dict[str, list[str]] = {}
        for target in found:
            if _lies_in(target, within) and (not row.judged_only or self._is_wanted(target)):
                scopes.setdefault(_scope(row, target), []).append(target)
        return [Task(row, scope, tuple(some)) for scope, some in scopes.items()]

    def _write_idle(self, row: Operation, found: Iterable[str], busy: set[str]) -> None:
        """A subscription that is judged and holds no workload is asked nothing more, which is said."""
        idle = self._judged & self._visible - busy
        if row.named_by:
            return
        if row.each != SUBSCRIPTION:
            idle &= {key_of(subscription_of(target) or "") for target in found}
        why = failure(Reason.NOT_ASKED, "the subscription holds no AI service, gateway or search service")
        for scope in sorted(idle):
            if not self.journal.is_done(row.name, scope, row.yields):
                self._gap(row, scope, why)

    def _write_none(self, row: Operation, records: Records) -> None:
        """The lists that are known to be empty without asking."""
        for target in left_out(row, records):
            if _lies_in(target, self._judged) and not self.journal.is_done(row.name, target, row.yields):
                self.journal.read(row, target, 0, shown(self.at))

    def _ask_all(self, tasks: Iterable[Task]) -> None:
        open_ = [t for t in tasks if not self.journal.is_done(t.row.name, t.scope, t.row.yields)]
        self.each(self._ask, by_turns(open_))

    def _ask(self, task: Task) -> None:
        """One read for all answers of a scope, or one gap."""
        count, at, failures = 0, shown(self.at), []
        for target in task.targets:
            found = self._answered(task.row, target)
            if isinstance(found, Failure):
                failures.append(found)
            else:
                count, at = count + found[0], found[1] or at
        if failures:
            self._gap(task.row, task.scope, failures[0])
        else:
            self.journal.read(task.row, task.scope, count, at)

    def _answered(self, row: Operation, target: str) -> tuple[int, str] | Failure:
        """How many records came, and when; or why not."""
        try:
            request = request_of(row, target, self.cloud, self.at)
        except TargetError as error:
            return failure(Reason.UNPARSABLE, str(error), None, "NoTarget")
        count, at = 0, ""
        path = request.url.partition("?")[0].removeprefix(self.cloud.arm)
        for answer in self._answers(row, request):
            if answer.failure:
                missing = answer.failure.reason == Reason.NOT_FOUND and row.absent == "none"
                return (0, answer.at) if missing else answer.failure
            items = with_ids(row, target if row.single else path, _items(row, answer.body))
            whole = [item for item in items if _has_id(item)]
            self._keep(whole, row.api_version, "arm")
            if len(whole) < len(items):
                return failure(Reason.UNPARSABLE, f"{len(items) - len(whole)} of the list have no id", 200, "NoId")
            count, at = count + len(whole), answer.at
        return count, at

    def _answers(self, row: Operation, request: HttpRequest) -> Iterable[Answer]:
        if row.single:
            return [self.reader.get(request, operation=row.name)]
        return self.reader.pages(request, operation=row.name)

    def _gap(self, row: Operation, scope: str, why: Failure) -> None:
        if row.yields in WORKLOADS:
            self._unsure.add(key_of(subscription_of(scope) or ""))
        one = _is_of_one_provider(row, scope)
        self.journal.gap(row.name, scope, row.yields, row.permission, _of_another(why) if one else why)

    def _keep(self, bodies: list[dict[str, Json]], api_version: str, source: str) -> None:
        self.journal.resources(bodies, api_version, source)
        with self._lock:
            for body in bodies:
                self._remember(body)

    def _remember(self, body: dict[str, Json]) -> None:
        self.records.setdefault(_type(body), {})[key_of(body["id"])] = body


def by_turns(tasks: Iterable[Task]) -> list[Task]:
    """The tasks, one of each subscription after the other: Azure's limits are a subscription's own."""
    held: dict[str, list[Task]] = {}
    for task in tasks:
        held.setdefault(key_of(subscription_of(task.scope) or ""), []).append(task)
    return [task for turn in zip_longest(*held.values()) for task in turn if task is not None]


def _scope(row: Operation, target: str) -> str:
    """What the list of a target is a list of: of a tenant's own things, all that their provider has."""
    if row.each == TENANT:
        return f"/providers/{row.yields.partition('/')[0]}"
    return region_above(target) if row.each == MODEL else target


def region_above(target: str) -> str:
    """The region in which a model lies: `.../locations/westeurope/models/...`."""
    return target.rpartition("/models/")[0]


def _lies_in(target: str, subscriptions: set[str]) -> bool:
    """Whether a target lies where we look: records name ids in subscriptions of others, Microsoft's too."""
    subscription = subscription_of(target)
    return subscription is None or key_of(subscription) in subscriptions


def _of_another(why: Failure) -> Failure:
    """Without `not_registered`, which would say that the type can't exist: another provider's 409 does not say so."""
    return replace(why, reason=str(Reason.INTERRUPTED)) if why.reason == Reason.NOT_REGISTERED else why


def _is_of_one_provider(row: Operation, scope: str) -> bool:
    """Whether a list lies below a resource of its own provider, which then is registered, whatever it says."""
    return (type_of(scope) or "").partition("/")[0].lower() == row.yields.partition("/")[0].lower()


def _items(row: Operation, body: Json) -> list[Json]:
    return [body] if row.single else body["value"]


def _has_id(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("id"), str) and bool(body["id"])


def _type(body: dict[str, Json]) -> str:
    return (type_of(body["id"]) or str(body.get("type", ""))).lower()
