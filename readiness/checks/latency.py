"""Latency: whether a deployment answers as fast as its baseline says, and as it did the period before.

Normalized times are milliseconds to the first token for each token of the prompt, and between two tokens; where a
deployment has neither (standard ones may not) the time to the response stands in. Azure Monitor has no percentiles of
requests: those here are over averages of the grain.
https://learn.microsoft.com/azure/ai-services/openai/how-to/latency
https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.checks.measurements import SPLIT, Measured, measured, percentile95, seconds_of, shortage
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.samples import length_in_words
from readiness.model import Decision, Evidence, Outcome, Resource, Series
from readiness.paths import Path, reader

MODEL: Final = reader(Path.parse("properties.model.name"))
TIMES: Final = ("AzureOpenAINormalizedTTFTInMS", "AzureOpenAINormalizedTBTInMS")
INSTEAD: Final = "AzureOpenAITimeToResponse"


@dataclass(frozen=True, slots=True)
class LatencySteady:
    """`baselines` are `model metric=milliseconds`; the 95th percentile may be that, and grow by `max_growth_percent`.

    `*` stands for any model. What has no baseline is compared with the `window` before alone; a period with fewer
    samples than `min_samples` is not judged.
    """

    baselines: tuple[str, ...] = ()
    max_growth_percent: int = 25
    min_samples: int = 12
    window: str = "P7D"


def latency_steady(subject: Resource, params: LatencySteady, world: World) -> Decision:
    """Fails with each time above its baseline or grown too much; unknown without enough samples to compare."""
    wrong = next((text for text in params.baselines if _written(text) is None), None)
    if wrong is not None:
        return Decision(Outcome.UNKNOWN, (Evidence("baselines", wrong, "a text such as `gpt-4o METRIC=12.5`"),))
    found = [m for name in TIMES if (m := measured(subject, name, "Average", world)).series]
    if not found:
        found = [measured(subject, INSTEAD, "Average", world)]
    judged = [one for m in found for one in _judged(subject, m, params)]
    decision = summed(judged)
    if decision.outcome is Outcome.NOT_APPLICABLE:
        return Decision(Outcome.UNKNOWN, decision.evidence)
    return decision


def _judged(subject: Resource, found: Measured, params: LatencySteady) -> Iterator[Judged]:
    if found.why:
        yield Outcome.UNKNOWN, Evidence(found.name, note=found.why)
    for series in found.series:
        yield from _series(subject, found, series, params)


def _series(subject: Resource, found: Measured, series: Series, params: LatencySteady) -> Iterator[Judged]:
    """The last period against the baseline, and against the one before."""
    told = "".join(f"[{k}={v}]" for k, v in series.dimensions.items() if k.casefold() != SPLIT.casefold())
    path = f"95th percentile of {found.name}{told}"
    first = found.first(params.window)
    if first is None:
        yield Outcome.UNKNOWN, Evidence(path, note="the series are shorter than the window asked for")
        return
    now = list(series.values[first:])
    few = shortage(sum(v is not None for v in now), params.min_samples, params.window)
    last = percentile95(now)
    if few or last is None:
        yield Outcome.UNKNOWN, Evidence(path, note=few or "its numbers are too large")
        return
    over = f"over averages of {found.grain_in_words}"
    baseline = _baseline(subject, found.name, params)
    if baseline is not None:
        met = Outcome.PASS if last <= baseline else Outcome.FAIL
        yield met, Evidence(path, round(last, 2), f"at most {baseline:g}", over)
    yield _growth(path, found, series, last, baseline, params)


def _growth(
    path: str, found: Measured, series: Series, last: float, baseline: float | None, params: LatencySteady
) -> Judged:
    """Against the period before; where that was not measured only a baseline judges."""
    count = found.length - (found.first(params.window) or 0)
    before = list(series.values[max(0, found.length - 2 * count) : found.length - count])
    period = length_in_words(seconds_of(params.window))
    few = shortage(sum(v is not None for v in before), params.min_samples, params.window)
    earlier = percentile95(before)
    if few or not earlier or found.length < 2 * count:
        outcome = Outcome.UNKNOWN if baseline is None else Outcome.NOT_APPLICABLE
        none = "no baseline, and " if baseline is None else ""
        note = f"{none}too few samples in the {period} before to compare with"
        return outcome, Evidence(path, round(last, 2), note=note)
    allowed = earlier * (100 + params.max_growth_percent) / 100
    note = f"{round(earlier, 2):g} in the {period} before; over averages of {found.grain_in_words}"
    outcome = Outcome.PASS if last <= allowed else Outcome.FAIL
    return outcome, Evidence(path, round(last, 2), f"at most {round(allowed, 2):g}", note)


def _baseline(subject: Resource, metric: str, params: LatencySteady) -> float | None:
    """What is written for a model and a metric; a model's own wins over that of any."""
    model = MODEL(subject, subject)
    name = model.casefold() if isinstance(model, str) else ""
    written = dict(pair for text in params.baselines if (pair := _written(text)))
    return written.get((name, metric.casefold()), written.get(("*", metric.casefold())))


def _written(text: str) -> tuple[tuple[str, str], float] | None:
    """A baseline's model, metric and milliseconds; None for what is no such text."""
    of, _, number = str(text).partition("=")
    model, _, metric = of.strip().partition(" ")
    try:
        return ((model.casefold(), metric.strip().casefold()), float(number)) if metric.strip() else None
    except ValueError:
        return None
