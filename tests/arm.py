"""Bodies of the types that the shipped rules judge, as ARM returns them, and what a rule says of the first."""

from builders import GROUP, SUB, body, child, judge, read, record, resource, snapshot, with_values

from readiness import app
from readiness.model import Environment, Outcome

AI = "Microsoft.CognitiveServices/accounts"
APIM = "Microsoft.ApiManagement/service"
SEARCH = "Microsoft.Search/searchServices"
SITES = "Microsoft.Web/sites"
REDIS = "Microsoft.Cache/redis"
REDIS_ENTERPRISE = "Microsoft.Cache/redisEnterprise"
COSMOS = "Microsoft.DocumentDB/databaseAccounts"
STORAGE = "Microsoft.Storage/storageAccounts"
VAULTS = "Microsoft.KeyVault/vaults"
INSIGHTS = "Microsoft.Insights/components"
DOOR = "Microsoft.Cdn/profiles"
APPGW = "Microsoft.Network/applicationGateways"
DOOR_WAF = "Microsoft.Network/frontDoorWebApplicationFirewallPolicies"
APPGW_WAF = "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"

CHILDREN = {
    AI: (
        "capabilityHosts",
        "connections",
        "defenderForAISettings",
        "deployments",
        "managedNetworks",
        "networkSecurityPerimeterConfigurations",
        "privateEndpointConnections",
        "projects",
        "projects/capabilityHosts",
        "projects/connections",
        "raiPolicies",
    ),
    APIM: (
        "apis",
        "apis/diagnostics",
        "backends",
        "diagnostics",
        "loggers",
        "namedValues",
        "privateEndpointConnections",
        "subscriptions",
    ),
    SEARCH: ("privateEndpointConnections", "sharedPrivateLinkResources"),
    SITES: ("config", "config/appsettings"),
    REDIS: ("privateEndpointConnections",),
    REDIS_ENTERPRISE: ("databases", "privateEndpointConnections"),
    COSMOS: ("privateEndpointConnections",),
    DOOR: ("securityPolicies", "afdEndpoints", "originGroups", "originGroups/origins"),
}
LISTS = {
    *(STORAGE, VAULTS, INSIGHTS, APPGW, DOOR_WAF, APPGW_WAF, WORKSPACES, "Microsoft.Security/pricings"),
    *CHILDREN,
    *(f"{parent}/{kind}" for parent, kinds in CHILDREN.items() for kind in kinds),
}
"""The lists of a subscription that was read whole."""

RULES = app.all_rules()
LATEST = "2025-10-01-preview"


def given(found, **top):
    """The same body with other keys beside its properties."""
    return {**found, **top}


def newer(found):
    """The body as the newest API version answers it."""
    return record(found, api_version=LATEST)


def named(type_, name, **properties):
    return resource(type_, name, properties)


# --- Azure OpenAI -----------------------------------------------------------------------------------------------


def account(**properties):
    return resource(AI, "chat", properties, kind="OpenAI", location="eastus")


def foundry(**properties):
    return given(account(allowProjectManagement=True, **properties), kind="AIServices")


def model_account(name, location="eastus", **top):
    """One of several accounts, with the host that a gateway calls."""
    properties = {"endpoint": f"https://{name}.openai.azure.com/", "customSubDomainName": name}
    return resource(AI, name, properties, kind="OpenAI", location=location, **top)


def deployment(name="gpt", sku="Standard", model="gpt-4o", version="2024-11-20", **properties):
    inner = {"model": {"format": "OpenAI", "name": model, "version": version}, "provisioningState": "Succeeded"}
    return child(account(), "deployments", name, {**inner, **properties}, sku={"name": sku, "capacity": 50})


def filters(names, sources, **settings):
    return [{"name": n, "source": s, "enabled": True, "blocking": True, **settings} for n in names for s in sources]


def harm(threshold="Medium", **settings):
    """The eight harm filters of a policy."""
    names = ("Hate", "Sexual", "Violence", "Selfharm")
    return filters(names, ("Prompt", "Completion"), severityThreshold=threshold, **settings)


