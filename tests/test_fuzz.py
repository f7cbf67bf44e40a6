"""What users and Azure may hand us, broken on purpose: only our own errors come out, and what loads can be judged.

Mutations of the shipped rules, of real exports, of the sample's snapshot and configuration: of their structure
(keys dropped, doubled, renamed; types swapped; odd texts, numbers, ids, dates, depths) and of their bytes.

A longer session: FUZZ_EXAMPLES=200 (times as many examples) FUZZ_SEED=7 pytest tests/test_fuzz.py
"""

import contextlib
import copy
import gzip
import io
import json
import os
import tempfile
import warnings
from pathlib import Path
from unittest import mock

import hypothesis
import orjson
import pytest
from builders import rule_text
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from readiness import app, assets, baseline, explaining, exports, ruleset, ruletests
from readiness.conditions import Bound
from readiness.errors import UsageError
from readiness.model import Environment, Outcome, Severity
from readiness.render import explanation, html, terminal
from readiness.render import json as report_json
from readiness.report import ALL
from readiness.yamlfile import LoadError, Problems, parse, plain_value

REAL = Path(__file__).parent / "data/real"
OURS = (LoadError, UsageError)
TIMES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
SEED = os.environ.get("FUZZ_SEED")
BUILT_IN = app.all_rules()


def fuzzed(examples, *strategies):
    """A property over so many examples: the same ones each time, unless a seed is given."""

    def decorate(test):
        settings = hypothesis.settings(
            max_examples=examples * TIMES,
            derandomize=SEED is None,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        found = settings(given(*strategies)(test))
        return found if SEED is None else hypothesis.seed(int(SEED))(found)

    return decorate


# --- odd values -----------------------------------------------------------------------------------------------


class Raw(str):
    """Text that is written as it stands, without quotes."""

    __slots__ = ()


SUB = "/subscriptions/00000000-0000-0000-0000-000000000000"
ACCOUNT = f"{SUB}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/oai"
TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\x1b[31m\x07",
    "\x7f\x85",
    "\r\n",
    "\t",
    "\ud800",
    "\udfff\ud83d",
    "\U0001f600",
    "\u202e",
    "\ufeff",
    "\u2028",
    "\u0130",
    "\u00df",
    "\ufb00",
    "\u00b2",
    "e\u0301",
    "x" * 10_000,
    "<a b='" * 500,
    "&lt;" * 99,
    "<script>",
    "[red]",
    "[/]",
    "{{named}}",
    "{0}%s${x}",
    "'",
    '"',
    "\\",
    "`",
    "AccountKey=abcdefgh;",
    "Bearer eyJhbGci.abc",
    "nan",
    "NaN",
    "-Infinity",
    "1e999",
    "-0",
    "0613",
    "0x1F",
    "1_000",
    "true",
    "NO",
    "null",
    "~",
    "12:30",
    "/",
    "//",
    "///",
    "/subscriptions",
    "/subscriptions/",
    "/subscriptions//resourceGroups//",
    "subscriptions/x",
    "/" * 400,
    "/a" * 5_000,
    f"{SUB}/",
    SUB.upper(),
    f"{ACCOUNT}/",
    ACCOUNT.upper(),
    f"{ACCOUNT}/deployments",
    f"{ACCOUNT}//deployments//",
    f"{ACCOUNT}/deployments/d/",
    f"{ACCOUNT}/providers/",
    f"{ACCOUNT}/providers/a/b/c",
    f"{SUB}/providers/a/b/c/providers//d/e",
    "/providers/",
    "/providers/a/b/c",
    f"{SUB}/resourceGroups/",
    f"{SUB}/resourcegroups/rg",
    ACCOUNT + "x" * 10_000,
    "estate",
    "workload:",
    "workload:default",
    "workload",
    "subscription",
    "*",
    "**",
    "[",
    "[!",
    "[z-a]",
    "[[a]",
    "?",
    "*" * 30,
    "Microsoft.CognitiveServices/accounts",
    "microsoft.search/SEARCHSERVICES",
    "Microsoft.X/y/z/w",
    "/x",
    "x/",
    "a/b/c/d/e",
    ".",
    "^.",
    "^",
    "^.name",
    "a.b[*].c",
    "[*]",
    "a[*][*]",
    "['x.y']",
    "a..b",
    "a.",
    ".a",
    "properties",
    "properties.",
    "0001-01-01",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31",
    "9999-12-31T23:59:60-23:59",
    "2026-02-30",
    "2024-02-29T24:00:00Z",
    "1970-01-01T00:00:00.9999999999Z",
    "2016-12-31T23:59:60Z",
    "as_of",
    "as_of+P9999Y",
    "as_of-P9999Y99999M",
    "as_of+",
    "as_of+P",
    "P",
    "PT",
    "P0D",
    "PT0S",
    "PT1S",
    "P9999Y99999M99999W999999D",
    "PT999999H",
    "P-1D",
    "P1.5D",
    "production",
    "development",
    "critical",
    "info",
    "pass",
    "fail",
    "unknown",
    "error",
    "forbidden",
    "not_registered",
    "readiness/snapshot/1",
    "readiness/snapshot/2",
    "readiness/snapshot/\u00b2",
    "readiness/report/\u00b2",
    "readiness/snapshot/",
    "readiness/report/" + "1" * 5_000,
    "0.0.0.0/0",
    "1.2.3.4-1.2.3.3",
    "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::1%1",
    "10.0.0.0/99",
    "1.2.3.4/255.255.255.0",
    "010.1.1.1",
]
NUMBERS = [
    0,
    -1,
    1,
    2,
    64,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    -(2**63) - 1,
    10**39,
    -(10**39),
    0.5,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    Raw("NaN"),
    Raw("-Infinity"),
    Raw("1e999"),
    Raw("-1e999"),
    Raw("0x10"),
    Raw("1e3"),
    Raw("9" * 400),
]
OTHERS = [
    None,
    True,
    False,
    [],
    {},
    [None],
    [[]],
    [{}],
    [[[{}]]],
    {"": None},
    {"a": {"b": {"c": []}}},
    [1, "a", None, {}, [True]],
    {"masked": "sha256:00000000"},
    {"parameter": "none"},
    {"field": "name"},
    {"field": "properties.a[*]"},
    [0] * 200,
    Raw("[" * 61 + "]" * 61),
    Raw('{"a":' * 59 + "1" + "}" * 59),
    Raw("[" * 300 + "]" * 300),
    Raw("[" * 1100 + "]" * 1100),
    [{"id": ACCOUNT + "/privateEndpointConnections/p"}, {"id": 5}, None],
    {"id": "x", "type": "Microsoft.X/y"},
]
ODD = st.sampled_from([*TEXTS, *NUMBERS, *OTHERS]) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def written(value, *, ascii_only=True):
    """JSON (and therefore YAML) of a value, also where it is none: NaN, doubled keys, lone surrogates, raw text."""
    if isinstance(value, dict):
        members = (
            f"{written(k.rstrip(DOUBLED), ascii_only=ascii_only)}: {written(v, ascii_only=ascii_only)}"
            for k, v in value.items()
        )
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(v, ascii_only=ascii_only) for v in value) + "]"
    return str(value) if isinstance(value, Raw) else json.dumps(value, ensure_ascii=ascii_only)


