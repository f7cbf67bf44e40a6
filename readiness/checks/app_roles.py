"""What applications may do beyond calling a service: list its keys, manage it, or have all of its data.

Judged by what roles grant, at the service and above it; roles that are enough are allowed by their ids.
https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from readiness.access import (
    CALL_MODELS,
    LIST_KEYS,
    REACH_DATA,
    UNKNOWN_KIND,
    Access,
    Denies,
    Found,
    Grant,
    Holds,
    Right,
    access,
)
from readiness.checks.grants import TOLD, anybody, bounds, counted, groups_said, interval, named, unread_of
from readiness.conditions import World
from readiness.model import Decision, Environment, Evidence, Outcome, Resource, Truth
from readiness.roles import OPENAI_CONTRIBUTOR

MANAGE_MODELS: Final = Right(
    "manage the account",
    ("microsoft.cognitiveservices/accounts/write", "microsoft.cognitiveservices/accounts/deployments/write"),
)
ALL_MODELS_DATA: Final = "microsoft.cognitiveservices/accounts/openai/*"
ASKED: Final = "applications with more than they need"


@dataclass(frozen=True, slots=True)
class AppRoles:
    """`allowed_roles` are the ids (last parts) of roles that an application may have."""

    allowed_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exceeds:
    """The test whether an application's role gives one of some rights, or all data of a family of actions."""

    rights: tuple[Right, ...]
    family: str
    allowed: tuple[str, ...]

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told, also for a principal of unknown type."""
        if grant.role.id in self.allowed or grant.kind not in ("ServicePrincipal", UNKNOWN_KIND):
            return False
        found = [Holds(right)(grant, denies) for right in self.rights] + [self._all_data(grant, denies)]
        truth = True if True in found else None if None in found else False
        return None if truth and grant.kind == UNKNOWN_KIND else truth

    def _all_data(self, grant: Grant, denies: Denies) -> Truth:
        covered = grant.role.covers(self.family) if self.family else False
        if covered is False:
            return False
        reached = Holds(Right("all data", (self.family,), data=True, family=True))(grant, denies)
        return False if reached is False else None if covered is None else reached


@dataclass(frozen=True, slots=True)
class IsPerson:
    """The test whether a person has one role."""

    role: str

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """Whether it is that role, and a person's."""
        if grant.role.id != self.role or grant.kind not in ("User", UNKNOWN_KIND):
            return False
        return None if grant.conditional or grant.kind == UNKNOWN_KIND else Holds(CALL_MODELS)(grant, denies)


@dataclass(frozen=True, slots=True)
class IsApplication:
    """The test whether an application has any of some rights."""

    rights: tuple[Right, ...]

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """Whether an application's role gives one; None counts as yes: the application is there."""
        if grant.kind != "ServicePrincipal":
            return False
        return any(Holds(right)(grant, denies) is not False for right in self.rights)


def app_roles(subject: Resource, params: AppRoles, world: World) -> Decision:
    """Fails with an application that has more than a caller's role, or a person with the contributor's in production.

    Outside production the contributor's role is allowed to both.
    """
    found, (environment, why) = access(subject, world), world.environment(subject)
    strict, lenient = _both(found, params, production=True), _both(found, params, production=False)
    asked = [lenient] if environment is Environment.DEVELOPMENT else [strict]
    asked += [lenient] if environment is Environment.UNKNOWN else []
    truths = [_any(found, each) for each in asked]
    if not any(True for _ in found.grants()) and not found.lost:
        return Decision(
            Outcome.UNKNOWN, (Evidence(ASKED, note="no role assignment is visible, not even an owner's"),)
        )
    truth = truths[0] if len(set(truths)) == 1 else None
    said = (Evidence("environment", note=why),) if len(set(truths)) > 1 else ()
    return _decision(truth, found, asked[0], subject, said)


def _both(found: Access, params: AppRoles, *, production: bool) -> tuple[Found, Found]:
    allowed = tuple(sorted({role.lower() for role in params.allowed_roles}))
    more = () if production else (OPENAI_CONTRIBUTOR,)
    exceeds = Exceeds((LIST_KEYS, MANAGE_MODELS), ALL_MODELS_DATA, (*allowed, *more))
    people = IsPerson(OPENAI_CONTRIBUTOR if production else "-")
    return found.holders(exceeds), found.holders(people)


def _any(found: Access, asked: tuple[Found, Found]) -> Truth:
    truths = [anybody(found, holders) for holders in asked]
    return True if True in truths else None if None in truths else False


def _decision(
    truth: Truth, found: Access, asked: tuple[Found, Found], subject: Resource, said: tuple[Evidence, ...]
) -> Decision:
    apps, people = asked
    groups = groups_said(found.holders(Holds(REACH_DATA)))
    if truth is False:
        present = found.holders(IsApplication((REACH_DATA, LIST_KEYS))).high
        outcome = Outcome.PASS if present else Outcome.NOT_APPLICABLE
        note = None if present else "no application has a role of its own here"
        return Decision(outcome, (Evidence(ASKED, 0, 0 if present else None, note=note), *groups))
    seen = (Evidence(ASKED, interval(*bounds(found, apps)), 0), *named(apps, subject), *named(people, subject), *said)
    if truth is None:
        return Decision(Outcome.UNKNOWN, (*seen, *unread_of(found)))
    who = counted(apps, people)
    first = (*islice(apps.certain(), TOLD), *islice(people.certain(), TOLD))
    roles = ", ".join(sorted({grant.role.name for grant in first}))
    return Decision(Outcome.FAIL, (*seen, *groups), f"{who} with more than a caller needs: {roles}")
