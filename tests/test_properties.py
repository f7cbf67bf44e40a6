"""What holds always (semantics 28), on random small estates and rules: deterministic, some 3,100 examples."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from readiness import app, baseline, scoring, snapshot
from readiness.conditions import Bound
from readiness.conditions.base import negated
from readiness.conditions.logic import Combined, Not
from readiness.gate import Asked
from readiness.graph import Graph
from readiness.model import Outcome, Reason, Severity, Status
from readiness.render import json as wire
from readiness.scoring import Counts
from tests import builders as b
from tests.builders import ACCOUNTS, AS_OF, DEPLOYMENTS, GROUP, SUB, account, child, gap, judge, loaded, read


def examples(count):
    """The same examples each time, in CI as everywhere."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=checks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("estates")


def read_back(folder, records, **header):
    path = folder / "estate.jsonl"
    path.write_text(b.lines(*records, **header), encoding="utf-8")
    return snapshot.read(str(path))


# --- estates --------------------------------------------------------------------------------------------------

SCALARS = st.sampled_from([True, False, None, 0, 1, 2.5, "True", "x", "XY", "2026-02-01T00:00:00Z", ""])
ELEMENTS = st.lists(st.one_of(SCALARS, st.fixed_dictionaries({}, optional={"v": SCALARS, "w": SCALARS})), max_size=3)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={"a": SCALARS, "b": SCALARS, "C": SCALARS, "list": st.one_of(ELEMENTS, SCALARS), "o": st.just({"d": 1})},
)
TAGS = st.sampled_from([None, {"env": "prod"}, {"env": "dev"}, {"ENV": "x"}])
NAMES = ("one", "two", "dev-three")


@st.composite
def estates(draw):
    """Records: accounts with children, reads and gaps; ids stand once."""
    records = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3)):
        properties = draw(st.one_of(PROPERTIES, PROPERTIES, PROPERTIES, st.none()))
        body = account(name, properties, kind=draw(st.sampled_from(["OpenAI", "AIServices"])))
        tags = draw(TAGS)
        records.append(b.record({**body, "tags": tags} if tags else body, draw(st.sampled_from(["arm", "graph"]))))
        kids = draw(st.lists(st.sampled_from(["k1", "k2"]), unique=True, max_size=2))
        records += [b.record(child(body, "deployments", kid, draw(PROPERTIES)), "arm", None) for kid in kids]
        if draw(st.booleans()):
            records.append(read(body["id"], DEPLOYMENTS))
        if draw(st.integers(0, 3)) == 0:
            values = draw(st.lists(st.sampled_from([None, 0, 5, 50]), max_size=3))
            records.append(b.metrics(body, values))
    if draw(st.integers(0, 3)):
        records.append(read(SUB, ACCOUNTS))
    return records + draw(st.lists(gaps(), max_size=2, unique_by=str))


@st.composite
def gaps(draw, reasons=tuple(r for r in Reason if r is not Reason.NOT_REGISTERED)):
    """A gap inside the one subscription."""
    ids = [account(n)["id"] for n in NAMES]
    scopes = ["", SUB, GROUP, *ids, f"{ids[0]}/deployments/k1", f"{ids[0]}/deployments/k9", f"{SUB}/resourceGroups/z"]
    paths = [
        None,
        None,
        "properties",
        "properties.a",
        "properties.list",
        "properties.list[*].v",
        "tags",
        "properties.o.d",
    ]
    return gap(
        draw(st.sampled_from(scopes)),
        draw(st.sampled_from([None, ACCOUNTS, DEPLOYMENTS])),
        draw(st.sampled_from(paths)),
        str(draw(st.sampled_from(reasons))),
    )


# --- conditions -----------------------------------------------------------------------------------------------

