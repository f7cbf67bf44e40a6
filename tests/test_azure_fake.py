"""The fake Azure itself: held to recorded answers where there are some, and to the documented rules elsewhere."""

import http.client
import json
import socket
import ssl
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import azure_fake
import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, EnvironmentCredential
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions
from azure_fake import Estate, Fault, ids, serve
from azure_fake.faults import Faults
from azure_fake.limits import Limits

from readiness import assets

SAMPLE = Path(assets.__file__).parent / "sample" / "estate.jsonl.gz"
RECORDED = json.loads((Path(azure_fake.__file__).parent / "recorded.json").read_text())
SUB = "/subscriptions/000000a5-0000-4000-8000-000000000000"
GROUP = f"{SUB}/resourceGroups/rg-ai-00"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/ai-0000"
ACCOUNTS = f"{SUB}/providers/Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNT}/deployments"
ROLE_ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
QUERY = "/providers/Microsoft.ResourceGraph/resources"
VERSION = "api-version=2025-12-01"


def small(**more):
    return Estate.tenant(subscriptions=3, accounts=6, deployments=12, gateways=1, apis=4, searches=2, empty=1, **more)


@pytest.fixture
def azure():
    with serve(small()) as running:
        yield running


# --- asking ---------------------------------------------------------------------------------------------------------


def token(azure, role="arm", secret=None):
    """A token by the plain protocol, without a library."""
    audience = azure.urls[role]
    form = f"grant_type=client_credentials&client_id={azure.environment['AZURE_CLIENT_ID']}"
    form += f"&client_secret={secret or azure.secret}&scope={audience}/.default"
    tenant = azure.environment["AZURE_TENANT_ID"]
    return raw(azure, f"{azure.urls['login']}/{tenant}/oauth2/v2.0/token", "POST", form).body["access_token"]


def raw(azure, url, method="GET", body=None, **headers):
    """One request; status 0 where the connection broke."""
    parts = urlsplit(url)
    context = ssl.create_default_context(cafile=azure.ca_file)
    connection = http.client.HTTPSConnection(parts.netloc, timeout=10, context=context)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        return SimpleNamespace(status=answer.status, headers=answer.headers, text=text, body=_json(text))
    except (ConnectionError, http.client.HTTPException) as broken:
        return SimpleNamespace(status=0, headers={}, text=b"", body=None, broken=broken)
    finally:
        connection.close()


def _json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def ask(azure, path, method="GET", body=None, role="arm"):
    """A request with a good token; api-version is added unless the path has a query."""
    path = path if "?" in path else f"{path}?{VERSION}"
    sent = json.dumps(body) if body is not None else None
    return raw(azure, azure.urls[role] + path, method, sent, Authorization=f"Bearer {token(azure, role)}")


def query(azure, text, **more):
    return ask(azure, QUERY, "POST", {"query": text, **more})


def names(answer):
    return [member["name"] for member in answer.body["value"]]


def code(answer):
    return answer.body["error"]["code"]


def to_the_end(azure, path):
    """Every member of a list, page by page."""
    found, answer = [], ask(azure, path)
    while True:
        found += answer.body["value"]
        link = answer.body.get("nextLink")
        if not link:
            return found
        assert link.startswith(azure.url)
        answer = ask(azure, link.removeprefix(azure.url))


# --- recorded answers -----------------------------------------------------------------------------------------------


def resources(recorded):
    """The bodies in a recorded answer."""
    body = recorded["body"]
    return [b for b in body.get("value", [body]) if "id" in b and "timeseries" not in b]


def replayed(**options):
    """Everything that was recorded, in one estate."""
    bodies = [body for recorded in RECORDED for body in resources(recorded)]
    used = {"id": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/clitest.rg000001/providers"
            "/Microsoft.Storage/storageAccounts/clitest000002", "location": "westus"}  # fmt: skip
    asked = [recorded["url"].partition("?")[0] for recorded in RECORDED]
    parents = [ids.place(path).parent for path in asked if ids.place(path).is_list]
    scopes = [{"id": path, "location": "westus"} for path in parents if "/providers/" in path]
    usages = next(r["body"]["value"] for r in RECORDED if "/usages" in r["url"])
    place = next(path for path in asked if path.endswith("/usages"))
    named = [{"id": f"{place}/{usage['name']['value']}", **usage} for usage in usages]
    estate = Estate.of([*bodies, used, *scopes, *named], groups={"custodian-test": [asked[0].split("/")[2]]})
    estate.mark_without_id()
    return serve(estate, **options)


def found(end, method="GET"):
    return next(
        r for r in RECORDED if r["url"].partition("?")[0].lower().endswith(end.lower()) and r["method"] == method
    )


LISTS = [r for r in RECORDED if r["method"] == "GET" and "/vaults?" not in r["url"] and "/metrics?" not in r["url"]]


@pytest.mark.parametrize("recorded", LISTS, ids=lambda r: r["url"].partition("?")[0][-60:])
def test_it_answers_as_recorded(recorded):
    with replayed() as azure:
        answer = ask(azure, recorded["url"])
    assert (answer.status, answer.body) == (recorded["status"], recorded["body"])


def test_a_further_page_is_linked_as_recorded():
    first, last = (r for r in RECORDED if "/vaults?" in r["url"])
    with replayed(page_size=len(first["body"]["value"])) as azure:
        answer = ask(azure, first["url"])
        end = ask(azure, answer.body["nextLink"].removeprefix(azure.url))
    linked = first["body"]["nextLink"].replace("https://management.azure.com", azure.url)
    assert answer.body["value"] == first["body"]["value"]
    assert answer.body["nextLink"].partition("skiptoken=")[0] == linked.partition("skiptoken=")[0]
    assert end.body == last["body"] == {"value": []}


