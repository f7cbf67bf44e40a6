"""One rich console for all that goes to a terminal: plain when piped, NO_COLOR and --no-color honoured."""

from __future__ import annotations

import os
import sys
from typing import Final

from rich.console import Console
from rich.text import Text

from readiness.model import Outcome, Severity
from readiness.render.plain import plain

PIPED_WIDTH: Final = 120
SEVERITY_STYLE: Final = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
OUTCOME_STYLE: Final = {
    Outcome.PASS: "green",
    Outcome.FAIL: "red",
    Outcome.UNKNOWN: "magenta",
    Outcome.ERROR: "bold magenta",
    Outcome.MANUAL: "blue",
    Outcome.NOT_APPLICABLE: "dim",
}


class _Console(Console):
    """A console that leaves a closed pipe to whoever writes: rich would exit 1, which means something here."""

    def on_broken_pipe(self) -> None:
        """Says that nobody reads any more."""
        raise BrokenPipeError


def console(*, no_color: bool = False) -> Console:
    """The console of stdout. Piped, lines are as wide as COLUMNS says, or 120; without colour it is plain text."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() and 0 < len(columns) < 5 else 0
    return _Console(
        force_terminal=False if no_color or os.environ.get("NO_COLOR") else None,
        no_color=no_color or bool(os.environ.get("NO_COLOR")),
        width=width or (None if sys.stdout.isatty() else PIPED_WIDTH),
        highlight=False,
        markup=False,
        emoji=False,
    )


def text(value: str, style: str = "") -> Text:
    """Text from outside, with what could move the cursor made visible."""
    return Text(plain(value), style=style)
