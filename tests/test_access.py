"""Effective access: the table of hand-made cases, what cannot be told, and what it costs."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.access import (
    CALL_MODELS,
    LIST_KEYS,
    REACH_DATA,
    Holds,
    access,
    eligible,
    keys_work,
    table,
    temporary,
)
from readiness.attestations import Attestations
from readiness.case import Case
from readiness.environments import Environments
from readiness.graph import Graph
from readiness.model import Gap, Origin, Reason
from readiness.roles import PUBLISHED, covers, matches, meets
from readiness.snapshot import Snapshot

TABLE = yaml.safe_load((Path(__file__).parent / "data" / "access.yaml").read_text(encoding="utf-8"))
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
SUB = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUB}/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/oai"
AUTH = "providers/Microsoft.Authorization"
PLACES = {
    "tenant": "",
    "mg": "/providers/Microsoft.Management/managementGroups/Top",
    "subscription": SUB,
    "group": GROUP,
    "account": ACCOUNT,
    "other-account": f"{ACCOUNT}-2",
    "other-group": f"{SUB}/resourceGroups/rg2",
    "project": f"{ACCOUNT}/projects/p",
}
LISTS = ("actions", "notActions", "dataActions", "notDataActions")


def estate(bodies, gaps=(), lists=True):
    """A snapshot with an account in a subscription below a management group; its lists are whole but for gaps."""
    read = Snapshot()
    ancestors = {"managementGroupAncestorsChain": [{"name": "top"}]}
    for body in ({"id": SUB, "properties": ancestors}, {"id": ACCOUNT, "kind": "OpenAI", "properties": {}}, *bodies):
        read.add(body, "2022-04-01", Origin.ARM)
    read.gaps.extend(gaps)
    graph = Graph(read, AS_OF, assume_complete=lists)
    return Case(graph, Environments(graph), Attestations(AS_OF))


def definition(role, at=""):
    """A role's record; `blocks` null has no properties."""
    body = {"id": f"{at}/{AUTH}/roleDefinitions/{role['id']}"}
    blocks = role.get("blocks", [{key: role[key] for key in LISTS if key in role}])
    if blocks is None:
        return body
    kind = "CustomRole" if role.get("custom") else "BuiltInRole"
    return {**body, "properties": {"roleName": role.get("name", "x"), "type": kind, "permissions": blocks}}


def assignment(number, to, role, at, kind=None, condition=None, **more):
    """An assignment's record; the definition is named below the subscription, as answers do."""
    scope = PLACES[at]
    named = {"principalId": to, "roleDefinitionId": f"{SUB}/{AUTH}/roleDefinitions/{role}", "scope": scope or "/"}
    properties = {**named, "principalType": kind, "condition": condition, **more}
    return {"id": f"{scope}/{AUTH}/roleAssignments/{number}", "properties": properties}


def denial(number, at, **said):
    principals = [{"id": p, "type": "User"} for p in said.get("principals", ())]
    principals += [{"id": p, "type": "Group"} for p in said.get("groups", ())]
    everyone = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
    principals += [everyone] if said.get("everyone") else []
    excluded = [{"id": p, "type": "User"} for p in said.get("but", ())]
    excluded += [{"id": p, "type": "Group"} for p in said.get("but_groups", ())]
    blocks = said.get("blocks", [{key: said[key] for key in LISTS if key in said}])
    properties = {"scope": PLACES[at] or "/", "permissions": blocks, "doNotApplyToChildScopes": said.get("here_only")}
    properties |= {"principals": principals or None, "excludePrincipals": excluded}
    return {"id": f"{PLACES[at]}/{AUTH}/denyAssignments/{number}", "properties": properties}


def built(case):
    """The records of a case of the table."""
    ids = {name: role["id"] for name, role in TABLE["roles"].items()} | TABLE["unread"]
    used = {each["role"] for each in case.get("assigned", ())} - set(case.get("without", ()))
    definitions = [definition(role) for name, role in TABLE["roles"].items() if name in used]
    assigned = [
        assignment(number, **{**each, "role": ids[each["role"]]})
        for number, each in enumerate(case.get("assigned", ()))
    ]
    return [*definitions, *assigned, *(denial(n, **each) for n, each in enumerate(case.get("denied", ())))]


