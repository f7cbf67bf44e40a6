"""What an operation is asked for once each: its targets, from the records read so far. Pure; the same estate gives
the same targets, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from readiness.arm import group_of, key_of, parent_of, region_of, subscription_of, type_of
from readiness.collect.operations import (
    ACCOUNTS,
    DEPLOYMENTS,
    GROUPS,
    LLM,
    LOCATIONS,
    MODEL,
    REGION,
    SUBSCRIPTION,
    TENANT,
    WORKLOADS,
    Named,
    Operation,
)
from readiness.model import Json

Records: TypeAlias = Mapping[str, Iterable[Json]]
"""The bodies read so far, each with an id, by type in lower case."""
PROVIDER: Final = LOCATIONS.partition("/")[0]


def targets(operation: Operation, records: Records) -> list[str]:
    """The ids to ask for, by id, each once in whatever case; "" is the tenant.

    Not for a `fallback`: it is asked for the subscriptions in which Resource Graph refused its type.
    """
    made = _MADE.get(operation.each)
    once: dict[str, str] = {}
    for target in sorted(made(records) if made else _of_type(operation, records)):
        once.setdefault(key_of(target), target)
    return [once[key] for key in sorted(once)]


def left_out(operation: Operation, records: Records) -> list[str]:
    """The records that `only` leaves out: with `rest="none"` their lists are known to be empty."""
    return sorted(str(body["id"]) for body in _held(records, operation.each) if not admits(operation.only, body))


def admits(only: Mapping[str, tuple[str, ...]], body: Json) -> bool:
    """Whether a record has one of the values at one of the paths, or nothing at any."""
    seen = {path: [_folded(v) for v in values_at(body, path)] for path in only}
    if not any(seen.values()):
        return True
    return any(set(seen[path]) & {value.casefold() for value in wanted} for path, wanted in only.items())


def values_at(body: Json, path: str) -> list[Json]:
    """What lies at a path of keys and `[*]`, keys without case; null is nothing."""
    found = [body]
    for step in path.split("."):
        key = step.removesuffix("[*]")
        found = [inner for value in found for inner in _members(value, key)]
        if step.endswith("[*]"):
            found = [element for value in found if isinstance(value, list) for element in value]
    return [value for value in found if value is not None]


def _members(value: Json, key: str) -> list[Json]:
    if not isinstance(value, dict):
        return []
    if key in value:
        return [value[key]]
    return [inner for name, inner in value.items() if name.casefold() == key.casefold()][:1]


def _folded(value: Json) -> str:
    return str(value).rstrip("/").casefold()


def _held(records: Records, type_: str) -> Iterator[Json]:
    return (b for b in records.get(type_.lower(), ()) if isinstance(b, dict) and isinstance(b.get("id"), str))


# --- each of a type ----------------------------------------------------------------------------------------------


def _of_type(operation: Operation, records: Records) -> Iterator[str]:
    held = (body for body in _held(records, operation.each) if admits(operation.only, body))
    if not operation.named_by:
        yield from (body["id"] for body in held)
        return
    for named in operation.named_by:
        wanted = {_folded(text): text for text in _names(named, records)}
        if named.own == "id":
            yield from (text for text in wanted.values() if _is_of(text, operation.each))
        else:
            yield from (b["id"] for b in _held(records, operation.each) if _has(b, named.own, wanted))


def _names(named: Named, records: Records) -> Iterator[str]:
    for body in _held(records, named.type):
        yield from (value for value in values_at(body, named.path) if isinstance(value, str) and value)


def _has(body: Json, own: str, wanted: Mapping[str, str]) -> bool:
    return any(_folded(value) in wanted for value in values_at(body, own))


def _is_of(text: str, type_: str) -> bool:
    return (type_of(text) or "").lower() == type_.lower()


# --- what is no record -------------------------------------------------------------------------------------------


def _tenant(records: Records) -> Iterator[str]:
    yield ""


def _workloads(records: Records) -> Iterator[str]:
    """The ids of all that makes a subscription worth asking."""
    return (body["id"] for type_ in WORKLOADS for body in _held(records, type_))


def _subscriptions(records: Records) -> Iterator[str]:
    return (found for found in map(subscription_of, _workloads(records)) if found)


def _groups(records: Records) -> Iterator[str]:
    return (found for found in map(group_of, _workloads(records)) if found)


def _regions(records: Records) -> Iterator[str]:
    for body in _held(records, ACCOUNTS):
        subscription, region = subscription_of(body["id"]), region_of(body.get("location"))
        if subscription and region and admits({"kind": LLM}, body):
            yield f"{subscription}/providers/{PROVIDER}/locations/{region}"


def _models(records: Records) -> Iterator[str]:
    """`{region}/models/{format}:{name}:{version}`."""
    regions = {key_of(body["id"]): region_of(body.get("location")) for body in _held(records, ACCOUNTS)}
    for body in _held(records, DEPLOYMENTS):
        subscription, region = subscription_of(body["id"]), regions.get(parent_of(key_of(body["id"])) or "")
        parts = [values_at(body, f"properties.model.{part}")[:1] for part in ("format", "name", "version")]
        if subscription and region and all(parts):
            model = ":".join(str(part[0]) for part in parts)
            yield f"{subscription}/providers/{PROVIDER}/locations/{region}/models/{model}"


_MADE: Final[dict[str, Callable[[Records], Iterator[str]]]] = {
    TENANT: _tenant,
    SUBSCRIPTION: _subscriptions,
    GROUPS: _groups,
    REGION: _regions,
    MODEL: _models,
}
