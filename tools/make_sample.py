"""The sample estate: an invented company's Azure, as `readiness collect` would have read it.

    python -m tools.make_sample

writes `readiness/sample/estate.jsonl.gz`. Nothing here is real: Northwind Assist, its GUIDs, its people and
its addresses (RFC 5737, RFC 6761) are made up; the shapes are those of real answers. `docs/sample.md` names
every planted mistake and gap, `tests/data/sample-expected.yaml` what the rules must say of them. Change the
estate here, write down there what you expect, and only then run a scan. The same interpreter gives the same
bytes; another zlib may pack the same lines differently.
"""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from tools.sample_cast import (
    AIF_DEV,
    AIF_HUB,
    AIF_INSIGHTS,
    APIM_HUB,
    APIM_SDC,
    APP,
    APP_SDC,
    APPI_HUB,
    APPI_PROD,
    CACHE,
    CHATS,
    DOCUMENTS,
    EDGE,
    EDGE_WAF,
    FILTER_INSIGHTS,
    FILTER_SDC,
    FILTER_WEU,
    INGEST,
    OAI_DEV,
    OAI_HUB_SDC,
    OAI_SDC,
    OAI_WEU,
    PARTNER_DESK,
    PARTNERS,
    PE_CHATS,
    PE_HUB,
    PE_HUB_SDC,
    PE_INSIGHTS,
    PE_SDC,
    PE_SEARCH,
    PE_WEU,
    SPEECH,
    SRCH_DEV,
    SRCH_HUB,
    SRCH_SDC,
    SRCH_WEU,
    TICKETS,
    TICKETS_APP,
    TICKETS_IDENTITY,
    TICKETS_LOADER,
    VAULT_HUB,
    VAULT_PROD,
)
from tools.sample_measured import measured
from tools.sample_shapes import (
    ACCOUNT_CONNECTIONS,
    ACTIVITY_LOG,
    ASSIST,
    BUDGETS,
    CAPACITIES,
    COLLECTED,
    DEV,
    DIAGNOSTIC_SETTINGS,
    EMBEDDINGS,
    EVENTS,
    HUB,
    INSIGHTS,
    LAB,
    LINK_RESOURCES,
    LISTED_BY_GRAPH,
    LISTED_BY_PARENT,
    LISTED_BY_SUBSCRIPTION,
    LOG_CATEGORIES,
    LOGGED,
    METRICS,
    MODELS,
    OPERATIONS,
    PLATFORM,
    PRICINGS,
    PROD,
    PROD_SDC,
    RESERVATIONS,
    RG_DEV,
    RG_HUB,
    RG_PROD,
    RG_PROD_SDC,
    SANDBOX,
    SHARED_LINKS,
    SUBSCRIPTION_IDS,
    SUBSCRIPTIONS,
    TOP,
    TRIAL,
    USAGES,
    Json,
    account,
    api,
    app_gateway,
    approved,
    at,
    backend,
    certificate,
    component,
    connection,
    content_filter,
    cosmos,
    defender_setting,
    deployment,
    diagnostic,
    endpoint,
    forbidden,
    front_door,
    front_door_waf,
    gateway,
    gateway_key,
    graph_row,
    host,
    logger,
    moment,
    not_registered,
    of_search,
    only_from,
    origin,
    origin_group,
    own_key,
    pool,
    pricing,
    project,
    record,
    redis,
    reference,
    search_service,
    secret_value,
    shared_link,
    site,
    site_config,
    storage,
    subnet,
    subscription,
    throttled,
    timed_out,
    tool,
    type_of,
    vault,
    vault_host,
    version_of,
)
from tools.sample_supply import offers
from tools.sample_surroundings import (
    access,
    names,
    networks,
    policies,
    supply,
    watching,
)

TARGET = Path(__file__).resolve().parent.parent / "readiness" / "sample" / "estate.jsonl.gz"


