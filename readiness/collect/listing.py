"""The subscriptions: those that can be seen, those that were asked for, and those that can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from readiness.arm import key_of
from readiness.collect.answers import Answer, Failure
from readiness.collect.clouds import Cloud
from readiness.collect.operations import OPERATIONS, SUBSCRIPTIONS, TENANT
from readiness.collect.reader import Reader
from readiness.collect.requests import request_of
from readiness.errors import UsageError
from readiness.model import Json
from readiness.yamlfile import nearest

LISTED: Final = next(o for o in OPERATIONS if o.yields == SUBSCRIPTIONS and o.each == TENANT)
READABLE: Final = ("enabled", "warned", "pastdue")
"""https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"""


@dataclass(frozen=True, slots=True)
class Listed:
    """The subscriptions that the credential can see: ids, and which of them are judged; why the list is not whole.

    What is only visible is context: Resource Graph is asked for it, nothing else is (semantics 19).
    """

    visible: tuple[str, ...]
    """Ids of those that can be read."""
    judged: tuple[str, ...]
    """Ids of those asked for, disabled ones too; without `--subscription`, all that can be read."""
    bodies: tuple[dict[str, Json], ...] = ()
    """All that can be seen, as Resource Manager lists them; none where a run goes on."""
    at: str = ""
    failure: Failure | None = None

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
    failure = last.failure if last else None
    visible = tuple(str(b["id"]) for b in bodies if is_enabled(b))
    judged = tuple(str(b["id"]) for b in _named(bodies, wanted, whole=failure is None)) if wanted else visible
    return Listed(visible, judged, tuple(bodies), last.at if last else "", failure)


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
