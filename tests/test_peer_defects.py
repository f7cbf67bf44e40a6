"""What other scanners get wrong (tests/data/peer-defects.txt): each line a test that the wrong reading fails."""

import dataclasses
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import arm
import orjson
import pytest
from builders import (
    ACCOUNTS,
    AS_OF,
    DEPLOYMENTS,
    SEARCH,
    SUB,
    account,
    child,
    export,
    judge,
    lines,
    outcomes,
    resource,
    rule,
    rule_text,
    snapshot,
    snapshot_file,
    verdict,
)
from titles import IN_SURROUNDINGS, TITLES, UTILISATION, Own
from typer.testing import CliRunner

from readiness import app, ruletests
from readiness.cli import app as command_line
from readiness.gate import Asked
from readiness.model import Environment, Outcome, Severity, Waiver
from readiness.render import html, terminal
from readiness.render import json as report_json

LINES = [
    line
    for line in (Path(__file__).parent / "data/peer-defects.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
TESTED = set()
LATER = {
    "one sub-response of a diagnostic-settings batch": 6,
    "one throttled call ends the whole run": 5,
    "metrics are asked with a dimension filter": 7,
    "disabled or deleted subscriptions": 5,
    "the CI action always exits 0": 4,
    "deployments are listed without following": 5,
    "the HTML report needs a CDN": 4,
}
"""Lines that the code of a later issue answers for in full (4 reports, 5 collector, 6 graph, 7 metrics).

Where today's code has a part of it already, that part is tested below as well.
"""
BUILT_IN = app.all_rules()
ALL_TITLES = TITLES | IN_SURROUNDINGS
ACCOUNT = account("chat")["id"]
CAP = "AzureOpenAIProvisionedManagedUtilizationV2"
PUBLIC = {"publicNetworkAccess": "Enabled"}
CLOSED = {"publicNetworkAccess": "Disabled", "disableLocalAuth": True}


def line_of(words):
    [found] = [line for line in LINES if line.startswith(words)]
    return found


def defect(words):
    """The test of the line that begins so."""
    found = line_of(words)
    TESTED.add(found)
    return pytest.mark.parametrize("line", [pytest.param(found, id=words.replace(" ", "-"))])


def shipped(rule_id):
    return BUILT_IN.find(rule_id)


def says(rule_id, read, **options):
    """The outcome of a shipped rule about the only subject."""
    return verdict(read, shipped(rule_id), environment=Environment.PRODUCTION, **options).outcome


def of_file(rule_id, own):
    """The one case of a shipped rule's own file that has this name."""
    [found] = [t for t in shipped(rule_id).tests if t.name == own.name]
    return found


def as_tested(rule_id, case, **parameters):
    """What a shipped rule says of a case of a rule file, and why; the case's own parameters stay but for these."""
    given = dataclasses.replace(case, parameters={**case.parameters, **parameters})
    return next(ruletests.run(dataclasses.replace(shipped(rule_id), tests=(given,))))


def run(*arguments):
    return CliRunner().invoke(command_line, [str(a) for a in arguments])


def read_of(type_, scope=SUB):
    return {"read": {"operation": "list", "scope": scope, "type": type_, "count": 1, "api_version": "1", "at": None}}


def gap(type_=None, scope=SUB, path=None, reason="forbidden"):
    permission = "Microsoft.X/y/read"
    return {
        "gap": {
            "operation": "list",
            "scope": scope,
            "type": type_,
            "path": path,
            "reason": reason,
            "permission": permission,
        }
    }


# --- every line has its place -----------------------------------------------------------------------------------


def test_every_line_is_tested_or_waits_for_its_issue():
    later = {line_of(words) for words in LATER}
    assert len(LINES) == 28
    assert set(LINES) == TESTED | later
    assert set(LATER.values()) <= {4, 5, 6, 7}


# --- what could not be read -------------------------------------------------------------------------------------

NO_DISABLED = (
    "require: {count: {related: children, type: "
    + DEPLOYMENTS
    + ", where: {field: sku.name, equals: Free}}, less: 1}"
)


@defect("a query that was skipped or refused")
@pytest.mark.parametrize("records", [[], [gap(DEPLOYMENTS)], [gap()], [gap(DEPLOYMENTS, reason="throttled")]])
def test_zero_offenders_of_a_list_that_was_not_read_are_no_pass(line, tmp_path, records):
    read = snapshot(tmp_path, account(), read_of(ACCOUNTS), *records)
    assert verdict(read, rule(NO_DISABLED)).outcome is Outcome.UNKNOWN
    whole = snapshot(tmp_path, account(), read_of(ACCOUNTS), read_of(DEPLOYMENTS))
    assert verdict(whole, rule(NO_DISABLED)).outcome is Outcome.PASS


@defect("listing fails, an error is logged")
def test_nothing_read_is_exit_3_and_a_banner(line, tmp_path):
    path = snapshot_file(tmp_path, gap(), gap(ACCOUNTS))
    found = run("scan", path)
    assert found.exit_code == 3
    assert "nothing could be read" in found.stdout
    assert run("scan", path, "--exit-zero").exit_code == 3
    assert run("scan", path, "--min-score", "0", "--accept-unknown").exit_code == 3


@defect("one throttled call ends the whole run")
def test_what_was_read_before_the_end_is_judged_and_the_rest_is_a_gap(line, tmp_path):
    path = tmp_path / "estate.jsonl.partial"
    throttled = gap(SEARCH, reason="throttled")
    path.write_text(lines(account(properties=PUBLIC), read_of(ACCOUNTS), throttled) + '{"resource": {"id": "/subs')
    report = app.scan(app.Options(input=str(path), config=_settings(tmp_path)))
    assert ("chat", "fail") in outcomes(report)
    assert [g["reason"] for g in _json(report)["gaps"]] == ["throttled"]
    assert [f.outcome for f in report.findings() if f.rule == "SRCH-NET-003"] == [Outcome.UNKNOWN]


@defect("no logs, or a failed log query")
@pytest.mark.parametrize("records", [[], [{"metrics": "none"}], [gap("Microsoft.Insights/metrics")]])
def test_no_samples_are_no_pass(line, tmp_path, records):
    empty = {
        "metrics": {
            "resource": ACCOUNT,
            "name": CAP,
            "aggregation": "Average",
            "start": "2025-12-20T00:00:00Z",
            "series": [],
        }
    }
    given = [empty if "metrics" in r else r for r in records]
    read = snapshot(tmp_path, account(), child(account(), "deployments", sku={"name": "ProvisionedManaged"}), *given)
    assert says("AOAI-CAP-004", read) is Outcome.UNKNOWN


@defect("deployments are listed without following")
@pytest.mark.parametrize(
    "more", [{"nextLink": "https://x"}, {"skip_token": "x"}, {"resultTruncated": "true"}, {"count": 9}]
)
def test_a_list_that_goes_on_is_never_whole(line, tmp_path, more):
    records = {"value": [account()]} if "nextLink" in more else {"data": [account()]}
    report = judge(export(tmp_path, {**records, **more}), shipped("AOAI-IAM-001"))
    assert [f.outcome for f in report.findings((Outcome.UNKNOWN,))] == [Outcome.UNKNOWN]
    assert "truncated" in {g["reason"] for g in _json(report)["gaps"]}


@defect("exceptions are swallowed in threads")
def test_a_crash_is_an_error_finding_and_exit_4(line, tmp_path):
    def crash(subject, params, world):
        raise ZeroDivisionError("a fault of ours")

    whole = shipped("AOAI-NET-008")
    check = dataclasses.replace(whole.check, check=dataclasses.replace(whole.check.check, measure=crash))
    broken = dataclasses.replace(whole, check=check)
    properties = {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "20.1.1.1"}]}}
    read = snapshot(tmp_path, account(properties=properties), read_of(ACCOUNTS))
    report = judge(read, broken, shipped("AOAI-IAM-001"), asked=Asked(min_score=0))
    assert outcomes(report) == [("chat", "error"), ("chat", "fail")]  # the other rules go on
    assert "a fault of ours" in _json(report)["findings"][0]["message"]
    assert app.exit_code(report, exit_zero=True) == 4
    assert report.score.total.coverage == 0.5


