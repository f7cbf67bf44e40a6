"""The command line (design 6): flags, formats, streams, the JSON report to the letter, and what is never imported."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from readiness import __version__, assets, snapshot
from readiness.cli import app
from tests.builders import (
    ACCOUNTS,
    DEPLOYMENTS,
    GROUP,
    SUB,
    SUB2,
    account,
    child,
    export_file,
    gap,
    lines,
    read,
    rule_text,
    snapshot_file,
)

ROOT = Path(__file__).parent.parent
ON = "require: {field: properties.on, equals: true}"
OWN = ("--rules", "rules", "--select", "TEST-001")
AS_OF = ("--as-of", "2026-01-01")
ESCAPE = "\x1b"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a rule, and an estate in which it passes, fails and can't tell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/TEST-001.yaml").write_text(rule_text(ON))
    bodies = [account("yes", {"on": True}), account("no", {"on": False}), account("hidden", {"on": True})]
    snapshot_file(tmp_path, read(), *bodies, gap(bodies[2]["id"], path="properties.on"))
    return tmp_path


def run(*args, code=0):
    """The command line in this process."""
    found = CliRunner().invoke(app, [str(a) for a in args])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == code, found.output
    return found


def scanned(*args, code=0):
    """The JSON report of a scan."""
    found = run("scan", *args, "-f", "json", code=code)
    assert found.stderr == ""
    return json.loads(found.stdout)


def process(*args, env=(), stdin=b"", cwd=None):
    """The command line as a process of its own."""
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "readiness", *map(str, args)],
        input=stdin,
        capture_output=True,
        env={**clean, "PYTHONPATH": str(ROOT), **dict(env)},
        cwd=cwd,
        timeout=60,
        check=False,
    )


# --- the JSON report, to the letter ---------------------------------------------------------------------------

KEYS = [
    "schema",
    "tool",
    "assessed_at",
    "collected_at",
    "scope",
    "score",
    "gate",
    "summary",
    "rules",
    "findings",
    "gaps",
]
OUTCOMES = ["pass", "fail", "unknown", "not_applicable", "manual", "error", "waived"]
FIGURES = ["value", "floor", "coverage"]
FINDING = [
    "rule", "resource", "outcome", "severity", "pillar", "area", "message", "evidence", "waiver", "fingerprint",
]  # fmt: skip
GAP = ["operation", "scope", "type", "path", "status", "code", "reason", "permission", "message"]
LATER = {"notices"}
"""Keys that were added within /1."""


@pytest.fixture(scope="module")
def sample():
    found = CliRunner().invoke(app, ["scan", "--sample", "--all", "-f", "json", "--min-score", "1"])
    return json.loads(found.stdout)


def test_the_report_has_the_keys_of_the_contract_in_its_order(sample):
    assert [k for k in sample if k not in LATER] == KEYS
    assert set(sample) - set(KEYS) <= LATER
    assert sample["schema"] == "readiness/report/1"
    assert list(sample["tool"]) == ["name", "version", "ruleset"]
    assert (sample["tool"]["name"], sample["tool"]["version"]) == ("readiness", __version__)


def test_the_report_s_dates_are_rfc_3339(sample):
    assert sample["assessed_at"] == sample["collected_at"] == "2026-10-01T06:00:00Z"


def test_the_report_s_score(sample):
    assert list(sample["score"]) == ["value", "floor", "grade", "coverage", "attested", "pillars", "areas"]
    assert list(sample["score"]["attested"]) == ["answered", "asked"]
    for part in (*sample["score"]["pillars"].values(), *sample["score"]["areas"].values()):
        assert list(part) == FIGURES
    assert set(sample["score"]["pillars"]) <= {"reliability", "security", "cost", "operations", "performance"}
    assert 0 <= sample["score"]["floor"] <= sample["score"]["value"] <= 100
    assert 0 <= sample["score"]["coverage"] <= 1
    assert round(sample["score"]["floor"], 4) == sample["score"]["floor"]


def test_the_report_s_gate(sample):
    assert list(sample["gate"]) == ["asked", "met", "reasons"]
    assert sample["gate"]["asked"] == {"min_score": 1.0}
    assert (sample["gate"]["met"], sample["gate"]["reasons"]) == (True, [])
    assert scanned("--sample")["gate"] == {"asked": {}, "met": None, "reasons": []}


def test_the_report_s_summary_and_rules(sample):
    assert list(sample["summary"]) == OUTCOMES
    for one in sample["rules"]:
        assert list(one) == ["id", "title", "severity", "pillar", "area", "status", "counts"]
        assert list(one["counts"]) == OUTCOMES
    for name in OUTCOMES:
        assert sum(one["counts"][name] for one in sample["rules"]) == sample["summary"][name]
    assert [one["id"] for one in sample["rules"]] == sorted(one["id"] for one in sample["rules"])


def test_the_report_s_findings(sample):
    for one in sample["findings"]:
        assert list(one) == FINDING
        assert re.fullmatch(r"[0-9a-f]{32}", one["fingerprint"])
        assert one["message"]
        for seen in one["evidence"]:
            assert list(seen) == ["path", "observed", "expected"]
        assert one["waiver"] is None or list(one["waiver"]) == ["reason", "owner", "expires", "ticket"]
    assert len({one["fingerprint"] for one in sample["findings"]}) == len(sample["findings"])
    assert len(sample["findings"]) == sum(sample["summary"].values())
    assert sum(one["waiver"] is not None for one in sample["findings"]) == sample["summary"]["waived"] == 1


def test_the_report_s_gaps(sample):
    assert sample["gaps"]
    for one in sample["gaps"]:
        assert list(one) == GAP


def test_findings_hold_all_but_pass_and_not_applicable_unless_all_is_asked(sample):
    short = scanned("--sample", "--min-score", "1")
    assert {f["outcome"] for f in short["findings"]} == {"fail", "unknown", "manual"}
    kept = [f for f in sample["findings"] if f["outcome"] not in ("pass", "not_applicable")]
    assert sorted(map(str, short["findings"])) == sorted(map(str, kept))
    assert {k: v for k, v in short.items() if k != "findings"} == {k: v for k, v in sample.items() if k != "findings"}


def test_a_resource_is_spelled_as_azure_spells_it(folder):
    path = snapshot_file(folder, read(), account("CamelCase", {"on": False}))
    assert scanned(path, *OWN)["findings"][0]["resource"] == f"{GROUP}/providers/{ACCOUNTS}/CamelCase"


APIM = [
    "APIM-IAM-001",
    *("APIM-MON-001", "APIM-MON-003", "APIM-MON-004", "APIM-MON-005"),
    *("APIM-REL-001", "APIM-REL-002", "APIM-REL-003", "APIM-REL-004", "APIM-REL-005"),
    *("APIM-SEC-001", "APIM-SEC-002", "APIM-SEC-003", "APIM-SEC-004", "APIM-SEC-005", "APIM-SEC-006", "APIM-SEC-007"),
    *("APIM-TRF-002", "APIM-TRF-004"),
]
SRCH = [
    *("SRCH-ENC-001", "SRCH-IAM-001", "SRCH-IAM-002", "SRCH-MON-001"),
    *("SRCH-NET-001", "SRCH-NET-002", "SRCH-NET-003", "SRCH-PERF-001", "SRCH-PERF-002", "SRCH-REL-001"),
]


def test_rules_lists_every_selected_rule_also_without_a_subject(folder):
    path = export_file(folder, [account("a")])
    rules = scanned(path, "--select", "APIM", "--select", "SRCH")["rules"]
    assert [r["id"] for r in rules] == [*APIM, *SRCH]
    assert all(sum(r["counts"].values()) == 0 for r in rules)


def test_what_has_no_weight_is_null(folder):
    found = scanned(snapshot_file(folder, read(count=0)), *OWN)["score"]
    assert (found["value"], found["floor"], found["grade"], found["coverage"]) == (None, None, None, None)
    assert found["attested"] == {"answered": 0, "asked": 0}


def test_an_export_has_no_date_of_collection(folder):
    found = scanned(export_file(folder, [account("a")]), *AS_OF)
    assert (found["collected_at"], found["assessed_at"]) == (None, "2026-01-01T00:00:00Z")


def test_gate_reasons_are_texts_and_met_is_null_where_it_could_not_be_assessed(folder):
    found = scanned("estate.jsonl", *OWN, "--min-coverage", "99", code=3)["gate"]
    assert (found["asked"], found["met"]) == ({"min_coverage": 99.0}, None)
    assert all(isinstance(r, str) for r in found["reasons"])
    assert found["reasons"]


def test_accept_unknown_stands_beside_the_gates(folder):
    asked = scanned("estate.jsonl", *OWN, "--fail-on", "critical", "--accept-unknown")["gate"]["asked"]
    assert asked == {"fail_on": "critical", "accept_unknown": True}
    assert scanned("estate.jsonl", *OWN, "--accept-unknown")["gate"]["asked"] == {}


# --- formats and files ----------------------------------------------------------------------------------------

WHERE = {
    # name: (flags, {file: how it begins}, how stdout begins, or None for nothing)
    "summary": ((), {}, "Production readiness"),
    "json-to-stdout": (("-f", "json"), {}, '{"schema"'),
    "json-to-a-file": (("-o", "a.json"), {"a.json": '{"schema"'}, "Production readiness"),
    "quiet": (("-q",), {}, None),
    "quiet-with-a-file": (("--quiet", "-o", "a.json"), {"a.json": '{"schema"'}, None),
    "quiet-leaves-the-report": (("--quiet", "-f", "json"), {}, '{"schema"'),
    "format-over-suffix": (("-f", "json", "-o", "a.html"), {"a.html": '{"schema"'}, "Production readiness"),
    "format-without-suffix": (("-f", "json", "-o", "report"), {"report": '{"schema"'}, "Production readiness"),
    "suffix-without-case": (("-o", "A.JSON"), {"A.JSON": '{"schema"'}, "Production readiness"),
    "html-to-a-file": (("-o", "a.html"), {"a.html": "<!doctype html"}, "Production readiness"),
    "html-to-stdout": (("-f", "html"), {}, "<!doctype html"),
    "two-files": (
        ("-o", "a.json", "-o", "a.html"),
        {"a.json": '{"schema"', "a.html": "<!doctype html"},
        "Production readiness",
    ),
    "long-flags": (("--format", "json", "--output", "a.txt"), {"a.txt": '{"schema"'}, "Production readiness"),
}


@pytest.mark.parametrize(("flags", "files", "stdout"), WHERE.values(), ids=WHERE)
def test_where_reports_go(folder, flags, files, stdout):
    before = {p.name for p in folder.iterdir()}
    found = run("scan", "estate.jsonl", *OWN, *flags)
    assert found.stderr == ""
    assert found.stdout.lower().startswith(stdout.lower()) if stdout else found.stdout == ""
    assert {p.name for p in folder.iterdir()} - before == set(files)
    for name, begins in files.items():
        assert (folder / name).read_text(encoding="utf-8").lower().startswith(begins.lower())


def test_a_file_and_stdout_hold_the_same_bytes(folder):
    out = process("scan", "estate.jsonl", *OWN, *AS_OF, "-f", "json", cwd=folder)
    process("scan", "estate.jsonl", *OWN, *AS_OF, "-o", "a.json", cwd=folder)
    assert (folder / "a.json").read_bytes() == out.stdout
    assert out.stderr == b""


def test_an_older_report_is_replaced_as_a_whole(folder):
    (folder / "a.json").write_text("x" * 1_000_000)
    run("scan", "estate.jsonl", *OWN, "-o", "a.json")
    assert json.loads((folder / "a.json").read_text())["schema"] == "readiness/report/1"


def test_an_older_report_stays_if_there_is_no_new_one(folder):
    (folder / "a.json").write_text("old")
    (folder / "bad.json").write_text("[1]")
    run("scan", "bad.json", "-o", "a.json", code=2)
    assert (folder / "a.json").read_text() == "old"


@pytest.mark.parametrize("flags", [(), ("-f", "json"), ("-f", "json", "--all"), ("-f", "html")], ids=str)
def test_with_as_of_output_is_byte_identical(folder, flags):
    args = ("scan", "estate.jsonl", *OWN, *AS_OF, "--min-score", "90", *flags)
    first, second = (process(*args, env={"PYTHONHASHSEED": seed}, cwd=folder) for seed in ("1", "2"))
    assert first.returncode == second.returncode == 1
    assert first.stdout == second.stdout
    assert first.stdout


def test_the_sample_is_byte_identical_without_as_of(folder):
    first, second = (
        process("scan", "--sample", "-f", "json", "--all", env={"PYTHONHASHSEED": seed}, cwd=folder)
        for seed in ("3", "4")
    )
    assert first.stdout == second.stdout
    assert first.stdout


# --- streams, colour ------------------------------------------------------------------------------------------


def on_a_terminal(*args, env=()):
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI")}
    with subprocess.Popen(
        [sys.executable, "-m", "readiness", *map(str, args)],
        stdout=slave,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**clean, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **dict(env)},
    ) as child_:
        os.close(slave)
        parts = []
        try:
            while part := os.read(master, 65536):
                parts.append(part)
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(master)
        child_.wait(60)
    return b"".join(parts).decode()


TERMINAL = {
    "scan": ("scan", "--sample"),
    "explain": ("explain", "AOAI-NET-001", "oai-nwa-prod-sdc", "--sample"),
}


@pytest.mark.parametrize("args", TERMINAL.values(), ids=TERMINAL)
def test_a_terminal_has_colour_and_a_pipe_has_none(folder, args):
    assert ESCAPE in on_a_terminal(*args)
    piped = process(*args, cwd=folder)
    assert ESCAPE.encode() not in piped.stdout + piped.stderr
    assert piped.stdout


@pytest.mark.parametrize("args", TERMINAL.values(), ids=TERMINAL)
@pytest.mark.parametrize(
    ("flags", "env"), [(("--no-color",), {}), ((), {"NO_COLOR": "1"})], ids=["--no-color", "NO_COLOR"]
)
def test_no_color_leaves_no_escape_code(folder, args, flags, env):
    shown = on_a_terminal(*args, *flags, env=env)
    assert shown
    assert ESCAPE not in shown


def test_an_empty_no_color_asks_for_nothing(folder):
    """https://no-color.org: "when present and not an empty string"."""
    assert re.search(r"\x1b\[(?:\d;)?3\d", on_a_terminal("scan", "--sample"))
    assert re.search(r"\x1b\[(?:\d;)?3\d", on_a_terminal("scan", "--sample", env={"NO_COLOR": ""}))


