"""What `--timings` tells at the end of a run: requests by operation, repeats, throttles, seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from readiness.collect.reader import Counts


@contextmanager
def timed(wanted: bool, counts: Counts, told: Callable[[str], None]) -> Iterator[None]:
    """Tells the figures of what runs inside, also where that is stopped."""
    began = time.monotonic()
    try:
        yield
    finally:
        for line in lines(counts, time.monotonic() - began) if wanted else ():
            told(line)


def lines(counts: Counts, seconds: float) -> list[str]:
    """One line an operation, most requests first, and the sums: attempts, further pages included."""
    by_count = sorted(counts.requests.items(), key=lambda item: (-item[1], item[0]))
    total = sum(counts.requests.values())
    rate = f", {total / seconds:.0f} a second" if seconds > 0 else ""
    return [
        "requests  operation",
        *(f"{count:>8}  {operation}" for operation, count in by_count),
        f"{total:>8}  in {seconds:.1f} s{rate}; {counts.retries} sent again, {counts.throttles} throttled",
    ]
