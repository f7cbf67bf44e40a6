"""What an API Management gateway logs, and where to: its diagnostics, for all APIs and for single ones.

An API's own diagnostic replaces the gateway's of the same name. Revisions that are not current serve nobody by
default and are left out.
https://learn.microsoft.com/azure/api-management/diagnostic-logs-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from readiness.arm import name_of
from readiness.conditions import World
from readiness.conditions.comparison import word
from readiness.conditions.operators import texts_of
from readiness.model import UNKNOWN, Decision, Evidence, Json, Lost, Outcome, Resource, Truth
from readiness.paths import Path, Reader, reader

SERVICE: Final = "Microsoft.ApiManagement/service"
INSIGHTS: Final = "applicationinsights"
LEVELS: Final = ("error", "information", "verbose")
PARTS: Final = tuple(
    f"properties.{side}.{way}" for side in ("frontend", "backend") for way in ("request", "response")
)
LLM: Final = "properties.largeLanguageModel"
Judged: TypeAlias = tuple[Outcome, Evidence]


@dataclass(frozen=True, slots=True)
class ApplicationInsightsAttached:
    """`protocol` is W3C or Legacy; `min_verbosity` is error, information or verbose, in rising order."""

    protocol: str = "W3C"
    min_verbosity: str = "information"


@dataclass(frozen=True, slots=True)
class PayloadsMasked:
    """`sensitive_headers` are never logged unmasked; `retention_decided` says that somebody decided on prompts."""

    sensitive_headers: tuple[str, ...]
    max_body_bytes: int = 8192
    max_sampling_percentage: float = 100
    retention_decided: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A diagnostic, and in words what it is for."""

    record: Resource
    of: str

    def read(self, path: str) -> Any:
        """The value at a path, null or UNKNOWN."""
        return _reader(path)(self.record, self.record)

    def seen(self, path: str, expected: Json = None, note: str = "") -> Evidence:
        """What stands at a path, as evidence."""
        value = self.read(path)
        said = f"{note}, {self.of}" if note else self.of
        return Evidence(f"{self.record.id}#{path}", None if value is UNKNOWN else value, expected, said)

    def unread(self, path: str, world: World) -> Judged:
        """That a path could not be read."""
        why = world.why_unknown(self.record, Path.parse(path), None)
        return Outcome.UNKNOWN, Evidence(f"{self.record.id}#{path}", None, None, f"{why}, {self.of}")


@dataclass(frozen=True, slots=True)
class Gateway:
    """The diagnostics of a service: for all APIs, for each current API, and what is not known of them."""

    common: tuple[Diagnostic, ...]
    by_api: tuple[tuple[Resource, tuple[Diagnostic, ...]], ...]
    unclear: tuple[Evidence, ...]

    @staticmethod
    def of(service: Resource, world: World) -> Gateway:
        """What was read below a service."""
        own = world.related(service, "children", f"{SERVICE}/diagnostics")
        apis = world.related(service, "children", f"{SERVICE}/apis")
        unclear = [_lost(lost) for lost in (*own.lost, *apis.lost)]
        by_api = []
        for api in (a for a in apis.items if isinstance(a, Resource)):
            current = is_current(api)
            if current is None:
                unclear.append(Evidence(f"{api.id}#properties.isCurrent", note="whether it is current can't be told"))
            if current:
                listed = world.related(api, "children", f"{SERVICE}/apis/diagnostics")
                unclear += [_lost(lost) for lost in listed.lost]
                by_api.append((api, _diagnostics(listed.items, f"of the API {name_of(api.id)}")))
        return Gateway(_diagnostics(own.items, "for all APIs"), tuple(by_api), tuple(dict.fromkeys(unclear)))

    def all(self) -> Iterator[Diagnostic]:
        """Each diagnostic."""
        yield from self.common
        for _, own in self.by_api:
            yield from own


def is_current(api: Resource) -> Truth:
    """Whether an API is the revision that callers reach; older answers tell it by the name alone (`chat;rev=2`)."""
    said = _reader("properties.isCurrent")(api, api)
    if said is UNKNOWN:
        return None
    told = texts_of(said)
    return "true" in told or (told != ("false",) and ";rev=" not in name_of(api.id).lower())


def _diagnostics(items: Any, of: str) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(item, of) for item in items if isinstance(item, Resource))


@lru_cache(maxsize=256)
def _reader(path: str) -> Reader:
    return reader(Path.parse(path))


def _lost(lost: Lost) -> Evidence:
    needs = f" (needs {lost.permission})" if lost.permission else ""
    note = f"the list could not be read in full: {lost.reason.replace('_', ' ')}{needs}"
    return Evidence(f"{lost.scope}#{lost.type.rpartition('/')[2]}", note=note)