def test_rows_of_resource_graph_are_as_recorded():
    recorded = found("/resources", "POST")["body"]
    columns = [column["name"] for column in recorded["data"]["columns"]]
    row = dict(zip(columns, recorded["data"]["rows"][0], strict=True))
    text = f"resources | where type =~ 'microsoft.storage/storageaccounts' | project {', '.join(columns)}"
    with replayed() as azure:
        mine = query(azure, text, subscriptions=[row["subscriptionId"]], options={"resultFormat": "table"}).body
    assert set(mine) == set(recorded) and mine["data"]["columns"] == recorded["data"]["columns"]
    told = dict(zip(columns, mine["data"]["rows"][0], strict=True))
    given = (
        "properties",
        "tenantId",
    )  # the one is of a later version than ARM's recorded body, the other is not in it
    assert {c: v for c, v in told.items() if c not in given} == {c: v for c, v in row.items() if c not in given}


def test_metrics_have_the_recorded_shape():
    recorded = found("/metrics")
    url = (
        recorded["url"].partition("?")[0]
        + "?metricnames=Ingress,Egress&timespan=2023-08-01T00:00:00Z/2023-08-02T00:00:00Z"
    )
    storage = {
        "resource": recorded["body"]["value"][0]["id"].partition("/providers/Microsoft.Insights")[0],
        "series": [],
    }
    rest = {"unit": "Bytes", "aggregation": "Total", "start": "2023-08-01T00:00:00Z", "interval": "PT1H"}
    estate = Estate.of(
        [{"id": storage["resource"], "location": "westus"}],
        metrics=[storage | rest | {"name": name} for name in ("Ingress", "Egress")],
    )
    with serve(estate) as azure:
        mine = ask(azure, f"{url}&interval=PT1M&{VERSION}").body
    texts = ("cost", "timespan")
    assert list(mine) == list(recorded["body"])
    for body in (mine, recorded["body"]):
        for value in body["value"]:
            del value["displayDescription"]
    assert {k: v for k, v in mine.items() if k not in texts} == {
        k: v for k, v in recorded["body"].items() if k not in texts
    }


# --- sign-in --------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(azure, monkeypatch):
    for name, value in azure.environment.items():
        monkeypatch.setenv(name, value)
    return azure


def graph_client(azure, credential):
    return ResourceGraphClient(credential, base_url=azure.url, credential_scopes=[f"{azure.url}/.default"])


def test_a_real_credential_and_a_real_client_read_every_page(environment):
    text = "resources | where type in~ ('Microsoft.CognitiveServices/accounts') | project id, name | order by id asc"
    found_ids, skip = [], None
    with (
        EnvironmentCredential(disable_instance_discovery=True) as credential,
        graph_client(environment, credential) as client,
    ):
        while True:
            options = QueryRequestOptions(top=4, skip_token=skip)
            answer = client.resources(QueryRequest(query=text, options=options))
            found_ids += [row["id"] for row in answer.data]
            skip = answer.skip_token
            if not skip:
                break
    assert found_ids == sorted(environment.estate.ids("Microsoft.CognitiveServices/accounts"))
    assert environment.authority.issued == {environment.url: 1}
    assert [seen.further for seen in environment.log if seen.role == "arm"] == [False, True]
    assert environment.routes("login") == {
        f"GET /{environment.estate.tenant_id}/v2.0/.well-known/openid-configuration": 1,
        f"POST /{environment.estate.tenant_id}/oauth2/v2.0/token": 1,
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "c11e0000-0000-4000-8000-000000000000"}, "AADSTS700016"),
    ],
)
def test_a_wrong_secret_or_client_is_refused_in_the_authoritys_words(environment, changed, said):
    of = environment.environment
    mine = {"client_id": of["AZURE_CLIENT_ID"], "client_secret": environment.secret} | changed
    with (
        ClientSecretCredential(of["AZURE_TENANT_ID"], disable_instance_discovery=True, **mine) as credential,
        pytest.raises(ClientAuthenticationError, match=said),
    ):
        credential.get_token(f"{environment.url}/.default")


def test_another_tenant_is_not_there(environment):
    of = environment.environment
    with (
        ClientSecretCredential(
            "7e4a0000-0000-4000-8000-000000000000",
            of["AZURE_CLIENT_ID"],
            environment.secret,
            disable_instance_discovery=True,
        ) as credential,
        pytest.raises((ClientAuthenticationError, ValueError)),
    ):
        credential.get_token(f"{environment.url}/.default")


def test_a_token_of_another_audience_is_neither_given_nor_taken(azure):
    form = (
        f"grant_type=client_credentials&client_id={azure.environment['AZURE_CLIENT_ID']}&client_secret={azure.secret}"
    )
    url = f"{azure.urls['login']}/{azure.estate.tenant_id}/oauth2/v2.0/token"
    assert "AADSTS500011" in raw(azure, url, "POST", f"{form}&scope=https://graph.example/.default").text.decode()
    other = {"Authorization": f"Bearer {token(azure, 'metrics')}"}
    assert code(raw(azure, f"{azure.url}/subscriptions?{VERSION}", **other)) == "InvalidAuthenticationTokenAudience"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({}, "AuthenticationFailed"),
        ({"Authorization": "Basic eDp5"}, "AuthenticationFailed"),
        ({"Authorization": "Bearer made-up"}, "InvalidAuthenticationToken"),
    ],
)
def test_without_a_good_token_the_answer_is_401_and_names_the_authority(azure, header, said):
    answer = raw(azure, f"{azure.url}/subscriptions?{VERSION}", **header)
    assert (answer.status, code(answer)) == (401, said)
    assert f'authorization_uri="{azure.urls["login"]}/{azure.estate.tenant_id}"' in answer.headers["WWW-Authenticate"]


def test_a_token_lives_as_long_as_it_says():
    with serve(small(), expires_in=1) as azure:
        header = {"Authorization": f"Bearer {token(azure)}"}
        before = raw(azure, f"{azure.url}/subscriptions?{VERSION}", **header)
        time.sleep(1.1)
        after = raw(azure, f"{azure.url}/subscriptions?{VERSION}", **header)
    assert (before.status, after.status, code(after)) == (200, 401, "ExpiredAuthenticationToken")


def test_all_tokens_can_be_expired_at_once(azure):
    header = {"Authorization": f"Bearer {token(azure)}"}
    azure.expire_tokens()
    assert raw(azure, f"{azure.url}/subscriptions?{VERSION}", **header).status == 401
    assert ask(azure, "/subscriptions").status == 200


