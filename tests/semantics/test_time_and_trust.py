"""Semantics 29 to 32, sentence by sentence: as_of and the clock, environments, trust, YAML's traps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import orjson
import pytest

from readiness import app, config, dates, ruleset
from readiness.config import Config
from readiness.errors import UsageError
from readiness.model import Environment, Outcome
from readiness.render import html, terminal
from readiness.render import json as wire
from readiness.yamlfile import LoadError, Problems, parse, plain_value
from tests import builders as b

ACCOUNT = f"{b.GROUP}/providers/{b.ACCOUNTS}/chat"
D = b.DEPLOYMENTS
PRODUCTION, DEVELOPMENT = Environment.PRODUCTION, Environment.DEVELOPMENT
FAILS = "require: {field: properties.good, equals: true, default: false}"
ON = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pack(folder, *texts, name="pack"):
    """A folder of rules."""
    place = folder / name
    place.mkdir(exist_ok=True)
    for index, text in enumerate(texts):
        (place / f"{name}-{index}.yaml").write_text(text, encoding="utf-8")
    return place


def scanned(folder, text, *records, header=None, head=None, **options):
    """A scan of a snapshot with one rule of our own, TEST-001."""
    path = b.snapshot_file(folder, *records, **(header or {}))
    rules = pack(folder, b.rule_text(text, **(head or {})))
    return app.scan(app.Options(**{"input": str(path), "rules": (rules,), "select": ("TEST-001",), **options}))


def only(report):
    """The one outcome of a report."""
    [finding] = [f for f in b.findings(report) if f.resource != b.SUB]
    return str(finding.outcome)


# --- 29: as_of ------------------------------------------------------------------------------------------------

AS_OF = {
    # name: (--as-of, collected_at, as_of), None is now
    "--as-of": ("2025-05-05", "2024-04-04T00:00:00Z", "2025-05-05T00:00:00Z"),
    "--as-of with a time and an offset": ("2025-05-05T02:00:00+02:00", None, "2025-05-05T00:00:00Z"),
    "collected_at": (None, "2024-04-04T00:00:00Z", "2024-04-04T00:00:00Z"),
    "now": (None, None, None),
    "--as-of alone": ("2025-05-05", None, "2025-05-05T00:00:00Z"),
}


@pytest.mark.parametrize(("given", "collected", "expected"), AS_OF.values(), ids=AS_OF.keys())
def test_s29_what_as_of_is(here, given, collected, expected):
    earliest = datetime.now(UTC)
    report = scanned(here, FAILS, b.account(), header={"collected_at": collected}, as_of=dates.parse(given))
    found = report.case.graph.as_of
    if expected is None:
        assert earliest <= found <= datetime.now(UTC)
    else:
        assert dates.shown(found) == expected


def test_s29_an_export_is_as_of_now(here):
    path = b.export_file(here, [b.account(properties={"ends": "2020-01-01"})])
    rules = pack(here, b.rule_text("require: {field: properties.ends, before: as_of}"))
    earliest = datetime.now(UTC)
    report = app.scan(app.Options(input=str(path), rules=(rules,), select=("TEST-001",)))
    assert earliest <= report.case.graph.as_of <= datetime.now(UTC)
    assert only(report) == "pass"


SEEN = {
    # name: (--as-of, collected_at, the rule's right-hand side, outcome); the certificate ends on 2020-06-01
    "collected before its end": (None, "2020-05-01T00:00:00Z", "after: as_of", "pass"),
    "collected after its end": (None, "2020-07-01T00:00:00Z", "after: as_of", "fail"),
    "as of before its end": ("2020-05-01", "2020-07-01T00:00:00Z", "after: as_of", "pass"),
    "as of after its end": ("2020-07-01", "2020-05-01T00:00:00Z", "after: as_of", "fail"),
    "within, of collected_at": (None, "2020-05-01T00:00:00Z", "within: P90D", "pass"),
    "within, of --as-of": ("2020-01-01", "2020-05-01T00:00:00Z", "within: P90D", "fail"),
    "as_of+, of collected_at": (None, "2020-05-01T00:00:00Z", "before: as_of+P60D", "pass"),
}


@pytest.mark.parametrize(("given", "collected", "operator", "outcome"), SEEN.values(), ids=SEEN.keys())
def test_s29_rules_see_as_of_alone(here, given, collected, operator, outcome):
    record = b.account(properties={"ends": "2020-06-01"})
    text = f"require: {{field: properties.ends, {operator}}}"
    report = scanned(here, text, record, header={"collected_at": collected}, as_of=dates.parse(given))
    assert only(report) == outcome


CLOCKS = {
    # name: (--as-of, collected_at, last day, in force)
    "the clock, over": (None, "2019-01-01T00:00:00Z", "2020-01-01", False),
    "the clock, not over": (None, "2019-01-01T00:00:00Z", "9000-01-01", True),
    "the clock, whatever collected_at says": (None, "9100-01-01T00:00:00Z", "9000-01-01", True),
    "--as-of, over": ("2020-01-02", None, "2020-01-01", False),
    "--as-of, its last day": ("2020-01-01T23:59:59Z", None, "2020-01-01", True),
    "--as-of, not over": ("2019-06-01", "2030-01-01T00:00:00Z", "2020-01-01", True),
}


@pytest.mark.parametrize(("given", "collected", "day", "in_force"), CLOCKS.values(), ids=CLOCKS.keys())
def test_s29_waivers_expire_against_as_of_or_the_clock(here, given, collected, day, in_force):
    entry = {"rule": "TEST-001", "resource": "*", "reason": "r", "owner": "o", "expires": day}
    (here / "waivers.yaml").write_text(json.dumps({"waivers": [entry]}))
    report = scanned(here, FAILS, b.account(), header={"collected_at": collected}, as_of=dates.parse(given))
    [finding] = [f for f in b.findings(report) if f.outcome is Outcome.FAIL]
    assert (finding.waiver is not None) is in_force
    assert any("expired" in notice for notice in report.notices) is not in_force


@pytest.mark.parametrize(("given", "collected", "day", "in_force"), CLOCKS.values(), ids=CLOCKS.keys())
def test_s29_attestations_expire_against_as_of_or_the_clock(here, given, collected, day, in_force):
    entry = {"rule": "TEST-001", "for": "estate", "answer": "pass", "author": "a", "date": "2018-01-01"}
    (here / "attestations.yaml").write_text(json.dumps({"attestations": [{**entry, "expires": day}]}))
    text = "attest: {question: Is it?}"
    header = {"collected_at": collected}
    report = scanned(here, text, b.account(), header=header, as_of=dates.parse(given))
    assert only(report) == ("pass" if in_force else "manual")


ASSESSED = {"--as-of": ("2025-05-05", "2025-05-05T00:00:00Z"), "the clock": (None, None)}


@pytest.mark.parametrize(("given", "expected"), ASSESSED.values(), ids=ASSESSED.keys())
def test_s29_a_report_says_when_it_assessed(here, given, expected):
    header = {"collected_at": "2024-04-04T00:00:00Z"}
    report = scanned(here, FAILS, b.account(), header=header, as_of=dates.parse(given))
    found = orjson.loads(b"".join(wire.render(report)))
    assert found["collected_at"] == "2024-04-04T00:00:00Z"
    if expected:
        assert found["assessed_at"] == expected
    else:
        assert abs((datetime.now(UTC) - dates.parse(found["assessed_at"])).total_seconds()) < 60


@pytest.mark.parametrize("given", ["--as-of=2026-03-03", "--sample"])
def test_s29_output_is_byte_identical(tmp_path, given):
    """Two processes, with other hash seeds, zones, working directories and hours of the day."""
    found = []
    records = [b.account(f"a{i}", {"good": i % 3 == 0}) for i in range(20)]
    path = b.snapshot_file(tmp_path, b.read(), b.gap(b.SUB, D), b.gap(b.SUB, b.SEARCH), *records, collected_at=None)
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-m", "readiness", "scan", "--all", "-o", "r.json", "-o", "r.html", given]
        root = os.fspath(b.Path(__file__).parents[2])
        env = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": str(number + 1), "TZ": zone, "PYTHONPATH": root}
        command += [] if given == "--sample" else [str(path)]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=True)
        found.append((done.stdout, (folder / "r.json").read_bytes(), (folder / "r.html").read_bytes()))
    assert found[0] == found[1]
    assert all(found[0])


SAMPLE = "2026-10-01T06:00:00Z"


@pytest.mark.parametrize(("given", "expected"), [(None, SAMPLE), ("2027-06-01", "2027-06-01T00:00:00Z")])
def test_s29_the_sample_means_as_of_its_collected_at(here, given, expected):
    report = app.scan(app.Options(sample=True, as_of=dates.parse(given)))
    assert (dates.shown(report.collected_at), dates.shown(report.assessed_at)) == (SAMPLE, expected)
    assert dates.shown(report.case.graph.as_of) == expected


def test_s29_the_sample_brings_its_own_files(here):
    (here / "readiness.yaml").write_text("rules: {AOAI-IAM-001: {off: true, reason: not here}}\nreport: {title: No}")
    (here / "waivers.yaml").write_text("waivers: [{rule: NOPE-001}]")
    (here / "attestations.yaml").write_text("attestations: nothing")
    report = app.scan(app.Options(sample=True))
    assert report.words.title == "Readiness of Northwind Assist"
    assert report.ruleset.off == {}
    assert any(f.waiver for f in report.findings())
    assert report.score.answered > 0


def test_s29_the_sample_and_an_input_do_not_go_together():
    with pytest.raises(UsageError):
        app.scan(app.Options(sample=True, input="estate.jsonl"))


# --- 30: environments -----------------------------------------------------------------------------------------

VERDICTS = {
    # what rules for [production], [development] and both say of a subject that fails them
    "production": ("fail", "not_applicable", "fail"),
    "development": ("not_applicable", "fail", "fail"),
    "undecided": ("fail", "not_applicable", "fail"),
    "unknown": ("unknown", "unknown", "unknown"),
}
RULES = [
    b.rule(FAILS, environments=e, resource=r, id=f"TEST-00{i}")
    for r in (D,)
    for i, e in enumerate((["production"], ["development"], ["production", "development"]))
]


def said(tmp_path, *records, rules=RULES, settings=None, **options):
    """The outcomes of the three rules, and the findings."""
    read = b.snapshot(tmp_path, b.read(), b.read(type_=D), *records)
    found = b.findings(b.judge(read, *rules, config=settings, **options))
    return tuple(str(f.outcome) for f in found), found


LEVELS = ("configuration", "own tags", "parent's tags", "own name", "parent's name", "group's name")
WORDS = {PRODUCTION: "prod", DEVELOPMENT: "dev"}


def estate(**decided):
    """A deployment, its account and settings; `decided` maps levels to environments."""

    def word(level):
        return WORDS.get(decided.get(level), "")

    def tags(level):
        return {"tags": {"env": word(level)}} if word(level) else {}

    group = "-".join(w for w in (f"{b.SUB}/resourceGroups/rg", word("group's name")) if w)
    parent = b.account(
        "-".join(w for w in ("chat", word("parent's name")) if w), group=group, **tags("parent's tags")
    )
    own = "-".join(w for w in ("gpt", word("own name")) if w)
    assigned = (("*/deployments/*", decided["configuration"]),) if "configuration" in decided else ()
    containers = [
        b.body(b.SUB, None, tags={"env": "dev"}),
        b.body(group, None, tags={"env": "dev"}),
    ]
    child = b.child(parent, "deployments", own, **tags("own tags"))
    return [*containers, parent, child], Config(folder=b.Path("/nonexistent"), assigned=assigned)


ALONE = [(level, environment) for level in LEVELS for environment in WORDS]
ABOVE = [(a, c, e) for i, a in enumerate(LEVELS) for c in LEVELS[i + 1 :] for e in WORDS]


@pytest.mark.parametrize(("level", "environment"), ALONE, ids=[f"{a}, {e}" for a, e in ALONE])
def test_s30_each_level_decides(tmp_path, level, environment):
    records, settings = estate(**{level: environment})
    assert said(tmp_path, *records, settings=settings)[0] == VERDICTS[environment]


@pytest.mark.parametrize(("above", "below", "environment"), ABOVE, ids=[f"{a} over {c}, {e}" for a, c, e in ABOVE])
def test_s30_the_order(tmp_path, above, below, environment):
    other = DEVELOPMENT if environment is PRODUCTION else PRODUCTION
    records, settings = estate(**{above: environment, below: other})
    assert said(tmp_path, *records, settings=settings)[0] == VERDICTS[environment]


def test_s30_a_rule_without_environments_is_for_all(tmp_path):
    records, settings = estate(**{"own tags": DEVELOPMENT})
    assert said(tmp_path, *records, rules=[b.rule(FAILS, resource=D)], settings=settings)[0] == ("fail",)


def test_s30_undecided_counts_as_production_and_the_finding_says_so(tmp_path):
    records, settings = estate()
    outcomes, found = said(tmp_path, *records, settings=settings)
    assert outcomes == VERDICTS["undecided"]
    assert found[0].message.endswith("; its environment is undecided and counts as production")
    assert "undecided" in found[1].message


@pytest.mark.parametrize(("good", "outcome"), [(True, "pass"), (False, "fail"), ("unknown", "unknown")])
def test_s30_the_finding_says_so_whatever_its_outcome(tmp_path, good, outcome):
    gaps = [b.gap(b.SUB, b.ACCOUNTS, "properties.good")] if good == "unknown" else []
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"good": good}), *gaps)
    found = b.verdict(read, b.rule(FAILS, environments=["production"]))
    assert str(found.outcome) == outcome
    assert "its environment is undecided and counts as production" in found.message


@pytest.mark.parametrize("environment", WORDS)
def test_s30_a_decided_environment_is_not_called_undecided(tmp_path, environment):
    records, settings = estate(**{"own tags": environment})
    assert all("undecided" not in f.message for f in said(tmp_path, *records, settings=settings)[1])


DECIDED_BY = {
    "its own tag": (b.account(tags={"Env": "prod"}), None, "it is production by its tag env"),
    "its name": (b.account("chat-prod"), None, "it is production by its name"),
    "an option": (b.account("chat-dev"), "production", "it is production by --environment production"),
}


@pytest.mark.parametrize("name", DECIDED_BY)
def test_s30_the_finding_says_what_decided(tmp_path, name):
    account, forced, said_so = DECIDED_BY[name]
    found = b.verdict(
        b.snapshot(tmp_path, b.read(), account), b.rule(FAILS, environments=["production"]), environment=forced
    )
    assert found.message.endswith(f"; {said_so}")


TAGGING = {
    # name: (the account's tags, environment by default)
    "env": ({"env": "prod"}, "production"),
    "environment": ({"environment": "prod"}, "production"),
    "the tag in capitals": ({"ENV": "prod"}, "production"),
    "the value in capitals": ({"env": "PROD"}, "production"),
    "a word of development": ({"env": "test"}, "development"),
    "a word of neither": ({"env": "blue"}, "undecided"),
    "an empty value": ({"env": ""}, "undecided"),
    "another tag": ({"stage": "prod"}, "undecided"),
    "no tags": ({}, "undecided"),
    "tags null": (None, "undecided"),
    "a value that is no text": ({"env": 7}, "undecided"),
    "part of a word": ({"env": "product"}, "undecided"),
}


@pytest.mark.parametrize(("tags", "environment"), TAGGING.values(), ids=TAGGING.keys())
def test_s30_own_tags(tmp_path, tags, environment):
    records = [b.account("gpt", tags=tags)]
    rules = [b.rule(FAILS, environments=e, id=i) for e, i in ((["production"], "T-1"), (["development"], "T-2"))]
    outcomes, found = said(tmp_path, *records, rules=rules)
    assert outcomes == VERDICTS[environment][:2]
    assert ("undecided" in found[0].message) is (environment == "undecided")


CONFIGURED = {
    # name: (readiness.yaml, the account's tags, environment)
    "a tag": ("{tag: stage}", {"stage": "prod", "env": "dev"}, "production"),
    "words": ("{tag: env, production: [blue], development: [green]}", {"env": "Blue"}, "production"),
    "words, the other": ("{tag: env, production: [blue], development: [green]}", {"env": "GREEN"}, "development"),
    "words replace ours": ("{production: [blue]}", {"env": "prod"}, "undecided"),
    "assigned over a tag": ("{assign: {development: ['*/accounts/gpt']}}", {"env": "prod"}, "development"),
    "assigned in another case": ("{assign: {production: ['*/ACCOUNTS/GPT']}}", {"env": "dev"}, "production"),
    "assigned something else": ("{assign: {development: ['*/accounts/other']}}", {"env": "prod"}, "production"),
}


@pytest.mark.parametrize(("text", "tags", "environment"), CONFIGURED.values(), ids=CONFIGURED.keys())
def test_s30_configuration(tmp_path, text, tags, environment):
    path = tmp_path / "readiness.yaml"
    path.write_text(f"environments: {text}")
    settings = config.load(path, ruleset.RuleSet(()), tmp_path)
    rules = [b.rule(FAILS, environments=e, id=i) for e, i in ((["production"], "T-1"), (["development"], "T-2"))]
    outcomes, _ = said(tmp_path, b.account("gpt", tags=tags), rules=rules, settings=settings)
    assert outcomes == VERDICTS[environment][:2]


def chain(own=None, parent=None, *, read_parent=True, name="gpt", above="chat"):
    """A deployment and, if it was read, its account."""
    account = b.account(above, **({"tags": parent} if parent else {}))
    child = b.child(account, "deployments", name, **({"tags": own} if own else {}))
    return [*([account] if read_parent else []), child]


UNREAD = {
    # name: (records, settings, options, environment)
    "the parent was read": (chain(), {}, {}, "undecided"),
    "the parent was not read": (chain(read_parent=False), {}, {}, "unknown"),
    "the parent was refused": ([*chain(read_parent=False), b.gap(b.SUB, b.ACCOUNTS)], {}, {}, "unknown"),
    "own tags come first": (chain({"env": "dev"}, read_parent=False), {}, {}, "development"),
    "own tags that say nothing do not": (chain({"env": "blue"}, read_parent=False), {}, {}, "unknown"),
    "own name comes later": (chain(read_parent=False, name="gpt-dev"), {}, {}, "unknown"),
    "the parent's name comes later": (chain(read_parent=False, above="chat-dev"), {}, {}, "unknown"),
    "configuration comes first": (
        chain(read_parent=False),
        {"assigned": (("*", DEVELOPMENT),)},
        {},
        "development",
    ),
    "--environment decides": (chain(read_parent=False), {}, {"environment": DEVELOPMENT}, "development"),
    "own tags under a gap": ([*chain(), b.gap(b.SUB, D, "tags")], {}, {}, "unknown"),
    "own tags under a gap, though there": (
        [*chain({"env": "dev"}), b.gap(b.SUB, D, "tags")],
        {},
        {},
        "unknown",
    ),
    "the tag itself under a gap": ([*chain({"other": "x"}), b.gap(b.SUB, D, "tags.env")], {}, {}, "unknown"),
    "own tags under a gap, configuration": (
        [*chain(), b.gap(b.SUB, D, "tags")],
        {"assigned": (("*", PRODUCTION),)},
        {},
        "production",
    ),
    "the parent's tags under a gap": ([*chain(), b.gap(b.SUB, b.ACCOUNTS, "tags")], {}, {}, "unknown"),
    "the parent's tags under a gap, own tags": (
        [*chain({"env": "prod"}), b.gap(b.SUB, b.ACCOUNTS, "tags")],
        {},
        {},
        "production",
    ),
    "another gap": ([*chain(), b.gap(b.SUB, b.ACCOUNTS, "properties")], {}, {}, "undecided"),
    "a gap without a path, the parent is there": ([*chain(), b.gap(b.SUB, b.ACCOUNTS)], {}, {}, "undecided"),
}


@pytest.mark.parametrize(("records", "settings", "options", "environment"), UNREAD.values(), ids=UNREAD.keys())
def test_s30_a_record_that_would_have_been_asked(tmp_path, records, settings, options, environment):
    read = b.snapshot(tmp_path, b.read(), b.read(type_=D), *records)
    report = b.judge(read, *RULES, config=Config(folder=b.Path("/nonexistent"), **settings), **options)
    found = [f for f in b.findings(report) if "/deployments/" in f.resource]
    assert tuple(str(f.outcome) for f in found) == VERDICTS[environment]
    if environment == "unknown":
        assert all("could not be read" in f.message for f in found)
    assert any("undecided" in f.message for f in found) is (environment == "undecided")


SERVICE = "Microsoft.ApiManagement/service"
LONGER = {
    # name: (names of a service, its API and the API's policy, environment)
    "the service's": (("apim-prod", "chat", "policy"), "production"),
    "the API's before the service's": (("apim-prod", "chat-dev", "policy"), "development"),
    "its own before the API's": (("apim-dev", "chat-dev", "policy-prod"), "production"),
    "none": (("apim", "chat", "policy"), "undecided"),
}


@pytest.mark.parametrize(("names", "environment"), LONGER.values(), ids=LONGER.keys())
def test_s30_names_from_the_nearest_ancestor_up(tmp_path, names, environment):
    service = b.resource(SERVICE, names[0])
    api = b.child(service, "apis", names[1])
    policy = b.child(api, "policies", names[2])
    type_ = f"{SERVICE}/apis/policies"
    rules = [
        b.rule(FAILS, environments=e, id=i, resource=type_)
        for e, i in ((["production"], "T-1"), (["development"], "T-2"))
    ]
    reads = [b.read(type_=t) for t in (SERVICE, f"{SERVICE}/apis", type_)]
    outcomes, found = said(tmp_path, *reads, service, api, policy, rules=rules)
    assert outcomes == VERDICTS[environment][:2]
    assert ("undecided" in found[0].message) is (environment == "undecided")


NO_RESOURCES = {
    # name: (resource, records, environment)
    "a subscription's own tags": ("subscription", [b.body(b.SUB, None, tags={"env": "dev"})], "development"),
    "a subscription without tags": ("subscription", [b.body(b.SUB, None)], "undecided"),
    "a subscription that was not read": ("subscription", [b.account()], "unknown"),
    "the estate": ("estate", [b.account("x-dev", tags={"env": "dev"})], "undecided"),
}


@pytest.mark.parametrize(("type_", "records", "environment"), NO_RESOURCES.values(), ids=NO_RESOURCES.keys())
def test_s30_other_subjects(tmp_path, type_, records, environment):
    text = "require: {field: name, equals: good}"
    rules = [
        b.rule(text, environments=e, id=i, resource=type_)
        for e, i in ((["production"], "T-1"), (["development"], "T-2"))
    ]
    assert said(tmp_path, *records, rules=rules)[0] == VERDICTS[environment][:2]


def test_s30_a_rule_without_environments_asks_no_ancestor(tmp_path):
    assert said(tmp_path, *chain(read_parent=False), rules=[b.rule(FAILS, resource=D)])[0] == ("fail",)


def test_s30_the_extension_of_a_resource_asks_that_resource(tmp_path):
    type_ = "Microsoft.Insights/diagnosticSettings"
    account = b.account("chat", tags={"env": "dev"})
    setting = b.child(f"{account['id']}/providers/Microsoft.Insights", "diagnosticSettings", "all")
    rule = b.rule(FAILS, environments=["production"], resource=type_)
    read = b.snapshot(tmp_path, b.read(), b.read(type_=type_), account, setting)
    assert b.outcomes(b.judge(read, rule)) == [("all", "not_applicable")]


FORCED = [(forced, level, e) for forced in WORDS for level in LEVELS for e in WORDS if e is not forced]


@pytest.mark.parametrize(("forced", "level", "decided"), FORCED, ids=[f"{f} over {a}" for f, a, _ in FORCED])
def test_s30_environment_decides_for_all(tmp_path, forced, level, decided):
    records, settings = estate(**{level: decided})
    assert said(tmp_path, *records, settings=settings, environment=forced)[0] == VERDICTS[forced]


ENVIRONMENTS = {
    "production": ("[production]", True),
    "both": ("[production, development]", True),
    "none": ("[]", True),
    "undecided": ("[undecided]", False),
    "a tag's word": ("[prod]", False),
    "no list": ("production", False),
}


@pytest.mark.parametrize(("text", "valid"), ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_s30_what_environments_takes(text, valid):
    assert (b.problems_of(FAILS, environments=text) == []) is valid


def test_s30_where_and_environment(tmp_path):
    """Elsewhere is elsewhere, whatever `where` says; `where` false is not applicable, whatever the environment."""
    records = chain({"env": "dev"})
    unknown = [b.gap(b.SUB, D, "properties.hidden")]
    where = "where: {field: properties.hidden, equals: 1}\n"
    rule = b.rule(where + FAILS, environments=["production"], resource=D)
    assert said(tmp_path, *records, *unknown, rules=[rule])[0] == ("not_applicable",)
    rule = b.rule("where: {field: name, equals: x}\n" + FAILS, environments=["production"], resource=D)
    assert said(tmp_path, *chain(read_parent=False), rules=[rule])[0][0] == "not_applicable"


# --- 31: trust ------------------------------------------------------------------------------------------------

OFF = "rules: {TEST-001: {off: true, reason: naming is policed elsewhere}}"
NAMED = "readiness.yaml switches TEST-001 off: naming is policed elsewhere"
PACKS = ["--all", "summary", "json", "html"]


@pytest.mark.parametrize("form", PACKS)
def test_s31_a_found_configuration_that_switches_rules_off_is_named(here, form, capsys):
    (here / "readiness.yaml").write_text(OFF)
    report = scanned(here, FAILS, b.account(), select=())
    assert NAMED in report.notices
    assert all(v.rule.id != "TEST-001" for v in report.verdicts)
    if form == "json":
        assert NAMED in orjson.loads(b"".join(wire.render(report)))["notices"]
    elif form == "html":
        text = b"".join(html.render(report)).decode()
        assert NAMED in text
        assert text.index(NAMED) < text.index("<h2")
    else:
        terminal.show(report, every=form == "--all", no_color=True)
        lines = capsys.readouterr().out.splitlines()
        assert f"! {NAMED}" in lines[:4]


def test_s31_a_former_id_is_named_by_the_present_one(here):
    (here / "readiness.yaml").write_text("rules: {OLD-001: {off: true, reason: because}}")
    report = scanned(here, FAILS, b.account(), head={"formerly": ["OLD-001"]}, select=())
    assert "readiness.yaml switches TEST-001 off: because" in report.notices


@pytest.mark.parametrize("text", ["rules: {TEST-001: {severity: low}}", "rules: {TEST-001: {off: false}}", "{}"])
def test_s31_a_configuration_that_switches_nothing_off_is_not(here, text):
    (here / "readiness.yaml").write_text(text)
    assert scanned(here, FAILS, b.account()).notices == ()


@pytest.mark.parametrize("text", ["{off: true}", "{off: yes, reason: r}", '{off: "true", reason: r}'])
def test_s31_switching_off_needs_a_reason_and_the_word_true(here, text):
    (here / "readiness.yaml").write_text(f"rules: {{TEST-001: {text}}}")
    with pytest.raises(LoadError):
        scanned(here, FAILS, b.account())


def test_s31_rules_come_from_what_the_user_names(here):
    """A folder of rules in the working directory takes no part unless it is named."""
    for name in ("rules", "custom", ".readiness"):
        pack(here, b.rule_text(FAILS, id=f"LOCAL-{len(name)}"), name=name)
    (here / "LOCAL-9.yaml").write_text(b.rule_text(FAILS, id="LOCAL-9"))
    path = b.snapshot_file(here, b.account())
    assert not [r for r in app.scan(app.Options(input=str(path))).ruleset.ids() if r.startswith("LOCAL")]
    named = app.scan(app.Options(input=str(path), rules=(here / "custom",)))
    assert [r for r in named.ruleset.ids() if r.startswith("LOCAL")] == ["LOCAL-6"]


def test_s31_a_named_configuration_wins_over_a_found_one(here):
    (here / "readiness.yaml").write_text(OFF)
    other = here / "other.yaml"
    other.write_text("report: {title: Other}")
    report = scanned(here, FAILS, b.account(), config=other)
    assert (report.words.title, report.ruleset.off) == ("Other", {})


CODE = {
    "object/apply": '!!python/object/apply:os.system ["touch ran"]',
    "object/new": "!!python/object/new:os.system [touch ran]",
    "name": "!!python/name:os.system",
    "module": "!!python/module:os",
    "ruby": "!ruby/object:Gem::Installer {i: x}",
}


@pytest.mark.parametrize("place", ["rule", "readiness.yaml", "waivers.yaml", "attestations.yaml"])
@pytest.mark.parametrize("tag", CODE.values(), ids=CODE.keys())
def test_s31_no_yaml_loads_code(here, tag, place):
    problems = read_as(here, place, f"report: {tag}")
    assert any("is not allowed" in p for p in problems)
    assert not (here / "ran").exists()


@pytest.mark.parametrize("name", ["os.system", "readiness.app.scan", "builtins.eval", "../evil", "ip_rules", ""])
def test_s31_a_check_is_one_of_ours(name):
    assert b.problems_of(f"check: {{name: {json.dumps(name)}, params: {{}}}}")


# --- 32: YAML -------------------------------------------------------------------------------------------------


def read_as(folder, place, text):
    """The problems of a text as one of our files."""
    path = folder / "given.yaml"
    path.write_text(text, encoding="utf-8")
    every = ruleset.RuleSet(())
    readers = {
        "rule": lambda: ruleset.load([path]),
        "readiness.yaml": lambda: config.load(path, every, folder),
        "waivers.yaml": lambda: config.load_waivers(path, folder, every),
        "attestations.yaml": lambda: config.load_attestations(path, folder, every),
    }
    try:
        readers[place]()
    except LoadError as error:
        return [p.message for p in error.problems]
    return []


SCALARS = {
    "0613": "0613",
    "2024-10-21": "2024-10-21",
    "2024-10-21T00:00:00Z": "2024-10-21T00:00:00Z",
    "NO": "NO",
    "no": "no",
    "Yes": "Yes",
    "on": "on",
    "off": "off",
    "y": "y",
    "12:30": "12:30",
    "1:30:45": "1:30:45",
    "1e3": "1e3",
    "1_000": "1_000",
    "0b11": "0b11",
    "1.2.3": "1.2.3",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRUE": "tRUE",
    "false": False,
    "null": None,
    "Null": None,
    "NULL": None,
    "~": None,
    "": None,
    "nULL": "nULL",
    "none": "none",
    "0": 0,
    "7": 7,
    "-7": -7,
    "1.5": 1.5,
    "-0.5": -0.5,
    '"7"': "7",
    "'true'": "true",
    '"null"': "null",
    "'~'": "~",
    "=": "=",
}


@pytest.mark.parametrize(("text", "value"), SCALARS.items(), ids=[s or "nothing" for s in SCALARS])
def test_s32_scalars_where_anything_may_stand(text, value):
    problems = Problems("test.yaml")
    found = plain_value(parse(f"value: {text}\nlist: [{text or '~'}]".encode(), problems))
    assert found == {"value": value, "list": [value]}
    assert (type(found["value"]), problems.found) == (type(value), [])


VERSIONS = ["0613", "1106", "2024-10-21", "NO", "12:30", "1e3", "1", "1.0", "true", "0", "00", "2024-10-21T00:00:00Z"]


@pytest.mark.parametrize("version", VERSIONS)
def test_s32_versions_stay_text_where_text_is_expected(tmp_path, version):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"version": version, "list": [version]}))
    for right in (f"equals: {version}", f"in: [x, {version}]", f"like: {version}", f"contains: {version}"):
        assert str(b.verdict(read, b.rule(f"require: {{field: properties.version, {right}}}")).outcome) == "pass"
    parameter = (
        f"require: {{field: properties.version, equals: {{parameter: v}}}}\nparameters: {{v: {{default: {version}}}}}"
    )
    assert str(b.verdict(read, b.rule(parameter)).outcome) == "pass"
    contains = b.rule(f"require: {{field: properties.list, contains: {version}}}")
    assert str(b.verdict(read, contains).outcome) == "pass"


OTHERS = {
    # name: (right-hand side, a value that it is not)
    "0613 and 613": ("0613", "613"),
    "0613 and octal": ("0613", "395"),
    "1e3 and 1000": ("1e3", "1000"),
    "12:30 and base 60": ("12:30", "750"),
    "12:30 and the number": ("12:30", 750),
    "NO and false": ("NO", False),
    "NO and its text": ("NO", "false"),
    "on and true": ("on", True),
    "a date and a time": ("2024-10-21", "2024-10-21T00:00:00Z"),
    "a date and another spelling": ("2024-10-21", "2024-10-21 00:00:00"),
}


@pytest.mark.parametrize(("right", "value"), OTHERS.values(), ids=OTHERS.keys())
def test_s32_versions_are_nothing_else(tmp_path, right, value):
    read = b.snapshot(tmp_path, b.read(), b.account(properties={"version": value}))
    asked = b.rule(f"require: {{field: properties.version, equals: {right}}}")
    assert str(b.verdict(read, asked).outcome) == "fail"


@pytest.mark.parametrize("text", ["0613", "2024-10-21", "NO", "12:30", "1e3", "true", "7"])
def test_s32_text_is_expected_in_a_rule(text):
    rule = b.rule(
        FAILS,
        title=text,
        since=text,
        rationale=text,
        references=f"[{text}]",
        aliases=f"[{text}]",
        tests=f"[{{expect: fail, name: {text}, resource: {{{text}: x}}}}, {{expect: pass, api_version: {text}}}]",
    )
    found = (rule.title, rule.since, rule.rationale, rule.references, rule.aliases)
    assert found == (text, text, text, (text,), (text,))
    assert (rule.tests[0].name, rule.tests[0].resource, rule.tests[1].api_version) == (text, {text: "x"}, text)


NUMBERS = {
    "080": 80,
    "8e1": 80,
    "80": 80,
    "80.5": 80.5,
    "NO": None,
    '"80"': None,
    "true": None,
    "1:20": None,
    "": None,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=[n or "nothing" for n in NUMBERS])
def test_s32_numbers_where_a_number_is_expected(tmp_path, text, value):
    path = tmp_path / "readiness.yaml"
    path.write_text(f"gate: {{min_score: {text}}}")
    if value is None:
        with pytest.raises(LoadError, match="expected a number"):
            config.load(path, ruleset.RuleSet(()), tmp_path)
    else:
        assert config.load(path, ruleset.RuleSet(()), tmp_path).gate["min_score"] == value


@pytest.mark.parametrize("text", ["yes", "on", "NO", "1", '"true"', "y", "null"])
def test_s32_true_and_false_where_they_are_expected(tmp_path, text):
    assert any(
        "expected true or false" in p
        for p in read_as(tmp_path, "readiness.yaml", f"gate: {{accept_unknown: {text}}}")
    )
    assert b.problems_of(f"require: {{field: a, exists: {text}}}")


TRAPS = {
    "an anchor": "title: &a x",
    "an anchor that nobody uses, on a mapping": "title: &a {x: y}",
    "an anchor on a list": "title: &a [x]",
    "an anchor on a key": "&a title: x",
    "an alias": "title: &a x\nreport: *a",
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
    "a tag": "title: !custom x",
    "a tag of YAML's own": "title: !!str 0613",
    "an integer by tag": "title: !!int '5'",
    "a timestamp by tag": "title: !!timestamp 2024-10-21",
    "binary": "title: !!binary aGk=",
    "a set": "title: !!set {a, b}",
    "a tag on a mapping": "title: !!map {a: b}",
    "a tag on a list": "title: !!seq [a]",
    "a tag in full": "title: !<tag:yaml.org,2002:str> x",
    "a tag that says nothing": "title: ! x",
    "a tag on a key": "!!str title: x",
    "a merge key": "<<: {title: x}",
    "a merge key and its anchor": "report: &a {title: x}\ngate:\n  <<: *a",
    "a merge key with a list": "<<: [{title: x}]",
    "a merge key further in": "report: {<<: {title: x}}",
    "a duplicate key": "title: x\ntitle: y",
    "a duplicate key with the same value": "title: x\ntitle: x",
    "a duplicate key in quotes": "title: x\n'title': x",
    "a duplicate key further in": "report: {title: x, author: z, title: y}",
    "a duplicate key in a list": "rules: [{a: 1, a: 2}]",
    "a second document": "title: x\n---\ntitle: y",
    "a key that is a list": "? [a, b]\n: x",
    "a key that is a mapping": "{a: b}: x",
    "no YAML": "title: [x",
    "a tab": "report:\n\ttitle: x",
}
WORDS_OF = {
    "an ": "are not allowed",
    "laug": "are not allowed",
    "a me": "merge keys are not allowed",
    "a du": "stands twice",
    "a se": "",
    "a ke": "a key must be a word",
    "no Y": "YAML: ",
}


@pytest.mark.parametrize("place", ["rule", "readiness.yaml", "waivers.yaml", "attestations.yaml"])
@pytest.mark.parametrize("name", TRAPS)
def test_s32_traps_are_errors(tmp_path, name, place):
    problems = read_as(tmp_path, place, TRAPS[name])
    word = "is not allowed" if " tag" in name else WORDS_OF.get(name[:4], "")
    word = {"a second document": "a second document", "a tab": "YAML: ", "a set": "the tag"}.get(name, word)
    assert any(word in p for p in problems), problems
    assert problems


@pytest.mark.parametrize("name", TRAPS)
def test_s32_traps_name_the_line(name):
    problems = Problems("given.yaml")
    parse(f"# a comment\n{TRAPS[name]}\n".encode(), problems)
    assert problems.found
    assert all(2 <= p.line <= 6 for p in problems.found)


HARMLESS = {
    "a merge key in quotes": ("'<<': x", {"<<": "x"}),
    "an ampersand in a text": ("a: b & c", {"a": "b & c"}),
    "a star in quotes": ("a: '*'", {"a": "*"}),
    "an exclamation mark in a text": ("a: b !c", {"a": "b !c"}),
    "the same key elsewhere": ("a: {x: 1}\nb: {x: 2}", {"a": {"x": 1}, "b": {"x": 2}}),
    "keys that differ in case": ("a: 1\nA: 2", {"a": 1, "A": 2}),
    "a key that looks like a number": ("0613: x", {"0613": "x"}),
    "a key that looks like a boolean": ("NO: x\ntrue: y", {"NO": "x", "true": "y"}),
    "a key that looks like null": ("null: x", {"null": "x"}),
    "a byte order mark": ("\ufeffa: 1", {"a": 1}),
    "a document start": ("---\na: 1\n...\n", {"a": 1}),
    "a block of text": ("a: |\n  0613\n", {"a": "0613\n"}),
    "a folded text": ("a: >-\n  1\n  2\n", {"a": "1 2"}),
}


@pytest.mark.parametrize(("text", "value"), HARMLESS.values(), ids=HARMLESS.keys())
def test_s32_what_is_no_trap(text, value):
    problems = Problems("test.yaml")
    node = parse(text.encode(), problems)
    assert (plain_value(node) if node else None, problems.found) == (value, [])


@pytest.mark.parametrize("place", ["rule", "waivers.yaml", "attestations.yaml"])
@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_s32_an_empty_file_is_an_error(tmp_path, text, place):
    assert read_as(tmp_path, place, text)


def test_s32_every_problem_at_once():
    problems = Problems("given.yaml")
    parse(b"a: &x 1\nb: !t 2\nc: 3\nc: 4\n<<: {d: 5}\n", problems)
    assert [(p.line, p.message.split()[0]) for p in problems.found] == [
        (1, "anchors"),
        (2, "the"),
        (4, "the"),
        (5, "merge"),
    ]


def test_s32_a_file_may_not_say_what_it_is_by_its_encoding():
    problems = Problems("given.yaml")
    assert parse("a: 1".encode("utf-16"), problems) is None
    assert [p.message for p in problems.found] == ["is not UTF-8"]


def test_s29_as_of_reads_dates_alone():
    assert dates.parse("2026-01-01") == ON
    assert [dates.parse(t) for t in ("now", "2026", "01/01/2026", "2026-01-01T00:00:00")] == [None] * 4
