"""The access table of an account as people read it: who, in which role, from where, and what that opens.

Types of principals: https://learn.microsoft.com/rest/api/authorization/role-assignments/get
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.access import UNKNOWN_KIND, Row
from readiness.arm import key_of, with_slash
from readiness.checks.grants import WORDS
from readiness.conditions.lists import lost_in_words
from readiness.model import Truth
from readiness.render import shown
from readiness.render.texts import say
from readiness.report import AccountAccess, Holders

OURS: Final = "microsoft.cognitiveservices/"
PATTERNS: Final = 2
"""How many data actions of a role are named."""
LISTS: Final = 6
"""How many lists that were lost are named."""
MANAGEMENT_GROUPS: Final = "/providers/microsoft.management/managementgroups/"


@dataclass(frozen=True, slots=True)
class Who:
    """A row in words: texts from outside stand as they came. `reaches` are data actions, the first few."""

    principal: str
    kind: str
    role: str
    how: tuple[str, ...]
    level: str
    place: str
    data: Truth
    reaches: str
    keys: Truth


def who(row: Row, account: str, names: dict[str, str]) -> Who:
    """A row of an account (a key) in words; `names` are those of subscriptions."""
    hows = (("access.conditional", row.conditional), ("access.eligible", row.eligible))
    how = tuple(say(text) for text, holds in hows if holds)
    level, place = placed(row.scope, account, names)
    reaches = _reaches(row.patterns) if row.data is not False else ""
    return Who(row.principal, kind_of(row.kind), row.role, how, level, place, row.data, reaches, row.keys)


def kind_of(kind: str) -> str:
    """Whether a principal is a person, an application, a group ... in the words of findings."""
    return WORDS.get(kind, WORDS[UNKNOWN_KIND])[0]


def placed(scope: str, account: str, names: dict[str, str]) -> tuple[str, str]:
    """At which level a role was assigned, and what is there called; the account and the tenant need no name."""
    key = key_of(with_slash(scope)) if scope.strip("/") else ""
    if key == account:
        return say("access.here"), ""
    if not key:
        return say("access.tenant"), ""
    if key.startswith(MANAGEMENT_GROUPS):
        return say("access.management_group"), shown.name(scope, names=names)
    parts = key.strip("/").split("/")
    levels = {2: "access.subscription", 4: "access.group"} if parts[0] == "subscriptions" else {}
    return say(levels.get(len(parts), "access.elsewhere")), shown.name(scope, names=names)


def _reaches(patterns: tuple[str, ...]) -> str:
    own = [pattern.removeprefix(OURS) for pattern in patterns]
    more = len(own) - PATTERNS
    return ", ".join(own[:PATTERNS]) + (f" {say('and_more', count=more)}" if more > 0 else "")


def sentences(access: AccountAccess) -> Iterator[str]:
    """Who reaches the data and lists the keys, in numbers; and what is not known."""
    whole = not access.lost
    yield say("access.data", who=_counted(access.data, whole=whole))
    works = {True: "access.keys", False: "access.keys_off", None: "access.keys_unknown"}[access.table.keys_work]
    yield say(works, who=_counted(access.keys, whole=whole))


def _counted(holders: Holders, *, whole: bool) -> str:
    """`2 people, 1 application; perhaps 1 device`; nobody only where all roles were read."""
    certain, possible = _by_kind(holders.certain), _by_kind(holders.possible)
    said = [certain] if certain else []
    said += [say("access.perhaps", who=possible)] if possible else []
    if not said:
        return say("access.nobody" if whole else "not_known")
    return "; ".join([*said, *([] if whole else [say("access.in_part")])])


def _by_kind(counts: dict[str, int]) -> str:
    found = ((counts[kind], words) for kind, words in WORDS.items() if counts.get(kind))
    return ", ".join(f"{count} {words[count != 1]}" for count, words in found)


def lost(access: AccountAccess) -> list[str]:
    """Why the table may not be whole, a sentence for each list that was lost."""
    every = list(dict.fromkeys(_lost(one.scope, lost_in_words(one), one.message) for one in access.table.lost))
    more = len(every) - LISTS
    return every[:LISTS] + ([say("and_more", count=more)] if more > 0 else [])


def _lost(scope: str, said: str, message: str | None) -> str:
    place = shown.name(scope, names={}) if scope else say("everywhere")
    return f"{place}: {said}{f' ({message})' if message else ''}"
