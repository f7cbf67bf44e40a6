"""The sentences that matter, as whole texts: never a claim that the figures do not bear."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import scoring
from readiness.model import Remediation, Severity, Status, Waiver
from readiness.render import plain
from readiness.render.summary import sentences
from tests import builders as b

EASY, HARD = Remediation("Mend it.", "low"), Remediation("Mend it.", "high")


def wanting(key, severity="high", effort=None, **head):
    """A rule that wants `properties.KEY`; its id is T-KEY, its title `KEY is on`."""
    head = {"id": f"T-{key.upper()}", "title": f"{key.capitalize()} is on", "severity": severity, **head}
    made = b.rule(f"require: {{field: properties.{key}, equals: true}}", **head)
    return dataclasses.replace(made, remediation=effort)


def said(folder, rules, *rows, extra=(), waived=(), **options):
    """The sentences on an estate: an account (a0, a1, ...) a row, a property each rule; None can't be told."""
    keys = [r.id.removeprefix("T-").lower() for r in rules]
    bodies = [b.account(f"a{i}", dict(zip(keys, row, strict=True))) for i, row in enumerate(rows)]
    gaps = [
        b.gap(body["id"], path=f"properties.{k}")
        for body, row in zip(bodies, rows, strict=True)
        for k, on in zip(keys, row, strict=True)
        if on is None
    ]
    waivers = [Waiver(rule, glob, "r", "o", "2026-12-31") for rule, glob in waived]
    return sentences(
        b.judge(b.snapshot(folder, *bodies, *gaps, *extra, b.read()), *rules, waivers=waivers, **options)
    )


ALL = [wanting("c", "critical"), wanting("h"), wanting("m", "medium"), wanting("l", "low")]
HELP = "“What could not be told” says why, and what would help."


# --- nothing open ---------------------------------------------------------------------------------------------


def test_all_is_told_and_nothing_is_open(tmp_path):
    assert said(tmp_path, ALL, [True] * 4) == ["Nothing is open. The score is 100 (at least 100), grade A."]


def test_a_little_could_not_be_told(tmp_path):
    """2.5 * 1/2 of 25 are 5 %."""
    assert said(tmp_path, ALL, [True] * 4, [True, True, True, None]) == [
        "Nothing is open among what could be told, and 5 % could not be told. "
        "The score is 100 (at least 95; 5 % could not be told), grade A.",
        f"1 verdict could not be made; {HELP}",
    ]


def test_lesser_findings_alone(tmp_path):
    """One of 20 critical and high verdicts less would be not ready."""
    assert said(tmp_path, ALL, [True, True, False, True]) == [
        "Nothing critical or high is open; 1 lesser finding is open. The score is 80 (at least 80), grade B.",
        "What threatens it most: “M is on” fails on a0.",
        "The step due now brings the score from 80 to 100.",
    ]
    assert said(tmp_path, ALL, [True, True, False, False], [True, True, True, None])[0] == (
        "Nothing critical or high is open among what could be told, and 5 % could not be told; 2 lesser findings are "
        "open. The score is 80 (at least 80; 5 % could not be told), grade B."
    )


def test_preview_and_info_are_named_and_threaten_nothing(tmp_path):
    rules = [wanting("h"), wanting("p", "critical", status="preview"), wanting("i", "info")]
    assert said(tmp_path, rules, [True, False, True]) == [
        "Nothing that counts is open; 1 finding in no number is open. The score is 100 (at least 100), grade A."
    ]
    assert said(tmp_path, [*rules, wanting("l", "low")], [True, False, False, False])[0] == (
        "Nothing critical or high that counts is open; 1 lesser finding and 2 in no number are open. "
        "The score is 75 (at least 75), grade C."
    )


# --- not known ------------------------------------------------------------------------------------------------