def containers() -> Iterator[Json]:
    """Development lies in a management group of its own, below that of all."""
    yield record(subscription(HUB, "sub-nwa-hub", TOP), source="graph")
    yield record(subscription(PROD, "sub-nwa-prod", TOP), source="graph")
    yield record(subscription(PROD_SDC, "sub-nwa-prod-sdc", TOP), source="graph")
    yield record(subscription(DEV, "sub-nwa-dev", SANDBOX), source="graph")


def accounts() -> Iterator[Json]:
    yield record(private_account())
    yield record(second_region_account(), source="graph")
    yield record(insights_account())
    yield record(hub_account())
    yield record(standby_account())
    yield record(lab_account())
    yield record(trial_account())
    yield record(account(SPEECH, "SpeechServices", "westeurope", ASSIST, "2026-03-30"))


def private_account() -> Json:
    """As it should be. The network rules say Allow, and do nothing: public access is off."""
    links = [
        connection(OAI_WEU, "westeurope", PE_WEU, "Approved", "Auto-Approved"),
        connection(OAI_WEU, "westeurope", of_search("srch-nwa-prod-weu"), "Approved", "knowledge base"),
    ]
    return account(
        OAI_WEU,
        "OpenAI",
        "westeurope",
        ASSIST,
        "2026-02-12",
        disableLocalAuth=True,
        publicNetworkAccess="Disabled",
        networkAcls={"defaultAction": "Allow", "virtualNetworkRules": [], "ipRules": []},
        privateEndpointConnections=links,
        encryption=own_key(VAULT_HUB, "cmk-assist"),
        restrictOutboundNetworkAccess=True,
        allowedFqdnList=["stnwaprodweu.blob.core.windows.net"],
    )


def second_region_account() -> Json:
    """Its own answer timed out: this is its row of Resource Graph, without its network rules."""
    links = [
        connection(OAI_SDC, "swedencentral", PE_SDC, "Approved", "Auto-Approved"),
        connection(OAI_SDC, "swedencentral", of_search("srch-nwa-prod-sdc"), "Pending", "knowledge base"),
    ]
    whole = account(
        OAI_SDC,
        "OpenAI",
        "swedencentral",
        ASSIST,
        "2026-04-21",
        disableLocalAuth=True,
        privateEndpointConnections=links,
        restrictOutboundNetworkAccess=True,
        allowedFqdnList=["stnwaprodweu.blob.core.windows.net"],
    )
    return graph_row(whole, "networkAcls", "callRateLimit")


def insights_account() -> Json:
    """Shut to all but the office; its private endpoint waits for approval, its keys work.

    It lets in what Azure trusts, though nothing of its workload comes that way, and may call out to anywhere. It is
    encrypted with the key of an older project, in a vault that can be purged.
    """
    link = connection(AIF_INSIGHTS, "westeurope", PE_INSIGHTS, "Pending", "Please approve: insights team")
    return account(
        AIF_INSIGHTS,
        "AIServices",
        "westeurope",
        INSIGHTS,
        "2026-05-18",
        disableLocalAuth=False,
        networkAcls=only_from("203.0.113.16/28", "198.51.100.7"),
        privateEndpointConnections=[link],
        encryption=own_key(VAULT_PROD, "cmk-pilot"),
    )


def hub_account() -> Json:
    """The platform team's own, with a project for the partners; the office's /28 was written as a /20."""
    agents = subnet(AIF_HUB, "westeurope").replace("endpoints", "agents")
    link = connection(AIF_HUB, "westeurope", PE_HUB, "Approved", "Auto-Approved")
    return account(
        AIF_HUB,
        "AIServices",
        "westeurope",
        PLATFORM,
        "2026-02-10",
        disableLocalAuth=True,
        networkAcls=only_from("203.0.112.0/20"),
        privateEndpointConnections=[link],
        restrictOutboundNetworkAccess=True,
        allowedFqdnList=["oai-nwa-prod-weu.openai.azure.com", "srch-nwa-hub-weu.search.windows.net"],
        associatedProjects=["partner-desk"],
        defaultProject="partner-desk",
        networkInjections=[{"scenario": "agent", "subnetArmId": agents, "useMicrosoftManagedNetwork": False}],
    )


