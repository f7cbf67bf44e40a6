"""What stands between resources: what a scope inherits, what watches and leads to it, what proves absence."""

import pytest
from builders import AS_OF, GROUP, SUB, SUB2, account, body, child, gap, read, resource, rule, snapshot, verdict

from readiness.arm import key_of
from readiness.conditions.syntax import RELATIONS, TYPED
from readiness.graph import Graph
from readiness.hosts import host_of, hosts_of
from readiness.model import Reason
from readiness.relations import RELATIONS as WALKED

LOCKS = "Microsoft.Authorization/locks"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
ALERTS = "Microsoft.Insights/metricAlerts"
ACTIONS = "Microsoft.Insights/actionGroups"
ENDPOINTS = "Microsoft.Network/privateEndpoints"
BACKENDS = "Microsoft.ApiManagement/service/backends"
SETTINGS = "Microsoft.Insights/diagnosticSettings"
MANAGEMENT = "/providers/Microsoft.Management/managementGroups"


def graph(folder, *records):
    return Graph(snapshot(folder, *records), AS_OF)


def related(folder, relation, *records, of=None, type_=None):
    """(names, reasons for which the list is not complete) of a relation from the first record."""
    found = graph(folder, *records)
    subject = found.snapshot.resources[key_of((of or records[0])["id"])]
    held = found.related(subject, relation, type_)
    return [item.id.rpartition("/")[2] for item in held.items], [str(lost.reason) for lost in held.lost]


def extension(scope, type_, name="one", properties=None):
    return body(f"{scope}/providers/{type_}/{name}", properties or {})


def subscription(id_=SUB, chain=("mg-land", "root")):
    named = None if chain is None else [{"name": name, "displayName": name} for name in chain]
    return body(id_, {} if named is None else {"managementGroupAncestorsChain": named})


def assignment(scope, name, **properties):
    return extension(scope.rstrip("/"), ASSIGNMENTS, name, {"scope": scope, **properties})


def test_the_language_and_the_graph_know_the_same_relations():
    assert set(RELATIONS) == set(TYPED) | set(WALKED)
    assert list(RELATIONS[len(TYPED) :]) == sorted(WALKED)


# --- at and above ---------------------------------------------------------------------------------------------


def test_locks_hold_for_all_below_them(tmp_path):
    records = [
        account(),
        extension(SUB, LOCKS, "subscription"),
        extension(GROUP.upper(), LOCKS, "group"),
        extension(account()["id"], LOCKS, "own"),
        extension(account("other")["id"], LOCKS, "others"),
        extension(f"{SUB}/resourceGroups/rg-one-more", LOCKS, "like-the-group"),
        extension(SUB2, LOCKS, "elsewhere"),
    ]
    assert related(tmp_path, "locks", *records, read(type_=LOCKS)) == (["own", "group", "subscription"], [])


def test_a_lock_on_a_parent_holds_for_a_child(tmp_path):
    inner = child(account(), "deployments", "gpt")
    records = [inner, account(), extension(account()["id"], LOCKS, "own"), read(type_=LOCKS)]
    assert related(tmp_path, "locks", *records) == (["own"], [])


def test_without_a_read_of_the_list_absence_is_not_proved(tmp_path):
    assert related(tmp_path, "locks", account()) == ([], ["interrupted"])
    assert related(tmp_path, "locks", account(), gap(SUB, LOCKS)) == ([], ["forbidden"])
    assert related(tmp_path, "locks", account(), gap(SUB, LOCKS, reason="not_registered")) == ([], [])


def test_a_budget_without_a_leading_slash_lies_where_it_says(tmp_path):
    budget = extension(SUB.lstrip("/"), "Microsoft.Consumption/budgets", "models")
    records = [subscription(), budget, read(type_="Microsoft.Consumption/budgets")]
    assert related(tmp_path, "budgets", *records) == (["models"], [])


def test_what_is_assigned_above_a_subscription_holds_below_its_own_management_groups(tmp_path):
    records = [
        account(),
        subscription(),
        assignment("/", "tenant"),
        assignment(f"{MANAGEMENT}/MG-Land", "land"),
        assignment(f"{MANAGEMENT}/mg-sea", "sea"),
        assignment(account()["id"], "own"),
        read(type_=ASSIGNMENTS),
    ]
    assert related(tmp_path, "roleAssignments", *records) == (["own", "land", "tenant"], [])


def test_without_the_chain_of_management_groups_what_they_hold_is_not_known(tmp_path):
    above = assignment(f"{MANAGEMENT}/mg-land", "land")
    for record in ((), (subscription(chain=None),)):
        names, lost = related(tmp_path, "roleAssignments", account(), *record, above, read(type_=ASSIGNMENTS))
        assert (names, lost) == ([], ["not_asked"])
    assert related(tmp_path, "roleAssignments", account(), read(type_=ASSIGNMENTS)) == ([], [])


def test_an_assignment_without_a_scope_lies_where_its_id_says(tmp_path):
    held = extension(GROUP, ASSIGNMENTS, "by-id", {"scope": None})
    assert related(tmp_path, "roleAssignments", account(), held, read(type_=ASSIGNMENTS)) == (["by-id"], [])