def test_so_much_could_not_be_told_that_nobody_knows(tmp_path):
    rules = [wanting("h"), wanting("m", "medium"), wanting("l", "low")]
    assert said(tmp_path, rules, [True, None, True]) == [
        "Not known to be ready: 33 % could not be told. Nothing is open among what could be told. "
        "The score is 100 (at least 66; 33 % could not be told), grade A.",
        f"1 verdict could not be made; {HELP}",
    ]
    assert said(tmp_path, rules, [True, None, False])[0] == (
        "Not known to be ready: 33 % could not be told. Nothing critical or high is open among what could be told; "
        "1 lesser finding is open. The score is 75 (at least 50; 33 % could not be told), grade C."
    )


TENTHS = {
    # untold of 10 subjects of a low rule: whether nobody knows
    0: "Nothing is open. ",
    1: "Not known to be ready: 10 % could not be told. Nothing is open among what could be told. ",
}


@pytest.mark.parametrize("untold", TENTHS)
def test_a_tenth_is_much(tmp_path, untold):
    rows = [[None]] * untold + [[True]] * (10 - untold)
    assert said(tmp_path, [wanting("l", "low")], *rows)[0].startswith(TENTHS[untold])
    assert said(tmp_path, [wanting("l", "low")], *rows, [True])[0].startswith("Nothing is open")


@pytest.mark.parametrize("severity", ["critical", "high"])
def test_one_grave_rule_that_could_not_be_told_is_enough(tmp_path, severity):
    rows = [[True]] * 30
    assert said(tmp_path, [wanting("x", severity)], *rows, [None])[0] == (
        "Not known to be ready: 1 critical or high verdict could not be made. "
        "Nothing is open among what could be told, and 3 % could not be told. "
        "The score is 100 (at least 96; 3 % could not be told), grade A."
    )
    assert said(tmp_path, [wanting("x", severity)], *rows, [None], [None])[0].startswith(
        "Not known to be ready: 2 critical or high verdicts could not be made. "
    )


def test_a_list_that_was_lost_may_hide_whatever(tmp_path):
    rows = [[True]] * 30
    rules = [wanting("l", "low")]
    lost = b.gap(f"{b.SUB2}", b.ACCOUNTS)
    assert said(tmp_path, rules, *rows, extra=[lost])[0] == (
        "Not known to be ready: 1 list of resources could not be read in full. Nothing is open among what could be "
        "told, and 3 % could not be told. The score is 100 (at least 96; 3 % could not be told), grade A."
    )
    more = [wanting("h"), b.rule("require: {field: kind, exists: true}", id="T-S", resource=b.SEARCH)]
    bodies = [b.account(f"a{i}", {"h": True}) for i in range(9)]
    read = b.snapshot(tmp_path, *bodies, lost, b.gap(b.SUB, b.SEARCH), b.read())
    assert sentences(b.judge(read, *more))[0] == (
        "Not known to be ready: 55 % could not be told and 3 lists of resources could not be read in full. "
        "Nothing is open among what could be told. The score is 100 (at least 45; 55 % could not be told), grade A."
    )


def test_nothing_that_counts_could_be_told(tmp_path):
    assert said(tmp_path, [wanting("h")], [None], [None]) == [
        "Not known to be ready: nothing that counts could be told. There is no score.",
        f"2 verdicts could not be made; {HELP}",
    ]
    rules = [wanting("h"), wanting("p", status="preview")]
    assert said(tmp_path, rules, [None, False], [None, False])[0] == (
        "Not known to be ready: nothing that counts could be told. 2 findings in no number are open. "
        "There is no score."
    )


def test_nothing_was_read(tmp_path):
    assert sentences(b.judge(b.snapshot(tmp_path), wanting("h"))) == [
        "Not known to be ready: no scored rule had a subject. There is no score."
    ]
    assert sentences(b.judge(b.snapshot(tmp_path, b.gap(b.SUB, reason="forbidden")), wanting("h"))) == [
        "Not known to be ready: nothing that counts could be told and 1 list of resources could not be read in full. "
        "There is no score.",
        f"1 verdict could not be made; {HELP}",
    ]


def test_no_scored_rule_had_a_subject(tmp_path):
    read = b.snapshot(tmp_path, b.account(properties={"i": False}), b.read())
    assert sentences(b.judge(read, wanting("i", "info"))) == [
        "Not known to be ready: no scored rule had a subject. 1 finding in no number is open. There is no score."
    ]


