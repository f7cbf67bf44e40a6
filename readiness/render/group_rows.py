"""The scores of workloads and subscriptions as rows of a table: names and figures as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.groups import By, ScoreGroup
from readiness.model import Severity
from readiness.render.shown import subscription, subscription_names
from readiness.render.texts import say
from readiness.render.words import cut, percent
from readiness.report import Report
from readiness.ruleset import Rule
from readiness.scoring import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One group; `key` is what findings name it by. Texts from outside stand as they came."""

    key: str
    name: str
    figures: Figures
    grade: str
    score: str
    floor: str
    told: str
    open_fails: int
    by_severity: dict[Severity, int]
    worst: list[Rule]


def rows(report: Report, by: By) -> Iterator[Row]:
    """The groups of a report, worst first."""
    names = subscription_names(report)
    return (_row(group, names) for group in report.groups[by])


def key_of(by: By, name: str | None) -> str:
    """What findings name a group by: its name, or a text for that of what concerns none."""
    return say(f"groups.none.{by}") if name is None else name


def _row(group: ScoreGroup, names: dict[str, str]) -> Row:
    total, worst = group.score.total, group.worst()
    key = key_of(group.by, group.name)
    is_subscription = group.by is By.SUBSCRIPTION and group.name is not None
    return Row(
        key,
        subscription(key, names)[0] if is_subscription else key,
        total,
        group.score.grade or "-",
        cut(total.value),
        cut(total.floor),
        "-" if total.coverage is None else percent(total.coverage),
        sum(count for _, count in worst),
        group.by_severity(),
        [rule for rule, _ in worst],
    )
