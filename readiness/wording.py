"""Observations in words: `disableLocalAuth is not set (which means false), expected true`.

Every sentence is a fact with its value, then what was wanted where the value does not say it: `expected` of what
fails, `not` of what a rule does not apply to. A property keeps its name, without ARM's `properties.`; another
resource stands before it by the ends of its id. What is said of several properties alike is said once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from readiness import dates
from readiness.evidence import ENVIRONMENT, PARAMETER, Fact
from readiness.model import Evidence, Json, Outcome

SHOWN: Final = 3
"""How many sentences a message has at most."""
LIMIT: Final = 300
"""How many characters a message has at most."""
_LONGEST_VALUE: Final = 100
_LONGEST_KEY: Final = 44
_NAMES: Final = 3
_CHOICES: Final = 6
_THRESHOLDS: Final = (
    "at least ", "at most ", "less than ", "more than ", "before ", "after ", "within ", "not before ", "not after ",
)  # fmt: skip
_NEGATIVES: Final = ("not ", "none of ", "no value")
_LIKE: Final = ("like ", "containing ", "matching ")
_OPERATORS: Final = (*_THRESHOLDS, *_LIKE, *_NEGATIVES, "with the key ", "one of ")
_NONE_ALLOWED: Final = (0, "less than 1", "at most 0")
_WHOLE: Final = ("the list of ", "the record of ", "the tags of ")
_VERBS: Final = ("is ", "names ", "leads ", "says ", "stands ", "can't ", "could not be read")
_OWN: Final = ("metric ", ENVIRONMENT)
"""Paths whose evidence may name the judged resource."""
_NO_PHRASES: Final = ("tags.", PARAMETER, "metric ")
_NONE: Final = ": none found"
_BUT: Final = "anything but "
_CHOICE: Final = re.compile(r", | or ")
_UNTYPED: Final = re.compile(r"\w+ can't be compared so\Z")
_UNREAD: Final = re.compile(r"(?<![\w.])properties\.(?=[\w.*\[\]]+ could not be read)")
_LISTS: Final = re.compile(r"(count|any|all)\((.*)\)\Z", re.DOTALL)
_METRIC: Final = re.compile(r"metric (\S+) (\w+)((?:\[.*\])?)\Z", re.DOTALL)
_KEY: Final = re.compile(r"\['([^']*)'\]")
_MOMENT: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)(?!\w)", re.ASCII)
_DAYS: Final = re.compile(r"\bP(\d+)D\b", re.ASCII)
_STATISTICS: Final = {
    "min": "lowest value of",
    "mean": "mean of",
    "max": "highest value of",
    "p50": "median of",
    "p95": "95th percentile of",
    "p99": "99th percentile of",
    "sum": "sum of",
    "last": "last value of",
    "share": "percentage of samples at the limit of",
    "ratio": "share in percent of",
}


@dataclass(frozen=True, slots=True)
class _Clause:
    """A fact as a sentence: `about` a resource, `names` of properties, what is `said` of them and was `wanted`."""

    about: str
    names: tuple[str, ...]
    said: str
    wanted: tuple[str, ...] = ()
    either: str = ""
    beside: tuple[str, ...] = ()
    group: str = ""

    def text(self, outcome: Outcome, before: str) -> str:
        """The sentence, after one that was about some resource."""
        about = f"{self.about}: " if self.about and self.about != before else ""
        wanted = _joined(self.wanted, either=self.either)
        lead = ", not " if outcome is Outcome.NOT_APPLICABLE else ", expected "
        beside = f" ({', '.join(self.beside)})" if self.beside else ""
        return f"{about}{self._fact()}{lead + wanted if wanted else ''}{beside}"

    def _fact(self) -> str:
        if self.said == _NONE:
            return f"no {_listed(self.names, 'or', _NAMES)} found"
        subject = _listed(self.names, "and", _NAMES) if self.names else ""
        said = _plural(self.said) if len(self.names) > 1 else self.said
        return f"{subject}{'' if not subject or said.startswith(':') else ' '}{said}"


class Telling(NamedTuple):
    """How facts are told: of which outcome, in how much room, and with what ending, which stands after two or more.

    `asked` is false where nothing is wanted of the facts.
    """

    outcome: Outcome = Outcome.FAIL
    asked: bool = True
    room: int = LIMIT
    ending: str = ""

    @property
    def declines(self) -> bool:
        """Whether it is told why a rule does not apply."""
        return self.outcome is Outcome.NOT_APPLICABLE


PLAIN: Final = Telling()
"""What fails, in a message of its own."""


def in_words(evidence: Iterable[Evidence], telling: Telling = PLAIN, subject: str = "") -> str:
    """The first observations as a sentence; `subject` is the id of the judged resource, which is not named."""
    return told(tuple(map(Fact, evidence)), telling, subject)


def told(facts: tuple[Fact, ...], telling: Telling, subject: str = "") -> str:
    """Facts in words, as `in_words` has them; what was told of other resources is remembered."""
    kinds: list[type] = []
    local = facts
    for at, fact in enumerate(facts):
        seen = fact.seen
        kinds += (type(seen.observed), type(seen.expected))
        if type(seen.observed) is tuple or type(seen.expected) is tuple:
            kinds += (type(value) for many in (seen.observed, seen.expected) if type(many) is tuple for value in many)
        if "#" in seen.path or seen.resource or seen.path.startswith(_OWN):
            local = (*local[:at], fact._replace(seen=_local(seen, subject.rstrip("/").lower())), *local[at + 1 :])
    return _told(tuple(kinds), local, telling)


def _local(seen: Evidence, own: str) -> Evidence:
    """Evidence as it is seen from the judged resource: which other one, if any, and a metric without its own name."""
    resource, joint, path = seen.path.partition("#")
    if not joint or not resource.startswith("/"):
        resource, path = seen.resource or "", seen.path
    elsewhere = _short_id(resource) if resource and resource.lower() != own else None
    if path.startswith("metric "):
        path = re.sub(rf"\[[^\[\]=]*={re.escape(own.rpartition('/')[2])}\]", "", path, flags=re.IGNORECASE)
    note = decided_by(seen.note, own.rpartition("/")[2]) if path == ENVIRONMENT and seen.note else seen.note
    return Evidence(path, seen.observed, seen.expected, note, elsewhere)


def decided_by(why: str, own: str) -> str:
    """What decided an environment, without the name of the judged resource."""
    folded, own = why.lower(), own.lower()
    if folded == f"its name ({own})":
        return "its name"
    return f"its {why[4 : -len(own) - 4]}" if folded.startswith("the tag ") and folded.endswith(f" of {own}") else why


@lru_cache(maxsize=2048)
def _told(kinds: tuple[type, ...], facts: tuple[Fact, ...], telling: Telling) -> str:
    """Local facts in words; `kinds`, the types of their values, tell the memory true from 1."""
    clauses = _merged(_clauses(facts, telling))
    ending = telling.ending if len([c for c in clauses if not _is_context(c)]) > 1 else ""
    for most in range(min(SHOWN, len(clauses)), 0, -1):
        text = _sentences(clauses, telling.outcome, most) + ending
        if len(text) <= telling.room:
            return text
    text = _sentences(clauses, telling.outcome, 1)
    more = text[text.rindex("; and ") :] if len(clauses) > 1 else ""
    return cut(text.removesuffix(more), telling.room - len(more) - len(ending)) + more + ending


def without_arm(said: str) -> str:
    """A sentence of a check in which properties that could not be read have the names that they have elsewhere."""
    return _UNREAD.sub("", said)


def cut(text: str, room: int) -> str:
    """A text, at most so long."""
    return text if len(text) <= room else f"{text[: max(0, room - 3)].rstrip()}..."


def _sentences(clauses: Sequence[_Clause], outcome: Outcome, most: int) -> str:
    said, before = [], ""
    for clause in clauses[:most]:
        said.append(clause.text(outcome, before))
        before = clause.about
    left = len(clauses) - most
    return "; ".join([*said, f"and {left} more"] if left > 0 else said)


# --- clauses ------------------------------------------------------------------------------------------------------


def _clauses(facts: tuple[Fact, ...], telling: Telling) -> list[_Clause]:
    """Each fact as a clause; the environment and parameters, by which nobody mends a resource, come last."""
    listed = [fact for fact in facts if not _goes_without_saying(fact, telling.outcome)]
    positive = [f for f in listed if not (f.either and _is_negative(f.seen.expected))] if telling.declines else []
    made = [_clause(fact, telling) for fact in positive or listed or facts]
    return [c for c in made if not _is_context(c)] + [c for c in made if _is_context(c)]


def _goes_without_saying(fact: Fact, outcome: Outcome) -> bool:
    """A list in which none was found, where its members say why."""
    if fact.kind != "any" or fact.found or not fact.members or outcome is Outcome.PASS:
        return False
    return isinstance(fact.seen.observed, str) and not fact.seen.observed.startswith("0 ")


def _is_context(clause: _Clause) -> bool:
    """Whether a clause is about no property: it comes last."""
    return bool(clause.names) and (clause.names[0] == ENVIRONMENT or clause.names[0].startswith(PARAMETER))


def _clause(fact: Fact, telling: Telling) -> _Clause:
    seen = fact.seen
    place, path = seen.resource or "", seen.path
    inside = _LISTS.search(path)
    if inside:
        return _of_list(fact, place, path[: inside.start()] + inside[2], inside[1], telling)
    if seen.note and seen.note.startswith("the array is empty"):
        least = ("at least 1",) if seen.note.endswith("fails") and telling.outcome is Outcome.FAIL else ()
        return _Clause(place, (_name(path.partition("[*]")[0]),), _NONE, least)
    name, said = _name(path), _said(seen, path)
    if said is None:
        return _Clause("", (), str(seen.note))
    wanted = _wanted(seen, telling) if telling.asked else ""
    if " " in name.partition("['")[0] and said.startswith(("is ", "are ")) and not path.startswith(_NO_PHRASES):
        said = f": {said.partition(' ')[2]}"
    return _Clause(place, (name,), said, (wanted,) if wanted else (), fact.either, (), fact.group)


def _short_id(resource: str) -> str:
    """`connections/search` of a whole id."""
    return "/".join(resource.rstrip("/").split("/")[-2:])


def _said(seen: Evidence, path: str) -> str | None:
    """What is said of a property; None where the note is a sentence of its own."""
    note = seen.note or ""
    if path == ENVIRONMENT and seen.observed is not None:
        return _of_environment(note, str(seen.observed))
    if seen.observed is None or (isinstance(seen.observed, tuple) and not any(v is not None for v in seen.observed)):
        return _of_nothing(note) if seen.observed != () else "is an empty list" + (f" ({note})" if note else "")
    return _with_note(_is_or_are(seen.observed), note)


def _of_environment(note: str, observed: str) -> str:
    if note.startswith("undecided"):
        return f"is undecided, which counts as {observed}"
    return f"is {observed} by {note}" if note else f"is {observed}"


def _of_nothing(note: str) -> str | None:
    """What is said of a property without a value: it is not set, or not known, and why."""
    if not note or note == "not set":
        return "is not set"
    if note.startswith("not set, and null can't be compared"):
        return "is not set, which can't be compared"
    if note.startswith("not set"):
        return f"is not set ({note[7:].lstrip(',: ')})"
    if note.startswith(_WHOLE):
        return None
    return _of_unread(note)


def _of_unread(note: str) -> str:
    before, joint, reason = note.partition(" could not be read")
    if joint and (" " not in before or before in ("the record", "the list")):
        return f"could not be read{reason}"
    if note.startswith("the record has no properties: "):
        return "is not known: the record has no properties (the list it comes from leaves them out)"
    if note.startswith("the property came with api-version "):
        return f"is not known: {note}"
    if note.startswith("it lies in a part"):
        return "was not read"
    return note if note.startswith(_VERBS) else f": {note}"


def _with_note(said: str, note: str) -> str:
    if not note:
        return said
    if _UNTYPED.match(note):
        return f"{said}, which can't be compared"
    if note.startswith("which "):
        return f"{said}, {note}"
    if note.startswith(_VERBS):
        return f"{said}, which {note}"
    return f"{said}, and {note}" if note.startswith(_WHOLE) else f"{said} ({note})"


def _plural(said: str) -> str:
    for one, many in (("is ", "are "), ("was ", "were ")):
        if said.startswith(one):
            return many + said[len(one) :]
    return said


# --- lists --------------------------------------------------------------------------------------------------------


def _of_list(fact: Fact, place: str, inside: str, kind: str, telling: Telling) -> _Clause:
    noun, seen = _noun(inside), fact.seen
    unread = seen.note and (seen.observed is None or str(seen.observed) == "0 or more")
    if seen.note and unread and not fact.found:
        said = _of_nothing(seen.note)
        return _Clause("", (), seen.note) if said is None else _Clause(place, (noun,), said)
    if kind != "count":
        return _Clause(place, (noun,), _of_members(fact, kind))
    said = f": {_counted(fact)}{f' ({seen.note})' if seen.note else ''}"
    none_allowed = fact.at_fault and seen.expected in _NONE_ALLOWED
    wanted = _words(seen.expected) if seen.expected is not None and not none_allowed else ""
    if telling.declines or not telling.asked:
        wanted = ""
    return _Clause(place, (noun,), said, (wanted,) if wanted else (), fact.either)


def _noun(inside: str) -> str:
    """What a list holds: `connections` of a relation with its type, the property of an array."""
    relation, _, type_ = inside.rpartition(" ")
    if "/" not in type_ or type_.startswith("["):
        return _name(inside)
    return "parent" if relation == "parent" else type_.rpartition("/")[2]


def _counted(fact: Fact) -> str:
    """How many were found; of how many, where not all count."""
    count, members = fact.seen.observed, fact.members
    number = "none" if count == 0 else shown(count)
    if members is None:
        return f"{number} found"
    if members == 0:
        return f"{number} {'qualifies' if count in (0, 1) else 'qualify'}"
    if fact.at_fault:
        return f"{number} of {members} at fault"
    return f"{number} of {members} {'qualifies' if count in (0, 1) else 'qualify'}"


def _of_members(fact: Fact, kind: str) -> str:
    """What any or all of a list's members are: `: none found`, `: search, tickets`, `: 2 found, all as expected`."""
    count = str(fact.seen.observed).partition(" ")[0]
    if kind == "any" and fact.found:
        return f": {_listed([_last(path) for path in fact.found], 'and', _NAMES)}"
    if count == "0":
        return _NONE
    if kind == "any":
        return f": none of {count} qualifies" if fact.members else f": {count} found"
    if fact.seen.path.endswith(")") and "all(parent" in fact.seen.path:
        return "is as expected"
    return f": {count} found, {'' if count == '1' else 'all '}as expected"


