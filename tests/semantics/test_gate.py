"""The gate and the exit codes (semantics 26 and 27): each option alone, in company, and what comes first."""

import dataclasses
import json

import pytest
from typer.testing import CliRunner

from readiness import app, baseline, engine
from readiness.cli import app as cli
from readiness.errors import InputError
from readiness.gate import Asked
from readiness.model import Severity, Waiver
from readiness.render import json as wire
from tests.builders import (
    ACCOUNTS,
    DEPLOYMENTS,
    GROUP,
    SEARCH,
    SUB,
    account,
    export,
    gap,
    judge,
    read,
    rule,
    rule_text,
    snapshot,
    snapshot_file,
)

ON = "require: {field: properties.on, equals: true}"
SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"


def on(severity="high", **head):
    return rule(ON, severity=severity, **head)


def estate(folder, *wanted, extra=(), name="estate.jsonl"):
    """An estate with an account of each outcome under ON, its list read in full unless `lost` is among them."""
    records = [] if "lost" in wanted else [read()]
    for index, outcome in enumerate(o for o in wanted if o != "lost"):
        body = account(f"a{index}", {"on": outcome == "pass"}, kind="Other" if outcome == "na" else "OpenAI")
        records += [body, *([gap(body["id"], path="properties.on")] if outcome == "unknown" else [])]
    return snapshot_file(folder, *records, *extra, name=name)


def gate(folder, *wanted, severity="high", extra=(), waivers=(), where="", **asked):
    """The report of ON on an estate, with some gates."""
    if "fail_on" in asked:
        asked["fail_on"] = Severity(asked["fail_on"])
    made = rule(f"{where}\n{ON}", severity=severity)
    read_ = app.snapshot.read(str(estate(folder, *wanted, extra=extra)))
    return judge(read_, made, asked=Asked(**asked), waivers=waivers)


MET, MISSED, UNCLEAR = (True, 0), (False, 1), (None, 3)
P, F, U = "pass", "fail", "unknown"

