"""Real answers of Azure (tests/data/real/ORIGIN.md) as exports: no crash, and ten verdicts reviewed by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from readiness import app
from readiness.model import Environment, Outcome
from readiness.report import ALL

REAL = Path(__file__).parent / "data/real"
EXPORTS = sorted(p.name for p in REAL.glob("*.json"))
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
REVIEWED = yaml.safe_load((REAL / "verdicts.yaml").read_text())


@pytest.fixture(scope="module")
def judged():
    report = app.scan(app.Options(input=str(REAL / "ten.array.json"), as_of=AS_OF))
    return {(f.rule, f.resource.lower()): str(f.outcome) for f in report.findings(ALL)}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_real_export_is_judged_without_a_crash(name):
    report = app.scan(app.Options(input=str(REAL / name), as_of=AS_OF))
    findings = list(report.findings(ALL))
    assert findings
    assert not [f for f in findings if f.outcome is Outcome.ERROR]


CASES = [
    pytest.param(entry["id"], verdict, id=f"{verdict['rule']}-{entry['id'].rpartition('/')[2]}")
    for entry in REVIEWED
    for verdict in entry["judged"]
]


@pytest.mark.parametrize(("subject", "verdict"), CASES)
def test_the_verdict_is_the_one_reviewed_by_hand(judged, subject, verdict):
    assert judged[verdict["rule"], subject.lower()] == verdict["outcome"], verdict["reason"]


def test_the_review_holds_enough_that_could_not_be_told_or_does_not_apply():
    outcomes = [v["outcome"] for e in REVIEWED for v in e["judged"]]
    assert outcomes.count("unknown") >= 3
    assert outcomes.count("not_applicable") >= 3


def test_every_rule_that_judges_a_reviewed_resource_was_reviewed(judged):
    reviewed = {(v["rule"], e["id"].lower()) for e in REVIEWED for v in e["judged"]}
    ids = {e["id"].lower() for e in REVIEWED}
    assert {pair for pair in judged if pair[1] in ids} == reviewed


def test_under_production_the_gated_rules_decide():
    report = app.scan(
        app.Options(input=str(REAL / "ten.array.json"), as_of=AS_OF, environment=Environment.PRODUCTION)
    )
    found = {(f.rule, f.resource.lower()): str(f.outcome) for f in report.findings(ALL)}
    for entry in REVIEWED:
        for verdict in entry.get("production", ()):
            assert found[verdict["rule"], entry["id"].lower()] == verdict["outcome"], verdict["reason"]
