"""Azure Policy over a subscription's models: which guards are assigned at it or above it, and in force.

An assignment counts if it is enforced, leaves none of the accounts out, and its effect is not Disabled, be that by
parameter, by override, or through the initiative that holds the definition.
https://learn.microsoft.com/azure/governance/policy/concepts/assignment-structure
https://learn.microsoft.com/azure/governance/policy/concepts/initiative-definition-structure
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from readiness.arm import key_of, name_of, prefixes
from readiness.checks.llm_accounts import ACCOUNTS, is_llm
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, reader

ASSIGNMENTS: Final = "Microsoft.Authorization/policyAssignments"
SETS: Final = "Microsoft.Authorization/policySetDefinitions"
POLICY: Final = "policy for "
BUILT_IN: Final = "/providers/microsoft.authorization/"
DEFINITION: Final = Path.parse("properties.policyDefinitionId")
MODE: Final = Path.parse("properties.enforcementMode")
NOT_SCOPES: Final = Path.parse("properties.notScopes")
PARAMETERS: Final = Path.parse("properties.parameters")
OVERRIDES: Final = Path.parse("properties.overrides")
SELECTORS: Final = Path.parse("properties.resourceSelectors")
MEMBERS: Final = Path.parse("properties.policyDefinitions")
READ: Final = {p: reader(p) for p in (DEFINITION, MODE, NOT_SCOPES, PARAMETERS, OVERRIDES, SELECTORS, MEMBERS)}
_REFERENCE: Final = re.compile(r"\[parameters\('([^']{1,200})'\)\]\Z", re.IGNORECASE)
NOT_WHOLE: Final = "what it holds for is limited, or could not be read"


@dataclass(frozen=True, slots=True)
class PolicyGuards:
    """`guards` are `name=id|id`: what each guard is called, and the definitions of which any one will do.

    An id is the last part of a built-in definition's, or the whole id of one's own. `deprecated` are those that
    guard nothing any more and are only said.
    """

    guards: tuple[str, ...]
    deprecated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Use:
    """A definition that an assignment puts in force, itself or in an initiative: why not, if it does not."""

    definition: str
    assignment: Resource
    holds: Truth
    why: str


def policy_guards(subject: Resource, params: PolicyGuards, world: World) -> Decision:
    """Fails with each guard that no assignment puts in force; unknown where one may, in what was not read."""
    found = world.inherited(subject, ASSIGNMENTS)
    uses = [u for _, held in found.by_scope for a in held for u in _uses(a, world)]
    excluded = _Excluded(subject, world)
    unclear = [
        Evidence(ASSIGNMENTS, note=lost.message or lost_in_words(lost), resource=lost.scope) for lost in found.lost
    ]
    named = [text.partition("=") for text in params.guards]
    old = {_folded(text) for text in params.deprecated}
    summary = summed([_guard(name, _ids(ids), uses, excluded, unclear, old) for name, _, ids in named])
    return replace(summary, message=_in_words(summary.evidence)) if summary.outcome is Outcome.FAIL else summary


def _in_words(lacking: tuple[Evidence, ...]) -> str:
    """The guards that are not in force, each with its assignment if it has one, and what holds of all the others."""
    guards = [(e.path.removeprefix(POLICY), e) for e in lacking]
    named = [f"{name} ({e.observed}: {e.note})" if e.resource else name for name, e in guards]
    notes = dict.fromkeys(e.note for e in lacking if e.note and not e.resource)
    return "; ".join([f"no policy is in force for {', '.join(named)}", *notes])


def _ids(text: str) -> frozenset[str]:
    return frozenset(_folded(part) for part in text.split("|") if part.strip())


def _folded(text: str) -> str:
    return key_of(text.strip())


def _guard(
    name: str, ids: frozenset[str], uses: list[_Use], excluded: _Excluded, unclear: list[Evidence], old: set[str]
) -> Judged:
    path, expected = f"{POLICY}{name}", "assigned and in force"
    own = [(use, *excluded.judged(use)) for use in uses if use.definition in ids]
    for use, holds, _ in own:
        if holds:
            return Outcome.PASS, Evidence(path, name_of(use.assignment.id), expected, None, use.assignment.id)
    doubtful = [(use, why) for use, holds, why in own if holds is None]
    doubtful += [(use, use.why) for use in uses if not use.definition and use.holds is None]
    if doubtful:
        use, why = doubtful[0]
        return Outcome.UNKNOWN, Evidence(path, name_of(use.assignment.id), expected, why, use.assignment.id)
    if unclear:
        return Outcome.UNKNOWN, Evidence(path, None, expected, unclear[0].note, unclear[0].resource)
    if own:
        use, _, why = own[0]
        return Outcome.FAIL, Evidence(path, name_of(use.assignment.id), expected, why, use.assignment.id)
    past = sorted({name_of(use.assignment.id) for use in uses if use.definition in old})
    note = f"definitions that are deprecated do not count ({', '.join(past[:4])})" if past else None
    return Outcome.FAIL, Evidence(path, "not assigned", expected, note)


class _Excluded:
    """The models of a subscription that an assignment's notScopes leave out."""

    def __init__(self, subscription: Resource, world: World) -> None:
        self.subscription = subscription
        listed = world.related(subscription, "resources", ACCOUNTS)
        self.accounts = [a for a in listed.items if isinstance(a, Resource) and is_llm(a) is not False]
        self.complete = listed.complete

    def judged(self, use: _Use) -> tuple[Truth, str]:
        """Whether a use holds for all models; why not, or why that can't be told."""
        if use.holds is not True:
            return use.holds, use.why
        scopes = READ[NOT_SCOPES](use.assignment, use.assignment)
        if scopes is UNKNOWN:
            return None, NOT_WHOLE
        out = {key_of(text) for text in scopes or () if isinstance(text, str)} if isinstance(scopes, list) else set()
        left = [name_of(a.id) for a in self.accounts if not out.isdisjoint(prefixes(a.key))]
        if left:
            return False, f"its notScopes leave out {', '.join(sorted(left)[:4])}"
        inside = any(scope.startswith(f"{self.subscription.key}/") for scope in out)
        return (True, "") if self.complete or not inside else (None, NOT_WHOLE)


