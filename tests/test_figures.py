"""Every number in every format comes from one Report: what each format shows is read back and held to the JSON."""

import csv as reader
import io
import json
import math
import random
import re
from collections import Counter
from html.parser import HTMLParser

import builders as b
import cmarkgfm
import hostile
import pytest
import small
from cmarkgfm.cmark import Options

from readiness import app
from readiness.gate import Asked
from readiness.model import Severity, Waiver
from readiness.render import csv, html, markdown, terminal
from readiness.render import json as wire

WORDS = ("pass", "fail", "unknown", "not_applicable", "manual", "error", "waived")
SEVERITIES = ("critical", "high", "medium", "low", "info")
NUMBER = r"(\d+|-)"


# --- reports --------------------------------------------------------------------------------------------------


def random_report(folder, seed):
    """Accounts and deployments at random, of which some properties could not be read, under rules of every kind."""
    some = random.Random(seed)  # noqa: S311 - an estate, no secret
    accounts = [
        b.account(f"a{i:02}", {f"p{n}": some.choice((0, 1)) for n in range(9)}, location=some.choice(("x", "y")))
        for i in range(some.randint(1, 40))
    ]
    served = [
        b.child(a, "deployments", f"d{n}", {}, sku={"name": "Standard", "capacity": n})
        for a in accounts
        for n in range(some.randint(0, 3))
    ]
    gaps = [b.gap(a["id"], b.ACCOUNTS, f"properties.p{some.randint(0, 8)}") for a in accounts if some.random() < 0.2]
    pillars = ("reliability", "security", "cost", "operations", "performance")
    areas = ("networking", "identity", "capacity", "genaiops")
    rules = [
        b.rule(
            f"require: {{field: properties.p{n}, equals: 1}}",
            id=f"TEST-{n:03}",
            title=f"P{n} is one",
            severity=some.choice(SEVERITIES),
            pillar=some.choice(pillars),
            area=some.choice(areas),
            status=some.choice(("stable", "stable", "preview")),
            remediation=f"{{summary: Set it., effort: {some.choice(('low', 'medium', 'high'))}}}",
        )
        for n in range(9)
    ]
    asks = b.rule("attest: {question: Is it?}", id="TEST-099", resource="estate", title="It is")
    read = b.snapshot(folder, *accounts, *served, b.read(count=len(accounts)), *gaps)
    waiver = Waiver("TEST-000", "*/accounts/a0*", "Later", "a@b.example", "2027-01-01")
    asked = Asked(min_score=some.choice((None, 1.0, 99.0)), fail_on=some.choice((None, Severity.CRITICAL)))
    return b.judge(read, *rules, asks, waivers=(waiver,), asked=asked)


REPORTS = {
    "sample": lambda folder: app.scan(app.Options(sample=True)),
    "small": small.report,
    "every outcome": lambda folder: hostile.report(folder, hostile.PLAIN),
    "nothing": lambda folder: b.judge(
        b.snapshot(folder, b.read(count=0)), b.rule("require: {field: x, exists: true}")
    ),
    "good": lambda folder: b.judge(
        b.snapshot(folder, b.account(), b.read()), b.rule("require: {field: kind, exists: true}")
    ),
    **{f"random {seed}": lambda folder, seed=seed: random_report(folder, seed) for seed in (1, 2, 3)},
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request, tmp_path_factory):
    return REPORTS[request.param](tmp_path_factory.mktemp("estate"))


@pytest.fixture(scope="module")
def truth(report):
    """The JSON report."""
    return json.loads(b"".join(wire.render(report, every=True, full=True)))


# --- what a number is in words, said anew here ------------------------------------------------------------------


def cut(value):
    return "-" if value is None else str(math.floor(value))


def percent(share):
    if share is None:
        return "-"
    whole = math.floor(share * 100 + 1e-9)
    return "under 1 %" if share > 0 and not whole else f"{whole} %"


def points(gain):
    tenths = math.floor(gain * 10 + 1e-9)
    return "in no number" if not gain else "+under 0.1" if not tenths else f"+{tenths / 10:.1f}"


