"""What watches an estate, as ARM returns it: workspaces, diagnostic settings, alerts, action groups, budgets.

Shapes: recordings of the Azure CLI's tests (diagnostic settings, workspaces), the examples of
Azure/azure-rest-api-specs for Microsoft.Insights and Microsoft.Consumption.
"""

from __future__ import annotations

from typing import Any

from tools.sample_shapes import ACCOUNTS, Json, at, guid, ids


def workspace(workspace_id: str, tags: Json, days: int) -> Json:
    """A Log Analytics workspace that keeps `days` days."""
    return {
        **ids(workspace_id),
        "location": "westeurope",
        "tags": tags,
        "etag": f'"{guid(workspace_id)[:8]}-0000-0d00-0000-6989d1a30000"',
        "properties": {
            "customerId": guid(workspace_id, "customer"),
            "provisioningState": "Succeeded",
            "sku": {"name": "PerGB2018", "lastSkuUpdate": at("2026-02-09")},
            "retentionInDays": days,
            "features": {"legacy": 0, "searchVersion": 1, "enableLogAccessUsingOnlyResourcePermissions": True},
            "workspaceCapping": {
                "dailyQuotaGb": -1.0,
                "quotaNextResetTime": at("2026-10-01", "19:00:00.0000000"),
                "dataIngestionStatus": "RespectQuota",
            },
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
            "createdDate": at("2026-02-09"),
            "modifiedDate": at("2026-02-09"),
        },
    }


def diagnostic_setting(target: str, name: str, workspace_id: str, logs: list[Json], **properties: Any) -> Json:
    """Where a resource's logs go; its id repeats the resource's in lower case."""
    setting_id = f"{target.lower()}/providers/microsoft.insights/diagnosticSettings/{name}"
    return {
        "id": setting_id,
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": name,
        "location": None,
        "kind": None,
        "tags": None,
        "properties": {
            "storageAccountId": None,
            "serviceBusRuleId": None,
            "workspaceId": workspace_id,
            "eventHubAuthorizationRuleId": None,
            "eventHubName": None,
            "metrics": [],
            "logs": logs,
            "logAnalyticsDestinationType": None,
            **properties,
        },
        "identity": None,
    }


def logged(*categories: str, on: bool = True) -> list[Json]:
    """The entries of single log categories."""
    kept = {"enabled": False, "days": 0}
    return [{"category": name, "categoryGroup": None, "enabled": on, "retentionPolicy": kept} for name in categories]


def metric_alert(alert_id: str, tags: Json, target: str, group_id: str, *criteria: Json, **more: Any) -> Json:
    """An alert on one account's metrics, each criterion against a fixed threshold."""
    return {
        **ids(alert_id),
        "location": "global",
        "tags": tags,
        "properties": {
            "description": "",
            "severity": 2,
            "enabled": True,
            "scopes": [target],
            "evaluationFrequency": "PT5M",
            "windowSize": "PT15M",
            "criteria": {
                "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                "allOf": list(criteria),
            },
            "autoMitigate": True,
            "targetResourceType": "",
            "targetResourceRegion": "",
            "actions": [{"actionGroupId": group_id, "webHookProperties": {}}],
            **more,
        },
    }


def criterion(metric: str, operator: str, threshold: float) -> Json:
    return {
        "name": metric,
        "metricNamespace": ACCOUNTS,
        "metricName": metric,
        "dimensions": [],
        "operator": operator,
        "threshold": threshold,
        "timeAggregation": "Average",
        "skipMetricValidation": False,
        "criterionType": "StaticThresholdCriterion",
    }


def query_alert(alert_id: str, tags: Json, workspace_id: str, group_id: str, query: str) -> Json:
    """An alert on what a query finds in a workspace."""
    condition = {
        "query": query,
        "timeAggregation": "Count",
        "dimensions": [],
        "operator": "GreaterThan",
        "threshold": 20,
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
    }
    return {
        **ids(alert_id),
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "createdWithApiVersion": "2023-12-01",
            "displayName": alert_id.rpartition("/")[2],
            "description": "",
            "severity": 2,
            "enabled": True,
            "evaluationFrequency": "PT5M",
            "scopes": [workspace_id],
            "targetResourceTypes": ["Microsoft.OperationalInsights/workspaces"],
            "windowSize": "PT15M",
            "criteria": {"allOf": [condition]},
            "autoMitigate": False,
            "actions": {"actionGroups": [group_id], "customProperties": {}},
        },
    }


def health_alert(alert_id: str, tags: Json, subscription_id: str, group_id: str) -> Json:
    """An alert on whatever Service Health says of a subscription."""
    return {
        **ids(alert_id),
        "type": "Microsoft.Insights/ActivityLogAlerts",
        "location": "global",
        "tags": tags,
        "properties": {
            "scopes": [subscription_id],
            "condition": {
                "allOf": [{"field": "category", "equals": "ServiceHealth", "containsAny": None, "odata.type": None}],
                "odata.type": None,
            },
            "actions": {"actionGroups": [{"actionGroupId": group_id, "webhookProperties": {}}]},
            "enabled": True,
            "description": "",
        },
    }


def action_group(group_id: str, tags: Json, short: str, address: str) -> Json:
    """Who is told: one mailbox."""
    nobody = ("sms", "webhook", "eventHub", "itsm", "azureAppPush", "automationRunbook", "voice", "logicApp")
    mail = {"name": "desk", "emailAddress": address, "useCommonAlertSchema": True, "status": "Enabled"}
    return {
        **ids(group_id),
        "type": "Microsoft.Insights/ActionGroups",
        "location": "Global",
        "tags": tags,
        "properties": {
            "groupShortName": short,
            "enabled": True,
            "emailReceivers": [mail],
            **{f"{receiver}Receivers": [] for receiver in (*nobody, "azureFunction", "armRole")},
        },
    }


def budget(subscription_id: str, name: str, amount: float, spent: float, address: str) -> Json:
    """A monthly budget that writes at 80 % of it; Cost Management leaves the first slash of its id out."""
    whole = ids(f"{subscription_id}/providers/Microsoft.Consumption/budgets/{name}")
    at_80 = {
        "enabled": True,
        "operator": "GreaterThan",
        "threshold": 80.0,
        "contactEmails": [address],
        "contactRoles": [],
        "contactGroups": [],
        "thresholdType": "Actual",
        "locale": "en-us",
    }
    return {
        **whole,
        "id": whole["id"].removeprefix("/"),
        "eTag": '"1dc9a3b2f10c7d4"',
        "properties": {
            "timePeriod": {"startDate": "2026-03-01T00:00:00Z", "endDate": "2028-02-29T00:00:00Z"},
            "timeGrain": "Monthly",
            "amount": amount,
            "currentSpend": {"amount": spent, "unit": "EUR"},
            "category": "Cost",
            "notifications": {"Actual_GreaterThan_80_Percent": at_80},
        },
    }
