"""A landing zone: what a large company has around its models, most of it roles and private endpoints.

    python -m bench.landing_zone 5000 zone.jsonl

For each account five deployments, twenty role assignments (at the account, its group, its subscription and the
management group above, in a tenth of cases to what else there is), four private endpoints with their zone groups, a
diagnostic setting and a lock. Shapes are those of ARM's own answers, as in `generate`, from which the accounts come.
What a scan of twice as many costs shows whether a rule walks all of it for each account.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from bench.generate import COLLECTED_AT, TYPE, Draw, Json, Place, account

SUBSCRIPTIONS: Final = 20
DEPLOYMENTS: Final = 5
ASSIGNMENTS: Final = 20
ENDPOINTS: Final = 4
GROUP_SIZE: Final = 10
HELD_ABOVE: Final = "/providers/Microsoft.Management/managementGroups/mg-models"
ROLES: Final = {
    "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd": ("Cognitive Services OpenAI User", ["*/read"], ["OpenAI/*/read"]),
    "a97b65f3-24c7-4388-baec-2e87135dc908": ("Cognitive Services User", ["*/read", "*/listkeys/action"], ["*"]),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": ("Contributor", ["*"], []),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": ("Reader", ["*/read"], []),
}
"""By id: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""
READ: Final = (
    TYPE, f"{TYPE}/deployments", f"{TYPE}/raiPolicies", f"{TYPE}/privateLinkResources", f"{TYPE}/projects",
    f"{TYPE}/connections", f"{TYPE}/managedNetworks", f"{TYPE}/defenderForAISettings",
    f"{TYPE}/networkSecurityPerimeterConfigurations", "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions", "Microsoft.Authorization/denyAssignments",
    "Microsoft.Authorization/locks", "Microsoft.Authorization/policyAssignments",
    "Microsoft.Authorization/roleEligibilityScheduleInstances",
    "Microsoft.Authorization/roleAssignmentScheduleInstances", "Microsoft.Insights/diagnosticSettings",
    "Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules",
    "Microsoft.Insights/activityLogAlerts", "Microsoft.Insights/actionGroups", "Microsoft.Insights/eventtypes/values",
    "Microsoft.Insights/diagnosticSettingsCategories", "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Network/privateEndpoints", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups", "Microsoft.Network/routeTables",
    "Microsoft.Network/privateDnsZones", "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "Microsoft.Search/searchServices", "Microsoft.ApiManagement/service", "Microsoft.Web/sites",
    "Microsoft.Consumption/budgets", "Microsoft.Security/pricings", "Microsoft.KeyVault/vaults",
    "Microsoft.KeyVault/vaults/keys", "Microsoft.Storage/storageAccounts", "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.MachineLearningServices/workspaces", "Microsoft.Insights/components", "Microsoft.Cache/redis",
    "Microsoft.Cache/redisEnterprise", "Microsoft.Network/applicationGateways", "Microsoft.Cdn/profiles",
)  # fmt: skip
"""Read to the end in each subscription."""
ZONES: Final = ("privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com")


def write(path: Path, accounts: int) -> Path:
    """A snapshot of so many accounts and what stands around them; the same number gives the same bytes."""
    with path.open("wb") as file:
        file.writelines(orjson.dumps(record) + b"\n" for record in records(accounts))
    return path


