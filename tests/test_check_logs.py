"""Diagnostic settings: what adds up, what is sent nowhere, and what never makes a check raise."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.diagnostic_settings import CATEGORIES, WORKSPACES
from readiness.checks.log_retention import LogRetention, log_retention
from readiness.checks.logs_collected import AppLogs, LogsCollected, app_logs, logs_collected
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin, Outcome, Reason
from readiness.snapshot import Snapshot

GROUP = "/subscriptions/s/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a"
WORKSPACE = f"{GROUP}/providers/{WORKSPACES}/w"
SETTINGS = "Microsoft.Insights/diagnosticSettings"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
WANTED = LogsCollected(all_of=("Audit", "RequestResponse"), metrics=("AllMetrics",), not_offered="spared")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def setting(name, *categories, to=WORKSPACE, **properties):
    logs = [{"category": c, "enabled": True} for c in categories]
    metrics = [{"category": "AllMetrics", "enabled": True}]
    body = {"workspaceId": to, "logs": logs, "metrics": metrics, **properties}
    return {"id": f"{ACCOUNT}/providers/{SETTINGS}/{name}", "properties": body}


def workspace(**properties):
    return {"id": WORKSPACE, "location": "westeurope", "properties": {"retentionInDays": 90, **properties}}


def judged(check, params, *bodies, gaps=(), account=None):
    read = Snapshot()
    for body in ({"id": ACCOUNT, "kind": "OpenAI", "properties": {}, **(account or {})}, *bodies):
        read.add(body, None, Origin.ARM)
    read.gaps.extend(gaps)
    graph = Graph(read, AS_OF, assume_complete=True)
    case = Case(graph, Environments(graph), Attestations(AS_OF))
    return check(graph.snapshot.resources[ACCOUNT.lower()], params, case)


def test_a_failure_says_what_is_missing_and_what_each_setting_does():
    decision = judged(logs_collected, WANTED, setting("d", "Audit"), workspace())
    assert decision.outcome is Outcome.FAIL
    assert decision.message == (
        "RequestResponse is not collected in a destination that exists: "
        "d has Audit, AllMetrics switched on and sends to the workspace w"
    )


def test_many_settings_are_told_in_short():
    found = [setting(f"d{i}", to=f"{WORKSPACE}{i}") for i in range(5)]
    decision = judged(logs_collected, LogsCollected(), *found)
    assert decision.message == (
        "no log is collected in a destination that exists: "
        "d0 has AllMetrics switched on and sends to the workspace w0, which does not exist; "
        "d1 has AllMetrics switched on and sends to the workspace w1, which does not exist; 3 more settings"
    )


@pytest.mark.parametrize("split", [0, 1, 2])
def test_what_settings_collect_adds_up(split):
    names = ("Audit", "RequestResponse")
    found = [setting("d1", *names[:split]), setting("d2", *names[split:])]
    assert judged(logs_collected, WANTED, *found, workspace()).outcome is Outcome.PASS


def test_nothing_that_could_not_be_read_passes_where_it_is_needed():
    whole = [setting("d", "Audit", "RequestResponse"), workspace()]
    gaps = [Gap(ACCOUNT, SETTINGS, None, Reason.FORBIDDEN), Gap(GROUP, WORKSPACES, None, Reason.FORBIDDEN),
            Gap(ACCOUNT, CATEGORIES, None, Reason.FORBIDDEN)]  # fmt: skip
    needed = [([gaps[0]], whole[1:]), ([gaps[1]], whole[:1])]
    for lost, left in needed:
        assert judged(logs_collected, WANTED, *left, gaps=lost).outcome is Outcome.UNKNOWN
    for some in combinations(gaps, 2):
        assert judged(logs_collected, WANTED, *whole, gaps=some).outcome is Outcome.PASS
        assert judged(logs_collected, WANTED, gaps=some).outcome is not Outcome.PASS


@settings(max_examples=60, deadline=None)
@given(JSON, JSON, JSON, JSON)
def test_no_json_makes_a_check_raise(logs, to, capping, days):
    entry = {"category": logs, "categoryGroup": to, "enabled": days}
    odd = {"logs": logs, "metrics": [entry, logs], "storageAccountId": to, "eventHubAuthorizationRuleId": to}
    bodies = [setting("d1", to=to, **odd), setting("d2", **{**odd, "logs": [entry]}),
              workspace(retentionInDays=days, workspaceCapping=capping),
              {"id": f"{ACCOUNT}/providers/{CATEGORIES}/Audit", "properties": {"categoryGroups": logs}}]  # fmt: skip
    account = {"kind": logs, "location": to}
    judged(logs_collected, WANTED, *bodies, account=account)
    judged(log_retention, LogRetention(90, ("eastus",)), *bodies, account=account)
    judged(app_logs, AppLogs(("FunctionAppLogs",), ("AppServiceHTTPLogs",)), *bodies, account=account)
