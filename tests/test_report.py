"""What a report works out of its findings: open fails, waivers and attestations as they stand today, lost lists."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model import Area, Outcome, Severity, Waiver
from readiness.report import State
from tests import builders as b

RULE = b.rule("require: {field: properties.on, equals: true}")
ASKS = b.rule("attest: {question: Is it?}", id="ASK-001", resource=b.ACCOUNTS)
LAPSES = b.rule("attest: {question: Is it?, valid_for: P30D}", id="ASK-002", resource=b.ACCOUNTS)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def estate(folder, *wanted, extra=()):
    """A snapshot of accounts a0, a1, ...: whether each passes RULE; None can't be told."""
    bodies = [b.account(f"a{i}", {"on": on}) for i, on in enumerate(wanted)]
    gaps = [b.gap(a["id"], path="properties.on") for a, on in zip(bodies, wanted, strict=True) if on is None]
    return b.snapshot(folder, *bodies, *gaps, *extra, b.read())


def waiver(resource="*", expires="2026-12-31", rule="TEST-001", **more):
    """A waiver of RULE."""
    return Waiver(rule, resource, "r", "o", expires, **more)


# --- open fails -----------------------------------------------------------------------------------------------


def test_open_fails_by_subject_severity_and_area_leave_out_what_is_accepted(tmp_path):
    rules = (
        RULE,
        b.rule("require: {field: properties.on, equals: true}", id="TEST-002", severity="low", area="cost"),
        b.rule("require: {field: properties.on, equals: true}", id="TEST-003", status="preview", area="cost"),
    )
    read = estate(tmp_path, False, False, True, None)
    report = b.judge(read, *rules, waivers=[waiver("*/a1"), waiver("*", rule="TEST-002")])
    first, second = (f"{b.GROUP}/providers/{b.ACCOUNTS}/a{i}".lower() for i in (0, 1))
    assert report.open_by_subject == {first: 2, second: 1}
    assert report.by_severity == {
        Severity.CRITICAL: 0, Severity.HIGH: 3, Severity.MEDIUM: 0, Severity.LOW: 0, Severity.INFO: 0,
    }  # fmt: skip
    assert list(report.by_severity) == list(Severity)
    assert report.area_by_severity == {
        Area.IDENTITY: {**dict.fromkeys(Severity, 0), Severity.HIGH: 1},
        Area.COST: {**dict.fromkeys(Severity, 0), Severity.HIGH: 2},
    }
    assert [[s.key for s in report.open_subjects(v)] for v in report.verdicts] == [[first], [], [first, second]]


def test_nothing_open(tmp_path):
    report = b.judge(estate(tmp_path, True, None), RULE)
    assert (report.open_by_subject, set(report.by_severity.values()), report.area_by_severity) == (Counter(), {0}, {})


ROWS = st.lists(st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3), max_size=4)
GLOBS = st.sampled_from(["*", "*/n0", "*/N1", "*/n[12]", "nothing"])
RULES = [
    b.rule(f"require: {{field: properties.p{i}, equals: true}}", id=f"T-{i}", severity=s, area=a)
    for i, (s, a) in enumerate([("critical", "cost"), ("low", "cost"), ("info", "identity")])
]


@given(ROWS, st.lists(st.tuples(st.integers(0, 2), GLOBS, st.sampled_from(["2025-01-01", "2026-12-31"])), max_size=4))
def test_every_figure_of_open_fails_is_the_same(tmp_path_factory, rows, waived):
    bodies = [b.account(f"n{i}", {f"p{k}": on for k, on in enumerate(row)}) for i, row in enumerate(rows)]
    gaps = [
        b.gap(body["id"], path=f"properties.p{k}")
        for body, row in zip(bodies, rows, strict=True)
        for k, on in enumerate(row)
        if on is None
    ]
    read = b.snapshot(tmp_path_factory.getbasetemp(), *bodies, *gaps, b.read())
    report = b.judge(read, *RULES, waivers=[waiver(glob, end, f"T-{i}") for i, glob, end in waived])
    found = [f for f in report.findings((Outcome.FAIL,)) if f.waiver is None]
    assert report.open_by_subject == Counter(f.resource.lower() for f in found)
    assert {s: n for s, n in report.by_severity.items() if n} == Counter(f.severity for f in found)
    assert sum(n for row in report.area_by_severity.values() for n in row.values()) == len(found)
    assert sum(report.by_severity.values()) == report.summary()["fail"] == len(found)
    assert sum(s.count for stage in report.plan for s in stage.steps) == len(found)
    assert sum(len(report.open_subjects(v)) for v in report.verdicts) == len(found)
    once = {a.waiver: a.count for a in report.waivers}  # one that was written twice is one
    assert sum(once.values()) == report.summary()["waived"]