def open_by_severity(truth):
    found = Counter()
    for rule in truth["rules"]:
        found[rule["severity"]] += rule["counts"]["fail"]
    return {s: found[s] for s in SEVERITIES if found[s]}


def open_by_area(truth):
    found = {}
    for rule in truth["rules"]:
        if rule["counts"]["fail"]:
            found.setdefault(rule["area"], Counter())[rule["severity"]] += rule["counts"]["fail"]
    return found


def unread(truth):
    """The gaps, those of one kind once."""
    return {tuple(g[k] for k in ("reason", "type", "path", "permission", "operation")) for g in truth["gaps"]}


# --- JSON holds together ----------------------------------------------------------------------------------------


def test_the_sections_of_json_hold_together(truth):
    for word in WORDS:
        assert truth["summary"][word] == sum(r["counts"][word] for r in truth["rules"])
    outcomes = Counter("waived" if f["waiver"] else f["outcome"] for f in truth["findings"])
    assert {w: outcomes[w] for w in WORDS} == truth["summary"]
    steps = [s for stage in truth["plan"] for s in stage["steps"]]
    assert {s["rule"]: s["count"] for s in steps} == {
        r["id"]: r["counts"]["fail"] for r in truth["rules"] if r["counts"]["fail"]
    }
    assert sum(k["count"] for k in truth["inventory"]["kinds"]) == truth["scope"]["resources"]
    assert sum(w["count"] for w in truth["waivers"] if w["state"] == "in force") == truth["summary"]["waived"]
    assert len(truth["subscriptions"]) == len(truth["scope"]["subscriptions"])


def test_taking_all_steps_gains_their_points(truth):
    if truth["plan"]:
        gained = sum(s["points"] for stage in truth["plan"] for s in stage["steps"])
        assert truth["plan"][-1]["after"]["value"] == pytest.approx((truth["score"]["value"] or 0) + gained, abs=0.01)


# --- CSV --------------------------------------------------------------------------------------------------------


def test_csv(report, truth):
    rows = list(reader.DictReader(io.StringIO(b"".join(csv.render(report, every=True)).decode(), newline="")))
    outcomes = Counter("waived" if row["waived_until"] else row["outcome"] for row in rows)
    assert {w: outcomes[w] for w in WORDS} == truth["summary"]
    fails = [row for row in rows if row["outcome"] == "fail" and not row["waived_until"]]
    assert Counter(row["severity"] for row in fails) == open_by_severity(truth)
    assert {a: Counter(row["severity"] for row in fails if row["area"] == a) for a in open_by_area(truth)} == (
        open_by_area(truth)
    )
    for stage in truth["plan"]:
        for step in stage["steps"]:
            own = [row for row in fails if row["rule"] == step["rule"]]
            assert len(own) == step["count"]
            assert sum(float(row["points"]) for row in own) == pytest.approx(step["points"], abs=0.001)


# --- Markdown ---------------------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """The tables of a page by the headings above: each a list of rows, the first its head; and all text."""

    def __init__(self, whole):
        super().__init__(convert_charrefs=True)
        self.tables, self.heads, self.text, self.into = {}, {}, "", None
        self.feed(whole)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.heads = {level: h for level, h in self.heads.items() if level < tag} | {tag: ""}
            self.into = tag
        if tag == "table":
            self.tables.setdefault(tuple(self.heads.values()), []).append([])
        if tag == "tr":
            self._table.append([])
        if tag in ("td", "th"):
            self._table[-1].append("")
            self.into = "cell"

    @property
    def _table(self):
        return self.tables[tuple(self.heads.values())][-1]

    def handle_endtag(self, tag):
        self.into = None if tag in ("td", "th", self.into) else self.into

    def handle_data(self, data):
        self.text += data
        if self.into == "cell":
            self._table[-1][-1] += data
        elif self.into:
            self.heads[self.into] += data

    def under(self, *heading):
        """The rows of the tables below a heading, without their heads."""
        found = [t for heads, tables in self.tables.items() for t in tables if heads[1 : 1 + len(heading)] == heading]
        return [row for table in found for row in table[1:]]


