"""The tables of what is asked: complete, needed by rules, without secrets; and what each row is asked for."""

import gzip
import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from readiness import app, assets
from readiness.arm import key_of
from readiness.collect.graphed import GRAPHED, asked, queries
from readiness.collect.measured import METRICS
from readiness.collect.operations import OPERATIONS, WORDS, WORKLOADS, Sdk
from readiness.collect.targets import admits, left_out, targets, values_at
from readiness.dates import Duration
from readiness.ruleset import SUBJECTS
from readiness.trends import CHARTS

CATALOGUE = json.loads((Path(__file__).parent / "data/catalogue.json").read_text())
AUTOMATED = {rule for rule, entry in CATALOGUE.items() if entry["stage"] in ("self", "graph", "time", "gateway")}
ROWS = (*OPERATIONS, *GRAPHED, *METRICS)
YIELDED = {o.yields.lower() for o in OPERATIONS} | {g.type.lower() for g in GRAPHED}
RULES = app.all_rules(tested=False).rules
SUB = "/subscriptions/11111111-2222-3333-4444-555555555555"
OTHER = "/subscriptions/66666666-7777-8888-9999-000000000000"

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: getattr(row, "name", getattr(row, "type", "")))
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.name} {o.each}")


@cache
def written(rule):
    """The rule's file without its tests, which stand last and name no metric to be measured."""
    return yaml.safe_load(Path(rule.file).read_text().partition("\ntests:\n")[0])


def operation_of(name, each=None):
    return next(o for o in OPERATIONS if o.name == name and each in (None, o.each))


def an_id(type_, *names, group="rg-a", sub=SUB):
    provider, *types = type_.split("/")
    return f"{sub}/resourceGroups/{group}/providers/{provider}/" + "/".join(
        f"{t}/{n}" for t, n in zip(types, names, strict=True)
    )


def account(name, kind="OpenAI", location="West Europe", **properties):
    body = {"id": an_id("Microsoft.CognitiveServices/accounts", name), "kind": kind, "location": location}
    return {**body, "properties": properties}


def holding(**by_type):
    return {type_.lower(): bodies for type_, bodies in by_type.items()}


# --- the tables --------------------------------------------------------------------------------------------------


@each_row
def test_a_row_names_rules_that_a_scan_judges(row):
    assert row.rules
    assert set(row.rules) <= AUTOMATED


def test_every_rule_that_a_scan_judges_is_served():
    assert {rule for row in ROWS for rule in row.rules} == AUTOMATED


@each_operation
def test_an_operation_is_asked_for_what_is_known_by_then(operation):
    """For a word, or for a type that Resource Graph lists, another operation yields, or records name."""
    known = {o.yields.lower() for o in OPERATIONS if o is not operation} | {g.type.lower() for g in GRAPHED}
    assert operation.each in WORDS or operation.each.lower() in known or operation.named_by
    assert {named.type.lower() for named in operation.named_by} <= known


def test_names_are_of_one_kind_and_differ_unless_what_they_are_asked_for_does():
    keys = [(o.name, o.each) for o in OPERATIONS]
    assert len(set(keys)) == len(keys)
    for operation in OPERATIONS:
        assert re.fullmatch(r"[a-z]+(\.[A-Za-z]+)+", operation.name)
        assert operation.name.endswith(".get" if operation.single else ".list")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", operation.api_version)


def test_two_previews_are_asked_for_what_no_stable_version_has():
    previews = {
        (o.name, o.api_version) for o in OPERATIONS if "preview" in o.api_version and "monitor." not in o.name
    }
    assert previews == {
        ("apimanagement.service.get", "2025-03-01-preview"),
        ("apimanagement.diagnostics.list", "2024-06-01-preview"),
        ("apimanagement.apiDiagnostics.list", "2024-06-01-preview"),
    }


@each_operation
def test_nothing_that_answers_with_secrets_is_asked(operation):
    how = operation.how
    text = " ".join((how.method, *how.arguments)) if isinstance(how, Sdk) else how
    assert not re.search(r"list_?keys|secret|list_?value|credential|regenerate|token|/list\b", text, re.IGNORECASE)
    assert re.search(r"[./](get|list)(_\w+)?$", how.method) if isinstance(how, Sdk) else how.startswith(("/", "{id}"))


