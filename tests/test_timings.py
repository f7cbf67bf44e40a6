"""`--timings`: the requests of a live run by operation, on stderr, at its end."""

import re

import pytest
from azure_fake import Estate, Fault, serve
from typer.testing import CliRunner

from readiness.cli import app as command_line
from readiness.collect.reader import Counts
from readiness.collect.timings import lines, timed


def counts():
    made = Counts()
    for operation in ("b", "a", "c", "c"):
        made.sent(operation)
    made.again()
    made.throttled()
    return made


SAID = ["requests  operation", "       2  c", "       1  a", "       1  b"]


def test_most_requests_come_first_then_names_then_the_sums():
    assert lines(counts(), 2.0) == [*SAID, "       4  in 2.0 s, 2 a second; 1 sent again, 1 throttled"]
    assert lines(Counts(), 0.0) == ["requests  operation", "       0  in 0.0 s; 0 sent again, 0 throttled"]


@pytest.mark.parametrize("wanted", [True, False])
def test_what_was_stopped_is_told_too_if_asked(wanted):
    told = []
    with pytest.raises(KeyboardInterrupt), timed(wanted, counts(), told.append):
        raise KeyboardInterrupt
    assert told[:-1] == (SAID if wanted else [])


@pytest.mark.usefixtures("somewhere_else")
@pytest.mark.parametrize("words", [("collect", "-o", "x.jsonl"), ("scan", "-f", "json")])
def test_the_sum_is_what_the_server_saw(words):
    estate = Estate.tenant(subscriptions=2, accounts=2, deployments=2, gateways=1, apis=1, searches=1, empty=1)
    throttled = Fault("get /subscriptions", "throttled", times=1, retry_after="0")
    with serve(estate, faults=[throttled]) as azure:
        found = CliRunner().invoke(command_line, [*words, "--timings"], env=azure.environment)
        seen = sum(azure.routes("arm").values()) + sum(azure.routes("metrics").values())
    assert found.exit_code == 0, found.stderr
    told = found.stderr.partition("requests  operation\n")[2].splitlines()
    by_operation = [int(count) for count, _ in re.findall(r"^ *(\d+)  ([a-zA-Z.]+)$", "\n".join(told), re.MULTILINE)]
    [(total, again, refused)] = re.findall(
        r"^ *(\d+)  in .*; (\d+) sent again, (\d+) throttled$", "\n".join(told), re.MULTILINE
    )
    assert (int(total), int(again), int(refused)) == (seen, 1, 1)
    assert sum(by_operation) == seen
    assert "requests  operation" not in found.stdout
