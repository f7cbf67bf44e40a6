"""The picture of the sample's report in the README.

    python -m tools.make_pictures

writes `docs/images/report.png`, as the system's Chromium shows it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from readiness import app
from readiness.render import html
from tools import browser

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1280, 1180


def main() -> None:
    """Takes the picture."""
    TARGET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser.launched() as chromium:
        page = Path(folder) / "report.html"
        page.write_bytes(b"".join(html.render(app.scan(app.Options(sample=True)))))
        shown = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.screenshot(path=TARGET)


if __name__ == "__main__":
    main()
