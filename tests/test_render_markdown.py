"""The Markdown report, as GitHub's own parser reads it: whole, in order, and built the same whatever names say."""

import re
from html.parser import HTMLParser
from pathlib import Path

import builders as b
import cmarkgfm
import hostile
import pytest
import small
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import app
from readiness.gate import Asked
from readiness.render import gfm, markdown, markdown_findings
from readiness.render.plain import cut
from readiness.render.shown import lines
from readiness.render.texts import say
from readiness.report import ALL

EXPECTED = Path(__file__).parent / "data" / "report.md"
SHOWN_BY_GITHUB = 2**20
"""Bytes of the summary of a step that GitHub takes; files of Markdown may have twice as many.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands (Step isolation and limits)
https://docs.github.com/repositories/creating-and-managing-repositories/repository-limits (Text limits)"""
INERT = ("code", "pre", "a")
MADE_MORE_OF = re.compile(
    r"(?<![\w/])@\w|#\d|\bGH-\d|\b[0-9a-f]{7,40}\b|:[a-z0-9_+-]+:|\$|www\.|://|(?<!\w)[!%]\d", re.IGNORECASE
)
"""What GitHub makes more of in plain text than the text: mentions, issues, commits, emoji, formulas, addresses."""


class Page(HTMLParser):
    """What a reader sees: the elements in order with their attributes, and the texts between them.

    A code span is no element: in it stands what is text elsewhere. `bare` is what stands neither there nor in links.
    """

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.built, self.texts, self.bare, self.opened = [], [""], [""], []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(source, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self._part(tag, *attrs)

    def handle_startendtag(self, tag, attrs):
        self._part(tag, *attrs)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag
        self._part(f"/{tag}")

    def _part(self, tag, *attrs):
        self.bare.append("")
        if tag.removeprefix("/") != "code":
            self.built.append((tag, *attrs))
            self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data
        self.bare[-1] += data if not set(self.opened) & set(INERT) else ""

    def handle_comment(self, data):
        self.built.append(("comment", data))

    handle_decl = unknown_decl = handle_pi = handle_comment

    @property
    def text(self):
        return "".join(self.texts)


def rendered(report, **options):
    return b"".join(markdown.render(report, **options)).decode()


@pytest.fixture(scope="module")
def sample():
    return app.scan(app.Options(sample=True))


# --- texts from outside ---------------------------------------------------------------------------------------

PLACES = (
    "{}",
    "# {}",
    "- {}",
    "1. {}",
    "> {}",
    "**{}**",
    "[{}](#x)",
    "before {} after `code`",
    "<details>\n<summary>more</summary>\n\n{}\n\n</details>",
)
SIGNS = st.sampled_from("`|\\*_~<>[]()!#@&:-=+.1 a\n\t$\"'/")
TEXT = st.text(alphabet=st.one_of(SIGNS, st.characters()), max_size=60)


def in_place(place, text):
    """The page of a text, and what it says."""
    return Page(place.replace("{}", text))


def in_table(text):
    return Page("\n".join(gfm.table(("one", "two"), [(text, "x"), ("y", text)])))


def says_alone(build, text, said):
    """Whether a text builds nothing wherever it stands, and says what it should."""
    for place in PLACES:
        found, plain = in_place(place, build(text)), in_place(place, build("words"))
        assert found.built == plain.built
        assert found.text == plain.text.replace("words", said)
        assert not [run for run in found.bare if MADE_MORE_OF.search(run)]
    found, plain = in_table(build(text)), in_table(build("words"))
    assert found.built == plain.built
    assert found.texts == [run.replace("words", said) for run in plain.texts]


@settings(deadline=None)
@given(TEXT.filter(lambda t: cut(t, gfm.NAME)))
def test_a_name_is_itself_and_builds_nothing(text):
    says_alone(gfm.code, text, cut(text, gfm.NAME))


def spaced(text):
    """A text with single blanks."""
    return " ".join(word for word in text.split(" ") if word)


@settings(deadline=None)
@given(TEXT.filter(lambda t: cut(t, gfm.TEXT).strip(" ")))
def test_a_sentence_is_itself_and_builds_nothing(text):
    says_alone(gfm.words, text, spaced(cut(text, gfm.TEXT)))


@settings(deadline=None)
@given(TEXT)
def test_the_prose_of_a_rule_builds_nothing_whatever_is_between_its_backticks(text):
    made = gfm.prose(f"so {text}")
    for place in PLACES:
        assert in_place(place, made).built == in_place(place, "words").built
    assert in_table(made).built == in_table("words").built
    assert bare(in_place("{}", made).text) == bare(cut(" ".join(lines(f"so {text}")), 9999))


def bare(text):
    """A text without blanks and backticks."""
    return re.sub(r"[`\s]|\\t", "", text)


@settings(deadline=None)
@given(TEXT.map(lambda t: f"{t}\n`````\n</details>"))
def test_a_block_of_code_holds_whatever_it_holds(text):
    found = Page("\n".join(gfm.block(text, "sh")))
    assert [tag for tag, *_ in found.built] == ["pre", "/pre"]
    assert found.text.rstrip("\n") == "\n".join(cut(line, 9999) for line in text.split("\n")).rstrip("\n")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("identity.type is None, expected SystemAssigned", "identity.type is None, expected SystemAssigned"),
        ("users (100 %) don't, do they?", "users (100 %) don't, do they?"),
        ("ask @somebody, now", "ask `@somebody`, now"),
        ("a *", "a `*`"),
        ("- a", "`-` a"),
        ("1. a", "`1.` a"),
        ("a - 1. b", "a - 1. b"),
        ("the tick ` alone", "the tick `` ` `` alone"),
        ("a|b", "`a|b`"),
        ("https://a.example", "`https://a.example`"),
    ],
)
def test_only_what_could_be_markup_becomes_code(text, made):
    assert gfm.words(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [("set `a|b` to (`x`).", "set `a|b` to (`x`)."), ("a `b c` d", "a `b c` d"), ("one `tick", "one `` `tick ``")],
)
def test_a_rules_author_writes_code_between_backticks(text, made):
    assert gfm.prose(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("https://a.example/x", "<https://a.example/x>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("NWA-482", "NWA-482"),
    ],
)
def test_only_http_and_https_become_links(text, made):
    assert gfm.link(text) == made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def benign(folder):
    return Page(rendered(hostile.report(folder, hostile.PLAIN), every=True))


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_texts_in_every_field_build_what_plain_words_do(text, folder, benign):
    found = Page(rendered(hostile.report(folder, text), every=True))
    assert found.built == benign.built
    assert not [run for run in found.bare if MADE_MORE_OF.search(run)]
    names = [run for run in found.texts if run.startswith("one")]
    assert len(names) == len([run for run in benign.texts if run.startswith("onewords")]) > 5
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066\u200b]", found.text)