def test_an_export_says_what_it_holds_nothing_of(tmp_path):
    rules = [wanting("h"), b.rule("require: {field: kind, exists: true}", id="T-S", resource=b.SEARCH)]
    assert sentences(b.judge(b.export(tmp_path, [b.account(properties={"h": True})]), *rules)) == [
        "Not known to be ready: the export holds nothing of 1 type of resources. "
        "Nothing is open among what was read. The score is 100 (at least 100), grade A."
    ]
    assert sentences(b.judge(b.export(tmp_path, [b.account(properties={"h": False})]), *rules))[0] == (
        "Not ready: 1 high finding is open; the export holds nothing of 1 type of resources. "
        "The score is 0 (at least 0), grade F."
    )


# --- not ready ------------------------------------------------------------------------------------------------


def test_one_finding(tmp_path):
    assert said(tmp_path, [wanting("h")], [False]) == [
        "Not ready: 1 high finding is open. The score is 0 (at least 0), grade F.",
        "What threatens it most: “H is on” fails on a0.",
        "The step due now brings the score from 0 to 100.",
    ]


GRAVE = {
    (1, 0): "1 critical finding is",
    (2, 0): "2 critical findings are",
    (0, 2): "2 high findings are",
    (1, 1): "1 critical and 1 high finding are",
    (2, 1): "2 critical and 1 high finding are",
    (1, 2): "1 critical and 2 high findings are",
}


@pytest.mark.parametrize(("critical", "high"), GRAVE)
def test_grave_findings_in_words(tmp_path, critical, high):
    rows = [[i >= critical, i >= high, False] for i in range(3)]
    rules = [wanting("c", "critical"), wanting("h"), wanting("m", "medium")]
    assert said(tmp_path, rules, *rows)[0].startswith(f"Not ready: {GRAVE[critical, high]} open. The score is ")


def test_many_findings(tmp_path):
    rules = [
        wanting("c", "critical", HARD),
        wanting("h", "high", EASY, pillar="cost"),
        wanting("m", "medium", EASY, pillar="cost"),
        wanting("l", "low", pillar="operations"),
    ]
    rows = [
        [False, False, False, True],
        [True, False, True, True],
        [True, False, False, False],
        [True, False, False, True],
    ]
    assert said(tmp_path, rules, *rows) == [
        "Not ready: 1 critical and 4 high findings are open. The score is 42 (at least 42), grade F.",
        "What threatens it most: “C is on” fails on a0; “H is on” fails on a0, a1 and 2 more. "
        "The weakest pillar is cost: 10 (at least 10).",
        "The 2 steps due now (1 of low effort) bring the score from 42 to 82.",
    ]


def test_a_fault_is_open_and_much_could_not_be_told(tmp_path):
    rules = [wanting("h"), wanting("m", "medium")]
    assert said(tmp_path, rules, [False, None]) == [
        "Not ready: 1 high finding is open; 40 % could not be told. "
        "The score is 0 (at least 0; 40 % could not be told), grade F.",
        "What threatens it most: “H is on” fails on a0.",
        f"The step due now brings the score from 0 to 100. 1 verdict could not be made; {HELP}",
    ]


def test_pillars_that_are_equally_weak(tmp_path):
    rules = [wanting("h"), wanting("m", "medium", pillar="cost"), wanting("l", "low", pillar="operations")]
    assert said(tmp_path, rules, [False, False, True])[1] == (
        "What threatens it most: “H is on” fails on a0; “M is on” fails on a0. "
        "The weakest pillars are security and cost: 0."
    )
    assert said(tmp_path, rules, [False, False, False])[1].endswith("“M is on” fails on a0.")  # none is weaker


def test_a_pillar_says_what_could_not_be_told_of_it(tmp_path):
    rules = [wanting("h"), wanting("m", "medium", pillar="cost")]
    assert said(tmp_path, rules, [False, True], [True, True], [None, True])[1].endswith(
        "The weakest pillar is security: 50 (at least 33; 33 % could not be told)."
    )


