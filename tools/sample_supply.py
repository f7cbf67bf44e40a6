"""What a region offers and what is left of it: models with their dates, quotas, a reservation.

Answers without an id get one from the request, here as a collector would add it. Shapes: recordings of the Azure
CLI's tests (models, usages), and of the model list of a region of 2026-08.
"""

from __future__ import annotations

from tools.sample_shapes import LINK_RESOURCES, LOCATIONS, RESERVATIONS, Json, guid, ids


def offers(subscription_id: str, region: str) -> str:
    """The path below which a region's models and quotas are listed for a subscription."""
    return f"{subscription_id}/providers/{LOCATIONS}/{region}"


def model(place: str, kind: str, name: str, *skus: Json, retires: str | None, **more: object) -> Json:
    """A model (name and version) of a region for a kind of account; its id is made of the request and these."""
    title, _, version = name.partition(" ")
    dates = {"deprecation": {"inference": retires, **stated(more.pop("status", None))}} if retires else {}
    return {
        "id": f"{place}/models/{kind}:OpenAI:{title}:{version}",
        "kind": kind,
        "skuName": "S0",
        "model": {
            "format": "OpenAI",
            "name": title,
            "version": version,
            "isDefaultVersion": True,
            "skus": list(skus),
            "maxCapacity": 3,
            "capabilities": {"embeddings": "true"} if "embedding" in title else {"chatCompletion": "true"},
            **dates,
            "lifecycleStatus": "GenerallyAvailable",
            "systemData": {
                "createdBy": "Microsoft",
                "createdByType": "Application",
                "createdAt": "2025-11-13T00:00:00Z",
                "lastModifiedBy": "Microsoft",
                "lastModifiedByType": "Application",
                "lastModifiedAt": "2026-06-02T00:00:00Z",
            },
            **more,
        },
    }


def stated(status: object) -> Json:
    return {"deprecationStatus": status} if status else {}


def sold_as(sku: str, usage: str, maximum: int) -> Json:
    """A deployment type in which a model is sold; provisioned units come from a quota that all models share."""
    return {"name": sku, "usageName": usage, "capacity": {"maximum": maximum, "default": min(10, maximum)}}


def usage(place: str, name: str, title: str, used: float, limit: float) -> Json:
    """A quota: what is allocated of it, not what is consumed."""
    return {
        "id": f"{place}/usages/{name}",
        "name": {"value": name, "localizedValue": title},
        "currentValue": used,
        "limit": limit,
        "unit": "Count",
    }


def capacity(place: str, name: str, sku: str, units: int) -> Json:
    """How much of a model a region can still deploy, whatever the quota says."""
    title, _, version = name.partition(" ")
    return {
        **ids(f"{place}/models/OpenAI.{title}.{version}/skuCapacities/{sku}"),
        "location": place.rpartition("/")[2],
        "properties": {
            "model": {"format": "OpenAI", "name": title, "version": version},
            "skuName": sku,
            "availableCapacity": units,
            "availableFinetuneCapacity": 0,
        },
    }


def reservation(name: str, region: str, sku: str, units: int, scope: str) -> Json:
    """Provisioned units paid for a year, for a subscription; it lies in none."""
    order = guid(name, "order")
    return {
        **ids(f"/providers/Microsoft.Capacity/reservationOrders/{order}/reservations/{guid(name)}"),
        "name": f"{order}/{guid(name)}",
        "type": RESERVATIONS,
        "location": region,
        "etag": 4,
        "sku": {"name": sku},
        "properties": {
            "reservedResourceType": "OpenAIPTU",
            "displayName": name,
            "displayProvisioningState": "Succeeded",
            "provisioningState": "Succeeded",
            "appliedScopes": [scope],
            "appliedScopeType": "Single",
            "userFriendlyAppliedScopeType": "Single",
            "quantity": units,
            "effectiveDateTime": "2026-03-12T09:14:27.3317442Z",
            "expiryDate": "2027-03-12",
            "term": "P1Y",
            "billingPlan": "Monthly",
            "renew": False,
            "archived": False,
        },
    }


def link_resource(account_id: str, *zones: str) -> Json:
    """Which private zones an account's endpoint needs."""
    made = ids(f"{account_id}/privateLinkResources/account")
    return {
        **made,
        "type": LINK_RESOURCES,
        "properties": {
            "groupId": "account",
            "displayName": "Cognitive Services Account",
            "requiredMembers": ["default", "secondary", "third"][: len(zones)],
            "requiredZoneNames": list(zones),
        },
    }