# --- waivers --------------------------------------------------------------------------------------------------


def accepted(report):
    """(resource, state, count) of each waiver."""
    return [(a.waiver.resource, str(a.state), a.count) for a in report.waivers]


def test_what_waivers_do_today(tmp_path):
    given_ = [
        waiver("*/a0"),
        waiver("*/A[12]"),
        waiver("*/a3"),  # which passes
        waiver("*/a4"),  # which can't be told: only fails can be waived
        waiver("*/a5", "2025-12-30"),
        waiver("*", rule="TEST-404"),
        waiver("*/gone", "2025-12-30"),
    ]
    report = b.judge(estate(tmp_path, False, False, False, True, None, False), RULE, waivers=given_)
    assert accepted(report) == [
        ("*/a0", "in force", 1),
        ("*/A[12]", "in force", 2),
        ("*/a3", "unused", 0),
        ("*/a4", "unused", 0),
        ("*/a5", "expired", 0),
        ("*", "unused", 0),
        ("*/gone", "expired", 0),
    ]
    assert report.summary()["waived"] == 3


LAST = {"2025-12-31": State.EXPIRED, "2026-01-01": State.IN_FORCE, "2026-01-01T00:00:00Z": State.IN_FORCE}


@pytest.mark.parametrize("expires", LAST)
def test_a_waiver_is_in_force_to_the_end_of_its_last_day(tmp_path, expires):
    [found] = b.judge(estate(tmp_path, False), RULE, waivers=[waiver(expires=expires)], clock=NOW).waivers
    assert (found.state, found.count) == (LAST[expires], int(LAST[expires] is State.IN_FORCE))


def test_a_fail_that_several_waivers_accept_is_counted_once(tmp_path):
    both = [waiver("*/a0", "2025-06-01"), waiver("*/a0"), waiver("*")]
    report = b.judge(estate(tmp_path, False, False), RULE, waivers=both)
    assert [(s, n) for _, s, n in accepted(report)] == [("expired", 0), ("in force", 1), ("in force", 1)]
    report = b.judge(estate(tmp_path, False), RULE, waivers=both)
    assert [(s, n) for _, s, n in accepted(report)] == [("expired", 0), ("in force", 1), ("unused", 0)]


def test_no_waivers_no_attestations(tmp_path):
    report = b.judge(estate(tmp_path, False), RULE, ASKS)
    assert (report.waivers, report.attestations) == ((), ())


# --- attestations ---------------------------------------------------------------------------------------------


def answer(for_="estate", date="2025-12-01", rule="ASK-001", **more):
    """An entry of attestations.yaml."""
    keys = {"rule": rule, "for": for_, "answer": "pass", "author": "a", "date": date, **more}
    return "- {" + ", ".join(f'{k}: "{v}"' for k, v in keys.items()) + "}"


def answered(tmp_path, *entries, rules=(ASKS,), accounts=2):
    """(for, state, count) of each attestation shown."""
    path = tmp_path / "attestations.yaml"
    path.write_text("attestations:\n" + "".join(f"  {entry}\n" for entry in entries), encoding="utf-8")
    report = b.judge(estate(tmp_path, *[True] * accounts), *rules, attestations=path, clock=NOW)
    return [(a.attestation.subject.rpartition("/")[2], str(a.state), a.count) for a in report.attestations]


def own(name):
    """The id of an account."""
    return f"{b.GROUP}/providers/{b.ACCOUNTS}/{name}"


