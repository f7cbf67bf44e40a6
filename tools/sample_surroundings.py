"""What stands around the sample's models: networks, monitoring, access, supply, gateway policies, metrics.

Each function is a room of the estate that `make_sample.py` puts together; the planted mistakes are named in
`docs/sample.md`, and beside them here.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_access import (
    AI_CONTRIBUTOR,
    ENCRYPTION_USER,
    FOUNDRY_USER,
    INDEX_CONTRIBUTOR,
    INDEX_READER,
    OPENAI_USER,
    OWNER,
    SECRETS_USER,
    activated,
    assignment,
    built_in,
    eligible,
    identity_of,
    initiative,
    lock,
    policy_assignment,
    role,
    vault_key,
)
from tools.sample_cast import (
    AIF_DEV,
    AIF_HUB,
    AIF_INSIGHTS,
    APIM_HUB,
    APIM_SDC,
    APP,
    ASSIST_CHAT,
    CACHE,
    CENTRAL_LOGS,
    CHAT_TESTER,
    EDGE,
    INGEST,
    INSIGHTS_DESK,
    MODEL_OPERATOR,
    MODEL_POLICIES,
    NET_HUB,
    NET_HUB_SDC,
    NET_PROD,
    NET_SDC,
    OAI_DEV,
    OAI_HUB_SDC,
    OAI_SDC,
    OAI_WEU,
    ON_CALL,
    PE_HUB_SDC,
    PE_SDC,
    PE_WEU,
    SRCH_HUB,
    SRCH_SDC,
    SRCH_WEU,
    SWEDISH_LOGS,
    TICKETS_APP,
    TICKETS_LOADER,
    VAULT_HUB,
    VAULT_PROD,
    WAY_OUT,
    ZONE_COGNITIVE,
    ZONE_OPENAI,
)
from tools.sample_gateway import cache, fragment, in_product, operation, policy, product
from tools.sample_networks import (
    network,
    peering,
    room,
    route,
    route_table,
    rule_of,
    security_group,
    zone,
    zone_group,
    zone_link,
)
from tools.sample_shapes import (
    ACTION_GROUPS,
    ACTIVITY_ALERTS,
    ASSIST,
    DEV,
    GATEWAYS,
    HUB,
    INSIGHTS,
    METRIC_ALERTS,
    PLATFORM,
    PROD,
    PROD_SDC,
    QUERY_ALERTS,
    RG_HUB,
    RG_PROD,
    SANDBOX,
    SECURITY_GROUPS,
    TENANT,
    TOP,
    Json,
    api,
    guid,
    record,
    tenant_row,
)
from tools.sample_supply import capacity, link_resource, model, offers, reservation, sold_as, usage
from tools.sample_watching import (
    action_group,
    activity_alert,
    all_of_them,
    budget,
    criterion,
    diagnostic_setting,
    event,
    has,
    has_any,
    healthy,
    log_category,
    logged,
    measured_too,
    metric_alert,
    narrowed,
    query_alert,
    workspace,
)

DESK = "desk@northwind.example"


def networks() -> Iterator[Json]:
    """A hub in each region, a spoke on each; Sweden's spoke lost its peering, and nothing guards its endpoints.

    Both hubs reach West Europe's spoke.
    """
    yield record(network(NET_HUB, PLATFORM, "10.10.0.0/16", hub_rooms(), [peering(NET_HUB, NET_PROD)]))
    hub_sdc = [room(NET_HUB_SDC, "snet-gateway", "10.20.0.0/24"), room(NET_HUB_SDC, "snet-endpoints", "10.20.1.0/24")]
    yield record(network(NET_HUB_SDC, PLATFORM, "10.20.0.0/16", hub_sdc, [peering(NET_HUB_SDC, NET_PROD)]))
    both = [peering(NET_PROD, NET_HUB), peering(NET_PROD, NET_HUB_SDC)]
    yield record(network(NET_PROD, ASSIST, "10.30.0.0/16", prod_rooms(), both))
    sdc = [
        room(NET_SDC, "snet-endpoints", "10.40.1.0/24"),
        room(NET_SDC, "snet-apps", "10.40.2.0/24", delegate="Microsoft.Web/serverFarms"),
    ]
    lost = [peering(NET_SDC, NET_HUB_SDC, "Disconnected")]
    yield record(network(NET_SDC, ASSIST, "10.40.0.0/16", sdc, lost))
    control = route("control", "ApiManagement", "Internet")
    to_firewall = route("all", "0.0.0.0/0", "VirtualAppliance", "10.10.4.4")
    yield record(route_table(WAY_OUT, PLATFORM, control, to_firewall))
    yield from security_groups()


def hub_rooms() -> list[Json]:
    """The gateway goes out by the firewall; agents may go anywhere."""
    guarded: Json = {
        "networkSecurityGroup": {"id": f"{RG_HUB}/providers/{SECURITY_GROUPS}/nsg-nwa-hub-weu-gateway"},
        "routeTable": {"id": WAY_OUT},
        "defaultOutboundAccess": False,
    }
    return [
        room(NET_HUB, "snet-gateway", "10.10.0.0/24", **guarded),
        room(NET_HUB, "snet-endpoints", "10.10.1.0/24"),
        room(NET_HUB, "snet-agents", "10.10.2.0/24", delegate="Microsoft.App/environments"),
        room(NET_HUB, "snet-apps", "10.10.3.0/24"),
    ]


def prod_rooms() -> list[Json]:
    """The endpoints are guarded; the apps may go anywhere: no routes, no default outbound access switched off."""
    guard = f"{RG_PROD}/providers/{SECURITY_GROUPS}/nsg-nwa-prod-weu-endpoints"
    guarded: Json = {
        "networkSecurityGroup": {"id": guard},
        "privateEndpointNetworkPolicies": "NetworkSecurityGroupEnabled",
    }
    return [
        room(NET_PROD, "snet-endpoints", "10.30.1.0/24", **guarded),
        room(NET_PROD, "snet-apps", "10.30.2.0/24", delegate="Microsoft.Web/serverFarms"),
        room(NET_PROD, "snet-cache", "10.30.3.0/24"),
    ]


def security_groups() -> Iterator[Json]:
    """To the endpoints come the gateways and the apps alone; to the gateway come Front Door and its own control."""
    weu = f"{RG_PROD}/providers/{SECURITY_GROUPS}/nsg-nwa-prod-weu-endpoints"
    inner = [
        rule_of("allow-gateway", "Inbound", "Allow", 100, "10.10.0.0/24", "10.30.1.0/24", "443"),
        rule_of("allow-gateway-sdc", "Inbound", "Allow", 105, "10.20.0.0/24", "10.30.1.0/24", "443"),
        rule_of("allow-apps", "Inbound", "Allow", 110, "10.30.2.0/24", "10.30.1.0/24", "443"),
        rule_of("deny-networks", "Inbound", "Deny", 4000, "VirtualNetwork", "*"),
    ]
    yield record(security_group(weu, ASSIST, f"{NET_PROD}/subnets/snet-endpoints", inner))
    hub = f"{RG_HUB}/providers/{SECURITY_GROUPS}/nsg-nwa-hub-weu-gateway"
    outer = [
        rule_of("allow-front-door", "Inbound", "Allow", 100, "AzureFrontDoor.Backend", "VirtualNetwork", "443"),
        rule_of("allow-control", "Inbound", "Allow", 110, "ApiManagement", "VirtualNetwork", "3443"),
    ]
    yield record(security_group(hub, PLATFORM, f"{NET_HUB}/subnets/snet-gateway", outer))


def names() -> Iterator[Json]:
    """Two zones in the hub, linked to all networks but Sweden's spoke.

    The endpoint of Sweden's spoke is in one of them, that of the hub's account in none.
    """
    for zone_id, records in ((ZONE_OPENAI, 4), (ZONE_COGNITIVE, 3)):
        yield record(zone(zone_id, PLATFORM, records, 3))
        for each in (NET_HUB, NET_HUB_SDC, NET_PROD):
            yield record(zone_link(zone_id, each, PLATFORM))
    both = ((ZONE_OPENAI, "10.30.1.5"), (ZONE_COGNITIVE, "10.30.1.4"))
    yield record(zone_group(PE_WEU, "oai-nwa-prod-weu", *both))
    yield record(zone_group(PE_SDC, "oai-nwa-prod-sdc", (ZONE_OPENAI, "10.40.1.5")))
    standby = ((ZONE_OPENAI, "10.20.1.5"), (ZONE_COGNITIVE, "10.20.1.4"))
    yield record(zone_group(PE_HUB_SDC, "oai-nwa-hub-sdc", *standby))
    needed = ("privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com")
    for account_id in (OAI_WEU, OAI_SDC, OAI_HUB_SDC):
        yield record(link_resource(account_id, *needed))
    yield record(link_resource(AIF_HUB, *needed, "privatelink.services.ai.azure.com"))


def watching() -> Iterator[Json]:
    """The first region is watched, if by an old metric in one place; its workspace keeps thirty days."""
    yield record(workspace(CENTRAL_LOGS, PLATFORM, 30))
    yield record(workspace(SWEDISH_LOGS, PLATFORM, 120))
    yield from logs()
    yield from categories()
    yield from metric_alerts()
    yield from told_of_azure()
    errors = "ApiManagementGatewayLogs | where ResponseCode >= 500"
    query = f"{RG_HUB}/providers/{QUERY_ALERTS}/sqr-apim-hub-errors"
    yield record(query_alert(query, PLATFORM, CENTRAL_LOGS, ON_CALL, errors))
    yield record(action_group(ON_CALL, ASSIST, "nwa-prod", DESK))
    yield record(action_group(INSIGHTS_DESK, INSIGHTS, "nwa-insight", "insights@northwind.example", reached=False))
    yield record(budget(PROD, "models", 42000.0, 31874.2, DESK))
    yield record(budget(HUB, "models-hub", 9000.0, 5120.7, DESK, ahead=True))
    renewed = "Microsoft.CognitiveServices/accounts/regenerateKey/action"
    yield record(event(OAI_DEV, renewed, "2026-08-19T07:31:42.9031774Z"))


def metric_alerts() -> Iterator[Json]:
    """The first account and the gateway are watched; the insights team asked for 429, and does not hear it."""
    for name, wanted in (
        ("core", criterion("AzureOpenAIAvailabilityRate", "LessThan", 99.0)),
        ("latency", criterion("AzureOpenAINormalizedTTFTInMS", "GreaterThan", 400.0)),
    ):
        alert = f"{RG_PROD}/providers/{METRIC_ALERTS}/alert-oai-weu-{name}"
        yield record(metric_alert(alert, ASSIST, OAI_WEU, ON_CALL, wanted))
    for name, metric, threshold in (("capacity", "Capacity", 75.0), ("duration", "BackendDuration", 20000.0)):
        alert = f"{RG_HUB}/providers/{METRIC_ALERTS}/alert-apim-hub-{name}"
        measured = criterion(metric, "GreaterThan", threshold, of=GATEWAYS)
        yield record(metric_alert(alert, PLATFORM, APIM_HUB, ON_CALL, measured))
    throttled = criterion("AzureOpenAIRequests", "GreaterThan", 50.0, [narrowed("StatusCode", "429")])
    turned_away = f"{RG_PROD}/providers/{METRIC_ALERTS}/alert-aif-insights-429"
    yield record(metric_alert(turned_away, INSIGHTS, AIF_INSIGHTS, INSIGHTS_DESK, throttled))
    old = f"{RG_PROD}/providers/{METRIC_ALERTS}/alert-oai-weu-ptu"
    deleted = f"{RG_PROD}/providers/{ACTION_GROUPS}/ag-nwa-pilot"
    full = criterion("AzureOpenAIProvisionedManagedUtilization", "GreaterThan", 95.0)
    yield record(metric_alert(old, ASSIST, OAI_WEU, deleted, full))


def told_of_azure() -> Iterator[Json]:
    """Of Azure's incidents in the hub and the first spoke, and of changes in the hub."""
    health = has("category", "ServiceHealth")
    all_health = f"{RG_PROD}/providers/{ACTIVITY_ALERTS}/ala-nwa-prod-health"
    yield record(activity_alert(all_health, ASSIST, PROD, ON_CALL, health))
    of_models = (
        has_any("properties.impactedServices[*].ServiceName", "Azure OpenAI Service", "API Management"),
        has_any("properties.incidentType", "Incident", "ActionRequired"),
    )
    narrow = f"{RG_HUB}/providers/{ACTIVITY_ALERTS}/ala-nwa-hub-health"
    yield record(activity_alert(narrow, PLATFORM, HUB, ON_CALL, health, *of_models))
    written = has("operationName", "Microsoft.CognitiveServices/accounts/deployments/write")
    changes = f"{RG_HUB}/providers/{ACTIVITY_ALERTS}/ala-nwa-hub-changes"
    yield record(activity_alert(changes, PLATFORM, HUB, ON_CALL, has("category", "Administrative"), written))


