"""The check of IP allow-rules: how wide, how many, and when they do not matter."""

import pytest

from readiness.checks import CHECKS
from readiness.checks.ip_rules import IpRulesNarrow, ip_rules_narrow, networks_of, too_wide
from readiness.model import Gap, Outcome, Resource
from readiness.paths import Path

RULES, ACCESS = Path.parse("properties.ipRules"), Path.parse("properties.publicNetworkAccess")


class World:
    """What a check asks of the estate."""

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def judged(properties, *gaps, **params):
    subject = Resource({"properties": properties}, tuple(Gap(path=path) for path in gaps))
    return ip_rules_narrow(subject, IpRulesNarrow(RULES, **params), World())


def outcome(properties, *gaps, **params):
    return judged(properties, *gaps, **params).outcome


def rules(*values):
    return {"ipRules": [{"value": value} for value in values]}


def unless(**params):
    return {"unless": ACCESS, "unless_in": ("disabled", "securedByPerimeter"), "empty": "fail", **params}


# --- how wide ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20.40.60.7", Outcome.PASS),
        ("20.40.60.0/24", Outcome.PASS),
        ("20.40.60.0/23", Outcome.FAIL),
        ("20.40.60.0-20.40.60.255", Outcome.PASS),
        ("20.40.60.0-20.40.61.0", Outcome.FAIL),
        ("0.0.0.0/0", Outcome.FAIL),
        ("0.0.0.0-255.255.255.255", Outcome.FAIL),
        ("::/0", Outcome.FAIL),
        ("2001:db8:1::/48", Outcome.PASS),
        ("2001:db8::/47", Outcome.FAIL),
        ("10.0.0.0/8", Outcome.PASS),
        ("172.16.0.0/12", Outcome.PASS),
        ("172.0.0.0/8", Outcome.FAIL),
        ("fc00::/7", Outcome.PASS),
        ("office", Outcome.UNKNOWN),
        ("20.40.60.9-20.40.60.1", Outcome.UNKNOWN),
        ("20.40.60.1-2001:db8::1", Outcome.UNKNOWN),
        ("", Outcome.UNKNOWN),
        (None, Outcome.UNKNOWN),
        (16909060, Outcome.UNKNOWN),
        ("1" * 10_000, Outcome.UNKNOWN),
        ({"a": 1}, Outcome.UNKNOWN),
        (["20.40.60.7"], Outcome.UNKNOWN),
    ],
)
def test_a_rule_is_as_wide_as_it_reads(value, expected):
    assert outcome(rules(value)) is expected


def test_one_wide_rule_decides_whatever_the_others_say():
    assert outcome(rules("20.40.60.7", "office", "0.0.0.0/0")) is Outcome.FAIL
    assert outcome(rules("20.40.60.7", "office")) is Outcome.UNKNOWN


def test_a_private_range_is_named():
    assert "no effect" in judged(rules("10.2.3.4")).evidence[0].note


@pytest.mark.parametrize("length", [-1, 0, 23, 24, 33, 10**6])
def test_any_prefix_length_can_be_asked_for(length):
    assert too_wide(networks_of("20.40.60.0/24"), IpRulesNarrow(RULES, min_prefix_ipv4=length)) is (length > 24)


# --- how many ---------------------------------------------------------------------------------------------------


def test_too_many_rules_fail():
    assert outcome(rules("20.40.60.7", "20.40.60.8"), max_rules=2) is Outcome.PASS
    assert outcome(rules("20.40.60.7", "20.40.60.8"), max_rules=1) is Outcome.FAIL
    assert outcome(rules(*["20.40.60.7"] * 500), max_rules=0) is Outcome.PASS


