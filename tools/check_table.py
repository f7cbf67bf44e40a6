"""The table of the checks in code, in `docs/conditions.md` between two comments, from CHECKS."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path as File
from typing import Any, Final

from readiness.checks import CHECKS, Check
from readiness.paths import Path
from tools.rule_pages import cell

PAGE: Final = File("docs/conditions.md")
BEGIN: Final = "<!-- made from the code by `make docs`: from here -->"
END: Final = "<!-- to here -->"
_TAKES: Final[dict[type[Any], str]] = {
    Path: "path", tuple: "texts", str: "text", bool: "true or false", int: "whole number", float: "number",
}  # fmt: skip


def page(root: File) -> str:
    """The page with its table made anew; what stands around the comments stays."""
    before, _, rest = (root / PAGE).read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


def table() -> str:
    """Each check in a row: its outcome, what its params mean, and their types and defaults."""
    return "\n".join(["| Check | Says | Params |", "|---|---|---|", *map(_row, CHECKS.values())])


def _row(check: Check) -> str:
    said = "<br>".join(cell(doc or "") for doc in (check.measure.__doc__, check.params.__doc__))
    return f"| `{check.name}` | {said} | {'<br>'.join(_params(check))} |"


def _params(check: Check) -> list[str]:
    defaults = {f.name: f.default for f in dataclasses.fields(check.params)}
    return [
        f"`{name}`: {_TAKES[kind]}, {'required' if needed else _default(defaults[name])}"
        for name, (kind, needed) in check.fields().items()
    ]


def _default(value: Any) -> str:
    if isinstance(value, Path):
        return f"`{value.text}`" if value.text else "none"
    return f"`{json.dumps(value)}`"
