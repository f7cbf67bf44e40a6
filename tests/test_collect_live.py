"""Live runs against an Azure of our own on loopback: the real command, Azure's real packages, a real credential.

Where many runs are compared they are made in this process, by the same door (`live.collect`).
"""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest
from azure_fake import Estate, Fault, serve
from azure_runs import after, asked_of, collected, command, comparable, members, started

from readiness import app, assets, snapshot
from readiness.arm import key_of, type_of
from readiness.collect import faults as waiting
from readiness.collect import journal, live
from readiness.collect.asked import Live
from readiness.errors import CouldNotReadError, StoppedError, UsageError
from readiness.model import Origin

SAMPLE = Path(assets.__file__).parent / "sample" / "estate.jsonl.gz"
AI = "Microsoft.CognitiveServices/accounts"
FORMATS = [word for suffix in ("json", "html", "md", "csv") for word in ("-o", f"r.{suffix}")]
UNPRICED = [f"a551570{n}-0000-4000-8000-00000000000{n}" for n in (1, 4)]
"""Subscriptions of the sample without a plan of Defender's, which there always is: the fake's 404 is a gap."""
SUB = "/subscriptions/000000a5-0000-4000-8000-00000000000{}"


def small(**more):
    return Estate.tenant(subscriptions=3, accounts=4, deployments=6, gateways=1, apis=2, searches=1, empty=1, **more)


def sample(**more):
    return Estate.of_snapshot(SAMPLE, **more)


@pytest.fixture
def no_pauses(monkeypatch):
    """Retries follow at once."""
    monkeypatch.setattr(waiting, "BACK_OFF", 0.0)


def ids(read):
    """Keys of what was read as records of its own."""
    return {key for key, resource in read.resources.items() if resource.origin is not Origin.EMBEDDED}


# --- the whole of it ------------------------------------------------------------------------------------------------


def test_the_sample_is_read_whole_and_live_and_file_are_judged_alike(tmp_path):
    with serve(sample()) as azure:
        collect = command(azure, tmp_path, "collect", "-o", "estate.jsonl.gz")
        assert (collect.returncode, collect.stdout) == (0, "")
        told = collect.stderr.splitlines()
        assert told[0] == "reading 4 subscriptions"
        read = snapshot.read(str(tmp_path / "estate.jsonl.gz"))
        assert told[-1] == f"estate.jsonl.gz: {len(read.resources)} resources, 2 gaps"
        assert [(g.operation, g.scope) for g in read.gaps] == [
            ("security.pricings.get", f"/subscriptions/{guid}") for guid in UNPRICED
        ]
        assert members(azure.estate) <= set(read.resources)
        assert set(asked_of(azure).values()) == {1}
        assert (azure.writes, azure.routes("foreign")) == ([], Counter())
        assert command(azure, tmp_path, "scan", "-q", "--all", "-o", "live.json").returncode == 0
    assert not list(tmp_path.glob("*.partial"))
    from_file = app.scan(app.Options(input=str(tmp_path / "estate.jsonl.gz")))
    shown = {
        (f["rule"], f["resource"], f["outcome"]) for f in json.loads((tmp_path / "live.json").read_text())["findings"]
    }
    told = {(v.rule.id, s.id, o) for v in from_file.verdicts for o, found in v.subjects.items() for s in found}
    assert len(shown) > 300
    assert shown == told


def test_a_large_tenant_is_read_whole_although_azure_throttles_and_fails(tmp_path):
    trouble = [Fault("*", "throttled", share=0.1, retry_after="0"), Fault("*", "error", share=0.05, seed=1)]
    shape = {"subscriptions": 6, "accounts": 30, "deployments": 120, "gateways": 2, "apis": 16, "searches": 4}
    with serve(Estate.tenant(**shape), faults=trouble) as azure:
        assert command(azure, tmp_path, "collect", "-q", "-o", "tenant.jsonl").returncode == 0
        read = snapshot.read(str(tmp_path / "tenant.jsonl"))
        assert len(members(azure.estate)) > 400
        assert ids(read) == members(azure.estate)
        statuses = Counter(seen.status for seen in azure.log)
        assert statuses[429] > 40
        assert statuses[500] > 15
        assert set(asked_of(azure).values()) == {1}
        assert azure.writes == []
        assert read.gaps == []