def encoded(text):
    return text.encode("utf-8", "surrogatepass")


# --- mutations of structure -------------------------------------------------------------------------------------

DOUBLED = "\ue000"  # a key that ends so is written without it: a doubled key


def places(root):
    """Every (holder, key) below a holder, breadth first."""
    waiting, found = [root], []
    while waiting:
        holder = waiting.pop(0)
        for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            found.append((holder, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return found


def renamed(holder, key, name):
    members = [(name if k == key else k, v) for k, v in holder.items()]
    holder.clear()
    holder.update(members)


def _double(holder, key, odd, found):
    if isinstance(holder, dict):
        holder[f"{key}{DOUBLED}"] = odd
    else:
        holder.append(copy.deepcopy(holder[key]))


def _rename(holder, key, odd, found):
    if isinstance(holder, dict):
        renamed(holder, key, str(odd) if isinstance(odd, str) else str(key)[:-1])
    else:
        holder.insert(key, odd)


def _case(holder, key, odd, found):
    if isinstance(holder[key], str):
        holder[key] = holder[key].swapcase()
    elif isinstance(holder, dict):
        renamed(holder, key, str(key).swapcase())


def _drop(holder, key, odd, found):
    del holder[key]


def _swap(holder, key, odd, found):
    at = next(i for i, (h, k) in enumerate(found) if h is holder and k == key)
    other, name = found[(at * 7919 + 13) % len(found)]
    holder[key] = copy.deepcopy(other[name])


def _put(make):
    def put(holder, key, odd, found):
        holder[key] = make(holder[key], odd)

    return put


WAYS = {
    "odd": _put(lambda value, odd: odd),
    "odd again": _put(lambda value, odd: odd),
    "drop": _drop,
    "double": _double,
    "rename": _rename,
    "case": _case,
    "swap": _swap,
    "null": _put(lambda value, odd: None),
    "in a list": _put(lambda value, odd: [value, odd]),
    "in an object": _put(lambda value, odd: {"value": value, "odd": odd}),
    "as text": _put(lambda value, odd: str(value)),
    "longer": _put(lambda value, odd: f"{value}{odd}" if isinstance(value, str) and isinstance(odd, str) else odd),
}
STEPS = st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from(list(WAYS)), ODD), min_size=1, max_size=3)


