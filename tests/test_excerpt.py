"""What a finding shows of a resource's own JSON: the property at fault, where it stands, within bounds."""

import dataclasses
import json
import re

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from readiness import app
from readiness.arm import key_of
from readiness.model import UNKNOWN, Area, Evidence, Finding, Item, Outcome, Pillar, Severity
from readiness.paths import Path, PathError, reader
from readiness.render.excerpt import LINES, excerpt, excerpts
from readiness.render.places import by_resource, steps_of
from readiness.render.plain import plain
from readiness.report import ALL

LONGEST_LINE = 230
NAME = {"name": "one", "type": "T/x"}


def drawn(lines):
    """An excerpt as text: `>` before what is marked, its note behind `<-`."""
    return "".join(f"{'>' if at.mark else ' '} {at.text}{f'  <- {at.note}' if at.note else ''}\n" for at in lines)


def shows(body, *evidence, outcome=Outcome.FAIL):
    return drawn(excerpt(body, evidence, outcome))


def finding(*evidence, resource="/a/one", outcome=Outcome.FAIL):
    return Finding("R-1", resource, outcome, Severity.HIGH, Pillar.SECURITY, Area.IDENTITY, "m", evidence, "f")


def body(properties, **top):
    return {**NAME, **top, "properties": properties}


def inside(properties, *evidence, **more):
    """The lines between `"properties": {` and its end, without its indent."""
    lines = excerpt(body(properties), evidence, **more)
    assert drawn(lines[:4]) == '  {\n    "name": "one",\n    "type": "T/x",\n    "properties": {\n'
    assert drawn(lines[-2:]) == "    }\n  }\n"
    return drawn(dataclasses.replace(line, text=line.text[4:]) for line in lines[4:-2])


# --- a property -----------------------------------------------------------------------------------------------


def test_a_property_stands_in_what_says_which_resource_it_is():
    whole = {
        "id": "/subscriptions/s/resourceGroups/g/providers/T/x/one",
        "location": "westeurope",
        "name": "one",
        "type": "T/x",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "tags": {"env": "prod"},
        "properties": {"endpoint": "https://x", "disableLocalAuth": False, "other": 1},
    }
    assert shows(whole, Evidence("properties.disableLocalAuth", False, True)) == (
        "  {\n"
        '    "name": "one",\n'
        '    "type": "T/x",\n'
        '    "kind": "OpenAI",\n'
        '    "location": "westeurope",\n'
        '    "sku": {"name": "S0"},\n'
        '    "properties": {\n'
        '>     "disableLocalAuth": false,  <- expected true\n'
        "      …\n"
        "    },\n"
        "    …\n"
        "  }\n"
    )


def test_what_is_not_set_stands_where_it_would():
    note = "not set, which means false"
    assert inside({"a": 1}, Evidence("properties.disableLocalAuth", None, True, note)) == (
        '> "disableLocalAuth": —  <- not set, which means false; expected true\n  …\n'
    )


def test_of_what_could_not_be_read_nothing_is_expected():
    seen = Evidence("properties.a", None, "Deny", "could not be read: forbidden")
    assert inside({}, seen) == '> "a": —  <- could not be read: forbidden\n'


def test_an_object_that_is_not_set_stands_with_its_property():
    seen = Evidence("properties.networkAcls.defaultAction", None, "Deny", "not set")
    assert inside({}, seen) == '> "networkAcls": {"defaultAction": —}  <- not set; expected Deny\n'


def test_a_record_without_properties_shows_where_they_would_stand():
    seen = Evidence("properties.a.b", None, None, "could not be read: no properties")
    assert shows(NAME, seen) == (
        '  {\n    "name": "one",\n    "type": "T/x"\n'
        '>   "properties": {"a": {"b": —}}  <- could not be read: no properties\n  }\n'
    )


@pytest.mark.parametrize("value", [None, "text", 3, True])
def test_what_stands_in_the_way_is_shown_itself(value):
    seen = Evidence("properties.a.b", None, "x", "not set")
    assert inside({"a": value}, seen) == f'> "a": {json.dumps(value)}  <- b: not set; expected x\n'


def test_what_a_place_stands_for_is_said_where_the_record_leaves_it_out():
    seen = Evidence("type", "T/x", "not T/y")
    assert shows({"name": "one"}, seen) == '  {\n    "name": "one"\n>   "type": —  <- T/x; expected not T/y\n  }\n'


