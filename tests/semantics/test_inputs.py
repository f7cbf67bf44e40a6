"""What was read: records, gaps, metrics, exports, schema versions, scope, secrets (semantics 14 to 20)."""

import codecs
import gzip
import io
import json

import pytest

from readiness import app, snapshot
from readiness.errors import InputError, UsageError
from readiness.model import Kind, Outcome, Reason
from readiness.render import json as wire
from tests import builders as b
from tests.builders import ACCOUNTS, DEPLOYMENTS, GROUP, SEARCH, SUB, SUB2, account, child, gap, judge, read, rule

ON = rule("require: {field: properties.on, equals: true}")
NO_KIDS = rule(f"require: {{count: {{related: children, type: {DEPLOYMENTS}}}, equals: 0}}")
HAS_SEARCH = rule(f"require: {{any: {{related: resources, type: {SEARCH}}}}}", resource="subscription")
PARENT_ON = rule(
    "require: {any: {related: parent, where: {field: properties.on, equals: true}}}", resource=DEPLOYMENTS
)
CONNECTIONS = f"{ACCOUNTS}/privateEndpointConnections"
ACCOUNT = account("chat", {"on": True})
ID = ACCOUNT["id"]
KID = child(ACCOUNT, "deployments", "gpt", {"on": True})


def outcome(read_, rule_, subject=None):
    """What a rule says of its only subject (or of one), lost lists apart."""
    report = judge(read_, rule_)
    lost = {s for v in report.verdicts for s in v.lost} if rule_.resource[0] != "subscription" else set()
    found = [f for f in b.findings(report) if f.resource not in lost]
    found = [f for f in found if subject is None or f.resource.endswith(f"/{subject}")]
    assert len(found) == 1, [f.resource for f in found]
    return str(found[0].outcome)


def lost_types(read_, rule_):
    """The lists of subjects that a rule lost, as (scope, type, reason)."""
    [verdicts] = judge(read_, rule_).verdicts
    return sorted((lost.scope, lost.type, str(lost.reason)) for lists in verdicts.lost.values() for lost in lists)


# --- 14: which lists are complete -----------------------------------------------------------------------------

CHILD_LISTS = {
    # name: (records beside the account, outcome of "it has no deployment")
    "no-read": ([], "unknown"),
    "read-of-the-parent": ([read(ID, DEPLOYMENTS, 0)], "pass"),
    "read-without-case": ([read(ID.upper(), DEPLOYMENTS.upper(), 0)], "pass"),
    "read-with-a-trailing-slash": ([read(ID + "/", DEPLOYMENTS, 0)], "pass"),
    "read-of-the-group": ([read(GROUP, DEPLOYMENTS, 0)], "pass"),
    "read-of-the-subscription": ([read(SUB, DEPLOYMENTS, 0)], "pass"),
    "read-of-an-empty-scope-proves-nothing": ([read("", DEPLOYMENTS, 0)], "unknown"),
    "read-of-a-sibling": ([read(account("other")["id"], DEPLOYMENTS, 0)], "unknown"),
    "read-of-a-prefix-that-is-no-part": ([read(ID[:-1], DEPLOYMENTS, 0)], "unknown"),
    "read-of-another-subscription": ([read(SUB2, DEPLOYMENTS, 0)], "unknown"),
    "read-of-a-child": ([read(KID["id"], DEPLOYMENTS, 0)], "unknown"),
    "read-of-the-parent's-type": ([read(SUB, ACCOUNTS, 1)], "unknown"),
    "read-of-another-type": ([read(ID, f"{ACCOUNTS}/raiPolicies", 0)], "unknown"),
    "read-of-no-type": ([{"read": {"scope": ID, "type": None}}], "unknown"),
    "read-of-no-scope-proves-nothing": ([{"read": {"scope": None, "type": DEPLOYMENTS}}], "unknown"),
    "read-without-a-scope-proves-nothing": ([{"read": {"type": DEPLOYMENTS}}], "unknown"),
    "read-with-the-least-keys": ([{"read": {"scope": ID, "type": DEPLOYMENTS}}], "pass"),
    "read-with-a-child": ([read(ID, DEPLOYMENTS, 1), KID], "fail"),
    "a-child-without-a-read": ([KID], "fail"),
    "read-but-a-gap-says-truncated": (
        [read(ID, DEPLOYMENTS, 0), gap(ID, DEPLOYMENTS, reason="truncated")],
        "unknown",
    ),
}


@pytest.mark.parametrize(("records", "expected"), CHILD_LISTS.values(), ids=CHILD_LISTS)
def test_s14_a_child_list_is_complete_if_a_read_covers_it(tmp_path, records, expected):
    assert outcome(b.snapshot(tmp_path, ACCOUNT, *records), NO_KIDS) == expected


ONE_CONNECTION = child(ID, "privateEndpointConnections", "pe")
EMBEDDED = {
    # name: (the parent's properties, outcome of "it has no connection")
    "absent": ({}, "unknown"),
    "empty": ({"privateEndpointConnections": []}, "pass"),
    "empty-without-case": ({"PrivateEndpointConnections": []}, "pass"),
    "null": ({"privateEndpointConnections": None}, "unknown"),
    "an-object": ({"privateEndpointConnections": {}}, "unknown"),
    "a-text": ({"privateEndpointConnections": ""}, "unknown"),
    "one": ({"privateEndpointConnections": [ONE_CONNECTION]}, "fail"),
    "deeper": ({"more": {"privateEndpointConnections": []}}, "unknown"),
}


@pytest.mark.parametrize("source", ["arm", "graph", "file", "export"])
@pytest.mark.parametrize(("properties", "expected"), EMBEDDED.values(), ids=EMBEDDED)
def test_s14_or_if_the_parent_embeds_it_as_an_array(tmp_path, properties, expected, source):
    made = rule(f"require: {{count: {{related: children, type: {CONNECTIONS}}}, equals: 0}}")
    body = account("chat", properties)
    whole = b.export(tmp_path, [body]) if source == "export" else b.snapshot(tmp_path, b.record(body, source))
    assert outcome(whole, made) == expected


TOP_LISTS = {
    "no-read": ([], "unknown"),
    "read-of-the-subscription": ([read(SUB, SEARCH, 0)], "fail"),
    "read-of-an-empty-scope-proves-nothing": ([read("", SEARCH, 0)], "unknown"),
    "read-of-one-group": ([read(GROUP, SEARCH, 0)], "unknown"),
    "read-of-another-subscription": ([read(SUB2, SEARCH, 0)], "unknown"),
    "a-known-one-proves-existence": ([b.resource(SEARCH)], "pass"),
    "gap-and-no-read": ([gap(SUB, SEARCH)], "unknown"),
    "read-and-a-gap-in-a-group": ([read(SUB, SEARCH, 0), gap(GROUP, SEARCH)], "unknown"),
}