STATES = {
    "in force": ({"date": "2025-12-01"}, "in force", 2),
    "to the end of its last day": ({"expires": "2026-01-01"}, "in force", 2),
    "expired": ({"expires": "2025-12-31"}, "expired", 0),
    "from today": ({"date": "2026-01-01"}, "in force", 2),
    "from tomorrow": ({"date": "2026-01-02"}, "dated in the future", 0),
    "from tomorrow and over": ({"date": "2026-01-02", "expires": "2025-12-31"}, "dated in the future", 0),
    "a fail": ({"answer": "fail"}, "in force", 2),
}


@pytest.mark.parametrize(("given_", "state", "count"), STATES.values(), ids=STATES)
def test_what_an_attestation_does_today(tmp_path, given_, state, count):
    assert answered(tmp_path, answer(**given_)) == [("estate", state, count)]


VALID = {"2025-12-01": ("expired", 0), "2025-12-02": ("in force", 2)}


@pytest.mark.parametrize("date", VALID)
def test_an_attestation_ends_after_the_rules_own_period(tmp_path, date):
    """30 days after the end of 1 December are over at the end of 31 December."""
    assert answered(tmp_path, answer(date=date, rule="ASK-002"), rules=(LAPSES,)) == [("estate", *VALID[date])]


def test_an_answer_for_the_estate_serves_those_without_one_of_their_own(tmp_path):
    entries = [answer(), answer(own("a0")), answer(own("A2").upper()), answer(own("a1"), expires="2025-12-31")]
    assert answered(tmp_path, *entries, accounts=5) == [
        ("estate", "in force", 2),
        ("a0", "in force", 1),
        ("A2", "in force", 1),
        ("a1", "expired", 0),  # whose subject is asked again: the estate's answer does not serve it
    ]


def test_an_answer_that_nobody_needs_is_unused_and_an_old_one_is_expired_all_the_same(tmp_path):
    entries = [answer(own("gone")), answer(own("past"), expires="2025-12-31"), answer(own("soon"), "2027-01-01")]
    assert [(s, n) for _, s, n in answered(tmp_path, *entries)] == [
        ("unused", 0),
        ("expired", 0),
        ("dated in the future", 0),
    ]


def test_an_estate_answer_that_all_subjects_have_their_own_of_is_unused(tmp_path):
    assert answered(tmp_path, answer(), answer(own("a0")), accounts=1) == [
        ("estate", "unused", 0),
        ("a0", "in force", 1),
    ]


def test_the_last_of_two_answers_counts(tmp_path):
    entries = [answer(), answer(date="2025-12-24", answer="fail")]
    assert answered(tmp_path, *entries) == [("estate", "unused", 0), ("estate", "in force", 2)]


# --- what was lost --------------------------------------------------------------------------------------------


def test_lists_that_were_lost_are_counted_once_for_all_rules(tmp_path):
    search = b.rule("require: {field: kind, exists: true}", id="TEST-002", resource=b.SEARCH)
    third = b.rule("require: {field: kind, exists: true}", id="TEST-003", resource=b.SEARCH)
    report = b.judge(estate(tmp_path, True, extra=[b.gap(b.SUB, b.SEARCH)]), RULE, search, third)
    assert (report.lost_lists, report.absent_types) == (1, ())
    assert b.judge(estate(tmp_path, True), RULE).lost_lists == 0


def test_the_types_that_an_export_holds_nothing_of_are_named(tmp_path):
    rules = [b.rule("require: {field: kind, exists: true}", id=f"T-{i}", resource=t) for i, t in enumerate(
        (b.SEARCH, b.ACCOUNTS, b.DEPLOYMENTS, "Microsoft.Cache/redis"))]  # fmt: skip
    report = b.judge(b.export(tmp_path, [b.account()]), *rules)
    assert report.absent_types == ("Microsoft.Cache/redis", b.SEARCH)  # children of what is there are lost lists
    unasked = b.gap("", b.SEARCH, reason="not_asked")
    assert b.judge(b.snapshot(tmp_path, b.account(), unasked), *rules).absent_types == ()
