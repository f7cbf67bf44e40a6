"""Our rules and the built-in policies that they cite say the same of the same resources, or why not stands here.

The resources: all recorded and exampled ones of the policy's type (tests/data/real), and every combination of the
values that the property can have, nulls, absent keys and other letter cases among them.
"""

from __future__ import annotations

import copy
import functools
import itertools
import json
from pathlib import Path

import pytest

from readiness import app
from readiness.model import Environment, Outcome
from tests import azure_policy
from tests import builders as b

REAL = Path(__file__).parent / "data/real"
POLICIES = azure_policy.definitions()
RULES = {rule.id: rule for rule in app.all_rules().rules}
ABSENT = object()
SAID = {Outcome.PASS: False, Outcome.FAIL: True}
ASKED_FOR = {"AOAI-ENC-001": {"require_cmk": True}, "SRCH-ENC-001": {"require_cmk": True}}
"""Parameters under which a rule asks what its policy asks."""

GUARDS = "GOV-001"
"""Names policies because it asks whether they are assigned: of a subscription, not of what they judge."""
PAIRS = [
    pytest.param(rule, policy, id=f"{rule.id}-{policy[:8]}")
    for rule in RULES.values()
    for policy in rule.azure_policy
    if policy in POLICIES and rule.id != GUARDS
]


# --- resources --------------------------------------------------------------------------------------------------


@functools.cache
def real():
    """Every record of the four families, recordings and examples, with its type."""
    found = [r for f in ("all.array.json", "examples.array.json") for r in json.loads((REAL / f).read_bytes())]
    return [r for r in found if isinstance(r.get("type"), str) and isinstance(r.get("properties"), dict)]


