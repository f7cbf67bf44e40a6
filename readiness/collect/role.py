"""A custom role with exactly the read actions needed: those of the plan, and the one that `doctor` itself asks with.

The shape is that of `az role definition create`:
https://learn.microsoft.com/azure/role-based-access-control/custom-roles-cli
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from readiness.collect import planned

NAME: Final = "Readiness collector"
DESCRIPTION: Final = "Reads what readiness judges: no data, no keys, no secrets, and it changes nothing."
ELSEWHERE: Final = "microsoft.capacity/"
"""Reservations lie in no subscription; whoever may read them was made Reservations Reader of the tenant.
https://learn.microsoft.com/azure/cost-management-billing/reservations/view-reservations"""
DOCTOR: Final = "Microsoft.Authorization/permissions/read"
"""Without it the permissions of a sign-in can't be asked for; collecting does not need it.
https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance"""


def needed() -> tuple[str, ...]:
    """The plan's actions that can be granted on a subscription."""
    return tuple(action for action in planned.actions() if not action.lower().startswith(ELSEWHERE))


def role(scopes: Iterable[str], name: str = NAME) -> dict[str, Any]:
    """The role's definition, assignable at some scopes (ids of subscriptions, or of one management group)."""
    return {
        "Name": name,
        "IsCustom": True,
        "Description": DESCRIPTION,
        "Actions": sorted((*needed(), DOCTOR), key=str.lower),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": sorted(scopes),
    }


def as_json(scopes: Iterable[str], name: str = NAME) -> str:
    """The definition as text, for a file that `az role definition create --role-definition` takes."""
    return json.dumps(role(scopes, name), indent=2) + "\n"
