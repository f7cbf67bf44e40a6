"""The sample estate: an invented company's Azure, as `readiness collect` would have read it.

    python tools/make_sample.py

writes `readiness/sample/estate.jsonl.gz`. Nothing here is real: Northwind Assist, its GUIDs, its people and
its addresses (RFC 5737, RFC 6761) are made up; the shapes are those of real answers. `docs/sample.md` names
every planted mistake and gap, `tests/data/sample-expected.yaml` what the rules must say of them. Change the
estate here, write down there what you expect, and only then run a scan. The same interpreter gives the same
bytes; another zlib may pack the same lines differently.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

TARGET = Path(__file__).resolve().parent.parent / "readiness" / "sample" / "estate.jsonl.gz"

COLLECTED = datetime(2026, 10, 1, 6, tzinfo=UTC)
WEEK = timedelta(days=7)
STEP = timedelta(minutes=5)

TENANT = "a5515700-0000-4000-8000-00000000c0de"
SCANNER = "a5515700-0000-4000-8000-0000000000a1"
HUB = "/subscriptions/a5515701-0000-4000-8000-000000000001"
PROD = "/subscriptions/a5515702-0000-4000-8000-000000000002"
DEV = "/subscriptions/a5515703-0000-4000-8000-000000000003"
RG_HUB = f"{HUB}/resourceGroups/rg-nwa-hub"
RG_PROD = f"{PROD}/resourceGroups/rg-nwa-prod"
RG_DEV = f"{DEV}/resourceGroups/rg-nwa-dev"
PLATFORM = {"env": "prod", "workload": "platform"}
ASSIST = {"env": "prod", "workload": "assist"}
INSIGHTS = {"env": "prod", "workload": "insights"}
LAB = {"env": "dev", "workload": "assist"}

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNTS}/deployments"
DEFENDER = f"{ACCOUNTS}/defenderForAISettings"
CONNECTIONS = f"{ACCOUNTS}/privateEndpointConnections"
GATEWAYS = "Microsoft.ApiManagement/service"
APIS = f"{GATEWAYS}/apis"
SEARCH = "Microsoft.Search/searchServices"
SHARED_LINKS = f"{SEARCH}/sharedPrivateLinkResources"
ENDPOINTS = "Microsoft.Network/privateEndpoints"
PRICINGS = "Microsoft.Security/pricings"
SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
GROUPS = "Microsoft.Resources/resourceGroups"
METRICS = "Microsoft.Insights/metrics"

API_VERSION = {
    "graph": "2022-10-01",
    ACCOUNTS: "2025-06-01",
    DEPLOYMENTS: "2025-06-01",
    DEFENDER: "2025-06-01",
    GATEWAYS: "2024-05-01",
    APIS: "2024-05-01",
    SEARCH: "2025-05-01",
    SHARED_LINKS: "2025-05-01",
    ENDPOINTS: "2024-10-01",
    PRICINGS: "2024-01-01",
    SUBSCRIPTIONS: "2022-12-01",
    GROUPS: "2025-04-01",
}
LISTED_BY_GRAPH = (ACCOUNTS, GATEWAYS, SEARCH, ENDPOINTS, GROUPS)
LISTED_BY_PARENT = {
    DEPLOYMENTS: "cognitiveservices.deployments.list",
    DEFENDER: "cognitiveservices.defenderForAISettings.list",
    APIS: "apimanagement.apis.list",
    SHARED_LINKS: "search.sharedPrivateLinkResources.list",
}

CHAT = {
    "agentsV2": "true",
    "area": "EUR",
    "assistants": "true",
    "chatCompletion": "true",
    "responses": "true",
}
EMBEDDINGS = {"area": "EUR", "embeddings": "true", "embeddingsMaxInputs": "2048"}
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
        return GROUPS if "/resourceGroups/" in resource_id else SUBSCRIPTIONS
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


def record(resource: Json, *, source: str = "arm") -> Json:
    version = API_VERSION["graph" if source == "graph" else type_of(resource["id"])]
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


# Subscriptions and resource groups


def subscription(subscription_id: str, display_name: str) -> Json:
    return {
        "id": subscription_id,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription_id.rpartition("/")[2],
        "tenantId": TENANT,
        "displayName": display_name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def group(group_id: str, tags: Json) -> Json:
    return {
        **ids(group_id),
        "location": "westeurope",
        "tags": tags,
        "properties": {"provisioningState": "Succeeded"},
    }


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
    """Network rules that shut out all but these addresses."""
    return {
        "defaultAction": "Deny",
        "virtualNetworkRules": [],
        "ipRules": [{"value": address} for address in addresses],
    }


def connection(account_id: str, location: str, endpoint_id: str, status: str, description: str) -> Json:
    """A private endpoint's connection as the account's own record embeds it."""
    name = f"{endpoint_id.rpartition('/')[2]}.{guid(account_id, endpoint_id)}"
    return {
        "id": f"{account_id}/privateEndpointConnections/{name}",
        "name": name,
        "type": CONNECTIONS,
        "location": location,
        "properties": {
            "provisioningState": "Succeeded",
            "groupIds": ["account"],
            "privateEndpoint": {"id": endpoint_id},
            "privateLinkServiceConnectionState": state(status, description),
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


# Networking and Defender


def endpoint(
    endpoint_id: str,
    location: str,
    tags: Json,
    target: str,
    status: str,
    description: str,
    *,
    manual: bool = False,
) -> Json:
    link = endpoint_link(endpoint_id, target, state(status, description), manual=manual)
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


def endpoint_link(endpoint_id: str, target: str, status: Json, *, manual: bool) -> Json:
    collection = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    link_id = f"{endpoint_id}/{collection}/{endpoint_id.rpartition('/')[2]}"
    return {
        "name": link_id.rpartition("/")[2],
        "id": link_id,
        "etag": f'W/"{guid(endpoint_id, "etag")}"',
        "properties": {
            "provisioningState": "Succeeded",
            "privateLinkServiceId": target,
            "groupIds": ["account"],
            "privateLinkServiceConnectionState": status,
        },
        "type": type_of(link_id),
    }


def subnet(resource_id: str, location: str) -> str:
    scope = resource_id.partition("/providers/")[0]
    network = scope.rpartition("/")[2].replace("rg-", "vnet-")
    region = {"westeurope": "weu", "swedencentral": "sdc"}[location]
    return f"{scope}/providers/Microsoft.Network/virtualNetworks/{network}-{region}/subnets/snet-endpoints"


def pricing(subscription_id: str, **properties: Any) -> Json:
    base = {"freeTrialRemainingTime": "PT0S", "enforce": "False"}
    return {**ids(f"{subscription_id}/providers/{PRICINGS}/AI"), "properties": properties | base}


# Metrics


def utilisation(account_id: str, *series: Json) -> Json:
    """Seven days of how busy each provisioned deployment of an account was, in percent."""
    return {
        "resource": account_id,
        "namespace": ACCOUNTS,
        "name": "AzureOpenAIProvisionedManagedUtilizationV2",
        "unit": "Percent",
        "aggregation": "Average",
        "start": moment(COLLECTED - WEEK),
        "interval": "PT5M",
        "series": list(series),
    }


def busy(name: str, idle: float, swing: float, silent: range = range(0)) -> Json:
    """One deployment: `idle` percent at night, up to `swing` more at noon; no sample where `silent`."""
    noise = random.Random(name)
    drawn = [idle + swing * demand(COLLECTED - WEEK + i * STEP) + noise.uniform(-4, 4) for i in range(WEEK // STEP)]
    values = [None if i in silent else round(value, 1) for i, value in enumerate(drawn)]
    return {"dimensions": {"ModelDeploymentName": name}, "values": values}


def demand(when: datetime) -> float:
    """From 0 at six in the morning and evening to 1 at noon, a quarter of it at weekends."""
    hours_from_noon = (when.hour * 60 + when.minute) / 60 - 12
    curve = max(0.0, 1 - (hours_from_noon / 6) ** 2)
    return curve if when.weekday() < 5 else curve / 4


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


def throttled(operation: str, scope: str) -> Json:
    message = (
        f"Number of requests for action '{METRICS}/read' exceeded the limit of '400' for time interval "
        "'00:05:00'. Please try again after '212' seconds."
    )
    error = (429, "ResourceRequestsThrottled", message)
    return gap(operation, scope, METRICS, "throttled", error, permission=f"{METRICS}/read")


# The cast

OAI_WEU = f"{RG_PROD}/providers/{ACCOUNTS}/oai-nwa-prod-weu"
OAI_SDC = f"{RG_PROD}/providers/{ACCOUNTS}/oai-nwa-prod-sdc"
AIF_INSIGHTS = f"{RG_PROD}/providers/{ACCOUNTS}/aif-nwa-insights-prod-weu"
SPEECH = f"{RG_PROD}/providers/{ACCOUNTS}/spch-nwa-prod-weu"
AIF_HUB = f"{RG_HUB}/providers/{ACCOUNTS}/aif-nwa-hub-weu"
OAI_DEV = f"{RG_DEV}/providers/{ACCOUNTS}/oai-nwa-dev-weu"
APIM_HUB = f"{RG_HUB}/providers/{GATEWAYS}/apim-nwa-hub-weu"
APIM_SDC = f"{RG_PROD}/providers/{GATEWAYS}/apim-nwa-prod-sdc"
SRCH_WEU = f"{RG_PROD}/providers/{SEARCH}/srch-nwa-prod-weu"
SRCH_SDC = f"{RG_PROD}/providers/{SEARCH}/srch-nwa-prod-sdc"
SRCH_HUB = f"{RG_HUB}/providers/{SEARCH}/srch-nwa-hub-weu"
SRCH_DEV = f"{RG_DEV}/providers/{SEARCH}/srch-nwa-dev-weu"
PE_WEU = f"{RG_PROD}/providers/{ENDPOINTS}/pe-oai-nwa-prod-weu"
PE_SDC = f"{RG_PROD}/providers/{ENDPOINTS}/pe-oai-nwa-prod-sdc"
PE_INSIGHTS = f"{RG_PROD}/providers/{ENDPOINTS}/pe-aif-nwa-insights-prod-weu"
PE_HUB = f"{RG_HUB}/providers/{ENDPOINTS}/pe-aif-nwa-hub-weu"


def containers() -> Iterator[Json]:
    yield record(subscription(HUB, "sub-nwa-hub"))
    yield record(subscription(PROD, "sub-nwa-prod"))
    yield record(subscription(DEV, "sub-nwa-dev"))
    yield record(group(RG_HUB, PLATFORM))
    yield record(group(RG_PROD, ASSIST))
    yield record(group(RG_DEV, LAB))


def accounts() -> Iterator[Json]:
    yield record(private_account())
    yield record(second_region_account(), source="graph")
    yield record(insights_account())
    yield record(hub_account())
    yield record(account(OAI_DEV, "OpenAI", "westeurope", LAB, "2026-05-06"))
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
    )
    return graph_row(whole, "networkAcls", "callRateLimit")


def insights_account() -> Json:
    """Shut to all but the office; its private endpoint waits for approval, its keys work."""
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
    )


def hub_account() -> Json:
    """The platform team's own; the office's /28 was written as a /20."""
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
    )


def deployments() -> Iterator[Json]:
    stays = {"versionUpgradeOption": "OnceCurrentVersionExpired"}
    pinned = {"versionUpgradeOption": "NoAutoUpgrade", "capabilities": EMBEDDINGS}
    for made in (
        deployment(OAI_WEU, "chat", "GlobalStandard", 500, "gpt-5-mini 2025-08-07"),
        deployment(OAI_WEU, "chat-ptu", "ProvisionedManaged", 100, "gpt-5.1 2025-11-13", **stays),
        deployment(OAI_WEU, "summarise-ptu", "ProvisionedManaged", 50, "gpt-5.1 2025-11-13", **stays),
        deployment(OAI_WEU, "embed-knowledge", "Standard", 350, "text-embedding-3-large 1", **pinned),
        deployment(OAI_SDC, "chat-ptu", "ProvisionedManaged", 50, "gpt-5.1 2025-11-13", **stays),
        deployment(AIF_INSIGHTS, "classify", "Standard", 120, "gpt-5-mini 2025-08-07"),
        deployment(
            AIF_INSIGHTS,
            "embed-tickets",
            "Standard",
            120,
            "text-embedding-3-small 1",
            capabilities=EMBEDDINGS,
        ),
        deployment(OAI_DEV, "chat-dev", "Standard", 30, "gpt-5-mini 2025-08-07"),
    ):
        yield record(made)


def defender() -> Iterator[Json]:
    """The plan of production is on, that of development is off; the hub's may not be read."""
    evidence = [{"name": "AIPromptEvidence", "isEnabled": "True"}]
    standard = {"pricingTier": "Standard", "enablementTime": at("2026-02-11"), "extensions": evidence}
    yield record(pricing(PROD, **standard, resourcesCoverageStatus="FullyCovered"))
    yield record(pricing(DEV, pricingTier="Free", resourcesCoverageStatus="NotCovered"))
    for account_id in (OAI_WEU, OAI_SDC, AIF_INSIGHTS, AIF_HUB):
        yield record(defender_setting(account_id, "Enabled"))
    yield record(defender_setting(OAI_DEV, "Disabled"))