JAILBREAK = filters(["Jailbreak"], ["Prompt"])
INDIRECT = filters(["Indirect Attack"], ["Prompt"])
MATERIAL = filters(["Protected Material Text", "Protected Material Code"], ["Completion"])


def policy(*content, base=None, mode="Default", name="strict"):
    properties = {"mode": mode, "type": "UserManaged", "contentFilters": list(content)}
    return child(account(), "raiPolicies", name, {**properties, **({"basePolicyName": base} if base else {})})


def filtered(*content, base=None, mode="Default", **more):
    """A deployment with a policy of its own, and that policy."""
    return [deployment(raiPolicyName="strict", **more), policy(*content, base=base, mode=mode)]


def connection(auth, where="connections", name="c1", **properties):
    return child(account(), where, name, {"authType": auth, "category": "CognitiveSearch", **properties})


# --- private endpoints ------------------------------------------------------------------------------------------


def endpoint(status, **more):
    state = {"privateLinkServiceConnectionState": {"status": status}}
    return {**state, "provisioningState": "Succeeded", **more}


def linked(found, *statuses):
    """The body with private endpoint connections in these states."""
    connections = [
        child(found, "privateEndpointConnections", f"pe{n}", endpoint(status)) for n, status in enumerate(statuses)
    ]
    return {**found, "properties": {**found["properties"], "privateEndpointConnections": connections}}


# --- API Management ---------------------------------------------------------------------------------------------


def gateway(tier="Premium", units=2, location="eastus", **properties):
    host = {"gatewayUrl": "https://gw.azure-api.net"}
    return resource(APIM, "gw", {**host, **properties}, sku={"name": tier, "capacity": units}, location=location)


def of_gateway(kind, name="one", **properties):
    return child(gateway(), kind, name, properties)


def logger(kind="applicationInsights"):
    return of_gateway("loggers", "ai", loggerType=kind, resourceId=f"{GROUP}/providers/{INSIGHTS}/ai")


def diagnostic(name="applicationinsights", **properties):
    whole = {
        "loggerId": logger()["id"],
        "metrics": True,
        "httpCorrelationProtocol": "W3C",
        "verbosity": "information",
        "sampling": {"samplingType": "fixed", "percentage": 50},
    }
    return of_gateway("diagnostics", name, **{**whole, **properties})


def logged(size=1024, headers=(), masked=(), percentage=50, **properties):
    """A gateway's diagnostic that logs this much of each request's body, and these headers."""
    request = {"body": {"bytes": size}, "headers": list(headers)}
    if masked:
        request["dataMasking"] = {"headers": [{"value": h, "mode": "Mask"} for h in masked]}
    sampling = None if percentage is None else {"samplingType": "fixed", "percentage": percentage}
    return [
        gateway(),
        diagnostic(sampling=sampling, frontend={"request": request}, **properties),
        logger(),
    ]


WEAK = "Microsoft.WindowsAzure.ApiManagement.Gateway.Security."
WEAK_KEYS = [
    *(f"{WEAK}Protocols.{p}" for p in ("Tls10", "Tls11", "Ssl30")),
    *(f"{WEAK}Backend.Protocols.{p}" for p in ("Tls10", "Tls11", "Ssl30")),
    f"{WEAK}Ciphers.TripleDes168",
]


def ciphers(value="False", tier="Premium", created="2020-05-01T00:00:00Z", **changed):
    """A gateway whose weak protocols and ciphers are all set to a value, but for those named by their last part."""
    keys = {k: changed.get(k.rpartition(".")[2], value) for k in WEAK_KEYS}
    return gateway(tier, customProperties=keys, createdAtUtc=created)


def breaker(*ranges, **rule):
    spans = [{"min": low, "max": high} for low, high in ranges]
    condition = {"count": 3, "interval": "PT1M", "statusCodeRanges": spans}
    whole = {"name": "r", "failureCondition": condition, "tripDuration": "PT1M", "acceptRetryAfter": True, **rule}
    return {"circuitBreaker": {"rules": [whole]}}


