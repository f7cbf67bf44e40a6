"""What is judged: the subscriptions, resource groups and tags asked for; all else is context (semantics 19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from readiness import paths
from readiness.arm import SUBSCRIPTION_TYPE, group_of, key_of, name_of, subscription_of
from readiness.errors import UsageError
from readiness.model import Json, Resource
from readiness.snapshot import Snapshot
from readiness.yamlfile import nearest


class Parents(Protocol):
    """What a scope asks of the graph."""

    def nearest(self, resource: Resource) -> Resource | None:
        """The record of the nearest resource above one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Keys of subscriptions, lower-case names of resource groups, tags; an empty one asks for all."""

    subscriptions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)
    management_groups: tuple[str, ...] = ()
    """As they were asked for; the subscriptions below them are among `subscriptions`."""

    @property
    def narrows(self) -> bool:
        """Whether anything that was read may lie outside."""
        return bool(self.subscriptions or self.groups or self.tags)

    def has_subscription(self, key: str) -> bool:
        """Whether a subscription (a key) is judged."""
        return not self.subscriptions or key in self.subscriptions

    def holds(self, resource: Resource, graph: Parents) -> bool:
        """Whether a resource is judged."""
        if self.subscriptions and subscription_of(resource.key) not in self.subscriptions:
            return False
        if self.groups and name_of(group_of(resource.key) or "") not in self.groups:
            return False
        return not self.tags or self._tagged(resource, graph)

    def _tagged(self, resource: Resource, graph: Parents) -> bool:
        """By the resource's own tags, else by its nearest ancestor's that has some."""
        at: Resource | None = resource
        while at:
            tags = tags_of(at)
            if tags:
                return all(text_tag(tags, k).casefold() == v.casefold() for k, v in self.tags.items())
            at = graph.nearest(at)
        return False

    def list_scopes(self, subscription: str) -> list[str]:
        """The scopes whose lists of a top-level type must be whole."""
        if not self.groups:
            return [subscription]
        return [f"{subscription}/resourcegroups/{group}" for group in sorted(self.groups)]

    def shown(self) -> dict[str, Json]:
        """As a report writes it."""
        shown: dict[str, Json] = {}
        if self.management_groups:
            shown["management_groups"] = list(self.management_groups)
        if self.groups:
            shown["resource_groups"] = sorted(self.groups)
        if self.tags:
            shown["tags"] = dict(sorted(self.tags.items()))
        return shown


def tags_of(resource: Resource) -> dict[str, Json]:
    """A resource's own tags; {} if it has none."""
    tags = resource.body.get("tags") if isinstance(resource.body, dict) else None
    return tags if isinstance(tags, dict) else {}


def text_tag(tags: dict[str, Json], name: str) -> str:
    """A tag's value, its name without case; "" if there is none."""
    value = paths.member(tags, name, name.casefold())
    return value if isinstance(value, str) else ""


def asked(
    snapshot: Snapshot,
    subscriptions: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    management_groups: tuple[str, ...] = (),
) -> Scope:
    """The scope of some flags within the snapshot's own; raises UsageError for what is not in it."""
    own = _own(snapshot)
    chosen = frozenset(_subscription(snapshot, own, s) for s in subscriptions) or own.subscriptions
    for group in groups:
        _check_group(snapshot, group)
    return Scope(
        _below(snapshot, chosen, management_groups) if management_groups else chosen,
        frozenset(g.lower() for g in groups) or own.groups,
        {**own.tags, **dict(tag_of(t) for t in tags)},
        tuple(sorted(management_groups)) or own.management_groups,
    )


def _own(snapshot: Snapshot) -> Scope:
    """The scope that a snapshot's header names; subscriptions as ids or bare, without case."""
    scope = snapshot.header.get("scope") or {}
    tags = scope.get("tags")
    return Scope(
        frozenset(_subscription_key(s) for s in _texts(scope.get("subscriptions"))),
        frozenset(name_of(g).lower() for g in _texts(scope.get("resource_groups"))),
        {str(k): str(v) for k, v in tags.items()} if isinstance(tags, dict) else {},
        tuple(_texts(scope.get("management_groups"))),
    )


def _texts(value: Json) -> list[str]:
    return [v for v in value if isinstance(v, str) and v] if isinstance(value, list) else []


def _subscription_key(text: str) -> str:
    return key_of(text) if text.startswith("/") else f"/subscriptions/{text.lower()}"


def _subscription(snapshot: Snapshot, own: Scope, text: str) -> str:
    known = set(own.subscriptions) | {s for k in snapshot.resources if (s := subscription_of(k))}
    if _subscription_key(text) in known:
        return _subscription_key(text)
    names = {
        _display_name(r): r.key for r in snapshot.resources.values() if r.type.lower() == SUBSCRIPTION_TYPE.lower()
    }
    for name, key in names.items():
        if name.casefold() == text.casefold():
            return key
    valid = sorted({name_of(k) for k in known} | {n for n in names if n})
    raise UsageError(f"the input has no subscription '{text[:80]}'", nearest(text, valid) if valid else "")


def _check_group(snapshot: Snapshot, text: str) -> None:
    known = {name_of(group) for key in snapshot.resources if (group := group_of(key))}
    if text.lower() not in known:
        hint = nearest(text, known) if known else ""
        raise UsageError(f"the input has nothing in a resource group '{text[:80]}'", hint)


def _below(snapshot: Snapshot, chosen: frozenset[str], groups: tuple[str, ...]) -> frozenset[str]:
    """The subscriptions, of those chosen, that lie below one of some management groups."""
    known = chosen or {s for k in snapshot.resources if (s := subscription_of(k))}
    above = {key: _groups_above(snapshot, key) for key in sorted(known)}
    found: set[str] = set()
    for group in groups:
        name = name_of(group).casefold()
        inside = {key for key, names in above.items() if name in names}
        if not inside:
            valid = set().union(*above.values())
            why = f"the input has no subscription below a management group '{group[:80]}'"
            raise UsageError(why, nearest(name, valid) if valid else "")
        found |= inside
    return frozenset(found)


def _groups_above(snapshot: Snapshot, key: str) -> set[str]:
    """The names and display names of the management groups above a subscription, without case.

    Resource Graph writes them into its record: https://learn.microsoft.com/azure/governance/management-groups/
    resource-graph-samples. Raises UsageError where that is not among what was read.
    """
    record = snapshot.resources.get(key)
    properties = record.body.get("properties") if record else None
    chain = properties.get("managementGroupAncestorsChain") if isinstance(properties, dict) else None
    if not isinstance(chain, list):
        why = f"the input does not say in which management groups the subscription {name_of(key)} lies"
        raise UsageError(why, "Name subscriptions with --subscription; what readiness collect writes says it.")
    groups = [group for group in chain if isinstance(group, dict)]
    return {str(g[word]).casefold() for g in groups for word in ("name", "displayName") if g.get(word)}


def _display_name(resource: Resource) -> str:
    """ARM writes it beside the id, Resource Graph as the name."""
    properties = resource.body.get("properties")
    inner = properties.get("displayName") if isinstance(properties, dict) else None
    found = resource.body.get("displayName") or inner or resource.body.get("name")
    return found if isinstance(found, str) else ""


def tag_of(text: str) -> tuple[str, str]:
    """The name and the value of a tag as the command line has it; raises UsageError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--tag takes name=value, found '{text[:80]}'", "For example --tag workload=chat")
    return name, value