def mutated(tree, steps):
    """A copy of a JSON tree with some things done to it."""
    root = [copy.deepcopy(tree)]
    for at, way, odd in steps:
        found = places(root)
        if found:
            holder, key = found[at % len(found)]
            WAYS[way](holder, key, copy.deepcopy(odd), found)
    return root[0] if root else None


# --- mutations of bytes -----------------------------------------------------------------------------------------

BITS = [
    b"",
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\x1f\x8b",
    b"\n",
    b"\r",
    b"---\n",
    b"...",
    b": ",
    b"- ",
    b"{",
    b"[",
    b"]",
    b"}",
    b'"',
    b"'",
    b"&a ",
    b"*a ",
    b"!!python/object:os.system ",
    b"<<: ",
    b"|",
    b">",
    b"%YAML 9",
    b"# ",
    b"? ",
    b"\t",
    b"\\u",
    b"\\ud800",
    b"1e999",
    b"[" * 2_000,
    b"{a: " * 200,
    b"- " * 2_000,
    b"," * 50,
    b"NaN",
]
CUTS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "splice", "end", "double"]),
        st.floats(0, 1),
        st.integers(0, 200),
        st.sampled_from(BITS) | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=4,
)


def broken(data, cuts):
    """Some bytes with others flipped, cut out, put in, copied from elsewhere."""
    for way, share, length, bits in cuts:
        at = int(share * len(data))
        if way == "flip" and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ (1 << length % 8)]) + data[at + 1 :]
        elif way == "cut":
            data = data[:at] + data[at + length :]
        elif way == "insert":
            data = data[:at] + bits + data[at:]
        elif way == "splice":
            start = length * 7919 % (len(data) or 1)
            data = data[:at] + data[start : start + length] + data[at:]
        elif way == "end":
            data = data[:at]
        else:
            data = data[:at] + data[at : at + length] + data[at:]
    return data


# --- what is mutated --------------------------------------------------------------------------------------------


def _bodies():
    for name in (
        "accounts.array.json",
        "all.array.json",
        "examples.array.json",
        "private-endpoints.examples.array.json",
    ):
        yield from json.loads((REAL / name).read_text())
    yield from json.loads((REAL / "apim.data.json").read_text())["data"]
    yield from json.loads((REAL / "search.value.json").read_text())["value"]
    yield json.loads((REAL / "one.json").read_text())


def _kind_of(body):
    return str(body["id"]).lower().split("/")[-2::-2][:2]


def _few(bodies, each=4, most=6_000):
    """A few small bodies of each type, so that every kind of record has its share."""
    taken = {}
    for body in sorted(bodies, key=lambda b: len(json.dumps(b))):
        same = taken.setdefault(str(_kind_of(body)), [])
        if len(same) < each and len(json.dumps(body)) < most and not exports.is_flattened(body):
            same.append(body)
    return [body for same in taken.values() for body in same]


BODIES = _few(_bodies())
ESTATE = [json.loads(line) for line in gzip.decompress((assets.sample() / app.SAMPLE).read_bytes()).splitlines()]
HEADER, RECORDS = ESTATE[0], ESTATE[1:]
UNSCOPED = {**HEADER, "scope": {}}  # the sample's own scope would leave out what is not in its subscriptions
OTHER_RECORDS = [r for r in RECORDS if "resource" not in r]
RULE_FILES = sorted(assets.rules().rglob("*.yaml"))
RULE_BYTES = [path.read_bytes() for path in RULE_FILES]


def _tree(data):
    """A rule as a tree, with few of its tests, so that mutations meet what it asks."""
    tree = plain_value(parse(data, Problems("")))
    tests = tree.get("tests", [])
    kept = {t["expect"]: t for t in reversed(tests)}
    return {**tree, "tests": list(kept.values())} if tests else tree