# --- ARM ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/subscriptions?x=1", 400, "MissingApiVersionParameter"),
        ("/subscriptions?api-version=latest", 400, "InvalidApiVersionParameter"),
        ("/subscriptions/000000a5-0000-4000-8000-00000000ffff", 404, "SubscriptionNotFound"),
        (f"{SUB}/resourceGroups/nowhere", 404, "ResourceGroupNotFound"),
        (f"{SUB}/resourceGroups/nowhere/providers/Microsoft.Search/searchServices/s", 404, "ResourceGroupNotFound"),
        (f"{ACCOUNT}x", 404, "ResourceNotFound"),
        (f"{ACCOUNT}x/deployments", 404, "ResourceNotFound"),
        (f"{ACCOUNT}/deployments/none", 404, "ResourceNotFound"),
        (f"{ACCOUNT}/deployment", 404, "InvalidResourceType"),
        (f"{SUB}/providers/Microsoft.CognitiveServices/account", 404, "InvalidResourceType"),
        (f"{SUB}/providers/Microsoft.Cognitive/accounts", 404, "InvalidResourceNamespace"),
        (f"{ACCOUNT}x/providers/Microsoft.Insights/diagnosticSettings", 404, "ResourceNotFound"),
        (f"{ACCOUNTS}?{VERSION}&$skiptoken=mine", 400, "InvalidSkipToken"),
    ],
)
def test_what_is_not_there_is_refused_as_arm_does(azure, path, status, said):
    answer = ask(azure, path)
    assert (answer.status, code(answer)) == (status, said)


def test_a_provider_that_the_subscription_never_used():
    with serve(small(unregistered=[(SUB.split("/")[-1], "microsoft.search")])) as azure:
        answer = ask(azure, f"{SUB}/providers/Microsoft.Search/searchServices")
        other = ask(azure, f"{SUB[:-1]}1/providers/Microsoft.Search/searchServices")
        told = ask(azure, f"{SUB}/providers/Microsoft.Search")
    assert (answer.status, code(answer), other.status) == (409, "MissingSubscriptionRegistration", 200)
    assert answer.body["error"]["details"][0]["target"] == "Microsoft.Search"
    assert told.body["registrationState"] == "NotRegistered"


def test_subscriptions_have_states_and_a_tenant():
    states = {f"000000a5-0000-4000-8000-00000000000{n}": state for n, state in ((1, "Disabled"), (2, "Warned"))}
    with serve(small(states=states)) as azure:
        listed = ask(azure, "/subscriptions").body["value"]
        one = ask(azure, f"{SUB[:-1]}1").body
        tenants = ask(azure, "/tenants").body["value"]
    assert [s["state"] for s in listed] == ["Enabled", "Disabled", "Warned"]
    assert one == listed[1] and [t["tenantId"] for t in tenants] == [listed[0]["tenantId"]]


