"""What to fix first: gains are exact and add up, mending a step does what it says, criticals are due now."""

import dataclasses
import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness import plan, scoring
from readiness.model import Remediation, Severity, Status, Waiver
from readiness.plan import Horizon
from readiness.scoring import Counts
from tests import builders as b

MADE = b.rule("require: {field: properties.on, equals: true}")


def of(id_, severity="high", effort="medium", **changed):
    """A rule for arithmetic alone; `effort=None` has no remediation."""
    mending = Remediation("Mend it.", effort) if effort else None
    return dataclasses.replace(MADE, id=id_, severity=Severity(severity), remediation=mending, **changed)


def counts(p=0, f=0, u=0, w=0, **more):
    """Counts of a rule; `f` holds the waived `w` too."""
    return Counts(passed=p, failed=f, unknown=u, waived=w, **more)


def exact(counted):
    """Score and floor by semantics 21, in fractions; None without weight."""
    weights = {"critical": 10, "high": Fraction(15, 2), "medium": 5, "low": Fraction(5, 2)}
    score, scored, floor, floored = [Fraction(0)] * 4
    for rule, c in counted:
        w = Fraction(weights.get(str(rule.severity), 0)) if rule.status is Status.STABLE else Fraction(0)
        known, every = c.passed + c.failed, c.passed + c.failed + c.unknown + c.error
        if known:
            score, scored = score + w * Fraction(c.passed, known), scored + w
        if every:
            floor, floored = floor + w * Fraction(c.passed, every), floored + w
    return (100 * score / scored if scored else None), (100 * floor / floored if floored else None)


def mended(counted, *ids):
    """The counts once every open fail of some rules passes; the waived ones stay."""
    return [
        (r, dataclasses.replace(c, passed=c.passed + c.failed - c.waived, failed=c.waived) if r.id in ids else c)
        for r, c in counted
    ]


def said(counted):
    """(id, count, gain, floor_gain, horizon) of each step."""
    return [(s.rule.id, s.count, s.gain, s.floor_gain, str(s.horizon)) for s in plan.steps(counted)]


# --- by hand --------------------------------------------------------------------------------------------------


def test_gains_and_scores_computed_by_hand():
    """Weights 10, 7.5 and 2.5: 20 together. (10/2 + 0 + 2.5 * 3/4) / 20 = 34.375."""
    counted = [
        (of("LOW", "low", "high"), counts(p=3, f=1)),
        (of("HIGH", "high", "low"), counts(f=2)),
        (of("CRIT", "critical", "high"), counts(p=1, f=1)),
    ]
    assert said(counted) == [
        ("CRIT", 1, 25, 25, "now"),  # before all though its worth is 25/8 and HIGH's 37.5
        ("HIGH", 2, Fraction(75, 2), Fraction(75, 2), "next"),  # 25 of 65.625 are more than a third
        ("LOW", 1, Fraction(25, 8), Fraction(25, 8), "later"),  # 62.5 of 65.625 are more than three quarters
    ]
    stages = plan.stages(counted)
    assert [(str(s.horizon), [t.rule.id for t in s.steps]) for s in stages] == [
        ("now", ["CRIT"]), ("next", ["HIGH"]), ("later", ["LOW"]),
    ]  # fmt: skip
    assert [(s.after.total.value, s.after.total.floor, s.after.grade) for s in stages] == [
        (59.375, 59.375, "E"), (96.875, 96.875, "A"), (100.0, 100.0, "A"),
    ]  # fmt: skip


def test_what_could_not_be_told_makes_the_floor_gain_less_than_the_score():
    """Score 50 of one known rule; floor (7.5 * 1/4 + 0) / 12.5 = 15, then (7.5 * 2/4) / 12.5 = 30."""
    counted = [(of("A"), counts(p=1, f=1, u=1, error=1)), (of("B", "medium"), counts(u=3))]
    assert said(counted) == [("A", 1, 50, 15, "now")]


def test_nothing_open_has_no_plan():
    counted = [
        (of("A"), counts(p=3, u=2)),
        (of("B"), counts(manual=1)),
        (of("C"), counts(f=4, w=4)),
        (of("D"), counts()),
    ]
    assert (plan.steps(counted), plan.stages(counted), plan.stages([])) == ([], (), ())


def test_a_waived_fail_is_in_no_step_and_stays_in_the_score():
    counted = [(of("A"), counts(p=1, f=3, w=1))]
    [stage] = plan.stages(counted)
    assert [(s.count, s.gain) for s in stage.steps] == [(2, 50)]
    assert stage.after.total.value == 75.0


