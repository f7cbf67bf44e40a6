"""The value leaf: what a rule knows beside the resource, a parameter or the environment, compared.

Azure Policy's `value` compares the result of an expression; ours are the two that rules need.
https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#value
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from readiness.conditions.base import Bound, Explanation, Holds
from readiness.conditions.comparison import Comparison
from readiness.model import Environment, Item, Json, Resource, Truth

ENVIRONMENT: Final = "environment"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """`{value: {parameter: name}, OPERATOR: right}`: the parameter's value in this run."""

    name: str
    comparison: Comparison

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compare, value = self.comparison.compile(bound), _listed(bound.parameters[self.name])
        return lambda item, subject: compare(value, item, subject)

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen; nobody expects another value of a parameter."""
        path = f"parameter {self.name}"
        return Explanation(path, bound.holds(self)(item, subject), path, bound.parameters[self.name])


@dataclass(frozen=True, slots=True)
class EnvironmentValue:
    """`{value: environment, OPERATOR: right}`: production or development, of the judged subject.

    Undecided counts as production; unknown where a record that would have decided could not be read (semantics 30).
    """

    comparison: Comparison
    of_subject: ClassVar[bool] = True

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compare, of = self.comparison.compile(bound), bound.world.environment

        def holds(item: Item, subject: Resource) -> Truth:
            environment, _ = of(subject)
            return None if environment is Environment.UNKNOWN else compare(str(counted(environment)), item, subject)

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen and what decided the environment."""
        environment, why = bound.world.environment(subject)
        known = environment is not Environment.UNKNOWN
        note = f"undecided, which counts as production: {why}" if environment is Environment.UNDECIDED else why
        observed: Json = str(counted(environment)) if known else None
        return Explanation(ENVIRONMENT, bound.holds(self)(item, subject), ENVIRONMENT, observed, None, note)


def counted(environment: Environment) -> Environment:
    """What an environment counts as: undecided is production."""
    return Environment.PRODUCTION if environment is Environment.UNDECIDED else environment


def _listed(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value