@pytest.fixture(scope="module")
def md(report):
    whole = b"".join(markdown.render(report, every=True)).decode()
    found = Tables(cmarkgfm.github_flavored_markdown_to_html(whole, Options.CMARK_OPT_UNSAFE))
    found.source = whole
    return found


def parts_of(truth, key):
    return [[n, cut(f["value"]), cut(f["floor"]), percent(f["coverage"])] for n, f in truth["score"][key].items()]


def test_markdown_score(md, truth):
    score = truth["score"]
    fails = ", ".join(f"{n} {s}" for s, n in open_by_severity(truth).items()) or "0"
    figures = [cut(score["value"]), cut(score["floor"]), percent(score["coverage"]), score["grade"] or "-", fails]
    assert md.under()[0] == figures
    assert f"Attested: {score['attested']['answered']} of {score['attested']['asked']}." in md.text
    assert [[row[0], *row[2:]] for row in md.under("Summary", "By pillar")] == parts_of(truth, "pillars")
    assert [[row[0], *row[2:]] for row in md.under("Summary", "By area")] == parts_of(truth, "areas")
    assert md.under("Summary")[0] == [str(n) for n in truth["summary"].values()]
    rows = md.under("Summary", "Open fails by area and severity")
    assert {r[0]: r[1:] for r in rows} == {
        area: [str(row[s] or "·") for s in SEVERITIES] for area, row in open_by_area(truth).items()
    }


def test_markdown_plan(md, truth):
    titles = {r["id"]: r["title"] for r in truth["rules"]}
    for stage in truth["plan"]:
        name = stage["horizon"].capitalize()
        assert [row[:4] for row in md.under("Fix first", name)] == [
            [titles[s["rule"]], severity_of(s, truth), points(s["points"]), s["effort"]] for s in stage["steps"]
        ]
        after = stage["after"]
        said = f"Score {cut(after['value'])} afterwards, grade {after['grade']}."
        assert after["value"] is None or said in md.text
    assert len(md.under("Fix first")) == sum(len(stage["steps"]) for stage in truth["plan"])


def severity_of(step, truth):
    return next(r["severity"] for r in truth["rules"] if r["id"] == step["rule"])


def test_markdown_lists(md, truth):
    summary = truth["summary"]
    untold = summary["unknown"] + summary["error"]
    fails = f"Findings: {summary['fail']} open fail{'' if summary['fail'] == 1 else 's'}"
    assert fails in md.text
    assert f"What could not be told: {untold} verdict{'' if untold == 1 else 's'}" in md.text
    assert f"Questions for people: {summary['manual']} without a valid answer" in md.text
    gaps = md.source.partition("### What could not be read")[2].partition("\n## ")[0]
    assert len(re.findall(r"^- ", gaps, re.MULTILINE)) == len(unread(truth))


def test_markdown_accepted(md, truth):
    def state(one, word):
        noun = "fail" if word == "accepts" else "subject"
        more = f", {word} {one['count']} {noun}{'' if one['count'] == 1 else 's'}"
        return one["state"] + (more if one["count"] else "")

    rows = md.under("Accepted and attested", "Waivers")[: len(truth["waivers"])]
    assert [(r[0], r[-1]) for r in rows] == [(w["rule"], state(w, "accepts")) for w in truth["waivers"]]
    rows = md.under("Accepted and attested", "Attestations")
    assert [(r[0], r[-2]) for r in rows] == [(a["rule"], state(a, "answers for")) for a in truth["attestations"]]


def test_markdown_inventory_and_rules(md, truth):
    resources = truth["scope"]["resources"]
    head = f"Inventory: {resources} resource{'' if resources == 1 else 's'}"
    kinds = [[k["type"], str(k["count"])] for k in truth["inventory"]["kinds"]]
    assert [row[:2] for row in md.under(head, "Resources by type")] == kinds
    deployments = [
        ["-" if d["capacity"] is None else f"{d['capacity']:g}", str(d["open"])]
        for d in truth["inventory"]["deployments"]
    ]
    assert [[row[4], row[7]] for row in md.under(head, "Model deployments")] == deployments
    order = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")
    assert [(r[0].split()[0], r[4:]) for r in md.under(f"Rules: {len(truth['rules'])}")] == [
        (r["id"], [str(r["counts"][w] or "·") for w in order]) for r in truth["rules"]
    ]
    assert [row[2] for row in md.under("Use over time")] == [
        "-" if t["peak"] is None else f"{t['peak']:.1f} %" for t in truth["trends"]
    ]


