"""The findings in the Markdown report: open fails, what could not be told, questions, what is accepted, the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Final

from readiness.model import Evidence, Finding, Outcome, Reason
from readiness.render import shown
from readiness.render.gfm import block, code, folded, heading, link, prose, table, words
from readiness.render.mending import points, snippets_of
from readiness.render.texts import say, verdicts
from readiness.render.words import some
from readiness.report import Report
from readiness.ruleset import Rule
from readiness.snippets import Snippets
from readiness.verdicts import Verdicts

ROWS: Final = 25
"""The findings of a rule that are listed."""
UNFOLDED: Final = 5
"""Of these, those with evidence and commands."""
OBSERVATIONS: Final = 20
GIVEN: Final = 100
"""The waivers and the answers that are listed."""
UNTOLD: Final = (Outcome.ERROR, Outcome.UNKNOWN)
OTHERS: Final = (Outcome.PASS, Outcome.NOT_APPLICABLE)
Call = Callable[[str], str]


def failed(report: Report, call: Call) -> Iterator[str]:
    """The rules with open fails, the gravest first."""
    counts = report.summary()
    yield from heading(2, f"{say('findings')}: {some(counts['fail'], 'open fail')}")
    left = verdicts(counts["unknown"] + counts["error"])
    if not counts["fail"]:
        told = counts["unknown"] + counts["error"] == 0
        yield from [say("none_failed") if told else say("none_failed_but", verdicts=left), ""]
    worth = points(report)
    for v in report.by_gravity(Outcome.FAIL):
        if report.open_subjects(v):
            yield from _failing(report, v, worth.get(v.rule.id, 0.0), call)


def _failing(report: Report, v: Verdicts, worth: float, call: Call) -> Iterator[str]:
    rule, subjects = v.rule, report.open_subjects(v)
    yield from heading(3, words(rule.title), rule.id.lower())
    gain = [say("gain.points", points=shown.points(worth * len(subjects)))] if worth else []
    effort = [say("effort", effort=rule.remediation.effort)] if rule.remediation else []
    yield from [_place(rule, some(len(subjects), "fail"), *gain, *effort), ""]
    yield from _advice(rule)
    found = [report.builder.finding(rule, subject, Outcome.FAIL) for subject in subjects[:ROWS]]
    rows = ((call(f.resource), words(f.message)) for f in found)
    yield from table((say("resource"), say("seen")), rows)
    yield from _more(len(subjects) - ROWS)
    made = [(f, snippets_of(report, rule, f)) for f in found[:UNFOLDED]]
    head = say("unfolded" if any(snippets for _, snippets in made) else "unfolded.evidence")
    first = f" {say('unfolded.of', count=UNFOLDED)}" if len(subjects) > UNFOLDED else ""
    yield from folded(head + first, chain.from_iterable(_unfolded(f, snippets, call) for f, snippets in made))


def _place(rule: Rule, *more: str) -> str:
    own = [] if rule.scored else [say("gain.none")]
    pillar = f"{say('pillar').lower()} {rule.pillar}"
    areas = f"{say('area' if len(rule.areas) == 1 else 'areas').lower()} {', '.join(rule.areas)}"
    return " · ".join([code(rule.id), f"**{rule.severity}**", pillar, areas, *own, *more])


def _advice(rule: Rule) -> Iterator[str]:
    if rule.rationale:
        yield from [f"**{say('why')}.** {prose(rule.rationale)}", ""]
    if rule.remediation:
        yield from [f"**{say('how')}.** {prose(rule.remediation.summary)}", ""]
    if rule.references:
        yield from [f"{say('references')}: {', '.join(map(link, rule.references))}", ""]


def _more(count: int) -> Iterator[str]:
    yield from [say("elsewhere", count=count), ""] if count > 0 else []


def _unfolded(finding: Finding, made: Snippets | None, call: Call) -> Iterator[str]:
    yield from [f"**{call(finding.resource)}** {code(finding.resource, 600)}", ""]
    yield from _evidence(finding.evidence)
    if made:
        yield from [f"{say('az')}:", "", *block(made.az, "sh")]
        yield from [f"{say('bicep')}:", "", *block(made.bicep, "bicep")]


def _evidence(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    heads = (say("path"), say("observed"), say("expected"))
    rows = ((code(e.path, 600), _seen(e), _value(e.expected)) for e in evidence[:OBSERVATIONS])
    yield from table(heads, rows)
    yield from _more(len(evidence) - OBSERVATIONS)


def _seen(evidence: Evidence) -> str:
    if evidence.note and evidence.observed is None:
        return words(evidence.note)
    return _value(evidence.observed, null="null") + (f" ({words(evidence.note)})" if evidence.note else "")


def _value(seen: object, null: str = "") -> str:
    return null if seen is None else code(shown.value(seen), 600)


# --- what could not be told, and what people have to say ------------------------------------------------------


def untold(report: Report, call: Call) -> Iterator[str]:
    """What could not be told, by rule, and the gaps behind it with the permission that would tell."""
    counts = report.summary()
    yield from heading(2, f"{say('untold')}: {verdicts(counts['unknown'] + counts['error'])}")
    found = report.by_gravity(*UNTOLD)
    yield from [] if found else [say("untold.none"), ""]
    heads = (say("rule"), say("resource"), say("outcome"), say("seen"))
    yield from table(heads, (row for v in found for row in _untold_of(report, v, call)))
    yield from heading(3, say("gaps"))
    gaps = shown.unread(report.gaps)
    yield from [] if gaps else [say("gaps.none"), ""]
    yield from (f"- {_gap(one, call)}" for one in gaps[:ROWS])
    yield from [""] if gaps else []
    yield from _more(len(gaps) - ROWS)


def _untold_of(report: Report, v: Verdicts, call: Call) -> Iterator[tuple[str, ...]]:
    for f in islice(report.builder.of(v, UNTOLD), ROWS):
        yield f"{code(v.rule.id)} {words(v.rule.title)}", call(f.resource), str(f.outcome), words(f.message)
    more = sum(v.count(outcome) for outcome in UNTOLD) - ROWS
    if more > 0:
        yield code(v.rule.id), say("elsewhere", count=more), "", ""


def _gap(one: shown.Unread, call: Call) -> str:
    """What, where, why, and the permission that would tell: a line, as the words are too long for a table."""
    gap = one.gap
    what = " ".join(code(text, 300) for text in (gap.type, gap.path) if text) or say("everything")
    where = [call(scope) if scope else say("everywhere") for scope in one.scopes]
    where += [say("and_more", count=one.count - len(one.scopes))] if one.count > len(one.scopes) else []
    status = " ".join(str(part) for part in (gap.status, gap.code) if part)
    reason = words(f"{shown.spaced(gap.reason)} ({status})" if status else shown.spaced(gap.reason))
    helps = gap.permission and gap.reason != Reason.NOT_REGISTERED  # where no provider is, there is nothing to read
    needs = f". {say('needs', permission=code(gap.permission, 300))}" if helps and gap.permission else ""
    return f"{what} ({', '.join(where)}): {reason}{needs}"


def asked(report: Report, call: Call) -> Iterator[str]:
    """The questions without a valid answer."""
    yield from heading(2, f"{say('asked')}: {say('unanswered', count=report.summary()['manual'])}")
    found = report.by_gravity(Outcome.MANUAL)
    if not found:
        yield from [say("asked.none") if report.score.asked else say("asked.nobody"), ""]
    for v in found:
        yield from _question(report, v, call)


def _question(report: Report, v: Verdicts, call: Call) -> Iterator[str]:
    rule, attest = v.rule, v.rule.attest
    if attest is None:
        return
    good = [say("good_for", period=shown.period(attest.valid_for))] if attest.valid_for else []
    yield from heading(3, words(rule.title))
    yield from [_place(rule, *map(words, good)), "", f"> {prose(attest.question)}", ""]
    yield from [f"**{say('how_to_answer')}.** {prose(attest.guidance)}", ""] if attest.guidance else []
    found = islice(report.builder.of(v, (Outcome.MANUAL,)), ROWS)
    said = ((call(f.resource), words(f.message.replace(f": {attest.question}", "", 1))) for f in found)
    yield from table((say("resource"), say("seen")), said)
    yield from _more(v.count(Outcome.MANUAL) - ROWS)


def accepted(report: Report, call: Call) -> Iterator[str]:
    """Waivers with what they accept, and attestations, with dates and what they do today."""
    yield from heading(2, say("accepted"))
    yield from heading(3, say("waivers"))
    yield from [] if report.waivers else [say("waivers.none"), ""]
    yield from _waivers(report)
    yield from _waived(report, call)
    yield from heading(3, say("attestations"))
    yield from [] if report.attestations else [say("attestations.none"), ""]
    yield from _attestations(report, call)


def _waivers(report: Report) -> Iterator[str]:
    heads = ("rule", "resource", "reason", "owner", "expires", "ticket", "state")
    rows = (
        (
            code(one.waiver.rule),
            code(one.waiver.resource, 300),
            words(one.waiver.reason),
            words(one.waiver.owner, 200),
            one.waiver.expires,
            link(one.waiver.ticket, 200) if one.waiver.ticket else "-",
            f"{one.state}, {say('accepts', fails=some(one.count, 'fail'))}" if one.count else str(one.state),
        )
        for one in report.waivers[:GIVEN]
    )
    yield from table([say(head) for head in heads], rows)
    yield from _more(len(report.waivers) - GIVEN)


def _waived(report: Report, call: Call) -> Iterator[str]:
    """The accepted fails by rule; none is listed where none is waived."""
    of = {rule.id for rule, counts in report.counted if counts.waived}
    failing = (v for v in report.by_gravity(Outcome.FAIL) if v.rule.id in of)
    waived = (f for v in failing for f in report.builder.of(v, (Outcome.FAIL,)) if f.waiver)
    heads = (say("accepted_findings"), say("rule"), say("seen"))
    rows = ((call(f.resource), f"{code(f.rule)} {words(report.title_of(f.rule))}", words(f.message)) for f in waived)
    yield from table(heads, islice(rows, ROWS))
    yield from _more(report.summary()["waived"] - ROWS)


def _attestations(report: Report, call: Call) -> Iterator[str]:
    heads = ("rule", "what", "answer", "author", "given_on", "expires", "state", "evidence")
    rows = (
        (
            code(one.attestation.rule),
            call(one.attestation.subject),
            str(one.attestation.answer),
            words(one.attestation.author, 200),
            one.attestation.date,
            one.attestation.expires or "-",
            f"{one.state}, {say('serves', subjects=some(one.count, 'subject'))}" if one.count else str(one.state),
            link(one.attestation.evidence) if one.attestation.evidence else "-",
        )
        for one in report.attestations[:GIVEN]
    )
    yield from table([say(head) for head in heads], rows)
    yield from _more(len(report.attestations) - GIVEN)


def others(report: Report, call: Call) -> Iterator[str]:
    """What passes, and what does not apply, by rule."""
    yield from heading(2, say("others"))
    found = report.by_gravity(*OTHERS)
    yield from [] if found else [say("others.none"), ""]
    for v in found:
        rows = (
            (call(f.resource), shown.spaced(f.outcome), words(f.message))
            for f in islice(report.builder.of(v, OTHERS), ROWS)
        )
        yield from [f"{code(v.rule.id)} {words(v.rule.title)}", ""]
        yield from table((say("resource"), say("outcome"), say("seen")), rows)
        yield from _more(sum(v.count(outcome) for outcome in OTHERS) - ROWS)
