"""How far a run is, on stderr: one line that changes on a terminal, a plain line now and then in logs and in CI."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar

from readiness.collect.reader import Counts

if TYPE_CHECKING:
    from rich.console import Console

EVERY: Final = 5.0
"""Seconds between two lines."""
BAR: Final = 12
"""Columns of the bar."""
T = TypeVar("T")


class Progress:
    """Tells a line now and then: requests, resources, throttles, gaps, and how long what is known may take."""

    def __init__(
        self, told: Callable[[str], None], counts: Counts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._told, self._counts, self._clock = told, counts, clock
        self._begun = clock()
        self._next = self._begun + EVERY
        self._subscriptions = self._known = self._done = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def begun(self, subscriptions: int, judged: int) -> None:
        """The line at the start."""
        self._subscriptions = judged
        context = f", {subscriptions - judged} more for context" if subscriptions > judged else ""
        self._told(f"reading {_some(judged, 'subscription')}{context}")

    def left_out(self, subscriptions: int) -> None:
        """The line on subscriptions that turn out to be context, because nothing in them is of AI."""
        self._subscriptions -= subscriptions
        holds = "holds" if subscriptions == 1 else "hold"
        self._told(
            f"{_some(subscriptions, 'subscription')} {holds} no AI service, gateway or search service:"
            " not judged unless --subscription names it"
        )

    def counted(self, act: Callable[[T], None], things: int) -> Callable[[T], None]:
        """The same act, of which it is told how often it will be done, and each time that it was."""
        with self._lock:
            self._known += things

        def done(thing: T) -> None:
            act(thing)
            with self._lock:
                self._done += 1

        return done

    def tick(self, resources: int, gaps: int) -> None:
        """A line, if it is time for one."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + EVERY
        self._told(self._line(resources, gaps))

    def _line(self, resources: int, gaps: int) -> str:
        sent, throttles = sum(self._counts.requests.values()), self._counts.throttles
        line = (
            f"{_some(sent, 'request')}, {_some(resources, 'resource')}, {throttles} throttled, {_some(gaps, 'gap')}"
        )
        return f"{line}, about {self._left()} s left" if self._done else line

    def _left(self) -> int:
        """Seconds that what is known to be asked may take; answers may show that there is more."""
        return round((self._known - self._done) * (self._clock() - self._begun) / self._done)


class OnTerminal(Progress):
    """One line at the end of the terminal, which goes when the run does; other lines are printed above it."""

    def __init__(
        self,
        told: Callable[[str], None],
        counts: Counts,
        console: Console,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Display

        super().__init__(told, counts, clock)
        bar = BarColumn(BAR, style="none", complete_style="none", finished_style="none", pulse_style="none")
        self._display = Display(
            bar, TextColumn("{task.description}", markup=False, style="none"), console=console, transient=True
        )
        self._task = self._display.add_task("", total=None)

    def __enter__(self) -> OnTerminal:
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.stop()

    def tick(self, resources: int, gaps: int) -> None:
        """The line anew."""
        said = f"{_some(self._subscriptions, 'subscription')}, {self._line(resources, gaps)}"
        self._display.update(self._task, total=self._known or None, completed=self._done, description=said)


def progress(told: Callable[[str], None], counts: Counts, *, quiet: bool) -> Progress:
    """The kind that suits stderr; nothing is told of a quiet run."""
    if quiet:
        return Progress(lambda line: None, counts)
    if not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return Progress(told, counts)
    from rich.console import Console

    return OnTerminal(told, counts, Console(stderr=True))


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
