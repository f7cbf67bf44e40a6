"""The composition root, and the file to read first: Options in, a Report out.

rules, configuration ───────► RuleSet ─┐
Azure, snapshot, export ──► Graph ─────┴► engine.evaluate ─► scoring ─► gate ─► Report ─► render
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from readiness import __version__, assets, baseline, config, gate, profiles, schema, scoring, snapshot, starter
from readiness import ruleset as rulesets
from readiness.arm import name_of, parent_type
from readiness.attestations import Attestations
from readiness.case import Case
from readiness.collect.asked import Live
from readiness.config import Config
from readiness.engine import evaluate
from readiness.environments import Environments
from readiness.errors import StoppedError, UsageError
from readiness.findings import Findings
from readiness.gate import Asked, Judged
from readiness.graph import Graph
from readiness.groups import By
from readiness.model import Environment, Gap, Json, Kind, Origin, Outcome, Pillar, Reason, Severity, Waiver
from readiness.profiles import Profile
from readiness.report import Report
from readiness.ruleset import SUBJECTS, Rule, RuleSet
from readiness.scope import Scope, tag_of
from readiness.scope import asked as asked_scope
from readiness.scoring import Counts
from readiness.snapshot import Snapshot
from readiness.starter import Wanted
from readiness.verdicts import Verdicts
from readiness.waivers import Waivers
from readiness.yamlfile import LoadError, nearest

SAMPLE = "estate.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked: flags over the environment over readiness.yaml."""

    input: str | None = None
    sample: bool = False
    subscriptions: tuple[str, ...] = ()
    management_groups: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str | None = None
    config: Path | None = None
    waivers: Path | None = None
    attestations: Path | None = None
    environment: Environment | None = None
    as_of: datetime | None = None
    min_score: float | None = None
    min_pillar: tuple[str, ...] = ()
    fail_on: Severity | None = None
    min_coverage: float | None = None
    no_regression: Path | None = None
    accept_unknown: bool = False
    group_by: tuple[By, ...] = ()
    live: Live = field(default_factory=Live)


def scan(options: Options) -> Report:
    """Reads, judges, scores and decides; raises UsageError and LoadError for what a user can mend."""
    every = all_rules(options.rules, tested=False)
    settings = configuration(options, every)
    ruleset = chosen_rules(options, every, settings)
    asked = asked_gate(options, settings)
    read = read_input(options)
    clock = clock_of(options, read)
    case = case_of(options, settings, read, clock, every)
    report = judge(ruleset, case, asked, Waivers(clock, waivers_of(options, settings, every)), settings, clock)
    report.group_by = tuple(dict.fromkeys(options.group_by))
    return report


def judge(ruleset: RuleSet, case: Case, asked: Asked, waivers: Waivers, settings: Config, clock: datetime) -> Report:
    """The report of a case."""
    verdicts = evaluate(ruleset, case)
    counted = [(v.rule, scoring.counts_of(v, waived(v, waivers))) for v in verdicts]
    score = scoring.score(counted)
    comparison = compared(asked, ruleset, counted, verdicts, waivers)
    read = case.graph.snapshot
    derived = derived_gaps(ruleset, case.graph)
    result = gate.decide(asked, Judged(score, counted, verdicts, read.kind, comparison))
    return Report(
        version=__version__,
        ruleset=ruleset,
        assessed_at=clock,
        collected_at=read.collected_at,
        scope=shown_scope(case.graph),
        score=score,
        gate=result,
        counted=counted,
        verdicts=verdicts,
        gaps=[*read.gaps, *derived],
        case=case,
        builder=Findings(case, waivers),
        words=settings.report,
        profile=profiles.in_force(settings.profile, settings.overrides),
        notices=tuple(notices(ruleset, settings, case, waivers, verdicts, derived)),
    )


# --- what goes in -------------------------------------------------------------------------------------------


def all_rules(folders: tuple[Path, ...] = (), *, tested: bool = True) -> RuleSet:
    """The built-in rules and those of the user's folders; the built-in ones with their tests only if asked."""
    return rulesets.load((assets.rules(), *folders), proven=None if tested else assets.rules())


