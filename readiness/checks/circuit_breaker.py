"""Circuit breakers of API Management's backends: on which status codes they trip.

https://learn.microsoft.com/azure/api-management/backends#circuit-breaker
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.checks.llm_backends import URL, Estate
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, elements_of, reader

RULES: Final = Path.parse("properties.circuitBreaker.rules")
RANGES: Final = Path.parse("failureCondition.statusCodeRanges")
RETRY_AFTER: Final = Path.parse("acceptRetryAfter")
TRIPS_ON: Final = "status codes on which the breaker trips"
HIGHEST: Final = 999


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """It must trip on `throttled`, there obeying Retry-After, and on every code from `errors_from` to `errors_to`."""

    llm_hosts: tuple[str, ...]
    throttled: int = 429
    errors_from: int = 500
    errors_to: int = 599


@dataclass(frozen=True, slots=True)
class _Trips:
    """A rule's status codes as the bits of a number, and whether it obeys Retry-After; None where unclear."""

    path: str
    codes: int | None
    obeys: Truth


def circuit_breaker(subject: Resource, params: CircuitBreaker, world: World) -> Decision:
    """Fails with the codes on which a model backend does not trip; not applicable to a backend of no model."""
    estate = Estate(subject, params.llm_hosts, world)
    applies = _serves_models(subject, estate)
    if not applies:
        return _unjudged(subject, estate, applies)
    rules = reader(RULES)(subject, subject)
    if rules is UNKNOWN:
        return Decision(Outcome.UNKNOWN, (Evidence(RULES.text, note=world.why_unknown(subject, RULES, None)),))
    return _judged(list(_trips(subject, rules if isinstance(rules, list) else [])), params)


def _unjudged(backend: Resource, estate: Estate, applies: Truth) -> Decision:
    url, to = reader(URL)(backend, backend), estate.destination(backend)
    seen = Evidence(URL.text, None if url is UNKNOWN else url, note=to.note)
    if applies is False:
        return Decision(Outcome.NOT_APPLICABLE, (seen,))
    beside = Evidence("pools that hold it", note="whether one of them leads to a model can't be told")
    return Decision(Outcome.UNKNOWN, (seen,) if to.llm is None else (seen, beside))


def _serves_models(backend: Resource, estate: Estate) -> Truth:
    """Whether a backend leads to a model, or stands in a pool beside one that does."""
    own = estate.destination(backend).llm
    unclear = own is None or not estate.backends.complete
    for pool in estate.pools() if own is not True else ():
        members = estate.members(pool)
        if members is None:
            unclear = True
        elif any(key == backend.key for _, _, key in members):
            beside = [estate.member(key).llm for _, _, key in members]
            own = own or any(beside)
            unclear = unclear or None in beside
    return True if own else None if unclear else False


def _trips(subject: Resource, rules: list[Json]) -> Iterator[_Trips]:
    for index, rule in enumerate(elements_of(subject, RULES, rules)):
        ranges, obeys = reader(RANGES)(rule, subject), reader(RETRY_AFTER)(rule, subject)
        path = f"{RULES.text}[{index}]"
        if not isinstance(rule.body, dict):
            yield _Trips(path, None, None)
        else:
            truth = None if obeys is UNKNOWN else str(obeys).casefold() == "true"
            yield _Trips(path, None if ranges is UNKNOWN else _codes(ranges), truth)


def _codes(ranges: Json) -> int | None:
    """The codes of a list of `{min, max}`, both ends included; None if one can't be read."""
    found = 0
    for each in ranges if isinstance(ranges, list) else []:
        low, high = (_number(each.get(end)) for end in ("min", "max")) if isinstance(each, dict) else (None, None)
        if low is None or high is None:
            return None
        found |= span(low, high)
    return found


def _number(value: Json) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def span(low: int, high: int) -> int:
    """The codes from one to another, both included, as bits; none if they are the wrong way round."""
    low, high = max(low, 0), min(high, HIGHEST)
    return ((1 << (high - low + 1)) - 1) << low if low <= high else 0


def shown(codes: int) -> str:
    """Codes in words: `429, 500 to 599`."""
    listed, words = [c for c in range(HIGHEST + 1) if codes >> c & 1], []
    while listed:
        first = last = listed.pop(0)
        while listed and listed[0] == last + 1:
            last = listed.pop(0)
        words.append(str(first) if first == last else f"{first} to {last}")
    return ", ".join(words)


def _judged(trips: list[_Trips], params: CircuitBreaker) -> Decision:
    throttled = span(params.throttled, params.throttled)
    wanted = throttled | span(params.errors_from, params.errors_to)
    covered = _union(trips, obeying=False) & wanted
    missing, deaf = wanted & ~covered, throttled & covered & ~_union(trips, obeying=True)
    if not missing and not deaf:
        return Decision(Outcome.PASS, (_of_codes(covered, wanted),))
    unclear = [t for t in trips if t.codes is None or (t.obeys is None and t.codes & throttled)]
    if unclear and not _surely_lacks(trips, wanted, throttled):
        return Decision(Outcome.UNKNOWN, tuple(Evidence(t.path, note="can't be read in full") for t in unclear))
    lacking = [_of_codes(covered, wanted)] if missing else []
    return Decision(Outcome.FAIL, (*lacking, *(_of_retries(t) for t in trips if deaf and (t.codes or 0) & deaf)))


def _of_codes(covered: int, wanted: int) -> Evidence:
    missing = wanted & ~covered
    note = f"lacks {shown(missing)}" if covered and missing else None
    return Evidence(TRIPS_ON, shown(covered) or "none", shown(wanted), note)


def _of_retries(trips: _Trips) -> Evidence:
    return Evidence(f"{trips.path}.{RETRY_AFTER.text}", trips.obeys, True)


def _union(trips: list[_Trips], *, obeying: bool) -> int:
    found = 0
    for each in trips:
        if each.codes and (each.obeys is True or not obeying):
            found |= each.codes
    return found


def _surely_lacks(trips: list[_Trips], wanted: int, throttled: int) -> bool:
    """Whether something is missing even if all that is unclear were in order."""
    if any(t.codes is None and t.obeys is not False for t in trips):
        return False
    best = _union([_Trips(t.path, t.codes if t.codes is not None else wanted, t.obeys) for t in trips], obeying=False)
    hoped = _union([_Trips(t.path, t.codes, t.obeys is not False) for t in trips], obeying=True)
    return bool(wanted & ~best) or bool(throttled & ~hoped)
