"""Live runs against an Azure of our own on loopback: the real command, Azure's real packages, a real credential.

Where many runs are compared they are made in this process, by the same door (`live.collect`).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest
from azure_fake import Estate, Fault, serve

from readiness import app, assets, snapshot
from readiness.arm import key_of, type_of, with_slash
from readiness.collect import faults as waiting
from readiness.collect import graphed, journal, live
from readiness.collect.asked import Live
from readiness.collect.operations import OPERATIONS, WORKLOADS
from readiness.errors import CouldNotReadError, StoppedError, UsageError
from readiness.model import Origin, Outcome

SAMPLE = Path(assets.__file__).parent / "sample" / "estate.jsonl.gz"
GROUP_TYPE = "Microsoft.Resources/resourceGroups"
AI = "Microsoft.CognitiveServices/accounts"
SUB = "/subscriptions/000000a5-0000-4000-8000-00000000000{}"
NO_METRICS = "Microsoft.Insights/metrics"


def small(**more):
    return Estate.tenant(subscriptions=3, accounts=6, deployments=12, gateways=1, apis=4, searches=2, empty=1, **more)


def sample(**more):
    return Estate.of_snapshot(SAMPLE, **more)


@pytest.fixture
def no_pauses(monkeypatch):
    """Retries follow at once."""
    monkeypatch.setattr(waiting, "BACK_OFF", 0.0)


# --- running --------------------------------------------------------------------------------------------------------


def environment(azure, **changed):
    """What the command sees of the environment; None takes a variable away."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("READINESS_", "AZURE_"))}
    named = {**kept, **azure.environment, "COLUMNS": "200", **changed}
    return {k: v for k, v in named.items() if v is not None}


