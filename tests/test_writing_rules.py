"""docs/writing-rules.md is true: every command of it is run, in its order, and prints what the page shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from readiness.cli import app as command_line

PAGE = Path(__file__).parent.parent / "docs/writing-rules.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$(?=\n*(.*))", re.MULTILINE | re.DOTALL)
_BUILT_IN = re.compile(r"^(1 rule of yours, )\d+ built in, no problem$", re.MULTILINE)


pytestmark = pytest.mark.usefixtures("somewhere_else")


def patched(path, diff):
    """Replaces the lines that a diff takes away or leaves by those that it leaves or adds; they stand there once."""
    before = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " -")
    after = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " +")
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{path}: {before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def run(block):
    """The block as the commands in it would make it, and the exit code of the last."""
    shown, code = "", None
    for line in block.splitlines():
        if line.startswith("$ "):
            program, *words = shlex.split(line[2:])
            assert program == "readiness"
            found = CliRunner().invoke(command_line, words)
            shown, code = f"{shown}{line}\n{found.output}", found.exit_code
    return shown, code


def replayed(text):
    """Every console block of a page as it is shown and as it comes out, its exit code, and the line that follows."""
    for language, name, body, after in (found.groups() for found in _BLOCK.finditer(text)):
        if language == "diff":
            patched(Path(name), body)
        elif name:
            Path(name).write_text(body, encoding="utf-8")
        elif language == "console":
            yield body, *run(body), after.partition("\n\n")[0]


def test_every_command_of_the_page_prints_what_it_shows():
    blocks = list(replayed(PAGE.read_text(encoding="utf-8")))
    assert len(blocks) > 12
    for shown, printed, _, _ in blocks:
        assert _BUILT_IN.sub("", printed) == _BUILT_IN.sub("", shown)
    for said, code in ((re.search(r"\(exit code (\d)\)", after), code) for _, _, code, after in blocks):
        assert said is None or int(said[1]) == code
    assert {code for _, _, code, _ in blocks} == {0, 1, 2}


def test_the_page_has_a_case_that_fails_a_fix_that_fails_and_a_leaf_that_lacks_a_case():
    text = PAGE.read_text(encoding="utf-8")
    for words in ("expected pass, got fail", "expected pass, with the fix applied, got fail", "a leaf lacks a case"):
        assert words in text


def test_a_change_that_fits_nowhere_is_found():
    Path("a.yaml").write_text("a: 1\nb: 2\n", encoding="utf-8")
    patched(Path("a.yaml"), " a: 1\n-b: 2\n+b: 3\n")
    assert Path("a.yaml").read_text(encoding="utf-8") == "a: 1\nb: 3\n"
    with pytest.raises(AssertionError, match=re.escape("a.yaml")):
        patched(Path("a.yaml"), "-b: 2\n+b: 3\n")