GATES = {
    # --- none asked
    "none-asked-all-fail": ((F,), {}, (None, 0)),
    "none-asked-unknown": ((U,), {}, (None, 0)),
    "none-asked-lost": ((P, "lost"), {}, (None, 0)),
    "accept-unknown-alone-is-no-gate": ((F, U), {"accept_unknown": True}, (None, 0)),
    # --- min-score tests the floor
    "min-score-met": ((P,), {"min_score": 100.0}, MET),
    "min-score-equal": ((P, F), {"min_score": 50.0}, MET),
    "min-score-below": ((P, F), {"min_score": 50.0001}, MISSED),
    "min-score-is-the-floor-not-the-score": ((P, U), {"min_score": 51.0}, MISSED),
    "min-score-floor-at-the-mark": ((P, U), {"min_score": 50.0}, MET),
    "min-score-zero": ((F,), {"min_score": 0.0}, MET),
    "min-score-with-unknown-accepted-is-still-the-floor": (
        (P, U),
        {"min_score": 51.0, "accept_unknown": True},
        MISSED,
    ),
    "min-score-null": ((), {"min_score": 0.0}, UNCLEAR),
    "min-score-null-accepted": ((), {"min_score": 0.0, "accept_unknown": True}, UNCLEAR),
    "min-score-only-unknown-is-a-floor-of-0": ((U,), {"min_score": 1.0}, MISSED),
    # --- min-pillar
    "min-pillar-met": ((P,), {"min_pillar": {"security": 100.0}}, MET),
    "min-pillar-below": ((P, F), {"min_pillar": {"security": 51.0}}, MISSED),
    "min-pillar-is-the-floor": ((P, U), {"min_pillar": {"security": 51.0}}, MISSED),
    "min-pillar-without-rules-is-null": ((P,), {"min_pillar": {"cost": 1.0}}, UNCLEAR),
    "min-pillar-null-accepted-is-still-null": (
        (P,),
        {"min_pillar": {"cost": 1.0}, "accept_unknown": True},
        UNCLEAR,
    ),
    "two-pillars-one-missed-one-null": ((F,), {"min_pillar": {"security": 1.0, "cost": 1.0}}, MISSED),
    # --- fail-on
    "fail-on-own-severity": ((F,), {"fail_on": "high"}, MISSED),
    "fail-on-lower": ((F,), {"fail_on": "low"}, MISSED),
    "fail-on-info-counts-all": ((F,), {"fail_on": "info"}, MISSED),
    "fail-on-higher": ((F,), {"fail_on": "critical"}, MET),
    "fail-on-passes": ((P,), {"fail_on": "info"}, MET),
    "fail-on-nothing-there": ((), {"fail_on": "info"}, MET),
    "fail-on-unknown": ((P, U), {"fail_on": "high"}, UNCLEAR),
    "fail-on-unknown-below": ((P, U), {"fail_on": "critical"}, MET),
    "fail-on-unknown-accepted": ((P, U), {"fail_on": "high", "accept_unknown": True}, MET),
    "fail-on-fail-beside-unknown": ((F, U), {"fail_on": "high"}, MISSED),
    "fail-on-fail-is-not-accepted": ((F, U), {"fail_on": "high", "accept_unknown": True}, MISSED),
    # --- min-coverage: missed is "could not assess"
    "min-coverage-met": ((P, F), {"min_coverage": 100.0}, MET),
    "min-coverage-equal": ((P, U), {"min_coverage": 50.0}, MET),
    "min-coverage-below": ((P, U), {"min_coverage": 51.0}, UNCLEAR),
    "min-coverage-below-is-not-accepted": ((P, U), {"min_coverage": 51.0, "accept_unknown": True}, UNCLEAR),
    "min-coverage-null": ((), {"min_coverage": 0.0}, UNCLEAR),
    "min-coverage-zero": ((U,), {"min_coverage": 0.0}, MET),
    "min-coverage-zero-score-missed": ((U,), {"min_coverage": 0.0, "min_score": 1.0}, MISSED),
    # --- a lost list of subjects
    "lost-with-min-score": ((P, "lost"), {"min_score": 1.0}, UNCLEAR),
    "lost-with-min-coverage": ((P, "lost"), {"min_coverage": 1.0}, UNCLEAR),
    "lost-with-min-pillar": ((P, "lost"), {"min_pillar": {"security": 1.0}}, UNCLEAR),
    "lost-with-fail-on-of-another-severity": ((P, "lost"), {"fail_on": "critical"}, UNCLEAR),
    "lost-accepted": ((P, "lost"), {"min_score": 1.0, "accept_unknown": True}, MET),
    "lost-accepted-with-fail-on": ((P, "lost"), {"fail_on": "high", "accept_unknown": True}, MET),
    "lost-and-missed": ((P, "lost"), {"min_score": 51.0}, MISSED),
    "lost-and-failed": ((F, "lost"), {"fail_on": "high"}, MISSED),
    # --- together: a missed one comes before one that could not be assessed
    "missed-before-uncovered": ((P, U), {"min_score": 51.0, "min_coverage": 90.0}, MISSED),
    "met-and-uncovered": ((P, U), {"min_score": 50.0, "min_coverage": 90.0}, UNCLEAR),
    "met-and-unknown-fail-on": ((P, U), {"min_score": 50.0, "fail_on": "high"}, UNCLEAR),
    "all-met": (
        (P,),
        {"min_score": 100.0, "min_pillar": {"security": 100.0}, "fail_on": "info", "min_coverage": 100.0},
        MET,
    ),
}


@pytest.mark.parametrize(("wanted", "asked", "expected"), GATES.values(), ids=GATES)
def test_s26_gate(tmp_path, wanted, asked, expected):
    report = gate(tmp_path, *wanted, **asked)
    assert (report.gate.met, app.exit_code(report)) == expected
    assert bool(report.gate.reasons) is (report.gate.met is not True and bool(report.gate.asked))


@pytest.mark.parametrize(("wanted", "asked", "expected"), GATES.values(), ids=GATES)
def test_s26_exit_zero_forgives_the_gate(tmp_path, wanted, asked, expected):
    assert app.exit_code(gate(tmp_path, *wanted, **asked), exit_zero=True) == 0


