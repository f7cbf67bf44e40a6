"""Metrics in conditions (semantics 16): statistics as numpy has them, series, floors, windows, ratios."""

import json
import math

import builders as b
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.conditions import Syntax
from readiness.conditions.samples import STATISTICS, Samples, added, computed, length_in_words
from readiness.written import written
from readiness.yamlfile import Problems, parse

ACCOUNT = b.account()
VALUES = st.lists(st.none() | st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=400)
OURS = {
    "min": numpy.nanmin,
    "mean": numpy.nanmean,
    "max": numpy.nanmax,
    "p50": lambda v: numpy.nanpercentile(v, 50),
    "p95": lambda v: numpy.nanpercentile(v, 95),
    "p99": lambda v: numpy.nanpercentile(v, 99),
    "sum": numpy.nansum,
    "last": lambda v: v[~numpy.isnan(v)][-1],
}


def record(*series, name="Tokens", aggregation="Average", interval="PT5M", **more):
    whole = [{"dimensions": dimensions, "values": values} for dimensions, values in series]
    return b.metrics(ACCOUNT, [], name=name, aggregation=aggregation, interval=interval, series=whole, **more)


def judged(tmp_path, condition, *records):
    """The outcome and the message of one metric condition over some records."""
    read = b.snapshot(tmp_path, b.read(), ACCOUNT, *records)
    found = b.verdict(read, b.rule(f"require: {condition}"))
    return found.outcome.value, found.message


def metric(keys, test="less: 10", statistic="max"):
    return f"{{metric: {{name: Tokens, aggregation: Average, statistic: {statistic}{keys}}}, {test}}}"


# --- statistics -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", OURS)
@given(values=VALUES)
def test_a_statistic_is_numpys_null_samples_left_out(statistic, values):
    found = computed(statistic, Samples(values))
    if all(v is None for v in values):
        assert found is None
        return
    theirs = OURS[statistic](numpy.array([math.nan if v is None else v for v in values]))
    assert found == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(values=VALUES, level=st.integers(0, 10) | st.floats(0, 1e9))
def test_a_share_is_numpys_mean_of_what_is_at_least_the_level(values, level):
    known = numpy.array([v for v in values if v is not None])
    theirs = 100 * numpy.mean(known >= level) if len(known) else None
    assert computed("share", Samples(values), level) == (None if theirs is None else pytest.approx(theirs))


@given(values=st.lists(st.lists(st.none() | st.integers(0, 10**6), min_size=5, max_size=5), min_size=1, max_size=6))
def test_series_are_added_grain_by_grain_as_numpy_does(values):
    whole = numpy.array([[math.nan if v is None else v for v in row] for row in values], dtype=float)
    lost = numpy.isnan(whole).all(axis=0)
    theirs = [None if gone else total for gone, total in zip(lost, numpy.nansum(whole, axis=0), strict=True)]
    assert added(values) == theirs


def test_series_of_unlike_lengths_end_where_they_end():
    assert added([[1, 2, 3], [10]]) == [11, 2, 3]
    assert added([]) == []


@pytest.mark.parametrize("statistic", STATISTICS)
def test_numbers_too_large_have_no_statistic_or_a_number(statistic):
    found = computed(statistic, Samples([1.7e308, 1.7e308]), 1.0)
    assert found is None or math.isfinite(found)


def test_numbers_too_large_are_unknown(tmp_path):
    big = record(({}, [1.7e308, 1.7e308]))
    assert judged(tmp_path, metric("", statistic="sum"), big) == (
        "unknown",
        "sum of Tokens: its numbers are too large",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1209600, "14 days"),
        (86400, "1 day"),
        (5400, "90 minutes"),
        (7200, "2 hours"),
        (1, "1 second"),
        (0.5, "0.5 seconds"),
    ],
)
def test_lengths_in_words(seconds, words):
    assert length_in_words(seconds) == words


# --- series ---------------------------------------------------------------------------------------------------------

CHAT = "dimension: {Name: chat}"


@pytest.mark.parametrize(
    ("series", "outcome", "said"),
    [
        ([("a", 1), ("b", 9)], "pass", "[Name=b] is 9 (the worst of 2 series), expected less than 10"),
        ([("a", 11), ("b", 99)], "fail", "[Name=b] is 99 (the worst of 2 series), expected less than 10"),
        ([("a", 11), ("b", 9)], "fail", "[Name=a] is 11 (1 of 2 series), expected less than 10"),
        ([("a", 11), ("b", None)], "fail", "[Name=a] is 11 (1 of 2 series), expected less than 10"),
        ([("a", 1), ("b", None)], "unknown", "[Name=b]: no sample; 1 of 2 series"),
        ([("a", None)], "unknown", "[Name=a]: no sample"),
        ([], "unknown", ": no traffic: it has no series"),
    ],
)
def test_every_series_is_judged_and_the_worst_is_the_evidence(tmp_path, series, outcome, said):
    read = record(*(({"Name": name}, [value]) for name, value in series))
    assert judged(tmp_path, metric(""), read) == (outcome, f"highest value of Tokens{said}")


