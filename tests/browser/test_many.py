"""A report with more findings than a page shows at once: the first of each group, and a button for the rest."""

import re

import builders as b
import pytest
from playwright.sync_api import expect

from browser.view import View, facts
from readiness.render import html

ACCOUNTS = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Sixty accounts that each fail two rules of the same gravity."""
    folder = tmp_path_factory.mktemp("many")
    accounts = [b.account(f"account-{i:02}", {"x": 0}) for i in range(ACCOUNTS)]
    rules = [b.rule("require: {field: properties.x, equals: 1}", id=f"TEST-00{i}") for i in range(2)]
    return b.judge(b.snapshot(folder, *accounts, b.read(count=ACCOUNTS)), *rules)


@pytest.fixture(scope="module")
def many_html(many, tmp_path_factory):
    """Its HTML file."""
    path = tmp_path_factory.mktemp("many") / "many.html"
    path.write_bytes(b"".join(html.render(many)))
    return path


def in_sight(page):
    """How many findings are in sight before any button is pressed."""
    return page.locator("article.finding:visible").count()


@pytest.mark.parametrize("group", ["rule", "resource", "severity"])
def test_a_button_shows_what_is_held_back_and_the_count_is_of_all(show, many, many_html, group):
    view = View(show(f"#findings?group={group}", file=many_html))
    expect(view.count).to_have_text(f"{2 * ACCOUNTS} of {2 * ACCOUNTS} findings")
    first = in_sight(view.page)
    assert first < 2 * ACCOUNTS
    view.page.locator("#list button.more").first.click()
    assert in_sight(view.page) > first
    view.expect(list(facts(many)), 2 * ACCOUNTS)


def test_without_a_script_nothing_is_held_back(show, many, many_html):
    page = show(file=many_html, scripts=False)
    assert sorted(View(page).shown()) == sorted(facts(many))


@pytest.mark.parametrize("fragment", ["", "#findings?q=account-00", "#findings?group=resource&sort=title"])
@pytest.mark.parametrize("place", [0, -1])
def test_the_address_of_a_finding_shows_it_even_when_it_was_held_back(show, many, many_html, fragment, place):
    target = list(facts(many))[place]
    page = show(fragment, file=many_html)
    page.evaluate(f"location.hash = '#{target}'")
    found = page.locator(f"article#{target}")
    expect(found).to_be_in_viewport()
    page.evaluate("new Promise(done => setTimeout(done, 300))")
    expect(found).to_be_in_viewport()
    expect(found.locator("details").first).to_have_attribute("open", "")
    assert page.evaluate("location.hash") == f"#{target}"


def test_paper_holds_nothing_back(show, many, many_html):
    page = show(file=many_html)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert in_sight(page) == 2 * ACCOUNTS
    assert page.locator("article.finding details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("article.finding details[open]").count() == 0


def test_a_search_reaches_what_was_held_back(show, many, many_html):
    view = View(show(file=many_html))
    view.search.fill(f"account-{ACCOUNTS - 1}")
    expect(view.count).to_have_text(re.compile(r"^2 of "))
    last = [id_ for id_, fact in facts(many).items() if fact.resource.endswith(f"account-{ACCOUNTS - 1}")]
    view.expect(last, 2 * ACCOUNTS)
