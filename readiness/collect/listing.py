"""The subscriptions: those that can be seen, those that were asked for, and those that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from readiness.arm import key_of, name_of
from readiness.collect import graphed
from readiness.collect.answers import Answer, Failure
from readiness.collect.clouds import Cloud
from readiness.collect.operations import OPERATIONS, SUBSCRIPTIONS, TENANT
from readiness.collect.reader import Reader
from readiness.collect.requests import graph_request, request_of
from readiness.errors import CouldNotReadError, UsageError
from readiness.model import Json
from readiness.yamlfile import nearest

LISTED: Final = next(o for o in OPERATIONS if o.yields == SUBSCRIPTIONS and o.each == TENANT)
READABLE: Final = ("enabled", "warned", "pastdue")
"""https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"""
CHAINS: Final = (
    "resourcecontainers\n"
    f"| where type =~ '{SUBSCRIPTIONS}'\n"
    "| project id, chain = properties.managementGroupAncestorsChain\n"
    "| order by id asc"
)
"""In which management groups subscriptions lie, the nearest first:
https://learn.microsoft.com/azure/governance/management-groups/resource-graph-samples"""


@dataclass(frozen=True, slots=True)
class Listed:
    """The subscriptions that the credential can see: ids, and which of them are judged; why the list is not whole.

    What is only visible is context: Resource Graph is asked for it, nothing else is (semantics 19).
    """

    visible: tuple[str, ...]
    """Ids of those that can be read."""
    judged: tuple[str, ...]
    """Ids of those asked for: named ones may be disabled; else all that can be read, or lie below a group."""
    bodies: tuple[dict[str, Json], ...] = ()
    """All that can be seen, as Resource Manager lists them; none where a run goes on."""
    at: str = ""
    failure: Failure | None = None
    every: bool = False
    """Whether no subscription was named: then one that holds no AI is context, too."""

    @property
    def guids(self) -> list[str]:
        """Of all that can be read, if any of those asked for can be."""
        wanted = {key_of(id_) for id_ in self.judged}
        if not any(key_of(id_) in wanted for id_ in self.visible):
            return []
        return sorted(guid_of(id_) for id_ in self.visible)


def subscriptions(reader: Reader, cloud: Cloud, at: datetime, wanted: tuple[str, ...]) -> Listed:
    """The subscriptions by id or name; all that can be seen without any. Raises SignInError and UsageError."""
    bodies: list[dict[str, Json]] = []
    last: Answer | None = None
    for last in reader.pages(request_of(LISTED, "", cloud, at), operation=LISTED.name):
        bodies += [b for b in last.body["value"] if _has_id(b)] if last.body else []
    bodies = list({key_of(body["id"]): body for body in bodies}.values())  # a list that begins again
    failure = last.failure if last else None
    visible = tuple(str(b["id"]) for b in bodies if is_enabled(b))
    judged = tuple(str(b["id"]) for b in _named(bodies, wanted, whole=failure is None)) if wanted else visible
    return Listed(visible, judged, tuple(bodies), last.at if last else "", failure, every=not wanted)


# --- management groups -------------------------------------------------------------------------------------------


def below(reader: Reader, cloud: Cloud, listed: Listed, groups: tuple[str, ...]) -> Listed:
    """The same, judged only where it lies below one of the management groups, by name, display name or id.

    Raises UsageError for a group with no such subscription, and CouldNotReadError where that can't be told.
    """
    if not groups:
        return listed
    above = _above(reader, cloud, sorted(guid_of(id_) for id_ in listed.visible))
    wanted = {name_of(group).casefold(): group for group in groups}
    inside = {name: [id_ for id_ in listed.judged if name in above.get(key_of(id_), ())] for name in wanted}
    for name, group in wanted.items():
        if not inside[name]:
            known = {each for id_ in listed.judged for each in above.get(key_of(id_), ())}
            why = f"no subscription below a management group '{group[:80]}' can be seen"
            raise UsageError(why, nearest(name, known) if known else "")
    found = {id_ for some in inside.values() for id_ in some}
    return replace(listed, judged=tuple(id_ for id_ in listed.judged if id_ in found))


def _above(reader: Reader, cloud: Cloud, guids: list[str]) -> dict[str, set[str]]:
    """The names of the management groups above each subscription, by its key, without case."""
    found: dict[str, set[str]] = {}
    for n in range(0, len(guids), graphed.AT_ONCE):
        request = graph_request("resourcecontainers", CHAINS, guids[n : n + graphed.AT_ONCE], cloud)
        for answer in reader.pages(request, operation=graphed.NAME):
            if answer.failure:
                why = f"the subscriptions of management groups can't be told: {answer.failure.reason}"
                raise CouldNotReadError(why, "Name them with --subscription.")
            rows = answer.body["data"] if answer.body else []
            found |= {key_of(row["id"]): set(_names_in(row.get("chain"))) for row in rows if _has_id(row)}
    return found


def _names_in(chain: Json) -> Iterator[str]:
    for group in chain if isinstance(chain, list) else []:
        if isinstance(group, dict):
            yield from (str(group[key]).casefold() for key in ("name", "displayName") if group.get(key))


def _named(bodies: list[dict[str, Json]], wanted: Iterable[str], *, whole: bool) -> list[dict[str, Json]]:
    found: dict[str, dict[str, Json]] = {}
    for name in wanted:
        those = [body for body in bodies if name.casefold() in _names(body)]
        if not those and whole:
            known = sorted(str(b.get("displayName") or guid_of(b["id"])) for b in bodies)
            raise UsageError(
                f"no subscription '{name[:60]}' can be seen", nearest(name, known) if known else "See --tenant."
            )
        found |= {key_of(body["id"]): body for body in those}
    return list(found.values())


def _names(body: dict[str, Json]) -> set[str]:
    return {guid_of(body["id"]).casefold(), key_of(body["id"]), str(body.get("displayName", "")).casefold()}


def guid_of(id_: str) -> str:
    """The GUID of a subscription's id."""
    return id_.rstrip("/").rpartition("/")[2]


def is_enabled(body: dict[str, Json]) -> bool:
    """Whether a subscription can be read."""
    return str(body.get("state", "Enabled")).casefold() in READABLE


def _has_id(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("id"), str) and bool(body["id"])