def gateways() -> Iterator[Json]:
    yield record(hub_gateway())
    hosts = [
        host("apim-nwa-prod-sdc.azure-api.net"),
        vault_host("api.se.northwind.example", "api-se-tls", "2027-05-11"),
    ]
    yield record(gateway(APIM_SDC, "Sweden Central", "Standard", 1, ASSIST, hosts))


def hub_gateway() -> Json:
    """Two names: one certificate comes from Key Vault, one was uploaded by hand and runs out in 20 days."""
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
        virtualNetworkType="External",
        virtualNetworkConfiguration=network,
    )


def apis() -> Iterator[Json]:
    """One draft revision opened http for a trial; it is not the current one."""
    draft = {"apiRevision": "2", "displayName": "Assist Chat"}
    yield record(api(APIM_HUB, "assist-chat", "assist/chat", "https"))
    yield record(api(APIM_HUB, "assist-chat;rev=2", "assist/chat", "http", "https", **draft))
    yield record(api(APIM_HUB, "partner-webhook", "partners/webhook", "http", "https", subscriptionRequired=False))
    yield record(api(APIM_SDC, "assist-chat", "assist/chat", "https"))
    yield record(api(APIM_SDC, "assist-realtime", "assist/realtime", "wss", type="websocket"))


def searches() -> Iterator[Json]:
    """The first embeds its link, the second shows [] beside a link, the third's links may not be read."""
    approved, pending = shared_link(SRCH_WEU, OAI_WEU, "Approved"), shared_link(SRCH_SDC, OAI_SDC, "Pending")
    embedded = {"sharedPrivateLinkResources": [approved]}
    yield record(search_service(SRCH_WEU, "West Europe", "standard", 3, ASSIST, **embedded))
    yield record(approved)
    yield record(search_service(SRCH_SDC, "Sweden Central", "standard", 1, ASSIST))
    yield record(pending)
    hub = search_service(SRCH_HUB, "West Europe", "standard", 2, PLATFORM)
    yield record(graph_row(hub, "sharedPrivateLinkResources"), source="graph")
    yield record(search_service(SRCH_DEV, "West Europe", "free", 1, LAB, semanticSearch="free"))


