"""Ask Azure Monitor for the metrics of the table: many resources of a region at once, else each for itself.

The batch is a service of its own (another host, another audience, Monitoring Reader on the whole subscription);
whatever it does not answer, or not clearly, is asked of Resource Manager. The batch's request is named by
azure-monitor-querymetrics, the other is made by path, with the parameters of azure-mgmt-monitor (`metrics.list`):
https://learn.microsoft.com/rest/api/monitor/metrics/list,
https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

from azure.core.rest import HttpRequest

from readiness.arm import key_of, region_of, subscription_of
from readiness.collect.answers import Failure, failure
from readiness.collect.clouds import Cloud
from readiness.collect.journal import Journal
from readiness.collect.measured import NAME, PERMISSION, Metric, at_once, groups
from readiness.collect.operations import Operation
from readiness.collect.reader import Reader
from readiness.collect.requests import Batch, TargetError, batch_request, request_of
from readiness.collect.series import TOP, Span, UnplacedError, record
from readiness.collect.signin import SignInError
from readiness.collect.targets import Records, targets
from readiness.dates import shown
from readiness.model import Json, Reason

TYPE: Final = "Microsoft.Insights/metrics"
API_VERSION: Final = "2024-02-01"
"""Of both ways to ask, and the default of both SDKs.
https://github.com/Azure/azure-rest-api-specs/tree/main/specification/monitor"""
OPERATION: Final = Operation(NAME, TYPE, "", API_VERSION, PERMISSION, (), f"{{id}}/providers/{TYPE}", single=True)
BAD_REQUEST: Final = 400
T = TypeVar("T")


class Each(Protocol):
    """Run an action over things, several at once; see `Collector.each`."""

    def __call__(self, act: Callable[[T], None], things: list[T], /) -> None:
        """Return when all are done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Metrics of one resource that one request can ask for; `region` as hosts are named, "" if not known."""

    resource: str
    region: str
    metrics: tuple[Metric, ...]


def collect_metrics(
    reader: Reader, cloud: Cloud, journal: Journal, records: Records, at: datetime, each: Each
) -> None:
    """Write the metrics of all records that the table names, and a gap for each that can't be read.

    `at` is when the run began: the end of every window. Raises SignInError.
    """
    run = _Run(reader, cloud, journal, at)
    asked = [one for group in groups() for one in run.asked(group, records)]
    each(run.batch, run.batches(asked))
    each(run.alone, [one for one in asked if not run.origin(one)] + run.left)


