"""A former report, and what got worse since (semantics 26, `--no-regression`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from readiness.errors import InputError
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
    """What got worse, in sentences."""

    regressions: tuple[str, ...]


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
    if not schema.startswith(SCHEMA) or not version.isdigit():
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
    worse = tuple(_worse(baseline, common, now))
    return Comparison(worse + tuple(_lower(baseline, common, counted)))


def _worse(baseline: Baseline, common: dict[str, str], now: Now) -> Iterator[str]:
    for rule, subject, outcome in now:
        if rule.id not in common:
            continue
        before = baseline.outcomes.get(fingerprint(rule, subject))
        if outcome is Outcome.FAIL and before in (None, "pass", "not_applicable"):
            yield f"{rule.id} fails on {subject}, which was {before or 'not there'} before"
        if outcome is Outcome.UNKNOWN and before == "pass":
            yield f"{rule.id} could not be told of {subject}, which was pass before"


def _lower(baseline: Baseline, common: dict[str, str], counted: list[tuple[Rule, Counts]]) -> Iterator[str]:
    shared = [(r, c) for r, c in counted if r.id in common]
    floor_now = figures(shared).floor
    floor_before = figures((r, baseline.counts[common[r.id]]) for r, _ in shared).floor
    if floor_before is not None and (floor_now or 0.0) < floor_before - ALLOWED_LOSS:
        yield f"the floor over the rules of both fell from {floor_before:g} to {floor_now or 0:g}"