def test_a_subscription_without_ai_costs_the_queries_of_resource_graph_alone(tmp_path):
    estate = small()
    idle = SUB.format(2)
    site = {"id": f"{idle}/resourceGroups/rg-data/providers/Microsoft.Web/sites/shop", "kind": "app"}
    estate = Estate.of(
        [*estate.records.values(), site | {"location": "westeurope", "properties": {}}], groups=estate.groups
    )
    with serve(estate) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
        named = collected(azure, tmp_path / "named.jsonl", subscriptions=("sub-02",))
        assert not [s for s in azure.log if s.path.lower().startswith(idle)]
        assert key_of(site["id"]) in read.resources
    # Unless it is named it is context, and nothing in it is judged: nothing is missing.
    guids = [SUB.format(n).rpartition("/")[2] for n in range(3)]
    assert read.header["scope"] == {"subscriptions": guids[:2], "context": guids[2:]}
    assert read.gaps == []
    gaps = {g.type for g in named.gaps if g.scope == idle}
    assert {"Microsoft.Web/sites/config", "Microsoft.Consumption/budgets"} <= gaps
    assert {(g.scope, g.reason) for g in named.gaps} == {(idle, "not_asked")}


def planted(azure):
    """All that must be seen nowhere: keys in named values, backends, loggers, policies, connections and settings of
    sites, the client's own secret, the tokens.
    """
    types = {type_of(key).rpartition("/")[2] for key, b in azure.estate.records.items() if "Plnt" in json.dumps(b)}
    assert types == {"namedvalues", "backends", "loggers", "policies", "connections", "sites", "config"}
    assert len(azure.estate.secrets) > 8
    return [*azure.estate.secrets, azure.secret, *azure.authority.tokens]


def test_no_secret_reaches_a_file_or_the_output(tmp_path):
    with serve(small()) as azure:
        done = command(azure, tmp_path, "collect", "-o", "x.jsonl", "--timings")
        scans = [command(azure, tmp_path, "scan", "x.jsonl", "--all", "--full", *FORMATS)]
        scans.append(command(azure, tmp_path, "explain", "APIM-SEC-004", "x.jsonl"))
        secrets = planted(azure)
        assert len(azure.authority.tokens) == 2
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(written) == {"x.jsonl", *FORMATS[1::2]}
    everything = [*written.values(), *(text for run in (done, *scans) for text in (run.stdout, run.stderr))]
    assert all(everything[: len(written)])
    assert not [s for s in secrets for text in everything if s in text]
    assert written["x.jsonl"].count('"masked":"sha256:') + written["x.jsonl"].count("***masked***") >= 8


def test_nothing_but_reading_is_asked_and_of_no_other_host(tmp_path):
    with serve(small()) as azure:
        collected(azure, tmp_path / "x.jsonl")
        seen = {(s.role, s.method) for s in azure.log}
        posts = {s.path.rpartition("/")[2] for s in azure.log if s.method == "POST" and s.role != "login"}
        hosts = {(s.role, f"https://{s.host}") for s in azure.log}
        own = {(role, azure.urls[role]) for role in ("arm", "login", "metrics")}
    assert seen == {("arm", "GET"), ("arm", "POST"), ("metrics", "POST"), ("login", "GET"), ("login", "POST")}
    assert posts == {"resources", "metrics:getBatch"}
    assert hosts == own


# --- which subscriptions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["sub-01", "SUB-01", "000000A5-0000-4000-8000-000000000001"])
def test_a_subscription_is_asked_for_by_name_or_id_and_the_others_are_context(tmp_path, named):
    with serve(small()) as azure:
        read = collected(azure, tmp_path / "x.jsonl", subscriptions=(named,))
        assert not [s for s in azure.log if s.path.lower().startswith((f"{SUB.format(2)}/", f"{SUB.format(0)}/p"))]
        others = {s.path for s in azure.log if s.path.lower().startswith(f"{SUB.format(0)}/")}
    assert read.header["scope"] == {"subscriptions": ["000000a5-0000-4000-8000-000000000001"]}
    assert all("/privateEndpoints/" in path for path in others)
    types = {r.type.lower() for k, r in read.resources.items() if k.startswith(SUB.format(0))}
    assert {AI.lower(), "microsoft.network/privatednszones"} <= types
    judged = app.scan(app.Options(input=str(tmp_path / "x.jsonl")))
    seen = {s.key for v in judged.verdicts for found in v.subjects.values() for s in found if s.key.startswith("/")}
    assert seen
    assert all(key.startswith(SUB.format(1)) for key in seen)


def test_a_subscription_that_nobody_sees_is_a_usage_error(tmp_path):
    with serve(small()) as azure:
        done = command(azure, tmp_path, "collect", "-o", "x.jsonl", "-s", "sub-7")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("readiness: no subscription 'sub-7' can be seen\n")
        assert list(tmp_path.iterdir()) == []


def test_a_disabled_subscription_is_a_gap_and_is_asked_nothing(tmp_path):
    guid = SUB.format(1).rpartition("/")[2]
    with serve(small(states={guid: "Disabled"})) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
        assert not [s for s in azure.log if guid in s.path or (s.asked and guid in s.asked)]
        alone = collected(azure, tmp_path / "y.jsonl", subscriptions=("sub-01",))
    gaps = [(g.scope, g.reason, g.code, g.message) for g in read.gaps if g.operation == "subscriptions.list"]
    assert gaps == [(SUB.format(1), "not_asked", "SubscriptionNotEnabled", "the subscription is Disabled")]
    assert guid not in read.header["scope"]["subscriptions"]
    assert (ids(alone), len(alone.gaps)) == ({SUB.format(n) for n in range(3)}, 1)


