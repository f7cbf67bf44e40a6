"""The distance of a deployed version from the default one of its model, in the region and for the kind of account.

Versions are dates (`2024-11-20`), counters (`1`, `2`) or month and day without a year (`0613`): the last, and those
of different forms, are told apart by when the list says they were made.
https://learn.microsoft.com/azure/ai-services/openai/concepts/model-versions
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from readiness.checks.deployed_models import joined, not_listed, seen, tuned
from readiness.conditions import World
from readiness.model import Decision, Evidence, Outcome, Resource
from readiness.models import Deployed, Model

DATED: Final = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)", re.ASCII)
COUNTED: Final = re.compile(r"\A\d{1,3}\Z", re.ASCII)
VERSION: Final = "properties.model.version"


@dataclass(frozen=True, slots=True)
class NotBehindDefault:
    """Takes nothing."""


def not_behind_default(subject: Resource, params: NotBehindDefault, world: World) -> Decision:
    """Passes at the default version or a newer one, fails at an older; not applicable without a default."""
    found = joined(subject, world)
    if isinstance(found, Decision):
        return found
    if found.tuned:
        return Decision(Outcome.NOT_APPLICABLE, (tuned(found),))
    if found.embeds:
        note = "an embedding model: its version is part of every vector stored"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence("properties.model.name", found.name, note=note),))
    default = next((m for m in found.versions.values() if m.is_default), None)
    return _compared(found, default) if default else _without(found)


def _without(found: Deployed) -> Decision:
    """Where no default is listed: none exists if the list has other versions and is whole."""
    if found.region.lost or not found.versions:
        return Decision(Outcome.UNKNOWN, (not_listed(found),))
    note = "no version of the model is the default"
    return Decision(Outcome.NOT_APPLICABLE, (Evidence(VERSION, found.version, note=note),))


def _compared(found: Deployed, default: Model) -> Decision:
    evidence = (Evidence(VERSION, found.version, f"{default.version} or newer", resource=None),)
    if found.version.casefold() == default.version.casefold():
        return Decision(Outcome.PASS, evidence)
    older = is_older(found, default)
    if older is None:
        note = f"which of {found.version} and {default.version} is newer can't be told"
        return Decision(Outcome.UNKNOWN, (Evidence(VERSION, found.version, default.version, note),))
    if not older:
        return Decision(Outcome.PASS, evidence)
    told = f"{found.title} is older than the default, {default.version}"
    return Decision(Outcome.FAIL, (*evidence, *_earlier(found, default)), told + _warning(found, default))


def is_older(found: Deployed, default: Model) -> bool | None:
    """Whether the deployed version came before another; None if that can't be told."""
    for form in (DATED, COUNTED):
        own, other = (form.search(version) for version in (found.version, default.version))
        if own and other:
            return int(re.sub(r"\D", "", own[0])) < int(re.sub(r"\D", "", other[0]))
    made = found.model.created if found.model else None
    if made is None or default.created is None or made == default.created:
        return None
    return made < default.created


def _earlier(found: Deployed, default: Model) -> list[Evidence]:
    """The default's date, where it is earlier than the deployed version's own: moving would shorten its life."""
    theirs = default.retirements(found.sku)[0]
    own = found.model.retirements(found.sku)[0] if found.model else []
    if not theirs or not own or theirs[0].at >= own[0].at:
        return []
    day = theirs[0].at.date().isoformat()
    return [
        seen(default, theirs[0].path, day, None, f"before {own[0].at.date().isoformat()}, the deployed version's")
    ]


def _warning(found: Deployed, default: Model) -> str:
    earlier = _earlier(found, default)
    return f"; the default itself retires first, on {earlier[0].observed}" if earlier else ""
