"""What collecting asks for, for `collect --plan`: as text of 80 columns, and as JSON."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import orjson

from readiness.collect.planned import Planned, actions, rows
from readiness.render.words import some

WIDTH: Final = 80
LABEL: Final = "  {:<14}"


def as_text() -> str:
    """Each operation with what it is asked once for, the permission and the rules that need it."""
    plan = rows()
    rules = {rule for row in plan for rule in row.rules}
    lines: list[str] = []
    for operation, held in groupby(plan, lambda row: row.operation):
        lines.append(operation)
        for row in held:
            lines += [*_paragraph(row), ""]
    lines.append(f"{some(len(plan), 'row')}, {some(len(actions()), 'permission')}, {some(len(rules), 'rule')}")
    return "\n".join((*lines, "Nothing was asked. Further pages of a list are further requests.", ""))


def as_json() -> str:
    """The rows as a JSON list of objects: operation, yields, each, permission, rules."""
    wire = [dataclasses.asdict(row) | {"each": _unquoted(row.each)} for row in rows()]
    return orjson.dumps(wire, option=orjson.OPT_INDENT_2).decode() + "\n"


def _paragraph(row: Planned) -> Iterator[str]:
    yield from _said("gives", row.yields)
    yield from _said("once for each", _unquoted(row.each))
    yield from _said("needs", row.permission)
    yield from _said("for", ", ".join(row.rules))


def _said(label: str, text: str) -> list[str]:
    first = LABEL.format(label)
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _unquoted(text: str) -> str:
    """Without the marks that Markdown has for code."""
    return text.replace("`", "")
