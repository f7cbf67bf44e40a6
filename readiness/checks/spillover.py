"""Spillover: whether the deployment that takes a provisioned one's overflow can take it, and keeps its promises.

The target is a deployment of the same account, of the standard family, in working order, with the same model and
version; it must not process prompts farther from home, nor filter otherwise.
https://learn.microsoft.com/azure/foundry/openai/how-to/spillover-traffic-management
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from readiness.arm import name_of
from readiness.checks.deployment_types import IN_WORDS, DeploymentType, Family, deployment_type
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Item, Json, Outcome, Related, Resource
from readiness.paths import Path, reader

SKU: Final = Path.parse("sku.name")
STATE: Final = Path.parse("properties.provisioningState")
RUNNING: Final = Path.parse("properties.deploymentState")
MODEL: Final = Path.parse("properties.model.name")
VERSION: Final = Path.parse("properties.model.version")
FILTER: Final = Path.parse("properties.raiPolicyName")
BROKEN: Final = ("failed", "canceled", "disabled")
DEFAULTS: Final = ("microsoft.default", "microsoft.defaultv2")
READERS: Final = {path: reader(path) for path in (SKU, STATE, RUNNING, MODEL, VERSION, FILTER)}


@dataclass(frozen=True, slots=True)
class SpilloverTarget:
    """`target` leads to the name of the deployment that requests spill over to."""

    target: Path


@dataclass(frozen=True, slots=True)
class _Pair:
    """The deployment judged and its target."""

    source: Resource
    target: Resource
    world: World

    @property
    def turned(self) -> _Pair:
        """The same two, to say what the deployment judged has."""
        return _Pair(self.target, self.source, self.world)

    def of(self, item: Item, path: Path) -> Any:
        """What a path yields in one of them."""
        return READERS[path](item, item)

    def seen(self, path: Path, expected: Json = None, note: str | None = None) -> Evidence:
        """What the target has, under its own id."""
        value = self.of(self.target, path)
        if value is UNKNOWN:
            note = self.world.why_unknown(self.target, path, None)
        elif value is None:
            note = note or "not set"
        return Evidence(f"{self.target.id}#{path.text}", None if value is UNKNOWN else value, expected, note)


def spillover_target_valid(subject: Resource, params: SpilloverTarget, world: World) -> Decision:
    """Fails with everything that is wrong with the target; unknown where something of it is not known."""
    name = reader(params.target)(subject, subject)
    if name is UNKNOWN:
        why = world.why_unknown(subject, params.target, None)
        return Decision(Outcome.UNKNOWN, (Evidence(params.target.text, note=why),))
    if name is None or name == "":
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(params.target.text, note="not set"),))
    accounts = world.related(subject, "parent", None)
    account = next((a for a in accounts.items if isinstance(a, Resource)), None)
    listed = world.related(account, "children", subject.type) if account else accounts
    target = _named(listed, name)
    if target is None:
        return _missing(params.target, name, account, listed)
    return _judged(_Pair(subject, target, world))


def _named(listed: Related, name: Json) -> Resource | None:
    """The deployment of a name; names of resources compare without case."""
    folded = name.casefold() if isinstance(name, str) else None
    return next((r for r in listed.items if isinstance(r, Resource) and name_of(r.key) == folded), None)


def _missing(path: Path, name: Json, account: Resource | None, listed: Related) -> Decision:
    owner = name_of(account.id) if account else "its account"
    expected = f"a deployment of {owner}"
    if account and listed.complete:
        return Decision(Outcome.FAIL, (Evidence(path.text, name, expected, "there is none of that name"),))
    note = "not among those that were read, and the list of deployments could not be read in full"
    return Decision(Outcome.UNKNOWN, (Evidence(path.text, name, expected, note),))


def _judged(pair: _Pair) -> Decision:
    measures: tuple[Callable[[_Pair], Judged], ...] = (
        _state, _running, _family, _reach, _same_model, _same_version, _same_filter,
    )  # fmt: skip
    return summed([measure(pair) for measure in measures])


def _state(pair: _Pair) -> Judged:
    state = pair.of(pair.target, STATE)
    folded = state.casefold() if isinstance(state, str) else None
    outcome = Outcome.PASS if folded == "succeeded" else Outcome.FAIL if folded in BROKEN else Outcome.UNKNOWN
    return outcome, pair.seen(STATE, "Succeeded")


def _running(pair: _Pair) -> Judged:
    """Paused where it says so; older api-versions do not say, which is another rule's to tell."""
    state = pair.of(pair.target, RUNNING)
    if state is UNKNOWN:
        return Outcome.UNKNOWN, pair.seen(RUNNING, "Running")
    paused = isinstance(state, str) and state.casefold() == "paused"
    return (Outcome.FAIL if paused else Outcome.PASS), pair.seen(RUNNING, "Running")


def _type(pair: _Pair, item: Resource) -> DeploymentType | None:
    return deployment_type(pair.of(item, SKU))


def _family(pair: _Pair) -> Judged:
    found = _type(pair, pair.target)
    expected = ("Standard", "DataZoneStandard", "GlobalStandard")
    if found is None:
        return Outcome.UNKNOWN, pair.seen(SKU, expected, "is no deployment type that is known here")
    return (Outcome.PASS if found.family is Family.STANDARD else Outcome.FAIL), pair.seen(SKU, expected)


def _reach(pair: _Pair) -> Judged:
    source, target = _type(pair, pair.source), _type(pair, pair.target)
    if source is None:
        return Outcome.UNKNOWN, pair.turned.seen(SKU, None, "is no deployment type that is known here")
    if target is None:
        return Outcome.NOT_APPLICABLE, pair.seen(SKU)
    farther = target.reach > source.reach
    note = f"which processes prompts {IN_WORDS[target.reach]}" if farther else None
    expected = f"prompts processed {IN_WORDS[source.reach]}, as {source.name} does"
    return (Outcome.FAIL if farther else Outcome.PASS), pair.seen(SKU, expected, note)


def _same_model(pair: _Pair) -> Judged:
    return _same(pair, MODEL)


def _same_version(pair: _Pair) -> Judged:
    return _same(pair, VERSION)


def _same(pair: _Pair, path: Path) -> Judged:
    wanted, found = pair.of(pair.source, path), pair.of(pair.target, path)
    if not isinstance(wanted, str):
        return Outcome.UNKNOWN, pair.turned.seen(path, "a value to compare with")
    if not isinstance(found, str):
        return Outcome.UNKNOWN, pair.seen(path, wanted)
    alike = wanted.casefold() == found.casefold()
    return (Outcome.PASS if alike else Outcome.FAIL), pair.seen(path, wanted)


def _same_filter(pair: _Pair) -> Judged:
    """The same content filter; none named is the service's default, whichever of its names that has."""
    wanted, found = pair.of(pair.source, FILTER), pair.of(pair.target, FILTER)
    if not all(value is None or isinstance(value, str) for value in (wanted, found)):
        side = pair if isinstance(wanted, str) or wanted is None else pair.turned
        return Outcome.UNKNOWN, side.seen(FILTER)
    one, other = (value.casefold() if value else None for value in (wanted, found))
    alike = one == other or (None in (one, other) and (one or other) in DEFAULTS)
    expected = wanted or "the service's default, as the deployment itself has it"
    return (Outcome.PASS if alike else Outcome.FAIL), pair.seen(FILTER, expected)
