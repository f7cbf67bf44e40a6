"""Errors that a user can cause: one line, a hint, exit code 2."""

from __future__ import annotations

import re


class UsageError(Exception):
    """A flag, a name or a file that can't be used; `hint` says what would help."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class InputError(UsageError):
    """An input that can't be read."""


def is_version(text: str) -> bool:
    """Whether the last part of a schema's name is a version."""
    return re.fullmatch(r"[0-9]{1,6}", text) is not None
