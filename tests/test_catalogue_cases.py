"""What each rule says of the cases its catalogue entry names.

Every clause of PASS, FAIL and not applicable, absent and null values, letter case, other kinds and tiers, what could
not be read, and the environments. All but some fifteen were written from the catalogue, its rulings and its traps
before the conditions were read. The first record of a case is judged, in production, in a subscription that was read
whole (`arm.estate`). Where this reading and a rule differed and the rule was kept, ADR 6 says why.
"""

import arm
import pytest
from arm import (
    account,
    connection,
    deployment,
    diagnostic,
    filtered,
    foundry,
    gateway,
    given,
    harm,
    linked,
    named,
    newer,
    of_gateway,
    policy,
    search,
)
from builders import SUB, child
from builders import gap as gap_of
from titles import CLOSED, CMK, DENY, EMBEDDING, INJECTED, PROJECT, STRICT, TAGS, TITLES

from readiness.model import Environment, Outcome

P, F, N, U = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE, Outcome.UNKNOWN
DEV = {"environment": Environment.DEVELOPMENT}
OWN = {"environment": None}
"""The environment is that of the resource's own tags and names."""
ALLOW = {"defaultAction": "Allow"}
SPEECH = {"kind": "SpeechServices"}


def lost(*types):
    """Lists that were refused."""
    return {"lost": types}


def of(kind, parent=arm.AI):
    return f"{parent}/{kind}"


def unread(found, path):
    """The body, and a gap that covers one of its paths."""
    inner = found.get("resource", found)
    space, *segments = inner["id"].rpartition("/providers/")[2].split("/")
    return [found, gap_of(SUB, "/".join([space, *segments[::2]]), path)]


def bare(found):
    """A record without `properties`, as a plain list of resources has it."""
    return {k: v for k, v in found.items() if k != "properties"}


def other(found, name, **properties):
    """A second one of the same kind, by another name."""
    id_ = f"{found['id'].rpartition('/')[0]}/{name}"
    return {**found, "id": id_, "name": name, "properties": {**found["properties"], **properties}}


def acl(*values, **more):
    return account(networkAcls={**DENY, "ipRules": [{"value": v} for v in values], **more})


def bypass(word, **more):
    return account(networkAcls={**DENY, "bypass": word}, **more)


def spills(target="rest", sku="ProvisionedManaged", **more):
    return deployment("ptu", sku, spilloverDeploymentName=target, **more)


def rest(sku="Standard", **more):
    return deployment("rest", sku, **more)


def scoped(scope="/products/chat", name="one", state="active", **more):
    return of_gateway("subscriptions", name, scope=f"{gateway()['id']}{scope}", state=state, **more)


def platform(version="stv2", api="2021-08-01", **more):
    return gateway(platformVersion=version, apiVersionConstraint={"minApiVersion": api}, **more)


def value(name, **more):
    return of_gateway("namedValues", "v", displayName=name, **more)


def current_api(*protocols, name="chat", **more):
    return of_gateway("apis", name, protocols=list(protocols), **{"isCurrent": True, **more})


def ranges(*rules):
    """An allow-list of a search service that is open."""
    return search(publicNetworkAccess="enabled", networkRuleSet={"ipRules": [{"value": r} for r in rules]})


NSP = child(
    account(), "networkSecurityPerimeterConfigurations", "c", {"resourceAssociation": {"accessMode": "Enforced"}}
)
SEARCH_WITH_IDENTITY = given(search(), identity={"type": "SystemAssigned"})
FINE_TUNED = "gpt-4o-mini-2024-07-18.ft-0e5a9c12"
ALL_APIS = "/apis"
SECRET_URI = {"secretIdentifier": "https://kv.vault.azure.net/secrets/k"}
PRIVATE_MODEL = linked(account(**CLOSED), "Approved")
IDENTIFIED_APP = given(arm.site(), identity={"type": "SystemAssigned"})
SECOND_REGION = {"location": "West US 3", "sku": {"name": "Premium", "capacity": 1}, "disableGateway": False}
FAR_GATEWAY = other(gateway(location="westus3"), "gw2", gatewayUrl="https://gw2.azure-api.net")
EDGE = named(arm.DOOR, "door", frontDoorId="1")
ORIGINS = [
    EDGE,
    child(EDGE, "originGroups", "g"),
    *(child(EDGE, "originGroups/g/origins", n, {"hostName": f"{n}.azure-api.net"}) for n in ("gw", "gw2")),
]

