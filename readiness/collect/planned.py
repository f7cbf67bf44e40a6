"""What collecting asks for, before anything is asked: the rows of `collect --plan`, and of docs/permissions.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readiness.collect import graphed, measured
from readiness.collect.graphed import GRAPHED, Graphed
from readiness.collect.measured import METRICS, Metric
from readiness.collect.operations import OPERATIONS, WORDS, Named, Operation


@dataclass(frozen=True, slots=True)
class Planned:
    """One row: the operation, the type that it yields, what it is asked once for, the action it needs, the rules."""

    operation: str
    yields: str
    each: str
    permission: str
    rules: tuple[str, ...]


def rows() -> tuple[Planned, ...]:
    """The whole plan: Resource Graph, then the operations as they are asked, then metrics."""
    return (*_graph_rows(), *map(_row, OPERATIONS), *_metric_rows())


def actions() -> tuple[str, ...]:
    """Every action that the plan needs, once and by name (actions compare without case)."""
    found = {row.permission.lower(): row.permission for row in rows()}
    found[graphed.PERMISSION.lower()] = graphed.PERMISSION
    return tuple(found[key] for key in sorted(found))


def without(refused: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The rules that some refused actions would leave unknown, by action in lower case; of `doctor`."""
    needed: dict[str, set[str]] = {}
    for row in rows():
        if row.permission.lower() in refused:
            needed.setdefault(row.permission.lower(), set()).update(row.rules)
    return {action: tuple(sorted(needed[action])) for action in sorted(needed)}


def _graph_rows() -> Iterator[Planned]:
    for found in GRAPHED:
        each = f"table `{found.table}`, over all subscriptions"
        yield Planned(graphed.NAME, found.type, each, found.permission, _sorted(found))


def _row(operation: Operation) -> Planned:
    return Planned(operation.name, operation.yields, _each(operation), operation.permission, _sorted(operation))


def _each(operation: Operation) -> str:
    words = WORDS.get(operation.each, f"`{operation.each}`") + _with(operation.only)
    if operation.named_by:
        words += f", if {' or '.join(map(_names, operation.named_by))} names it"
    return f"{words}, where Resource Graph refused the type" if operation.fallback else words


def _with(only: Mapping[str, tuple[str, ...]]) -> str:
    return "".join(f" with `{path}` {' or '.join(values)}" for path, values in only.items())


def _names(named: Named) -> str:
    return f"`{named.path}` of `{named.type}`"


def _metric_rows() -> Iterator[Planned]:
    for metric in METRICS:
        split = f", split by {', '.join(metric.dimensions)}" if metric.dimensions else ""
        what = f"{metric.name} ({metric.aggregation}, {metric.grain}, {metric.window}{split})"
        each = f"`{metric.type}`{_with(metric.only)}"
        yield Planned(measured.NAME, what, each, measured.PERMISSION, _sorted(metric))


def _sorted(row: Operation | Graphed | Metric) -> tuple[str, ...]:
    return tuple(sorted(set(row.rules)))


# --- Markdown ----------------------------------------------------------------------------------------------------

HEAD = ("Operation", "Yields", "Asked once for each", "Needs", "Rules")


def as_markdown() -> str:
    """The plan as a table, and the actions as a list, for docs/permissions.md."""
    table = [_line(HEAD), _line(["---"] * len(HEAD)), *(_line(_cells(row)) for row in rows())]
    return "\n".join((*table, "", "Actions:", "", *(f"- `{action}`" for action in actions()), ""))


def _cells(row: Planned) -> tuple[str, ...]:
    return (f"`{row.operation}`", row.yields, row.each, f"`{row.permission}`", ", ".join(row.rules))


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
