"""Resources that share a region, an environment and everything that would tell them apart.

A second account of the same subscription and region adds no quota; tenants, workloads, keys and networks are
reasons to have one all the same, and show in tags and properties.
https://learn.microsoft.com/azure/architecture/ai-ml/guide/azure-openai-gateway-multi-backend
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from readiness.arm import name_of, region_of
from readiness.conditions import World
from readiness.conditions.value import counted
from readiness.model import UNKNOWN, Decision, Environment, Evidence, Item, Json, Outcome, Related, Resource, Truth
from readiness.paths import Path, PathError, reader

LOCATION: Final = Path.parse("location")
KIND: Final = Path.parse("kind")
TOLD: Final = 10
PLACES: Final = 2
NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class OnePerRegion:
    """Of `type`, one is allowed for each region, environment and whatever else tells them apart.

    Only `kinds` are counted, if any are named; of `kinds_in_use` those alone that have a child of the type
    `children`. `tags` are names of tags; `apart` are paths, each with what null means there
    (`properties.publicNetworkAccess=Enabled`): resources that differ in one of them are told apart.
    """

    type: str
    kinds: tuple[str, ...] = ()
    kinds_in_use: tuple[str, ...] = ()
    children: str = ""
    tags: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A resource with its place: region, environment, tags, properties; a part may be UNKNOWN."""

    name: str
    counts: Truth
    place: tuple[Any, ...]

    @property
    def doubtful(self) -> bool:
        """Whether it may lie elsewhere, or may not count."""
        return self.counts is None or any(part is UNKNOWN for part in self.place)

    def may_meet(self, other: _Placed) -> bool:
        """Whether both may be in the same place."""
        pairs = zip(self.place, other.place, strict=True)
        return all(a is UNKNOWN or b is UNKNOWN or a == b for a, b in pairs)


def one_per_region(subject: Resource, params: OnePerRegion, world: World) -> Decision:
    """Fails with each place that holds more than one; unknown where one may; a subject without any is exempt."""
    listed = world.related(subject, "resources", params.type)
    resources = [r for r in listed.items if isinstance(r, Resource)]
    counts = [(r, _counts(r, params, world)) for r in resources]
    placed = [_Placed(name_of(r.id), truth, _place(r, params, world)) for r, truth in counts if truth is not False]
    crowded = _crowded(placed, name_of(params.type))
    if crowded:
        return _decision(Outcome.FAIL, crowded, params)
    unclear = _unclear(placed)
    if not listed.complete:
        unclear.append(_unread(listed, params.type))
    if unclear:
        return Decision(Outcome.UNKNOWN, tuple(unclear))
    seen = Evidence(f"count({params.type})", len(placed), "at most 1 for each region, environment and workload")
    if not placed:
        return Decision(Outcome.NOT_APPLICABLE, (seen,))
    certain = any(each.counts is True for each in placed)
    return Decision(Outcome.PASS if certain else Outcome.UNKNOWN, (seen,))


def _counts(resource: Resource, params: OnePerRegion, world: World) -> Truth:
    """Whether a resource is one of those of which one is enough."""
    if not params.kinds and not params.kinds_in_use:
        return True
    kind = reader(KIND)(resource, resource)
    if kind is UNKNOWN:
        return None
    folded = kind.casefold() if isinstance(kind, str) else None
    if folded in {k.casefold() for k in params.kinds}:
        return True
    if folded not in {k.casefold() for k in params.kinds_in_use}:
        return False
    children = world.related(resource, "children", params.children)
    return True if children.items else False if children.complete else None


def _place(resource: Resource, params: OnePerRegion, world: World) -> tuple[Any, ...]:
    environment, _ = world.environment(resource)
    where = UNKNOWN if environment is Environment.UNKNOWN else str(counted(environment))
    return (
        _region(resource),
        where,
        *(_value(resource, Path(f"tags['{tag}']", ("tags", tag)), None) for tag in params.tags),
        *(_value(resource, *_with_default(text)) for text in params.apart),
    )


def _region(resource: Resource) -> Any:
    found = reader(LOCATION)(resource, resource)
    return UNKNOWN if found is UNKNOWN else region_of(found)


def _with_default(text: str) -> tuple[Path, str | None]:
    """A path and what null means there; a text that is no path is null everywhere."""
    path, equals, default = text.partition("=")
    try:
        return Path.parse(path), default.casefold() if equals else None
    except PathError:
        return Path(path, (path,)), None


def _value(item: Item, path: Path, default: str | None) -> Any:
    value = reader(path)(item, item)
    if value is None or value is UNKNOWN:
        return default if value is None else UNKNOWN
    return value.casefold() if isinstance(value, str) else _plain(value)


def _plain(value: Json) -> str:
    return str(value).casefold() if isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def _crowded(placed: list[_Placed], what: str) -> list[Evidence]:
    """The places that hold more than one for certain."""
    places: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for each in placed:
        if not each.doubtful:
            places[each.place].append(each.name)
    return [_told(place, names, what) for place, names in places.items() if len(names) > 1]


def _told(place: tuple[Any, ...], names: list[str], what: str) -> Evidence:
    region, environment = place[:2]
    return Evidence(f"{what} in {region or 'no region'} ({environment})", sorted(names), "one")


def _unclear(placed: list[_Placed]) -> list[Evidence]:
    """Those that may share another's place, or may not count; the first ten."""
    found = []
    for each in (p for p in placed if p.doubtful):
        other = next((p for p in placed if p is not each and each.may_meet(p)), None)
        if other:
            why = "whether it counts" if each.counts is None else "what would tell them apart"
            note = f"may share its place with {other.name}: {why} could not be read"
            found.append(Evidence(each.name, note=note))
        if len(found) == TOLD:
            break
    return found


def _unread(listed: Related, type_: str) -> Evidence:
    lost = listed.lost[0]
    needs = f" (needs {lost.permission})" if lost.permission else ""
    note = f"the list of {type_} could not be read in full: {lost.reason.replace('_', ' ')}{needs}"
    return Evidence(f"count({type_})", note=note)


def _decision(outcome: Outcome, crowded: list[Evidence], params: OnePerRegion) -> Decision:
    told = "; ".join(f"{len(e.observed)} {e.path}: {_some(e.observed)}" for e in crowded[:PLACES])
    more = f"; {len(crowded) - PLACES} more places" if len(crowded) > PLACES else ""
    told_apart = f", or several told apart by a tag ({', '.join(params.tags)})" if params.tags else ""
    return Decision(outcome, tuple(crowded), f"{told}{more}; expected one{told_apart}")


def _some(names: list[str]) -> str:
    left = len(names) - NAMED
    return f"{', '.join(names[:NAMED])} and {left} more" if left > 0 else ", ".join(names)
