"""Metrics: read from the fake over TLS, by both ways to ask, with a real credential; and odd answers."""

import gzip
import itertools
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from azure_fake import Estate, Fault, serve
from azure_fake.server import CLIENT
from hypothesis import given
from hypothesis import strategies as st

from readiness import app, assets, snapshot
from readiness.arm import key_of, subscription_of, type_of
from readiness.collect import clouds, measured, metrics, series
from readiness.collect.journal import Journal, left
from readiness.collect.limits import Deadline
from readiness.collect.measured import METRICS, PERMISSION, Metric
from readiness.collect.metrics import Asked, collect_metrics, groups
from readiness.collect.reader import Reader
from readiness.collect.series import Span, UnplacedError, record
from readiness.graph import Graph
from readiness.model import Resource
from readiness.report import ALL
from tests.loopback import Reply, Static, certificate, serving

SAMPLE = assets.sample() / "estate.jsonl.gz"
AT = datetime(2026, 10, 1, 6, 17, 23, tzinfo=UTC)
SUB = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"
OTHER = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09591"
ACCOUNTS = "Microsoft.CognitiveServices/accounts"
GATEWAYS = "Microsoft.ApiManagement/service"
REQUESTS = next(m for m in METRICS if m.name == "AzureOpenAIRequests")
FULL = next(m for m in METRICS if m.name == "AzureOpenAIProvisionedManagedUtilizationV2")
GROUPS = Counter(group[0].type for group in groups())
GAP = {"operation": "monitor.metrics", "type": "Microsoft.Insights/metrics", "path": None, "permission": PERMISSION}


def an_id(name, type_=ACCOUNTS, sub=SUB):
    return f"{sub}/resourceGroups/rg-a/providers/{type_}/{name}"


def account(name="ai", location="West Europe", kind="OpenAI", sub=SUB):
    return {"id": an_id(name, sub=sub), "kind": kind, "location": location, "properties": {}}


def gateway(name="apim", sku="StandardV2"):
    return {"id": an_id(name, GATEWAYS), "location": "westeurope", "sku": {"name": sku}}


def held(metric, resource, *of_series):
    """A metric as the fake holds it; a series is its dimensions' values and its own values."""
    kept = [{"dimensions": dict(zip(metric.dimensions, d, strict=True)), "values": list(v)} for d, v in of_series]
    head = {"resource": resource, "namespace": metric.type, "name": metric.name, "unit": "Count"}
    times = {"start": "2026-09-01T00:00:00Z", "interval": metric.grain}
    return head | times | {"aggregation": metric.aggregation, "series": kept}


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += seconds


def at_once(act, things):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, things))


def in_turn(act, things):
    for thing in things:
        act(thing)


def collected(cloud, credential, records, folder, *, at=AT, each=at_once, resume=False):
    """What one run wrote: its metrics by resource and name, its gaps, and how often it asked."""
    target = folder / "estate.jsonl"
    partial = folder / "estate.jsonl.partial"
    if not resume:
        partial.unlink(missing_ok=True)
    time = Time()
    deadline = Deadline(clock=lambda: time.now, sleep=time.sleep)
    with (
        closing(Reader(cloud, credential, deadline=deadline)) as reader,
        Journal(target, {}, left(partial) if resume else None) as journal,
    ):
        collect_metrics(reader, cloud, journal, records, at, each)
    lines = [json.loads(line) for line in partial.read_text().splitlines()[1:]]
    found = [line["metrics"] for line in lines if "metrics" in line]
    by_name = {(m["resource"], m["name"]): m for m in found}
    assert len(by_name) == len(found)
    gaps = sorted((line["gap"] for line in lines if "gap" in line), key=lambda gap: gap["scope"])
    return SimpleNamespace(metrics=by_name, gaps=gaps, lines=lines, requests=dict(reader.counts.requests))


@pytest.fixture
def trusting(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)

    def trust(file):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", file)

    return trust


@pytest.fixture
def collecting(trusting, tmp_path):
    """Collects from a fake of an estate: `run(batch=True)` by the batch, else each resource for itself."""

    @contextmanager
    def of(bodies, held_metrics=(), **more):
        estate = bodies if isinstance(bodies, Estate) else Estate.of(bodies, metrics=held_metrics)
        with serve(estate, **more) as azure:
            trusting(azure.ca_file)
            login = {"authority": azure.urls["login"], "disable_instance_discovery": True}
            named = {m.type for m in METRICS}
            records = {type_.lower(): estate.of_type(type_) for type_ in named}

            def run(*, batch=False, **how):
                end = azure.urls["metrics"] if batch else None
                cloud = clouds.of(None, {}, arm_endpoint=azure.url, metrics_endpoint=end)
                with ClientSecretCredential(estate.tenant_id, CLIENT, azure.secret, **login) as credential:
                    return collected(cloud, credential, records, tmp_path, **how)

            yield SimpleNamespace(run=run, azure=azure)
            assert not azure.writes

    return of


