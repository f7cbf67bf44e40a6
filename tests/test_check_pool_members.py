"""The check of pools of model backends: what a member leads to, and how many accounts that makes."""

import pytest

from readiness.checks.llm_backends import ACCOUNTS, BACKENDS, host_of, label_of
from readiness.checks.pool_members import PoolMembers, pool_members
from readiness.model import Gap, Lost, Outcome, Related, Resource

PASS, FAIL, UNKNOWN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], [{"id": 3}], {}, {"id": []}]
SERVICE = "/subscriptions/s/resourcegroups/rg/providers/microsoft.apimanagement/service/gw"
HOSTS = ("openai.azure.com", ".cognitiveservices.azure.com", "services.ai.azure.com")


def backend(name, properties, *gaps):
    key = f"{SERVICE}/backends/{name}"
    return Resource({"id": key, "properties": properties}, tuple(Gap(path=p) for p in gaps), id=key, key=key)


def single(name, url):
    return backend(name, {"url": url})


def pool(*ids, name="pool"):
    return backend(name, {"type": "Pool", "pool": {"services": [{"id": i} for i in ids]}})


def account(name, kind="OpenAI", **properties):
    return Resource({"kind": kind, "properties": properties}, id=name, key=name, type=ACCOUNTS)


class World:
    """A service's backends and an estate's accounts; `lost` are the types whose lists are not whole."""

    def __init__(self, backends=(), accounts=(), lost=()):
        self.lists, self.lost = {BACKENDS: backends, ACCOUNTS: accounts}, lost

    def related(self, subject, relation, type_):
        assert subject.key == (SERVICE if type_ == BACKENDS else "estate")
        return Related(list(self.lists[type_]), (Lost("x", type_, "forbidden"),) if type_ in self.lost else ())

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def judged(subject, *others, accounts=(), lost=(), **params):
    return pool_members(subject, PoolMembers(HOSTS, **params), World((subject, *others), accounts, lost))


def outcome(subject, *others, **options):
    return judged(subject, *others, **options).outcome


A, B = single("a", "https://one.openai.azure.com/openai"), single("b", "https://two.openai.azure.com/openai")
BOTH = pool("/backends/a", "/backends/b")


def test_a_pool_of_two_accounts_passes_and_of_one_fails():
    assert outcome(BOTH, A, B) is PASS
    assert outcome(pool("/backends/a"), A) is FAIL
    assert outcome(pool(), A) is FAIL


def test_accounts_count_and_not_members():
    other = single("b", "https://one.services.ai.azure.com/models")
    assert outcome(BOTH, A, other) is FAIL
    assert outcome(BOTH, A, other, accounts=[account("x", customSubDomainName="ONE")]) is FAIL
    by_endpoint = account("x", endpoints={"a": "https://one.openai.azure.com/", "b": None, "c": 3})
    assert outcome(BOTH, A, other, accounts=[by_endpoint]) is FAIL


@pytest.mark.parametrize("first", ["/backends/a", "/BACKENDS/A", "backends/a", f"{SERVICE.upper()}/backends/A/"])
def test_ids_are_relative_or_whole_in_any_letter_case(first):
    assert outcome(pool(first, "/backends/b"), A, B) is PASS
    assert outcome(pool(first, "/backends/a"), A, B) is FAIL


def test_a_member_that_can_not_be_told_is_unknown_unless_the_others_suffice():
    for url in (None, "{{url}}", "https://proxy.contoso.com", "@(context.Variables)"):
        assert outcome(BOTH, A, single("b", url)) is UNKNOWN
        assert outcome(pool("/backends/a", "/backends/b", "/backends/c"), A, B, single("c", url)) is PASS
    assert outcome(BOTH, A) is UNKNOWN
    assert outcome(BOTH, A, lost=(BACKENDS,)) is UNKNOWN
    assert outcome(BOTH, A, pool("/backends/a", name="b")) is UNKNOWN
    nested = backend("b", {"type": "pool", "url": "https://two.openai.azure.com", "pool": {"services": []}})
    assert outcome(BOTH, A, nested) is UNKNOWN


