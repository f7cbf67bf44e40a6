"""Semantics 1 to 5, sentence by sentence: ids and types, records, subjects, findings and lost lists, fingerprints."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import orjson
import pytest

from readiness import app, baseline, config, ruleset, snapshot
from readiness.arm import type_of
from readiness.config import Config
from readiness.errors import InputError
from readiness.gate import Asked
from readiness.graph import Graph
from readiness.model import Outcome, Reason
from readiness.render import json as wire
from readiness.workloads import Workloads
from readiness.yamlfile import LoadError
from tests import builders as b

PROVIDER = f"{b.GROUP}/providers"
ACCOUNT = f"{PROVIDER}/Microsoft.CognitiveServices/accounts/chat"
APIS = "Microsoft.ApiManagement/service/apis"
CONNECTIONS = f"{b.ACCOUNTS}/privateEndpointConnections"
LOCATION = f"{b.SUB}/providers/Microsoft.CognitiveServices/locations/eastus"
ANY = "require: {field: name, exists: true}"
GOOD = "require: {field: properties.good, equals: true}"


def seen(report):
    """(subject, outcome) of every finding, ids whole."""
    return [(f.resource, str(f.outcome)) for f in b.findings(report)]


def lost(report):
    """The lost-list findings as (subject, [evidence path, reason])."""
    return [(f.resource, [(e.path, e.observed) for e in f.evidence]) for f in b.findings(report) if _is_lost(f)]


def _is_lost(finding):
    return finding.outcome is Outcome.UNKNOWN and bool(
        re.match(r"(a list|\d+ lists) of .* (could not be read in full|(was|were) not asked for)", finding.message)
    )


# --- 1: ids and types -----------------------------------------------------------------------------------------

TYPES = {
    "top level": (ACCOUNT, b.ACCOUNTS),
    "a child": (f"{ACCOUNT}/deployments/gpt", b.DEPLOYMENTS),
    "a grandchild": (f"{PROVIDER}/Microsoft.ApiManagement/service/s/apis/a/policies/policy", f"{APIS}/policies"),
    "a trailing slash": (f"{ACCOUNT}/", b.ACCOUNTS),
    "a letter that is two in lower case": (ACCOUNT.replace(b.GROUP, f"{b.SUB}/resourceGroups/rg-\u0130"), b.ACCOUNTS),
    "an extension of a resource": (
        f"{ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings/all",
        "Microsoft.Insights/diagnosticSettings",
    ),
    "an extension of an extension": (
        f"{ACCOUNT}/providers/Microsoft.Insights/a/b/providers/Microsoft.Authorization/locks/l",
        "Microsoft.Authorization/locks",
    ),
    "an extension's child": (
        f"{ACCOUNT}/providers/Microsoft.Security/settings/s/parts/p",
        "Microsoft.Security/settings/parts",
    ),
    "an extension of a group": (
        f"{b.GROUP}/providers/Microsoft.Authorization/roleAssignments/7",
        "Microsoft.Authorization/roleAssignments",
    ),
    "in a subscription, no group": (
        f"{b.SUB}/providers/Microsoft.Security/pricings/AI",
        "Microsoft.Security/pricings",
    ),
    "PROVIDERS in capitals": (
        f"{b.SUB}/PROVIDERS/Microsoft.Security/pricings/AI",
        "Microsoft.Security/pricings",
    ),
    "a subscription": (b.SUB, "Microsoft.Resources/subscriptions"),
    "a subscription with a slash": (f"{b.SUB}/", "Microsoft.Resources/subscriptions"),
    "a subscription in capitals": (b.SUB.upper(), "Microsoft.Resources/subscriptions"),
    "a resource group": (b.GROUP, "Microsoft.Resources/resourceGroups"),
    "a resource group in lower case": (b.GROUP.lower(), "Microsoft.Resources/resourceGroups"),
    "a resource group called providers": (
        f"{b.SUB}/resourceGroups/providers",
        "Microsoft.Resources/resourceGroups",
    ),
    "a resource in a group called providers": (
        f"{b.SUB}/resourceGroups/providers/providers/{b.SEARCH}/s",
        b.SEARCH,
    ),
    "a resource called providers": (f"{PROVIDER}/{b.ACCOUNTS}/providers", b.ACCOUNTS),
    "a management group": (
        "/providers/Microsoft.Management/managementGroups/root",
        "Microsoft.Management/managementGroups",
    ),
    "a usage": (f"{LOCATION}/usages/OpenAI.Standard.gpt-4o", "Microsoft.CognitiveServices/locations/usages"),
    "a model": (f"{LOCATION}/models/OpenAI:OpenAI:gpt-4:0613", "Microsoft.CognitiveServices/locations/models"),
    "a collection names none": (f"{ACCOUNT}/deployments", None),
    "a provider alone names none": (f"{b.SUB}/providers/Microsoft.Search", None),
    "nothing": ("", None),
    "a word": ("estate", None),
}


@pytest.mark.parametrize(("id_", "type_"), TYPES.values(), ids=TYPES.keys())
def test_s01_the_type_is_that_of_the_id(id_, type_):
    assert type_of(id_) == type_


SPELLINGS = {
    "as it is": ACCOUNT,
    "lower case": ACCOUNT.lower(),
    "upper case": ACCOUNT.upper(),
    "a trailing slash": f"{ACCOUNT}/",
    "capitals and a slash": f"{ACCOUNT.upper()}/",
}


@pytest.mark.parametrize("id_", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_s01_one_resource_however_its_id_is_spelled(tmp_path, id_):
    read = b.snapshot(tmp_path, b.read(), b.body(ACCOUNT, {"good": False}), b.body(id_, {"good": True}))
    assert seen(b.judge(read, b.rule(GOOD))) == [(id_, "pass")]


@pytest.mark.parametrize("id_", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_s01_parents_children_and_gaps_meet_without_case_and_slash(tmp_path, id_):
    child = b.body(f"{ACCOUNT.swapcase()}/Deployments/gpt", {"good": True})
    read = b.snapshot(
        tmp_path,
        b.read(),
        b.read(id_, b.DEPLOYMENTS.upper()),
        b.body(ACCOUNT),
        child,
        b.gap(id_, b.ACCOUNTS.lower(), "properties.hidden"),
    )
    counted = b.rule(f"require: {{count: {{related: children, type: {b.DEPLOYMENTS}}}, equals: 1}}")
    hidden = b.rule("require: {field: properties.hidden, exists: false}", id="TEST-002")
    above = b.rule("require: {any: {related: parent, where: {field: name, like: chat}}}", resource=b.DEPLOYMENTS)
    assert seen(b.judge(read, counted, hidden)) == [(ACCOUNT, "pass"), (ACCOUNT, "unknown")]
    assert seen(b.judge(read, above)) == [(child["id"], "pass")]


SCOPES = {
    "as it is": b.SUB,
    "upper case": b.SUB.upper(),
    "a trailing slash": f"{b.SUB}/",
    "its name alone": b.SUB.rpartition("/")[2],
    "its name in capitals": b.SUB.rpartition("/")[2].upper(),
}


@pytest.mark.parametrize("given", SCOPES.values(), ids=SCOPES.keys())
def test_s01_a_scope_however_its_subscription_is_spelled(tmp_path, given):
    other = b.account("other", group=f"{b.SUB2}/resourceGroups/rg")
    records = [b.read(), b.read(b.SUB2), b.account(), other]
    assert b.outcomes(b.judge(b.snapshot(tmp_path, *records, scope={"subscriptions": [given]}), b.rule(ANY))) == [
        ("chat", "pass")
    ]
    assert b.outcomes(b.judge(b.snapshot(tmp_path, *records), b.rule(ANY), subscriptions=(given,))) == [
        ("chat", "pass")
    ]


LYING_TYPES = {
    "no type field": ({}, "pass"),
    "another type in the field": ({"type": "Microsoft.Web/sites"}, "pass"),
    "a null type": ({"type": None}, "pass"),
    "the type in another case": ({"type": b.ACCOUNTS.upper()}, "pass"),
}


@pytest.mark.parametrize(("top", "outcome"), LYING_TYPES.values(), ids=LYING_TYPES.keys())
def test_s01_the_type_field_does_not_beat_the_id(tmp_path, top, outcome):
    read = b.snapshot(tmp_path, b.read(), b.read(b.SUB, "Microsoft.Web/sites"), {**b.body(ACCOUNT), **top})
    assert seen(b.judge(read, b.rule(ANY))) == [(ACCOUNT, outcome)]
    assert seen(b.judge(read, b.rule(ANY, resource="Microsoft.Web/sites"))) == []


@pytest.mark.parametrize("type_", [b.ACCOUNTS, b.ACCOUNTS.lower(), b.ACCOUNTS.upper()])
def test_s01_types_compare_without_case(tmp_path, type_):
    read = b.snapshot(tmp_path, b.read(type_=b.ACCOUNTS.swapcase()), b.body(ACCOUNT.lower()))
    assert seen(b.judge(read, b.rule(ANY, resource=type_))) == [(ACCOUNT.lower(), "pass")]


REQUESTED = {
    "a usage": (f"{LOCATION}/usages/OpenAI.Standard.gpt-4o", "Microsoft.CognitiveServices/locations/usages"),
    "a model": (f"{LOCATION}/models/OpenAI:OpenAI:gpt-4:0613", "Microsoft.CognitiveServices/locations/models"),
}


@pytest.mark.parametrize(("id_", "type_"), REQUESTED.values(), ids=REQUESTED.keys())
def test_s01_answers_without_an_id_are_known_by_the_one_added(tmp_path, id_, type_):
    answer = {"name": {"value": "OpenAI.Standard.gpt-4o", "localizedValue": "x"}, "limit": 10, "currentValue": 3}
    read = b.snapshot(tmp_path, b.read(b.SUB, type_), {**answer, "id": id_})
    found = b.judge(read, b.rule("require: {field: currentValue, less: {field: limit}}", resource=type_))
    assert (id_, "pass") in seen(found)
    again = tmp_path / "again.jsonl"
    snapshot.write(read, again)
    bodies = [r["resource"] for r in map(orjson.loads, again.read_bytes().splitlines()) if "resource" in r]
    assert bodies == [{**answer, "id": id_}]


@pytest.mark.parametrize("answer", [{"name": "x"}, {"id": "", "name": "x"}, {"id": None}, {"id": 7}])
def test_s01_a_record_without_an_id_is_refused(tmp_path, answer):
    with pytest.raises(InputError, match="line 2"):
        b.snapshot(tmp_path, b.record(answer))


# --- 2: whole records -----------------------------------------------------------------------------------------


def connection(name="pe", status="Approved", parent=ACCOUNT):
    return b.child(parent, "privateEndpointConnections", name, {"status": status})


def test_s02_an_embedded_member_is_the_same_object(tmp_path):
    read = b.snapshot(tmp_path, b.body(ACCOUNT, {"privateEndpointConnections": [connection()]}))
    parent = read.resources[ACCOUNT.lower()]
    member = read.resources[connection()["id"].lower()]
    assert member.body is parent.body["properties"]["privateEndpointConnections"][0]
    assert (member.type, member.api_version) == (CONNECTIONS, b.API)


VNET = f"{PROVIDER}/Microsoft.Network/virtualNetworks/hub"
SUBNET = f"{VNET}/subnets/a"
DEEP = {**b.body(SUBNET), "properties": {"delegations": [b.child(SUBNET, "delegations", "d")]}}
EMBEDDED = {
    "private endpoint connections": (b.body(ACCOUNT, {"privateEndpointConnections": [connection()]}), ["pe"]),
    "subnets": (b.body(VNET, {"subnets": [b.body(SUBNET)]}), ["a"]),
    "two of them": (
        b.body(ACCOUNT, {"privateEndpointConnections": [connection(), connection("q")]}),
        ["pe", "q"],
    ),
    "embedded in an embedded one": (b.body(VNET, {"subnets": [DEEP]}), ["a", "d"]),
    "in another case than its parent": (
        b.body(ACCOUNT, {"privateEndpointConnections": [connection(parent=ACCOUNT.upper())]}),
        ["pe"],
    ),
    "the first member without an id": (
        b.body(ACCOUNT, {"privateEndpointConnections": [{"name": "new"}, connection()]}),
        ["pe"],
    ),
    "members without an id": (b.body(ACCOUNT, {"ipRules": [{"value": "10.0.0.0/8", "name": "x"}]}), []),
    "an empty array": (b.body(ACCOUNT, {"privateEndpointConnections": []}), []),
    "null": (b.body(ACCOUNT, {"privateEndpointConnections": None}), []),
    "no array": (b.body(ACCOUNT, {"privateEndpoint": connection()}), []),
    "members that are no objects": (b.body(ACCOUNT, {"zones": ["1", None, 2]}), []),
    "an id that is no text": (b.body(ACCOUNT, {"parts": [{"id": 7, "name": "x"}, {"id": None, "name": "y"}]}), []),
    "a bare reference elsewhere": (b.body(ACCOUNT, {"virtualNetworkRules": [{"id": SUBNET}]}), []),
    "properties null": ({**b.body(ACCOUNT), "properties": None}, []),
}


@pytest.mark.parametrize(("parent", "names"), EMBEDDED.values(), ids=EMBEDDED.keys())
def test_s02_embedded_members_with_an_id_are_resources(tmp_path, parent, names):
    read = b.snapshot(tmp_path, parent)
    assert sorted(r.key.rpartition("/")[2] for r in read.resources.values() if r.id != parent["id"]) == names


PE = connection()["id"]
EMBEDDING = b.body(ACCOUNT, {"privateEndpointConnections": [connection(status="embedded")]})
BARE = b.body(ACCOUNT, {"privateEndpointConnections": []})


def own(status, from_="arm", id_=PE):
    return b.record(b.body(id_, {"status": status}), from_)


WINNERS = {
    "embedded alone": ([EMBEDDING], "embedded"),
    "own after embedded": ([EMBEDDING, own("own")], "own"),
    "own before embedded": ([own("own"), EMBEDDING], "own"),
    "an own graph row wins over embedded": ([own("row", "graph"), EMBEDDING], "row"),
    "own in another case": ([EMBEDDING, own("own", id_=f"{PE.upper()}/")], "own"),
    "detail after row": ([own("row", "graph"), own("detail")], "detail"),
    "detail before row": ([own("detail"), own("row", "graph")], "detail"),
    "detail before two rows": ([own("detail"), own("row", "graph"), own("row2", "graph")], "detail"),
    "last detail": ([own("first"), own("last")], "last"),
    "last row": ([own("first", "graph"), own("last", "graph")], "last"),
    "last of a file": ([own("first", "file"), own("last", "file")], "last"),
    "from is arm where not said": ([own("row", "graph"), {"resource": own("detail")["resource"]}], "detail"),
    "embedded in the last record of the parent": (
        [EMBEDDING, b.body(ACCOUNT, {"privateEndpointConnections": [connection(status="later")]})],
        "later",
    ),
    "gone from the last record of the parent": ([EMBEDDING, BARE], None),
    "gone from the parent's detail": ([b.record(EMBEDDING, "graph"), BARE], None),
    "a row of the parent embeds nothing new": ([EMBEDDING, b.record(BARE, "graph")], "embedded"),
}


@pytest.mark.parametrize(("records", "status"), WINNERS.values(), ids=WINNERS.keys())
def test_s02_which_record_wins(tmp_path, records, status):
    found = b.snapshot(tmp_path, *records).resources.get(PE.lower())
    assert (found.body["properties"]["status"] if found else None) == status


def test_s02_the_last_record_wins_in_an_export_too(tmp_path):
    read = b.export(tmp_path, [b.account(properties={"n": 1}), b.account(properties={"n": 2})])
    assert [r.body["properties"] for r in read.resources.values()] == [{"n": 2}]


MERGED = {
    "detail lacks what the row has": ([("graph", {"good": True}), ("arm", {})], "fail"),
    "row has what the detail lacks, row last": ([("arm", {}), ("graph", {"good": True})], "fail"),
    "later lacks what the earlier has": ([("arm", {"good": True}), ("arm", {})], "fail"),
    "later has it": ([("arm", {}), ("arm", {"good": True})], "pass"),
}


@pytest.mark.parametrize(("records", "outcome"), MERGED.values(), ids=MERGED.keys())
def test_s02_whole_records_never_merged(tmp_path, records, outcome):
    read = b.snapshot(tmp_path, b.read(), *(b.record(b.body(ACCOUNT, p), f) for f, p in records))
    assert seen(b.judge(read, b.rule(GOOD))) == [(ACCOUNT, outcome)]


def test_s02_an_embedded_resource_is_judged_like_any(tmp_path):
    read = b.snapshot(tmp_path, b.read(), EMBEDDING)
    found = b.judge(read, b.rule("require: {field: properties.status, equals: embedded}", resource=CONNECTIONS))
    assert seen(found) == [(PE, "pass")]


def test_s02_an_embedded_resource_is_as_new_as_its_parents_answer(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.record(EMBEDDING, api_version="2024-10-01"))
    old = "require: {field: properties.x, exists: false, since_api: 2024-10-01}"
    new = "require: {field: properties.x, exists: false, since_api: 2025-01-01}"
    assert b.verdict(read, b.rule(old, resource=CONNECTIONS)).outcome == "pass"
    assert b.verdict(read, b.rule(new, resource=CONNECTIONS)).outcome == "unknown"


# --- 3: subjects ----------------------------------------------------------------------------------------------

TAGGED = [
    b.account("a", tags={"workload": "chat"}),
    b.account("b", tags={"Workload": "search"}),
    b.account("c"),
    b.account("rag-1", group=f"{b.SUB2}/resourceGroups/rg"),
]
SUBJECTS = {
    "workload, none configured": ("workload", Config(), ["workload:default"]),
    "workload by tag": (
        "workload",
        Config(workloads=Workloads("workload")),
        ["workload:chat", "workload:default", "workload:search"],
    ),
    "workload by name": (
        "workload",
        Config(workloads=Workloads(None, {"rag": ("*/accounts/rag-*",)})),
        ["workload:default", "workload:rag"],
    ),
    "estate": ("estate", Config(), ["estate"]),
    "subscription": ("subscription", Config(), [b.SUB, b.SUB2]),
    "a type": (b.ACCOUNTS, Config(), [t["id"] for t in TAGGED]),
    "a list of one type": (f"[{b.ACCOUNTS}]", Config(), [t["id"] for t in TAGGED]),
    "a list of types": (f"[{b.ACCOUNTS}, {b.SEARCH}]", Config(), [t["id"] for t in TAGGED]),
    "no resource of the type": (b.SEARCH, Config(), []),
}


@pytest.mark.parametrize(("type_", "settings", "subjects"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_s03_the_subjects_of_a_rule(tmp_path, type_, settings, subjects):
    reads = [b.read(s, t) for s in (b.SUB, b.SUB2) for t in (b.ACCOUNTS, b.SEARCH)]
    read = b.snapshot(tmp_path, *reads, *TAGGED)
    report = b.judge(read, b.rule("require: {field: id, exists: true}", resource=type_), config=settings)
    assert [f.resource for f in b.findings(report)] == subjects


@pytest.mark.parametrize("type_", ["Microsoft.Authorization/locks", "Microsoft.Consumption/budgets"])
def test_s03_what_extends_a_resource_group_makes_no_workload(tmp_path, type_):
    group = f"{b.SUB}/resourceGroups/rg"
    lock = b.body(f"{group}/providers/{type_}/one")
    read = b.snapshot(tmp_path, b.read(), b.account("a", tags={"workload": "chat"}), b.body(group), lock)
    settings = Config(workloads=Workloads("workload"))
    report = b.judge(read, b.rule("require: {field: id, exists: true}", resource="workload"), config=settings)
    assert [f.resource for f in b.findings(report)] == ["workload:chat"]


SUBSCRIPTIONS = {
    "known by a resource": ([b.account()], {}, [b.SUB]),
    "known by a read": ([b.read(b.SUB2)], {}, [b.SUB2]),
    "known by a gap": ([b.gap(f"{b.SUB2}/resourceGroups/x")], {}, [b.SUB2]),
    "known by the scope": ([b.account()], {"scope": {"subscriptions": [b.SUB2]}}, [b.SUB2]),
    "known by its own record": ([b.body(b.SUB, None)], {}, [b.SUB]),
    "once, however spelled": ([b.body(f"{b.SUB.upper()}/", None), b.account()], {}, [f"{b.SUB.upper()}/"]),
}


@pytest.mark.parametrize(("records", "header", "ids"), SUBSCRIPTIONS.values(), ids=SUBSCRIPTIONS.keys())
def test_s03_a_subscription_is_its_arm_id(tmp_path, records, header, ids):
    read = b.snapshot(tmp_path, *records, **header)
    report = b.judge(read, b.rule("require: {field: id, exists: true}", resource="subscription"))
    assert [f.resource for f in b.findings(report)] == ids


RESOURCE_KEYS = {
    "a type": (b.ACCOUNTS, True),
    "a child type": (b.DEPLOYMENTS, True),
    "a list": (f"[{b.ACCOUNTS}, {b.SEARCH}]", True),
    "subscription": ("subscription", True),
    "workload": ("workload", True),
    "estate": ("estate", True),
    "a word of another": ("tenant", False),
    "Subscription in capitals": ("Subscription", False),
    "workload:default": ("workload:default", False),
    "a namespace alone": ("Microsoft.CognitiveServices", False),
    "an id": (ACCOUNT, False),
    "an empty list": ("[]", False),
    "a subject among types": (f"[{b.ACCOUNTS}, subscription]", False),
    "two subjects": ("[workload, estate]", False),
    "nothing": ("", False),
    "a mapping": (f"{{type: {b.ACCOUNTS}}}", False),
}


@pytest.mark.parametrize(("given", "valid"), RESOURCE_KEYS.values(), ids=RESOURCE_KEYS.keys())
def test_s03_what_resource_takes(given, valid):
    assert (b.problems_of(ANY, resource=given) == []) is valid


# --- 4: one finding, and lost lists ---------------------------------------------------------------------------

OFFENDERS = {
    "elements of an array": (
        "require: {field: 'properties.list[*].x', equals: 1, empty: pass}",
        ["properties.list[0].x", "properties.list[2].x"],
    ),
    "two leaves": (
        "require: {allOf: [{field: properties.a, equals: 1}, {field: properties.b, equals: 1}]}",
        ["properties.a", "properties.b"],
    ),
    "related resources": (
        f"require: {{all: {{related: children, type: {b.DEPLOYMENTS}, require: {{field: name, equals: x}}}}}}",
        [f"{ACCOUNT}/deployments/d1#name", f"{ACCOUNT}/deployments/d2#name"],
    ),
    "members of a count": (
        "require: {count: {field: 'properties.list[*]', where: {field: x, equals: 0}}, equals: 0}",
        ["count(properties.list[*])", "properties.list[0].x", "properties.list[2].x"],
    ),
    "what a check measured": (
        "check: {name: ip-rules-narrow, params: {path: properties.ips}}",
        ["properties.ips[0].value", "properties.ips[1].value"],
    ),
}


@pytest.mark.parametrize(("text", "evidence"), OFFENDERS.values(), ids=OFFENDERS.keys())
def test_s04_one_finding_with_each_offender_as_evidence(tmp_path, text, evidence):
    list_ = [{"x": 0}, {"x": 1}, {"x": 0}]
    ips = [{"value": "0.0.0.0/0"}, {"value": "8.0.0.0/6"}]
    parent = b.body(ACCOUNT, {"list": list_, "a": 0, "b": 0, "ips": ips})
    children = [b.child(parent, "deployments", f"d{i}") for i in (1, 2)]
    read = b.snapshot(tmp_path, b.read(), b.read(type_=b.DEPLOYMENTS), parent, *children)
    found = b.findings(b.judge(read, b.rule(text)))
    assert [(f.resource, str(f.outcome), [e.path for e in f.evidence]) for f in found] == [
        (ACCOUNT, "fail", evidence)
    ]


REPEATED = {
    "the same type twice": f"[{b.ACCOUNTS}, {b.ACCOUNTS}]",
    "the same type in another case": f"[{b.ACCOUNTS}, {b.ACCOUNTS.lower()}]",
}


@pytest.mark.parametrize("type_", REPEATED.values(), ids=REPEATED.keys())
def test_s04_at_most_one_finding_for_a_rule_and_a_subject(tmp_path, type_):
    read = b.snapshot(tmp_path, b.read(), b.account())
    assert b.outcomes(b.judge(read, b.rule(ANY, resource=type_))) == [("chat", "pass")]


@pytest.mark.parametrize("names", [("chat", "Chat"), ("Straße", "straße")], ids=str)
def test_s04_a_workload_however_it_is_spelled_is_one_subject(tmp_path, names):
    """A subject's id counts in lower case (5): two findings of one fingerprint would be one subject's."""
    accounts = [b.account(f"a{i}", tags={"workload": name}) for i, name in enumerate(names)]
    read = b.snapshot(tmp_path, b.read(), *accounts)
    rule = b.rule(f"require: {{count: {{related: resources, type: {b.ACCOUNTS}}}, equals: 2}}", resource="workload")
    found = b.findings(b.judge(read, rule, config=Config(workloads=Workloads("workload"))))
    assert [str(f.outcome) for f in found] == ["pass"]


RG = b.GROUP
OTHER = f"{b.SUB}/resourceGroups/rg-two"
A, B = b.account("a"), b.account("b")
DEP_A, DEP_B = f"{A['id']}/deployments/gpt", f"{B['id']}/deployments/gpt"
D = b.DEPLOYMENTS
LOST = {
    # name: (rule's resource, records, subjects judged, {subscription: [(list, reason)]})
    "complete": (b.ACCOUNTS, [b.read(), A], ["a"], {}),
    "complete and empty": (b.ACCOUNTS, [b.read(count=0)], [], {}),
    "a type in a subscription": (
        b.ACCOUNTS,
        [b.gap(b.SUB, b.ACCOUNTS)],
        [],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "forbidden")]},
    ),
    "only in part": (
        b.ACCOUNTS,
        [b.read(), b.gap(b.SUB, b.ACCOUNTS, reason="truncated"), A, B],
        ["a", "b"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "truncated")]},
    ),
    "a gap of another type": (b.ACCOUNTS, [b.read(), b.gap(b.SUB, b.SEARCH), A], ["a"], {}),
    "a gap of another subscription": (
        b.ACCOUNTS,
        [b.read(), b.gap(b.SUB2, b.ACCOUNTS), A],
        ["a"],
        {b.SUB2: [(f"{b.SUB2}: {b.ACCOUNTS}", "forbidden")]},
    ),
    "a gap for all types": (
        b.ACCOUNTS,
        [b.read(), b.gap(b.SUB, None, reason="throttled"), A],
        ["a"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "throttled")]},
    ),
    "a gap in a resource group": (
        b.ACCOUNTS,
        [b.read(), b.gap(OTHER, b.ACCOUNTS), A],
        ["a"],
        {b.SUB: [(f"{OTHER}: {b.ACCOUNTS}", "forbidden")]},
    ),
    "a gap at a resource that is not there": (
        b.ACCOUNTS,
        [b.read(), b.gap(B["id"], b.ACCOUNTS, reason="timeout"), A],
        ["a"],
        {b.SUB: [(f"{B['id']}: {b.ACCOUNTS}", "timeout")]},
    ),
    "a gap at a resource that is there": (b.ACCOUNTS, [b.read(), b.gap(A["id"], b.ACCOUNTS), A], ["a"], {}),
    "a gap with a path loses no list": (
        b.ACCOUNTS,
        [b.read(), b.gap(b.SUB, b.ACCOUNTS, "properties.x"), A],
        ["a"],
        {},
    ),
    "two lists of one subscription": (
        f"[{b.ACCOUNTS}, {b.SEARCH}]",
        [b.gap(b.SUB, b.ACCOUNTS), b.gap(b.SUB, b.SEARCH, reason="timeout"), A],
        ["a"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "forbidden"), (f"{b.SUB}: {b.SEARCH}", "timeout")]},
    ),
    "two subscriptions": (
        b.ACCOUNTS,
        [b.gap(b.SUB, b.ACCOUNTS), b.gap(b.SUB2, b.ACCOUNTS), A],
        ["a"],
        {
            b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "forbidden")],
            b.SUB2: [(f"{b.SUB2}: {b.ACCOUNTS}", "forbidden")],
        },
    ),
    "neither read nor gap": (
        b.ACCOUNTS,
        [A],
        ["a"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "interrupted")]},
    ),
    "neither read nor gap nor record": (
        b.SEARCH,
        [b.read(), A],
        [],
        {b.SUB: [(f"{b.SUB}: {b.SEARCH}", "interrupted")]},
    ),
    "the read of a group is not the subscription's": (
        b.ACCOUNTS,
        [b.read(RG), A],
        ["a"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "interrupted")]},
    ),
    "children read": (D, [b.read(), b.read(A["id"], D), A, b.body(DEP_A)], ["gpt"], {}),
    "children read over the subscription": (D, [b.read(), b.read(b.SUB, D), A, B, b.body(DEP_A)], ["gpt"], {}),
    "children embedded": (
        CONNECTIONS,
        [b.read(), b.body(ACCOUNT, {"privateEndpointConnections": [connection()]})],
        ["pe"],
        {},
    ),
    "children embedded as none": (
        CONNECTIONS,
        [b.read(), b.body(ACCOUNT, {"privateEndpointConnections": []})],
        [],
        {},
    ),
    "the children of two resources": (
        D,
        [b.read(), b.gap(A["id"], D), b.gap(B["id"], D, reason="timeout"), A, B, b.body(DEP_A)],
        ["gpt"],
        {b.SUB: [(f"{A['id']}: {D}", "forbidden"), (f"{B['id']}: {D}", "timeout")]},
    ),
    "the children of one of two": (
        D,
        [b.read(), b.read(A["id"], D), b.gap(B["id"], D), A, B, b.body(DEP_A)],
        ["gpt"],
        {b.SUB: [(f"{B['id']}: {D}", "forbidden")]},
    ),
    "children with neither read nor gap": (
        D,
        [b.read(), b.read(A["id"], D), A, B],
        [],
        {b.SUB: [(f"{B['id']}: {D}", "interrupted")]},
    ),
    "parents lost, children therefore too": (
        D,
        [b.gap(b.SUB, b.ACCOUNTS), b.read(A["id"], D), A, b.body(DEP_A)],
        ["gpt"],
        {b.SUB: [(f"{b.SUB}: {b.ACCOUNTS}", "forbidden")]},
    ),
    "no parents, no children": (D, [b.read(count=0)], [], {}),
    "not registered": (b.SEARCH, [b.read(), b.gap(b.SUB, b.SEARCH, reason="not_registered"), A], [], {}),
    "a child type of one that is not registered": (
        f"{b.SEARCH}/indexes",
        [b.read(), b.gap(b.SUB, b.SEARCH, reason="not_registered"), A],
        [],
        {},
    ),
    "children embedded, under a gap": (
        CONNECTIONS,
        [
            b.read(),
            b.body(ACCOUNT, {"privateEndpointConnections": [connection()]}),
            b.gap(b.SUB, b.ACCOUNTS, "properties.privateEndpointConnections"),
        ],
        ["pe"],
        {b.SUB: [(f"{ACCOUNT}: {CONNECTIONS}", "forbidden")]},
    ),
    "a subject that is no list": ("estate", [b.gap(b.SUB)], ["estate"], {}),
}


@pytest.mark.parametrize(("type_", "records", "judged", "lists"), LOST.values(), ids=LOST.keys())
def test_s04_lost_lists_in_a_snapshot(tmp_path, type_, records, judged, lists):
    report = b.judge(b.snapshot(tmp_path, *records), b.rule("require: {field: id, exists: true}", resource=type_))
    assert [f.resource.rpartition("/")[2] for f in b.findings(report) if not _is_lost(f)] == judged
    assert lost(report) == list(lists.items())
    [verdicts] = report.verdicts
    assert verdicts.count(Outcome.UNKNOWN) == len(lists)
    [(_, counts)] = report.counted
    assert counts.unknown == len(lists)
    assert counts.passed == len(judged)


def test_s04_a_lost_list_is_spelled_as_a_whole_finding(tmp_path):
    gap = b.gap(b.SUB, b.ACCOUNTS, permission="Microsoft.CognitiveServices/accounts/read")
    [found] = b.findings(b.judge(b.snapshot(tmp_path, gap), b.rule(ANY)))
    assert (found.resource, str(found.outcome), found.waiver) == (b.SUB, "unknown", None)
    assert found.message == (
        "a list of Microsoft.CognitiveServices/accounts could not be read in full: forbidden"
        " (needs Microsoft.CognitiveServices/accounts/read)"
    )
    assert found.fingerprint == by_hand("TEST-001", b.SUB)


def test_s04_scope_names_a_subscription_of_which_nothing_was_read(tmp_path):
    read = b.snapshot(tmp_path, b.read(), A, scope={"subscriptions": [b.SUB, b.SUB2]})
    assert lost(b.judge(read, b.rule(ANY))) == [(b.SUB2, [(f"{b.SUB2}: {b.ACCOUNTS}", "interrupted")])]


def test_s04_only_types_that_a_selected_rule_needs_are_missed(tmp_path):
    read = b.snapshot(tmp_path, b.read(), A)
    searching = b.rule(ANY, id="TEST-002", resource=b.SEARCH)
    assert lost(b.judge(read, b.rule(ANY))) == []
    assert lost(b.judge(read, b.rule(ANY), searching)) == [(b.SUB, [(f"{b.SUB}: {b.SEARCH}", "interrupted")])]


EXPORTED = {
    # name: (rule's resource, bodies, outcomes, lost lists of the one subscription, types in gaps)
    "a top-level type with records": (b.ACCOUNTS, [A, B], ["a", "b"], [], []),
    "a top-level type without": (b.SEARCH, [A], [], [], [b.SEARCH]),
    "a child of a parent that is not there": (f"{b.SEARCH}/indexes", [A], [], [], [b.SEARCH]),
    "a child type without any record": (D, [A, B], [], [f"{A['id']}: {D}", f"{B['id']}: {D}"], []),
    "a child type with a record of one parent": (D, [A, B, b.body(DEP_B)], ["gpt"], [f"{A['id']}: {D}"], []),
    "a child type with records of both": (D, [A, B, b.body(DEP_A), b.body(DEP_B)], ["gpt", "gpt"], [], []),
    "children without their parents": (D, [b.body(DEP_A)], ["gpt"], [], [b.ACCOUNTS]),
    "children embedded": (
        CONNECTIONS,
        [b.body(ACCOUNT, {"privateEndpointConnections": [connection()]})],
        ["pe"],
        [],
        [],
    ),
    "children embedded as none": (
        CONNECTIONS,
        [b.body(ACCOUNT, {"privateEndpointConnections": []})],
        [],
        [],
        [],
    ),
    "children that the parent does not embed": (CONNECTIONS, [A], [], [f"{A['id']}: {CONNECTIONS}"], []),
    "grandchildren": (
        f"{APIS}/policies",
        [b.resource("Microsoft.ApiManagement/service", "s")],
        [],
        [f"{PROVIDER}/Microsoft.ApiManagement/service/s: {APIS}"],
        [],
    ),
    "two types": (f"[{b.SEARCH}, {b.ACCOUNTS}]", [A], ["a"], [], [b.SEARCH]),
    "estate": ("estate", [A], ["estate"], [], []),
}


@pytest.mark.parametrize(("type_", "bodies", "judged", "lists", "missing"), EXPORTED.values(), ids=EXPORTED.keys())
def test_s04_lost_lists_in_an_export(tmp_path, type_, bodies, judged, lists, missing):
    read = b.export(tmp_path, bodies)
    report = b.judge(read, b.rule("require: {field: id, exists: true}", resource=type_))
    assert [f.resource.rpartition("/")[2] for f in b.findings(report) if not _is_lost(f)] == judged
    assert lost(report) == ([(b.SUB, [(path, "not_asked") for path in lists])] if lists else [])
    assert [(g.type, g.reason, g.path) for g in report.gaps] == [(t, Reason.NOT_ASKED, None) for t in missing]
    assert [n for n in report.notices if "the export holds nothing of" in n] == [
        f"the export holds nothing of: {t}" for t in missing
    ]


def test_s04_an_export_that_was_cut_short_has_lost_its_list(tmp_path):
    report = b.judge(b.export(tmp_path, {"data": [A], "skip_token": "more"}), b.rule(ANY))
    assert b.outcomes(report)[0] == ("a", "pass")
    assert [(s, [r for _, r in lists]) for s, lists in lost(report)] == [(b.SUB, ["truncated"])]


# --- 5: fingerprints, former ids, aliases ---------------------------------------------------------------------


def by_hand(first_id, subject):
    return hashlib.sha256(b"readiness/1\n" + first_id.encode() + b"\n" + subject.lower().encode()).hexdigest()[:32]


def test_s05_a_fingerprint_worked_out_once_for_all(tmp_path):
    """The figure stands here so that no change of ours can go unseen."""
    found = b.verdict(b.snapshot(tmp_path, b.read(), b.body(ACCOUNT)), b.rule(GOOD))
    assert found.fingerprint == by_hand("TEST-001", ACCOUNT) == FIXED


FIXED = "1e65d3d76e6d3767712667ed054ae50a"

FINGERPRINTS = {
    "plain": ({}, ACCOUNT, "TEST-001", ACCOUNT),
    "upper case": ({}, ACCOUNT.upper(), "TEST-001", ACCOUNT),
    "a trailing slash": ({}, f"{ACCOUNT}/", "TEST-001", ACCOUNT),
    "renamed": ({"id": "NEW-001", "formerly": ["TEST-001"]}, ACCOUNT, "TEST-001", ACCOUNT),
    "renamed twice": ({"id": "NEW-002", "formerly": ["TEST-001", "NEW-001"]}, ACCOUNT, "TEST-001", ACCOUNT),
    "aliases do not matter": ({"aliases": ["CKV_AZURE_1"]}, ACCOUNT, "TEST-001", ACCOUNT),
    "severity does not matter": ({"severity": "low"}, ACCOUNT, "TEST-001", ACCOUNT),
    "workload": ({"resource": "workload"}, ACCOUNT, "TEST-001", "workload:default"),
    "estate": ({"resource": "estate"}, ACCOUNT, "TEST-001", "estate"),
    "subscription": ({"resource": "subscription"}, ACCOUNT, "TEST-001", b.SUB),
}


@pytest.mark.parametrize(("head", "id_", "first", "subject"), FINGERPRINTS.values(), ids=FINGERPRINTS.keys())
def test_s05_fingerprints(tmp_path, head, id_, first, subject):
    read = b.snapshot(tmp_path, b.read(), b.body(id_))
    assert b.verdict(read, b.rule(GOOD, **head)).fingerprint == by_hand(first, subject)


def test_s05_different_rules_and_subjects_have_different_fingerprints(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account("a"), b.account("b"))
    report = b.judge(read, b.rule(GOOD), b.rule(GOOD, id="TEST-002"))
    assert len({f.fingerprint for f in b.findings(report)}) == 4


def folder_of(tmp_path, *texts):
    folder = tmp_path / "rules"
    folder.mkdir()
    for index, text in enumerate(texts):
        (folder / f"{index}.yaml").write_text(text, encoding="utf-8")
    return folder


RENAMED = b.rule_text(GOOD, id="NEW-001", formerly=["OLD-001", "OLD-002"], aliases=["CKV_AZURE_1"])
PLAIN = b.rule_text(GOOD, id="PLAIN-001")

COLLISIONS = {
    "apart": (["A-1", [], []], ["B-1", [], []], None),
    "the same id": (["A-1", [], []], ["A-1", [], []], "A-1"),
    "an id that another had": (["A-1", ["B-1"], []], ["B-1", [], []], "B-1"),
    "the same former id": (["A-1", ["C-1"], []], ["B-1", ["C-1"], []], "C-1"),
    "the same alias": (["A-1", [], ["X-1"]], ["B-1", [], ["X-1"]], None),
    "an alias that is an id": (["A-1", [], ["B-1"]], ["B-1", [], []], None),
}


@pytest.mark.parametrize(("one", "two", "taken"), COLLISIONS.values(), ids=COLLISIONS.keys())
def test_s05_an_id_is_never_used_again(tmp_path, one, two, taken):
    folder = folder_of(tmp_path, *(b.rule_text(GOOD, id=i, formerly=f, aliases=a) for i, f, a in (one, two)))
    if taken is None:
        assert [r.id for r in ruleset.load([folder]).rules] == ["A-1", "B-1"]
        return
    with pytest.raises(LoadError, match=f"the id {taken} is taken already by"):
        ruleset.load([folder])


@pytest.mark.parametrize("word", ["NEW-001", "OLD-001", "OLD-002", "old-001", "new-001"])
def test_s05_a_former_id_is_accepted_wherever_an_id_is(tmp_path, word):
    every = ruleset.load([folder_of(tmp_path, RENAMED, PLAIN)])
    assert app.one_rule(every, word).id == "NEW-001"
    assert [r.id for r in ruleset.select(every, [word], []).rules] == ["NEW-001"]
    assert [r.id for r in ruleset.select(every, [], [word]).rules] == ["PLAIN-001"]

    path = tmp_path / "readiness.yaml"
    path.write_text(f"rules: {{{word}: {{severity: low}}}}", encoding="utf-8")
    assert ruleset.overridden(every, config.load(path, every, tmp_path).overrides).rules[0].severity == "low"
    path.write_text(f"rules: {{{word}: {{off: true, reason: because}}}}", encoding="utf-8")
    assert ruleset.overridden(every, config.load(path, every, tmp_path).overrides).off == {"NEW-001": "because"}

    path.write_text(f"waivers: [{{rule: {word}, resource: '*', reason: r, owner: o, expires: 2027-01-01}}]")
    waivers = config.load_waivers(path, tmp_path, every)
    read = b.snapshot(tmp_path, b.read(), b.account())
    assert b.verdict(read, every.find("NEW-001"), waivers=waivers).waiver == waivers[0]


@pytest.mark.parametrize("word", ["Q-NEW", "Q-OLD", "q-old"])
def test_s05_a_former_id_is_accepted_in_attestations(tmp_path, word):
    question = "attest: {question: Is it?}"
    every = ruleset.load([folder_of(tmp_path, b.rule_text(question, id="Q-NEW", formerly=["Q-OLD"]))])
    path = tmp_path / "attestations.yaml"
    entry = {"rule": word, "for": "estate", "answer": "pass", "author": "a", "date": "2025-12-01"}
    path.write_text(json.dumps({"attestations": [entry]}))
    found = config.load_attestations(path, tmp_path, every)
    assert [(a.rule, str(a.answer)) for a in found] == [("Q-NEW", "pass")]


def test_s05_a_baseline_knows_a_rule_by_its_former_id(tmp_path):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"good": True}))
    before = tmp_path / "before.json"
    before.write_bytes(b"".join(wire.render(b.judge(read, b.rule(GOOD, id="OLD-001")), every=True)))
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"good": False}))
    now = b.rule(GOOD, id="NEW-001", formerly=["OLD-001"])
    report = b.judge(read, now, asked=Asked(baseline=baseline.read(before)))
    assert report.gate.met is False
    assert report.gate.reasons[0].startswith("NEW-001 fails on ")


@pytest.mark.parametrize("place", ["select", "waivers", "readiness.yaml", "show"])
def test_s05_an_alias_is_no_id(tmp_path, place):
    every = ruleset.load([folder_of(tmp_path, RENAMED)])
    path = tmp_path / "given.yaml"
    with pytest.raises((LoadError, ruleset.SelectionError, app.UsageError), match="CKV_AZURE_1"):
        if place == "select":
            ruleset.select(every, ["CKV_AZURE_1"], [])
        elif place == "show":
            app.one_rule(every, "CKV_AZURE_1")
        elif place == "waivers":
            path.write_text("waivers: [{rule: CKV_AZURE_1, resource: '*', reason: r, owner: o, expires: 2027-01-01}]")
            config.load_waivers(path, tmp_path, every)
        else:
            path.write_text("rules: {CKV_AZURE_1: {severity: low}}")
            config.load(path, every, tmp_path)


def test_s05_former_ids_live_in_the_graphless_wire_too(tmp_path):
    """A report names the rule by its present id, the finding by the fingerprint of the first."""
    read = b.snapshot(tmp_path, b.read(), b.account())
    text = b"".join(wire.render(b.judge(read, b.rule(GOOD, id="NEW-001", formerly=["OLD-001"]))))
    [finding] = orjson.loads(text)["findings"]
    assert (finding["rule"], finding["fingerprint"]) == ("NEW-001", by_hand("OLD-001", ACCOUNT))


def test_s01_s02_graph_keys(tmp_path):
    """The graph gives a parent by id without case, and the same record that the snapshot holds."""
    read = b.snapshot(tmp_path, b.body(ACCOUNT), b.body(f"{ACCOUNT.upper()}/deployments/gpt"))
    graph = Graph(read, b.AS_OF)
    [deployment] = graph.of_type(b.DEPLOYMENTS)
    assert graph.parent(deployment) is read.resources[ACCOUNT.lower()]


# --- ids as some answers spell them, and records beside embedded ones -------------------------------------------


@pytest.mark.parametrize("start", ["subscriptions/s", "Subscriptions/S"])
def test_s01_an_id_without_its_first_slash_is_the_same(tmp_path, start):
    id_ = f"{start}/resourceGroups/rg/providers/Microsoft.Search/searchServices/a/"
    read = b.export(tmp_path, [{"id": id_, "name": "a", "properties": {}}])
    [found] = read.resources.values()
    assert found.key == "/subscriptions/s/resourcegroups/rg/providers/microsoft.search/searchservices/a"
    assert found.type == "Microsoft.Search/searchServices"
    assert not read.gaps


CONNECTED = b.rule("""
require:
  count: {field: "properties.privateEndpointConnections[*]", where: {field: properties.state, equals: Approved}}
  greaterOrEquals: 1
