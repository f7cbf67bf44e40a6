"""Roles on an account with projects: those of Foundry work in projects, those of Cognitive Services call models.

Built-in roles are known by their ids, which stay when names change.
https://learn.microsoft.com/azure/ai-foundry/concepts/rbac-azure-ai-foundry
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from readiness.access import REACH_DATA, Denies, Found, Grant, Holds, Right, access
from readiness.checks.grants import TOLD, held, unread
from readiness.conditions import World
from readiness.model import Decision, Evidence, Outcome, Resource, Truth

PROJECTS: Final = "Microsoft.CognitiveServices/accounts/projects"
WORK: Final = Right("work with agents", ("microsoft.cognitiveservices/accounts/aiservices/agents/write",), data=True)
ASKED: Final = "roles made for projects"


@dataclass(frozen=True, slots=True)
class ProjectRoles:
    """`project_roles` are the ids (last parts) of roles made for projects; `other_roles` of those that are not."""

    project_roles: tuple[str, ...]
    other_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fits:
    """The test whether a role is made for projects: by its id, a custom one by what it grants."""

    made: frozenset[str]
    not_made: frozenset[str]

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told."""
        role = grant.role
        if role.id in self.made:
            return True
        if role.id in self.not_made or role.custom is False:
            return False
        return None if role.blocks is None or role.custom is None else Holds(WORK)(grant, denies)


@dataclass(frozen=True, slots=True)
class Reaches:
    """The test whether a role is of the data plane."""

    listed: frozenset[str]

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """Whether it is, or may be."""
        return grant.role.id in self.listed or Holds(REACH_DATA)(grant, denies) is not False


def project_roles(subject: Resource, params: ProjectRoles, world: World) -> Decision:
    """Fails where roles of the data plane are assigned, and none of them is made for projects."""
    made, not_made = (frozenset(r.lower() for r in ids) for ids in (params.project_roles, params.other_roles))
    projects = world.related(subject, "children", PROJECTS)
    found = [access(subject, world), *(access(p, world) for p in projects.items if isinstance(p, Resource))]
    fitting = [each.holders(Fits(made, not_made)) for each in found]
    if any(each.low for each in fitting):
        return Decision(Outcome.PASS, _some((g for each in fitting for g in each.certain()), subject))
    lost = tuple(dict.fromkeys((*(lost for each in found for lost in each.assignments), *projects.lost)))
    if lost or any(each.high for each in fitting):
        doubts = _some((g for each in fitting for g in each.uncertain()), subject, doubtful=True)
        unclear = (Evidence(ASKED, "0 or more"), *doubts, *unread((*lost, *found[0].definitions)))
        return Decision(Outcome.UNKNOWN, unclear)
    return _without(subject, [each.holders(Reaches(not_made)) for each in found])


def _some(grants: Iterable[Grant], subject: Resource, *, doubtful: bool = False) -> tuple[Evidence, ...]:
    """The first of some grants as evidence; what a project inherits from its account is one with the account's."""
    return tuple(held(g, subject, doubtful=doubtful) for g in islice(dict.fromkeys(islice(grants, 100)), TOLD))


def _without(subject: Resource, reaching: list[Found]) -> Decision:
    """What it comes to where no role is made for projects."""
    if not any(each.low for each in reaching):
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(ASKED, 0, note="nobody has a role of the data plane"),))
    seen = _some((g for each in reaching for g in each.certain()), subject)
    names = ", ".join(sorted({str(evidence.observed) for evidence in seen}))
    said = f"no role made for projects is assigned, only {names}"
    return Decision(Outcome.FAIL, (Evidence(ASKED, 0, "at least 1"), *seen), said)
