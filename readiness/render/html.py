"""The HTML report: one file that loads nothing, for a customer to read as it stands.

What it says stands in `texts`, how it looks in reports/templates; here is what the templates may ask. All that they
print passes `printed`, so that text from Azure can neither become markup nor turn a line around. Without its script
the page shows everything; the script finds, groups and copies.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from readiness import assets
from readiness.model import Finding, Outcome
from readiness.render import access_rows, charts, mending, path_drawing, shown
from readiness.render.colour import on, readable
from readiness.render.excerpt import Excerpts, excerpts
from readiness.render.group_rows import key_of, rows
from readiness.render.plain import cut as shorter
from readiness.render.plain import low
from readiness.render.profile_line import changes, profile_line
from readiness.render.summary import sentences
from readiness.render.texts import METHOD, say
from readiness.render.words import cut, figures_in_words, percent, some
from readiness.report import ACCESS_RULES, PATH_RULES, Report, Way
from readiness.ruleset import Rule
from readiness.scoring import GRADES, WEIGHTS, Counts
from readiness.snippets import Snippets

STYLE: Final = "report.css"
SCRIPT: Final = "report.js"
PAGE: Final = "report.html.j2"
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:; base-uri 'none';"
    " form-action 'none'"
)
LISTED: Final = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.MANUAL)
UNTOLD: Final = (Outcome.ERROR, Outcome.UNKNOWN)
OTHERS: Final = (Outcome.PASS, Outcome.NOT_APPLICABLE)
LIMITS: Final = {
    "examples": 4,  # resources of a step of the plan
    "evidence": 20,  # observations of a finding
    "notices": 6,  # before the rest folds
    "names": 12,  # subscriptions in the head
    "regions": 6,  # of a type
    "trends": 24,  # drawings of one kind, the worst first
    "accounts": 24,  # with their private path and access, the worst first
    "access": 50,  # rows of an account
    "rows": 1_000,  # of the tables of deployments, and of workloads or subscriptions
    "worst": 3,  # rules of a workload
}
WAYS: Final = {Way.BROKEN: "fail", Way.NONE: "manual", Way.UNKNOWN: "unknown", Way.WHOLE: "pass"}
"""The colours of private paths, by the outcome that they are like."""
TRUTHS: Final = {True: "holds", None: "unknown", False: "meta"}
LONGEST: Final = 1200
LIGHT: Final = "#ffffff"
DARK: Final = "#0f151b"
_SEAM: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[@._/])(?=\w)")
_BUFFER: Final = 400


@dataclass(frozen=True, slots=True)
class Group:
    """What a section shows of one rule; the findings are built as they are printed, once."""

    rule: Rule
    counts: Counts
    findings: Iterator[Finding]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a finding unfolds to: the JSON of what it is about, what stands in none, and commands that mend it."""

    found: Excerpts
    snippets: Snippets | None
    points: float


def render(report: Report, *, every: bool = False, full: bool = False) -> Iterator[bytes]:
    """The report in pieces; `every` adds what passes and what does not apply."""
    page = environment().get_template(PAGE).stream(**_context(report, every=every))
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
    made.filters |= {"cut": cut, "percent": percent, "figures": figures_in_words, "number": some, "short": shorter}
    made.filters |= {"value": shown.value, "lines": shown.lines, "moment": shown.moment, "spaced": shown.spaced}
    made.filters |= {
        "options": shown.options,
        "period": shown.period,
        "points": shown.points,
        "verbatim": verbatim,
        "breakable": breakable,
        "printed": printed,
    }
    made.tests["link"] = shown.is_link
    made.globals |= {"t": say, "charts": charts, "islice": islice, "newline": Markup("\n")}
    return made


