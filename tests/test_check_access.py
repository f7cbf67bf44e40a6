"""The checks of access: words of their evidence, several workloads, shapes as they come, and what they cost."""

import pytest
from test_access import ACCOUNT, AS_OF, AUTH, GROUP, OWNER, SUB, account_of, assignment, definition, estate

from readiness import app
from readiness.attestations import Attestations
from readiness.case import Case
from readiness.checks.app_roles import AppRoles, app_roles
from readiness.checks.custom_roles import NoWildcardData, no_wildcard_data
from readiness.checks.key_holders import FewKeyHolders, few_key_holders
from readiness.checks.search_access import identities
from readiness.checks.shared_identities import OwnIdentities, own_identities
from readiness.engine import judged
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin, Outcome, Resource
from readiness.snapshot import Snapshot
from readiness.workloads import Workloads

SITES = "Microsoft.Web/sites"
RBAC = [f"RBAC-{n:03d}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 10)] + ["SRCH-IAM-002", "AOAI-IAM-004"]
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], {}, {"id": []}, {"value": [3]}]


def test_evidence_says_who_holds_what_from_where():
    kinds = (("ann", "User", "tenant"), ("team", "Group", "mg"), ("app", "ServicePrincipal", "subscription"))
    bodies = [assignment(n, who, OWNER["id"], at, kind) for n, (who, kind, at) in enumerate(kinds)]
    bodies += [assignment(7, "bob", OWNER["id"], "group", "User"), assignment(8, "cas", OWNER["id"], "account")]
    world = estate([definition(OWNER), *bodies])
    found = few_key_holders(account_of(world), FewKeyHolders(), world)
    assert found.outcome is Outcome.FAIL
    assert found.message == (
        "5 principals can list the keys (2 people, 1 application, 1 group of unknown size, 1 principal of unknown "
        "type); expected at most 3"
    )
    assert [e.note for e in found.evidence[1:6]] == [
        "principal of unknown type cas, assigned here",
        "person bob, assigned at the resource group rg",
        "application app, assigned at the subscription",
        "group of unknown size team, assigned at the management group top",
        "person ann, assigned at the tenant",
    ]
    assert found.evidence[6].note == "groups are not expanded: each counts as one principal"


@pytest.mark.parametrize(
    ("made", "bodies", "said"),
    [
        ({"condition": "x"}, [definition(OWNER)], "under a condition that is not evaluated"),
        ({}, [{"id": f"/{AUTH}/roleDefinitions/{OWNER['id']}"}], "by a role whose definition was not read"),
    ],
)
def test_evidence_says_why_it_cannot_be_told(made, bodies, said):
    world = estate([*bodies, assignment(1, "ann", OWNER["id"], "group", "User", **made)])
    found = few_key_holders(account_of(world), FewKeyHolders(0), world)
    assert found.outcome is Outcome.UNKNOWN
    assert found.evidence[0].observed == "0 to 1"
    assert found.evidence[1].note == f"person ann, assigned at the resource group rg, {said}"


def test_evidence_is_cut_where_many_hold_a_role():
    world = estate([definition(OWNER), *(assignment(n, f"p{n}", OWNER["id"], "group", "User") for n in range(500))])
    found = few_key_holders(account_of(world), FewKeyHolders(), world)
    assert found.evidence[0].observed == 500
    assert len(found.evidence) == 11


def test_a_refused_list_is_named_with_the_permission_it_needs():
    refused = Gap(SUB, f"{AUTH.removeprefix('providers/')}/roleAssignments", None, "forbidden", permission="P/read")
    world = estate([definition(OWNER)], [refused])
    found = app_roles(account_of(world), AppRoles(()), world)
    assert found.outcome is Outcome.UNKNOWN
    assert found.evidence[-1].note.endswith("could not be read: forbidden (needs P/read)")


# --- apps of several workloads --------------------------------------------------------------------------------------


