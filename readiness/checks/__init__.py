"""Measurements that a condition can't express: pure functions with typed params, in one explicit mapping.

A check gets the subject, its params and the world, and returns a Decision. It does no I/O, knows no SDK and no
score. To add one: a module with a frozen dataclass of params and a function, and a line in CHECKS.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from readiness.checks import ip_rules
from readiness.conditions import World
from readiness.model import Decision, Resource


@dataclass(frozen=True, slots=True)
class Check:
    """A named measurement; `params` is the frozen dataclass that it takes."""

    name: str
    params: type[Any]
    measure: Callable[[Resource, Any, World], Decision]

    def fields(self) -> dict[str, tuple[type[Any], bool]]:
        """The params' names with their type and whether they must be given."""
        hints = get_type_hints(self.params)
        return {f.name: (hints[f.name], f.default is dataclasses.MISSING) for f in dataclasses.fields(self.params)}


CHECKS: Final[dict[str, Check]] = {
    check.name: check for check in (Check("ip-rules-narrow", ip_rules.IpRulesNarrow, ip_rules.ip_rules_narrow),)
}