def logs() -> Iterator[Json]:
    """Those of the hub's account were switched off and never on again; those of the app nobody asked for."""
    every = logged("Audit", "RequestResponse", "Trace")
    off = logged("Audit", "RequestResponse", on=False)
    calls = logged("GatewayLogs")
    yield record(diagnostic_setting(OAI_WEU, "to-log-nwa-hub-weu", CENTRAL_LOGS, every, metrics=measured_too()))
    whole = {"metrics": measured_too()}
    yield record(diagnostic_setting(OAI_HUB_SDC, "to-log-nwa-hub-sdc", SWEDISH_LOGS, all_of_them(), **whole))
    yield record(diagnostic_setting(AIF_HUB, "to-log-nwa-hub-weu", CENTRAL_LOGS, off))
    dedicated = {"logAnalyticsDestinationType": "Dedicated"}
    yield record(diagnostic_setting(APIM_HUB, "to-log-nwa-hub-weu", CENTRAL_LOGS, calls, **dedicated))
    yield record(diagnostic_setting(SRCH_WEU, "to-log-nwa-hub-weu", CENTRAL_LOGS, logged("OperationLogs")))
    for target, kept in (
        (SRCH_HUB, all_of_them()),
        (TICKETS_APP, all_of_them()),
        (TICKETS_LOADER, logged("FunctionAppLogs")),
        (VAULT_HUB, all_of_them("audit")),
    ):
        yield record(diagnostic_setting(target, "to-log-nwa-hub-weu", CENTRAL_LOGS, kept))


