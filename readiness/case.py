"""What is judged, and which rules apply to it: the graph, the environments and the answers of one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from readiness.attestations import Attestations
from readiness.conditions import Bound, Holds
from readiness.conditions.base import kleene_all
from readiness.conditions.value import counted
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Environment, Inherited, Item, Lost, Metrics, Related, Resource, Truth
from readiness.paths import Path
from readiness.ruleset import SUBJECTS, Rule


@dataclass(slots=True, eq=False)
class Case:
    """All that judging needs beside the rules, and the world that conditions and checks ask."""

    graph: Graph
    environments: Environments
    attestations: Attestations

    @property
    def as_of(self) -> datetime:
        """The moment that rules see."""
        return self.graph.as_of

    def environment(self, subject: Resource) -> tuple[Environment, str]:
        """Production, development, undecided or unknown, and in words what decided it."""
        return self.environments.of(subject)

    def environment_in_name(self, name: str) -> Environment:
        """What a name says of the environment; undecided if it says nothing, or both."""
        return self.environments.in_name(name)

    def environment_in_tags(self, subject: Resource) -> tuple[Environment, str]:
        """What a resource's own tags say of it, and which; undecided if nothing, unknown if they were not read."""
        return self.environments.in_tags(subject)

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""
        return self.graph.related(subject, relation, type_)

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        """What of a type lies at a resource or above it, by scope."""
        return self.graph.inherited(subject, type_)

    def find(self, resource_id: str, type_: str) -> Related:
        """The resource that an id names, as a list of one or none."""
        return self.graph.find(resource_id, type_)

    def metrics(self, subject: Resource, name: str, aggregation: str) -> Metrics | None:
        """The series of a metric."""
        return self.graph.metrics(subject, name, aggregation)

    def why_no_metrics(self, subject: Resource, name: str) -> str:
        """In words, why a metric of a subject was not read."""
        return self.graph.why_no_metrics(subject, name)

    def why_unknown(self, item: Item, path: Path, since_api: str | None) -> str:
        """In words, why a path yields nothing."""
        return self.graph.why_unknown(item, path, since_api)

    def subjects(self, rule: Rule) -> Iterator[Resource]:
        """What a rule judges, or leaves out."""
        return (subject for type_ in rule.types for subject in self.graph.subjects(type_))

    def applies(self, rule: Rule) -> Holds | None:
        """Whether a rule applies to a subject, as a closure; None if it applies to all."""
        where = rule.where.compile(Bound(self, rule.values)) if rule.where else None
        if not rule.environments:
            return where
        if where is None:
            return lambda item, subject: self.admits(rule, subject)
        return lambda item, subject: kleene_all((where(item, subject), self.admits(rule, subject)))

    def admits(self, rule: Rule, subject: Resource) -> Truth:
        """Whether the subject runs where the rule applies; undecided counts as production."""
        environment, _ = self.environments.of(subject)
        if environment is Environment.UNKNOWN:
            return None
        return counted(environment) in rule.environments

    def lost_subjects(self, rule: Rule) -> dict[str, tuple[Lost, ...]]:
        """The lists of a rule's subjects that could not be read, by the id of the subscription they lie in."""
        types = [t for t in rule.types if t not in SUBJECTS]
        found = {
            s.id: tuple(dict.fromkeys(lost for t in types for lost in self.graph.lost_in(key, t)))
            for key, s in self.graph.subscriptions.items()
        }
        return {subscription: lists for subscription, lists in found.items() if lists}


def question(rule: Rule) -> str:
    """What decides whether a rule applies, as a key."""
    return repr((rule.resource, rule.environments, rule.where, rule.where and sorted(rule.values.items())))
