"""An estate of many resources that look at each other: accounts, deployments, filters, gateways, apps.

    python -m bench.estate 1000 estate.jsonl

Nothing in it is meant to be in order: its rules are judged, and most of what relates to something else relates to the
whole estate. What a scan of twice as many costs shows whether a rule walks the estate once for each subject.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
SEARCH = "Microsoft.Search/searchServices"
GATEWAYS = "Microsoft.ApiManagement/service"
SITES = "Microsoft.Web/sites"
CHILDREN = ("deployments", "raiPolicies", "projects", "connections", "managedNetworks")
READ = (
    ACCOUNTS, *(f"{ACCOUNTS}/{child}" for child in CHILDREN), f"{ACCOUNTS}/networkSecurityPerimeterConfigurations",
    SEARCH, GATEWAYS, f"{GATEWAYS}/backends", f"{GATEWAYS}/apis", SITES, "Microsoft.Storage/storageAccounts",
    "Microsoft.MachineLearningServices/workspaces",
)  # fmt: skip
REGIONS = ("westeurope", "swedencentral", "eastus2", "uksouth")
SUBSCRIPTIONS = 10
FILTER = {"name": "Hate", "source": "Prompt", "enabled": True, "blocking": True, "severityThreshold": "High"}


def write(path: Path, accounts: int) -> Path:
    """A snapshot of so many accounts and what stands around them; the same number gives the same bytes."""
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        head = {
            "schema": "readiness/snapshot/1",
            "collected_at": "2026-01-01T00:00:00Z",
            "tool": "bench",
            "scope": {},
        }
        for record in (head, *_reads(), *(r for i in range(accounts) for r in _around(i, accounts, draw))):
            file.write(json.dumps(record) + "\n")
    return path


def _reads() -> Iterator[Json]:
    for number in range(SUBSCRIPTIONS):
        for type_ in READ:
            yield {"read": {"operation": "bench", "scope": _subscription(number), "type": type_, "count": 1}}


def _subscription(number: int) -> str:
    return f"/subscriptions/00000000-0000-0000-0000-{number % SUBSCRIPTIONS:012d}"


def _record(id_: str, type_: str, **body: Any) -> Json:
    resource = {"id": id_, "type": type_, "name": id_.rpartition("/")[2], **body}
    return {"resource": resource, "api_version": "2025-12-01", "from": "arm"}


def _around(i: int, accounts: int, draw: random.Random) -> Iterator[Json]:
    """An account with its children, and of every few accounts a search service, a gateway, an app."""
    group = f"{_subscription(i)}/resourceGroups/rg{i % 50}/providers"
    yield from _account(f"{group}/{ACCOUNTS}/acc{i}", i, draw)
    if i % 5 == 0:
        properties = {"replicaCount": 2, "publicNetworkAccess": "enabled"}
        yield _record(f"{group}/{SEARCH}/search{i}", SEARCH, sku={"name": "standard"}, properties=properties)
    if i % 10 == 0:
        yield from _gateway(f"{group}/{GATEWAYS}/gateway{i}", i, accounts)
    if i % 10 == 1:
        yield _record(f"{group}/{SITES}/app{i}", SITES, kind="app", properties={"httpsOnly": True, "siteConfig": {}})


def _account(id_: str, i: int, draw: random.Random) -> Iterator[Json]:
    properties = {
        "provisioningState": "Succeeded", "customSubDomainName": f"acc{i}", "disableLocalAuth": i % 2 == 0,
        "endpoint": f"https://acc{i}.openai.azure.com/", "publicNetworkAccess": draw.choice(("Enabled", "Disabled")),
        "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}, "privateEndpointConnections": [],
    }  # fmt: skip
    kind = draw.choice(("OpenAI", "AIServices"))
    yield _record(id_, ACCOUNTS, kind=kind, location=REGIONS[i % 4], tags={"env": "prod"}, properties=properties)
    for number in range(5):
        yield _deployment(f"{id_}/deployments/d{number}", number, draw)
    policy = {"mode": "Default", "basePolicyName": "Microsoft.Default", "contentFilters": [FILTER]}
    yield _record(f"{id_}/raiPolicies/custom", f"{ACCOUNTS}/raiPolicies", properties=policy)


def _deployment(id_: str, number: int, draw: random.Random) -> Json:
    properties = {
        "provisioningState": "Succeeded", "raiPolicyName": None if number else "custom",
        "model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-08-06"},
        "capabilities": {"chatCompletion": "true"}, "spilloverDeploymentName": "d1" if number == 2 else None,
    }  # fmt: skip
    sku = {"name": draw.choice(("Standard", "GlobalStandard", "ProvisionedManaged")), "capacity": 10}
    return _record(id_, f"{ACCOUNTS}/deployments", sku=sku, properties=properties)


def _gateway(id_: str, i: int, accounts: int) -> Iterator[Json]:
    sku = {"name": "Premium", "capacity": 2}
    yield _record(id_, GATEWAYS, location=REGIONS[i % 4], sku=sku, properties={"platformVersion": "stv2.1"})
    for number in range(6):
        url = f"https://acc{(i + number) % accounts}.openai.azure.com/openai"
        properties: Json = {"type": "Single", "url": url, "protocol": "http"}
        yield _record(f"{id_}/backends/b{number}", f"{GATEWAYS}/backends", properties=properties)
    members = [{"id": "/backends/b0"}, {"id": f"{id_}/backends/b1"}]
    properties = {"type": "Pool", "pool": {"services": members}}
    yield _record(f"{id_}/backends/pool", f"{GATEWAYS}/backends", properties=properties)


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
