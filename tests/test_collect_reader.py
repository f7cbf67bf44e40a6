"""The reader against a TLS server on loopback: each fault is the Failure of the contract, and nothing else."""

import gzip
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.rest import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from readiness import __version__
from readiness.collect import clouds, faults, paging
from readiness.collect.answers import Answer, Failure, clipped, failure, redacted
from readiness.collect.limits import Buckets, Deadline
from readiness.collect.reader import Reader
from readiness.collect.signin import SignInError
from readiness.collect.wire import trusted
from readiness.errors import UsageError
from readiness.model import Reason
from tests.loopback import Reply, Static, certificate, error, page, serving

PATH = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups?api-version=2022-09-01"
GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
FINE = page({"id": "/a"})


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def trust(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate())


@contextmanager
def reading(server, *, seconds=None, credential=None, cloud=None, **more):
    """A reader of the server; jitter is at its most, so the pauses are 0.5, 1, 2, 4 and 8 seconds."""
    time_ = Time()
    deadline = Deadline(seconds, clock=lambda: time_.now, sleep=time_.sleep)
    cloud = cloud or clouds.of(
        None, {}, arm_endpoint=server.url, metrics_endpoint=server.url.replace("localhost", "127.0.0.1")
    )
    options = {"draw": lambda: 1.0, "now": lambda: NOW, **more}
    reader = Reader(cloud, credential or Static(), deadline=deadline, **options)
    reader.time, reader.deadline = time_, deadline
    try:
        yield reader
    finally:
        reader.close()


def get(server, reader, path=PATH, **more):
    return reader.get(HttpRequest("GET", server.url + path), **more)


def pages(server, reader, path=PATH):
    return list(reader.pages(HttpRequest("GET", server.url + path), operation="list"))


def test_a_page_of_json():
    with serving([FINE]) as server, reading(server) as reader:
        found = get(server, reader, operation="resources.groups")
        assert found == Answer(server.url + PATH, {"value": [{"id": "/a"}]}, None, "2026-03-01T12:00:00Z", 25)
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.body) == ("GET", PATH, b"")
    assert seen.headers["authorization"] == "Bearer secret-token-1"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["user-agent"] == f"readiness/{__version__}"
    assert (dict(reader.counts.requests), reader.counts.retries, reader.counts.throttles) == (
        {"resources.groups": 1},
        0,
        0,
    )


def test_a_packed_page_with_a_byte_order_mark():
    body = gzip.compress(b'\xef\xbb\xbf{"value": []}')
    with serving([Reply(body=body, headers={"Content-Encoding": "gzip"})]) as server, reading(server) as reader:
        found = get(server, reader)
    assert (found.body, found.size) == ({"value": []}, 16)


TWICE = [0.5, 1.0, 2.0, 4.0, 8.0]
REFUSED = {
    "401": (error(401, "InvalidAuthenticationToken", "no"), "forbidden", 401, "InvalidAuthenticationToken", 2, []),
    "403": (error(403, "AuthorizationFailed", "no"), "forbidden", 403, "AuthorizationFailed", 1, []),
    "404": (error(404, "ResourceNotFound", "no"), "not_found", 404, "ResourceNotFound", 1, []),
    "410": (error(410, "Gone", "no"), "not_found", 410, "Gone", 1, []),
    "409": (
        error(409, "MissingSubscriptionRegistration", "no"),
        "not_registered",
        409,
        "MissingSubscriptionRegistration",
        1,
        [],
    ),
    "400-licence": (
        error(400, "AadPremiumLicenseRequired", "no"),
        "not_registered",
        400,
        "AadPremiumLicenseRequired",
        1,
        [],
    ),
    "409-other": (error(409, "Conflict", "no"), "unparsable", 409, "Conflict", 1, []),
    "409-type": (
        error(409, "MissingRegistrationForType", "no"),
        "unparsable",
        409,
        "MissingRegistrationForType",
        1,
        [],
    ),
    "400": (error(400, "BadRequest", "no"), "unparsable", 400, "BadRequest", 1, []),
    "400-registration": (
        error(400, "MissingSubscriptionRegistration", "no"),
        "unparsable",
        400,
        "MissingSubscriptionRegistration",
        1,
        [],
    ),
    "302": (error(302, "Found", "no", Location="/elsewhere"), "unparsable", 302, "Found", 1, []),
    "429": (error(429, "TooManyRequests", "no"), "throttled", 429, "TooManyRequests", 6, TWICE),
    "429-after": (
        error(429, "TooManyRequests", "no", **{"Retry-After": "7"}),
        "throttled",
        429,
        "TooManyRequests",
        6,
        [7.5, 8.0, 8.0, 8.0, 8.0],
    ),
    "408": (error(408, "RequestTimeout", "no"), "timeout", 408, "RequestTimeout", 6, TWICE),
    "500": (error(500, "InternalServerError", "no"), "interrupted", 500, "InternalServerError", 6, TWICE),
    "501": (error(501, "NotImplemented", "no"), "interrupted", 501, "NotImplemented", 1, []),
    "502": (error(502, "BadGateway", "no"), "interrupted", 502, "BadGateway", 6, TWICE),
    "503": (error(503, "ServerBusy", "no"), "interrupted", 503, "ServerBusy", 6, TWICE),
    "504": (error(504, "GatewayTimeout", "no"), "timeout", 504, "GatewayTimeout", 6, TWICE),
}


