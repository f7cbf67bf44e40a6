"""The check of gateways and zones: each location, automatic and declared."""

import pytest

from readiness.arm import region_of
from readiness.checks.gateway_zones import GatewayZones, gateway_zones
from readiness.checks.summing import summed
from readiness.model import Evidence, Gap, Outcome, Resource

PASS, FAIL, UNKNOWN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
HOSTILE = [None, True, 0, 1.5, "", "x", "1" * 5000, [], [None], [[]], [{}], {}, {"a": []}, ["1"] * 50_000]


class World:
    """What a check asks of the estate."""

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def judged(body, *gaps, api="2025-03-01-preview", **params):
    subject = Resource(body, tuple(Gap(path=path) for path in gaps), api)
    return gateway_zones(subject, GatewayZones(("West Europe", "eastus"), ("westus",), **params), World())


def gateway(tier="Premium", region="westeurope", **more):
    properties = more.pop("properties", {})
    return {"sku": {"name": tier}, "location": region, "properties": properties, **more}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (gateway(), PASS),
        (gateway(region="WEST EUROPE"), PASS),
        (gateway(region="West US"), NOT),
        (gateway(region="moon"), UNKNOWN),
        (gateway(zones=["1"]), FAIL),
        (gateway(zones="1"), FAIL),
        (gateway(zones=[1, 2]), PASS),
        (gateway(zones=["1", "1"]), FAIL),
        (gateway(zones=["1", None]), UNKNOWN),
        (gateway(zones=["1"], region="moon"), FAIL),
        (gateway("PREMIUM", zones=["1"]), FAIL),
        (gateway("StandardV2"), FAIL),
        (gateway("StandardV2", properties={"zoneRedundant": True}), PASS),
        (gateway("StandardV2", properties={"zoneRedundant": "True"}), PASS),
        (gateway("StandardV2", region="westus"), NOT),
        (gateway(None), UNKNOWN),
    ],
)
def test_one_location(body, expected):
    assert judged(body).outcome is expected


def test_every_additional_location_is_judged_and_the_offender_named():
    more = [{"location": "eastus"}, {"location": "eastus", "zones": ["2"]}]
    decision = judged(gateway(properties={"additionalLocations": more}))
    assert decision.outcome is FAIL
    assert [e.path for e in decision.evidence] == ["properties.additionalLocations[1].zones"]


def test_automatic_redundancy_passes_and_is_said():
    [evidence] = judged(gateway()).evidence
    assert "by itself" in evidence.note


def test_the_number_of_zones_is_a_param():
    assert judged(gateway(zones=["1", "2"]), min_zones=3).outcome is FAIL
    assert judged(gateway(zones=["1", "2", "3"]), min_zones=3).outcome is PASS


def test_which_tiers_spread_by_themselves_is_a_param():
    assert judged(gateway(), automatic=()).outcome is FAIL


@pytest.mark.parametrize("path", ["zones", "location", "sku", "properties.additionalLocations", "properties"])
def test_what_could_not_be_read_is_unknown(path):
    body = {k: v for k, v in gateway().items() if not path.startswith(k)}
    assert judged({"properties": {}, **body}, path).outcome is UNKNOWN


def test_what_could_not_be_read_hides_no_offender():
    assert judged(gateway(zones=["1"]), "properties.additionalLocations").outcome is FAIL


def test_an_answer_older_than_the_property_is_unknown():
    assert judged(gateway("PremiumV2"), api="2024-05-01").outcome is UNKNOWN
    assert judged(gateway("PremiumV2"), api=None).outcome is UNKNOWN


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
@pytest.mark.parametrize("tier", ["Premium", "PremiumV2"])
@pytest.mark.parametrize("key", ["sku", "location", "zones", "additionalLocations", "zoneRedundant", "properties"])
def test_no_shape_raises(value, tier, key):
    top = key in ("sku", "location", "zones", "properties")
    body = {**gateway(tier), key: value} if top else gateway(tier, properties={key: value})
    assert judged(body).outcome in (PASS, FAIL, UNKNOWN, NOT)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("West Europe", "westeurope"),
        (" WESTEUROPE ", "westeurope"),
        ("", None),
        ("   ", None),
        (None, None),
        (3, None),
        ("x" * 101, None),
    ],
)
def test_regions_compare_without_case_and_spaces(value, name):
    assert region_of(value) == name


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([PASS, FAIL, UNKNOWN], FAIL),
        ([PASS, UNKNOWN, NOT], UNKNOWN),
        ([PASS, NOT], PASS),
        ([NOT, NOT], NOT),
        ([], NOT),
    ],
)
def test_the_worst_part_decides(outcomes, expected):
    assert summed([(outcome, Evidence("x")) for outcome in outcomes]).outcome is expected