def account_of(world):
    return world.graph.records[ACCOUNT.lower()]


def holders(world, right):
    return access(account_of(world), world).holders(Holds(right))


def test_the_table_is_large_enough():
    assert len(TABLE["cases"]) >= 40
    assert len({case["name"] for case in TABLE["cases"]}) == len(TABLE["cases"])


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_access_agrees_with_the_table(case):
    world = estate(built(case))
    for right, name in ((LIST_KEYS, "keys"), (REACH_DATA, "data")):
        found = holders(world, right)
        assert sorted(g.principal for g in found.certain()) == sorted(case.get(name, []))
        assert sorted(g.principal for g in found.uncertain()) == sorted(case.get(f"{name}?", []))
        assert found.low == len(case.get(name, []))
        assert found.high == found.low + len(case.get(f"{name}?", []))


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_the_access_table_says_the_same(case):
    rows = table(account_of(world := estate(built(case))), world).rows
    assert {r.principal for r in rows if r.keys} == {p.lower() for p in case.get("keys", [])}
    assert {r.principal for r in rows if r.data} == {p.lower() for p in case.get("data", [])}
    assert {r.principal for r in rows if r.keys is None} >= {p.lower() for p in case.get("keys?", [])}


# --- patterns -------------------------------------------------------------------------------------------------------

TEXTS = st.text("ab/", max_size=6)
PATTERNS = st.text("ab/*", max_size=6)


def regex(pattern):
    return re.compile(".*".join(map(re.escape, pattern.split("*"))) + r"\Z", re.DOTALL)


@given(PATTERNS, TEXTS)
def test_a_pattern_matches_as_a_regular_expression_would(pattern, text):
    assert matches(pattern, text) == bool(regex(pattern).match(text))


@given(PATTERNS, PATTERNS, TEXTS)
def test_patterns_that_share_an_action_meet_and_what_covers_holds_all(one, other, text):
    both = matches(one, text) and matches(other, text)
    assert not both or (meets(one, other) and meets(other, one))
    assert not (covers(one, other) and matches(other, text)) or matches(one, text)


@settings(deadline=None)
@given(st.text("ab*", max_size=4), st.text("ab*", max_size=4))
def test_patterns_that_meet_share_an_action(one, other):
    """Of two patterns an action that fits both is no longer than both together."""
    assert meets(one, other) == any(matches(one, t) and matches(other, t) for t in shared(one, other))


def shared(one, other):
    """Texts that could fit both: every way to weave the letters of the two."""
    found = {("", 0, 0)}
    while found:
        text, i, j = found.pop()
        if len(text) > len(one) + len(other):
            continue
        if set(one[i:]) <= {"*"} and set(other[j:]) <= {"*"}:
            yield text
        for letter in {c for c in (*one[i:], *other[j:]) if c != "*"}:
            found |= {(text + letter, a, b) for a in step(one, i, letter) for b in step(other, j, letter)}


def step(pattern, at, letter):
    """The places after a letter was taken at a place of a pattern."""
    places = set()
    while at < len(pattern) and pattern[at] == "*":
        places.add(at)
        at += 1
    return places | ({at + 1} if at < len(pattern) and pattern[at] == letter else set())


def test_a_hostile_pattern_costs_little():
    begun = time.perf_counter()
    assert not matches("*a" * 200 + "b", "a" * 900)
    meets("*a" * 200 + "b", "a*" * 200 + "c")
    assert time.perf_counter() - begun < 5


# --- records as they come -------------------------------------------------------------------------------------------

