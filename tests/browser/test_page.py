"""The whole page as a browser shows it: it asks for nothing, all can read it, and it prints."""

import re
import unicodedata

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# --- it asks for nothing --------------------------------------------------------------------------------------


def test_the_sample_is_shown_without_a_request_or_a_message(show, sample):
    page = show()
    assert page.title().startswith(sample.words.title)
    assert page.locator("h1").inner_text() == sample.words.title


LOADS = """
<!DOCTYPE html><title>x</title><img src="http://127.0.0.1:1/a.png">
<script>console.info("said"); window.open("about:blank"); throw Error("thrown")</script>
"""


def test_the_watch_notes_a_request_a_message_an_error_and_a_page(show, watch, tmp_path):
    loud = tmp_path / "loud.html"
    loud.write_text(LOADS)
    page = show(file=loud)
    page.wait_for_load_state("load")
    noted = {entry.partition(":")[0] for entry in watch.seen}
    assert noted == {"request", "console info", "console error", "error", "page"}
    watch.seen.clear()


VIOLATED = """put => new Promise(told => {
  document.addEventListener("securitypolicyviolation", event => told(event.violatedDirective), {once: true});
  const made = Object.assign(document.createElement(put.tag), put.properties);
  document.body.append(made);
})"""


PUT = [
    ("img", {"src": "http://127.0.0.1:1/a.png"}, "img-src"),
    ("script", {"textContent": "document.title = 'run'"}, "script-src-elem"),
    ("style", {"textContent": "* { color: red }"}, "style-src-elem"),
    ("iframe", {"src": "http://127.0.0.1:1/"}, "frame-src"),
]


def test_the_policy_refuses_what_is_put_into_the_page(show, watch):
    page = show()
    for tag, properties, directive in PUT:
        assert page.evaluate(VIOLATED, {"tag": tag, "properties": properties}) == directive
    assert page.title() != "run"
    refused = ("console error", "request: http://127.0.0.1:1/")
    assert [said for said in watch.seen if not said.startswith(refused)] == []
    watch.seen.clear()


# --- all can read it ------------------------------------------------------------------------------------------

SCREENS = [("light", 1280), ("light", 390), ("dark", 1280), ("dark", 390)]
UNFOLD = """() => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  return new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}"""
SPREAD = """() => {
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    if (style.contentVisibility !== "visible") one.style.contentVisibility = "visible";
    if (style.overflowX !== "visible") one.style.overflow = "visible";
  }
  const seen = new Set();
  const named = one => `${one.tagName}.${one.getAttribute("class") ?? ""}`;
  const kind = one => one === document.body ? "" : `${kind(one.parentElement)} ${named(one)}`;
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let words; (words = all.nextNode());) {
    if (!words.data.trim()) continue;
    if (seen.has(kind(words.parentElement))) words.data = "";
    seen.add(kind(words.parentElement));
  }
  return seen.size;
}"""
"""Makes all that scrolls or is painted late stand on the page, as axe can't tell the colours of what does not. Of the
words in elements that are alike (colours come from tags and classes alone) leaves the first. Returns the number of
kinds."""
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast"]}


