"""The check of gateways and regions: own locations, other gateways, models in one region or several."""

import pytest

from readiness.checks.gateway_regions import ACCOUNTS, DEPLOYMENTS, SERVICES, GatewayRegions, gateway_regions
from readiness.model import Environment, Gap, Lost, Outcome, Related, Resource

PASS, FAIL, UNKNOWN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, [], [None], [[]], [{}], {}, {"location": []}, ["a"] * 20_000]


def made(name, body, *gaps):
    return Resource(body, tuple(Gap(path=path) for path in gaps), id=name, key=name, type="")


class World:
    """An estate of some gateways and accounts; `lost` are the types whose lists are not whole."""

    def __init__(self, services=(), accounts=(), lost=(), environments=(), empty=()):
        self.lists = {SERVICES: services, ACCOUNTS: accounts}
        self.lost, self.environments, self.empty = lost, dict(environments), empty

    def related(self, subject, relation, type_):
        lost = (Lost("scope", type_, "forbidden"),) if type_ in self.lost else ()
        if type_ == DEPLOYMENTS:
            return Related([] if subject.key in self.empty else [made("d", {})], lost)
        return Related(list(self.lists.get(type_, ())), lost)

    def environment(self, subject):
        return self.environments.get(subject.key, Environment.UNDECIDED), "why"

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def service(name="own", region="westeurope", *gaps, **properties):
    return made(name, {"location": region, "properties": properties}, *gaps)


def account(name, region, kind="OpenAI"):
    return made(name, {"location": region, "kind": kind, "properties": {}})


TWO = (account("a", "westeurope"), account("b", "swedencentral"))


def outcome(own=None, *, routed=False, **world):
    world.setdefault("accounts", TWO)
    own = own or service()
    return gateway_regions(own, GatewayRegions(routed=routed), World(**{"services": (own,), **world})).outcome


def test_one_gateway_before_models_in_two_regions_fails():
    assert outcome() is FAIL


def test_models_in_one_region_are_no_matter_of_the_gateway():
    assert outcome(accounts=TWO[:1]) is NOT
    assert outcome(accounts=(account("a", "westeurope"), account("b", "West Europe"))) is NOT
    assert outcome(accounts=()) is NOT


def test_own_locations_count_once_a_region_and_while_their_gateway_is_on():
    there = {"location": "swedencentral"}
    assert outcome(service(additionalLocations=[there])) is PASS
    assert outcome(service(additionalLocations=[{**there, "disableGateway": True}])) is FAIL
    assert outcome(service(additionalLocations=[{**there, "disableGateway": "True"}])) is FAIL
    assert outcome(service(additionalLocations=[{"location": "West Europe"}])) is FAIL
    assert outcome(service(disableGateway=True, additionalLocations=[there])) is FAIL


def test_another_gateway_counts_unless_it_is_for_development():
    other = service("other", "swedencentral")
    assert outcome(services=(other,)) is UNKNOWN, "nothing leads callers across"
    assert outcome(services=(other,), environments={"other": Environment.PRODUCTION}) is UNKNOWN
    assert outcome(services=(other,), routed=True) is PASS
    assert outcome(services=(other,), environments={"other": Environment.DEVELOPMENT}) is FAIL
    assert outcome(services=(other,), environments={"other": Environment.UNKNOWN}) is UNKNOWN
    assert outcome(services=(service("other"),)) is FAIL


def test_only_production_accounts_with_models_count():
    assert outcome(environments={"b": Environment.DEVELOPMENT}) is NOT
    assert outcome(environments={"b": Environment.UNKNOWN}) is UNKNOWN
    assert outcome(accounts=(TWO[0], account("b", "swedencentral", "SpeechServices"))) is NOT
    assert outcome(accounts=(TWO[0], account("b", "swedencentral", "aiservices"))) is FAIL
    assert outcome(empty=("b",)) is NOT
    assert outcome(empty=("b",), lost=(DEPLOYMENTS,)) is UNKNOWN


def test_lists_that_are_not_whole_prove_no_absence():
    assert outcome(lost=(SERVICES,)) is UNKNOWN
    assert outcome(lost=(ACCOUNTS,)) is FAIL
    assert outcome(lost=(ACCOUNTS,), accounts=TWO[:1]) is UNKNOWN
    assert outcome(service(additionalLocations=[{"location": "uksouth"}]), lost=(SERVICES, ACCOUNTS)) is PASS


@pytest.mark.parametrize("path", ["location", "properties.disableGateway", "properties.additionalLocations"])
def test_what_could_not_be_read_of_the_gateway_is_unknown(path):
    own = made("own", {"properties": {}, **({} if path == "location" else {"location": "westeurope"})}, path)
    assert outcome(own) is UNKNOWN


@pytest.mark.parametrize("path", ["kind", "location"])
def test_what_could_not_be_read_of_an_account_is_unknown(path):
    body = {k: v for k, v in {"kind": "OpenAI", "location": "swedencentral"}.items() if k != path}
    assert outcome(accounts=(TWO[0], made("b", body, path))) is UNKNOWN


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
@pytest.mark.parametrize("key", ["location", "properties", "additionalLocations", "disableGateway"])
def test_no_shape_raises(value, key):
    body = {"location": "westeurope", "properties": {}}
    body = {**body, key: value} if key in body else {**body, "properties": {key: value}}
    assert outcome(made("own", body)) in (PASS, FAIL, UNKNOWN)
    assert outcome(accounts=(*TWO, made("c", {"kind": value, "location": value}))) is FAIL
