"""A gateway's products, operations, policies, fragments and caches, as API Management returns them.

Shapes: the examples of Azure/azure-rest-api-specs, Microsoft.ApiManagement 2024-05-01; policies are read with
`format=rawxml`, in which expressions keep their quotes and signs.
"""

from __future__ import annotations

from tools.sample_shapes import Json, ids_type_first

BASE = "<base />"


def policy(owner_id: str, inbound: str, backend: str = BASE, outbound: str = BASE, on_error: str = BASE) -> Json:
    """The policy of a service, product, API or operation; each section as its text."""
    sections = (("inbound", inbound), ("backend", backend), ("outbound", outbound), ("on-error", on_error))
    text = "\r\n".join(f"\t<{name}>\r\n\t\t{indented(inner)}\r\n\t</{name}>" for name, inner in sections)
    return {
        **ids_type_first(f"{owner_id}/policies/policy"),
        "properties": {"format": "rawxml", "value": f"<policies>\r\n{text}\r\n</policies>"},
    }


def indented(text: str) -> str:
    return "\r\n\t\t".join(text.strip().splitlines())


def fragment(service_id: str, name: str, description: str, text: str) -> Json:
    return {
        **ids_type_first(f"{service_id}/policyFragments/{name}"),
        "properties": {
            "format": "rawxml",
            "description": description,
            "value": f"<fragment>\r\n\t{indented(text)}\r\n</fragment>",
            "provisioningState": "Succeeded",
        },
    }


def product(service_id: str, name: str, title: str, *, keys: bool) -> Json:
    """A product; without `keys` its APIs can be called by anybody."""
    return {
        **ids_type_first(f"{service_id}/products/{name}"),
        "properties": {
            "displayName": title,
            "description": "",
            "terms": "",
            "subscriptionRequired": keys,
            "approvalRequired": keys,
            "subscriptionsLimit": None,
            "state": "published",
        },
    }


def in_product(product_id: str, api: Json) -> Json:
    """An API as the list of a product's APIs shows it: it repeats the API under the product's id."""
    return {**api, **ids_type_first(f"{product_id}/apis/{api['name']}")}


def operation(api_id: str, name: str, method: str, template: str) -> Json:
    return {
        **ids_type_first(f"{api_id}/operations/{name}"),
        "properties": {
            "displayName": name,
            "method": method,
            "urlTemplate": template,
            "templateParameters": [],
            "description": None,
            "responses": [],
            "policies": None,
        },
    }


def cache(service_id: str, named_value: str, redis_id: str) -> Json:
    """An external cache; its connection string is a named value."""
    return {
        **ids_type_first(f"{service_id}/caches/default"),
        "properties": {
            "useFromLocation": "default",
            "description": redis_id.rpartition("/")[2],
            "connectionString": f"{{{{{named_value}}}}}",
            "resourceId": f"https://management.azure.com{redis_id}",
        },
    }
