"""The cases of rules as they were run: what failed, what no case has seen, and the totals; 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from readiness.render.plain import plain
from readiness.render.words import some
from readiness.render.yaml_text import flow
from readiness.ruletests import Result, Tested
from readiness.tracing import Unseen
from readiness.written import written

WIDTH: Final = 80
_NEVER: Final = {(True,): "never true", (False,): "never false", (True, False): "never asked"}


def report(tested: list[Tested], *, verbose: bool, strict: bool) -> str:
    """The cases that failed (all if `verbose`) and why; the leaves that lack a case; the totals."""
    lines = [line for each in tested for line in (*(_all(each) if verbose else _failed(each)), *_unseen(each))]
    return "\n".join([*lines, _total(tested, strict)]) + "\n"


def _failed(tested: Tested) -> Iterator[str]:
    for result in tested.results:
        if not result.passed:
            yield plain(f"{_place(result)}: {result.rule.id}: {result.test.name}")
            yield from _why(result, 2)


def _all(tested: Tested) -> Iterator[str]:
    yield plain(f"{tested.rule.id}  {tested.rule.title}")
    for result in tested.results:
        fixed = ", with the fix applied" if result.proves_fix else ""
        name = plain(f"{result.test.name}{fixed}")
        yield f"  ok    {name}" if result.passed else f"  FAIL  {name} ({plain(_place(result))})"
        yield from _why(result, 8)


def _place(result: Result) -> str:
    return f"{result.rule.file}:{result.test.line}"


def _why(result: Result, indent: int) -> list[str]:
    fixed = ", with the fix applied" if result.proves_fix else ""
    wanted = f"expected {result.wanted}{fixed}, got {result.got}"
    said = f"expected and got {result.got}" if result.passed else wanted
    room = " " * indent
    return _wrapped(f"{said}: {result.why}", room, room)


def _wrapped(line: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        plain(line), WIDTH, initial_indent=first, subsequent_indent=others,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _unseen(tested: Tested) -> Iterator[str]:
    missing = tested.unseen
    if missing:
        rule = tested.rule
        noun = "a leaf lacks a case" if len(missing) == 1 else f"{len(missing)} leaves lack a case"
        yield plain(f"{rule.file}:{rule.line}: {rule.id}: {noun}")
        for each in missing:
            yield from _wrapped(f"  {_NEVER[each.truths]:<11}  {_leaf(each)}", "", " " * 15)


def _leaf(each: Unseen) -> str:
    return f"{each.leaf.part}: {flow(written(each.leaf.node))}"


def _total(tested: list[Tested], strict: bool) -> str:
    results = [result for each in tested for result in each.results]
    failed, fixes = sum(not r.passed for r in results), sum(r.proves_fix for r in results)
    missing = sum(len(each.unseen) for each in tested)
    proofs = f"{some(fixes, 'proof')} of a fix"
    head = f"{some(len(tested), 'rule')}, {some(len(results) - fixes, 'case')}, {proofs}: "
    lack = "1 leaf lacks a case" if missing == 1 else f"{missing} leaves lack a case"
    told = f"{failed} failed" if failed else "all passed"
    return head + told + (f", but {lack}" if strict and missing else "")