CASES = {
    "AOAI-CAP-006": [
        ("provisioned", P, deployment(sku="GlobalProvisionedManaged")),
        ("provisioned, in lower case", P, deployment(sku="datazoneprovisionedmanaged")),
        ("standard alone", F, newer(deployment(sku="Standard"))),
        ("standard beside provisioned of its model", P, [newer(deployment()), deployment("p", "ProvisionedManaged")]),
        # only global and data zone types can be processed with priority
        ("priority processing", P, newer(deployment(sku="GlobalStandard", serviceTier="Priority"))),
        (
            "priority does not count",
            F,
            newer(deployment(sku="GlobalStandard", serviceTier="Priority")),
            {"priority_counts": False},
        ),
        ("traffic is bursty", N, deployment(), {"latency_sensitive": False}),
        ("development", N, deployment(), DEV),
        ("a deployment type of the future", U, newer(deployment(sku="QuantumManaged"))),
    ],
    "AOAI-ENC-001": [
        ("own key, not asked for", P, account(encryption=CMK)),
        ("no key, not asked for", N, account()),
        ("no key, asked for", F, account(), {"require_cmk": True}),
        ("null", F, account(encryption=None), {"require_cmk": True}),
        (
            "Microsoft's key",
            F,
            account(encryption={"keySource": "Microsoft.CognitiveServices"}),
            {"require_cmk": True},
        ),
        ("a vault but no key", F, account(encryption={"keySource": "Microsoft.KeyVault"}), {"require_cmk": True}),
        ("lower case", P, account(encryption={**CMK, "keySource": "microsoft.keyvault"}), {"require_cmk": True}),
        ("not read", U, unread(account(), "properties.encryption"), {"require_cmk": True}),
        ("another kind", N, given(account(encryption=CMK), **SPEECH), {"require_cmk": True}),
    ],
    "AOAI-IAM-001": [
        ("off", P, account(disableLocalAuth=True)),
        ("on", F, account(disableLocalAuth=False)),
        ("null", F, account(disableLocalAuth=None)),
        ("on in development", F, account(disableLocalAuth=False), DEV),
        ("Foundry", F, foundry()),
        ("kind in lower case", P, given(account(disableLocalAuth=True), kind="aiservices")),
        ("another kind", N, given(account(), **SPEECH)),
        ("not read", U, unread(account(disableLocalAuth=True), "properties.disableLocalAuth")),
        ("no properties", U, bare(account())),
    ],
    "AOAI-IAM-002": [
        ("system", P, given(account(), identity={"type": "SystemAssigned"})),
        ("user", P, given(account(), identity={"type": "UserAssigned", "userAssignedIdentities": {}})),
        ("both", P, given(account(), identity={"type": "SystemAssigned, UserAssigned"})),
        ("lower case", P, given(account(), identity={"type": "systemassigned"})),
        ("None", F, given(account(), identity={"type": "None"})),
        ("null", F, given(account(), identity=None)),
        (
            "identity beside properties that are missing",
            P,
            bare(given(account(), identity={"type": "SystemAssigned"})),
        ),
        ("another kind", N, given(account(), **SPEECH)),
    ],
    "AOAI-IAM-003": [
        *((f"keyless: {a}", P, [foundry(), connection(a)]) for a in ("AAD", "ManagedIdentity", "None", "OAuth2")),
        ("keyless: of projects", P, [foundry(), connection("ProjectManagedIdentity")]),
        ("keyless: of the account", P, [foundry(), connection("AccountManagedIdentity")]),
        *((f"key: {a}", F, [foundry(), connection(a)]) for a in ("AccountKey", "AccessKey", "CustomKeys", "SAS")),
        *((f"secret: {a}", F, [foundry(), connection(a)]) for a in ("PAT", "UsernamePassword", "ServicePrincipal")),
        ("lower case", F, [foundry(), connection("apikey")]),
        ("a project's", F, [foundry(), PROJECT, connection("ApiKey", "projects/p/connections")]),
        ("a word of the future", U, [foundry(), connection("QuantumHandshake")]),
        ("one of two", F, [foundry(), connection("AAD"), connection("ApiKey", name="c2")]),
        ("none", N, foundry()),
        ("refused", U, foundry(), lost(of("connections"))),
        ("refused in projects", U, [foundry(), PROJECT, connection("AAD")], lost(of("projects/connections"))),
        ("one key, the rest refused", F, [foundry(), connection("ApiKey")], lost(of("projects/connections"))),
        ("another kind", N, [given(account(), **SPEECH), connection("ApiKey")]),
    ],
    "AOAI-LIF-003": [
        ("null is at its end", P, deployment()),
        ("new default, development", P, deployment(versionUpgradeOption="OnceNewDefaultVersionAvailable"), DEV),
        ("new default, production", F, deployment(versionUpgradeOption="OnceNewDefaultVersionAvailable")),
        (
            "new default, evaluated",
            P,
            deployment(versionUpgradeOption="OnceNewDefaultVersionAvailable"),
            {"evaluated_before_upgrade": True},
        ),
        ("pinned, lower case", F, deployment(versionUpgradeOption="noautoupgrade")),
        ("pinned, planned", P, deployment(versionUpgradeOption="NoAutoUpgrade"), {"upgrade_planned": True}),
        ("pinned, development", P, deployment(versionUpgradeOption="NoAutoUpgrade"), DEV),
        ("provisioned, planned", P, deployment(sku="ProvisionedManaged"), {"upgrade_planned": True}),
        ("provisioned and pinned", F, deployment(sku="ProvisionedManaged", versionUpgradeOption="NoAutoUpgrade")),
        # no automatic upgrade exists for provisioned types, whatever the option says
        ("provisioned, no plan", {F, U}, deployment(sku="ProvisionedManaged")),
        ("batch", N, deployment(sku="GlobalBatch", versionUpgradeOption="NoAutoUpgrade")),
        ("fine-tuned", N, deployment(model=FINE_TUNED, versionUpgradeOption="NoAutoUpgrade")),
        ("embedding", N, deployment(model=EMBEDDING, versionUpgradeOption="NoAutoUpgrade")),
        ("embedding of another maker", N, deployment(model="embed-v-4-0", versionUpgradeOption="NoAutoUpgrade")),
        ("a word of the future", U, deployment(versionUpgradeOption="OnceTheMoonIsFull")),
        ("not read", U, unread(deployment(), "properties.versionUpgradeOption")),
    ],
    "AOAI-LIF-004": [
        ("pinned, lower case", P, deployment(model="text-embedding-ada-002", versionUpgradeOption="noautoupgrade")),
        ("at its end", F, deployment(model=EMBEDDING, versionUpgradeOption="OnceCurrentVersionExpired")),
        ("new default", F, deployment(model=EMBEDDING, versionUpgradeOption="OnceNewDefaultVersionAvailable")),
        ("null", F, deployment(model=EMBEDDING, versionUpgradeOption=None)),
        ("name in upper case", F, deployment(model="Text-Embedding-3-Small")),
        ("known by its capability", F, deployment(model="embed-v-4-0", capabilities={"embeddings": "true"})),
        ("chat", N, deployment()),
        ("not read", U, unread(deployment(model=EMBEDDING), "properties.versionUpgradeOption")),
        ("no properties", U, bare(deployment(model=EMBEDDING))),
    ],
    "AOAI-LIF-007": [
        ("lower case", F, deployment(sku="developertier")),
        ("provisioned", P, deployment(sku="ProvisionedManaged")),
        ("batch is no developer's", P, deployment(sku="GlobalBatch")),
        ("development", N, deployment(sku="DeveloperTier"), DEV),
        ("a tag says development", N, given(deployment(sku="DeveloperTier"), tags={"Env": "Dev"}), OWN),
        (
            "the account's tag says development",
            N,
            [deployment(sku="DeveloperTier"), given(account(), tags={"env": "dev"})],
            OWN,
        ),
        ("undecided counts as production", F, deployment(sku="DeveloperTier"), OWN),
        ("not read", U, unread(deployment(), "sku.name")),
    ],
    "AOAI-NET-001": [
        ("closed, lower case", P, account(publicNetworkAccess="disabled")),
        ("denied, lower case", P, account(networkAcls={"defaultAction": "deny"})),
        ("open to all", F, account(publicNetworkAccess="Enabled", networkAcls=ALLOW)),
        ("nothing set", F, account()),
        ("null", F, account(publicNetworkAccess=None, networkAcls=None)),
        ("no default action", F, account(networkAcls={"ipRules": [{"value": "20.1.2.3"}]})),
        ("closed whatever the rules say", P, account(**CLOSED, networkAcls=ALLOW)),
        ("denied, the other not read", P, unread(account(networkAcls=DENY), "properties.publicNetworkAccess")),
        ("allowed, the other not read", U, unread(account(networkAcls=ALLOW), "properties.publicNetworkAccess")),
        ("another kind", N, given(account(), **SPEECH)),
        ("development too", F, account(), DEV),
    ],
    "AOAI-NET-002": [
        ("closed, lower case", P, account(publicNetworkAccess="disabled")),
        ("denied only", F, acl("20.1.2.3", defaultAction="Deny")),
        ("null", F, account(publicNetworkAccess=None)),
        ("public endpoints allowed", N, account(), {"require_private": False}),
        ("development", N, account(), DEV),
        ("another kind", N, given(account(), **SPEECH)),
        ("not read", U, unread(account(), "properties.publicNetworkAccess")),
    ],
    "AOAI-NET-003": [
        ("one of two", P, linked(account(), "Pending", "Approved")),
        ("lower case", P, linked(account(), "approved")),
        ("pending", F, linked(account(), "Pending")),
        ("disconnected", F, linked(account(), "Disconnected", "Rejected")),
        ("empty", F, linked(account())),
        ("null", F, account(privateEndpointConnections=None)),
        (
            "a record of its own",
            P,
            [account(), child(account(), "privateEndpointConnections", "p", arm.endpoint("Approved"))],
        ),
        (
            "a record of its own beside an empty list",
            P,
            [linked(account()), child(account(), "privateEndpointConnections", "p", arm.endpoint("Approved"))],
        ),
        (
            "a newer record of its own beside an embedded one",
            P,
            [
                linked(account(), "Pending"),
                child(account(), "privateEndpointConnections", "pe0", arm.endpoint("Approved")),
            ],
        ),
        ("two wanted", F, linked(account(), "Approved"), {"min_endpoints": 2}),
        ("not read", U, unread(account(), "properties.privateEndpointConnections")),
        ("development", N, account(), DEV),
        ("another kind", N, given(account(), **SPEECH)),
    ],
    "AOAI-NET-004": [
        ("approved", P, linked(account(), "Approved")),
        ("pending", F, linked(account(), "Pending")),
        ("disconnected, lower case", F, linked(account(), "disconnected")),
        ("one of two", F, linked(account(), "Approved", "Pending")),
        (
            "approved, not provisioned",
            {F, U},
            account(
                privateEndpointConnections=[{"properties": arm.endpoint("Approved", provisioningState="Failed")}]
            ),
        ),
        ("none", N, linked(account())),
        (
            "a record of its own beside an empty list",
            F,
            [linked(account()), child(account(), "privateEndpointConnections", "p", arm.endpoint("Pending"))],
        ),
        ("not read", U, unread(account(), "properties.privateEndpointConnections")),
        ("another kind", N, given(linked(account(), "Pending"), **SPEECH)),
    ],
    "AOAI-NET-005": [
        ("closed, no endpoint", F, linked(account(**CLOSED))),
        ("closed, rejected", F, linked(account(**CLOSED), "Rejected")),
        ("closed, lower case", F, account(publicNetworkAccess="disabled")),
        ("a perimeter", P, [account(**CLOSED), NSP]),
        (
            "an endpoint's own record",
            P,
            [
                linked(account(**CLOSED)),
                child(account(), "privateEndpointConnections", "p", arm.endpoint("Approved")),
            ],
        ),
        ("perimeters refused", U, account(**CLOSED), lost(of("networkSecurityPerimeterConfigurations"))),
        (
            "an endpoint, perimeters refused",
            P,
            linked(account(**CLOSED), "Approved"),
            lost(of("networkSecurityPerimeterConfigurations")),
        ),
        ("open", N, account(publicNetworkAccess="Enabled")),
        ("null is open", N, account()),
        ("another kind", N, given(account(**CLOSED), **SPEECH)),
    ],
    "AOAI-NET-008": [
        ("a whole /24", P, acl("20.1.2.0/24")),
        ("a /23", F, acl("20.1.2.0/23")),
        ("one of two", F, acl("20.1.2.3", "20.0.0.0/12")),
        ("everything", F, acl("0.0.0.0/0")),
        ("everything as a range", F, acl("0.0.0.0-255.255.255.255")),
        ("private ranges have no effect", P, acl("20.1.2.3", "10.0.0.0/24")),
        ("IPv6", P, acl("2603:1020:1::/48")),
        ("IPv6, wide", F, acl("2603:1020::/47")),
        ("allowed to be wider", P, acl("20.1.0.0/16"), {"min_prefix_ipv4": 16}),
        ("too many", F, acl(*(f"20.1.2.{n}" for n in range(21)))),
        ("closed", N, account(**CLOSED, networkAcls={**DENY, "ipRules": [{"value": "0.0.0.0/0"}]})),
        ("allowed", N, acl("0.0.0.0/0", defaultAction="Allow")),
        ("no default action", N, account(networkAcls={"ipRules": [{"value": "0.0.0.0/0"}]})),
        ("no rules", N, acl()),
        ("another kind", N, given(acl("0.0.0.0/0"), **SPEECH)),
        ("not read", U, unread(account(networkAcls=DENY), "properties.networkAcls")),
    ],
    "AOAI-NET-009": [
        ("None", P, bypass("None")),
        ("absent", P, account(networkAcls=DENY)),
        ("on, lower case, for nobody", F, bypass("azureservices")),
        ("on, closed, for nobody", F, bypass("AzureServices", **CLOSED)),
        ("on for Search", P, [bypass("AzureServices"), SEARCH_WITH_IDENTITY]),
        # the bypass is by managed identity alone; a shared private link needs none
        ("on, Search has no identity", F, [bypass("AzureServices"), search(), arm.shared_link("Approved")]),
        (
            "on for Machine Learning",
            P,
            [bypass("AzureServices"), given(named(arm.WORKSPACES, "ml"), identity={"type": "SystemAssigned"})],
        ),
        (
            "on beside another model account, which is a trusted service, too (ADR 6)",
            P,
            [bypass("AzureServices"), given(arm.model_account("b"), identity={"type": "SystemAssigned"})],
        ),
        ("on, Search refused", U, bypass("AzureServices"), lost(arm.SEARCH)),
        ("allowed", N, account(networkAcls={**ALLOW, "bypass": "AzureServices"})),
        ("no rules", N, account()),
        ("another kind", N, given(bypass("AzureServices"), **SPEECH)),
    ],
    "AOAI-NET-010": [
        ("an empty list blocks everything", P, account(restrictOutboundNetworkAccess=True, allowedFqdnList=[])),
        ("not restricted", F, account(restrictOutboundNetworkAccess=False, allowedFqdnList=["contoso.com"])),
        ("null", F, account(restrictOutboundNetworkAccess=None)),
        ("absent", F, account()),
        ("wildcard", F, account(restrictOutboundNetworkAccess=True, allowedFqdnList=["a.com", "*.contoso.com"])),
        ("address", F, account(restrictOutboundNetworkAccess=True, allowedFqdnList=["20.1.2.3"])),
        (
            "address, allowed",
            P,
            account(restrictOutboundNetworkAccess=True, allowedFqdnList=["20.1.2.3"]),
            {"allow_addresses": True},
        ),
        ("IPv6 address", F, account(restrictOutboundNetworkAccess=True, allowedFqdnList=["2603:1020::1"])),
        (
            "too many",
            F,
            account(restrictOutboundNetworkAccess=True, allowedFqdnList=[f"a{n}.com" for n in range(1001)]),
        ),
        ("not read", U, unread(account(), "properties.restrictOutboundNetworkAccess")),
        ("another kind", N, given(account(), **SPEECH)),
    ],
    "AOAI-NET-011": [
        ("named", P, account(customSubDomainName="chat")),
        ("null", F, account(customSubDomainName=None)),
        ("empty", F, account(customSubDomainName="")),
        ("a regional endpoint", F, account(endpoint="https://eastus.api.cognitive.microsoft.com/")),
        ("Foundry", P, foundry(customSubDomainName="chat")),
        ("another kind", N, given(account(), **SPEECH)),
        ("not read", U, unread(account(), "properties.customSubDomainName")),
    ],
    "AOAI-NET-013": [
        ("injected", P, [foundry(**INJECTED), PROJECT]),
        (
            "Microsoft's network",
            P,
            [
                foundry(networkInjections=[{"scenario": "Agent", "useMicrosoftManagedNetwork": True}]),
                PROJECT,
            ],
        ),
        ("another scenario", F, [foundry(**CLOSED, networkInjections=[{"scenario": "none"}]), PROJECT]),
        ("agents without a subnet", F, [foundry(**CLOSED, networkInjections=[{"scenario": "agent"}]), PROJECT]),
        ("public, not injected", F, [foundry(), PROJECT]),
        (
            "managed network that lets only approved traffic out",
            P,
            [
                foundry(),
                PROJECT,
                child(
                    account(),
                    "managedNetworks",
                    "default",
                    {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}},
                ),
            ],
        ),
        (
            "managed network that lets all traffic out",
            F,
            [
                foundry(),
                PROJECT,
                child(
                    account(),
                    "managedNetworks",
                    "default",
                    {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}},
                ),
            ],
        ),
        ("no projects", N, foundry()),
        ("projects refused", U, foundry(), lost(of("projects"))),
        ("kind OpenAI", N, account(**CLOSED)),
        ("development", N, [foundry(), PROJECT], DEV),
    ],
    "AOAI-RAI-001": [
        ("null", P, deployment(raiPolicyName=None)),
        ("default", P, deployment(raiPolicyName="Microsoft.Default")),
        ("default, lower case", P, deployment(raiPolicyName="microsoft.defaultv2")),
        ("own", P, filtered(*harm())),
        ("own, other letter case", P, [deployment(raiPolicyName="STRICT"), policy(*harm())]),
        ("does not exist", F, deployment(raiPolicyName="gone")),
        ("policies refused", U, deployment(raiPolicyName="strict"), lost(of("raiPolicies"))),
        ("annotates", F, filtered(*harm(blocking=False))),
        ("annotates, approved", P, filtered(*harm(blocking=False)), {"approved_policies": ["Strict"]}),
        ("a filter is off", F, filtered(*harm()[1:], {**harm()[0], "enabled": False})),
        ("a weak threshold is no switch", P, filtered(*harm("High"))),
        ("embedding", N, deployment(model=EMBEDDING, raiPolicyName="gone")),
        ("audio", N, deployment(model="whisper", version="001", raiPolicyName="gone")),
        ("image", N, deployment(model="dall-e-3", version="3.0", raiPolicyName="gone")),
    ],
    "AOAI-RAI-002": [
        ("default", P, deployment(raiPolicyName="Microsoft.DefaultV2")),
        ("null", P, deployment()),
        ("low is strictest", P, filtered(*harm("Low"))),
        ("lower case", P, filtered(*({**f, "name": f["name"].lower()} for f in harm("medium")))),
        ("one is high", F, filtered(*harm()[1:], {**harm()[0], "severityThreshold": "High"})),
        ("annotates", F, filtered(*harm()[1:], {**harm()[0], "blocking": False})),
        ("off", F, filtered(*harm()[1:], {**harm()[0], "enabled": False})),
        ("one is missing", F, filtered(*harm()[1:])),
        ("one is missing, Microsoft's base has it", P, filtered(*harm()[1:], base="Microsoft.DefaultV2")),
        ("one is missing, on a base of one's own", F, filtered(*harm()[1:], base="ours")),
        (
            "blocks by action",
            P,
            filtered(*({k: v for k, v in {**f, "action": "BLOCKING"}.items() if k != "blocking"} for f in harm())),
        ),
        ("low asked for", F, filtered(*harm("Medium")), {"weakest_threshold": "Low"}),
        ("policies refused", U, deployment(raiPolicyName="strict"), lost(of("raiPolicies"))),
    ],
    "AOAI-RAI-003": [
        ("default", P, deployment(raiPolicyName="Microsoft.Default")),
        ("null", P, deployment()),
        ("missing", F, filtered(*harm())),
        ("missing, Microsoft's base has it", P, filtered(*harm(), base="Microsoft.DefaultV2")),
        ("off", F, filtered(*harm(), *arm.filters(["Jailbreak"], ["Prompt"], enabled=False))),
        ("lower case", P, filtered(*harm(), *arm.filters(["jailbreak"], ["prompt"]))),
        ("on completions alone", F, filtered(*harm(), *arm.filters(["Jailbreak"], ["Completion"]))),
        ("embedding", N, filtered(*harm(), model=EMBEDDING)),
        ("audio", N, filtered(*harm(), model="gpt-4o-transcribe")),
        ("policies refused", U, deployment(raiPolicyName="strict"), lost(of("raiPolicies"))),
    ],
    "AOAI-RAI-004": [
        ("grounded, missing", F, [*filtered(*harm(), *arm.JAILBREAK), search()]),
        ("grounded, missing on Microsoft's base", F, [*filtered(*harm(), base="Microsoft.DefaultV2"), search()]),
        (
            "annotates",
            P,
            [*filtered(*harm(), *arm.filters(["Indirect Attack"], ["Prompt"], blocking=False)), search()],
        ),
        (
            "annotates, must block",
            F,
            [*filtered(*harm(), *arm.filters(["Indirect Attack"], ["Prompt"], blocking=False)), search()],
            {"required_effect": "block"},
        ),
        ("not grounded", N, filtered(*harm())),
        ("said to be grounded", F, filtered(*harm()), {"grounded": "always"}),
        ("said not to be", N, [*filtered(*harm()), search()], {"grounded": "never"}),
        ("Microsoft's policy", N, [deployment(), search()]),
        ("search refused", U, filtered(*harm()), lost(arm.SEARCH)),
        ("policies refused", U, [deployment(raiPolicyName="strict"), search()], lost(of("raiPolicies"))),
    ],
    "AOAI-RAI-005": [
        ("one is off", F, filtered(*harm(), arm.MATERIAL[0], {**arm.MATERIAL[1], "enabled": False})),
        ("missing", F, filtered(*harm())),
        ("code is missing", F, filtered(*harm(), arm.MATERIAL[0])),
        ("annotates", P, filtered(*({**f, "blocking": False} for f in arm.MATERIAL), *harm())),
        (
            "annotates, must block",
            F,
            filtered(*({**f, "blocking": False} for f in arm.MATERIAL), *harm()),
            {"required_effect": "block"},
        ),
        ("Microsoft's policy", N, deployment()),
        ("embedding", N, filtered(*harm(), model=EMBEDDING)),
        ("policies refused", U, deployment(raiPolicyName="strict"), lost(of("raiPolicies"))),
    ],
    "AOAI-RAI-006": [
        ("blocking", P, filtered(*STRICT, mode="Blocking")),
        ("lower case", F, filtered(*STRICT, mode="asynchronous_filter")),
        ("the old name", F, filtered(*STRICT, mode="Deferred")),
        ("handled", P, filtered(*STRICT, mode="Deferred"), {"handled_policies": ["strict"]}),
        ("Microsoft's policy", N, deployment(raiPolicyName="Microsoft.DefaultV2")),
        ("a word of the future", U, filtered(*STRICT, mode="Telepathic")),
        ("policies refused", U, deployment(raiPolicyName="strict"), lost(of("raiPolicies"))),
    ],
    "AOAI-REL-003": [
        ("none", N, deployment(sku="ProvisionedManaged")),
        ("null", N, spills(None)),
        ("other letter case", P, [spills("REST"), rest("standard")]),
        ("missing", F, spills()),
        ("missing, list refused", U, spills(), lost(of("deployments"))),
        (
            "of another account",
            F,
            [spills(), child(arm.model_account("other"), "deployments", "rest", rest()["properties"])],
        ),
        ("provisioned", F, [spills(), rest("GlobalProvisionedManaged")]),
        ("another version", F, [spills(), rest(version="2024-08-06")]),
        ("another model", F, [spills(), rest(model="gpt-4o-mini")]),
        ("failed", F, [spills(), rest(provisioningState="Failed")]),
        ("global for regional", F, [spills(), rest("GlobalStandard")]),
        ("global for a data zone", F, [spills(sku="DataZoneProvisionedManaged"), rest("GlobalStandard")]),
        ("global for global", P, [spills(sku="GlobalProvisionedManaged"), rest("GlobalStandard")]),
        ("data zone for data zone", P, [spills(sku="DataZoneProvisionedManaged"), rest("DataZoneStandard")]),
        (
            "a weaker filter",
            F,
            [
                spills(raiPolicyName="strict"),
                rest(raiPolicyName="weak"),
                policy(*harm()),
                policy(*harm("High"), name="weak"),
            ],
        ),
    ],
    "AOAI-REL-004": [
        ("succeeded", P, newer(deployment())),
        ("lower case", P, newer(deployment(provisioningState="succeeded"))),
        # the trap on preview fields names deploymentState: an older answer can't say that it is not paused
        ("an older answer", U, deployment()),
        ("an older answer of a type that can't be paused", P, deployment(sku="ProvisionedManaged")),
        *((s, F, deployment(provisioningState=s)) for s in ("Failed", "Canceled", "Disabled")),
        *((s, U, deployment(provisioningState=s)) for s in ("Creating", "Accepted", "Moving", "Deleting")),
        ("paused in development", F, deployment(deploymentState="Paused"), DEV),
        ("failed whatever runs", F, deployment(provisioningState="Failed", deploymentState="Running")),
        ("not read", U, unread(deployment(), "properties.provisioningState")),
        ("no properties", U, bare(deployment())),
    ],
    "AOAI-REL-005": [
        ("throttled", F, account(provisioningState="Succeeded", abusePenalty={"action": "Throttle"})),
        (
            "blocked until later, lower case",
            F,
            account(
                provisioningState="Succeeded",
                abusePenalty={"action": "block", "expiration": "2026-01-02T00:00:00Z"},
            ),
        ),
        (
            "a penalty that is over",
            P,
            account(
                provisioningState="Succeeded",
                abusePenalty={"action": "Block", "expiration": "2025-12-31T00:00:00Z"},
            ),
        ),
        ("null", P, account(provisioningState="Succeeded", abusePenalty=None)),
        ("failed", F, account(provisioningState="Failed")),
        ("on its way", U, account(provisioningState="Moving")),
        ("another kind", N, given(account(provisioningState="Failed"), **SPEECH)),
        ("not read", U, unread(account(provisioningState="Succeeded"), "properties.abusePenalty")),
    ],
    "AOAI-REL-008": [
        ("one", P, arm.model_account("a")),
        ("the same region by its other name", F, [arm.model_account("a", "East US"), arm.model_account("b")], OWN),
        (
            "one of another kind",
            P,
            [arm.model_account("a"), given(arm.model_account("b"), **SPEECH)],
        ),
        (
            "two workloads",
            P,
            [
                given(arm.model_account("a"), tags={"workload": "chat"}),
                given(arm.model_account("b"), tags={"Workload": "search"}),
            ],
        ),
        (
            "one workload",
            F,
            [
                given(arm.model_account("a"), tags={"workload": "chat"}),
                given(arm.model_account("b"), tags={"workload": "Chat"}),
            ],
        ),
        (
            "two environments",
            P,
            [
                given(arm.model_account("a"), tags={"env": "prod"}),
                given(arm.model_account("b"), tags={"env": "dev"}),
            ],
            OWN,
        ),
        (
            "a reason is given",
            {P, N},
            [arm.model_account("a"), given(arm.model_account("b"), tags={"justification": "own keys"})],
        ),
        ("two, others refused", F, [arm.model_account("a"), arm.model_account("b")], lost(arm.AI)),
        ("one, others refused", U, arm.model_account("a"), lost(arm.AI)),
    ],
    "APIM-IAM-001": [
        ("user", P, given(gateway(), identity={"type": "UserAssigned"})),
        ("both", P, given(gateway(), identity={"type": "SystemAssigned, UserAssigned"})),
        ("lower case", P, given(gateway(), identity={"type": "userassigned"})),
        ("None", F, given(gateway(), identity={"type": "None"})),
        ("null", F, given(gateway(), identity=None)),
        ("consumption", F, gateway("Consumption", 0)),
        ("development", F, gateway("Developer", 1), DEV),
    ],
    "APIM-MON-003": [
        ("no metrics", F, [gateway(), diagnostic(metrics=False), arm.logger()]),
        ("metrics null", F, [gateway(), diagnostic(metrics=None), arm.logger()]),
        (
            "metrics as text, W3C in lower case",
            P,
            [gateway(), diagnostic(httpCorrelationProtocol="w3c", metrics="True"), arm.logger()],
        ),
        ("protocol null is the legacy one", F, [gateway(), diagnostic(httpCorrelationProtocol=None), arm.logger()]),
        ("errors alone", F, [gateway(), diagnostic(verbosity="error"), arm.logger()]),
        ("verbose", P, [gateway(), diagnostic(verbosity="verbose"), arm.logger()]),
        ("the logger is gone", F, [gateway(), diagnostic()]),
        ("loggers refused", U, [gateway(), diagnostic()], lost(of("loggers", arm.APIM))),
        ("none", F, gateway()),
        ("another sink", F, [gateway(), diagnostic("azuremonitor"), arm.logger("azureMonitor")]),
        (
            "of its only API",
            P,
            [
                gateway(),
                current_api("https"),
                child(current_api("https"), "diagnostics", "applicationinsights", diagnostic()["properties"]),
                arm.logger(),
            ],
        ),
        ("refused", U, gateway(), lost(of("diagnostics", arm.APIM))),
        ("another strategy", N, gateway(), {"require_application_insights": False}),
    ],
    "APIM-MON-004": [
        ("bodies are not logged", N, arm.logged(0)),
        ("no diagnostics", N, gateway()),
        ("retention is not decided", {F, U}, arm.logged(8192)),
        ("as much as may be", P, arm.logged(8192), {"prompt_retention_decided": True}),
        ("more than may be", F, arm.logged(8193), {"prompt_retention_decided": True}),
        ("no sampling", F, arm.logged(percentage=None), {"prompt_retention_decided": True}),
        ("a key in the log", F, arm.logged(headers=["API-Key"]), {"prompt_retention_decided": True}),
        ("a key, masked", P, arm.logged(headers=["api-key"], masked=["Api-Key"]), {"prompt_retention_decided": True}),
        ("another header", P, arm.logged(headers=["User-Agent"]), {"prompt_retention_decided": True}),
        ("refused", U, gateway(), lost(of("diagnostics", arm.APIM))),
    ],
    "APIM-REL-001": [
        ("lower case", F, gateway("developer", 1)),
        ("consumption", P, gateway("Consumption", 0)),
        ("basic", P, gateway("BasicV2", 1)),
        ("development", N, gateway("Developer", 1), DEV),
        ("its tag says development", N, given(gateway("Developer", 1), tags={"environment": "QA"}), OWN),
        ("undecided counts as production", F, gateway("Developer", 1), OWN),
        ("not read", U, unread(gateway(), "sku.name")),
    ],
    "APIM-REL-002": [
        ("two zones", P, given(gateway(), zones=["1", "2"])),
        ("one zone", F, given(gateway(), zones=["1"])),
        ("automatic", P, gateway()),
        ("automatic, the region by its other name", P, gateway(location="West Europe")),
        ("null is automatic", P, given(gateway(), zones=None)),
        ("a region without zones", N, gateway(location="westus")),
        ("a region of the future", U, gateway(location="atlantis")),
        ("v2", P, gateway("PremiumV2", zoneRedundant=True)),
        ("v2, not redundant", F, newer(gateway("PremiumV2", zoneRedundant=False))),
        ("v2, null", F, newer(gateway("StandardV2", zoneRedundant=None))),
        ("v2 where there are no zones", N, newer(gateway("StandardV2", location="westus"))),
        ("lower case", N, gateway("consumption", 0)),
        ("another location has one zone", F, gateway(additionalLocations=[{**SECOND_REGION, "zones": ["1"]}])),
        ("another location is automatic", P, gateway(additionalLocations=[SECOND_REGION])),
        ("development", N, given(gateway(), zones=["1"]), DEV),
    ],
    "APIM-REL-003": [
        ("three", P, gateway(units=3)),
        ("one of v2", F, gateway("BasicV2", 1)),
        ("one of classic", F, gateway("standard", 1)),
        ("consumption", N, gateway("Consumption", 0)),
        ("developer", N, gateway("developer", 1)),
        ("three wanted", F, gateway(units=2), {"min_units": 3}),
        ("development", N, gateway(units=1), DEV),
        ("not read", U, unread(gateway(), "sku.capacity")),
    ],
    "APIM-REL-004": [
        ("a second location", P, [gateway(additionalLocations=[SECOND_REGION]), *arm.TWO_ACCOUNTS]),
        (
            "a second location that is switched off",
            F,
            [gateway(additionalLocations=[{**SECOND_REGION, "disableGateway": True}]), *arm.TWO_ACCOUNTS],
        ),
        ("one region", F, [gateway("StandardV2"), *arm.TWO_ACCOUNTS]),
        ("an empty list", F, [gateway(additionalLocations=[]), *arm.TWO_ACCOUNTS]),
        ("two gateways that nothing joins", {F, U}, [gateway(), FAR_GATEWAY, *arm.TWO_ACCOUNTS]),
        ("two gateways behind a front door", P, [gateway(), FAR_GATEWAY, *ORIGINS, *arm.TWO_ACCOUNTS]),
        ("development", N, [gateway(), *arm.TWO_ACCOUNTS], DEV),
        ("not read", U, [*unread(gateway(), "properties.additionalLocations"), *arm.TWO_ACCOUNTS]),
    ],
    "APIM-SEC-001": [
        ("web sockets over TLS", P, current_api("https", "wss")),
        ("upper case", F, current_api("HTTP")),
        ("plain web sockets", F, current_api("https", "ws")),
        ("not current", N, current_api("http", isCurrent=False)),
        ("a revision by its name", N, of_gateway("apis", "chat;rev=2", protocols=["http"])),
        ("current is not said", F, of_gateway("apis", "chat", protocols=["http"])),
        ("not read", U, unread(current_api("https"), "properties.protocols")),
    ],
    "APIM-SEC-002": [
        ("absent since 2018", P, gateway(createdAtUtc="2020-01-01T00:00:00Z")),
        ("absent before", F, gateway(createdAtUtc="2017-01-01T00:00:00Z")),
        ("absent, nobody knows since when", U, gateway()),
        ("said to be off before", P, arm.ciphers("False", created="2017-01-01T00:00:00Z")),
        ("off as booleans", P, arm.ciphers(False)),
        ("one on, lower case", F, arm.ciphers(Ssl30="true")),
        ("a cipher on, as a boolean", F, arm.ciphers(TripleDes168=True)),
        ("on, nobody knows since when", F, arm.ciphers(Tls11="True", created=None)),
        *((f"{t} has no such setting", N, gateway(t)) for t in ("Consumption", "BasicV2", "StandardV2", "PremiumV2")),
    ],
    "APIM-SEC-003": [
        ("nothing set", P, arm.model_backend()),
        ("null", P, arm.model_backend(tls=None)),
        ("name not validated", F, arm.model_backend(tls={"validateCertificateName": False})),
        ("chain not validated, as text", F, arm.model_backend(tls={"validateCertificateChain": "False"})),
        ("one null", P, arm.model_backend(tls={"validateCertificateChain": None, "validateCertificateName": True})),
        ("not read", U, unread(arm.model_backend(), "properties.tls")),
    ],
    "APIM-SEC-004": [
        ("a reference", P, value("k", secret=True, keyVault=SECRET_URI)),
        ("a secret of its own", F, value("setting", secret=True)),
        ("a vault without a secret", F, value("k", secret=True, keyVault={"secretIdentifier": None})),
        ("a plain text", P, value("region", secret=False, value="eastus")),
        ("a plain text that is a key", F, value("OpenAI-Key", secret=False, value="***masked***")),
        ("a plain text that is one of several keys", F, value("openai-key-sweden", value="x")),
        ("a plain text that is a numbered secret", F, value("ClientSecret2", value="x")),
        ("a plain text that is a password", F, value("DbPassword", value="x")),
        ("a tag says so", F, value("setting", secret=False, value="x", tags=["token"])),
        ("secret null", P, value("region", secret=None, value="eastus")),
        ("not read", U, unread(value("region"), "properties.secret")),
    ],
    "APIM-SEC-005": [
        ("a product", P, scoped()),
        ("one API", P, scoped(f"{ALL_APIS}/chat")),
        ("all APIs", F, scoped(ALL_APIS)),
        ("all APIs, other letter case", F, scoped("/APIs")),
        ("the master", P, scoped(ALL_APIS, "master")),
        ("all APIs, suspended", {P, N}, scoped(ALL_APIS, state="suspended")),
        ("traceable in production", F, scoped(allowTracing=True)),
        ("traceable in development", P, scoped(allowTracing=True), DEV),
        (
            "a scope of 2018",
            {P, U},
            of_gateway("subscriptions", state="active", productId=f"{gateway()['id']}/products/p"),
        ),
        ("not read", U, unread(scoped(), "properties.scope")),
    ],
    "APIM-SEC-006": [
        ("current", P, platform()),
        ("newer", P, platform("stv2.1", "2022-08-01")),
        ("consumption", P, platform("mtv1")),
        ("the old platform", F, platform("stv1")),
        ("undetermined", F, platform("Undetermined")),
        ("absent", U, gateway(apiVersionConstraint={"minApiVersion": "2021-08-01"})),
        ("no least version", F, platform(api=None)),
        ("no constraint", F, gateway(platformVersion="stv2")),
        ("an old least version", F, platform(api="2019-12-01")),
        ("the legacy API", F, platform(configurationApi={"legacyApi": "Enabled"})),
        ("the legacy portal", F, platform(legacyPortalStatus="enabled")),
        ("both off", P, platform(configurationApi={"legacyApi": "Disabled"}, legacyPortalStatus="Disabled")),
    ],
    "APIM-SEC-007": [
        ("expired", F, arm.hosts(arm.host("2025-06-01T00:00:00Z"))),
        ("within thirty days", F, arm.hosts(arm.host("2026-01-30T00:00:00Z"))),
        ("after thirty days", P, arm.hosts(arm.host("2026-02-01T00:00:00Z"))),
        ("from a vault, expiring", F, arm.hosts(arm.host("2026-01-05T00:00:00Z", "KeyVault"))),
        ("one of two", F, arm.hosts(arm.host("2027-01-01T00:00:00Z"), arm.host("2026-01-05T00:00:00Z", name="b.c"))),
        ("no date", U, arm.hosts(arm.host(None, "KeyVault"))),
        ("the default host alone", N, arm.hosts(arm.host(None, "BuiltIn", "gw.azure-api.net"))),
        ("null", N, gateway(hostnameConfigurations=None)),
    ],
    "APIM-TRF-002": [
        (
            "whole ids",
            P,
            [
                of_gateway(
                    "backends",
                    "pool",
                    type="Pool",
                    pool={"services": [{"id": arm.model_backend(n)["id"]} for n in ("east", "west")]},
                ),
                arm.model_backend("east"),
                arm.model_backend("west"),
                *arm.TWO_ACCOUNTS,
            ],
        ),
        ("one", F, [arm.pool("east"), arm.model_backend("east"), *arm.TWO_ACCOUNTS]),
        ("none", F, [arm.pool(), *arm.TWO_ACCOUNTS]),
        ("the same twice", F, [arm.pool("east", "EAST"), arm.model_backend("east"), *arm.TWO_ACCOUNTS]),
        (
            "three wanted",
            F,
            [arm.pool("east", "west"), arm.model_backend("east"), arm.model_backend("west"), *arm.TWO_ACCOUNTS],
            {"min_members": 3},
        ),
        (
            "a member that was not read",
            U,
            [arm.pool("east", "west"), arm.model_backend("east")],
            lost(of("backends", arm.APIM)),
        ),
        ("in no pool", U, [arm.model_backend("east"), *arm.TWO_ACCOUNTS]),
        ("in no pool, accepted", N, [arm.model_backend("east"), *arm.TWO_ACCOUNTS], {"standalone": "not_applicable"}),
        ("no model behind it", N, of_gateway("backends", url="https://crm.contoso.com", protocol="http")),
    ],
    "APIM-TRF-004": [
        ("one range", P, arm.balanced(arm.model_backend(**arm.breaker((400, 599))))),
        ("no throttling", F, arm.balanced(arm.model_backend(**arm.breaker((500, 599))))),
        ("not all server errors", F, arm.balanced(arm.model_backend(**arm.breaker((429, 429), (500, 503))))),
        (
            "ignores Retry-After",
            F,
            arm.balanced(arm.model_backend(**arm.breaker((400, 599), acceptRetryAfter=False))),
        ),
        ("Retry-After null", F, arm.balanced(arm.model_backend(**arm.breaker((400, 599), acceptRetryAfter=None)))),
        ("no rules", F, arm.balanced(arm.model_backend(circuitBreaker={"rules": []}))),
        ("a pool has none", N, [arm.pool("east", "west"), arm.model_backend("east"), arm.model_backend("west")]),
        ("no model behind it", N, of_gateway("backends", url="https://crm.contoso.com", protocol="http")),
        ("consumption", N, [*arm.balanced(arm.model_backend()), gateway("Consumption", 0)]),
    ],
    "APP-002": [
        ("integrated", P, [arm.site(), PRIVATE_MODEL]),
        ("no integration", F, [arm.site(virtualNetworkSubnetId=None), PRIVATE_MODEL]),
        (
            "not all routed",
            F,
            [arm.site(siteConfig={"vnetRouteAllEnabled": False, "minTlsVersion": "1.2"}), PRIVATE_MODEL],
        ),
        ("a private search", F, [arm.site(virtualNetworkSubnetId=None), search(publicNetworkAccess="disabled")]),
        ("http is open", F, [arm.site(httpsOnly=False), PRIVATE_MODEL]),
        ("http null", F, [arm.site(httpsOnly=None), PRIVATE_MODEL]),
        ("old TLS", F, [arm.site(siteConfig={"vnetRouteAllEnabled": True, "minTlsVersion": "1.0"}), PRIVATE_MODEL]),
        (
            "the newest TLS",
            P,
            [arm.site(siteConfig={"vnetRouteAllEnabled": True, "minTlsVersion": "1.3"}), PRIVATE_MODEL],
        ),
        (
            "its configuration apart",
            P,
            [
                arm.site(siteConfig=None),
                arm.site_config(vnetRouteAllEnabled=True, minTlsVersion="1.2"),
                PRIVATE_MODEL,
            ],
        ),
        ("its configuration refused", U, [arm.site(siteConfig=None), PRIVATE_MODEL], lost(of("config", arm.SITES))),
        ("public dependencies", {P, N}, [arm.site(virtualNetworkSubnetId=None), account()]),
    ],
    "APP-003": [
        ("no identity", F, arm.site()),
        ("no identity but None", F, given(arm.site(), identity={"type": "None"})),
        ("user identity, no references", P, given(arm.site(), identity={"type": "UserAssigned"})),
        (
            "one does not resolve",
            F,
            [IDENTIFIED_APP, arm.key_reference("Resolved"), arm.key_reference("SecretNotFound", "B")],
        ),
        ("lower case", P, [IDENTIFIED_APP, arm.key_reference("resolved")]),
        ("references refused", U, IDENTIFIED_APP, lost(of("config/appsettings", arm.SITES))),
        ("no identity, references refused", F, arm.site(), lost(of("config/appsettings", arm.SITES))),
    ],
    "DATA-COS-001": [
        ("keys null", F, arm.cosmos(disableLocalAuth=None)),
        ("periodic backup", F, arm.cosmos(backupPolicy={"type": "Periodic"})),
        ("continuous, lower case", P, arm.cosmos(backupPolicy={"type": "continuous"})),
        ("one region", F, arm.cosmos(locations=[{"locationName": "East US", "isZoneRedundant": False}])),
        ("one region with zones", P, arm.cosmos(locations=[{"locationName": "East US", "isZoneRedundant": True}])),
        ("open", F, arm.cosmos(publicNetworkAccess="Enabled")),
        ("open by default", F, arm.cosmos(publicNetworkAccess=...)),
        ("not read", U, unread(arm.cosmos(), "properties.backupPolicy")),
        ("one not read, another bad", F, unread(arm.cosmos(disableLocalAuth=False), "properties.backupPolicy")),
    ],
    "DATA-RED-001": [
        ("keys", F, arm.redis(disableAccessKeyAuthentication=False)),
        ("keys by default", F, arm.redis(disableAccessKeyAuthentication=...)),
        ("old TLS", F, arm.redis(minimumTlsVersion="1.0")),
        ("pending", F, arm.redis("Pending")),
        ("enterprise", P, arm.redis_database()),
        ("enterprise, keys", F, arm.redis_database(accessKeysAuthentication="Enabled")),
        ("enterprise, plain", F, arm.redis_database(clientProtocol="Plaintext")),
        ("enterprise, old TLS", F, arm.redis_database(tls="1.0")),
        ("enterprise, no endpoint", F, arm.redis_database("Rejected")),
        ("enterprise, the newest TLS, lower case", P, arm.redis_database(tls="1.3", clientProtocol="encrypted")),
    ],
    "DATA-STG-001": [
        ("denied", P, arm.storage(publicNetworkAccess="Enabled", networkAcls=DENY)),
        ("open", F, arm.storage(publicNetworkAccess="Enabled", networkAcls=ALLOW)),
        ("open by default", F, arm.storage(publicNetworkAccess=...)),
        ("keys null", F, arm.storage(allowSharedKeyAccess=None)),
        ("public blobs", F, arm.storage(allowBlobPublicAccess=True)),
        ("old TLS", F, arm.storage(minimumTlsVersion="TLS1_0")),
        ("the newest TLS, lower case", P, arm.storage(minimumTlsVersion="tls1_3", publicNetworkAccess="disabled")),
        (
            "linked to nothing that can be seen: no record says which one is used (ADR 6)",
            F,
            arm.storage(allowSharedKeyAccess=True)[0],
        ),
        ("not read", U, [*unread(arm.storage()[0], "properties.allowSharedKeyAccess"), *arm.storage()[1:]]),
    ],
    "GOV-003": [
        ("letter case", P, given(account(), tags={k.upper(): v for k, v in TAGS.items()})),
        ("none", F, account()),
        ("null", F, given(account(), tags=None)),
        ("one is missing", F, given(gateway(), tags={k: v for k, v in TAGS.items() if k != "owner"})),
        ("a gateway", P, given(gateway(), tags=TAGS)),
        ("a search service", F, search()),
        ("one wanted", P, given(search(), tags={"owner": "ada"}), {"required_tags": ["owner"]}),
        ("another kind", N, given(account(), **SPEECH)),
    ],
    "GOV-004": [
        ("no pattern", N, account()),
        (
            "matches, letter case",
            P,
            given(arm.model_account("OAI-Chat-PROD-001"), tags={"env": "prod"}),
            {"pattern": "oai-*-prod-###"},
        ),
        ("does not match", F, search(), {"pattern": "srch-*-prod-###"}),
        (
            "the tag says otherwise",
            F,
            given(arm.model_account("oai-chat-prod-001"), tags={"env": "dev"}),
            {"pattern": "oai-*-###", **OWN},
        ),
        (
            "the tag says otherwise, the run was told an environment",
            F,
            given(arm.model_account("oai-chat-prod-001"), tags={"env": "dev"}),
            {"pattern": "oai-*-###"},
        ),
        (
            "the name says otherwise, the run was told an environment",
            F,
            given(arm.model_account("oai-chat-dev-001"), tags={"env": "prod"}),
            {"pattern": "oai-*-###"},
        ),
        ("no tag", P, arm.model_account("oai-chat-prod-001"), {"pattern": "oai-*-###"}),
        ("another kind", N, given(account(), **SPEECH), {"pattern": "oai-*-###"}),
    ],
    "GOV-005": [
        ("no boundary", N, deployment(sku="GlobalStandard")),
        ("regional, provisioned", P, deployment(sku="ProvisionedManaged"), {"data_boundary": "regional"}),
        ("regional, data zone", F, deployment(sku="DataZoneStandard"), {"data_boundary": "regional"}),
        ("regional, developer", F, deployment(sku="DeveloperTier"), {"data_boundary": "regional"}),
        ("regional, global, lower case", F, deployment(sku="globalbatch"), {"data_boundary": "regional"}),
        ("zone, data zone", P, deployment(sku="DataZoneProvisionedManaged"), {"data_boundary": "datazone"}),
        ("zone, regional", P, deployment(sku="Standard"), {"data_boundary": "datazone"}),
        ("zone, global", F, deployment(sku="GlobalProvisionedManaged"), {"data_boundary": "datazone"}),
        ("a type of the future", U, deployment(sku="QuantumStandard"), {"data_boundary": "regional"}),
        ("not read", U, unread(deployment(), "sku.name"), {"data_boundary": "regional"}),
    ],
    "KV-SEC-001": [
        ("denied", P, arm.vault(publicNetworkAccess="Enabled", networkAcls=DENY)),
        ("closed, lower case", P, arm.vault(publicNetworkAccess="disabled")),
        ("open", F, arm.vault(publicNetworkAccess="Enabled", networkAcls=ALLOW)),
        ("open by default", F, arm.vault(publicNetworkAccess=...)),
        ("purge null", F, arm.vault(enablePurgeProtection=None)),
        ("access policies", F, arm.vault(enableRbacAuthorization=False)),
        ("roles null", F, arm.vault(enableRbacAuthorization=...)),
        ("not read", U, unread(arm.vault(), "properties.enableRbacAuthorization")),
        ("development", F, arm.vault(enablePurgeProtection=False), DEV),
    ],
    "MON-APPI-001": [
        ("classic", F, arm.insights(WorkspaceResourceId=...)),
        ("no workspace", F, arm.insights(WorkspaceResourceId=None)),
        ("keys", F, arm.insights(DisableLocalAuth=False)),
        ("keys by default", F, arm.insights(DisableLocalAuth=...)),
        (
            "keys of another letter case",
            P,
            named(arm.INSIGHTS, "ai", workspaceResourceId=f"{SUB}/w", disableLocalAuth=True),
        ),
        ("sampling is no matter", P, arm.insights(SamplingPercentage=100)),
        ("not read", U, unread(arm.insights(), "properties.DisableLocalAuth")),
    ],
    "NET-EDGE-001": [
        ("lower case", P, arm.door_waf(mode="prevention", enabled="enabled")),
        ("disabled", F, arm.door_waf(enabled="Disabled")),
        ("no managed rules", F, arm.door_waf(())),
        ("rules that only log", F, arm.door_waf([{**arm.RULE_SET, "ruleSetAction": "Log"}])),
        ("linked to nothing", N, arm.door_waf(links=())),
        ("linked to a classic front door", P, arm.door_waf(links=(), frontendEndpointLinks=[{"id": "/f"}])),
        ("application gateway", P, arm.gateway_waf()),
        ("application gateway, detection", F, arm.gateway_waf(mode="Detection")),
        ("application gateway, disabled", F, arm.gateway_waf(state="Disabled")),
        ("application gateway, linked to nothing", N, arm.gateway_waf(())),
        ("application gateway, no managed rules", F, arm.gateway_waf(managedRules={"managedRuleSets": []})),
    ],
    "NET-EDGE-002": [
        ("exactly enough", P, arm.door(120)),
        ("not enough", F, arm.door(119)),
        ("sixty", F, arm.door(60)),
        ("application gateway", P, arm.edge(240)),
        ("application gateway, not enough", F, arm.edge(20)),
        ("more wanted", F, arm.door(200), {"min_timeout_seconds": 240}),
        ("no front door", N, arm.door(None, "Standard_Microsoft")),
        ("not read", U, unread(arm.door(240), "properties.originResponseTimeoutSeconds")),
    ],
    "SRCH-ENC-001": [
        ("not asked for", N, search()),
        ("asked for, absent", F, search(), {"require_cmk": True}),
        (
            "unspecified",
            F,
            search(encryptionWithCmk={"enforcement": "Unspecified", "encryptionComplianceStatus": "Compliant"}),
            {"require_cmk": True},
        ),
        (
            "not compliant",
            F,
            search(encryptionWithCmk={"enforcement": "Enabled", "encryptionComplianceStatus": "NonCompliant"}),
            {"require_cmk": True},
        ),
        (
            "lower case",
            P,
            search(encryptionWithCmk={"enforcement": "enabled", "encryptionComplianceStatus": "compliant"}),
            {"require_cmk": True},
        ),
        ("free", N, search("free", 1), {"require_cmk": True}),
        ("not read", U, unread(search(), "properties.encryptionWithCmk"), {"require_cmk": True}),
    ],
    "SRCH-IAM-001": [
        ("keys", F, search(disableLocalAuth=False)),
        ("null", F, search(disableLocalAuth=None)),
        ("both ways", F, search(disableLocalAuth=False, authOptions={"aadOrApiKey": {}})),
        ("free", P, search("free", 1, disableLocalAuth=True)),
        ("free with keys", F, search("free", 1)),
        ("not read", U, unread(search(), "properties.disableLocalAuth")),
        ("development", F, search(disableLocalAuth=False), DEV),
    ],
    "SRCH-NET-001": [
        ("closed", P, search(publicNetworkAccess="Disabled")),
        ("a perimeter, lower case", P, search(publicNetworkAccess="securedbyperimeter")),
        ("open", F, search(publicNetworkAccess="Enabled")),
        ("null", F, search(publicNetworkAccess=None)),
        ("filtered", P, ranges("20.1.2.3")),
        ("everything", F, ranges("0.0.0.0/0")),
        ("wide", F, ranges("20.1.2.0/23")),
        ("a range of everything", F, ranges("0.0.0.0-255.255.255.255")),
        (
            "closed whatever the rules say",
            P,
            search(publicNetworkAccess="disabled", networkRuleSet={"ipRules": [{"value": "0.0.0.0/0"}]}),
        ),
        ("free", N, search("free", 1)),
        ("rules not read", U, unread(search(publicNetworkAccess="enabled"), "properties.networkRuleSet")),
    ],
    "SRCH-NET-002": [
        ("pending and rejected", F, linked(search(), "Pending", "Rejected")),
        ("one of two, lower case", P, linked(search(), "Pending", "approved")),
        ("empty", F, linked(search())),
        (
            "a record of its own",
            P,
            [search(), child(search(), "privateEndpointConnections", "p", arm.endpoint("Approved"))],
        ),
        (
            "a record of its own beside an empty list",
            P,
            [linked(search()), child(search(), "privateEndpointConnections", "p", arm.endpoint("Approved"))],
        ),
        (
            "a newer record of its own beside an embedded one",
            P,
            [
                linked(search(), "Pending"),
                child(search(), "privateEndpointConnections", "pe0", arm.endpoint("Approved")),
            ],
        ),
        ("free", N, search("free", 1)),
        ("development", N, search(), DEV),
        ("not read", U, unread(search(), "properties.privateEndpointConnections")),
    ],
    "SRCH-NET-003": [
        ("none", N, search()),
        ("rejected, lower case", F, [search(), arm.shared_link("rejected")]),
        (
            "disconnected, one of two",
            F,
            [search(), arm.shared_link("Approved"), arm.shared_link("Disconnected", name="b")],
        ),
        ("approved, not provisioned", F, [search(), arm.shared_link("Approved", "Failed")]),
        ("embedded", F, search(sharedPrivateLinkResources=[arm.shared_link("Pending")])),
        ("refused", U, search(), lost(of("sharedPrivateLinkResources", arm.SEARCH))),
        (
            "approved, the rest refused",
            U,
            [search(), arm.shared_link("Approved")],
            lost(of("sharedPrivateLinkResources", arm.SEARCH)),
        ),
        (
            "pending, the rest refused",
            F,
            [search(), arm.shared_link("Pending")],
            lost(of("sharedPrivateLinkResources", arm.SEARCH)),
        ),
        # real answers have an empty list in the service beside the children's own records
        ("an empty list beside a record", F, [search(sharedPrivateLinkResources=[]), arm.shared_link("Pending")]),
    ],
    "SRCH-PERF-002": [
        ("standard, letter case", P, search(semanticSearch="Standard")),
        ("free in production", F, search(semanticSearch="free")),
        ("free in development", P, search(semanticSearch="free"), DEV),
        ("null", U, search(semanticSearch=None)),
        ("absent", U, search()),
        ("off, not used", N, search(semanticSearch="disabled")),
        ("off, needed", F, search(semanticSearch="disabled"), {"needs_semantic_ranker": True}),
    ],
    "SRCH-REL-001": [
        ("two of basic", P, search("basic", 2)),
        ("one of basic", F, search("Basic", 1)),
        ("free", F, search("free", 1)),
        ("two where it is written", F, search(replicas=2), {"min_replicas": 3}),
        ("three where it is written", P, search(replicas=3), {"min_replicas": 3}),
        ("serverless", N, search("serverless", 1)),
        ("development", N, search(replicas=1), DEV),
        ("not read", U, unread(search(), "properties.replicaCount")),
    ],
}


def rows():
    for rule_id, cases in CASES.items():
        for name, expected, records, *options in cases:
            yield pytest.param(
                rule_id, expected, records, *(options or [{}]), id=f"{rule_id}-{name.replace(' ', '-')}"
            )


@pytest.mark.parametrize(("rule_id", "expected", "records", "options"), list(rows()))
def test_a_case_of_the_catalogue(tmp_path, rule_id, expected, records, options):
    found = arm.finding(tmp_path, rule_id, records, **options)
    wanted = expected if isinstance(expected, set) else {expected}
    assert found.outcome in wanted, [str(e) for e in found.evidence]


def test_every_rule_of_the_own_records_has_its_cases_and_no_name_stands_twice():
    later = {"AOAI-CAP-004", "AOAI-RAI-008"}  # they judge metrics and plans
    assert CASES.keys() == TITLES.keys() - later
    for rule_id, cases in CASES.items():
        names = [name for name, *_ in cases]
        assert len(names) == len(set(names)) >= 4, rule_id