def test_a_host_of_several_accounts_can_not_be_told():
    shared = "https://eastus.api.cognitive.microsoft.com/"
    one, two = account("one", endpoint=shared), account("two", endpoint=shared)
    assert outcome(BOTH, A, single("b", shared), accounts=[one]) is PASS
    assert outcome(BOTH, A, single("b", shared), accounts=[one, two]) is UNKNOWN
    mixed = [one, account("two", "SpeechServices", endpoint=shared)]
    assert outcome(pool("/backends/b"), single("b", shared), accounts=mixed) is UNKNOWN


def test_pools_of_something_else_are_not_judged():
    assert outcome(BOTH, single("a", "https://x.contoso.com"), single("b", "fabric:/app/service")) is NOT
    speech = account("x", "SpeechServices", customSubDomainName="one")
    assert (
        outcome(pool("/backends/a"), single("a", "https://one.cognitiveservices.azure.com"), accounts=[speech]) is NOT
    )


def test_a_model_backend_in_no_pool_is_as_the_param_says():
    assert outcome(A) is UNKNOWN
    assert outcome(A, standalone="fail") is FAIL
    assert outcome(A, standalone="not_applicable") is NOT
    assert outcome(A, standalone="nonsense") is UNKNOWN
    assert outcome(A, pool("/backends/A"), standalone="fail") is NOT
    assert outcome(A, lost=(BACKENDS,), standalone="fail") is UNKNOWN
    assert outcome(A, backend("p", {"type": "Pool"}, "properties.pool"), standalone="fail") is UNKNOWN
    assert outcome(single("a", "https://x.contoso.com"), standalone="fail") is NOT


def test_the_number_of_accounts_is_a_param():
    assert outcome(BOTH, A, B, min_members=3) is FAIL
    assert outcome(BOTH, A, B, min_members=2) is PASS


def test_the_evidence_says_what_each_member_leads_to():
    evidence = judged(BOTH, A, B, accounts=[account("acc-one", customSubDomainName="one")]).evidence
    assert [e.observed for e in evidence] == [2, "/backends/a", "/backends/b"]
    assert "acc-one" in evidence[1].note
    assert "not read" in evidence[2].note


@pytest.mark.parametrize("path", ["properties.type", "properties.pool", "properties"])
def test_what_could_not_be_read_is_unknown(path):
    known = {} if path == "properties.type" else {"type": "pool"}
    assert outcome(backend("pool", known, path)) is UNKNOWN


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
def test_no_shape_raises(value):
    every = (PASS, FAIL, UNKNOWN, NOT)
    for key in ("type", "url", "pool"):
        assert outcome(backend("a", {"type": "Single", key: value}), A, pool("/backends/a")) in every
    for services in (value, [value], [{"id": value}]):
        assert outcome(backend("p", {"type": "Pool", "pool": {"services": services}}), A, B) in every
    odd = Resource({"kind": value, "properties": value}, id="odd", key="odd")
    odder = account("odder", endpoint=value, endpoints=value, customSubDomainName=value)
    assert outcome(BOTH, A, B, accounts=[odd, odder]) in every


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://One.OpenAI.azure.com/openai", "one.openai.azure.com"),
        ("http://one.openai.azure.com:443", "one.openai.azure.com"),
        ("one.openai.azure.com/openai", "one.openai.azure.com"),
        (" https://one.openai.azure.com. ", "one.openai.azure.com"),
        ("https://user@one.openai.azure.com?x=@y", "one.openai.azure.com"),
        ("https://one.openai.azure.com/{{path}}", "one.openai.azure.com"),
        ("https://evil.example/one.openai.azure.com", "evil.example"),
        ("https://one.openai.azure.com@evil.example/", "evil.example"),
        ("https://{{host}}/openai", None),
        ("https://{{name}}.openai.azure.com", None),
        ("{{url}}", None),
        ("", None),
        ("https://", None),
        (None, None),
        (["https://x"], None),
        ("x" * 4001, None),
        ("@" * 4000, None),
    ],
)
def test_the_host_of_a_url(url, host):
    assert host_of(url) == host


def test_the_label_of_a_model_endpoint():
    assert label_of("one.openai.azure.com", HOSTS) == "one"
    assert label_of("one.cognitiveservices.azure.com", HOSTS) == "one"
    assert label_of("one.privatelink.openai.azure.com", HOSTS) == "one"
    assert label_of("oneopenai.azure.com", HOSTS) is None
    assert label_of("openai.azure.com", HOSTS) is None