def _last(path: str) -> str:
    return path.rpartition("/")[2] if path.startswith("/") else _name(path)


# --- names and values ---------------------------------------------------------------------------------------------


def _name(path: str) -> str:
    """A path as a sentence has it: without what ARM wraps around a property, or around the criteria of an alert."""
    metric = _METRIC.match(path) if path.startswith("metric ") else None
    if metric:
        return f"{_STATISTICS.get(metric[2], metric[2] + ' of')} {metric[1]}{metric[3]}"
    short = path.replace("properties.", "").replace("[*]", "").replace(".allOf", "")
    return _KEY.sub(_key, short) if "['" in short else short


def _key(found: re.Match[str]) -> str:
    """A key in brackets; of a very long one its last words."""
    key = found[1]
    while len(key) > _LONGEST_KEY and "." in key:
        key = key.partition(".")[2]
    return f"['{key}']" if key == found[1] else f"['...{key}']"


def _wanted(seen: Evidence, telling: Telling) -> str:
    """What was expected, where the value does not say it."""
    expected = seen.expected
    if expected is None or expected == ():
        return ""
    threshold = isinstance(expected, str) and expected.startswith(_THRESHOLDS)
    if telling.outcome is Outcome.PASS and not threshold:
        return ""
    if telling.declines and (_is_negative(expected) or expected == "a value"):
        return ""
    unread = seen.observed is None and not (seen.note or "not set").startswith("not set")
    absent = seen.observed is None and seen.note in (None, "not set")
    return "" if unread or (telling.declines and absent) else _words(expected)


