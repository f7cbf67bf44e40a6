"""What keeps a resource from being deleted: locks at it and above it, and what else they forbid.

ReadOnly forbids every write and every POST: listing keys is one.
https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource
from readiness.paths import Path, reader

LEVEL: Final = Path.parse("properties.level")
LEVELS: Final = ("cannotdelete", "readonly")
WANTED: Final = "CanNotDelete or ReadOnly"
NONE: Final = "no lock forbids deleting it: none at it, its resource group or its subscription"
BLOCKS: Final = "ReadOnly also blocks writes and every POST, such as listing or renewing keys"


@dataclass(frozen=True, slots=True)
class DeleteLock:
    """No params: a lock of either level, at the resource, its group or its subscription, is enough."""


def delete_lock(subject: Resource, params: DeleteLock, world: World) -> Decision:
    """Passes with a lock, and says what a ReadOnly one blocks beside; unknown where one may be there, unread."""
    found = world.related(subject, "locks", None)
    levels = [(lock, reader(LEVEL)(lock, lock)) for lock in found.items if isinstance(lock, Resource)]
    held = [(lock, level) for lock, level in levels if str(level).casefold() in LEVELS]
    if held:
        return Decision(Outcome.PASS, tuple(_seen(lock, str(level)) for lock, level in held))
    unclear = [
        Evidence(LEVEL.text, None, WANTED, world.why_unknown(lock, LEVEL, None), lock.id)
        for lock, level in levels
        if level is UNKNOWN
    ]
    unclear += [Evidence("locks", None, WANTED, lost_in_words(lost), lost.scope or None) for lost in found.lost]
    if unclear:
        return Decision(Outcome.UNKNOWN, tuple(unclear))
    return Decision(Outcome.FAIL, (Evidence("locks", "none", WANTED),), NONE)


def _seen(lock: Resource, level: str) -> Evidence:
    return Evidence(LEVEL.text, level, WANTED, BLOCKS if level.casefold() == "readonly" else None, lock.id)