SEVERITIES = ("critical", "high", "medium", "low", "info")


@pytest.mark.parametrize("least", SEVERITIES)
@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("outcome", [P, F, U])
def test_s26_fail_on_is_of_that_severity_or_above(tmp_path, severity, least, outcome):
    counts = SEVERITIES.index(severity) <= SEVERITIES.index(least)
    expected = {P: True, F: False, U: None}[outcome] if counts else True
    assert gate(tmp_path, outcome, severity=severity, fail_on=least).gate.met is expected


@pytest.mark.parametrize("share", range(1, 100))
def test_s26_min_coverage_is_exact_at_every_percent(tmp_path, share):
    """`share` of 100 subjects could be told: a coverage of exactly that many percent."""
    counted = [(on(), app.scoring.Counts(passed=share, unknown=100 - share))]
    judged = app.Judged(app.scoring.score(counted), counted, [], app.Kind.SNAPSHOT)
    assert app.gate.decide(Asked(min_coverage=float(share)), judged).met is True
    assert app.gate.decide(Asked(min_coverage=share + 0.001), judged).met is None


@pytest.mark.parametrize("share", range(1, 100))
def test_s26_min_score_is_exact_at_every_percent(tmp_path, share):
    counted = [(on(), app.scoring.Counts(passed=share, failed=100 - share))]
    judged = app.Judged(app.scoring.score(counted), counted, [], app.Kind.SNAPSHOT)
    assert app.gate.decide(Asked(min_score=float(share)), judged).met is True
    assert app.gate.decide(Asked(min_score=share + 0.001), judged).met is False


def test_s26_the_floor_of_the_gate_is_the_rounded_one():
    counted = [(on(), app.scoring.Counts(passed=89_999_996, failed=10_000_004))]
    judged = app.Judged(app.scoring.score(counted), counted, [], app.Kind.SNAPSHOT)
    assert app.gate.decide(Asked(min_score=90.0), judged).met is True


LOST = {
    # name: (records beside one passing account, is the gate's answer "could not assess")
    "interrupted": ([], True),
    "forbidden": ([read(), gap(SUB, ACCOUNTS)], True),
    "truncated": ([read(), gap(SUB, ACCOUNTS, reason="truncated")], True),
    "interrupted-said": ([read(), gap(SUB, ACCOUNTS, reason="interrupted")], True),
    "not-asked": ([read(), gap(SUB, ACCOUNTS, reason="not_asked")], False),
    "not-asked-and-forbidden": (
        [read(), gap(SUB, ACCOUNTS, reason="not_asked"), gap(GROUP, ACCOUNTS)],
        True,
    ),
    "without-a-reason": ([read(), gap(SUB, ACCOUNTS, reason=None)], True),
    "for-a-reason-of-a-later-version": ([read(), gap(SUB, ACCOUNTS, reason="quarantined")], True),
    "not-registered": ([gap(SUB, ACCOUNTS, reason="not_registered")], False),
    "of-a-type-that-no-rule-judges": ([read(), gap(SUB, SEARCH)], False),
    "of-every-type": ([read(), gap(SUB)], True),
}


@pytest.mark.parametrize(("records", "unclear"), LOST.values(), ids=LOST)
def test_s26_a_lost_list_of_subjects(tmp_path, records, unclear):
    read_ = snapshot(tmp_path, account("a", {"on": True}), *records)
    report = judge(read_, on(), asked=Asked(fail_on=Severity.CRITICAL))
    assert report.gate.met is (None if unclear else True)
    accepted = judge(read_, on(), asked=Asked(fail_on=Severity.CRITICAL, accept_unknown=True))
    assert accepted.gate.met is True


def test_s26_no_list_is_lost_in_an_export(tmp_path):
    """An export's child list without a record is an unknown finding, and stops no gate by itself."""
    read_ = export(tmp_path, [account("a", {"on": True})])
    kid = rule(ON, id="TEST-002", resource=DEPLOYMENTS)
    report = judge(read_, on(), kid, asked=Asked(fail_on=Severity.CRITICAL))
    assert report.summary()["unknown"] == 1
    assert report.gate.met is True


