"""Profiles: what ships, what a user's own may say, which of several settings counts, and what reports say of them."""

import json

import builders as b
import pytest
from typer.testing import CliRunner

from readiness import app, config, profiles
from readiness.cli import app as command_line
from readiness.model import Severity
from readiness.render import html, markdown, terminal
from readiness.ruleset import Override, RuleSet
from readiness.yamlfile import LoadError

EVERY = app.all_rules()
SHIPPED = profiles.shipped()
RULE = b.rule(
    "require: {field: properties.level, greaterOrEquals: {parameter: least}}",
    parameters={"least": {"default": 2, "max_value": 9}, "other": {"default": "x"}},
)
OTHER = b.rule("require: {field: kind, equals: OpenAI}", id="TEST-002")
TWO = RuleSet((RULE, OTHER))

pytestmark = pytest.mark.usefixtures("somewhere_else")


def write(path, text):
    """A file of a text, in the working directory of the test."""
    path.write_text(text, encoding="utf-8")
    return path


def wrong(call, *given):
    """All that is wrong, as `file:line: message`."""
    with pytest.raises(LoadError) as caught:
        call(*given)
    return [f"{p.file.rpartition('/')[2]}:{p.line}: {p.message}" for p in caught.value.problems]


def run(*words):
    """A command line, in this process."""
    return CliRunner().invoke(command_line, list(map(str, words)))


def scanned(*words):
    """The JSON report of a scan of the sample."""
    found = run("scan", "--sample", "-f", "json", *words)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout_bytes)


# --- what ships -----------------------------------------------------------------------------------------------


