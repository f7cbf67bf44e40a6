"""Role definitions: what a role lets its holder do, action by action.

A role is known by the last part of its id: built-in roles are renamed, and one role is recorded at the tenant in one
list and below a subscription in another. What it grants is the sum of its permission blocks, each of them its
actions without its notActions and, apart from those, its dataActions without its notDataActions. `*` stands for any
text anywhere, and letter case says nothing.
https://learn.microsoft.com/azure/role-based-access-control/role-definitions
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.arm import name_of
from readiness.model import UNKNOWN, Json, Resource, Truth
from readiness.paths import Path, reader

ROLE_DEFINITIONS: Final = "Microsoft.Authorization/roleDefinitions"
PERMISSIONS: Final = Path.parse("properties.permissions")
NAME: Final = Path.parse("properties.roleName")
TYPE: Final = Path.parse("properties.type")
_READ_PERMISSIONS, _READ_NAME, _READ_TYPE = reader(PERMISSIONS), reader(NAME), reader(TYPE)
LONGEST: Final = 1000
"""Characters of an action; a longer text is none, and its block can't be told."""

OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
ACCESS_ADMINISTRATOR: Final = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMINISTRATOR: Final = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
OPENAI_CONTRIBUTOR: Final = "a001fd3d-188f-4b5d-821b-7da978bf7442"


# --- patterns of actions ------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def matches(pattern: str, action: str) -> bool:
    """Whether a pattern holds an action; both in lower case, `*` in the pattern is any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == action
    if not action.startswith(first):
        return False
    at, last = len(first), rest.pop()
    for part in rest:
        found = action.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(action) - at >= len(last) and action.endswith(last)


def covers(pattern: str, other: str) -> bool:
    """Whether a pattern holds all that another one does: the other's `*` must fall to one of its own."""
    return matches(pattern, other)


@lru_cache(maxsize=65536)
def meets(pattern: str, other: str) -> bool:
    """Whether some action fits both patterns."""
    reached = {0}
    for letter in pattern:
        reached = _after(letter, _past_stars(reached, other), other)
    return len(other) in _past_stars(reached, other)


def _past_stars(reached: set[int], other: str) -> set[int]:
    """The places in the other pattern that can be had without a further letter."""
    found = set(reached)
    for at in sorted(reached):
        while at < len(other) and other[at] == "*":
            at += 1
            found.add(at)
    return found


def _after(letter: str, reached: set[int], other: str) -> set[int]:
    """The places in the other pattern after a letter of the first one."""
    if letter == "*":
        return set(range(min(reached), len(other) + 1)) if reached else set()
    stay = {at for at in reached if at < len(other) and other[at] == "*"}
    return stay | {at + 1 for at in reached if at < len(other) and other[at] == letter}


