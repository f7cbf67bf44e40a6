"""The condition language: parse, compile, three-valued evaluation, explanation (docs/conditions.md)."""

from readiness.conditions.base import Bound, Condition, Explanation, Holds, World
from readiness.conditions.syntax import Syntax

__all__ = ["Bound", "Condition", "Explanation", "Holds", "Syntax", "World"]