def standby_account() -> Json:
    """What the platform falls back on: closed, without keys, watched by the logs of its own region."""
    return account(
        OAI_HUB_SDC,
        "OpenAI",
        "swedencentral",
        PLATFORM,
        "2026-06-22",
        disableLocalAuth=True,
        publicNetworkAccess="Disabled",
        privateEndpointConnections=[
            connection(OAI_HUB_SDC, "swedencentral", PE_HUB_SDC, "Approved", "Auto-Approved")
        ],
        restrictOutboundNetworkAccess=True,
        allowedFqdnList=["srch-nwa-hub-weu.search.windows.net"],
    )


def trial_account() -> Json:
    """Where the platform team tries what it will run: as in production, but for its capacity."""
    return account(
        AIF_DEV,
        "AIServices",
        "westeurope",
        TRIAL,
        "2026-06-24",
        disableLocalAuth=True,
        networkAcls={**only_from("203.0.113.16/28"), "bypass": "None"},
        restrictOutboundNetworkAccess=True,
        allowedFqdnList=["srch-nwa-hub-weu.search.windows.net"],
    )


def lab_account() -> Json:
    """Made in the portal in a minute: open, with keys, without an identity."""
    made = account(OAI_DEV, "OpenAI", "westeurope", LAB, "2026-05-06")
    del made["identity"]
    return made


def deployments() -> Iterator[Json]:
    """`chat-ptu` spills over to `chat`, as it should; `summarise-ptu` does too, across region and filter.

    The platform has the same model in two regions, and in development. `loadtest-ptu` was for one afternoon in May,
    and bills by the hour since.
    """
    stays = {"versionUpgradeOption": "OnceCurrentVersionExpired"}
    pinned = {"versionUpgradeOption": "NoAutoUpgrade", "capabilities": EMBEDDINGS, "dynamicThrottlingEnabled": False}
    spills = {**stays, "spilloverDeploymentName": "chat"}
    filtered = {"raiPolicyName": "nwa-assist"}
    model = "gpt-5.1 2025-11-13"
    hurried = {**stays, "serviceTier": "Priority"}
    for made in (
        deployment(OAI_WEU, "chat", "DataZoneStandard", 500, model, **stays, **filtered),
        deployment(OAI_WEU, "chat-ptu", "DataZoneProvisionedManaged", 100, model, **spills, **filtered),
        deployment(OAI_WEU, "summarise-ptu", "ProvisionedManaged", 50, model, **spills),
        deployment(OAI_WEU, "embed-knowledge", "Standard", 350, "text-embedding-3-large 1", **pinned),
        deployment(OAI_WEU, "evaluate-nightly", "DataZoneBatch", 200, model, **stays, **filtered),
        deployment(AIF_HUB, "partner-chat", "DataZoneStandard", 100, model, **hurried),
        deployment(OAI_HUB_SDC, "partner-chat", "DataZoneStandard", 60, model, **hurried),
        deployment(AIF_DEV, "partner-chat", "DataZoneStandard", 10, model, **stays),
        deployment(OAI_SDC, "chat-ptu", "ProvisionedManaged", 50, model, **stays, **filtered),
        deployment(AIF_INSIGHTS, "classify", "GlobalStandard", 120, "gpt-5-mini 2025-08-07", raiPolicyName="tickets"),
        deployment(
            AIF_INSIGHTS,
            "embed-tickets",
            "Standard",
            120,
            "text-embedding-3-small 1",
            capabilities=EMBEDDINGS,
        ),
        deployment(OAI_DEV, "chat-dev", "Standard", 30, "gpt-5-mini 2025-08-07", dynamicThrottlingEnabled=True),
        deployment(OAI_DEV, "loadtest-ptu", "DataZoneProvisionedManaged", 15, "gpt-5-mini 2025-08-07"),
    ):
        yield record(made)


