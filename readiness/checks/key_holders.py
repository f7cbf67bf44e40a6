"""Who can list an account's keys: with a key all data is reached, whatever roles say.

Roles that manage an account list its keys (`listKeys/action`), and with that have what roles of the data plane give,
unless local authentication is off.
https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control
https://learn.microsoft.com/azure/ai-services/disable-local-auth
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.access import LIST_KEYS, Access, Found, Holds, access, keys_work
from readiness.checks.grants import bounds, counted, groups_said, interval, named, unread_of
from readiness.conditions import World
from readiness.model import Decision, Evidence, Outcome, Resource, Truth
from readiness.paths import Path

LOCAL_AUTH: Final = Path.parse("properties.disableLocalAuth")
COUNTED: Final = "principals that can list the keys"


@dataclass(frozen=True, slots=True)
class FewKeyHolders:
    """At most `max_principals` may list the keys of an account that accepts them; a group counts as one."""

    max_principals: int = 3


def few_key_holders(subject: Resource, params: FewKeyHolders, world: World) -> Decision:
    """Fails with more principals that can list the keys than allowed; passes where keys are refused."""
    works = keys_work(subject)
    if works is False:
        return Decision(Outcome.PASS, (Evidence(LOCAL_AUTH.text, True, note="keys are refused"),))
    found = access(subject, world)
    holders = found.holders(Holds(LIST_KEYS))
    outcome = _outcome(found, holders, params.max_principals, works)
    return Decision(outcome, _seen(subject, found, holders, params, world), _message(outcome, holders, params))


def _outcome(found: Access, holders: Found, most: int, works: Truth) -> Outcome:
    low, high = bounds(found, holders)
    if high <= most:
        return Outcome.PASS
    return Outcome.FAIL if low > most and works else Outcome.UNKNOWN


def _seen(
    subject: Resource, found: Access, holders: Found, params: FewKeyHolders, world: World
) -> tuple[Evidence, ...]:
    low, high = bounds(found, holders)
    unclear = keys_work(subject) is None
    why = (Evidence(LOCAL_AUTH.text, note=world.why_unknown(subject, LOCAL_AUTH, None)),) if unclear else ()
    return (
        Evidence(COUNTED, interval(low, high), f"at most {params.max_principals}"),
        *named(holders, subject),
        *groups_said(holders),
        *why,
        *unread_of(found),
    )


def _message(outcome: Outcome, holders: Found, params: FewKeyHolders) -> str | None:
    if outcome is not Outcome.FAIL:
        return None
    who = counted(holders)
    return f"{holders.low} principals can list the keys ({who}); expected at most {params.max_principals}"
