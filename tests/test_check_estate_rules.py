"""The rules on regions, locks, customer keys, policies, budgets and environments, under gaps and odd values.

Each is put over the cases that the rule files carry: a gap may only take a verdict away, and no value of Azure's may
crash a check.
"""

import copy
import dataclasses

import pytest

from readiness import assets, ruleset, ruletests
from readiness.model import Outcome
from readiness.yamlfile import Problems, parse

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS = f"{ACCOUNTS}/deployments"
ACCESS = tuple(
    f"Microsoft.Authorization/{kind}" for kind in ("roleAssignments", "roleDefinitions", "denyAssignments")
)
VAULTS = "Microsoft.KeyVault/vaults"
TYPES = {
    "AOAI-ENC-002": (ACCOUNTS, VAULTS, *ACCESS),
    "AOAI-ENC-003": (ACCOUNTS, VAULTS, f"{VAULTS}/keys", f"{VAULTS}/keys/versions"),
    "AOAI-PERF-003": (ACCOUNTS, DEPLOYMENTS),
    "AOAI-REL-001": (ACCOUNTS, DEPLOYMENTS),
    "AOAI-REL-006": (ACCOUNTS, "Microsoft.Authorization/locks"),
    "COST-005": (ACCOUNTS, "Microsoft.Consumption/budgets", "Microsoft.Insights/actionGroups"),
    "GOV-001": (
        ACCOUNTS,
        "Microsoft.Authorization/policyAssignments",
        "Microsoft.Authorization/policySetDefinitions",
        "Microsoft.Resources/subscriptions",
    ),
    "GOV-002": (ACCOUNTS, DEPLOYMENTS),
    "GOV-006": (ACCOUNTS, DEPLOYMENTS, f"{ACCOUNTS}/raiPolicies"),
}
"""What each rule looks at."""
IDS = tuple(TYPES)


def loaded(rule_id):
    """One rule of ours, read from its file alone."""
    [path] = assets.rules().rglob(f"{rule_id}-*.yaml")
    problems = Problems(path.name)
    rule = ruleset.from_node(parse(path.read_bytes(), problems), problems)[0]
    assert not problems.found
    return rule


RULES = {rule_id: loaded(rule_id) for rule_id in IDS}
PATHS = (None, "properties", "kind", "sku", "location", "tags")
ODD = (None, True, -1, 1.5, "", "x" * 5000, [], [None], [[]], [{}], ["a", 7], {}, {"a": None}, {"value": []})

each_rule = pytest.mark.parametrize("rule_id", IDS)


def got(rule, **changes):
    """What the first case of a rule gets, changed."""
    test = dataclasses.replace(rule.tests[0], **changes)
    bare = dataclasses.replace(rule.remediation, fix=None)
    [result] = ruletests.run(dataclasses.replace(rule, tests=(test,), remediation=bare))
    return result


def alone(rule, test):
    return dataclasses.replace(rule, tests=(test,))


@each_rule
def test_a_gap_may_only_take_a_verdict_away(rule_id):
    rule, turned = RULES[rule_id], []
    for test in rule.tests:
        for type_ in TYPES[rule_id]:
            for path in PATHS if type_ in (ACCOUNTS, DEPLOYMENTS) else PATHS[:2]:
                gap = {"scope": "", "type": type_, "path": path, "reason": "forbidden"}
                result = got(alone(rule, test), gaps=(*test.gaps, gap))
                if result.got not in (test.expect, Outcome.UNKNOWN):
                    turned.append(f"{test.name}: {test.expect} turned {result.got} by {type_} {path}")
    assert not turned


def places(value, here=()):
    """The ways to every value inside a body, but for its id and type."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        if here or key not in ("id", "type"):
            yield (*here, key)
            yield from places(each, (*here, key))


def put(body, place, value):
    changed = copy.deepcopy(body)
    at = changed
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return changed


def richest(rule):
    """The case of most values of each outcome."""
    sizes = [(len(str(t.resource)) + len(str(t.resources)), i) for i, t in enumerate(rule.tests)]
    found = {rule.tests[i].expect: rule.tests[i] for _, i in sorted(sizes)}
    return [found[outcome] for outcome in (Outcome.PASS, Outcome.FAIL)]


@each_rule
def test_no_odd_value_crashes_it(rule_id):
    rule, crashed = RULES[rule_id], []
    for test in richest(rule):
        bodies = (test.resource, *test.resources)
        for index, body in enumerate(bodies):
            for place in places(body):
                for odd in ODD:
                    changed = (*bodies[:index], put(body, place, odd), *bodies[index + 1 :])
                    result = got(alone(rule, test), resource=changed[0], resources=changed[1:])
                    if result.got not in ("pass", "fail", "unknown", "not_applicable"):
                        crashed.append(f"{test.name}: {place} is {str(odd)[:40]}: {result.got} {result.why[:200]}")
    assert not crashed