def filters() -> Iterator[Json]:
    """The first is as meant; the second was copied by hand long ago; the third lets insults through to be sorted."""
    lenient = {"blocking": False}
    yield record(content_filter(FILTER_WEU, "Blocking", {}))
    old: dict[str, Json] = {"Jailbreak": lenient, "Protected Material Code": {"enabled": False, "blocking": False}}
    yield record(content_filter(FILTER_SDC, "Default", old, without=("Indirect Attack",)))
    insults: dict[str, Json] = {"Hate": lenient, "Violence": {"severityThreshold": "High"}}
    yield record(content_filter(FILTER_INSIGHTS, "Asynchronous_filter", insults))


def connections() -> Iterator[Json]:
    """The partners' project calls the models as itself; the insights team stored a key of its documents."""
    yield record(project(PARTNER_DESK, "westeurope", PLATFORM, "Partner desk"))
    models = {"ApiType": "Azure", "ResourceId": OAI_WEU}
    chat = f"{PARTNER_DESK}/connections/oai-nwa-prod-weu"
    yield record(tool(chat, "AzureOpenAI", "AAD", "https://oai-nwa-prod-weu.openai.azure.com/", models))
    files = {"AccountName": "stnwainsightsprod", "ContainerName": "tickets"}
    tickets = f"{AIF_INSIGHTS}/connections/tickets"
    yield record(tool(tickets, "AzureBlob", "AccountKey", "https://stnwainsightsprod.blob.core.windows.net/", files))


def defender() -> Iterator[Json]:
    """The plan of the first spoke is on, that of development is off; the hub's may not be read.

    In Sweden's subscription nobody ever used Defender. One account says by itself what it wants of it.
    """
    evidence = [{"name": "AIPromptEvidence", "isEnabled": "True"}]
    standard = {"pricingTier": "Standard", "enablementTime": at("2026-02-11"), "extensions": evidence}
    yield record(pricing(PROD, **standard, resourcesCoverageStatus="FullyCovered"))
    yield record(pricing(DEV, pricingTier="Free", resourcesCoverageStatus="NotCovered"))
    yield record(defender_setting(OAI_WEU, "Enabled"))


def gateways() -> Iterator[Json]:
    yield record(hub_gateway())
    hosts = [
        host("apim-nwa-prod-sdc.azure-api.net"),
        vault_host("api.se.northwind.example", "api-se-tls", "2027-05-11"),
    ]
    yield record(gateway(APIM_SDC, "Sweden Central", "Standard", 1, ASSIST, hosts))


def hub_gateway() -> Json:
    """Two regions, two names: one certificate is Key Vault's, one was uploaded by hand and runs out in 20 days."""
    partners = "partners.northwind.example"
    expiry = (COLLECTED + timedelta(days=20)).date().isoformat()
    hosts = [
        host("apim-nwa-hub-weu.azure-api.net"),
        vault_host("api.northwind.example", "api-tls", "2027-04-18"),
        host(partners, "Custom", certificate(partners, expiry)),
    ]
    network = {"subnetResourceId": subnet(APIM_HUB, "westeurope").replace("endpoints", "gateway")}
    return gateway(
        APIM_HUB,
        "West Europe",
        "Premium",
        2,
        PLATFORM,
        hosts,
        additionalLocations=[further_location()],
        virtualNetworkType="External",
        virtualNetworkConfiguration=network,
    )


def further_location() -> Json:
    network = {"subnetResourceId": subnet(APIM_HUB, "swedencentral").replace("endpoints", "gateway")}
    return {
        "location": "Sweden Central",
        "sku": {"name": "Premium", "capacity": 2},
        "zones": None,
        "publicIPAddresses": ["192.0.2.47"],
        "privateIPAddresses": None,
        "publicIpAddressId": None,
        "virtualNetworkConfiguration": network,
        "gatewayRegionalUrl": "https://apim-nwa-hub-weu-swedencentral-01.regional.azure-api.net",
        "natGatewayState": "Disabled",
        "disableGateway": False,
        "platformVersion": "stv2",
    }


