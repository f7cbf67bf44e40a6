"""The findings of a report as a browser shows them, and what the Report says that they are."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

VALUES = {
    "severity": ("critical", "high", "medium", "low", "info"),
    "outcome": ("fail", "unknown", "error", "manual", "waived"),
    "group": ("rule", "pillar", "area", "resource", "severity", "outcome"),
    "sort": ("gravity", "gain", "resource", "title"),
}
READ = """() => {
  for (let more; (more = document.querySelector("#list button.more"));) more.click();
  const inSight = (within, what) => [...within.querySelectorAll(what)].filter(found => found.checkVisibility());
  const ids = group => inSight(group, "article.finding").map(found => found.id);
  return inSight(document, "section.group").map(group => [group.querySelector("h3").innerText, ids(group)]);
}"""
"""The groups with what is in sight of them, once all that a button holds back is shown: `[[heading, [id]]]`."""


@dataclass(frozen=True)
class Fact:
    """What the Report says of a finding."""

    rule: str
    resource: str
    severity: str
    outcome: str
    pillar: str
    areas: tuple[str, ...]
    title: str
    message: str

    @property
    def attributes(self):
        """The data attributes of its article."""
        same = {name: getattr(self, name) for name in ("rule", "resource", "severity", "outcome", "pillar")}
        return same | {"areas": " ".join(self.areas)}

    @property
    def words(self):
        """What a search finds it by, at the least."""
        return " ".join((self.rule, self.title, self.resource, self.message)).casefold()


def facts(report):
    """The findings of a report by the ids of their articles."""
    return {f"f-{found.fingerprint}": fact(report, found) for found in report.findings()}


def fact(report, found):
    """One of them."""
    rule = next(rule for rule in report.ruleset.rules if rule.id == found.rule)
    return Fact(
        rule.id,
        found.resource,
        str(found.severity),
        "waived" if found.waiver else str(found.outcome),
        str(found.pillar),
        tuple(map(str, rule.areas)),
        rule.title,
        found.message,
    )


class View:
    """The form above the findings, and what it leaves in sight."""

    def __init__(self, page):
        self.page = page
        self.form = page.locator("form#view[role=search]")
        self.search = self.form.locator("input[name=q]")
        self.count = self.form.locator("output#shown")

    def choose(self, **values):
        """Sets lists by name: group, sort, pillar, area."""
        for name, value in values.items():
            self.form.locator(f"select[name={name}]").select_option(value)

    def tick(self, **values):
        """Ticks those of a row of boxes that are named, and no other."""
        state = self.state()
        for name, wanted in values.items():
            for value in set(wanted) ^ set(state[name]):
                self.form.locator(f"input[name={name}][value={value}]").click()

    def state(self):
        """What the form says, as the address would write all of it."""
        said = self.form.evaluate("form => [...new FormData(form)]")
        boxes = {name: tuple(value for key, value in said if key == name) for name in ("severity", "outcome")}
        return {**dict(said), **boxes}

    def groups(self):
        """`[(heading, [id])]` of what is in sight."""
        return [(heading, ids) for heading, ids in self.page.evaluate(READ)]

    def shown(self):
        """The ids of the findings in sight, in their order."""
        return [id_ for _, ids in self.groups() for id_ in ids]

    def expect(self, ids, whole):
        """Waits until the form counts these, and holds the page to showing them alone."""
        expect(self.count).to_have_text(re.compile(rf"^\s*{len(ids)} of {whole} findings?\s*$"))
        assert sorted(self.shown()) == sorted(ids)

    def address(self):
        """The fragment of the address."""
        return self.page.evaluate("location.hash")