@pytest.mark.parametrize("size", [1, 5, 6, 7, 100])
def test_pages_add_up_to_the_list(size):
    with serve(
        Estate.tenant(subscriptions=1, accounts=6, deployments=6, gateways=0, apis=0, searches=0, empty=0),
        page_size=size,
    ) as azure:
        members = to_the_end(azure, ACCOUNTS)
        asked = sum(azure.routes().values())
    assert {m["id"] for m in members} == azure.estate.ids("Microsoft.CognitiveServices/accounts") and len(
        members
    ) == 6
    assert asked == -(-6 // size)


def test_lists_of_a_subscription_a_group_and_a_parent(azure):
    assert names(ask(azure, ACCOUNTS)) == ["ai-0000", "ai-0002", "ai-0004"]
    assert names(ask(azure, f"{GROUP}/providers/Microsoft.CognitiveServices/accounts")) == [
        "ai-0000",
        "ai-0002",
        "ai-0004",
    ]
    assert names(ask(azure, DEPLOYMENTS)) == ["model-00", "model-01"]
    assert names(ask(azure, f"{ACCOUNT.upper()}/DEPLOYMENTS")) == ["model-00", "model-01"]
    assert names(ask(azure, f"{SUB}/resourceGroups")) == ["rg-ai-00"]
    assert names(ask(azure, f"{ACCOUNT}/capabilityHosts")) == []


def test_a_list_of_a_group_ends_at_the_group():
    two = [f"{SUB}/resourceGroups/{g}/providers/Microsoft.Search/searchServices/s" for g in ("rg-a", "rg-ab")]
    with serve(Estate.of([{"id": i, "location": "westeurope"} for i in two])) as azure:
        answer = ask(azure, f"{SUB}/resourceGroups/rg-a/providers/Microsoft.Search/searchServices")
    assert [member["id"] for member in answer.body["value"]] == two[:1]


def test_members_embedded_in_their_parent_are_a_list_too(azure):
    assert names(ask(azure, f"{ACCOUNT}/privateEndpointConnections")) == ["a"]
    assert names(ask(azure, f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets")) == ["endpoints"]


def test_what_has_no_id_of_its_own_is_given_without(azure):
    place = f"{SUB}/providers/Microsoft.CognitiveServices/locations/westeurope"
    usages, models = (ask(azure, f"{place}/{name}").body["value"] for name in ("usages", "models"))
    assert [list(usage) for usage in usages] == [["name", "currentValue", "limit", "unit"]] * 3
    assert {tuple(model) for model in models} == {("kind", "skuName", "model")}
    of_account = ask(azure, f"{ACCOUNT}/models").body["value"]
    assert of_account == [model["model"] for model in models if model["kind"] == "AIServices"]


@pytest.mark.parametrize(("where", "count"), [("modelCapacities", 3), ("locations/westeurope/modelCapacities", 1)])
def test_capacities_are_asked_for_one_model(azure, where, count):
    path = f"{SUB}/providers/Microsoft.CognitiveServices/{where}?{VERSION}"
    answer = ask(azure, f"{path}&modelFormat=OpenAI&modelName=gpt-5.1&modelVersion=2025-11-13")
    assert [c["properties"]["model"]["name"] for c in answer.body["value"]] == ["gpt-5.1"] * count
    assert ask(azure, path).status == 400


def test_lists_of_no_resource_of_their_own(azure):
    events = f"{SUB}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01"
    assert ask(azure, events).body == {"value": []}
    assert names(ask(azure, "/providers/Microsoft.Management/managementGroups")) == ["mg-contoso"]
    whole = ask(azure, f"{GROUP}/resources").body["value"]
    assert "ai-0000" in {r["name"] for r in whole} and not [r for r in whole if "properties" in r]
    assert "AzureOpenAIRequests" in {
        d["name"]["value"]
        for d in ask(azure, f"{ACCOUNT}/providers/Microsoft.Insights/metricDefinitions").body["value"]
    }


def test_single_objects(azure):
    assert ask(azure, f"{SUB}/providers/Microsoft.Security/pricings/AI").body["properties"]["pricingTier"] == "Free"
    assert ask(azure, f"{GROUP}/providers/Microsoft.Web/sites/app/config/web").body["name"] == "web"
    assert names(ask(azure, f"{GROUP}/providers/Microsoft.Web/sites/app/config/configreferences/appsettings")) == [
        "DB"
    ]


def test_a_policy_is_xml_unless_asked_for_as_it_is(azure):
    path = f"{GROUP}/providers/Microsoft.ApiManagement/service/apim-00/policies/policy?{VERSION}"
    plain, as_it_is = ask(azure, path).body, ask(azure, f"{path}&format=rawxml").body
    assert (plain["properties"]["format"], as_it_is["properties"]["format"]) == ("xml", "rawxml")
    assert "429 &amp;&amp; true" in plain["properties"]["value"] and "429 && true" in as_it_is["properties"]["value"]


def scopes(answer):
    return Counter(ids.place(member["id"]).scope.split("/")[-2] for member in answer.body["value"])


def test_role_assignments_come_from_above_and_below_unless_filtered(azure):
    whole = ask(azure, f"{SUB}/{ROLE_ASSIGNMENTS}")
    above = ask(azure, f"{SUB}/{ROLE_ASSIGNMENTS}?{VERSION}&$filter=atScope()")
    one = ask(azure, f"{ACCOUNT}/{ROLE_ASSIGNMENTS}")
    assert scopes(whole) == {
        "managementGroups": 1,
        "subscriptions": 1,
        "accounts": 3,
        "service": 1,
        "searchServices": 1,
    }
    assert scopes(above) == {"managementGroups": 1, "subscriptions": 1}
    assert scopes(one) == {"managementGroups": 1, "subscriptions": 1, "accounts": 1}


def test_diagnostic_settings_and_budgets_belong_to_their_scope_alone(azure):
    other = ACCOUNT.replace("ai-0000", "ai-0002")
    assert [names(ask(azure, f"{i}/providers/Microsoft.Insights/diagnosticSettings")) for i in (ACCOUNT, other)] == [
        [],
        ["to-log"],
    ]
    assert names(ask(azure, f"{SUB}/providers/Microsoft.Insights/diagnosticSettings")) == []
    assert names(ask(azure, f"{SUB[:-1]}1/providers/Microsoft.Consumption/budgets")) == ["models"]
    assert names(ask(azure, f"{SUB}/providers/Microsoft.Consumption/budgets")) == []


def test_a_built_in_role_belongs_to_every_scope(azure):
    listed = ask(azure, f"{SUB}/providers/Microsoft.Authorization/roleDefinitions").body["value"]
    assert [ids.place(role["id"]).scope for role in listed] == [SUB]
    assert ask(azure, listed[0]["id"]).body == listed[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ACCOUNT), ("PUT", QUERY), ("POST", f"{ACCOUNT}/listKeys"), ("PATCH", ACCOUNT), ("DELETE", ACCOUNT)],
)
def test_a_write_is_refused_and_seen(azure, method, path):
    assert ask(azure, path, method, {}).status == 405
    assert [seen.route for seen in azure.writes] == [f"{method} {path}"]


# --- Resource Graph -------------------------------------------------------------------------------------------------

AI = "resources | where type in~ ('microsoft.cognitiveservices/accounts')"


QUERIES = {
    f"{AI} | project name | order by name asc | limit 2": [{"name": "ai-0000"}, {"name": "ai-0001"}],
    f"{AI} | where subscriptionId in~ ('{SUB[-36:].upper()}') | count": [{"Count": 3}],
    f"{AI} | where kind == 'AIServices' and not (location =~ 'WestEurope') | project name": [{"name": "ai-0004"}],
    f"{AI} | where name == 'x' or name has '0004' | project name": [{"name": "ai-0004"}],
    f"{AI} | where tags['env'] != 'prod' | summarize n = count() by kind": [
        {"kind": "AIServices", "n": 2},
        {"kind": "OpenAI", "n": 1},
    ],
    f"{AI} | where name startswith 'ai' | extend off = properties.disableLocalAuth | project off, n = name"
    " | order by n desc | take 1": [{"off": True, "n": "ai-0005"}],
    f"{AI} | where isnotempty(identity.principalId) and isempty(managedBy) | project-away id | count": [{"Count": 6}],
    "Resources | where type has 'privatednszones' and name contains 'openai' | project type, resourceGroup": [
        {"type": "microsoft.network/privatednszones", "resourceGroup": "rg-ai-00"}
    ],
    "resourcecontainers | where type == 'microsoft.resources/subscriptions' | project state = properties.state": [
        {"state": "Enabled"}
    ]
    * 3,
    "resourcecontainers | where type !in~ ('microsoft.resources/subscriptions') | summarize count() by type"
    " | order by type asc": [
        {"type": "microsoft.management/managementgroups", "count_": 1},
        {"type": "microsoft.resources/subscriptions/resourcegroups", "count_": 3},
    ],
    "authorizationresources | where type endswith '/roledefinitions' | project properties.roleName": [
        {"properties_roleName": "User of models"}
    ],
    "policyresources | summarize count()": [{"count_": 3}],
    "resources | where type endswith '/deployments' | count": [{"Count": 0}],
}


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_is_run(azure, text):
    assert query(azure, text).body["data"] == QUERIES[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "resources | where",
        "resources | where nosuch == 1",
        "resources | join x",
        "resources | where name ==",
        "resources |",
    ],
)
def test_a_query_that_cannot_be_run_is_refused(azure, text):
    answer = query(azure, text)
    assert (answer.status, code(answer), answer.body["error"]["details"][0]["code"]) == (
        400,
        "BadRequest",
        "InvalidQuery",
    )