PATHS = st.sampled_from(
    ["properties.a", "properties.b", "properties.c", "properties.o.d", "properties.none", "name", "kind", "tags.ENV"]
)
LITERALS = st.sampled_from([True, False, 0, 1, 2.5, "x", "xy", "true", "one"])
COMPARED = st.one_of(
    st.fixed_dictionaries({"equals": LITERALS}),
    st.fixed_dictionaries({"notEquals": LITERALS}),
    st.fixed_dictionaries({"in": st.lists(LITERALS, max_size=2)}),
    st.fixed_dictionaries({"notIn": st.lists(LITERALS, max_size=2)}),
    st.fixed_dictionaries({"contains": LITERALS}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"like": st.sampled_from(["x*", "*", "*e"])}),
    st.fixed_dictionaries({"match": st.sampled_from(["??", "x.", "#"])}),
    st.fixed_dictionaries({"less": st.sampled_from([1, 2, "m"])}),
    st.fixed_dictionaries({"greaterOrEquals": st.sampled_from([0, 1, "m"])}),
    st.fixed_dictionaries({"after": st.sampled_from(["as_of", "as_of+P60D", "2026-01-15"])}),
    st.fixed_dictionaries({"within": st.just("P90D")}),
    st.fixed_dictionaries({"equals": st.fixed_dictionaries({"field": PATHS})}),
)
BESIDE = st.sampled_from(
    [{}, {}, {"default": True}, {"default": "x"}, {"since_api": "2025-06-01"}, {"since_api": "2026-01-01"}]
)


def field(paths=PATHS):
    return st.builds(lambda p, c, more: {"field": p, **c, **more}, paths, COMPARED, BESIDE)


INNER = st.one_of(field(), field(st.sampled_from(["v", "w", ".", "^.name", "^.properties.a"])))
MANY = st.builds(
    lambda p, c, e: {"field": p, **c, "empty": e},
    st.sampled_from(["properties.list[*].v", "properties.list[*]"]),
    COMPARED,
    st.sampled_from(["pass", "fail"]),
)
NUMBERS = st.builds(
    lambda op, n: {op: n},
    st.sampled_from(["equals", "notEquals", "less", "greater", "lessOrEquals"]),
    st.integers(0, 3),
)
KIDS = {"related": "children", "type": DEPLOYMENTS}
COUNTS = st.one_of(
    st.builds(lambda n: {"count": {"field": "properties.list[*]"}, **n}, NUMBERS),
    st.builds(lambda w, n: {"count": {"field": "properties.list[*]", "where": w}, **n}, INNER, NUMBERS),
    st.builds(lambda n: {"count": KIDS, **n}, NUMBERS),
    st.builds(lambda w, n: {"count": {**KIDS, "where": w}, **n}, INNER, NUMBERS),
)
RELATED = st.one_of(
    st.builds(lambda w: {"any": {**KIDS, "where": w}}, INNER),
    st.builds(lambda r: {"all": {**KIDS, "require": r}}, INNER),
    st.builds(lambda w, r: {"all": {**KIDS, "where": w, "require": r}}, INNER, INNER),
    st.builds(lambda w: {"any": {"related": "parent", "where": w}}, INNER),
)
METRIC = st.builds(
    lambda s, n: {"metric": {"name": "Tokens", "aggregation": "Average", "statistic": s}, "less": n},
    st.sampled_from(["mean", "max", "last"]),
    st.sampled_from([1, 10]),
)
LEAVES = st.one_of(field(), field(), field(), MANY, COUNTS, RELATED, METRIC)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"allOf": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)


def rule_of(require, where=None, **head):
    """A rule of conditions that are written as JSON, which is YAML; None if the language refuses them."""
    text = f"require: {json.dumps(require)}\n" + (f"where: {json.dumps(where)}\n" if where else "")
    made, problems, _ = loaded(b.rule_text(text, **head))
    assert made is not None, (require, where, [str(p) for p in problems])
    return made


@st.composite
def rules(draw, most=3):
    """Some rules of any severity and resource."""
    return [
        rule_of(
            draw(CONDITIONS),
            draw(st.one_of(st.none(), CONDITIONS)),
            id=f"TEST-00{index}",
            severity=str(draw(st.sampled_from(list(Severity)))),
            status=str(draw(st.sampled_from([Status.STABLE, Status.STABLE, Status.PREVIEW]))),
            resource=draw(st.sampled_from([ACCOUNTS, DEPLOYMENTS])),
            environments=draw(st.sampled_from([[], [], ["production"]])),
            pillar=draw(st.sampled_from(["security", "cost"])),
        )
        for index in range(draw(st.integers(1, most)))
    ]


def verdicts_of(report):
    """The outcome of each rule about each subject, and what each lost in each subscription."""
    decided = {
        (v.rule.id, s.key): outcome for v in report.verdicts for outcome, found in v.subjects.items() for s in found
    }
    return decided, {(v.rule.id, s) for v in report.verdicts for s in v.lost}


def rendered(report):
    return b"".join(wire.render(report, every=True))


# --- figures alone --------------------------------------------------------------------------------------------

