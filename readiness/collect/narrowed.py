"""The resource groups and tags that a run was asked for: what of the subscriptions is judged.

The header of the snapshot carries them, so that a scan of the file judges the same; of the same records this says
what `readiness.scope` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from readiness import paths
from readiness.arm import group_of, key_of, name_of, parent_of
from readiness.errors import UsageError
from readiness.model import Json
from readiness.yamlfile import nearest


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Lower-case names of resource groups, and tags; an empty one asks for all."""

    groups: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(groups: Iterable[str], tags: Iterable[str]) -> Narrowed:
        """As the command line names them, tags as `name=value`."""
        parts = (text.partition("=") for text in tags)
        return Narrowed(frozenset(g.lower() for g in groups), {name: value for name, _, value in parts})

    @staticmethod
    def in_scope(scope: Mapping[str, Json]) -> Narrowed:
        """As the scope of a snapshot's header has them."""
        return Narrowed(frozenset(scope.get("resource_groups") or ()), dict(scope.get("tags") or {}))

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.groups or self.tags)

    def shown(self) -> dict[str, Json]:
        """As the scope of a snapshot's header has them; {} for all."""
        groups = {"resource_groups": sorted(self.groups)} if self.groups else {}
        return {**groups, **({"tags": dict(sorted(self.tags.items()))} if self.tags else {})}

    def holds(self, id_: str, body_of: Callable[[str], Json]) -> bool:
        """Whether a resource is judged; `body_of` gives the record of a key, or None."""
        key = key_of(id_)
        return self.in_groups(key) and (not self.tags or self._tagged(key, body_of))

    def in_groups(self, key: str) -> bool:
        """Whether a key lies in one of the resource groups, if any were asked for."""
        return not self.groups or name_of(group_of(key) or "") in self.groups

    def _tagged(self, key: str, body_of: Callable[[str], Json]) -> bool:
        """By the resource's own tags, else by those of the nearest above it that has some."""
        above: str | None = key
        while above:
            tags = (body_of(above) or {}).get("tags")
            if isinstance(tags, dict) and tags:
                return all(_text(tags, name) == value.casefold() for name, value in self.tags.items())
            above = parent_of(above)
        return False

    def check(self, keys: Iterable[str]) -> None:
        """Raises UsageError for a resource group in which none of what was found (keys) lies."""
        known = {name_of(group) for key in keys if (group := group_of(key))}
        for name in sorted(self.groups - known):
            hint = nearest(name, known) if known else ""
            raise UsageError(f"nothing in a resource group '{name[:80]}' can be seen", hint)


def _text(tags: dict[str, Json], name: str) -> str:
    value = paths.member(tags, name, name.casefold())
    return value.casefold() if isinstance(value, str) else ""
