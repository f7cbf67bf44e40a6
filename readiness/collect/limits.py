"""How fast Azure may be asked, and for how long: its documented limits as buckets, and the time of the run.

Resource Manager: a bucket of 250 reads that fills by 25 a second, for each subscription and principal, and one for
what has no subscription, https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
Resource Graph: 15 queries in every 5 seconds for each user,
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests.
The services say what is left in their headers; what they say counts if it is less than what we think.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from readiness.collect.clouds import Address

READS: Final = 250
READS_SECOND: Final = 25.0
MARGIN: Final = 20
"""Requests that left with a pause between them may arrive without it: so many stay unused, against 0.8 s of that."""
QUERIES: Final = 15
QUERIES_SECONDS: Final = 5.0
QUERIES_MARGIN: Final = 0.3
GRAPH: Final = "graph"
TENANT: Final = "tenant"
SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
REMAINING: Final = (
    "x-ms-ratelimit-remaining-subscription-reads",
    "x-ms-ratelimit-remaining-subscription-global-reads",
    "x-ms-ratelimit-remaining-tenant-reads",
)


class Deadline:
    """The time of a run: all waiting is done here, so that it ends with the run.

    `seconds` None is without end. `clock` and `sleep` are for tests; without `sleep`, `stop` ends every wait at once.
    """

    def __init__(
        self,
        seconds: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.clock = clock
        self._end = float("inf") if seconds is None else clock() + seconds
        self._sleep, self._stopped = sleep, threading.Event()

    @property
    def left(self) -> float:
        """Seconds; 0 when it is over or was stopped."""
        return 0.0 if self._stopped.is_set() else max(0.0, self._end - self.clock())

    @property
    def stopped(self) -> bool:
        """Whether the run was stopped before its time."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the run now: whoever waits goes on, and what is asked from now on is not sent."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait; False, without having waited to the end, if the run has less time than that."""
        if seconds >= self.left:
            return False
        if seconds > 0:
            (self._sleep or self._stopped.wait)(seconds)
        return not self._stopped.is_set()


class Limit(Protocol):
    """What one scope of Azure allows."""

    def take(self, now: float, most: float) -> float | None:
        """Count one request; the seconds until it may be sent. None, not counted, if that is `most` or more."""

    def heard(self, now: float, remaining: int, seconds: float | None) -> None:
        """The service says that so many are left (and for how many seconds that holds, if it says so)."""


class Bucket:
    """So many at once, and so many more each second; a debt is paid by waiting."""

    def __init__(self, size: float, per_second: float, now: float) -> None:
        self._size, self._rate = size, per_second
        self._tokens, self._at = size, now

    def take(self, now: float, most: float) -> float | None:
        """See Limit."""
        self._fill(now)
        wait = max(0.0, (1 - self._tokens) / self._rate + self._at - now)
        if wait >= most:
            return None
        self._tokens -= 1
        return wait

    def heard(self, now: float, remaining: int, seconds: float | None) -> None:
        """See Limit; with `seconds`, nothing comes in before they are over."""
        self._fill(now)
        self._tokens = min(self._tokens, max(0, remaining))
        if seconds is not None:
            self._at = max(self._at, now + seconds)

    def _fill(self, now: float) -> None:
        if now > self._at:
            self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
            self._at = now


class Window:
    """So many in any so many seconds."""

    def __init__(self, size: int, seconds: float) -> None:
        self._seconds = seconds
        self._sent: deque[float] = deque([float("-inf")] * size, maxlen=size)
        self._closed_until = float("-inf")

    def take(self, now: float, most: float) -> float | None:
        """See Limit."""
        at = max(now, self._sent[0] + self._seconds, self._closed_until)
        if at - now >= most:
            return None
        self._sent.append(at)
        return at - now

    def heard(self, now: float, remaining: int, seconds: float | None) -> None:
        """See Limit; counts only when nothing is left."""
        if remaining <= 0:
            self._closed_until = max(self._closed_until, now + (self._seconds if seconds is None else seconds))


class Buckets:
    """One limit for each of Azure's scopes, for however many threads."""

    def __init__(
        self, deadline: Deadline, *, reads: float = READS - MARGIN, per_second: float = READS_SECOND
    ) -> None:
        self._deadline, self._reads, self._rate = deadline, reads, per_second
        self._limits: dict[str, Limit] = {}
        self._lock = threading.Lock()

    def wait(self, method: str, url: str) -> bool:
        """Wait until the request may be sent; False if the run has not that much time."""
        scope = scope_of(method, url)
        if scope is None:
            return self._deadline.wait(0)
        with self._lock:
            seconds = self._limit(scope).take(self._deadline.clock(), self._deadline.left)
        return seconds is not None and self._deadline.wait(seconds)

    def heard(self, method: str, url: str, headers: Mapping[str, str], retry_after: float | None = None) -> None:
        """Take over what the service says is left, if that is less than we thought."""
        scope = scope_of(method, url)
        found = _remaining(scope, headers)
        if scope is None or found is None:
            return
        remaining, seconds = found
        with self._lock:
            until = seconds if seconds is not None else retry_after if remaining <= 0 else None
            self._limit(scope).heard(self._deadline.clock(), remaining, until)

    def _limit(self, scope: str) -> Limit:
        if scope not in self._limits:
            window = Window(QUERIES, QUERIES_SECONDS + QUERIES_MARGIN)
            bucket = Bucket(self._reads, self._rate, self._deadline.clock())
            self._limits[scope] = window if scope == GRAPH else bucket
        return self._limits[scope]


def scope_of(method: str, url: str) -> str | None:
    """`graph`, `tenant`, or a subscription's id in lower case; None for the metrics batch, which has other limits."""
    address = Address.parse(url)
    path = address.path if address else ""
    if method == "POST":
        return GRAPH if path.lower().endswith("/microsoft.resourcegraph/resources") else None
    found = SUBSCRIPTION.match(path)
    return found[1].lower() if found else TENANT


def _remaining(scope: str | None, headers: Mapping[str, str]) -> tuple[int, float | None] | None:
    if scope == GRAPH:
        left = _number(headers.get("x-ms-user-quota-remaining"))
        return None if left is None else (left, _clock_time(headers.get("x-ms-user-quota-resets-after")))
    said = [left for name in REMAINING if (left := _number(headers.get(name))) is not None]
    return (min(said), None) if said else None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text.strip()) else None


def _clock_time(text: str | None) -> float | None:
    """Seconds of `00:00:03`, at most an hour."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?", (text or "").strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups())
    return float(min(3600, hours * 3600 + minutes * 60 + seconds))
