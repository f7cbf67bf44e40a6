"""The shipped rules as a whole, against the catalogue that they come from (tests/data/catalogue.json)."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
import yaml

from readiness import app, assets, ruletests
from readiness.conditions.comparison import Given
from readiness.conditions.field import Field
from readiness.conditions.lists import AllRelated, AnyRelated, Count
from readiness.conditions.logic import Combined, Not
from readiness.conditions.metric import MetricOf
from readiness.model import Environment, Outcome
from readiness.ruleset import ID

CATALOGUE = json.loads((Path(__file__).parent / "data/catalogue.json").read_text())
ROOT = assets.rules()
ALL = app.all_rules()
RULES = ALL.rules
PILLARS = {"SEC": "security", "REL": "reliability", "COST": "cost", "OPS": "operations", "PERF": "performance"}
SELF = {rule_id for rule_id, entry in CATALOGUE.items() if entry["stage"] == "self"}
GRAPH = {rule_id for rule_id, entry in CATALOGUE.items() if entry["stage"] == "graph"}
TIME = {rule_id for rule_id, entry in CATALOGUE.items() if entry["stage"] == "time"}
BEYOND = {"OPS-001"}
"""The rule of a later stage that the spine was built with: people."""

TITLES = {
    "AOAI-IAM-001": "the design's own example words it so",
    "SRCH-REL-001": "the rule judges replicas alone: zones are not in its condition",
    "AOAI-NET-005": "an endpoint or a perimeter is a way in; whether names resolve is the graph's",
    "DATA-STG-001": "no record says which storage account a workload uses: all in scope are judged",
    "APP-002": "what makes the path private is not all that is judged: so are callers without TLS",
    "APP-003": "whether a setting holds a key can't be read without asking for all settings (a POST)",
    "AOAI-NET-009": "nobody can tell what was meant: what is judged is whether a trusted service exists",
}
"""Rules whose title is not the catalogue's, and why."""
PILLAR_EXCEPTIONS = {}
SEVERITY_EXCEPTIONS = {}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def expected(rule):
    return [test.expect for test in rule.tests]


def written(rule):
    return yaml.safe_load(Path(rule.file).read_text())


# --- the catalogue itself ---------------------------------------------------------------------------------------


def test_the_catalogue_holds_two_hundred_rules():
    assert len(CATALOGUE) == 200
    for rule_id, entry in CATALOGUE.items():
        assert ID.match(rule_id)
        assert entry.keys() == {"title", "severity", "stage", "pillar", "requirements", "gate"}
        assert entry["pillar"] in PILLARS
        assert entry["gate"] in ("all", "prod")
        assert entry["stage"] in ("self", "graph", "time", "gateway", "people")


def test_the_stages_that_ship_have_as_many_rules_as_their_issues_say():
    assert (len(SELF), len(GRAPH), len(TIME)) == (63, 39, 22)


def test_the_rules_shipped_are_those_of_three_stages_and_one_more():
    assert {rule.id for rule in RULES} == SELF | GRAPH | TIME | BEYOND


def test_every_file_under_rules_is_a_rule_that_was_loaded():
    files = {path.resolve() for path in ROOT.rglob("*") if path.is_file() and path.name != ".gitkeep"}
    assert {Path(rule.file).resolve() for rule in RULES} == files


# --- each rule, as the catalogue has it -------------------------------------------------------------------------


@each_rule
def test_its_file_is_named_by_pillar_id_and_slug(rule):
    path = Path(rule.file).resolve().relative_to(ROOT.resolve())
    assert path.parts[:-1] == (str(rule.pillar),)
    assert re.fullmatch(re.escape(rule.id) + r"-[a-z0-9]+(-[a-z0-9]+)*\.yaml", path.name)


@each_rule
def test_it_is_in_the_catalogue_under_the_same_title(rule):
    same = rule.title == CATALOGUE[rule.id]["title"]
    assert same != (rule.id in TITLES), (
        "an exception that is none any more, or a title that is none of the catalogue's"
    )


@each_rule
def test_its_pillar_is_the_catalogues(rule):
    assert (rule.pillar == PILLARS[CATALOGUE[rule.id]["pillar"]]) != (rule.id in PILLAR_EXCEPTIONS)


@each_rule
def test_its_severity_is_the_catalogues(rule):
    assert (rule.severity == CATALOGUE[rule.id]["severity"]) != (rule.id in SEVERITY_EXCEPTIONS)


@each_rule
def test_it_serves_the_requirements_of_the_catalogue(rule):
    assert rule.requirements == tuple(CATALOGUE[rule.id]["requirements"])


