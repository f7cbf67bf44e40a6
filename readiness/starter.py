"""A rule of one's own to begin with: the text of a file that loads, lints and passes its tests."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from readiness.errors import UsageError
from readiness.model import Area, Pillar
from readiness.ruleset import ID, SUBJECTS, TYPE, RuleSet
from readiness.yamlfile import nearest

LONGEST: Final = 200
_AREA: Final = {
    Pillar.RELIABILITY: Area.RELIABILITY,
    Pillar.SECURITY: Area.IDENTITY,
    Pillar.COST: Area.COST,
    Pillar.OPERATIONS: Area.OBSERVABILITY,
    Pillar.PERFORMANCE: Area.PERFORMANCE,
}
_PLAIN: Final = re.compile(r"[A-Za-z][\w,()/-]*( [\w,()/-]+)+\Z", re.ASCII)
"""Titles that YAML reads as the text that they are; all others get quotes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new rule was asked to be; None is what the starter has."""

    id: str
    title: str | None = None
    resource: str | None = None
    pillar: str | None = None


def checked(wanted: Wanted, every: RuleSet) -> Wanted:
    """What was asked, if a rule can be that; raises UsageError with the nearest that can."""
    if not ID.match(wanted.id):
        raise UsageError(f"'{wanted.id[:60]}' is no rule id", _nearest_id(wanted.id))
    taken = every.find(wanted.id)
    if taken:
        raise UsageError(
            f"the id {wanted.id} is that of a built-in rule: {taken.title}",
            "Begin your own ids with a word of your own, such as CONTOSO-NET-001.",
        )
    if wanted.pillar is not None and wanted.pillar not in set(Pillar):
        raise UsageError(f"there is no pillar '{wanted.pillar[:60]}'", nearest(wanted.pillar, Pillar))
    if wanted.resource is not None and wanted.resource not in SUBJECTS and not TYPE.match(wanted.resource):
        hint = f"A type is such as Microsoft.CognitiveServices/accounts; else {nearest(wanted.resource, SUBJECTS)}"
        raise UsageError(f"'{wanted.resource[:60]}' is no resource type and none of our subjects", hint)
    return (
        wanted if wanted.title is None else Wanted(wanted.id, _one_line(wanted.title), wanted.resource, wanted.pillar)
    )


def _nearest_id(word: str) -> str:
    close = re.sub(r"[^A-Z0-9]+", "-", _unaccented(word[:60]).upper()).strip("-")
    if ID.match(close):
        return f"did you mean '{close}'?"
    return "An id is words of capitals and digits, joined by hyphens, such as CONTOSO-NET-001."


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _one_line(title: str) -> str:
    """A title without line breaks; raises UsageError where nothing is left, or it is no text."""
    line = " ".join(title.split())
    if not line or len(line) > LONGEST:
        raise UsageError(f"--title takes a line of 1 to {LONGEST} characters, found {len(line)}")
    if any(unicodedata.category(c) == "Cs" for c in line):
        raise UsageError("--title is no text in UTF-8")
    return line


def starter_of(wanted: Wanted) -> str:
    """Which file to begin with: a workload and an estate have no properties, so there people are asked."""
    return "question.yaml" if wanted.resource in ("workload", "estate") else "condition.yaml"


def filled_in(starter: str, wanted: Wanted) -> str:
    """A starter with what was asked in its place; comments beside stay."""
    lines = [_line(line, _values(wanted)) for line in starter.splitlines()]
    return "\n".join(lines) + "\n"


def _values(wanted: Wanted) -> Mapping[str, str | None]:
    return {
        "id": wanted.id,
        "title": None if wanted.title is None else _scalar(wanted.title),
        "pillar": wanted.pillar,
        "area": None if wanted.pillar is None else str(_AREA[Pillar(wanted.pillar)]),
        "resource": wanted.resource,
    }


def _line(line: str, values: Mapping[str, str | None]) -> str:
    key, colon, rest = line.partition(": ")
    value = values.get(key) if colon else None
    if value is None:
        return line
    comment = re.search(r" {2,}#.*\Z", rest)
    beside = comment[0] if comment else ""
    return f"{key}: {value:<{len(rest) - len(beside)}}{beside}".rstrip()


def _scalar(title: str) -> str:
    """A title as a YAML scalar: plain where that is safe, else quoted, with what is not printable escaped."""
    if _PLAIN.match(title):
        return title
    return '"' + "".join(map(_escaped, title)) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable() and sign != "\ufeff":
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
