"""What --full adds to the JSON report: the sections of the other formats, behind the keys of the contract."""

import json
import math
import re

import builders as b
import hostile
import networked
import pytest
import small
from test_docs import documented_keys, keys_of

from readiness import app
from readiness.render import json as wire

FREE = {"gate.asked", "scope.tags", "gaps[]", "catalogue[].remediation.fix", "access[].data", "access[].keys"}
FREE |= {f"private_paths[].{part}" for part in ("approved", "endpoints[].registered", "networks[].route")}
FREE |= {"private_paths[].networks[].links[]"}
SECTIONS = ["subscriptions", "plan", "catalogue", "inventory", "private_paths", "access", "trends", "waivers"]
SECTIONS += ["attestations"]


def rendered(report, **options):
    return b"".join(wire.render(report, **options))


def full(report, **options):
    return json.loads(rendered(report, full=True, **options), parse_constant=lambda word: pytest.fail(word))


@pytest.fixture(scope="module")
def sample():
    return app.scan(app.Options(sample=True))


@pytest.fixture(scope="module")
def found(sample):
    return full(sample, every=True)


def test_keys_are_added_behind_those_of_the_contract_and_nothing_else_changes(sample, found):
    short = json.loads(rendered(sample, every=True))
    assert list(found) == [*short, *SECTIONS]
    rest = {key: value for key, value in found.items() if key not in (*SECTIONS, "findings")}
    assert rest == {key: value for key, value in short.items() if key != "findings"}
    for finding, whole in zip(short["findings"], found["findings"], strict=True):
        assert list(whole) == [*finding, "snippets", "excerpt"]
        assert {key: whole[key] for key in finding} == finding


def test_it_is_the_same_each_time_a_finding_a_line(sample):
    whole = rendered(sample, full=True)
    assert whole == rendered(sample, full=True)
    findings = list(sample.findings())
    assert len(whole.splitlines()) == 1 + len(findings) + 1 + 1 + len(SECTIONS)


