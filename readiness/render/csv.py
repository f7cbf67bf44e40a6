"""The CSV report for spreadsheets: a line a finding, RFC 4180 in UTF-8 without a byte order mark.

A cell that a spreadsheet would take for a formula is preceded by `'`, as OWASP advises, also where a `;` within it
would begin a cell of its own: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from readiness.findings import OPEN
from readiness.model import Finding, Outcome
from readiness.render import shown
from readiness.render.mending import points
from readiness.render.plain import cut
from readiness.report import ALL, Report
from readiness.ruleset import Rule

HEADER: Final = (
    "rule", "title", "severity", "pillar", "area", "outcome", "waived_until", "resource", "name", "message", "effort",
    "points", "fingerprint",
)  # fmt: skip
LONGEST: Final = 32_767
"""The most characters of a cell: https://support.microsoft.com/office/excel-specifications-and-limits"""
_FORMULA: Final = re.compile(r"(?:\A|;)(?=\s*[=+\-@＝＋－﹣−﹢＠﹫﹦])")


def render(report: Report, *, every: bool = False, full: bool = False) -> Iterator[bytes]:
    """The report in pieces; `every` adds what passes or does not apply, `full` nothing: a line has its columns."""
    rules = {rule.id: rule for rule, _ in report.counted}
    worth, names = points(report), shown.subscription_names(report)
    yield _line((*HEADER, *report.group_by))
    for finding in report.findings(ALL if every else OPEN):
        groups = (_joined(report.group_names(by, finding)) for by in report.group_by)
        yield _line((*_cells(finding, rules[finding.rule], worth, names), *groups))


def _joined(groups: tuple[str | None, ...]) -> str:
    """The groups that a finding counts in, in one cell; empty for what concerns none."""
    return ", ".join(name or "" for name in groups)


def _cells(finding: Finding, rule: Rule, worth: dict[str, float], names: dict[str, str]) -> tuple[str, ...]:
    open_ = finding.outcome is Outcome.FAIL and finding.waiver is None
    return (
        finding.rule,
        rule.title,
        finding.severity,
        finding.pillar,
        finding.area,
        finding.outcome,
        finding.waiver.expires if finding.waiver else "",
        finding.resource,
        shown.name(finding.resource, names=names),
        finding.message,
        rule.remediation.effort if rule.remediation else "",
        f"{worth[rule.id]:.6g}" if open_ else "",
        finding.fingerprint,
    )


def _line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(map(cell, cells))
    return line.getvalue().encode()


@lru_cache(maxsize=512)
def cell(text: str) -> str:
    """A text that no spreadsheet computes: on one line, what can't be seen written as an escape."""
    safe = _FORMULA.sub(lambda found: f"{found[0]}'", cut(text, LONGEST))
    return safe if len(safe) <= LONGEST else f"{safe[: LONGEST - 1]}…"
