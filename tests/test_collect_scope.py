"""What a live run is asked for: management groups, resource groups, tags; judged alike live, and from the file."""

import json
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest
from azure_fake import Estate, Fault, serve
from azure_runs import verdicts
from typer.testing import CliRunner

from readiness import assets, snapshot
from readiness.arm import key_of, parent_of
from readiness.cli import app as command_line
from readiness.collect import live
from readiness.collect.narrowed import Narrowed
from readiness.graph import Graph
from readiness.model import Origin, Outcome
from readiness.scope import asked
from tests import builders as b

pytestmark = pytest.mark.usefixtures("somewhere_else")

SAMPLE = assets.sample() / "estate.jsonl.gz"
GUIDS = [f"000000a5-0000-4000-8000-00000000000{n}" for n in range(3)]
SUBS = [f"/subscriptions/{guid}" for guid in GUIDS]
MANAGED = {"mg-contoso": GUIDS, "mg-Prod": GUIDS[1:], "mg-data": GUIDS[2:]}
GROUP = "/providers/Microsoft.Management/managementGroups/"
NARROW = {
    "group": ("-g", "rg-nwa-prod"),
    "tag": ("--tag", "workload=insights"),
    "group-and-tag": ("-g", "rg-nwa-prod", "--tag", "WORKLOAD=Assist"),
}


def small(**more):
    """Two subscriptions with AI and one without, below groups that lie in each other."""
    made = Estate.tenant(subscriptions=3, accounts=4, deployments=4, gateways=1, apis=1, searches=1, empty=1)
    return Estate.of(made.records.values(), groups=MANAGED, **more)


def run(azure, *words):
    """The command in this process, against the fake."""
    return CliRunner().invoke(command_line, list(words), env=azure.environment)


def report(*words, env=None):
    """The JSON report of a scan."""
    done = CliRunner().invoke(command_line, ["scan", *words, "-q", "--all", "-o", "report.json"], env=env)
    assert done.exit_code in (0, 3), done.output
    return json.loads(Path("report.json").read_text(encoding="utf-8"))


def outcomes(found):
    return {(f["rule"], f["resource"].casefold()): f["outcome"] for f in found["findings"]}


# --- management groups ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found", "context"),
    [
        # What holds no AI is context, below a group as elsewhere; unless nothing below it does.
        (("--management-group", "mg-prod"), GUIDS[1:2], GUIDS[2:]),
        (("--management-group", f"{GROUP}MG-PROD"), GUIDS[1:2], GUIDS[2:]),
        (("--management-group", "mg-data"), GUIDS[2:], []),
        (("--management-group", "mg-data", "--management-group", "mg-contoso"), GUIDS[:2], GUIDS[2:]),
        (("--management-group", "mg-contoso", "-s", "sub-01"), GUIDS[1:2], []),
    ],
)
def test_what_lies_below_management_groups_is_judged_and_the_rest_is_context(words, found, context):
    with serve(small()) as azure:
        done = run(azure, "collect", "-q", "--no-metrics", "-o", "x.jsonl", *words)
        assert (done.exit_code, done.output) == (0, "")
        details = {s.path.split("/")[2] for s in azure.log if s.path.lower().endswith("/deployments")}
        assert set(Counter(s.asked for s in azure.log if s.method == "POST").values()) == {1}
    read = snapshot.read("x.jsonl")
    names = sorted(words[n + 1] for n, word in enumerate(words) if word == "--management-group")
    left_out = {"context": context} if context else {}
    assert read.header["scope"] == {"subscriptions": found, "management_groups": names, **left_out}
    assert details == set(found) & set(GUIDS[:2])
    assert set(SUBS) <= set(read.resources)


def test_a_live_scan_of_a_management_group_is_that_of_the_file():
    words = ("--management-group", "mg-prod", "--no-metrics")
    with serve(small()) as azure:
        assert run(azure, "collect", "-q", "-o", "x.jsonl", *words).exit_code == 0
        live = report(*words, env=azure.environment)
    from_file = report("x.jsonl")
    assert outcomes(live) == outcomes(from_file)
    assert live["scope"] | {"source": "", "resources": 0} == from_file["scope"] | {"source": "", "resources": 0}
    assert (live["scope"]["subscriptions"], live["scope"]["management_groups"]) == (GUIDS[1:2], ["mg-prod"])


@pytest.mark.parametrize("words", [("collect", "-o", "x.jsonl"), ("scan",), ("doctor",)])
def test_a_management_group_that_holds_nothing_is_one_line(words):
    with serve(small()) as azure:
        done = run(azure, *words, "--management-group", "mg-prd")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "readiness: no subscription below a management group 'mg-prd' can be seen\n  did you mean 'mg-prod'?\n"
    )
    assert list(Path().iterdir()) == []


