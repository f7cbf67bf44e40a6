"""Which resource types there are, and which of them Resource Graph holds.

Resource Graph's tables: https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources
"""

_TOP = """
Microsoft.ApiManagement/service
Microsoft.Cache/redis
Microsoft.Cache/redisEnterprise
Microsoft.Cdn/profiles
Microsoft.CognitiveServices/accounts
Microsoft.Compute/virtualMachines
Microsoft.ContainerService/managedClusters
Microsoft.App/containerApps
Microsoft.DocumentDB/databaseAccounts
Microsoft.Insights/actionGroups
Microsoft.Insights/activityLogAlerts
Microsoft.Insights/autoscaleSettings
Microsoft.Insights/components
Microsoft.Insights/metricAlerts
Microsoft.Insights/scheduledQueryRules
Microsoft.Insights/workbooks
Microsoft.AlertsManagement/actionRules
Microsoft.AlertsManagement/smartDetectorAlertRules
Microsoft.KeyVault/vaults
Microsoft.MachineLearningServices/workspaces
Microsoft.ManagedIdentity/userAssignedIdentities
Microsoft.Network/applicationGateways
Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies
Microsoft.Network/azureFirewalls
Microsoft.Network/dnsResolvers
Microsoft.Network/firewallPolicies
Microsoft.Network/frontDoorWebApplicationFirewallPolicies
Microsoft.Network/frontDoors
Microsoft.Network/natGateways
Microsoft.Network/networkSecurityGroups
Microsoft.Network/networkSecurityPerimeters
Microsoft.Network/networkWatchers
Microsoft.Network/networkWatchers/flowLogs
Microsoft.Network/privateDnsZones
Microsoft.Network/privateDnsZones/virtualNetworkLinks
Microsoft.Network/privateEndpoints
Microsoft.Network/publicIPAddresses
Microsoft.Network/routeTables
Microsoft.Network/trafficManagerProfiles
Microsoft.Network/virtualNetworks
Microsoft.OperationalInsights/workspaces
Microsoft.Search/searchServices
Microsoft.Storage/storageAccounts
Microsoft.Web/serverfarms
Microsoft.Web/sites
Microsoft.CognitiveServices/accounts/projects
"""

_BELOW = """
Microsoft.ApiManagement/service: apis apis/diagnostics apis/operations apis/operations/policies apis/policies
Microsoft.ApiManagement/service: authorizationServers backends caches certificates diagnostics gateways loggers
Microsoft.ApiManagement/service: namedValues policies policyFragments privateEndpointConnections products
Microsoft.ApiManagement/service: products/apis products/policies subscriptions workspaces workspaces/apis
Microsoft.ApiManagement/service: workspaces/apis/policies workspaces/backends workspaces/policies
Microsoft.ApiManagement/service: workspaces/namedValues
Microsoft.Cache/redis: firewallRules privateEndpointConnections
Microsoft.Cache/redisEnterprise: databases privateEndpointConnections
Microsoft.Cdn/profiles: afdEndpoints afdEndpoints/routes originGroups originGroups/origins securityPolicies
Microsoft.CognitiveServices/accounts: capabilityHosts connections defenderForAISettings deployments managedNetworks
Microsoft.CognitiveServices/accounts: managedNetworks/outboundRules models networkSecurityPerimeterConfigurations
Microsoft.CognitiveServices/accounts: privateEndpointConnections privateLinkResources projects/capabilityHosts
Microsoft.CognitiveServices/accounts: projects/connections raiBlocklists raiPolicies skus usages
Microsoft.CognitiveServices/locations: models models/skuCapacities modelCapacities raiContentFilters usages
Microsoft.CognitiveServices/modelCapacities:
Microsoft.DocumentDB/databaseAccounts: privateEndpointConnections sqlDatabases
Microsoft.KeyVault/vaults: keys privateEndpointConnections
Microsoft.MachineLearningServices/workspaces: connections
Microsoft.Network/virtualNetworks: subnets virtualNetworkPeerings
Microsoft.Network/privateEndpoints: privateDnsZoneGroups
Microsoft.Network/networkSecurityGroups: securityRules
Microsoft.OperationalInsights/workspaces: linkedServices tables
Microsoft.Search/searchServices: networkSecurityPerimeterConfigurations privateEndpointConnections
Microsoft.Search/searchServices: sharedPrivateLinkResources
Microsoft.Storage/storageAccounts: blobServices privateEndpointConnections
Microsoft.Web/sites: basicPublishingCredentialsPolicies config config/appsettings privateEndpointConnections
Microsoft.Capacity/reservationOrders: reservations
Microsoft.Capacity/reservations:
Microsoft.Security/pricings:
Microsoft.Management/managementGroups: subscriptions
"""

_EXTENSIONS = """
Microsoft.Authorization/denyAssignments
Microsoft.Authorization/locks
Microsoft.Authorization/policyAssignments
Microsoft.Authorization/policyExemptions
Microsoft.Authorization/roleAssignments
Microsoft.Authorization/roleAssignmentScheduleInstances
Microsoft.Authorization/roleDefinitions
Microsoft.Authorization/roleEligibilityScheduleInstances
Microsoft.Consumption/budgets
Microsoft.Insights/diagnosticSettings
Microsoft.Insights/diagnosticSettingsCategories
Microsoft.ResourceHealth/availabilityStatuses
Microsoft.Security/defenderForAISettings
"""


def _below():
    for line in filter(None, _BELOW.splitlines()):
        parent, _, names = line.partition(":")
        yield parent
        yield from (f"{parent}/{name}" for name in names.split())


IN_GRAPH = frozenset(_TOP.lower().split())
"""Types of the table `resources`."""

EXTENSIONS = frozenset(_EXTENSIONS.lower().split())
"""Types that any resource may have under `/providers/`."""

INHERITED = EXTENSIONS & {f"microsoft.authorization/{name}" for name in (
    "denyassignments", "locks", "policyassignments", "policyexemptions", "roleassignments",
    "roleassignmentscheduleinstances", "roleeligibilityscheduleinstances",
)}  # fmt: skip
"""Those that a list without a filter gives at, above and below its scope (recorded: AccessControlTest,
ResourceLockFilter of Cloud Custodian); the others it gives at the scope alone."""

KNOWN = IN_GRAPH | EXTENSIONS | frozenset(name.lower() for name in _below())
"""Every type that a list may be asked of."""

NAMESPACES = frozenset(name.partition("/")[0] for name in KNOWN) | {"microsoft.resources", "microsoft.resourcegraph"}

TABLES = {
    "resources": None,
    "resourcecontainers": (
        "microsoft.resources/subscriptions",
        "microsoft.resources/subscriptions/resourcegroups",
        "microsoft.management/managementgroups",
    ),
    "authorizationresources": ("microsoft.authorization/roleassignments", "microsoft.authorization/roledefinitions"),
    "policyresources": ("microsoft.authorization/policyassignments", "microsoft.authorization/policyexemptions"),
    "securityresources": ("microsoft.security/pricings",),
    "advisorresources": (),
    "healthresources": ("microsoft.resourcehealth/availabilitystatuses",),
    "insightsresources": (),
    "networkresources": (),
    "servicehealthresources": (),
}
"""Resource Graph's tables that are known here, and the types in them; None stands for `IN_GRAPH`."""
