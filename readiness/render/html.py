"""The HTML report: one file that loads nothing and runs no script, for a customer to read as it stands.

What it says stands in reports/templates; here is what the templates may ask. All that they print passes `printed`,
so that text from Azure can neither become markup nor turn a line around.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from readiness import assets, dates
from readiness.arm import key_of
from readiness.findings import OPEN, SHOWN, in_words
from readiness.model import Finding, Gap, Json, Outcome, Severity
from readiness.render.plain import cut as shorter
from readiness.render.plain import plain
from readiness.render.words import cut, figures_in_words, percent
from readiness.report import ALL, Report
from readiness.ruleset import Rule
from readiness.scoring import GRADES, WEIGHTS, Counts

STYLE: Final = "report.css"
PAGE: Final = "report.html.j2"
POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
UNTOLD: Final = (Outcome.UNKNOWN, Outcome.ERROR)
OTHERS: Final = tuple(outcome for outcome in ALL if outcome not in OPEN)
LIMITS: Final = {
    "first": 10,  # rules to fix first
    "examples": 3,  # resources of each of them
    "evidence": 20,  # observations of a finding
    "notices": 20,  # before the rest folds
    "scopes": 5,  # of what could not be read for one reason
    "names": 12,  # subscriptions in the head
    "open": 50,  # findings of a rule that stand unfolded
}
LONGEST: Final = 1200
_LINK: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}]+\Z", re.IGNORECASE)
_PERIOD: Final = re.compile(r"P(\d{1,5})([DWMY])\Z", re.ASCII)
_UNITS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}
_BUFFER: Final = 400


@dataclass(frozen=True, slots=True)
class Group:
    """What a section shows of one rule; the findings are built as they are printed, once."""

    rule: Rule
    counts: Counts
    count: int
    findings: Iterator[Finding]


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read for one reason: the first gap, how many are like it, and some of their scopes."""

    gap: Gap
    count: int
    scopes: tuple[str, ...]


def render(report: Report, *, every: bool = False) -> Iterator[bytes]:
    """The report in pieces; `every` adds what passes and what does not apply."""
    css = (assets.templates() / STYLE).read_text(encoding="utf-8")
    page = environment().get_template(PAGE).stream(**_context(report, css, every=every))
    page.enable_buffering(_BUFFER)
    for piece in page:
        yield piece.encode()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, with what they may ask; an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(assets.templates()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"cut": cut, "percent": percent, "figures": figures_in_words, "value": value, "short": shorter}
    made.filters |= {"lines": lines, "moment": moment, "spaced": spaced, "options": options, "number": number}
    made.filters["period"] = period
    made.tests |= {"link": is_link, "more_than_said": is_more_than_said}
    return made


def _context(report: Report, css: str, *, every: bool) -> dict[str, Any]:
    names = subscription_names(report)
    return {
        "report": report,
        "css": Markup(css),  # noqa: S704 - our own file
        "policy": POLICY.format(b64encode(sha256(css.encode()).digest()).decode()),
        "limits": LIMITS,
        "name": partial(name, names=names),
        "subscriptions": [_subscription(s, names) for s in report.scope.get("subscriptions", ())],
        "summary": report.summary(),
        "severities": open_by_severity(report),
        "weights": {severity: f"{float(weight):g}" for severity, weight in WEIGHTS.items()},
        "grades": GRADES,
        **_sections(report, every=every),
    }


def _sections(report: Report, *, every: bool) -> dict[str, Any]:
    return {
        "first": list(first(report)),
        "failed": _groups(report, (Outcome.FAIL,), open_fails, is_open),
        "waived": _groups(report, (Outcome.FAIL,), lambda c: c.waived, lambda f: not is_open(f)),
        "untold": _groups(report, UNTOLD, lambda c: c.undecided),
        "unread": unread(report.gaps),
        "asked": _groups(report, (Outcome.MANUAL,), lambda c: c.manual),
        "others": _groups(report, OTHERS, lambda c: c.passed + c.not_applicable) if every else None,
    }


# --- what the sections show ---------------------------------------------------------------------------------


