"""A former report, and what got worse since (semantics 26, `--no-regression`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from readiness.errors import InputError, is_version
from readiness.findings import fingerprint
from readiness.model import Json, Outcome
from readiness.ruleset import Rule, RuleSet
from readiness.scoring import Counts, figures

SCHEMA: Final = "readiness/report/"
ALLOWED_LOSS: Final = 0.5
_HINT: Final = "Make it with: readiness scan ... -f json --all"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A former report: outcomes by fingerprint, counts by rule id."""

    name: str
    outcomes: dict[str, str]
    counts: dict[str, Counts]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What got worse, what can't be told to have got worse, and why nothing can be compared, in sentences."""

    regressions: tuple[str, ...]
    unclear: tuple[str, ...] = ()
    uncomparable: tuple[str, ...] = ()


def read(path: Path) -> Baseline:
    """Reads a report written with `--all`; raises InputError for anything else."""
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path.name}: {error.strerror or error}", _HINT) from error
    except orjson.JSONDecodeError as error:
        raise InputError(f"{path.name}: line {error.lineno}, column {error.colno}: {error.msg}", _HINT) from error
    _check_schema(found, path.name)
    try:
        return _baseline(found, path.name)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"{path.name}: is no report that can be compared with", _HINT) from error


def _check_schema(found: Json, name: str) -> None:
    schema = str(found.get("schema")) if isinstance(found, dict) else ""
    version = schema.removeprefix(SCHEMA)
    if not schema.startswith(SCHEMA) or not is_version(version):
        raise InputError(f"{name}: is no report of readiness", _HINT)
    if int(version) > 1:
        raise InputError(f"{name}: was written by a newer readiness ({schema[:40]})", "Upgrade readiness to read it.")


def _baseline(found: dict[str, Json], name: str) -> Baseline:
    counts = {str(r["id"]): _counts(r["counts"]) for r in found["rules"]}
    outcomes = {str(f["fingerprint"]): str(Outcome(f["outcome"])) for f in found["findings"]}
    if sum(sum(c.wire().values()) for c in counts.values()) != len(found["findings"]):
        raise InputError(f"{name}: does not hold every outcome", _HINT)
    return Baseline(name, outcomes, counts)


def _counts(wire: dict[str, int]) -> Counts:
    keys = ("pass", "fail", "unknown", "not_applicable", "manual", "error", "waived")
    passed, fail, unknown, not_applicable, manual, error, waived = (int(wire[k]) for k in keys)
    return Counts(passed, fail + waived, unknown, not_applicable, manual, error, waived)


Now = Iterable[tuple[Rule, str, Outcome]]


def compare(baseline: Baseline, ruleset: RuleSet, counted: list[tuple[Rule, Counts]], now: Now) -> Comparison:
    """What got worse in the rules that both have.

    `now` are the open (not waived) fails and the unknowns, as (rule, subject id, outcome).
    """
    common = {r.id: i for r in ruleset.rules for i in (r.id, *r.formerly) if i in baseline.counts}
    shared = [(rule, counts) for rule, counts in counted if rule.id in common]
    before = figures((rule, baseline.counts[common[rule.id]]) for rule, _ in shared).floor
    after = figures(shared).floor
    listed = list(now)
    worse = tuple(_worse(baseline, common, listed))
    unclear = tuple(_unclear(baseline, common, listed))
    if not shared or (after is None and before is not None):
        return Comparison(worse, unclear, ("there is no floor to compare with the baseline's",))
    return Comparison(worse + tuple(_lower(before, after)), unclear)


def _unclear(baseline: Baseline, common: dict[str, str], now: Now) -> Iterator[str]:
    """Unknown now, and no fail to compare with before: it may be a new fail that a gap hides (semantics 28)."""
    for rule, subject, outcome in now:
        if rule.id in common and outcome is Outcome.UNKNOWN:
            before = baseline.outcomes.get(fingerprint(rule, subject))
            if before in (None, "not_applicable"):
                yield f"{rule.id} could not be told of {subject}, which was {before or 'not there'} before"


def _worse(baseline: Baseline, common: dict[str, str], now: Now) -> Iterator[str]:
    for rule, subject, outcome in now:
        if rule.id not in common:
            continue
        before = baseline.outcomes.get(fingerprint(rule, subject))
        if outcome is Outcome.FAIL and before in (None, "pass", "not_applicable"):
            yield f"{rule.id} fails on {subject}, which was {before or 'not there'} before"
        if outcome is Outcome.UNKNOWN and before == "pass":
            yield f"{rule.id} could not be told of {subject}, which was pass before"


def _lower(before: float | None, after: float | None) -> Iterator[str]:
    if before is not None and after is not None and round(before - after, 4) > ALLOWED_LOSS:
        yield f"the floor over the rules of both fell from {before:g} to {after:g}"