def _decided(judged: list[Judged]) -> Decision:
    """Of several judgements: the failed ones, else the unknown ones, else all."""
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        found = tuple(evidence for said, evidence in judged if said is outcome)
        if found:
            return Decision(outcome, found)
    return Decision(Outcome.PASS, tuple(evidence for _, evidence in judged))


# --- Application Insights -------------------------------------------------------------------------------------


def application_insights_attached(subject: Resource, params: ApplicationInsightsAttached, world: World) -> Decision:
    """Fails without a diagnostic for Application Insights, or with one that lacks something.

    Unknown where only some APIs have one: which of the others carry model traffic is not seen here.
    """
    gateway = Gateway.of(subject, world)
    found = [d for d in gateway.all() if _is_insights(d)]
    judged = [j for d in found for j in _insights(d, subject, params, world)]
    judged += [(Outcome.UNKNOWN, evidence) for evidence in gateway.unclear]
    if not judged:
        absent = Evidence(
            f"{subject.id}#diagnostics/{INSIGHTS}",
            None,
            "a diagnostic",
            "not set, neither for all APIs nor for one of them",
        )
        return Decision(Outcome.FAIL, (absent,))
    if not any(_is_insights(d) for d in gateway.common):
        judged += [(Outcome.UNKNOWN, _bare(api)) for api, own in gateway.by_api if not any(map(_is_insights, own))]
    return _decided(judged)


def _is_insights(diagnostic: Diagnostic) -> bool:
    return name_of(diagnostic.record.id).casefold() == INSIGHTS


def _bare(api: Resource) -> Evidence:
    note = f"no {INSIGHTS} here and none for all APIs, and whether the API carries model traffic is not known"
    return Evidence(f"{api.id}#diagnostics", None, None, note)


def _insights(
    diagnostic: Diagnostic, service: Resource, params: ApplicationInsightsAttached, world: World
) -> Iterator[Judged]:
    yield _logger(diagnostic, service, world)
    yield _is(diagnostic, "properties.metrics", True, False, world)
    yield _is(diagnostic, "properties.httpCorrelationProtocol", params.protocol, "Legacy", world)
    yield _verbosity(diagnostic, params, world)


def _is(diagnostic: Diagnostic, path: str, wanted: Json, default: Json, world: World) -> Judged:
    value = diagnostic.read(path)
    if value is UNKNOWN:
        return diagnostic.unread(path, world)
    note = f"not set, which means {word(default)}" if value is None else ""
    same = not set(texts_of(default if value is None else value)).isdisjoint(texts_of(wanted))
    return Outcome.PASS if same else Outcome.FAIL, diagnostic.seen(path, wanted, note)


def _verbosity(diagnostic: Diagnostic, params: ApplicationInsightsAttached, world: World) -> Judged:
    path, least = "properties.verbosity", params.min_verbosity.casefold()
    value = diagnostic.read(path)
    if value is UNKNOWN:
        return diagnostic.unread(path, world)
    level = "information" if value is None else str(value).casefold()
    if level not in LEVELS or least not in LEVELS:
        return Outcome.UNKNOWN, diagnostic.seen(path, f"at least {least}", "is no level that is known")
    note = "not set, which means information" if value is None else ""
    enough = LEVELS.index(level) >= LEVELS.index(least)
    return Outcome.PASS if enough else Outcome.FAIL, diagnostic.seen(path, f"at least {least}", note)


def _logger(diagnostic: Diagnostic, service: Resource, world: World) -> Judged:
    """Whether the logger that is named is there and leads to Application Insights."""
    path, wanted = "properties.loggerId", "a logger of type applicationInsights"
    named = diagnostic.read(path)
    if named is UNKNOWN:
        return diagnostic.unread(path, world)
    loggers = world.related(service, "children", f"{SERVICE}/loggers")
    record = next((r for r in loggers.items if isinstance(r, Resource) and _names(named, r)), None)
    if record is None and loggers.lost and named:
        return Outcome.UNKNOWN, _lost(loggers.lost[0])
    if record is None:
        return Outcome.FAIL, diagnostic.seen(path, wanted, "there is no such logger" if named else "not set")
    kind = _reader("properties.loggerType")(record, record)
    if kind is UNKNOWN or kind is None:
        return Outcome.UNKNOWN, diagnostic.seen(path, wanted, "the logger does not tell its type")
    right = str(kind).casefold() == "applicationinsights"
    return Outcome.PASS if right else Outcome.FAIL, diagnostic.seen(path, wanted, "" if right else f"it is {kind}")


def _names(named: Json, logger: Resource) -> bool:
    """Whether a logger id, whole or from `/loggers/` on, is that of a logger."""
    told = str(named).rstrip("/").casefold()
    whole = told.startswith("/subscriptions/")
    return logger.key == told if whole else f"/{logger.key}".endswith(f"/loggers/{told.rpartition('/loggers/')[2]}")