RULE_TREES = [_tree(data) for data in RULE_BYTES]
SETTINGS = {
    "profile": "production",
    "environments": {
        "tag": ["env"],
        "production": ["prod"],
        "development": ["dev"],
        "assign": {"production": ["*/x"], "development": ["*"]},
    },
    "workloads": {"tag": "workload", "names": {"chat": ["*chat*"], "rest": ["*"]}},
    "rules": {
        "AOAI-CAP-004": {"severity": "low", "parameters": {"window": "P1D", "p95_percent": 95, "full_percent": 50}},
        "AOAI-NET-008": {"parameters": {"min_prefix_ipv4": 30, "min_prefix_ipv6": 64, "max_rules": 2}},
        "APIM-SEC-007": {"parameters": {"expires_after": "as_of+P90D"}},
        "SRCH-REL-001": {"parameters": {"min_replicas": 3}},
        "OPS-001": {"off": True, "reason": "not now"},
    },
    "report": {"title": "T", "customer": "C", "author": "A", "logo": "logo.svg", "colour": "#0f6cbd"},
    "gate": {
        "min_score": 80,
        "min_pillar": {"security": 50},
        "fail_on": "critical",
        "min_coverage": 90,
        "accept_unknown": True,
    },
}
WAIVERS = {
    "waivers": [
        {
            "rule": "APIM-SEC-001",
            "resource": "*",
            "reason": "r",
            "owner": "o",
            "expires": "2026-12-31",
            "ticket": "T-1",
        },
        {
            "rule": "AOAI-IAM-001",
            "resource": "*/accounts/[a-m]*",
            "reason": "r",
            "owner": "o",
            "expires": "2020-01-01",
        },
    ]
}
ANSWERS = {
    "attestations": [
        {
            "rule": "OPS-001",
            "for": "estate",
            "answer": "pass",
            "author": "a",
            "date": "2026-01-01",
            "expires": "2027-01-01",
        },
        {
            "rule": "OPS-001",
            "for": "workload:assist",
            "answer": "fail",
            "author": "a",
            "date": "2026-01-01",
            "evidence": "e",
        },
    ]
}


# --- what must hold ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def folder():
    """One folder for all files of this module, and no configuration of the working directory's."""
    with tempfile.TemporaryDirectory() as name:
        global FOLDER
        FOLDER = Path(name)
        (FOLDER / "plain.yaml").write_text("profile: production\n")
        yield FOLDER


def put(name, content):
    path = FOLDER / name
    path.write_bytes(content if isinstance(content, bytes) else encoded(content))
    return path


def scanned(source, rules=BUILT_IN, **options):
    """The report of a run through the front door, with rules that were loaded before; None where we refuse it."""
    given_ = {"config": FOLDER / "plain.yaml", "input": str(source), **options}
    with mock.patch.object(app, "all_rules", lambda folders=(), **_: rules):
        try:
            report = app.scan(app.Options(**given_))
        except OURS as error:
            assert said(error)
            return None
        assert_sound(report)
        _explained(report, given_)
    return report


def said(error):
    """Whatever is refused says why."""
    return error.problems if isinstance(error, LoadError) else error.message


def assert_sound(report):
    """Everything that loaded was judged, has its findings, and can be shown in every format."""
    findings = list(report.findings(ALL))
    assert not report.crashed, [(f.rule, f.resource[:80], f.message) for f in findings if f.outcome is Outcome.ERROR]
    assert all(f.message or f.outcome is Outcome.PASS for f in findings)
    shown = orjson.loads(b"".join(report_json.render(report, every=True)))
    assert len(shown["findings"]) == sum(sum(r["counts"].values()) for r in shown["rules"])
    with contextlib.redirect_stdout(io.StringIO()) as out:
        terminal.show(report, every=True, no_color=True)
    encoded_ = out.getvalue().encode()  # no lone surrogate reaches a terminal
    assert b"\x1b" not in encoded_ and b"\0" not in encoded_
    b"".join(html.render(report, every=True)).decode()
    assert app.exit_code(report) in (0, 1, 3)
    assert_explained_alike(report)


def assert_explained_alike(report):
    """What a condition decides and what it says of itself are one."""
    truths = {Outcome.PASS: True, Outcome.FAIL: False, Outcome.UNKNOWN: None}
    for verdicts in report.verdicts:
        rule = verdicts.rule
        if rule.require is None or rule.environments:
            continue
        bound = Bound(report.case, rule.values)
        for outcome, truth in truths.items():
            for subject in verdicts.subjects[outcome][:3]:
                where = rule.where.explain(bound, subject, subject).truth if rule.where else True
                assert (
                    where is None
                    if where is not True
                    else rule.require.explain(bound, subject, subject).truth is truth
                )


