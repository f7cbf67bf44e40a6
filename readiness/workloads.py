"""Which workload a resource belongs to: by name pattern, tag or resource group, else `default` (semantics 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Protocol

from readiness.arm import group_of, name_of
from readiness.model import Resource
from readiness.scope import tags_of, text_tag

DEFAULT: Final = "default"


class Parents(Protocol):
    """What is asked of the graph."""

    def nearest(self, resource: Resource) -> Resource | None:
        """The record of the nearest resource above one."""


@dataclass(frozen=True, slots=True)
class Workloads:
    """Patterns (globs over an id, without case) by workload, the tag that names one, and whether groups are some."""

    tag: str | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resource_group: bool = False

    @property
    def configured(self) -> bool:
        """Whether there are others than the default one."""
        return bool(self.tag or self.names or self.resource_group)

    def of(self, resource: Resource, graph: Parents) -> str:
        """The workload's name: by pattern, own tag, the nearest ancestor's tag, or its resource group."""
        for name, globs in self.names.items():
            if any(fnmatchcase(resource.key, glob.lower()) for glob in globs):
                return name
        at: Resource | None = resource if self.tag else None
        while at:
            found = text_tag(tags_of(at), self.tag or "")
            if found:
                return found
            at = graph.nearest(at)
        group = group_of(resource.id) if self.resource_group else None
        return name_of(group) if group else DEFAULT
