"""Where what ships is (rules, templates, profiles, the sample): in the wheel, or in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def _asset(in_wheel: str, in_checkout: str) -> Path:
    shipped = _PACKAGE / "_assets" / in_wheel
    return shipped if shipped.is_dir() else _PACKAGE.parent / in_checkout


def rules() -> Path:
    """The folder of the built-in rules."""
    return _asset("rules", "rules")


def templates() -> Path:
    """The folder of the report templates."""
    return _asset("templates", "reports/templates")


def sample() -> Path:
    """The folder of the sample estate: `estate.jsonl.gz` and its configuration."""
    return _PACKAGE / "sample"


def starter() -> Path:
    """The folder of the files that a rule of one's own begins with."""
    return _PACKAGE / "starter_rules"


def profiles() -> Path:
    """The folder of the profiles that ship."""
    return _PACKAGE / "shipped_profiles"
