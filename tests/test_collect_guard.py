"""The guard: nothing but reading leaves the machine, and only to the chosen cloud."""

import re

import pytest
import requests
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from azure.core.rest import HttpRequest
from hypothesis import example, given
from hypothesis import strategies as st

from readiness.collect import clouds
from readiness.collect.guard import Guard, GuardError, check
from tests.loopback import Reply, certificate, serving

SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"
BATCH = f"/subscriptions/{SUBSCRIPTION}/metrics:getBatch"
ARM, METRICS = "https://management.azure.com", "https://westeurope.metrics.monitor.azure.com"


class Recorder(HttpTransport):
    """A transport that sends nothing and keeps what it was given."""

    def __init__(self):
        self.sent, self.calls = [], []

    def send(self, request, **kwargs):
        self.sent.append((request.method, request.url, kwargs))

    def open(self):
        self.calls.append("open")

    def close(self):
        self.calls.append("close")

    def __enter__(self):
        self.calls.append("enter")

    def __exit__(self, *args):
        self.calls.append("exit")


def passes(method, url, **more):
    recorder = Recorder()
    try:
        Guard(recorder, clouds.PUBLIC).send(HttpRequest(method, url, **more))
    except GuardError:
        assert recorder.sent == []
        return False
    assert recorder.sent == [(method, url, {})]
    return True


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", f"{ARM}/subscriptions?api-version=2022-12-01"),
        ("GET", f"{ARM}/subscriptions/{SUBSCRIPTION}/resourceGroups/r g/providers/x"),
        ("GET", f"{METRICS}{BATCH}"),
        ("POST", f"{ARM}{GRAPH}?api-version=2024-04-01"),
        ("POST", f"{METRICS}{BATCH}?api-version=2024-02-01&top=100"),
    ],
)
def test_reading_passes(method, url):
    assert passes(method, url)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        *(
            (method, f"{ARM}/subscriptions")
            for method in ("PUT", "PATCH", "DELETE", "POST", "HEAD", "OPTIONS", "get", "")
        ),
        *((method, f"{ARM}{GRAPH}") for method in ("PUT", "PATCH", "DELETE", "post")),
        ("POST", f"{ARM}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Insights/register"),
        ("POST", f"{ARM}/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/p/t/n/listKeys"),
        ("POST", f"{ARM}/x{GRAPH}"),
        ("POST", f"{ARM}{GRAPH}/"),
        ("POST", f"{ARM}{GRAPH}%20"),
        ("POST", f"{ARM}{GRAPH.lower()}"),
        ("POST", f"{ARM}//providers/Microsoft.ResourceGraph/resources"),
        ("POST", f"{ARM}/providers/Microsoft.ResourceGraph/x/../resources"),
        ("POST", f"{ARM}/providers/Microsoft.ResourceGraph/resourcesHistory"),
        ("POST", f"{ARM}{BATCH}"),
        ("POST", f"{METRICS}{GRAPH}"),
        ("POST", f"{METRICS}/subscriptions/{SUBSCRIPTION}/x/metrics:getBatch"),
        ("POST", f"{METRICS}/subscriptions/../metrics:getBatch"),
        ("POST", f"{METRICS}{BATCH}%2f.."),
        ("GET", f"http://management.azure.com{GRAPH}"),
        ("GET", "https://management.azure.com@evil.example/subscriptions"),
        ("GET", "https://user:password@management.azure.com/subscriptions"),
        ("GET", "https://evil.example/https://management.azure.com/subscriptions"),
        ("GET", "https://evil.example?https://management.azure.com/subscriptions"),
        ("GET", "https://evil.example#https://management.azure.com/subscriptions"),
        ("GET", "https://management.azure.com:444/subscriptions"),
        ("GET", "https://management.azure.com%00.evil.example/"),
        ("GET", "https://management.azure.com%2eevil.example/"),
        ("GET", "https://management.azure.com\\.evil.example/"),
        ("GET", "https://management.azure.com\t/"),
        ("GET", "https://management。azure.com/"),
        ("GET", f"{ARM}/subscriptions/%2e%2E/tenants"),
        ("GET", ""),
    ],
)
def test_everything_else_is_refused_before_it_is_sent(method, url):
    assert not passes(method, url)


@pytest.mark.parametrize("header", ["Host", "X-HTTP-Method-Override", "x-http-method", "X-METHOD-OVERRIDE"])
def test_a_header_can_not_change_what_is_asked(header):
    assert not passes("GET", f"{ARM}/subscriptions", headers={header: "DELETE"})


