"""The samples of a metric's series, and what is computed of them (semantics 16).

Statistics are over the grains of a record (averages of five minutes, say, or totals of an hour) and never over single
requests; nulls are no samples. Percentiles interpolate linearly, as numpy's do by default.
https://numpy.org/doc/stable/reference/generated/numpy.percentile.html
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Final

from readiness.conditions.base import World
from readiness.model import Metrics, Series

RATIO: Final = "ratio"
LEVELLED: Final = "share"
"""The statistic that counts from a level."""


class Samples:
    """The samples of a series in a window, nulls left out; at least one for any statistic."""

    def __init__(self, values: Sequence[float | None]) -> None:
        """Takes the values as they were read."""
        self.values: Sequence[float] = [v for v in values if v is not None]

    @cached_property
    def ordered(self) -> list[float]:
        """From the least to the greatest."""
        return sorted(self.values)

    @cached_property
    def total(self) -> float:
        """Their sum; raises OverflowError where it is no number."""
        return math.fsum(self.values)

    def percentile(self, share: float) -> float:
        """The value below which this share (0 to 1) of the samples lies, linearly interpolated."""
        place = (len(self.values) - 1) * share
        low = math.floor(place)
        least, most = self.ordered[low], self.ordered[min(low + 1, len(self.values) - 1)]
        return least + (most - least) * (place - low)

    def at_least(self, level: float) -> float:
        """The percentage of the samples that are at or above a level."""
        return 100 * (len(self.values) - bisect_left(self.ordered, level)) / len(self.values)


STATISTICS: Final[dict[str, Callable[[Samples, float], float]]] = {
    "min": lambda samples, level: samples.ordered[0],
    "mean": lambda samples, level: samples.total / len(samples.values),
    "max": lambda samples, level: samples.ordered[-1],
    "p50": lambda samples, level: samples.percentile(0.50),
    "p95": lambda samples, level: samples.percentile(0.95),
    "p99": lambda samples, level: samples.percentile(0.99),
    "sum": lambda samples, level: samples.total,
    "last": lambda samples, level: samples.values[-1],
    LEVELLED: lambda samples, level: samples.at_least(level),
    RATIO: lambda samples, whole: 100 * samples.total / whole,
}
"""By name: of samples, and of the level that `share` counts from, or the whole that `ratio` is a percentage of."""


def computed(statistic: str, samples: Samples, level: float = 0.0) -> float | None:
    """A statistic; None without a sample, or where the numbers are too large to have one."""
    if not samples.values:
        return None
    try:
        found = STATISTICS[statistic](samples, level)
    except (OverflowError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def percent(part: float | None, whole: float | None) -> float | None:
    """What percentage one number is of another; None where there is none."""
    if part is None or not whole:
        return None
    found = 100 * part / whole
    return found if math.isfinite(found) else None


def added(series: Iterable[Sequence[float | None]]) -> list[float | None]:
    """Several series as one, grain by grain; null where none of them has a sample."""
    return [_sum(values) for values in zip_longest(*series)]


def _sum(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None


@dataclass(slots=True)
class Indexed:
    """A record whose series are found by a dimension's value, and whose samples are ordered once."""

    record: Metrics
    _by: dict[str, tuple[dict[str, list[Series]], list[Series]]] = field(default_factory=dict)
    _length: int = -1
    _last: tuple[int, int, Samples] | None = None
    _totals: dict[tuple[int, int], float | None] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Values of the longest series: a shorter one has no samples at its end."""
        if self._length < 0:
            self._length = max((len(s.values) for s in self.record.series), default=0)
        return self._length

    def first(self, seconds: float | None) -> int | None:
        """The index at which a window begins that ends where the record does; None if the record is shorter."""
        if not seconds:
            return 0
        first = self.length - max(1, round(seconds / self.record.interval_seconds))
        return first if first >= 0 else None

    def having(self, dimension: str, texts: Iterable[str]) -> list[Series]:
        """The series with one of these values (in lower case), and those that lack the dimension."""
        by_value, lacking = self._split(dimension.casefold())
        return [s for text in texts for s in by_value.get(text, ())] + lacking

    def _split(self, dimension: str) -> tuple[dict[str, list[Series]], list[Series]]:
        found = self._by.get(dimension)
        if found is None:
            found = self._by[dimension] = ({}, [])
            for series in self.record.series:
                value = value_of(series, dimension)
                (found[1] if value is None else found[0].setdefault(value.casefold(), [])).append(series)
        return found

    def total(self, series: Iterable[Series], first: int) -> float | None:
        """The sum of some series from an index on, each added up once; 0 without a sample, None where it is none."""
        found = [self._total(one, first) for one in series]
        known = [value for value in found if value is not None]
        return sum(known) if len(known) == len(found) else None

    def _total(self, series: Series, first: int) -> float | None:
        key = (id(series), first)
        if key not in self._totals:
            own = self.samples(series, first)
            self._totals[key] = computed("sum", own) if own.values else 0.0
        return self._totals[key]

    def samples(self, series: Series, first: int) -> Samples:
        """The samples of a series from an index on; those of the last one asked for are kept."""
        last = self._last
        if last and last[0] == id(series) and last[1] == first:
            return last[2]
        found = Samples(series.values[first:] if first else series.values)
        self._last = (id(series), first, found)
        return found


@dataclass(slots=True)
class Records:
    """The records of one world, each indexed once."""

    _found: dict[int, Indexed] = field(default_factory=dict)

    def of(self, record: Metrics) -> Indexed:
        """A record, indexed; it is kept, so that no other has its id."""
        found = self._found.get(id(record))
        if found is None:
            found = self._found[id(record)] = Indexed(record)
        return found


@lru_cache(maxsize=8)
def records_of(world: World) -> Records:
    """The records of a world: all rules of a run share them."""
    return Records()


def value_of(series: Series, dimension: str) -> str | None:
    """What a series has as a dimension, its name compared without case; None if it is not split by it."""
    found = series.dimensions.get(dimension)
    if found is not None:
        return found
    folded = dimension.casefold()
    return next((v for name, v in series.dimensions.items() if name.casefold() == folded), None)


def length_in_words(seconds: float) -> str:
    """A length of time in its largest whole unit: `14 days`, `36 hours`."""
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= unit and seconds % unit == 0:
            number = int(seconds // unit)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"
