"""A resource's name: whether it follows a pattern, and names the environment that the resource is in.

The pattern has Azure Policy's signs of `match` (`#` a digit, `?` a letter, `.` any character) and `*` of `like` (any
run of characters, also none); `|` stands between alternatives. It is no regular expression: one written carelessly
could make a scan hang, these are read in one pass. Letter case does not count.
https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from readiness.arm import name_of
from readiness.conditions import World
from readiness.model import Decision, Environment, Evidence, Outcome, Resource

LONGEST_PATTERN: Final = 1000
LONGEST_NAME: Final = 260
_RUNS: Final = re.compile(r"\*+")
_SIGNS: Final[dict[str, Callable[[str], bool]]] = {"#": str.isdecimal, "?": str.isalpha, ".": lambda _: True}


@dataclass(frozen=True, slots=True)
class NameIdentifies:
    """`pattern` is what names look like; an empty one asks for nothing."""

    pattern: str


def name_identifies(subject: Resource, params: NameIdentifies, world: World) -> Decision:
    """Fails on a name that does not match, or that says another environment than the resource's tags do."""
    patterns = [part.strip() for part in params.pattern.split("|") if part.strip()]
    if not patterns:
        return Decision(Outcome.NOT_APPLICABLE, message="no pattern for names is given")
    name, expected = name_of(subject.id), f"like {' or '.join(patterns)}"
    if len(params.pattern) > LONGEST_PATTERN or len(name) > LONGEST_NAME:
        return Decision(Outcome.UNKNOWN, (Evidence("name", name, expected, "is too long to be compared"),))
    if not any(matches(name, pattern) for pattern in patterns):
        return Decision(Outcome.FAIL, (Evidence("name", name, expected),))
    return _environment_agrees(subject, name, world)


def _environment_agrees(subject: Resource, name: str, world: World) -> Decision:
    said = world.environment_in_name(name)
    if said not in (Environment.PRODUCTION, Environment.DEVELOPMENT):
        return Decision(Outcome.PASS, (Evidence("name", name, None, "says production or development nowhere"),))
    actual, why = world.environment_in_tags(subject)
    if actual is Environment.UNKNOWN:
        return Decision(Outcome.UNKNOWN, (Evidence("environment", None, str(said), why),))
    if actual in (said, Environment.UNDECIDED):
        return Decision(Outcome.PASS, (Evidence("name", name, None, f"says {said}"),))
    note = f"says {said}, while {why.removesuffix(f' of {name}')} says {actual}"
    return Decision(Outcome.FAIL, (Evidence("name", name, f"a name for {actual}", note),))


def matches(name: str, pattern: str) -> bool:
    """Whether a whole name is what a pattern describes, letter case aside; every place in both is seen once."""
    folded = _RUNS.sub("*", pattern.casefold())
    reached = _past_runs({0}, folded)
    for letter in name.casefold():
        taken = (at for at in reached if at < len(folded) and _takes(folded[at], letter))
        reached = _past_runs({at if folded[at] == "*" else at + 1 for at in taken}, folded)
        if not reached:
            return False
    return len(folded) in reached


def _takes(sign: str, letter: str) -> bool:
    return sign in ("*", letter) or (sign in _SIGNS and _SIGNS[sign](letter))


def _past_runs(reached: set[int], pattern: str) -> set[int]:
    """The places in a pattern, and those behind a `*` that takes nothing more."""
    return reached | {at + 1 for at in reached if pattern[at : at + 1] == "*"}