def configuration(options: Options, ruleset: RuleSet) -> Config:
    """The readiness.yaml that was named, that of the sample, or that of the working directory."""
    return config.load(options.config, ruleset, assets.sample() if options.sample else Path(), options.profile)


def chosen_rules(options: Options, every: RuleSet, settings: Config) -> RuleSet:
    """The rules that take part, with the changes of the profile and, over them, the configuration's."""
    changes = profiles.merged(settings.profile.overrides, settings.overrides)
    try:
        chosen = rulesets.select(rulesets.overridden(every, changes), options.select, options.ignore)
    except rulesets.SelectionError as error:
        raise UsageError(str(error)) from error
    if not chosen.rules:
        raise UsageError(
            "no rule is left to judge by", "See --select, --ignore and what profile and configuration switch off."
        )
    return chosen


def waivers_of(options: Options, settings: Config, ruleset: RuleSet) -> tuple[Waiver, ...]:
    """The waivers beside the configuration, or of the file named."""
    return config.load_waivers(options.waivers, settings.folder, ruleset)


def read_input(options: Options) -> Snapshot:
    """The snapshot or export asked for."""
    if options.sample:
        if options.input:
            raise UsageError("--sample brings its own input", "Leave out either --sample or INPUT.")
        return snapshot.read(str(assets.sample() / SAMPLE))
    if options.input is None:
        return read_azure(options.live)
    return snapshot.read(options.input)


def read_azure(asked: Live) -> Snapshot:
    """Live Azure, as a snapshot of it would be read; nothing of Azure's packages is imported before."""
    with TemporaryDirectory(prefix="readiness-") as folder:
        path = Path(folder) / "live.jsonl"
        try:
            collect(asked, path)
        except StoppedError:
            hint = "readiness collect -o FILE keeps what was read, and goes on with --resume."
            raise StoppedError("stopped; nothing was kept", hint) from None
        return snapshot.read(str(path))


def collect(asked: Live, target: Path) -> None:
    """Reads live Azure into a snapshot; raises CouldNotReadError and UsageError."""
    from readiness.collect import live

    for text in asked.tags:
        tag_of(text)
    live.collect(asked, target, _tell)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def clock_of(options: Options, read: Snapshot) -> datetime:
    """What waivers and attestations expire against: --as-of or now; the sample's is when it was collected."""
    if options.as_of:
        return options.as_of
    return (read.collected_at if options.sample else None) or datetime.now(UTC)


def case_of(options: Options, settings: Config, read: Snapshot, clock: datetime, every: RuleSet) -> Case:
    """The graph of what was read, with the environments and attestations that apply."""
    graph = Graph(
        read,
        options.as_of or read.collected_at or clock,
        scope_of(options, read),
        settings.workloads,
    )
    environments = Environments(
        graph,
        settings.environment_tags,
        settings.production,
        settings.development,
        settings.assigned,
        options.environment,
    )
    given = config.load_attestations(options.attestations, settings.folder, every)
    return Case(graph, environments, Attestations(clock, given))


def scope_of(options: Options, read: Snapshot) -> Scope:
    """What is judged; a live run's own header says it, because it was asked for that alone."""
    if options.input is None and not options.sample:
        return asked_scope(read)
    return asked_scope(read, options.subscriptions, options.resource_groups, options.tags, options.management_groups)


def asked_gate(options: Options, settings: Config) -> Asked:
    """The gates of the flags, over those of the configuration."""
    own = settings.gate
    pillars = {**own.get("min_pillar", {}), **dict(_pillar(text) for text in options.min_pillar)}
    return Asked(
        min_score=own.get("min_score") if options.min_score is None else options.min_score,
        min_pillar=pillars,
        fail_on=options.fail_on or own.get("fail_on"),
        min_coverage=own.get("min_coverage") if options.min_coverage is None else options.min_coverage,
        baseline=baseline.read(options.no_regression) if options.no_regression else None,
        accept_unknown=options.accept_unknown or own.get("accept_unknown", False),
    )