CONNECTION = "properties.privateEndpointConnections"
STATES = ("Approved", "approved", "Pending", "Rejected", "Disconnected")
CLOSED = (ABSENT, None, "Enabled", "enabled", "Disabled", "disabled")
IDENTITIES = (ABSENT, None, "None", "none", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned")
KEY_SOURCES = (ABSENT, None, "Microsoft.CognitiveServices", "Microsoft.KeyVault", "microsoft.keyvault")
KEYS = (ABSENT, None, {"keyName": "k", "keyVaultUri": "https://v"}, {})
IP_RULES = (ABSENT, None, [], [{"value": "203.0.113.7"}], [{"value": "203.0.0.0/8"}])
PROTOCOLS = (ABSENT, None, [], ["https"], ["http"], ["HTTP", "https"], ["ws"], ["wss"], ["https", "wss"])
VALUES = {
    b.ACCOUNTS: [
        {
            "properties.publicNetworkAccess": CLOSED,
            "properties.networkAcls.defaultAction": (ABSENT, None, "Allow", "Deny", "deny"),
        },
        {"properties.disableLocalAuth": (ABSENT, None, True, False)},
        {"identity.type": IDENTITIES},
        {
            "properties.encryption.keySource": KEY_SOURCES,
            "properties.encryption.keyVaultProperties": KEYS,
        },
        {CONNECTION: (ABSENT, None, [], *([s] for s in STATES), ["Pending", "Approved"], ["Pending", "Rejected"])},
        {"kind": ("OpenAI", "openai", "AIServices", "SpeechServices", "CognitiveServices")},
    ],
    b.SEARCH: [
        {
            "properties.publicNetworkAccess": (*CLOSED, "SecuredByPerimeter"),
            "properties.networkRuleSet.ipRules": IP_RULES,
            "sku.name": ("standard", "free"),
        },
        {"properties.disableLocalAuth": (ABSENT, None, True, False)},
        {
            "properties.encryptionWithCmk.enforcement": (ABSENT, None, "Enabled", "Disabled", "Unspecified"),
            "properties.encryptionWithCmk.encryptionComplianceStatus": (ABSENT, None, "Compliant", "NonCompliant"),
        },
        {CONNECTION: (ABSENT, None, [], *([s] for s in STATES), ["Pending", "Approved"])},
    ],
    "Microsoft.ApiManagement/service": [
        {"properties.platformVersion": (ABSENT, None, "stv1", "stv2", "STV2.1", "mtv1", "undetermined"),
         "properties.apiVersionConstraint.minApiVersion": ("2021-08-01", ABSENT)},
    ],
    "Microsoft.ApiManagement/service/apis": [
        {"properties.protocols": PROTOCOLS},
    ],
    "Microsoft.ApiManagement/service/backends": [
        {"properties.tls.validateCertificateChain": (ABSENT, None, True, False),
         "properties.tls.validateCertificateName": (ABSENT, None, True, False)},
    ],
    "Microsoft.ApiManagement/service/namedValues": [
        {"properties.secret": (ABSENT, None, True, False),
         "properties.keyVault": (ABSENT, None, {}, {"secretIdentifier": "https://v.vault.azure.net/secrets/s"}),
         "properties.displayName": ("colour",)},
    ],
    "Microsoft.ApiManagement/service/subscriptions": [
        {"properties.scope": ("/apis", "/subscriptions/s/x/apis", "/products/p", "/apis/chat"),
         "properties.state": ("active", "Active", "suspended"), "name": ("one", "master")},
    ],
}  # fmt: skip
"""For each type, groups of paths with the values they can have; every combination within a group is one resource."""

BASE = {
    b.ACCOUNTS: {"kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}},
    b.SEARCH: {"sku": {"name": "standard"}, "properties": {}},
    "Microsoft.ApiManagement/service": {"sku": {"name": "Premium", "capacity": 2}, "properties": {}},
}


def combinations(type_):
    """One resource for each combination of the values of a type."""
    for group in VALUES.get(type_, ()):
        for values in itertools.product(*group.values()):
            body = copy.deepcopy(BASE.get(type_, {"properties": {}}))
            for path, value in zip(group, values, strict=True):
                _put(body, path, _connections(value) if path == CONNECTION else value)
            yield {"type": type_, **body}


def _put(body, path, value):
    *way, last = path.split(".")
    if value is ABSENT:
        return
    for key in way:
        body = body.setdefault(key, {})
    body[last] = value


def _connections(states):
    if not isinstance(states, list):
        return states
    return [
        {"name": f"pe{i}", "properties": {"privateLinkServiceConnectionState": {"status": s}}}
        for i, s in enumerate(states)
    ]


# --- why not ----------------------------------------------------------------------------------------------------


def value(resource, path):
    """What stands at a path, keys to the letter."""
    for key in path.split("."):
        resource = resource.get(key) if isinstance(resource, dict) else None
    return resource


def no_llm(resource, outcome):
    return outcome is Outcome.NOT_APPLICABLE and str(resource.get("kind")).lower() not in ("openai", "aiservices")


WHY_NOT = {
    "accounts of other kinds are no LLM accounts": no_llm,
}
"""Reasons that hold for any pair: (resource, outcome of our rule) -> bool."""


def folded(resource, path):
    return str(value(resource, path)).lower()


def closed(resource):
    return folded(resource, "properties.publicNetworkAccess") in ("disabled", "securedbyperimeter")


VERSION, MINIMUM = "properties.platformVersion", "properties.apiVersionConstraint.minApiVersion"
IP_RULES_OF = "properties.networkRuleSet.ipRules"
STATUS = "properties.encryptionWithCmk.encryptionComplianceStatus"
WHY_NOT_HERE = {
    ("AOAI-ENC-001", "67121cc7"): {
        "a source that is not said is the vault where a key is named": lambda r, o: (
            o is Outcome.PASS
            and value(r, "properties.encryption.keySource") is None
            and bool(value(r, "properties.encryption.keyVaultProperties.keyName"))
        ),
        "the policy leaves out AIServices unless it is told otherwise": lambda r, o: (
            o is Outcome.FAIL and folded(r, "kind") == "aiservices"
        ),
        "the policy goes by keySource alone, which is also set where no key is named": lambda r, o: (
            o is Outcome.FAIL
            and folded(r, "properties.encryption.keySource") == "microsoft.keyvault"
            and not value(r, "properties.encryption.keyVaultProperties.keyName")
        ),
    },
    ("SRCH-ENC-001", "76a56461"): {
        "a status that was not answered is no proof of either": lambda r, o: (
            o is Outcome.UNKNOWN and value(r, STATUS) is None
        ),
        "the free tier has no keys of a customer": lambda r, o: (
            o is Outcome.NOT_APPLICABLE and folded(r, "sku.name") == "free"
        ),
    },
    ("SRCH-NET-001", "037eea7a"): {
        "the free tier has no network features": lambda r, o: (
            o is Outcome.NOT_APPLICABLE and folded(r, "sku.name") == "free"
        ),
        "a perimeter closes a service, too": lambda r, o: o is Outcome.PASS and closed(r),
        "the policy is content with any IP rule, however wide": lambda r, o: (
            o is Outcome.FAIL and any(rule["value"].endswith("/8") for rule in value(r, IP_RULES_OF) or ())
        ),
    },
    ("APIM-SEC-005", "3aa03346"): {
        "the built-in subscription of the administrator can't be narrowed": lambda r, o: (
            o is Outcome.PASS and folded(r, "name") == "master"
        ),
    },
    ("APIM-SEC-006", "1dc2fc00"): {
        "the rule also wants a lowest api-version": lambda r, o: (
            o is Outcome.FAIL and str(value(r, MINIMUM) or "") < "2021-08-01"
        ),
        "a platform that Azure could not determine may be the old one": lambda r, o: (
            o is Outcome.FAIL and folded(r, VERSION) == "undetermined"
        ),
        "a platform that was not answered is unknown": lambda r, o: (
            o is Outcome.UNKNOWN and value(r, VERSION) is None
        ),
    },
}
"""Reasons of one pair, by rule and policy."""


# --- the comparison ---------------------------------------------------------------------------------------------


def verdict(tmp_path, rule, resource):
    """What a rule says of one resource in production."""
    id_ = f"{b.GROUP}/providers/{resource['type']}/one" if resource["type"].count("/") == 1 else _child_id(resource)
    body = {**resource, "id": id_, "name": resource.get("name") or "one"}
    read = b.snapshot(tmp_path, body, *_above(body))
    ready = b.with_values(rule, **ASKED_FOR.get(rule.id, {}))
    return b.verdict(read, ready, environment=Environment.PRODUCTION)


def _child_id(resource):
    namespace, *kinds = resource["type"].split("/")
    names = ["above"] * (len(kinds) - 1) + [resource.get("name") or "one"]
    return f"{b.GROUP}/providers/{namespace}/" + "/".join(f"{k}/{n}" for k, n in zip(kinds, names, strict=True))


def _above(body):
    parent = body["id"].rsplit("/", 2)[0]
    return (
        []
        if parent.endswith("/providers") or parent.rsplit("/", 1)[1].startswith("Microsoft.")
        else [b.body(parent, {}, sku={"name": "Premium", "capacity": 2})]
    )


@pytest.mark.parametrize(("rule", "policy"), PAIRS)
def test_a_rule_agrees_with_the_policy_that_it_cites(tmp_path, rule, policy):
    definition = POLICIES[policy]
    types = [t for t in rule.types if azure_policy.concerns(definition, t)]
    resources = [r for t in types for r in (*real(), *combinations(t)) if r["type"].lower() == t.lower()]
    assert len(resources) > 3
    reasons = {**WHY_NOT, **WHY_NOT_HERE.get((rule.id, policy[:8]), {})}
    used, different = set(), []
    for resource in resources:
        found = verdict(tmp_path, rule, resource)
        if SAID.get(found.outcome) is azure_policy.offends(definition, resource):
            continue
        why = [reason for reason, holds in reasons.items() if holds(resource, found.outcome)]
        used.update(why)
        if not why:
            different.append((str(found.outcome), found.message, json.dumps(resource)[:500]))
    assert not different
    assert used >= WHY_NOT_HERE.get((rule.id, policy[:8]), {}).keys(), "a reason that no resource needs"


def test_public_access_local_auth_private_link_cmk_and_identity_are_compared():
    compared = {param.values[0].id for param in PAIRS}
    assert compared >= {
        "AOAI-NET-001", "AOAI-NET-003", "AOAI-IAM-001", "AOAI-IAM-002", "AOAI-ENC-001",
        "SRCH-NET-001", "SRCH-NET-002", "SRCH-IAM-001", "SRCH-ENC-001",
        "APIM-SEC-001", "APIM-SEC-003", "APIM-SEC-004", "APIM-SEC-005", "APIM-SEC-006",
    }  # fmt: skip
