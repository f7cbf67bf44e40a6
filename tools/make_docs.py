"""Writes the pages and files of docs/ that are made from code: `make docs`; tests hold them to it.

Each is a line in GENERATED: a path and the function that makes its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from readiness import schema

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
GENERATED: Final[dict[Path, Callable[[], str]]] = {
    DOCS / schema.FILE: schema.as_text,
}


def stale() -> Iterator[Path]:
    """The files that are not what the code makes now."""
    for path, make in GENERATED.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != make():
            yield path


def main() -> None:
    """Writes what is stale, and says so."""
    for path in list(stale()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GENERATED[path](), encoding="utf-8", newline="\n")
        print(f"{path.relative_to(DOCS.parent)}: written")


if __name__ == "__main__":
    main()
