"""The form above the findings: what it leaves in sight, in which groups and order, and what it says of that."""

from itertools import pairwise, product

import pytest
from playwright.sync_api import expect

from browser.view import VALUES, View, facts
from readiness.model import Severity

RANK = {str(severity): severity.rank for severity in Severity}


@pytest.fixture(scope="module")
def known(sample):
    """What is to be found."""
    return facts(sample)


def those(known, **wanted):
    """The ids of the findings that have one of the wanted values of each name."""
    return [id_ for id_, f in known.items() if all(getattr(f, name) in values for name, values in wanted.items())]


def test_every_finding_is_there_with_what_is_known_of_it(show, known):
    page = show(scripts=False)
    read = "all => Object.fromEntries(all.map(one => [one.id, {...one.dataset}]))"
    found = page.locator("article.finding").evaluate_all(read)
    assert {id_: {n: data[n] for n in known[id_].attributes} for id_, data in found.items()} == {
        id_: fact.attributes for id_, fact in known.items()
    }
    assert page.locator("article.finding details").count() == len(known)


def test_all_are_shown_at_first(show, known):
    view = View(show())
    view.expect(list(known), len(known))
    assert view.count.get_attribute("aria-live") == "polite"


TICKED = [
    {"severity": ("critical",), "outcome": ()},
    {"severity": ("critical", "high"), "outcome": ()},
    {"severity": (), "outcome": ("waived",)},
    {"severity": (), "outcome": ("unknown", "manual")},
    {"severity": ("high", "medium"), "outcome": ("fail",)},
]


def test_boxes_choose_severities_and_outcomes_and_none_means_all(show, known):
    view = View(show())
    for ticked in TICKED:
        view.tick(**ticked)
        wanted = {name: values for name, values in ticked.items() if values}
        view.expect(those(known, **wanted), len(known))


def test_lists_choose_a_pillar_and_an_area(show, known):
    view = View(show())
    view.choose(pillar="security")
    view.expect(those(known, pillar=["security"]), len(known))
    view.choose(pillar="", area="identity")
    view.expect([id_ for id_, fact in known.items() if "identity" in fact.areas], len(known))
    view.choose(pillar="reliability", area="identity")
    both = [id_ for id_, fact in known.items() if fact.pillar == "reliability" and "identity" in fact.areas]
    view.expect(both, len(known))


@pytest.mark.parametrize("words", ["aoai-iam-001", "OAI-NWA-PROD-WEU", "not set"])
def test_the_search_finds_rules_resources_and_messages_without_case(show, known, words):
    view = View(show())
    view.search.fill(words)
    expect(view.count).not_to_have_text(f"{len(known)} of {len(known)} findings")
    shown, everywhere = set(view.shown()), "all => all.map(one => [one.id, one.textContent, one.dataset.rule])"
    least = {id_ for id_, fact in known.items() if words.casefold() in fact.words}
    texts = {id_: " ".join(said) for id_, *said in view.page.locator("article.finding").evaluate_all(everywhere)}
    assert least
    assert least <= shown
    lacking = {
        i for i in shown for word in words.split() if word.casefold() not in f"{known[i].words} {texts[i]}".casefold()
    }
    assert lacking == set()
    view.expect(shown, len(known))


def test_the_search_goes_with_the_boxes(show, known):
    view = View(show())
    view.search.fill("aoai-iam-001")
    view.tick(severity=("critical",))
    view.expect([i for i in those(known, severity=["critical"]) if known[i].rule == "AOAI-IAM-001"], len(known))


def test_nothing_found_is_said(show, known):
    view = View(show())
    view.search.fill("no such thing")
    view.expect([], len(known))
    assert view.groups() == []


def test_reset_shows_all_again(show, known):
    view = View(show("#findings?severity=critical&q=key&group=resource&sort=title&pillar=security"))
    assert len(view.shown()) < len(known)
    view.form.locator("button[type=reset]").click()
    view.expect(list(known), len(known))
    state = view.state()
    assert state == View(show()).state()
    assert "?" not in view.address()


# --- groups and order -----------------------------------------------------------------------------------------

HEADED = {
    "rule": lambda fact, heading: fact.rule.casefold() in heading,
    "pillar": lambda fact, heading: fact.pillar == heading,
    "area": lambda fact, heading: heading in fact.areas,
    "severity": lambda fact, heading: fact.severity == heading,
    "outcome": lambda fact, heading: fact.outcome == heading,
}
"""Whether a finding belongs under a heading, by the kind of group."""


def test_the_lists_offer_each_group_and_order(show, known):
    page = show()
    values = "all => all.map(option => option.value)"
    for name in ("group", "sort"):
        assert page.locator(f"select[name={name}] option").evaluate_all(values) == list(VALUES[name])
    for name, there in (
        ("pillar", {f.pillar for f in known.values()}),
        ("area", {a for f in known.values() for a in f.areas}),
    ):
        offered = page.locator(f"select[name={name}] option").evaluate_all(values)
        assert offered[0] == ""
        assert there <= set(offered[1:])


def test_each_resource_has_a_group_with_a_heading(show, known):
    view = View(show())
    view.choose(group="resource")
    view.expect(list(known), len(known))
    groups = [(heading, {known[id_].resource for id_ in ids}) for heading, ids in view.groups()]
    assert [(heading, resources) for heading, resources in groups if not heading or len(resources) > 1] == []
    assert len(groups) == len({fact.resource for fact in known.values()})


def test_each_finding_stands_under_the_heading_of_its_group_and_no_group_is_empty(show, known):
    view = View(show())
    for severity in (VALUES["severity"], ("critical",)):
        view.tick(severity=severity)
        for by, belongs in HEADED.items():
            view.choose(group=by)
            view.expect(those(known, severity=severity), len(known))
            groups = [(heading.strip().casefold(), ids) for heading, ids in view.groups()]
            assert [
                (heading, known[i]) for heading, ids in groups for i in ids if not belongs(known[i], heading)
            ] == []
            assert all(ids for _, ids in groups), by
            assert len(groups) == len({heading for heading, _ in groups}), by


def gains(sample):
    """What the score gains by each finding that is mended, by the id of its article."""
    worth = {s.rule.id: s.gain / s.count for stage in sample.plan for s in stage.steps}
    return {
        f"f-{f.fingerprint}": 0 if f.waiver or f.outcome != "fail" else worth.get(f.rule, 0)
        for f in sample.findings()
    }


def test_findings_stand_in_the_order_that_was_chosen(show, sample, known):
    gained = gains(sample)
    keys = {
        "gravity": lambda id_: RANK[known[id_].severity],
        "gain": lambda id_: -gained[id_],
        "resource": lambda id_: known[id_].resource.casefold(),
        "title": lambda id_: known[id_].title.casefold(),
    }
    view = View(show())
    assert set(keys) == set(VALUES["sort"])
    for by, (sort, key) in product(VALUES["group"], keys.items()):
        view.choose(group=by, sort=sort)
        view.expect(list(known), len(known))
        for heading, ids in view.groups():
            ordered = [key(id_) for id_ in ids]
            assert ordered == sorted(ordered), (by, sort, heading)


def test_graver_groups_come_first(show, known):
    view = View(show())
    view.choose(group="severity")
    ranks = [RANK[known[ids[0]].severity] for _, ids in view.groups()]
    assert len(ranks) > 2
    assert all(first < second for first, second in pairwise(ranks))
