"""Small private estates in ARM's shape: an account behind an endpoint, zones, links, networks, callers; a world."""

from datetime import UTC, datetime

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin
from readiness.snapshot import Snapshot

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
GROUP = "/subscriptions/s/resourceGroups/rg/providers"
NETWORKS = f"{GROUP}/Microsoft.Network/virtualNetworks"
ACCOUNT = f"{GROUP}/Microsoft.CognitiveServices/accounts/oai"
SECURITY_GROUP = f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg"
ROUTES = f"{GROUP}/Microsoft.Network/routeTables/rt"
COGNITIVE, OPENAI = "privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com"


def endpoint_id(name="pe"):
    return f"{GROUP}/Microsoft.Network/privateEndpoints/{name}"


def zone_id(name):
    return f"{GROUP}/Microsoft.Network/privateDnsZones/{name}"


def subnet_id(network, name):
    return f"{NETWORKS}/{network}/subnets/{name}"


def account(*endpoints, kind="OpenAI", status="Approved", id_=ACCOUNT, **properties):
    """An account with connections to endpoints."""
    connections = [
        {
            "properties": {
                "privateEndpoint": {"id": endpoint_id(name)},
                "privateLinkServiceConnectionState": {"status": status},
            }
        }
        for name in endpoints
    ]
    own = {"privateEndpointConnections": connections, "customSubDomainName": id_.rpartition("/")[2], **properties}
    return {"id": id_, "kind": kind, "properties": own}


def required(*zones, of=ACCOUNT):
    """The record that says which zones an account needs."""
    return {
        "id": f"{of}/privateLinkResources/account",
        "properties": {"groupId": "account", "requiredZoneNames": [*zones]},
    }


def endpoint(name="pe", network="net", subnet="endpoints"):
    return {"id": endpoint_id(name), "properties": {"subnet": {"id": subnet_id(network, subnet)}}}


def zone_group(*zones, of="pe"):
    configs = [{"properties": {"privateDnsZoneId": zone_id(zone)}} for zone in zones]
    return {"id": f"{endpoint_id(of)}/privateDnsZoneGroups/default", "properties": {"privateDnsZoneConfigs": configs}}


def zone(name):
    return {"id": zone_id(name), "properties": {}}


def link(name, network, state="Completed"):
    own = {"virtualNetwork": {"id": f"{NETWORKS}/{network}"}, "virtualNetworkLinkState": state}
    return {"id": f"{zone_id(name)}/virtualNetworkLinks/{network}", "properties": own}


def network(name="net", subnets=("endpoints", "gateway", "apps"), peers=(), servers=(), space="10.0.0.0/16"):
    """A network; a subnet is a name, or a name and properties."""
    pairs = [(s, {}) if isinstance(s, str) else s for s in subnets]
    own = {
        "addressSpace": {"addressPrefixes": [space]},
        "dhcpOptions": {"dnsServers": list(servers)},
        "subnets": [{"id": subnet_id(name, s), "properties": p} for s, p in pairs],
        "virtualNetworkPeerings": [p if isinstance(p, dict) else peer(p) for p in peers],
    }
    return {"id": f"{NETWORKS}/{name}", "properties": own}


def peer(to, state="Connected", **properties):
    remote = to if to.startswith("/") else f"{NETWORKS}/{to}"
    own = {"remoteVirtualNetwork": {"id": remote}, "peeringState": state, "allowVirtualNetworkAccess": True}
    return {"name": f"to-{to.rpartition('/')[2]}", "properties": {**own, **properties}}


def gateway(on="net", name="gw", **properties):
    """A gateway in a network with a backend that leads to the account `oai`: two records."""
    service = f"{GROUP}/Microsoft.ApiManagement/service/{name}"
    own = {
        "virtualNetworkType": "Internal",
        "virtualNetworkConfiguration": {"subnetResourceId": subnet_id(on, "gateway")},
    }
    url = {"url": "https://oai.openai.azure.com/openai"}
    return [
        {"id": service, "properties": {**own, **properties}},
        {"id": f"{service}/backends/oai", "properties": url},
    ]


def app(on="net", name="app", **properties):
    own = {"virtualNetworkSubnetId": subnet_id(on, "apps"), **properties}
    return {"id": f"{GROUP}/Microsoft.Web/sites/{name}", "properties": own}


def table(*routes):
    """Routes as (prefix, hop)."""
    listed = [
        {"name": f"r{i}", "properties": {"addressPrefix": p, "nextHopType": h}} for i, (p, h) in enumerate(routes)
    ]
    return {"id": ROUTES, "properties": {"routes": listed}}


def whole():
    """An account that its gateway and its app reach over private addresses, with nothing missing."""
    zones = [record for name in (COGNITIVE, OPENAI) for record in (zone(name), link(name, "net"))]
    own = [account("pe"), required(COGNITIVE, OPENAI), endpoint(), zone_group(COGNITIVE, OPENAI)]
    return [*own, *zones, network(), *gateway(), app()]


def world(*bodies, gaps=(), complete=True, api="2025-06-01"):
    """The world of some records; lists are whole, but for gaps."""
    read = Snapshot()
    for body in bodies:
        read.add(body, api, Origin.ARM)
    read.add_embedded()
    read.gaps += [Gap(**{"scope": "/subscriptions/s", **gap}) for gap in gaps]
    graph = Graph(read, AS_OF, assume_complete=complete)
    return Case(graph, Environments(graph), Attestations(AS_OF))


def subject(case, id_=ACCOUNT):
    """A record of a world."""
    return case.graph.records[id_.lower()]
