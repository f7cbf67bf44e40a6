"""Where the lines and bars of the HTML report's small drawings lie. Numbers in the drawing's own units, no markup."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from readiness.model import Severity
from readiness.render.words import some
from readiness.report import Report
from readiness.trends import Trend

WIDTH: Final = 320
HEIGHT: Final = 84
HEAD: Final = 1.15
"""How much higher than its highest value a drawing reaches."""
LAST: Final = datetime.max.replace(tzinfo=UTC)
LEAST: Final = {"utilisation": 100.0, "throttling": 2.0}
"""What the axis reaches at least, so that a small value looks small."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar from left to right, in percent of the whole width."""

    name: str
    start: float
    width: float
    value: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A trend as paths; `limit` is the height of the threshold, `top` the value at the upper edge."""

    path: str
    over: str
    limit: float
    top: float
    days: tuple[tuple[float, str], ...]


def path_of_score(report: Report) -> list[Bar]:
    """The score today and what each horizon of the plan adds to it."""
    at = report.score.total.value or 0.0
    bars = [Bar("today", 0, at)]
    for stage in report.plan:
        after = stage.after.total.value or 0.0
        bars.append(Bar(stage.horizon, at, max(0.0, after - at)))
        at = after
    return bars


def severities(row: dict[Severity, int], most: int) -> list[Bar]:
    """One area's open fails by severity, side by side, the longest row filling the width."""
    bars, at = [], 0.0
    for severity, count in row.items():
        if count:
            width = 100 * count / most
            bars.append(Bar(severity, at, width, str(count)))
            at += width
    return bars


def most(rows: dict[str, dict[Severity, int]]) -> int:
    """The longest row."""
    return max((sum(row.values()) for row in rows.values()), default=1)


def line(trend: Trend) -> Line:
    """A trend's drawing: its line, where it is above the threshold, the threshold, and midnights below it."""
    top = HEAD * max(trend.peak or 0.0, trend.limit, LEAST[trend.chart])
    places = [(_x(i, trend), _y(p, top)) for i, p in enumerate(trend.points) if p is not None]
    limit = _y(trend.limit, top)
    over = " ".join(f"M{x:.1f} {limit:.1f}V{y:.1f}" for x, y in places if y < limit)
    return Line(_path(trend, top), over, round(limit, 1), top, tuple(_days(trend)))


def _x(index: int, trend: Trend) -> float:
    return WIDTH * (index + 0.5) / len(trend.points)


def _y(value: float, top: float) -> float:
    return HEIGHT * (1 - min(max(value, 0.0), top) / top)


def _path(trend: Trend, top: float) -> str:
    """Broken where there is no sample."""
    steps, pen = [], "M"
    for i, point in enumerate(trend.points):
        if point is None:
            pen = "M"
        else:
            steps.append(f"{pen}{_x(i, trend):.1f} {_y(point, top):.1f}")
            pen = "L"
    return "".join(steps)


def _days(trend: Trend) -> Iterator[tuple[float, str]]:
    """Some midnights: where they lie, and their date."""
    if trend.start is None or trend.end is None:
        return
    length = (trend.end - trend.start).total_seconds()
    every = max(1, round(length / 86400 / 4))
    midnight = datetime.combine(trend.start.date(), datetime.min.time(), trend.start.tzinfo)
    for day in range(1, 1 + math.ceil(length / 86400), every):
        if midnight > LAST - timedelta(days=day):
            return
        when = midnight + timedelta(days=day)
        if when < trend.end:
            yield round(WIDTH * (when - trend.start).total_seconds() / length, 1), f"{when:%d %b}"


def step(trends: list[Trend]) -> str:
    """How long a point of a drawing is: `4 hours`."""
    minutes = max(t.step for t in trends).total_seconds() / 60
    return some(round(minutes / 60), "hour") if minutes >= 60 else some(round(minutes), "minute")