def test_scope_is_by_subscription_or_management_group(azure):
    text = f"{AI} | count"
    assert query(azure, text, subscriptions=[SUB[-36:]]).body["data"] == [{"Count": 3}]
    assert query(azure, text, managementGroups=["MG-contoso"]).body["data"] == [{"Count": 6}]
    assert query(azure, text, subscriptions=[SUB[-36:], "not-mine"]).body["data"] == [{"Count": 3}]
    assert code(query(azure, text, subscriptions=["not-mine"])) == "AccessDenied"


def test_pages_of_rows(azure):
    text = f"{AI} | project id | order by id asc"
    pages, token_ = [], None
    while not pages or token_:
        answer = query(azure, text, options={"$top": 4, "$skipToken": token_} if token_ else {"$top": 4}).body
        pages.append(answer)
        token_ = answer.get("$skipToken")
    assert [(p["count"], p["totalRecords"], p["resultTruncated"]) for p in pages] == [(4, 6, "true"), (2, 6, "false")]
    assert {row["id"] for p in pages for row in p["data"]} == azure.estate.ids("Microsoft.CognitiveServices/accounts")
    assert query(azure, f"{text} | project id", options={"$skipToken": pages[0]["$skipToken"]}).status == 400
    assert query(azure, text, options={"$top": 4, "$skip": 5}).body["count"] == 1
    assert query(azure, text, options={"$top": 1001}).status == 400


def test_without_ids_or_with_a_limit_there_is_no_further_page(azure):
    for text in (f"{AI} | project name", f"{AI} | project id | limit 5"):
        answer = query(azure, text, options={"$top": 4}).body
        assert (answer["count"], answer["resultTruncated"], "$skipToken" in answer) == (4, "true", False)


# --- metrics --------------------------------------------------------------------------------------------------------

SPAN = "2026-10-01T10:00:00Z/2026-10-01T13:00:00Z"
METRICS = f"{ACCOUNT}/providers/Microsoft.Insights/metrics?api-version=2024-02-01&timespan={SPAN}"
METRICS += "&metricnames=AzureOpenAIRequests"
SPLIT = "&$filter=ModelDeploymentName%20eq%20'*'"


def series(answer):
    value = answer.body["value"][0]
    own = {"total", "average"}
    return {
        tuple(m["value"] for m in s["metadatavalues"]): [next((p[k] for k in own if k in p), None) for p in s["data"]]
        for s in value["timeseries"]
    }


def many(n=12):
    """An account with so many deployments, each with its own value for every hour of the day."""
    one = [
        {"dimensions": {"ModelDeploymentName": f"d{i:02d}"}, "values": [i * 100 + h for h in range(24)]}
        for i in range(n)
    ]
    head = {"resource": ACCOUNT, "namespace": "Microsoft.CognitiveServices/accounts", "name": "AzureOpenAIRequests"}
    rest = {
        "unit": "Count",
        "aggregation": "Total",
        "start": "2026-09-30T00:00:00Z",
        "interval": "PT1H",
        "series": one,
    }
    return Estate.of([{"id": ACCOUNT, "location": "West Europe"}], metrics=[head | rest])


def test_metrics_of_a_resource_are_split_by_a_filter_and_cut_at_ten():
    with serve(many()) as azure:
        cut, whole = (
            series(ask(azure, f"{METRICS}&interval=PT1H&aggregation=Total{SPLIT}{top}")) for top in ("", "&top=50")
        )
        one = series(
            ask(azure, f"{METRICS}&interval=PT1H&aggregation=Total&$filter=ModelDeploymentName%20eq%20'd03'")
        )
        coarse = series(ask(azure, f"{METRICS}&interval=PT6H&aggregation=Total"))
        other = series(ask(azure, f"{METRICS}&interval=PT1H&aggregation=Maximum"))
    assert (len(cut), len(whole)) == (10, 12)
    assert one == {("d03",): [310, 311, 312]}
    assert coarse == {(): [sum(i * 100 + h for i in range(12) for h in range(10, 16))]}
    assert other == {(): [None] * 3}


@pytest.mark.parametrize(
    "wrong",
    [
        "&interval=PT2M",
        "&interval=PT1H&aggregation=Median",
        "&interval=PT1H&$filter=nonsense",
        "&interval=PT1H&metricnames=Nope",
    ],
)
def test_metrics_that_make_no_sense_are_refused(azure, wrong):
    answer = ask(azure, METRICS + wrong)
    assert (answer.status, code(answer)) == (400, "BadRequest")


def batch(azure, named, more="", sub=SUB):
    spans = "starttime=2026-10-01T10:00:00Z&endtime=2026-10-01T13:00:00Z&interval=PT1H&aggregation=total"
    asked = f"metricnamespace=Microsoft.CognitiveServices/accounts&metricnames=AzureOpenAIRequests{more}"
    path = f"{sub}/metrics:getBatch?api-version=2024-02-01&{spans}&{asked}"
    return ask(azure, path, "POST", {"resourceids": named}, role="metrics")


def test_a_batch_of_one_region():
    twin = f"{ACCOUNT}b"
    estate = many()
    estate.records[twin.lower()] = {"id": twin, "location": "westeurope"}
    with serve(estate) as azure:
        answer = batch(azure, [ACCOUNT, twin], "&filter=ModelDeploymentName%20eq%20'*'&top=2")
        assert not azure.writes
    values = answer.body["values"]
    assert [v["resourceid"] for v in values] == [ACCOUNT, twin]
    assert [len(v["value"][0]["timeseries"]) for v in values] == [2, 0]
    names_of = ["starttime", "endtime", "interval", "value", "namespace", "resourceregion", "resourceid"]
    assert list(values[0]) == names_of  # as in MetricBatchExample.json of azure-rest-api-specs