def test_where_management_groups_can_not_be_told_nothing_is_judged_by_mistake():
    with serve(small(), faults=[Fault("POST */microsoft.resourcegraph/resources", "forbidden")]) as azure:
        done = run(azure, "scan", "--management-group", "mg-prod")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        "readiness: the subscriptions of management groups can't be told: forbidden\n"
        "  Name them with --subscription.\n"
    )


def test_doctor_looks_at_the_subscriptions_below_a_management_group():
    with serve(small()) as azure:
        done = run(azure, "doctor", "--management-group", "mg-prod", "--role")
    assert json.loads(done.stdout)["AssignableScopes"] == SUBS[1:]


def chained(sub, *names):
    """A subscription's record as Resource Graph gives it."""
    chain = [{"name": name, "displayName": f"Group {name}"} for name in names]
    return {"resource": {"id": sub, "name": "s", "properties": {"managementGroupAncestorsChain": chain}}}


@pytest.mark.parametrize(
    ("group", "expected"),
    [("prod", {b.SUB.lower()}), ("GROUP root", {b.SUB.lower(), b.SUB2.lower()}), (f"{GROUP}Dev", {b.SUB2.lower()})],
)
def test_a_file_is_narrowed_by_what_its_subscriptions_say(tmp_path, group, expected):
    read = b.snapshot(tmp_path, chained(b.SUB, "prod", "root"), chained(b.SUB2, "dev", "root"), b.account())
    assert asked(read, management_groups=(group,)).subscriptions == expected


def test_a_file_that_does_not_say_it_is_refused_and_so_is_a_group_that_is_not_there(tmp_path):
    b.snapshot(tmp_path, b.account(), name="x.jsonl")
    done = CliRunner().invoke(command_line, ["scan", "x.jsonl", "--management-group", "prod"])
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        2,
        "readiness: the input does not say in which management groups the subscription "
        f"{b.SUB.rpartition('/')[2]} lies",
    )
    b.snapshot(tmp_path, chained(b.SUB, "prod"), b.account(), name="y.jsonl")
    done = CliRunner().invoke(command_line, ["scan", "y.jsonl", "--management-group", "prd"])
    assert (done.exit_code, done.stderr) == (
        2,
        "readiness: the input has no subscription below a management group 'prd'\n  did you mean 'prod'?\n",
    )


# --- resource groups and tags ---------------------------------------------------------------------------------------


@contextmanager
def sample():
    """The sample as an Azure, at the time when it was collected: models retire as the days go by."""
    clock = mock.Mock(wraps=datetime)
    clock.now.return_value = snapshot.read(str(SAMPLE)).collected_at
    with serve(Estate.of_snapshot(SAMPLE)) as azure, mock.patch.object(live, "datetime", clock):
        yield azure


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sample as a run reads it that was asked for everything, and how often it asked."""
    path = tmp_path_factory.mktemp("whole") / "whole.jsonl"
    with sample() as azure:
        assert run(azure, "collect", "-q", "-o", str(path)).exit_code == 0
        return path, len(azure.log)


def test_the_sample_read_at_its_time_is_judged_as_it_is_but_where_it_has_gaps(whole):
    """Its gaps alone become known; the fake's own are a plan of Defender's that it has none of."""
    as_it_is, read = verdicts(SAMPLE), verdicts(whole[0])
    changed = {at: (as_it_is.get(at), read.get(at)) for at in as_it_is | read if as_it_is.get(at) != read.get(at)}
    known = {at for at, (before, _) in changed.items() if before is Outcome.UNKNOWN}
    lost = {key_of(gap.scope) for gap in snapshot.read(str(SAMPLE)).gaps}
    assert len(as_it_is) > 800
    assert known
    assert all(any(key.startswith(scope) for scope in lost) for _, key in known)
    assert {rule for rule, _ in changed.keys() - known} <= {"AOAI-RAI-008"}


@pytest.mark.parametrize("words", NARROW.values(), ids=NARROW)
def test_what_is_read_for_less_is_judged_as_if_all_had_been_read(whole, words):
    with sample() as azure:
        assert run(azure, "collect", "-q", "-o", "x.jsonl", *words).exit_code == 0
        assert len(azure.log) < whole[1]
    header = snapshot.read("x.jsonl").header["scope"]
    narrowed = Narrowed.of(words[1:2] if words[0] == "-g" else (), words[-1:] if "--tag" in words else ())
    assert header.keys() - {"subscriptions"} == narrowed.shown().keys()
    first, second = report("x.jsonl"), report(str(whole[0]), *words)
    assert len(outcomes(second)) > 20
    assert outcomes(first) == outcomes(second)


def test_what_a_subscription_alone_can_not_tell_is_unknown_and_never_another_verdict(whole, tmp_path):
    """The hub's gateway leads to the spoke; its backends are read only where the hub is asked for, too."""
    guid = "a5515704-0000-4000-8000-000000000004"
    with sample() as azure:
        assert run(azure, "collect", "-q", "-s", guid, "-o", "x.jsonl").exit_code == 0
    alone, beside = verdicts(tmp_path / "x.jsonl"), verdicts(whole[0], subscriptions=(guid,))
    changed = {at: outcome for at, outcome in alone.items() if outcome is not beside.get(at)}
    assert alone.keys() == beside.keys()
    assert set(changed.values()) == {Outcome.UNKNOWN}
    assert "AOAI-NET-014" in {rule for rule, _ in changed}


