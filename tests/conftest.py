"""What all tests share: the built-in rule files, which no test changes, are parsed once a run."""

import gc
import os

import pytest

from readiness import assets, ruleset

_BUILT_IN = assets.rules().resolve()
_load_file = ruleset.load_file
_read = {}


def _load_once(path, shown=None, *, tested=True):
    if not path.is_relative_to(_BUILT_IN):
        return _load_file(path, shown, tested=tested)
    key = (path, shown, tested)
    if key not in _read:
        _read[key] = _load_file(path, shown, tested=tested)
    rule, problems, lint = _read[key]
    return rule, list(problems), list(lint)


ruleset.load_file = _load_once


@pytest.fixture
def somewhere_else(tmp_path, monkeypatch):
    """An empty working directory and a bare environment; the collector of garbage, which scan stops, goes on."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("READINESS_") or name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    yield
    gc.enable()
