"""Lines over time: buckets, samples that are none, series that name a deployment, and why there is no line."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import inventory, trends
from readiness.graph import Graph
from readiness.model import Metrics, Origin, Series
from readiness.ruleset import RuleSet
from readiness.snapshot import Snapshot
from readiness.trends import MOST
from tests import builders as b

FULL, REQUESTS = "AzureOpenAIProvisionedManagedUtilizationV2", "AzureOpenAIRequests"
START = datetime(2025, 12, 31, 23, tzinfo=UTC)
ACCOUNT = b.account("chat")
PTU = b.child(ACCOUNT, "deployments", "ptu", sku={"name": "GlobalProvisionedManaged", "capacity": 50})
PAYG = b.child(ACCOUNT, "deployments", "payg", sku={"name": "GlobalStandard", "capacity": 50})
HOUR = timedelta(hours=1)
PERMISSION = "Microsoft.Insights/metrics/read"


def full(values, name="ptu", interval="PT4H", **more):
    """A record of utilisation; `series` in `more` takes the place of its one series."""
    return b.metrics(ACCOUNT, values, name=FULL, dimensions={"ModelDeploymentName": name}, interval=interval, **more)


def requests(by_code, name="payg", interval="PT4H", **more):
    """A record of requests: values by status code."""
    series = [
        {"dimensions": {"ModelDeploymentName": name, "StatusCode": code}, "values": values}
        for code, values in by_code.items()
    ]
    return b.metrics(ACCOUNT, [], name=REQUESTS, aggregation="Total", interval=interval, **{"series": series, **more})


def lines(tmp_path, *records, rules=()):
    """The trends of a snapshot."""
    graph = Graph(b.snapshot(tmp_path, ACCOUNT, *records), b.AS_OF)
    return trends.trends(graph, RuleSet(tuple(rules)), inventory.deployments(graph))


def line(tmp_path, *records):
    """The one trend of a snapshot."""
    [found] = lines(tmp_path, *records)
    return found


# --- points ---------------------------------------------------------------------------------------------------


def test_utilisation_is_the_highest_of_each_stretch(tmp_path):
    found = line(tmp_path, PTU, full([10, 20.5, 30, 5, 101.5, 0, 0, 1, 7], interval="PT1H"))
    assert (found.chart, found.points, found.step, found.note) == ("utilisation", (30, 101.5, 7), 4 * HOUR, "")
    assert (found.start, found.end, found.peak) == (START, START + 12 * HOUR, 101.5)
    assert (found.deployment.account, found.deployment.resource.id) == ("chat", PTU["id"])


def test_throttling_is_the_share_of_429_among_all_requests(tmp_path):
    by_code = {"200": [90, 0, 5, None], "429": [10, 0, None, 3], "500": [100, 0, 5, None]}
    found = line(tmp_path, PAYG, requests(by_code))
    assert (found.chart, found.points) == ("throttling", (5.0, None, 0.0, 100.0))
    assert (found.peak, found.note) == (100.0, "")


def test_a_share_is_of_the_sums_of_a_stretch_and_no_mean_of_shares(tmp_path):
    by_code = {"200": [0, 0, 0, 99], "429": [1, 0, 0, 0]}
    assert line(tmp_path, PAYG, requests(by_code, interval="PT1H")).points == (1.0,)


def test_no_429_is_no_throttling(tmp_path):
    found = line(tmp_path, PAYG, requests({"200": [4], "503": [1]}))
    assert (found.points, found.peak) == ((0.0,), 0.0)


def test_a_stretch_without_a_sample_has_no_point(tmp_path):
    found = line(tmp_path, PTU, full([None, 5, None, None], interval="PT2H"))
    assert (found.points, found.peak) == ((5, None), 5)


NONE_AT_ALL = [None, -1, -1e300, 1e12 + 1, 1e300]


def test_what_no_percentage_and_no_count_can_be_is_no_sample(tmp_path):
    assert line(tmp_path, PTU, full([*NONE_AT_ALL, 1e12, 0])).points == (None,) * 5 + (1e12, 0)
    counts = {"200": [1, *NONE_AT_ALL], "429": [-1, *NONE_AT_ALL]}
    assert line(tmp_path, PAYG, requests(counts)).points == (0.0, *(None,) * 5)


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
def test_a_sample_that_is_no_number_is_none(odd):
    """JSON has none of them; whoever makes a snapshot in memory may."""
    assert trends.highest([Series({}, [odd, 5.0]), Series({}, [odd])], 1) == (None, 5.0)
    refused = [Series({"StatusCode": "429"}, [odd, 1.0]), Series({"StatusCode": "200"}, [odd, 3.0])]
    assert trends.throttled(refused, 1) == (None, 25.0)


def test_several_series_of_one_deployment_are_drawn_as_one(tmp_path):
    series = [
        {"dimensions": {"ModelDeploymentName": "ptu", "Region": "a"}, "values": [1, 9]},
        {"dimensions": {"ModelDeploymentName": "ptu", "Region": "b"}, "values": [5, None, 3]},  # and it is longer
        {"dimensions": {"ModelDeploymentName": "other", "Region": "a"}, "values": [100, 100, 100, 100]},
    ]
    assert line(tmp_path, PTU, full([], series=series)).points == (5, 9, 3)


def test_names_of_deployments_metrics_and_dimensions_have_no_case(tmp_path):
    series = [{"dimensions": {"modeldeploymentNAME": "PTU"}, "values": [7]}]
    record = full([], series=series, name="PTU")
    record["metrics"] |= {"name": FULL.upper(), "aggregation": "AVERAGE", "resource": ACCOUNT["id"].upper()}
    assert line(tmp_path, PTU, record).points == (7,)
    named = b.child(ACCOUNT, "deployments", "PTU", sku={"name": "PROVISIONEDMANAGED"})
    assert line(tmp_path, named, full([7])).points == (7,)


def test_a_record_of_the_deployment_itself_needs_no_dimension(tmp_path):
    own = b.metrics(PTU, [7], name=FULL, interval="PT4H")
    assert line(tmp_path, PTU, own, full([1])).points == (7,)


# --- how long a point is --------------------------------------------------------------------------------------

INTERVALS = {
    # interval: (values of 24 hours and a bit, points, step)
    "PT1S": (86_400, 6, 4 * HOUR),
    "PT1M": (1440, 6, 4 * HOUR),
    "PT5M": (288, 6, 4 * HOUR),
    "PT1H": (24, 6, 4 * HOUR),
    "PT3H": (8, 8, 3 * HOUR),
    "PT4H": (6, 6, 4 * HOUR),
    "PT12H": (2, 2, 12 * HOUR),
    "P1D": (1, 1, 24 * HOUR),
    "P1M": (1, 1, 30 * 24 * HOUR),
}


@pytest.mark.parametrize("interval", INTERVALS)
def test_a_point_stands_for_four_hours_or_one_value(tmp_path, interval):
    values, points, step = INTERVALS[interval]
    found = line(tmp_path, PTU, full([1.0] * values, interval=interval))
    assert (len(found.points), found.step, found.end) == (points, step, START + points * step)


LONG = {
    # values: (points, values a point)
    MOST * 48: (MOST, 48),
    MOST * 48 + 1: (392, 49),
    3 * 365 * 288: (400, 789),
}


@pytest.mark.parametrize("values", LONG)
def test_a_record_of_years_is_drawn_coarser(tmp_path, values):
    points, size = LONG[values]
    found = line(tmp_path, PTU, full([1.0] * (values - 1) + [99.0], interval="PT5M"))
    assert (len(found.points), found.step, found.peak) == (points, size * timedelta(minutes=5), 99.0)


def test_a_line_that_leaves_the_calendar_ends_with_it(tmp_path):
    found = line(tmp_path, PTU, full([1.0, 2.0], start="9999-12-31T00:00:00Z", interval="P9999Y"))
    assert (found.points, found.end) == ((1.0, 2.0), datetime.max.replace(tzinfo=UTC))


# --- which line, and why none ---------------------------------------------------------------------------------


def test_provisioned_deployments_have_utilisation_and_all_others_throttling(tmp_path):
    skus = ["ProvisionedManaged", "DataZoneProvisionedManaged", "Manual", "Standard", "GlobalBatch", None]
    bodies = [b.child(ACCOUNT, "deployments", f"d{i}", sku=sku and {"name": sku}) for i, sku in enumerate(skus)]
    found = lines(tmp_path, *bodies, full([1]))
    assert [(t.chart, t.deployment.sku) for t in found] == [
        *(("utilisation", sku) for sku in skus[:3]),
        *(("throttling", sku) for sku in skus[3:]),
    ]


def test_where_no_metric_was_asked_for_there_are_no_trends(tmp_path):
    assert lines(tmp_path, PTU, PAYG) == ()
    assert b.judge(b.export(tmp_path, [ACCOUNT, PTU]), b.rule("require: {field: kind, exists: true}")).trends == ()


NOTES = {
    "another metric alone": ([b.metrics(ACCOUNT, [1])], "not read"),
    "no series": ([full([], series=[])], "no traffic"),
    "series of others alone": ([full([5], "other")], "no traffic"),
    "nulls alone": ([full([None, None])], "no sample"),
    "an empty series": ([full([])], "no sample"),
    "samples that are none": ([full([-1, 1e300])], "no sample"),
    "not split": ([full([], series=[{"dimensions": {}, "values": [5]}])], "not split by deployment"),
    "refused": (
        [b.gap(ACCOUNT["id"], "Microsoft.Insights/metrics", permission=PERMISSION)],
        f"could not be read: forbidden (needs {PERMISSION})",
    ),
    "throttled for the subscription": (
        [b.gap(b.SUB, "microsoft.insights/METRICS", reason="throttled")],
        "could not be read: throttled",
    ),
    "refused elsewhere": ([b.gap(f"{b.SUB2}", "Microsoft.Insights/metrics")], "not read"),
}


@pytest.mark.parametrize(("records", "note"), NOTES.values(), ids=NOTES)
def test_why_there_is_no_line(tmp_path, records, note):
    found = line(tmp_path, PTU, *records)
    assert (found.points, found.start, found.peak, found.end, found.note) == ((), None, None, None, note)


def test_requests_that_are_all_zero_are_no_traffic(tmp_path):
    assert line(tmp_path, PAYG, requests({"200": [0, 0], "429": [0, None]})).note == "no traffic"


def test_requests_without_status_codes_are_not_taken_for_unthrottled(tmp_path):
    whole = {"dimensions": {"ModelDeploymentName": "payg"}, "values": [100]}
    assert line(tmp_path, PAYG, requests({}, series=[whole])).note == "not split by status code"
    split = {"dimensions": {"ModelDeploymentName": "payg", "StatusCode": "429"}, "values": [1]}
    assert line(tmp_path, PAYG, requests({}, series=[whole, split])).points == (100.0,)  # and are counted only once


# --- the threshold --------------------------------------------------------------------------------------------


def test_the_threshold_is_that_of_the_rule_in_this_run_or_a_default(tmp_path):
    records = (PTU, PAYG, full([5]))
    assert [t.limit for t in lines(tmp_path, *records)] == [90.0, 1.0]
    own = b.rule("require: {field: kind, exists: true}\nparameters: {p95_percent: {default: 75}}", id="AOAI-CAP-004")
    assert [t.limit for t in lines(tmp_path, *records, rules=[own])] == [75.0, 1.0]
    assert [t.limit for t in lines(tmp_path, *records, rules=[b.with_values(own, p95_percent="high")])] == [90.0, 1.0]


# --- always ---------------------------------------------------------------------------------------------------

VALUES = st.lists(st.none() | st.integers(-5, 10**6) | st.floats(), max_size=60)
SECONDS = st.sampled_from([0.001, 1, 60, 300, 3600, 86_400, 5e11])
LABELS = st.sampled_from(["ModelDeploymentName", "modeldeploymentname", "StatusCode", "x"])
SERIES = st.builds(Series, st.dictionaries(LABELS, st.sampled_from(["ptu", "PTU", "payg", "429", "200", ""])), VALUES)
STARTS = st.datetimes(timezones=st.just(UTC))


@given(st.lists(SERIES, max_size=5), st.lists(SERIES, max_size=5), SECONDS, STARTS)
def test_points_are_few_percentages_are_never_below_0_and_a_line_says_why_it_is_none(one, other, seconds, start):
    read = Snapshot()
    for body in (ACCOUNT, PTU, PAYG):
        read.add(body, None, Origin.ARM)
    read.metrics = [
        Metrics(ACCOUNT["id"].lower(), name, aggregation, start, seconds, tuple(series))
        for name, aggregation, series in ((FULL, "Average", one), (REQUESTS, "Total", other))
    ]
    graph = Graph(read, b.AS_OF)
    for found in trends.trends(graph, RuleSet(()), inventory.deployments(graph)):
        assert len(found.points) <= MOST
        assert all(p is None or 0 <= p <= (100 if found.chart == "throttling" else 1e12) for p in found.points)
        assert bool(found.points) != bool(found.note)
        assert (found.peak is None) == (not found.points)
        assert found.end is None or found.end >= start
