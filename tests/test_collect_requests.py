"""Every request as it would be sent: whole URLs, by GET, with our api-versions; ids that Azure leaves out."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import pytest
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest
from hypothesis import given
from hypothesis import strategies as st

from readiness.collect.clouds import KNOWN
from readiness.collect.graphed import queries
from readiness.collect.guard import check
from readiness.collect.operations import OPERATIONS, Operation, Sdk
from readiness.collect.requests import (
    TargetError,
    _AskedError,
    _NoCredential,
    _Telling,
    graph_request,
    request_of,
    with_ids,
)

CLOUD = KNOWN["AzureCloud"]
AT = datetime(2026, 10, 1, 6, tzinfo=UTC)
DATA = Path(__file__).parent / "data/collect"
SUB = "/subscriptions/11111111-2222-3333-4444-555555555555"
IN_GROUP = f"{SUB}/resourceGroups/rg-a/providers"
ACCOUNT = f"{IN_GROUP}/Microsoft.CognitiveServices/accounts/a1"
GATEWAY = f"{IN_GROUP}/Microsoft.ApiManagement/service/a1"
SEARCH = f"{IN_GROUP}/Microsoft.Search/searchServices/a1"
REGION = f"{SUB}/providers/Microsoft.CognitiveServices/locations/westeurope"
TARGETS = {
    "tenant": "",
    "subscription": SUB,
    "region": REGION,
    "model": f"{REGION}/models/OpenAI:gpt-5.1:2025-11-13",
    "Microsoft.Resources/resourceGroups": f"{SUB}/resourceGroups/rg-a",
    "Microsoft.Authorization/policySetDefinitions": "/providers/Microsoft.Authorization/policySetDefinitions/set1",
}
NAMES = ("a1", "b2", "c3", "d4")
URLS = {
    ("subscriptions.list", "tenant"): "/subscriptions?api-version=2022-12-01",
    ("authorization.denyAssignments.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01",
    ("authorization.roleEligibilityScheduleInstances.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01",
    ("authorization.roleAssignmentScheduleInstances.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances?api-version=2020-10-01",
    ("authorization.locks.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/locks?api-version=2020-05-01",
    ("authorization.policySetDefinitions.get", "Microsoft.Authorization/policySetDefinitions"):
        "/providers/Microsoft.Authorization/policySetDefinitions/set1?api-version=2023-04-01",
    ("consumption.budgets.list", "subscription"):
        f"{SUB}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01",
    ("consumption.budgets.list", "Microsoft.Resources/resourceGroups"):
        f"{IN_GROUP}/Microsoft.Consumption/budgets?api-version=2024-08-01",
    ("security.pricings.get", "subscription"):
        f"{SUB}/providers/Microsoft.Security/pricings/AI?api-version=2024-01-01",
    ("monitor.activityLogs.list", "subscription"): (
        f"{SUB}/providers/Microsoft.Insights/eventtypes/management/values"
        "?api-version=2015-04-01&$filter=eventTimestamp%20ge%20%272026-07-03T18%3A00%3A00Z%27%20and%20eventTimestamp%20le%20%272026-10-01T06%3A00%3A00Z%27%20and%20resourceProvider%20eq%20%27Microsoft.CognitiveServices%27&$select=id%2CeventTimestamp%2CoperationName%2Cstatus%2CresourceId"
    ),
    ("capacity.reservations.list", "tenant"): "/providers/Microsoft.Capacity/reservations?api-version=2022-11-01",
    ("cognitiveservices.models.list", "region"): f"{REGION}/models?api-version=2025-12-01",
    ("cognitiveservices.usages.list", "region"): f"{REGION}/usages?api-version=2025-12-01",
    ("cognitiveservices.modelCapacities.list", "model"): (
        f"{REGION}/modelCapacities"
        "?api-version=2025-12-01&modelFormat=OpenAI&modelName=gpt-5.1&modelVersion=2025-11-13"
    ),
    ("cognitiveservices.accounts.list", "subscription"):
        f"{SUB}/providers/Microsoft.CognitiveServices/accounts?api-version=2025-12-01",
    ("cognitiveservices.accounts.get", "Microsoft.CognitiveServices/accounts"): f"{ACCOUNT}?api-version=2025-12-01",
    ("cognitiveservices.deployments.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/deployments?api-version=2025-12-01",
    ("cognitiveservices.raiPolicies.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/raiPolicies?api-version=2025-12-01",
    ("cognitiveservices.privateLinkResources.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/privateLinkResources?api-version=2025-12-01",
    ("cognitiveservices.projects.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/projects?api-version=2025-12-01",
    ("cognitiveservices.accountConnections.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/connections?api-version=2025-12-01&includeAll=false",
    ("cognitiveservices.projectConnections.list", "Microsoft.CognitiveServices/accounts/projects"):
        f"{ACCOUNT}/projects/b2/connections?api-version=2025-12-01&includeAll=false",
    ("cognitiveservices.defenderForAISettings.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/defenderForAISettings?api-version=2025-12-01",
    ("cognitiveservices.managedNetworks.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/managedNetworks?api-version=2025-12-01",
    ("cognitiveservices.networkSecurityPerimeterConfigurations.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/networkSecurityPerimeterConfigurations?api-version=2025-12-01",
    ("apimanagement.service.list", "subscription"):
        f"{SUB}/providers/Microsoft.ApiManagement/service?api-version=2024-05-01",
    ("apimanagement.service.get", "Microsoft.ApiManagement/service"): f"{GATEWAY}?api-version=2025-03-01-preview",
    ("apimanagement.apis.list", "Microsoft.ApiManagement/service"): f"{GATEWAY}/apis?api-version=2024-05-01",
    ("apimanagement.backends.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/backends?api-version=2024-05-01",
    ("apimanagement.namedValues.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/namedValues?api-version=2024-05-01",
    ("apimanagement.products.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/products?api-version=2024-05-01",
    ("apimanagement.productApis.list", "Microsoft.ApiManagement/service/products"):
        f"{GATEWAY}/products/b2/apis?api-version=2024-05-01",
    ("apimanagement.subscriptions.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/subscriptions?api-version=2024-05-01",
    ("apimanagement.diagnostics.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/diagnostics?api-version=2024-06-01-preview",
    ("apimanagement.apiDiagnostics.list", "Microsoft.ApiManagement/service/apis"):
        f"{GATEWAY}/apis/b2/diagnostics?api-version=2024-06-01-preview",
    ("apimanagement.loggers.list", "Microsoft.ApiManagement/service"): f"{GATEWAY}/loggers?api-version=2024-05-01",
    ("apimanagement.caches.list", "Microsoft.ApiManagement/service"): f"{GATEWAY}/caches?api-version=2024-05-01",
    ("apimanagement.policies.get", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.productPolicies.get", "Microsoft.ApiManagement/service/products"):
        f"{GATEWAY}/products/b2/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.apiPolicies.get", "Microsoft.ApiManagement/service/apis"):
        f"{GATEWAY}/apis/b2/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.operations.list", "Microsoft.ApiManagement/service/apis"):
        f"{GATEWAY}/apis/b2/operations?api-version=2024-05-01",
    ("apimanagement.operationPolicies.get", "Microsoft.ApiManagement/service/apis/operations"):
        f"{GATEWAY}/apis/b2/operations/c3/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.policyFragments.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/policyFragments?api-version=2024-05-01",
    ("apimanagement.policyFragments.get", "Microsoft.ApiManagement/service/policyFragments"):
        f"{GATEWAY}/policyFragments/b2?api-version=2024-05-01&format=rawxml",
    ("apimanagement.workspaces.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/workspaces?api-version=2024-05-01",
    ("apimanagement.workspacePolicies.get", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.workspaceApis.list", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/apis?api-version=2024-05-01",
    ("apimanagement.workspaceApiPolicies.get", "Microsoft.ApiManagement/service/workspaces/apis"):
        f"{GATEWAY}/workspaces/b2/apis/c3/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.workspaceOperations.list", "Microsoft.ApiManagement/service/workspaces/apis"):
        f"{GATEWAY}/workspaces/b2/apis/c3/operations?api-version=2024-05-01",
    ("apimanagement.workspaceOperationPolicies.get", "Microsoft.ApiManagement/service/workspaces/apis/operations"):
        f"{GATEWAY}/workspaces/b2/apis/c3/operations/d4/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.workspaceProducts.list", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/products?api-version=2024-05-01",
    ("apimanagement.workspaceProductPolicies.get", "Microsoft.ApiManagement/service/workspaces/products"):
        f"{GATEWAY}/workspaces/b2/products/c3/policies/policy?format=rawxml&api-version=2024-05-01",
    ("apimanagement.workspaceBackends.list", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/backends?api-version=2024-05-01",
    ("apimanagement.workspaceNamedValues.list", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/namedValues?api-version=2024-05-01",
    ("apimanagement.workspacePolicyFragments.list", "Microsoft.ApiManagement/service/workspaces"):
        f"{GATEWAY}/workspaces/b2/policyFragments?api-version=2024-05-01",
    ("apimanagement.workspacePolicyFragments.get", "Microsoft.ApiManagement/service/workspaces/policyFragments"):
        f"{GATEWAY}/workspaces/b2/policyFragments/c3?api-version=2024-05-01&format=rawxml",
    ("search.services.list", "subscription"):
        f"{SUB}/providers/Microsoft.Search/searchServices?api-version=2025-05-01",
    ("search.services.get", "Microsoft.Search/searchServices"): f"{SEARCH}?api-version=2025-05-01",
    ("search.sharedPrivateLinkResources.list", "Microsoft.Search/searchServices"):
        f"{SEARCH}/sharedPrivateLinkResources?api-version=2025-05-01",
    ("monitor.diagnosticSettings.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview",
    ("monitor.diagnosticSettings.list", "Microsoft.ApiManagement/service"):
        f"{GATEWAY}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview",
    ("monitor.diagnosticSettings.list", "Microsoft.Search/searchServices"):
        f"{SEARCH}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview",
    ("monitor.diagnosticSettings.list", "Microsoft.Web/sites"): (
        f"{IN_GROUP}/Microsoft.Web/sites/a1/providers/Microsoft.Insights/diagnosticSettings"
        "?api-version=2021-05-01-preview"
    ),
    ("monitor.diagnosticSettings.list", "Microsoft.KeyVault/vaults"): (
        f"{IN_GROUP}/Microsoft.KeyVault/vaults/a1/providers/Microsoft.Insights/diagnosticSettings"
        "?api-version=2021-05-01-preview"
    ),
    ("monitor.diagnosticSettingsCategories.list", "Microsoft.CognitiveServices/accounts"):
        f"{ACCOUNT}/providers/Microsoft.Insights/diagnosticSettingsCategories?api-version=2021-05-01-preview",
    ("network.privateEndpoints.list", "subscription"):
        f"{SUB}/providers/Microsoft.Network/privateEndpoints?api-version=2024-10-01",
    ("network.privateDnsZoneGroups.list", "Microsoft.Network/privateEndpoints"):
        f"{IN_GROUP}/Microsoft.Network/privateEndpoints/a1/privateDnsZoneGroups?api-version=2024-10-01",
    ("authorization.roleAssignments.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01",
    ("authorization.roleDefinitions.list", "subscription"):
        f"{SUB}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01",
    ("web.sites.config.get", "Microsoft.Web/sites"):
        f"{IN_GROUP}/Microsoft.Web/sites/a1/config/web?api-version=2024-11-01",
    ("web.sites.config.configreferences.appsettings.list", "Microsoft.Web/sites"):
        f"{IN_GROUP}/Microsoft.Web/sites/a1/config/configreferences/appsettings?api-version=2024-11-01",
    ("keyvault.keys.list", "Microsoft.KeyVault/vaults"):
        f"{IN_GROUP}/Microsoft.KeyVault/vaults/a1/keys?api-version=2024-11-01",
    ("keyvault.keys.get", "Microsoft.KeyVault/vaults/keys"):
        f"{IN_GROUP}/Microsoft.KeyVault/vaults/a1/keys/b2?api-version=2024-11-01",
    ("redisenterprise.clusters.get", "Microsoft.Cache/redisEnterprise"):
        f"{IN_GROUP}/Microsoft.Cache/redisEnterprise/a1?api-version=2025-07-01",
    ("redisenterprise.databases.list", "Microsoft.Cache/redisEnterprise"):
        f"{IN_GROUP}/Microsoft.Cache/redisEnterprise/a1/databases?api-version=2025-07-01",
    ("cdn.originGroups.list", "Microsoft.Cdn/profiles"):
        f"{IN_GROUP}/Microsoft.Cdn/profiles/a1/originGroups?api-version=2024-02-01",
    ("cdn.origins.list", "Microsoft.Cdn/profiles/originGroups"):
        f"{IN_GROUP}/Microsoft.Cdn/profiles/a1/originGroups/b2/origins?api-version=2024-02-01",
}  # fmt: skip


def target_of(each):
    provider, *types = each.split("/")
    inner = "/".join(f"{type_}/{name}" for type_, name in zip(types, NAMES, strict=False))
    return TARGETS.get(each, f"{IN_GROUP}/{provider}/{inner}")


def operation_of(name):
    return next(o for o in OPERATIONS if o.name == name)


def url_of(operation, target=None, cloud=CLOUD):
    return request_of(operation, target_of(operation.each) if target is None else target, cloud, AT).url


each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.name} {o.each}")


@each_operation
def test_its_url_is_exactly_this(operation):
    assert url_of(operation) == CLOUD.arm + URLS[operation.name, operation.each]


def test_the_table_of_urls_holds_nothing_else_and_no_url_twice():
    assert URLS.keys() == {(o.name, o.each) for o in OPERATIONS}
    assert len(set(URLS.values())) == len(URLS)


@each_operation
def test_it_is_a_get_without_a_body_that_the_guard_lets_pass(operation):
    request = request_of(operation, target_of(operation.each), CLOUD, AT)
    assert request.method == "GET"
    assert request.content is None
    assert dict(request.headers) == {"Accept": "application/json"}
    assert parse_qs(urlsplit(request.url).query)["api-version"] == [operation.api_version]
    check(request, CLOUD)


@each_operation
def test_another_cloud_is_asked_at_its_own_address(operation):
    china = KNOWN["AzureChinaCloud"]
    assert url_of(operation, cloud=china) == china.arm + URLS[operation.name, operation.each]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if isinstance(o.how, Sdk)], ids=lambda o: o.name)
@given(name=st.text(st.characters(exclude_characters="/", exclude_categories=("Cs",)), min_size=1, max_size=12))
def test_a_name_stays_one_name_whatever_is_in_it(operation, name):
    """Also where the SDK has a pattern for it: what Azure lists may be asked for."""
    if operation.each in TARGETS or name in (".", ".."):
        return
    target = target_of(operation.each).rpartition("/")[0] + f"/{name}"
    sent = urlsplit(url_of(operation, target)).path.split("/")
    expected = urlsplit(CLOUD.arm + URLS[operation.name, operation.each]).path.split("/")
    last = NAMES[operation.each.count("/") - 1]
    assert [unquote(part) for part in sent] == [name if part == last else part for part in expected]


def test_a_path_and_the_sdk_spell_a_name_alike():
    name = "Chat (v2); rev=2+é%2F"
    api = f"{GATEWAY}/apis/{name}"
    by_sdk = operation_of("apimanagement.apiDiagnostics.list")
    by_path = Operation("x.y.list", "T/t", by_sdk.each, by_sdk.api_version, "p", ("r",), "{id}/diagnostics")
    assert url_of(by_sdk, api) == url_of(by_path, api)


def test_the_same_path_is_named_where_the_sdk_has_the_operation_and_where_it_lacks_it():
    for operation in OPERATIONS:
        if not isinstance(operation.how, Sdk) or operation.each not in TARGETS:
            continue
        path = urlsplit(URLS[operation.name, operation.each]).path
        by_path = Operation(
            "x.y.list", "T/t", "tenant", operation.api_version, "p", ("r",), path
        )  # fmt: skip
        assert urlsplit(url_of(by_path, "")).path == urlsplit(url_of(operation)).path


@pytest.mark.parametrize(
    "target",
    [
        "nothing",
        f"{SUB}/resourceGroups/rg-a/providers/Microsoft.CognitiveServices/accounts/..",
        f"{SUB}/resourceGroups/./providers/Microsoft.CognitiveServices/accounts/a",
        f"{SUB}//resourceGroups/rg-a/providers/Microsoft.CognitiveServices/accounts/a",
        f"{SUB}/providers/Microsoft.CognitiveServices/accounts/a",
        f"{SUB}/resourceGroups/rg-a/providers/Microsoft.CognitiveServices/accounts",
        f"{ACCOUNT}/projects/p",
        SUB,
        "",
    ],
)
def test_an_id_of_another_kind_or_that_leads_elsewhere_is_not_asked(target):
    with pytest.raises(TargetError):
        url_of(operation_of("cognitiveservices.deployments.list"), target)


def test_an_id_may_end_with_a_slash():
    deployments = operation_of("cognitiveservices.deployments.list")
    assert url_of(deployments, f"{ACCOUNT}/") == url_of(deployments, ACCOUNT)


def test_threads_share_clients_and_get_their_own_requests():
    deployments = operation_of("cognitiveservices.deployments.list")
    wanted = [ACCOUNT.replace("1111-2222", f"1111-{n % 5:04d}").replace("/a1", f"/a{n}") for n in range(400)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda target: url_of(deployments, target), wanted))
    assert found == [f"{CLOUD.arm}{target}/deployments?api-version=2025-12-01" for target in wanted]


def test_a_query_of_resource_graph_is_the_sdks_post():
    query = QueryRequest(query="resources", subscriptions=["s"])
    client = ResourceGraphClient(
        credential=_NoCredential(), base_url=CLOUD.arm, policies=[], transport=_Telling(),
    )  # fmt: skip
    with pytest.raises(_AskedError) as sdk:
        client.resources(query, api_version="2022-10-01")
    own = graph_request("resources", "resources", ["s"], CLOUD)
    assert (own.method, own.url) == (sdk.value.request.method, sdk.value.request.url)
    assert orjson.loads(own.content)["query"] == "resources"
    check(own, CLOUD)


def test_a_query_goes_on_where_the_last_page_ended():
    table, query = queries()[0]
    body = orjson.loads(graph_request(table, query, ["b", "a"], CLOUD, "next").content)
    assert body["options"]["$skipToken"] == "next"
    assert body["subscriptions"] == ["a", "b"]


# --- ids ---------------------------------------------------------------------------------------------------------


def recorded(name):
    return json.loads((DATA / f"{name}.westeurope.json").read_text())["value"]


def test_usages_get_their_names_as_ids():
    items = recorded("usages")
    made = with_ids(operation_of("cognitiveservices.usages.list"), f"{REGION}/usages", items)
    assert [item["id"] for item in made] == [f"{REGION}/usages/{item['name']['value']}" for item in items]
    assert made[0]["id"] == f"{REGION}/usages/OpenAI.Standard.ada"
    assert [{k: v for k, v in item.items() if k != "id"} for item in made] == items


def test_models_get_kind_format_name_and_version_as_ids():
    items = recorded("models")
    made = with_ids(operation_of("cognitiveservices.models.list"), f"{REGION}/models", items)
    assert made[0]["id"] == f"{REGION}/models/OpenAI:OpenAI:ada:1"
    assert len({item["id"] for item in made}) == len(items)
    assert [{k: v for k, v in item.items() if k != "id"} for item in made] == items


def test_what_lacks_a_word_of_its_id_stays_without_one():
    usages = operation_of("cognitiveservices.usages.list")
    odd = [{"name": {}}, {"name": None}, {"name": {"value": ""}}, {"name": {"value": 7}}, "text", None, []]
    assert with_ids(usages, f"{REGION}/usages", odd) == odd


def test_an_id_that_is_there_stays_and_a_slash_makes_no_longer_one():
    usages = operation_of("cognitiveservices.usages.list")
    items = [{"id": "/x", "name": {"value": "a"}}, {"id": None, "name": {"value": "a/b{path}"}}]
    made = with_ids(usages, f"{REGION}/usages/", items)
    assert made == [items[0], {"id": f"{REGION}/usages/a%2Fb{{path}}", "name": {"value": "a/b{path}"}}]


def test_other_operations_leave_items_as_they_are():
    items = [{"name": {"value": "a"}}]
    assert with_ids(operation_of("cognitiveservices.deployments.list"), "/p", items) == items


def test_the_tables_are_read_without_azures_packages():
    code = (
        "import sys; from readiness.collect import operations, graphed, measured, targets, planned, role; "
        "role.as_json([]); planned.as_markdown(); sys.exit(any(name.startswith('azure') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