MODEL_ACCOUNTS = (OAI_WEU, OAI_SDC, AIF_INSIGHTS, AIF_HUB, OAI_HUB_SDC, AIF_DEV, OAI_DEV)
CATEGORIES = (
    ("Audit", "Logs", "audit", "allLogs"),
    *((name, "Logs", "allLogs") for name in ("RequestResponse", "AzureOpenAIRequestUsage", "Trace")),
    ("AllMetrics", "Metrics"),
)
"""What accounts of models log: name, kind, and the groups that hold it."""


def categories() -> Iterator[Json]:
    """What each account of models could log, and that it is well."""
    for account_id in MODEL_ACCOUNTS:
        for name, kind, *groups in CATEGORIES:
            yield record(log_category(account_id, name, kind, *groups))
        yield record(healthy(account_id), source="graph")


def access() -> Iterator[Json]:
    """What applications may do, what people may, and what holds for all."""
    yield from of_applications()
    yield from of_people()
    for account_id in (OAI_WEU, OAI_HUB_SDC):
        yield record(lock(account_id, "no-delete", "Ask the platform team"))
    yield record(vault_key(VAULT_HUB, "cmk-assist"))
    yield record(vault_key(VAULT_PROD, "cmk-pilot", created=1740990867))
    yield from inherited()
    yield from guards()


