"""How to test the HTML report in a browser.

A test asks for `show` and calls it: `page = show()` opens the report of the bundled sample by its file:// address, as
the customer who got it by mail does, and gives Playwright's page. `show("#findings?q=key", width=390, scheme="dark")`
opens a view of it on a phone at night; `show(file=path)` another file; `show(scripts=False)` where no script may run.
There is one page, which each call loads anew: what a call gave before is gone. (A page of its own for each test costs
four times as much.)

Whatever a page does beyond reading its own file is a fault: a request, a message on the console, an error, a second
page. `show` notes them all, and fails the test at its end if there was one. `watch.seen` is the list.

`sample` is the Report that the page shows, `sample_html` its file; both are made once. Expect figures from the
Report, never from the page itself. Wait with Playwright's `expect`, which tries again; a pause is for what must not
happen.

The browser is the system's own Chromium (tools/browser.py). Without one each test here fails with the line that
installs it; none is skipped. By hand: `python -m pytest tests/browser`.
"""

import itertools

import pytest

from readiness import app
from readiness.render import html
from tools import browser

PATIENCE = 5_000
"""Milliseconds until something that should have happened did not."""
GRANTED = ["clipboard-read", "clipboard-write"]


class Watch:
    """What pages did beyond reading the files that they are."""

    def __init__(self):
        self.seen = []
        self.files = set()

    def begin(self):
        """Forgets what was before."""
        self.seen.clear()
        self.files.clear()

    def follow(self, context):
        """Notes all that happens in a context."""
        context.on("request", self._requested)
        context.on("console", lambda said: self.seen.append(f"console {said.type}: {said.text}"))
        context.on("weberror", lambda raised: self.seen.append(f"error: {raised.error}"))
        context.on("page", lambda page: self.seen.append(f"page: {page.url}"))

    def _requested(self, request):
        if request.url.partition("?")[0] not in self.files or request.resource_type != "document":
            self.seen.append(f"request: {request.url}")


@pytest.fixture(scope="package")
def chromium():
    """The browser. It goes with the last of these tests: while it runs, no other test could start an event loop."""
    try:
        browser.find()
    except browser.NoBrowserError as nothing:
        pytest.fail(str(nothing), pytrace=False)
    with browser.launched() as found:
        yield found


@pytest.fixture(scope="package")
def sample():
    """The Report of the bundled sample."""
    return app.scan(app.Options(sample=True))


@pytest.fixture(scope="package")
def sample_html(sample, tmp_path_factory):
    """Its HTML file."""
    path = tmp_path_factory.mktemp("sample") / "readiness report.html"  # a blank, as people's folders have
    path.write_bytes(b"".join(html.render(sample)))
    return path


@pytest.fixture(scope="package")
def watching():
    """The watch of all tests."""
    return Watch()


@pytest.fixture(scope="package")
def pages(chromium, watching):
    """The page where scripts may run, and the one where they may not."""
    made = {}
    for scripts in (True, False):
        context = chromium.new_context(java_script_enabled=scripts, permissions=GRANTED)
        context.set_default_timeout(PATIENCE)
        made[scripts] = context.new_page()
        watching.follow(context)
    yield made
    for page in made.values():
        page.context.close()


@pytest.fixture(scope="package")
def loads():
    """Numbers what is loaded."""
    return itertools.count()


@pytest.fixture
def watch(watching):
    """What the page did in this test beyond showing its file."""
    watching.begin()
    return watching


@pytest.fixture
def show(pages, sample_html, watch, loads):
    """Opens a report; see the head of this module."""

    def opened(
        fragment="", *, file=sample_html, width=1280, height=900, scheme="light", motion="reduce", scripts=True
    ):
        page, size = pages[scripts], {"width": width, "height": height}
        watch.files.add(file.as_uri())
        if page.viewport_size != size:
            page.set_viewport_size(size)
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion=motion)
        page.goto(f"{file.as_uri()}?{next(loads)}{fragment}")  # by its fragment alone, a file would not load again
        return page

    yield opened
    for page in pages.values():
        _leave(page)
    assert watch.seen == []


def _leave(page):
    """Lets a page forget what it kept, and what opened beside it go."""
    if page.url != "about:blank":
        page.evaluate("localStorage.clear()")
    for other in page.context.pages:
        if other != page:
            other.close()