def _is_negative(expected: Json) -> bool:
    return isinstance(expected, str) and expected.startswith(_NEGATIVES)


def _words(expected: Json) -> str:
    """What is expected in words."""
    if isinstance(expected, tuple | list):
        return _listed([shown(v) for v in expected], "or", _CHOICES)
    if not isinstance(expected, str):
        return shown(expected)
    if expected.startswith("none of ") or (expected.startswith("not ") and not expected[4:].startswith(_OPERATORS)):
        expected = _but([expected])
    said = _DAYS.sub(r"\1 days", _MOMENT.sub(lambda found: _moment(found[0]), expected))
    return cut(said or "an empty text", 2 * _LONGEST_VALUE)


def _but(expected: Sequence[str]) -> str:
    """`anything but A, B or C` of what must not be."""
    values = [word for text in expected for word in _CHOICE.split(_bare(text))]
    return _BUT + _listed(list(dict.fromkeys(map(_text, values))), "or", _CHOICES)


def _bare(text: str) -> str:
    return text.removeprefix(_BUT).removeprefix("none of ").removeprefix("not ")


def _joined(wanted: Sequence[str], *, either: str) -> str:
    """Several things wanted of one value: one of them, or all."""
    if len(wanted) < 2:
        return wanted[0] if wanted else ""
    if not either and all(w.startswith(_BUT) for w in wanted):
        return _but(wanted)
    first, *rest = wanted if either else _narrowest(wanted)
    start = next((s for s in _LIKE if first.startswith(s)), "")
    return _listed([first, *(w.removeprefix(start) for w in rest)], "or" if either else "and", _NAMES)