def granted(scope: str, role_id: str, principal: str, kind: str) -> Json:
    """A role assignment as Resource Graph lists it."""
    return record(tenant_row(assignment(scope, role_id, principal, kind)), source="graph")


def of_applications() -> Iterator[Json]:
    """The hub's gateway may call one account of two; an app may do more than it needs, a pipeline all.

    Sweden's search may call its models, West Europe's may not.
    """
    for scope, role_id, principal in (
        (OAI_WEU, OPENAI_USER, identity_of(APIM_HUB)),
        (OAI_WEU, AI_CONTRIBUTOR, identity_of(APP)),
        (OAI_SDC, OPENAI_USER, identity_of(SRCH_SDC)),
        (SRCH_WEU, INDEX_READER, identity_of(APP)),
        (SRCH_WEU, INDEX_CONTRIBUTOR, identity_of(INGEST)),
        (VAULT_HUB, ENCRYPTION_USER, identity_of(OAI_WEU)),
        (VAULT_PROD, ENCRYPTION_USER, identity_of(AIF_INSIGHTS)),
        (DEV, OWNER, guid("deploy-dev")),
    ):
        yield granted(scope, role_id, principal, "ServicePrincipal")


def of_people() -> Iterator[Json]:
    """One has a role of her own that is allowed all; one is Owner for a morning, one may be.

    Those who work in the hub's project have a role that calls models alone.
    """
    operator, tester = MODEL_OPERATOR.rpartition("/")[2], CHAT_TESTER.rpartition("/")[2]
    yield granted(AIF_INSIGHTS, operator, guid("mara.lindqvist"), "User")
    yield granted(AIF_HUB, OPENAI_USER, guid("partner-desk"), "Group")
    yield granted(AIF_DEV, FOUNDRY_USER, guid("platform-developers"), "Group")
    yield granted(OAI_DEV, tester, guid("testers"), "Group")
    yield granted(HUB, OWNER, guid("ida.holm"), "User")
    yield record(activated(assignment(HUB, OWNER, guid("ida.holm"), "User")))
    yield record(eligible(PROD, OWNER, guid("jonas.weber"), "User"))
    everything = {"dataActions": ["Microsoft.CognitiveServices/*"]}
    chat = {"dataActions": ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"]}
    for definition, title, scope, granted_to_it in (
        (MODEL_OPERATOR, "Northwind model operator", PROD, everything),
        (CHAT_TESTER, "Northwind chat tester", DEV, chat),
    ):
        yield record(tenant_row(role(definition, title, "CustomRole", [scope], **granted_to_it)), source="graph")


def inherited() -> Iterator[Json]:
    """What the management groups hand down, which no subscription counts as its own."""
    yield granted(TOP, OWNER, guid("platform-owners"), "Group")
    for emergency in ("emergency-1", "emergency-2"):
        yield granted(TOP, OWNER, guid(emergency), "User")
    yield granted(TOP, SECRETS_USER, guid("workload-identities"), "Group")
    yield granted(SANDBOX, OPENAI_USER, guid("developers"), "Group")
    for made in (
        built_in(OWNER, "Owner", actions=["*"]),
        built_in(OPENAI_USER, "Cognitive Services OpenAI User", **OF_OPENAI_USER),
        built_in(AI_CONTRIBUTOR, "Cognitive Services Contributor", actions=["Microsoft.CognitiveServices/*"]),
        built_in(ENCRYPTION_USER, "Key Vault Crypto Service Encryption User", **OF_ENCRYPTION_USER),
        built_in(SECRETS_USER, "Key Vault Secrets User", **OF_SECRETS_USER),
        built_in(FOUNDRY_USER, "Foundry User", **OF_FOUNDRY_USER),
        built_in(INDEX_READER, "Search Index Data Reader", dataActions=OF_INDEX[:1]),
        built_in(INDEX_CONTRIBUTOR, "Search Index Data Contributor", dataActions=OF_INDEX[1:]),
    ):
        yield record(made, source="graph")


def guards() -> Iterator[Json]:
    """Above all one policy is not enforced and one out of date; what is in force is in force in one spoke alone."""
    no_keys, no_public = "71ef260a-8f18-47b7-abcb-62d0673d94dc", "0725b4dd-7e76-479c-a735-68e7ee23d5ca"
    for made in (
        policy_assignment(TOP, "models-without-keys", "Models without keys", no_keys, "DoNotEnforce"),
        policy_assignment(TOP, "models-not-public", "Models not public", no_public, "Default"),
        policy_assignment(
            PROD, "models", "Models", MODEL_POLICIES, "Default", parameters={"effect": {"value": "Audit"}}
        ),
    ):
        yield record(tenant_row(made), source="graph")
    definitions = {
        "keys": no_keys,
        "network": "037eea7a-bd0a-46c5-9a66-03aea78705d3",
        "endpoints": "d6759c02-b87f-42b7-892e-71b3f471d782",
        "logs": "1b4d1c4e-934c-4703-944c-27c82c06bebb",
    }
    yield record(initiative(MODEL_POLICIES, "Northwind models", **definitions))


OF_OPENAI_USER = {
    "actions": ["Microsoft.CognitiveServices/*/read", "Microsoft.Authorization/roleAssignments/read"],
    "dataActions": [
        "Microsoft.CognitiveServices/accounts/OpenAI/*/read",
        "Microsoft.CognitiveServices/accounts/OpenAI/engines/completions/action",
        "Microsoft.CognitiveServices/accounts/OpenAI/engines/embeddings/action",
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
    ],
}
OF_ENCRYPTION_USER = {
    "actions": ["Microsoft.EventGrid/eventSubscriptions/write"],
    "dataActions": [
        "Microsoft.KeyVault/vaults/keys/read",
        "Microsoft.KeyVault/vaults/keys/wrap/action",
        "Microsoft.KeyVault/vaults/keys/unwrap/action",
    ],
}
OF_FOUNDRY_USER = {
    "actions": ["Microsoft.CognitiveServices/*/read", "Microsoft.CognitiveServices/accounts/listkeys/action"],
    "dataActions": ["Microsoft.CognitiveServices/*"],
}
OF_INDEX = [
    "Microsoft.Search/searchServices/indexes/documents/read",
    "Microsoft.Search/searchServices/indexes/documents/*",
]
OF_SECRETS_USER = {
    "dataActions": [
        "Microsoft.KeyVault/vaults/secrets/getSecret/action",
        "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
}


def supply() -> Iterator[Json]:
    """What is deployed, as its region lists it: one model is about to retire, one is in no list any more.

    Sweden has none of `chat`'s model left to sell by use.
    """
    weu, sdc, dev = (
        offers(PROD, "westeurope"),
        offers(PROD_SDC, "swedencentral"),
        offers(DEV, "westeurope"),
    )
    units = sold_as("ProvisionedManaged", "OpenAI.ProvisionedManaged", 100000)
    zoned = sold_as("DataZoneProvisionedManaged", "OpenAI.DataZoneProvisionedManaged", 100000)
    by_use = sold_as("DataZoneStandard", "OpenAI.DataZoneStandard.gpt-5.1", 10000)
    chat, mini, large = "gpt-5.1 2025-11-13", "gpt-5-mini 2025-08-07", "text-embedding-3-large 1"
    batches = sold_as("DataZoneBatch", "OpenAI.DataZoneBatch.gpt-5.1", 50000)
    soon = {"retires": "2026-11-20T00:00:00Z"}
    yield record(model(weu, "OpenAI", chat, by_use, zoned, units, batches, retires="2027-05-15T00:00:00Z"))
    for place, kind in (
        (offers(HUB, "westeurope"), "AIServices"),
        (offers(HUB, "swedencentral"), "OpenAI"),
        (dev, "AIServices"),
    ):
        yield record(model(place, kind, chat, by_use, zoned, units, retires="2027-05-15T00:00:00Z"))
    yield record(model(sdc, "OpenAI", chat, by_use, zoned, units, retires="2027-05-15T00:00:00Z"))
    anywhere = sold_as("GlobalStandard", "OpenAI.GlobalStandard.gpt-5-mini", 10000)
    yield record(model(weu, "AIServices", mini, anywhere, **soon))
    near = sold_as("Standard", "OpenAI.Standard.gpt-5-mini", 1000)
    yield record(model(dev, "OpenAI", mini, near, zoned, **soon))
    embedding = sold_as("Standard", "OpenAI.Standard.text-embedding-3-large", 1000)
    yield record(model(weu, "OpenAI", large, embedding, retires=None))
    yield from quotas(weu, sdc)
    yield record(capacity(sdc, chat, "DataZoneStandard", 0))
    yield record(reservation("assist-chat", "westeurope", "DataZone", 100, PROD))


def quotas(weu: str, sdc: str) -> Iterator[Json]:
    """Of `chat`'s quota four percent are left, of the embeddings' none, of the platform's most.

    Those of development may not be read.
    """
    tokens, units = "Tokens Per Minute (thousands) - gpt-5.1 - DataZone", "Provisioned Managed Throughput Unit"
    yield record(usage(weu, "OpenAI.DataZoneStandard.gpt-5.1", tokens, 500, 520))
    yield record(usage(sdc, "OpenAI.ProvisionedManaged", units, 50, 100))
    embedded = "Tokens Per Minute (thousands) - text-embedding-3-large"
    yield record(usage(weu, "OpenAI.Standard.text-embedding-3-large", embedded, 350, 350))
    for region, used in (("westeurope", 100), ("swedencentral", 60)):
        yield record(usage(offers(HUB, region), "OpenAI.DataZoneStandard.gpt-5.1", tokens, used, 500))


def policies() -> Iterator[Json]:
    """The hub's gateway is nearly as it should be; a product cuts inheritance, a cache mixes what callers asked."""
    chat = api(APIM_HUB, "assist-chat", "assist/chat", "https")
    partners = product(APIM_HUB, "partners", "Partners", keys=True)
    yield record(partners)
    yield record(in_product(partners["id"], chat))
    completions = operation(ASSIST_CHAT, "ChatCompletions_Create", "POST", "/deployments/{id}/chat/completions")
    yield record(completions)
    for api_id, path in ((f"{APIM_HUB}/apis/partner-webhook", "/"), (f"{APIM_SDC}/apis/assist-chat", "/chat")):
        yield record(operation(api_id, "post", "POST", path))
    yield record(cache(APIM_HUB, "cache-connection", CACHE))
    yield record(fragment(APIM_HUB, "entra-callers", "Callers bring a token of the tenant", CALLERS))
    yield record(policy(APIM_HUB, FROM_FRONT_DOOR, "<forward-request />", "", ""))
    yield record(policy(ASSIST_CHAT, TO_MODELS, FORWARD))
    yield record(policy(partners["id"], '<rate-limit calls="600" renewal-period="60" />'))
    yield record(policy(completions["id"], LOOKED_UP, outbound=STORED))


FROM_FRONT_DOOR = f"""
<check-header name="X-Azure-FDID" failed-check-httpcode="403" failed-check-error-message="Forbidden">
\t<value>{guid(EDGE)}</value>
</check-header>"""
CALLERS = f"""
<validate-azure-ad-token tenant-id="{TENANT}">
\t<audiences>
\t\t<audience>api://northwind-assist</audience>
\t</audiences>
</validate-azure-ad-token>"""
TO_MODELS = """
<base />
<include-fragment fragment-id="entra-callers" />
<llm-token-limit tokens-per-minute="60000" counter-key="@(context.Subscription.Id)" estimate-prompt-tokens="true" />
<llm-emit-token-metric namespace="assist">
\t<dimension name="Subscription ID" />
</llm-emit-token-metric>
<authentication-managed-identity resource="https://cognitiveservices.azure.com" />
<set-backend-service backend-id="models" />"""
FORWARD = """
<retry condition="@(context.Response.StatusCode == 429 || context.Response.StatusCode >= 500)" count="2" interval="1">
\t<forward-request timeout="240" buffer-response="false" />
</retry>"""
LOOKED_UP = """
<base />
<llm-semantic-cache-lookup score-threshold="0.15" embeddings-backend-id="oai-weu" \
embeddings-backend-auth="system-assigned" />"""
STORED = """
<llm-semantic-cache-store duration="86400" />
<base />"""