def test_a_batch_across_regions_or_subscriptions_or_too_large_is_refused(azure):
    other = ACCOUNT.replace("ai-0000", "ai-0002")
    assert batch(azure, [ACCOUNT, other]).status == 400
    assert batch(azure, [ACCOUNT], sub=f"{SUB[:-1]}1").status == 400
    assert batch(azure, [ACCOUNT] * 51).status == 400
    assert batch(azure, [ACCOUNT] * 50).status == 200
    assert batch(azure, []).status == 400


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("forbidden", 403, "AuthorizationFailed"),
        ("not_found", 404, "ResourceNotFound"),
        ("not_registered", 409, "MissingSubscriptionRegistration"),
        ("throttled", 429, "SubscriptionRequestsThrottled"),
        ("error", 500, "InternalServerError"),
        ("expired_token", 401, "ExpiredAuthenticationToken"),
        ("claims_challenge", 401, "ExpiredAuthenticationToken"),
    ],
)
def test_a_dialled_refusal(kind, status, said):
    with serve(small(), faults=[Fault("GET */deployments", kind)]) as azure:
        answer, other = ask(azure, DEPLOYMENTS), ask(azure, ACCOUNTS)
    assert (answer.status, code(answer), other.status) == (status, said, 200)
    assert answer.headers["Retry-After"] == ("1" if kind == "throttled" else None)
    assert ("insufficient_claims" in (answer.headers["WWW-Authenticate"] or "")) == (kind == "claims_challenge")
    assert [seen.fault for seen in azure.log if seen.role == "arm"] == [kind, None]


def test_a_refusal_names_who_may_not_do_what(azure):
    azure.faults.dialled.append(Fault("GET */deployments", "forbidden"))
    client, permission = azure.environment["AZURE_CLIENT_ID"], "Microsoft.CognitiveServices/accounts/deployments/read"
    said = ask(azure, DEPLOYMENTS).body["error"]["message"]
    assert said.startswith(f"The client '{client}' with object id '{client}' does not have authorization to perform")
    assert f" action '{permission}' over scope '{DEPLOYMENTS}'" in said


def test_connections_break(azure):
    azure.faults.dialled += [Fault("GET */deployments", "reset"), Fault("GET */raipolicies", "truncated")]
    reset, truncated = ask(azure, DEPLOYMENTS), ask(azure, f"{ACCOUNT}/raiPolicies")
    assert isinstance(reset.broken, ConnectionResetError)
    assert isinstance(truncated.broken, http.client.IncompleteRead)
    assert [seen.status for seen in azure.log if seen.role == "arm"] == [0, 200]


def under_tls(azure, request):
    """What the TCP connection itself says after a request; Python's TLS shows a reset as an end."""
    sent, received = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context(cafile=azure.ca_file).wrap_bio(received, sent, server_hostname="127.0.0.1")
    parts = urlsplit(azure.url)
    with socket.create_connection((parts.hostname, parts.port)) as plain:
        while tls.version() is None or sent.pending:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                plain.sendall(sent.read())
                received.write(plain.recv(65536))
            else:
                plain.sendall(sent.read())
        tls.write(request)
        plain.sendall(sent.read())
        while plain.recv(65536):
            pass


def test_a_reset_is_one_of_tcp(azure):
    azure.faults.dialled.append(Fault("GET */deployments", "reset"))
    head = f"GET {DEPLOYMENTS}?{VERSION} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token(azure)}\r\n\r\n"
    with pytest.raises(ConnectionResetError):
        under_tls(azure, head.encode())


@pytest.mark.parametrize("kind", ["invalid_json", "html"])
def test_a_body_that_is_no_json(azure, kind):
    azure.faults.dialled.append(Fault("GET */deployments", kind))
    answer = ask(azure, DEPLOYMENTS)
    assert (answer.status, answer.body) == (200, None)


def test_a_null_list_a_slow_answer_and_a_big_page(azure):
    azure.faults.dialled += [
        Fault("GET */deployments", "null_value"),
        Fault("GET */raipolicies", "slow", seconds=0.3),
    ]
    azure.faults.dialled += [Fault("GET */privatelinkresources", "big_page")]
    assert ask(azure, DEPLOYMENTS).body == {"value": None}
    began = time.monotonic()
    assert names(ask(azure, f"{ACCOUNT}/raiPolicies")) == ["own"]
    assert time.monotonic() - began >= 0.3
    big = ask(azure, f"{ACCOUNT}/privateLinkResources")
    assert names(big) == ["account"] and 5_000_000 < len(big.text) < 6_000_000


@pytest.mark.parametrize(("kind", "links"), [("endless_same", 1), ("endless_new", 5)])
def test_a_list_without_end(azure, kind, links):
    azure.faults.dialled.append(Fault("GET */deployments", kind))
    followed, path = [], DEPLOYMENTS
    for _ in range(5):
        answer = ask(azure, path)
        assert names(answer) == ["model-00", "model-01"]
        followed.append(answer.body["nextLink"])
        path = followed[-1].removeprefix(azure.url)
    assert len(set(followed)) == links


def test_resource_graph_without_end(azure):
    azure.faults.dialled.append(Fault(f"POST {QUERY}", "endless_new", containing="authorizationresources"))
    answer = query(azure, "authorizationresources | project id")
    again = query(azure, "authorizationresources | project id", options={"$skipToken": answer.body["$skipToken"]})
    assert again.body["data"] == answer.body["data"] and again.body["$skipToken"] != answer.body["$skipToken"]
    assert "$skipToken" not in query(azure, "resources | project id").body


def test_a_link_to_a_stranger_is_seen_if_it_is_followed(azure):
    azure.faults.dialled.append(Fault("GET */deployments", "foreign_link"))
    link = ask(azure, DEPLOYMENTS).body["nextLink"]
    assert link.startswith(azure.urls["foreign"]) and not azure.routes("foreign")
    raw(azure, link)
    assert sum(azure.routes("foreign").values()) == 1


