"""`readiness collect --plan`: what would be asked, as text and as JSON; nothing is read."""

import dataclasses
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from readiness.cli import app as command_line
from readiness.collect.planned import actions, requests, rows

pytestmark = pytest.mark.usefixtures("somewhere_else")


def collect(*words):
    return CliRunner().invoke(command_line, ["collect", *words])


TEXT = collect("--plan").stdout


def test_each_row_says_all_of_it_once():
    assert sum(line.startswith("  once for each ") for line in TEXT.splitlines()) == len(requests())
    assert sum(line.startswith("  gives ") for line in TEXT.splitlines()) == len(rows())
    for request in requests():
        gives = [f"gives {row.yields} needs {row.permission} for {', '.join(row.rules)}" for row in request]
        said = f"once for each {request[0].each.replace('`', '')} {' '.join(gives)}"
        assert f" {said} " in f" {' '.join(TEXT.split())} "


def test_a_paragraph_as_it_is_printed():
    assert (
        "\n\nkeyvault.keys.get\n"
        "  once for each Microsoft.KeyVault/vaults/keys, if\n"
        "                properties.encryption.keyVaultProperties.keyName of\n"
        "                Microsoft.CognitiveServices/accounts names it\n"
        "  gives         Microsoft.KeyVault/vaults/keys\n"
        "  needs         Microsoft.KeyVault/vaults/keys/read\n"
        "  for           AOAI-ENC-003\n\n"
    ) in TEXT


def test_it_ends_with_the_sums():
    rules = {rule for row in rows() for rule in row.rules}
    assert TEXT.endswith(
        f"\n\n{len(requests())} requests, {len(actions())} permissions, {len(rules)} rules\n"
        "Nothing was asked. Further pages of a list are further requests. A subscription\n"
        "without accounts, gateways or search services costs the queries of Resource\n"
        "Graph alone.\n"
    )


def test_lines_are_at_most_80_wide_but_for_one_long_word():
    wide = [line for line in TEXT.splitlines() if len(line) > 80]
    assert [line for line in wide if len(line[16:].split()) > 1] == []


def test_json_has_the_rows():
    wire = json.loads(collect("--plan", "--json").stdout)
    assert wire == [
        {"request": n, **dataclasses.asdict(row), "rules": list(row.rules), "each": row.each.replace("`", "")}
        for n, request in enumerate(requests(), 1)
        for row in request
    ]


def test_nothing_of_azure_is_imported():
    code = """
import os, sys
leave = os._exit
def tell(code):
    print(sorted({m.split(".")[0] for m in sys.modules} & {"azure", "msal", "requests", "urllib3"}), flush=True)
    leave(code)
os._exit = tell
sys.argv = ["readiness", "collect", "--plan"]
from readiness.__main__ import main
main()
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (found.stdout, found.stderr) == (TEXT + "[]\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "readiness: collect needs -o FILE\n"),
        (("--sample",), "readiness: collect needs -o FILE\n"),
        (("--json", "-o", "x.jsonl"), "readiness: --json goes with --plan\n"),
    ],
)
def test_what_can_not_be_meant_is_a_usage_error(words, said):
    found = collect(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(said)
