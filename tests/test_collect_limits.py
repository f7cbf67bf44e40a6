"""Azure's documented limits, with a clock that only the tests move."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.collect.limits import Bucket, Buckets, Deadline, Window, scope_of

ARM = "https://management.azure.com"
ONE = f"{ARM}/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups"
TWO = f"{ARM}/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups"
GRAPH = f"{ARM}/providers/Microsoft.ResourceGraph/resources"


class Time:
    """A clock that moves by sleeping, and keeps the sleeps."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 6))
        self.now += seconds

    def deadline(self, seconds=None):
        return Deadline(seconds, clock=self.clock, sleep=self.sleep)


@pytest.mark.parametrize(
    ("method", "url", "scope"),
    [
        ("GET", ONE.upper().replace("HTTPS", "https"), "0b1f6471-1bf0-4dda-aec3-cb9272f09590"),
        ("GET", f"{ARM}/subscriptions?api-version=1", "tenant"),
        ("GET", f"{ARM}/subscriptions", "tenant"),
        ("GET", f"{ARM}/providers/Microsoft.Management/managementGroups/x", "tenant"),
        ("GET", f"{ARM}/providers/x/subscriptions/y", "tenant"),
        ("POST", f"{GRAPH}?api-version=1", "graph"),
        ("POST", "https://westeurope.metrics.monitor.azure.com/subscriptions/s/metrics:getBatch", None),
    ],
)
def test_the_scope_of_a_request(method, url, scope):
    assert scope_of(method, url) == scope


def test_a_bucket_gives_its_size_at_once_and_then_its_rate():
    time_ = Time()
    buckets = Buckets(time_.deadline())
    for _ in range(230):
        assert buckets.wait("GET", ONE)
    assert time_.slept == []
    for _ in range(25):
        assert buckets.wait("GET", ONE)
    assert time_.slept == [0.04] * 25


def test_scopes_do_not_wait_for_each_other():
    time_ = Time()
    buckets = Buckets(time_.deadline(), reads=1, per_second=1)
    for url in (ONE, TWO, f"{ARM}/tenants"):
        assert buckets.wait("GET", url)
    assert buckets.wait("POST", GRAPH)
    assert time_.slept == []
    assert buckets.wait("GET", ONE)
    assert time_.slept == [1.0]


def test_a_bucket_fills_up_to_its_size_and_no_further():
    bucket = Bucket(2, 1, 0)
    assert [bucket.take(0, 9), bucket.take(0, 9), bucket.take(0, 9)] == [0, 0, 1]
    assert [bucket.take(100, 9), bucket.take(100, 9), bucket.take(100, 9)] == [0, 0, 1]


@given(st.lists(st.floats(0, 3), min_size=1, max_size=400))
def test_no_span_of_time_sees_more_than_size_and_rate(pauses):
    bucket, now, sent = Bucket(10, 5, 0), 0.0, []
    for pause in pauses:
        now += pause
        sent.append(now + bucket.take(now, float("inf")))
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= 10 + 5 * (sent[last] - start) + 1e-6


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_no_window_sees_more_than_its_size(pauses):
    window, now, sent = Window(15, 5.0), 0.0, []
    for pause in pauses:
        now += pause
        sent.append(now + window.take(now, float("inf")))
    for early, late in zip(sent, sent[15:], strict=False):
        assert late - early >= 5.0 - 1e-9


def test_resource_graph_is_asked_fifteen_times_in_five_seconds():
    time_ = Time()
    buckets = Buckets(time_.deadline())
    for _ in range(31):
        assert buckets.wait("POST", GRAPH)
    assert time_.slept == [5.3, 5.3]


@pytest.mark.parametrize(("remaining", "slept"), [("1", [0.04]), ("0", [0.04, 0.04]), ("11999", []), ("x", [])])
def test_the_header_lowers_a_bucket_and_never_fills_it(remaining, slept):
    time_ = Time()
    buckets = Buckets(time_.deadline())
    buckets.heard("GET", ONE, {"x-ms-ratelimit-remaining-subscription-reads": remaining})
    assert buckets.wait("GET", ONE)
    assert buckets.wait("GET", ONE)
    assert time_.slept == slept


def test_a_header_does_not_refill_what_was_taken():
    time_ = Time()
    buckets = Buckets(time_.deadline(), reads=2)
    for _ in range(2):
        buckets.wait("GET", ONE)
        buckets.heard("GET", ONE, {"x-ms-ratelimit-remaining-subscription-reads": "249"})
    buckets.wait("GET", ONE)
    assert time_.slept == [0.04]


