"""What `doctor` finds, as values: a sign-in, the subscriptions it reaches, the actions it lacks. No azure here."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.collect.answers import Failure
from readiness.collect.claims import Claims


@dataclass(frozen=True, slots=True)
class Reached:
    """A subscription that the sign-in sees.

    `missing` are the actions that it lacks there; None where that was not told, for `why`, or the subscription is
    not enabled.
    """

    id: str
    name: str
    state: str
    enabled: bool
    missing: tuple[str, ...] | None = None
    why: Failure | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Who signed in, by which credential of which way, and what that reaches; `failure` is of the list of them."""

    cloud: str
    way: str
    credential: str
    claims: Claims
    reached: tuple[Reached, ...]
    failure: Failure | None

    @property
    def readable(self) -> tuple[Reached, ...]:
        """Those that can be read at all."""
        return tuple(one for one in self.reached if one.enabled)
