"""Bad input: one clear line and at most one hint on stderr, exit 2, nothing on stdout, no half-written file."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from readiness.cli import app
from tests.builders import ACCOUNTS, account, export_file, lines, read, record, rule_text

ROOT = Path(__file__).parent.parent
MARK = "TEST-001"
ON = "require: {field: properties.on, equals: true}"
HEADER = lines().encode()
GOOD = lines(read(), account("a", {"on": True}))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.jsonl").write_text(GOOD)
    return tmp_path


def run(*args):
    """The command line in this process; what it raises is no answer to a user."""
    found = CliRunner().invoke(app, [str(a) for a in args])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def check_told(found, *words):
    """Exit 2, nothing on stdout, one line and at most one hint on stderr, with some words in it."""
    assert found.exit_code == 2, found.output
    assert found.stdout == ""
    told = found.stderr.splitlines()
    assert 1 <= len(told) <= 2, found.stderr
    assert told[0].startswith("readiness: ")
    assert all(line.startswith("  ") and line.strip() for line in told[1:])
    assert all(len(line) < 500 for line in told)
    assert "Traceback" not in found.stderr
    for word in words:
        assert word in found.stderr, found.stderr


def gz(text, cut=0):
    data = gzip.compress(text.encode(), mtime=0)
    return data[: len(data) - cut]


def nested(depth, end="1"):
    return '{"a":' * depth + end + "}" * depth


def deep_resource(depth):
    return json.dumps(record(account("deep", {"x": "HERE"}))).replace('"HERE"', nested(depth))


def flipped(data):
    """Compressed bytes with the middle turned around: no longer deflate, or another checksum."""
    middle = len(data) // 2
    return data[:middle] + bytes(x ^ 0xFF for x in data[middle : middle + 8]) + data[middle + 8 :]


LONG = os.urandom(3000).hex()
INPUTS = {
    # name: (file name, bytes, words that must be told)
    "empty": ("x.json", b"", ("x.json", "empty")),
    "white-space": ("x.json", b" \r\n\t ", ("empty",)),
    "only-a-mark": ("x.json", b"\xef\xbb\xbf", ("empty",)),
    "zeros": ("x.json", b"\0\0\0", ("empty",)),
    "empty-gzip": ("x.json.gz", gz(""), ("empty",)),
    "broken-json": ("x.json", b'[{"id": "a",\n  "b": }]', ("line 2, column 8",)),
    "cut-json": ("x.json", b'[{"id": "a"', ("line 1, column",)),
    "trailing-text": ("x.json", b'{"id": "/a"} x', ("line 1, column 14",)),
    "single-quotes": ("x.json", b"{'id': 'a'}", ("line 1, column 2",)),
    "yaml": ("x.yaml", b"id: a\nkind: b\n", ("line 1, column 1",)),
    "html": ("x.json", b"<html><body>Sign in</body></html>", ("line 1, column 1",)),
    "a-list-of-numbers": ("x.json", b"[1, 2, 3]", ("no Azure resource",)),
    "a-list-of-lists": ("x.json", b"[[1], [2]]", ("no Azure resource",)),
    "a-list-of-null": ("x.json", b"[null]", ("no Azure resource",)),
    "objects-without-an-id": ("x.json", b'[{"name": "x"}]', ("no Azure resource",)),
    "a-number": ("x.json", b"7", ("number",)),
    "a-text": ("x.json", b'"az"', ("text",)),
    "null": ("x.json", b"null", ("null",)),
    "an-object-of-nothing": ("x.json", b"{}", ("'id'",)),
    "a-table-of-graph": ("x.json", b'{"data": {"columns": [], "rows": []}}', ("objectArray",)),
    "data-null": ("x.json", b'{"data": null}', ("null",)),
    "nan": ("x.json", b'[{"id": "/a", "b": NaN}]', ("line 1, column",)),
    "infinity": ("x.json", b'[{"id": "/a", "b": -Infinity}]', ("line 1, column",)),
    "invalid-utf-8": ("x.json", b'[{"id": "/a\xff\xfe"}]', ("x.json",)),
    "latin-1": ("x.json", '[{"id": "/größe"}]'.encode("latin-1"), ("x.json",)),
    "utf-16-without-a-mark": ("x.json", '[{"id": "/a"}]'.encode("utf-16-le"), ("x.json",)),
    "odd-utf-16": ("x.json", b"\xff\xfe[\0]", ("x.json",)),
    "a-lone-surrogate": ("x.json", b'[{"id": "/a\\ud800"}]', ("x.json",)),
    "binary": ("x.json", bytes(range(256)), ("x.json",)),
    "a-zip": ("x.zip", b"PK\x03\x04" + bytes(60), ("x.zip",)),
    "cut-gzip": ("x.jsonl.gz", gz(GOOD + LONG, 400), ("gzip",)),
    "cut-gzip-by-its-checksum": ("x.jsonl.gz", gz(GOOD, 4), ("gzip",)),
    "a-gzip-header-alone": ("x.jsonl.gz", gz(GOOD)[:10], ("gzip",)),
    "two-bytes-of-gzip": ("x.jsonl.gz", b"\x1f\x8b", ("gzip",)),
    "flipped-gzip": ("x.jsonl.gz", flipped(gz(GOOD + LONG)), ("gzip",)),
    "gzip-of-another-method": ("x.jsonl.gz", b"\x1f\x8b\x01" + gz(GOOD)[3:], ("gzip",)),
    "gzip-and-rubbish": ("x.jsonl.gz", gz(GOOD) + b"rubbish", ("gzip",)),
    "nested-10000": ("x.json", nested(10_000).encode(), ("x.json",)),
    "nested-lists-10000": ("x.json", b"[" * 10_000 + b"]" * 10_000, ("x.json",)),
    "nested-10000-in-a-snapshot": ("x.jsonl", HEADER + deep_resource(10_000).encode(), ("line 2",)),
    "nested-10000-in-a-header": (
        "x.jsonl",
        b'{"schema": "readiness/snapshot/1", "x": ' + nested(10_000).encode() + b"}",
        ("x.jsonl",),
    ),
    "future-schema": ("x.jsonl", b'{"schema": "readiness/snapshot/2"}\n', ("newer", "pgrade")),
    "schema-of-a-report": ("x.jsonl", b'{"schema": "readiness/report/1"}\n', ("no snapshot",)),
    "a-record-that-is-a-list": ("x.jsonl", HEADER + b"[1]\n", ("line 2",)),
    "a-broken-record": ("x.jsonl", HEADER + b'{"gap": \n', ("line 2, column",)),
    "a-cut-record": ("x.jsonl", GOOD.encode()[:-30], ("line 3, column",)),
    "a-record-of-nan": ("x.jsonl", HEADER + b'{"resource": {"id": "/a", "x": NaN}}\n', ("line 2, column",)),
    "a-record-of-latin-1": ("x.jsonl", HEADER + '{"resource": {"id": "/größe"}}\n'.encode("latin-1"), ("line 2",)),
    "a-resource-that-is-text": ("x.jsonl", HEADER + b'{"resource": "x"}\n', ("line 2",)),
    "a-resource-without-an-id": ("x.jsonl", HEADER + b'{"resource": {"type": "a/b"}}\n', ("line 2",)),
    "a-resource-with-a-number-as-id": ("x.jsonl", HEADER + b'{"resource": {"id": 7, "type": "a/b"}}\n', ("line 2",)),
    "a-resource-from-nowhere": ("x.jsonl", HEADER + b'{"resource": {"id": "/a"}, "from": ["arm"]}\n', ("line 2",)),
    "a-gap-that-is-null": ("x.jsonl", HEADER + b'{"gap": null}\n', ("line 2",)),
    "a-gap-with-a-number-as-scope": ("x.jsonl", HEADER + b'{"gap": {"scope": 1}}\n', ("line 2",)),
    "a-gap-with-a-text-as-status": ("x.jsonl", HEADER + b'{"gap": {"status": "403"}}\n', ("line 2",)),
    "a-gap-with-a-list-as-reason": ("x.jsonl", HEADER + b'{"gap": {"reason": []}}\n', ("line 2",)),
    "a-read-that-is-a-text": ("x.jsonl", HEADER + b'{"read": "all"}\n', ("line 2",)),
    "a-read-with-a-list-as-scope": ("x.jsonl", HEADER + b'{"read": {"scope": []}}\n', ("line 2",)),
    "metrics-that-are-a-list": ("x.jsonl", HEADER + b'{"metrics": []}\n', ("line 2",)),
    "metrics-of-nothing": ("x.jsonl", HEADER + b'{"metrics": {}}\n', ("line 2",)),
    "metrics-null": ("x.jsonl", HEADER + b'{"metrics": null}\n', ("line 2",)),
    "collected-at-of-text": ("x.jsonl", b'{"schema": "readiness/snapshot/1", "collected_at": "now"}\n', ("line 1",)),
    "collected-at-of-a-number": ("x.jsonl", b'{"schema": "readiness/snapshot/1", "collected_at": 7}\n', ("line 1",)),
    "scope-that-is-a-list": ("x.jsonl", b'{"schema": "readiness/snapshot/1", "scope": [1]}\n', ("line 1",)),
    "a-control-character-in-what-is-told": ("x.jsonl", b'{"schema": "\\u001b[31mred"}\n', ("no snapshot",)),
}


@pytest.mark.parametrize(("name", "data", "words"), INPUTS.values(), ids=INPUTS)
def test_a_bad_input(folder, name, data, words):
    (folder / name).write_bytes(data)
    found = run("scan", name, "-o", "report.json")
    check_told(found, *words)
    assert "\x1b" not in found.stderr
    assert sorted(p.name for p in folder.iterdir()) == sorted({"good.jsonl", name})


@pytest.mark.parametrize(("name", "data", "words"), INPUTS.values(), ids=INPUTS)
def test_a_bad_input_of_explain(folder, name, data, words):
    (folder / name).write_bytes(data)
    check_told(run("explain", "AOAI-IAM-001", "a", name), *words)


@pytest.mark.parametrize(
    "scope",
    [
        {"subscriptions": 5},
        {"subscriptions": [None, 5, {}]},
        {"tags": ["x"]},
        {"tags": {"a": 1}},
        {"resource_groups": "x"},
        None,
    ],
)
def test_a_strange_scope_in_a_header_crashes_nothing(folder, scope):
    (folder / "x.jsonl").write_text(lines(read(), account("a"), scope=scope))
    assert run("scan", "x.jsonl", "--quiet").exit_code in (0, 2)


def test_a_header_in_a_broken_way_is_told_by_its_place(folder):
    (folder / "x.jsonl").write_text('{"schema": "readiness/snapshot/1", \n{"gap": {}}\n')
    check_told(run("scan", "x.jsonl"), "x.jsonl: line ")


def test_500_levels_inside_a_resource_are_judged_or_refused(folder):
    (folder / "x.jsonl").write_bytes(HEADER + deep_resource(500).encode() + b"\n")
    found = run("scan", "x.jsonl", "-f", "json")
    if found.exit_code == 2:
        check_told(found, "x.jsonl")
    else:
        assert (found.exit_code, found.stderr) == (0, "")
        assert json.loads(found.stdout)["scope"]["resources"] == 1


def test_500_levels_inside_an_export_with_a_secret_beside_are_judged_or_refused(folder):
    text = json.dumps([account("deep", {"x": "HERE", "password": "Sup3rS3cret!"})]).replace('"HERE"', nested(500))
    (folder / "x.json").write_text(text)
    found = run("scan", "x.json", "-f", "json")
    if found.exit_code == 2:
        check_told(found, "x.json")
    else:
        assert found.exit_code == 0
        assert "Sup3rS3cret!" not in found.stdout


def test_a_line_over_64_mb(folder):
    with (folder / "x.jsonl").open("wb") as stream:
        stream.write(HEADER + b'{"resource": {"id": "/a", "x": "')
        for _ in range(65):
            stream.write(b"x" * (1 << 20))
        stream.write(b'"}}\n')
    check_told(run("scan", "x.jsonl"), "line 2", "64 MB")


def test_a_line_over_64_mb_out_of_a_small_gzip(folder):
    with gzip.open(folder / "x.jsonl.gz", "wb", 1) as stream:
        stream.write(HEADER)
        for _ in range(65):
            stream.write(b" " * (1 << 20))
    check_told(run("scan", "x.jsonl.gz"), "line 2", "64 MB")


PLACES = {
    "missing": ("nowhere.json", ("nowhere.json", "No such file")),
    "a-folder": (".", ("folder",)),
    "in-a-missing-folder": ("nowhere/x.json", ("No such file",)),
    "below-a-file": ("good.jsonl/x", ("Not a directory",)),
    "a-name-that-is-too-long": ("x" * 300, ("too long",)),
}


@pytest.mark.parametrize(("path", "words"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("command", [("scan",), ("explain", "AOAI-IAM-001", "a")], ids=["scan", "explain"])
def test_a_place_where_nothing_can_be_read(folder, command, path, words):
    check_told(run(*command, path), *words)


def test_an_unreadable_file(folder, monkeypatch):
    """As root may read everything, the refusal is the operating system's words in its stead."""
    real = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "x.json":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **kwargs)

    (folder / "x.json").write_text("[]")
    monkeypatch.setattr(Path, "open", refuse)
    check_told(run("scan", "x.json"), "x.json", "Permission denied")


