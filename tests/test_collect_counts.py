"""What a tenant is asked is the plan multiplied by what the tenant holds: requests, server's log and plan compared.

The plan is read as a person reads it: "once for each `T` with `p` A or B" is counted in the bodies of the tenant,
by code of its own; only whose request a URL is, is looked up by the collector's table.
"""

import json
import os
import re
from collections import Counter
from math import ceil
from unittest import mock

import pytest
from azure_fake import Estate, Fault, serve

from readiness import snapshot
from readiness.arm import group_of, key_of, subscription_of, type_of, with_slash
from readiness.collect import clouds, faults, graphed, live
from readiness.collect.asked import Live
from readiness.collect.collector import Task, by_turns
from readiness.collect.operations import ACCOUNTS, DEPLOYMENTS, GATEWAYS, OPERATIONS, SEARCH, SITES
from readiness.collect.planned import requests
from readiness.collect.requests import request_of
from readiness.collect.targets import targets
from readiness.dates import parse
from readiness.model import Origin
from readiness.render.asking import as_json

AT = parse("2026-10-01T06:00:00Z")
EACH = re.compile(
    r"(?:(?P<most>[0-9,]+) )?(?P<type>[\w.]+/[\w/]+)(?P<only>(?: with \S+ \S+(?: or \S+)*)*)"
    r"(?: of a subscription and region, or 1 where there is no batch)?(?:, if (?P<named>.+) names it)?"
)
IDLE = "/subscriptions/000000a5-0000-4000-8000-000000000003"
WORKLOADS = "subscription that holds accounts, gateways or search services"


def estate():
    """Four subscriptions, two of them without AI resources, one of which has a site."""
    made = Estate.tenant(subscriptions=4, accounts=9, deployments=20, gateways=2, apis=6, searches=3, empty=2)
    site = {"id": f"{IDLE}/resourceGroups/rg-data/providers/{SITES}/shop", "kind": "app"}
    bodies = [*made.records.values(), site | {"location": "westeurope", "properties": {}}]
    again = Estate.of(bodies, groups=made.groups, metrics=made.metrics)
    again.mark_without_id()
    return again


def collected(azure, target, **options):
    with mock.patch.dict(os.environ, azure.environment):
        asked = Live(arm_endpoint=azure.url, metrics_endpoint=azure.urls["metrics"], quiet=True, **options)
        live.collect(asked, target, lambda line: None)
    return snapshot.read(str(target))


# --- what the plan says ---------------------------------------------------------------------------------------------


def values(body, path):
    """What lies at a path; `[*]` is each of a list."""
    found = [body]
    for step in path.split("."):
        found = [one.get(step.removesuffix("[*]")) for one in found if isinstance(one, dict)]
        found = [x for one in found if one is not None for x in (one if step.endswith("[*]") else [one])]
    return found


class Tenant:
    """Counts, in a tenant, of what the plan's words name."""

    def __init__(self, held):
        self.held = held
        self.busy = {subscription_of(b["id"]) for t in (ACCOUNTS, GATEWAYS, SEARCH) for b in held.of_type(t)}

    def times(self, each):
        """How often a request is sent, by the words of its row."""
        if each.endswith(", where Resource Graph refused the type"):
            return 0
        if "subscriptions, with all types of the table" in each:
            return ceil(len(self.held.subscriptions) / int(each.split()[0].replace(",", "")))
        return self.worded()[each] if each in self.worded() else self.typed(EACH.fullmatch(each))

    def worded(self):
        accounts = {b["id"]: b for b in self.held.of_type(ACCOUNTS)}
        groups = {group_of(b["id"]) for t in (ACCOUNTS, GATEWAYS, SEARCH) for b in self.held.of_type(t)}
        regions = {(subscription_of(i), b["location"]) for i, b in accounts.items()}
        models = [
            (b["id"].split("/deployments/")[0], b["properties"]["model"]) for b in self.held.of_type(DEPLOYMENTS)
        ]
        deployed = {(subscription_of(i), accounts[i]["location"], *sorted(m.items())) for i, m in models}
        return {
            "tenant": 1,
            WORKLOADS: len(self.busy),
            "resource group that holds accounts, gateways or search services": len(groups),
            "region in which a subscription has model accounts": len(regions),
            "model that is deployed in a region of a subscription": len(deployed),
        }

    def typed(self, said):
        bodies = [b for b in self.held.of_type(said["type"]) if subscription_of(b["id"]) in self.busy]
        for path, wanted in re.findall(r" with (\S+) (\S+(?: or \S+)*)", said["only"]):
            allowed = wanted.lower().split(" or ")
            bodies = [b for b in bodies if str(next(iter(values(b, path)), allowed[0])).lower() in allowed]
        if said["named"]:
            return len({key_of(b["id"]) for b in bodies} & self.named(said["named"]))
        if said["most"]:
            alike = Counter((subscription_of(b["id"]), b["location"]) for b in bodies)
            return sum(ceil(count / int(said["most"])) for count in alike.values())
        return len(bodies)

    def named(self, said):
        """Keys of what other resources name."""
        found = [part.rsplit(" of ", 1) for part in said.split(" or ")]
        return {key_of(v) for path, type_ in found for b in self.held.of_type(type_) for v in values(b, path)}


