"""What a rule knows beside the resource (ADR 5): parameters, the environment, values it can judge, its workload."""

from __future__ import annotations

import dataclasses

import pytest

from readiness.config import Config
from readiness.ruleset import wrong_value
from readiness.workloads import Workloads
from tests import builders as b

SEARCH = "Microsoft.Search/searchServices"


def said(tmp_path, rule, body, *records, **options):
    finding = b.verdict(b.snapshot(tmp_path, b.read(), body, *records), rule, **options)
    return str(finding.outcome), finding.message


# --- value: {parameter: name} -----------------------------------------------------------------------------------

WANTED = """
parameters: {wanted: {default: false, description: Whether it is asked for}}
where: {value: {parameter: wanted}, equals: true}
require: {field: properties.ok, equals: true}
"""


@pytest.mark.parametrize(("wanted", "ok", "outcome"), [
    (False, True, "not_applicable"),
    (False, False, "not_applicable"),
    (True, True, "pass"),
    (True, False, "fail"),
])  # fmt: skip
def test_a_parameter_decides_whether_a_rule_applies(tmp_path, wanted, ok, outcome):
    rule = b.with_values(b.rule(WANTED), wanted=wanted)
    assert said(tmp_path, rule, b.account(properties={"ok": ok}))[0] == outcome


def test_evidence_names_the_parameter_and_its_value(tmp_path):
    assert said(tmp_path, b.rule(WANTED), b.account())[1] == ("does not apply: parameter wanted is false")


@pytest.mark.parametrize(("condition", "outcome"), [
    ("{value: {parameter: zones}, contains: a}", "pass"),
    ("{value: {parameter: zones}, contains: c}", "fail"),
    ("{value: {parameter: most}, greaterOrEquals: 3}", "pass"),
    ("{value: {parameter: most}, greaterOrEquals: 4}", "fail"),
    ("{value: {parameter: most}, equals: {field: properties.n}}", "pass"),
    ("{value: {parameter: text}, equals: ''}", "pass"),
])  # fmt: skip
def test_any_operator_compares_a_parameter(tmp_path, condition, outcome):
    rule = b.rule(f"""
        parameters: {{zones: {{default: [a, b]}}, most: {{default: 3}}, text: {{default: ''}}}}
        require: {condition}
    """)
    assert said(tmp_path, rule, b.account(properties={"n": 3}))[0] == outcome


@pytest.mark.parametrize(("value", "message"), [
    ("{parameter: wnted}", "unknown parameter 'wnted'; did you mean 'wanted'?"),
    ("{field: kind}", "value takes environment or {parameter: name}, found a mapping"),
    ("region", "value takes environment or {parameter: name}, found 'region'"),
    ("[environment]", "value takes environment or {parameter: name}, found a list"),
])  # fmt: skip
def test_any_other_value_is_an_error(value, message):
    problems = b.problems_of(f"parameters: {{wanted: {{default: true}}}}\nrequire: {{value: {value}, equals: true}}")
    assert problems == [message]


def test_a_parameter_in_value_counts_as_used():
    assert b.lint_of(WANTED) == []


# --- value: environment -----------------------------------------------------------------------------------------

STRICT = "require: {anyOf: [{field: properties.ok, equals: true}, {value: environment, equals: development}]}"


@pytest.mark.parametrize(("name", "tags", "outcome", "why"), [
    ("chat-prod", {}, "fail", "; environment is production by its name"),
    ("chat-dev", {}, "pass", None),
    ("chat-prod", {"Env": "test"}, "pass", None),
    ("chat", {}, "fail", "; environment is undecided, which counts as production"),
])  # fmt: skip
def test_the_environment_of_the_subject_decides_and_is_shown(tmp_path, name, tags, outcome, why):
    got, message = said(tmp_path, b.rule(STRICT), b.account(name, {"ok": False}, tags=tags))
    assert got == outcome
    assert why is None or why in message


def test_an_environment_that_could_not_be_told_is_unknown(tmp_path):
    got, message = said(
        tmp_path,
        b.rule(STRICT),
        b.account("chat-prod", {"ok": False}),
        b.gap(type_=b.ACCOUNTS, path="tags", scope=b.SUB),
    )
    assert got == "unknown"
    assert "could not be read" in message


def test_the_environment_is_the_judged_subjects_inside_a_relation(tmp_path):
    rule = b.rule(
        f"require: {{any: {{related: children, type: {b.DEPLOYMENTS},"
        " where: {value: environment, equals: development}}}"
    )
    records = [b.child(b.account("chat-dev"), "deployments"), b.read(b.account("chat-dev")["id"], b.DEPLOYMENTS)]
    assert said(tmp_path, rule, b.account("chat-dev"), *records)[0] == "pass"


# --- known ------------------------------------------------------------------------------------------------------

STATE = "require: {field: properties.state, equals: Succeeded, known: [Succeeded, Failed]}"


@pytest.mark.parametrize(("properties", "outcome"), [
    ({"state": "Succeeded"}, "pass"),
    ({"state": "succeeded"}, "pass"),
    ({"state": "FAILED"}, "fail"),
    ({"state": "Creating"}, "unknown"),
    ({"state": None}, "unknown"),
    ({}, "unknown"),
    ({"state": {"a": 1}}, "unknown"),
    ({"state": ""}, "unknown"),
])  # fmt: skip
def test_a_value_that_is_not_known_is_unknown(tmp_path, properties, outcome):
    assert said(tmp_path, b.rule(STATE), b.account(properties=properties))[0] == outcome