@pytest.mark.parametrize(("records", "expected"), TOP_LISTS.values(), ids=TOP_LISTS)
def test_s14_a_list_of_a_type_is_complete_for_a_scope_if_a_read_covers_it(tmp_path, records, expected):
    read_ = b.snapshot(tmp_path, ACCOUNT, *records)
    assert outcome(read_, HAS_SEARCH, SUB.rpartition("/")[2]) == expected


def test_s14_a_count_of_0_is_a_read_too(tmp_path):
    read_ = b.snapshot(tmp_path, read(SUB, ACCOUNTS, 0))
    assert lost_types(read_, ON) == []
    assert judge(read_, ON).summary()["unknown"] == 0


def test_s14_the_record_kinds_are_read_with_all_their_keys(tmp_path):
    whole = {"operation": "o", "scope": SUB, "type": ACCOUNTS, "count": 3, "api_version": "v", "at": b.COLLECTED}
    read_ = b.snapshot(tmp_path, {"read": whole}, b.record(ACCOUNT, "graph", "2022-10-01"))
    [found] = read_.reads
    assert {key: getattr(found, key) for key in whole} == whole
    resource = read_.resources[ID.lower()]
    assert (resource.body, resource.api_version, resource.origin) == (ACCOUNT, "2022-10-01", "graph")


# --- 15: gaps -------------------------------------------------------------------------------------------------

WITH_PATH = {
    # name: (scope, type, path, outcome of ON about an account that is on)
    "own": (ID, ACCOUNTS, "properties.on", "unknown"),
    "without-case": (ID.upper(), ACCOUNTS.upper(), "PROPERTIES.ON", "unknown"),
    "trailing-slash": (ID + "/", ACCOUNTS, "properties.on", "unknown"),
    "of-all-types": (ID, None, "properties.on", "unknown"),
    "of-the-group": (GROUP, ACCOUNTS, "properties.on", "unknown"),
    "of-the-subscription": (SUB, ACCOUNTS, "properties.on", "unknown"),
    "of-everything": ("", None, "properties.on", "unknown"),
    "of-another-type": (SUB, SEARCH, "properties.on", "pass"),
    "of-its-child-type": (SUB, DEPLOYMENTS, "properties.on", "pass"),
    "of-a-sibling": (account("other")["id"], ACCOUNTS, "properties.on", "pass"),
    "of-a-prefix-that-is-no-part": (ID[:-2], ACCOUNTS, "properties.on", "pass"),
    "of-another-subscription": (SUB2, ACCOUNTS, "properties.on", "pass"),
    "of-its-child": (KID["id"], None, "properties.on", "pass"),
    "above-it": (ID, ACCOUNTS, "properties", "unknown"),
    "beside-it": (ID, ACCOUNTS, "properties.off", "pass"),
    "a-prefix-that-is-no-part-of-the-path": (ID, ACCOUNTS, "properties.o", "pass"),
    "a-longer-name": (ID, ACCOUNTS, "properties.only", "pass"),
    "another-part": (ID, ACCOUNTS, "tags", "pass"),
    "below-a-value-that-is-there": (ID, ACCOUNTS, "properties.on.deeper", "pass"),
    "of-a-quoted-key": (ID, ACCOUNTS, "properties['on']", "unknown"),
}


@pytest.mark.parametrize(("scope", "type_", "path", "expected"), WITH_PATH.values(), ids=WITH_PATH)
def test_s15_a_gap_with_path_covers_that_path_in_the_records_of_its_scope_and_type(
    tmp_path, scope, type_, path, expected
):
    assert outcome(b.snapshot(tmp_path, read(), ACCOUNT, gap(scope, type_, path)), ON) == expected


PATH_CORNERS = {
    "default-never-replaces-unknown": (
        "require: {field: properties.on, equals: true, default: true}",
        {},
        "properties.on",
        "unknown",
    ),
    "exists-of-a-covered-path": ("require: {field: properties.on, exists: false}", {}, "properties.on", "unknown"),
    "an-array-above": (
        "require: {field: 'properties.a[*].b', equals: 1, empty: fail}",
        {"a": [{"b": 1}]},
        "properties.a",
        "unknown",
    ),
    "inside-an-array": (
        "require: {field: 'properties.a[*].b', equals: 1, empty: fail}",
        {"a": [{"b": 1}]},
        "properties.a[*].b",
        "unknown",
    ),
    "beside-inside-an-array": (
        "require: {field: 'properties.a[*].b', equals: 1, empty: fail}",
        {"a": [{"b": 1}]},
        "properties.a[*].c",
        "pass",
    ),
    "below-a-key-that-is-absent": (
        "require: {field: properties.acls, exists: false}",
        {},
        "properties.acls.ipRules",
        "unknown",
    ),
    "a-count-under-a-gap": (
        "require: {count: {field: 'properties.a[*]'}, equals: 0}",
        {"a": []},
        "properties.a",
        "unknown",
    ),
    "where-under-a-gap": (
        "where: {field: properties.kind, equals: x}\nrequire: {field: name, exists: true}",
        {"kind": "y"},
        "properties.kind",
        "unknown",
    ),
}


@pytest.mark.parametrize(("text", "properties", "path", "expected"), PATH_CORNERS.values(), ids=PATH_CORNERS)
def test_s15_what_a_gap_with_path_makes_unknown(tmp_path, text, properties, path, expected):
    read_ = b.snapshot(tmp_path, read(), account("a", properties), gap(SUB, ACCOUNTS, path))
    assert outcome(read_, rule(text)) == expected


def test_s15_a_gap_with_path_over_an_embedded_array_makes_that_list_incomplete(tmp_path):
    """The array is part of the record: under a gap it proves no absence among the children either."""
    made = rule(f"require: {{count: {{related: children, type: {CONNECTIONS}}}, equals: 0}}")
    body = account("chat", {"privateEndpointConnections": []})
    read_ = b.snapshot(tmp_path, read(), body, gap(ID, ACCOUNTS, "properties.privateEndpointConnections"))
    assert outcome(read_, made) == "unknown"
    read_ = b.snapshot(tmp_path, read(), body, gap(ID, ACCOUNTS, "properties"))
    assert outcome(read_, made) == "unknown"


