"""Text as GitHub Flavored Markdown: whatever it says, it reads as it is and builds nothing.

Names and values stand in code spans, in which nothing is markup, and in which GitHub looks for no mention, issue,
commit, emoji or formula. In a sentence each word that could be anything of that does.

https://github.github.com/gfm/ and, for what GitHub makes of plain words,
https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count
from typing import Final

from readiness.render.plain import cut, plain
from readiness.render.shown import is_link, lines

NAME: Final = 120
"""The most characters of a name."""
TEXT: Final = 600
"""The most characters of a value or a sentence."""
CODE: Final = 6000
"""The most characters of a block of code."""
RIGHT: Final = "--:"
LEFT: Final = "---"

_RISKY: Final = re.compile(
    r"[^a-zA-Z0-9.,:;'\"!?()/+=%\x80-\U0010ffff-]"  # signs of ASCII that are no prose
    r"|\s|://|www\.|:[\w+-]+:|[!%]\w|\bGH-\d|\b[0-9a-f]{7,40}\b",
    re.IGNORECASE,
)
_AT_START: Final = re.compile(r"[-+=]+|\d+[.)]")
_WORD: Final = re.compile(r"([(\"'“‘]*)(.*?)([.,:;!?)\"'”’…]*)", re.DOTALL)
_CHUNK: Final = re.compile(r"(?:`[^`]+`|[^ `]|`)+")
_CODED: Final = re.compile(r"([^`]*)`([^`]+)`([^`]*)")
_TICKS: Final = re.compile("`+")


def code(text: str, longest: int = NAME) -> str:
    """A text as a code span, cut to `longest`: what is read is the text, control characters made visible.

    The span ends at the first row of backticks as long as the one that began it, and GitHub reads rows of 80 at most.
    """
    clean = cut(text, longest)
    if not clean.strip(" "):
        return f"`{clean or ' '}`"
    runs = set(map(len, _TICKS.findall(clean)))
    fence = "`" * next(length for length in count(1) if length not in runs)
    pad = " " if clean[0] in "` " or clean[-1] in "` " else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def words(text: str, longest: int = TEXT) -> str:
    """A sentence from outside on one line: blanks in a row are one, a word that is no plain prose is a code span."""
    return _begun([_word(chunk) for chunk in cut(text, longest).split(" ") if chunk])


def prose(text: str, longest: int = TEXT * 4) -> str:
    """The same for a rule author's text: between backticks stands code."""
    return _begun([_chunk(chunk) for chunk in _CHUNK.findall(cut(" ".join(lines(text)), longest))])


def _begun(chunks: list[str]) -> str:
    """The words of a line, the first of which is neither the mark of a list nor a line drawn."""
    if chunks and _AT_START.fullmatch(chunks[0]):
        chunks[0] = code(chunks[0])
    return " ".join(chunks)


def _chunk(chunk: str) -> str:
    found = _CODED.fullmatch(chunk)
    if found and not _RISKY.search(found[1]) and not _RISKY.search(found[3]):
        return f"{found[1]}{code(found[2], TEXT)}{found[3]}"
    return _word(chunk)


def _word(word: str) -> str:
    if not _RISKY.search(word):
        return word
    found = _WORD.fullmatch(word)
    before, core, after = found.groups() if found else ("", word, "")
    return f"{before}{code(core, TEXT)}{after}" if core else code(word, TEXT)


def link(text: str, longest: int = TEXT) -> str:
    """An address as a link, any other text as a sentence."""
    return f"<{text}>" if is_link(text) else words(text, longest)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: Container[int] = ()) -> Iterator[str]:
    """The lines of a table, its cells Markdown already; nothing without a row. `figures` are the columns of numbers.

    In a cell a bar is escaped even inside code: https://github.github.com/gfm/#example-200
    """
    first = True
    for row in rows:
        if first:
            yield _row(heads)
            yield _row([RIGHT if at in figures else LEFT for at in range(len(heads))])
            first = False
        yield _row(row)
    if not first:
        yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def block(text: str, language: str) -> Iterator[str]:
    """A text of several lines as a block of code."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    yield f"{fence}{language}"
    yield from (plain(line) for line in text[:CODE].split("\n"))
    yield from [fence, ""]


def folded(summary: str, inner: Iterable[str]) -> Iterator[str]:
    """Lines that a click shows; `summary` is a text of the frame, as it stands in HTML."""
    yield from ["<details>", f"<summary>{summary}</summary>", ""]
    yield from inner
    yield from ["</details>", ""]


def heading(level: int, text: str, anchor: str = "") -> Iterator[str]:
    """A heading, its text Markdown already; `anchor` is what a link in the page names."""
    yield from [f'<a id="{anchor}"></a>', ""] if anchor else []
    yield from [f"{'#' * level} {text}", ""]
