"""Content-filter (RAI) policies: which filters a deployment's policy has on, on which side, and how strictly.

A deployment names a policy among the children of its account. None named means Microsoft's default, whose filters
are documented and need no reading. A filter is judged by its name and its side, `Hate/Prompt`, without case, blanks
and underscores (`protected_material_text`); one that a policy leaves out is as its base policy has it, if that is
Microsoft's. `severityThreshold` is the least severity that is acted on: Low is the strictest, High the weakest.
https://learn.microsoft.com/azure/templates/microsoft.cognitiveservices/accounts/raipolicies
https://learn.microsoft.com/azure/foundry/openai/concepts/default-safety-policies
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.conditions import World
from readiness.conditions.base import kleene_all
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Item, Json, Lost, Outcome, Reason, Related, Resource, Truth
from readiness.paths import Path, elements_of, reader

DEFAULTS: Final = ("microsoft.default", "microsoft.defaultv2")
UNFILTERED: Final = ("microsoft.nil", "microsoft.nill")
SIDES: Final = ("Prompt", "Completion")
LEVELS: Final = ("low", "medium", "high")
ACTIONS: Final[Mapping[str, bool]] = {"blocking": True, "annotating": False}

_FILTERS: Final = Path.parse("properties.contentFilters")
_NAME, _SOURCE = (reader(Path.parse(key)) for key in ("name", "source"))
_ENABLED, _BLOCKING, _ACTION = (reader(Path.parse(key)) for key in ("enabled", "blocking", "action"))
_THRESHOLD, _ALLOWED = (reader(Path.parse(key)) for key in ("severityThreshold", "allowedContentLevel"))
_LIST, _BASE = reader(_FILTERS), reader(Path.parse("properties.basePolicyName"))
_KIND, _MODE = reader(Path.parse("properties.type")), reader(Path.parse("properties.mode"))

_ON: Final = Item({"enabled": True, "blocking": True})
_MEDIUM: Final = Item({"enabled": True, "blocking": True, "severityThreshold": "Medium"})
_HARMS: Final = ("hate", "sexual", "violence", "selfharm")
_BY_DEFAULT: Final[Mapping[tuple[str, str], Item]] = {
    **{(harm, side): _MEDIUM for harm in _HARMS for side in ("prompt", "completion")},
    ("jailbreak", "prompt"): _ON,
    ("protectedmaterialtext", "completion"): _ON,
    ("protectedmaterialcode", "completion"): Item({"enabled": True}),
}
"""What Microsoft's defaults have on. Whether protected code is blocked or only annotated is left unknown."""


@dataclass(frozen=True, slots=True)
class ContentFilters:
    """`path` leads to a policy's name, a child of the type `policies` of the subject's parent; `filters` must be on.

    A filter is `Jailbreak/Prompt`, or `Hate` for both sides. `effect` is `block` or `detect` (annotating will do),
    `weakest` the highest severityThreshold allowed ("" judges none). `judged` is `all` or `custom`: then a policy of
    Microsoft's is not applicable. `missing` is `unknown` or `fail`: what a policy is that does not exist. A policy
    named in `approved` passes as it is.
    """

    path: Path
    policies: str
    filters: tuple[str, ...]
    effect: str = "block"
    weakest: str = ""
    judged: str = "all"
    missing: str = "unknown"
    approved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentFilterMode:
    """`path` and `policies` as above; the policy's `mode` must be one of `allowed`, and fails if one of `refused`.

    Any other mode, none at all included, is unknown. A policy named in `approved` passes as it is; one of
    Microsoft's is not applicable.
    """

    path: Path
    policies: str
    allowed: tuple[str, ...]
    refused: tuple[str, ...]
    approved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """The policy that a subject names: its record, or None for Microsoft's, and the account's others."""

    name: str
    record: Resource | None
    known: Related


# --- the two checks ---------------------------------------------------------------------------------------------


def content_filters(subject: Resource, params: ContentFilters, world: World) -> Decision:
    """Fails with each filter that is missing, off or too weak; unknown with what could not be told; else passes."""
    found = _named(subject, params.path, params.policies, params.missing, world)
    if isinstance(found, Decision):
        return found
    early = _settled(found, params.path, params.approved, custom_only=params.judged.casefold() == "custom")
    if early:
        return early
    if found.name.casefold() in UNFILTERED:
        seen = Evidence(params.path.text, found.name, "a policy that filters", "stands for no filter at all")
        return Decision(Outcome.FAIL, (seen,))
    if found.record is None:
        return _by_default(found.name, params)
    policy = _Filters(found.record)
    if policy.unread:
        why = world.why_unknown(found.record, _FILTERS, None) if policy.listed is UNKNOWN else "is no list of filters"
        return Decision(Outcome.UNKNOWN, (Evidence(f"{found.record.id}#{_FILTERS.text}", note=why),))
    judge = _Judge(policy, found.known, _Wanted.of(params))
    return _decided([judge.of(name, side) for name, side in _pairs(params.filters)])


