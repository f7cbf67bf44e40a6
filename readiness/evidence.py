"""What decided an outcome: of a whole explanation the observations that count, and what was wanted of each.

Of a false whole its false parts are the evidence, of an unknown one the unknown parts. Knows no sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from readiness.conditions import Explanation
from readiness.conditions.comparison import word
from readiness.model import Evidence, Json, Truth

LONGEST: Final = 2000
"""Characters of a text in evidence."""
MOST: Final = 50
"""Entries of a list that evidence names."""
ENVIRONMENT: Final = "environment"
PARAMETER: Final = "parameter "
LISTS: Final = ("count of ", "any of ", "all of ")
_OPPOSITES: Final = (
    ("less than ", "at least "),
    ("more than ", "at most "),
    ("containing ", "not containing "),
    ("like ", "not like "),
    ("before ", "not before "),
    ("after ", "not after "),
    ("within ", "not within "),
    ("matching ", "not matching "),
    ("with the key ", "not with the key "),
    ("one of ", "none of "),
)
_NEGATED: Final = ("not less than ", "not at least ", "not more than ", "not at most ")
_SCALARS: Final = frozenset((str, int, float, bool, type(None)))
_UNKNOWN_LIMITS: Final = frozenset(f"{words} None" for words in ("less than", "more than", "at least", "at most"))


class Fact(NamedTuple):
    """An observation, and what a sentence about it has to know beside it.

    `kind` is count, any or all for a list: `members` is how many it has (0 is some, not known how many; None where
    all count), `at_fault` whether those that are counted are the offence, `found` the paths of those that are what
    was looked for. `group` is the path of the member at fault that this is one fact of; facts with the same `either`
    are alternatives.
    """

    seen: Evidence
    kind: str = ""
    members: int | None = None
    at_fault: bool = False
    found: tuple[str, ...] = ()
    group: str = ""
    either: str = ""


def evidence_of(explanation: Explanation) -> tuple[Evidence, ...]:
    """The observations that decided, each once."""
    return seen_in(facts_of(explanation))


def seen_in(facts: tuple[Fact, ...]) -> tuple[Evidence, ...]:
    """The observations of some facts, each once."""
    seen = tuple([fact.seen for fact in facts])
    return seen if _differ(facts) else tuple(dict.fromkeys(seen))


def _differ(facts: Sequence[Fact]) -> bool:
    """Whether no two facts are of one path: cheaper to see than that they are the same."""
    return len(facts) < 2 or len({fact.seen.path for fact in facts}) == len(facts)


def facts_of(explanation: Explanation) -> tuple[Fact, ...]:
    """The facts that decided, each once, in the order of the condition."""
    found: list[Fact] = []
    _decide(explanation, _Place(), found)
    return tuple(found) if _differ(found) else tuple(dict.fromkeys(found))


def alternatives(node: Explanation) -> bool:
    """Whether what is missing is one of several things rather than each of them."""
    failed = [c for c in node.children if c.truth is False]
    if node.text == "anyOf":
        return len([c for c in failed if not _is_context(c) and c.text != "not"]) > 1
    return node.text == "allOf" and len(failed) == 1 and alternatives(failed[0])


def shortened(evidence: Evidence) -> Evidence:
    """Evidence that can be compared and kept: containers become text, enormous texts are cut."""
    observed, expected = frozen(evidence.observed), frozen(evidence.expected)
    return Evidence(evidence.path, observed, expected, evidence.note, evidence.resource)


def frozen(value: Json) -> Json:
    """A value that can be compared and kept."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[:LONGEST] + "..."
    if isinstance(value, list | tuple) and len(value) <= MOST and _SCALARS.issuperset(map(type, value)):
        return tuple(map(frozen, value))
    if not isinstance(value, dict | list):
        return value
    if "masked" in value and isinstance(value, dict):
        return "***masked***"
    one = len(value) == 1
    if isinstance(value, dict):
        return f"an object of {len(value)} {'key' if one else 'keys'}"
    return f"a list of {len(value)} {'entry' if one else 'entries'}"


def opposite(expected: Json) -> Json:
    """What is expected where the contrary is asked; None stays None."""
    if expected is None:
        return None
    if isinstance(expected, list | tuple):
        return f"none of {', '.join(map(word, expected))}"
    if not isinstance(expected, str):
        return f"not {word(expected)}"
    for this, that in _OPPOSITES:
        for start, other in ((that, this), (this, that)):
            if expected.startswith(start):
                return other + expected[len(start) :]
    if expected in ("a value", "no value"):
        return "no value" if expected == "a value" else "a value"
    return expected[4:] if expected.startswith("not ") else f"not {word(expected)}"


