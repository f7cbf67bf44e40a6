"""The summary on a terminal: the score, what threatens it, what to fix first, what could not be told and why.

Each section yields lines that fit the screen; lists are cut, and say how many more there are and where to see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import Final
from urllib.parse import quote

from rich.cells import set_cell_size
from rich.text import Text

from readiness.groups import By
from readiness.model import Finding, Gap, Outcome, Reason, Severity
from readiness.plan import Horizon, Stage, Step
from readiness.render.console import (
    GREEN,
    GREY,
    ORANGE,
    OUTCOME_STYLE,
    PURPLE,
    RED,
    ROOMY,
    SEVERITY_STYLE,
    Screen,
    screen,
)
from readiness.render.profile_line import profile_line
from readiness.render.shown import is_link, moment, name, points, portal, spaced, subscription_names
from readiness.render.summary import sentences
from readiness.render.terminal_bars import bars, tone
from readiness.render.terminal_groups import group_lines
from readiness.render.texts import say, verdicts
from readiness.render.words import cut, figures_in_words, some
from readiness.report import ALL, Report, State, Way
from readiness.ruleset import Rule

NARROW: Final = 60
INDENT: Final = 12
LONGEST_ID: Final = 24
LONGEST_URL: Final = 2000
"""VTE follows no longer ones: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda"""
URL: Final = ":/?#[]@!$&'()*+,;=%"
NOTICES: Final = 6
REASONS: Final = 10
NAMED: Final = 3
REASON: Final = 11
UNDECIDED: Final = 12
EXAMPLES: Final = 3
Section = Callable[[Report, Screen], Iterator[Text]]


def show(report: Report, *, every: bool, no_color: bool) -> None:
    """Prints the summary to stdout; `every` lists all findings after it."""
    out = screen(no_color=no_color)
    for line in lines(report, out, every=every):
        out.print(line)


def lines(report: Report, out: Screen, *, every: bool) -> Iterator[Text]:
    """The lines of the summary: its sections with a blank line between them."""
    grouped: list[Section] = [partial(_group, by=by) for by in report.group_by]
    sections: list[Section] = [
        _head,
        _score,
        _sentences,
        _bars,
        *grouped,
        _worst,
        _first,
        _untold,
        _asked,
        _waivers,
        _ways,
    ]
    begun = False
    for section in (*sections, *([_all] if every else []), _gate):
        for at, line in enumerate(section(report, out)):
            if begun and not at:
                yield Text()
            begun = True
            yield out.fitted(line)


# --- head and score -----------------------------------------------------------------------------------------


def _head(report: Report, out: Screen) -> Iterator[Text]:
    yield from out.wrapped(out.text(report.words.title or say("title"), "bold"), most=2)
    for line in (_people(report), _scope(report), _profile(report), *_narrowed(report)):
        yield from out.wrapped(out.text(line, GREY), most=2) if line else ()
    if report.crashed:
        crashed = say("crashed_more", verdicts=verdicts(report.summary()["error"]))
        yield from out.wrapped(out.text(f"{say('crashed')} {crashed}", f"bold {RED}"), behind=out.text("! "))
    for notice in report.notices[:NOTICES]:
        yield from out.wrapped(out.text(notice, ORANGE), behind=out.text("! ", ORANGE), most=3)
    yield from _more(len(report.notices) - NOTICES, "notice", out)


def _people(report: Report) -> str:
    words = report.words
    who = [say("for", customer=words.customer)] if words.customer else []
    who += [say("by", author=words.author)] if words.author else []
    said = ", ".join(who)
    return said[:1].upper() + said[1:]


def _scope(report: Report) -> str:
    scope, read = report.scope, report.collected_at
    return say(
        "term.scope",
        resources=some(scope["resources"], "resource"),
        subscriptions=some(len(scope["subscriptions"]), "subscription"),
        source=say(f"source.{scope['source']}"),
        when=say("term.when", moment=moment(read)) if read else "",
        rules=some(len(report.ruleset.rules), "rule"),
    )


def _profile(report: Report) -> str:
    line = profile_line(report)
    return f"{say('profile')} {line}" if line else ""


def _narrowed(report: Report) -> Iterator[str]:
    """What of the subscriptions is judged, where not all of it is."""
    groups, tags = report.scope.get("resource_groups", ()), report.scope.get("tags", {})
    if groups:
        yield say("term.only", what=say("only_groups"), names=", ".join(groups))
    if tags:
        yield say("term.only", what=say("only_tags"), names=", ".join(f"{k}={v}" for k, v in tags.items()))


def _score(report: Report, out: Screen) -> Iterator[Text]:
    score = report.score
    line = Text()
    if score.total.value is None and score.total.floor is None:
        line.append_text(out.text(say("no_score"), "bold"))
    else:
        grade = say("term.grade", grade=score.grade or "-")
        line.append_text(out.text(grade, f"bold {tone(score.total.value)}")).append("   ")
        line.append_text(out.text(say("term.score", figures=figures_in_words(score.total)), "bold"))
    line.append("   ")
    line.append_text(out.text(say("term.attested", answered=score.answered, asked=score.asked), GREY))
    yield from out.wrapped(line)
    yield from out.wrapped(_counts(report, out))


def _counts(report: Report, out: Screen) -> Text:
    counts = report.summary()
    styles = {str(outcome): style for outcome, style in OUTCOME_STYLE.items()}
    names = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")
    said = [out.text(f"{counts[n]} {spaced(n)}", styles.get(n, "")) for n in names if counts[n]]
    return Text(", ").join(said) if said else out.text(say("term.nothing"), GREY)


def _bars(report: Report, out: Screen) -> Iterator[Text]:
    return bars(report.score, out)


def _group(report: Report, out: Screen, *, by: By) -> Iterator[Text]:
    return group_lines(report, by, out)


def _sentences(report: Report, out: Screen) -> Iterator[Text]:
    most = 4 if out.width >= NARROW else 8
    for sentence in sentences(report, score=False):
        yield from out.wrapped(out.text(sentence), behind=Text("- "), most=most)


# --- what fails, and what to do about it --------------------------------------------------------------------


def _worst(report: Report, out: Screen) -> Iterator[Text]:
    """The gravest rules that fail, each with the first of its resources."""
    total = sum(counts.failed > counts.waived for _, counts in report.counted)
    if not total:
        return
    most, rows = 8 if out.width >= ROOMY else 5, _rows(out)
    opened = say("term.open", count=sum(report.by_severity.values()))
    yield from _heading("term.worst", opened, report.by_severity, out)
    failing = ((v, subjects) for v in report.by_gravity(Outcome.FAIL) if (subjects := report.open_subjects(v)))
    for found, subjects in islice(failing, most):
        finding = report.builder.finding(found.rule, subjects[0], Outcome.FAIL)
        yield from _subject(finding, found.rule, len(subjects), report, out)
        yield from _labelled("term.wanted", found.rule.title, rows, out)
        yield from _labelled("term.seen", finding.message, rows, out)
    yield from _more(total - most, "rule", out)


def _rows(out: Screen) -> int:
    """How many lines a text of a list may take: what matters is one line of 80."""
    return 1 if NARROW <= out.width < ROOMY else 2


def _heading(name_: str, total: str, by_severity: dict[Severity, int], out: Screen) -> list[Text]:
    """A section's name, and how many of each severity it is about."""
    line = out.text(say(name_), "bold").append("   ").append_text(out.text(f"{total}: ", GREY))
    said = [out.text(f"{n} {severity}", _word(severity)) for severity, n in by_severity.items() if n]
    return out.wrapped(line.append_text(Text(", ").join(said)))


