"""The sample estate: exactly the mistakes and gaps that were planted, and the script makes it again."""

import gzip
import json
import re
import runpy
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from readiness import app, assets, snapshot
from readiness.collect.graphed import GRAPHED
from readiness.collect.measured import METRICS
from readiness.collect.operations import OPERATIONS
from readiness.model import Outcome, Reason
from readiness.report import ALL

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/sample.md").read_text(encoding="utf-8")
EXPECTED = yaml.safe_load((ROOT / "tests/data/sample-expected.yaml").read_text())
CATALOGUE = json.loads((ROOT / "tests/data/catalogue.json").read_text())
SHIPPED = assets.sample() / "estate.jsonl.gz"


@pytest.fixture(scope="module")
def report():
    return app.scan(app.Options(sample=True))


@pytest.fixture(scope="module")
def estate():
    return snapshot.read(str(SHIPPED))


def test_the_sample_has_the_planted_findings_and_no_other(report):
    planted = {(e["rule"], e["resource"].lower(), e["outcome"], bool(e.get("waived"))) for e in EXPECTED}
    found = {(f.rule, f.resource.lower(), str(f.outcome), f.waiver is not None) for f in report.findings()}
    assert found == planted


def rows(heading):
    """The cells of the first table below a heading of the page."""
    lines = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")][1:]


def test_the_page_shows_what_is_expected():
    short = [
        (e["rule"], e["resource"].rpartition("/providers/")[2].partition("/")[2], e["outcome"]) for e in EXPECTED
    ]
    whole = [(e["rule"], e["resource"], e["outcome"]) for e in EXPECTED]
    shown = [tuple(row[:3]) for row in rows("What the rules must say")]
    assert [row for row, *spelled in zip(shown, short, whole, strict=True) if row not in spelled] == []


TRAPS = rows("Traps that must not go off")


@pytest.mark.parametrize(("rule", "resource", "outcome", "_"), TRAPS, ids=["-".join(t[:2]) for t in TRAPS])
def test_a_trap_does_not_go_off(report, rule, resource, outcome, _):
    found = [f for f in report.findings(ALL) if f.rule == rule and f.resource.endswith(resource)]
    assert [str(f.outcome) for f in found] == [outcome]


def test_the_page_shows_the_score(report):
    counted = [(r.id, c.passed, c.failed, c.unknown) for r, c in report.counted]
    assert [(row[0], *map(int, row[1:])) for row in rows("The score")] == counted
    total, score = report.score.total, report.score
    figures = f"Score {total.value:.4f}, floor {total.floor:.4f}, coverage {total.coverage:.4f}, grade {score.grade}"
    assert figures in PAGE
    assert f"Attested: {score.answered} of {score.asked}." in PAGE
    assert f"{report.scope['resources']} resources" in PAGE


# --- the mistakes ---------------------------------------------------------------------------------------------

MISTAKES = rows("The planted mistakes")
RULE_ID = re.compile(r"[A-Z]+(?:-[A-Z]+)*-\d{3}")
LATER = re.compile(r"no rule yet \((graph|time|gateway): ([^)]*)\)")


def expected_at(rule, place):
    """The expected finding of a rule on the resource whose id ends so."""
    found = [e["resource"] for e in EXPECTED if e["rule"] == rule and e["resource"].endswith(place)]
    assert len(found) == 1, (rule, place)
    return rule, found[0]


def unknown_by(gap, unknown):
    """What a gap leaves unknown: of what it names last, or of the deployments there that stand beside the rules."""
    where = re.findall(r"`([^`]+)`", gap)[-1]
    for some in unknown.split(";"):
        below = re.findall(r"`([^`]+)`", some)
        for place in [f"{where}/deployments/{name}" for name in below] or [where]:
            yield from (expected_at(rule, place) for rule in RULE_ID.findall(some))