def test_keys_are_as_the_record_spells_them():
    seen = Evidence("properties.disablelocalauth", False, True)
    assert inside({"DisableLocalAuth": False}, seen) == '> "DisableLocalAuth": false  <- expected true\n'
    both = {"DisableLocalAuth": 1, "disablelocalauth": 2}
    assert inside(both, seen) == '> "disablelocalauth": 2,  <- expected true\n  …\n'


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("properties['a.b/c']", "a.b/c"),
        ('properties["it\'s"]', "it's"),
        ("properties[ 'x y' ]", "x y"),
        ("properties.$x-1", "$x-1"),
        ("properties['^.a#b']", "^.a#b"),
    ],
)
def test_a_key_may_be_quoted(path, key):
    assert inside({key: 1}, Evidence(path, 1, 2)) == f'> "{key}": 1  <- expected 2\n'


def test_a_tag_may_have_any_name():
    tags = {"Cost Center (EU)": "", "b": 1}
    assert shows({"tags": tags}, Evidence("tags.cost center (eu)", "", "a value")) == (
        '  {\n    "tags": {\n>     "Cost Center (EU)": "",  <- expected a value\n      …\n    }\n  }\n'
    )


def test_several_properties_stand_in_the_order_of_the_record():
    seen = [Evidence("properties.b", 2, 0), Evidence("properties.a", 1, 0), Evidence("properties.b", 2, 3, "odd")]
    assert inside({"a": 1, "x": 0, "b": 2}, *seen) == (
        '> "a": 1,  <- expected 0\n> "b": 2,  <- expected 0; odd; expected 3\n  …\n'
    )


def test_what_says_which_resource_it_is_may_be_at_fault_itself():
    assert shows({**NAME, "sku": {"name": "S0", "capacity": 1}}, Evidence("sku.capacity", 1, "at least 2")) == (
        '  {\n    "name": "one",\n    "type": "T/x",\n    "sku": {\n'
        '>     "capacity": 1,  <- expected at least 2\n      …\n    }\n  }\n'
    )


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (True, "expected true"),
        (("a",), "expected a"),
        (("a", "b"), "expected a or b"),
        (tuple("abcdef"), "expected a or b or c or d or e or f"),
        (tuple("abcdefg"), "expected a or b or c or d or e or f or others"),
        ("at least 2", "expected at least 2"),
        (None, ""),
    ],
)
def test_what_was_expected_stands_behind(expected, words):
    assert excerpt(body({"a": 1}), [Evidence("properties.a", 1, expected)])[4].note == words


@pytest.mark.parametrize("outcome", list(Outcome))
def test_where_nothing_is_to_be_mended_nothing_is_expected(outcome):
    mended = outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    seen = Evidence("properties.a", 1, 2, "so")
    assert inside({"a": 1}, seen, outcome=outcome) == f'> "a": 1  <- {"so" if mended else "so; expected 2"}\n'


# --- lists and objects ----------------------------------------------------------------------------------------


def test_an_element_stands_between_counts_of_the_others():
    rules = [{"name": f"r{n}", "value": n, "x": None} for n in range(6)]
    seen = [Evidence(f"properties.rules[{n}].value", n, "less") for n in (1, 4)]
    assert inside({"rules": rules}, *seen) == (
        '  "rules": [\n'
        "    … 1 element\n"
        "    {\n"
        '      "name": "r1",\n'
        '>     "value": 1,  <- expected less\n'
        "      …\n"
        "    },\n"
        "    … 2 elements\n"
        "    {\n"
        '      "name": "r4",\n'
        '>     "value": 4,  <- expected less\n'
        "      …\n"
        "    },\n"
        "    … 1 element\n"
        "  ]\n"
    )


def test_an_element_of_one_property_stands_on_one_line():
    seen = Evidence("properties.rules[0].value", "0.0.0.0/0", "/24")
    assert inside({"rules": [{"value": "0.0.0.0/0"}, {}]}, seen) == (
        '  "rules": [\n>   {"value": "0.0.0.0/0"},  <- expected /24\n    … 1 element\n  ]\n'
    )