def test_a_live_scan_of_a_tag_is_that_of_the_file_and_reads_its_metrics_alone():
    with sample() as azure:
        assert run(azure, "collect", "-q", "-o", "x.jsonl", *NARROW["tag"]).exit_code == 0
        live = report(*NARROW["tag"], env=azure.environment)
    assert outcomes(live) == outcomes(report("x.jsonl"))
    read = snapshot.read("x.jsonl")
    assert {metric.resource.rpartition("/")[2] for metric in read.metrics} == {"aif-nwa-insights-prod-weu"}
    settings = [r.scope for r in read.reads if r.type == "Microsoft.Insights/diagnosticSettings"]
    assert "oai-nwa-prod-weu" not in " ".join(settings)
    assert {r.scope.rpartition("/")[2] for r in read.reads if str(r.type).endswith("/deployments")} >= {
        "oai-nwa-prod-weu", "aif-nwa-insights-prod-weu",
    }  # fmt: skip


@pytest.mark.parametrize("flags", [(("rg-nwa-prod",), ()), ((), ("workload=assist",)), ((), ("owner=", "env=PROD"))])
def test_the_run_and_the_scan_agree_on_what_is_judged(flags):
    read = snapshot.read(str(SAMPLE))
    graph, narrowed = Graph(read, read.collected_at, asked(read, (), *flags)), Narrowed.of(*flags)
    found = [r for r in read.resources.values() if r.origin is not Origin.EMBEDDED]

    def body_of(key):
        return read.resources[key].body if key in read.resources else None

    told = {r.id: narrowed.holds(r.id, body_of) for r in found}
    assert told == {r.id: graph.is_judged(r) for r in found}
    assert set(told.values()) == {True, False}
    assert any(parent_of(key_of(id_)) for id_, holds in told.items() if holds)


@pytest.mark.parametrize(
    ("group", "found", "reasons"), [("RG-ai-01", GUIDS[:2], set()), ("rg-data", GUIDS, {"not_asked"})]
)
def test_a_subscription_without_ai_is_judged_where_it_holds_the_resource_group(group, found, reasons):
    with serve(small()) as azure:
        assert run(azure, "collect", "-q", "--no-metrics", "-o", "x.jsonl", "-g", group).exit_code == 0
    read = snapshot.read("x.jsonl")
    left_out = {"context": GUIDS[2:]} if found == GUIDS[:2] else {}
    assert read.header["scope"] == {"subscriptions": found, "resource_groups": [group.lower()], **left_out}
    assert {g.reason for g in read.gaps if g.operation != "monitor.metrics"} == reasons


@pytest.mark.parametrize("words", [("collect", "-o", "x.jsonl"), ("scan",)])
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("-g", "rg-ai-O1"), "nothing in a resource group 'rg-ai-o1' can be seen\n  did you mean 'rg-ai-01'?\n"),
        (("--tag", "prod"), "--tag takes name=value, found 'prod'\n  For example --tag workload=chat\n"),
    ],
)
def test_a_group_or_a_tag_that_can_not_be_is_one_line_and_leaves_no_file(words, flags, said):
    with serve(small()) as azure:
        done = run(azure, *words, "-q", *flags)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"readiness: {said}")
    assert list(Path().iterdir()) == []


def test_a_run_that_goes_on_takes_no_other_scope():
    with serve(small()) as azure:
        for words in (("--management-group", "mg-prod"), ("-g", "rg"), ("--tag", "a=b")):
            done = run(azure, "collect", "--resume", "x.jsonl.partial", *words)
            assert done.exit_code == 2
            assert done.stderr.startswith("readiness: --resume goes on with the s")


@pytest.mark.parametrize(("context", "who"), [(GUIDS[:1], "1 subscription holds"), (GUIDS, "3 subscriptions hold")])
def test_the_head_of_a_report_says_what_was_seen_and_not_judged(tmp_path, context, who):
    read = b.snapshot(tmp_path, b.account(), scope={"subscriptions": [b.SUB.rpartition("/")[2]], "context": context})
    said = f"{who} no AI service, gateway or search service: context, not judged (-s names what is to be)"
    assert b.judge(read, b.rule("require: {field: kind, equals: OpenAI}")).notices == (said,)
