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
PAGE = (ROOT / "docs/sample.md").read_text(encoding="utf-8")
EXPECTED = yaml.safe_load((ROOT / "tests/data/sample-expected.yaml").read_text())


@pytest.fixture(scope="module")
def report():
    return app.scan(app.Options(sample=True))


def test_the_sample_has_the_planted_findings_and_no_other(report):
    planted = {(e["rule"], e["resource"].lower(), e["outcome"], bool(e.get("waived"))) for e in EXPECTED}
    found = {(f.rule, f.resource.lower(), str(f.outcome), f.waiver is not None) for f in report.findings()}
    assert found == planted


def rows(heading):
    """The cells of the first table below a heading of the page."""
    lines = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")][1:]


def test_the_page_shows_what_is_expected():
    short = [
        (e["rule"], e["resource"].rpartition("/providers/")[2].partition("/")[2], e["outcome"]) for e in EXPECTED
    ]
    whole = [(e["rule"], e["resource"], e["outcome"]) for e in EXPECTED]
    shown = [tuple(row[:3]) for row in rows("What the rules must say")]
    assert [row for row, *spelled in zip(shown, short, whole, strict=True) if row not in spelled] == []


TRAPS = rows("Traps that must not go off")


@pytest.mark.parametrize(("rule", "resource", "outcome", "_"), TRAPS, ids=["-".join(t[:2]) for t in TRAPS])
def test_a_trap_does_not_go_off(report, rule, resource, outcome, _):
    found = [f for f in report.findings(ALL) if f.rule == rule and f.resource.endswith(resource)]
    assert [str(f.outcome) for f in found] == [outcome]


def test_the_page_shows_the_score(report):
    counted = [(r.id, c.passed, c.failed, c.unknown) for r, c in report.counted]
    assert [(row[0], *map(int, row[1:])) for row in rows("The score")] == counted
    total, score = report.score.total, report.score
    figures = f"Score {total.value:.4f}, floor {total.floor:.4f}, coverage {total.coverage:g}, grade {score.grade}"
    assert figures in PAGE
    assert f"Attested: {score.answered} of {score.asked}." in PAGE
    assert f"{report.scope['resources']} resources" in PAGE


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
