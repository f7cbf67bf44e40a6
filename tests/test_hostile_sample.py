"""The whole sample with hostile texts in every field: each format keeps its structure, and says the texts as texts.

A format is held to what it makes of a copy with harmless words in the same places (BENIGN), and that to the sample.
"""

import contextlib
import csv as reader
import io
import json
import re
import shlex
import subprocess
import time
import unicodedata
from functools import cache, lru_cache

import pytest
import test_render_html
import test_render_markdown
from hostile_sample import Copy
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from test_render_csv import COMPUTED
from test_render_terminal import LINK, SGR, Tty

from readiness import app, assets
from readiness.errors import InputError
from readiness.model import Outcome
from readiness.render import csv, html, markdown, terminal
from readiness.render import json as wire
from readiness.render.plain import cut, plain
from readiness.render.shown import portal
from readiness.report import ALL

BENIGN = Copy("~words ~words ~words ~words ", " words~ words~")
BENIGN_EVERY = Copy("~words ~words ~words ~words ", " words~ words~", every=True)
BENIGN_LONG = Copy("~words " * 1_428, " words~" * 1_428)
HOSTILE = {
    "tags": Copy("=cmd|'/c calc'!A0<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>"),
    "ends": Copy("+1</title></style>&amp;&lt;", "</script></pre>&amp;lt;<svg/onload=alert(3)><!--"),
    "templates": Copy("-1{{7*7}}{% raw %}${jndi:dns:x}", "{{ 7*7 }}{% endraw %}{#{title} %s \\u0041"),
    "shell": Copy("@SUM(1)$(reboot)`reboot`';rm -rf ", "\n'; rm -rf / #\" \\"),
    "markdown": Copy("[x](javascript:alert(1))![y](z)|", "|\\|**b** ~~s~~ #1 :skull: $x$ www.a.example"),
    "lines": Copy("\r\n- x\n> q | ", "\n# h\n---\n===\n    code\n```\n1. [z]: /u\n<!-- c --> @somebody"),
    "terminal": Copy(
        "\t=1[bold red]x[/][link=https:x]", "[/link]\x1b[2J\x1b]8;;https://a.example\x07z\x00\x9b1m\x9d"
    ),
    "directions": Copy("\r=1\u202e\u2066\u200b\u061c\ufeff", "\u2069\u202c\u2028\x85\u200d\u180e\U000e0041\ufff9"),
    "wide": Copy("数据🦊👩\u200d👧e" + "\u0301" * 4, "ｗｉｄｅ；＝1 ﷽ \u3164\u2800"),
}
LONG = {"long": Copy("`|<" * 3_333, "\u202ee" + "\u0301" * 9_998)}
EVERY = Copy("=1#<b>`|\\\x1b[31m\u202e数[x](y)", "\r\n# '\"</script>{{1}}", every=True)
HARMLESS = {**dict.fromkeys(HOSTILE, BENIGN), **dict.fromkeys(LONG, BENIGN_LONG), "every": BENIGN_EVERY}
COPIES = {**HOSTILE, **LONG, "every": EVERY}
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""What no format but JSON may hold, beside the line feeds of its own."""
TOWER = re.compile("[\u0300-\u036f]{5}")
"""Marks upon each other, which a browser draws over the lines above."""
hostile = pytest.mark.parametrize("name", HOSTILE)
each = pytest.mark.parametrize("name", COPIES)


@lru_cache(maxsize=1)
def sample():
    return app.scan(app.Options(sample=True))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of a copy, made once."""
    return cache(lambda copy: copy.report(tmp_path_factory.mktemp("copy")))


def less(copy):
    """What takes the texts of a copy, as they are shown, and all blanks out of a text; ids may be in lower case."""
    given = (copy.before, copy.name(""), copy.tag(""), copy.glob(""), copy.after)
    signs = {re.sub(r"\s", "", plain(each)) for text in given for each in (text, text.lower())} - {""}
    either = re.compile("|".join([r"\s", *map(re.escape, sorted(signs, key=len, reverse=True))]))
    return lambda text: either.sub("", re.sub(r"\s", "", text))


