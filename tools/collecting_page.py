"""The table of what collecting asks, in `docs/collecting.md` between two comments, from the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from readiness import app
from readiness.collect import planned
from readiness.collect.planned import Planned
from tools.check_table import BEGIN, END
from tools.permission_page import linked

PAGE: Final = Path("docs/collecting.md")
HEAD: Final = ("Operation", "Once for each", "Gives", "Needs", "Rules")


def page(root: Path) -> str:
    """The page with its table made anew; what stands around the comments stays."""
    before, _, rest = (root / PAGE).read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


def table() -> str:
    """Each request in a row: what it is asked once for, the types it gives, their actions and the rules."""
    known = frozenset(rule.id for rule in app.all_rules(tested=False).rules)
    rows = [_row(held, known) for held in planned.requests()]
    return "\n".join([f"| {' | '.join(HEAD)} |", "|---|---|---|---|---|", *rows])


def _row(held: tuple[Planned, ...], known: frozenset[str]) -> str:
    first = held[0]
    actions = dict.fromkeys(f"`{row.permission}`" for row in held)
    rules = sorted({rule for row in held for rule in row.rules})
    cells = (
        f"`{first.operation}`", first.each, "<br>".join(row.yields for row in held), "<br>".join(actions),
        linked(rules, known),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