def _word(severity: Severity) -> str:
    """A severity's style in running text."""
    return SEVERITY_STYLE[severity].replace("reverse ", "")


def _subject(finding: Finding, rule: Rule, count: int, report: Report, out: Screen) -> Iterator[Text]:
    """The severity, the rule, the resource, and how many more of them: on one line if the screen is not narrow."""
    line = Text("  ").append_text(out.text(str(finding.severity), SEVERITY_STYLE[finding.severity]))
    line.append(" " * (INDENT - line.cell_len)).append_text(_rule(rule, out))
    if out.width < NARROW:
        yield line
        line = _indent(out)
    else:
        line.append("  ")
    more = f" {say('and_more', count=count - 1)}" if count > 1 else ""
    room = out.width - line.cell_len - len(more)
    yield line.append_text(_resource(finding.resource, room, report, out)).append_text(out.text(more, GREY))


def _rule(rule: Rule, out: Screen) -> Text:
    """A rule's id, leading to its first reference."""
    reference = next((r for r in rule.references if is_link(r) and r.lower().startswith("https://")), None)
    return out.text(out.cut(rule.id, LONGEST_ID), "bold", quote(reference, safe=URL) if reference else None)


def _resource(resource_id: str, cells: int, report: Report, out: Screen) -> Text:
    """A resource's name, leading to its page in the portal."""
    shown = out.cut(name(resource_id, names=_names(report)), max(8, cells))
    return out.text(shown, link=_page(resource_id, report) if out.links else None)


@lru_cache(maxsize=1)
def _names(report: Report) -> dict[str, str]:
    return subscription_names(report)


def _page(resource_id: str, report: Report) -> str | None:
    cloud = report.case.graph.snapshot.header.get("cloud")
    encodable = resource_id.encode(errors="replace").decode()
    found = portal(encodable, cloud=cloud if isinstance(cloud, str) else None)
    return found if found and len(found) <= LONGEST_URL else None


