"""Scores by workload or by subscription: the same formula over what concerns each (semantics 3 and 21). No I/O.

A resource counts in its own group. What has none of its own (the estate, a subscription, what extends one, a list
that was lost, a child whose parent was not read) counts in each group that it may concern, so that no group looks
better than it is known to be; the counts of groups therefore don't add up to the total's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias

from readiness.arm import group_of, key_of, name_of, parent_of, subscription_of
from readiness.graph import ESTATE, Graph, is_everybodys, special
from readiness.model import Finding, Lost, Outcome, Resource, Severity
from readiness.ruleset import Rule
from readiness.scoring import Counts, Score, score
from readiness.verdicts import Verdicts

Names: TypeAlias = tuple[str | None, ...]
NOBODYS: Final[Names] = (None,)
"""The name of the group of what concerns no other: a subscription in which no workload has anything."""
WORKLOAD: Final = "workload"


class By(StrEnum):
    """What `--group-by` takes."""

    WORKLOAD = WORKLOAD
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """The figures of one group; `name` is a workload's, a subscription's bare id, or None for what concerns none."""

    by: By
    name: str | None
    counted: tuple[tuple[Rule, Counts], ...]
    score: Score

    def summary(self) -> dict[str, int]:
        """Its subjects by outcome, waived ones apart from fail."""
        total = Counts().wire()
        for _, counts in self.counted:
            total = {name: number + total[name] for name, number in counts.wire().items()}
        return total

    def worst(self) -> list[tuple[Rule, int]]:
        """The rules with open fails in it and how many, the gravest first, those in no number last."""
        found = [(rule, c.failed - c.waived) for rule, c in self.counted if c.failed > c.waived]
        return sorted(found, key=lambda pair: (not pair[0].scored, pair[0].severity.rank, pair[0].id))

    def by_severity(self) -> dict[Severity, int]:
        """Open fails of each severity that has any, the gravest first."""
        found: Counter[Severity] = Counter()
        for rule, count in self.worst():
            found[rule.severity] += count
        return {severity: found[severity] for severity in Severity if found[severity]}


class Places:
    """Which groups a subject concerns."""

    def __init__(self, by: By, graph: Graph) -> None:
        self.by, self.graph = by, graph
        self._of: dict[str, Names] = {}

    def of(self, subject: Resource) -> Names:
        """The names of the groups that a subject counts in; never none."""
        if subject.key not in self._of:
            self._of[subject.key] = self._placed(subject)
        return self._of[subject.key]

    def of_lost(self, subscription: str, lists: Iterable[Lost]) -> Names:
        """Those in which lists of a subscription (an id) that could not be read count as one unknown."""
        key = key_of(subscription)
        if self.by is By.SUBSCRIPTION:
            return (self._spelled(key),)
        return tuple(dict.fromkeys(name for lost in lists for name in self._of_list(key, key_of(lost.scope))))

    def of_finding(self, finding: Finding, verdicts: Verdicts) -> Names:
        """Those of a finding of some verdicts."""
        lists = verdicts.lost.get(finding.resource)
        if lists and finding.outcome is Outcome.UNKNOWN:
            return self.of_lost(finding.resource, lists)
        key = key_of(finding.resource)
        return self.of(self.graph.records.get(key) or self.graph.subscriptions.get(key) or special(finding.resource))

    @cached_property
    def every(self) -> Names:
        """All groups that there are, also those without a finding."""
        if self.by is By.SUBSCRIPTION:
            found: Names = tuple(name_of(s.id) for s in self.graph.subscriptions.values())
        else:
            found = tuple(self.graph.workload_names())
        return found or NOBODYS

    # --- by workload ------------------------------------------------------------------------------------------

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {name.lower(): name for name in self.graph.workload_names()}

    @cached_property
    def _homes(self) -> dict[str, dict[str, None]]:
        """The workloads that have something in each subscription and each resource group, by key."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for resource in self.graph.judged():
            if self._is_own(resource):
                for above in {subscription_of(resource.key), group_of(resource.key)} - {None}:
                    found[above or ""][self._workload(resource)] = None
        return dict(found)

    def _is_own(self, resource: Resource) -> bool:
        """Whether it can be told whose a resource is: its topmost parent was read, and it is not everybody's."""
        top = resource.key
        while above := parent_of(top):
            top = above
        return not is_everybodys(resource) and (top == resource.key or top in self.graph.records)

    def _workload(self, resource: Resource) -> str:
        name = self.graph.workloads.of(resource, self.graph)
        return self._spellings.get(name.lower(), name)

    def _around(self, key: str) -> Names:
        """The workloads in the resource group of a key, else in its subscription; all where it lies in none."""
        for above in (group_of(key), subscription_of(key)):
            if above in self._homes:
                return tuple(self._homes[above])
        elsewhere = subscription_of(key) and self.graph.workloads.configured
        return NOBODYS if elsewhere else self.every

    def _of_list(self, subscription: str, scope: str) -> Names:
        parent = self.graph.records.get(scope)
        if parent and self._is_own(parent):
            return self.of(parent)
        return self._around(scope if subscription_of(scope) else subscription)

    # --- by either --------------------------------------------------------------------------------------------

    def _placed(self, subject: Resource) -> Names:
        if subject.key == ESTATE:
            return self.every
        if self.by is By.SUBSCRIPTION:
            return self._subscriptions(subject)
        if subject.type == WORKLOAD:
            return (self._spellings.get(_named(subject), _named(subject)),)
        return (self._workload(subject),) if self._is_own(subject) else self._around(subject.key)

    def _subscriptions(self, subject: Resource) -> Names:
        """A resource's own subscription; those in which a workload has something; all for what lies in none."""
        own = subscription_of(subject.key)
        if own:
            return (self._spelled(own),)
        if subject.type == WORKLOAD:
            homes = self._homes
            keys = [k for k in self.graph.subscriptions if _named(subject) in map(str.lower, homes.get(k, ()))]
            return tuple(map(self._spelled, keys)) or self.every
        return self.every

    def _spelled(self, key: str) -> str:
        found = self.graph.subscriptions.get(key)
        return name_of(found.id if found else key)