def backends() -> Iterator[Json]:
    """The hub spreads over two accounts, one of which nobody told to trip on 429; Sweden's pool has one member."""
    throttled_or_broken = ((429, 429), (500, 599))
    weu, sdc = "https://oai-nwa-prod-weu.openai.azure.com/openai", "https://oai-nwa-prod-sdc.openai.azure.com/openai"
    yield record(backend(f"{APIM_HUB}/backends/oai-weu", weu, *throttled_or_broken))
    yield record(backend(f"{APIM_HUB}/backends/oai-sdc", sdc, (500, 599)))
    yield record(pool(f"{APIM_HUB}/backends/models", f"{APIM_HUB}/backends/oai-weu", f"{APIM_HUB}/backends/oai-sdc"))
    unchecked = {"validateCertificateName": False}
    yield record(backend(f"{APIM_SDC}/backends/oai-sdc", sdc, *throttled_or_broken, **unchecked))
    yield record(pool(f"{APIM_SDC}/backends/models", f"{APIM_SDC}/backends/oai-sdc"))


def gateway_secrets() -> Iterator[Json]:
    """Two secrets lie in the vault, one in the gateway; the partners share a key to all there is."""
    for name in ("appi-connection-string", "cache-connection"):
        yield record(secret_value(f"{APIM_HUB}/namedValues/{name}", name))
    yield record(secret_value(f"{APIM_HUB}/namedValues/partner-webhook-token"))
    built_in = "Built-in all-access subscription"
    yield record(gateway_key(f"{APIM_HUB}/subscriptions/master", f"{APIM_HUB}/", built_in))
    yield record(gateway_key(f"{APIM_HUB}/subscriptions/partners", f"{APIM_HUB}/apis", "Partners", traced=True))
    yield record(gateway_key(f"{APIM_SDC}/subscriptions/master", f"{APIM_SDC}/", built_in))


def gateway_logs() -> Iterator[Json]:
    """The hub reports to Application Insights, masked; Sweden to Azure Monitor, callers' tokens and all."""
    appi, monitor = f"{APIM_HUB}/loggers/appi-nwa-hub-weu", f"{APIM_SDC}/loggers/azuremonitor"
    credentials = {"connectionString": "{{appi-connection-string}}", "identityClientId": "SystemAssigned"}
    yield record(logger(appi, "applicationInsights", APPI_HUB, credentials))
    yield record(logger(monitor, "azureMonitor"))
    masked = {
        "headers": ["x-correlation-id", "api-key"],
        "body": {"bytes": 0},
        "dataMasking": {"headers": [{"value": "api-key", "mode": "Mask"}]},
    }
    to_insights = f"{APIM_HUB}/diagnostics/applicationinsights"
    yield record(diagnostic(to_insights, appi, 25, masked, metrics=True, httpCorrelationProtocol="W3C"))
    bare = {"headers": ["Authorization", "User-Agent"], "body": {"bytes": 8192}}
    yield record(diagnostic(f"{APIM_SDC}/diagnostics/azuremonitor", monitor, 100, bare))


def apis() -> Iterator[Json]:
    """One draft revision opened http for a trial; it is not the current one."""
    draft = {"apiRevision": "2", "displayName": "Assist Chat"}
    yield record(api(APIM_HUB, "assist-chat", "assist/chat", "https"))
    yield record(api(APIM_HUB, "assist-chat;rev=2", "assist/chat", "http", "https", **draft))
    yield record(api(APIM_HUB, "partner-webhook", "partners/webhook", "http", "https", subscriptionRequired=False))
    yield record(api(APIM_SDC, "assist-chat", "assist/chat", "https"))
    yield record(api(APIM_SDC, "assist-realtime", "assist/realtime", "wss", type="websocket"))


