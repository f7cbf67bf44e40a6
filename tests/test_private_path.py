"""The private path of an account: its parts, the link that is broken, what a gap does to it, and what it costs."""

import networked as n
import pytest

from readiness.checks.private_access import (
    PrivateRoute,
    PrivateZones,
    ZoneLinks,
    private_route,
    private_zones,
    zone_links,
)
from readiness.model import Outcome
from readiness.private_path import Part, path_of, some
from readiness.private_path.addresses import holds, prefix_of
from readiness.private_path.parts import best

TYPES = (
    "Microsoft.Network/privateEndpoints",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "Microsoft.Network/privateDnsZones",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.Network/routeTables",
    "Microsoft.CognitiveServices/accounts/privateLinkResources",
    "Microsoft.ApiManagement/service",
    "Microsoft.ApiManagement/service/backends",
    "Microsoft.Web/sites",
    "Microsoft.Search/searchServices/sharedPrivateLinkResources",
)
CHECKS = {
    "zones": lambda s, w: private_zones(s, PrivateZones(), w),
    "links": lambda s, w: zone_links(s, ZoneLinks(), w),
    "route": lambda s, w: private_route(s, PrivateRoute(), w),
}
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], [{"id": 3}], {}, {"id": []}, ["\ud800"]]


def path(*bodies, **options):
    case = n.world(*bodies, **options)
    return path_of(n.subject(case), case)


def without(bodies, type_):
    """The records but those of a type, and those below them."""
    short = [part.lower() for part in type_.split("/")[1:]]

    def kept(body):
        kinds = body["id"].lower().partition("/providers/")[2].split("/")[1::2]
        return kinds[: len(short)] != short

    return [body for body in bodies if kept(body)]


# --- the parts --------------------------------------------------------------------------------------------------


def test_every_part_of_a_whole_path():
    found = path(*n.whole())
    assert found.account == "oai"
    assert found.required == (n.COGNITIVE, n.OPENAI)
    [endpoint] = found.own
    assert (endpoint.name, endpoint.subnet, endpoint.network) == (
        "pe",
        n.subnet_id("net", "endpoints"),
        f"{n.NETWORKS}/net",
    )
    assert [zone.name for zone in endpoint.zones] == [n.COGNITIVE, n.OPENAI]
    [origin] = found.origins
    assert origin.name == "net"
    assert [(c.kind, c.name) for c in origin.callers] == [("gateway", "gw"), ("app", "app")]
    assert [(part.name, part.truth) for part in origin.links] == [(n.COGNITIVE, True), (n.OPENAI, True)]
    assert origin.route.truth is True
    assert found.broken is None
    assert found.unseen == ()


BROKEN = {
    "no endpoint": (n.account(), "oai has no approved private endpoint"),
    "no zone": (n.zone_group(), f"pe is in no private DNS zone; the account requires {n.COGNITIVE} and {n.OPENAI}"),
    "one zone": (
        n.zone_group(n.OPENAI),
        f"pe is not in {n.COGNITIVE}, which the account requires; it is in {n.OPENAI}",
    ),
    "a link": (
        n.link(n.OPENAI, "net", "InProgress"),
        f"the link of {n.OPENAI} to net, the network of gw and app, is InProgress",
    ),
    "a way": (n.endpoint(network="far"), "no way for gw and app: net is not peered with far"),
}


@pytest.mark.parametrize(("record", "said"), BROKEN.values(), ids=BROKEN)
def test_the_broken_link_is_named(record, said):
    bodies = [record if body["id"] == record["id"] else body for body in n.whole()]
    assert path(*bodies, n.network("far")).broken.said == said


def test_the_first_broken_link_from_the_account_outwards_is_named():
    bodies = [b for b in n.whole() if "privateDnsZoneGroups" not in b["id"] and "virtualNetworkLinks" not in b["id"]]
    assert path(*bodies).broken.path == "privateDnsZoneGroups"


def test_a_network_with_servers_of_its_own_is_unknown_and_they_are_named():
    bodies = [
        n.network(servers=["10.0.0.4"]) if b["id"].endswith("/net") and "Links" not in b["id"] else b
        for b in n.whole()
    ]
    [origin] = path(*bodies).origins
    assert {part.truth for part in origin.links} == {None}
    assert origin.links[0].said.startswith("net asks its own DNS servers (10.0.0.4)")


def test_callers_of_one_network_are_one_origin_and_few_of_many_apps_are_kept():
    apps = [n.app(name=f"app{i:02}") for i in range(20)]
    [origin] = path(*n.whole(), *apps).origins
    assert len(origin.callers) == 5
    assert origin.links[0].truth is True


def test_a_world_is_asked_once_for_what_several_rules_read():
    case = n.world(*n.whole())
    assert path_of(n.subject(case), case) is path_of(n.subject(case), case)


# --- what a gap does --------------------------------------------------------------------------------------------


def verdict(check, bodies, gaps=()):
    case = n.world(*bodies, gaps=gaps)
    return CHECKS[check](n.subject(case), case).outcome