def test_s26_a_truncated_export_stops_no_gate_by_its_list_alone(tmp_path):
    read_ = export(tmp_path, {"data": [account("a", {"on": True})], "skip_token": "x", "count": 1})
    assert judge(read_, on(), asked=Asked(fail_on=Severity.CRITICAL)).gate.met is True


def test_s26_waived_is_ignored_by_fail_on(tmp_path):
    waived = (Waiver("TEST-001", "*", "because", "a@b.example", "2026-12-31"),)
    assert gate(tmp_path, F, fail_on="high", waivers=waived).gate.met is True
    assert gate(tmp_path, F, fail_on="high").gate.met is False


def test_s26_the_wire_says_what_was_asked(tmp_path):
    report = gate(
        tmp_path, P, U, min_score=80.0, min_pillar={"security": 10.0}, fail_on="low", min_coverage=10.0,
        accept_unknown=True,
    )  # fmt: skip
    found = json.loads(b"".join(wire.render(report)))["gate"]
    assert found["asked"] == {
        "min_score": 80.0, "min_pillar": {"security": 10.0}, "fail_on": "low", "min_coverage": 10.0,
        "accept_unknown": True,
    }  # fmt: skip
    assert found["met"] is False
    assert all(isinstance(r, str) and r for r in found["reasons"])


# --- --no-regression ------------------------------------------------------------------------------------------


def baseline_of(folder, report, name="baseline.json", every=True):
    path = folder / name
    path.write_bytes(b"".join(wire.render(report, every=every)))
    return path


def regression(folder, before, after, *, waived_before=False, waived_after=False, accept=False, severity="high"):
    """The gate of an estate against a former state of it. Accounts are named by position; `-` is not there."""
    waiver = (Waiver("TEST-001", "*/a0", "because", "a@b.example", "2026-12-31"),)
    made = rule("where: {field: kind, equals: OpenAI}\n" + ON, severity=severity)

    def report_of(wanted, asked, waivers):
        records = [read()]
        for index, outcome in enumerate(wanted):
            if outcome != "-":
                kind = "Other" if outcome == "na" else "OpenAI"
                body = account(f"a{index}", {"on": outcome == "pass"}, kind=kind)
                records += [body, *([gap(body["id"], path="properties.on")] if outcome == "unknown" else [])]
        return judge(snapshot(folder, *records), made, asked=asked, waivers=waivers)

    old = report_of(before, Asked(), waiver if waived_before else ())
    asked = Asked(baseline=baseline.read(baseline_of(folder, old)), accept_unknown=accept)
    return report_of(after, asked, waiver if waived_after else ())


MANY = ["pass"] * 400
REGRESSIONS = {
    # name: (before, after, met); 400 more that pass keep the floor within 0.5
    "same": (["pass"], ["pass"], True),
    "same-fail": (["fail"], ["fail"], True),
    "mended": (["fail"], ["pass"], True),
    "pass-to-fail": (["pass"], ["fail"], False),
    "not-applicable-to-fail": (["na"], ["fail"], False),
    "new-to-fail": (["-"], ["fail"], False),
    "new-to-pass": (["-"], ["pass"], True),
    "pass-to-unknown": (["pass"], ["unknown"], False),
    "fail-to-unknown": (["fail"], ["unknown"], True),
    "unknown-to-fail": (["unknown"], ["fail"], True),
    "unknown-to-unknown": (["unknown"], ["unknown"], True),
    "unknown-to-pass": (["unknown"], ["pass"], True),
    "pass-to-not-applicable": (["pass"], ["na"], True),
    "pass-to-gone": (["pass"], ["-"], True),
    "fail-to-gone": (["fail"], ["-"], True),
}


@pytest.mark.parametrize(("before", "after", "met"), REGRESSIONS.values(), ids=REGRESSIONS)
def test_s26_no_regression(tmp_path, before, after, met):
    report = regression(tmp_path, before + MANY, after + MANY)
    assert report.gate.met is met, report.gate.reasons
    assert app.exit_code(report) == (0 if met else 1)


