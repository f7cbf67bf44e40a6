"""Rules: YAML files to one RuleSet; strict, with every problem of every file at once (design 8).

Knows conditions and checks; knows no Azure and nothing of what was read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from readiness import paths
from readiness.checks import CHECKS, Check
from readiness.conditions import Condition, Syntax
from readiness.conditions.operators import Operator
from readiness.conditions.syntax import misfit
from readiness.model import (
    Area,
    Attest,
    Environment,
    Json,
    Outcome,
    Parameter,
    Pillar,
    Remediation,
    RuleTest,
    Severity,
    Status,
)
from readiness.shapes import (
    INVALID,
    Key,
    anything,
    boolean,
    choice,
    kind_of,
    list_of,
    map_of,
    number,
    period,
    record,
    text,
    timestamp,
)
from readiness.yamlfile import LoadError, Node, Problem, Problems, Scalar, nearest, plain_value, read
from readiness.yamlfile import Mapping as MappingNode

ID: Final = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+\Z", re.ASCII)
TYPE: Final = re.compile(r"[A-Za-z]\w*(\.\w+)+(/[\w.-]+)+\Z", re.ASCII)
SUBJECTS: Final = ("subscription", "workload", "estate")
BODIES: Final = ("require", "check", "attest")


@dataclass(frozen=True, slots=True)
class CheckCall:
    """A check with its params: literal values, or the names of the rule's parameters."""

    check: Check
    given: Mapping[str, Any]
    from_parameters: Mapping[str, str]

    def params(self, parameters: Mapping[str, Json]) -> Any:
        """The params object for a run."""
        values = {name: parameters[source] for name, source in self.from_parameters.items()}
        bound = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return self.check.params(**self.given, **bound)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One requirement. Exactly one of `require`, `check` and `attest` is there."""

    id: str
    title: str
    pillar: Pillar
    area: Area
    severity: Severity
    resource: tuple[str, ...]
    where: Condition | None = None
    require: Condition | None = None
    check: CheckCall | None = None
    attest: Attest | None = None
    status: Status = Status.STABLE
    since: str | None = None
    also: tuple[Area, ...] = ()
    environments: tuple[Environment, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    values: Mapping[str, Json] = field(default_factory=dict)
    uses: Mapping[str, list[Operator]] = field(default_factory=dict)
    rationale: str = ""
    remediation: Remediation | None = None
    references: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    azure_policy: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    tests: tuple[RuleTest, ...] = ()
    digest: str = ""
    file: str = ""
    line: int = 1

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id and its former ones."""
        return (self.id, *self.formerly)

    @property
    def first_id(self) -> str:
        """The first id that the rule ever had: fingerprints rest on it."""
        return self.formerly[0] if self.formerly else self.id

    @property
    def scored(self) -> bool:
        """Whether it counts in any number; an `attest:` rule does where it is answered."""
        return self.status is Status.STABLE and self.severity is not Severity.INFO

    @property
    def types(self) -> list[str]:
        """What it judges, each type once, whatever its case."""
        return list({t.lower(): t for t in reversed(self.resource)}.values())[::-1]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The rule's own area, and the further ones."""
        return (self.area, *self.also)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids. `off` names those switched off, with the reason."""

    rules: tuple[Rule, ...]
    off: Mapping[str, str] = field(default_factory=dict)
    lint: tuple[Problem, ...] = ()

    @property
    def version(self) -> str:
        """Twelve hex digits over what the rule files say and what a configuration changed of it."""
        said = [(r.id, r.digest, str(r.severity), dict(r.values)) for r in self.rules]
        return _digest(said)[:12]

    def find(self, rule_id: str) -> Rule | None:
        """The rule of an id, present or former, without case."""
        wanted = rule_id.upper()
        return next((r for r in self.rules if wanted in r.ids), None)

    def ids(self) -> list[str]:
        """All ids, former ones too."""
        return [i for r in self.rules for i in r.ids]


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


# --- the shape of a rule file -------------------------------------------------------------------------------

_RESOURCES: Final = list_of(text, one_is_a_list=True)
_PARAMETER: Final = record(
    {
        "default": Key(anything, required=True),
        "description": Key(text, default=""),
        "min_value": Key(number),
        "max_value": Key(number),
        "allowed_values": Key(list_of(anything), default=()),
    },
    "a parameter",
)
_REMEDIATION: Final = record(
    {
        "summary": Key(text, required=True),
        "effort": Key(choice(("low", "medium", "high")), default="medium"),
        "fix": Key(map_of(anything)),
    },
    "remediation",
)
_ATTEST: Final = record(
    {"question": Key(text, required=True), "guidance": Key(text, default=""), "valid_for": Key(period)},
    "attest",
)
_DECIDED: Final = (Environment.PRODUCTION, Environment.DEVELOPMENT)
_ENVIRONMENT: Final = choice(tuple(str(e) for e in _DECIDED))
_OBJECTS: Final = list_of(map_of(anything))
_TEST: Final = record(
    {
        "expect": Key(choice(Outcome), required=True),
        "name": Key(text, default=""),
        "resource": Key(map_of(anything), default={}),
        "resources": Key(_OBJECTS, default=()),
        "metrics": Key(_OBJECTS, default=()),
        "gaps": Key(_OBJECTS, default=()),
        "parameters": Key(map_of(anything), default={}),
        "as_of": Key(timestamp),
        "environment": Key(_ENVIRONMENT),
        "api_version": Key(text),
    },
    "a test",
)


def _as_it_stands(node: Node, problems: Problems) -> Node:
    return node


KEYS: Final = {
    "id": Key(text, required=True),
    "title": Key(text, required=True),
    "pillar": Key(choice(Pillar), required=True),
    "area": Key(choice(Area), required=True),
    "also": Key(list_of(choice(Area)), default=()),
    "severity": Key(choice(Severity), required=True),
    "status": Key(choice(Status), default=Status.STABLE),
    "since": Key(text),
    "environments": Key(list_of(_ENVIRONMENT), default=()),
    "resource": Key(_RESOURCES, required=True),
    "where": Key(_as_it_stands),
    "require": Key(_as_it_stands),
    "check": Key(_as_it_stands),
    "attest": Key(_ATTEST),
    "parameters": Key(map_of(_PARAMETER), default={}),
    "rationale": Key(text, default=""),
    "remediation": Key(_REMEDIATION),
    "references": Key(list_of(text), default=()),
    "requirements": Key(list_of(text), default=()),
    "azure_policy": Key(list_of(text), default=()),
    "aliases": Key(list_of(text), default=()),
    "formerly": Key(list_of(text), default=()),
    "tests": Key(list_of(_TEST), default=()),
}
_RULE: Final = record(KEYS, "a rule")


def load(sources: Iterable[Path], proven: Path | None = None) -> RuleSet:
    """All rules of some folders or files; raises LoadError with every problem of every file.

    The tests of rules in the folder `proven` are not read: ours are run before they ship, and are most of the files.
    """
    skipped = proven.resolve() if proven else None
    problems: list[Problem] = []
    lint: list[Problem] = []
    rules: list[Rule] = []
    for path, shown in _files(sources, problems):
        rule, found, advice = load_file(path, shown, tested=not (skipped and path.is_relative_to(skipped)))
        problems += found
        lint += advice
        rules += [rule] if rule else []
    problems += _collisions(rules)
    if problems:
        raise LoadError(problems)
    return RuleSet(tuple(sorted(rules, key=lambda r: r.id)), lint=tuple(lint))


def _files(sources: Iterable[Path], problems: list[Problem]) -> list[tuple[Path, str]]:
    files: dict[Path, str] = {}
    for source in sources:
        found = sorted(p for p in source.rglob("*.y*ml") if p.suffix in (".yaml", ".yml")) if source.is_dir() else []
        if not source.exists():
            problems.append(Problem(str(source), 1, 1, "there is no such file or folder"))
        elif source.is_dir() and not found:
            problems.append(Problem(str(source), 1, 1, "the folder holds no rule (*.yaml)"))
        for path in found or ([source] if source.is_file() else []):
            files.setdefault(path.resolve(), str(path))
    return list(files.items())


Loaded: TypeAlias = tuple[Rule | None, list[Problem], list[Problem]]


def load_file(path: Path, shown: str | None = None, *, tested: bool = True) -> Loaded:
    """The rule of one file, its problems, and what lint adds to them; its tests only if it is to be tested."""
    node, problems = read(path, shown, until="" if tested else "tests")
    if node is None:
        return None, problems.found, []
    return from_node(node, problems, tested=tested)


def from_node(node: Node, problems: Problems, *, tested: bool = True) -> Loaded:
    """The rule of a YAML document, its problems, and what lint adds to them."""
    values = _RULE(node, problems)
    lint = Problems(problems.file)
    rule = None
    if isinstance(node, MappingNode):
        rule = _Reader(node, problems, lint, tested).rule(values if values is not INVALID else None)
    return (None if problems.found else rule), problems.found, lint.found


class _Reader:
    """Reads what the shapes alone can't say of one rule file."""

    def __init__(self, node: MappingNode, problems: Problems, lint: Problems, tested: bool) -> None:
        self.node, self.problems, self.lint, self.tested = node, problems, lint, tested

    def rule(self, values: dict[str, Any] | None) -> Rule | None:
        """The rule; also run on a file with problems, to find the rest of them."""
        parameters = self._parameters()
        syntax = Syntax(self.problems, parameters, self.lint)
        where = self._condition("where", syntax)
        syntax.require = True
        require = self._condition("require", syntax)
        call = self._check(parameters, syntax)
        self._one_body()
        if values is None:
            return None
        self._words(values)
        self._advise(values, parameters, syntax)
        rule = self._made({**values, "where": where, "require": require, "check": call, "uses": syntax.used})
        self._bounds(rule)
        self._tests(rule)
        return rule

    def _bounds(self, rule: Rule) -> None:
        node = self.node.get("parameters") or self.node
        for name, parameter in rule.parameters.items():
            wrong = parameter.wrong(parameter.default)
            if wrong:
                place = node.get(name) if isinstance(node, MappingNode) else None
                self.problems.at(place or node, f"the default of '{name}' {wrong}")

    def _made(self, values: dict[str, Any]) -> Rule:
        made: dict[str, Any] = {
            **values,
            "attest": Attest(**values["attest"]) if values["attest"] else None,
            "remediation": Remediation(**values["remediation"]) if values["remediation"] else None,
            "parameters": {k: Parameter(**v) for k, v in values["parameters"].items()},
            "values": {k: v["default"] for k, v in values["parameters"].items()},
            "environments": tuple(Environment(e) for e in values["environments"]),
            "tests": self._cases(values["tests"]),
            "digest": _digest({k: v for k, v in plain_value(self.node).items() if k != "tests"}),
            "file": self.problems.file,
            "line": self.node.line,
        }
        return Rule(**made)

    def _parameters(self) -> dict[str, Json]:
        node = self.node.get("parameters")
        if not isinstance(node, MappingNode):
            return {}
        defaults = {k.text: v.get("default") for k, v in node.entries if isinstance(v, MappingNode)}
        return {name: plain_value(value) for name, value in defaults.items() if value is not None}

    def _condition(self, key: str, syntax: Syntax) -> Condition | None:
        node = self.node.get(key)
        return syntax.condition(node) if node else None

    def _one_body(self) -> None:
        bodies = [k for k, _ in self.node.entries if k.text in BODIES]
        if not bodies:
            self.problems.at(self.node, f"a rule needs one of {', '.join(BODIES)}")
        for extra in bodies[1:]:
            self.problems.at(extra, f"exactly one of {', '.join(BODIES)}; '{bodies[0].text}' stands here already")

    def _words(self, values: dict[str, Any]) -> None:
        for key in ("id", "formerly"):
            for node in _scalars(self.node.get(key)):
                if not ID.match(node.text):
                    self.problems.at(node, f"'{node.text[:60]}' is no rule id (such as AOAI-IAM-001)")
        for node in _scalars(self.node.get("resource")):
            if node.text not in SUBJECTS and not TYPE.match(node.text):
                hint = nearest(node.text, SUBJECTS)
                self.problems.at(node, f"'{node.text[:60]}' is no resource type and none of our subjects; {hint}")
        special = [t for t in values["resource"] if t in SUBJECTS]
        if special and len(values["resource"]) > 1:
            self.problems.at(self.node, f"'{special[0]}' stands alone as a resource, never in a list")
        if not values["resource"]:
            self.problems.at(self.node, "a rule needs at least one resource type")

    def _tests(self, rule: Rule) -> None:
        node = self.node.get("tests") or self.node
        outcomes = {t.expect for t in rule.tests}
        for outcome in (Outcome.FAIL, Outcome.PASS) if self.tested and rule.attest is None else ():
            if outcome not in outcomes:
                self.problems.at(node, f"a rule needs at least one test that expects '{outcome}'")
        for index, test in enumerate(rule.tests):
            for name, value in test.parameters.items():
                wrong = wrong_value(rule, name, value)
                if wrong:
                    self.problems.at(_item(node, index), wrong)

    def _cases(self, tests: tuple[dict[str, Any], ...]) -> tuple[RuleTest, ...]:
        node = self.node.get("tests") or self.node
        return tuple(
            RuleTest(
                **{
                    **test,
                    "name": test["name"] or f"case {index + 1}",
                    "environment": Environment(test["environment"]) if test["environment"] else None,
                    "line": _item(node, index).line,
                }
            )
            for index, test in enumerate(tests)
        )

    def _advise(self, values: dict[str, Any], parameters: dict[str, Json], syntax: Syntax) -> None:
        for key in ("rationale", "remediation"):
            if not values[key]:
                self.lint.at(self.node, f"the rule has no '{key}'")
        node = self.node.get("parameters") or self.node
        for name in parameters.keys() - syntax.used.keys():
            self.lint.at(node, f"the parameter '{name}' is used nowhere")
        for name, operators in syntax.used.items():
            if any(o.takes == "order" for o in operators) and _is_quoted_number(parameters.get(name)):
                self.lint.at(node, f"the default of '{name}' is text: write a number without quotes")

    # --- checks ---------------------------------------------------------------------------------------------

    def _check(self, parameters: dict[str, Json], syntax: Syntax) -> CheckCall | None:
        node = self.node.get("check")
        if node is None:
            return None
        shape = record({"name": Key(text, required=True), "params": Key(_as_it_stands)}, "check")
        values = shape(node, self.problems)
        if values is INVALID or not isinstance(node, MappingNode):
            return None
        if values["name"] not in CHECKS:
            name = node.get("name") or node
            self.problems.at(name, f"unknown check '{values['name'][:60]}'; {nearest(values['name'], CHECKS)}")
            return None
        return self._call(CHECKS[values["name"]], node, values["params"], parameters, syntax)

    def _call(
        self, check: Check, node: Node, params: Node | None, parameters: dict[str, Json], syntax: Syntax
    ) -> CheckCall | None:
        fields = check.fields()
        entries = params.entries if isinstance(params, MappingNode) else ()
        if params is not None and not isinstance(params, MappingNode):
            self.problems.at(params, f"params takes a mapping, found {kind_of(params)}")
        given: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for key, value in entries:
            if key.text not in fields:
                self.problems.at(key, f"unknown param '{key.text[:60]}' of {check.name}; {nearest(key.text, fields)}")
            else:
                self._param(key.text, value, fields[key.text][0], parameters, syntax, given, sources)
        for name, (_, required) in fields.items():
            if required and name not in {k.text for k, _ in entries}:
                self.problems.at(node, f"the check {check.name} needs the param '{name}'")
        return CheckCall(check, given, sources)

    def _param(
        self,
        name: str,
        node: Node,
        kind: type[Any],
        parameters: dict[str, Json],
        syntax: Syntax,
        given: dict[str, Any],
        sources: dict[str, str],
    ) -> None:
        reference = node.get("parameter") if isinstance(node, MappingNode) else None
        if isinstance(reference, Scalar):
            syntax.used.setdefault(reference.text, [])
            value = parameters.get(reference.text, INVALID)
            if value is INVALID:
                hint = nearest(reference.text, parameters) if parameters else "the rule has no parameters"
                self.problems.at(reference, f"unknown parameter '{reference.text[:60]}'; {hint}")
            elif not fits(value, kind):
                self.problems.at(reference, f"the parameter '{reference.text}' does not fit the param '{name}'")
            sources[name] = reference.text
            return
        value = _typed(node, kind, self.problems, syntax)
        if value is not INVALID:
            given[name] = value