def test_an_expired_token_stays_expired(azure):
    azure.faults.dialled.append(Fault("GET */deployments", "expired_token", overall=1))
    header = {"Authorization": f"Bearer {token(azure)}"}
    urls = [f"{azure.url}{path}?{VERSION}" for path in (ACCOUNTS, DEPLOYMENTS, ACCOUNTS)]
    assert [raw(azure, url, **header).status for url in urls] == [200, 401, 401]
    assert ask(azure, DEPLOYMENTS).status == 200


def test_times_counts_for_each_url_and_overall_for_all(azure):
    other = DEPLOYMENTS.replace("ai-0000", "ai-0002")
    azure.faults.dialled.append(Fault("GET */deployments", "error", times=2, status=503))
    assert [ask(azure, path).status for path in (DEPLOYMENTS, other, DEPLOYMENTS, DEPLOYMENTS, other, other)] == [
        503,
        503,
        503,
        200,
        503,
        200,
    ]
    azure.faults.dialled[:] = [Fault("GET */accounts/*", "error", overall=1)]
    assert [ask(azure, path).status for path in (ACCOUNT, ACCOUNT, other)] == [500, 200, 200]


def drawn(seed, numbers=range(2000)):
    """What a share of refusals makes of so many requests."""
    faults = Faults([Fault("*", "throttled", share=0.1, seed=seed), Fault("*", "error", share=0.05, seed=seed)])
    asked = {n: azure_fake.http1.Request("arm", "GET", f"{ACCOUNT}?n={n}", {}, b"") for n in range(2000)}
    return {n: getattr(faults.of(asked[n]), "kind", None) for n in numbers}


def test_a_share_is_drawn_by_the_seed_and_not_by_the_order():
    count = Counter(drawn(1).values())
    assert 150 <= count["throttled"] <= 250 and 60 <= count["error"] <= 130
    assert drawn(1) == drawn(1, reversed(range(2000))) != drawn(2)


def test_a_share_strikes_at_most_three_tries_of_one_request():
    faults = Faults([Fault("*", "error", share=1.0)])
    asked = azure_fake.http1.Request("arm", "GET", ACCOUNT, {}, b"")
    assert [faults.of(asked) is not None for _ in range(5)] == [True] * 3 + [False] * 2


def test_a_fault_of_the_fake_itself_fails_the_test():
    with pytest.raises(AttributeError), serve(Estate.of([{"id": ACCOUNT, "location": "x"}])) as azure:
        azure.estate.records[ACCOUNT.lower()] = {"id": ACCOUNT, "properties": {"format": "rawxml", "value": None}}
        assert code(ask(azure, ACCOUNT)) == "FakeBroke"


# --- limits ---------------------------------------------------------------------------------------------------------


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def refused(call):
    try:
        call()
    except azure_fake.errors.Refused as refusal:
        return refusal.answer
    return None


def test_a_bucket_of_250_reads_is_refilled_with_25_a_second():
    clock = Clock()
    limits = Limits(clock)
    assert limits.read("me", "s")["x-ms-ratelimit-remaining-subscription-reads"] == "249"
    assert [refused(lambda: limits.read("me", "s")) for _ in range(249)] == [None] * 249
    assert refused(lambda: limits.read("me", "s")).headers["Retry-After"] == "1"
    assert limits.read("me", None) == {"x-ms-ratelimit-remaining-tenant-reads": "249"}
    assert limits.read("you", "s")["x-ms-ratelimit-remaining-subscription-reads"] == "249"
    clock.now = 1.0
    assert [refused(lambda: limits.read("me", "s")) is None for _ in range(26)] == [True] * 25 + [False]


def test_fifteen_queries_in_a_window_of_five_seconds():
    clock = Clock()
    limits = Limits(clock)
    left = [limits.query("me")["x-ms-user-quota-remaining"] for _ in range(15)]
    assert left == [str(n) for n in range(14, -1, -1)]
    clock.now = 2.5
    refusal = refused(lambda: limits.query("me"))
    assert (refusal.status, refusal.headers["x-ms-user-quota-resets-after"], refusal.headers["Retry-After"]) == (
        429,
        "00:00:03",
        "3",
    )
    clock.now = 5.0
    assert limits.query("me") == {"x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05"}


def test_limits_are_enforced_when_switched_on():
    with serve(small(), limits=Limits(Clock(), size=2, refill=1)) as azure:
        reads = [ask(azure, ACCOUNT) for _ in range(3)]
        queries = [query(azure, f"{AI} | count") for _ in range(16)]
    assert [r.status for r in reads] == [200, 200, 429]
    assert [r.headers["x-ms-ratelimit-remaining-subscription-reads"] for r in reads] == ["1", "0", "0"]
    assert [q.status for q in queries] == [200] * 15 + [429]
    assert [s.fault for s in azure.log if s.status == 429] == ["limit", "limit"]


# --- the server -----------------------------------------------------------------------------------------------------


def test_the_log_holds_every_request_and_no_secret(azure):
    ask(azure, f"{ACCOUNT}?{VERSION}&x=a%20b")
    query(azure, f"{AI} | count")
    login, read, _, asked = azure.log
    assert (login.role, login.subject, login.asked) == ("login", None, "")
    assert (read.route, read.query["x"], read.status) == (f"GET {ACCOUNT}", "a b", 200)
    assert read.subject == azure.environment["AZURE_CLIENT_ID"] and read.host == azure.url.removeprefix("https://")
    assert json.loads(asked.asked) == {"query": f"{AI} | count"}
    assert not [hidden for hidden in (azure.secret, *azure.authority.tokens) if hidden in repr(azure.log)]


def test_thirty_two_connections_are_answered_side_by_side():
    with serve(small(), latency=0.2) as azure:
        header = {"Authorization": f"Bearer {token(azure)}"}
        threads = [
            threading.Thread(target=raw, args=(azure, f"{azure.url}{ACCOUNT}?{VERSION}"), kwargs=header)
            for _ in range(32)
        ]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
    assert azure.routes() == {f"GET {ACCOUNT}": 32}
    assert azure.most_in_flight > 8 and took < 32 * 0.2 / 2


