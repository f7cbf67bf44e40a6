"""What `doctor` found, as text of 80 columns: who signed in, what that reaches, what it lacks and what that costs."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator
from typing import Final

from readiness.collect import planned
from readiness.collect.answers import Failure
from readiness.collect.reached import Diagnosis, Reached
from readiness.collect.role import DOCTOR, ELSEWHERE, needed
from readiness.render.plain import cut, plain
from readiness.render.words import some

WIDTH: Final = 80
NAME: Final = 33
NAMED: Final = 3
"""Subscriptions that are named, before only their number is told."""


def as_text(found: Diagnosis, rules: Collection[str]) -> str:
    """The whole finding; `rules` are the ids of those that there are: the plan knows of later ones too."""
    lacking = _lacking(found)
    parts = [list(_who(found)), list(_where(found)), *_missing(found, lacking, rules), list(_elsewhere(rules))]
    if lacking:
        parts += [["A role with all of them: readiness doctor --role > role.json"]]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _who(found: Diagnosis) -> Iterator[str]:
    yield f"Signed in to {plain(found.cloud)}, --auth {plain(found.way)}"
    yield from _wrapped(f"  by           {found.credential}", hanging=15)
    claims = found.claims
    said = {"user": claims.user, "application": claims.application, "object": claims.object, "tenant": claims.tenant}
    yield from (f"  {name:<12} {cut(value, WIDTH - 15)}" for name, value in said.items() if value)
    if not any(said.values()):
        yield "  the token does not say for whom"


def _where(found: Diagnosis) -> Iterator[str]:
    if found.failure:
        yield from _wrapped(f"Not all subscriptions could be listed: {_reason(found.failure)}")
    if not found.reached:
        yield "No subscription can be seen."
        return
    yield f"{some(len(found.reached), 'subscription')}, {len(found.readable)} enabled"
    for one in sorted(found.reached, key=lambda one: (one.name.casefold(), one.id)):
        yield from _wrapped(f"  {cut(one.name, NAME):<{NAME}}  {_state(one)}", hanging=NAME + 4)
    if any(one.why and one.why.reason == "forbidden" for one in found.readable):
        yield f"To tell, it needs {DOCTOR}."


def _state(one: Reached) -> str:
    if not one.enabled:
        return f"is {cut(one.state, 20)}, and not read"
    if one.missing is None:
        return f"can't tell: {_reason(one.why)}" if one.why else "can't tell"
    every = len(needed())
    return f"{len(one.missing)} of {every} actions missing" if one.missing else f"all {every} actions"


def _reason(why: Failure) -> str:
    return plain(f"{why.reason} ({why.code})" if why.code else why.reason)


# --- what is missing ------------------------------------------------------------------------------------------------


def _lacking(found: Diagnosis) -> dict[tuple[str, ...], list[str]]:
    """The actions that are missing, by the names of the subscriptions in which they are."""
    places: dict[str, list[str]] = {}
    for one in found.readable:
        for action in one.missing or ():
            places.setdefault(action, []).append(one.name)
    held: dict[tuple[str, ...], list[str]] = {}
    for action in sorted(places, key=str.lower):
        held.setdefault(tuple(sorted(places[action])), []).append(action)
    return held


def _missing(found: Diagnosis, lacking: dict[tuple[str, ...], list[str]], rules: Collection[str]) -> list[list[str]]:
    """A part for each group of subscriptions: its actions with the rules they cost, those that cost none last."""
    every = len(found.readable)
    return [[*_heading(where, every), *_costs(actions, rules)] for where, actions in sorted(lacking.items())]


def _heading(where: tuple[str, ...], every: int) -> list[str]:
    names = ", ".join(cut(name, NAME) for name in where[:NAMED])
    more = f" and {len(where) - NAMED} more" if len(where) > NAMED else ""
    place = "every subscription" if len(where) == every > 1 else names + more
    return _wrapped(f"Missing in {place}, and the rules that this leaves unknown:")


def _costs(actions: list[str], rules: Collection[str]) -> Iterator[str]:
    costs = planned.without(frozenset(action.lower() for action in actions))
    free = []
    for action in actions:
        held = [rule for rule in costs.get(action.lower(), ()) if rule in rules]
        if not held and action.lower() in costs:
            free.append(action)
            continue
        yield f"  {action}"
        yield from _wrapped("    " + (", ".join(held) or "whatever needs what Resource Graph lists"), hanging=4)
    if free:
        yield "  For rules of later versions alone:"
        yield from (f"    {action}" for action in free)


def _elsewhere(rules: Collection[str]) -> Iterator[str]:
    """What permissions on subscriptions don't say."""
    outside = [action for action in planned.actions() if action.lower().startswith(ELSEWHERE)]
    for action in outside:
        text = f"Not looked at: {action}. Reservations lie in no subscription; Reservations Reader may read them."
        held = [rule for rule in planned.without(frozenset({action.lower()}))[action.lower()] if rule in rules]
        yield from _wrapped(f"{text} Without it: {', '.join(held) or 'no rule of this version'}.")
    yield from _wrapped("Rights that were granted on resource groups alone, and denials, are not looked at.")


def _wrapped(line: str, hanging: int = 2) -> list[str]:
    return textwrap.wrap(
        plain(line), WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=False,
    )  # fmt: skip
