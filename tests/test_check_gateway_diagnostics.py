"""A gateway's diagnostics: Application Insights attached, payloads bounded and masked."""

import pytest

from readiness.checks.gateway_diagnostics import (
    SERVICE,
    ApplicationInsightsAttached,
    PayloadsMasked,
    application_insights_attached,
    is_current,
    payloads_masked,
)
from readiness.model import Gap, Lost, Outcome, Related, Resource

GATEWAY = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/gw"
RIGHT = {"loggerId": "/loggers/appi", "metrics": True, "httpCorrelationProtocol": "W3C"}
BARE = {"frontend": {"request": {"headers": ["Authorization"]}}, "sampling": {"percentage": 10}}
HOSTILE = [None, 0, -1, 1e300, True, "", "x" * 100_000, [], [[]], {}, {"a": {"b": []}}, ["a"] * 10_000, [None, 1, {}]]


def record(path, kind, properties, gaps=()):
    id_ = f"{GATEWAY}/{path}".rstrip("/")
    body = {"id": id_, "name": id_.rpartition("/")[2], "properties": properties}
    return Resource(body, gaps, None, id_, id_.lower(), f"{SERVICE}{kind}")


def logger(name="appi", kind="applicationInsights"):
    return record(f"loggers/{name}", "/loggers", {"loggerType": kind})


def common(properties=RIGHT, name="applicationinsights", gaps=()):
    return record(f"diagnostics/{name}", "/diagnostics", properties, gaps)


def api(name="chat", properties=None, gaps=()):
    return record(f"apis/{name}", "/apis", {"isCurrent": True} if properties is None else properties, gaps)


def own(properties=RIGHT, of="chat", name="applicationinsights"):
    return record(f"apis/{of}/diagnostics/{name}", "/apis/diagnostics", properties)


class World:
    """A gateway's children; `lost` are the kinds whose lists could not be read."""

    def __init__(self, *records, lost=()):
        self.records, self.lost = records, lost

    def related(self, subject, relation, type_):
        items = [r for r in self.records if r.type == type_ and r.key.startswith(f"{subject.key}/")]
        gone = type_.removeprefix(SERVICE) in self.lost
        return Related(items, (Lost(subject.id, type_, "forbidden", "some/read"),) if gone else ())

    def why_unknown(self, item, path, since_api):
        return "could not be read"


def attached(*records, lost=(), **params):
    return application_insights_attached(
        record("", "", {}), ApplicationInsightsAttached(**params), World(*records, lost=lost)
    )


def masked(*records, lost=(), **params):
    wanted = PayloadsMasked(**{"sensitive_headers": ["authorization", "api-key"], **params})
    return payloads_masked(record("", "", {}), wanted, World(*records, lost=lost))


# --- which revision is current --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("chat", {"isCurrent": True}, True),
        ("chat", {"isCurrent": False}, False),
        ("chat", {"isCurrent": "False"}, False),
        ("chat", {}, True),
        ("chat;rev=2", {"isCurrent": True}, True),
        ("chat;rev=2", {"isCurrent": "true"}, True),
        ("chat;rev=2", {}, False),
        ("chat;REV=2", {"isCurrent": None}, False),
        ("chat", None, None),
    ],
)
def test_the_current_revision_is_told_by_the_record_else_by_the_name(name, properties, expected):
    found = record(f"apis/{name}", "/apis", properties)
    assert is_current(found) is expected


# --- Application Insights -------------------------------------------------------------------------------------


def test_right_for_all_apis_passes():
    assert attached(logger(), common()).outcome is Outcome.PASS


def test_one_wrong_api_among_many_is_named():
    decision = attached(logger(), common(), api("a"), api("b"), own(of="a"), own({**RIGHT, "metrics": False}, of="b"))
    assert decision.outcome is Outcome.FAIL
    assert [e.path for e in decision.evidence] == [
        f"{GATEWAY}/apis/b/diagnostics/applicationinsights#properties.metrics"
    ]


def test_a_revision_by_its_name_alone_is_left_out():
    wrong = own({**RIGHT, "metrics": False}, of="chat;rev=2")
    assert attached(logger(), common(), api("chat;rev=2", {}), wrong).outcome is Outcome.PASS


def test_every_api_has_its_own():
    assert attached(logger(), api("a"), api("b"), own(of="a"), own(of="b")).outcome is Outcome.PASS


def test_an_api_that_is_not_covered_can_not_be_told():
    decision = attached(logger(), api("a"), api("b"), own(of="a"))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.evidence[0].path == f"{GATEWAY}/apis/b#diagnostics"