def planned(tenant):
    """How many requests the plan says, by operation and by what comes: from the JSON of `collect --plan`."""
    rows = {row["request"]: row for row in json.loads(as_json())}
    counts = Counter()
    for row in rows.values():
        counts[row["operation"], row["each"]] += tenant.times(row["each"])
    return +counts


# --- what the server saw --------------------------------------------------------------------------------------------


def owners(held, azure):
    """Whose request a path is: (operation, words) by path in lower case, for all that the tenant could be asked."""
    cloud = clouds.of(None, {}, arm_endpoint=azure.url, metrics_endpoint=azure.urls["metrics"])
    records = {type_of(with_slash(b["id"])).lower(): [] for b in held.records.values()}
    for body in held.records.values():
        records[type_of(with_slash(body["id"])).lower()].append(body)
    rows = [request[0] for request in requests() if request[0].operation not in (graphed.NAME, "monitor.metrics")]
    found = {}
    for row, operation in zip(rows, OPERATIONS, strict=True):
        for target in [] if operation.fallback else targets(operation, records):
            path = request_of(operation, target, cloud, AT).url.partition("?")[0].removeprefix(azure.url).lower()
            assert found.setdefault(path, (row.operation, row.each.replace("`", ""))) == (
                row.operation,
                row.each.replace("`", ""),
            )
    return found


def seen(azure, held):
    """The requests that the server saw, by (operation, words); first pages and tries alone, and the further ones."""
    by_path, first, further = owners(held, azure), Counter(), Counter()
    tables = {
        row["each"].rpartition(" ")[2]: row["each"]
        for row in json.loads(as_json())
        if row["operation"] == graphed.NAME
    }
    for one in azure.log:
        if one.role == "login" or one.fault:
            continue
        if one.role == "metrics":
            names = one.query["metricnames"].replace(",", ", ")
            [row] = [
                r for r in json.loads(as_json()) if r["yields"].startswith(f"{names} (") and of(one, r["yields"])
            ]
            owner = ("monitor.metrics", row["each"])
        elif one.method == "POST":
            owner = (graphed.NAME, tables[json.loads(one.asked)["query"].split("\n")[0]])
        else:
            owner = by_path[one.path.lower()]
        (further if one.further else first)[owner] += 1
    return first, further


def of(seen_, yields):
    """Whether a request for metrics has the aggregation and the grain that a row has."""
    return f"({seen_.query['aggregation'].capitalize()}, {seen_.query['interval']}, " in yields