def test_what_lies_above_subscriptions_is_read_as_resource_graph_lists_it(tmp_path):
    with serve(small()) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
    above = {type_of(key) for key in read.resources if key.startswith("/providers/microsoft.management/")}
    assert above == {"microsoft.authorization/roleassignments", "microsoft.authorization/policyassignments"}
    chain = read.resources[SUB.format(0)].body["properties"]["managementGroupAncestorsChain"]
    assert [group["name"] for group in chain] == ["mg-contoso"]


# --- what can't be read at all --------------------------------------------------------------------------------------


def test_without_a_sign_in_it_says_what_to_type(tmp_path):
    with serve(small()) as azure:
        done = command(
            azure, tmp_path, "scan", "--auth", "environment",
            AZURE_CLIENT_SECRET=None, AZURE_TENANT_ID=None, AZURE_CLIENT_ID=None,
        )  # fmt: skip
        assert (done.returncode, done.stdout, azure.log) == (3, "", [])
    assert done.stderr.splitlines()[0].startswith("readiness: the environment has no sign-in: AZURE_TENANT_ID")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("words", [("scan",), ("collect", "-o", "x.jsonl")])
def test_a_wrong_secret_is_one_line_without_the_secret(tmp_path, words):
    with serve(small()) as azure:
        done = command(azure, tmp_path, *words, AZURE_CLIENT_SECRET="wrong-and-secret")  # noqa: S106 - of nobody
        assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(
        "readiness: Entra ID refused the sign-in: the client secret is wrong (AADSTS7000215)\n"
    )
    assert "wrong-and-secret" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_everything_refused_is_could_not_assess(tmp_path):
    with serve(small(), faults=[Fault("*", "forbidden")]) as azure:
        collect = command(azure, tmp_path, "collect", "-o", "x.jsonl")
        scan = command(azure, tmp_path, "scan")
    assert (collect.returncode, collect.stderr.splitlines()[-1]) == (0, "x.jsonl: 0 resources, 1 gaps")
    assert scan.returncode == 3
    assert "nothing could be read: there is no resource, and no list that was answered" in scan.stdout


def test_progress_goes_to_stderr_and_quiet_has_none(tmp_path):
    with serve(small()) as azure:
        loud = command(azure, tmp_path, "collect", "-o", "x.jsonl")
        quiet = command(azure, tmp_path, "collect", "-q", "-o", "y.jsonl")
    assert (loud.stdout, loud.stderr.splitlines()[0]) == ("", "reading 3 subscriptions")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_token_that_expires_midway_is_renewed(tmp_path):
    with serve(small(), faults=[Fault("GET */deployments", "expired_token", overall=1)]) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
        assert len(azure.routes("login")) == 2
    assert read.gaps == []


# --- stopping and going on ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """What a run that nobody stops reads of the small tenant, and how much it asks."""
    target = tmp_path_factory.mktemp("live") / "x.jsonl"
    with serve(small()) as azure:
        collected(azure, target)
        return comparable(target), len(azure.log)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_how_to_go_on(tmp_path, uninterrupted, how):
    with serve(small(), latency=0.05) as azure:
        running = started(azure, tmp_path, "collect", "-o", "x.jsonl", "--tenant", azure.estate.tenant_id)
        after(azure, 60)
        running.send_signal(how)
        out, said = running.communicate(timeout=20)
        assert (running.returncode, out) == (3, "")
        again = (
            f"readiness collect --resume x.jsonl.partial --tenant {azure.estate.tenant_id} --arm-endpoint {azure.url}"
        )
        again += f" --metrics-endpoint {azure.urls['metrics']}"
        assert (
            said.splitlines()[-1] == f"readiness: stopped; x.jsonl.partial holds what was read, go on with: {again}"
        )
        assert not (tmp_path / "x.jsonl").exists()
        assert not [s for s in azure.estate.secrets if s in (tmp_path / "x.jsonl.partial").read_text()]
        assert command(azure, tmp_path, "scan", "x.jsonl.partial", "-q").returncode == 0
        azure.latency = 0.0
        done = command(azure, tmp_path, *again.split()[1:])
        assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]
    assert comparable(tmp_path / "x.jsonl") == uninterrupted[0]


