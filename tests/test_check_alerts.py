"""Alerts: what is said of those that tell nobody, how signals are written, and what never makes a check raise."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.activity_alerts import (
    OperationsWatched,
    ServiceHealthWatched,
    operations_watched,
    service_health_watched,
)
from readiness.checks.alert_metrics import AlertMetrics, alert_metrics
from readiness.checks.alert_rules import Shown, signal_of
from readiness.checks.signals_watched import CapacityWatched, SignalsWatched, capacity_watched, signals_watched
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Origin, Outcome
from readiness.snapshot import Snapshot

SUBSCRIPTION = "/subscriptions/s"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
TYPE = "Microsoft.CognitiveServices/accounts"
ACCOUNT = f"{GROUP}/providers/{TYPE}/a"
NOTIFIED = f"{GROUP}/providers/Microsoft.Insights/actionGroups/ag"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
SIGNALS = SignalsWatched(("errors: Rate | Requests[StatusCode=5xx] | log Calls & >=500", "latency: Slow"), ("Calls",))
CAPACITY = CapacityWatched("throttling: Requests[StatusCode=429]", "utilisation: Full")
HEALTH = ServiceHealthWatched(("Azure OpenAI",))
OPERATIONS = OperationsWatched((f"{TYPE}/listKeys/action",), (f"{TYPE}/deployments/write",))
METRICS = AlertMetrics(("Old",), ("Total",))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def account(name="a", **body):
    return {
        "id": f"{GROUP}/providers/{TYPE}/{name}",
        "kind": "OpenAI",
        "location": "eastus",
        "properties": {},
        **body,
    }


def alert(kind, name, criteria, actions, scope=ACCOUNT, **properties):
    body = {"enabled": True, "scopes": [scope], "criteria": {"allOf": criteria}, "actions": actions, **properties}
    return {"id": f"{GROUP}/providers/Microsoft.Insights/{kind}/{name}", "properties": body}


def metric(name, *metrics, scope=ACCOUNT, to=NOTIFIED, **properties):
    criteria = [{"metricName": m, "operator": "GreaterThan", "threshold": 1} for m in metrics]
    return alert("metricAlerts", name, criteria, [{"actionGroupId": to}], scope, **properties)


def case_of(*bodies):
    read = Snapshot()
    for body in ({"id": SUBSCRIPTION, "properties": {}}, {"id": NOTIFIED, "properties": {"enabled": True}}, *bodies):
        read.add(body, None, Origin.ARM)
    graph = Graph(read, AS_OF, assume_complete=True)
    return Case(graph, Environments(graph), Attestations(AS_OF))


def judged(check, params, subject, *bodies):
    case = case_of(*bodies)
    return check(case.graph.snapshot.resources[subject.lower()], params, case)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rate", Shown("rate")),
        ("Requests[StatusCode=5XX]", Shown("requests", "statuscode", "5xx")),
        (" Requests [ StatusCode = 429 ] ", Shown("requests", "statuscode", "429")),
        ("log Calls & >= 500", Shown(words=("calls", ">=500"))),
    ],
)
def test_how_a_signal_is_written(text, shown):
    assert signal_of(f"what: {text}").shown == (shown,)
    assert signal_of(f"what: {text} | Other").shown == (shown, Shown("other"))
    assert signal_of(f"what it is: {text}").name == "what it is"


@pytest.mark.parametrize(
    ("bodies", "said"),
    [
        ([], "errors, latency: no alert watches it"),
        ([metric("m", "Else")], "errors, latency: the one alert over it is not for that"),
        ([metric("m1", "Else"), metric("m2", "Else")], "errors, latency: none of the 2 alerts over it is for that"),
        ([metric("m", "Rate")], "latency: the one alert over it is not for that"),
        ([metric("m", "Slow", enabled=False)], "errors, latency: m is disabled"),
        (
            [metric("m", "Slow", to=f"{NOTIFIED}2")],
            "errors, latency: m names only action groups that do not exist: ag2",
        ),
        (
            [metric("m", "Slow", "Rate")],
            "errors, latency: m joins several signals, and fires only where all of them are bad at once",
        ),
    ],
)
def test_what_a_failure_says(bodies, said):
    decision = judged(signals_watched, SIGNALS, ACCOUNT, account(), *bodies)
    assert decision.outcome is Outcome.FAIL
    assert decision.message == f"nobody is told of {said}"


def test_an_alert_on_logs_says_that_its_words_were_taken():
    to = {"actionGroups": [NOTIFIED]}
    query = alert("scheduledQueryRules", "q", [{"query": "Calls\n| where Code >= 500"}], to)
    decision = judged(signals_watched, SIGNALS, ACCOUNT, account(), query, metric("m", "Slow"))
    assert decision.outcome is Outcome.PASS
    assert [(e.path, e.observed, e.note) for e in decision.evidence] == [
        ("errors", "q", "taken by the words of its query"),
        ("latency", "m", None),
    ]


@settings(max_examples=60, deadline=None)
@given(JSON, JSON, JSON, JSON)
def test_no_json_makes_a_check_raise(first, second, third, scopes):
    criterion = {"metricName": first, "dimensions": second, "threshold": third, "operator": first, "query": second}
    named = {
        "metricName": "Full",
        "dimensions": [{"name": "ModelDeploymentName", "values": third}],
        "threshold": first,
    }
    leaf = {"field": first, "equals": second, "containsAny": third, "anyOf": first}
    bodies = [
        account(location=first, properties={"disableLocalAuth": second}),
        {"id": f"{ACCOUNT}/deployments/d", "sku": {"name": "Standard"}, "properties": {}},
        {"id": f"{ACCOUNT}/deployments/p", "sku": {"name": "ProvisionedManaged"}, "properties": {}},
        alert("metricAlerts", "m1", [criterion, named], first, targetResourceRegion=second),
        alert("metricAlerts", "m2", first, [{"actionGroupId": second}], scopes=scopes, targetResourceType=third),
        alert("scheduledQueryRules", "q", [criterion], {"actionGroups": third}, enabled=second),
        alert("activityLogAlerts", "l1", [], first, SUBSCRIPTION, condition={"allOf": [leaf, first]}),
        alert("activityLogAlerts", "l2", [], first, SUBSCRIPTION, condition=second),
    ]
    case = case_of(*bodies)
    held = case.graph.snapshot.resources
    signals_watched(held[ACCOUNT.lower()], SIGNALS, case)
    capacity_watched(held[ACCOUNT.lower()], CAPACITY, case)
    service_health_watched(held[SUBSCRIPTION], HEALTH, case)
    operations_watched(held[SUBSCRIPTION], OPERATIONS, case)
    for name in ("m1", "m2"):
        alert_metrics(held[f"{GROUP}/providers/Microsoft.Insights/metricAlerts/{name}".lower()], METRICS, case)


def spent(count):
    """Seconds for all checks on so many accounts, each with an alert of its own."""
    bodies = [account(f"a{i}") for i in range(count)]
    bodies += [metric(f"m{i}", "Rate", scope=bodies[i]["id"]) for i in range(count)]
    case = case_of(*bodies, metric("all", "Slow", scope=SUBSCRIPTION))
    held = case.graph.snapshot.resources
    started = time.process_time()
    for body in bodies[:count]:
        decision = signals_watched(held[body["id"].lower()], SIGNALS, case)
        assert decision.outcome is Outcome.PASS
    for body in bodies[count:]:
        alert_metrics(held[body["id"].lower()], METRICS, case)
    operations_watched(held[SUBSCRIPTION], OPERATIONS, case)
    service_health_watched(held[SUBSCRIPTION], HEALTH, case)
    return time.process_time() - started


def test_the_work_grows_with_the_estate_and_not_with_its_square():
    spent(50)
    assert spent(1600) < 10 * spent(400) + 0.2