def repeated(azure):
    """What was answered well twice: by all that tells requests apart."""
    answered = (s for s in azure.log if s.role in ("arm", "metrics") and not s.fault)
    counts = Counter((s.role, s.method, s.path.lower(), tuple(sorted(s.query.items())), s.asked) for s in answered)
    return [asked for asked, count in counts.items() if count > 1]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """(what the server is, the snapshot) of a run without trouble and of one with much, pages of two."""
    held, folder, found = estate(), tmp_path_factory.mktemp("counts"), {}
    trouble = [Fault("*", "throttled", share=0.1, retry_after="0"), Fault("*", "error", share=0.05, seed=1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faults, "BACK_OFF", 0.0)
        for name, dialled in (("calm", []), ("troubled", trouble)):
            with serve(held, faults=dialled, page_size=2, latency=0.01) as azure:
                found[name] = azure, collected(azure, folder / f"{name}.jsonl", concurrency=8)
    return found


@pytest.mark.parametrize("name", ["calm", "troubled"])
def test_the_server_sees_the_plan_times_what_the_tenant_holds(runs, name):
    azure, _ = runs[name]
    first, further = seen(azure, azure.estate)
    assert first == planned(Tenant(azure.estate))
    assert first.total() > 250
    assert further.total() > 20
    assert {operation for operation, _ in further} <= {operation for operation, _ in first}
    assert repeated(azure) == []
    struck = sum(s.fault is not None for s in azure.log)
    assert (struck == 0) is (name == "calm")
    assert Counter(s.status for s in azure.log if s.fault).keys() <= {429, 500}


def test_trouble_costs_repeats_alone(runs):
    calm, troubled = runs["calm"][0], runs["troubled"][0]
    assert seen(calm, calm.estate) == seen(troubled, troubled.estate)


def test_no_more_are_under_way_than_were_allowed(runs):
    assert [azure.most_in_flight for azure, _ in runs.values()] == [8, 8]


def test_subscriptions_are_asked_by_turns():
    row = OPERATIONS[0]
    tasks = [Task(row, f"/subscriptions/{scope}", (n,)) for n, scope in enumerate(["a", "A/x", "a", "b", "b/y", "c"])]
    assert [task.targets[0] for task in by_turns(tasks)] == [0, 3, 5, 1, 4, 2]
    tenant = Task(row, "", ("",))
    assert by_turns([tenant]) == [tenant]
    assert by_turns([]) == []


def test_every_request_of_the_plan_names_the_rules_that_need_it():
    assert [request[0].operation for request in requests() if not all(row.rules for row in request)] == []


def test_subscriptions_without_ai_resources_cost_the_queries_of_resource_graph_alone(runs):
    azure, read = runs["calm"]
    idle = {s["subscriptionId"] for s in azure.estate.subscriptions} - {
        s.rpartition("/")[2] for s in Tenant(azure.estate).busy
    }
    assert len(idle) == 2
    naming = {s.route for s in azure.log if any(guid in s.path or guid in s.asked for guid in idle)}
    assert naming == {f"POST {graphed.PATH}"}
    assert {key_of(f"{IDLE}/resourceGroups/rg-data/providers/{SITES}/shop")} <= set(read.resources)


def test_a_tenant_without_ai_resources_costs_a_list_and_the_queries(tmp_path):
    bare = Estate.of([b for b in estate().records.values() if b["id"].startswith(IDLE)])
    with serve(bare) as azure:
        collected(azure, tmp_path / "x.jsonl")
        asked = Counter(s.route for s in azure.log if s.role != "login")
    assert asked == {
        "GET /subscriptions": 1,
        f"POST {graphed.PATH}": len(graphed.queries()),
        "GET /providers/Microsoft.Capacity/reservations": 1,
    }


# --- under Azure's own limits ---------------------------------------------------------------------------------------


def test_under_azures_documented_limits_nothing_is_throttled(tmp_path):
    held = Estate.tenant(subscriptions=1, accounts=18, deployments=54, gateways=1, apis=12, searches=1, empty=0)
    with serve(held, limits=True) as azure:
        read = collected(azure, tmp_path / "x.jsonl", metrics=False)
        statuses = Counter(s.status for s in azure.log)
        most = Counter(subscription_of(s.path) for s in azure.log if s.role == "arm").most_common(1)[0][1]
    assert most > 250, "so many that the bucket of a subscription runs dry"
    assert 429 not in statuses
    keys = {key_of(with_slash(b["id"])) for b in held.records.values()}
    members = {key for key in keys if type_of(key) != "Microsoft.Resources/resourceGroups"}
    assert {key for key, r in read.resources.items() if r.origin is not Origin.EMBEDDED} == members
