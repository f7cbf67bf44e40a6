"""The Markdown report (GitHub's): what the reviewer of a change needs first, then all that the HTML report says.

Private paths are drawn in Mermaid; bars are characters. Lists are bounded, and say how much more there is. Text from
outside passes `gfm`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Final

from readiness.groups import By
from readiness.model import Severity
from readiness.plan import Horizon, Stage, Step
from readiness.render import markdown_estate, markdown_findings, markdown_reached, shown
from readiness.render.gfm import code, heading, table, words
from readiness.render.group_rows import Row, rows
from readiness.render.profile_line import profile_line
from readiness.render.summary import sentences
from readiness.render.texts import say, verdicts
from readiness.render.words import cut, figures_in_words, percent
from readiness.report import Report
from readiness.scoring import Figures

STEPS: Final = 5
"""The steps that the first screen shows."""
REASONS: Final = 20
FEW_REASONS: Final = 3
NOTICES: Final = 20
NAMED: Final = 4
SUBSCRIPTIONS: Final = 12
BAR: Final = 20
GROUPS: Final = 100
WORST: Final = 3
GATE: Final = {True: "gate.met", False: "gate.missed", None: "gate.unclear"}
Call = Callable[[str], str]


def render(report: Report, *, every: bool = False, full: bool = False) -> Iterator[bytes]:
    """The report in pieces; `every` adds what passes and what does not apply, `full` nothing: it all is here."""
    names = shown.subscription_names(report)
    call: Call = partial(_called, names=names)
    estate, findings = markdown_estate, markdown_findings
    sections = (
        _top(report, call),
        _facts(report, names),
        _summary(report),
        chain.from_iterable(_groups(report, by) for by in report.group_by),
        _gate(report),
        _plan(report, call),
        findings.failed(report, call),
        findings.untold(report, call),
        findings.asked(report, call),
        findings.accepted(report, call),
        markdown_reached.reached(report, names),
        estate.trends(report),
        estate.inventory(report),
        findings.others(report, call) if every else iter(()),
        estate.rules(report),
        estate.method(report),
    )
    for lines in sections:
        yield from (f"{line}\n".encode() for line in lines)


def _called(resource_id: str, *, names: dict[str, str]) -> str:
    """A resource's name as code."""
    return code(shown.name(resource_id, names=names))


# --- the first screen ---------------------------------------------------------------------------------------


def _top(report: Report, call: Call) -> Iterator[str]:
    yield from heading(1, words(report.words.title or say("title"), 200))
    by = [say("for", customer=words(report.words.customer, 200))] if report.words.customer else []
    by += [say("by", author=words(report.words.author, 200))] if report.words.author else []
    yield from [", ".join(by), ""] if by else []
    if report.gate.asked:
        yield from [f"**{say('gate')}: {say(GATE[report.gate.met])}**", ""]
        yield from _bullets(report.gate.reasons, FEW_REASONS)
    yield from _figures(report)
    for sentence in sentences(report):
        yield from [words(sentence, 2000), ""]
    yield from _first_steps(report, call)


def _figures(report: Report) -> Iterator[str]:
    total = report.score.total
    heads = [say(key) for key in ("score", "floor", "coverage", "grade", "open_fails")]
    fails = ", ".join(f"{count} {severity}" for severity, count in report.by_severity.items() if count)
    figures = (f"**{cut(total.value)}**", cut(total.floor), _share(total), f"**{report.score.grade or '-'}**")
    yield from table(heads, [(*figures, fails or "0")])


def _share(figures: Figures) -> str:
    return "-" if figures.coverage is None else percent(figures.coverage)


def _first_steps(report: Report, call: Call) -> Iterator[str]:
    steps = [step for stage in report.plan for step in stage.steps]
    if not steps:
        return
    yield from [f"**{say('first.steps')}**", ""]
    for number, step in enumerate(steps[:STEPS], 1):
        facts = ", ".join((step.rule.severity, _gain(step, "gain.points"), _effort(step)))
        yield f"{number}. {_titled(step)}: {facts}; {_on(report, step, call)}"
    more = len(steps) - STEPS
    yield from ["", f"[{say('and_more', count=more)}](#first)"] if more > 0 else []
    yield ""


