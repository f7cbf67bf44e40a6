"""The check of an app's network: which of a switch's names decides, what `config/web` adds, and what is not told."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checks.app_network import AppNetwork, app_network
from readiness.graph import Graph
from readiness.model import Origin, Outcome
from readiness.snapshot import Snapshot, gap_of

SITE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/app"
GOOD = {
    "virtualNetworkSubnetId": "/subscriptions/s/subnets/a",
    "vnetRouteAllEnabled": True,
    "httpsOnly": True,
    "siteConfig": {"minTlsVersion": "1.2"},
}
HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "minTlsVersion", "allTraffic", "vnetRouteAllEnabled"]), st.none()),
)  # fmt: skip


def judged(web=None, gaps=(), whole=True, params=None, site=SITE, **changes):
    properties = {k: v for k, v in {**GOOD, **changes}.items() if v != "absent"}
    read = Snapshot()
    read.add({"id": site, "properties": properties}, "2024-11-01", Origin.ARM)
    if web is not None:
        read.add({"id": f"{site}/config/web", "properties": web}, "2024-11-01", Origin.ARM)
    read.gaps += [gap_of({"scope": site, **gap}) for gap in gaps]
    graph = Graph(read, datetime(2026, 1, 1, tzinfo=UTC), assume_complete=whole)
    return app_network(read.resources[site.lower()], AppNetwork(**(params or {})), graph)


def outcome(*args, **changes):
    return judged(*args, **changes).outcome


def test_all_four_together_pass():
    found = judged()
    assert found.outcome is Outcome.PASS
    assert len(found.evidence) == 4


@pytest.mark.parametrize("subnet", [None, "absent", "", 7, {}])
def test_without_a_subnet_it_fails_and_says_nothing_of_routing(subnet):
    found = judged(virtualNetworkSubnetId=subnet, vnetRouteAllEnabled=None)
    assert found.outcome is Outcome.FAIL
    assert [e.path for e in found.evidence] == ["properties.virtualNetworkSubnetId"]


def test_an_app_service_environment_stands_for_subnet_and_routing():
    inside = {"hostingEnvironmentProfile": {"id": "/e"}, "virtualNetworkSubnetId": None, "vnetRouteAllEnabled": None}
    assert outcome(**inside) is Outcome.PASS
    assert outcome(**{**inside, "hostingEnvironmentProfile": {"id": None}}) is Outcome.FAIL
    gap = {"path": "properties.hostingEnvironmentProfile"}
    assert outcome(gaps=[gap], virtualNetworkSubnetId=None) is Outcome.UNKNOWN


ON, OFF = {"applicationTraffic": True}, {"allTraffic": False, "applicationTraffic": False}


@pytest.mark.parametrize(
    ("newer", "own", "in_config", "web", "expected"),
    [
        (ON, None, None, None, Outcome.PASS),
        (ON, False, False, False, Outcome.PASS),
        ({"allTraffic": True}, None, None, None, Outcome.PASS),
        (OFF, None, None, True, Outcome.FAIL),
        (OFF, True, None, None, Outcome.PASS),
        (None, False, None, True, Outcome.FAIL),
        (None, None, True, False, Outcome.PASS),
        (None, None, False, True, Outcome.FAIL),
        (None, None, None, True, Outcome.PASS),
        (None, None, None, False, Outcome.FAIL),
        (None, None, None, None, Outcome.UNKNOWN),
        (None, "yes", None, True, Outcome.UNKNOWN),
    ],
)
def test_the_app_decides_before_its_child_and_one_name_that_is_on_is_enough(newer, own, in_config, web, expected):
    config = {"minTlsVersion": "1.2", "vnetRouteAllEnabled": in_config}
    settled = {"outboundVnetRouting": newer, "vnetRouteAllEnabled": own, "siteConfig": config}
    assert outcome({"vnetRouteAllEnabled": web}, **settled) is expected


def test_flex_consumption_has_no_switch():
    assert outcome(functionAppConfig={"runtime": {}}, vnetRouteAllEnabled=False) is Outcome.PASS
    assert outcome(functionAppConfig=None, vnetRouteAllEnabled=False) is Outcome.FAIL


def test_routing_is_judged_only_where_it_is_asked_for():
    assert outcome(vnetRouteAllEnabled=False, params={"route_all": False}) is Outcome.PASS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, Outcome.PASS), ("True", Outcome.PASS), (False, Outcome.FAIL), ("false", Outcome.FAIL),
        (None, Outcome.FAIL), ("absent", Outcome.FAIL), ("on", Outcome.UNKNOWN), (1, Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_https_alone(value, expected):
    assert outcome(httpsOnly=value) is expected


@pytest.mark.parametrize(
    ("own", "web", "lowest", "expected"),
    [
        ("1.2", None, "1.2", Outcome.PASS), ("1.3", None, "1.2", Outcome.PASS), ("1.1", None, "1.2", Outcome.FAIL),
        ("1.0", "1.2", "1.2", Outcome.FAIL), ("1.2", "1.0", "1.2", Outcome.PASS), ("1.2", None, "1.3", Outcome.FAIL),
        (None, "1.2", "1.2", Outcome.PASS), (None, "1.1", "1.2", Outcome.FAIL), (None, None, "1.2", Outcome.UNKNOWN),
        (1.2, None, "1.2", Outcome.PASS), (1.1, None, "1.2", Outcome.FAIL), ("2", None, "1.2", Outcome.UNKNOWN),
        ("1.2", None, "x", Outcome.UNKNOWN), ({}, None, "1.2", Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_tls_versions(own, web, lowest, expected):
    child = {"minTlsVersion": web}
    assert outcome(child, siteConfig={"minTlsVersion": own}, params={"min_tls": lowest}) is expected


def test_null_in_a_list_is_unknown_without_the_child():
    for changes in ({"siteConfig": None}, {"siteConfig": "absent"}, {"vnetRouteAllEnabled": None}):
        assert outcome(**changes) is Outcome.UNKNOWN
        assert outcome(whole=False, **changes) is Outcome.UNKNOWN
        assert outcome({"minTlsVersion": "1.2", "vnetRouteAllEnabled": True}, whole=False, **changes) is Outcome.PASS


@pytest.mark.parametrize("path", ["virtualNetworkSubnetId", "outboundVnetRouting", "httpsOnly", "siteConfig"])
def test_what_could_not_be_read_is_unknown(path):
    gap = {"path": f"properties.{path}", "permission": "Microsoft.Web/sites/read"}
    found = judged(gaps=[gap], **{path: "absent"}, **({"vnetRouteAllEnabled": None} if "Routing" in path else {}))
    assert found.outcome is Outcome.UNKNOWN
    assert "Microsoft.Web/sites/read" in str(found.evidence[0].note)


def test_a_wrong_setting_decides_beside_one_that_was_not_read():
    assert outcome(httpsOnly=False, gaps=[{"path": "properties.siteConfig"}], siteConfig="absent") is Outcome.FAIL


def test_a_slot_has_a_config_of_its_own():
    slot = f"{SITE}/slots/stage"
    assert outcome({"minTlsVersion": "1.0"}, site=slot, siteConfig=None) is Outcome.FAIL


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_makes_it_raise(subnet, routing, config, web):
    changes = {"virtualNetworkSubnetId": subnet, "outboundVnetRouting": routing, "siteConfig": config}
    assert outcome({"minTlsVersion": web}, hostingEnvironmentProfile=routing, httpsOnly=web, **changes) in set(
        Outcome
    )