def _explained(report, options):
    """The first subject of each rule, explained through the front door."""
    allowed = {k: v for k, v in options.items() if k in {"input", "config", "waivers", "attestations", "sample"}}
    for verdicts in report.verdicts[:3]:
        subject = next((s for found in verdicts.subjects.values() for s in found), None)
        if subject is None:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                reasoning = explaining.explain(app.Options(**allowed), verdicts.rule.id, subject.id)
            except UsageError as error:
                assert "subjects of" in error.message or "none is called" in error.message
            else:
                explanation.show(reasoning, no_color=True)


# --- inputs -----------------------------------------------------------------------------------------------------

SHAPES = {
    "array": lambda bodies: bodies,
    "data": lambda bodies: {"count": len(bodies), "data": bodies, "skip_token": None, "total_records": len(bodies)},
    "value": lambda bodies: {"value": bodies, "nextLink": None},
    "one": lambda bodies: bodies[0],
}
SOME_BODIES = st.lists(st.sampled_from(BODIES), min_size=1, max_size=4)


@fuzzed(120, SOME_BODIES, st.sampled_from(list(SHAPES)), STEPS, st.booleans())
def test_an_export_with_another_structure(bodies, shape, steps, ascii_only):
    scanned(put("export.json", written(mutated(SHAPES[shape](bodies), steps), ascii_only=ascii_only)))


def _as_list(value):
    return value if isinstance(value, list) else [value]


def lines(records, *, ascii_only=True):
    return "".join(written(record, ascii_only=ascii_only) + "\n" for record in records)


SOME_RECORDS = st.tuples(
    st.lists(st.sampled_from(RECORDS), max_size=5),
    st.lists(st.sampled_from(OTHER_RECORDS), min_size=1, max_size=4),
)


@fuzzed(
    100,
    SOME_RECORDS,
    STEPS,
    st.sampled_from([None, *Environment][:3]),
    st.sampled_from([".jsonl", ".jsonl.gz", ".jsonl.partial"]),
)
@example(([], []), [(2, "odd", "readiness/snapshot/\u00b2")], None, ".jsonl")
def test_a_snapshot_with_another_structure(records, steps, environment, suffix):
    content = encoded(lines(_as_list(mutated([HEADER, *records[0], *records[1]], steps))))
    packed = gzip.compress(content, 1) if suffix.endswith(".gz") else content
    scanned(put(f"snapshot{suffix}", packed), environment=environment)


INPUTS = [
    (REAL / "apim.data.json").read_bytes(),
    (REAL / "search.value.json").read_bytes(),
    encoded(written(BODIES[:5])),
    encoded(lines([HEADER, *OTHER_RECORDS[:4], *RECORDS[-8:]])),
    gzip.compress(encoded(lines([HEADER, *OTHER_RECORDS[:4], *RECORDS[-4:]])), 1),
    (REAL / "search.value.json").read_text().encode("utf-16"),
]


@fuzzed(60, st.sampled_from(INPUTS), CUTS)
def test_an_input_with_other_bytes(data, cuts):
    scanned(put("input.json", broken(data, cuts)))


# --- rules ------------------------------------------------------------------------------------------------------


def loaded_from(content, name="rule.yaml"):
    """The rule of a file, or None where it is refused; one that is refused has problems, one that is not has none."""
    rule, problems, _ = ruleset.load_file(put(name, content))
    assert (rule is None) == bool(problems)
    assert all(p.message and p.line >= 1 for p in problems)
    return rule


def judged(rule, bodies):
    """A rule that loads judges an estate and its own tests without a crash."""
    if rule is None:
        return
    assert rule.require or rule.check or rule.attest
    for result in ruletests.run(rule):
        assert result.got != Outcome.ERROR, result.why
    rules = ruleset.RuleSet((rule,))
    assert rules.version == ruleset.RuleSet((rule,)).version
    scanned(put("judged.json", written(bodies)), rules)
    scanned(put("judged.jsonl", lines([HEADER, *SMALL_ESTATE])), rules)


SMALL_ESTATE = [
    *OTHER_RECORDS[:12],
    *(r for r in RECORDS if "metrics" in r),
    *(r for r in RECORDS if "resource" in r),
][:40]


ONE_TREE = next(tree for tree in RULE_TREES if tree["id"] == "AOAI-IAM-001")
ONE_TREE_REQUIRE = 1 + list(ONE_TREE).index("require")


@fuzzed(90, st.sampled_from(RULE_TREES), STEPS, SOME_BODIES)
@example(ONE_TREE, [(ONE_TREE_REQUIRE, "odd", {"count": {}, "greaterOrEquals": 1})], BODIES[:1])
@example(ONE_TREE, [(ONE_TREE_REQUIRE, "odd", {"any": {"related": ["children"]}})], BODIES[:1])
@example(
    ONE_TREE,
    [(ONE_TREE_REQUIRE, "odd", {"metric": {"name": ["x"], "aggregation": "a", "statistic": "max"}, "less": 1})],
    BODIES[:1],
)
def test_a_rule_with_another_structure(tree, steps, bodies):
    judged(loaded_from(written(mutated(tree, steps))), bodies)


