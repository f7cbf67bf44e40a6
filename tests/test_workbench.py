"""The rule author's workbench: rules new, rules schema, rules test with what it leaves unseen, rules show."""

import json
import shutil
import textwrap
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from readiness import app as root
from readiness import assets, ruletests, schema, starter, tracing
from readiness.cli import app
from readiness.conditions import Syntax
from readiness.model import Pillar
from readiness.render import catalogue
from readiness.starter import Wanted
from readiness.written import written
from readiness.yamlfile import Problems, parse
from tests.builders import ACCOUNTS, DEPLOYMENTS, SEARCH, rule, rule_text

BUILT_IN = assets.rules
RULES = root.all_rules().rules


FEW = ("AOAI-IAM-001", "OPS-001", "SRCH-REL-001")


@pytest.fixture(scope="session")
def few(tmp_path_factory):
    """A few of the built-in rules: reading all of them for each test would take minutes."""
    copied = tmp_path_factory.mktemp("few")
    for made in (r for r in RULES if r.id in FEW):
        shutil.copy(made.file, copied)
    return copied


@pytest.fixture(autouse=True)
def folder(tmp_path, few, monkeypatch):
    monkeypatch.setattr(assets, "rules", lambda: few)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args, code=0):
    found = CliRunner().invoke(app, ["rules", *map(str, args)])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == code, found.output
    return found


def pack(text, **head):
    """A rule of a test as a file of the working directory."""
    Path("own.yaml").write_text(rule_text(text, **head), encoding="utf-8")
    return "own.yaml"


def shown(text):
    return textwrap.dedent(text).lstrip("\n")


# --- rules schema -----------------------------------------------------------------------------------------------


def test_schema_prints_the_schema_alone():
    found = run("schema")
    assert json.loads(found.stdout) == schema.document()
    assert found.stderr == ""


# --- rules new --------------------------------------------------------------------------------------------------


def test_new_writes_a_rule_that_lints_and_passes_its_tests(folder):
    found = run("new", "CONTOSO-001")
    assert found.stdout == "rules/CONTOSO-001.yaml\n"
    assert found.stderr.splitlines() == [
        "  readiness rules lint rules/CONTOSO-001.yaml",
        "  readiness rules test -v rules/CONTOSO-001.yaml",
        "  readiness scan --sample --rules rules --select CONTOSO-001",
    ]
    assert sorted(p.name for p in folder.rglob("*")) == ["CONTOSO-001.yaml", "rule.schema.json", "rules"]
    assert Path("rules/CONTOSO-001.yaml").read_text().startswith("# yaml-language-server: $schema=rule.schema.json\n")
    assert json.loads(Path("rules/rule.schema.json").read_text()) == schema.document()
    assert run("lint", "rules").stdout == f"1 rule of yours, {len(FEW)} built in, no problem\n"
    assert run("test", "rules", "--strict").stdout == "1 rule, 6 cases, 3 proofs of a fix: all passed\n"


def test_what_new_says_to_do_next_can_be_done(monkeypatch):
    monkeypatch.setattr(assets, "rules", BUILT_IN)
    for line in run("new", "CONTOSO-001").stderr.splitlines():
        found = CliRunner().invoke(app, line.split()[1:])
        assert found.exit_code == 0, found.output


@pytest.mark.parametrize("pillar", [None, *Pillar])
@pytest.mark.parametrize("resource", [None, ACCOUNTS, DEPLOYMENTS, SEARCH, "subscription", "workload", "estate"])
def test_new_can_judge_anything(resource, pillar):
    wanted = [*(["--resource", resource] if resource else []), *(["--pillar", pillar] if pillar else [])]
    run("new", "CONTOSO-NET-001", *wanted, "-o", "a/b")
    path = Path("a/b/CONTOSO-NET-001.yaml")
    [made] = root.rules_of((path,))
    assert made.resource == (resource or ACCOUNTS,)
    assert made.pillar == (pillar or Pillar.OPERATIONS)
    assert not root.all_rules((path,)).lint
    [done] = ruletests.tested([made])
    assert done.passed
    assert done.unseen == []
    jsonschema.validate(yaml.safe_load(path.read_text()), schema.document())