def test_a_stopped_scan_keeps_nothing_and_says_so(tmp_path):
    with serve(small(), latency=0.05) as azure:
        running = started(azure, tmp_path, "scan")
        after(azure, 60)
        running.send_signal(signal.SIGINT)
        out, said = running.communicate(timeout=20)
    assert (running.returncode, out, said.splitlines()[-2]) == (3, "", "readiness: stopped; nothing was kept")


def stopped_after(azure, target, count):
    """A run in this process that is interrupted when so many lists were asked for."""
    left = iter(range(count))

    def interrupted(self, row, target):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return answered(self, row, target)

    answered = live.Collector._answered
    with mock.patch.object(live.Collector, "_answered", interrupted), pytest.raises(StoppedError) as stopped:
        collected(azure, target, concurrency=1)
    return stopped.value


@pytest.mark.parametrize("count", [0, 1, 20, 60, 100])
def test_what_was_read_is_not_asked_for_again(tmp_path, uninterrupted, count):
    target = tmp_path / "x.jsonl"
    with serve(small()) as azure:
        stopped = stopped_after(azure, target, count)
        assert "go on with: readiness collect --resume" in stopped.message
        collected(azure, target, resume=f"{target}.partial")
        assert [at for at, times in asked_of(azure).items() if times > 1] == []
    assert comparable(target) == uninterrupted[0]


def test_a_refusal_for_good_is_not_asked_again_and_one_that_may_pass_is(tmp_path, no_pauses):
    target = tmp_path / "x.jsonl"
    refused = Fault("GET */raipolicies", "forbidden")
    busy = Fault("GET */deployments", "throttled", retry_after="0")
    with serve(small(), faults=[refused, busy]) as azure:
        stopped_after(azure, target, 100)
        partial = snapshot.read(f"{target}.partial")
        assert {g.reason for g in partial.gaps} == {"forbidden", "throttled"}
        azure.faults.dialled.clear()
        before = len(azure.log)
        read = collected(azure, target, resume=f"{target}.partial")
        later = {s.path.lower().rpartition("/")[2] for s in azure.log[before:]}
    assert "deployments" in later
    assert "raipolicies" not in later
    assert {g.reason for g in read.gaps} == {"forbidden"}
    assert {g.operation for g in read.gaps if g.reason == "forbidden"} == {"cognitiveservices.raiPolicies.list"}


@pytest.mark.parametrize("tail", [b'{"resource": {"id": "/subscr', b'{"read": {"operation": "x"}}'])
def test_a_line_that_was_cut_off_is_left_out(tmp_path, uninterrupted, tail):
    target = tmp_path / "x.jsonl"
    with serve(small()) as azure:
        stopped_after(azure, target, 40)
        with Path(f"{target}.partial").open("ab") as file:
            file.write(tail)
        collected(azure, target, resume=f"{target}.partial")
    assert comparable(target) == uninterrupted[0]


def test_a_run_does_not_write_over_what_another_left(tmp_path):
    target = tmp_path / "x.jsonl"
    with serve(small()) as azure:
        stopped_after(azure, target, 40)
        before = Path(f"{target}.partial").read_bytes()
        with pytest.raises(UsageError, match="is there already, from a run that was stopped"):
            collected(azure, target)
    assert Path(f"{target}.partial").read_bytes() == before


def test_resume_refuses_what_no_run_left_and_what_was_asked_otherwise(tmp_path):
    other = tmp_path / "y.jsonl.partial"
    other.write_text('{"schema": "readiness/snapshot/1"}\n')
    target = tmp_path / "x.jsonl"
    with serve(small()) as azure:
        stopped_after(azure, target, 40)
        with pytest.raises(UsageError, match="was not left by a run that was stopped"):
            collected(azure, tmp_path / "y.jsonl", resume=str(other))
        with pytest.raises(UsageError, match="--resume goes on with the subscriptions of its run"):
            collected(azure, target, resume=f"{target}.partial", subscriptions=("sub-01",))
        done = command(azure, tmp_path, "collect", "--resume", "x.jsonl")
        assert (done.returncode, done.stderr) == (
            2, "readiness: --resume takes the FILE.partial of a stopped run, found 'x.jsonl'\n",
        )  # fmt: skip
        done = command(azure, tmp_path, "collect", "--resume", "x.jsonl.partial", "-o", "z.jsonl")
        assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "  Leave out -o.")
        with mock.patch.dict(os.environ, azure.environment), pytest.raises(UsageError, match="that run read"):
            live.collect(Live(resume=f"{target}.partial", cloud="AzureCloud"), target, print)


def test_a_sign_in_that_was_lost_is_no_refusal_for_good():
    lost = snapshot.gap_of({"scope": "/x", "reason": "forbidden", "code": "SignInLost"})
    assert not journal.is_definite(lost)
    assert journal.is_definite(snapshot.gap_of({"scope": "/x", "reason": "forbidden", "status": 403}))
    assert issubclass(StoppedError, CouldNotReadError)
