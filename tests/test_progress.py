"""Progress of a live run on stderr: a line that changes on a terminal, plain ones elsewhere, none with --quiet."""

import errno
import io
import os
import pty
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from azure_fake import Estate, serve
from rich.console import Console

from readiness.collect import progress
from readiness.collect.progress import OnTerminal, Progress
from readiness.collect.reader import Counts

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
END = "x.jsonl: "


class Clock:
    """Seconds, moved by hand."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def counted():
    counts = Counts()
    for _ in range(12):
        counts.sent("a")
    counts.throttled()
    return counts


# --- lines ----------------------------------------------------------------------------------------------------------


def test_a_line_comes_every_five_seconds_and_says_all_of_it():
    told, clock = [], Clock()
    shown = Progress(told.append, counted(), clock)
    with shown:
        shown.begun(3, 2)
        act = shown.counted(lambda thing: None, 40)
        for thing in range(10):
            act(thing)
        for clock.now in (104.9, 105.0, 109.9, 110.0):
            shown.tick(7, 1)
    assert told == [
        "reading 2 subscriptions, 1 more for context",
        "12 requests, 7 resources, 1 throttled, 1 gap, about 15 s left",
        "12 requests, 7 resources, 1 throttled, 1 gap, about 30 s left",
    ]


@pytest.mark.parametrize(("count", "said"), [(1, "1 subscription holds no AI"), (2, "2 subscriptions hold no AI")])
def test_subscriptions_that_are_context_alone_are_told(count, said):
    told = []
    Progress(told.append, Counts()).left_out(count)
    assert told == [f"{said} service, gateway or search service: not judged unless --subscription names it"]


def test_what_fails_is_not_counted_as_done():
    told, clock = [], Clock()
    shown = Progress(told.append, Counts(), clock)

    def fails(thing):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shown.counted(fails, 2)(1)
    clock.now += 5
    shown.tick(0, 0)
    assert told == ["0 requests, 0 resources, 0 throttled, 0 gaps"]


# --- a terminal -----------------------------------------------------------------------------------------------------


def test_on_a_terminal_one_line_says_all_of_it_and_is_gone_in_the_end():
    text, clock = io.StringIO(), Clock()
    console = Console(file=text, force_terminal=True, width=120, color_system=None, legacy_windows=False)
    shown = OnTerminal(console.print, counted(), console, clock)
    with shown:
        shown.begun(3, 3)
        shown.left_out(1)
        shown.counted(lambda thing: None, 4)(1)
        clock.now += 2
        shown.tick(7, 1)
        shown._display.refresh()
    said = ESCAPE.sub("", text.getvalue())
    assert "2 subscriptions, 12 requests, 7 resources, 1 throttled, 1 gap, about 6 s left" in said
    assert said.index("reading 3 subscriptions") < said.index("12 requests")
    assert text.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("terminal", "environment", "kind"),
    [
        (True, {"TERM": "xterm"}, OnTerminal),
        (True, {"TERM": "xterm", "CI": "true"}, Progress),
        (True, {"TERM": "dumb"}, Progress),
        (False, {"TERM": "xterm", "FORCE_COLOR": "1"}, Progress),
    ],
)
def test_the_kind_suits_stderr(monkeypatch, terminal, environment, kind):
    monkeypatch.delenv("CI", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: terminal))
    assert type(progress.progress(print, Counts(), quiet=False)) is kind


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def azure():
    sizes = {"subscriptions": 2, "accounts": 2, "deployments": 2, "gateways": 1, "apis": 1, "searches": 1, "empty": 1}
    with serve(Estate.tenant(**sizes)) as found:
        yield found


def collecting(azure, folder, *words, terminal=False, **changed):
    """What `readiness collect` writes to stderr, which is a terminal or a pipe."""
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    named = kept | azure.environment | {"TERM": "xterm", "COLUMNS": "120"} | changed
    command = [sys.executable, "-m", "readiness", "collect", "--no-metrics", "-o", "x.jsonl", *words]
    if not terminal:
        return subprocess.run(command, env=named, cwd=folder, capture_output=True, text=True, timeout=60).stderr
    reading, writing = pty.openpty()
    with subprocess.Popen(command, env=named, cwd=folder, stdout=subprocess.DEVNULL, stderr=writing):
        os.close(writing)
        return b"".join(iter(lambda: _read(reading), b"")).decode()


def _read(terminal):
    """What a terminal has to say; nothing once nobody writes to it."""
    try:
        return os.read(terminal, 4096)
    except OSError as error:
        assert error.errno == errno.EIO
        return b""


def test_a_terminal_shows_a_line_that_changes_and_logs_have_plain_ones(azure, tmp_path):
    shown = collecting(azure, tmp_path, terminal=True)
    said = ESCAPE.sub("", shown)
    assert shown.count("\x1b[") > 2
    assert re.search(r"1 subscription, \d+ requests, \d+ resources, 0 throttled, 0 gaps", said)
    assert said.splitlines()[-1].startswith(END)
    plain = collecting(azure, tmp_path)
    lines = plain.splitlines()
    assert lines[0] == "reading 2 subscriptions"
    assert (lines[1][:23], lines[-1][: len(END)]) == ("1 subscription holds no", END)
    assert "\x1b" not in plain
    in_ci = collecting(azure, tmp_path, terminal=True, CI="true")
    assert [line[:20] for line in in_ci.splitlines()] == [line[:20] for line in lines]
    assert "\x1b" not in in_ci


def test_a_quiet_run_says_nothing_on_a_terminal_either(azure, tmp_path):
    assert collecting(azure, tmp_path, "--quiet", terminal=True) == ""