@pytest.mark.parametrize("path", ["[Hate, Prompt]", "[HATE,prompt]"])
def test_an_element_is_found_by_its_name_and_side(path):
    filters = [{"name": n, "source": s, "on": 0} for n in ("Hate", "Violence") for s in ("Prompt", "Completion")]
    assert inside({"filters": filters}, Evidence(f"properties.filters{path}", "disabled", "enabled")) == (
        '  "filters": [\n>   {"name": "Hate", "source": "Prompt", "on": 0},  <- expected enabled\n'
        "    … 3 elements\n  ]\n"
    )


def test_an_element_is_found_by_its_name_or_id():
    items = [{"id": "/x/1"}, {"id": "/x/2"}, {"name": "three"}]
    seen = [Evidence("properties.items[/x/2]"), Evidence("properties.items[Three]"), Evidence("properties.items[4]")]
    assert inside({"items": items}, *seen) == (
        '  "items": [\n    … 1 element\n>   {"id": "/x/2"},\n>   {"name": "three"}\n>   4: —  <- not set\n  ]\n'
    )


def test_an_element_that_is_not_there_is_named():
    seen = Evidence("properties.filters[Hate, Prompt]", "absent", "enabled", "the policy has no base policy")
    note = "absent (the policy has no base policy); expected enabled"
    assert inside({"filters": [{"name": "x"}]}, seen) == (
        f'  "filters": [\n>   Hate, Prompt: —  <- {note}\n    … 1 element\n  ]\n'
    )
    assert inside({}, seen) == f'> "filters": [Hate, Prompt: —]  <- {note}\n'


def test_all_elements_may_be_named_and_the_note_stands_once():
    seen = Evidence("properties.protocols[*]", ("https", "ws"), ("https", "wss"))
    assert inside({"protocols": ["https", "ws"]}, seen) == (
        '  "protocols": [\n>   "https",  <- expected https or wss\n>   "ws"\n  ]\n'
    )


def test_a_value_that_is_no_list_is_a_list_of_itself():
    for path in ("properties.timeout[*]", "properties.timeout[0]", "count(properties.timeout[*])"):
        assert inside({"timeout": 240}, Evidence(path, (240,))).startswith('> "timeout": 240')
    seen = Evidence("properties.timeout[*].x", (), None, "the array is empty, which passes")
    assert inside({"timeout": None}, seen) == '> "timeout": null  <- the array is empty, which passes\n'
    assert inside({}, seen) == '> "timeout": —  <- the array is empty, which passes\n'


def test_an_empty_list_is_shown_empty():
    seen = Evidence("properties.a[*].b", (), "x", "the array is empty, which fails")
    assert inside({"a": []}, seen) == '> "a": []  <- the array is empty, which fails; expected x\n'


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ({"a": []}, '> "a": []  <- 0 counted; expected at least 1\n'),
        ({"a": ["x", "y"]}, '> "a": ["x", "y"]  <- 0 counted; expected at least 1\n'),
        ({}, '> "a": —  <- 0 counted; expected at least 1\n'),
    ],
)
def test_a_count_is_about_the_list(properties, shown):
    for path in ("count(properties.a[*])", "count(properties.a)"):
        assert inside(properties, Evidence(path, 0, "at least 1")) == shown


def test_a_count_that_could_not_be_made_says_why():
    seen = Evidence("count(properties.a[*])", "0 or more", "at least 1", "could not be read: timeout")
    assert inside({}, seen) == '> "a": —  <- could not be read: timeout\n'
    seen = Evidence("count(properties.a[*])", "1 to 3", "at least 2")
    assert inside({"a": [1]}, seen) == '> "a": [1]  <- 1 to 3 counted; expected at least 2\n'


def test_a_count_over_elements_that_are_named_marks_only_the_list():
    seen = [Evidence("count(properties.a[*])", 1, "less than 1"), Evidence("properties.a[1].b", 2, 0)]
    assert inside({"a": [{"b": 0}, {"b": 2}]}, *seen) == (
        '> "a": [  <- 1 counted; expected less than 1\n    … 1 element\n>   {"b": 2}  <- expected 0\n  ]\n'
    )


def test_of_several_lists_flattened_no_element_is_pointed_at():
    lists = {"a": [{"b": [1, 2]}, {"b": [3]}]}
    assert inside(lists, Evidence("properties.a[2].b[*]", 3, 0)) == (
        '> "a": [  <- expected 0\n>   {…},\n>   {…}\n> ]\n'
    )
    assert inside(lists, Evidence("properties.a[0].b[*]", (1, 2), 0)) == (
        '  "a": [\n    {\n      "b": [\n>       1,  <- expected 0\n>       2\n      ]\n    },\n    … 1 element\n  ]\n'
    )


