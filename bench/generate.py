"""The fixed estate that the benchmarks judge: 50,000 AI accounts in 20 subscriptions, as one snapshot.

What matters to a measurement is that the input is always the same and looks like the real thing. The shape is
that of ARM's own answers (api-version 2025-06-01, as recorded by the tests of Cloud Custodian and the Azure
CLI), with the long lists abridged to about 1.8 kB an account; the values are drawn from a seeded generator,
so that every kind of account, every value of a property and its absence, and embedded connections occur. The
file's name carries a hash of this source: change the generator, and the data is made anew.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]

SEED = 20261001
ACCOUNTS = 50_000
SUBSCRIPTIONS = 20
ACCOUNTS_PER_GROUP = 25
TYPE = "Microsoft.CognitiveServices/accounts"
API_VERSION = "2025-06-01"
COLLECTED_AT = "2026-10-01T00:00:00Z"

KINDS = {
    "OpenAI": 40,
    "AIServices": 30,
    "SpeechServices": 8,
    "TextAnalytics": 6,
    "FormRecognizer": 6,
    "ContentSafety": 5,
    "ComputerVision": 5,
}
LOCATIONS = ("eastus", "eastus2", "swedencentral", "westeurope", "francecentral", "uksouth", "japaneast")
HOSTS = {"OpenAI": "openai.azure.com", "AIServices": "cognitiveservices.azure.com"}
ENDPOINTS = {
    "OpenAI": ("OpenAI Language Model Instance API",),
    "AIServices": ("AI Foundry API",),
}
CAPABILITIES: dict[str, str | None] = {
    "VirtualNetworks": None,
    "CustomerManagedKey": None,
    "MaxFineTuneCount": "500",
}
RATE_LIMITS = (("openai.completions.post", 10, 480_000, "openai/deployments/*", "POST"),)
USERS = tuple(f"{name}@contoso.example" for name in ("amara", "bo", "chen", "dewi", "emil", "fatou"))


@dataclass
class Draw:
    """One seeded source of every choice: the same seed gives the same bytes."""

    random: random.Random = field(default_factory=lambda: random.Random(SEED))

    def one(self, weights: dict[Any, int]) -> Any:
        """One of the keys, by weight; the key None stands for a property that is absent."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def of(self, *choices: str) -> str:
        return self.random.choice(choices)

    def guid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def time(self, year: int) -> str:
        """A time as ARM writes it, with seven digits after the second."""
        parts = (self.random.randint(1, 9), self.random.randint(1, 28), self.random.randint(0, 23))
        month, day, hour = parts
        return f"{year}-{month:02}-{day:02}T{hour:02}:17:05.{self.random.randrange(10**7):07}Z"


def present(**members: Any) -> Json:
    """The members that are not None: ARM leaves out what is not set."""
    return {key: value for key, value in members.items() if value is not None}


@dataclass(frozen=True)
class Place:
    """Where an account stands and what it is called."""

    subscription: str
    number: int

    @property
    def group(self) -> str:
        name = f"rg-genai-{self.number // ACCOUNTS_PER_GROUP:05}"
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"

    @property
    def name(self) -> str:
        return f"cog-{self.number:06}-chat"

    @property
    def id(self) -> str:
        return f"{self.group}/providers/{TYPE}/{self.name}"


def account(place: Place, draw: Draw) -> Json:
    """One account as `GET .../accounts` answers it."""
    kind, location = draw.one(KINDS), draw.of(*LOCATIONS)
    return present(
        id=place.id,
        name=place.name,
        type=TYPE,
        etag=f'"{draw.guid()}"',
        location=location,
        sku={"name": draw.one({"S0": 85, "F0": 10, "S1": 5})},
        kind=kind,
        tags=tags(draw),
        properties=properties(place, kind, location, draw),
        identity=identity(place, draw),
        systemData=system_data(draw),
    )


def properties(place: Place, kind: str, location: str, draw: Draw) -> Json:
    """What the rules look at, in ARM's order; None is a property that the account does not have."""
    host = HOSTS.get(kind, "cognitiveservices.azure.com")
    return present(
        endpoint=f"https://{place.name}.{host}/",
        provisioningState=draw.one({"Succeeded": 97, "Failed": 2, "Accepted": 1}),
        internalId=draw.guid().replace("-", ""),
        dateCreated=draw.time(2025),
        callRateLimit={"rules": [rate_limit(*limit) for limit in RATE_LIMITS]},
        isMigrated=False,
        customSubDomainName=draw.one({place.name: 90, None: 10}),
        allowProjectManagement=kind == "AIServices",
        privateEndpointConnections=connections(place, location, draw),
        **network(place, draw),
        disableLocalAuth=draw.one({True: 35, False: 35, None: 30}),
        encryption=draw.one({None: 85, True: 15}) and {"keySource": "Microsoft.KeyVault"},
        capabilities=[present(name=name, value=value) for name, value in CAPABILITIES.items()],
        endpoints=dict.fromkeys(ENDPOINTS.get(kind, ()), f"https://{place.name}.{host}/"),
    )


def rate_limit(key: str, period: int, count: int, path: str, method: str) -> Json:
    pattern = {"path": path, "method": method}
    return {"key": key, "renewalPeriod": period, "count": count, "matchPatterns": [pattern]}


