"""What the HTML report costs whoever opens it: bytes, the first paint, a filter; in the system's Chromium.

    python -m bench.page report.html

prints milliseconds: the first paint, then the slowest of the filters, each from the input to the frame after it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tools import browser

FINDINGS: Final = 10_000
ACCOUNTS: Final = 660
"""Accounts of `bench.estate` with about so many findings."""
FILTERS: Final = (
    ("q", "account"), ("q", "key vault"), ("q", ""), ("severity", "high"), ("severity", "high"),
    ("outcome", "unknown"), ("outcome", "unknown"), ("pillar", "security"), ("pillar", ""), ("area", "networking"),
    ("area", ""),
)  # fmt: skip
_PAINT: Final = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_FILTER: Final = """([name, value]) => new Promise((done) => {
  const field = document.querySelector(`#view [name=${name}][type=checkbox][value="${value}"]`)
    ?? document.querySelector(`#view [name=${name}]`);
  const before = performance.now();
  if (field.type === "checkbox") field.click();
  else { field.value = value; field.dispatchEvent(new Event("input", { bubbles: true })); }
  requestAnimationFrame(() => { const frame = new MessageChannel();
    frame.port1.onmessage = () => done(performance.now() - before);
    frame.port2.postMessage(0); });
})"""


def measure(file: Path) -> tuple[float, float]:
    """Milliseconds until the first paint of a report, and of its slowest filter."""
    with browser.launched() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(file.absolute().as_uri())
        paint = float(page.evaluate(_PAINT))
        page.evaluate("document.getElementById('findings').scrollIntoView()")
        page.wait_for_timeout(2_000)  # a person reads before they filter
        return paint, max(_filtered(page, name, value) for name, value in FILTERS)


def _filtered(page: Page, name: str, value: str) -> float:
    took = float(page.evaluate(_FILTER, [name, value]))
    page.wait_for_timeout(300)
    return took


if __name__ == "__main__":
    print(*(f"{number:.0f}" for number in measure(Path(sys.argv[1]))))
