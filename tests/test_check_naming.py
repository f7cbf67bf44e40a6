"""The check of names: the pattern's signs, the environment that a name says, and that no pattern costs time."""

import time
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.naming import NameIdentifies, matches, name_identifies
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Environment, Gap, Outcome, Reason, Resource
from readiness.snapshot import Snapshot

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PREFIX = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Search/searchServices/"


def judged(name, pattern, tags=None, gaps=(), **environments):
    graph = Graph(Snapshot(), NOW)
    hidden = tuple(Gap(path=path, reason=Reason.FORBIDDEN) for path in gaps)
    id_ = PREFIX + name
    subject = Resource({"id": id_, "tags": tags}, hidden, None, id_, id_.lower(), "Microsoft.Search/searchServices")
    case = Case(graph, Environments(graph, **environments), Attestations(NOW))
    return name_identifies(subject, NameIdentifies(pattern), case)


def outcome(name, pattern, tags=None, gaps=(), **environments):
    return judged(name, pattern, tags, gaps, **environments).outcome


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("a", "a"), ("A", "a"), ("a", "A"), ("", ""), ("", "*"), ("", "**"),
        ("abc", "*"), ("abc", "a*"), ("abc", "*c"), ("abc", "a*c"), ("ac", "a*c"), ("abc", "*b*"),
        ("aXbXc", "a*b*c"), ("a1", "a#"), ("ab", "a?"), ("a-", "a."),
        ("oai-chat-prod-weu-001", "oai-*-prod-???-###"), ("aab", "a*ab"), ("a.b", "a.b"), ("axb", "a.b"),
    ],
)  # fmt: skip
def test_a_name_that_a_pattern_describes(name, pattern):
    assert matches(name, pattern)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("a", ""), ("", "a"), ("ab", "a"), ("a", "ab"), ("xabc", "a*"), ("abcx", "*c"), ("ab", "a#"), ("a1", "a?"),
        ("a", "a."), ("abb", "a?"), ("a+b", "a*c"), ("aaa", "(a+)+"), ("a", "[a]"),
    ],
)  # fmt: skip
def test_a_name_that_it_does_not(name, pattern):
    assert not matches(name, pattern)


@given(st.text("ab-", max_size=8), st.text("ab-*", max_size=8))
def test_stars_mean_what_they_mean_in_a_shell(name, pattern):
    assert matches(name, pattern) == fnmatchcase(name, pattern)


def test_a_careless_pattern_costs_no_time():
    start = time.process_time()
    assert outcome("a" * 260, "*a" * 499 + "b") is Outcome.FAIL
    assert outcome("a" * 260, "*" * 1000) is Outcome.PASS
    assert time.process_time() - start < 2


def test_what_is_too_long_can_not_be_told():
    assert outcome("a" * 261, "a*") is Outcome.UNKNOWN
    assert outcome("a", "a*" * 501) is Outcome.UNKNOWN


@pytest.mark.parametrize("pattern", ["", " ", "|", " | "])
def test_no_pattern_asks_for_nothing(pattern):
    assert outcome("a", pattern) is Outcome.NOT_APPLICABLE


def test_one_of_several_patterns_is_enough():
    assert outcome("srch-a", "oai-* | srch-*") is Outcome.PASS
    assert outcome("apim-a", "oai-* | srch-*") is Outcome.FAIL


@pytest.mark.parametrize(
    ("name", "tag", "expected"),
    [
        ("a-prod", "production", Outcome.PASS),
        ("a-dev", "prod", Outcome.FAIL),
        ("a-prod", "dev", Outcome.FAIL),
        ("a-test", "dev", Outcome.PASS),
        ("a", "prod", Outcome.PASS),
        ("a-devices", "prod", Outcome.PASS),
        ("a-dev-prod", "prod", Outcome.PASS),
        ("a-dev", "somewhere", Outcome.PASS),
    ],
)
def test_a_name_must_not_contradict_its_tag(name, tag, expected):
    assert outcome(name, "*", {"env": tag}) is expected


def test_the_configuration_brings_its_own_words_and_assigns_no_tag():
    assigned = (("*", Environment.DEVELOPMENT),)
    assert outcome("a-prod", "*", {"env": "prod"}, assigned=assigned) is Outcome.PASS
    assert outcome("a-prod", "*", assigned=assigned) is Outcome.PASS
    assert outcome("a-canary", "*", {"env": "prod"}, development=("canary",)) is Outcome.FAIL


def test_an_environment_given_for_all_neither_contradicts_a_name_nor_hides_that_the_tag_does():
    assert outcome("a-dev", "*", {"env": "dev"}, forced=Environment.PRODUCTION) is Outcome.PASS
    assert outcome("a-dev", "*", {"env": "prod"}, forced=Environment.PRODUCTION) is Outcome.FAIL


def test_tags_that_could_not_be_read_matter_only_to_a_name_that_says_something():
    assert outcome("a-dev", "*", gaps=["tags"]) is Outcome.UNKNOWN
    assert outcome("a", "*", gaps=["tags"]) is Outcome.PASS
    assert outcome("a-dev", "b*", gaps=["tags"]) is Outcome.FAIL


def test_the_evidence_says_what_contradicts_what():
    [seen] = judged("a-dev", "*", {"env": "prod"}).evidence
    assert seen.expected == "a name for production"
    assert seen.note == "says development, while the tag env says production"


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_makes_it_raise(name, pattern):
    assert outcome(name, pattern) in set(Outcome)