def _narrowest(wanted: Sequence[str]) -> list[str]:
    """Of choices that must all be met those that no other narrows down."""
    choices = {text: set(_CHOICE.split(text)) for text in wanted}
    return [t for t in wanted if t != "a value" and not any(choices[other] < choices[t] for other in wanted)]


def _listed(words: Sequence[str], joint: str, most: int) -> str:
    """`a, b and c`, `a, b and 4 more`."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shown(value: Json) -> str:
    """A value in a sentence."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(shown, value)) or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "not set" if value is None else _number(value)


def _is_or_are(observed: Json) -> str:
    """`is 1`, or of several values `are 1 and 2`, each once."""
    values = list(dict.fromkeys(map(shown, observed))) if isinstance(observed, tuple | list) else [shown(observed)]
    return f"{'are' if len(values) > 1 else 'is'} {_listed(values, 'and', _CHOICES)}"


def _text(text: str) -> str:
    if not text:
        return "an empty text"
    if text.lower().startswith("/subscriptions/") and text.count("/") > 3:
        return cut(f".../{_short_id(text)}", _LONGEST_VALUE)
    if text[0].isdigit() and _MOMENT.fullmatch(text):
        return _moment(text)
    return text if len(text) <= _LONGEST_VALUE else cut(text, _LONGEST_VALUE)