@pytest.mark.parametrize(("size", "shown", "more"), [(13, 9, 4), (11, 9, 2), (10, 10, 0)])
def test_an_object_or_a_list_shows_twelve_lines_at_most(size, shown, more):
    text = "x" * 30  # too long to stand in one line
    members = "".join(f'>   "k{n}": "{text}"{"," if n < size - 1 else ""}\n' for n in range(shown))
    rest = f">   … {more} more\n" if more else ""
    made = inside({"a": {f"k{n}": text for n in range(size)}}, Evidence("properties.a"))
    assert made == f'> "a": {{\n{members}{rest}> }}\n'
    members = "".join(f'>   "{text}"{"," if n < size - 1 else ""}\n' for n in range(shown))
    assert inside({"a": [text] * size}, Evidence("properties.a")) == f'> "a": [\n{members}{rest}> ]\n'


def test_a_secret_is_never_more_than_a_mark():
    secret = {"masked": "sha256:12345678"}
    assert inside({"a": secret}, Evidence("properties.a", "***masked***", "x")) == (
        '> "a": "***masked***"  <- expected x\n'
    )
    held = {"b": secret, "c": [secret], "d": {"e": secret}}
    assert inside({"a": held}, Evidence("properties.a")) == (
        '> "a": {\n>   "b": "***masked***",\n>   "c": ["***masked***"],\n>   "d": {"e": "***masked***"}\n> }\n'
    )
    assert "sha256" not in inside({"a": secret}, Evidence("properties.a.masked", "sha256:12345678"))


@pytest.mark.parametrize(
    "path",
    [
        "metric Tokens p95[Deployment=chat]",
        "environment",
        "attestation",
        "references",
        "regions of the gateways",
        "parameter require_cmk",
        "setting CRM_PASSWORD",
        "any(resources Microsoft.Search/searchServices)",
        "all(children Microsoft.CognitiveServices/accounts/projects)",
        "count(resources Microsoft.CognitiveServices/accounts)",
        "count(Microsoft.CognitiveServices/accounts)",
        "count(children)",
        "/subscriptions/s: Microsoft.Search/searchServices",
        "/a/two#diagnostics/applicationinsights",
        "/a/two#metric Tokens p95",
        "contentFilters[Hate, Prompt] of Microsoft.DefaultV2",
        "None",
        "",
        "properties.a.",
        ".a",
        "[0]",
        "properties[",
        "a" * 2001,
    ],
)
def test_what_is_no_property_is_in_no_json(path):
    assert shows(body({"environment": 1}, environment="x", attestation="y"), Evidence(path, 1, 2)) == ""


def test_a_lone_word_is_a_property_where_the_record_has_it_or_any_resource_may():
    assert shows({"limit": 5}, Evidence("limit", 5, 6)) == '  {\n>   "limit": 5  <- expected 6\n  }\n'
    assert shows({"x": 5}, Evidence("limit", None, 6)) == ""
    assert shows({"x": 5}, Evidence("kind", None, 6)) == '  {\n>   "kind": —  <- not set; expected 6\n    …\n  }\n'


def test_the_whole_resource_may_be_named():
    assert shows(NAME, Evidence(".", "an object of 2")) == '> {"name": "one", "type": "T/x"}\n'


@pytest.mark.parametrize("not_an_object", [None, [], "x", 3])
def test_what_is_no_object_has_no_excerpt(not_an_object):
    assert excerpt(not_an_object, [Evidence("properties.a")]) == ()


# --- texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("/" + "x" * 119, "/" + "x" * 119),
        ("/s/" + "x" * 120, "…" + "x" * 119),
        ("x" * 10_000_000, "x" * 119 + "…"),
        ('"\\\n\t', '\\"\\\\\\n\\t'),
        ("\x1b[31m\x7f\x85\u202e\u2066\u00ad\ud800", "\\u001b[31m\\u007f\\u0085\\u202e\\u2066\\u00ad\\ud800"),
        ("\u202e" * 120, "\\u202e" * 19 + "…"),
        ("/" + "\u202e" * 120, "…" + "\\u202e" * 19),
        ("é…</script>", "é…</script>"),
    ],
    ids=range(10),
)
def test_texts_are_cut_and_what_could_turn_a_line_is_escaped(value, shown):
    assert inside({"a": value}, Evidence("properties.a")) == f'> "a": "{shown}"\n'


