"""What is asked of Azure Resource Manager, as data: one row an operation. `collect --plan`, the custom role of
`doctor`, the pages of docs/ and the requests themselves are made from it.

A row exists because rules of the catalogue need it (`rules`). What Resource Graph lists is in `graphed`, what Azure
Monitor measures in `measured`. Api-versions are the newest stable ones in which the properties that rules read were
seen (https://github.com/Azure/azure-rest-api-specs); two are previews, because no stable one has the property: a
gateway's `zoneRedundant`, a diagnostic's `largeLanguageModel`. Knows nothing of Azure's packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS: Final = f"{ACCOUNTS}/deployments"
PROJECTS: Final = f"{ACCOUNTS}/projects"
LOCATIONS: Final = "Microsoft.CognitiveServices/locations"
GATEWAYS: Final = "Microsoft.ApiManagement/service"
APIS: Final = f"{GATEWAYS}/apis"
OPERATIONS_OF_APIS: Final = f"{APIS}/operations"
PRODUCTS: Final = f"{GATEWAYS}/products"
FRAGMENTS: Final = f"{GATEWAYS}/policyFragments"
WORKSPACES: Final = f"{GATEWAYS}/workspaces"
WORKSPACE_APIS: Final = f"{WORKSPACES}/apis"
WORKSPACE_OPERATIONS: Final = f"{WORKSPACE_APIS}/operations"
WORKSPACE_PRODUCTS: Final = f"{WORKSPACES}/products"
WORKSPACE_FRAGMENTS: Final = f"{WORKSPACES}/policyFragments"
SEARCH: Final = "Microsoft.Search/searchServices"
SITES: Final = "Microsoft.Web/sites"
VAULTS: Final = "Microsoft.KeyVault/vaults"
KEYS: Final = f"{VAULTS}/keys"
REDIS_CLUSTERS: Final = "Microsoft.Cache/redisEnterprise"
ENDPOINTS: Final = "Microsoft.Network/privateEndpoints"
FRONT_DOORS: Final = "Microsoft.Cdn/profiles"
ORIGIN_GROUPS: Final = f"{FRONT_DOORS}/originGroups"
GROUPS: Final = "Microsoft.Resources/resourceGroups"
SUBSCRIPTIONS: Final = "Microsoft.Resources/subscriptions"
POLICY_ASSIGNMENTS: Final = "Microsoft.Authorization/policyAssignments"
POLICY_SETS: Final = "Microsoft.Authorization/policySetDefinitions"
SETTINGS: Final = "Microsoft.Insights/diagnosticSettings"

TENANT: Final = "tenant"
SUBSCRIPTION: Final = "subscription"
REGION: Final = "region"
MODEL: Final = "model"
WORDS: Final = {
    TENANT: "tenant",
    SUBSCRIPTION: "subscription that holds accounts, gateways or search services",
    REGION: "region in which a subscription has model accounts",
    MODEL: "model that is deployed in a region of a subscription",
    GROUPS: "resource group that holds accounts, gateways or search services",
}
"""What `each` says, where it is no resource type."""

WORKLOADS: Final = (ACCOUNTS, GATEWAYS, SEARCH)
"""A subscription without any of these is asked nothing after Resource Graph."""
LLM: Final = ("OpenAI", "AIServices")
"""The kinds of accounts that hold models. https://learn.microsoft.com/azure/ai-services/multi-service-resource"""


