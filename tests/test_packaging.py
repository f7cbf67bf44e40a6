"""The wheel, not the tree: built, installed into an empty environment outside the checkout, and used there."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RULES = sorted((ROOT / "rules").rglob("*.yaml"))
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "READINESS", "VIRTUAL_ENV"))}


def run(*command, cwd):
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=CLEAN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An empty environment with the wheel and what it needs, away from the checkout."""
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    run(home / "venv/bin/python", "-m", "pip", "install", "--quiet", "--no-compile", wheel, cwd=home)
    return home


def test_the_wheel_holds_rules_templates_and_sample(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert sum(n.startswith("readiness/_assets/rules/") for n in names) == len(RULES)
    assert any(n.startswith("readiness/_assets/templates/") for n in names)
    assert {"readiness/sample/estate.jsonl.gz", "readiness/sample/readiness.yaml", "readiness/py.typed"} <= set(names)
    assert {f"readiness/shipped_profiles/{n}.yaml" for n in ("poc", "production", "regulated")} <= set(names)
    assert {"readiness/starter_rules/condition.yaml", "readiness/starter_rules/question.yaml"} <= set(names)
    assert not [n for n in names if n.startswith(("tests/", "bench/", "tools/"))]


def test_the_installed_command_scans_the_sample_with_every_rule(installed):
    report = json.loads(run(installed / "venv/bin/readiness", "scan", "--sample", "-f", "json", cwd=installed))
    assert len(report["rules"]) == len(RULES)
    assert report["score"]["value"] is not None


def test_the_installed_command_writes_the_html_report(installed):
    run(installed / "venv/bin/readiness", "scan", "--sample", "-q", "-o", "report.html", cwd=installed)
    assert (installed / "report.html").read_text().lower().startswith("<!doctype html>")


def test_the_installed_rules_pass_their_own_tests(installed):
    assert "all passed" in run(installed / "venv/bin/python", "-m", "readiness", "rules", "test", cwd=installed)
