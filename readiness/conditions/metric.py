"""The metric leaf: a statistic of every series of a metric, compared (semantics 16).

Statistics are over the grains of a record (five minutes, say), nulls left out; percentiles interpolate linearly,
as numpy's do by default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from readiness import dates
from readiness.conditions.base import Bound, Explanation, Holds, kleene_all
from readiness.conditions.comparison import Comparison, FieldOf, Right
from readiness.conditions.operators import Literal
from readiness.model import UNKNOWN, Item, Metrics, Resource, Series, Truth
from readiness.paths import reader


def percentile(values: list[float], share: float) -> float:
    """The value below which this share (0 to 1) of the values lies, linearly interpolated."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


STATISTICS: Final[dict[str, Callable[[list[float], float], float]]] = {
    "min": lambda values, level: min(values),
    "mean": lambda values, level: math.fsum(values) / len(values),
    "max": lambda values, level: max(values),
    "p50": lambda values, level: percentile(values, 0.50),
    "p95": lambda values, level: percentile(values, 0.95),
    "p99": lambda values, level: percentile(values, 0.99),
    "sum": lambda values, level: math.fsum(values),
    "last": lambda values, level: values[-1],
    "share": lambda values, level: 100 * sum(v >= level for v in values) / len(values),
}


def finite(statistic: Callable[[list[float], float], float], values: list[float], level: float) -> float | None:
    """A statistic; None where the numbers are too large to have one."""
    try:
        found = statistic(values, level)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class MetricOf:
    """`{metric: {...}, OPERATOR: right}`; every matching series must hold, the worst is the evidence."""

    name: str
    aggregation: str
    statistic: str
    comparison: Comparison
    window: Right | None = None
    level: Right | None = None
    dimension: Mapping[str, Right] | None = None

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compare = self.comparison.compile(bound)

        def holds(item: Item, subject: Resource) -> Truth:
            values, _ = self._measured(bound, item, subject)
            if not values:
                return None
            return kleene_all(None if v is None else compare(v, item, subject) for _, v in values)

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        values, note = self._measured(bound, item, subject)
        compare, expected = self.comparison.compile(bound), self.comparison.expected(bound, item, subject)
        path = f"metric {self.name} {self.statistic}"
        detail = tuple(
            Explanation(
                _dimensions(s),
                None if v is None else compare(v, item, subject),
                f"{path}{_dimensions(s)}",
                None if v is None else round(v, 2),
                expected,
                None if v is not None else "no sample",
            )
            for s, v in values
        )
        known = [round(v, 2) for _, v in values if v is not None]
        observed = (known[0] if len(known) == 1 else known) if known else None
        return Explanation(path, self.compile(bound)(item, subject), path, observed, expected, note, detail=detail)

    def _measured(
        self, bound: Bound, item: Item, subject: Resource
    ) -> tuple[list[tuple[Series, float | None]], str | None]:
        """Each matching series with its statistic (None without a sample), and why there is none."""
        start = item if isinstance(item, Resource) else subject
        record = bound.world.metrics(start, self.name, self.aggregation)
        if record is None:
            return [], f"{bound.world.why_no_metrics(start)} ({self.aggregation})"
        series = [s for s in record.series if self._matches(s, bound, item, subject)]
        if not series:
            return [], "no traffic: it has no series"
        seconds = self._number(self.window, bound, _seconds)
        if seconds and max(len(s.values) for s in series) * record.interval_seconds < seconds:
            return [], "the series are shorter than the window asked for"
        return [(s, self._statistic(s, record, seconds, bound)) for s in series], None

    def _statistic(self, series: Series, record: Metrics, seconds: float | None, bound: Bound) -> float | None:
        count = max(1, round(seconds / record.interval_seconds)) if seconds else len(series.values)
        values = [v for v in series.values[-count:] if v is not None]
        level = self._number(self.level, bound, float)
        return finite(STATISTICS[self.statistic], values, level or 0.0) if values else None

    def _matches(self, series: Series, bound: Bound, item: Item, subject: Resource) -> bool:
        have = {name.casefold(): value for name, value in series.dimensions.items()}
        return all(
            _wanted(right, bound, item, subject, have.get(name.casefold()))
            for name, right in (self.dimension or {}).items()
        )

    @staticmethod
    def _number(right: Right | None, bound: Bound, convert: Callable[[Any], float]) -> float | None:
        if right is None or isinstance(right, FieldOf):
            return None
        return convert(right.literals(bound).value)


def _wanted(right: Right, bound: Bound, item: Item, subject: Resource, have: str | None) -> bool:
    if have is None:
        return False
    if not isinstance(right, FieldOf):
        return bool(right.literals(bound).equals(have))
    value = reader(right.path)(item, subject)
    return value is not UNKNOWN and value is not None and Literal.of(value).equals(have)


def _seconds(value: Any) -> float:
    length = dates.Duration.parse(value)
    return length.seconds if length else 0.0


def _dimensions(series: Series) -> str:
    return "".join(f"[{name}={value}]" for name, value in series.dimensions.items())