def _titled(step: Step) -> str:
    return f"[{words(step.rule.title)}](#{step.rule.id.lower()})"


def _gain(step: Step, text: str = "gain") -> str:
    return say(text, points=shown.points(float(step.gain))) if step.gain else say("gain.none")


def _effort(step: Step) -> str:
    return say("effort", effort=step.effort)


def _on(report: Report, step: Step, call: Call) -> str:
    """The resources of a step by name, the first few."""
    verdict = next(v for v in report.verdicts if v.rule is step.rule)
    names = [call(subject.id) for subject in islice(report.open_subjects(verdict), NAMED)]
    more = [say("and_more", count=step.count - len(names))] if step.count > len(names) else []
    return ", ".join([*names, *more])


# --- head and summary ---------------------------------------------------------------------------------------


def _facts(report: Report, names: dict[str, str]) -> Iterator[str]:
    read = shown.moment(report.collected_at) if report.collected_at else say("not_known")
    off = f", {say('rules_off', count=len(report.ruleset.off))}" if report.ruleset.off else ""
    profile = profile_line(report)
    tool = say("tool_value", version=report.version, ruleset=report.ruleset.version)
    facts = [
        (say("assessed"), shown.moment(report.assessed_at)),
        (say("collected"), read),
        (say("source"), say(f"source.{report.scope['source']}")),
        (say("resources"), str(report.scope["resources"])),
        (say("rules_count"), f"{len(report.counted)}{off}"),
        *([(say("profile"), words(profile))] if profile else []),
        (say("tool"), words(tool)),
        *_asked_scope(report, names),
    ]
    yield from heading(2, say("scope.of"))
    yield from table((say("what"), say("value")), facts)
    if report.crashed:
        count = verdicts(report.summary()["error"])
        yield from [f"> **{say('crashed')}** {say('crashed_more', verdicts=count)}", ""]
    yield from _bullets(report.notices, NOTICES, f"**{say('note')}** ")