def command(azure, folder, *words, **changed):
    """The finished process of `readiness WORDS`."""
    return subprocess.run(
        [sys.executable, "-m", "readiness", *words],
        env=environment(azure, **changed), cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def collected(azure, target, told=lambda line: None, **options):
    """The snapshot of a run in this process."""
    with mock.patch.dict(os.environ, azure.environment):
        asked = Live(arm_endpoint=azure.url, metrics_endpoint=azure.urls["metrics"], **options)
        live.collect(asked, target, told)
    return snapshot.read(str(target))


def ids(read):
    """Keys of what was read as records of its own."""
    return {key for key, resource in read.resources.items() if resource.origin is not Origin.EMBEDDED}


def members(estate):
    """Keys of all that a run can read: resource groups alone have no row in the table."""
    keys = {key_of(with_slash(body["id"])) for body in estate.records.values()}
    return {key for key in keys if type_of(key) != GROUP_TYPE}


def verdicts(path):
    """{(rule, subject): outcome} of a scan of a file."""
    report = app.scan(app.Options(input=str(path)))
    return {(v.rule.id, s.key): o for v in report.verdicts for o, found in v.subjects.items() for s in found}


def asked_of(azure):
    """How often each request was answered well, by all that tells requests apart."""
    answered = (s for s in azure.log if s.role == "arm" and s.status < 400)
    return Counter((s.method, s.path.lower(), tuple(sorted(s.query.items())), s.asked) for s in answered)


# --- the whole of it ------------------------------------------------------------------------------------------------


def test_the_sample_is_read_whole_and_live_and_file_are_judged_alike(tmp_path):
    with serve(sample()) as azure:
        collect = command(azure, tmp_path, "collect", "-o", "estate.jsonl.gz")
        assert (collect.returncode, collect.stdout) == (0, "")
        told = collect.stderr.splitlines()
        assert told[0] == "reading 4 subscriptions"
        assert told[-1].startswith("estate.jsonl.gz: 192 resources, ")
        assert members(azure.estate) <= set(snapshot.read(str(tmp_path / "estate.jsonl.gz")).resources)
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
        assert {gap.reason for gap in read.gaps} == {"not_asked"}


def test_a_subscription_without_ai_costs_the_queries_of_resource_graph_alone(tmp_path):
    estate = small()
    idle = SUB.format(2)
    site = {"id": f"{idle}/resourceGroups/rg-data/providers/Microsoft.Web/sites/shop", "kind": "app"}
    estate = Estate.of(
        [*estate.records.values(), site | {"location": "westeurope", "properties": {}}], groups=estate.groups
    )
    with serve(estate) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
        assert not [s for s in azure.log if s.path.lower().startswith(idle)]
        assert key_of(site["id"]) in read.resources
    gaps = {g.type for g in read.gaps if g.scope == idle}
    assert {"Microsoft.Web/sites/config", "Microsoft.Consumption/budgets"} <= gaps
    assert {(g.scope, g.reason) for g in read.gaps} == {(idle, "not_asked")}


def test_no_secret_reaches_a_file_or_the_output(tmp_path):
    with serve(small()) as azure:
        done = command(azure, tmp_path, "collect", "-o", "x.jsonl")
        formats = [word for suffix in ("json", "html", "md", "csv") for word in ("-o", f"r.{suffix}")]
        scan = command(azure, tmp_path, "scan", "x.jsonl", "--all", "--full", *formats)
        secrets = [*azure.estate.secrets, azure.secret]
        tokens = azure.authority.issued if hasattr(azure.authority, "issued") else ()
    assert len(secrets) > 8
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(written) == {"x.jsonl", "r.json", "r.html", "r.md", "r.csv"}
    everything = [*written.values(), done.stdout, done.stderr, scan.stdout, scan.stderr]
    assert not [s for s in (*secrets, *map(str, tokens)) for text in everything if s in text]
    assert written["x.jsonl"].count('"masked":"sha256:') + written["x.jsonl"].count("***masked***") >= 8


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

EACH_KIND = {
    "forbidden": "forbidden", "not_found": "not_found", "not_registered": "interrupted", "throttled": "throttled",
    "error": "interrupted", "reset": "interrupted", "invalid_json": "unparsable", "html": "unparsable",
    "null_value": "unparsable", "endless_same": "truncated", "endless_new": "truncated", "foreign_link": "truncated",
    "slow": "timeout", "truncated": "interrupted", "expired_token": "forbidden", "claims_challenge": "forbidden",
}  # fmt: skip
ROUTES = {
    "cognitiveservices.deployments.list": "GET */accounts/oai-nwa-*/deployments",
    "cognitiveservices.accounts.get": "GET */microsoft.cognitiveservices/accounts/*-weu",
    "apimanagement.apiPolicies.get": "GET */apis/assist-chat/policies/policy",
    "monitor.diagnosticSettings.list": "GET *diagnosticsettings",
    "cognitiveservices.usages.list": "GET */locations/*/usages",
    "authorization.locks.list": "GET */microsoft.authorization/locks",
}
STRUCK = [
    ("cognitiveservices.deployments.list", kind)
    for kind in EACH_KIND
    if "expired" not in kind and "claims" not in kind
]
STRUCK += [(name, kind) for name in list(ROUTES)[1:] for kind in ("forbidden", "null_value")]


@pytest.fixture(scope="module")
def untroubled(tmp_path_factory):
    """The verdicts of the sample, read without a fault."""
    target = tmp_path_factory.mktemp("live") / "x.jsonl"
    with serve(sample()) as azure:
        collected(azure, target)
    return verdicts(target)


def concerned(name):
    """The rules that an operation, and all that is asked for what it yields, are for."""
    rows = [row for row in OPERATIONS if row.name == name]
    rules = {rule for row in rows for rule in row.rules}
    for row in rows:
        if row.single:
            continue
        below = {o.name for o in OPERATIONS if o.name != name and o.each.lower() == row.yields.lower()}
        rules |= {rule for other in below for rule in concerned(other)}
    return rules


@pytest.mark.parametrize(("name", "kind"), STRUCK, ids=lambda word: word.replace(".", "-"))
def test_a_fault_makes_unknown_what_it_touches_and_nothing_else(tmp_path, no_pauses, untroubled, name, kind):
    fault = Fault(ROUTES[name], kind, retry_after="0", seconds=1.5)
    with serve(sample(), faults=[fault]) as azure:
        read = collected(azure, tmp_path / "x.jsonl", request_seconds=0.5 if kind == "slow" else 20)
        assert azure.writes == []
        assert azure.routes("foreign") == Counter()
    yields = {o.yields for o in OPERATIONS if o.name == name}
    lost = {(g.operation, g.type, g.reason, bool(g.permission)) for g in read.gaps if g.reason != "not_found"}
    lost |= {(g.operation, g.type, g.reason, bool(g.permission)) for g in read.gaps if g.operation == name}
    object_ = name.endswith(".get")
    assert lost == {(name, type_, EACH_KIND[kind], True) for type_ in yields} or (object_ and kind == "null_value")
    found = verdicts(tmp_path / "x.jsonl")
    others = {at: o for at, o in untroubled.items() if at[0] not in concerned(name)}
    assert others
    assert {at: found.get(at) for at in others} == others
    worse = {at: (untroubled.get(at), o) for at, o in found.items() if o is Outcome.PASS is not untroubled.get(at)}
    assert worse == {}


@pytest.mark.parametrize("kind", ["forbidden", "error", "null_value"])
def test_where_resource_graph_refuses_the_providers_lists_are_asked(tmp_path, no_pauses, untroubled, kind):
    with serve(sample(), faults=[Fault(f"POST {graphed.PATH}", kind)]) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
    found = verdicts(tmp_path / "x.jsonl")
    assert {key for key in members(azure.estate) if type_of(key).lower() in map(str.lower, WORKLOADS)} <= ids(read)
    assert {g.type for g in read.gaps if g.operation == graphed.NAME} == {
        g.type for g in graphed.GRAPHED if not any(o.fallback and o.yields == g.type for o in OPERATIONS)
    }
    assert not {at for at, o in found.items() if o is Outcome.PASS is not untroubled.get(at)}


def test_a_token_that_expires_midway_is_renewed(tmp_path):
    with serve(small(), faults=[Fault("GET */deployments", "expired_token", overall=1)]) as azure:
        read = collected(azure, tmp_path / "x.jsonl")
        assert len(azure.routes("login")) == 2
    assert {g.reason for g in read.gaps} == {"not_asked"}


# --- stopping and going on ------------------------------------------------------------------------------------------


def started(azure, folder, *words):
    """A process of its own group, to be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "readiness", *words],
        env=environment(azure), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def after(azure, requests):
    """Wait until so many requests were answered."""
    until = time.monotonic() + 30
    while len(azure.log) < requests:
        assert time.monotonic() < until
        time.sleep(0.002)


def comparable(path):
    """The records of a snapshot but for what two runs may differ in: the header, times, hashes of secrets."""
    lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    for record in lines:
        (record.get("read") or {}).pop("at", None)
        for key in ("start", "series"):
            (record.get("metrics") or {}).pop(key, None)
    return Counter(_unhashed(json.dumps(record, sort_keys=True)) for record in lines)


def _unhashed(text):
    parts = text.split("sha256:")
    return "sha256:".join([parts[0], *(part[8:] for part in parts[1:])])


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


@pytest.mark.parametrize("seed", range(3))
def test_killed_and_resumed_it_ends_with_the_same_records(tmp_path, uninterrupted, seed):
    whole, requests = uninterrupted
    moment = random.Random(seed).randint(4, requests - 4)  # noqa: S311 - a moment, no secret
    sys.stdout.write(f"seed {seed}: killed after {moment} of {requests} requests\n")
    with serve(small(), latency=0.02) as azure:
        running = started(azure, tmp_path, "collect", "-o", "x.jsonl", "--concurrency", "8")
        after(azure, moment)
        running.kill()
        running.communicate(timeout=20)
        partial = tmp_path / "x.jsonl.partial"
        kept = snapshot.read(str(partial)) if partial.exists() else None
        azure.latency, before = 0.0, len(azure.log)
        target = tmp_path / "x.jsonl"
        collected(azure, target, resume=str(partial) if kept else None)
        later = {s.path.lower() for s in azure.log[before:] if s.role == "arm"}
    assert comparable(target) == whole
    objects = {r.scope.lower() for r in kept.reads if r.type.lower().endswith("/policies")} if kept else set()
    lists = {r.scope.lower() + "/deployments" for r in kept.reads if "deployments" in r.operation} if kept else set()
    policies = {path for path in later if path.endswith("/policies/policy")}
    assert not lists & later
    assert not {path.removesuffix("/policies/policy") for path in policies} & objects


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
        assert {g.reason for g in partial.gaps} == {"forbidden", "throttled", "not_asked"}
        azure.faults.dialled.clear()
        before = len(azure.log)
        read = collected(azure, target, resume=f"{target}.partial")
        later = {s.path.lower().rpartition("/")[2] for s in azure.log[before:]}
    assert "deployments" in later
    assert "raipolicies" not in later
    assert {g.reason for g in read.gaps} == {"forbidden", "not_asked"}
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
