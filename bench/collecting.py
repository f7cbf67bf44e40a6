"""What reading live Azure costs: the real command, Azure's real packages, a tenant of the tests' fake on loopback.

    python -m bench.collecting [--quick]

prints the figures as JSON. The tenant has 20 subscriptions (4 without AI), 200 accounts, 1,000 deployments, 10
gateways with 100 APIs each, 20 Search services and their networks; an answer takes 50 ms and 32 are under way.
CPU time is the child's own. It is read three times: as it is; with one answer in ten a 429 and one in twenty a 500;
and with Azure's documented limits enforced. What can't be read (resource groups) is not counted as missing.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.measure import ROOT, Command, Sample, python, readiness, run
from readiness import snapshot
from readiness.arm import key_of, type_of, with_slash
from readiness.model import Origin

LATENCY: Final = 0.05
"""Seconds until each answer."""
CONCURRENCY: Final = 32
WALL_BOUND: Final = 2.5
"""Times requests x LATENCY / CONCURRENCY."""
CPU_BOUND: Final = 3.0
"""Milliseconds a request."""
QUICK: Final = {"subscriptions": 4, "accounts": 12, "deployments": 40, "gateways": 1, "apis": 8, "searches": 2}
UNREAD: Final = "Microsoft.Resources/resourceGroups"


@dataclass(frozen=True)
class Figures:
    """Of one run: `wrong` are ids that the snapshot lacks or should not have, `twice` requests answered twice."""

    requests: int
    seconds: float
    cpu: float
    wrong: int
    refused: int
    twice: int

    @property
    def wall(self) -> float:
        """Times what the requests take if nothing else does."""
        return self.seconds / (self.requests * LATENCY / CONCURRENCY)

    @property
    def a_request(self) -> float:
        """Milliseconds of CPU."""
        return self.cpu * 1e3 / self.requests


def command(*options: str) -> Command:
    """What runs everything, in a process of its own: `bench` itself has to stay small."""
    return python("-m", "bench.collecting", *options)


def figures(sample: Sample) -> dict[str, Figures]:
    """What `command` printed: calm, troubled, limited."""
    return {name: Figures(**found) for name, found in json.loads(sample.said).items()}


def measure(*, quick: bool) -> Iterator[tuple[str, Figures]]:
    """The figures of each run."""
    fake = _fake()
    trouble = [
        fake.Fault("*", "throttled", share=0.1, retry_after="0"),
        fake.Fault("*", "error", share=0.05, seed=1),
    ]
    estate = fake.Estate.tenant(**(QUICK if quick else {}))
    settings: dict[str, dict[str, Any]] = {"calm": {}, "troubled": {"faults": trouble}, "limited": {"limits": True}}
    for name, options in settings.items():
        with fake.serve(estate, latency=LATENCY, **options) as azure:
            yield name, _collected(azure)


def _fake() -> Any:
    """The tests' own Azure, whose modules name each other without a package around them."""
    sys.path.insert(0, str(ROOT / "tests"))
    return importlib.import_module("azure_fake")


def _collected(azure: Any) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "estate.jsonl.gz"
        took = run(readiness("collect", "-q", "-o", str(target)), azure.environment)
        read = snapshot.read(str(target))
    here = {key for key, resource in read.resources.items() if resource.origin is not Origin.EMBEDDED}
    there = {key_of(with_slash(body["id"])) for body in azure.estate.records.values()}
    wrong = here ^ {key for key in there if (type_of(key) or "").lower() != UNREAD.lower()}
    answered = Counter(_request(seen) for seen in azure.log if seen.role != "login" and seen.fault is None)
    refused = sum(seen.fault == "limit" for seen in azure.log)
    twice = sum(count - 1 for count in answered.values())
    return Figures(len(azure.log), took.seconds, took.cpu, len(wrong), refused, twice)


def _request(seen: Any) -> tuple[Any, ...]:
    return seen.role, seen.method, seen.path.lower(), tuple(sorted(seen.query.items())), seen.asked


if __name__ == "__main__":
    print(json.dumps({name: asdict(found) for name, found in measure(quick="--quick" in sys.argv)}))
