"""Profiles: what an occasion asks of the rules (severities, parameters, rules off), as YAML. As strict as rules.

A rule's own default gives way to the profile, that to readiness.yaml, that to flags. A profile may extend another.
Knows no Azure and nothing of what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from readiness import assets
from readiness.errors import UsageError
from readiness.model import Severity
from readiness.ruleset import Override, Rule, RuleSet, unknown_rule, wrong_value
from readiness.shapes import INVALID, Key, anything, boolean, choice, map_of, record, text
from readiness.yamlfile import LoadError, Node, Problems, Scalar, nearest, plain_value, read
from readiness.yamlfile import Mapping as MappingNode

DEFAULT: Final = "production"
SUFFIXES: Final = (".yaml", ".yml")
LONGEST: Final = 60
HEAD: Final = 100_000
"""The bytes in which a file must say that it is a profile."""
_OVERRIDE: Final = record(
    {
        "severity": Key(choice(Severity)),
        "parameters": Key(map_of(anything), default={}),
        "off": Key(boolean),
        "reason": Key(text),
    },
    "a rule's settings",
)
OVERRIDES: Final = map_of(_OVERRIDE)
"""The shape of `rules:` in a profile and in readiness.yaml."""
_PROFILE: Final = record(
    {
        "profile": Key(text, required=True),
        "title": Key(text, default=""),
        "extends": Key(text),
        "rules": Key(OVERRIDES, default={}),
    },
    "a profile",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is changed of rules, by id, what it extends included; `file` is as the user named it, None if it ships."""

    name: str = DEFAULT
    title: str = ""
    file: str | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)

    @property
    def is_default(self) -> bool:
        """Whether it is the one that ships as the default, which leaves rules as they are."""
        return self.name == DEFAULT and self.file is None


def shipped() -> dict[str, Path]:
    """The files of the profiles that ship, by name."""
    return {path.stem: path for path in sorted(assets.profiles().glob("*.yaml"))}


def load(named: str, ruleset: RuleSet) -> Profile:
    """The profile of a name or path; raises UsageError for none, LoadError for all that is wrong with its file."""
    path, problem = _file_of(named, Path())
    if path is None:
        raise UsageError(problem, "A profile of your own is named by its path: ./mine.yaml.")
    return _loaded(path, ruleset, ())


def load_file(path: Path, ruleset: RuleSet) -> Profile:
    """The profile of a file; raises LoadError."""
    return _loaded(path, ruleset, ())


def is_one(path: Path) -> bool:
    """Whether a file says that it is a profile, by a key `profile` at the margin."""
    return path.is_file() and any(line.startswith(b"profile:") for line in path.read_bytes()[:HEAD].splitlines())


def named_in(node: Node | None, folder: Path, ruleset: RuleSet, problems: Problems) -> Profile:
    """The profile that a key of a file names: shipped, or by a path relative to the file's folder; else the default.

    What is wrong with the name is a problem where it stands; what is wrong with the profile's file is added to them.
    """
    return _reached(node, folder, ruleset, problems, ()) or _loaded(shipped()[DEFAULT], ruleset, ())


def _reached(
    node: Node | None, folder: Path, ruleset: RuleSet, problems: Problems, above: tuple[Path, ...]
) -> Profile | None:
    if not isinstance(node, Scalar) or not node.text.strip() or node.is_null:
        return None
    path, problem = _relative(node.text, folder)
    if path is not None and path.resolve() in above:
        path, problem = None, f"'{node.text[:LONGEST]}' extends this profile already"
    if path is None:
        problems.at(node, problem)
        return None
    try:
        return _loaded(path, ruleset, above)
    except LoadError as error:
        problems.found += error.problems
        return None


def _relative(named: str, folder: Path) -> tuple[Path | None, str]:
    """The file of a profile that another file names, or why there is none.

    As for a logo, its path is relative: a file found in a working directory must not make anybody call another host.
    """
    if is_path(named) and (PureWindowsPath(named).anchor or "://" in named):
        return None, f"the path '{named[:LONGEST]}' is not relative to the folder of this file"
    return _file_of(named, folder)


