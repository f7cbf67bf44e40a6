"""Writes the pages and files of docs/ that are made from code: `make docs`; tests hold them to it.

Each is a path below the root of the repository and its text. A folder in OWNED holds nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from readiness import schema
from tools import check_table, collecting_page, permission_page, rule_pages

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
OWNED: Final = (rule_pages.FOLDER,)


def generated() -> dict[Path, str]:
    """The text of every file that is made, or has a part that is, by its path below the root."""
    made = {Path("docs") / schema.FILE: schema.as_text(), check_table.PAGE: check_table.page(ROOT)}
    made[collecting_page.PAGE] = collecting_page.page(ROOT)
    return made | {permission_page.PAGE: permission_page.page()} | rule_pages.pages()


def stale(made: dict[Path, str], root: Path = ROOT) -> Iterator[Path]:
    """The files that are not what the code makes now: to be written, or gone from what is made."""
    for path, text in made.items():
        there = root / path
        if not there.is_file() or there.read_bytes() != text.encode():
            yield path
    for folder in OWNED:
        there_are = sorted(path.relative_to(root) for path in (root / folder).glob("*.md"))
        yield from (path for path in there_are if path not in made)


def main(root: Path = ROOT) -> None:
    """Writes what is stale, removes what is made no longer, and says so."""
    made = generated()
    for path in list(stale(made, root)):
        if path not in made:
            (root / path).unlink()
            print(f"{path}: removed")
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(made[path].encode())
        print(f"{path}: written")


if __name__ == "__main__":
    main()