# --- the walk -----------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """Where the walk is: what is asked of the node there, how its leaf states it, and how it stands to others."""

    asked: bool = True
    stated: bool = True
    either: str = ""
    group: str = ""
    step: str = ""

    def inside(self, node: Explanation) -> _Place:
        """The place of the parts of a node; a leaf right under `not` states the contrary itself."""
        if node.text == "not":
            stated = node.children[0].path is None
            return _Place(not self.asked, stated, self.either, self.group, self.step)
        either = f"{self.step}." if (node.text == "anyOf") is self.asked else ""
        return _Place(self.asked, True, either, self.group, self.step)

    def at(self, index: int) -> _Place:
        """The place of one part of several; of alternatives each part knows its number."""
        return _Place(self.asked, self.stated, self.either, self.group, f"{self.step}.{index}")


def _decide(node: Explanation, place: _Place, into: list[Fact]) -> None:
    """Adds the facts that decided a node."""
    if node.path is not None:
        _add_leaf(node, place, into)
        return
    alike = [c for c in node.children if c.truth is node.truth] if node.text in ("allOf", "anyOf") else []
    inside = place.inside(node)
    for index, child in enumerate(_said(node, alike) or alike or node.children):
        _decide(child, inside if child.path is not None else inside.at(index), into)


def _said(node: Explanation, alike: list[Explanation]) -> list[Explanation]:
    """Of a false `anyOf: [not: GUARD, ...]` what stands beside the guard: that the guard holds is no offence."""
    return [c for c in alike if c.text != "not"] if node.text == "anyOf" and node.truth is False else []


def _is_context(node: Explanation) -> bool:
    """Whether a leaf is about no property: nobody mends a resource by it."""
    return node.path is not None and (node.path == ENVIRONMENT or node.path.startswith(PARAMETER))


def _add_leaf(leaf: Explanation, place: _Place, into: list[Fact]) -> None:
    """Adds a leaf's own fact, or one for each element that decided, or both."""
    wanted = None if leaf.truth is None else leaf.offending
    elements = [d for d in leaf.detail if d.truth is wanted] if leaf.detail and leaf.truth is not True else []
    if not elements or leaf.text.startswith(("count of", "any of")):
        into.append(_fact(leaf, place))
    for element in elements:
        if element.children:
            _add_member(element, leaf, place, into)
        else:
            into.append(Fact(_evidence(element, place.asked), either=place.either, group=place.group))


def _add_member(element: Explanation, leaf: Explanation, place: _Place, into: list[Fact]) -> None:
    """Adds the facts of one member of a list, their paths begun with the member's."""
    at_fault = leaf.offending is True
    group = place.group or (element.text if at_fault and leaf.truth is False else "")
    inside, found = _Place(place.asked is not at_fault, True, place.either, group), list[Fact]()
    for child in element.children:
        _decide(child, inside, found)
    into += [fact._replace(seen=_named(fact.seen, element.text)) for fact in found]


def _named(seen: Evidence, element: str) -> Evidence:
    """Evidence inside an element, its path begun with the element's; one that names a resource says enough."""
    if seen.path.startswith("/"):
        return seen
    joint = "#" if element.startswith("/") else "."
    path = element if seen.path in ("", ".") else f"{element}{joint}{seen.path}"
    return Evidence(path, seen.observed, seen.expected, seen.note)


def _fact(leaf: Explanation, place: _Place) -> Fact:
    evidence = _evidence(leaf, place.asked is place.stated)
    if not leaf.text.startswith(LISTS):
        return Fact(evidence, "", None, False, (), place.group, place.either)
    kind = leaf.text.partition(" ")[0]
    found = tuple(d.text for d in leaf.detail if d.truth is True) if kind == "any" else ()
    at_fault = leaf.offending is True and bool(leaf.detail)
    some = kind == "count" and not at_fault and bool(leaf.detail) and leaf.detail[0].text.startswith("/")
    members = (0 if some else len(leaf.detail)) if leaf.detail else None
    return Fact(evidence, kind, members, at_fault, found, place.group, place.either)


def _evidence(leaf: Explanation, as_stated: Truth) -> Evidence:
    path = f"{leaf.resource}#{leaf.path}" if leaf.resource else str(leaf.path)
    expected = leaf.expected if as_stated else opposite(leaf.expected)
    return Evidence(
        path, frozen(leaf.observed), _plain(expected) if type(expected) is str else frozen(expected), leaf.note
    )


def _plain(expected: str) -> str:
    """What is expected without a negation that has a word of its own, or a limit that is none."""
    if expected in _UNKNOWN_LIMITS:
        return f"{expected.removesuffix(' None')} a value that is not known"
    if expected.startswith(_NEGATED):
        return str(opposite(expected[4:]))
    return str(frozen(expected))
