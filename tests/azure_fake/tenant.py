"""A large tenant, the same each time it is made: AI accounts, gateways and search services with their networks.

Bodies have the shape of the versions that the collector asks for; values follow from running numbers.
"""

from azure_fake.estate import TENANT, Estate, subscription

AI, APIM, SEARCH = (
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.ApiManagement/service",
    "Microsoft.Search/searchServices",
)
NETWORK, ROLES = "Microsoft.Network", "Microsoft.Authorization"
REGIONS = ("westeurope", "swedencentral", "eastus2")
ZONES = ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com", "search.windows.net")
MODELS = (("gpt-5.1", "2025-11-13"), ("gpt-5-mini", "2025-08-07"), ("text-embedding-3-large", "1"))
SKUS = ("Standard", "GlobalStandard", "DataZoneStandard", "ProvisionedManaged")
USER = "5e0b4620-5f3e-4f1c-9a3b-1c7a2d9e8f00"  # Cognitive Services OpenAI User stands in for any role
ROOT_GROUP = "mg-contoso"
POLICY = """<policies>
    <inbound>
        <base />
        <set-header name="api-key" exists-action="override"><value>{secret}</value></set-header>
        <set-backend-service backend-id="models" />
        <llm-token-limit tokens-per-minute="60000" counter-key="@(context.Subscription.Id)" />
    </inbound>
    <backend>
        <retry condition="@(context.Response.StatusCode == 429 && true)" count="2" interval="1"><base /></retry>
    </backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>"""


def guid(kind, number):
    """A GUID that says what it is for."""
    return f"{kind:08x}-0000-4000-8000-{number:012d}"


