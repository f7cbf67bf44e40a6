"""Habits that are measured: short functions, a core that fits one screen, public docstrings."""

import ast
import statistics
from pathlib import Path

import readiness

ROOT = Path(readiness.__file__).parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions():
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, FUNCTIONS):
                yield path, node


def length(node):
    """Lines of code without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return node.end_lineno - body[0].lineno + 1


def test_the_median_function_is_about_ten_lines_or_less():
    assert statistics.median(length(node) for _, node in functions()) <= 10


def test_no_function_outgrows_a_screen_but_the_command_line_of_scan():
    long = {f"{path.stem}.{node.name}" for path, node in functions() if length(node) > 40}
    assert long <= {"scan.scan"}


def test_the_engine_fits_one_screen():
    assert len((ROOT / "engine.py").read_text().splitlines()) <= 80


def test_every_public_function_and_class_of_a_module_says_what_it_is_for():
    missing = []
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), f"{path.name} has no docstring"
        for node in tree.body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_"):
                missing += [] if ast.get_docstring(node) else [f"{path.name}: {node.name}"]
    assert not missing
