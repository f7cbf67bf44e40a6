"""From an answer of Azure Monitor to the record of a metric: each value at its timestamp (semantics 16). Pure.

What can't be told for sure makes no record: a series left out, or an hour's average taken for five minutes', would
look like a deployment that is well. Shapes: GetMetric.json, GetMetricError.json and MetricBatchExample.json in
https://github.com/Azure/azure-rest-api-specs/tree/main/specification/monitor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NoReturn

from readiness import dates
from readiness.collect.answers import Failure, failure
from readiness.collect.measured import Metric
from readiness.model import Json, Reason

TOP: Final = 10_000
"""Series of a metric and a resource that are asked for; the service gives 10 unless told, and never says that it cut.
https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api#troubleshooting"""
SUCCESS: Final = "success"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class UnplacedError(ValueError):
    """An answer that gives no record of a metric; `failure` says why."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.message)
        self.failure = why


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a metric is asked for: so many whole grains, the last of which is over."""

    start: datetime
    grain: timedelta
    count: int

    @staticmethod
    def of(metric: Metric, at: datetime) -> Span:
        """The metric's window before a moment."""
        grain, window = (timedelta(seconds=_seconds(text) or 0) for text in (metric.grain, metric.window))
        count = window // grain
        return Span(at - (at - EPOCH) % grain - count * grain, grain, count)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.start + self.count * self.grain

    def place(self, timestamp: Json) -> int | None:
        """Which grain begins then; None for a neighbour of the span, which services round outward."""
        moment = dates.parse(timestamp)
        place, off = divmod(moment - self.start, self.grain) if moment else (0, self.grain)
        if off or not -1 <= place <= self.count:
            raise _unplaced("NoPlace", "a sample is not at one of the times asked for")
        return place if 0 <= place < self.count else None


@lru_cache(maxsize=16)
def _places(span: Span) -> Mapping[str, int]:
    """The timestamps as Azure writes them: a look-up instead of parsing thousands of dates for each series."""
    return {dates.shown(span.start + n * span.grain): n for n in range(span.count)}


def record(metric: Metric, resource: str, span: Span, answer: Mapping[str, Json]) -> dict[str, Json]:
    """The record of a metric; `answer` is the body of the resource's own API, or one of a batch's values.

    Raises UnplacedError where the answer lacks the metric, reports an error for it, may have left series out, is of
    another interval, or holds what is no sample.
    """
    found = _named(metric.name, answer.get("value"))
    interval = answer.get("interval")
    if interval is not None and _seconds(interval) != span.grain.total_seconds():
        raise _unplaced("OtherInterval", f"{metric.name} came at another interval than {metric.grain}")
    series = [_series(metric, span, _object(one)) for one in _list(found.get("timeseries"), "timeseries")]
    if metric.dimensions and len(series) >= TOP:
        why = f"{metric.name} has {TOP} series or more, the most that is asked for"
        raise UnplacedError(failure(Reason.TRUNCATED, why, 200, "CutAtTop"))
    unit = found.get("unit")
    return {
        "resource": resource,
        "namespace": metric.namespace,
        "name": metric.name,
        "unit": unit if isinstance(unit, str) else None,
        "aggregation": metric.aggregation,
        "start": dates.shown(span.start),
        "interval": metric.grain,
        "series": sorted(series, key=lambda one: sorted(one["dimensions"].items())),
    }


def _named(name: str, metrics: Json) -> dict[str, Json]:
    """The metric in the list; one that the service could not compute says so in itself."""
    for found in map(_object, _list(metrics, "value")):
        own = found.get("name")
        if isinstance(own, dict) and str(own.get("value")).casefold() == name.casefold():
            code = found.get("errorCode")
            if isinstance(code, str) and code.casefold() != SUCCESS:
                raise _unplaced(code, str(found.get("errorMessage") or code))
            return found
    raise _unplaced("NoMetric", f"the answer has no metric {name}")


def _series(metric: Metric, span: Span, one: dict[str, Json]) -> dict[str, Json]:
    points, key = _list(one.get("data"), "data"), metric.aggregation.lower()
    values = _in_order(points, span, key)
    if values is None:
        values = _placed(points, span, key, metric.name)
    return {"dimensions": _dimensions(metric, one.get("metadatavalues")), "values": values}


def _in_order(points: list[Json], span: Span, key: str) -> list[float | None] | None:
    """The values of a series that has one point for each grain, in order, as nearly all have: a tenth of the time."""
    try:
        if [point["timeStamp"] for point in points] != list(_places(span)):
            return None
        values = [point.get(key) for point in points]
    except (TypeError, KeyError, AttributeError):  # what is no point is told apart elsewhere
        return None
    return values if {type(value) for value in values} <= {int, float, type(None)} else None


def _placed(points: list[Json], span: Span, key: str, name: str) -> list[float | None]:
    values: list[float | None] = [None] * span.count
    places = _places(span)
    for point in points:
        value, timestamp = _object(point).get(key), point.get("timeStamp")
        place = places.get(timestamp) if isinstance(timestamp, str) else None
        if place is None:
            place = span.place(timestamp)
        if value is None or place is None:
            continue
        if type(value) not in (int, float) or values[place] not in (None, value):
            raise _unplaced("NoSample", f"{name} has a sample that is no number, or two for one time")
        values[place] = value
    return values


def _dimensions(metric: Metric, entries: Json) -> dict[str, str]:
    """The values as the service says them; the names, which it writes in lower case, as they were asked for."""
    asked = {name.casefold(): name for name in metric.dimensions}
    found = {}
    for entry in map(_object, _list(entries or [], "metadatavalues")):
        name, value = _object(entry.get("name")).get("value"), entry.get("value")
        if not isinstance(name, str) or not isinstance(value, str):
            raise _unplaced("NoDimension", "a dimension has no name or no value")
        found[asked.get(name.casefold(), name)] = value
    return found


def _seconds(interval: Json) -> float | None:
    found = dates.Duration.parse(interval)
    return found.seconds if found else None


def _list(value: Json, name: str) -> list[Json]:
    return value if isinstance(value, list) else _raise("NotAList", f"'{name}' is not a list")


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else _raise("NotAnObject", "what should be an object is none")


def _raise(code: str, message: str) -> NoReturn:
    raise _unplaced(code, message)


def _unplaced(code: str, message: str) -> UnplacedError:
    return UnplacedError(failure(Reason.UNPARSABLE, message, 200, code))