@dataclass(frozen=True, slots=True)
class Sdk:
    """A method of a client of Azure's packages.

    `arguments` are its parameters in order: `resource_group_name`, `scope`, or whatever takes the next name of the
    target's id; `name=value` is fixed, `{since}` and `{until}` in a value are the window before the collection.
    """

    client: str
    method: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Narrows what is asked to those that records of another type name: `path` there is `own` here, without case.

    With `own="id"` also those are asked that were not found before.
    """

    type: str
    path: str
    own: str = "id"


@dataclass(frozen=True, slots=True)
class Operation:
    """One row.

    `name` is what reads and gaps say; rows that differ only in `each` share one. `yields` is the type that comes.
    `each`: asked once for each of a resource type, or of WORDS. `how`: an Sdk, or a path in which `{id}` is the
    target. `only`: asked only of records that have one of the values (without case) at one of the paths, or have
    nothing at any; `rest` is what that says of the others: they have `none`, or they were left `unasked`.
    `absent`: what a 404 says: a `gap`, or that there is `none`. `id_of`: how an answer without an id gets one
    (semantics 1). `fallback`: asked only where Resource Graph refused the type. `judged_only`: rules look at what it
    yields from the target alone, so that it is not asked of what `--resource-group` or `--tag` leaves out.
    """

    name: str
    yields: str
    each: str
    api_version: str
    permission: str
    rules: tuple[str, ...]
    how: Sdk | str
    single: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rest: Literal["none", "unasked"] = "unasked"
    named_by: tuple[Named, ...] = ()
    absent: Literal["gap", "none"] = "gap"
    id_of: str | None = None
    fallback: bool = False
    judged_only: bool = False


# --- clients -----------------------------------------------------------------------------------------------------

COGNITIVE: Final = "azure.mgmt.cognitiveservices.CognitiveServicesManagementClient"
APIM: Final = "azure.mgmt.apimanagement.ApiManagementClient"
SEARCHES: Final = "azure.mgmt.search.SearchManagementClient"
MONITOR: Final = "azure.mgmt.monitor.MonitorManagementClient"
NETWORK: Final = "azure.mgmt.network.NetworkManagementClient"
ACCESS: Final = "azure.mgmt.authorization.AuthorizationManagementClient"
GROUP: Final = "resource_group_name"

# --- rules that need the same data -------------------------------------------------------------------------------

ACCOUNT_RULES: Final = (
    *(f"AOAI-NET-{n:03d}" for n in (1, 2, 3, 4, 5, 8, 9, 10, 11, 13)),
    *("AOAI-IAM-001", "AOAI-IAM-002", "AOAI-ENC-001", "AOAI-ENC-002", "AOAI-ENC-003", "AOAI-REL-005"),
    *("AOAI-MON-006", "AOAI-MON-008", "AOAI-MON-009", "AOAI-RAI-008", "AOAI-CAP-001", "AOAI-REL-009", "COST-005"),
    *("APIM-REL-004", "APP-002", "GOV-001", "NET-VNET-001", "RBAC-008"),
)
DEPLOYMENT_RULES: Final = (
    *("AOAI-REL-001", "AOAI-REL-002", "AOAI-REL-003", "AOAI-REL-004", "AOAI-REL-007", "AOAI-REL-008"),
    *(f"AOAI-CAP-{n:03d}" for n in range(2, 10)),
    *(f"AOAI-LIF-{n:03d}" for n in range(1, 8)),
    *(f"AOAI-RAI-{n:03d}" for n in range(1, 7)),
    *("AOAI-PERF-001", "AOAI-PERF-002", "AOAI-PERF-003", "AOAI-COST-001", "AOAI-COST-002", "AOAI-COST-003"),
    *("AOAI-MON-005", "AOAI-MON-006", "APIM-REL-004", "AOAI-REL-009", "APIM-TRF-003"),
    *("GOV-002", "GOV-005", "GOV-006"),
)
MODEL_RULES: Final = (
    *("AOAI-LIF-001", "AOAI-LIF-002", "AOAI-LIF-004", "AOAI-LIF-005", "AOAI-LIF-006"),
    *("AOAI-REL-009", "AOAI-CAP-001", "AOAI-CAP-008"),
)
GATEWAY_RULES: Final = (
    *("APIM-SEC-002", "APIM-SEC-006", "APIM-SEC-007", "APIM-IAM-001", "APIM-NET-001", "APIM-NET-003"),
    *("APIM-REL-001", "APIM-REL-002", "APIM-REL-003", "APIM-REL-004", "APIM-TRF-004", "APIM-TRF-014", "RBAC-003"),
)
POLICY_RULES: Final = (
    *("APIM-NET-001", "APIM-NET-002", "APIM-SEC-008", "APIM-IAM-002", "APIM-IAM-003", "APIM-IAM-004"),
    *("AOAI-REL-002", "RBAC-003", "APIM-TRF-001"),
    *(f"APIM-TRF-{n:03d}" for n in range(5, 15)),
)
BACKEND_RULES: Final = (
    *("APIM-SEC-003", "APIM-IAM-002", "AOAI-REL-002", "AOAI-REL-007", "AOAI-CAP-009", "RBAC-003"),
    *("AOAI-NET-007", "AOAI-NET-012", "AOAI-NET-014"),
    *("APIM-TRF-001", "APIM-TRF-002", "APIM-TRF-003", "APIM-TRF-004", "APIM-TRF-010", "APIM-TRF-012", "APIM-TRF-015"),
)
DIAGNOSTIC_RULES: Final = ("APIM-MON-002", "APIM-MON-003", "APIM-MON-004", "APIM-TRF-009")
SEARCH_RULES: Final = (
    *("SRCH-NET-001", "SRCH-NET-002", "SRCH-IAM-001", "SRCH-IAM-002", "SRCH-ENC-001", "SRCH-REL-001"),
    *("SRCH-PERF-002", "RBAC-008", "AOAI-NET-006", "AOAI-NET-007", "AOAI-NET-012", "APP-002"),
)
ROLE_RULES: Final = (
    *(f"RBAC-{n:03d}" for n in range(1, 11)),
    *("AOAI-ENC-002", "SRCH-IAM-002"),
)
DENIED_RULES: Final = ("AOAI-ENC-002", "RBAC-006", "RBAC-001", "RBAC-002", "RBAC-003", "RBAC-008", "SRCH-IAM-002")

# --- the table ---------------------------------------------------------------------------------------------------

Row = Operation
V_COG: Final = "2025-12-01"
V_APIM: Final = "2024-05-01"
V_SEARCH: Final = "2025-05-01"
ACCOUNT: Final = (GROUP, "account_name")
SERVICE: Final = (GROUP, "service_name")
IN_WORKSPACE: Final = (*SERVICE, "workspace_id")
RAW: Final = ("policy_id=policy", "format=rawxml")
MODELS_IN: Final = {"kind": LLM}
FOUNDRY: Final = {"kind": ("AIServices",)}
CURRENT: Final = {"properties.isCurrent": ("true",)}

SUBSCRIPTION_OPERATIONS: Final = (
    Row("subscriptions.list", SUBSCRIPTIONS, TENANT, "2022-12-01",
        "Microsoft.Resources/subscriptions/read", ("GOV-002", "COST-005", "AOAI-RAI-008"), "/subscriptions"),
    Row("authorization.denyAssignments.list", "Microsoft.Authorization/denyAssignments", SUBSCRIPTION, "2022-04-01",
        "Microsoft.Authorization/denyAssignments/read", DENIED_RULES, Sdk(ACCESS, "deny_assignments.list")),
    Row("authorization.roleEligibilityScheduleInstances.list",
        "Microsoft.Authorization/roleEligibilityScheduleInstances", SUBSCRIPTION, "2020-10-01",
        "Microsoft.Authorization/roleEligibilityScheduleInstances/read", ("RBAC-001", "RBAC-006"),
        Sdk(ACCESS, "role_eligibility_schedule_instances.list_for_scope", ("scope",))),
    Row("authorization.roleAssignmentScheduleInstances.list",
        "Microsoft.Authorization/roleAssignmentScheduleInstances", SUBSCRIPTION, "2020-10-01",
        "Microsoft.Authorization/roleAssignmentScheduleInstances/read", ("RBAC-006",),
        Sdk(ACCESS, "role_assignment_schedule_instances.list_for_scope", ("scope",))),
    Row("authorization.locks.list", "Microsoft.Authorization/locks", SUBSCRIPTION, "2020-05-01",
        "Microsoft.Authorization/locks/read", ("AOAI-REL-006",), "{id}/providers/Microsoft.Authorization/locks"),
    Row("authorization.policySetDefinitions.get", POLICY_SETS, POLICY_SETS, "2023-04-01",
        "Microsoft.Authorization/policySetDefinitions/read", ("GOV-001",), "{id}", single=True,
        named_by=(Named(POLICY_ASSIGNMENTS, "properties.policyDefinitionId"),)),
    Row("consumption.budgets.list", "Microsoft.Consumption/budgets", SUBSCRIPTION, "2024-08-01",
        "Microsoft.Consumption/budgets/read", ("COST-005",), "{id}/providers/Microsoft.Consumption/budgets"),
    Row("consumption.budgets.list", "Microsoft.Consumption/budgets", GROUPS, "2024-08-01",
        "Microsoft.Consumption/budgets/read", ("COST-005",), "{id}/providers/Microsoft.Consumption/budgets"),
    Row("security.pricings.get", "Microsoft.Security/pricings", SUBSCRIPTION, "2024-01-01",
        "Microsoft.Security/pricings/read", ("AOAI-RAI-008",), "{id}/providers/Microsoft.Security/pricings/AI",
        single=True),
    Row("monitor.activityLogs.list", "Microsoft.Insights/eventtypes/values", SUBSCRIPTION, "2015-04-01",
        "Microsoft.Insights/eventtypes/values/read", ("AOAI-IAM-004",),
        Sdk(MONITOR, "activity_logs.list", (
            "filter=eventTimestamp ge '{since}' and eventTimestamp le '{until}'"
            " and resourceProvider eq 'Microsoft.CognitiveServices'",
            "select=id,eventTimestamp,operationName,status,resourceId",
        ))),
    Row("capacity.reservations.list", "Microsoft.Capacity/reservationOrders/reservations", TENANT, "2022-11-01",
        "Microsoft.Capacity/reservationOrders/reservations/read", ("AOAI-COST-003",),
        "/providers/Microsoft.Capacity/reservations"),
)  # fmt: skip
"""Of subscriptions and the tenant. Locks are listed at, above and below a subscription; budgets only at it."""

REGION_OPERATIONS: Final = (
    Row("cognitiveservices.models.list", f"{LOCATIONS}/models", REGION, V_COG,
        "Microsoft.CognitiveServices/locations/models/read", MODEL_RULES,
        Sdk(COGNITIVE, "models.list", ("location",)),
        id_of="{path}/{kind}:{model.format}:{model.name}:{model.version}"),
    Row("cognitiveservices.usages.list", f"{LOCATIONS}/usages", REGION, V_COG,
        "Microsoft.CognitiveServices/locations/usages/read", ("AOAI-CAP-001", "AOAI-CAP-008", "AOAI-REL-009"),
        Sdk(COGNITIVE, "usages.list", ("location",)), id_of="{path}/{name.value}"),
    Row("cognitiveservices.modelCapacities.list", f"{LOCATIONS}/models/skuCapacities", MODEL, V_COG,
        "Microsoft.CognitiveServices/locations/modelCapacities/read", ("AOAI-REL-009",),
        Sdk(COGNITIVE, "location_based_model_capacities.list",
            ("location", "model_format", "model_name", "model_version"))),
)  # fmt: skip

ACCOUNT_OPERATIONS: Final = (
    Row("cognitiveservices.accounts.list", ACCOUNTS, SUBSCRIPTION, V_COG, f"{ACCOUNTS}/read", ACCOUNT_RULES,
        Sdk(COGNITIVE, "accounts.list"), fallback=True),
    # Resource Graph lags behind in privateEndpointConnections, and leaves out what came with newer api-versions.
    Row("cognitiveservices.accounts.get", ACCOUNTS, ACCOUNTS, V_COG, f"{ACCOUNTS}/read", ACCOUNT_RULES,
        Sdk(COGNITIVE, "accounts.get", ACCOUNT), single=True, only=MODELS_IN),
    Row("cognitiveservices.deployments.list", DEPLOYMENTS, ACCOUNTS, V_COG,
        f"{DEPLOYMENTS}/read", DEPLOYMENT_RULES,
        Sdk(COGNITIVE, "deployments.list", ACCOUNT), only=MODELS_IN, rest="none"),
    Row("cognitiveservices.raiPolicies.list", f"{ACCOUNTS}/raiPolicies", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/raiPolicies/read",
        (*(f"AOAI-RAI-{n:03d}" for n in range(1, 7)), "AOAI-REL-003", "AOAI-REL-007", "APIM-TRF-012", "GOV-006"),
        Sdk(COGNITIVE, "rai_policies.list", ACCOUNT), only=MODELS_IN, rest="none"),
    Row("cognitiveservices.privateLinkResources.list", f"{ACCOUNTS}/privateLinkResources", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/privateLinkResources/read", ("AOAI-NET-006", "AOAI-NET-007"),
        Sdk(COGNITIVE, "private_link_resources.list", ACCOUNT), only=MODELS_IN, judged_only=True),
    Row("cognitiveservices.projects.list", PROJECTS, ACCOUNTS, V_COG, f"{PROJECTS}/read",
        ("AOAI-NET-013", "AOAI-IAM-003", "AOAI-RAI-004", "RBAC-005", "RBAC-010"),
        Sdk(COGNITIVE, "projects.list", ACCOUNT), only=FOUNDRY, rest="none"),
    Row("cognitiveservices.accountConnections.list", f"{ACCOUNTS}/connections", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/connections/read", ("AOAI-IAM-003", "AOAI-RAI-004"),
        Sdk(COGNITIVE, "account_connections.list", ACCOUNT), only=MODELS_IN, rest="none"),
    Row("cognitiveservices.projectConnections.list", f"{PROJECTS}/connections", PROJECTS, V_COG,
        f"{PROJECTS}/connections/read", ("AOAI-IAM-003", "AOAI-RAI-004"),
        Sdk(COGNITIVE, "project_connections.list", (*ACCOUNT, "project_name"))),
    Row("cognitiveservices.defenderForAISettings.list", f"{ACCOUNTS}/defenderForAISettings", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/defenderForAISettings/read", ("AOAI-RAI-008",),
        Sdk(COGNITIVE, "defender_for_ai_settings.list", ACCOUNT), only=MODELS_IN, rest="none"),
    Row("cognitiveservices.managedNetworks.list", f"{ACCOUNTS}/managedNetworks", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/managedNetworks/read", ("AOAI-NET-013",), "{id}/managedNetworks", only=FOUNDRY, rest="none",
        judged_only=True),
    Row("cognitiveservices.networkSecurityPerimeterConfigurations.list",
        f"{ACCOUNTS}/networkSecurityPerimeterConfigurations", ACCOUNTS, V_COG,
        f"{ACCOUNTS}/networkSecurityPerimeterConfigurations/read", ("AOAI-NET-005",),
        Sdk(COGNITIVE, "network_security_perimeter_configurations.list", ACCOUNT), only=MODELS_IN, judged_only=True),
)  # fmt: skip
"""Of accounts. Those of other kinds hold no models, hence neither deployments nor filters nor projects."""

GATEWAY_OPERATIONS: Final = (
    Row("apimanagement.service.list", GATEWAYS, SUBSCRIPTION, V_APIM, f"{GATEWAYS}/read", GATEWAY_RULES,
        Sdk(APIM, "api_management_service.list"), fallback=True),
    Row("apimanagement.service.get", GATEWAYS, GATEWAYS, "2025-03-01-preview", f"{GATEWAYS}/read", GATEWAY_RULES,
        Sdk(APIM, "api_management_service.get", SERVICE), single=True),
    Row("apimanagement.apis.list", APIS, GATEWAYS, V_APIM, f"{APIS}/read",
        ("APIM-SEC-001", "APIM-TRF-001", "APIM-IAM-004", *DIAGNOSTIC_RULES[:3], "APIM-TRF-015", *POLICY_RULES[2:6]),
        Sdk(APIM, "api.list_by_service", SERVICE)),
    Row("apimanagement.backends.list", f"{GATEWAYS}/backends", GATEWAYS, V_APIM, f"{GATEWAYS}/backends/read",
        BACKEND_RULES, Sdk(APIM, "backend.list_by_service", SERVICE)),
    Row("apimanagement.namedValues.list", f"{GATEWAYS}/namedValues", GATEWAYS, V_APIM,
        f"{GATEWAYS}/namedValues/read", ("APIM-SEC-004", *POLICY_RULES),
        Sdk(APIM, "named_value.list_by_service", SERVICE)),
    Row("apimanagement.products.list", PRODUCTS, GATEWAYS, V_APIM, f"{PRODUCTS}/read",
        ("APIM-IAM-004", "APIM-TRF-008"), Sdk(APIM, "product.list_by_service", SERVICE)),
    Row("apimanagement.productApis.list", f"{PRODUCTS}/apis", PRODUCTS, V_APIM, f"{PRODUCTS}/apis/read",
        ("APIM-IAM-004", "APIM-TRF-006", "APIM-TRF-008"),
        Sdk(APIM, "product_api.list_by_product", (*SERVICE, "product_id"))),
    Row("apimanagement.subscriptions.list", f"{GATEWAYS}/subscriptions", GATEWAYS, V_APIM,
        f"{GATEWAYS}/subscriptions/read", ("APIM-SEC-005", "RBAC-009"), Sdk(APIM, "subscription.list", SERVICE)),
    Row("apimanagement.diagnostics.list", f"{GATEWAYS}/diagnostics", GATEWAYS, "2024-06-01-preview",
        f"{GATEWAYS}/diagnostics/read", DIAGNOSTIC_RULES, Sdk(APIM, "diagnostic.list_by_service", SERVICE),
        judged_only=True),
    Row("apimanagement.apiDiagnostics.list", f"{APIS}/diagnostics", APIS, "2024-06-01-preview",
        f"{APIS}/diagnostics/read", DIAGNOSTIC_RULES,
        Sdk(APIM, "api_diagnostic.list_by_service", (*SERVICE, "api_id")), only=CURRENT, judged_only=True),
    Row("apimanagement.loggers.list", f"{GATEWAYS}/loggers", GATEWAYS, V_APIM, f"{GATEWAYS}/loggers/read",
        ("APIM-MON-003", "APIM-TRF-009"), Sdk(APIM, "logger.list_by_service", SERVICE), judged_only=True),
    Row("apimanagement.caches.list", f"{GATEWAYS}/caches", GATEWAYS, V_APIM, f"{GATEWAYS}/caches/read",
        ("APIM-TRF-010",), Sdk(APIM, "cache.list_by_service", SERVICE), judged_only=True),
    # A policy is read by itself, because a list of policies can't be asked for in raw XML.
    Row("apimanagement.policies.get", f"{GATEWAYS}/policies", GATEWAYS, V_APIM, f"{GATEWAYS}/policies/read",
        POLICY_RULES, Sdk(APIM, "policy.get", (*SERVICE, *RAW)), single=True, absent="none"),
    Row("apimanagement.productPolicies.get", f"{PRODUCTS}/policies", PRODUCTS, V_APIM, f"{PRODUCTS}/policies/read",
        POLICY_RULES, Sdk(APIM, "product_policy.get", (*SERVICE, "product_id", *RAW)), single=True, absent="none"),
    Row("apimanagement.apiPolicies.get", f"{APIS}/policies", APIS, V_APIM, f"{APIS}/policies/read",
        POLICY_RULES, Sdk(APIM, "api_policy.get", (*SERVICE, "api_id", *RAW)), single=True, absent="none",
        only=CURRENT),
    Row("apimanagement.operations.list", OPERATIONS_OF_APIS, APIS, V_APIM, f"{OPERATIONS_OF_APIS}/read",
        POLICY_RULES, Sdk(APIM, "api_operation.list_by_api", (*SERVICE, "api_id")), only=CURRENT),
    Row("apimanagement.operationPolicies.get", f"{OPERATIONS_OF_APIS}/policies", OPERATIONS_OF_APIS, V_APIM,
        f"{OPERATIONS_OF_APIS}/policies/read", POLICY_RULES,
        Sdk(APIM, "api_operation_policy.get", (*SERVICE, "api_id", "operation_id", *RAW)), single=True,
        absent="none"),
    Row("apimanagement.policyFragments.list", FRAGMENTS, GATEWAYS, V_APIM, f"{FRAGMENTS}/read", POLICY_RULES,
        Sdk(APIM, "policy_fragment.list_by_service", SERVICE)),
    Row("apimanagement.policyFragments.get", FRAGMENTS, FRAGMENTS, V_APIM, f"{FRAGMENTS}/read", POLICY_RULES,
        Sdk(APIM, "policy_fragment.get", (*SERVICE, "id", "format=rawxml")), single=True),
)  # fmt: skip

WORKSPACE_OPERATIONS_OF_GATEWAYS: Final = (
    Row("apimanagement.workspaces.list", WORKSPACES, GATEWAYS, V_APIM, f"{WORKSPACES}/read", POLICY_RULES,
        Sdk(APIM, "workspace.list_by_service", SERVICE)),
    Row("apimanagement.workspacePolicies.get", f"{WORKSPACES}/policies", WORKSPACES, V_APIM,
        f"{WORKSPACES}/policies/read", POLICY_RULES,
        Sdk(APIM, "workspace_policy.get", (*IN_WORKSPACE, *RAW)), single=True, absent="none"),
    Row("apimanagement.workspaceApis.list", WORKSPACE_APIS, WORKSPACES, V_APIM, f"{WORKSPACE_APIS}/read",
        POLICY_RULES, Sdk(APIM, "workspace_api.list_by_service", IN_WORKSPACE)),
    Row("apimanagement.workspaceApiPolicies.get", f"{WORKSPACE_APIS}/policies", WORKSPACE_APIS, V_APIM,
        f"{WORKSPACE_APIS}/policies/read", POLICY_RULES,
        Sdk(APIM, "workspace_api_policy.get", (*IN_WORKSPACE, "api_id", *RAW)), single=True, absent="none",
        only=CURRENT),
    Row("apimanagement.workspaceOperations.list", WORKSPACE_OPERATIONS, WORKSPACE_APIS, V_APIM,
        f"{WORKSPACE_OPERATIONS}/read", POLICY_RULES,
        Sdk(APIM, "workspace_api_operation.list_by_api", (*IN_WORKSPACE, "api_id")), only=CURRENT),
    Row("apimanagement.workspaceOperationPolicies.get", f"{WORKSPACE_OPERATIONS}/policies", WORKSPACE_OPERATIONS,
        V_APIM, f"{WORKSPACE_OPERATIONS}/policies/read", POLICY_RULES,
        Sdk(APIM, "workspace_api_operation_policy.get", (*IN_WORKSPACE, "api_id", "operation_id", *RAW)),
        single=True, absent="none"),
    Row("apimanagement.workspaceProducts.list", WORKSPACE_PRODUCTS, WORKSPACES, V_APIM,
        f"{WORKSPACE_PRODUCTS}/read", ("APIM-IAM-004", "APIM-TRF-008"),
        Sdk(APIM, "workspace_product.list_by_service", IN_WORKSPACE)),
    Row("apimanagement.workspaceProductPolicies.get", f"{WORKSPACE_PRODUCTS}/policies", WORKSPACE_PRODUCTS, V_APIM,
        f"{WORKSPACE_PRODUCTS}/policies/read", POLICY_RULES,
        Sdk(APIM, "workspace_product_policy.get", (*IN_WORKSPACE, "product_id", *RAW)), single=True,
        absent="none"),
    Row("apimanagement.workspaceBackends.list", f"{WORKSPACES}/backends", WORKSPACES, V_APIM,
        f"{WORKSPACES}/backends/read", BACKEND_RULES,
        Sdk(APIM, "workspace_backend.list_by_workspace", IN_WORKSPACE)),
    Row("apimanagement.workspaceNamedValues.list", f"{WORKSPACES}/namedValues", WORKSPACES, V_APIM,
        f"{WORKSPACES}/namedValues/read", ("APIM-SEC-004", *POLICY_RULES),
        Sdk(APIM, "workspace_named_value.list_by_service", IN_WORKSPACE)),
    Row("apimanagement.workspacePolicyFragments.list", WORKSPACE_FRAGMENTS, WORKSPACES, V_APIM,
        f"{WORKSPACE_FRAGMENTS}/read", POLICY_RULES,
        Sdk(APIM, "workspace_policy_fragment.list_by_service", IN_WORKSPACE)),
    Row("apimanagement.workspacePolicyFragments.get", WORKSPACE_FRAGMENTS, WORKSPACE_FRAGMENTS, V_APIM,
        f"{WORKSPACE_FRAGMENTS}/read", POLICY_RULES,
        Sdk(APIM, "workspace_policy_fragment.get", (*IN_WORKSPACE, "id", "format=rawxml")), single=True),
)  # fmt: skip
"""A workspace's own APIs, and what makes up their policy."""

