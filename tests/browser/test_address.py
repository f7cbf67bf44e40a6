"""A view is an address: it can be sent, and opens as it was; what is not understood is left out."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from browser.view import View, facts


@pytest.fixture(scope="module")
def known(sample):
    """What is to be found."""
    return facts(sample)


WHOLE = "#findings?severity=critical+high&outcome=fail&q=key&group=resource&sort=title"


def test_an_address_opens_its_view(show, known):
    view = View(show(WHOLE))
    assert view.state() == {
        "q": "key",
        "group": "resource",
        "sort": "title",
        "pillar": "",
        "area": "",
        "severity": ("critical", "high"),
        "outcome": ("fail",),
    }
    shown = [known[id_] for id_ in view.shown()]
    assert shown
    assert {fact.severity for fact in shown} <= {"critical", "high"}
    assert {fact.outcome for fact in shown} == {"fail"}
    view.expect(view.shown(), len(known))
    expect(view.form).to_be_in_viewport()


def test_the_form_writes_the_address_that_opens_it(show):
    view = View(show())
    before = view.page.evaluate("history.length")
    view.page.evaluate("window.loaded = 'once'")
    view.tick(severity=("critical", "high"), outcome=("fail",))
    view.choose(group="resource", sort="title")
    view.search.press_sequentially("key")
    expect(view.page).to_have_url(re.compile("q=key"))
    place, _, query = view.address().partition("?")
    assert (place, parse_qs(query)) == ("#findings", parse_qs(WHOLE.partition("?")[2]))
    assert view.page.evaluate("window.loaded") == "once"
    assert view.page.evaluate("history.length") == before


def test_only_what_differs_is_written(show):
    view = View(show())
    assert view.address() == ""
    view.choose(sort="title")
    expect(view.page).to_have_url(re.compile(r"#findings\?sort=title$"))
    view.choose(sort="gravity", area="identity")
    expect(view.page).to_have_url(re.compile(r"#findings\?area=identity$"))


@pytest.mark.parametrize("words", ["key", "a&b=c+d 100 % #f-1?x “ä” \u202e <img src=x onerror=alert(1)>"])
def test_any_words_survive_the_address(show, known, words):
    view = View(show())
    view.search.fill(words)
    expect(view.page).to_have_url(re.compile(r"#findings\?q=."))
    address, shown = view.address(), view.shown()
    view = View(show(address))
    assert view.search.input_value() == words
    view.expect(shown, len(known))


USUAL = {
    "q": "",
    "group": "rule",
    "sort": "gravity",
    "pillar": "",
    "area": "",
    "severity": (),
    "outcome": (),
}


ODD = [
    "#%",
    "#findings?severity=bogus&outcome=&group=none&sort=__proto__&pillar=x&area=constructor&more=1",
    "#findings?%E0%A4%A",
    "#findings?",
    "#nowhere",
    "#f-0000",
    '#f-"]',
]


@pytest.mark.parametrize("fragment", ODD[:2])
def test_an_address_that_is_not_understood_shows_all(show, known, fragment):
    view = View(show(fragment))
    view.expect(list(known), len(known))
    assert view.state() == USUAL


def test_a_change_to_an_address_that_is_not_understood_shows_all(show, known):
    view = View(show())
    for fragment in ODD:
        view.page.evaluate("to => { location.hash = to }", fragment)
        view.expect(list(known), len(known))
        assert view.state() == USUAL, fragment


def test_a_change_of_the_address_changes_the_view(show, known):
    view = View(show())
    view.page.evaluate("location.hash = '#findings?outcome=unknown'")
    view.expect([id_ for id_, fact in known.items() if fact.outcome == "unknown"], len(known))
    view.page.evaluate("location.hash = '#findings'")
    view.expect(list(known), len(known))


@pytest.fixture
def fail(known):
    """The last finding of all that is an open fail."""
    return [id_ for id_, fact in known.items() if fact.outcome == "fail"][-1]


def assert_open(view, id_):
    """That a finding is in sight, unfolded, and the count tells the truth."""
    found = view.page.locator(f"article#{id_}")
    expect(found).to_be_in_viewport()
    expect(found.locator("details").first).to_have_attribute("open", "")
    expect(view.count).to_have_text(re.compile(rf"^\s*{len(view.shown())} of "))


def test_the_address_of_a_finding_opens_it(show, fail):
    assert_open(View(show(f"#{fail}")), fail)


def test_the_address_of_a_finding_shows_what_the_view_hid(show, known, fail):
    view = View(show("#findings?outcome=unknown"))
    view.expect([id_ for id_, fact in known.items() if fact.outcome == "unknown"], len(known))
    view.page.evaluate(f"location.hash = '#{fail}'")
    assert_open(view, fail)


def test_the_address_of_a_finding_stays(show, fail):
    page = show("#findings?outcome=unknown")
    page.evaluate(f"location.hash = '#{fail}'")
    expect(page.locator(f"article#{fail}")).to_be_in_viewport()
    page.evaluate("new Promise(done => setTimeout(done, 300))")
    assert page.evaluate("location.hash") == f"#{fail}"


@pytest.mark.parametrize("fragment", ["", "#findings?outcome=unknown&group=resource"])
def test_a_link_of_the_plan_leads_to_the_findings_of_its_rule(show, known, fragment):
    view = View(show(fragment))
    link = view.page.locator("#first a[href^='#']").first
    rule = link.get_attribute("href").removeprefix("#")
    link.click()
    expect(view.page.locator(f"[id='{rule}']")).to_be_in_viewport()
    assert {id_ for id_, fact in known.items() if fact.rule == rule} <= set(view.shown())
