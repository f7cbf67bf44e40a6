"""The check of one resource for each region and environment: what shares a place, and what tells two apart."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.one_per_region import OnePerRegion, one_per_region
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin, Outcome, Reason, Resource
from readiness.snapshot import Snapshot

SUBSCRIPTION = "/subscriptions/s"
TYPE = "Microsoft.CognitiveServices/accounts"
CHILD = f"{TYPE}/deployments"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def id_of(name):
    return f"{SUBSCRIPTION}/resourceGroups/rg/providers/{TYPE}/{name}"


def account(name, **body):
    return {"id": id_of(name), "kind": "OpenAI", "location": "eastus", "properties": {}, **body}


def judged(*bodies, gaps=(), whole=True, **params):
    read = Snapshot()
    read.add({"id": SUBSCRIPTION, "properties": {}}, None, Origin.ARM)
    for body in bodies:
        read.add(body, None, Origin.ARM)
    read.gaps.extend(gaps)
    graph = Graph(read, AS_OF, assume_complete=whole)
    case = Case(graph, Environments(graph), Attestations(AS_OF))
    subject = graph.snapshot.resources[SUBSCRIPTION]
    assert isinstance(subject, Resource)
    return one_per_region(subject, OnePerRegion(TYPE, **params), case)


def test_one_passes_two_fail_and_none_is_no_matter():
    assert judged().outcome is Outcome.NOT_APPLICABLE
    assert judged(account("a")).outcome is Outcome.PASS
    decision = judged(account("a"), account("b"))
    assert decision.outcome is Outcome.FAIL
    assert decision.evidence[0].observed == ["a", "b"]
    assert "a, b" in decision.message


@pytest.mark.parametrize("other", ["East US", "EASTUS", " eastus "])
def test_a_region_has_several_spellings(other):
    assert judged(account("a"), account("b", location=other)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"location": "westus"}, {}),
        ({"tags": {"env": "test"}}, {}),
        ({"tags": {"Team": "red"}}, {"tags": {"team": "blue"}}),
        ({"tags": {"team": "red"}}, {}),
        ({"properties": {"key": "k"}}, {}),
        ({"properties": {"open": "No"}}, {"properties": {"open": "Yes"}}),
        ({"properties": {"open": "No"}}, {}),
        ({"properties": {"open": False}}, {"properties": {"open": True}}),
    ],
)
def test_what_tells_two_apart(one, other):
    params = {"tags": ("team",), "apart": ("properties.open=Yes", "properties.key")}
    assert judged(account("a", **one), account("b", **other), **params).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tags": {"team": "red"}}, {"tags": {"TEAM": "Red"}}),
        ({"tags": {"owner": "x"}}, {"tags": {"owner": "y"}}),
        ({"properties": {"open": None}}, {"properties": {"open": "yes"}}),
        ({"tags": None}, {"tags": {}}),
    ],
)
def test_what_does_not(one, other):
    params = {"tags": ("team",), "apart": ("properties.open=Yes", "no path[")}
    assert judged(account("a", **one), account("b", **other), **params).outcome is Outcome.FAIL


def test_only_the_kinds_named_are_counted():
    other = account("b", kind="SpeechServices")
    assert judged(account("a"), other).outcome is Outcome.FAIL
    assert judged(account("a"), other, kinds=("openai",)).outcome is Outcome.PASS
    assert judged(other, kinds=("OpenAI",)).outcome is Outcome.NOT_APPLICABLE


def test_some_kinds_are_counted_only_where_they_are_in_use():
    params = {"kinds": ("OpenAI",), "kinds_in_use": ("AIServices",), "children": CHILD}
    other = account("b", kind="AIServices")
    child = {"id": f"{id_of('b')}/deployments/d", "properties": {}}
    assert judged(account("a"), other, **params).outcome is Outcome.PASS
    assert judged(account("a"), other, child, **params).outcome is Outcome.FAIL
    unread = Gap(scope=id_of("b"), type=CHILD, reason=Reason.FORBIDDEN)
    assert judged(account("a"), other, gaps=[unread], **params).outcome is Outcome.UNKNOWN


def test_only_a_whole_list_proves_that_there_is_no_second():
    assert judged(account("a"), whole=False).outcome is Outcome.UNKNOWN
    assert judged(account("a"), account("b"), whole=False).outcome is Outcome.FAIL


@pytest.mark.parametrize("path", ["location", "tags", "kind", "properties"])
def test_what_could_not_be_read_may_tell_two_apart(path):
    gap = Gap(scope=id_of("a"), path=path, reason=Reason.FORBIDDEN)
    params = {"kinds": ("OpenAI",), "tags": ("team",), "apart": ("properties.open=Yes",)}
    assert judged(account("a"), account("b"), gaps=[gap], **params).outcome is Outcome.UNKNOWN
    alone = Outcome.UNKNOWN if path == "kind" else Outcome.PASS
    assert judged(account("a"), gaps=[gap], **params).outcome is alone


def test_two_of_three_that_are_certain_fail():
    gap = Gap(scope=id_of("a"), path="location", reason=Reason.FORBIDDEN)
    decision = judged(account("a"), account("b"), account("c"), gaps=[gap])
    assert decision.outcome is Outcome.FAIL
    assert decision.evidence[0].observed == ["b", "c"]


def test_thousands_in_one_place_are_one_line():
    decision = judged(*(account(f"a{i}") for i in range(5000)))
    assert decision.outcome is Outcome.FAIL
    assert len(decision.evidence) == 1
    assert len(decision.message) < 300


@settings(max_examples=60)
@given(JSON, JSON, JSON, JSON)
def test_no_json_makes_it_raise(location, tags, kind, properties):
    odd = {"location": location, "tags": tags, "kind": kind, "properties": properties}
    params = {"tags": ("team", "it's"), "apart": ("properties.open=Yes", "properties.a.b"), "kinds": ("OpenAI",)}
    judged(account("a", **odd), account("b", **odd), **params)
    judged(account("a", **odd), account("b"), **params)