# --- roles --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of `permissions`: patterns in lower case. `limited`: it holds under a condition of its own."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    limited: bool = False

    def lists(self, *, data: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What it allows and what it takes out of that, of the control plane or of the data plane."""
        return (self.data_actions, self.not_data_actions) if data else (self.actions, self.not_actions)

    def allows(self, action: str, *, data: bool) -> bool:
        """Whether it allows an action (in lower case)."""
        allowed, without = self.lists(data=data)
        return _any_matches(allowed, action) and not _any_matches(without, action)

    def reaching(self, family: str, *, data: bool) -> list[str]:
        """Its patterns that hold something of a family of actions (a pattern), unless all of that is taken out."""
        allowed, without = self.lists(data=data)
        return [own for own in allowed if meets(own, family) and not _all_out(own, family, without)]


def _all_out(own: str, family: str, without: tuple[str, ...]) -> bool:
    return any(covers(out, own) or covers(out, family) for out in without)


def _any_matches(patterns: Iterable[str], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A role, the same as itself alone.

    `blocks` is None where the definition was not read; `published` says that they are taken from the docs.
    """

    id: str
    name: str
    custom: Truth = None
    blocks: tuple[Block, ...] | None = None
    published: bool = False

    def grants(self, action: str, *, data: bool = False) -> Truth:
        """Whether it allows an action (in lower case); None if its definition was not read, or under a condition."""
        if self.blocks is None:
            return None
        found = [block.limited for block in self.blocks if block.allows(action, data=data)]
        return False if not found else True if not all(found) else None

    def reaching(self, family: str, *, data: bool) -> tuple[str, ...] | None:
        """The patterns by which it reaches into a family of actions; None if its definition was not read."""
        if self.blocks is None:
            return None
        return tuple(dict.fromkeys(p for block in self.blocks for p in block.reaching(family, data=data)))

    def covers(self, family: str) -> Truth:
        """Whether one of its patterns of data actions holds a whole family of actions; None if that can't be told."""
        if self.blocks is None:
            return None
        found = [b.limited for b in self.blocks if any(covers(p, family) for p in b.reaching(family, data=True))]
        return False if not found else True if not all(found) else None


def role_of(definition: Resource) -> Role:
    """The role that a record defines."""
    name, kind = _READ_NAME(definition, definition), _READ_TYPE(definition, definition)
    custom = None if not isinstance(kind, str) else kind.casefold() == "customrole"
    own = guid_of(definition.id)
    return Role(own, name if isinstance(name, str) and name else own, custom, blocks_of(definition))


def unread(role_id: str) -> Role:
    """A role whose definition was not read: one of the few that are published below, else nothing is known of it."""
    own = guid_of(role_id)
    return PUBLISHED.get(own) or Role(own, own)


def guid_of(role_id: str) -> str:
    """The last part of a role's id, in lower case."""
    return name_of(role_id).lower()


def blocks_of(definition: Resource) -> tuple[Block, ...] | None:
    """The permission blocks of a role definition or a deny assignment; None if they can't be read."""
    listed = _READ_PERMISSIONS(definition, definition)
    if listed is UNKNOWN or not isinstance(listed, list):
        return None
    made = [_block(each) for each in listed]
    return None if None in made else tuple(block for block in made if block)


def _block(entry: Json) -> Block | None:
    if not isinstance(entry, dict):
        return None
    by_name = {str(key).lower(): value for key, value in entry.items()}
    lists = [_patterns(by_name.get(name)) for name in ("actions", "notactions", "dataactions", "notdataactions")]
    if None in lists:
        return None
    actions, not_actions, data_actions, not_data_actions = (found or () for found in lists)
    return Block(actions, not_actions, data_actions, not_data_actions, bool(by_name.get("condition")))


def _patterns(value: Json) -> tuple[str, ...] | None:
    """The patterns of a list, in lower case; None if something in it is none."""
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(v, str) and len(v) <= LONGEST for v in listed):
        return None
    return tuple(text.strip().lower() for text in listed)


def _published(role_id: str, name: str, block: Block) -> Role:
    return Role(role_id, name, False, (block,), published=True)


PUBLISHED: Final = {
    role.id: role
    for role in (
        _published(OWNER, "Owner", Block(("*",))),
        _published(
            CONTRIBUTOR,
            "Contributor",
            Block(("*",), ("microsoft.authorization/*/delete", "microsoft.authorization/*/write",
                           "microsoft.authorization/elevateaccess/action")),
        ),
        _published(
            ACCESS_ADMINISTRATOR, "User Access Administrator",
            Block(("*/read", "microsoft.authorization/*", "microsoft.support/*")),
        ),
        _published(
            RBAC_ADMINISTRATOR, "Role Based Access Control Administrator",
            Block(("microsoft.authorization/roleassignments/write", "microsoft.authorization/roleassignments/delete",
                   "*/read", "microsoft.support/*")),
        ),
        _published(
            "a97b65f3-24c7-4388-baec-2e87135dc908", "Cognitive Services User",
            Block(("microsoft.cognitiveservices/*/read", "microsoft.cognitiveservices/accounts/listkeys/action"),
                  data_actions=("microsoft.cognitiveservices/*",)),
        ),
        _published(
            "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68", "Cognitive Services Contributor",
            Block(("microsoft.cognitiveservices/*",)),
        ),
        _published(
            OPENAI_CONTRIBUTOR, "Cognitive Services OpenAI Contributor",
            Block(("microsoft.cognitiveservices/*/read", "microsoft.cognitiveservices/accounts/deployments/write",
                   "microsoft.cognitiveservices/accounts/deployments/delete",
                   "microsoft.cognitiveservices/accounts/raipolicies/write",
                   "microsoft.cognitiveservices/accounts/raipolicies/delete"),
                  data_actions=("microsoft.cognitiveservices/accounts/openai/*",)),
        ),
    )
}  # fmt: skip
"""What judging needs of the roles that stand in most assignments, for where no definition could be read.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (general, privileged, ai-machine-learning;
read in July 2026). A definition that was read always wins.
"""