def _number(value: Json) -> str:
    """A number without the noise of its last digits."""
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if round(value, 6) == value and abs(value) < 1e9:
        return f"{value:.6f}".rstrip("0")  # rounded by whoever measured it, so as not to look like the limit
    return f"{value:.2f}".rstrip("0") if 0.01 <= abs(value) < 1e15 else f"{value:.3g}"


def _moment(text: str) -> str:
    """A moment as people read it, in UTC; what is no such moment, as it stands."""
    when = dates.parse(text)
    if when is None:
        return text
    day, _, time = dates.shown(when).partition("T")
    return day if time == "00:00:00Z" else f"{day} {time.removesuffix('Z').removesuffix(':00')} UTC"


# --- what is said alike, once -------------------------------------------------------------------------------------


def _merged(clauses: list[_Clause]) -> list[_Clause]:
    """Clauses, those of one member at fault, of one value and of one verdict together."""
    if len(clauses) < 2:
        return clauses
    return list(_by_verdict(_by_value(_by_member(clauses))))


def _by_member(clauses: list[_Clause]) -> Iterator[_Clause]:
    """Of a member at fault the first fact is what is wrong; the others tell which member it is."""
    found: dict[tuple[str, str], _Clause] = {}
    for at, clause in enumerate(clauses):
        key = (clause.about, clause.group or str(at))
        first = found.get(key)
        if first is None:
            found[key] = clause
        elif clause.names == first.names:
            found[key] = _both(first, clause)
        else:
            found[key] = replace(first, beside=_unique((*first.beside, _beside(clause))))
    return iter(found.values())


def _beside(clause: _Clause) -> str:
    """A fact of a member, its name without the member's."""
    name = clause.names[0]
    prefix = f"{_name(clause.group)}."
    return f"{name.removeprefix(prefix)} {clause.said}"


def _by_value(clauses: Iterable[_Clause]) -> Iterator[_Clause]:
    found: dict[tuple[str, tuple[str, ...], str], _Clause] = {}
    for clause in clauses:
        key = (clause.about, clause.names, clause.said)
        first = found.get(key)
        found[key] = _both(first, clause) if first else clause
    return iter(found.values())


def _both(first: _Clause, other: _Clause) -> _Clause:
    """A value of which two things are wanted; either will do if they stand in one `anyOf`."""
    either = first.either if first.either == other.either else ""
    return replace(first, wanted=_unique(first.wanted + other.wanted), either=either)


def _by_verdict(clauses: Iterable[_Clause]) -> Iterator[_Clause]:
    found: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], _Clause] = {}
    for at, clause in enumerate(clauses):
        alone = not clause.names or _is_context(clause) or clause.said[2:3].isdigit() or clause.beside
        key = (clause.about, clause.said, clause.wanted, (str(at),) if alone else ())
        first = found.get(key)
        found[key] = replace(first, names=_unique(first.names + clause.names)) if first else clause
    return iter(found.values())


def _unique(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