def test_the_worst_of_what_must_be_large_is_the_smallest(tmp_path):
    series = [({"Name": n}, [v]) for n, v in (("a", 97.5), ("b", 3), ("c", 100))]
    found = judged(tmp_path, metric("", "greaterOrEquals: 99", "min"), record(*series))
    assert found == ("fail", "lowest value of Tokens[Name=b] is 3 (2 of 3 series), expected at least 99")


def test_one_of_twelve_series_without_samples_is_unknown_and_hides_no_offender(tmp_path):
    series = [({"Name": f"d{i}"}, [1.0] if i else [None]) for i in range(12)]
    assert judged(tmp_path, metric(""), record(*series))[0] == "unknown"
    series[5] = ({"Name": "d5"}, [10.0])
    assert judged(tmp_path, metric(""), record(*series))[0] == "fail"


@pytest.mark.parametrize(
    ("dimension", "outcome"),
    [
        ("Name: CHAT", "fail"),
        ("NAME: chat", "fail"),
        ("Name: other", "pass"),
        ("Name: {in: [chat, x]}", "fail"),
        ("Name: {in: [x, other]}", "pass"),
        ("Name: {like: 'ch*'}", "fail"),
        ("Name: {notEquals: chat}", "pass"),
        ("Name: {notIn: [chat]}", "pass"),
        ("Name: {match: '????'}", "fail"),
        ("Name: {equals: other}", "pass"),
        ("Name: {field: properties.use}", "fail"),
        ("Name: nobody", "unknown"),
        ("Other: chat", "unknown"),
    ],
)
def test_series_are_chosen_by_dimension(tmp_path, dimension, outcome):
    both = record(({"Name": "Chat"}, [11]), ({"Name": "other"}, [9]))
    account = b.account(properties={"use": "chat"})
    read = b.snapshot(tmp_path, b.read(), account, both)
    found = b.verdict(read, b.rule(f"require: {metric(f', dimension: {{{dimension}}}')}"))
    assert found.outcome.value == outcome


def test_a_series_that_is_not_split_is_unknown_and_hides_no_offender(tmp_path):
    whole, own = ({}, [1]), ({"Name": "chat"}, [11])
    asked = metric(f", {CHAT}")
    said = "highest value of Tokens: Tokens is not split by Name"
    assert judged(tmp_path, asked, record(whole)) == ("unknown", said)
    assert judged(tmp_path, asked, record(whole, own))[0] == "fail"
    assert judged(tmp_path, asked, record(whole, ({"Name": "chat"}, [1])))[0] == "unknown"
    assert judged(tmp_path, asked, record(({"Name": "chat"}, [1]), ({"Name": "other"}, [11])))[0] == "pass"


def test_series_can_be_judged_together(tmp_path):
    two = record(({"Name": "a"}, [6, None, 1]), ({"Name": "b"}, [6, None, None]))
    assert judged(tmp_path, metric(""), two)[0] == "pass"
    assert judged(tmp_path, metric(", combine: sum"), two) == (
        "fail",
        "highest value of Tokens is 12, expected less than 10",
    )
    assert judged(tmp_path, metric(", combine: sum", "equals: 1", "last"), two)[0] == "pass"
    assert judged(tmp_path, metric(", combine: sum, min_samples: 3"), two)[0] == "unknown"


def test_a_number_near_the_limit_is_shown_on_its_side_of_it(tmp_path):
    found = judged(tmp_path, metric("", "lessOrEquals: 1"), record(({}, [1.00004])))
    assert found == ("fail", "highest value of Tokens is 1.00004, expected at most 1")
    found = judged(tmp_path, metric("", "lessOrEquals: 1"), record(({}, [1.004])))
    assert found == ("fail", "highest value of Tokens is 1.004, expected at most 1")