@each_rule
def test_it_spares_development_exactly_where_the_catalogue_says_so(rule):
    wanted = (Environment.PRODUCTION,) if CATALOGUE[rule.id]["gate"] == "prod" else ()
    assert rule.environments == wanted


@each_rule
def test_it_asks_people_exactly_where_the_catalogue_says_so(rule):
    assert bool(rule.attest) == (CATALOGUE[rule.id]["stage"] == "people")


def test_a_scan_reads_the_same_rules_without_their_tests():
    alike = {rule.id: rule for rule in app.all_rules(tested=False).rules}
    assert alike.keys() == {rule.id for rule in RULES}
    for rule in RULES:
        bare = alike[rule.id]
        assert not bare.tests
        differs = {f.name for f in dataclasses.fields(rule) if getattr(bare, f.name) != getattr(rule, f.name)}
        assert differs <= {"tests", "check"}, differs
    assert app.all_rules(tested=False).version == app.all_rules().version


# --- each rule, for its readers ---------------------------------------------------------------------------------


@each_rule
def test_its_references_are_microsofts_documentation(rule):
    assert rule.references
    for link in rule.references:
        assert re.fullmatch(r"https://learn\.microsoft\.com/(?![a-z]{2}-[a-z]{2}/)[\w./-]+", link), link
    assert len(set(rule.references)) == len(rule.references)


@each_rule
def test_it_says_why_and_how_to_mend_it(rule):
    assert len(rule.rationale.split()) >= 15
    assert len(rule.remediation.summary.split()) >= 5
    assert "effort" in written(rule)["remediation"], "the effort is said, not the default"
    assert all(p.description for p in rule.parameters.values())
    assert rule.since


@each_rule
def test_a_question_has_guidance_and_an_end(rule):
    if rule.attest:
        assert rule.attest.question.endswith("?")
        assert rule.attest.guidance
        assert rule.attest.valid_for


@each_rule
def test_the_linter_has_nothing_to_say(rule):
    assert not [p for p in ALL.lint if p.file == rule.file]


# --- each rule's own tests --------------------------------------------------------------------------------------


@each_rule
def test_its_tests_have_every_outcome_that_it_can_have(rule):
    if rule.attest:
        return
    wanted = {Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN}
    narrows = rule.where is not None or bool(rule.environments)
    assert set(expected(rule)) >= wanted | ({Outcome.NOT_APPLICABLE} if narrows else set())


@each_rule
def test_its_tests_have_names_of_their_own(rule):
    names = [test.name for test in rule.tests]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("case ")]


@each_rule
def test_every_case_gets_what_it_expects(rule):
    failed = [
        f"{r.test.name}: expected {r.test.expect}, got {r.got}: {r.why}" for r in ruletests.run(rule) if not r.passed
    ]
    assert not failed


@each_rule
def test_each_parameter_is_changed_by_a_test(rule):
    changed = {name for test in rule.tests for name in test.parameters}
    assert changed == set(rule.parameters)


@each_rule
def test_a_patch_to_mend_it_is_proved_by_every_failing_case(rule):
    if rule.remediation.fix is not None:
        proofs = [r for r in ruletests.run(rule) if r.proves_fix]
        assert len(proofs) == expected(rule).count(Outcome.FAIL)
        assert all(r.passed for r in proofs)


def test_at_least_twelve_rules_are_tested():
    assert len([rule for rule in RULES if rule.tests or rule.attest]) >= 12


# --- numbers ----------------------------------------------------------------------------------------------------


def leaves(node):
    """Every leaf of a condition."""
    if isinstance(node, Combined):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, AnyRelated | AllRelated | Count):
        yield from [node] if isinstance(node, Count) else []
        for inner in (node.where, getattr(node, "require", None)):
            yield from leaves(inner)
    elif isinstance(node, Field | MetricOf):
        yield node


@each_rule
def test_no_threshold_is_written_into_what_it_requires(rule):
    """A rule never hard-codes a threshold (design 8): 0 and 1 alone, as "none" and "some", are no thresholds."""
    for leaf in leaves(rule.require):
        right = leaf.comparison.right
        if leaf.comparison.operator.takes in ("order", "date", "period") and isinstance(right, Given):
            assert isinstance(leaf, Count), f"{leaf} compares with {right.value.value}"
            assert right.value.value in (0, 1)
        for bound in (getattr(leaf, "window", None), getattr(leaf, "level", None)):
            assert not isinstance(bound, Given)
    if rule.check:
        assert not [name for name, value in rule.check.given.items() if isinstance(value, int | float)]
