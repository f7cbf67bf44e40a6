"""Two weeks of metrics in the shapes of days, nights and weekends: the same seed, the same values.

Names and dimensions: https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference, and IsSpillover:
https://learn.microsoft.com/azure/ai-foundry/openai/how-to/spillover-traffic-management. Utilisation and latency come
every five minutes, counts every hour.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tools.sample_shapes import COLLECTED, Json, moment, type_of

SPAN = timedelta(days=14)
START = COLLECTED - SPAN
FINE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MAINTENANCE = range(2844, 2852)
"""Samples that the monitor lost: forty minutes of a Sunday morning."""
STREAMED = ("chat", "chat-ptu", "chat-dev", "partner-chat")
"""Deployments whose answers stream; the others answer at once."""
CAPACITY, QUERIES, LATENCY = "Capacity", "SearchQueriesPerSecond", "SearchLatency"
TURNED_AWAY = "ThrottledSearchQueriesPercentage"
PERCENTAGES = ("AzureOpenAIProvisionedManagedUtilizationV2", "AzureOpenAIAvailabilityRate", CAPACITY, TURNED_AWAY)
UNITS = {QUERIES: "CountPerSecond", LATENCY: "Seconds"}
Series = Json


def metrics(resource: str, name: str, *series: Series) -> Json:
    """One metric of a resource over two weeks; without series there was nothing to count."""
    unit = unit_of(name)
    hourly = unit == "Count" or name == "AzureOpenAIAvailabilityRate"
    return {
        "resource": resource,
        "namespace": type_of(resource),
        "name": name,
        "unit": unit,
        "aggregation": "Total" if unit == "Count" else "Average",
        "start": moment(START),
        "interval": "PT1H" if hourly else "PT5M",
        "series": [{**one, "dimensions": told_apart(name, one["dimensions"])} for one in series],
    }


def unit_of(name: str) -> str:
    """Times of models are in milliseconds; what is no time and no percentage is counted."""
    if name in PERCENTAGES:
        return "Percent"
    return UNITS.get(name, "MilliSeconds" if is_time(name) else "Count")


def is_time(name: str) -> bool:
    return name.endswith(("InMS", "TimeToResponse"))


def told_apart(metric: str, dimensions: dict[str, str]) -> dict[str, str]:
    """The dimensions of a series with those that the metric is asked to be split by besides."""
    streams = "Streaming" if dimensions.get("ModelDeploymentName") in STREAMED else "Non-Streaming"
    if metric == "AzureOpenAIRequests":
        return {"IsSpillover": "False", **dimensions, "StreamType": streams}
    return {**dimensions, "StreamType": streams} if is_time(metric) else dimensions


def series(values: list[float | None], **dimensions: str) -> Json:
    return {"dimensions": dimensions, "values": values}


def utilisation(name: str, idle: float, swing: float, silent: range = range(0)) -> Json:
    """A provisioned deployment in percent: `idle` at night, up to `swing` more at noon; no sample where `silent`."""
    noise = random.Random(name)
    drawn = [idle + swing * demand(when) + noise.uniform(-4, 4) for when in moments(FINE)]
    values = [None if i in silent else max(0.0, round(value, 1)) for i, value in enumerate(drawn)]
    return series(values, ModelDeploymentName=name)


def latency(name: str, least: float, busy: Callable[[float], float]) -> Json:
    """Milliseconds to the first token, for each token of the prompt: the `least`, longer the more there is to do."""
    noise = random.Random(f"{name} latency")
    values: list[float | None] = [
        round(least * busy(demand(when)) * noise.uniform(0.92, 1.1), 1) for when in moments(FINE)
    ]
    return series(values, ModelDeploymentName=name)


def counts(seed: str, peak: float, shape: Callable[[float], float], **dimensions: str) -> Json:
    """A count for each hour: at most about `peak`, as the `shape` makes it of the demand."""
    noise = random.Random(f"{seed} {sorted(dimensions.items())}")
    drawn = (peak * shape(demand(when + HOUR / 2)) * noise.uniform(0.9, 1.1) for when in moments(HOUR))
    return series([round(value) for value in drawn], **dimensions)


def response(name: str, least: float, *, later: float = 1.0, every: int = 1) -> Series:
    """Milliseconds to the response, by day alone: `later` times as long in the second week, one sample in `every`."""
    noise = random.Random(f"{name} response")
    values: list[float | None] = []
    for i, when in enumerate(moments(FINE)):
        drawn = least * slower(demand(when)) * noise.uniform(0.92, 1.1) * (later if when >= START + SPAN / 2 else 1)
        values.append(round(drawn) if demand(when) > 0 and i % every == 0 else None)
    return series(values, ModelDeploymentName=name)


def load(seed: str, idle: float, swing: float, **dimensions: str) -> Series:
    """How full a gateway is, in percent: `idle` at night, up to `swing` more at noon."""
    noise = random.Random(f"{seed} {sorted(dimensions.items())}")
    drawn = [max(0, round(idle + swing * demand(when) + noise.uniform(-3, 3))) for when in moments(FINE)]
    return series(list[float | None](drawn), **dimensions)


def share(seed: str, peak: float, shape: Callable[[float], float] = float) -> Series:
    """What a search service says of itself: at most about `peak`, as the `shape` makes it of the demand."""
    noise = random.Random(seed)
    return series([round(peak * shape(demand(when)) * noise.uniform(0.9, 1.1), 2) for when in moments(FINE)])


def available(requests: list[Series]) -> list[Series]:
    """Percent of each hour's requests, by deployment, that the service did not answer with an error of its own."""
    by_name: dict[str, list[Series]] = {}
    for one in requests:
        by_name.setdefault(one["dimensions"]["ModelDeploymentName"], []).append(one)
    return [series(rate(those), ModelDeploymentName=name) for name, those in by_name.items()]


def rate(requests: list[Series]) -> list[float | None]:
    """Without a request there is no sample."""
    hours = list(zip(*(one["values"] for one in requests), strict=True))
    broken = [one["dimensions"]["StatusCode"].startswith("5") for one in requests]
    lost = [sum(value for value, is_ in zip(hour, broken, strict=True) if is_) for hour in hours]
    return [round(100 - 100 * n / sum(hour), 2) if sum(hour) else None for hour, n in zip(hours, lost, strict=True)]


def moments(step: timedelta) -> Iterator[datetime]:
    return (START + i * step for i in range(SPAN // step))


def demand(when: datetime) -> float:
    """From 0 at six in the morning and evening to 1 at noon, a quarter of it at weekends."""
    hours_from_noon = (when.hour * 60 + when.minute) / 60 - 12
    curve = max(0.0, 1 - (hours_from_noon / 6) ** 2)
    return curve if when.weekday() < 5 else curve / 4


def all_day(share: float) -> float:
    """Traffic that never ends: a little at night."""
    return 0.04 + 0.96 * share


def held(share: float) -> float:
    """Traffic of a deployment that takes no more than it holds."""
    return all_day(min(share, 0.88))


def when_full(share: float) -> float:
    """What is turned away once the demand is more than the deployment holds."""
    return max(0.0, share - 0.88) / 0.12


def slower(share: float) -> float:
    """Waiting that grows with the demand."""
    return 1 + 0.25 * share


def much_slower(share: float) -> float:
    """Waiting that grows steeply where the deployment is full."""
    return 1 + 0.5 * share + 3 * when_full(share)


def flooded(share: float) -> float:
    """What is turned away in the busiest hours alone."""
    return max(0.0, share - 0.9)