@each_operation
def test_its_permission_is_to_read(operation):
    assert re.fullmatch(r"Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/read", operation.permission)
    provider = operation.yields.partition("/")[0]
    assert operation.permission.startswith(f"{provider}/")


def test_every_list_that_the_sample_was_read_by_is_in_the_tables():
    with gzip.open(assets.sample() / "estate.jsonl.gz", "rt") as lines:
        records = [json.loads(line) for line in lines]
    read = {record["read"]["type"].lower() for record in records if "read" in record}
    assert read <= YIELDED


def related_types(node):
    if isinstance(node, dict):
        if "related" in node and isinstance(node.get("type"), str):
            yield node["type"]
        for inner in node.values():
            yield from related_types(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from related_types(inner)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_built_in_rule_judges_and_relates_is_read(rule):
    """Private endpoint connections come inside their account, subnets inside their network."""
    types = {t.lower() for t in rule.types if t not in SUBJECTS} | {t.lower() for t in related_types(written(rule))}
    inside = {"microsoft.cognitiveservices/accounts/privateendpointconnections"}
    assert types <= YIELDED | inside | {"microsoft.network/virtualnetworks/subnets"}


# --- Resource Graph ----------------------------------------------------------------------------------------------


def test_five_tables_are_asked_and_each_type_once():
    made = dict(queries())
    assert list(made) == [
        "resources", "resourcecontainers", "authorizationresources", "policyresources", "healthresources",
    ]  # fmt: skip
    assert made["policyresources"] == (
        "policyresources\n| where type in~ ('microsoft.authorization/policyassignments')\n| order by id asc"
    )
    assert made["healthresources"] == (
        "healthresources\n"
        "| where type in~ ('microsoft.resourcehealth/availabilitystatuses')\n"
        "| where type !~ 'microsoft.resourcehealth/availabilitystatuses'"
        " or properties.targetResourceType =~ 'Microsoft.CognitiveServices/accounts'\n"
        "| order by id asc"
    )
    text = "\n".join(made.values())
    assert all(text.count(f"'{g.type.lower()}'") == (2 if g.where else 1) for g in GRAPHED)


def test_the_body_of_a_query_reaches_above_the_subscriptions_only_where_rows_are_inherited():
    assert asked("resources", "resources", ["b", "a"]) == {
        "subscriptions": ["a", "b"],
        "query": "resources",
        "options": {"resultFormat": "objectArray", "$top": 1000},
    }
    options = asked("authorizationresources", "q", ["a"], "next")["options"]
    assert options["authorizationScopeFilter"] == "AtScopeAboveAndBelow"
    assert options["$skipToken"] == "next"


# --- metrics -----------------------------------------------------------------------------------------------------


def metrics_in(node):
    if isinstance(node, dict):
        if isinstance(node.get("metric"), dict):
            yield node["metric"]
        for inner in node.values():
            yield from metrics_in(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from metrics_in(inner)


def test_every_metric_that_a_built_in_rule_reads_is_measured_as_it_reads_it():
    measured = {(m.name, m.aggregation): m for m in METRICS}
    seen = 0
    for rule in RULES:
        for leaf in metrics_in(written(rule).get("require")):
            metric = measured[leaf["name"], leaf["aggregation"]]
            window = leaf.get("window", metric.window)
            text = rule.values[window["parameter"]] if isinstance(window, dict) else window
            assert rule.id in metric.rules
            assert set(leaf.get("dimension", {})) <= set(metric.dimensions)
            assert Duration.parse(text).seconds <= Duration.parse(metric.window).seconds
            seen += 1
    assert seen


def test_every_trend_of_the_report_is_measured():
    measured = {(m.name, m.aggregation): {d.lower() for d in m.dimensions} for m in METRICS}
    for chart in CHARTS:
        assert {"modeldeploymentname", chart.split} - {""} <= measured[chart.metric, chart.aggregation]


def test_a_metric_is_asked_in_one_way():
    """A record is known by resource, name and aggregation: two grains or splits would hide each other."""
    assert len({(m.name, m.type) for m in METRICS}) == len(METRICS)
    assert all(m.grain == "PT1H" for m in METRICS if m.aggregation == "Total")
    assert all(m.type in WORKLOADS for m in METRICS)


# --- targets -----------------------------------------------------------------------------------------------------


def test_once_for_each_record_of_a_type_in_whatever_case_and_order():
    a, b = account("a"), account("b")
    again = {**a, "id": a["id"].upper()}
    expected = sorted([a["id"], b["id"]])
    deployments = operation_of("cognitiveservices.deployments.list")
    for bodies in ([a, b], [b, a], [b, a, again]):
        found = targets(deployments, holding(**{"Microsoft.CognitiveServices/accounts": bodies}))
        assert [key_of(target) for target in found] == [key_of(target) for target in expected]


def test_only_accounts_with_models_are_asked_and_the_others_are_named():
    bodies = [account("a"), account("b", "aiservices"), account("s", "SpeechServices"), account("n", None)]
    held = holding(**{"Microsoft.CognitiveServices/accounts": bodies})
    deployments = operation_of("cognitiveservices.deployments.list")
    assert [t[-1] for t in targets(deployments, held)] == ["a", "b", "n"]
    assert [t[-1] for t in left_out(deployments, held)] == ["s"]
    assert [t[-1] for t in targets(operation_of("cognitiveservices.projects.list"), held)] == ["b", "n"]


def test_a_tenant_a_subscription_a_group_and_a_region_are_asked_once():
    search = {"id": an_id("Microsoft.Search/searchServices", "s", group="rg-b", sub=OTHER), "location": "uksouth"}
    site = {"id": an_id("Microsoft.Web/sites", "w", sub="/subscriptions/0"), "location": "uksouth"}
    held = holding(
        **{
            "Microsoft.CognitiveServices/accounts": [account("a"), account("b"), account("c", "SpeechServices", "x")],
            "Microsoft.Search/searchServices": [search],
            "Microsoft.Web/sites": [site],
        }
    )
    assert targets(operation_of("subscriptions.list"), held) == [""]
    assert targets(operation_of("authorization.locks.list"), held) == [SUB, OTHER]
    groups = targets(operation_of("consumption.budgets.list", "Microsoft.Resources/resourceGroups"), held)
    assert groups == [f"{SUB}/resourceGroups/rg-a", f"{OTHER}/resourceGroups/rg-b"]
    regions = targets(operation_of("cognitiveservices.usages.list"), held)
    assert regions == [f"{SUB}/providers/Microsoft.CognitiveServices/locations/westeurope"]


def test_nothing_is_asked_of_a_subscription_without_accounts_gateways_and_search():
    site = {"id": an_id("Microsoft.Web/sites", "w")}
    held = holding(**{"Microsoft.Web/sites": [site]})
    assert [o.name for o in OPERATIONS if targets(o, held) and o.each not in ("tenant", "Microsoft.Web/sites")] == []


def test_a_model_is_asked_once_in_each_region_where_it_is_deployed():
    def deployment(account_, name, version="1"):
        model = {"format": "OpenAI", "name": "gpt-5", "version": version}
        return {"id": f"{account_['id']}/deployments/{name}", "properties": {"model": model}}

    weu, sdc, gone = account("a"), account("b", location="swedencentral"), account("gone")
    held = holding(
        **{
            "Microsoft.CognitiveServices/accounts": [weu, sdc],
            "Microsoft.CognitiveServices/accounts/deployments": [
                *(deployment(weu, "x"), deployment(weu, "y"), deployment(weu, "z", "2"), deployment(sdc, "x")),
                *(deployment(gone, "x"), {"id": f"{weu['id']}/deployments/bare", "properties": None}),
            ],
        }
    )
    place = f"{SUB}/providers/Microsoft.CognitiveServices/locations"
    assert targets(operation_of("cognitiveservices.modelCapacities.list"), held) == [
        f"{place}/swedencentral/models/OpenAI:gpt-5:1",
        f"{place}/westeurope/models/OpenAI:gpt-5:1",
        f"{place}/westeurope/models/OpenAI:gpt-5:2",
    ]


def test_endpoints_are_asked_where_an_account_names_them_found_or_not():
    named = an_id("Microsoft.Network/privateEndpoints", "mine", sub=OTHER)
    link = {"properties": {"privateEndpoint": {"id": named}}}
    bodies = [account("a", privateEndpointConnections=[link, {"properties": {"privateEndpoint": None}}])]
    stranger = {"id": an_id("Microsoft.Network/privateEndpoints", "other")}
    held = holding(
        **{
            "Microsoft.CognitiveServices/accounts": bodies,
            "Microsoft.Network/privateEndpoints": [stranger],
        }
    )
    assert targets(operation_of("network.privateDnsZoneGroups.list"), held) == [named]


def test_vaults_and_keys_are_asked_where_an_account_names_them():
    def vault(name):
        return {"id": an_id("Microsoft.KeyVault/vaults", name), "properties": {"vaultUri": f"https://{name}.test/"}}

    def key(name):
        return {"id": f"{vault('kv')['id']}/keys/{name}", "name": name}

    own = {"keyVaultProperties": {"keyVaultUri": "https://KV.test", "keyName": "cmk"}}
    held = holding(
        **{
            "Microsoft.CognitiveServices/accounts": [account("a", encryption=own)],
            "Microsoft.KeyVault/vaults": [vault("kv"), vault("other")],
            "Microsoft.KeyVault/vaults/keys": [key("cmk"), key("more")],
        }
    )
    assert targets(operation_of("keyvault.keys.list"), held) == [vault("kv")["id"]]
    assert targets(operation_of("keyvault.keys.get"), held) == [key("cmk")["id"]]


def test_initiatives_are_asked_where_assigned_and_single_policies_are_not():
    base = "/providers/Microsoft.Authorization"
    made = [f"{base}/policySetDefinitions/one", f"{base}/policyDefinitions/two", f"{base}/POLICYSETDEFINITIONS/ONE"]
    bodies = [
        {"id": f"{SUB}{base}/policyAssignments/{n}", "properties": {"policyDefinitionId": text}}
        for n, text in enumerate(made)
    ]
    held = holding(**{"Microsoft.Authorization/policyAssignments": bodies})
    found = targets(operation_of("authorization.policySetDefinitions.get"), held)
    assert [key_of(text) for text in found] == [made[0].lower()]


def test_revisions_that_are_not_current_are_left_alone():
    apis = [
        {"id": an_id("Microsoft.ApiManagement/service/apis", "gw", name), "properties": properties}
        for name, properties in (("a", {"isCurrent": True}), ("b;rev=2", {"isCurrent": False}), ("c;rev=2", {}))
    ]
    held = holding(**{"Microsoft.ApiManagement/service/apis": apis})
    found = targets(operation_of("apimanagement.apiPolicies.get"), held)
    assert [t.rpartition("/")[2] for t in found] == ["a", "c;rev=2"]


def test_values_are_found_without_case_and_null_is_nothing():
    body = {"Properties": {"links": [{"Id": 1}, {"id": None}, {}, "x", None]}, "sku": {"name": "S"}}
    assert values_at(body, "properties.links[*].id") == [1]
    assert values_at(body, "sku.name") == ["S"]
    assert values_at(body, "sku.name.more") == []
    assert admits({"sku.name": ("s",)}, body)
    assert not admits({"sku.name": ("t",)}, body)
    assert admits({"sku.tier": ("t",)}, body)
    assert admits({}, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "kind", "properties"]), inner),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=4))
def test_no_record_however_garbled_stops_the_plan(bodies):
    records = {type_.lower(): bodies for type_ in {o.each for o in OPERATIONS} | set(WORKLOADS)}
    for operation in OPERATIONS:
        found = targets(operation, records)
        assert len({key_of(target) for target in found}) == len(found)
        left_out(operation, records)
