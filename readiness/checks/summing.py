"""Several judgements of one subject's parts, made one outcome."""

from __future__ import annotations

from typing import Final, TypeAlias

from readiness.model import Decision, Evidence, Outcome

Judged: TypeAlias = tuple[Outcome, Evidence]
WORST_FIRST: Final = (Outcome.FAIL, Outcome.UNKNOWN)


def summed(judged: list[Judged]) -> Decision:
    """Fails with each part that fails, else unknown with each that is; not applicable only if no part applies."""
    for outcome in WORST_FIRST:
        found = tuple(e for o, e in judged if o is outcome)
        if found:
            return Decision(outcome, found)
    applies = any(o is Outcome.PASS for o, _ in judged)
    return Decision(Outcome.PASS if applies else Outcome.NOT_APPLICABLE, tuple(e for _, e in judged))
