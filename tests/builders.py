"""Small builders for tests: bodies in ARM's shape, snapshot records, rules from YAML text, and judging them.

They use the product's own seams (snapshot.read, yamlfile.parse, ruleset.from_node, app.judge) and fake nothing.
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from readiness import app, ruleset
from readiness import snapshot as snapshots
from readiness.config import Config
from readiness.gate import Asked
from readiness.model import Outcome
from readiness.report import ALL
from readiness.waivers import Waivers
from readiness.yamlfile import LoadError, Problems, parse

SUB = "/subscriptions/00000000-0000-0000-0000-0000000000a1"
SUB2 = "/subscriptions/00000000-0000-0000-0000-0000000000b2"
GROUP = f"{SUB}/resourceGroups/rg-one"
ACCOUNTS = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNTS}/deployments"
SEARCH = "Microsoft.Search/searchServices"
API = "2025-06-01"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
COLLECTED = "2026-01-01T00:00:00Z"
EMPTY = {}  # an object `properties` without any


# --- bodies in ARM's shape ------------------------------------------------------------------------------------


def resource(type_, name="one", properties=EMPTY, group=GROUP, **top):
    """A top-level resource; `properties=None` leaves the key out, further keys stand beside it."""
    return body(f"{group}/providers/{type_}/{name}", properties, **top)


def body(id_, properties=EMPTY, **top):
    """A record of an id."""
    found = {"id": id_, "name": id_.rstrip("/").rpartition("/")[2], **top}
    return found if properties is None else {**found, "properties": properties}


def account(name="chat", properties=EMPTY, group=GROUP, **top):
    """An Azure OpenAI account."""
    return resource(ACCOUNTS, name, properties, group, **{"kind": "OpenAI", **top})


def child(parent, kind, name="one", properties=EMPTY, **top):
    """A child of a body or an id: `child(account(), "deployments", "gpt")`."""
    above = parent if isinstance(parent, str) else parent["id"]
    return body(f"{above}/{kind}/{name}", properties, **top)


# --- the records of a snapshot --------------------------------------------------------------------------------


def record(body_, from_="arm", api_version=API):
    """A resource record."""
    return {"resource": body_, "api_version": api_version, "from": from_}


def gap(scope="", type_=None, path=None, reason="forbidden", **more):
    """A gap record."""
    return {"gap": {"scope": scope, "type": type_, "path": path, "reason": reason, **more}}


def read(scope=SUB, type_=ACCOUNTS, count=1, **more):
    """A read record: the list of a type in a scope is complete."""
    return {"read": {"operation": "test", "scope": scope, "type": type_, "count": count, **more}}


def metrics(body_, values, name="Tokens", aggregation="Average", dimensions=EMPTY, **more):
    """A metrics record with one series, ending at as_of."""
    inner = {
        "resource": body_ if isinstance(body_, str) else body_["id"],
        "name": name,
        "aggregation": aggregation,
        "start": "2025-12-31T23:00:00Z",
        "interval": "PT5M",
        "series": [{"dimensions": dimensions, "values": values}],
    }
    return {"metrics": {**inner, **more}}


def lines(*records, **header):
    """The text of a snapshot; a bare body is a record read from ARM, keys of the header can be given or None."""
    top = {"schema": "readiness/snapshot/1", "collected_at": COLLECTED, "tool": "test", "scope": {}, **header}
    kinds = {"resource", "gap", "read", "metrics"}
    whole = [r if kinds & r.keys() else record(r) for r in records]
    return "".join(json.dumps(r) + "\n" for r in ({k: v for k, v in top.items() if v is not None}, *whole))


def snapshot_file(folder, *records, name="estate.jsonl", **header):
    """A snapshot as a file."""
    path = Path(folder) / name
    path.write_text(lines(*records, **header), encoding="utf-8")
    return path


def snapshot(folder, *records, **header):
    """A snapshot as it is read from a file."""
    return snapshots.read(str(snapshot_file(folder, *records, **header)))


def export_file(folder, whole, name="export.json"):
    """An export as a file: a list of bodies, or a whole answer."""
    path = Path(folder) / name
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def export(folder, whole):
    """An export as it is read from a file."""
    return snapshots.read(str(export_file(folder, whole)))


# --- rules ----------------------------------------------------------------------------------------------------

HEAD = {
    "id": "TEST-001",
    "title": "A rule of a test",
    "pillar": "security",
    "area": "identity",
    "severity": "high",
    "resource": ACCOUNTS,
}


def rule_text(text, **head):
    """A rule file: `text` is YAML lines (`require: ...`); what else a rule needs is filled in, or given as `head`."""
    given = textwrap.dedent(text).strip("\n")
    have = {line.partition(":")[0] for line in given.splitlines() if line[:1].isalpha()}
    keys = {k: v for k, v in {**HEAD, **head}.items() if k not in have and v is not None}
    top = "".join(f"{k}: {v if isinstance(v, str) else json.dumps(v)}\n" for k, v in keys.items())
    tests = "" if "tests" in {*have, *keys} else "\ntests:\n  - {expect: pass}\n  - {expect: fail}\n"
    return f"{top}{given}{tests}"


def loaded(text, file="test.yaml"):
    """A rule file's text as (rule or None, problems, lint)."""
    problems = Problems(file)
    node = parse(text.encode(), problems)
    return (None, problems.found, []) if node is None else ruleset.from_node(node, problems)


def rule(text, **head):
    """The rule of some YAML lines; raises LoadError with what is wrong with them."""
    found, problems, _ = loaded(rule_text(text, **head))
    if found is None:
        raise LoadError(problems)
    return found


def problems_of(text, **head):
    """What is wrong with a rule, as messages."""
    return [p.message for p in loaded(rule_text(text, **head))[1]]


def lint_of(text, **head):
    """What lint alone says of a rule, as messages, less that it has no rationale and remediation."""
    found = [p.message for p in loaded(rule_text(text, **head))[2]]
    return [m for m in found if m not in ("the rule has no 'rationale'", "the rule has no 'remediation'")]


# --- judging --------------------------------------------------------------------------------------------------


def judge(read_, *rules, config=None, waivers=(), asked=None, clock=None, **options):
    """The report of some rules on a snapshot; `options` are those of app.Options."""
    given = app.Options(**{"input": "estate.jsonl", **options})
    settings = config or Config(folder=Path("/nonexistent"))
    every = ruleset.overridden(ruleset.RuleSet(tuple(rules)), settings.overrides)
    now = given.as_of or clock or AS_OF
    case = app.case_of(given, settings, read_, now, every)
    return app.judge(every, case, asked or Asked(), Waivers(now, waivers), settings, now)


def findings(report, outcomes=ALL):
    """The findings of a report as a list, passes too."""
    return list(report.findings(outcomes))


def outcomes(report):
    """(last part of the subject's id, outcome) of each finding, by rule and subject."""
    return [(f.resource.rpartition("/")[2], str(f.outcome)) for f in findings(report)]


def verdict(read_, rule_, **options):
    """The only finding of a rule that is not about lost lists; fails if there are more."""
    report = judge(read_, rule_, **options)
    lost = {s for v in report.verdicts for s in v.lost}
    found = [f for f in findings(report) if f.resource not in lost or f.outcome is not Outcome.UNKNOWN]
    assert len(found) == 1, found
    return found[0]


def with_values(rule_, **parameters):
    """A rule with some of its parameters overridden."""
    return dataclasses.replace(rule_, values={**rule_.values, **parameters})