# --- floors and windows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "outcome", "said"),
    [
        (", min_samples: 3", "pass", None),
        (", min_samples: 4", "unknown", "only 3 samples, at least 4 wanted"),
        (", min_samples: 4, window: PT15M", "unknown", "only 2 samples in 15 minutes, at least 4 wanted"),
        (", min_samples: 2, window: PT5M", "unknown", "only 1 sample in 5 minutes, at least 2 wanted"),
        (", min_total: 6", "pass", None),
        (", min_total: 6.5", "unknown", "only 6, at least 6.50 wanted"),
        (", min_total: 1500, window: PT20M", "unknown", "only 6 in 20 minutes, at least 1,500 wanted"),
    ],
)
def test_below_a_floor_it_is_unknown_with_the_numbers(tmp_path, keys, outcome, said):
    found = judged(tmp_path, metric(keys), record(({}, [1, 2, None, 3])))
    assert found[0] == outcome
    if said:
        assert found[1] == f"highest value of Tokens: {said}"


def test_no_sample_in_the_window(tmp_path):
    found = judged(tmp_path, metric(", window: PT10M"), record(({}, [1, None, None])))
    assert found == ("unknown", "highest value of Tokens: no sample in 10 minutes")


def test_a_window_cut_short_is_unknown(tmp_path):
    found = judged(tmp_path, metric(", window: PT20M"), record(({}, [1, 2, 3])))
    said = "the series are shorter than the window asked for: they cover 15 minutes"
    assert found == ("unknown", f"highest value of Tokens: {said}")
    assert judged(tmp_path, metric(", window: PT15M"), record(({}, [1, 2, 3])))[0] == "pass"


def test_a_short_series_has_no_samples_at_its_end(tmp_path):
    early, whole = ({"Name": "early"}, [99]), ({"Name": "whole"}, [1, 1, 1])
    assert judged(tmp_path, metric(", window: PT15M"), record(early, whole))[0] == "fail"
    assert judged(tmp_path, metric(", window: PT10M"), record(early, whole)) == (
        "unknown",
        "highest value of Tokens[Name=early]: no sample in 10 minutes; 1 of 2 series",
    )


def test_a_gap_in_the_middle_is_left_out(tmp_path):
    assert judged(tmp_path, metric("", "equals: 2", "mean"), record(({}, [1, None, None, 3])))[0] == "pass"


def test_a_percentile_says_what_it_is_over(tmp_path):
    found = judged(tmp_path, metric("", statistic="p95"), record(({}, [11])))
    assert found[1] == "95th percentile of Tokens is 11 (over averages of 5 minutes), expected less than 10"
    hourly = b.metrics(ACCOUNT, [11], aggregation="Total", interval="PT1H")
    asked = "{metric: {name: Tokens, aggregation: Total, statistic: p50}, less: 10}"
    said = "median of Tokens is 11 (over totals of 1 hour), expected less than 10"
    assert judged(tmp_path, asked, hourly)[1] == said


# --- ratios ---------------------------------------------------------------------------------------------------------


def ratio(keys="", test="lessOrEquals: 10", of="{}"):
    return metric(f", dimension: {{Code: 429}}, of: {of}{keys}", test, "ratio")


@pytest.mark.parametrize(
    ("series", "outcome", "said"),
    [
        ([("200", [90, 0]), ("429", [5, 5])], "pass", "is 10 (10 of 100), expected at most 10"),
        ([("200", [90, 0]), ("429", [5, 6])], "fail", "is 10.89 (11 of 101), expected at most 10"),
        ([("200", [90, None])], "pass", "is 0 (0 of 90), expected at most 10"),
        ([("429", [None, 7])], "fail", "is 100 (7 of 7), expected at most 10"),
        ([("200", [1000]), ("429", [1234])], "fail", "is 55.24 (1,234 of 2,234), expected at most 10"),
        ([("200", [0, 0]), ("429", [0])], "unknown", ": no traffic"),
        ([("200", [None])], "unknown", ": no traffic"),
        ([], "unknown", ": no traffic: it has no series"),
        ([("200", [1e308]), ("429", [1.7e308])], "unknown", ": its numbers are too large"),
    ],
)
def test_a_ratio_of_a_part_to_all(tmp_path, series, outcome, said):
    found = judged(tmp_path, ratio(), record(*(({"Code": code}, values) for code, values in series)))
    blank = "" if said.startswith(":") else " "
    assert found == (outcome, f"share in percent of Tokens[Code=429]{blank}{said}")


def test_a_ratio_of_two_metrics(tmp_path):
    part, whole = record(({"Name": "a"}, [3])), record(({"Name": "a"}, [10]), ({"Name": "b"}, [30]), name="All")
    asked = metric(", of: {name: All}", "less: 7.5", "ratio")
    assert judged(tmp_path, asked, part, whole) == (
        "fail",
        "share in percent of Tokens is 7.5 (3 of 40 All), expected less than 7.5",
    )
    assert judged(tmp_path, asked, whole)[0] == "unknown"
    assert judged(tmp_path, asked, part) == ("unknown", "share in percent of Tokens: not read (Average)")
    assert judged(tmp_path, asked, record(), whole) == (
        "pass",
        "share in percent of Tokens is 0 (0 of 40 All), expected less than 7.5",
    )


