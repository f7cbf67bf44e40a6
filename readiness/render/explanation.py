"""The reasoning of one verdict on a terminal, leaf by leaf."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from readiness.conditions import Explanation
from readiness.explaining import Reasoning
from readiness.findings import shown
from readiness.model import Evidence, Truth
from readiness.render.console import OUTCOME_STYLE, console, text

_SIGNS = {True: ("true", "green"), False: ("false", "red"), None: ("unknown", "magenta")}
MOST = 40


def show(reasoning: Reasoning, *, no_color: bool) -> None:
    """Prints why a rule says what it says of a subject."""
    out = console(no_color=no_color)
    rule, finding = reasoning.rule, reasoning.finding
    out.print(text(f"{rule.id}  {rule.title}", "bold"))
    out.print(text(reasoning.subject.id, "dim"))
    word = "waived" if finding.waiver else finding.outcome.replace("_", " ")
    line = Text(word, OUTCOME_STYLE[finding.outcome])
    out.print(line.append_text(text(f": {finding.message}", "")))
    out.print()
    _environment(reasoning, out)
    _condition("where (does it apply?)", reasoning.where, out)
    _condition("require (is it met?)", reasoning.require, out)
    if reasoning.decision:
        check = None if reasoning.lost else reasoning.rule.check
        heading = f"check {check.check.name}" if check else "lists of subjects"
        _check(heading, reasoning.decision.evidence, out)
    if finding.waiver:
        waiver = finding.waiver
        out.print(text(f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"))


def _environment(reasoning: Reasoning, out: Console) -> None:
    if reasoning.environment:
        wanted = ", ".join(reasoning.rule.environments)
        out.print(text(f"environment: {reasoning.environment}; the rule is for {wanted}"))


def _condition(heading: str, explanation: Explanation | None, out: Console) -> None:
    if explanation is not None:
        tree = Tree(Text(heading, "bold"), guide_style="dim")
        _grow(tree, explanation)
        out.print(tree)


def _grow(tree: Tree, node: Explanation) -> None:
    branch = tree.add(_line(node))
    inner = node.children or node.detail
    for child in inner[:MOST]:
        _grow(branch, child)
    if len(inner) > MOST:
        branch.add(Text(f"… and {len(inner) - MOST} more", "dim"))


def _line(node: Explanation) -> Text:
    line = sign(node.truth)
    line.append(" ")
    line.append_text(text(node.text))
    if node.path is not None:
        said = f": observed {shown(node.observed)}" + (f" ({node.note})" if node.note else "")
        line.append_text(text(said))
        line.append_text(text(f", expected {shown(node.expected)}" if node.expected is not None else ""))
    return line


def sign(truth: Truth) -> Text:
    """A truth in its colour."""
    word, style = _SIGNS[truth]
    return Text(f"{word:<7}", style)


def _check(heading: str, evidence: tuple[Evidence, ...], out: Console) -> None:
    out.print(Text(heading, "bold"))
    for seen in evidence[:MOST]:
        note = f" ({seen.note})" if seen.note else ""
        expected = f", expected {shown(seen.expected)}" if seen.expected is not None else ""
        out.print(Padding(text(f"{seen.path}: observed {shown(seen.observed)}{note}{expected}"), (0, 0, 0, 4)))
