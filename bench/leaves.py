"""What a leaf costs here: nanoseconds for one evaluation of a condition that is one operand and one operator.

    python -m bench.leaves FILE [--mean]     # a table, or one number for `make bench`

The leaves are those of `c7n_leaf.py` and are called in the same way, once for each generated account, so the
two figures compare; the loop around them is in the figure (some 20 ns).
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from readiness.conditions import Bound, Holds, Syntax
from readiness.model import Item, Metrics, Related, Resource
from readiness.paths import Path as FieldPath
from readiness.yamlfile import Problems, parse

ROUNDS = 7
LEAVES = (
    "{field: properties.disableLocalAuth, equals: true}",
    "{field: kind, in: [OpenAI, AIServices]}",
    "{field: properties.publicNetworkAccess, equals: Disabled}",
)


@dataclass
class Nowhere:
    """A world without relations and metrics: the leaves measured ask for none."""

    as_of: datetime = datetime(2026, 10, 1, tzinfo=UTC)

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        return Related(())

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        return None

    def why_no_metrics(self, subject: Resource) -> str:
        return ""

    def why_unknown(self, item: Item, path: FieldPath, since_api: str | None) -> str:
        return ""


def leaves() -> Iterator[tuple[str, Holds]]:
    """Each leaf, compiled as the engine compiles it. All that this benchmark knows of the engine is here."""
    for text in LEAVES:
        problems = Problems("bench")
        node = parse(text.encode(), problems)
        condition = Syntax(problems, {}).condition(node) if node else None
        if condition is None:
            raise SystemExit("\n".join(map(str, problems.found)))
        yield text, condition.compile(Bound(Nowhere(), {}))


def accounts(path: Path) -> list[Resource]:
    with path.open("rb") as file:
        records = [record for record in map(orjson.loads, file) if "resource" in record]
    return [subject(record["resource"], record["api_version"]) for record in records]


def subject(body: dict[str, str], api_version: str) -> Resource:
    return Resource(body, api_version=api_version, id=body["id"], key=body["id"].lower(), type=body["type"])


def nanoseconds(leaf: Holds, resources: list[Resource]) -> float:
    """The median over some rounds of the time for one evaluation."""
    return statistics.median(one_round(leaf, resources) for _ in range(ROUNDS))


def one_round(leaf: Holds, resources: list[Resource]) -> float:
    start = time.perf_counter_ns()
    for resource in resources:
        leaf(resource, resource)
    return (time.perf_counter_ns() - start) / len(resources)


def main(arguments: list[str]) -> None:
    resources = accounts(Path(arguments[0]))
    gc.freeze()
    figures = {text: nanoseconds(leaf, resources) for text, leaf in leaves()}
    if "--mean" in arguments:
        print(statistics.fmean(figures.values()))
        return
    for text, figure in figures.items():
        print(f"| `{text}` | {figure:,.0f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
