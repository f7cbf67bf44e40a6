"""What Azure answers, in the shapes that the sample estate is made of: records, metrics and gaps.

Each function makes one answer; what it is given are the things that somebody chose, the others are what Azure adds.
Networks, monitoring, access, models and gateway policies have modules of their own beside this one (`sample_*.py`);
the estate itself is in `make_sample.py`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

COLLECTED = datetime(2026, 10, 1, 6, tzinfo=UTC)

TENANT = "a5515700-0000-4000-8000-00000000c0de"
SCANNER = "a5515700-0000-4000-8000-0000000000a1"
HUB = "/subscriptions/a5515701-0000-4000-8000-000000000001"
PROD = "/subscriptions/a5515702-0000-4000-8000-000000000002"
DEV = "/subscriptions/a5515703-0000-4000-8000-000000000003"
PROD_SDC = "/subscriptions/a5515704-0000-4000-8000-000000000004"
SUBSCRIPTION_IDS = (HUB, PROD, PROD_SDC, DEV)
MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups"
TOP = f"{MANAGEMENT_GROUPS}/mg-northwind"
SANDBOX = f"{MANAGEMENT_GROUPS}/mg-northwind-sandbox"
RG_HUB = f"{HUB}/resourceGroups/rg-nwa-hub"
RG_PROD = f"{PROD}/resourceGroups/rg-nwa-prod"
RG_PROD_SDC = f"{PROD_SDC}/resourceGroups/rg-nwa-prod-sdc"
RG_DEV = f"{DEV}/resourceGroups/rg-nwa-dev"
PLATFORM = {"env": "prod", "workload": "platform", "owner": "ida.holm", "cost-center": "4100"}
ASSIST = {"env": "prod", "workload": "assist", "owner": "olu.adeyemi", "cost-center": "4210"}
INSIGHTS = {"env": "prod", "workload": "insights", "cost-center": "4230"}
LAB = {"env": "dev", "workload": "assist", "owner": "olu.adeyemi"}
TRIAL = {**PLATFORM, "env": "dev"}

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNTS}/deployments"
DEFENDER = f"{ACCOUNTS}/defenderForAISettings"
FILTERS = f"{ACCOUNTS}/raiPolicies"
PROJECTS = f"{ACCOUNTS}/projects"
ACCOUNT_CONNECTIONS = f"{ACCOUNTS}/connections"
PROJECT_CONNECTIONS = f"{PROJECTS}/connections"
MANAGED_NETWORKS = f"{ACCOUNTS}/managedNetworks"
PERIMETERS = f"{ACCOUNTS}/networkSecurityPerimeterConfigurations"
LINK_RESOURCES = f"{ACCOUNTS}/privateLinkResources"
LOCATIONS = "Microsoft.CognitiveServices/locations"
MODELS = f"{LOCATIONS}/models"
USAGES = f"{LOCATIONS}/usages"
CAPACITIES = f"{MODELS}/skuCapacities"
GATEWAYS = "Microsoft.ApiManagement/service"
APIS = f"{GATEWAYS}/apis"
API_DIAGNOSTICS = f"{APIS}/diagnostics"
BACKENDS = f"{GATEWAYS}/backends"
NAMED_VALUES = f"{GATEWAYS}/namedValues"
KEYS = f"{GATEWAYS}/subscriptions"
LOGGERS = f"{GATEWAYS}/loggers"
DIAGNOSTICS = f"{GATEWAYS}/diagnostics"
OPERATIONS = f"{APIS}/operations"
PRODUCTS = f"{GATEWAYS}/products"
PRODUCT_APIS = f"{PRODUCTS}/apis"
FRAGMENTS = f"{GATEWAYS}/policyFragments"
CACHES = f"{GATEWAYS}/caches"
GATEWAY_POLICIES = f"{GATEWAYS}/policies"
PRODUCT_POLICIES = f"{PRODUCTS}/policies"
API_POLICIES = f"{APIS}/policies"
OPERATION_POLICIES = f"{OPERATIONS}/policies"
API_WORKSPACES = f"{GATEWAYS}/workspaces"
SEARCH = "Microsoft.Search/searchServices"
SHARED_LINKS = f"{SEARCH}/sharedPrivateLinkResources"
SITES = "Microsoft.Web/sites"
SITE_CONFIG = f"{SITES}/config"
REFERENCES = f"{SITE_CONFIG}/appsettings"
COSMOS = "Microsoft.DocumentDB/databaseAccounts"
STORAGE = "Microsoft.Storage/storageAccounts"
REDIS = "Microsoft.Cache/redis"
REDIS_CLUSTERS = "Microsoft.Cache/redisEnterprise"
REDIS_DATABASES = f"{REDIS_CLUSTERS}/databases"
VAULTS = "Microsoft.KeyVault/vaults"
VAULT_KEYS = f"{VAULTS}/keys"
COMPONENTS = "Microsoft.Insights/components"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
FRONT_DOORS = "Microsoft.Cdn/profiles"
ORIGIN_GROUPS = f"{FRONT_DOORS}/originGroups"
ORIGINS = f"{ORIGIN_GROUPS}/origins"
TRAFFIC_MANAGERS = "Microsoft.Network/trafficManagerProfiles"
FRONT_DOOR_WAFS = "Microsoft.Network/frontDoorWebApplicationFirewallPolicies"
APP_GATEWAYS = "Microsoft.Network/applicationGateways"
APP_GATEWAY_WAFS = "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"
ENDPOINTS = "Microsoft.Network/privateEndpoints"
ZONE_GROUPS = f"{ENDPOINTS}/privateDnsZoneGroups"
ZONES = "Microsoft.Network/privateDnsZones"
ZONE_LINKS = f"{ZONES}/virtualNetworkLinks"
NETWORKS = "Microsoft.Network/virtualNetworks"
SECURITY_GROUPS = "Microsoft.Network/networkSecurityGroups"
ROUTE_TABLES = "Microsoft.Network/routeTables"
LOG_WORKSPACES = "Microsoft.OperationalInsights/workspaces"
EVENT_HUBS = "Microsoft.EventHub/namespaces"
DIAGNOSTIC_SETTINGS = "Microsoft.Insights/diagnosticSettings"
LOG_CATEGORIES = "Microsoft.Insights/diagnosticSettingsCategories"
METRIC_ALERTS = "Microsoft.Insights/metricAlerts"
QUERY_ALERTS = "Microsoft.Insights/scheduledQueryRules"
ACTIVITY_ALERTS = "Microsoft.Insights/activityLogAlerts"
ACTION_GROUPS = "Microsoft.Insights/actionGroups"
AUTOSCALE = "Microsoft.Insights/autoscaleSettings"
ACTIVITY_LOG = "Microsoft.Insights/eventtypes/values"
EVENTS = f"{ACCOUNTS}/events/ticks"
"""What the ids of the activity log's entries look like."""
HEALTH = "Microsoft.ResourceHealth/availabilityStatuses"
ROLE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
ELIGIBLE_ROLES = "Microsoft.Authorization/roleEligibilityScheduleInstances"
SCHEDULED_ROLES = "Microsoft.Authorization/roleAssignmentScheduleInstances"
DENIES = "Microsoft.Authorization/denyAssignments"
POLICY_ASSIGNMENTS = "Microsoft.Authorization/policyAssignments"
POLICY_SETS = "Microsoft.Authorization/policySetDefinitions"
LOCKS = "Microsoft.Authorization/locks"
BUDGETS = "Microsoft.Consumption/budgets"
RESERVATIONS = "Microsoft.Capacity/reservationOrders/reservations"
PRICINGS = "Microsoft.Security/pricings"
SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
METRICS = "Microsoft.Insights/metrics"