def test_s15_a_gap_with_path_makes_no_list_incomplete(tmp_path):
    read_ = b.snapshot(tmp_path, read(), read(ID, DEPLOYMENTS, 0), ACCOUNT, gap(SUB, None, "properties.on"))
    assert lost_types(read_, ON) == []
    assert outcome(read_, NO_KIDS) == "pass"


WITHOUT_PATH = {
    # name: (scope, type); what becomes of: ON about the account (its record is there), its child list (read),
    # the list of accounts (read)
    "of-its-own-type": (SUB, ACCOUNTS, "pass", "pass", True),
    "of-the-child-type": (SUB, DEPLOYMENTS, "pass", "unknown", False),
    "of-the-child-type-below-it": (ID, DEPLOYMENTS, "pass", "unknown", False),
    "of-all-types": (SUB, None, "pass", "unknown", True),
    "of-everything": ("", None, "pass", "unknown", True),
    "of-all-below-it": (ID, None, "pass", "unknown", False),
    "of-another-type": (SUB, SEARCH, "pass", "pass", False),
    "of-a-missing-sibling": (account("other")["id"], ACCOUNTS, "pass", "pass", True),
    "of-a-missing-sibling-and-all-types": (account("other")["id"], None, "pass", "pass", True),
    "of-a-group-below": (f"{SUB}/resourceGroups/two", ACCOUNTS, "pass", "pass", True),
    "of-a-group-below-and-all-types": (f"{SUB}/resourceGroups/two", None, "pass", "pass", True),
    "of-another-subscription": (SUB2, ACCOUNTS, "pass", "pass", False),
}


@pytest.mark.parametrize(("scope", "type_", "on", "kids", "lost"), WITHOUT_PATH.values(), ids=WITHOUT_PATH)
def test_s15_a_gap_without_path_covers_what_has_no_record(tmp_path, scope, type_, on, kids, lost):
    records = [read(), read(SUB2), read(ID, DEPLOYMENTS, 0), ACCOUNT, gap(scope, type_)]
    read_ = b.snapshot(tmp_path, *records, scope={"subscriptions": [SUB]})
    assert outcome(read_, ON) == on
    assert outcome(read_, NO_KIDS) == kids
    assert bool(lost_types(read_, ON)) is lost


def test_s15_an_absent_record_is_unknown(tmp_path):
    records = [read(ID, DEPLOYMENTS), KID, gap(ID, ACCOUNTS)]
    assert outcome(b.snapshot(tmp_path, *records), PARENT_ON) == "unknown"
    assert outcome(b.snapshot(tmp_path, *records, ACCOUNT), PARENT_ON) == "pass"


@pytest.mark.parametrize("reason", [str(r) for r in Reason])
def test_s15_every_reason_but_not_registered_loses_the_list(tmp_path, reason):
    read_ = b.snapshot(tmp_path, read(), gap(SUB, ACCOUNTS, reason=reason))
    expected = [] if reason == "not_registered" else [(SUB, ACCOUNTS, reason)]
    assert lost_types(read_, ON) == expected


NOT_REGISTERED = {
    # name: (records, HAS_SEARCH of the subscription)
    "of-the-type": ([gap(SUB, SEARCH, reason="not_registered")], "fail"),
    "of-all-types": ([gap(SUB, None, reason="not_registered")], "fail"),
    "of-everything": ([gap("", SEARCH, reason="not_registered")], "fail"),
    "of-another-type": ([gap(SUB, ACCOUNTS, reason="not_registered")], "unknown"),
    "of-another-subscription": ([gap(SUB2, SEARCH, reason="not_registered")], "unknown"),
    "of-one-group-alone": ([gap(GROUP, SEARCH, reason="not_registered")], "unknown"),
    "beside-a-forbidden-of-all-types": (
        [gap(SUB, SEARCH, reason="not_registered"), gap(SUB, None, reason="forbidden")],
        "fail",
    ),
}


@pytest.mark.parametrize(("records", "expected"), NOT_REGISTERED.values(), ids=NOT_REGISTERED)
def test_s15_not_registered_says_that_the_list_is_complete_and_empty(tmp_path, records, expected):
    read_ = b.snapshot(tmp_path, ACCOUNT, *records)
    assert outcome(read_, HAS_SEARCH, SUB.rpartition("/")[2]) == expected


def test_s15_not_registered_above_a_child_type_leaves_no_list_of_it(tmp_path):
    read_ = b.snapshot(tmp_path, gap(SUB, ACCOUNTS, reason="not_registered"))
    assert lost_types(read_, rule("require: {field: name, exists: true}", resource=DEPLOYMENTS)) == []


def test_s15_a_gap_is_reported_with_all_its_keys(tmp_path):
    whole = {
        "operation": "accounts.list", "scope": SUB, "type": ACCOUNTS, "path": None, "status": 403,
        "code": "AuthorizationFailed", "reason": "forbidden", "permission": "a/read", "message": "no",
    }  # fmt: skip
    report = judge(b.snapshot(tmp_path, read(), {"gap": whole}), ON)
    found = json.loads(b"".join(wire.render(report)))
    assert found["gaps"] == [whole]
    [finding] = found["findings"]
    assert (finding["resource"], finding["outcome"]) == (SUB, "unknown")
    assert "a/read" in finding["message"]


# --- 16: metrics ----------------------------------------------------------------------------------------------

FLAG = "require: {metric: {name: Tokens, aggregation: Average, statistic: mean%s}, less: 10}"
WINDOW = FLAG % ", window: PT15M"
ALL = FLAG % ""
BY_NAME = FLAG % ", dimension: {Deployment: gpt}"


def series(*values, **dimensions):
    return {"dimensions": dimensions, "values": list(values)}


