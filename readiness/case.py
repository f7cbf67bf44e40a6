"""What is judged, and which rules apply to it: the graph, the environments and the answers of one run."""

from __future__ import annotations

from dataclasses import dataclass, field

from readiness.attestations import Attestations
from readiness.conditions import Bound
from readiness.conditions.nodes import kleene_all
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
    _applicable: dict[str, dict[Truth, list[Resource]]] = field(default_factory=dict)

    def applicable(self, rule: Rule) -> dict[Truth, list[Resource]]:
        """The rule's subjects by whether it applies to them; decided once for all rules that ask the same."""
        asked = question(rule)
        if asked not in self._applicable:
            self._applicable[asked] = self._split(rule)
        return self._applicable[asked]

    def _split(self, rule: Rule) -> dict[Truth, list[Resource]]:
        split: dict[Truth, list[Resource]] = {True: [], False: [], None: []}
        where = rule.where.compile(Bound(self.graph, rule.values)) if rule.where else None
        for subject in (s for type_ in rule.types for s in self.graph.subjects(type_)):
            truth: Truth = where(subject, subject) if where else True
            split[kleene_all((truth, self.admits(rule, subject))) if rule.environments else truth].append(subject)
        return split

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