@pytest.mark.parametrize("unscored", [{"severity": "info"}, {"severity": "critical", "status": Status.PREVIEW}])
def test_a_rule_in_no_number_gains_nothing_and_comes_last(unscored):
    counted = [(of("A", effort="low", **unscored), counts(f=9)), (of("B", "low", "high"), counts(p=1, f=1))]
    assert said(counted) == [("B", 1, 50, 50, "now"), ("A", 9, 0, 0, "later")]
    assert said(counted[:1]) == [("A", 9, 0, 0, "later")]
    [stage] = plan.stages(counted[:1])
    assert (stage.after.total.value, stage.after.grade) == (None, None)


EQUAL = {
    # of equal steps: which horizons
    1: ["now"],
    2: ["now", "next"],
    3: ["now", "next", "next"],  # a third is reached by the first: the second is not due now
    4: ["now", "now", "next", "later"],  # three quarters are reached by the third
    8: ["now"] * 3 + ["next"] * 3 + ["later"] * 2,
}


@pytest.mark.parametrize("number", EQUAL)
def test_a_third_is_due_now_and_three_quarters_next(number):
    counted = [(of(f"R{i}"), counts(f=1)) for i in range(number)]
    assert [str(s.horizon) for s in plan.steps(counted)] == EQUAL[number]


def test_criticals_count_towards_the_third():
    counted = [(of("C", "critical"), counts(p=9, f=1)), *((of(f"R{i}"), counts(p=4, f=1)) for i in range(6))]
    # 10 of 10/10 and six of 7.5/5: 1 + 9 = 10 parts; the critical one and two of 1.5 make 4, one makes 2.5
    assert [(s.rule.id, str(s.horizon)) for s in plan.steps(counted)] == [
        ("C", "now"), ("R0", "now"), ("R1", "now"), ("R2", "next"), ("R3", "next"), ("R4", "next"), ("R5", "later"),
    ]  # fmt: skip


EFFORTS = {"low": 1, "medium": 3, "high": 8, None: 3}


@pytest.mark.parametrize("effort", EFFORTS)
def test_worth_is_gain_by_effort(effort):
    [step] = plan.steps([(of("A", effort=effort), counts(p=1, f=1))])
    assert (step.effort, step.worth) == (effort or "medium", Fraction(50, EFFORTS[effort]))


def test_steps_are_ordered_by_worth_then_severity_then_id():
    counted = [
        (of("D", "low", "low"), counts(p=2, f=1)),  # 2.5/3 = 5/6
        (of("C", "high", "medium"), counts(p=2, f=1)),  # 7.5/3/3 = 5/6
        (of("B", "high", "medium"), counts(p=2, f=1)),
        (of("A", "high", "high"), counts(p=2, f=1)),  # 7.5/3/8
        (of("E", "medium", "low"), counts(p=2, f=1)),  # 5/3
        (of("Z", "critical", "high"), counts(p=99, f=1)),
    ]
    assert [s.rule.id for s in plan.steps(counted)] == ["Z", "E", "B", "C", "D", "A"]


# --- always ---------------------------------------------------------------------------------------------------

SMALL = st.integers(0, 4)


@st.composite
def every_counted(draw):
    """Rules of all kinds with whatever counts."""
    found = []
    for number in range(draw(st.integers(0, 7))):
        p, f, u, e = (draw(SMALL) for _ in range(4))
        rule = of(
            f"R{number}",
            draw(st.sampled_from([str(s) for s in Severity])),
            draw(st.sampled_from(["low", "medium", "high", None])),
            status=draw(st.sampled_from([Status.STABLE, Status.STABLE, Status.PREVIEW])),
        )
        found.append((rule, counts(p, f, u, draw(st.integers(0, f)), error=e, manual=draw(SMALL))))
    return found


@given(every_counted())
def test_all_gains_and_the_score_are_the_score_after_all_steps(counted):
    steps, (score, floor) = plan.steps(counted), exact(counted)
    after = exact(mended(counted, *(s.rule.id for s in steps)))
    if score is not None:
        assert score + sum(s.gain for s in steps) == after[0]
    if floor is not None:
        assert floor + sum(s.floor_gain for s in steps) == after[1]


@given(every_counted())
def test_each_step_alone_gains_what_it_says(counted):
    score, floor = exact(counted)
    for step in plan.steps(counted):
        after = exact(mended(counted, step.rule.id))
        assert (step.gain, step.floor_gain) == ((after[0] or 0) - (score or 0), (after[1] or 0) - (floor or 0))
        assert (step.gain > 0, step.floor_gain > 0) == (step.rule.scored, step.rule.scored)


