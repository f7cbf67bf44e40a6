"""How values are written wherever people read them: names, dates, counts, gates. Text from outside passes `plain`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Final
from urllib.parse import quote

from readiness import dates
from readiness.arm import key_of
from readiness.model import Gap, Json
from readiness.render.plain import cut as shorter
from readiness.render.plain import plain
from readiness.render.words import some
from readiness.report import Report

SCOPES: Final = 5
LONGEST: Final = 1200
LONGEST_ID: Final = 2048
"""More than any id has, as in `snippets`."""
_LINK: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}]+\Z", re.IGNORECASE)
_PERIOD: Final = re.compile(r"P(\d{1,5})([DWMY])\Z", re.ASCII)
_UNITS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read for one reason: the first gap, how many are like it, and some of their scopes."""

    gap: Gap
    count: int
    scopes: tuple[str, ...]


def unread(gaps: list[Gap]) -> list[Unread]:
    """The gaps, those of one kind together."""
    alike: dict[tuple[str | None, ...], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.reason, gap.type, gap.path, gap.permission, gap.operation), []).append(gap)
    return [Unread(g[0], len(g), tuple(one.scope for one in g[:SCOPES])) for g in alike.values()]


def subscription_names(report: Report) -> dict[str, str]:
    """The display names of the subscriptions that were read, by key; Resource Graph has them as `name`."""
    read = report.case.graph.subscriptions.values()
    known = ((s.key, s.body.get("displayName") or s.body.get("name")) for s in read)
    return {key: found for key, found in known if isinstance(found, str) and found}


def subscription(name_: str, names: dict[str, str]) -> tuple[str, str]:
    """A subscription's display name, and its id."""
    return names.get(key_of(f"/subscriptions/{name_}"), name_), name_


def name(resource_id: str, *, names: dict[str, str]) -> str:
    """A resource as people call it: its name, after that of its parents; a subscription by its display name."""
    known = names.get(key_of(resource_id))
    if known or not resource_id.startswith("/"):
        return shorter(known or resource_id, 120)
    folded, parts = resource_id.lower().rstrip("/").split("/"), resource_id.rstrip("/").split("/")
    tail = parts[len(folded) - folded[::-1].index("providers") :] if "providers" in folded else []
    return shorter(" / ".join(tail[2::2]) or parts[-1], 120)


def value(seen: Json) -> str:
    """A value in a table."""
    if isinstance(seen, tuple | list):
        return ", ".join(value(v) for v in islice(seen, 50)) or "an empty list"
    if isinstance(seen, bool):
        return "true" if seen else "false"
    return "null" if seen is None else plain(str(seen))


def lines(text: str) -> list[str]:
    """The lines of a text that a rule's author wrote."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_link(text: object) -> bool:
    """Whether a text may become a link: http and https alone."""
    return isinstance(text, str) and len(text) < LONGEST and plain(text) == text and bool(_LINK.match(text))


def period(length: str) -> str:
    """`P180D` as people say it; what is no such single period, as it stands."""
    found = _PERIOD.match(length)
    return some(int(found[1]), _UNITS[found[2]]) if found else length


def moment(when: datetime) -> str:
    """A moment as people read it."""
    return dates.shown(when).replace("T", " ").removesuffix(":00Z").removesuffix("Z") + " UTC"


def spaced(word: str) -> str:
    """A word of the wire format as people write it."""
    return word.replace("_", " ")


def points(gained: float) -> str:
    """Points of the score in tenths, cut: `1.4`; never 0 for something."""
    tenths = int(gained * 10 + 1e-9)
    return "under 0.1" if gained > 0 and tenths == 0 else f"{tenths / 10:.1f}"


def options(asked: dict[str, Json]) -> list[str]:
    """The gates asked for, as the command line writes them."""
    return list(chain.from_iterable(_option(f"--{k.replace('_', '-')}", v) for k, v in asked.items()))


def _option(flag: str, given: Json) -> list[str]:
    if isinstance(given, dict):
        return [f"{flag} {k}={_plain_number(v)}" for k, v in given.items()]
    return [flag] if given is True else [f"{flag} {_plain_number(given)}"]


def _plain_number(given: Json) -> str:
    return f"{given:g}" if isinstance(given, float) else str(given)


# Where each cloud's portal is: https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
# and https://learn.microsoft.com/azure/china/resources-developer-guide
PORTALS: Final = {
    "azurecloud": "https://portal.azure.com",
    "azureusgovernment": "https://portal.azure.us",
    "azurechinacloud": "https://portal.azure.cn",
}


def portal(resource_id: str, *, cloud: str | None) -> str | None:
    """The page of a resource in its cloud's portal; None for what is no resource, or of a cloud that is not known."""
    base = PORTALS.get((cloud or "AzureCloud").lower())
    if base is None or not resource_id.startswith("/") or len(resource_id) > LONGEST_ID:
        return None
    return f"{base}/#resource{quote(resource_id, safe='/', errors='replace')}"
