"""The access table in reports: who, from where, what that opens, what is not known; hostile names in each format."""

import json
import re
from pathlib import Path

import cmarkgfm
import pytest
import test_access as t
from cmarkgfm.cmark import Options
from test_report_paths import HOSTILE, UNSEEN, Shape, rendered, section

from readiness import app
from readiness.config import Config
from readiness.gate import Asked
from readiness.model import Gap, Reason
from readiness.render import access_rows, html, markdown
from readiness.render import json as wire
from readiness.report import ACCESS_RULES
from readiness.ruleset import RuleSet
from readiness.waivers import Waivers

EVERY = app.all_rules()
NAMED = RuleSet(tuple(EVERY.find(id_) for id_ in ACCESS_RULES))
ROLES = t.TABLE["roles"]
USER, OWNER = ROLES["openai-user"]["id"], ROLES["owner"]["id"]
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
UNREAD = Gap(t.SUB, ASSIGNMENTS, None, Reason.FORBIDDEN, permission=f"{ASSIGNMENTS}/read")


def report(*bodies, gaps=(), lists=True, rules=NAMED):
    """A report of an account, the roles of the table and some assignments; lists are whole but for gaps."""
    definitions = [t.definition(role) for name, role in ROLES.items() if name in ("openai-user", "owner")]
    case = t.estate([*definitions, *bodies], gaps, lists)
    return app.judge(rules, case, Asked(), Waivers(t.AS_OF, ()), Config(folder=Path("/nonexistent")), t.AS_OF)


def access_of(found):
    return found.access(found.reached[0].account)


def data_of(found):
    [one] = json.loads(rendered(wire, found, full=True))["access"]
    return one


def markdown_rows(found):
    part = rendered(markdown, found).partition("## Access")[2].partition("\n## ")[0]
    return [
        [cell.strip().replace("`", "") for cell in line.strip("| ").split(" | ")]
        for line in part.splitlines()
        if line.startswith("| ")
    ][2:]


# --- a row ------------------------------------------------------------------------------------------------------

ALICE, APP, TEAM = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
WHOLE = [
    t.assignment(1, ALICE, OWNER, "subscription", "User"),
    t.assignment(2, APP, USER, "account", "ServicePrincipal"),
    t.assignment(3, TEAM, USER, "mg", "Group"),
    t.assignment(4, "x", USER, "group", "Alien", condition="@Resource[x] StringEquals 'y'"),
    t.assignment(5, ALICE, OWNER, "tenant", "User"),
]
SAID = [
    [APP, "application", "this account", "yes", "no"],
    ["x", "principal of unknown type", "resource group rg", "perhaps", "no"],
    [ALICE, "person", "subscription 00000000-0000-0000-0000-000000000001", "no", "yes"],
    [TEAM, "group of unknown size", "management group Top", "yes", "no"],
    [ALICE, "person", "tenant", "no", "yes"],
]
"""Principal, kind, where it was assigned, data, keys: those at the account first."""


def test_who_has_access_from_where_and_what_that_opens():
    found = report(*WHOLE)
    rows = markdown_rows(found)
    assert [[row[0], row[1], *row[3:]] for row in rows] == SAID
    assert [row[2].partition(",")[2] for row in rows] == ["", " with a condition", "", "", ""]
    said = [[" ".join(row[0].split()[-1:]), " ".join(row[0].split()[:-1]), row[2]] for row in html_rows(found)]
    assert said == [row[:3] for row in SAID]
    access = data_of(found)
    assert [[row["principal"], row["data"], row["keys"]] for row in access["rows"]] == [
        [row[0], *({"yes": True, "no": False, "perhaps": None}[cell] for cell in row[3:])] for row in SAID
    ]


def html_rows(found):
    """The cells of the HTML table as texts."""
    table = re.search(r'<table class="wide access">.*?</table>', section(rendered(html, found)), re.DOTALL)[0]
    rows = table.partition("<tbody>")[2].split("<tr>")[1:]
    return [[" ".join(re.sub("<[^>]+>", " ", f"<td{cell}").split()) for cell in row.split("<td")[1:]] for row in rows]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (None, "Can list the keys, which are accepted: 1 person."),
        (False, "Can list the keys, which are accepted: 1 person."),
        (True, "Can list the keys, which are not accepted: 1 person."),
    ],
)
def test_whether_keys_work_is_said(keys, said):
    properties = {} if keys is None else {"disableLocalAuth": keys}
    found = report(*WHOLE, {"id": t.ACCOUNT, "kind": "OpenAI", "properties": properties})
    assert list(access_rows.sentences(access_of(found))) == [
        "Can reach the data: 1 application, 1 group of unknown size; perhaps 1 principal of unknown type.",
        said,
    ]
    for renderer in (html, markdown):
        assert said in rendered(renderer, found)


def test_keys_of_which_it_could_not_be_told():
    gap = Gap(t.ACCOUNT, "Microsoft.CognitiveServices/accounts", "properties.disableLocalAuth", Reason.TIMEOUT)
    found = report(*WHOLE, gaps=[gap])
    assert list(access_rows.sentences(access_of(found)))[1] == (
        "Can list the keys (whether they are accepted could not be told): 1 person."
    )
    assert data_of(found)["keys_work"] is None