@given(every_counted())
def test_steps_are_the_rules_with_open_fails_and_horizons_part_them(counted):
    steps, stages = plan.steps(counted), plan.stages(counted)
    open_ = {r.id: c.failed - c.waived for r, c in counted if c.failed > c.waived}
    assert {s.rule.id: s.count for s in steps} == open_
    assert [s for stage in stages for s in stage.steps] == steps
    assert [stage.horizon for stage in stages] == [h for h in Horizon if any(s.horizon is h for s in steps)]
    assert all(s.horizon is stage.horizon for stage in stages for s in stage.steps)


@given(every_counted())
def test_scored_criticals_are_due_now_and_unscored_rules_later(counted):
    for step in plan.steps(counted):
        if not step.rule.scored:
            assert step.horizon is Horizon.LATER
        elif step.rule.severity is Severity.CRITICAL:
            assert step.horizon is Horizon.NOW


@given(every_counted())
def test_the_steps_due_now_bring_a_third_and_those_next_three_quarters(counted):
    steps = plan.steps(counted)
    whole = sum(s.gain for s in steps)
    for horizons, share in (((Horizon.NOW,), Fraction(1, 3)), ((Horizon.NOW, Horizon.NEXT), Fraction(3, 4))):
        due = [s for s in steps if s.horizon in horizons]
        assert sum(s.gain for s in due) >= share * whole
        if due and due[-1].rule.severity is not Severity.CRITICAL:
            assert sum(s.gain for s in due[:-1]) < share * whole  # and no step more than that takes


@given(every_counted(), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(counted, chance):
    shuffled = random.Random(chance.random()).sample(counted, len(counted))  # noqa: S311 - no secret
    assert plan.steps(shuffled) == plan.steps(counted)
    assert [(s.horizon, s.steps, s.after.total) for s in plan.stages(shuffled)] == [
        (s.horizon, s.steps, s.after.total) for s in plan.stages(counted)
    ]


@given(every_counted())
def test_the_score_after_each_stage_is_that_of_what_is_mended_by_then(counted):
    done = []
    for stage in plan.stages(counted):
        done += [s.rule.id for s in stage.steps]
        assert stage.after == scoring.score(mended(counted, *done))


# --- an estate that is really mended --------------------------------------------------------------------------

RULES = (
    b.rule("require: {field: properties.a, equals: true}", id="T-A", severity="critical"),
    b.rule("require: {field: properties.b, equals: true}", id="T-B", severity="medium"),
    b.rule("require: {field: properties.c, equals: true}", id="T-C", severity="low", status="preview"),
)
CELL = st.sampled_from(["pass", "fail", "unknown"])
ESTATES = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5)
WAIVED = st.sets(st.tuples(st.sampled_from(["T-A", "T-B", "T-C"]), st.integers(0, 4)), max_size=3)


def judged(folder, cells, waived):
    """The report of an estate: an account a row, a property a rule."""
    bodies = [
        b.account(f"n{i}", {k: o == "pass" for k, o in zip("abc", row, strict=True)}) for i, row in enumerate(cells)
    ]
    gaps = [
        b.gap(body["id"], path=f"properties.{k}")
        for body, row in zip(bodies, cells, strict=True)
        for k, o in zip("abc", row, strict=True)
        if o == "unknown"
    ]
    waivers = [Waiver(rule, f"*/accounts/n{i}", "r", "o", "2026-12-31") for rule, i in sorted(waived)]
    return b.judge(b.snapshot(folder, *bodies, *gaps, b.read()), *RULES, waivers=waivers)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ESTATES, WAIVED)
def test_mending_the_findings_of_a_step_changes_score_and_floor_by_its_gains(tmp_path_factory, cells, waived):
    folder = tmp_path_factory.getbasetemp()
    report = judged(folder, cells, waived)
    score, floor = exact(report.counted)
    for step in (s for stage in report.plan for s in stage.steps):
        column = "ABC".index(step.rule.id[-1])
        verdicts = next(v for v in report.verdicts if v.rule is step.rule)
        findings = [int(s.key.rpartition("n")[2]) for s in report.open_subjects(verdicts)]
        assert len(findings) == step.count
        assert not {(step.rule.id, i) for i in findings} & waived
        mended_ = [
            [*row[:column], "pass", *row[column + 1 :]] if i in findings else row for i, row in enumerate(cells)
        ]
        after = judged(folder, mended_, waived).score.total
        if step.rule.scored:
            assert after.value == scoring.rounded(score + step.gain)
            assert after.floor == scoring.rounded(floor + step.floor_gain)
        else:
            assert (after.value, after.floor) == (report.score.total.value, report.score.total.floor)
