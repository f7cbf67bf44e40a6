"""Production, development or undecided, and what decided it (semantics 30)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Protocol, TypeAlias

from readiness.arm import group_of, name_of, parent_of
from readiness.model import Environment, Resource
from readiness.paths import Path, covered
from readiness.scope import tags_of, text_tag

PRODUCTION: Final = ("prod", "prd", "production", "live")
DEVELOPMENT: Final = (
    "dev", "development", "test", "tst", "qa", "uat", "stg", "staging", "sandbox", "sbx", "poc", "demo", "lab",
)  # fmt: skip
TAGS: Final = ("env", "environment")
_SEGMENT: Final = re.compile(r"[-_.\d]+")
Decided: TypeAlias = tuple[Environment, str]


class Parents(Protocol):
    """What is asked of the graph."""

    def parent(self, resource: Resource) -> Resource | None:
        """The record above a resource."""


@dataclass(slots=True)
class Environments:
    """Decides environments. `assigned` are globs over ids (without case), asked first; `forced` decides for all."""

    graph: Parents
    tags: tuple[str, ...] = TAGS
    production: tuple[str, ...] = PRODUCTION
    development: tuple[str, ...] = DEVELOPMENT
    assigned: tuple[tuple[str, Environment], ...] = ()
    forced: Environment | None = None
    forced_by: str = ""
    _known: dict[str, Decided] = field(default_factory=dict)

    def of(self, resource: Resource) -> Decided:
        """The environment of a subject, and in words what decided it."""
        if self.forced:
            return self.forced, self.forced_by or f"--environment {self.forced}"
        if resource.key not in self._known:
            self._known[resource.key] = next(self._answers(resource), (Environment.UNDECIDED, "nothing decides it"))
        return self._known[resource.key]

    def in_name(self, name: str) -> Environment:
        """What a name says of the environment; undecided if it says nothing, or both."""
        return next((environment for environment, _ in self._by_name(name, "")), Environment.UNDECIDED)

    def in_tags(self, resource: Resource) -> Decided:
        """What a resource's own tags say of it, and which; undecided if nothing, unknown if they were not read."""
        return next(self._by_tags(resource), (Environment.UNDECIDED, "no tag says it"))

    def _answers(self, resource: Resource) -> Iterator[Decided]:
        """Each answer, in the order of the contract; the first one counts."""
        yield from self._by_configuration(resource)
        ancestors = list(self._ancestors(resource))
        yield from self._by_tags(resource)
        for above in ancestors:
            yield from self._unread(above) if isinstance(above, str) else self._by_tags(above)
        if isinstance(resource.body, dict):
            yield from self._by_name(resource.body.get("displayName") or name_of(resource.id), "its name")
        for above in ancestors:
            yield from self._by_name(name_of(above if isinstance(above, str) else above.id), "its parent's name")
        group = group_of(resource.id)
        if group and group.lower() != resource.key:
            yield from self._by_name(name_of(group), "the resource group's name")

    def _by_configuration(self, resource: Resource) -> Iterator[Decided]:
        for glob, environment in self.assigned:
            if fnmatchcase(resource.key, glob.lower()):
                yield environment, f"the configuration ('{glob}')"

    def _ancestors(self, resource: Resource) -> Iterator[Resource | str]:
        """The resources above, nearest first; the key of one whose record was not read."""
        key = parent_of(resource.key)
        at = resource
        while key:
            above = self.graph.parent(at)
            yield above or key
            if above is None:
                return
            at, key = above, parent_of(above.key)

    def _by_tags(self, resource: Resource) -> Iterator[Decided]:
        tags = tags_of(resource)
        for tag in self.tags if tags or resource.gaps else ():
            if covered(resource.gaps, Path(f"tags['{tag}']", ("tags", tag)), resource):
                yield Environment.UNKNOWN, f"the tags of {name_of(resource.id)} could not be read"
            found = self._word(text_tag(tags, tag))
            if found:
                yield found, f"the tag {tag} of {name_of(resource.id)}"

    @staticmethod
    def _unread(key: str) -> Iterator[Decided]:
        yield Environment.UNKNOWN, f"the record of {name_of(key)} could not be read"

    def _by_name(self, name: str, what: str) -> Iterator[Decided]:
        """By whole segments between `-`, `_`, `.` or digits; a name that says both decides nothing."""
        found = {w for segment in _SEGMENT.split(str(name)) if (w := self._word(segment))}
        if len(found) == 1:
            yield found.pop(), f"{what} ({name})"

    def _word(self, word: str) -> Environment | None:
        folded = word.casefold()
        if folded in self.production:
            return Environment.PRODUCTION
        return Environment.DEVELOPMENT if folded in self.development else None