def test_a_step_that_gains_little(tmp_path):
    rows = [[False], *[[True]] * 120]
    assert said(tmp_path, [wanting("l", "low")], *rows)[2] == "The step due now brings the score from 99 to 100."
    rules = [wanting("l", "low"), wanting("h")]
    rows = [[False, False], *[[True, False]] * 50, *[[True, True]] * 70]
    waived = said(tmp_path, rules, *rows, waived=[("T-H", "*")])
    assert waived[2] == "The step due now gains under 1 point."


# --- waivers, people, crashes ---------------------------------------------------------------------------------


def test_what_is_accepted_is_not_open_and_is_said(tmp_path):
    rules = [wanting("h"), wanting("m", "medium")]
    accepted = "Nothing is open. {} The score is {}."
    assert said(tmp_path, rules, [False, True], waived=[("T-H", "*")]) == [
        accepted.format("1 critical or high finding is accepted by a waiver.", "40 (at least 40), grade F"),
    ]
    assert said(tmp_path, rules, [True, False], waived=[("T-M", "*")]) == [
        accepted.format("1 finding is accepted by a waiver.", "60 (at least 60), grade D"),
    ]
    assert said(tmp_path, rules, [False, False], waived=[("T-H", "*"), ("T-M", "*")]) == [
        accepted.format("2 findings are accepted by waivers, 1 of them critical or high.", "0 (at least 0), grade F"),
    ]
    assert said(tmp_path, rules, [False, False], [False, True], waived=[("T-H", "*a0")])[0].startswith(
        "Not ready: 1 high finding is open. 1 critical or high finding is accepted by a waiver. "
    )


def test_questions_for_people(tmp_path):
    asks = b.rule("attest: {question: Is it?}", id="ASK-001", resource="estate")
    path = tmp_path / "attestations.yaml"
    read = b.snapshot(tmp_path, b.account(properties={"h": True}), b.read())
    assert sentences(b.judge(read, wanting("h"), asks)) == [
        "Nothing is open. The score is 100 (at least 100), grade A. People have answered 0 of 1 questions."
    ]
    path.write_text("attestations: [{rule: ASK-001, for: estate, answer: fail, author: a, date: 2025-01-01}]")
    assert sentences(b.judge(read, wanting("h"), asks, attestations=path)) == [
        "Not ready: 1 high finding is open. The score is 50 (at least 50), grade E. "
        "People have answered 1 of 1 questions.",
        "What threatens it most: “A rule of a test” fails on the estate.",
        "The step due now brings the score from 50 to 100.",
    ]


def test_a_rule_that_crashed(tmp_path):
    rules = [wanting("h"), wanting("l", "low")]
    read = b.snapshot(tmp_path, b.account(properties={"h": True, "l": True}), b.read())
    report = b.judge(read, *rules)
    [(first, good), (second, _)] = report.counted
    broken = dataclasses.replace(good, passed=0, error=1)
    counted = [(first, good), (second, broken)]
    crashed = dataclasses.replace(report, counted=counted, score=scoring.score(counted))
    assert sentences(crashed) == [
        "Not known to be ready: 25 % could not be told. Nothing is open among what could be told. "
        "The score is 100 (at least 75; 25 % could not be told), grade A.",
        "1 verdict could not be made because of a fault in the tool.",
    ]


# --- names ----------------------------------------------------------------------------------------------------


def fails_on(tmp_path, *bodies, type_=b.ACCOUNTS, **options):
    """Where the only rule fails, in words."""
    rule = b.rule("require: {field: nothing, exists: true}", resource=type_)
    [_, threat, *_] = sentences(b.judge(b.snapshot(tmp_path, *bodies), rule, **options))
    return threat.removeprefix("What threatens it most: “A rule of a test” fails on ").removesuffix(".")


