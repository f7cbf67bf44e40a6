"""A small report with a bit of everything: each outcome but error, a waiver, a gap, a question, a metric, a gate."""

import builders as b

from readiness.config import Config, ReportWords
from readiness.gate import Asked
from readiness.model import Severity, Waiver

FIX = "{summary: Turn local authentication off., effort: low, fix: {properties: {disableLocalAuth: true}}}"
WHY = "Keys are shared, and `listKeys` hands them out."


def report(folder):
    """Two accounts and a deployment, with every outcome, a waiver, a gap, a question and a gate."""
    keys = b.account("chat", {"disableLocalAuth": False}, location="West Europe")
    net = b.account("other", {"disableLocalAuth": True})
    sku = {"name": "ProvisionedManaged", "capacity": 50}
    served = b.child(keys, "deployments", "gpt", {"model": {"name": "gpt-5.1", "version": "2025-11-13"}}, sku=sku)
    used = {"ModelDeploymentName": "gpt"}
    metric = "AzureOpenAIProvisionedManagedUtilizationV2"
    read = b.snapshot(
        folder,
        keys,
        net,
        served,
        b.read(count=2),
        b.metrics(keys, [40.0, 97.25], name=metric, dimensions=used),
        b.body(b.SUB, None, displayName="sub-chat"),
        b.gap(
            net["id"], b.ACCOUNTS, "properties.networkAcls", permission="Microsoft.CognitiveServices/accounts/read"
        ),
    )
    rules = (
        b.rule(
            "require: {field: properties.disableLocalAuth, equals: true}",
            title="Keys are off",
            severity="critical",
            also=["networking"],
            rationale=WHY,
            remediation=FIX,
            references=["https://learn.microsoft.com/azure/x"],
        ),
        b.rule(
            "require: {field: properties.networkAcls.defaultAction, equals: Deny}",
            id="TEST-002",
            title="Networks are chosen",
            pillar="reliability",
            area="networking",
        ),
        b.rule(
            "attest: {question: Is it code?, guidance: Look., valid_for: P180D}",
            id="TEST-003",
            title="It is code",
            pillar="operations",
            area="genaiops",
            resource="estate",
        ),
        b.rule("require: {field: tags.owner, exists: true}", id="TEST-004", title="It has an owner", severity="low"),
        b.rule("require: {field: kind, equals: OpenAI}", id="TEST-005", title="It is OpenAI", status="preview"),
    )
    config = Config(report=ReportWords(title="Readiness of a chat", customer="Contoso", author="Example Ltd"))
    waiver = Waiver("TEST-004", "*/accounts/chat", "Ownership moves in March", "a@b.example", "2026-03-31", "OPS-12")
    asked = Asked(min_score=80.0, fail_on=Severity.HIGH)
    found = b.judge(read, *rules, config=config, waivers=(waiver,), asked=asked)
    found.version = "1.2.3"
    return found