MADE = {
    (severity, status): rule_of(
        {"field": "name", "exists": True}, severity=str(severity), status=str(status), id=f"T-{severity.rank}"
    )
    for severity in Severity
    for status in Status
}
NUMBER = st.integers(0, 40)


@st.composite
def counted(draw):
    """Rules with counts; waived ones are among the failed."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        failed = draw(NUMBER)
        counts = Counts(
            draw(NUMBER), failed, draw(NUMBER), draw(NUMBER), draw(NUMBER), draw(st.integers(0, 2)),
            draw(st.integers(0, failed)),
        )  # fmt: skip
        found.append((draw(st.sampled_from(list(MADE.values()))), counts))
    return found


def not_lower(before, after):
    return before is None or (after is not None and after >= before)


@examples(400)
@given(counted(), st.data())
def test_s28_mending_never_lowers_score_or_floor_in_numbers(found, data):
    index = data.draw(st.sampled_from(range(len(found))))
    rule, counts = found[index]
    assume(counts.failed)
    mended = dataclasses.replace(
        counts, passed=counts.passed + 1, failed=counts.failed - 1, waived=min(counts.waived, counts.failed - 1)
    )
    before, after = scoring.score(found), scoring.score([*found[:index], (rule, mended), *found[index + 1 :]])
    assert not_lower(before.total.value, after.total.value)
    assert not_lower(before.total.floor, after.total.floor)
    assert before.total.coverage == after.total.coverage
    assert before.grade is None or after.grade <= before.grade


@examples(300)
@given(counted(), st.data())
def test_s28_the_figures_hold_together(found, data):
    total = scoring.figures(found)
    for value in (total.value, total.floor):
        assert value is None or (0 <= value <= 100 and round(value, 4) == value)
    assert total.coverage is None or 0 <= total.coverage <= 1
    assert (total.floor is None) is (total.coverage is None)
    if total.value is not None:
        assert total.floor <= 100
        assert total.floor is not None
    if total.coverage == 1:
        assert total.value == total.floor
    more = [(r, dataclasses.replace(c, not_applicable=c.not_applicable + 7)) for r, c in found]
    assert scoring.figures(more) == total
    assert scoring.figures(data.draw(st.permutations(found))) == total
    assert sum(c.wire()["fail"] + c.waived for _, c in found) == sum(c.failed for _, c in found)


@examples(200)
@given(counted())
def test_s28_a_score_of_one_rule_is_never_under_its_floor(found):
    for pair in found:
        figures = scoring.figures([pair])
        assert figures.value is None or figures.floor <= figures.value


@examples(200)
@given(counted(), st.data())
def test_s28_floor_is_what_the_score_is_at_least(found, data):
    """However the unknown ones turn out, the score is not below the floor."""
    turned = []
    for rule, c in found:
        good = data.draw(st.integers(0, c.undecided))
        bad = c.undecided - good
        turned.append(
            (rule, dataclasses.replace(c, passed=c.passed + good, failed=c.failed + bad, unknown=0, error=0))
        )
    assert not_lower(scoring.figures(found).floor, scoring.figures(turned).value)


# --- conditions -----------------------------------------------------------------------------------------------


@examples(600)
@given(estates(), CONDITIONS, CONDITIONS)
def test_s28_an_explanation_says_what_was_decided(folder, records, first, second):
    """Of every subject: the explained truth is the compiled one; and Kleene's laws hold of two conditions."""
    one, two = (rule_of(c).require for c in (first, second))
    graph = Graph(read_back(folder, records), AS_OF)
    for made in (one, two, Not(one), Combined("allOf", (one, two)), Combined("anyOf", (one, two))):
        bound = Bound(graph, {})
        holds = bound.holds(made)
        for subject in (*graph.of_type(ACCOUNTS), *graph.of_type(DEPLOYMENTS)):
            truth = holds(subject, subject)
            assert truth in (True, False, None)
            assert made.explain(bound, subject, subject).truth is truth
    bound = Bound(graph, {})
    both, either = bound.holds(Combined("allOf", (one, two))), bound.holds(Combined("anyOf", (Not(one), Not(two))))
    for subject in graph.of_type(ACCOUNTS):
        assert negated(both(subject, subject)) is either(subject, subject)


# --- estates: gaps --------------------------------------------------------------------------------------------

LEVELS = st.sampled_from([None, *(float(n) for n in (1, 25, 34, 50, 75, 100))])


