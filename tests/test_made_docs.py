"""What `make docs` makes is up to date, and a person can read it; conditions.md names every word of the language."""

import json
import re

import pytest

from readiness.checks import CHECKS
from readiness.collect import planned, role
from readiness.conditions import syntax
from readiness.conditions.metric import STATISTICS
from readiness.conditions.operators import OPERATORS
from readiness.model import Reason
from tests.test_docs import ALL_RULES, anchors
from tools import check_table, collecting_page, make_docs, permission_page, rule_pages

MADE = make_docs.generated()
CONDITIONS = (make_docs.ROOT / check_table.PAGE).read_text(encoding="utf-8")
INDEX = MADE[rule_pages.FOLDER / "README.md"]
PERMISSIONS = MADE[permission_page.PAGE]
COLLECTING = (make_docs.ROOT / collecting_page.PAGE).read_text(encoding="utf-8")
PAGES = {path: text for path, text in MADE.items() if path.parent == rule_pages.FOLDER}


def test_what_is_made_is_there_and_up_to_date():
    assert list(make_docs.stale(MADE)) == [], "run `make docs`"


def test_make_docs_writes_what_lacks_removes_what_is_gone_and_then_has_nothing_to_do(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(make_docs, "generated", lambda: MADE)
    make_docs.main(tmp_path)
    assert len(capsys.readouterr().out.splitlines()) == len(MADE)
    assert {p.relative_to(tmp_path) for p in tmp_path.rglob("*.*")} == set(MADE)
    make_docs.main(tmp_path)
    assert capsys.readouterr().out == ""
    gone, changed = tmp_path / rule_pages.FOLDER / "OLD-001.md", tmp_path / rule_pages.FOLDER / "README.md"
    gone.write_text("# A rule that was")
    changed.write_text("")
    make_docs.main(tmp_path)
    assert capsys.readouterr().out == "docs/rules/README.md: written\ndocs/rules/OLD-001.md: removed\n"
    assert not gone.exists()
    assert list(make_docs.stale(MADE, tmp_path)) == []


def test_a_page_made_from_itself_stays_what_it_is():
    assert check_table.page(make_docs.ROOT) == CONDITIONS


# --- rules ----------------------------------------------------------------------------------------------------


def test_every_rule_has_a_page_and_a_line_in_the_index():
    ids = {rule.id for rule in ALL_RULES.rules}
    assert {path.stem for path in PAGES} == ids | {"README"}
    assert {found for found in re.findall(r"^\| \[(\S+)\]", INDEX, re.MULTILINE) if "-" in found} == ids


@pytest.mark.parametrize("rule", ALL_RULES.rules, ids=lambda rule: rule.id)
def test_a_page_says_all_that_the_rule_says(rule):
    text = PAGES[rule_pages.FOLDER / f"{rule.id}.md"].replace("\\", "")
    said = [rule.title, rule.rationale, rule.remediation.summary, *rule.references, *rule.requirements]
    said += [p.description for p in rule.parameters.values()]
    said += [*rule.azure_policy, *rule.aliases, *rule.types, *rule.areas]
    said += [rule.attest.question, rule.attest.guidance] if rule.attest else []
    assert [one for one in said if " ".join(one.split()).replace("\\", "") not in text] == []
    own = rule_pages.sections((make_docs.ROOT / rule.file).read_text(encoding="utf-8"))
    for key in {"where", "require", "check"} & own.keys():
        assert f"```yaml\n{own[key]}\n```" in PAGES[rule_pages.FOLDER / f"{rule.id}.md"]


def test_links_of_the_made_pages_lead_somewhere():
    links = {
        (path, *found) for path, text in PAGES.items() for found in re.findall(r"\]\(([^)#\s]*)(#[^)\s]+)?\)", text)
    }
    dead = []
    for path, target, anchor in sorted(links):
        if not target.startswith("https:"):
            found = (make_docs.ROOT / path).parent / target if target else make_docs.ROOT / path
            if not found.exists() or (anchor and anchor not in anchors(found)):
                dead.append((str(path), target, anchor))
    assert dead == []


def test_no_two_headings_of_the_index_have_one_anchor():
    headings = re.findall(r"^#+ (.*)$", INDEX, re.MULTILINE)
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize(
    "text",
    [*PAGES.values(), CONDITIONS, PERMISSIONS, COLLECTING],
    ids=[*map(str, PAGES), "conditions", "permissions", "collecting"],
)
def test_the_rows_of_a_table_have_as_many_cells_as_its_head(text):
    tables = re.findall(
        r"(?:^\|.*\n)+", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_a_comment_stays_with_the_part_below_it():
    text = "id: A-1\n# one\n# two\nwhere: {}\nrequire:\n  # three\n  a: b\n# four\n\n  c: d\n# five\ntests: []\n"
    found = rule_pages.sections(text)
    assert found["where"] == "# one\n# two\nwhere: {}"
    assert found["require"] == "require:\n  # three\n  a: b\n# four\n  c: d"
    assert found["tests"] == "# five\ntests: []"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("two  *.md\nfiles", r"two \*.md files"),
        ("a|b and `a|b`", r"a\|b and `a|b`"),
        ("<id> of snake_case, _so_", r"\<id> of snake_case, \_so\_"),
    ],
)
def test_prose_means_nothing_to_markdown(said, shown):
    assert rule_pages.prose(said) == shown


