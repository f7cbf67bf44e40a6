"""The documents are true: what they show loads, parses, runs and exists, and what there is stands in them."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import orjson
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from readiness import app, config, profiles, ruletests, snapshot
from readiness.cli import app as command_line
from readiness.conditions import Syntax
from readiness.yamlfile import LoadError, Problems, parse
from tests import builders as b

ROOT = Path(__file__).parent.parent
README, DOCS = ROOT / "README.md", ROOT / "docs"
MADE = DOCS / "rules"  # test_made_docs.py has these
WRITTEN = sorted(p for p in DOCS.rglob("*.md") if MADE not in p.parents)
PAGES = {str(p.relative_to(ROOT)): p for p in (README, *WRITTEN)}
GUIDES = {name: page for name, page in PAGES.items() if "adr" not in name and page.name != "plan.md"}
EXPORT = ROOT / "tests/data/real/ten.array.json"
ACCOUNT = next(r["id"].split("/")[-1] for r in json.loads(EXPORT.read_bytes()) if "/accounts/" in r["id"])
ALL_RULES = app.all_rules()
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_OURS = re.compile(r"(?:bench|docs|readiness|reports|rules|tests|tools)/[\w./-]+\Z")
_LONG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


pytestmark = pytest.mark.usefixtures("somewhere_else")


def run(*words, env=None):
    """A command line, in this process."""
    return CliRunner().invoke(command_line, list(words), env=env)


def blocks(*languages, pages=PAGES):
    """The fenced blocks of some languages, as parameters."""
    return [
        pytest.param(found[2], id=f"{name}:{text.count(chr(10), 0, found.start()) + 1}")
        for name, page in pages.items()
        for text in [page.read_text(encoding="utf-8")]
        for found in _BLOCK.finditer(text)
        if found[1] in languages
    ]


def section(page, heading):
    """The text under a heading of the second level."""
    _, found, rest = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    assert found, f"{page.name} has no '## {heading}'"
    return rest.partition("\n## ")[0]


def first_cells(text):
    """The first cell of each row of the tables in a text, without their heads."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    heads = [line for line, under in zip(text.splitlines(), text.splitlines()[1:], strict=False) if under[:2] == "|-"]
    return [row.split("|")[1].strip() for row in rows if row not in heads]


# --- YAML: every block is a rule, a condition or a file of the user's -----------------------------------------

FILES = {
    "readiness.yaml": lambda path: config.load(path, ALL_RULES, path.parent),
    "waivers.yaml": lambda path: config.load_waivers(path, path.parent, ALL_RULES),
    "mine.yaml": lambda path: profiles.load_file(path, ALL_RULES),
    "attestations.yaml": lambda path: config.load_attestations(path, path.parent, ALL_RULES),
}


def misfits(text):
    """What is wrong with a YAML block: nothing, if it is what it says it is."""
    named = re.match(r"# (\S+)", text)
    if named and named[1] in FILES:
        return _wrong_with_file(text, named[1])
    if re.search("^id:", text, re.MULTILINE):
        return _wrong_with_rule(text)
    if re.match(r"(parameters|remediation|environments|tests|where|require|check|attest):", text):
        return _wrong_with_part(text)
    return _wrong_with_conditions(text)


def _wrong_with_file(text, name):
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    try:
        FILES[name](path)
    except LoadError as error:
        return list(map(str, error.problems))
    return []


def _wrong_with_rule(text):
    path = Path("rule.yaml")
    path.write_text(text, encoding="utf-8")
    try:
        every, [rule] = app.all_rules((path,)), app.rules_of((path,))
    except LoadError as error:
        return list(map(str, error.problems))
    failed = [f"{r.test.name}: {r.got}, {r.why}" for r in ruletests.run(rule) if not r.passed]
    return failed + list(map(str, every.lint))


def _wrong_with_part(text):
    """Some keys of a rule, completed to a rule."""
    body = (
        "" if re.search("^(require|check|attest):", text, re.MULTILINE) else "require: {field: kind, exists: true}\n"
    )
    return b.problems_of(body + text)


def _wrong_with_conditions(text):
    """A block is one condition, or several that each begin at the margin; `{...}` is any condition."""
    whole = _wrong_with_condition(text)
    several = re.split(r"\n(?=\S)", text.strip())
    if not whole or (len(several) > 1 and not any(map(_wrong_with_condition, several))):
        return []
    return whole