METRICS = {
    # name: (rule, metrics keys or None for no record, outcome)
    "below": (ALL, {"series": [series(1, 2.5, 3)]}, "pass"),
    "above": (ALL, {"series": [series(1, 2.5, 300)]}, "fail"),
    "null-is-no-sample": (ALL, {"series": [series(None, 9, None)]}, "pass"),
    "null-is-not-zero": (ALL, {"series": [series(None, None, 11)]}, "fail"),
    "only-nulls": (ALL, {"series": [series(None, None)]}, "unknown"),
    "no-values": (ALL, {"series": [series()]}, "unknown"),
    "no-series-is-no-traffic": (ALL, {"series": []}, "unknown"),
    "not-asked": (ALL, None, "unknown"),
    "every-series-must-hold": (ALL, {"series": [series(1, D="a"), series(99, D="b")]}, "fail"),
    "every-series-must-be-known": (ALL, {"series": [series(1, D="a"), series(None, D="b")]}, "unknown"),
    "an-offender-beside-an-unknown": (ALL, {"series": [series(99, D="a"), series(None, D="b")]}, "fail"),
    "of-another-name": (ALL, {"name": "Calls", "series": [series(1)]}, "unknown"),
    "of-another-aggregation": (ALL, {"aggregation": "Maximum", "series": [series(1)]}, "unknown"),
    "of-another-resource": (ALL, {"resource": account("other")["id"], "series": [series(1)]}, "unknown"),
    "of-the-resource-without-case": (ALL, {"resource": ID.upper() + "/", "series": [series(1)]}, "pass"),
    "the-last-values-of-a-window": (WINDOW, {"series": [series(99, 99, 1, 1, 1)]}, "pass"),
    "in-the-window": (WINDOW, {"series": [series(1, 1, 99, 1, 1)]}, "fail"),
    "shorter-than-the-window": (WINDOW, {"series": [series(1, 1)]}, "unknown"),
    "no-sample-in-the-window": (WINDOW, {"series": [series(1, 1, None, None, None)]}, "unknown"),
    "an-hour-is-a-longer-grain": (WINDOW, {"interval": "PT1H", "series": [series(99, 1)]}, "pass"),
    "PT5M-unless-said": (WINDOW, {"interval": None, "series": [series(99, 1, 1, 1)]}, "pass"),
    "its-own-dimension": (BY_NAME, {"series": [series(1, Deployment="gpt"), series(99, Deployment="x")]}, "pass"),
    "a-dimension-without-case": (BY_NAME, {"series": [series(99, deployment="GPT")]}, "fail"),
    "no-series-of-the-dimension": (BY_NAME, {"series": [series(1, Deployment="x")]}, "unknown"),
}


@pytest.mark.parametrize(("text", "keys", "expected"), METRICS.values(), ids=METRICS)
def test_s16_metrics(tmp_path, text, keys, expected):
    record = []
    if keys is not None:
        record = [b.metrics(ACCOUNT, [], **keys)]
        record = [{"metrics": {k: v for k, v in record[0]["metrics"].items() if v is not None}}]
    assert outcome(b.snapshot(tmp_path, read(), ACCOUNT, *record), rule(text)) == expected


def test_s16_not_asked_is_a_gap_and_unknown(tmp_path):
    whole = gap(ID, "Microsoft.Insights/metrics", reason="throttled")
    assert outcome(b.snapshot(tmp_path, read(), ACCOUNT, whole), rule(ALL)) == "unknown"
    assert outcome(b.snapshot(tmp_path, read(), read(ID, DEPLOYMENTS, 0), ACCOUNT, whole), NO_KIDS) == "pass"


WRONG_METRICS = {
    "a-value-of-text": {"series": [{"dimensions": {}, "values": ["1"]}]},
    "a-value-of-true": {"series": [{"dimensions": {}, "values": [True]}]},
    "a-value-that-is-a-list": {"series": [{"dimensions": {}, "values": [[1]]}]},
    "values-that-are-no-list": {"series": [{"dimensions": {}, "values": 1}]},
    "values-that-are-text": {"series": [{"dimensions": {}, "values": "12"}]},
    "a-series-without-values": {"series": [{"dimensions": {}}]},
    "a-series-that-is-a-number": {"series": [1]},
    "series-null": {"series": None},
    "dimensions-that-are-a-list": {"series": [{"dimensions": [1], "values": [1]}]},
    "no-start": {"start": None},
    "a-start-that-is-no-date": {"start": "yesterday"},
    "an-interval-of-nothing": {"interval": "PT0S"},
    "an-interval-that-is-none": {"interval": "5m"},
    "an-interval-of-a-number": {"interval": 5},
    "a-resource-that-is-a-number": {"resource": 5},
}


@pytest.mark.parametrize("keys", WRONG_METRICS.values(), ids=WRONG_METRICS)
def test_s16_what_is_no_metrics_record_is_refused_with_its_line(tmp_path, keys):
    with pytest.raises(InputError, match="line 2"):
        b.snapshot(tmp_path, b.metrics(ACCOUNT, [1], **keys))


def test_s16_metrics_are_kept_as_they_were(tmp_path):
    whole = {
        "resource": ID.lower(), "namespace": ACCOUNTS, "name": "Tokens", "unit": "Count", "aggregation": "Total",
        "start": "2025-12-31T23:00:00Z", "interval": "PT1H", "series": [series(1.5, None, 2, D="x")],
    }  # fmt: skip
    read_ = b.snapshot(tmp_path, {"metrics": whole})
    snapshot.write(read_, tmp_path / "again.jsonl")
    lines = (tmp_path / "again.jsonl").read_text().splitlines()
    assert json.loads(lines[1])["metrics"] == whole


# --- 17: exports ----------------------------------------------------------------------------------------------

SHAPES = {
    "array": [ACCOUNT],
    "value": {"value": [ACCOUNT]},
    "value-with-next-link-null": {"value": [ACCOUNT], "nextLink": None},
    "data": {"data": [ACCOUNT], "count": 1, "skip_token": None, "total_records": 1},
    "data-of-rest": {"data": [ACCOUNT], "count": 1, "totalRecords": 1, "facets": [], "resultTruncated": "false"},
    "one": ACCOUNT,
}


@pytest.mark.parametrize("whole", SHAPES.values(), ids=SHAPES)
def test_s17_the_four_shapes(tmp_path, whole):
    read_ = b.export(tmp_path, whole)
    assert read_.kind is Kind.EXPORT
    assert outcome(read_, ON) == "pass"
    assert not read_.gaps


