"""JSON on one line, for people: texts cut, secrets marked, what could move or turn the line escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from readiness.masking import MASKED
from readiness.model import Json
from readiness.render.plain import plain

TEXT: Final = 120
"""The most characters of a text as it is written, escapes and all."""
KEY: Final = 80
INLINE: Final = 110
"""The most characters of the members of an object or a list on one line."""
MEMBERS: Final = 12
ELIDED: Final = "…"
_UNIT: Final = re.compile(r"[^\\]|\\u[0-9a-f]{4}|\\[^u]", re.DOTALL)
_HUGE: Final = 10**TEXT


def in_line(value: Json) -> str | None:
    """A value that goes on one line: a scalar, or a small object or list of those."""
    if is_scalar(value) or is_masked(value) or not value:
        return _scalar(value)
    if len(value) > MEMBERS:
        return None
    members = list(value.values()) if isinstance(value, dict) else value
    if not all(is_scalar(v) or is_masked(v) or not v for v in members):
        return None
    keys = [f"{quoted(key, KEY)}: " for key in value] if isinstance(value, dict) else [""] * len(members)
    text = ", ".join(f"{key}{_scalar(v)}" for key, v in zip(keys, members, strict=True))
    if len(text) > INLINE:
        return None
    return f"{{{text}}}" if isinstance(value, dict) else f"[{text}]"


def folded_up(value: Json) -> str:
    """An object or a list without what it holds."""
    return f"{{{ELIDED}}}" if isinstance(value, dict) else f"[{ELIDED}]"


def is_scalar(value: Json) -> bool:
    """Whether a value holds no others."""
    return not isinstance(value, dict | list)


def is_masked(value: Json) -> bool:
    """Whether a value stands for a secret (semantics 20)."""
    return isinstance(value, dict) and len(value) == 1 and "masked" in value


def _scalar(value: Json) -> str:
    """A scalar, an empty object or list, or a secret as JSON writes it."""
    if isinstance(value, str):
        return quoted(value, TEXT)
    if isinstance(value, dict | list):
        return f'"{MASKED}"' if value else "{}" if isinstance(value, dict) else "[]"
    if type(value) is int and not -_HUGE < value < _HUGE:
        return ELIDED  # more digits than a line takes, and than Python writes
    return json.dumps(value)


def quoted(text: str, most: int) -> str:
    """A text as JSON writes it, what could move or turn the line escaped, of at most so many characters.

    Of a longer one the beginning is kept; of an id, which all resources begin alike, the end.
    """
    from_end = text.startswith("/")
    inner = _escaped(text[-most:] if from_end else text[:most])
    if len(text) <= most and len(inner) <= most:
        return f'"{inner}"'
    return f'"{ELIDED}{_end(inner, most - 1)}"' if from_end else f'"{_beginning(inner, most - 1)}{ELIDED}"'


def _escaped(text: str) -> str:
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    return inner if plain(inner) == inner else "".join(json.dumps(c)[1:-1] if plain(c) != c else c for c in inner)


def _beginning(inner: str, most: int) -> str:
    return "".join(_fitting(_UNIT.findall(inner), most))


def _end(inner: str, most: int) -> str:
    return "".join(reversed(list(_fitting(reversed(_UNIT.findall(inner)), most))))


def _fitting(units: Iterable[str], most: int) -> Iterator[str]:
    """The first of some characters and escapes that take no more than so many characters."""
    for unit in units:
        most -= len(unit)
        if most < 0:
            return
        yield unit
