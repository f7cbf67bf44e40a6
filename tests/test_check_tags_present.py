"""The check of required tags: a value under any of the names passes, none fails, what was not read is unknown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checks.tags_present import TagsPresent, names_of, tags_present
from readiness.graph import Graph
from readiness.model import Gap, Outcome, Reason, Resource
from readiness.snapshot import Snapshot

WORLD = Graph(Snapshot(), datetime(2026, 1, 1, tzinfo=UTC))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def judged(tags, *required, gaps=()):
    hidden = tuple(Gap(path=path, reason=Reason.FORBIDDEN) for path in gaps)
    return tags_present(Resource({"id": "/x", "tags": tags}, hidden), TagsPresent(required), WORLD)


def outcome(tags, *required, gaps=()):
    return judged(tags, *required, gaps=gaps).outcome


def test_a_tag_passes_whatever_the_case_of_its_name():
    assert outcome({"OWNER": "a"}, "owner") is Outcome.PASS
    assert outcome({"owner": "a"}, "Owner") is Outcome.PASS


def test_any_of_the_names_that_mean_the_same_passes():
    assert outcome({"environment": "prod"}, "env|environment") is Outcome.PASS
    assert outcome({"env": "", "environment": "prod"}, "env | environment") is Outcome.PASS


@pytest.mark.parametrize("tags", [None, {}, [], "owner", {"owner": None}, {"owner": ""}, {"owner": " \t"}])
def test_a_tag_without_a_value_is_none(tags):
    found = judged(tags, "owner")
    assert found.outcome is Outcome.FAIL
    assert [e.path for e in found.evidence] == ["tags.owner"]


def test_each_missing_tag_is_named_and_only_those():
    found = judged({"b": "x"}, "a", "b", "c|d")
    assert [(e.path, e.expected) for e in found.evidence] == [("tags.a", "a value"), ("tags.c", "a value of c or d")]


@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": "b"}])
def test_a_value_that_is_no_text_can_not_be_told(value):
    assert outcome({"owner": value}, "owner") is Outcome.UNKNOWN


def test_a_tag_that_could_not_be_read_is_unknown_unless_another_name_has_a_value():
    assert outcome({}, "env|environment", gaps=["tags"]) is Outcome.UNKNOWN
    assert outcome({"environment": "a"}, "env|environment", gaps=["tags.env"]) is Outcome.PASS
    assert outcome({}, "env|environment", gaps=["tags.environment"]) is Outcome.UNKNOWN


def test_a_missing_tag_decides_beside_one_that_could_not_be_read():
    assert outcome({}, "a", "b", gaps=["tags.a"]) is Outcome.FAIL


@pytest.mark.parametrize("required", [(), ("",), (" | ",), (None,), (7,)])
def test_nothing_is_asked_for_without_a_name(required):
    assert outcome({"a": "b"}, *required) is Outcome.NOT_APPLICABLE


def test_names_with_dots_and_quotes_are_names():
    assert outcome({"cost.center's": "1"}, "cost.center's") is Outcome.PASS


def test_blanks_about_names_do_not_count():
    assert names_of(" a | b||") == ["a", "b"]


@given(JSON, st.lists(JSON, max_size=3))
def test_nothing_makes_it_raise(tags, required):
    assert outcome(tags, *required) in set(Outcome)
