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


def console(*, no_color: bool = False) -> Console:
    """The console of stdout. Piped, lines are as wide as COLUMNS says, or 120."""
    piped = not sys.stdout.isatty()
    width = int(os.environ.get("COLUMNS", "0") or 0) if os.environ.get("COLUMNS", "0").isdigit() else 0
    return Console(
        no_color=no_color or "NO_COLOR" in os.environ,
        width=width or (PIPED_WIDTH if piped else None),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def text(value: str, style: str = "") -> Text:
    """Text from outside, with what could move the cursor made visible."""
    return Text(plain(value), style=style)