def numbers(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


def test_numbers_have_four_decimals(found):
    every = [n for key in SECTIONS for n in numbers(found[key])]
    assert len(every) > 100
    assert [n for n in every if round(n, 4) != n] == []


def test_the_plan_is_that_of_the_report(sample, found):
    assert [stage["horizon"] for stage in found["plan"]] == [stage.horizon for stage in sample.plan]
    for stage, own in zip(found["plan"], sample.plan, strict=True):
        total = own.after.total
        assert stage["after"] == {"value": total.value, "floor": total.floor, "grade": own.after.grade}
        assert stage["steps"] == [
            {
                "rule": s.rule.id,
                "count": s.count,
                "points": round(float(s.gain), 4),
                "floor_points": round(float(s.floor_gain), 4),
                "effort": s.effort,
            }
            for s in own.steps
        ]


def test_every_selected_rule_is_in_the_catalogue(found):
    assert [r["id"] for r in found["catalogue"]] == [r["id"] for r in found["rules"]]
    one = next(r for r in found["catalogue"] if r["id"] == "OPS-001")
    assert one["attest"]["question"].endswith("?")
    assert one["attest"]["valid_for"] == "P180D"
    fixed = next(r for r in found["catalogue"] if r["id"] == "AOAI-IAM-001")
    assert fixed["remediation"]["fix"] == {"properties": {"disableLocalAuth": True}}
    assert fixed["attest"] is None


def test_a_whole_small_report(tmp_path):
    """What --full adds, to the letter; the texts of rules, commands and excerpts are their makers' to test."""
    found = full(small.report(tmp_path))
    account = f"{b.GROUP}/providers/{b.ACCOUNTS}/chat"
    by = {(f["rule"], f["resource"].rpartition("/")[2]): f for f in found["findings"]}
    keys, owner = by["TEST-001", "chat"], by["TEST-004", "other"]
    assert keys["snippets"]["az"].startswith("az rest --method patch")
    assert "disableLocalAuth: true" in keys["snippets"]["bicep"]
    assert [e["resource"] for e in keys["excerpt"]] == [account]
    assert [line["mark"] for line in keys["excerpt"][0]["lines"] if "disableLocalAuth" in line["text"]] == [True]
    assert owner["snippets"] is None
    assert by["TEST-003", "estate"]["excerpt"] == []
    assert found["subscriptions"] == [{"id": "00000000-0000-0000-0000-0000000000a1", "name": "sub-chat"}]
    deployment = {
        "resource": f"{account}/deployments/gpt",
        "account": "chat",
        "region": "westeurope",
        "model": "gpt-5.1",
        "version": "2025-11-13",
        "sku": "ProvisionedManaged",
        "capacity": 50,
        "upgrade": None,
        "filter": None,
        "open": 0,
    }
    assert found["inventory"] == {
        "kinds": [
            {"type": b.ACCOUNTS, "count": 2, "regions": [{"name": "westeurope", "count": 1}]},
            {"type": b.DEPLOYMENTS, "count": 1, "regions": []},
            {"type": "Microsoft.Resources/subscriptions", "count": 1, "regions": []},
        ],
        "deployments": [deployment],
    }
    assert found["trends"] == [
        {
            "chart": "utilisation",
            "resource": deployment["resource"],
            "limit": 90.0,
            "peak": 97.25,
            "start": "2025-12-31T23:00:00Z",
            "step_seconds": 14400.0,
            "points": [97.25],
            "note": "",
        }
    ]
    assert found["waivers"] == [
        {
            "rule": "TEST-004",
            "resource": "*/accounts/chat",
            "reason": "Ownership moves in March",
            "owner": "a@b.example",
            "expires": "2026-03-31",
            "ticket": "OPS-12",
            "state": "in force",
            "count": 1,
        }
    ]
    assert found["attestations"] == []


def test_an_answer_says_what_it_does(tmp_path):
    [answer] = full(hostile.report(tmp_path, hostile.PLAIN))["attestations"]
    assert answer == {
        "rule": "TEST-008",
        "for": "estate",
        "answer": "pass",
        "author": "words",
        "date": "2025-01-01",
        "expires": "2030-01-01",
        "evidence": "words",
        "state": "in force",
        "count": 1,
    }


@pytest.mark.parametrize(("capacity", "said"), [(50, 50), (2.5, 2.5), (1 / 3, 0.3333), (None, None), ("50", None)])
def test_what_is_no_number_is_null(tmp_path, capacity, said):
    account = b.account()
    served = b.child(account, "deployments", "gpt", {}, sku={"capacity": capacity})
    report = b.judge(b.snapshot(tmp_path, account, served), b.rule("require: {field: kind, exists: true}"))
    [one] = full(report)["inventory"]["deployments"]
    assert one["capacity"] == said


def test_metrics_beyond_all_numbers_are_null(tmp_path):
    account = b.account()
    served = b.child(account, "deployments", "gpt", {}, sku={"name": "Standard"})
    asked = [
        b.metrics(account, [1e308, 1e308], name="AzureOpenAIRequests", aggregation="Total",
                  dimensions={"ModelDeploymentName": "gpt", "StatusCode": "429"}),
    ]  # fmt: skip
    report = b.judge(b.snapshot(tmp_path, account, served, *asked), b.rule("require: {field: kind, exists: true}"))
    [one] = full(report)["trends"]
    assert all(p is None or math.isfinite(p) for p in [*one["points"], one["peak"], one["limit"]])


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_texts_are_texts(text, tmp_path):
    (tmp_path / "plain").mkdir()
    plain = full(hostile.report(tmp_path / "plain", hostile.PLAIN), every=True)
    found = full(hostile.report(tmp_path, text), every=True)
    assert keys_of(found, free={*FREE, "scope.tags"}) == keys_of(plain, free={*FREE, "scope.tags"})
    assert found["subscriptions"][0]["name"] == text
    assert found["waivers"][0]["reason"] == text


def test_cli_md_has_every_key_that_full_adds_and_no_other(sample, found, tmp_path):
    added = keys_of(found, free=FREE) - keys_of(json.loads(rendered(sample, every=True)), free=FREE)
    unread = b.judge(b.snapshot(tmp_path, *networked.whole()), b.rule("require: {field: kind, exists: true}"))
    lossy = {key: value for key, value in full(unread).items() if key in ("access", "private_paths")}
    assert documented_keys("What --full adds") == added | keys_of(lossy, free=FREE)


def test_the_command_line_writes_them(somewhere_else):
    from typer.testing import CliRunner

    from readiness.cli import app as command_line

    shown = CliRunner().invoke(command_line, ["scan", "--sample", "-f", "json", "--full"])
    assert shown.exit_code == 0
    assert re.search(rb'\n"plan":\[', shown.stdout_bytes)
    short = CliRunner().invoke(command_line, ["scan", "--sample", "-f", "json"])
    assert b'"plan"' not in short.stdout_bytes