def test_a_schedule_names_its_subscription_in_its_own_way(tmp_path):
    held = extension(SUB, ASSIGNMENTS, "scheduled", {"scope": f"/providers/Microsoft.Subscription{SUB}"})
    assert related(tmp_path, "roleAssignments", account(), held, read(type_=ASSIGNMENTS)) == (["scheduled"], [])


def test_all_below_a_scope_share_its_list(tmp_path):
    records = [account("a"), account("b"), assignment(SUB, "wide"), read(type_=ASSIGNMENTS)]
    found = graph(tmp_path, *records)
    one, other = (found.inherited(found.records[key_of(account(n)["id"])], ASSIGNMENTS) for n in "ab")
    assert one.by_scope[0][0] == SUB.lower()
    assert one.by_scope[0][1] is other.by_scope[0][1]


# --- what watches a scope -------------------------------------------------------------------------------------


def alert(name, scopes, **properties):
    return resource(ALERTS, name, {"scopes": scopes, **properties})


HERE = account("chat", location="West Europe")
COVERED = [
    ([HERE["id"]], {}, True),
    ([HERE["id"].upper() + "/"], {}, True),
    ([account("other")["id"]], {}, False),
    ([account("other")["id"], HERE["id"]], {}, True),
    ([GROUP], {}, True),
    ([SUB], {}, True),
    ([SUB2], {}, False),
    ([SUB], {"targetResourceType": "microsoft.cognitiveservices/ACCOUNTS"}, True),
    ([SUB], {"targetResourceType": "Microsoft.Storage/storageAccounts"}, False),
    ([HERE["id"]], {"targetResourceType": "Microsoft.Storage/storageAccounts"}, True),
    ([SUB], {"targetResourceRegion": "westeurope"}, True),
    ([SUB], {"targetResourceRegion": "swedencentral"}, False),
    ([SUB], {"targetResourceRegion": "global"}, True),
    ([], {}, False),
    (None, {}, False),
]


@pytest.mark.parametrize(("scopes", "properties", "covered"), COVERED)
def test_an_alert_watches_what_lies_in_its_scopes(tmp_path, scopes, properties, covered):
    records = [HERE, alert("one", scopes, **properties), read(type_=ALERTS)]
    assert related(tmp_path, "metricAlerts", *records) == (["one"] if covered else [], [])


def test_an_alert_whose_scopes_were_not_read_may_watch_anything(tmp_path):
    unread = resource(ALERTS, "one", None)
    assert related(tmp_path, "metricAlerts", HERE, unread, read(type_=ALERTS)) == ([], ["no_properties"])


def test_alerts_and_action_groups_know_each_other(tmp_path):
    group = resource(ACTIONS, "desk")
    id_, gone = group["id"].upper(), f"{GROUP}/providers/{ACTIONS}/gone"
    watching = [
        alert("metric", [], actions=[{"actionGroupId": id_}, {"actionGroupId": gone}]),
        resource(
            "Microsoft.Insights/activityLogAlerts", "log", {"actions": {"actionGroups": [{"actionGroupId": id_}]}}
        ),
        resource("Microsoft.Insights/scheduledQueryRules", "query", {"actions": {"actionGroups": [id_]}}),
    ]
    lists = [read(type_=f"Microsoft.Insights/{t}") for t in ("actionGroups", "metricAlerts", "activityLogAlerts")]
    last = read(type_="Microsoft.Insights/scheduledQueryRules")
    records = [group, *watching, *lists, last]
    assert related(tmp_path, "alerts", *records) == (["metric", "query", "log"], [])
    for one in watching:
        assert related(tmp_path, "actionGroups", *records, of=one) == (["desk"], [])
    only = related(tmp_path, "alerts", *records, type_="microsoft.insights/METRICALERTS")
    assert only == (["metric"], [])


def test_an_alert_whose_actions_were_not_read_may_name_any_group(tmp_path):
    assert related(tmp_path, "actionGroups", resource(ALERTS, "one", None)) == ([], ["no_properties"])
    unread = gap(resource(ALERTS, "one")["id"], ALERTS, "properties.actions")
    assert related(tmp_path, "actionGroups", alert("one", []), unread) == ([], ["no_properties"])


def test_an_action_group_elsewhere_that_was_not_read_is_not_absent(tmp_path):
    far = f"{SUB2}/resourceGroups/rg/providers/{ACTIONS}/far"
    one = alert("metric", [], actions=[{"actionGroupId": far}])
    assert related(tmp_path, "actionGroups", one, read(type_=ACTIONS)) == ([], ["not_asked"])


# --- what leads to a resource ---------------------------------------------------------------------------------


def endpoint(name, target, group=GROUP, array="privateLinkServiceConnections"):
    held = {"name": name, "properties": {"privateLinkServiceId": target}}
    return resource(ENDPOINTS, name, {array: [held]}, group)


def connected(*endpoints):
    named = [
        {
            "id": f"{account()['id']}/privateEndpointConnections/{number}",
            "properties": {"privateEndpoint": {"id": each["id"].upper()}},
        }
        for number, each in enumerate(endpoints)
    ]
    return account(properties={"privateEndpointConnections": named})