API_VERSION = {
    "graph": "2022-10-01",
    **dict.fromkeys((ACCOUNTS, DEPLOYMENTS, DEFENDER, FILTERS, PROJECTS), "2025-12-01"),
    **dict.fromkeys((ACCOUNT_CONNECTIONS, PROJECT_CONNECTIONS, PERIMETERS, MANAGED_NETWORKS), "2025-12-01"),
    **dict.fromkeys((LINK_RESOURCES, MODELS, USAGES, CAPACITIES), "2025-12-01"),
    **dict.fromkeys((GATEWAYS, APIS, API_DIAGNOSTICS, BACKENDS, NAMED_VALUES), "2024-05-01"),
    **dict.fromkeys((KEYS, LOGGERS, DIAGNOSTICS, OPERATIONS, PRODUCTS, PRODUCT_APIS, FRAGMENTS), "2024-05-01"),
    **dict.fromkeys((CACHES, GATEWAY_POLICIES, PRODUCT_POLICIES, API_POLICIES, OPERATION_POLICIES), "2024-05-01"),
    API_WORKSPACES: "2024-05-01",
    SEARCH: "2025-05-01",
    SHARED_LINKS: "2025-05-01",
    **dict.fromkeys((SITES, SITE_CONFIG, REFERENCES), "2024-11-01"),
    COSMOS: "2025-04-15",
    STORAGE: "2024-01-01",
    REDIS: "2024-11-01",
    REDIS_DATABASES: "2025-07-01",
    VAULTS: "2024-11-01",
    VAULT_KEYS: "2024-11-01",
    COMPONENTS: "2020-02-02",
    FRONT_DOORS: "2024-09-01",
    **dict.fromkeys((ORIGIN_GROUPS, ORIGINS), "2024-02-01"),
    FRONT_DOOR_WAFS: "2024-02-01",
    APP_GATEWAYS: "2024-10-01",
    **dict.fromkeys((ENDPOINTS, ZONE_GROUPS, NETWORKS, SECURITY_GROUPS, ROUTE_TABLES), "2024-10-01"),
    **dict.fromkeys((ZONES, ZONE_LINKS), "2024-06-01"),
    LOG_WORKSPACES: "2025-02-01",
    **dict.fromkeys((DIAGNOSTIC_SETTINGS, LOG_CATEGORIES), "2021-05-01-preview"),
    METRIC_ALERTS: "2018-03-01",
    QUERY_ALERTS: "2023-12-01",
    ACTIVITY_ALERTS: "2020-10-01",
    ACTION_GROUPS: "2023-01-01",
    **dict.fromkeys((ACTIVITY_LOG, EVENTS), "2015-04-01"),
    **dict.fromkeys((ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, DENIES), "2022-04-01"),
    **dict.fromkeys((ELIGIBLE_ROLES, SCHEDULED_ROLES), "2020-10-01"),
    **dict.fromkeys((POLICY_ASSIGNMENTS, POLICY_SETS), "2023-04-01"),
    LOCKS: "2020-05-01",
    BUDGETS: "2024-08-01",
    RESERVATIONS: "2022-11-01",
    PRICINGS: "2024-01-01",
    SUBSCRIPTIONS: "2022-12-01",
}
LISTED_BY_GRAPH = (
    *(ACCOUNTS, GATEWAYS, SEARCH, SITES, COSMOS, STORAGE, REDIS, REDIS_CLUSTERS, VAULTS, COMPONENTS, WORKSPACES),
    *(FRONT_DOORS, FRONT_DOOR_WAFS, APP_GATEWAYS, APP_GATEWAY_WAFS, TRAFFIC_MANAGERS, ENDPOINTS),
    *(NETWORKS, SECURITY_GROUPS, ROUTE_TABLES, ZONES, ZONE_LINKS, LOG_WORKSPACES, EVENT_HUBS, AUTOSCALE),
    *(METRIC_ALERTS, QUERY_ALERTS, ACTIVITY_ALERTS, ACTION_GROUPS, HEALTH),
    *(ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, POLICY_ASSIGNMENTS),
)
"""Of access and policy what a subscription inherits from above is listed too."""
LISTED_BY_SUBSCRIPTION = {
    PRICINGS: "security.pricings.get",
    DENIES: "authorization.denyAssignments.list",
    ELIGIBLE_ROLES: "authorization.roleEligibilityScheduleInstances.list",
    SCHEDULED_ROLES: "authorization.roleAssignmentScheduleInstances.list",
    LOCKS: "authorization.locks.list",
    BUDGETS: "consumption.budgets.list",
    ACTIVITY_LOG: "monitor.activityLogs.list",
}
"""What ARM lists for a subscription: what lies below it."""
LISTED_BY_PARENT = {
    DEPLOYMENTS: (ACCOUNTS, "cognitiveservices.deployments.list"),
    DEFENDER: (ACCOUNTS, "cognitiveservices.defenderForAISettings.list"),
    FILTERS: (ACCOUNTS, "cognitiveservices.raiPolicies.list"),
    PROJECTS: (ACCOUNTS, "cognitiveservices.projects.list"),
    ACCOUNT_CONNECTIONS: (ACCOUNTS, "cognitiveservices.accountConnections.list"),
    PROJECT_CONNECTIONS: (PROJECTS, "cognitiveservices.projectConnections.list"),
    MANAGED_NETWORKS: (ACCOUNTS, "cognitiveservices.managedNetworks.list"),
    PERIMETERS: (ACCOUNTS, "cognitiveservices.networkSecurityPerimeterConfigurations.list"),
    APIS: (GATEWAYS, "apimanagement.apis.list"),
    API_DIAGNOSTICS: (APIS, "apimanagement.apiDiagnostics.list"),
    BACKENDS: (GATEWAYS, "apimanagement.backends.list"),
    NAMED_VALUES: (GATEWAYS, "apimanagement.namedValues.list"),
    KEYS: (GATEWAYS, "apimanagement.subscriptions.list"),
    LOGGERS: (GATEWAYS, "apimanagement.loggers.list"),
    DIAGNOSTICS: (GATEWAYS, "apimanagement.diagnostics.list"),
    OPERATIONS: (APIS, "apimanagement.operations.list"),
    GATEWAY_POLICIES: (GATEWAYS, "apimanagement.policies.list"),
    API_POLICIES: (APIS, "apimanagement.apiPolicies.list"),
    OPERATION_POLICIES: (OPERATIONS, "apimanagement.operationPolicies.list"),
    PRODUCTS: (GATEWAYS, "apimanagement.products.list"),
    PRODUCT_APIS: (PRODUCTS, "apimanagement.productApis.list"),
    PRODUCT_POLICIES: (PRODUCTS, "apimanagement.productPolicies.list"),
    FRAGMENTS: (GATEWAYS, "apimanagement.policyFragments.list"),
    CACHES: (GATEWAYS, "apimanagement.caches.list"),
    API_WORKSPACES: (GATEWAYS, "apimanagement.workspaces.list"),
    ZONE_GROUPS: (ENDPOINTS, "network.privateDnsZoneGroups.list"),
    ORIGIN_GROUPS: (FRONT_DOORS, "cdn.originGroups.list"),
    ORIGINS: (ORIGIN_GROUPS, "cdn.origins.list"),
    REDIS_DATABASES: (REDIS_CLUSTERS, "redisenterprise.databases.list"),
    VAULT_KEYS: (VAULTS, "keyvault.keys.list"),
    SHARED_LINKS: (SEARCH, "search.sharedPrivateLinkResources.list"),
    SITE_CONFIG: (SITES, "web.sites.config.get"),
    REFERENCES: (SITES, "web.sites.config.configreferences.appsettings.list"),
}
"""Each list of children: what it lies under, and what asks for it."""
LOGGED = (ACCOUNTS, GATEWAYS, SEARCH, SITES, VAULTS)
"""Whose diagnostic settings are read."""