def _asked_scope(report: Report, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    scope = report.scope
    subscriptions = [shown.subscription(s, names) for s in scope["subscriptions"]]
    told = [code(name) + (f" {code(id_)}" if name != id_ else "") for name, id_ in subscriptions[:SUBSCRIPTIONS]]
    more = len(subscriptions) - len(told)
    told += [say("and_more", count=more)] if more > 0 else []
    yield say("subscription" if len(subscriptions) == 1 else "subscriptions"), "<br>".join(told) or "-"
    if "resource_groups" in scope:
        yield say("only_groups"), ", ".join(map(code, scope["resource_groups"]))
    if "tags" in scope:
        yield say("only_tags"), ", ".join(code(f"{key}={given}", 250) for key, given in scope["tags"].items())


def _summary(report: Report) -> Iterator[str]:
    total, score = report.score.total, report.score
    yield from heading(2, say("summary"))
    if total.value is None and total.floor is None:
        yield f"**{say('no_score')}** {say('no_score_more')}"
    else:
        grade = f"{say('grade')} **{score.grade or '-'}**"
        yield f"{say('score')} **{figures_in_words(total)}** {say('out_of')}. {grade}."
    attested = say("of", part=score.answered, whole=score.asked)
    yield from [f"{say('attested')}: {attested}.", ""]
    counts = report.summary()
    yield from table([shown.spaced(word) for word in counts], [[str(n) for n in counts.values()]], range(len(counts)))
    for head, parts in (("by_pillar", score.pillars), ("by_area", score.areas)):
        if parts:
            yield from heading(3, say(head))
            yield from _parts(say(head.removeprefix("by_")), parts)
    yield from [f"█ {say('legend.floor')}; ▒ {say('legend.score')}", ""]
    yield from _by_severity(report)


def _parts(head: str, parts: dict[str, Figures]) -> Iterator[str]:
    heads = (head, "", say("score"), say("floor"), say("coverage"))
    rows = ((name, f"`{bar(f)}`", cut(f.value), cut(f.floor), _share(f)) for name, f in parts.items())
    yield from table(heads, rows, (2, 3, 4))


def bar(figures: Figures) -> str:
    """Full up to the floor, shaded up to the score, empty above."""
    floor, value = figures.floor or 0.0, figures.value or 0.0
    full = int(floor / 100 * BAR)
    part = max(0, int(value / 100 * BAR) - full)
    return "█" * full + "▒" * part + "·" * (BAR - full - part)


def _by_severity(report: Report) -> Iterator[str]:
    rows = report.area_by_severity
    if rows:
        yield from heading(3, say("by_severity"))
        cells = ([area, *(str(n or "·") for n in row.values())] for area, row in rows.items())
        yield from table((say("area"), *map(str, Severity)), cells, range(1, 1 + len(Severity)))


def _groups(report: Report, by: By) -> Iterator[str]:
    """The scores of workloads or subscriptions, worst first."""
    yield from heading(3, say(f"groups.{by}"))
    heads = ("grade", "score", "floor", "coverage", "open_fails", "worst")
    found = list(islice(rows(report, by), GROUPS))
    yield from table((say(by), *map(say, heads)), map(_group, found), (2, 3, 4))
    more = len(report.groups[by]) - len(found)
    yield from [say("elsewhere", count=more), ""] if more else []
    yield from [say("groups.hint", by=by), ""]


def _group(row: Row) -> tuple[str, ...]:
    fails = ", ".join(f"{count} {severity}" for severity, count in row.by_severity.items())
    worst = [f"[{code(rule.id)}](#{rule.id.lower()})" for rule in row.worst[:WORST]]
    worst += [say("and_more", count=len(row.worst) - WORST)] if len(row.worst) > WORST else []
    return code(row.name), row.grade, row.score, row.floor, row.told, fails or "0", ", ".join(worst) or "-"


def _gate(report: Report) -> Iterator[str]:
    if report.gate.asked:
        yield from heading(2, f"{say('gate')}: {say(GATE[report.gate.met])}")
        yield from [f"{say('asked_for')} {', '.join(code(o) for o in shown.options(report.gate.asked))}", ""]
        yield from _bullets(report.gate.reasons, REASONS)


def _bullets(texts: Iterable[str], most: int, before: str = "") -> Iterator[str]:
    """A list, the first of it."""
    every = list(texts)
    yield from (f"- {before}{words(text)}" for text in every[:most])
    yield from [f"- {say('and_more', count=len(every) - most)}"] if len(every) > most else []
    yield from [""] if every else []


# --- fix first ----------------------------------------------------------------------------------------------


def _plan(report: Report, call: Call) -> Iterator[str]:
    yield from heading(2, say("first"), "first")
    summary = report.summary()
    among = say("said.among_told") if summary["unknown"] + summary["error"] else ""
    yield from [say("first.hint") if report.plan else say("first.nothing", among=among), ""]
    yield from chain.from_iterable(_stage(report, stage, call) for stage in report.plan)


def _stage(report: Report, stage: Stage, call: Call) -> Iterator[str]:
    yield from heading(3, say(f"first.{Horizon(stage.horizon)}"))
    heads = (say("step"), say("severity"), say("gain.label"), say("effort.label"), say("resource"))
    rows = ((_titled(s), s.rule.severity, _gain(s), s.effort, _on(report, s, call)) for s in stage.steps)
    yield from table(heads, rows, (2,))
    after = stage.after
    if after.total.value is not None:
        yield from [f"{say('first.after', score=cut(after.total.value), grade=after.grade)}.", ""]