def _labelled(label: str, value: str, most: int, out: Screen) -> list[Text]:
    """`Seen: ...`, below what it is about."""
    line = out.text(say(label), GREY).append(" ").append_text(out.text(value))
    return out.wrapped(line, behind=_indent(out), most=most) if value else []


def _indent(out: Screen) -> Text:
    return Text(" " * (INDENT if out.width >= NARROW else 4))


def _more(count: int, noun: str, out: Screen) -> list[Text]:
    return (
        out.wrapped(out.text(say("term.more", more=some(count, f"more {noun}")), GREY), behind=Text("  "))
        if count > 0
        else []
    )


def _first(report: Report, out: Screen) -> Iterator[Text]:
    """The steps that are due now, and a line for those after."""
    if not report.plan:
        return
    yield out.text(say("first"), "bold")
    for stage in report.plan:
        after = stage.after
        said = say(
            "term.stage", steps=some(len(stage.steps), "step"), score=cut(after.total.value), grade=after.grade or "-"
        )
        horizon = out.text(f"  {say(f'first.{stage.horizon}'):<5}  ", "bold")
        yield from out.wrapped(out.text(said), behind=horizon)
        yield from _steps(stage, out) if stage.horizon is Horizon.NOW else ()


def _steps(stage: Stage, out: Screen) -> Iterator[Text]:
    most = 10 if out.width >= ROOMY else 5
    shown = stage.steps[:most]
    columns = [
        [say("term.points"), *(_gain(step) for step in shown)],
        [say("term.effort"), *(step.effort for step in shown)],
        [say("term.fails"), *(str(step.count) for step in shown)],
    ]
    for at, (points_, effort, fails) in enumerate(zip(*columns, strict=True)):
        wide = [max(map(len, column)) for column in columns]
        row = out.text(f"  {points_:>{wide[0]}}  {effort:<{wide[1]}}  {fails:>{wide[2]}}  ", "" if at else GREY)
        yield from _step(shown[at - 1].rule, row, out) if at else [row.append_text(out.text(say("term.step"), GREY))]
    yield from _more(len(stage.steps) - most, "step", out)


def _gain(step: Step) -> str:
    return say("gain", points=points(float(step.gain))) if step.gain else say("gain.none")


def _step(rule: Rule, row: Text, out: Screen) -> list[Text]:
    """A step and its title: on one line, below each other on a narrow screen."""
    line = row.append_text(_rule(rule, out))
    if out.width < NARROW:
        return [line, *out.wrapped(out.text(rule.title), behind=_indent(out), most=2)]
    line.append("  ")
    return [line.append_text(out.text(out.cut(rule.title, max(8, out.width - line.cell_len))))]


# --- what is open for other reasons -------------------------------------------------------------------------


def _untold(report: Report, out: Screen) -> Iterator[Text]:
    """What could not be read by reason and permission, and the rules that it leaves open."""
    undecided: dict[Severity, int] = dict.fromkeys(Severity, 0)
    for rule, counts in report.counted:
        undecided[rule.severity] += counts.undecided
    total = sum(undecided.values())
    if not total:
        return
    yield from _heading("untold", verdicts(total), undecided, out)
    gaps = list(_gaps(report, out))
    yield from gaps
    yield from _examples(report, (Outcome.ERROR,) if gaps else (Outcome.ERROR, Outcome.UNKNOWN), out)
    open_ = [v.rule for v in report.by_gravity(Outcome.ERROR, Outcome.UNKNOWN)]
    named = Text(", ").join(_rule(rule, out) for rule in open_[:UNDECIDED])
    more = f" {say('and_more', count=len(open_) - UNDECIDED)}" if len(open_) > UNDECIDED else ""
    yield from out.wrapped(named.append_text(out.text(more, GREY)), behind=_lead("term.undecided", out))


def _lead(name_: str, out: Screen) -> Text:
    return out.text(f"  {say(name_)} ", GREY)


def _examples(report: Report, outcomes: tuple[Outcome, ...], out: Screen) -> Iterator[Text]:
    """What the gravest rules with some outcomes say of their first subjects."""
    for found in report.by_gravity(*outcomes)[:EXAMPLES]:
        finding = next(report.builder.of(found, outcomes))
        yield from _subject(finding, found.rule, sum(map(found.count, outcomes)), report, out)
        yield from out.wrapped(out.text(finding.message, GREY), behind=_indent(out), most=2)


