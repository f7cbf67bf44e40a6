"""The Chromium that the browser tests drive: found, installed where that needs no question, or named in one line.

    python -m tools.browser        # prints its path; `make test` asks for it before pytest

READINESS_CHROMIUM names one. Else it is the first of NAMES on the PATH, or of MAC_PATHS, that tells its version: a
stand-in for a package that is not there (Ubuntu's, without its snap) does not.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

VARIABLE: Final = "READINESS_CHROMIUM"
NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_PATHS: Final = tuple(
    f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome", "Microsoft Edge")
)
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-back-forward-cache",  # a page that was left costs nothing
    "--host-resolver-rules=MAP * ~NOTFOUND",  # what the browser asks for itself (updates, accounts) leads nowhere
)
"""Beside those of Playwright, which switch updates, sync and the first run off."""
COMMANDS: Final = {
    "debian": "apt-get install -y chromium",
    "ubuntu": "apt-get install -y chromium-browser",
    "fedora": "dnf install -y chromium",
    "arch": "pacman -S --noconfirm chromium",
    "opensuse": "zypper --non-interactive install chromium",
    "suse": "zypper --non-interactive install chromium",
}
"""What installs it, by a system's ID, or by what it says that it is like (os-release)."""
MAC_COMMAND: Final = "brew install --cask google-chrome"
PATIENCE: Final = 60
"""Seconds for a browser to tell its version."""
_VERSION: Final = re.compile(r"\d+\.\d+")


class NoBrowserError(Exception):
    """There is none; the text is the one line to show."""


def find() -> str:
    """The path of a Chromium that starts; raises NoBrowserError."""
    named = os.environ.get(VARIABLE)
    if named:
        return _named(named)
    for path in filter(None, (*map(shutil.which, NAMES), *map(shutil.which, MAC_PATHS))):
        if _starts(path):
            return path
    raise NoBrowserError(f"The browser tests need Chromium: {_command()}, or name one in {VARIABLE}.")


def _named(given: str) -> str:
    path = shutil.which(given)
    if path and _starts(path):
        return path
    raise NoBrowserError(f"{VARIABLE} is {given}, which is no browser that starts.")


def _starts(path: str) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and bool(_VERSION.search(asked.stdout))


def find_or_install() -> str:
    """The path of one, after an installation if need be; raises NoBrowserError."""
    if not os.environ.get(VARIABLE) and _may_install():
        try:
            return find()
        except NoBrowserError:
            _install()
    return find()


def _may_install() -> bool:
    """Whether nobody has to be asked: root on Debian or what is made from it."""
    return os.geteuid() == 0 and "apt-get" in (_system_command() or "") and shutil.which("apt-get") is not None


def _install() -> None:
    """Quietly; what fails here, `find` says afterwards."""
    print("Installing Chromium for the browser tests ...", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    *_, package = (_system_command() or "").split()
    for words in (["update"], ["install", "-y", "--no-install-recommends", package, "fonts-liberation"]):
        subprocess.run(["apt-get", "-qq", *words], env=quiet, stdout=subprocess.DEVNULL, check=False)


def _command() -> str:
    if sys.platform == "darwin":
        return MAC_COMMAND
    found = _system_command()
    if found is None:
        return "install it with the package manager of your system"
    return found if os.geteuid() == 0 else f"sudo {found}"


def _system_command() -> str | None:
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return None
    known = (COMMANDS.get(name) for name in (system["ID"], *system.get("ID_LIKE", "").split()))
    return next(filter(None, known), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless one with a new empty profile, until the block ends; raises NoBrowserError."""
    path = find()
    boxed = os.geteuid() != 0  # as root, Chromium refuses to start in its sandbox
    with sync_playwright() as playwright:
        start = playwright.chromium.launch
        with start(executable_path=path, args=list(FLAGS), chromium_sandbox=boxed) as browser:
            yield browser


def main() -> str | None:
    """Prints the path; returns the one line to show on stderr, with exit code 1, if there is none."""
    try:
        print(find_or_install())
    except NoBrowserError as nothing:
        return str(nothing)
    return None


if __name__ == "__main__":
    sys.exit(main())
