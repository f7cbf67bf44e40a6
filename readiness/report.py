"""One Report: every figure that any format shows comes from here. Knows no format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Final

from readiness import inventory, plan, trends
from readiness.access import LIST_KEYS, REACH_DATA, Found, Holds, Table, access, table
from readiness.attestations import begins, last_moment
from readiness.case import Case
from readiness.checks.llm_accounts import ACCOUNTS, is_llm
from readiness.config import ReportWords
from readiness.findings import OPEN, Findings, fingerprint
from readiness.gate import GateResult, lost_lists
from readiness.groups import By, Places, ScoreGroup, groups
from readiness.inventory import Deployment, Kind
from readiness.model import Area, Attestation, Finding, Gap, Json, Lost, Outcome, Reason, Resource, Severity, Waiver
from readiness.model import Kind as Source
from readiness.plan import Stage
from readiness.private_path import PrivatePath, path_of
from readiness.profiles import Profile
from readiness.ruleset import Rule, RuleSet
from readiness.scoring import Counts, Score
from readiness.trends import Trend
from readiness.verdicts import Verdicts

ALL: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.MANUAL, Outcome.PASS, Outcome.NOT_APPLICABLE)
_KEY: Final = attrgetter("key")
_ANSWERED: Final = (Outcome.PASS, Outcome.FAIL)


PATH_RULES: Final = tuple(f"AOAI-NET-{number}" for number in ("003", "005", "006", "007", "012", "014"))
"""The rules that judge how an account is reached over private addresses."""
ACCESS_RULES: Final = ("AOAI-IAM-001", "RBAC-001", "RBAC-002", "RBAC-004", "RBAC-005", "RBAC-007", "RBAC-010")
"""The rules that judge who has access to an account."""


class State(StrEnum):
    """What a waiver or an attestation does today."""

    IN_FORCE = "in force"
    UNUSED = "unused"
    EXPIRED = "expired"
    FUTURE = "dated in the future"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A waiver, what it does, and how many fails it accepts."""

    waiver: Waiver
    state: State
    count: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An attestation, what it does, and how many subjects it answers for."""

    attestation: Attestation
    state: State
    count: int


class Way(StrEnum):
    """What a private path comes to, the worst first."""

    BROKEN = "broken"
    NONE = "none"
    UNKNOWN = "not known"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Reached:
    """An account that holds language models, and how it is reached over private addresses."""

    account: Resource
    path: PrivatePath
    way: Way


@dataclass(frozen=True, slots=True)
class Holders:
    """How many principals have a right, by their type: those that have it, and those of which it can't be told."""

    certain: dict[str, int]
    possible: dict[str, int]


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """Who has access to an account: the table, and who reaches its data and lists its keys by a standing role.

    `lost` are the lists that keep these figures from being whole; the table may need more.
    """

    table: Table
    data: Holders
    keys: Holders
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of one subject: an outcome, or `waived`; `anchor` is the fingerprint of the finding."""

    rule: Rule
    said: str
    anchor: str


@dataclass(eq=False)
class Report:
    """What a run found. Findings are built as they are asked for."""

    version: str
    ruleset: RuleSet
    assessed_at: datetime
    collected_at: datetime | None
    scope: dict[str, Json]
    score: Score
    gate: GateResult
    counted: list[tuple[Rule, Counts]]
    verdicts: list[Verdicts]
    gaps: list[Gap]
    case: Case
    builder: Findings
    words: ReportWords = field(default_factory=ReportWords)
    notices: tuple[str, ...] = ()
    group_by: tuple[By, ...] = ()
    profile: Profile = field(default_factory=Profile)

    def findings(self, outcomes: tuple[Outcome, ...] = OPEN) -> Iterator[Finding]:
        """The findings with some outcomes, by rule and subject."""
        for verdicts in self.verdicts:
            yield from self.builder.of(verdicts, outcomes)

    def summary(self) -> dict[str, int]:
        """Subjects by outcome, waived ones apart from fail."""
        total: dict[str, int] = {}
        for _, counts in self.counted:
            for name, number in counts.wire().items():
                total[name] = total.get(name, 0) + number
        return total or Counts().wire()

    def by_gravity(self, *outcomes: Outcome) -> list[Verdicts]:
        """What has any of some outcomes, the gravest rules first, those in no number last."""
        found = [v for v in self.verdicts if any(v.count(o) for o in outcomes)]
        return sorted(found, key=lambda v: (not v.rule.scored, v.rule.severity.rank, v.rule.id))

    def gravest(self, *outcomes: Outcome) -> Iterator[Finding]:
        """The findings with some outcomes, in the same order."""
        for verdicts in self.by_gravity(*outcomes):
            yield from self.builder.of(verdicts, outcomes)

    def open_subjects(self, verdicts: Verdicts) -> list[Resource]:
        """The subjects on which a rule fails and that nobody accepted, by id."""
        return sorted(self._open(verdicts), key=_KEY)

    def title_of(self, rule_id: str) -> str:
        """A rule's title."""
        rule = self.ruleset.find(rule_id)
        return rule.title if rule else ""

    def unanswered(self) -> Iterator[tuple[Rule, int]]:
        """Rules that ask people, with how many subjects have no valid answer."""
        return ((rule, counts.manual) for rule, counts in self.counted if rule.attest and counts.manual)

    def group_names(self, by: By, finding: Finding) -> tuple[str | None, ...]:
        """The groups that a finding counts in; None is that of what concerns no other."""
        return self._places[by].of_finding(finding, self._by_rule[finding.rule])

    def access(self, account: Resource) -> AccountAccess:
        """Who has access to an account; what accounts inherit is worked out once for all."""
        found = access(account, self.case)
        data, keys = (_holders(found.holders(Holds(right))) for right in (REACH_DATA, LIST_KEYS))
        return AccountAccess(table(account, self.case), data, keys, found.lost)

    def judged(self, subject: Resource, rules: tuple[str, ...]) -> Iterator[Judged]:
        """What some rules say of a subject, but for what passes or does not apply."""
        for found in (self._by_rule[id_] for id_ in rules if id_ in self._by_rule):
            for outcome in OPEN:
                if subject in found.subjects.get(outcome, ()):
                    waived = outcome is Outcome.FAIL and subject.key in self._accepted.get(found.rule.id, ())
                    said = "waived" if waived else str(outcome)
                    yield Judged(found.rule, said, fingerprint(found.rule, subject.id))

    # --- what is worked out of it, once -----------------------------------------------------------------------

    @cached_property
    def groups(self) -> dict[By, tuple[ScoreGroup, ...]]:
        """The figures by workload and by subscription, as far as they were asked for, worst first."""
        return {by: groups(self._places[by], self.verdicts, self._accepted) for by in self.group_by}

    @cached_property
    def _places(self) -> dict[By, Places]:
        return {by: Places(by, self.case.graph) for by in self.group_by}

    @cached_property
    def _by_rule(self) -> dict[str, Verdicts]:
        return {v.rule.id: v for v in self.verdicts}

    @cached_property
    def plan(self) -> tuple[Stage, ...]:
        """What to fix first, by horizon."""
        return plan.stages(self.counted)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The resources by type and region."""
        return inventory.kinds(self.case.graph)

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """The model deployments, by id."""
        return inventory.deployments(self.case.graph)

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """The accounts that hold language models (or may) with their private paths, the worst first, then by id."""
        accounts = (a for a in self.case.graph.subjects(ACCOUNTS) if is_llm(a) is not False)
        found = (Reached(a, path, way_of(path)) for a in accounts for path in (path_of(a, self.case),))
        return tuple(sorted(found, key=lambda one: (list(Way).index(one.way), one.account.key)))

    @cached_property
    def ways(self) -> dict[Way, int]:
        """How many accounts have which kind of private path, the worst first; kinds without any are left out."""
        counts = Counter(one.way for one in self.reached)
        return {way: counts[way] for way in Way if counts[way]}

    @cached_property
    def trends(self) -> tuple[Trend, ...]:
        """Utilisation and throttling over time."""
        return trends.trends(self.case.graph, self.ruleset, self.deployments)

    @cached_property
    def open_by_subject(self) -> Counter[str]:
        """Open fails by the subject's key."""
        return Counter(map(_KEY, chain.from_iterable(map(self._open, self.verdicts))))

    @cached_property
    def by_severity(self) -> dict[Severity, int]:
        """Open fails of each severity, the gravest first, zeros too."""
        found = dict.fromkeys(Severity, 0)
        for rule, counts in self.counted:
            found[rule.severity] += counts.failed - counts.waived
        return found

    @cached_property
    def area_by_severity(self) -> dict[Area, dict[Severity, int]]:
        """Open fails by a rule's own area and its severity; areas without any are left out."""
        found: dict[Area, dict[Severity, int]] = {}
        for rule, counts in self.counted:
            if counts.failed - counts.waived:
                row = found.setdefault(rule.area, dict.fromkeys(Severity, 0))
                row[rule.severity] += counts.failed - counts.waived
        return {area: found[area] for area in Area if area in found}

    @cached_property
    def waivers(self) -> tuple[Accepted, ...]:
        """All waivers given, as they were written."""
        waivers, met = self.builder.waivers, Counter(w for found in self._accepted.values() for w in found.values())
        return tuple(Accepted(w, _state(met[w], expired=waivers.expired(w)), met[w]) for w in waivers.given)

    @cached_property
    def attestations(self) -> tuple[Answered, ...]:
        """All attestations given that a rule of this run asks for, as they were written."""
        answers = self.case.attestations
        asked = ((v.rule, s) for v in self.verdicts if v.rule.attest for o in _ANSWERED for s in v.subjects[o])
        met = Counter(a for rule, s in asked if (a := answers.answer(rule, s).attestation))
        rules = {v.rule.id: v.rule for v in self.verdicts}
        return tuple(
            Answered(a, self._standing(a, rules[a.rule], met[a]), met[a]) for a in answers.given if a.rule in rules
        )

    def _standing(self, attestation: Attestation, rule: Rule, count: int) -> State:
        now, end = self.case.attestations.now, last_moment(attestation, rule)
        if begins(attestation.date) > now:
            return State.FUTURE
        return _state(count, expired=bool(end and end < now))

    @cached_property
    def lost_lists(self) -> int:
        """How many lists of subjects could not be read in full, of rules that count (semantics 4)."""
        return lost_lists(self.verdicts)

    @cached_property
    def absent_types(self) -> tuple[str, ...]:
        """The types that rules ask about and of which an export holds nothing, by name."""
        if self.scope["source"] != Source.EXPORT.value:
            return ()
        return tuple(sorted({g.type for g in self.gaps if g.type and not g.scope and g.reason == Reason.NOT_ASKED}))

    @cached_property
    def _accepted(self) -> dict[str, dict[str, Waiver]]:
        """The waivers in force by rule and subject; only of rules that have a waived fail, each held to them once."""
        waived, waivers = {rule.id for rule, counts in self.counted if counts.waived}, self.builder.waivers
        return {
            v.rule.id: {s.key: w for s in v.subjects[Outcome.FAIL] if (w := waivers.of(v.rule.id, s))}
            for v in self.verdicts
            if v.rule.id in waived
        }

    def _open(self, verdicts: Verdicts) -> list[Resource]:
        """The subjects on which a rule fails and that nobody accepted."""
        failed, accepted = verdicts.subjects[Outcome.FAIL], self._accepted.get(verdicts.rule.id)
        return [s for s in failed if s.key not in accepted] if accepted else failed

    @property
    def crashed(self) -> bool:
        """Whether any rule crashed."""
        return any(counts.error for _, counts in self.counted)


def way_of(path: PrivatePath) -> Way:
    """What a private path comes to: whole only where all of it, and every caller, is known."""
    if path.approved.truth is False:
        return Way.NONE
    if path.broken:
        return Way.BROKEN
    parts = [path.approved, *(e.registered for e in path.own)]
    parts += [part for o in path.origins for part in (*o.links, o.route)]
    known = path.own and path.origins and path.required is not None and not path.unseen
    return Way.WHOLE if known and all(part.truth for part in parts) else Way.UNKNOWN


def _holders(found: Found) -> Holders:
    return Holders(dict(sorted((+found.kinds).items())), dict(sorted((+found.doubtful).items())))


def _state(count: int, *, expired: bool) -> State:
    if expired:
        return State.EXPIRED
    return State.IN_FORCE if count else State.UNUSED
