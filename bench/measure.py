"""Run a command in a process of its own and say what it took: wall time, peak memory, output.

Each measurement is a child process, as a user would start it, so that imports, reading and the interpreter's
end are in it, and nothing is left warm but the file cache. What is compared is run in turns (a, b, a, b ...)
and the medians are divided, so that a machine that slows down does so for both.

The peak of a child starts at what its parent held when it forked (Linux counts it so): this process therefore
has to stay small, drains outputs instead of keeping them, and leaves all data to its children.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Command = Sequence[str]
ROOT = Path(__file__).parent.parent
DATA = ROOT / "bench" / ".data"
CHUNK = 1 << 16


@dataclass(frozen=True)
class Sample:
    """One run. `said` is the last of its output; `peak` counts as the system does (Linux: kB); `cpu` is seconds."""

    seconds: float
    peak: int
    size: int
    said: str
    cpu: float

    def number(self) -> float:
        """The seconds that a child timed itself and printed."""
        return float(self.said)


class CouldNotRunError(Exception):
    """A command that has to succeed did not."""


def python(*arguments: str) -> Command:
    return (sys.executable, *arguments)


def readiness(*arguments: str) -> Command:
    """The command as users have it: the script that the installation made."""
    return (str(Path(sys.executable).with_name("readiness")), *arguments)


def environment() -> dict[str, str]:
    """Ours, without what changes the work: settings of the tool, colours, switches of the interpreter."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("READINESS_", "PYTHON", "FORCE_COLOR"))}
    return kept | {"NO_COLOR": "1", "PYTHONPATH": str(ROOT)}


def run(command: Command, further: Mapping[str, str] | None = None) -> Sample:
    """One run, its output piped and drained, with further variables; whatever is not exit 0 is an error."""
    env = environment() | dict(further or {})
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=DATA, env=env)
        size, last = drain(child.stdout)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise CouldNotRunError(f"exit {child.returncode}: {last_words(errors)}")
    cpu = usage.ru_utime + usage.ru_stime
    return Sample(seconds, usage.ru_maxrss, size, last.decode(errors="replace"), cpu)


def last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace")[-500:]


def drain(stream: IO[bytes] | None) -> tuple[int, bytes]:
    """How much the child wrote, and the last of it."""
    size, last = 0, b""
    while stream and (chunk := stream.read(CHUNK)):
        size, last = size + len(chunk), chunk
    return size, last


def in_turns(rounds: int, *commands: Command) -> list[list[Sample]]:
    """The samples of each command; a first run of each, which warms the caches, is not counted."""
    for command in commands:
        run(command)
    turns = [[run(command) for command in commands] for _ in range(rounds)]
    return [list(samples) for samples in zip(*turns, strict=True)]


def median(samples: list[Sample], value: Callable[[Sample], float]) -> float:
    return statistics.median(value(sample) for sample in samples)
