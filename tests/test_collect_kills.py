"""Killed at ten moments and resumed: the same records, nothing asked twice, no secret left behind (design 7).

What is killed is the real command in a process of its own, against a tiny tenant. The moment is a number of requests,
drawn by a seed that is shown with a failure.
"""

import random
import signal
import sys

import pytest
from azure_fake import Estate, serve
from azure_runs import after, asked_of, collected, comparable, started

from readiness import snapshot

HOW = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
STOPPED = 3
KILLED = -signal.SIGKILL
AT_ONCE = 4
UNDER_WAY = AT_ONCE + AT_ONCE // 2
"""Lists in the hands of a thread when a run is killed, at most: only these may be asked for again."""


def tiny():
    """One subscription with all kinds of lists: some 90 requests."""
    return Estate.tenant(subscriptions=1, accounts=2, deployments=2, gateways=1, apis=1, searches=1, empty=0)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The records of a run that nobody stops, and how many requests it sends."""
    target = tmp_path_factory.mktemp("whole") / "x.jsonl"
    with serve(tiny()) as azure:
        collected(azure, target)
        return comparable(target), len(azure.log)


def answered(before):
    """The lists and objects that a partial file says were read, but for what was not asked."""
    return {(r.operation, r.scope.lower(), r.type.lower()) for r in before.reads}


@pytest.mark.parametrize("seed", range(10))
def test_killed_and_resumed_it_ends_with_the_same_records(tmp_path, uninterrupted, seed):
    whole, requests = uninterrupted
    moment = random.Random(seed).randint(6, requests - 4)  # noqa: S311 - a moment, no secret
    how = HOW[seed % len(HOW)]
    sys.stdout.write(f"seed {seed}: {how.name} after {moment} of {requests} requests\n")
    target, partial = tmp_path / "x.jsonl", tmp_path / "x.jsonl.partial"
    with serve(tiny(), latency=0.02) as azure:
        running = started(azure, tmp_path, "collect", "-o", "x.jsonl", "--concurrency", str(AT_ONCE), "--timings")
        after(azure, moment)
        running.send_signal(how)
        out, said = running.communicate(timeout=20)
        assert (running.returncode, out) == (KILLED if how == signal.SIGKILL else STOPPED, "")
        assert not target.exists()
        left, kept = partial.read_text(), snapshot.read(str(partial))
        first, azure.latency, told = asked_of(azure), 0.0, []
        collected(azure, target, told.append, resume=str(partial), timings=True)
        twice = {at for at, times in asked_of(azure).items() if times > 1}
        secrets = [*azure.estate.secrets, azure.secret, *azure.authority.tokens]
        assert azure.writes == []
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]
    assert comparable(target) == whole
    # What was under way may be asked for again; what the partial file holds is not.
    assert len(twice) <= UNDER_WAY
    assert twice <= set(first)
    assert answered(kept) <= answered(snapshot.read(str(target)))
    assert len(secrets) > 8
    written = (left, target.read_text(), said, *told)
    assert not [s for s in secrets for text in written if s in text]
