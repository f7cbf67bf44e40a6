"""What deployments did over time, to be drawn: utilisation and throttling, with the thresholds they are judged by.

A point stands for `STEP` of the record, or for as many of its values as keep the points few: the highest utilisation
in it, or the share of requests that were throttled. Percentages from 0 up; None where there is no sample. Knows no
format.

Metric names: https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from readiness.dates import Duration
from readiness.graph import METRICS_TYPE, Graph
from readiness.inventory import Deployment
from readiness.model import Metrics, Series
from readiness.ruleset import RuleSet

STEP: Final = timedelta(hours=4)
MOST: Final = 400
"""Points at most: a record of years is drawn coarser."""
LONGEST: Final = timedelta(days=366)
"""The longest grain that is believed; Azure Monitor's longest is a day."""
LARGEST: Final = 1e12
"""The largest sample that is believed: what is beyond would not fit a page, and sums of it no number."""
NAME: Final = "modeldeploymentname"
STATUS: Final = "statuscode"
THROTTLED: Final = "429"
Points = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A kind of trend: the metric, how series become points, and the rule and parameter that hold the threshold.

    `otherwise` is the threshold while no rule of the run has it. Series without the dimension `split` say nothing.
    """

    name: str
    metric: str
    aggregation: str
    provisioned: bool
    limit: tuple[str, str]
    otherwise: float
    points: Callable[[Sequence[Series], int], Points]
    split: str = ""
    unsplit: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """One deployment's line; without points `note` says why."""

    chart: str
    deployment: Deployment
    limit: float
    points: Points = ()
    start: datetime | None = None
    step: timedelta = STEP
    note: str = ""

    @property
    def peak(self) -> float | None:
        """The highest point."""
        return max((p for p in self.points if p is not None), default=None)

    @property
    def end(self) -> datetime | None:
        """When the last point's time is over."""
        return Duration(0, len(self.points) * self.step).added_to(self.start) if self.start else None


def highest(series: Sequence[Series], size: int) -> Points:
    """The highest value of any of the series, by so many values a point."""
    return tuple(max(_numbers(series, at, size), default=None) for at in _starts(series, size))


def throttled(series: Sequence[Series], size: int) -> Points:
    """The share of requests that were answered with 429, in percent; None where there were none."""
    refused = [s for s in series if _dimension(s, STATUS) == THROTTLED]
    return tuple(
        _share(sum(_numbers(refused, at, size)), sum(_numbers(series, at, size))) for at in _starts(series, size)
    )


CHARTS: Final = (
    Chart(
        "utilisation", "AzureOpenAIProvisionedManagedUtilizationV2", "Average", True,
        ("AOAI-CAP-004", "p95_percent"), 90.0, highest,
    ),
    Chart(
        "throttling", "AzureOpenAIRequests", "Total", False, ("AOAI-CAP-003", "max_percent"), 1.0, throttled,
        STATUS, "not split by status code",
    ),
)  # fmt: skip


@dataclass(slots=True)
class Split:
    """The series of each record by deployment, split once: an account may have hundreds of both."""

    _found: dict[int, dict[str, list[Series]]] = field(default_factory=dict)

    def of(self, record: Metrics, deployment: Deployment) -> list[Series]:
        """A deployment's series: those that name it; in a record of its own those that name none, too."""
        by_name = self._found.setdefault(id(record), {}) or self._by_name(record)
        key = deployment.resource.key
        unnamed = by_name.get("", []) if record.resource == key else []
        return by_name.get(key.rpartition("/")[2], []) + unnamed

    def _by_name(self, record: Metrics) -> dict[str, list[Series]]:
        found = self._found[id(record)]
        for series in record.series:
            found.setdefault(_dimension(series, NAME), []).append(series)
        return found


def trends(graph: Graph, ruleset: RuleSet, every: Iterable[Deployment]) -> tuple[Trend, ...]:
    """The lines of some deployments: of provisioned ones how full they are, of the others what was throttled.

    Nothing at all where no metric was asked for (an export, `--no-metrics`); where all were refused each says so.
    """
    refused = (g for g in graph.snapshot.gaps if g.type and g.type.lower() == METRICS_TYPE)
    if not graph.snapshot.metrics and next(refused, None) is None:
        return ()
    shown, split = list(every), Split()
    limits = {c.name: _limit(c, ruleset) for c in CHARTS}
    return tuple(_trend(c, d, graph, limits[c.name], split) for c in CHARTS for d in shown if _concerns(c, d))


def _concerns(chart: Chart, deployment: Deployment) -> bool:
    """Provisioned SKUs say so, but for `Manual`, which is of before `ProvisionedManaged` (AOAI-CAP-004)."""
    sku = (deployment.sku or "").lower()
    return chart.provisioned == ("provisioned" in sku or sku == "manual")


def _limit(chart: Chart, ruleset: RuleSet) -> float:
    rule_id, parameter = chart.limit
    rule = ruleset.find(rule_id)
    found = rule.values.get(parameter) if rule else None
    return float(found) if isinstance(found, int | float) else chart.otherwise


def _trend(chart: Chart, deployment: Deployment, graph: Graph, limit: float, split: Split) -> Trend:
    made = partial(Trend, chart.name, deployment, limit)
    found = graph.metrics(deployment.resource, chart.metric, chart.aggregation)
    if found is None:
        return made(note=graph.why_no_metrics(deployment.resource, chart.metric))
    own = split.of(found, deployment)
    told = [s for s in own if not chart.split or _dimension(s, chart.split)]
    if not told:
        return made(note=chart.unsplit if own else _why_none(found))
    size = _size(found, told)
    points = chart.points(told, size)
    if all(p is None for p in points):
        return made(note="no traffic" if _has_sample(told) else "no sample")
    return made(points, found.start, size * _interval(found))


def _why_none(record: Metrics) -> str:
    """Why a record has no series of a deployment: nobody called it, or the record tells the deployments not apart."""
    return "no traffic" if all(_dimension(s, NAME) for s in record.series) else "not split by deployment"


def _has_sample(series: Iterable[Series]) -> bool:
    return any(_numbers([s], 0, len(s.values)) for s in series)


def _size(record: Metrics, series: Iterable[Series]) -> int:
    """How many values make a point."""
    longest = max((len(s.values) for s in series), default=0)
    return max(1, round(STEP / _interval(record)), math.ceil(longest / MOST))


def _interval(record: Metrics) -> timedelta:
    return min(LONGEST, timedelta(seconds=max(1.0, record.interval_seconds)))


def _dimension(series: Series, wanted: str) -> str:
    return next((v.lower() for name, v in series.dimensions.items() if name.lower() == wanted), "")


def _starts(series: Sequence[Series], size: int) -> range:
    return range(0, max((len(s.values) for s in series), default=0), size)


def _numbers(series: Iterable[Series], at: int, size: int) -> list[float]:
    """The samples of a stretch; what no percentage and no count can be is none."""
    return [v for s in series for v in s.values[at : at + size] if v is not None and 0 <= v <= LARGEST]


def _share(part: float, whole: float) -> float | None:
    return min(100.0, 100 * part / whole) if whole > 0 else None