def endpoints() -> Iterator[Json]:
    approved = ("Approved", "Auto-Approved")
    waiting = ("Pending", "Please approve: insights team")
    yield record(endpoint(PE_WEU, "westeurope", ASSIST, OAI_WEU, *approved))
    yield record(endpoint(PE_SDC, "swedencentral", ASSIST, OAI_SDC, *approved))
    yield record(endpoint(PE_INSIGHTS, "westeurope", INSIGHTS, AIF_INSIGHTS, *waiting, manual=True))
    yield record(endpoint(PE_HUB, "westeurope", PLATFORM, AIF_HUB, *approved))


def metrics() -> Iterator[Json]:
    """The monitor was silent for forty minutes of a Sunday; no metrics at all of the second region."""
    silent = range(828, 836)
    healthy, saturated = busy("chat-ptu", 18, 46, silent), busy("summarise-ptu", 24, 86)
    yield {"metrics": utilisation(OAI_WEU, healthy, saturated)}


def gaps() -> Iterator[Json]:
    links = "search.sharedPrivateLinkResources.list"
    yield {"gap": timed_out("cognitiveservices.accounts.get", OAI_SDC, "properties.networkAcls")}
    yield {"gap": throttled("monitor.metrics", OAI_SDC)}
    yield {"gap": forbidden(links, SRCH_HUB, SHARED_LINKS, SRCH_HUB)}
    yield {"gap": forbidden("security.pricings.get", HUB, PRICINGS, f"{HUB}/providers/{PRICINGS}/AI")}


