"""Networks as ARM returns them: virtual networks with subnets and peerings, security groups, private DNS.

Shapes: the examples of Azure/azure-rest-api-specs, Microsoft.Network 2024-10-01 and privatedns 2024-06-01.
"""

from __future__ import annotations

from collections.abc import Iterable

from tools.sample_shapes import NETWORKS, REGIONS, ZONES, Json, guid, ids

DEFAULT_RULES = (
    ("AllowVnetInBound", "Inbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", "Allow", 65001, "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", "Deny", 65500, "*", "*"),
    ("AllowVnetOutBound", "Outbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", "Allow", 65001, "*", "Internet"),
    ("DenyAllOutBound", "Outbound", "Deny", 65500, "*", "*"),
)
"""The rules that every security group has: name, direction, access, priority, source, destination."""


def network(network_id: str, tags: Json, space: str, subnets: list[Json], peerings: list[Json]) -> Json:
    """A virtual network; its region is the end of its name, its resolver Azure's own (no DNS servers)."""
    return {
        **ids(network_id),
        "etag": f'W/"{guid(network_id, "etag")}"',
        "location": REGIONS[network_id.rpartition("-")[2]],
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(network_id),
            "addressSpace": {"addressPrefixes": [space]},
            "dhcpOptions": {"dnsServers": []},
            "privateEndpointVNetPolicies": "Disabled",
            "subnets": subnets,
            "virtualNetworkPeerings": peerings,
            "enableDdosProtection": False,
        },
    }


def room(network_id: str, name: str, prefix: str, *, delegate: str = "", **properties: object) -> Json:
    """A subnet; what nobody chose is as Azure sets it: network policies do not hold for private endpoints."""
    subnet_id = f"{network_id}/subnets/{name}"
    return {
        **ids(subnet_id),
        "etag": f'W/"{guid(network_id, "etag")}"',
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": prefix,
            "delegations": [delegation(subnet_id, delegate)] if delegate else [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
            **properties,
        },
    }


def delegation(subnet_id: str, service: str) -> Json:
    return {
        **ids(f"{subnet_id}/delegations/delegation"),
        "properties": {"provisioningState": "Succeeded", "serviceName": service},
    }


def peering(network_id: str, other_id: str, state: str = "Connected") -> Json:
    """One side of a peering; it works when both sides say Connected."""
    return {
        **ids(f"{network_id}/virtualNetworkPeerings/to-{other_id.rpartition('/')[2]}"),
        "properties": {
            "provisioningState": "Succeeded",
            "peeringState": state,
            "peeringSyncLevel": "FullyInSync" if state == "Connected" else "RemoteNotInSync",
            "remoteVirtualNetwork": {"id": other_id},
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": False,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
        },
    }


def route_table(table_id: str, tags: Json, *routes: Json) -> Json:
    """A route table; its region is that of the subnet's network, West Europe."""
    return {
        **ids(table_id),
        "etag": f'W/"{guid(table_id, "etag")}"',
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(table_id),
            "disableBgpRoutePropagation": True,
            "routes": [{**ids(f"{table_id}/routes/{each['name']}"), **each} for each in routes],
        },
    }


def route(name: str, prefix: str, hop: str, address: str | None = None) -> Json:
    """Where a route table sends what goes to a prefix, or to what a service tag holds."""
    to = {"addressPrefix": prefix, "nextHopType": hop, **({"nextHopIpAddress": address} if address else {})}
    return {"name": name, "properties": {"provisioningState": "Succeeded", **to, "hasBgpOverride": False}}


def security_group(group_id: str, tags: Json, subnet_id: str, rules: Iterable[Json]) -> Json:
    """A network security group on one subnet."""
    return {
        **ids(group_id),
        "etag": f'W/"{guid(group_id, "etag")}"',
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(group_id),
            "securityRules": [of_group(group_id, "securityRules", rule) for rule in rules],
            "defaultSecurityRules": [
                of_group(group_id, "defaultSecurityRules", rule_of(*each)) for each in DEFAULT_RULES
            ],
            "subnets": [{"id": subnet_id}],
        },
    }


def rule_of(name: str, direction: str, access: str, priority: int, source: str, to: str, port: str = "*") -> Json:
    return {
        "name": name,
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*" if port == "*" else "Tcp",
            "sourcePortRange": "*",
            "destinationPortRange": port,
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": to,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


def of_group(group_id: str, collection: str, rule: Json) -> Json:
    return {**ids(f"{group_id}/{collection}/{rule['name']}"), **rule}


def zone(zone_id: str, tags: Json, records: int, links: int) -> Json:
    """A private DNS zone, which counts its records and its links."""
    return {
        **ids(zone_id),
        "etag": guid(zone_id, "etag"),
        "location": "global",
        "tags": tags,
        "properties": {
            "internalId": "",
            "maxNumberOfRecordSets": 25000,
            "maxNumberOfVirtualNetworkLinks": 1000,
            "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
            "numberOfRecordSets": records,
            "numberOfVirtualNetworkLinks": links,
            "numberOfVirtualNetworkLinksWithRegistration": 0,
            "provisioningState": "Succeeded",
        },
    }


def zone_link(zone_id: str, network_id: str, tags: Json) -> Json:
    link_id = f"{zone_id}/virtualNetworkLinks/to-{network_id.rpartition('/')[2]}"
    return {
        **ids(link_id),
        "etag": f'"{guid(link_id, "etag")}"',
        "location": "global",
        "tags": tags,
        "properties": {
            "provisioningState": "Succeeded",
            "registrationEnabled": False,
            "resolutionPolicy": "Default",
            "virtualNetwork": {"id": network_id},
            "virtualNetworkLinkState": "Completed",
        },
    }


def zone_group(endpoint_id: str, host: str, *addresses: tuple[str, str]) -> Json:
    """The names that an endpoint keeps in private zones: each zone with the endpoint's address in it."""
    group_id = f"{endpoint_id}/privateDnsZoneGroups/default"
    return {
        **ids(group_id),
        "etag": f'W/"{guid(endpoint_id, "etag")}"',
        "properties": {
            "provisioningState": "Succeeded",
            "privateDnsZoneConfigs": [zone_config(group_id, host, zone_id, ip) for zone_id, ip in addresses],
        },
    }


def zone_config(group_id: str, host: str, zone_id: str, address: str) -> Json:
    name = zone_id.rpartition("/")[2]
    config_id = f"{group_id}/privateDnsZoneConfigs/{name.replace('.', '-')}"
    return {
        **ids(config_id),
        "properties": {
            "provisioningState": "Succeeded",
            "privateDnsZoneId": zone_id,
            "recordSets": [
                {
                    "recordType": "A",
                    "recordSetName": host,
                    "fqdn": f"{host}.{name}",
                    "ttl": 10,
                    "provisioningState": "Succeeded",
                    "ipAddresses": [address],
                }
            ],
        },
    }


def network_id(group_id: str, name: str) -> str:
    return f"{group_id}/providers/{NETWORKS}/{name}"


def zone_id(group_id: str, name: str) -> str:
    return f"{group_id}/providers/{ZONES}/{name}"