def test_a_connection_is_kept_for_further_requests(azure):
    header = {"Authorization": f"Bearer {token(azure)}"}
    context = ssl.create_default_context(cafile=azure.ca_file)
    connection = http.client.HTTPSConnection(urlsplit(azure.url).netloc, context=context)
    for _ in range(20):
        connection.request("GET", f"{ACCOUNT}?{VERSION}", headers=header)
        assert connection.getresponse().read()
    connection.close()
    assert azure.connections["arm"] == 1


def test_a_body_is_compressed_for_who_takes_it():
    with serve(small(), compress=True) as azure:
        header = {"Authorization": f"Bearer {token(azure)}"}
        plain, packed = (
            raw(azure, f"{azure.url}{ACCOUNTS}?{VERSION}", **header, **more)
            for more in ({}, {"Accept-Encoding": "gzip"})
        )
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.text) < len(plain.text)


# --- estates --------------------------------------------------------------------------------------------------------


def test_the_tenant_has_the_size_that_was_asked_for():
    estate = Estate.tenant()
    sizes = {name: len(estate.ids(f"Microsoft.{name}")) for name in (
        "Resources/subscriptions", "CognitiveServices/accounts", "CognitiveServices/accounts/deployments",
        "ApiManagement/service", "ApiManagement/service/apis", "Search/searchServices",
    )}  # fmt: skip
    assert list(sizes.values()) == [20, 200, 1000, 10, 1000, 20]
    assert len(estate.ids()) == len(estate.records) == len({i.lower() for i in estate.ids()})
    assert list(Estate.tenant().records.values()) == list(estate.records.values())
    whole = json.dumps(list(estate.records.values()))
    assert [whole.count(secret) for secret in estate.secrets] == [1] * 74


def served(arm, path, **query_):
    request = azure_fake.http1.Request("arm", "GET", f"{path}?{VERSION}", {}, b"")
    request.query |= query_
    return arm.answer(request)


@pytest.mark.parametrize("estate", [Estate.tenant(), Estate.of_snapshot(SAMPLE)], ids=["tenant", "sample"])
def test_every_resource_is_found_by_its_id_and_in_its_list(estate):
    arm = azure_fake.arm.Arm(estate, page_size=10_000)
    lists = {}
    for key, body in estate.records.items():
        answer = served(arm, "/" + body["id"].strip("/"))
        assert answer.status == 200 and answer.body.get("id", body["id"]) == body["id"]
        place = ids.place(key)
        if place and place.scope and place.collection not in lists:
            lists[place.collection] = served(arm, place.collection).body["value"]
        if place and place.scope and key not in estate.without_id:
            assert body["id"] in {member.get("id") for member in lists[place.collection]}


def test_the_sample_is_served_with_its_rows_and_its_metrics():
    estate = Estate.of_snapshot(SAMPLE)
    oai = next(i for i in estate.ids("Microsoft.CognitiveServices/accounts") if i.endswith("/oai-nwa-prod-weu"))
    row = next(body for key, body in estate.rows.items() if key.endswith("/oai-nwa-prod-sdc"))
    with serve(estate) as azure:
        rows = query(azure, "resources | where name == 'oai-nwa-prod-sdc' | project id, name, properties").body[
            "data"
        ]
        asked = "metricnames=GeneratedTokens&interval=PT1H&aggregation=Total&timespan=2026-09-17T06:00:00Z"
        path = f"{oai}/providers/microsoft.insights/metrics?{VERSION}&{asked}/2026-09-17T08:00:00Z{SPLIT}"
        told = ask(azure, path).body["value"][0]
    assert rows == [{"id": row["id"], "name": row["name"], "properties": row["properties"]}]
    assert [p["total"] for p in told["timeseries"][0]["data"]] == [253251, 623674]


def test_the_samples_subscriptions_health_and_activity_are_served():
    """A subscription's row as it was recorded, its chain from the nearest group up, in a state that was dialled."""
    guid = "a5515703-0000-4000-8000-000000000003"
    estate = Estate.of_snapshot(SAMPLE, states={guid: "Warned"})
    chain = ["mg-northwind-sandbox", "mg-northwind", estate.tenant_id]
    text = f"resourcecontainers | where id endswith '{guid}' | project name, properties"
    health = "healthresources | where properties.targetResourceType =~ 'Microsoft.CognitiveServices/accounts' | count"
    events = f"/providers/Microsoft.Insights/eventtypes/management/values?{VERSION}"
    with serve(estate) as azure:
        rows, counted = query(azure, text).body["data"], query(azure, health).body["data"]
        told = {s: ask(azure, f"/subscriptions/{s}{events}").body["value"] for s in sorted(estate.groups[chain[1]])}
    own = estate.rows[f"/subscriptions/{guid}"]
    assert rows == [{"name": "sub-nwa-dev", "properties": own["properties"] | {"state": "Warned"}}]
    assert [group["name"] for group in own["properties"]["managementGroupAncestorsChain"]] == chain
    assert estate.groups[chain[0]] == [guid]
    assert estate.ancestors(guid) == {"", *(f"/providers/microsoft.management/managementgroups/{n}" for n in chain)}
    assert counted == [{"Count": len(estate.of_type("Microsoft.ResourceHealth/availabilityStatuses"))}]
    assert counted[0]["Count"] > 5
    assert {s: [e["operationName"]["value"].split("/")[-2] for e in found] for s, found in told.items() if found} == {
        guid: ["regenerateKey"]
    }


def test_the_client_is_told_of_a_refusal_as_by_the_real_one(environment):
    environment.faults.dialled.append(Fault(f"POST {QUERY}", "forbidden"))
    with (
        EnvironmentCredential(disable_instance_discovery=True) as credential,
        graph_client(environment, credential) as client,
        pytest.raises(HttpResponseError) as refusal,
    ):
        client.resources(QueryRequest(query="resources"))
    assert (refusal.value.status_code, refusal.value.error.code) == (403, "AuthorizationFailed")