REGIONS = {"weu": "westeurope", "sdc": "swedencentral"}
SHOWN = {"weu": "West Europe", "sdc": "Sweden Central"}
"""Regions by the ends of names, as most services write them, and as the portal does."""

CHAT = {
    "agentsV2": "true",
    "area": "EUR",
    "assistants": "true",
    "chatCompletion": "true",
    "responses": "true",
}
EMBEDDINGS = {"area": "EUR", "embeddings": "true", "embeddingsMaxInputs": "2048"}
HARMS = ("Hate", "Sexual", "Violence", "Selfharm")
SIDES = ("Prompt", "Completion")
OTHER_FILTERS = (
    ("Jailbreak", "Prompt"),
    ("Indirect Attack", "Prompt"),
    ("Protected Material Text", "Completion"),
    ("Protected Material Code", "Completion"),
)
OPENAI_APIS = (
    "OpenAI Language Model Instance API",
    "OpenAI Realtime API",
    "Token Service API",
    "Azure OpenAI Legacy API - Latest moniker",
)
CLOSED_PROTOCOLS = (
    "Security.Protocols.Tls10",
    "Security.Protocols.Tls11",
    "Security.Protocols.Ssl30",
    "Security.Ciphers.TripleDes168",
    "Security.Backend.Protocols.Tls10",
    "Security.Backend.Protocols.Tls11",
    "Security.Backend.Protocols.Ssl30",
)


# Small parts that every provider's answers share


