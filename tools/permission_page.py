"""Writes docs/permissions.md: the actions that collecting needs, what for, and a role that allows no more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from readiness import app
from readiness.collect import graphed, planned, role
from readiness.collect.planned import Planned

PAGE: Final = Path("docs") / "permissions.md"
SCOPE: Final = "/subscriptions/00000000-0000-0000-0000-000000000000"
HEAD: Final = """\
# Permissions

<!-- Made from readiness/collect by `make docs`: change that instead. -->

`readiness scan` and `readiness collect` only read. **Reader** on the subscriptions is enough, and so is the role
below, which is less: no data actions, no keys, no secrets. `readiness doctor` says which of its actions a sign-in
lacks, and which rules that would leave unknown; `readiness doctor --role` prints the role for the subscriptions that
the sign-in reaches. The role has one action that only `doctor` uses: to ask what a sign-in may do takes
`Microsoft.Authorization/permissions/read`; without it `doctor` can't tell, and reading goes on as before. Where an
action is missing, what it would have shown is a gap and the rules that need it say *unknown*; nothing else is lost.
[How collecting works](collecting.md) says what is asked when.

Reservations lie in no subscription: `Microsoft.Capacity/reservationOrders/reservations/read` comes with Reservations
Reader of the tenant ([how to give it](https://learn.microsoft.com/azure/cost-management-billing/reservations/view-reservations)),
and is not in the role.

"""


def page() -> str:
    """The text of the page."""
    return (
        f"{HEAD}## A custom role\n\n"
        "Put your own subscriptions into `AssignableScopes`, then `az role definition create --role-definition "
        f"role.json`.\n\n```json\n{role.as_json([SCOPE])}```\n\n"
        "## What each action is for\n\n"
        "[Collecting](collecting.md#each-request) has the same by request.\n\n"
        f"{table()}\n"
    )


def table() -> str:
    """Each action in a row, with the operations that need it and their rules."""
    known = frozenset(rule.id for rule in app.all_rules(tested=False).rules)
    held: dict[str, list[Planned]] = {action: [] for action in planned.actions()}
    spelt = {action.lower(): action for action in held}
    for row in planned.rows():
        held[spelt[row.permission.lower()]].append(row)
    rows = [_row(action, needing, known) for action, needing in held.items()]
    return "\n".join(["| Action | Operations | Rules |", "|---|---|---|", *rows])


def _row(action: str, needing: list[Planned], known: frozenset[str]) -> str:
    operations = ", ".join(dict.fromkeys(f"`{row.operation}`" for row in needing))
    rules = linked(sorted({rule for row in needing for rule in row.rules}), known)
    return f"| `{action}` | {operations or f'every query of `{graphed.NAME}`'} | {rules or 'all that need those'} |"


def linked(rules: list[str], known: frozenset[str]) -> str:
    """Rules linked to their pages; of those that come with later versions only how many."""
    shown = [f"[{rule}](rules/{rule}.md)" for rule in rules if rule in known]
    later = len(rules) - len(shown)
    return ", ".join([*shown, *([f"{later} of later versions"] if later else [])])