def _is_quoted_number(value: Json) -> bool:
    return isinstance(value, str) and Scalar(value, True, 1, 1).number is not None


def fits(value: Json, kind: type[Any]) -> bool:
    """Whether a parameter's value has the type of a check's param."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is tuple:
        return isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _typed(node: Node, kind: type[Any], problems: Problems, syntax: Syntax) -> Any:
    if kind is paths.Path:
        found = syntax.path(node)
        return INVALID if found is None else found
    shape = {int: number, float: number, bool: boolean, str: text, tuple: list_of(text)}[kind]
    value = shape(node, problems)
    if kind is int and isinstance(value, float):
        problems.at(node, f"expected a whole number, found {kind_of(node)}")
        return INVALID
    return value


def _scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    return [i for i in getattr(node, "items", ()) if isinstance(i, Scalar)]


def _item(node: Node, index: int) -> Node:
    items = getattr(node, "items", ())
    return items[index] if index < len(items) else node


def _collisions(rules: list[Rule]) -> list[Problem]:
    seen: dict[str, Rule] = {}
    problems = []
    for rule in rules:
        for index, rule_id in enumerate(rule.ids):
            other = seen.setdefault(rule_id, rule)
            if other is not rule or rule_id in rule.ids[:index]:
                where = f"{other.file}:{other.line}"
                problems.append(Problem(rule.file, rule.line, 1, f"the id {rule_id} is taken already by {where}"))
    return problems


# --- selection and overrides --------------------------------------------------------------------------------


class SelectionError(ValueError):
    """A word of --select, --ignore or the configuration that names no rule."""


def select(ruleset: RuleSet, chosen: Iterable[str], ignored: Iterable[str]) -> RuleSet:
    """The rules that some words choose (all without any), less the ignored; raises SelectionError."""
    wanted = {r.id for word in chosen for r in named(ruleset, word)} if chosen else {r.id for r in ruleset.rules}
    unwanted = {r.id for word in ignored for r in named(ruleset, word)}
    rules = tuple(r for r in ruleset.rules if r.id in wanted - unwanted)
    return dataclasses.replace(ruleset, rules=rules)


def named(ruleset: RuleSet, word: str) -> list[Rule]:
    """The rules that a pillar, an area, an id or the beginning of ids names; raises SelectionError for none."""
    if word in {*Pillar, *Area}:
        return [r for r in ruleset.rules if word in (r.pillar, *r.areas)]
    one = ruleset.find(word)
    upper = word.upper()
    found = [one] if one else [r for r in ruleset.rules if upper and any(i.startswith(upper) for i in r.ids)]
    if not found and not any(i.startswith(upper) for i in ruleset.off):
        valid = [*ruleset.ids(), *Pillar, *Area]
        raise SelectionError(f"'{word[:60]}' names no rule, pillar or area; {nearest(word, valid)}")
    return found


@dataclass(frozen=True, slots=True)
class Override:
    """What a profile or a configuration changes of a rule; what is None or not there it leaves as it is."""

    severity: Severity | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    off: bool | None = None
    reason: str | None = None


def overridden(ruleset: RuleSet, overrides: Mapping[str, Override]) -> RuleSet:
    """The rules with severities and parameters replaced and those switched off left out."""
    by_id = {rule.id: o for name, o in overrides.items() if (rule := ruleset.find(name))}
    off = {i: o.reason or "" for i, o in by_id.items() if o.off}
    rules = tuple(_replaced(r, by_id.get(r.id)) for r in ruleset.rules if r.id not in off)
    return dataclasses.replace(ruleset, rules=rules, off=off)


def _replaced(rule: Rule, override: Override | None) -> Rule:
    if override is None:
        return rule
    values = {**rule.values, **{n: coerced(rule.values[n], v) for n, v in override.parameters.items()}}
    return dataclasses.replace(rule, severity=override.severity or rule.severity, values=values)


def coerced(default: Json, value: Json) -> Json:
    """A parameter's value as its default has it: where a number is expected, `1e3` is one (semantics 32)."""
    if isinstance(value, str) and isinstance(default, int | float) and not isinstance(default, bool):
        found = Scalar(value, True, 1, 1).number
        return value if found is None else found
    return value


def unknown_rule(rule_id: str, ruleset: RuleSet) -> str:
    """What to say of an id that no rule has."""
    hint = nearest(rule_id, ruleset.ids())
    return f"there is no rule '{rule_id[:60]}'; {hint} (a rule of your own is there with --rules DIR)"


def wrong_value(rule: Rule, name: str, value: Json) -> str | None:
    """Why a parameter of a rule can't have a value; None if it can."""
    if name not in rule.values:
        hint = nearest(name, rule.values) if rule.values else "it has none"
        return f"{rule.id} has no parameter '{name[:60]}'; {hint}"
    default, numbers = rule.values[name], (int, float)
    value = coerced(default, value)
    if type(value) is not type(default) and not (type(value) in numbers and type(default) in numbers):
        return f"the parameter '{name}' of {rule.id} is like {default!r}"
    wrong = next((w for operator in rule.uses.get(name, ()) if (w := misfit(operator, value))), None)
    wrong = wrong or rule.parameters[name].wrong(value)
    return f"the parameter '{name}' of {rule.id} {wrong}" if wrong else None
