"""Which suffix and which -f give which format, and what is said of those that are yet to come (design 6)."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from readiness import outputs
from readiness.cli import app as command_line
from readiness.errors import UsageError
from readiness.outputs import Target

BEGINS = {
    "json": '{"schema"',
    "html": "<!DOCTYPE html>",
    "md": "# Readiness of ",
    "csv": "rule,title,",
}


def run(*args):
    return CliRunner().invoke(command_line, ["scan", "--sample", *args])


def test_every_format_has_a_beginning_to_be_known_by():
    assert set(BEGINS) == set(outputs.FORMATS)


@pytest.mark.parametrize("name", BEGINS)
def test_a_format_goes_to_stdout_or_to_a_file_of_its_suffix(somewhere_else, name):
    shown = run("-f", name)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(BEGINS[name])
    path = Path(f"report.{name.upper()}")
    assert run("-q", "-o", str(path)).exit_code == 0
    assert path.read_bytes() == shown.stdout_bytes


@pytest.mark.parametrize("name", BEGINS)
def test_a_format_is_what_f_says_whatever_the_suffix(somewhere_else, name):
    assert run("-q", "-f", name, "-o", "report.txt").exit_code == 0
    assert Path("report.txt").read_text(encoding="utf-8").startswith(BEGINS[name])


def test_all_formats_at_once(somewhere_else):
    paths = [f"report.{name}" for name in BEGINS]
    assert run("-q", *(word for path in paths for word in ("-o", path))).exit_code == 0
    assert all(
        Path(path).read_text(encoding="utf-8").startswith(b) for path, b in zip(paths, BEGINS.values(), strict=True)
    )


@pytest.mark.parametrize(
    ("formats", "paths", "message", "hint"),
    [
        ([], ["a.sarif"], "SARIF (.sarif) is not part of this version", "There are json, html, md and csv."),
        ([], ["a.XML"], "JUnit XML (.xml) is not part of this version", "There are json, html, md and csv."),
        (["sarif"], [], "SARIF (.sarif) is not part of this version", "There are json, html, md and csv."),
        ([], ["a.mdx"], "the suffix of 'a.mdx' names no format", "did you mean '.md'?"),
        ([], ["report"], "the suffix of 'report' names no format", None),
        (["cvs"], [], "there is no format 'cvs'", "did you mean 'csv'?"),
    ],
)
def test_what_is_no_format_here_is_said_in_a_line(formats, paths, message, hint):
    with pytest.raises(UsageError) as found:
        outputs.targets(formats, [Path(p) for p in paths])
    assert found.value.message == message
    assert hint is None or found.value.hint == hint


def test_a_format_to_come_is_exit_2_and_writes_nothing(somewhere_else):
    found = run("-o", "a.json", "-o", "a.sarif")
    assert found.exit_code == 2
    assert found.stderr.splitlines()[0] == "readiness: SARIF (.sarif) is not part of this version"
    assert not list(Path().iterdir())


def test_targets():
    assert outputs.targets(["md"], []) == [Target("md")]
    assert outputs.targets([], [Path("a.md"), Path("b.csv")]) == [
        Target("md", Path("a.md")),
        Target("csv", Path("b.csv")),
    ]


@pytest.mark.parametrize("name", ["md", "csv"])
def test_a_format_without_templates_does_not_pay_for_them(name):
    script = (
        "import sys, contextlib, io\n"
        "from readiness.cli import app\n"
        f"sys.argv = ['readiness', 'scan', '--sample', '-f', '{name}']\n"
        "with contextlib.suppress(SystemExit):\n    app()\n"
        "print(sorted({'jinja2', 'rich.console'} & set(sys.modules)), file=sys.stderr)\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)
    assert found.stderr.decode().strip() == "[]"