def test_an_empty_list_fails_where_it_lets_everybody_in():
    assert outcome(rules()) is Outcome.PASS
    assert outcome(rules(), empty="pass") is Outcome.PASS
    assert outcome(rules(), empty="fail") is Outcome.FAIL
    assert outcome(rules(), empty="no word that is known") is Outcome.FAIL
    assert outcome({}, empty="fail") is Outcome.FAIL
    assert outcome({"ipRules": None}, empty="fail") is Outcome.FAIL
    assert outcome(rules("20.40.60.7"), empty="fail") is Outcome.PASS


def test_the_number_of_rules_is_told():
    [seen] = judged(rules(), empty="fail").evidence
    assert (seen.path, seen.observed, seen.expected) == ("count(properties.ipRules)", 0, "at least 1")


@pytest.mark.parametrize("listed", ["text", 7, True, {"value": "0.0.0.0/0"}])
def test_what_is_no_list_holds_no_rule(listed):
    assert outcome({"ipRules": listed}, empty="fail") is Outcome.FAIL


def test_rules_that_could_not_be_read_are_unknown():
    assert outcome({}, "properties.ipRules", empty="fail") is Outcome.UNKNOWN


# --- when they do not matter ------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["disabled", "Disabled", "SecuredByPerimeter", "SECUREDBYPERIMETER"])
def test_a_closed_endpoint_passes_whatever_its_rules(value):
    closed = {"publicNetworkAccess": value}
    assert outcome({**closed, **rules("0.0.0.0/0")}, **unless()) is Outcome.PASS
    assert outcome(closed, **unless()) is Outcome.PASS
    assert outcome(closed, "properties.ipRules", **unless()) is Outcome.PASS


@pytest.mark.parametrize("value", ["Enabled", "", None, False, 0, {}, [], ["disabled"]])
def test_any_other_value_leaves_it_to_the_rules(value):
    still_open = {"publicNetworkAccess": value}
    assert outcome({**still_open, **rules("20.40.60.7")}, **unless()) is Outcome.PASS
    assert outcome({**still_open, **rules("0.0.0.0/0")}, **unless()) is Outcome.FAIL
    assert outcome(still_open, **unless()) is Outcome.FAIL
    assert outcome(still_open, "properties.ipRules", **unless()) is Outcome.UNKNOWN


def test_a_failure_says_that_the_endpoint_is_open():
    first, second = judged({"publicNetworkAccess": "Enabled"}, **unless()).evidence
    assert (first.path, first.observed, first.expected) == (
        ACCESS.text,
        "Enabled",
        ("disabled", "securedByPerimeter"),
    )
    assert second.path == "count(properties.ipRules)"
    assert judged({}, **unless()).evidence[0].note == "not set"


def test_what_could_not_be_read_of_the_endpoint_leaves_a_failure_in_doubt_and_no_pass():
    unread = ACCESS.text
    assert outcome(rules("0.0.0.0/0"), unread, **unless()) is Outcome.UNKNOWN
    assert outcome(rules(), unread, **unless()) is Outcome.UNKNOWN
    assert outcome(rules("20.40.60.7"), unread, **unless()) is Outcome.PASS
    assert "could not be read" in judged(rules(), unread, **unless()).evidence[0].note


def test_without_a_path_to_it_the_endpoint_is_not_asked():
    assert outcome({"publicNetworkAccess": "disabled", **rules("0.0.0.0/0")}) is Outcome.FAIL
    assert outcome({"publicNetworkAccess": "disabled", **rules("0.0.0.0/0")}, unless_in=("disabled",)) is Outcome.FAIL


@pytest.mark.parametrize("body", [None, [], "text", 7, {}, {"properties": None}, {"properties": []}])
def test_no_body_makes_it_raise(body):
    for params in (IpRulesNarrow(RULES), IpRulesNarrow(RULES, **unless())):
        assert ip_rules_narrow(Resource(body), params, World()).outcome is Outcome.UNKNOWN


def test_its_params_can_be_written_in_a_rule():
    fields = CHECKS["ip-rules-narrow"].fields()
    assert fields["path"] == (Path, True)
    assert fields["unless"] == (Path, False)
    assert fields["unless_in"] == (tuple, False)