def site(name, workload, *identities):
    users = {f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{i}": {} for i in identities}
    body = {"id": f"{GROUP}/providers/{SITES}/{name}", "tags": {"workload": workload}, "properties": {}}
    return {**body, "identity": {"type": "UserAssigned", "userAssignedIdentities": users}}


def test_an_identity_that_two_workloads_share_fails_both():
    read = Snapshot()
    for body in (site("a", "one", "shared"), site("b", "two", "shared"), site("c", "three", "own")):
        read.add(body, "2024-11-01", Origin.ARM)
    graph = Graph(read, AS_OF, workloads=Workloads("workload"), assume_complete=True)
    world = Case(graph, Environments(graph), Attestations(AS_OF))
    found = {
        subject.key: own_identities(subject, OwnIdentities((SITES,)), world) for subject in graph.subjects("workload")
    }
    assert {key: decision.outcome.value for key, decision in found.items()} == {
        "workload:one": "fail",
        "workload:two": "fail",
        "workload:three": "pass",
    }
    [evidence] = found["workload:one"].evidence
    assert (evidence.path, evidence.observed) == ("apps with shared", ["a", "b"])


# --- shapes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_identities_of_any_shape_are_read(value):
    assert identities(Resource({"identity": value})) == frozenset()
    nested = {"principalId": value, "userAssignedIdentities": {"x": value, "y": {"principalId": value}}}
    assert identities(Resource({"identity": nested})) in (frozenset(), frozenset({"//"}), frozenset({"x" * 5000}))


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_a_role_of_any_shape_is_judged(value):
    body = {"id": f"/{AUTH}/roleDefinitions/r", "properties": {"type": "CustomRole", "permissions": value}}
    world = estate([body, assignment(1, "ann", "r", "account", "User")])
    record = world.graph.records[body["id"].lower()]
    assert no_wildcard_data(record, NoWildcardData(), world).outcome in (Outcome.UNKNOWN, Outcome.PASS)


# --- all rules of access on one estate ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules():
    found = {rule.id: rule for rule in app.all_rules(tested=False).rules}
    return [found[id_] for id_ in RBAC]


def verdicts(rules, gaps):
    """What each rule says of each subject of a small estate."""
    caller = {"id": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", "dataActions": ["Microsoft.CognitiveServices/*"]}
    search = f"{GROUP}/providers/Microsoft.Search/searchServices/s"
    link = {"privateLinkResourceId": ACCOUNT, "groupId": "openai_account"}
    bodies = [
        definition(OWNER),
        definition(caller),
        {"id": search, "identity": {"type": "SystemAssigned", "principalId": "srch"}, "properties": {}},
        {"id": f"{search}/sharedPrivateLinkResources/l", "properties": link},
        site("a", "w", "id"),
        *(assignment(n, f"p{n}", OWNER["id"], "subscription", "User") for n in range(4)),
        assignment(8, "srch", caller["id"], "account", "ServicePrincipal"),
        assignment(9, "team", caller["id"], "mg", "Group"),
    ]
    world = estate(bodies, gaps)
    world.graph.records[ACCOUNT.lower()].body["systemData"] = {"createdAt": "2020-01-01T00:00:00Z"}
    return {
        (rule.id, subject.key): outcome
        for rule in rules
        for outcome, subjects in judged([rule], world)[0].subjects.items()
        for subject in subjects
    }


LISTS = [f"Microsoft.Authorization/{kind}" for kind in (
    "roleAssignments", "roleDefinitions", "denyAssignments", "roleAssignmentScheduleInstances",
    "roleEligibilityScheduleInstances",
)] + ["Microsoft.Insights/eventtypes/values", SITES, "Microsoft.Search/searchServices/sharedPrivateLinkResources",
      "Microsoft.CognitiveServices/accounts/projects"]  # fmt: skip


@pytest.mark.parametrize("type_", LISTS)
def test_a_list_cut_short_makes_verdicts_unknown_and_none_another(rules, type_):
    whole = verdicts(rules, [])
    cut = verdicts(rules, [Gap(SUB, type_, None, "truncated")])
    assert cut.keys() == whole.keys()
    changed = {cut[key] for key in whole if cut[key] is not whole[key]}
    assert changed <= {Outcome.UNKNOWN}


def test_the_small_estate_has_every_outcome(rules):
    said = set(verdicts(rules, []).values())
    assert said >= {Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE}
    assert Outcome.ERROR not in said
