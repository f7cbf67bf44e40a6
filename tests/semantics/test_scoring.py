"""Score, floor, coverage, grades, preview, manual, waived (semantics 21 to 25), computed by hand."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness import engine, scoring
from readiness.config import Config
from readiness.gate import Asked
from readiness.model import Outcome, Severity, Status, Waiver
from readiness.render import json as wire
from readiness.render.terminal import figures_in_words
from readiness.scoring import Counts
from readiness.workloads import Workloads
from tests.builders import (
    ACCOUNTS,
    DEPLOYMENTS,
    SUB,
    account,
    child,
    findings,
    gap,
    judge,
    outcomes,
    read,
    rule,
    snapshot,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ON = "require: {field: properties.on, equals: true}"
MADE = {severity: rule(ON, id=f"T-{severity.rank}", severity=str(severity)) for severity in Severity}


def of(severity="high", **changed):
    """A rule of a severity, for arithmetic alone."""
    return dataclasses.replace(MADE[Severity(severity)], **changed)


def counts(p=0, f=0, u=0, e=0, na=0, m=0, w=0):
    """Counts of a rule; `f` holds the waived `w` too."""
    return Counts(p, f, u, na, m, e, w)


# --- 21: score, floor, coverage -------------------------------------------------------------------------------

SCORES = {
    # name: (rules with counts, score, floor, coverage)
    "nothing": ([], None, None, None),
    "one-pass": ([("high", counts(p=1))], 100.0, 100.0, 1.0),
    "one-fail": ([("high", counts(f=1))], 0.0, 0.0, 1.0),
    "p-of-p-and-f": ([("high", counts(p=3, f=1))], 75.0, 75.0, 1.0),
    "unknown-leaves-the-score-alone": ([("high", counts(p=1, u=1))], 100.0, 50.0, 0.5),
    "unknown-alone-has-no-score": ([("high", counts(u=2))], None, 0.0, 0.0),
    "error-is-as-unknown": ([("high", counts(p=1, e=1))], 100.0, 50.0, 0.5),
    "unknown-and-error-add-up": ([("high", counts(p=1, u=1, e=2))], 100.0, 25.0, 0.25),
    "waived-is-failed": ([("high", counts(p=1, f=1, w=1))], 50.0, 50.0, 1.0),
    "not-applicable-is-nothing": ([("high", counts(na=9))], None, None, None),
    "not-applicable-beside": ([("high", counts(p=1, f=1, na=9))], 50.0, 50.0, 1.0),
    "manual-is-nothing": ([("high", counts(m=4))], None, None, None),
    "manual-beside-answers": ([("high", counts(p=1, f=3, m=4))], 25.0, 25.0, 1.0),
    # (10*1 + 7.5*0 + 5*1 + 2.5*0) / 25
    "weights": (
        [
            ("critical", counts(p=1)),
            ("high", counts(f=1)),
            ("medium", counts(p=1)),
            ("low", counts(f=1)),
        ],
        60.0,
        60.0,
        1.0,
    ),
    "critical-weighs-10-low-2.5": ([("critical", counts(p=1)), ("low", counts(f=1))], 80.0, 80.0, 1.0),
    "high-weighs-7.5-low-2.5": ([("high", counts(p=1)), ("low", counts(f=1))], 75.0, 75.0, 1.0),
    "medium-weighs-5-low-2.5": ([("medium", counts(p=1)), ("low", counts(f=1))], 66.6667, 66.6667, 1.0),
    "info-weighs-nothing": ([("high", counts(p=1)), ("info", counts(f=9))], 100.0, 100.0, 1.0),
    "info-alone": ([("info", counts(p=1, f=1))], None, None, None),
    # a rule weighs the same however many subjects it has
    "rules-not-subjects": ([("high", counts(p=1)), ("high", counts(f=99))], 50.0, 50.0, 1.0),
    # score over p+f > 0: (10*1/2)/10; floor over p+f+u > 0: (10*1/4 + 5*0/1)/15; coverage (10*2/4 + 0)/15
    "different-rules-in-score-and-floor": (
        [("critical", counts(p=1, f=1, u=2)), ("medium", counts(u=1))],
        50.0,
        16.6667,
        5 / 15,
    ),
    # score (7.5*2/3 + 2.5*1/7)/10; floor (7.5*2/4 + 2.5*1/9)/10; coverage (7.5*3/4 + 2.5*7/9)/10
    "mixed": (
        [("high", counts(p=2, f=1, u=1)), ("low", counts(p=1, f=6, u=1, e=1))],
        53.5714,
        40.2778,
        (7.5 * 3 / 4 + 2.5 * 7 / 9) / 10,
    ),
    "thirds-to-4-decimals": ([("high", counts(p=1, f=2))], 33.3333, 33.3333, 1.0),
    "two-thirds-to-4-decimals": ([("high", counts(p=2, f=1))], 66.6667, 66.6667, 1.0),
    "rounded-to-a-whole": ([("high", counts(p=89_999_996, f=10_000_004))], 90.0, 90.0, 1.0),
    "not-rounded-to-a-whole": ([("high", counts(p=899_999, f=100_001))], 89.9999, 89.9999, 1.0),
    "a-million-unknown": ([("high", counts(p=1, u=999_999))], 100.0, 0.0001, 0.000001),
}


@pytest.mark.parametrize(("counted", "score", "floor", "coverage"), SCORES.values(), ids=SCORES)
def test_s21_score(counted, score, floor, coverage):
    found = scoring.figures((of(severity), c) for severity, c in counted)
    assert (found.value, found.floor) == (score, floor)
    assert found.coverage == (coverage if coverage is None else pytest.approx(coverage, abs=1e-12))


@pytest.mark.parametrize(("counted", "score", "floor", "coverage"), SCORES.values(), ids=SCORES)
def test_s21_the_order_of_rules_does_not_matter(counted, score, floor, coverage):
    rules = [(of(severity), c) for severity, c in counted]
    assert scoring.figures(rules) == scoring.figures(rules[::-1])


def test_s21_the_total_is_no_mean_of_pillars_and_areas_count_their_further_rules():
    counted = [
        (of("critical", pillar="security", area="identity", also=("networking",)), counts(p=1)),
        (of("low", pillar="cost", area="networking"), counts(f=1)),
        (of("low", pillar="cost", area="cost"), counts(f=1, u=1)),
    ]
    found = scoring.score(counted)
    assert (found.total.value, found.total.floor) == (66.6667, 66.6667)
    assert {n: f.value for n, f in found.pillars.items()} == {"security": 100.0, "cost": 0.0}
    assert {n: f.value for n, f in found.areas.items()} == {"identity": 100.0, "networking": 80.0, "cost": 0.0}
    assert found.areas["cost"].coverage == 0.5


SHOWN = {
    "the-contract's-own": ((82.9999, 74.5, 0.91), "82 (at least 74; 9 % could not be told)"),
    "cut-never-rounded-up": ((99.9999, 99.9999, 1.0), "99 (at least 99)"),
    "whole": ((100.0, 100.0, 1.0), "100 (at least 100)"),
    "nine-point-nine-percent": ((80.0, 70.0, 0.901), "80 (at least 70; 9 % could not be told)"),
    "under-one-percent-is-said": ((80.0, 79.9, 0.999), "80 (at least 79; under 1 % could not be told)"),
    "no-score": ((None, 0.0, 0.0), "- (at least 0; 100 % could not be told)"),
}


@pytest.mark.parametrize(("figures", "text"), SHOWN.values(), ids=SHOWN)
def test_s21_shown(figures, text):
    assert figures_in_words(scoring.Figures(*figures)) == text


def subjects(tmp_path, *wanted):
    """An estate with an account of each outcome under ON."""
    bodies = [account(f"a{i}", {"on": o == "pass"}) for i, o in enumerate(wanted)]
    gaps = [gap(b["id"], path="properties.on") for b, o in zip(bodies, wanted, strict=True) if o == "unknown"]
    return snapshot(tmp_path, read(), *bodies, *gaps)


def test_s21_counts_come_from_the_subjects(tmp_path):
    report = judge(subjects(tmp_path, "pass", "fail", "fail", "unknown"), rule(ON))
    assert report.summary() == {
        "pass": 1, "fail": 2, "unknown": 1, "not_applicable": 0, "manual": 0, "error": 0, "waived": 0,
    }  # fmt: skip
    assert (report.score.total.value, report.score.total.floor) == (33.3333, 25.0)
    assert report.score.total.coverage == 0.75


def test_s21_a_lost_list_counts_as_one_in_u(tmp_path):
    kid = rule(ON, resource=DEPLOYMENTS)
    one, two = account("one"), account("two")
    read_ = snapshot(
        tmp_path, read(), read(one["id"], DEPLOYMENTS), one, two, child(one, "deployments", "d", {"on": True})
    )
    report = judge(read_, kid)
    assert report.summary()["unknown"] == 1
    assert report.score.total.floor == 50.0


def test_s21_two_lost_lists_of_a_subscription_count_as_one(tmp_path):
    kid = rule(ON, resource=DEPLOYMENTS)
    one, two, three = account("one"), account("two"), account("three")
    read_ = snapshot(
        tmp_path, read(), read(one["id"], DEPLOYMENTS), one, two, three, child(one, "deployments", "d", {"on": True})
    )
    report = judge(read_, kid)
    assert report.summary()["unknown"] == 1
    assert len(next(f for f in findings(report) if f.outcome is Outcome.UNKNOWN).evidence) == 2


# --- 22: grades -----------------------------------------------------------------------------------------------

GRADES = {
    "100": (100.0, False, "A"),
    "90": (90.0, False, "A"),
    "just-below-90": (89.9999, False, "B"),
    "80": (80.0, False, "B"),
    "just-below-80": (79.9999, False, "C"),
    "70": (70.0, False, "C"),
    "just-below-70": (69.9999, False, "D"),
    "60": (60.0, False, "D"),
    "just-below-60": (59.9999, False, "E"),
    "50": (50.0, False, "E"),
    "just-below-50": (49.9999, False, "F"),
    "0": (0.0, False, "F"),
    "none": (None, False, None),
    "capped-A": (100.0, True, "D"),
    "capped-C": (70.0, True, "D"),
    "capped-D": (60.0, True, "D"),
    "the-cap-lifts-no-E": (59.9999, True, "E"),
    "the-cap-lifts-no-F": (10.0, True, "F"),
    "capped-none": (None, True, None),
}


@pytest.mark.parametrize(("value", "capped", "letter"), GRADES.values(), ids=GRADES)
def test_s22_grade(value, capped, letter):
    assert scoring.grade(value, capped=capped) == letter


CAPS = {
    # a passing rule of weight keeps the score high; what is beside it may cap
    "open-critical-fail": (("critical", {}), counts(p=99, f=1), "D"),
    "waived-critical-fail": (("critical", {}), counts(p=99, f=1, w=1), "A"),
    "one-of-two-waived": (("critical", {}), counts(p=98, f=2, w=1), "D"),
    "critical-unknown": (("critical", {}), counts(p=99, u=1), "A"),
    "critical-manual": (("critical", {}), counts(p=99, m=1), "A"),
    "high-fail": (("high", {}), counts(p=99, f=1), "A"),
    "preview-critical-fail": (("critical", {"status": Status.PREVIEW}), counts(p=99, f=1), "A"),
}


@pytest.mark.parametrize(("made", "counted", "letter"), CAPS.values(), ids=CAPS)
def test_s22_an_open_critical_fail_caps(made, counted, letter):
    severity, changed = made
    other = of(severity, **changed)
    assert scoring.score([(of("critical"), counts(p=1)), (other, counted)]).grade == letter


def test_s22_the_grade_uses_the_rounded_score():
    assert scoring.score([(of("high"), counts(p=89_999_996, f=10_000_004))]).grade == "A"
    assert scoring.score([(of("high"), counts(p=899_999, f=100_001))]).grade == "B"


# --- 23: preview, info, error ---------------------------------------------------------------------------------

PREVIEW = rule(ON, id="TEST-002", status="preview", severity="critical")
INFO = rule(ON, id="TEST-003", severity="info")
STABLE = rule("require: {field: properties.also, equals: true}", id="TEST-001")


def both(tmp_path):
    return snapshot(tmp_path, read(), account("a", {"on": False, "also": True}))


def test_s23_preview_is_shown_and_in_no_number(tmp_path):
    report = judge(both(tmp_path), STABLE, PREVIEW)
    assert ("TEST-002", Outcome.FAIL) in [(f.rule, f.outcome) for f in findings(report)]
    assert (report.score.total.value, report.score.total.floor, report.score.grade) == (100.0, 100.0, "A")
    assert report.score.areas["identity"].value == 100.0


@pytest.mark.parametrize("asked", [{"fail_on": Severity.INFO}, {"min_score": 100.0}, {"min_coverage": 100.0}])
def test_s23_preview_stops_no_gate(tmp_path, asked):
    assert judge(both(tmp_path), STABLE, PREVIEW, asked=Asked(**asked)).gate.met is True


def test_s23_a_preview_unknown_stops_no_gate(tmp_path):
    read_ = snapshot(tmp_path, read(), account("a", {"also": True}), gap(SUB, path="properties.on"))
    report = judge(read_, STABLE, PREVIEW, asked=Asked(fail_on=Severity.LOW, min_score=100.0, min_coverage=100.0))
    assert report.gate.met is True


def test_s23_a_preview_question_is_in_no_number(tmp_path):
    asks = rule("attest: {question: Is it so?}", id="TEST-009", resource="estate", status="preview")
    report = judge(both(tmp_path), STABLE, asks)
    assert (report.score.answered, report.score.asked) == (0, 0)


def test_s23_info_is_shown_and_weighs_nothing(tmp_path):
    report = judge(both(tmp_path), STABLE, INFO)
    assert ("TEST-003", Outcome.FAIL) in [(f.rule, f.outcome) for f in findings(report)]
    assert (report.score.total.value, report.score.grade) == (100.0, "A")


def test_s23_error_counts_as_unknown(tmp_path, monkeypatch):
    def crash(rule, case):
        if rule.id == "TEST-001":
            return lambda subject, _: 1 / 0
        return original(rule, case)

    original = engine.decider
    monkeypatch.setattr(engine, "decider", crash)
    report = judge(both(tmp_path), STABLE, rule(ON, id="TEST-004"))
    assert report.summary()["error"] == 1
    assert report.score.total.floor == 0.0
    assert report.score.total.coverage == 0.5
    assert report.crashed


# --- 24: manual, answers --------------------------------------------------------------------------------------

ASKS = "attest: {question: Is it so?, guidance: Look., valid_for: P180D}"
WORKLOADS = Config(folder=Path("/nonexistent"), workloads=Workloads(tag="workload"))


def answer(subject="estate", answer_="pass", date="2025-12-01", expires=None, rule_="TEST-001"):
    return f"""
  - rule: {rule_}
    for: "{subject}"
    answer: {answer_}
    author: a@b.example
    date: {date}