TITLES = [
    "Every account has an owner",
    'quotes "and" \\ more',
    "it's: a colon # and a comment",
    "two\nlines\tand\r\na tab",
    "- no list",
    "{no: mapping}",
    "[no, list]",
    "true",
    "null",
    "2026-10-01",
    "0613",
    "*anchor & alias !tag |",
    "%percent @at `tick`",
    "Schlüssel — größer 😀",
    "control \x07 \x1b[31m sign",
    "marks \u202e \u200b \ufeff \ue000 \x85 \x9b",
    "--- document",
    "...",
    "<<",
    "$id ${title} {{title}}",
    "x" * 200,
]


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_new_takes_any_title(title):
    run("new", "CONTOSO-001", f"--title={title}")
    [made] = root.rules_of((Path("rules"),))
    assert made.title == " ".join(title.split())
    assert run("test", "rules").exit_code == 0


REFUSED = {
    "small": (("contoso-001",), "did you mean 'CONTOSO-001'?"),
    "odd": (("Contoso_net 1",), "did you mean 'CONTOSO-NET-1'?"),
    "accents": (("Müller-1",), "did you mean 'MULLER-1'?"),
    "one-word": (("CONTOSO",), "such as CONTOSO-NET-001"),
    "empty": (("",), "such as CONTOSO-NET-001"),
    "a-path": (("../X-1",), "did you mean 'X-1'?"),
    "a-line-break": (("X-1\n",), "did you mean 'X-1'?"),
    "built-in": (("AOAI-IAM-001",), "built-in rule: Key (local) authentication is disabled"),
    "pillar": (("X-1", "--pillar", "secruity"), "did you mean 'security'?"),
    "resource": (("X-1", "--resource", "accounts"), "is no resource type"),
    "subject": (("X-1", "--resource", "worklod"), "did you mean 'workload'?"),
    "no-title": (("X-1", "--title", " \n "), "--title takes a line"),
    "long-title": (("X-1", "--title", "x" * 201), "--title takes a line"),
    "half-a-sign": (("X-1", "--title", "x\udc80"), "no text in UTF-8"),
    "a-file": (("X-1", "-o", "file"), "file"),
    "below-a-file": (("X-1", "-o", "file/below"), "file/below"),
}


@pytest.mark.parametrize(("args", "words"), REFUSED.values(), ids=list(REFUSED))
def test_new_refuses_and_writes_nothing(folder, args, words):
    Path("file").write_text("mine")
    found = run("new", *args, code=2)
    assert found.stdout == ""
    assert found.stderr.startswith("readiness: ")
    assert words in found.stderr
    assert len(found.stderr.splitlines()) <= 2
    assert [p.name for p in folder.rglob("*")] == ["file"]


def test_new_overwrites_nothing(folder):
    run("new", "CONTOSO-001")
    before = Path("rules/CONTOSO-001.yaml").read_text()
    Path("rules/rule.schema.json").write_text("{}")
    found = run("new", "CONTOSO-001", "--title", "Another", code=2)
    assert "taken already by rules/CONTOSO-001.yaml" in found.stderr
    Path("rules/CONTOSO-002.yaml").write_text("no rule")
    assert "is there already" in run("new", "CONTOSO-002", code=2).stderr
    Path("rules/CONTOSO-003.yaml").symlink_to("nowhere")
    assert "is there already" in run("new", "CONTOSO-003", code=2).stderr
    run("new", "CONTOSO-004")
    assert Path("rules/CONTOSO-001.yaml").read_text() == before
    assert Path("rules/CONTOSO-002.yaml").read_text() == "no rule"
    assert Path("rules/rule.schema.json").read_text() == "{}"


def test_new_leaves_nothing_behind_where_the_second_file_fails(folder, monkeypatch):
    monkeypatch.setattr(schema, "FILE", "CONTOSO-001.yaml/schema.json")
    assert "CONTOSO-001.yaml: can't be made" in run("new", "CONTOSO-001", code=2).stderr
    assert [p.name for p in folder.rglob("*")] == ["rules"]


def test_a_starter_is_a_rule_as_it_stands():
    for name in ("condition.yaml", "question.yaml"):
        text = (assets.starter() / name).read_text(encoding="utf-8")
        assert starter.filled_in(text, Wanted("CONTOSO-001")) == text


# --- rules test -------------------------------------------------------------------------------------------------

