"""How findings are worded: whole messages over every mechanism, what holds of all of them, and rule titles."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import assets, ruleset, ruletests
from readiness.evidence import opposite
from readiness.model import Evidence, Outcome, Waiver
from readiness.wording import LIMIT, SHOWN, Telling, in_words, shown
from tests import builders as b

ACCOUNT = b.account()
CHILD_TYPE = f"{b.ACCOUNTS}/deployments"


# --- one resource and one condition -------------------------------------------------------------------------------

ONE = {
    # name: (properties, require, message)
    "a value that is wrong": (
        {"a": "on"}, "{field: properties.a, equals: off}", "a is on, expected off"),
    "a value that is right says what was wanted": (
        {"a": "off"}, "{field: properties.a, equals: off}", "a is off"),
    "a boolean": (
        {"a": True}, "{field: properties.a, equals: false}", "a is true, expected false"),
    "a number written as text": (
        {"a": "1"}, "{field: properties.a, equals: 2}", "a is 1, expected 2"),
    "not set": (
        {}, "{field: properties.a, equals: true}", "a is not set, expected true"),
    "not set, with a default": (
        {}, "{field: properties.a, equals: true, default: false}", "a is not set (which means false), expected true"),
    "an empty text": (
        {"a": ""}, '{field: properties.a, notEquals: ""}', "a is an empty text, expected anything but an empty text"),
    "a threshold missed": (
        {"a": 1}, "{field: properties.a, greaterOrEquals: 2}", "a is 1, expected at least 2"),
    "a threshold met is said": (
        {"a": 2}, "{field: properties.a, greaterOrEquals: 2}", "a is 2, expected at least 2"),
    "choices": (
        {"a": "x"}, "{field: properties.a, in: [b, c, d]}", "a is x, expected b, c or d"),
    "many choices": (
        {"a": "x"}, "{field: properties.a, in: [b, c, d, e, f, g, h]}", "a is x, expected b, c, d, e, f or 2 more"),
    "anything but one": (
        {"a": "x"}, "{field: properties.a, notEquals: x}", "a is x, expected anything but x"),
    "anything but several": (
        {"a": "x"}, "{field: properties.a, notIn: [x, y, z]}", "a is x, expected anything but x, y or z"),
    "a pattern": (
        {"a": "x"}, "{field: properties.a, like: 'v*'}", "a is x, expected like v*"),
    "several patterns for one value": (
        {"a": "x"}, "{anyOf: [{field: properties.a, like: 'v*'}, {field: properties.a, like: 'w*'}]}",
        "a is x, expected like v* or w*"),
    "a key in a long name": (
        {"c": {"Microsoft.Example.Gateway.Security.Protocols.Tls10": "True"}},
        "{field: \"properties.c['Microsoft.Example.Gateway.Security.Protocols.Tls10']\", equals: false}",
        "c['...Example.Gateway.Security.Protocols.Tls10'] is True, expected false"),
    "a date": (
        {"a": "2025-06-08T00:00:00Z"}, "{field: properties.a, after: as_of}",
        "a is 2025-06-08, expected after 2026-01-01"),
    "a date with an offset": (
        {"a": "2025-06-08T02:30:00+02:00"}, "{field: properties.a, after: as_of+P1D}",
        "a is 2025-06-08 00:30 UTC, expected after 2026-01-02"),
    "a period": (
        {"a": "2025-06-08T00:00:00Z"}, "{field: properties.a, within: P90D}",
        "a is 2025-06-08, expected within 90 days"),
    "an id": (
        {"a": f"{b.SUB}/resourceGroups/rg/providers/M.N/vnets/v/subnets/apps"}, "{field: properties.a, equals: x}",
        "a is .../subnets/apps, expected x"),
    "an object": (
        {"a": {"b": 1}}, "{field: properties.a, exists: false}", "a is an object of 1 key, expected no value"),
    "a long text": (
        {"a": "x" * 500}, "{field: properties.a, equals: y}", f"a is {'x' * 97}..., expected y"),
    "two things that are wrong": (
        {"a": 0, "b": 1}, "{allOf: [{field: properties.a, equals: 1}, {field: properties.b, equals: 2}]}",
        "a is 0, expected 1; b is 1, expected 2"),
    "two things that are wrong alike": (
        {"a": 0, "b": 0}, "{allOf: [{field: properties.a, equals: 1}, {field: properties.b, equals: 1}]}",
        "a and b are 0, expected 1"),
    "two alternatives": (
        {"a": 0, "b": 1}, "{anyOf: [{field: properties.a, equals: 1}, {field: properties.b, equals: 2}]}",
        "a is 0, expected 1; b is 1, expected 2 (one of these would do)"),
    "five things": (
        {},
        f"{{allOf: [{', '.join(f'{{field: properties.{n}, equals: {n}}}' for n in 'abcde')}]}}",
        "a is not set, expected a; b is not set, expected b; c is not set, expected c; and 2 more"),
    "one value, two demands": (
        {"a": ""}, "{allOf: [{field: properties.a, greater: 1}, {field: properties.a, notEquals: ''}]}",
        "a is an empty text, expected anything but an empty text"),
    "not of alternatives": (
        {"a": "x-dev"},
        "{not: {anyOf: [{field: properties.a, like: '*-dev'}, {field: properties.a, like: '*-test'}]}}",
        "a is x-dev, expected not like *-dev"),
    "not of a threshold": (
        {"a": 3}, "{not: {field: properties.a, greaterOrEquals: 3}}", "a is 3, expected less than 3"),
    "not of not": (
        {"a": "x"}, "{not: {not: {field: properties.a, equals: y}}}", "a is x, expected y"),
    "elements": (
        {"l": [{"x": 1}, {"x": 2}, {}]}, "{field: 'properties.l[*].x', equals: 1, empty: pass}",
        "l[1].x is 2, expected 1; l[2].x is not set, expected 1"),
    "elements that pass": (
        {"l": [{"x": 1}, {"x": 2}, {"x": 1}]}, "{field: 'properties.l[*].x', less: 3, empty: pass}",
        "l.x are 1 and 2, expected less than 3"),
    "no elements, which fails": (
        {"l": []}, "{field: 'properties.l[*].x', equals: 1, empty: fail}", "no l found, expected at least 1"),
    "a count of all": (
        {"l": [1]}, "{count: {field: 'properties.l[*]'}, greaterOrEquals: 2}", "l: 1 found, expected at least 2"),
    "a count of none": (
        {"l": []}, "{count: {field: 'properties.l[*]'}, greaterOrEquals: 2}", "no l found, expected at least 2"),
    "a count that is too low": (
        {"l": [{"s": "Approved"}, {"s": "Pending"}]},
        "{count: {field: 'properties.l[*]', where: {field: s, equals: Approved}}, greaterOrEquals: 2}",
        "l: 1 of 2 qualifies, expected at least 2; l[1].s is Pending, expected Approved"),
    "a count that is too high": (
        {"l": [{"s": "Log", "n": "one"}, {"s": "Block", "n": "two"}, {"s": "Log", "n": "three"}]},
        "{count: {field: 'properties.l[*]', where: {allOf: [{field: s, equals: Log}, {field: n, notEquals: x}]}}, "
        "less: 1}",
        "l: 2 of 3 at fault; l[0].s is Log, expected anything but Log (n is one); "
        "l[2].s is Log, expected anything but Log (n is three)"),
    "at most some at fault": (
        {"l": [{"s": "Log"}, {"s": "Log"}]},
        "{count: {field: 'properties.l[*]', where: {field: s, equals: Log}}, lessOrEquals: 1}",
        "l: 2 of 2 at fault, expected at most 1; l[0].s and l[1].s are Log, expected anything but Log"),
    "none at fault": (
        {"l": [{"s": "Block"}]}, "{count: {field: 'properties.l[*]', where: {field: s, equals: Log}}, equals: 0}",
        "l: none of 1 at fault"),
}  # fmt: skip


@pytest.mark.parametrize(("properties", "require", "message"), ONE.values(), ids=ONE.keys())
def test_one_resource_and_one_condition(tmp_path, properties, require, message):
    read = b.snapshot(tmp_path, b.read(), b.account(properties=properties))
    found = b.verdict(read, b.rule(f"require: {require}"))
    assert found.message == message


# --- what could not be told, and what a rule does not apply to ----------------------------------------------------

OTHERWISE = {
    # name: (records beside the account, rule, message)
    "a gap names the permission": (
        [b.gap(b.SUB, b.ACCOUNTS, "properties.n", permission="a/b/read")],
        "require: {field: properties.n.x, equals: 1}",
        "n.x could not be read: forbidden (needs a/b/read)"),
    "two properties behind one gap": (
        [b.gap(b.SUB, b.ACCOUNTS, "properties.n")],
        "require: {allOf: [{field: properties.n.x, equals: 1}, {field: properties.n.y, equals: 1}]}",
        "n.x and n.y could not be read: forbidden"),
    "a property newer than the record": (
        [],
        "require: {field: properties.new, equals: 1, since_api: 2099-01-01}",
        "new is not known: the property came with api-version 2099-01-01, and the record was read with "
        f"api-version {b.API}"),
    "an array that could not be read": (
        [b.gap(b.SUB, b.ACCOUNTS, "properties.l")],
        "require: {count: {field: 'properties.l[*]'}, greaterOrEquals: 1}",
        "l could not be read: forbidden"),
    "no number": (
        [], "require: {field: properties.text, less: 1}",
        "text is soon, which can't be compared, expected less than 1"),
    "nothing to compare": (
        [], "require: {field: properties.none, less: 1}",
        "none is not set, which can't be compared, expected less than 1"),
    "a value that nobody knows": (
        [], "require: {field: properties.text, equals: off, known: [on, off]}",
        "text is soon, which is none of the values that can be judged, expected off"),
    "it does not apply": (
        [], "where: {field: kind, in: [a, b]}\nrequire: {field: kind, exists: true}",
        "does not apply: kind is OpenAI, not a or b"),
    "it does not apply to what is not set": (
        [], "where: {field: properties.none, equals: x}\nrequire: {field: kind, exists: true}",
        "does not apply: none is not set"),
    "it applies to all but one": (
        [], "where: {field: kind, notEquals: OpenAI}\nrequire: {field: kind, exists: true}",
        "does not apply: kind is OpenAI"),
    "whether it applies is not known": (
        [b.gap(b.SUB, b.ACCOUNTS, "kind", permission="a/b/read")],
        "where: {field: kind, equals: x}\nrequire: {field: kind, exists: true}",
        "could not tell if it applies: kind could not be read: forbidden (needs a/b/read)"),
    "a parameter": (
        [], "parameters: {wanted: {default: false, description: x}}\n"
        "where: {value: {parameter: wanted}, equals: true}\nrequire: {field: kind, exists: true}",
        "does not apply: parameter wanted is false"),
    "a check": (
        [], "check: {name: ip-rules-narrow, params: {path: properties.ips}}",
        "ips[0].value is 0.0.0.0/0, expected /24 or narrower (IPv6: /48)"),
    "a check that does not apply": (
        [], "check: {name: tags-present, params: {required: []}}", "does not apply: no tag is required"),
    "a check and several tags": (
        [], "check: {name: tags-present, params: {required: [owner, team]}}",
        "tags.owner and tags.team are not set, expected a value"),
    "a question": (
        [], "attest: {question: Is it so?, guidance: Look.}", "needs an answer: Is it so?"),
}  # fmt: skip


@pytest.mark.parametrize(("records", "text", "message"), OTHERWISE.values(), ids=OTHERWISE.keys())
def test_what_could_not_be_told_or_does_not_apply(tmp_path, records, text, message):
    account = b.account(properties={"text": "soon", "ips": [{"value": "0.0.0.0/0"}]})
    found = b.verdict(b.snapshot(tmp_path, b.read(), account, *records), b.rule(text))
    assert found.message == message


# --- related resources --------------------------------------------------------------------------------------------

DEPLOYMENTS = f"related: children, type: {CHILD_TYPE}"
RELATED = {
    # name: (names of deployments with their state, require, message)
    "any, and there is none": (
        {}, f"{{any: {{{DEPLOYMENTS}, where: {{field: properties.s, equals: on}}}}}}", "no deployments found"),
    "any, and none is so": (
        {"a": "off", "b": None}, f"{{any: {{{DEPLOYMENTS}, where: {{field: properties.s, equals: on}}}}}}",
        "deployments/a: s is off, expected on; deployments/b: s is not set, expected on"),
    "any, and there it is": (
        {"a": "off", "b": "on"}, f"{{any: {{{DEPLOYMENTS}, where: {{field: properties.s, equals: on}}}}}}",
        "deployments: b"),
    "all, and one is not so": (
        {"a": "off", "b": "on"}, f"{{all: {{{DEPLOYMENTS}, require: {{field: properties.s, equals: on}}}}}}",
        "deployments/a: s is off, expected on"),
    "all are so": (
        {"a": "on", "b": "on"}, f"{{all: {{{DEPLOYMENTS}, require: {{field: properties.s, equals: on}}}}}}",
        "deployments: 2 found, all as expected"),
    "one is so": (
        {"a": "on"}, f"{{all: {{{DEPLOYMENTS}, require: {{field: properties.s, equals: on}}}}}}",
        "deployments: 1 found, as expected"),
}  # fmt: skip


def estate(folder, states, *more):
    account = b.account()
    children = [b.child(account, "deployments", n, {} if s is None else {"s": s}) for n, s in states.items()]
    return b.snapshot(folder, b.read(), b.read(type_=CHILD_TYPE), account, *children, *more)


@pytest.mark.parametrize(("states", "require", "message"), RELATED.values(), ids=RELATED.keys())
def test_related_resources(tmp_path, states, require, message):
    assert b.verdict(estate(tmp_path, states), b.rule(f"require: {require}")).message == message


def test_a_list_of_related_resources_that_could_not_be_read(tmp_path):
    hidden = b.gap(b.SUB, CHILD_TYPE, reason="throttled", permission="x/read")
    read = b.snapshot(tmp_path, b.read(), b.account(), hidden)
    rule = b.rule(f"require: {{any: {{{DEPLOYMENTS}}}}}")
    assert b.verdict(read, rule).message == f"the list of {CHILD_TYPE} could not be read: throttled (needs x/read)"


@given(order=st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_the_records_changes_no_message(tmp_path_factory, order):
    states = {"a": "off", "b": "on", "c": "idle", "d": None}
    requires = [require for _, require, _ in RELATED.values()]

    def said(names):
        read = estate(tmp_path_factory.mktemp("order"), {n: states[n] for n in names})
        return [b.verdict(read, b.rule(f"require: {require}")).message for require in requires]

    assert said(order) == said(sorted(order))


# --- metrics, environments, waivers, attestations, lost lists -----------------------------------------------------

METRIC = "require: {metric: {name: Tokens, aggregation: Average, statistic: %s}, less: %s}"


@pytest.mark.parametrize(
    ("values", "statistic", "message"),
    [
        ([1.0, 100 / 3], "max", "highest value of Tokens is 33.33, expected less than 2"),
        ([3.0], "mean", "mean of Tokens is 3, expected less than 2"),
        ([1.0], "p95", "95th percentile of Tokens is 1 (over averages of 5 minutes), expected less than 2"),
        ([None], "max", "highest value of Tokens: no sample"),
    ],
)
def test_a_metric(tmp_path, values, statistic, message):
    read = b.snapshot(tmp_path, b.read(), ACCOUNT, b.metrics(ACCOUNT, values, dimensions={"Name": "chat"}))
    assert b.verdict(read, b.rule(METRIC % (statistic, 2))).message == message


def test_a_metric_names_the_series_that_is_another_than_the_judged(tmp_path):
    read = b.snapshot(
        tmp_path, b.read(), ACCOUNT, b.metrics(ACCOUNT, [9.0], dimensions={"Name": "chat", "Region": "x"})
    )
    assert b.verdict(read, b.rule(METRIC % ("max", 2))).message == (
        "highest value of Tokens[Region=x] is 9, expected less than 2"
    )


@pytest.mark.parametrize(
    ("name", "tags", "message"),
    [
        ("chat", {"env": "prod"}, "a is not set, expected 1; it is production by its tag env"),
        ("chat-prod", {}, "a is not set, expected 1; it is production by its name"),
        ("chat", {}, "a is not set, expected 1; its environment is undecided and counts as production"),
        ("chat", {"env": "dev"}, "does not apply: it is development by its tag env"),
    ],
)
def test_an_environment(tmp_path, name, tags, message):
    read = b.snapshot(tmp_path, b.read(), b.account(name, tags=tags))
    rule = b.rule("require: {field: properties.a, equals: 1}", environments=["production"])
    assert b.verdict(read, rule).message == message


def test_an_environment_that_could_not_be_told(tmp_path):
    read = b.snapshot(tmp_path, b.read(), ACCOUNT, b.gap(b.SUB, b.ACCOUNTS, "tags"))
    rule = b.rule("require: {field: properties.a, equals: 1}", environments=["production"])
    assert b.verdict(read, rule).message == "could not tell if it applies: the tags of chat could not be read"


def test_a_waiver_that_lapsed(tmp_path):
    waiver = Waiver("TEST-001", "*", "Partners.", "ann@example.com", "2025-12-01")
    read = b.snapshot(tmp_path, b.read(), ACCOUNT)
    found = b.verdict(read, b.rule("require: {field: properties.a, equals: 1}"), waivers=(waiver,))
    assert found.message == "a is not set, expected 1; its waiver expired on 2025-12-01 (ann@example.com)"


LISTS = {
    1: "a list of M.N/a could not be read in full: forbidden (needs a/read)",
    3: "3 lists of M.N/a, M.N/b, M.N/c could not be read in full: forbidden (needs a/read, b/read, c/read)",
    5: "5 lists of M.N/a, M.N/b, M.N/c and 2 more could not be read in full: forbidden "
    "(needs a/read, b/read, c/read and 2 more)",
}


@pytest.mark.parametrize(("count", "message"), LISTS.items())
def test_lost_lists(tmp_path, count, message):
    types = [f"M.N/{letter}" for letter in "abcde"[:count]]
    rule = b.rule("require: {field: name, exists: true}", resource=types)
    hidden = [b.gap(b.SUB, t, permission=f"{t[-1]}/read") for t in types]
    read = b.snapshot(tmp_path, b.body(b.SUB, displayName="s", type="Microsoft.Resources/subscriptions"), *hidden)
    [found] = b.findings(b.judge(read, rule))
    assert found.message == message


# --- what holds of every message ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_case():
    """(rule's text, finding's message) of every case of every built-in rule, and of every fix."""
    return [
        (path.read_text(encoding="utf-8"), result)
        for path in sorted(assets.rules().rglob("*.yaml"))
        for result in ruletests.run(ruleset.load_file(path)[0])
    ]


NEVER = {
    "an operator's name": r"\b(\w*[eE]quals|notIn|notContains|containsKey|allOf|anyOf)\b",
    "a word twice": r"\b([a-z]+) \1(?![\w-])",
    "null": r"\bnull\b",
    "a type of Python": r"\b(NoneType|dict|str|int|list|tuple)\b can",
    "a list of Python": r"\['|'\]|\[\]",
    "two blanks": r"  |^ | $",
    "a full stop at the end": r"[^.]\.\Z",
    "empty brackets": r"\(\)|\[\]",
    "an empty part": r"; ;|, ,|: :|,;|:;",
    "ARM's properties": r"\bproperties\.",
    "all of an id": r"/subscriptions/[^*]*/providers/",
    "a plural of one": r"\b1 (entries|keys|places|lists|are)\b",
    "a call": r"\b(count|any|all)\(",
    "a number of known ones": r"\d known\b",
    "more digits than anybody reads": r"\d\.\d{4}",
}


@pytest.mark.parametrize("what", NEVER)
def test_no_message_of_a_built_in_rule_has(every_case, what):
    found = re.compile(NEVER[what])
    values = r"\['[^']*'\]" if what == "a list of Python" else r"(?!)"  # keys of properties are quoted so
    assert [r.why for _, r in every_case if found.search(re.sub(values, "", r.why))] == []


@pytest.mark.parametrize("word", ["None", "True", "False", "{", "}"])
def test_words_of_python_and_braces_stand_only_where_azure_has_them(every_case, word):
    said = [(text, result.why) for text, result in every_case if re.search(rf"(?<!\w){word}(?!\w)", result.why)]
    assert all(re.search(rf"[\"' \[:{{]{word}", text) for text, _ in said)
    assert said


def test_every_message_is_short_printable_and_whole(every_case):
    assert len(every_case) > 2236
    for _, result in every_case:
        message = result.why
        assert 3 < len(message) <= LIMIT, message
        assert message.isprintable(), message
        assert message.count("(") == message.count(")"), message
        assert message.count(";") <= SHOWN + 3, message


def test_what_does_not_apply_and_what_could_not_be_told_begin_alike(every_case):
    for _, result in every_case:
        assert result.why.startswith("does not apply: ") is (result.got == "not_applicable"), result.why
        if result.why.startswith("could not tell if it applies: "):
            assert result.got == "unknown"


def test_no_failure_expects_what_it_sees(every_case):
    same = re.compile(r"\bis ([^,;()]+), expected \1(?:[,;(]|\Z)")
    assert [r.why for _, r in every_case if same.search(r.why)] == []


TEXTS = st.text(max_size=400) | st.sampled_from(["", "not set", "2026-01-01T00:00:00Z", b.SUB + "/x/y", "True"])
VALUES = TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.tuples(TEXTS, st.integers())
EVIDENCE = st.builds(Evidence, TEXTS, VALUES, VALUES, st.none() | TEXTS)


@given(st.lists(EVIDENCE, min_size=1, max_size=8), st.sampled_from(Outcome), st.integers(40, LIMIT), st.booleans())
def test_no_evidence_makes_a_message_too_long_or_empty(evidence, outcome, room, asked):
    telling = Telling(outcome, asked, room, " (one of these would do)")
    message = in_words(evidence, telling, b.SUB)
    assert 0 < len(message) <= room
    assert message == in_words(list(evidence), telling, b.SUB)


def test_what_was_told_before_does_not_take_true_for_one():
    assert in_words([Evidence("a", 1, (1,))]) == "a is 1, expected 1"
    assert in_words([Evidence("a", True, (True,))]) == "a is true, expected true"
    assert in_words([Evidence("a", 1.0, (1, True))]) == "a is 1, expected 1 or true"


def test_another_resource_is_named_and_the_judged_one_is_not():
    seen = [Evidence(f"{b.SUB}/resourceGroups/rg/providers/M.N/a/chat#properties.x", 1, 2)]
    assert in_words(seen) == "a/chat: x is 1, expected 2"
    assert in_words(seen, subject=f"{b.SUB}/resourceGroups/RG/providers/M.N/a/chat/") == "x is 1, expected 2"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not set"), (True, "true"), (100.0, "100"), (0.30000000000000004, "0.3"), (0.0004, "0.0004"),
        (1e30, "1e+30"), (("a", "a"), "a, a"), (("a", None), "a, not set"), ((), "an empty list"),
        ("2026-13-01T00:00:00Z", "2026-13-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_a_value_in_a_sentence(value, words):
    assert shown(value) == words


@pytest.mark.parametrize("expected", [
    "at least 2", "at most 2", "a value", "like x*", "containing x", "before 2026-01-01", "not x", "matching #",
    "less than 1", "more than 1", "within P1D", "with the key x", "no value", "one of a, b",
])  # fmt: skip
def test_the_opposite_of_the_opposite_is_the_same(expected):
    assert opposite(expected) != expected
    assert opposite(opposite(expected)) == expected


@pytest.mark.parametrize(
    ("expected", "contrary"), [(True, "not true"), (1, "not 1"), ((1, "b"), "none of 1, b"), (None, None)]
)
def test_the_opposite_of_a_value(expected, contrary):
    assert opposite(expected) == contrary


# --- titles -------------------------------------------------------------------------------------------------------

STATES = (
    r"\b(is|are|has|have|does|do|carry|carries|suits|identifies|uses|use|matches|runs|survives|trips|allow|allows|block|"
    r"blocks|protects|encrypts|respect|accept|take|resolve|stay|meets|meet|exists|exist|"
    r"remains|keeps|sends|send|serves|cover|registers|admits|offers|guards|mirrors|hold)\b"
)
ORDERS = r"^(Enable|Disable|Use|Configure|Ensure|Set|Turn|Avoid|Restrict|Add|Remove|Do|Deploy|Require|Limit|Check)\b"
DEFECTS = r"\b(should|must|missing|lacks?|fails?|violat\w+|not configured|insecure|unprotected|exposed)\b"
WITHOUT_A_VERB = {"AOAI-NET-003", "AOAI-NET-004", "AOAI-REL-008"}
"""They read as states, and lack the verb."""


def titles():
    return {r.id: r.title for r in (ruleset.load_file(p)[0] for p in assets.rules().rglob("*.yaml"))}


def test_every_title_is_a_desired_state():
    found = titles()
    assert len(found) >= 66
    for rule_id, title in found.items():
        assert title[0].isupper(), rule_id
        assert not title.endswith("."), rule_id
        assert len(title) <= 90, rule_id
        assert not re.search(ORDERS, title), rule_id
        assert not re.search(DEFECTS, title), rule_id
    assert {rule_id for rule_id, title in found.items() if not re.search(STATES, title)} <= WITHOUT_A_VERB


def test_no_two_rules_have_one_title():
    found = titles()
    assert len(set(found.values())) == len(found)