# --- the copies -----------------------------------------------------------------------------------------------


def verdicts(found, copy=None):
    """(rule, subject, outcome) of all; the subjects of the sample as a copy calls them."""

    def called(id_):
        kind, colon, name = id_.partition(":")
        if not copy:
            return id_
        return copy.id(id_) if id_.startswith("/") else f"{kind}:{copy.free(name)}" if colon else id_

    return sorted(
        (v.rule.id, called(s.id), str(o)) for v in found.verdicts for o, all_ in v.subjects.items() for s in all_
    )


@hostile
def test_a_copy_is_judged_as_the_sample_is(name, report):
    found = report(COPIES[name])
    assert verdicts(found) == verdicts(sample(), COPIES[name])
    assert found.score == sample().score
    assert [(one.state, one.count) for one in found.waivers] == [(one.state, one.count) for one in sample().waivers]
    assert [(a.state, a.count) for a in found.attestations] == [(a.state, a.count) for a in sample().attestations]
    assert len(found.trends) == len(sample().trends)
    assert [trend.peak for trend in found.trends] == [trend.peak for trend in sample().trends]


def test_a_copy_with_other_words_too_is_judged_otherwise(report):
    assert {f.outcome for f in report(EVERY).findings(ALL)} >= {Outcome.FAIL, Outcome.UNKNOWN, Outcome.MANUAL}
    assert report(EVERY).score != sample().score
    assert verdicts(report(EVERY), EVERY) != verdicts(sample(), EVERY)


def test_a_lone_surrogate_is_no_text_and_is_refused(tmp_path):
    lines = list(BENIGN.lines())
    estate = tmp_path / "estate.jsonl"
    for text in ("\\ud800", "x\\udfffy"):
        broken = lines[-1].replace("~words", text, 1)
        estate.write_text("\n".join([*lines[:-1], broken]))
        with pytest.raises(InputError):
            app.scan(app.Options(input=str(estate)))