@defect("the score cannot tell")
def test_coverage_stands_beside_every_score(line, tmp_path, capsys):
    fine = judge(snapshot(tmp_path, account(properties=CLOSED), read_of(ACCOUNTS)), shipped("AOAI-IAM-001"))
    half = judge(
        snapshot(tmp_path, account(properties=CLOSED), account("b", None), read_of(ACCOUNTS)), shipped("AOAI-IAM-001")
    )
    assert fine.score.total.value == half.score.total.value == 100
    assert (fine.score.total.coverage, half.score.total.coverage) == (1, 0.5)
    score = _json(half)["score"]
    for figures in (score, *score["pillars"].values(), *score["areas"].values()):
        assert figures["coverage"] == 0.5
        assert figures["floor"] == 50
    terminal.show(half, every=False, no_color=True)
    assert "100 (at least 50; 50 % could not be told)" in capsys.readouterr().out


# --- time -------------------------------------------------------------------------------------------------------


@defect("which of two results is older")
def test_the_file_system_tells_no_time(line, tmp_path):
    path = snapshot_file(tmp_path, account(properties=CLOSED), read_of(ACCOUNTS), collected_at="2026-03-01T00:00:00Z")
    reports = []
    for seconds in (0, 4_000_000_000):
        os.utime(path, (seconds, seconds))
        reports.append(app.scan(app.Options(input=str(path), config=_settings(tmp_path), as_of=AS_OF)))
    assert _json(reports[0]) == _json(reports[1])
    assert _json(reports[0])["collected_at"] == "2026-03-01T00:00:00Z"
    assert app.scan(app.Options(input=str(path), config=_settings(tmp_path))).case.graph.as_of == datetime(
        2026, 3, 1, tzinfo=UTC
    )