def test_each_mistake_is_found_and_each_finding_is_of_a_mistake_or_a_gap():
    planted = [
        expected_at(rule, place)
        for _, place, found_by in MISTAKES
        for rule in RULE_ID.findall(LATER.sub("", found_by))
    ]
    unread = [found for gap, _, _, unknown in rows("What could not be read") for found in unknown_by(gap, unknown)]
    unread += [
        expected_at(rule, place)
        for _, place, unknown in rows("What no answer holds")
        for rule in RULE_ID.findall(unknown)
    ]
    assert sorted(planted + unread) == sorted((e["rule"], e["resource"]) for e in EXPECTED)
    outcomes = {(e["rule"], e["resource"]): e["outcome"] for e in EXPECTED}
    assert {outcomes[each] for each in unread} == {"unknown"}


def test_what_no_rule_finds_yet_is_in_the_catalogue_and_lies_somewhere(report, estate):
    shipped = {r.id for r in report.ruleset.rules}
    for _, place, found_by in MISTAKES:
        for stage, ids in LATER.findall(found_by):
            assert {CATALOGUE[rule]["stage"] for rule in RULE_ID.findall(ids)} == {stage}, place
            assert not shipped & set(RULE_ID.findall(ids)), "a rule finds it now: say so, and expect it"
        assert place.startswith("workload:") or [r for r in estate.resources.values() if r.id.endswith(place)], place


# --- what there is --------------------------------------------------------------------------------------------