def test_an_api_that_does_not_tell_whether_it_is_current_can_not_be_told():
    assert attached(logger(), common(), record("apis/chat", "/apis", None)).outcome is Outcome.UNKNOWN
    assert attached(record("apis/chat", "/apis", None)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("lost", ["/diagnostics", "/apis"])
def test_nothing_seen_is_not_nothing_there(lost):
    assert attached(lost=(lost,)).outcome is Outcome.UNKNOWN
    assert attached(logger(), common(), lost=(lost,)).outcome is Outcome.UNKNOWN
    assert attached(logger(), common({**RIGHT, "metrics": False}), lost=(lost,)).outcome is Outcome.FAIL


def test_a_logger_is_missing_only_from_a_whole_list():
    assert attached(common()).outcome is Outcome.FAIL
    assert attached(common(), lost=("/loggers",)).outcome is Outcome.UNKNOWN
    assert attached(common({**RIGHT, "loggerId": None}), lost=("/loggers",)).outcome is Outcome.FAIL


@pytest.mark.parametrize("path", ["loggerId", "metrics", "httpCorrelationProtocol", "verbosity"])
def test_a_setting_that_could_not_be_read_is_not_right(path):
    given = {key: value for key, value in RIGHT.items() if key != path}
    gap = Gap(path=f"properties.{path}", reason="forbidden")
    assert attached(logger(), common(given, gaps=(gap,))).outcome is Outcome.UNKNOWN


def test_another_protocol_can_be_asked_for():
    legacy = common({**RIGHT, "httpCorrelationProtocol": "Legacy"})
    assert attached(logger(), legacy, protocol="Legacy").outcome is Outcome.PASS
    assert attached(logger(), legacy).outcome is Outcome.FAIL


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("key", ["loggerId", "metrics", "httpCorrelationProtocol", "verbosity"])
def test_application_insights_takes_any_json(key, value):
    assert attached(logger(), common({**RIGHT, key: value})).outcome in Outcome


@pytest.mark.parametrize("value", HOSTILE)
def test_records_of_any_json_are_taken(value):
    assert attached(logger(kind=value), common(value), api(properties=value), own(value)).outcome in Outcome
    assert masked(common(value), api(properties=value), own(value)).outcome in Outcome


# --- payloads -------------------------------------------------------------------------------------------------


def test_nothing_logged_is_not_applicable():
    assert masked(common({"sampling": {"percentage": 100}})).outcome is Outcome.NOT_APPLICABLE


def test_a_secret_header_without_a_mask_fails_and_is_named():
    decision = masked(common(BARE))
    assert decision.outcome is Outcome.FAIL
    assert decision.evidence[0].path.endswith("frontend.request.headers")
    assert "authorization logged without a mask" in decision.evidence[0].note


def test_a_revision_by_its_name_alone_logs_nothing_that_counts():
    assert masked(api("chat;rev=2", {}), own(BARE, of="chat;rev=2")).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("lost", ["/diagnostics", "/apis"])
def test_an_unread_list_may_hold_a_log(lost):
    assert masked(lost=(lost,)).outcome is Outcome.UNKNOWN
    assert masked(common(BARE), lost=(lost,)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("size", "expected"), [(8192, Outcome.PASS), (8193, Outcome.FAIL), (0, Outcome.NOT_APPLICABLE)]
)
def test_bodies_have_a_largest_size(size, expected):
    logged = {"backend": {"request": {"body": {"bytes": size}}}, "sampling": {"percentage": 10}}
    assert masked(common(logged), retention_decided=True).outcome is expected


@pytest.mark.parametrize(
    "path",
    [
        "frontend.request.headers",
        "backend.response.body.bytes",
        "largeLanguageModel",
        "sampling",
        "frontend.request.dataMasking",
    ],
)
def test_a_setting_that_could_not_be_read_hides_no_log(path):
    logged = {} if path == "sampling" else {"sampling": {"percentage": 10}}
    logged["backend"] = {"request": {"headers": ["Accept"]}}
    if path.endswith("dataMasking"):
        logged["frontend"] = {"request": {"headers": ["api-key"]}}
    gap = Gap(path=f"properties.{path}", reason="forbidden")
    assert masked(common(logged, gaps=(gap,))).outcome is Outcome.UNKNOWN


def test_prompts_that_may_be_logged_can_not_be_told():
    gap = Gap(path="properties.largeLanguageModel.requests", reason="forbidden")
    logged = {"largeLanguageModel": {"logs": "enabled"}, "sampling": {"percentage": 10}}
    assert masked(common(logged, gaps=(gap,)), retention_decided=True).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "part", ["headers", "body", "dataMasking", "bytes", "masks", "sampling", "percentage", "llm", "messages"]
)
def test_payloads_take_any_json(part, value):
    request = {"headers": ["api-key"], "body": {"bytes": 1}, "dataMasking": {"headers": []}}
    logged = {
        "frontend": {"request": request},
        "sampling": {"percentage": 10},
        "largeLanguageModel": {"logs": "enabled"},
    }
    places = {
        "bytes": (request["body"], "bytes"),
        "masks": (request["dataMasking"], "headers"),
        "sampling": (logged, "sampling"),
        "percentage": (logged["sampling"], "percentage"),
        "llm": (logged, "largeLanguageModel"),
        "messages": (logged["largeLanguageModel"], "requests"),
    }
    holder, key = places.get(part, (request, part))
    holder[key] = value
    assert masked(common(logged)).outcome in Outcome
