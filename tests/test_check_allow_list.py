"""The check of outbound allow-lists: names pass, wildcards and addresses fail, what is no name is unknown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checks.allow_list import OutboundAllowList, host_of, outbound_allow_list
from readiness.graph import Graph
from readiness.model import Gap, Outcome, Reason, Resource
from readiness.paths import Path
from readiness.snapshot import Snapshot

WORLD = Graph(Snapshot(), datetime(2026, 1, 1, tzinfo=UTC))
ON, LIST = Path.parse("properties.on"), Path.parse("properties.list")


def judged(properties, *gaps, **params):
    hidden = tuple(Gap(path=path, reason=Reason.FORBIDDEN) for path in gaps)
    body = {"id": "/subscriptions/s", "properties": properties}
    return outbound_allow_list(Resource(body, hidden), OutboundAllowList(ON, LIST, **params), WORLD)


def outcome(entry, **params):
    return judged({"on": True, "list": [entry]}, **params).outcome


@pytest.mark.parametrize(
    "entry",
    [
        "contoso.com", "CONTOSO.COM", "a.b-c.contoso.com", "contoso.com.", "contoso.com:443", " contoso.com ",
        "https://contoso.com", "https://contoso.com:8443/a?b=*#c", "https://me@contoso.com/x", "_dmarc.contoso.com",
    ],
)  # fmt: skip
def test_a_name_passes(entry):
    assert outcome(entry) is Outcome.PASS


@pytest.mark.parametrize("entry", ["*", "*.contoso.com", "https://*.contoso.com/x", "con*so.com", "0.0.0.0/0"])
@pytest.mark.parametrize("allow_addresses", [True, False])
def test_what_opens_more_than_one_host_fails_always(entry, allow_addresses):
    assert outcome(entry, allow_addresses=allow_addresses) is Outcome.FAIL


@pytest.mark.parametrize(
    "entry",
    [
        "20.40.60.7",
        "20.40.60.7/32",
        "20.40.60.7:443",
        "http://20.40.60.7/x",
        "2603:1020::7",
        "https://[2603:1020::7]:443/",
    ],
)
def test_an_address_fails_unless_addresses_are_allowed(entry):
    assert outcome(entry) is Outcome.FAIL
    assert outcome(entry, allow_addresses=True) is Outcome.PASS


@pytest.mark.parametrize(
    "entry",
    [
        None, "", " ", 7, True, {}, [], {"fqdn": "*"}, "localhost", "com", "our storage", "a.com,b.com", "a..com",
        "-a.com", "https://", "x" * 3000, "a" * 64 + ".com", "1.2.3.4.5", "999.1.1.1",
    ],
)  # fmt: skip
def test_what_is_no_name_is_unknown(entry):
    assert outcome(entry) is Outcome.UNKNOWN


@pytest.mark.parametrize("on", [True, "true", "True"])
@pytest.mark.parametrize("listed", [{}, {"list": None}, {"list": []}])
def test_an_empty_list_in_force_blocks_everything_and_says_so(on, listed):
    decision = judged({"on": on, **listed})
    assert decision.outcome is Outcome.PASS
    assert "every outbound request is blocked" in decision.evidence[-1].note


@pytest.mark.parametrize("on", [False, None, "false", "yes", 1, 0, [], {}, [True]])
def test_a_list_that_is_not_in_force_fails(on):
    assert judged({"on": on, "list": ["contoso.com"]}).outcome is Outcome.FAIL


def test_a_text_instead_of_a_list_is_its_one_entry():
    assert judged({"on": True, "list": "contoso.com"}).outcome is Outcome.PASS
    assert judged({"on": True, "list": "*"}).outcome is Outcome.FAIL


def test_the_number_of_entries_has_two_sides_and_zero_is_no_limit():
    three = {"on": True, "list": ["a.com", "b.com", "c.com"]}
    assert judged(three, max_entries=3).outcome is Outcome.PASS
    assert judged(three, max_entries=2).outcome is Outcome.FAIL
    assert judged(three, max_entries=0).outcome is Outcome.PASS


def test_what_could_not_be_read_is_unknown_unless_the_rest_fails():
    assert judged({"list": ["a.com"]}, "properties.on").outcome is Outcome.UNKNOWN
    assert judged({"list": ["*"]}, "properties.on").outcome is Outcome.FAIL
    assert judged({"on": True}, "properties.list").outcome is Outcome.UNKNOWN
    assert judged({"on": False}, "properties.list").outcome is Outcome.FAIL
    assert judged(None).outcome is Outcome.UNKNOWN


def test_the_offenders_alone_are_named():
    decision = judged({"on": True, "list": ["a.com", "*", "20.1.2.3", "no name"]})
    assert [e.path for e in decision.evidence] == ["properties.list[1]", "properties.list[2]"]


def test_a_huge_list_that_is_fine_is_one_line():
    decision = judged({"on": True, "list": ["a.com"] * 50_000})
    assert decision.outcome is Outcome.PASS
    assert len(decision.evidence) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, JSON)
def test_no_json_makes_it_raise(on, listed):
    assert judged({"on": on, "list": listed}).outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN)


@given(st.text())
def test_a_host_is_a_text(entry):
    assert isinstance(host_of(entry), str)
