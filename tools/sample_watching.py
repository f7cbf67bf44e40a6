"""What watches an estate, as ARM returns it: workspaces, diagnostic settings, alerts, action groups, budgets.

Shapes: recordings of the Azure CLI's tests (diagnostic settings, workspaces), the examples of
Azure/azure-rest-api-specs for Microsoft.Insights and Microsoft.Consumption.
"""

from __future__ import annotations

from typing import Any

from tools.sample_shapes import ACCOUNTS, HEALTH, LOG_CATEGORIES, REGIONS, TENANT, Json, at, guid, ids


def workspace(workspace_id: str, tags: Json, days: int) -> Json:
    """A Log Analytics workspace that keeps `days` days; its region is the end of its name."""
    return {
        **ids(workspace_id),
        "location": REGIONS[workspace_id.rpartition("-")[2]],
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


def all_of_them(group: str = "allLogs") -> list[Json]:
    """The entry of a group of log categories."""
    kept = {"enabled": False, "days": 0}
    return [{"category": None, "categoryGroup": group, "enabled": True, "retentionPolicy": kept}]


def measured_too() -> list[Json]:
    """The entry that sends metrics along."""
    kept = {"enabled": False, "days": 0}
    return [{"timeGrain": None, "category": "AllMetrics", "enabled": True, "retentionPolicy": kept}]


def log_category(target: str, name: str, kind: str, *groups: str) -> Json:
    """A category that a resource offers; `kind` is Logs or Metrics."""
    return {
        "id": f"{target.lower()}/providers/microsoft.insights/diagnosticSettingsCategories/{name}",
        "type": LOG_CATEGORIES,
        "name": name,
        "properties": {"categoryType": kind, "categoryGroups": list(groups)},
    }


def healthy(account_id: str) -> Json:
    """The row of Resource Graph that says how an account is."""
    made = ids(f"{account_id}/providers/{HEALTH}/current")
    return {
        **made,
        "type": HEALTH.lower(),
        "tenantId": TENANT,
        "properties": {
            "targetResourceType": ACCOUNTS.lower(),
            "targetResourceId": account_id.lower(),
            "availabilityState": "Available",
            "previousAvailabilityState": "Available",
            "occurredTime": at("2026-09-21"),
        },
    }


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


def criterion(
    metric: str, operator: str, threshold: float, dimensions: list[Json] | None = None, of: str = ACCOUNTS
) -> Json:
    """One measure of an alert; `dimensions` narrow it."""
    return {
        "name": metric,
        "metricNamespace": of,
        "metricName": metric,
        "dimensions": dimensions or [],
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


def narrowed(name: str, *values: str) -> Json:
    """A dimension of a metric alert, and the values that count."""
    return {"name": name, "operator": "Include", "values": list(values)}


def activity_alert(alert_id: str, tags: Json, subscription_id: str, group_id: str, *conditions: Json) -> Json:
    """An alert on those entries of a subscription's activity log that meet all conditions."""
    return {
        **ids(alert_id),
        "type": "Microsoft.Insights/ActivityLogAlerts",
        "location": "global",
        "tags": tags,
        "properties": {
            "scopes": [subscription_id],
            "condition": {"allOf": list(conditions), "odata.type": None},
            "actions": {"actionGroups": [{"actionGroupId": group_id, "webhookProperties": {}}]},
            "enabled": True,
            "description": "",
        },
    }


def has(field: str, value: str) -> Json:
    return {"field": field, "equals": value, "containsAny": None, "odata.type": None}


def has_any(field: str, *values: str) -> Json:
    return {"field": field, "equals": None, "containsAny": list(values), "odata.type": None}


def event(account_id: str, operation: str, when: str) -> Json:
    """An entry of the activity log, less what is not asked for."""
    name = operation.rpartition("/accounts/")[2]
    return {
        "id": f"{account_id}/events/{guid(account_id, when)}/ticks/639238352083317442",
        "eventTimestamp": when,
        "operationName": {"value": operation, "localizedValue": name},
        "status": {"value": "Succeeded", "localizedValue": "Succeeded"},
        "resourceId": account_id,
    }


def action_group(group_id: str, tags: Json, short: str, address: str, *, reached: bool = True) -> Json:
    """Who is told: one mailbox, whose owner may have unsubscribed."""
    nobody = ("sms", "webhook", "eventHub", "itsm", "azureAppPush", "automationRunbook", "voice", "logicApp")
    mail = {"name": "desk", "emailAddress": address, "useCommonAlertSchema": True}
    mail["status"] = "Enabled" if reached else "Disabled"
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


def budget(
    subscription_id: str, name: str, amount: float, spent: float, address: str, *, ahead: bool = False
) -> Json:
    """A monthly budget that writes at 80 % of it, and when more than all of it is forecast, if it looks `ahead`.

    Cost Management leaves the first slash of its id out.
    """
    whole = ids(f"{subscription_id}/providers/Microsoft.Consumption/budgets/{name}")
    alerts = {"Actual_GreaterThan_80_Percent": budget_alert("Actual", 80.0, address)}
    if ahead:
        alerts["Forecasted_GreaterThan_100_Percent"] = budget_alert("Forecasted", 100.0, address)
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
            "notifications": alerts,
        },
    }


def budget_alert(kind: str, percent: float, address: str) -> Json:
    return {
        "enabled": True,
        "operator": "GreaterThan",
        "threshold": percent,
        "contactEmails": [address],
        "contactRoles": [],
        "contactGroups": [],
        "thresholdType": kind,
        "locale": "en-us",
    }
