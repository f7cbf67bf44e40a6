"""Custom roles whose data actions hold a whole service: more is granted with each feature that it gets.

https://learn.microsoft.com/azure/role-based-access-control/custom-roles
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.access import ASSIGNMENTS, ROLE
from readiness.arm import SUBSCRIPTION_TYPE, subscription_of
from readiness.checks.grants import unread
from readiness.conditions import World
from readiness.model import Decision, Evidence, Lost, Outcome, Resource, Truth
from readiness.paths import Path
from readiness.roles import guid_of, role_of

DATA_ACTIONS: Final = "properties.permissions[*].dataActions"
PERMISSIONS: Final = Path.parse("properties.permissions")
FAMILIES: Final = ("microsoft.cognitiveservices/accounts/*", "microsoft.search/searchservices/*")


@dataclass(frozen=True, slots=True)
class NoWildcardData:
    """Takes nothing: a role is judged by its definition."""


def no_wildcard_data(subject: Resource, params: NoWildcardData, world: World) -> Decision:
    """Fails where a custom role that is assigned holds all data actions of models or of search."""
    role = role_of(subject)
    if role.custom is not True:
        outcome = Outcome.NOT_APPLICABLE if role.custom is False else Outcome.UNKNOWN
        return Decision(outcome, (Evidence("properties.type", note="only custom roles are judged"),))
    used, lost = _is_assigned(role.id, world)
    if used is False:
        return Decision(
            Outcome.NOT_APPLICABLE, (Evidence("roleAssignments", 0, note="the role is assigned nowhere"),)
        )
    wide = [role.covers(family) for family in FAMILIES]
    found = True if True in wide else None if None in wide else False
    if used is None or found is None:
        note = "its permissions can't be read, or hold under a condition" if found is None else None
        seen = Evidence(DATA_ACTIONS, _patterns(subject), note=note)
        return Decision(Outcome.UNKNOWN, (seen, *unread(lost)))
    seen = Evidence(DATA_ACTIONS, _patterns(subject), "no wildcard over a whole service")
    return Decision(Outcome.FAIL if found else Outcome.PASS, (seen,))


def _patterns(definition: Resource) -> list[str]:
    """Its data actions that hold all of a service, as far as they can be read."""
    role = role_of(definition)
    return list(dict.fromkeys(p for family in FAMILIES for p in role.reaching(family, data=True) or ()))


def _is_assigned(role_id: str, world: World) -> tuple[Truth, tuple[Lost, ...]]:
    used, lost = _assigned(world)
    return True if role_id in used else None if lost else False, lost


@lru_cache(maxsize=2)
def _assigned(world: World) -> tuple[frozenset[str], tuple[Lost, ...]]:
    """The ids of all roles that are assigned anywhere, and the lists of assignments that were lost."""
    everything = Resource({}, id="estate", key="estate", type="estate")
    listed = world.related(everything, "resources", ASSIGNMENTS)
    records = [r for r in listed.items if isinstance(r, Resource)]
    known = world.related(everything, "resources", SUBSCRIPTION_TYPE).items
    within = {subscription_of(r.key) for r in (*records, *known) if isinstance(r, Resource)} - {None}
    higher = [world.inherited(_subscription(key), ASSIGNMENTS) for key in sorted(str(key) for key in within)]
    higher.append(world.inherited(everything, ASSIGNMENTS))
    records += [r for found in higher for _, held in found.by_scope for r in held]
    named = (ROLE(record) for record in records)
    lost = dict.fromkeys((*listed.lost, *(lost for found in higher[:-1] for lost in found.lost)))
    return frozenset(guid_of(text) for text in named if isinstance(text, str)), tuple(lost)


def _subscription(key: str) -> Resource:
    return Resource({}, id=key, key=key, type=SUBSCRIPTION_TYPE)
