"""The join of deployments to real model lists, and what is told of their retirement: tests/data/retirement.yaml."""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.lifecycle import NotPreview, NotRetired, not_preview, not_retired
from readiness.checks.retirement import Retirement, retirement
from readiness.checks.version_distance import NotBehindDefault, not_behind_default
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Origin, Outcome
from readiness.models import MODELS, listed_model
from readiness.snapshot import Snapshot

DATA = Path(__file__).parent / "data"
WRITTEN = yaml.safe_load((DATA / "retirement.yaml").read_text())
SUB = "/subscriptions/s"
ACCOUNT = f"{SUB}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
AS_OF = datetime(2026, 1, 1, 6, tzinfo=UTC)
CHECKS = {
    "AOAI-LIF-001": (retirement, Retirement()),
    "AOAI-LIF-002": (not_retired, NotRetired()),
    "AOAI-LIF-005": (not_preview, NotPreview()),
    "AOAI-LIF-006": (not_behind_default, NotBehindDefault()),
}
VERDICTS = [
    (as_of, deployment, rule, *(verdict if isinstance(verdict, list) else (verdict, None)))
    for as_of, found in WRITTEN["verdicts"].items()
    for deployment, rules in found.items()
    for rule, verdict in rules.items()
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["2026-03-01", "Standard"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@lru_cache
def listed(name):
    """A recorded list, each model with the id that a collector gives it."""
    below = f"{SUB}/providers/Microsoft.CognitiveServices/locations/{name}/models"
    bodies = json.loads((DATA / "models" / f"{name}.json").read_text())["value"]
    return tuple(_with_id(body, below) for body in bodies)


def _with_id(body, below):
    model = body["model"]
    return {"id": f"{below}/{body['kind']}:{model['format']}:{model['name']}:{model['version']}", **body}


def model(**keys):
    """A model of West Europe; keys go into it."""
    known = {"format": "OpenAI", "name": "gpt-4o", "version": "1", "lifecycleStatus": "GenerallyAvailable"}
    body = {"kind": "OpenAI", "model": {**known, "skus": [{"name": "Standard"}], **keys}}
    return _with_id(body, f"{SUB}/providers/Microsoft.CognitiveServices/locations/westeurope/models")


def deployment(name="gpt-4o", version="1", sku="Standard", **properties):
    named = {"format": "OpenAI", "name": name, "version": version}
    return {"id": f"{ACCOUNT}/deployments/d", "sku": {"name": sku}, "properties": {"model": named, **properties}}


def judged(check, params, deployed, *models, as_of=AS_OF, region="westeurope", kind="OpenAI"):
    read = Snapshot()
    for body in ({"id": ACCOUNT, "kind": kind, "location": region, "properties": {}}, deployed, *models):
        read.add(body, "2025-12-01", Origin.ARM)
    graph = Graph(read, as_of, assume_complete=True)
    return check(
        read.resources[deployed["id"].lower()], params, Case(graph, Environments(graph), Attestations(as_of))
    )


def told(date="2026-03-01T00:00:00Z", *more, as_of=AS_OF, sku="Standard", **properties):
    """The message of AOAI-LIF-001 for a model that retires on a day."""
    keys = more[0] if more else {}
    ends = {"inference": date, **keys.pop("deprecation", {})}
    body = model(deprecation=ends, skus=[{"name": sku}], **keys)
    return judged(retirement, Retirement(), deployment(sku=sku, **properties), body, *more[1:], as_of=as_of).message


# --- real lists --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "name", "rule", "outcome", "days"), VERDICTS)
def test_a_verdict_written_down_by_hand_is_what_the_rule_says(as_of, name, rule, outcome, days):
    row, moment = WRITTEN["deployments"][name], datetime.fromisoformat(as_of)
    check, params = CHECKS[rule]
    body = deployment(row["model"], row["version"], row["sku"])
    decision = judged(check, params, body, *listed(row["list"]), as_of=moment, region=row["list"], kind=row["kind"])
    assert (decision.outcome, _days(decision)) == (Outcome(outcome), days)


def _days(decision):
    """The days left that the evidence tells, negative if they are past; None where it tells none."""
    note = next((e.note or "" for e in decision.evidence if e.path.startswith("model.") and e.expected), "")
    words = note.split()
    if words[:1] == ["in"]:
        return int(words[1])
    return -int(words[0]) if words[2:3] == ["ago"] else None


def test_there_are_more_than_ten_verdicts_at_three_dates_and_every_deployment_has_one():
    assert len(WRITTEN["verdicts"]) == 3
    assert len(VERDICTS) > 10
    assert {name for _, name, *_ in VERDICTS} == WRITTEN["deployments"].keys()


@pytest.mark.parametrize("name", WRITTEN["lists"])
def test_every_model_of_a_real_list_is_read(name):
    read = Snapshot()
    for body in listed(name):
        read.add(body, None, Origin.ARM)
    found = [listed_model(record) for record in read.resources.values()]
    assert None not in found
    assert {record.type for record in read.resources.values()} == {MODELS}


# --- what is told ------------------------------------------------------------------------------------------------


def test_a_failure_says_the_date_the_days_and_what_the_service_will_do():
    assert told() == (
        "gpt-4o 1 retires on 2026-03-01, in 59 days; "
        "the service then upgrades it by itself, to the default version of that day, tested or not"
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (31, "in 31 days; "),
        (30, "in 30 days (critical: 30 days or fewer); "),
        (1, "in 1 day (critical: 30 days or fewer); "),
        (0, "today (critical: 30 days or fewer); "),
    ],
)
def test_the_last_days_are_called_critical(days, words):
    assert words in told((AS_OF + timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z"))


def test_a_day_that_has_passed_is_said_to_have():
    assert told("2025-12-31T00:00:00Z").startswith("gpt-4o 1 should have retired on 2025-12-31, 1 day ago (critical")


def test_a_tentative_date_is_said_to_be_one():
    assert ", a tentative date, in 59 days" in told(
        "2026-03-01T00:00:00Z", {"deprecation": {"deprecationStatus": "Tentative"}}
    )


@pytest.mark.parametrize("option", [None, "OnceCurrentVersionExpired", "oncenewdefaultversionavailable"])
def test_a_standard_deployment_is_upgraded_by_itself(option):
    assert told(versionUpgradeOption=option).endswith(
        "; the service then upgrades it by itself, to the default version of that day, tested or not"
    )


@pytest.mark.parametrize("sku", ["Standard", "GlobalStandard", "DataZoneStandard"])
def test_a_pinned_standard_deployment_stops(sku):
    assert told(sku=sku, versionUpgradeOption="NoAutoUpgrade").endswith(
        "; it then stops answering, as NoAutoUpgrade asks for"
    )


@pytest.mark.parametrize("option", [None, "OnceNewDefaultVersionAvailable", "NoAutoUpgrade"])
@pytest.mark.parametrize("sku", ["ProvisionedManaged", "GlobalProvisionedManaged", "GlobalBatch"])
def test_other_deployments_are_moved_by_hand_whatever_their_option_says(sku, option):
    assert told(sku=sku, versionUpgradeOption=option).endswith(
        f"; unless it is moved by hand it then stops answering: the service upgrades no {sku} deployment"
    )


def test_what_is_not_known_is_not_made_up():
    assert told(sku="Fresh").endswith("; whether a deployment of type Fresh is upgraded is not known")
    assert told(versionUpgradeOption="OnFullMoon").endswith("versionUpgradeOption could not be told")


def test_vectors_must_be_computed_anew():
    words = "; vectors of another model or version can't be compared: all that are stored must be computed anew"
    assert told("2026-03-01T00:00:00Z", {"capabilities": {"embeddings": "true"}}).endswith(words)


def test_what_it_is_upgraded_to_is_named_where_it_is_known():
    replaced = {"targetModelName": "gpt-4.1", "targetModelVersion": "2", "upgradeOnExpiryLeadTimeDays": 14}
    assert "to gpt-4.1 2, 14 days before, tested" in told("2026-03-01", {"replacementConfig": replaced})
    assert "to the default version, today 2, tested" in told(
        "2026-03-01", {}, model(version="2", isDefaultVersion=True)
    )
    assert "(today that is this one), tested" in told("2026-03-01", {"isDefaultVersion": True})


def test_a_model_that_is_not_listed_is_told_with_what_is():
    decision = judged(not_retired, NotRetired(), deployment(version="2", provisioningState="Disabled"), model())
    assert decision.message == (
        "gpt-4o 2 is not in the region's list for OpenAI accounts (listed are 1): it has probably retired"
    )
    assert decision.evidence[1].note == "as the deployments of retired models are"


def test_a_default_that_retires_first_is_no_good_goal_and_the_finding_says_so():
    decision = judged(
        not_behind_default,
        NotBehindDefault(),
        deployment("gpt-realtime-mini", "2025-10-06", "GlobalStandard"),
        *listed("canadacentral"),
        as_of=datetime(2026, 9, 16, tzinfo=UTC),
        region="canadacentral",
    )
    assert decision.message == (
        "gpt-realtime-mini 2025-10-06 is older than the default, 2025-12-15; "
        "the default itself retires first, on 2026-12-15"
    )


# --- always ------------------------------------------------------------------------------------------------------


@given(st.dates(), st.dates())
@settings(max_examples=60, deadline=None)
def test_it_fails_exactly_from_ninety_days_before_the_earlier_of_the_two_dates(one, other):
    body = model(
        deprecation={"inference": one.isoformat()}, skus=[{"name": "Standard", "deprecationDate": other.isoformat()}]
    )
    decision = judged(retirement, Retirement(), deployment(), body)
    near = (min(one, other) - AS_OF.date()).days <= 90
    assert decision.outcome is (Outcome.FAIL if near else Outcome.PASS)


@given(JSON, JSON, JSON)
@settings(max_examples=120, deadline=None)
def test_no_json_makes_a_check_raise_or_pass_without_a_date(body, sku, version):
    known = {"format": "OpenAI", "name": "gpt-4o", "version": "1"}
    records = (
        {**model(), "model": body},
        {**model(version="2"), "model": {**known, "skus": body, "deprecation": sku}},
    )
    named = deployment(version=version)
    named["sku"] = sku
    for check, params in CHECKS.values():
        assert judged(check, params, named, *records).outcome in Outcome