def test_there_are_three_and_production_changes_nothing():
    assert list(SHIPPED) == ["poc", "production", "regulated"]
    assert profiles.load("production", EVERY).overrides == {}
    assert profiles.load("production", EVERY).is_default


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_says_what_it_is_and_why_it_changes_each_rule(name):
    profile = profiles.load(name, EVERY)
    assert (profile.name, profile.file) == (name, None)
    assert profile.title
    assert all(o.reason and o.reason.endswith(".") for o in profile.overrides.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_changes_what_it_names(name):
    for rule_id, o in profiles.load(name, EVERY).overrides.items():
        rule = EVERY.find(rule_id)
        assert o.off or o.severity or o.parameters
        assert o.severity != rule.severity
        assert all(rule.values[n] != value for n, value in o.parameters.items())
        assert not (o.off and (o.severity or o.parameters))


def test_regulated_asks_for_keys_of_ones_own_and_relaxes_nothing():
    overrides = profiles.load("regulated", EVERY).overrides
    for rule_id in ("AOAI-ENC-001", "SRCH-ENC-001"):
        assert overrides[rule_id].parameters == {"require_cmk": True}
    assert not any(o.off for o in overrides.values())
    guards = overrides["GOV-001"].parameters["guards"]
    assert guards[:-1] == list(EVERY.find("GOV-001").values["guards"])
    assert guards[-1] == "customer-managed keys=67121cc7-ff39-4ab8-b7e3-95b84dab487d"
    bounds = {"AOAI-MON-003": "min_days", "RBAC-001": "max_principals", "RBAC-006": "max_standing"}
    usual = {i: EVERY.find(i).values[name] for i, name in bounds.items()}
    found = {i: overrides[i].parameters[name] for i, name in bounds.items()}
    assert found["AOAI-MON-003"] > usual.pop("AOAI-MON-003")
    assert all(found[i] < value for i, value in usual.items())
    assert all(o.severity.rank < EVERY.find(i).severity.rank for i, o in overrides.items() if o.severity)


def test_poc_tightens_nothing_and_leaves_alone_what_is_critical_who_may_call_and_what_a_model_may_say():
    overrides = profiles.load("poc", EVERY).overrides
    assert all(o.severity.rank > EVERY.find(i).severity.rank for i, o in overrides.items() if o.severity)
    kept = {r.id for r in EVERY.rules if r.severity is Severity.CRITICAL or "-IAM-" in r.id}
    kept |= {r.id for r in EVERY.rules if r.area == "responsible-ai" and r.id != "AOAI-RAI-008"}
    assert not kept & overrides.keys()


# --- a user's own ---------------------------------------------------------------------------------------------


def test_a_profile_may_extend_another_and_what_it_says_replaces_what_is_below(tmp_path):
    write(tmp_path / "base.yaml", "profile: base\nrules:\n  TEST-001: {severity: low, parameters: {least: 3}}\n")
    own = "rules:\n  test-001: {parameters: {other: y}, off: true, reason: for now}\n  TEST-002: {severity: info}\n"
    path = write(tmp_path / "mine.yaml", f"profile: mine\ntitle: Ours\nextends: base.yaml\n{own}")
    found = profiles.load(str(path), TWO)
    assert (found.name, found.title, found.file, found.is_default) == ("mine", "Ours", str(path), False)
    assert found.overrides == {
        "TEST-001": Override(Severity.LOW, {"least": 3, "other": "y"}, True, "for now"),
        "TEST-002": Override(Severity.INFO),
    }


def test_one_may_extend_what_ships_and_switch_a_rule_on_again(tmp_path):
    path = write(tmp_path / "mine.yaml", "profile: mine\nextends: poc\nrules:\n  GOV-004: {off: false}\n")
    assert profiles.load("poc", EVERY).overrides["GOV-004"].off is True
    assert profiles.load(str(path), EVERY).overrides["GOV-004"].off is False
    report = scanned("--profile", path)
    assert "GOV-004" in {rule["id"] for rule in report["rules"]}
    assert "APIM-REL-001" not in {rule["id"] for rule in report["rules"]}


WRONG = {
    "an unknown key": ("profile: a\nrule: {}\n", "unknown key 'rule' in a profile; did you mean 'rules'?", 2),
    "no name": ("rules: {}\n", "a profile has no 'profile'", 1),
    "no such rule": (
        "profile: a\nrules:\n  TEST-01: {severity: low}\n",
        "there is no rule 'TEST-01'; did you mean 'TEST-001'? (a rule of your own is there with --rules DIR)",
        3,
    ),
    "no such severity": (
        "profile: a\nrules:\n  TEST-001: {severity: hihg}\n", "'hihg' is not valid here; did you mean 'high'?", 3,
    ),
    "no such parameter": (
        "profile: a\nrules:\n  TEST-001: {parameters: {leats: 3}}\n",
        "TEST-001 has no parameter 'leats'; did you mean 'least'?",
        3,
    ),
    "beyond the bounds": (
        "profile: a\nrules:\n  TEST-001:\n    parameters: {least: 10}\n",
        "the parameter 'least' of TEST-001 is at most 9, found 10",
        4,
    ),
    "off without a reason": (
        "profile: a\nrules:\n  TEST-001: {off: true}\n", "TEST-001 is switched off without a 'reason'", 3,
    ),
    "no such base": (
        "profile: a\nextends: regulate\n", "there is no profile 'regulate'; did you mean 'regulated'?", 2,
    ),
    "no such file below": ("profile: a\nextends: ./b.yaml\n", "there is no file './b.yaml'", 2),
    "itself": ("profile: a\nextends: mine.yaml\n", "'mine.yaml' extends this profile already", 2),
    "twice": (
        "profile: a\nrules:\n  TEST-001: {severity: low}\n  test-001: {severity: high}\n",
        "TEST-001 stands here already (line 3)",
        4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_one_is_told_with_its_line(tmp_path, name):
    text, message, line = WRONG[name]
    assert wrong(profiles.load, str(write(tmp_path / "mine.yaml", text)), TWO) == [f"mine.yaml:{line}: {message}"]


def test_all_that_is_wrong_is_told_at_once_with_what_it_extends(tmp_path):
    write(tmp_path / "base.yaml", "profile: base\nrules: {NONE-001: {}}\n")
    write(tmp_path / "mine.yaml", "profile: mine\nextends: ./base.yaml\nrules: {TEST-001: {off: maybe}}\n")
    path = write(tmp_path / "readiness.yaml", "profile: ./mine.yaml\ngate: {min_score: 101}\n")
    assert [w.partition(": ")[0] for w in wrong(config.load, path, TWO, tmp_path)] == [
        "base.yaml:2", "mine.yaml:3", "readiness.yaml:2",
    ]  # fmt: skip


def test_a_circle_ends(tmp_path):
    write(tmp_path / "b.yaml", "profile: b\nextends: mine.yaml\n")
    path = write(tmp_path / "mine.yaml", "profile: a\nextends: b.yaml\n")
    assert wrong(profiles.load, str(path), TWO) == ["b.yaml:2: 'mine.yaml' extends this profile already"]


@pytest.mark.parametrize("named", ["{}/mine.yaml", "//host/share/mine.yaml"])
def test_a_configuration_found_in_a_folder_names_no_path_that_is_absolute(tmp_path, named):
    write(tmp_path / "mine.yaml", "profile: mine\n")
    path = write(tmp_path / "readiness.yaml", f"profile: {named.format(tmp_path)}\n")
    [told] = wrong(config.load, path, TWO, tmp_path)
    assert "is not relative" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--profile regulatd", "readiness: there is no profile 'regulatd'; did you mean 'regulated'?"),
        ("--profile ./none.yaml", "readiness: there is no file './none.yaml'"),
        ("--profile . ", "readiness: there is no profile '.'; valid: poc, production, regulated"),
    ],
)
def test_a_name_that_is_none_is_a_mistake_in_usage(words, told):
    found = run("scan", "--sample", *words.split())
    assert (found.exit_code, found.stderr.splitlines()[0]) == (2, told)


def test_lint_checks_profiles_too(tmp_path):
    good = write(tmp_path / "good.yaml", "# ours\nprofile: good\nrules: {GOV-004: {severity: info}}\n")
    assert run("rules", "lint", good).stdout == "the profile good, no problem\n"
    bad = write(tmp_path / "bad.yaml", "profile: bad\nrules: {GOV-04: {severity: info}}\n")
    found = run("rules", "lint", good, bad)
    assert (found.exit_code, found.stdout) == (2, "")
    assert f"{bad}:2:9: there is no rule 'GOV-04'; did you mean 'GOV-004'?" in found.stderr


# --- which counts ---------------------------------------------------------------------------------------------


def value_of(tmp_path, *, profile=None, own=None, flag=None):
    """(severity, least) of TEST-001 under a profile named in readiness.yaml, its own settings, and --profile."""
    for name, severity, least in (("one", "low", 3), ("two", "info", 4)):
        text = f"profile: {name}\nrules:\n  TEST-001: {{severity: {severity}, parameters: {{least: {least}}}}}\n"
        write(tmp_path / f"{name}.yaml", text)
    text = f"profile: {profile or 'production'}\nrules: {{{f'TEST-001: {own}' if own else ''}}}\n"
    settings = config.load(write(tmp_path / "readiness.yaml", text), TWO, tmp_path, flag and str(tmp_path / flag))
    [rule] = app.chosen_rules(app.Options(select=("TEST-001",)), TWO, settings).rules
    return str(rule.severity), rule.values["least"]


def test_the_rule_gives_way_to_the_profile_that_to_readiness_yaml_and_that_to_flags(tmp_path):
    assert value_of(tmp_path) == ("high", 2)
    assert value_of(tmp_path, profile="one.yaml") == ("low", 3)
    assert value_of(tmp_path, profile="one.yaml", own="{severity: critical}") == ("critical", 3)
    assert value_of(tmp_path, profile="one.yaml", own="{parameters: {least: 5}}") == ("low", 5)
    assert value_of(tmp_path, profile="one.yaml", flag="two.yaml") == ("info", 4)
    assert value_of(tmp_path, profile="one.yaml", own="{severity: critical}", flag="two.yaml") == ("critical", 4)


def test_readiness_yaml_switches_on_what_the_profile_switches_off_and_off_what_it_leaves_on():
    write(b.Path("readiness.yaml"), "profile: poc\nrules: {GOV-004: {off: false}, GOV-003: {off: true, reason: x}}\n")
    b.snapshot_file(".", b.account(), b.read())
    report = json.loads(run("scan", "estate.jsonl", "-f", "json").stdout_bytes)
    rules = {rule["id"] for rule in report["rules"]}
    assert "GOV-004" in rules
    assert "GOV-003" not in rules
    assert report["notices"][0] == "readiness.yaml switches GOV-003 off: x"
    assert report["notices"][1].startswith("the profile poc switches 17 rules off: AOAI-CAP-006, ")
    assert "GOV-004" not in report["notices"][1]
    assert "GOV-004" not in {off["rule"] for off in report["profile"]["off"]}


def test_the_sample_can_be_judged_by_another_profile_and_explain_follows():
    assert "AOAI-ENC-001" in {f["rule"] for f in scanned("--profile", "regulated")["findings"]}
    assert "AOAI-ENC-001" not in {f["rule"] for f in scanned()["findings"]}
    words = ("explain", "AOAI-ENC-001", "aif-nwa-insights-prod-weu", "--sample")
    assert run(*words).stdout_bytes != run(*words, "--profile", "regulated").stdout_bytes


# --- what reports say -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def poc():
    """The sample as a proof of concept."""
    return app.scan(app.Options(sample=True, profile="poc"))


@pytest.fixture(scope="module")
def usual():
    """The sample as it is."""
    return app.scan(app.Options(sample=True))


def text_of(renderer, report):
    return b"".join(renderer.render(report)).decode()


def test_s31_the_head_of_every_report_names_the_profile_and_what_it_switches_off(poc, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = "\n".join(line.plain for line in terminal.lines(poc, terminal.screen(no_color=True), every=False))
    line = "poc: 18 rules off, 25 rules changed"
    assert f"\nProfile {line}\n" in shown
    assert "! the profile poc switches 18 rules off: AOAI-CAP-006, " in shown
    assert f"| Profile | {line} |" in text_of(markdown, poc)
    assert f"<dd>{line} " in text_of(html, poc)
    for text in (text_of(markdown, poc), text_of(html, poc)):
        assert "the profile poc switches" in text.replace("`", "")
        assert "The developer deployment type is made for trials." in text
        assert "Waiting in a trial harms nobody" in text


def test_json_carries_it(poc):
    found = scanned("--profile", "poc")["profile"]
    assert (found["name"], found["title"], found["file"]) == ("poc", poc.profile.title, None)
    assert {"rule": "AOAI-LIF-007", "reason": "The developer deployment type is made for trials."} in found["off"]
    changed = {c["rule"]: c for c in found["changed"]}
    assert changed["AOAI-NET-002"]["parameters"] == {"require_private": False}
    assert changed["AOAI-CAP-004"]["severity"] == "low"


def test_of_the_default_no_report_says_anything(usual, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = "\n".join(line.plain for line in terminal.lines(usual, terminal.screen(no_color=True), every=False))
    assert "profile" not in scanned("--profile", "production")
    assert "Profile" not in shown + text_of(markdown, usual)
    assert ">Profile<" not in text_of(html, usual)