def guid(*seed: str) -> str:
    """A GUID of version 4's form, the same for the same seed."""
    digits = hashlib.sha256("/".join(seed).encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def at(day: str, clock: str = "09:14:27.3317442") -> str:
    """A moment as ARM writes it: seven decimals."""
    return f"{day}T{clock}Z"


def ids(resource_id: str) -> Json:
    return {"id": resource_id, "name": resource_id.rpartition("/")[2], "type": type_of(resource_id)}


def type_of(resource_id: str) -> str:
    _, found, tail = resource_id.rpartition("/providers/")
    if not found:
        return SUBSCRIPTIONS
    parts = tail.split("/")
    return "/".join([parts[0], *parts[1::2]])


def system_data(created: str, modified: str | None = None, by: str = "ida.holm@northwind.example") -> Json:
    return {
        "createdBy": by,
        "createdByType": "User",
        "createdAt": at(created),
        "lastModifiedBy": by,
        "lastModifiedByType": "User",
        "lastModifiedAt": at(modified or created),
    }


def etag(resource_id: str, modified: str) -> str:
    """Cosmos DB's etag as Cognitive Services shows it: its fourth part is the time of the write."""
    written = int(datetime.fromisoformat(f"{modified}T09:14:27+00:00").timestamp())
    head = guid(resource_id)[:8]
    return f'"{head}-0000-0d00-0000-{written:x}0000"'


def state(status: str, description: str) -> Json:
    return {"status": status, "description": description, "actionsRequired": "None"}


def version_of(resource_type: str) -> str:
    """The api-version that a type is read with; some ids spell their type in lower case."""
    return next(v for of, v in API_VERSION.items() if of.casefold() == resource_type.casefold())


def record(resource: Json, *, source: str = "arm") -> Json:
    version = version_of("graph" if source == "graph" else type_of(resource["id"]))
    return {"resource": resource, "api_version": version, "from": source}


def graph_row(resource: Json, *missing: str) -> Json:
    """The row of Resource Graph for a resource whose own answer was not had: its columns, less `missing`."""
    _, _, subscription, _, group, *_ = resource["id"].split("/")
    kept = {key: value for key, value in resource["properties"].items() if key not in missing}
    columns = ("kind", "location", "sku", "tags", "identity")
    return {
        **ids(resource["id"]),
        "type": type_of(resource["id"]).lower(),
        "tenantId": TENANT,
        **{column: resource.get(column) for column in columns},
        "resourceGroup": group,
        "subscriptionId": subscription,
        "managedBy": "",
        "plan": None,
        "properties": kept,
        "zones": None,
        "extendedLocation": None,
    }


# Subscriptions


def subscription(subscription_id: str, display_name: str, above: str) -> Json:
    """The row of Resource Graph for a subscription: it names the management groups above, the nearest first."""
    groups = dict.fromkeys((above, TOP))
    chain = [{"displayName": group.rpartition("/")[2], "name": group.rpartition("/")[2]} for group in groups]
    return {
        "id": subscription_id,
        "name": display_name,
        "type": SUBSCRIPTIONS.lower(),
        "tenantId": TENANT,
        "subscriptionId": subscription_id.rpartition("/")[2],
        "properties": {
            "managementGroupAncestorsChain": [*chain, {"displayName": "Tenant Root Group", "name": TENANT}],
            "managedByTenants": [],
            "state": "Enabled",
            "subscriptionPolicies": {
                "locationPlacementId": "Public_2014-09-01",
                "quotaId": "EnterpriseAgreement_2014-09-01",
                "spendingLimit": "Off",
            },
        },
    }


def tenant_row(resource: Json) -> Json:
    """The row of Resource Graph for what holds for a scope: a role, an assignment."""
    return {**resource, "type": type_of(resource["id"]).lower(), "tenantId": TENANT}


# Cognitive Services


def account(account_id: str, kind: str, location: str, tags: Json, created: str, **properties: Any) -> Json:
    """An account; `properties` are those that somebody chose, the others are what Azure adds."""
    return {
        **ids(account_id),
        "etag": etag(account_id, created),
        "location": location,
        "sku": {"name": "S0"},
        "kind": kind,
        "tags": tags,
        "properties": account_base(account_id, kind, created) | properties,
        "identity": system_identity(account_id),
        "systemData": system_data(created),
    }


def system_identity(resource_id: str) -> Json:
    return {"principalId": guid(resource_id, "principal"), "tenantId": TENANT, "type": "SystemAssigned"}


def shared_identity(identity_id: str) -> Json:
    """An identity of its own kind of resource, which any app may be given."""
    ids_of_it = {"principalId": guid(identity_id, "principal"), "clientId": guid(identity_id, "client")}
    return {"type": "UserAssigned", "userAssignedIdentities": {identity_id: ids_of_it}}


def account_base(account_id: str, kind: str, created: str) -> Json:
    name = account_id.rpartition("/")[2]
    host = "openai" if kind == "OpenAI" else "cognitiveservices"
    return {
        "endpoint": f"https://{name}.{host}.azure.com/",
        "provisioningState": "Succeeded",
        "internalId": guid(account_id, "internal").replace("-", ""),
        "dateCreated": at(created, "09:14:26.8873018"),
        "apiProperties": {},
        "callRateLimit": {"rules": call_rates(kind)},
        "isMigrated": False,
        "customSubDomainName": name,
        "allowProjectManagement": kind == "AIServices",
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "capabilities": [{"name": "VirtualNetworks"}, {"name": "CustomerManagedKey"}],
        "endpoints": account_endpoints(name, kind),
    }


def call_rates(kind: str) -> list[Json]:
    openai = [("openai", "openai/*")] if kind != "SpeechServices" else []
    return [
        {
            "key": key,
            "renewalPeriod": 1,
            "count": 30,
            "matchPatterns": [{"path": path, "method": "*"}],
        }
        for key, path in [*openai, ("default", "*")]
    ]


def account_endpoints(name: str, kind: str) -> Json:
    speech = {"Speech Services Speech to Text": f"https://{name}.cognitiveservices.azure.com/"}
    openai = dict.fromkeys(OPENAI_APIS, f"https://{name}.openai.azure.com/")
    if kind == "AIServices":
        return {"AI Foundry API": f"https://{name}.services.ai.azure.com/", **openai, **speech}
    return openai if kind == "OpenAI" else speech


def only_from(*addresses: str) -> Json:
    """Network rules that shut out all but these addresses and the services that Azure trusts."""
    return {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "virtualNetworkRules": [],
        "ipRules": [{"value": address} for address in addresses],
    }


def own_key(vault_id: str, name: str) -> Json:
    """Encryption with a version of a vault's key."""
    key = {"keyVaultUri": f"https://{vault_id.rpartition('/')[2]}.vault.azure.net/", "keyName": name}
    return {
        "keySource": "Microsoft.KeyVault",
        "keyVaultProperties": {**key, "keyVersion": guid(name, "version").replace("-", "")},
    }


def connection(account_id: str, location: str, endpoint_id: str, status: str, description: str) -> Json:
    """A private endpoint's connection as the account's own record embeds it."""
    name = f"{endpoint_id.rpartition('/')[2]}.{guid(account_id, endpoint_id)}"
    return {
        "id": f"{account_id}/privateEndpointConnections/{name}",
        "name": name,
        "type": f"{ACCOUNTS}/privateEndpointConnections",
        "location": location,
        "properties": {
            "provisioningState": "Succeeded",
            "groupIds": ["account"],
            "privateEndpoint": {"id": endpoint_id},
            "privateLinkServiceConnectionState": state(status, description),
        },
    }


def approved(owner_id: str, endpoint_id: str, group: str) -> Json:
    """The connection of an endpoint, approved, as the records of Search and of Cosmos DB embed it."""
    names = ids(f"{owner_id}/privateEndpointConnections/{endpoint_id.rpartition('/')[2]}")
    return {
        **names,
        "properties": {
            "privateEndpoint": {"id": endpoint_id},
            "privateLinkServiceConnectionState": state("Approved", "Auto-Approved"),
            "groupId": group,
            "provisioningState": "Succeeded",
        },
    }


def of_search(service: str) -> str:
    """The endpoint behind a Search service's shared private link, in a subscription of Microsoft's."""
    owner = f"/subscriptions/{guid('search', service)}/resourceGroups/azs-{service}"
    return f"{owner}/providers/{ENDPOINTS}/{service}-spl-oai"


def deployment(account_id: str, name: str, sku: str, capacity: int, model: str, **properties: Any) -> Json:
    """A deployment; `model` is name and version, `properties` differ from a chat deployment's."""
    model_name, _, version = model.partition(" ")
    base = {
        "model": {"format": "OpenAI", "name": model_name, "version": version},
        "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
        "currentCapacity": capacity,
        "capabilities": CHAT,
        "raiPolicyName": "Microsoft.DefaultV2",
        "provisioningState": "Succeeded",
        "deploymentState": "Running",
        "rateLimits": rate_limits(sku, capacity),
    }
    return {
        **ids_type_first(f"{account_id}/deployments/{name}"),
        "sku": {"name": sku, "capacity": capacity},
        "properties": base | properties,
        "systemData": system_data("2026-03-12", "2026-06-02", by="olu.adeyemi@northwind.example"),
        "etag": f'"{guid(account_id, name)}"',
    }


def ids_type_first(resource_id: str) -> Json:
    names = ids(resource_id)
    return {key: names[key] for key in ("id", "type", "name")}


def rate_limits(sku: str, capacity: int) -> list[Json]:
    """Thousands of tokens a minute for what is paid by use; requests alone for what is provisioned."""
    if "Provisioned" in sku:
        return [{"key": "request", "renewalPeriod": 10, "count": capacity * 3}]
    return [
        {"key": "request", "renewalPeriod": 60, "count": capacity},
        {"key": "token", "renewalPeriod": 60, "count": capacity * 1000},
    ]


def defender_setting(account_id: str, value: str) -> Json:
    setting_id = f"{account_id}/defenderForAISettings/Default"
    return {
        **ids(setting_id),
        "etag": f'"{guid(setting_id)}"',
        "properties": {"state": value},
        "systemData": system_data("2026-02-11"),
    }


def content_filter(policy_id: str, mode: str, changed: dict[str, Json], without: tuple[str, ...] = ()) -> Json:
    """A content filter that stops all there is to stop, but for what somebody `changed` by a filter's name."""
    harms = [(name, side, {"severityThreshold": "Medium"}) for name in HARMS for side in SIDES]
    others: list[tuple[str, str, Json]] = [(name, side, {}) for name, side in OTHER_FILTERS if name not in without]
    filters = [
        {"name": name, "blocking": True, "enabled": True, **level, "source": side, **changed.get(name, {})}
        for name, side, level in [*harms, *others]
    ]
    return {
        **ids(policy_id),
        "properties": {
            "type": "UserManaged",
            "mode": mode,
            "basePolicyName": "Microsoft.DefaultV2",
            "contentFilters": filters,
        },
        "etag": f'"{guid(policy_id)}"',
        "systemData": system_data("2026-03-12"),
    }


def project(project_id: str, location: str, tags: Json, title: str) -> Json:
    """A project of AI Foundry; it is named after its account, too."""
    account_id, _, name = project_id.partition("/projects/")
    host = account_id.rpartition("/")[2]
    return {
        **ids(project_id),
        "name": f"{host}/{name}",
        "location": location,
        "kind": "AIServices",
        "tags": tags,
        "identity": system_identity(project_id),
        "properties": {
            "isDefault": True,
            "displayName": title,
            "description": "",
            "endpoints": {"AI Foundry API": f"https://{host}.services.ai.azure.com/api/projects/{name}"},
            "provisioningState": "Succeeded",
        },
        "etag": f'"{guid(project_id)}"',
        "systemData": system_data("2026-06-08"),
    }


def tool(connection_id: str, category: str, auth: str, target: str, metadata: Json) -> Json:
    """What an account or a project calls by name; the answer holds no credentials."""
    return {
        **ids(connection_id),
        "properties": {
            "authType": auth,
            "category": category,
            "target": target,
            "isSharedToAll": auth != "AAD",
            "sharedUserList": [],
            "useWorkspaceManagedIdentity": False,
            "error": None,
            "metadata": metadata,
        },
        "systemData": system_data("2026-06-09"),
    }


# API Management


def gateway(
    service_id: str, location: str, sku: str, units: int, tags: Json, hosts: list[Json], **network: Any
) -> Json:
    name = service_id.rpartition("/")[2]
    return {
        **ids(service_id),
        "tags": tags,
        "location": location,
        "etag": "AAAAAAFq3x4=" if sku == "Premium" else "AAAAAAEb7Tg=",
        "properties": gateway_base(name, location) | {"hostnameConfigurations": hosts} | network,
        "sku": {"name": sku, "capacity": units},
        "identity": system_identity(service_id),
        "zones": None,
        "systemData": system_data("2026-02-09", "2026-04-20"),
    }


def gateway_base(name: str, location: str) -> Json:
    return {
        "publisherEmail": "platform@northwind.example",
        "publisherName": "Northwind Assist",
        "notificationSenderEmail": "apimgmt-noreply@mail.windowsazure.com",
        "provisioningState": "Succeeded",
        "targetProvisioningState": "",
        "createdAtUtc": at("2026-02-09"),
        **gateway_urls(name, location),
        "publicIPAddresses": ["192.0.2.31"],
        "privateIPAddresses": None,
        "additionalLocations": None,
        "virtualNetworkConfiguration": None,
        "customProperties": gateway_protocols(),
        "virtualNetworkType": "None",
        "certificates": None,
        "disableGateway": False,
        "natGatewayState": "Disabled",
        "apiVersionConstraint": {"minApiVersion": "2021-08-01"},
        "publicIpAddressId": None,
        "publicNetworkAccess": "Enabled",
        "privateEndpointConnections": None,
        "platformVersion": "stv2",
    }


def gateway_urls(name: str, location: str) -> Json:
    region = location.replace(" ", "").lower()
    return {
        "gatewayUrl": f"https://{name}.azure-api.net",
        "gatewayRegionalUrl": f"https://{name}-{region}-01.regional.azure-api.net",
        "portalUrl": f"https://{name}.portal.azure-api.net",
        "developerPortalUrl": f"https://{name}.developer.azure-api.net",
        "managementApiUrl": f"https://{name}.management.azure-api.net",
        "scmUrl": f"https://{name}.scm.azure-api.net",
    }


def gateway_protocols() -> Json:
    """Old protocols, all off; the gateway writes booleans as text."""
    prefix = "Microsoft.WindowsAzure.ApiManagement.Gateway"
    closed = {f"{prefix}.{name}": "False" for name in CLOSED_PROTOCOLS}
    return {**closed, f"{prefix}.Protocols.Server.Http2": "True"}


def host(name: str, source: str = "BuiltIn", certificate: Json | None = None, vault: str | None = None) -> Json:
    return {
        "type": "Proxy",
        "hostName": name,
        "encodedCertificate": None,
        "keyVaultId": vault,
        "certificatePassword": None,
        "negotiateClientCertificate": False,
        "certificate": certificate,
        "defaultSslBinding": source == "KeyVault",
        "identityClientId": None,
        "certificateSource": source,
        "certificateStatus": None,
    }


def certificate(name: str, expiry: str) -> Json:
    return {
        "expiry": f"{expiry}T06:00:00+00:00",
        "thumbprint": hashlib.sha256(name.encode()).hexdigest()[:40].upper(),
        "subject": f"CN={name}",
    }


def vault_host(name: str, secret: str, expiry: str) -> Json:
    vault = f"https://kv-nwa-hub.vault.azure.net/secrets/{secret}"
    return host(name, "KeyVault", certificate(name, expiry), vault)


def api(service_id: str, name: str, path: str, *protocols: str, **properties: Any) -> Json:
    """An API; a revision that is not the current one does not say so, it lacks `isCurrent`."""
    base = {
        "displayName": name.replace("-", " ").title(),
        "apiRevision": "1",
        "description": None,
        "subscriptionRequired": True,
        "serviceUrl": None,
        "backendId": None,
        "path": path,
        "protocols": list(protocols),
        "authenticationSettings": None,
        "subscriptionKeyParameterNames": {"header": "api-key", "query": "subscription-key"},
    }
    current = {} if ";rev=" in name else {"isCurrent": True}
    return {**ids_type_first(f"{service_id}/apis/{name}"), "properties": base | current | properties}


def backend(backend_id: str, url: str, *ranges: tuple[int, int], **tls: bool) -> Json:
    """A model behind the gateway, with a breaker that trips on `ranges` of status codes."""
    trips = {
        "name": "models",
        "failureCondition": {
            "count": 3,
            "interval": "PT1M",
            "percentage": None,
            "statusCodeRanges": [{"min": low, "max": high} for low, high in ranges],
            "errorReasons": [],
        },
        "tripDuration": "PT1M",
        "acceptRetryAfter": True,
    }
    return {
        **ids_type_first(backend_id),
        "properties": {
            "title": None,
            "description": None,
            "url": url,
            "protocol": "http",
            "circuitBreaker": {"rules": [trips]},
            "tls": {"validateCertificateChain": True, "validateCertificateName": True} | tls,
            "type": "Single",
        },
    }


def pool(backend_id: str, *members: str) -> Json:
    services = [{"id": member, "weight": 1, "priority": index + 1} for index, member in enumerate(members)]
    return {
        **ids_type_first(backend_id),
        "properties": {
            "title": None,
            "description": None,
            "url": None,
            "protocol": None,
            "type": "Pool",
            "pool": {"services": services},
        },
    }


def secret_value(value_id: str, secret: str | None = None) -> Json:
    """A named value that is secret: the gateway keeps it and never shows it, unless it lies in the hub's vault."""
    vault = {
        "secretIdentifier": f"https://kv-nwa-hub.vault.azure.net/secrets/{secret}",
        "identityClientId": None,
        "lastStatus": {"code": "Success", "timeStampUtc": at("2026-10-01", "03:11:52.0418813")},
    }
    name = value_id.rpartition("/")[2]
    kept = {"keyVault": vault} if secret else {}
    return {
        **ids_type_first(value_id),
        "properties": {"displayName": name, **kept, "tags": [], "secret": True, "provisioningState": "Succeeded"},
    }


def gateway_key(key_id: str, scope: str, title: str, *, traced: bool = False) -> Json:
    """A subscription of the gateway: whose key it is stands elsewhere, here is what it opens."""
    return {
        **ids_type_first(key_id),
        "properties": {
            "ownerId": None,
            "scope": scope,
            "displayName": title,
            "state": "active",
            "createdDate": at("2026-02-10"),
            "startDate": None,
            "expirationDate": None,
            "endDate": None,
            "notificationDate": None,
            "stateComment": None,
            "allowTracing": traced,
        },
    }


def logger(logger_id: str, kind: str, target: str | None = None, credentials: Json | None = None) -> Json:
    return {
        **ids_type_first(logger_id),
        "properties": {
            "loggerType": kind,
            "description": None,
            "credentials": credentials,
            "isBuffered": True,
            "resourceId": target,
        },
    }


def diagnostic(diagnostic_id: str, logger_id: str, percentage: int, logged: Json, **properties: Any) -> Json:
    """What is logged of calls: `logged` of each side of the request, nothing of the response."""
    nothing = {"headers": [], "body": {"bytes": 0}}
    side = {"request": logged, "response": nothing}
    return {
        **ids_type_first(diagnostic_id),
        "properties": {
            "alwaysLog": "allErrors",
            "verbosity": "information",
            "logClientIp": True,
            "loggerId": logger_id,
            "sampling": {"samplingType": "fixed", "percentage": percentage},
            "frontend": side,
            "backend": side,
            **properties,
        },
    }


# Azure AI Search


def search_service(service_id: str, location: str, sku: str, replicas: int, tags: Json, **extra: Any) -> Json:
    return {
        **ids(service_id),
        "location": location,
        "tags": tags,
        "properties": search_base(service_id, replicas) | extra,
        "sku": {"name": sku},
        "identity": system_identity(service_id),
        "systemData": system_data("2026-02-16"),
    }


def search_base(service_id: str, replicas: int) -> Json:
    return {
        "replicaCount": replicas,
        "partitionCount": 1,
        "endpoint": f"https://{service_id.rpartition('/')[2]}.search.windows.net",
        "status": "running",
        "statusDetails": "",
        "provisioningState": "succeeded",
        "hostingMode": "default",
        "computeType": "default",
        "publicNetworkAccess": "Enabled",
        "networkRuleSet": {"ipRules": [], "bypass": "None"},
        "privateEndpointConnections": [],
        "sharedPrivateLinkResources": [],
        "encryptionWithCmk": {"enforcement": "Unspecified", "encryptionComplianceStatus": "Compliant"},
        "disableLocalAuth": True,
        "authOptions": None,
        "dataExfiltrationProtections": [],
        "semanticSearch": "standard",
    }


def shared_link(service_id: str, target: str, status: str) -> Json:
    names = ids(f"{service_id}/sharedPrivateLinkResources/spl-oai")
    return {
        **{key: names[key] for key in ("name", "type", "id")},
        "properties": {
            "privateLinkResourceId": target,
            "groupId": "openai_account",
            "requestMessage": "Vectorisation of the knowledge base",
            "status": status,
            "provisioningState": "Succeeded",
            "resourceRegion": None,
        },
    }


# The application: apps, data, vaults, telemetry


def site(site_id: str, kind: str, tags: Json, *, routes_all: bool, identity: str = "") -> Json:
    """An app; of its own `siteConfig` most is null, `config/web` says the rest. `identity` is one that it shares."""
    name = site_id.rpartition("/")[2]
    region = name.rpartition("-")[2]
    plan = f"{site_id.partition('/providers/')[0]}/providers/Microsoft.Web/serverfarms/asp-nwa-prod-{region}"
    return {
        **ids(site_id),
        "kind": kind,
        "location": SHOWN[region],
        "tags": tags,
        "properties": {
            "state": "Running",
            "hostNames": [f"{name}.azurewebsites.net"],
            "enabled": True,
            "enabledHostNames": [f"{name}.azurewebsites.net", f"{name}.scm.azurewebsites.net"],
            "serverFarmId": plan,
            "siteConfig": {
                "numberOfWorkers": 1,
                "linuxFxVersion": "PYTHON|3.12",
                "alwaysOn": True,
                "minTlsVersion": None,
                "vnetRouteAllEnabled": None,
            },
            "outboundVnetRouting": {"allTraffic": False, "applicationTraffic": routes_all},
            "hostingEnvironmentProfile": None,
            "virtualNetworkSubnetId": subnet(site_id, REGIONS[region]).replace("endpoints", "apps"),
            "clientCertEnabled": False,
            "httpsOnly": True,
            "publicNetworkAccess": "Disabled",
            "keyVaultReferenceIdentity": "SystemAssigned",
        },
        "identity": shared_identity(identity) if identity else system_identity(site_id),
    }


def site_config(site_id: str, tags: Json) -> Json:
    return {
        **ids(f"{site_id}/config/web"),
        "location": SHOWN[site_id.rpartition("-")[2]],
        "tags": tags,
        "properties": {
            "numberOfWorkers": 1,
            "linuxFxVersion": "PYTHON|3.12",
            "alwaysOn": True,
            "http20Enabled": True,
            "minTlsVersion": "1.2",
            "scmMinTlsVersion": "1.2",
            "ftpsState": "Disabled",
        },
    }


def reference(site_id: str, setting: str, secret: str, status: str, details: str) -> Json:
    """Whether a setting that points to a vault has found its secret there."""
    vault = "kv-nwa-prod-weu"
    return {
        **ids(f"{site_id}/config/configreferences/appsettings/{setting}"),
        "properties": {
            "reference": f"@Microsoft.KeyVault(VaultName={vault};SecretName={secret})",
            "status": status,
            "vaultName": vault,
            "secretName": secret,
            "identityType": "SystemAssigned",
            "details": details,
            "source": "KeyVault",
        },
    }


def cosmos(account_id: str, tags: Json, endpoint_id: str) -> Json:
    """Conversations: two regions, no keys, closed."""
    name = account_id.rpartition("/")[2]
    regions = [
        {
            "id": f"{name}-{region.replace(' ', '').lower()}",
            "locationName": region,
            "provisioningState": "Succeeded",
            "failoverPriority": index,
            "isZoneRedundant": index == 0,
        }
        for index, region in enumerate(("West Europe", "Sweden Central"))
    ]
    return {
        **ids(account_id),
        "location": "West Europe",
        "tags": tags,
        "kind": "GlobalDocumentDB",
        "identity": system_identity(account_id),
        "properties": {
            "provisioningState": "Succeeded",
            "documentEndpoint": f"https://{name}.documents.azure.com:443/",
            "publicNetworkAccess": "Disabled",
            "enableAutomaticFailover": True,
            "disableLocalAuth": True,
            "minimalTlsVersion": "Tls12",
            "databaseAccountOfferType": "Standard",
            "capabilities": [],
            "locations": regions,
            "backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous30Days"}},
            "privateEndpointConnections": [approved(account_id, endpoint_id, "Sql")],
        },
        "systemData": system_data("2026-02-19"),
    }