def test_keys_and_notes_are_cut_too():
    key, seen = "\u202e" + "k" * 200, "\x00" + "n" * 5000
    line = excerpt(body({key: 1}), [Evidence(f"properties['{key}']", 1, "e" * 5000, seen)])[4]
    assert line.text == '    "\\u202e' + "k" * 73 + '…": 1'
    assert line.note.startswith("\\x00nnn") and line.note.endswith("…") and len(line.note) == 240


@pytest.mark.parametrize(("digits", "shown"), [(119, "1" + "0" * 119), (120, "…"), (5000, "…")])
def test_a_number_of_more_digits_than_a_line_takes_is_elided(digits, shown):
    value = 10**digits
    assert inside({"a": value}, Evidence("properties.a")) == f'> "a": {shown}\n'


# --- bounds ---------------------------------------------------------------------------------------------------


def within_bounds(lines):
    assert len(lines) <= LINES
    for line in lines:
        assert len(line.text) <= LONGEST_LINE
        assert len(line.note) <= 240
        assert plain(line.text) == line.text
        assert plain(line.note) == line.note


def nested(depth, key="a"):
    value = 1
    for _ in range(depth):
        value = {key: value, "beside": 0}
    return value


@pytest.mark.parametrize(
    ("depth", "ends", "note"),
    [
        (1, '"a": 1,', "expected 0"),
        (9, '"a": 1,', "expected 0"),
        (10, '"a": {"a": 1, "beside": 0},', "a: 1; expected 0"),
        (12, '"a": {', "a.a.a: 1; expected 0"),
        (900, '"a": {', "a" + ".a" * 39 + "…: 1; expected 0"),
    ],
)
def test_a_property_far_down_is_marked_as_far_as_there_is_room(depth, ends, note):
    lines = excerpt({**NAME, **nested(depth)}, [Evidence("a" + ".a" * (depth - 1), 1, 0)])
    within_bounds(lines)
    first = next(line for line in lines if line.mark)
    assert (first.text.lstrip(), first.note) == (ends, note)


def test_lists_on_the_way_leave_room_for_the_property():
    value = {"name": "x", "v": 1}
    for _ in range(4):
        value = {"name": "x", "l": [0, 0, value, 0]}
    lines = excerpt({**NAME, "kind": "k", "location": "l", "sku": {"name": "s"}, **value, "x": 0},
                    [Evidence("l[2].l[2].l[2].l[2].v", 1, 0)])  # fmt: skip
    within_bounds(lines)
    assert [line.note for line in lines if line.mark] == ["expected 0"]


@pytest.mark.parametrize("elements", [200, 100_000])
def test_what_finds_no_room_is_counted(elements):
    seen = [Evidence(f"properties.a[{n}].b", 1, 0) for n in range(elements)]
    lines = excerpt(body({"a": [{"b": 1, "c": 1}] * elements}), seen)
    within_bounds(lines)
    shown = sum(line.mark for line in lines)
    assert shown >= 5
    assert lines[-1].text == f"… {elements - shown} more observations"
    assert not any(line.mark for line in lines[-6:])


def test_large_resources_stay_within_bounds():
    wide = {f"k{n}": {"v": n} for n in range(10_000)}
    many = [Evidence(f"properties.k{n}.w", None, 0) for n in range(0, 10_000, 7)]
    within_bounds(excerpt(body(wide), many))
    within_bounds(excerpt(body([wide] * 100_000), [Evidence("properties[*].k1.v", 1, 0)]))
    within_bounds(excerpt(body(nested(100_000)), [Evidence("properties" + ".a" * 990, 1, 0)]))
    deep = []
    for _ in range(100_000):
        deep = [deep]
    within_bounds(excerpt(body({"a": [deep] * 50}), [Evidence("properties.a"), Evidence("properties.a[*][*][*][*]")]))


# --- of a finding ---------------------------------------------------------------------------------------------


