"""Backends of API Management: what a backend leads to, and which pools it is in.

A pool names its members by ids that are relative (`/backends/x`) or whole, in any letter case. A backend's url leads
to an account by the host of one of the account's endpoints, or by its custom subdomain, which is unique in Azure's
DNS: two such hosts with one first label are one account.
https://learn.microsoft.com/azure/api-management/backends
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.arm import key_of, name_of, parent_of
from readiness.conditions import World
from readiness.hosts import host_of
from readiness.model import UNKNOWN, Json, Related, Resource, Truth
from readiness.paths import Path, reader

BACKENDS: Final = "Microsoft.ApiManagement/service/backends"
ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
URL: Final = Path.parse("properties.url")
TYPE: Final = Path.parse("properties.type")
MEMBERS: Final = Path.parse("properties.pool.services")
KIND: Final = Path.parse("kind")
ENDPOINT: Final = Path.parse("properties.endpoint")
ENDPOINTS: Final = Path.parse("properties.endpoints")
SUBDOMAIN: Final = Path.parse("properties.customSubDomainName")
KINDS: Final = ("openai", "aiservices")
_READ_URL: Final = reader(URL)
_READ_TYPE: Final = reader(TYPE)
_READ_MEMBERS: Final = reader(MEMBERS)
_READ_KIND: Final = reader(KIND)
_READ_SUBDOMAIN: Final = reader(SUBDOMAIN)
_READ_ENDPOINTS: Final = (reader(ENDPOINT), reader(ENDPOINTS))


@dataclass(frozen=True, slots=True)
class Destination:
    """What a backend leads to: whether it is an LLM, and by what it is told from others; None where unclear."""

    llm: Truth
    identity: str | None
    note: str


def label_of(host: str, suffixes: tuple[str, ...]) -> str | None:
    """The custom subdomain in the host of an LLM endpoint; None if it is none."""
    for suffix in suffixes:
        tail = f".{suffix.casefold().strip('.')}"
        if host.endswith(tail):
            return host.removesuffix(tail).partition(".")[0]
    return None


class Estate:
    """What a backend is judged against: the other backends of its service, and the estate's accounts."""

    def __init__(self, subject: Resource, suffixes: tuple[Json, ...], world: World) -> None:
        self.world, self.subject = world, subject
        self.suffixes = tuple(str(suffix) for suffix in suffixes)
        self.service = parent_of(subject.key) or ""
        everything = Resource({}, id="estate", key="estate", type="estate")
        self.accounts = world.related(everything, "resources", ACCOUNTS)
        self.backends = self._siblings()
        self.by_key = {b.key: b for b in self.backends.items if isinstance(b, Resource)}

    def _siblings(self) -> Related:
        service = Resource({}, id=self.service, key=self.service, type="Microsoft.ApiManagement/service")
        return self.world.related(service, "children", BACKENDS)

    def destination(self, backend: Resource) -> Destination:
        """What a single backend leads to."""
        url = _READ_URL(backend, backend)
        if url is UNKNOWN:
            return Destination(None, None, self.world.why_unknown(backend, URL, None))
        if isinstance(url, str) and url.strip().casefold().startswith("fabric:"):
            return Destination(False, url, "a Service Fabric application")
        host = host_of(url)
        if host is None:
            return Destination(None, None, "its url names no host that can be read")
        return self._at(host)

    def _at(self, host: str) -> Destination:
        label = label_of(host, self.suffixes)
        by_host = accounts_by_host(self.accounts, self.suffixes)
        found = list({a.key: a for place in (host, f"//{label}") for a in by_host.get(place, ())}.values())
        kinds = {_is_llm(account) for account in found}
        if len(found) == 1:
            return Destination(kinds.pop(), found[0].key, f"leads to the account {name_of(found[0].id)}")
        if found:
            note = f"{len(found)} accounts share the host {host}"
            return Destination(kinds.pop() if len(kinds) == 1 else None, None, note)
        if label:
            return Destination(True, f"//{label}", f"leads to the account {label}, which was not read")
        return Destination(False, None, f"leads to {host}, which is no model endpoint known here")

    def members(self, pool: Resource) -> list[tuple[str, Json, str | None]] | None:
        """A pool's members: where each stands, its id as it is written, its key; None if they could not be read."""
        services = _READ_MEMBERS(pool, pool)
        if services is UNKNOWN:
            return None
        listed = services if isinstance(services, list) else []
        ids = [s.get("id") if isinstance(s, dict) else None for s in listed]
        return [(f"{MEMBERS.text}[{i}].id", own, self._key(own)) for i, own in enumerate(ids)]

    def _key(self, own: Json) -> str | None:
        if not isinstance(own, str) or len(own) > 4000 or not own.strip("/ "):
            return None
        key = key_of(own.strip())
        return key if key.startswith("/subscriptions/") else f"{self.service}/backends/{key.rpartition('/')[2]}"

    def member(self, key: str | None) -> Destination:
        """What a member of a pool leads to."""
        backend = self.by_key.get(key or "")
        if backend is None:
            lost = "the list of backends is not whole" if self.backends.lost else "is no backend of this service"
            return Destination(None, None, lost)
        if is_pool(backend) is not False:
            return Destination(None, None, "is a pool itself, or can't be told from one, and a pool can't nest")
        return self.destination(backend)

    def pools(self) -> Iterator[Resource]:
        """The service's backends that are pools, or may be."""
        return (b for b in self.by_key.values() if is_pool(b) is not False)


@lru_cache(maxsize=8)
def accounts_by_host(accounts: Related, suffixes: tuple[str, ...]) -> dict[str, list[Resource]]:
    """The accounts of a list by the hosts of their endpoints, and by `//` and their subdomains.

    Every backend of an estate asks for the same list: it is sorted once.
    """
    found: dict[str, list[Resource]] = {}
    for account in accounts.items:
        if isinstance(account, Resource):
            for place in _places(account, suffixes):
                found.setdefault(place, []).append(account)
    return found


def _places(account: Resource, suffixes: tuple[str, ...]) -> set[str]:
    subdomain = _READ_SUBDOMAIN(account, account)
    hosts = {host_of(text) for text in _texts([read(account, account) for read in _READ_ENDPOINTS])} - {None}
    labels = {label_of(host, suffixes) for host in hosts if host}
    labels.add(subdomain.casefold() if isinstance(subdomain, str) else None)
    return {host for host in hosts if host} | {f"//{label}" for label in labels if label}


def is_pool(backend: Resource) -> Truth:
    """Whether a backend is a pool; a backend that does not say is a single one."""
    value = _READ_TYPE(backend, backend)
    return None if value is UNKNOWN else isinstance(value, str) and value.casefold() == "pool"


def _is_llm(account: Resource) -> Truth:
    kind = _READ_KIND(account, account)
    return None if kind is UNKNOWN else isinstance(kind, str) and kind.casefold() in KINDS


def _texts(values: list[Json]) -> list[str]:
    """The texts in an endpoint and in an object of endpoints."""
    flat = [v for value in values for v in (value.values() if isinstance(value, dict) else [value])]
    return [v for v in flat if isinstance(v, str)]