def test_the_endpoints_of_a_resource_are_those_that_it_names(tmp_path):
    one = endpoint("pe", account()["id"])
    assert related(tmp_path, "privateEndpoints", connected(one), one) == (["pe"], [])
    assert related(tmp_path, "privateEndpoints", connected(), read(type_=ENDPOINTS)) == ([], [])


def test_an_endpoint_that_is_named_and_was_not_read_keeps_the_list_open(tmp_path):
    one = endpoint("pe", account()["id"], group=f"{SUB2}/resourceGroups/rg")
    assert related(tmp_path, "privateEndpoints", connected(one)) == ([], ["not_asked"])
    assert related(tmp_path, "privateEndpoints", connected(one), read(SUB2, ENDPOINTS)) == ([], [])


@pytest.mark.parametrize("array", ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"])
def test_an_endpoint_leads_to_a_resource_that_does_not_name_it(tmp_path, array):
    one = endpoint("pe", account()["id"].upper(), array=array)
    names, lost = related(tmp_path, "privateEndpoints", account(), one)
    assert (names, lost) == (["pe"], ["interrupted"])


# --- gateways and hosts ---------------------------------------------------------------------------------------

GATEWAY = resource("Microsoft.ApiManagement/service", "apim")
MODELS = account(properties={"customSubDomainName": "Contoso", "endpoint": "https://contoso.openai.azure.com/"})


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://contoso.openai.azure.com/openai", True),
        ("https://CONTOSO.cognitiveservices.azure.com:443/openai?x=1", True),
        ("https://contoso.services.ai.azure.com/models", True),
        ("https://contoso.openai.azure.us/openai", True),
        ("https://contoso.example/openai", False),
        ("https://contoso2.openai.azure.com/openai", False),
        (None, False),
    ],
)
def test_backends_lead_to_an_account_by_its_hosts(tmp_path, url, leads):
    backend = child(GATEWAY, "backends", "models", {"url": url})
    lists = [read(type_="Microsoft.ApiManagement/service"), read(GATEWAY["id"], BACKENDS)]
    found = related(tmp_path, "gatewayBackends", MODELS, GATEWAY, backend, *lists)
    assert found == (["models"] if leads else [], [])
    assert related(tmp_path, "gatewayBackends", GATEWAY, backend, *lists) == (["models"], [])


def test_gateways_that_were_not_listed_may_lead_to_an_account(tmp_path):
    assert related(tmp_path, "gatewayBackends", MODELS) == ([], ["interrupted"])


def test_the_hosts_of_an_account_whose_endpoints_were_not_read_are_not_known(tmp_path):
    found = graph(tmp_path, account(properties=None))
    assert hosts_of(found.records[key_of(account()["id"])]) is None
    assert host_of("https://user:pw@Host.example.:8080/x") == "host.example"
    assert host_of("x" * 5000) is None


# --- by id ----------------------------------------------------------------------------------------------------


def test_a_resource_is_found_by_its_id_or_proved_absent_or_neither(tmp_path):
    workspace = resource("Microsoft.OperationalInsights/workspaces", "logs")
    found = graph(tmp_path, workspace, read(type_="Microsoft.OperationalInsights/workspaces"))

    def find(id_):
        held = found.find(id_, "Microsoft.OperationalInsights/workspaces")
        return [r.id for r in held.items], [lost.reason for lost in held.lost]

    assert find(workspace["id"].upper() + "/") == ([workspace["id"]], [])
    assert find(workspace["id"].lstrip("/")) == ([workspace["id"]], [])
    assert find(f"{workspace['id']}-gone") == ([], [])
    assert find(workspace["id"].replace(SUB, SUB2)) == ([], [Reason.NOT_ASKED])


def test_diagnostic_settings_are_the_resources_own(tmp_path):
    own = extension(account()["id"], SETTINGS, "to-logs")
    other = extension(account("other")["id"], SETTINGS, "others")
    assert related(tmp_path, "diagnosticSettings", account(), own, other) == (["to-logs"], ["interrupted"])
    complete = read(account()["id"], SETTINGS)
    assert related(tmp_path, "diagnosticSettings", account(), own, other, complete) == (["to-logs"], [])


# --- in a rule ------------------------------------------------------------------------------------------------


def test_a_rule_may_name_the_type_or_leave_it_out(tmp_path):
    records = [account(), extension(GROUP, LOCKS, "keep", {"level": "CanNotDelete"}), read(type_=LOCKS), read()]
    for more in ("", ", type: Microsoft.Authorization/locks"):
        wanted = rule(
            f"require: {{any: {{related: locks{more}, field: properties.level}}, in: [CanNotDelete, ReadOnly]}}"
        )
        assert verdict(snapshot(tmp_path, *records), wanted).outcome == "pass"
        assert verdict(snapshot(tmp_path, account(), read(type_=LOCKS), read()), wanted).outcome == "fail"
        assert verdict(snapshot(tmp_path, account(), gap(SUB, LOCKS), read()), wanted).outcome == "unknown"