both_ways = pytest.mark.parametrize("batch", [False, True], ids=["alone", "batch"])


# --- what is asked -----------------------------------------------------------------------------------------------


def test_metrics_are_asked_together_that_one_request_can_ask_for():
    assert sorted(m.name for group in groups() for m in group) == sorted(m.name for m in METRICS)
    for group in groups():
        alike = {(m.type, m.grain, m.aggregation, m.dimensions, m.window, str(m.only)) for m in group}
        assert len(alike) == 1
    firsts = [group[0] for group in groups()]
    assert len({(m.type, m.grain, m.aggregation, m.dimensions, m.window, str(m.only)) for m in firsts}) == len(firsts)


@pytest.mark.parametrize(("count", "sizes"), [(20, [20]), (21, [20, 1])])
def test_a_request_names_at_most_twenty_metrics(count, sizes):
    assert [len(group) for group in groups(replace(FULL, name=f"M{n}") for n in range(count))] == sizes


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-10-01T06:00:00", "2026-10-01T06:00:00"),
        ("2026-10-01T06:59:59", "2026-10-01T06:00:00"),
        ("2026-10-01T07:00:00", "2026-10-01T07:00:00"),
    ],
)
def test_the_span_ends_with_the_last_grain_that_is_over(at, end):
    at, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, end))
    span = Span.of(REQUESTS, at)
    assert (span.start, span.end, span.count) == (end - timedelta(days=14), end, 14 * 24)


def query_of(seen):
    return dict(parse_qsl(seen.query)) if isinstance(seen.query, str) else dict(seen.query)


def test_the_request_of_a_resource(collecting):
    with collecting([account()]) as one:
        one.run()
        asked = [s for s in one.azure.log if s.role == "arm" and "AzureOpenAIRequests" in query_of(s)["metricnames"]]
    (seen,) = asked
    assert (seen.method, seen.path) == ("GET", f"{an_id('ai')}/providers/Microsoft.Insights/metrics")
    assert query_of(seen) == {
        "api-version": "2024-02-01",
        "timespan": "2026-09-17T06:00:00.000Z/2026-10-01T06:00:00.000Z",
        "metricnamespace": ACCOUNTS,
        "metricnames": "AzureOpenAIRequests",
        "interval": "PT1H",
        "aggregation": "total",
        "top": "10000",
        "$filter": " and ".join(f"{name} eq '*'" for name in REQUESTS.dimensions),
    }


def test_the_request_of_a_batch(collecting):
    with collecting([account("a"), account("b", "westeurope")]) as two:
        two.run(batch=True)
        asked = [s for s in two.azure.log if s.role == "metrics" and query_of(s)["metricnames"] == FULL.name]
    (seen,) = asked
    assert (seen.method, seen.path, json.loads(seen.asked)) == (
        "POST",
        f"{SUB}/metrics:getBatch",
        {"resourceids": [an_id("a"), an_id("b")]},
    )
    assert query_of(seen) == {
        "api-version": "2024-02-01",
        "starttime": "2026-09-17T06:15:00.000Z",
        "endtime": "2026-10-01T06:15:00.000Z",
        "metricnamespace": ACCOUNTS,
        "metricnames": FULL.name,
        "interval": "PT5M",
        "aggregation": "average",
        "top": "10000",
        "filter": "ModelDeploymentName eq '*'",
    }


def test_a_batch_that_the_package_can_not_name_is_asked_of_each_resource(collecting):
    odd = {"id": f"{SUB}/resourceGroups/our-subscriptions/providers/{ACCOUNTS}/a"}  # its id has the word twice
    with collecting([account("b"), account() | odd]) as azure:
        found = azure.run(batch=True)
        assert azure.azure.routes("metrics") == {}
    assert found.gaps == []
    assert found.requests == {"monitor.metrics": 2 * GROUPS[ACCOUNTS]}


ESTATE = [
    account("a"), account("b", "eastus2"), account("c", sub=OTHER), account("speech", kind="SpeechServices"),
    gateway("v2"), gateway("classic", "Premium"), {"id": an_id("s", "Microsoft.Search/searchServices")},
]  # fmt: skip


