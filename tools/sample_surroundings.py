"""What stands around the sample's models: networks, monitoring, access, supply, gateway policies, metrics.

Each function is a room of the estate that `make_sample.py` puts together; the planted mistakes are named in
`docs/sample.md`, and beside them here.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_access import (
    AI_CONTRIBUTOR,
    ENCRYPTION_USER,
    OPENAI_USER,
    OWNER,
    SECRETS_USER,
    assignment,
    built_in,
    identity_of,
    lock,
    policy_assignment,
    role,
    vault_key,
)
from tools.sample_cast import (
    AIF_HUB,
    AIF_INSIGHTS,
    APIM_HUB,
    APP,
    ASSIST_CHAT,
    CACHE,
    CENTRAL_LOGS,
    EDGE,
    MODEL_OPERATOR,
    NET_HUB,
    NET_HUB_SDC,
    NET_PROD,
    NET_SDC,
    OAI_DEV,
    OAI_SDC,
    OAI_WEU,
    ON_CALL,
    PE_SDC,
    PE_WEU,
    SRCH_WEU,
    VAULT_HUB,
    ZONE_COGNITIVE,
    ZONE_OPENAI,
)
from tools.sample_gateway import cache, fragment, in_product, operation, policy, product
from tools.sample_metrics import (
    MAINTENANCE,
    all_day,
    counts,
    held,
    latency,
    metrics,
    much_slower,
    slower,
    utilisation,
    when_full,
)
from tools.sample_networks import network, peering, room, rule_of, security_group, zone, zone_group, zone_link
from tools.sample_shapes import (
    ACTION_GROUPS,
    ASSIST,
    DEV,
    METRIC_ALERTS,
    PLATFORM,
    PROD,
    PROD_SDC,
    QUERY_ALERTS,
    RG_HUB,
    RG_PROD,
    SECURITY_GROUPS,
    TENANT,
    TOP,
    Json,
    api,
    guid,
    record,
)
from tools.sample_supply import capacity, link_resource, model, offers, reservation, sold_as, usage
from tools.sample_watching import (
    action_group,
    budget,
    criterion,
    diagnostic_setting,
    health_alert,
    logged,
    metric_alert,
    query_alert,
    workspace,
)

DESK = "desk@northwind.example"


def networks() -> Iterator[Json]:
    """A hub in each region, a spoke on each; Sweden's spoke lost its peering, and nothing guards its endpoints."""
    yield record(network(NET_HUB, PLATFORM, "10.10.0.0/16", hub_rooms(), [peering(NET_HUB, NET_PROD)]))
    gateway = [room(NET_HUB_SDC, "snet-gateway", "10.20.0.0/24")]
    yield record(network(NET_HUB_SDC, PLATFORM, "10.20.0.0/16", gateway, []))
    yield record(network(NET_PROD, ASSIST, "10.30.0.0/16", prod_rooms(), [peering(NET_PROD, NET_HUB)]))
    endpoints = [room(NET_SDC, "snet-endpoints", "10.40.1.0/24")]
    lost = [peering(NET_SDC, NET_HUB_SDC, "Disconnected")]
    yield record(network(NET_SDC, ASSIST, "10.40.0.0/16", endpoints, lost))
    yield from security_groups()


