"""Roles at a subscription and above it: those that reach all data below, and those that give access away.

https://learn.microsoft.com/azure/role-based-access-control/best-practices
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.access import GRANT_ACCESS, Denies, Found, Grant, Holds, access, temporary
from readiness.checks.grants import bounds, counted, groups_said, interval, named, unread
from readiness.conditions import World
from readiness.model import Decision, Evidence, Lost, Outcome, Resource, Truth

SERVICES: Final = ("Microsoft.CognitiveServices/accounts", "Microsoft.Search/searchServices")
FAMILIES: Final = ("microsoft.cognitiveservices/*", "microsoft.search/*")
DATA: Final = "data roles at the subscription or above"
PRIVILEGED: Final = "principals that can always grant access"


@dataclass(frozen=True, slots=True)
class NoWideDataRoles:
    """Takes nothing: a subscription's data roles are judged by where they are assigned."""


@dataclass(frozen=True, slots=True)
class ReachesData:
    """The test whether a role reaches data of models or of search; a condition leaves open how much."""

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told. Denials do not matter: the role is wide all the same."""
        found = [grant.role.reaching(family, data=True) for family in FAMILIES]
        if None in found:
            return None
        return False if not any(found) else None if grant.conditional else True


def no_wide_data_roles(subject: Resource, params: NoWideDataRoles, world: World) -> Decision:
    """Fails with each role of the data plane that is assigned at a subscription or above it."""
    services = [world.related(subject, "resources", type_) for type_ in SERVICES]
    if not any(listed.items for listed in services):
        lost = [lost for listed in services for lost in listed.lost]
        note = "no AI service and no search service in the subscription" if not lost else None
        outcome = Outcome.UNKNOWN if lost else Outcome.NOT_APPLICABLE
        return Decision(outcome, (Evidence(DATA, note=note), *unread(lost)))
    found = access(subject, world)
    holders = found.holders(ReachesData())
    if holders.low:
        who = counted(holders)
        said = f"{who} with data roles at the subscription or above; expected none"
        return Decision(Outcome.FAIL, (*named(holders, subject), *groups_said(holders)), said)
    if holders.high or found.assignments:
        seen = (Evidence(DATA, interval(*bounds(found, holders)), 0), *named(holders, subject))
        return Decision(Outcome.UNKNOWN, (*seen, *unread((*found.assignments, *found.definitions))))
    return Decision(Outcome.PASS, (Evidence(DATA, 0, 0),))


# --- roles that give access away ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FewStandingOwners:
    """At most `max_standing` principals may always grant access; a group counts as one."""

    max_standing: int = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """The test whether a role grants access and stays: it was not activated for a time, and has no end."""

    ending: frozenset[str]

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told."""
        return False if grant.record.key in self.ending else Holds(GRANT_ACCESS)(grant, denies)


def few_standing_owners(subject: Resource, params: FewStandingOwners, world: World) -> Decision:
    """Fails with more principals than allowed that can always grant access at a subscription.

    Where the schedules were refused, any assignment may be one for a time: few stand for certain, many can't be told.
    """
    found = access(subject, world)
    ending, refused = temporary(subject, world)
    holders = found.holders(Standing(ending))
    low, high = bounds(found, holders)
    low, most = 0 if refused else low, params.max_standing
    outcome = Outcome.PASS if high <= most else Outcome.FAIL if low > most else Outcome.UNKNOWN
    seen = (Evidence(PRIVILEGED, interval(low, high), f"at most {most}"), *named(holders, subject))
    lost = () if outcome is Outcome.FAIL else unread(found.lost)
    evidence = (*seen, *groups_said(holders), *lost, *_partial(refused))
    return Decision(outcome, evidence, _too_many(holders, most) if outcome is Outcome.FAIL else None)


def _partial(refused: tuple[Lost, ...]) -> tuple[Evidence, ...]:
    if not refused:
        return ()
    note = "which of them are activated for a time could not be read"
    return (Evidence("activations", note=note), *unread(refused))


def _too_many(holders: Found, most: int) -> str:
    who = counted(holders)
    return f"{holders.low} principals can always grant access ({who}); expected at most {most}"
