"""Semantics 6 to 9, sentence by sentence: value, null, unknown; paths; operators; arrays."""

from __future__ import annotations

import json

import pytest

from readiness.model import UNKNOWN, Item
from readiness.paths import Path, PathError, reader
from tests import builders as b

ACCOUNT = f"{b.GROUP}/providers/{b.ACCOUNTS}/chat"
ABSENT = object()


def yaml(value):
    """A value as YAML, quoted where it is text."""
    return json.dumps(value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for the large tables: each row writes its own snapshot over the last."""
    return tmp_path_factory.mktemp("values")


def outcome_of(tmp_path, condition, *records, **options):
    read = b.snapshot(tmp_path, b.read(), *records)
    return str(b.verdict(read, b.rule(f"require: {condition}"), **options).outcome)


# --- 6: value, null, unknown ----------------------------------------------------------------------------------

GAPS = {
    # name: (the gap's keys, the path asked, body's properties, what `exists: true` says)
    "no gap": (None, "properties.x", {"x": 1}, "pass"),
    "the path itself": ({"path": "properties.x"}, "properties.x", {"x": 1}, "unknown"),
    "the path itself, absent": ({"path": "properties.x"}, "properties.x", {}, "unknown"),
    "above it": ({"path": "properties"}, "properties.x", {"x": 1}, "unknown"),
    "above it, three deep": ({"path": "properties.a"}, "properties.a.b.c", {"a": {"b": {"c": 1}}}, "unknown"),
    "below it, nothing there": ({"path": "properties.a.b"}, "properties.a", {}, "unknown"),
    "below it, something there": ({"path": "properties.a.b"}, "properties.a", {"a": {"c": 1}}, "pass"),
    "beside it": ({"path": "properties.y"}, "properties.x", {"x": 1}, "pass"),
    "beside it, absent": ({"path": "properties.y"}, "properties.x", {}, "fail"),
    "a longer word": ({"path": "properties.xy"}, "properties.x", {"x": 1}, "pass"),
    "a shorter word": ({"path": "properties.x"}, "properties.xy", {"xy": 1}, "pass"),
    "without case": ({"path": "Properties.X"}, "properties.x", {"x": 1}, "unknown"),
    "in brackets": ({"path": "properties['x']"}, "properties.x", {"x": 1}, "unknown"),
    "with a dot in a key": ({"path": "properties['x.y']"}, "properties['x.y']", {"x.y": 1}, "unknown"),
    "without a type": ({"path": "properties.x", "type_": None}, "properties.x", {"x": 1}, "unknown"),
    "the type in another case": (
        {"path": "properties.x", "type_": b.ACCOUNTS.upper()},
        "properties.x",
        {"x": 1},
        "unknown",
    ),
    "another type": ({"path": "properties.x", "type_": b.SEARCH}, "properties.x", {"x": 1}, "pass"),
    "a child type": ({"path": "properties.x", "type_": b.DEPLOYMENTS}, "properties.x", {"x": 1}, "pass"),
    "everywhere": ({"path": "properties.x", "scope": ""}, "properties.x", {"x": 1}, "unknown"),
    "in its group": ({"path": "properties.x", "scope": b.GROUP.upper()}, "properties.x", {"x": 1}, "unknown"),
    "at itself": ({"path": "properties.x", "scope": f"{ACCOUNT}/"}, "properties.x", {"x": 1}, "unknown"),
    "in another group": ({"path": "properties.x", "scope": f"{b.GROUP}-2"}, "properties.x", {"x": 1}, "pass"),
    "a scope that is no whole segment": (
        {"path": "properties.x", "scope": ACCOUNT[:-2]},
        "properties.x",
        {"x": 1},
        "pass",
    ),
    "below the record": (
        {"path": "properties.x", "scope": f"{ACCOUNT}/deployments"},
        "properties.x",
        {"x": 1},
        "pass",
    ),
    "the tags": ({"path": "tags"}, "tags.env", {}, "unknown"),
    "the tags, asked for something else": ({"path": "tags"}, "properties.x", {"x": 1}, "pass"),
    "no path: a record that is present stays known": ({"path": None}, "properties.x", {"x": 1}, "pass"),
    "no path: null stays null": ({"path": None}, "properties.x", {}, "fail"),
}


@pytest.mark.parametrize(("keys", "path", "properties", "outcome"), GAPS.values(), ids=GAPS.keys())
def test_s06_a_gap_covers_it(tmp_path, keys, path, properties, outcome):
    gaps = [] if keys is None else [b.gap(**{"scope": b.SUB, "type_": b.ACCOUNTS, **keys})]
    record = b.body(ACCOUNT, properties)
    assert outcome_of(tmp_path, f'{{field: "{path}", exists: true}}', record, *gaps) == outcome


NO_PROPERTIES = {
    # name: (keys of the record, path, what `exists: true` says)
    "an object": ({"properties": {"x": 1}}, "properties.x", "pass"),
    "an empty object": ({"properties": {}}, "properties.x", "fail"),
    "an empty object, deeper": ({"properties": {}}, "properties.x.y", "fail"),
    "absent": ({}, "properties.x", "unknown"),
    "absent, deeper": ({}, "properties.x.y", "unknown"),
    "absent, an array": ({}, "properties.x[*]", "unknown"),
    "null": ({"properties": None}, "properties.x", "unknown"),
    "a list": ({"properties": []}, "properties.x", "unknown"),
    "text": ({"properties": "x"}, "properties.x", "unknown"),
    "asked in capitals": ({}, "Properties.X", "unknown"),
    "in capitals": ({"Properties": {"x": 1}}, "properties.x", "pass"),
    "properties itself: all of them are under a gap (17)": ({}, "properties", "unknown"),
    "beside properties": ({}, "kind", "fail"),
    "beside properties, there": ({"kind": "OpenAI"}, "kind", "pass"),
    "beside properties, deeper": ({"sku": {}}, "sku.name", "fail"),
    "a name that begins alike": ({}, "propertiesOf.x", "fail"),
}


@pytest.mark.parametrize(("top", "path", "outcome"), NO_PROPERTIES.values(), ids=NO_PROPERTIES.keys())
def test_s06_under_properties_and_the_record_has_none(tmp_path, top, path, outcome):
    record = {**b.body(ACCOUNT, None), **top}
    condition = f'{{field: "{path}", exists: true}}'
    assert outcome_of(tmp_path, condition, record) == outcome
    assert outcome_of(tmp_path, condition, record, b.gap(b.SUB, b.ACCOUNTS, "tags.other")) == outcome


def test_s06_an_unknown_says_why(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.body(ACCOUNT, None))
    found = b.verdict(read, b.rule("require: {field: properties.x, exists: true}"))
    assert "the record has no properties" in found.message
    gap = b.gap(b.SUB, b.ACCOUNTS, "properties.x", permission="a/b/read")
    found = b.verdict(
        b.snapshot(tmp_path, b.read(), b.body(ACCOUNT), gap), b.rule("require: {field: properties.x, exists: true}")
    )
    assert "forbidden (needs a/b/read)" in found.message


SINCE = {
    # name: (the record's api_version, since_api, properties, what `exists: true` says)
    "newer than the record, absent": ("2024-10-01", "2025-06-01", {}, "unknown"),
    "newer than the record, there": ("2024-10-01", "2025-06-01", {"x": 1}, "pass"),
    "newer than the record, null is no absence": ("2024-10-01", "2025-06-01", {"x": None}, "fail"),
    "newer than the record, false": ("2024-10-01", "2025-06-01", {"x": False}, "pass"),
    "the same": ("2025-06-01", "2025-06-01", {}, "fail"),
    "older": ("2025-06-01", "2024-10-01", {}, "fail"),
    "not known": (None, "2025-06-01", {}, "unknown"),
    "not known, there": (None, "2025-06-01", {"x": 1}, "pass"),
    "not known, null": (None, "2025-06-01", {"x": None}, "fail"),
    "not known, empty": ("", "2025-06-01", {}, "unknown"),
    "a preview after the record": ("2025-06-01", "2025-07-01-preview", {}, "unknown"),
    "the same preview": ("2025-07-01-preview", "2025-07-01-preview", {}, "fail"),
    "a preview, then its stable": ("2025-07-01", "2025-07-01-preview", {}, "fail"),
    "a stable, read by its preview": ("2025-07-01-preview", "2025-07-01", {}, "unknown"),
    "a stable, read by a later preview": ("2025-08-01-preview", "2025-07-01", {}, "fail"),
    "an earlier preview": ("2025-05-01-preview", "2025-07-01-preview", {}, "unknown"),
    "by the day": ("2025-06-30", "2025-07-01", {}, "unknown"),
    "no since_api": (None, None, {}, "fail"),
}


@pytest.mark.parametrize(("version", "since", "properties", "outcome"), SINCE.values(), ids=SINCE.keys())
def test_s06_since_api_is_newer_than_the_records(tmp_path, version, since, properties, outcome):
    beside = f", since_api: {since}" if since else ""
    record = b.record(b.body(ACCOUNT, properties), api_version=version)
    deeper = b.record(b.body(ACCOUNT, {"y": {"z": properties}}), api_version=version)
    assert outcome_of(tmp_path, f"{{field: properties.x, exists: true{beside}}}", record) == outcome
    assert outcome_of(tmp_path, f"{{field: properties.y.z.x, exists: true{beside}}}", deeper) == outcome


def test_s06_since_api_where_the_way_there_is_missing(tmp_path):
    record = b.record(b.body(ACCOUNT, {"y": None}), api_version="2024-10-01")
    condition = "{field: properties.y.z, exists: true, since_api: 2025-06-01}"
    assert outcome_of(tmp_path, condition, record) == "unknown"


def test_s06_since_api_in_each_element(tmp_path):
    record = b.record(b.body(ACCOUNT, {"list": [{"x": 1}, {}]}), api_version="2024-10-01")
    condition = "{field: 'properties.list[*].x', exists: true, since_api: 2025-06-01}"
    assert outcome_of(tmp_path, condition, record) == "unknown"


def test_s06_an_export_names_no_api_version(tmp_path):
    read = b.export(tmp_path, [b.body(ACCOUNT, {"y": 1})])
    since = b.rule("require: {field: properties.x, exists: true, since_api: 2020-01-01}")
    assert b.verdict(read, since).outcome == "unknown"
    assert "names no api-version" in b.verdict(read, since).message
    assert b.verdict(read, b.rule("require: {field: properties.x, exists: true}")).outcome == "fail"


DEFAULTS = {
    # name: (properties, what beside, expected)
    "absent": ({}, "equals: true, default: true", "pass"),
    "absent, the other way": ({}, "equals: true, default: false", "fail"),
    "null": ({"x": None}, "equals: true, default: true", "pass"),
    "there": ({"x": False}, "equals: true, default: true", "fail"),
    "an empty text is a value": ({"x": ""}, "equals: Enabled, default: Enabled", "fail"),
    "zero is a value": ({"x": 0}, "greater: 1, default: 2", "fail"),
    "zero is a default": ({}, "less: 1, default: 0", "pass"),
    "false is a default": ({}, "equals: false, default: false", "pass"),
    "an empty text is a default": ({}, 'equals: "", default: ""', "pass"),
    "for order": ({}, "greaterOrEquals: 2, default: 1", "fail"),
    "for negatives": ({}, "notEquals: Enabled, default: Enabled", "fail"),
    "for in": ({}, "in: [Allow], default: Allow", "pass"),
    "the way there is missing": ({"y": 1}, "equals: 1, default: 1", "pass"),
}


@pytest.mark.parametrize(("properties", "beside", "outcome"), DEFAULTS.values(), ids=DEFAULTS.keys())
def test_s06_default_replaces_null(tmp_path, properties, beside, outcome):
    record = b.body(ACCOUNT, properties)
    nested = b.body(ACCOUNT, {"a": properties})
    listed = b.body(ACCOUNT, {"list": [properties]})
    assert outcome_of(tmp_path, f"{{field: properties.x, {beside}}}", record) == outcome
    assert outcome_of(tmp_path, f"{{field: properties.a.x, {beside}}}", nested) == outcome
    assert outcome_of(tmp_path, f"{{field: 'properties.list[*].x', {beside}, empty: fail}}", listed) == outcome


NEVER = {
    "a gap covers it": [b.body(ACCOUNT), b.gap(b.SUB, b.ACCOUNTS, "properties.x")],
    "no properties": [b.body(ACCOUNT, None)],
    "since_api": [b.record(b.body(ACCOUNT), api_version="2024-10-01")],
    "since_api, not known": [b.record(b.body(ACCOUNT), api_version=None)],
}


@pytest.mark.parametrize("records", NEVER.values(), ids=NEVER.keys())
@pytest.mark.parametrize("operator", ["equals: true", "notEquals: true", "exists: false", "exists: true"])
def test_s06_default_never_replaces_unknown(tmp_path, records, operator):
    condition = f"{{field: properties.x, {operator}, default: true, since_api: 2025-01-01}}"
    assert outcome_of(tmp_path, condition, *records) == "unknown"


ELEMENTS = {
    # what an element of an array says of `properties.status`, asked within a count
    "an embedded resource with it": ({"id": f"{ACCOUNT}/c/1", "properties": {"status": "ok"}}, "pass"),
    "an embedded resource without the key": ({"id": f"{ACCOUNT}/c/1", "properties": {}}, "fail"),
    "an embedded resource without properties": ({"id": f"{ACCOUNT}/c/1", "name": "1"}, "unknown"),
    "an element that is no record": ({"name": "1"}, "fail"),
}


@pytest.mark.parametrize(("element", "outcome"), ELEMENTS.values(), ids=ELEMENTS.keys())
def test_s06_within_elements(tmp_path, element, outcome):
    record = b.body(ACCOUNT, {"list": [element]})
    count = "{field: 'properties.list[*]', where: {field: properties.status, equals: ok}}"
    assert outcome_of(tmp_path, f"{{count: {count}, equals: 1}}", record) == outcome


INNER_GAPS = {
    "into the elements": ("properties.list[*].x", "unknown"),
    "into the elements, without [*]": ("properties.list.x", "unknown"),
    "beside it": ("properties.list[*].y", "pass"),
    "the list": ("properties.list", "unknown"),
    "with a key in quotes": ("properties.list[*]['x']", "unknown"),
}


@pytest.mark.parametrize(("path", "outcome"), INNER_GAPS.values(), ids=INNER_GAPS.keys())
def test_s06_a_gap_reaches_into_elements(tmp_path, path, outcome):
    records = [b.body(ACCOUNT, {"list": [{"x": 1, "y": 1}]}), b.gap(b.SUB, b.ACCOUNTS, path)]
    count = "{field: 'properties.list[*]', where: {field: x, equals: 1}}"
    assert outcome_of(tmp_path, f"{{count: {count}, equals: 1}}", *records) == outcome
    assert outcome_of(tmp_path, "{field: 'properties.list[*].x', equals: 1, empty: pass}", *records) == outcome


# --- 7: paths -------------------------------------------------------------------------------------------------

BODY = {
    "a": {"b": [{"c": 1}, {"c": 2}, {}], "e": [], "n": None, "s": "text"},
    "x.y": "dot",
    "x/y": "slash",
    "x y": "space",
    "it's": "quote",
    "Case": "exact",
    "case": "lower",
    "Only": "once",
    "nest": [{"in": [{"v": 1}, {"v": 2}]}, {"in": []}, {"in": [{"v": 3}]}],
    "tags": {"Env": "Prod", "cost.centre": "7", "owner/team": "me", "a b": "c", "hidden-link:/x": "h"},
    "2": "digit",
    "@odata.type": "#x",
    "some-key": "dash",
}
PATHS = {
    "x": None,
    "a.s": "text",
    "a.b[*].c": [1, 2, None],
    "a.b[*]": BODY["a"]["b"],
    "a.e[*]": [],
    "a.e[*].c": [],
    "a.n[*].c": [],
    "a.missing[*].c": [],
    "a.n.c": None,
    "a.s.c": None,
    "a.b.c": None,
    "nest[*].in[*].v": [1, 2, 3],
    "nest[*]['in'][*].v": [1, 2, 3],
    "['x.y']": "dot",
    '["x.y"]': "dot",
    "['x/y']": "slash",
    "['x y']": "space",
    '["it\'s"]': "quote",
    "a['s']": "text",
    "['a'].s": "text",
    "['a']['s']": "text",
    "['a'].b[*]['c']": [1, 2, None],
    "Case": "exact",
    "case": "lower",
    "only": "once",
    "ONLY": "once",
    "A.S": "text",
    "A.B[*].C": [1, 2, None],
    "tags.Env": "Prod",
    "tags.env": "Prod",
    "tags.ENV": "Prod",
    "TAGS.env": "Prod",
    "tags['cost.centre']": "7",
    "tags['COST.Centre']": "7",
    "tags['owner/team']": "me",
    "tags['A B']": "c",
    "tags['hidden-link:/x']": "h",
    "tags.missing": None,
    "['2']": "digit",
    "['@odata.type']": "#x",
    "some-key": "dash",
}


@pytest.mark.parametrize(("path", "value"), PATHS.items(), ids=PATHS.keys())
def test_s07_what_a_path_yields(path, value):
    item = Item(BODY)
    assert reader(Path.parse(path))(item, item) == value


WRONG_PATHS = ["", " ", "a..b", "a.", ".a", "a[0]", "a[*", "a b", "[*]", "[*].a", "a['x]", "a[x]", "a['x'", "a]"]


@pytest.mark.parametrize("path", WRONG_PATHS)
def test_s07_what_is_no_path(path):
    with pytest.raises(PathError):
        Path.parse(path)
    assert len(b.problems_of(f"require: {{field: {yaml(path)}, exists: true}}")) == 1


def test_s07_the_value_unknown_is_none_of_json():
    item = Item({})
    assert reader(Path.parse("a"), "2025-01-01")(item, item) is UNKNOWN


# --- 8: operators ---------------------------------------------------------------------------------------------

VALUES = {
    # name: (the value, operator and right-hand side as YAML, truth)
    # equals: text without case
    "equals": ("Disabled", "equals: Disabled", True),
    "equals other case": ("disabled", "equals: DISABLED", True),
    "equals other": ("Enabled", "equals: Disabled", False),
    "equals by casefold": ("STRASSE", "equals: straße", True),
    "equals with a blank": ("Disabled ", "equals: Disabled", False),
    "equals empty text": ("", 'equals: ""', True),
    "equals part": ("Disabled", "equals: Dis", False),
    # a number or boolean equals its own text
    "false is False": ("False", "equals: false", True),
    "true is TRUE": ("TRUE", "equals: true", True),
    "false is not true": ("False", "equals: true", False),
    "a boolean and a quoted word": (True, 'equals: "True"', True),
    "a boolean and another word": (True, 'equals: "yes"', False),
    "a boolean": (False, "equals: false", True),
    "a boolean and the other": (False, "equals: true", False),
    "5 is its text": (5, 'equals: "5"', True),
    "text is 5": ("5", "equals: 5", True),
    "5 is not 6": ("5", "equals: 6", False),
    "1.5 is its text": (1.5, 'equals: "1.5"', True),
    "text is 1.5": ("1.5", "equals: 1.5", True),
    "-1 is its text": (-1, 'equals: "-1"', True),
    "5.0 is 5": (5.0, "equals: 5", True),
    "5 is 5.0": (5, "equals: 5.0", True),
    "true is not 1": (True, "equals: 1", False),
    "1 is not true": (1, "equals: true", False),
    "false is not 0": (False, "equals: 0", False),
    "0 is not false": (0, "equals: false", False),
    "true is not the text 1": (True, 'equals: "1"', False),
    "0 is not the text false": (0, 'equals: "false"', False),
    "a big number": (9007199254740993, "equals: 9007199254740993", True),
    "a big number and its neighbour": (9007199254740993, "equals: 9007199254740992", False),
    "an object equals nothing": ({"a": 1}, "equals: a", False),
    "a list equals nothing": (["a"], "equals: a", False),
    "an empty list equals nothing": ([], 'equals: ""', False),
    # notEquals
    "notEquals": ("Enabled", "notEquals: Disabled", True),
    "notEquals, the same": ("DISABLED", "notEquals: disabled", False),
    "notEquals, its text": ("False", "notEquals: false", False),
    "notEquals, 1 and true": (1, "notEquals: true", True),
    "notEquals, an object": ({}, "notEquals: x", True),
    # in, notIn
    "in": ("openai", "in: [OpenAI, AIServices]", True),
    "in none": ("Speech", "in: [OpenAI, AIServices]", False),
    "in numbers": (2, 'in: [1, "2"]', True),
    "in booleans": ("True", "in: [true]", True),
    "in, 1 and true": (1, "in: [true, 2]", False),
    "in an empty list": ("x", "in: []", False),
    "notIn": ("Speech", "notIn: [OpenAI]", True),
    "notIn, in it": ("openai", "notIn: [OpenAI]", False),
    "notIn an empty list": ("x", "notIn: []", True),
    # contains
    "contains text": ("Hello World", "contains: lo wo", True),
    "contains no text": ("Hello", "contains: x", False),
    "contains in an array": (["A", "b"], "contains: a", True),
    "contains no part of an element": (["abc"], "contains: b", False),
    "contains a number": ([1, 2], "contains: 2", True),
    "contains a number's text": (["1", "2"], "contains: 2", True),
    "contains false": (["False"], "contains: false", True),
    "contains 1 but not true": ([1], "contains: true", False),
    "contains nothing in an empty array": ([], "contains: a", False),
    "contains no null": ([None], "contains: a", False),
    "notContains text": ("Hello", "notContains: x", True),
    "notContains text, there": ("Hello", "notContains: ELL", False),
    "notContains in an array": (["A"], "notContains: b", True),
    "notContains in an array, there": (["A"], "notContains: a", False),
    # containsKey
    "containsKey": ({"Type": 1}, "containsKey: type", True),
    "containsKey, null": ({"type": None}, "containsKey: type", True),
    "containsKey none": ({"Type": 1}, "containsKey: other", False),
    "containsKey, text": ("type", "containsKey: type", False),
    # exists
    "exists": ("x", "exists: true", True),
    "exists, not": ("x", "exists: false", False),
    "exists, false": (False, "exists: true", True),
    "exists, zero": (0, "exists: true", True),
    "exists, empty text": ("", "exists: true", True),
    "exists, empty array": ([], "exists: true", True),
    "exists, empty object": ({}, "exists: true", True),
    # like: `*`, and no regular expression
    "like whole": ("abc", "like: ABC", True),
    "like prefix": ("abcdef", 'like: "abc*"', True),
    "like suffix": ("abcdef", 'like: "*DEF"', True),
    "like middle": ("abcdef", 'like: "*cd*"', True),
    "like two stars": ("abcdef", 'like: "a*d*f"', True),
    "like nothing for a star": ("abc", 'like: "abc*"', True),
    "like is anchored": ("abcdef", "like: abc", False),
    "like is anchored at the end": ("abc.azure.com.evil.org", 'like: "*.azure.com"', False),
    "like over lines": ("a\nb", 'like: "a*b"', True),
    "like a line more": ("abc\n", "like: abc", False),
    "like, a dot is a dot": ("abc", "like: a.c", False),
    "like, a dot": ("a.c", "like: a.c", True),
    "like, a question mark is one": ("abc", 'like: "a?c"', False),
    "like, brackets": ("a", 'like: "[a]"', False),
    "like, a plus": ("aa", 'like: "a+"', False),
    "like, an or": ("a", 'like: "a|b"', False),
    "like, a backslash": ("5", 'like: "\\\\d"', False),
    "like the empty text": ("", 'like: "*"', True),
    "like an array": (["abc"], 'like: "*"', False),
    "like an object": ({}, 'like: "*"', False),
    # match: `#`, `?`, `.`, and no regular expression
    "match digits": ("123", 'match: "###"', True),
    "match too few digits": ("12", 'match: "###"', False),
    "match too many digits": ("1234", 'match: "###"', False),
    "match no digit": ("12a", 'match: "###"', False),
    "match letters": ("aBc", 'match: "???"', True),
    "match, a digit is no letter": ("a1c", 'match: "a?c"', False),
    "match, a dash is no letter": ("a-c", 'match: "a?c"', False),
    "match any character": ("a-c", "match: a.c", True),
    "match one character": ("ac", "match: a.c", False),
    "match without case": ("GPT-4", 'match: "gpt-#"', True),
    "match, a star is a star": ("abc", 'match: "a*c"', False),
    "match, a star": ("a*c", 'match: "a*c"', True),
    "match, a plus": ("aa", 'match: "a+"', False),
    "match, brackets": ("a", 'match: "[a]"', False),
    "match is anchored": ("xabc", "match: abc", False),
    "match, a line more": ("abc\n", "match: abc", False),
    "match the empty text": ("", 'match: ""', True),
    # order: numbers with numbers, texts with texts
    "less": (1, "less: 2", True),
    "less, equal": (2, "less: 2", False),
    "lessOrEquals, equal": (2, "lessOrEquals: 2", True),
    "lessOrEquals, more": (3, "lessOrEquals: 2", False),
    "greater": (3, "greater: 2", True),
    "greater, equal": (2, "greater: 2", False),
    "greaterOrEquals, equal": (2, "greaterOrEquals: 2", True),
    "greaterOrEquals, less": (1, "greaterOrEquals: 2", False),
    "less, a fraction": (1.5, "less: 1.6", True),
    "less, an exponent": (999, "less: 1e3", True),
    "less, a leading zero": (612, "less: 0613", True),
    "less, texts": ("2024-05-01", 'less: "2024-10-21"', True),
    "less, texts without case": ("B", "greater: a", True),
    "less, texts without case, the other way": ("a", "less: B", True),
    "less, text and number": ("1", "less: 2", None),
    "less, number and text": (1, 'less: "2"', None),
    "greater, text and number": ("Premium", "greater: 2", None),
    "less, a boolean": (True, "less: 2", None),
    "greaterOrEquals, a boolean": (False, "greaterOrEquals: 0", None),
    "less, an object": ({}, "less: 2", None),
    "less, a list": ([1], "less: 2", None),
    "less, a list and text": (["a"], "less: b", None),
    # dates: RFC 3339
    "before": ("2025-12-31", "before: 2026-01-01", True),
    "before, equal": ("2026-01-01", "before: 2026-01-01", False),
    "before, later": ("2026-01-02", "before: 2026-01-01", False),
    "after": ("2026-01-02", "after: 2026-01-01", True),
    "after, equal": ("2026-01-01", "after: 2026-01-01", False),
    "before, midnight is UTC": ("2025-12-31T23:59:59Z", "before: 2026-01-01", True),
    "before, an offset": ("2026-01-01T00:30:00+01:00", "before: 2026-01-01T00:00:00Z", True),
    "before, an offset to the west": ("2025-12-31T23:30:00-01:00", "before: 2026-01-01T00:00:00Z", False),
    "before, the same moment elsewhere": ("2026-01-01T05:30:00+05:30", "before: 2026-01-01T00:00:00Z", False),
    "after, seven digits": ("2026-01-01T00:00:00.1234567Z", "after: 2026-01-01T00:00:00.1Z", True),
    "before, seven digits": ("2026-01-01T00:00:00.1234567+00:00", "before: 2026-01-01T00:00:00.2Z", True),
    "before, lower case": ("2025-12-31t00:00:00z", "before: 2026-01-01", True),
    "before, a leap second": ("2016-12-31T23:59:60Z", "before: 2026-01-01", True),
    "before, no zone": ("2025-12-31T00:00:00", "before: 2026-01-01", None),
    "before, an offset without a colon": ("2025-12-31T00:00:00+0100", "before: 2026-01-01", None),
    "before, no dashes": ("20251231", "before: 2026-01-01", None),
    "before, no such day": ("2025-02-30", "before: 2026-01-01", None),
    "before, no such hour": ("2025-12-31T24:00:00Z", "before: 2026-01-01", None),
    "before, a month": ("2025-12", "before: 2026-01-01", None),
    "before, a word": ("soon", "before: 2026-01-01", None),
    "before, a number": (1735689600, "before: 2026-01-01", None),
    "before, a boolean": (True, "before: 2026-01-01", None),
    "before, empty": ("", "before: 2026-01-01", None),
    "before, American": ("12/31/2025", "before: 2026-01-01", None),
    "before as_of": ("2025-12-31T23:59:59Z", "before: as_of", True),
    "before as_of, as_of": ("2026-01-01T00:00:00Z", "before: as_of", False),
    "after as_of+P90D, equal": ("2026-04-01T00:00:00Z", "after: as_of+P90D", False),
    "after as_of+P90D": ("2026-04-01T00:00:01Z", "after: as_of+P90D", True),
    "before as_of+P90D": ("2026-03-31T23:59:59Z", "before: as_of+P90D", True),
    "before as_of-P1M": ("2025-11-30T00:00:00Z", "before: as_of-P1M", True),
    "before as_of-P1M, equal": ("2025-12-01T00:00:00Z", "before: as_of-P1M", False),
    # within: from as_of to as_of + 90 days
    "within, as_of": ("2026-01-01T00:00:00Z", "within: P90D", True),
    "within, a second before": ("2025-12-31T23:59:59Z", "within: P90D", False),
    "within, in it": ("2026-02-15", "within: P90D", True),
    "within, its end": ("2026-04-01T00:00:00Z", "within: P90D", True),
    "within, a second after": ("2026-04-01T00:00:01Z", "within: P90D", False),
    "within, an offset": ("2026-01-01T00:30:00+01:00", "within: P90D", False),
    "within, no date": ("soon", "within: P90D", None),
    "within, a number": (3, "within: P90D", None),
    # null, JSON's own and an absent key
    **{
        f"null, {text}": (None, text, truth)
        for text, truth in {
            "equals: x": False,
            "equals: false": False,
            "equals: 0": False,
            'equals: ""': False,
            "notEquals: x": True,
            "in: [x]": False,
            "notIn: [x]": True,
            "contains: x": False,
            "notContains: x": True,
            "containsKey: x": False,
            'like: "*"': False,
            "match: .": False,
            "exists: true": False,
            "exists: false": True,
            "less: 1": None,
            "lessOrEquals: 1": None,
            "greater: 1": None,
            "greaterOrEquals: 0": None,
            "less: x": None,
            "before: 2026-01-01": None,
            "after: 2026-01-01": None,
            "within: P90D": None,
        }.items()
    },
}
SAID = {True: "pass", False: "fail", None: "unknown"}
NEGATED = {True: "fail", False: "pass", None: "unknown"}
WAYS = {
    # name: (the condition around an operator, what the truth means)
    "plain": ("{{field: properties.x, {op}}}", SAID),
    "top level": ("{{field: x, {op}}}", SAID),
    "not": ("{{not: {{field: properties.x, {op}}}}}", NEGATED),
    "another case": ("{{field: Properties.X, {op}}}", SAID),
    "outer": ("{{count: {{field: properties.one, where: {{field: ^.properties.x, {op}}}}}, equals: 1}}", SAID),
    "each element": ("{{field: 'properties.list[*].x', {op}, empty: fail}}", SAID),
    "in a count": ("{{count: {{field: 'properties.list[*]', where: {{field: x, {op}}}}}, equals: 1}}", SAID),
}


def bodies(value):
    """The same value everywhere that a way looks for it."""
    inner = {} if value is ABSENT else {"x": value}
    return {**b.body(ACCOUNT, {**inner, "one": [1], "list": [inner]}), **inner}


def said(folder, value, operator):
    """What the operator says of a value in every way that there is to ask."""
    plain = b.snapshot(folder, b.read(), bodies(value))
    gapped = b.snapshot(folder, b.read(), bodies(value), b.gap(b.SUB, b.ACCOUNTS, "properties.elsewhere"))
    rules = [b.rule(f"require: {c.format(op=operator)}", id=f"WAY-{i}") for i, (c, _) in enumerate(WAYS.values())]
    found = [[str(f.outcome) for f in b.findings(b.judge(read, *rules))] for read in (plain, gapped)]
    assert found[0] == found[1]
    return dict(zip(WAYS, found[0], strict=True))


@pytest.mark.parametrize(("value", "operator", "truth"), VALUES.values(), ids=VALUES.keys())
def test_s08_operators(folder, value, operator, truth):
    expected = {way: words[truth] for way, (_, words) in WAYS.items()}
    assert said(folder, value, operator) == expected
    if value is None:
        assert said(folder, ABSENT, operator) == expected


UNKNOWNS = [
    "equals: 1", "notEquals: 1", "in: [1]", "notIn: [1]", "contains: a", "notContains: a", "containsKey: a",
    "exists: true", "exists: false", "like: a", "match: a", "less: 1", "lessOrEquals: 1", "greater: 1",
    "greaterOrEquals: 1", "before: as_of", "after: as_of", "within: P1D",
]  # fmt: skip


@pytest.mark.parametrize("operator", UNKNOWNS)
def test_s08_every_operator_is_unknown_on_unknown(tmp_path, operator):
    records = [bodies("x"), b.gap(b.SUB, b.ACCOUNTS, "properties")]
    assert outcome_of(tmp_path, f"{{field: properties.x, {operator}}}", *records) == "unknown"
    assert outcome_of(tmp_path, f"{{not: {{field: properties.x, {operator}}}}}", *records) == "unknown"


SAYS_SO = {
    "null and order": (None, "less: 1", "can't be compared"),
    "absent and order": (ABSENT, "greaterOrEquals: 1", "can't be compared"),
    "text and a number": ("Premium", "less: 1", "can't be compared"),
    "a boolean and a number": (True, "less: 1", "can't be compared"),
    "null and a date": (None, "before: as_of", "can't be compared"),
    "no date": ("soon", "after: as_of", "can't be compared"),
    "null and a period": (ABSENT, "within: P90D", "can't be compared"),
}


@pytest.mark.parametrize(("value", "operator", "words"), SAYS_SO.values(), ids=SAYS_SO.keys())
def test_s08_an_order_that_can_not_be_told_says_so(tmp_path, value, operator, words):
    read = b.snapshot(tmp_path, b.read(), bodies(value))
    found = b.verdict(read, b.rule(f"require: {{field: properties.x, {operator}}}"))
    assert str(found.outcome) == "unknown"
    assert words in found.message


NULL_LITERALS = [
    "equals: null", "equals: ~", "equals: ", "equals: Null", "notEquals: null", "in: [a, null]", "in: null",
    "notIn: [~]", "contains: null", "containsKey: null", "exists: null", "like: null", "match: null", "less: null",
    "before: null", "within: null", "equals: 1, default: null", "equals: 1, default: ~", "equals: {parameter: none}",
]  # fmt: skip


@pytest.mark.parametrize("operator", NULL_LITERALS)
def test_s08_a_null_literal_is_an_error(operator):
    text = f"require: {{field: a, {operator}}}\nparameters: {{none: {{default: null}}}}"
    assert b.problems_of(text)


@pytest.mark.parametrize("operator", ['equals: "null"', "equals: nil", 'in: ["", "null"]'])
def test_s08_the_word_null_is_text(operator):
    assert b.problems_of(f"require: {{field: a, {operator}}}") == []


WRONG_RIGHTS = [
    "equals: [a]", "equals: {a: b}", "in: a", "in: {a: b}", "exists: yes", 'exists: "true"', "exists: 1",
    "less: true", "less: [1]", "before: soon", "before: 2026-13-01", "before: as_of+90D", "before: as_of+P",
    "after: 20260101", "within: 90", "within: P", "within: as_of+P90D", "equals: 1, notEquals: 2", "equalss: 1",
    "regex: a", "matches: a",
]  # fmt: skip


@pytest.mark.parametrize("operator", WRONG_RIGHTS)
def test_s08_what_an_operator_does_not_take(operator):
    assert b.problems_of(f"require: {{field: a, {operator}}}")


# --- 9: arrays ------------------------------------------------------------------------------------------------

LIST = "properties.list[*]"
ARRAYS = {
    # name: (properties, path, beside, outcome)
    "all": ({"list": ["https", "WSS"]}, LIST, "in: [https, wss]", "pass"),
    "one does not": ({"list": ["https", "http"]}, LIST, "in: [https, wss]", "fail"),
    "none does": ({"list": ["http"]}, LIST, "in: [https]", "fail"),
    "empty": ({"list": []}, LIST, "equals: x", "pass"),
    "null": ({"list": None}, LIST, "equals: x", "pass"),
    "absent": ({}, LIST, "equals: x", "pass"),
    "empty: pass": ({"list": []}, LIST, "equals: x, empty: pass", "pass"),
    "empty: fail": ({"list": []}, LIST, "equals: x, empty: fail", "fail"),
    "null, empty: fail": ({"list": None}, LIST, "equals: x, empty: fail", "fail"),
    "absent, empty: fail": ({}, LIST, "equals: x, empty: fail", "fail"),
    "not empty, empty: fail": ({"list": ["x"]}, LIST, "equals: x, empty: fail", "pass"),
    "a negative": ({"list": ["a", "b"]}, LIST, "notEquals: c", "pass"),
    "a negative of one": ({"list": ["a", "c"]}, LIST, "notEquals: c", "fail"),
    "a null element": ({"list": ["x", None]}, LIST, "equals: x", "fail"),
    "a null element and a negative": ({"list": ["x", None]}, LIST, "notEquals: y", "pass"),
    "a null element does not exist": ({"list": [None]}, LIST, "exists: true", "fail"),
    "an empty list exists for nobody": ({"list": []}, LIST, "exists: false", "pass"),
    "a key that elements lack": ({"list": [{"x": 1}, {}]}, f"{LIST}.x", "equals: 1", "fail"),
    "a key that elements lack, order": ({"list": [{"x": 1}, {}]}, f"{LIST}.x", "less: 2", "unknown"),
    "a key that elements lack, and an offender": ({"list": [{}, {"x": 3}]}, f"{LIST}.x", "less: 2", "fail"),
    "a default for each element": ({"list": [{"x": 1}, {}]}, f"{LIST}.x", "equals: 1, default: 1", "pass"),
    "nested, all": ({"list": [{"in": [1, 1]}, {"in": [1]}]}, f"{LIST}.in[*]", "equals: 1", "pass"),
    "nested, one does not": ({"list": [{"in": [1, 2]}, {"in": [1]}]}, f"{LIST}.in[*]", "equals: 1", "fail"),
    "nested, an inner one is empty": ({"list": [{"in": []}, {"in": [1]}]}, f"{LIST}.in[*]", "equals: 1", "pass"),
    "nested, all inner ones are empty": ({"list": [{"in": []}, {}]}, f"{LIST}.in[*]", "equals: 1", "pass"),
    "nested, deeper": (
        {"list": [{"in": [{"v": 1}]}, {"in": [{"v": 2}]}]},
        f"{LIST}.in[*].v",
        "lessOrEquals: 1",
        "fail",
    ),
    "in another case": ({"List": ["x"]}, LIST, "equals: y", "fail"),
    "no properties": (None, LIST, "equals: x", "unknown"),
    "no properties, empty: fail": (None, LIST, "equals: x, empty: fail", "unknown"),
    "no properties, empty: pass": (None, LIST, "equals: x, empty: pass", "unknown"),
}


@pytest.mark.parametrize(("properties", "path", "beside", "outcome"), ARRAYS.values(), ids=ARRAYS.keys())
def test_s09_every_element_satisfies_it(tmp_path, properties, path, beside, outcome):
    condition = f"{{field: '{path}', {beside}}}"
    record = b.body(ACCOUNT, properties)
    opposite = {"pass": "fail", "fail": "pass", "unknown": "unknown"}[outcome]
    assert outcome_of(tmp_path, condition, record) == outcome
    assert outcome_of(tmp_path, f"{{not: {condition}}}", record) == opposite


COUNT = f"{{count: {{field: '{LIST}'}}, greaterOrEquals: 1}}"
ASKED = {
    # name: (the rule, does lint ask for `empty`)
    "in require": (f"require: {{field: '{LIST}', equals: x}}", True),
    "with empty: pass": (f"require: {{field: '{LIST}', equals: x, empty: pass}}", False),
    "with empty: fail": (f"require: {{field: '{LIST}', equals: x, empty: fail}}", False),
    "a count beside it": (f"require: {{allOf: [{{field: '{LIST}', equals: x}}, {COUNT}]}}", False),
    "a count before it": (f"require: {{allOf: [{COUNT}, {{field: '{LIST}', equals: x}}]}}", False),
    "a count of something else": (
        f"require: {{allOf: [{{field: '{LIST}', equals: x}}, {COUNT.replace('list', 'other')}]}}",
        True,
    ),
    "inside not": (f"require: {{not: {{field: '{LIST}', equals: x}}}}", True),
    "inside anyOf": (f"require: {{anyOf: [{{field: a, equals: 1}}, {{field: '{LIST}', equals: x}}]}}", True),
    "further in": (f"require: {{field: '{LIST}.x', equals: x}}", True),
    "nested": (f"require: {{field: '{LIST}.in[*]', equals: x}}", True),
    "in where": (
        f"where: {{field: '{LIST}', equals: x}}\nrequire: {{field: a, equals: 1}}",
        False,
    ),
    "no array": ("require: {field: properties.list, equals: x}", False),
}


@pytest.mark.parametrize(("text", "asks"), ASKED.values(), ids=ASKED.keys())
def test_s09_lint_asks_what_an_empty_array_means(text, asks):
    found = b.lint_of(text)
    assert [("empty: pass" in m and "empty: fail" in m) for m in found] == ([True] if asks else [])


@pytest.mark.parametrize("value", ["maybe", "true", "null", "[pass]", "Pass"])
def test_s09_empty_is_pass_or_fail(value):
    assert b.problems_of(f"require: {{field: '{LIST}', equals: x, empty: {value}}}")
