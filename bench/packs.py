"""Rule packs for the benchmarks: N rules on accounts, alike in kind to the built-in ones.

The cost of a rule is what the scan is measured for, so the packs hold the conditions that real rules are made
of in turn: a field with a default, either of two fields, a count over embedded connections, a value to avoid,
a text pattern. No two rules of a pack are the same, so that nothing is gained by remembering an answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.generate import TYPE

Json = dict[str, Any]

CONNECTIONS = "properties.privateEndpointConnections"
STATUS = "properties.privateLinkServiceConnectionState.status"
WHERE = (
    ["OpenAI", "AIServices"],
    ["OpenAI"],
    ["AIServices"],
    ["OpenAI", "AIServices", "ContentSafety"],
    ["OpenAI", "AIServices", "FormRecognizer", "ComputerVision"],
)
SWITCHES: tuple[tuple[str, Any, Any], ...] = (
    ("disableLocalAuth", True, False),
    ("publicNetworkAccess", "Disabled", "Enabled"),
    ("restrictOutboundNetworkAccess", True, False),
    ("allowProjectManagement", False, True),
    ("networkAcls.defaultAction", "Deny", "Allow"),
)
PAIRS = tuple(itertools.permutations(SWITCHES, 2))
STATUSES = (["Approved"], ["Approved", "Pending"], ["Pending"], ["Rejected", "Disconnected"])
AVOIDED = (("sku.name", "F0"), ("location", "eastus"), ("identity.type", "None"), ("location", "westeurope"))
NAMES = (("endpoint", "https"), ("customSubDomainName", "cog"), ("dateCreated", "2025"), ("internalId", "0"))


@dataclass(frozen=True)
class Body:
    """What sets a rule apart: its condition, and what an account has that meets it or fails it."""

    title: str
    require: Json
    passing: Json
    failing: Json


def patch(path: str, value: Any) -> Json:
    """The members of a resource in which that path has that value."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


def switch(turn: int) -> Body:
    """A property that has to have a value, and a default where ARM leaves it out."""
    return switched(*SWITCHES[turn % len(SWITCHES)])


def switched(name: str, wanted: Any, default: Any) -> Body:
    path = f"properties.{name}"
    require = {"field": path, "equals": wanted, "default": default}
    return Body(f"{name} is {wanted}", require, patch(path, wanted), patch(path, default))


def either(turn: int) -> Body:
    """One of two properties has the value wanted of it; the pair changes from turn to turn."""
    bodies = [switched(*way) for way in PAIRS[turn % len(PAIRS)]]
    require = {"anyOf": [body.require for body in bodies]}
    first, second = bodies
    return Body(f"{first.title} or {second.title}", require, first.passing, first.failing)


def counted(turn: int) -> Body:
    """How many of the embedded connections are in some state."""
    wanted = STATUSES[turn % len(STATUSES)]
    where = {"field": STATUS, "in": list(wanted)}
    require = {"count": {"field": f"{CONNECTIONS}[*]", "where": where}, "greaterOrEquals": 1}
    found, none = (patch(CONNECTIONS, found) for found in ([patch(STATUS, wanted[0])], []))
    return Body("Some connection is in the wanted state", require, found, none)


def avoided(turn: int) -> Body:
    """A value that is not wanted, beside others that do not occur."""
    path, value = AVOIDED[turn % len(AVOIDED)]
    require = {"field": path, "notIn": [value, f"{value}-{turn}", "Classic"]}
    passing = patch(path, "Other") | {"properties": {}}
    return Body(f"{path} is not {value}", require, passing, patch(path, value) | {"properties": {}})


def named(turn: int) -> Body:
    """A text that has to begin in some way, and be there at all."""
    name, start = NAMES[turn % len(NAMES)]
    path = f"properties.{name}"
    require = {"allOf": [{"field": path, "exists": True}, {"field": path, "like": f"{start}*"}]}
    return Body(f"{name} begins with {start}", require, patch(path, f"{start}x"), patch(path, "-"))


BODIES: tuple[Callable[[int], Body], ...] = (switch, either, counted, avoided, named)


def account_rule(index: int) -> Json:
    """Rule `index` of every pack: kind of condition, threshold and kinds of account all change with it."""
    turn, shape = divmod(index, len(BODIES))
    kinds = WHERE[turn // 4 % len(WHERE)]
    where = {"field": "kind", "in": list(kinds)}
    return rule(index, BODIES[shape](turn), kinds[0], where)


def rule(index: int, body: Body, kind: str, where: Json) -> Json:
    """A whole rule as an author writes it, with the two tests that the loader asks for."""
    number = f"BENCH-{index + 1:03}"
    texts = {
        "rationale": "It stands for the rules that judge an account by what ARM says of it.",
        "remediation": {"summary": "Set the property as the rule asks.", "effort": "low"},
        "references": ["https://learn.microsoft.com/azure/ai-services/"],
    }
    tests = [
        {"expect": outcome, "resource": {"kind": kind, **members}}
        for outcome, members in (("fail", body.failing), ("pass", body.passing))
    ]
    condition = {"where": where, "require": body.require}
    return head(number, body.title) | condition | texts | {"tests": tests}


def head(number: str, title: str) -> Json:
    return {
        "id": number,
        "title": title,
        "pillar": "security",
        "area": "networking",
        "severity": "medium",
        "status": "stable",
        "since": "0.1.0",
        "resource": TYPE,
    }


class Plain(yaml.SafeDumper):
    """Writes every list out where it stands: rules may not hold anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def pack(directory: Path, rules: list[Json]) -> Path:
    """The rules as files of one pack directory, as `--rules` takes it."""
    folder = directory / "security"
    folder.mkdir(parents=True)
    for each in rules:
        path = folder / f"{each['id']}-bench.yaml"
        path.write_text(yaml.dump(each, Dumper=Plain, sort_keys=False), encoding="utf-8")
    return directory


def account_pack(directory: Path, count: int) -> Path:
    """A pack of the first so many rules: a larger one holds the smaller."""
    return pack(directory, [account_rule(index) for index in range(count)])
