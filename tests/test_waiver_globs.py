"""A waiver's glob means what fnmatch says, however it is told faster."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model import Waiver
from readiness.waivers import Glob

LETTERS = "ab/*?[]!-.|("


def glob(pattern):
    return Glob.of(Waiver("TEST-001", pattern, "why", "who", "2030-01-01"))


@given(st.text(LETTERS, max_size=12), st.text("ab/[]!-.|(", max_size=12))
def test_a_glob_matches_what_fnmatch_matches(pattern, key):
    assert glob(pattern).holds(key) == fnmatchcase(key, pattern.rstrip("/"))


@pytest.mark.parametrize(
    ("pattern", "key", "holds"),
    [
        ("*/accounts/Legacy-*", "/s/accounts/legacy-1", True),
        ("*/accounts/legacy-?/", "/s/accounts/legacy-1", True),
        ("*/accounts/legacy-?", "/s/accounts/legacy-", False),
        ("*[]a]x", "]x", True),
        ("*[!]a]x", "]x", False),
        ("[a", "[a", True),
        ("", "", True),
    ],
)
def test_wildcards_and_brackets(pattern, key, holds):
    assert glob(pattern).holds(key) is holds
