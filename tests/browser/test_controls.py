"""What can be pressed: copies, the theme, keys; and the page for those whose browser runs no script."""

import re

import pytest
from playwright.sync_api import expect

from browser.view import View, facts

LIVE = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], output"


# --- copies ---------------------------------------------------------------------------------------------------

REFUSED = {
    "granted": "",
    "missing": "Object.defineProperty(navigator, 'clipboard', {value: undefined})",
    "refused": "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
}


BOTH_REFUSED = REFUSED["refused"] + "; document.execCommand = () => false"


@pytest.fixture
def unfolded(show):
    """Opens the page, and unfolds the first finding that has code to copy."""

    def opened(script=""):
        page = show()
        page.evaluate("navigator.clipboard.writeText('what was copied before')")
        page.evaluate(f"() => {{ {script} }}")
        first = page.locator("article.finding").filter(has=page.locator(".code pre")).first
        article = page.locator(f"#{first.get_attribute('id')}")
        article.locator("summary").first.click()
        return page, article

    return opened


def says_copied(page):
    """What screen readers are told once something is copied."""
    return page.locator(LIVE).filter(has_text=re.compile(r"\bcopied\b", re.IGNORECASE))


def test_every_command_and_every_bicep_has_a_button(show):
    page = show()
    page.locator("#unfold").click()
    code = page.locator("article.finding .code:has(pre)")
    alone = "all => all.filter(code => code.querySelectorAll('button.copy').length !== 1).length"
    expect(code.first.locator("button.copy")).to_be_visible()
    assert code.count() > 20
    assert code.evaluate_all(alone) == 0


def test_a_button_copies_the_text_beside_it_and_says_so(unfolded):
    page, article = unfolded()
    for kind in ("Azure CLI", "Bicep"):
        code = article.locator(".code").filter(has_text=re.compile(f"^{kind}")).first
        code.locator("button.copy").click()
        expect(says_copied(page)).to_have_count(1)
        assert page.evaluate("navigator.clipboard.readText()") == code.locator("pre").text_content()
        expect(says_copied(page)).to_have_count(0)


@pytest.mark.parametrize("script", REFUSED.values(), ids=REFUSED)
def test_what_was_copied_can_be_pasted_and_the_focus_stays(unfolded, script):
    page, article = unfolded(script)
    button, words = article.locator(".code button.copy").first, article.locator(".code pre").first.text_content()
    button.press("Enter")
    expect(says_copied(page)).to_have_count(1)
    expect(button).to_be_focused()
    search = page.locator("input[name=q]")
    search.focus()
    page.keyboard.press("ControlOrMeta+V")
    assert search.input_value().split() == words.split()


def test_what_could_not_be_copied_is_not_called_copied(unfolded):
    page, article = unfolded(BOTH_REFUSED)
    article.locator(".code button.copy").first.click()
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert says_copied(page).count() == 0


# --- the theme ------------------------------------------------------------------------------------------------


COLOURS = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"


@pytest.fixture(scope="module")
def grounds(pages, sample_html):
    """The colours of the page in each scheme of the system, and those of light paper."""
    found, page = {}, pages[True]
    for theme, media in (("light", "screen"), ("dark", "screen"), ("paper", "print")):
        page.emulate_media(media=media, color_scheme="dark" if theme == "dark" else "light")
        page.goto(sample_html.as_uri())
        found[theme] = page.evaluate(COLOURS)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_goes_from_the_systems_theme_to_light_to_dark_and_back(show, grounds, scheme):
    page = show(scheme=scheme)
    button = page.locator("button#theme")
    for theme, ground in (("system", scheme), ("light", "light"), ("dark", "dark"), ("system", scheme)):
        assert (page.locator("html").get_attribute("data-theme") or "system") == theme
        expect(button).to_have_accessible_name(re.compile(theme, re.IGNORECASE))
        assert page.evaluate(COLOURS) == grounds[ground], theme
        button.click()


def test_the_theme_is_kept(show, grounds):
    page = show(scheme="light")
    page.locator("button#theme").click(click_count=2)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(COLOURS) == grounds["dark"]


def test_the_systems_theme_is_followed_while_the_page_is_open(show, grounds):
    page = show(scheme="light")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(COLOURS) == grounds["dark"]