def searches() -> Iterator[Json]:
    """The first embeds its link alone, the second shows [] beside a link, the third's links may not be read."""
    link, pending = shared_link(SRCH_WEU, OAI_WEU, "Approved"), shared_link(SRCH_SDC, OAI_SDC, "Pending")
    yield record(closed_search(link))
    yield record(search_service(SRCH_SDC, "Sweden Central", "standard", 1, ASSIST))
    yield record(pending)
    office = {"ipRules": [{"value": "203.0.113.16/28"}], "bypass": "AzureServices"}
    hub = search_service(
        SRCH_HUB, "West Europe", "standard", 2, PLATFORM, networkRuleSet=office, semanticSearch="free"
    )
    yield record(graph_row(hub, "sharedPrivateLinkResources"), source="graph")
    keys = {"disableLocalAuth": False, "authOptions": {"apiKeyOnly": {}}}
    yield record(search_service(SRCH_DEV, "West Europe", "free", 1, LAB, semanticSearch="free", **keys))


def closed_search(link: Json) -> Json:
    """As it should be: reached by its endpoint alone, its indexes under the company's own key."""
    return search_service(
        SRCH_WEU,
        "West Europe",
        "standard",
        3,
        ASSIST,
        publicNetworkAccess="Disabled",
        privateEndpointConnections=[approved(SRCH_WEU, PE_SEARCH, "searchService")],
        sharedPrivateLinkResources=[link],
        encryptionWithCmk={"enforcement": "Enabled", "encryptionComplianceStatus": "Compliant"},
    )


def apps() -> Iterator[Json]:
    """The app is in order; the loader of documents bypasses the network and may not read its secret.

    A copy of the app stands by in Sweden. Those of the insights team share one identity.
    """
    function, web = "functionapp,linux", "app,linux"
    for app, kind, tags, routes_all in (
        (APP, web, ASSIST, True),
        (INGEST, function, ASSIST, False),
        (APP_SDC, web, ASSIST, True),
    ):
        yield record(site(app, kind, tags, routes_all=routes_all))
        yield record(site_config(app, tags))
    for app, kind in ((TICKETS_APP, web), (TICKETS_LOADER, function)):
        yield record(site(app, kind, INSIGHTS, routes_all=True, identity=TICKETS_IDENTITY))
        yield record(site_config(app, INSIGHTS))
    found = "Reference has been successfully resolved."
    refused = "The app's identity has no access to the vault's secrets."
    yield record(reference(APP, "SESSION_SIGNING_KEY", "session-signing", "Resolved", found))
    yield record(reference(INGEST, "CRM_PASSWORD", "crm-password", "AccessToKeyVaultDenied", refused))


def data() -> Iterator[Json]:
    """Where conversations, documents and secrets lie."""
    yield record(cosmos(CHATS, ASSIST, PE_CHATS))
    yield record(redis(CACHE, ASSIST))
    yield record(storage(DOCUMENTS, ASSIST, keys=False))
    yield record(storage(TICKETS, INSIGHTS, keys=True))
    yield record(vault(VAULT_HUB, PLATFORM, enablePurgeProtection=True))
    yield record(vault(VAULT_PROD, ASSIST))


def telemetry() -> Iterator[Json]:
    yield record(component(APPI_HUB, PLATFORM, keys=False))
    yield record(component(APPI_PROD, ASSIST, keys=True))


def edge() -> Iterator[Json]:
    """Front Door for people, patient and guarded; a gateway for partners' devices that hangs up after 30 seconds."""
    yield record(front_door(EDGE, PLATFORM, 240))
    yield record(origin_group(EDGE, "api"))
    yield record(origin(f"{EDGE}/originGroups/api", "apim-hub", "api.northwind.example"))
    yield record(front_door_waf(EDGE_WAF, PLATFORM, EDGE))
    yield record(app_gateway(PARTNERS, PLATFORM, "apim-nwa-hub-weu.azure-api.net", 30))


