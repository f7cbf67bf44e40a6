"""Text from Azure as a terminal or a browser may show it: what moves or turns it made visible."""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_TOWER: Final = re.compile("(?<=[\u0300-\u036f]{4})[\u0300-\u036f]+")
"""Marks upon the fourth upon one letter: a browser draws them over the lines above."""


def plain(text: str) -> str:
    """The text with everything that could move the cursor or turn the line around written as an escape."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def cut(text: str, width: int) -> str:
    """The text on one line of at most `width` characters."""
    clean = plain(text[: width + 1])  # what is longer is cut, however it is written
    return clean if len(clean) <= width else clean[: max(0, width - 1)] + "…"


def low(text: str) -> str:
    """The text with at most four marks upon one letter."""
    return _TOWER.sub("…", text)