TEXT = json.dumps([ACCOUNT, account("größe-日本", {"on": False})], ensure_ascii=False)
ENCODED = {
    "utf-8": TEXT.encode(),
    "utf-8-with-mark": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-8-pretty-crlf": json.dumps(json.loads(TEXT), indent=2).replace("\n", "\r\n").encode(),
    "white-space-before": b" \r\n\t" + TEXT.encode(),
    "mark-and-white-space-before": codecs.BOM_UTF8 + b"\r\n" + TEXT.encode(),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_s17_encodings_and_gzip_by_content(tmp_path, monkeypatch, data, packed, source):
    data = gzip.compress(data) if packed else data
    path = tmp_path / "export.json"
    path.write_bytes(data)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    read_ = snapshot.read("-" if source == "stdin" else str(path))
    assert b.outcomes(judge(read_, ON)) == [("chat", "pass"), ("größe-日本", "fail")]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["bare", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_s17_a_snapshot_in_the_same_wrappings(tmp_path, monkeypatch, packed, mark, end, source):
    data = mark + b.lines(read(), ACCOUNT).replace("\n", end).encode()
    data = gzip.compress(data) if packed else data
    path = tmp_path / "whatever.txt"
    path.write_bytes(data)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    read_ = snapshot.read("-" if source == "stdin" else str(path))
    assert read_.kind is Kind.SNAPSHOT
    assert outcome(read_, ON) == "pass"


MARKS = {
    # name: (keys beside the list, is the export truncated)
    "skip_token": ({"skip_token": "abc"}, True),
    "skip_token-null": ({"skip_token": None}, False),
    "skip_token-empty": ({"skip_token": ""}, False),
    "$skipToken": ({"$skipToken": "abc"}, True),
    "nextLink": ({"nextLink": "https://management.azure.com/x"}, True),
    "nextLink-null": ({"nextLink": None}, False),
    "nextLink-empty": ({"nextLink": ""}, False),
    "resultTruncated-true": ({"resultTruncated": "true"}, True),
    "resultTruncated-True": ({"resultTruncated": True}, True),
    "resultTruncated-TRUE": ({"resultTruncated": "TRUE"}, True),
    "resultTruncated-false": ({"resultTruncated": "false"}, False),
    "resultTruncated-False": ({"resultTruncated": False}, False),
    "resultTruncated-null": ({"resultTruncated": None}, False),
    "total-larger": ({"count": 1, "total_records": 2}, True),
    "total-equal": ({"count": 1, "total_records": 1}, False),
    "totalRecords-larger": ({"count": 1, "totalRecords": 1500}, True),
    "count-smaller-than-the-list": ({"count": 0}, False),
    "count-larger-than-the-list": ({"count": 2}, True),
    "count-null": ({"count": None, "totalRecords": None}, False),
    "odata-nextLink": ({"@odata.nextLink": "https://x"}, True),
}


@pytest.mark.parametrize("name", ["data", "value"])
@pytest.mark.parametrize(("keys", "is_truncated"), MARKS.values(), ids=MARKS)
def test_s17_truncation_marks(tmp_path, name, keys, is_truncated):
    read_ = b.export(tmp_path, {name: [ACCOUNT], **keys})
    assert [str(g.reason) for g in read_.gaps] == (["truncated"] if is_truncated else [])
    assert lost_types(read_, ON) == ([("", ACCOUNTS, "truncated")] if is_truncated else [])
    assert ("truncated" in json.dumps([str(g.reason) for g in judge(read_, ON).gaps])) is is_truncated


def test_s17_a_single_resource_named_value_is_no_list(tmp_path):
    assert outcome(b.export(tmp_path, {**ACCOUNT, "value": [1], "nextLink": "x"}), ON) == "pass"


NO_PROPERTIES = {
    "az-resource-list": {
        "changedTime": "x", "createdTime": "x", "extendedLocation": None, "id": ID, "identity": None,
        "kind": "OpenAI", "location": "westeurope", "managedBy": None, "name": "chat", "plan": None,
        "properties": None, "provisioningState": "Succeeded", "resourceGroup": "rg-one", "sku": {"name": "S0"},
        "tags": {}, "type": ACCOUNTS,
    },
    "without-the-key": {"id": ID, "name": "chat", "type": ACCOUNTS, "kind": "OpenAI", "sku": {"name": "S0"}},
    "a-list": {"id": ID, "name": "chat", "kind": "OpenAI", "properties": []},
    "a-text": {"id": ID, "name": "chat", "kind": "OpenAI", "properties": "{}"},
    "the-least": {"id": ID},
}  # fmt: skip


@pytest.mark.parametrize("body", NO_PROPERTIES.values(), ids=NO_PROPERTIES)
@pytest.mark.parametrize(
    "text",
    [
        "require: {field: properties.on, equals: true}",
        "require: {field: properties.on, exists: false}",
        "require: {field: properties.on, notEquals: true}",
        "require: {field: properties.on, equals: true, default: true}",
        "require: {count: {field: 'properties.a[*]'}, equals: 0}",
        "require: {field: 'properties.a[*]', equals: 1, empty: pass}",
        "require: {field: properties, exists: false}",
        f"require: {{count: {{related: children, type: {CONNECTIONS}}}, equals: 0}}",
    ],
)
def test_s17_a_record_without_properties_has_them_under_a_gap(tmp_path, body, text):
    read_ = b.export(tmp_path, [body])
    assert outcome(read_, rule(text)) == "unknown"


@pytest.mark.parametrize("body", NO_PROPERTIES.values(), ids=NO_PROPERTIES)
def test_s17_what_stands_beside_properties_is_known_all_the_same(tmp_path, body):
    assert outcome(b.export(tmp_path, [body]), rule("require: {field: name, equals: chat}")) == "pass"
    gaps = judge(b.export(tmp_path, [body]), ON).gaps
    assert [(g.scope, g.path, str(g.reason)) for g in gaps] == [(ID, "properties", "no_properties")]


def test_s17_an_empty_object_of_properties_is_one(tmp_path):
    assert outcome(b.export(tmp_path, [account("chat", {})]), ON) == "fail"


NO_PROOF = {
    "top-level": ([ACCOUNT], HAS_SEARCH, "unknown"),
    "top-level-with-one": ([ACCOUNT, b.resource(SEARCH)], HAS_SEARCH, "pass"),
    "children": ([ACCOUNT], NO_KIDS, "unknown"),
    "children-with-one": ([ACCOUNT, KID], NO_KIDS, "fail"),
    "children-at-most-one": (
        [ACCOUNT, KID],
        rule(f"require: {{count: {{related: children, type: {DEPLOYMENTS}}}, lessOrEquals: 1}}"),
        "unknown",
    ),
    "embedded": (
        [account("chat", {"privateEndpointConnections": []})],
        rule(f"require: {{count: {{related: children, type: {CONNECTIONS}}}, equals: 0}}"),
        "pass",
    ),
}


@pytest.mark.parametrize(("bodies", "made", "expected"), NO_PROOF.values(), ids=NO_PROOF)
def test_s17_an_export_proves_no_list_complete_but_an_embedded_one(tmp_path, bodies, made, expected):
    subject = SUB.rpartition("/")[2] if made is HAS_SEARCH else "chat"
    assert outcome(b.export(tmp_path, bodies), made, subject) == expected


FLATTENED = {
    # name: (record, what the hint must hold)
    "apim-list": (
        {
            "id": f"{GROUP}/providers/Microsoft.ApiManagement/service/apim", "name": "apim",
            "type": "Microsoft.ApiManagement/service", "location": "westeurope", "gatewayUrl": "https://x",
            "hostnameConfigurations": [], "sku": {"name": "Developer"},
        },
        "az graph query",
    ),
    "search-list": (
        {
            "id": f"{GROUP}/providers/{SEARCH}/s", "name": "s", "type": SEARCH, "location": "westeurope",
            "replicaCount": 1, "partitionCount": 1, "sku": {"name": "basic"},
        },
        SEARCH,
    ),
    "apim-api-list": (
        {
            "id": f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/apis/echo", "name": "echo",
            "type": "Microsoft.ApiManagement/service/apis", "path": "echo", "protocols": ["https"],
        },
        "az rest --method get --url",
    ),
    "graph-projection": ({"id": ID, "name": "chat", "type": ACCOUNTS, "publicAccess": "Enabled"}, "az graph query"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "hint"), FLATTENED.values(), ids=FLATTENED)
@pytest.mark.parametrize("shape", ["array", "one", "second"])
def test_s17_flattened_az_output_is_refused_with_the_command_to_use(tmp_path, body, hint, shape):
    whole = {"array": [body], "one": body, "second": [ACCOUNT, body]}[shape]
    with pytest.raises(InputError) as found:
        b.export(tmp_path, whole)
    assert "properties lifted up" in found.value.message
    assert hint in found.value.hint
    assert str(body["type"]) in found.value.message


def test_s17_the_command_to_use_is_one_that_can_be_run(tmp_path):
    """`az account list` names a subscription by its bare id: no ARM id, so no URL can be made of it."""
    body = {"cloudName": "AzureCloud", "id": SUB.rpartition("/")[2], "name": "x", "state": "Enabled", "user": {}}
    with pytest.raises(InputError) as found:
        b.export(tmp_path, [body])
    assert '"?api-version' not in found.value.hint


@pytest.mark.parametrize(
    "whole", [5, "text", True, None, {"a": 1}, {"data": {"rows": []}}, {"value": 3}, [1, 2], [{"name": "x"}], [[]]]
)
def test_s17_what_is_no_export_is_refused(tmp_path, whole):
    with pytest.raises(InputError):
        b.export(tmp_path, whole)


def test_s17_entries_without_an_id_among_others_are_a_gap(tmp_path):
    read_ = b.export(tmp_path, [ACCOUNT, {"name": "x"}, 5])
    assert [str(g.reason) for g in read_.gaps] == ["unparsable"]
    assert outcome(read_, ON) == "pass"


def test_s17_a_top_level_type_with_no_record_is_said_and_is_no_finding(tmp_path):
    search = rule("require: {field: name, exists: true}", id="S-1", resource=SEARCH)
    report = judge(b.export(tmp_path, [ACCOUNT]), ON, search)
    assert [(g.type, str(g.reason)) for g in report.gaps] == [(SEARCH, "not_asked")]
    assert any(SEARCH in n for n in report.notices)
    assert report.summary()["unknown"] == 0


# --- 18: schema versions, what is not known -------------------------------------------------------------------

SCHEMAS = {
    # name: (schema, what the error says, or None where it is read)
    "own": ("readiness/snapshot/1", None),
    "lower": ("readiness/snapshot/0", None),
    "higher": ("readiness/snapshot/2", "newer"),
    "much-higher": ("readiness/snapshot/10", "newer"),
    "a-report": ("readiness/report/1", "no snapshot"),
    "a-future-report": ("readiness/report/2", "no snapshot"),
    "a-word": ("readiness/snapshot/x", "no snapshot"),
    "nothing": ("", "no snapshot"),
    "a-number": (1, "no snapshot"),
    "null": (None, "no snapshot"),
    "negative": ("readiness/snapshot/-1", "no snapshot"),
    "a-digit-that-is-no-number": ("readiness/snapshot/\u00b2", "no snapshot"),
}


@pytest.mark.parametrize(("schema", "error"), SCHEMAS.values(), ids=SCHEMAS)
def test_s18_schema(tmp_path, schema, error):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"schema": schema, "scope": {}}) + "\n" + json.dumps(b.record(ACCOUNT)) + "\n")
    if error is None:
        assert snapshot.read(str(path)).resources
        return
    with pytest.raises(InputError) as found:
        snapshot.read(str(path))
    assert error in found.value.message
    assert ("pgrade" in found.value.hint) is (error == "newer")


