"""What a leaf costs elsewhere: nanoseconds for one evaluation of Cloud Custodian's `ValueFilter`.

Its filters are the nearest relative of our conditions (a path, an operator, a value, judged in Python on a
raw ARM resource), so they are the mark for the cost of a leaf of ours. It is no dependency of this project and
is measured in an environment of its own, on the same generated accounts:

    python -m venv /tmp/c7n && /tmp/c7n/bin/pip install c7n orjson
    /tmp/c7n/bin/python bench/c7n_leaf.py bench/.data/accounts-*.jsonl         # a table
    /tmp/c7n/bin/python bench/c7n_leaf.py --mean bench/.data/accounts-*.jsonl  # one number, for `make bench`

The filter is called once for each account, as its `process` does; the loop around it is in the figure (some
20 ns). "bare" is without the note that it leaves on each resource that matches, which nothing else in the
evaluation needs: the lowest figure it can have. "as run" is with it, as a policy runs. The accounts are
frozen, so that the garbage collector does not walk them, but it stays on: each evaluation leaves cycles
behind, and without it memory would grow and the later rounds be slower.
"""

from __future__ import annotations

import gc
import importlib.metadata
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import orjson
from c7n.filters.core import ANNOTATION_KEY, ValueFilter  # type: ignore[import-not-found]

Json = dict[str, Any]

ROUNDS = 7
FILTERS: tuple[Json, ...] = (
    {"type": "value", "key": "properties.disableLocalAuth", "value": True},
    {"type": "value", "key": "kind", "op": "in", "value": ["OpenAI", "AIServices"]},
    {"type": "value", "key": "properties.publicNetworkAccess", "value": "Disabled"},
)


def accounts(path: Path) -> list[Json]:
    with path.open("rb") as file:
        records = [orjson.loads(line) for line in file]
    return [record["resource"] for record in records if "resource" in record]


def nanoseconds(data: Json, resources: list[Json], *, annotate: bool) -> float:
    """The median over some rounds of the time for one evaluation."""
    leaf = ValueFilter(data)
    leaf.annotate = annotate
    leaf.validate()
    return statistics.median(one_round(leaf, resources) for _ in range(ROUNDS))


def one_round(leaf: Any, resources: list[Json]) -> float:
    """Evaluate on every account, from a clean state, and divide."""
    for resource in resources:
        resource.pop(ANNOTATION_KEY, None)
    start = time.perf_counter_ns()
    for resource in resources:
        leaf(resource)
    return (time.perf_counter_ns() - start) / len(resources)


def table(resources: list[Json]) -> str:
    """The figures of each filter, as Markdown."""
    rows = ["| filter | bare, ns | as run, ns |", "|---|---:|---:|"]
    for data in FILTERS:
        figures = [nanoseconds(data, resources, annotate=annotate) for annotate in (False, True)]
        text = orjson.dumps({k: v for k, v in data.items() if k != "type"}).decode()
        rows.append(f"| `{text}` | {figures[0]:,.0f} | {figures[1]:,.0f} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> None:
    resources = accounts(Path(arguments[-1]))
    gc.freeze()
    if "--mean" in arguments or "--mean-as-run" in arguments:
        annotate = "--mean-as-run" in arguments
        print(statistics.fmean(nanoseconds(data, resources, annotate=annotate) for data in FILTERS))
        return
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("c7n", "jmespath")]
    python = ".".join(map(str, sys.version_info[:3]))
    print(f"{', '.join(versions)}, Python {python}, {len(resources):,} accounts", end="\n\n")
    print(table(resources))


if __name__ == "__main__":
    main(sys.argv[1:])
