"""What other scanners get wrong (tests/data/peer-defects.txt): each line a test that the wrong reading fails."""

import dataclasses
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from builders import (
    ACCOUNTS,
    AS_OF,
    DEPLOYMENTS,
    SEARCH,
    SUB,
    account,
    body,
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
    with_values,
)
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
def test_closed_is_not_private(line, tmp_path):
    read = snapshot(tmp_path, account(properties={**CLOSED, **endpoints()}), read_of(ACCOUNTS))
    assert says("AOAI-NET-003", read) is Outcome.FAIL
    assert says("AOAI-NET-001", read) is Outcome.PASS


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
    for replicas, least, outcome in ((1, 2, "fail"), (2, 2, "pass"), (2, 3, "fail"), (3, 3, "pass")):
        service = resource(SEARCH, properties={"replicaCount": replicas}, sku={"name": "standard"})
        found = verdict(
            snapshot(tmp_path, service, read_of(SEARCH)), with_values(shipped("SRCH-REL-001"), min_replicas=least)
        )
        assert found.outcome == outcome


@defect("only kind `OpenAI` is judged")
@pytest.mark.parametrize("rule_id", ["AOAI-IAM-001", "AOAI-NET-001", "AOAI-NET-003"])
def test_the_kinds_that_are_judged(line, tmp_path, rule_id):
    judged_ = {
        "OpenAI": True,
        "AIServices": True,
        "aiservices": True,
        "SpeechServices": False,
        "CognitiveServices": False,
        "": False,
    }
    for kind, is_judged in judged_.items():
        read = snapshot(tmp_path, account(properties={**PUBLIC, **endpoints()}, kind=kind), read_of(ACCOUNTS))
        assert says(rule_id, read) is (Outcome.FAIL if is_judged else Outcome.NOT_APPLICABLE), kind


@defect("user-assigned identity alone")
def test_every_kind_of_identity_is_one(line, tmp_path):
    has_identity = rule('require: {field: identity.type, like: "*Assigned*"}')
    types = [
        "SystemAssigned",
        "UserAssigned",
        "SystemAssigned, UserAssigned",
        "SystemAssigned,UserAssigned",
        "userassigned",
    ]
    for identity, outcome in [*((t, Outcome.PASS) for t in types), ("None", Outcome.FAIL), (None, Outcome.FAIL)]:
        found = verdict(snapshot(tmp_path, account(identity={"type": identity}), read_of(ACCOUNTS)), has_identity)
        assert found.outcome is outcome, identity


@defect('"has an identity" is reported as')
def test_an_identity_is_not_the_way_to_sign_in(line, tmp_path):
    for identity in ({"type": "SystemAssigned"}, {"type": "None"}):
        keys = snapshot(
            tmp_path, account(identity=identity, properties={"disableLocalAuth": False}), read_of(ACCOUNTS)
        )
        assert says("AOAI-IAM-001", keys) is Outcome.FAIL
        none = snapshot(
            tmp_path, account(identity=identity, properties={"disableLocalAuth": True}), read_of(ACCOUNTS)
        )
        assert says("AOAI-IAM-001", none) is Outcome.PASS
    catalogue = json.loads((Path(__file__).parent / "data/catalogue.json").read_text())
    assert {i for i, r in catalogue.items() if "managed identity" in r["title"].lower()} - {"AOAI-IAM-001"}


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


APIS = "Microsoft.ApiManagement/service/apis"
API = body(f"{SUB}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/g/apis/a")
LINK = "Microsoft.Search/searchServices/sharedPrivateLinkResources"
GATEWAY = "Microsoft.ApiManagement/service"
WEEK = {
    "start": "2025-12-25T00:00:00Z",
    "interval": "P1D",
    "aggregation": "Average",
    "name": CAP,
    "resource": ACCOUNT,
}