def storage(account_id: str, tags: Json, *, keys: bool) -> Json:
    """Documents; reached from the subnet of the apps, with the account's keys, too, if `keys`."""
    name = account_id.rpartition("/")[2]
    return {
        **ids(account_id),
        "sku": {"name": "Standard_ZRS", "tier": "Standard"},
        "kind": "StorageV2",
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "publicNetworkAccess": "Enabled",
            "allowSharedKeyAccess": keys,
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "networkAcls": subnets_only(account_id),
            "privateEndpointConnections": [],
            "primaryEndpoints": {"blob": f"https://{name}.blob.core.windows.net/"},
            "provisioningState": "Succeeded",
        },
    }


def subnets_only(resource_id: str) -> Json:
    """Network rules that let in the apps of the resource's own network."""
    apps = subnet(resource_id, "westeurope").replace("endpoints", "apps")
    return {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "ipRules": [],
        "virtualNetworkRules": [{"id": apps, "action": "Allow", "state": "Succeeded"}],
    }


def redis(cache_id: str, tags: Json) -> Json:
    """Answers given before, in a cache that lies in the network."""
    return {
        **ids(cache_id),
        "location": "West Europe",
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "redisVersion": "6.0",
            "sku": {"name": "Premium", "family": "P", "capacity": 1},
            "enableNonSslPort": False,
            "disableAccessKeyAuthentication": True,
            "minimumTlsVersion": "1.2",
            "publicNetworkAccess": "Enabled",
            "subnetId": subnet(cache_id, "westeurope").replace("endpoints", "cache"),
            "hostName": f"{cache_id.rpartition('/')[2]}.redis.cache.windows.net",
            "port": 6379,
            "sslPort": 6380,
        },
    }


