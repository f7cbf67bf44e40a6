"""The summary on a terminal: score, pillars, the worst, what could not be told and why."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from readiness import dates
from readiness.arm import name_of
from readiness.model import Finding, Outcome
from readiness.render.console import OUTCOME_STYLE, SEVERITY_STYLE, console, text
from readiness.render.plain import plain
from readiness.render.words import cut, figures_in_words, percent, some
from readiness.report import ALL, Report
from readiness.scoring import Figures

WORST: Final = 8
UNTOLD: Final = 8
BAR: Final = 20


def show(report: Report, *, every: bool, no_color: bool) -> None:
    """Prints the summary to stdout; `every` lists all findings after it."""
    out = console(no_color=no_color)
    _head(report, out)
    _score(report, out)
    _pillars(report, out)
    _worst(report, out)
    _untold(report, out)
    _manual(report, out)
    if every:
        _all(report, out)
    _gate(report, out)


def _head(report: Report, out: Console) -> None:
    out.print(text(report.words.title or "Production readiness", "bold"))
    scope = report.scope
    read = f", read {dates.shown(report.collected_at)}" if report.collected_at else ""
    resources, rules = some(scope["resources"], "resource"), some(len(report.ruleset.rules), "rule")
    subscriptions = some(len(scope["subscriptions"]), "subscription")
    out.print(text(f"{resources} in {subscriptions} ({scope['source']}{read}), {rules}", "dim"))
    for notice in report.notices:
        out.print(text(f"! {notice}", "yellow"))
    out.print()


def _score(report: Report, out: Console) -> None:
    score, total = report.score, report.score.total
    line = Text()
    if total.value is None and total.floor is None:
        line.append("No score: no scored rule had a subject", "bold")
    else:
        line.append(f"Grade {score.grade or '-'}   ", "bold")
        line.append(f"Score {figures_in_words(total)}", "bold")
    line.append(f"   attested {score.answered} of {score.asked}", "dim")
    out.print(line)
    counts = report.summary()
    names = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")
    said = ", ".join(f"{counts[n]} {n.replace('_', ' ')}" for n in names if counts[n])
    out.print(text(said or "no subject was judged", "dim"))
    out.print()


def _pillars(report: Report, out: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading, justify in (
        ("pillar", "left"),
        ("", "left"),
        ("score", "right"),
        ("floor", "right"),
        ("told", "right"),
    ):
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]  # rich takes a Literal
    for name, figures in report.score.pillars.items():
        if figures.floor is not None:
            told = percent(figures.coverage or 0.0)
            table.add_row(name, _bar(figures), cut(figures.value), cut(figures.floor), told)
    if table.row_count:
        out.print(table)
        out.print()


def _bar(figures: Figures) -> Text:
    """Full up to the floor, shaded up to the score, empty above."""
    floor, value = figures.floor or 0.0, figures.value or 0.0
    full = int(floor / 100 * BAR)
    shaded = max(0, int(value / 100 * BAR) - full)
    bar = Text("█" * full, "green")
    bar.append("▒" * shaded, "magenta")
    return bar.append("·" * (BAR - full - shaded), "dim")


# --- findings -----------------------------------------------------------------------------------------------


def _worst(report: Report, out: Console) -> None:
    total = report.summary()["fail"]
    if not total:
        return
    out.print(Text("Worst findings", "bold"))
    shown = list(islice((f for f in report.gravest(Outcome.FAIL) if f.waiver is None), WORST))
    for finding in shown:
        _finding(
            finding,
            f"wanted: {report.title_of(finding.rule)}",
            out,
            SEVERITY_STYLE[finding.severity],
            finding.severity,
        )
    _more(total - len(shown), "fails", out)


def _finding(finding: Finding, title: str, out: Console, style: str, word: str) -> None:
    line = Text(f"  {word:<9}", style)
    line.append(f"{finding.rule}  ", "bold")
    line.append_text(text(_shorter(name_of(finding.resource), 60)))
    out.print(line, overflow="ellipsis", no_wrap=True)
    for said, own in ((title, ""), (_shorter(finding.message, 400), "dim")):
        if said:
            _indented(said, 11, out, own)


def _indented(value: str, by: int, out: Console, style: str = "") -> None:
    """A paragraph, wrapped to the console, without blanks at the ends of lines."""
    for line in textwrap.wrap(plain(value), max(20, out.width - by), break_on_hyphens=False):
        out.print(Text(" " * by + line, style), soft_wrap=True)


def _shorter(value: str, most: int) -> str:
    return value if len(value) <= most else value[: most - 1] + "…"


def _more(count: int, what: str, out: Console) -> None:
    if count > 0:
        out.print(text(f"  … and {count} more {what}: -f json, or -o report.html", "dim"))
    out.print()


def _untold(report: Report, out: Console) -> None:
    counts = report.summary()
    total = counts["unknown"] + counts["error"]
    if not total:
        return
    out.print(Text("What could not be told, and why", "bold"))
    shown = list(islice(report.gravest(Outcome.ERROR, Outcome.UNKNOWN), UNTOLD))
    for finding in shown:
        _finding(finding, "", out, OUTCOME_STYLE[finding.outcome], str(finding.severity))
    _more(total - len(shown), "verdicts that could not be told", out)


def _manual(report: Report, out: Console) -> None:
    asked = list(report.unanswered())
    if not asked:
        return
    out.print(Text("Questions for people", "bold"))
    for rule, count in asked:
        line = Text("  manual   ", OUTCOME_STYLE[Outcome.MANUAL])
        line.append(f"{rule.id}  ", "bold")
        line.append(f"{count} without a valid answer", "dim")
        out.print(line)
        _indented(rule.attest.question if rule.attest else "", 11, out)
    out.print()


def _all(report: Report, out: Console) -> None:
    out.print(Text("All findings", "bold"))
    for finding in report.findings(ALL):
        word = "waived" if finding.waiver else finding.outcome.replace("_", " ")
        _finding(finding, "", out, OUTCOME_STYLE[finding.outcome], f"{word:<15}")
    out.print()


def _gate(report: Report, out: Console) -> None:
    gate = report.gate
    if not gate.asked:
        return
    word, style = {
        True: ("met", "bold green"),
        False: ("not met", "bold red"),
        None: ("could not assess", "bold magenta"),
    }[gate.met]
    out.print(Text(f"Gate: {word}", style))
    for reason in gate.reasons[:20]:
        _indented(reason, 2, out)
    if len(gate.reasons) > 20:
        out.print(text(f"  … and {len(gate.reasons) - 20} more", "dim"))
