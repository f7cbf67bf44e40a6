"""Which of the plan's actions a caller lacks, by the permissions that Resource Manager says the caller has.

Each entry of the list is of one role: `actions` without its `notActions`, in which `*` stands for anything, case
aside; a caller may do what any entry allows.
https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group
https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.model import Json


def missing(actions: Iterable[str], permissions: list[Json]) -> tuple[str, ...]:
    """The actions that no entry allows, as they are spelt."""
    entries = [(_any_of(entry, "actions"), _any_of(entry, "notActions")) for entry in permissions]
    return tuple(action for action in actions if not any(_allows(*entry, action) for entry in entries))


def _allows(granted: re.Pattern[str], taken: re.Pattern[str], action: str) -> bool:
    return granted.fullmatch(action) is not None and taken.fullmatch(action) is None


def _any_of(entry: Json, key: str) -> re.Pattern[str]:
    """A pattern of all actions under a key; one that fits nothing if there are none."""
    held = entry.get(key) if isinstance(entry, dict) else None
    texts = [text for text in held if isinstance(text, str)] if isinstance(held, list) else []
    forms = (".*".join(map(re.escape, re.split(r"\*+", text))) for text in texts)
    return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE | re.DOTALL)
