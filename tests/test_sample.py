"""The sample estate: exactly the mistakes and gaps that were planted, and the script makes it again."""

import gzip
import runpy
from pathlib import Path

import pytest
import yaml

from readiness import app, assets
from readiness.model import Outcome
from readiness.report import ALL

ROOT = Path(__file__).parent.parent
EXPECTED = yaml.safe_load((ROOT / "tests/data/sample-expected.yaml").read_text())


@pytest.fixture(scope="module")
def report():
    return app.scan(app.Options(sample=True))


def test_the_sample_has_the_planted_findings_and_no_other(report):
    planted = {(e["rule"], e["resource"].lower(), e["outcome"], bool(e.get("waived"))) for e in EXPECTED}
    found = {(f.rule, f.resource.lower(), str(f.outcome), f.waiver is not None) for f in report.findings()}
    assert found == planted


def test_each_rule_passes_somewhere_in_the_sample(report):
    assert {f.rule for f in report.findings((Outcome.PASS,))} == {r.id for r in report.ruleset.rules}


def test_no_gap_of_the_sample_hides_a_list_of_subjects(report):
    assert not any(v.lost for v in report.verdicts)
    assert {f.outcome for f in report.findings()} >= {Outcome.FAIL, Outcome.UNKNOWN, Outcome.MANUAL}


def test_the_sample_is_neither_perfect_nor_hopeless(report):
    total = report.score.total
    assert 50 < total.floor < total.value < 85
    assert 0.5 < total.coverage < 1


def test_every_finding_of_the_sample_can_be_shown(report):
    for finding in report.findings(ALL):
        assert finding.message
        assert finding.fingerprint


def test_the_script_makes_the_shipped_estate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    made = runpy.run_path(str(ROOT / "tools/make_sample.py"), run_name="made")
    shipped = gzip.decompress((assets.sample() / "estate.jsonl.gz").read_bytes()).decode()
    assert made["lines"]() == shipped