""" + (f"    expires: {expires}\n" if expires else "")


def tagged(name, workload):
    return account(name, {"on": True}, tags={"workload": workload})


def asked_of(tmp_path, answers, resource="workload", text=ASKS, **head):
    """The report of a question about two workloads, `chat` and `docs`, with some answers."""
    asks = rule(text, resource=resource, **head)
    file = tmp_path / "attestations.yaml"
    file.write_text("attestations:" + ("".join(answers) or " []") + "\n")
    read_ = snapshot(tmp_path, read(), tagged("one", "chat"), tagged("two", "docs"))
    return judge(read_, asks, config=WORKLOADS, attestations=file)


ANSWERS = {
    # name: (answers, {workload: outcome}, answered)
    "none": ([], {"chat": "manual", "docs": "manual"}, 0),
    "estate-serves-all": ([answer()], {"chat": "pass", "docs": "pass"}, 2),
    "estate-without-case": ([answer("Estate")], {"chat": "pass", "docs": "pass"}, 2),
    "estate-fails-all": ([answer(answer_="fail")], {"chat": "fail", "docs": "fail"}, 2),
    "own": ([answer("workload:chat")], {"chat": "pass", "docs": "manual"}, 1),
    "own-without-case": ([answer("Workload:CHAT")], {"chat": "pass", "docs": "manual"}, 1),
    "own-before-estate": ([answer(), answer("workload:chat", "fail")], {"chat": "fail", "docs": "pass"}, 2),
    "own-before-estate-in-any-order": (
        [answer("workload:chat", "fail"), answer()],
        {"chat": "fail", "docs": "pass"},
        2,
    ),
    "other-rules'-answer": ([answer("workload:nobody")], {"chat": "manual", "docs": "manual"}, 0),
    "expired": ([answer(expires="2025-12-31")], {"chat": "manual", "docs": "manual"}, 0),
    "valid-to-the-end-of-its-day": ([answer(expires="2026-01-01")], {"chat": "pass", "docs": "pass"}, 2),
    "expired-by-the-rule's-valid_for": ([answer(date="2025-07-04")], {"chat": "manual", "docs": "manual"}, 0),
    "within-the-rule's-valid_for": ([answer(date="2025-07-05")], {"chat": "pass", "docs": "pass"}, 2),
    "its-own-expiry-before-valid_for": (
        [answer(date="2020-01-01", expires="2027-01-01")],
        {"chat": "pass", "docs": "pass"},
        2,
    ),
    "an-expired-fail-is-manual-too": (
        [answer(answer_="fail", expires="2025-12-31")],
        {"chat": "manual", "docs": "manual"},
        0,
    ),
    "an-expired-own-answer-is-one-of-its-own": (
        [answer(), answer("workload:chat", expires="2025-12-31")],
        {"chat": "manual", "docs": "pass"},
        1,
    ),
}


@pytest.mark.parametrize(("answers", "expected", "answered"), ANSWERS.values(), ids=ANSWERS)
def test_s24_answers(tmp_path, answers, expected, answered):
    report = asked_of(tmp_path, answers)
    assert {f.resource: str(f.outcome) for f in findings(report)} == {f"workload:{k}": v for k, v in expected.items()}
    assert (report.score.answered, report.score.asked) == (answered, 2)


def test_s24_expired_is_loud(tmp_path):
    report = asked_of(tmp_path, [answer("workload:chat", expires="2025-12-31")])
    said = next(f.message for f in findings(report) if f.resource == "workload:chat")
    assert "expired on 2025-12-31" in said
    assert any("expired on 2025-12-31" in n and "workload:chat" in n for n in report.notices)


def test_s24_manual_is_in_no_score_and_a_valid_answer_is(tmp_path):
    report = asked_of(tmp_path, [])
    assert (report.score.total.value, report.score.total.floor, report.score.total.coverage) == (None, None, None)
    report = asked_of(tmp_path, [answer("workload:chat", "fail"), answer("workload:docs")])
    assert (report.score.total.value, report.score.total.floor, report.score.total.coverage) == (50.0, 50.0, 1.0)


def test_s24_a_manual_question_is_no_unknown_of_the_gate(tmp_path):
    asks = asked_of(tmp_path, [])
    counted = asks.summary()
    assert (counted["manual"], counted["unknown"]) == (2, 0)


def test_s24_only_applicable_pairs_are_asked(tmp_path):
    text = "where: {field: name, equals: one}\n" + ASKS
    report = asked_of(tmp_path, [answer()], resource=ACCOUNTS, text=text)
    assert (report.score.answered, report.score.asked) == (1, 1)
    assert report.summary()["not_applicable"] == 1


def test_s24_an_answer_for_a_resource_compares_ids_without_case(tmp_path):
    ident = account("one")["id"].upper() + "/"
    report = asked_of(tmp_path, [answer(ident)], resource=ACCOUNTS)
    assert outcomes(report) == [("one", "pass"), ("two", "manual")]


# --- 25: waived -----------------------------------------------------------------------------------------------


def waiver(resource="*/accounts/a0", expires="2026-12-31", rule_="TEST-001"):
    return Waiver(rule_, resource, "because", "a@b.example", expires, "OPS-1")


WAIVED = {
    # name: (glob, expires, is it waived)
    "glob": ("*/accounts/a0", "2026-12-31", True),
    "glob-without-case": ("*/ACCOUNTS/A*", "2026-12-31", True),
    "whole-id": (account("a0")["id"], "2026-12-31", True),
    "trailing-slash": (account("a0")["id"] + "/", "2026-12-31", True),
    "everything": ("*", "2026-12-31", True),
    "another-resource": ("*/accounts/b0", "2026-12-31", False),
    "a-part-of-the-id-only": ("accounts/a0", "2026-12-31", False),
    "on-its-last-day": ("*/accounts/a0", "2026-01-01", True),
    "expired-yesterday": ("*/accounts/a0", "2025-12-31", False),
    "to-the-moment": ("*/accounts/a0", "2026-01-01T00:00:00Z", True),
    "expired-a-second-ago": ("*/accounts/a0", "2025-12-31T23:59:59Z", False),
}


@pytest.mark.parametrize(("glob", "expires", "is_waived"), WAIVED.values(), ids=WAIVED)
def test_s25_waived(tmp_path, glob, expires, is_waived):
    report = judge(subjects(tmp_path, "fail"), rule(ON), waivers=(waiver(glob, expires),))
    [finding] = findings(report)
    assert finding.outcome is Outcome.FAIL
    assert (finding.waiver is not None) is is_waived
    assert (report.summary()["waived"], report.summary()["fail"]) == ((1, 0) if is_waived else (0, 1))
    assert (report.score.total.value, report.score.total.floor) == (0.0, 0.0)


def test_s25_the_wire_says_who_waived_what_until_when(tmp_path):
    report = judge(subjects(tmp_path, "fail"), rule(ON), waivers=(waiver(),))
    found = json.loads(b"".join(wire.render(report)))
    assert found["findings"][0]["outcome"] == "fail"
    assert found["findings"][0]["waiver"] == {
        "reason": "because", "owner": "a@b.example", "expires": "2026-12-31", "ticket": "OPS-1",
    }  # fmt: skip
    assert found["rules"][0]["counts"] == found["summary"]


def test_s25_expiry_is_loud(tmp_path):
    report = judge(subjects(tmp_path, "fail"), rule(ON), waivers=(waiver(expires="2025-12-31"),))
    assert "expired on 2025-12-31" in findings(report)[0].message
    assert any("2025-12-31" in n for n in report.notices)


@pytest.mark.parametrize("outcome", ["pass", "unknown"])
def test_s25_only_a_fail_is_waived(tmp_path, outcome):
    report = judge(subjects(tmp_path, outcome), rule(ON), waivers=(waiver(),))
    assert findings(report)[0].waiver is None
    assert (report.summary()["waived"], report.summary()[outcome]) == (0, 1)


def test_s25_the_waiver_of_another_rule_waives_nothing(tmp_path):
    report = judge(subjects(tmp_path, "fail"), rule(ON), waivers=(waiver(rule_="TEST-777"),))
    assert report.summary()["fail"] == 1


GATED = {
    "fail-on": (Asked(fail_on=Severity.CRITICAL), True),
    "min-score": (Asked(min_score=1.0), False),
    "min-pillar": (Asked(min_pillar={"security": 1.0}), False),
    "min-coverage": (Asked(min_coverage=100.0), True),
}


@pytest.mark.parametrize(("asked", "met"), GATED.values(), ids=GATED)
def test_s25_waived_is_a_fail_in_the_floor_and_none_to_fail_on(tmp_path, asked, met):
    report = judge(subjects(tmp_path, "fail"), rule(ON, severity="critical"), waivers=(waiver(),), asked=asked)
    assert report.gate.met is met


def test_s25_a_waived_critical_fail_does_not_cap(tmp_path):
    read_ = subjects(tmp_path, "fail", *["pass"] * 19)
    critical = rule(ON, severity="critical")
    assert judge(read_, critical, waivers=(waiver(),)).score.grade == "A"
    assert judge(read_, critical).score.grade == "D"