@st.composite
def gates(draw):
    return Asked(
        min_score=draw(LEVELS),
        min_pillar=draw(st.sampled_from([{}, {}, {"security": 50.0}, {"cost": 1.0}])),
        fail_on=draw(st.sampled_from([None, *Severity])),
        min_coverage=draw(LEVELS),
    )


@examples(500)
@given(estates(), rules(), gaps(), gates())
def test_s28_a_gap_never_raises_the_floor_nor_makes_a_red_gate_green(folder, records, made, hole, asked):
    before = judge(read_back(folder, records), *made, asked=asked, subscriptions=())
    after = judge(read_back(folder, [*records, hole]), *made, asked=asked)
    decided, lost = verdicts_of(before)
    decided_after, lost_after = verdicts_of(after)
    assume(decided.keys() == decided_after.keys())
    assume(before.scope["subscriptions"] == after.scope["subscriptions"])
    for key, outcome in decided_after.items():
        assert outcome in (decided[key], Outcome.UNKNOWN), (key, decided[key], outcome)
    assert lost <= lost_after
    floor, floor_after = before.score.total.floor, after.score.total.floor
    assert floor is None or floor_after <= floor
    for name, figures in before.score.pillars.items():
        assert figures.floor is None or after.score.pillars[name].floor <= figures.floor
    if before.gate.met is False:
        assert after.gate.met is not True
    if before.gate.exit_code and hole["gap"]["reason"] != "not_asked":
        assert after.gate.exit_code


def regressed(folder, before, after):
    """The gate of an estate against a former one, both under the same rule."""
    made = rule_of({"field": "properties.on", "equals": True}, {"field": "kind", "equals": "OpenAI"})
    path = Path(folder) / "baseline.json"
    path.write_bytes(rendered(judge(read_back(folder, before), made)))
    return judge(read_back(folder, after), made, asked=Asked(baseline=baseline.read(path)))


MANY_GOOD = [account(f"a{i}", {"on": True}) for i in range(300)]
ONE = account("z", {"on": False})
FORMER = {
    "pass": [account("z", {"on": True})],
    "not-applicable": [account("z", {"on": True}, kind="Other")],
    "new": [],
}


@pytest.mark.parametrize("former", FORMER.values(), ids=FORMER)
def test_s28_a_gap_never_makes_a_red_gate_of_no_regression_green(folder, former):
    """A regression to fail is red; what hides that very property must not turn it green."""
    old = [read(), *MANY_GOOD, *former]
    assert regressed(folder, old, [read(), *MANY_GOOD, ONE]).gate.met is False
    hidden = [read(), *MANY_GOOD, ONE, gap(ONE["id"], ACCOUNTS, "properties.on")]
    assert regressed(folder, old, hidden).gate.met is not True


def test_s28_a_gap_over_a_list_never_makes_a_red_gate_of_no_regression_green(folder):
    old = [read(), *MANY_GOOD]
    assert regressed(folder, old, [read(), *MANY_GOOD, ONE]).gate.met is False
    assert regressed(folder, old, [read(), *MANY_GOOD, ONE, gap(SUB, ACCOUNTS)]).gate.met is False


# --- estates: mending, not applicable, untouched, order -------------------------------------------------------


@st.composite
def flags(draw):
    """Rules that each ask one flag of accounts of kind OpenAI, in any severity."""
    found = []
    for index in range(draw(st.integers(1, 4))):
        severity, status = str(draw(st.sampled_from(list(Severity)))), str(draw(st.sampled_from(list(Status))))
        require, where = {"field": f"properties.f{index}", "equals": True}, {"field": "kind", "equals": "OpenAI"}
        found.append(rule_of(require, where, id=f"TEST-00{index}", severity=severity, status=status))
    return found


FLAGGED = st.lists(
    st.fixed_dictionaries({f"f{i}": st.sampled_from([True, False, None]) for i in range(4)}), min_size=1, max_size=4
)
KINDS = st.sampled_from(["OpenAI", "OpenAI", "OpenAI", "Other"])


