"""Writes docs/permissions.md: what collecting asks for, what that needs, and a role that allows no more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from readiness import app
from readiness.collect import planned, role

PAGE: Final = Path("docs") / "permissions.md"
SCOPE: Final = "/subscriptions/00000000-0000-0000-0000-000000000000"
HEAD: Final = """\
# Permissions

<!-- Made from readiness/collect by `make docs`: change that instead. -->

`readiness scan` and `readiness collect` only read. **Reader** on the subscriptions is enough, and so is the role
below, which is less: no data actions, no keys, no secrets. `readiness doctor` says which of its actions a sign-in
lacks, and which rules that would leave unknown; `readiness doctor --role` prints the role for the subscriptions that
the sign-in reaches. To ask what it may do, a sign-in needs `Microsoft.Authorization/permissions/read`, which Reader
has; without it `doctor` can't tell, and reading goes on as before. Where an action is missing, what it would have
shown is a gap and the rules that need it say *unknown*; nothing else is lost.

Reservations lie in no subscription: `Microsoft.Capacity/reservationOrders/reservations/read` comes with Reservations
Reader of the tenant ([how to give it](https://learn.microsoft.com/azure/cost-management-billing/reservations/view-reservations)),
and is not in the role.

"""


def page() -> str:
    """The text of the page."""
    table = planned.as_markdown().partition("\nActions:\n")[0]
    return (
        f"{HEAD}## A custom role\n\n"
        "Put your own subscriptions into `AssignableScopes`, then `az role definition create --role-definition "
        f"role.json`.\n\n```json\n{role.as_json([SCOPE])}```\n\n"
        "## What is asked\n\n"
        "`readiness collect --plan` prints the same, with the ids of the rules that come with later versions.\n\n"
        f"{_linked(table)}"
    )


def _linked(table: str) -> str:
    """The table, its rules linked to their pages; of those that come with later versions only how many."""
    head, rule, *rows = table.strip().splitlines()
    known = {rule.id for rule in app.all_rules(tested=False).rules}
    return "\n".join([head, rule, *(_row(row, known) for row in rows), ""])


def _row(row: str, known: set[str]) -> str:
    cells, _, last = row.removesuffix(" |").rpartition(" | ")
    rules = last.split(", ")
    shown = [f"[{rule}](rules/{rule}.md)" for rule in rules if rule in known]
    later = len(rules) - len(shown)
    return f"{cells} | {', '.join([*shown, *([f'{later} of later versions'] if later else [])])} |"