@fuzzed(60, st.sampled_from(RULE_BYTES), CUTS)
def test_a_rule_with_other_bytes(data, cuts):
    judged(loaded_from(broken(data, cuts)), BODIES[:2])


# --- conditions made by their grammar ---------------------------------------------------------------------------

PARAMETERS = {
    "text": "Enabled",
    "number": 2,
    "float": 0.5,
    "flag": True,
    "words": ["OpenAI", "AIServices", 1, True],
    "none": [],
    "date": "as_of+P30D",
    "period": "P7D",
    "mixed": [1, "a", None, {"a": 1}, [2]],
    "object": {"a": 1},
    "huge": 10**17,
}
PATHS = st.sampled_from(
    [
        "kind",
        "name",
        "id",
        "type",
        "location",
        "sku",
        "sku.name",
        "tags",
        "tags.env",
        "zones[*]",
        "identity.type",
        "properties",
        "properties.disableLocalAuth",
        "properties.publicNetworkAccess",
        "properties.replicaCount",
        "properties.capabilities[*]",
        "properties.capabilities[*].name",
        "properties.privateEndpointConnections[*]",
        "properties.networkAcls.ipRules[*].value",
        "properties.privateEndpointConnections[*].properties.privateLinkServiceConnectionState.status",
        "properties.dateCreated",
        "properties.hostnameConfigurations[*].certificate.expiry",
        ".",
        "^.name",
        "^.properties.a[*]",
        "a[*][*].b",
        "['properties']['x.y']",
    ]
)
TYPES = st.sampled_from(
    [
        "Microsoft.CognitiveServices/accounts",
        "Microsoft.CognitiveServices/accounts/deployments",
        "microsoft.search/SEARCHSERVICES",
        "Microsoft.ApiManagement/service/apis",
        "Microsoft.Search/searchServices/sharedPrivateLinkResources",
        "Microsoft.X/y",
        "a/b/c/d",
    ]
)
SCALARS = st.sampled_from(
    [
        "Enabled",
        "",
        "*",
        "a*b",
        "##.?",
        "0613",
        "as_of",
        "P1D",
        0,
        1,
        1.0,
        -1,
        1e308,
        True,
        False,
        "x" * 300,
        "\U0001f600",
    ]
)
DATES = st.sampled_from(
    ["as_of", "as_of+P90D", "as_of-P9999Y", "as_of+P9999Y", "0001-01-01", "9999-12-31T23:59:59Z", "2026-06-01"]
)
PERIODS = st.sampled_from(["P90D", "P1M", "PT0S", "P9999Y", "PT1S", "P999999D"])
REFERENCES = st.sampled_from(sorted(PARAMETERS)).map(lambda name: {"parameter": name}) | PATHS.map(
    lambda path: {"field": path}
)
OPERATORS = [
    (
        (
            "equals",
            "notEquals",
            "contains",
            "notContains",
            "less",
            "lessOrEquals",
            "greater",
            "greaterOrEquals",
            "like",
            "match",
        ),
        SCALARS | REFERENCES,
    ),
    (("in", "notIn"), st.lists(SCALARS, max_size=3) | REFERENCES),
    (("containsKey",), SCALARS),
    (("exists",), st.booleans()),
    (("before", "after"), DATES | REFERENCES),
    (("within",), PERIODS | REFERENCES),
]
TESTS = st.one_of(
    [
        st.sampled_from(names).flatmap(lambda name, r=right: st.fixed_dictionaries({name: r}))
        for names, right in OPERATORS
    ]
)
FIELDS = st.builds(
    lambda path, test, more: {"field": path, **test, **({**more, "empty": "fail"} if "[*]" in path else more)},
    PATHS,
    TESTS,
    st.sampled_from(
        [
            {},
            {},
            {"default": 1},
            {"default": "Enabled"},
            {"since_api": "2025-06-01"},
            {"since_api": "2025-06-01-preview"},
        ]
    ),
)
METRICS = st.builds(
    lambda own, more, test: {"metric": {**own, **more}, **test},
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["AzureOpenAIProvisionedManagedUtilizationV2", "Requests"]),
            "aggregation": st.sampled_from(["Average", "Total"]),
            "statistic": st.sampled_from(["min", "mean", "max", "p50", "p95", "p99", "sum", "last"]),
        }
    ),
    st.sampled_from(
        [
            {},
            {"window": "P1D"},
            {"window": "PT1S"},
            {"window": "P9999Y"},
            {"window": {"parameter": "period"}},
            {"statistic": "share", "level": 1},
            {"statistic": "share", "level": {"parameter": "number"}},
            {"dimension": {"ModelDeploymentName": {"field": "name"}, "x": "y"}},
            {"statistic": "share", "level": {"parameter": "text"}},
            {"window": {"field": "name"}},
        ]
    ),
    TESTS,
)