def endpoints() -> Iterator[Json]:
    open_ = ("Approved", "Auto-Approved")
    waiting = ("Pending", "Please approve: insights team")
    yield record(endpoint(PE_WEU, "westeurope", ASSIST, OAI_WEU, *open_))
    yield record(endpoint(PE_SDC, "swedencentral", ASSIST, OAI_SDC, *open_))
    yield record(endpoint(PE_INSIGHTS, "westeurope", INSIGHTS, AIF_INSIGHTS, *waiting, manual=True))
    yield record(endpoint(PE_HUB, "westeurope", PLATFORM, AIF_HUB, *open_))
    yield record(endpoint(PE_HUB_SDC, "swedencentral", PLATFORM, OAI_HUB_SDC, *open_))
    yield record(endpoint(PE_SEARCH, "westeurope", ASSIST, SRCH_WEU, *open_, group="searchService"))
    yield record(endpoint(PE_CHATS, "westeurope", ASSIST, CHATS, *open_, group="Sql"))


def gaps() -> Iterator[Json]:
    links, tools = "search.sharedPrivateLinkResources.list", "cognitiveservices.accountConnections.list"
    yield {"gap": timed_out("cognitiveservices.accounts.get", OAI_SDC, "properties.networkAcls")}
    yield {"gap": throttled(tools, OAI_SDC, ACCOUNT_CONNECTIONS, 187)}
    yield {"gap": throttled("monitor.metrics", AIF_INSIGHTS, METRICS, 212)}
    yield {"gap": forbidden(links, SRCH_HUB, SHARED_LINKS, SRCH_HUB)}
    yield {"gap": forbidden("security.pricings.get", HUB, PRICINGS, f"{HUB}/providers/{PRICINGS}/AI")}
    yield {"gap": not_registered("security.pricings.get", PROD_SDC, PRICINGS)}
    region = offers(DEV, "westeurope")
    yield {"gap": forbidden("cognitiveservices.usages.list", region, USAGES, region)}


# The snapshot


def resources() -> list[Json]:
    rooms = (
        *(containers, accounts, deployments, filters, connections, defender),
        *(gateways, apis, backends, gateway_secrets, gateway_logs, policies),
        *(searches, apps, data, telemetry, edge, endpoints),
        *(networks, names, watching, access, supply),
    )
    return [made for room in rooms for made in room()]


def reads(records: Iterable[Json], refused: set[tuple[str, str]]) -> Iterator[Json]:
    """What was read to the end: every type in every subscription, every child list of every parent."""
    present = [f"/{made['resource']['id'].lstrip('/')}" for made in records]
    for subscription_id in SUBSCRIPTION_IDS:
        yield read("subscriptions.list", subscription_id, SUBSCRIPTIONS, 1)
        yield read("resourcegraph.resources", subscription_id, SUBSCRIPTIONS, 1, "graph")
        for of in LISTED_BY_GRAPH:
            number = count(present, subscription_id, of) + above(present, of, subscription_id)
            yield read("resourcegraph.resources", subscription_id, of, number, "graph")
        for of, operation in LISTED_BY_SUBSCRIPTION.items():
            if (subscription_id, of) not in refused:
                written = EVENTS if of == ACTIVITY_LOG else of
                yield read(operation, subscription_id, of, count(present, subscription_id, written))
    for group in (RG_HUB, RG_PROD, RG_PROD_SDC, RG_DEV):
        yield read("consumption.budgets.list", group, BUDGETS, count(present, group, BUDGETS))
    yield read("capacity.reservations.list", RESERVED, RESERVATIONS, count(present, RESERVED, RESERVATIONS))
    for of, (parents, operation) in LISTED_BY_PARENT.items():
        for parent in (each for each in present if is_of(each, parents)):
            if (parent, of) not in refused and parent not in NOT_ASKED.get(of, ()):
                yield read(operation, parent, of, count(present, parent, of))
    yield from further_reads(present, refused)


RESERVED = "/providers/Microsoft.Capacity"
"""Below which the reservations of the whole tenant are listed."""
NOT_ASKED = {
    SHARED_LINKS: (SRCH_WEU,),  # its own record embeds them
    OPERATIONS: (f"{APIM_HUB}/apis/assist-chat;rev=2",),  # not current
    LINK_RESOURCES: (AIF_INSIGHTS, OAI_DEV, AIF_DEV, SPEECH),  # no private endpoint of theirs is approved
}
"""Lists of children that nobody needed, or that were seen before they were asked for."""


