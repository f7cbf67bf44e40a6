"""Which browser the tests take, what installs one, and the one line that says that there is none."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tools import browser

DEBIAN = {"ID": "debian"}
SYSTEMS = [
    ({"ID": "debian"}, "apt-get install -y chromium"),
    ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "apt-get install -y chromium-browser"),
    ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install -y chromium"),
    ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "zypper --non-interactive install chromium"),
]
NOT_FOUND = "The browser tests need Chromium: {}, or name one in READINESS_CHROMIUM."


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A Debian without a browser, used by somebody who is not root; what is put into the folder is on its PATH."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "MAC_PATHS", ())
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: DEBIAN)
    return tmp_path


def put(folder, name, script="echo Chromium 156.0.1"):
    """A program of the system."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_the_first_of_the_names_is_taken(system):
    edge = put(system, "microsoft-edge")
    assert browser.find() == edge
    chrome = put(system, "google-chrome")
    assert browser.find() == chrome
    chromium = put(system, "chromium")
    assert browser.find() == chromium


@pytest.mark.parametrize("script", ["echo install the snap; exit 10", "exit 0", "echo Chromium"])
def test_what_does_not_start_is_passed_over(system, script):
    put(system, "chromium", script)
    chrome = put(system, "google-chrome")
    assert browser.find() == chrome


def test_what_never_answers_is_passed_over(system, monkeypatch):
    monkeypatch.setattr(browser, "PATIENCE", 0.2)
    put(system, "chromium", f"exec {sys.executable} -c 'import time; time.sleep(30)'")
    chrome = put(system, "google-chrome")
    assert browser.find() == chrome


def test_a_mac_has_its_own_folder(system, monkeypatch):
    path = put(system, "Google Chrome")
    monkeypatch.setattr(browser, "MAC_PATHS", ("/nowhere/Chromium", path))
    assert browser.find() == path


def test_the_variable_goes_first(system, monkeypatch):
    put(system, "chromium")
    own = put(system, "my-own")
    monkeypatch.setenv(browser.VARIABLE, own)
    assert browser.find_or_install() == own


def test_a_variable_that_names_none_is_said(system, monkeypatch):
    put(system, "chromium")
    monkeypatch.setenv(browser.VARIABLE, "/nowhere/chromium")
    with pytest.raises(browser.NoBrowserError) as said:
        browser.find_or_install()
    assert str(said.value) == "READINESS_CHROMIUM is /nowhere/chromium, which is no browser that starts."


@pytest.mark.parametrize(("release", "command"), SYSTEMS, ids=[release["ID"] for release, _ in SYSTEMS])
@pytest.mark.parametrize(("user", "sudo"), [(0, ""), (1000, "sudo ")])
def test_without_one_the_line_has_the_command_of_the_system(system, monkeypatch, release, command, user, sudo):
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(browser.NoBrowserError) as said:
        browser.find()
    assert str(said.value) == NOT_FOUND.format(sudo + command)


def test_without_one_on_a_mac(system, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(browser.NoBrowserError) as said:
        browser.find()
    assert str(said.value) == NOT_FOUND.format("brew install --cask google-chrome")


@pytest.mark.parametrize("release", [{"ID": "unheard-of"}, None])
def test_without_one_on_an_unknown_system(system, monkeypatch, release):
    def told():
        if release is None:
            raise OSError
        return release

    monkeypatch.setattr(platform, "freedesktop_os_release", told)
    with pytest.raises(browser.NoBrowserError) as said:
        browser.find()
    assert str(said.value) == NOT_FOUND.format("install it with the package manager of your system")


APT = """echo "$DEBIAN_FRONTEND $*" >> {0}/asked
PATH=/usr/bin:/bin
case "$*" in *install*) cp {0}/package {0}/chromium ;; esac
"""


def put_apt(folder):
    """An apt-get that installs a browser, and notes what it was asked."""
    put(folder, "package")
    put(folder, "apt-get", APT.format(folder))


def test_root_on_debian_gets_one_installed(system, monkeypatch, capfd):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put_apt(system)
    assert browser.main() is None
    said = capfd.readouterr()
    assert (said.out, said.err) == (
        f"{system}/chromium\n",
        "Installing Chromium for the browser tests ...\n",
    )
    assert (system / "asked").read_text() == (
        "noninteractive -qq update\nnoninteractive -qq install -y --no-install-recommends chromium fonts-liberation\n"
    )


@pytest.mark.parametrize(("user", "release"), [(1000, DEBIAN), (0, {"ID": "fedora"})])
def test_nobody_else_gets_anything_installed(system, monkeypatch, user, release):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    put_apt(system)
    assert browser.main().startswith("The browser tests need Chromium: ")
    assert not (system / "asked").exists()


def test_an_installation_that_fails_ends_in_the_line(system, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put(system, "apt-get", "exit 100")
    assert browser.main() == NOT_FOUND.format("apt-get install -y chromium")


def test_the_command_says_the_line_and_fails():
    nowhere = {**os.environ, browser.VARIABLE: "/nowhere"}
    command = [sys.executable, "-m", "tools.browser"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=nowhere, capture_output=True, text=True, check=False
    )
    said = "READINESS_CHROMIUM is /nowhere, which is no browser that starts.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


WITHOUT = """
def test_of_a_page(show):
    show()
"""


def test_a_test_without_a_browser_fails_with_the_line_and_is_not_skipped(tmp_path):
    (tmp_path / "conftest.py").write_text((Path(__file__).parent / "conftest.py").read_text())
    (tmp_path / "test_one.py").write_text(WITHOUT)
    nowhere = {**os.environ, browser.VARIABLE: "/nowhere", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, cwd=tmp_path, env=nowhere, capture_output=True, text=True, check=False)
    assert "READINESS_CHROMIUM is /nowhere, which is no browser that starts." in done.stdout
    assert (done.returncode, done.stdout.splitlines()[-1].partition(" in ")[0]) == (1, "1 error")
