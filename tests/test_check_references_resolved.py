"""The check of Key Vault references: identity, each status, whose references they are, and lists not read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checks.references_resolved import BROKEN, ReferencesResolved, references_resolved
from readiness.graph import Graph
from readiness.model import Kind, Origin, Outcome, Read
from readiness.snapshot import Snapshot, gap_of

SITE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/app"
TYPE = "Microsoft.Web/sites/config/appsettings"
HOSTILE = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2))


def reference(name, status, site=SITE):
    return {"id": f"{site}/config/configreferences/appsettings/{name}", "properties": {"status": status}}


def judged(*references, site=SITE, needs_identity=True, gaps=(), whole=True, **top):
    read = Snapshot()
    body = {"id": site, "identity": {"type": "SystemAssigned"}, **top}
    for each in (body, *references):
        read.add(each, "2024-11-01", Origin.ARM)
    read.gaps += [gap_of({"scope": site, **gap}) for gap in gaps]
    graph = Graph(read, datetime(2026, 1, 1, tzinfo=UTC), assume_complete=whole)
    return references_resolved(read.resources[site.lower()], ReferencesResolved(needs_identity), graph)


def test_an_identity_and_resolved_references_pass():
    assert judged(reference("a", "Resolved"), reference("b", "resolved")).outcome is Outcome.PASS
    assert judged().outcome is Outcome.PASS


@pytest.mark.parametrize("status", sorted(BROKEN))
def test_a_broken_reference_fails_and_is_named(status):
    found = judged(reference("a", "Resolved"), reference("B_KEY", status))
    assert found.outcome is Outcome.FAIL
    assert [(e.path, e.observed) for e in found.evidence] == [("setting B_KEY", status)]


@pytest.mark.parametrize("status", ["Initialized", "Later", "", None, 7, ["Resolved"]])
def test_any_other_status_is_unknown(status):
    assert judged(reference("a", status)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("identity", [None, {}, {"type": None}, {"type": "None"}, {"type": ""}, "SystemAssigned"])
def test_without_an_identity_it_fails_where_one_is_needed(identity):
    assert judged(identity=identity).outcome is Outcome.FAIL
    assert judged(identity=identity, needs_identity=False).outcome is Outcome.PASS


@pytest.mark.parametrize("kind", ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "systemassigned"])
def test_every_kind_of_identity_is_one(kind):
    assert judged(identity={"type": kind}).outcome is Outcome.PASS


@pytest.mark.parametrize("kind", ["Delegated", 7, ["SystemAssigned"]])
def test_an_identity_of_another_type_can_not_be_told(kind):
    assert judged(identity={"type": kind}).outcome is Outcome.UNKNOWN


def test_only_the_apps_own_references_count():
    for other in (f"{SITE}2", f"{SITE}/slots/stage"):
        assert judged(reference("a", "VaultNotFound", other)).outcome is Outcome.PASS


def test_a_slot_is_judged_by_its_own():
    slot = f"{SITE}/slots/stage"
    assert judged(reference("a", "VaultNotFound", slot), site=slot).outcome is Outcome.FAIL
    assert judged(reference("a", "VaultNotFound"), site=slot).outcome is Outcome.PASS


def test_a_list_that_was_not_read_is_unknown_but_broken_ones_in_it_decide():
    for gaps, whole in (([{"type": TYPE}], True), ([], False), ([{}], True)):
        assert judged(gaps=gaps, whole=whole).outcome is Outcome.UNKNOWN
        assert judged(reference("a", "SecretNotFound"), gaps=gaps, whole=whole).outcome is Outcome.FAIL
    assert judged(gaps=[{"path": "identity"}]).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("scope", [SITE, f"{SITE}/config/configreferences", "/subscriptions/s"])
def test_a_read_at_or_above_the_app_makes_the_list_whole(scope):
    read = Snapshot(kind=Kind.SNAPSHOT)
    read.add({"id": SITE, "identity": {"type": "SystemAssigned"}}, "2024-11-01", Origin.ARM)
    read.reads.append(Read(scope, TYPE))
    graph = Graph(read, datetime(2026, 1, 1, tzinfo=UTC))
    found = references_resolved(read.resources[SITE.lower()], ReferencesResolved(), graph)
    assert found.outcome is Outcome.PASS


@given(HOSTILE, HOSTILE)
def test_nothing_makes_it_raise(identity, status):
    top = {"identity": identity, "properties": status}
    assert judged(reference("a", status), **top).outcome in set(Outcome)