def nested(inner):
    related = st.fixed_dictionaries({"related": st.sampled_from(["children", "parent", "resources"]), "type": TYPES})
    listed = PATHS.map(lambda path: {"field": path})
    some = st.just({}) | inner.map(lambda c: {"where": c})
    return st.one_of(
        st.builds(
            lambda word, parts: {word: parts},
            st.sampled_from(["allOf", "anyOf"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda c: {"not": c}),
        st.builds(lambda head, where, test: {"count": {**head, **where}, **test}, related | listed, some, TESTS),
        st.builds(lambda head, where: {"any": {**head, **where}}, related, some),
        st.builds(lambda head, where, c: {"all": {**head, **where, "require": c}}, related, some, inner),
        st.builds(lambda head, path, test: {"any": {**head, "field": path}, **test}, related, PATHS, TESTS),
    )


CONDITIONS = st.recursive(FIELDS | METRICS, nested, max_leaves=5)
SUBJECTS = TYPES | st.sampled_from(["subscription", "workload", "estate"])


@fuzzed(80, st.none() | CONDITIONS, CONDITIONS, SUBJECTS, st.sampled_from([[], ["production"]]), SOME_BODIES, STEPS)
def test_a_condition_of_the_grammar_on_a_mutated_export(where, require, subject, environments, bodies, steps):
    head = {
        "resource": written(subject),
        "require": written(require),
        "parameters": written({k: {"default": v} for k, v in PARAMETERS.items()}),
    }
    given_ = head if where is None else {**head, "where": written(where)}
    rule = loaded_from(rule_text("", **given_, environments=written(environments)))
    if rule is not None:
        scanned(put("any.json", written(mutated(bodies, steps))), ruleset.RuleSet((rule,)))
        scanned(put("any.jsonl", lines([HEADER, *SMALL_ESTATE[:25]])), ruleset.RuleSet((rule,)))


def metric_of(statistic, **more):
    return {"metric": {"name": "Requests", "aggregation": "Total", "statistic": statistic, **more}, "less": 5}


VALUES = st.lists(
    st.sampled_from([None, 1.7e308, -1.7e308, 2**64 - 1])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**63), 2**64 - 1),
    max_size=6,
)


@fuzzed(
    40,
    METRICS,
    VALUES,
    VALUES,
    st.sampled_from(["PT5M", "PT1S", "P9999Y", "P1M", "PT0S"]),
    st.sampled_from(["0001-01-01", "9999-12-31"]),
)
@example(metric_of("sum"), [1.7e308, 1.7e308], [], "PT5M", "0001-01-01")
@example(metric_of("mean"), [1.7e308, 1.7e308], [], "PT5M", "0001-01-01")
@example(metric_of("share", level="a text"), [1.0], [], "PT5M", "0001-01-01")
def test_a_metric_with_odd_values(condition, one, two, interval, start):
    rule = loaded_from(
        rule_text(
            "",
            resource="Microsoft.CognitiveServices/accounts",
            require=written(condition),
            parameters=written({k: {"default": v} for k, v in PARAMETERS.items()}),
        )
    )
    if rule is None:
        return
    name, aggregation = rule.require.name, rule.require.aggregation
    metrics = {
        "resource": ACCOUNT,
        "name": name,
        "aggregation": aggregation,
        "start": start,
        "interval": interval,
        "series": [{"dimensions": {"x": "y"}, "values": one}, {"values": two}],
    }
    account = {"resource": {"id": ACCOUNT, "name": "y", "properties": {}}, "api_version": "2025-06-01"}
    report = scanned(put("metrics.jsonl", lines([UNSCOPED, account, {"metrics": metrics}])), ruleset.RuleSet((rule,)))
    assert report is None or report.verdicts[0].count(Outcome.NOT_APPLICABLE) == 0
    assert report is None or any(report.verdicts[0].subjects.values()), "no subject was judged: nothing is tested"


# --- the user's own files ---------------------------------------------------------------------------------------

FILES = {"config": SETTINGS, "waivers": WAIVERS, "attestations": ANSWERS}


