"""Whether somebody is told when a resource's signals go wrong: alerts on metrics, or on logs with the same intent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from readiness.arm import key_of, name_of, with_slash
from readiness.checks.alert_rules import (
    TOLD,
    Criterion,
    Signal,
    Watch,
    asks,
    criteria,
    queries,
    seen,
    signal_of,
    speaks_of,
    tells,
    watches,
)
from readiness.checks.deployment_types import Family, deployment_type
from readiness.checks.llm_accounts import DEPLOYMENTS, lists_lost
from readiness.conditions import World
from readiness.conditions.base import kleene_all
from readiness.conditions.lists import lost_in_words
from readiness.conditions.operators import texts_of
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource, Truth
from readiness.paths import Path, PathError, reader

SCOPES: Final = reader(Path.parse("properties.scopes"))
SKU: Final = Path.parse("sku.name")
DEPLOYMENT: Final = "modeldeploymentname"
DYNAMIC: Final = "dynamicthresholdcriterion"
JOINED: Final = "joins several signals, and fires only where all of them are bad at once"
BY_WORDS: Final = "taken by the words of its query"
Found: TypeAlias = tuple[Truth, Resource, str]
"""Whether an alert tells of a signal, the alert, and in words why not, or by what."""


@dataclass(frozen=True, slots=True)
class SignalsWatched:
    """Each of `signals` is watched, written as `name: metric[dimension=value] | metric | log word & word`.

    A query that names one of the words `about`, and is none of the signals, can't be judged. `exempt` lists signals
    that some resources do not have, as `name: path=value`.
    """

    signals: tuple[str, ...]
    about: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CapacityWatched:
    """`standard` and `provisioned` are signals as above, wanted where an account has deployments of that family.

    An alert on a metric of `provisioned` must go off at `max_threshold` percent or before.
    """

    standard: str
    provisioned: str
    about: tuple[str, ...] = ()
    max_threshold: float = 100


def signals_watched(subject: Resource, params: SignalsWatched, world: World) -> Decision:
    """Fails with each signal that no alert tells of; unknown where one may that could not be read or judged."""
    signals = [signal_of(text) for text in params.signals]
    watch = Watch.of(subject, world)
    wanted = [(s, _exempt(subject, s, params.exempt)) for s in signals]
    judged = [
        _judged(s.name, list(_telling(subject, s, signals, watch, params.about, world)), watch, spared)
        for s, spared in wanted
        if spared is not True
    ]
    return _decided(judged, watch, world)


def capacity_watched(subject: Resource, params: CapacityWatched, world: World) -> Decision:
    """Fails with each family in use that no alert watches, or only for some of its deployments."""
    listed = world.related(subject, "children", DEPLOYMENTS)
    watch = Watch.of(subject, world)
    families, unclear = _families([d for d in listed.items if isinstance(d, Resource)], world)
    judged = []
    for family, text in ((Family.STANDARD, params.standard), (Family.PROVISIONED, params.provisioned)):
        limit = params.max_threshold if family is Family.PROVISIONED else None
        for name in families.get(family, ()):
            found = list(_telling_of(subject, name, signal_of(text), limit, watch, params.about, world))
            judged.append(_judged(f"{signal_of(text).name} of {name}", found, watch, False))
    unknown = [(Outcome.UNKNOWN, (e,)) for e in (*unclear, *lists_lost(listed))]
    if not judged and not unknown:
        note = "it has no deployment that is paid by the token or by provisioned units"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence("deployments", 0, None, note),))
    return _decided([*judged, *unknown], watch, world)


def _families(deployments: list[Resource], world: World) -> tuple[dict[Family, list[str]], list[Evidence]]:
    """The names of the deployments of each family, and those whose type is not known."""
    found: dict[Family, list[str]] = {}
    unclear = []
    for deployment in deployments:
        sku = reader(SKU)(deployment, deployment)
        known = deployment_type(sku)
        if known:
            found.setdefault(known.family, []).append(name_of(deployment.id))
        else:
            why = world.why_unknown(deployment, SKU, None) if sku is UNKNOWN else "is no deployment type known here"
            unclear.append(Evidence(SKU.text, None if sku is UNKNOWN else sku, None, why, deployment.id))
    return found, unclear


def _telling(
    subject: Resource, signal: Signal, signals: list[Signal], watch: Watch, about: tuple[str, ...], world: World
) -> Iterator[Found]:
    for alert in watch.metric:
        watched, joined = watches(alert, signals, subject.type)
        if signal in joined:
            yield False, alert, JOINED
        else:
            yield _tells(watched[signal], alert, "", world)
    yield from _asking(subject, signal, signals, watch, about, world)


def _telling_of(
    subject: Resource,
    deployment: str,
    signal: Signal,
    limit: float | None,
    watch: Watch,
    about: tuple[str, ...],
    world: World,
) -> Iterator[Found]:
    """Alerts on one deployment: those narrowed to others are not."""

    def holds(criterion: Criterion) -> Truth:
        truths = {criterion.shows(shown, subject.type) for shown in signal.shown}
        shown = True if True in truths else None if None in truths else False
        narrowed = criterion.keeps(DEPLOYMENT, deployment.casefold(), default=True)
        return kleene_all((shown, narrowed, _goes_off(criterion, limit)))

    for alert in watch.metric:
        yield _tells(_any_of(criteria(alert), holds), alert, "", world)
    yield from _asking(subject, signal, [signal], watch, about, world)


def _any_of(found: Iterable[Criterion] | None, holds: Callable[[Criterion], Truth]) -> Truth:
    if found is None:
        return None
    truths = {holds(criterion) for criterion in found}
    return True if True in truths else None if None in truths else False


def _goes_off(criterion: Criterion, limit: float | None) -> Truth:
    """Whether a criterion is met at a limit, or before."""
    if limit is None:
        return True
    threshold: Any = criterion.value("threshold")
    if UNKNOWN in (threshold, criterion.value("operator"), criterion.value("criterionType")):
        return None
    if not criterion.text("operator").startswith("greater"):
        return False
    if criterion.text("criterionType") == DYNAMIC:
        return True
    return isinstance(threshold, int | float) and not isinstance(threshold, bool) and threshold <= limit


def _asking(
    subject: Resource, signal: Signal, signals: list[Signal], watch: Watch, about: tuple[str, ...], world: World
) -> Iterator[Found]:
    """Alerts on logs by the words of their queries; one that may be about the resource can't be judged."""
    for alert in watch.log:
        asked = asks(alert, signal)
        if asked:
            yield _tells(True, alert, BY_WORDS, world)
        elif asked is None:
            yield _tells(None, alert, "its query could not be read", world)
        elif not any(asks(alert, s) for s in signals) and _may_be_about(subject, alert, about):
            yield _tells(None, alert, "what its query asks can't be told from its words", world)