def test_evidence_is_split_by_the_resource_that_it_is_about():
    seen = [
        own := Evidence("properties.a"),
        two := Evidence("/a/Two#properties.b"),
        web := Evidence("config/web#properties.minTlsVersion"),
        again := Evidence("/a/two/#count(properties.c[*])"),
        outer := Evidence("/a/two#^.sku.name"),
        element := Evidence("properties.a[0].^.kind"),
        counted := Evidence("count(^.zones[*])"),
        other := Evidence("properties.d", resource="/a/three"),
        quoted := Evidence("tags['a/b#c']"),
        metric := Evidence("metric Tokens p95"),
        list_ := Evidence("/a/two#any(children T/x)"),
    ]
    assert by_resource(finding(*seen)) == {
        "/a/one": (own, outer, element, counted, quoted),
        "/a/Two": (two, again),
        "/a/one/config/web": (web,),
        "/a/three": (other,),
        "": (metric, list_),
    }


def test_paths_lead_where_they_say_in_whatever_resource():
    assert steps_of("/a/two#count(properties.c[*].d[*])") == ("properties", "c", None, "d")
    assert steps_of("config/web#properties.minTlsVersion") == ("properties", "minTlsVersion")
    assert steps_of("/a/two#^.sku.name") == steps_of("properties.x[0].^.sku.name") == ("sku", "name")
    assert steps_of("a[12]['b.c'][Hate, Prompt].d") == ("a", 12, "b.c", ("Hate", "Prompt"), "d")


def test_a_finding_shows_each_resource_and_leaves_the_rest_to_the_table():
    bodies = {"/a/one": body({"a": 1}), "/a/two": {"name": "two", "properties": {"b": 2}}}
    seen = (
        Evidence("properties.a", 1, 0),
        metric := Evidence("metric Tokens p95", 1, 0),
        Evidence("/a/two#properties.b", 2, 0),
        lone := Evidence("references", 2, 0),
        unread := Evidence("/a/three#properties.c", None, 0),
    )
    made = excerpts(finding(*seen), bodies.get)
    assert [(e.resource, drawn(e.lines)) for e in made.shown] == [
        ("/a/one", shows(bodies["/a/one"], seen[0])),
        ("/a/two", '  {\n    "name": "two",\n    "properties": {\n>     "b": 2  <- expected 0\n    }\n  }\n'),
    ]
    assert made.beside == (metric, lone, unread)


def test_what_is_expected_follows_the_outcome():
    made = excerpts(finding(Evidence("properties.a", 1, 0), outcome=Outcome.PASS), lambda _: body({"a": 1}))
    assert [line.note for line in made.shown[0].lines] == [""] * 7


