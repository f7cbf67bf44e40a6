"""A snapshot that is nearly all metrics, and what judging it costs: fifty thousand series of two weeks.

    python -m bench.series 50000 series.jsonl

Accounts of ten provisioned deployments and eight that are paid by the token, with ten series of 336 hours each: of
the first the utilisation, of the second the requests, some of them throttled. The same number gives the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from bench.generate import COLLECTED_AT, TYPE

POINTS: Final = 336
DEPLOYMENTS: Final = 10
CALLED: Final = 8
START: Final = "2026-01-01T00:00:00Z"
RULES: Final = ("AOAI-CAP-003", "AOAI-CAP-004")
"""The rules that judge it: a ratio of sums, a percentile and a share."""
PROVISIONED: Final = "GlobalProvisionedManaged"
STANDARD: Final = "GlobalStandard"
Json = dict[str, Any]


def write(path: Path, series: int) -> Path:
    """A snapshot of so many series."""
    with path.open("wb") as file:
        for record in _records(series):
            file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return path


def _records(series: int) -> Iterator[Json]:
    yield {"schema": "readiness/snapshot/1", "collected_at": COLLECTED_AT, "tool": "bench", "scope": {}}
    draw = random.Random(7)
    subscription = "/subscriptions/00000000-0000-0000-0000-000000000001"
    for type_ in (TYPE, f"{TYPE}/deployments"):
        yield {"read": {"operation": "bench", "scope": subscription, "type": type_, "count": None}}
    for index in range(series // (2 * DEPLOYMENTS)):
        account = f"{subscription}/resourceGroups/rg-{index % 50}/providers/{TYPE}/oai-{index}"
        body = {"id": account, "type": TYPE, "name": f"oai-{index}", "kind": "OpenAI", "properties": {}}
        yield _read(body)
        yield from (_read(_deployment(account, f"ptu-{n}", PROVISIONED, "chat-0")) for n in range(DEPLOYMENTS))
        yield from (_read(_deployment(account, f"chat-{n}", STANDARD)) for n in range(CALLED))
        yield _metric(account, "AzureOpenAIProvisionedManagedUtilizationV2", "Average", _used(draw))
        yield _metric(account, "AzureOpenAIRequests", "Total", _asked(draw))


def _read(body: Json) -> Json:
    return {"resource": body, "api_version": "2025-06-01", "from": "arm"}


def _deployment(account: str, name: str, sku: str, spillover: str | None = None) -> Json:
    model = {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}
    target = {"spilloverDeploymentName": spillover} if spillover else {}
    own = {"id": f"{account}/deployments/{name}", "type": f"{TYPE}/deployments", "name": name}
    return {**own, "sku": {"name": sku, "capacity": 100}, "properties": {"model": model, **target}}


def _metric(account: str, name: str, aggregation: str, series: list[Json]) -> Json:
    head = {"resource": account, "namespace": TYPE, "name": name, "unit": "Count", "aggregation": aggregation}
    return {"metrics": {**head, "start": START, "interval": "PT1H", "series": series}}


def _used(draw: random.Random) -> list[Json]:
    """Utilisation with a gap now and then."""
    return [
        {
            "dimensions": {"ModelDeploymentName": f"ptu-{n}"},
            "values": [None if draw.random() < 0.01 else round(draw.random() * 93, 2) for _ in range(POINTS)],
        }
        for n in range(DEPLOYMENTS)
    ]


def _asked(draw: random.Random) -> list[Json]:
    """Requests; the last two series are of those that were throttled."""
    return [
        {
            "dimensions": {
                "ModelDeploymentName": f"chat-{n % CALLED}",
                "StatusCode": "200" if n < CALLED else "429",
                "IsSpillover": "False",
                "StreamType": "Streaming",
            },
            "values": [draw.randrange(5000 if n < CALLED else 30) for _ in range(POINTS)],
        }
        for n in range(DEPLOYMENTS)
    ]


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
