"""Use in business hours: whether provisioned units, which bill by the hour, are used while people work.

Hours count by the start of a sample, moved by an offset from UTC; a grain longer than an hour tells no hours.
https://learn.microsoft.com/azure/ai-services/openai/concepts/provisioned-throughput
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from readiness.checks.measurements import Measured, measured, shortage
from readiness.conditions import World
from readiness.conditions.samples import Samples, computed
from readiness.model import Decision, Evidence, Outcome, Resource

METRIC: Final = "AzureOpenAIProvisionedManagedUtilizationV2"
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UsedInBusinessHours:
    """The mean of the samples in business hours must be `min_percent`.

    These are from `first_hour` until `last_hour` o'clock on the days `weekdays` (`mon` to `sun`), `utc_offset_hours`
    ahead of UTC.
    """

    weekdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    min_percent: int = 50
    first_hour: int = 8
    last_hour: int = 18
    utc_offset_hours: int = 0
    min_samples: int = 12
    window: str = "P14D"


DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def used_in_business_hours(subject: Resource, params: UsedInBusinessHours, world: World) -> Decision:
    """Fails where a deployment is used less than wanted in business hours; unknown without enough samples in them."""
    found = measured(subject, METRIC, "Average", world)
    path = f"mean of {METRIC} in business hours"
    why = found.why or _unusable(found, params)
    values = [] if why else _busy(found, params)
    why = why or shortage(len(values), params.min_samples, params.window)
    mean = None if why else computed("mean", Samples(values))
    if mean is None:
        return Decision(Outcome.UNKNOWN, (Evidence(path, note=why or "its numbers are too large"),))
    ahead = f"{params.utc_offset_hours:+d}" if params.utc_offset_hours else ""
    note = f"{params.first_hour} to {params.last_hour} o'clock UTC{ahead}, {', '.join(params.weekdays)}"
    seen = Evidence(path, round(mean, 2), f"at least {params.min_percent}", note)
    return Decision(Outcome.PASS if mean >= params.min_percent else Outcome.FAIL, (seen,))


def _unusable(found: Measured, params: UsedInBusinessHours) -> str | None:
    if found.first(params.window) is None:
        return "the series are shorter than the window asked for"
    return f"samples of {found.grain_in_words} tell no hours" if found.grain > HOUR else None


def _busy(found: Measured, params: UsedInBusinessHours) -> list[float]:
    """The samples in business hours; of several series the highest, as each is a part of the same units."""
    first = found.first(params.window) or 0
    days = {DAYS.index(day) for day in map(str.casefold, params.weekdays) if day in DAYS}
    return [value for at, value in _highest(found, first) if _is_busy(found, at, params, days)]


def _highest(found: Measured, first: int) -> Iterator[tuple[int, float]]:
    for at in range(first, found.length):
        known = [v for s in found.series if at < len(s.values) and (v := s.values[at]) is not None]
        if known:
            yield at, max(known)


def _is_busy(found: Measured, at: int, params: UsedInBusinessHours, days: set[int]) -> bool:
    if found.start is None:
        return False
    local = found.start + at * found.grain + timedelta(hours=params.utc_offset_hours)
    return local.weekday() in days and params.first_hour <= local.hour < params.last_hour