def _named(workload: Resource) -> str:
    """The name of a workload that is a subject, in lower case."""
    return workload.key.partition(":")[2]


def groups(
    places: Places, verdicts: Iterable[Verdicts], accepted: Mapping[str, Mapping[str, object]]
) -> tuple[ScoreGroup, ...]:
    """All groups, worst first: by floor, then score; those without weight last. `accepted`: keys waived by rule."""
    counted: dict[str | None, list[tuple[Rule, Counts]]] = {name: [] for name in places.every}
    every = [(v.rule, _counts(v, places, accepted.get(v.rule.id, {}))) for v in verdicts]
    for _, found in every:
        counted |= {name: [] for name in found.keys() - counted.keys()}
    for rule, found in every:
        for name, whole in counted.items():
            whole.append((rule, found.get(name, Counts())))
    made = (ScoreGroup(places.by, name, tuple(whole), score(whole)) for name, whole in counted.items())
    return tuple(sorted(made, key=_place))


def _place(group: ScoreGroup) -> tuple[bool, float, float, str]:
    total = group.score.total
    untold = 101.0 if total.value is None else total.value
    return total.floor is None, total.floor or 0.0, untold, (group.name or "\U0010ffff").casefold()


def _counts(verdicts: Verdicts, places: Places, accepted: Mapping[str, object]) -> dict[str | None, Counts]:
    """The counts of one rule by group."""
    found: dict[str | None, Counter[str]] = defaultdict(Counter)
    for outcome, name in _placed(verdicts, places.of, accepted):
        found[name][outcome] += 1
    for subscription, lists in verdicts.lost.items():
        for name in places.of_lost(subscription, lists):
            found[name][Outcome.UNKNOWN] += 1
    return {name: _as_counts(number) for name, number in found.items()}


WAIVED: Final = "waived"


def _placed(
    verdicts: Verdicts, place: Callable[[Resource], Names], accepted: Mapping[str, object]
) -> Iterator[tuple[str, str | None]]:
    for outcome, subjects in verdicts.subjects.items():
        for subject in subjects:
            for name in place(subject):
                yield outcome, name
                if outcome is Outcome.FAIL and subject.key in accepted:
                    yield WAIVED, name


def _as_counts(number: Counter[str]) -> Counts:
    return Counts(
        passed=number[Outcome.PASS],
        failed=number[Outcome.FAIL],
        unknown=number[Outcome.UNKNOWN],
        not_applicable=number[Outcome.NOT_APPLICABLE],
        manual=number[Outcome.MANUAL],
        error=number[Outcome.ERROR],
        waived=number[WAIVED],
    )
