"""Which leaves of a rule's conditions its test cases have seen true, and which false.

A leaf is an operand with what it is compared to; one that no case has seen both ways could say anything there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from readiness.conditions import Condition, Explanation
from readiness.conditions.lists import AllRelated, AnyRelated, Count
from readiness.conditions.logic import Combined, Not
from readiness.model import Truth
from readiness.ruleset import Rule

Sights: TypeAlias = frozenset[tuple[int, bool]]
"""Places among a rule's leaves, each with a truth that was seen there."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf, and whether it stands in `where` or in `require`."""

    part: str
    node: Condition


@dataclass(frozen=True, slots=True)
class Unseen:
    """A leaf with the truths, one or both, that no case has seen."""

    leaf: Leaf
    truths: tuple[bool, ...]


def leaves(rule: Rule) -> tuple[Leaf, ...]:
    """The leaves of a rule's where and require, in the order of the file; those inside another come after it."""
    parts = (("where", rule.where), ("require", rule.require))
    return tuple(Leaf(name, node) for name, whole in parts if whole for node in _leaves(whole))


def _leaves(node: Condition) -> Iterator[Condition]:
    if isinstance(node, Combined | Not):
        for part in node.parts if isinstance(node, Combined) else (node.part,):
            yield from _leaves(part)
        return
    yield node
    for inner in (getattr(node, "where", None), getattr(node, "require", None)):
        yield from _leaves(inner) if inner else ()


def seen(rule: Rule, where: Explanation | None, require: Explanation | None) -> Sights:
    """What one case has seen; explanations ask every part, so nothing hides behind what was decided already."""
    places = {id(leaf.node): place for place, leaf in enumerate(leaves(rule))}
    found = [
        pair
        for node, explanation in ((rule.where, where), (rule.require, require))
        if node and explanation
        for pair in _truths(node, explanation)
    ]
    return frozenset((places[id(node)], truth) for node, truth in found if truth is not None)


def _truths(node: Condition, explanation: Explanation) -> Iterator[tuple[Condition, Truth]]:
    """Each leaf with each truth that an explanation has of it: inside lists there is one for every element."""
    if isinstance(node, Combined | Not):
        parts = node.parts if isinstance(node, Combined) else (node.part,)
        for part, child in zip(parts, explanation.children, strict=True):
            yield from _truths(part, child)
        return
    yield node, explanation.truth
    inner = node.implied if isinstance(node, AllRelated) else _where(node)
    if inner:
        for element in explanation.detail:
            yield from _truths(inner, element.children[0])


def _where(node: Condition) -> Condition | None:
    return node.where if isinstance(node, Count | AnyRelated) else None


def unseen(rule: Rule, cases: Iterable[Sights]) -> list[Unseen]:
    """The leaves of a rule that its cases have not seen both true and false."""
    sights = frozenset().union(*cases)
    missing = [
        Unseen(leaf, tuple(truth for truth in (True, False) if (place, truth) not in sights))
        for place, leaf in enumerate(leaves(rule))
    ]
    return [each for each in missing if each.truths]