OWN = """
where: {field: kind, in: [OpenAI, AIServices]}
require:
  anyOf:
    - {field: properties.on, equals: true}
    - {field: properties.level, greaterOrEquals: {parameter: least}}
parameters: {least: {default: 2}}
remediation: {summary: Turn it on., fix: {properties: {on: true}}}
tests:
  - {name: it is on, expect: pass, resource: {kind: OpenAI, properties: {on: true}}}
  - {name: it is off, expect: fail, resource: {kind: OpenAI, properties: {on: false, level: 1}}}
"""


def test_test_is_quiet_about_what_passes_and_shows_what_no_case_has_seen():
    assert run("test", pack(OWN)).stdout == shown("""
        own.yaml:1: TEST-001: 2 leaves lack a case
          never false  where: {field: kind, in: [OpenAI, AIServices]}
          never true   require: {field: properties.level, greaterOrEquals: {parameter:
                       least}}
        1 rule, 2 cases, 1 proof of a fix: all passed
    """)


def test_strict_makes_what_no_case_has_seen_a_failure():
    found = run("test", pack(OWN), "--strict", code=1)
    assert found.stdout.endswith("1 rule, 2 cases, 1 proof of a fix: all passed, but 2 leaves lack a case\n")
    assert run("test", "--strict").stdout.endswith("all passed\n")


def test_verbose_shows_every_case_with_what_decided():
    assert run("test", pack(OWN), "-v").stdout == shown("""
        TEST-001  A rule of a test
          ok    it is on
                expected and got pass: on is true
          ok    it is off
                expected and got fail: on is false, expected true; level is 1, expected
                at least 2 (one of these would do)
          ok    it is off, with the fix applied
                expected and got pass: on is true
        own.yaml:1: TEST-001: 2 leaves lack a case
          never false  where: {field: kind, in: [OpenAI, AIServices]}
          never true   require: {field: properties.level, greaterOrEquals: {parameter:
                       least}}
        1 rule, 2 cases, 1 proof of a fix: all passed
    """)


FAILING = """
require: {field: properties.on, equals: true}
remediation: {summary: Turn it on., fix: {properties: {off: true}}}
tests:
  - {name: it is on, expect: fail, resource: {properties: {on: true}}}
  - {name: it is off, expect: pass, resource: {properties: {on: false}}}
  - {name: it is off again, expect: fail, resource: {properties: {on: false}}}
"""


def test_a_case_that_fails_is_shown_with_its_place():
    assert run("test", pack(FAILING), code=1).stdout == shown("""
        own.yaml:10: TEST-001: it is on
          expected fail, got pass: on is true
        own.yaml:11: TEST-001: it is off
          expected pass, got fail: on is false, expected true
        own.yaml:12: TEST-001: it is off again
          expected pass, with the fix applied, got fail: on is false, expected true
        1 rule, 3 cases, 2 proofs of a fix: 3 failed
    """)


def test_verbose_marks_a_case_that_fails():
    assert run("test", pack(FAILING), "--verbose", code=1).stdout == shown("""
        TEST-001  A rule of a test
          FAIL  it is on (own.yaml:10)
                expected fail, got pass: on is true
          FAIL  it is off (own.yaml:11)
                expected pass, got fail: on is false, expected true
          ok    it is off again
                expected and got fail: on is false, expected true
          ok    it is on, with the fix applied
                expected and got pass: on is true
          FAIL  it is off again, with the fix applied (own.yaml:12)
                expected pass, with the fix applied, got fail: on is false, expected
                true
        1 rule, 3 cases, 2 proofs of a fix: 3 failed
    """)


def test_what_a_test_prints_can_not_move_the_cursor():
    text = FAILING.replace("name: it is on,", r'name: "it \e[31m is on",')
    found = run("test", pack(text), "-v", code=1).stdout
    assert "\x1b" not in found
    assert "it \\x1b[31m is on" in found


def unseen(text):
    """The leaves of a rule that its tests leave unseen: (part, operand, truths)."""
    [tested] = ruletests.tested([rule(text)])
    assert tested.passed, tested
    return [(u.leaf.part, next(iter(written(u.leaf.node).values())), u.truths) for u in tested.unseen]


