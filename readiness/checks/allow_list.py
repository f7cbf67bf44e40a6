"""Outbound allow-lists: which hosts a service may fetch from.

Entries are host names, IP addresses or URLs. A wildcard or a bare address lets out more than was meant.
https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\.?\Z){_LABEL}\.?\Z", re.IGNORECASE | re.ASCII)
_NONE_LISTED: Final = "no entries, so every outbound request is blocked"


@dataclass(frozen=True, slots=True)
class OutboundAllowList:
    """`switch` leads to the boolean that puts the list in force, `entries` to the array of hosts.

    More than `max_entries` fail (0 is no limit); IP addresses fail unless `allow_addresses`.
    """

    switch: Path
    entries: Path
    max_entries: int = 0
    allow_addresses: bool = False


def outbound_allow_list(subject: Resource, params: OutboundAllowList, world: World) -> Decision:
    """Fails where nothing is restricted or an entry opens more than a host; an empty list blocks all and passes."""
    judged = [_switched(subject, params, world), *_listed(subject, params, world)]
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        found = tuple(evidence for o, evidence in judged if o is outcome)
        if found:
            return Decision(outcome, found)
    return Decision(Outcome.PASS, tuple(evidence for _, evidence in judged))


def _switched(subject: Resource, params: OutboundAllowList, world: World) -> tuple[Outcome, Evidence]:
    path, value = params.switch, reader(params.switch)(subject, subject)
    if value is UNKNOWN:
        return Outcome.UNKNOWN, Evidence(path.text, None, True, world.why_unknown(subject, path, None))
    on = value is True or (isinstance(value, str) and value.casefold() == "true")
    note = "not set, which means that nothing is restricted" if value is None else None
    return Outcome.PASS if on else Outcome.FAIL, Evidence(path.text, value, True, note)


def _listed(subject: Resource, params: OutboundAllowList, world: World) -> list[tuple[Outcome, Evidence]]:
    path, value = params.entries, reader(params.entries)(subject, subject)
    if value is UNKNOWN:
        return [(Outcome.UNKNOWN, Evidence(path.text, None, None, world.why_unknown(subject, path, None)))]
    entries = [] if value is None else value if isinstance(value, list) else [value]
    if not entries:
        return [(Outcome.PASS, Evidence(path.text, value, None, _NONE_LISTED))]
    judged = [_judged(f"{path.text}[{i}]", entry, params) for i, entry in enumerate(entries)]
    limit = f"at most {params.max_entries}" if params.max_entries else None
    many = bool(params.max_entries) and len(entries) > params.max_entries
    count = Evidence(f"count({path.text})", len(entries), limit)
    return [(Outcome.FAIL if many else Outcome.PASS, count), *(found for found in judged if found)]


def _judged(path: str, entry: Json, params: OutboundAllowList) -> tuple[Outcome, Evidence] | None:
    """What is wrong or not clear with an entry; None if nothing is."""
    host = host_of(entry)
    if "*" in host or is_range(entry):
        return Outcome.FAIL, Evidence(path, entry, "a full host name", "it lets out to more than one host")
    if is_address(host):
        known = Evidence(path, entry, "a full host name", "an address says nothing of who answers there")
        return None if params.allow_addresses else (Outcome.FAIL, known)
    if not _NAME.match(host):
        return Outcome.UNKNOWN, Evidence(path, entry, "a full host name", "is no host name")
    return None


def host_of(entry: Json) -> str:
    """The host of a name, an address or a URL, without port and path; empty if there is none."""
    text = entry.strip() if isinstance(entry, str) and len(entry) < 2100 else ""
    host = re.split(r"[/?#]", text.partition("://")[2] if "://" in text else text, maxsplit=1)[0]
    host = host.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def is_range(entry: Json) -> bool:
    """Whether an entry is a range of addresses, such as 20.0.0.0/8."""
    try:
        return isinstance(entry, str) and ipaddress.ip_network(entry.strip(), strict=False).num_addresses > 1
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
