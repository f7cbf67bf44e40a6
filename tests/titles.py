"""For each rule its title, what a reader of the title alone would call good, and what they would call bad.

They were written without the rules' conditions. A case is a body, or records of which the first is judged; the
subscription around it was read whole (`arm.estate`). A rule that applies only where a configuration asks for it has
those parameters as a fourth member.

A rule that needs surroundings beyond `arm.estate` (metrics, role assignments, networks, records of other scopes)
stands in IN_SURROUNDINGS and names two cases of its own file instead (`Own`): plain ones that its title calls good
and bad. They are judged as the file's tests are, with their own moment, environment and parameters.
"""

from typing import NamedTuple

import arm
from arm import account, deployment, diagnostic, filtered, foundry, gateway, linked, of_gateway, search
from builders import ACCOUNTS, SUB, body, child, read

DENY = {"defaultAction": "Deny"}
CLOSED = {"publicNetworkAccess": "Disabled"}
CMK = {"keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyName": "k", "keyVaultUri": "https://kv"}}
UTILISATION = {
    "start": "2025-12-25T00:00:00Z",
    "interval": "PT12H",
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


class Own(NamedTuple):
    """A case of the rule's own file, by its name."""

    name: str


def used(percent):
    """A provisioned deployment with a week of samples."""
    series = [{"dimensions": {"ModelDeploymentName": "gpt"}, "values": [percent] * 14}]
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

IN_SURROUNDINGS = {
    "AOAI-CAP-001": (
        "Quota headroom remains per region/model/SKU family",
        Own("half is left"),
        Own("all is allocated"),
    ),
    "AOAI-CAP-002": (
        "Token and request throughput stay under the deployment’s TPM/RPM limits",
        Own("a limit for a second, half used"),
        Own("a little more, prompt and answer together"),
    ),
    "AOAI-CAP-003": (
        "Throttling (429) ratio is acceptable",
        Own("nothing was throttled"),
        Own("a little more than every hundredth request"),
    ),
    "AOAI-CAP-005": (
        "Spillover share is within plan",
        Own("nothing spilled over"),
        Own("a little more than one in ten"),
    ),
    "AOAI-CAP-007": (
        "Dynamic quota is considered for Standard deployments",
        Own("on, and throttled"),
        Own("off, and throttled once"),
    ),
    "AOAI-CAP-008": (
        "Throttled deployments are not starved while regional quota is idle",
        Own("the pool is allocated to the last unit"),
        Own("one unit is left"),
    ),
    "AOAI-COST-001": (
        "Provisioned throughput is not under-used",
        Own("half used by day, idle by night"),
        Own("a little less by day, full by night"),
    ),
    "AOAI-COST-002": (
        "Idle deployments and fine-tuned models are removed",
        Own("one request in two weeks"),
        Own("none"),
    ),
    "AOAI-COST-003": ("PTU capacity is covered by reservations", Own("all is reserved"), Own("one unit is not")),
    "AOAI-ENC-002": (
        "CMK vault has soft delete and purge protection and is reachable",
        Own("a vault of another subscription, protected, open to trusted services"),
        Own("no purge protection"),
    ),
    "AOAI-ENC-003": (
        "CMK rotation strategy is in place",
        Own("no version, and a policy that renews"),
        Own("a policy that only notifies"),
    ),
    "AOAI-IAM-004": (
        "Keys are regenerated regularly when key auth is on",
        Own("regenerated a month ago"),
        Own("never regenerated"),
    ),
    "AOAI-LIF-001": (
        "Deployed model version is not close to retirement",
        Own("a date far away"),
        Own("30 days are left"),
    ),
    "AOAI-LIF-002": (
        "No deployment uses a retired or deprecated model",
        Own("the list says GenerallyAvailable"),
        Own("the list says Deprecated"),
    ),
    "AOAI-LIF-005": (
        "No preview model version serves production",
        Own("the list says GenerallyAvailable"),
        Own("the list says Preview"),
    ),
    "AOAI-LIF-006": (
        "Deployed version is not far behind the default version",
        Own("the default version"),
        Own("older than the default"),
    ),
    "AOAI-MON-001": (
        "Account sends diagnostic logs to a live destination",
        Own("a category that is switched on, to a workspace"),
        Own("no setting"),
    ),
    "AOAI-MON-002": (
        "Required log categories are collected",
        Own("both categories by name, and metrics"),
        Own("a category is missing"),
    ),
    "AOAI-MON-003": (
        "Log destination workspace exists and keeps data long enough",
        Own("two years"),
        Own("thirty days, as it comes"),
    ),
    "AOAI-MON-004": (
        "Core metric alerts exist (availability, errors, latency)",
        Own("availability and latency"),
        Own("no alert"),
    ),
    "AOAI-MON-005": (
        "Capacity alerts exist (429/TPM, PTU utilisation)",
        Own("throttled calls, where it is paid by the token"),
        Own("errors of the service are no throttling"),
    ),
    "AOAI-MON-006": (
        "Alerts do not rely on deprecated or legacy metrics",
        Own("a current metric"),
        Own("a legacy metric"),
    ),
    "AOAI-MON-007": ("Alert action groups are deliverable", Own("a receiver of mail"), Own("no receiver")),
    "AOAI-MON-008": (
        "Service Health alerts cover Azure OpenAI incidents and retirements",
        Own("every event of the subscription"),
        Own("other services"),
    ),
    "AOAI-MON-009": (
        "Key and security operations are alerted",
        Own("keys that are renewed"),
        Own("operations that fail"),
    ),
    "AOAI-NET-006": (
        "Private endpoint registers all required private DNS zones",
        Own("in every zone that the account requires"),
        Own("one zone is missing"),
    ),
    "AOAI-NET-007": (
        "Private DNS zones are linked to every consuming virtual network",
        Own("the gateway's network is linked to every zone"),
        Own("one zone is not linked"),
    ),
    "AOAI-NET-012": (
        "Private endpoint subnet only admits the gateway",
        Own("the gateway and the apps alone"),
        Own("network policies are Disabled"),
    ),
    "AOAI-NET-014": (
        "Private endpoint sits in, or is routable from, the primary VNet of gateway and apps",
        Own("the endpoint is in the gateway's network"),
        Own("peered on one side only"),
    ),
    "AOAI-PERF-001": (
        "Latency metrics meet the baseline",
        Own("faster than before"),
        Own("a little more than a quarter"),
    ),
    "AOAI-PERF-002": ("Interactive traffic is streamed", Own("everything streams"), Own("nothing streams")),
    "AOAI-PERF-003": (
        "Batch/offline and interactive traffic use separate deployments",
        Own("people have another"),
        Own("jobs and people share it"),
    ),
    "AOAI-RAI-007": (
        "Content-filter block rate is reviewed for false positives",
        Own("nothing was blocked, which has no series"),
        Own("a little more than one in twenty"),
    ),
    "AOAI-REL-001": (
        "Production model capacity exists in at least two regions",
        Own("the same model in two regions"),
        Own("one region"),
    ),
    "AOAI-REL-006": ("Production accounts carry a delete lock", Own("a lock of its own"), Own("no lock")),
    "AOAI-REL-009": (
        "Secondary region offers every required model family",
        Own("offered, with quota left"),
        Own("no quota"),
    ),
    "AOAI-REL-011": (
        "Measured availability meets the target",
        Own("exactly the target"),
        Own("one hour below the target"),
    ),
    "AOAI-REL-012": ("Server-error ratio is low", Own("no error at all"), Own("one in two hundred")),
    "APIM-MON-001": ("Gateway logs are collected", Own("gateway logs, to dedicated tables"), Own("no setting")),
    "APIM-MON-005": (
        "Gateway alerts exist (capacity, 5xx/429, duration)",
        Own("capacity, errors and duration"),
        Own("no alert"),
    ),
    "APIM-REL-005": (
        "Gateway capacity has headroom and autoscale",
        Own("exactly at the limit"),
        Own("above it, with autoscale"),
    ),
    "APP-001": (
        "Function/web apps send logs to Azure Monitor",
        Own("a function app with its logs"),
        Own("no setting"),
    ),
    "COST-005": (
        "Budgets with alerts exist for the AI scope",
        Own("both alerts on the subscription's budget"),
        Own("no budget"),
    ),
    "GOV-001": ("Azure Policy guards AI services", Own("all four guards"), Own("nothing is assigned")),
    "GOV-002": ("Development and production are separated", Own("groups of their own"), Own("one group")),
    "GOV-006": ("Dev environment mirrors production configuration", Own("alike"), Own("a model that is missing")),
    "NET-VNET-001": (
        "Workload egress is controlled",
        Own("everything goes to the firewall"),
        Own("a default route to the internet"),
    ),
    "RBAC-001": (
        "Few principals can read account keys while key auth is enabled",
        Own("three owners of the subscription"),
        Own("four owners of the subscription"),
    ),
    "RBAC-002": (
        "Applications hold no more than Cognitive Services OpenAI User",
        Own("an application with the caller's role"),
        Own("an application as Cognitive Services OpenAI Contributor"),
    ),
    "RBAC-004": (
        "Data-plane roles are not granted at subscription or management-group scope",
        Own("at the resource group and below"),
        Own("a role of the data plane at the subscription"),
    ),
    "RBAC-005": (
        "Human access is granted through groups",
        Own("a group"),
        Own("a person with a role on the account"),
    ),
    "RBAC-006": ("Privileged roles are few and time-bound", Own("three owners"), Own("four owners")),
    "RBAC-007": (
        "Custom roles have no wildcard data actions over AI resources",
        Own("data actions Microsoft.CognitiveServices/accounts/OpenAI/*"),
        Own("data actions Microsoft.CognitiveServices/*"),
    ),
    "RBAC-008": (
        "Search and app identities have the role they need on the OpenAI account",
        Own("linked to an account, with the role"),
        Own("linked to an account that refuses keys, without a role"),
    ),
    "RBAC-009": (
        "Distinct identities per use case or workload",
        Own("two apps with identities of their own"),
        Own("two apps with one identity"),
    ),
    "RBAC-010": (
        "Foundry projects use Foundry roles, not “Cognitive Services *” roles",
        Own("Foundry User"),
        Own("only a role of Cognitive Services"),
    ),
    "SRCH-IAM-002": (
        "Search has a managed identity and callers hold Search data roles",
        Own("an identity, and an application that reads the index"),
        Own("links, and no identity"),
    ),
    "SRCH-MON-001": ("Search operation logs are collected", Own("operation logs"), Own("no setting")),
    "SRCH-PERF-001": (
        "Search latency and throttling are within limits",
        Own("exactly at the limit"),
        Own("slower than the limit"),
    ),
}
