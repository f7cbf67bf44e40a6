"""Whatever type of resource could not be read: what is not known is said, nothing turns to pass, no floor rises.

Over every type of the sample, by every rule that ships: its records, and the reads of it, give way to a gap. What
does not need the type stays as it is.
"""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from readiness import app, arm, assets, snapshot
from readiness.collect.graphed import GRAPHED
from readiness.collect.operations import OPERATIONS
from readiness.gate import Asked
from readiness.model import Outcome
from readiness.waivers import Waivers

LINES = [
    json.loads(line) for line in gzip.decompress((assets.sample() / "estate.jsonl.gz").read_bytes()).splitlines()
]
OPTIONS = app.Options(sample=True)
RULES = app.all_rules(tested=False)
SETTINGS = app.configuration(OPTIONS, RULES)
CHOSEN = app.chosen_rules(OPTIONS, RULES, SETTINGS)
WAIVERS = app.waivers_of(OPTIONS, SETTINGS, RULES)


def type_of(line):
    """The type of a resource or of what was read, in lower case; "" of other records."""
    if "resource" in line:
        return str(arm.type_of(arm.with_slash(line["resource"]["id"]))).lower()
    return line["read"]["type"].lower() if "read" in line else ""


TYPES = sorted({type_of(line) for line in LINES} - {""})


def judged(folder, lines):
    """(verdicts by rule and subject, the floor) of a snapshot."""
    path = folder / "estate.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    read = snapshot.read(str(path))
    clock = read.collected_at or datetime.now(UTC)
    case = app.case_of(OPTIONS, SETTINGS, read, clock, RULES)
    report = app.judge(CHOSEN, case, Asked(), Waivers(clock, WAIVERS), SETTINGS, clock)
    found = {
        (verdict.rule.id, subject.key): outcome
        for verdict in report.verdicts
        for outcome, subjects in verdict.subjects.items()
        for subject in subjects
    }
    return found, report.score.total.floor


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("whole"), LINES)


def without(type_):
    """The sample, less a type that was refused everywhere."""
    kept = [line for line in LINES if type_of(line) != type_]
    return [*kept, {"gap": {"scope": "", "type": type_, "path": None, "reason": "forbidden"}}]


BESIDE = {"microsoft.cognitiveservices/accounts/events/ticks": ["AOAI-IAM-004"]}
"""The activity log is asked for under another name than its events have."""


def at_or_below(type_, of):
    return type_ == of or type_.startswith(f"{of}/")


def needing(type_):
    """The rules that need a type, or what lies below resources of it."""
    asked = [(o.yields, o.rules) for o in OPERATIONS] + [(g.type, g.rules) for g in GRAPHED]
    return {rule for of, rules in asked if at_or_below(of.lower(), type_) for rule in rules} | {
        *BESIDE.get(type_, ())
    }


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_that_was_not_read_makes_nothing_pass(tmp_path, whole, type_):
    before, floor = whole
    after, lower = judged(tmp_path, without(type_))
    changed = {key: (before.get(key), outcome) for key, outcome in after.items() if before.get(key) != outcome}
    assert {key: pair for key, pair in changed.items() if pair[1] is not Outcome.UNKNOWN} == {}
    assert lower <= floor
    assert {rule for rule, _ in changed} - needing(type_) == set()
    gone = [subject for rule, subject in before.keys() - after.keys()]
    assert [s for s in gone if not at_or_below(str(arm.type_of(s)).lower(), type_)] == []


def test_the_types_are_all_there_are_and_some_of_them_matter(tmp_path, whole):
    assert len(TYPES) > 60
    after, _ = judged(tmp_path, without("microsoft.cognitiveservices/accounts/deployments"))
    turned = Counter(o for key, o in after.items() if whole[0].get(key) not in (o, None))
    assert turned[Outcome.UNKNOWN] > 5
