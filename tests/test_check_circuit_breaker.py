"""The check of circuit breakers: status codes, Retry-After, and which backends need one."""

import pytest

from readiness.checks.circuit_breaker import CircuitBreaker, circuit_breaker, shown, span
from readiness.checks.llm_backends import ACCOUNTS, BACKENDS
from readiness.model import Gap, Lost, Outcome, Related, Resource

PASS, FAIL, UNKNOWN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
SERVICE = "/subscriptions/s/resourcegroups/rg/providers/microsoft.apimanagement/service/gw"
MODEL = "https://one.openai.azure.com/openai"
HOSTILE = [None, True, 0, -1, 1e400, 1.5, "", "x", "٤٢٩", "9" * 50, [], [None], [[]], [{}], {}, {"min": {}}]


def backend(name, properties, *gaps):
    key = f"{SERVICE}/backends/{name}"
    return Resource({"id": key, "properties": properties}, tuple(Gap(path=p) for p in gaps), id=key, key=key)


def pool(*ids):
    return backend("pool", {"type": "Pool", "pool": {"services": [{"id": i} for i in ids]}})


class World:
    """A service's backends; `lost` are the types whose lists are not whole."""

    def __init__(self, backends=(), lost=()):
        self.lists, self.lost = {BACKENDS: backends, ACCOUNTS: ()}, lost

    def related(self, subject, relation, type_):
        return Related(list(self.lists[type_]), (Lost("x", type_, "forbidden"),) if type_ in self.lost else ())

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def rule(*ranges, accept=True):
    listed = [{"min": low, "max": high} for low, high in ranges]
    return {"failureCondition": {"statusCodeRanges": listed}, "acceptRetryAfter": accept}


def judged(rules, *gaps, url=MODEL, others=(), lost=(), **params):
    subject = backend("a", {"url": url, "circuitBreaker": {"rules": rules}}, *gaps)
    return circuit_breaker(subject, CircuitBreaker(("openai.azure.com",), **params), World((subject, *others), lost))


def outcome(rules, *gaps, **options):
    return judged(rules, *gaps, **options).outcome


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([(429, 429), (500, 599)], PASS),
        ([(429, 599)], PASS),
        ([(0, 10**9)], PASS),
        ([(429, 429), (500, 550), (551, 599)], PASS),
        ([("429", "429"), ("500", "599")], PASS),
        ([(429, 429), (501, 599)], FAIL),
        ([(429, 429), (500, 598)], FAIL),
        ([(430, 599)], FAIL),
        ([(429, 429), (500, 549), (551, 599)], FAIL),
        ([(429, 429), (599, 500)], FAIL),
        ([], FAIL),
        ([(429, 429), (500, None)], UNKNOWN),
        ([(429, 429), (True, 599)], UNKNOWN),
    ],
)
def test_status_codes(ranges, expected):
    assert outcome([rule(*ranges)]) is expected


def test_the_codes_of_all_rules_count_together():
    assert outcome([rule((429, 429)), rule((500, 599), accept=False)]) is PASS
    assert outcome([rule((429, 429)), rule((500, 550)), rule((551, 599))]) is PASS


def test_retry_after_must_be_obeyed_where_429_trips():
    assert outcome([rule((429, 599), accept=False)]) is FAIL
    assert outcome([rule((429, 599), accept=None)]) is FAIL
    assert outcome([rule((429, 599), accept="true")]) is PASS
    assert outcome([rule((429, 429), accept=False), rule((500, 599))]) is FAIL
    assert outcome([rule((429, 429), accept=False), rule((429, 429)), rule((500, 599))]) is PASS


def test_what_is_unclear_does_not_hide_what_is_surely_missing():
    unclear = rule((500, None), accept=False)
    assert outcome([rule((429, 429)), unclear]) is UNKNOWN
    assert outcome([rule((429, 429), accept=False), unclear]) is FAIL
    assert outcome([rule((429, 599)), None]) is PASS
    assert outcome([rule((429, 429)), None]) is UNKNOWN


def test_the_evidence_names_what_is_missing():
    [codes] = judged([rule((429, 429))]).evidence
    assert codes.note == "lacks 500 to 599"
    [retries] = judged([rule((429, 599), accept=False)]).evidence
    assert retries.path == "properties.circuitBreaker.rules[0].acceptRetryAfter"


def test_the_codes_are_params():
    assert outcome([rule((429, 429), (500, 504))], errors_to=504) is PASS
    assert outcome([rule((429, 429), (500, 503))], errors_to=504) is FAIL
    assert outcome([rule((503, 503))], throttled=503, errors_from=503, errors_to=503) is PASS


def test_a_backend_of_something_else_needs_none():
    assert outcome([], url="https://orders.contoso.com") is NOT
    assert outcome([], url="https://orders.contoso.com", others=[pool("/backends/a")]) is NOT
    assert outcome([], url="https://orders.contoso.com", lost=(BACKENDS,)) is UNKNOWN


def test_a_backend_beside_a_model_in_a_pool_needs_one():
    others = [pool("/backends/A", "/backends/m"), backend("m", {"url": MODEL})]
    for url in ("https://proxy.contoso.com", "{{url}}", None):
        assert outcome([], url=url, others=others) is FAIL
    odd = [pool("/backends/a", "/backends/m"), backend("m", {"url": "{{url}}"})]
    assert outcome([], url="https://proxy.contoso.com", others=odd) is UNKNOWN
    unread = [backend("p", {"type": "Pool"}, "properties.pool")]
    assert outcome([], url="https://proxy.contoso.com", others=unread) is UNKNOWN


def test_what_could_not_be_read_is_unknown():
    inside = "properties.circuitBreaker.rules"
    assert outcome([{"acceptRetryAfter": True}], f"{inside}.failureCondition") is UNKNOWN
    assert outcome([rule((429, 599), accept=None)], f"{inside}.acceptRetryAfter") is UNKNOWN
    assert outcome(None, inside) is UNKNOWN
    assert outcome([], "properties.url", url=None) is UNKNOWN


def test_a_rule_that_surely_ignores_retry_after_fails_whatever_its_codes_are():
    assert outcome([{"acceptRetryAfter": False}], "properties.circuitBreaker.rules.failureCondition") is FAIL


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: str(v)[:12])
def test_no_shape_raises(value):
    odd = {"statusCodeRanges": value}
    shapes = (value, [value], [{"failureCondition": value}], [{"failureCondition": odd}], [rule((value, value))])
    for rules in shapes:
        assert outcome(rules) in (FAIL, UNKNOWN)
    assert outcome([rule((429, 599), accept=value)]) in (PASS, FAIL, UNKNOWN)


def test_many_rules_and_ranges_take_no_time():
    assert outcome([rule(*[(429, 599)] * 200)] * 200) is PASS


def test_codes_in_words():
    assert shown(span(429, 429) | span(500, 599)) == "429, 500 to 599"
    assert shown(0) == ""
    assert span(-5, 2) == 0b111
    assert span(5, 4) == 0