def test_a_role_on_demand_is_in_the_table_and_not_in_the_counts():
    own = {
        "principalId": ALICE,
        "principalType": "User",
        "roleDefinitionId": f"{t.SUB}/{t.AUTH}/roleDefinitions/{OWNER}",
    }
    record = {
        "id": f"{t.SUB}/{t.AUTH}/roleEligibilityScheduleInstances/1",
        "properties": {**own, "scope": t.SUB, "startDateTime": "2025-01-01T00:00:00Z"},
    }
    found = report(record)
    assert [row[2] for row in markdown_rows(found)] == ["Owner, on demand"]
    assert data_of(found)["keys"] == {"certain": [], "possible": []}
    assert "which are accepted: nobody." in rendered(markdown, found)


# --- what is not known ------------------------------------------------------------------------------------------


def test_nobody_is_said_only_where_all_roles_were_read():
    assert list(access_rows.sentences(access_of(report()))) == [
        "Can reach the data: nobody.",
        "Can list the keys, which are accepted: nobody.",
    ]
    for unknown in (report(gaps=[UNREAD]), report(lists=False)):
        assert list(access_rows.sentences(access_of(unknown))) == [
            "Can reach the data: not known.",
            "Can list the keys, which are accepted: not known.",
        ]


def test_what_was_lost_is_said_with_the_permission_that_would_help():
    found = report(*WHOLE, gaps=[UNREAD])
    assert list(access_rows.sentences(access_of(found)))[1] == (
        "Can list the keys, which are accepted: 1 person; there may be more."
    )
    said = f"the list of {ASSIGNMENTS} could not be read: forbidden (needs {ASSIGNMENTS}/read)"
    for renderer in (html, markdown):
        assert said in rendered(renderer, found).replace("`", "")
    assert {"reason": "forbidden", "permission": f"{ASSIGNMENTS}/read"}.items() <= data_of(found)["lost"][0].items()


# --- many -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "html_more", "markdown_more", "more"), [
    (20, [], [], 0), (21, [], [1], 0), (50, [], [30], 0), (51, [1], [31], 0), (230, [180], [210], 30),
])  # fmt: skip
def test_rows_are_cut_and_counted(count, html_more, markdown_more, more):
    found = report(*(t.assignment(i, f"p{i:03}", USER, "subscription", "ServicePrincipal") for i in range(count)))
    whole = section(rendered(html, found))
    assert whole.count('<p class="id">p') == min(count, 50)
    assert re.findall(r"and (\d+) more; JSON", whole) == [str(one) for one in html_more]
    assert len([row for row in markdown_rows(found) if row[0].startswith("p")]) == min(count, 20)
    assert re.findall(r"and (\d+) more; JSON", rendered(markdown, found)) == [str(one) for one in markdown_more]
    one = data_of(found)
    assert (len(one["rows"]), one["more"]) == (min(count, 200), more)
    assert one["data"]["certain"] == [{"type": "ServicePrincipal", "count": count}]
    assert f"Can reach the data: {count} applications." in whole


def test_what_many_accounts_inherit_does_not_swell_the_page():
    accounts = [{"id": f"{t.ACCOUNT}-{i}", "kind": "OpenAI", "properties": {}} for i in range(200)]
    granted = [
        t.assignment(i, f"{i:08}-0000-4000-8000-000000000000", OWNER, "subscription", "User") for i in range(300)
    ]
    found = report(*accounts, *granted, rules=RuleSet(()))
    assert len(section(rendered(html, found))) < 1_000_000
    assert len(rendered(markdown, found)) < 100_000


# --- hostile names ----------------------------------------------------------------------------------------------


def named(text):
    """An account, a role, principals and a subscription that carry a text."""
    name = text.replace("/", "").rstrip()
    role = t.definition({**ROLES["owner"], "id": "11111111-1111-4111-8111-111111111111", "name": text})
    assigned = [
        t.assignment(1, f"1{text}", "11111111-1111-4111-8111-111111111111", "group", text),
        t.assignment(2, f"2{text}", USER, "subscription", "User", condition=text),
    ]
    data = t.definition({"id": "22222222-1111-4111-8111-111111111111", "name": text, "custom": True,
                         "dataActions": [f"Microsoft.CognitiveServices/{text[:99]}"]})  # fmt: skip
    assigned += [t.assignment(3, f"3{text}", "22222222-1111-4111-8111-111111111111", "account", "User")]
    sub = {
        "id": t.SUB,
        "displayName": f"sub{text}",
        "properties": {"managementGroupAncestorsChain": [{"name": name}]},
    }
    return report(role, data, sub, *assigned, gaps=[Gap(t.SUB, ASSIGNMENTS, None, Reason.FORBIDDEN, permission=text)])


@pytest.fixture(scope="module")
def harmless():
    return named("words")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_leave_every_format(text, harmless):
    found = named(text)
    page, plain = (Shape(section(rendered(html, one))) for one in (found, harmless))
    assert page.built == plain.built
    assert not UNSEEN.search(page.said)
    assert not re.search("[\u0300-\u036f]{5}", page.said)
    whole = rendered(markdown, found)
    assert not UNSEEN.search(whole)
    built, plain_built = (shape(rendered(markdown, one)) for one in (found, harmless))
    assert built == plain_built
    assert {row["principal"][1:] for row in data_of(found)["rows"]} == {text.lower()}


def shape(whole):
    """What GitHub's parser makes of the section, less code spans."""
    part = whole.partition("## Access and private paths")[2].partition("\n## ")[0]
    built = Shape(cmarkgfm.github_flavored_markdown_to_html(part, Options.CMARK_OPT_UNSAFE)).built
    return [tag for tag in built if tag != ("code",)]
