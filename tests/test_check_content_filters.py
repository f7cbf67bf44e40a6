"""Content-filter policies as checks: whose policy it is, which filter counts, and that nothing makes them raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.checks import CHECKS
from readiness.checks.content_filters import (
    ContentFilterMode,
    ContentFilters,
    content_filter_mode,
    content_filters,
)
from readiness.model import Gap, Lost, Outcome, Reason, Related, Resource
from readiness.paths import Path

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"
POLICIES = "Microsoft.CognitiveServices/accounts/raiPolicies"
PATH = Path.parse("properties.raiPolicyName")
LOST = Lost(ACCOUNT, POLICIES, Reason.FORBIDDEN, "Microsoft.CognitiveServices/accounts/raiPolicies/read")


def made(id_, properties, gaps=()):
    body = {"id": id_} if properties is None else {"id": id_, "properties": properties}
    return Resource(body, gaps, "2025-06-01", id_, id_.lower(), "t")


def policy(name, properties, gaps=()):
    return made(f"{ACCOUNT}/raiPolicies/{name}", properties, gaps)


class World:
    """An account with policies; `lost` makes their list incomplete, `parent=False` hides the account."""

    def __init__(self, *policies, lost=(), parent=True):
        self.policies, self.lost, self.has_parent = policies, lost, parent

    def related(self, subject, relation, type_):
        if relation == "parent":
            return Related((made(ACCOUNT, {}),) if self.has_parent else ())
        assert (subject.id, relation, type_) == (ACCOUNT, "children", POLICIES)
        return Related(self.policies, self.lost)

    def why_unknown(self, item, path, since_api):
        return f"{path.text} could not be read"


def deployment(name, gaps=()):
    return made(f"{ACCOUNT}/deployments/d", {"raiPolicyName": name}, gaps)


def judged(world, name="own", filters=("Hate/Prompt",), **params):
    return content_filters(deployment(name), ContentFilters(PATH, POLICIES, filters, **params), world)


def entry(name="Hate", source="Prompt", **more):
    return {"name": name, "source": source, "enabled": True, "blocking": True, "severityThreshold": "Medium", **more}


def of(*entries, base=None, **params):
    return judged(World(policy("own", {"contentFilters": list(entries), "basePolicyName": base})), **params).outcome


def mode(value, name="own", approved=(), **properties):
    params = ContentFilterMode(PATH, POLICIES, ("Default", "Blocking"), ("Asynchronous_filter", "Deferred"), approved)
    return content_filter_mode(deployment(name), params, World(policy("own", {"mode": value, **properties}))).outcome


# --- whose policy it is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "Microsoft.Default", "microsoft.DEFAULTV2"])
def test_microsofts_default_is_documented_and_needs_no_reading(name):
    assert judged(World(lost=(LOST,)), name).outcome is Outcome.PASS
    assert judged(World(parent=False), name).outcome is Outcome.PASS
    assert judged(World(), name, judged="custom").outcome is Outcome.NOT_APPLICABLE


def test_the_default_fails_where_more_is_asked_than_it_does():
    assert judged(World(), None, weakest="Low").outcome is Outcome.FAIL
    assert judged(World(), None, filters=("Indirect Attack/Prompt",)).outcome is Outcome.FAIL


def test_a_name_that_only_begins_as_a_default_does_is_no_default():
    assert judged(World(), "Microsoft.DefaultV3", missing="fail").outcome is Outcome.FAIL
    assert judged(World(), "Microsoft.Nil").outcome is Outcome.FAIL


def test_a_policy_that_does_not_exist_is_what_the_rule_says_and_only_if_the_list_is_whole():
    assert judged(World(), missing="fail").outcome is Outcome.FAIL
    assert judged(World()).outcome is Outcome.UNKNOWN
    assert judged(World(lost=(LOST,)), missing="fail").outcome is Outcome.UNKNOWN
    assert judged(World(parent=False), missing="fail").outcome is Outcome.UNKNOWN


def test_the_missing_permission_is_named():
    [evidence] = judged(World(lost=(LOST,))).evidence
    assert "raiPolicies/read" in evidence.note


@pytest.mark.parametrize("name", ["", " ", 7, True, [], {}, "a/b"])
def test_what_is_no_name_is_unknown(name):
    assert judged(World(), name, missing="fail").outcome is Outcome.UNKNOWN


def test_a_name_that_was_not_read_is_unknown():
    gap = Gap(ACCOUNT, None, "properties.raiPolicyName", Reason.FORBIDDEN)
    subject = made(f"{ACCOUNT}/deployments/d", {}, (gap,))
    assert content_filters(subject, ContentFilters(PATH, POLICIES, ("Hate",)), World()).outcome is Outcome.UNKNOWN


def test_approval_is_by_name_without_case_and_needs_the_policy_to_exist():
    world = World(policy("own", {"contentFilters": []}))
    assert judged(world, approved=("other", "OWN")).outcome is Outcome.PASS
    assert judged(world, approved=("ow",)).outcome is Outcome.FAIL
    assert judged(World(), missing="fail", approved=("own",)).outcome is Outcome.FAIL


# --- which filter counts ----------------------------------------------------------------------------------------


def test_a_filter_without_a_side_means_both():
    assert of(entry(), filters=("Hate",)) is Outcome.FAIL
    assert of(entry(), entry(source="Completion"), filters=("Hate",)) is Outcome.PASS


@pytest.mark.parametrize("name", ["Selfharm", "SELFHARM", "self_harm", "Self-harm", "self harm"])
def test_names_compare_without_case_blanks_and_signs(name):
    assert of(entry(name), filters=("Selfharm/Prompt",)) is Outcome.PASS


@pytest.mark.parametrize(
    ("weakest", "level", "outcome"),
    [
        ("Medium", "Low", Outcome.PASS),
        ("Medium", "medium", Outcome.PASS),
        ("Medium", "High", Outcome.FAIL),
        ("Low", "Medium", Outcome.FAIL),
        ("High", "High", Outcome.PASS),
        ("", "High", Outcome.PASS),
        ("Medium", "Severe", Outcome.UNKNOWN),
        ("Medium", None, Outcome.UNKNOWN),
        ("Severe", "Low", Outcome.UNKNOWN),
    ],
)
def test_low_is_the_strictest_threshold_and_high_the_weakest(weakest, level, outcome):
    assert of(entry(severityThreshold=level), weakest=weakest) is outcome
    assert of(entry(severityThreshold=None, allowedContentLevel=level), weakest=weakest) is outcome


@pytest.mark.parametrize(
    ("setting", "blocked", "detected"),
    [
        ({"enabled": False}, Outcome.FAIL, Outcome.FAIL),
        ({"blocking": False}, Outcome.FAIL, Outcome.PASS),
        ({"blocking": None}, Outcome.UNKNOWN, Outcome.PASS),
        ({"blocking": None, "action": "BLOCKING"}, Outcome.PASS, Outcome.PASS),
        ({"blocking": None, "action": "annotating"}, Outcome.FAIL, Outcome.PASS),
        ({"blocking": None, "action": "None"}, Outcome.UNKNOWN, Outcome.PASS),
        ({"blocking": True, "action": "None"}, Outcome.PASS, Outcome.PASS),
        ({"blocking": True, "action": "ANNOTATING"}, Outcome.UNKNOWN, Outcome.PASS),
        ({"blocking": True, "action": "HITL"}, Outcome.UNKNOWN, Outcome.PASS),
        ({"enabled": None}, Outcome.UNKNOWN, Outcome.UNKNOWN),
        ({"enabled": "yes"}, Outcome.UNKNOWN, Outcome.UNKNOWN),
        ({"enabled": "TRUE", "blocking": "True"}, Outcome.PASS, Outcome.PASS),
    ],
)
def test_a_filter_counts_if_it_is_on_and_blocks_or_only_on_where_detecting_is_enough(setting, blocked, detected):
    assert of(entry(**setting)) is blocked
    assert of(entry(**setting), effect="detect") is detected


def test_of_two_entries_for_a_filter_the_worst_decides():
    assert of(entry(), entry(blocking=False)) is Outcome.FAIL
    assert of(entry(), entry(enabled=None)) is Outcome.UNKNOWN


def test_an_entry_that_cannot_be_told_could_be_the_one_that_is_missing():
    assert of({"name": "Hate"}) is Outcome.UNKNOWN
    assert of(entry(), {"name": "Hate"}) is Outcome.PASS
    assert of("Hate") is Outcome.UNKNOWN


def test_evidence_says_which_filter_on_which_side_in_which_policy_is_set_how_and_what_was_expected():
    world = World(policy("own", {"contentFilters": [entry(severityThreshold="High", blocking=False)]}))
    [evidence] = judged(world, weakest="Medium").evidence
    assert evidence.path == f"{ACCOUNT}/raiPolicies/own#properties.contentFilters[Hate, Prompt]"
    assert evidence.observed == "enabled, annotating only, severityThreshold High"
    assert evidence.expected == "enabled, blocking, severityThreshold Medium or Low"


def test_a_fail_is_told_without_the_filters_that_hold_or_are_unclear():
    world = World(
        policy("own", {"contentFilters": [entry(), entry("Sexual", blocking=False), entry("Violence", enabled=None)]})
    )
    found = judged(world, filters=("Hate/Prompt", "Sexual/Prompt", "Violence/Prompt"))
    assert found.outcome is Outcome.FAIL
    assert [e.path.rpartition("#")[2] for e in found.evidence] == ["properties.contentFilters[Sexual, Prompt]"]


# --- base policies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "outcome"),
    [
        ("Microsoft.Default", Outcome.PASS),
        ("MICROSOFT.defaultV2", Outcome.PASS),
        ("Microsoft.Nil", Outcome.FAIL),
        ("own", Outcome.FAIL),
        (None, Outcome.FAIL),
        ("", Outcome.FAIL),
        (7, Outcome.FAIL),
    ],
)
def test_a_missing_filter_is_as_a_base_policy_of_microsofts_has_it(base, outcome):
    assert of(base=base) is outcome


def test_what_a_default_does_not_have_on_is_missing():
    assert of(base="Microsoft.DefaultV2", filters=("Indirect Attack/Prompt",)) is Outcome.FAIL


def test_a_setting_of_the_policy_wins_over_its_base_policy():
    assert of(entry(enabled=False), base="Microsoft.DefaultV2") is Outcome.FAIL


def test_a_base_policy_that_was_not_read_is_unknown_and_one_that_does_not_exist_is_none():
    own = policy("own", {"contentFilters": [], "basePolicyName": "up"})
    assert judged(World(own, lost=(LOST,))).outcome is Outcome.UNKNOWN
    assert judged(World(own)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("kind", "entries", "outcome"),
    [
        ("SystemManaged", [entry()], Outcome.PASS),
        ("systemmanaged", [entry(blocking=False)], Outcome.FAIL),
        ("SystemManaged", [], Outcome.FAIL),
        ("SystemManaged", "all", Outcome.UNKNOWN),
        ("UserManaged", [entry()], Outcome.FAIL),
        (None, [entry()], Outcome.FAIL),
    ],
)
def test_another_base_policy_counts_only_if_it_is_microsofts_own(kind, entries, outcome):
    own = policy("own", {"contentFilters": [], "basePolicyName": "Up"})
    assert judged(World(own, policy("up", {"type": kind, "contentFilters": entries}))).outcome is outcome


def test_a_base_policy_without_properties_is_unknown():
    own = policy("own", {"contentFilters": [], "basePolicyName": "up"})
    assert judged(World(own, policy("up", None))).outcome is Outcome.UNKNOWN


def test_chains_and_cycles_end():
    chain = [policy(f"p{i}", {"contentFilters": [], "basePolicyName": f"p{(i + 1) % 3}"}) for i in range(3)]
    assert judged(World(*chain), "p0").outcome is Outcome.FAIL


# --- what was not read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["properties.contentFilters", "properties"])
def test_filters_that_were_not_read_are_unknown(path):
    gap = Gap(ACCOUNT, None, path, Reason.FORBIDDEN)
    found = judged(World(policy("own", {"basePolicyName": "Microsoft.DefaultV2"}, (gap,))))
    assert found.outcome is Outcome.UNKNOWN
    assert "could not be read" in found.evidence[0].note


@pytest.mark.parametrize("key", ["enabled", "blocking", "severityThreshold", "action"])
def test_a_setting_of_a_filter_that_was_not_read_is_unknown(key):
    gap = Gap(ACCOUNT, None, f"properties.contentFilters[*].{key}", Reason.FORBIDDEN)
    own = policy("own", {"contentFilters": [entry()]}, (gap,))
    assert judged(World(own), weakest="Medium").outcome is Outcome.UNKNOWN


def test_no_filter_to_judge_is_no_pass():
    assert of(entry(), filters=()) is Outcome.UNKNOWN


# --- the mode ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("Default", Outcome.PASS),
        ("blocking", Outcome.PASS),
        ("Asynchronous_filter", Outcome.FAIL),
        ("DEFERRED", Outcome.FAIL),
        ("Other", Outcome.UNKNOWN),
        (None, Outcome.UNKNOWN),
        (1, Outcome.UNKNOWN),
        (["Default"], Outcome.UNKNOWN),
    ],
)
def test_a_mode_is_allowed_refused_or_not_known(value, outcome):
    assert mode(value) is outcome


def test_a_mode_of_microsofts_own_policies_is_not_judged():
    assert mode("Deferred", type="SystemManaged") is Outcome.NOT_APPLICABLE
    assert mode("Deferred", name=None) is Outcome.NOT_APPLICABLE
    assert mode("Deferred", name="Microsoft.Nil") is Outcome.NOT_APPLICABLE


def test_a_refused_mode_can_be_approved():
    assert mode("Deferred", approved=("a", "own")) is Outcome.PASS


# --- hostile input ----------------------------------------------------------------------------------------------


def test_both_are_registered():
    assert CHECKS["content-filters"].measure is content_filters
    assert CHECKS["content-filter-mode"].measure is content_filter_mode


def test_a_huge_list_is_read_once():
    entries = [entry(f"f{i}") for i in range(100_000)]
    assert of(*entries, entry(), filters=("Hate/Prompt",)) is Outcome.PASS


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Hate", "Prompt"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
KEYS = ("name", "source", "enabled", "blocking", "action", "severityThreshold", "allowedContentLevel")
ENTRIES = st.lists(JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=7), max_size=5)


@settings(max_examples=150, deadline=None)
@given(name=JSON, entries=JSON | ENTRIES, base=JSON, kind=JSON, value=JSON)
def test_no_json_makes_them_raise(name, entries, base, kind, value):
    body = {"contentFilters": entries, "basePolicyName": base, "type": kind, "mode": value}
    for called in (name, "own"):
        found = judged(World(policy("own", body)), called, filters=("Hate", "Jailbreak/Prompt"), weakest="Medium")
        assert found.evidence
        assert mode(value, called) in Outcome
    assert judged(World(policy("own", body)), filters=("Hate",), judged="custom").evidence
