"""What there is: counts that add up to the scope's, regions, and deployments however odd their records are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import inventory
from readiness.graph import Graph
from readiness.model import Origin
from readiness.snapshot import Snapshot
from tests import builders as b

RULE = b.rule("require: {field: properties.on, equals: true}")


def graph(tmp_path, *records, **header):
    """The graph of a snapshot."""
    return Graph(b.snapshot(tmp_path, *records, **header), b.AS_OF)


def kinds(tmp_path, *records):
    """(type, count, regions) of each type."""
    return [(k.type, k.count, dict(k.regions)) for k in inventory.kinds(graph(tmp_path, *records))]


def deployment(tmp_path, body, above=None):
    """The one deployment of a snapshot, as a dict without its resource."""
    records = [above or b.account(location="West Europe"), body]
    [found] = inventory.deployments(graph(tmp_path, *records))
    assert found.resource.body == body
    return {k: getattr(found, k) for k in inventory.Deployment.__slots__ if k != "resource"}


# --- resources ------------------------------------------------------------------------------------------------


def test_resources_are_counted_by_type_and_region(tmp_path):
    assert kinds(
        tmp_path,
        b.account("a", location="westeurope"),
        b.account("b", location="West Europe"),
        b.account("c", location="NorthEurope"),
        b.resource(b.SEARCH, "s"),
        b.body(b.SUB),
        b.body(b.GROUP, location="westeurope"),
    ) == [
        ("Microsoft.CognitiveServices/accounts", 3, {"northeurope": 1, "westeurope": 2}),
        ("Microsoft.Resources/resourceGroups", 1, {"westeurope": 1}),
        ("Microsoft.Resources/subscriptions", 1, {}),
        ("Microsoft.Search/searchServices", 1, {}),
    ]


def test_types_in_other_case_are_one(tmp_path):
    found = kinds(tmp_path, b.account("b"), b.resource(b.ACCOUNTS.upper(), "a"))
    assert found == [("MICROSOFT.COGNITIVESERVICES/ACCOUNTS", 2, {})]  # spelled as the first id has it


def test_what_is_embedded_or_outside_the_scope_is_not_counted(tmp_path):
    other = b.account("far", group=f"{b.SUB2}/resourceGroups/rg-two")
    network = b.resource("Microsoft.Network/virtualNetworks", "net")
    network["properties"] = {"subnets": [b.child(network, "subnets", "one")]}
    read = b.snapshot(tmp_path, other, network, b.account(), scope={"subscriptions": [b.SUB]})
    report = b.judge(read, RULE)
    assert [(k.type, k.count) for k in report.kinds] == [
        ("Microsoft.CognitiveServices/accounts", 1),
        ("Microsoft.Network/virtualNetworks", 1),
    ]
    assert report.scope["resources"] == 2


def test_nothing_has_no_kinds_and_no_deployments(tmp_path):
    found = graph(tmp_path)
    assert (inventory.kinds(found), inventory.deployments(found)) == ((), ())


REGIONS = {
    "as ARM names it": ("westeurope", "westeurope"),
    "as the portal shows it": ("West Europe", "westeurope"),
    "with other blanks": (" West\tEurope\n", "westeurope"),
    "global": ("global", "global"),
    "nothing": (None, None),
    "an empty text": ("", None),
    "blanks": ("  ", None),
    "a list": (["westeurope"], None),
    "an object": ({"name": "westeurope"}, None),
    "a number": (7, None),
    "a bool": (True, None),
}


@pytest.mark.parametrize(("location", "region"), REGIONS.values(), ids=REGIONS)
def test_a_region(tmp_path, location, region):
    assert kinds(tmp_path, b.account(location=location)) == [(b.ACCOUNTS, 1, {region: 1} if region else {})]


TYPES = st.sampled_from([b.ACCOUNTS, b.ACCOUNTS.lower(), b.SEARCH, "Microsoft.Network/virtualNetworks"])
LOCATIONS = st.sampled_from(["westeurope", "West Europe", "", "  ", None, [], 3, "x" * 10_000, "\u202egur"])


@given(st.lists(st.tuples(TYPES, st.integers(0, 9), LOCATIONS, st.booleans()), max_size=12))
def test_counts_add_up_to_the_scope_and_regions_to_those_that_name_one(tmp_path_factory, wanted):
    bodies = [
        b.resource(t, f"n{n}", location=where, group=b.GROUP if near else f"{b.SUB2}/resourceGroups/rg-two")
        for t, n, where, near in wanted
    ]
    report = b.judge(b.snapshot(tmp_path_factory.getbasetemp(), *bodies, scope={"subscriptions": [b.SUB]}), RULE)
    assert sum(k.count for k in report.kinds) == report.scope["resources"]
    last = {body["id"].lower(): body["location"] for body in bodies if body["id"].startswith(b.GROUP)}
    naming = [v for v in last.values() if isinstance(v, str) and v.strip()]
    assert sum(n for k in report.kinds for _, n in k.regions) == len(naming)
    assert [k.type.lower() for k in report.kinds] == sorted({k.type.lower() for k in report.kinds})


# --- deployments ----------------------------------------------------------------------------------------------

WHOLE = {
    "model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"},
    "versionUpgradeOption": "OnceCurrentVersionExpired",
    "raiPolicyName": "Strict",
}
NOTHING = dict.fromkeys(("model", "version", "sku", "capacity", "upgrade", "filter"))


def test_a_deployment_as_arm_returns_it(tmp_path):
    body = b.child(b.account(), "deployments", "chat", WHOLE, sku={"name": "GlobalStandard", "capacity": 120})
    assert deployment(tmp_path, body) == {
        "account": "chat", "region": "westeurope", "model": "gpt-4o", "version": "2024-11-20",
        "sku": "GlobalStandard", "capacity": 120, "upgrade": "OnceCurrentVersionExpired", "filter": "Strict",
    }  # fmt: skip


def test_keys_in_another_case_are_the_same_keys(tmp_path):
    own = {"MODEL": {"Name": "gpt-4o", "VERSION": "1"}, "versionupgradeoption": "X", "RaiPolicyName": "Y"}
    body = b.child(b.account(), "deployments", "chat", own, SKU={"NAME": "Standard", "Capacity": 3})
    found = deployment(tmp_path, body, b.account(Location="westeurope"))
    assert found == {
        "account": "chat", "region": "westeurope", "model": "gpt-4o", "version": "1", "sku": "Standard",
        "capacity": 3, "upgrade": "X", "filter": "Y",
    }  # fmt: skip


ODD = {
    "nothing": {},
    "no properties": {"properties": None},
    "properties a list": {"properties": [1]},
    "properties a text": {"properties": "all"},
    "model null": {"properties": {"model": None}},
    "model a text": {"properties": {"model": "gpt-4o"}},
    "model a list": {"properties": {"model": [{"name": "gpt-4o"}]}},
    "model name a number": {"properties": {"model": {"name": 4, "version": 613}}},
    "model name empty": {"properties": {"model": {"name": "", "version": ""}}},
    "model masked": {"properties": {"model": {"masked": "sha256:12345678"}}},
    "sku a text": {"sku": "Standard"},
    "sku a list": {"sku": ["Standard"]},
    "sku null": {"sku": None},
    "sku name an object": {"sku": {"name": {}, "capacity": None}},
    "capacity a bool": {"sku": {"capacity": True}},
    "capacity a text": {"sku": {"capacity": "100"}},
    "capacity a list": {"sku": {"capacity": [100]}},
    "capacity beyond what JSON holds": {"sku": {"capacity": 2**53 + 2}},
    "capacity beyond 64 bits": {"sku": {"capacity": 1e30}},
    "capacity beyond most": {"sku": {"capacity": -1e308}},
    "texts that are none": {"properties": {"versionUpgradeOption": 1, "raiPolicyName": ["x"]}},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_a_deployment_garbles_is_none(tmp_path, odd):
    body = {**b.child(b.account(), "deployments", "chat"), **odd}
    assert deployment(tmp_path, body) == {"account": "chat", "region": "westeurope", **NOTHING}


@pytest.mark.parametrize("capacity", [0, 1, -1, 0.5, 2**53])
def test_a_capacity_is_a_number(tmp_path, capacity):
    body = b.child(b.account(), "deployments", "chat", sku={"capacity": capacity})
    assert deployment(tmp_path, body)["capacity"] == capacity


ACCOUNT = f"{b.GROUP}/providers/{b.ACCOUNTS}/Chat"
IDS = {
    "as ARM writes it": f"{ACCOUNT}/deployments/gpt",
    "in upper case": f"{ACCOUNT.upper()}/DEPLOYMENTS/GPT",
    "with a slash at the end": f"{ACCOUNT}/deployments/gpt/",
}


@pytest.mark.parametrize("id_", IDS.values(), ids=IDS)
def test_the_account_of_a_deployment_that_alone_was_read_is_in_its_id(tmp_path, id_):
    [found] = inventory.deployments(graph(tmp_path, b.body(id_)))
    assert (found.account.lower(), found.region) == ("chat", None)


def test_a_deployment_whose_id_names_no_account_has_none(tmp_path):
    [found] = inventory.deployments(graph(tmp_path, {"id": "odd", "type": b.DEPLOYMENTS}))
    assert (found.account, found.region) == ("", None)


def test_the_account_is_spelled_as_its_own_record_spells_it(tmp_path):
    body = b.child(ACCOUNT.lower(), "deployments", "gpt")
    assert deployment(tmp_path, body, b.body(ACCOUNT, location="uksouth"))["account"] == "Chat"


def test_deployments_are_those_judged_by_id(tmp_path):
    far = b.account("a", group=f"{b.SUB2}/resourceGroups/rg-two")
    every = [b.child(b.account("b"), "deployments", n) for n in ("z", "y")] + [b.child(far, "deployments", "x")]
    shown = b.judge(b.snapshot(tmp_path, *every, b.account("b"), far), RULE).deployments
    assert [d.resource.id.rpartition("/")[2] for d in shown] == ["y", "z", "x"]
    shown = b.judge(b.snapshot(tmp_path, *every), RULE, subscriptions=(b.SUB2,)).deployments
    assert [(d.account, d.resource.id.rpartition("/")[2]) for d in shown] == [("a", "x")]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "capacity", "v"]), inner),
    max_leaves=4,
)


@given(st.fixed_dictionaries({}, optional={"properties": JSON, "sku": JSON, "location": JSON}), JSON)
def test_no_body_is_too_odd(body, model):
    read = Graph(_snapshot({**b.child(ACCOUNT, "deployments", "gpt", {"model": model}), **body}), b.AS_OF)
    [found] = inventory.deployments(read)
    assert found.account == "Chat"
    for word in (found.region, found.model, found.version, found.sku, found.upgrade, found.filter):
        assert word is None or (isinstance(word, str) and word)
    assert found.capacity is None or abs(found.capacity) <= 2**53
    assert len(inventory.kinds(read)) == 1


def _snapshot(body):
    made = Snapshot()
    made.add(body, None, Origin.ARM)
    return made
