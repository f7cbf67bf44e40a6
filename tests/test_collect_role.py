"""The plan in rows and as Markdown, what a refused action costs, and the custom role made from it."""

import json

import pytest

from readiness.collect.graphed import GRAPHED, queries
from readiness.collect.measured import METRICS, groups
from readiness.collect.operations import OPERATIONS
from readiness.collect.planned import Planned, actions, as_markdown, requests, rows, without
from readiness.collect.role import DOCTOR, as_json, role

SUB = "/subscriptions/11111111-2222-3333-4444-555555555555"


def row_of(operation, yields=None):
    return next(row for row in rows() if row.operation == operation and yields in (None, row.yields))


def test_the_plan_is_the_three_tables_in_the_order_of_asking():
    assert len(rows()) == len(GRAPHED) + len(OPERATIONS) + len(groups())
    assert [row.operation for row in rows()][len(GRAPHED) : -len(groups())] == [o.name for o in OPERATIONS]
    named = [row.yields.partition(" (")[0].split(", ") for row in rows() if row.operation == "monitor.metrics"]
    assert sorted(name for names in named for name in names) == sorted(m.name for m in METRICS)


def test_a_request_gives_one_row_but_for_a_query_which_gives_all_types_of_its_table():
    assert [row for request in requests() for row in request] == list(rows())
    tables = [[g.type for g in GRAPHED if g.table == table] for table, _ in queries()]
    assert [[row.yields for row in request] for request in requests()[: len(tables)]] == tables
    assert {len(request) for request in requests()[len(tables) :]} == {1}
    assert {len({row.each for row in request}) for request in requests()} == {1}


@pytest.mark.parametrize(
    "expected",
    [
        Planned(
            "resourcegraph.resources",
            "Microsoft.Network/routeTables",
            "1,000 subscriptions, with all types of the table `resources`",
            "Microsoft.Network/routeTables/read",
            ("AOAI-NET-014", "NET-VNET-001"),
        ),
        Planned(
            "cognitiveservices.managedNetworks.list",
            "Microsoft.CognitiveServices/accounts/managedNetworks",
            "`Microsoft.CognitiveServices/accounts` with `kind` AIServices",
            "Microsoft.CognitiveServices/accounts/managedNetworks/read",
            ("AOAI-NET-013",),
        ),
        Planned(
            "keyvault.keys.get",
            "Microsoft.KeyVault/vaults/keys",
            "`Microsoft.KeyVault/vaults/keys`, if `properties.encryption.keyVaultProperties.keyName`"
            " of `Microsoft.CognitiveServices/accounts` names it",
            "Microsoft.KeyVault/vaults/keys/read",
            ("AOAI-ENC-003",),
        ),
        Planned(
            "network.privateEndpoints.list",
            "Microsoft.Network/privateEndpoints",
            "subscription that holds accounts, gateways or search services, where Resource Graph refused the type",
            "Microsoft.Network/privateEndpoints/read",
            ("AOAI-NET-006", "AOAI-NET-007", "AOAI-NET-012", "AOAI-NET-014"),
        ),
        Planned(
            "monitor.metrics",
            "AzureOpenAINormalizedTTFTInMS, AzureOpenAINormalizedTBTInMS, AzureOpenAITimeToResponse"
            " (Average, PT5M, P14D, split by ModelDeploymentName, StreamType)",
            "8 `Microsoft.CognitiveServices/accounts` with `kind` OpenAI or AIServices of a subscription and region,"
            " or 1 where there is no batch",
            "Microsoft.Insights/metrics/read",
            ("AOAI-PERF-001",),
        ),
    ],
    ids=lambda row: row.operation,
)
def test_a_row_says_all_of_it(expected):
    assert row_of(expected.operation, expected.yields) == expected


def test_actions_are_to_read_and_each_stands_once():
    folded = [action.lower() for action in actions()]
    assert folded == sorted(set(folded))
    assert all(action.endswith("/read") and "*" not in action for action in folded)
    assert {row.permission.lower() for row in rows()} | {"microsoft.resourcegraph/resources/read"} == set(folded)


def test_a_refused_action_costs_the_rules_of_all_its_rows():
    refused = frozenset({"microsoft.security/pricings/read", "microsoft.capacity/none/read"})
    assert without(refused) == {"microsoft.security/pricings/read": ("AOAI-RAI-008",)}
    settings = without(frozenset({"microsoft.insights/diagnosticsettings/read"}))
    assert settings["microsoft.insights/diagnosticsettings/read"] == (
        *(f"AOAI-MON-00{n}" for n in range(1, 6)),
        *("APIM-MON-001", "APIM-MON-002", "APIM-MON-005", "APP-001", "KV-SEC-001", "SRCH-MON-001"),
    )
    assert without(frozenset()) == {}


def test_the_role_has_exactly_the_actions_that_can_be_granted_on_a_subscription_and_that_of_doctor():
    made = role([SUB, "/subscriptions/0"])
    elsewhere = [action for action in actions() if action.startswith("Microsoft.Capacity/")]
    assert elsewhere == ["Microsoft.Capacity/reservationOrders/reservations/read"]
    assert DOCTOR == "Microsoft.Authorization/permissions/read"
    assert DOCTOR not in actions()
    assert made == {
        "Name": "Readiness collector",
        "IsCustom": True,
        "Description": "Reads what readiness judges: no data, no keys, no secrets, and it changes nothing.",
        "Actions": sorted({*actions(), DOCTOR} - set(elsewhere), key=str.lower),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": ["/subscriptions/0", SUB],
    }


def test_the_roles_text_is_the_same_every_time_and_names_it_as_asked():
    text = as_json([SUB], "Reader of contoso")
    assert text == as_json([SUB], "Reader of contoso")
    assert json.loads(text)["Name"] == "Reader of contoso"
    assert text.endswith("}\n")


def test_the_page_has_a_line_for_each_row_and_each_action():
    page = as_markdown()
    lines = page.splitlines()
    assert lines[:3] == [
        "| Operation | Yields | Asked once for each | Needs | Rules |",
        "| --- | --- | --- | --- | --- |",
        "| `resourcegraph.resources` | Microsoft.CognitiveServices/accounts"
        " | 1,000 subscriptions, with all types of the table `resources`"
        f" | `Microsoft.CognitiveServices/accounts/read` | {', '.join(rows()[0].rules)} |",
    ]
    assert "| Microsoft.Security/pricings | subscription that holds accounts, gateways or search services |" in page
    assert "| `Microsoft.Security/pricings/read` | AOAI-RAI-008 |" in page
    assert len([line for line in lines if line.startswith("| `")]) == len(rows())
    assert all(line.count("|") == 6 for line in lines if line.startswith("|"))
    at = lines.index("Actions:")
    assert lines[at + 2 :] == [f"- `{action}`" for action in actions()]
