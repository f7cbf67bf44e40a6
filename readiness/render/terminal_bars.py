"""The scores of pillars and areas as bars on a terminal: full up to the floor, shaded up to the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from rich.text import Text

from readiness.render.console import GREEN, GREY, ORANGE, RED, ROOMY, Screen
from readiness.render.texts import say
from readiness.render.words import cut, percent
from readiness.scoring import Figures, Score

BESIDE: Final = 80
"""From so many columns on the areas stand beside the pillars, below them on fewer."""
GAP: Final = 4
LONGEST: Final = 24
GOOD: Final = 80
POOR: Final = 50


@dataclass(frozen=True, slots=True)
class _Table:
    """Figures, and how they are written: names and columns of numbers, each with its heading first."""

    figures: list[Figures]
    names: list[str]
    numbers: list[list[str]]

    @property
    def width(self) -> int:
        """The cells that the numbers take, with a blank before each."""
        return sum(_widest(column) + 1 for column in self.numbers)


def bars(score: Score, out: Screen) -> Iterator[Text]:
    """Lines with a bar for each pillar and area that has any weight, and what the bars mean."""
    named = ((say("by_pillar"), score.pillars), (say("by_area"), score.areas))
    tables = [table for heading, figures in named if (table := _table(heading, figures, out)).figures]
    if not tables:
        return
    beside = out.width >= BESIDE
    names = [_widest(table.names) for table in tables]
    wide = names if beside else [max(names)] * len(names)
    fixed = [at + 3 + table.width for at, table in zip(wide, tables, strict=True)]
    cells = (out.width - GAP - sum(fixed)) // len(tables) if beside else out.width - max(fixed)
    blocks = [_drawn(table, at, min(cells, LONGEST), out) for table, at in zip(tables, wide, strict=True)]
    blocks[0 if beside else -1] += [Text(), *_legend(out)]
    yield from _side_by_side(blocks) if beside else _stacked(blocks)


def tone(value: float | None) -> str:
    """The colour of a score: that of what is good, of what is not yet, of what is poor."""
    if value is None:
        return GREY
    return GREEN if value >= GOOD else ORANGE if value >= POOR else RED


def _table(heading: str, figures: dict[str, Figures], out: Screen) -> _Table:
    found = {name: f for name, f in figures.items() if f.floor is not None}
    numbers = [
        [say("term.score_column"), *(cut(f.value) for f in found.values())],
        [say("term.floor_column"), *(cut(f.floor) for f in found.values())],
        [say("term.told_column"), *(percent(f.coverage or 0.0) for f in found.values())],
    ]
    return _Table(list(found.values()), [heading, *found], numbers if out.width >= ROOMY else numbers[:2])


def _widest(column: list[str]) -> int:
    return max(map(len, column))


def _drawn(table: _Table, wide: int, cells: int, out: Screen) -> list[Text]:
    """A table's lines: the name in so many cells, the bar, the numbers; its headings first."""
    lines = []
    for at, name in enumerate(table.names):
        style = "" if at else GREY
        bar = _bar(table.figures[at - 1], cells, out) if at else Text(" " * cells)
        numbers = "".join(f" {column[at]:>{_widest(column)}}" for column in table.numbers)
        start = out.text(f"{name:<{wide}}  ", style)
        lines.append(start.append_text(bar).append(" ").append_text(out.text(numbers, style)))
    return lines


def _bar(figures: Figures, cells: int, out: Screen) -> Text:
    floor, value = figures.floor or 0.0, figures.value or 0.0
    full = int(floor / 100 * cells)
    return out.bar(full, max(0, int(value / 100 * cells) - full), cells, tone(figures.value))


def _legend(out: Screen) -> list[Text]:
    meant = ((1, "term.known"), (0, "term.shaded"))
    return [out.bar(full, 1 - full, 1, "").append_text(out.text(f" {say(text)}", GREY)) for full, text in meant]


def _stacked(blocks: list[list[Text]]) -> Iterator[Text]:
    return chain.from_iterable([*([Text()] if at else []), *block] for at, block in enumerate(blocks))


def _side_by_side(blocks: list[list[Text]]) -> Iterator[Text]:
    wide = max(line.cell_len for line in blocks[0])
    for left, *others in zip_longest(*blocks, fillvalue=Text()):
        line = left.copy()
        for right in filter(None, others):
            line.append(" " * (wide + GAP - line.cell_len)).append_text(right)
        yield line