@examples(150)
@given(flags(), FLAGGED, st.data())
def test_s28_mending_a_finding_never_lowers_score_or_floor(folder, made, flagged, data):
    bodies = [account(f"a{i}", p, kind=data.draw(KINDS)) for i, p in enumerate(flagged)]
    holes = [gap(bodies[0]["id"], ACCOUNTS, "properties.f0")] if data.draw(st.booleans()) else []
    before = judge(read_back(folder, [read(), *bodies, *holes]), *made)
    fails = [f for f in b.findings(before) if f.outcome is Outcome.FAIL]
    assume(fails)
    mended = data.draw(st.sampled_from(fails))
    body = next(x for x in bodies if x["id"] == mended.resource)
    body["properties"] = {**body["properties"], f"f{mended.rule[-1]}": True}
    after = judge(read_back(folder, [read(), *bodies, *holes]), *made)
    assert after.summary()["fail"] == before.summary()["fail"] - 1
    assert not_lower(before.score.total.value, after.score.total.value)
    assert not_lower(before.score.total.floor, after.score.total.floor)
    assert before.score.grade is None or after.score.grade <= before.score.grade


@examples(150)
@given(estates(), rules(), st.integers(1, 3), gates())
def test_s28_not_applicable_subjects_change_nothing(folder, records, made, count, asked):
    """Subjects to which no rule applies, read in full, change neither figures nor findings nor the gate."""
    wanted = {"field": "kind", "in": ["OpenAI", "AIServices"]}
    only = [
        rule_of({"field": "properties.a", "equals": True}, wanted, id=r.id, severity=str(r.severity)) for r in made
    ]
    more = [account(f"other{i}", {"a": False}, kind="SpeechServices") for i in range(count)]
    more += [read(body["id"], DEPLOYMENTS, 0) for body in more]
    assume(any("resource" in r for r in records))  # else the subscription itself is new
    before = judge(read_back(folder, records), *only, asked=asked)
    after = judge(read_back(folder, [*records, *more]), *only, asked=asked)
    assert after.score == before.score
    assert after.gate == before.gate
    assert list(after.findings()) == list(before.findings())
    assert after.summary() == {
        **before.summary(),
        "not_applicable": before.summary()["not_applicable"] + count * len(only),
    }


@examples(150)
@given(estates(), rules(), PROPERTIES)
def test_s28_verdicts_whose_inputs_were_not_touched_do_not_change(folder, records, made, properties):
    accounts = [r for r in records if "resource" in r and "/deployments/" not in r["resource"]["id"]]
    assume(accounts)
    touched = accounts[0]["resource"]["id"].lower()
    body = {**accounts[0]["resource"], "properties": properties, "tags": {"env": "dev"}}
    changed = [{**r, "resource": body} if r is accounts[0] else r for r in records]
    before, _ = verdicts_of(judge(read_back(folder, records), *made))
    after, _ = verdicts_of(judge(read_back(folder, changed), *made))
    elsewhere = {key: outcome for key, outcome in before.items() if not key[1].startswith(touched)}
    assert {key: after[key] for key in elsewhere} == elsewhere


@examples(150)
@given(estates(), rules(), st.data())
def test_s28_the_order_of_records_does_not_change_the_report(folder, records, made, data):
    others, holes = [r for r in records if "gap" not in r], [r for r in records if "gap" in r]
    turned = data.draw(st.permutations(others))
    before, after = (rendered(judge(read_back(folder, [*r, *holes]), *made)) for r in (others, turned))
    assert before == after


@examples(100)
@given(estates(), rules(most=2), st.lists(gaps(), min_size=2, max_size=3, unique_by=str))
def test_s28_nor_does_the_order_of_gaps(folder, records, made, holes):
    others = [r for r in records if "gap" not in r]
    before, after = (rendered(judge(read_back(folder, [*others, *h]), *made)) for h in (holes, holes[::-1]))
    assert before == after


@examples(100)
@given(estates(), rules())
def test_s28_a_rewritten_snapshot_is_judged_the_same(folder, records, made):
    first = read_back(folder, records)
    snapshot.write(first, folder / "again.jsonl")
    second = snapshot.read(str(folder / "again.jsonl"))
    assert verdicts_of(judge(first, *made)) == verdicts_of(judge(second, *made))


@examples(100)
@given(estates(), rules())
def test_s28_a_report_is_no_regression_of_itself(folder, records, made):
    report = judge(read_back(folder, records), *made)
    path = folder / "baseline.json"
    path.write_bytes(rendered(report))
    again = judge(read_back(folder, records), *made, asked=Asked(baseline=baseline.read(path), accept_unknown=True))
    assert again.gate.met is not False, again.gate.reasons
    assert app.exit_code(again) in (0, 3)
