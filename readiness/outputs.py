"""Where reports go: stdout or files, which appear whole by rename (design 6)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias, cast

from readiness.errors import UsageError
from readiness.render.plain import plain
from readiness.report import Report
from readiness.yamlfile import nearest

Render: TypeAlias = Callable[..., Iterator[bytes]]
SUFFIXES: Final = {".json": "json", ".html": "html", ".md": "md", ".csv": "csv"}
TO_COME: Final = {".sarif": "SARIF", ".xml": "JUnit XML"}
"""Formats of the contract that a later version writes."""
MODULES: Final = {"md": "markdown"}
"""Where a format's module is called otherwise."""
REASONS: Final = 10
FORMATS: Final = tuple(SUFFIXES.values())


@dataclass(frozen=True, slots=True)
class Target:
    """A report to write: to a file, or to stdout without one."""

    format: str
    path: Path | None = None


def targets(formats: list[str], paths: list[Path]) -> list[Target]:
    """What -f and -o ask for; raises UsageError for what goes together with nothing."""
    for name in formats:
        if name not in FORMATS:
            _refuse_to_come(f".{name.lower()}")
            raise UsageError(f"there is no format '{name[:40]}'", nearest(name, FORMATS))
    if len(formats) > 1 or (formats and len(paths) > 1):
        raise UsageError("one -f goes with at most one -o", "Give several -o: the suffix decides each format.")
    if not paths:
        return [Target(name) for name in formats]
    return [Target(formats[0] if formats else _by_suffix(path), path) for path in paths]


def _by_suffix(path: Path) -> str:
    found = SUFFIXES.get(path.suffix.lower())
    if found is None:
        _refuse_to_come(path.suffix.lower())
        raise UsageError(f"the suffix of '{path.name}' names no format", nearest(path.suffix, SUFFIXES))
    return found


def _refuse_to_come(suffix: str) -> None:
    """Raises UsageError for a format that is promised and not here yet."""
    if suffix in TO_COME:
        raise UsageError(f"{TO_COME[suffix]} ({suffix}) is not part of this version", f"There are {_and(FORMATS)}.")


def _and(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def write(
    report: Report, wanted: list[Target], *, every: bool, quiet: bool, no_color: bool, full: bool = False
) -> None:
    """Writes every report asked for; the summary stands on stdout unless a report does, or all is to be quiet.

    `every` adds what passes and what does not apply, `full` to JSON the sections that the other formats have.
    """
    for target in wanted:
        pieces = _renderer(target.format)(report, every=every, full=full)
        if target.path:
            to_file(target.path, pieces)
        else:
            with _stdout():
                sys.stdout.buffer.writelines(pieces)
    if not quiet and all(t.path for t in wanted):
        from readiness.render import terminal

        with _stdout():
            terminal.show(report, every=every, no_color=no_color)


def unmet(report: Report) -> Iterator[str]:
    """Why the gate is not met, for stderr where all else is quiet; nothing where it is met or none was asked."""
    gate = report.gate
    if gate.asked and not gate.met:
        yield f"readiness: the gate {'could not be assessed' if gate.met is None else 'is not met'}"
        yield from (f"  {plain(reason)}" for reason in gate.reasons[:REASONS])
        more = len(gate.reasons) - REASONS
        yield from [f"  and {more} more"] if more > 0 else []


def create(files: dict[Path, str]) -> None:
    """Writes new files, all or none, and the folders above; raises UsageError if one is there or can't be written."""
    for path in files:
        if os.path.lexists(path):
            raise UsageError(f"{path}: is there already", "Nothing was changed; choose another id or folder.")
    done: list[Path] = []
    try:
        for path, text in files.items():
            _make_folder(path.parent)
            to_file(path, [text.encode()])
            done.append(path)
    except UsageError:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made: {error.strerror or error}") from error


def _renderer(name: str) -> Render:
    """What renders a format; only its module is imported, as the others cost time."""
    return cast(Render, import_module(f"readiness.render.{MODULES.get(name, name)}").render)


@contextmanager
def _stdout() -> Iterator[None]:
    """Writing to stdout: a reader that has seen enough (`| head`) is no error, a full disk is one."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(f"standard output can't be written: {error.strerror or error}") from error


def to_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file that appears whole by rename; raises UsageError if it can't be written."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"{path}: can't be written: {error.strerror or error}") from error
