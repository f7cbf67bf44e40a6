"""What goes to a terminal: one rich console, and a screen that knows what it can show.

Plain when piped; NO_COLOR and --no-color honoured. Lines are measured in cells, so that wide and combining characters
count as they are drawn.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from readiness.model import Outcome, Severity
from readiness.render.plain import plain

PIPED_WIDTH: Final = 120
HEIGHT: Final = 25
"""Nothing depends on it; but rich takes a dumb terminal to have 80 columns unless told the height as well."""
LEAST_WIDTH: Final = 40
MOST_WIDTH: Final = 160
"""Wider lines than this are hard to read; narrower terminals than the least wrap by themselves."""

ROOMY: Final = 100
"""From so many columns on there is room for longer lists and further columns."""

# Each can be read on white and on black: at least 4 to 1 on both (WCAG 2.2, 1.4.3), and told apart by a word as well.
RED: Final = "#e00000"
ORANGE: Final = "#af5f00"
GREEN: Final = "#008700"
TEAL: Final = "#008787"
BLUE: Final = "#005fff"
PURPLE: Final = "#af00ff"
GREY: Final = "#767676"
PALE: Final = (ORANGE, GREEN, TEAL)
"""Where a terminal has 16 colours these become yellow, green and cyan, which many show too pale for white."""

SEVERITY_STYLE: Final = {
    Severity.CRITICAL: f"bold reverse {RED}",
    Severity.HIGH: f"bold {RED}",
    Severity.MEDIUM: ORANGE,
    Severity.LOW: TEAL,
    Severity.INFO: GREY,
}
OUTCOME_STYLE: Final = {
    Outcome.PASS: GREEN,
    Outcome.FAIL: RED,
    Outcome.UNKNOWN: PURPLE,
    Outcome.ERROR: f"bold {PURPLE}",
    Outcome.MANUAL: BLUE,
    Outcome.NOT_APPLICABLE: GREY,
}

BLOCKS: Final = "█▒·…"
_ASCII: Final = str.maketrans({"…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "→": "->"})
_NO_LINKS: Final = ("linux",)
"""Consoles that follow no links: https://man7.org/linux/man-pages/man4/console_codes.4.html"""
LINES: Final = 12
"""A text that takes more is cut."""
HANGING: Final = 2
_CHARACTERS: Final = 4
"""A cell may hold so many: a letter with its marks, and no tower of them."""


class _Console(Console):
    """A console that leaves a closed pipe to whoever writes: rich would exit 1, which means something here."""

    def on_broken_pipe(self) -> None:
        """Says that nobody reads any more."""
        raise BrokenPipeError


def console(*, no_color: bool = False) -> Console:
    """The console of stdout. Piped, lines are as wide as COLUMNS says, or 120; without colour it is plain text."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() and 0 < len(columns) < 5 else 0
    return _Console(
        force_terminal=False if no_color or os.environ.get("NO_COLOR") else None,
        no_color=no_color or bool(os.environ.get("NO_COLOR")),
        width=width or (None if sys.stdout.isatty() else PIPED_WIDTH),
        height=HEIGHT if width else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def text(value: str, style: str = "") -> Text:
    """Text from outside, with what could move the cursor made visible."""
    return Text(plain(value), style=style)


# --- the screen ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Screen:
    """Where lines go: `width` in cells, whether its encoding has `blocks`, whether it may be sent `links`."""

    out: Console
    width: int
    blocks: bool
    links: bool

    def said(self, value: str) -> str:
        """A text as this screen can show it: nothing that moves the cursor, nothing that its encoding lacks."""
        clean = plain(value)
        if not self.blocks:
            clean = clean.translate(_ASCII)
        return clean.encode(self.out.encoding, "backslashreplace").decode(self.out.encoding)

    def text(self, value: str, style: str = "", link: str | None = None) -> Text:
        """A text in a style, and a link where the screen follows links."""
        own = self.style(style)
        return Text().append(self.said(value), own.update_link(link) if link and self.links else own)

    def style(self, name: str) -> Style:
        """A style, without its colour where the screen would show it too pale."""
        own = Style.parse(name)
        pale = self.out.color_system == "standard" and name.endswith(PALE)
        return own.without_color if pale else own

    def cut(self, value: str, cells: int) -> str:
        """A text on one line of at most so many cells."""
        clean = self.said(value)
        short = clean[: cells * _CHARACTERS]
        if short == clean and cell_len(clean) <= cells:
            return clean
        end = self.said("…")
        room = max(0, cells - len(end))
        return (set_cell_size(short, room) if cell_len(short) > room else short).rstrip() + end

    def wrapped(self, line: Text, *, behind: Text | None = None, most: int = LINES) -> list[Text]:
        """A text wrapped to the screen behind a beginning, below which further lines begin; a cut one says so.

        Further lines are always indented: no text from outside can put words of its own at the margin.
        """
        start = behind if behind is not None else Text()
        room = self.width - start.cell_len
        if len(line) <= room and line.cell_len <= room:
            return [start.copy().append_text(line)]
        indent = Text(" " * (start.cell_len or HANGING))
        parts = self._parts(line, self.width - len(indent), most)
        return [(indent if at else start).copy().append_text(part) for at, part in enumerate(parts)]

    def _parts(self, line: Text, room: int, most: int) -> list[Text]:
        kept = line[: room * _CHARACTERS * most]
        parts = list(kept.wrap(self.out, room))
        if len(parts) > most or len(kept) < len(line):
            parts = parts[:most]
            parts[-1] = self._ended(kept[_begin(kept, parts) :], room)
        for part in parts:
            part.rstrip()
        return parts

    def _ended(self, line: Text, room: int) -> Text:
        """A line that says that it goes on."""
        end = self.said("…")
        line.truncate(room - len(end))
        line.rstrip()
        return line.append(end)

    def bar(self, full: int, shaded: int, cells: int, style: str) -> Text:
        """So many cells full, so many shaded, the rest empty; told apart by their shape."""
        known, open_, empty = "█▒·" if self.blocks else "#=."
        bar = Text().append(known * full, self.style(style))
        bar.append(open_ * shaded, PURPLE)
        return bar.append(empty * (cells - full - shaded), GREY)

    def fitted(self, line: Text) -> Text:
        """A line as wide as the screen at most."""
        return line if line.cell_len <= self.width else self._ended(line.copy(), self.width)

    def print(self, line: Text) -> None:
        """Writes a line, as it is; without styles at once, as a list of all findings is long."""
        if self.out.color_system is None:
            self.out.file.write(f"{line.plain}\n")
        else:
            self.out.print(line, soft_wrap=True)


def screen(*, no_color: bool = False) -> Screen:
    """The screen of stdout."""
    out = console(no_color=no_color)
    return Screen(out, min(max(out.width, LEAST_WIDTH), MOST_WIDTH), _encodes(BLOCKS, out.encoding), _follows(out))


def _begin(whole: Text, lines: list[Text]) -> int:
    """Where in a text the last of its lines begins: blanks between lines are gone."""
    begin = end = 0
    for line in lines:
        begin = whole.plain.index(line.plain, end)
        end = begin + len(line)
    return begin


def _encodes(signs: str, encoding: str) -> bool:
    try:
        signs.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _follows(out: Console) -> bool:
    """Whether links may be sent: to a terminal in colour, not to a pipe and not to a log that CI keeps.

    A terminal that does not know them shows the text alone: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    """
    terminal = out.color_system is not None and out.file.isatty()
    return terminal and not os.environ.get("CI") and os.environ.get("TERM") not in _NO_LINKS