def test_each_group_is_one_request_for_each_resource_that_has_it(collecting):
    with collecting(ESTATE) as azure:
        found = azure.run()
        assert azure.azure.routes("metrics") == {}
    # Accounts without models have none of these metrics; a gateway has those of its generation.
    asked = 3 * GROUPS[ACCOUNTS] + 2 + GROUPS["Microsoft.Search/searchServices"]
    assert found.requests == {"monitor.metrics": asked}
    assert found.gaps == []
    names = Counter(resource.rpartition("/")[2] for resource, _ in found.metrics)
    of_type = Counter(m.type for m in METRICS)
    models = of_type[ACCOUNTS]
    search = of_type["Microsoft.Search/searchServices"]
    assert names == {"a": models, "b": models, "c": models, "v2": 2, "classic": 1, "s": search}


def test_a_batch_is_of_one_subscription_and_region_and_what_has_no_region_is_asked_alone(collecting):
    with collecting(ESTATE) as azure:
        found = azure.run(batch=True)
        alone = {seen.path for seen in azure.azure.log if seen.role == "arm"}
        asked = len([seen for seen in azure.azure.log if seen.role == "metrics"])
    assert alone == {f"{an_id('s', 'Microsoft.Search/searchServices')}/providers/Microsoft.Insights/metrics"}
    assert asked == 3 * GROUPS[ACCOUNTS] + 2
    assert found.gaps == []


@pytest.mark.parametrize(("count", "sizes"), [(50, [50]), (51, [50, 1])])
def test_a_batch_holds_at_most_fifty_resources(collecting, count, sizes):
    with collecting([account(f"a{n:02d}") for n in range(count)]) as many:
        found = many.run(batch=True)
        seen = [s for s in many.azure.log if s.role == "metrics" and query_of(s)["metricnames"] == REQUESTS.name]
        assert many.azure.routes("arm") == {}
    assert sorted((len(json.loads(s.asked)["resourceids"]) for s in seen), reverse=True) == sizes
    assert len(found.metrics) == count * sum(m.type == ACCOUNTS for m in METRICS)


def test_a_batch_of_many_samples_holds_fewer(monkeypatch):
    asked = [Asked(an_id(f"a{n}"), "westeurope", (FULL,)) for n in range(50)]
    assert [len(part) for part in metrics._parts(asked)] == [24, 24, 2]
    monkeypatch.setattr(measured, "SAMPLES", 1)
    assert [len(part) for part in metrics._parts(asked)] == [1] * 50


# --- what is written ---------------------------------------------------------------------------------------------


def twelve():
    """Twelve deployments, three status codes; a value for every hour of a day."""
    return [
        (
            (f"gpt-{d:02d}", code, "False", "Streaming")[: len(REQUESTS.dimensions)],
            range(d * 100 + n, d * 100 + n + 24),
        )
        for d in range(12)
        for n, code in enumerate(("200", "429", "500"))
    ]


@both_ways
def test_every_series_comes_with_every_value(collecting, batch):
    with collecting([account()], [held(REQUESTS, an_id("ai"), *twelve())]) as azure:
        found = azure.run(batch=batch).metrics[an_id("ai"), REQUESTS.name]
    day = [list(values) for _, values in twelve()]
    assert found == {
        "resource": an_id("ai"),
        "namespace": ACCOUNTS,
        "name": "AzureOpenAIRequests",
        "unit": "Count",
        "aggregation": "Total",
        "start": "2026-09-17T06:00:00Z",
        "interval": "PT1H",
        "series": [
            {"dimensions": dict(zip(REQUESTS.dimensions, names, strict=True)), "values": (own[6:] + own[:6]) * 14}
            for (names, _), own in zip(twelve(), day, strict=True)
        ],
    }
    assert len(found["series"]) == 36


@both_ways
def test_without_traffic_there_are_no_series_and_no_gaps(collecting, batch):
    with collecting([account()]) as azure:
        found = azure.run(batch=batch)
    assert found.gaps == []
    assert {name: m["series"] for (_, name), m in found.metrics.items()} == {
        m.name: [] for m in METRICS if m.type == ACCOUNTS
    }


@both_ways
def test_no_sample_is_null(collecting, batch):
    values = [None if n % 3 else float(n) for n in range(288)]
    with collecting([account()], [held(FULL, an_id("ai"), (("chat",), values))]) as azure:
        found = azure.run(batch=batch).metrics[an_id("ai"), FULL.name]
    begins = (6 * 60 + 15) // 5
    day = values[begins:] + values[:begins]
    assert found["series"] == [{"dimensions": {"ModelDeploymentName": "chat"}, "values": day * 14}]


