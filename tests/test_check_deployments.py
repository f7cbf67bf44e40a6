"""The checks about model deployments: their types, spillover, provisioned neighbours; and any JSON at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import app
from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.deployment_types import IN_WORDS, TYPES, Family, Reach, deployment_type
from readiness.checks.spillover import SpilloverTarget, spillover_target_valid
from readiness.checks.steady_latency import SteadyLatency, steady_latency
from readiness.conditions.field import Field
from readiness.conditions.lists import AllRelated, AnyRelated
from readiness.conditions.logic import Combined, Not
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin, Outcome, Reason
from readiness.paths import Path
from readiness.snapshot import Snapshot

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
TYPE = "Microsoft.CognitiveServices/accounts/deployments"
TARGET = SpilloverTarget(Path.parse("properties.spilloverDeploymentName"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from(["Standard", "Failed", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def world(*bodies, gaps=(), whole=True, account=None):
    read = Snapshot()
    read.add(account or {"id": ACCOUNT, "kind": "OpenAI", "properties": {}}, "2025-12-01", Origin.ARM)
    for body in bodies:
        read.add({"id": f"{ACCOUNT}/deployments/{body['name']}", **body}, "2025-12-01", Origin.ARM)
    read.gaps.extend(gaps)
    graph = Graph(read, AS_OF, assume_complete=whole)
    return Case(graph, Environments(graph), Attestations(AS_OF))


def deployment(name, sku, *, model="gpt-4o", version="1", state="Succeeded", **properties):
    named = {"name": model, "version": version}
    return {
        "name": name,
        "sku": {"name": sku},
        "properties": {"model": named, "provisioningState": state, **properties},
    }


def subject(case, name="x"):
    return case.graph.snapshot.resources[f"{ACCOUNT}/deployments/{name}".lower()]


def spilled(source, *others, **kwargs):
    case = world(source, *others, **kwargs)
    return spillover_target_valid(subject(case), TARGET, case)


def steady(source, *others, counts=True, **kwargs):
    case = world(source, *others, **kwargs)
    return steady_latency(subject(case), SteadyLatency(counts), case)


# --- types ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", [str.upper, str.lower, str])
def test_a_type_is_known_in_any_letter_case(spelled):
    assert [deployment_type(spelled(t.name)) for t in TYPES] == list(TYPES)


@pytest.mark.parametrize("name", [None, 7, True, [], {}, "", "GlobalFlex", "Standard ", "GlobalDeveloperTier"])
def test_a_name_that_is_not_known_is_no_type(name):
    assert deployment_type(name) is None


def test_every_type_has_a_family_and_a_reach_that_its_name_agrees_with():
    for each in TYPES:
        wide = {"Global": Reach.GLOBAL, "DataZone": Reach.DATA_ZONE}
        named = next((reach for prefix, reach in wide.items() if each.name.startswith(prefix)), Reach.REGION)
        assert each.reach is (Reach.GLOBAL if each.family is Family.DEVELOPER else named)
        assert ("Batch" in each.name) == (each.family is Family.BATCH)
        assert ("Standard" in each.name) == (each.family is Family.STANDARD)
    assert IN_WORDS.keys() == set(Reach)


def leaves(node):
    if isinstance(node, Combined):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, AnyRelated | AllRelated):
        for inner in (node.where, getattr(node, "require", None)):
            yield from leaves(inner)
    elif isinstance(node, Field):
        yield node


def test_the_rules_about_deployments_know_the_same_types():
    names = {t.name.casefold() for t in TYPES}
    found = 0
    for rule in app.all_rules().rules:
        if [t.lower() for t in rule.resource] != [TYPE.lower()]:
            continue
        for leaf in [*leaves(rule.where), *leaves(rule.require)]:
            if leaf.path.words == ("sku", "name") and leaf.known:
                found += 1
                assert {str(known.value).casefold() for known in leaf.known} == names, rule.id
    assert found >= 5


# --- spillover --------------------------------------------------------------------------------------------------

SOURCE = deployment("x", "ProvisionedManaged", spilloverDeploymentName="b")


def test_a_fitting_target_passes():
    assert spilled(SOURCE, deployment("b", "Standard")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (deployment("b", "GlobalBatch"), "sku.name"),
        (deployment("b", "GlobalStandard"), "sku.name"),
        (deployment("b", "Standard", model="gpt-4.1"), "properties.model.name"),
        (deployment("b", "Standard", version="2"), "properties.model.version"),
        (deployment("b", "Standard", state="failed"), "properties.provisioningState"),
        (deployment("b", "Standard", deploymentState="PAUSED"), "properties.deploymentState"),
        (deployment("b", "Standard", raiPolicyName="lenient"), "properties.raiPolicyName"),
    ],
)
def test_evidence_names_what_is_wrong_with_the_target(target, path):
    decision = spilled(SOURCE, target)
    assert decision.outcome is Outcome.FAIL
    assert {e.path for e in decision.evidence} == {f"{ACCOUNT}/deployments/b#{path}"}


def test_everything_that_is_wrong_is_told_at_once():
    target = deployment("b", "DataZoneStandard", model="gpt-4.1", version="2", state="Failed", raiPolicyName="z")
    assert len(spilled(SOURCE, target).evidence) == 5


def test_a_missing_target_fails_only_if_every_deployment_was_read():
    assert spilled(SOURCE).outcome is Outcome.FAIL
    assert spilled(SOURCE, whole=False).outcome is Outcome.UNKNOWN


def test_no_target_is_no_matter_of_the_check():
    for name in (None, ""):
        assert spilled(deployment("x", "ProvisionedManaged", spilloverDeploymentName=name)).outcome is (
            Outcome.NOT_APPLICABLE
        )


@pytest.mark.parametrize("name", ["x", "b"])
@pytest.mark.parametrize(
    "path",
    [
        "sku", "properties", "properties.model", "properties.raiPolicyName", "properties.provisioningState",
        "properties.deploymentState",
    ],
)  # fmt: skip
def test_what_could_not_be_read_of_either_is_never_a_pass(name, path):
    if name == "x" and path in ("properties.provisioningState", "properties.deploymentState"):
        return  # the deployment's own state is another rule's
    gap = Gap(scope=f"{ACCOUNT}/deployments/{name}", path=path, reason=Reason.FORBIDDEN)
    assert spilled(SOURCE, deployment("b", "Standard"), gaps=[gap]).outcome is Outcome.UNKNOWN


def test_a_deployment_without_the_record_of_its_account_is_unknown():
    case = world(SOURCE)
    del case.graph.snapshot.resources[ACCOUNT.lower()]
    assert spillover_target_valid(subject(case), TARGET, case).outcome is Outcome.UNKNOWN


def test_a_target_is_found_among_thousands():
    many = [deployment(f"d{i}", "Standard") for i in range(3000)]
    assert spilled(SOURCE, *many, deployment("B", "standard")).outcome is Outcome.PASS


# --- steady latency ---------------------------------------------------------------------------------------------

PAID = deployment("x", "GlobalStandard")


@pytest.mark.parametrize(
    ("sku", "outcome"),
    [(t.name, {Family.STANDARD: Outcome.FAIL, Family.PROVISIONED: Outcome.PASS}.get(t.family)) for t in TYPES],
)
def test_a_deployment_alone_is_judged_by_its_type(sku, outcome):
    assert steady(deployment("x", sku)).outcome is (outcome or Outcome.NOT_APPLICABLE)


def test_priority_counts_where_it_can_be_had_and_is_wanted():
    assert steady(deployment("x", "GlobalStandard", serviceTier="Priority")).outcome is Outcome.PASS
    assert steady(deployment("x", "GlobalStandard", serviceTier="Priority"), counts=False).outcome is Outcome.FAIL
    assert steady(deployment("x", "Standard", serviceTier="Priority")).outcome is Outcome.FAIL


def test_a_neighbour_of_the_same_model_is_named():
    decision = steady(PAID, deployment("ptu", "ProvisionedManaged"))
    assert decision.outcome is Outcome.PASS
    assert decision.evidence[0].observed == ["ptu"]


def test_only_a_whole_list_proves_that_there_is_none():
    assert steady(PAID).outcome is Outcome.FAIL
    assert steady(PAID, whole=False).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("path", ["sku", "properties", "properties.model.name"])
def test_a_neighbour_that_may_be_provisioned_makes_it_unknown(path):
    gap = Gap(scope=f"{ACCOUNT}/deployments/ptu", path=path, reason=Reason.FORBIDDEN)
    assert steady(PAID, deployment("ptu", "ProvisionedManaged"), gaps=[gap]).outcome is Outcome.UNKNOWN


def test_a_neighbour_whose_environment_is_not_known_makes_it_unknown():
    gap = Gap(scope=ACCOUNT, path="tags", reason=Reason.FORBIDDEN)
    assert steady(PAID, deployment("ptu", "ProvisionedManaged"), gaps=[gap]).outcome is Outcome.UNKNOWN


def test_each_of_thousands_is_judged_in_a_moment():
    case = world(*(deployment(f"d{i}", "GlobalStandard", model=f"m{i % 50}") for i in range(3000)))
    outcomes = {steady_latency(each, SteadyLatency(), case).outcome for each in case.graph.of_type(TYPE)}
    assert outcomes == {Outcome.FAIL}


# --- any JSON ---------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(JSON, JSON, JSON, JSON)
def test_no_json_makes_a_check_raise_or_pass_unseen(one, two, three, four):
    source = {"name": "x", "sku": one, "properties": {"spilloverDeploymentName": "b", "model": two}}
    target = {
        "name": "b",
        "sku": three,
        "properties": {"model": four, "provisioningState": one, "raiPolicyName": two},
    }
    assert spilled(source, target).outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    assert spilled({**source, "properties": two}, {**target, "properties": three}).outcome is not Outcome.PASS
    steady({**source, "properties": {"model": {"name": two}, "serviceTier": three}}, target)
    steady({**source, "sku": {"name": "GlobalStandard"}}, {**target, "sku": {"name": one}, "properties": four})