def test_whatever_no_eye_can_see_is_written_as_an_escape():
    """But for marks of numbers, notations and scripts that are drawn, or that join what is."""
    unseen = {c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    kept = {c for c in unseen if plain(c) == c}
    assert all(re.match(r"ARABIC|SYRIAC|KAITHI|EGYPTIAN|SHORTHAND|MUSICAL", unicodedata.name(c)) for c in kept)


@given(st.text(max_size=40), st.integers(0, 45))
def test_a_cut_text_is_the_beginning_of_the_whole_one(text, width):
    whole = plain(text)
    assert cut(text, width) == (whole if len(whole) <= width else whole[: max(0, width - 1)] + "…")


@pytest.mark.parametrize(("length", "is_linked"), [(2048, True), (2049, False)])
def test_no_link_leads_to_what_is_longer_than_an_id(length, is_linked):
    assert bool(portal("/subscriptions/".ljust(length, "x"), cloud=None)) is is_linked


# --- HTML -----------------------------------------------------------------------------------------------------

DETAILS = {("pre", "json"): {"mark", "i"}, ("table", "ev"): {"thead", "tr", "th", "tbody", "td", "code", "bdi", "i"}}
DETAILS |= {("div", "code"): {"p", "pre"}, ("p", "note"): {"bdi"}}
"""What a finding unfolds to, and what stands in it: that follows from how long values are, and what ids allow."""


class Page(test_render_html.Page):
    """A page whose details stand apart, and the texts of which are those between two tags."""

    def __init__(self, whole):
        self.shape, self.runs, self.inner, self.deep = [], [""], [], None
        super().__init__(whole)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if self.deep:
            self.inner.append((self.deep[0], tag))
            self.deep[1] += tag == self.deep[0][0]
        elif (kind := (tag, dict(attrs).get("class", ""))) in DETAILS:
            self.deep = [kind, 1]
        elif tag != "wbr":  # stands between the letters of a word
            self.shape.append((tag, tuple(name for name, _ in attrs)))
            self.runs.append("")

    def handle_endtag(self, tag):
        super().handle_endtag(tag)
        if self.deep:
            self.deep[1] -= tag == self.deep[0][0]
            self.deep = self.deep if self.deep[1] else None

    def handle_data(self, data):
        super().handle_data(data)
        if not self.deep and not self._in:
            self.runs[-1] += data


@pytest.fixture(scope="module")
def pages(report):
    """The HTML of a copy, and what a browser makes of it."""

    def made(copy):
        whole = b"".join(html.render(report(copy), every=True)).decode()
        return whole, Page(whole)

    return cache(made)


ADDRESS = ("a", ("href", "rel"))
"""A link to an address that a person gave: the copies have none, as their addresses hold other words too."""


def test_harmless_words_leave_the_page_of_the_sample(pages):
    plain_page = Page(b"".join(html.render(sample(), every=True)).decode())
    found, plain_shape = ([part for part in page.shape if part != ADDRESS] for page in (pages(BENIGN)[1], plain_page))
    assert found == plain_shape


@each
def test_hostile_texts_leave_the_page(name, pages):
    whole, found = pages(COPIES[name])
    benign = pages(HARMLESS[name])[1]
    assert found.shape == benign.shape
    assert {tag for kind, tag in found.inner if tag not in DETAILS[kind]} == set()
    assert found.script == (assets.templates() / html.SCRIPT).read_text(encoding="utf-8")
    assert found.style == benign.style
    names = [tag for tag, _ in found.tags]
    assert (names.count("script"), names.count("style"), names.count("form")) == (1, 1, 1)
    assert not test_render_html.OPENED & set(names)
    hashes = {part: test_render_html.digest(getattr(found, part)) for part in ("style", "script")}
    assert html.POLICY.format(**hashes) in [meta.get("content") for meta in found.metas]
    assert not TOWER.search(whole)
    assert not UNSEEN.search(whole)


OUTWARD = re.compile(r"https://portal\.azure\.com/#resource[A-Za-z0-9/._~%()-]+|https?://[\w.-]+/[\w./?=&#%-]*")


@each
def test_the_page_has_the_links_of_rules_those_to_the_portal_and_none_else(name, pages):
    known = {link for rule in sample().ruleset.rules for link in rule.references}
    found = pages(COPIES[name])[1]
    inward = {link[1:].partition("?")[0] for link in found.links if link.startswith("#")}
    assert inward <= set(found.ids)
    outward = {link for link in found.links if not link.startswith("#")} - known
    assert {link for link in outward if not link.startswith("https://portal.azure.com/#resource/")} == set()
    assert {link for link in outward if not OUTWARD.fullmatch(link)} == set()
    assert bool(outward) is (name != "every")  # no portal is known of a cloud by another name


@hostile
def test_the_page_says_what_it_says_of_harmless_words(name, pages):
    found, benign = pages(COPIES[name])[1].runs, pages(BENIGN)[1].runs
    assert differing(COPIES[name], found, benign) == []
    assert sum(less(COPIES[name])(run) != re.sub(r"\s", "", run) for run in found) > 500


CUT = re.compile(r"…|\.\.\.|\d+more|ruleset[0-9a-f]{12}")


def differing(copy, found, benign):
    """The texts that say something else, but for those that are cut, and the number of the rules as configured."""
    both = zip(map(less(copy), found), map(less(BENIGN), benign), strict=True)
    return [(one, other) for one, other in both if one != other and not CUT.search(one + other)]


# --- Markdown -------------------------------------------------------------------------------------------------


class Document(test_render_markdown.Page):
    """A page of Markdown in which lines may end; drawings are read as Mermaid reads them."""

    def handle_starttag(self, tag, attrs):
        (self._part if tag == "br" else super().handle_starttag)(tag, *([] if tag == "br" else [attrs]))

    def handle_data(self, data):
        drawn = data.startswith("flowchart TD\n")
        super().handle_data(re.sub(r"#(\d+);", lambda found: chr(int(found[1])), data) if drawn else data)


@pytest.fixture(scope="module")
def documents(report):
    """The Markdown of a copy, as GitHub reads it."""
    return cache(lambda copy: Document(b"".join(markdown.render(report(copy), every=True)).decode()))


@each
def test_hostile_texts_leave_the_markdown(name, documents):
    found, benign = documents(COPIES[name]), documents(HARMLESS[name])
    assert found.built == benign.built
    assert not [run for run in found.bare if test_render_markdown.MADE_MORE_OF.search(run)]
    assert not UNSEEN.search(found.text)


@hostile
def test_the_markdown_says_what_it_says_of_harmless_words(name, documents):
    assert differing(COPIES[name], documents(COPIES[name]).texts, documents(BENIGN).texts) == []


# --- CSV ------------------------------------------------------------------------------------------------------


def cells(found):
    whole = b"".join(csv.render(found, every=True)).decode("utf-8")
    return whole, list(reader.reader(io.StringIO(whole, newline=""), strict=True))


@each
def test_hostile_texts_stay_in_their_cells(name, report):
    whole, rows = cells(report(COPIES[name]))
    _, plain_rows = cells(sample() if name in HOSTILE else report(HARMLESS[name]))
    kept = [
        csv.HEADER.index(key)
        for key in ("rule", "title", "severity", "pillar", "area", "outcome", "waived_until", "points")
    ]
    assert [[row[at] for at in kept] for row in rows] == [[row[at] for at in kept] for row in plain_rows]
    assert {len(row) for row in rows} == {len(csv.HEADER)}
    assert [cell for row in rows for cell in row if COMPUTED.search(cell)] == []
    assert not UNSEEN.search(whole.replace("\r\n", "\n"))
    assert len(whole.splitlines()) == len(rows)


@hostile
def test_a_cell_says_its_text(name, report):
    place = csv.HEADER.index("resource")
    ids = [finding.resource for finding in report(COPIES[name]).findings(ALL)]
    rows = cells(report(COPIES[name]))[1][1:]
    assert [row[place].replace("'", "") for row in rows] == [plain(id_).replace("'", "") for id_ in ids]


# --- JSON -----------------------------------------------------------------------------------------------------


def shape(value):
    """The keys of a JSON value, and how many there are of each."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


@cache
def loaded(found, every=False):
    return json.loads(b"".join(wire.render(found, every=every, full=True)))


def less_details(whole):
    """A report without what depends on how long a text is, or what an id is made of."""
    findings = [{k: v for k, v in f.items() if k not in ("snippets", "excerpt")} for f in whole["findings"]]
    return {**whole, "findings": findings}


@each
def test_the_json_report_has_the_same_keys(name, report):
    found, benign = (loaded(report(copy), every=True) for copy in (COPIES[name], HARMLESS[name]))
    assert shape(less_details(found)) == shape(less_details(benign))
    assert found.keys() == loaded(sample()).keys()


@hostile
def test_the_json_report_holds_the_texts_themselves(name, report):
    copy, found, known = COPIES[name], loaded(report(COPIES[name])), loaded(sample())
    ids = [f["resource"] for f in known["findings"]]
    assert [f["resource"] for f in found["findings"]] == [
        id_ if id_ == "estate" else f"workload:{copy.free(id_[9:])}" if ":" in id_ else copy.id(id_) for id_ in ids
    ]
    for key in ("message", "code", "permission"):
        assert [g[key] for g in found["gaps"]] == [copy.free(g[key]) for g in known["gaps"]]
    waived = [[one[key] for key in ("reason", "owner", "ticket")] for one in found["waivers"]]
    assert waived == [[copy.free(one[key]) for key in ("reason", "owner", "ticket")] for one in known["waivers"]]
    assert [a["evidence"] for a in found["attestations"]] == [copy.free(a["evidence"]) for a in known["attestations"]]
    assert [s["name"] for s in found["subscriptions"]] == [copy.free(s["name"]) for s in known["subscriptions"]]
    made = zip(found["inventory"]["deployments"], known["inventory"]["deployments"], strict=True)
    assert all(one["resource"] == copy.id(other["resource"]) for one, other in made)


# --- the terminal ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(report):
    """What is written to a terminal of 80 columns, or piped, for a copy."""

    @cache
    def written(copy, kind=io.TextIOWrapper, every=True):
        with contextlib.redirect_stdout(kind(io.BytesIO(), "utf-8", "strict")) as out:
            terminal.show(report(copy), every=every, no_color=False)
            out.flush()
            return out.buffer.getvalue().decode()

    with pytest.MonkeyPatch.context() as patch:
        for key in ("NO_COLOR", "FORCE_COLOR", "CI", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            patch.delenv(key, raising=False)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLUMNS", "80")
        yield written


def headings(text):
    """What stands at the margin below the head, less what sentences and notices say."""
    kept = [line for line in text.splitlines() if not line.startswith(" ")]
    start = next(at for at, line in enumerate(kept) if line.startswith("Grade"))
    return [line if line[:2] not in ("- ", "! ") else line[:2] for line in kept[start:]]


@each
def test_hostile_texts_leave_the_terminal(name, shown):
    piped, in_colour = shown(COPIES[name]), shown(COPIES[name], Tty, every=False)
    assert not UNSEEN.search(piped)
    assert max(map(cell_len, piped.splitlines())) <= 80
    assert SGR.search(in_colour)
    assert piped.startswith(LINK.sub("", SGR.sub("", in_colour)))
    known = {link for rule in sample().ruleset.rules for link in rule.references}
    links = {link for link in LINK.findall(in_colour) if link} - known
    assert {link for link in links if not link.startswith("https://portal.azure.com/#resource/")} == set()
    benign = shown(HARMLESS[name])
    assert headings(piped) == headings(benign)
    assert len(piped.splitlines()) < 1.5 * len(benign.splitlines())


# --- commands -------------------------------------------------------------------------------------------------


def commands(found):
    """The snippets of the findings that have some, by rule and subject."""
    whole = loaded(found)["findings"]
    return {(f["rule"], f["resource"]): f["snippets"] for f in whole if f["snippets"]}


@each
def test_odd_ids_have_no_commands_and_others_one_each(name, report, tmp_path):
    for snippet in commands(report(COPIES[name])).values():
        assert_one_command(snippet["az"], tmp_path)


@pytest.mark.parametrize("name", ["tags", "shell", "lines", "long"])
def test_commands_are_those_of_the_sample_where_names_are_plain(name, report, tmp_path):
    copy = Copy(COPIES[name].before, COPIES[name].after, named=False)
    found, known = commands(report(copy)), commands(sample())
    assert found == known
    for snippet in list(found.values()):
        assert_one_command(snippet["az"], tmp_path)


def assert_one_command(text, folder):
    """That a shell takes a text for one command of az, with words that are its arguments."""
    script = folder / "command.sh"
    script.write_text(f"az() {{ printf '%s\\0' \"$@\"; }}\nPATH=\n{text}\n", encoding="utf-8")
    ran = subprocess.run(["/bin/bash", script], capture_output=True, check=True)
    assert not ran.stderr
    assert ran.stdout.decode().split("\0")[:-1] == shlex.split(text.replace("\\\n", ""))[1:]


# --- what it costs --------------------------------------------------------------------------------------------

FORMATS = {"html": html, "markdown": markdown, "csv": csv, "json": wire}


def cost(form, found):
    """Seconds of work."""
    begin = time.process_time()
    b"".join(FORMATS[form].render(found, every=True))
    return time.process_time() - begin


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_texts_cost_little_more_than_others(form, report):
    usual = min(cost(form, sample()) for _ in range(3))
    assert sum(cost(form, report(copy)) for copy in HOSTILE.values()) < 3 * usual * len(HOSTILE)


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_cut(name, pages, report):
    verdicts = len(list(report(COPIES[name]).findings(ALL)))  # each text is of 20,000 characters
    assert len(pages(COPIES[name])[0]) < 5_000 * verdicts
    assert len(b"".join(markdown.render(report(COPIES[name]), every=True))) < 1_000 * verdicts