def test_the_two_themes_differ(grounds):
    assert grounds["light"] != grounds["dark"]


def test_printing_is_always_light(show, grounds):
    page = show(scheme="dark")
    for _ in range(3):
        page.emulate_media(media="print")
        assert page.evaluate(COLOURS) == grounds["paper"]
        page.emulate_media(media="null")
        page.locator("button#theme").click()


MOVES = """() => [...document.querySelectorAll("*")].filter(one => {
  const style = getComputedStyle(one);
  const times = [style.transitionDuration, style.animationDuration].join().split(",");
  return times.some(time => parseFloat(time) > 0.01) || style.scrollBehavior === "smooth";
}).map(one => one.tagName)"""


def test_nothing_moves_for_those_who_asked_for_that(show):
    assert show(motion="reduce").evaluate(MOVES) == []


# --- keys -----------------------------------------------------------------------------------------------------

PLACES = """() => {
  const all = [...document.querySelectorAll("*")];
  window.places = new Map(all.map((one, at) => [one, at]));
  const controls = "a[href], button:enabled, input:enabled, select:enabled, summary, [tabindex='0']";
  const inSight = all.filter(one => one.matches(controls) && one.checkVisibility({visibilityProperty: true}));
  return inSight.map(one => window.places.get(one));
}"""
"""Where in the page the controls in sight stand."""
HERE = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const seen = inside && box.width > 1 && box.height > 1;
  return {at: window.places.get(one), html: one.outerHTML.slice(0, 120), ring, seen};
}"""


def test_the_first_key_leads_past_the_head(show):
    page = show()
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_be_in_viewport()
    target = skip.get_attribute("href")
    assert target.startswith("#")
    page.keyboard.press("Enter")
    expect(page.locator(target)).to_be_in_viewport()
    page.keyboard.press("Tab")
    after = "(target) => !!(target.compareDocumentPosition(document.activeElement) & (4 | 16))"
    assert page.locator(target).evaluate(after)


def test_every_control_is_reached_in_the_order_of_the_page_with_a_focus_to_see(show):
    page = show("#findings?severity=critical")
    expected, reached = page.evaluate(PLACES), []
    for _ in expected:
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        assert here["ring"], here
        assert here["seen"], here
        reached.append(here["at"])
    assert reached == expected
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


def test_a_slash_goes_to_the_search_and_escape_clears_it(show, sample):
    view, known = View(show()), facts(sample)
    view.page.keyboard.press("/")
    expect(view.search).to_be_focused()
    assert view.search.input_value() == ""
    view.page.keyboard.type("a/b")
    assert view.search.input_value() == "a/b"
    expect(view.page).to_have_url(re.compile("q=a"))
    view.page.keyboard.press("Escape")
    assert view.search.input_value() == ""
    view.expect(list(known), len(known))


@pytest.mark.parametrize("keys", ["Control+/", "Alt+/", "Meta+/"])
def test_a_slash_with_another_key_is_left_to_the_browser(show, keys):
    view = View(show())
    view.page.keyboard.press(keys)
    expect(view.search).not_to_be_focused()


def test_enter_in_the_search_stays_on_the_page(show):
    view = View(show())
    view.page.evaluate("window.loaded = 'once'")
    view.search.fill("key")
    view.search.press("Enter")
    expect(view.page).to_have_url(re.compile(r"#findings\?q=key$"))
    assert view.page.evaluate("window.loaded") == "once"


# --- without a script -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_without_a_script_everything_is_there_and_nothing_that_would_not_work(show, sample, width):
    page = show(scripts=False, width=width)
    assert sorted(View(page).shown()) == sorted(facts(sample))
    for control in ("form#view", "button#theme", "button.copy"):
        expect(page.locator(control).filter(visible=True)).to_have_count(0)


def test_without_a_script_a_finding_unfolds(show):
    page = show(scripts=False)
    folded = page.locator("article.finding details").first
    inside = folded.locator(":scope > *:not(summary)").first
    expect(inside).to_be_hidden()
    folded.locator("summary").first.click()
    expect(inside).to_be_visible()


def test_without_a_script_the_address_of_a_finding_leads_to_it(show, sample):
    target = list(facts(sample))[-1]
    expect(show(f"#{target}", scripts=False).locator(f"article#{target}")).to_be_in_viewport()