def _wrong_with_condition(text):
    problems = Problems("block")
    node = parse(text.replace("{...}", "{field: kind, exists: true}").encode(), problems)
    if node is not None:
        Syntax(problems, dict.fromkeys(re.findall(r"parameter: (\w+)", text), True)).condition(node)
    return list(map(str, problems.found))


@pytest.mark.parametrize("text", blocks("yaml", "yml"))
def test_a_yaml_block_loads(text):
    assert misfits(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "just a text",
        "",
        "{field: kind, equal: OpenAI}",
        "{field: kind, equals: OpenAI}\n{field: kind, equal: OpenAI}",
        "count: {field: 'a[*]'}\ngreaterOrEqual: 1",
        "# readiness.yaml\nprofile: none",
        "# waivers.yaml\nwaivers:\n  - {rule: NONE-001}",
        "# attestations.yaml\nattestations: 1",
        "# mine.yaml\nprofile: mine\nextends: none",
        "id: CONTOSO-001\ntitle: a rule that is none",
    ],
)
def test_a_yaml_block_that_fits_nothing_is_found(text):
    assert misfits(text)


def test_a_rule_in_a_block_is_tested():
    [rule] = [p.values[0] for p in blocks("yaml", pages={"README.md": README}) if "\ntests:" in p.values[0]]
    assert misfits(rule.replace("expect: fail", "expect: unknown"))


@pytest.mark.parametrize("text", blocks("json"))
def test_a_json_block_is_json_and_a_snapshot_is_read(text):
    if '"readiness/snapshot/' in text:
        Path("block.jsonl").write_text(text, encoding="utf-8")
        read = snapshot.read("block.jsonl")
        assert read.reads or read.gaps or read.resources
        assert not read.others
    else:
        json.loads(text)


# --- the command line: docs/cli.md against --help ------------------------------------------------------------


def commands(command=None, name=""):
    """Every command by its words: `scan`, `rules list`; and the program itself, without any."""
    command = command or get_command(command_line)
    inner = getattr(command, "commands", {})
    if not inner or not name:
        yield name
    for word, found in inner.items():
        yield from commands(found, f"{name} {word}".strip())


COMMANDS = sorted(commands())
CLI = DOCS / "cli.md"


def known_options(name):
    """The long options that the help of a command names."""
    shown = run(*name.split(), "--help")
    assert shown.exit_code == 0
    return set(_LONG.findall(shown.output.partition("\nOptions:")[2]))


@pytest.mark.parametrize("name", COMMANDS)
def test_cli_md_has_every_option_of_a_command_and_no_other(name):
    text = section(CLI, f"readiness {name}".strip())
    documented = set(_LONG.findall(" ".join(first_cells(text))))
    assert documented | {"--help"} == known_options(name)


def test_cli_md_has_every_command_and_no_other():
    assert {"", "scan", "rules test"} <= set(COMMANDS)
    headings = re.findall(r"^## readiness ?(.*)$", CLI.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == COMMANDS


@pytest.mark.parametrize("name", GUIDES)
def test_a_page_names_only_options_that_there_are(name):
    text = re.sub(r"```sh\n.*?```", "", GUIDES[name].read_text(encoding="utf-8"), flags=re.DOTALL)
    there_are = set().union(*map(known_options, COMMANDS))
    said = {o for span in _SPAN.findall(text) for o in _LONG.findall(span) if not span.startswith("az ")}
    assert said <= there_are


def test_every_long_option_of_scan_is_an_environment_variable():
    options = [p for p in get_command(command_line).commands["scan"].params if p.opts[0].startswith("-")]
    names = {o for p in options for o in p.opts if o.startswith("--")}
    assert names == {f"--{p.name.replace('_', '-')}" for p in options} == known_options("scan") - {"--help"}


def test_flags_come_before_the_environment_and_that_before_readiness_yaml():
    Path("readiness.yaml").write_text("gate: {min_score: 99}", encoding="utf-8")
    scan = ("scan", str(EXPORT), "--quiet")
    assert run(*scan).exit_code == 1
    assert run(*scan, env={"READINESS_MIN_SCORE": "0"}).exit_code == 0
    assert run(*scan, "--min-score", "99", env={"READINESS_MIN_SCORE": "0"}).exit_code == 1


def test_a_variable_holds_several_values():
    env = {"READINESS_SELECT": "AOAI SRCH", "READINESS_OUTPUT": os.pathsep.join(("a.json", "b.html"))}
    assert run("scan", str(EXPORT), "--quiet", env=env).exit_code == 0
    assert {r["id"][:4] for r in json.loads(Path("a.json").read_bytes())["rules"]} == {"AOAI", "SRCH"}
    assert Path("b.html").exists()


@pytest.mark.parametrize("page", [README, CLI], ids=["README.md", "docs/cli.md"])
def test_the_exit_codes_are_all_there(page):
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d) \|", text, re.MULTILINE) == ["0", "1", "2", "3", "4"]
    assert "4, 2, 1, 3" in text