def test_text_from_azure_can_not_move_the_cursor(folder):
    body = account("evil\x1b[2J", {"on": "\x1b]0;title\x07\u202e"})
    (folder / "x.jsonl").write_text(lines(read(), body))
    found = run("scan", "x.jsonl", *OWN, "--all")
    assert ESCAPE not in found.stdout
    assert "\u202e" not in found.stdout
    assert "\x07" not in found.stdout


def test_talk_goes_to_stderr(folder):
    found = run("collect", "--sample", "-o", "s.jsonl")
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1


def test_a_pipe_that_is_closed_early_is_no_crash(folder):
    command = f'"{sys.executable}" -m readiness scan --sample -f json --all | head -c 10'
    found = subprocess.run(
        ["bash", "-c", command], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert b"Traceback" not in found.stderr
    assert b"internal error" not in found.stderr


# --- the summary ----------------------------------------------------------------------------------------------


def test_the_summary_shows_the_figures_cut(folder):
    """3 pass, 1 fail, 2 unknown: score 75, floor 50, a third could not be told."""
    bodies = [account(f"a{i}", {"on": i < 3}) for i in range(4)]
    more = [account(f"u{i}", {}) for i in range(2)]
    gaps = [gap(b["id"], path="properties.on") for b in more]
    path = snapshot_file(folder, read(), *bodies, *more, *gaps)
    found = run("scan", path, *OWN).stdout
    assert "Score 75 (at least 50; 33 % could not be told)" in found
    assert "attested 0 of 0" in found
    assert "Grade C" in found


def test_the_summary_says_what_fails_and_what_could_not_be_told(folder):
    found = run("scan", "estate.jsonl", *OWN, "--fail-on", "high", code=1).stdout
    assert re.search(r"high +TEST-001 +no\b", found)
    assert re.search(r"\n +forbidden +properties.on of hidden\n +Left open: TEST-001\n", found)
    assert "not met" in found


def test_expired_answers_are_in_the_head(folder):
    assert "expired on 2026-03-01" in run("scan", "--sample").stdout


# --- flags ----------------------------------------------------------------------------------------------------


def names(report):
    return sorted({f["resource"].rpartition("/")[2] for f in report["findings"]})


def ids(report):
    return [r["id"] for r in report["rules"]]


@pytest.fixture
def wide(folder):
    """Two subscriptions with an account each, one of them tagged, in groups of their own."""
    one = account("one", {"on": False}, tags={"env": "dev"})
    two = account("two", {"on": False}, group=f"{SUB2}/resourceGroups/rg-two", tags={"env": "prod"})
    three = account("three", {"on": False}, group=f"{SUB}/resourceGroups/rg-three")
    named = {"id": SUB2, "displayName": "Contoso Two"}
    return snapshot_file(folder, read(SUB), read(SUB2), one, two, three, named, name="wide.jsonl")


FLAGS = {
    "-s-id": (("-s", SUB), ["one", "three"]),
    "--subscription-bare": (("--subscription", SUB2.rpartition("/")[2]), ["two"]),
    "-s-name": (("-s", "contoso two"), ["two"]),
    "-s-twice": (("-s", SUB, "-s", SUB2), ["one", "three", "two"]),
    "-g": (("-g", "rg-two"), ["two"]),
    "--resource-group-twice": (("--resource-group", "RG-TWO", "-g", "rg-three"), ["three", "two"]),
    "--tag": (("--tag", "env=prod"), ["two"]),
    "--tag-twice": (("--tag", "env=prod", "--tag", "x=y"), []),
    "-s-and-g": (("-s", SUB, "-g", "rg-two"), []),
}


@pytest.mark.parametrize(("flags", "judged"), FLAGS.values(), ids=FLAGS)
def test_scope_flags(wide, flags, judged):
    found = scanned(wide, *OWN, *flags)
    assert names(found) == judged
    assert found["summary"]["unknown"] == 0


CAPACITY = [
    *("AOAI-CAP-001", "AOAI-CAP-002", "AOAI-CAP-003", "AOAI-CAP-004", "AOAI-CAP-005", "AOAI-CAP-006", "AOAI-CAP-007"),
    *("AOAI-CAP-008", "AOAI-COST-001", "AOAI-COST-002", "AOAI-MON-005", "AOAI-PERF-003", "AOAI-REL-009"),
    "APIM-REL-005",
]
SELECTED = {
    "id": (("--select", "AOAI-IAM-001"), ["AOAI-IAM-001"]),
    "id-without-case": (("--select", "aoai-iam-001"), ["AOAI-IAM-001"]),
    "prefix": (("--select", "SRCH"), SRCH),
    "pillar": (
        ("--select", "performance"),
        [
            *("AOAI-CAP-002", "AOAI-CAP-003", "AOAI-CAP-004", "AOAI-CAP-006", "AOAI-CAP-007", "AOAI-CAP-008"),
            *("AOAI-PERF-001", "AOAI-PERF-002", "AOAI-PERF-003", "AOAI-RAI-006", "APIM-REL-005", "NET-EDGE-002"),
            *("SRCH-PERF-001", "SRCH-PERF-002"),
        ],
    ),
    "area": (("--select", "capacity"), CAPACITY),
    "a-further-area": (
        ("--select", "observability"),
        [
            *("AOAI-CAP-002", "AOAI-CAP-003", "AOAI-CAP-004", "AOAI-MON-001", "AOAI-MON-002", "AOAI-MON-003"),
            *("AOAI-MON-004", "AOAI-MON-005", "AOAI-MON-006", "AOAI-MON-007", "AOAI-MON-008", "AOAI-MON-009"),
            *("AOAI-NET-004", "AOAI-PERF-001", "AOAI-PERF-002", "AOAI-RAI-007", "AOAI-REL-011", "AOAI-REL-012"),
            *("APIM-MON-001", "APIM-MON-003", "APIM-MON-004", "APIM-MON-005", "APP-001", "MON-APPI-001"),
            *("SRCH-MON-001", "SRCH-PERF-001"),
        ],
    ),
    "twice": (("--select", "OPS", "--select", "capacity"), [*CAPACITY, "OPS-001"]),
    "ignored": (
        ("--select", "SRCH", "--ignore", "SRCH-NET"),
        [
            *("SRCH-ENC-001", "SRCH-IAM-001", "SRCH-IAM-002", "SRCH-MON-001", "SRCH-PERF-001", "SRCH-PERF-002"),
            "SRCH-REL-001",
        ],
    ),
}


@pytest.mark.parametrize(("flags", "found"), SELECTED.values(), ids=SELECTED)
def test_select_and_ignore(folder, flags, found):
    assert ids(scanned("--sample", *flags)) == found
    assert run("rules", "list", *flags).stdout.splitlines()[-1].startswith(f"{len(found)} rule")


def test_a_selection_that_leaves_no_rule_is_told(folder):
    found = run("scan", "--sample", "--select", "SRCH", "--ignore", "SRCH", "--fail-on", "low", code=2)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "no rule is left" in found.stderr


def test_ignore_leaves_the_rest(folder):
    every, security = set(ids(scanned("--sample"))), set(ids(scanned("--sample", "--select", "security")))
    assert security
    assert set(ids(scanned("--sample", "--ignore", "security"))) == every - security


def test_rules_repeatable_and_beside_the_built_in_ones(folder):
    (folder / "more").mkdir()
    (folder / "more/x.yml").write_text(rule_text(ON, id="MORE-001"))
    found = ids(scanned("estate.jsonl", "--rules", "rules", "--rules", "more"))
    assert {"TEST-001", "MORE-001", "AOAI-IAM-001"} <= set(found)


def test_config_waivers_attestations(folder):
    (folder / "conf").mkdir()
    (folder / "conf/c.yaml").write_text("rules: {TEST-001: {severity: critical}}\n")
    (folder / "conf/waivers.yaml").write_text(
        "waivers:\n  - {rule: TEST-001, resource: '*/no', reason: r, owner: o, expires: 2027-01-01}\n"
    )
    (folder / "conf/attestations.yaml").write_text(
        "attestations:\n  - {rule: OPS-001, for: estate, answer: pass, author: a, date: 2026-01-01}\n"
    )
    flags = ("--rules", "rules", *AS_OF)
    beside = scanned("estate.jsonl", *flags, "--config", "conf/c.yaml")
    named = scanned(
        "estate.jsonl", *flags, "--waivers", "conf/waivers.yaml", "--attestations", "conf/attestations.yaml"
    )
    for found in (beside, named):
        assert found["summary"]["waived"] == 1
        assert found["score"]["attested"] == {"answered": 1, "asked": 1}
    severities = [{r["id"]: r["severity"] for r in found["rules"]}["TEST-001"] for found in (beside, named)]
    assert severities == ["critical", "high"]


def test_files_of_the_working_directory_are_found(folder):
    (folder / "readiness.yaml").write_text("rules: {TEST-001: {off: true, reason: naming is policed elsewhere}}\n")
    found = scanned("estate.jsonl", "--rules", "rules")
    assert "TEST-001" not in ids(found)
    shown = run("scan", "estate.jsonl", "--rules", "rules").stdout
    assert "readiness.yaml switches TEST-001 off: naming is policed elsewhere" in shown
    assert any("TEST-001" in n for n in found["notices"])


@pytest.mark.parametrize(
    ("flags", "expected"),
    [((), {"one": "not_applicable", "two": "fail", "three": "fail"}),
     (("--environment", "production"), dict.fromkeys(("one", "two", "three"), "fail")),
     (("--environment", "development"), dict.fromkeys(("one", "two", "three"), "not_applicable"))],
    ids=["tags", "production", "development"],
)  # fmt: skip
def test_environment(wide, flags, expected):
    (wide.parent / "rules/TEST-001.yaml").write_text(rule_text(ON, environments=["production"]))
    found = scanned(wide, *OWN, "--all", *flags)
    assert {f["resource"].rpartition("/")[2]: f["outcome"] for f in found["findings"]} == expected


def test_as_of_is_what_rules_and_the_report_see(folder):
    (folder / "rules/TEST-001.yaml").write_text(rule_text("require: {field: properties.until, after: as_of+P30D}"))
    path = snapshot_file(folder, read(), account("a", {"until": "2026-02-15T00:00:00Z"}))
    found = scanned(path, *OWN, "--all", "--as-of", "2026-01-01T12:00:00+02:00")
    assert (found["assessed_at"], found["findings"][0]["outcome"]) == ("2026-01-01T10:00:00Z", "pass")
    assert scanned(path, *OWN, "--as-of", "2026-02-01")["findings"][0]["outcome"] == "fail"


def test_all_lists_passes_in_the_summary_too(folder):
    assert not re.search(r"\byes\b", run("scan", "estate.jsonl", *OWN).stdout)
    assert re.search(r"pass +TEST-001 +yes\b", run("scan", "estate.jsonl", *OWN, "--all").stdout)


def test_flags_over_the_environment_over_the_configuration(folder, monkeypatch):
    (folder / "readiness.yaml").write_text("gate: {min_score: 10}\n")
    assert scanned("estate.jsonl", *OWN)["gate"]["asked"] == {"min_score": 10.0}
    monkeypatch.setenv("READINESS_MIN_SCORE", "20")
    assert scanned("estate.jsonl", *OWN)["gate"]["asked"] == {"min_score": 20.0}
    assert scanned("estate.jsonl", *OWN, "--min-score", "30")["gate"]["asked"] == {"min_score": 30.0}


def test_the_gate_of_the_configuration(folder):
    (folder / "readiness.yaml").write_text(
        "gate: {min_score: 90, fail_on: critical, min_coverage: 10, min_pillar: {security: 5, cost: 1}}\n"
    )
    asked = scanned("estate.jsonl", *OWN, "--min-pillar", "security=6", code=1)["gate"]["asked"]
    assert asked == {
        "min_score": 90.0, "fail_on": "critical", "min_coverage": 10.0, "min_pillar": {"security": 6.0, "cost": 1.0},
    }  # fmt: skip


def test_stdin(folder):
    data = (folder / "estate.jsonl").read_bytes()
    found = process("scan", "-", *OWN, *AS_OF, "-f", "json", stdin=data, cwd=folder)
    assert found.returncode == 0
    assert json.loads(found.stdout) == scanned("estate.jsonl", *OWN, *AS_OF)


def test_no_regression_through_files(folder):
    run("scan", "estate.jsonl", *OWN, "--all", "-o", "old.json")
    assert scanned("estate.jsonl", *OWN, "--no-regression", "old.json")["gate"] == {
        "asked": {"no_regression": "old.json"}, "met": True, "reasons": [],
    }  # fmt: skip
    snapshot_file(folder, read(), account("yes", {"on": False}))
    found = scanned("estate.jsonl", *OWN, "--no-regression", "old.json", code=1)["gate"]
    assert found["met"] is False
    assert any("TEST-001" in r and "yes" in r for r in found["reasons"])


# --- other commands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_collect_the_sample_then_scan_it(folder, suffix):
    run("collect", "--sample", "-o", f"s{suffix}")
    config = assets.sample() / "readiness.yaml"
    moment = ("--as-of", "2026-10-01T06:00:00Z")
    again = run("scan", f"s{suffix}", "--config", config, *moment, "--all", "-f", "json").stdout
    assert again == run("scan", "--sample", "--all", "-f", "json").stdout
    data = (folder / f"s{suffix}").read_bytes()
    assert data.startswith(b"\x1f\x8b") is (suffix == ".jsonl.gz")


def test_collect_writes_the_records_sorted_and_the_same_bytes_each_time(folder):
    run("collect", "--sample", "-o", "a.jsonl")
    run("collect", "--sample", "-o", "b.jsonl")
    assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()
    header, *records = [json.loads(line) for line in (folder / "a.jsonl").read_text().splitlines()]
    assert next(iter(header)) == "schema"
    assert {"schema", "collected_at", "tool", "scope", "cloud"} <= set(header)
    kinds = [next(k for k in ("gap", "metrics", "read", "resource") if k in r) for r in records]
    assert kinds == sorted(kinds)
    keys = ["/" + r["resource"]["id"].lower().lstrip("/") for r in records if "resource" in r]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
    assert not list(folder.glob("*.partial"))


def test_collect_replaces_as_a_whole(folder):
    (folder / "a.jsonl").write_text("x" * 10_000_000)
    run("collect", "--sample", "-o", "a.jsonl")
    assert snapshot.read(str(folder / "a.jsonl")).resources


def subject_of(report, outcome, waived=False):
    wanted = (outcome, waived)
    return next((f["rule"], f["resource"]) for f in report["findings"] if (f["outcome"], bool(f["waiver"])) == wanted)


@pytest.mark.parametrize("outcome", ["pass", "fail", "unknown", "not_applicable", "manual", "waived"])
def test_explain_shows_the_reasoning_of_any_outcome(folder, sample, outcome):
    rule_, resource = subject_of(sample, "fail" if outcome == "waived" else outcome, outcome == "waived")
    shown = process("explain", rule_, resource, "--sample", env={"COLUMNS": "1000"}, cwd=folder)
    assert (shown.returncode, shown.stderr) == (0, b"")
    first, second, third, *rest = shown.stdout.decode().splitlines()
    assert first.startswith(rule_)
    assert second == resource
    assert third.startswith(f"{outcome.replace('_', ' ')}: ")
    message = next(f["message"] for f in sample["findings"] if (f["rule"], f["resource"]) == (rule_, resource))
    assert third.endswith(message)
    text = "\n".join(rest)
    if outcome in ("fail", "pass", "unknown", "not_applicable", "waived"):
        assert "observed" in text
    if outcome == "waived":
        assert "waived until 2026-12-31 by ida.holm@northwind.example" in text


EXPLAINED = {
    "by-name": ("TEST-001", "no", "fail"),
    "by-name-without-case": ("test-001", "NO", "fail"),
    "by-the-end-of-its-id": ("TEST-001", "accounts/yes", "pass"),
    "by-id": ("TEST-001", account("hidden")["id"], "unknown"),
    "by-id-without-case": ("TEST-001", account("hidden")["id"].upper() + "/", "unknown"),
}


@pytest.mark.parametrize(("rule_", "subject", "outcome"), EXPLAINED.values(), ids=EXPLAINED)
def test_explain_finds_its_subject(folder, rule_, subject, outcome):
    shown = run("explain", rule_, subject, "estate.jsonl", "--rules", "rules").stdout
    assert f"\n{outcome}: " in shown
    assert "require" in shown


def test_explain_of_a_name_that_two_have_is_2(folder):
    one, two = account("one"), account("two")
    path = snapshot_file(folder, read(), one, two, *(child(a, "deployments", "gpt") for a in (one, two)))
    (folder / "rules/TEST-001.yaml").write_text(rule_text(ON, resource=DEPLOYMENTS))
    found = run("explain", "TEST-001", "gpt", path, "--rules", "rules", code=2)
    assert "2 subjects" in found.stderr


def test_explain_takes_the_flags_that_decide(folder):
    (folder / "rules/TEST-001.yaml").write_text(rule_text(ON, environments=["production"]))
    flags = ("explain", "TEST-001", "no", "estate.jsonl", "--rules", "rules")
    assert "\nfail: " in run(*flags, "--environment", "production").stdout
    assert "\nnot applicable: " in run(*flags, "--environment", "development").stdout


def test_rules_list_show_lint_test(folder):
    listed = run("rules", "list").stdout
    assert re.search(r"^AOAI-IAM-001 +high +security ", listed, re.MULTILINE)
    assert listed.splitlines()[-1] == "125 rules"
    assert [r["id"] for r in json.loads(run("rules", "list", "--json").stdout)] == sorted(
        line.split()[0] for line in listed.splitlines()[:-1]
    )
    shown = run("rules", "show", "aoai-iam-001").stdout
    assert "AOAI-IAM-001  Key (local) authentication is disabled" in shown
    assert json.loads(run("rules", "show", "AOAI-IAM-001", "--json").stdout)["id"] == "AOAI-IAM-001"
    assert run("rules", "lint").stdout == "125 rules, no problem\n"
    assert run("rules", "test").stdout.endswith("all passed\n")


def test_rules_with_a_pack_of_one_s_own(folder):
    assert "TEST-001" in run("rules", "list", "--rules", "rules").stdout
    assert "A rule of a test" in run("rules", "show", "TEST-001", "--rules", "rules").stdout
    bad = run("rules", "lint", "rules", code=2)
    assert bad.stdout == ""
    assert "TEST-001.yaml:" in bad.stderr
    failed = run("rules", "test", "rules", code=1)
    assert "expected pass, got" in failed.stdout


# --- the process ----------------------------------------------------------------------------------------------


def test_version(folder):
    found = process("--version", cwd=folder)
    assert (found.returncode, found.stdout, found.stderr) == (0, f"readiness {__version__}\n".encode(), b"")


@pytest.mark.parametrize(
    "args", [("--help",), ("-h",), ("scan", "--help"), ("rules", "--help"), ("explain", "-h")], ids=str
)
def test_help(folder, args):
    found = process(*args, cwd=folder)
    assert (found.returncode, found.stderr) == (0, b"")
    assert b"Usage: " in found.stdout


MODULES = """
import json, os, sys
sys.argv = ["readiness", *json.loads(sys.stdin.read())]
leave = os._exit
def tell(code):
    print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr, flush=True)
    leave(code)
os._exit = tell
from readiness.__main__ import main
try:
    main()
except SystemExit as stop:
    tell(stop.code or 0)
tell(0)
"""


def modules(folder, *args):
    """The exit code of a command and the modules that it imported; `azure` is a trap that goes off on import."""
    trap = folder / "trap/azure"
    trap.mkdir(parents=True, exist_ok=True)
    (trap / "__init__.py").write_text("raise RuntimeError('azure was imported')\n")
    found = subprocess.run(
        [sys.executable, "-c", MODULES],
        input=json.dumps([str(a) for a in args]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{folder / 'trap'}{os.pathsep}{ROOT}"},
        cwd=folder,
        timeout=60,
        check=False,
    )
    return json.loads(found.stderr.splitlines()[-1])


OFFLINE = {
    "scan": ("scan", "estate.jsonl"),
    "scan-json": ("scan", "estate.jsonl", "-f", "json"),
    "scan-sample": ("scan", "--sample"),
    "explain": ("explain", "AOAI-IAM-001", "no", "estate.jsonl"),
    "rules-list": ("rules", "list"),
    "rules-test": ("rules", "test"),
    "collect-sample": ("collect", "--sample", "-o", "x.jsonl"),
    "help": ("scan", "--help"),
}


@pytest.mark.parametrize("args", OFFLINE.values(), ids=OFFLINE)
def test_nothing_offline_imports_azure(folder, args):
    code, found = modules(folder, *args)
    assert code == 0
    assert not [m for m in found if m == "azure" or m.startswith(("azure.", "msal", "requests", "urllib3"))]


@pytest.mark.parametrize("args", [("--version",), ("--help",), ("scan", "--help")], ids=str)
def test_version_and_help_import_nothing_heavy(folder, args):
    code, found = modules(folder, *args)
    assert code == 0
    assert not {"yaml", "jinja2", "orjson"} & set(found)


@pytest.mark.parametrize("fmt", ["json", None])
def test_jinja2_is_for_html_alone(folder, fmt):
    code, found = modules(folder, "scan", "estate.jsonl", *(["-f", fmt] if fmt else []))
    assert code == 0
    assert "jinja2" not in found


def test_an_internal_error_is_4_and_one_line(folder):
    broken = "from readiness import app; app.judge = None; from readiness.__main__ import main; main()"
    command = [sys.executable, "-c", f"import sys; sys.argv = ['readiness', 'scan', 'estate.jsonl']; {broken}"]
    env = {k: v for k, v in os.environ.items() if k != "READINESS_TRACEBACK"}
    found = subprocess.run(
        command, capture_output=True, text=True, env={**env, "PYTHONPATH": str(ROOT)}, cwd=folder, check=False
    )
    assert (found.returncode, found.stdout) == (4, "")
    assert found.stderr.startswith("readiness: internal error: TypeError")
    assert len(found.stderr.splitlines()) == 2


def test_exit_codes_reach_the_shell(folder):
    codes = [
        process("scan", "estate.jsonl", *OWN, *flags, cwd=folder).returncode
        for flags in ((), ("--fail-on", "high"), ("--min-score", "x"), ("--min-coverage", "100"))
    ]
    assert codes == [0, 1, 2, 3]


def test_a_gate_that_is_not_met_says_why_on_stderr_where_nothing_on_stdout_does():
    found = run("scan", "--sample", "--min-score", "90", "-q", code=1)
    assert (found.stdout, found.stderr) == ("", WHY)


FLOOR = "the floor is 63.5, below 90"
WHY = f"readiness: the gate is not met\n  {FLOOR}\n"


@pytest.mark.parametrize("flags", [(), ("-f", "json")], ids=["summary", "json"])
def test_a_summary_or_a_report_says_it_on_stdout_alone(flags):
    found = run("scan", "--sample", "--min-score", "90", *flags, code=1)
    assert found.stderr == ""
    assert FLOOR in found.stdout