def rewritten(folder, *records, **header):
    """The lines of a snapshot that was read and written again."""
    path = b.snapshot_file(folder, *records, **header)
    snapshot.write(snapshot.read(str(path)), folder / "again.jsonl")
    return [json.loads(line) for line in (folder / "again.jsonl").read_text().splitlines()]


def raw(folder, *records):
    """The same, of records as they stand."""
    path = folder / "raw.jsonl"
    head = {"schema": "readiness/snapshot/1", "collected_at": b.COLLECTED, "scope": {}}
    path.write_text("".join(json.dumps(r) + "\n" for r in (head, *records)))
    read_ = snapshot.read(str(path))
    snapshot.write(read_, folder / "again.jsonl")
    return read_, [json.loads(line) for line in (folder / "again.jsonl").read_text().splitlines()[1:]]


KEPT = {
    "an-unknown-kind": {"weather": {"sky": "blue"}},
    "an-unknown-kind-of-two-keys": {"price": 1, "of": SUB},
    "an-empty-record": {},
    "a-key-beside-a-resource": {**b.record(ACCOUNT), "retrieved": "2026-01-01"},
    "a-key-in-a-read": {"read": {**read()["read"], "api_version": None, "at": None, "pages": 3}},
    "a-key-beside-a-read": {"read": {**read()["read"], "api_version": None, "at": None}, "pages": 3},
    "a-key-in-a-gap": {
        "gap": {
            "operation": None, "scope": SUB, "type": ACCOUNTS, "path": None, "status": None, "code": None,
            "reason": "forbidden", "permission": None, "message": None, "retry_after": 7,
        },
    },
    "a-key-in-metrics": {
        "metrics": {**b.metrics(ID.lower(), [1])["metrics"], "namespace": None, "unit": None, "cost": 1},
    },
}  # fmt: skip


