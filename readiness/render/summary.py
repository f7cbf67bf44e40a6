"""The sentences that matter: how ready it is, what threatens it, what to do first. Words over a Report's figures.

The first sentence is one of three: `Not ready` where something critical or high is open; `Not known to be ready`
where so much could not be told or read that nobody knows; else that nothing critical or high is open, with whatever
could not be told beside it. Rules that weigh nothing are named as such, and are no threat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from readiness.model import Outcome, Severity
from readiness.plan import Horizon
from readiness.render.plain import cut as shorter
from readiness.render.shown import name, subscription_names
from readiness.render.texts import say
from readiness.render.words import cut, figures_in_words, percent, some
from readiness.report import Report
from readiness.verdicts import Verdicts

GRAVE: Final = (Severity.CRITICAL, Severity.HIGH)
GRAVEST: Final = 2
NAMED: Final = 2
TITLE: Final = 200
NAME: Final = 60
LITTLE: Final = 0.9
"""The coverage above which what could not be told is little: the floor is then within ten points, which are a grade,
of the score (semantics 21, 22)."""


@dataclass(slots=True)
class Tally:
    """What is counted: open fails by severity and by weight, accepted ones, and untold verdicts of grave rules."""

    grave: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(GRAVE, 0))
    lesser: int = 0
    weightless: int = 0
    accepted: int = 0
    accepted_grave: int = 0
    untold: int = 0


def sentences(report: Report, *, score: bool = True) -> list[str]:
    """Three paragraphs, or fewer where there is nothing to say; without the score where it stands beside them."""
    said = (_state(report, score=score), _threat(report), _monday(report))
    return [" ".join(parts) for parts in map(list, said) if parts]


def _say(text: str, **values: object) -> str:
    return say(f"said.{text}", **values)


# --- how ready it is ----------------------------------------------------------------------------------------


def _state(report: Report, *, score: bool) -> Iterator[str]:
    tally, total = _tally(report), report.score.total
    yield from _verdict(report, tally)
    if tally.accepted:
        yield _accepted(tally)
    if total.value is None and score:
        yield _say("no_score")
    elif score:
        yield _say("score", figures=figures_in_words(total), grade=report.score.grade)
    if report.score.asked:
        yield _say("attested", answered=report.score.answered, asked=report.score.asked)


def _tally(report: Report) -> Tally:
    tally = Tally()
    for rule, counts in report.counted:
        is_open = counts.failed - counts.waived
        if not rule.scored:
            tally.weightless += is_open
            continue
        tally.accepted += counts.waived
        if rule.severity in GRAVE:
            tally.grave[rule.severity] += is_open
            tally.accepted_grave += counts.waived
            tally.untold += counts.undecided
        else:
            tally.lesser += is_open
    return tally


def _accepted(tally: Tally) -> str:
    if tally.accepted == 1:
        return _say("accepted_one", kind=_say("kind") if tally.accepted_grave else "")
    grave = _say("accepted_grave", count=tally.accepted_grave) if tally.accepted_grave else ""
    return _say("accepted", count=tally.accepted, grave=grave)


def _verdict(report: Report, tally: Tally) -> Iterator[str]:
    doubts = list(_doubts(report))
    grave = {severity: count for severity, count in tally.grave.items() if count}
    if grave:
        yield _say("open", grave=_findings(grave), doubts=f"; {_joined(doubts)}" if doubts else "")
        return
    if tally.untold and (report.score.total.coverage or 0) > LITTLE:
        noun = "verdict" if tally.untold == 1 else "verdicts"
        doubts.insert(0, _say("doubt.grave", count=tally.untold, noun=noun))
    if doubts:
        yield _say("doubtful", doubts=_joined(doubts))
    if report.score.total.value is not None:
        yield _nothing(report, tally, doubtful=bool(doubts))
    elif tally.weightless:
        yield _say("weightless_only", rest=_rest(tally))


def _doubts(report: Report) -> Iterator[str]:
    """Why nobody knows whether it is ready, whatever is open."""
    total = report.score.total
    if total.coverage is None:
        yield _say("doubt.no_subject")
    elif total.value is None:
        yield _say("doubt.all")
    elif total.coverage <= LITTLE:
        yield _say("doubt.share", share=percent(1 - total.coverage))
    if lists := report.lost_lists:
        yield _say("doubt.lists", count=lists, noun="list" if lists == 1 else "lists")
    if absent := len(report.absent_types):
        yield _say("doubt.absent", count=absent, noun="type" if absent == 1 else "types")


def _nothing(report: Report, tally: Tally, *, doubtful: bool) -> str:
    """That nothing grave is open, and what is: never without what could not be told beside it."""
    kind = _say("kind") if tally.lesser else ""
    counting = _say("counting") if tally.weightless else ""
    rest = _say("rest", rest=_rest(tally)) if tally.lesser or tally.weightless else ""
    return _say("nothing", kind=kind, counting=counting, among=_among(report, doubtful=doubtful), rest=rest)


def _among(report: Report, *, doubtful: bool) -> str:
    coverage = report.score.total.coverage
    if coverage is None or coverage == 1:
        return _say("among_read") if doubtful else ""
    return _say("among_told") if coverage <= LITTLE else _say("among", share=percent(1 - coverage))


def _rest(tally: Tally) -> str:
    """`1 lesser finding is`, `2 lesser findings and 1 in no number are`; "" without any."""
    lesser, weightless = tally.lesser, tally.weightless
    found = [_say("lesser", count=lesser, noun=_noun(lesser))] if lesser else []
    if weightless:
        found.append(_say("weightless" if lesser else "weightless_alone", count=weightless, noun=_noun(weightless)))
    return f"{_joined(found)} {'is' if lesser + weightless == 1 else 'are'}" if found else ""


def _noun(count: int) -> str:
    return "finding" if count == 1 else "findings"


def _findings(grave: dict[Severity, int]) -> str:
    """`1 critical and 2 high findings are`."""
    words = _joined([f"{count} {severity}" for severity, count in grave.items()])
    return f"{words} {_noun(list(grave.values())[-1])} {'is' if sum(grave.values()) == 1 else 'are'}"


def _joined(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# --- what threatens it --------------------------------------------------------------------------------------


def _threat(report: Report) -> Iterator[str]:
    gravest = list(_gravest(report))
    if not gravest:
        return
    yield _say("gravest", gravest="; ".join(gravest))
    known = {pillar: f for pillar, f in report.score.pillars.items() if f.value is not None}
    lowest = min((f.value for f in known.values() if f.value is not None), default=None)
    weakest = [pillar for pillar, f in known.items() if f.value == lowest]
    if weakest and len(weakest) < len(known):
        noun = "pillar is" if len(weakest) == 1 else "pillars are"
        said = figures_in_words(known[weakest[0]]) if len(weakest) == 1 else cut(lowest)
        yield _say("weakest", noun=noun, pillars=_joined(weakest), figures=said)


def _gravest(report: Report) -> Iterator[str]:
    failing = (v for v in report.by_gravity(Outcome.FAIL) if v.rule.scored and report.open_subjects(v))
    for verdicts, _ in zip(failing, range(GRAVEST), strict=False):
        yield _say("gravest_one", title=shorter(verdicts.rule.title, TITLE), where=where(report, verdicts))


def where(report: Report, verdicts: Verdicts) -> str:
    """The resources that a rule fails on, by name; the first few."""
    subjects, names = report.open_subjects(verdicts), subscription_names(report)
    said = [_named(s.id, names) for s in subjects[:NAMED]]
    more = len(subjects) - len(said)
    return _joined([", ".join(said), f"{more} more"]) if more else _joined(said)


def _named(resource_id: str, names: dict[str, str]) -> str:
    if resource_id == "estate":
        return "the estate"
    word, colon, workload = resource_id.partition(":")
    found = f"workload {workload}" if colon and word == "workload" else name(resource_id, names=names)
    return shorter(found, NAME)


# --- what to do on Monday -----------------------------------------------------------------------------------


def _monday(report: Report) -> Iterator[str]:
    yield from _due(report)
    counts = report.summary()
    if counts["unknown"]:
        yield _say("untold", verdicts=some(counts["unknown"], "verdict"), section=say("untold"))
    if counts["error"]:
        yield _say("crashed", verdicts=some(counts["error"], "verdict"))


def _due(report: Report) -> Iterable[str]:
    now = next((stage for stage in report.plan if stage.horizon is Horizon.NOW), None)
    if now is None:
        return []
    count, easy = len(now.steps), sum(step.effort == "low" for step in now.steps)
    words = {"steps": "step" if count == 1 else f"{count} steps", "easy": ""}
    if easy and count > 1:
        words["easy"] = _say("easy", count=easy)
    before, after = cut(report.score.total.value), cut(now.after.total.value)
    if before == after:
        return [_say("now_little", gain="gains" if count == 1 else "gain", **words)]
    return [_say("now", bring="brings" if count == 1 else "bring", before=before, after=after, **words)]
