"""Whom the subnet of an endpoint admits: ports and prefixes of security rules, and the order in which they decide."""

import networked as n
import pytest

from readiness.checks.endpoint_subnet import EndpointSubnet, endpoint_subnet
from readiness.checks.security_rules import incoming
from readiness.model import Outcome, Resource
from readiness.private_path.addresses import prefix_of

PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
SUBNET = (prefix_of("10.0.1.0/24"),)
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], {}, ["443"] * 1000, "9" * 5000]


def rule(name="r", priority=100, access="Deny", source="VirtualNetwork", port="443", **properties):
    own = {
        "priority": priority,
        "access": access,
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }
    return {"name": name, "properties": {**own, **properties}}


def group(*rules):
    return {"id": n.SECURITY_GROUP, "properties": {"securityRules": list(rules)}}


def estate(*rules):
    attached = {
        "addressPrefix": "10.0.1.0/24",
        "privateEndpointNetworkPolicies": "Enabled",
        "networkSecurityGroup": {"id": n.SECURITY_GROUP},
    }
    subnets = [
        ("endpoints", attached),
        ("gateway", {"addressPrefix": "10.0.0.0/24"}),
        ("apps", {"addressPrefix": "10.0.2.0/24"}),
    ]
    others = [b for b in n.whole() if b["id"] != f"{n.NETWORKS}/net"]
    return [*others, n.network(subnets=subnets), group(*rules)]


def judged(*rules, gaps=(), **params):
    case = n.world(*estate(*rules), gaps=gaps)
    return endpoint_subnet(n.subject(case), EndpointSubnet(**params), case)


ALLOW = rule("gateway", 100, "Allow", "10.0.0.0/24")
DENY = rule("others", 4000, port="*")


def test_the_gateway_alone_passes_and_everybody_fails():
    assert judged(ALLOW, DENY).outcome is PASS
    assert judged(ALLOW).outcome is FAIL


@pytest.mark.parametrize(
    ("port", "concerned"),
    [
        ("443", True),
        ("*", True),
        ("0-65535", True),
        ("443-443", True),
        ("442-444", True),
        ("444-500", False),
        ("1-442", False),
        ("80", False),
        ("https", False),
        ("", False),
        ("443-", True),
        ("-443", False),
    ],
)
def test_ports(port, concerned):
    found = incoming(Resource(group(rule(port=port))))
    assert found[0].concerns(SUBNET, 443) is concerned


@pytest.mark.parametrize(
    ("target", "concerned"),
    [
        ("*", True),
        ("VirtualNetwork", True),
        ("10.0.1.0/24", True),
        ("10.0.0.0/16", True),
        ("10.0.1.0/25", None),
        ("10.0.1.4", None),
        ("10.0.2.0/24", False),
        ("AzureCloud", False),
    ],
)
def test_destinations(target, concerned):
    found = incoming(Resource(group(rule(destinationAddressPrefix=target))))
    assert found[0].concerns(SUBNET, 443) is concerned


def test_two_prefixes_that_hold_a_subnet_of_two_prefixes():
    both = (prefix_of("10.0.1.0/24"), prefix_of("fd00::/64"))
    wide = rule(destinationAddressPrefix=None, destinationAddressPrefixes=["10.0.0.0/16", "fd00::/48"])
    [found] = incoming(Resource(group(wide)))
    assert found.concerns(both, 443) is True
    [found] = incoming(Resource(group(rule(destinationAddressPrefix="10.0.0.0/16"))))
    assert found.concerns(both, 443) is None


def test_rules_come_by_priority_and_outgoing_ones_not_at_all():
    found = incoming(Resource(group(rule("b", 200), rule("out", 50, direction="Outbound"), rule("a", 100))))
    assert [each.name for each in found] == ["a", "b"]


def test_a_rule_of_which_a_part_is_missing_is_told():
    assert incoming(Resource(group({"name": "odd", "properties": {"direction": "Inbound"}}))) is None
    assert judged(ALLOW, {"name": "odd"}, DENY).outcome is UNKNOWN


def test_the_message_names_group_subnet_and_rule():
    wide = rule("wide", 200, "Allow", "10.0.0.0/8")
    assert judged(ALLOW, wide, DENY).message == "nsg, of endpoints, admits 10.0.0.0/8 by its rule wide"


def test_another_port_is_a_param():
    ssh = rule("ssh", 50, "Allow", port="22")
    assert judged(ssh, ALLOW, DENY).outcome is PASS
    assert judged(ssh, ALLOW, DENY, port=22).outcome is FAIL


@pytest.mark.parametrize("type_", ["networkSecurityGroups", "virtualNetworks/subnets", "privateEndpoints"])
def test_what_was_not_read_is_unknown(type_):
    parts = {"networkSecurityGroups": "/networkSecurityGroups/", "privateEndpoints": "/privateEndpoints/"}
    gone = parts.get(type_, "/virtualNetworks/")
    for rules in ((ALLOW, DENY), (ALLOW,)):
        bodies = [b for b in estate(*rules) if gone not in b["id"]]
        case = n.world(*bodies, gaps=[{"type": f"Microsoft.Network/{type_}", "reason": "forbidden"}])
        assert endpoint_subnet(n.subject(case), EndpointSubnet(), case).outcome is UNKNOWN


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
def test_no_shape_raises(value):
    assert judged(value).outcome in Outcome
    for key in rule()["properties"]:
        assert judged(rule(**{key: value}) if key not in ("priority", "access") else rule(), DENY).outcome in Outcome
        assert judged({"name": value, "properties": {**rule()["properties"], key: value}}, DENY).outcome in Outcome