def test_where_it_fails(tmp_path):
    first, second = b.account("one"), b.account("two")
    deployments = [b.child(above, "deployments", "gpt") for above in (first, second)]
    assert fails_on(tmp_path, first) == "one"
    assert fails_on(tmp_path, first, second) == "one and two"
    assert fails_on(tmp_path, first, second, b.account("zzz")) == "one, two and 1 more"
    assert fails_on(tmp_path, *deployments, type_=b.DEPLOYMENTS) == "one / gpt and two / gpt"
    assert fails_on(tmp_path, first, type_="workload") == "workload default"
    assert fails_on(tmp_path, first, type_="estate") == "the estate"
    named = b.body(b.SUB, displayName="Production")
    assert fails_on(tmp_path, named, type_="subscription") == "Production"


HOSTILE = {
    "markup": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),  # renderers escape it
    "a terminal's markup": ("[red]x", "[red]x"),
    "control characters": ("a\x1b[31m\r\n\tb", r"a\x1b[31m\r\n\tb"),
    "a turn of direction": ("a\u202eb", r"a\u202eb"),
    "10,000 characters": ("x" * 10_000, "x" * 59 + "…"),
    "a brace": ("{title}{0}", "{title}{0}"),
    "pipes": ("a|b`c", "a|b`c"),
}


@pytest.mark.parametrize(("name", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_stays_one_short_line(tmp_path, name, shown):
    body = {"id": f"{b.GROUP}/providers/{b.ACCOUNTS}/{name}", "type": b.ACCOUNTS}
    assert fails_on(tmp_path, body) == shown


def test_a_hostile_title_stays_one_short_line(tmp_path):
    rule = dataclasses.replace(wanting("h"), title="\x1b]0;x\x07" + "y" * 10_000)
    assert said(tmp_path, [rule], [False])[1] == (
        "What threatens it most: “" + r"\x1b]0;x\x07" + "y" * (200 - 1 - len(r"\x1b]0;x\x07")) + "…” fails on a0."
    )


# --- always ---------------------------------------------------------------------------------------------------

CELL = st.sampled_from([True, True, True, False, None])
KINDS = st.lists(
    st.tuples(st.sampled_from([str(s) for s in Severity]), st.sampled_from([*Status, Status.STABLE])),
    min_size=1, max_size=4,
)  # fmt: skip


@given(st.data(), KINDS)
def test_the_first_sentence_claims_no_more_than_the_figures(tmp_path_factory, data, kinds):
    rules = [dataclasses.replace(wanting(f"k{i}", s, status=str(t)), title=f"K{i}") for i, (s, t) in enumerate(kinds)]
    rows = data.draw(st.lists(st.lists(CELL, min_size=len(rules), max_size=len(rules)), max_size=12))
    waived = data.draw(st.sets(st.sampled_from([r.id for r in rules]), max_size=2))
    lost = [b.gap(b.SUB2, b.ACCOUNTS)] if data.draw(st.booleans()) else []
    folder = tmp_path_factory.getbasetemp()
    found = said(folder, rules, *rows, extra=lost, waived=[(w, "*") for w in sorted(waived)])
    open_ = {
        str(r.severity)
        for i, r in enumerate(rules)
        for row in rows
        if row[i] is False and r.scored and r.id not in waived
    }
    grave = open_ & {"critical", "high"}
    dark = {
        str(r.severity) for i, r in enumerate(rules) for row in rows if row[i] is None and r.scored
    } & {"critical", "high"}  # fmt: skip
    assert found[0].startswith("Not ready: ") == bool(grave)
    scored = any(r.scored for r in rules)
    if not grave and (dark or (lost and scored) or not rows or not scored):
        assert found[0].startswith("Not known to be ready: ")
    if found[0].startswith("Nothing is open. "):
        assert not open_
        assert not any(None in [row[i] for row in rows] for i, r in enumerate(rules) if r.scored)
    if "could not be told)" in found[0]:  # the score's coverage: it is in the verdict before it, too
        verdict = found[0].partition(" The score is ")[0]
        assert "could not be told" in verdict or grave or "could not be made" in verdict
    assert all(plain.plain(text) == text for text in found)
    assert len(found) <= 3