TWO_CASES = """
tests:
  - {{expect: pass, resource: {{properties: {}}}}}
  - {{expect: fail, resource: {{properties: {}}}}}
"""
BOTH = "require: {%s: [{field: properties.a, equals: 1}, {field: properties.b, equals: 1}]}\n"
TRACED = {
    "one-leaf": ("require: {field: properties.a, equals: 1}\n", "{a: 1}", "{a: 2}", []),
    "an-allOf-decided-by-its-first": (BOTH % "allOf", "{a: 1, b: 1}", "{a: 2, b: 2}", []),
    "an-anyOf-decided-by-its-first": (BOTH % "anyOf", "{a: 1, b: 1}", "{a: 2, b: 2}", []),
    "a-second-part-never-true": (BOTH % "anyOf", "{a: 1}", "{a: 2}", [("require", "properties.b", (True,))]),
    "a-second-part-never-false": (BOTH % "allOf", "{a: 1, b: 1}", "{a: 2, b: 1}",
                                  [("require", "properties.b", (False,))]),
    "behind-a-not": ("require: {not: {field: properties.a, equals: 1}}\n", "{a: 2}", "{a: 1}", []),
    "an-element-of-each-kind": (
        "require: {count: {field: 'properties.a[*]', where: {field: ., equals: 1}}, less: 2}\n",
        "{a: [1, 2]}", "{a: [1, 1]}", []),
    "elements-of-one-kind": (
        "require: {count: {field: 'properties.a[*]', where: {field: ., equals: 1}}, less: 2}\n",
        "{a: [1]}", "{a: [1, 1]}", [("require", ".", (False,))]),
    "no-element-at-all": (
        "require: {allOf: [{field: properties.b, equals: 1}, "
        "{not: {count: {field: 'properties.a[*]', where: {field: x, equals: 1}}, greater: 0}}]}\n",
        "{b: 1}", "{b: 2}", [("require", {"field": "properties.a[*]", "where": {"field": "x", "equals": 1}}, (True,)),
                             ("require", "x", (True, False))]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "good", "bad", "left"), TRACED.values(), ids=list(TRACED))
def test_what_the_cases_leave_unseen(text, good, bad, left):
    assert unseen(text + TWO_CASES.format(good, bad)) == left


def test_require_is_not_seen_where_the_rule_does_not_apply():
    text = """
where: {field: kind, equals: OpenAI}
require: {field: properties.a, notEquals: 1}
tests:
  - {expect: not_applicable, resource: {kind: Other, properties: {a: 1}}}
"""
    tests = ruletests.run(rule(text + "  - {expect: pass, resource: {kind: OpenAI, properties: {a: 2}}}\n"
                               "  - {expect: fail, resource: {kind: OpenAI, properties: {a: 1}}}\n"))  # fmt: skip
    assert [sorted(result.seen) for result in tests] == [
        [(0, False)],
        [(0, True), (1, True)],
        [(0, True), (1, False)],
    ]


def test_relations_are_seen_by_each_related_resource():
    text = f"""
resource: {ACCOUNTS}
require: {{all: {{related: children, type: {DEPLOYMENTS}, where: {{field: properties.live, equals: true}},
                 require: {{field: properties.version, equals: 1}}}}}}
tests:
  - {{expect: pass, resources: [{{type: {DEPLOYMENTS}, properties: {{live: true, version: 1}}}}]}}
  - {{expect: fail, resources: [{{type: {DEPLOYMENTS}, properties: {{live: true, version: 2}}}}]}}
"""
    assert unseen(text) == [("require", "properties.live", (False,))]
    more = f"  - {{expect: pass, resources: [{{type: {DEPLOYMENTS}, properties: {{version: 2}}}}]}}\n"
    assert unseen(text + more) == []


def test_the_leaves_of_a_rule_are_in_the_order_of_its_file():
    made = rule(
        "where: {field: a, equals: 1}\nrequire: {not: {count: {field: b, where: {field: c, equals: 1}}, less: 1}}"
    )
    found = [(leaf.part, type(leaf.node).__name__) for leaf in tracing.leaves(made)]
    assert found == [("where", "Field"), ("require", "Count"), ("require", "Field")]


# --- rules show -------------------------------------------------------------------------------------------------