@pytest.mark.parametrize("accept", [False, True])
def test_s26_pass_to_unknown_is_a_regression_even_if_unknown_is_accepted(tmp_path, accept):
    assert regression(tmp_path, ["pass", *MANY], ["unknown", *MANY], accept=accept).gate.met is False


WAIVED_REGRESSIONS = {
    "waived-now-is-no-open-fail": (["pass"], ["fail"], False, True, True),
    "waived-before-and-now": (["fail"], ["fail"], True, True, True),
    "a-waiver-that-ended-was-a-fail-before": (["fail"], ["fail"], True, False, True),
}


@pytest.mark.parametrize(
    ("before", "after", "was", "is_", "met"), WAIVED_REGRESSIONS.values(), ids=WAIVED_REGRESSIONS
)
def test_s26_waived_is_no_regression(tmp_path, before, after, was, is_, met):
    report = regression(tmp_path, before + MANY, after + MANY, waived_before=was, waived_after=is_)
    assert report.gate.met is met, report.gate.reasons


FLOORS = {
    # name: (passes before, passes after, of how many subjects, met)
    "lower-by-exactly-0.5": (600, 595, 1000, True),
    "lower-by-exactly-0.5-of-200": (100, 99, 200, True),
    "lower-by-exactly-0.5-in-thirds": (200, 197, 600, True),
    "lower-by-more": (100, 98, 200, False),
    "lower-by-a-little-more": (200, 196, 600, False),
    "higher": (98, 100, 200, True),
    "equal": (98, 98, 200, True),
}


@pytest.mark.parametrize(("before", "after", "whole", "met"), FLOORS.values(), ids=FLOORS)
def test_s26_the_floor_over_the_rules_of_both(tmp_path, before, after, whole, met):
    made = on()
    was = baseline.Baseline("b.json", {}, {"TEST-001": app.scoring.Counts(passed=before, failed=whole - before)})
    counted = [(made, app.scoring.Counts(passed=after, failed=whole - after))]
    found = baseline.compare(was, app.RuleSet((made,)), counted, [])
    assert (not found.regressions) is met, found.regressions