@defect("a suppression expires and nobody notices")
def test_a_waiver_that_ran_out_is_open_again_and_loud_everywhere(line, tmp_path, capsys):
    waiver = Waiver("AOAI-IAM-001", "*", "until March", "someone@example.com", "2025-12-31")
    read = snapshot(tmp_path, account(), read_of(ACCOUNTS))
    last_day, day_after = datetime(2025, 12, 31, 23, 59, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    asked = Asked(fail_on=Severity.HIGH)
    still = judge(read, shipped("AOAI-IAM-001"), waivers=(waiver,), clock=last_day, asked=asked)
    over = judge(read, shipped("AOAI-IAM-001"), waivers=(waiver,), clock=day_after, asked=asked)
    assert (still.summary()["waived"], still.summary()["fail"], still.gate.met) == (1, 0, True)
    assert (over.summary()["waived"], over.summary()["fail"], over.gate.met) == (0, 1, False)
    assert still.score.total.value == over.score.total.value == 0  # waived is no pass
    terminal.show(over, every=False, no_color=True)
    assert "expired on 2025-12-31" in capsys.readouterr().out
    for output in (b"".join(report_json.render(over)), b"".join(html.render(over))):
        assert b"expired on 2025-12-31" in output


# --- values -----------------------------------------------------------------------------------------------------


@defect('`== "Disabled"` is case-sensitive')
@pytest.mark.parametrize("word", ["Disabled", "disabled", "DISABLED"])
def test_values_compare_without_case(line, tmp_path, word):
    read = snapshot(tmp_path, account(properties={"publicNetworkAccess": word}), read_of(ACCOUNTS))
    assert says("AOAI-NET-001", read) is Outcome.PASS


@defect("`publicNetworkAccess: null` is read as safe")
@pytest.mark.parametrize(
    "properties", [{"publicNetworkAccess": None}, {}, {"networkAcls": None}, {"networkAcls": {}}]
)
def test_null_is_arms_default(line, tmp_path, properties):
    read = snapshot(tmp_path, account(properties=properties), read_of(ACCOUNTS))
    assert says("AOAI-NET-001", read) is Outcome.FAIL
    assert says("AOAI-NET-001", snapshot(tmp_path, account(properties=None), read_of(ACCOUNTS))) is Outcome.UNKNOWN


def endpoints(*statuses):
    state = "privateLinkServiceConnectionState"
    return {"privateEndpointConnections": [{"properties": {state: {"status": status}}} for status in statuses]}


@defect("a private endpoint that is Pending")
def test_only_an_approved_endpoint_counts(line, tmp_path):
    for status in ("Pending", "Rejected", "Disconnected", "", None):
        read = snapshot(tmp_path, account(properties=endpoints(status)), read_of(ACCOUNTS))
        assert says("AOAI-NET-003", read) is Outcome.FAIL, status
    read = snapshot(tmp_path, account(properties=endpoints("Pending", "Approved")), read_of(ACCOUNTS))
    assert says("AOAI-NET-003", read) is Outcome.PASS


@defect("an account with public access off and no private endpoint")
@pytest.mark.parametrize("statuses", [(), ("Pending",), ("Rejected", "Disconnected"), ("Approved",)])
def test_closed_is_not_private(line, tmp_path, statuses):
    closed = arm.linked(account(properties=CLOSED), *statuses)
    expected = Outcome.PASS if "Approved" in statuses else Outcome.FAIL
    assert arm.outcome(tmp_path, "AOAI-NET-001", closed) is Outcome.PASS
    assert arm.outcome(tmp_path, "AOAI-NET-003", closed) is expected
    assert arm.outcome(tmp_path, "AOAI-NET-005", closed) is expected  # nothing can reach it


@defect("a boundary written as")
def test_both_sides_of_a_threshold(line, tmp_path):
    expected = {"less": "pff", "lessOrEquals": "ppf", "greater": "ffp", "greaterOrEquals": "fpp"}
    for operator, letters in expected.items():
        for value, letter in zip((2, 3, 4), letters, strict=True):
            found = verdict(
                snapshot(tmp_path, account(properties={"n": value}), read_of(ACCOUNTS)),
                rule(f"require: {{field: properties.n, {operator}: 3}}"),
            )
            assert str(found.outcome)[0] == letter, (operator, value)


DENIED = {"defaultAction": "Deny"}
PROVISIONED = arm.deployment(sku="ProvisionedManaged")
DECIDED = {"prompt_retention_decided": True}


def allowed(count, mask=32):
    return arm.account(networkAcls={**DENIED, "ipRules": [{"value": f"20.1.{n}.0/{mask}"} for n in range(count)]})


def allowed_v6(mask):
    return arm.account(networkAcls={**DENIED, "ipRules": [{"value": f"2603:1020::/{mask}"}]})


def opened(value):
    return arm.search(publicNetworkAccess="enabled", networkRuleSet={"ipRules": [{"value": value}]})


def approved(found, count):
    return arm.linked(found, *["Approved"] * count, "Pending")


def names(count):
    whole = [f"a{n}.contoso.com" for n in range(count)]
    return arm.account(restrictOutboundNetworkAccess=True, allowedFqdnList=whole)


def pooled(count):
    members = [f"m{n}" for n in range(count)]
    found = [item for m in members for item in (arm.model_backend(m), *arm.modelled(m))]
    return [arm.pool(*members), *found]


def regions(count):
    return arm.cosmos(locations=[{"locationName": f"r{n}", "isZoneRedundant": False} for n in range(count)])


def breaks(*ranges):
    return arm.balanced(arm.model_backend(**arm.breaker(*ranges)))


def days(count):
    """A certificate that expires so many days after the moment of judging."""
    return arm.hosts(arm.host((AS_OF + timedelta(days=count)).isoformat()))


FIVE_DAYS = {"window": "P5D"}
"""Twelve hundred samples of six minutes: twelve are one percent."""


def samples(*values):
    """A provisioned deployment with these samples up to the moment of judging."""
    start = (AS_OF - timedelta(minutes=6 * len(values))).isoformat()
    series = [{"dimensions": {"ModelDeploymentName": "gpt"}, "values": [float(v) for v in values]}]
    return [PROVISIONED, {"metrics": {**UTILISATION, "start": start, "interval": "PT6M", "series": series}}]


def peaks(at, share=1):
    """This many percent of the samples that high."""
    return samples(*[10.0] * (1200 - 12 * share), *[at] * 12 * share)


LEAST, MOST, EXACTLY, BELOW, ABOVE = "fpp", "ppf", "fpf", "pff", "ffp"
"""What is said of a value just below, at and just above a parameter: at least, at most, exactly, less, more."""
BOUNDARIES = {
    ("AOAI-CAP-004", "p95_percent"): (
        BELOW,
        lambda n: samples(*[n] * 1200),
        [80, 90],
        {**FIVE_DAYS, "full_percent": 500},
    ),
    ("AOAI-CAP-004", "full_percent"): (BELOW, peaks, [95, 100], FIVE_DAYS),
    ("AOAI-CAP-004", "full_share_percent"): (BELOW, lambda n: peaks(100, n), [1, 2, 3], FIVE_DAYS),
    ("AOAI-NET-003", "min_endpoints"): (LEAST, lambda n: approved(arm.account(), n), [1, 2], {}),
    ("AOAI-NET-008", "min_prefix_ipv4"): (LEAST, lambda n: allowed(1, n), [16, 24, 28], {}),
    ("AOAI-NET-008", "min_prefix_ipv6"): (LEAST, allowed_v6, [40, 48, 64], {}),
    ("AOAI-NET-008", "max_rules"): (MOST, allowed, [2, 20], {}),
    ("AOAI-NET-010", "max_entries"): (MOST, names, [3, 1000], {}),
    ("APIM-MON-004", "max_body_bytes"): (MOST, arm.logged, [100, 8192], DECIDED),
    ("APIM-MON-004", "max_sampling_percentage"): (MOST, lambda n: arm.logged(percentage=n), [10, 50], DECIDED),
    ("APIM-REL-002", "min_zones"): (
        LEAST,
        lambda n: arm.given(arm.gateway(units=3), zones=[str(z) for z in range(1, n + 1)]),
        [2, 3],
        {},
    ),
    ("APIM-REL-003", "min_units"): (LEAST, lambda n: arm.gateway(units=n), [2, 3], {}),
    ("APIM-SEC-007", "expires_after"): (ABOVE, days, [30, 60], {}),
    ("APIM-TRF-002", "min_members"): (LEAST, pooled, [2, 3], {}),
    ("APIM-TRF-004", "throttled"): (EXACTLY, lambda n: breaks((n, n), (500, 599)), [429, 408], {}),
    ("APIM-TRF-004", "errors_from"): (MOST, lambda n: breaks((429, 429), (n, 599)), [500, 502], {}),
    ("APIM-TRF-004", "errors_to"): (LEAST, lambda n: breaks((429, 429), (500, n)), [599, 504], {}),
    ("DATA-COS-001", "min_regions"): (LEAST, regions, [2, 3], {}),
    ("NET-EDGE-002", "min_timeout_seconds"): (LEAST, arm.door, [120, 200], {}),
    ("SRCH-NET-001", "min_prefix_ipv4"): (LEAST, lambda n: opened(f"20.1.2.0/{n}"), [20, 24], {}),
    ("SRCH-NET-001", "min_prefix_ipv6"): (LEAST, lambda n: opened(f"2603:1020::/{n}"), [40, 48], {}),
    ("SRCH-NET-002", "min_endpoints"): (LEAST, lambda n: approved(arm.search(), n), [1, 2], {}),
    ("SRCH-REL-001", "min_replicas"): (LEAST, lambda n: arm.search(replicas=n), [2, 3], {}),
}
WRITTEN = {"expires_after": "as_of+P{}D"}


@defect("a boundary written as")
@pytest.mark.parametrize(("rule_id", "name"), BOUNDARIES)
def test_both_sides_of_each_number_that_can_be_set(line, tmp_path, rule_id, name):
    letters, case, limits, others = BOUNDARIES[rule_id, name]
    written = WRITTEN.get(name)
    default, most = shipped(rule_id).values[name], shipped(rule_id).parameters[name].max_value
    assert default in ([written.format(n) for n in limits] if written else limits) or default == most
    for limit in limits:
        given = {name: written.format(limit) if written else limit, **others}
        for value, letter in zip((limit - 1, limit, limit + 1), letters, strict=True):
            found = arm.finding(tmp_path, rule_id, case(value), **given)
            assert str(found.outcome)[0] == letter, (limit, value, [str(e) for e in found.evidence])


FEWER, FEW = "uff", "upp"
"""Too little is unknown; enough is what a bad or a good case is."""
REQUESTS = "as many requests as are judged"
SAMPLES = "as many samples as are judged"
BY_DAY = "half used by day, idle by night"
BOUNDARIES_OF_FILES = {
    # what is said below, at and above the parameter; a case of the rule's file with exactly that value; the value
    ("AOAI-CAP-001", "min_percent"): (LEAST, "a fifth is left", 20),
    ("AOAI-CAP-002", "max_percent"): (MOST, "exactly four fifths of the tokens", 80),
    ("AOAI-CAP-002", "min_samples"): (FEWER, SAMPLES, 12),
    ("AOAI-CAP-003", "max_percent"): (MOST, "every hundredth request is throttled", 1),
    ("AOAI-CAP-003", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-CAP-004", "min_samples"): (FEWER, SAMPLES, 12),
    ("AOAI-CAP-005", "max_percent"): (MOST, "one in ten", 10),
    ("AOAI-CAP-005", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-CAP-007", "max_percent"): (MOST, REQUESTS, 1),
    ("AOAI-CAP-007", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-CAP-008", "max_percent"): ("nnf", "one in a hundred is no throttling", 1),
    ("AOAI-CAP-008", "min_left"): (BELOW, "one unit is left", 1),
    ("AOAI-CAP-008", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-COST-001", "min_percent"): (LEAST, BY_DAY, 50),
    ("AOAI-COST-001", "first_hour"): (MOST, BY_DAY, 8),
    ("AOAI-COST-001", "last_hour"): (LEAST, BY_DAY, 18),
    ("AOAI-COST-001", "utc_offset_hours"): (EXACTLY, BY_DAY, 0),
    ("AOAI-COST-001", "min_samples"): (FEWER, SAMPLES, 12),
    ("AOAI-COST-003", "min_used_percent"): (LEAST, "used for 90 percent", 90),
    ("AOAI-ENC-003", "max_age_days"): (MOST, "a version a year old", 365),
    ("AOAI-IAM-004", "window_days"): (MOST, "regenerated 90 days ago", 90),
    ("AOAI-LIF-001", "days"): (ABOVE, "90 days are left", 90),
    ("AOAI-MON-003", "min_days"): (LEAST, "ninety days", 90),
    ("AOAI-MON-005", "max_threshold"): (MOST, "a threshold of 100", 100),
    ("AOAI-PERF-001", "max_growth_percent"): (MOST, "a quarter slower than the week before", 25),
    ("AOAI-PERF-001", "min_samples"): (FEWER, SAMPLES, 12),
    ("AOAI-PERF-002", "min_percent"): (LEAST, "half of it streams", 50),
    ("AOAI-PERF-002", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-RAI-007", "max_percent"): (MOST, "one in twenty", 5),
    ("AOAI-RAI-007", "min_requests"): (FEWER, REQUESTS, 100),
    ("AOAI-REL-001", "min_capacity_percent"): (LEAST, "half of the capacity elsewhere", 50),
    ("AOAI-REL-009", "min_capacity_percent"): (LEAST, "half of the capacity is left", 50),
    ("AOAI-REL-011", "target_percent"): (LEAST, "exactly the target", 99.9),
    ("AOAI-REL-011", "min_samples"): (FEW, "hours without traffic in the middle", 12),
    ("AOAI-REL-012", "max_percent"): (BELOW, "one in two hundred", 0.5),
    ("AOAI-REL-012", "min_requests"): (FEWER, REQUESTS, 200),
    ("APIM-REL-005", "p95_percent"): (MOST, "exactly at the limit", 70),
    ("APIM-REL-005", "peak_percent"): (MOST, "exactly at the limit", 70),
    ("APIM-REL-005", "min_samples"): (FEW, "samples lost in the middle", 12),
    ("COST-005", "max_actual_percent"): (MOST, "an alert at the whole budget comes in time", 100),
    ("RBAC-001", "max_principals"): (MOST, "three owners of the subscription", 3),
    ("RBAC-005", "max_users"): (MOST, "the same where two are allowed", 2),
    ("RBAC-005", "max_users_development"): (MOST, "three in development", 3),
    ("RBAC-006", "max_standing"): (MOST, "three owners", 3),
    ("SRCH-PERF-001", "max_throttled_percent"): (MOST, "some throttling is allowed", 0.05),
    ("SRCH-PERF-001", "max_latency_seconds"): (MOST, "exactly at the limit", 1),
    ("SRCH-PERF-001", "min_samples"): (FEWER, SAMPLES, 12),
}
FINE = ("_percent", "_seconds")


@defect("a boundary written as")
@pytest.mark.parametrize(("rule_id", "name"), BOUNDARIES_OF_FILES)
def test_both_sides_of_each_number_that_needs_surroundings(line, rule_id, name):
    letters, case, value = BOUNDARIES_OF_FILES[rule_id, name]
    default, least = shipped(rule_id).values[name], shipped(rule_id).parameters[name].min_value
    assert value == default or default == least == 0, "the case has to be at the default, unless nothing is below it"
    step = 0.01 if name.endswith(FINE) else 1
    for limit, letter in zip((value + step, value, value - step), letters, strict=True):
        found = as_tested(rule_id, of_file(rule_id, Own(case)), **{name: limit})
        assert str(found.got)[0] == letter, (limit, found.why)


@defect("a boundary written as")
def test_both_sides_of_the_days_from_which_retirement_is_critical(line):
    assert shipped("AOAI-LIF-001").values["critical_days"] == 30
    for limit, is_critical in ((31, True), (30, True), (29, False)):
        found = as_tested("AOAI-LIF-001", of_file("AOAI-LIF-001", Own("30 days are left")), critical_days=limit)
        assert found.got == Outcome.FAIL  # critical or not
        assert ("critical" in found.why) is is_critical, found.why


def test_each_number_that_can_be_set_has_its_boundary_tested():
    numbers = {
        (r.id, name)
        for r in BUILT_IN.rules
        for name, value in r.values.items()
        if type(value) in (int, float) or str(value).startswith("as_of+")
    }
    tested = [*BOUNDARIES, *BOUNDARIES_OF_FILES, ("AOAI-LIF-001", "critical_days")]
    assert sorted(numbers) == sorted(tested)


KINDS = {
    "OpenAI": True,
    "openai": True,
    "AIServices": True,
    "SpeechServices": False,
    "CognitiveServices": False,
    "": False,
    None: False,
}
ACCOUNT_RULES = [r.id for r in BUILT_IN.rules if r.id.startswith("AOAI-") and r.resource == (ACCOUNTS,)]


@defect("only kind `OpenAI` is judged")
@pytest.mark.parametrize("rule_id", ACCOUNT_RULES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_kinds_that_are_judged(line, tmp_path, rule_id, kind):
    _, good, bad, *parameters = ALL_TITLES[rule_id]
    given = parameters[0] if parameters else {}
    projects = rule_id == "AOAI-NET-013"  # which an Azure OpenAI account can't have
    is_judged = KINDS[kind] and not (projects and kind != "AIServices")
    for case, expected in ((good, Outcome.PASS), (bad, Outcome.FAIL)):
        wanted = expected if is_judged else Outcome.NOT_APPLICABLE
        if isinstance(case, Own):
            own = of_file(rule_id, case)
            own = dataclasses.replace(own, resource={**own.resource, "kind": kind}, api_version=arm.LATEST)
            found = as_tested(rule_id, own)
            assert found.got == wanted, found.why
            continue
        own, *rest = case if isinstance(case, list) else [case]
        assert arm.outcome(tmp_path, rule_id, [{**own, "kind": kind}, *rest], **given) is wanted


def test_no_rule_of_accounts_has_kinds_untested():
    assert len(ACCOUNT_RULES) == 31


IDENTITIES = {
    "SystemAssigned": Outcome.PASS,
    "UserAssigned": Outcome.PASS,
    "SystemAssigned, UserAssigned": Outcome.PASS,
    "SystemAssigned,UserAssigned": Outcome.PASS,
    "userassigned": Outcome.PASS,
    "None": Outcome.FAIL,
    "none": Outcome.FAIL,
    None: Outcome.FAIL,
}


@defect("user-assigned identity alone")
@pytest.mark.parametrize("rule_id", ["AOAI-IAM-002", "APIM-IAM-001"])
@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_kind_of_identity_is_one(line, tmp_path, rule_id, identity):
    _, good, _ = TITLES[rule_id]
    without = {k: v for k, v in good.items() if k != "identity"}
    assert arm.outcome(tmp_path, rule_id, {**without, "identity": {"type": identity}}) is IDENTITIES[identity]
    assert arm.outcome(tmp_path, rule_id, without) is Outcome.FAIL
    assert arm.outcome(tmp_path, rule_id, {**without, "identity": None}) is Outcome.FAIL


@defect('"has an identity" is reported as')
@pytest.mark.parametrize("identity", [{"type": "SystemAssigned"}, {"type": "UserAssigned"}, {"type": "None"}, None])
@pytest.mark.parametrize("keys_are_off", [True, False, None])
def test_an_identity_is_not_the_way_to_sign_in(line, tmp_path, identity, keys_are_off):
    both = account(identity=identity, properties={"disableLocalAuth": keys_are_off})
    has_one = identity is not None and identity["type"] != "None"
    assert arm.outcome(tmp_path, "AOAI-IAM-001", both) is (Outcome.PASS if keys_are_off else Outcome.FAIL)
    assert arm.outcome(tmp_path, "AOAI-IAM-002", both) is (Outcome.PASS if has_one else Outcome.FAIL)


@defect("only the first time series of a metric")
def test_every_series_is_judged_and_the_worst_is_named(line, tmp_path):
    series = [{"dimensions": {"region": f"r{n}"}, "values": [50.0 if n < 11 else 99.0]} for n in range(12)]
    metrics = {
        "resource": ACCOUNT,
        "name": "M",
        "aggregation": "Average",
        "start": "2026-01-01T00:00:00Z",
        "series": series,
    }
    read = snapshot(tmp_path, account(), read_of(ACCOUNTS), {"metrics": metrics})
    found = verdict(read, rule("require: {metric: {name: M, aggregation: Average, statistic: max}, less: 90}"))
    assert found.outcome is Outcome.FAIL
    assert [(e.path, e.observed) for e in found.evidence] == [("metric M max[region=r11]", 99.0)]


TIERS = ["Consumption", "Developer", "Basic", "BasicV2", "Standard", "StandardV2", "Premium", "PremiumV2"]
SECOND_LOCATION = {"additionalLocations": [{"location": "westus3", "disableGateway": False}]}


def classic(**properties):
    """A gateway of a time after which weak protocols are off unless said."""
    return {"createdAtUtc": "2020-01-01T00:00:00Z", **properties}


def in_tier(tier, units=2, location="eastus", **properties):
    return arm.newer(arm.gateway(tier, units, location, **properties))


WEAK_TLS = {"customProperties": {arm.WEAK_KEYS[0]: "True"}}
MATRIX = {
    # case: (rule, what is judged, outcome by tier in the order of TIERS)
    "developer is no production tier": ("APIM-REL-001", in_tier, "pfpppppp"),
    "zones not said": ("APIM-REL-002", in_tier, "nnnnnfpf"),
    "zone-redundant as v2 says it": ("APIM-REL-002", lambda t: in_tier(t, zoneRedundant=True), "nnnnnppp"),
    "a region without zones": ("APIM-REL-002", lambda t: in_tier(t, location="westus"), "nnnnnnnn"),
    "a region nobody knows": ("APIM-REL-002", lambda t: in_tier(t, location="atlantis"), "nnnnnuuu"),
    "one unit": ("APIM-REL-003", lambda t: in_tier(t, 1), "nnffffff"),
    "two units": ("APIM-REL-003", in_tier, "nnpppppp"),
    "one region": ("APIM-REL-004", lambda t: [in_tier(t), *arm.TWO_ACCOUNTS], "ffffffff"),
    "a second location": (
        "APIM-REL-004",
        lambda t: [in_tier(t, **SECOND_LOCATION), *arm.TWO_ACCOUNTS],
        "      p ",  # other tiers can't have one
    ),
    "no setting": ("APIM-SEC-002", lambda t: in_tier(t, **classic()), "nppnpnpn"),
    "a weak protocol": ("APIM-SEC-002", lambda t: in_tier(t, **classic(**WEAK_TLS)), " ff f f "),
    "no breaker": ("APIM-TRF-004", lambda t: [*arm.balanced(arm.model_backend()), in_tier(t)], "nfffffff"),
    "a breaker": (
        "APIM-TRF-004",
        lambda t: [*arm.balanced(arm.model_backend(**arm.BREAKS)), in_tier(t)],
        "nppppppp",
    ),
}


@defect("zone, region or private-endpoint rules ignore the APIM tier")
@pytest.mark.parametrize(("number", "tier"), list(enumerate(TIERS)), ids=TIERS)
@pytest.mark.parametrize("case", MATRIX)
@pytest.mark.parametrize("written", [str, str.lower, str.upper], ids=["as-Azure-writes-it", "lower", "upper"])
def test_each_tier_is_judged_by_what_it_can_do(line, tmp_path, number, tier, case, written):
    rule_id, body_of, letters = MATRIX[case]
    records = body_of(tier)
    records = [*records] if isinstance(records, list) else [records]
    for found in (r["resource"] for r in records if "resource" in r):
        found["sku"]["name"] = written(tier)
    outcome = arm.outcome(tmp_path, rule_id, records)
    assert letters[number] in (" ", str(outcome)[0])


@defect("zone, region or private-endpoint rules ignore the APIM tier")
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("network", ["None", "External", "Internal"])
def test_a_gateway_rule_says_for_each_tier_what_it_says(line, tmp_path, tier, network):
    for expiry, outcome in (("2026-01-02T00:00:00Z", Outcome.FAIL), ("2027-01-01T00:00:00Z", Outcome.PASS)):
        hosts = [{"hostName": "api.contoso.com", "certificate": {"expiry": expiry}}]
        properties = {"hostnameConfigurations": hosts, "virtualNetworkType": network}
        type_ = "Microsoft.ApiManagement/service"
        read = snapshot(tmp_path, resource(type_, properties=properties, sku={"name": tier}), read_of(type_))
        assert says("APIM-SEC-007", read) is outcome


@defect("a non-applicable resource is counted as passed")
def test_what_does_not_apply_weighs_nothing(line, tmp_path):
    own = [account(), account("good", CLOSED)]
    others = [account(f"speech{n}", kind="SpeechServices") for n in range(20)]
    alone = judge(snapshot(tmp_path, *own, read_of(ACCOUNTS)), shipped("AOAI-IAM-001"))
    among = judge(snapshot(tmp_path, *own, *others, read_of(ACCOUNTS)), shipped("AOAI-IAM-001"))
    assert alone.score == among.score
    assert (among.score.total.value, among.summary()["pass"], among.summary()["not_applicable"]) == (50, 1, 20)
    nothing = judge(snapshot(tmp_path, *others, read_of(ACCOUNTS)), shipped("AOAI-IAM-001"), asked=Asked(min_score=1))
    assert nothing.score.total.value is None
    assert nothing.gate.met is None


# --- rules ------------------------------------------------------------------------------------------------------


@defect("an invalid custom rule")
def test_every_fault_of_every_rule_is_told_and_nothing_is_judged(line, tmp_path):
    (tmp_path / "one.yaml").write_text(rule_text("require: {field: kind, equalz: x}", severity="hihg"))
    (tmp_path / "two.yaml").write_text("title: [\n")
    (tmp_path / "three.yaml").write_text(rule_text("require: {field: kind, exists: true}", id="AOAI-IAM-001"))
    found = run("scan", "--sample", "--rules", tmp_path)
    assert found.exit_code == 2
    assert found.stdout == ""
    for words in ("equalz", "hihg", "two.yaml", "AOAI-IAM-001 is taken"):
        assert words in found.stderr
    assert re.search(r"one\.yaml:\d+:\d+: ", found.stderr)


@defect("remediation text opened")
def test_a_fix_is_applied_to_each_failing_case_and_must_make_it_pass(line):
    with_fix = [r for r in BUILT_IN.rules if r.remediation.fix]
    assert len(with_fix) >= 3
    for rule_ in with_fix:
        proofs = [r for r in ruletests.run(rule_) if r.proves_fix]
        assert proofs and all(p.passed for p in proofs), rule_.id
    opens = rule(
        """
        require: {field: properties.publicNetworkAccess, equals: Disabled, default: Enabled}
        remediation: {summary: Close it., fix: {properties: {publicNetworkAccess: Enabled}}}
        tests:
          - {expect: fail, resource: {properties: {}}}
          - {expect: pass, resource: {properties: {publicNetworkAccess: Disabled}}}
        """
    )
    assert [r.passed for r in ruletests.run(opens) if r.proves_fix] == [False]


@defect("titles and conditions disagree")
@pytest.mark.parametrize("rule_id", ALL_TITLES)
def test_the_title_is_what_is_judged(line, tmp_path, rule_id):
    title, good, bad, *parameters = ALL_TITLES[rule_id]
    assert shipped(rule_id).title == title, "the title has changed: write its cases anew"
    for case, expected in ((good, Outcome.PASS), (bad, Outcome.FAIL)):
        if isinstance(case, Own):
            tested = as_tested(rule_id, of_file(rule_id, case))
            assert tested.got == expected, tested.why
            continue
        found = arm.finding(tmp_path, rule_id, case, **(parameters[0] if parameters else {}))
        assert found.outcome is expected, [str(e) for e in found.evidence]


def test_the_title_of_every_rule_that_asks_no_people_is_tested():
    assert {r.id for r in BUILT_IN.rules if not r.attest} == ALL_TITLES.keys()
    assert not TITLES.keys() & IN_SURROUNDINGS.keys()


# --- outputs ----------------------------------------------------------------------------------------------------


@defect("the CI action always exits 0")
def test_the_exit_code_reaches_the_shell(line):
    assert run("scan", "--sample").exit_code == 0
    assert run("scan", "--sample", "--min-score", "99").exit_code == 1
    assert run("scan", "--sample", "--min-score", "99", "-f", "json").exit_code == 1
    assert run("scan", "--sample", "--min-scor", "99").exit_code == 2
    assert run("scan", "--sample", "--min-coverage", "100").exit_code == 3


@defect("the HTML report needs a CDN")
def test_the_page_loads_nothing(line):
    page = b"".join(html.render(app.scan(app.Options(sample=True)))).decode()
    assert not re.findall(
        r"<(?:script|img|link|iframe|source|use)\b[^>]*\b(?:src|href)\s*=\s*[\"']?(?!data:|#)[^\"'> ]+", page
    )
    assert not re.findall(r"@import|url\(\s*[\"']?(?!data:|#)", page)


# --- small things -----------------------------------------------------------------------------------------------


def _json(report):
    return orjson.loads(b"".join(report_json.render(report)))


def _settings(folder):
    path = folder / "own" / "readiness.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("profile: production\n")
    return path
