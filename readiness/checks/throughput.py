"""Throughput: whether a standard deployment stays clear of the tokens and requests a minute that it was given.

The limits are the deployment's own (`rateLimits`; `ratelimits` in 2023), each for a renewal period of its own. What
is measured is a total of an hour, so what is compared is the average minute of that hour: a burst inside it is not
seen, and a deployment may throttle by its estimate of the tokens before. The share of 429 tells that (AOAI-CAP-003).
https://learn.microsoft.com/azure/ai-services/openai/how-to/quota
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from readiness.checks.measurements import NO_TRAFFIC, Measured, measured, percentile95, shortage
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.metric import counted
from readiness.conditions.samples import added
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

LIMITS: Final = Path.parse("properties.rateLimits")
_LIMITS: Final = reader(LIMITS)
MINUTE: Final = 60
USES: Final = {"token": ("ProcessedPromptTokens", "GeneratedTokens"), "request": ("AzureOpenAIRequests",)}
"""What counts against a limit, by the limit's key."""


@dataclass(frozen=True, slots=True)
class ThroughputWithinLimits:
    """The 95th percentile of the hours in `window` may be `max_percent` of a limit; below `min_samples` unknown."""

    max_percent: int = 80
    min_samples: int = 12
    window: str = "P14D"


def throughput_within_limits(subject: Resource, params: ThroughputWithinLimits, world: World) -> Decision:
    """Fails with each limit that is nearly used up in the average minute; unknown without limits or samples."""
    limits = _LIMITS(subject, subject)
    if limits is UNKNOWN:
        return Decision(Outcome.UNKNOWN, (Evidence(LIMITS.text, note=world.why_unknown(subject, LIMITS, None)),))
    given = dict(_a_minute(limits))
    if not given:
        note = "no limit for tokens or requests that can be read"
        return Decision(Outcome.UNKNOWN, (Evidence(LIMITS.text, note=note),))
    judged = [_judged(subject, key, given[key], params, world) for key in USES if key in given]
    return summed(judged)


def _a_minute(limits: Json) -> Iterator[tuple[str, float]]:
    """The limits a minute by key, the smallest last to win."""
    found = [pair for entry in limits if (pair := _limit(entry))] if isinstance(limits, list) else []
    yield from sorted(found, key=lambda pair: -pair[1])


def _limit(entry: Json) -> tuple[str, float] | None:
    """A limit's key and how much it allows a minute; None where it is another or says no number."""
    body: dict[str, Any] = entry if isinstance(entry, dict) else {}
    key, count, period = body.get("key"), _positive(body.get("count")), _positive(body.get("renewalPeriod"))
    if not isinstance(key, str) or key.casefold() not in USES or not count or not period:
        return None
    return key.casefold(), count * MINUTE / period


def _positive(value: Json) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known and value > 0 else None


def _judged(subject: Resource, key: str, limit: float, params: ThroughputWithinLimits, world: World) -> Judged:
    path = f"{key}s a minute"
    expected = f"at most {counted(limit * params.max_percent / 100)}"
    used = [measured(subject, name, "Total", world) for name in USES[key]]
    why, rates = _rates(used, params)
    if why:
        return Outcome.UNKNOWN, Evidence(path, note=why)
    rate = percentile95(rates) or 0.0
    over = rate > limit * params.max_percent / 100
    grain = next(m.grain_in_words for m in used if m.series)
    note = f"95th percentile of averages of {grain}; the limit is {counted(limit)}"
    return (Outcome.FAIL if over else Outcome.PASS), Evidence(path, round(rate, 2), expected, note)


def _rates(used: list[Measured], params: ThroughputWithinLimits) -> tuple[str | None, list[float | None]]:
    """What was used in the average minute of each grain, or why that is not known; a metric without series is 0."""
    unread = next((m.why for m in used if m.why and m.why != NO_TRAFFIC), None)
    told = [m for m in used if m.series]
    if unread or not told:
        return unread or NO_TRAFFIC, []
    firsts = [m.first(params.window) for m in told]
    if None in firsts or len({m.grain for m in told}) > 1:
        return "the series are shorter than the window asked for, or of unlike grains", []
    whole = added([m.together(first or 0) for m, first in zip(told, firsts, strict=True)])
    minutes = told[0].grain.total_seconds() / MINUTE
    few = shortage(sum(v is not None for v in whole), params.min_samples, params.window)
    return few, [None if v is None else v / minutes for v in whole]