def test_s26_a_drop_of_exactly_half_a_point_is_never_too_much():
    made, wrong = on(), []
    for whole in (200, 400, 600, 1000, 1200, 1400, 1800, 2200, 2600):
        for before in range(whole // 200, whole + 1):
            after = before - whole // 200
            was = baseline.Baseline("b", {}, {"TEST-001": app.scoring.Counts(passed=before, failed=whole - before)})
            counted = [(made, app.scoring.Counts(passed=after, failed=whole - after))]
            if baseline.compare(was, app.RuleSet((made,)), counted, []).regressions:
                wrong.append((before, after, whole))
    assert not wrong, wrong[:5]


def report_for(folder, *rules, **asked):
    return judge(snapshot(folder, read(), account("a", {"on": True, "also": False})), *rules, asked=Asked(**asked))


def test_s26_rules_of_one_rule_set_alone_are_not_compared(tmp_path):
    also = rule("require: {field: properties.also, equals: true}", id="TEST-002")
    old = baseline.read(baseline_of(tmp_path, report_for(tmp_path, on())))
    assert report_for(tmp_path, on(), also, baseline=old).gate.met is True
    old = baseline.read(baseline_of(tmp_path, report_for(tmp_path, on(), also)))
    assert report_for(tmp_path, on(), baseline=old).gate.met is True


def test_s26_a_rule_is_the_same_under_its_former_id(tmp_path):
    old = baseline.read(baseline_of(tmp_path, judge(snapshot(tmp_path, read(), account("a", {"on": True})), on())))
    renamed = on(id="NEW-001", formerly=["TEST-001"])
    read_ = snapshot(tmp_path, read(), account("a", {"on": False}))
    assert judge(read_, renamed, asked=Asked(baseline=old)).gate.met is False


def test_s26_a_baseline_with_no_rule_in_common_compares_nothing_and_can_not_be_assessed(tmp_path):
    """A null floor under a gate that needs one is "could not assess", not met."""
    old = baseline.read(baseline_of(tmp_path, report_for(tmp_path, on(id="OTHER-001"))))
    report = report_for(tmp_path, on(), baseline=old)
    assert (report.gate.met, app.exit_code(report)) == (None, 3)


def test_s26_a_floor_that_is_null_now_is_no_lower_floor(tmp_path):
    """All subjects are gone: there is no floor to compare, which is "could not assess" and no regression."""
    report = regression(tmp_path, ["pass"], ["-"])
    assert (report.gate.met, app.exit_code(report)) == (None, 3)


REFUSED = {
    "without-all": lambda folder: baseline_of(folder, gate(folder, P, F), every=False),
    "no-report": lambda folder: estate(folder, P),
    "a-future-report": lambda folder: _edited(folder, lambda r: {**r, "schema": "readiness/report/2"}),
    "another-schema": lambda folder: _edited(folder, lambda r: {**r, "schema": "readiness/snapshot/1"}),
    "without-findings": lambda folder: _edited(folder, lambda r: {k: v for k, v in r.items() if k != "findings"}),
    "without-rules": lambda folder: _edited(folder, lambda r: {k: v for k, v in r.items() if k != "rules"}),
    "counts-of-text": lambda folder: _edited(folder, lambda r: {**r, "rules": [{"id": "A-1", "counts": "x"}]}),
    "an-outcome-of-another-world": lambda folder: _edited(
        folder, lambda r: {**r, "findings": [{**f, "outcome": "fine"} for f in r["findings"]]}
    ),
    "a-list": lambda folder: _written(folder, "[1, 2]"),
    "empty": lambda folder: _written(folder, ""),
    "broken": lambda folder: _written(folder, '{"schema": "readiness/report/1", '),
    "a-version-that-is-no-number": lambda folder: _written(folder, '{"schema": "readiness/report/\\u00b2"}'),
    "a-version-of-5000-digits": lambda folder: _written(folder, '{"schema": "readiness/report/%s"}' % ("9" * 5000)),
    "missing": lambda folder: folder / "nowhere.json",
    "a-folder": lambda folder: folder,
}


def _written(folder, text):
    path = folder / "baseline.json"
    path.write_text(text, encoding="utf-8")
    return path


def _edited(folder, change):
    path = baseline_of(folder, gate(folder, P, F))
    return _written(folder, json.dumps(change(json.loads(path.read_text()))))


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_s26_a_baseline_that_is_none_is_refused(tmp_path, make):
    with pytest.raises(InputError):
        baseline.read(make(tmp_path))


def test_s26_a_baseline_with_keys_that_came_later_is_read(tmp_path):
    path = _edited(tmp_path, lambda r: {**r, "new": 1, "rules": [{**x, "new": 1} for x in r["rules"]]})
    assert baseline.read(path).counts


# --- 27: exit codes, through the command line -----------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command line in a folder of its own, with rules of the test's own."""
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "TEST-001.yaml").write_text(rule_text(ON))

    def run_(*args):
        found = CliRunner().invoke(cli, [str(a) for a in args])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    return run_


