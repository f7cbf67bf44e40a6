"""Errors that a user can cause: one line, a hint, exit code 2; 3 where nothing could be read."""

from __future__ import annotations

import re


class UsageError(Exception):
    """A flag, a name or a file that can't be used; `hint` says what would help."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class InputError(UsageError):
    """An input that can't be read."""


class CouldNotReadError(Exception):
    """Azure could not be asked at all: no sign-in, or none that is good; `hint` says what to type."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class StoppedError(CouldNotReadError):
    """The user, or the system, stopped a run before it had read everything."""


def is_version(text: str) -> bool:
    """Whether the last part of a schema's name is a version."""
    return re.fullmatch(r"[0-9]{1,6}", text) is not None