OWNER = TABLE["roles"]["owner"]
CALLER = TABLE["roles"]["openai-user"]
HOSTILE = [None, True, 0, 1.5, "", "x" * 5000, "//", [], [None], [[]], [{}], [{"actions": 3}], [{"actions": [3]}], {}]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("name", ["principalId", "principalType", "roleDefinitionId", "scope", "condition"])
def test_an_assignment_of_any_shape_is_read(name, value):
    made = assignment(1, "ann", OWNER["id"], "account", "User")
    made["properties"][name] = value
    world = estate([definition(OWNER), made])
    found = holders(world, LIST_KEYS)
    assert found.high <= 1
    assert table(account_of(world), world).more == 0


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("name", ["permissions", "principals", "excludePrincipals", "doNotApplyToChildScopes"])
def test_a_denial_of_any_shape_never_makes_a_right(name, value):
    denied = denial(1, "group", everyone=True, actions=["*"])
    denied["properties"][name] = value
    bodies = [definition(CALLER), assignment(1, "app", CALLER["id"], "account", "ServicePrincipal"), denied]
    assert holders(estate(bodies), LIST_KEYS).high == 0


@pytest.mark.parametrize("value", [None, True, 3, "x", [None], [3], [{"actions": 3}], [{"actions": [None]}], {}])
def test_permissions_that_are_none_leave_the_role_unclear(value):
    strange = {**OWNER, "id": "c1", "blocks": value}
    world = estate([definition(strange), assignment(1, "ann", "c1", "account", "User")])
    assert [g.principal for g in holders(world, LIST_KEYS).uncertain()] == ["ann"]


@pytest.mark.parametrize("at", ["", SUB, "/subscriptions/00000000-0000-0000-0000-000000000009"])
def test_a_definition_is_found_wherever_it_is_recorded(at):
    role = {**CALLER, "id": "C0000000-0000-0000-0000-0000000000aa", "custom": True}
    world = estate([definition(role, at), assignment(1, "app", role["id"].lower(), "account", "ServicePrincipal")])
    assert [g.principal for g in holders(world, CALL_MODELS).certain()] == ["app"]


def test_a_definition_at_the_management_group_is_found():
    role = {**CALLER, "id": "c0000000-0000-0000-0000-0000000000aa"}
    bodies = [definition(role, PLACES["mg"]), assignment(1, "app", role["id"], "account", "ServicePrincipal")]
    assert holders(estate(bodies), CALL_MODELS).low == 1


def test_a_definition_that_was_read_wins_over_the_published_one():
    tame = {"id": OWNER["id"], "name": "Owner", "actions": ["*/read"]}
    world = estate([definition(tame), assignment(1, "ann", OWNER["id"], "account", "User")])
    assert holders(world, LIST_KEYS).high == 0


def test_published_roles_are_in_lower_case_and_known_by_their_ids():
    for own, role in PUBLISHED.items():
        assert own == role.id == own.lower()
        assert role.published
        for block in role.blocks:
            every = (*block.actions, *block.not_actions, *block.data_actions, *block.not_data_actions)
            assert [text.lower() for text in every] == list(every)


# --- lists that were lost -------------------------------------------------------------------------------------------


def gap(type_):
    return Gap(scope=SUB, type=f"Microsoft.Authorization/{type_}", reason=Reason.FORBIDDEN)


@pytest.mark.parametrize("type_", ["roleAssignments", "denyAssignments", "roleDefinitions"])
def test_a_list_that_was_refused_is_said(type_):
    world = estate([definition(OWNER), assignment(1, "ann", OWNER["id"], "account", "User")], [gap(type_)])
    found = access(account_of(world), world)
    assert [lost.type.rpartition("/")[2] for lost in found.lost] == [type_]
    assert table(account_of(world), world).lost == found.lost


def test_management_groups_that_are_not_known_leave_the_list_open():
    world = estate([definition(OWNER), assignment(1, "ann", OWNER["id"], "mg", "User")])
    world.graph.records[SUB.lower()].body["properties"].clear()
    found = access(account_of(world), world)
    assert len(found.assignments) == 1
    assert found.holders(Holds(LIST_KEYS)).high == 0


# --- for a time, on demand ------------------------------------------------------------------------------------------