ACCOUNT, GATEWAY, SEARCH = (
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.ApiManagement/service",
    "Microsoft.Search/searchServices",
)
LOCATION, NETWORK = "Microsoft.CognitiveServices/locations", "Microsoft.Network"
# What the rules of the catalogue's stages self, graph, time and gateway read: by the codes of its table of data
# sources, of which DS-SH serves none of these rules; the types without a code stand in the rules themselves.
TYPES = {
    "DS-ACC": [ACCOUNT, f"{ACCOUNT}/privateEndpointConnections"],
    "DS-DEP": [f"{ACCOUNT}/deployments"],
    "DS-MOD": [f"{LOCATION}/models"],
    "DS-USE": [f"{LOCATION}/usages"],
    "DS-CAPY": [f"{LOCATION}/models/skuCapacities"],
    "DS-RAI": [f"{ACCOUNT}/raiPolicies"],
    "DS-CON": [f"{ACCOUNT}/connections", f"{ACCOUNT}/projects", f"{ACCOUNT}/projects/connections"],
    "DS-PLR": [f"{ACCOUNT}/privateLinkResources"],
    "DS-PE": [f"{NETWORK}/privateEndpoints", f"{NETWORK}/privateEndpoints/privateDnsZoneGroups"],
    "DS-DNS": [f"{NETWORK}/privateDnsZones", f"{NETWORK}/privateDnsZones/virtualNetworkLinks"],
    "DS-NET": [
        f"{NETWORK}/virtualNetworks",
        f"{NETWORK}/virtualNetworks/subnets",
        f"{NETWORK}/virtualNetworks/virtualNetworkPeerings",
        f"{NETWORK}/networkSecurityGroups",
        f"{NETWORK}/networkSecurityGroups/securityRules",
        f"{NETWORK}/routeTables",
    ],
    "DS-RA": ["Microsoft.Authorization/roleAssignments"],
    "DS-RD": ["Microsoft.Authorization/roleDefinitions"],
    "DS-PIM": [
        "Microsoft.Authorization/roleEligibilityScheduleInstances",
        "Microsoft.Authorization/roleAssignmentScheduleInstances",
    ],
    "DS-ACT": [f"{ACCOUNT}/events/ticks"],
    "DS-DCAT": ["Microsoft.Insights/diagnosticSettingsCategories"],
    "DS-DIAG": ["Microsoft.Insights/diagnosticSettings"],
    "DS-ALR": [
        "Microsoft.Insights/metricAlerts",
        "Microsoft.Insights/scheduledQueryRules",
        "Microsoft.Insights/activityLogAlerts",
        "Microsoft.Insights/actionGroups",
    ],
    "DS-LOCK": ["Microsoft.Authorization/locks"],
    "DS-BUD": ["Microsoft.Consumption/budgets"],
    "DS-RSV": ["Microsoft.Capacity/reservationOrders/reservations"],
    "DS-SEC": ["Microsoft.Security/pricings", f"{ACCOUNT}/defenderForAISettings"],
    "DS-POLICY": ["Microsoft.Authorization/policyAssignments", "Microsoft.Authorization/policySetDefinitions"],
    "DS-APIM": [
        GATEWAY,
        *(f"{GATEWAY}/{of}" for of in ("apis", "apis/operations", "backends", "caches", "diagnostics", "loggers")),
        *(f"{GATEWAY}/{of}" for of in ("namedValues", "products", "products/apis", "subscriptions")),
    ],
    "DS-POL-APIM": [
        *(f"{GATEWAY}/{of}" for of in ("policies", "products/policies", "apis/policies", "apis/operations/policies")),
        f"{GATEWAY}/policyFragments",
    ],
    "DS-SRCH": [SEARCH, f"{SEARCH}/sharedPrivateLinkResources", f"{SEARCH}/privateEndpointConnections"],
    "rules on apps": ["Microsoft.Web/sites", "Microsoft.Web/sites/config", "Microsoft.Web/sites/config/appsettings"],
    "rules on data": [
        "Microsoft.DocumentDB/databaseAccounts",
        "Microsoft.Storage/storageAccounts",
        "Microsoft.Cache/redis",
        "Microsoft.KeyVault/vaults",
        "Microsoft.KeyVault/vaults/keys",
    ],
    "rules on telemetry": ["Microsoft.Insights/components", "Microsoft.OperationalInsights/workspaces"],
    "rules on the edge": [
        "Microsoft.Cdn/profiles",
        "Microsoft.Cdn/profiles/originGroups/origins",
        f"{NETWORK}/frontDoorWebApplicationFirewallPolicies",
        f"{NETWORK}/applicationGateways",
    ],
}
# Read to the end, and the company has none of it: DS-DENY, and what the rules name besides.
NONE_THERE = [
    "Microsoft.Authorization/denyAssignments",
    f"{ACCOUNT}/managedNetworks",
    f"{ACCOUNT}/networkSecurityPerimeterConfigurations",
    f"{GATEWAY}/apis/diagnostics",
    f"{GATEWAY}/workspaces",
    "Microsoft.MachineLearningServices/workspaces",
    "Microsoft.Cache/redisEnterprise",
    "Microsoft.Insights/autoscaleSettings",
    "Microsoft.EventHub/namespaces",
    f"{NETWORK}/ApplicationGatewayWebApplicationFirewallPolicies",
    f"{NETWORK}/trafficManagerProfiles",
]


def test_every_type_that_the_catalogue_s_stages_read_is_there(estate):
    present = {r.type.lower() for r in estate.resources.values()}
    assert {code: t for code, types in TYPES.items() for t in types if t.lower() not in present} == {}
    asked = {r.type.lower() for r in estate.reads if r.count == 0}
    assert [t for t in NONE_THERE if t.lower() in present or t.lower() not in asked] == []


def test_every_type_that_the_collector_asks_for_was_read(estate):
    """But for what is asked of resources that the company has none of."""
    present = {r.type.lower() for r in estate.resources.values()}
    known = present | {r.type.lower() for r in estate.reads}
    asked = {g.type for g in GRAPHED} | {
        o.yields for o in OPERATIONS if o.each.lower() in present or "/" not in o.each
    }
    assert sorted(t for t in asked if t.lower() not in known) == []


