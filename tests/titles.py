"""For each rule its title, what a reader of the title alone would call good, and what they would call bad.

They were written without the rules' conditions. A case is a body, or records of which the first is judged; the
subscription around it was read whole (`arm.estate`). A rule that applies only where a configuration asks for it has
those parameters as a fourth member.
"""

import arm
from arm import account, deployment, diagnostic, filtered, foundry, gateway, linked, of_gateway, search
from builders import ACCOUNTS, SUB, body, child, read

DENY = {"defaultAction": "Deny"}
CLOSED = {"publicNetworkAccess": "Disabled"}
CMK = {"keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyName": "k", "keyVaultUri": "https://kv"}}
UTILISATION = {
    "start": "2025-12-25T00:00:00Z",
    "interval": "P1D",
    "aggregation": "Average",
    "name": "AzureOpenAIProvisionedManagedUtilizationV2",
    "resource": account()["id"],
}
EMBEDDING = "text-embedding-3-large"
INJECTED = {"networkInjections": [{"scenario": "agent", "subnetArmId": f"{SUB}/subnets/agents"}]}
PROJECT = child(account(), "projects", "p")
TAGS = {"env": "prod", "workload": "chat", "owner": "ada@example.com", "cost-center": "42"}
NAMES = {"pattern": "oai-*-prod-###"}
STRICT = [*arm.harm(), *arm.JAILBREAK, *arm.INDIRECT, *arm.MATERIAL]


def used(percent):
    """A provisioned deployment with a week of samples."""
    series = [{"dimensions": {"ModelDeploymentName": "gpt"}, "values": [percent] * 7}]
    return [deployment(sku="ProvisionedManaged"), {"metrics": {**UTILISATION, "series": series}}]


def plan(tier):
    """A subscription with an account, and its Defender plan."""
    pricing = body(f"{SUB}/providers/Microsoft.Security/pricings/AI", {"pricingTier": tier})
    settings = f"{ACCOUNTS}/defenderForAISettings"
    return [account(), pricing, *(read(type_=t) for t in (ACCOUNTS, "Microsoft.Security/pricings", settings))]


def spilling(target):
    """A provisioned deployment, and the deployment that takes what it can't serve."""
    provisioned = deployment("ptu", "ProvisionedManaged", spilloverDeploymentName="rest")
    return [provisioned, target]


