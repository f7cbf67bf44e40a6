"""`readiness doctor`: who signed in, what that reaches, what is missing and what that costs; the custom role."""

import base64
import json
from types import SimpleNamespace

import pytest
from azure_fake import Estate, Fault, serve
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from readiness import app
from readiness.cli import app as command_line
from readiness.collect import granted
from readiness.collect.claims import Claims, claims_of
from readiness.collect.reached import Diagnosis, Reached
from readiness.collect.role import DOCTOR, needed, role
from readiness.collect.signin import answered
from readiness.render import checkup

pytestmark = pytest.mark.usefixtures("somewhere_else")

RULES = frozenset(rule.id for rule in app.all_rules(tested=False).rules)
READER = {"actions": ["*/read"], "notActions": []}
PRICINGS = "Microsoft.Security/pricings/read"
END = """
Not looked at: Microsoft.Capacity/reservationOrders/reservations/read.
  Reservations lie in no subscription; Reservations Reader may read them.
  Without it: AOAI-COST-003.
Rights that were granted on resource groups alone, and denials, are not looked
  at.
"""


def estate(**granted):
    """Three subscriptions, of which the last is disabled; `granted` are the permissions by the number of one."""
    made = Estate.tenant(subscriptions=3, accounts=2, deployments=2, gateways=1, apis=1, searches=1, empty=1)
    guids = [body["subscriptionId"] for body in made.subscriptions]
    made.records[f"/subscriptions/{guids[2]}"]["state"] = "Disabled"
    made.granted = {guids[int(name[1:])]: entries for name, entries in granted.items()}
    return made


def guids(azure):
    return [body["subscriptionId"] for body in azure.estate.subscriptions]


def doctor(azure, *words, **env):
    found = CliRunner().invoke(command_line, ["doctor", *words], env=azure.environment | env)
    said = found.output + found.stderr
    assert not [token for token in azure.authority.tokens if token in said or token.split(".")[1] in said]
    assert azure.secret not in said
    assert azure.writes == []
    return found


def head(azure):
    return f"""\
Signed in to {azure.url}, --auth default
  by           DefaultAzureCredential / EnvironmentCredential /
               ClientSecretCredential
  application  c11e0000-0000-4000-8000-0000000000a1
  tenant       7e4a0000-0000-4000-8000-00000000c0de

"""


# --- the command ------------------------------------------------------------------------------------------------


def test_a_reader_lacks_nothing_and_each_enabled_subscription_is_asked_once():
    with serve(estate()) as azure:
        found = doctor(azure)
        first, second, _ = guids(azure)
        asked = azure.routes()
    assert found.exit_code == 0
    assert (
        found.stdout
        == head(azure)
        + (
            "3 subscriptions, 2 enabled\n"
            "  sub-00                             all 92 actions\n"
            "  sub-01                             all 92 actions\n"
            "  sub-02                             is Disabled, and not read\n"
        ).replace("92", str(len(needed())))
        + END
    )
    path = "/providers/Microsoft.Authorization/permissions"
    assert asked == {"GET /subscriptions": 1, **{f"GET /subscriptions/{g}{path}": 1 for g in (first, second)}}


def test_what_is_missing_is_told_with_the_rules_that_it_costs():
    without_security = READER | {"notActions": ["microsoft.SECURITY/*"]}
    locks = READER | {"notActions": ["Microsoft.Security/*", "Microsoft.Authorization/locks/read"]}
    with serve(estate(_0=[without_security], _1=[locks])) as azure:
        found = doctor(azure)
    assert found.exit_code == 0
    assert (
        found.stdout
        == head(azure)
        + (
            "3 subscriptions, 2 enabled\n"
            "  sub-00                             1 of 92 actions missing\n"
            "  sub-01                             2 of 92 actions missing\n"
            "  sub-02                             is Disabled, and not read\n"
            "\n"
            "Missing in every subscription, and the rules that this leaves unknown:\n"
            "  Microsoft.Security/pricings/read\n"
            "    AOAI-RAI-008\n"
            "\n"
            "Missing in sub-01, and the rules that this leaves unknown:\n"
            "  Microsoft.Authorization/locks/read\n"
            "    AOAI-REL-006\n"
        ).replace("92", str(len(needed())))
        + END
        + "\nA role with all of them: readiness doctor --role > role.json\n"
    )