@pytest.mark.parametrize(("reply", "reason", "status", "code", "tries", "slept"), REFUSED.values(), ids=REFUSED)
def test_a_refusal(reply, reason, status, code, tries, slept):
    with serving([reply]) as server, reading(server) as reader:
        found = get(server, reader, operation="x")
        assert found == Answer(
            server.url + PATH, None, Failure(reason, status, code, "no"), found.at, len(reply.body)
        )
        assert len(server.seen) == tries
        assert {(seen.method, seen.path) for seen in server.seen} == {("GET", PATH)}
    assert reader.time.slept == slept
    assert dict(reader.counts.requests) == {"x": tries}
    assert (reader.counts.retries, reader.counts.throttles) == (len(slept), tries if status == 429 else 0)


BODIES = {
    "not-json": (b"<html>busy</html>", "the body is not a JSON object"),
    "cut-json": (b'{"value": [', "the body is not a JSON object"),
    "array": (b"[]", "the body is not a JSON object"),
    "null": (b"null", "the body is not a JSON object"),
    "nothing": (b"", "the body is not a JSON object"),
    "not-utf-8": (b'{"value": "\xff"}', "the body is not a JSON object"),
    "nan": (b'{"value": NaN}', "the body is not a JSON object"),
    "deep": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "the body is not a JSON object"),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_object_is_unparsable_at_once(body, message):
    with serving([Reply(body=body)]) as server, reading(server) as reader:
        found = get(server, reader)
    assert (found.body, found.failure) == (None, Failure("unparsable", 200, None, message))
    assert len(server.seen) == 1


def test_nothing_there_is_not_found():
    with serving([Reply(204)]) as server, reading(server) as reader:
        assert get(server, reader).failure == Failure("not_found", 204, None, "HTTP 204")


LOST = {
    "reset": (Reply(how="reset"), "interrupted"),
    "cut": (Reply(body=b'{"value": []}', how="cut"), "interrupted"),
    "slow": (Reply(delay=1.0), "timeout"),
    "trickle": (Reply(body=b"x" * 40, how="trickle"), "timeout"),
}
PATIENCE = 0.4
"""Seconds for a request: less than a slow answer takes, more than a busy machine needs for another."""


@pytest.mark.parametrize(("reply", "reason"), LOST.values(), ids=LOST)
def test_an_answer_that_is_lost_is_asked_for_again(reply, reason):
    patience = {"request_seconds": PATIENCE} if reason == "timeout" else {}
    with serving([reply]) as server, reading(server, **patience) as reader:
        found = get(server, reader)
        assert len(server.seen) == 6
    assert (found.body, found.failure.reason, found.failure.status, found.failure.code) == (None, reason, None, None)
    assert found.failure.message.startswith(
        "the connection was lost" if reason == "interrupted" else "no answer in time"
    )
    assert reader.time.slept == TWICE


@pytest.mark.parametrize("fault", [LOST["reset"][0], LOST["cut"][0], error(500), error(429), error(408)])
def test_a_fault_that_passes_leaves_no_trace(fault):
    with serving([fault, fault, FINE]) as server, reading(server) as reader:
        assert get(server, reader).body == {"value": [{"id": "/a"}]}
    assert reader.time.slept == [0.5, 1.0]
    assert reader.counts.retries == 2


def test_a_server_that_is_not_there_is_interrupted():
    with serving([FINE]) as server:
        pass
    with reading(server) as reader:
        found = get(server, reader).failure
    assert (found.reason, found.status, len(reader.time.slept)) == ("interrupted", None, 5)