@dataclass(slots=True)
class _Run:
    reader: Reader
    cloud: Cloud
    journal: Journal
    at: datetime
    left: list[Asked] = field(default_factory=list)
    """What the batch did not answer."""
    _before: set[tuple[str, str, str]] = field(init=False)
    _closed: set[str] = field(default_factory=set)
    _told: set[object] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._before = {(m.resource, m.name, m.aggregation) for m in self.journal.before.metrics}

    def asked(self, group: tuple[Metric, ...], records: Records) -> Iterator[Asked]:
        """The group for each resource that has it."""
        row = replace(OPERATION, each=group[0].type, only=group[0].only)
        held = [body for body in records.get(group[0].type.lower(), ()) if isinstance(body, dict)]
        regions = {key_of(str(body.get("id"))): region_of(body.get("location")) or "" for body in held}
        for target in targets(row, records):
            try:
                request_of(OPERATION, target, self.cloud, self.at)
            except TargetError as error:
                self._lost(target, failure(Reason.UNPARSABLE, str(error), None, "NoTarget"))
            else:
                if open_ := tuple(metric for metric in group if not self._is_done(target, metric)):
                    yield Asked(target, regions.get(key_of(target), ""), open_)

    def _is_done(self, resource: str, metric: Metric) -> bool:
        """Whether an earlier run has it, or was refused it for good."""
        gone = any(self.journal.is_done(NAME, scope, TYPE) for scope in (resource, _id(resource, metric)))
        return gone or (key_of(resource), metric.name, metric.aggregation) in self._before

    # --- many resources at once -------------------------------------------------------------------------------

    def origin(self, asked: Asked) -> str | None:
        """Where the batch of the resource's region is, if there is one."""
        return self.cloud.metrics_in(asked.region) if subscription_of(asked.resource) else None

    def batches(self, asked: Iterable[Asked]) -> list[list[Asked]]:
        """Those that have a batch, by subscription, region and group, in parts that it takes."""
        found: dict[object, list[Asked]] = {}
        for one in asked:
            if self.origin(one):
                key = (subscription_of(key_of(one.resource)), one.region, tuple(m.name for m in one.metrics))
                found.setdefault(key, []).append(one)
        return [part for alike in found.values() for part in _parts(alike)]

    def batch(self, batch: list[Asked]) -> None:
        """Ask for the same metrics of several resources of a region; what remains open is `left`."""
        try:
            given = _by_resource(self._answered(self._batch_request(batch)))
        except TargetError:
            given = {}
        for one in batch:
            found = given.get(key_of(one.resource), {})
            open_ = [metric for metric, _ in self._keep(one, found)] if _is_of(one.region, found) else one.metrics
            if open_:
                self.left.append(replace(one, metrics=tuple(open_)))

    def _answered(self, request: HttpRequest) -> Json | None:
        """The answer of a batch; a host that can't be reached or won't let us in is not asked again.

        Resource Manager needs neither the host nor a token for it.
        """
        host = request.url.partition("?")[0]
        if host in self._closed:
            return None
        try:
            answer = self.reader.get(request, operation=NAME)
        except SignInError:
            self._closed.add(host)
            return None
        if answer.failure and (answer.failure.status is None or answer.failure.reason == Reason.FORBIDDEN):
            self._closed.add(host)
        return answer.body

    def _batch_request(self, batch: list[Asked]) -> HttpRequest:
        metrics, span = batch[0].metrics, Span.of(batch[0].metrics[0], self.at)
        asked = Batch(
            tuple(one.resource for one in batch), metrics[0].namespace, tuple(metric.name for metric in metrics),
            span.start, span.end, span.grain, metrics[0].aggregation.lower(), _split(metrics[0]), TOP,
        )  # fmt: skip
        return batch_request(str(self.origin(batch[0])), asked, API_VERSION)

    # --- each for itself --------------------------------------------------------------------------------------

    def alone(self, asked: Asked) -> None:
        """Ask Resource Manager for some metrics of a resource; what can't be read is a gap."""
        answer = self.reader.get(self._request(asked), operation=NAME)
        if answer.body is not None:
            for metric, why in self._keep(asked, answer.body):
                self._gap(_id(asked.resource, metric), PERMISSION, why)
        elif answer.failure and answer.failure.status == BAD_REQUEST:
            self._refused(asked, answer.failure)
        elif answer.failure:
            self._lost(asked.resource, answer.failure)

    def _request(self, asked: Asked) -> HttpRequest:
        span = Span.of(asked.metrics[0], self.at)
        request = request_of(OPERATION, asked.resource, self.cloud, self.at)
        times = {"timespan": f"{_instant(span.start)}/{_instant(span.end)}"}
        request.url += f"&{_query({**times, **_parameters(asked)})}"
        return request

    def _refused(self, asked: Asked, why: Failure) -> None:
        """A 400 is about one metric, which it names; all of them fail with it, so the others are asked again."""
        named = tuple(m for m in asked.metrics if _names(why.message, m.name))
        if not named and len(asked.metrics) > 1:
            for metric in asked.metrics:
                self.alone(replace(asked, metrics=(metric,)))
            return
        bad = named or asked.metrics
        permission, told = (None, replace(why, reason=str(Reason.NOT_FOUND))) if named else (PERMISSION, why)
        for metric in bad:
            self._gap(_id(asked.resource, metric), permission, told)
        if others := tuple(m for m in asked.metrics if m not in bad):
            self.alone(replace(asked, metrics=others))

    # --- what is written --------------------------------------------------------------------------------------

    def _keep(self, asked: Asked, answer: dict[str, Json]) -> list[tuple[Metric, Failure]]:
        """Write what the answer gives; the metrics that it does not, and why."""
        span = Span.of(asked.metrics[0], self.at)
        open_ = []
        for metric in asked.metrics:
            try:
                self.journal.metrics(record(metric, asked.resource, span, answer))
            except UnplacedError as error:
                open_.append((metric, error.failure))
        return open_

    def _lost(self, resource: str, why: Failure) -> None:
        """A gap for all metrics of a resource; the groups of one fail alike, and one gap says so."""
        told = (key_of(resource), why.reason, why.status, why.code)
        with self._lock:
            first = told not in self._told
            self._told.add(told)
        if first:
            self._gap(resource, PERMISSION, why)

    def _gap(self, scope: str, permission: str | None, why: Failure) -> None:
        self.journal.gap(NAME, scope, TYPE, permission, why)


def _parts(alike: list[Asked]) -> list[list[Asked]]:
    most = at_once(alike[0].metrics)
    return [alike[n : n + most] for n in range(0, len(alike), most)]


def _split(metric: Metric) -> str:
    """The filter that gives a series for each value of each dimension; "" for a metric that has none."""
    return " and ".join(f"{name} eq '*'" for name in metric.dimensions)


def _parameters(asked: Asked) -> dict[str, str]:
    """What a resource's own metrics are asked with; `top` counts only beside a filter."""
    first = asked.metrics[0]
    split = {"top": str(TOP), "$filter": _split(first)}
    return {
        "metricnamespace": first.namespace,
        "metricnames": ",".join(metric.name for metric in asked.metrics),
        "interval": first.grain,
        "aggregation": first.aggregation.lower(),
        **(split if first.dimensions else {}),
    }


def _query(parameters: dict[str, str]) -> str:
    return urlencode(parameters, quote_via=quote, safe="$")


def _instant(moment: datetime) -> str:
    """As both APIs have it: yyyy-MM-ddTHH:mm:ss.fffZ."""
    return shown(moment).replace("Z", ".000Z")


def _by_resource(body: Json) -> dict[str, dict[str, Json]]:
    """What a batch says of each resource, by its key."""
    values = body.get("values") if isinstance(body, dict) else None
    found = [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
    return {key_of(str(one.get("resourceid"))): one for one in found}


def _is_of(region: str, found: dict[str, Json]) -> bool:
    """Whether a batch answered from the resource's own region: another one has no series of it, which is no error."""
    given = found.get("resourceregion")
    return given is None or region_of(given) == region


def _names(message: str, metric: str) -> bool:
    """Whether a refusal is about the metric; it goes on with `Valid metrics: ...`."""
    return re.search(rf"\bmetric: *{re.escape(metric)}\b", message, re.IGNORECASE) is not None


def _id(resource: str, metric: Metric) -> str:
    """The id that Azure Monitor gives a metric of a resource."""
    return f"{resource.rstrip('/')}/providers/{TYPE}/{metric.name}"