STATES = ("broken", "none", "not_known", "whole")
PEOPLE = {
    "User": ("person", "people"),
    "ServicePrincipal": ("application", "applications"),
    "Group": ("group of unknown size", "groups of unknown size"),
    "ForeignGroup": ("foreign group of unknown size", "foreign groups of unknown size"),
    "Device": ("device", "devices"),
}


def ways(truth):
    """How many accounts have which kind of private path."""
    found = Counter(one["state"] for one in truth["private_paths"])
    return [f"{found[state]} {state.replace('_', ' ')}" for state in STATES if found[state]]


def holders(one, key):
    """Who reaches an account's data or keys for certain, in words."""
    counts = {each["type"]: each["count"] for each in one[key]["certain"]}
    return ", ".join(f"{counts[t]} {words[counts[t] != 1]}" for t, words in PEOPLE.items() if t in counts)


def accesses(truth, most):
    """Of the accounts that a format shows, what it says of keys, and the sentence about data."""
    for one in truth["access"][:most]:
        nobody = "not known" if one["lost"] else "nobody"
        yield f"Can reach the data: {holders(one, 'data') or nobody}" if not one["data"]["possible"] else ""
        accepted = {True: "which are accepted", False: "which are not accepted"}.get(one["keys_work"])
        said = holders(one, "keys") or nobody
        yield f"Can list the keys, {accepted}: {said}" if accepted and not one["keys"]["possible"] else ""


def test_json_lists_the_same_accounts_under_paths_and_access(truth):
    assert [one["resource"] for one in truth["private_paths"]] == [one["resource"] for one in truth["access"]]
    for one in truth["access"]:
        assert len(one["rows"]) <= 200
        assert not one["more"] or len(one["rows"]) == 200


def test_markdown_paths_and_access(md, truth):
    accounts = truth["private_paths"]
    number = len(accounts)
    head = f"Access and private paths: {number} account{'' if number == 1 else 's'}"
    assert head in md.text
    assert not accounts or f"Private paths: {', '.join(ways(truth))}." in md.text
    assert md.source.count("```mermaid\n") == min(number, 10)
    for path in accounts[:10]:
        assert " ".join(path["summary"].split()) in md.text
    assert all(said in md.text for said in accesses(truth, 10))
    rows = [min(20, len(one["rows"])) for one in truth["access"][:10]]
    under = [len(t) - 1 for heads, tables in md.tables.items() if heads[1:2] == (head,) for t in tables]
    assert sum(under) == sum(rows)


# --- the terminal -----------------------------------------------------------------------------------------------