def is_path(named: str) -> bool:
    """Whether a profile is named by its path; else it is one of ours."""
    return "/" in named or "\\" in named or named.lower().endswith(SUFFIXES)


def _file_of(named: str, folder: Path) -> tuple[Path | None, str]:
    """The file of a profile, or why there is none."""
    if is_path(named):
        path = folder / named
        return (path, "") if path.is_file() else (None, f"there is no file '{named[:LONGEST]}'")
    names = shipped()
    if named in names:
        return names[named], ""
    hint = nearest(named, names)
    return None, f"there is no profile '{named[:LONGEST]}'; {hint}"


def _loaded(path: Path, ruleset: RuleSet, above: tuple[Path, ...]) -> Profile:
    """The profile of a file; `above` are those that extend it."""
    node, problems = read(path)
    values: Any = _PROFILE(node, problems) if node is not None else INVALID
    base = None
    if isinstance(node, MappingNode):
        check_overrides(node.get("rules"), ruleset, problems)
        base = _reached(node.get("extends"), path.parent, ruleset, problems, (*above, path.resolve()))
    if problems.found or values is INVALID:
        raise LoadError(problems.found)
    own = by_id(values["rules"], ruleset)
    file = None if path.parent == assets.profiles() else str(path)
    return Profile(values["profile"], values["title"], file, merged(base.overrides if base else {}, own))


def by_id(given: Mapping[str, Mapping[str, Any]], ruleset: RuleSet) -> dict[str, Override]:
    """The overrides of a file by the rules' present ids."""
    return {rule.id: Override(**values) for name, values in given.items() if (rule := ruleset.find(name))}


def merged(base: Mapping[str, Override], own: Mapping[str, Override]) -> dict[str, Override]:
    """Overrides over others: each severity, parameter and `off` that is given replaces that below."""
    return {**base, **{rule_id: _over(base.get(rule_id), o) for rule_id, o in own.items()}}


def _over(base: Override | None, own: Override) -> Override:
    if base is None:
        return own
    return Override(
        severity=own.severity or base.severity,
        parameters={**base.parameters, **own.parameters},
        off=base.off if own.off is None else own.off,
        reason=own.reason or base.reason,
    )


def in_force(profile: Profile, own: Mapping[str, Override]) -> Profile:
    """What of a profile the overrides of a readiness.yaml leave in force."""
    left = ((rule_id, _under(o, own.get(rule_id))) for rule_id, o in profile.overrides.items())
    return replace(profile, overrides={rule_id: o for rule_id, o in left if o.off or o.severity or o.parameters})


def _under(base: Override, own: Override | None) -> Override:
    if own is None:
        return base
    return Override(
        severity=None if own.severity else base.severity,
        parameters={name: value for name, value in base.parameters.items() if name not in own.parameters},
        off=base.off if own.off is None else None,
        reason=base.reason,
    )


# --- what is wrong with overrides -----------------------------------------------------------------------------


def check_overrides(node: Node | None, ruleset: RuleSet, problems: Problems) -> None:
    """Notes what the shape alone can't say of `rules:`: rules that are not there, values that a rule can't take."""
    seen: dict[str, Scalar] = {}
    for key, value in _entries(node):
        rule = ruleset.find(key.text)
        if rule and seen.setdefault(rule.id, key) is not key:
            problems.at(key, f"{rule.id} stands here already (line {seen[rule.id].line})")
        if rule is None:
            problems.at(key, unknown_rule(key.text, ruleset))
        elif isinstance(value, MappingNode):
            _check_override(rule, value, problems)


def _entries(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    yield from node.entries if isinstance(node, MappingNode) else ()


def _check_override(rule: Rule, node: MappingNode, problems: Problems) -> None:
    off = node.get("off")
    if isinstance(off, Scalar) and off.value is True and node.get("reason") is None:
        problems.at(node, f"{rule.id} is switched off without a 'reason'")
    for key, value in _entries(node.get("parameters")):
        wrong = wrong_value(rule, key.text, plain_value(value))
        if wrong:
            problems.at(value if key.text in rule.values else key, wrong)
