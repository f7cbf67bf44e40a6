"""The user's files: readiness.yaml, waivers.yaml, attestations.yaml; as strict as rules (design 8).

Flags win over the environment, that over readiness.yaml. Knows no Azure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from readiness import profiles
from readiness.arm import key_of
from readiness.environments import DEVELOPMENT, PRODUCTION, TAGS
from readiness.model import Attestation, Environment, Json, Outcome, Pillar, Severity, Waiver
from readiness.profiles import OVERRIDES, Profile
from readiness.ruleset import Override, Rule, RuleSet, unknown_rule
from readiness.shapes import (
    INVALID,
    Key,
    boolean,
    choice,
    day,
    kind_of,
    list_of,
    map_of,
    number,
    record,
    text,
)
from readiness.workloads import Workloads
from readiness.yamlfile import LoadError, Node, Problems, Scalar, read
from readiness.yamlfile import Mapping as MappingNode

NAME: Final = "readiness.yaml"
_WORDS: Final = list_of(text, one_is_a_list=True)

_ENVIRONMENTS: Final = record(
    {
        "tag": Key(_WORDS, default=TAGS),
        "production": Key(_WORDS, default=PRODUCTION),
        "development": Key(_WORDS, default=DEVELOPMENT),
        "assign": Key(
            record({"production": Key(_WORDS, default=()), "development": Key(_WORDS, default=())}, "assign"),
            default={"production": (), "development": ()},
        ),
    },
    "environments",
)
_WORKLOADS: Final = record(
    {"tag": Key(text), "names": Key(map_of(_WORDS), default={}), "resource_group": Key(boolean, default=False)},
    "workloads",
)
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE | re.ASCII)


def _colour(node: Node, problems: Problems) -> Any:
    """`#rgb` or `#rrggbb` in any case, as `#rrggbb` in lower case."""
    found = node.text.lower() if isinstance(node, Scalar) else ""
    if not _COLOUR.match(found):
        hint = "; it needs quotes, as # begins a comment" if isinstance(node, Scalar) and node.is_null else ""
        problems.at(node, f'expected a colour such as "#0f6cbd", found {kind_of(node)}{hint}')
        return INVALID
    return found if len(found) == 7 else "#" + "".join(2 * digit for digit in found[1:])


_REPORT: Final = record(
    {"title": Key(text), "customer": Key(text), "author": Key(text), "logo": Key(text), "colour": Key(_colour)},
    "report",
)


def _percent(node: Node, problems: Problems) -> Any:
    value = number(node, problems)
    if value is not INVALID and not 0 <= value <= 100:
        problems.at(node, f"expected a number from 0 to 100, found {value:g}")
        return INVALID
    return value


def _pillars(node: Node, problems: Problems) -> Any:
    if isinstance(node, MappingNode):
        for key, _ in node.entries:
            choice(Pillar)(key, problems)
    return map_of(_percent)(node, problems)


_GATE: Final = record(
    {
        "min_score": Key(_percent),
        "min_pillar": Key(_pillars, default={}),
        "fail_on": Key(choice(Severity)),
        "min_coverage": Key(_percent),
        "accept_unknown": Key(boolean, default=False),
    },
    "gate",
)
KEYS: Final = {
    "profile": Key(text),
    "environments": Key(_ENVIRONMENTS),
    "workloads": Key(_WORKLOADS),
    "rules": Key(OVERRIDES, default={}),
    "report": Key(_REPORT),
    "gate": Key(_GATE),
}
_CONFIG: Final = record(KEYS, NAME)

_WAIVER: Final = record(
    {
        "rule": Key(text, required=True),
        "resource": Key(text, required=True),
        "reason": Key(text, required=True),
        "owner": Key(text, required=True),
        "expires": Key(day, required=True),
        "ticket": Key(text),
    },
    "a waiver",
)
_ATTESTATION: Final = record(
    {
        "rule": Key(text, required=True),
        "for": Key(text, required=True),
        "answer": Key(choice(("pass", "fail")), required=True),
        "evidence": Key(text),
        "author": Key(text, required=True),
        "date": Key(day, required=True),
        "expires": Key(day),
    },
    "an attestation",
)


@dataclass(frozen=True, slots=True)
class Logo:
    """An image that a report carries in itself."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What the user wants a report to say of itself; `colour` is `#rrggbb` in lower case."""

    title: str | None = None
    customer: str | None = None
    author: str | None = None
    logo: Logo | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A readiness.yaml; `shown` is its name as the user knows it, None without one. `overrides` are its own alone."""

    shown: str | None = None
    folder: Path = Path()
    environment_tags: tuple[str, ...] = TAGS
    production: tuple[str, ...] = PRODUCTION
    development: tuple[str, ...] = DEVELOPMENT
    assigned: tuple[tuple[str, Environment], ...] = ()
    workloads: Workloads = field(default_factory=Workloads)
    profile: Profile = field(default_factory=Profile)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    report: ReportWords = field(default_factory=ReportWords)
    gate: Mapping[str, Json] = field(default_factory=dict)


def load(path: Path | None, ruleset: RuleSet, folder: Path, profile: str | None = None) -> Config:
    """The configuration at a path; without one the readiness.yaml of a folder, or the defaults. Raises LoadError.

    `profile` is a name or path that comes before the file's own.
    """
    found = path or (folder / NAME)
    if path is None and not found.is_file():
        return Config(folder=folder, profile=profiles.load(profile or profiles.DEFAULT, ruleset))
    node, problems = read(found)
    values = _CONFIG(node, problems) if node is not None and not _is_nothing(node) else _CONFIG(_EMPTY, problems)
    keys = node if isinstance(node, MappingNode) else _EMPTY
    profiles.check_overrides(keys.get("rules"), ruleset, problems)
    chosen = profiles.named_in(keys.get("profile"), found.parent, ruleset, problems)
    logo = _logo(node, found.parent, problems)
    if problems.found:
        raise LoadError(problems.found)
    whole = _config(values, found, logo)
    overrides = profiles.by_id(values["rules"], ruleset)
    return replace(whole, overrides=overrides, profile=profiles.load(profile, ruleset) if profile else chosen)


_EMPTY: Final = MappingNode((), 1, 1)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _config(values: dict[str, Any], path: Path, logo: Logo | None) -> Config:
    environments = values["environments"] or _ENVIRONMENTS(_EMPTY, Problems(""))
    workloads = values["workloads"] or {}
    assigned = environments["assign"]
    return Config(
        shown=path.name,
        folder=path.parent,
        environment_tags=environments["tag"],
        production=_folded(environments["production"]),
        development=_folded(environments["development"]),
        assigned=tuple(
            (glob, e) for e in (Environment.PRODUCTION, Environment.DEVELOPMENT) for glob in assigned[str(e)]
        ),
        workloads=Workloads(**workloads),
        report=ReportWords(**{**(values["report"] or {}), "logo": logo}),
        gate=values["gate"] or {},
    )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


# --- the logo -----------------------------------------------------------------------------------------------

MAX_LOGO: Final = 500_000
_SVG_NAMESPACE: Final = b"http://www.w3.org/2000/svg"
# The prolog is possessive: a file of comments alone must not be tried in every way of dividing it.
_SVG: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?s:.)*?\?>|<!--(?s:.)*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*+<(?:\w+:)?svg[\s/>]"
)


def _logo(node: Node | None, folder: Path, problems: Problems) -> Logo | None:
    """The image that `report: logo:` names; what is wrong with it is a problem where its path stands."""
    report = node.get("report") if isinstance(node, MappingNode) else None
    named = report.get("logo") if isinstance(report, MappingNode) else None
    if not isinstance(named, Scalar) or named.is_null or not named.text.strip():
        return None
    try:
        return _image(_bytes(named.text, folder))
    except (OSError, ValueError) as error:
        wrong = f"can't be read: {error.strerror or error}" if isinstance(error, OSError) else error
        problems.at(named, f"the logo '{named.text[:60]}' {wrong}")
        return None


def _bytes(name: str, folder: Path) -> bytes:
    """What a file in or near a folder holds; raises ValueError or OSError, in words that go on from its name.

    A path may lead out of the folder, as a shared logo lies above: what is no image goes nowhere. It may not be
    absolute: it would hold on one machine alone, and on Windows could name another host, which a configuration found
    in a working directory must not make anybody call. Devices and pipes are never opened: reading them may not end.
    """
    if PureWindowsPath(name).anchor or "://" in name:
        raise ValueError("is no path relative to the configuration's folder")
    path = folder / name
    if path.is_dir():
        raise ValueError("is a folder, no image")
    if not path.exists():
        raise ValueError("is not there; the path is relative to the configuration's folder")
    if not path.is_file():
        raise ValueError("is no regular file")
    with path.open("rb") as stream:
        data = stream.read(MAX_LOGO + 1)
    if len(data) > MAX_LOGO:
        raise ValueError(f"is larger than {MAX_LOGO // 1000} KB")
    return data


def _image(data: bytes) -> Logo:
    """An image by what it holds, whatever its name says; raises ValueError.

    An SVG may hold scripts and addresses. They stay dead: a report embeds it by `<img>`, where browsers run no script
    and load nothing (https://www.w3.org/TR/SVG2/conform.html#secure-static-mode), under a policy of `img-src data:`.
    """
    for media_type, is_such in _IMAGES.items():
        if is_such(data):
            return Logo(media_type, data)
    if _SVG.match(data):
        raise ValueError('is an SVG without xmlns="http://www.w3.org/2000/svg", which no browser shows')
    raise ValueError("is no image that a report can carry: SVG (in UTF-8), PNG, JPEG, GIF or WebP")


# https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern; an SVG by its root element.
_IMAGES: Final[dict[str, Callable[[bytes], bool]]] = {
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/gif": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "image/webp": lambda data: data[:4] == b"RIFF" and data[8:14] == b"WEBPVP",
    "image/svg+xml": lambda data: bool(_SVG.match(data)) and _SVG_NAMESPACE in data,
}


# --- waivers and attestations -------------------------------------------------------------------------------


def load_waivers(path: Path | None, folder: Path, ruleset: RuleSet) -> tuple[Waiver, ...]:
    """The waivers of a file, or of the waivers.yaml in a folder; raises LoadError."""
    entries = _entries(path, folder / "waivers.yaml", "waivers", _WAIVER, ruleset)
    return tuple(Waiver(**{**values, "rule": rule.id}) for values, rule in entries)


def load_attestations(path: Path | None, folder: Path, ruleset: RuleSet) -> tuple[Attestation, ...]:
    """The attestations of a file, or of the attestations.yaml in a folder; raises LoadError."""
    entries = _entries(path, folder / "attestations.yaml", "attestations", _ATTESTATION, ruleset)
    return tuple(
        Attestation(
            rule=rule.id,
            subject=values["for"],
            answer=Outcome(values["answer"]),
            author=values["author"],
            date=values["date"],
            expires=values["expires"],
            evidence=values["evidence"],
        )
        for values, rule in entries
    )


def _entries(
    path: Path | None, default: Path, name: str, shape: Any, ruleset: RuleSet
) -> list[tuple[dict[str, Any], Rule]]:
    found = path or default
    if path is None and not found.is_file():
        return []
    node, problems = read(found)
    whole = record({name: Key(list_of(shape), required=True)}, found.name)
    values: Any = whole(node, problems) if node else INVALID
    entries = _checked(node, name, ruleset, problems)
    if problems.found or values is INVALID:
        raise LoadError(problems.found)
    return list(zip(values[name], entries, strict=True))


def _checked(node: Node | None, name: str, ruleset: RuleSet, problems: Problems) -> list[Rule]:
    """The rule of each entry; a rule that there is not, or an answer that none can give, is a problem."""
    found: list[Rule] = []
    listed = node.get(name) if isinstance(node, MappingNode) else None
    for entry in getattr(listed, "items", ()):
        named = entry.get("rule") if isinstance(entry, MappingNode) else None
        rule = ruleset.find(named.text) if isinstance(named, Scalar) else None
        if isinstance(named, Scalar) and rule is None:
            problems.at(named, unknown_rule(named.text, ruleset))
        if name == "attestations" and isinstance(named, Scalar) and rule and not rule.attest:
            problems.at(named, f"{rule.id} is judged from what was read; only a waiver can accept its finding")
        if name == "attestations" and isinstance(entry, MappingNode):
            _check_for(entry.get("for"), problems)
        found += [rule] if rule else []
    return found


def _check_for(node: Node | None, problems: Problems) -> None:
    if isinstance(node, Scalar):
        key = key_of(node.text)
        if key != "estate" and not key.startswith(("workload:", "/")):
            problems.at(node, f"'for' is estate, workload:<name> or a resource id, found '{node.text[:60]}'")