PAGE = """
title: Every model of the company has somebody who is on call for it at night and on Sundays
where: {field: kind, in: [OpenAI, AIServices]}
require: {field: properties.replicas, greaterOrEquals: {parameter: least}, default: 1}
parameters:
  least: {default: 2, description: How many there must be., min_value: 1, max_value: 12}
  tier: {default: none, allowed_values: [none, basic]}
status: preview
since: 0.2.0
also: [capacity, cost]
environments: [production]
rationale: One is none.
remediation: {summary: Add one., effort: low, fix: {properties: {replicas: 2}}}
references: [https://learn.microsoft.com/azure/a-very-long-address/that-is-never-broken/over-two-lines/x]
requirements: [WAF.R1, WAF.R2]
azure_policy: [71ef260a-8f18-47b7-abcb-62d0673d94dc]
aliases: [CKV_1]
formerly: [OLD-001]
"""


def test_show_is_a_page():
    pack(PAGE)
    assert run("show", "TEST-001", "--rules", "own.yaml").stdout == shown("""
        TEST-001  Every model of the company has somebody who is on call for it at night
                  and on Sundays

          severity      high, not scored
          pillar        security
          area          identity, capacity, cost
          judges        Microsoft.CognitiveServices/accounts
          environments  production
          status        preview, since 0.2.0
          tests         2 cases, its fix proved on each that fails

        Why
          One is none.

        Applies where
          {field: kind, in: [OpenAI, AIServices]}

        Passes where
          {field: properties.replicas, default: 1, greaterOrEquals: {parameter: least}}

        Parameters
          least = 2 (1 to 12)
            How many there must be.
          tier = none (one of none, basic)

        How to fix
          Add one.
          Effort: low

        Patch of the resource
          {properties: {replicas: 2}}

        References
          https://learn.microsoft.com/azure/a-very-long-address/that-is-never-broken/over-two-lines/x

        Requirements
          WAF.R1, WAF.R2

        Azure Policy
          71ef260a-8f18-47b7-abcb-62d0673d94dc

        Other names
          CKV_1

        Former ids
          OLD-001
    """)


@pytest.mark.parametrize("made", RULES, ids=lambda made: made.id)
def test_every_page_fits_eighty_columns(made):
    page = catalogue.as_page(made)
    long = [line.split() for line in page.splitlines() if len(line) > 80]
    assert [words for words in long if len(max(words, key=len)) < 40] == [], "only what can't be broken is longer"
    assert made.title in " ".join(page.split())
    assert all(name in page for name in made.values)
    assert "\n\n\n" not in page


def test_show_as_json_has_the_bounds():
    pack(PAGE)
    found = json.loads(run("show", "TEST-001", "--rules", "own.yaml", "--json").stdout)["parameters"]
    assert found == {
        "least": {"value": 2, "description": "How many there must be.", "min_value": 1, "max_value": 12},
        "tier": {"value": "none", "description": "", "allowed_values": ["none", "basic"]},
    }


# --- a condition as data again ----------------------------------------------------------------------------------

CONDITIONS = {
    f"{r.id}-{name}": (whole, r.values) for r in RULES for name in ("where", "require") if (whole := getattr(r, name))
}


@pytest.mark.parametrize(("node", "parameters"), CONDITIONS.values(), ids=list(CONDITIONS))
def test_what_is_written_reads_as_the_same_condition(node, parameters):
    text = yaml.safe_dump(written(node), sort_keys=False)
    problems = Problems("")
    again = Syntax(problems, parameters).condition(parse(text.encode(), problems))
    assert problems.found == []
    assert written(again) == written(node)


def test_every_kind_of_leaf_can_be_written():
    for text in (
        "{metric: {name: M, aggregation: T, statistic: share, window: P7D, level: 5, dimension: {D: x}}, in: [1]}",
        "{value: {parameter: n}, equals: 1}",
        "{value: environment, in: [production]}",
        "{field: a, equals: {field: ^.b}, known: [1, 2], since_api: 2025-01-01-preview}",
        "{any: {related: parent}}",
        "{field: 'a[*].b', notIn: [x], empty: fail, default: z}",
    ):
        problems = Problems("")
        found = Syntax(problems, {"n": 1}).condition(parse(text.encode(), problems))
        assert problems.found == []
        assert written(found) == yaml.safe_load(text)
