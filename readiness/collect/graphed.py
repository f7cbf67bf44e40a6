"""What Resource Graph lists: the types, the tables that hold them, and few queries over all subscriptions for all.

Tables and types: https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources
Paging needs the id among the columns and one order:
https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#paging-results
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from readiness.collect.operations import (
    ACCOUNT_RULES,
    ACCOUNTS,
    ENDPOINTS,
    FRONT_DOORS,
    GATEWAY_RULES,
    GATEWAYS,
    POLICY_ASSIGNMENTS,
    REDIS_CLUSTERS,
    ROLE_RULES,
    SEARCH,
    SEARCH_RULES,
    SITES,
    SUBSCRIPTIONS,
    VAULTS,
)

NAME: Final = "resourcegraph.resources"
API_VERSION: Final = "2022-10-01"
PATH: Final = "/providers/Microsoft.ResourceGraph/resources"
PERMISSION: Final = "Microsoft.ResourceGraph/resources/read"
PAGE: Final = 1000
"""Rows in an answer, at most: https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data"""
AT_ONCE: Final = 1000
"""Subscriptions in a query: https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language"""
INHERITING: Final = ("authorizationresources", "policyresources")
"""Tables whose rows may lie above a subscription, and are left out unless asked for."""


@dataclass(frozen=True, slots=True)
class Graphed:
    """A type that Resource Graph lists. `where`: of some types only what concerns rules, in its query language."""

    type: str
    rules: tuple[str, ...]
    table: str = "resources"
    where: str = ""

    @property
    def permission(self) -> str:
        """The read action without which rows are missing, in silence."""
        return f"{self.type}/read"


WIRING: Final = ("AOAI-NET-006", "AOAI-NET-007", "AOAI-NET-012", "AOAI-NET-014")
ALERTS: Final = ("AOAI-MON-004", "AOAI-MON-005", "AOAI-MON-006", "APIM-MON-005")
LOGS: Final = ("AOAI-MON-001", "AOAI-MON-002", "APIM-MON-001", "SRCH-MON-001", "APP-001")
GRAPHED: Final[tuple[Graphed, ...]] = (
    Graphed(ACCOUNTS, (*ACCOUNT_RULES, "GOV-002", "GOV-003", "GOV-004")),
    Graphed(GATEWAYS, (*GATEWAY_RULES, *WIRING[1:], "NET-VNET-001", "APIM-TRF-015", "GOV-003", "GOV-004")),
    Graphed(SEARCH, (*SEARCH_RULES, "AOAI-NET-009", "AOAI-RAI-004", "GOV-003", "GOV-004")),
    Graphed(SITES, ("APP-001", "APP-002", "APP-003", *WIRING[1:], "NET-VNET-001", "RBAC-009")),
    Graphed("Microsoft.DocumentDB/databaseAccounts", ("DATA-COS-001",)),
    Graphed("Microsoft.Storage/storageAccounts", ("DATA-STG-001", *LOGS)),
    Graphed("Microsoft.EventHub/namespaces", LOGS),
    Graphed("Microsoft.Cache/redis", ("DATA-RED-001",)),
    Graphed(REDIS_CLUSTERS, ("DATA-RED-001", "APIM-TRF-010")),
    Graphed(VAULTS, ("KV-SEC-001", "AOAI-ENC-002", "AOAI-ENC-003")),
    Graphed("Microsoft.MachineLearningServices/workspaces", ("AOAI-NET-009",)),
    Graphed(FRONT_DOORS, ("NET-EDGE-002", "APIM-NET-001", "APIM-NET-002", "APIM-REL-004")),
    Graphed("Microsoft.Network/trafficManagerProfiles", ("APIM-REL-004",)),
    Graphed("Microsoft.Network/frontDoorWebApplicationFirewallPolicies", ("NET-EDGE-001",)),
    Graphed("Microsoft.Network/applicationGateways", ("NET-EDGE-001", "NET-EDGE-002", "APIM-NET-001")),
    Graphed("Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies", ("NET-EDGE-001",)),
    Graphed(ENDPOINTS, WIRING),
    Graphed("Microsoft.Network/virtualNetworks", (*WIRING[1:], "NET-VNET-001", "APIM-NET-003")),
    Graphed("Microsoft.Network/networkSecurityGroups", ("AOAI-NET-012", "NET-VNET-001", "APIM-NET-001")),
    Graphed("Microsoft.Network/routeTables", ("AOAI-NET-014", "NET-VNET-001")),
    Graphed("Microsoft.Network/privateDnsZones", ("AOAI-NET-006", "AOAI-NET-007")),
    Graphed("Microsoft.Network/privateDnsZones/virtualNetworkLinks", ("AOAI-NET-007", "APIM-NET-003")),
    Graphed(
        "Microsoft.OperationalInsights/workspaces",
        (*LOGS, "AOAI-MON-003", "AOAI-MON-004", "AOAI-MON-005", "APIM-MON-005"),
    ),
    Graphed("Microsoft.Insights/components", ("MON-APPI-001", "APIM-MON-003")),
    Graphed("Microsoft.Insights/autoscaleSettings", ("APIM-REL-005",)),
    Graphed("Microsoft.Insights/metricAlerts", (*ALERTS, "AOAI-MON-007")),
    Graphed("Microsoft.Insights/scheduledQueryRules", (*ALERTS, "AOAI-MON-007")),
    Graphed("Microsoft.Insights/activityLogAlerts", ("AOAI-MON-007", "AOAI-MON-008", "AOAI-MON-009")),
    Graphed("Microsoft.Insights/actionGroups", (*ALERTS, "AOAI-MON-007", "AOAI-MON-008", "AOAI-MON-009", "COST-005")),
    # Says in which management groups a subscription lies: what is assigned above holds below.
    Graphed(
        SUBSCRIPTIONS,
        ("RBAC-001", "RBAC-002", "RBAC-004", "RBAC-006", "RBAC-008", "RBAC-010", "SRCH-IAM-002", "GOV-001"),
        "resourcecontainers",
    ),
    Graphed("Microsoft.Authorization/roleAssignments", ROLE_RULES, "authorizationresources"),
    Graphed("Microsoft.Authorization/roleDefinitions", ROLE_RULES, "authorizationresources"),
    Graphed(POLICY_ASSIGNMENTS, ("GOV-001",), "policyresources"),
    Graphed(
        "Microsoft.ResourceHealth/availabilityStatuses",
        ("AOAI-REL-005",),
        "healthresources",
        f"properties.targetResourceType =~ '{ACCOUNTS}'",
    ),
)


def queries(types: Iterable[Graphed] = GRAPHED) -> list[tuple[str, str]]:
    """A query for each table, `(table, query)`: everything of the types, whole rows, by id."""
    by_table: dict[str, list[Graphed]] = {}
    for graphed in types:
        by_table.setdefault(graphed.table, []).append(graphed)
    return [(table, _query(table, held)) for table, held in by_table.items()]


def _query(table: str, held: list[Graphed]) -> str:
    names = ", ".join(f"'{graphed.type.lower()}'" for graphed in held)
    further = [f"| where type !~ '{g.type.lower()}' or {g.where}" for g in held if g.where]
    return "\n".join((table, f"| where type in~ ({names})", *further, "| order by id asc"))


def asked(table: str, query: str, subscriptions: Iterable[str], skip_token: str | None = None) -> dict[str, Any]:
    """The body of a query over subscriptions (their GUIDs; at most 1,000), from its beginning or a skip token on."""
    options: dict[str, Any] = {"resultFormat": "objectArray", "$top": PAGE}
    if table in INHERITING:
        options["authorizationScopeFilter"] = "AtScopeAboveAndBelow"
    if skip_token:
        options["$skipToken"] = skip_token
    return {"subscriptions": sorted(subscriptions), "query": query, "options": options}