def estates():
    """Whole paths, and each with one thing broken."""
    hub = [n.network("hub", peers=["net", "far"]), n.network("far", peers=["hub"], space="10.9.0.0/16")]
    spoke = [b for b in n.whole() if b["id"] != f"{n.NETWORKS}/net" and b["id"] != n.endpoint()["id"]]
    over_hub = [*spoke, *hub, n.network(peers=["hub"]), n.endpoint(network="far")]
    routed = ("gateway", {"routeTable": {"id": n.ROUTES}}), ("apps", {"routeTable": {"id": n.ROUTES}}), "endpoints"
    forwarded = n.network("far", peers=[n.peer("hub", allowForwardedTraffic=True)], space="10.9.0.0/16")
    through = [*spoke, hub[0], forwarded, n.network(subnets=routed, peers=["hub"]), n.endpoint(network="far")]
    yield "whole", n.whole()
    yield "two spokes", over_hub
    yield "two spokes, routed", [*through, n.table(("0.0.0.0/0", "VirtualAppliance"))]
    for name, (record, _) in BROKEN.items():
        yield name, [*(record if b["id"] == record["id"] else b for b in n.whole()), n.network("far")]
    for gone in ("/virtualNetworkLinks/", "/privateDnsZoneGroups/", "/privateDnsZones/", "/service/", "/sites/"):
        yield f"without {gone}", [b for b in n.whole() if gone not in b["id"]]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("name", "bodies"), list(estates()), ids=lambda v: v if isinstance(v, str) else "")
def test_no_type_replaced_by_a_gap_turns_a_verdict_better(name, bodies, check):
    before = verdict(check, bodies)
    for type_ in TYPES:
        after = verdict(check, without(bodies, type_), [{"type": type_, "reason": "forbidden"}])
        if before is Outcome.PASS:
            assert after in (Outcome.PASS, Outcome.UNKNOWN), type_
        else:
            assert after in (before, Outcome.UNKNOWN), type_


def test_a_routed_way_through_a_hub_holds():
    bodies = dict(estates())["two spokes, routed"]
    assert verdict("route", bodies) is Outcome.PASS
    assert verdict("route", dict(estates())["two spokes"]) is Outcome.FAIL


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12].encode("ascii", "replace").decode())
def test_no_shape_raises(value):
    for at, body in enumerate(n.whole()):
        for key in body["properties"]:
            bodies = [*n.whole()]
            bodies[at] = {**body, "properties": {**body["properties"], key: value}}
            case = n.world(*bodies)
            for check in CHECKS.values():
                assert check(n.subject(case), case).outcome in Outcome
        bodies = [*n.whole()]
        bodies[at] = {**body, "properties": value}
        case = n.world(*bodies)
        for check in CHECKS.values():
            assert check(n.subject(case), case).outcome in Outcome


# --- what it costs ----------------------------------------------------------------------------------------------


class Counted:
    """A world that counts how often it is asked."""

    def __init__(self, case):
        self.case, self.asked = case, 0

    def related(self, *words):
        self.asked += 1
        return self.case.related(*words)

    def find(self, *words):
        self.asked += 1
        return self.case.find(*words)

    def why_unknown(self, *words):
        return self.case.why_unknown(*words)


def accounts(count):
    for i in range(count):
        id_ = f"{n.ACCOUNT}{i}"
        yield from (n.account(f"pe{i}", id_=id_), n.required(n.COGNITIVE, n.OPENAI, of=id_))
        yield from (n.endpoint(f"pe{i}"), n.zone_group(n.COGNITIVE, n.OPENAI, of=f"pe{i}"))


def test_what_an_account_asks_does_not_grow_with_the_estate():
    asked = []
    for count in (20, 40):
        case = n.world(*n.whole(), *accounts(count))
        world = Counted(case)
        for i in range(count):
            path_of(n.subject(case, f"{n.ACCOUNT}{i}"), world)
        asked.append(world.asked / count)
    assert asked[1] <= asked[0]


# --- small things -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
    ],
)
def test_names_in_a_sentence(names, said):
    assert some(names) == said


def test_the_best_of_several_ways():
    parts = {truth: Part("x", truth, str(truth), "p") for truth in (True, None, False)}
    assert best([]) is None
    assert best([parts[False], parts[None]]) is parts[None]
    assert best([parts[None], parts[False], parts[True]]) is parts[True]


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("10.0.0.0/8", "10.1.0.0/16", True),
        ("10.1.0.0/16", "10.1.0.0/16", True),
        ("10.1.0.0/17", "10.1.0.0/16", False),
        ("0.0.0.0/0", "fd00::/8", False),
        ("::/0", "fd00::/8", True),
        ("10.0.0.7/24", "10.0.0.1", True),
    ],
)
def test_whether_a_prefix_holds_another(outer, inner, expected):
    assert holds(prefix_of(outer), prefix_of(inner)) is expected


@pytest.mark.parametrize("text", ["VirtualNetwork", "*", "", None, 3, "1" * 101, "10.0.0.0/33", "10.0.0.0-10.0.0.9"])
def test_what_is_no_prefix(text):
    assert prefix_of(text) is None