# --- the keys of reports and snapshots ------------------------------------------------------------------------

FREE = {
    "profile.changed[].parameters",
    "gate.asked",
    "scope.tags",
    "gaps[]",
    "resource",
    "tool",
    "scope",
    "metrics.series[].dimensions",
}
NAMED = {
    "groups[].summary": "OUTCOME",
    "groups[].pillars": "NAME",
    "score.pillars": "NAME",
    "score.areas": "NAME",
    "summary": "OUTCOME",
    "rules[].counts": "OUTCOME",
}


def keys_of(value, path="", free=FREE):
    """The paths of all leaves; what has keys of its own choosing is a leaf too, an empty list says nothing."""
    if isinstance(value, list):
        inner = {key for item in value for key in keys_of(item, f"{path}[]", free)}
        return inner if any(isinstance(item, dict) for item in value) else {path} if value else set()
    if not isinstance(value, dict) or path in free:
        return {path}
    return {
        found
        for key, item in value.items()
        for found in keys_of(item, f"{path}.{NAMED.get(path, key)}".lstrip("."), free)
    }


def documented_keys(heading):
    return {cell.strip("`") for cell in first_cells(section(CLI, heading)) if cell.startswith("`")}


def test_cli_md_has_every_key_of_the_json_report_and_no_other():
    found = set()
    grouped = ["--group-by", "workload", "--group-by", "subscription", "--profile", "poc"]
    narrow = ["--tag", "env=prod", "--resource-group", "rg-nwa-hub", "--min-pillar", "security=100"]
    for more in (["--all"], narrow, grouped):
        shown = run("scan", "--sample", "--format", "json", *more)
        report = json.loads(shown.stdout_bytes)
        found |= keys_of(report, free=FREE - {"scope", "tool"})
    managed = b.snapshot_file(Path(), b.account(), scope={"management_groups": ["prod"]})
    report = json.loads(run("scan", str(managed), "--format", "json").stdout_bytes)
    found |= keys_of(report, free=FREE - {"scope", "tool"})
    assert documented_keys("The JSON report") == found


def test_cli_md_has_every_key_of_a_snapshot_and_no_other():
    assert run("collect", "--sample", "--output", "sample.jsonl").exit_code == 0
    records = map(orjson.loads, Path("sample.jsonl").read_bytes().splitlines())
    found = {key for record in records for key in keys_of(record)} | {"read", "gap", "metrics"}
    assert documented_keys("Snapshots") == found


# --- the README: what it tells people to type, what it shows --------------------------------------------------


def typed(text):
    """The `readiness ...` lines of a shell block, as words, and the file that they are redirected to."""
    for line in text.splitlines():
        if line.startswith("readiness "):
            words = shlex.split(line, comments=True)[1:]
            at = words.index(">") if ">" in words else len(words)
            yield words[:at], (words[at + 1 :] or [None])[0]


SHELL = [
    pytest.param(words, to, id=" ".join(words))
    for block in blocks("sh", pages=GUIDES)
    for words, to in typed(block.values[0])
]


@pytest.mark.parametrize(("words", "to"), SHELL)
def test_a_command_of_the_readme_runs(words, to):
    Path("export.json").write_bytes(EXPORT.read_bytes())
    if "last.json" in words:
        Path("last.json").write_bytes(run("scan", "export.json", "-f", "json", "--all").stdout_bytes)
    found = run(*(ACCOUNT if word == "my-account" else word for word in words))
    asks = {word for word in words if word.startswith(("--min", "--fail", "--no-regression"))}
    assert found.exit_code in ({0, 1, 3} if asks - {"--no-regression"} else {0}), found.output
    assert found.stdout_bytes.strip()
    if to and to.endswith(".csv"):
        assert found.stdout_bytes.startswith(b"rule,title,")
    elif to:
        assert to.endswith(".json")
        json.loads(found.stdout_bytes)
    for word in (w for w in words if w.startswith("report.")):
        assert Path(word).stat().st_size