def test_both_ways_give_the_same_records(collecting):
    estate = Estate.tenant(subscriptions=3, accounts=9, deployments=40, gateways=2, apis=4, searches=2, empty=1)
    with collecting(estate) as azure:
        alone, batch = azure.run(), azure.run(batch=True)
    assert batch.metrics == alone.metrics
    assert batch.gaps == alone.gaps == []
    assert len(alone.metrics) > 9 * 10
    assert batch.requests["monitor.metrics"] < alone.requests["monitor.metrics"]


def test_what_is_written_is_read_again(collecting, tmp_path):
    with collecting([account()], [held(REQUESTS, an_id("ai"), *twelve())]) as azure:
        found = azure.run()
    path = tmp_path / "again.jsonl"
    head = {"schema": "readiness/snapshot/1", "collected_at": "2026-10-01T06:17:23Z"}
    path.write_text("\n".join(map(json.dumps, [head, *found.lines])))
    again = snapshot.read(str(path))
    assert {m.name: len(m.series) for m in again.metrics} == {
        m.name: 36 if m is REQUESTS else 0 for m in METRICS if m.type == ACCOUNTS
    }


# --- what is refused ---------------------------------------------------------------------------------------------


@both_ways
def test_a_refusal_is_one_gap_of_the_resource_and_costs_nothing_else(collecting, batch):
    faults = [Fault("GET */accounts/a/providers/microsoft.insights/metrics", "forbidden")]
    faults.append(Fault("POST *metrics:getbatch", "forbidden"))
    with collecting([account("a"), account("b")], faults=faults) as azure:
        found = azure.run(batch=batch)
    (gap,) = found.gaps
    message = gap.pop("message")
    assert "does not have authorization to perform action 'Microsoft.Insights/metrics/read'" in message
    assert gap == GAP | {"scope": an_id("a"), "status": 403, "code": "AuthorizationFailed", "reason": "forbidden"}
    assert {resource for resource, _ in found.metrics} == {an_id("b")}
    assert len(found.metrics) == sum(m.type == ACCOUNTS for m in METRICS)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("throttled", "throttled"), ("error", "interrupted"), ("reset", "interrupted"), ("truncated", "interrupted"),
     ("html", "unparsable"), ("invalid_json", "unparsable"), ("not_found", "not_found"), ("null_value", "unparsable"),
     ("not_registered", "not_registered")],
)  # fmt: skip
@both_ways
def test_what_the_batch_refuses_is_asked_of_each_and_then_a_gap(collecting, kind, reason, batch):
    faults = [Fault("POST *metrics:getbatch", kind)]
    with collecting([account("a"), account("b")], faults=faults) as azure:
        assert azure.run(batch=batch).gaps == []
        azure.azure.faults.dialled.append(Fault("GET */metrics", kind))
        found = azure.run(batch=batch)
    assert found.metrics == {}
    assert {gap["reason"] for gap in found.gaps} == {reason}
    assert {gap["permission"] for gap in found.gaps} == {PERMISSION}
    scopes = Counter(
        gap["scope"].rpartition("/providers/Microsoft.Insights/")[0] or gap["scope"] for gap in found.gaps
    )
    assert set(scopes) == {an_id("a"), an_id("b")}


def test_a_batch_that_may_not_be_used_is_not_tried_for_every_group(collecting):
    with collecting([account("a")], faults=[Fault("POST *metrics:getbatch", "forbidden")]) as azure:
        found = azure.run(batch=True, each=in_turn)
        assert azure.azure.routes("metrics") == {f"POST {SUB}/metrics:getBatch": 1}
    assert found.requests == {"monitor.metrics": 1 + GROUPS[ACCOUNTS]}
    assert found.gaps == []


@both_ways
def test_a_metric_that_the_sku_lacks_is_a_gap_of_its_own(collecting, batch):
    cpu, memory = (m for m in METRICS if m.name in ("CpuPercent_Gateway", "MemoryPercent_Gateway"))
    with collecting([gateway()], [held(cpu, an_id("apim", GATEWAYS), ((), [7.5]))]) as azure:
        del azure.azure.arm.metrics._names[GATEWAYS.lower()][memory.name.lower()]
        found = azure.run(batch=batch)
    (gap,) = found.gaps
    assert gap.pop("message").startswith(
        "Failed to find metric configuration for provider: Microsoft.ApiManagement, resource Type:"
    )
    assert gap == GAP | {
        "scope": f"{an_id('apim', GATEWAYS)}/providers/Microsoft.Insights/metrics/{memory.name}",
        "status": 400,
        "code": "BadRequest",
        "reason": "not_found",
        "permission": None,
    }
    assert type_of(gap["scope"]) == gap["type"]
    assert found.requests == {"monitor.metrics": 2 + batch}
    (((_, name), kept),) = found.metrics.items()
    assert (name, kept["series"]) == (cpu.name, [{"dimensions": {}, "values": [7.5] * 4032}])