def _gaps(report: Report, out: Screen) -> Iterator[Text]:
    """What kept it from being told: permissions that were refused, then the other reasons with what they hide."""
    most = 8 if out.width >= ROOMY else 5
    alike: dict[tuple[str, str], list[Gap]] = {}
    for gap in report.gaps:
        needed = gap.permission if gap.reason == Reason.FORBIDDEN else None
        if gap.reason != Reason.NOT_REGISTERED:  # there can be none of it: nothing is unknown
            alike.setdefault((gap.reason, needed or ""), []).append(gap)
    ranked = sorted(alike.items(), key=lambda pair: pair[0][0] != Reason.FORBIDDEN)
    if ranked:
        yield out.text(f"  {say('term.gap'):<{REASON}}  {say('term.would_tell')}", GREY)
    for (reason, permission), gaps in ranked[:most]:
        behind = out.text(f"  {set_cell_size(out.cut(spaced(reason), REASON), REASON)}  ", PURPLE)
        yield from out.wrapped(_missing(permission, _unread(gaps, report), out), behind=behind, most=2)
    yield from _more(len(ranked) - most, "reason", out)


def _missing(permission: str, what: str, out: Screen) -> Text:
    if not permission:
        return out.text(what)
    return out.text(permission).append_text(out.text(f": {what}" if out.width >= ROOMY else "", GREY))


def _unread(gaps: list[Gap], report: Report) -> str:
    """What could not be read, and where: `properties.networkAcls of chat`; with several places, how many."""
    what = list(dict.fromkeys(gap.path or gap.type or say("everything") for gap in gaps))
    places = list(dict.fromkeys(gap.scope for gap in gaps))
    said = what[0] if len(what) == 1 else f"{what[0]} {say('and_more', count=len(what) - 1)}"
    if len(places) > 1:
        return say("term.places", what=said, places=some(len(places), "place"))
    return say("term.place", what=said, scope=name(places[0], names=_names(report))) if places[0] else said


def _asked(report: Report, out: Screen) -> Iterator[Text]:
    asked = list(report.unanswered())
    most = 5 if out.width >= ROOMY else 3
    if asked:
        yield out.text(say("asked"), "bold")
    for rule, count in asked[:most]:
        line = Text("  ").append_text(_rule(rule, out)).append("  ")
        yield from out.wrapped(line.append_text(out.text(say("unanswered", count=count), GREY)), most=1)
        question = " ".join(rule.attest.question.split()) if rule.attest else ""
        yield from out.wrapped(out.text(question), behind=Text("    "), most=_rows(out))
    yield from _more(len(asked) - most, "question", out)


def _waivers(report: Report, out: Screen) -> Iterator[Text]:
    """One line: the waivers that expired or match nothing."""
    idle: dict[State, list[str]] = {}
    for accepted in report.waivers:
        if accepted.state in (State.EXPIRED, State.UNUSED):
            idle.setdefault(accepted.state, []).append(accepted.waiver.rule)
    said = [_idle(state, rules) for state, rules in idle.items()]
    if said:
        yield from out.wrapped(out.text(say("term.waivers", said="; ".join(said)), ORANGE), most=2)


def _idle(state: State, rules: list[str]) -> str:
    named = list(dict.fromkeys(rules))
    more = f" {say('and_more', count=len(named) - NAMED)}" if len(named) > NAMED else ""
    return say("term.waivers_of", count=len(rules), state=state, rules=", ".join(named[:NAMED]) + more)


def _ways(report: Report, out: Screen) -> Iterator[Text]:
    """One line: how many accounts have which kind of private path; none where nobody uses any."""
    if report.ways.keys() - {Way.NONE}:
        said = ", ".join(f"{count} {way}" for way, count in report.ways.items())
        yield from out.wrapped(out.text(f"{say('ways')}: {said}", GREY), most=2)


def _all(report: Report, out: Screen) -> Iterator[Text]:
    yield out.text(say("term.all"), "bold")
    for finding in report.findings(ALL):
        word = say("term.waived") if finding.waiver else spaced(finding.outcome)
        line = Text("  ").append_text(out.text(f"{word:<14}", OUTCOME_STYLE[finding.outcome])).append("  ")
        line.append_text(out.text(out.cut(finding.rule, LONGEST_ID), "bold")).append("  ")
        yield line.append_text(_resource(finding.resource, out.width - line.cell_len, report, out))
        yield from (
            out.wrapped(out.text(finding.message, GREY), behind=_indent(out), most=6) if finding.message else ()
        )


def _gate(report: Report, out: Screen) -> Iterator[Text]:
    gate = report.gate
    if not gate.asked:
        return
    state, style = {True: ("met", GREEN), False: ("missed", RED), None: ("unclear", PURPLE)}[gate.met]
    yield out.text(say("term.gate", state=say(f"gate.{state}")), f"bold {style}")
    for reason in gate.reasons[:REASONS]:
        yield from out.wrapped(out.text(reason), behind=Text("  "), most=2)
    yield from _more(len(gate.reasons) - REASONS, "reason", out)
