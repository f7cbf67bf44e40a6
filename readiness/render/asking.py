"""What collecting asks for, for `collect --plan`: as text of 80 columns, and as JSON."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import orjson

from readiness.collect.planned import Planned, actions, requests
from readiness.render.words import some

WIDTH: Final = 80
LABEL: Final = "  {:<14}"
END: Final = (
    "Nothing was asked. Further pages of a list are further requests. A subscription",
    "without accounts, gateways or search services costs the queries of Resource",
    "Graph alone.",
)


def as_text() -> str:
    """Each request with what it is asked once for; what it gives, with the permission and the rules that need it."""
    plan = requests()
    lines: list[str] = []
    for operation, held in groupby(plan, lambda request: request[0].operation):
        lines.append(operation)
        for request in held:
            lines += _request(request)
    rules = {rule for request in plan for row in request for rule in row.rules}
    lines.append(f"{some(len(plan), 'request')}, {some(len(actions()), 'permission')}, {some(len(rules), 'rule')}")
    return "\n".join((*lines, *END, ""))


def as_json() -> str:
    """The rows as a JSON list of objects: request, operation, yields, each, permission, rules.

    `request` is a number, the same for rows that one request gives.
    """
    wire = [
        {"request": number, **dataclasses.asdict(row), "each": _unquoted(row.each)}
        for number, request in enumerate(requests(), 1)
        for row in request
    ]
    return orjson.dumps(wire, option=orjson.OPT_INDENT_2).decode() + "\n"


def _request(request: tuple[Planned, ...]) -> Iterator[str]:
    yield from _said("once for each", _unquoted(request[0].each))
    for row in request:
        yield from _said("gives", row.yields)
        yield from _said("needs", row.permission)
        yield from _said("for", ", ".join(row.rules))
        yield ""


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