def test_the_default_comes_before_what_is_known(tmp_path):
    rule = b.rule("require: {field: properties.state, equals: on, default: on, known: ['on', 'off']}")
    assert said(tmp_path, rule, b.account(properties={}))[0] == "pass"


def test_known_holds_for_each_element(tmp_path):
    rule = b.rule("require: {field: 'properties.states[*]', equals: a, known: [a, b], empty: pass}")
    for states, outcome in ((["a"], "pass"), (["a", "x"], "unknown"), (["b", "x"], "fail"), ([], "pass")):
        assert said(tmp_path, rule, b.account(properties={"states": states}))[0] == outcome


def test_it_says_which_value_could_not_be_judged(tmp_path):
    assert "state is Creating, which is none of the values that can be judged" in said(
        tmp_path, b.rule(STATE), b.account(properties={"state": "Creating"})
    )[1].replace("properties.", "")


@pytest.mark.parametrize("known", ["[]", "Succeeded", "{a: b}", "[null]", "[[a]]"])
def test_known_takes_a_list_of_values(known):
    assert b.problems_of(f"require: {{field: a, equals: b, known: {known}}}")


# --- bounds of parameters ---------------------------------------------------------------------------------------

BOUNDED = """
parameters:
  least: {default: 24, min_value: 1, max_value: 32}
  boundary: {default: none, allowed_values: [none, regional]}
require:
  allOf:
    - {field: properties.n, greaterOrEquals: {parameter: least}}
    - {value: {parameter: boundary}, equals: none}
"""


@pytest.mark.parametrize(("name", "value", "wrong"), [
    ("least", 1, None),
    ("least", 0, "the parameter 'least' of TEST-001 is at least 1, found 0"),
    ("least", 0.5, "the parameter 'least' of TEST-001 is at least 1, found 0.5"),
    ("least", 32, None),
    ("least", 33, "the parameter 'least' of TEST-001 is at most 32, found 33"),
    ("boundary", "regional", None),
    ("boundary", "moon", "the parameter 'boundary' of TEST-001 is one of none, regional, found 'moon'"),
])  # fmt: skip
def test_a_value_outside_the_bounds_is_wrong(name, value, wrong):
    assert wrong_value(b.rule(BOUNDED), name, value) == wrong


def test_a_default_outside_its_bounds_is_an_error():
    assert b.problems_of("""
        parameters: {least: {default: 0, min_value: 1}}
        require: {field: properties.n, greaterOrEquals: {parameter: least}}
    """) == ["the default of 'least' is at least 1, found 0"]


def test_bounds_are_numbers():
    problems = b.problems_of("parameters: {least: {default: 0, min_value: one}}\nrequire: {field: a, exists: true}")
    assert problems == ["expected a number, found 'one'"]


# --- the resources of a resource's workload ---------------------------------------------------------------------

HAS_SEARCH = f"require: {{any: {{related: resources, type: {SEARCH}}}}}"
SEARCHES = b.read(b.SUB, SEARCH)


def test_without_workloads_they_are_those_of_the_whole_estate(tmp_path):
    search = b.resource(SEARCH, group=f"{b.SUB2}/resourceGroups/far")
    records = [search, SEARCHES, b.read(b.SUB2, SEARCH)]
    assert said(tmp_path, b.rule(HAS_SEARCH), b.account(), *records)[0] == "pass"
    assert said(tmp_path, b.rule(HAS_SEARCH), b.account(), SEARCHES)[0] == "fail"


def test_with_workloads_they_are_those_of_its_own(tmp_path):
    config = dataclasses.replace(Config(folder=tmp_path), workloads=Workloads(tag="workload"))
    account = b.account(tags={"workload": "Chat"})
    for workload, outcome in (("chat", "pass"), ("billing", "fail")):
        search = b.resource(SEARCH, tags={"workload": workload})
        assert said(tmp_path, b.rule(HAS_SEARCH), account, search, SEARCHES, config=config)[0] == outcome


def test_a_list_that_could_not_be_read_keeps_absence_unknown(tmp_path):
    assert said(tmp_path, b.rule(HAS_SEARCH), b.account(), b.gap(b.SUB, SEARCH))[0] == "unknown"


# --- what authors write by mistake --------------------------------------------------------------------------------


def test_a_parameter_as_azure_policy_writes_it_is_an_error():
    assert b.problems_of("require: {field: a, equals: \"[parameters('x')]\"}") == [
        "a parameter of the rule is written {parameter: name}"
    ]


def test_a_type_names_its_provider():
    assert b.problems_of("require: {field: a, exists: true}", resource="accounts/deployments")


def test_a_fix_is_a_patch():
    problems = b.problems_of("remediation: {summary: x, fix: sku}\nrequire: {field: a, exists: true}")
    assert problems == ["expected a mapping, found 'sku'"]


def test_a_number_in_quotes_is_advised_against_where_numbers_are_compared():
    text = "parameters: {most: {default: %s}}\nrequire: {field: a, less: {parameter: most}}"
    assert b.lint_of(text % "'50'") == ["the default of 'most' is text: write a number without quotes"]
    assert b.lint_of(text % "50") == []
    assert b.lint_of(text % "as_of") == []
