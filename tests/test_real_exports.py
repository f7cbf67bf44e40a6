"""Real answers of Azure (tests/data/real/ORIGIN.md) as exports: no crash, and verdicts reviewed by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from readiness import app
from readiness.model import Environment, Outcome
from readiness.report import ALL

REAL = Path(__file__).parent / "data/real"
EXPORTS = sorted(p.name for p in REAL.glob("*.json"))
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
REVIEWS = {"ten.array.json": "verdicts.yaml", "more.array.json": "more.verdicts.yaml"}
"""The hand-written verdicts about each reviewed export."""
REVIEWED = {name: yaml.safe_load((REAL / verdicts).read_text()) for name, verdicts in REVIEWS.items()}

STAGES = {rule: entry["stage"] for rule, entry in json.loads((REAL.parent / "catalogue.json").read_text()).items()}
LATER = {rule for rule, stage in STAGES.items() if stage in ("graph", "time")} - {"AOAI-CAP-004", "AOAI-RAI-008"}
"""Rules that came after the reviews: an export hardly has what they look at, and their verdicts are not reviewed."""

DEFAULT_FILTER = dict.fromkeys(("AOAI-RAI-004", "AOAI-RAI-005", "AOAI-RAI-006"), "not_applicable")

Found = dict[tuple[str, str], str]


def outcomes(name: str, environment: Environment | None = None) -> Found:
    report = app.scan(app.Options(input=str(REAL / name), as_of=AS_OF, environment=environment))
    return {(f.rule, f.resource.lower()): str(f.outcome) for f in report.findings(ALL) if f.rule not in LATER}


def reviewed(name: str, part: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(v["rule"], e["id"].lower()): v for e in REVIEWED[name] for v in e.get(part, ())}


@pytest.fixture(scope="module")
def judged() -> dict[str, Found]:
    return {name: outcomes(name) for name in REVIEWS}


@pytest.fixture(scope="module")
def in_production() -> dict[str, Found]:
    return {name: outcomes(name, Environment.PRODUCTION) for name in REVIEWS}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_real_export_is_judged_without_a_crash(name):
    report = app.scan(app.Options(input=str(REAL / name), as_of=AS_OF))
    findings = list(report.findings(ALL))
    assert findings
    assert not [f for f in findings if f.outcome is Outcome.ERROR]


def cases(part: str) -> list[Any]:
    return [
        pytest.param(name, key, verdict, id=f"{key[0]}-{key[1].rpartition('/')[2]}")
        for name in REVIEWS
        for key, verdict in reviewed(name, part).items()
    ]


@pytest.mark.parametrize(("name", "key", "verdict"), cases("judged"))
def test_the_verdict_is_the_one_reviewed_by_hand(judged, name, key, verdict):
    assert judged[name][key] == verdict["outcome"], verdict["reason"]


@pytest.mark.parametrize(("name", "key", "verdict"), cases("production"))
def test_under_production_the_gated_rules_decide(in_production, name, key, verdict):
    assert in_production[name][key] == verdict["outcome"], verdict["reason"]


@pytest.mark.parametrize("name", REVIEWS)
def test_under_production_nothing_changes_but_what_was_reviewed(judged, in_production, name):
    changed = {key for key, outcome in in_production[name].items() if judged[name].get(key) != outcome}
    assert changed <= set(reviewed(name, "production"))


@pytest.mark.parametrize("name", REVIEWS)
def test_every_rule_that_judges_a_reviewed_resource_was_reviewed(judged, name):
    assert set(judged[name]) == set(reviewed(name, "judged"))


@pytest.mark.parametrize("deployment", ["/deployments/dpy", "/deployments/cctest-gpt4o-mini"])
def test_a_default_content_filter_is_no_custom_one_whatever_is_known_of_the_workload(deployment):
    """This export has no search service; the ruling: AOAI-RAI-004 to 006 judge custom policies alone."""
    found = {key: outcome for key, outcome in outcomes("accounts.array.json").items() if key[1].endswith(deployment)}
    assert {rule: found[rule, key] for rule, key in found if rule in DEFAULT_FILTER} == DEFAULT_FILTER


def test_the_review_holds_enough_that_could_not_be_told_or_does_not_apply():
    told = [v["outcome"] for name in REVIEWS for v in reviewed(name, "judged").values()]
    assert told.count("unknown") >= 3
    assert told.count("not_applicable") >= 3