def test_a_certificate_that_is_not_trusted_is_said_at_once(monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with serving([FINE]) as server, reading(server) as reader:
        found = get(server, reader).failure
    assert (found.reason, found.code, reader.time.slept) == ("interrupted", "CertificateError", [])
    assert found.message.startswith("the certificate is not trusted: ")
    assert server.seen == []


def test_a_body_that_can_not_be_unpacked_is_unparsable():
    reply = Reply(body=b"not gzip", headers={"Content-Encoding": "gzip"})
    with serving([reply]) as server, reading(server) as reader:
        found = get(server, reader).failure
    assert (found.reason, found.status, len(server.seen)) == ("unparsable", 200, 1)


WAITS = [
    ("0", [0.5]),
    ("3", [3.5]),
    ("119", [119.5]),
    ("120", [120.0]),
    ("86400", [120.0]),
    ("1.5", [2.0]),
    ("Sun, 01 Mar 2026 12:00:10 GMT", [10.5]),
    ("Sun, 01 Mar 2026 11:00:00 GMT", [0.5]),
    ("soon", [0.5]),
    ("-5", [0.5]),
    ("", [0.5]),
]


@pytest.mark.parametrize(("after", "slept"), WAITS)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_up_to_two_minutes(after, slept, status):
    with serving([error(status, **{"Retry-After": after}), FINE]) as server, reading(server) as reader:
        assert get(server, reader).failure is None
    assert reader.time.slept == slept


@pytest.mark.parametrize(("seconds", "tries", "slept"), [(10.5, 1, []), (10.6, 2, [10.5])])
def test_a_wait_that_does_not_fit_in_the_run_is_not_begun(seconds, tries, slept):
    with serving([error(429, "Busy", **{"Retry-After": "10"})]) as server, reading(server, seconds=seconds) as reader:
        found = get(server, reader)
        assert (found.failure.reason, len(server.seen)) == ("throttled", tries)
    assert reader.time.slept == slept


def test_after_the_run_nothing_is_sent():
    with serving([FINE]) as server, reading(server, seconds=5) as reader:
        reader.time.now = 5
        assert get(server, reader).failure == Failure("timeout", None, "RunTimeOver", "the time of the run was over")
    assert server.seen == []


def test_after_a_stop_nothing_is_sent_and_nobody_waits():
    with serving([error(500)]) as server:
        cloud = clouds.of(None, {}, arm_endpoint=server.url)
        deadline = Deadline()
        reader = Reader(cloud, Static(), deadline=deadline, draw=lambda: 1.0)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(get, server, reader)
            while not reader.counts.requests:
                time.sleep(0.01)
            deadline.stop()
            assert waiting.result(10).failure.status == 500
        count = len(server.seen)
        assert get(server, reader).failure == Failure("interrupted", None, "Stopped", "the run was stopped")
        assert len(server.seen) == count
        reader.close()


def test_who_waits_before_asking_again_leaves_its_place_to_others():
    with (
        serving([error(429, "Busy", **{"Retry-After": "7"}), page({"id": "/other"}), FINE]) as server,
        reading(server, concurrency=1) as reader,
        ThreadPoolExecutor(1) as another,
    ):
        meanwhile = []

        def sleep(seconds):
            meanwhile.append(another.submit(get, server, reader).result(10).body)

        reader.deadline._sleep = sleep
        assert get(server, reader).body == {"value": [{"id": "/a"}]}
    assert meanwhile == [{"value": [{"id": "/other"}]}]


def test_the_user_hears_of_a_long_wait():
    heard = []
    with (
        serving([error(429, **{"Retry-After": "30"}), error(500), FINE]) as server,
        reading(server, told=heard.append) as r,
    ):
        get(server, r)
    assert heard == ["throttled: waiting 30 s before asking again"]


def test_the_buckets_hold_the_reader_back_and_hear_its_headers():
    low = page()
    low.headers["x-ms-ratelimit-remaining-subscription-reads"] = "0"
    with serving([low, FINE]) as server, reading(server) as reader:
        get(server, reader)
        get(server, reader)
    assert reader.time.slept == [pytest.approx(0.04)]


def test_a_request_that_outlasts_the_bucket_of_the_run_is_not_sent():
    with serving([FINE]) as server, reading(server, seconds=5) as reader:
        reader._buckets = Buckets(reader.deadline, reads=1, per_second=0.1)
        assert get(server, reader).failure is None
        assert get(server, reader).failure.code == "RunTimeOver"
    assert len(server.seen) == 1


# Lists


def test_a_list_is_read_to_its_end():
    def answer(seen, nth):
        number = int(seen.path.rpartition("=")[2]) if "skip" in seen.path else 0
        link = f"{server.url}{PATH}&$skiptoken={number + 1}"
        return page({"id": f"/{number}"}, **({"nextLink": link} if number < 4 else {}))

    with serving(answer) as server, reading(server) as reader:
        found = pages(server, reader)
        assert [item["id"] for one in found for item in one.body["value"]] == ["/0", "/1", "/2", "/3", "/4"]
        assert [seen.path for seen in server.seen] == [PATH, *(f"{PATH}&$skiptoken={n}" for n in range(1, 5))]
        assert [one.url for one in found] == [server.url + seen.path for seen in server.seen]
    assert dict(reader.counts.requests) == {"list": 5}
    assert {seen.headers["authorization"] for seen in server.seen} == {"Bearer secret-token-1"}


@pytest.mark.parametrize("last", [{}, {"nextLink": None}, {"nextLink": ""}])
def test_a_list_ends_without_a_link(last):
    with serving([page({"id": "/a"}, **last)]) as server, reading(server) as reader:
        assert [one.failure for one in pages(server, reader)] == [None]


def test_empty_pages_in_the_middle_are_pages():
    with serving(lambda seen, nth: replies[len(server.seen) - 1]) as server, reading(server) as reader:
        links = [f"{server.url}/next/{n}" for n in range(3)]
        replies = [page({"id": "/a"}, nextLink=links[0]), page(nextLink=links[1]), page(nextLink=links[2]), page()]
        assert [one.body["value"] for one in pages(server, reader)] == [[{"id": "/a"}], [], [], []]


NOT_LISTS = [b'{"value": null}', b'{"value": {}}', b'{"value": "x"}', b"{}", b'{"data": []}']


@pytest.mark.parametrize("body", NOT_LISTS)
def test_what_is_not_a_list_is_unparsable(body):
    with serving([Reply(body=body)]) as server, reading(server) as reader:
        (found,) = pages(server, reader)
    assert (found.body, found.failure) == (None, Failure("unparsable", 200, "NotAList", "'value' is not a list"))


FOREIGN = [
    "https://evil.example/next",
    "http://{host}/next",
    "https://{host}@evil.example/next",
    "https://localhost:{other}/next",
    "//{host}/next",
    "/subscriptions?$skiptoken=1",
    "https://{host}/a/../next",
    "\thttps://{host}/next",
    "javascript:alert(1)",
    7,
    {"href": "x"},
    ["https://{host}/next"],
    True,
]


@pytest.mark.parametrize("link", FOREIGN, ids=str)
def test_a_link_to_elsewhere_is_never_followed(link):
    with serving([FINE]) as other, serving(lambda seen, nth: page({"id": "/a"}, nextLink=there)) as server:
        host = server.url.removeprefix("https://")
        there = link.format(host=host, other=other.port) if isinstance(link, str) else link
        with reading(server) as reader:
            first, last = pages(server, reader)
        assert (first.body["value"], first.failure) == ([{"id": "/a"}], None)
        assert last.body is None
        assert last.failure == Failure(
            "truncated", 200, "ForeignNextLink", "the list goes on at an address that is not of this cloud"
        )
        assert (len(server.seen), other.seen, other.connections) == (1, [], 0)


def test_a_link_back_to_the_list_itself_ends_it():
    with (
        serving(lambda seen, nth: page({"id": "/a"}, nextLink=server.url + PATH)) as server,
        reading(server) as reader,
    ):
        found = pages(server, reader)
    assert [one.failure for one in found] == [
        None,
        Failure("truncated", 200, "EndlessList", "the list begins again after 1 pages"),
    ]
    assert len(server.seen) == 1


def test_links_in_a_circle_end():
    def answer(seen, nth):
        return page(nextLink=f"{server.url}/next/{1 if seen.path == '/next/2' else len(server.seen)}")

    with serving(answer) as server, reading(server) as reader:
        found = pages(server, reader)
    assert [one.failure.code if one.failure else None for one in found] == [None, None, None, "EndlessList"]


def test_the_same_items_under_ever_new_links_end():
    def answer(seen, nth):
        return page({"id": "/a"}, {"id": "/b"}, nextLink=f"{server.url}/next/{len(server.seen)}")

    with serving(answer) as server, reading(server) as reader:
        found = pages(server, reader)
    assert [one.failure.code if one.failure else None for one in found] == [None, None, "EndlessList"]


@pytest.mark.parametrize(("length", "failures"), [(3, 0), (4, 1)])
def test_a_list_has_at_most_so_many_pages(monkeypatch, length, failures):
    monkeypatch.setattr(paging, "PAGES", 3)

    def answer(seen, nth):
        count = len(server.seen)
        return page(**({"nextLink": f"{server.url}/next/{count}"} if count < length else {}))

    with serving(answer) as server, reading(server) as reader:
        found = pages(server, reader)
    assert [one.failure.message for one in found if one.failure] == ["the list has more than 3 pages"] * failures
    assert len(server.seen) == 3


@pytest.mark.parametrize(("before", "failures"), [(99, 0), (100, 1)])
def test_ever_new_pages_without_a_member_end(before, failures):
    def answer(seen, nth):
        count = len(server.seen)
        return page(nextLink=f"{server.url}/next/{count}") if count <= before else page({"id": "/a"})

    with serving(answer) as server, reading(server) as reader:
        found = pages(server, reader)
    said = ["the list has 100 empty pages in a row"] * failures
    assert [one.failure.message for one in found if one.failure] == said


LATER = {
    "403": (error(403, "AuthorizationFailed", "no"), Failure("forbidden", 403, "AuthorizationFailed", "no")),
    "404": (error(404, "ResourceNotFound", "no"), Failure("truncated", 404, "ResourceNotFound", "no")),
    "409": (
        error(409, "MissingSubscriptionRegistration", "no"),
        Failure("truncated", 409, "MissingSubscriptionRegistration", "no"),
    ),
    "null": (Reply(body=b'{"value": null}'), Failure("unparsable", 200, "NotAList", "'value' is not a list")),
}


@pytest.mark.parametrize(("reply", "expected"), LATER.values(), ids=LATER)
def test_a_later_page_that_fails_never_says_that_there_is_nothing(reply, expected):
    with serving(lambda seen, nth: first if seen.path == PATH else reply) as server, reading(server) as reader:
        first = page({"id": "/a"}, nextLink=f"{server.url}/next")
        assert [one.failure for one in pages(server, reader)] == [None, expected]


def graph_request(server, **options):
    body = {"subscriptions": ["s"], "query": "resources", **({"options": options} if options else {})}
    return HttpRequest("POST", server.url + GRAPH, json=body)


def graph_page(ids, total, token=None, cut="false", **more):
    data = {
        "totalRecords": total,
        "count": len(ids),
        "data": [{"id": i} for i in ids],
        "resultTruncated": cut,
        **more,
    }
    return Reply(body=json.dumps(data | ({"$skipToken": token} if token else {})).encode())


def test_resource_graph_is_read_to_its_end():
    replies = [graph_page(["/a", "/b"], 5, "t1"), graph_page(["/c", "/d"], 5, "t2"), graph_page(["/e"], 5)]
    with serving(replies) as server, reading(server) as reader:
        found = list(reader.pages(graph_request(server, **{"$top": 2}), operation="graph"))
    assert [item["id"] for one in found for item in one.body["data"]] == ["/a", "/b", "/c", "/d", "/e"]
    assert [one.failure for one in found] == [None] * 3
    asked = [orjson.loads(seen.body) for seen in server.seen]
    same = {"subscriptions": ["s"], "query": "resources"}
    assert asked == [
        same | {"options": {"$top": 2}},
        same | {"options": {"$top": 2, "$skipToken": "t1"}},
        same | {"options": {"$top": 2, "$skipToken": "t2"}},
    ]
    assert {(s.method, s.path, s.headers["content-type"]) for s in server.seen} == {
        ("POST", GRAPH, "application/json")
    }


SHORT = {
    "cut": (graph_page(["/a"], 1, cut="true"), "Resource Graph gave 1 of 1 records"),
    "fewer": (graph_page(["/a"], 2), "Resource Graph gave 1 of 2 records"),
}


@pytest.mark.parametrize(("reply", "message"), SHORT.values(), ids=SHORT)
def test_a_result_that_resource_graph_cut_is_truncated(reply, message):
    with serving([reply]) as server, reading(server) as reader:
        found = list(reader.pages(graph_request(server)))
    assert [one.failure for one in found] == [None, Failure("truncated", 200, "ResultTruncated", message)]


def test_a_token_that_comes_again_ends_the_query():
    with serving([graph_page(["/a"], 9, "t"), graph_page(["/b"], 9, "t")]) as server, reading(server) as reader:
        found = list(reader.pages(graph_request(server)))
    assert [one.failure.code if one.failure else None for one in found] == [None, None, "EndlessList"]


def test_a_graph_answer_without_data_is_unparsable():
    with serving([Reply(body=b'{"data": null}')]) as server, reading(server) as reader:
        (found,) = reader.pages(graph_request(server))
    assert found.failure == Failure("unparsable", 200, "NotAList", "'data' is not a list")


def test_a_page_of_five_megabytes():
    items = [{"id": f"/{n}", "properties": {"text": "x" * 500}} for n in range(10_000)]
    with serving([page(*items)]) as server, reading(server) as reader:
        (found,) = pages(server, reader)
    assert (len(found.body["value"]), found.size) == (10_000, len(page(*items).body))


# Tokens


def test_one_token_serves_many_requests():
    credential = Static()
    with serving([FINE]) as server, reading(server, credential=credential) as reader:
        for _ in range(3):
            get(server, reader)
        assert credential.asked == [((f"{server.url}/.default",), None)]


def test_the_metrics_batch_has_a_token_of_its_own():
    path = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/metrics:getBatch?api-version=2024-02-01"
    credential = Static()
    with serving([Reply(body=b'{"values": []}')]) as server, reading(server, credential=credential) as reader:
        other = server.url.replace("localhost", "127.0.0.1")
        found = reader.get(HttpRequest("POST", other + path, json={"resourceids": []}))
        assert found.body == {"values": []}
        assert credential.asked == [((f"{other}/.default",), None)]


def accepting(good, *others):
    """A server that takes one token only."""

    def answer(seen, nth):
        if seen.headers["authorization"] == f"Bearer {good}":
            return FINE
        challenge = 'Bearer authorization_uri="https://login.contoso.com/", error="invalid_token"'
        return error(401, "ExpiredAuthenticationToken", "expired", **{"WWW-Authenticate": challenge})

    return answer


@pytest.mark.parametrize(
    ("stubborn", "claims"), [(False, [None, None]), (True, [None, None, '{"access_token":{"nbf":{"essential":true'])]
)
def test_a_token_that_expires_in_the_middle_of_a_run_is_renewed(stubborn, claims):
    """A credential's cache may give the refused token again; a claim gets past it."""
    good = "secret-token-1" if stubborn else "secret-token-2"
    credential = Static(stubborn=stubborn)
    with serving(accepting(good)) as server, reading(server, credential=credential) as reader:
        assert get(server, reader).failure is None
        assert get(server, reader).failure is None
        tokens = [seen.headers["authorization"].rpartition("-")[2] for seen in server.seen]
    assert tokens == (["0", "1", "1"] if stubborn else ["1", "2", "2"])
    assert [
        asked and asked[: len(claim)] if claim else asked
        for (_, asked), claim in zip(credential.asked, claims, strict=True)
    ] == claims
    assert reader.counts.retries == 0
    assert sum(reader.counts.requests.values()) == 3


def test_a_claims_challenge_is_answered():
    """Continuous access evaluation: the claims go to the credential as they came, base64 aside."""
    challenge = 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOiB7fX0"'
    credential = Static()
    replies = [error(401, "x", **{"WWW-Authenticate": challenge}), FINE]
    with serving(replies) as server, reading(server, credential=credential) as reader:
        assert get(server, reader).failure is None
    assert [claims for _, claims in credential.asked] == [None, '{"access_token": {}}']


@pytest.mark.parametrize("claims", ["%%%", "////", "/w=="])
def test_a_challenge_that_is_garbage_is_a_refusal(claims):
    challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
    with (
        serving([error(401, "Garbage", "no", **{"WWW-Authenticate": challenge})]) as server,
        reading(server) as reader,
    ):
        assert get(server, reader).failure == Failure("forbidden", 401, "Garbage", "no")


def test_a_principal_that_is_always_refused_asks_for_few_tokens():
    """One wrong tenant and a thousand requests must not be a thousand requests for a token."""
    credential = Static()
    with serving([error(401, "InvalidAuthenticationTokenTenant", "no")]) as server:
        with reading(server, credential=credential) as reader:
            codes = {get(server, reader).failure.code for _ in range(20)}
        assert codes == {"InvalidAuthenticationTokenTenant"}
        assert len(server.seen) == 21
    assert len(credential.asked) == 2


class Failing(Static):
    """Gives tokens until it is told not to."""

    broken = False

    def get_token(self, *scopes, claims=None, **kwargs):
        if self.broken:
            self.asked.append("failed")
            raise ClientAuthenticationError("AADSTS700082: expired, client_secret=planted-secret")
        return super().get_token(*scopes, claims=claims, **kwargs)


def test_without_a_first_token_there_is_no_run():
    credential = Failing()
    credential.broken = True
    with serving([FINE]) as server, reading(server, credential=credential) as reader:
        for _ in range(3):
            with pytest.raises(SignInError) as found:
                get(server, reader)
            assert found.value.message.endswith("the sign-in has expired, it was not used for long (AADSTS700082)")
    assert (server.seen, credential.asked) == ([], ["failed"])


def test_a_sign_in_that_is_lost_later_is_a_failure_of_each_request():
    credential = Failing(lasts=-1)
    with serving([FINE]) as server, reading(server, credential=credential) as reader:
        assert get(server, reader).failure is None
        credential.broken = True
        found = [get(server, reader).failure for _ in range(3)]
    assert {(one.reason, one.status, one.code) for one in found} == {("forbidden", None, "SignInLost")}
    assert credential.asked[1:] == ["failed"]
    assert len(server.seen) == 1


def test_a_token_near_its_end_is_used_while_the_credential_fails_or_gives_the_same():
    credential = Failing(lasts=100)
    with serving([FINE]) as server, reading(server, credential=credential) as reader:
        assert [get(server, reader).failure for _ in range(3)] == [None] * 3
        assert len(credential.asked) == 1
        credential.broken = True
        reader._arm.bearer._ask_after = 0
        assert [get(server, reader).failure for _ in range(3)] == [None] * 3
    assert credential.asked[1:] == ["failed"]


def test_a_token_of_before_is_hidden_too():
    replies = [error(401, "x", "you sent secret-token-1"), error(403, "x", "first secret-token-1")]
    with serving(replies) as server, reading(server) as reader:
        assert get(server, reader).failure.message == "first ***"


def test_no_token_is_in_a_failure_an_answer_or_a_log(caplog):
    """The server sends the token back, in clear and in a header's shape; everything is logged that can be."""
    caplog.set_level(logging.DEBUG)
    token = "opaque" + "Zq9" * 20
    given = AccessToken(token, int(time.time()) + 3600)

    class Planted:
        def get_token(self, *scopes, **kwargs):
            return given

    messages = [f"you sent {token}", f"Authorization: Bearer {token}", f'{{"access_token": "{token}"}}', token * 20]
    replies = [error(403, token, message) for message in messages] + [Reply(500, token.encode()), Reply(how="reset")]
    with serving(lambda seen, nth: replies[min(nth, 5)]) as server, reading(server, credential=Planted()) as reader:
        found = [get(server, reader) for _ in range(5)]
    assert token not in repr(found)
    assert token not in caplog.text
    assert len(server.seen) == 4 + 6


# Threads, connections, environment


def test_thirty_two_threads_share_connections_and_a_token():
    barrier = threading.Barrier(32)
    credential = Static()

    def one(number):
        if number < 32:
            barrier.wait()
        return reader.get(HttpRequest("GET", f"{server.url}/subscriptions/{number}"), operation="x")

    def answer(seen, nth):
        return page({"id": seen.path})

    with serving(answer) as server, reading(server, credential=credential) as reader, ThreadPoolExecutor(32) as pool:
        found = list(pool.map(one, range(500)))
        assert [one.body["value"][0]["id"] for one in found] == [f"/subscriptions/{n}" for n in range(500)]
        assert server.connections <= 32
    assert dict(reader.counts.requests) == {"x": 500}
    assert len(credential.asked) == 1


def test_a_token_that_expires_under_thirty_two_threads_is_renewed_once():
    credential = Static()
    with serving(accepting("secret-token-2")) as server, reading(server, credential=credential) as reader:
        with ThreadPoolExecutor(32) as pool:
            found = list(pool.map(lambda n: get(server, reader), range(200)))
        assert {one.failure for one in found} == {None}
    assert len(credential.asked) == 2


def test_connections_are_kept():
    with serving([FINE, error(404, "x"), error(500), FINE]) as server, reading(server) as reader:
        for _ in range(10):
            get(server, reader)
        assert server.connections == 1


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_company_s_own_authority_is_trusted(monkeypatch, name):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(name, certificate())
    with serving([FINE]) as server, reading(server) as reader:
        assert get(server, reader).failure is None


def test_the_first_named_authority_counts_and_must_exist(tmp_path):
    here = str(tmp_path)
    assert trusted({}) is True
    assert trusted({"SSL_CERT_FILE": ""}) is True
    assert trusted({"SSL_CERT_FILE": "/no/such", "REQUESTS_CA_BUNDLE": here}) == here
    with pytest.raises(UsageError) as found:
        trusted({"SSL_CERT_FILE": "/no/such"})
    assert found.value.message == "SSL_CERT_FILE names '/no/such', which does not exist"


def test_a_proxy_is_asked_and_no_proxy_is_heeded(monkeypatch):
    """The proxy is a port where nobody listens: a request that goes there is lost."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving([FINE]) as server:
        with reading(server) as reader:
            found = get(server, reader).failure
            assert found.reason == "interrupted"
            assert server.connections == 0
        monkeypatch.setenv("NO_PROXY", "localhost")
        with reading(server) as reader:
            assert get(server, reader).failure is None


def test_a_netrc_does_not_replace_the_token(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password planted\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving([FINE]) as server, reading(server) as reader:
        get(server, reader)
    assert server.seen[0].headers["authorization"] == "Bearer secret-token-1"


def test_cookies_are_not_kept():
    cookie = page()
    cookie.headers["Set-Cookie"] = "x=1; Path=/"
    with serving([cookie]) as server, reading(server) as reader:
        get(server, reader)
        get(server, reader)
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "{server}/x"),
        ("POST", "{server}/subscriptions/s/providers/p/register"),
        ("GET", "https://evil.example/"),
    ],
)
def test_what_the_guard_refuses_is_a_failure_and_is_not_sent(method, url):
    with serving([FINE]) as server, reading(server) as reader:
        found = reader.get(HttpRequest(method, url.format(server=server.url)))
        assert (found.failure.reason, found.failure.code) == ("interrupted", "RefusedByGuard")
    assert (server.seen, reader.time.slept) == ([], [])


def test_a_request_costs_less_than_three_milliseconds_of_cpu():
    """Of the thread that reads; the server's threads are counted by themselves."""
    reply = page(*({"id": f"/{n}", "properties": {"a": [1, 2, 3]}} for n in range(20)))
    with serving([reply]) as server, reading(server) as reader:
        get(server, reader)
        began = time.thread_time()
        for _ in range(100):
            get(server, reader)
        assert (time.thread_time() - began) / 100 < 0.003


# The pieces by themselves


@given(st.integers(1, 6), st.one_of(st.none(), st.floats(0, 1e6)), st.floats(0, 1))
def test_no_pause_is_longer_than_two_minutes_or_shorter_than_asked(tried, asked, draw):
    seconds = faults.pause(tried, asked, draw)
    assert 0 <= seconds <= 120
    assert asked is None or seconds >= min(asked, 120)
    assert asked is not None or seconds <= 0.5 * 2 ** (tried - 1)


@pytest.mark.parametrize(("seconds", "expected"), [(10, 10), (-10, 0), (0, 0)])
def test_retry_after_may_be_a_date(seconds, expected):
    text = (NOW + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert faults.retry_after({"retry-after": text}, NOW) == expected


ERRORS = [
    (b'{"error": {"code": "A", "message": "m"}}', "A", "m"),
    (b'{"code": "A", "message": "m"}', "A", "m"),
    (b'{"Error": {"Code": "A", "Message": "m"}}', None, "HTTP 400"),
    (b'{"error": {"Code": "A", "Message": "m"}}', "A", "m"),
    (b'{"error": "text"}', None, "text"),
    (b'{"error": null}', None, "HTTP 400"),
    (b'{"error": {"code": 7, "message": ["m"]}}', None, "HTTP 400"),
    (b'{"error": {"code": "", "message": ""}}', None, "HTTP 400"),
    (b"[1]", None, "HTTP 400"),
    (b"<html>", None, "HTTP 400"),
    (b'{"error": {"code": "A", "message": "two\\n  lines"}}', "A", "two lines"),
]


@pytest.mark.parametrize(("body", "code", "message"), ERRORS)
def test_code_and_message_of_an_error(body, code, message):
    assert faults.refusal(400, body) == Failure("unparsable", 400, code, message)


@pytest.mark.parametrize(("length", "expected"), [(500, "x " * 249 + "xx"), (501, "x " * 249 + "x…")])
def test_a_message_has_at_most_five_hundred_characters(length, expected):
    text = ("x " * 249 + "xxx")[:length]
    assert failure(Reason.TIMEOUT, text).message == expected


@given(st.text(max_size=50), st.integers(1, 20))
def test_what_is_clipped_is_one_short_line(text, length):
    assert len(clipped(text, length)) <= length
    assert len(clipped(text, length).splitlines()) <= 1


PLANTED = "Zq9xW2vLr8PlantedSecret"
LEAKS = [
    f"Authorization: Bearer {PLANTED}",
    f"basic {PLANTED}==",
    f"client_secret={PLANTED}&x=1",
    f'{{"accessToken": "{PLANTED}"}}',
    f"{{'refresh_token': '{PLANTED}'}}",
    f"Endpoint=x;SharedAccessKey={PLANTED};y",
    f"AccountKey={PLANTED}",
    f"https://x/?sv=1&sig={PLANTED}",
    f"password: {PLANTED}",
    f"https://someone:{PLANTED}@proxy.example:3128/",
    f"eyJhbGciOiJSUzI1NiJ9.eyJ{PLANTED}.{PLANTED}",
    PLANTED * 5,
]


@pytest.mark.parametrize("text", LEAKS)
def test_what_looks_like_a_credential_is_hidden(text):
    assert PLANTED not in redacted(text)
    assert "***" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "The client 'a@contoso.com' with object id '0b1f6471-1bf0-4dda-aec3-cb9272f09590' has no permission",
        "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v",
        "The bearer of this token",
    ],
)
def test_what_is_no_credential_stays(text):
    assert redacted(text) == text
