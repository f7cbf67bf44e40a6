"""Runs the tests that rule files carry (design 8): ids and types filled in, lists complete unless a gap says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from readiness import tracing
from readiness.arm import SUBSCRIPTION_TYPE, key_of, parent_of, parent_type, type_of
from readiness.attestations import Attestations
from readiness.case import Case
from readiness.engine import judged
from readiness.environments import Environments
from readiness.errors import InputError
from readiness.findings import Findings
from readiness.graph import ESTATE, Graph
from readiness.model import Json, Origin, Outcome, Resource, RuleTest
from readiness.ruleset import Rule, coerced
from readiness.snapshot import Snapshot, gap_of, metrics_of
from readiness.tracing import Sights, Unseen
from readiness.waivers import Waivers

SUBSCRIPTION: Final = "/subscriptions/00000000-0000-0000-0000-000000000001"
AS_OF: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Result:
    """One case run: what it expected and got, and why it got it."""

    rule: Rule
    test: RuleTest
    got: str
    why: str
    proves_fix: bool = False
    seen: Sights = frozenset()

    @property
    def wanted(self) -> Outcome:
        """What it must get: with the fix applied a pass."""
        return Outcome.PASS if self.proves_fix else self.test.expect

    @property
    def passed(self) -> bool:
        """Whether it got what it expected."""
        return self.got == self.wanted


@dataclass(frozen=True, slots=True)
class Tested:
    """A rule with all its cases run."""

    rule: Rule
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether every case got what it expected, and the fix holds."""
        return all(result.passed for result in self.results)

    @property
    def unseen(self) -> list[Unseen]:
        """The leaves that the cases have not seen both true and false; none where a rule has no case."""
        cases = [result.seen for result in self.results if not result.proves_fix]
        return tracing.unseen(self.rule, cases) if cases else []


def tested(rules: Iterable[Rule]) -> list[Tested]:
    """Each rule with its cases run."""
    return [Tested(rule, tuple(run(rule))) for rule in rules]


def run(rule: Rule) -> Iterator[Result]:
    """Every case of a rule, and the proof of its fix on every failing one."""
    for test in rule.tests:
        yield _result(rule, test, proves_fix=False)
    fix = rule.remediation.fix if rule.remediation else None
    for test in rule.tests if fix is not None else ():
        if test.expect is Outcome.FAIL:
            mended = dataclasses.replace(test, resource=merge_patch(test.resource, fix))
            yield _result(rule, mended, proves_fix=True)


def merge_patch(target: Json, patch: Json) -> Json:
    """RFC 7396: https://www.rfc-editor.org/rfc/rfc7396"""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _result(rule: Rule, test: RuleTest, *, proves_fix: bool) -> Result:
    given = {name: coerced(rule.values[name], value) for name, value in test.parameters.items()}
    ready = dataclasses.replace(rule, values={**rule.values, **given})
    try:
        case, subject = _case(ready, test)
    except (InputError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Result(rule, test, "no case", f"the test can't be read: {error}", proves_fix)
    [verdicts] = judged([ready], case)
    got = next((o for o, found in verdicts.subjects.items() if any(s.key == subject for s in found)), None)
    if got is None:
        return Result(rule, test, "no subject", f"{subject} is none of the rule's subjects", proves_fix)
    found = next(s for s in verdicts.subjects[got] if s.key == subject)
    findings = Findings(case, Waivers(AS_OF))
    why = findings.finding(ready, found, got).message
    return Result(rule, test, got, why, proves_fix, _seen(ready, found, got, findings))


def _seen(rule: Rule, subject: Resource, got: Outcome, findings: Findings) -> Sights:
    """What a case has seen of the rule's leaves; of `require` nothing where the rule does not apply."""
    if got is Outcome.ERROR:
        return frozenset()
    where = findings.explain_where(rule, subject)
    applies = got is not Outcome.NOT_APPLICABLE and (where is None or where.truth is True)
    return tracing.seen(rule, where, findings.explain(rule, subject) if applies and rule.require else None)


def _case(rule: Rule, test: RuleTest) -> tuple[Case, str]:
    """The little estate of a test, and the key of the subject in it."""
    read = Snapshot()
    subject = _subject(rule, test, read)
    for index, body in enumerate(test.resources):
        _add(read, _placed(body, subject, index), test)
    read.add_embedded()
    _add_parents(read, subject)
    for metrics in test.metrics:
        read.metrics.append(metrics_of({"resource": subject, **metrics}))
    for gap in test.gaps:
        read.gaps.append(gap_of({"scope": subject, **gap}))
    graph = Graph(read, test.as_of or AS_OF, assume_complete=True)
    environments = Environments(graph, forced=test.environment, forced_by="the case")
    return Case(graph, environments, Attestations(AS_OF)), key_of(subject)


def _subject(rule: Rule, test: RuleTest, read: Snapshot) -> str:
    type_ = rule.resource[0]
    if type_ in ("workload", ESTATE):
        return "workload:default" if type_ == "workload" else ESTATE
    if type_ == "subscription":
        body = {"id": SUBSCRIPTION, "type": SUBSCRIPTION_TYPE, **test.resource}
    else:
        own = test.resource.get("type")
        given = own if isinstance(own, str) and own.lower() in {t.lower() for t in rule.resource} else type_
        body = {"id": _id(given, test.resource.get("name")), "type": given, **test.resource}
    _add(read, body, test)
    return str(body["id"])


def _add(read: Snapshot, body: dict[str, Json], test: RuleTest) -> None:
    if not read.add(body, test.api_version, Origin.ARM):
        raise ValueError("a resource without id and type")


def _placed(body: dict[str, Json], subject: str, index: int) -> dict[str, Json]:
    """A further resource with an id: below the judged one if its type says so."""
    if isinstance(body.get("id"), str):
        return body
    type_, name = str(body["type"]), str(body.get("name") or f"r{index + 1}")
    if parent_type(type_.lower()) == (type_of(subject) or "").lower():
        return {**body, "id": f"{subject}/{type_.rpartition('/')[2]}/{name}"}
    return {**body, "id": _id(type_, name)}


def _id(type_: str, name: str | None) -> str:
    namespace, *kinds = type_.split("/")
    names = [f"x{i + 1}" for i in range(len(kinds) - 1)] + [str(name or "x")]
    tail = "/".join(f"{kind}/{own}" for kind, own in zip(kinds, names, strict=True))
    return f"{SUBSCRIPTION}/resourceGroups/rg/providers/{namespace}/{tail}"


def _add_parents(read: Snapshot, subject: str) -> None:
    """The records above the judged one, bare, so that its environment is not unknown for want of them."""
    above = parent_of(key_of(subject))
    while above:
        if above not in read.resources:
            read.add({"id": above, "properties": {}}, None, Origin.ARM)
        above = parent_of(above)
