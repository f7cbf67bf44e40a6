"""Dates and durations: RFC 3339 and ISO 8601 as ARM writes them, and dates relative to as_of (semantics 8).

https://www.rfc-editor.org/rfc/rfc3339#section-5.6, appendix A for durations.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

DATE: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d)))?\Z", re.ASCII
)
DURATION: Final = re.compile(
    r"P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?\Z",
    re.ASCII,
)
RELATIVE: Final = re.compile(r"as_of(?:([+-])(P\w+))?\Z", re.ASCII)


def parse(text: object) -> datetime | None:
    """An RFC 3339 date (midnight UTC) or date-time, aware; None if it is neither."""
    found = DATE.match(text) if isinstance(text, str) and len(text) < 64 else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(g or 0) for g in found.groups()[:6])
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), micro, UTC)
        return moment - _offset(found) if second <= 60 else None
    except (ValueError, OverflowError):
        return None


def _offset(found: re.Match[str]) -> timedelta:
    hours, minutes = int(found[9] or 0), int(found[10] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if found[8] == "-" else offset


def shown(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, as every output writes it."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}{utc:-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration; months count by the calendar, the rest is exact."""

    months: int
    rest: timedelta

    @staticmethod
    def parse(text: object) -> Duration | None:
        """`P90D`, `P1Y2M`, `P2W`, `PT5M`; None if the text is no duration."""
        found = DURATION.match(text) if isinstance(text, str) else None
        if not found:
            return None
        years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in found.groups())
        rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return Duration(years * 12 + months, rest)

    @property
    def seconds(self) -> float:
        """Its length, a month being 30 days."""
        return self.months * 30 * 86400 + self.rest.total_seconds()

    def added_to(self, moment: datetime, sign: int = 1) -> datetime:
        """The moment this much later (or earlier); clipped to the calendar's ends."""
        try:
            return _shift_months(moment, sign * self.months) + sign * self.rest
        except (OverflowError, ValueError):
            return (datetime.max if sign > 0 else datetime.min).replace(tzinfo=UTC)


def _shift_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@dataclass(frozen=True, slots=True)
class When:
    """A date, or one relative to as_of."""

    fixed: datetime | None
    offset: Duration | None = None
    sign: int = 1

    @staticmethod
    def parse(text: object) -> When | None:
        """A date, `as_of`, `as_of+P90D` or `as_of-P1M`; None if the text is none of them."""
        found = RELATIVE.match(text) if isinstance(text, str) else None
        if not found:
            fixed = parse(text)
            return When(fixed) if fixed else None
        offset = Duration.parse(found[2]) if found[2] else None
        if found[2] and not offset:
            return None
        return When(None, offset, -1 if found[1] == "-" else 1)

    def at(self, as_of: datetime) -> datetime:
        """The moment it means."""
        if self.fixed:
            return self.fixed
        return self.offset.added_to(as_of, self.sign) if self.offset else as_of