@pytest.mark.parametrize(
    ("kind", "why"),
    [("forbidden", "forbidden (AuthorizationFailed)"), ("null_value", "unparsable"), ("html", "unparsable")],
)
def test_permissions_that_are_not_told_are_no_missing_ones(kind, why):
    with serve(estate()) as azure:
        azure.faults.dialled = [Fault(f"get /subscriptions/{guids(azure)[0]}/providers/*/permissions", kind)]
        found = doctor(azure, "-s", guids(azure)[0])
    assert found.exit_code == 0
    assert f"  sub-00                             can't tell: {why}" in found.stdout
    assert "missing" not in found.stdout
    assert ("To tell, it needs Microsoft.Authorization/permissions/read." in found.stdout) == (kind == "forbidden")


def test_the_role_stands_alone_on_stdout_and_asks_for_no_permissions():
    with serve(estate()) as azure:
        found = doctor(azure, "--role")
        assert azure.routes() == {"GET /subscriptions": 1}
        scopes = [f"/subscriptions/{guid}" for guid in guids(azure)[:2]]
    assert (found.exit_code, found.stderr) == (0, "")
    assert json.loads(found.stdout) == role(scopes)


@pytest.mark.parametrize("without", [None, DOCTOR])
def test_under_exactly_the_role_that_it_prints_nothing_is_missing(without):
    allowed = [action for action in role([])["Actions"] if action != without]
    with serve(estate(_0=[{"actions": allowed, "notActions": []}])) as azure:
        found = doctor(azure, "-s", "sub-00")
    assert (f"sub-00                             all {len(needed())} actions\n" in found.stdout) == (without is None)
    assert ("can't tell: forbidden (AuthorizationFailed)" in found.stdout) == (without is not None)


@pytest.mark.parametrize("words", [(), ("--role",)])
def test_where_nothing_can_be_read_the_exit_code_is_3(words):
    with serve(estate()) as azure:
        found = doctor(azure, "-s", "sub-02", *words)
    assert found.exit_code == 3
    assert (
        "1 subscription, 0 enabled\n  sub-02                             is Disabled, and not read\n" in found.output
    )
    assert bool(found.stdout) is not bool(words)


def test_a_list_of_subscriptions_that_is_refused_is_told():
    with serve(estate(), faults=[Fault("get /subscriptions", "forbidden")]) as azure:
        found = doctor(azure)
    assert found.exit_code == 3
    assert "Not all subscriptions could be listed: forbidden (AuthorizationFailed)\nNo subscription" in found.stdout


def test_without_a_sign_in_there_is_one_line_and_what_to_type():
    with serve(estate()) as azure:
        found = doctor(azure, AZURE_CLIENT_SECRET="another~secret")  # noqa: S106 - of nobody
    assert (found.exit_code, found.stdout) == (3, "")
    assert found.stderr.startswith(
        "readiness: Entra ID refused the sign-in: the client secret is wrong (AADSTS7000215)\n  "
    )
    assert len(found.stderr.splitlines()) == 2


def test_a_subscription_that_is_not_there_is_a_usage_error():
    with serve(estate()) as azure:
        found = doctor(azure, "--subscription", "sub-0x")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("readiness: no subscription 'sub-0x' can be seen\n")


# --- what is said -----------------------------------------------------------------------------------------------


def diagnosis(*reached, claims=Claims(), failure=None):  # noqa: B008 - frozen
    return Diagnosis("AzureCloud", "cli", "AzureCliCredential", claims, reached, failure)


def lacking(name, *missing):
    return Reached(f"/subscriptions/{name}", name, "Enabled", enabled=True, missing=missing)


def test_text_from_azure_can_not_move_the_cursor():
    bad = "a\x1b[2Jb\u202e"
    one = Reached("/subscriptions/1", bad, bad, enabled=False)
    text = checkup.as_text(diagnosis(one, lacking(bad, PRICINGS), claims=Claims(bad, bad, bad, bad)), RULES)
    assert not set(text) & {"\x1b", "\u202e"}


def test_what_only_rules_to_come_need_is_told_last():
    text = checkup.as_text(diagnosis(lacking("a", "Microsoft.Authorization/locks/read", PRICINGS)), {"AOAI-RAI-008"})
    assert text.partition("leaves unknown:\n")[2].startswith(
        f"  {PRICINGS}\n    AOAI-RAI-008\n"
        "  For rules of later versions alone:\n    Microsoft.Authorization/locks/read\n"
    )