def test_a_get_has_no_body():
    assert not passes("GET", f"{ARM}/subscriptions", content=b"{}")


def test_the_error_names_the_request_without_its_query():
    with pytest.raises(GuardError) as found:
        check(HttpRequest("GET", "https://evil.example/a?sig=planted"), clouds.PUBLIC)
    assert str(found.value) == "GET https://evil.example/a was not sent: its host is not of AzureCloud"


def test_a_custom_cloud_without_metrics_has_one_host_only():
    cloud = clouds.of(None, {}, arm_endpoint="https://arm.contoso.com:8443")
    check(HttpRequest("GET", "https://arm.contoso.com:8443/x"), cloud)
    for url in ("https://arm.contoso.com/x", f"{ARM}/x", f"{METRICS}{BATCH}"):
        with pytest.raises(GuardError):
            check(HttpRequest("GET", url), cloud)


def test_one_host_can_be_both():
    cloud = clouds.of(None, {}, arm_endpoint="https://one.example", metrics_endpoint="https://one.example")
    for path in (GRAPH, BATCH):
        check(HttpRequest("POST", f"https://one.example{path}"), cloud)


def test_the_guard_hands_on_everything_else():
    recorder = Recorder()
    guard = Guard(recorder, clouds.PUBLIC)
    guard.open()
    with guard as entered:
        assert entered is guard
        guard.send(HttpRequest("GET", f"{ARM}/x"), read_timeout=3)
    guard.close()
    assert recorder.calls == ["open", "enter", "exit", "close"]
    assert recorder.sent == [("GET", f"{ARM}/x", {"read_timeout": 3})]


PIECES = st.one_of(
    st.sampled_from(["https", "http", "HTTPS", "://", ":", "/", "//", "\\", "@", "?", "#", ".", "..", "%2e", "%2F"]),
    st.sampled_from(
        ["%40", "%00", ";", "é", "。", "443", "444", "0443", "user", "[::1]", "127.0.0.1", "\t", "\n", " "]
    ),
    st.sampled_from(["management.azure.com", "MANAGEMENT.AZURE.COM", "westeurope.metrics.monitor.azure.com"]),
    st.sampled_from(["evil.example", "\u202e", "subscriptions", SUBSCRIPTION, "metrics:getBatch", GRAPH, BATCH]),
)
URLS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=8).map(lambda parts: ARM + "".join(parts)),
    st.lists(PIECES, max_size=8).map(lambda parts: METRICS + "".join(parts)),
    st.tuples(st.sampled_from([ARM, METRICS]), st.sampled_from([GRAPH, BATCH]), st.lists(PIECES, max_size=3)).map(
        lambda parts: parts[0] + parts[1] + "".join(parts[2])
    ),
)
METHODS = st.one_of(st.sampled_from(["GET", "POST", "PUT", "DELETE", "get", "POST "]), st.text(max_size=6))
HOSTS = re.compile(r"management\.azure\.com|[a-z0-9]+\.metrics\.monitor\.azure\.com")


@given(METHODS, URLS)
@example("GET", "https://management.azure.com:443@evil.example/")
@example("POST", f"{ARM}{GRAPH}?a=/../b")
def test_what_passes_is_what_requests_would_send_to_the_cloud_for_reading(method, url):
    """requests has the last word on what a URL means: what it would do with each that passes is looked at here."""
    if not passes(method, url):
        return
    sent = requests.Request(method, url).prepare()
    parts = requests.utils.urlparse(sent.url)
    assert (parts.scheme, parts.username, parts.password, parts.port or 443) == ("https", None, None, 443)
    assert HOSTS.fullmatch(parts.hostname)
    assert sent.method in ("GET", "POST")
    if sent.method == "POST":
        assert (parts.hostname, parts.path) in (("management.azure.com", GRAPH), (METRICS[8:], BATCH))


def test_no_refused_request_reaches_the_wire_and_no_redirect_is_followed():
    """On a real socket: a redirect to another path of the same server is handed back as it is."""
    with serving([Reply(302, b"", {"Location": "/elsewhere"})]) as server:
        cloud = clouds.of(None, {}, arm_endpoint=server.url)
        with Guard(RequestsTransport(connection_verify=certificate()), cloud) as guard:
            for method, path in (("POST", "/x"), ("DELETE", "/x"), ("PUT", GRAPH)):
                with pytest.raises(GuardError):
                    guard.send(HttpRequest(method, server.url + path))
            assert guard.send(HttpRequest("GET", f"{server.url}/x")).status_code == 302
        assert [(seen.method, seen.path) for seen in server.seen] == [("GET", "/x")]