def test_the_estate_is_a_hub_two_spokes_in_different_regions_and_development(report, estate):
    bodies = [r.body for r in estate.resources.values()]
    names = [r.body["name"] for r in estate.resources.values() if r.type == "Microsoft.Resources/subscriptions"]
    assert sorted(names) == ["sub-nwa-dev", "sub-nwa-hub", "sub-nwa-prod", "sub-nwa-prod-sdc"]
    assert {b["tenantId"] for b in bodies if "tenantId" in b} == {"a5515700-0000-4000-8000-00000000c0de"}
    assert 200 <= report.scope["resources"] <= 250
    located = {(r.id.split("/")[4], r.body["location"]) for r in estate.resources.values() if r.type == ACCOUNT}
    spokes = {place for place in located if place[0].startswith("rg-nwa-prod")}
    assert spokes == {("rg-nwa-prod", "westeurope"), ("rg-nwa-prod-sdc", "swedencentral")}


def test_what_was_read_is_as_much_as_is_there(estate):
    """A list below a resource or in a subscription holds what its `read` counts, and what is inherited from above."""
    wrong = []
    for read in estate.reads:
        of = EVENTS if read.type == "Microsoft.Insights/eventtypes/values" else read.type
        own = read.type == "Microsoft.Resources/subscriptions"
        held = [r for r in estate.resources.values() if r.type.lower() == of.lower() and is_listed(r, read, estate)]
        if read.count != own + len(held):
            wrong.append((read.operation, read.scope, read.count))
    assert wrong == []


EVENTS = f"{ACCOUNT}/events/ticks"
GROUPS = "/providers/microsoft.management/managementgroups/"


def is_listed(resource, read, estate):
    """Whether a resource lies below what a list was read of, at the tenant, or in a management group above it."""
    if resource.key.startswith(f"{read.scope.lower()}/") or not resource.key.startswith("/providers/"):
        return resource.key.startswith(f"{read.scope.lower()}/")
    if not resource.key.startswith(GROUPS):
        return True
    chain = estate.resources[read.scope.lower()].properties["managementGroupAncestorsChain"]
    return resource.key.removeprefix(GROUPS).partition("/")[0] in {group["name"] for group in chain}


# --- the metrics ----------------------------------------------------------------------------------------------

UTILISATION = "AzureOpenAIProvisionedManagedUtilizationV2"


def series_of(estate, account, metric):
    """The series of a metric of an account, by deployment."""
    found = [m for m in estate.metrics if m.resource.endswith(f"/{account}") and m.name == metric]
    assert len(found) == 1
    return {s.dimensions["ModelDeploymentName"]: s.values for s in found[0].series}


