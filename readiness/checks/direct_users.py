"""People who have access by an assignment of their own, in place of a group's.

Counted at the account, in its projects and at its resource group; what is assigned higher is the subscription's.
https://learn.microsoft.com/azure/role-based-access-control/best-practices
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import Final

from readiness.access import ABOVE_UNKNOWN, REACH_DATA, UNKNOWN_KIND, Denies, Grant, access
from readiness.arm import group_of
from readiness.checks.grants import TOLD, held, interval, unread
from readiness.conditions import World
from readiness.conditions.value import counted as environment_counted
from readiness.model import Decision, Environment, Evidence, Lost, Outcome, Resource, Truth

PROJECTS: Final = "Microsoft.CognitiveServices/accounts/projects"
COUNTED: Final = "people with a role of their own"
FAMILY: Final = REACH_DATA.actions[0]


@dataclass(frozen=True, slots=True)
class FewDirectUsers:
    """How many people may have roles of their own, in production and outside it."""

    max_users: int = 0
    max_users_development: int = 3


@dataclass(frozen=True, slots=True)
class HasOwnRole:
    """The test whether a person was given a role that reaches the service, in a resource group or below."""

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told. Denials do not matter: the role is assigned all the same."""
        if grant.kind not in ("User", UNKNOWN_KIND) or group_of(grant.scope) is None:
            return False
        reached = [grant.role.reaching(FAMILY, data=data) for data in (False, True)]
        if None not in reached and not any(reached):
            return False
        return None if None in reached or grant.kind == UNKNOWN_KIND else True


def few_direct_users(subject: Resource, params: FewDirectUsers, world: World) -> Decision:
    """Fails with more people than allowed who have a role of their own at an account, its projects or its group."""
    people, doubtful, low, high = _people(subject, world)
    lost = _lost(subject, world)
    limits = _limits(subject, params, world)
    outcomes = {_outcome(low, math.inf if lost else high, most) for most in limits}
    outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.UNKNOWN
    most = " or ".join(str(limit) for limit in dict.fromkeys(limits))
    evidence = (
        Evidence(COUNTED, interval(low, math.inf if lost else high), f"at most {most}"),
        *(held(grant, subject) for grant in people),
        *(held(grant, subject, doubtful=True) for grant in doubtful),
        *(unread(lost) if outcome is not Outcome.FAIL else ()),
    )
    who = "1 person has" if low == 1 else f"{low} people have"
    said = f"{who} a role of their own; expected at most {most}" if outcome is Outcome.FAIL else None
    return Decision(outcome, evidence, said)


def _people(subject: Resource, world: World) -> tuple[list[Grant], list[Grant], int, int]:
    """The first people for certain, the first that may be, and how many there are: at least, and at most."""
    found = access(subject, world).holders(HasOwnRole())
    within = [access(p, world).holders(HasOwnRole()) for p in _projects(subject, world)]
    more = {p: g for each in within for p, g in each.sure.items() if found.of(p) is not True}
    doubts = {p: g for each in within for p, g in each.maybe.items() if found.of(p) is False and p not in more}
    raised = sum(found.of(principal) is None for principal in more)
    certain = islice((*islice(found.certain(), TOLD), *more.values()), TOLD)
    uncertain = islice((*islice(found.uncertain(), TOLD), *doubts.values()), TOLD)
    low = found.low + len(more)
    return list(certain), list(uncertain), low, found.high + len(more) - raised + len(doubts)


def _projects(subject: Resource, world: World) -> list[Resource]:
    return [p for p in world.related(subject, "children", PROJECTS).items if isinstance(p, Resource)]


def _lost(subject: Resource, world: World) -> tuple[Lost, ...]:
    """The lists that were lost; what lies above the subscription does not matter."""
    held_by = (subject, *_projects(subject, world))
    lost = (lost for each in held_by for lost in access(each, world).assignments if lost.message != ABOVE_UNKNOWN)
    return tuple(dict.fromkeys((*lost, *world.related(subject, "children", PROJECTS).lost)))


def _limits(subject: Resource, params: FewDirectUsers, world: World) -> list[int]:
    environment, _ = world.environment(subject)
    if environment is Environment.UNKNOWN:
        return [params.max_users, params.max_users_development]
    production = environment_counted(environment) is Environment.PRODUCTION
    return [params.max_users if production else params.max_users_development]


def _outcome(low: int, high: float, most: int) -> Outcome:
    return Outcome.PASS if high <= most else Outcome.FAIL if low > most else Outcome.UNKNOWN