def _context(report: Report, *, every: bool) -> dict[str, Any]:
    names = shown.subscription_names(report)
    css, script = _asset(STYLE) + tint(report.words.colour), _asset(SCRIPT)
    return {
        "report": report,
        "css": Markup(css),  # noqa: S704 - our own file, and a colour that the configuration checked
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": POLICY.format(style=_digest(css), script=_digest(script)),
        "logo": _logo(report),
        "drawing": path_drawing,
        "who": partial(access_rows.who, names=names),
        "access_said": access_rows.sentences,
        "access_lost": access_rows.lost,
        "ways": WAYS,
        "truths": TRUTHS,
        "path_rules": PATH_RULES,
        "access_rules": ACCESS_RULES,
        "limits": LIMITS,
        "name": partial(shown.name, names=names),
        "portal": partial(shown.portal, cloud=report.case.graph.snapshot.cloud),
        "subscriptions": [shown.subscription(s, names) for s in report.scope.get("subscriptions", ())],
        "summary": report.summary(),
        "sentences": sentences(report),
        "profile": profile_line(report),
        "changes": list(changes(report)),
        "by": {str(by): list(rows(report, by)) for by in report.group_by},
        "places": partial(places, report),
        "weights": ", ".join(f"{severity} {float(weight):g}" for severity, weight in WEIGHTS.items()),
        "grades": "".join(f"{letter} from {least}, " for least, letter in GRADES),
        "method": METHOD,
        "detail": partial(detail, report, mending.points(report)),
        "open_names": partial(open_names, report),
        "groups": _groups(report, _listed, lambda c: c.failed + c.undecided + c.manual),
        "untold": _groups(report, partial(_of, UNTOLD), lambda c: c.undecided),
        "asked": _groups(report, partial(_of, (Outcome.MANUAL,)), lambda c: c.manual),
        "others": _groups(report, partial(_of, OTHERS), lambda c: c.passed + c.not_applicable) if every else None,
        "unread": shown.unread(report.gaps),
    }


def _asset(name: str) -> str:
    return (assets.templates() / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _logo(report: Report) -> str | None:
    logo = report.words.logo
    return f"data:{logo.media_type};base64,{b64encode(logo.data).decode()}" if logo else None


def tint(colour: str | None) -> str:
    """The user's colour as tokens, made readable on both grounds; nothing without one."""
    if colour is None:
        return ""
    light, dark = readable(colour, LIGHT), readable(colour, DARK)
    return f":root{{--accent:{colour};--on-accent:{on(colour)};--link:light-dark({light},{dark})}}"


# --- what the sections show ---------------------------------------------------------------------------------


def _groups(
    report: Report, findings: Callable[[Report, int], Iterator[Finding]], count: Callable[[Counts], int]
) -> Iterator[Group]:
    """The rules that have some findings: those with open fails first, then by gravity, scored before preview."""
    places = sorted(range(len(report.counted)), key=lambda at: _place(*report.counted[at]))
    for at in places:
        rule, counts = report.counted[at]
        if count(counts):
            yield Group(rule, counts, findings(report, at))


def _place(rule: Rule, counts: Counts) -> tuple[bool, bool, int, str]:
    return (counts.failed == counts.waived, not rule.scored, rule.severity.rank, rule.id)


def _listed(report: Report, at: int) -> Iterator[Finding]:
    """A rule's open fails, then the waived ones, then what could not be told."""
    verdicts, of = report.verdicts[at], report.builder.of
    failed = list(of(verdicts, (Outcome.FAIL,)))
    waived = (f for f in failed if f.waiver)
    rest = chain.from_iterable(of(verdicts, (outcome,)) for outcome in LISTED[1:])
    return chain((f for f in failed if not f.waiver), waived, rest)


def _of(outcomes: tuple[Outcome, ...], report: Report, at: int) -> Iterator[Finding]:
    return report.builder.of(report.verdicts[at], outcomes)


def detail(report: Report, points: dict[str, float], rule: Rule, finding: Finding) -> Detail:
    """What a finding unfolds to."""
    found = excerpts(finding, partial(mending.body_of, report))
    worth = points.get(rule.id, 0.0) if finding.outcome is Outcome.FAIL and not finding.waiver else 0.0
    return Detail(found, mending.snippets_of(report, rule, finding), worth)


def open_names(report: Report, rule: Rule) -> list[str]:
    """The ids of the resources that a rule fails on."""
    return [s.id for v in report.verdicts if v.rule is rule for s in report.open_subjects(v)]


def places(report: Report, finding: Finding) -> dict[str, Markup]:
    """The groups that a finding counts in, a line each, as the form above the findings names them."""
    found = ((by, report.group_names(by, finding)) for by in report.group_by)
    return {str(by): Markup("\n").join(printed(key_of(by, name)) for name in names) for by, names in found}


def printed(value: Any) -> Any:
    """All that a template prints: markup as it is, text with whatever could move or turn it made visible."""
    if value is None:
        return ""
    if hasattr(value, "__html__") or not isinstance(value, str):
        return value
    return low(shorter(value, LONGEST))


def verbatim(text: str) -> Markup:
    """A command that is to be copied: its own lines, whole; `snippets` makes none of what is unsafe."""
    return escape(text)


def breakable(text: str) -> Markup:
    """A word that may break where people would break it: `Once|New|Default`, after `@` and `.`, and nowhere else."""
    return Markup(_SEAM.sub("<wbr>", str(escape(printed(text)))))  # noqa: S704 - escaped before
