"""The HTML report: one file that loads nothing, whose figures are the JSON report's, and that no name breaks open."""

import base64
import dataclasses
import hashlib
import json
import math
import re
from html.parser import HTMLParser

import builders as b
import pytest

from readiness import app, assets
from readiness.config import Config, Logo, ReportWords
from readiness.gate import Asked
from readiness.model import Evidence, Severity, Waiver
from readiness.render import html, shown
from readiness.render import json as wire
from readiness.render.colour import contrast
from readiness.ruleset import Override

HOSTILE = (
    "\"'><script>alert(1)</script></style></title><!--<img src=x onerror=alert(2)>"
    "{{ 7 * 7 }}\u202e\x1b[31m&amp;\x00</"
)
KEY = "<img src=x onerror=alert(3)>"
INLINE = ("a", "b", "bdi", "code", "i", "span", "strong")
OPENED = {"iframe", "object", "embed", "link", "img", "base", "video", "audio", "source", "use"}


class Page(HTMLParser):
    """What a browser would make of it: tags with the names of their attributes, links, ids, and the text."""

    def __init__(self, whole):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.ids, self.texts, self.metas = [], [], [], [], []
        self.style = self.script = ""
        self._in = None
        self.feed(whole)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.texts += [] if tag in INLINE else [" "]
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        given = dict(attrs)
        self._in = tag if tag in ("style", "script") else None
        self.links += [given["href"]] if "href" in given else []
        self.ids += [given["id"]] if "id" in given else []
        self.metas += [given] if tag == "meta" else []

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in == "style":
            self.style += data
        elif self._in == "script":
            self.script += data
        else:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def rendered(report, **options):
    return b"".join(html.render(report, **options)).decode()


def page(report, **options):
    return Page(rendered(report, **options))


@pytest.fixture(scope="module")
def sample():
    return app.scan(app.Options(sample=True))


# --- names and values from outside ----------------------------------------------------------------------------


class Boom:
    """A condition that crashes and says something hostile."""

    def __init__(self, said):
        self.said = said

    def compile(self, bound):
        return lambda *_: self.explain()

    def explain(self, *_):
        raise RuntimeError(self.said)


def quoted(text):
    return json.dumps(text)


def rules(text):
    said = quoted(text)
    head = {
        "title": said,
        "rationale": said,
        "remediation": f"{{summary: {said}}}",
        "references": ["javascript:alert(1)", text, "https://learn.microsoft.com/azure/x", f"https://x/ {text}"],
    }
    crash = b.rule("require: {field: name, exists: true}", id="TEST-005", **head)
    return (
        b.rule(f"require: {{field: properties.x, equals: {quoted('not ' + text)}}}", id="TEST-001", **head),
        b.rule("require: {field: properties.y, equals: 1}", id="TEST-002", **head),
        b.rule(
            f"attest: {{question: {said}, guidance: {said}}}\ntests: []", id="TEST-003", resource="estate", title=said
        ),
        b.rule(f"""require: {{field: "properties['{KEY}']", equals: 1}}""", id="TEST-004", **head),
        dataclasses.replace(crash, require=Boom(text)),
        b.rule("require: {field: name, exists: true}", id="TEST-006", **head),
        b.rule("require: {field: name, exists: true}", id="TEST-007", **head),
    )


def hostile_report(folder, text):
    """Every field that a report prints, filled with a text from outside."""
    slashless = text.replace("/", "")
    one = b.account("one" + slashless, {"x": text, KEY: text}, tags={text: text})
    two = b.account("two" + slashless, {"x": text}, tags={text: text})
    read = b.snapshot(
        folder,
        one,
        two,
        b.body(b.SUB, None, displayName=text),
        b.read(count=2),
        b.gap(one["id"], text, text, text, permission=text, message=text, code=text, status=403, operation=text),
        b.gap(two["id"], b.ACCOUNTS, "properties.y", "forbidden", permission=text, message=text),
        scope={"tags": {text: text}},
    )
    words = ReportWords(title=text, customer=text, author=text)
    config = Config(shown=text, report=words, overrides={"TEST-007": Override(off=True, reason=text)})
    waiver = Waiver("TEST-004", "*two*", text, text, "2030-01-01", text)
    asked = Asked(min_score=80.0, fail_on=Severity.HIGH)
    return b.judge(read, *rules(text), config=config, waivers=(waiver,), asked=asked)