def test_more_than_all_is_said_as_it_is(tmp_path):
    found = judged(
        tmp_path,
        metric(", of: {name: All}", "less: 7.5", "ratio"),
        record(({}, [30])),
        record(({}, [20]), name="All"),
    )
    assert found == ("fail", "share in percent of Tokens is 150 (30 of 20 All), expected less than 7.5")


def test_a_ratio_has_the_floors_of_its_whole(tmp_path):
    read = record(({"Code": "429"}, [5, 5]), ({"Code": "200"}, [85, None]))
    assert judged(tmp_path, ratio(", min_total: 95"), read)[0] == "fail"
    assert judged(tmp_path, ratio(", min_total: 96"), read) == (
        "unknown",
        "share in percent of Tokens[Code=429]: only 95, at least 96 wanted",
    )
    assert judged(tmp_path, ratio(", min_samples: 2"), read)[0] == "fail"
    assert judged(tmp_path, ratio(", min_samples: 3"), read)[0] == "unknown"


def test_a_ratio_that_can_not_be_split_is_unknown(tmp_path):
    said = "share in percent of Tokens[Code=429]: Tokens is not split by Code"
    assert judged(tmp_path, ratio(), record(({}, [5]), ({"Code": "429"}, [5]))) == ("unknown", said)


def test_only_the_window_counts_on_both_sides(tmp_path):
    read = record(({"Code": "429"}, [50, 1]), ({"Code": "200"}, [0, 9]))
    assert judged(tmp_path, ratio(", window: PT5M"), read)[0] == "pass"
    assert judged(tmp_path, ratio(", window: PT10M"), read)[0] == "fail"


@given(
    parts=st.lists(st.integers(0, 10**6), min_size=1, max_size=30), rest=st.lists(st.integers(0, 10**6), max_size=30)
)
def test_a_ratio_is_numpys(parts, rest):
    whole = numpy.sum(parts) + numpy.sum(rest)
    found = computed("ratio", Samples(parts), float(whole))
    assert found is None if whole == 0 else found == pytest.approx(100 * numpy.sum(parts) / whole)


# --- the language ---------------------------------------------------------------------------------------------------


def read_condition(text, parameters=None):
    problems = Problems("test")
    node = parse(text.encode(), problems)
    condition = Syntax(problems, parameters or {}).condition(node)
    return condition, [p.message for p in problems.found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ratio().replace(", of: {}", ""), "the statistic ratio needs 'of'"),
        (metric("", statistic="share"), "the statistic share needs 'level'"),
        (metric(", level: 3"), "'level' is for the statistic share"),
        (metric(", of: {}"), "'of' is for the statistic ratio"),
        (metric(", combine: mean"), "combine takes sum, found 'mean'"),
        (ratio(", combine: sum"), "a ratio adds its series up already"),
        (metric(", min_samples: many"), "min_samples takes a number"),
        (metric(", min_total: {field: name}"), "min_total takes a value or {parameter: name}"),
        (ratio(of="{statistic: sum}"), "unknown key 'statistic' in of"),
        (ratio(of="all"), "of takes a mapping"),
        (metric(", dimension: {Name: {within: P1D}}"), "equals takes a value, {parameter: name} or {field: path}"),
    ],
)
def test_what_is_no_metric(text, said):
    _, messages = read_condition(text)
    assert any(m.startswith(said) for m in messages), messages


@pytest.mark.parametrize(
    "text",
    [
        "{metric: {name: T, aggregation: Total, statistic: ratio, window: P7D, min_samples: 2, min_total: 3, "
        "dimension: {A: {like: 5*}, B: x}, of: {name: All, dimension: {B: {field: name}}}}, less: 1}",
        "{metric: {name: T, aggregation: Total, statistic: ratio, of: {}}, less: 1}",
        "{metric: {name: T, aggregation: Total, statistic: p95, dimension: {A: {in: [1]}}, combine: sum}, less: 1}",
        "{metric: {name: T, aggregation: Average, statistic: share, level: 2}, less: 1}",
    ],
)
def test_a_metric_is_written_as_it_was_read(text):
    condition, messages = read_condition(text)
    assert messages == []
    assert read_condition(json.dumps(written(condition)))[0] == condition
