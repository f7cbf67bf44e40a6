"""Whom a token speaks for, as its own claims say; they are shown, never trusted, and the token goes nowhere.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import orjson

from readiness.collect.answers import clipped

LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Claims:
    """Who signed in; None for what the token does not say."""

    user: str | None = None
    """The name that a person signs in with."""
    application: str | None = None
    """The client id: of a service principal, or of the program that a person signed in with."""
    object: str | None = None
    """The object id of the user or the service principal: what roles are assigned to."""
    tenant: str | None = None


def claims_of(token: str) -> Claims:
    """The claims of a JSON web token; empty ones where it is none, or an encrypted one."""
    parts = token.split(".")
    try:
        held = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, IndexError):
        return Claims()
    if not isinstance(held, dict):
        return Claims()
    first = {name: _text(held, *keys) for name, keys in _KEYS.items()}
    return Claims(**first)


_KEYS: Final = {
    "user": ("upn", "preferred_username", "unique_name"),
    "application": ("appid", "azp"),
    "object": ("oid",),
    "tenant": ("tid",),
}


def _text(held: dict[str, object], *keys: str) -> str | None:
    found = (value for value in map(held.get, keys) if isinstance(value, str) and value)
    text = next(found, None)
    return clipped(text, LENGTH) if text else None