def test_a_file_that_fails_while_it_is_read(folder):
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("only Linux has /proc/self/mem, a file that opens and can't be read")
    check_told(run("scan", memory), "mem")


# --- usage ----------------------------------------------------------------------------------------------------

USAGE = {
    # name: (arguments, words); those that our own code tells
    "sample-and-input": (("scan", "good.jsonl", "--sample"), ("--sample",)),
    "unknown-format": (("scan", "good.jsonl", "-f", "jsn"), ("did you mean 'json'",)),
    "two-formats": (("scan", "good.jsonl", "-f", "json", "-f", "html"), ("-f",)),
    "a-format-and-two-files": (("scan", "good.jsonl", "-f", "json", "-o", "a.json", "-o", "b.json"), ("-f",)),
    "a-suffix-of-no-format": (("scan", "good.jsonl", "-o", "a.jsn"), ("a.jsn",)),
    "no-suffix": (("scan", "good.jsonl", "-o", "report"), ("report",)),
    "unknown-select": (("scan", "good.jsonl", "--select", "AOAI-IAM-009"), ("AOAI-IAM-004",)),
    "unknown-ignore": (("scan", "good.jsonl", "--ignore", "securty"), ("security",)),
    "unknown-subscription": (("scan", "good.jsonl", "-s", "nowhere"), ("nowhere",)),
    "a-tag-without-a-value": (("scan", "good.jsonl", "--tag", "workload"), ("name=value",)),
    "as-of-no-date": (("scan", "good.jsonl", "--as-of", "2026-13-01"), ("2026-13-01",)),
    "min-pillar": (("scan", "good.jsonl", "--min-pillar", "securty=1"), ("did you mean 'security'",)),
    "min-pillar-number": (("scan", "good.jsonl", "--min-pillar", "security=much"), ("NAME=N",)),
    "explain-unknown-rule": (("explain", "AOAI-IAM-009", "a", "good.jsonl"), ("AOAI-IAM-004",)),
    "explain-unknown-subject": (("explain", "AOAI-IAM-001", "b", "good.jsonl"), ("'b'",)),
    "explain-without-input": (("explain", "AOAI-IAM-001", "b"), ("--sample",)),
    "show-unknown-rule": (("rules", "show", "NOPE-1"), ("NOPE-1",)),
    "list-unknown-select": (("rules", "list", "--select", "NOPE-1"), ("NOPE-1",)),
    "output-in-a-missing-folder": (("scan", "good.jsonl", "-o", "missing/report.json"), ("missing/report.json",)),
    "output-onto-a-folder": (("scan", "good.jsonl", "-o", "folder.json"), ("folder.json",)),
    "collect-into-a-missing-folder": (("collect", "--sample", "-o", "missing/x.jsonl"), ("missing/x.jsonl",)),
    "collect-onto-a-folder": (("collect", "--sample", "-o", "folder.json"), ("folder.json",)),
    "baseline-missing": (("scan", "good.jsonl", "--no-regression", "nowhere.json"), ("nowhere.json",)),
    "baseline-of-a-snapshot": (("scan", "good.jsonl", "--no-regression", "good.jsonl"), ("good.jsonl",)),
    "baseline-nested": (("scan", "good.jsonl", "--no-regression", "nested.json"), ("nested.json",)),
}  # fmt: skip