def nodes(found, result):
    """The elements of one kind of result."""
    return [node for entry in found.response[result] for node in entry["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_nothing_with_everything_unfolded(show, scheme, width):
    page = show(scheme=scheme, width=width)
    page.evaluate(UNFOLD)
    if scheme == "light":  # what is not colour is the same in both
        structure = Axe().run(page, options=STRUCTURE)
        assert structure.violations_count == 0, structure.generate_report()
    kinds = page.evaluate(SPREAD)
    colours = Axe().run(page, options=COLOURS)
    assert colours.violations_count == 0, colours.generate_report()
    told, untold = len(nodes(colours, "passes")), len(nodes(colours, "incomplete"))
    assert told > 0.9 * kinds > 50
    assert untold < 0.1 * kinds  # words that are broken over lines, and those that stand on the shapes of a chart


POOR = """
<!DOCTYPE html><html lang=en><title>x</title><main><h1>List</h1><button></button>
<ul><li class=a>Black</ul><ul><li class=b style="color: #999">Grey</ul></main>
"""


def test_axe_finds_what_is_wrong(show, tmp_path):
    poor = tmp_path / "poor.html"
    poor.write_text(POOR)
    page = show(file=poor)
    page.evaluate(SPREAD)
    violations = Axe().run(page).response["violations"]
    assert {violation["id"] for violation in violations} == {"color-contrast", "button-name"}


BEYOND = """() => {
  const scrolls = one => one !== document.body && ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const within = one => one !== null && (scrolls(one) || within(one.parentElement));
  const beyond = one => one.getBoundingClientRect().right > innerWidth + 1 && !within(one.parentElement);
  return [...document.querySelectorAll("body *")].filter(beyond).map(one => one.outerHTML.slice(0, 120));
}"""
"""What stands beyond the right edge and can't be scrolled to by itself."""


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_scrolls_down_only_and_nothing_is_cut_off(show, width):
    page = show(width=width)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(BEYOND) == []


# --- it prints ------------------------------------------------------------------------------------------------

HEADINGS = [
    "Summary",
    "Fix first",
    "Findings",
    "What could not be told",
    "Questions for people",
    "Accepted and attested",
    "Access and private paths",
    "Use over time",
    "Inventory",
    "Rules",
    "How this was judged",
]
"""The sections, in their order."""


@pytest.fixture(scope="module")
def printed(pages, sample_html):
    """The sample on A4, printed from a browser that is set to dark."""
    page = pages[True]
    page.emulate_media(media="null", color_scheme="dark")
    page.goto(sample_html.as_uri())
    return pypdfium2.PdfDocument(page.pdf(format="A4", tagged=True, outline=True))


BROKEN = "\x02"
"""How PDFium writes a hyphen at which a line breaks."""


@pytest.fixture(scope="module")
def text(printed):
    """The words of each page without its number, ligatures taken apart."""
    found = (page.get_textpage().get_text_bounded() for page in printed)
    bare = (re.sub(r"^\d+ / \d+\s*$", "", words, flags=re.MULTILINE) for words in found)
    whole = (words.replace(BROKEN, "-") for words in bare)
    return [" ".join(unicodedata.normalize("NFKC", words).split()) for words in whole]


def test_the_print_has_the_headings_of_the_page(printed, sample):
    entries = [(entry.level, entry.get_title()) for entry in printed.get_toc()]
    assert ["".join(title.split()) for level, title in entries if level == 0] == ["".join(sample.words.title.split())]
    sections = [title for level, title in entries if level == 1]
    assert len(sections) == len(HEADINGS)
    assert [s for s, heading in zip(sections, HEADINGS, strict=True) if not s.startswith(heading)] == []


def test_the_print_unfolds_every_finding(text, sample):
    whole = "".join(text).replace(" ", "")
    asked = {rule.id for rule in sample.ruleset.rules if rule.attest}
    said = {"".join(f.message.split()) for f in sample.findings() if f.rule not in asked and len(f.message) < 200}
    assert len(said) > 30
    assert {message for message in said if message not in whole} == set()


def test_the_print_takes_less_than_a_page_a_finding_and_no_page_is_nearly_empty(text, sample):
    assert 10 <= len(text) < len(list(sample.findings()))
    assert [number for number, words in enumerate(text[:-1], 1) if len(words) < 300] == []


def test_the_print_of_a_dark_page_is_on_white(printed):
    for page in printed:
        drawn = bytes(page.render(scale=0.1).buffer)
        assert sum(drawn) / len(drawn) > 200


def test_the_print_has_nothing_to_press(show):
    page = show()
    page.emulate_media(media="print")
    expect(page.locator("button, input, select, nav").filter(visible=True)).to_have_count(0)