""")


def own_connection(state, name="pe"):
    return b.child(b.account(), "privateEndpointConnections", name, {"state": state})


EMBEDDED = {
    # what is embedded, what has a record of its own, outcome
    "an empty list beside its own record": ([], [own_connection("Approved")], "pass"),
    "no list, and a record of its own": (None, [own_connection("Approved")], "pass"),
    "an older embedded one": ([own_connection("Pending")], [own_connection("Approved")], "pass"),
    "a newer record that is worse": ([own_connection("Approved")], [own_connection("Rejected")], "fail"),
    "another one embedded": ([own_connection("Approved", "other")], [own_connection("Rejected")], "pass"),
    "nothing of its own": ([own_connection("Approved")], [], "pass"),
    "nothing at all": (None, [], "fail"),
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_s02_a_record_of_its_own_takes_the_place_of_the_embedded_one(tmp_path, name):
    listed, own, outcome = EMBEDDED[name]
    properties = {} if listed is None else {"privateEndpointConnections": listed}
    for records in ([b.account(properties=properties), *own], [*own, b.account(properties=properties)]):
        read = b.snapshot(tmp_path, b.read(), *records)
        assert str(b.verdict(read, CONNECTED).outcome) == outcome


def test_s03_a_path_that_is_no_resource_is_climbed_past_to_the_workload_above(tmp_path):
    site = b.resource("Microsoft.Web/sites", tags={"workload": "chat"})
    reference = b.child(site, "config/configreferences/appsettings", "KEY")
    read = b.snapshot(tmp_path, site, reference, b.read(b.SUB, "Microsoft.Web/sites"))
    config = dataclasses.replace(Config(folder=tmp_path), workloads=Workloads(tag="workload"))
    asked = b.rule("attest: {question: Is it?}", resource="workload")
    report = b.judge(read, asked, config=config)
    assert [f.resource for f in b.findings(report)] == ["workload:chat"]