@pytest.mark.parametrize("record", KEPT.values(), ids=KEPT)
def test_s18_unknown_kinds_and_keys_of_the_same_version_are_kept(tmp_path, record):
    _, written = raw(tmp_path, record)
    assert written == [record]


@pytest.mark.parametrize("record", KEPT.values(), ids=KEPT)
def test_s18_and_ignored(tmp_path, record):
    known = [read(), b.record(ACCOUNT)]
    plain, _ = raw(tmp_path, *known)
    more, _ = raw(tmp_path, *known, *([] if "gap" in record else [record]))
    assert b"".join(wire.render(judge(more, ON))) == b"".join(wire.render(judge(plain, ON)))


def test_s18_header_keys_are_kept(tmp_path):
    assert rewritten(tmp_path, ACCOUNT, weather="fine", cloud="AzureCloud")[0] == {
        "schema": "readiness/snapshot/1",
        "collected_at": b.COLLECTED,
        "tool": "test",
        "scope": {},
        "weather": "fine",
        "cloud": "AzureCloud",
    }


def test_s18_rewriting_changes_no_verdict_and_is_stable(tmp_path):
    connection = child(account("B"), "privateEndpointConnections")
    bodies = [ACCOUNT, KID, account("B", {"privateEndpointConnections": [connection]})]
    records = [
        read(),
        *map(b.record, bodies),
        gap(ID, ACCOUNTS, "properties.x"),
        b.metrics(ACCOUNT, [1]),
        {"else": 1},
    ]
    first, _ = raw(tmp_path, *records)
    snapshot.write(first, tmp_path / "one.jsonl.gz")
    second = snapshot.read(str(tmp_path / "one.jsonl.gz"))
    snapshot.write(second, tmp_path / "two.jsonl.gz")
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
    for made in (ON, NO_KIDS, rule(ALL)):
        assert b"".join(wire.render(judge(first, made))) == b"".join(wire.render(judge(second, made)))


PARTIAL = {
    # name: (last line, is it read)
    "whole": ('{"read": {"scope": "", "type": "a/b"}}\n', True),
    "whole-without-a-newline": ('{"read": {"scope": "", "type": "a/b"}}', True),
    "cut": ('{"resource": {"id": "/subscr', True),
    "cut-in-a-letter": (b'{"x": "\xc3', True),
    "cut-after-a-brace": ("{", True),
    "broken-but-ended": ('{"resource": {"id": "/subscr\n', False),
    "broken-before-the-end": ('{"resource": {"id":\n{"weather": 1}\n', False),
}


@pytest.mark.parametrize(("last", "is_read"), PARTIAL.values(), ids=PARTIAL)
def test_s18_the_last_line_of_a_partial_may_be_cut(tmp_path, last, is_read):
    path = tmp_path / "x.jsonl.gz.partial"
    path.write_bytes(b.lines(read(), ACCOUNT).encode() + (last if isinstance(last, bytes) else last.encode()))
    if is_read:
        read_ = snapshot.read(str(path))
        assert outcome(read_, ON) == "pass"
        assert outcome(read_, NO_KIDS) == "unknown"
        return
    with pytest.raises(InputError):
        snapshot.read(str(path))


