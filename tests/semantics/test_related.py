"""Semantics 10 to 13, sentence by sentence: incomplete lists, counts as intervals, Kleene, right-hand sides."""

from __future__ import annotations

import itertools

import pytest

from readiness.config import Config
from readiness.workloads import Workloads
from tests import builders as b

ACCOUNT = f"{b.GROUP}/providers/{b.ACCOUNTS}/chat"
D = b.DEPLOYMENTS
CONNECTIONS = f"{b.ACCOUNTS}/privateEndpointConnections"
SAID = {True: "pass", False: "fail", None: "unknown"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for the large tables: each row writes its own snapshot over the last."""
    return tmp_path_factory.mktemp("relations")


def outcome_of(tmp_path, condition, *records, rule=None, **head):
    read = b.snapshot(tmp_path, b.read(), *records)
    return str(b.verdict(read, rule or b.rule(f"require: {condition}", **head)).outcome)


def deployment(name, ok=None, **more):
    """`ok` None is unknown: the record has no properties."""
    return b.child(ACCOUNT, "deployments", name, None if ok is None else {"ok": ok}, **more)


# --- 10: lists ------------------------------------------------------------------------------------------------

OK = "{field: properties.ok, equals: true}"
CHILDREN = f"related: children, type: {D}"
READ = b.read(ACCOUNT, D)
REFUSED = b.gap(ACCOUNT, D)
LISTS = {
    # name: (ok of each known item, complete or not, some item is ok, all are, none is, there is any item at all)
    "complete, empty": ([], True, False, True, True, False),
    "complete, one good": ([True], True, True, True, False, True),
    "complete, one bad": ([False], True, False, False, True, True),
    "complete, one unknown": ([None], True, None, None, None, True),
    "complete, good and bad": ([True, False], True, True, False, False, True),
    "complete, good and unknown": ([True, None], True, True, None, False, True),
    "complete, bad and unknown": ([False, None], True, None, False, None, True),
    "complete, all three": ([True, False, None], True, True, False, False, True),
    "in part, nothing known": ([], False, None, None, None, None),
    "in part, one good": ([True], False, True, None, False, True),
    "in part, one bad": ([False], False, None, False, None, True),
    "in part, one unknown": ([None], False, None, None, None, True),
    "in part, good and bad": ([True, False], False, True, False, False, True),
    "in part, bad and unknown": ([False, None], False, None, False, None, True),
}


@pytest.mark.parametrize(("items", "complete", "any_", "all_", "none", "some"), LISTS.values(), ids=LISTS.keys())
def test_s10_what_a_list_proves(tmp_path, items, complete, any_, all_, none, some):
    records = [b.body(ACCOUNT), *(deployment(f"d{i}", ok) for i, ok in enumerate(items)), READ]
    records += [] if complete else [REFUSED]
    asked = {
        f"{{any: {{{CHILDREN}, where: {OK}}}}}": any_,
        f"{{any: {{{CHILDREN}, field: properties.ok}}, equals: true}}": any_,
        f"{{all: {{{CHILDREN}, require: {OK}}}}}": all_,
        f"{{all: {{{CHILDREN}, field: properties.ok}}, equals: true}}": all_,
        f"{{not: {{any: {{{CHILDREN}, where: {OK}}}}}}}": none,
        f"{{any: {{{CHILDREN}}}}}": some,
        f"{{count: {{{CHILDREN}, where: {OK}}}, greaterOrEquals: 1}}": any_,
        f"{{count: {{{CHILDREN}, where: {OK}}}, equals: 0}}": none,
        f"{{count: {{{CHILDREN}, where: {{not: {OK}}}}}, less: 1}}": all_,
        f"{{count: {{{CHILDREN}}}, greater: 0}}": some,
    }
    got = {condition: outcome_of(tmp_path, condition, *records) for condition in asked}
    assert got == {condition: SAID[truth] for condition, truth in asked.items()}


CHOSEN = {
    # name: (name and ok of each item, what `all` says of those whose size is over 1)
    "chosen and good": ([(2, True)], True),
    "chosen and bad": ([(2, False)], False),
    "not chosen, though bad": ([(1, False)], True),
    "not told if chosen, and bad": ([("x", False)], None),
    "not told if chosen, but good": ([("x", True)], True),
    "one bad among untold": ([("x", False), (2, False)], False),
    "nobody chosen": ([(1, True), (0, False)], True),
    "nobody there": ([], True),
}


@pytest.mark.parametrize(("items", "truth"), CHOSEN.values(), ids=CHOSEN.keys())
def test_s10_all_that_satisfy_where(tmp_path, items, truth):
    found = [b.child(ACCOUNT, "deployments", f"d{i}", {"size": n, "ok": ok}) for i, (n, ok) in enumerate(items)]
    where = "where: {field: properties.size, greater: 1}"
    condition = f"{{all: {{{CHILDREN}, {where}, require: {OK}}}}}"
    assert outcome_of(tmp_path, condition, b.body(ACCOUNT), READ, *found) == SAID[truth]
    in_part = outcome_of(tmp_path, condition, b.body(ACCOUNT), READ, REFUSED, *found)
    assert in_part == ("fail" if truth is False else "unknown")


WHY_INCOMPLETE = {
    # name: (records beside the account and no deployment, is the list of its children complete)
    "a read of it": ([READ], True),
    "a read in other case, with a slash": ([b.read(f"{ACCOUNT.upper()}/", D.lower())], True),
    "a read of its group": ([b.read(b.GROUP, D)], True),
    "a read of its subscription": ([b.read(b.SUB, D)], True),
    "a read of no scope": ([b.read("", D)], False),
    "a read of another account": ([b.read(f"{ACCOUNT}2", D)], False),
    "a read of another type": ([b.read(ACCOUNT, CONNECTIONS)], False),
    "a read of the account alone": ([], False),
    "a read with count 0": ([b.read(ACCOUNT, D, 0)], True),
    "a gap at it": ([READ, REFUSED], False),
    "a gap at it for all types": ([READ, b.gap(ACCOUNT)], False),
    "a gap above it": ([READ, b.gap(b.SUB, D)], False),
    "a gap everywhere": ([READ, b.gap("", None, None, "truncated")], False),
    "a gap at a child that is not there": ([READ, b.gap(f"{ACCOUNT}/deployments/x", D)], False),
    "a gap of another type": ([READ, b.gap(ACCOUNT, CONNECTIONS)], True),
    "a gap of another account": ([READ, b.gap(f"{ACCOUNT}2", D)], True),
    "a gap with a path": ([READ, b.gap(ACCOUNT, D, "properties.x")], True),
    "not registered": ([b.gap(b.SUB, D, reason="not_registered")], True),
    "not registered elsewhere": ([b.gap(b.SUB2, D, reason="not_registered")], False),
    "not_found": ([READ, b.gap(ACCOUNT, D, reason="not_found")], False),
}


@pytest.mark.parametrize(("records", "complete"), WHY_INCOMPLETE.values(), ids=WHY_INCOMPLETE.keys())
def test_s10_absence_is_proved_only_by_a_complete_list(tmp_path, records, complete):
    condition = f"{{not: {{any: {{{CHILDREN}}}}}}}"
    assert outcome_of(tmp_path, condition, b.body(ACCOUNT), *records) == ("pass" if complete else "unknown")


EMBEDDED = {
    # name: (the account's properties, further records, outcome of "no connection")
    "an array": ({"privateEndpointConnections": []}, [], "pass"),
    "an array in another case": ({"PrivateEndpointConnections": []}, [], "pass"),
    "with one": (
        {"privateEndpointConnections": [b.child(ACCOUNT, "privateEndpointConnections", "pe")]},
        [],
        "fail",
    ),
    "null is no array": ({"privateEndpointConnections": None}, [], "unknown"),
    "absent": ({}, [], "unknown"),
    "no properties": (None, [], "unknown"),
    "an object is no array": ({"privateEndpointConnections": {}}, [], "unknown"),
    "an array and a gap at the list": (
        {"privateEndpointConnections": []},
        [b.gap(ACCOUNT, CONNECTIONS)],
        "unknown",
    ),
    "an array under a gap": (
        {"privateEndpointConnections": []},
        [b.gap(ACCOUNT, b.ACCOUNTS, "properties.privateEndpointConnections")],
        "unknown",
    ),
    "an array under a gap of all properties": (
        {"privateEndpointConnections": []},
        [b.gap(ACCOUNT, b.ACCOUNTS, "properties")],
        "unknown",
    ),
}


@pytest.mark.parametrize(("properties", "records", "outcome"), EMBEDDED.values(), ids=EMBEDDED.keys())
def test_s10_an_embedded_array_is_complete(tmp_path, properties, records, outcome):
    condition = f"{{not: {{any: {{related: children, type: {CONNECTIONS}}}}}}}"
    assert outcome_of(tmp_path, condition, b.body(ACCOUNT, properties), *records) == outcome


EXPORTED = {
    "nothing known": ([], D, "unknown", "unknown"),
    "one good known": ([deployment("d", True)], D, "pass", "unknown"),
    "one bad known": ([deployment("d", False)], D, "unknown", "fail"),
    "none embedded": ([], CONNECTIONS, "fail", "pass"),
}


@pytest.mark.parametrize(("bodies", "type_", "any_", "all_"), EXPORTED.values(), ids=EXPORTED.keys())
def test_s10_an_export_proves_no_absence(tmp_path, bodies, type_, any_, all_):
    read = b.export(tmp_path, [b.body(ACCOUNT, {"privateEndpointConnections": []}), *bodies])
    related = f"related: children, type: {type_}"
    assert str(b.verdict(read, b.rule(f"require: {{any: {{{related}, where: {OK}}}}}")).outcome) == any_
    assert str(b.verdict(read, b.rule(f"require: {{all: {{{related}, require: {OK}}}}}")).outcome) == all_


PARENTS = {
    "there": ([b.body(ACCOUNT, {"ok": True})], "pass"),
    "there and bad": ([b.body(ACCOUNT, {"ok": False})], "fail"),
    "not read": ([], "unknown"),
    "not read, under a gap": ([b.gap(ACCOUNT)], "unknown"),
    "there, without properties": ([b.body(ACCOUNT, None)], "unknown"),
}


@pytest.mark.parametrize(("records", "outcome"), PARENTS.values(), ids=PARENTS.keys())
def test_s10_a_parent_that_was_not_read_is_unknown(tmp_path, records, outcome):
    for condition in (f"{{any: {{related: parent, where: {OK}}}}}", f"{{all: {{related: parent, require: {OK}}}}}"):
        assert outcome_of(tmp_path, condition, *records, deployment("d"), READ, resource=D) == outcome


def test_s10_a_top_level_resource_has_no_parent(tmp_path):
    assert outcome_of(tmp_path, "{any: {related: parent}}", b.body(ACCOUNT)) == "fail"


CHAT, OTHER = {"workload": "chat"}, {"workload": "other"}
RESOURCES = {
    # name: (rule's resource, records, outcome of "some account", outcome of "no account")
    "subscription, read": ("subscription", [b.read()], "fail", "pass"),
    "subscription, one": ("subscription", [b.read(), b.account()], "pass", "fail"),
    "subscription, one in part": ("subscription", [b.gap(b.SUB, b.ACCOUNTS), b.account()], "pass", "fail"),
    "subscription, none in part": ("subscription", [b.read(), b.gap(b.SUB, b.ACCOUNTS)], "unknown", "unknown"),
    "subscription, not read": ("subscription", [b.read(b.SUB, b.SEARCH)], "unknown", "unknown"),
    "subscription, of a group": ("subscription", [b.read(b.GROUP)], "unknown", "unknown"),
    "estate, read": ("estate", [b.read()], "fail", "pass"),
    "estate, one": ("estate", [b.read(), b.account()], "pass", "fail"),
    "estate, two subscriptions read": ("estate", [b.read(), b.read(b.SUB2)], "fail", "pass"),
    "estate, one of two read": ("estate", [b.read(), b.read(b.SUB2, b.SEARCH)], "unknown", "unknown"),
    "workload, one": ("workload", [b.read(), b.account()], "pass", "fail"),
    "workload, none": ("workload", [b.read()], "fail", "pass"),
    "workload, in part": ("workload", [b.gap(b.SUB)], "unknown", "unknown"),
}


@pytest.mark.parametrize(("type_", "records", "some", "none"), RESOURCES.values(), ids=RESOURCES.keys())
def test_s10_the_resources_of_a_subscription_a_workload_the_estate(tmp_path, type_, records, some, none):
    read = b.snapshot(tmp_path, *records)
    related = f"{{any: {{related: resources, type: {b.ACCOUNTS}}}}}"
    assert str(b.verdict(read, b.rule(f"require: {related}", resource=type_)).outcome) == some
    assert str(b.verdict(read, b.rule(f"require: {{not: {related}}}", resource=type_)).outcome) == none


def test_s10_a_subscription_sees_its_own_resources_alone(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.read(b.SUB2), b.account())
    found = b.judge(
        read, b.rule(f"require: {{any: {{related: resources, type: {b.ACCOUNTS}}}}}", resource="subscription")
    )
    assert [(f.resource, str(f.outcome)) for f in b.findings(found)] == [(b.SUB, "pass"), (b.SUB2, "fail")]


def test_s10_a_workload_sees_its_own_resources_alone(tmp_path):
    settings = Config(workloads=Workloads("workload"))
    read = b.snapshot(
        tmp_path, b.read(), b.account("a", tags=CHAT), b.account("b", tags=CHAT), b.account("c", tags=OTHER)
    )
    two = b.rule(f"require: {{count: {{related: resources, type: {b.ACCOUNTS}}}, equals: 2}}", resource="workload")
    assert b.outcomes(b.judge(read, two, config=settings)) == [("workload:chat", "pass"), ("workload:other", "fail")]


# --- 11: counts -----------------------------------------------------------------------------------------------

COUNTS = {
    # (operator, right): what it says of the intervals [2, 2], [1, 3], [0, 3], [2, inf), [0, inf)
    "equals: 0": (False, False, None, False, None),
    "equals: 1": (False, None, None, False, None),
    "equals: 2": (True, None, None, None, None),  # 2 lies inside [1, 3]: unknown, though false at both ends (ADR)
    "equals: 3": (False, None, None, None, None),
    "equals: 4": (False, False, False, None, None),
    'equals: "2"': (True, None, None, None, None),
    "equals: 2.0": (True, None, None, None, None),
    "equals: 2.5": (False, False, False, False, False),
    "equals: -1": (False, False, False, False, False),
    "notEquals: 0": (True, True, None, True, None),
    "notEquals: 2": (False, None, None, None, None),
    "notEquals: 4": (True, True, True, None, None),
    "in: [0, 4]": (False, False, None, None, None),
    "in: [2]": (True, None, None, None, None),
    "in: [1, 2, 3]": (True, True, None, None, None),
    "in: [0, 1, 2, 3]": (True, True, True, None, None),
    "notIn: [2]": (False, None, None, None, None),
    "notIn: [4, 5]": (True, True, True, None, None),
    "less: 1": (False, False, None, False, None),
    "less: 2": (False, None, None, False, None),
    "less: 3": (True, None, None, None, None),
    "less: 4": (True, True, True, None, None),
    "less: 0": (False, False, False, False, False),
    "less: 2.5": (True, None, None, None, None),
    "lessOrEquals: 0": (False, False, None, False, None),
    "lessOrEquals: 2": (True, None, None, None, None),
    "lessOrEquals: 3": (True, True, True, None, None),
    "greater: 0": (True, True, None, True, None),
    "greater: 1": (True, None, None, True, None),
    "greater: 2": (False, None, None, None, None),
    "greater: 3": (False, False, False, None, None),
    "greaterOrEquals: 0": (True, True, True, True, True),
    "greaterOrEquals: 1": (True, True, None, True, None),
    "greaterOrEquals: 2": (True, None, None, True, None),
    "greaterOrEquals: 3": (False, None, None, None, None),
    "greaterOrEquals: 4": (False, False, False, None, None),
    "less: {parameter: two}": (False, None, None, False, None),
    "equals: {parameter: two}": (True, None, None, None, None),
    "in: {parameter: some}": (True, None, None, None, None),
    "less: {field: properties.two}": (False, None, None, False, None),
    "equals: {field: properties.two}": (True, None, None, None, None),
    "equals: {field: properties.four}": (False, False, False, None, None),
    "equals: {field: properties.hundred}": (False, False, False, None, None),
    "notEquals: {field: properties.hundred}": (True, True, True, None, None),
    "in: {field: properties.hundreds}": (False, False, False, None, None),
    "greaterOrEquals: {field: properties.hundred}": (False, False, False, None, None),
    "equals: {field: properties.missing}": (False, False, False, False, False),
    "less: {field: properties.missing}": (None, None, None, None, None),
    "equals: {field: properties.hidden}": (None, None, None, None, None),
}
INTERVALS = {
    "2": ([True, True, False], True),
    "1 to 3": ([True, None, None, False], True),
    "0 to 3": ([None, None, None], True),
    "2 or more": ([True, False, True], False),
    "0 or more": ([], False),
}
NUMBERS = {"two": 2, "four": 4, "hundred": 100, "hundreds": [100, 200], "hidden": 2}
PARAMETERS = "parameters: {two: {default: 2}, some: {default: [2, 9]}}"


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("operator", COUNTS)
def test_s11_a_count_is_an_interval(folder, operator, interval):
    items, complete = INTERVALS[interval]
    records = [b.body(ACCOUNT, NUMBERS), *(deployment(f"d{i}", ok) for i, ok in enumerate(items)), READ]
    records += [b.gap(ACCOUNT, b.ACCOUNTS, "properties.hidden"), *([] if complete else [REFUSED])]
    count = f"{{count: {{{CHILDREN}, where: {OK}}}, {operator}}}"
    asked = [
        b.rule(f"require: {count}\n{PARAMETERS}"),
        b.rule(f"require: {{not: {count}}}\n{PARAMETERS}", id="NOT-1"),
    ]
    truth = COUNTS[operator][list(INTERVALS).index(interval)]
    found = b.findings(b.judge(b.snapshot(folder, b.read(), *records), *asked))
    opposite = None if truth is None else not truth
    assert {f.rule: str(f.outcome) for f in found} == {"TEST-001": SAID[truth], "NOT-1": SAID[opposite]}


@pytest.mark.parametrize("many", [70, 130])
def test_s11_a_wide_interval_has_no_blind_spot(tmp_path, many):
    """As many unknown members as you like: an `equals` within the interval is unknown."""
    list_ = [{"id": f"{ACCOUNT}/c/{i}", "name": str(i)} for i in range(many)]
    record = b.body(ACCOUNT, {"list": list_, "n": many - 2})
    count = f"count: {{field: 'properties.list[*]', where: {OK}}}"
    assert outcome_of(tmp_path, f"{{{count}, equals: {{field: properties.n}}}}", record) == "unknown"
    assert outcome_of(tmp_path, f"{{{count}, equals: {many - 2}}}", record) == "unknown"
    assert outcome_of(tmp_path, f"{{{count}, lessOrEquals: {many}}}", record) == "pass"


MEMBERS = "field: 'properties.list[*]'"
INNER = "field: 'properties.list[*].in[*]'"
BELOW_2 = f"{MEMBERS}, where: {{field: a, less: 2}}"
FIELD_COUNTS = {
    # name: (properties, further records, count of what, operator, outcome)
    "members": ({"list": [1, 2]}, [], MEMBERS, "equals: 2", "pass"),
    "without [*]": ({"list": [1, 2]}, [], "field: properties.list", "equals: 2", "pass"),
    "null members are members": ({"list": [None, 2]}, [], MEMBERS, "equals: 2", "pass"),
    "none": ({"list": []}, [], MEMBERS, "equals: 0", "pass"),
    "null": ({"list": None}, [], MEMBERS, "equals: 0", "pass"),
    "absent": ({}, [], MEMBERS, "equals: 0", "pass"),
    "no properties": (None, [], MEMBERS, "equals: 0", "unknown"),
    "no properties, at least 0": (None, [], MEMBERS, "greaterOrEquals: 0", "pass"),
    "no properties, less than 0": (None, [], MEMBERS, "less: 0", "fail"),
    "under a gap": (
        {"list": [1]},
        [b.gap(b.SUB, b.ACCOUNTS, "properties.list")],
        MEMBERS,
        "greaterOrEquals: 1",
        "unknown",
    ),
    "nested": ({"list": [{"in": [1, 2]}, {"in": [3]}]}, [], INNER, "equals: 3", "pass"),
    "nested, one empty": ({"list": [{"in": []}, {"in": [3]}]}, [], INNER, "equals: 1", "pass"),
    "nested, one absent": ({"list": [{}, {"in": [3]}]}, [], INNER, "equals: 1", "pass"),
    "nested, one unknown": (
        {"list": [{"id": f"{ACCOUNT}/c/1", "properties": {"in": [1]}}, {"id": f"{ACCOUNT}/c/2", "name": "2"}]},
        [],
        "field: 'properties.list[*].properties.in[*]'",
        "equals: 1",
        "unknown",
    ),
    "nested, one unknown, enough known": (
        {"list": [{"id": f"{ACCOUNT}/c/1", "properties": {"in": [1]}}, {"id": f"{ACCOUNT}/c/2", "name": "2"}]},
        [],
        "field: 'properties.list[*].properties.in[*]'",
        "greaterOrEquals: 1",
        "pass",
    ),
    "with where": ({"list": [{"a": 1}, {}]}, [], f"{MEMBERS}, where: {{field: a, equals: 1}}", "equals: 1", "pass"),
    "where on the element": (
        {"list": ["a", "b", "A"]},
        [],
        f"{MEMBERS}, where: {{field: ., equals: a}}",
        "equals: 2",
        "pass",
    ),
    "where unknown": ({"list": [{"a": "x"}, {"a": 1}]}, [], BELOW_2, "equals: 1", "unknown"),
    "where unknown, enough known": ({"list": [{"a": "x"}, {"a": 1}]}, [], BELOW_2, "greaterOrEquals: 1", "pass"),
    "a count in a count": (
        {"list": [{"in": [1, 2]}, {"in": [3]}]},
        [],
        f"{MEMBERS}, where: {{count: {{field: 'in[*]'}}, equals: 2}}",
        "equals: 1",
        "pass",
    ),
}


@pytest.mark.parametrize(
    ("properties", "records", "members", "operator", "outcome"), FIELD_COUNTS.values(), ids=FIELD_COUNTS.keys()
)
def test_s11_a_count_of_a_field(tmp_path, properties, records, members, operator, outcome):
    record = b.body(ACCOUNT, properties)
    assert outcome_of(tmp_path, f"{{count: {{{members}}}, {operator}}}", record, *records) == outcome


def test_s11_the_interval_is_said(tmp_path):
    records = [b.body(ACCOUNT), deployment("a", True), deployment("b", None), READ]
    asked = b.rule(f"require: {{count: {{{CHILDREN}, where: {OK}}}, equals: 2}}")
    [first, *_] = b.verdict(b.snapshot(tmp_path, b.read(), *records), asked).evidence
    assert (first.path, first.observed, first.expected) == (f"count(children {D})", "1 to 2", 2)
    found = b.verdict(b.snapshot(tmp_path, b.read(), *records, REFUSED), asked)
    assert found.evidence[0].observed == "1 or more"
    assert "could not be read: forbidden" in found.message


# --- 12: Kleene -----------------------------------------------------------------------------------------------

LEAF = {
    True: "{field: properties.yes, equals: true}",
    False: "{field: properties.yes, equals: false}",
    None: "{field: properties.hidden, equals: true}",
}
TRUTHS = (True, False, None)
KLEENE = [b.body(ACCOUNT, {"yes": True}), b.gap(b.SUB, b.ACCOUNTS, "properties.hidden")]
ALL_OF = {
    (True, True): True, (True, False): False, (True, None): None,
    (False, True): False, (False, False): False, (False, None): False,
    (None, True): None, (None, False): False, (None, None): None,
}  # fmt: skip
ANY_OF = {
    (True, True): True, (True, False): True, (True, None): True,
    (False, True): True, (False, False): False, (False, None): None,
    (None, True): True, (None, False): None, (None, None): None,
}  # fmt: skip


@pytest.mark.parametrize(("word", "table"), [("allOf", ALL_OF), ("anyOf", ANY_OF)], ids=["allOf", "anyOf"])
@pytest.mark.parametrize("pair", ALL_OF, ids=str)
def test_s12_all_of_and_any_of_are_kleenes(tmp_path, word, table, pair):
    both = ", ".join(LEAF[t] for t in pair)
    truth = table[pair]
    assert outcome_of(tmp_path, f"{{{word}: [{both}]}}", *KLEENE) == SAID[truth]
    assert (
        outcome_of(tmp_path, f"{{not: {{{word}: [{both}]}}}}", *KLEENE) == SAID[None if truth is None else not truth]
    )


@pytest.mark.parametrize("truths", list(itertools.product(TRUTHS, repeat=3)), ids=str)
def test_s12_three_of_them(tmp_path, truths):
    every, some = ", ".join(LEAF[t] for t in truths), set(truths)
    all_ = False if False in some else None if None in some else True
    any_ = True if True in some else None if None in some else False
    assert outcome_of(tmp_path, f"{{allOf: [{every}]}}", *KLEENE) == SAID[all_]
    assert outcome_of(tmp_path, f"{{anyOf: [{every}]}}", *KLEENE) == SAID[any_]


@pytest.mark.parametrize(("truth", "opposite"), [(True, False), (False, True), (None, None)])
def test_s12_not(tmp_path, truth, opposite):
    assert outcome_of(tmp_path, f"{{not: {LEAF[truth]}}}", *KLEENE) == SAID[opposite]
    assert outcome_of(tmp_path, f"{{not: {{not: {LEAF[truth]}}}}}", *KLEENE) == SAID[truth]


APPLIES = {
    (where, require): "not_applicable" if where is False else "unknown" if where is None else SAID[require]
    for where in TRUTHS
    for require in TRUTHS
}


@pytest.mark.parametrize(("pair", "outcome"), APPLIES.items(), ids=map(str, APPLIES))
def test_s12_where(tmp_path, pair, outcome):
    where, require = pair
    asked = b.rule(f"where: {LEAF[where]}\nrequire: {LEAF[require]}")
    assert outcome_of(tmp_path, None, *KLEENE, rule=asked) == outcome


BODIES = [
    "require: {field: id, exists: true}",
    "attest: {question: Is it?}",
    "check: {name: ip-rules-narrow, params: {path: properties.ips}}",
]


@pytest.mark.parametrize("text", BODIES, ids=["require", "attest", "check"])
@pytest.mark.parametrize(("where", "outcome"), [(False, "not_applicable"), (None, "unknown")])
def test_s12_where_comes_before_any_body(tmp_path, text, where, outcome):
    assert outcome_of(tmp_path, None, *KLEENE, rule=b.rule(f"where: {LEAF[where]}\n{text}")) == outcome


def test_s12_an_unknown_where_says_so(tmp_path):
    asked = b.rule(f"where: {LEAF[None]}\nrequire: {LEAF[True]}")
    found = b.verdict(b.snapshot(tmp_path, b.read(), *KLEENE), asked)
    assert found.message.startswith("could not tell if it applies: ")
    assert [e.path for e in found.evidence] == ["properties.hidden"]


@pytest.mark.parametrize("text", ["allOf: []", "anyOf: []", "allOf: {field: a, exists: true}", "not: []", "not: "])
def test_s12_what_they_take(text):
    assert b.problems_of(f"require: {{{text}}}")


# --- 13: right-hand sides -------------------------------------------------------------------------------------

OF_US = "{field: properties.of, equals: {field: ^.name}}"
SIDES = {
    # name: (condition, outcome); the account: x 5, y 5, z 6, list [5, 6], name chat ...
    "a literal": ("{field: properties.x, equals: 5}", "pass"),
    "a parameter": ("{field: properties.x, equals: {parameter: five}}", "pass"),
    "a parameter, other": ("{field: properties.z, equals: {parameter: five}}", "fail"),
    "a parameter and its text": ("{field: properties.text, equals: {parameter: five}}", "pass"),
    "a parameter that is a list": ("{field: properties.x, in: {parameter: some}}", "pass"),
    "a parameter that is a list, not in it": ("{field: properties.z, notIn: {parameter: some}}", "pass"),
    "a parameter and order": ("{field: properties.x, less: {parameter: five}}", "fail"),
    "a parameter and a date": ("{field: properties.date, before: {parameter: soon}}", "pass"),
    "a parameter and a period": ("{field: properties.date, within: {parameter: quarter}}", "pass"),
    "a parameter and like": ("{field: name, like: {parameter: pattern}}", "pass"),
    "a parameter that is false": ("{field: properties.off, equals: {parameter: off}}", "pass"),
    "a field": ("{field: properties.x, equals: {field: properties.y}}", "pass"),
    "a field, other": ("{field: properties.x, equals: {field: properties.z}}", "fail"),
    "a field and a negative": ("{field: properties.x, notEquals: {field: properties.z}}", "pass"),
    "a field and its text": ("{field: properties.x, equals: {field: properties.text}}", "pass"),
    "a field and order": ("{field: properties.x, less: {field: properties.z}}", "pass"),
    "a field and order of another type": ("{field: properties.x, less: {field: name}}", "unknown"),
    "a field that is a list": ("{field: properties.x, in: {field: properties.list}}", "pass"),
    "a field that is many": ("{field: properties.x, in: {field: 'properties.objects[*].n'}}", "pass"),
    "a field that is no list": ("{field: properties.x, in: {field: properties.y}}", "unknown"),
    "a field within a text": ("{field: id, contains: {field: name}}", "pass"),
    "a field and a date": ("{field: properties.date, before: {field: properties.later}}", "pass"),
    "a field and no date": ("{field: properties.date, before: {field: name}}", "unknown"),
    "a field that is null": ("{field: properties.x, equals: {field: properties.none}}", "fail"),
    "a field that is null, a negative": ("{field: properties.x, notEquals: {field: properties.none}}", "pass"),
    "a field that is null, order": ("{field: properties.x, less: {field: properties.none}}", "unknown"),
    "null and a field": ("{field: properties.none, equals: {field: properties.x}}", "fail"),
    "null and null": ("{field: properties.none, equals: {field: properties.none}}", "fail"),
    "null and null, a negative": ("{field: properties.none, notEquals: {field: properties.none}}", "pass"),
    "a field that is unknown": ("{field: properties.x, equals: {field: properties.hidden}}", "unknown"),
    "a field that is unknown, a negative": (
        "{field: properties.x, notEquals: {field: properties.hidden}}",
        "unknown",
    ),
    "a list with an unknown": ("{field: properties.x, in: {field: properties.hidden}}", "unknown"),
    "each element and a field": (
        "{field: 'properties.same[*]', equals: {field: properties.x}, empty: fail}",
        "pass",
    ),
    "default and a field": ("{field: properties.none, equals: {field: properties.x}, default: 5}", "pass"),
    # `^.`
    "^. in count, left": (
        f"{{count: {{{MEMBERS}, where: {{field: ^.properties.x, equals: 5}}}}, equals: 2}}",
        "pass",
    ),
    "^. in count, right": (
        f"{{count: {{{MEMBERS}, where: {{field: ., equals: {{field: ^.properties.x}}}}}}, equals: 1}}",
        "pass",
    ),
    "a field in count is the element's": (
        "{count: {field: 'properties.objects[*]', where: {field: n, equals: {field: m}}}, equals: 1}",
        "pass",
    ),
    "^.name in any": (f"{{any: {{{CHILDREN}, where: {OF_US}}}}}", "pass"),
    "^.name in all": (f"{{all: {{{CHILDREN}, require: {OF_US}}}}}", "fail"),
    "^. in all's where": (
        f"{{all: {{{CHILDREN}, where: {{field: name, notEquals: {{field: ^.properties.mine}}}},"
        " require: {field: properties.of, equals: other}}}",
        "pass",
    ),
    "^. in a count of related": (f"{{count: {{{CHILDREN}, where: {OF_US}}}, equals: 1}}", "pass"),
    "^. beside an operator": (f"{{any: {{{CHILDREN}, field: properties.of}}, equals: {{field: ^.name}}}}", "pass"),
    "^. two deep is the judged resource": (
        f"{{any: {{{CHILDREN}, where: {{any: {{related: parent,"
        " where: {field: name, equals: {field: ^.name}}}}}}",
        "pass",
    ),
    "^. in a count in any": (
        f"{{any: {{{CHILDREN}, where: {{count: {{field: 'properties.parts[*]',"
        " where: {field: ., equals: {field: ^.name}}}, equals: 1}}}",
        "pass",
    ),
    "^. of a count": (
        f"{{any: {{{CHILDREN}, where: {{count: {{field: '^.properties.list[*]'}}, equals: 2}}}}}}",
        "pass",
    ),
    "^. unknown": (f"{{any: {{{CHILDREN}, where: {OF_US.replace('name', 'properties.hidden')}}}}}", "unknown"),
    "^. null": (f"{{any: {{{CHILDREN}, where: {OF_US.replace('name', 'properties.none')}}}}}", "fail"),
    "^. outside is the same resource": ("{field: ^.properties.x, equals: 5}", "pass"),
    "^. in quotes": (
        f"{{count: {{{MEMBERS}, where: {{field: \"^.['properties'].x\", equals: 5}}}}, equals: 2}}",
        "pass",
    ),
}
DATES = {"date": "2026-02-01", "later": "2026-03-01"}
SUBJECT = b.body(
    ACCOUNT,
    {
        **DATES,
        "x": 5,
        "y": 5,
        "z": 6,
        "text": "5",
        "off": False,
        "none": None,
        "list": [5, 6],
        "same": [5, "5"],
        "mine": "a",
        "objects": [{"n": 5, "m": 5}, {"n": 6, "m": 7}],
    },
)
THRESHOLDS = {
    "five": 5, "some": [5, 7], "soon": "as_of+P60D", "quarter": "P90D", "pattern": "ch*", "off": False,
}  # fmt: skip


def judged(tmp_path, condition):
    parameters = "\n".join(f"  {name}: {{default: {b.json.dumps(value)}}}" for name, value in THRESHOLDS.items())
    records = [
        SUBJECT,
        b.child(SUBJECT, "deployments", "a", {"of": "chat", "parts": ["chat", "x"]}),
        b.child(SUBJECT, "deployments", "b", {"of": "other"}),
        READ,
        b.gap(b.SUB, b.ACCOUNTS, "properties.hidden"),
    ]
    asked = b.rule(f"require: {condition}\nparameters:\n{parameters}")
    return outcome_of(tmp_path, None, *records, rule=asked)


@pytest.mark.parametrize(("condition", "outcome"), SIDES.values(), ids=SIDES.keys())
def test_s13_right_hand_sides(tmp_path, condition, outcome):
    assert judged(tmp_path, condition) == outcome


def test_s13_a_parameter_is_the_users(tmp_path):
    asked = b.rule(
        "require: {field: properties.x, greaterOrEquals: {parameter: least}}\nparameters: {least: {default: 5}}"
    )
    read = b.snapshot(tmp_path, b.read(), SUBJECT)
    assert b.verdict(read, asked).outcome == "pass"
    assert b.verdict(read, b.with_values(asked, least=6)).outcome == "fail"
    assert b.verdict(read, b.with_values(asked, least=5.5)).outcome == "fail"


WRONG = {
    "an unknown parameter": "{field: a, equals: {parameter: none}}",
    "a parameter of the wrong kind": "{field: a, in: {parameter: five}}",
    "a list where one is taken": "{field: a, equals: {parameter: some}}",
    "a parameter that is no date": "{field: a, before: {parameter: five}}",
    "both": "{field: a, equals: {parameter: five, field: b}}",
    "another key": "{field: a, equals: {value: 5}}",
    "an expression": "{field: a, equals: {concat: [a, b]}}",
    "a literal mapping": "{field: a, equals: {literal: 5}}",
    "a list of references": "{field: a, in: [{parameter: five}]}",
    "a field that is no path": "{field: a, equals: {field: a..b}}",
    "a parameter that is no word": "{field: a, equals: {parameter: [five]}}",
    "nothing": "{field: a, equals: {}}",
    "arithmetic": "{field: a, less: {multiply: [2, {field: b}]}}",
    "a relation on the right": "{field: a, equals: {related: parent}}",
}


@pytest.mark.parametrize("condition", WRONG.values(), ids=WRONG.keys())
def test_s13_nothing_else_stands_on_the_right(condition):
    assert b.problems_of(f"require: {condition}\nparameters: {{five: {{default: 5}}, some: {{default: [1]}}}}")


MORE = {
    "a check": ("check: {name: ip-rules-narrow, params: {path: properties.ips}}", True),
    "a check with a parameter": (
        "check: {name: ip-rules-narrow, params: {path: properties.ips, max_rules: {parameter: five}}}\n"
        "parameters: {five: {default: 5}}",
        True,
    ),
    "a check that there is not": ("check: {name: os.system, params: {path: properties.ips}}", False),
    "a check without its param": ("check: {name: ip-rules-narrow}", False),
    "a check and a condition": (
        "check: {name: ip-rules-narrow, params: {path: properties.ips}}\nrequire: {field: a, exists: true}",
        False,
    ),
    "neither": ("where: {field: a, exists: true}", False),
}


@pytest.mark.parametrize(("text", "valid"), MORE.values(), ids=MORE.keys())
def test_s13_a_rule_that_needs_more_uses_a_check(text, valid):
    assert (b.problems_of(text) == []) is valid


# --- evidence of a guarded condition ----------------------------------------------------------------------------


GUARDED = """
require:
  allOf:
    - {field: properties.tls, equals: "1.2"}
    - anyOf:
        - not: {field: kind, equals: OpenAI}
        - {field: properties.locked, equals: true}
"""


def test_that_a_guard_holds_is_no_offence(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"tls": "1.0", "locked": False}))
    found = b.verdict(read, b.rule(GUARDED))
    assert found.message == "tls is 1.0, expected 1.2; locked is false, expected true"


def test_alternatives_that_are_all_negated_are_shown(tmp_path):
    rule = b.rule("require: {anyOf: [not: {field: properties.a, equals: 1}, not: {field: properties.b, equals: 2}]}")
    found = b.verdict(b.snapshot(tmp_path, b.read(), b.account(properties={"a": 1, "b": 2})), rule)
    assert found.message == "a is 1, expected anything but 1; b is 2, expected anything but 2"


ALTERNATIVES = "require: {anyOf: [{field: properties.a, equals: 1}, {field: properties.b, equals: 2}]}"


def test_alternatives_are_called_so(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"a": 0, "b": 0}))
    assert b.verdict(read, b.rule(ALTERNATIVES)).message == (
        "a is 0, expected 1; b is 0, expected 2 (one of these would do)"
    )


def test_one_part_of_many_that_fails_by_its_alternatives_is_called_so_two_are_not(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"a": 0, "b": 0, "c": 1}))
    whole = f"require: {{allOf: [{{field: properties.c, equals: %s}}, {ALTERNATIVES.removeprefix('require: ')}]}}"
    assert b.verdict(read, b.rule(whole % "1")).message.endswith("(one of these would do)")
    assert not b.verdict(read, b.rule(whole % "2")).message.endswith("would do)")


def test_a_guard_or_the_environment_is_no_alternative(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account("chat-prod", {"a": 0}))
    rule = b.rule("require: {anyOf: [{field: properties.a, equals: 1}, {value: environment, equals: development}]}")
    assert b.verdict(read, rule).message == "a is 0, expected 1; environment is production by its name"