def vault(vault_id: str, tags: Json, **properties: Any) -> Json:
    name = vault_id.rpartition("/")[2]
    base = {
        "sku": {"family": "A", "name": "standard"},
        "tenantId": TENANT,
        "enableRbacAuthorization": True,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": 90,
        "accessPolicies": [],
        "publicNetworkAccess": "Enabled",
        "networkAcls": subnets_only(vault_id),
        "vaultUri": f"https://{name}.vault.azure.net/",
        "provisioningState": "Succeeded",
    }
    return {
        **ids(vault_id),
        "location": "westeurope",
        "tags": tags,
        "properties": base | properties,
        "systemData": system_data("2026-02-09"),
    }


def component(component_id: str, tags: Json, *, keys: bool) -> Json:
    """Application Insights, without its key and connection string, which a collector does not keep."""
    return {
        **ids(component_id),
        "kind": "web",
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "Application_Type": "web",
            "AppId": guid(component_id),
            "WorkspaceResourceId": f"{RG_HUB}/providers/Microsoft.OperationalInsights/workspaces/log-nwa-hub-weu",
            "IngestionMode": "LogAnalytics",
            "DisableLocalAuth": not keys,
            "RetentionInDays": 90,
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
            "provisioningState": "Succeeded",
        },
    }


# Networking and Defender


