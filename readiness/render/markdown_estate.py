"""The parts of the Markdown report about what was judged and how: use over time, inventory, rules, method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from readiness.inventory import Deployment, Kind
from readiness.render import shown
from readiness.render.gfm import code, heading, prose, table, words
from readiness.render.profile_line import changes
from readiness.render.texts import METHOD, say
from readiness.render.words import some
from readiness.report import Report
from readiness.ruleset import Rule
from readiness.scoring import GRADES, WEIGHTS, Counts
from readiness.trends import Trend

ROWS: Final = 100
"""The deployments, types and lines that are listed."""
REGIONS: Final = 6
WORDS: Final = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")


def trends(report: Report) -> Iterator[str]:
    """How full deployments were and what was throttled: the peak beside the threshold."""
    yield from heading(2, say("trends"))
    yield from [] if report.trends else [say("trends.none"), ""]
    heads = (say("deployment"), say("what"), say("peak"), say("limit"), "")
    yield from table(heads, map(_trend, report.trends[:ROWS]), (2, 3))
    yield from _more(len(report.trends) - ROWS)


def _trend(trend: Trend) -> tuple[str, ...]:
    peak = "-" if trend.peak is None else f"{trend.peak:.1f} %"
    name = code(shown.name(trend.deployment.resource.id, names={}))
    return name, say(f"trend.{trend.chart}"), peak, f"{trend.limit:g} %", words(trend.note)


def inventory(report: Report) -> Iterator[str]:
    """The resources by type, and the model deployments."""
    yield from heading(2, f"{say('inventory')}: {some(report.scope['resources'], 'resource')}")
    yield from heading(3, say("types"))
    yield from table((say("type"), say("count"), say("regions")), map(_kind, report.kinds[:ROWS]), (1,))
    yield from _more(len(report.kinds) - ROWS)
    yield from heading(3, say("deployments"))
    yield from [] if report.deployments else [say("deployments.none"), ""]
    heads = ("deployment", "region", "model", "sku", "capacity", "upgrade", "filter", "open")
    rows = (_deployment(d, report.open_by_subject[d.resource.key]) for d in report.deployments[:ROWS])
    yield from table([say(head) for head in heads], rows, (4, 7))
    yield from _more(len(report.deployments) - ROWS)


def _kind(kind: Kind) -> tuple[str, ...]:
    regions = [f"{code(region)} {count}" for region, count in kind.regions[:REGIONS]]
    more = len(kind.regions) - REGIONS
    regions += [say("and_more", count=more)] if more > 0 else []
    return code(kind.type), str(kind.count), ", ".join(regions) or "-"


def _deployment(found: Deployment, open_fails: int) -> tuple[str, ...]:
    model = " ".join(code(text) for text in (found.model, found.version) if text) or "-"
    own = (found.region, found.sku, found.upgrade, found.filter)
    region, sku, upgrade, filter_ = (code(text) if text else "-" for text in own)
    capacity = "-" if found.capacity is None else f"{found.capacity:g}"
    name = code(shown.name(found.resource.id, names={}))
    return name, region, model, sku, capacity, upgrade, filter_, str(open_fails)


def rules(report: Report) -> Iterator[str]:
    """Every rule of the run with its counts, and those switched off."""
    yield from heading(2, f"{say('rules')}: {len(report.counted)}")
    heads = (say("rule"), say("severity"), say("pillar"), say("area"), *map(shown.spaced, WORDS))
    yield from table(heads, (_rule(rule, counts) for rule, counts in report.counted), range(4, 4 + len(WORDS)))
    if report.ruleset.off:
        yield from heading(3, say("rules.off"))
        yield from (f"- {code(id_)}: {words(why or say('no_reason'))}" for id_, why in report.ruleset.off.items())
        yield ""
    changed = list(changes(report))
    if changed:
        yield from heading(3, say("profile.changes", profile=code(report.profile.name)))
        yield from (f"- {code(id_)}: {words(what)}. {words(why)}" for id_, what, why in changed)
        yield ""


def _rule(rule: Rule, counts: Counts) -> tuple[str, ...]:
    wire = counts.wire()
    open_fails = counts.failed - counts.waived
    id_ = f"[{code(rule.id)}](#{rule.id.lower()})" if open_fails else code(rule.id)
    unscored = "" if rule.scored else f" ({say('gain.none')})"
    head = (f"{id_} {words(rule.title)}{unscored}", rule.severity, rule.pillar, ", ".join(rule.areas))
    return *head, *(str(wire[word] or "·") for word in WORDS)


def method(report: Report) -> Iterator[str]:
    """How this was judged, and what made the report."""
    weights = ", ".join(f"{severity} {float(weight):g}" for severity, weight in WEIGHTS.items())
    grades = "".join(f"{letter} from {least}, " for least, letter in GRADES)
    yield from heading(2, say("method"))
    for head, text in METHOD:
        yield f"- **{head}.** {prose(text.format(weights=weights, grades=grades), 5000)}"
    yield from ["", "---", ""]
    yield words(say("made", version=report.version, ruleset=report.ruleset.version))


def _more(count: int) -> Iterator[str]:
    yield from [say("elsewhere", count=count), ""] if count > 0 else []