def _groups(
    report: Report,
    outcomes: tuple[Outcome, ...],
    count: Callable[[Counts], int],
    wanted: Callable[[Finding], bool] | None = None,
) -> Iterator[Group]:
    """The rules that have some findings, the gravest first, scored before preview."""
    judged = zip(report.verdicts, (counts for _, counts in report.counted), strict=True)
    for verdicts, counts in sorted(judged, key=lambda pair: _gravity(pair[0].rule)):
        if count(counts):
            yield Group(
                verdicts.rule, counts, count(counts), filter(wanted or _any, report.builder.of(verdicts, outcomes))
            )


def _gravity(rule: Rule) -> tuple[bool, int, str]:
    return (not rule.scored, rule.severity.rank, rule.id)


def _any(finding: Finding) -> bool:
    return True


def is_open(finding: Finding) -> bool:
    """Whether nobody accepted it."""
    return finding.waiver is None


def open_fails(counts: Counts) -> int:
    """How many fails of a rule nobody accepted."""
    return counts.failed - counts.waived


def first(report: Report) -> Iterator[Group]:
    """The gravest rules with open fails, with a few resources each."""
    for group in islice(_groups(report, (Outcome.FAIL,), open_fails, is_open), LIMITS["first"]):
        yield Group(group.rule, group.counts, group.count, islice(group.findings, LIMITS["examples"]))


def open_by_severity(report: Report) -> dict[Severity, int]:
    """Open fails of each severity that has any."""
    found = dict.fromkeys(Severity, 0)
    for rule, counts in report.counted:
        found[rule.severity] += open_fails(counts)
    return {severity: count for severity, count in found.items() if count}


def unread(gaps: list[Gap]) -> list[Unread]:
    """The gaps, those of one kind together."""
    alike: dict[tuple[str | None, ...], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.reason, gap.type, gap.path, gap.permission, gap.operation), []).append(gap)
    return [Unread(g[0], len(g), tuple(one.scope for one in g[: LIMITS["scopes"]])) for g in alike.values()]


def subscription_names(report: Report) -> dict[str, str]:
    """The display names of the subscriptions that were read, by key."""
    known = ((s.key, s.body.get("displayName")) for s in report.case.graph.subscriptions.values())
    return {key: found for key, found in known if isinstance(found, str) and found}


def _subscription(name_: str, names: dict[str, str]) -> tuple[str, str]:
    """A subscription's display name, and its id."""
    return names.get(key_of(f"/subscriptions/{name_}"), name_), name_


# --- how values are written ---------------------------------------------------------------------------------


def printed(value: Any) -> Any:
    """All that a template prints: markup as it is, text with whatever could move or turn it made visible."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else shorter(value, LONGEST)


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


def is_more_than_said(finding: Finding) -> bool:
    """Whether the evidence says more than the message does."""
    return len(finding.evidence) > SHOWN or in_words(finding.evidence) not in finding.message


def period(length: str) -> str:
    """`P180D` as people say it; what is no such single period, as it stands."""
    found = _PERIOD.match(length)
    return number(int(found[1]), _UNITS[found[2]]) if found else length


def moment(when: datetime) -> str:
    """A moment as people read it."""
    return dates.shown(when).replace("T", " ").removesuffix(":00Z").removesuffix("Z") + " UTC"


def spaced(word: str) -> str:
    """A word of the wire format as people write it."""
    return word.replace("_", " ")


def number(count: int, noun: str) -> str:
    """`1 fail`, `2 fails`."""
    return f"{count} {noun if count == 1 else noun + 's'}"


def options(asked: dict[str, Json]) -> list[str]:
    """The gates asked for, as the command line writes them."""
    return list(chain.from_iterable(_option(f"--{k.replace('_', '-')}", v) for k, v in asked.items()))


def _option(flag: str, given: Json) -> list[str]:
    if isinstance(given, dict):
        return [f"{flag} {k}={_plain_number(v)}" for k, v in given.items()]
    return [flag] if given is True else [f"{flag} {_plain_number(given)}"]


def _plain_number(given: Json) -> str:
    return f"{given:g}" if isinstance(given, float) else str(given)
