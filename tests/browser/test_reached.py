"""Access and private paths in a browser: drawings that fit, links that open findings, paper, forced colours."""

import pytest
from playwright.sync_api import expect

SECTION = "#reached"
FIT = """() => [...document.querySelectorAll("#reached svg text")].filter((text) => {
  const frame = text.closest("svg").getBoundingClientRect(), own = text.getBoundingClientRect();
  return own.left < frame.left - 1 || own.right > frame.right + 1;
}).map((text) => text.textContent)"""
UNFOLD = "document.querySelectorAll('#reached details').forEach((one) => { one.open = true; })"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_worst_account_is_open_and_drawn_and_the_others_unfold(show, sample, width):
    page = show(SECTION, width=width)
    accounts = page.locator(f"{SECTION} details")
    expect(accounts).to_have_count(len(sample.reached))
    expect(page.locator(f"{SECTION} svg").filter(visible=True)).to_have_count(1)
    expect(accounts.first.locator("h3")).to_have_text(sample.reached[0].path.account)
    page.evaluate(UNFOLD)
    expect(page.locator(f"{SECTION} svg").filter(visible=True)).to_have_count(len(sample.reached))
    assert page.evaluate(FIT) == []


def test_a_drawing_has_a_name_and_a_sentence(show, sample):
    page = show(SECTION)
    drawing = page.get_by_role("img", name=f"Private path to {sample.reached[0].path.account}", exact=True)
    expect(drawing).to_have_count(1)
    expect(drawing.locator("desc")).not_to_be_empty()


def test_a_link_opens_the_finding(show):
    page = show(SECTION)
    link = page.locator(f"{SECTION} .judged a").first
    target = link.get_attribute("href")
    link.click()
    found = page.locator(f"article{target}")
    expect(found).to_be_in_viewport()
    expect(found.locator("details").first).to_have_attribute("open", "")


def test_paper_has_every_drawing_whole(show, sample):
    page = show(SECTION)
    page.emulate_media(media="print")
    words = page.locator(f"{SECTION} svg text")
    expect(words.filter(visible=True)).to_have_count(words.count())
    expect(page.locator(f"{SECTION} svg").filter(visible=True)).to_have_count(len(sample.reached))


def test_what_is_broken_is_told_where_colours_are_the_systems(show):
    page = show(SECTION)
    page.emulate_media(forced_colors="active")
    box, words = (page.locator(f"{SECTION} svg {what}").first for what in ("rect", "text"))
    fill = "(one) => getComputedStyle(one).fill"
    assert box.evaluate(fill) != words.evaluate(fill)
    page.emulate_media(forced_colors="none")
    expect(page.locator(f"{SECTION} svg .cross").first).to_be_visible()