class Tenant:
    """The bodies made so far, and the secrets planted in them."""

    def __init__(self, subscriptions, empty):
        self.bodies, self.metrics, self.secrets = [], [], []
        self.subscriptions = [guid(0xA5, n) for n in range(subscriptions)]
        self.busy = self.subscriptions[: max(1, subscriptions - empty)]
        self.empty = self.subscriptions[len(self.busy) :]

    # --- the parts that all others are made of ------------------------------------------------------------------

    def add(self, id_, properties, **top):
        """A resource; its type and name follow from the id."""
        _, _, rest = id_.rpartition("/providers/")
        namespace, *parts = rest.split("/")
        head = {"id": id_, "name": parts[-1], "type": "/".join((namespace, *parts[::2]))}
        self.bodies.append(head | top | {"properties": {"provisioningState": "Succeeded"} | properties})
        return id_

    def secret(self):
        """A literal that must not be seen again once it was read."""
        self.secrets.append(f"Plnt{len(self.secrets):04d}x9vQ2mZ7tR4kW8bN1cL6sH3dF5gJ0pY+aEuToMiKi==")
        return self.secrets[-1]

    def group(self, n):
        """The resource group of the n-th busy subscription, over and over."""
        return f"/subscriptions/{self.busy[n % len(self.busy)]}/resourceGroups/rg-ai-{n % len(self.busy):02d}"

    @property
    def hub(self):
        """The group of the shared network and of the shared workspace."""
        return self.group(0)

    # --- networks -----------------------------------------------------------------------------------------------

    def networks(self):
        """A workspace and private zones in the hub, and a network for every busy subscription, linked to them."""
        space = {"retentionInDays": 90, "sku": {"name": "PerGB2018"}, "workspaceCapping": {"dailyQuotaGb": -1.0}}
        self.workspace = self.add(
            f"{self.hub}/providers/Microsoft.OperationalInsights/workspaces/log", space, location="westeurope"
        )
        zones = [f"{self.hub}/providers/{NETWORK}/privateDnsZones/privatelink.{zone}" for zone in ZONES]
        self.zones = [self.add(zone, {"numberOfRecordSets": 1}, location="global") for zone in zones]
        for n in range(len(self.busy)):
            network = self.network(n)
            for zone in self.zones:
                linked = {
                    "virtualNetwork": {"id": network},
                    "registrationEnabled": False,
                    "virtualNetworkLinkState": "Completed",
                }
                self.add(f"{zone}/virtualNetworkLinks/to-{n:02d}", linked, location="global")

    def network(self, n):
        """A network with one subnet, guarded by a group of rules."""
        guard = f"{self.group(n)}/providers/{NETWORK}/networkSecurityGroups/nsg"
        network = f"{self.group(n)}/providers/{NETWORK}/virtualNetworks/vnet"
        self.add(
            guard, {"securityRules": [], "subnets": [{"id": f"{network}/subnets/endpoints"}]}, location="westeurope"
        )
        inner = {
            "addressPrefix": "10.0.1.0/24",
            "networkSecurityGroup": {"id": guard},
            "provisioningState": "Succeeded",
        }
        inner |= {"privateEndpointNetworkPolicies": "Enabled", "defaultOutboundAccess": False}
        subnet = {"id": f"{network}/subnets/endpoints", "name": "endpoints", "properties": inner}
        space = {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [subnet],
            "virtualNetworkPeerings": [],
        }
        return self.add(network, space, location="westeurope")

    def endpoint(self, n, target, member, zones):
        """A private endpoint of a resource with its zone group; the connection as the resource shows it."""
        id_ = f"{self.group(n)}/providers/{NETWORK}/privateEndpoints/pe-{target.split('/')[-1]}"
        state = {"status": "Approved", "description": "", "actionsRequired": "None"}
        inner = {"privateLinkServiceId": target, "groupIds": [member], "privateLinkServiceConnectionState": state}
        links = [{"id": f"{id_}/privateLinkServiceConnections/a", "name": "a", "properties": inner}]
        subnet = {"id": f"{self.group(n)}/providers/{NETWORK}/virtualNetworks/vnet/subnets/endpoints"}
        whole = {"privateLinkServiceConnections": links, "manualPrivateLinkServiceConnections": [], "subnet": subnet}
        self.add(id_, whole, location=REGIONS[n % 3])
        configs = [{"name": z.split("/")[-1].replace(".", "-"), "properties": {"privateDnsZoneId": z}} for z in zones]
        self.add(f"{id_}/privateDnsZoneGroups/default", {"privateDnsZoneConfigs": configs})
        shown = {"privateEndpoint": {"id": id_}, "privateLinkServiceConnectionState": state, "groupIds": [member]}
        return {"id": f"{target}/privateEndpointConnections/a", "name": "a", "properties": shown}

    # --- what every resource may have ---------------------------------------------------------------------------

    def beside(self, n, target):
        """A diagnostic setting for four of five, a role assignment for all, a lock for one of ten."""
        if n % 5:
            sink = {"workspaceId": self.workspace, "logs": [{"categoryGroup": "allLogs", "enabled": True}]}
            sink |= {"metrics": [{"category": "AllMetrics", "enabled": True}]}
            self.add(f"{target}/providers/microsoft.insights/diagnosticSettings/to-log", sink)
        self.role(target, len(self.bodies), "ServicePrincipal")
        if n % 10 == 0:
            self.add(f"{target}/providers/{ROLES}/locks/no-delete", {"level": "CanNotDelete", "notes": ""})

    def role(self, scope, number, kind):
        """A role assignment at a scope."""
        id_ = f"{scope}/providers/{ROLES}/roleAssignments/{guid(0x0A, number)}"
        role = f"/providers/{ROLES}/roleDefinitions/{USER}"
        more = {"principalId": guid(0x0B, number % 50), "principalType": kind, "scope": scope or "/"}
        self.add(id_, {"roleDefinitionId": role} | more)

    # --- services -----------------------------------------------------------------------------------------------

    def account(self, n, deployments):
        """An account with its endpoint, deployments, filter and, where it is of Foundry's kind, a project."""
        foundry = n % 4 == 0
        kind = "AIServices" if foundry else "OpenAI"
        id_ = f"{self.group(n)}/providers/{AI}/ai-{n:04d}"
        connection = self.endpoint(n, id_, "account", self.zones[:3])
        inner = {"endpoint": f"https://ai-{n:04d}.openai.azure.com/", "customSubDomainName": f"ai-{n:04d}"}
        inner |= {
            "publicNetworkAccess": "Disabled",
            "disableLocalAuth": n % 3 > 0,
            "privateEndpointConnections": [connection],
        }
        inner |= {"networkAcls": {"defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []}}
        top = {
            "kind": kind,
            "sku": {"name": "S0"},
            "location": REGIONS[n % 3],
            "tags": {"env": "prod" if n % 2 else "dev"},
        }
        top |= {"identity": {"type": "SystemAssigned", "principalId": guid(0x0C, n), "tenantId": TENANT}}
        self.add(id_, inner | {"allowProjectManagement": foundry}, **top)
        for d in range(deployments):
            self.deployment(id_, n, d)
        filters = [
            {"name": "Hate", "source": "Prompt", "enabled": True, "blocking": True, "severityThreshold": "Medium"}
        ]
        self.add(
            f"{id_}/raiPolicies/own",
            {"mode": "Blocking", "basePolicyName": "Microsoft.DefaultV2", "contentFilters": filters},
        )
        zones = {
            "groupId": "account",
            "requiredMembers": ["default"],
            "requiredZoneNames": [f"privatelink.{z}" for z in ZONES[:3]],
        }
        self.add(f"{id_}/privateLinkResources/account", zones)
        if foundry:
            self.project(id_, n)
        self.beside(n, id_)
        self.utilisation(n, id_, deployments)

    def deployment(self, account, n, d):
        """A model deployment."""
        name, version = MODELS[d % len(MODELS)]
        model = {"format": "OpenAI", "name": name, "version": version}
        inner = {"model": model, "versionUpgradeOption": "OnceNewDefaultVersionAvailable", "raiPolicyName": "own"}
        inner |= {
            "currentCapacity": 50,
            "deploymentState": "Running",
            "rateLimits": [{"key": "token", "renewalPeriod": 60, "count": 50000}],
        }
        self.add(f"{account}/deployments/model-{d:02d}", inner, sku={"name": SKUS[(n + d) % 4], "capacity": 50})

    def project(self, account, n):
        """A project, with a connection in it and one of the account; the metadata of the second holds a key."""
        place = {"location": REGIONS[n % 3], "identity": {"type": "SystemAssigned"}}
        project = self.add(f"{account}/projects/desk", {"displayName": "Desk", "isDefault": True}, **place)
        to = {
            "category": "CognitiveSearch",
            "authType": "AAD",
            "target": "https://find-0000.search.windows.net/",
            "isSharedToAll": True,
        }
        self.add(f"{project}/connections/find", to)
        key = {"metadata": {"ApiKey": self.secret()}} if n < 8 else {"metadata": {}}
        self.add(f"{account}/connections/files", to | key | {"category": "AzureBlob", "authType": "AccountKey"})

    def utilisation(self, n, account, deployments):
        """A day of two metrics, which the fake repeats: requests of all, utilisation of provisioned deployments."""
        names = [f"model-{d:02d}" for d in range(deployments)]
        provisioned = [name for d, name in enumerate(names) if SKUS[(n + d) % 4] == "ProvisionedManaged"]
        answered = {"StatusCode": "200", "IsSpillover": "False", "StreamType": "Streaming"}
        for name, unit, kind, top, of, more in (
            ("AzureOpenAIRequests", "Count", "Total", 400, names, answered),
            ("AzureOpenAIProvisionedManagedUtilizationV2", "Percent", "Average", 4, provisioned, {}),
        ):
            series = [
                {"dimensions": {"ModelDeploymentName": d} | more, "values": [h * top // 24 for h in range(24)]}
                for d in of
            ]
            head = {"resource": account, "namespace": AI, "name": name, "unit": unit, "aggregation": kind}
            self.metrics.append(head | {"start": "2026-09-17T00:00:00Z", "interval": "PT1H", "series": series})

    def gateway(self, n, apis):
        """A gateway with a pool, named values, a logger, a product and APIs with policies; some hold secrets."""
        id_ = f"{self.group(n)}/providers/{APIM}/apim-{n:02d}"
        sku, own = {"name": "Premium", "capacity": 2}, {"type": "SystemAssigned", "principalId": guid(0x0D, n)}
        whole = {
            "gatewayUrl": f"https://apim-{n:02d}.azure-api.net",
            "virtualNetworkType": "Internal",
            "platformVersion": "stv2",
        }
        self.add(
            id_,
            whole | {"publicNetworkAccess": "Disabled"},
            sku=sku,
            identity=own,
            location=REGIONS[n % 3],
            zones=["1", "2", "3"],
        )
        auth = {
            "header": {"api-key": [self.secret()]},
            "authorization": {"scheme": "Bearer", "parameter": self.secret()},
        }
        one = self.add(
            f"{id_}/backends/one",
            {"url": "https://ai-0000.openai.azure.com/openai", "protocol": "http", "credentials": auth},
        )
        self.add(
            f"{id_}/backends/models",
            {"type": "Pool", "pool": {"services": [{"id": one, "priority": 1, "weight": 1}]}},
        )
        self.add(
            f"{id_}/namedValues/openai-key", {"displayName": "openai-key", "value": self.secret(), "secret": False}
        )
        self.add(f"{id_}/namedValues/region", {"displayName": "region", "value": "westeurope", "secret": False})
        key = {"connectionString": f"InstrumentationKey={self.secret()};IngestionEndpoint=https://x/"}
        logger = self.add(f"{id_}/loggers/insights", {"loggerType": "applicationInsights", "credentials": key})
        sampling = {"samplingType": "fixed", "percentage": 100.0}
        self.add(
            f"{id_}/diagnostics/applicationinsights", {"loggerId": logger, "sampling": sampling, "metrics": True}
        )
        self.add(f"{id_}/policies/policy", {"format": "rawxml", "value": POLICY.format(secret=self.secret())})
        self.add(f"{id_}/policyFragments/callers", {"format": "rawxml", "value": "<fragment><base /></fragment>"})
        product = self.add(
            f"{id_}/products/chat", {"displayName": "Chat", "subscriptionRequired": True, "state": "published"}
        )
        self.add(f"{product}/policies/policy", {"format": "rawxml", "value": POLICY.format(secret=self.secret())})
        self.add(f"{id_}/subscriptions/master", {"scope": f"{id_}/", "displayName": "Built-in", "state": "active"})
        for a in range(apis):
            self.api(id_, product, a)
        self.beside(n, id_)

    def api(self, gateway, product, a):
        """An API with one operation and, for one of two, a policy."""
        name = f"api-{a:04d}"
        whole = {
            "displayName": name,
            "path": name,
            "protocols": ["https"],
            "subscriptionRequired": True,
            "isCurrent": True,
        }
        api = self.add(f"{gateway}/apis/{name}", whole)
        self.add(f"{api}/operations/chat", {"displayName": "chat", "method": "POST", "urlTemplate": "/chat"})
        if a % 2 == 0:
            secret = self.secret() if a == 0 else "{{openai-key}}"
            self.add(f"{api}/policies/policy", {"format": "rawxml", "value": POLICY.format(secret=secret)})
        if a == 0:
            self.add(f"{product}/apis/{name}", whole)

    def search(self, n):
        """A search service with an endpoint and a shared private link to an account."""
        id_ = f"{self.group(n)}/providers/{SEARCH}/find-{n:04d}"
        connection = self.endpoint(n, id_, "searchService", self.zones[3:])
        whole = {
            "replicaCount": 1 + n % 3,
            "partitionCount": 1,
            "status": "running",
            "publicNetworkAccess": "disabled",
        }
        whole |= {"disableLocalAuth": False, "semanticSearch": "standard", "privateEndpointConnections": [connection]}
        self.add(id_, whole, sku={"name": "standard"}, location=REGIONS[n % 3])
        target = f"{self.group(n)}/providers/{AI}/ai-{n:04d}"
        link = {
            "privateLinkResourceId": target,
            "groupId": "openai_account",
            "status": "Approved",
            "requestMessage": "",
        }
        self.add(f"{id_}/sharedPrivateLinkResources/to-ai", link)
        self.beside(n, id_)

    # --- subscriptions ------------------------------------------------------------------------------------------

    def around(self, n):
        """What a busy subscription has besides: plan, budget, policies, roles, alerts, quota, a site."""
        here, group = f"/subscriptions/{self.busy[n]}", self.group(n)
        self.role(here, len(self.bodies), "Group")
        self.add(
            f"{here}/providers/{ROLES}/policyAssignments/own", {"displayName": "Own", "scope": here, "notScopes": []}
        )
        self.add(f"{here}/providers/Microsoft.Security/pricings/AI", {"pricingTier": "Standard" if n % 2 else "Free"})
        if n % 2:
            self.add(
                f"{here[1:]}/providers/Microsoft.Consumption/budgets/models",
                {"amount": 1000.0, "timeGrain": "Monthly"},
            )
        self.add(
            f"{group}/providers/Microsoft.Insights/actionGroups/desk",
            {"enabled": True, "emailReceivers": []},
            location="Global",
        )
        criteria = {"odata.type": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria", "allOf": []}
        alert = {"enabled": True, "severity": 2, "scopes": [group], "criteria": criteria}
        self.add(f"{group}/providers/Microsoft.Insights/metricAlerts/throttled", alert, location="global")
        vault = {"enablePurgeProtection": True, "enableRbacAuthorization": True, "tenantId": TENANT}
        self.add(f"{group}/providers/Microsoft.KeyVault/vaults/kv-{n:02d}", vault, location="westeurope")
        self.storage(group, n)
        for region in REGIONS:
            self.quota(here, region)

    def storage(self, group, n):
        """A storage account, also in subscriptions that are empty of AI."""
        whole = {"allowSharedKeyAccess": n % 2 == 0, "minimumTlsVersion": "TLS1_2", "privateEndpointConnections": []}
        id_ = f"{group}/providers/Microsoft.Storage/storageAccounts/st{n:02d}"
        self.add(id_, whole, location="westeurope", kind="StorageV2", sku={"name": "Standard_ZRS"})

    def quota(self, here, region):
        """Models of a region, what is left of them, and what is used; models and usages go out without an id."""
        place = f"{here}/providers/Microsoft.CognitiveServices/locations/{region}"
        for name, version in MODELS:
            short = {"format": "OpenAI", "name": name, "version": version}
            skus = [{"name": s, "usageName": f"OpenAI.{s}.{name}", "capacity": {"maximum": 1000}} for s in SKUS]
            model = short | {"lifecycleStatus": "GenerallyAvailable", "skus": skus}
            for kind in ("OpenAI", "AIServices"):  # the real list, too, repeats each model for every kind
                entry = {"id": f"{place}/models/{kind}:OpenAI:{name}:{version}", "kind": kind, "skuName": "S0"}
                self.bodies.append(entry | {"model": model})
            usage = f"OpenAI.Standard.{name}"
            named = {"name": {"value": usage, "localizedValue": usage}, "currentValue": 50, "limit": 240}
            self.bodies.append({"id": f"{place}/usages/{usage}"} | named | {"unit": "Count"})
            inner = {"model": short, "skuName": "Standard", "availableCapacity": 190}
            capacity = f"{place}/models/OpenAI.{name}.{version}/skuCapacities/Standard"
            self.add(capacity, inner, location=region)

    def site(self):
        """A web application that calls the gateway; its configuration holds keys in two places."""
        id_ = f"{self.hub}/providers/Microsoft.Web/sites/app"
        settings = [{"name": "OPENAI_API_KEY", "value": self.secret()}]
        self.add(
            id_, {"httpsOnly": True, "siteConfig": {"appSettings": settings}}, location="westeurope", kind="app,linux"
        )
        share = {"share": {"type": "AzureFiles", "accountName": "st00", "accessKey": self.secret()}}
        self.add(
            f"{id_}/config/web", {"minTlsVersion": "1.2", "ftpsState": "Disabled", "azureStorageAccounts": share}
        )
        self.add(
            f"{id_}/config/configreferences/appsettings/DB",
            {"reference": "@Microsoft.KeyVault(x)", "status": "Resolved"},
        )

    def above(self):
        """What holds for the whole management group: a role, a policy, and the definitions of roles."""
        scope = f"/providers/Microsoft.Management/managementGroups/{ROOT_GROUP}"
        self.role(scope, 0, "Group")
        self.add(
            f"{scope}/providers/{ROLES}/policyAssignments/all",
            {"displayName": "All", "scope": scope, "notScopes": []},
        )
        grants = {"actions": [], "notActions": [], "dataActions": [f"{AI}/*"], "notDataActions": []}
        definition = {
            "roleName": "User of models",
            "type": "BuiltInRole",
            "assignableScopes": ["/"],
            "permissions": [grants],
        }
        self.add(f"/providers/{ROLES}/roleDefinitions/{USER}", definition)


def _shares(total, among):
    """A total, dealt out as evenly as it goes."""
    return [total // among + (n < total % among) for n in range(among)] if among else []


def tenant(subscriptions=20, accounts=200, deployments=1000, gateways=10, apis=1000, searches=20, empty=4, **more):
    """An `Estate` of that size. `empty` of the subscriptions hold no AI; `deployments` and `apis` are totals."""
    made = Tenant(subscriptions, empty)
    bodies = [subscription(s, f"sub-{n:02d}") for n, s in enumerate(made.subscriptions)]
    made.networks()
    for n, share in enumerate(_shares(deployments, accounts)):
        made.account(n, share)
    for n, share in enumerate(_shares(apis, gateways)):
        made.gateway(n, share)
    for n in range(searches):
        made.search(n)
    made.site()
    made.above()
    for n in range(len(made.busy)):
        made.around(n)
    for n, s in enumerate(made.empty):
        made.storage(f"/subscriptions/{s}/resourceGroups/rg-data", 90 + n)
    groups = {ROOT_GROUP: made.subscriptions}
    estate = Estate(bodies + made.bodies, metrics=made.metrics, groups=groups, secrets=made.secrets, **more)
    estate.mark_without_id()
    return estate