BREAKS = breaker((429, 429), (500, 599))


def model_backend(name="east", host=None, **properties):
    host = host or f"{name}.openai.azure.com"
    return of_gateway("backends", name, protocol="http", url=f"https://{host}/openai", **properties)


def pool(*names):
    services = [{"id": f"/backends/{name}", "priority": 1, "weight": 50} for name in names]
    return of_gateway("backends", "pool", type="Pool", pool={"services": services})


def balanced(backend):
    """A backend, the pool it is in with another, and the accounts of both."""
    return [backend, pool("east", "west"), model_backend("west", **BREAKS), *TWO_ACCOUNTS]


def modelled(name, location="eastus"):
    """An account with a model in it."""
    found = model_account(name, location)
    return [found, child(found, "deployments", "gpt", deployment()["properties"], sku={"name": "Standard"})]


TWO_ACCOUNTS = [*modelled("east"), *modelled("west", "westus3")]


def hosts(*found, **top):
    return gateway(hostnameConfigurations=list(found), **top)


def host(expiry=None, source="Custom", name="api.contoso.com"):
    certificate = {"certificate": {"subject": "CN=contoso", "expiry": expiry}} if expiry else {}
    return {"type": "Proxy", "hostName": name, "certificateSource": source, **certificate}


# --- what stands around -----------------------------------------------------------------------------------------


def search(tier="standard", replicas=3, **properties):
    return resource(SEARCH, "find", {"replicaCount": replicas, **properties}, sku={"name": tier})


def shared_link(status, state="Succeeded", name="link"):
    properties = {"groupId": "openai_account", "status": status, "provisioningState": state}
    return child(search(), "sharedPrivateLinkResources", name, properties)


def site(**properties):
    config = {"vnetRouteAllEnabled": True, "minTlsVersion": "1.2"}
    subnet = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/apps"
    whole = {"virtualNetworkSubnetId": subnet, "httpsOnly": True, "siteConfig": config, **properties}
    return resource(SITES, "app", {k: v for k, v in whole.items() if v is not ...}, kind="app")


def site_config(**properties):
    return child(site(), "config", "web", properties)


def key_reference(status, name="OPENAI_KEY"):
    id_ = f"{site()['id']}/config/configreferences/appsettings/{name}"
    return body(id_, {"status": status, "vaultName": "kv", "secretName": name})


def cosmos(**properties):
    places = [{"locationName": n, "isZoneRedundant": False} for n in ("East US", "West US 3")]
    whole = {
        "disableLocalAuth": True,
        "backupPolicy": {"type": "Continuous"},
        "locations": places,
        "publicNetworkAccess": "Disabled",
        **properties,
    }
    return resource(COSMOS, "history", {k: v for k, v in whole.items() if v is not ...})


def redis(*statuses, **properties):
    whole = {
        "disableAccessKeyAuthentication": True,
        "enableNonSslPort": False,
        "minimumTlsVersion": "1.2",
        "publicNetworkAccess": "Disabled",
        **properties,
    }
    found = resource(REDIS, "cache", {k: v for k, v in whole.items() if v is not ...})
    return linked(found, *(statuses or ("Approved",)))


def redis_database(*statuses, tls="1.2", **properties):
    """A database of Redis Enterprise, and its cluster."""
    cluster = resource(REDIS_ENTERPRISE, "vectors", {"minimumTlsVersion": tls, "publicNetworkAccess": "Disabled"})
    whole = {"accessKeysAuthentication": "Disabled", "clientProtocol": "Encrypted", **properties}
    return [child(cluster, "databases", "default", whole), linked(cluster, *(statuses or ("Approved",)))]


def storage(**properties):
    """A storage account, and a connection of a Foundry account that points to it."""
    whole = {
        "publicNetworkAccess": "Disabled",
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "minimumTlsVersion": "TLS1_2",
        **properties,
    }
    found = resource(STORAGE, "ragdata", {k: v for k, v in whole.items() if v is not ...})
    target = {"category": "AzureBlob", "target": "https://ragdata.blob.core.windows.net/"}
    return [found, connection("AAD", **target, metadata={"ResourceId": found["id"]}), foundry()]


