"""The JSON Schema of rule files: it takes what the loader takes, refuses what it can of what the loader refuses."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from readiness import assets, schema, shapes
from readiness.checks import CHECKS
from readiness.conditions import syntax
from readiness.conditions.metric import STATISTICS
from readiness.conditions.operators import OPERATORS
from readiness.ruleset import KEYS
from readiness.yamlfile import Problems, parse, plain_value
from tests.builders import HEAD, SEARCH, loaded, rule_text
from tools import make_docs

DOCUMENT = schema.document()
VALIDATOR = jsonschema.Draft202012Validator(DOCUMENT)
FILES = sorted([*assets.rules().rglob("*.yaml"), *assets.starter().glob("*.yaml")])


class _Core(yaml.SafeLoader):
    """YAML as an editor reads it: 1.2 core, where dates and `NO` are text and `0613` is a number."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own way


_Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(~|null|Null|NULL|)\Z"), None)
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|True|TRUE|false|False|FALSE)\Z"), None)
_Core.add_implicit_resolver("core:int", re.compile(r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"), None)
_Core.add_implicit_resolver("core:float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"), None)
_Core.add_constructor(
    "core:int", lambda _, node: int(node.value, 0) if node.value[:2] in ("0x", "0o") else int(node.value)
)
_Core.add_constructor("core:float", lambda _, node: float(node.value))


def edited(text):
    """What an editor makes of a file."""
    return yaml.load(text, _Core)  # noqa: S506 - a safe loader


def complaints(text):
    return [e.message[:200] for e in VALIDATOR.iter_errors(edited(text))]


# --- the schema itself ----------------------------------------------------------------------------------------


def test_it_is_a_schema_of_the_draft_that_it_names():
    assert DOCUMENT["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    jsonschema.Draft202012Validator.check_schema(DOCUMENT)
    assert "$id" not in DOCUMENT


def test_every_reference_in_it_leads_somewhere():
    names = set(re.findall(r'"\$ref": "#/\$defs/(\w+)"', schema.as_text()))
    assert names == set(DOCUMENT["$defs"])


def test_the_page_for_editors_is_the_schema():
    assert json.loads((make_docs.DOCS / schema.FILE).read_text()) == DOCUMENT


def described(node):
    """Every property of every mapping in a schema: its name, and what is said of it."""
    if isinstance(node, list):
        for item in node:
            yield from described(item)
    elif isinstance(node, dict):
        whole = node.get("type") == "object" and isinstance(node.get("properties"), dict)
        for name, inner in node["properties"].items() if whole else ():
            target = DOCUMENT["$defs"].get(inner.get("$ref", "").removeprefix("#/$defs/"), {})
            yield name, inner.get("description") or target.get("description")
        for inner in node.values():
            yield from described(inner)


def test_every_key_has_a_description():
    found = list(described(DOCUMENT))
    assert {name for name, _ in found} >= {*KEYS, *OPERATORS, *syntax.OPERANDS, *syntax.COMBINING}
    assert [name for name, said in found if not said] == []


def test_every_word_is_of_a_key_that_there_is():
    records = {"a rule": set(KEYS)}
    for key in KEYS.values():
        records |= dict(_records(key.schema))
    assert {name: set(words) for name, words in schema.RECORDS.items()} == records
    assert set(schema.OPERATOR) == set(OPERATORS)
    assert set(schema.HEAD) == {*syntax.COMBINING, *syntax.OPERANDS}


def _records(node):
    if isinstance(node, dict):
        if "title" in node and "properties" in node:
            yield node["title"], set(node["properties"])
        for inner in node.values():
            yield from _records(inner)


def test_the_words_of_the_language_are_the_loaders():
    defs = DOCUMENT["$defs"]
    heads = [r["$ref"].removeprefix("#/$defs/") for r in defs["condition"]["oneOf"]]
    assert heads == [*syntax.COMBINING, *syntax.OPERANDS]
    assert set(defs["field"]["properties"]) == {"field", *syntax._BESIDE["field"], *OPERATORS}
    assert set(defs["count"]["properties"]) == {"count", *syntax.NUMERIC}
    assert defs["metric"]["properties"]["metric"]["properties"]["statistic"]["enum"] == list(STATISTICS)
    assert defs["count"]["properties"]["count"]["properties"]["related"]["enum"] == list(syntax.RELATIONS)
    assert [c["properties"]["name"]["const"] for c in defs["check"]["oneOf"]] == list(CHECKS)


@pytest.mark.parametrize("head", ["count", "any", "all", "metric"])
def test_the_keys_inside_an_operand_are_the_loaders(head):
    messages = [p.message for p in loaded(rule_text(f"require: {{{head}: {{zzzzzzzz: 1}}, equals: 1}}"))[1]]
    [hint] = [m for m in messages if m.startswith("unknown key")]
    forms = DOCUMENT["$defs"][head].get("oneOf", ()) if head in ("any", "all") else (DOCUMENT["$defs"][head],)
    inside = {key for form in forms for key in form["properties"][head]["properties"]}
    assert inside == set(hint.partition("valid: ")[2].split(", "))


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_a_check_has_its_params_and_their_words(check):
    [found] = [c for c in DOCUMENT["$defs"]["check"]["oneOf"] if c["properties"]["name"]["const"] == check.name]
    assert found["description"]
    params = found["properties"]["params"]
    assert set(params["properties"]) == set(check.fields())
    assert set(params.get("required", ())) == {name for name, (_, needed) in check.fields().items() if needed}


def test_a_shape_that_does_not_tell_takes_anything():
    assert shapes.schema_of(lambda node, problems: None) == {}
    assert shapes.Key(shapes.text, default="low", description="How much.").schema == {
        **shapes.text.schema, "description": "How much.", "default": "low",
    }  # fmt: skip


# --- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_shipped_rule_is_valid_as_an_editor_and_as_we_read_it(path):
    text = path.read_text(encoding="utf-8")
    assert complaints(text) == []
    assert not list(VALIDATOR.iter_errors(plain_value(parse(text.encode(), Problems("")))))


COUNT = "count: {field: 'properties.a[*]'}"
P = "parameters: {n: {default: 5}}\n"
ACCEPTED = {
    "the-least": "require: {field: a, equals: 1}",
    "text-like-a-number": "title: 2024\nsince: 1.0\nrequire: {field: a, exists: true}",
    "text-like-a-boolean": "rationale: true\nrequire: {field: a, exists: false}",
    "a-date-is-text": "since: 2024-10-21\nrequire: {field: a, equals: 2024-10-21}",
    "a-version-with-a-zero": "require: {field: properties.model.version, in: [0613, 1106-preview, NO]}",
    "several-types": f"resource: [{HEAD['resource']}, {SEARCH}]\nrequire: {{field: a, equals: x}}",
    "a-subject-in-a-list": "resource: [estate]\nrequire: {value: environment, equals: production}",
    "all-any-not": "require: {allOf: [{anyOf: [{field: a, equals: 1}]}, {not: {field: b, like: '*x'}}]}",
    "default-and-since": "require: {field: properties.a, equals: x, default: y, since_api: 2025-07-01-preview}",
    "empty": "require: {field: 'properties.a[*]', notIn: [x, 1, true], empty: fail}",
    "known": "require: {field: properties.a, equals: Ready, known: [Ready, Failed]}",
    "an-empty-list": "require: {field: properties.a, in: []}",
    "null-as-a-text": "require: {field: properties.a, equals: 'null'}",
    "a-reference": P + "require: {field: properties.a, less: {parameter: n}}",
    "another-field": "require: {field: properties.a, equals: {field: properties.b}}",
    "dates": "require: {allOf: [{field: a, before: as_of+P90D}, {field: a, after: 2026-10-01T06:00:00Z}]}",
    "as-of": "require: {anyOf: [{field: a, before: as_of}, {field: a, within: P30D}]}",
    "a-text-in-order": "require: {field: properties.version, greaterOrEquals: TLS1_2}",
    "a-key": "require: {field: tags, containsKey: 1}",
    "a-count": f"require: {{{COUNT}, greaterOrEquals: 1e0}}",
    "a-count-of-related": "require: {count: {related: children, type: A/c, where: {field: a, equals: 1}}, equals: 0}",
    "any-with-nothing": f"require: {{any: {{related: children, type: {SEARCH}}}}}",
    "any-with-a-field": f"require: {{any: {{related: children, type: {SEARCH}, field: a}}, like: 'x*'}}",
    "all": f"require: {{all: {{related: resources, type: {SEARCH}, require: {{field: a, equals: 1}}}}}}",
    "a-relation-without-a-type": "require: {any: {related: parent, where: {field: a, equals: 1}}}",
    "a-metric": P + "require: {metric: {name: M, aggregation: Total, statistic: share, window: P7D, level: "
    "{parameter: n}, dimension: {D: {field: name}, E: 1}}, less: 5}",
    "a-parameter-s-value": P + "where: {value: {parameter: n}, greater: 1}\nrequire: {field: a, equals: 1}",
    "bounds": "parameters: {n: {default: 2, min_value: 1, max_value: 0x10, allowed_values: [2, 3], description: d}}\n"
    "require: {field: a, less: {parameter: n}}",
    "a-check": "check: {name: ip-rules-narrow, params: {path: properties.a, min_prefix_ipv4: 24}}",
    "a-check-with-a-parameter": P
    + "check: {name: ip-rules-narrow, params: {path: properties.a, max_rules: {parameter: n}}}",
    "a-question-without-tests": "attest: {question: 'Is it so?', valid_for: P1Y}\ntests: []",
    "a-test-with-everything": "require: {field: a, equals: 1}\ntests:\n"
    "  - {expect: pass, name: 7, resource: {a: 1}, resources: [{type: A.B/c}], metrics: [],\n"
    "     environment: production, as_of: 2026-10-01, api_version: 2025-06-01,\n"
    "     gaps: [{path: x, reason: forbidden}], parameters: {}}\n"
    "  - {expect: fail}\n  - {expect: manual}",
    "a-fix": "remediation: {summary: Do it., effort: low, fix: {a: null}}\nrequire: {field: a, equals: 1}",
    "former-ids": "formerly: [OLD-1, OLDER-NET-001]\nrequire: {field: a, equals: 1}",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=list(ACCEPTED))
def test_it_takes_what_the_loader_takes(text):
    whole = rule_text(text)
    assert [p.message for p in loaded(whole)[1]] == []
    assert complaints(whole) == []


REQUIRE = "require: {field: a, equals: 1}\n"
REJECTED = {
    "no-id": ("id: ''\n" + REQUIRE),
    "an-id-in-small-letters": ("id: test-001\n" + REQUIRE),
    "an-empty-title": ("title:\n" + REQUIRE),
    "a-blank-title": ("title: '  '\n" + REQUIRE),
    "a-title-that-is-a-list": ("title: [a]\n" + REQUIRE),
    "an-unknown-key": ("titel: x\n" + REQUIRE),
    "an-unknown-pillar": ("pillar: secruity\n" + REQUIRE),
    "an-unknown-area": ("area: network\n" + REQUIRE),
    "an-unknown-severity": ("severity: High\n" + REQUIRE),
    "also-no-list": ("also: cost\n" + REQUIRE),
    "an-undecided-environment": ("environments: [undecided]\n" + REQUIRE),
    "a-resource-that-is-no-type": ("resource: accounts\n" + REQUIRE),
    "no-resource-at-all": ("resource: []\n" + REQUIRE),
    "a-subject-beside-a-type": (f"resource: [estate, {SEARCH}]\n" + REQUIRE),
    "no-body": "rationale: x",
    "two-bodies": (REQUIRE + "attest: {question: 'Is it?'}"),
    "a-condition-that-is-text": "require: disableLocalAuth",
    "an-empty-condition": "require: {}",
    "an-empty-allof": "require: {allOf: []}",
    "allof-with-company": "require: {allOf: [{field: a, equals: 1}], not: {field: a, equals: 2}}",
    "an-unknown-operator": "require: {field: a, equal: 1}",
    "no-operator": "require: {field: a}",
    "two-operators": "require: {field: a, equals: 1, in: [1]}",
    "null-on-the-right": "require: {field: a, equals: null}",
    "a-list-for-equals": "require: {field: a, equals: [1]}",
    "one-value-for-in": "require: {field: a, in: 1}",
    "a-null-in-a-list": "require: {field: a, in: [null]}",
    "exists-in-quotes": "require: {field: a, exists: 'true'}",
    "exists-with-a-reference": (P + "require: {field: a, exists: {parameter: n}}"),
    "a-truth-in-order": "require: {field: a, less: true}",
    "no-date": "require: {field: a, before: soon}",
    "a-date-with-words": "require: {field: a, after: as_of plus P1D}",
    "no-duration": "require: {field: a, within: 90 days}",
    "an-odd-reference": "require: {field: a, equals: {param: x}}",
    "an-unknown-key-beside-a-field": "require: {field: a, equals: 1, defalt: 2}",
    "since-no-version": "require: {field: a, equals: 1, since_api: v2}",
    "empty-neither": "require: {field: 'a[*]', equals: 1, empty: ignore}",
    "empty-without-a-list": "require: {field: properties.a, equals: 1, empty: pass}",
    "a-null-default": "require: {field: a, equals: 1, default: null}",
    "known-empty": "require: {field: a, equals: 1, known: []}",
    "a-count-of-both": "require: {count: {field: 'a[*]', related: children}, equals: 1}",
    "a-count-of-nothing": "require: {count: {}, equals: 1}",
    "a-count-like": f"require: {{{COUNT}, like: '1*'}}",
    "a-count-without-operator": f"require: {{{COUNT}}}",
    "an-unknown-relation": "require: {any: {related: siblings}}",
    "a-type-that-is-none": "require: {any: {related: children, type: accounts}}",
    "all-without-require": f"require: {{all: {{related: children, type: {SEARCH}}}}}",
    "any-with-a-lonely-operator": f"require: {{any: {{related: children, type: {SEARCH}}}, equals: 1}}",
    "any-with-a-lonely-field": f"require: {{any: {{related: children, type: {SEARCH}, field: a}}}}",
    "an-unknown-statistic": "require: {metric: {name: M, aggregation: Average, statistic: p90}, less: 1}",
    "a-share-without-level": "require: {metric: {name: M, aggregation: Average, statistic: share}, less: 1}",
    "a-metric-without-a-name": "require: {metric: {aggregation: Average, statistic: mean}, less: 1}",
    "a-level-that-is-text": "require: {metric: {name: M, aggregation: A, statistic: share, level: high}, less: 1}",
    "a-value-that-is-none": "require: {value: region, equals: 1}",
    "an-unknown-check": "check: {name: ip-rules}",
    "a-check-without-its-param": "check: {name: ip-rules-narrow, params: {}}",
    "an-unknown-param": "check: {name: ip-rules-narrow, params: {path: a, max: 1}}",
    "a-param-of-another-type": "check: {name: ip-rules-narrow, params: {path: a, max_rules: many}}",
    "a-parameter-without-default": ("parameters: {n: {description: x}}\n" + REQUIRE),
    "a-bound-that-is-text": ("parameters: {n: {default: 1, min_value: low}}\n" + REQUIRE),
    "remediation-without-summary": ("remediation: {effort: low}\n" + REQUIRE),
    "an-unknown-effort": ("remediation: {summary: x, effort: huge}\n" + REQUIRE),
    "a-question-without-one": "attest: {guidance: x}\ntests: []",
    "valid-for-a-while": "attest: {question: 'Is it?', valid_for: a year}\ntests: []",
    "references-that-are-one": ("references: https://learn.microsoft.com\n" + REQUIRE),
    "a-former-id-that-is-none": ("formerly: [old]\n" + REQUIRE),
    "no-failing-test": (REQUIRE + "tests: [{expect: pass}]"),
    "no-passing-test": (REQUIRE + "tests: [{expect: fail}]"),
    "no-tests": (REQUIRE + "tests: []"),
    "an-outcome-that-is-none": (REQUIRE + "tests: [{expect: pass}, {expect: fail}, {expect: passed}]"),
    "a-test-with-an-unknown-key": (REQUIRE + "tests: [{expect: pass}, {expect: fail, ressource: {}}]"),
    "a-test-s-date": (REQUIRE + "tests: [{expect: pass}, {expect: fail, as_of: today}]"),
    "a-resource-that-is-text": (REQUIRE + "tests: [{expect: pass}, {expect: fail, resource: x}]"),
    "not-a-mapping": None,
}


@pytest.mark.parametrize("text", REJECTED.values(), ids=list(REJECTED))
def test_it_refuses_what_the_loader_refuses(text):
    whole = "- a\n" if text is None else rule_text(text)
    problems = [p.message for p in loaded(whole)[1]]
    assert problems
    assert not [m for m in problems if m.startswith("YAML:")]
    assert complaints(whole)


BEYOND = {
    "an-undeclared-parameter": "require: {field: a, equals: {parameter: n}}",
    "a-bad-path": "require: {field: 'a[', equals: 1}",
    "a-duration-of-nothing": "require: {field: a, within: P0D}",
    "a-default-outside-its-bounds": "parameters: {n: {default: 0, min_value: 1}}\n"
    "require: {field: a, less: {parameter: n}}",
    "a-day-that-is-none": "require: {field: a, before: 2026-02-30}",
}


@pytest.mark.parametrize("text", BEYOND.values(), ids=list(BEYOND))
def test_what_a_schema_can_not_say_is_left_to_the_loader(text):
    assert loaded(rule_text(text))[1]
    assert complaints(rule_text(text)) == []


def test_the_page_says_how_an_editor_finds_it():
    assert f"$schema={schema.FILE}" in (Path(make_docs.DOCS) / "cli.md").read_text(encoding="utf-8")
