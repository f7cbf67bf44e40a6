"""Quota, reservations and the other region: what is told, what reservations leave uncovered, and any JSON at all."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.quota_headroom import QuotaHeadroom, is_pool, quota_headroom
from readiness.checks.reservations import RESERVATIONS, Reach, ReservedUnits, reach_of, reserved_units, uncovered
from readiness.checks.secondary_region import SecondaryRegion, secondary_region
from readiness.environments import Environments
from readiness.graph import Graph, special
from readiness.model import Origin, Outcome, Read
from readiness.snapshot import Snapshot

AS_OF = datetime(2026, 1, 1, 6, tzinfo=UTC)
SUB = "/subscriptions/s"
ACCOUNTS = f"{SUB}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts"
LOCATIONS = f"{SUB}/providers/Microsoft.CognitiveServices/locations"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["Shared", SUB]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def account(name="weu", region="westeurope", **top):
    return {"id": f"{ACCOUNTS}/{name}", "kind": "OpenAI", "location": region, "properties": {}, **top}


def deployment(name="chat", sku="GlobalStandard", units=100, of="weu", version="1"):
    model = {"format": "OpenAI", "name": "gpt-4o", "version": version}
    properties = {"model": model, "provisioningState": "Succeeded"}
    return {
        "id": f"{ACCOUNTS}/{of}/deployments/{name}",
        "sku": {"name": sku, "capacity": units},
        "properties": properties,
    }


def model(region="westeurope", version="1", *skus):
    listed = [{"name": s, "usageName": f"OpenAI.{s}.gpt-4o"} for s in skus or ("GlobalStandard",)]
    body = {"format": "OpenAI", "name": "gpt-4o", "version": version, "skus": listed}
    return {"id": f"{LOCATIONS}/{region}/models/OpenAI:OpenAI:gpt-4o:{version}", "kind": "OpenAI", "model": body}


def usage(current, limit, name="OpenAI.GlobalStandard.gpt-4o", region="westeurope", **more):
    id_ = f"{LOCATIONS}/{region}/usages/{name}"
    return {"id": id_, "name": {"value": name}, "currentValue": current, "limit": limit, **more}


def reservation(number=1, units=100, sku="Regional", region="westeurope", **properties):
    own = {"reservedResourceType": "OpenAIPTU", "displayName": f"units {number}", "appliedScopeType": "Shared"}
    id_ = f"/providers/Microsoft.Capacity/reservationOrders/o/reservations/{number}"
    return {
        "id": id_,
        "location": region,
        "sku": {"name": sku},
        "properties": {**own, "quantity": units, **properties},
    }


def judged(check, params, subject, *bodies, reads=None):
    read = Snapshot()
    read.reads += reads or []
    for body in ({"id": SUB, "properties": {}}, *bodies):
        read.add(body, "2025-12-01", Origin.ARM)
    graph = Graph(read, AS_OF, assume_complete=reads is None)
    record = read.resources.get(subject.lower()) or special(subject)
    return check(record, params, Case(graph, Environments(graph), Attestations(AS_OF)))


def quota(*bodies, percent=20):
    return judged(quota_headroom, QuotaHeadroom(percent), SUB, account(), *bodies)


def reserved(*bodies, **params):
    return judged(reserved_units, ReservedUnits(**params), f"{ACCOUNTS}/weu/deployments/chat", account(), *bodies)


def elsewhere(*bodies):
    both = (account(), account("sdc", "Sweden Central"))
    return judged(secondary_region, SecondaryRegion(), "workload:default", *both, *bodies)


# --- quota -------------------------------------------------------------------------------------------------------


def test_a_failure_names_the_pool_its_region_what_is_left_and_who_draws_from_it():
    decision = quota(deployment(), deployment("two"), model(), usage(481, 500))
    assert decision.message == (
        "OpenAI.GlobalStandard.gpt-4o in westeurope: 481 of 500 allocated (3.8 % left; used by chat, two); "
        "expected at least 20 % left"
    )


def test_a_pool_that_is_blocked_says_so():
    decision = quota(deployment(), model(), usage(10, 500, status="Blocked"))
    assert decision.message == (
        "OpenAI.GlobalStandard.gpt-4o in westeurope: 10 of 500 allocated (98 % left; status blocked; used by chat); "
        "expected at least 20 % left"
    )


def test_what_is_left_is_cut_and_never_rounded_up_to_what_is_wanted():
    decision = quota(deployment(), model(), usage(80_004, 100_000))
    assert decision.outcome is Outcome.FAIL
    assert "(19.9 % left" in decision.message


@pytest.mark.parametrize(
    ("name", "pool"),
    [
        ("OpenAI.Standard.gpt-4o", True),
        ("openai.globalprovisionedmanaged", True),
        ("AIServices.GlobalStandard.Mistral-Large", True),
        ("OpenAI.FineTuned.Deployments", False),
        ("OpenAI.S0.AccountCount", False),
        ("AccountCount", False),
        ("", False),
    ],
)
def test_a_pool_is_told_by_the_type_in_its_name(name, pool):
    assert is_pool(name) is pool


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(0, 100))
@settings(max_examples=80, deadline=None)
def test_it_passes_exactly_where_the_share_that_is_left_is_enough(current, limit, percent):
    decision = quota(deployment(), model(), usage(current, limit), percent=percent)
    enough = max(limit - current, 0) * 100 >= percent * limit
    assert decision.outcome is (Outcome.PASS if enough else Outcome.FAIL)


# --- reservations ------------------------------------------------------------------------------------------------


def test_a_failure_says_what_is_deployed_reserved_and_billed_by_the_hour():
    decision = reserved(deployment(sku="ProvisionedManaged", units=250), reservation(units=200))
    assert decision.message == (
        "regional provisioned units in westeurope: 250 deployed, 200 reserved; 50 of them are billed by the hour"
    )


def test_a_reservation_that_lies_idle_is_named():
    used = {"aggregates": [{"grain": 7, "grainUnit": "days", "value": 62.5, "valueUnit": "percentage"}]}
    decision = reserved(deployment(sku="ProvisionedManaged"), reservation(utilization=used))
    assert decision.message == (
        "a reservation for these units lies idle: units 1 was used for 62.5 % in the last week; "
        "expected at least 90 %"
    )


@pytest.mark.parametrize(
    ("scope", "outcome"), [("/providers/Microsoft.Capacity", Outcome.FAIL), (SUB, Outcome.UNKNOWN)]
)
def test_reservations_are_known_to_be_all_by_a_read_of_their_provider(scope, outcome):
    bodies = (account(), deployment(sku="ProvisionedManaged", units=250), reservation(units=200))
    reads = [Read(scope, RESERVATIONS)]
    subject = f"{ACCOUNTS}/weu/deployments/chat"
    assert judged(reserved_units, ReservedUnits(), subject, *bodies, reads=reads).outcome is outcome


@pytest.mark.parametrize(
    ("sku", "reach"),
    [
        ("DataZone", Reach.DATA_ZONE),
        ("openai_ptu_data_zone", Reach.DATA_ZONE),
        ("Global", Reach.GLOBAL),
        ("Regional PTU", Reach.REGION),
        ("PTU", None),
        ("Global or Regional", None),
        (None, None),
        (7, None),
    ],
)
def test_what_a_reservation_is_for_is_told_by_its_words_or_not_at_all(sku, reach):
    assert reach_of(sku) is reach


CHAINS = (("g1", "s1", "m", ""), ("g2", "s1", "m", ""), ("g3", "s2", "m", ""), ("g4", "s3", ""))
SCOPES = sorted({scope for chain in CHAINS for scope in chain})


@given(
    st.dictionaries(st.sampled_from(CHAINS), st.integers(0, 4)),
    st.dictionaries(st.sampled_from(SCOPES), st.integers(0, 5)),
)
@settings(max_examples=200, deadline=None)
def test_no_way_to_use_the_reservations_would_cover_more(deployed, held):
    units = [chain for chain, number in deployed.items() for _ in range(number)]
    left = uncovered(dict(deployed), dict(held))
    assert left[""] == len(units) - _matched(units, [scope for scope, number in held.items() for _ in range(number)])


def _matched(units, supply):
    """How many units the best assignment covers (Kuhn's algorithm)."""
    taken = {}

    def place(unit, tried):
        for i, scope in enumerate(supply):
            if scope in units[unit] and i not in tried:
                tried.add(i)
                if i not in taken or place(taken[i], tried):
                    taken[i] = unit
                    return True
        return False

    return sum(place(unit, set()) for unit in range(len(units)))


# --- the other region --------------------------------------------------------------------------------------------


def test_a_failure_says_of_each_model_what_the_other_region_lacks():
    decision = elsewhere(
        deployment(), deployment("two", "Standard"), model("swedencentral"), usage(80, 100, region="swedencentral")
    )
    assert decision.message == (
        "gpt-4o 1 (GlobalStandard, westeurope): GlobalStandard in swedencentral has quota for 20, of 50 needed; "
        "gpt-4o 1 (Standard, westeurope): swedencentral lists it as GlobalStandard alone; "
        "expected offered, with capacity, in another region of the workload"
    )


def test_a_region_that_does_not_list_the_version_is_named_with_the_kind():
    decision = elsewhere(deployment(), model("swedencentral", "2"))
    assert "swedencentral does not list it for OpenAI accounts" in decision.message


# --- always ------------------------------------------------------------------------------------------------------


@given(JSON, JSON)
@settings(max_examples=120, deadline=None)
def test_no_json_makes_a_check_raise(one, other):
    numbers = count(1)
    records = [
        {**usage(one, other), "status": one},
        {**reservation(next(numbers)), "properties": one},
        reservation(next(numbers), one, other, other, utilization=one, appliedScopeType=other, appliedScopes=one),
        reservation(next(numbers), appliedScopeType="Single", appliedScopeProperties=one, expiryDate=other),
        {**model(), "model": {**model()["model"], "skus": one, "deprecation": other}},
        {**deployment("odd", "ProvisionedManaged", one), "sku": other},
        account("odd", one),
    ]
    for check in (quota, reserved, elsewhere):
        assert check(deployment(sku="ProvisionedManaged"), *records).outcome in Outcome