def vault(**properties):
    whole = {
        "enablePurgeProtection": True,
        "enableRbacAuthorization": True,
        "publicNetworkAccess": "Disabled",
        **properties,
    }
    return resource(VAULTS, "kv", {k: v for k, v in whole.items() if v is not ...})


def insights(**properties):
    workspace = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
    whole = {"WorkspaceResourceId": workspace, "DisableLocalAuth": True, **properties}
    return resource(INSIGHTS, "ai", {k: v for k, v in whole.items() if v is not ...}, kind="web")


RULE_SET = {"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.1", "ruleSetAction": "Block"}


def door_waf(sets=(RULE_SET,), links=("/sp",), enabled="Enabled", mode="Prevention", **properties):
    whole = {
        "policySettings": {"enabledState": enabled, "mode": mode},
        "managedRules": {"managedRuleSets": list(sets)},
        "securityPolicyLinks": [{"id": f"{GROUP}/providers/{DOOR}/door/securityPolicies{link}"} for link in links],
        **properties,
    }
    return resource(DOOR_WAF, "waf", whole, sku={"name": "Premium_AzureFrontDoor"})


def gateway_waf(links=("edge",), state="Enabled", mode="Prevention", **properties):
    owasp = {"ruleSetType": "OWASP", "ruleSetVersion": "3.2"}
    whole = {
        "policySettings": {"state": state, "mode": mode},
        "managedRules": {"managedRuleSets": [owasp]},
        "applicationGateways": [{"id": f"{GROUP}/providers/{APPGW}/{link}"} for link in links],
        **properties,
    }
    return resource(APPGW_WAF, "waf", whole)


def door(seconds, sku="Premium_AzureFrontDoor"):
    return resource(DOOR, "door", {"originResponseTimeoutSeconds": seconds}, sku={"name": sku}, kind="frontdoor")


def edge(*seconds):
    """An application gateway with these timeouts."""
    id_ = f"{GROUP}/providers/{APPGW}/edge"
    settings = [
        body(f"{id_}/backendHttpSettingsCollection/s{n}", {"requestTimeout": s, "protocol": "Https", "port": 443})
        for n, s in enumerate(seconds)
    ]
    return body(id_, {"backendHttpSettingsCollection": settings})


# --- judging ----------------------------------------------------------------------------------------------------


def _parents(records):
    """A child's parent stands beside it, unless the case brings one."""
    known = {r.get("resource", r).get("id", "").casefold() for r in records}
    for found in (account(), gateway(), search(), site()):
        inner = found["id"].casefold()
        if inner not in known and any(k.startswith(f"{inner}/") for k in known):
            yield found


def first(records):
    """The body that a case is about."""
    return records[0].get("resource", records[0])


def estate(case, lost=()):
    """The records of a case in a subscription of which every list was read, but for those that were lost."""
    records = [*case] if isinstance(case, list) else [case]
    refused = [{"gap": {"scope": SUB, "type": t, "path": None, "reason": "forbidden"}} for t in lost]
    lists = sorted(LISTS - set(lost))
    return [*records, *_parents(records), *(read(type_=t) for t in lists), *refused]


def finding(folder, rule_id, case, *, environment=Environment.PRODUCTION, lost=(), **parameters):
    """What a shipped rule says of the first record of a case, else of its subscription."""
    records = estate(case, lost)
    rule = with_values(RULES.find(rule_id), **parameters)
    report = judge(snapshot(folder, *records), rule, environment=environment)
    found = {f.resource.casefold(): f for f in report.findings(tuple(Outcome))}
    subject = SUB if rule.resource == ("subscription",) else first(records).get("id", SUB)
    return found[subject.casefold()]


def outcome(folder, rule_id, case, **options):
    return finding(folder, rule_id, case, **options).outcome