def records(accounts: int) -> Iterator[Json]:
    """The lines of the snapshot."""
    draw = Draw()
    subscriptions = [draw.guid() for _ in range(SUBSCRIPTIONS)]
    yield {"schema": "readiness/snapshot/1", "collected_at": COLLECTED_AT, "tool": "bench", "scope": {}}
    for resource in (*_roles(), *_shared(subscriptions, draw)):
        yield _record(resource)
    for subscription in subscriptions:
        yield from _reads(subscription)
    for number in range(accounts):
        place = Place(subscriptions[number * SUBSCRIPTIONS // accounts], number)
        yield from map(_record, _around(place, draw, number % GROUP_SIZE == 0))


def _record(resource: Json) -> Json:
    return {"resource": resource, "api_version": "2025-12-01", "from": "arm"}


def _reads(subscription: str) -> Iterator[Json]:
    for type_ in READ:
        held = {"operation": "bench", "scope": f"/subscriptions/{subscription}", "type": type_, "count": 0}
        yield {"read": {**held, "api_version": "2025-12-01", "at": COLLECTED_AT}}


def _roles() -> Iterator[Json]:
    for guid, (name, actions, data) in ROLES.items():
        held = {
            "actions": [f"Microsoft.CognitiveServices/{a}" if a != "*" else a for a in actions],
            "notActions": [],
            "dataActions": [f"Microsoft.CognitiveServices/accounts/{d}" for d in data],
            "notDataActions": [],
        }
        properties = {"roleName": name, "type": "BuiltInRole", "assignableScopes": ["/"], "permissions": [held]}
        yield _body("", "Microsoft.Authorization/roleDefinitions", guid, properties)


def _shared(subscriptions: Iterable[str], draw: Draw) -> Iterator[Json]:
    """What a subscription has once: itself, a network, zones with links, a workspace, an action group, an alert."""
    for subscription in subscriptions:
        id_ = f"/subscriptions/{subscription}"
        chain = [{"name": "mg-models", "displayName": "Models"}]
        yield {"id": id_, "name": subscription, "properties": {"managementGroupAncestorsChain": chain}}
        group = f"{id_}/resourceGroups/rg-network"
        network = _body(group, "Microsoft.Network/virtualNetworks", "vnet", {"dhcpOptions": {"dnsServers": []}})
        subnet = {"addressPrefix": "10.0.0.0/20", "privateEndpointNetworkPolicies": "Disabled"}
        network["properties"]["subnets"] = [
            {"id": f"{network['id']}/subnets/snet", "name": "snet", "properties": subnet}
        ]
        yield network
        for zone in ZONES:
            held = _body(group, "Microsoft.Network/privateDnsZones", zone, {"numberOfRecordSets": 40})
            link = {"virtualNetwork": {"id": network["id"]}, "virtualNetworkLinkState": "Completed"}
            yield held
            yield {"id": f"{held['id']}/virtualNetworkLinks/link", "name": "link", "properties": link}
        yield _body(group, "Microsoft.OperationalInsights/workspaces", "log", {"retentionInDays": 90})
        desk = {"enabled": True, "emailReceivers": [{"name": "desk", "emailAddress": "desk@contoso.example"}]}
        actions = _body(group, "Microsoft.Insights/actionGroups", "desk", desk)
        yield actions
        yield _body(group, "Microsoft.Insights/metricAlerts", "available", _alert(id_, actions["id"]))
        yield _assignment(id_, draw)
    yield _assignment(HELD_ABOVE, draw)


def _alert(scope: str, actions: str) -> Json:
    criterion = {"metricName": "AzureOpenAIAvailabilityRate", "metricNamespace": TYPE, "threshold": 99.0}
    criteria = {"odata.type": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria", "allOf": [criterion]}
    return {
        "enabled": True,
        "scopes": [scope],
        "targetResourceType": TYPE,
        "criteria": criteria,
        "actions": [{"actionGroupId": actions}],
    }


def _around(place: Place, draw: Draw, first: bool) -> Iterator[Json]:
    """An account, and what stands around it."""
    held = account(place, draw)
    ends = [_endpoint(place, n, draw) for n in range(ENDPOINTS)]
    held["properties"]["privateEndpointConnections"] = [_connection(place.id, end) for end in ends]
    yield held
    yield from (_deployment(place.id, n, draw) for n in range(DEPLOYMENTS))
    yield from ends
    yield from (_zone_group(end["id"], place.subscription) for end in ends)
    yield from (_assignment(scope, draw) for scope in _scopes(place, draw))
    settings = {"workspaceId": f"/subscriptions/{place.subscription}/resourceGroups/rg-network/providers/"
                "Microsoft.OperationalInsights/workspaces/log",
                "logs": [{"categoryGroup": "allLogs", "enabled": True}], "metrics": []}  # fmt: skip
    yield _body(place.id, "Microsoft.Insights/diagnosticSettings", "to-log", settings)
    if first:
        yield _body(place.group, "Microsoft.Authorization/locks", "keep", {"level": "CanNotDelete"})


def _scopes(place: Place, draw: Draw) -> Iterator[str]:
    """Where the assignments of an account lie: most at it or its group, some at its subscription or elsewhere."""
    above = f"/subscriptions/{place.subscription}"
    for _ in range(ASSIGNMENTS):
        chosen = draw.one({"account": 40, "group": 40, "subscription": 10, "elsewhere": 10})
        yield {
            "account": place.id,
            "group": place.group,
            "subscription": above,
            "elsewhere": f"{above}/resourceGroups/rg-other-{draw.random.randrange(10_000)}",
        }[chosen]


def _assignment(scope: str, draw: Draw) -> Json:
    who = draw.one({"User": 30, "Group": 40, "ServicePrincipal": 30})
    properties = {
        "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{draw.of(*ROLES)}",
        "principalId": draw.guid(),
        "principalType": who,
        "scope": scope,
        "condition": None,
        "conditionVersion": None,
        "createdOn": draw.time(2025),
        "updatedOn": draw.time(2026),
        "createdBy": draw.guid(),
        "updatedBy": draw.guid(),
        "delegatedManagedIdentityResourceId": None,
        "description": None,
    }
    return _body(scope, "Microsoft.Authorization/roleAssignments", draw.guid(), properties)


def _deployment(account_id: str, number: int, draw: Draw) -> Json:
    sku = draw.one({"GlobalStandard": 40, "Standard": 30, "DataZoneStandard": 15, "ProvisionedManaged": 15})
    model = draw.of("gpt-5.1", "gpt-5-mini", "text-embedding-3-large")
    properties = {
        "model": {"format": "OpenAI", "name": model, "version": "2025-11-13"},
        "versionUpgradeOption": draw.of("OnceNewDefaultVersionAvailable", "NoAutoUpgrade"),
        "currentCapacity": 50,
        "capabilities": {"chatCompletion": "true", "responses": "true", "maxContextToken": "400000"},
        "raiPolicyName": "Microsoft.DefaultV2",
        "provisioningState": "Succeeded",
        "rateLimits": [
            {"key": "request", "renewalPeriod": 60, "count": 50},
            {"key": "token", "renewalPeriod": 60, "count": 50000},
        ],
    }
    found: Json = {"id": f"{account_id}/deployments/model-{number}", "type": f"{TYPE}/deployments"}
    stamps = {"createdAt": draw.time(2025), "lastModifiedAt": draw.time(2026), "createdByType": "User"}
    return {**found, "name": f"model-{number}", "sku": {"name": sku, "capacity": 50}, "systemData": stamps,
            "properties": properties, "etag": f'"{draw.guid()}"'}  # fmt: skip


def _endpoint(place: Place, number: int, draw: Draw) -> Json:
    """A private endpoint as Microsoft.Network answers it."""
    name = f"pe-{place.name}-{number}"
    id_ = f"{place.group}/providers/Microsoft.Network/privateEndpoints/{name}"
    network = f"/subscriptions/{place.subscription}/resourceGroups/rg-network/providers/Microsoft.Network"
    state = {"status": "Approved", "description": "", "actionsRequired": "None"}
    held = {"privateLinkServiceId": place.id, "groupIds": ["account"], "provisioningState": "Succeeded",
            "privateLinkServiceConnectionState": state}  # fmt: skip
    properties = {
        "provisioningState": "Succeeded",
        "resourceGuid": draw.guid(),
        "privateLinkServiceConnections": [{"id": f"{id_}/privateLinkServiceConnections/{name}", "name": name,
                                           "etag": f'W/"{draw.guid()}"', "properties": held}],
        "manualPrivateLinkServiceConnections": [],
        "customNetworkInterfaceName": "",
        "subnet": {"id": f"{network}/virtualNetworks/vnet/subnets/snet"},
        "ipConfigurations": [],
        "networkInterfaces": [{"id": f"{place.group}/providers/Microsoft.Network/networkInterfaces/{name}.nic"}],
        "customDnsConfigs": [],
    }  # fmt: skip
    return {"id": id_, "name": name, "type": "Microsoft.Network/privateEndpoints", "location": "westeurope",
            "etag": f'W/"{draw.guid()}"', "properties": properties}  # fmt: skip


def _connection(account_id: str, end: Json) -> Json:
    state = {"status": "Approved", "description": "", "actionsRequired": "None"}
    return {
        "id": f"{account_id}/privateEndpointConnections/{end['name']}",
        "name": end["name"],
        "properties": {"privateEndpoint": {"id": end["id"]}, "privateLinkServiceConnectionState": state},
    }


def _zone_group(endpoint_id: str, subscription: str) -> Json:
    network = f"/subscriptions/{subscription}/resourceGroups/rg-network/providers/Microsoft.Network"
    zones = [
        {"name": zone, "properties": {"privateDnsZoneId": f"{network}/privateDnsZones/{zone}"}} for zone in ZONES
    ]
    return {"id": f"{endpoint_id}/privateDnsZoneGroups/default", "name": "default",
            "properties": {"provisioningState": "Succeeded", "privateDnsZoneConfigs": zones}}  # fmt: skip


def _body(scope: str, type_: str, name: str, properties: Json) -> Json:
    return {"id": f"{scope}/providers/{type_}/{name}", "name": name, "type": type_, "properties": properties}


if __name__ == "__main__":
    print(write(Path(sys.argv[2]), int(sys.argv[1])))
