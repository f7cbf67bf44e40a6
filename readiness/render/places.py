"""Where evidence stands: in the JSON of which resource, and by which steps down it.

The judge names a place `a.b`, `a['x.y']`, `a[2].b`, `a[*]`, `count(a[*])` or `a[NAME, SIDE]` (the element of that
name); in another resource `RESOURCEID#PATH`, in a child of the judged one `config/web#PATH`. What is no property
(a metric, a parameter, a list of resources, an answer) stands in no JSON.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from readiness.arm import key_of
from readiness.conditions.value import ENVIRONMENT
from readiness.model import Evidence, Finding

Step: TypeAlias = str | int | tuple[str, ...] | None
"""A key, an element by its place, one by its name (and side), or None for all elements."""

COUNT: Final = "count("
NO_PROPERTY: Final = (ENVIRONMENT, "attestation", "")
LONGEST: Final = 2000
_ELSEWHERE: Final = re.compile(r"(/[^#]*|[\w.-]+(?:/[\w.-]+)+)#(.*)", re.DOTALL)
_OUTER: Final = re.compile(r"(?:count\(|[^'\"]*\.)?\^\.(.*)", re.DOTALL)
_TAG: Final = re.compile(r"tags\.([^\[\]'\"]+)", re.DOTALL)
_STEP: Final = re.compile(
    r"""(?:(?:\A|\.)([^.\[\]'"\s/()#^:]+)|\[(?:(\*)|([0-9]{1,9})|\s*(?:'([^']*)'|"([^"]*)")\s*|([^\[\]'"=]+))\])"""
)


def by_resource(finding: Finding) -> dict[str, tuple[Evidence, ...]]:
    """A finding's evidence by the id of the resource that it is about, under "" what can stand in no JSON.

    An id is spelled as it came first; the resources follow the evidence.
    """
    found: dict[str, tuple[str, list[Evidence]]] = {}
    for evidence in finding.evidence:
        where = _resource_of(evidence, finding.resource) if steps_of(evidence.path) is not None else ""
        found.setdefault(key_of(where), (where, []))[1].append(evidence)
    return {where: tuple(entries) for where, entries in found.values()}


def _resource_of(evidence: Evidence, judged: str) -> str:
    """The id of the resource that an entry is about; a path `^.x` is the judged one's wherever it stands."""
    elsewhere = _ELSEWHERE.fullmatch(evidence.path) if "#" in evidence.path else None
    if _OUTER.fullmatch(elsewhere[2] if elsewhere else evidence.path):
        return judged
    where = elsewhere[1] if elsewhere else evidence.resource or judged
    return where if where.startswith("/") or not elsewhere else f"{judged.rstrip('/')}/{where}"


@lru_cache(maxsize=8192)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps that a path of evidence takes in its resource; none for `.`, None for what can be no property.

    Those of `count(a[*])` lead to the list itself.
    """
    if len(path) > LONGEST:
        return None
    elsewhere = _ELSEWHERE.fullmatch(path)
    text = elsewhere[2] if elsewhere else path
    text = text[len(COUNT) : -1].removesuffix("[*]") if is_count(path) else text
    outer = _OUTER.fullmatch(text)
    text = outer[1] if outer else text
    tag = _TAG.fullmatch(text)  # a tag's name may hold anything, and is written as it is
    if text in NO_PROPERTY:
        return None
    return () if text == "." else ("tags", tag[1]) if tag else _parsed(text)


def is_count(path: str) -> bool:
    """Whether a path of evidence is about how many elements there are."""
    elsewhere = _ELSEWHERE.fullmatch(path) if "#" in path else None
    text = elsewhere[2] if elsewhere else path
    return text.startswith(COUNT) and text.endswith(")")


def _parsed(text: str) -> tuple[Step, ...] | None:
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if not found or (at == 0 and found[1] is None and found[4] is None and found[5] is None):
            return None
        steps.append(_step(found))
        at = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    key, every, index, single, double, named = found.groups()
    if named is not None:
        return tuple(part.strip() for part in named.split(","))
    if index is not None:
        return int(index)
    return None if every else next(k for k in (key, single, double) if k is not None)