def front_door(profile_id: str, tags: Json, seconds: int) -> Json:
    return {
        **ids(profile_id),
        "location": "Global",
        "kind": "frontdoor",
        "tags": tags,
        "sku": {"name": "Premium_AzureFrontDoor"},
        "properties": {
            "originResponseTimeoutSeconds": seconds,
            "frontDoorId": guid(profile_id),
            "extendedProperties": {},
            "resourceState": "Active",
            "provisioningState": "Succeeded",
        },
    }


def front_door_waf(policy_id: str, tags: Json, profile_id: str) -> Json:
    sets = (("Microsoft_DefaultRuleSet", "2.1"), ("Microsoft_BotManagerRuleSet", "1.1"))
    return {
        **ids(policy_id),
        "location": "Global",
        "tags": tags,
        "sku": {"name": "Premium_AzureFrontDoor"},
        "properties": {
            "policySettings": {"enabledState": "Enabled", "mode": "Prevention", "requestBodyCheck": "Enabled"},
            "customRules": {"rules": []},
            "managedRules": {
                "managedRuleSets": [
                    {"ruleSetType": name, "ruleSetVersion": version, "ruleSetAction": "Block", "exclusions": []}
                    for name, version in sets
                ]
            },
            "frontendEndpointLinks": [],
            "routingRuleLinks": [],
            "securityPolicyLinks": [{"id": f"{profile_id}/securitypolicies/all"}],
            "resourceState": "Enabled",
            "provisioningState": "Succeeded",
        },
    }