@pytest.mark.parametrize(
    ("scope", "name", "why"),
    [
        ("/providers/Microsoft.Insights/metrics/AzureOpenAIRequests", "azureopenairequests",
         "could not be read: not found (needs x/read)"),
        ("/providers/Microsoft.Insights/metrics/AzureOpenAIRequests", "RAITotalRequests", "not read"),
        ("", "RAITotalRequests", "could not be read: not found (needs x/read)"),
        ("x", "AzureOpenAIRequests", "not read"),
    ],
)  # fmt: skip
def test_a_metric_is_told_to_be_lost_by_its_name_or_with_its_resource(scope, name, why):
    gap = {"type": "Microsoft.Insights/metrics", "reason": "not_found", "permission": "x/read"}
    read = snapshot.Snapshot(gaps=[snapshot.gap_of(gap | {"scope": an_id("ai") + scope})])
    deployment = {"id": f"{an_id('ai')}/deployments/chat"}
    subject = Resource(deployment, (), None, deployment["id"], key_of(deployment["id"]), f"{ACCOUNTS}/deployments")
    assert Graph(read, AT).why_no_metrics(subject, name) == why


def test_an_id_that_leads_elsewhere_is_not_asked(collecting, tmp_path):
    with collecting([account()]) as azure:
        azure.azure.estate.of_type(ACCOUNTS).append(account("../../x"))
        found = azure.run()
        assert not [seen for seen in azure.azure.log if "x/providers" in seen.path]
    assert [(gap["scope"], gap["reason"], gap["code"]) for gap in found.gaps] == [
        (an_id("../../x"), "unparsable", "NoTarget")
    ]


def test_a_run_that_goes_on_asks_for_what_is_open(collecting, tmp_path):
    faults = [Fault("GET */accounts/a/providers/microsoft.insights/metrics", "forbidden")]
    with collecting([account("a"), account("b"), gateway()], faults=faults) as azure:
        whole = azure.run()
        partial = tmp_path / "estate.jsonl.partial"
        kept = partial.read_bytes().splitlines(keepends=True)
        open_ = [line for line in kept if an_id("b").encode() in line and b'"name":"RAI' in line]
        partial.write_bytes(b"".join(line for line in kept if line not in open_))
        again, nothing = azure.run(resume=True), azure.run(resume=True)
    assert len(open_) == 3
    assert (again.metrics, again.gaps) == (nothing.metrics, nothing.gaps) == (whole.metrics, whole.gaps)
    assert (again.requests, nothing.requests) == ({"monitor.metrics": 1}, {})


# --- from a server that says what it is told -----------------------------------------------------------------------


@pytest.fixture
def told(trusting, tmp_path):
    """Collects the metrics of some gateways from a server that answers by a function of the request."""

    def run(answer, batch=False, credential=None):
        trusting(certificate())
        with serving(answer) as server:
            end = server.url.replace("localhost", "127.0.0.1") if batch else None
            cloud = clouds.of(None, {}, arm_endpoint=server.url, metrics_endpoint=end)
            records = {GATEWAYS.lower(): [gateway()]}
            found = collected(cloud, credential or Static(), records, tmp_path, each=in_turn)
            return found, server.seen

    return run


def names_in(seen):
    return dict(parse_qsl(seen.path.partition("?")[2]))["metricnames"].split(",")


def good(seen, **more):
    """A good answer without traffic."""
    values = [{"name": {"value": name}, "unit": "Percent", "timeseries": [], **more} for name in names_in(seen)]
    return Reply(body=json.dumps({"interval": "PT5M", "value": values}).encode())


def refusal(message):
    return Reply(400, json.dumps({"code": "BadRequest", "message": message}).encode())