def used(percent):
    """A provisioned deployment with a week of samples."""
    series = [{"dimensions": {"ModelDeploymentName": "one"}, "values": [percent] * 7}]
    return [
        child(account(), "deployments", sku={"name": "ProvisionedManaged"}),
        {"metrics": {**WEEK, "series": series}},
    ]


def plan(tier):
    """A subscription with an account, and its Defender plan."""
    pricing = body(f"{SUB}/providers/Microsoft.Security/pricings/AI", {"pricingTier": tier})
    settings = f"{ACCOUNTS}/defenderForAISettings"
    return [account(), pricing, *(read_of(t) for t in (ACCOUNTS, "Microsoft.Security/pricings", settings))]


TITLES = {
    "AOAI-IAM-001": (
        "Key (local) authentication is disabled",
        account(properties={"disableLocalAuth": True}),
        account(),
    ),
    "AOAI-NET-001": (
        "Account is not reachable from every network",
        account(properties=CLOSED),
        account(properties=PUBLIC),
    ),
    "AOAI-NET-003": (
        "At least one approved private endpoint",
        account(properties=endpoints("Approved")),
        account(properties=CLOSED),
    ),
    "AOAI-NET-008": (
        "IP allow-rules are narrow",
        account(properties={"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "20.1.2.3"}]}}),
        account(properties={"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "20.0.0.0/8"}]}}),
    ),
    "AOAI-LIF-004": (
        "Embedding deployments are version-pinned",
        child(
            account(),
            "deployments",
            properties={"model": {"name": "text-embedding-3-small"}, "versionUpgradeOption": "NoAutoUpgrade"},
        ),
        child(account(), "deployments", properties={"model": {"name": "text-embedding-3-small"}}),
    ),
    "APIM-SEC-001": (
        "APIs accept HTTPS only",
        {**API, "properties": {"isCurrent": True, "protocols": ["https"]}},
        {**API, "properties": {"isCurrent": True, "protocols": ["https", "http"]}},
    ),
    "APIM-SEC-007": (
        "Gateway certificates are not expiring",
        resource(
            GATEWAY,
            properties={
                "hostnameConfigurations": [
                    {"hostName": "a.example", "certificate": {"expiry": "2027-01-01T00:00:00Z"}}
                ]
            },
        ),
        resource(
            GATEWAY,
            properties={
                "hostnameConfigurations": [
                    {"hostName": "a.example", "certificate": {"expiry": "2026-01-09T00:00:00Z"}}
                ]
            },
        ),
    ),
    "AOAI-CAP-004": ("Provisioned utilisation does not exceed 100 %", used(60), used(130)),
    "SRCH-REL-001": (
        "Search has enough replicas for its SLA",
        resource(SEARCH, properties={"replicaCount": 2}, sku={"name": "standard"}),
        resource(SEARCH, properties={"replicaCount": 1}, sku={"name": "standard"}),
    ),
    "AOAI-RAI-008": ("Defender for AI services protects the accounts", plan("Standard"), plan("Free")),
    "SRCH-NET-003": (
        "Shared private links are approved",
        [
            resource(SEARCH),
            child(resource(SEARCH), LINK.rpartition("/")[2], properties={"status": "Approved"}),
            read_of(LINK),
        ],
        [
            resource(SEARCH),
            child(resource(SEARCH), LINK.rpartition("/")[2], properties={"status": "Pending"}),
            read_of(LINK),
        ],
    ),
}


@defect("titles and conditions disagree")
@pytest.mark.parametrize("rule_id", TITLES)
def test_the_title_is_what_is_judged(line, tmp_path, rule_id):
    title, good, bad = TITLES[rule_id]
    assert shipped(rule_id).title == title, "the title has changed: write its cases anew"
    for case, outcome in ((good, Outcome.PASS), (bad, Outcome.FAIL)):
        read = snapshot(tmp_path, *(case if isinstance(case, list) else [case]))
        assert says(rule_id, read) is outcome


def test_the_title_of_every_rule_that_asks_no_people_is_tested():
    assert {r.id for r in BUILT_IN.rules if not r.attest} == TITLES.keys()


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
