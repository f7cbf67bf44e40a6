"""The sample with hostile texts in every field, in a browser: nothing runs, nothing is asked for, all still works."""

import re

import pytest
from hostile_sample import Copy
from playwright.sync_api import expect

from browser.test_page import BEYOND, UNFOLD
from browser.view import View, facts
from readiness.render import html

TEXTS = {
    "markup": Copy(
        "=1<script>alert(1)</script><img src=x onerror=alert(2)>",
        "\"'><svg/onload=alert(3)></script></style></pre><!--{{7*7}}",
    ),
    "signs": Copy(
        "\r\n\t\u202e\u2066\x1b]8;;https://a.example\x07数🦊" + "e\u0301\u0302\u0303" * 3,
        " \u2028&amp;`|\\ $(reboot)#",
    ),
    "long": Copy("`|<" * 3_333, "\u202ee" + "\u0301" * 9_998),
    "every": Copy("=1<b onclick=alert(1)>", "'\"</script><iframe src=https://a.example>", every=True),
}
RULE = "AOAI-IAM-001"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """The Report of each text, and its file."""
    made = {}
    for name, copy in TEXTS.items():
        folder = tmp_path_factory.mktemp(name)
        report = copy.report(folder)
        made[name] = report, folder / "report.html"
        made[name][1].write_bytes(b"".join(html.render(report)))
    return made


@pytest.fixture(params=TEXTS)
def copy(request, copies):
    """One of them; that nothing is asked for or said is watched by `show`."""
    return copies[request.param]


def test_nothing_runs_and_everything_is_found(show, copy):
    report, file = copy
    page = show(file=file)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    known = facts(report)
    view = View(page)
    page.evaluate(UNFOLD)
    view.expect(list(known), len(known))
    assert page.locator("script").count() == page.locator("style").count() == 1
    assert page.locator("iframe, object, embed, img, link, base").count() == 0
    view.search.fill(RULE.lower())
    view.expect([id_ for id_, fact in known.items() if fact.rule == RULE], len(known))
    view.search.fill("no such thing <script>")
    view.expect([], len(known))
    assert asked == []


def test_groups_and_addresses_work(show, copy):
    report, file = copy
    known = facts(report)
    view = View(show(file=file))
    view.choose(group="resource", sort="title")
    view.expect(list(known), len(known))
    expect(view.page).to_have_url(re.compile(r"#findings\?group=resource&sort=title$"))
    view.tick(severity=("critical",))
    view.expect([id_ for id_, fact in known.items() if fact.severity == "critical"], len(known))
    last = list(known)[-1]
    page = show(f"#{last}", file=file)
    expect(page.locator(f"article#{last}")).to_be_in_viewport()
    expect(page.locator(f"article#{last} details").first).to_have_attribute("open", "")


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "long"])
def test_each_resource_has_a_group_of_its_own(show, copies, name):
    """But where names are longer than what a page holds of an id."""
    report, file = copies[name]
    known = facts(report)
    view = View(show(file=file))
    view.choose(group="resource")
    view.expect(list(known), len(known))
    groups = [{known[id_].resource for id_ in ids} for _, ids in view.groups()]
    assert [resources for resources in groups if len(resources) > 1] == []
    assert len(groups) == len({fact.resource for fact in known.values()})


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_beyond_the_edge(show, copy, width):
    page = show(file=copy[1], width=width)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(BEYOND) == []