def network(place: Place, draw: Draw) -> Json:
    """Who may reach the account and what it may reach: open, closed, or silent about it."""
    return {
        "publicNetworkAccess": draw.one({"Enabled": 45, "Disabled": 35, None: 20}),
        "restrictOutboundNetworkAccess": draw.one({True: 15, False: 35, None: 50}),
        "networkAcls": draw.one({True: 60, None: 40}) and network_acls(place, draw),
    }


def network_acls(place: Place, draw: Draw) -> Json:
    subnet = f"{place.group}/providers/Microsoft.Network/virtualNetworks/vnet-genai/subnets/apps"
    rules = [{"id": subnet, "ignoreMissingVnetServiceEndpoint": False}]
    addresses = [{"value": f"203.0.113.{draw.random.randrange(256)}"}]
    return present(
        bypass=draw.one({"AzureServices": 50, "None": 20, None: 30}),
        defaultAction=draw.one({"Deny": 60, "Allow": 40}),
        virtualNetworkRules=rules if draw.one({True: 20, False: 80}) else [],
        ipRules=addresses if draw.one({True: 40, False: 60}) else [],
    )


def connections(place: Place, location: str, draw: Draw) -> list[Json]:
    """The private endpoint connections that ARM embeds in the account: none, one or two."""
    count = draw.one({0: 70, 1: 24, 2: 6})
    return [connection(place, f"pe-{place.name}-{index}", location, draw) for index in range(count)]


def connection(place: Place, name: str, location: str, draw: Draw) -> Json:
    status = draw.one({"Approved": 85, "Pending": 10, "Rejected": 5})
    return {
        "id": f"{place.id}/privateEndpointConnections/{name}",
        "name": name,
        "type": f"{TYPE}/privateEndpointConnections",
        "etag": f'"{draw.guid()}"',
        "location": location,
        "properties": {
            "privateEndpoint": {"id": f"{place.group}/providers/Microsoft.Network/privateEndpoints/{name}"},
            "groupIds": ["account"],
            "privateLinkServiceConnectionState": {
                "status": status,
                "description": "",
                "actionsRequired": "None",
            },
            "provisioningState": "Succeeded",
        },
    }


def identity(place: Place, draw: Draw) -> Json | None:
    kind = draw.one({"SystemAssigned": 50, "UserAssigned": 15, None: 35})
    if kind == "SystemAssigned":
        return {"type": kind, "principalId": draw.guid(), "tenantId": str(uuid.UUID(int=SEED))}
    if kind == "UserAssigned":
        user = f"{place.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-genai"
        ids = {"principalId": draw.guid(), "clientId": draw.guid()}
        return {"type": kind, "userAssignedIdentities": {user: ids}}
    return None


def tags(draw: Draw) -> Json | None:
    if draw.one({True: 20, False: 80}):
        return None
    return present(
        env=draw.of("prod", "dev", "test"),
        workload=f"workload-{draw.random.randrange(400):03}",
        owner=draw.of(*USERS),
        costCenter=draw.one({f"{draw.random.randrange(10_000):04}": 70, None: 30}),
    )


def system_data(draw: Draw) -> Json:
    return {
        "createdBy": draw.of(*USERS),
        "createdByType": "User",
        "createdAt": draw.time(2025),
        "lastModifiedBy": draw.of(*USERS),
        "lastModifiedByType": "User",
        "lastModifiedAt": draw.time(2026),
    }


def records(accounts: int) -> Iterator[Json]:
    """The lines of the snapshot: header, resources by id, then one `read` for each subscription."""
    draw = Draw()
    subscriptions = sorted(draw.guid() for _ in range(SUBSCRIPTIONS))
    yield header(subscriptions)
    for number in range(accounts):
        place = Place(subscriptions[number * SUBSCRIPTIONS // accounts], number)
        yield {"resource": account(place, draw), "api_version": API_VERSION, "from": "arm"}
    for index, subscription in enumerate(subscriptions):
        yield read(subscription, share(index, accounts))


def header(subscriptions: list[str]) -> Json:
    return {
        "schema": "readiness/snapshot/1",
        "collected_at": COLLECTED_AT,
        "tool": {"name": "bench", "version": "1"},
        "scope": {"subscriptions": subscriptions},
        "cloud": "AzureCloud",
    }


def share(index: int, accounts: int) -> int:
    """How many of the accounts lie in the subscription of this index."""
    first, after = (-(-bound * accounts // SUBSCRIPTIONS) for bound in (index, index + 1))
    return after - first


def read(subscription: str, count: int) -> Json:
    """The accounts of a subscription were listed to the end; without it each rule has one unknown more."""
    return {
        "read": {
            "operation": "cognitiveservices.accounts.list",
            "scope": f"/subscriptions/{subscription}",
            "type": TYPE,
            "count": count,
            "api_version": API_VERSION,
            "at": COLLECTED_AT,
        }
    }


def snapshot(directory: Path, accounts: int = ACCOUNTS) -> Path:
    """The snapshot in that directory, made if it is not there: streamed, so that the caller stays small."""
    source = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    path = directory / f"accounts-{accounts}-{source}.jsonl"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.writelines(orjson.dumps(record) + b"\n" for record in records(accounts))
        partial.rename(path)
    return path