def beside_the_sample(which, content):
    """A run of the sample with one of the user's files in its place."""
    path = put(f"user-{which}.yaml", content)  # not waivers.yaml, which every run here would find
    put("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    scanned(put("sample.jsonl", lines([HEADER, *SMALL_ESTATE])), **{which: path})


@fuzzed(60, st.sampled_from(sorted(FILES)), STEPS, st.booleans())
@example("config", [(0, "odd", {"rules": {"APIM-SEC-007": {"parameters": {"expires_after": "soon"}}}})], True)
def test_a_file_of_the_user_with_another_structure(which, steps, ascii_only):
    beside_the_sample(which, written(mutated(FILES[which], steps), ascii_only=ascii_only))


@fuzzed(40, st.sampled_from(sorted(FILES)), CUTS)
def test_a_file_of_the_user_with_other_bytes(which, cuts):
    beside_the_sample(which, broken(encoded(written(FILES[which])), cuts))


FREE = {
    "config": [
        ("report", "title"),
        ("report", "customer"),
        ("workloads", "tag"),
        ("rules", "OPS-001", "reason"),
        ("environments", "tag"),
        ("environments", "production"),
        ("environments", "assign", "production"),
        ("workloads", "names", "chat"),
    ],
    "waivers": [("waivers", n, key) for n in (0, 1) for key in ("resource", "reason", "owner", "ticket", "expires")],
    "attestations": [
        ("attestations", n, key) for n in (0, 1) for key in ("for", "author", "evidence", "date", "expires")
    ],
}
FREE_PLACES = st.sampled_from([(which, path) for which, paths in sorted(FREE.items()) for path in paths])


@fuzzed(60, FREE_PLACES, st.sampled_from(TEXTS) | st.text(min_size=1, max_size=9), st.booleans())
def test_words_of_the_user_are_free(place, words, ascii_only):
    which, (*way, last) = place
    tree = at = copy.deepcopy(FILES[which])
    for step in way:
        at = at[step]
    at[last] = words
    beside_the_sample(which, written(tree, ascii_only=ascii_only))


PARAMETER_VALUES = st.sampled_from([(r.id, name, r.values[name]) for r in BUILT_IN.rules for name in r.values])


@fuzzed(40, PARAMETER_VALUES, st.sampled_from(TEXTS) | st.sampled_from(NUMBERS) | st.text(max_size=6))
@example(("AOAI-NET-008", "min_prefix_ipv4", 24), -(10**15))
@example(("AOAI-CAP-004", "window", "P7D"), "a week")
def test_a_parameter_with_another_value_is_refused_or_judged(parameter, value):
    rule, name, _ = parameter
    beside_the_sample("config", written({"rules": {rule: {"parameters": {name: value}}}}))


# --- a former report --------------------------------------------------------------------------------------------


def former():
    report = app.scan(app.Options(sample=True))
    found = orjson.loads(b"".join(report_json.render(report, every=True)))
    found["findings"] = [{**f, "evidence": []} for f in found["findings"]]
    return found


FORMER = former()


@fuzzed(40, STEPS, st.sampled_from([None, Severity.HIGH]))
@example([(1, "odd", "readiness/report/\u00b2")], None)
@example([(1, "odd", "readiness/report/" + "1" * 5_000)], None)
def test_a_baseline_with_another_structure(steps, fail_on):
    path = put("former.json", written(mutated(FORMER, steps)))
    try:
        baseline.read(path)
    except UsageError:
        return
    scanned(put("sample.jsonl", lines([HEADER, *SMALL_ESTATE])), no_regression=path, fail_on=fail_on)


# --- the session itself -----------------------------------------------------------------------------------------


def test_what_is_mutated_is_sound_before():
    """Otherwise every mutation would be refused at once, and nothing tested."""
    assert scanned(put("sound.json", written(BODIES)))
    assert scanned(put("sound.jsonl", lines([HEADER, *RECORDS])))
    for data, tree in zip(RULE_BYTES, RULE_TREES, strict=True):
        assert loaded_from(data)
        assert loaded_from(written(tree))
    for name, content in FILES.items():
        path = put(f"user-{name}.yaml", written(content))
        assert scanned(put("sound.jsonl", lines([HEADER, *SMALL_ESTATE])), **{name: path})


def test_no_warning_is_given_for_globs():
    """Python warns of some patterns that look like sets in sets; a user's glob is none of its business."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for glob in ("[[a]", "[a--b]", "[a&&b]", "[a||b]", "[a~~b]", "[!]", "[]]", "[^a]"):
            entry = {**WAIVERS["waivers"][0], "resource": glob}
            beside_the_sample("waivers", written({"waivers": [entry]}))
