"""What there is: resources by type and region, and the model deployments. Knows no rule and no format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from readiness import paths
from readiness.arm import name_of, parent_of
from readiness.graph import Graph
from readiness.model import Json, Origin, Resource

DEPLOYMENT: Final = "microsoft.cognitiveservices/accounts/deployments"
LARGEST: Final = 2**53
"""What a JSON number holds exactly (RFC 8259, section 6); a capacity beyond it is none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The judged resources of one type; `regions` counts those that name one."""

    type: str
    count: int
    regions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One model deployment as its record and its account's say; what they leave out, or garble, is None."""

    resource: Resource
    account: str
    region: str | None
    model: str | None
    version: str | None
    sku: str | None
    capacity: int | float | None
    upgrade: str | None
    filter: str | None


def counted(graph: Graph) -> Iterator[Resource]:
    """What counts as a resource: everything judged that has a record of its own."""
    return (r for r in graph.judged() if r.origin is not Origin.EMBEDDED)


def kinds(graph: Graph) -> tuple[Kind, ...]:
    """The types by name; types that differ in case alone are one, spelled as the first."""
    found: dict[str, list[Resource]] = {}
    for resource in counted(graph):
        found.setdefault(resource.type.lower(), []).append(resource)
    return tuple(Kind(found[t][0].type, len(found[t]), _regions(found[t])) for t in sorted(found))


def _regions(resources: Iterable[Resource]) -> tuple[tuple[str, int], ...]:
    named = Counter(r for r in map(region, resources) if r)
    return tuple(sorted(named.items()))


def region(resource: Resource) -> str | None:
    """A region as ARM names it: lower case, without blanks (`West Europe` is `westeurope`)."""
    return "".join((_text(resource.body, "location") or "").split()).lower() or None


def deployments(graph: Graph) -> tuple[Deployment, ...]:
    """The deployments judged, by id."""
    return tuple(_deployment(r, graph) for r in graph.subjects(DEPLOYMENT))


def _deployment(resource: Resource, graph: Graph) -> Deployment:
    own, account = resource.properties, graph.parent(resource)
    model, sku = _member(own, "model"), _member(resource.body, "sku")
    return Deployment(
        resource=resource,
        account=name_of(account.id) if account else _name_above(resource),
        region=region(account) if account else None,
        model=_text(model, "name"),
        version=_text(model, "version"),
        sku=_text(sku, "name"),
        capacity=_number(sku, "capacity"),
        upgrade=_text(own, "versionUpgradeOption"),
        filter=_text(own, "raiPolicyName"),
    )


def _name_above(resource: Resource) -> str:
    """The name of the account in a deployment's own id, as Azure spells it; "" if the id has none."""
    return name_of(resource.id.rstrip("/").rsplit("/", 2)[0]) if parent_of(resource.key) else ""


def _member(body: Json, key: str) -> Json:
    """What stands under a key, whatever its case (semantics 7)."""
    return paths.member(body, key, key.casefold()) if isinstance(body, dict) else None


def _text(body: Json, key: str) -> str | None:
    found = _member(body, key)
    return found if isinstance(found, str) and found else None


def _number(body: Json, key: str) -> int | float | None:
    found = _member(body, key)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if is_number and -LARGEST <= found <= LARGEST else None
