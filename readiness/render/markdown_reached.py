"""The part of the Markdown report about private paths and access: a drawing in Mermaid, and a table, an account."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from readiness.model import Outcome, Resource, Truth
from readiness.render import access_rows, path_drawing, shown
from readiness.render.gfm import code, folded, heading, table, words
from readiness.render.texts import say
from readiness.render.words import some
from readiness.report import ACCESS_RULES, PATH_RULES, AccountAccess, Judged, Reached, Report

ACCOUNTS: Final = 10
ROWS: Final = 20
UNSEEN: Final = 6
TRUTHS: Final = {True: "truth.yes", None: "truth.perhaps", False: "truth.no"}


def reached(report: Report, names: dict[str, str]) -> Iterator[str]:
    """The accounts that hold language models, the worst first."""
    yield from heading(2, say("reached.of", accounts=some(len(report.reached), "account")))
    if not report.reached:
        yield from [say("reached.none"), ""]
        return
    yield from [say("reached.hint"), "", say("access.hint"), ""]
    said = ", ".join(f"{count} {way}" for way, count in report.ways.items())
    yield from [f"{say('ways')}: {said}.", ""]
    yield from chain.from_iterable(_account(report, one, names) for one in report.reached[:ACCOUNTS])
    more = len(report.reached) - ACCOUNTS
    yield from [say("accounts.more", count=more), ""] if more > 0 else []


def _account(report: Report, one: Reached, names: dict[str, str]) -> Iterator[str]:
    access = report.access(one.account)
    unseen = one.path.unseen[:UNSEEN]
    yield from heading(3, code(shown.name(one.account.id, names=names)))
    yield from [words(path_drawing.summary(one.path)), ""]
    yield from _notes(say("path.unseen"), unseen)
    for sentence in access_rows.sentences(access):
        yield from [sentence, ""]
    yield from _judged([*report.judged(one.account, PATH_RULES), *report.judged(one.account, ACCESS_RULES)])
    drawing = [*path_drawing.mermaid(one.path).split("\n"), ""]
    rows = _table(access, one.account, names)
    yield from folded(
        say("unfolded.reached"), chain(drawing, rows, _notes(say("access.lost"), access_rows.lost(access)))
    )


def _judged(found: list[Judged]) -> Iterator[str]:
    """What rules say of an account; one that has open fails has a heading to lead to."""
    for one in found:
        id_ = f"[{code(one.rule.id)}](#{one.rule.id.lower()})" if one.said == Outcome.FAIL else code(one.rule.id)
        yield f"- {shown.spaced(one.said)}: {id_} {words(one.rule.title)}"
    yield from [""] if found else []


def _notes(head: str, said: list[str] | tuple[str, ...]) -> Iterator[str]:
    if said:
        yield from [f"{head}:", ""]
        yield from (f"- {words(one)}" for one in said)
        yield ""


def _table(access: AccountAccess, account: Resource, names: dict[str, str]) -> Iterator[str]:
    rows = access.table.rows
    yield from [] if rows else [say("access.none"), ""]
    heads = ("access.who", "type", "access.role", "access.from", "access.reaches", "access.lists")
    shown_rows = (_row(access_rows.who(row, account.key, names)) for row in rows[:ROWS])
    yield from table([say(head) for head in heads], shown_rows)
    more = access.table.more + max(0, len(rows) - ROWS)
    yield from [say("access.rows", count=more), ""] if more else []


def _row(one: access_rows.Who) -> tuple[str, ...]:
    role = ", ".join([code(one.role), *one.how])
    place = f"{one.level} {code(one.place)}" if one.place else one.level
    return code(one.principal), one.kind, role, place, _told(one.data), _told(one.keys)


def _told(truth: Truth) -> str:
    return say(TRUTHS[truth])
