"""What is judged, and which rules apply to it: the graph, the environments and the answers of one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.attestations import Attestations
from readiness.conditions import Bound, Holds
from readiness.conditions.base import kleene_all
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Environment, Lost, Resource, Truth
from readiness.ruleset import SUBJECTS, Rule


@dataclass(slots=True)
class Case:
    """All that judging needs beside the rules."""

    graph: Graph
    environments: Environments
    attestations: Attestations

    def subjects(self, rule: Rule) -> Iterator[Resource]:
        """What a rule judges, or leaves out."""
        return (subject for type_ in rule.types for subject in self.graph.subjects(type_))

    def applies(self, rule: Rule) -> Holds | None:
        """Whether a rule applies to a subject, as a closure; None if it applies to all."""
        where = rule.where.compile(Bound(self.graph, rule.values)) if rule.where else None
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
        return (Environment.PRODUCTION if environment is Environment.UNDECIDED else environment) in rule.environments

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