@lru_cache(maxsize=64)
def _by_default(name: str, params: ContentFilters) -> Decision:
    """Microsoft's default as it is documented: one line if all is on, else one for each filter that is not."""
    base, wanted = name or "Microsoft's default", _Wanted.of(params)
    pairs = _pairs(params.filters)
    said = [
        (p, wanted.inherited(f"contentFilters[{p[0]}, {p[1]}] of {base}", _by_name_and_side(p), base)) for p in pairs
    ]
    if said and all(truth is True for _, (truth, _) in said):
        note = "Microsoft's default" if name else "no policy is named, so it is Microsoft's default"
        return Decision(Outcome.PASS, (Evidence(params.path.text, name or None, note=note),))
    return _decided([judged for _, judged in said])


def content_filter_mode(subject: Resource, params: ContentFilterMode, world: World) -> Decision:
    """Passes with a mode that is allowed, fails with one that is refused; unknown otherwise."""
    found = _named(subject, params.path, params.policies, "unknown", world)
    if isinstance(found, Decision):
        return found
    early = _settled(found, params.path, params.approved, custom_only=True)
    if early:
        return early
    if found.record is None:
        note = f"{found.name} stands for no filter at all"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(params.path.text, note=note),))
    return _by_mode(found.record, params, world)


def _by_mode(policy: Resource, params: ContentFilterMode, world: World) -> Decision:
    mode, path = _MODE(policy, policy), Path.parse("properties.mode")
    seen = f"{policy.id}#{path.text}"
    if mode is UNKNOWN:
        return Decision(Outcome.UNKNOWN, (Evidence(seen, note=world.why_unknown(policy, path, None)),))
    for outcome, modes in ((Outcome.PASS, params.allowed), (Outcome.FAIL, params.refused)):
        if _is_one_of(mode, modes):
            return Decision(outcome, (Evidence(seen, mode, tuple(params.allowed)),))
    return Decision(
        Outcome.UNKNOWN, (Evidence(seen, _raw(mode), tuple(params.allowed), "no mode that can be judged"),)
    )


def _decided(judged: list[tuple[Truth, Evidence]]) -> Decision:
    for truth, outcome in ((False, Outcome.FAIL), (None, Outcome.UNKNOWN)):
        found = tuple(evidence for said, evidence in judged if said is truth)
        if found:
            return Decision(outcome, found)
    if not judged:
        return Decision(Outcome.UNKNOWN, (Evidence("filters", note="no filter to judge"),))
    return Decision(Outcome.PASS, tuple(evidence for _, evidence in judged))


# --- which policy -----------------------------------------------------------------------------------------------


def _named(subject: Resource, path: Path, type_: str, missing: str, world: World) -> _Named | Decision:
    """The policy that the subject names, or what follows from there being none to look at."""
    name = reader(path)(subject, subject)
    if name is UNKNOWN:
        return Decision(Outcome.UNKNOWN, (Evidence(path.text, note=world.why_unknown(subject, path, None)),))
    if name is None:
        return _Named("", None, Related(()))
    if not isinstance(name, str) or not name.strip() or "/" in name:
        return Decision(Outcome.UNKNOWN, (Evidence(path.text, _raw(name), note="is no policy's name"),))
    if name.casefold() in (*DEFAULTS, *UNFILTERED):
        return _Named(name, None, Related(()))
    known = _policies(subject, type_, world)
    record = _by_name(known, name)
    return _Named(name, record, known) if record else _absent(path, name, known, missing)


def _policies(subject: Resource, type_: str, world: World) -> Related:
    """The policies of the subject's parent; an incomplete list of none where the parent is not known."""
    above = world.related(subject, "parent", None)
    parents = [item for item in above.items if isinstance(item, Resource)]
    if not parents:
        return Related((), above.lost or (Lost(subject.id, type_, Reason.NOT_ASKED),))
    return world.related(parents[0], "children", type_)


def _by_name(known: Related, name: str) -> Resource | None:
    wanted = name.lower()
    named = (r for r in known.items if isinstance(r, Resource) and r.key.rpartition("/")[2] == wanted)
    return next(named, None)