def _may_be_about(subject: Resource, alert: Resource, about: tuple[str, ...]) -> bool:
    """Whether a query may ask of a resource: it is scoped to it alone, or names it or its service."""
    scopes = SCOPES(alert, alert)
    own = isinstance(scopes, list) and subject.key in [key_of(with_slash(s)) for s in scopes if isinstance(s, str)]
    return bool(queries(alert)) and (own or speaks_of(alert, about, name_of(subject.id)))


def _tells(watched: Truth, alert: Resource, by: str, world: World) -> Found:
    """What an alert is worth that watches, does not, or may."""
    if watched is False:
        return False, alert, ""
    told, why = tells(alert, world)
    if told and watched is None:
        return None, alert, by or "what it watches could not be read"
    return told if told is not True else watched, alert, why or by


def _exempt(subject: Resource, signal: Signal, exempt: tuple[str, ...]) -> Truth:
    """Whether a resource does not have a signal at all."""
    for text in exempt:
        name, _, rule = text.partition(":")
        path, _, value = rule.partition("=")
        if name.strip() != signal.name:
            continue
        try:
            own = reader(Path.parse(path.strip()))(subject, subject)
        except PathError:
            continue
        if own is UNKNOWN or value.strip().casefold() in texts_of(own):
            return None if own is UNKNOWN else True
    return False


def _judged(what: str, found: list[Found], watch: Watch, spared: Truth) -> tuple[Outcome, tuple[Evidence, ...]]:
    """One signal: an alert that tells of it, else why those that watch it do not."""
    expected = "an enabled alert that names an action group which exists"
    telling = [(alert, by) for truth, alert, by in found if truth]
    if telling:
        alert, by = telling[0]
        return Outcome.PASS, (Evidence(what, name_of(alert.id), expected, by or None, alert.id),)
    doubtful = [Evidence(what, name_of(a.id), expected, why, a.id) for truth, a, why in found if truth is None]
    doubtful += [Evidence(what, None, expected, lost_in_words(one), one.scope or None) for one in watch.lost]
    if spared is None:
        doubtful.append(Evidence(what, None, expected, "whether the resource has this signal could not be read"))
    if doubtful:
        return Outcome.UNKNOWN, tuple(doubtful[:TOLD])
    near = "; ".join(f"{name_of(alert.id)} {why}" for truth, alert, why in found if why)
    return Outcome.FAIL, (Evidence(what, "no alert tells of it", expected, near or None),)


def _decided(judged: list[tuple[Outcome, tuple[Evidence, ...]]], watch: Watch, world: World) -> Decision:
    """The worst outcome; a failure names the alerts that there are."""
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS):
        found = tuple(e for o, each in judged if o is outcome for e in each)
        if not found:
            continue
        if outcome is not Outcome.FAIL:
            return Decision(outcome, found)
        others = tuple(seen(alert, tells(alert, world)[1]) for alert in (*watch.metric, *watch.log)[:TOLD])
        return Decision(outcome, (*found, *others), _in_words(found, watch))
    return Decision(Outcome.NOT_APPLICABLE)


def _in_words(missing: tuple[Evidence, ...], watch: Watch) -> str:
    what = ", ".join(e.path for e in missing[:TOLD])
    more = f" and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
    near = "; ".join(dict.fromkeys(e.note for e in missing if e.note))
    count = len(watch.metric) + len(watch.log)
    there = "no alert watches it" if not count else "the one alert over it is not for that"
    alerts = near or (there if count in (0, 1) else f"none of the {count} alerts over it is for that")
    return f"nobody is told of {what}{more}: {alerts}"