# The snapshot


def resources() -> list[Json]:
    rooms = (containers, accounts, deployments, defender, gateways, apis, searches, endpoints)
    return [made for room in rooms for made in room()]


def reads(records: Iterable[Json], refused: set[tuple[str, str]]) -> Iterator[Json]:
    """What was read to the end: every type in every subscription, every child list of every parent."""
    present = [made["resource"]["id"] for made in records]
    for subscription_id in (HUB, PROD, DEV):
        yield read("subscriptions.get", subscription_id, SUBSCRIPTIONS, 1)
        for of in LISTED_BY_GRAPH:
            yield read("resourcegraph.resources", subscription_id, of, count(present, subscription_id, of), "graph")
        if (subscription_id, PRICINGS) not in refused:
            yield read("security.pricings.get", subscription_id, PRICINGS, count(present, subscription_id, PRICINGS))
    for of, operation in LISTED_BY_PARENT.items():
        parents = [each for each in present if type_of(each) == of.rpartition("/")[0]]
        for parent in parents:
            if (parent, of) not in refused:
                yield read(operation, parent, of, count(present, parent, of))


def count(present: Iterable[str], scope: str, of: str) -> int:
    return sum(each.startswith(f"{scope}/") and type_of(each) == of for each in present)


def read(operation: str, scope: str, of: str, number: int, version: str | None = None) -> Json:
    return {
        "read": {
            "operation": operation,
            "scope": scope,
            "type": of,
            "count": number,
            "api_version": API_VERSION[version or of],
            "at": moment(COLLECTED),
        }
    }


def header() -> Json:
    subscriptions = [each.rpartition("/")[2] for each in (HUB, PROD, DEV)]
    return {
        "schema": "readiness/snapshot/1",
        "collected_at": moment(COLLECTED),
        "tool": {"name": "readiness", "version": "0.1.0"},
        "scope": {"subscriptions": subscriptions},
        "cloud": "AzureCloud",
    }


def order(made: Json) -> tuple[str, ...]:
    """By kind, then by id; a gap or a read has its scope, type and path for an id."""
    kind = next(kind for kind in ("gap", "metrics", "read", "resource") if kind in made)
    body = made[kind]
    parts = [body.get("id") or body.get("resource") or body["scope"], body.get("type"), body.get("path")]
    return (kind, *(str(part or "").casefold() for part in parts))


def estate() -> list[Json]:
    """The whole snapshot: its header, then its records in order."""
    found, unread = resources(), list(gaps())
    refused = {(each["gap"]["scope"], each["gap"]["type"]) for each in unread}
    return [header(), *sorted([*found, *metrics(), *unread, *reads(found, refused)], key=order)]


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
