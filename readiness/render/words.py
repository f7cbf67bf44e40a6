"""Figures in words: whole numbers are cut, never rounded up (semantics 21)."""

from __future__ import annotations

from readiness.scoring import Figures


def percent(share: float) -> str:
    """A share from 0 to 1 in whole percent, and never 0 for something."""
    whole = int(share * 100 + 1e-9)
    return "under 1 %" if share > 0 and whole == 0 else f"{whole} %"


def cut(value: float | None) -> str:
    """A score as people read it; a dash without one."""
    return "-" if value is None else str(int(value))


def figures_in_words(figures: Figures) -> str:
    """`82 (at least 74; 9 % could not be told)`."""
    untold = 1 - figures.coverage if figures.coverage is not None else 0.0
    extra = f"; {percent(untold)} could not be told" if untold > 0 else ""
    return f"{cut(figures.value)} (at least {cut(figures.floor)}{extra})"


def some(count: int, noun: str) -> str:
    """`1 rule`, `12 rules`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
