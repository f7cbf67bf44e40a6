"""Workloads and subscriptions in the page: rows that lead to their findings, a form that filters and groups."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.view import View
from readiness import app
from readiness.groups import By
from readiness.render import html


@pytest.fixture(scope="module")
def grouped():
    """The Report of the sample by workload and subscription."""
    return app.scan(app.Options(sample=True, group_by=tuple(By), profile="poc"))


@pytest.fixture(scope="module")
def page_of(grouped, tmp_path_factory):
    """Its HTML file."""
    path = tmp_path_factory.mktemp("grouped") / "report.html"
    path.write_bytes(b"".join(html.render(grouped)))
    return path


def those(report, by, name):
    """The ids of the findings of a group."""
    return [f"f-{f.fingerprint}" for f in report.findings() if name in report.group_names(by, f)]


def test_a_row_leads_to_its_findings_and_its_address_can_be_sent(show, grouped, page_of):
    page, whole = show(file=page_of), len(list(grouped.findings()))
    page.locator("#by-workload").get_by_role("link", name="insights", exact=True).click()
    expect(page).to_have_url(re.compile(r"#findings\?workload=insights$"))
    View(page).expect(those(grouped, By.WORKLOAD, "insights"), whole)
    again = View(show("#findings?workload=insights&outcome=unknown", file=page_of))
    assert again.form.locator("select[name=workload]").input_value() == "insights"
    assert 0 < len(again.shown()) < len(those(grouped, By.WORKLOAD, "insights"))


def test_the_form_filters_and_groups_by_either(show, grouped, page_of):
    view, whole = View(show(file=page_of)), len(list(grouped.findings()))
    [first, *_] = grouped.groups[By.SUBSCRIPTION]
    view.choose(subscription=first.name)
    view.expect(those(grouped, By.SUBSCRIPTION, first.name), whole)
    view.choose(subscription="", group="workload")
    names = {name for f in grouped.findings() for name in grouped.group_names(By.WORKLOAD, f)}
    assert {part for heading, _ in view.groups() for part in heading.split(", ")} == names


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_sticks_out_and_everybody_can_read_it(show, page_of, width, scheme):
    page = show(file=page_of, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, context="#summary").response["violations"]
    assert [one["id"] for one in found] == []