@pytest.mark.parametrize(("args", "words"), USAGE.values(), ids=USAGE)
def test_bad_usage(folder, args, words):
    (folder / "folder.json").mkdir()
    (folder / "nested.json").write_text(nested(10_000))
    before = sorted(str(p) for p in folder.rglob("*"))
    check_told(run(*args), *words)
    assert sorted(str(p) for p in folder.rglob("*")) == before


CLICK = {
    "unknown-flag": ("scan", "good.jsonl", "--nonsense"),
    "unknown-command": ("scam", "good.jsonl"),
    "min-score-text": ("scan", "good.jsonl", "--min-score", "x"),
    "min-score-101": ("scan", "good.jsonl", "--min-score", "101"),
    "min-score-nan": ("scan", "good.jsonl", "--min-score", "nan"),
    "min-coverage-nan": ("scan", "good.jsonl", "--min-coverage", "nan"),
    "min-score-infinite": ("scan", "good.jsonl", "--min-score", "inf"),
    "fail-on": ("scan", "good.jsonl", "--fail-on", "worst"),
    "environment": ("scan", "good.jsonl", "--environment", "staging"),
    "two-inputs": ("scan", "good.jsonl", "good.jsonl"),
    "a-flag-without-its-value": ("scan", "good.jsonl", "-o"),
    "collect-without-output": ("collect", "--sample"),
    "explain-without-subject": ("explain", "AOAI-IAM-001"),
}