def test_a_bar_in_code_ends_no_cell():
    assert rule_pages.cell("a|b and `a|b`") == r"a\|b and `a\|b`"


# --- permissions.md ---------------------------------------------------------------------------------------------


def test_permissions_md_has_the_role_and_each_action_that_it_can_not_have():
    [shown] = re.findall(r"^```json\n(.*?)^```$", PERMISSIONS, re.MULTILINE | re.DOTALL)
    made = role.role([permission_page.SCOPE])
    assert json.loads(shown) == made
    outside = set(planned.actions()) - set(made["Actions"])
    assert [action for action in outside if f"`{action}`" not in PERMISSIONS.partition("## ")[0]] == []


def rows_below(page, heading):
    return [line.strip("| ").split(" | ") for line in page.partition(heading)[2].splitlines() if line[:3] == "| `"]


def is_linked(cell, rules):
    """Whether a cell has those of the rules that there are, each with its page, and the number of the others."""
    ids = {rule.id for rule in ALL_RULES.rules}
    linked = re.findall(r"\[([A-Z0-9-]+)\]\(rules/\1\.md\)", cell)
    later = len(set(rules) - ids)
    return linked == sorted(set(rules) & ids) and cell.endswith(f"{later} of later versions") == bool(later)


def test_permissions_md_says_what_each_action_is_for():
    found = rows_below(PERMISSIONS, "## What each action is for")
    assert [cells[0] for cells in found] == [f"`{action}`" for action in planned.actions()]
    for action, operations, rules in found:
        rows = [row for row in planned.rows() if f"`{row.permission}`".lower() == action.lower()]
        assert set(re.findall(r"`([^`]+)`", operations)) == {row.operation for row in rows} or not rows
        assert is_linked(rules, [rule for row in rows for rule in row.rules])


# --- collecting.md ----------------------------------------------------------------------------------------------


def test_collecting_md_has_each_request_of_the_plan():
    found = rows_below(COLLECTING, "## Each request")
    for held, cells in zip(planned.requests(), found, strict=True):
        actions = dict.fromkeys(f"`{row.permission}`" for row in held)
        assert cells[:2] == [f"`{held[0].operation}`", held[0].each]
        assert cells[2:4] == ["<br>".join(row.yields for row in held), "<br>".join(actions)]
        assert is_linked(cells[4], [rule for row in held for rule in row.rules])


def test_collecting_md_has_every_reason_of_a_gap():
    reasons = {str(reason) for reason in Reason} - {"no_properties"}  # which is said of exports alone
    assert {cells[0].strip("`") for cells in rows_below(COLLECTING.partition("## Time")[0], "## Gaps")} == reasons


def test_collecting_md_stays_what_it_is_where_its_table_does():
    assert collecting_page.page(make_docs.ROOT) == COLLECTING


# --- conditions.md --------------------------------------------------------------------------------------------


def test_conditions_md_has_every_check_and_param_and_no_other():
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (.*) \|$", CONDITIONS.partition("## Checks")[2], re.MULTILINE)
    said = {name: set(re.findall(r"(?:^|<br>)`(\w+)`:", params)) for name, params in rows}
    assert said == {name: set(check.fields()) for name, check in CHECKS.items()}


@pytest.mark.parametrize(
    "word",
    [*OPERATORS, *syntax.OPERANDS, *syntax.COMBINING, *syntax.RELATIONS, *STATISTICS, "default", "since_api", "known",
     "empty", "window", "level", "dimension", "aggregation", "type", "where", "require", "min_value", "max_value",
     "allowed_values"],
)  # fmt: skip
def test_conditions_md_names_every_word_of_the_language(word):
    code = " ".join(
        re.findall(r"`[^`\n]+`", CONDITIONS) + re.findall(r"^```yaml.*?^```$", CONDITIONS, re.MULTILINE | re.DOTALL)
    )
    assert re.search(rf"\b{word}\b", code)


def test_conditions_md_says_what_operators_say_of_null():
    shown, said = {None: "unknown", True: "true", False: "false"}, {}
    for row in re.findall(r"^\| `.*\|$", CONDITIONS.partition("## What")[0], re.MULTILINE):
        names, _, on_null = [cell.strip() for cell in row.strip("|").split("|")]
        operators = [word for word in re.findall(r"\w+", names) if word in OPERATORS]
        each = on_null.split(", ")
        said |= dict(zip(operators, each if len(each) > 1 else each * len(operators), strict=True))
    assert said == {name: shown[o.on_null] for name, o in OPERATORS.items()} | {"exists": ""}