def test_the_readme_has_commands():
    assert len(SHELL) > 5


INLINE = sorted(
    {
        span
        for page in GUIDES.values()
        for span in _SPAN.findall(page.read_text(encoding="utf-8"))
        if re.match(r"readiness [a-z]+\b", span) and "COMMAND" not in span
    }
)


@pytest.mark.parametrize("span", INLINE)
def test_a_command_in_a_sentence_parses(span):
    found = run(*shlex.split(span.replace("[", "").replace("]", ""))[1:], "--help")
    assert found.exit_code == 0, found.output


def test_the_readme_shows_what_scan_prints():
    [block] = [p.values[0] for p in blocks("console", pages={"README.md": README})]
    printed = run("scan", "--sample", env={"COLUMNS": "80"}).stdout.splitlines()
    shown = [line for line in block.splitlines() if line and line != "..." and not line.startswith("$ ")]
    assert [line for line in shown if line not in printed] == []


# --- what pages point to --------------------------------------------------------------------------------------

LINKS = [
    pytest.param(page, found[1], found[2], id=f"{name}->{found[1]}{found[2] or ''}")
    for name, page in PAGES.items()
    for found in re.finditer(r"\]\(([^)#\s]*)(#[^)\s]+)?\)", page.read_text(encoding="utf-8"))
    if not re.match("https?:|mailto:", found[1])
]


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize(("page", "target", "anchor"), LINKS)
def test_a_link_leads_somewhere(page, target, anchor):
    found = page.parent / target if target else page
    assert found.exists()
    assert anchor is None or anchor in anchors(found)


@pytest.mark.parametrize("name", GUIDES)
def test_a_rule_that_a_page_names_exists(name):
    text = re.sub(r"no rule yet \([^)]*\)", "", GUIDES[name].read_text(encoding="utf-8"))  # test_sample.py has those
    families = "|".join(sorted({r.id.partition("-")[0] for r in ALL_RULES.rules}))
    named = set(re.findall(rf"\b(?:{families})(?:-[A-Z0-9]+)*-\d{{3}}\b", text))
    assert {n for n in named if ALL_RULES.find(n) is None} == set()


@pytest.mark.parametrize("name", GUIDES)
def test_a_file_that_a_page_names_exists(name):
    text = GUIDES[name].read_text(encoding="utf-8")
    paths = {s for s in _SPAN.findall(text) if _OURS.match(s) and not re.match(r"readiness/(report|snapshot)/1", s)}
    assert {s for s in paths if not (ROOT / s).exists()} == set()


@pytest.mark.parametrize(
    "name", ["semantics.md", "cli.md", "conditions.md", "writing-rules.md", "sample.md", "profiles.md"]
)
def test_the_page_is_there(name):
    assert (DOCS / name).stat().st_size > 1000


# --- the paragraphs of semantics ------------------------------------------------------------------------------

SEMANTICS = (DOCS / "semantics.md").read_text(encoding="utf-8")


def numbers_in(path):
    """The paragraphs that the tests of a file name: 11 for `test_s11_counts`."""
    names = re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(n) for name in names for n in re.findall(r"(?<=_)s(\d\d)(?=_|\Z)", name)}


TESTED = set().union(*map(numbers_in, (ROOT / "tests").rglob("test_*.py")))


def test_semantics_has_the_numbers_1_to_32_in_order():
    numbers = re.findall(r"^### (\d+)\. \S", SEMANTICS, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 33)]


def test_semantics_says_how_its_tests_are_called():
    assert "`s11`" in SEMANTICS
    assert "`pytest -k s11_`" in SEMANTICS


@pytest.mark.parametrize("number", range(1, 33))
def test_a_paragraph_of_semantics_has_a_test(number):
    assert number in TESTED


@pytest.mark.parametrize("group", [g for g in re.split(r"(?m)^## ", SEMANTICS) if "\n### " in g])
def test_a_group_of_semantics_names_the_files_of_its_tests(group):
    numbers = {int(n) for n in re.findall(r"(?m)^### (\d+)\.", group)}
    files = re.findall(r"\]\(\.\./(tests/[\w/]+\.py)\)", group)
    assert files
    for file in files:
        assert numbers_in(ROOT / file) & numbers
