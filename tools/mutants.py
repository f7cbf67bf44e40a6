"""Mutants: the wrong reading of each trap, put into a rule or a check, must be caught by the rule's own tests.

    python tools/mutants.py            # or: make mutants

`tests/mutants.yaml` lists them by trap: the reading, the rule whose tests must notice, and the text to replace. A
mutant of a rule is judged here; one of a module (`file`) in a copy of the package, by a process of its own. Exit code
1 if one survives, or can't be put in.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from readiness import ruleset, ruletests
from readiness.yamlfile import Problems, parse

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = ROOT / "tests" / "mutants.yaml"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong reading. `old` stands exactly once in `file`, or in what the rule's file says before its tests."""

    trap: str
    reading: str
    rule: str
    old: str
    new: str
    file: str | None = None

    @property
    def rule_file(self) -> Path:
        """The file of the rule whose tests must notice."""
        [path] = (ROOT / "rules").rglob(f"{self.rule}-*.yaml")
        return path

    def put_in(self, text: str) -> str:
        """A file's text with the wrong reading; raises ValueError where `old` does not stand exactly once."""
        judged, tests, rest = text.partition("\ntests:") if self.file is None else (text, "", "")
        if judged.count(self.old) != 1:
            raise ValueError(f"'{self.old}' stands {judged.count(self.old)} times")
        return judged.replace(self.old, self.new) + tests + rest


def listed() -> list[Mutant]:
    """The table."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return [Mutant(trap, **entry) for trap, entries in table.items() for entry in entries]


def caught(mutant: Mutant) -> bool:
    """Whether a case of the rule fails, or its fix proves nothing any more; raises ValueError for no valid mutant."""
    return _caught_in_module(mutant) if mutant.file else _caught_in_rule(mutant)


def _caught_in_rule(mutant: Mutant) -> bool:
    problems = Problems(mutant.rule_file.name)
    node = parse(mutant.put_in(mutant.rule_file.read_text(encoding="utf-8")).encode(), problems)
    rule = ruleset.from_node(node, problems)[0] if node else None
    if rule is None:
        raise ValueError("; ".join(map(str, problems.found)))
    return any(not result.passed for result in ruletests.run(rule))


def _caught_in_module(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(
            ROOT / "readiness", copy / "readiness", ignore=shutil.ignore_patterns("__pycache__", "sample")
        )
        (copy / "rules").symlink_to(ROOT / "rules")
        module = copy / str(mutant.file)
        module.write_text(mutant.put_in(module.read_text(encoding="utf-8")), encoding="utf-8")
        words = [sys.executable, "-m", "readiness", "rules", "test", str(mutant.rule_file)]
        done = subprocess.run(words, cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise ValueError(done.stderr.strip()[-500:])
    return done.returncode == 1


def judged(mutant: Mutant) -> str:
    """`caught`, `SURVIVED`, or why it is no mutant."""
    try:
        return "caught" if caught(mutant) else "SURVIVED"
    except ValueError as error:
        return f"NO MUTANT: {error}"


def report() -> Iterator[tuple[Mutant, str]]:
    """Each mutant and what became of it."""
    mutants = listed()
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from zip(mutants, pool.map(judged, mutants), strict=True)


def main() -> int:
    """Prints the table; 1 if a mutant was not caught."""
    found = list(report())
    for mutant, said in found:
        print(f"{said:9} {mutant.rule:13} {mutant.trap}: {mutant.reading}")
    lost = [mutant for mutant, said in found if said != "caught"]
    print(f"{len(found) - len(lost)} of {len(found)} mutants caught")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
