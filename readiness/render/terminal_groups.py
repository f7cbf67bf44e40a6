"""The scores of workloads and subscriptions on a terminal: a line each, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from readiness.groups import By
from readiness.render.console import GREY, ROOMY, Screen
from readiness.render.group_rows import Row, rows
from readiness.render.terminal_bars import tone
from readiness.render.texts import say
from readiness.render.words import some
from readiness.report import Report

LONGEST: Final = 24
NARROW: Final = 60
MOST: Final = 10
REST: Final = ", …"


def group_lines(report: Report, by: By, out: Screen) -> Iterator[Text]:
    """A table: grade, score, floor, what could be told, open fails, and the rules that are worst."""
    found = list(islice(rows(report, by), MOST * (2 if out.width >= ROOMY else 1)))
    heading, names = say(f"groups.{by}"), [out.cut(row.name, LONGEST) for row in found]
    wide = max(map(cell_len, (heading, *names)))
    columns = _columns(found, narrow=out.width < NARROW)
    widths = [max(map(len, column)) for column in columns]
    for at, name in enumerate((heading, *names)):
        line = out.text(set_cell_size(name, wide), "bold" if not at else "")
        for column, width in zip(columns, widths, strict=True):
            style = GREY if not at else tone(found[at - 1].figures.value) if column is columns[0] else ""
            line.append("  ").append_text(out.text(f"{column[at]:>{width}}", style))
        yield _with_worst(line, found[at - 1] if at else None, out)
    more = len(report.groups[by]) - len(found)
    if more:
        yield out.text(f"  {say('term.more', more=some(more, f'more {by}'))}", GREY)


def _columns(found: list[Row], *, narrow: bool) -> list[list[str]]:
    """The figures, each column with its heading first."""
    columns = [
        [say("term.grade_column"), *(row.grade for row in found)],
        [say("term.score_column"), *(row.score for row in found)],
        [say("term.floor_column"), *(row.floor for row in found)],
    ]
    if not narrow:
        columns += [
            [say("term.told_column"), *(row.told for row in found)],
            [say("term.open_column"), *(str(row.open_fails) for row in found)],
        ]
    return columns


def _with_worst(line: Text, row: Row | None, out: Screen) -> Text:
    """As many of the worst rules as there is room for; on a narrow screen none."""
    if out.width < NARROW:
        return line
    room = out.width - line.cell_len - 2
    if row is None:
        return line.append_text(out.text(f"  {out.cut(say('term.worst_column'), room)}", GREY))
    said, rest = "", out.said(REST)
    for at, rule in enumerate(row.worst):
        longer = f"{said}, {rule.id}" if said else rule.id
        is_last = at == len(row.worst) - 1
        if cell_len(longer) + (0 if is_last else len(rest)) > room:
            return line.append_text(out.text(f"  {said}{rest}")) if said else line
        said = longer
    return line.append_text(out.text(f"  {said}")) if said else line
