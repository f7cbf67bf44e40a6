"""What a leaf costs here: nanoseconds for one evaluation of a condition that is one operand and one operator.

    python -m bench.leaves FILE [--mean]          # a table, or one number for `make bench`
    python -m bench.leaves FILE --in-a-scan       # one number: where a scan evaluates it, all counted

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

from bench.generate import TYPE
from readiness import app, engine, snapshot
from readiness.conditions import Bound, Holds, Syntax
from readiness.config import Config
from readiness.model import Environment, Inherited, Item, Metrics, Related, Resource
from readiness.paths import Path as FieldPath
from readiness.ruleset import Rule, RuleSet, from_node
from readiness.yamlfile import Problems, parse

ROUNDS = 7
RULES = 60
RULE = """
id: LEAF-{index:03d}
title: One leaf
pillar: security
area: identity
severity: high
resource: Microsoft.CognitiveServices/accounts
require: {leaf}
tests:
  - expect: pass
    resource: {{kind: OpenAI, properties: {{disableLocalAuth: true, publicNetworkAccess: Disabled}}}}
  - {{expect: fail, resource: {{properties: {{}}}}}}
"""
LEAVES = (
    "{field: properties.disableLocalAuth, equals: true}",
    "{field: kind, in: [OpenAI, AIServices]}",
    "{field: properties.publicNetworkAccess, equals: Disabled}",
)


@dataclass
class Nowhere:
    """A world without relations and metrics: the leaves measured ask for none."""

    as_of: datetime = datetime(2026, 10, 1, tzinfo=UTC)

    def environment(self, subject: Resource) -> tuple[Environment, str]:
        return Environment.UNDECIDED, ""

    def environment_in_name(self, name: str) -> Environment:
        return Environment.UNDECIDED

    def environment_in_tags(self, subject: Resource) -> tuple[Environment, str]:
        return Environment.UNDECIDED, ""

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        return Related(())

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        return Inherited(())

    def find(self, resource_id: str, type_: str) -> Related:
        return Related(())

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        return None

    def why_no_metrics(self, subject: Resource, name: str) -> str:
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


def in_a_scan(file: str) -> float:
    """Nanoseconds a leaf where a scan evaluates it: sixty rules of one leaf each, all that the engine does counted.

    An account is touched once for all rules, so what a lone leaf waits for memory is shared by them.
    """
    gc.disable()
    ruleset = RuleSet(tuple(_rule(index) for index in range(RULES)))
    read = snapshot.read(file)
    times = []
    for _ in range(ROUNDS):
        case = app.case_of(app.Options(), Config(), read, Nowhere.as_of, ruleset)
        start = time.perf_counter_ns()
        engine.evaluate(ruleset, case)
        times.append((time.perf_counter_ns() - start) / len(read.resources) / RULES)
    return statistics.median(times) * len(read.resources) / len(case.graph.subjects(TYPE))


def _rule(index: int) -> Rule:
    leaf = LEAVES[index % len(LEAVES)]
    text = RULE.format(index=index, leaf=leaf)
    problems = Problems("bench")
    node = parse(text.encode(), problems)
    rule, _, _ = from_node(node, problems) if node else (None, [], [])
    if rule is None:
        raise SystemExit("\n".join(map(str, problems.found)))
    return rule


def main(arguments: list[str]) -> None:
    if "--in-a-scan" in arguments:
        print(in_a_scan(arguments[0]))
        return
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