@pytest.fixture
def shown(report, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    terminal.show(report, every=False, no_color=True)
    return capsys.readouterr().out


def test_terminal(shown, truth):
    score, summary = truth["score"], truth["summary"]
    if score["value"] is not None:
        assert f"Score {in_words(score)}" in shown
        assert f"Grade {score['grade']}" in shown
    assert f"attested {score['attested']['answered']} of {score['attested']['asked']}" in shown
    head = "\n".join(shown.splitlines()[:9])
    counted = re.findall(r"(\d+) (pass|fail|waived|unknown|manual|error|not applicable)\b", head)
    counts = {word: int(number) for number, word in counted}
    assert {w: counts.get(w.replace("_", " "), 0) for w in WORDS} == summary
    assert f"{truth['scope']['resources']} resource" in shown
    line = f"\nPrivate paths: {', '.join(ways(truth))}\n"
    assert (line in f"{shown}\n") is bool(
        {"broken", "not_known", "whole"} & {p["state"] for p in truth["private_paths"]}
    )
    for stage in truth["plan"]:
        told = re.search(
            rf"{stage['horizon'].capitalize()} +(\d+) steps?: score {NUMBER} afterwards, grade (\S+)", shown
        )
        after = stage["after"]
        assert told.groups() == (str(len(stage["steps"])), cut(after["value"]), after["grade"] or "-")
    for name, floor, figures in ((n, f["floor"], f) for key in ("pillars", "areas") for n, f in score[key].items()):
        said = rf"\b{name} +[█▒·]+ +{cut(figures['value'])} +{cut(floor)} +{percent(figures['coverage'])}"
        assert floor is None or re.search(said, shown)


def in_words(figures):
    """Score, floor and what could not be told, as semantics 21 has it."""
    untold = 1 - figures["coverage"]
    extra = f"; {percent(untold)} could not be told" if untold > 0 else ""
    return f"{cut(figures['value'])} (at least {cut(figures['floor'])}{extra})"


# --- HTML -------------------------------------------------------------------------------------------------------


class Text(HTMLParser):
    """The text of a page, without style and script, blanks made one."""

    def __init__(self, whole):
        super().__init__(convert_charrefs=True)
        self.parts, self.silent = [], False
        self.feed(whole)

    def handle_starttag(self, tag, attrs):
        self.silent = tag in ("style", "script")
        self.parts.append(" ")

    def handle_endtag(self, tag):
        self.silent = False
        self.parts.append(" ")

    def handle_data(self, data):
        self.parts.append("" if self.silent else data)

    @property
    def text(self):
        return " ".join("".join(self.parts).split())


@pytest.fixture(scope="module")
def source(report):
    return b"".join(html.render(report, every=True)).decode()


@pytest.fixture(scope="module")
def page(source):
    return Text(source).text


@pytest.fixture(scope="module")
def tables(source):
    return Tables(source)


def test_html_score(page, truth):
    score = truth["score"]
    if score["floor"] is not None:
        untold = 1 - score["coverage"]
        said = f"at least {cut(score['floor'])}" + (f"; {percent(untold)} could not be told" if untold > 0 else "")
        grade = f"Grade {score['grade']}, " if score["grade"] else ""
        assert f"{cut(score['value'])} out of 100 {grade}{said}" in page
    for name, figures in (*score["pillars"].items(), *score["areas"].items()):
        assert figures["floor"] is None or f"{name} {in_words(figures)}" in page
    assert f"Attested: {score['attested']['answered']} of {score['attested']['asked']}" in page
    for word in WORDS:
        number = truth["summary"][word]
        assert not number or f"{word.replace('_', ' ')} {number}" in page
    for area, row in open_by_area(truth).items():
        assert f"{area} {', '.join(f'{row[s]} {s}' for s in SEVERITIES if row[s])}" in page
    fails = " ".join(f"{n} {s}" for s, n in open_by_severity(truth).items())
    assert not fails or f"Open fails: {fails}" in page


def test_html_findings(source, truth):
    listed = re.findall(r'<article class="finding"[^>]* data-severity="(\w+)" data-outcome="(\w+)"', source)
    outcomes = Counter(outcome for _, outcome in listed)
    told = ("pass", "not_applicable")
    assert {w: outcomes[w] for w in WORDS if w not in told} == {
        w: truth["summary"][w] for w in WORDS if w not in told
    }
    assert Counter(severity for severity, outcome in listed if outcome == "fail") == open_by_severity(truth)


def test_html_plan(source, page, truth):
    for stage in truth["plan"]:
        steps = re.search(rf'<ol class="steps" id="{stage["horizon"]}">(.*?)</ol>', source, re.DOTALL)[1]
        gains = re.findall(r'<span class="gain">([^<]*)</span>', steps)
        rules = re.findall(r'<a href="#([^"]+)">', steps)
        efforts = re.findall(r'<p class="meta">(\w+) effort', steps)
        told = list(zip(rules, gains, efforts, strict=True))
        assert told == [(s["rule"], points(s["points"]), s["effort"]) for s in stage["steps"]]
        after = stage["after"]
        said = f"Score {cut(after['value'])} afterwards, grade {after['grade']}"
        assert after["value"] is None or said in page
    assert source.count('<ol class="steps"') == len(truth["plan"])


def test_html_lists(source, tables, page, truth):
    untold = truth["summary"]["unknown"] + truth["summary"]["error"]
    assert f"What could not be told {untold} verdict" in page
    gaps = re.search(r'<ul class="gaps">(.*?)</ul>', source, re.DOTALL)
    assert (gaps[1].count("<li>") if gaps else 0) == len(unread(truth))

    def state(one, word):
        return one["state"] + (f", {word} {one['count']} " if one["count"] else "")

    for heading, at, key, word in (
        ("Waivers", -1, "waivers", "accepts"),
        ("Attestations", -2, "attestations", "answers for"),
    ):
        rows = tables.under("Accepted and attested", heading)
        assert len(rows) == len(truth[key])
        for row, one in zip(rows, truth[key], strict=True):
            assert row[0] == one["rule"]
            assert row[at].strip().startswith(state(one, word))


def test_html_paths_and_access(source, page, truth):
    part = re.search(r'<section id="reached">.*?</section>', source, re.DOTALL)[0]
    number = len(truth["private_paths"])
    assert f"Access and private paths {number} account{'' if number == 1 else 's'}" in page
    assert not number or f"Private paths: {', '.join(ways(truth))}" in Text(part).text.replace(" ,", ",")
    assert part.count("<svg") == part.count("<details") == min(number, 24)
    assert all(path["summary"] in page for path in truth["private_paths"][:24])
    assert all(said in page for said in accesses(truth, 24))
    tables = re.findall(r"<tbody>(.*?)</table>", part, re.DOTALL)
    assert [table.count('<p class="id">') for table in tables] == [
        min(50, len(one["rows"])) for one in truth["access"][:24] if one["rows"]
    ]
    leads = Counter(re.findall(r'href="#f-(\w+)"', part))
    assert leads.keys() <= {f["fingerprint"] for f in truth["findings"]}
    listed = {p["resource"] for p in truth["private_paths"][:24]}
    assert leads.total() == len([f for f in truth["findings"] if f["resource"] in listed and is_linked(f)])


def is_linked(finding):
    """Whether an account leads to a finding: it is about its network path or who has access, and is open."""
    about = {f"AOAI-NET-{n}" for n in ("003", "005", "006", "007", "012", "014")} | {"AOAI-IAM-001"}
    about |= {f"RBAC-{n}" for n in ("001", "002", "004", "005", "007", "010")}
    return finding["rule"] in about and finding["outcome"] not in ("pass", "not_applicable")


def test_html_inventory_and_rules(tables, page, truth):
    head = next((heads[1] for heads in tables.tables if heads[1].startswith("Inventory")), None)
    assert f"Inventory {truth['scope']['resources']} resource" in page
    if truth["inventory"]["kinds"]:
        rows = tables.under(head, "Resources by type")
        assert [[row[0], row[1]] for row in rows] == [
            [k["type"], str(k["count"])] for k in truth["inventory"]["kinds"]
        ]
    if truth["inventory"]["deployments"]:
        rows = [[row[5], row[8].strip()] for row in tables.under(head, "Model deployments")]
        assert rows == [
            ["–" if d["capacity"] is None else f"{d['capacity']:g}", str(d["open"])]
            for d in truth["inventory"]["deployments"]
        ]
    peaks = [f"peak {t['peak']:.1f} %" for t in truth["trends"] if t["peak"] is not None]
    assert all(peak in page for peak in peaks)
    order = ("pass", "fail", "waived", "unknown", "manual", "error", "not_applicable")
    rules = next(heads for heads in tables.tables if heads[1].startswith("Rules"))
    rows = [row for table in tables.tables[rules] for row in table[1:]]
    assert [(r[0].split()[0], [n.strip() for n in r[2:]]) for r in rows] == [
        (r["id"], [str(r["counts"][w] or "·") for w in order]) for r in truth["rules"]
    ]