def _absent(path: Path, name: str, known: Related, missing: str) -> Decision:
    if not known.complete:
        return Decision(Outcome.UNKNOWN, (Evidence(path.text, name, note=lost_in_words(known.lost[0])),))
    names = sorted(r.id.rpartition("/")[2] for r in known.items if isinstance(r, Resource))
    others = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "") if names else "none"
    seen = Evidence(path.text, name, "a policy of the account", f"the account has no such policy; it has {others}")
    return Decision(Outcome.FAIL if missing.casefold() == "fail" else Outcome.UNKNOWN, (seen,))


def _settled(found: _Named, path: Path, approved: Iterable[str], *, custom_only: bool) -> Decision | None:
    """What is decided before any filter is looked at: by approval, or by whose policy it is."""
    if found.name and _is_one_of(found.name, approved):
        return Decision(Outcome.PASS, (Evidence(path.text, found.name, note="approved as it is"),))
    if not custom_only:
        return None
    if not found.name or found.name.casefold() in DEFAULTS:
        note = f"{found.name or 'no policy is named, so it'} is Microsoft's default"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(path.text, note=note),))
    kind = _KIND(found.record, found.record) if found.record else None
    if kind is UNKNOWN:
        note = "whether it is Microsoft's own or custom could not be read"
        return Decision(Outcome.UNKNOWN, (Evidence(path.text, found.name, note=note),))
    if _folded(kind) == "systemmanaged":
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(path.text, note=f"{found.name} is Microsoft's own"),))
    return None


# --- which filter -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a filter must be set: on, and where it is asked for blocking and at most so weak."""

    blocks: bool
    weakest: str

    @staticmethod
    def of(params: ContentFilters) -> _Wanted:
        return _Wanted(params.effect.casefold() != "detect", params.weakest.casefold())

    @property
    def expected(self) -> str:
        """In words, for evidence."""
        levels = LEVELS[: LEVELS.index(self.weakest) + 1] if self.weakest in LEVELS else ()
        strict = f"severityThreshold {' or '.join(level.title() for level in reversed(levels))}" if levels else ""
        return ", ".join(word for word in ("enabled", "blocking" if self.blocks else "", strict) if word)

    def holds(self, item: Item) -> Truth:
        """Whether a filter is so."""
        found = [_flag(_ENABLED(item, item))]
        found += [_blocks(item)] if self.blocks else []
        found += [_strict(item, self.weakest)] if self.weakest else []
        return kleene_all(found)

    def judged(self, path: str, item: Item, note: str | None = None) -> tuple[Truth, Evidence]:
        """A filter that was found."""
        return self.holds(item), Evidence(path, _words(item), self.expected, note)

    def inherited(self, path: str, item: Item | None, base: str) -> tuple[Truth, Evidence]:
        """A filter as a policy of Microsoft's has it; what that does not name is off."""
        if item is None:
            return self.lacking(path, False, f"{base} does not have it on")
        return self.judged(path, item, f"as {base} has it")

    def lacking(self, path: str, truth: Truth, note: str) -> tuple[Truth, Evidence]:
        """A filter that was not found."""
        return truth, Evidence(path, "absent", self.expected, note)


class _Filters:
    """The filters of a policy's own list, by folded name and side."""

    def __init__(self, policy: Resource) -> None:
        self.policy, self.listed = policy, _LIST(policy, policy)
        self.found: dict[tuple[str, str], list[Item]] = {}
        self.unread = not (self.listed is None or isinstance(self.listed, list))
        self.unclear = False
        for item in elements_of(policy, _FILTERS, [] if self.unread else self.listed or []):
            key = (_folded(_NAME(item, item)), _folded(_SOURCE(item, item)))
            self.found.setdefault(key, []).append(item)
            self.unclear = self.unclear or not all(key)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges one filter after the other, as a policy's own list has it or as its base policy passes it on."""

    policy: _Filters
    known: Related
    wanted: _Wanted

    def of(self, name: str, side: str) -> tuple[Truth, Evidence]:
        """Whether a filter holds, and what was seen; of several entries for it the worst."""
        path = f"{self.policy.policy.id}#{_FILTERS.text}[{name}, {side}]"
        key = (_folded(name), _folded(side))
        entries = [self.wanted.judged(path, item) for item in self.policy.found.get(key, ())]
        if entries:
            return min(entries, key=lambda entry: (False, None, True).index(entry[0]))
        if self.policy.unclear:
            note = "a filter beside it has no name or source that can be read"
            return self.wanted.lacking(path, None, note)
        return self._inherited(path, key)

    def _inherited(self, path: str, key: tuple[str, str]) -> tuple[Truth, Evidence]:
        """A filter that the policy leaves out: as its base policy has it, if that is Microsoft's; else missing."""
        base = _BASE(self.policy.policy, self.policy.policy)
        if base is UNKNOWN:
            return self.wanted.lacking(path, None, "its base policy could not be read")
        if not isinstance(base, str) or not base.strip():
            return self.wanted.lacking(path, False, "the policy has no base policy")
        if base.casefold() in DEFAULTS:
            return self.wanted.inherited(path, _BY_DEFAULT.get(key), base)
        if base.casefold() in UNFILTERED:
            return self.wanted.inherited(path, None, base)
        return self._from_record(path, key, base)

    def _from_record(self, path: str, key: tuple[str, str], base: str) -> tuple[Truth, Evidence]:
        """From a base policy that is no default: only one of Microsoft's own is known to pass its settings on."""
        record = _by_name(self.known, base)
        kind = _KIND(record, record) if record else None
        if kind is UNKNOWN or (record is None and not self.known.complete):
            return self.wanted.lacking(path, None, f"its base policy {base} was not read")
        if record is None or _folded(kind) != "systemmanaged":
            return self.wanted.lacking(path, False, f"its base policy {base} is none of Microsoft's")
        held = _Filters(record)
        entries = held.found.get(key, [])
        if not entries and (held.unread or held.unclear):
            return self.wanted.lacking(path, None, f"its base policy {base} could not be read")
        return self.wanted.inherited(path, entries[0] if entries else None, base)