@pytest.mark.parametrize("args", CLICK.values(), ids=CLICK)
def test_bad_usage_told_by_the_parser(folder, args):
    found = run(*args)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr
    assert 0 < len(found.stderr.splitlines()) <= 5


# --- rules, configuration, waivers, attestations ----------------------------------------------------------------


def check_problems(found, count, *words):
    """Exit 2, nothing on stdout, a line for each problem with its place, and their count."""
    assert found.exit_code == 2, found.output
    assert found.stdout == ""
    *problems, last = found.stderr.splitlines()
    assert len(problems) == count, found.stderr
    assert last.startswith(f"readiness: {count} problem")
    for line in problems:
        file, number, column, message = line.split(":", 3)
        assert file
        assert number.isdigit()
        assert column.isdigit()
        assert message.strip()
    for word in words:
        assert word in found.stderr, found.stderr


RULES = {
    # name: (rule file, problems, words)
    "empty": ("", 1, ("is empty",)),
    "a-list": ("- 1\n", 1, ("mapping",)),
    "broken-yaml": ("id: [\n", 1, ("YAML",)),
    "a-tab": ("id:\n\t- x\n", 1, ("YAML",)),
    "not-utf-8": (b"id: \xff\n", 1, ("UTF-8",)),
    "an-unknown-key": (rule_text(ON, id="MINE-001", severty="high"), 1, ("did you mean 'severity'",)),
    "an-unknown-operator": (
        rule_text("require: {field: properties.on, equalz: true}", id="MINE-001"),
        1,
        ("did you mean 'equals'",),
    ),
    "two-problems": (
        rule_text("require: {field: properties.on, equalz: true}", id="MINE-001", pillar="securty"),
        2,
        ("did you mean 'equals'", "did you mean 'security'"),
    ),
    "a-colliding-id": (rule_text(ON, id="AOAI-IAM-001"), 1, ("taken already",)),
    "an-anchor": (rule_text("require: &x {field: properties.on, equals: true}", id="MINE-001"), 1, ("anchors",)),
    "a-tag": (rule_text("require: !!python/object/apply:os.system [x]", id="MINE-001"), None, ("tag",)),
    "nested": ("a: " + "[" * 100 + "]" * 100, 1, ("nesting",)),
    "nested-10000": ("a: " + "[" * 10_000 + "]" * 10_000, 1, ("nesting",)),
    "a-duplicate-key": (rule_text(ON, id="MINE-001") + "id: MINE-002\n", 1, ("stands twice",)),
}


