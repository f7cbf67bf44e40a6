"""Lines that say how far a run is: plain ones, for terminals and logs alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from readiness.collect.reader import Counts

EVERY: Final = 5.0
"""Seconds between two lines."""


class Progress:
    """Tells a line now and then, of requests, resources, throttles and gaps."""

    def __init__(
        self, told: Callable[[str], None], counts: Counts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._told, self._counts, self._clock = told, counts, clock
        self._next = clock() + EVERY

    def begun(self, subscriptions: int, judged: int) -> None:
        """The line at the start."""
        context = f", {subscriptions - judged} more for context" if subscriptions > judged else ""
        self._told(f"reading {judged} subscription{'' if judged == 1 else 's'}{context}")

    def tick(self, resources: int, gaps: int) -> None:
        """A line, if it is time for one."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + EVERY
        sent, throttles = sum(self._counts.requests.values()), self._counts.throttles
        self._told(f"{sent} requests, {resources} resources, {throttles} throttled, {gaps} gaps")