# --- values -----------------------------------------------------------------------------------------------------


def _pairs(filters: Iterable[str]) -> list[tuple[str, str]]:
    """`Hate` is both sides of it, `Hate/Prompt` one."""
    parts = [(text.partition("/")[0].strip(), text.partition("/")[2].strip()) for text in filters]
    return [(name, own) for name, side in parts for own in ((side,) if side else SIDES)]


def _by_name_and_side(pair: tuple[str, str]) -> Item | None:
    return _BY_DEFAULT.get((_folded(pair[0]), _folded(pair[1])))


def _folded(value: Json) -> str:
    """A name without case, blanks, underscores and hyphens; empty for what is no text."""
    return "".join(c for c in value.casefold() if c.isalnum()) if isinstance(value, str) else ""


def _is_one_of(value: Json, names: Iterable[Json]) -> bool:
    return isinstance(value, str) and value.casefold() in {n.casefold() for n in names if isinstance(n, str)}


def _flag(value: Json) -> Truth:
    """A boolean or its text; anything else, null included, says nothing."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.casefold()) if isinstance(value, str) else None


def _blocks(item: Item) -> Truth:
    """By `blocking`, by the newer `action` (None is no action named), or by both if they agree."""
    action, blocking = _ACTION(item, item), _BLOCKING(item, item)
    named = action is not None and _folded(action) != "none"
    said = [ACTIONS.get(_folded(action))] if named else []
    said += [_flag(blocking)] if blocking is not None or not said else []
    return said[0] if len(set(said)) == 1 else None


def _strict(item: Item, weakest: str) -> Truth:
    """Whether the threshold is at most as high as the weakest allowed: Low acts on the most, High on the least."""
    level, _ = _level(item)
    if not isinstance(level, str) or level.casefold() not in LEVELS or weakest not in LEVELS:
        return None
    return LEVELS.index(level.casefold()) <= LEVELS.index(weakest)


def _level(item: Item) -> tuple[Json, str]:
    """The threshold and its key; older previews name it `allowedContentLevel`, with the same meaning."""
    level = _THRESHOLD(item, item)
    allowed = _ALLOWED(item, item)
    return (allowed, "allowedContentLevel") if level is None and allowed is not None else (level, "severityThreshold")


def _words(item: Item) -> str:
    """How a filter is set."""
    enabled, blocks, (level, key) = _flag(_ENABLED(item, item)), _blocks(item), _level(item)
    if enabled is False:
        return "disabled"
    blocking, action = _BLOCKING(item, item), _ACTION(item, item)
    unclear = f"blocking: {_raw(blocking)}, action: {_raw(action)}"
    unclear = "blocking not said" if blocking is None and action is None else unclear
    on = "enabled" if enabled else f"enabled: {_raw(_ENABLED(item, item))}"
    acts = unclear if blocks is None else "blocking" if blocks else "annotating only"
    return ", ".join([on, acts] + ([f"{key} {_raw(level)}"] if level is not None else []))


def _raw(value: Json) -> str:
    """A value as evidence shows it."""
    if value is UNKNOWN:
        return "not read"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "not set" if value is None else str(value)[:60]