@pytest.mark.parametrize(("count", "said"), [(3, "a0, a1, a2"), (4, "a0, a1, a2 and 1 more")])
def test_few_subscriptions_are_named(count, said):
    some = [lacking(f"a{n}", PRICINGS) for n in range(count)]
    text = checkup.as_text(diagnosis(*some, lacking("b")), RULES)
    assert f"Missing in {said}, and the rules that this leaves unknown:\n" in text


def test_lines_are_at_most_80_wide_but_for_one_long_word():
    text = checkup.as_text(diagnosis(lacking("n" * 90, *needed()), claims=Claims("u" * 200)), RULES)
    assert [line for line in text.splitlines() if len(line) > 80 and len(line.split()) > 1] == []


# --- actions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "lacks"),
    [
        ([], True),
        ([{"actions": ["*"], "notActions": []}], False),
        ([{"actions": ["*/read"]}], False),
        ([{"actions": ["microsoft.security/PRICINGS/read"], "notActions": None}], False),
        ([{"actions": ["Microsoft.Security/*/read"], "notActions": []}], False),
        ([{"actions": ["Microsoft.Security/pricings/*"], "notActions": []}], False),
        ([{"actions": ["Microsoft.Security/pricing/read", "Microsoft.Security/pricings"], "notActions": []}], True),
        ([{"actions": ["Microsoft.Security/pricings/rea"], "notActions": []}], True),
        ([{"actions": ["Microsoft_Security/pricings/read"], "notActions": []}], True),
        ([{"actions": ["Microsoft?Security/pricings/read", "M[i]*"], "notActions": []}], True),
        ([{"actions": ["*/read"], "notActions": ["Microsoft.Security/*"]}], True),
        ([{"actions": ["*/read"], "notActions": ["*/pricings/read"]}, {"actions": [PRICINGS]}], False),
        ([{"dataActions": ["*"]}], True),
        (["*", None, {"actions": "*"}, {"actions": [None, 1]}], True),
    ],
)
def test_an_action_is_missing_if_no_entry_allows_it(entries, lacks):
    assert granted.missing([PRICINGS], entries) == ((PRICINGS,) if lacks else ())


PATTERNS = st.lists(
    st.sampled_from(["*", "*/read", "A/*", "A/b/read", "A/*/read", "B/read", "C", "a/B/read"]), max_size=3
)
ENTRIES = st.lists(st.fixed_dictionaries({"actions": PATTERNS, "notActions": PATTERNS}), max_size=4)


@given(ENTRIES, ENTRIES)
def test_a_further_role_takes_nothing_away(some, more):
    actions = ["A/b/read", "B/read", "A/c/d/read"]
    both = granted.missing(actions, some + more)
    assert set(both) == set(granted.missing(actions, some)) & set(granted.missing(actions, more))
    assert both == granted.missing(actions, more + some)


# --- claims -----------------------------------------------------------------------------------------------------


def token(claims):
    return "e30." + base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode() + ".c2ln"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        (
            {"upn": "ann@contoso.example", "appid": "04b0", "oid": "0b1d", "tid": "7e4a", "name": "Ann"},
            Claims("ann@contoso.example", "04b0", "0b1d", "7e4a"),
        ),
        ({"unique_name": "live.com#ann", "azp": "04b0"}, Claims("live.com#ann", "04b0")),
        ({"upn": "", "oid": 7, "tid": ["x"]}, Claims()),
        ({"upn": "x" * 300}, Claims("x" * 199 + "…")),
        (["upn"], Claims()),
    ],
)
def test_claims_are_those_of_the_token(claims, said):
    assert claims_of(token(claims)) == said


@given(st.one_of(st.text(), st.text().map(lambda text: f"a.{text}.b"), st.binary().map(lambda raw: f"a.{raw.hex()}")))
def test_a_token_that_is_none_says_nothing(text):
    assert claims_of(text) == Claims()


def test_a_token_that_says_nothing_is_told():
    assert checkup.as_text(diagnosis(), RULES).startswith(
        "Signed in to AzureCloud, --auth cli\n  by           AzureCliCredential\n  the token does not say for whom\n"
    )


def test_of_a_chain_the_credential_that_answered_is_told():
    inner = SimpleNamespace(_credential=None)
    assert answered(SimpleNamespace(_inner=SimpleNamespace(_successful_credential=inner))) == (
        "SimpleNamespace / SimpleNamespace"
    )