def test_the_metrics_reach_over_fourteen_days_until_the_estate_was_collected(estate):
    end = estate.collected_at
    for metric in estate.metrics:
        interval = timedelta(seconds=metric.interval_seconds)
        assert metric.start == end - timedelta(days=14)
        assert {len(s.values) for s in metric.series} <= {timedelta(days=14) // interval}
    codes = {s.dimensions["StatusCode"] for m in estate.metrics if m.name == "AzureOpenAIRequests" for s in m.series}
    assert codes == {"200", "429", "500"}


def test_all_that_the_collector_measures_was_read(estate):
    """In its grain and aggregation, split as it asks; but of the one account whose metrics were refused."""
    refused = {g.scope.lower() for g in estate.gaps if g.operation == "monitor.metrics"}
    asked = {
        (r.key, m.name, m.aggregation, m.grain, m.dimensions)
        for m in METRICS
        for r in estate.resources.values()
        if r.type.lower() == m.type.lower() and is_measured(r, m) and r.key not in refused
    }
    held = {(m.resource.lower(), m.name, m.aggregation, m.interval): m for m in estate.metrics}
    assert set(held) == {each[:4] for each in asked}
    split = {each[:4]: set(each[4]) for each in asked}
    assert [key for key, m in held.items() if any(set(s.dimensions) != split[key] for s in m.series)] == []


def is_measured(resource, metric):
    """Whether a resource is of the kind or tier that has the metric."""
    said = {"kind": resource.body.get("kind"), "sku.name": resource.body.get("sku", {}).get("name")}
    return all(said[path] in those for path, those in metric.only.items())


def test_one_deployment_is_idle_one_saturated_and_one_without_traffic(estate):
    idle = series_of(estate, "oai-nwa-dev-weu", UTILISATION)["loadtest-ptu"]
    assert max(idle) < 5 < 24 * 14 < sum(v == 0 for v in idle)
    full = series_of(estate, "oai-nwa-prod-weu", UTILISATION)["summarise-ptu"]
    assert sum(v > 100 for v in full) > len(full) / 20
    assert series_of(estate, "oai-nwa-prod-sdc", UTILISATION) == {}
    assert series_of(estate, "oai-nwa-prod-sdc", "AzureOpenAIRequests") == {}


def test_days_differ_from_nights_and_from_weekends(estate):
    busy = series_of(estate, "oai-nwa-prod-weu", UTILISATION)["chat-ptu"]
    start = estate.metrics[0].start
    by_hour = {start + i * timedelta(minutes=5): v for i, v in enumerate(busy) if v is not None}

    def mean(holds):
        values = [v for when, v in by_hour.items() if holds(when)]
        return sum(values) / len(values)

    noon = mean(lambda w: w.hour in (11, 12) and w.weekday() < 5)
    assert noon > 1.5 * mean(lambda w: w.hour in (11, 12) and w.weekday() > 4)
    assert noon > 3 * mean(lambda w: w.hour < 5)
    assert busy.count(None) == 8


def test_the_estate_stays_small():
    assert SHIPPED.stat().st_size < 400_000


# --- gaps, score, script --------------------------------------------------------------------------------------


def test_each_rule_passes_somewhere_in_the_sample(report):
    assert {f.rule for f in report.findings((Outcome.PASS,))} == {r.id for r in report.ruleset.rules}


def test_each_rule_on_relations_fails_somewhere_in_the_sample(report):
    """But for the one with a single subject, the estate: it has one outcome."""
    related = {r.id for r in report.ruleset.rules if CATALOGUE[r.id]["stage"] == "graph"}
    assert related - {f.rule for f in report.findings((Outcome.FAIL,))} == {"GOV-002"}


def test_the_gaps_are_of_the_kinds_that_the_page_names(estate):
    shown = [row[1] for row in rows("What could not be read")]
    assert sorted(f"{g.status} {g.code}" for g in estate.gaps) == sorted(shown)
    lists = {(g.reason, g.status) for g in estate.gaps if g.path is None and g.operation != "monitor.metrics"}
    assert lists == {(Reason.FORBIDDEN, 403), (Reason.NOT_REGISTERED, 409), (Reason.THROTTLED, 429)}


def test_no_gap_of_the_sample_hides_a_list_of_subjects(report):
    assert not any(v.lost for v in report.verdicts)
    assert {f.outcome for f in report.findings()} >= {Outcome.FAIL, Outcome.UNKNOWN, Outcome.MANUAL}


def test_one_waiver_is_a_leftover(report):
    waivers = yaml.safe_load((assets.sample() / "waivers.yaml").read_text())["waivers"]
    met = {f.rule for f in report.findings() if f.waiver}
    assert [(w["rule"], w["rule"] in met) for w in waivers] == [("APIM-SEC-001", True), ("AOAI-NET-002", False)]


def test_the_sample_is_neither_perfect_nor_hopeless(report):
    total = report.score.total
    assert 50 < total.floor < total.value < 85
    assert 0.5 < total.coverage < 1


def test_every_finding_of_the_sample_can_be_shown(report):
    for finding in report.findings(ALL):
        assert finding.message
        assert finding.fingerprint


def test_the_script_makes_the_shipped_estate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    made = runpy.run_path(str(ROOT / "tools/make_sample.py"), run_name="made")
    assert made["lines"]() == gzip.decompress(SHIPPED.read_bytes()).decode()
