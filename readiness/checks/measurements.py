"""What the checks of deployments over time share: a deployment's series of a metric, and why there is none.

A deployment's metrics are its account's, split by deployment (semantics 16).
https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from readiness.arm import name_of
from readiness.conditions import World
from readiness.conditions.samples import Indexed, Samples, added, computed, length_in_words, records_of
from readiness.dates import Duration
from readiness.model import Resource, Series

SPLIT: Final = "ModelDeploymentName"
P95: Final = "p95"
NO_TRAFFIC: Final = "no traffic: it has no series"


@dataclass(frozen=True, slots=True)
class Measured:
    """A deployment's series of a metric; none of them, and in words why, where nothing was measured."""

    name: str
    series: tuple[Series, ...] = ()
    indexed: Indexed | None = None
    why: str | None = None

    @property
    def start(self) -> datetime | None:
        """When the record begins."""
        return self.indexed.record.start if self.indexed else None

    @property
    def grain(self) -> timedelta:
        """How long a value is."""
        return timedelta(seconds=self.indexed.record.interval_seconds if self.indexed else 0)

    @property
    def grain_in_words(self) -> str:
        """How long a value is, for a person."""
        return length_in_words(self.grain.total_seconds())

    @property
    def length(self) -> int:
        """Values of the longest series of the record."""
        return self.indexed.length if self.indexed else 0

    def first(self, window: str) -> int | None:
        """The index at which a window begins that ends with the record; None if the record is shorter."""
        return self.indexed.first(seconds_of(window)) if self.indexed else None

    def together(self, first: int) -> list[float | None]:
        """The series added up grain by grain, from an index on."""
        return added(s.values[first:] for s in self.series)


def seconds_of(window: str) -> float:
    """The length of a window such as P14D; 0 if the text is none."""
    found = Duration.parse(window)
    return found.seconds if found else 0.0


def measured(subject: Resource, name: str, aggregation: str, world: World) -> Measured:
    """A deployment's series of a metric of its account."""
    record = world.metrics(subject, name, aggregation)
    if record is None:
        return Measured(name, why=f"{world.why_no_metrics(subject, name)} ({aggregation})")
    indexed = records_of(world).of(record)
    own = indexed.having(SPLIT, (name_of(subject.key),))
    if any(SPLIT.casefold() not in map(str.casefold, s.dimensions) for s in own):
        return Measured(name, why=f"{name} is not split by {SPLIT}", indexed=indexed)
    return Measured(name, tuple(own), indexed, None if own else NO_TRAFFIC)


def shortage(have: int, wanted: int, window: str) -> str | None:
    """In words, that there are too few samples in a window; None where there are enough."""
    period = length_in_words(seconds_of(window))
    if not have:
        return f"no sample in {period}"
    plural = "" if have == 1 else "s"
    return f"only {have} sample{plural} in {period}, at least {wanted} wanted" if have < wanted else None


def percentile95(values: list[float | None]) -> float | None:
    """The 95th percentile of grains; None without a sample."""
    return computed(P95, Samples(values))