SEARCH_OPERATIONS: Final = (
    Row("search.services.list", SEARCH, SUBSCRIPTION, V_SEARCH, f"{SEARCH}/read", SEARCH_RULES,
        Sdk(SEARCHES, "services.list_by_subscription"), fallback=True),
    Row("search.services.get", SEARCH, SEARCH, V_SEARCH, f"{SEARCH}/read", SEARCH_RULES,
        Sdk(SEARCHES, "services.get", (GROUP, "search_service_name")), single=True),
    Row("search.sharedPrivateLinkResources.list", f"{SEARCH}/sharedPrivateLinkResources", SEARCH, V_SEARCH,
        f"{SEARCH}/sharedPrivateLinkResources/read",
        ("SRCH-NET-003", "SRCH-IAM-002", "AOAI-NET-006", "RBAC-008"),
        Sdk(SEARCHES, "shared_private_link_resources.list_by_service", (GROUP, "search_service_name"))),
)  # fmt: skip


def _settings(each: str, rules: tuple[str, ...], only: Mapping[str, tuple[str, ...]] | None = None) -> Operation:
    """The diagnostic settings of a type; they left azure-mgmt-monitor with 7.0."""
    return Operation(
        "monitor.diagnosticSettings.list", SETTINGS, each, "2021-05-01-preview", f"{SETTINGS}/read", rules,
        "{id}/providers/Microsoft.Insights/diagnosticSettings", only=only or {}, judged_only=True,
    )  # fmt: skip