def origin_group(profile_id: str, name: str) -> Json:
    """A group of Front Door's origins, which are asked every 100 seconds."""
    probe = {"probePath": "/status-0123456789abcdef", "probeRequestType": "GET", "probeProtocol": "Https"}
    return {
        **ids(f"{profile_id}/originGroups/{name}"),
        "properties": {
            "loadBalancingSettings": {"sampleSize": 4, "successfulSamplesRequired": 3},
            "healthProbeSettings": {**probe, "probeIntervalInSeconds": 100},
            "sessionAffinityState": "Disabled",
            "provisioningState": "Succeeded",
        },
    }


def origin(group_id: str, name: str, host_name: str) -> Json:
    return {
        **ids(f"{group_id}/origins/{name}"),
        "properties": {
            "hostName": host_name,
            "originHostHeader": host_name,
            "httpPort": 80,
            "httpsPort": 443,
            "priority": 1,
            "weight": 1000,
            "enabledState": "Enabled",
            "enforceCertificateNameCheck": True,
            "provisioningState": "Succeeded",
        },
    }


def app_gateway(gateway_id: str, tags: Json, target: str, seconds: int) -> Json:
    """An application gateway; of its many parts those that lead to the host behind it."""
    pool_id, settings_id = (
        f"{gateway_id}/backendAddressPools/api",
        f"{gateway_id}/backendHttpSettingsCollection/https",
    )
    settings = {
        "port": 443,
        "protocol": "Https",
        "cookieBasedAffinity": "Disabled",
        "pickHostNameFromBackendAddress": True,
        "requestTimeout": seconds,
        "provisioningState": "Succeeded",
    }
    return {
        **ids(gateway_id),
        "location": "westeurope",
        "tags": tags,
        "zones": ["1", "2", "3"],
        "properties": {
            "provisioningState": "Succeeded",
            "operationalState": "Running",
            "sku": {"name": "Standard_v2", "tier": "Standard_v2", "family": "Generation_1", "capacity": 2},
            "sslPolicy": {"policyType": "Predefined", "policyName": "AppGwSslPolicy20220101"},
            "backendAddressPools": [{**ids(pool_id), "properties": {"backendAddresses": [{"fqdn": target}]}}],
            "backendHttpSettingsCollection": [{**ids(settings_id), "properties": settings}],
        },
    }


def endpoint(
    endpoint_id: str,
    location: str,
    tags: Json,
    target: str,
    status: str,
    description: str,
    *,
    manual: bool = False,
    group: str = "account",
) -> Json:
    link = endpoint_link(endpoint_id, target, state(status, description), group, manual=manual)
    return {
        **ids(endpoint_id),
        "location": location,
        "etag": f'W/"{guid(endpoint_id, "etag")}"',
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(endpoint_id),
            "privateLinkServiceConnections": [] if manual else [link],
            "manualPrivateLinkServiceConnections": [link] if manual else [],
            "customNetworkInterfaceName": "",
            "subnet": {"id": subnet(endpoint_id, location)},
            "ipConfigurations": [],
            "networkInterfaces": [{"id": endpoint_id.replace("privateEndpoints/", "networkInterfaces/") + ".nic"}],
            "customDnsConfigs": [],
        },
    }


def endpoint_link(endpoint_id: str, target: str, status: Json, group: str, *, manual: bool) -> Json:
    collection = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    link_id = f"{endpoint_id}/{collection}/{endpoint_id.rpartition('/')[2]}"
    return {
        "name": link_id.rpartition("/")[2],
        "id": link_id,
        "etag": f'W/"{guid(endpoint_id, "etag")}"',
        "properties": {
            "provisioningState": "Succeeded",
            "privateLinkServiceId": target,
            "groupIds": [group],
            "privateLinkServiceConnectionState": status,
        },
        "type": type_of(link_id),
    }


def subnet(resource_id: str, location: str) -> str:
    scope = resource_id.partition("/providers/")[0]
    network = scope.rpartition("/")[2].replace("rg-", "vnet-").removesuffix("-sdc")
    region = next(short for short, name in REGIONS.items() if name == location)
    return f"{scope}/providers/Microsoft.Network/virtualNetworks/{network}-{region}/subnets/snet-endpoints"


def pricing(subscription_id: str, **properties: Any) -> Json:
    base = {"freeTrialRemainingTime": "PT0S", "enforce": "False"}
    return {**ids(f"{subscription_id}/providers/{PRICINGS}/AI"), "properties": properties | base}


# Moments


def moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


# What could not be read


def gap(operation: str, scope: str, of: str, reason: str, error: tuple[int, str, str], **more: str) -> Json:
    status, code, message = error
    return {
        "operation": operation,
        "scope": scope,
        "type": of,
        "path": more.get("path"),
        "status": status,
        "code": code,
        "reason": reason,
        "permission": more["permission"],
        "message": message,
    }


def forbidden(operation: str, scope: str, of: str, asked: str) -> Json:
    message = (
        f"The client '{SCANNER}' with object id '{SCANNER}' does not have authorization to perform action "
        f"'{of}/read' over scope '{asked}' or the scope is invalid. If access was recently granted, please "
        "refresh your credentials."
    )
    return gap(operation, scope, of, "forbidden", (403, "AuthorizationFailed", message), permission=f"{of}/read")


def timed_out(operation: str, scope: str, path: str) -> Json:
    provider = ACCOUNTS.partition("/")[0]
    message = f"The gateway did not receive a response from '{provider}' within the specified time period."
    error = (504, "GatewayTimeout", message)
    return gap(operation, scope, ACCOUNTS, "timeout", error, path=path, permission=f"{ACCOUNTS}/read")


def throttled(operation: str, scope: str, of: str, seconds: int) -> Json:
    """Tried again and again, until the time for it was up."""
    message = (
        f"Number of requests for action '{of}/read' exceeded the limit of '400' for time interval "
        f"'00:05:00'. Please try again after '{seconds}' seconds."
    )
    error = (429, "ResourceRequestsThrottled", message)
    return gap(operation, scope, of, "throttled", error, permission=f"{of}/read")


def not_registered(operation: str, scope: str, of: str) -> Json:
    """A subscription in which nobody ever used a provider: https://aka.ms/rps-not-found."""
    message = (
        f"The subscription is not registered to use namespace '{of.partition('/')[0]}'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions."
    )
    error = (409, "MissingSubscriptionRegistration", message)
    return gap(operation, scope, of, "not_registered", error, permission=f"{of}/read")
