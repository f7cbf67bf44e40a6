"""Two weeks of metrics in the shapes of days, nights and weekends: the same seed, the same values.

Names and dimensions: https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference, and IsSpillover:
https://learn.microsoft.com/azure/ai-foundry/openai/how-to/spillover-traffic-management. Utilisation and latency come
every five minutes, counts every hour.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tools.sample_shapes import ACCOUNTS, COLLECTED, Json, moment

SPAN = timedelta(days=14)
START = COLLECTED - SPAN
FINE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MAINTENANCE = range(2844, 2852)
"""Samples that the monitor lost: forty minutes of a Sunday morning."""
STREAMED = ("chat", "chat-ptu", "chat-dev", "partner-chat")
"""Deployments whose answers stream; the others answer at once."""


def metrics(resource: str, name: str, aggregation: str, unit: str, *series: Json) -> Json:
    """One metric of an account over two weeks; without series there was no traffic."""
    return {
        "resource": resource,
        "namespace": ACCOUNTS,
        "name": name,
        "unit": unit,
        "aggregation": aggregation,
        "start": moment(START),
        "interval": "PT1H" if aggregation == "Total" else "PT5M",
        "series": [{**one, "dimensions": told_apart(name, one["dimensions"])} for one in series],
    }


def told_apart(metric: str, dimensions: dict[str, str]) -> dict[str, str]:
    """The dimensions of a series with those that the metric is asked to be split by besides."""
    streams = "Streaming" if dimensions.get("ModelDeploymentName") in STREAMED else "Non-Streaming"
    if metric == "AzureOpenAIRequests":
        return {"IsSpillover": "False", **dimensions, "StreamType": streams}
    return {**dimensions, "StreamType": streams} if "TTFT" in metric else dimensions


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