MONITOR_OPERATIONS: Final = (
    _settings(ACCOUNTS, tuple(f"AOAI-MON-{n:03d}" for n in range(1, 6)), MODELS_IN),
    _settings(GATEWAYS, ("APIM-MON-001", "APIM-MON-002", "APIM-MON-005")),
    _settings(SEARCH, ("SRCH-MON-001",)),
    _settings(SITES, ("APP-001",)),
    _settings(VAULTS, ("KV-SEC-001",)),
    Row("monitor.diagnosticSettingsCategories.list", "Microsoft.Insights/diagnosticSettingsCategories", ACCOUNTS,
        "2021-05-01-preview", "Microsoft.Insights/diagnosticSettingsCategories/read", ("AOAI-MON-002",),
        "{id}/providers/Microsoft.Insights/diagnosticSettingsCategories", only=MODELS_IN, judged_only=True),
)  # fmt: skip

CONNECTIONS: Final = "properties.privateEndpointConnections[*].properties.privateEndpoint.id"
SURROUNDING_OPERATIONS: Final = (
    Row("network.privateEndpoints.list", ENDPOINTS, SUBSCRIPTION, "2024-10-01", f"{ENDPOINTS}/read",
        ("AOAI-NET-006", "AOAI-NET-007", "AOAI-NET-012", "AOAI-NET-014"),
        Sdk(NETWORK, "private_endpoints.list_by_subscription"), fallback=True),
    Row("network.privateDnsZoneGroups.list", f"{ENDPOINTS}/privateDnsZoneGroups", ENDPOINTS, "2024-10-01",
        f"{ENDPOINTS}/privateDnsZoneGroups/read", ("AOAI-NET-006", "AOAI-NET-007"),
        Sdk(NETWORK, "private_dns_zone_groups.list", ("private_endpoint_name", GROUP)),
        named_by=(Named(ACCOUNTS, CONNECTIONS), Named(SEARCH, CONNECTIONS))),
    Row("authorization.roleAssignments.list", "Microsoft.Authorization/roleAssignments", SUBSCRIPTION, "2022-04-01",
        "Microsoft.Authorization/roleAssignments/read", ROLE_RULES,
        Sdk(ACCESS, "role_assignments.list_for_subscription"), fallback=True),
    Row("authorization.roleDefinitions.list", "Microsoft.Authorization/roleDefinitions", SUBSCRIPTION, "2022-04-01",
        "Microsoft.Authorization/roleDefinitions/read", ROLE_RULES,
        Sdk(ACCESS, "role_definitions.list", ("scope",)), fallback=True),
    Row("web.sites.config.get", f"{SITES}/config", SITES, "2024-11-01", f"{SITES}/config/read", ("APP-002",),
        "{id}/config/web", single=True),
    Row("web.sites.config.configreferences.appsettings.list", f"{SITES}/config/appsettings", SITES, "2024-11-01",
        f"{SITES}/config/appsettings/read", ("APP-003",), "{id}/config/configreferences/appsettings"),
    Row("keyvault.keys.list", KEYS, VAULTS, "2024-11-01", f"{KEYS}/read", ("AOAI-ENC-003",), "{id}/keys",
        named_by=(Named(ACCOUNTS, "properties.encryption.keyVaultProperties.keyVaultUri", "properties.vaultUri"),)),
    # The list leaves out the rotation policy.
    Row("keyvault.keys.get", KEYS, KEYS, "2024-11-01", f"{KEYS}/read", ("AOAI-ENC-003",), "{id}", single=True,
        named_by=(Named(ACCOUNTS, "properties.encryption.keyVaultProperties.keyName", "name"),)),
    # publicNetworkAccess came with 2025-07-01, and Resource Graph does not say in which version it asked.
    Row("redisenterprise.clusters.get", REDIS_CLUSTERS, REDIS_CLUSTERS, "2025-07-01", f"{REDIS_CLUSTERS}/read",
        ("DATA-RED-001",), "{id}", single=True),
    Row("redisenterprise.databases.list", f"{REDIS_CLUSTERS}/databases", REDIS_CLUSTERS, "2025-07-01",
        f"{REDIS_CLUSTERS}/databases/read", ("DATA-RED-001", "APIM-TRF-010"), "{id}/databases"),
    Row("cdn.originGroups.list", ORIGIN_GROUPS, FRONT_DOORS, "2024-02-01", f"{ORIGIN_GROUPS}/read",
        ("APIM-REL-004",), "{id}/originGroups",
        only={"sku.name": ("Standard_AzureFrontDoor", "Premium_AzureFrontDoor")}, rest="none"),
    Row("cdn.origins.list", f"{ORIGIN_GROUPS}/origins", ORIGIN_GROUPS, "2024-02-01", f"{ORIGIN_GROUPS}/origins/read",
        ("APIM-REL-004",), "{id}/origins"),
)  # fmt: skip

OPERATIONS: Final[tuple[Operation, ...]] = (
    *SUBSCRIPTION_OPERATIONS,
    *REGION_OPERATIONS,
    *ACCOUNT_OPERATIONS,
    *GATEWAY_OPERATIONS,
    *WORKSPACE_OPERATIONS_OF_GATEWAYS,
    *SEARCH_OPERATIONS,
    *MONITOR_OPERATIONS,
    *SURROUNDING_OPERATIONS,
)