TITLES = {
    "AOAI-CAP-004": ("Provisioned utilisation does not exceed 100 %", used(60), used(130)),
    "AOAI-CAP-006": (
        "Latency-sensitive production uses provisioned throughput",
        deployment(sku="ProvisionedManaged"),
        arm.newer(deployment(sku="GlobalStandard")),
    ),
    "AOAI-ENC-001": (
        "Customer-managed key encrypts account data",
        account(encryption=CMK),
        account(encryption={"keySource": "Microsoft.CognitiveServices"}),
        {"require_cmk": True},
    ),
    "AOAI-IAM-001": ("Key (local) authentication is disabled", account(disableLocalAuth=True), account()),
    "AOAI-IAM-002": (
        "Account has a managed identity",
        arm.given(account(), identity={"type": "SystemAssigned"}),
        account(disableLocalAuth=True),
    ),
    "AOAI-IAM-003": (
        "Foundry/account connections do not store keys",
        [foundry(), arm.connection("AAD")],
        [foundry(), arm.connection("ApiKey")],
    ),
    "AOAI-LIF-003": (
        "Version-upgrade policy suits the workload",
        deployment(versionUpgradeOption="OnceCurrentVersionExpired"),
        deployment(versionUpgradeOption="NoAutoUpgrade"),
    ),
    "AOAI-LIF-004": (
        "Embedding deployments are version-pinned",
        deployment(model=EMBEDDING, versionUpgradeOption="NoAutoUpgrade"),
        deployment(model=EMBEDDING),
    ),
    "AOAI-LIF-007": (
        "No developer-only SKU carries production",
        deployment(sku="Standard"),
        deployment(sku="DeveloperTier"),
    ),
    "AOAI-NET-001": (
        "Account is not reachable from every network",
        account(**CLOSED),
        account(publicNetworkAccess="Enabled"),
    ),
    "AOAI-NET-002": (
        "Public network access is disabled",
        account(**CLOSED),
        account(publicNetworkAccess="Enabled", networkAcls=DENY),
    ),
    "AOAI-NET-003": ("At least one approved private endpoint", linked(account(), "Approved"), account(**CLOSED)),
    "AOAI-NET-004": (
        "No pending, rejected or disconnected private endpoint connections",
        linked(account(), "Approved", "Approved"),
        linked(account(), "Approved", "Rejected"),
    ),
    "AOAI-NET-005": (
        "Private-only account has a way in",
        linked(account(**CLOSED), "Approved"),
        linked(account(**CLOSED), "Pending"),
    ),
    "AOAI-NET-008": (
        "IP allow-rules are narrow",
        account(networkAcls={**DENY, "ipRules": [{"value": "20.1.2.3"}]}),
        account(networkAcls={**DENY, "ipRules": [{"value": "20.0.0.0/8"}]}),
    ),
    "AOAI-NET-009": (
        "Trusted-service bypass is on only where a trusted service exists",
        [
            account(networkAcls={**DENY, "bypass": "AzureServices"}),
            arm.given(search(), identity={"type": "SystemAssigned"}),
        ],
        account(networkAcls={**DENY, "bypass": "AzureServices"}),
    ),
    "AOAI-NET-010": (
        "Outbound URLs are limited (data-exfiltration guard)",
        account(restrictOutboundNetworkAccess=True, allowedFqdnList=["contoso.com"]),
        account(restrictOutboundNetworkAccess=False),
    ),
    "AOAI-NET-011": ("Custom subdomain is configured", account(customSubDomainName="chat"), account()),
    "AOAI-NET-013": (
        "Agent/Foundry compute is network-isolated",
        [foundry(**CLOSED, **INJECTED), PROJECT],
        [foundry(**CLOSED), PROJECT],
    ),
    "AOAI-RAI-001": (
        "Each deployment uses a reviewed content-filter policy",
        deployment(raiPolicyName="Microsoft.DefaultV2"),
        filtered(*arm.harm(blocking=False), *arm.JAILBREAK),
    ),
    "AOAI-RAI-002": (
        "Harm categories block at Medium or stricter on prompt and completion",
        filtered(*arm.harm("Medium")),
        filtered(*arm.harm("High")),
    ),
    "AOAI-RAI-003": (
        "Jailbreak (user prompt attack) detection blocks",
        filtered(*arm.harm(), *arm.JAILBREAK),
        filtered(*arm.harm(), *arm.filters(["Jailbreak"], ["Prompt"], blocking=False)),
    ),
    "AOAI-RAI-004": (
        "Indirect (document) attack detection is on for grounded workloads",
        [*filtered(*STRICT), search()],
        [*filtered(*arm.harm(), *arm.filters(["Indirect Attack"], ["Prompt"], enabled=False)), search()],
    ),
    "AOAI-RAI-005": (
        "Protected-material detection is on",
        filtered(*STRICT),
        filtered(
            *arm.harm(),
            *arm.filters(["Protected Material Text", "Protected Material Code"], ["Completion"], enabled=False),
        ),
    ),
    "AOAI-RAI-006": (
        "Asynchronous filter is used deliberately",
        filtered(*STRICT, mode="Default"),
        filtered(*STRICT, mode="Asynchronous_filter"),
    ),
    "AOAI-RAI-008": ("Defender for AI services protects the accounts", plan("Standard"), plan("Free")),
    "AOAI-REL-003": (
        "Spillover target is valid",
        spilling(deployment("rest", "Standard")),
        spilling(deployment("rest", "Standard", model="gpt-4o-mini", version="2024-07-18")),
    ),
    "AOAI-REL-004": (
        "Deployments are provisioned and running",
        deployment(provisioningState="Succeeded", deploymentState="Running"),
        deployment(provisioningState="Succeeded", deploymentState="Paused"),
    ),
    "AOAI-REL-005": (
        "Account is healthy and not penalised",
        account(provisioningState="Succeeded"),
        account(provisioningState="Succeeded", abusePenalty={"action": "Block"}),
    ),
    "AOAI-REL-008": (
        "One OpenAI resource per region and subscription unless justified",
        [arm.model_account("a"), arm.model_account("b", "westus3")],
        [arm.model_account("a"), arm.model_account("b")],
    ),
    "APIM-IAM-001": (
        "Gateway has a managed identity",
        arm.given(gateway(), identity={"type": "SystemAssigned"}),
        gateway(),
    ),
    "APIM-MON-003": (
        "Application Insights is attached with custom metrics and W3C tracing",
        [gateway(), diagnostic(), arm.logger()],
        [gateway(), diagnostic(httpCorrelationProtocol="Legacy"), arm.logger()],
    ),
    "APIM-MON-004": (
        "Logged payloads are sampled and masked",
        arm.logged(headers=["Authorization"], masked=["Authorization"]),
        arm.logged(headers=["Authorization"], percentage=None),
        {"prompt_retention_decided": True},
    ),
    "APIM-REL-001": ("Production gateway runs on an SLA tier", gateway("Standard"), gateway("Developer")),
    "APIM-REL-002": (
        "Gateway is zone-redundant",
        arm.given(gateway("Premium"), zones=["1", "2", "3"]),
        arm.given(gateway("Premium"), zones=["1"]),
    ),
    "APIM-REL-003": ("Gateway has at least two units", gateway(units=2), gateway(units=1)),
    "APIM-REL-004": (
        "Gateway survives a region outage",
        [gateway(additionalLocations=[{"location": "westus3", "disableGateway": False}]), *arm.TWO_ACCOUNTS],
        [gateway(), *arm.TWO_ACCOUNTS],
    ),
    "APIM-SEC-001": (
        "APIs accept HTTPS only",
        of_gateway("apis", isCurrent=True, protocols=["https"]),
        of_gateway("apis", isCurrent=True, protocols=["https", "http"]),
    ),
    "APIM-SEC-002": ("Weak TLS and ciphers are off", arm.ciphers("False"), arm.ciphers("False", Tls10="True")),
    "APIM-SEC-003": (
        "Backend TLS certificates are validated",
        arm.model_backend(tls={"validateCertificateChain": True, "validateCertificateName": True}),
        arm.model_backend(tls={"validateCertificateChain": False, "validateCertificateName": True}),
    ),
    "APIM-SEC-004": (
        "Secrets are Key Vault references",
        of_gateway(
            "namedValues",
            displayName="openai-key",
            secret=True,
            keyVault={"secretIdentifier": "https://kv.vault.azure.net/secrets/k"},
        ),
        of_gateway("namedValues", displayName="openai-key", secret=True),
    ),
    "APIM-SEC-005": (
        "Subscriptions are scoped and not traceable",
        of_gateway("subscriptions", scope=f"{gateway()['id']}/products/chat", state="active", allowTracing=False),
        of_gateway("subscriptions", scope=f"{gateway()['id']}/apis", state="active", allowTracing=True),
    ),
    "APIM-SEC-006": (
        "Platform is current and legacy endpoints are off",
        gateway(
            platformVersion="stv2.1",
            apiVersionConstraint={"minApiVersion": "2021-08-01"},
            configurationApi={"legacyApi": "Disabled"},
            legacyPortalStatus="Disabled",
            developerPortalStatus="Disabled",
        ),
        gateway(
            platformVersion="stv1",
            apiVersionConstraint={"minApiVersion": None},
            configurationApi={"legacyApi": "Enabled"},
        ),
    ),
    "APIM-SEC-007": (
        "Gateway certificates are not expiring",
        arm.hosts(arm.host("2027-01-01T00:00:00Z")),
        arm.hosts(arm.host("2026-01-09T00:00:00Z")),
    ),
    "APIM-TRF-002": (
        "Backend pool has two or more independent members",
        [arm.pool("east", "west"), arm.model_backend("east"), arm.model_backend("west"), *arm.TWO_ACCOUNTS],
        [
            arm.pool("east", "again"),
            arm.model_backend("east"),
            arm.model_backend("again", "east.openai.azure.com"),
            *arm.TWO_ACCOUNTS,
        ],
    ),
    "APIM-TRF-004": (
        "Circuit breaker trips on throttling and server errors",
        arm.balanced(arm.model_backend(**arm.BREAKS)),
        arm.balanced(arm.model_backend()),
    ),
    "APP-002": (
        "Apps with private dependencies use VNet integration and take calls over TLS alone",
        [arm.site(), linked(account(**CLOSED), "Approved")],
        [arm.site(virtualNetworkSubnetId=..., httpsOnly=False), linked(account(**CLOSED), "Approved")],
    ),
    "APP-003": (
        "Apps have a managed identity and their Key Vault references resolve",
        [arm.given(arm.site(), identity={"type": "SystemAssigned"}), arm.key_reference("Resolved")],
        [arm.given(arm.site(), identity={"type": "SystemAssigned"}), arm.key_reference("AccessToKeyVaultDenied")],
    ),
    "DATA-COS-001": (
        "Cosmos DB for chat history is resilient and key-free",
        arm.cosmos(),
        arm.cosmos(disableLocalAuth=False),
    ),
    "DATA-RED-001": ("Redis used as cache/vector store is secured", arm.redis(), arm.redis(enableNonSslPort=True)),
    "DATA-STG-001": (
        "Storage in scope is private and key-free",
        arm.storage(),
        arm.storage(allowSharedKeyAccess=True),
    ),
    "GOV-003": (
        "Resources carry cost and ownership tags",
        arm.given(account(), tags=TAGS),
        arm.given(account(), tags={"env": "prod"}),
    ),
    "GOV-004": (
        "Naming identifies environment and workload",
        arm.given(arm.model_account("oai-chat-prod-001"), tags={"env": "prod"}),
        arm.model_account("myresource1"),
        NAMES,
    ),
    "GOV-005": (
        "Deployment types respect data residency",
        deployment(sku="Standard"),
        deployment(sku="GlobalStandard"),
        {"data_boundary": "regional"},
    ),
    "KV-SEC-001": ("Key Vault used by the workload is hardened", arm.vault(), arm.vault(enablePurgeProtection=False)),
    "MON-APPI-001": (
        "Application Insights is workspace-based with Entra ingestion",
        arm.insights(),
        arm.insights(WorkspaceResourceId=..., DisableLocalAuth=False),
    ),
    "NET-EDGE-001": (
        "WAF in prevention mode protects the entry point",
        arm.door_waf(),
        arm.door_waf(mode="Detection"),
    ),
    "NET-EDGE-002": ("Edge timeouts allow long completions", arm.door(240), arm.door(30)),
    "SRCH-ENC-001": (
        "Search content uses CMK where required",
        search(encryptionWithCmk={"enforcement": "Enabled", "encryptionComplianceStatus": "Compliant"}),
        search(encryptionWithCmk={"enforcement": "Disabled", "encryptionComplianceStatus": "Compliant"}),
        {"require_cmk": True},
    ),
    "SRCH-IAM-001": (
        "Search uses Entra ID, not admin/query keys",
        search(disableLocalAuth=True),
        search(disableLocalAuth=False, authOptions={"apiKeyOnly": {}}),
    ),
    "SRCH-NET-001": (
        "Search public access is closed or filtered",
        search(publicNetworkAccess="disabled"),
        search(publicNetworkAccess="enabled", networkRuleSet={"ipRules": []}),
    ),
    "SRCH-NET-002": (
        "Search has an approved private endpoint",
        linked(search(), "Approved"),
        linked(search(), "Pending"),
    ),
    "SRCH-NET-003": (
        "Shared private links are approved",
        [search(), arm.shared_link("Approved")],
        [search(), arm.shared_link("Pending")],
    ),
    "SRCH-PERF-002": (
        "Semantic ranker plan matches the workload",
        search(semanticSearch="standard"),
        search(semanticSearch="free"),
    ),
    "SRCH-REL-001": ("Search has enough replicas for its SLA", search(replicas=2), search(replicas=1)),
}