def test_the_least_of_the_headers_counts():
    time_ = Time()
    buckets = Buckets(time_.deadline())
    headers = {"x-ms-ratelimit-remaining-subscription-reads": "200"}
    buckets.heard("GET", ONE, headers | {"x-ms-ratelimit-remaining-subscription-global-reads": "0"})
    buckets.wait("GET", ONE)
    assert time_.slept == [0.04]


@pytest.mark.parametrize("said", [{}, {"x-ms-ratelimit-remaining-subscription-reads": "230"}])
def test_a_refusal_of_one_service_costs_its_subscription_nothing(said):
    time_ = Time()
    buckets = Buckets(time_.deadline())
    for _ in range(50):
        assert buckets.wait("GET", ONE)
        buckets.heard("GET", ONE, said, retry_after=7)
    for _ in range(180):
        assert buckets.wait("GET", ONE)
    assert time_.slept == []
    assert buckets.wait("GET", ONE)
    assert time_.slept == [0.04]


def test_an_empty_subscription_rests_as_long_as_it_was_told_to():
    time_ = Time()
    buckets = Buckets(time_.deadline())
    buckets.heard("GET", ONE, {"x-ms-ratelimit-remaining-subscription-reads": "0"}, retry_after=7)
    buckets.wait("GET", TWO)
    assert time_.slept == []
    buckets.wait("GET", ONE)
    assert time_.slept == [7.04]


def test_resource_graph_says_when_its_quota_comes_back():
    time_ = Time()
    buckets = Buckets(time_.deadline())
    buckets.heard("POST", GRAPH, {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:03"})
    buckets.wait("POST", GRAPH)
    assert time_.slept == [3.0]


@pytest.mark.parametrize("resets", ["", "soon", None])
def test_a_quota_without_a_time_is_a_whole_window(resets):
    time_ = Time()
    buckets = Buckets(time_.deadline())
    headers = {"x-ms-user-quota-remaining": "0"} | (
        {} if resets is None else {"x-ms-user-quota-resets-after": resets}
    )
    buckets.heard("POST", GRAPH, headers)
    buckets.wait("POST", GRAPH)
    assert time_.slept == [5.3]


@pytest.mark.parametrize(("seconds", "waited"), [(10, False), (11, True)])
def test_a_wait_that_outlasts_the_run_is_not_begun(seconds, waited):
    time_ = Time()
    buckets = Buckets(time_.deadline(seconds), reads=1, per_second=0.1)
    assert buckets.wait("GET", ONE)
    assert buckets.wait("GET", ONE) is waited
    assert time_.slept == ([10.0] if waited else [])


@pytest.mark.parametrize("limit", [Bucket(1, 0.1, 0), Window(1, 10)], ids=["bucket", "window"])
def test_a_wait_that_is_too_long_costs_nothing(limit):
    assert [limit.take(0, 10), limit.take(0, 10), limit.take(1, 9), limit.take(1, 9.5)] == [0, None, None, 9]


def test_threads_share_a_bucket():
    time_ = Time()
    buckets = Buckets(Deadline(clock=time_.clock, sleep=lambda seconds: time_.slept.append(seconds)), reads=100)
    threads = [threading.Thread(target=lambda: [buckets.wait("GET", ONE) for _ in range(50)]) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(round(s, 6) for s in time_.slept) == [round(n * 0.04, 6) for n in range(1, 1501)]


@pytest.mark.parametrize(("seconds", "waited"), [(9.9, True), (10, False), (11, False)])
def test_a_deadline_waits_only_for_what_fits(seconds, waited):
    time_ = Time()
    assert time_.deadline(10).wait(seconds) is waited
    assert time_.slept == ([seconds] if waited else [])


def test_a_deadline_counts_down():
    time_ = Time()
    deadline = time_.deadline(10)
    assert deadline.left == 10
    time_.now += 4
    assert deadline.left == 6
    time_.now += 7
    assert (deadline.left, deadline.stopped) == (0, False)
    assert not deadline.wait(0)
    assert time_.deadline().left == float("inf")


def test_to_stop_ends_every_wait_at_once():
    deadline = Deadline()
    ended = []
    thread = threading.Thread(target=lambda: ended.append(deadline.wait(60)))
    thread.start()
    began = time.monotonic()
    deadline.stop()
    thread.join(10)
    assert ended == [False]
    assert time.monotonic() - began < 5
    assert (deadline.left, deadline.stopped, deadline.wait(0)) == (0, True, False)
