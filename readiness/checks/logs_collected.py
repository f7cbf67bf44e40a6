"""Whether the logs that are wanted of a resource go to something that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.checks.diagnostic_settings import WORDS, Settings
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.base import kleene_any
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource, Truth
from readiness.paths import Path, reader

PATH: Final = "diagnosticSettings"
ANY: Final = "a log"
SPARED: Final = "spared"
TOLD: Final = 2
KIND: Final = Path.parse("kind")
FUNCTION: Final = "functionapp"
OF: Final = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class LogsCollected:
    """Every category of `all_of` and one of `one_of` is wanted; any log, if both are empty; and each of `metrics`.

    `destinations` are the settings' properties that count (`workspaceId`); all do if none is named. A category that
    the resource does not have is not wanted of it where `not_offered` is `spared`.
    """

    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    not_offered: str = "wanted"


@dataclass(frozen=True, slots=True)
class AppLogs:
    """One of `function_logs` is wanted of function apps, one of `web_logs` of all others.

    `attested` are the names of apps that are known to report to Application Insights: settings are never listed.
    """

    function_logs: tuple[str, ...]
    web_logs: tuple[str, ...]
    attested: tuple[str, ...] = ()


def logs_collected(subject: Resource, params: LogsCollected, world: World) -> Decision:
    """Fails with each log that goes nowhere; unknown where a setting, or what it sends to, could not be read."""
    settings = Settings.of(subject, world)
    judged = [*_every(settings, params, params.all_of, metric=False), *_every(settings, params, params.metrics)]
    if params.one_of:
        truth = kleene_any(settings.collects(c, params.destinations) for c in params.one_of)
        judged.append(_judged(truth, " or ".join(params.one_of), params))
    if not params.one_of and not params.all_of:
        judged.append(_judged(settings.collects_any(params.destinations), ANY, params))
    return _decided(judged, settings)


def app_logs(subject: Resource, params: AppLogs, world: World) -> Decision:
    """As above; passes where the app is attested to report to Application Insights."""
    if subject.id.rpartition("/")[2].casefold() in {name.casefold() for name in params.attested}:
        seen = Evidence("name", subject.id.rpartition("/")[2], None, "reports to Application Insights, as attested")
        return Decision(Outcome.PASS, (seen,))
    kind = reader(KIND)(subject, subject)
    if kind is UNKNOWN:
        note = world.why_unknown(subject, KIND, None)
        return Decision(Outcome.UNKNOWN, (Evidence(KIND.text, None, None, note),))
    is_function = FUNCTION in str(kind).casefold().split(",")
    wanted = params.function_logs if is_function else params.web_logs
    return logs_collected(subject, LogsCollected(one_of=wanted), world)


def _every(
    settings: Settings, params: LogsCollected, wanted: tuple[str, ...], *, metric: bool = True
) -> list[Judged]:
    found = []
    for category in wanted:
        truth = settings.collects(category, params.destinations, metric=metric)
        offered: Truth = settings.offers(category) if params.not_offered == SPARED and not truth else True
        if offered is False:
            note = "the resource has no such category"
            found.append((Outcome.NOT_APPLICABLE, Evidence(category, None, None, note)))
        elif offered is None:
            note = "not found, and whether the resource has this category could not be read"
            found.append((Outcome.UNKNOWN, Evidence(category, None, "collected", note)))
        else:
            found.append(_judged(truth, category, params))
    return found


def _judged(truth: Truth, what: str, params: LogsCollected) -> Judged:
    to = " or ".join(WORDS.get(d, d) for d in params.destinations) or "destination"
    observed = {True: "collected", False: "not collected", None: None}[truth]
    return OF[truth], Evidence(what, observed, f"collected in a {to} that exists")


def _decided(judged: list[Judged], settings: Settings) -> Decision:
    """The worst outcome, with what each setting does beside it."""
    decision = summed(judged)
    if decision.outcome is Outcome.NOT_APPLICABLE:
        return decision
    evidence = (*decision.evidence, *(settings.seen() or (Evidence(PATH, "none"),)))
    message = _in_words(decision.evidence, settings) if decision.outcome is Outcome.FAIL else None
    return Decision(decision.outcome, evidence, message)


def _in_words(missing: tuple[Evidence, ...], settings: Settings) -> str:
    names = [e.path for e in missing]
    what = "no log is" if names == [ANY] else f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not"
    found = [s.told() for s in settings.settings]
    left = f"; {len(found) - TOLD} more settings" if len(found) > TOLD else ""
    return f"{what} {missing[0].expected}: {'; '.join(found[:TOLD]) or 'there is no diagnostic setting'}{left}"
