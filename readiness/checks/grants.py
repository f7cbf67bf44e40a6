"""How evidence names who holds a role: by the assignment's id, the principal, the role and where it was assigned."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from readiness.access import ABOVE_UNKNOWN, GROUPS, UNKNOWN_KIND, Access, Found, Grant
from readiness.arm import group_of, name_of, subscription_of
from readiness.conditions.lists import lost_in_words
from readiness.model import Evidence, Json, Lost, Resource, Truth

TOLD: Final = 10
"""How many holders evidence names; the count says how many there are."""
PATH: Final = "properties.roleDefinitionId"
WORDS: Final = {
    "User": ("person", "people"),
    "ServicePrincipal": ("application", "applications"),
    "Group": ("group of unknown size", "groups of unknown size"),
    "ForeignGroup": ("foreign group of unknown size", "foreign groups of unknown size"),
    "Device": ("device", "devices"),
    UNKNOWN_KIND: (UNKNOWN_KIND, "principals of unknown type"),
}


def held(grant: Grant, subject: Resource, *, doubtful: bool = False) -> Evidence:
    """A role that a principal holds, as evidence."""
    said = [f"{WORDS[grant.kind][0]} {grant.principal}", where(grant, subject), *(_doubts(grant) if doubtful else ())]
    return Evidence(PATH, grant.role.name, note=", ".join(said), resource=grant.record.id)


def where(grant: Grant, subject: Resource) -> str:
    """Where a role was assigned, as seen from a resource."""
    return "assigned here" if grant.scope == subject.key else _placed(grant.scope)


@lru_cache(maxsize=4096)
def _placed(scope: str) -> str:
    """Where a scope (a key) is; thousands of resources inherit from few scopes."""
    if not scope:
        return "assigned at the tenant"
    subscription, name = subscription_of(scope), name_of(scope)
    if not subscription:
        return f"assigned at the management group {name}"
    if scope == subscription:
        return "assigned at the subscription"
    kind = "the resource group " if scope == group_of(scope) else ""
    return f"assigned at {kind}{name}"


def _doubts(grant: Grant) -> Iterable[str]:
    """Why it can't be told whether a grant holds."""
    if grant.conditional:
        yield "under a condition that is not evaluated"
    if grant.role.blocks is None:
        yield "by a role whose definition was not read"
    elif any(block.limited for block in grant.role.blocks):
        yield "by a role that is limited by a condition"
    elif not grant.conditional:
        yield "which a deny assignment may take away"


def counted(*found: Found) -> str:
    """How many principals of which kind for certain: `2 people, 1 group of unknown size`; empty for none."""
    kinds = sum((each.kinds for each in found), Counter[str]())
    ordered = [(kind, kinds[kind]) for kind in WORDS if kinds[kind]]
    return ", ".join(f"{count} {WORDS[kind][count != 1]}" for kind, count in ordered)


def groups_said(found: Found) -> tuple[Evidence, ...]:
    """That groups are not expanded, if some hold anything."""
    number = sum(found.kinds[kind] for kind in GROUPS)
    if not number:
        return ()
    return (Evidence("groups", number, note="groups are not expanded: each counts as one principal"),)


def unread(lists: Iterable[Lost]) -> tuple[Evidence, ...]:
    """The lists that could not be read, as evidence."""
    return tuple(Evidence(f"list of {lost.type}", note=_why(lost)) for lost in lists)


def _why(lost: Lost) -> str:
    return ABOVE_UNKNOWN if lost.message == ABOVE_UNKNOWN else lost_in_words(lost)


def unread_of(found: Access) -> tuple[Evidence, ...]:
    """The lists without which access can't be told."""
    return unread(found.lost)


def bounds(found: Access, holders: Found) -> tuple[int, float]:
    """How many holders there are: at least (none where a denial may not have been read), and at most."""
    return 0 if found.denials else holders.low, math.inf if found.assignments else holders.high


def interval(low: int, high: float) -> Json:
    """How many there are, as evidence says it: a number, or `2 to 5`, or `2 or more`."""
    return low if low == high else f"{low} or more" if math.isinf(high) else f"{low} to {int(high)}"


def anybody(found: Access, holders: Found) -> Truth:
    """Whether a test holds of anybody; not to be told where a list was lost that could say otherwise."""
    low, high = bounds(found, holders)
    return True if low else None if high else False


def named(holders: Found, subject: Resource) -> tuple[Evidence, ...]:
    """The first holders that are certain, then the first of those that may be."""
    sure = [held(grant, subject) for grant in islice(holders.certain(), TOLD)]
    return (*sure, *(held(grant, subject, doubtful=True) for grant in islice(holders.uncertain(), TOLD)))