def _pillar(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if name not in set(Pillar):
        raise UsageError(f"--min-pillar: there is no pillar '{name[:60]}'", nearest(name, Pillar))
    try:
        least = float(number)
    except ValueError:
        least = -1
    if not 0 <= least <= 100:
        raise UsageError(f"--min-pillar takes NAME=N with N from 0 to 100, found '{text[:60]}'")
    return name, least


# --- what comes out -----------------------------------------------------------------------------------------


def waived(verdicts: Verdicts, waivers: Waivers) -> int:
    """How many fails of a rule have a waiver in force."""
    if not waivers.concerns(verdicts.rule.id):
        return 0
    return sum(waivers.of(verdicts.rule.id, s) is not None for s in verdicts.subjects[Outcome.FAIL])


def compared(
    asked: Asked, ruleset: RuleSet, counted: list[tuple[Rule, Counts]], verdicts: list[Verdicts], waivers: Waivers
) -> baseline.Comparison | None:
    """What got worse since the baseline, if one was given."""
    if asked.baseline is None:
        return None
    return baseline.compare(asked.baseline, ruleset, counted, list(_open(verdicts, waivers)))


def _open(verdicts: list[Verdicts], waivers: Waivers) -> Iterator[tuple[Rule, str, Outcome]]:
    for v in verdicts:
        for subject in v.subjects[Outcome.FAIL]:
            if waivers.of(v.rule.id, subject) is None:
                yield v.rule, subject.id, Outcome.FAIL
        for subject in v.subjects[Outcome.UNKNOWN]:
            yield v.rule, subject.id, Outcome.UNKNOWN


def shown_scope(graph: Graph) -> dict[str, Json]:
    """What was assessed, as reports write it."""
    read = graph.snapshot
    return {
        "source": str(read.kind.value),
        "subscriptions": [name_of(s.id) for s in graph.subscriptions.values()],
        **graph.scope.shown(),
        "resources": sum(r.origin is not Origin.EMBEDDED for r in graph.judged()),
    }


def derived_gaps(ruleset: RuleSet, graph: Graph) -> list[Gap]:
    """Gaps that no record states: top-level types that an export has nothing of, records without properties."""
    types = sorted({t for r in ruleset.rules for t in r.resource if t not in SUBJECTS})
    gaps = [g for t in sorted({_top(t) for t in types}) for g in _not_asked(t, graph)]
    for type_ in types:
        for subject in graph.subjects(type_):
            if not isinstance(subject.properties, dict):
                message = "the record has no properties: the list it comes from leaves them out"
                gaps.append(Gap(subject.id, subject.type, "properties", Reason.NO_PROPERTIES, message=message))
    return gaps


def _top(type_: str) -> str:
    above = parent_type(type_)
    return _top(above) if above else type_


def _not_asked(type_: str, graph: Graph) -> list[Gap]:
    if graph.snapshot.kind is not Kind.EXPORT or graph.of_type(type_):
        return []
    return [Gap("", type_, None, Reason.NOT_ASKED, message=f"the export holds no {type_}")]


def notices(
    ruleset: RuleSet,
    settings: Config,
    case: Case,
    waivers: Waivers,
    verdicts: list[Verdicts],
    derived: list[Gap],
) -> Iterator[str]:
    """What the head of every report must say."""
    read = case.graph.snapshot
    yield from _of_input(read)
    own = {rule_id: o for rule_id, o in settings.overrides.items() if o.off}
    for rule_id in (i for i in ruleset.off if i in own):
        yield f"{settings.shown} switches {rule_id} off: {ruleset.off[rule_id]}"
    left = sorted(ruleset.off.keys() - own.keys())
    if left:
        count = "1 rule" if len(left) == 1 else f"{len(left)} rules"
        yield f"the profile {settings.profile.name} switches {count} off: {', '.join(left)}"
    for waiver in waivers.given:
        if waivers.expired(waiver):
            yield f"the waiver of {waiver.rule} for {waiver.resource} expired on {waiver.expires}"
    for v in verdicts:
        for subject in v.subjects[Outcome.MANUAL]:
            note = case.attestations.answer(v.rule, subject).note
            if note:
                yield f"{v.rule.id} for {subject.id}: {note}"
    unasked = [g.type for g in derived if g.reason is Reason.NOT_ASKED]
    if unasked:
        yield f"the export holds nothing of: {', '.join(str(t) for t in unasked)}"


def _of_input(read: Snapshot) -> Iterator[str]:
    """What an input does not hold, and what it holds that is not judged."""
    if is_unread(read):
        yield "nothing could be read: there is no resource, and no list that was answered"
    context = (read.header.get("scope") or {}).get("context")
    if isinstance(context, list) and context:
        who = "1 subscription holds" if len(context) == 1 else f"{len(context)} subscriptions hold"
        yield f"{who} no AI service, gateway or search service: context, not judged (-s names what is to be)"


def is_unread(read: Snapshot) -> bool:
    """Whether an input holds no resource and no answer at all, beyond that there are subscriptions and groups."""
    types = {*(r.type for r in read.resources.values()), *(r.type for r in read.reads)}
    if read.kind is Kind.EXPORT:
        return not types
    return all(t.lower().startswith("microsoft.resources/") for t in types)


def exit_code(report: Report, *, exit_zero: bool = False) -> int:
    """0 assessed, 1 gate not met, 3 could not assess, 4 a rule crashed; of several 4, 1, 3 (semantics 27).

    `exit_zero` forgives what the gate says, and nothing else.
    """
    if report.crashed:
        return 4
    gate_says = 0 if exit_zero else report.gate.exit_code
    if gate_says != 1 and is_unread(report.case.graph.snapshot):
        return 3
    return gate_says


# --- rules by themselves ------------------------------------------------------------------------------------


def searched(ruleset: RuleSet, text: str | None) -> RuleSet:
    """The rules that have a text, without case, in an id, the title, an alias or a policy id."""
    if not text:
        return ruleset
    wanted = text.casefold()
    rules = (r for r in ruleset.rules if any(wanted in w.casefold() for w in _words(r)))
    return replace(ruleset, rules=tuple(rules))


def _words(rule: Rule) -> tuple[str, ...]:
    return (*rule.ids, rule.title, *rule.aliases, *rule.azure_policy)


def one_rule(ruleset: RuleSet, rule_id: str) -> Rule:
    """The rule of an id, present or former; raises UsageError with the nearest."""
    found = ruleset.find(rule_id)
    if rule_id.upper() in ruleset.off:
        raise UsageError(
            f"{rule_id.upper()} is switched off: {ruleset.off[rule_id.upper()]}", "See the configuration."
        )
    if found is None:
        raise UsageError(f"there is no rule '{rule_id[:60]}'", nearest(rule_id, ruleset.ids()))
    return found


def rules_of(paths: tuple[Path, ...], loaded: RuleSet | None = None) -> list[Rule]:
    """The rules of some files or folders, checked together with the built-in ones; all built-in ones without any."""
    every = loaded or all_rules(paths)
    if not paths:
        return list(every.rules)
    wanted = [p.resolve() for p in paths]
    return [r for r in every.rules if any(Path(r.file).resolve().is_relative_to(p) for p in wanted)]


def checked_profiles(paths: tuple[Path, ...], ruleset: RuleSet) -> list[Profile]:
    """The profiles of some files; raises LoadError with all that is wrong with all of them."""
    found, problems = [], []
    for path in paths:
        try:
            found.append(profiles.load_file(path, ruleset))
        except LoadError as error:
            problems += error.problems
    if problems:
        raise LoadError(problems)
    return found


def new_rule(wanted: Wanted, folder: Path) -> dict[Path, str]:
    """The files of a new rule: its own first, then the schema for editors, if there is none beside it.

    Raises UsageError for what a rule can't be, and for an id that a built-in rule or one in the folder has.
    """
    asked = starter.checked(wanted, all_rules())
    for path in sorted(folder.glob("*.y*ml")):
        rule, _, _ = rulesets.load_file(path)
        if rule and asked.id in rule.ids:
            raise UsageError(f"the id {asked.id} is taken already by {path}", "Nothing was changed.")
    text = (assets.starter() / starter.starter_of(asked)).read_text(encoding="utf-8")
    files = {folder / f"{asked.id}.yaml": starter.filled_in(text, asked)}
    beside = folder / schema.FILE
    return files if beside.exists() else {**files, beside: schema.as_text()}