def further_reads(present: list[str], refused: set[tuple[str, str]]) -> Iterator[Json]:
    """The logs of each resource that has some, and what each region with deployments offers."""
    for account_id in (OAI_WEU, OAI_SDC, AIF_INSIGHTS, AIF_HUB, OAI_HUB_SDC, AIF_DEV, OAI_DEV):
        number = count(present, account_id, LOG_CATEGORIES)
        yield read("monitor.diagnosticSettingsCategories.list", account_id, LOG_CATEGORIES, number)
    for target in (each for of in LOGGED for each in present if is_of(each, of)):
        number = count(present, target, DIAGNOSTIC_SETTINGS)
        yield read("monitor.diagnosticSettings.list", target, DIAGNOSTIC_SETTINGS, number)
    for place in (offers(*each) for each in REGIONS_IN_USE):
        for of in (each for each in (MODELS, USAGES) if (place, each) not in refused):
            operation = f"cognitiveservices.{of.rpartition('/')[2]}.list"
            yield read(operation, place, of, count(present, place, of))
        yield read("cognitiveservices.modelCapacities.list", place, CAPACITIES, count(present, place, CAPACITIES))


REGIONS_IN_USE = (
    *((HUB, "westeurope"), (HUB, "swedencentral")),
    *((PROD, "westeurope"), (PROD_SDC, "swedencentral"), (DEV, "westeurope")),
)
"""Where models are deployed."""


def is_of(resource_id: str, of: str) -> bool:
    return type_of(resource_id).casefold() == of.casefold()


def count(present: Iterable[str], scope: str, of: str) -> int:
    return sum(each.casefold().startswith(f"{scope}/".casefold()) and is_of(each, of) for each in present)


def above(present: Iterable[str], of: str, subscription_id: str) -> int:
    """How many a subscription inherits from the management groups above it, or shares with all others."""
    elsewhere = SANDBOX if subscription_id != DEV else ""
    return sum(
        each.startswith("/providers/") and is_of(each, of) and not (elsewhere and each.startswith(f"{elsewhere}/"))
        for each in present
    )


def read(operation: str, scope: str, of: str, number: int, version: str | None = None) -> Json:
    return {
        "read": {
            "operation": operation,
            "scope": scope,
            "type": of,
            "count": number,
            "api_version": version_of(version or of),
            "at": moment(COLLECTED),
        }
    }


def header() -> Json:
    subscriptions = [each.rpartition("/")[2] for each in SUBSCRIPTION_IDS]
    return {
        "schema": "readiness/snapshot/1",
        "collected_at": moment(COLLECTED),
        "tool": {"name": "readiness", "version": "0.1.0"},
        "scope": {"subscriptions": subscriptions},
        "cloud": "AzureCloud",
    }


def order(made: Json) -> tuple[str, ...]:
    """By kind, then by id; a gap or a read has its scope, type and path for an id, metrics have their name."""
    kind = next(kind for kind in ("gap", "metrics", "read", "resource") if kind in made)
    body = made[kind]
    more = [body["name"]] if kind == "metrics" else [body.get("type"), body.get("path")]
    parts = [body.get("id") or body.get("resource") or body["scope"], *more]
    return (kind, *(str(part or "").casefold() for part in parts))


def estate() -> list[Json]:
    """The whole snapshot: its header, then its records in order."""
    found, unread = resources(), list(gaps())
    refused = {(each["gap"]["scope"], each["gap"]["type"]) for each in unread}
    return [header(), *sorted([*found, *measured(), *unread, *reads(found, refused)], key=order)]


def lines() -> str:
    return "".join(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n" for made in estate())


def packed(text: str) -> bytes:
    """Without a time and a file name in the header, so that the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as stream:
        stream.write(text.encode())
    return buffer.getvalue()


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(packed(lines()))
    for of, number in sorted(Counter(type_of(made["resource"]["id"]) for made in resources()).items()):
        print(f"{number:4} {of}")
    print(f"{TARGET.stat().st_size} bytes in {TARGET}")


if __name__ == "__main__":
    main()