def test_texts_of_ten_thousand_characters_are_cut(folder):
    whole = rendered(hostile.report(folder, "x" * 10_000), every=True)
    assert max(len(run) for run in re.findall("x+", whole)) <= gfm.TEXT * 4
    assert len(whole) < 150_000


# --- a whole report ---------------------------------------------------------------------------------------------


def test_a_whole_report(tmp_path):
    """Where words of the frame change on purpose, write what is rendered to the file and read the difference."""
    assert rendered(small.report(tmp_path), every=True) == EXPECTED.read_text(encoding="utf-8")


def headings(report, **options):
    return re.findall(r"^## ([^:\n]+)", rendered(report, **options), re.MULTILINE)


SECTIONS = ["Scope of this report", "Summary", "Gate", "Fix first", "Findings", "What could not be told"]
SECTIONS += [
    "Questions for people",
    "Accepted and attested",
    "Access and private paths",
    "Use over time",
    "Inventory",
    "Rules",
    "How this was judged",
]


def test_the_sections_stand_in_the_order_of_the_html_report(sample, tmp_path):
    assert headings(small.report(tmp_path)) == SECTIONS
    assert headings(sample) == [name for name in SECTIONS if name != "Gate"]
    assert headings(sample, every=True)[-3:] == ["What passes, and what does not apply", *SECTIONS[-2:]]


def test_links_inside_lead_somewhere(sample):
    whole = rendered(sample, every=True)
    anchors = re.findall(r'<a id="([^"]+)"></a>', whole)
    assert len(anchors) == len(set(anchors)) > 40
    assert set(re.findall(r"\]\(#([^)]+)\)", whole)) == set(anchors)


def test_the_first_screen_says_what_a_reviewer_needs(tmp_path):
    lines = rendered(small.report(tmp_path)).partition("## Scope")[0].splitlines()
    assert len(lines) < 40
    assert "**Gate: not met**" in lines
    assert "| **25** | 25 | 81 % | **F** | 1 critical, 1 high, 1 low |" in lines


def test_it_is_the_same_each_time_and_bounded(sample):
    whole = rendered(sample, every=True)
    assert whole == rendered(sample, every=True)
    assert len(whole) < 500 * len(list(sample.findings(ALL)))
    assert len(whole.encode()) < SHOWN_BY_GITHUB
    assert whole.endswith("\n") and "\n\n\n" not in whole


@pytest.mark.parametrize(("count", "more"), [(25, None), (26, 1), (60, 35)])
def test_a_rules_findings_are_listed_up_to_a_limit_that_is_told(tmp_path, count, more):
    rule = b.rule(
        "require: {field: properties.x, equals: 1}", remediation="{summary: Do., fix: {properties: {x: 1}}}"
    )
    found = b.judge(b.snapshot(tmp_path, *(b.account(f"a{i:03}", {"x": 0}) for i in range(count))), rule)
    section = rendered(found).partition("## Findings")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| `a\d+` \|", section, re.MULTILINE)) == min(count, markdown_findings.ROWS)
    assert f"of the first {markdown_findings.UNFOLDED}</summary>" in section
    assert section.count("```sh") == markdown_findings.UNFOLDED
    told = re.findall(r"^and (\d+) more;", section, re.MULTILINE)
    assert told == ([] if more is None else [str(more)])


def test_nothing_to_say_is_said(tmp_path):
    good = b.rule("require: {field: kind, equals: OpenAI}")
    whole = rendered(b.judge(b.snapshot(tmp_path, b.account(), b.read()), good), every=True)
    for key in ("none_failed", "untold.none", "gaps.none", "asked.nobody", "waivers.none", "attestations.none"):
        assert f"\n{say(key)}\n" in whole
    assert f"\n{say('first.nothing', among='')}\n" in whole
    assert "Gate" not in whole.partition("## How this was judged")[0]
    empty = rendered(b.judge(b.snapshot(tmp_path, b.read(count=0)), good))
    assert f"**{say('no_score')}** {say('no_score_more')}" in empty
    assert "| **-** | - | - | **-** | 0 |" in empty


def test_a_gate_that_is_met_is_said_first(tmp_path):
    good = b.rule("require: {field: kind, equals: OpenAI}")
    whole = rendered(b.judge(b.snapshot(tmp_path, b.account(), b.read()), good, asked=Asked(min_score=80.0)))
    assert whole.splitlines()[2] == "**Gate: met**"