@pytest.mark.parametrize("command", [("scan", "good.jsonl", "--rules", "rules"), ("rules", "lint", "rules")], ids=str)
@pytest.mark.parametrize(("text", "count", "words"), RULES.values(), ids=RULES)
def test_broken_rules(folder, command, text, count, words):
    (folder / "rules").mkdir()
    (folder / "rules/mine.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    found = run(*command)
    if count is None:
        count = len(found.stderr.splitlines()) - 1
    check_problems(found, count, *words)


def test_the_problems_of_all_files_are_told_at_once(folder):
    (folder / "rules").mkdir()
    for name in ("one", "two", "three"):
        text = rule_text("require: {field: properties.on, equalz: true}", id=f"MINE-{name.upper()}")
        (folder / f"rules/{name}.yaml").write_text(text)
    check_problems(run("scan", "good.jsonl", "--rules", "rules"), 3, "one.yaml", "two.yaml", "three.yaml")


@pytest.mark.parametrize("path", ["nowhere", "empty"])
def test_a_rules_folder_that_is_none(folder, path):
    (folder / "empty").mkdir()
    check_problems(run("scan", "good.jsonl", "--rules", path), 1, path)


WAIVER = "{rule: AOAI-IAM-001, resource: '*', reason: r, owner: o, expires: 2027-01-01}"
ANSWER = "{rule: OPS-001, for: estate, answer: pass, author: a, date: 2026-01-01}"
REPLICAS = "rules: {SRCH-REL-001: {parameters: {%s}}}\n"
WAIVERS, ANSWERS, CONFIG = "--waivers", "--attestations", "--config"


def waiver(old, new):
    return f"waivers:\n  - {WAIVER.replace(old, new)}\n"


def answer(old, new):
    return f"attestations:\n  - {ANSWER.replace(old, new)}\n"


SETTINGS = {
    # name: (flag, text or None for a missing file, problems, words)
    "waivers-missing": (WAIVERS, None, 1, ("No such file",)),
    "waivers-empty": (WAIVERS, "", 1, ("empty",)),
    "waivers-of-comments": (WAIVERS, "# nothing\n", 1, ("empty",)),
    "waivers-null": (WAIVERS, "waivers:\n", 1, ("list",)),
    "waivers-a-list": (WAIVERS, f"- {WAIVER}\n", 1, ("mapping",)),
    "waiver-without-expiry": (WAIVERS, waiver(", expires: 2027-01-01", ""), 1, ("expires",)),
    "waiver-without-reason": (WAIVERS, waiver("reason: r, ", ""), 1, ("reason",)),
    "waiver-with-an-empty-reason": (WAIVERS, waiver("reason: r", "reason: ''"), 1, ("text",)),
    "waiver-of-an-unknown-rule": (WAIVERS, waiver("-001", "-009"), 1, ("AOAI-IAM-004",)),
    "waiver-until-no-date": (WAIVERS, waiver("2027-01-01", "soon"), 1, ("date",)),
    "waiver-until-the-30th-of-february": (WAIVERS, waiver("2027-01-01", "2027-02-30"), 1, ("date",)),
    "waiver-with-an-unknown-key": (WAIVERS, waiver("owner", "ownr"), 2, ("did you mean 'owner'",)),
    "attestations-missing": (ANSWERS, None, 1, ("No such file",)),
    "attestation-of-a-judged-rule": (ANSWERS, answer("OPS-001", "AOAI-IAM-001"), 1, ("waiver",)),
    "attestation-that-is-maybe": (ANSWERS, answer("pass", "maybe"), 1, ("maybe",)),
    "attestation-for-nobody": (ANSWERS, answer("estate", "everybody"), 1, ("everybody",)),
    "attestation-without-a-date": (ANSWERS, answer(", date: 2026-01-01", ""), 1, ("date",)),
    "config-missing": (CONFIG, None, 1, ("No such file",)),
    "config-a-list": (CONFIG, "- 1\n", 1, ("mapping",)),
    "config-unknown-key": (CONFIG, "profil: production\n", 1, ("did you mean 'profile'",)),
    "config-unknown-rule": (CONFIG, "rules: {AOAI-IAM-009: {off: true, reason: r}}\n", 1, ("AOAI-IAM-00",)),
    "config-off-without-reason": (CONFIG, "rules: {AOAI-IAM-001: {off: true}}\n", 1, ("reason",)),
    "config-unknown-parameter": (CONFIG, REPLICAS % "replicas: 1", 1, ("min_replicas",)),
    "config-parameter-of-text": (CONFIG, REPLICAS % "min_replicas: many", 1, ("min_replicas",)),
    "config-severity": (CONFIG, "rules: {AOAI-IAM-001: {severity: hgh}}\n", 1, ("did you mean 'high'",)),
    "config-gate-101": (CONFIG, "gate: {min_score: 101}\n", 1, ("0 to 100",)),
    "config-gate-pillar": (CONFIG, "gate: {min_pillar: {securty: 1}}\n", 1, ("did you mean 'security'",)),
    "config-gate-text": (CONFIG, "gate: {fail_on: worst}\n", 1, ("worst",)),
    "config-an-anchor": (CONFIG, "report: &a {title: x}\n", 1, ("anchors",)),
}


@pytest.mark.parametrize(("flag", "text", "count", "words"), SETTINGS.values(), ids=SETTINGS)
def test_broken_settings(folder, flag, text, count, words):
    if text is not None:
        (folder / "mine.yaml").write_text(text)
    found = run("scan", "good.jsonl", flag, "mine.yaml", "-o", "report.json")
    check_problems(found, count, "mine.yaml", *words)
    assert not (folder / "report.json").exists()


@pytest.mark.parametrize("name", ["readiness.yaml", "waivers.yaml", "attestations.yaml"])
def test_a_broken_file_of_the_working_directory_is_told_too(folder, name):
    (folder / name).write_text("nonsense: 1\n")
    found = run("scan", "good.jsonl")
    assert (found.exit_code, found.stdout) == (2, "")
    assert name in found.stderr


# --- the process ----------------------------------------------------------------------------------------------

PROCESS = {
    "missing": (["scan", "nowhere.json"], b"", "nowhere.json"),
    "cut-gzip": (["scan", "cut.jsonl.gz", "-f", "json"], b"", "gzip"),
    "broken-stdin": (["scan", "-", "-f", "json"], b"[{", "standard input"),
    "empty-stdin": (["scan", "-"], b"", "empty"),
    "nested": (["scan", "-", "-o", "x.json"], nested(10_000).encode(), "standard input"),
    "missing-folder": (["scan", "good.jsonl", "-o", "missing/x.json"], b"", "missing/x.json"),
}


@pytest.mark.parametrize(("args", "stdin", "word"), PROCESS.values(), ids=PROCESS)
def test_the_process(folder, args, stdin, word):
    (folder / "cut.jsonl.gz").write_bytes(gz(GOOD + LONG, 400))
    before = sorted(p.name for p in folder.iterdir())
    found = subprocess.run(
        [sys.executable, "-m", "readiness", *args],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    told = found.stderr.decode().splitlines()
    assert (found.returncode, found.stdout) == (2, b""), found.stderr
    assert 1 <= len(told) <= 2
    assert word in told[0]
    assert sorted(p.name for p in folder.iterdir()) == before


def test_an_export_of_a_known_shape_is_no_bad_input(folder):
    export_file(folder, [account("a", {"on": True})])
    assert run("scan", "export.json", "--quiet").exit_code == 0
    assert ACCOUNTS in (folder / "export.json").read_text()
