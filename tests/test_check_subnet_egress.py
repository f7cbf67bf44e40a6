"""Whether what runs in a subnet leaves it on a chosen way."""

import networked as n
import pytest

from readiness.checks.subnet_egress import SubnetEgress, subnet_egress
from readiness.model import Outcome

PASS, FAIL, UNKNOWN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], {}, {"id": []}, {"id": "/"}]
APPS = n.subnet_id("net", "apps")
FIREWALL = n.table(("0.0.0.0/0", "VirtualAppliance"))
ROUTED = {"routeTable": {"id": n.ROUTES}, "defaultOutboundAccess": False}


def judged(properties, *bodies, gaps=(), app=True, **params):
    callers = [n.app()] if app else []
    case = n.world({"id": APPS, "properties": properties}, *bodies, *callers, gaps=gaps)
    return subnet_egress(n.subject(case, APPS), SubnetEgress(("Microsoft.Web/serverFarms",), **params), case)


@pytest.mark.parametrize(
    ("hop", "outcome"),
    [
        ("VirtualAppliance", PASS),
        ("virtualappliance", PASS),
        ("VirtualNetworkGateway", PASS),
        ("None", PASS),
        ("Internet", FAIL),
        ("VnetLocal", FAIL),
        (None, UNKNOWN),
    ],
)
def test_the_next_hop_of_the_default_route(hop, outcome):
    assert judged(ROUTED, n.table(("0.0.0.0/0", hop))).outcome is outcome


def test_a_default_route_wins_over_halves_of_one():
    both = n.table(("0.0.0.0/0", "Internet"), ("0.0.0.0/1", "VirtualAppliance"), ("128.0.0.0/1", "VirtualAppliance"))
    assert judged(ROUTED, both).outcome is FAIL


def test_every_reason_and_every_host_is_told():
    found = judged({"natGateway": {"id": "/x"}}, n.app(name="other"))
    assert found.outcome is FAIL
    assert found.message == (
        "apps has no route table and a NAT gateway without a security group; "
        "defaultOutboundAccess of apps is not set, which means true; it hosts app and other"
    )


def test_a_subnet_that_hosts_nothing_is_not_judged_unless_something_was_not_read():
    assert judged({}, app=False).outcome is NOT
    for type_ in ("Microsoft.Web/sites", "Microsoft.ApiManagement/service", "Microsoft.CognitiveServices/accounts"):
        found = judged({}, app=False, gaps=[{"type": type_, "reason": "forbidden"}])
        assert found.outcome is UNKNOWN
        assert type_.rpartition("/")[2] in found.message


@pytest.mark.parametrize("bodies", [(FIREWALL,), (n.table(("0.0.0.0/0", "Internet")),)])
def test_a_route_table_that_was_not_read_is_unknown(bodies):
    gap = {"type": "Microsoft.Network/routeTables", "reason": "forbidden"}
    assert judged(ROUTED, gaps=[gap]).outcome is UNKNOWN
    assert judged(ROUTED, *bodies, gaps=[{"path": "properties.routes", "scope": n.ROUTES}]).outcome is UNKNOWN


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
def test_no_shape_raises(value):
    for key in ("routeTable", "natGateway", "networkSecurityGroup", "defaultOutboundAccess", "delegations"):
        assert judged({**ROUTED, key: value}, FIREWALL).outcome in Outcome
        assert judged({**ROUTED, key: value}, FIREWALL, app=False).outcome in Outcome
    assert judged(value).outcome in Outcome
    assert judged(ROUTED, {"id": n.ROUTES, "properties": {"routes": value}}).outcome in Outcome
    assert judged(ROUTED, n.table((value, value))).outcome in Outcome