def instance(kind, number, **properties):
    base = {"scope": SUB, "principalId": "ann", "principalType": "User"}
    base["roleDefinitionId"] = f"{SUB}/{AUTH}/roleDefinitions/{OWNER['id']}"
    return {"id": f"{SUB}/{AUTH}/{kind}/{number}", "properties": {**base, **properties}}


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ({}, True),
        ({"endDateTime": "2026-01-01T00:00:01Z"}, True),
        ({"endDateTime": "2026-01-01T00:00:00Z"}, False),
        ({"startDateTime": "2026-01-01T00:00:00Z"}, True),
        ({"startDateTime": "2026-01-01T00:00:01Z"}, False),
    ],
)
def test_a_role_may_be_activated_while_its_eligibility_lasts(said, may):
    world = estate([definition(OWNER), instance("roleEligibilityScheduleInstances", 1, **said)])
    found, lost = eligible(account_of(world), world)
    assert ([g.principal for g in found], lost) == (["ann"] if may else [], ())
    rows = table(account_of(world), world).rows
    assert [(r.principal, r.eligible, r.keys) for r in rows] == ([("ann", True, True)] if may else [])
    assert holders(world, LIST_KEYS).high == 0


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"assignmentType": "Activated"}, True),
        ({"assignmentType": "ACTIVATED", "endDateTime": None}, True),
        ({"assignmentType": "Assigned", "endDateTime": "2027-01-01T00:00:00Z"}, True),
        ({"assignmentType": "Assigned"}, False),
        ({}, False),
    ],
)
def test_an_assignment_that_ends_is_told_from_one_that_stays(said, ends):
    origin = f"{SUB}/{AUTH}/roleAssignments/R1"
    made = instance("roleAssignmentScheduleInstances", 1, originRoleAssignmentId=origin, **said)
    world = estate([made])
    assert temporary(account_of(world), world) == (frozenset({origin.lower()} if ends else ()), ())


# --- the table ------------------------------------------------------------------------------------------------------


def test_a_row_says_who_holds_what_from_where():
    world = estate([definition(CALLER), assignment(1, "APP", CALLER["id"], "mg", "serviceprincipal")])
    [row] = table(account_of(world), world).rows
    assert (row.principal, row.kind, row.role) == ("app", "ServicePrincipal", "Cognitive Services OpenAI User")
    assert row.scope == PLACES["mg"]
    assert (row.data, row.keys, row.conditional, row.eligible) == (True, False, False, False)
    assert row.patterns == tuple(p.lower() for p in CALLER["dataActions"])


def test_a_long_table_is_cut_and_says_by_how_much():
    bodies = [assignment(n, f"p{n}", OWNER["id"], "subscription", "User") for n in range(7)]
    world = estate([definition(OWNER), *bodies])
    assert (len((found := table(account_of(world), world, 3)).rows), found.more) == (3, 4)


@pytest.mark.parametrize(
    ("properties", "works"),
    [({"disableLocalAuth": True}, False), ({"disableLocalAuth": "True"}, False), ({"disableLocalAuth": False}, True),
     ({"disableLocalAuth": None}, True), ({}, True), (None, None)],
)  # fmt: skip
def test_keys_work_unless_they_are_switched_off(properties, works):
    world = estate([])
    record = account_of(world)
    record.body = {"id": ACCOUNT} if properties is None else {"id": ACCOUNT, "properties": properties}
    assert keys_work(record) is works


# --- cost -----------------------------------------------------------------------------------------------------------


def test_what_is_assigned_above_is_asked_once_for_all_accounts():
    """Ten times the accounts below one subscription cost little more: what it grants is not walked again."""
    bodies = [definition(OWNER)]
    bodies += [assignment(n, f"p{n}", OWNER["id"], "subscription", "User") for n in range(5000)]
    bodies += [{"id": f"{ACCOUNT}-{n}", "kind": "OpenAI", "properties": {}} for n in range(500)]
    world = estate(bodies)
    asked = []

    class Counting(Holds):
        def __call__(self, grant, denies):
            asked.append(grant)
            return super().__call__(grant, denies)

    test = Counting(LIST_KEYS)
    counts = {access(a, world).holders(test).low for a in world.graph.of_type("Microsoft.CognitiveServices/accounts")}
    assert counts == {5000}
    assert len(asked) == 5000