def test_hostile_texts_leave_the_markup_as_it_is(tmp_path):
    (tmp_path / "a").mkdir()
    hostile = page(hostile_report(tmp_path, HOSTILE), every=True)
    benign = page(hostile_report(tmp_path / "a", "words"), every=True)
    assert [t for t in hostile.tags if t[0] != "wbr"] == [t for t in benign.tags if t[0] != "wbr"]
    assert hostile.text.count("<script>alert(1)</script>") > 30
    assert KEY in hostile.text
    assert "{{ 7 * 7 }}" in hostile.text


def test_hostile_texts_reach_every_section(tmp_path):
    report = hostile_report(tmp_path, HOSTILE)
    outcomes = {(f.outcome, f.waiver is not None) for f in report.findings()}
    assert outcomes == {("fail", False), ("fail", True), ("unknown", False), ("error", False), ("manual", False)}
    assert report.gaps
    assert report.ruleset.off


def test_no_script_but_ours_and_nothing_that_loads_is_ever_opened(tmp_path):
    found = page(hostile_report(tmp_path, HOSTILE), every=True)
    names = [tag for tag, _ in found.tags]
    assert not OPENED & set(names)
    assert names.count("script") == names.count("style") == names.count("form") == 1
    assert found.script == (assets.templates() / html.SCRIPT).read_text(encoding="utf-8")
    attributes = {name for _, names in found.tags for name in names}
    assert not [
        a for a in attributes if a.startswith("on") or a in ("style", "src", "srcset", "background", "action")
    ]


def test_what_could_move_the_cursor_or_turn_a_line_is_visible(tmp_path):
    whole = rendered(hostile_report(tmp_path, HOSTILE), every=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", whole)
    assert "\\u202e" in whole
    assert "\\x1b" in whole


def test_only_links_to_http_and_https_become_links(tmp_path):
    found = page(hostile_report(tmp_path, HOSTILE))
    outward = {link for link in found.links if not link.startswith("#")}
    portal = {
        link for link in outward if re.fullmatch(r"https://portal\.azure\.com/#resource/[A-Za-z0-9/._~%()-]+", link)
    }
    assert outward - portal == {"https://learn.microsoft.com/azure/x"}
    assert portal


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://learn.microsoft.com/azure/x?a=1&b=2#c", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        (" https://a.example", False),
        ("https://a.example\n", False),
        ('https://a.example/"onmouseover=alert(1)', False),
        ("https://a.example/\u202egro", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("https://", False),
        (None, False),
    ],
)
def test_what_counts_as_a_link(text, is_one):
    assert shown.is_link(text) is is_one


def test_texts_of_ten_thousand_characters_are_cut(tmp_path):
    found = hostile_report(tmp_path, "x" * 10_000)
    whole = rendered(found, every=True)
    assert max(len(run) for run in re.findall("x+", whole)) <= html.LONGEST
    assert len(whole) < 200_000


def test_lone_surrogates_are_written_as_escapes(tmp_path):
    assert html.printed("a\ud800b") == "a\\ud800b"
    assert shown.name("/subscriptions/\ud800", names={}) == "\\ud800"


# --- one file -------------------------------------------------------------------------------------------------


SHOWN = {
    "https://wiki.northwind.example/assist/infrastructure-as-code)",
    "https://aka.ms/rps-not-found",
    "https://kv-nwa-hub.vault.azure.net/secrets/appi-connection-string",
    "https://kv-nwa-hub.vault.azure.net/secrets/cache-connection",
    "https://oai-nwa-prod-weu.openai.azure.com/openai",
    "https://oai-nwa-prod-sdc.openai.azure.com/openai",
}
"""Addresses in the sample that are text, and no links."""


def test_nothing_is_loaded(sample):
    whole = rendered(sample, every=True)
    found = Page(whole)
    assert not OPENED & {tag for tag, _ in found.tags}
    assert not re.search(r"url\(|@import|@font-face|expression\(|</", found.style, re.IGNORECASE)
    assert not re.search(r"fetch|XMLHttp|WebSocket|import\(|eval|innerHTML|</", found.script)
    body = whole.replace(found.style, "").replace(found.script, "")
    outward = set(re.findall(r"https?://[^\s<\"&,]+", body)) - {link.partition("&")[0] for link in found.links}
    assert outward <= SHOWN


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(sample):
    whole = rendered(sample)
    found = Page(whole)
    policy = next(m["content"] for m in found.metas if m.get("http-equiv") == "Content-Security-Policy")
    rules_ = dict(directive.strip().partition(" ")[::2] for directive in policy.split(";"))
    assert rules_ == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest(found.style)}'",
        "script-src": f"'sha256-{digest(found.script)}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert whole.index("Content-Security-Policy") < whole.index("<style")
    assert not [names for _, names in found.tags if "style" in names]


LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_a_logo_and_a_colour_are_part_of_the_file(sample):
    words = dataclasses.replace(sample.words, logo=Logo("image/svg+xml", LOGO), colour="#ffcc00")
    whole = rendered(dataclasses.replace(sample, words=words))
    assert f'<img class="logo" src="data:image/svg+xml;base64,{base64.b64encode(LOGO).decode()}"' in whole
    found = Page(whole)
    assert found.style.endswith(html.tint("#ffcc00"))
    assert f"sha256-{digest(found.style)}" in whole
    assert "--accent:#ffcc00;--on-accent:#000000" in found.style


def test_ids_are_unique_and_links_inside_the_page_lead_somewhere(sample):
    found = page(sample, every=True)
    assert len(found.ids) == len(set(found.ids))
    inward = {link[1:] for link in found.links if link.startswith("#")}
    assert {link for link in inward if "?" not in link} <= set(found.ids)
    for view in (link for link in inward if "?" in link):
        assert re.fullmatch(r"findings\?((severity|outcome|pillar|area)=[a-z_-]+&?)+", view)


def test_it_is_the_same_each_time_and_whole(sample):
    whole = rendered(sample)
    assert whole == rendered(sample)
    assert whole.startswith("<!DOCTYPE html>")
    assert whole.rstrip().endswith("</html>")
    assert not [text for text in Page(whole).texts if text.strip() == "None"]


# --- figures --------------------------------------------------------------------------------------------------


def in_words(figures):
    """What the contract says of score, floor and coverage (semantics 21), from the JSON report's figures."""
    untold = 1 - figures["coverage"]
    share = "under 1 %" if 0 < untold < 0.01 else f"{math.floor(untold * 100 + 1e-9)} %"
    extra = f"; {share} could not be told" if untold else ""
    value = "-" if figures["value"] is None else math.floor(figures["value"])
    return f"{value} (at least {math.floor(figures['floor'])}{extra})"


@pytest.fixture(scope="module")
def both(sample):
    return json.loads(b"".join(wire.render(sample))), page(sample)


def test_score_pillars_and_areas_are_those_of_the_json_report(both):
    report, found = both
    score = report["score"]
    assert in_words(score) in found.text
    assert f"Grade {score['grade']}" in found.text
    assert f"Attested: {score['attested']['answered']} of {score['attested']['asked']}" in found.text
    for parts in (score["pillars"], score["areas"]):
        for name, figures in parts.items():
            said = in_words(figures) if figures["floor"] is not None else "nothing scored had a subject"
            assert f"{name} {said}" in found.text


def test_the_counts_are_those_of_the_json_report(both):
    report, found = both
    for outcome, count in report["summary"].items():
        if count:
            assert f"{outcome.replace('_', ' ')} {count}" in found.text
    order = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")
    for rule in report["rules"]:
        counts = " ".join(str(rule["counts"][o] or "·") for o in order)
        assert re.search(rf"{rule['id']} {re.escape(rule['title'])}.*?{rule['severity']} {counts}", found.text)


def test_every_open_finding_is_there_with_what_was_seen(both):
    report, found = both
    for finding in report["findings"]:
        assert finding["resource"] in found.text
        message = finding["message"].split(": ")[0] if finding["outcome"] == "manual" else finding["message"]
        assert " ".join(message.split()) in found.text
        for seen in finding["evidence"]:
            assert re.findall(r"\w+", seen["path"])[-1] in found.text
    for gap in report["gaps"]:
        assert gap["permission"] in found.text
        assert gap["scope"] in found.text


def test_waivers_name_reason_owner_and_end(both):
    report, found = both
    waiver = next(f["waiver"] for f in report["findings"] if f["waiver"])
    for word in waiver.values():
        assert word in found.text


def test_the_head_says_what_was_assessed_with_what(both):
    report, found = both
    assert "Readiness of Northwind Assist" in found.text
    for said in (report["tool"]["version"], report["tool"]["ruleset"], "2026-10-01 06:00 UTC", *report["notices"]):
        assert said in found.text
    for subscription in report["scope"]["subscriptions"]:
        assert subscription in found.text