def test_the_excerpts_of_a_finding_share_their_room():
    seen = [Evidence(f"/a/{n}#properties.a", 1, 0) for n in range(1000)]
    made = excerpts(finding(*seen), lambda _: body({"a": 1}))
    assert [e.resource for e in made.shown] == [f"/a/{n}" for n in range(LINES // 7)]
    assert made.beside == tuple(seen[LINES // 7 :])
    large = body({f"k{n}": n for n in range(50)})
    many = [Evidence(f"properties.k{n}", 1, 0) for n in range(50)]
    made = excerpts(finding(*many, *seen), lambda where: large if where == "/a/one" else body({"a": 1}))
    assert [e.resource for e in made.shown] == ["/a/one"]
    shown = sum(line.mark for line in made.shown[0].lines)
    assert made.beside == (*many[shown:], *seen)


@pytest.fixture(scope="module")
def sample():
    return app.scan(app.Options(sample=True))


def body_in(report):
    resources = report.case.graph.snapshot.resources
    return lambda where: getattr(resources.get(key_of(where)), "body", None)


def test_every_property_that_a_finding_of_the_sample_names_is_shown(sample):
    body_of, seen = body_in(sample), 0
    for found in sample.findings(ALL):
        made = excerpts(found, body_of)
        within_bounds([line for one in made.shown for line in one.lines])
        lost = [e for where, own in by_resource(found).items() for e in own if stands(e, body_of(where))]
        assert not set(lost) & set(made.beside)
        seen += len(lost)
    assert seen > 300


def stands(evidence, body_):
    """Whether the language's own reader finds a value at a path."""
    try:
        value = reader(Path.parse(evidence.path.rpartition("#")[2]))(Item(body_), Item(body_))
    except PathError:
        return False
    return value not in (None, [], UNKNOWN)


# --- whatever comes in ----------------------------------------------------------------------------------------


def examples(count):
    """The same examples each time, in CI as everywhere."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=checks)


WORDS = st.sampled_from(
    ["properties", "name", "type", "sku", "id", "a", "A", "b", "x.y", "it's", "masked", "\u202ex"]
)
SIGNS = st.characters(exclude_characters="…—", exclude_categories=())
SHORT = st.text(SIGNS, max_size=5)
TEXTS = st.one_of(SHORT, SHORT.map(lambda text: text * 40), st.sampled_from(["/s/" + "x" * 150, "x" * 119 + "\n"]))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False), TEXTS)
KEYS = st.one_of(WORDS, WORDS, SHORT, SHORT.map(lambda text: text * 20))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=15) | st.dictionaries(KEYS, inner, max_size=15),
    max_leaves=25,
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=3)
STEPS = st.one_of(
    WORDS.map(lambda w: f"['{w}']" if "'" not in w else f'["{w}"]'),
    st.sampled_from([".properties", ".a", ".b", "[*]", "[0]", "[3]", "[a]", "[a, b]", ".^.", "."]),
)
PATHS = st.one_of(
    st.lists(STEPS, min_size=1, max_size=8).map(lambda steps: "".join(steps).removeprefix(".")),
    st.lists(STEPS, min_size=1, max_size=8).map(lambda steps: f"count({''.join(steps).removeprefix('.')})"),
    st.text(max_size=30),
)
OBSERVED = st.one_of(SCALARS, st.lists(SCALARS, max_size=3).map(tuple))
EVIDENCE = st.builds(Evidence, PATHS, OBSERVED, OBSERVED, st.none() | TEXTS)


@given(VALUES | BODIES, st.lists(EVIDENCE, max_size=60), st.sampled_from(list(Outcome)))
@examples(150)
def test_any_evidence_of_any_json_stays_within_bounds(body_, evidence, outcome):
    lines = excerpt(body_, evidence, outcome)
    within_bounds(lines)
    assert not lines or any(line.mark for line in lines)
    consistent(lines, body_)


@st.composite
def places(draw):
    """An object, the path of a place in it, and the value there."""
    whole = draw(BODIES)
    value, path = whole, ""
    for _ in range(draw(st.integers(1, 8))):
        if not isinstance(value, dict | list) or not value:
            break
        key = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
        assume(not (isinstance(key, str) and "'" in key and '"' in key))
        quote = '"' if "'" in str(key) else "'"
        path += f"[{key}]" if isinstance(key, int) else f"[{quote}{key}{quote}]"
        value = value[key]
    assume(path)
    return whole, path, value


@given(places())
@example(({"a": {"masked": "x"}}, "['a']['masked']", "x"))
@examples(100)
def test_a_property_that_is_there_is_marked_and_carries_the_note(place):
    whole, path, value = place
    lines = excerpt(whole, [Evidence(path, None, None, "seen")])
    within_bounds(lines)
    consistent(lines, whole)
    noted = [line for line in lines if line.note]
    assert [line.mark for line in noted] == [True]
    assert noted[0].note.endswith("seen")
    if noted[0].note == "seen" and "masked" not in str(whole) and isinstance(value, int | float):
        assert json.dumps(value) in noted[0].text


def consistent(lines, whole):
    """Asserts that an excerpt without what it elides is part of the JSON."""
    kept = [at.text for at in lines if not at.text.lstrip().startswith("…") and ": —" not in at.text]
    if not kept:
        return
    ends = [following.lstrip()[:1] in "}]" for following in kept[1:]] + [True]
    text = "\n".join(line.rstrip(",") if last else line for line, last in zip(kept, ends, strict=True))
    assert is_part(json.loads(text.replace("{…}", '{"…": 0}').replace("[…]", '["…"]')), whole)


def is_part(shown, whole):
    if isinstance(whole, dict) and list(whole) == ["masked"]:
        return shown == "***masked***"
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(
            k == "…" or any(is_text(k, own) and is_part(v, value) for own, value in whole.items())
            for k, v in shown.items()
        )
    if isinstance(shown, list):
        rest = iter(whole if isinstance(whole, list) else ())
        return isinstance(whole, list) and all(v == "…" or any(is_part(v, own) for own in rest) for v in shown)
    return is_text(shown, whole) if isinstance(shown, str) else (shown == whole and type(shown) is type(whole))


def is_text(shown, whole):
    """Whether a text is another, or a cut of it."""
    if not isinstance(whole, str):
        return False
    cut = re.sub("…", "", shown)
    return (
        shown == whole
        or (shown.startswith("…") and whole.endswith(cut))
        or (shown.endswith("…") and whole.startswith(cut))
    )
