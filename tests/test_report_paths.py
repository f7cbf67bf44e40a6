"""Private paths in reports: what each comes to, what is drawn where not all is, and hostile names in every format."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import builders as b
import cmarkgfm
import networked as n
import pytest
from cmarkgfm.cmark import Options

from readiness import app
from readiness.config import Config
from readiness.gate import Asked
from readiness.model import Waiver
from readiness.private_path import Caller, Endpoint, Origin, Part, PrivatePath, Zone
from readiness.render import html, markdown, path_drawing, terminal
from readiness.render import json as wire
from readiness.report import PATH_RULES, Way, way_of
from readiness.ruleset import RuleSet
from readiness.waivers import Waivers

EVERY = app.all_rules()
NAMED = RuleSet(tuple(EVERY.find(id_) for id_ in PATH_RULES))
SITES = "Microsoft.Web/sites"
HOSTILE = (
    "\"'><script>alert(1)</script>",
    "a|b\\|c",
    "`code` ```three",
    '"]-->x["y',
    "**b** [x](javascript:alert(1)) @somebody #12",
    "\u202egnirts\u2066x\u200b\x1b[31m\x00z",
    "e" + "\u0301" * 30,
    "end",
    "%%{init: {}}%% &lt;b&gt; #quot;",
    "x" * 3_000,
)
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")


def report(*bodies, gaps=(), rules=NAMED, complete=True):
    """A report of some records; lists are whole, but for gaps."""
    case = n.world(*bodies, gaps=gaps, complete=complete)
    return app.judge(rules, case, Asked(), Waivers(n.AS_OF, ()), Config(folder=Path("/nonexistent")), n.AS_OF)


def without(part):
    return [body for body in n.whole() if part not in body["id"]]


def rendered(renderer, found, **options):
    return b"".join(renderer.render(found, **options)).decode()


def section(page):
    """The part of an HTML page about paths and access."""
    return re.search(r'<section id="reached">.*?</section>', page, re.DOTALL)[0]


# --- what a path comes to ---------------------------------------------------------------------------------------

GAP = {"type": SITES, "reason": "forbidden", "permission": "Microsoft.Web/sites/read"}
SERVERS = [n.network(servers=["10.0.0.4"]) if body["id"] == n.network()["id"] else body for body in n.whole()]
ALONE = [body for body in n.whole() if re.search("Microsoft.(Network|CognitiveServices)/", body["id"])]
WAYS = {
    "whole": (n.whole(), (), Way.WHOLE),
    "a zone without a link": (without("/virtualNetworkLinks/"), (), Way.BROKEN),
    "no zone group": (without("/privateDnsZoneGroups/"), (), Way.BROKEN),
    "no endpoint": ([n.account()], (), Way.NONE),
    "an endpoint that waits": ([n.account("pe", status="Pending"), n.endpoint()], (), Way.NONE),
    "callers that were not read": (without("/sites/"), (GAP,), Way.UNKNOWN),
    "DNS servers of its own": (SERVERS, (), Way.UNKNOWN),
    "zones that are not known": (without("/privateLinkResources/"), (GAP,), Way.UNKNOWN),
    "nobody who calls": (ALONE, (), Way.UNKNOWN),
}


@pytest.mark.parametrize("name", WAYS)
def test_what_a_path_comes_to(name):
    bodies, gaps, way = WAYS[name]
    found = report(*bodies, gaps=gaps)
    assert [one.way for one in found.reached] == [way]
    assert found.ways == {way: 1}
    [one] = json.loads(rendered(wire, found, full=True))["private_paths"]
    assert one["state"] == way.replace(" ", "_")
    assert (one["summary"] == "Nothing is broken.") is (way is Way.WHOLE)
    assert one["summary"].startswith("Broken: ") is (way in (Way.BROKEN, Way.NONE))


def other(name, kind="OpenAI", **more):
    id_ = n.ACCOUNT.replace("/oai", f"/{name}")
    return {"id": id_, "kind": kind, "properties": {"privateEndpointConnections": []}, **more}


def test_the_worst_stand_first_and_only_accounts_that_may_hold_language_models():
    others = (other("b"), other("c", "AIServices"), other("a-speech", "SpeechServices"), other("z-unread"))
    gap = {"scope": others[-1]["id"], "type": "Microsoft.CognitiveServices/accounts", "path": "kind"}
    found = report(*n.whole(), *others, gaps=[{**gap, "reason": "forbidden"}], complete=False)
    assert [one.account.id.rpartition("/")[2] for one in found.reached] == ["b", "c", "z-unread", "oai"]


def test_only_what_is_judged_is_shown(tmp_path):
    groups = [b.GROUP, b.GROUP.replace("rg-one", "rg-two")]
    read = b.snapshot(tmp_path, *(b.account(group=group) for group in groups))
    found = b.judge(read, b.rule("require: {field: kind, exists: true}"), input="x", resource_groups=("rg-two",))
    assert [one.account.id for one in found.reached] == [b.account(group=groups[1])["id"]]


# --- what is drawn ----------------------------------------------------------------------------------------------


def made(*truths):
    """A path with a network for each truth of a link, and an endpoint for each."""
    good = Part("x", True, "x", "p")
    ends = [Endpoint(f"e{i}", f"e{i}", "/n/x/s", "n", (Zone("z", "z"),), good) for i in range(len(truths))]
    caller = Caller("app", "app", "app", "s")
    origins = [
        Origin(f"n{i}", f"n{i}", (caller,), (Part("z", truth, f"n{i} does not resolve z", "p"),), good)
        for i, truth in enumerate(truths)
    ]
    return PrivatePath("oai", "oai", good, tuple(ends), ("z",), tuple(origins), ())


@pytest.mark.parametrize(("last", "sign"), [(False, "✕"), (None, "?")])
def test_of_many_networks_those_that_are_broken_or_not_known_are_drawn(last, sign):
    path = made(*[True] * 9, last)
    for drawn in (str(path_drawing.svg(path)), path_drawing.mermaid(path)):
        assert f"{sign} n9" in drawn
        assert "✓ and 6 more networks" in drawn
    assert ("cross" in str(path_drawing.svg(path))) is (last is False)
    assert (path_drawing.summary(path), way_of(path)) == {
        False: ("Broken: n9 does not resolve z.", Way.BROKEN),
        None: ("Nothing is known to be broken; not all of it is known.", Way.UNKNOWN),
    }[last]


def test_the_rest_is_as_bad_as_the_worst_of_it():
    assert "✕ and 1 more network<" in str(path_drawing.svg(made(*[False] * 5)))


def test_accounts_of_one_name_have_drawings_of_their_own():
    twins = [{**other("oai"), "id": n.ACCOUNT.replace("/s/", f"/{s}/")} for s in ("s1", "s2")]
    page = rendered(html, report(*twins))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labels = set(re.findall(r'aria-labelledby="([^"]+)"', page))
    assert len(labels) == 2
    assert {part for label in labels for part in label.split()} <= set(ids)


# --- where it stands --------------------------------------------------------------------------------------------


def test_html_draws_the_path_and_leads_to_the_findings():
    found = report(*without("/virtualNetworkLinks/"))
    page = rendered(html, found)
    part = section(page)
    assert part.count("<svg") == 1
    assert "broken: not resolved" in part
    assert "Private paths: <span" in part
    leads = re.findall(r'<li><span class="mark (\w+)">\w+</span> <a href="#(f-\w+)">', part)
    assert [outcome for outcome, _ in leads] == ["fail", "fail"]
    assert all(f'id="{anchor}"' in page for _, anchor in leads)
    assert re.findall(r'<span class="meta">(AOAI\S+)</span>', part) == ["AOAI-NET-007", "AOAI-NET-012"]


def test_a_waived_finding_is_said_to_be_waived():
    case = n.world(*without("/virtualNetworkLinks/"))
    waiver = Waiver("AOAI-NET-007", "*", "Later", "a@b.example", "2030-01-01")
    settings = Config(folder=Path("/nonexistent"))
    found = app.judge(NAMED, case, Asked(), Waivers(n.AS_OF, (waiver,)), settings, n.AS_OF)
    assert [one.said for one in found.judged(found.reached[0].account, PATH_RULES)] == ["waived", "fail"]
    assert '<span class="mark waived">waived</span> <a href="#f-' in section(rendered(html, found))
    assert "- waived: `AOAI-NET-007` " in rendered(markdown, found)


@pytest.mark.parametrize(("count", "more"), [(24, None), (25, 1), (60, 36)])
def test_html_shows_the_worst_accounts_and_counts_the_rest(count, more):
    part = section(rendered(html, report(*(other(f"a{i:02}") for i in range(count)))))
    assert part.count("<svg") == min(count, 24)
    assert re.findall(r"and (\d+) more accounts", part) == ([str(more)] if more else [])


@pytest.mark.parametrize(("count", "more"), [(10, None), (11, 1)])
def test_markdown_draws_the_worst_accounts_and_counts_the_rest(count, more):
    whole = rendered(markdown, report(*(other(f"a{i:02}") for i in range(count))))
    assert whole.count("```mermaid\nflowchart TD\n") == min(count, 10)
    assert re.findall(r"and (\d+) more accounts", whole) == ([str(more)] if more else [])


def lines_of(found):
    shown = [line.plain for line in terminal.lines(found, terminal.screen(no_color=True), every=False)]
    return [line for line in shown if line.startswith("Private paths")]


def test_a_terminal_has_one_line_where_there_is_any_private_path():
    assert lines_of(report(*n.whole(), other("b"))) == ["Private paths: 1 none, 1 whole"]
    assert lines_of(report(other("b"))) == []
    assert lines_of(report()) == []


def test_without_an_account_it_is_said():
    found = report(other("speech", "SpeechServices"))
    assert "No account that holds language models was read." in section(rendered(html, found))
    assert "\nNo account that holds language models was read.\n" in rendered(markdown, found)


# --- hostile names ----------------------------------------------------------------------------------------------


def named(text):
    """The whole estate, broken at a link, with every name of a user's in it carrying a text."""
    name = text.replace("/", "").rstrip()
    bodies = json.dumps([body for body in n.whole() if "Links/" not in body["id"] or n.OPENAI in body["id"]])
    kept = json.loads(bodies.replace("/subscriptions/s/", "/subscriptions/00000000-0000-0000-0000-00000000000a/"))

    def renamed(value):
        if isinstance(value, dict):
            return {key: renamed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [renamed(inner) for inner in value]
        if not isinstance(value, str) or not value.startswith("/subscriptions"):
            return value
        parts = value.split("/")
        for at in range(8, len(parts), 2):
            parts[at] += "" if parts[at - 1] == "privateDnsZones" else name
        return "/".join(parts)

    return report(*map(renamed, kept))


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes, and its scripts."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.built, self.said = [], ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag != "wbr":
            self.built.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data):
        self.said += data


@pytest.fixture(scope="module")
def harmless():
    return named("words")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_leave_the_page(text, harmless):
    found, plain = (Shape(section(rendered(html, one))) for one in (named(text), harmless))
    assert found.built == plain.built
    assert not UNSEEN.search(found.said)
    assert not re.search("[\u0300-\u036f]{5}", found.said)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_leave_the_markdown(text, harmless):
    def made_of(one):
        whole = rendered(markdown, one)
        assert not UNSEEN.search(whole)
        part = whole.partition("## Access and private paths")[2].partition("\n## ")[0]
        shown = Shape(cmarkgfm.github_flavored_markdown_to_html(part, Options.CMARK_OPT_UNSAFE))
        return [part for part in shown.built if part != ("code",)], re.findall(r"(?m)^  \w+ ?(-\S+\|)", part)

    assert made_of(named(text)) == made_of(harmless)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_data_in_json(text):
    [one] = json.loads(rendered(wire, named(text), full=True))["private_paths"]
    [network] = one["networks"]
    assert network["resource"].endswith("/net" + text.replace("/", "").rstrip())
