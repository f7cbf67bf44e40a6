"""Who may know whom (design, section 3): each room's list is whole, and the collector alone imports Azure."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import readiness

ROOT = Path(readiness.__file__).parent
WIRE = ("azure", "msal", "msrest", "requests", "urllib3")
IO = {"os", "io", "sys", "pathlib", "gzip", "socket", "subprocess", "tempfile", "shutil", "urllib", "http"}

VALUES = {"model", "arm", "dates", "errors"}
LANGUAGE = VALUES | {"paths", "hosts", "models", "roles", "access", "private_path"}
LANGUAGE |= {"yamlfile", "shapes", "conditions"}
RULES = LANGUAGE | {"checks", "ruleset"}
READ = VALUES | {"paths", "masking", "exports", "snapshot"}
ESTATE = READ | {"hosts", "scope", "workloads", "relations", "graph", "environments", "yamlfile"}
JUDGED = RULES | ESTATE | {"attestations", "case", "verdicts", "engine"}
DECIDED = JUDGED | {"waivers", "evidence", "wording", "findings", "scoring", "baseline", "gate"}

MAY_KNOW = {
    "model": set(),
    "arm": set(),
    "dates": set(),
    "errors": set(),
    "assets": set(),
    "yamlfile": set(),
    "shapes": {"dates", "yamlfile"},
    "paths": {"model"},
    "hosts": {"model", "paths"},
    "models": {"model", "arm", "dates", "paths"},
    "roles": {"model", "arm", "paths"},
    "access": {"model", "arm", "dates", "paths", "roles"},
    "relations": {"model", "arm", "paths", "hosts"},
    "private_path": {"model", "arm", "paths", "private_path"},
    "conditions": VALUES | {"paths", "yamlfile", "shapes", "conditions"},
    "checks": LANGUAGE | {"checks"},
    "ruleset": RULES,
    "schema": RULES,
    "written": LANGUAGE,
    "tracing": RULES | {"written"},
    "starter": RULES,
    "masking": {"model"},
    "exports": READ,
    "snapshot": READ,
    "scope": READ | {"yamlfile"},
    "workloads": READ | {"scope"},
    "environments": READ | {"scope"},
    "graph": ESTATE,
    "attestations": RULES,
    "waivers": RULES | {"attestations"},
    "case": JUDGED,
    "engine": JUDGED,
    "verdicts": RULES,
    "evidence": {"model", "conditions"},
    "wording": {"model", "dates", "evidence"},
    "findings": JUDGED | {"waivers", "evidence", "wording"},
    "scoring": JUDGED,
    "baseline": DECIDED,
    "gate": DECIDED,
    "groups": JUDGED | {"scoring"},
    "profiles": RULES | {"assets"},
    "config": RULES | {"environments", "workloads", "profiles"},
    "plan": DECIDED,
    "inventory": ESTATE,
    "trends": ESTATE | {"ruleset", "inventory"},
    "snippets": {"model", "arm", "paths"},
    "report": DECIDED | {"config", "groups", "profiles", "plan", "inventory", "trends", "snippets"},
    "ruletests": DECIDED | {"tracing"},
    "render": LANGUAGE
    | {"render", "report", "assets", "explaining", "ruleset", "ruletests", "findings", "scoring", "snapshot"}
    | {"wording", "tracing", "written", "checks", "plan", "inventory", "trends", "snippets", "verdicts", "masking"}
    | {"collect", "groups", "profiles"},
    "collect": READ | {"collect", "yamlfile"},
    "outputs": {"errors", "report", "render", "yamlfile"},
    "app": DECIDED | {"config", "groups", "profiles", "report", "assets", "schema", "starter", "collect"},
    "explaining": DECIDED | {"app"},
    "cli": {"app", "cli", "config", "outputs", "errors", "model", "dates", "render", "ruletests", "snapshot"}
    | {"yamlfile", "explaining", "schema", "starter", "collect", "groups", "profiles"},
    "__init__": set(),
    "__main__": {"cli"},
}  # fmt: skip
PURE = ("model", "arm", "dates", "paths", "private_path", "conditions", "checks", "graph", "environments",
        "workloads", "scope", "models",
        "attestations", "waivers", "case", "engine", "findings", "scoring", "gate", "report", "masking",
        "evidence", "wording", "plan", "inventory", "trends", "snippets", "groups",
        "schema", "written", "tracing", "starter")  # fmt: skip


def room(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names = (alias.name for alias in node.names)
            yield from (f"{node.module}.{name}" for name in names)


def rooms_of(name):
    parts = name.split(".")
    return parts[1] if parts[0] == "readiness" and len(parts) > 1 else None


MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may_know(path):
    known = {rooms_of(name) for name in imports(path)} - {None, "__version__", room(path)}
    assert known <= MAY_KNOW[room(path)]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_collector_may_import_azure(path):
    assert room(path) == "collect" or not [name for name in imports(path) if name.split(".")[0] in WIRE]


@pytest.mark.parametrize(
    "module",
    [
        "readiness.cli",
        "readiness.app",
        "readiness.collect",
        "readiness.collect.answers",
        "readiness.render.asking",
        "readiness.render.checkup",
    ],
)
def test_what_does_not_ask_azure_imports_nothing_of_it(module, tmp_path):
    """Each package is a trap that goes off on import; the last check is that the traps are set."""
    for name in WIRE:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise RuntimeError('{name} was imported')\n")
    path = os.pathsep.join((str(tmp_path), str(ROOT.parent)))

    def imported(name):
        command = [sys.executable, "-c", f"import {name}"]
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=False)

    assert imported(module).stderr == b""
    assert b"was imported" in imported("readiness.collect.reader").stderr


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in PURE], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_deciding_room_does_no_input_or_output(path):
    assert not {name.split(".")[0] for name in imports(path)} & IO
    calls = {
        n.func.id
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) != "cli"], ids=lambda p: str(p.relative_to(ROOT)))
def test_typer_is_the_command_lines_alone(path):
    assert "typer" not in {name.split(".")[0] for name in imports(path)}


def test_every_third_party_import_is_a_declared_dependency():
    declared = {"typer", "rich", "yaml", "orjson", "jinja2", "markupsafe", "azure", "requests", "urllib3"}
    used = {name.split(".")[0] for path in MODULES for name in imports(path)}
    assert used - set(sys.stdlib_module_names) - {"readiness"} <= declared