def test_a_refusal_that_names_no_metric_is_asked_for_one_by_one(told):
    def answer(seen, nth):
        return refusal("Detected invalid request.") if "MemoryPercent_Gateway" in names_in(seen) else good(seen)

    found, seen = told(answer)
    assert [names_in(one) for one in seen] == [
        ["CpuPercent_Gateway", "MemoryPercent_Gateway"],
        ["CpuPercent_Gateway"],
        ["MemoryPercent_Gateway"],
    ]
    assert [name for _, name in found.metrics] == ["CpuPercent_Gateway"]
    scope = f"{an_id('apim', GATEWAYS)}/providers/Microsoft.Insights/metrics/MemoryPercent_Gateway"
    told_of = {"status": 400, "code": "BadRequest", "reason": "unparsable", "message": "Detected invalid request."}
    assert found.gaps == [GAP | told_of | {"scope": scope}]


def test_a_dimension_that_a_metric_lacks_is_a_refusal_of_that_metric(told):
    message = "Metric: cpupercent_gateway does not support requested dimension combination: x, supported ones are: y"
    found, seen = told(lambda seen, nth: refusal(message) if len(names_in(seen)) > 1 else good(seen))
    assert (len(seen), [name for _, name in found.metrics]) == (2, ["MemoryPercent_Gateway"])
    assert [(gap["scope"].rpartition("/")[2], gap["reason"]) for gap in found.gaps] == [
        ("CpuPercent_Gateway", "not_found")
    ]


def one_of_batch(seen, **more):
    """What a batch says of the gateway, without traffic."""
    body = json.loads(good(seen).body) | {"resourceid": an_id("APIM", GATEWAYS), **more}
    return Reply(body=json.dumps({"values": [body]}).encode())


@pytest.mark.parametrize(
    ("more", "requests"),
    [
        ({}, 1),
        ({"resourceregion": "West Europe"}, 1),
        ({"resourceregion": "eastus"}, 2),  # a wrong region shows only in series that are not there
        ({"resourceid": an_id("other", GATEWAYS)}, 2),
        ({"value": None}, 2),
        ({"interval": "PT1H"}, 2),
    ],
)
def test_a_batch_that_does_not_answer_clearly_is_asked_again_of_the_resource(told, more, requests):
    def answer(seen, nth):
        return one_of_batch(seen, **more) if seen.method == "POST" else good(seen)

    found, seen = told(answer, batch=True)
    assert [one.method for one in seen] == ["POST", "GET"][:requests]
    assert found.gaps == []
    assert [name for _, name in found.metrics] == ["CpuPercent_Gateway", "MemoryPercent_Gateway"]


class ArmAlone(Static):
    """A credential that has tokens for Resource Manager, and none for the metrics host."""

    def get_token(self, *scopes, **kwargs):
        if scopes[0].startswith("https://127.0.0.1"):
            raise ClientAuthenticationError("AADSTS500011: the resource principal was not found")
        return super().get_token(*scopes, **kwargs)


def test_without_a_token_for_the_batch_each_resource_is_asked(told):
    found, seen = told(lambda seen, nth: good(seen), batch=True, credential=ArmAlone())
    assert [one.method for one in seen] == ["GET"]
    assert (len(found.metrics), found.gaps) == (2, [])


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"values": {}}', b'{"values": [null, 3, {}]}', b'"{}"'])
def test_a_batch_of_another_shape_is_asked_again_of_the_resource(told, body):
    found, seen = told(lambda seen, nth: Reply(body=body) if seen.method == "POST" else good(seen), batch=True)
    assert [one.method for one in seen] == ["POST", "GET"]
    assert (len(found.metrics), found.gaps) == (2, [])


# --- odd answers -------------------------------------------------------------------------------------------------

COUNT = Metric("Errors", GATEWAYS, "Total", "PT1H", ("Location",), ("X-1",), window="PT3H")
SPAN = Span.of(COUNT, AT)


def test_points_in_whatever_order_make_the_same_series():
    points = [point(hour, value) for hour, value in ((3, 1), (4, 2.5), (5, None))]
    expected = [1, 2.5, None]
    for turned in itertools.permutations(points):
        assert values(answered(series_of(*turned))) == [expected]


def point(hour, value=None, **more):
    return {"timeStamp": f"2026-10-01T{hour:02d}:00:00Z", **({} if value is None else {"total": value}), **more}


def series_of(*points, where="weu"):
    return {"metadatavalues": [{"name": {"value": "location"}, "value": where}], "data": list(points)}


def answered(*of_series, **more):
    metric = {"name": {"value": "errors"}, "unit": "Count", "timeseries": list(of_series), "errorCode": "Success"}
    return {"interval": "PT1H", "value": [metric | more]}


def values(answer):
    return [one["values"] for one in record(COUNT, "/r", SPAN, answer)["series"]]