# --- what an assignment puts in force -------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _uses(assignment: Resource, world: World) -> tuple[_Use, ...]:
    """The definitions of an assignment: once, however many subscriptions inherit it. "" is what is not known."""
    named = READ[DEFINITION](assignment, assignment)
    if not isinstance(named, str):
        return (_Use("", assignment, None, world.why_unknown(assignment, DEFINITION, None)),)
    if "/policysetdefinitions/" in named.lower():
        return tuple(_of_set(named, assignment, world))
    return (_use(named, "", None, assignment, {}),)


def _of_set(named: str, assignment: Resource, world: World) -> Iterator[_Use]:
    found = world.find(named, SETS)
    initiative = next(iter(found.items), None)
    members = READ[MEMBERS](initiative, initiative) if isinstance(initiative, Resource) else UNKNOWN
    if not isinstance(initiative, Resource) or members is UNKNOWN:
        yield _Use("", assignment, None, f"the initiative {name_of(named)} was not read, and may hold it")
        return
    defaults = READ[PARAMETERS](initiative, initiative)
    for member in members if isinstance(members, list) else []:
        if isinstance(member, dict) and isinstance(member.get("policyDefinitionId"), str):
            reference = str(member.get("policyDefinitionReferenceId") or "")
            own = member.get("parameters")
            effect = _named(own, "effect")
            given = effect.get("value") if isinstance(effect, dict) else None
            yield _use(member["policyDefinitionId"], reference, given, assignment, defaults)


def _use(named: str, reference: str, given: Json, assignment: Resource, defaults: Json) -> _Use:
    key = _folded(named)
    definition = name_of(key) if key.startswith(f"{BUILT_IN}policydefinitions/") else key
    mode = READ[MODE](assignment, assignment)
    effect = _effect(reference, given, assignment, defaults)
    if isinstance(mode, str) and mode.casefold() != "default":
        return _Use(definition, assignment, False, f"its enforcementMode is {mode}")
    if str(effect).casefold() == "disabled":
        return _Use(definition, assignment, False, "its effect is Disabled")
    selectors = READ[SELECTORS](assignment, assignment)
    if UNKNOWN in (mode, effect, selectors) or selectors:
        return _Use(definition, assignment, None, NOT_WHOLE)
    return _Use(definition, assignment, True, "")


def _effect(reference: str, given: Json, assignment: Resource, defaults: Json) -> Json:
    """The effect that an assignment gives a definition; None where it is the definition's own."""
    overrides, own = READ[OVERRIDES](assignment, assignment), READ[PARAMETERS](assignment, assignment)
    if UNKNOWN in (overrides, own, defaults):
        return UNKNOWN
    for override in overrides if isinstance(overrides, list) else []:
        if isinstance(override, dict) and _overrides(override, reference):
            return override.get("value")
    if not reference and given is None:
        return _value(_named(own, "effect"), "value")
    refers = _REFERENCE.match(given) if isinstance(given, str) else None
    if not refers:
        return given
    chosen = _value(_named(own, refers[1]), "value")
    return _value(_named(defaults, refers[1]), "defaultValue") if chosen is None else chosen


def _overrides(override: dict[str, Json], reference: str) -> bool:
    """Whether an override is of the effect, and of a definition of the initiative, or of all."""
    if str(override.get("kind")).casefold() != "policyeffect":
        return False
    selectors = override.get("selectors")
    listed = [s for s in selectors if isinstance(s, dict)] if isinstance(selectors, list) else []
    wanted = [s for s in listed if str(s.get("kind")).casefold() == "policydefinitionreferenceid"]
    return all(_selects(selector, reference.casefold()) for selector in wanted)


def _selects(selector: dict[str, Json], reference: str) -> bool:
    held, left = ({str(m).casefold() for m in selector.get(word) or ()} for word in ("in", "notIn"))
    return (not held or reference in held) and reference not in left


def _named(value: Json, name: str) -> Json:
    """A member of an object, without case."""
    folded = name.casefold()
    return next((v for k, v in value.items() if k.casefold() == folded), None) if isinstance(value, dict) else None


def _value(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, dict) else None