OWN = ("--rules", "rules", "--select", "TEST-001")
CODES = {
    # name: (estate, flags, exit code)
    "assessed": ((F, U), (), 0),
    "gate-met": ((P,), ("--min-score", "100"), 0),
    "gate-missed": ((F,), ("--min-score", "1"), 1),
    "fail-on-missed": ((F,), ("--fail-on", "high"), 1),
    "could-not-assess": ((U,), ("--fail-on", "high"), 3),
    "missed-before-could-not-assess": ((F, U), ("--fail-on", "high", "--min-coverage", "100"), 1),
    "exit-zero-missed": ((F,), ("--fail-on", "high", "--exit-zero"), 0),
    "exit-zero-could-not-assess": ((U,), ("--fail-on", "high", "--exit-zero"), 0),
    "exit-zero-usage": ((P,), ("--min-score", "101", "--exit-zero"), 2),
    "accept-unknown": ((U,), ("--fail-on", "high", "--accept-unknown"), 0),
    "min-pillar-met": ((P,), ("--min-pillar", "security=100"), 0),
    "min-pillar-missed": ((F,), ("--min-pillar", "security=1"), 1),
    "min-pillar-repeated": ((P,), ("--min-pillar", "security=1", "--min-pillar", "cost=1"), 3),
    "min-pillar-unknown-name": ((P,), ("--min-pillar", "securty=1"), 2),
    "min-pillar-an-area": ((P,), ("--min-pillar", "networking=1"), 2),
    "min-pillar-no-number": ((P,), ("--min-pillar", "security"), 2),
    "min-pillar-101": ((P,), ("--min-pillar", "security=101"), 2),
    "min-pillar-negative": ((P,), ("--min-pillar", "security=-1"), 2),
    "min-pillar-nan": ((P,), ("--min-pillar", "security=nan"), 2),
    "min-score-101": ((P,), ("--min-score", "101"), 2),
    "min-score-negative": ((P,), ("--min-score", "-1"), 2),
    "min-score-text": ((P,), ("--min-score", "high"), 2),
    "min-score-nan": ((F,), ("--min-score", "nan"), 2),
    "min-coverage-nan": ((U,), ("--min-coverage", "nan"), 2),
    "min-coverage-101": ((P,), ("--min-coverage", "101"), 2),
    "fail-on-no-severity": ((P,), ("--fail-on", "worst"), 2),
    "no-regression-missing": ((P,), ("--no-regression", "nowhere.json"), 2),
    "unknown-flag": ((P,), ("--nonsense",), 2),
    "unknown-rule": ((P,), ("--ignore", "NOPE-999"), 2),
    "no-subscription-of-that-name": ((P,), ("-s", "nowhere"), 2),
    "as-of-no-date": ((P,), ("--as-of", "yesterday"), 2),
}


@pytest.mark.parametrize(("wanted", "flags", "code"), CODES.values(), ids=CODES)
def test_s27_exit_code(run, tmp_path, wanted, flags, code):
    found = run("scan", estate(tmp_path, *wanted), *OWN, *flags)
    assert found.exit_code == code, found.output


def test_s27_usage_comes_before_the_gate(run, tmp_path):
    found = run("scan", estate(tmp_path, F), *OWN, "--min-score", "1", "-o", "missing/report.json")
    assert found.exit_code == 2


CRASHES = {
    "no-gate": (F, (), 4),
    "gate-missed": (F, ("--min-score", "50"), 4),
    "gate-unclear": (F, ("--fail-on", "high"), 4),
    "exit-zero": (F, ("--exit-zero",), 4),
}


@pytest.mark.parametrize(("wanted", "flags", "code"), CRASHES.values(), ids=CRASHES)
def test_s27_a_crashed_rule_still_yields_its_report(run, tmp_path, monkeypatch, wanted, flags, code):
    monkeypatch.setattr(engine, "decider", lambda rule, case: lambda subject, _: 1 / 0)
    found = run("scan", estate(tmp_path, wanted), *OWN, *flags, "-f", "json")
    assert found.exit_code == code
    report = json.loads(found.stdout)
    assert report["summary"]["error"] == 1
    assert report["findings"][0]["outcome"] == "error"
    assert "crashed" in report["findings"][0]["message"]


def test_s27_a_crash_on_one_subject_leaves_the_others(run, tmp_path, monkeypatch):
    def crash(rule, case):
        whole = original(rule, case)
        return lambda subject, other: 1 / 0 if subject.key.endswith("a0") else whole(subject, other)

    original = engine.decider
    monkeypatch.setattr(engine, "decider", crash)
    found = run("scan", estate(tmp_path, F, P, F), *OWN, "-f", "json")
    report = json.loads(found.stdout)
    assert (found.exit_code, report["summary"]["error"]) == (4, 1)
    assert (report["summary"]["pass"], report["summary"]["fail"]) == (1, 1)


UNREAD = {
    # name: (records, exit code without a gate)
    "nothing-at-all": ([], 3),
    "sign-in-refused": ([gap("", None, reason="forbidden", code="AuthenticationFailed")], 3),
    "the-subscription-refused": ([gap(SUB, None)], 3),
    "every-list-refused": ([gap(SUB, ACCOUNTS), gap(SUB, SEARCH)], 3),
    "every-discovery-refused-though-the-subscription-was-read": (
        [
            {"resource": {"id": SUB, "displayName": "one"}, "api_version": "2022-12-01", "from": "arm"},
            read(SUB, SUBSCRIPTIONS),
            gap(SUB, None),
        ],
        3,
    ),
    "one-list-read-and-empty": ([read(SUB, ACCOUNTS, 0), gap(SUB, SEARCH)], 0),
    "one-resource-read": ([account("a", {"on": True}), gap(SUB, None)], 0),
}