PLACED = {
    "in order": ([point(3, 1), point(4, 2), point(5, 3)], [1, 2, 3]),
    "out of order": ([point(5, 3), point(3, 1), point(4, 2)], [1, 2, 3]),
    "with a hole": ([point(3, 1), point(5, 3)], [1, None, 3]),
    "without a sample": ([point(3, 1), point(4), point(5, 3)], [1, None, 3]),
    "null": ([point(3, 1), point(4, total=None), point(5, 3)], [1, None, 3]),
    "with its neighbours": ([point(2, 9), point(3, 1), point(4, 2), point(5, 3), point(6, 9)], [1, 2, 3]),
    "twice the same": ([point(3, 1), point(3, 1), point(3)], [1, None, None]),
    "other spelling": ([{"timeStamp": "2026-10-01T05:00:00.0000000+02:00", "total": 1}], [1, None, None]),
    "other aggregation": ([point(3, average=1)], [None] * 3),
    "nothing": ([], [None] * 3),
    "zero": ([point(3, 0), point(4, 0.0)], [0, 0, None]),
}


@pytest.mark.parametrize(("points", "expected"), PLACED.values(), ids=PLACED)
def test_values_go_where_their_timestamps_say(points, expected):
    assert values(answered(series_of(*points))) == [expected]


ODD = {
    "no value": ({"interval": "PT1H"}, "NotAList"),
    "value is null": ({"interval": "PT1H", "value": None}, "NotAList"),
    "another metric": ({"value": [{"name": {"value": "Other"}, "timeseries": []}]}, "NoMetric"),
    "no name": ({"value": [{"timeseries": []}]}, "NoMetric"),
    "a metric that is none": ({"value": ["Errors"]}, "NotAnObject"),
    "no timeseries": ({"value": [{"name": {"value": "Errors"}}]}, "NotAList"),
    "timeseries are null": (answered(timeseries=None), "NotAList"),
    "a series that is none": (answered(None), "NotAnObject"),
    "no data": (answered({"metadatavalues": []}), "NotAList"),
    "a point that is none": (answered(series_of(3)), "NotAnObject"),
    "no timestamp": (answered(series_of({"total": 1})), "NoPlace"),
    "a timestamp that is none": (answered(series_of({"timeStamp": ["x"], "total": 1})), "NoPlace"),
    "between two hours": (answered(series_of({"timeStamp": "2026-10-01T03:30:00Z", "total": 1})), "NoPlace"),
    "long before": (answered(series_of(point(1, 1))), "NoPlace"),
    "long after": (answered(series_of(point(7, 1))), "NoPlace"),
    "a text": (answered(series_of(point(3, "1"))), "NoSample"),
    "true": (answered(series_of(point(3, True))), "NoSample"),
    "two for one hour": (answered(series_of(point(3, 1), point(3, 2))), "NoSample"),
    "another interval": (answered(series_of(point(3, 1))) | {"interval": "PT6H"}, "OtherInterval"),
    "an interval that is none": (answered() | {"interval": "soon"}, "OtherInterval"),
    "a dimension without a value": (
        answered({"metadatavalues": [{"name": {"value": "location"}}], "data": []}), "NoDimension"),
    "dimensions that are none": (answered({"metadatavalues": {"location": "weu"}, "data": []}), "NotAList"),
    "an error of the metric": (answered(errorCode="InvalidSamplingType", errorMessage="no"), "InvalidSamplingType"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "code"), ODD.values(), ids=ODD)
def test_what_can_not_be_placed_is_unparsable(answer, code):
    with pytest.raises(UnplacedError) as why:
        record(COUNT, "/r", SPAN, answer)
    assert (why.value.failure.reason, why.value.failure.status, why.value.failure.code) == ("unparsable", 200, code)


def test_an_odd_answer_is_a_gap_of_the_metric_alone(told):
    def answer(seen, nth):
        body = json.loads(good(seen).body)
        body["value"][1]["timeseries"] = None
        return Reply(body=json.dumps(body).encode())

    found, _ = told(answer)
    assert [name for _, name in found.metrics] == ["CpuPercent_Gateway"]
    told_of = {"status": 200, "code": "NotAList", "reason": "unparsable", "message": "'timeseries' is not a list"}
    scope = f"{an_id('apim', GATEWAYS)}/providers/Microsoft.Insights/metrics/MemoryPercent_Gateway"
    assert found.gaps == [GAP | told_of | {"scope": scope}]