def hub_rooms() -> list[Json]:
    guarded: Json = {"networkSecurityGroup": {"id": f"{RG_HUB}/providers/{SECURITY_GROUPS}/nsg-nwa-hub-weu-gateway"}}
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
    """To the endpoints come the gateway and the apps alone; to the gateway come Front Door and its own control."""
    weu = f"{RG_PROD}/providers/{SECURITY_GROUPS}/nsg-nwa-prod-weu-endpoints"
    inner = [
        rule_of("allow-gateway", "Inbound", "Allow", 100, "10.10.0.0/24", "10.30.1.0/24", "443"),
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
    """Two zones in the hub, linked in West Europe alone; Sweden's endpoint is in one of them, the hub's in none."""
    for zone_id, records in ((ZONE_OPENAI, 3), (ZONE_COGNITIVE, 2)):
        yield record(zone(zone_id, PLATFORM, records, 2))
        yield record(zone_link(zone_id, NET_HUB, PLATFORM))
        yield record(zone_link(zone_id, NET_PROD, PLATFORM))
    both = ((ZONE_OPENAI, "10.30.1.5"), (ZONE_COGNITIVE, "10.30.1.4"))
    yield record(zone_group(PE_WEU, "oai-nwa-prod-weu", *both))
    yield record(zone_group(PE_SDC, "oai-nwa-prod-sdc", (ZONE_OPENAI, "10.40.1.5")))
    needed = ("privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com")
    for account_id in (OAI_WEU, OAI_SDC):
        yield record(link_resource(account_id, *needed))
    yield record(link_resource(AIF_HUB, *needed, "privatelink.services.ai.azure.com"))


def watching() -> Iterator[Json]:
    """The first region is watched, if by an old metric in one place; its workspace keeps thirty days."""
    yield record(workspace(CENTRAL_LOGS, PLATFORM, 30))
    yield from logs()
    core = f"{RG_PROD}/providers/{METRIC_ALERTS}/alert-oai-weu-core"
    health = (
        criterion("AzureOpenAIAvailabilityRate", "LessThan", 99.0),
        criterion("AzureOpenAINormalizedTTFTInMS", "GreaterThan", 400.0),
    )
    yield record(metric_alert(core, ASSIST, OAI_WEU, ON_CALL, *health))
    old = f"{RG_PROD}/providers/{METRIC_ALERTS}/alert-oai-weu-ptu"
    deleted = f"{RG_PROD}/providers/{ACTION_GROUPS}/ag-nwa-pilot"
    full = criterion("AzureOpenAIProvisionedManagedUtilization", "GreaterThan", 95.0)
    yield record(metric_alert(old, ASSIST, OAI_WEU, deleted, full))
    errors = "ApiManagementGatewayLogs | where ResponseCode >= 500"
    query = f"{RG_HUB}/providers/{QUERY_ALERTS}/sqr-apim-hub-errors"
    yield record(query_alert(query, PLATFORM, CENTRAL_LOGS, ON_CALL, errors))
    told = f"{RG_PROD}/providers/Microsoft.Insights/activityLogAlerts/ala-nwa-prod-health"
    yield record(health_alert(told, ASSIST, PROD, ON_CALL))
    yield record(action_group(ON_CALL, ASSIST, "nwa-prod", DESK))
    yield record(budget(PROD, "models", 42000.0, 31874.2, DESK))


def logs() -> Iterator[Json]:
    """Those of the hub's account were switched off and never on again."""
    every = logged("Audit", "RequestResponse", "Trace")
    off = logged("Audit", "RequestResponse", on=False)
    calls = logged("GatewayLogs")
    yield record(diagnostic_setting(OAI_WEU, "to-log-nwa-hub-weu", CENTRAL_LOGS, every))
    yield record(diagnostic_setting(AIF_HUB, "to-log-nwa-hub-weu", CENTRAL_LOGS, off))
    dedicated = {"logAnalyticsDestinationType": "Dedicated"}
    yield record(diagnostic_setting(APIM_HUB, "to-log-nwa-hub-weu", CENTRAL_LOGS, calls, **dedicated))
    yield record(diagnostic_setting(SRCH_WEU, "to-log-nwa-hub-weu", CENTRAL_LOGS, logged("OperationLogs")))


def access() -> Iterator[Json]:
    """The hub's gateway may call one account of two; an app may do more than it needs; a role of one's own all."""
    service = "ServicePrincipal"
    yield record(assignment(OAI_WEU, OPENAI_USER, identity_of(APIM_HUB), service))
    yield record(assignment(OAI_WEU, AI_CONTRIBUTOR, identity_of(APP), service))
    yield record(assignment(VAULT_HUB, ENCRYPTION_USER, identity_of(OAI_WEU), service))
    operator = MODEL_OPERATOR.rpartition("/")[2]
    yield record(assignment(AIF_INSIGHTS, operator, guid("mara.lindqvist"), "User"))
    everything = {"dataActions": ["Microsoft.CognitiveServices/*"]}
    title = "Northwind model operator"
    yield record(role(MODEL_OPERATOR, title, "CustomRole", [PROD], **everything))
    yield record(lock(OAI_WEU, "no-delete", "Ask the platform team"))
    yield record(vault_key(VAULT_HUB, "cmk-assist"))
    yield from inherited()


def inherited() -> Iterator[Json]:
    """What the management group hands down, which no subscription counts as its own."""
    yield record(assignment(TOP, OWNER, guid("platform-owners"), "Group"))
    yield record(assignment(TOP, OPENAI_USER, guid("developers"), "Group"))
    yield record(assignment(TOP, SECRETS_USER, guid("workload-identities"), "Group"))
    for made in (
        built_in(OWNER, "Owner", actions=["*"]),
        built_in(OPENAI_USER, "Cognitive Services OpenAI User", **OF_OPENAI_USER),
        built_in(AI_CONTRIBUTOR, "Cognitive Services Contributor", actions=["Microsoft.CognitiveServices/*"]),
        built_in(ENCRYPTION_USER, "Key Vault Crypto Service Encryption User", **OF_ENCRYPTION_USER),
        built_in(SECRETS_USER, "Key Vault Secrets User", **OF_SECRETS_USER),
    ):
        yield record(made, source="graph")
    no_keys, no_public = "71ef260a-8f18-47b7-abcb-62d0673d94dc", "0725b4dd-7e76-479c-a735-68e7ee23d5ca"
    yield record(policy_assignment(TOP, "models-without-keys", "Models without keys", no_keys, "DoNotEnforce"))
    yield record(policy_assignment(TOP, "models-not-public", "Models not public", no_public, "Default"))


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
    soon = {"retires": "2026-11-20T00:00:00Z"}
    yield record(model(weu, "OpenAI", chat, by_use, zoned, units, retires="2027-05-15T00:00:00Z"))
    yield record(model(sdc, "OpenAI", chat, by_use, zoned, units, retires="2027-05-15T00:00:00Z"))
    anywhere = sold_as("GlobalStandard", "OpenAI.GlobalStandard.gpt-5-mini", 10000)
    yield record(model(weu, "AIServices", mini, anywhere, **soon))
    near = sold_as("Standard", "OpenAI.Standard.gpt-5-mini", 1000)
    yield record(model(dev, "OpenAI", mini, near, zoned, **soon))
    embedding = sold_as("Standard", "OpenAI.Standard.text-embedding-3-large", 1000)
    yield record(model(weu, "OpenAI", large, embedding, retires=None))
    yield from quotas(weu, sdc)
    yield record(capacity(sdc, chat, "DataZoneStandard", 0))
    yield record(reservation("assist-chat", "westeurope", "DataZone", 100))


def quotas(weu: str, sdc: str) -> Iterator[Json]:
    """Of `chat`'s quota four percent are left; those of development may not be read."""
    tokens, units = "Tokens Per Minute (thousands) - gpt-5.1 - DataZone", "Provisioned Managed Throughput Unit"
    yield record(usage(weu, "OpenAI.DataZoneStandard.gpt-5.1", tokens, 500, 520))
    yield record(usage(sdc, "OpenAI.ProvisionedManaged", units, 50, 100))


def policies() -> Iterator[Json]:
    """The hub's gateway is nearly as it should be; a product cuts inheritance, a cache mixes what callers asked."""
    chat = api(APIM_HUB, "assist-chat", "assist/chat", "https")
    partners = product(APIM_HUB, "partners", "Partners", keys=True)
    yield record(partners)
    yield record(in_product(partners["id"], chat))
    completions = operation(ASSIST_CHAT, "ChatCompletions_Create", "POST", "/deployments/{id}/chat/completions")
    yield record(completions)
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


def measured() -> Iterator[Json]:
    """One deployment is saturated, one idle, one without traffic; the others have days, nights and weekends."""
    yield from of_first_region()
    percent = ("AzureOpenAIProvisionedManagedUtilizationV2", "Average", "Percent")
    requests = ("AzureOpenAIRequests", "Total", "Count")
    latency_ms = ("AzureOpenAINormalizedTTFTInMS", "Average", "MilliSeconds")
    tokens = [(name, "Total", "Count") for name in ("ProcessedPromptTokens", "GeneratedTokens")]
    yield {"metrics": metrics(OAI_DEV, *percent, utilisation("loadtest-ptu", -3, 2))}
    tried = [(each, "200") for each in ("chat-dev", "loadtest-ptu")]
    few = [
        counts("dev", 40 if name == "chat-dev" else 3, float, ModelDeploymentName=name, StatusCode=code)
        for name, code in tried
    ]
    yield {"metrics": metrics(OAI_DEV, *requests, *few)}
    for name, aggregation, unit in (percent, requests, latency_ms, *tokens):
        yield {"metrics": metrics(OAI_SDC, name, aggregation, unit)}


def of_first_region() -> Iterator[Json]:
    busy = [
        utilisation("chat-ptu", 18, 46, MAINTENANCE),
        utilisation("summarise-ptu", 24, 86),
    ]
    yield {"metrics": metrics(OAI_WEU, "AzureOpenAIProvisionedManagedUtilizationV2", "Average", "Percent", *busy)}
    waits = [latency("chat-ptu", 38.0, slower), latency("summarise-ptu", 52.0, much_slower)]
    yield {"metrics": metrics(OAI_WEU, "AzureOpenAINormalizedTTFTInMS", "Average", "MilliSeconds", *waits)}
    yield {"metrics": metrics(OAI_WEU, "AzureOpenAIRequests", "Total", "Count", *requests_of_first_region())}
    for name, each in (("ProcessedPromptTokens", 900), ("GeneratedTokens", 240)):
        made = [
            counts(name, peak * each, all_day, ModelDeploymentName=deployment)
            for deployment, peak in (("chat-ptu", 5200), ("summarise-ptu", 1700), ("chat", 700))
        ]
        yield {"metrics": metrics(OAI_WEU, name, "Total", "Count", *made)}


def requests_of_first_region() -> list[Json]:
    """By status code; what `summarise-ptu` turns away at noon is answered by `chat`."""
    kinds = (
        ("chat-ptu", "200", "False", 5200, all_day),
        ("summarise-ptu", "200", "False", 1900, held),
        ("summarise-ptu", "429", "False", 1100, when_full),
        ("chat", "200", "True", 1090, when_full),
        ("chat", "200", "False", 90, all_day),
        ("chat", "429", "True", 10, when_full),
        ("chat", "500", "False", 1.4, all_day),
        ("embed-knowledge", "200", "False", 800, all_day),
    )
    return [
        counts("weu", peak, shape, ModelDeploymentName=name, StatusCode=code, IsSpillover=spilled)
        for name, code, spilled, peak, shape in kinds
    ]