# --- payloads -------------------------------------------------------------------------------------------------


def payloads_masked(subject: Resource, params: PayloadsMasked, world: World) -> Decision:
    """Fails with a diagnostic that logs payloads without bounds or masks; not applicable if none logs any."""
    gateway = Gateway.of(subject, world)
    judged = [j for d in gateway.all() for j in _payloads(d, params, world)]
    judged += [(Outcome.UNKNOWN, evidence) for evidence in gateway.unclear]
    if not judged:
        count = sum(1 for _ in gateway.all())
        note = "none logs bodies, headers or prompts" if count else None
        seen = Evidence(f"count({SERVICE}/diagnostics)", count, None, note)
        return Decision(Outcome.NOT_APPLICABLE, (seen,))
    return _decided(judged)


def _payloads(diagnostic: Diagnostic, params: PayloadsMasked, world: World) -> list[Judged]:
    """Nothing, if the diagnostic logs no payload."""
    found = [j for part in PARTS for judge in (_body, _headers) for j in judge(diagnostic, part, params, world)]
    prompts = _prompts(diagnostic, world)
    if not found and not prompts:
        return []
    found += [*prompts, _sampling(diagnostic, params, world)]
    bodies = any(evidence.path.endswith("body.bytes") for _, evidence in found)
    if (prompts or bodies) and not params.retention_decided:
        note = f"nobody says how long logged prompts are kept, {diagnostic.of}"
        found.append((Outcome.UNKNOWN, Evidence("parameter prompt_retention_decided", False, True, note)))
    return found


def _sampling(diagnostic: Diagnostic, params: PayloadsMasked, world: World) -> Judged:
    path, most = "properties.sampling.percentage", params.max_sampling_percentage
    value = diagnostic.read(path)
    if value is UNKNOWN:
        return diagnostic.unread(path, world)
    if value is None:
        return Outcome.FAIL, diagnostic.seen(path, f"at most {most:g}", "not set, which logs every call")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Outcome.UNKNOWN, diagnostic.seen(path, f"at most {most:g}", "is no number")
    return Outcome.PASS if value <= most else Outcome.FAIL, diagnostic.seen(path, f"at most {most:g}")


def _body(diagnostic: Diagnostic, part: str, params: PayloadsMasked, world: World) -> list[Judged]:
    path = f"{part}.body.bytes"
    value = diagnostic.read(path)
    if value is UNKNOWN:
        return [diagnostic.unread(path, world)]
    if value is None or value == 0:
        return []
    expected = f"at most {params.max_body_bytes}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [(Outcome.UNKNOWN, diagnostic.seen(path, expected, "is no number"))]
    return [(Outcome.PASS if value <= params.max_body_bytes else Outcome.FAIL, diagnostic.seen(path, expected))]


def _headers(diagnostic: Diagnostic, part: str, params: PayloadsMasked, world: World) -> list[Judged]:
    path = f"{part}.headers"
    value, masks = diagnostic.read(path), diagnostic.read(f"{part}.dataMasking.headers")
    if value is UNKNOWN:
        return [diagnostic.unread(path, world)]
    listed = value if isinstance(value, list) else [value]
    logged = {h.strip().casefold() for h in listed if isinstance(h, str)} - {""}
    if not logged:
        return []
    named = {str(h).casefold() for h in params.sensitive_headers}
    bare = sorted((named if "*" in logged else named & logged) - _masked(masks, named))
    if bare and masks is UNKNOWN:
        return [diagnostic.unread(f"{part}.dataMasking.headers", world)]
    note = f"{', '.join(bare)} logged without a mask" if bare else ""
    return [(Outcome.FAIL if bare else Outcome.PASS, diagnostic.seen(path, "secrets masked or not logged", note))]


def _masked(masks: Any, named: set[str]) -> set[str]:
    """The headers that are masked or hidden; `*` stands for all."""
    listed = [m for m in masks if isinstance(m, dict)] if isinstance(masks, list) else []
    hidden = {str(m.get("value")).casefold() for m in listed if str(m.get("mode")).casefold() in ("mask", "hide")}
    return named if "*" in hidden else hidden


def _prompts(diagnostic: Diagnostic, world: World) -> list[Judged]:
    """Whether prompts or completions are logged by the gateway's own log of model calls."""
    logs = f"{LLM}.logs"
    if diagnostic.read(logs) is UNKNOWN:
        return [diagnostic.unread(logs, world)]
    if "enabled" not in texts_of(diagnostic.read(logs)):
        return []
    paths = [f"{LLM}.requests.messages", f"{LLM}.responses.messages"]
    unread = [diagnostic.unread(path, world) for path in paths if diagnostic.read(path) is UNKNOWN]
    return unread + [(Outcome.PASS, diagnostic.seen(p)) for p in paths if "all" in texts_of(diagnostic.read(p))]
