"""The yardstick, run in a process of its own: parse every line of a snapshot and keep what comes out.

    python -m bench.parse FILE [--discard]     # prints the seconds

A scan that holds every record can hardly take less, so it is told as a multiple of this. The garbage
collector is frozen and off: a program can avoid its passes over what is already parsed (they make the parse
three times as long), so the yardstick must not be longer by them. `--discard` drops each record at once, for
comparison: it spares the first touch of the memory, about half of the time.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import deque
from pathlib import Path

import orjson


def parse(path: Path, keep: int | None = None) -> float:
    """Seconds to parse the lines of a file, read as they are parsed; `keep` results are held (None: all)."""
    gc.disable()
    gc.freeze()
    start = time.perf_counter()
    with path.open("rb") as file:
        kept = deque((orjson.loads(line) for line in file), maxlen=keep)
    seconds = time.perf_counter() - start
    del kept
    return seconds


if __name__ == "__main__":
    print(parse(Path(sys.argv[1]), keep=0 if "--discard" in sys.argv else None))
