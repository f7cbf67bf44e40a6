"""Azure regions, by the name that compares."""

from __future__ import annotations

from readiness.model import Json


def region_of(value: Json) -> str | None:
    """`West Europe`, `westeurope` and `WestEurope` are one region; None if a value names none."""
    if not isinstance(value, str) or len(value) > 100:
        return None
    return "".join(value.split()).casefold() or None
