"""What collecting asks for, before anything is asked: the rows of `collect --plan`, and of docs/permissions.md.

Each request multiplied by what it is asked once for, in a tenant, is what that tenant is asked; further pages of a
list, and what is asked again after a failure, come on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from readiness.collect import graphed, measured
from readiness.collect.graphed import GRAPHED, Graphed
from readiness.collect.measured import Metric
from readiness.collect.operations import OPERATIONS, WORDS, Named, Operation


@dataclass(frozen=True, slots=True)
class Planned:
    """One row: the operation, the type or metrics that come, what it is asked once for, the action, the rules."""

    operation: str
    yields: str
    each: str
    permission: str
    rules: tuple[str, ...]


def rows() -> tuple[Planned, ...]:
    """The whole plan: Resource Graph, then the operations as they are asked, then metrics."""
    return (*_graph_rows(), *map(_row, OPERATIONS), *_metric_rows())


def requests() -> tuple[tuple[Planned, ...], ...]:
    """The rows by the request that gives them: a query of Resource Graph gives all types of a table."""
    alike = groupby(rows(), lambda row: (row.operation, row.each, row.operation != graphed.NAME and row.yields))
    return tuple(tuple(held) for _, held in alike)


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
        each = f"{graphed.AT_ONCE:,} subscriptions, with all types of the table `{found.table}`"
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
    for group in measured.groups():
        first, most = group[0], measured.at_once(group)
        split = f", split by {', '.join(first.dimensions)}" if first.dimensions else ""
        names = ", ".join(metric.name for metric in group)
        what = f"{names} ({first.aggregation}, {first.grain}, {first.window}{split})"
        each = f"{most} `{first.type}`{_with(first.only)} of a subscription and region, or 1 where there is no batch"
        yield Planned(measured.NAME, what, each, measured.PERMISSION, _sorted(*group))


def _sorted(*rows: Operation | Graphed | Metric) -> tuple[str, ...]:
    return tuple(sorted({rule for row in rows for rule in row.rules}))


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