def test_a_share_under_one_percent_is_not_nothing(sample):
    total = dataclasses.replace(sample.score.total, value=99.9999, floor=99.5, coverage=0.9951)
    score = dataclasses.replace(sample.score, total=total)
    assert "99 (at least 99; under 1 % could not be told)" in page(dataclasses.replace(sample, score=score)).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"min_score": 80.0, "min_pillar": {"security": 70.0}}, "Gate: not met Asked: --min-score 80 --min-pillar"),
        ({"min_score": 10.0}, "Gate: met Asked: --min-score 10"),
        ({"min_coverage": 99.0}, "Gate: could not assess Asked: --min-coverage 99"),
    ],
)
def test_the_gate_is_said_in_words(tmp_path, asked, said):
    read = b.snapshot(
        tmp_path,
        b.account("good", {"x": 1}),
        b.account("bad", {"x": 0}),
        b.account("dim"),
        b.read(count=3),
        b.gap(f"{b.GROUP}/providers/{b.ACCOUNTS}/dim", b.ACCOUNTS, "properties.x"),
    )
    report = b.judge(read, b.rule("require: {field: properties.x, equals: 1}"), asked=Asked(**asked))
    assert said in page(report).text
    assert all(reason in page(report).text for reason in report.gate.reasons)


def test_without_a_gate_there_is_no_word_of_it(sample):
    assert "Gate:" not in page(sample).text


# --- little and much ------------------------------------------------------------------------------------------


def test_an_empty_snapshot_is_no_good_news(tmp_path):
    text = page(b.judge(b.snapshot(tmp_path), b.rule("require: {field: name, exists: true}"))).text
    assert "No score" in text
    assert "nothing could be read" in text
    assert "rade " not in text.partition("How this was judged")[0]


def test_without_a_fail_it_still_says_what_could_not_be_told(tmp_path):
    dim = b.account("dim")
    read = b.snapshot(tmp_path, dim, b.read(), b.gap(dim["id"], b.ACCOUNTS, "properties.x"))
    text = page(b.judge(read, b.rule("require: {field: properties.x, equals: 1}"))).text
    assert "No rule failed among what could be told; 1 verdict could not be made" in text


def test_a_crash_is_said_loudly_in_the_head(tmp_path):
    text = page(hostile_report(tmp_path, "words")).text
    assert "A rule crashed. 2 verdicts could not be made" in text


def test_all_adds_what_passes_and_what_does_not_apply(sample):
    without, whole = page(sample), page(sample, every=True)
    assert "others" not in without.ids
    assert "others" in whole.ids
    for finding in sample.findings(("pass", "not_applicable")):
        assert finding.resource in whole.text


def test_much_evidence_is_cut_and_counted():
    macro = html.environment().from_string(
        '{% from "parts/macros.html.j2" import evidence with context %}{{ evidence(seen) }}'
    )
    seen = [Evidence(f"properties.list[{i}]", i, 0) for i in range(25)]
    text = Page(macro.render(seen=seen, limits=html.LIMITS, name=str, portal=str)).text
    assert "properties.list[19]" in text
    assert "properties.list[20]" not in text
    assert "and 5 more" in text


def test_ten_thousand_findings_stay_moderate(tmp_path):
    accounts = [b.account(f"account-{i:05}", {"x": 0}) for i in range(2_000)]
    names = [f"TEST-{i:03}" for i in range(5)]
    made = [b.rule("require: {field: properties.x, equals: 1}", id=n) for n in names]
    whole = rendered(b.judge(b.snapshot(tmp_path, *accounts, b.read(count=2_000)), *made))
    assert whole.count("<article") == 10_000
    assert len(whole) < 25_000_000
    assert "and 1996 more" in whole


# --- colours --------------------------------------------------------------------------------------------------

GROUNDS = {"critical": "critical-ground", "high": "high-ground", "medium": "medium-ground", "low": "low-ground"}
GROUNDS |= {"info": "info-ground", "notice": "notice-ground"}
ON_PAGE = ("text", "muted", "link", "fail", "unknown", "error", "manual", "waived", "pass", "not_applicable")
PAIRS = [
    *GROUNDS.items(),
    *((t, g) for t in ON_PAGE for g in ("ground", "raised")),
    ("on-accent", "accent"),
    ("offence", "offence-ground"),
]


def schemes():
    css = (assets.templates() / html.STYLE).read_text(encoding="utf-8")
    tokens = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {"light": {t: light for t, light, _ in tokens}, "dark": {t: dark for t, _, dark in tokens}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(scheme, text, ground):
    tokens = schemes()[scheme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_floor_stands_out_in_its_bar(scheme):
    tokens = schemes()[scheme]
    assert contrast(tokens["bar-floor"], tokens["bar-all"]) >= 3
    assert contrast(tokens["bar-floor"], tokens["ground"]) >= 3