@pytest.mark.parametrize(("records", "code"), UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize("flags", [(), ("--exit-zero",)], ids=["plain", "exit-zero"])
def test_s27_nothing_could_be_read(run, tmp_path, records, code, flags):
    found = run("scan", snapshot_file(tmp_path, *records), *OWN, *flags)
    assert found.exit_code == code, found.output
    if code:
        assert "nothing could be read" in found.stdout


def test_s27_nothing_could_be_read_under_a_gate(run, tmp_path):
    found = run("scan", snapshot_file(tmp_path, gap("")), *OWN, "--min-score", "1", "--accept-unknown")
    assert found.exit_code == 3


def test_s27_collect_is_0_once_the_file_is_written(run, tmp_path):
    found = run("collect", "--sample", "-o", "sample.jsonl.gz")
    assert (found.exit_code, (tmp_path / "sample.jsonl.gz").is_file()) == (0, True)


@pytest.mark.parametrize("words", [("scan",), ("collect", "-o", "x.jsonl")])
def test_s27_nobody_signed_in_is_3(run, tmp_path, monkeypatch, words):
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_CERTIFICATE_PATH"):
        monkeypatch.delenv(f"AZURE_{name}", raising=False)
    assert run(*words, "--auth", "environment").exit_code == 3
    assert not (tmp_path / "x.jsonl").exists()


GOOD = (
    "tests:\n  - {expect: pass, resource: {properties: {on: true}}}\n  - {expect: fail, resource: {properties: {}}}"
)
WRONG = "tests:\n  - {expect: pass, resource: {properties: {on: 1}}}\n  - {expect: fail, resource: {properties: {}}}"
RULE_COMMANDS = {
    "test-passes": ("test", f"{ON}\n{GOOD}", 0),
    "test-fails": ("test", f"{ON}\n{WRONG}", 1),
    "test-of-a-broken-rule": ("test", "require: {field: properties.on, equalz: true}", 2),
    "lint-is-clean": (
        "lint",
        f"{ON}\nrationale: Why.\nremediation: {{summary: How.}}\n{GOOD}",
        0,
    ),
    "lint-advises": ("lint", f"{ON}\n{GOOD}", 2),
    "lint-of-a-broken-rule": ("lint", "require: {field: properties.on, equalz: true}", 2),
    "lint-does-not-run-the-cases": (
        "lint",
        f"{ON}\nrationale: Why.\nremediation: {{summary: How.}}\n{WRONG}",
        0,
    ),
}


@pytest.mark.parametrize(("command", "text", "code"), RULE_COMMANDS.values(), ids=RULE_COMMANDS)
def test_s27_rules_commands(run, tmp_path, command, text, code):
    file = tmp_path / "one.yaml"
    file.write_text(rule_text(text, id="MINE-001"))
    assert run("rules", command, file).exit_code == code


def test_s27_4_is_before_2_in_no_report(run, tmp_path, monkeypatch):
    """A crash of ours that no rule holds is 4, told in a line (see tests/test_cli.py for the process)."""
    monkeypatch.setattr(app, "judge", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("scan", estate(tmp_path, F), *OWN)


def test_s26_severity_overrides_of_today_weigh_the_baseline_too(tmp_path):
    """Both floors use the weights of this run: a changed severity is no regression by itself."""
    read_ = snapshot(tmp_path, read(), account("a", {"on": True, "also": False}))
    also = rule("require: {field: properties.also, equals: true}", id="TEST-002", severity="low")
    old = baseline.read(baseline_of(tmp_path, judge(read_, on(), also)))
    graver = dataclasses.replace(also, severity=Severity.CRITICAL)
    assert judge(read_, on(), graver, asked=Asked(baseline=old)).gate.met is True
