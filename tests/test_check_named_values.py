"""A gateway's named values: whether what is secret comes from Key Vault."""

import pytest

from readiness.checks.named_values import SecretsFromVault, is_called_secret, secrets_from_vault
from readiness.model import Gap, Outcome, Resource

WORDS = ("key", "secret", "password", "token", "connectionstring")
HOSTILE = [None, 0, -1, 1.5, True, "", "x" * 100_000, [], [[]], {}, {"a": {"b": []}}, ["a"] * 10_000, [None, 1, {}]]


class World:
    """All that the check asks for."""

    def why_unknown(self, item, path, since_api):
        return "could not be read"


def judged(properties, name="v1", gaps=(), words=WORDS):
    body = {"id": f"/subscriptions/s/service/gw/namedValues/{name}", "name": name, "properties": properties}
    subject = Resource(
        body, gaps, None, body["id"], body["id"].lower(), "Microsoft.ApiManagement/service/namedValues"
    )
    return secrets_from_vault(subject, SecretsFromVault(words), World())


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("openai-api-key", True),
        ("openaiApiKey", True),
        ("OPENAI_API_KEY_2", True),
        ("redis connection string", True),
        ("key", True),
        ("key-vault-uri", False),
        ("token-limit", False),
        ("tokens", False),
        ("", False),
        ("2024", False),
        ("---", False),
    ],
)
def test_a_name_tells_by_its_end(name, secret):
    assert is_called_secret(name, WORDS) is secret


def test_a_word_of_signs_alone_tells_nothing():
    assert not is_called_secret("anything", ("-", "", "123"))


def test_a_reference_passes_and_names_the_secret():
    decision = judged({"secret": True, "keyVault": {"secretIdentifier": "https://v.vault.azure.net/secrets/s"}})
    assert decision.outcome is Outcome.PASS
    assert decision.evidence[0].observed == "https://v.vault.azure.net/secrets/s"


def test_a_secret_without_a_reference_fails():
    assert judged({"secret": True}).outcome is Outcome.FAIL


def test_the_evidence_of_a_plain_secret_never_holds_its_value():
    decision = judged({"displayName": "api-key", "value": "very-secret", "secret": False})
    assert decision.outcome is Outcome.FAIL
    assert "very-secret" not in repr(decision)


@pytest.mark.parametrize("path", ["properties.keyVault", "properties.secret", "properties.value", "properties.tags"])
def test_what_could_not_be_read_never_passes(path):
    gap = Gap(path=path, reason="forbidden")
    assert judged({"displayName": "plain", "value": "x"}, gaps=(gap,)).outcome is Outcome.UNKNOWN


def test_an_unread_reference_is_no_failure():
    gap = Gap(path="properties.keyVault", reason="forbidden")
    assert judged({"displayName": "api-key", "secret": True}, gaps=(gap,)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("key", ["displayName", "tags", "value", "secret", "keyVault"])
def test_it_takes_any_json(key, value):
    assert judged({"displayName": "plain", "value": "x", key: value}).outcome in Outcome


@pytest.mark.parametrize("value", HOSTILE)
def test_it_takes_any_json_for_the_whole_of_its_properties(value):
    assert judged(value).outcome in Outcome
