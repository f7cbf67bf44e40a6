"""Many things at once, in threads that a stopped run does not wait for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
TICK = 0.25
"""Seconds between two looks at the clock while others work."""


def each(act: Callable[[T], None], things: Iterable[T], at_once: int, tick: Callable[[], None]) -> None:
    """Act on all, so many at once; `tick` is called in this thread now and then.

    The first error ends it and is raised. A KeyboardInterrupt leaves at once: what is under way is not waited for,
    because an answer may take minutes.
    """
    waiting = deque(things)
    failed: list[BaseException] = []

    def work() -> None:
        while not failed:
            try:
                thing = waiting.popleft()
            except IndexError:
                return
            try:
                act(thing)
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(at_once, len(waiting)))]
    try:
        _join(threads, tick)
    finally:
        waiting.clear()
    if failed:
        raise failed[0]


def _join(threads: list[threading.Thread], tick: Callable[[], None]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(TICK)
            tick()