def test_s18_a_cut_line_of_a_finished_snapshot_is_refused(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(b.lines(read(), ACCOUNT) + '{"resource": {"id": "/subscr')
    with pytest.raises(InputError, match="line 4, column"):
        snapshot.read(str(path))


# --- 19: scope ------------------------------------------------------------------------------------------------

TWO = f"{SUB2}/resourceGroups/rg-two"
HUB = account("hub", {"on": False}, group=TWO, tags={"workload": "hub"})
CHAT = account("chat", {"on": True}, tags={"Workload": "Chat"})
OTHER_GROUP = account("side", {"on": False}, group=f"{SUB}/resourceGroups/rg-side")
NAMES = [
    {"id": SUB, "displayName": "Production of Contoso"},
    {"id": SUB2, "name": "hub", "properties": {"displayName": "Hub"}},
]
SCOPES = {
    # name: (options, header's scope, the accounts judged)
    "all": ({}, {}, ["chat", "side", "hub"]),
    "subscription-by-id": ({"subscriptions": (SUB,)}, {}, ["chat", "side"]),
    "subscription-by-bare-id": ({"subscriptions": (SUB.rpartition("/")[2],)}, {}, ["chat", "side"]),
    "subscription-without-case": ({"subscriptions": (SUB.upper(),)}, {}, ["chat", "side"]),
    "subscription-by-name": ({"subscriptions": ("production of contoso",)}, {}, ["chat", "side"]),
    "subscription-by-graph's-name": ({"subscriptions": ("HUB",)}, {}, ["hub"]),
    "two-subscriptions": ({"subscriptions": (SUB, SUB2)}, {}, ["chat", "side", "hub"]),
    "group": ({"resource_groups": ("rg-one",)}, {}, ["chat"]),
    "group-without-case": ({"resource_groups": ("RG-ONE",)}, {}, ["chat"]),
    "two-groups": ({"resource_groups": ("rg-one", "rg-two")}, {}, ["chat", "hub"]),
    "group-and-subscription": ({"resource_groups": ("rg-one", "rg-two"), "subscriptions": (SUB2,)}, {}, ["hub"]),
    "tag": ({"tags": ("workload=chat",)}, {}, ["chat"]),
    "tag-without-case": ({"tags": ("WORKLOAD=CHAT",)}, {}, ["chat"]),
    "tag-that-nobody-has": ({"tags": ("workload=nobody",)}, {}, []),
    "two-tags": ({"tags": ("workload=chat", "env=prod")}, {}, []),
    "header-subscriptions": ({}, {"subscriptions": [SUB2.rpartition("/")[2]]}, ["hub"]),
    "header-groups": ({}, {"resource_groups": ["rg-two"]}, ["hub"]),
    "header-tags": ({}, {"tags": {"workload": "hub"}}, ["hub"]),
    "within-the-header": ({"resource_groups": ("rg-side",)}, {"subscriptions": [SUB]}, ["side"]),
}


@pytest.mark.parametrize(("options", "header", "judged"), SCOPES.values(), ids=SCOPES)
def test_s19_scope_decides_what_is_judged(tmp_path, options, header, judged):
    read_ = b.snapshot(tmp_path, read(SUB), read(SUB2), *NAMES, CHAT, HUB, OTHER_GROUP, scope=header)
    found = judge(read_, ON, **options)
    assert [name for name, _ in b.outcomes(found)] == judged


@pytest.mark.parametrize("word", ["nowhere", "", SUB + "0", "rg-one"])
def test_s19_a_subscription_that_is_not_in_the_input_is_refused(tmp_path, word):
    with pytest.raises(UsageError):
        judge(b.snapshot(tmp_path, CHAT), ON, subscriptions=(word,))


def test_s19_what_is_needed_is_read_wherever_it_lies_and_never_judged(tmp_path):
    """A subscription in scope is judged by what lies in a group out of scope; that itself has no finding."""
    far = b.resource(SEARCH, "far", {"on": False}, group=f"{SUB}/resourceGroups/rg-side")
    read_ = b.snapshot(tmp_path, read(SUB), read(SUB, SEARCH), CHAT, far)
    also = rule("require: {field: properties.on, equals: true}", id="TEST-002", resource=SEARCH)
    report = judge(read_, HAS_SEARCH, also, resource_groups=("rg-one",))
    assert [(f.rule, str(f.outcome)) for f in b.findings(report)] == [("TEST-001", "pass")]


def test_s19_a_parent_out_of_scope_is_still_read(tmp_path):
    untagged = account("chat", {"on": True}, tags={"workload": "hub"})
    kid = child(untagged, "deployments", "gpt", {}, tags={"workload": "chat"})
    read_ = b.snapshot(tmp_path, read(), read(ID, DEPLOYMENTS), untagged, kid)
    report = judge(read_, PARENT_ON, rule(ON_TEXT, id="TEST-002"), tags=("workload=chat",))
    assert [(f.rule, f.resource) for f in b.findings(report)] == [("TEST-001", kid["id"])]
    assert b.findings(report)[0].outcome is Outcome.PASS


ON_TEXT = "require: {field: properties.on, equals: true}"


def test_s19_lists_out_of_scope_are_not_missed(tmp_path):
    read_ = b.snapshot(tmp_path, read(SUB), CHAT, HUB, gap(SUB2, ACCOUNTS))
    assert lost_types(read_, ON) == [(SUB2, ACCOUNTS, "forbidden")]
    assert judge(read_, ON, subscriptions=(SUB,)).summary()["unknown"] == 0


# --- 20: secrets ----------------------------------------------------------------------------------------------

SECRET = "kQ8vZ2xW9mN4pL7rT1yB6cD3fG5hJ0sA"  # noqa: S105 - made up
SECRETS = {
    "backend-credentials": b.body(
        f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/backends/openai",
        {"credentials": {"header": {"api-key": [SECRET]}, "query": {}}, "url": "https://x"},
    ),
    "logger-credentials": b.body(
        f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/loggers/hub",
        {"credentials": {"connectionString": f"Endpoint=sb://x/;SharedAccessKeyName=k;SharedAccessKey={SECRET}="}},
    ),
    "instrumentation-key": b.body(
        f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/loggers/ai",
        {"credentials": {"instrumentationKey": SECRET}},
    ),
    "a-named-value-that-looks-like-a-key": b.body(
        f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/namedValues/openai",
        {"secret": False, "value": SECRET, "displayName": "openai"},
    ),
    "a-header-in-a-policy": b.body(
        f"{GROUP}/providers/Microsoft.ApiManagement/service/apim/policies/policy",
        {
            "format": "rawxml",
            "value": f'<set-header name="api-key" exists-action="override"><value>{SECRET}</value></set-header>',
        },
    ),
    "a-connection-string": b.resource(
        "Microsoft.Insights/components", "ai", {"ConnectionString": f"InstrumentationKey={SECRET};Ingestion=x"}
    ),
}


def rules_about(body):
    """Rules whose evidence shows every value of a body."""
    type_ = snapshot.type_of(body["id"])
    paths = [p for p, _ in leaves("properties", body["properties"])]
    return [
        rule(f'require: {{field: "{path}", equals: nothing-such}}', id=f"T-{i}", resource=type_)
        for i, path in enumerate(paths)
    ]


def leaves(path, value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}['{key}']", inner)
    else:
        yield path, value


@pytest.mark.parametrize("kind", ["snapshot", "export"])
@pytest.mark.parametrize("body", SECRETS.values(), ids=SECRETS)
def test_s20_a_literal_secret_is_masked_when_it_is_read(tmp_path, body, kind):
    read_ = b.snapshot(tmp_path, body) if kind == "snapshot" else b.export(tmp_path, [body])
    assert SECRET not in json.dumps([r.body for r in read_.resources.values()])
    report = judge(read_, *rules_about(body))
    text = b"".join(wire.render(report, every=True)).decode()
    assert SECRET not in text
    assert "***masked***" in text
    snapshot.write(read_, tmp_path / "again.jsonl")
    assert SECRET not in (tmp_path / "again.jsonl").read_text()


@pytest.mark.parametrize(
    "value",
    ["{{openai-key}}", '@(context.Variables["key"])', "", None],
    ids=["named-value", "expression", "empty", "null"],
)
def test_s20_what_only_points_to_a_secret_stays(tmp_path, value):
    body = b.body(SECRETS["backend-credentials"]["id"], {"credentials": {"header": {"api-key": [value]}}})
    read_ = b.snapshot(tmp_path, body)
    assert next(iter(read_.resources.values())).body == body


MARKER = {"masked": "sha256:0a1b2c3d"}


@pytest.mark.parametrize("marker", [MARKER, "***masked***"], ids=["hashed", "plain"])
def test_s20_rules_take_the_marker_for_a_literal_secret_and_reports_show_the_same(tmp_path, marker):
    body = account("a", {"connectionString": marker})
    read_ = b.snapshot(tmp_path, read(), body, salt="x")
    made = rule("require: {field: properties.connectionString, exists: false}")
    report = judge(read_, made)
    [finding] = json.loads(b"".join(wire.render(report)))["findings"]
    assert finding["outcome"] == "fail"
    assert finding["evidence"][0]["observed"] == "***masked***"
    assert "***masked***" in finding["message"]
    assert "0a1b2c3d" not in json.dumps(finding)


def test_s20_the_marker_and_the_salt_survive_a_rewrite(tmp_path):
    written = rewritten(tmp_path, account("a", {"connectionString": MARKER}), salt="abc")
    assert written[0]["salt"] == "abc"
    assert written[1]["resource"]["properties"]["connectionString"] == MARKER


def test_s20_app_is_the_one_way_in(tmp_path):
    """The whole way from file to report, as `scan` goes it."""
    path = b.export_file(tmp_path, list(SECRETS.values()))
    report = app.scan(app.Options(input=str(path), config=None))
    assert SECRET not in b"".join(wire.render(report, every=True)).decode()