@pytest.mark.parametrize(("count", "cut"), [(2, False), (3, True)])
def test_as_many_series_as_were_asked_for_may_not_be_all(monkeypatch, count, cut):
    monkeypatch.setattr(series, "TOP", 3)
    answer = answered(*(series_of(point(3, 1), where=f"r{n}") for n in range(count)))
    if not cut:
        assert len(values(answer)) == count
        return
    with pytest.raises(UnplacedError) as why:
        values(answer)
    assert (why.value.failure.reason, why.value.failure.code) == ("truncated", "CutAtTop")


def test_dimensions_are_named_as_asked_and_valued_as_answered():
    (one,) = record(COUNT, "/r", SPAN, answered(series_of(where="west europe")))["series"]
    assert one["dimensions"] == {"Location": "west europe"}
    (other,) = record(COUNT, "/r", SPAN, answered({"data": []}))["series"]
    assert other["dimensions"] == {}


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(ANY, st.sampled_from(["value", "interval", "metric", "series", "point", "timeStamp", "total", "name", "meta"]))
def test_whatever_comes_is_a_record_or_a_reason(odd, where):
    one, hour = series_of(), point(3, 1)
    hour = odd if where == "point" else hour | {where: odd} if where in hour else hour
    one |= {"metadatavalues": odd} if where == "meta" else {"data": [hour]}
    answer = answered(odd if where == "series" else one)
    answer |= {where: odd} if where in answer else {}
    answer |= {"value": [odd]} if where == "metric" else {}
    if where == "name":
        answer["value"][0]["name"] = odd
    try:
        found = record(COUNT, "/r", SPAN, answer)
    except UnplacedError as why:
        assert why.failure.reason == "unparsable"
    else:
        assert all(len(s.values) == SPAN.count for s in snapshot.metrics_of(found).series)


@given(st.lists(st.none() | st.floats(0, 1e6), min_size=3, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_an_answer_does_not_matter(samples, random):
    ordered = [point(3 + n, value) for n, value in enumerate(samples)]
    both = [series_of(*ordered, where=where) for where in ("a", "b")]
    shuffled = [series_of(*random.sample(ordered, 3), where=where) for where in ("b", "a")]
    assert record(COUNT, "/r", SPAN, answered(*shuffled)) == record(COUNT, "/r", SPAN, answered(*both))


# --- the sample --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lines():
    return [json.loads(line) for line in gzip.decompress(SAMPLE.read_bytes()).splitlines()]


def is_of_metrics(line):
    return "metrics" in line or (line.get("gap") or {}).get("operation") == "monitor.metrics"


def verdicts(path):
    report = app.scan(app.Options(input=str(path), select=("AOAI-CAP-004",)))
    return {f.resource: (f.outcome, f.evidence) for f in report.findings(ALL)}


@both_ways
def test_the_sample_is_read_as_it_is(collecting, tmp_path, lines, batch, monkeypatch):
    monkeypatch.chdir(tmp_path)
    at = datetime(2026, 10, 1, 6, tzinfo=UTC)
    (lost,) = (line["gap"] for line in lines if "gap" in line and is_of_metrics(line))
    fault = Fault(f"GET {lost['scope']}/providers/microsoft.insights/metrics", "throttled", retry_after=None)
    faults = [fault, Fault("POST *metrics:getbatch", "forbidden", containing=lost["scope"].rpartition("/")[2])]
    with collecting(Estate.of_snapshot(SAMPLE), faults=faults) as azure:
        found = azure.run(batch=batch, at=at)
    whole = [line["metrics"] for line in lines if "metrics" in line]
    split = {m.name: set(m.dimensions) for m in METRICS}
    same = [m for m in whole if all(set(s["dimensions"]) == split[m["name"]] for s in m["series"])]
    for told_of in same:
        kept = found.metrics[told_of["resource"], told_of["name"]]
        assert kept == told_of | {"series": sorted(told_of["series"], key=lambda s: sorted(s["dimensions"].items()))}
    assert FULL.name in {m["name"] for m in same}
    assert [(gap["scope"], gap["reason"]) for gap in found.gaps] == [(lost["scope"], "throttled")]
    mine = tmp_path / "mine.jsonl"
    mine.write_text("\n".join(json.dumps(line) for line in lines if not is_of_metrics(line)))
    with mine.open("a") as file:
        file.writelines("\n" + json.dumps(line) for line in found.lines)
    shipped = verdicts(SAMPLE)
    assert verdicts(mine) == shipped
    assert {str(outcome) for outcome, _ in shipped.values()} >= {"pass", "fail", "unknown"}
    assert subscription_of(lost["scope"])
